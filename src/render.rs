//! A report as text, in one of several forms. Renderers lay out; they decide nothing.

mod arithmetic;
mod calendar;
mod compare;
mod explain;
mod group;
mod html;
mod json;
mod letter;
mod markdown;
mod markdown_text;
mod page;
mod role;
mod terminal;
mod words;

pub use calendar::Dated;
pub use compare::render as render_comparison;
pub use group::render as render_group;

use crate::bank::{Month, Role};
use crate::report::Report;

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

/// What a text is laid out on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Columns, 40 or more; less is taken as 40.
    pub width: usize,
    /// Whether colours are shown.
    pub color: bool,
    /// Whether bars are drawn; without them the numbers stand alone, which a screen reader can read.
    pub bars: bool,
    /// Only the first screen: the fit, the verdict, both sides and whether the answers are usable; the
    /// scales where there is no role.
    pub summary: bool,
}

/// The report in a format; ends with a line feed.
#[must_use]
pub fn render(report: &Report, format: Format<'_>) -> String {
    match format {
        Format::Text(page) => terminal::render(report, page),
        Format::Explained(page) => explain::render(report, page),
        Format::Calendar(dated) => calendar::render(report, dated),
        Format::Markdown => markdown::render(report),
        Format::Html => html::render(report),
        Format::Json => json::render(report),
    }
}

/// The form of a rendered role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleFormat<'a> {
    /// For reading on a terminal or as plain text.
    Text(Page),
    /// For notes and for pasting.
    Markdown,
    /// One self-contained page in this language: no script, nothing fetched.
    Html(&'a str),
}

/// What a career is like, in a format; ends with a line feed. `today` is the month:
/// facts more than two years old on it say so.
#[must_use]
pub fn render_role(role: &Role, format: RoleFormat<'_>, today: Month) -> String {
    match format {
        RoleFormat::Text(page) => role::render(role, page, today),
        RoleFormat::Markdown => role::markdown::render(role, today),
        RoleFormat::Html(language) => role::page::render(role, language, today),
    }
}
