//! `coofit bank check`: every fault and warning, for people, for editors and for programs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::bank::fault::{Fault, Faults, Sources, first, first_of, quote, show};
use crate::bank::lint::lint;
use crate::bank::{Bank, parse};
use crate::cli::streams::{Streams, count};
use crate::cli::{Exit, Global};
use crate::{audit, text};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The bank's directory (default: the one named by --bank, or the built-in one)
    #[arg(value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// text for people, short (one line per finding) for editors, or json
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: FindingFormat,
    /// Exit with 3 for warnings, too
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FindingFormat {
    Text,
    Short,
    Json,
}

pub(super) fn check(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let dir = args.dir.as_deref().or(global.bank.as_deref());
    match read(dir) {
        // For people, faults go to standard error.
        Err(error) if args.format == FindingFormat::Text => Err(error),
        Err(error) => {
            let faults = error.downcast::<Faults>()?;
            streams.out(&listed(&faults.list, &faults.sources, dir, args.format))?;
            Ok(Exit::Input)
        }
        Ok((sources, bank, warnings)) => {
            let shown = first(match args.format {
                FindingFormat::Text => gathered(&warnings, &LACKS),
                FindingFormat::Short => gathered(&warnings, &LACKS[1..]),
                FindingFormat::Json => warnings.clone(),
            });
            streams.out(&match args.format {
                FindingFormat::Text => in_text(&bank, &shown, warnings.len(), &sources, streams.color_out),
                format => listed(&shown, &sources, dir, format),
            })?;
            let is_denied = args.deny.is_some() && !warnings.is_empty();
            Ok(if is_denied { Exit::Input } else { Exit::Done })
        }
    }
}

fn read(dir: Option<&Path>) -> anyhow::Result<(Sources, Bank, Vec<Fault>)> {
    let sources = super::sources(dir)?;
    let bank = parse::parse(&sources)?;
    let warnings = lint(&bank, audit::known(&bank, Some(super::this_month())));
    Ok((sources, bank, warnings))
}

fn in_text(bank: &Bank, shown: &[Fault], n_warnings: usize, sources: &Sources, color: bool) -> String {
    let quick = bank.items.iter().filter(|item| item.quick).count();
    format!(
        "{}{}{}: {} ({quick} of them in the quick form), {}, {}, {}; no faults, {}\n",
        show(shown, sources, color),
        if shown.is_empty() { "" } else { "\n\n" },
        bank.title,
        count(bank.items.len(), "item"),
        count(bank.scales.len(), "scale"),
        count(bank.steps.len(), "step"),
        count(bank.roles.len(), "role"),
        count(n_warnings, "warning"),
    )
}

/// Warnings that an unfinished bank gets many of: the rule, one message for all of them, how many ids it names, and
/// the help.
const LACKS: [(&str, &str, usize, &str); 3] = [
    ("placeholder", "texts are still placeholders, at", usize::MAX, "`--format short` has a line for each"),
    ("no-why", "items do not say why they are asked:", 6, ALLOW),
    ("no-observer", "items have no wording for an observer:", 6, ALLOW),
];
const ALLOW: &str = "or allow `{rule}` in `bank.toml`, with the reason";

/// The warnings, but only one of many that lack the same. It names the others.
fn gathered(warnings: &[Fault], lacks: &[(&str, &str, usize, &str)]) -> Vec<Fault> {
    const FEW: usize = 3;
    let mut shown = warnings.to_vec();
    for (rule, lacks, most, more_help) in lacks {
        let is_same = |fault: &Fault| fault.rule == Some(rule);
        let same = warnings.iter().filter(|fault| is_same(fault));
        let mut ids: Vec<String> = same.filter_map(|fault| fault.at.as_deref()).map(quote).collect();
        let n = ids.len();
        if n <= FEW {
            continue;
        }
        let mut known = HashSet::new();
        ids.retain(|id| known.insert(id.clone()));
        let mut is_first = true;
        shown.retain(|fault| !is_same(fault) || std::mem::take(&mut is_first));
        for fault in shown.iter_mut().filter(|fault| is_same(fault)) {
            fault.message = format!("{n} {lacks} {}", first_of(&ids, *most));
            let help = fault.help.take().unwrap_or_default();
            fault.help = Some(format!("{help}; {}", more_help.replace("{rule}", rule)));
        }
    }
    shown
}

/// One line per finding, `file:line:column: error: message`, or a JSON array.
fn listed(findings: &[Fault], sources: &Sources, dir: Option<&Path>, format: FindingFormat) -> String {
    // A path that an editor can open from where the command was run.
    let path = |file: &str| match dir {
        // The fault is about the directory itself.
        Some(dir) if dir.display().to_string() == file => file.to_owned(),
        Some(dir) => dir.join(file).display().to_string(),
        None => file.to_owned(),
    };
    if format == FindingFormat::Json {
        let findings: Vec<serde_json::Value> =
            findings.iter().map(|finding| in_json(finding, sources, &path(&finding.place.file))).collect();
        return format!("{:#}\n", serde_json::Value::from(findings));
    }
    let line = |finding: &Fault| {
        let (line, column) = sources.line_and_column(&finding.place);
        let file = path(&finding.place.file);
        let (severity, message) = (severity(finding), &finding.message);
        let rule = finding.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
        text::escape(&format!("{file}:{line}:{column}: {severity}: {message}{rule}")).into_owned() + "\n"
    };
    findings.iter().map(line).collect()
}

fn in_json(finding: &Fault, sources: &Sources, path: &str) -> serde_json::Value {
    let (line, column) = sources.line_and_column(&finding.place);
    serde_json::json!({
        "file": finding.place.file, "path": path, "line": line, "column": column,
        "severity": severity(finding), "rule": finding.rule, "at": finding.at,
        "message": finding.message, "help": finding.help,
    })
}

fn severity(finding: &Fault) -> &'static str {
    if finding.is_warning { "warning" } else { "error" }
}
