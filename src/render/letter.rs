//! The kit that every text for a terminal is set with: paragraphs, headings and bars on a page.

use anstyle::{AnsiColor, Style};
use textwrap::Options;

use crate::render::Page;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 84;
/// The narrowest page that is laid out for.
const NARROWEST: usize = 40;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();
pub(super) const ACCENT: Style = AnsiColor::Cyan.on_default();

/// The text so far, and the page it is laid out on.
pub(super) struct Letter {
    pub(super) text: String,
    /// Columns for text.
    pub(super) width: usize,
    pub(super) page: Page,
}

impl Letter {
    pub(super) fn new(page: Page) -> Letter {
        Letter { text: String::new(), width: page.width.clamp(NARROWEST, WIDEST) - 1, page }
    }

    pub(super) fn styled(&self, style: Style, text: &str) -> String {
        if self.page.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(super) fn heading(&mut self, title: &str) {
        self.gap();
        let title = self.styled(BOLD.fg_color(Some(AnsiColor::Cyan.into())), title);
        self.line(&title);
        self.gap();
    }

    /// A wrapped paragraph with a first indent and a hanging one.
    pub(super) fn hanging(&mut self, style: Style, first: &str, rest: &str, text: &str) {
        let options = Options::new(self.width).initial_indent(first).subsequent_indent(rest);
        for line in textwrap::wrap(text, options) {
            let (indent, words) = line.split_at(line.len() - line.trim_start().len());
            let line = format!("{indent}{}", self.styled(style, words));
            self.line(&line);
        }
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.hanging(Style::new(), "  ", "  ", text);
    }

    pub(super) fn aside(&mut self, text: &str) {
        self.hanging(DIM, "  ", "  ", text);
    }
}
