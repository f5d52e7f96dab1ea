//! The kit that every text for a terminal is set with: paragraphs, headings and bars on a page.

use anstyle::{AnsiColor, Style};
use textwrap::Options;

use crate::render::Page;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 84;
/// The narrowest page that is laid out for.
const NARROWEST: usize = 40;

pub(in crate::render) const BOLD: Style = Style::new().bold();
pub(in crate::render) const DIM: Style = Style::new().dimmed();
pub(in crate::render) const GOOD: Style = AnsiColor::Green.on_default();
pub(in crate::render) const WARN: Style = AnsiColor::Yellow.on_default();
pub(in crate::render) const ACCENT: Style = AnsiColor::Cyan.on_default();

/// The text so far, and the page it is laid out on.
pub(in crate::render) struct Letter {
    pub(in crate::render) text: String,
    /// Columns for text.
    pub(in crate::render) width: usize,
    pub(in crate::render) page: Page,
}

impl Letter {
    pub(in crate::render) fn new(page: Page) -> Letter {
        Letter { text: String::new(), width: page.width.clamp(NARROWEST, WIDEST) - 1, page }
    }

    pub(in crate::render) fn styled(&self, style: Style, text: &str) -> String {
        if self.page.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(in crate::render) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(in crate::render) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(in crate::render) fn heading(&mut self, title: &str) {
        self.gap();
        let title = self.styled(BOLD.fg_color(Some(AnsiColor::Cyan.into())), title);
        self.line(&title);
        self.gap();
    }

    /// A wrapped paragraph with a first indent and a hanging one.
    pub(in crate::render) fn hanging(&mut self, style: Style, first: &str, rest: &str, text: &str) {
        let options = Options::new(self.width).initial_indent(first).subsequent_indent(rest);
        for line in textwrap::wrap(text, options) {
            let (indent, words) = line.split_at(line.len() - line.trim_start().len());
            let line = format!("{indent}{}", self.styled(style, words));
            self.line(&line);
        }
    }

    pub(in crate::render) fn paragraph(&mut self, text: &str) {
        self.hanging(Style::new(), "  ", "  ", text);
    }

    pub(in crate::render) fn aside(&mut self, text: &str) {
        self.hanging(DIM, "  ", "  ", text);
    }
}
