//! The header: what each column holds, and the notes on it.

mod notes;

use std::collections::{BTreeMap, HashSet};

use csv::ByteRecord;
use serde::{Deserialize, Serialize};

use super::MOST_NAMED;
use super::cell::visible;
use super::coding::{self, Coding, How, Texts, loose};
use super::fault::{self, Column, CsvFault, Reason};
use super::matching::{ColumnMatch, Spellings, code, in_order};
use super::source::scan;
use crate::bank::fault::{did_you_mean, quote};
use crate::bank::{Bank, Form, Item, ItemKind};
use crate::score::plan::Plan;
use crate::text::counted;

/// What the person says about a file.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Columns that are copied to the output.
    pub keep: Vec<String>,
    /// The column of the respondents' departments.
    pub by: Option<String>,
    /// What columns of this file hold, as in [`Reading::columns`].
    pub columns: Vec<(String, String)>,
    /// Whether columns with meaningless names are taken in the bank's order.
    pub in_order: bool,
    /// What a map says.
    pub reading: Reading,
}

impl Wishes {
    fn named(&self) -> impl Iterator<Item = &String> {
        self.reading
            .id
            .iter()
            .chain(&self.keep)
            .chain(&self.by)
            .chain(self.columns.iter().map(|(name, _)| name))
    }

    /// What the person says that a column holds.
    fn holds(&self, name: &str) -> Option<&str> {
        let said = self.columns.iter().find(|(column, _)| column == name).map(|(_, what)| what);
        said.or_else(|| self.reading.columns.get(name)).map(String::as_str)
    }
}

/// How a file is read; a map keeps it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reading {
    /// The version of the map's own format.
    pub format: u8,
    /// The column of the respondents' ids.
    pub id: Option<String>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Cells that stand for no answer, in addition to the usual ones.
    pub missing: Vec<String>,
    /// What columns hold, by their names: the id of an item, `ITEM/OPTION` for one tick, or empty if it is
    /// not scored.
    pub columns: BTreeMap<String, String>,
    /// How answers are written, by the id of their response format or item.
    codings: BTreeMap<String, How>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The respondent's id, copied to the output.
    Id,
    /// Answers to the item of this slot of the plan. A cell with one digit, from 1 to `highest`, is the
    /// number of a label.
    Item { slot: usize, highest: u8 },
    /// Whether one option of a checklist is ticked.
    Tick { slot: usize, option: usize },
    /// Not scored, because the person says so.
    Aside,
    /// Answers to an item that the form does not ask.
    NotAsked,
    /// One option of a checklist that has a column for all of them.
    Repeated,
    /// Its name says nothing.
    Unknown,
}

impl Holds {
    fn slot(self) -> Option<usize> {
        match self {
            Holds::Item { slot, .. } | Holds::Tick { slot, .. } => Some(slot),
            _ => None,
        }
    }
}

/// Why a row is not a respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoOne {
    Preview,
    Unfinished,
    /// The header again.
    Header,
    /// Separators only.
    Empty,
}

/// The columns of a file, and the plan that their answers are scored by.
pub(super) struct Columns<'a> {
    pub(super) plan: Plan<'a>,
    pub(super) form: Form,
    pub(super) names: Vec<String>,
    /// The row of the names, and the rows below it that belong to the header.
    pub(super) headers: Vec<Vec<String>>,
    pub(super) holds: Vec<Holds>,
    /// The column of the respondents' ids.
    pub(super) id: Option<usize>,
    /// Columns with ids, names or addresses of respondents.
    pub(super) who: Vec<usize>,
    /// Columns that are copied to the output.
    pub(super) keep: Vec<usize>,
    /// The column of the respondents' departments.
    pub(super) by: Option<usize>,
    pub(super) separator: u8,
    /// By slot.
    pub(super) codings: Vec<Coding>,
    /// Slots of checklists where no cell says "none of them".
    pub(super) silent: Vec<usize>,
    /// How many slots have a column.
    pub(super) n_slots: usize,
    /// The items without a column.
    absent: Vec<&'a Item>,
    wishes: Wishes,
    /// How many pieces of the file were used to decide how cells are read.
    pub(super) n_seen: u64,
    /// By column, the cells at the start of the file.
    sampled: Vec<Texts>,
    /// Columns in which a tool marks rows that are not respondents.
    marks: Vec<(usize, RowMark)>,
    pub(super) notes: Vec<String>,
}

/// How a tool marks a row: by one of these texts in small letters, or by a missing cell if there are none.
type RowMark = (&'static [&'static str], NoOne);

impl<'a> Columns<'a> {
    /// The column at this index, also one beyond the header.
    pub(super) fn column(&self, index: usize) -> Column {
        Column::new(index, self.names.get(index).map_or("", String::as_str))
    }

    pub(super) fn item(&self, slot: usize) -> &'a Item {
        &self.plan.bank.items[self.plan.items[slot]]
    }

    /// Reads the header: `raw` is its first row as it is in the file, and `rows` are that row and some below it,
    /// which may belong to the header.
    pub(super) fn read(
        plan: Plan<'a>,
        form: Form,
        separator: u8,
        raw: &[u8],
        rows: &[Vec<String>],
        wishes: &Wishes,
    ) -> Result<Columns<'a>, CsvFault> {
        let (_, loose_cell) = scan(raw, separator);
        let first = super::rows_of(raw, separator).next();
        for (index, cell) in first.iter().flat_map(|row| row.cells.iter()).enumerate() {
            check_name(index, cell, loose_cell == Some(index))?;
        }
        let names = rows[0].clone();
        let spellings = Spellings::of(plan.bank);
        let n_extra = rows[1..].iter().take_while(|row| is_header(row, &spellings, names.len())).count();
        let headers = rows[..=n_extra].to_vec();
        let found = found(&plan, &headers, &spellings, wishes)?;
        let place = |wanted: &str| {
            let is_it = |name: &String| name.eq_ignore_ascii_case(wanted) || loose(name) == loose(wanted);
            names.iter().position(|name| name == wanted).or_else(|| names.iter().position(is_it))
        };
        if let Some(wanted) = wishes.named().find(|wanted| place(wanted).is_none()) {
            let message = format!("no column is called {}", quote(wanted));
            let near = did_you_mean(wanted, names.iter().map(String::as_str));
            let help = near.unwrap_or_else(|| format!("the columns are {}", first_named(&names)));
            return Err(CsvFault::of_header(Column::none(), Reason::from(message).help(help)));
        }
        let id = wishes.reading.id.as_deref().into_iter().chain(ID_NAMES).find_map(place);
        let mut columns = Columns {
            headers,
            holds: Vec::new(),
            id,
            who: Vec::new(),
            keep: wishes.keep.iter().filter_map(|keep| place(keep)).collect(),
            by: wishes.by.as_deref().and_then(place),
            separator,
            codings: vec![Coding::default(); plan.items.len()],
            silent: Vec::new(),
            n_slots: 0,
            absent: Vec::new(),
            wishes: wishes.clone(),
            n_seen: 0,
            sampled: Vec::new(),
            marks: marks(&names),
            notes: Vec::new(),
            names,
            form,
            plan,
        };
        if let Some(by) = columns.by.filter(|by| found[*by].is_some()) {
            let reason = Reason::from("a department cannot be the answer to a question");
            let help = "name a column by `--by` that no item is in";
            return Err(CsvFault::of_header(columns.column(by), reason.help(help)));
        }
        for index in 0..columns.names.len() {
            let what = columns.assign(index, &found)?;
            columns.holds.push(what);
        }
        let has_column = |slot: &usize| columns.holds.iter().any(|what| what.slot() == Some(*slot));
        let (with, without): (Vec<_>, Vec<_>) = (0..columns.plan.items.len()).partition(has_column);
        if with.is_empty() {
            return Err(no_item(raw, &columns.names));
        }
        columns.n_slots = with.len();
        columns.absent = without.into_iter().map(|slot| columns.item(slot)).collect();
        columns.who = (0..columns.names.len()).filter(|column| columns.is_who(*column)).collect();
        columns.notes = columns.header_notes();
        Ok(columns)
    }

    /// Decides what a column holds, given what was found for all columns.
    fn assign(&self, index: usize, found: &[Option<ColumnMatch>]) -> Result<Holds, CsvFault> {
        let name = &self.names[index];
        let fault = |reason: Reason| CsvFault::of_header(self.column(index), reason);
        let same_name = |earlier: usize| {
            let reason = Reason::from(format!("column {} has that name already", earlier + 1));
            fault(reason.help("give one of the two another name"))
        };
        match self.id {
            Some(id) if id == index => return Ok(Holds::Id),
            Some(id) if name == "id" && self.names[id] == *name => return Err(same_name(id)),
            _ => {}
        }
        let ColumnMatch { item, option } = match found[index] {
            Some(ColumnMatch { item, option: Some(_) })
                if found.contains(&Some(ColumnMatch { item, option: None })) =>
            {
                return Ok(Holds::Repeated);
            }
            Some(found) => found,
            None if self.keep.contains(&index) || self.by == Some(index) || self.is_put_aside(name) => {
                return Ok(Holds::Aside);
            }
            None => return Ok(Holds::Unknown),
        };
        let Some(slot) = self.plan.items.iter().position(|asked| *asked == item) else {
            return Ok(Holds::NotAsked);
        };
        let what = option.map_or(Holds::Item { slot, highest: 0 }, |option| Holds::Tick { slot, option });
        let Some(earlier) = self.holds.iter().position(|other| *other == what) else { return Ok(what) };
        let other = &self.names[earlier];
        if other == name {
            return Err(same_name(earlier));
        }
        let named = [name, other].into_iter().filter(|name| !name.is_empty());
        let out: Vec<String> = named.map(|name| fault::option("--column", &format!("{name}="))).collect();
        let message =
            format!("it reads as item {}, and so does {}", quote(&self.item(slot).id), quote(other));
        Err(fault(Reason::from(message).help(format!("leave one of the two out: {}", out.join(" or ")))))
    }

    /// The columns that hold the answers to an item, with its slot.
    fn answers(&self) -> impl Iterator<Item = (usize, usize)> {
        self.holds.iter().enumerate().filter_map(|(index, what)| match *what {
            Holds::Item { slot, .. } => Some((index, slot)),
            _ => None,
        })
    }

    /// The id of the item that a column holds, or `ITEM/OPTION`.
    fn id_of(&self, what: Holds) -> Option<String> {
        let item = self.item(what.slot()?);
        Some(match what {
            Holds::Tick { option, .. } => format!("{}/{}", item.id, item.options()[option].id),
            _ => item.id.clone(),
        })
    }

    /// What the columns hold whose names are not item ids.
    pub(super) fn reading(&self) -> Vec<String> {
        let columns = self.names.iter().zip(&self.holds);
        let renamed =
            columns.filter(|(name, what)| what.slot().is_some_and(|slot| self.item(slot).id != **name));
        renamed
            .filter_map(|(name, what)| Some(format!("{} holds {}", quote(name), self.id_of(*what)?)))
            .collect()
    }

    /// Whether a column may say who a respondent is.
    fn is_who(&self, column: usize) -> bool {
        let name = self.names[column].to_lowercase();
        match self.holds[column] {
            Holds::Id => true,
            Holds::Item { .. } | Holds::Tick { .. } => false,
            _ => name.contains("name") || name.contains("mail"),
        }
    }

    /// Refuses a column that may be an item without one: its name is nearly the item's id, or its cells are answers.
    fn check_unknown(&self) -> Result<(), CsvFault> {
        let absent: Vec<(String, &Item)> = self.absent.iter().map(|item| (loose(&item.id), *item)).collect();
        let unknown = |index: &usize| self.holds[*index] == Holds::Unknown && !self.names[*index].is_empty();
        let reason = |index: usize| {
            let name = &self.names[index];
            let short = loose(name);
            let near = absent.iter().find(|(id, _)| is_near(&short, id)).map(|(_, item)| {
                let message = format!("it is nearly item {}, which has no column", quote(&item.id));
                Reason::from(message).help(if_it_is(name, &item.id))
            });
            Some((self.column(index), near.or_else(|| self.answers_in(index, &short, &absent))?))
        };
        let columns = (0..self.names.len()).filter(unknown);
        let found: Vec<_> = columns.filter_map(reason).take(MOST_NAMED).collect();
        if found.is_empty() { Ok(()) } else { Err(CsvFault { place: None, found, can_be_set_aside: false }) }
    }

    /// Why the cells of a column seem to be answers to an item without one.
    fn answers_in(&self, index: usize, short: &str, absent: &[(String, &Item)]) -> Option<Reason> {
        let (name, texts) = (&self.names[index], &self.sampled[index]);
        // What a tool adds itself.
        let is_own = name.starts_with('_') || self.marks.iter().any(|(column, _)| *column == index);
        if is_own || texts.is_empty() {
            return None;
        }
        let mut fitting: Vec<(bool, &Item, Coding)> = Vec::new();
        for (id, item) in absent {
            let is_alike = is_part(short, id);
            if !is_alike && !texts.are_answers(item) {
                continue;
            }
            let coding = Coding::decide(item, texts, self.separator != b',', None);
            // A text that ends in a number may be about anything, too.
            if (is_alike || coding.how != How::Code) && coding.misfits(item, texts).n_bad == 0 {
                fitting.push((is_alike, item, coding));
            }
        }
        let alike = fitting.iter().find(|(is_alike, ..)| *is_alike);
        let (_, item, coding) = alike.or(fitting.first())?;
        let example = coding.example(item, texts).map_or_else(String::new, |example| format!(" ({example})"));
        let help = if alike.is_some() || fitting.len() == 1 {
            if_it_is(name, &item.id)
        } else {
            let ids: Vec<String> =
                fitting.iter().take(MOST_NAMED).map(|(_, item, _)| quote(&item.id)).collect();
            format!("{}; items without a column: {}", if_it_is(name, "ITEM"), ids.join(", "))
        };
        let message = format!("it names no item, and holds {}{example}", coding.what(item));
        Some(Reason::from(message).help(help))
    }

    /// How the file is read.
    pub(super) fn map(&self) -> Reading {
        let columns = self.names.iter().zip(&self.holds).filter_map(|(name, what)| {
            let aside = || self.is_put_aside(name).then(String::new);
            Some((name.clone(), self.id_of(*what).or_else(aside)?))
        });
        let codings =
            self.answers().map(|(_, slot)| (name_of(self.item(slot)).to_owned(), self.codings[slot].how));
        Reading {
            format: 1,
            id: self.id.map(|id| self.names[id].clone()),
            sheet: self.wishes.reading.sheet.clone(),
            missing: self.wishes.reading.missing.clone(),
            columns: columns.collect(),
            codings: codings.collect(),
        }
    }

    /// Whether the person says that a column holds nothing that is scored.
    fn is_put_aside(&self, name: &str) -> bool {
        self.wishes.holds(name) == Some("")
    }

    /// Whether the tool marks a row as no respondent.
    pub(super) fn no_one<'r>(&self, cells: impl Fn(usize) -> &'r [u8]) -> Option<NoOne> {
        self.marks.iter().find_map(|(column, (texts, is))| {
            let cell = visible(cells(*column));
            let is_marked = match texts {
                [] => coding::is_missing(&cell),
                texts => texts.contains(&cell.trim().to_lowercase().as_str()),
            };
            is_marked.then_some(*is)
        })
    }

    /// Whether a cell stands for no answer.
    pub(super) fn is_missing(&self, cell: &str) -> bool {
        coding::is_missing(cell) || self.wishes.reading.missing.iter().any(|missing| missing == cell.trim())
    }

    /// The help if a cell that is not an answer comes several times.
    pub(super) fn if_missing(&self, cell: &str) -> Option<String> {
        let n: u64 = self.sampled.iter().map(|texts| texts.count(cell)).sum();
        (n >= coding::SEVERAL).then(|| coding::missing(cell))
    }

    /// Whether a cell says that an option is ticked; nothing if it is another cell.
    pub(super) fn is_ticked(&self, slot: usize, option: usize, cell: &str) -> Option<bool> {
        const NO: [&str; 6] = ["0", "n", "no", "false", "unchecked", "not selected"];
        const YES: [&str; 7] = ["1", "y", "yes", "true", "x", "checked", "selected"];
        let small = cell.trim().to_lowercase();
        let of = &self.item(slot).options()[option];
        match small.as_str() {
            _ if self.is_missing(cell) => Some(false),
            no if NO.contains(&no) => Some(false),
            yes if YES.contains(&yes) => Some(true),
            other if *other == (option + 1).to_string() => Some(true),
            other => [&of.id, &of.say].iter().any(|name| loose(name) == loose(other)).then_some(true),
        }
    }

    /// Adds the cells of the rows in `bytes` to `texts`, up to `most` rows. Says how many rows.
    pub(super) fn sample(&self, bytes: &[u8], most: usize, texts: &mut [Texts]) -> usize {
        let mut reader = super::reader(self.separator).from_reader(bytes);
        let (mut record, mut n_rows) = (ByteRecord::new(), 0);
        while n_rows < most && reader.read_byte_record(&mut record).is_ok_and(|is_row| is_row) {
            for ((cell, what), texts) in record.iter().zip(&self.holds).zip(&mut *texts) {
                let counts = what.slot().is_some() || *what == Holds::Unknown && !self.absent.is_empty();
                if counts && !self.wishes.reading.missing.iter().any(|text| text.as_bytes() == cell) {
                    texts.take(cell);
                }
            }
            n_rows += 1;
        }
        n_rows
    }

    /// Decides how the cells of each column are read: alike in all columns of one response format.
    pub(super) fn decide(&mut self, texts: Vec<Texts>) -> Result<(), CsvFault> {
        self.sampled = texts;
        // Columns that are written alike, with their slots.
        let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
        for (index, slot) in self.answers() {
            let format = self.item(slot).format();
            let is_own = |group: &&mut Vec<(usize, usize)>| {
                format.is_some() && self.item(group[0].1).format() == format
            };
            match groups.iter_mut().find(is_own) {
                Some(group) => group.push((index, slot)),
                None => groups.push(vec![(index, slot)]),
            }
        }
        let (mut own, mut strays): (Vec<(String, usize)>, _) = (Vec::new(), None);
        for members in groups {
            let (first, slot) = members[0];
            let item = self.item(slot);
            let mut texts = Texts::default();
            for (index, _) in &members {
                texts.add(&self.sampled[*index]);
            }
            let known = self.wishes.reading.codings.get(name_of(item)).copied();
            let coding = Coding::decide(item, &texts, self.separator != b',', known);
            let what = coding.what(item);
            if coding.how == How::Own {
                match own.iter_mut().find(|(other, _)| *other == what) {
                    Some((_, n)) => *n += members.len(),
                    None => own.push((what, members.len())),
                }
            } else {
                let columns = match members.len() {
                    1 => format!("column {} holds", quote(&self.names[first])),
                    n => format!("{n} columns such as {} hold", quote(&self.names[first])),
                };
                let example =
                    coding.example(item, &texts).map_or_else(String::new, |example| format!(": {example}"));
                self.notes.push(format!("{columns} {what}{example}"));
            }
            strays = strays.or_else(|| {
                let reason = coding.strays(item, &texts, members.len())?;
                let worst = |(index, _): &&(usize, usize)| coding.misfits(item, &self.sampled[*index]).n_bad;
                members.iter().max_by_key(worst).map(|(index, _)| (*index, reason))
            });
            let is_checklist = matches!(item.kind, ItemKind::Checklist { .. });
            if is_checklist && coding.is_foreign() && texts.count(";") == 0 {
                self.silent.push(slot);
            }
            let highest = item.format().map_or(0, |_| coding.highest_digit());
            for (index, slot) in members {
                self.holds[index] = Holds::Item { slot, highest };
                self.codings[slot] = coding.clone();
            }
        }
        if let Some(fault) = self.misread(&self.sampled, &self.sampled, 1, strays) {
            return Err(fault);
        }
        self.check_unknown()?;
        let ticks = self.holds.iter().filter(|what| matches!(what, Holds::Tick { .. }));
        let ticks: Vec<usize> = ticks.filter_map(|what| what.slot()).collect();
        own.extend((!ticks.is_empty()).then(|| ("one tick each".to_owned(), ticks.len())));
        let hold = |(at, (what, n)): (usize, &(String, usize))| {
            let [one, many] = if at == 0 { ["column holds", "columns hold"] } else { ["holds", "hold"] };
            format!("{} {what}", counted(*n, one, many))
        };
        let said: Vec<String> = own.iter().enumerate().map(hold).collect();
        self.notes.extend((!said.is_empty()).then(|| said.join("; ")));
        for slot in ticks {
            if !self.silent.contains(&slot) {
                self.silent.push(slot);
            }
        }
        if let Some(slot) = self.silent.first() {
            let id = quote(&self.item(*slot).id);
            self.notes.push(format!(
                "if a row answers every other question and ticks nothing in {id}, it counts as \"none of these\""
            ));
        }
        Ok(())
    }

    /// Why later rows, some of them at fault, are written differently from those at the start.
    pub(super) fn contradiction(&self, bytes: &[u8]) -> Option<CsvFault> {
        let mut texts = vec![Texts::default(); self.holds.len()];
        self.sample(bytes, usize::MAX, &mut texts);
        let mut all = self.sampled.clone();
        all.iter_mut().zip(&texts).for_each(|(all, texts)| all.add(texts));
        // A few rows alone are not enough for a share.
        let mut fault = self.misread(&texts, &all, 0, None)?;
        for (_, reason) in &mut fault.found {
            reason.message.insert_str(0, "in the rows around this one, ");
        }
        Some(fault)
    }

    /// The first column at fault. Looks for a column whose texts all fit another coding, then at `strays`, then for
    /// a column with too many strays among `texts`. The message speaks of `n_columns` columns.
    fn misread(
        &self,
        texts: &[Texts],
        all: &[Texts],
        n_columns: usize,
        strays: Option<(usize, Reason)>,
    ) -> Option<CsvFault> {
        let mut others = self.answers().filter_map(|(index, slot)| {
            Some((index, self.codings[slot].other(self.item(slot), &all[index])?))
        });
        let stray = |index: usize| {
            let reason = match self.holds[index] {
                Holds::Item { slot, .. } => {
                    self.codings[slot].strays(self.item(slot), &texts[index], n_columns)?
                }
                Holds::Tick { slot, option } => {
                    let misfits = texts[index].misfits(|text| self.is_ticked(slot, option, text).is_some());
                    let missing = coding::missing(misfits.worst);
                    let help = format!("write 1 for a tick and 0 for no tick, or, {missing}");
                    let reason = misfits.reason(1).help(help);
                    misfits.are_too_many(n_columns).then_some(reason)?
                }
                _ => return None,
            };
            Some((index, reason))
        };
        let found = others.next().or(strays).or_else(|| (0..self.holds.len()).find_map(stray));
        found.map(|(column, reason)| CsvFault::of_header(self.column(column), reason))
    }
}

/// What each column is about. The person or a map says it, or the texts above the column, or its place.
fn found(
    plan: &Plan<'_>,
    headers: &[Vec<String>],
    spellings: &Spellings<'_>,
    wishes: &Wishes,
) -> Result<Vec<Option<ColumnMatch>>, CsvFault> {
    let (names, extra) = (&headers[0], &headers[1..]);
    let mut last = "";
    let mut found = Vec::new();
    for (index, name) in names.iter().enumerate() {
        // The text of a question with several columns is above the first of them only.
        last = if name.is_empty() && !extra.is_empty() { last } else { name };
        let below = extra.iter().filter_map(|row| row.get(index)).map(String::as_str);
        let texts: Vec<&str> = std::iter::once(last).chain(below).filter(|text| !text.is_empty()).collect();
        found.push(match wishes.holds(name) {
            Some("") => None,
            Some(what) => Some(spellings.find(what).ok_or_else(|| {
                let reason = Reason::from(format!("there is no item {} for it to hold", quote(what)));
                let ids = plan.bank.items.iter().map(|item| item.id.as_str());
                let help = did_you_mean(what, ids)
                    .unwrap_or_else(|| "`coofit bank show` lists the items".to_owned());
                CsvFault::of_header(Column::new(index, name), reason.help(help))
            })?),
            None => spellings.find_in(&texts),
        });
    }
    if wishes.in_order {
        let is_taken = |item: &usize| found.iter().flatten().any(|found| found.item == *item);
        let items: Vec<usize> = plan.items.iter().copied().filter(|item| !is_taken(item)).collect();
        let codes =
            names.iter().enumerate().filter(|(index, name)| found[*index].is_none() && code(name).is_some());
        let codes: Vec<(usize, &str)> = codes.map(|(index, name)| (index, name.as_str())).collect();
        let placed = in_order(plan.bank, &items, &codes);
        let placed = placed.map_err(|why| {
            let message = format!("the columns cannot be taken in the bank's order: {why}");
            let help = "say what a column holds by `--column NAME=ITEM`, or that it holds no answers by `--column NAME=`";
            CsvFault::of_header(Column::new(0, ""), Reason::from(message).help(help))
        })?;
        for (column, what) in placed {
            found[column] = Some(what);
        }
    }
    Ok(found)
}

/// The most items that a row at the start of a table names.
pub(super) fn n_items(bank: &Bank, csv: &[u8]) -> usize {
    let spellings = Spellings::of(bank);
    let item = |text: &String| Some(spellings.find(text)?.item);
    let items = |row: super::Record| row.texts().iter().filter_map(item).collect::<HashSet<_>>().len();
    super::rows_of(csv, b',').take(super::MOST_HEADER_ROWS + 1).map(items).max().unwrap_or(0)
}

/// Whether a row below the first belongs to the header: it repeats questions, or says where they come from.
fn is_header(row: &[String], spellings: &Spellings<'_>, n_columns: usize) -> bool {
    const LEAST: usize = 2;
    let texts = || row.iter().take(n_columns).filter(|text| !text.is_empty());
    let is_origin = texts().next().is_some_and(|text| text.starts_with("{\"ImportId\""));
    let is_item = |text: &&String| spellings.find(text).is_some_and(|found| found.option.is_none());
    is_origin || texts().filter(is_item).count() >= LEAST
}

/// Whether the first row is a title: one text, above a row of names.
pub(super) fn is_title(bank: &Bank, rows: &[Vec<String>]) -> bool {
    let n_filled = |row: &[String]| row.iter().filter(|text| !text.is_empty()).count();
    let Some(below) = rows[1..].iter().find(|row| n_filled(row) > 1) else { return false };
    if n_filled(&rows[0]) > 1 {
        return false;
    }
    let spellings = Spellings::of(bank);
    spellings.find(&rows[0][0]).is_none() && is_header(below, &spellings, below.len())
}

/// The columns in which tools mark previews and rows that are not finished.
fn marks(names: &[String]) -> Vec<(usize, RowMark)> {
    const PREVIEWS: &[&str] =
        &["survey preview", "survey test", "spam", "preview", "1", "2", "8", "9", "12", "16", "17", "32"];
    /// The columns that show which tool wrote the file, the column with the mark, and the mark.
    const MARKS: &[(&[&str], &str, RowMark)] = &[
        // Qualtrics.
        (&["Finished", "Progress"], "Status", (PREVIEWS, NoOne::Preview)),
        (&["Finished", "Progress"], "DistributionChannel", (&["preview"], NoOne::Preview)),
        (&["Finished", "Progress"], "Finished", (&["0", "false", "no"], NoOne::Unfinished)),
        // LimeSurvey.
        (&["lastpage"], "submitdate", (&[], NoOne::Unfinished)),
        // formr.
        (&["session", "created"], "ended", (&[], NoOne::Unfinished)),
        // Typeform.
        (&[], "Response Type", (&["partial", "started"], NoOne::Unfinished)),
    ];
    let at = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    let of_tool = MARKS.iter().filter(|(tool, ..)| tool.iter().all(|name| at(name).is_some()));
    let mut marks: Vec<(usize, RowMark)> =
        of_tool.filter_map(|(_, column, mark)| Some((at(column)?, *mark))).collect();
    // REDCap: each form ends with a column of its state, which an export with labels calls `Complete?`.
    if at("record_id").or_else(|| at("Record ID")).is_some() {
        let is_state = |name: &str| name.ends_with("_complete") || name == "Complete?";
        let states = (0..names.len()).filter(|column| is_state(&names[*column]));
        let unfinished: RowMark = (&["0", "incomplete"], NoOne::Unfinished);
        marks.extend(states.map(|column| (column, unfinished)));
    }
    marks
}

/// The id of the response format of an item, or of the item itself. Columns with the same one are written alike.
fn name_of(item: &Item) -> &str {
    item.format().map_or(&item.id, |format| &format.id)
}

/// What columns of respondents' ids are called, the likeliest first.
const ID_NAMES: [&str; 8] =
    ["id", "record_id", "ResponseId", "Response ID", "_id", "respondent_id", "#", "token"];

/// How to say that a column holds an item, or that it is not scored.
fn if_it_is(name: &str, id: &str) -> String {
    let says = |what: &str| fault::option("--column", &format!("{name}={what}"));
    format!("if it is item {}, say so by {}, else {}", quote(id), says(id), says(""))
}

/// Whether a loose name is a part of an id, or the other way round: `People early` of `people-early-word`.
fn is_part(name: &str, id: &str) -> bool {
    const LEAST: usize = 4;
    name.len().min(id.len()) >= LEAST && (id.contains(name) || name.contains(id))
}

/// Whether a loose name is an id with a typing error or two.
fn is_near(name: &str, id: &str) -> bool {
    const LEAST: usize = 6;
    id.len() >= LEAST && name.len().abs_diff(id.len()) <= 2 && strsim::damerau_levenshtein(name, id) <= 2
}

fn check_name(index: usize, cell: &[u8], is_loose: bool) -> Result<(), CsvFault> {
    let name = visible(cell).trim().to_owned();
    let reason = if is_loose {
        fault::after_closing()
    } else if std::str::from_utf8(cell).is_err() {
        Reason::from("the name is not UTF-8 text").help("save the file as UTF-8")
    } else if cell.contains(&0) {
        fault::nul("name")
    } else if name.contains('\r') {
        Reason::from("there is a carriage return alone").help("end lines with a line feed")
    } else {
        return Ok(());
    };
    Err(CsvFault::of_header(Column::new(index, &name), reason))
}

fn no_item(row: &[u8], names: &[String]) -> CsvFault {
    let help = match names.iter().find(|name| code(name).is_some()) {
        _ if row.is_empty() => "the first line has to name the columns by item ids".to_owned(),
        Some(name) => format!(
            "if columns such as {} are in the order of the bank's items, add `--in-order`; else name the columns by \
             item ids or questions (`coofit bank show` lists them)",
            quote(name)
        ),
        None => "name the columns by item ids or questions (`coofit bank show` lists them), and the bank by `--bank DIR`"
            .to_owned(),
    };
    let reason = Reason::from("no column names an item of the bank").help(help);
    CsvFault::of_header(Column::none(), reason)
}

/// The first of these names, and how many follow.
fn first_named(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.iter().take(SHOWN).map(|name| quote(name));
    shown.chain((more > 0).then(|| format!("and {more} more"))).collect::<Vec<_>>().join(", ")
}
