//! Common slips in TOML, each with what to write instead.
//!
//! Only the first error of a file is shown, because it often causes the others.

use std::ops::Range;

use crate::bank::fault::{floor, quote};
use crate::text;

use super::entry::Notes;

/// Part of TOML's message, the end of the line before the error, the beginning of the line after it, what to
/// say, and what to do. The first row that fits is taken. An empty cell fits everything.
const SLIPS: &str = r#"
| | // | `//` does not begin a comment | begin it with `#`
| | : | a key and its value are joined by `=`, not by `:` | write `=`
missing escaped value | | | a `\` in a text begins a special character | write `\\` for a `\` that is shown
string | | | the text has no end on this line | end it with the quote that it begins with, or use `"""`
carriage return | | | the line ends with a carriage return alone | save the file with the line ends of Unix or Windows
comma between | | , | there is a comma too many | take it away
unexpected key or value | | , | there is a comma after the value | take it away; it belongs in lists only
unexpected key or value | " | | the text has ended before this | write `\"` for a quote within a text
| ' | | the text has ended before this, at the `'` within it | put the whole text in `"`
comma between key-value | " | | there is no comma before this | put a `,`, or write `\"` for a quote within a text
comma between | | | there is no comma before this | put a `,` there
unclosed array | | | a list has no end before this | put a `]` after its last entry
key with no value | | | there is no `=` here | write `key = value`; a comment begins with `#`
missing assignment | | | there is no `=` here | write `key = value`; a comment begins with `#`
"#;

/// A place, what is wrong there, and how to correct it.
type Explained = (Range<usize>, String, String);

/// Notes the first error of a file.
pub(super) fn note(notes: Notes<'_>, file: &str, errors: &[toml::de::Error]) {
    let start = |error: &&toml::de::Error| error.span().map_or(0, |span| span.start);
    let Some(error) = errors.iter().min_by_key(start) else { return };
    let span = error.span().unwrap_or_default();
    let at = floor(file, span.start);
    let line_start = file[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = file[line_start..].lines().next().unwrap_or_default();
    let (before, after) = line.split_at((at - line_start).min(line.len()));
    let slip = Slip { error: error.message(), span, file, line_start, line, before, after };
    let explained = slip.odd_character().or_else(|| slip.decimal_comma()).or_else(|| slip.header());
    let explained = explained.or_else(|| slip.twice()).or_else(|| slip.value());
    match explained.or_else(|| slip.endless_list()).or_else(|| slip.listed()) {
        Some((span, message, help)) => notes.fault(&span, message, help),
        None => notes.fault(&slip.span, format!("not TOML: {}", text::prose(slip.error)), None),
    }
}

struct Slip<'a> {
    error: &'a str,
    span: Range<usize>,
    file: &'a str,
    line_start: usize,
    line: &'a str,
    /// The line up to the error, and from the error on.
    before: &'a str,
    after: &'a str,
}

impl Slip<'_> {
    /// Explains the error.
    fn here(&self, message: impl Into<String>, help: impl Into<String>) -> Explained {
        (self.span.clone(), message.into(), help.into())
    }

    /// Explains a part of the line.
    fn at(&self, at: usize, part: &str, says: impl Into<String>, help: impl Into<String>) -> Explained {
        let start = self.line_start + at;
        (start..start + part.len(), says.into(), help.into())
    }

    fn listed(&self) -> Option<Explained> {
        SLIPS.lines().skip(1).find_map(|row| {
            let mut cells = row.split('|').map(str::trim);
            let [error, before, after, says, help] = [(); 5].map(|()| cells.next().unwrap_or_default());
            let fits =
                self.error.contains(error) && self.before.ends_with(before) && self.after.starts_with(after);
            fits.then(|| self.here(says, help))
        })
    }

    /// A quote or a blank from a word processor.
    fn odd_character(&self) -> Option<Explained> {
        let is_curly = |c: char| "“”„‟‘’‚‛«»‹›".contains(c);
        let is_blank = |c: char| {
            (c.is_whitespace() && !c.is_ascii()) || "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(c)
        };
        let is_first = self.after.starts_with(|c| is_curly(c) || is_blank(c));
        // A text that begins with a straight quote and ends with a curly one has no end.
        let has_no_end = self.error.contains("string");
        let at =
            if is_first { self.before.len() } else { self.line.find(is_curly).filter(|_| has_no_end)? };
        let c = self.line[at..].chars().next()?;
        if is_blank(c) {
            let message = format!("there is a character here that cannot be seen, U+{:04X}", u32::from(c));
            return Some(self.at(at, &c.to_string(), message, "type an ordinary blank instead, or nothing"));
        }
        let message = format!("`{c}` is not a straight quote");
        Some(self.at(at, &c.to_string(), message, "write `\"` at both ends of the text"))
    }

    /// `0,7` as the value of a key.
    fn decimal_comma(&self) -> Option<Explained> {
        let is_number = |c: char| c.is_ascii_digit() || "+-,".contains(c);
        let value = self.line[self.before.rfind('=')? + 1..].trim_start();
        let said = value.split(|c| !is_number(c)).next()?.trim_end_matches(',');
        let (whole, decimals) = said.split_once(',')?;
        if whole.is_empty() || decimals.contains(',') {
            return None;
        }
        let message = "a number has a decimal point, not a comma";
        Some(self.at(self.line.len() - value.len(), said, message, format!("write `{whole}.{decimals}`")))
    }

    /// A header without double brackets. All tables of a bank are lists, except formats and norms.
    fn header(&self) -> Option<Explained> {
        let name = header_name(self.line)?;
        let (single, double) = (format!("\n[{name}]"), format!("[[{name}]]"));
        let is_single = self.line.trim() != double;
        if name == "scale.norm" || name.starts_with("formats") || !is_single && self.error != "duplicate key"
        {
            return None;
        }
        let (start, length) = if is_single {
            (self.line_start, self.line.trim_end().len())
        } else {
            // An earlier header has single brackets.
            (self.file[..self.line_start].rfind(&single)? + 1, single.len() - 1)
        };
        let message = format!("`{name}` begins an entry of a list, which needs double brackets");
        Some((start..start + length, message, format!("write `{double}`")))
    }

    /// A header or a key inside a list that has no end.
    fn endless_list(&self) -> Option<Explained> {
        let is_word =
            |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let is_key = || self.line.split_once('=').is_some_and(|(key, _)| is_word(key.trim()));
        let is_outside = self.before.trim().is_empty() && (header_name(self.line).is_some() || is_key());
        (is_outside && self.error.contains("array elements"))
            .then(|| self.here("a list has no end before this", "put a `]` after its last entry"))
    }

    /// A key or a table that is there twice.
    fn twice(&self) -> Option<Explained> {
        if self.error != "duplicate key" {
            return None;
        }
        if let Some(name) = header_name(self.line) {
            let help = "keep one, or give one of them another name";
            return Some(self.here(format!("`[{name}]` is there twice"), help));
        }
        let key = self.after.split(|c: char| c == '=' || c.is_whitespace()).next().unwrap_or_default();
        let above = self.file[..self.line_start].lines().rfind(|line| line.starts_with("[["));
        let new = above.map_or_else(String::new, |line| {
            format!(", or begin a new entry with `{}`", text::escape(line.trim_end()))
        });
        let message = format!("{} is there twice in one entry", quote(key));
        Some(self.here(message, format!("keep one of them{new}")))
    }

    /// A value that is not a text in quotes, a number, `true` or `false`.
    fn value(&self) -> Option<Explained> {
        const ERRORS: &str =
            "must be quoted|expected value|boolean|invalid float|invalid date|mantissa|leading zero";
        if !ERRORS.split('|').any(|part| self.error.contains(part)) {
            return None;
        }
        // TOML may point at the end of the value.
        let begin =
            self.before.rfind(|c: char| c.is_whitespace() || "=[{,".contains(c)).map_or(0, |at| at + 1);
        let in_list = self.before.contains(['[', '{']) || !self.before.contains('=');
        let ends: &[char] = if in_list { &[',', ']', '}', '#'] } else { &['#'] };
        let said = self.line[begin..].split(ends).next().unwrap_or_default().trim_end();
        let in_quotes = quote(&format!("\"{said}\""));
        Some(if said.is_empty() {
            self.here("there is no value here", "write it after the `=`, or take the key away")
        } else if let Some(meant) = meant_number(said) {
            let message = format!("{} is not written as a number", quote(said));
            self.at(begin, said, message, format!("write `{meant}`"))
        } else if let Some(flag) = meant_flag(said) {
            let message = format!("{} is neither `true` nor `false`", quote(said));
            self.at(begin, said, message, format!("write `{flag}`, or {in_quotes} for a text"))
        } else if said.contains(['"', '\\']) || said.len() > 60 {
            self.at(begin, said, "a text needs quotes", "put a straight quote `\"` before and after it")
        } else {
            self.at(begin, said, "a text needs quotes", format!("write {in_quotes}"))
        })
    }
}

/// The name in a line such as `[[item]]`, which may lack brackets.
fn header_name(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix('[')?.trim_matches(['[', ']', ' ']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_name)).then_some(name)
}

/// The number that somebody means by `70%`, `0,7`, `.5` or `07`.
pub(super) fn meant_number(said: &str) -> Option<String> {
    let number = said.trim().trim_end_matches('%').trim_end().replacen(',', ".", 1);
    let are_digits = number.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let number: f64 = number.parse().ok().filter(|_| are_digits)?;
    Some(number.to_string())
}

/// What somebody means by `True` or `yes`.
pub(super) fn meant_flag(said: &str) -> Option<bool> {
    match said.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}
