//! `coofit compare`: two results, or a self-rating beside what observers saw.

use anyhow::bail;

use crate::bank::{Bank, Form};
use crate::render::render_comparison;
use crate::report::compare::{LEAST_OBSERVERS, observed, retake};
use crate::session::{Given, Responses};
use crate::store::{Attempt, Store};
use crate::text;

use super::output::{Streams, Usage, stdout_page};
use super::results::{data_dir, find, finished_own, recall};
use super::{Exit, Global, bank};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Saved results or files: two of your own, or your own and observers' (default: your latest two)
    results: Vec<String>,
}

pub(super) fn compare(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let attempts: Vec<Attempt> = args
        .results
        .iter()
        .map(|name| find(Some(name), &bank, global, streams))
        .collect::<anyhow::Result<_>>()?;
    let (observers, mut own): (Vec<Attempt>, Vec<Attempt>) =
        attempts.into_iter().partition(|attempt| attempt.observe.is_some());
    let page = stdout_page(streams, true);
    if !observers.is_empty() {
        if own.len() > 1 {
            bail!("observers stand beside one result of your own, and {} were named", own.len());
        }
        let own = match own.pop() {
            Some(attempt) => attempt,
            None => find(None, &bank, global, streams)?,
        };
        let text: Vec<String> = observer_comparisons(&bank, &own, &observers, streams)?
            .iter()
            .map(|comparison| render_comparison(comparison, page))
            .collect();
        streams.out(&text.join("\n"))?;
        return Ok(Exit::Done);
    }
    let [before, after] = own_two(own, &bank, global)?;
    let responses = [recall(&before, &bank, streams)?, recall(&after, &bank, streams)?];
    let [first, second] = on_one_form(&bank, responses, streams);
    let role = bank::role(&bank, after.role.as_deref())?;
    let names = [&before.id, &after.id].map(|id| text::escape(id));
    let comparison = retake(&bank, role, [&names[0], &names[1]], &first, &second);
    streams.out(&render_comparison(&comparison, page))?;
    Ok(Exit::Done)
}

/// Two results of one's own, the earlier one first; the latest ones fill in for what was not named.
fn own_two(mut named: Vec<Attempt>, bank: &Bank, global: &Global) -> anyhow::Result<[Attempt; 2]> {
    let mut finished = finished_own(&Store::new(&data_dir(global)?), bank)?;
    while named.len() < 2 {
        let next = finished.pop().filter(|_| named.len() < 2);
        match next {
            Some(attempt) if named.iter().any(|other| other.id == attempt.id) => {}
            Some(attempt) => named.push(attempt),
            None => bail!("comparing needs two finished results; `coofit history` lists them"),
        }
    }
    named.sort_by_key(|attempt| attempt.finished);
    match <[Attempt; 2]>::try_from(named) {
        Ok(two) => Ok(two),
        Err(more) => {
            let message = format!("two results can be compared at a time, and {} were named", more.len());
            Err(Usage(message).into())
        }
    }
}

/// A full and a quick result are compared on the questions of the quick form.
fn on_one_form(bank: &Bank, responses: [Responses; 2], streams: &Streams) -> [Responses; 2] {
    if responses[0].form() == responses[1].form() {
        return responses;
    }
    streams.tell("note: one is a quick form, so both are compared on the questions of the quick form");
    responses.map(|responses| {
        let mut quick = Responses::new(bank, Form::Quick);
        for index in bank.form_items(Form::Quick) {
            match responses.given(index) {
                Some(Given::Answered(answer)) => {
                    let taken = quick.set(bank, index, answer.clone());
                    debug_assert!(taken.is_ok(), "an answer of the same item");
                }
                Some(Given::Skipped) => quick.skip(bank, index),
                None => {}
            }
        }
        quick
    })
}

fn observer_comparisons(
    bank: &Bank,
    own: &Attempt,
    observers: &[Attempt],
    streams: &Streams,
) -> anyhow::Result<Vec<crate::report::compare::Comparison>> {
    let (own_responses, own_name) = (recall(own, bank, streams)?, text::escape(&own.id));
    let seen: Vec<Responses> =
        observers.iter().map(|attempt| recall(attempt, bank, streams)).collect::<anyhow::Result<_>>()?;
    let seen: Vec<&Responses> = seen.iter().collect();
    if seen.len() >= LEAST_OBSERVERS {
        let name = format!("the mean of {} observers", seen.len());
        return Ok(vec![observed(bank, &own_responses, &own_name, &seen, &name)]);
    }
    streams.tell(&format!(
        "note: each observer stands alone; a mean is shown from {LEAST_OBSERVERS} observers on"
    ));
    Ok(seen
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let name = format!("observer {}", index + 1);
            observed(bank, &own_responses, &own_name, &[one], &name)
        })
        .collect())
}
