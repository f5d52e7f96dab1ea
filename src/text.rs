//! Text that a stranger wrote, made safe to show.
//!
//! A bank, an answers file, a file name or a person's name may hold control characters that a
//! terminal obeys, or bidirectional and zero-width characters that make text read other than it
//! is. [`escape`] turns each of them into a visible `<U+001B>`. The bank passes every text through
//! it when it is read, so nothing behind the bank needs to think of it again; messages that quote
//! other input pass through it where they are printed.
//!
//! Two invisible characters are spelling: Persian and Hindi need U+200C and U+200D inside words, and
//! emoji families are joined by U+200D. A single joiner between two letters, marks or emoji stays.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// `text` with every character that is obeyed rather than seen replaced by `<U+XXXX>`.
///
/// Line feeds are replaced too: lines are ours to lay out. Harmless text comes back unchanged.
///
/// ```
/// assert_eq!(coofit::text::escape("a\u{1b}[31mb"), "a<U+001B>[31mb");
/// assert_eq!(coofit::text::escape("Où? 日本"), "Où? 日本");
/// assert_eq!(coofit::text::escape("می\u{200c}خواهم"), "می\u{200c}خواهم");
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

/// The text with lines, signs and quotes of ASCII alone, for a terminal that knows no others. Letters
/// stay. A sign of two characters takes the place of one blank where several follow, so that columns
/// stay in line.
///
/// ```
/// assert_eq!(coofit::text::ascii("69 ±9   ━━╋── “Zoë”…"), "69 +-9  ==|-- \"Zoë\"...");
/// ```
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    const SIGNS: [(char, &str); 21] = [
        ('━', "="),
        ('─', "-"),
        ('┼', "|"),
        ('╋', "|"),
        ('┿', "|"),
        ('●', "o"),
        ('±', "+-"),
        ('−', "-"),
        ('–', "-"),
        ('—', "-"),
        ('·', "*"),
        ('²', "^2"),
        ('√', "sqrt "),
        ('Σ', "sum "),
        ('≥', ">="),
        ('…', "..."),
        ('’', "'"),
        ('‘', "'"),
        ('“', "\""),
        ('”', "\""),
        ('®', "(R)"),
    ];
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut excess = 0;
    for c in text.chars() {
        if c == ' ' && excess > 0 && plain.ends_with(' ') {
            excess -= 1;
            continue;
        }
        match SIGNS.iter().find(|(sign, _)| *sign == c) {
            Some((_, sign)) => {
                plain.push_str(sign);
                excess += sign.len() - 1;
            }
            None => plain.push(c),
        }
        if c == '\n' {
            excess = 0;
        }
    }
    Cow::Owned(plain)
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

/// Whether a language, such as `he` or `pa-Arab`, is written from right to left.
#[must_use]
pub fn is_right_to_left(language: &str) -> bool {
    const LANGUAGES: [&str; 23] = [
        "ar", "arc", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo",
        "pnb", "prs", "ps", "sd", "syr", "ug", "ur", "yi",
    ];
    const SCRIPTS: [&str; 5] = ["arab", "hebr", "nkoo", "syrc", "thaa"];
    let tag = language.to_ascii_lowercase();
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next().unwrap_or_default();
    let script = subtags.find(|subtag| subtag.len() == 4);
    script.map_or(LANGUAGES.contains(&language), |script| SCRIPTS.contains(&script))
}

fn escape_unless(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let mut escaped = String::new();
    let mut copied = 0;
    for (at, c) in text.char_indices().filter(|&(_, c)| is_obeyed(c) && !keep(c)) {
        let after = at + c.len_utf8();
        if is_joiner(c) && joins(text[..at].chars().next_back(), text[after..].chars().next()) {
            continue;
        }
        escaped.push_str(&text[copied..at]);
        write!(escaped, "<U+{:04X}>", u32::from(c)).expect("writing to a string cannot fail");
        copied = after;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    escaped.push_str(&text[copied..]);
    Cow::Owned(escaped)
}

/// Zero width non-joiner and joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner between two characters is spelling. Next to anything that is not a letter, a mark
/// or an emoji, and next to another joiner, it only hides. After a virama it may end a word, as in
/// Malayalam.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    const VIRAMAS: &str = "\u{94d}\u{9cd}\u{a4d}\u{acd}\u{b4d}\u{bcd}\u{c4d}\u{ccd}\u{d4d}\u{dca}";
    let is_joined = |c: char| {
        matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
            && !is_obeyed(c)
            || !c.is_ascii() && c.is_emoji_char()
    };
    let ends =
        before.is_some_and(|c| VIRAMAS.contains(c)) && after.is_none_or(|c| c == '\n' || !is_obeyed(c));
    before.is_some_and(is_joined) && (ends || after.is_some_and(is_joined))
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
        for c in
            "\u{200b}\u{200c}\u{200d}\u{2060}\u{200e}\u{202e}\u{2066}\u{2069}\u{feff}\u{2028}\u{e0041}\u{ad}"
                .chars()
        {
            assert!(!escape(&c.to_string()).contains(c), "{c:?} came through");
        }
        for c in "\u{200b}\u{2060}\u{feff}\u{202e}\u{200e}\u{ad}".chars() {
            for text in [format!("a{c}b"), format!("می{c}خ"), format!("👨{c}👩")] {
                assert!(!escape(&text).contains(c), "{c:?} came through");
            }
        }
    }

    #[test]
    fn a_joiner_between_letters_marks_or_emoji_stays() {
        for text in [
            "برنامه\u{200c}ریزی",
            "می\u{200c}خواهم بخش\u{200c}ها",
            "क्\u{200d}ष",
            "ശ്രീ അവ\u{200d}ന്",
            "ක්\u{200d}ෂ",
            "Auf\u{200c}lage",
            "അവൻ ന\u{d4d}\u{200d} ന\u{d4d}\u{200d}",
            "👨\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "🏳\u{fe0f}\u{200d}🌈",
            "🧔\u{200d}♂\u{fe0f}",
        ] {
            assert!(matches!(escape(text), Cow::Borrowed(same) if same == text), "{text}");
            assert_eq!(prose(text), text);
        }
    }

    #[test]
    fn a_trademark_sign_is_spelled_in_ascii() {
        assert_eq!(ascii("O*NET® – 5 ± 1"), "O*NET(R) - 5 +- 1");
    }

    #[test]
    fn a_joiner_anywhere_else_is_made_visible() {
        for (text, shown) in [
            ("\u{200d}a", "<U+200D>a"),
            ("a\u{200c}", "a<U+200C>"),
            ("a\u{200c} b", "a<U+200C> b"),
            ("a\u{200c}\u{200d}b", "a<U+200C><U+200D>b"),
            ("a\u{200d}\u{200d}b", "a<U+200D><U+200D>b"),
            ("1\u{200d}2", "1<U+200D>2"),
            ("a\u{200d}2", "a<U+200D>2"),
            ("a\u{200c}-b", "a<U+200C>-b"),
            ("a\u{200d}\u{34f}b", "a<U+200D><U+034F>b"),
            ("a\u{200b}\u{200d}b", "a<U+200B><U+200D>b"),
            ("👨\u{200d}\n", "👨<U+200D><U+000A>"),
        ] {
            assert_eq!(escape(text), shown);
        }
        assert_eq!(escape_lines("a\u{200c}\nb"), "a<U+200C>\nb");
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
