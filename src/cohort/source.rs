//! Text cut into pieces of whole rows.
//!
//! Rows end with a line feed that is not inside quotation marks. The `csv` crate finds the cells; this
//! file follows the marks only to find where rows end, and whether a cell continues after its closing
//! mark.

use std::collections::VecDeque;
use std::io;
use std::io::Read;

use super::Halt;
use super::fault::{Column, Fault};

/// The longest row, in bytes.
pub(super) const MAX_ROW: usize = 1 << 20;
pub(super) const TOO_LONG: &str = "the row goes on for more than 1 MiB";
const UNCLOSED: &str = "the quotation mark that opens the cell is never closed";
/// How many bytes a thread takes at a time.
const PIECE: usize = 1 << 18;

#[derive(Default)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// Its place in the order.
    pub(super) number: u64,
    /// Why nothing follows it.
    pub(super) trouble: Option<Trouble>,
}

pub(super) enum Trouble {
    Read(io::Error),
    /// The end of the next row cannot be found: how many cells it has so far, and why.
    Row(usize, &'static str),
}

/// The input, cut at the ends of rows.
pub(super) struct Source<R> {
    input: R,
    separator: u8,
    /// What was read beyond the last piece.
    carry: Vec<u8>,
    /// Pieces that were read ahead.
    ahead: VecDeque<Piece>,
    n_pieces: u64,
    is_over: bool,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R, separator: u8) -> Source<R> {
        Source { input, separator, carry: Vec::new(), ahead: VecDeque::new(), n_pieces: 0, is_over: false }
    }

    /// The next row at the start, with its end.
    pub(super) fn header(&mut self) -> Result<Vec<u8>, Halt> {
        let mut piece = Piece::default();
        self.next(&mut piece);
        let mut at = Mark::Start;
        let end = piece.bytes.iter().position(|byte| at.step(*byte, self.separator) == Mark::RowEnd);
        let rest = piece.bytes.split_off(end.map_or(piece.bytes.len(), |end| end + 1));
        let header = std::mem::replace(&mut piece.bytes, rest);
        match piece.trouble {
            Some(Trouble::Row(_, reason)) if header.is_empty() => {
                Err(Halt::Fault(Fault::of_header(Column::new(0, ""), reason.into())))
            }
            Some(Trouble::Read(error)) if header.is_empty() => Err(Halt::Read(error)),
            _ => {
                self.ahead.push_front(piece);
                Ok(header)
            }
        }
    }

    /// The bytes that follow the header, as far as they were read with it.
    pub(super) fn first(&self) -> &[u8] {
        self.ahead.front().map_or(&[], |piece| &piece.bytes)
    }

    /// Leaves out this many of them.
    pub(super) fn skip(&mut self, n_bytes: usize) {
        if let Some(piece) = self.ahead.front_mut() {
            piece.bytes.drain(..n_bytes);
        }
    }

    /// Shows the rows at the start, piece by piece, for as long as `look` wants more.
    pub(super) fn look_ahead(&mut self, mut look: impl FnMut(&[u8]) -> bool) {
        let mut wants_more = self.ahead.iter().all(|piece| look(&piece.bytes));
        while wants_more {
            let mut piece = Piece::default();
            if !self.read(&mut piece) {
                break;
            }
            wants_more = look(&piece.bytes);
            self.ahead.push_back(piece);
        }
    }

    /// Puts the next piece into `piece`; false when there is none.
    pub(super) fn next(&mut self, piece: &mut Piece) -> bool {
        match self.ahead.pop_front() {
            Some(ahead) => {
                *piece = ahead;
                true
            }
            None => self.read(piece),
        }
    }

    fn read(&mut self, piece: &mut Piece) -> bool {
        if self.is_over && self.carry.is_empty() {
            return false;
        }
        *piece = Piece { bytes: std::mem::take(&mut piece.bytes), number: self.n_pieces, trouble: None };
        self.n_pieces += 1;
        piece.bytes.clear();
        piece.bytes.append(&mut self.carry);
        let (end, at) = loop {
            match self.input.by_ref().take(PIECE as u64).read_to_end(&mut piece.bytes) {
                Ok(n) => self.is_over = n < PIECE,
                Err(error) => {
                    self.is_over = true;
                    piece.trouble = Some(Trouble::Read(error));
                }
            }
            let (end, at) = last_end(&piece.bytes, self.separator);
            if self.is_over || end > 0 || piece.bytes.len() > MAX_ROW {
                break (end, at);
            }
        };
        let reason = match at {
            _ if !self.is_over && end == 0 => Some(TOO_LONG),
            Mark::Quoted if self.is_over => Some(UNCLOSED),
            _ => None,
        };
        if let (None, Some(reason)) = (&piece.trouble, reason) {
            let (n_cells, _) = scan(&piece.bytes[end..], self.separator);
            piece.trouble = Some(Trouble::Row(n_cells, reason));
            self.is_over = true;
        } else if piece.trouble.is_none() && self.is_over {
            // The last row may end without a line feed.
            return true;
        } else if piece.trouble.is_none() {
            self.carry.extend_from_slice(&piece.bytes[end..]);
        }
        piece.bytes.truncate(end);
        true
    }
}

/// Where the last whole row ends, and where among the marks the rest ends.
fn last_end(bytes: &[u8], separator: u8) -> (usize, Mark) {
    if memchr::memchr(b'"', bytes).is_none() {
        return (memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1), Mark::Plain);
    }
    let (mut end, mut at) = (0, Mark::Start);
    for (index, byte) in bytes.iter().enumerate() {
        if at.step(*byte, separator) == Mark::RowEnd {
            end = index + 1;
        }
    }
    (end, at)
}

/// Where a byte is among the quotation marks of its row.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    /// Before a cell.
    Start,
    Plain,
    Quoted,
    /// After a mark that closes the cell, or is the first of an escaped pair.
    Closed,
    RowEnd,
}

impl Mark {
    fn step(&mut self, byte: u8, separator: u8) -> Mark {
        *self = match (*self, byte) {
            (Mark::Quoted, b'"') => Mark::Closed,
            (Mark::Quoted, _) | (Mark::Start | Mark::RowEnd | Mark::Closed, b'"') => Mark::Quoted,
            (_, b'\n') => Mark::RowEnd,
            (_, byte) if byte == separator => Mark::Start,
            _ => Mark::Plain,
        };
        *self
    }
}

/// How many cells a row without its end has, and the first that goes on after its closing mark.
pub(super) fn scan(row: &[u8], separator: u8) -> (usize, Option<usize>) {
    let (mut at, mut n_cells, mut loose) = (Mark::Start, 1, None);
    for byte in row {
        let before = at;
        match at.step(*byte, separator) {
            Mark::Start => n_cells += 1,
            Mark::Plain if before == Mark::Closed => loose = loose.or(Some(n_cells - 1)),
            _ => {}
        }
    }
    (n_cells, loose)
}
