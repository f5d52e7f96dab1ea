//! `coofit compare`: two results, or a self-rating and what observers saw.

use std::path::Path;

use anyhow::bail;

use crate::answers;
use crate::bank::fault::quote;
use crate::bank::{Bank, Role};
use crate::render::json;
use crate::report::compare::{CompareReport, MEAN_FROM, Named, Observer, document, observed, retake};
use crate::score::combined::says_enough;
use crate::session::{Relation, Responses};
use crate::store::{Attempt, Store};
use crate::text;

use super::output::{Inputs, Streams, Usage};
use super::print::Print;
use super::report::read_answers;
use super::results::{
    age, at_fault, data_dir, day_taken, find, is_file, own_results, recall, role_of, shown,
};
use super::{Exit, Global, bank};

/// The most observers that one comparison takes.
const MOST_OBSERVERS: usize = 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Saved results or files: two of your own, or your own and observers' (default: your latest two)
    #[arg(add = super::complete::results_and_files())]
    results: Vec<String>,
    #[command(flatten)]
    print: Print,
}

/// One result that is compared.
pub(super) struct Sheet {
    /// What the comparison calls it.
    name: String,
    /// What messages call it.
    pub(super) file: String,
    pub(super) responses: Responses,
    /// The person described, when an observer gave the answers.
    pub(super) observed: Option<String>,
    /// The observer's own name, where it is known.
    observer: Option<String>,
    relation: Option<Relation>,
    /// Whether the observer is shown only in means.
    pub(super) is_anonymous: bool,
    /// The saved attempt; nothing for an answers file.
    pub(super) attempt: Option<Attempt>,
}

impl Sheet {
    /// A saved result by its name, or a file: a result's or an answers file.
    pub(super) fn read(name: &str, bank: &Bank, global: &Global, streams: &Streams) -> anyhow::Result<Sheet> {
        let path = Path::new(name);
        is_file(path, "answers or a saved result")?;
        let text = path.is_file().then(|| read_answers(path, &shown(path)).ok()).flatten();
        if let Some(text) = text.filter(|text| answers::is_answers_file(text)) {
            let file = answers::parse(bank, &shown(path), &text)?;
            return Ok(Sheet {
                name: shown(Path::new(path.file_name().unwrap_or(path.as_os_str()))),
                file: shown(path),
                responses: file.responses,
                observed: file.observed,
                observer: file.observer,
                relation: file.relation,
                is_anonymous: file.is_anonymous,
                attempt: None,
            });
        }
        let sheet = Sheet::of(find(Some(name), bank, global, streams)?, bank, streams)?;
        Ok(if path.is_file() { Sheet { file: shown(path), ..sheet } } else { sheet })
    }

    fn of(attempt: Attempt, bank: &Bank, streams: &Streams) -> anyhow::Result<Sheet> {
        Ok(Sheet {
            name: text::escape(&attempt.id).into_owned(),
            file: text::escape(&attempt.id).into_owned(),
            responses: recall(&attempt, bank, streams)?,
            observed: attempt.observe.as_deref().map(text::name),
            observer: attempt.observer.as_deref().map(text::name),
            relation: attempt.relation,
            is_anonymous: attempt.anonymous,
            attempt: Some(attempt),
        })
    }

    /// Whether both are the same answers, whatever their files are called.
    fn is_same(&self, other: &Sheet) -> bool {
        let attempts = match (&self.attempt, &other.attempt) {
            (Some(one), Some(other)) => one.is_copy_of(other),
            (one, other) => one.is_none() && other.is_none(),
        };
        attempts && self.responses == other.responses && self.observer == other.observer
    }

    /// Why an observer's file says nothing.
    fn says_nothing(&self) -> Option<&'static str> {
        if self.responses.n_answered() == 0 {
            Some("holds no answers")
        } else if self.attempt.as_ref().is_some_and(|attempt| attempt.finished.is_none()) {
            Some("is not finished")
        } else {
            None
        }
    }

    fn day(&self) -> Option<String> {
        self.attempt.as_ref().map(day_taken)
    }

    fn finished(&self) -> Option<i64> {
        self.attempt.as_ref()?.finished
    }
}

pub(super) fn compare(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let inputs = args.results.iter().fold(Inputs::new(global), |inputs, result| inputs.file(result.as_ref()));
    let printer = args.print.open(&inputs, streams)?;
    let bank = bank::load(global)?;
    let sheets: Vec<Sheet> = args
        .results
        .iter()
        .map(|name| Sheet::read(name, &bank, global, streams))
        .collect::<anyhow::Result<_>>()?;
    let (observers, own): (Vec<Sheet>, Vec<Sheet>) =
        sheets.into_iter().partition(|sheet| sheet.observed.is_some());
    let report = if observers.is_empty() {
        compare_own(own, &bank, global, streams)?
    } else {
        compare_observers(own, observers, &bank, global, streams)?
    };
    printer.document(&document(&report), true, || json(&report))
}

fn compare_own(
    named: Vec<Sheet>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> anyhow::Result<CompareReport> {
    let [mut before, mut after] = own_two(named, bank, global, streams)?;
    if before.name == after.name {
        for sheet in [&mut before, &mut after] {
            sheet.name.clone_from(&sheet.file);
        }
    }
    if before.is_same(&after) {
        let message = format!("{} and {} are the same result", before.file, after.file);
        return Err(Usage(message).into());
    }
    for sheet in [&before, &after] {
        if let Some(why) = sheet.says_nothing() {
            streams.tell(&format!("note: {} {why}", sheet.file));
        }
    }
    if before.responses.form() != after.responses.form() {
        streams.tell("note: one is a quick form, so both are compared on the questions of the quick form");
    }
    let role = role(&after, bank)?;
    let same_day = before.day().is_some_and(|day| after.day() == Some(day));
    let asked = |index: usize| before.responses.asks(index) && after.responses.asks(index);
    let [first, second] = [&before, &after].map(|sheet| sheet.responses.clone().among(asked));
    let before = Named { name: &before.name, responses: &first };
    let after = Named { name: &after.name, responses: &second };
    Ok(CompareReport::of_retake(bank, role, retake(bank, role, before, after, same_day)))
}

/// Two results of one's own, the earlier one first; the latest ones fill in for what was not named.
fn own_two(
    mut named: Vec<Sheet>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> anyhow::Result<[Sheet; 2]> {
    if named.len() > 2 {
        let message = format!("two results can be compared at a time, and {} were named", named.len());
        return Err(Usage(message).into());
    }
    let mut finished = if named.len() < 2 {
        own_results(&Store::new(&data_dir(global)?), bank, streams)?
    } else {
        Vec::new()
    };
    while named.len() < 2 {
        match finished.pop() {
            Some(attempt) if named.iter().any(|other| other.name == attempt.id) => {}
            Some(attempt) => named.push(Sheet::of(attempt, bank, streams)?),
            None => bail!("comparing needs two finished results; `coofit history` lists them"),
        }
    }
    // A file without a date keeps the place in which it was named.
    if named.iter().all(|sheet| sheet.finished().is_some()) {
        named.sort_by_key(|sheet| sheet.attempt.as_ref().map(age));
    }
    Ok(<[Sheet; 2]>::try_from(named).unwrap_or_else(|_| unreachable!("there are two")))
}

fn compare_observers(
    mut own: Vec<Sheet>,
    observers: Vec<Sheet>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> anyhow::Result<CompareReport> {
    if own.len() > 1 {
        bail!("observers are compared with one result of your own, and {} were named", own.len());
    }
    if observers.len() > MOST_OBSERVERS {
        let message =
            format!("{} observers were named; at most {MOST_OBSERVERS} can be compared", observers.len());
        return Err(Usage(message).into());
    }
    let observers = usable(observers, streams)?;
    let own = match own.pop() {
        Some(sheet) => sheet,
        None => Sheet::of(find(None, bank, global, streams)?, bank, streams)?,
    };
    if observers.len() < MEAN_FROM {
        streams.tell(&format!(
            "note: each observer is shown alone; a mean is shown from {MEAN_FROM} observers on"
        ));
    }
    let names: Vec<String> = (1..)
        .zip(&observers)
        .map(|(number, sheet)| match &sheet.observer {
            Some(name) if !sheet.is_anonymous => name.clone(),
            _ => format!("observer {number}"),
        })
        .collect();
    let seen = names.iter().zip(&observers);
    let seen: Vec<Observer<'_>> = seen
        .map(|(name, sheet)| Observer {
            name,
            responses: &sheet.responses,
            relation: sheet.relation,
            is_anonymous: sheet.is_anonymous,
            has_enough: says_enough(bank, &sheet.responses),
        })
        .collect();
    for (_, sheet) in seen.iter().zip(&observers).filter(|(seen, _)| !seen.has_enough) {
        streams.tell(&format!(
            "note: {} has a score on fewer than half of the scales, so it is left out of the combined fit",
            sheet.file
        ));
    }
    let role = role(&own, bank)?;
    Ok(observed(bank, role, Named { name: &own.name, responses: &own.responses }, &seen))
}

/// The files of observers that can be used: about one person, each counted once, with answers.
fn usable(observers: Vec<Sheet>, streams: &Streams) -> anyhow::Result<Vec<Sheet>> {
    let about = |sheet: &Sheet| sheet.observed.clone().unwrap_or_default();
    let first = &observers[0];
    if let Some(other) =
        observers.iter().find(|other| about(other).to_lowercase() != about(first).to_lowercase())
    {
        let (one, two) = (quote(&about(first)), quote(&about(other)));
        let message = format!("{} is about {one}, and {} is about {two}", first.file, other.file);
        return Err(at_fault(&other.file, message, "name only files about one person"));
    }
    let (with, without): (Vec<Sheet>, Vec<Sheet>) =
        observers.into_iter().partition(|sheet| sheet.says_nothing().is_none());
    if with.is_empty() {
        let sheet = &without[0];
        let why = sheet.says_nothing().unwrap_or_default();
        return Err(at_fault(&sheet.file, format!("{} {why}", sheet.file), None));
    }
    for sheet in &without {
        let why = sheet.says_nothing().unwrap_or_default();
        streams.tell(&format!("warning: {} {why}, so it is left out", sheet.file));
    }
    let mut used: Vec<Sheet> = Vec::new();
    for sheet in with {
        match used.iter().find(|other| other.is_same(&sheet)) {
            Some(same) if same.file == sheet.file => {
                streams.tell(&format!("note: {} is named more than once; it counts once", sheet.file));
            }
            Some(same) => streams.tell(&format!(
                "note: {} and {} hold the same answers of one observer; they count once",
                same.file, sheet.file
            )),
            None => used.push(sheet),
        }
    }
    Ok(used)
}

/// The role that a result was taken for; the bank's own for an answers file.
fn role<'a>(sheet: &Sheet, bank: &'a Bank) -> anyhow::Result<Option<&'a Role>> {
    match &sheet.attempt {
        Some(attempt) => Ok(role_of(attempt, bank)),
        None => bank::role(bank, None),
    }
}
