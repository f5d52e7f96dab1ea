//! Saved results: where they are, which one is meant, and its score with the current bank.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use itertools::Itertools;

use crate::bank::fault::{Fault, Faults, Help, Place, Sources, quote};
use crate::bank::parse::is_built_in;
use crate::bank::{Bank, Role};
use crate::cohort::{UTF16, name_of_kind};
use crate::report::About;
use crate::report::history::IN_FUTURE;
use crate::session::Responses;
use crate::store::{Attempt, Instance, Recalled, SavedFile, Store, Unreadable, odd_name, other_kind};
use crate::{answers, store, text};

use super::Global;
use super::keeper::now;
use super::streams::Streams;

/// The directory of the person's data: the flag, the environment, or where the system keeps data.
pub(super) fn data_dir(global: &Global) -> Result<PathBuf> {
    use etcetera::BaseStrategy;
    if let Some(directory) = &global.data_dir {
        return Ok(directory.clone());
    }
    #[expect(clippy::disallowed_methods, reason = "where answers are kept is decided here")]
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = variable("COOFIT_DATA_DIR") {
        return Ok(directory);
    }
    if let Some(directory) = variable("XDG_DATA_HOME").filter(|path| path.is_absolute()) {
        return Ok(directory.join("coofit"));
    }
    let homeless = "there is no home directory; name a place for your answers with `--data-dir DIR`";
    // Only the environment decides on the home directory; the account's entry may be somebody else's.
    #[cfg(unix)]
    if variable("HOME").is_none_or(|home| home.is_relative()) {
        bail!(homeless);
    }
    let native = etcetera::base_strategy::choose_native_strategy().context(homeless)?;
    // Answers stay on this computer, so on Windows not in the place that follows the account.
    let place = if cfg!(windows) { native.cache_dir() } else { native.data_dir() };
    let earlier = etcetera::choose_base_strategy().context(homeless)?.data_dir();
    Ok(first_in_use(place.join("coofit"), earlier.join("coofit")))
}

/// The current place, unless an earlier version has kept answers at another one.
fn first_in_use(place: PathBuf, earlier: PathBuf) -> PathBuf {
    if !place.exists() && earlier.join("attempts").is_dir() { earlier } else { place }
}

/// The attempt with this name or in this file; otherwise the latest finished one of the bank.
pub(super) fn find(result: Option<&str>, bank: &Bank, global: &Global, streams: &Streams) -> Result<Attempt> {
    if let Some(path) = result.map(Path::new).filter(|path| path.is_file()) {
        is_file(path, "a saved result")?;
        let mut attempt = store::read(path).map_err(|error| unreadable(path, &error))?;
        // Use the name of the file: the id inside may be a path, or control a terminal.
        attempt.id = text::escape(&path.file_stem().unwrap_or_default().to_string_lossy()).into_owned();
        return Ok(attempt);
    }
    let store = Store::new(&data_dir(global)?);
    let Some(name) = result else {
        let latest = own_results(&store, bank, streams)?.pop();
        return latest.with_context(|| {
            format!("there is no finished result in {}; `coofit` takes the quiz", store.directory().display())
        });
    };
    let stem = |path: &Path| path.file_stem().is_some_and(|stem| stem == name);
    if let Some(entry) = store.list()?.into_iter().find(|entry| stem(&entry.path)) {
        return entry.attempt.map_err(|error| unreadable(&entry.path, &error));
    }
    is_file(Path::new(name), "a saved result")?;
    Err(no_result(name))
}

pub(super) fn no_result(name: &str) -> anyhow::Error {
    anyhow!("there is no result {}; `coofit history` lists them", quote(name))
}

/// Refuses a folder, a pipe, a device or a packed file in place of a text file. An open pipe from a shell is
/// allowed.
pub(super) fn is_file(path: &Path, what: &str) -> Result<()> {
    if path.starts_with("/dev") || path.starts_with("/proc") {
        return Ok(());
    }
    let of_file = || other_kind(&fs::metadata(path).ok()?).or_else(|| packed(path));
    let Some(kind) = odd_name(path).or_else(of_file) else { return Ok(()) };
    let name = shown(path);
    let help = if kind == UTF16 { "save it as UTF-8".to_owned() } else { format!("name the file of {what}") };
    Err(at_fault(&name, format!("`{name}` is {kind}"), help))
}

/// The kind of a file that does not start like text.
fn packed(path: &Path) -> Option<&'static str> {
    let mut head = Vec::new();
    fs::File::open(path).ok()?.take(4096).read_to_end(&mut head).ok()?;
    name_of_kind(&head).filter(|is| *is != "JSON")
}

/// The usable attempts, the earliest first. Warns about the others.
pub(super) fn usable(entries: Vec<SavedFile>, streams: &Streams) -> Vec<Attempt> {
    usable_or(entries, streams, |path, error| Some(format!("{} cannot be read: {error}", path.display())))
}

/// The same, with the warnings of `unreadable` about attempts that cannot be read.
pub(super) fn usable_or(
    entries: Vec<SavedFile>,
    streams: &Streams,
    unreadable: impl Fn(&Path, &Unreadable) -> Option<String>,
) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for entry in entries {
        let warning = match (entry.attempt, entry.copy_of) {
            (Ok(attempt), None) => {
                attempts.push(attempt);
                None
            }
            (Ok(_), Some(id)) => Some(copy(&entry.path, &id)),
            (Err(error), _) => unreadable(&entry.path, &error),
        };
        if let Some(warning) = warning {
            streams.tell(&format!("warning: {warning}"));
        }
    }
    attempts
}

fn copy(path: &Path, id: &str) -> String {
    let (copy, original) = (path.display(), quote(id));
    let is_own_id =
        id.starts_with(|c: char| c.is_ascii_digit()) && id.chars().all(|c| c.is_ascii_digit() || c == '-');
    if !is_own_id {
        return format!(
            "{copy} is left out: the id in it, {original}, is not one that coofit gives; move the file elsewhere or delete it"
        );
    }
    let so = if path.with_file_name(format!("{id}.json")).exists() {
        "made by a sync program or by hand; compare the two and delete one"
    } else {
        &format!("which is not there; rename it to `{id}.json` to use it")
    };
    format!("{copy} is left out: it is a copy of {original}, {so}")
}

/// The finished results of the person with this bank, the latest last. Warns about unusable results and
/// about dates in the future.
pub(super) fn own_results(store: &Store, bank: &Bank, streams: &Streams) -> Result<Vec<Attempt>> {
    let own = finished_own(usable(store.list()?, streams), bank);
    // Results from the future come first. Where there are no others, the last of them is the latest.
    let (ahead, so) = match own.iter().position(|attempt| !is_in_future(attempt)) {
        Some(n_ahead) => (&own[..n_ahead], ". It does not count as the latest result"),
        None => (&own[own.len().saturating_sub(1)..], ""),
    };
    for attempt in ahead {
        streams.tell(&format!("warning: {} is {IN_FUTURE}{so}", text::escape(&attempt.id)));
    }
    Ok(own)
}

/// The finished results of the person with this bank: first those dated in the future, then the earliest first.
pub(super) fn finished_own(attempts: Vec<Attempt>, bank: &Bank) -> Vec<Attempt> {
    attempts.into_iter().filter(|attempt| is_own_result(attempt, bank)).sorted_by_key(age).collect()
}

pub(super) fn is_own_result(attempt: &Attempt, bank: &Bank) -> bool {
    attempt.finished.is_some() && attempt.observe.is_none() && attempt.bank == bank.id
}

/// Sorts results by time. A date in the future is wrong, so it does not count.
pub(super) fn age(attempt: &Attempt) -> (bool, Option<i64>, usize) {
    // In the same second, `2026-11-22` came before `2026-11-22-2`.
    (!is_in_future(attempt), attempt.finished, attempt.id.len())
}

/// Whether an attempt ended in the future, by more than clocks may differ.
pub(super) fn is_in_future(attempt: &Attempt) -> bool {
    const HOUR: i64 = 60 * 60;
    attempt.finished.is_some_and(|finished| finished > now() + HOUR)
}

/// A damaged or newer file is faulty input; it stays where it is.
fn unreadable(path: &Path, error: &Unreadable) -> anyhow::Error {
    let name = shown(path);
    if let Unreadable::Io(error) = error {
        return anyhow!("{name} cannot be read: {error}");
    }
    let is_sheet = fs::read_to_string(path).is_ok_and(|text| answers::is_answers_file(&text));
    let help = if is_sheet {
        "it has answers; `coofit score FILE` scores them"
    } else {
        "the file was left as it is; a copy from a backup can be put in its place"
    };
    at_fault(&name, format!("the result cannot be read: {error}"), help)
}

/// The attempt's responses with the current bank, to be scored again.
pub(super) fn recall(attempt: &Attempt, bank: &Bank, streams: &Streams) -> Result<Responses> {
    if attempt.bank != bank.id {
        let (theirs, here) = (quote(&attempt.bank), quote(&bank.id));
        bail!(
            "these answers are to the bank {theirs}, but this bank is {here}; name theirs with `--bank DIR`"
        );
    }
    let recalled = attempt.recall(bank);
    if attempt.edition != bank.edition || attempt.hash != bank.hash {
        let id = quote(&attempt.id);
        let change = if attempt.edition == bank.edition {
            format!("the files of the bank have changed since {id}, though not its edition")
        } else {
            let (then, now) = (quote(&attempt.edition), quote(&bank.edition));
            format!("the bank has changed since {id} (edition {then} then, {now} now)")
        };
        let new = match attempt.blank(bank).items().count() - recalled.responses.items().count() {
            0 => String::new(),
            1 => " 1 question is new and was not asked.".to_owned(),
            n => format!(" {n} questions are new and were not asked."),
        };
        let lost = lost(&recalled, bank);
        streams.tell(&format!("note: {change}; the answers are scored again.{lost}{new}"));
    }
    Ok(recalled.responses)
}

/// Sentences on the answers that a changed bank cannot use.
pub(super) fn lost(recalled: &Recalled, bank: &Bank) -> String {
    let left_out = &recalled.left_out;
    let left_out = if left_out.is_empty() { String::new() } else { format!(" Left out: {left_out}.") };
    let is_known = recalled.is_meaning_known || is_built_in(bank);
    let unknown = " The labels and units of that time are not known, so those of today are used.";
    left_out + if is_known { "" } else { unknown }
}

/// The role that an attempt was taken for; the bank's own if that role is gone.
pub(super) fn role_of<'a>(attempt: &Attempt, bank: &'a Bank) -> Option<&'a Role> {
    let named = attempt.role.as_deref().and_then(|id| bank.role(id));
    named.or(bank.own_role())
}

pub(super) fn about(attempt: &Attempt, store: &Store, streams: &Streams) -> About {
    let told = store.evidence(&attempt.id).unwrap_or_else(|error| {
        streams.tell(&format!("warning: the examples of {} cannot be read: {error}", attempt.id));
        None
    });
    let example = |Instance { scale, what, when, result }: &Instance| {
        let when = if when.is_empty() { String::new() } else { format!(" ({when})") };
        let result = if result.is_empty() { String::new() } else { format!(": {result}") };
        (scale.clone(), text::prose(&format!("{}{when}{result}", what.trim_end_matches('.'))))
    };
    About {
        trend: Vec::new(),
        evidence: told.map(|told| told.iter().map(example).collect()),
        date: Some(day_taken(attempt)),
        observed: attempt.observe.as_deref().map(text::name),
    }
}

/// The local day of an attempt at the place where it was taken.
pub(super) fn day_taken(attempt: &Attempt) -> String {
    attempt.day.clone().unwrap_or_else(|| day(attempt.finished.unwrap_or(attempt.saved)))
}

/// The base of the ids of calendar events, so that the same result gives the same events.
pub(super) fn calendar_identity(attempt: &Attempt, bank: &Bank, responses: &Responses) -> String {
    format!("{}\n{:?}\n{}", attempt.id, attempt.finished, answers::file(bank, responses))
}

/// A Unix time as a local date, such as 2026-11-22.
pub(super) fn day(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.to_zoned_datetime(jiff::tz::TimeZone::system()).date().to_string()
}

/// A fault of a file as a whole, and the way out.
pub(super) fn at_fault(name: &str, message: String, help: impl Into<Help>) -> anyhow::Error {
    let fault = Fault::new(Place::new(name, 0..0), message).help(help);
    Faults { sources: Sources::from_iter([(name, "")]), list: vec![fault] }.into()
}

pub(super) fn shown(path: &Path) -> String {
    text::escape(&path.display().to_string()).into_owned()
}

#[cfg(test)]
#[path = "../../tests/cli/results.rs"]
mod tests;
