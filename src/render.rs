//! The writers: a document as text, Markdown or a page; JSON for programs; steps for a calendar.

mod calendar;
mod html;
mod markdown;
mod plot;
mod terminal;

pub use calendar::{Dated, render as calendar};

use serde::Serialize;

use crate::document::Document;

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

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Columns; at least 40.
    pub width: usize,
    /// Whether there are colors.
    pub color: bool,
    /// One fact a line, in words and without pictures, for reading aloud.
    pub aloud: bool,
    /// The whole document, or only the first screen.
    pub full: bool,
}

/// The document as text, which ends with a line feed.
pub fn write(document: &Document, writer: Writer) -> String {
    match writer {
        Writer::Text(layout) => terminal::render(document, layout),
        Writer::Markdown => markdown::render(document),
        Writer::Html => html::render(document),
    }
}

/// The value as JSON, unrounded; the same value gives the same bytes.
///
/// # Panics
/// Never for the types of this program: their keys are texts.
pub fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).expect("all keys are texts") + "\n"
}
