//! Numbers and texts as cells of the output.
//!
//! A text that a spreadsheet would read as a formula gets a single quotation mark in front: one that
//! begins, after blanks, with `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed, or with a
//! wide form of the four signs. One that already has such marks before the sign gets one more, so that
//! taking one off always gives the text back. Control characters come out as
//! `<U+0009>`.

use std::fmt::Write as _;
use std::io::Write;

use crate::text::{escape, is_formula};

/// Most scores are whole eighths: those from 0 to 1, and how many bytes each has.
const EIGHTHS: [(&[u8; 5], usize); 8] = [
    (b"0    ", 1),
    (b"0.125", 5),
    (b"0.25 ", 4),
    (b"0.375", 5),
    (b"0.5  ", 3),
    (b"0.625", 5),
    (b"0.75 ", 4),
    (b"0.875", 5),
];

/// A number in the shortest form that reads back exactly, never with an exponent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "what is not a whole eighth is written the long way"
)]
pub(super) fn number(out: &mut Vec<u8>, x: f64) {
    let n = (x * 8.0) as usize;
    if n < 800 && n as f64 == x * 8.0 {
        let (whole, (text, length)) = ((n / 8) as u8, EIGHTHS[n % 8]);
        if whole >= 10 {
            out.push(b'0' + whole / 10);
        }
        let (mut text, end) = (*text, out.len() + length);
        text[0] += whole % 10;
        // It is faster to copy all five bytes.
        out.extend_from_slice(&text);
        return out.truncate(end);
    }
    // Adding zero turns −0 into 0.
    let x = x + 0.0;
    let mut buffer = zmij::Buffer::new();
    let written = buffer.format_finite(x);
    if written.contains('e') {
        write!(out, "{x}").expect("writing to memory cannot fail");
    } else {
        out.extend_from_slice(written.strip_suffix(".0").unwrap_or(written).as_bytes());
    }
}

/// A number without its decimals.
pub(super) fn whole(out: &mut Vec<u8>, x: f64) {
    number(out, x.round());
}

/// A text that may be anything. It is also quoted where another separator would split it.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
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

/// A line of texts.
pub(super) fn texts<'t>(separator: u8, texts: impl Iterator<Item = &'t str>) -> Vec<u8> {
    let mut line = Vec::new();
    for (at, cell) in texts.enumerate() {
        line.extend((at > 0).then_some(separator));
        text(&mut line, cell);
    }
    line.push(b'\n');
    line
}

/// A cell of the input: a number stays a number, whatever its sign.
pub(super) fn carried(out: &mut Vec<u8>, cell: &[u8]) {
    let is_number = || cell.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
    if cell.iter().all(u8::is_ascii_alphanumeric) {
        return out.extend_from_slice(cell);
    }
    let cell = visible(cell);
    if is_number() && cell.parse::<f64>().is_ok() {
        out.extend_from_slice(cell.as_bytes());
    } else {
        text(out, &cell);
    }
}

/// The text of a cell, with each byte that is not UTF-8 as `<0xE9>`.
pub(super) fn visible(cell: &[u8]) -> String {
    let mut text = String::with_capacity(cell.len());
    for chunk in cell.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "<0x{byte:02X}>").expect("writing to a string cannot fail");
        }
    }
    text
}

#[cfg(test)]
#[path = "../../tests/cohort/cell.rs"]
mod tests;
