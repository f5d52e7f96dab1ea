//! `coofit cohort`: many respondents, from a CSV to a CSV, and the parts of a summary brought together.

mod people;
mod table;
mod watch;

use std::fmt::Display;
use std::fs::File;
use std::io;
use std::io::ErrorKind::BrokenPipe;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::bank::fault::{json_line, quote};
use crate::bank::{Bank, Form, Role};
use crate::cohort::part::{NotMerged, PartFile};
use crate::cohort::{Cohort, CsvFault, Done, Halt, Job, Reading, Respondent, Wishes, items};
use crate::report::group::{self, Group, GroupReport};
use crate::store::odd_name;
use crate::text::grouped;
use people::{Pages, People};
use watch::{Interruptible, Watch, WatchedInput};

use super::output::{Draft, Inputs, Outputs, Target, file_of, keep, quoted, write_file};
use super::print::{FormatName, format_of, written};
use super::results::{at_fault, is_file};
use super::streams::{Streams, Usage, count};
use super::take::form_parser;
use super::{Global, bank};
use crate::render::json;

/// Files under this many bytes have their items looked at, too.
const SMALL: u64 = 8 << 20;
/// The largest part file, in bytes.
const MAX_PART: u64 = 16 << 20;

const READING: &str = "How the answers are read";
const WRITING: &str = "What is written";
const PARTS: &str = "Answers on several machines";

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The first line names the columns: item ids or questions in any order, and `id`, which is carried \
                        along. Write a rating as the number or the text of its label, a choice as the id, number or \
                        text of an option, and a checklist as such options with `;` between them (a `;` alone means \
                        none of them). An empty cell or NA was skipped. What survey tools export is read as it is; \
                        --dry-run says how. One line comes out for each row, in the same order. An id that a \
                        spreadsheet would take for a formula gets a ' in front."
)]
#[expect(clippy::struct_excessive_bools, reason = "they are switches of the command line")]
pub(super) struct Args {
    /// The answers: CSV, an Excel workbook or JSON, one respondent a row, or answers files; also packed with gzip;
    /// - for standard input
    #[arg(required_unless_present = "merge", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The column of the respondents' ids
    #[arg(help_heading = READING, long, value_name = "COLUMN")]
    id: Option<String>,
    /// The sheet of a workbook that has the answers
    #[arg(help_heading = READING, long, value_name = "NAME")]
    sheet: Option<String>,
    /// Carry this column along (can be repeated)
    #[arg(help_heading = READING, long, value_name = "COLUMN")]
    keep: Vec<String>,
    /// This cell stands for no answer, such as -99 (can be repeated)
    #[arg(help_heading = READING, long, value_name = "CELL", allow_hyphen_values = true)]
    missing: Vec<String>,
    /// Match columns whose names are codes, such as G01Q01[SQ001], to the bank's items by their order
    #[arg(help_heading = READING, long)]
    in_order: bool,
    /// Read this column as that item; COLUMN= leaves the column out (can be repeated)
    #[arg(help_heading = READING, long, value_name = "COLUMN=ITEM", value_parser = column)]
    column: Vec<(String, String)>,
    /// Keep in this file how the answers are read; if it is there, read them that way
    #[arg(help_heading = READING, long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Say how the file is read, and score nothing
    #[arg(help_heading = READING, long)]
    dry_run: bool,
    /// Write the scores to this file instead of printing them
    #[arg(help_heading = WRITING, short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the scores for a spreadsheet: titles instead of ids, whole numbers, accents as they are
    #[arg(help_heading = WRITING, long, conflicts_with = "merge")]
    excel: bool,
    /// The decimal mark of the spreadsheet: with a comma, cells are separated by `;`
    #[arg(help_heading = WRITING, long, value_name = "MARK", requires = "excel", default_value = "point", value_parser = ["comma", "point"])]
    decimal: String,
    /// Set rows at fault aside in this file, with the reasons, and score the rest
    #[arg(help_heading = WRITING, long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write mean, spread and Cronbach's alpha of each scale to this file, as JSON
    #[arg(help_heading = WRITING, long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Describe the group on one page in this file (.html, .md, .txt, .json), without giving away anybody's scores
    #[arg(help_heading = WRITING, long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Compare the people of each value of this column on the page, such as departments
    #[arg(help_heading = WRITING, long, value_name = "COLUMN", requires = "report")]
    by: Option<String>,
    /// Compare on the page with the earlier answers of the same people in this file, matched by id
    #[arg(help_heading = WRITING, long, value_name = "FILE", requires = "report")]
    before: Option<PathBuf>,
    /// Write the page of each respondent, named by id, into this new directory
    #[arg(help_heading = WRITING, long, value_name = "DIR")]
    reports: Option<PathBuf>,
    /// Write how each item works to this file, as CSV: shares, mean, item-rest correlation, alpha without it, omega
    #[arg(help_heading = WRITING, long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Write mean and spread of each scale to this file, as norms for a bank
    #[arg(help_heading = WRITING, long, value_name = "FILE")]
    norms: Option<PathBuf>,
    /// Write the sums behind summary and page to this file, to be merged
    #[arg(help_heading = PARTS, long, value_name = "FILE")]
    part: Option<PathBuf>,
    /// Bring parts together instead of scoring, into --summary, --report, --items, --norms, --part, or standard output
    #[arg(help_heading = PARTS, long, value_name = "PART", num_args = 1.., conflicts_with_all = ["files", "output", "rejects", "role", "form", "by", "before", "reports"])]
    merge: Vec<PathBuf>,
    /// Score against this role
    #[arg(long, value_name = "ID")]
    role: Option<String>,
    /// The form that was answered
    #[arg(help_heading = READING, long, value_name = "FORM", value_parser = form_parser())]
    form: Option<Form>,
    /// Write over files that are already there
    #[arg(help_heading = WRITING, long)]
    force: bool,
}

/// A file that is made of the sums over all respondents.
#[derive(Clone, Copy, PartialEq)]
enum Extra {
    Summary,
    Report,
    Items,
    Norms,
    Part,
}

impl Args {
    fn format(&self) -> anyhow::Result<FormatName> {
        self.report.as_deref().map_or(Ok(FormatName::Html), format_of)
    }

    /// The places for the extras that are asked for.
    fn extras(&self, outputs: &mut Outputs<'_>) -> anyhow::Result<Vec<(Extra, Target)>> {
        let all = [
            (Extra::Summary, &self.summary),
            (Extra::Report, &self.report),
            (Extra::Items, &self.items),
            (Extra::Norms, &self.norms),
            (Extra::Part, &self.part),
        ];
        let mut targets = Vec::new();
        for (extra, path) in all {
            targets.extend(outputs.target_if(path.as_deref())?.map(|target| (extra, target)));
        }
        Ok(targets)
    }

    /// What the person says about the files. A map that is there says what columns hold.
    fn wishes(&self) -> anyhow::Result<Wishes> {
        let map = self.map.as_deref().filter(|map| map.exists());
        let mut reading = map.map(read_map).transpose()?.unwrap_or_default();
        reading.id = self.id.clone().or(reading.id);
        reading.sheet = self.sheet.clone().or(reading.sheet);
        reading.missing.extend(self.missing.clone());
        Ok(Wishes {
            keep: self.keep.clone(),
            by: self.by.clone(),
            columns: self.column.clone(),
            in_order: self.in_order,
            reading,
        })
    }
}

impl Extra {
    fn needs_bank(self) -> bool {
        !matches!(self, Extra::Summary | Extra::Part)
    }

    fn needs_items(self) -> bool {
        !matches!(self, Extra::Summary | Extra::Norms)
    }

    fn text(
        self,
        part: &PartFile,
        bank: Option<&Bank>,
        role: Option<&Role>,
        format: FormatName,
        group: Option<Group>,
        notes: &[String],
    ) -> Result<String, NotMerged> {
        let Some(bank) = bank.filter(|_| self.needs_bank()) else {
            return Ok(if self == Extra::Part { part.json() } else { part.tally.json(notes) });
        };
        let form = part.form(bank)?;
        Ok(match self {
            Extra::Items => items::csv(bank, &part.items(bank)?),
            Extra::Norms => items::norms(bank, form, &part.tally.scales()),
            _ => {
                let figures = part.items(bank).unwrap_or_default();
                let group = Group {
                    n_set_aside: part.tally.n_set_aside,
                    apart: part.tally.apart,
                    contradictions: items::warnings(bank, &figures, &part.tally.scales(), false),
                    ..group.unwrap_or_else(|| part.tally.group())
                };
                let report = GroupReport::new(bank, role, form, &group);
                written(&group::document(&report), format, || json(&report))
            }
        })
    }
}

pub(super) fn cohort(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let read = args.files.iter().chain(&args.merge).chain(&args.before);
    let inputs = read.fold(Inputs::new(global), |inputs, path| inputs.file(path));
    let outputs = Outputs::new(&inputs, args.force);
    if args.files.iter().chain(&args.before).filter(|path| *path == Path::new("-")).count() > 1 {
        bail!(Usage("standard input can be read only once; put the other answers in a file".to_owned()));
    }
    if args.files.is_empty() {
        merge(args, outputs, global, streams)
    } else {
        score(args, outputs, global, streams)
    }
}

/// A file as messages name it.
fn shown(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { quoted(file) }
}

/// The files with their names.
fn opened(files: &[PathBuf]) -> anyhow::Result<Vec<(String, File)>> {
    let open_one = |file: &PathBuf| {
        let name = shown(file);
        let input = open(file).map_err(|error| fault(&name, format_args!("cannot be read: {error}")))?;
        Ok((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), input))
    };
    files.iter().map(open_one).collect()
}

fn score(args: &Args, mut outputs: Outputs<'_>, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let name = match &args.files[..] {
        [file] => shown(file),
        files => format!("{} files", files.len()),
    };
    let opened = opened(&args.files)?;
    let wishes = args.wishes()?;
    // From here on a signal leaves no half-written file. Opening a pipe may wait, so a signal still ends that.
    let watch = Watch::start().context("signals cannot be caught")?;
    let mut output = outputs.target(args.output.as_deref())?.draft()?;
    let mut rejects = outputs.target_if(args.rejects.as_deref())?.map(Target::draft).transpose()?;
    let drafts = args.extras(&mut outputs)?.into_iter().map(|(extra, target)| Ok((extra, target.draft()?)));
    let format = args.format()?;
    let mut extras = drafts.collect::<anyhow::Result<Vec<(Extra, Draft)>>>()?;
    #[cfg(windows)]
    watch.take_away([&output].into_iter().chain(&rejects).chain(extras.iter().map(|(_, draft)| draft)));
    let bank = bank::load(global)?;
    let role = bank::role(&bank, args.role.as_deref())?;
    let form = args.form.unwrap_or(Form::Full);
    let people = People::open(args, &name, &bank, role, form, &watch);
    watch.check()?;
    let people = people?;
    let each = |respondent: Respondent<'_>| people.take(&respondent);
    let has_each = args.by.is_some() || args.before.is_some() || args.reports.is_some();
    let size = size_of(&opened);
    let is_small = size.is_some_and(|size| size < SMALL);

    // If the scores go to a file, the screen is free for a table.
    let width = streams.err_width().filter(|_| output.is_file());

    let n_read = AtomicU64::new(0);
    let watched = |(name, input)| (name, WatchedInput { input, watch: &watch, n_read: &n_read });
    let inputs = opened.into_iter().map(watched).collect();
    let mut reading = Reading::default();
    let outcome = Cohort::open_all(&bank, role, form, inputs, &wishes).and_then(|cohort| {
        note(cohort.notes(), streams);
        cohort.reading().iter().for_each(|line| streams.tell_as_it_is(&format!("  {line}")));
        reading = cohort.map();
        let bar = bar(size, !output.is_file());
        let progress = |n_rows: u64| {
            bar.set_position(n_read.load(Ordering::Relaxed));
            bar.set_message(grouped(&n_rows));
        };
        let mut output = Interruptible { draft: &mut output, watch: &watch };
        let mut nowhere = io::sink();
        let mut rejects = rejects.as_mut().map(|draft| Interruptible { draft, watch: &watch });
        let done = cohort.run(Job {
            each: has_each.then_some(&each),
            excel: args.excel.then_some(if args.decimal == "comma" { b';' } else { b',' }),
            output: if args.dry_run { &mut nowhere } else { &mut output },
            rejects: rejects.as_mut().map(|output| output as &mut (dyn Write + Send)),
            tally: !extras.is_empty() || width.is_some() || is_small,
            items: is_small || extras.iter().any(|(extra, _)| extra.needs_items()),
            // Twice the cores: a thread that waits for its turn to write leaves its core to another.
            threads: std::thread::available_parallelism().map_or(1, |cores| 2 * cores.get()),
            progress: &progress,
            stop: Some(&watch.stop),
        });
        bar.finish_and_clear();
        done
    });
    watch.check()?;
    let (mut group, pages) = people.done()?;
    let done = match outcome {
        Ok(done) => done,
        Err(halt) => return halted(halt, &name, !output.is_file()),
    };
    let n_rejected = done.n_rejected;
    let mut said = findings(&done);
    tell(&done, &name, streams);
    note(&said, streams);
    if args.dry_run {
        let rows = count(done.n_scored, "row");
        streams.tell(&format!("{rows} would be scored, and {n_rejected} set aside"));
        return Ok(());
    }
    if let Some(path) = args.map.as_deref().filter(|map| !map.exists()) {
        write_file(path, json(&reading).as_bytes(), false)?;
    }
    let mut table = Vec::new();
    if let Some(tally) = done.tally {
        if let Some(width) = width.filter(|_| tally.n > 0) {
            table = table::lines(&bank, &tally, n_rejected, width);
        }
        let part = PartFile::new(&bank, role, form, tally);
        let low = low(&bank, &part);
        note(&low, streams);
        said.extend(low);
        for (extra, draft) in &mut extras {
            let text = extra.text(&part, Some(&bank), role, format, group.take(), &said)?;
            let written = (Interruptible { draft, watch: &watch }).write_all(text.as_bytes());
            watch.check()?;
            // The reader of one output may have read enough.
            written.or_else(|error| if error.kind() == BrokenPipe { Ok(()) } else { Err(error) })?;
        }
    }
    watch.check()?;
    pages.map_or(Ok(()), Pages::keep)?;
    let set_aside = rejects.as_ref().map(|draft| draft.place.clone());
    keep([Some(output), rejects].into_iter().flatten().chain(extras.into_iter().map(|(_, draft)| draft)))?;
    if let Some(place) = set_aside.filter(|_| n_rejected > 0) {
        streams.tell(&format!("{} set aside in {place}", count(n_rejected, "row")));
    }
    for line in table {
        streams.tell_as_it_is(&line);
    }
    Ok(())
}

fn note(said: &[String], streams: &Streams) {
    for note in said {
        streams.tell(&format!("note: {note}"));
    }
}

/// Bytes of all files; nothing if one has no size.
fn size_of(files: &[(String, File)]) -> Option<u64> {
    let size = |(_, file): &(String, File)| file.metadata().ok().filter(std::fs::Metadata::is_file);
    files.iter().map(|file| Some(size(file)?.len())).sum()
}

/// What is odd about the respondents; the summary has it too.
fn findings(done: &Done) -> Vec<String> {
    let whys = [
        ("respondent", "without a single answer", "the rows have no scores"),
        ("row", "with an id that came before", "each is scored"),
        ("row", "with an id or a name that looks like a test", "each is scored"),
        ("row", "with one and the same answer to every rating", "each is scored"),
    ];
    let say = |((what, why, then), (n, named)): (_, &(u64, Vec<String>))| {
        let more = if *n > named.len() as u64 { ", …" } else { "" };
        (*n > 0).then(|| format!("{} {why} ({}{more}); {then}", count(*n, what), named.join(", ")))
    };
    whys.into_iter().zip(&done.apart).filter_map(say).collect()
}

/// Says which rows are not in the output.
fn tell(done: &Done, name: &str, streams: &Streams) {
    let [n_previews, n_unfinished, n_headers, n_empty] = done.n_no_one;
    let left_out = [
        (done.n_blank, "blank line", format!("between the rows of {name} passed over")),
        (n_empty, "row", format!("of {name} with nothing but separators left out")),
        (n_previews, "row", "that the tool marks as a preview or test left out".to_owned()),
        (n_unfinished, "row", "that the tool marks as unfinished left out".to_owned()),
        (n_headers, "row", "with the header again left out".to_owned()),
    ];
    for (n, what, how) in left_out.iter().filter(|(n, ..)| *n > 0) {
        streams.tell(&format!("note: {} {how}", count(*n, what)));
    }
    if done.n_scored == 0 && done.n_rejected == 0 {
        streams.tell(&format!("note: {name} has no rows under its header"));
    }
}

/// Names the items that hardly correlate with their scale, or run against it.
fn low(bank: &Bank, part: &PartFile) -> Vec<String> {
    items::warnings(bank, &part.items(bank).unwrap_or_default(), &part.tally.scales(), true)
}

/// Ends a run that stopped early. Its drafts are removed.
fn halted(halt: Halt, name: &str, to_stdout: bool) -> anyhow::Result<()> {
    Err(match halt {
        Halt::Write(error) if to_stdout && error.kind() == BrokenPipe => return Ok(()),
        // The error names the file.
        Halt::Write(error) => error.into(),
        Halt::Read(_) | Halt::Stopped => anyhow::Error::new(halt).context(name.to_owned()),
        Halt::Fault(CsvFault { can_be_set_aside: true, .. }) => {
            let help = "help: `--rejects FILE` sets such rows aside and scores the rest";
            at_fault(name, format!("{name}: {halt}\n  {help}"), None)
        }
        Halt::File(file, halt) => return halted(*halt, &quote(&file), to_stdout),
        Halt::Fault(_) | Halt::NotCsv(..) | Halt::Refused(_) => {
            at_fault(name, format!("{name}: {halt}"), None)
        }
    })
}

fn merge(args: &Args, mut outputs: Outputs<'_>, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let mut extras = args.extras(&mut outputs)?;
    let format = args.format()?;
    if extras.is_empty() {
        extras.push((Extra::Summary, outputs.target(None)?));
    }
    let mut whole: Option<PartFile> = None;
    for path in &args.merge {
        let part = read_part(path)?;
        match &mut whole {
            Some(whole) => whole.add(&part).map_err(|reason| fault(&quoted(path), reason))?,
            None => whole = Some(part),
        }
    }
    let whole = whole.context("there are no parts to merge")?;
    let bank = extras.iter().any(|(extra, _)| extra.needs_bank()).then(|| bank::load(global)).transpose()?;
    let mut drafts = Vec::new();
    for (extra, target) in extras {
        let role = bank.as_ref().and_then(|bank| whole.role(bank));
        let text = extra.text(&whole, bank.as_ref(), role, format, None, &[]).map_err(|reason| {
            let help = "help: name the bank of the parts by `--bank DIR`";
            fault(&quoted(&args.merge[0]), format_args!("{reason}\n  {help}"))
        })?;
        if let (Extra::Items, Some(bank)) = (extra, &bank) {
            note(&low(bank, &whole), streams);
        }
        let mut draft = target.draft()?;
        draft.write_text(&text)?;
        drafts.push(draft);
    }
    keep(drafts)
}

/// A file at fault: "`x.csv` cannot be read".
fn fault(name: &str, problem: impl Display) -> anyhow::Error {
    at_fault(name, format!("{name} {problem}"), None)
}

fn column(text: &str) -> Result<(String, String), &'static str> {
    let (name, item) = text.rsplit_once('=').ok_or("it has to be COLUMN=ITEM, or COLUMN= to leave it out")?;
    Ok((name.to_owned(), item.to_owned()))
}

fn read_map(path: &Path) -> anyhow::Result<Reading> {
    let name = quoted(path);
    is_file(path, "columns")?;
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| fault(&name, format_args!("cannot be read: {error}")))?;
    let reading = serde_json::from_str(&text).map_err(|error| json_line(&error));
    reading.map_err(|error| fault(&name, format_args!("does not say how a file is read: {error}")))
}

fn read_part(path: &Path) -> anyhow::Result<PartFile> {
    let name = quoted(path);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_PART + 1).read_to_end(&mut bytes))
        .with_context(|| format!("{name} cannot be read"))?;
    let no_part = |why: String| fault(&name, NotMerged::NoPart(why));
    if bytes.len() as u64 > MAX_PART {
        return Err(no_part(format!("it has more than {MAX_PART} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| no_part("it is not UTF-8 text".to_owned()))?;
    PartFile::parse(&text).map_err(|reason| fault(&name, reason))
}

fn open(path: &Path) -> anyhow::Result<File> {
    if path == Path::new("-") {
        // Without a buffer, because rows are read in large pieces.
        return Ok(file_of(&io::stdin())?);
    }
    if path.is_dir() {
        bail!("it is a directory");
    }
    if let Some(kind) = odd_name(path) {
        bail!("it is {kind}");
    }
    Ok(File::open(path)?)
}

/// A bar of bytes with the rows done and the time left; only the rows if the size is not known. Hidden if
/// standard error is not a terminal, or if the rows themselves go to the terminal.
fn bar(size: Option<u64>, to_stdout: bool) -> ProgressBar {
    if !io::stderr().is_terminal() || to_stdout && io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{wide_bar} {percent}%  {msg} rows  {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {msg} rows  {elapsed}"),
    };
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
