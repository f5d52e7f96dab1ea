//! Bytes -> stretches of whole rows, and a row -> its cells.
//!
//! Rows end with a line feed, with or without a carriage return before it. A cell that begins with a
//! quotation mark goes on to the next single one, line feeds and commas included; two in a row stand
//! for one. Most files have none, so that case is told apart first and costs nothing.

use std::borrow::Cow;
use std::io;
use std::io::Read;

use memchr::{memchr, memrchr};

use super::Halt;
use super::fault::{Column, Fault, Reason};

/// The longest row, in bytes.
pub(super) const MAX_ROW: usize = 1 << 20;
pub(super) const TOO_LONG: &str = "the row goes on for more than 1 MiB";
const UNCLOSED: &str = "the quotation mark that opens the cell is never closed";
/// What a worker takes at a time, in bytes.
const CHUNK: usize = 1 << 18;

/// A stretch of whole rows.
#[derive(Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    /// Where the whole rows end.
    end: usize,
    /// Where the bytes that were read end.
    filled: usize,
    /// Its place in the order.
    pub(super) number: u64,
    /// Whether there is a quotation mark in it.
    pub(super) quoted: bool,
    /// What stands in the way of the rest.
    pub(super) trouble: Option<Trouble>,
}

/// Why nothing can follow a chunk.
pub(super) enum Trouble {
    /// The input failed.
    Read(io::Error),
    /// The row after the chunk cannot be delimited.
    Row(&'static str),
}

impl Chunk {
    pub(super) fn rows(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// What was read of the row after the whole ones.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.end..self.filled]
    }
}

/// The input, cut at the ends of rows.
pub(super) struct Source<R> {
    input: R,
    /// What was read beyond the last chunk.
    carry: Vec<u8>,
    number: u64,
    over: bool,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R) -> Source<R> {
        Source { input, carry: Vec::new(), number: 0, over: false }
    }

    /// The first row, without its end.
    pub(super) fn header(&mut self) -> Result<Vec<u8>, Halt> {
        let fault =
            |number, reason: Reason| Halt::Fault(Fault::of_header(Column { number, name: None }, reason));
        loop {
            let n =
                self.input.by_ref().take(CHUNK as u64).read_to_end(&mut self.carry).map_err(Halt::Read)?;
            self.over = n < CHUNK;
            let end = match row_end(&self.carry) {
                End::At(end) => end,
                End::Beyond { .. } if self.carry.len() > MAX_ROW => return Err(fault(1, TOO_LONG.into())),
                End::Beyond { quoted: true } if self.over => return Err(fault(1, UNCLOSED.into())),
                End::Beyond { .. } if self.over => self.carry.len(),
                End::Beyond { .. } => continue,
            };
            let mut row: Vec<u8> = self.carry.drain(..end).collect();
            row.truncate(without_end(&row).len());
            return Ok(row);
        }
    }

    /// Puts the next stretch into `chunk`; false when there is none.
    pub(super) fn next(&mut self, chunk: &mut Chunk) -> bool {
        if self.over && self.carry.is_empty() {
            return false;
        }
        chunk.number = self.number;
        self.number += 1;
        chunk.trouble = None;
        chunk.filled = 0;
        chunk.make_room(self.carry.len().max(CHUNK));
        chunk.bytes[..self.carry.len()].copy_from_slice(&self.carry);
        chunk.filled = self.carry.len();
        self.carry.clear();
        loop {
            if let Err(error) = self.fill(chunk) {
                chunk.trouble = Some(Trouble::Read(error));
                self.over = true;
            }
            let read = &chunk.bytes[..chunk.filled];
            chunk.quoted = memchr(b'"', read).is_some();
            let (end, open) = last_end(read, chunk.quoted);
            chunk.end = end;
            if self.over {
                // The last row needs no end of its own.
                match chunk.trouble {
                    None if open => chunk.trouble = Some(Trouble::Row(UNCLOSED)),
                    None => chunk.end = chunk.filled,
                    Some(_) => {}
                }
                return true;
            }
            if end > 0 {
                self.carry.extend_from_slice(chunk.rest());
                chunk.filled = end;
                return true;
            }
            if chunk.filled > MAX_ROW {
                chunk.trouble = Some(Trouble::Row(TOO_LONG));
                self.over = true;
                return true;
            }
            chunk.make_room(chunk.filled + CHUNK);
        }
    }

    fn fill(&mut self, chunk: &mut Chunk) -> io::Result<()> {
        while chunk.filled < chunk.bytes.len() {
            match self.input.read(&mut chunk.bytes[chunk.filled..]) {
                Ok(0) => {
                    self.over = true;
                    break;
                }
                Ok(n) => chunk.filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Chunk {
    fn make_room(&mut self, size: usize) {
        if self.bytes.len() < size {
            self.bytes.resize(size, 0);
        }
    }
}

/// Where a row ends.
enum End {
    /// After this many bytes, its line feed included.
    At(usize),
    /// Not within the bytes; whether they end inside quotation marks.
    Beyond { quoted: bool },
}

/// The end of the last whole row, and whether what follows ends inside quotation marks.
fn last_end(bytes: &[u8], quoted: bool) -> (usize, bool) {
    if !quoted {
        return (memrchr(b'\n', bytes).map_or(0, |at| at + 1), false);
    }
    let mut end = 0;
    loop {
        match row_end(&bytes[end..]) {
            End::At(length) => end += length,
            End::Beyond { quoted } => return (end, quoted),
        }
    }
}

fn row_end(bytes: &[u8]) -> End {
    let feed = memchr(b'\n', bytes);
    let first_line = feed.map_or(bytes, |at| &bytes[..at]);
    if memchr(b'"', first_line).is_none() {
        return feed.map_or(End::Beyond { quoted: false }, |at| End::At(at + 1));
    }
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'"' {
            match closing(&bytes[at..]) {
                Some(length) => at += length,
                None => return End::Beyond { quoted: true },
            }
        }
        // To the end of the cell; quotation marks inside it are as good as any other character.
        match memchr::memchr2(b',', b'\n', &bytes[at..]) {
            Some(n) if bytes[at + n] == b'\n' => return End::At(at + n + 1),
            Some(n) => at += n + 1,
            None => break,
        }
    }
    End::Beyond { quoted: false }
}

/// The length of a quoted stretch at the start of `bytes`, both marks included.
fn closing(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// A row without its line feed, and without a carriage return before that.
pub(super) fn without_end(row: &[u8]) -> &[u8] {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    row.strip_suffix(b"\r").unwrap_or(row)
}

/// Each row of whole rows, with its end.
pub(super) fn rows(bytes: &[u8], quoted: bool) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = if quoted {
            match row_end(rest) {
                End::At(end) => end,
                End::Beyond { .. } => rest.len(),
            }
        } else {
            memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
        };
        let (row, others) = rest.split_at(end);
        rest = others;
        Some(row)
    })
}

/// The cells of a row without its end, unquoted, and whether each is well formed: nothing may follow
/// the closing mark, and the mark has to close.
pub(super) fn cells(row: &[u8]) -> impl Iterator<Item = (Cow<'_, [u8]>, bool)> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let bytes = rest?;
        if bytes.first() != Some(&b'"') {
            let end = memchr(b',', bytes);
            rest = end.map(|end| &bytes[end + 1..]);
            return Some((Cow::Borrowed(&bytes[..end.unwrap_or(bytes.len())]), true));
        }
        let closed = closing(bytes);
        let inner = closed.map_or(&bytes[1..], |end| &bytes[1..end - 1]);
        let after = &bytes[closed.unwrap_or(bytes.len())..];
        let end = memchr(b',', after);
        rest = end.map(|end| &after[end + 1..]);
        let tail = &after[..end.unwrap_or(after.len())];
        let mut cell = single_marks(inner);
        if !tail.is_empty() {
            cell.to_mut().extend_from_slice(tail);
        }
        Some((cell, closed.is_some() && tail.is_empty()))
    })
}

/// The inside of a quoted cell, each pair of marks as one.
fn single_marks(inner: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'"', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut cell = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(b'"', rest) {
        cell.extend_from_slice(&rest[..=at]);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    cell.extend_from_slice(rest);
    Cow::Owned(cell)
}
