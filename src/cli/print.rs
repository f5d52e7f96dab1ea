//! Prints documents: in which format, and where to.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::Serialize;

use crate::document::Document;
use crate::prompt::is_switched_on;
use crate::render::{Layout, Writer, json, write};

use super::output::{Inputs, Output, Target, quoted};
use super::streams::{PLAIN_WIDTH, Streams, Usage, stdout_width};

#[derive(Debug, Default, clap::Args)]
pub(super) struct Print {
    /// The format; without it, the ending of FILE decides (.txt, .md, .html, .json)
    #[arg(long, value_name = "FORMAT")]
    format: Option<FormatName>,
    /// One fact per line, without pictures, for reading aloud (also with `ACCESSIBLE=1`)
    #[arg(long)]
    plain: bool,
    /// Print it at once, without a pager
    #[arg(long)]
    no_pager: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    Text,
    Markdown,
    Html,
    Json,
    /// The next steps of a result, for a calendar
    #[value(hide = true)]
    Ics,
}

pub(super) struct Printer<'a> {
    pub(super) format: FormatName,
    print: &'a Print,
    target: Target,
    streams: &'a Streams,
}

impl Print {
    /// Checks format and place before the document exists.
    pub(super) fn open<'a>(&'a self, inputs: &Inputs, streams: &'a Streams) -> Result<Printer<'a>> {
        let target = self.output.target(inputs)?;
        let format = match (self.format, self.output.file()) {
            (Some(format), _) => format,
            (None, Some(path)) => format_of(path)?,
            (None, None) => FormatName::Text,
        };
        let is_terminal = match &target {
            Target::Stdout => io::stdout().is_terminal(),
            Target::Stream(_, file) => file.is_terminal(),
            Target::File(..) => false,
        };
        if format == FormatName::Html && is_terminal {
            bail!(Usage("a page is for a browser; write it with `-o FILE.html`".into()));
        }
        Ok(Printer { format, print: self, target, streams })
    }
}

pub(super) fn format_of(path: &Path) -> Result<FormatName> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    Ok(match ending.as_str() {
        "" | "txt" => FormatName::Text,
        "md" | "markdown" => FormatName::Markdown,
        "html" | "htm" => FormatName::Html,
        "json" => FormatName::Json,
        "ics" => FormatName::Ics,
        _ => bail!(Usage(format!(
            "the ending of {} names no format; use .txt, .md, .html, .json or, for the steps of a result, .ics; or add `--format`",
            quoted(path)
        ))),
    })
}

#[expect(clippy::disallowed_methods, reason = "what the environment says about reading comes in here")]
pub(super) fn layout(streams: &Streams, aloud: bool, full: bool) -> Layout {
    let aloud = aloud || is_switched_on(std::env::var("ACCESSIBLE").ok().as_deref());
    Layout { width: stdout_width(), color: streams.color_out, aloud, full }
}

pub(super) fn written(document: &Document, format: FormatName, json: impl FnOnce() -> String) -> String {
    match format {
        FormatName::Json => json(),
        FormatName::Markdown => write(document, Writer::Markdown),
        FormatName::Html => write(document, Writer::Html),
        FormatName::Text | FormatName::Ics => {
            let layout = Layout { width: PLAIN_WIDTH, color: false, aloud: false, full: true };
            write(document, Writer::Text(layout))
        }
    }
}

impl Printer<'_> {
    /// Prints a document. Text is only the first screen unless `full`.
    pub(super) fn document(self, document: &Document, full: bool, value: &impl Serialize) -> Result<()> {
        let mut layout = layout(self.streams, self.print.plain, full);
        if matches!(self.target, Target::File(..)) {
            layout = Layout { width: PLAIN_WIDTH, color: false, ..layout };
        }
        let text = match self.format {
            FormatName::Ics => bail!(Usage("only a result has steps for a calendar".into())),
            FormatName::Text => write(document, Writer::Text(layout)),
            format => written(document, format, || json(value)),
        };
        match self.target {
            Target::Stdout if self.format != FormatName::Text => self.streams.out(&text),
            Target::Stdout if layout.aloud || self.print.no_pager => self.streams.out_text(&text),
            Target::Stdout => self.streams.page(&text),
            target => target.deliver(&text, self.streams),
        }
    }

    pub(super) fn text(self, text: &str) -> Result<()> {
        self.target.deliver(text, self.streams)
    }
}
