//! Layout: a question and what has been entered, as rows of text that fit the terminal.
//!
//! [`frame`] is pure, and fits any size down to one column and one row. A row never fills the last
//! column, so that no terminal wraps it. What does not fit is left out, the least needed first: blank
//! rows, the introduction, the earlier answer; then the options become a window around the selected one,
//! and as that gets small the keys and the bar go; at last the question is cut short.

use console::Style;

use crate::bank::ItemKind;
use crate::prompt::bar::BarRow;
use crate::prompt::entry::{Entry, Field};
use crate::prompt::field::TextField;
use crate::prompt::words::{truncate, width_of, wrap};
use crate::prompt::{Question, number, words};

/// What the terminal shows for one question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The rows from the top, with their colours.
    pub(crate) rows: Vec<String>,
    /// Where the bar belongs, whose row holds only the place.
    pub(crate) bar: Option<(usize, BarRow)>,
    /// The row of the cursor: the selected option, or where a number is typed.
    pub(crate) row: usize,
    /// The column of the cursor.
    pub(crate) column: usize,
}

/// The columns and rows of a terminal.
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

/// The rows for a question.
pub(crate) fn frame(question: &Question<'_>, entry: &Entry<'_>, size: Size, colour: bool) -> Frame {
    let width = size.usable();
    let options = match entry.field() {
        Field::Number { text, untouched } => vec![Block::number(&text.text(), *untouched, question, width)],
        _ => option_blocks(question, entry, width),
    };
    let bar = BarRow::new(question.place, question.minutes_left, width);
    let blocks = blocks(question, entry, &bar, width);
    let mut page = Page { bar, blocks, options, focus: entry.selected().unwrap_or(0), blanks: true };
    page.fit(width, size.height.max(1), entry.selected().is_some() || page.options[0].is_field);
    page.draw(entry, width, colour)
}

/// The rows for a line of text that the person types.
pub(crate) fn text_frame(prompt: &str, field: &TextField, size: Size, colour: bool) -> Frame {
    let width = size.usable();
    let typed = |text: &str| words::chop(&format!("> {text}"), width);
    let before = typed(&field.before_cursor());
    let mut rows: Vec<String> = wrap(prompt, width).iter().map(|row| Look::Bold.paint(row, colour)).collect();
    let row = rows.len() + before.len() - 1;
    let column = before.last().map_or(0, |row| width_of(row)).min(size.width.saturating_sub(1));
    rows.extend(typed(&field.text()));
    // The row of the cursor is the last to go.
    let excess = rows.len().saturating_sub(size.height.max(1)).min(row);
    rows.drain(..excess);
    rows.truncate(size.height.max(1));
    Frame { rows, bar: None, row: row - excess, column }
}

/// The line that stays on the screen once a question is settled: its number, its wording, the
/// answer. The wording is what gives way.
pub(crate) fn settled(question: &Question<'_>, said: &str, size: Size, colour: bool) -> String {
    let width = size.usable();
    let number = question.place.number.to_string();
    let room = width.saturating_sub(width_of(&number) + width_of(said) + 4);
    let line = if room < 10 {
        format!("{number}  {said}")
    } else {
        format!("{number}  {}  {said}", truncate(question.wording, room))
    };
    Look::Dim.paint(&truncate(&line, width), colour)
}

/// How a row looks. Selection and warnings are marked in the text too, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Text,
    Bold,
    Dim,
    Accent,
    Warning,
}

impl Look {
    fn paint(self, text: &str, colour: bool) -> String {
        let style = Style::new().force_styling(colour);
        match self {
            _ if text.is_empty() => String::new(),
            Look::Text => text.to_owned(),
            Look::Bold => style.bold().apply_to(text).to_string(),
            Look::Dim => style.dim().apply_to(text).to_string(),
            Look::Accent => style.cyan().bold().apply_to(text).to_string(),
            Look::Warning => style.yellow().apply_to(text).to_string(),
        }
    }
}

/// What a block is for, in the order of the screen; it decides when the block is left out.
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
    look: Look,
    rows: Vec<String>,
    /// Set apart from the block before by a blank row, while there is room.
    apart: bool,
    /// A field to type into, with the cursor at its end.
    is_field: bool,
}

impl Block {
    fn new(part: Part, look: Look, rows: Vec<String>, apart: bool) -> Block {
        Block { part, look, rows, apart, is_field: false }
    }

    /// What is typed, and how it is understood; the unit while that is unclear.
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
        let look = if untouched { Look::Dim } else { Look::Text };
        Block { is_field: true, ..Block::new(Part::Option, look, vec![row], true) }
    }
}

/// Everything but the options, in the order of the screen.
fn blocks(question: &Question<'_>, entry: &Entry<'_>, bar: &BarRow, width: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.push(Block::new(Part::Bar, Look::Dim, vec![truncate(&bar.number(), width)], true));
    if let Some(notice) = question.notice {
        blocks.push(Block::new(Part::Notice, Look::Warning, wrap(&format!("! {notice}"), width), true));
    }
    if let Some(intro) = &question.intro {
        let says = intro.says.map(|says| format!(" - {says}")).unwrap_or_default();
        blocks.push(Block::new(Part::Intro, Look::Dim, wrap(&format!("{}{says}", intro.title), width), true));
    }
    if let Some(lead) = question.item.lead() {
        blocks.push(Block::new(Part::Lead, Look::Dim, wrap(lead, width), true));
    }
    let apart = question.item.lead().is_none();
    blocks.push(Block::new(Part::Wording, Look::Bold, wrap(question.wording, width), apart));
    if question.item.occasion {
        blocks.push(Block::new(Part::Occasion, Look::Dim, wrap(words::OCCASION, width), true));
    }
    if let Some(earlier) = entry.earlier() {
        blocks.push(Block::new(Part::Earlier, Look::Dim, wrap(&earlier, width), true));
    }
    if let Some(why) = entry.why() {
        blocks.push(Block::new(Part::Why, Look::Text, wrap(&format!("Why: {why}"), width), true));
    }
    if let Some(hint) = entry.hint() {
        blocks.push(Block::new(Part::Hint, Look::Accent, wrap(hint, width), true));
    }
    blocks.push(Block::new(Part::Keys, Look::Dim, vec![keys(question, entry, width)], true));
    blocks
}

fn option_blocks(question: &Question<'_>, entry: &Entry<'_>, width: usize) -> Vec<Block> {
    let keys = words::keys(question.item);
    let ticked = |index: usize| match entry.field() {
        Field::Ticks { ticked, .. } if ticked[index] => "[x] ",
        Field::Ticks { .. } => "[ ] ",
        _ => "",
    };
    let option = |(index, text): (usize, &&str)| {
        let selected = entry.selected() == Some(index);
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
            let rows = wrap(text, width - indent).into_iter().enumerate();
            rows.map(|(n, row)| {
                if n == 0 { (prefix.clone() + &row).trim_end().to_owned() } else { " ".repeat(indent) + &row }
            })
            .collect()
        };
        let look = if selected { Look::Accent } else { Look::Text };
        Block::new(Part::Option, look, rows, index == 0)
    };
    words::options(question.item).iter().enumerate().map(option).collect()
}

/// The keys that matter here, as many as fit, the most needed kept longest.
fn keys(question: &Question<'_>, entry: &Entry<'_>, width: usize) -> String {
    let range = words::key_range(&words::keys(question.item));
    // The keys, in the order of the row, each with its rank: the highest goes first.
    let mut keys: Vec<(u8, String)> = match entry.field() {
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
        // The last of the least needed.
        let worst = keys.iter().enumerate().max_by_key(|(_, (rank, _))| *rank).map_or(0, |(index, _)| index);
        keys.remove(worst);
    }
}

/// A window of options this tall gives one row to saying that there are more.
const MIN_COUNTED: usize = 5;

/// A window of options this tall is not made taller at the cost of the keys and the place.
const GOOD_WINDOW: usize = 10;

/// A question in pieces, on its way to fitting.
struct Page {
    bar: BarRow,
    blocks: Vec<Block>,
    options: Vec<Block>,
    /// The option that must stay in sight.
    focus: usize,
    /// Whether blank rows set blocks apart.
    blanks: bool,
}

impl Page {
    /// Leaves out what does not fit. With one row only, the selected option beats the question.
    fn fit(&mut self, width: usize, height: usize, has_focus: bool) {
        if self.rows() > height {
            self.blanks = false;
        }
        let options = self.options.iter().map(|option| option.rows.len()).sum::<usize>();
        for (part, fewest) in [
            (Part::Intro, options),
            (Part::Earlier, options),
            (Part::Occasion, options),
            // The keys and the place stay next to a window of options, if it has a useful size.
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
                self.blocks.push(Block::new(Part::More, Look::Dim, vec![more], false));
                self.blocks.sort_by_key(|block| block.part);
            }
        }
    }

    fn block_rows(&self) -> usize {
        let blanks = self.blocks.iter().filter(|block| self.blanks && block.apart).count();
        self.blocks.iter().map(|block| block.rows.len()).sum::<usize>() + blanks
    }

    fn rows(&self) -> usize {
        let blanks = self.options.iter().filter(|option| self.blanks && option.apart).count();
        self.block_rows() + self.options.iter().map(|option| option.rows.len()).sum::<usize>() + blanks
    }

    /// Keeps the options around the focus that fit into so many rows, and says which: from the one
    /// to before the other.
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
        // An option that is taller than the whole window is the only one left.
        self.options[self.focus].rows.truncate(height);
        (from, to)
    }

    /// Puts the options after the wording and everything together.
    fn draw(self, entry: &Entry<'_>, width: usize, colour: bool) -> Frame {
        let mut frame = Frame::default();
        let at = self.blocks.iter().position(|block| block.part > Part::Option).unwrap_or(self.blocks.len());
        let (above, below) = self.blocks.split_at(at);
        for block in above.iter().chain(&self.options).chain(below) {
            if self.blanks && block.apart {
                frame.rows.push(String::new());
            }
            if block.part == Part::Bar && self.bar.width() <= width {
                frame.bar = Some((frame.rows.len(), self.bar.clone()));
            }
            if block.part == Part::Option
                && self.options.get(self.focus).is_some_and(|focus| std::ptr::eq(focus, block))
            {
                frame.row = frame.rows.len();
                if let (Field::Number { text, untouched }, true) = (entry.field(), block.is_field) {
                    let typed = if *untouched { 0 } else { width_of(&text.before_cursor()) };
                    frame.column = (typed + 2).min(width - 1);
                }
            }
            frame.rows.extend(block.rows.iter().map(|row| block.look.paint(row, colour)));
        }
        frame
    }
}

/// Ends a block that was cut with an ellipsis.
fn mark_cut(block: &mut Block, width: usize) {
    if let Some(last) = block.rows.last_mut() {
        *last =
            if width_of(last) < width { format!("{last}…") } else { truncate(&format!("{last} "), width) };
    }
}

#[cfg(test)]
mod tests {
    use console::strip_ansi_codes;

    use super::*;
    use crate::bank::{Answer, Item};
    use crate::prompt::keys::Press;
    use crate::prompt::{Intro, sample};
    use crate::session::Given;

    fn size(width: usize, height: usize) -> Size {
        Size { width, height }
    }

    fn show(question: &Question<'_>, presses: &[Press], size: Size) -> String {
        let mut entry = Entry::new(question);
        for press in presses {
            assert_eq!(entry.press(press, false), None);
        }
        frame(question, &entry, size, false).rows.join("\n")
    }

    #[test]
    fn the_first_question_of_a_part_shows_everything() {
        let mut item = sample::frequency();
        item.why = Some("Because.".into());
        let intro = Intro { title: "Stress tolerance", says: Some("How you hold up.") };
        let question =
            Question { intro: Some(intro), minutes_left: Some(12.0), ..sample::question(&item, 7) };
        assert_eq!(
            show(&question, &[Press::Down, Press::Down, Press::Down], size(80, 24)),
            "
7 of 92

Stress tolerance - How you hold up.

In the last 12 months:
I told people early when their work fell short.

  1  Almost never
  2  Seldom
> 3  Sometimes
  4  Often
  5  Almost always

1-5 answer  Up/Down, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"
        );
    }

    #[test]
    fn a_narrow_screen_keeps_the_keys_that_matter() {
        let mut item = sample::frequency();
        item.why = Some("Because.".into());
        let shown = show(&sample::question(&item, 7), &[], size(40, 24));
        assert!(shown.ends_with("\n1-5 answer  Esc back  s skip  ? why"), "{shown}");
        let shown = show(&sample::question(&item, 1), &[], size(20, 24));
        assert!(shown.ends_with("\n1-5 answer  s skip"), "{shown}");
    }

    #[test]
    fn a_number_is_typed_into_a_field_with_the_cursor_at_its_end() {
        let item = sample::number(0.0, 1e6);
        let question = sample::question(&item, 7);
        let mut entry = Entry::new(&question);
        for c in "120k".chars() {
            entry.press(&Press::Char(c), false);
        }
        let field = |entry: &Entry<'_>| {
            let frame = frame(&question, entry, size(80, 24), false);
            format!("{} {}", frame.rows[frame.row], frame.column)
        };
        assert_eq!(field(&entry), "> 120k  = 120,000 dollars 6");
        entry.press(&Press::Left, false);
        entry.press(&Press::Char('?'), false);
        entry.press(&Press::Char('x'), false);
        assert_eq!(field(&entry), "> 120xk  dollars 6");
    }

    #[test]
    fn a_question_about_an_occasion_says_how_to_skip_it() {
        let mut item = sample::frequency();
        item.occasion = true;
        let shown = show(&sample::question(&item, 7), &[], size(40, 24));
        assert!(shown.contains("Almost always\n\nnever came up? skip with s\n\n1-5 answer"), "{shown}");
    }

    #[test]
    fn ticks_and_the_earlier_answer_are_shown_in_text() {
        let item = sample::checklist(3);
        let earlier = Given::Answered(Answer::Checklist(vec![0]));
        let shown =
            show(&Question { earlier: Some(&earlier), ..sample::question(&item, 7) }, &[], size(80, 24));
        assert!(shown.contains("  [x] 1  Option 0"), "{shown}");
        assert!(shown.contains("  [ ] 2  Option 1"), "{shown}");
        assert!(shown.contains("\nEarlier answer: 1 of 3\n"), "{shown}");
        let shown = show(
            &Question { earlier: Some(&Given::Skipped), ..sample::question(&item, 7) },
            &[],
            size(80, 24),
        );
        assert!(shown.contains("\nSkipped earlier\n"), "{shown}");
    }

    #[test]
    fn the_least_needed_goes_first_when_rows_run_out() {
        let item = sample::frequency();
        let question = Question { notice: Some("Not saved."), ..sample::question(&item, 7) };
        let heights: Vec<String> =
            (1..=9).map(|h| show(&question, &[Press::Up, Press::Up], size(60, h))).collect();
        assert_eq!(heights[0], "> 4  Often");
        assert_eq!(heights[1], "I told people early when their work fell short.\n> 4  Often");
        assert!(
            heights[4].starts_with("! Not saved.\nI told")
                && heights[4].ends_with("> 4  Often\n  5  Almost always")
        );
        assert!(
            heights[7].starts_with("! Not saved.\nIn the last") && heights[7].contains("1  Almost never")
        );
        assert!(heights[8].starts_with("7 of 92"), "{}", heights[8]);
    }

    #[test]
    fn options_out_of_sight_are_shown() {
        let item = sample::rating(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
        let shown = show(&sample::question(&item, 7), &[Press::Up], size(60, 7));
        assert!(shown.ends_with("> a  10\n  8-11 of 11, Up/Down shows the rest"), "{shown}");
        let shown = show(&sample::question(&item, 7), &[], size(60, 6));
        assert!(shown.ends_with("\n  3"), "{shown}");
    }

    #[test]
    fn the_place_and_the_keys_stay_next_to_a_window_of_options() {
        let mut item = sample::checklist(12);
        item.ask = "Which of these have been your own responsibility in a job, for a year or more?".into();
        let shown = show(&sample::question(&item, 7), &[], size(40, 18));
        assert!(shown.starts_with("7 of 92") && shown.ends_with("Enter done  0 none"), "{shown}");
        assert!(shown.contains("of 12, Up/Down shows the rest"), "{shown}");
    }

    #[test]
    fn forty_columns_still_say_how_to_tick_and_how_to_answer_none() {
        let item = sample::checklist(4);
        let shown = show(&sample::question(&item, 7), &[], size(40, 24));
        assert!(shown.ends_with("1-4 tick  Enter done  0 none  Esc back"), "{shown}");
        let shown = show(&sample::question(&sample::checklist(12), 7), &[], size(40, 60));
        assert!(shown.ends_with("1-9 or a-c tick  Enter done  0 none"), "{shown}");
        let shown = show(&sample::question(&item, 7), &[], size(20, 40));
        assert!(shown.ends_with("\nEnter done"), "{shown}");
    }

    #[test]
    fn one_row_shows_the_question_while_nothing_is_selected() {
        let item = sample::frequency();
        assert_eq!(show(&sample::question(&item, 7), &[], size(30, 1)), "I told people early when…");
    }

    #[test]
    fn the_settled_line_keeps_the_answer() {
        let item = sample::frequency();
        let question = sample::question(&item, 7);
        let line = |width| settled(&question, "Often", size(width, 24), false);
        assert_eq!(line(80), "7  I told people early when their work fell short.  Often");
        assert_eq!(line(40), "7  I told people early when the…  Often");
        assert_eq!(line(12), "7  Often");
    }

    #[test]
    fn colours_change_nothing_in_the_text() {
        let item = sample::frequency();
        let question = sample::question(&item, 60);
        let entry = Entry::new(&question);
        let plain = frame(&question, &entry, size(80, 24), false);
        let coloured = frame(&question, &entry, size(80, 24), true);
        assert!(!plain.rows.concat().contains('\u{1b}') && coloured.rows.concat().contains('\u{1b}'));
        let stripped: Vec<_> = coloured.rows.iter().map(|row| strip_ansi_codes(row).into_owned()).collect();
        assert_eq!(stripped, plain.rows);
    }

    /// Everything that can be on a screen at once.
    #[track_caller]
    fn check_all_sizes(item: &Item, presses: &[Press]) {
        let intro =
            Intro { title: "体力 Stress", says: Some("How you hold up when things break at once.") };
        let question = Question {
            intro: Some(intro),
            minutes_left: Some(12.0),
            earlier: Some(&Given::Skipped),
            notice: Some("The last answer could not be saved: no space left on device."),
            ..sample::question(item, 7)
        };
        let mut entry = Entry::new(&question);
        for press in presses {
            assert_eq!(entry.press(press, false), None);
        }
        for height in 1..=60 {
            for width in 1..=130 {
                let size = size(width, height);
                let frame = frame(&question, &entry, size, false);
                for row in &frame.rows {
                    assert!(width_of(row) <= size.usable(), "{size:?}: {row:?}");
                }
                assert!(!frame.rows.is_empty() && frame.rows.len() <= height, "{size:?}: {frame:#?}");
                assert!(frame.row < frame.rows.len() && frame.column < width, "{size:?}: {frame:#?}");
                let at_option = frame.rows[frame.row].starts_with('>');
                assert!(at_option || entry.selected().is_none(), "{size:?}: {frame:#?}");
            }
        }
    }

    #[test]
    #[ignore = "heavy: `.ci/run` includes it"]
    fn every_size_is_filled_and_none_overflows() {
        let mut items = [
            sample::frequency(),
            sample::choice(7),
            sample::checklist(12),
            sample::number(-1e12, 1e12),
            sample::rating(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
        ];
        for item in &mut items {
            item.why = Some(
                "昨年の仕事 and a reason that goes on for a while, so that it takes several rows.".into(),
            );
            check_all_sizes(item, &[Press::Char('?')]);
            item.ask = "質問はとても長いです。🙂 A question that goes on and on, until it takes more rows than some \
                        terminals have, supercalifragilisticexpialidocious words included."
                .into();
            check_all_sizes(item, &[Press::Char('?'), Press::Up, Press::Char(',')]);
        }
    }
}
