//! The header: which column is which item, and what has to be said about the others.

use std::collections::HashMap;
use std::fmt;

use super::fault::{Column, Fault, Reason, visible};
use super::rows::cells;
use crate::bank::fault::{did_you_mean, quote};
use crate::bank::{Bank, Form};

/// The name of the column that is carried along.
pub(super) const ID: &str = "id";

/// A header that can be used.
pub(super) struct Header {
    pub(super) columns: Vec<What>,
    pub(super) names: Vec<String>,
    pub(super) notes: Vec<Note>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The respondent's id.
    Id,
    /// Answers to the item at this index.
    Item(usize),
    /// Nothing that is scored.
    Other,
}

/// Something to say about the header that is no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Columns that name no item, with the missing item that each resembles; and whether there is an `id`.
    LeftOut(Vec<(String, Option<String>)>, bool),
    /// Columns of items that the form does not ask.
    NotAsked(Vec<String>),
    /// Items of the form that no column names.
    Missing(Vec<String>),
    /// Under half of the form's items have a column, and other columns name none: how many, of how many.
    FewItems(usize, usize),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
        match self {
            Note::LeftOut(columns, has_id) => {
                let named = columns.iter().map(|(name, hint)| match hint {
                    Some(hint) => format!("{} ({hint})", quote(name)),
                    None => quote(name),
                });
                let named: Vec<String> = named.collect();
                let what = match columns.len() {
                    1 => "1 column that names no item is".to_owned(),
                    n => format!("{n} columns that name no item are"),
                };
                write!(f, "{what} left out: {}", named.join(", "))?;
                f.write_str(if *has_id {
                    ""
                } else {
                    "; a column that is called `id` would be carried along"
                })
            }
            Note::NotAsked(names) => {
                let what = match names.len() {
                    1 => "1 column that this form does not ask is".to_owned(),
                    n => format!("{n} columns that this form does not ask are"),
                };
                write!(f, "{what} left out: {}", list(names))
            }
            Note::Missing(names) => {
                let what = match names.len() {
                    1 => "1 item has no column and counts as skipped".to_owned(),
                    n => format!("{n} items have no column and count as skipped"),
                };
                write!(f, "{what}: {}", list(names))
            }
            Note::FewItems(found, of) => write!(
                f,
                "only {found} of the bank's {of} items have a column; if the answers are to another bank, name it \
                 by `--bank DIR`"
            ),
        }
    }
}

/// Reads the first row.
pub(super) fn read(bank: &Bank, form: Form, row: &[u8]) -> Result<Header, Fault> {
    let items: HashMap<&str, usize> =
        bank.items.iter().enumerate().map(|(index, item)| (item.id.as_str(), index)).collect();
    let (mut columns, mut names) = (Vec::new(), Vec::new());
    let mut first: HashMap<String, usize> = HashMap::new();
    let (mut left_out, mut not_asked) = (Vec::new(), Vec::new());
    for (index, (cell, well_formed)) in cells(row).enumerate() {
        let name = name(&cell, well_formed, index + 1)?;
        let what = match items.get(name.as_str()) {
            _ if name == ID => What::Id,
            Some(&item) if form.asks(&bank.items[item]) => What::Item(item),
            Some(_) => {
                not_asked.push(name.clone());
                What::Other
            }
            None => {
                left_out.push(if name.is_empty() { format!("(column {})", index + 1) } else { name.clone() });
                What::Other
            }
        };
        if let (Some(earlier), true) = (first.get(&name), what != What::Other) {
            let reason = Reason::from(format!("column {earlier} has that name already").as_str());
            let column = Column { number: index + 1, name: Some(name) };
            return Err(Fault::of_header(column, reason.help("keep one of the two")));
        }
        first.entry(name.clone()).or_insert(index + 1);
        columns.push(what);
        names.push(name);
    }
    if !columns.iter().any(|what| matches!(what, What::Item(_))) {
        return Err(no_item(row));
    }
    let missing: Vec<String> = bank
        .form_items(form)
        .filter(|index| !columns.contains(&What::Item(*index)))
        .map(|index| bank.items[index].id.clone())
        .collect();
    let hinted = |name: String| {
        let hint = did_you_mean(&name, missing.iter().map(String::as_str));
        (name, hint)
    };
    let n_items = bank.form_items(form).count();
    let n_found = n_items - missing.len();
    let few = (2 * n_found < n_items && !left_out.is_empty()).then_some(Note::FewItems(n_found, n_items));
    let notes = [
        Note::LeftOut(left_out.into_iter().map(hinted).collect(), columns.contains(&What::Id)),
        Note::NotAsked(not_asked),
        Note::Missing(missing.clone()),
    ];
    let says_something = |note: &Note| match note {
        Note::LeftOut(columns, _) => !columns.is_empty(),
        Note::NotAsked(names) | Note::Missing(names) => !names.is_empty(),
        Note::FewItems(..) => true,
    };
    // That the bank may be the wrong one comes last, where it is read.
    Ok(Header { columns, names, notes: notes.into_iter().filter(says_something).chain(few).collect() })
}

fn name(cell: &[u8], well_formed: bool, number: usize) -> Result<String, Fault> {
    let name = visible(cell).trim().to_owned();
    let fault = |reason: Reason| {
        Err(Fault::of_header(
            Column { number, name: Some(name.clone()).filter(|name| !name.is_empty()) },
            reason,
        ))
    };
    if !well_formed {
        return fault("there is text after the closing quotation mark".into());
    }
    if std::str::from_utf8(cell).is_err() {
        return fault(Reason::from("the name is not UTF-8 text").help("save the file as UTF-8"));
    }
    if cell.contains(&0) {
        return fault("the name has a NUL character in it".into());
    }
    if name.contains('\r') {
        return fault(Reason::from("there is a carriage return alone").help("end lines with a line feed"));
    }
    Ok(name)
}

fn no_item(row: &[u8]) -> Fault {
    let reason = Reason::from("no column names an item of the bank");
    let help = if row.is_empty() {
        "the first line has to name the columns by item ids"
    } else if row.iter().any(|byte| matches!(byte, b';' | b'\t')) && !row.contains(&b',') {
        "columns are separated by commas; save the file with commas, or put a `,` for each `;` or tab between columns"
    } else {
        "name the columns by item ids (`coofit bank show` lists them), and the bank by `--bank DIR`"
    };
    Fault::of_header(Column { number: 1, name: None }, reason.help(help))
}
