//! What TOML cannot read, in words for whoever wrote it: where, and what to write instead.
//!
//! TOML's own messages speak to programmers, and one slip brings several of them. So each line has one
//! fault, that of its first error, and the usual slips of someone who writes prose, in a word processor
//! and in another country's numbers, are told by name. The entry point is [`faults`].

use std::collections::HashSet;
use std::ops::Range;

use crate::bank::fault::quote;
use crate::text;

use super::entry::Notes;
use super::outline::{Header, Text, is_key, left_open, text_end};

/// What is wrong at a place, and the way out.
type Hint = (Range<usize>, String, String);

/// Notes the errors of a file.
pub(super) fn note(notes: Notes<'_>, file: &str, errors: &[toml::de::Error]) {
    let mut spans: Vec<(Range<usize>, &str)> =
        errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    spans.sort_by_key(|(span, _)| span.start);
    let text = Text::new(file);
    let endless = spans.iter().any(|(_, message)| message.contains("unclosed array,"));
    let endless = if endless { text.endless_list() } else { None };
    let mut entries = HashSet::new();
    // Up to where errors are taken for the consequences of an earlier one.
    let mut explained = 0;
    for (span, message) in spans {
        if span.start < explained {
            continue;
        }
        let slip = Slip::new(&text, span.clone());
        if let Some(list) = endless.as_ref().filter(|list| slip.follows_from(list, message)) {
            let said = quote(&file[list.clone()]);
            let message = format!("the list that begins here ({said}) has no end");
            notes.fault(list, message, Some("put a `]` after its last entry".to_owned()));
            // All that follows was read as part of it.
            break;
        }
        explained = slip.reach(message);
        if message == "duplicate key" {
            let is_new = entries.insert(slip.table());
            // The keys under a header that stands twice are told with it.
            entries.insert((slip.line_start, slip.line()));
            if is_new {
                slip.twice().into_iter().for_each(|(span, message, help)| {
                    notes.fault(&span, message, Some(help));
                });
            }
        } else if let Some((span, message, help)) = slip.hint(message) {
            notes.fault(&span, message, Some(help));
        } else {
            notes.fault(&span, format!("not TOML: {}", text::prose(message)), None);
        }
    }
}

/// An error's place in its file.
struct Slip<'a> {
    text: &'a Text<'a>,
    span: Range<usize>,
    line_start: usize,
    /// Where the next line begins, and the one after it; beyond the file when there is none.
    next_start: usize,
    next_end: usize,
    /// The line up to the error, and from there on.
    before: &'a str,
    after: &'a str,
}

impl<'a> Slip<'a> {
    fn new(text: &'a Text<'a>, span: Range<usize>) -> Slip<'a> {
        let file = text.file;
        let mut start = span.start.min(file.len());
        while !file.is_char_boundary(start) {
            start -= 1;
        }
        let next = text.starts.partition_point(|begin| *begin <= start);
        let line_start = text.starts[next - 1];
        let begins = |line: usize| text.starts.get(line).copied().unwrap_or(file.len() + 1);
        Slip {
            text,
            span,
            line_start,
            next_start: begins(next),
            next_end: begins(next + 1),
            before: &file[line_start..start],
            after: file[start..begins(next) - 1].trim_end_matches('\r'),
        }
    }

    /// Up to where the text is likely to be misread for this error: the end of the line; that of the next
    /// when a text may go on there; and that of the file when it is part of a list, which then has no end.
    fn reach(&self, message: &str) -> usize {
        let has_no_end =
            message.contains("invalid basic string") || message.contains("invalid literal string");
        if !has_no_end && self.curly_quote().is_none() && !self.ends_a_text() {
            return self.next_start;
        }
        if self.before.contains(['{', '[']) || self.line().trim_start().starts_with(['"', '\'', '“', '„'])
        {
            return self.text.file.len();
        }
        let next = self.text.file.get(self.next_start..).unwrap_or_default();
        let goes_on = has_no_end && !next.lines().next().unwrap_or_default().contains('=');
        if goes_on { self.next_end } else { self.next_start }
    }

    /// Whether a text ends just before the error, and something follows that should be part of it.
    fn ends_a_text(&self) -> bool {
        self.before.ends_with(['"', '\'']) && !self.after.starts_with([',', ']', '}', '#'])
    }

    /// Whether that is a text in single quotes, such as `'It's planning'`.
    fn ends_at_an_apostrophe(&self) -> bool {
        self.before.ends_with('\'')
            && self.after.starts_with(char::is_alphabetic)
            && self.after.contains('\'')
    }

    /// Whether the error is there because a list has no end: it is about lists, or at a line that belongs
    /// in none.
    fn follows_from(&self, list: &Range<usize>, message: &str) -> bool {
        if self.span.start < list.end {
            return false;
        }
        let line = self.line().trim();
        let is_outside = self.line_start > list.start
            && (Header::read(line).is_some()
                || line.split_once('=').is_some_and(|(key, _)| is_key(key.trim())));
        is_outside || message.contains("unclosed array,")
    }

    fn line(&self) -> &'a str {
        &self.text.file[self.line_start..self.line_start + self.before.len() + self.after.len()]
    }

    /// The name in a header, or the place and the text of the header that a key stands under.
    fn table(&self) -> (usize, &'a str) {
        if let Some(header) = Header::read(self.line()) {
            return (0, header.name);
        }
        let n_above = self.text.headers.partition_point(|(start, ..)| *start < self.line_start);
        // Above the first header there is one entry too.
        n_above.checked_sub(1).map_or((0, ""), |n| (self.text.headers[n].0, self.text.headers[n].1))
    }

    /// A name that stands twice: one that begins a list and lacks its second brackets, or a plain key.
    fn twice(&self) -> Vec<Hint> {
        let Some(header) = Header::read(self.line()) else {
            let end = self.after.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(self.after.len());
            let message = format!("{} stands twice in one entry", quote(&self.after[..end]));
            let help = match Header::read(self.table().1) {
                Some(header) if header.is_list() => format!(
                    "keep one of them, or write the line `[[{}]]` above, where a new entry begins",
                    header.name
                ),
                _ => "keep one of them".to_owned(),
            };
            return vec![(self.span.clone(), message, help)];
        };
        if !header.is_list() {
            let message = format!("`[{}]` stands twice", text::escape(header.name));
            return vec![(
                self.span.clone(),
                message,
                "keep one, or give one of them another name".to_owned(),
            )];
        }
        let of_this_name = self.text.single.get(header.name).into_iter().flatten();
        let told = of_this_name.map(|n| {
            let (start, line, other) = &self.text.headers[*n];
            let begin = start + line.find('[').unwrap_or(0);
            (begin..start + line.len(), other.message(), other.help())
        });
        told.collect()
    }

    fn hint(&self, message: &str) -> Option<Hint> {
        let here = |message: &str, help: &str| Some((self.span.clone(), message.to_owned(), help.to_owned()));
        let says = |part: &str| message.contains(part);
        let line = self.line();
        if let Some(hint) = self.curly_quote().or_else(|| self.odd_blank()).or_else(|| self.decimal_comma()) {
            return Some(hint);
        }
        if let Some(header) = Header::read(line).filter(|header| header.is_list() && !header.is_double()) {
            return here(&header.message(), &header.help());
        }
        if says("invalid basic string") || says("invalid literal string") {
            let help = "end it with the quote that it begins with; a text over several lines stands between \
                        `\"\"\"` and `\"\"\"`";
            return here("the text has no end on this line", help);
        }
        if says("missing escaped value") {
            return here(
                "a `\\` in a text begins a special character",
                "write `\\\\` for a `\\` that is shown",
            );
        }
        if says("carriage return") {
            let help = "save the file with the line ends of Unix or Windows";
            return here("the line ends with a carriage return alone", help);
        }
        let at = self.after.chars().next();
        if at == Some(':')
            && ["invalid unquoted key", "key with no value", "missing assignment"].into_iter().any(says)
        {
            return here("a key and its value are joined by `=`, not by `:`", "write `=`");
        }
        if self.ends_at_an_apostrophe() {
            let help = "put the whole text in `\"` instead of `'`";
            return here("the text has ended before this, at the `'` within it", help);
        }
        if says("unexpected key or value") || says("missing comma between key-value pairs") {
            if at == Some(',') {
                let help = "take it away; a comma stands only between the entries of a list";
                return here("there is a comma after the value", help);
            }
            if self.ends_a_text() {
                let help = "write `\\\"` for a quote within a text, or end the text before this with a quote";
                return here("the text has ended before this", help);
            }
            if says("comma") {
                return here(
                    "there is no comma before this",
                    "put a `,` between one key's value and the next key",
                );
            }
        }
        if says("missing comma between array elements") {
            return here("there is no comma before this", "put a `,` after the entry before it");
        }
        if self.after.starts_with("//") {
            return here("`//` begins no comment", "begin it with `#`");
        }
        if says("key with no value") || says("missing assignment") {
            let help = "write `key = value`, with a key of one word; a comment begins with `#`";
            return here("there is no `=` here", help);
        }
        self.value(message)
    }

    /// A value that is neither a text in quotes nor a number nor `true` or `false`.
    fn value(&self, message: &str) -> Option<Hint> {
        const NO_VALUE: &[&str] = &[
            "values must be quoted",
            "expected value",
            "boolean",
            "invalid float",
            "invalid date",
            "mantissa",
            "leading zero",
        ];
        if !NO_VALUE.iter().any(|part| message.contains(part)) {
            return None;
        }
        // TOML may point at the end of a value that went wrong late.
        let last = |c: char| c.is_whitespace() || "=[{,".contains(c);
        let begin =
            self.before.char_indices().rfind(|(_, c)| last(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        let rest = &self.line()[begin..];
        // A comma ends a value in a list only; such a line may stand in one that begins above.
        let is_in_list = !left_open(self.before).is_empty() || !self.before.contains('=');
        let ends: &[char] = if is_in_list { &[',', ']', '}', '#'] } else { &['#'] };
        let said = rest[..rest.find(ends).unwrap_or(rest.len())].trim_end();
        let span = self.line_start + begin..self.line_start + begin + said.len();
        let key = self.before.rsplit_once('=').map_or("", |(before, _)| before.trim_end());
        let key = key.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        if said.is_empty() {
            let message = if key.is_empty() {
                "there is no value here".into()
            } else {
                format!("{} has no value", quote(key))
            };
            return Some((
                self.span.clone(),
                message,
                "write it after the `=`, or take the key away".to_owned(),
            ));
        }
        if let Some(number) = meant_number(said).or_else(|| leading_number(key, said)) {
            return Some((
                span,
                format!("{} is not written as a number", quote(said)),
                format!("write `{number}`"),
            ));
        }
        if ["quick", "reversed"].contains(&key) {
            let message = format!("{} must be `true` or `false`, not {}", quote(key), quote(said));
            let help =
                meant_flag(said).map_or("write one of them".to_owned(), |flag| format!("write `{flag}`"));
            return Some((span, message, help));
        }
        let help = if said.find('"').is_some_and(|at| at + 1 == said.len()) {
            "put a straight quote `\"` before it".to_owned()
        } else if said.contains(['"', '\\']) || said.len() > 60 {
            "put a straight quote `\"` before and after it".to_owned()
        } else {
            format!("write {}", quote(&format!("\"{said}\"")))
        };
        if said.starts_with(|c: char| c.is_ascii_digit()) {
            let message = format!("{} is neither a number nor a text in quotes", quote(said));
            return Some((span, message, format!("{help}, or the number alone")));
        }
        Some((span, "a text stands in quotes".to_owned(), help))
    }

    /// A quote of a word processor where a text begins or ends.
    fn curly_quote(&self) -> Option<Hint> {
        let line = self.line();
        let reach = self.before.len() + self.after.chars().next().map_or(0, char::len_utf8);
        let begins = |at: usize| line[..at].trim_end().ends_with(['=', '[', ',']);
        let mut at = 0;
        let mut may_end = true;
        while at < reach {
            let c = line[at..].chars().next()?;
            let next = at + c.len_utf8();
            if may_end && (c == '"' || (c == '\'' && begins(at))) {
                let end = text_end(line, at, if c == '"' { b'"' } else { b'\'' });
                // In a text with an end curly quotes are letters like others.
                if let Ok(end) = end {
                    if let Some((at, c)) = curly_end(&line[next..end - 1]).filter(|(at, _)| next + at < reach)
                    {
                        return Some(self.curly(next + at, c));
                    }
                    at = end;
                    continue;
                }
                may_end = false;
            }
            let follows = line[next..].trim_start().chars().next();
            if is_curly(c) && (begins(at) || follows.is_none_or(|next| ",]}#".contains(next))) {
                return Some(self.curly(at, c));
            }
            at = next;
        }
        None
    }

    fn curly(&self, at: usize, quote: char) -> Hint {
        let span = self.line_start + at..self.line_start + at + quote.len_utf8();
        let what = if "«»‹›".contains(quote) { "guillemet" } else { "curly quote" };
        let message = format!("`{quote}` is a {what}; a text stands in straight ones");
        let message = if what == "guillemet" { message.replace("ones", "quotes") } else { message };
        (span, message, "write `\"` at both ends of the text".to_owned())
    }

    /// A character that looks like a blank, or like nothing, and comes from a page or a word processor.
    fn odd_blank(&self) -> Option<Hint> {
        let c = self.after.chars().next()?;
        let is_odd =
            (c.is_whitespace() && !c.is_ascii()) || "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(c);
        let span = self.span.start..self.span.start + c.len_utf8();
        let message = format!("there is a character here that cannot be seen, U+{:04X}", u32::from(c));
        is_odd.then(|| (span, message, "type an ordinary blank instead, or nothing".to_owned()))
    }

    /// `0,7` as a value.
    fn decimal_comma(&self) -> Option<Hint> {
        let is_part = |c: char| c.is_ascii_digit() || c == ',';
        let before = self.before.trim_end();
        let digits = before.trim_end_matches(is_part).len();
        let begin = digits - usize::from(before[..digits].ends_with(['-', '+']));
        let rest = &self.line()[digits..];
        let end = digits + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let said = self.line()[begin..end].trim_end_matches(',');
        let (whole, decimals) = said.split_once(',')?;
        let is_number =
            whole.ends_with(|c: char| c.is_ascii_digit()) && !decimals.is_empty() && !decimals.contains(',');
        let is_value = before[..begin].trim_end().ends_with('=');
        let span = self.line_start + begin..self.line_start + begin + said.len();
        let message = "a number has a decimal point, not a comma".to_owned();
        (is_number && is_value).then(|| (span, message, format!("write `{whole}.{decimals}`")))
    }
}

fn is_curly(c: char) -> bool {
    "“”„‟‘’‚‛«»‹›".contains(c)
}

/// The curly quote that was meant as the end of a text which now goes on up to the next straight one:
/// its first, with a comma behind it, and then at most the next key.
fn curly_end(text: &str) -> Option<(usize, char)> {
    let (at, quote) = text.char_indices().find(|(_, c)| is_curly(*c))?;
    let rest = text[at + quote.len_utf8()..].trim_start().strip_prefix(',')?.trim();
    (rest.is_empty() || rest.strip_suffix('=').is_some_and(|key| is_key(key.trim()))).then_some((at, quote))
}

/// The number in `100 pts`, for a key that takes one.
fn leading_number(key: &str, said: &str) -> Option<String> {
    const NUMBERS: [&str; 11] =
        ["format", "weight", "from", "to", "at_least", "mean", "sd", "n", "points", "min", "max"];
    let end = said.find(|c: char| !c.is_ascii_digit() && !"+-.,".contains(c))?;
    let has_one = !said[end..].contains(|c: char| c.is_ascii_digit());
    if NUMBERS.contains(&key) && has_one { meant_number(&said[..end]) } else { None }
}

/// The number that somebody means by `70%`, `0,7`, `.5` or `07`.
pub(super) fn meant_number(said: &str) -> Option<String> {
    let number = said.trim().trim_end_matches('%').trim_end().replacen(',', ".", 1);
    let (sign, digits) = number.strip_prefix('-').map_or(("", number.as_str()), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return None;
    }
    let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
    Some(if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") })
}

/// What somebody means by `True` or `yes`.
pub(super) fn meant_flag(said: &str) -> Option<bool> {
    match said.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_behind_a_blank_of_a_word_processor_is_cut_between_characters() {
        for blank in ["\u{a0}", "\u{3000}", " "] {
            let file = format!("x = [1{blank}no, 2]");
            let text = Text::new(&file);
            let at = file.find("no").expect("a value");
            let (span, _, help) =
                Slip::new(&text, at..at + 2).value("expected value").expect("a hint for a bare word");
            assert_eq!((&file[span], help.as_str()), ("no", "write `\"no\"`"));
        }
    }

    #[test]
    fn a_number_is_known_in_the_ways_in_which_it_is_written() {
        for (said, number) in [
            ("70%", Some("70")),
            ("70 %", Some("70")),
            ("0,7", Some("0.7")),
            (".5", Some("0.5")),
            ("070", Some("70")),
            ("-1,5", Some("-1.5")),
            ("1,000,000", None),
            ("2026.1.2", None),
            ("2026-05", None),
            ("%", None),
            ("many", None),
        ] {
            assert_eq!(meant_number(said).as_deref(), number, "{said}");
        }
    }
}
