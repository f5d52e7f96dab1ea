//! A document for notes and for pasting: plain `CommonMark`, with tables as GitHub reads them.
//!
//! Every text is escaped, so that it cannot begin a heading, a list, a link, a tag, an entity or a table cell.

use itertools::Itertools;

use crate::document::{Axis, AxisBand, Block, Document, List, Plot, Table, Tone};
use crate::render::plot::points;
use crate::text::number;

pub(super) fn render(document: &Document) -> String {
    let mut markdown = Markdown::default();
    markdown.paragraph(&format!("# {}", escape(&document.title)));
    markdown.paragraph(&escape(&document.about));
    for section in &document.sections {
        if !section.title.is_empty() {
            markdown.paragraph(&format!("## {}", escape(&section.title)));
        }
        markdown.blocks(&section.blocks);
    }
    for note in &document.footer {
        markdown.paragraph(&escape(note));
    }
    markdown.text
}

/// A text that grows block by block. Its methods take escaped text.
#[derive(Default)]
struct Markdown {
    text: String,
    /// The list or table that the last line belongs to. The next line of that kind continues it.
    open: Option<Kind>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Table,
}

impl Markdown {
    fn line(&mut self, kind: Option<Kind>, line: &str) {
        if !self.text.is_empty() && (kind.is_none() || self.open != kind) {
            self.text.push('\n');
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.open = kind;
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.line(None, text);
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(Tone::Strong, text) => self.paragraph(&strong(text)),
                Block::Paragraph(_, text) => self.paragraph(&escape(text)),
                Block::Heading(title) => self.paragraph(&format!("### {}", escape(title))),
                Block::List(list) => self.list(list),
                Block::Table(table) => self.table(table),
                Block::Facts(facts) => {
                    self.open = None;
                    for [name, value] in facts {
                        self.item(&format!("{}: {}", escape(name), escape(value)));
                    }
                }
                Block::Axis(axis) => self.axis(axis),
                Block::Plot(plot) => self.plot(plot),
            }
        }
    }

    fn item(&mut self, text: &str) {
        self.line(Some(Kind::List), &format!("- {text}"));
    }

    fn list(&mut self, list: &List) {
        self.open = None;
        for (number, entry) in (1..).zip(&list.entries) {
            let text = if entry.lead.is_empty() { escape(&entry.text) } else { escape_inside(&entry.text) };
            let mut text = format!("{} {text}", strong(&entry.lead)).trim().to_owned();
            for more in entry.notes.iter().chain(&entry.items) {
                text = format!("{text} {}", escape_inside(more));
            }
            if !list.fill_in.is_empty() {
                text = format!("{text} ({}: \u{2026})", list.fill_in.join(": \u{2026}, "));
            }
            let mark = if list.is_numbered { format!("{number}.") } else { "-".to_owned() };
            self.line(Some(Kind::List), &format!("{mark} {text}"));
        }
    }

    fn table(&mut self, table: &Table) {
        self.paragraph(&strong(&table.caption));
        self.open = None;
        self.row(table.heads.iter().map(|head| head.title.as_str()));
        let rules = table.heads.iter().map(|head| if head.is_number { "---:" } else { "---" }).join(" | ");
        self.line(Some(Kind::Table), &format!("| {rules} |"));
        for row in &table.rows {
            self.row(row.cells.iter().map(String::as_str));
        }
        for row in &table.rows {
            for note in &row.notes {
                self.item(&format!("{}: {}", escape(&row.cells[0]), escape_inside(note)));
            }
        }
    }

    fn row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        self.line(Some(Kind::Table), &format!("| {} |", cells.map(escape_inside).join(" | ")));
    }

    fn axis(&mut self, axis: &Axis) {
        self.paragraph(&strong(&format!("{}: {}", axis.number, axis.verdict)));
        for range in &axis.ranges {
            self.paragraph(&escape(range));
        }
        let from = |band: &AxisBand| format!("{} from {}", band.title, number(band.from));
        self.paragraph(&escape(&axis.bands.iter().map(from).join("; ")));
    }

    fn plot(&mut self, plot: &Plot) {
        self.paragraph(&format!("### {}, {}", escape(&plot.title), escape_inside(&plot.unit)));
        for line in &plot.lines {
            let (title, of) = (strong(&line.title), escape_inside(&line.of));
            self.item(&format!("{title} ({of}): {}", points(line).join("; ")));
        }
        for source in &plot.sources {
            self.paragraph(&escape(source));
        }
    }
}

/// Characters that can be markup inside a line. Every Markdown reader knows their escape.
const INSIDE: &str = "\\`*_{}[]";
/// Characters that can be markup at the beginning of a line.
const AT_START: &str = "#+->!";

/// `text` with an escape for every character that could be read as markup at its place.
///
/// `CommonMark`, GitHub's Markdown and python-markdown read the result alike: a backslash if all three know it,
/// otherwise a character reference. Addresses are broken, so that no reader makes links of them.
fn escape(text: &str) -> String {
    let escaped = escape_inside(text);
    if let Some(rest) = escaped.strip_prefix(':') {
        return format!("&#58;{rest}");
    }
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &escaped[digits..];
    let obeyed =
        if digits == 0 { rest.starts_with(|c| AT_START.contains(c)) } else { rest.starts_with(['.', ')']) };
    if obeyed { format!("{}\\{rest}", &escaped[..digits]) } else { escaped }
}

/// The same for text that never begins a line.
fn escape_inside(text: &str) -> String {
    let folded = text.replace(['\n', '\r', '\t'], " ");
    let text = folded.trim();
    let is_paired = |c: char| text.matches(c).count() > 1;
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let (before, rest) = (&text[..at], &text[at + c.len_utf8()..]);
        match c {
            '<' if rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) => {
                escaped.push_str("&lt;");
            }
            '&' if is_reference(rest) => escaped.push_str("&amp;"),
            '|' => escaped.push_str("&#124;"),
            '~' if is_paired('~') => escaped.push_str("&#126;"),
            '$' if is_paired('$') => escaped.push_str("&#36;"),
            '^' if is_paired('^') => escaped.push_str("&#94;"),
            '@' if before.ends_with(char::is_alphanumeric) => escaped.push_str("&#64;"),
            ':' if rest.starts_with("//") => escaped.push_str("&#58;"),
            '.' if before.to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            // A heading drops the number signs at its end.
            '#' if rest.trim_start_matches('#').is_empty() => escaped.push_str("\\#"),
            c if INSIDE.contains(c) => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether what follows an ampersand could make it a character reference.
fn is_reference(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    end > 0 && name[end..].starts_with(';')
}

/// `text` in bold, escaped; empty if there is nothing to see.
fn strong(text: &str) -> String {
    let escaped = escape_inside(text);
    if escaped.is_empty() { escaped } else { format!("**{escaped}**") }
}

#[cfg(test)]
#[path = "../../tests/render/markdown.rs"]
mod tests;
