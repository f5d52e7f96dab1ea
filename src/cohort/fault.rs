//! What is wrong with a cohort: the row, the column, the reason.

use std::fmt;

use crate::bank::fault::quote;
use crate::text::{counted, escape, grouped, shell_word};

/// A fault of the file, or of one row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFault {
    /// Row, 1 for the first one below the header, and line of the file; nothing if it is in the header.
    pub place: Option<(u64, u64)>,
    /// Never empty.
    pub found: Vec<(Column, Reason)>,
    /// Whether the row can be set aside and the rest scored.
    pub can_be_set_aside: bool,
}

/// An option of the command line with its value, quoted for a shell.
pub(super) fn option(name: &str, value: &str) -> String {
    format!("`{name} {}`", shell_word(&escape(value)))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// From 1; 0 if the fault is in none of them.
    pub number: usize,
    /// As in the header.
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub message: String,
    pub help: Option<String>,
}

impl<T: Into<String>> From<T> for Reason {
    fn from(message: T) -> Reason {
        Reason { message: message.into(), help: None }
    }
}

impl Reason {
    pub(super) fn help(mut self, help: impl Into<String>) -> Reason {
        self.help = Some(help.into());
        self
    }
}

/// A row with another number of cells than the header.
pub(super) fn uneven(n_cells: usize, n_columns: usize) -> Reason {
    let cells = counted(n_cells, "cell", "cells");
    Reason::from(format!("the row has {cells}, and the header has {}", grouped(&n_columns))).help(
        "fill up or shorten the row; a text that has a separator or a line break in it needs quotation marks around it",
    )
}

pub(super) fn after_closing() -> Reason {
    Reason::from("there is text after the closing quotation mark")
        .help("write a quotation mark inside a text twice, and the one that closes it at the end of the cell")
}

pub(super) fn nul(what: &str) -> Reason {
    Reason::from(format!("the {what} has a NUL character in it"))
        .help("export the file again as CSV in UTF-8")
}

impl Column {
    /// A column by its place, from 0, and its name, which may be empty.
    pub(super) fn new(index: usize, name: &str) -> Column {
        Column { number: index + 1, name: Some(name.to_owned()).filter(|name| !name.is_empty()) }
    }

    /// What a fault of the whole header is in.
    pub(super) fn none() -> Column {
        Column { number: 0, name: None }
    }
}

impl CsvFault {
    pub(super) fn of_header(column: Column, reason: Reason) -> CsvFault {
        CsvFault { place: None, found: vec![(column, reason)], can_be_set_aside: false }
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

impl fmt::Display for CsvFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (column, Reason { message, help })) in self.found.iter().enumerate() {
            f.write_str(if index > 0 { "\n" } else { "" })?;
            match self.place {
                Some((row, line)) => write!(f, "row {row} (line {line}), {column}: {message}")?,
                None if column.number == 0 => write!(f, "the header: {message}")?,
                None => write!(f, "the header, {column}: {message}")?,
            }
            if let Some(help) = help {
                write!(f, "\n  help: {help}")?;
            }
        }
        Ok(())
    }
}
