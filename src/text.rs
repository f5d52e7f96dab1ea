//! Text that a stranger wrote, made safe to show.
//!
//! A bank, an answers file, a file name or a person's name may hold control characters that a
//! terminal obeys, or bidirectional and zero-width characters that make text read other than it
//! is. [`escape`] turns each of them into a visible `<U+001B>`. The bank passes every text through
//! it when it is read, so nothing behind the bank needs to think of it again; messages that quote
//! other input pass through it where they are printed.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with every character that is obeyed rather than seen replaced by `<U+XXXX>`.
///
/// Line feeds are replaced too: lines are ours to lay out. Harmless text comes back unchanged.
///
/// ```
/// assert_eq!(coofit::text::escape("a\u{1b}[31mb"), "a<U+001B>[31mb");
/// assert_eq!(coofit::text::escape("Où? 日本"), "Où? 日本");
/// ```
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_unless(text, |_| false)
}

/// Like [`escape`], for text of several lines that is already laid out: line feeds stay.
#[must_use]
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_unless(text, |c| c == '\n')
}

/// Prose as a bank's author meant it: runs of white space become one blank, the rest is escaped.
#[must_use]
pub fn prose(text: &str) -> String {
    let is_plain = |byte: &u8| (b' '..0x7f).contains(byte);
    if text.as_bytes().iter().all(is_plain) && text.trim().len() == text.len() && !text.contains("  ") {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect();
    escape(&words.join(" ")).into_owned()
}

/// A number as people write it: `120,000`, `1998`, `-0.5`. Never `-0`.
#[must_use]
pub fn number(x: f64) -> String {
    grouped(&(x + 0.0).to_string())
}

/// Digits with commas between the thousands, from five digits on, so that a year stays a year.
///
/// ```
/// use coofit::text::grouped;
/// assert_eq!(grouped("1234567.25"), "1,234,567.25");
/// assert_eq!(grouped("-120000"), "-120,000");
/// assert_eq!(grouped("1998"), "1998");
/// ```
#[must_use]
pub fn grouped(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let (sign, whole) = digits[..whole].strip_prefix('-').map_or(("", &digits[..whole]), |rest| ("-", rest));
    if whole.len() < 5 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + &digits[sign.len() + whole.len()..]
}

/// Whether a character would be obeyed by a terminal, or hide itself or its neighbours.
///
/// The set: all controls (C0, DEL, C1), line and paragraph separators, and the invisible format
/// characters of Unicode (bidirectional marks and overrides, zero-width marks, fillers, tags).
/// Visible format characters, such as the Arabic number sign, are left alone.
#[must_use]
pub fn is_obeyed(c: char) -> bool {
    // Most text is ASCII, and there only the controls are obeyed.
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn escape_unless(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hidden = |c: char| is_obeyed(c) && !keep(c);
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            write!(escaped, "<U+{:04X}>", u32::from(c)).expect("writing to a string cannot fail");
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_is_made_visible() {
        for code in (0..0x20).chain(0x7f..0xa0) {
            let c = char::from_u32(code).expect("a valid scalar");
            assert_eq!(escape(&format!("a{c}b")), format!("a<U+{code:04X}>b"));
        }
    }

    #[test]
    fn bidirectional_and_zero_width_characters_are_made_visible() {
        for c in "\u{200b}\u{200d}\u{200e}\u{202e}\u{2066}\u{2069}\u{feff}\u{2028}\u{e0041}\u{ad}".chars() {
            assert!(!escape(&c.to_string()).contains(c), "{c:?} came through");
        }
    }

    #[test]
    fn harmless_text_comes_back_unchanged_and_uncopied() {
        for text in
            ["plain", "Où ça?", "日本語 テスト", "Ελληνικά", "العربية ٣", "हिन्दी", "naïve 🙂", "e\u{301}"]
        {
            assert!(matches!(escape(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn prose_folds_white_space_and_keeps_the_words() {
        assert_eq!(prose("  one\n   two\tthree "), "one two three");
        for (plain, folded) in
            [(" one", "one"), ("one ", "one"), ("one  two", "one two"), ("one two", "one two")]
        {
            assert_eq!(prose(plain), folded);
        }
        assert_eq!(prose("a\u{b}b"), "a<U+000B>b");
    }

    #[test]
    fn thousands_are_grouped_from_five_digits_on() {
        for (plain, read) in [
            ("0", "0"),
            ("999", "999"),
            ("1998", "1998"),
            ("10000", "10,000"),
            ("-123456.789", "-123,456.789"),
            ("12.", "12."),
            (".5", ".5"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(grouped(plain), read);
        }
        assert_eq!(number(-0.0), "0");
    }

    #[test]
    fn only_laid_out_text_keeps_its_line_feeds() {
        assert_eq!(escape("a\nb"), "a<U+000A>b");
        assert_eq!(escape_lines("a\nb\r"), "a\nb<U+000D>");
    }
}
