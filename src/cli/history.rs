//! `coofit history`: every attempt in a line, and what changed between the last two.

use crate::bank::fault::quote;
use crate::bank::{Bank, Role};
use crate::report::compare::{Named, retake};
use crate::report::{TrendPoint, whole};
use crate::score::assess;
use crate::store::{Attempt, Entry, Store};
use crate::text;

use super::output::Streams;
use super::results::{data_dir, day_taken, finished_own, is_in_future, role_of, usable};
use super::{Exit, Global, bank};

pub(super) fn history(global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let store = Store::new(&data_dir(global)?);
    let entries = store.list()?;
    if entries.is_empty() {
        streams.tell(&format!("there are no attempts in {}", store.directory().display()));
    }
    let attempts = usable(entries, streams);
    for attempt in &attempts {
        streams.out_text(&format!("{}\n", text::escape(&history_line(attempt, &bank))))?;
    }
    let own = finished_own(attempts, &bank);
    if let [.., before, after] = own.as_slice()
        && before.form == after.form
    {
        streams.out_wrapped(&format!("\n{}", last_change(before, after, &bank)))?;
    }
    Ok(Exit::Done)
}

/// One attempt in a line: its name, its fit with the interval drawn, and how much was answered.
fn history_line(attempt: &Attempt, bank: &Bank) -> String {
    let name = format!("{:<12} {:<5}", attempt.id, attempt.form.id());
    if let Some(observed) = &attempt.observe {
        return format!("{name} about {observed}");
    }
    if attempt.bank != bank.id {
        return format!("{name} of the bank {}", quote(&attempt.bank));
    }
    if attempt.finished.is_none() {
        let of = attempt.blank(bank).items().count();
        return format!("{name} paused after {} of {of} questions", attempt.n_given());
    }
    let recalled = attempt.recall(bank);
    let role = role_of(attempt, bank);
    let fit = assess(bank, role, &recalled.responses).role.and_then(|role| role.fit);
    let fit = fit.map_or_else(
        || "no fit".to_owned(),
        |fit| {
            let (score, low, high) = (whole(fit.score), whole(fit.low), whole(fit.high));
            format!("{} fit {score} ({low} to {high})", interval_drawn(fit.low, fit.score, fit.high))
        },
    );
    let of = recalled.responses.items().count();
    let future = if is_in_future(attempt) { "; dated in the future" } else { "" };
    format!("{name} {fit}; {} of {of} answered{future}", recalled.responses.n_answered())
}

/// Twenty cells from 0 to 100: the interval, and the fit in it.
fn interval_drawn(low: f64, score: f64, high: f64) -> String {
    let in_cell =
        |cell: i32, value: f64| (f64::from(cell) * 5.0..f64::from(cell + 1) * 5.0).contains(&value.min(99.9));
    let cells = (0..20).map(|cell| match f64::from(cell) * 5.0 {
        _ if in_cell(cell, score) => '\u{25cf}',
        from if from + 5.0 > low && from <= high => '\u{2501}',
        _ => '\u{2500}',
    });
    cells.collect()
}

/// The course of the person's results, all set against one role.
pub(super) fn trend(store: &Store, bank: &Bank, role: Option<&Role>) -> anyhow::Result<Vec<TrendPoint>> {
    let point = |attempt: Attempt| {
        let fit = assess(bank, role, &attempt.recall(bank).responses).role?.fit?;
        Some(TrendPoint {
            id: text::escape(&attempt.id).into_owned(),
            form: attempt.form,
            score: fit.score,
            low: fit.low,
            high: fit.high,
        })
    };
    let is_original = |entry: Entry| entry.attempt.ok().filter(|_| entry.copy_of.is_none());
    let attempts = store.list()?.into_iter().filter_map(is_original).collect();
    Ok(finished_own(attempts, bank).into_iter().filter_map(point).collect())
}

/// What changed between the last two results.
fn last_change(before: &Attempt, after: &Attempt, bank: &Bank) -> String {
    let [first, second] = [before, after].map(|attempt| attempt.recall(bank).responses);
    let same_day = day_taken(before) == day_taken(after);
    let role = role_of(after, bank);
    let [before, after] = [before, after].map(|attempt| text::escape(&attempt.id));
    let [one, other] =
        [(&before, &first), (&after, &second)].map(|(name, responses)| Named { name, responses });
    let says = retake(bank, role, one, other, same_day).says.join(" ");
    format!("From {before} to {after}: {says}\n`coofit compare` shows it scale by scale.")
}
