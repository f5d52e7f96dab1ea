//! `coofit score` and `coofit report`: answers in, a report out.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Result, bail};

use crate::bank::fault::quote;
use crate::document::Document;
use crate::render::{Dated, calendar};
use crate::report::{About, Report, explain, sections};
use crate::store::Store;
use crate::{answers, store};

use super::history::trend;
use super::output::Inputs;
use super::print::{FormatName, Print, Printer};
use super::results::{about, at_fault, calendar_identity, data_dir, find, is_file, recall, role_of, shown};
use super::streams::Streams;
use super::{Global, bank};

const FORMATS: &str = "The format; without it, the ending of FILE decides (.txt, .md, .html, .json; .ics for the steps of a \
                       result)";

#[derive(Debug, clap::Args)]
#[command(
    after_help = "An answers file is JSON:\n  {\"format\": 1, \"bank\": \"coo\", \"edition\": \"2026.2\", \
                        \"form\": \"full\", \"answers\": {\"ITEM\": 4, ...}}\nWrite a rating as the number of its \
                        label from 1 up, a choice as the id of an option, a checklist as a list of ids, and a \
                        number as it is. What is missing or null was skipped."
)]
pub(super) struct ScoreArgs {
    /// The answers file, or - for standard input
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    how: ReportOptions,
}

#[derive(Debug, Default, clap::Args)]
pub(super) struct ReportArgs {
    /// A saved result: its name in `coofit history`, or a file (default: the latest)
    #[arg(add = super::complete::results_and_files())]
    result: Option<String>,
    #[command(flatten)]
    how: ReportOptions,
}

#[derive(Debug, Default, clap::Args)]
#[command(mut_arg("format", |format| format.help(FORMATS)))]
struct ReportOptions {
    /// Show all of it, not only the first screen
    #[arg(long)]
    full: bool,
    /// Show the arithmetic, from every answer to the score (JSON always has it)
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    print: Print,
    /// Score against this role
    #[arg(long, value_name = "ID", add = super::complete::roles())]
    role: Option<String>,
}

pub(super) fn score(args: &ScoreArgs, global: &Global, streams: &Streams) -> Result<()> {
    let printer = args.how.print.open(&Inputs::new(global).file(&args.file), streams)?;
    let bank = bank::load(global)?;
    let role = bank::role(&bank, args.how.role.as_deref())?;
    let name = if args.file == Path::new("-") { "standard input".to_owned() } else { shown(&args.file) };
    let text = read_answers(&args.file, &name)?;
    if store::decode(&text).is_ok() {
        return Err(at_fault(&name, format!("`{name}` is a saved result"), "`coofit report FILE` shows it"));
    }
    let file = answers::parse(&bank, &name, &text)?;
    if file.is_anonymous {
        return Err(anonymous(&name));
    }
    if let Some(edition) = &file.other_edition {
        let (theirs, here) = (quote(edition), quote(&bank.edition));
        streams.tell(&format!(
            "note: these answers name edition {theirs} of the bank; they are scored with edition {here}"
        ));
        if !file.left_out.is_empty() {
            streams.tell(&format!("note: left out: {}", file.left_out));
        }
    }
    let about = About { observed: file.observed, ..About::default() };
    let report = Report::new(&bank, role, &file.responses, &about);
    let identity = answers::file(&bank, &file.responses);
    #[expect(clippy::disallowed_methods, reason = "an answers file has no day of its own")]
    let dated = Dated { identity: &identity, from: jiff::ZonedDateTime::now().date() };
    let explained = || explain::document(&report, &bank, role, &file.responses);
    deliver(&report, &args.how, "coofit score FILE", dated, printer, explained)
}

pub(super) fn report(args: &ReportArgs, global: &Global, streams: &Streams) -> Result<()> {
    let printer = args.how.print.open(&Inputs::new(global).files(&args.result), streams)?;
    let bank = bank::load(global)?;
    let attempt = find(args.result.as_deref(), &bank, global, streams)?;
    if attempt.anonymous {
        return Err(anonymous(args.result.as_deref().unwrap_or(&attempt.id)));
    }
    let store = Store::new(&data_dir(global)?);
    let responses = recall(&attempt, &bank, streams)?;
    let role = match args.how.role.as_deref() {
        Some(id) => bank::role(&bank, Some(id))?,
        None => role_of(&attempt, &bank),
    };
    if attempt.finished.is_none() {
        streams.tell(&format!("note: this attempt is not finished; `coofit take {}` resumes it", attempt.id));
    }
    let mut about = about(&attempt, &store, streams);
    if attempt.observe.is_none() {
        about.trend = trend(&store, &bank, role)?;
    }
    let report = Report::new(&bank, role, &responses, &about);
    let identity = calendar_identity(&attempt, &bank, &responses);
    let day = about.date.as_deref().and_then(|date| date.parse().ok()).unwrap_or_default();
    let command =
        args.result.as_ref().map_or("coofit report".to_owned(), |result| format!("coofit report {result}"));
    let explained = || explain::document(&report, &bank, role, &responses);
    deliver(&report, &args.how, &command, Dated { identity: &identity, from: day }, printer, explained)
}

/// Prints or writes a report, which `command` shows again; a calendar uses `dated`.
fn deliver(
    report: &Report,
    how: &ReportOptions,
    command: &str,
    dated: Dated<'_>,
    printer: Printer<'_>,
    explained: impl FnOnce() -> Document,
) -> Result<()> {
    match printer.format {
        FormatName::Ics if report.steps.is_empty() => bail!("there is no step to put in a calendar"),
        FormatName::Ics => printer.text(&calendar(report, dated)),
        _ if how.explain => printer.document(&explained(), true, report),
        _ => {
            let role = how.role.as_ref().map_or(String::new(), |role| format!(" --role {role}"));
            let more = sections::more(&format!("{command}{role}"));
            let document = Document { more, ..sections::document(report) };
            printer.document(&document, how.full, report)
        }
    }
}

pub(super) fn anonymous(name: &str) -> anyhow::Error {
    let message = format!("`{name}` holds the answers of an anonymous observer");
    at_fault(name, message, "`coofit compare` shows the mean of three or more such files")
}

pub(super) fn read_answers(path: &Path, name: &str) -> Result<String> {
    is_file(path, "answers")?;
    let fault = |message: String| at_fault(name, message, "name an answers file, or ask for it again");
    let mut bytes = Vec::new();
    let limit = answers::MAX_BYTES as u64 + 1;
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| at_fault(name, format!("`{name}` cannot be read: {error}"), None))?;
    if bytes.len() > answers::MAX_BYTES {
        return Err(fault(format!(
            "`{name}` has more than {} bytes, and an answers file has far fewer",
            answers::MAX_BYTES
        )));
    }
    if bytes.is_empty() {
        return Err(fault(format!("`{name}` is empty; an answers file is JSON")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to() + 1;
        fault(format!("the answers file is not UTF-8 text: byte {byte}"))
    })
}
