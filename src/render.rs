//! The writers: a document as text, Markdown or a page; a report for programs; steps for a calendar.

mod calendar;
mod html;
mod json;
mod markdown;
mod old;
mod plot;
mod terminal;

pub use calendar::Dated;
pub use json::json;
pub use old::compare::render as render_comparison;
pub use old::group::render as render_group;

use crate::document::Document;
use crate::report::Report;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// For a terminal, or as plain text.
    Text(Layout),
    /// For notes and for pasting.
    Markdown,
    /// One self-contained page: no script, nothing fetched.
    Html,
}

/// What a text is laid out on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Columns; fewer than 40 are taken as 40.
    pub width: usize,
    /// Whether there are colors.
    pub color: bool,
    /// One fact a line, in words and without pictures, for reading aloud.
    pub aloud: bool,
    /// The whole document, or only the first screen.
    pub full: bool,
}

/// The document, written; ends with a line feed.
#[must_use]
pub fn write(document: &Document, writer: Writer) -> String {
    match writer {
        Writer::Text(layout) => terminal::render(document, layout),
        Writer::Markdown => markdown::render(document),
        Writer::Html => html::render(document),
    }
}

/// The form of a rendered report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format<'a> {
    /// For reading on a terminal or as plain text.
    Text(Page),
    /// The whole arithmetic, to be followed by hand.
    Explained(Page),
    /// The next steps as a calendar file.
    Calendar(Dated<'a>),
    /// For notes and for pasting.
    Markdown,
    /// One self-contained page: no script, nothing fetched.
    Html,
    /// For programs; unrounded, and the same input gives the same bytes.
    Json,
}

/// What a report's text is laid out on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Columns, 40 or more; less is taken as 40.
    pub width: usize,
    /// Whether colours are shown.
    pub color: bool,
    /// Whether bars are drawn; without them the numbers stand alone, which a screen reader can read.
    pub bars: bool,
    /// Only the first screen.
    pub summary: bool,
}

/// The report in a format; ends with a line feed.
#[must_use]
pub fn render(report: &Report, format: Format<'_>) -> String {
    match format {
        Format::Text(page) => old::terminal::render(report, page),
        Format::Explained(page) => old::explain::render(report, page),
        Format::Calendar(dated) => calendar::render(report, dated),
        Format::Markdown => old::markdown::render(report),
        Format::Html => old::html::render(report),
        Format::Json => json(report),
    }
}
