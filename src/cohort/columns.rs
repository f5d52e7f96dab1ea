//! The header: what each column holds, and what has to be said about it.

use std::collections::HashMap;
use std::sync::Arc;

use csv::ByteRecord;

use super::cell::visible;
use super::coding::{Coding, Texts, loose};
use super::fault::{Column, Fault, Reason};
use super::source::scan;
use crate::bank::fault::{did_you_mean, quote};
use crate::bank::{Bank, ResponseFormat};
use crate::score::plan::Plan;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The respondent's id, carried along.
    Id,
    /// Answers to the item of this slot of the plan; for a rating, up to which
    /// digit a cell is the number of its label.
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
    pub(super) separator: u8,
    /// By slot.
    pub(super) codings: Vec<Coding>,
    pub(super) notes: Vec<String>,
}

impl<'a> Columns<'a> {
    pub(super) fn column(&self, index: usize) -> Column {
        let name = self.names.get(index).filter(|name| !name.is_empty());
        Column { number: index + 1, name: name.cloned() }
    }

    /// Reads the first row, `raw` as it is and `header` as its cells.
    pub(super) fn read(
        plan: Plan<'a>,
        separator: u8,
        raw: &[u8],
        header: &ByteRecord,
    ) -> Result<Columns<'a>, Fault> {
        let bank = plan.bank;
        let slots: HashMap<usize, usize> =
            plan.items.iter().enumerate().map(|(slot, index)| (*index, slot)).collect();
        let (_, loose_cell) = scan(raw, separator);
        let names =
            header.iter().enumerate().map(|(index, cell)| name(cell, loose_cell == Some(index), index + 1));
        let names: Vec<String> = names.collect::<Result<_, Fault>>()?;
        let spellings = Spellings::of(bank);
        let id = ID_NAMES.iter().find_map(|id| names.iter().position(|name| name.eq_ignore_ascii_case(id)));
        let mut holds = Vec::new();
        let mut first: HashMap<usize, usize> = HashMap::new();
        let (mut left_out, mut not_asked, mut n_spelled) = (Vec::new(), Vec::new(), 0);
        for (index, name) in names.iter().enumerate() {
            let column = || Column { number: index + 1, name: Some(name.clone()) };
            let what = match spellings.item(name).map(|item| (item, slots.get(&item))) {
                _ if name == "id" && id != Some(index) => {
                    let earlier = id.unwrap_or_default() + 1;
                    return Err(Fault::of_header(
                        column(),
                        twice(&format!("column {earlier} has that name already")),
                    ));
                }
                _ if id == Some(index) => Holds::Id,
                Some((item, Some(&slot))) => {
                    if let Some(earlier) = first.insert(item, index) {
                        let id = &bank.items[item].id;
                        let reason = if names[earlier] == *name {
                            format!("column {} has that name already", earlier + 1)
                        } else {
                            format!("it reads as item {}, and so does {}", quote(id), quote(&names[earlier]))
                        };
                        return Err(Fault::of_header(column(), twice(&reason)));
                    }
                    n_spelled += usize::from(bank.items[item].id != *name);
                    Holds::Item { slot, highest: 0 }
                }
                Some((_, None)) => {
                    not_asked.push(quote(name));
                    Holds::Other
                }
                None => {
                    let shown =
                        if name.is_empty() { format!("(column {})", index + 1) } else { name.clone() };
                    left_out.push(shown);
                    Holds::Other
                }
            };
            holds.push(what);
        }
        let is_missing = |index: &&usize| !first.contains_key(index);
        let missing: Vec<&str> =
            plan.items.iter().filter(is_missing).map(|index| bank.items[*index].id.as_str()).collect();
        if missing.len() == plan.items.len() {
            return Err(no_item(raw));
        }
        for (index, name) in names.iter().enumerate().filter(|(index, _)| holds[*index] == Holds::Other) {
            if let Some(id) = missing.iter().find(|id| is_near(name, id)) {
                let reason = Reason::from(format!("it is nearly item {}, which has no column", quote(id)));
                let help = "call the column by the item's id, or give it another name";
                return Err(Fault::of_header(
                    Column { number: index + 1, name: Some(name.clone()) },
                    reason.help(help),
                ));
            }
        }
        let mut said = notes(&left_out, id.is_some(), &not_asked, &missing, plan.items.len());
        if n_spelled > 0 {
            let columns =
                if n_spelled == 1 { "1 column is".to_owned() } else { format!("{n_spelled} columns are") };
            said.insert(
                0,
                format!("{columns} matched to items by question text, or by id in another spelling"),
            );
        }
        if let Some(name) = id.map(|id| &names[id]).filter(|name| *name != "id") {
            said.insert(0, format!("ids are taken from column {}", quote(name)));
        }
        let codings = vec![Coding::default(); plan.items.len()];
        Ok(Columns { plan, names, holds, id, separator, codings, notes: said })
    }

    /// Takes in the cells of rows at the start of the file, up to some number of rows.
    pub(super) fn sample(&self, bytes: &[u8], most: usize, texts: &mut [Texts]) -> usize {
        let mut reader = super::reader(self.separator).from_reader(bytes);
        let (mut record, mut n_rows) = (ByteRecord::new(), 0);
        while n_rows < most && reader.read_byte_record(&mut record).is_ok_and(|is_row| is_row) {
            for ((cell, what), texts) in record.iter().zip(&self.holds).zip(&mut *texts) {
                if matches!(what, Holds::Item { .. }) {
                    texts.take(cell);
                }
            }
            n_rows += 1;
        }
        n_rows
    }

    /// Decides how the cells of each column are read: alike in all columns of one response format.
    pub(super) fn decide(&mut self, texts: &[Texts]) -> Result<(), Fault> {
        let decimal_comma = self.separator != b',';
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (index, what) in self.holds.iter().enumerate() {
            let Holds::Item { slot, .. } = *what else { continue };
            let format = self.plan.bank.items[self.plan.items[slot]].format().map(Arc::as_ref);
            let is_own = |group: &Group<'_>| {
                format.zip(group.format).is_some_and(|(format, other)| std::ptr::eq(format, other))
            };
            let at = groups.iter().position(is_own).unwrap_or_else(|| {
                groups.push(Group { format, members: Vec::new(), texts: Texts::default() });
                groups.len() - 1
            });
            groups[at].members.push((index, slot));
            groups[at].texts.add(&texts[index]);
        }
        for Group { members, texts, .. } in groups {
            let (first, slot) = members[0];
            let item = &self.plan.bank.items[self.plan.items[slot]];
            let coding = Coding::decide(item, &texts, decimal_comma);
            let coding = coding.map_err(|reason| Fault::of_header(self.column(first), reason))?;
            if let Some(note) = &coding.note {
                let columns = match members.len() {
                    1 => format!("column {} holds", quote(&self.names[first])),
                    n => format!("{n} columns such as {} hold", quote(&self.names[first])),
                };
                self.notes.push(format!("{columns} {note}"));
            }
            let highest = item.format().map_or(0, |_| coding.highest_digit());
            for (index, slot) in members {
                self.holds[index] = Holds::Item { slot, highest };
                self.codings[slot] = coding.clone();
            }
        }
        Ok(())
    }
}

/// Columns that are written alike: those of one response format, or a single one.
struct Group<'a> {
    format: Option<&'a ResponseFormat>,
    /// Columns with their slots.
    members: Vec<(usize, usize)>,
    texts: Texts,
}

fn twice(reason: &str) -> Reason {
    Reason::from(reason).help("keep one of the two")
}

/// What columns of respondents' ids are called, the likeliest first.
const ID_NAMES: [&str; 8] =
    ["id", "record_id", "ResponseId", "Response ID", "_id", "respondent_id", "#", "token"];

/// The names that columns may have for items, in their loose form; nothing for one that two items share.
struct Spellings<'a> {
    bank: &'a Bank,
    items: HashMap<String, Option<usize>>,
}

impl<'a> Spellings<'a> {
    fn of(bank: &'a Bank) -> Spellings<'a> {
        let mut items: HashMap<String, Option<usize>> = HashMap::new();
        for (index, item) in bank.items.iter().enumerate() {
            let with_lead = item.lead().map(|lead| format!("{lead} {}", item.ask));
            for spelling in [item.id.clone(), item.ask.clone()].into_iter().chain(with_lead) {
                let known = items.entry(loose(&spelling)).or_insert(Some(index));
                *known = known.filter(|known| *known == index);
            }
        }
        Spellings { bank, items }
    }

    /// The item of a column: by id, else in another spelling, also behind the name of a group.
    fn item(&self, name: &str) -> Option<usize> {
        let behind = name.match_indices(['/', '.']).map(|(at, _)| &name[at + 1..]);
        let spelled = || [name].into_iter().chain(behind).find_map(|name| *self.items.get(&loose(name))?);
        self.bank.item(name).or_else(spelled)
    }
}

/// Whether a name is an id but for a slip or two.
fn is_near(name: &str, id: &str) -> bool {
    const LEAST: usize = 6;
    let (name, id) = (loose(name), loose(id));
    id.len() >= LEAST && name.len().abs_diff(id.len()) <= 2 && strsim::damerau_levenshtein(&name, &id) <= 2
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
    } else {
        "name the columns by item ids or questions (`coofit bank show` lists them), and the bank by `--bank DIR`"
    };
    let reason = Reason::from("no column names an item of the bank").help(help);
    Fault::of_header(Column { number: 1, name: None }, reason)
}
