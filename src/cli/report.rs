//! `coofit score`, `coofit report` and `coofit history`: answers in, a report out.

use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use clap::ValueEnum;

use crate::answers;
use crate::bank::Bank;
use crate::bank::Role;
use crate::bank::fault::Fault;
use crate::bank::fault::Faults;
use crate::bank::fault::Place;
use crate::bank::fault::quote;
use crate::render::Format;
use crate::render::Page;
use crate::render::render;
use crate::report::About;
use crate::report::Report;
use crate::report::whole;
use crate::score::assess;
use crate::session::Responses;
use crate::store;
use crate::store::Attempt;
use crate::store::Store;
use crate::store::Unreadable;
use crate::text;

use super::Exit;
use super::Global;
use super::bank;
use super::output::Streams;

/// Columns of a text that is not for a terminal.
pub(super) const PLAIN_WIDTH: usize = 80;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "An answers file is JSON:\n  {\"format\": 1, \"bank\": \"coo\", \"edition\": \"2026.1\", \
                        \"form\": \"full\", \"answers\": {\"ITEM\": 4, ...}}\nA rating is the number of its \
                        label from 1 up, a choice the id of an option, a checklist a list of ids, a number a \
                        number. What is missing or null was skipped."
)]
pub(super) struct ScoreArgs {
    /// The answers file, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// A saved result: its name in `coofit history`, or a file (default: the latest)
    result: Option<String>,
    #[command(flatten)]
    how: How,
}

impl ReportArgs {
    /// The latest result, as text.
    pub(super) fn latest() -> ReportArgs {
        ReportArgs {
            result: None,
            how: How { format: FormatName::Text, output: None, force: false, role: None },
        }
    }
}

#[derive(Debug, clap::Args)]
struct How {
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FormatName,
    /// Write it to this file instead of printing it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is already there
    #[arg(long)]
    force: bool,
    /// Score against this role
    #[arg(long, value_name = "ID")]
    role: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Markdown,
    Html,
    Json,
}

pub(super) fn score(args: &ScoreArgs, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let role = bank::role(&bank, args.how.role.as_deref())?;
    let name = if args.file == Path::new("-") { "standard input".to_owned() } else { shown(&args.file) };
    let text = read_answers(&args.file, &name)?;
    let file = answers::parse(&bank, &name, &text)?;
    if let Some(edition) = &file.other_edition {
        streams.tell(&format!(
            "note: these answers name edition {} of the bank; they are scored with edition {}",
            quote(edition),
            quote(&bank.edition)
        ));
    }
    let report = assess_and_report(&bank, role, &file.responses, About::default());
    deliver(&report, &args.how, streams)
}

pub(super) fn report(args: &ReportArgs, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let attempt = find(args.result.as_deref(), &bank, global, streams)?;
    let role = bank::role(&bank, args.how.role.as_deref().or(attempt.role.as_deref()))?;
    let responses = recall(&attempt, &bank, streams)?;
    if attempt.finished.is_none() {
        streams.tell("note: this attempt is not finished; `coofit` goes on with it");
    }
    let report = assess_and_report(&bank, role, &responses, about(&attempt));
    deliver(&report, &args.how, streams)
}

pub(super) fn history(global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let store = Store::new(&data_dir(global)?);
    let entries = store.list()?;
    if entries.is_empty() {
        streams.tell(&format!("there are no attempts in {}", store.directory().display()));
    }
    for entry in entries {
        match entry.attempt {
            Ok(attempt) => streams.out(&format!("{}\n", text::escape(&history_line(&attempt, &bank))))?,
            Err(error) => streams.tell(&format!("warning: {} cannot be read: {error}", entry.path.display())),
        }
    }
    Ok(Exit::Done)
}

fn history_line(attempt: &Attempt, bank: &Bank) -> String {
    let name = format!("{:<14} {:<5}", attempt.id, attempt.form.id());
    let about = attempt.observe.as_ref().map_or_else(String::new, |name| format!(", about {name}"));
    if attempt.bank.id != bank.id {
        return format!("{name} of the bank {}{about}", quote(&attempt.bank.id));
    }
    let recalled = attempt.recall(bank);
    let of = bank.form_items(attempt.form).count();
    if attempt.finished.is_none() {
        return format!("{name} paused after {} of {of} questions{about}", attempt.n_given());
    }
    let role = attempt.role.as_deref().and_then(|id| bank.role(id));
    let role = role.or(bank.default_role.map(|role| &bank.roles[role]));
    let fit = assess(bank, role, &recalled.responses).role.and_then(|role| role.fit);
    let fit = fit.map_or_else(
        || "no fit".to_owned(),
        |fit| format!("fit {}, between {} and {}", whole(fit.score), whole(fit.low), whole(fit.high)),
    );
    format!("{name} {fit}; {} of {of} answered{about}", recalled.responses.n_answered())
}

/// Scores responses and puts the report together.
pub(super) fn assess_and_report(
    bank: &Bank,
    role: Option<&Role>,
    responses: &Responses,
    about: About,
) -> Report {
    Report::new(bank, role, responses, &assess(bank, role, responses), about)
}

/// What an attempt says about itself.
pub(super) fn about(attempt: &Attempt) -> About {
    About {
        date: Some(day(attempt.finished.unwrap_or(attempt.saved))),
        observed: attempt.observe.as_deref().map(text::prose),
    }
}

/// A Unix time as a local date, such as 2026-11-22.
pub(super) fn day(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::system()).date().to_string()
}

/// The directory of the person's data: the flag, or the XDG data directory.
pub(super) fn data_dir(global: &Global) -> anyhow::Result<PathBuf> {
    use etcetera::BaseStrategy;
    if let Some(directory) = &global.data_dir {
        return Ok(directory.clone());
    }
    let xdg = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(directory) = xdg {
        return Ok(directory.join("coofit"));
    }
    let base = etcetera::choose_base_strategy()
        .context("there is no home directory; name a place for your answers with `--data-dir DIR`")?;
    Ok(base.data_dir().join("coofit"))
}

/// A page for standard output.
pub(super) fn page(streams: &Streams, bars: bool) -> Page {
    let stdout = console::Term::stdout();
    let width = if stdout.is_term() { usize::from(stdout.size().1) } else { PLAIN_WIDTH };
    Page { width, color: streams.color_out(), bars, summary: false }
}

fn deliver(report: &Report, how: &How, streams: &Streams) -> anyhow::Result<Exit> {
    let format = match how.format {
        FormatName::Json => Format::Json,
        FormatName::Html => Format::Html,
        FormatName::Markdown => Format::Markdown,
        FormatName::Text if how.output.is_some() => {
            Format::Text(Page { width: PLAIN_WIDTH, color: false, bars: true, summary: false })
        }
        FormatName::Text => Format::Text(page(streams, true)),
    };
    streams.deliver(&render(report, format), how.output.as_deref(), how.force)?;
    Ok(Exit::Done)
}

fn shown(path: &Path) -> String {
    text::escape(&path.display().to_string()).into_owned()
}

fn read_answers(path: &Path, name: &str) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let limit = answers::MAX_BYTES as u64 + 1;
    if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        let file = fs::File::open(path).with_context(|| format!("`{name}` cannot be read"))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            bail!("`{name}` is a directory");
        }
        file.take(limit).read_to_end(&mut bytes).with_context(|| format!("`{name}` cannot be read"))?;
    }
    let at_fault = |message: String| {
        let mut sources = crate::bank::fault::Sources::default();
        sources.insert(name, "");
        Faults { sources, list: vec![Fault::new(Place::new(name, 0..0), message)] }
    };
    if bytes.len() > answers::MAX_BYTES {
        return Err(at_fault(format!("the answers file has more than {} bytes", answers::MAX_BYTES)).into());
    }
    String::from_utf8(bytes).map_err(|error| {
        at_fault(format!("the answers file is not UTF-8 text: byte {}", error.utf8_error().valid_up_to() + 1))
            .into()
    })
}

/// The attempt with a name, in a file, or the latest finished one of the bank.
fn find(result: Option<&str>, bank: &Bank, global: &Global, streams: &Streams) -> anyhow::Result<Attempt> {
    if let Some(path) = result.map(Path::new).filter(|path| path.is_file()) {
        return read_attempt(path);
    }
    let store = Store::new(&data_dir(global)?);
    let mut entries = store.list()?;
    let Some(name) = result else {
        for entry in &entries {
            if let Err(error) = &entry.attempt {
                streams.tell(&format!("warning: {} cannot be read: {error}", entry.path.display()));
            }
        }
        let latest = entries
            .into_iter()
            .filter_map(|entry| entry.attempt.ok())
            .filter(|attempt| attempt.finished.is_some() && attempt.bank.id == bank.id)
            .max_by_key(|attempt| attempt.finished);
        return latest.with_context(|| {
            format!("there is no finished result in {}; `coofit` takes the quiz", store.directory().display())
        });
    };
    let stem = |path: &Path| path.file_stem().is_some_and(|stem| stem == name);
    let Some(at) = entries.iter().position(|entry| stem(&entry.path)) else {
        bail!("there is no result {}; `coofit history` lists them", quote(name));
    };
    let entry = entries.swap_remove(at);
    entry.attempt.map_err(|error| unreadable(&entry.path, &error))
}

fn read_attempt(path: &Path) -> anyhow::Result<Attempt> {
    store::read(path).map_err(|error| unreadable(path, &error))
}

/// A damaged or newer file is faulty input; it stays where it is.
fn unreadable(path: &Path, error: &Unreadable) -> anyhow::Error {
    let name = shown(path);
    if let Unreadable::Io(error) = error {
        return anyhow::anyhow!("{name} cannot be read: {error}");
    }
    let mut sources = crate::bank::fault::Sources::default();
    sources.insert(&*name, "");
    let fault = Fault::new(Place::new(&name, 0..0), format!("the result cannot be read: {error}"))
        .help("the file was left as it is; a copy from a backup can be put in its place");
    Faults { sources, list: vec![fault] }.into()
}

/// The attempt's responses on the bank at hand: scored again from the stored answers.
pub(super) fn recall(attempt: &Attempt, bank: &Bank, streams: &Streams) -> anyhow::Result<Responses> {
    if attempt.bank.id != bank.id {
        bail!(
            "these answers are to the bank {}, and the bank here is {}; name theirs with `--bank DIR`",
            quote(&attempt.bank.id),
            quote(&bank.id)
        );
    }
    let recalled = attempt.recall(bank);
    if attempt.bank.edition != bank.edition || attempt.bank.hash != bank.hash {
        let lost = match recalled.dropped.len() {
            0 => "all of them fit it".to_owned(),
            n => format!("{n} of them no longer fit it and are left out"),
        };
        streams.tell(&format!(
            "note: the bank has changed since (edition {} then, {} now); the answers are scored again, and {lost}",
            quote(&attempt.bank.edition),
            quote(&bank.edition)
        ));
    }
    Ok(recalled.responses)
}
