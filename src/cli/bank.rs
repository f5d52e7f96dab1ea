//! `coofit bank`: the author's commands, and where every command gets its bank from.

mod audit;
mod check;
mod export;
mod import;
mod new;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::bail;
use clap::{Subcommand, ValueEnum};
use unicode_normalization::UnicodeNormalization;

use crate::bank::export::{paper, questions};
use crate::bank::fault::{Fault, Faults, Place, Sources, did_you_mean, quote};
use crate::bank::{Bank, Counts, Form, Item, ItemKind, Keyed, Keying, Month, Norm, NumberRange, Role, parse};
use crate::report::bank::BankView;
use crate::{render, text};

use super::results::{at_fault, shown};
use super::streams::{Streams, Usage, count};
use super::take::form_parser;
use super::{Exit, Global};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show every fault of a bank, with its line
    Check(check::Args),
    /// Test a bank on simulated answers: how accurate the score is, and whether a wrong key would show
    Audit(audit::Args),
    /// Write a small working bank to start from, or the header of a group's file
    New(new::Args),
    /// Write the questions for a survey tool, without points
    Export(export::Args),
    /// Make a bank from a table of items or a survey tool's file
    Import(import::Args),
    /// Show a bank as people read it
    Show {
        /// The bank's directory (default: the one named by --bank, or the built-in one)
        #[arg(value_hint = clap::ValueHint::DirPath)]
        dir: Option<PathBuf>,
        /// How to print it
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: ShowFormat,
        /// Only the questions, without points: a form to print
        #[arg(long, conflicts_with = "format")]
        questions: bool,
        /// Which form to print
        #[arg(long, value_name = "FORM", default_value = "full", value_parser = form_parser(), requires = "questions")]
        form: Form,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ShowFormat {
    Text,
    Json,
}

pub(super) fn run(command: &Command, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let done = match command {
        Command::Check(args) => return check::check(args, global, streams),
        Command::Audit(args) => audit::audit(args, global, streams),
        Command::New(args) => new::new(args, global, streams),
        Command::Export(args) => export::export(args, global, streams),
        Command::Import(args) => import::import(args, streams),
        Command::Show { dir, format, questions: is_paper, form } => {
            let bank = load_from(dir.as_deref(), global)?;
            streams.out(&match format {
                _ if *is_paper => paper(&bank, &questions(&bank, *form, false)),
                ShowFormat::Text => show_text(&bank),
                ShowFormat::Json => render::json(&BankView::new(&bank)),
            })
        }
    };
    done.map(|()| Exit::Done)
}

/// The bank that a command works on.
pub(super) fn load(global: &Global) -> anyhow::Result<Bank> {
    load_from(None, global)
}

fn load_from(dir: Option<&Path>, global: &Global) -> anyhow::Result<Bank> {
    match dir.or(global.bank.as_deref()) {
        Some(directory) => Ok(parse::parse(&sources(Some(directory))?)?),
        None => Ok(parse::built_in()),
    }
}

/// The role to score against: the named one, or the bank's own.
pub(super) fn role<'a>(bank: &'a Bank, named: Option<&str>) -> anyhow::Result<Option<&'a Role>> {
    let Some(id) = named else { return Ok(bank.own_role()) };
    if let Some(role) = bank.role(id) {
        return Ok(Some(role));
    }
    let ids = bank.roles.iter().map(|role| role.id.as_str());
    let help = did_you_mean(id, ids.clone()).unwrap_or_else(|| {
        let ids: Vec<String> = ids.map(quote).collect();
        if ids.is_empty() { "it has none".to_owned() } else { format!("it has {}", ids.join(", ")) }
    });
    bail!(Usage(format!("the bank has no role {}; {help}", quote(id))))
}

pub(super) fn this_month() -> Month {
    #[expect(clippy::disallowed_methods, reason = "the month comes in here")]
    let today = jiff::ZonedDateTime::now();
    Month { year: today.year().into(), month: today.month().into() }
}

const MOST_FILES: usize = 1000;

/// The folders of a bank, and how the names of their files begin.
fn folders(directory: &Path) -> [(PathBuf, &'static str); 2] {
    [(directory.to_owned(), ""), (directory.join("roles"), "roles/")]
}

/// The TOML files of a folder, up to one more than a bank may have. Files of editors and file systems
/// start with a dot and are left out.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_toml = |path: &PathBuf| {
        let is_hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        !is_hidden && path.extension().is_some_and(|extension| extension == "toml")
    };
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    paths.filter(|path| path.as_ref().map_or(true, is_toml)).take(MOST_FILES + 1).collect()
}

pub(super) fn files(directory: &Path) -> Vec<PathBuf> {
    folders(directory).iter().flat_map(|(folder, _)| toml_files(folder).unwrap_or_default()).collect()
}

/// The texts of the bank in a directory, or of the built-in one.
///
/// Reads only TOML files in the folders of a bank. Each must be a regular file of a reasonable size.
/// A file that cannot be read is a fault of the bank.
fn sources(directory: Option<&Path>) -> anyhow::Result<Sources> {
    let Some(directory) = directory else { return Ok(Sources::built_in()) };
    let mut sources = Sources::default();
    let mut faults = Vec::new();
    let mut whole = 0;
    for (folder, prefix) in folders(directory) {
        let paths = match toml_files(&folder) {
            Ok(paths) => paths,
            Err(error) if !prefix.is_empty() && error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) if !prefix.is_empty() => {
                faults.push(whole_file("roles", format!("the folder `roles` cannot be read: {error}")));
                continue;
            }
            Err(error) => {
                let name = shown(directory);
                let is_file = directory.is_file();
                let reason = if is_file { "it is a file".to_owned() } else { error.to_string() };
                let message = format!("the bank `{name}` cannot be read: {reason}");
                return Err(at_fault(&name, message, is_file.then(|| bank_directory_help(directory))));
            }
        };
        if paths.len() > MOST_FILES {
            let name = shown(&folder);
            let message = format!("`{name}` has more than {MOST_FILES} TOML files; no bank has so many");
            let help = "name the directory of one bank, or remove what is not part of it";
            return Err(at_fault(&name, message, help));
        }
        for path in paths {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            // Some systems store letters and accents of a name separately; bank files have them as typed.
            let name = format!("{prefix}{}", text::escape(&file.nfc().collect::<String>()));
            if sources.get(&name).is_some() {
                let message = format!("`{name}` is there twice, in two spellings that look the same");
                faults.push(whole_file(&name, message).help("remove one of the two files"));
            }
            match read(&path) {
                // The parser refuses larger banks, so there is no need to read more.
                Ok(_) if whole > parse::MAX_BANK_BYTES => {}
                Ok(text) => {
                    whole += text.len();
                    sources.insert(name, text);
                }
                Err(message) => {
                    let help = message.contains("UTF-8").then(|| "save the file as UTF-8".to_owned());
                    faults.push(whole_file(&name, format!("`{name}` {message}")).help(help));
                    // The file exists, so no other fault should say that it is missing.
                    sources.insert(name, "");
                }
            }
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(Faults { sources, list: faults }.into()) }
}

fn whole_file(name: &str, message: String) -> Fault {
    Fault::new(Place::new(name, 0..0), message)
}

/// The directory to name instead of a file of a bank.
fn bank_directory_help(file: &Path) -> String {
    let named = |path| if path == Path::new("") { Path::new(".") } else { path };
    let parents = file.ancestors().skip(1).map(named);
    // Roles are in a folder of their own.
    match parents.take(2).find(|path| path.join("bank.toml").is_file()) {
        Some(bank) => format!("name the directory that holds it: `{}`", shown(bank)),
        None => "name a directory that holds a `bank.toml`".to_owned(),
    }
}

fn read(path: &Path) -> Result<String, String> {
    let unread = |error: io::Error| format!("cannot be read: {error}");
    let metadata = fs::metadata(path).map_err(unread)?;
    if !metadata.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let limit = parse::MAX_FILE_BYTES as u64;
    if metadata.len() > limit {
        return Err(format!("has {} bytes; a bank file may have {limit}", metadata.len()));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unread)?;
    file.take(limit).read_to_end(&mut bytes).map_err(unread)?;
    String::from_utf8(bytes)
        .map_err(|error| format!("is not UTF-8 text: byte {}", error.utf8_error().valid_up_to() + 1))
}

/// The bank as people read it: every part, scale and item, in the order of the quiz.
fn show_text(bank: &Bank) -> String {
    let n_quick = bank.items.iter().filter(|item| item.quick).count();
    let mut lines = vec![
        format!("{} (bank {}, edition {})", bank.title, bank.id, bank.edition),
        format!("{}, {n_quick} in the quick form", count(bank.items.len(), "item")),
    ];
    for (index, part) in bank.parts.iter().enumerate() {
        lines.push(String::new());
        // Weights only matter with a role.
        lines.push(if bank.roles.is_empty() {
            part.title.clone()
        } else {
            format!("{} ({}, weight {})", part.title, part.side.id(), part.weight)
        });
        lines.extend(part.intro.clone());
        for scale in bank.scales.iter().filter(|scale| scale.part == index) {
            let about = scale.about.as_deref().unwrap_or("");
            lines.push(format!("  {}: {} {about}", scale.id, scale.title).trim_end().to_owned());
            lines.extend(scale.norm.as_ref().map(norm_text));
        }
        for (number, item) in bank.items.iter().enumerate().filter(|(_, item)| item.part == index) {
            lines.push(String::new());
            lines.push(format!("  {}. {}", number + 1, item.ask));
            lines.push(format!("     {}", facts(bank, item)));
            lines.extend(answers(item).into_iter().map(|answer| format!("     {answer}")));
            lines.extend(item.why.as_ref().map(|why| format!("     Why: {why}")));
        }
    }
    lines.join("\n") + "\n"
}

fn norm_text(norm: &Norm) -> String {
    let form = norm.form.map_or_else(String::new, |form| format!(", {} form only", form.id()));
    let [mean, sd] = [norm.mean, norm.sd].map(text::number);
    let (group, source) = (norm.group(), norm.source.trim_end_matches('.'));
    format!("    Norm: mean {mean}, SD {sd}{form}, of {group}. Source: {source}.")
}

/// An item's id, what it counts towards, and its form.
fn facts(bank: &Bank, item: &Item) -> String {
    let scale = |keyed: &Keyed| {
        let direction = if keyed.keying == Keying::Reverse { " (reversed)" } else { "" };
        format!("{}{direction}", bank.scales[keyed.scale].id)
    };
    let counts = match &item.counts {
        Counts::Nothing => "not scored".to_owned(),
        Counts::Weighs(keyed) => format!("weighs {}", scale(keyed)),
        Counts::Scales(keyed) => keyed.iter().map(scale).collect::<Vec<_>>().join(", "),
    };
    let quick = if item.quick { "; quick" } else { "" };
    let occasion = if item.occasion { "; occasion" } else { "" };
    format!("[{}] {counts}{quick}{occasion}", item.id)
}

fn answers(item: &Item) -> Vec<String> {
    match &item.kind {
        ItemKind::Rating(format) => vec![format.labels.join(" / ")],
        ItemKind::Choice(options) => {
            options.iter().map(|option| format!("- {} ({})", option.say, option.points)).collect()
        }
        ItemKind::Checklist { options, enough } => {
            let mut lines = vec![format!("any of these, {enough} are enough:")];
            lines.extend(options.iter().map(|option| format!("- {}", option.say)));
            lines
        }
        ItemKind::Number(range) => {
            let curve: Vec<String> = range.curve.iter().map(|(x, points)| format!("{x}: {points}")).collect();
            let whole = if range.whole { ", whole numbers" } else { "" };
            let (NumberRange { min, max, unit, .. }, curve) = (range, curve.join(", "));
            vec![format!("{min} to {max} {unit}{whole}; points at {curve}")]
        }
    }
}
