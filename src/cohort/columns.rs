//! The header: what each column holds, and what has to be said about it.

use std::collections::HashMap;

use csv::ByteRecord;

use super::cell::visible;
use super::fault::{Column, Fault, Reason};
use super::source::scan;
use crate::bank::fault::{did_you_mean, quote};
use crate::score::plan::Plan;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The respondent's id, carried along.
    Id,
    /// Answers to the item of this slot of the plan; its highest number of one digit, if it is a rating.
    Item { slot: usize, highest: u8 },
    /// Nothing that is scored.
    Other,
}

/// The columns of a file, and the plan that their answers are scored by.
pub(super) struct Columns<'a> {
    pub(super) plan: Plan<'a>,
    pub(super) names: Vec<String>,
    pub(super) holds: Vec<Holds>,
    /// Where the respondents' ids are.
    pub(super) id: Option<usize>,
    pub(super) notes: Vec<String>,
}

impl<'a> Columns<'a> {
    pub(super) fn column(&self, index: usize) -> Column {
        let name = self.names.get(index).filter(|name| !name.is_empty());
        Column { number: index + 1, name: name.cloned() }
    }

    /// Reads the first row, `raw` as it is and `header` as its cells.
    pub(super) fn read(plan: Plan<'a>, raw: &[u8], header: &ByteRecord) -> Result<Columns<'a>, Fault> {
        let bank = plan.bank;
        let slots: HashMap<usize, usize> =
            plan.items.iter().enumerate().map(|(slot, index)| (*index, slot)).collect();
        let (mut holds, mut names) = (Vec::new(), Vec::new());
        let mut first: HashMap<String, usize> = HashMap::new();
        let (mut left_out, mut not_asked) = (Vec::new(), Vec::new());
        let (_, loose) = scan(raw, b',');
        for (index, cell) in header.iter().enumerate() {
            let name = name(cell, loose == Some(index), index + 1)?;
            let item = bank.item(&name);
            let what = match item.map(|item| (item, slots.get(&item))) {
                _ if name == "id" => Holds::Id,
                Some((item, Some(&slot))) => {
                    let labels = bank.items[item].format().map_or(0, |format| format.labels.len());
                    Holds::Item { slot, highest: u8::try_from(labels.min(9)).unwrap_or(0) }
                }
                Some((_, None)) => {
                    not_asked.push(quote(&name));
                    Holds::Other
                }
                None => {
                    let shown =
                        if name.is_empty() { format!("(column {})", index + 1) } else { name.clone() };
                    left_out.push(shown);
                    Holds::Other
                }
            };
            if let (Some(earlier), true) = (first.get(&name), what != Holds::Other) {
                let reason = Reason::from(format!("column {earlier} has that name already"));
                let column = Column { number: index + 1, name: Some(name) };
                return Err(Fault::of_header(column, reason.help("keep one of the two")));
            }
            first.entry(name.clone()).or_insert(index + 1);
            holds.push(what);
            names.push(name);
        }
        let missing: Vec<&str> = plan
            .items
            .iter()
            .map(|index| bank.items[*index].id.as_str())
            .filter(|id| !first.contains_key(*id))
            .collect();
        if missing.len() == plan.items.len() {
            return Err(no_item(raw));
        }
        let id = holds.iter().position(|holds| *holds == Holds::Id);
        let notes = notes(&left_out, id.is_some(), &not_asked, &missing, plan.items.len());
        Ok(Columns { plan, names, holds, id, notes })
    }
}

/// What is left out and what is missing. That the bank may be the wrong one comes last.
fn notes(
    left_out: &[String],
    has_id: bool,
    not_asked: &[String],
    missing: &[&str],
    n_items: usize,
) -> Vec<String> {
    let mut notes = Vec::new();
    let count =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    if !left_out.is_empty() {
        let named = left_out.iter().map(|name| match did_you_mean(name, missing.iter().copied()) {
            Some(hint) => format!("{} ({hint})", quote(name)),
            None => quote(name),
        });
        let named: Vec<String> = named.collect();
        let what = count(named.len(), "column that names no item is", "columns that name no item are");
        let id = if has_id { "" } else { "; a column that is called `id` would be carried along" };
        notes.push(format!("{what} left out: {}{id}", named.join(", ")));
    }
    if !not_asked.is_empty() {
        let (one, many) =
            ("column that this form does not ask is", "columns that this form does not ask are");
        notes.push(format!("{} left out: {}", count(not_asked.len(), one, many), not_asked.join(", ")));
    }
    if !missing.is_empty() {
        let ids: Vec<String> = missing.iter().map(|id| quote(id)).collect();
        let (one, many) = ("item has no column and counts", "items have no column and count");
        notes.push(format!("{} as skipped: {}", count(ids.len(), one, many), ids.join(", ")));
    }
    let n_found = n_items - missing.len();
    if 2 * n_found < n_items && !left_out.is_empty() {
        notes.push(format!(
            "only {n_found} of the bank's {n_items} items have a column; if the answers are to another bank, \
                 name it by `--bank DIR`"
        ));
    }
    notes
}

fn name(cell: &[u8], is_loose: bool, number: usize) -> Result<String, Fault> {
    let name = visible(cell).trim().to_owned();
    let reason = if is_loose {
        "there is text after the closing quotation mark".into()
    } else if std::str::from_utf8(cell).is_err() {
        Reason::from("the name is not UTF-8 text").help("save the file as UTF-8")
    } else if cell.contains(&0) {
        "the name has a NUL character in it".into()
    } else if name.contains('\r') {
        Reason::from("there is a carriage return alone").help("end lines with a line feed")
    } else {
        return Ok(name);
    };
    Err(Fault::of_header(Column { number, name: Some(name).filter(|name| !name.is_empty()) }, reason))
}

fn no_item(row: &[u8]) -> Fault {
    let help = if row.is_empty() {
        "the first line has to name the columns by item ids"
    } else if row.iter().any(|byte| matches!(byte, b';' | b'\t')) && !row.contains(&b',') {
        "columns are separated by commas; save the file with commas, or put a `,` for each `;` or tab between columns"
    } else {
        "name the columns by item ids (`coofit bank show` lists them), and the bank by `--bank DIR`"
    };
    let reason = Reason::from("no column names an item of the bank").help(help);
    Fault::of_header(Column { number: 1, name: None }, reason)
}
