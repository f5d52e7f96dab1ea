//! A document as plain text, 40 columns and wider, with or without color; or read aloud, one fact a line.

use anstyle::Style;
use itertools::Itertools;
use textwrap::Options;
use unicode_width::UnicodeWidthStr;

use crate::document::{
    Axis, Block, Document, Head, List, ListEntry, Placement, Plot, Row, ScoreBar, Table, Tone,
};
use crate::render::Layout;
use crate::render::plot::{in_words, points};
use crate::report::whole;
use crate::text::{ACCENT, BOLD, CYAN, DIM, GOOD, PLAIN, WARNING, styled};

/// Longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 84;
const NARROWEST: usize = 40;
/// Columns for the names of rows that have a bar.
const NAMES: usize = 28;
/// Tables with different heads share the widths of so many first columns.
const SHARED: usize = 3;
/// Columns for a title in the line of the heads.
const TITLE: usize = 20;
/// A column of text narrower than this goes below its row.
const LEAST_TEXT: usize = 16;
const BARS: std::ops::RangeInclusive<usize> = 10..=36;

pub(super) fn render(document: &Document, layout: Layout) -> String {
    let mut text =
        TextWriter { out: String::new(), width: layout.width.clamp(NARROWEST, WIDEST) - 1, layout };
    text.head(document);
    let shown = |placement: Placement| layout.full || placement == Placement::First;
    let titled = document.sections.iter().filter_map(|section| match section.blocks.first() {
        Some(Block::Table(table)) if section.placement == Placement::First => Some(table),
        _ => None,
    });
    let titled = titled.collect_vec();
    let mut was_half = false;
    for section in document.sections.iter().filter(|section| shown(section.placement)) {
        let is_first = section.placement == Placement::First;
        if !(was_half && section.is_half) {
            text.gap();
        }
        was_half = is_first && section.is_half;
        match section.blocks.as_slice() {
            // The first screen has few lines, so the title goes into the line of the column heads.
            [Block::Table(table), rest @ ..] if is_first && !layout.aloud => {
                text.table(table, &titled, &section.title);
                text.blocks(rest);
            }
            blocks => {
                text.wrapped(ACCENT, "", "", &section.title);
                if !is_first {
                    text.gap();
                }
                text.blocks(blocks);
            }
        }
    }
    let is_whole = document.sections.iter().all(|section| shown(section.placement));
    text.gap();
    for line in document.footer.iter().filter(|_| is_whole) {
        text.wrapped(DIM, "  ", "  ", line);
    }
    // A command is never broken, so that it can be copied.
    for line in document.more.iter().filter(|_| !is_whole) {
        text.line(&format!("  {}", text.styled(DIM, line)));
    }
    text.out.truncate(text.out.trim_end().len());
    text.out + "\n"
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => PLAIN,
        Tone::Strong => BOLD,
        Tone::Aside | Tone::Legend => DIM,
        Tone::Good => GOOD,
        Tone::Warn => WARNING,
    }
}

struct TextWriter {
    out: String,
    /// Columns for text.
    width: usize,
    layout: Layout,
}

impl TextWriter {
    fn styled(&self, style: Style, text: &str) -> String {
        styled(text, style, self.layout.color)
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Lines with a first indent and a hanging one; none when the text is empty.
    fn wrapped(&mut self, style: Style, first: &str, rest: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let options = Options::new(self.width).initial_indent(first).subsequent_indent(rest);
        for line in textwrap::wrap(text, options) {
            let (indent, words) = line.split_at(line.len() - line.trim_start().len());
            self.line(&format!("{indent}{}", self.styled(style, words)));
        }
    }

    fn head(&mut self, document: &Document) {
        let (title, about) = (&document.title, &document.about);
        let room = self.width.saturating_sub(title.width() + about.width());
        if room > 1 && !about.is_empty() && !self.layout.aloud {
            let (title, about) = (self.styled(BOLD, title), self.styled(DIM, about));
            self.line(&format!("{title}{:room$}{about}", ""));
        } else {
            self.wrapped(BOLD, "", "", title);
            self.wrapped(DIM, "", "", about);
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &blocks[before]);
            let goes_on = matches!(
                (before, block),
                (None, _)
                    | (_, Block::Axis(_) | Block::Plot(_))
                    | (Some(Block::Paragraph(..)), Block::Paragraph(..))
                    | (Some(Block::Heading(_)), Block::List(_))
            );
            if !goes_on || matches!(block, Block::Heading(_)) {
                self.gap();
            }
            match block {
                Block::Paragraph(Tone::Legend, _) if self.layout.aloud => {}
                Block::Paragraph(tone, text) => self.wrapped(style(*tone), "  ", "  ", text),
                Block::Heading(title) => self.wrapped(BOLD, "  ", "  ", title),
                Block::List(list) => self.list(list),
                Block::Table(table) => {
                    let tables = blocks.iter().filter_map(|block| match block {
                        Block::Table(other) if other.heads == table.heads => Some(other),
                        _ => None,
                    });
                    self.table(table, &tables.collect::<Vec<_>>(), "");
                }
                Block::Facts(facts) => self.facts(facts),
                Block::Axis(axis) => self.axis(axis),
                Block::Plot(plot) => self.plot(plot),
            }
        }
    }

    fn list(&mut self, list: &List) {
        let leads = list.entries.iter().map(|entry| entry.lead.width()).max().unwrap_or_default();
        let texts = list.entries.iter().map(|entry| entry.text.width()).max().unwrap_or_default();
        // Numbered entries are short; where they fit, the text is on the same line as the lead.
        let is_one_line = list.is_numbered && leads + texts + 9 <= self.width && !self.layout.aloud;
        // Where one lead takes a line of its own, all of them do.
        let is_long = leads + 4 > self.width / 2 || list.is_numbered;
        for (number, entry) in (1..).zip(&list.entries) {
            let ListEntry { lead, text, notes, items } = entry;
            if is_one_line {
                let lead = format!("{lead}{}", " ".repeat(leads - lead.width()));
                self.wrapped(PLAIN, "  ", "     ", &format!("{number}  {lead}    {text}"));
                continue;
            }
            let (first, rest) = match (list.is_numbered, lead.is_empty()) {
                (true, _) => (format!("  {number}  "), "     "),
                (false, true) => ("  - ".to_owned(), "    "),
                (false, false) => ("  ".to_owned(), "    "),
            };
            if is_long && !lead.is_empty() {
                self.wrapped(BOLD, &first, rest, lead);
                self.wrapped(PLAIN, rest, rest, text);
            } else {
                let start = self.out.len() + first.len();
                self.wrapped(PLAIN, &first, rest, format!("{lead} {text}").trim());
                if !lead.is_empty() {
                    let styled = self.styled(BOLD, lead);
                    self.out.replace_range(start..start + lead.len(), &styled);
                }
            }
            for item in items {
                self.wrapped(PLAIN, "    - ", "      ", item);
            }
            for note in notes {
                self.wrapped(DIM, "    ", "    ", note);
            }
        }
    }

    fn facts(&mut self, facts: &[[String; 2]]) {
        let each = facts.iter().map(|[name, value]| format!("{name}: {value}")).collect_vec();
        let line = each.join("      ");
        if line.width() + 2 <= self.width && !self.layout.aloud {
            self.line(&format!("  {line}"));
        } else {
            for fact in each {
                self.wrapped(PLAIN, "  ", "    ", &fact);
            }
        }
    }

    /// A table. Its first columns are as wide as in the tables around it. The title goes into the line of the heads
    /// if it fits.
    fn table(&mut self, table: &Table, same_heads: &[&Table], title: &str) {
        self.wrapped(BOLD, "  ", "  ", &table.caption);
        if self.layout.aloud {
            for row in &table.rows {
                self.wrapped(PLAIN, "  ", "    ", &row.in_words(&table.heads));
                self.notes(row);
            }
            return;
        }
        let widths = widths(table, same_heads);
        let has_bars = same_heads.iter().any(|table| table.has_bars());
        let cells: usize = widths[1..].iter().map(|width| width + 2).sum();
        let least = if has_bars { BARS.start() + 2 } else { 0 };
        let room = self.width.saturating_sub(2 + cells + least);
        let names = widths[0].min(room).min(if has_bars { NAMES } else { room });
        // Room for a title next to the heads.
        let names = if title.is_empty() { names } else { names.max(TITLE).min(room) };
        if names < widths[0].min(LEAST_TEXT) || names * 3 < widths[0] {
            self.wrapped(ACCENT, "", "", title);
            return self.stacked(table);
        }
        let bars = self.width.saturating_sub(2 + names + cells + 2).min(*BARS.end());
        let has_room = title.width() <= names + 2;
        if !has_room {
            self.wrapped(ACCENT, "", "", title);
        }
        if table.heads[1..].iter().any(|head| !head.shown().is_empty()) {
            let title = if has_room { title } else { "" };
            let mut heads = String::new();
            for (head, width) in table.heads.iter().zip(&widths).skip(1) {
                heads = heads + "  " + &padded(head.shown(), *width, head.is_number);
            }
            let blanks = " ".repeat((names + 2).saturating_sub(title.width()));
            let (title, heads) = (self.styled(ACCENT, title), self.styled(DIM, heads.trim_end()));
            self.line(&format!("{title}{blanks}{heads}"));
        } else if has_room {
            self.wrapped(ACCENT, "", "", title);
        }
        for row in &table.rows {
            let mut name = textwrap::wrap(&row.cells[0], names.max(1)).into_iter();
            let mut line = format!("  {}", padded(&name.next().unwrap_or_default(), names, false));
            let n = row.cells.len();
            for (column, cell) in row.cells.iter().enumerate().skip(1) {
                let is_last = column + 1 == n;
                let is_end = is_last && row.picture.is_none() && !table.heads[column].is_number;
                let width = if is_end { 0 } else { widths[column] };
                let cell = padded(cell, width, table.heads[column].is_number);
                line += "  ";
                line += &if is_last { self.styled(style(row.tone), &cell) } else { cell };
            }
            if let Some(bar) = &row.picture {
                line = line + "  " + &self.bar(bar, bars);
            }
            self.line(&line);
            for rest in name {
                self.line(&format!("    {rest}"));
            }
            self.notes(row);
        }
    }

    /// Each name on a line, and its cells below it.
    fn stacked(&mut self, table: &Table) {
        for row in &table.rows {
            self.wrapped(PLAIN, "  ", "  ", &row.cells[0]);
            let cells = row.headed(&table.heads).join("  ");
            let room = self.width.saturating_sub(cells.width() + 6);
            match &row.picture {
                Some(bar) if room >= 10 => {
                    self.line(&format!("    {cells}  {}", self.bar(bar, room.min(*BARS.end()))));
                }
                _ => self.wrapped(style(row.tone), "    ", "    ", &cells),
            }
            self.notes(row);
        }
    }

    fn notes(&mut self, row: &Row) {
        for note in &row.notes {
            self.wrapped(DIM, "    ", "      ", note);
        }
    }

    /// The dot, its range, and the level that is needed.
    fn bar(&self, bar: &ScoreBar, cells: usize) -> String {
        let at = |value: f64| cell(value, cells - 1);
        let mut line = vec!['\u{2500}'; cells];
        line[at(bar.range[0])..=at(bar.range[1])].fill('\u{2501}');
        if let Some(needs) = bar.needs.map(at) {
            line[needs] = if line[needs] == '\u{2501}' { '\u{253f}' } else { '\u{253c}' };
        }
        if let Some(other) = bar.other {
            line[at(other)] = '\u{25cb}';
        }
        line[at(bar.score)] = if bar.is_full { '\u{25cf}' } else { '\u{25cb}' };
        let [low, high] = bar.range.map(at);
        self.drawn(&line, [low, high])
    }

    /// A line with color from one cell to another.
    fn drawn(&self, line: &[char], [low, high]: [usize; 2]) -> String {
        let [before, within, after] =
            [&line[..low], &line[low..=high], &line[high + 1..]].map(|part| part.iter().collect::<String>());
        format!("{}{}{}", self.styled(DIM, &before), self.styled(CYAN, &within), self.styled(DIM, &after))
    }

    fn axis(&mut self, axis: &Axis) {
        let [range, outer] = &axis.ranges;
        let room = self.width.saturating_sub(2 + axis.number.width() + axis.verdict.width() + range.width());
        if self.layout.aloud || room < 6 {
            self.wrapped(BOLD, "  ", "    ", &format!("{}: {}", axis.number, axis.verdict));
            self.wrapped(PLAIN, "  ", "    ", range);
            self.wrapped(PLAIN, "  ", "    ", outer);
        } else {
            let blanks = " ".repeat((room / 2).min(5));
            let start = format!("  {}{blanks}", self.styled(BOLD, &axis.number));
            self.line(&format!("{start}{}{blanks}{range}", self.styled(BOLD, &axis.verdict)));
            let indent = " ".repeat(2 + axis.number.width() + blanks.len());
            self.wrapped(DIM, &indent, &indent, outer);
        }
        if self.layout.aloud || axis.bands.is_empty() {
            return;
        }
        self.gap();
        let cells = (self.width - 4).min(62);
        let at = |value: f64| cell(value, cells - 1);
        let mut line = vec!['\u{2504}'; cells];
        line[at(axis.outer[0])..=at(axis.outer[1])].fill('\u{2500}');
        line[at(axis.range[0])..=at(axis.range[1])].fill('\u{2501}');
        for band in axis.bands.iter().skip(1) {
            let here = &mut line[at(band.from)];
            *here = if *here == '\u{2501}' { '\u{253f}' } else { '\u{253c}' };
        }
        (line[0], line[cells - 1]) = ('\u{251c}', '\u{2524}');
        line[at(axis.score)] = '\u{25cf}';
        // A label that would touch the one before it, or 100 at the end, is left out.
        let mut edges = String::new();
        for (start, label) in axis.bands.iter().map(|band| (at(band.from), whole(band.from))) {
            if (edges.is_empty() || start > edges.len()) && start + label.len() < cells - 3 {
                edges = format!("{edges:<start$}{label}");
            }
        }
        let edges = format!("{edges:<0$}100", cells - 3);
        self.line(&format!("  {}", self.styled(DIM, &edges)));
        self.line(&format!("  {}", self.drawn(&line, axis.range.map(at))));
        for line in band_names(axis, at, cells) {
            self.line(&format!("  {}", self.styled(DIM, &line)));
        }
    }

    fn plot(&mut self, plot: &Plot) {
        self.gap();
        self.wrapped(BOLD, "  ", "  ", &format!("{}, {}", plot.title, plot.unit));
        for line in &plot.lines {
            if self.layout.aloud {
                self.wrapped(PLAIN, "  ", "    ", &in_words(line).unwrap_or_default());
                continue;
            }
            self.wrapped(PLAIN, "  ", "    ", &format!("{}: {}", line.title, line.of));
            self.wrapped(PLAIN, "    ", "    ", &points(line).join("   "));
        }
        for source in &plot.sources {
            self.wrapped(DIM, "    ", "    ", source);
        }
    }
}

/// The columns that each cell of a table needs next to others.
fn widths(table: &Table, tables: &[&Table]) -> Vec<usize> {
    let mut widths = vec![0; table.heads.len()];
    // The columns that all of them have are aligned.
    let n_shared = tables.iter().map(|other| other.heads.len()).min().unwrap_or_default().min(widths.len());
    let is_same = tables.iter().all(|other| other.heads == table.heads);
    let n_shared = if is_same { n_shared } else { n_shared.min(SHARED) };
    for (other, n) in tables.iter().map(|other| (*other, n_shared)).chain([(table, usize::MAX)]) {
        let heads = other.heads.iter().map(Head::shown);
        for (width, head) in widths.iter_mut().zip(heads).take(n) {
            *width = (*width).max(head.width());
        }
        for row in &other.rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells).take(n) {
                *width = (*width).max(cell.width());
            }
        }
    }
    widths
}

fn padded(cell: &str, width: usize, at_end: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(cell.width()));
    if at_end { blanks + cell } else { cell.to_owned() + &blanks }
}

/// The names of the bands, each under its stretch; none where one has no room.
fn band_names(axis: &Axis, at: impl Fn(f64) -> usize, cells: usize) -> Vec<String> {
    const MOST_LINES: usize = 3;
    let ends = axis.bands.iter().skip(1).map(|band| at(band.from)).chain([cells]);
    let mut lines = vec![String::new(); MOST_LINES];
    for (band, end) in axis.bands.iter().zip(ends) {
        let start = at(band.from);
        let room = end.saturating_sub(start + 1).max(1);
        let words = textwrap::wrap(&band.title, Options::new(room).break_words(false));
        if words.len() > MOST_LINES || words.iter().any(|word| word.width() > room) {
            return Vec::new();
        }
        for (line, words) in lines.iter_mut().zip(words) {
            *line += &" ".repeat(start.saturating_sub(line.width()));
            *line += &words;
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Where a value of 0 to 100 is on a line whose last cell has this number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to the line")]
fn cell(value: f64, last: usize) -> usize {
    (value.clamp(0.0, 100.0) / 100.0 * last as f64).round() as usize
}
