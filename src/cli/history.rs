//! `coofit history`: a line for every attempt, and what changed between the last two.

use crate::bank::{Bank, Role};
use crate::report::compare::{Named, retake};
use crate::report::history::{History, Past, document};
use crate::report::{Range, TrendPoint};
use crate::score::assess;
use crate::store::{Attempt, SavedFile, Store};
use crate::text;

use super::output::Inputs;
use super::print::{FormatName, Print};
use super::results::{data_dir, day_taken, finished_own, is_in_future, role_of, usable};
use super::streams::Streams;
use super::{Global, bank};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    print: Print,
}

pub(super) fn history(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let printer = args.print.open(&Inputs::new(global), streams)?;
    let bank = bank::load(global)?;
    let store = Store::new(&data_dir(global)?);
    let entries = store.list()?;
    let is_empty = entries.is_empty();
    let attempts = usable(entries, streams);
    let results: Vec<Past> = attempts.iter().map(|attempt| past(attempt, &bank)).collect();
    let own = finished_own(attempts, &bank);
    let change = match own.as_slice() {
        // With a wrong date, nobody can say which of them came first.
        [.., before, after] if before.form == after.form && is_in_future(before) == is_in_future(after) => {
            last_change(before, after, &bank)
        }
        _ => Vec::new(),
    };
    if is_empty {
        streams.tell(&format!("there are no results in {}", store.directory().display()));
    }
    if results.is_empty() && printer.format == FormatName::Text {
        return printer.text("");
    }
    let history = History { format: 1, results, change };
    printer.document(&document(&history), true, &history)
}

fn past(attempt: &Attempt, bank: &Bank) -> Past {
    let name = |text: &str| text::escape(text).into_owned();
    let mut past = Past {
        id: name(&attempt.id),
        form: attempt.form,
        finished: attempt.finished.is_some(),
        observed: attempt.observe.as_deref().map(name),
        other_bank: (attempt.bank != bank.id).then(|| name(&attempt.bank)),
        answered: attempt.n_given(),
        items: attempt.n_given(),
        score: None,
        range: None,
        is_in_future: is_in_future(attempt),
    };
    let is_own = past.observed.is_none() && past.other_bank.is_none();
    if is_own && past.finished {
        let responses = attempt.recall(bank).responses;
        let fit = assess(bank, role_of(attempt, bank), &responses).role.and_then(|role| role.fit);
        past.answered = responses.n_answered();
        past.items = responses.items().count();
        past.score = fit.as_ref().map(|fit| fit.score);
        past.range = fit.map(|fit| Range { low: fit.low, high: fit.high });
    } else if is_own {
        past.items = attempt.blank(bank).items().count();
    }
    past
}

/// All results of the person, scored against one role.
pub(super) fn trend(store: &Store, bank: &Bank, role: Option<&Role>) -> anyhow::Result<Vec<TrendPoint>> {
    let point = |attempt: Attempt| {
        let fit = assess(bank, role, &attempt.recall(bank).responses).role?.fit?;
        let id = text::escape(&attempt.id).into_owned();
        Some(TrendPoint { id, form: attempt.form, score: fit.score, low: fit.low, high: fit.high })
    };
    let is_original = |entry: SavedFile| entry.attempt.ok().filter(|_| entry.copy_of.is_none());
    let attempts = store.list()?.into_iter().filter_map(is_original).collect();
    Ok(finished_own(attempts, bank).into_iter().filter_map(point).collect())
}

fn last_change(before: &Attempt, after: &Attempt, bank: &Bank) -> Vec<String> {
    let [first, second] = [before, after].map(|attempt| attempt.recall(bank).responses);
    let same_day = day_taken(before) == day_taken(after);
    let role = role_of(after, bank);
    let [before, after] = [before, after].map(|attempt| text::escape(&attempt.id));
    let one = Named { name: &before, responses: &first };
    let other = Named { name: &after, responses: &second };
    let mut says = retake(bank, role, one, other, same_day).says;
    if let Some(first) = says.first_mut() {
        first.insert_str(0, &format!("From {before} to {after}: "));
    }
    says
}
