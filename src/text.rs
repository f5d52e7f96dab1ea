//! Makes text from outside safe to show.
//!
//! A bank, an answers file, a file name or a person's name may have control characters for the
//! terminal, or bidirectional and zero-width characters that make text look different. [`escape`]
//! replaces each of them with a visible code such as `<U+001B>`. Texts of a bank are escaped when the
//! bank is read, other input when a message quotes it.
//!
//! Two invisible characters can be part of the spelling: Persian and Hindi need U+200C and U+200D inside
//! words, and U+200D joins emoji families. A single joiner between two letters, marks or emoji stays.

use std::borrow::Cow;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// Quotes a word for a shell where it must be. Prefers double quotation marks, because the shells of Windows know no
/// others.
///
/// ```
/// use coofit::text::shell_word;
/// assert_eq!(shell_word("../banks/zwei-bänke_2.0"), "../banks/zwei-bänke_2.0");
/// assert_eq!(shell_word(""), "\"\"");
/// assert_eq!(shell_word("It's Kim"), "\"It's Kim\"");
/// if cfg!(unix) {
///     assert_eq!(shell_word("Anna's $HOME"), r"'Anna'\''s $HOME'");
/// }
/// ```
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_path = |c: char| cfg!(windows) && c == '\\';
    let is_plain = |c: char| c.is_alphanumeric() || "-_.,:=/+@%".contains(c) || is_path(c);
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(is_plain) {
        Cow::Borrowed(word)
    } else if cfg!(unix) && word.contains(['"', '$', '`', '\\', '!']) {
        Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
    } else {
        Cow::Owned(format!("\"{word}\""))
    }
}

/// Replaces every control character and hidden character with `<U+XXXX>`.
///
/// This includes line feeds, because only coofit breaks lines. Harmless text is returned unchanged.
///
/// ```
/// assert_eq!(coofit::text::escape("a\u{1b}[31mb"), "a<U+001B>[31mb");
/// assert_eq!(coofit::text::escape("Où? 日本"), "Où? 日本");
/// assert_eq!(coofit::text::escape("می\u{200c}خواهم"), "می\u{200c}خواهم");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_unless(text, |_| false)
}

/// Like [`escape`], but keeps line feeds, for text that is already laid out.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_unless(text, |c| c == '\n')
}

/// Prose from a bank: white space becomes one blank, the rest is escaped.
pub fn prose(text: &str) -> String {
    // Most texts are printable ASCII. Without an early end, the loop takes many bytes at a time.
    let is_printable = text.bytes().fold(true, |so_far, byte| so_far & (b' '..0x7f).contains(&byte));
    if is_printable && text.trim() == text && !text.contains("  ") {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect();
    escape(&words.join(" ")).into_owned()
}

/// A person's name: like [`prose`], and composed (NFC), because some systems store accents as separate characters.
pub fn name(text: &str) -> String {
    prose(text).nfc().collect()
}

/// Replaces lines, signs and quotes with ASCII, for a terminal that supports nothing else. Letters stay.
/// If a sign becomes two characters, one of several following blanks is removed, so columns stay aligned.
///
/// ```
/// assert_eq!(coofit::text::ascii("69 ±9   ━━╋── “Zoë”…"), "69 +-9  ==|-- \"Zoë\"...");
/// ```
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let (mut excess, mut letter) = (0, [0; 4]);
    for c in text.chars() {
        if c == ' ' && excess > 0 && plain.ends_with(' ') {
            excess -= 1;
            continue;
        }
        let sign = match c {
            '━' => "=",
            '─' | '−' | '–' | '—' => "-",
            '┼' | '╋' | '┿' | '├' | '┤' => "|",
            '●' | '○' => "o",
            '┄' => ".",
            '±' => "+-",
            '·' => "*",
            '²' => "^2",
            '√' => "sqrt ",
            'Σ' => "sum ",
            '≥' => ">=",
            '…' => "...",
            '’' | '‘' => "'",
            '“' | '”' => "\"",
            '®' => "(R)",
            other => other.encode_utf8(&mut letter),
        };
        plain.push_str(sign);
        excess += sign.chars().count() - 1;
        if c == '\n' {
            excess = 0;
        }
    }
    Cow::Owned(plain)
}

// What is in these styles is marked in the text too, never by color alone.
pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = PLAIN.bold();
pub(crate) const DIM: Style = PLAIN.dimmed();
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();
pub(crate) const ACCENT: Style = CYAN.bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();

pub(crate) fn styled(text: &str, style: Style, color: bool) -> String {
    let style = if color && !text.is_empty() { style } else { PLAIN };
    format!("{style}{text}{style:#}")
}

/// The text with a capital letter in front.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A number as people write it: `120,000`, `1998`, `-0.5`. Never `-0`.
pub fn number(x: f64) -> String {
    grouped(&(x + 0.0))
}

/// Digits with commas between the thousands, from five digits on, so that years have none.
///
/// ```
/// use coofit::text::grouped;
/// assert_eq!(grouped("1234567.25"), "1,234,567.25");
/// assert_eq!(grouped("-120000"), "-120,000");
/// assert_eq!(grouped("1998"), "1998");
/// ```
pub fn grouped(number: &(impl ToString + ?Sized)) -> String {
    let digits = number.to_string();
    let whole = digits.find('.').unwrap_or(digits.len());
    let (sign, whole) = digits[..whole].strip_prefix('-').map_or(("", &digits[..whole]), |rest| ("-", rest));
    if whole.len() < 5 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits;
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

/// A count with its noun: `1 row`, `19,718 rows`.
pub fn counted(n: impl Copy + ToString, one: &str, many: &str) -> String {
    let n = grouped(&n);
    let noun = if n == "1" { one } else { many };
    format!("{n} {noun}")
}

/// Whether a character can control a terminal, or hide itself or its neighbors.
///
/// The set: all controls (C0, DEL, C1), line and paragraph separators, and the invisible format
/// characters of Unicode (bidirectional marks and overrides, zero-width marks, fillers, tags).
/// Visible format characters, such as the Arabic number sign, are left alone.
pub fn is_obeyed(c: char) -> bool {
    // Most text is ASCII, which has no hidden characters except controls.
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

/// Whether a joiner between two characters is part of the spelling. It is not, if it is next to another
/// joiner, or to anything but a letter, a mark or an emoji. After a virama it may end a word, as in Malayalam.
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
/// Whether a spreadsheet would take a text for a formula.
pub(crate) fn is_formula(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace() && !c.is_control());
    first.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'])
}
