//! Texts of both forms of the quiz: options and their keys, and lines that fit a width.

use std::borrow::Cow;

use itertools::Itertools;
use textwrap::Options;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::bank::{Answer, Item, ItemKind};

/// The texts of an item's labels or options, in order; none for a number.
pub(crate) fn options(item: &Item) -> Vec<&str> {
    match item.format() {
        Some(format) => format.labels.iter().map(String::as_str).collect(),
        None => item.options().iter().map(|option| option.say.as_str()).collect(),
    }
}

pub(crate) fn is_numeric(item: &Item) -> bool {
    item.format().is_some_and(|format| format.is_numeric())
}

/// The answer with one of the [`options`].
pub(crate) fn nth(item: &Item, index: usize) -> Option<Answer> {
    match item.kind {
        ItemKind::Rating(_) => Some(Answer::Rating(u8::try_from(index + 1).ok()?)),
        _ => Some(Answer::Choice(index)),
    }
}

/// The number of each option, from 1, or its label if that is a number.
pub(crate) fn numbers(item: &Item) -> Vec<String> {
    let is_numeric = is_numeric(item);
    let number =
        |(index, say): (usize, &str)| if is_numeric { say.to_owned() } else { (index + 1).to_string() };
    options(item).into_iter().enumerate().map(number).collect()
}

/// The key of each option: the digit that is its number, otherwise a letter that is not a command.
pub(crate) fn keys(item: &Item) -> Vec<Option<char>> {
    let mut letters = ('a'..='z').chain('A'..='Z').filter(|c| !"sjk".contains(c.to_ascii_lowercase()));
    let key = |number: String| number.parse().ok().filter(char::is_ascii_digit).or_else(|| letters.next());
    numbers(item).into_iter().map(key).collect()
}

/// The keys in a few characters: `1-9 or a-c`.
pub(crate) fn key_range(keys: &[Option<char>]) -> String {
    let (digits, letters): (Vec<char>, Vec<char>) =
        keys.iter().flatten().partition(|key| key.is_ascii_digit());
    let range = |keys: Vec<char>| match keys[..] {
        [] => None,
        [key] => Some(key.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
    };
    [digits, letters].into_iter().filter_map(range).join(" or ")
}

pub(crate) const FIRST: &str = "This is the first question.";
pub(crate) const NO_WHY: &str = "There is no more to say about this question.";

pub(crate) const OCCASION: &str = "never came up? skip with s";

pub(crate) const PREVIEW: &str = "Before you say what you want: what the job is really like";

/// What an observer reads first: what the person will see.
pub(crate) fn observer(name: &str, is_anonymous: bool) -> Vec<String> {
    let sees = if is_anonymous {
        "only the mean of you and at least two other anonymous observers, scale by scale."
    } else {
        "your scores, scale by scale, and a warning if your answers look careless: never a single answer, and no \
         report names one."
    };
    vec![
        "Skip what you have not seen.".to_owned(),
        format!("{name} sees {sees}"),
        format!(
            "The file that you give to {name} holds your single answers and how long each took, and a text editor can \
             show them."
        ),
    ]
}

pub(crate) fn minutes_left(minutes: f64) -> String {
    if minutes < 1.0 {
        "under a minute left".to_owned()
    } else {
        format!("about {:.0} min left", minutes.ceil())
    }
}

pub(crate) fn width_of(text: &str) -> usize {
    text.width()
}

/// The text in lines of at most `width` columns; at least one line.
///
/// Lines break at blanks, inside words that are longer than a line, and between East Asian characters.
/// A character wider than the line becomes `?`.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let cut =
        |line: Cow<str>| if line.width() <= width { vec![line.into_owned()] } else { chop(&line, width) };
    textwrap::wrap(text, Options::new(width)).into_iter().flat_map(cut).collect()
}

/// The text in lines after `first`, with the other lines indented as far.
pub(crate) fn hang(first: &str, text: &str, width: usize) -> Vec<String> {
    let blanks = " ".repeat(width_of(first));
    let lines = wrap(text, width.saturating_sub(blanks.len())).into_iter().enumerate();
    let hung = |(at, line)| format!("{}{line}", if at == 0 { first } else { &blanks }).trim_end().to_owned();
    lines.map(hung).collect()
}

/// The text cut to `width` columns, with an ellipsis where something is missing.
pub(crate) fn truncate(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let cuts = text.char_indices().map(|(at, c)| &text[..at + c.len_utf8()]);
    let cut = cuts.take_while(|cut| cut.width() < width).last().unwrap_or_default();
    if width == 0 { String::new() } else { cut.trim_end().to_owned() + "…" }
}

/// Breaks a line wherever it is full. Measures whole strings, since a character may widen the one
/// before it.
pub(crate) fn chop(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut row = String::new();
    for c in line.chars() {
        let c = if c.width().unwrap_or(0) > width { '?' } else { c };
        row.push(c);
        if row.width() > width {
            row.pop();
            lines.push(std::mem::replace(&mut row, c.to_string()));
        }
    }
    lines.push(row);
    lines
}
