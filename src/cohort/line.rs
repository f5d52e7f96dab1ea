//! Numbers and texts as cells of the output.
//!
//! A text that a spreadsheet would take for a formula gets a single quotation mark in front: one that
//! begins, after blanks, with `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed, or with a
//! wide form of the four signs. One that already has such marks before the sign gets one more, so that
//! taking one off always gives the text back. Characters that are obeyed rather than seen come out as
//! `<U+0009>`.

use std::io::Write;

use crate::text::escape;

/// Writes numbers in the shortest form that reads back exactly, and remembers the last ones: a scale
/// of few items has few different scores.
pub(super) struct Numbers {
    seen: Vec<Seen>,
    buffer: zmij::Buffer,
}

#[derive(Clone, Copy)]
struct Seen {
    bits: u64,
    length: u8,
    text: [u8; LONGEST],
}

/// Room for the longest number that is remembered.
const LONGEST: usize = 23;
/// How many numbers are remembered, as a power of two.
const SLOTS: u32 = 10;

impl Default for Numbers {
    fn default() -> Numbers {
        let zero = Seen { bits: 0, length: 1, text: *b"0                      " };
        Numbers { seen: vec![zero; 1 << SLOTS], buffer: zmij::Buffer::new() }
    }
}

impl Numbers {
    /// A number that may come again.
    pub(super) fn common(&mut self, out: &mut Vec<u8>, x: f64) {
        let bits = (x + 0.0).to_bits();
        let slot = (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS)) as usize;
        if self.seen[slot].bits != bits {
            let start = out.len();
            self.rare(out, x);
            let written = &out[start..];
            if let (Ok(length), Some(text)) =
                (u8::try_from(written.len()), self.seen[slot].text.get_mut(..written.len()))
            {
                text.copy_from_slice(written);
                self.seen[slot].bits = bits;
                self.seen[slot].length = length;
            }
            return;
        }
        let seen = &self.seen[slot];
        // The whole room is copied, which is one move, and what is not text cut off again.
        let end = out.len() + usize::from(seen.length);
        out.extend_from_slice(&seen.text);
        out.truncate(end);
    }

    /// A number that hardly comes again.
    pub(super) fn rare(&mut self, out: &mut Vec<u8>, x: f64) {
        // Adding zero turns −0 into 0.
        let x = x + 0.0;
        let written = self.buffer.format_finite(x);
        if written.contains('e') {
            write!(out, "{x}").expect("writing to memory cannot fail");
        } else {
            out.extend_from_slice(written.strip_suffix(".0").unwrap_or(written).as_bytes());
        }
    }
}

/// A count.
pub(super) fn whole(out: &mut Vec<u8>, n: usize) {
    match u8::try_from(n) {
        Ok(n @ 0..=9) => out.push(b'0' + n),
        _ => write!(out, "{n}").expect("writing to memory cannot fail"),
    }
}

/// A text that may be anything.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut safe = escape(text);
    if is_formula(text) {
        safe.to_mut().insert(0, '\'');
    }
    if !safe.contains([',', '"', ';']) && safe.trim() == safe {
        out.extend_from_slice(safe.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(safe.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// A cell of the input: a number stays a number, whatever its sign.
pub(super) fn cell(out: &mut Vec<u8>, cell: &str) {
    let is_number =
        cell.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.')) && cell.parse::<f64>().is_ok();
    if is_number { out.extend_from_slice(cell.as_bytes()) } else { text(out, cell) }
}

fn is_formula(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace() && !c.is_control());
    first.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expect: &str) {
        let mut out = Vec::new();
        text(&mut out, given);
        assert_eq!(String::from_utf8(out).expect("text"), expect);
    }

    #[test]
    fn formula_signs_get_a_mark_in_front_and_harmless_text_none() {
        for sign in ["=", "+", "-", "@", "＝", "＋", "－", "＠"] {
            check(&format!("{sign}1"), &format!("'{sign}1"));
        }
        check("\t=1", "'<U+0009>=1");
        check("\r", "'<U+000D>");
        check(" =1", "' =1");
        check("'=1", "''=1");
        for harmless in ["a-b", "7", "O'Brien", "'quoted'", "Zoë", "a=b", "日本", ""] {
            check(harmless, harmless);
        }
    }

    #[test]
    fn texts_with_separators_or_marks_are_quoted() {
        check("a,b", "\"a,b\"");
        check("a;=b", "\"a;=b\"");
        check("a\"b", "\"a\"\"b\"");
        check(" a", "\" a\"");
    }

    #[test]
    fn numbers_come_out_in_the_shortest_form_that_reads_back() {
        let mut numbers = Numbers::default();
        for x in [0.0, -0.0, 100.0, 12.5, 100.0 / 3.0, 1e-7, 0.1 + 0.2, -66.25, 1e-300, 5e-324] {
            for _ in 0..2 {
                let (mut common, mut rare) = (Vec::new(), Vec::new());
                numbers.common(&mut common, x);
                numbers.rare(&mut rare, x);
                assert_eq!(common, rare);
                assert_eq!(String::from_utf8(rare).expect("text"), (x + 0.0).to_string());
            }
        }
    }
}
