//! The lines, headers and lists of a file that TOML cannot read, as far as they can be made out.
//!
//! [`Text`] finds them once for all the errors of a file.

use std::collections::HashMap;
use std::ops::Range;

/// A file whose lines and headers are found once, since it may have an error on each line.
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    /// Where each line begins.
    pub(super) starts: Vec<usize>,
    /// The lines that are headers: where each begins, its text and what it says.
    pub(super) headers: Vec<(usize, &'a str, Header<'a>)>,
    /// By the name of a header, which of them lack their second brackets.
    pub(super) single: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Text<'a> {
    pub(super) fn new(file: &'a str) -> Text<'a> {
        let starts: Vec<usize> =
            std::iter::once(0).chain(file.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let lines = file.split_inclusive('\n').map(str::trim_end);
        let headers: Vec<_> = starts
            .iter()
            .zip(lines)
            .filter_map(|(start, line)| Some((*start, line, Header::read(line)?)))
            .collect();
        let mut single: HashMap<&str, Vec<usize>> = HashMap::new();
        for (n, (_, _, header)) in
            headers.iter().enumerate().filter(|(_, (_, _, header))| !header.is_double())
        {
            single.entry(header.name).or_default().push(n);
        }
        Text { file, starts, headers, single }
    }

    /// The key and the bracket of a list that is open at the end of the file.
    pub(super) fn endless_list(&self) -> Option<Range<usize>> {
        left_open(self.file).into_iter().find_map(|bracket| {
            let line_start = self.starts[self.starts.partition_point(|start| *start <= bracket) - 1];
            let before = &self.file[line_start..bracket];
            let key = before.trim_end().strip_suffix('=')?.trim();
            let begin = line_start + before.find(key)?;
            (is_key(key) && self.file[bracket..].starts_with('[')).then_some(begin..bracket + 1)
        })
    }
}

/// The brackets that a stretch of text leaves open, those in texts and comments aside.
pub(super) fn left_open(text: &str) -> Vec<usize> {
    let mut open: Vec<(usize, u8)> = Vec::new();
    // How many of them are braces, so that a stray closing one is not sought in vain time and again.
    let mut n_braces = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
            quote @ (b'"' | b'\'') => {
                at = text_end(text, at, quote).unwrap_or_else(|end| end);
                continue;
            }
            bracket @ (b'[' | b'{') => {
                n_braces += usize::from(bracket == b'{');
                open.push((at, bracket));
            }
            closing @ (b']' | b'}') => {
                let n_like = if closing == b'}' { n_braces } else { open.len() - n_braces };
                // `[` and `{` come two before what closes them.
                while let Some((_, bracket)) = open.pop_if(|_| n_like > 0) {
                    n_braces -= usize::from(bracket == b'{');
                    if bracket + 2 == closing {
                        break;
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    open.into_iter().map(|(at, _)| at).collect()
}

/// Behind the quote that ends the text which begins at `at`; or, where none does, the end of the line.
pub(super) fn text_end(text: &str, at: usize, quote: u8) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    let triple = [quote; 3];
    let is_long = bytes[at..].starts_with(&triple);
    let mut here = at + if is_long { 3 } else { 1 };
    while here < bytes.len() {
        match bytes[here] {
            b'\\' if quote == b'"' => here += 1,
            b'\n' if !is_long => return Err(here),
            _ if is_long && bytes[here..].starts_with(&triple) => return Ok(here + 3),
            byte if byte == quote && !is_long => return Ok(here + 1),
            _ => {}
        }
        here += 1;
    }
    Err(bytes.len())
}

/// A line such as `[[item]]`.
pub(super) struct Header<'a> {
    pub(super) name: &'a str,
    /// Whether two brackets stand before the name, and behind it.
    double: (bool, bool),
}

impl<'a> Header<'a> {
    pub(super) fn read(line: &'a str) -> Option<Header<'a>> {
        let line = line.trim();
        let rest = line.strip_prefix('[')?;
        let opened = rest.strip_prefix('[').unwrap_or(rest);
        let end = opened.find(']')?;
        let double = (opened.len() < rest.len(), opened[end..].starts_with("]]"));
        let name = opened[..end].trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        (!name.is_empty() && name.chars().all(is_name)).then_some(Header { name, double })
    }

    pub(super) fn is_double(&self) -> bool {
        self.double == (true, true)
    }

    /// All tables of a bank are lists, but these.
    pub(super) fn is_list(&self) -> bool {
        self.name != "scale.norm" && !self.name.starts_with("formats")
    }

    pub(super) fn message(&self) -> String {
        if self.double == (false, false) {
            return format!("`{}` stands in single brackets, and there may be several", self.name);
        }
        format!("`{}` begins an entry of a list, which stands in double brackets", self.name)
    }

    pub(super) fn help(&self) -> String {
        format!("write `[[{}]]`", self.name)
    }
}

/// Whether this is one word that may be a key.
pub(super) fn is_key(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_left_open_are_those_outside_texts_and_comments() {
        for (text, open) in [
            ("[[item]]\na = [1, { b = 2 }]\n", vec![]),
            ("a = [\"]\", ']', # ]\n", vec![4]),
            ("a = \"\"\"\n[ \"quoted\" [\n\"\"\"\nb = [\n", vec![29]),
            ("a = [{ b = 1 ]\n", vec![]),
            ("a = \"\\\"[\" b = \"[\nc = {", vec![21]),
            ("it's [", vec![]),
            ("a = \"\\", vec![]),
        ] {
            assert_eq!(left_open(text), open, "{text}");
        }
    }
}
