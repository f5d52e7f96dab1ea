//! Turns a question and what has been entered into rows of text that fit the terminal.
//!
//! [`frame`] is pure and works for any size down to one column and one row. A row never fills the last
//! column, so that no terminal wraps it. What does not fit is left out, the least needed first: blank
//! rows, the introduction, the earlier answer. Then only the options around the selected one are shown,
//! then the keys and the bar go, and at last the question is cut.

use console::Style;

use crate::bank::ItemKind;
use crate::prompt::bar::BarRow;
use crate::prompt::entry::{Entry, Field};
use crate::prompt::field::TextField;
use crate::prompt::words::{truncate, width_of, wrap};
use crate::prompt::{Question, number, words};

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

pub(crate) fn frame(question: &Question<'_>, entry: &Entry<'_>, size: Size, color: bool) -> Frame {
    let width = size.usable();
    let options = match &entry.field {
        Field::Number { text, untouched } => vec![Block::number(&text.text(), *untouched, question, width)],
        _ => option_blocks(question, entry, width),
    };
    let bar = BarRow::new(question.place, question.minutes_left, width);
    let blocks = blocks(question, entry, &bar, width);
    let mut page = Page { bar, blocks, options, focus: entry.selected.unwrap_or(0), blanks: true };
    let is_typed = matches!(entry.field, Field::Number { .. });
    page.fit(width, size.height.max(1), entry.selected.is_some() || is_typed);
    page.draw(entry, width, color)
}

/// The frame for a line of text that the person types.
pub(crate) fn text_frame(prompt: &str, field: &TextField, size: Size, color: bool) -> Frame {
    let width = size.usable();
    let typed = |text: &str| words::chop(&format!("> {text}"), width);
    let before = typed(&field.before_cursor());
    let mut rows: Vec<String> = wrap(prompt, width).iter().map(|row| paint(row, BOLD, color)).collect();
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
    let number = question.place.number.to_string();
    let room = width.saturating_sub(width_of(&number) + width_of(said) + 4);
    let line = if room < 10 {
        format!("{number}  {said}")
    } else {
        format!("{number}  {}  {said}", truncate(question.wording, room))
    };
    paint(&truncate(&line, width), DIM, color)
}

/// Styles in console's notation. Selection and warnings are marked in the text too, never by color alone.
const PLAIN: &str = "";
const BOLD: &str = "bold";
const DIM: &str = "dim";
const ACCENT: &str = "cyan.bold";
const WARNING: &str = "yellow";

fn paint(text: &str, look: &str, color: bool) -> String {
    if text.is_empty() {
        return String::new();
    }
    Style::from_dotted_str(look).force_styling(color).apply_to(text).to_string()
}

/// In the order of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
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

/// Some rows that belong together.
#[derive(Debug)]
struct Block {
    part: Part,
    look: &'static str,
    rows: Vec<String>,
    /// A blank row comes before it, if there is room.
    gap: bool,
}

impl Block {
    fn new(part: Part, look: &'static str, rows: Vec<String>, gap: bool) -> Block {
        Block { part, look, rows, gap }
    }

    /// What is typed, and how it is understood, or the unit.
    fn number(text: &str, untouched: bool, question: &Question<'_>, width: usize) -> Block {
        let typed = format!("> {text}");
        let row = match &question.item.kind {
            ItemKind::Number(range) if !untouched => match number::preview(text, range) {
                Some(preview) => format!("{typed}  {preview}"),
                None => format!("{typed}  {}", range.unit).trim_end().to_owned(),
            },
            _ => typed.clone(),
        };
        let row = if width_of(&row) <= width { row } else { truncate(&typed, width) };
        let look = if untouched { DIM } else { PLAIN };
        Block::new(Part::Option, look, vec![row], true)
    }
}

/// Everything but the options, in the order of the screen.
fn blocks(question: &Question<'_>, entry: &Entry<'_>, bar: &BarRow, width: usize) -> Vec<Block> {
    let lead = question.item.lead();
    let intro = question.intro.map(|intro| match intro.says {
        Some(says) => format!("{} - {says}", intro.title),
        None => intro.title.to_owned(),
    });
    let texts = [
        (Part::Notice, WARNING, question.notice.map(|notice| format!("! {notice}"))),
        (Part::Intro, DIM, intro),
        (Part::Lead, DIM, lead.map(str::to_owned)),
        (Part::Wording, BOLD, Some(question.wording.to_owned())),
        (Part::Occasion, DIM, question.item.occasion.then(|| words::OCCASION.to_owned())),
        (Part::Earlier, DIM, entry.earlier()),
        (Part::Why, PLAIN, entry.why().map(|why| format!("Why: {why}"))),
        (Part::Hint, ACCENT, entry.hint().map(str::to_owned)),
    ];
    let wrapped = texts.into_iter().filter_map(|(part, look, text)| {
        let gap = part != Part::Wording || lead.is_none();
        Some(Block::new(part, look, wrap(&text?, width), gap))
    });
    let mut blocks = vec![Block::new(Part::Bar, DIM, vec![truncate(&bar.number(), width)], true)];
    blocks.extend(wrapped);
    blocks.push(Block::new(Part::Keys, DIM, vec![keys(question, entry, width)], true));
    blocks
}

fn option_blocks(question: &Question<'_>, entry: &Entry<'_>, width: usize) -> Vec<Block> {
    let keys = words::keys(question.item);
    let ticked = |index: usize| match &entry.field {
        Field::Ticks { ticked, .. } if ticked[index] => "[x] ",
        Field::Ticks { .. } => "[ ] ",
        _ => "",
    };
    let option = |(index, text): (usize, &&str)| {
        let selected = entry.selected == Some(index);
        let mark = if selected { '>' } else { ' ' };
        let key = keys[index].map_or(String::new(), String::from);
        // A label that is its own key is shown once.
        let text = if key == *text { "" } else { text };
        let tick = ticked(index);
        let prefix = format!("{mark} {tick}{key:1}  ");
        let indent = prefix.len();
        let rows = if width < indent + 6 {
            wrap(&format!("{mark}{}{key} {text}", tick.trim_end()), width)
        } else {
            words::hang(&prefix, text, width)
        };
        let look = if selected { ACCENT } else { PLAIN };
        Block::new(Part::Option, look, rows, index == 0)
    };
    words::options(question.item).iter().enumerate().map(option).collect()
}

/// The keys to press, as many as fit.
fn keys(question: &Question<'_>, entry: &Entry<'_>, width: usize) -> String {
    let range = words::key_range(&words::keys(question.item));
    // In the order of the row. The highest rank is left out first.
    let mut keys: Vec<(u8, String)> = match &entry.field {
        Field::List => vec![(1, format!("{range} answer")), (6, "Up/Down, Enter".to_owned())],
        Field::Ticks { .. } => {
            vec![(2, format!("{range} tick")), (1, "Enter done".to_owned()), (2, "0 none".to_owned())]
        }
        Field::Number { .. } => vec![(1, "Type a number, Enter".to_owned())],
    };
    if question.place.number > 1 {
        keys.push((2, "Esc back".to_owned()));
    }
    keys.push((3, "s skip".to_owned()));
    if question.item.why.is_some() {
        keys.push((4, "? why".to_owned()));
    }
    keys.push((5, "Ctrl-C save and quit".to_owned()));
    loop {
        let row = keys.iter().map(|(_, key)| key.as_str()).collect::<Vec<_>>().join("  ");
        if width_of(&row) <= width || keys.len() == 1 {
            return truncate(&row, width);
        }
        if let Some((_, last)) = keys.last_mut().filter(|(rank, key)| *rank == 5 && key.len() > 11) {
            "Ctrl-C quit".clone_into(last);
            continue;
        }
        let worst = keys.iter().enumerate().max_by_key(|(_, (rank, _))| *rank).map_or(0, |(index, _)| index);
        keys.remove(worst);
    }
}

/// From this height on, a window of options uses one row to say that there are more.
const MIN_COUNTED: usize = 5;
/// From this height on, the keys and the bar stay, and the window does not grow.
const GOOD_WINDOW: usize = 10;

/// The blocks of a question while they are fitted.
struct Page {
    bar: BarRow,
    blocks: Vec<Block>,
    options: Vec<Block>,
    /// The option that must stay visible.
    focus: usize,
    /// There is room for the gaps.
    blanks: bool,
}

impl Page {
    /// Leaves out what does not fit. With a single row, the selected option stays, not the question.
    fn fit(&mut self, width: usize, height: usize, has_focus: bool) {
        if self.rows() > height {
            self.blanks = false;
        }
        let options = self.options.iter().map(|option| option.rows.len()).sum::<usize>();
        for (part, fewest) in [
            (Part::Intro, options),
            (Part::Earlier, options),
            (Part::Occasion, options),
            (Part::Keys, options.min(GOOD_WINDOW)),
            (Part::Bar, options.min(GOOD_WINDOW)),
        ] {
            if self.rows() - options + fewest > height {
                self.blocks.retain(|block| block.part != part);
            }
        }
        let wanted = options.min(3);
        for part in [Part::Lead, Part::Why, Part::Notice, Part::Hint, Part::Wording] {
            let others = self.block_rows();
            let Some(index) = self.blocks.iter().position(|block| block.part == part) else { continue };
            let block = &mut self.blocks[index];
            let excess = (others + wanted.min(height - 1)).saturating_sub(height);
            let keep = block.rows.len().saturating_sub(excess);
            if keep == 0 && part != Part::Wording {
                self.blocks.remove(index);
            } else if keep < block.rows.len() {
                block.rows.truncate(keep.max(1));
                mark_cut(block, width);
            }
        }
        let left = height.saturating_sub(self.block_rows());
        if left == 0 && has_focus {
            self.blocks.clear();
            self.window(height);
        } else if self.rows() > height {
            let of = self.options.len();
            let says_more = left >= MIN_COUNTED;
            let (from, to) = self.window(left - usize::from(says_more));
            if says_more {
                let more = truncate(&format!("  {}-{to} of {of}, Up/Down shows the rest", from + 1), width);
                self.blocks.push(Block::new(Part::More, DIM, vec![more], false));
                self.blocks.sort_by_key(|block| block.part);
            }
        }
    }

    fn block_rows(&self) -> usize {
        let blanks = self.blocks.iter().filter(|block| self.blanks && block.gap).count();
        self.blocks.iter().map(|block| block.rows.len()).sum::<usize>() + blanks
    }

    fn rows(&self) -> usize {
        let blanks = self.options.iter().filter(|option| self.blanks && option.gap).count();
        self.block_rows() + self.options.iter().map(|option| option.rows.len()).sum::<usize>() + blanks
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

    fn draw(self, entry: &Entry<'_>, width: usize, color: bool) -> Frame {
        let mut frame = Frame::default();
        let at = self.blocks.iter().position(|block| block.part > Part::Option).unwrap_or(self.blocks.len());
        let (above, below) = self.blocks.split_at(at);
        for block in above.iter().chain(&self.options).chain(below) {
            if self.blanks && block.gap {
                frame.rows.push(String::new());
            }
            if block.part == Part::Bar && self.bar.width() <= width {
                frame.bar = Some((frame.rows.len(), self.bar.clone()));
            }
            if block.part == Part::Option
                && self.options.get(self.focus).is_some_and(|focus| std::ptr::eq(focus, block))
            {
                frame.row = frame.rows.len();
                if let Field::Number { text, untouched } = &entry.field {
                    let typed = if *untouched { 0 } else { width_of(&text.before_cursor()) };
                    frame.column = (typed + 2).min(width - 1);
                }
            }
            frame.rows.extend(block.rows.iter().map(|row| paint(row, block.look, color)));
        }
        frame
    }
}

/// Ends a cut block with an ellipsis.
fn mark_cut(block: &mut Block, width: usize) {
    if let Some(last) = block.rows.last_mut() {
        *last =
            if width_of(last) < width { format!("{last}…") } else { truncate(&format!("{last} "), width) };
    }
}

#[cfg(test)]
#[path = "../../tests/prompt/layout.rs"]
mod tests;
