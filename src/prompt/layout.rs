//! Turns a question and what has been entered into rows of text that fit the terminal.
//!
//! [`frame`] is pure and works for any size down to one column and one row. A row never fills the last
//! column, so that no terminal wraps it. What does not fit is left out, the least needed first: blank
//! rows, the introduction, the earlier answer. Then only the options around the selected one are shown,
//! then the keys and the bar go, and at last the question is cut.

use anstyle::Style;
use itertools::Itertools;

use crate::bank::{Item, ItemKind};
use crate::prompt::bar::BarRow;
use crate::prompt::entry::{Entry, Field};
use crate::prompt::field::TextField;
use crate::prompt::words::{truncate, width_of, wrap};
use crate::prompt::{Question, number, words};
use crate::text::{ACCENT, BOLD, DIM, PLAIN, WARNING, styled};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The rows from the top, with their colors.
    pub(crate) rows: Vec<String>,
    /// The row where the bar belongs; until it is drawn, the row shows only the place.
    pub(crate) bar: Option<(usize, BarRow)>,
    /// Of the cursor: the selected option, or the end of what is typed.
    pub(crate) row: usize,
    pub(crate) column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Size {
    /// The columns that a row may use: all but the last one.
    pub(crate) fn usable(self) -> usize {
        self.width.saturating_sub(1).max(1)
    }
}

pub(crate) fn frame(entry: &Entry<'_>, size: Size, color: bool) -> Frame {
    let width = size.usable();
    let bar = BarRow::new(entry.question.progress, entry.question.minutes_left, width);
    let mut page = ScreenPage {
        blocks: blocks(entry, &bar, width),
        bar,
        options: options(entry, width),
        focus: entry.selected.unwrap_or(0),
        blanks: true,
    };
    let is_typed = matches!(entry.field, Field::Number { .. });
    page.fit(width, size.height.max(1), entry.selected.is_some() || is_typed);
    page.draw(entry, width, color)
}

pub(crate) fn text_frame(prompt: &str, field: &TextField, size: Size, color: bool) -> Frame {
    let width = size.usable();
    let typed = |text: &str| words::chop(&format!("> {text}"), width);
    let before = typed(&field.before_cursor());
    let mut rows: Vec<String> = wrap(prompt, width).iter().map(|row| styled(row, BOLD, color)).collect();
    let row = rows.len() + before.len() - 1;
    let column = before.last().map_or(0, |row| width_of(row)).min(size.width.saturating_sub(1));
    rows.extend(typed(&field.text()));
    // The row of the cursor is the last to go.
    let excess = rows.len().saturating_sub(size.height.max(1)).min(row);
    rows.drain(..excess);
    rows.truncate(size.height.max(1));
    Frame { rows, bar: None, row: row - excess, column }
}

/// The line that stays on the screen after a reply: number, wording, answer. The wording is cut to fit.
pub(crate) fn settled(question: &Question<'_>, said: &str, size: Size, color: bool) -> String {
    let width = size.usable();
    let number = question.progress.number.to_string();
    let room = width.saturating_sub(width_of(&number) + width_of(said) + 4);
    let line = if room < 10 {
        format!("{number}  {said}")
    } else {
        format!("{number}  {}  {said}", truncate(question.wording, room))
    };
    styled(&truncate(&line, width), DIM, color)
}

/// In the order of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RowKind {
    Bar,
    Notice,
    Intro,
    Lead,
    Wording,
    Option,
    More,
    Occasion,
    Earlier,
    Why,
    Hint,
    Keys,
}

#[derive(Debug)]
struct RowBlock {
    kind: RowKind,
    style: Style,
    rows: Vec<String>,
    /// A blank row comes before it, if there is room.
    gap: bool,
}

/// Everything but the options.
fn blocks(entry: &Entry<'_>, bar: &BarRow, width: usize) -> Vec<RowBlock> {
    let question = &entry.question;
    let lead = question.item.lead();
    let intro = question.intro.map(|intro| match intro.says {
        Some(says) => format!("{} - {says}", intro.title),
        None => intro.title.to_owned(),
    });
    let texts = [
        (RowKind::Notice, WARNING, question.notice.map(|notice| format!("! {notice}"))),
        (RowKind::Intro, DIM, intro),
        (RowKind::Lead, DIM, lead.map(str::to_owned)),
        (RowKind::Wording, BOLD, Some(question.wording.to_owned())),
        (RowKind::Occasion, DIM, question.item.occasion.then(|| words::OCCASION.to_owned())),
        (RowKind::Earlier, DIM, entry.earlier()),
        (RowKind::Why, PLAIN, entry.why().map(|why| format!("Why: {why}"))),
        (RowKind::Hint, ACCENT, entry.hint().map(str::to_owned)),
    ];
    let texts = texts.into_iter().filter_map(|(kind, style, text)| Some((kind, style, wrap(&text?, width))));
    let bar = (RowKind::Bar, DIM, vec![truncate(&bar.number(), width)]);
    let keys = (RowKind::Keys, DIM, vec![keys(entry, width)]);
    let gap = |kind| kind != RowKind::Wording || lead.is_none();
    texts
        .chain([bar, keys])
        .map(|(kind, style, rows)| RowBlock { kind, style, rows, gap: gap(kind) })
        .collect()
}

/// One block for each option, or for what is typed.
fn options(entry: &Entry<'_>, width: usize) -> Vec<RowBlock> {
    if let Field::Number { text, untouched } = &entry.field {
        let rows = vec![typed(&text.text(), *untouched, entry.question.item, width)];
        let style = if *untouched { DIM } else { PLAIN };
        return vec![RowBlock { kind: RowKind::Option, style, rows, gap: true }];
    }
    let keys = words::keys(entry.question.item);
    let ticked = |index: usize| match &entry.field {
        Field::Ticks { ticked, .. } if ticked.contains(&index) => "[x] ",
        Field::Ticks { .. } => "[ ] ",
        _ => "",
    };
    let option = |(index, text): (usize, &&str)| {
        let (mark, style) = if entry.selected == Some(index) { ('>', ACCENT) } else { (' ', PLAIN) };
        let key = keys[index].map_or(String::new(), String::from);
        // A label that is its own key is shown once.
        let text = if key == *text { "" } else { text };
        let tick = ticked(index);
        let prefix = format!("{mark} {tick}{key:1}  ");
        let rows = if width < prefix.len() + 6 {
            wrap(&format!("{mark}{}{key} {text}", tick.trim_end()), width)
        } else {
            words::hang(&prefix, text, width)
        };
        RowBlock { kind: RowKind::Option, style, rows, gap: index == 0 }
    };
    words::options(entry.question.item).iter().enumerate().map(option).collect()
}

fn typed(text: &str, untouched: bool, item: &Item, width: usize) -> String {
    let typed = format!("> {text}");
    let says = match &item.kind {
        ItemKind::Number(range) if !untouched => {
            number::preview(text, range).unwrap_or_else(|| range.unit.clone())
        }
        _ => String::new(),
    };
    let row = if says.is_empty() { typed.clone() } else { format!("{typed}  {says}") };
    if width_of(&row) <= width { row } else { truncate(&typed, width) }
}

/// The keys to press, as many as fit.
fn keys(entry: &Entry<'_>, width: usize) -> String {
    let range = words::key_range(&words::keys(entry.question.item));
    // In the order of the row. The highest rank is left out first.
    let mut keys: Vec<(u8, String)> = match &entry.field {
        Field::List => vec![(1, format!("{range} answer")), (6, "Up/Down, Enter".to_owned())],
        Field::Ticks { .. } => {
            vec![(2, format!("{range} tick")), (1, "Enter done".to_owned()), (2, "0 none".to_owned())]
        }
        Field::Number { .. } => vec![(1, "Type a number, Enter".to_owned())],
    };
    if entry.question.progress.number > 1 {
        keys.push((2, "Esc back".to_owned()));
    }
    keys.push((3, "s skip".to_owned()));
    if entry.question.item.why.is_some() {
        keys.push((4, "? why".to_owned()));
    }
    keys.push((5, "Ctrl-C save and quit".to_owned()));
    loop {
        let row = keys.iter().map(|(_, key)| key).join("  ");
        if width_of(&row) <= width || keys.len() == 1 {
            return truncate(&row, width);
        }
        match keys.last_mut() {
            Some((5, last)) if last.len() > 11 => "Ctrl-C quit".clone_into(last),
            _ => drop(keys.remove((0..keys.len()).max_by_key(|index| keys[*index].0).unwrap_or(0))),
        }
    }
}

/// From this height on, a window of options uses one row to say that there are more.
const MIN_COUNTED: usize = 5;
/// From this height on, the keys and the bar stay, and the window does not grow.
const GOOD_WINDOW: usize = 10;

struct ScreenPage {
    bar: BarRow,
    blocks: Vec<RowBlock>,
    options: Vec<RowBlock>,
    /// The option that must stay visible.
    focus: usize,
    blanks: bool,
}

fn rows(blocks: &[RowBlock]) -> usize {
    blocks.iter().map(|block| block.rows.len()).sum()
}

impl ScreenPage {
    /// Leaves out what does not fit. With a single row, the selected option stays, not the question.
    fn fit(&mut self, width: usize, height: usize, has_focus: bool) {
        let options = rows(&self.options);
        let gaps = self.blocks.iter().chain(&self.options).filter(|block| block.gap).count();
        self.blanks = rows(&self.blocks) + options + gaps <= height;
        if self.blanks {
            return;
        }
        for (kind, fewest) in [
            (RowKind::Intro, options),
            (RowKind::Earlier, options),
            (RowKind::Occasion, options),
            (RowKind::Keys, options.min(GOOD_WINDOW)),
            (RowKind::Bar, options.min(GOOD_WINDOW)),
        ] {
            if rows(&self.blocks) + fewest > height {
                self.blocks.retain(|block| block.kind != kind);
            }
        }
        for kind in [RowKind::Lead, RowKind::Why, RowKind::Notice, RowKind::Hint, RowKind::Wording] {
            let excess = (rows(&self.blocks) + options.min(3).min(height - 1)).saturating_sub(height);
            let Some(index) = self.blocks.iter().position(|block| block.kind == kind) else { continue };
            let block = &mut self.blocks[index].rows;
            if excess >= block.len() && kind != RowKind::Wording {
                self.blocks.remove(index);
            } else if excess > 0 {
                block.truncate(block.len().saturating_sub(excess).max(1));
                let last = block.pop().unwrap_or_default();
                block.push(if width_of(&last) < width {
                    last + "…"
                } else {
                    truncate(&(last + " "), width)
                });
            }
        }
        let left = height.saturating_sub(rows(&self.blocks));
        if left == 0 && has_focus {
            self.blocks.clear();
            self.window(height);
        } else if options > left {
            let of = self.options.len();
            let says_more = left >= MIN_COUNTED;
            let (from, to) = self.window(left - usize::from(says_more));
            if says_more {
                let more = truncate(&format!("  {}-{to} of {of}, Up/Down shows the rest", from + 1), width);
                self.blocks.push(RowBlock { kind: RowKind::More, style: DIM, rows: vec![more], gap: false });
            }
        }
    }

    /// Keeps the options around the focus that fit into `height` rows. Returns the first of them, and the
    /// first after them.
    fn window(&mut self, height: usize) -> (usize, usize) {
        if height == 0 {
            self.options.clear();
            return (0, 0);
        }
        let len = |index: usize| self.options[index].rows.len();
        let (mut from, mut to, mut rows) = (self.focus, self.focus + 1, len(self.focus));
        loop {
            if to < self.options.len() && rows + len(to) <= height {
                rows += len(to);
                to += 1;
            } else if from > 0 && rows + len(from - 1) <= height {
                from -= 1;
                rows += len(from);
            } else {
                break;
            }
        }
        self.options.truncate(to);
        self.options.drain(..from);
        self.focus -= from;
        // An option taller than the window is the only one left.
        self.options[self.focus].rows.truncate(height);
        (from, to)
    }

    fn draw(mut self, entry: &Entry<'_>, width: usize, color: bool) -> Frame {
        self.blocks.extend(self.options);
        self.blocks.sort_by_key(|block| block.kind);
        let first = self.blocks.iter().position(|block| block.kind == RowKind::Option);
        let mut frame = Frame::default();
        for (index, block) in self.blocks.iter().enumerate() {
            if self.blanks && block.gap {
                frame.rows.push(String::new());
            }
            if first.is_some_and(|first| index == first + self.focus) {
                frame.row = frame.rows.len();
            }
            if block.kind == RowKind::Bar && self.bar.width() <= width {
                frame.bar = Some((frame.rows.len(), self.bar.clone()));
            }
            frame.rows.extend(block.rows.iter().map(|row| styled(row, block.style, color)));
        }
        if let Field::Number { text, untouched } = &entry.field {
            let typed = if *untouched { 0 } else { width_of(&text.before_cursor()) };
            frame.column = (typed + 2).min(width - 1);
        }
        frame
    }
}
