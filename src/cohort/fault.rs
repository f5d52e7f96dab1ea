//! What is wrong with a cohort: the row, the column, the reason; and the file of rows set aside.

use std::fmt;
use std::fmt::Write;

use super::line;
use super::rows::cells;
use crate::bank::fault::quote;

/// A fault of the file, or of one row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Row, 1 for the first one under the header, and line of the file; nothing for the header.
    pub place: Option<(u64, u64)>,
    /// What is wrong, each with its column as it is to be shown. Never empty.
    pub found: Vec<(Column, Reason)>,
    /// Whether the row could be set aside and the rest scored.
    pub can_be_set_aside: bool,
}

/// The column of a fault: its name, or its number when it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// From 1.
    pub number: usize,
    /// As in the header.
    pub name: Option<String>,
}

/// What is wrong, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl From<&str> for Reason {
    fn from(message: &str) -> Reason {
        Reason { message: message.to_owned(), help: None }
    }
}

impl Reason {
    pub(super) fn help(mut self, help: impl Into<String>) -> Reason {
        self.help = Some(help.into());
        self
    }
}

impl Fault {
    pub(super) fn of_row(row: u64, line: u64, found: Vec<(Column, Reason)>) -> Fault {
        Fault { place: Some((row, line)), found, can_be_set_aside: false }
    }

    pub(super) fn can_be_set_aside(self, can_be_set_aside: bool) -> Fault {
        Fault { can_be_set_aside, ..self }
    }

    pub(super) fn of_header(column: Column, reason: Reason) -> Fault {
        Fault { place: None, found: vec![(column, reason)], can_be_set_aside: false }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "column {}", quote(name)),
            None => write!(f, "column {}", self.number),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (column, reason)) in self.found.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match self.place {
                Some((row, line)) => write!(f, "row {row} (line {line}), {column}: {}", reason.message)?,
                None => write!(f, "the header, {column}: {}", reason.message)?,
            }
            if let Some(help) = &reason.help {
                write!(f, "\n  help: {help}")?;
            }
        }
        Ok(())
    }
}

/// The header of the rejects: where and why, then the columns of the file itself, so that the rows
/// can be put right in place and scored.
pub(super) fn rejects_header(names: &[String]) -> Vec<u8> {
    let mut header = b"row,line,column,reason".to_vec();
    for name in names {
        header.push(b',');
        line::text(&mut header, name);
    }
    header.push(b'\n');
    header
}

/// A row at fault as a line of the rejects.
pub(super) fn reject(number: u64, at_line: u64, found: &[(Column, Reason)], row: &[u8]) -> Vec<u8> {
    let name = |column: &Column| column.name.clone().unwrap_or_else(|| column.number.to_string());
    let columns: Vec<String> = found.iter().map(|(column, _)| name(column)).collect();
    let reasons: Vec<String> =
        found.iter().map(|(column, reason)| format!("{column}: {}", reason.message)).collect();
    let mut record = format!("{number},{at_line},").into_bytes();
    line::text(&mut record, &columns.join(";"));
    record.push(b',');
    line::text(&mut record, &reasons.join("; "));
    for (cell, _) in cells(row) {
        record.push(b',');
        line::cell(&mut record, &visible(&cell));
    }
    record.push(b'\n');
    record
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
