//! What both forms say: options, numbers as people type them, and text fitted to a width.

use textwrap::Options;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::bank::{Item, ItemKind};

/// The texts of an item's labels or options, in order; none for a number.
#[must_use]
pub fn options(item: &Item) -> Vec<&str> {
    match &item.kind {
        ItemKind::Rating(format) => format.labels.iter().map(String::as_str).collect(),
        ItemKind::Choice(options) => options.iter().map(|option| option.say.as_str()).collect(),
        ItemKind::Checklist { options, .. } => options.iter().map(|option| option.say.as_str()).collect(),
        ItemKind::Number(_) => Vec::new(),
    }
}

/// The number that a person wrote: digits, a point, a minus; commas only between whole thousands.
///
/// ```
/// use coofit::prompt::words::parse_number;
/// assert_eq!(parse_number("1,200,000"), Some(1_200_000.0));
/// assert_eq!(parse_number("-1.5"), Some(-1.5));
/// assert_eq!(parse_number("1,20"), None);
/// assert_eq!(parse_number("1e5"), None);
/// ```
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let well_grouped = !grouped
        || ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3 && is_digits(group)));
    // "140.000" is a hundred and forty to one reader and a hundred and forty thousand to another.
    if !grouped && fraction == "000" {
        return None;
    }
    if !is_digits(first) || !well_grouped || !is_digits(fraction) || first.len() + fraction.len() == 0 {
        return None;
    }
    let x: f64 = text.replace(',', "").parse().ok()?;
    // Negative zero is zero.
    x.is_finite().then_some(x + 0.0)
}

/// The time left: `about 12 min left`.
#[must_use]
pub fn minutes_left(minutes: f64) -> String {
    if minutes < 1.0 {
        "under a minute left".to_owned()
    } else {
        format!("about {:.0} min left", minutes.ceil())
    }
}

/// The columns that a text takes on a terminal.
#[must_use]
pub fn width_of(text: &str) -> usize {
    text.width()
}

/// The text in lines of at most `width` columns; at least one line.
///
/// Lines break at blanks, within words that are longer than a line, and between East Asian
/// characters. A character wider than the whole line becomes `?`.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for line in textwrap::wrap(text, Options::new(width)) {
        if line.width() <= width { lines.push(line.into_owned()) } else { chop(&line, width, &mut lines) }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// The text cut to `width` columns, with an ellipsis where something is missing.
#[must_use]
pub fn truncate(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        let mut longer = cut.clone();
        longer.push(c);
        if longer.width() + 1 > width {
            break;
        }
        cut = longer;
    }
    if width > 0 {
        cut.truncate(cut.trim_end().len());
        cut.push('…');
    }
    cut
}

/// Breaks a line wherever it is full. Measures whole strings, since a character may widen the one
/// before it.
fn chop(line: &str, width: usize, lines: &mut Vec<String>) {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_or_without_groups() {
        for (text, x) in
            [("0", 0.0), ("007", 7.0), ("1200", 1200.0), ("1,200", 1200.0), ("12,345.5", 12345.5)]
        {
            assert_eq!(parse_number(text), Some(x), "{text}");
        }
        assert_eq!(parse_number(".5"), Some(0.5));
        assert_eq!(parse_number("5."), Some(5.0));
        assert_eq!(parse_number("-0").map(f64::is_sign_positive), Some(true));
    }

    #[test]
    fn nonsense_is_no_number() {
        let huge = "9".repeat(400);
        for text in
            ["", ".", "-", "-.", "1,", ",1", "1,2", "12,34", "1234,567", "1,234,56", "1.2.3", "1 2", "+1"]
                .into_iter()
                .chain([
                    "1e5",
                    "inf",
                    "NaN",
                    "0x10",
                    "1_000",
                    "--1",
                    "1-",
                    "１",
                    "1.2,3",
                    "1,,000",
                    huge.as_str(),
                ])
        {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let texts = [
            "",
            "a",
            "plain words of some length",
            "日本語のとても長い文章です",
            "a日b本c語",
            "❤️❤️❤️❤️",
            "é\u{301}",
        ];
        for text in texts.into_iter().chain([["longword"; 20].concat().as_str()]) {
            for width in 1..=60 {
                for line in wrap(text, width) {
                    assert!(line.width() <= width, "{width}: {line:?}");
                }
                assert!(truncate(text, width).width() <= width, "{width}: {text:?}");
            }
        }
    }

    #[test]
    fn wrapping_keeps_every_word() {
        let text = "Colleagues come to me when several things break at once.";
        for width in 11..=60 {
            assert_eq!(wrap(text, width).join(" "), text);
        }
        assert_eq!(wrap("一二三四五", 4), ["一二", "三四", "五"]);
    }

    #[test]
    fn the_time_left_is_rounded_up() {
        assert_eq!(minutes_left(11.2), "about 12 min left");
        assert_eq!(minutes_left(1.0), "about 1 min left");
        assert_eq!(minutes_left(0.4), "under a minute left");
    }
}
