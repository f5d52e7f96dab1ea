//! Text cut into pieces of whole rows.
//!
//! A row ends with a line feed outside quotation marks. The `csv` crate finds the cells. Here the marks show
//! only where rows end, and whether a cell goes on after its closing mark.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::Halt;
use super::fault::{Column, CsvFault, Reason};

/// The longest row, in bytes.
pub(super) const MAX_ROW: usize = 1 << 20;
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
    Row(usize, Reason),
}

pub(super) fn too_long() -> Reason {
    Reason::from("the row goes on for more than 1 MiB")
        .help("look for a quotation mark that is never closed, or shorten the texts")
}

fn unclosed() -> Reason {
    Reason::from("the quotation mark that opens the cell is never closed")
        .help("add one at the end of the cell; inside a text, write quotation marks twice")
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

    /// The rows at the start, as far as they were read; a fault if not even the first one ends.
    pub(super) fn start(&mut self) -> Result<&[u8], Halt> {
        self.read_ahead();
        let Some(piece) = self.ahead.front_mut() else { return Ok(&[]) };
        match piece.trouble.take_if(|_| piece.bytes.is_empty()) {
            None => Ok(&piece.bytes),
            Some(Trouble::Read(error)) => Err(error.into()),
            Some(Trouble::Row(_, reason)) => {
                Err(Halt::Fault(CsvFault::of_header(Column::new(0, ""), reason)))
            }
        }
    }

    /// Leaves out this many bytes at the start.
    pub(super) fn skip(&mut self, n_bytes: usize) {
        if let Some(piece) = self.ahead.front_mut() {
            piece.bytes.drain(..n_bytes);
        }
    }

    /// Shows the rows at the start, piece by piece, for as long as `look` wants more.
    pub(super) fn look_ahead(&mut self, mut look: impl FnMut(&[u8]) -> bool) {
        let mut at = 0;
        while (at < self.ahead.len() || self.read_ahead()) && look(&self.ahead[at].bytes) {
            at += 1;
        }
    }

    fn read_ahead(&mut self) -> bool {
        let mut piece = Piece::default();
        let is_read = self.read(&mut piece);
        self.ahead.extend(is_read.then_some(piece));
        is_read
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
        (piece.number, piece.trouble) = (self.n_pieces, None);
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
            _ if !self.is_over && end == 0 => Some(too_long()),
            QuoteState::Quoted if self.is_over => Some(unclosed()),
            _ => None,
        };
        match (&piece.trouble, reason) {
            (Some(_), _) => {}
            (None, Some(reason)) => {
                let (n_cells, _) = scan(&piece.bytes[end..], self.separator);
                piece.trouble = Some(Trouble::Row(n_cells, reason));
                self.is_over = true;
            }
            // The last row may end without a line feed.
            (None, None) if self.is_over => return true,
            (None, None) => self.carry.extend_from_slice(&piece.bytes[end..]),
        }
        piece.bytes.truncate(end);
        true
    }
}

/// How many bytes the first row has, with its end.
pub(super) fn first_row(bytes: &[u8], separator: u8) -> usize {
    let mut at = QuoteState::Start;
    let end = bytes.iter().position(|byte| at.step(*byte, separator) == QuoteState::RowEnd);
    end.map_or(bytes.len(), |end| end + 1)
}

/// Where the last whole row ends, and the state at the end of the rest.
fn last_end(bytes: &[u8], separator: u8) -> (usize, QuoteState) {
    if memchr::memchr(b'"', bytes).is_none() {
        return (memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1), QuoteState::Plain);
    }
    let (mut end, mut at) = (0, QuoteState::Start);
    for (index, byte) in bytes.iter().enumerate() {
        if at.step(*byte, separator) == QuoteState::RowEnd {
            end = index + 1;
        }
    }
    (end, at)
}

/// Where a byte is among the quotation marks of its row.
#[derive(Clone, Copy, PartialEq)]
enum QuoteState {
    /// Before a cell.
    Start,
    Plain,
    Quoted,
    /// After a mark that closes the cell, or is the first of an escaped pair.
    Closed,
    RowEnd,
}

impl QuoteState {
    fn step(&mut self, byte: u8, separator: u8) -> QuoteState {
        *self = match (*self, byte) {
            (QuoteState::Quoted, b'"') => QuoteState::Closed,
            (QuoteState::Quoted, _) | (QuoteState::Start | QuoteState::RowEnd | QuoteState::Closed, b'"') => {
                QuoteState::Quoted
            }
            (_, b'\n') => QuoteState::RowEnd,
            (_, byte) if byte == separator => QuoteState::Start,
            _ => QuoteState::Plain,
        };
        *self
    }
}

/// How many cells a row without its end has, and the first that goes on after its closing mark.
pub(super) fn scan(row: &[u8], separator: u8) -> (usize, Option<usize>) {
    let (mut at, mut n_cells, mut loose) = (QuoteState::Start, 1, None);
    for byte in row {
        let before = at;
        match at.step(*byte, separator) {
            QuoteState::Start => n_cells += 1,
            QuoteState::Plain if before == QuoteState::Closed => loose = loose.or(Some(n_cells - 1)),
            _ => {}
        }
    }
    (n_cells, loose)
}
