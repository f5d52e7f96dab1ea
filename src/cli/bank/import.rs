//! `coofit bank import`: a bank of questions that were written elsewhere, confirmed before it is written.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::new;
use crate::bank::fault::quote;
use crate::bank::import::{BankDraft, Content, Worksheet, read};
use crate::bank::parse;
use crate::cli::menu::{ask, can_ask, select};
use crate::cli::results::{at_fault, shown};
use crate::cli::streams::{Streams, count};
use crate::cohort::{Halt, content};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "A table has one item a row, under a header: `text`; `scale`; `reversed` (R, yes, 1, x) or `key` (+, -, \
                        1, -1); `labels` (lowest first, with | between); `id`. Only `text` is needed. Anything that is not a \
                        rating is left out and named. What only you can write is a placeholder, which `bank check` names."
)]
pub(in crate::cli) struct Args {
    /// A table of items (CSV, TSV, XLSX), an XLSForm, a REDCap data dictionary, or a Qualtrics survey (QSF)
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// The directory to write; it must be new or empty
    #[arg(value_hint = clap::ValueHint::DirPath)]
    dir: PathBuf,
    /// Write without asking whether the directions are right
    #[arg(long)]
    yes: bool,
}

pub(super) fn import(args: &Args, streams: &Streams) -> anyhow::Result<()> {
    if new::has_files(&args.dir)? {
        bail!("`{}` has files already; name a new directory", shown(&args.dir));
    }
    let name = shown(&args.file);
    let read = open(&args.file).and_then(|content| read(&content).map_err(|unread| format!(": {unread}")));
    let mut draft = read.map_err(|message| at_fault(&name, format!("`{name}`{message}"), None))?;
    let [items, scales] = draft.counts();
    let (items, scales) = (count(items, "item"), count(scales, "scale"));
    streams.tell(&format!("`{name}` is read as {}: {items} on {scales}.", draft.what));
    draft.notes.iter().for_each(|note| streams.tell(&format!("note: {note}")));
    draft.preview().iter().for_each(|line| streams.tell_as_it_is(line));
    if !args.yes && !is_confirmed(&mut draft, streams)? {
        streams.tell("Nothing was written.");
        return Ok(());
    }
    if draft.is_unclear() {
        streams.tell(
            "note: where the file does not say, an item raises its scale. Set `reversed = true` at those that lower it.",
        );
    }
    let title = draft.title.clone().unwrap_or_else(|| new::title_of(&args.dir));
    let files = draft.files(&new::id_of(&title), &title);
    // Only a valid bank is written.
    parse::parse(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect())?;
    new::write_bank(&args.dir, &files, streams)
}

/// The content of the file. The choices of a survey may be in a second file next to it.
fn open(file: &Path) -> Result<Content, String> {
    let mut whole = content_of(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if let (Content::Sheets(sheets), true) = (&mut whole, name.contains("survey"))
        && let Ok(Content::Sheets(more)) = content_of(&file.with_file_name(name.replace("survey", "choices")))
    {
        sheets.extend(more.into_iter().map(|sheet| Worksheet { name: "choices".to_owned(), ..sheet }));
    }
    Ok(whole)
}

fn content_of(file: &Path) -> Result<Content, String> {
    const HELP: &str = "save the questions as CSV or as an Excel workbook (.xlsx), of at most 16 MiB";
    let input = File::open(file).map_err(|error| format!(" cannot be read: {error}"))?;
    content(input).map_err(|halt| match halt {
        Halt::NotCsv(is, _) => format!(" is {is}\n  help: {HELP}"),
        halt => format!(": {halt}"),
    })
}

/// Asks for the directions that the file does not say, then whether all are right.
fn is_confirmed(draft: &mut BankDraft, streams: &Streams) -> anyhow::Result<bool> {
    if !can_ask() {
        bail!("nothing was written; check the directions above, and add `--yes` to confirm them");
    }
    while draft.is_unclear() {
        let question = "Numbers of the items that LOWER their scale, such as 2 5 9-12 (0 for none)";
        let numbers = ask(question, "0".to_owned(), streams)?;
        match draft.lower(if numbers.trim() == "0" { "" } else { &numbers }) {
            Ok(()) => draft.preview().iter().for_each(|line| streams.tell_as_it_is(line)),
            Err(wrong) => streams.tell(&format!("{} is not the number of an item.", quote(&wrong))),
        }
    }
    let entries = [("No, write nothing", false), ("Yes, write the bank", true)];
    Ok(select("Are these directions right?", &entries)? == Some(true))
}
