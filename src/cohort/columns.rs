//! The header: what each column holds, and the notes on it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use csv::ByteRecord;
use serde::{Deserialize, Serialize};

use super::MOST_NAMED;
use super::cell::visible;
use super::coding::{self, Coding, How, Texts, loose};
use super::fault::{self, Column, Fault, Reason};
use super::matching::{Match, Spellings, code, in_order};
use super::source::scan;
use crate::bank::fault::{did_you_mean, quote};
use crate::bank::{Bank, Form, Item, ItemKind, ResponseFormat};
use crate::score::plan::Plan;

/// What the person says about a file.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Columns to carry along.
    pub keep: Vec<String>,
    /// The column that says which department a respondent is in.
    pub by: Option<String>,
    /// What columns of this file hold, as [`Reading::columns`] has it.
    pub columns: Vec<(String, String)>,
    /// Whether columns whose names say nothing are taken in the bank's order.
    pub in_order: bool,
    /// What is already known.
    pub reading: Reading,
}

impl Wishes {
    /// The columns that the person names.
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

/// How a file is read, as a map keeps it.
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
    /// Cells that stand for no answer, besides the usual ones.
    pub missing: Vec<String>,
    /// What columns hold, by their names: the id of an item, `ITEM/OPTION` for one tick, or empty for
    /// nothing that is scored.
    pub columns: BTreeMap<String, String>,
    /// How answers are written, by the id of their response format or item.
    codings: BTreeMap<String, How>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The respondent's id, carried along.
    Id,
    /// Answers to the item of this slot of the plan; for a rating, up to which
    /// digit a cell is the number of its label.
    Item { slot: usize, highest: u8 },
    /// Whether one option of a checklist is ticked.
    Tick { slot: usize, option: usize },
    /// Nothing that is scored.
    Other,
    /// Nothing that its name says.
    Unknown,
}

/// Why a row is not a respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoOne {
    Preview,
    Unfinished,
    /// The header again.
    Header,
}

/// The columns of a file, and the plan that their answers are scored by.
pub(super) struct Columns<'a> {
    pub(super) plan: Plan<'a>,
    pub(super) form: Form,
    pub(super) names: Vec<String>,
    /// The rows of the header, the one of the names and those below it.
    pub(super) headers: Vec<Vec<String>>,
    pub(super) holds: Vec<Holds>,
    /// Where the respondents' ids are.
    pub(super) id: Option<usize>,
    /// Where their ids, names and addresses are.
    pub(super) who: Vec<usize>,
    /// Columns that are carried along.
    pub(super) keep: Vec<usize>,
    /// Where the respondents' departments are.
    pub(super) by: Option<usize>,
    pub(super) separator: u8,
    /// By slot.
    pub(super) codings: Vec<Coding>,
    /// Slots of checklists that say nothing for "none".
    pub(super) silent: Vec<usize>,
    /// How many slots have a column.
    pub(super) n_slots: usize,
    /// The items without one.
    missing: Vec<&'a Item>,
    wishes: Wishes,
    /// How many pieces of the file were used to decide how cells are read.
    pub(super) n_seen: u64,
    /// By column, the cells at the start of the file.
    sampled: Vec<Texts>,
    /// Columns in which a tool marks rows that are no respondents.
    marks: Vec<(usize, Mark)>,
    pub(super) notes: Vec<String>,
    /// Notes on what the columns hold whose names are not item ids.
    pub(super) reading: Vec<String>,
}

/// How a tool marks a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Any of these texts, in small letters.
    Is(&'static [&'static str], NoOne),
    Empty(NoOne),
}

impl<'a> Columns<'a> {
    pub(super) fn column(&self, index: usize) -> Column {
        let name = self.names.get(index).filter(|name| !name.is_empty());
        Column { number: index + 1, name: name.cloned() }
    }

    /// Reads the first rows, `raw` the very first as it is and `rows` the cells of it and of those after it.
    /// Gives the columns, and how many rows after the first are part of the header.
    pub(super) fn read(
        plan: Plan<'a>,
        form: Form,
        separator: u8,
        raw: &[u8],
        rows: &[ByteRecord],
        wishes: &Wishes,
    ) -> Result<(Columns<'a>, usize), Fault> {
        let bank = plan.bank;
        let slots: HashMap<usize, usize> =
            plan.items.iter().enumerate().map(|(slot, index)| (*index, slot)).collect();
        let (_, loose_cell) = scan(raw, separator);
        let names =
            rows[0].iter().enumerate().map(|(index, cell)| name(cell, loose_cell == Some(index), index + 1));
        let names: Vec<String> = names.collect::<Result<_, Fault>>()?;
        let spellings = Spellings::of(bank);
        let n_extra = rows[1..].iter().take_while(|row| is_header(row, &spellings, names.len())).count();
        let found = found(&plan, &names, &rows[1..=n_extra], &spellings, wishes)?;
        let place = |wanted: &str| {
            let is_it = |name: &String| name.eq_ignore_ascii_case(wanted) || loose(name) == loose(wanted);
            names.iter().position(|name| name == wanted).or_else(|| names.iter().position(is_it))
        };
        if let Some(wanted) = wishes.named().find(|wanted| place(wanted).is_none()) {
            let message = format!("no column is called {}", quote(wanted));
            let help = did_you_mean(wanted, names.iter().map(String::as_str));
            let reason = Reason { message, help };
            return Err(Fault::of_header(Column { number: 1, name: None }, reason));
        }
        let id = wishes.reading.id.as_deref().into_iter().chain(ID_NAMES).find_map(place);
        let texts = |row: &ByteRecord| row.iter().map(|cell| visible(cell).trim().to_owned()).collect();
        let mut columns = Columns {
            headers: rows[..=n_extra].iter().map(texts).collect(),
            holds: Vec::new(),
            id,
            who: Vec::new(),
            keep: wishes.keep.iter().filter_map(|keep| place(keep)).collect(),
            by: wishes.by.as_deref().and_then(place),
            separator,
            codings: vec![Coding::default(); plan.items.len()],
            silent: Vec::new(),
            n_slots: 0,
            missing: Vec::new(),
            wishes: wishes.clone(),
            n_seen: 0,
            sampled: Vec::new(),
            marks: marks(&names),
            notes: Vec::new(),
            reading: Vec::new(),
            names,
            form,
            plan,
        };
        if let Some(by) = columns.by.filter(|by| found[*by].is_some()) {
            let reason = Reason::from("a department cannot be the answer to a question");
            let help = "name a column by `--by` that no item is in";
            return Err(Fault::of_header(columns.column(by), reason.help(help)));
        }
        let sorted = columns.assign(&found, &slots)?;
        if columns.n_slots == 0 {
            return Err(no_item(raw, &columns.names));
        }
        columns.who = (0..columns.names.len()).filter(|column| columns.is_who(*column)).collect();
        columns.notes = columns.said(&sorted, n_extra);
        Ok((columns, n_extra))
    }

    /// Says of each column what it holds.
    fn assign(&mut self, found: &[Option<Match>], slots: &HashMap<usize, usize>) -> Result<Sorted, Fault> {
        let bank = self.plan.bank;
        let mut sorted = Sorted::default();
        let mut first: HashMap<(usize, usize), usize> = HashMap::new();
        for (index, name) in self.names.iter().enumerate() {
            let column = || Column { number: index + 1, name: Some(name.clone()) };
            if name == "id" && self.id.is_some_and(|id| id != index && self.names[id] == *name) {
                let earlier = self.id.unwrap_or_default() + 1;
                return Err(Fault::of_header(column(), same_name(earlier)));
            }
            if self.id == Some(index) {
                self.holds.push(Holds::Id);
                continue;
            }
            let (item, option) = match found[index] {
                Some(Match::Item(item)) => (item, None),
                Some(Match::Tick(item, _)) if found.contains(&Some(Match::Item(item))) => {
                    sorted.n_repeated += 1;
                    self.holds.push(Holds::Other);
                    continue;
                }
                Some(Match::Tick(item, option)) => (item, Some(option)),
                None => {
                    if self.keep.contains(&index) || self.is_put_aside(name) || self.by == Some(index) {
                        self.holds.push(Holds::Other);
                        continue;
                    }
                    sorted.left_out.push(if name.is_empty() {
                        format!("(column {})", index + 1)
                    } else {
                        name.clone()
                    });
                    self.holds.push(Holds::Unknown);
                    continue;
                }
            };
            let Some(&slot) = slots.get(&item) else {
                sorted.not_asked.push(quote(name));
                self.holds.push(Holds::Other);
                continue;
            };
            let of = &bank.items[item];
            if let Some(earlier) = first.insert((item, option.unwrap_or(usize::MAX)), index) {
                let reason = if self.names[earlier] == *name {
                    same_name(earlier + 1)
                } else {
                    let other = quote(&self.names[earlier]);
                    let named = [name, &self.names[earlier]].into_iter().filter(|name| !name.is_empty());
                    let out = named.map(|name| fault::option("--column", &format!("{name}=")));
                    let help = format!("leave one of the two out: {}", out.collect::<Vec<_>>().join(" or "));
                    Reason::from(format!("it reads as item {}, and so does {other}", quote(&of.id)))
                        .help(help)
                };
                return Err(Fault::of_header(column(), reason));
            }
            if of.id != *name {
                let option =
                    option.map_or_else(String::new, |option| format!("/{}", of.options()[option].id));
                self.reading.push(format!("{} holds {}{option}", quote(name), of.id));
            }
            self.holds.push(match option {
                None => Holds::Item { slot, highest: 0 },
                Some(option) => Holds::Tick { slot, option },
            });
        }
        let is_missing = |index: &&usize| !first.keys().any(|(item, _)| item == *index);
        self.missing = self.plan.items.iter().filter(is_missing).map(|index| &bank.items[*index]).collect();
        self.n_slots = self.plan.items.len() - self.missing.len();
        let is_spread = |item: &&usize| first.keys().any(|(of, option)| of == *item && *option != usize::MAX);
        for item in self.plan.items.iter().filter(is_spread) {
            let options = bank.items[*item].options().iter().enumerate();
            let open = options.filter(|(option, _)| !first.contains_key(&(*item, *option)));
            sorted
                .not_ticked
                .extend(open.map(|(_, option)| quote(&format!("{}/{}", bank.items[*item].id, option.id))));
        }
        Ok(sorted)
    }

    /// Whether a column may say who a respondent is.
    fn is_who(&self, column: usize) -> bool {
        let name = self.names[column].to_lowercase();
        match self.holds[column] {
            Holds::Id => true,
            Holds::Other | Holds::Unknown => name.contains("name") || name.contains("mail"),
            Holds::Item { .. } | Holds::Tick { .. } => false,
        }
    }

    /// A column may be an item that has no column, when its name is nearly the item's id, or its cells are answers.
    fn check_unknown(&self) -> Result<(), Fault> {
        let missing: Vec<(String, &Item)> =
            self.missing.iter().map(|item| (loose(&item.id), *item)).collect();
        let mut found = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            if self.holds[index] != Holds::Unknown || name.is_empty() || found.len() == MOST_NAMED {
                continue;
            }
            let short = loose(name);
            let reason = match missing.iter().find(|(id, _)| is_near(&short, id)) {
                Some((_, item)) => {
                    let message = format!("it is nearly item {}, which has no column", quote(&item.id));
                    Some(Reason::from(message).help(if_it_is(name, &item.id)))
                }
                None => self.answers_in(index, &missing),
            };
            found.extend(reason.map(|reason| (self.column(index), reason)));
        }
        if found.is_empty() { Ok(()) } else { Err(Fault { place: None, found, can_be_set_aside: false }) }
    }

    /// Why the cells of a column seem to be answers to an item that has none.
    fn answers_in(&self, index: usize, missing: &[(String, &Item)]) -> Option<Reason> {
        let (name, texts) = (&self.names[index], &self.sampled[index]);
        // What a tool adds itself.
        let is_own = name.starts_with('_') || self.marks.iter().any(|(column, _)| *column == index);
        if is_own || texts.is_empty() {
            return None;
        }
        let short = loose(name);
        let may_be = missing.iter().map(|(id, item)| (*item, is_part(&short, id)));
        let may_be = may_be.filter(|(item, is_part)| *is_part || texts.are_answers(item));
        let read = may_be.map(|(item, is_part)| {
            (item, is_part, Coding::decide(item, texts, self.separator != b',', None))
        });
        // A text that ends in a number may be about anything, too.
        let is_answer = |(item, is_part, coding): &(&Item, bool, Coding)| {
            (*is_part || coding.how != How::Code) && coding.misfits(item, texts).n_bad == 0
        };
        let fitting: Vec<(&Item, bool, Coding)> = read.filter(is_answer).collect();
        let alike = fitting.iter().find(|(_, is_part, _)| *is_part);
        let (item, _, coding) = alike.or(fitting.first())?;
        let example = coding.example(item, texts).map_or_else(String::new, |example| format!(" ({example})"));
        let help = if alike.is_some() || fitting.len() == 1 {
            if_it_is(name, &item.id)
        } else {
            let ids: Vec<String> =
                fitting.iter().take(MOST_NAMED).map(|(item, ..)| quote(&item.id)).collect();
            format!("{}; items without a column: {}", if_it_is(name, "ITEM"), ids.join(", "))
        };
        Some(Reason::from(format!("it names no item, and holds {}{example}", coding.what)).help(help))
    }

    /// Notes on the header.
    fn said(&self, sorted: &Sorted, n_extra: usize) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(name) = self.id.map(|id| &self.names[id]).filter(|name| *name != "id") {
            said.push(format!("ids are taken from column {}", quote(name)));
        }
        match n_extra {
            0 => {}
            1 => said.push("1 row below the names is part of the header".to_owned()),
            n => said.push(format!("{n} rows below the names are part of the header")),
        }
        if !self.reading.is_empty() {
            let how = if self.wishes.in_order {
                "in the bank's order"
            } else {
                "by question text, or by id in another spelling"
            };
            said.push(format!("{} matched to items {how}", are(self.reading.len())));
        }
        said.extend(notes(sorted, &self.missing, self.id.is_some(), self.plan.items.len()));
        said.extend(falling(self.plan.bank));
        said
    }

    /// How the file is read.
    pub(super) fn map(&self) -> Reading {
        let item = |slot: usize| &self.plan.bank.items[self.plan.items[slot]];
        let columns = self.names.iter().zip(&self.holds).filter_map(|(name, what)| match *what {
            Holds::Item { slot, .. } => Some((name.clone(), item(slot).id.clone())),
            Holds::Tick { slot, option } => {
                Some((name.clone(), format!("{}/{}", item(slot).id, item(slot).options()[option].id)))
            }
            _ => self.is_put_aside(name).then(|| (name.clone(), String::new())),
        });
        let item_of = |what: &Holds| match *what {
            Holds::Item { slot, .. } => Some((name_of(item(slot)), self.codings[slot].how)),
            _ => None,
        };
        Reading {
            format: 1,
            id: self.id.map(|id| self.names[id].clone()),
            sheet: self.wishes.reading.sheet.clone(),
            missing: self.wishes.reading.missing.clone(),
            columns: columns.collect(),
            codings: self.holds.iter().filter_map(item_of).map(|(id, how)| (id.to_owned(), how)).collect(),
        }
    }

    /// Whether the person says that a column holds nothing that is scored.
    fn is_put_aside(&self, name: &str) -> bool {
        self.wishes.holds(name) == Some("")
    }

    /// Whether the tool marks a row as no respondent.
    pub(super) fn no_one<'r>(&self, cells: impl Fn(usize) -> &'r [u8]) -> Option<NoOne> {
        self.marks.iter().find_map(|(column, mark)| {
            let cell = visible(cells(*column));
            match mark {
                Mark::Is(texts, is) => texts.contains(&cell.trim().to_lowercase().as_str()).then_some(*is),
                Mark::Empty(is) => coding::is_missing(&cell).then_some(*is),
            }
        })
    }

    /// Whether a cell stands for no answer.
    pub(super) fn is_missing(&self, cell: &str) -> bool {
        coding::is_missing(cell) || self.wishes.reading.missing.iter().any(|missing| missing == cell.trim())
    }

    /// The way out where a cell that is no answer comes again and again.
    pub(super) fn if_missing(&self, cell: &str) -> Option<String> {
        let n: u64 = self.sampled.iter().map(|texts| texts.count(cell)).sum();
        (n >= coding::SEVERAL).then(|| coding::missing(cell))
    }

    /// Whether a cell says that an option is ticked; nothing where it says something else.
    pub(super) fn is_ticked(&self, slot: usize, option: usize, cell: &str) -> Option<bool> {
        const NO: [&str; 6] = ["0", "n", "no", "false", "unchecked", "not selected"];
        const YES: [&str; 7] = ["1", "y", "yes", "true", "x", "checked", "selected"];
        let small = cell.trim().to_lowercase();
        let of = &self.plan.bank.items[self.plan.items[slot]].options()[option];
        match small.as_str() {
            _ if self.is_missing(cell) => Some(false),
            no if NO.contains(&no) => Some(false),
            yes if YES.contains(&yes) => Some(true),
            other if *other == (option + 1).to_string() => Some(true),
            other => [&of.id, &of.say].iter().any(|name| loose(name) == loose(other)).then_some(true),
        }
    }

    /// Takes in the cells of rows at the start of the file, up to some number of rows.
    pub(super) fn sample(&self, bytes: &[u8], most: usize, texts: &mut [Texts]) -> usize {
        let mut reader = super::reader(self.separator).from_reader(bytes);
        let (mut record, mut n_rows) = (ByteRecord::new(), 0);
        while n_rows < most && reader.read_byte_record(&mut record).is_ok_and(|is_row| is_row) {
            for ((cell, what), texts) in record.iter().zip(&self.holds).zip(&mut *texts) {
                if !matches!(what, Holds::Id | Holds::Other)
                    && (*what != Holds::Unknown || !self.missing.is_empty())
                    && !self.wishes.reading.missing.iter().any(|text| text.as_bytes() == cell)
                {
                    texts.take(cell);
                }
            }
            n_rows += 1;
        }
        n_rows
    }

    /// Decides how the cells of each column are read: alike in all columns of one response format.
    pub(super) fn decide(&mut self, texts: Vec<Texts>) -> Result<(), Fault> {
        self.sampled = texts;
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
            groups[at].texts.add(&self.sampled[index]);
        }
        let (mut own, mut strays): (Vec<(&str, usize)>, _) = (Vec::new(), None);
        for Group { members, texts, .. } in groups {
            let (first, slot) = members[0];
            let item = &self.plan.bank.items[self.plan.items[slot]];
            let known = self.wishes.reading.codings.get(name_of(item)).copied();
            let coding = Coding::decide(item, &texts, decimal_comma, known);
            if coding.how == How::Own {
                match own.iter_mut().find(|(what, _)| *what == coding.what) {
                    Some((_, n)) => *n += members.len(),
                    None => own.push((coding.what, members.len())),
                }
            } else {
                let columns = match members.len() {
                    1 => format!("column {} holds", quote(&self.names[first])),
                    n => format!("{n} columns such as {} hold", quote(&self.names[first])),
                };
                let example =
                    coding.example(item, &texts).map_or_else(String::new, |example| format!(": {example}"));
                self.notes.push(format!("{columns} {}{example}", coding.what));
            }
            strays = strays.or_else(|| {
                let reason = coding.strays(item, &texts, members.len())?;
                let worst = |(index, _): &&(usize, usize)| coding.misfits(item, &self.sampled[*index]).n_bad;
                members.iter().max_by_key(worst).map(|(index, _)| (*index, reason))
            });
            let highest = item.format().map_or(0, |_| coding.highest_digit());
            if matches!(item.kind, ItemKind::Checklist { .. }) && coding.is_foreign() && texts.count(";") == 0
            {
                self.silent.extend(members.iter().map(|(_, slot)| *slot));
            }
            for (index, slot) in members {
                self.holds[index] = Holds::Item { slot, highest };
                self.codings[slot] = coding.clone();
            }
        }
        if let Some(fault) = self.misread(&self.sampled, &self.sampled, false, strays) {
            return Err(fault);
        }
        self.check_unknown()?;
        let n_ticks = self.holds.iter().filter(|what| matches!(what, Holds::Tick { .. })).count();
        own.extend((n_ticks > 0).then_some(("one tick each", n_ticks)));
        if !own.is_empty() {
            let hold =
                |(what, n): &(&str, usize)| format!("{n} hold{} {what}", if *n == 1 { "s" } else { "" });
            let said = own.iter().map(hold).collect::<Vec<_>>().join("; ");
            let columns = if own[0].1 == 1 { " column " } else { " columns " };
            self.notes.push(said.replacen(' ', columns, 1));
        }
        for what in &self.holds {
            if let Holds::Tick { slot, .. } = *what
                && !self.silent.contains(&slot)
            {
                self.silent.push(slot);
            }
        }
        if let Some(slot) = self.silent.first() {
            let id = quote(&self.plan.bank.items[self.plan.items[*slot]].id);
            self.notes.push(format!(
                "a row with nothing ticked in {id} counts as none of them where all other questions are answered"
            ));
        }
        Ok(())
    }

    /// Why later rows, some of them at fault, are written differently from those at the start.
    pub(super) fn contradiction(&self, bytes: &[u8]) -> Option<Fault> {
        let mut texts = vec![Texts::default(); self.holds.len()];
        self.sample(bytes, usize::MAX, &mut texts);
        let mut all = self.sampled.clone();
        all.iter_mut().zip(&texts).for_each(|(all, texts)| all.add(texts));
        self.misread(&texts, &all, true, None)
    }

    /// The first column to which another coding than its own fits in `all` that is known of it; else `strays`, else
    /// the first column with too many strays among `texts`. Few rows tell nothing without the others.
    fn misread(
        &self,
        texts: &[Texts],
        all: &[Texts],
        are_few: bool,
        strays: Option<(usize, Reason)>,
    ) -> Option<Fault> {
        let item = |slot: usize| &self.plan.bank.items[self.plan.items[slot]];
        let n_columns = usize::from(!are_few);
        let other = |(index, what): (usize, &Holds)| match *what {
            Holds::Item { slot, .. } => Some((index, self.codings[slot].other(item(slot), &all[index])?)),
            _ => None,
        };
        let stray = |(index, what): (usize, &Holds)| match *what {
            Holds::Item { slot, .. } => {
                Some((index, self.codings[slot].strays(item(slot), &texts[index], n_columns)?))
            }
            Holds::Tick { slot, option } => {
                let misfits = texts[index].misfits(|text| self.is_ticked(slot, option, text).is_some());
                let is_so = misfits.are_too_many(n_columns);
                is_so.then(|| (index, misfits.reason(1).help(misfits.missing())))
            }
            _ => None,
        };
        let columns = || self.holds.iter().enumerate();
        let found = columns().find_map(other).or(strays).or_else(|| columns().find_map(stray));
        found.map(|(column, reason)| Fault::of_header(self.column(column), reason))
    }
}

/// What each column is about: as the map says, by the texts over it, or by its place.
fn found(
    plan: &Plan<'_>,
    names: &[String],
    extra: &[ByteRecord],
    spellings: &Spellings<'_>,
    wishes: &Wishes,
) -> Result<Vec<Option<Match>>, Fault> {
    let mut last = "";
    let mut found = Vec::new();
    for (index, name) in names.iter().enumerate() {
        // A question over several columns stands over the first of them.
        last = if name.is_empty() && !extra.is_empty() { last } else { name };
        let below = extra.iter().map(|row| visible(row.get(index).unwrap_or_default()).trim().to_owned());
        let texts: Vec<String> = std::iter::once(last.to_owned()).chain(below).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        found.push(match wishes.holds(name) {
            Some("") => None,
            Some(what) => Some(spellings.find(what).ok_or_else(|| {
                let column = Column { number: index + 1, name: Some(name.clone()) };
                let reason = Reason::from(format!("there is no item {} for it to hold", quote(what)));
                let ids = plan.bank.items.iter().map(|item| item.id.as_str());
                let help = did_you_mean(what, ids)
                    .unwrap_or_else(|| "`coofit bank show` lists the items".to_owned());
                Fault::of_header(column, reason.help(help))
            })?),
            None => spellings.find_in(&texts),
        });
    }
    if wishes.in_order {
        let is_taken = |item: &usize| {
            found.iter().flatten().any(|(Match::Item(other) | Match::Tick(other, _))| other == item)
        };
        let items: Vec<usize> = plan.items.iter().copied().filter(|item| !is_taken(item)).collect();
        let codes =
            names.iter().enumerate().filter(|(index, name)| found[*index].is_none() && code(name).is_some());
        let codes: Vec<(usize, &str)> = codes.map(|(index, name)| (index, name.as_str())).collect();
        let placed = in_order(plan.bank, &items, &codes);
        let placed = placed.map_err(|why| {
            let message = format!("the columns cannot be taken in the bank's order: {why}");
            let help = "say what a column holds by `--column NAME=ITEM`, or that it holds no answers by `--column NAME=`";
            Fault::of_header(Column { number: 1, name: None }, Reason::from(message).help(help))
        })?;
        for (column, what) in placed {
            found[column] = Some(what);
        }
    }
    Ok(found)
}

/// How many items a row at the start of a table names, at most.
pub(super) fn n_items(bank: &Bank, csv: &[u8]) -> usize {
    let spellings = Spellings::of(bank);
    let item = |cell: &[u8]| match spellings.find(visible(cell).trim())? {
        Match::Item(item) | Match::Tick(item, _) => Some(item),
    };
    let (rows, _) = super::first_rows(csv, b',', super::MOST_HEADER_ROWS + 1);
    rows.iter().map(|row| row.iter().filter_map(item).collect::<HashSet<_>>().len()).max().unwrap_or(0)
}

/// Whether a row below the first belongs to the header: it repeats questions, or says where they come from.
fn is_header(row: &ByteRecord, spellings: &Spellings<'_>, n_columns: usize) -> bool {
    const LEAST: usize = 2;
    let texts = row.iter().take(n_columns).map(|cell| visible(cell).trim().to_owned());
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let is_origin = texts.first().is_some_and(|text| text.starts_with("{\"ImportId\""));
    let n_items = texts.iter().filter(|text| matches!(spellings.find(text), Some(Match::Item(_)))).count();
    is_origin || n_items >= LEAST
}

/// Whether the first row is a title: one text, over a row of names.
pub(super) fn is_title(bank: &Bank, rows: &[ByteRecord]) -> bool {
    let n_filled = |row: &ByteRecord| row.iter().filter(|cell| !cell.trim_ascii().is_empty()).count();
    let Some(below) = rows[1..].iter().find(|row| n_filled(row) > 1) else { return false };
    if n_filled(&rows[0]) > 1 {
        return false;
    }
    let spellings = Spellings::of(bank);
    spellings.find(&visible(&rows[0][0])).is_none() && is_header(below, &spellings, below.len())
}

/// The columns in which tools mark previews and rows that are not finished.
fn marks(names: &[String]) -> Vec<(usize, Mark)> {
    const PREVIEWS: &[&str] =
        &["survey preview", "survey test", "spam", "preview", "1", "2", "8", "9", "12", "16", "17", "32"];
    const NO: &[&str] = &["0", "false", "no"];
    let at = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    let mut marks = Vec::new();
    let mut mark = |column: Option<usize>, mark: Mark| marks.extend(column.map(|column| (column, mark)));
    // Qualtrics.
    if at("Finished").is_some() && at("Progress").is_some() {
        mark(at("Status"), Mark::Is(PREVIEWS, NoOne::Preview));
        mark(at("DistributionChannel"), Mark::Is(&["preview"], NoOne::Preview));
        mark(at("Finished"), Mark::Is(NO, NoOne::Unfinished));
    }
    // LimeSurvey.
    if at("lastpage").is_some() {
        mark(at("submitdate"), Mark::Empty(NoOne::Unfinished));
    }
    // REDCap: each form ends with a column of its state, which an export with labels calls `Complete?`.
    if at("record_id").or_else(|| at("Record ID")).is_some() {
        let is_state = |name: &str| name.ends_with("_complete") || name == "Complete?";
        let states = names.iter().enumerate().filter(|(_, name)| is_state(name));
        for (column, _) in states {
            mark(Some(column), Mark::Is(&["0", "incomplete"], NoOne::Unfinished));
        }
    }
    // formr.
    if at("session").is_some() && at("created").is_some() {
        mark(at("ended"), Mark::Empty(NoOne::Unfinished));
    }
    // Typeform.
    mark(at("Response Type"), Mark::Is(&["partial", "started"], NoOne::Unfinished));
    marks
}

/// The response formats whose labels seem to fall.
fn falling(bank: &Bank) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for format in bank.items.iter().filter_map(|item| item.format()).filter(|format| format.falls()) {
        let labels = format!(
            "the labels of the format {} seem to fall, from {}",
            quote(&format.id),
            quote(&format.labels[0])
        );
        let note = format!("{labels}, and the first counts least; `coofit bank check` says more");
        if !said.contains(&note) {
            said.push(note);
        }
    }
    said
}

fn are(n: usize) -> String {
    if n == 1 { "1 column is".to_owned() } else { format!("{n} columns are") }
}

/// The id of what is written alike: a response format, or a single item.
fn name_of(item: &Item) -> &str {
    item.format().map_or(&item.id, |format| &format.id)
}

/// Columns that are written alike: those of one response format, or a single one.
struct Group<'a> {
    format: Option<&'a ResponseFormat>,
    /// Columns with their slots.
    members: Vec<(usize, usize)>,
    texts: Texts,
}

fn same_name(earlier: usize) -> Reason {
    Reason::from(format!("column {earlier} has that name already")).help("give one of the two another name")
}

/// What columns of respondents' ids are called, the likeliest first.
const ID_NAMES: [&str; 8] =
    ["id", "record_id", "ResponseId", "Response ID", "_id", "respondent_id", "#", "token"];

/// How to say what a column holds, and that it holds nothing that counts.
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

/// The columns by how they were used.
#[derive(Default)]
struct Sorted {
    left_out: Vec<String>,
    /// Of items that the form does not ask.
    not_asked: Vec<String>,
    /// Columns of single ticks that another column joins.
    n_repeated: usize,
    /// Options without a column, of checklists that have a column for each.
    not_ticked: Vec<String>,
}

/// What is left out and what is missing. The hint that the bank may be the wrong one comes last.
fn notes(sorted: &Sorted, missing: &[&Item], has_id: bool, n_items: usize) -> Vec<String> {
    /// A workbook may have thousands of stray columns.
    const MOST_NAMED: usize = 100;
    let Sorted { left_out, not_asked, n_repeated, not_ticked } = sorted;
    let mut notes = Vec::new();
    if !left_out.is_empty() {
        let named = left_out.iter().take(MOST_NAMED).map(|name| {
            match did_you_mean(name, missing.iter().map(|item| item.id.as_str())) {
                Some(hint) => format!("{} ({hint})", quote(name)),
                None => quote(name),
            }
        });
        let mut named: Vec<String> = named.collect();
        let what = if left_out.len() == 1 {
            "1 column that names no item is".to_owned()
        } else {
            format!("{} columns that name no item are", left_out.len())
        };
        if left_out.len() > MOST_NAMED {
            named.push(format!("and {} more", left_out.len() - MOST_NAMED));
        }
        let id = if has_id { "" } else { "; a column that is called `id` would be carried along" };
        notes.push(format!("{what} left out: {}{id}", named.join(", ")));
    }
    if !not_asked.is_empty() {
        let what = if not_asked.len() == 1 {
            "1 column that this form does not ask is".to_owned()
        } else {
            format!("{} columns that this form does not ask are", not_asked.len())
        };
        notes.push(format!("{what} left out: {}", not_asked.join(", ")));
    }
    if *n_repeated > 0 {
        notes.push(format!("{} left out, because another column has the same ticks", are(*n_repeated)));
    }
    if !not_ticked.is_empty() {
        notes.push(format!("options without a column count as not ticked: {}", not_ticked.join(", ")));
    }
    if !missing.is_empty() {
        let ids: Vec<String> = missing.iter().map(|item| quote(&item.id)).collect();
        let what = if ids.len() == 1 {
            "1 item has no column and counts".to_owned()
        } else {
            format!("{} items have no column and count", ids.len())
        };
        notes.push(format!("{what} as skipped: {}", ids.join(", ")));
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

fn no_item(row: &[u8], names: &[String]) -> Fault {
    let help = match names.iter().find(|name| code(name).is_some()) {
        _ if row.is_empty() => "the first line has to name the columns by item ids".to_owned(),
        Some(name) => format!(
            "if columns such as {} stand in the bank's order, `--in-order` takes them so; else name the columns by \
             item ids or questions (`coofit bank show` lists them)",
            quote(name)
        ),
        None => "name the columns by item ids or questions (`coofit bank show` lists them), and the bank by `--bank DIR`"
            .to_owned(),
    };
    let reason = Reason::from("no column names an item of the bank").help(help);
    Fault::of_header(Column { number: 1, name: None }, reason)
}
