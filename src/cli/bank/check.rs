//! `coofit bank check`: every fault and warning, for people, for editors and for programs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::bank::fault::{Fault, Faults, Severity, Sources, first, quote, show};
use crate::bank::lint::{Given, lint};
use crate::bank::{Bank, parse};
use crate::cli::output::{Streams, count};
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
        Ok((sources, bank, mut warnings)) => {
            let denied = args.deny.is_some() && !warnings.is_empty();
            if args.format == FindingFormat::Short {
                let (placeholders, others): (Vec<Fault>, Vec<Fault>) =
                    warnings.into_iter().partition(|fault| fault.severity.rule() == Some("placeholder"));
                warnings = [placeholders, gathered(&others)].concat();
            }
            streams.out(&match args.format {
                FindingFormat::Text => in_text(&bank, &warnings, &sources, streams.color_out),
                format => listed(&first(warnings), &sources, dir, format),
            })?;
            Ok(if denied { Exit::Input } else { Exit::Done })
        }
    }
}

fn read(dir: Option<&Path>) -> anyhow::Result<(Sources, Bank, Vec<Fault>)> {
    let sources = super::sources(dir)?;
    let bank = parse::parse(&sources)?;
    let warnings = lint(&bank, Given { today: Some(super::this_month()), best_fit: audit::best_fit(&bank) });
    Ok((sources, bank, warnings))
}

fn in_text(bank: &Bank, warnings: &[Fault], sources: &Sources, color: bool) -> String {
    let shown = show(&first(gathered(warnings)), sources, color);
    let quick = bank.items.iter().filter(|item| item.quick).count();
    format!(
        "{shown}{}{}: {} ({quick} of them in the quick form), {}, {}, {}; no faults, {}\n",
        if warnings.is_empty() { "" } else { "\n\n" },
        bank.title,
        count(bank.items.len(), "item"),
        count(bank.scales.len(), "scale"),
        count(bank.steps.len(), "step"),
        count(bank.roles.len(), "role"),
        count(warnings.len(), "warning"),
    )
}

/// The warnings. If many texts are placeholders, or many items lack a `why` or an `observer`, only the first of
/// these warnings, which names the others: a bank that is not finished would show little else.
fn gathered(warnings: &[Fault]) -> Vec<Fault> {
    const FEW: usize = 3;
    const NAMED: usize = 6;
    const LACKS: [(&str, &str, usize, &str); 3] = [
        ("placeholder", "texts are still placeholders, at", usize::MAX, EACH),
        ("no-why", "items do not say why they are asked:", NAMED, ALLOW),
        ("no-observer", "items have no wording for an observer:", NAMED, ALLOW),
    ];
    const EACH: &str = "`--format short` has a line for each";
    const ALLOW: &str = "or allow `{rule}` in `bank.toml`, with the reason";
    let mut shown = warnings.to_vec();
    for (rule, lacks, most, more_help) in LACKS {
        let is_same = |fault: &Fault| fault.severity == Severity::Warning(rule);
        let same = warnings.iter().filter(|fault| is_same(fault));
        let mut ids: Vec<String> = same.filter_map(|fault| fault.at.as_deref()).map(quote).collect();
        let n = ids.len();
        if n <= FEW {
            continue;
        }
        let mut known = HashSet::new();
        ids.retain(|id| known.insert(id.clone()));
        let more = match ids.len().saturating_sub(most) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        ids.truncate(most);
        let mut is_first = true;
        shown.retain(|fault| !is_same(fault) || std::mem::take(&mut is_first));
        for fault in shown.iter_mut().filter(|fault| is_same(fault)) {
            fault.message = format!("{n} {lacks} {}{more}", ids.join(", "));
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
        let rule = finding.severity.rule().map(|rule| format!(" [{rule}]")).unwrap_or_default();
        text::escape(&format!("{file}:{line}:{column}: {severity}: {message}{rule}")).into_owned() + "\n"
    };
    findings.iter().map(line).collect()
}

fn in_json(finding: &Fault, sources: &Sources, path: &str) -> serde_json::Value {
    let (line, column) = sources.line_and_column(&finding.place);
    serde_json::json!({
        "file": finding.place.file, "path": path, "line": line, "column": column,
        "severity": severity(finding), "rule": finding.severity.rule(), "at": finding.at,
        "message": finding.message, "help": finding.help,
    })
}

fn severity(finding: &Fault) -> &'static str {
    if finding.is_fault() { "error" } else { "warning" }
}
