//! `coofit bank export`: the questions for a survey tool.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;

use crate::bank::Form;
use crate::bank::export::{csv, google, limesurvey, qualtrics, questions, xlsform};
use crate::cli::Global;
use crate::cli::output::{Inputs, Output, Target, keep};
use crate::cli::streams::{Streams, Usage};
use crate::cli::take::form_parser;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The bank's directory (default: the one named by --bank, or the built-in one)
    #[arg(value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// The tool that asks them
    #[arg(long, value_name = "TOOL")]
    to: ExportFormat,
    /// Only what observers are asked, in the wording for them
    #[arg(long)]
    observer: bool,
    /// Which form to ask
    #[arg(long, value_name = "FORM", default_value = "full", value_parser = form_parser())]
    form: Form,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// A table with one row for each question
    Csv,
    /// An Excel workbook for Kobo, ODK or Enketo
    Xlsform,
    /// A tab-separated file to import as a survey
    Limesurvey,
    /// A script that makes the form in Google Forms
    Google,
    /// A text file in the Advanced Format
    Qualtrics,
}

pub(super) fn export(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let target = args.output.target(&Inputs::new(global).bank(args.dir.as_deref()))?;
    if args.to == ExportFormat::Xlsform && matches!(target, Target::Stdout) && io::stdout().is_terminal() {
        bail!(Usage("a workbook is not for a terminal; write it with `-o questions.xlsx`".into()));
    }
    let bank = super::load_from(args.dir.as_deref(), global)?;
    let questions = questions(&bank, args.form, args.observer);
    if questions.is_empty() {
        let has_no = if args.observer { "questions for observers" } else { "questions" };
        let form = args.form.id();
        bail!("the {form} form of the bank has no {has_no}; `coofit bank show` lists what it has");
    }
    let text = match args.to {
        ExportFormat::Xlsform => {
            let mut draft = target.draft()?;
            draft.write_all(&xlsform(&bank, &questions)?)?;
            return keep([draft]);
        }
        ExportFormat::Csv => csv(&questions),
        ExportFormat::Limesurvey => limesurvey(&bank, &questions, args.observer),
        ExportFormat::Google => google(&bank, &questions, args.observer),
        ExportFormat::Qualtrics => qualtrics(&bank, &questions, args.observer),
    };
    target.deliver(&text, streams)
}
