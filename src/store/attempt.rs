//! One attempt, and the text of its file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answers::{self, LeftOut, WhyLeftOut};
use crate::bank::{Answer, Bank, Form, Item, ItemKind};
use crate::session::{Relation, Responses};
use crate::store::envelope::{Unreadable, open, seal};

const FORMAT: &str = "coofit-attempt";

/// One person's way through a bank, in the order of its file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Names the file: a date, with a number after it if the day has several.
    pub id: String,
    pub bank: String,
    pub edition: String,
    pub hash: String,
    pub form: Form,
    pub role: Option<String>,
    /// The person described, if an observer answers.
    pub observe: Option<String>,
    /// The observer's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Whether the observer's answers may be shown only in means of several.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    pub started: i64,
    pub saved: i64,
    /// When the last question was answered.
    pub finished: Option<i64>,
    /// Grows by one with every attempt that is started or resumed, whatever the clock says.
    #[serde(default)]
    pub turn: u64,
    /// The day in its id, even if the file has another name now.
    #[serde(skip)]
    pub day: Option<String>,
    answers: Map<String, Value>,
    /// Ids of items to ask again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    open: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meaning: Option<Meaning>,
    seconds: BTreeMap<String, f64>,
}

/// What the numbers among the answers meant when they were given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meaning {
    labels: BTreeMap<String, Vec<String>>,
    formats: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
}

impl Meaning {
    fn of(bank: &Bank, responses: &Responses) -> Meaning {
        let mut meaning = Meaning::default();
        for Item { id, kind, .. } in responses.items().map(|index| &bank.items[index]) {
            if let ItemKind::Rating(format) = kind {
                meaning.formats.insert(id.clone(), format.id.clone());
                meaning.labels.entry(format.id.clone()).or_insert_with(|| format.labels.clone());
            } else if let ItemKind::Number(range) = kind {
                meaning.units.insert(id.clone(), range.unit.clone());
            }
        }
        meaning
    }

    fn change(&self, item: &Item) -> Option<WhyLeftOut> {
        let id = &item.id;
        let labels = self.formats.get(id).and_then(|format| self.labels.get(format));
        match &item.kind {
            ItemKind::Rating(format) => (labels != Some(&format.labels)).then_some(WhyLeftOut::Labels),
            ItemKind::Number(range) => (self.units.get(id) != Some(&range.unit)).then_some(WhyLeftOut::Unit),
            ItemKind::Choice(_) | ItemKind::Checklist { .. } => None,
        }
    }
}

/// A stored attempt, as far as the bank can take its answers.
#[derive(Debug)]
pub struct Recalled {
    /// Items that a finished attempt did not ask are not asked here either.
    pub responses: Responses,
    pub left_out: LeftOut,
    /// Whether the attempt says what its labels and units were.
    pub is_meaning_known: bool,
}

impl Attempt {
    pub fn new(bank: &Bank, form: Form, role: Option<&str>, observe: Option<&str>, now: i64) -> Attempt {
        Attempt {
            bank: bank.id.clone(),
            edition: bank.edition.clone(),
            hash: bank.hash.clone(),
            form,
            role: role.map(str::to_owned),
            observe: observe.map(str::to_owned),
            started: now,
            saved: now,
            ..Attempt::default()
        }
    }

    pub fn record(&mut self, bank: &Bank, responses: &Responses, now: i64) {
        (self.edition, self.hash) = (bank.edition.clone(), bank.hash.clone());
        self.saved = now;
        self.answers = answers::object(bank, responses);
        let open = (0..bank.items.len()).filter(|&index| responses.is_open(index));
        self.open = open.map(|index| bank.items[index].id.clone()).collect();
        self.meaning = Some(Meaning::of(bank, responses));
        let spent = |index: usize| Some((bank.items[index].id.clone(), responses.seconds(index)?));
        self.seconds = responses.items().filter_map(spent).collect();
    }

    pub fn blank(&self, bank: &Bank) -> Responses {
        Responses::asked(bank, self.form, self.observe.is_some())
    }

    pub fn recall(&self, bank: &Bank) -> Recalled {
        let mut responses = self.blank(bank);
        let mut left_out = LeftOut::default();
        for (id, value) in &self.answers {
            match bank.item(id).filter(|&index| responses.asks(index)) {
                None => left_out.add(WhyLeftOut::Question, id),
                Some(index) => match self.answer(&bank.items[index], value, &mut left_out) {
                    Some(answer) => {
                        let kept = responses.restore(bank, index, answer);
                        debug_assert!(kept.is_ok(), "the item took this answer just now");
                    }
                    // An unfinished attempt asks again what is left out.
                    None if value.is_null() || self.finished.is_some() => responses.skip(index),
                    None => {}
                },
            }
        }
        self.open.iter().filter_map(|id| bank.item(id)).for_each(|index| responses.reopen(index));
        for (id, seconds) in &self.seconds {
            if let Some(index) = bank.item(id) {
                responses.spend(index, *seconds);
            }
        }
        if self.finished.is_some() && self.hash != bank.hash {
            responses = responses.among(|index| self.answers.contains_key(&bank.items[index].id));
        }
        Recalled { responses, left_out, is_meaning_known: self.meaning.is_some() }
    }

    /// An answer, if it still means the same.
    fn answer(&self, item: &Item, value: &Value, left_out: &mut LeftOut) -> Option<Answer> {
        let change = self.meaning.as_ref().and_then(|meaning| meaning.change(item));
        if let Some(reason) = change.filter(|_| !value.is_null()) {
            left_out.add(reason, &item.id);
            return None;
        }
        left_out.take(item, value).unwrap_or_else(|_| match (&item.kind, value.as_f64()) {
            // An earlier program may have kept a fraction where numbers are whole now.
            (ItemKind::Number(it), Some(x)) if (it.min..=it.max).contains(&x) => Some(Answer::Number(x)),
            _ => {
                left_out.add(WhyLeftOut::Range, &item.id);
                None
            }
        })
    }

    /// Whether both are the same attempt, even in files with different names.
    pub fn is_copy_of(&self, other: &Attempt) -> bool {
        let times = |attempt: &Attempt| (attempt.started, attempt.saved, attempt.finished);
        times(self) == times(other) && self.answers == other.answers && self.seconds == other.seconds
    }

    pub fn is_stored(&self) -> bool {
        !self.id.is_empty()
    }

    /// The number of answers and skips so far.
    pub fn n_given(&self) -> usize {
        self.answers.len()
    }

    pub fn n_answered(&self) -> usize {
        self.answers.values().filter(|value| !value.is_null()).count()
    }
}

/// An example of what the answers claim, in the person's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    pub scale: String,
    pub what: String,
    pub when: String,
    pub result: String,
}

pub fn encode(attempt: &Attempt) -> serde_json::Result<String> {
    seal(FORMAT, attempt)
}

pub fn decode(text: &str) -> Result<Attempt, Unreadable> {
    let attempt: Attempt = open(text, FORMAT)?;
    Ok(Attempt { day: day_of(&attempt.id).map(str::to_owned), ..attempt })
}

/// The day at the start of an id, such as `2026-11-22` of `2026-11-22-3`.
pub(super) fn day_of(id: &str) -> Option<&str> {
    let (day, rest) = id.split_at_checked(10)?;
    let shape: String = day.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let is_numbered = rest.strip_prefix('-').map_or(rest.is_empty(), is_number);
    (shape == "0000-00-00" && is_numbered).then_some(day)
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
