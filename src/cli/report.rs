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
use crate::bank::fault::Sources;
use crate::bank::fault::quote;
use crate::render::Format;
use crate::render::Page;
use crate::render::render;
use crate::report::About;
use crate::report::Report;
use crate::report::TrendPoint;
use crate::report::compare::retake;
use crate::report::whole;
use crate::score::assess;
use crate::session::Responses;
use crate::store;
use crate::store::Attempt;
use crate::store::Instance;
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
            how: How { format: FormatName::Text, explain: false, output: None, force: false, role: None },
        }
    }
}

#[derive(Debug, clap::Args)]
struct How {
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FormatName,
    /// Show the whole arithmetic, from every answer to the fit
    #[arg(long)]
    explain: bool,
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
    /// The next steps, for a calendar
    Ics,
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
    let report = assess_and_report(&bank, role, &file.responses, &About::default());
    deliver(&report, &args.how, streams)
}

pub(super) fn report(args: &ReportArgs, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let attempt = find(args.result.as_deref(), &bank, global, streams)?;
    let store = Store::new(&data_dir(global)?);
    let responses = recall(&attempt, &bank, streams)?;
    let role = bank::role(&bank, args.how.role.as_deref().or(attempt.role.as_deref()))?;
    if attempt.finished.is_none() {
        streams.tell("note: this attempt is not finished; `coofit` goes on with it");
    }
    let mut about = about(&attempt, &store, streams);
    if attempt.observe.is_none() {
        about.trend = trend(&store, &bank)?;
    }
    let report = assess_and_report(&bank, role, &responses, &about);
    deliver(&report, &args.how, streams)
}

pub(super) fn history(global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let store = Store::new(&data_dir(global)?);
    let entries = store.list()?;
    if entries.is_empty() {
        streams.tell(&format!("there are no attempts in {}", store.directory().display()));
    }
    let mut own = Vec::new();
    for entry in entries {
        match entry.attempt {
            Ok(attempt) => {
                streams.out(&format!("{}\n", text::escape(&history_line(&attempt, &bank))))?;
                let is_own = attempt.observe.is_none() && attempt.bank.id == bank.id;
                own.extend(Some(attempt).filter(|attempt| is_own && attempt.finished.is_some()));
            }
            Err(error) => streams.tell(&format!("warning: {} cannot be read: {error}", entry.path.display())),
        }
    }
    if let [.., before, after] = own.as_slice()
        && before.form == after.form
    {
        streams.out(&format!("\n{}\n", last_change(before, after, &bank)))?;
    }
    Ok(Exit::Done)
}

/// One attempt in a line: its name, its fit with the interval drawn, and how much was answered.
fn history_line(attempt: &Attempt, bank: &Bank) -> String {
    let name = format!("{:<12} {:<5}", attempt.id, attempt.form.id());
    if let Some(observed) = &attempt.observe {
        return format!("{name} about {observed}");
    }
    if attempt.bank.id != bank.id {
        return format!("{name} of the bank {}", quote(&attempt.bank.id));
    }
    let of = bank.form_items(attempt.form).count();
    if attempt.finished.is_none() {
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
    format!("{name} {fit}; {} of {of} answered", recalled.responses.n_answered())
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

fn role_of<'a>(attempt: &Attempt, bank: &'a Bank) -> Option<&'a Role> {
    let named = attempt.role.as_deref().and_then(|id| bank.role(id));
    named.or(bank.default_role.map(|role| &bank.roles[role]))
}

/// Every finished result of the person on this bank, the earliest first.
fn trend(store: &Store, bank: &Bank) -> anyhow::Result<Vec<TrendPoint>> {
    let attempts = store.list()?.into_iter().filter_map(|entry| entry.attempt.ok());
    let own = attempts.filter(|attempt| {
        attempt.finished.is_some() && attempt.observe.is_none() && attempt.bank.id == bank.id
    });
    let point = |attempt: Attempt| {
        let responses = attempt.recall(bank).responses;
        let fit = assess(bank, role_of(&attempt, bank), &responses).role?.fit?;
        Some(TrendPoint {
            id: attempt.id,
            form: attempt.form,
            score: fit.score,
            low: fit.low,
            high: fit.high,
        })
    };
    Ok(own.filter_map(point).collect())
}

/// What changed between the last two results.
fn last_change(before: &Attempt, after: &Attempt, bank: &Bank) -> String {
    let [first, second] = [before, after].map(|attempt| attempt.recall(bank).responses);
    let comparison = retake(bank, role_of(after, bank), [&before.id, &after.id], &first, &second);
    let says = comparison.says.join(" ");
    format!("From {} to {}: {says}\n`coofit compare` shows it scale by scale.", before.id, after.id)
}

/// Scores responses and puts the report together.
pub(super) fn assess_and_report(
    bank: &Bank,
    role: Option<&Role>,
    responses: &Responses,
    about: &About,
) -> Report {
    Report::new(bank, role, responses, &assess(bank, role, responses), about)
}

/// What an attempt says about itself.
pub(super) fn about(attempt: &Attempt, store: &Store, streams: &Streams) -> About {
    let told = store.evidence(&attempt.id).unwrap_or_else(|error| {
        streams.tell(&format!("warning: the examples of {} cannot be read: {error}", attempt.id));
        None
    });
    let example = |told: &Instance| {
        (
            told.scale.clone(),
            text::prose(&format!("{} ({}): {}", told.what.trim_end_matches('.'), told.when, told.result)),
        )
    };
    About {
        trend: Vec::new(),
        evidence: told.map(|told| told.iter().map(example).collect()),
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
    #[expect(clippy::disallowed_methods, reason = "where answers are kept is decided here")]
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(directory) = variable("COOFIT_DATA_DIR") {
        return Ok(directory);
    }
    let xdg = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    if let Some(directory) = xdg {
        return Ok(directory.join("coofit"));
    }
    let homeless = "there is no home directory; name a place for your answers with `--data-dir DIR`";
    // Only what the environment names is a home: an account's entry may be anybody's.
    #[cfg(unix)]
    if variable("HOME").is_none_or(|home| home.is_relative()) {
        bail!(homeless);
    }
    let base = etcetera::choose_base_strategy().context(homeless)?;
    Ok(base.data_dir().join("coofit"))
}

/// A page for standard output.
pub(super) fn page(streams: &Streams, bars: bool) -> Page {
    let stdout = console::Term::stdout();
    let width = if stdout.is_term() { usize::from(stdout.size().1) } else { PLAIN_WIDTH };
    Page { width, color: streams.color_out(), bars, summary: false }
}

fn deliver(report: &Report, how: &How, streams: &Streams) -> anyhow::Result<Exit> {
    if how.explain && how.format != FormatName::Text {
        bail!("`--explain` goes with the text form only");
    }
    let format = match how.format {
        FormatName::Json => Format::Json,
        FormatName::Html => Format::Html,
        FormatName::Markdown => Format::Markdown,
        #[expect(clippy::disallowed_methods, reason = "the day comes in here")]
        FormatName::Ics => Format::Calendar(jiff::Zoned::now().date()),
        FormatName::Text => {
            let page = match how.output {
                Some(_) => Page { width: PLAIN_WIDTH, color: false, bars: true, summary: false },
                None => page(streams, true),
            };
            if how.explain { Format::Explained(page) } else { Format::Text(page) }
        }
    };
    let rendered = render(report, format);
    match (&how.output, how.format) {
        (None, FormatName::Text) => streams.page(&rendered)?,
        (output, _) => streams.deliver(&rendered, output.as_deref(), how.force)?,
    }
    Ok(Exit::Done)
}

fn shown(path: &Path) -> String {
    text::escape(&path.display().to_string()).into_owned()
}

fn read_answers(path: &Path, name: &str) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let limit = answers::MAX_BYTES as u64 + 1;
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| at_fault(name, format!("`{name}` cannot be read: {error}")))?;
    if bytes.len() > answers::MAX_BYTES {
        let message = format!("the answers file has more than {} bytes", answers::MAX_BYTES);
        return Err(at_fault(name, message).into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to() + 1;
        at_fault(name, format!("the answers file is not UTF-8 text: byte {byte}")).into()
    })
}

/// A fault of a file as a whole.
fn at_fault(name: &str, message: String) -> Faults {
    let mut sources = Sources::default();
    sources.insert(name, "");
    Faults { sources, list: vec![Fault::new(Place::new(name, 0..0), message)] }
}

/// The attempt with a name, in a file, or the latest finished one of the bank.
pub(super) fn find(
    result: Option<&str>,
    bank: &Bank,
    global: &Global,
    streams: &Streams,
) -> anyhow::Result<Attempt> {
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
            .filter(|attempt| attempt.finished.is_some() && attempt.observe.is_none())
            .filter(|attempt| attempt.bank.id == bank.id)
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
    let mut attempt = store::read(path).map_err(|error| unreadable(path, &error))?;
    // A file goes by the name that it has: what it says may be a path, or a terminal's commands.
    attempt.id = text::escape(&path.file_stem().unwrap_or_default().to_string_lossy()).into_owned();
    Ok(attempt)
}

/// A damaged or newer file is faulty input; it stays where it is.
fn unreadable(path: &Path, error: &Unreadable) -> anyhow::Error {
    let name = shown(path);
    if let Unreadable::Io(error) = error {
        return anyhow::anyhow!("{name} cannot be read: {error}");
    }
    let mut faults = at_fault(&name, format!("the result cannot be read: {error}"));
    faults.list[0].help =
        Some("the file was left as it is; a copy from a backup can be put in its place".to_owned());
    faults.into()
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
