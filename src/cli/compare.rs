//! `coofit compare`: two results, or a self-rating and what observers saw.

use std::path::Path;

use anyhow::{Context, Result, bail};
use itertools::Itertools;

use crate::answers;
use crate::bank::{Bank, fault::quote};
use crate::report::compare::{CompareReport, MEAN_FROM, Named, Observer, document, observed, retake};
use crate::report::history::IN_FUTURE;
use crate::score::combined::says_enough;
use crate::session::Responses;
use crate::store::{Attempt, Store};
use crate::text;

use super::output::Inputs;
use super::print::Print;
use super::report::read_answers;
use super::results::{
    age, at_fault, data_dir, day_taken, find, is_file, is_in_future, own_results, recall, role_of, shown,
};
use super::streams::{Streams, Usage};
use super::take::observing;
use super::{Global, bank};

const MOST_OBSERVERS: usize = 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Saved results or files: two of your own, or your own and observers' (default: your latest two)
    #[arg(add = super::complete::results_and_files())]
    results: Vec<String>,
    #[command(flatten)]
    print: Print,
}

pub(super) struct NamedResult {
    /// What the comparison calls it.
    name: String,
    /// What messages call it.
    pub(super) file: String,
    pub(super) responses: Responses,
    /// For an answers file, only what it says about an observer: no id, no times.
    pub(super) attempt: Attempt,
}

impl NamedResult {
    /// A saved result by its name, or a file: a result's or an answers file.
    pub(super) fn read(name: &str, bank: &Bank, global: &Global, streams: &Streams) -> Result<NamedResult> {
        let path = Path::new(name);
        is_file(path, "answers or a saved result")?;
        let text = path.is_file().then(|| read_answers(path, &shown(path)).ok()).flatten();
        if let Some(text) = text.filter(|text| answers::is_answers_file(text)) {
            let file = answers::parse(bank, &shown(path), &text)?;
            let mut attempt = Attempt::default();
            (attempt.observe, attempt.observer) = (file.observed, file.observer);
            (attempt.relation, attempt.anonymous) = (file.relation, file.is_anonymous);
            let name = shown(Path::new(path.file_name().unwrap_or(path.as_os_str())));
            return Ok(NamedResult { name, file: shown(path), responses: file.responses, attempt });
        }
        let sheet = NamedResult::of(find(Some(name), bank, global, streams)?, bank, streams)?;
        Ok(if path.is_file() { NamedResult { file: shown(path), ..sheet } } else { sheet })
    }

    fn of(mut attempt: Attempt, bank: &Bank, streams: &Streams) -> Result<NamedResult> {
        let name = text::escape(&attempt.id).into_owned();
        let responses = recall(&attempt, bank, streams)?;
        attempt.observe = attempt.observe.as_deref().map(text::name);
        attempt.observer = attempt.observer.as_deref().map(text::name);
        Ok(NamedResult { file: name.clone(), name, responses, attempt })
    }

    /// Whether both are the same answers, whatever their files are called.
    fn is_same(&self, other: &NamedResult) -> bool {
        self.attempt.is_copy_of(&other.attempt)
            && self.responses == other.responses
            && self.attempt.observer == other.attempt.observer
    }

    /// Why it has nothing to compare, and the way out.
    fn says_nothing(&self) -> Option<(&'static str, String)> {
        if self.responses.n_answered() == 0 {
            return Some(("holds no answers", "name a result with answers".to_owned()));
        }
        let is_unfinished = self.attempt.is_stored() && self.attempt.finished.is_none();
        is_unfinished.then(|| {
            let take = match &self.attempt.observe {
                Some(name) => observing(name),
                None => " take".to_owned(),
            };
            let help = if self.file == self.name {
                format!("`coofit take {}` finishes it", self.name)
            } else {
                format!("`coofit{take}` finishes it on the computer where it was begun")
            };
            ("is not finished", help)
        })
    }
}

pub(super) fn compare(args: &Args, global: &Global, streams: &Streams) -> Result<()> {
    let printer = args.print.open(&Inputs::new(global).files(&args.results), streams)?;
    let bank = bank::load(global)?;
    let sheets = args.results.iter().map(|name| NamedResult::read(name, &bank, global, streams));
    let sheets: Vec<NamedResult> = sheets.collect::<Result<_>>()?;
    let (observers, own): (Vec<NamedResult>, Vec<NamedResult>) =
        sheets.into_iter().partition(|sheet| sheet.attempt.observe.is_some());
    let report = if observers.is_empty() {
        compare_own(own, &bank, global, streams)?
    } else {
        compare_observers(own, observers, &bank, global, streams)?
    };
    printer.document(&document(&report), true, &report)
}

fn compare_own(
    named: Vec<NamedResult>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> Result<CompareReport> {
    let [mut before, mut after] = own_two(named, bank, global, streams)?;
    if before.name == after.name {
        before.name.clone_from(&before.file);
        after.name.clone_from(&after.file);
    }
    if before.is_same(&after) {
        bail!(Usage(format!("{} and {} are the same result", before.file, after.file)));
    }
    for sheet in [&before, &after] {
        if let Some((why, help)) = sheet.says_nothing() {
            streams.tell(&format!("note: {} {why}; {help}", sheet.file));
        }
    }
    if before.responses.form() != after.responses.form() {
        streams.tell("note: one is a quick form, so both are compared on the questions of the quick form");
    }
    let role = role_of(&after.attempt, bank);
    let is_saved = before.attempt.is_stored() && after.attempt.is_stored();
    let same_day = is_saved && day_taken(&before.attempt) == day_taken(&after.attempt);
    let asked = |index: usize| before.responses.asks(index) && after.responses.asks(index);
    let [first, second] = [&before, &after].map(|sheet| sheet.responses.clone().among(asked));
    let before = Named { name: &before.name, responses: &first };
    let after = Named { name: &after.name, responses: &second };
    Ok(CompareReport::of_retake(bank, role, retake(bank, role, before, after, same_day)))
}

/// Two results of one's own, the earlier one first; the latest ones fill in for what was not named.
fn own_two(
    mut named: Vec<NamedResult>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> Result<[NamedResult; 2]> {
    if named.len() > 2 {
        bail!(Usage(format!("two results can be compared at a time, and {} were named", named.len())));
    }
    for NamedResult { file, .. } in
        named.iter().filter(|sheet| named.len() == 2 && is_in_future(&sheet.attempt))
    {
        streams.tell(&format!("warning: {file} is {IN_FUTURE}"));
    }
    if named.len() < 2 {
        let mut finished = own_results(&Store::new(&data_dir(global)?), bank, streams)?;
        finished.retain(|attempt| named.iter().all(|other| other.name != attempt.id));
        while named.len() < 2 {
            let too_few = "comparing needs two finished results; `coofit history` lists them";
            named.push(NamedResult::of(finished.pop().context(too_few)?, bank, streams)?);
        }
    }
    // A file without a date keeps the place in which it was named.
    if named.iter().all(|sheet| sheet.attempt.finished.is_some()) {
        named.sort_by_key(|sheet| age(&sheet.attempt));
    }
    Ok(<[NamedResult; 2]>::try_from(named).unwrap_or_else(|_| unreachable!("there are two")))
}

fn compare_observers(
    mut own: Vec<NamedResult>,
    observers: Vec<NamedResult>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> Result<CompareReport> {
    if own.len() > 1 {
        bail!("observers are compared with one result of your own, and {} were named", own.len());
    }
    if observers.len() > MOST_OBSERVERS {
        let n = observers.len();
        bail!(Usage(format!("{n} observers were named; at most {MOST_OBSERVERS} can be compared")));
    }
    let observers = usable(observers, streams)?;
    let own = match own.pop() {
        Some(sheet) => sheet,
        None => NamedResult::of(find(None, bank, global, streams)?, bank, streams)?,
    };
    if observers.len() < MEAN_FROM {
        let mean = format!("a mean is shown from {MEAN_FROM} observers on");
        streams.tell(&format!("note: each observer is shown alone; {mean}"));
    }
    let names: Vec<String> = (1..)
        .zip(&observers)
        .map(|(number, NamedResult { attempt, .. })| match &attempt.observer {
            Some(name) if !attempt.anonymous => name.clone(),
            _ => format!("observer {number}"),
        })
        .collect();
    let mut seen = Vec::new();
    for (name, NamedResult { file, responses, attempt, .. }) in names.iter().zip(&observers) {
        let has_enough = says_enough(bank, responses);
        if !has_enough {
            streams.tell(&format!(
                "note: {file} has a score on fewer than half of the scales, so it is left out of the combined fit"
            ));
        }
        let (relation, is_anonymous) = (attempt.relation, attempt.anonymous);
        seen.push(Observer { name, responses, relation, is_anonymous, has_enough });
    }
    let role = role_of(&own.attempt, bank);
    Ok(observed(bank, role, Named { name: &own.name, responses: &own.responses }, &seen))
}

/// The files of observers that can be used: about one person, each counted once, with answers.
fn usable(observers: Vec<NamedResult>, streams: &Streams) -> Result<Vec<NamedResult>> {
    let about = |sheet: &NamedResult| sheet.attempt.observe.clone().unwrap_or_default();
    let first = &observers[0];
    let is_other = |other: &&NamedResult| about(other).to_lowercase() != about(first).to_lowercase();
    if let Some(other) = observers.iter().find(is_other) {
        let (one, two) = (quote(&about(first)), quote(&about(other)));
        let message = format!("{} is about {one}, and {} is about {two}", first.file, other.file);
        return Err(at_fault(&other.file, message, "name only files about one person"));
    }
    let (with, without): (Vec<NamedResult>, Vec<NamedResult>) =
        observers.into_iter().partition(|sheet| sheet.says_nothing().is_none());
    for sheet in &without {
        let (why, help) = sheet.says_nothing().unwrap_or_default();
        let why = format!("{} {why}", sheet.file);
        if with.is_empty() {
            return Err(at_fault(&sheet.file, why, help));
        }
        streams.tell(&format!("warning: {why}, so it is left out; {help}"));
    }
    let (mut used, mut notes): (Vec<NamedResult>, Vec<String>) = (Vec::new(), Vec::new());
    for sheet in with {
        match used.iter().find(|other| other.is_same(&sheet)) {
            Some(same) if same.file == sheet.file => {
                notes.push(format!("note: {} is named more than once; it counts once", sheet.file));
            }
            Some(same) => notes.push(format!(
                "note: {} and {} hold the same answers of one observer; they count once",
                same.file, sheet.file
            )),
            None => used.push(sheet),
        }
    }
    notes.iter().unique().for_each(|note| streams.tell(note));
    Ok(used)
}
