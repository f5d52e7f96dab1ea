//! A report as text, in one of several forms. Renderers lay out; they decide nothing.

mod calendar;
mod compare;
mod explain;
mod json;
mod letter;
mod role;
mod terminal;

pub use compare::render as render_comparison;
pub use role::render as render_role;

use crate::report::Report;

/// The form of a rendered report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For reading on a terminal or as plain text.
    Text(Page),
    /// The whole arithmetic, to be followed by hand.
    Explained(Page),
    /// The next steps as a calendar file, from this day on.
    Calendar(jiff::civil::Date),
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
    /// Only the first screen: the fit, the verdict, both sides and whether the answers are usable.
    pub summary: bool,
}

/// The report in a format; ends with a line feed.
#[must_use]
pub fn render(report: &Report, format: Format) -> String {
    match format {
        Format::Text(page) => terminal::render(report, page),
        Format::Explained(page) => explain::render(report, page),
        Format::Calendar(today) => calendar::render(report, today),
        Format::Json => json::render(report),
    }
}
