//! What is kept of one attempt, and the text of its file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::answers;
use crate::answers::{LeftOut, Reason};
use crate::bank::{Answer, Bank, Form, Item, ItemKind};
use crate::session::Responses;
use crate::store::envelope::{Unreadable, open, seal};

/// What the file says it is.
const FORMAT: &str = "coofit-attempt";

/// One person's way through a bank, as it stands on disk.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Names the file: a date, with a number after it when the day has several.
    pub id: String,
    /// The bank's id, edition and hash at the time.
    pub bank: BankName,
    /// Which items are asked.
    pub form: Form,
    /// The role it was taken for.
    pub role: Option<String>,
    /// Whom the answers describe, when somebody else gives them.
    pub observe: Option<String>,
    /// When it was started.
    pub started: i64,
    /// When it was last saved.
    pub saved: i64,
    /// When the last question was answered; nothing while it is under way.
    pub finished: Option<i64>,
    /// Counts on with every attempt that is started or resumed, whatever the clock says.
    pub turn: u64,
    /// The day on which it was taken, where the file says so.
    pub day: Option<String>,
    answers: String,
    /// Ids of items that are given and to be asked again.
    open: Vec<String>,
    meaning: Option<Meaning>,
    seconds: BTreeMap<String, f64>,
}

/// What the numbers among the answers meant when they were given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meaning {
    /// The labels of each response format.
    labels: BTreeMap<String, Vec<String>>,
    /// The response format of each rating.
    formats: BTreeMap<String, String>,
    /// The unit of each number.
    units: BTreeMap<String, String>,
}

impl Meaning {
    fn of(bank: &Bank, responses: &Responses) -> Meaning {
        let mut meaning = Meaning::default();
        for index in responses.items() {
            let item = &bank.items[index];
            match &item.kind {
                ItemKind::Rating(format) => {
                    meaning.formats.insert(item.id.clone(), format.id.clone());
                    meaning.labels.entry(format.id.clone()).or_insert_with(|| format.labels.clone());
                }
                ItemKind::Number(range) => {
                    meaning.units.insert(item.id.clone(), range.unit.clone());
                }
                ItemKind::Choice(_) | ItemKind::Checklist { .. } => {}
            }
        }
        meaning
    }

    /// What has changed about the item since.
    fn change(&self, item: &Item) -> Option<Reason> {
        let id = &item.id;
        let labels = self.formats.get(id).and_then(|format| self.labels.get(format));
        match &item.kind {
            ItemKind::Rating(format) => (labels != Some(&format.labels)).then_some(Reason::Labels),
            ItemKind::Number(range) => (self.units.get(id) != Some(&range.unit)).then_some(Reason::Unit),
            ItemKind::Choice(_) | ItemKind::Checklist { .. } => None,
        }
    }
}

/// Which bank an attempt is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankName {
    /// The bank's id.
    pub id: String,
    /// Its edition.
    pub edition: String,
    /// Its hash.
    pub hash: String,
}

impl BankName {
    /// The name of a bank.
    #[must_use]
    pub fn of(bank: &Bank) -> BankName {
        BankName { id: bank.id.clone(), edition: bank.edition.clone(), hash: bank.hash.clone() }
    }
}

/// Responses from a stored attempt, as far as the bank at hand can take them.
#[derive(Debug)]
pub struct Recalled {
    /// What fits the bank. What a finished attempt was not asked is not asked here either.
    pub responses: Responses,
    /// The answers that do not.
    pub left_out: LeftOut,
    /// Whether the attempt says what its labels and units were.
    pub is_meaning_known: bool,
}

impl Attempt {
    /// A new attempt, without answers.
    #[must_use]
    pub fn new(bank: &Bank, form: Form, role: Option<&str>, observe: Option<&str>, now: i64) -> Attempt {
        Attempt {
            id: String::new(),
            bank: BankName::of(bank),
            form,
            role: role.map(str::to_owned),
            observe: observe.map(str::to_owned),
            started: now,
            saved: now,
            finished: None,
            turn: 0,
            day: None,
            answers: "{}".to_owned(),
            open: Vec::new(),
            meaning: None,
            seconds: BTreeMap::new(),
        }
    }

    /// Takes over what was given so far.
    pub fn record(&mut self, bank: &Bank, responses: &Responses, now: i64) {
        self.bank = BankName::of(bank);
        self.saved = now;
        self.answers = answers::object(bank, responses).to_string();
        let open = (0..bank.items.len()).filter(|&index| responses.is_open(index));
        self.open = open.map(|index| bank.items[index].id.clone()).collect();
        self.meaning = Some(Meaning::of(bank, responses));
        self.seconds = responses
            .items()
            .filter_map(|index| Some((bank.items[index].id.clone(), responses.seconds(index)?)))
            .collect();
    }

    /// What the attempt asks on the bank at hand, without answers.
    #[must_use]
    pub fn blank(&self, bank: &Bank) -> Responses {
        match self.observe {
            Some(_) => Responses::of_observer(bank, self.form),
            None => Responses::new(bank, self.form),
        }
    }

    /// The responses, as far as the bank can take them.
    #[must_use]
    pub fn recall(&self, bank: &Bank) -> Recalled {
        let mut responses = self.blank(bank);
        let mut left_out = LeftOut::default();
        let given = self.given();
        for (id, value) in &given {
            match bank.item(id).filter(|&index| responses.asks(index)) {
                None => left_out.add(Reason::Question, id),
                Some(index) => match self.answer(&bank.items[index], value, &mut left_out) {
                    Some(answer) => {
                        let kept = responses.restore(bank, index, answer);
                        debug_assert!(kept.is_ok(), "the item took this answer just now");
                    }
                    // What is left out is asked again while it can be.
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
        if self.finished.is_some() && self.bank.hash != bank.hash {
            responses = responses.among(|index| given.contains_key(&bank.items[index].id));
        }
        Recalled { responses, left_out, is_meaning_known: self.meaning.is_some() }
    }

    /// A given answer, if it still means the same.
    fn answer(&self, item: &Item, value: &Value, left_out: &mut LeftOut) -> Option<Answer> {
        let change = self.meaning.as_ref().and_then(|meaning| meaning.change(item));
        match change.filter(|_| !value.is_null()) {
            Some(reason) => left_out.add(reason, &item.id),
            None => match left_out.take(item, value).or_else(|_| answers::kept(item, value)) {
                Ok(answer) => return answer,
                Err(_) => left_out.add(Reason::Range, &item.id),
            },
        }
        None
    }

    fn given(&self) -> Map<String, Value> {
        serde_json::from_str(&self.answers).unwrap_or_default()
    }

    /// Whether both hold one attempt, whatever their files are called.
    #[must_use]
    pub fn is_copy_of(&self, other: &Attempt) -> bool {
        let times = |attempt: &Attempt| (attempt.started, attempt.saved, attempt.finished);
        times(self) == times(other) && self.answers == other.answers && self.seconds == other.seconds
    }

    /// Whether it was ever saved.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        !self.id.is_empty()
    }

    /// The number of answers and skips so far.
    #[must_use]
    pub fn n_given(&self) -> usize {
        self.given().len()
    }

    /// The number of answers so far.
    #[must_use]
    pub fn n_answered(&self) -> usize {
        self.given().values().filter(|value| !value.is_null()).count()
    }
}

/// One example of what the answers claim, told after the quiz in the person's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Id of the scale that it backs.
    pub scale: String,
    /// What was done.
    pub what: String,
    /// When.
    pub when: String,
    /// With what result.
    pub result: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: String,
    bank: String,
    edition: String,
    hash: String,
    form: String,
    role: Option<String>,
    observe: Option<String>,
    started: i64,
    saved: i64,
    finished: Option<i64>,
    #[serde(default)]
    turn: u64,
    answers: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    open: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meaning: Option<Meaning>,
    seconds: BTreeMap<String, f64>,
}

/// The text of an attempt file.
pub(super) fn encode(attempt: &Attempt) -> serde_json::Result<String> {
    let body = Body {
        id: attempt.id.clone(),
        bank: attempt.bank.id.clone(),
        edition: attempt.bank.edition.clone(),
        hash: attempt.bank.hash.clone(),
        form: attempt.form.id().to_owned(),
        role: attempt.role.clone(),
        observe: attempt.observe.clone(),
        started: attempt.started,
        saved: attempt.saved,
        finished: attempt.finished,
        turn: attempt.turn,
        answers: RawValue::from_string(attempt.answers.clone())?,
        open: attempt.open.clone(),
        meaning: attempt.meaning.clone(),
        seconds: attempt.seconds.clone(),
    };
    seal(FORMAT, &body)
}

/// Reads the text of an attempt file.
///
/// # Errors
/// Says why it is not an attempt that this program wrote.
pub fn decode(text: &str) -> Result<Attempt, Unreadable> {
    let damaged = |what: &str| Unreadable::Damaged(what.to_owned());
    let body = open(text, FORMAT)?;
    let body: Body = serde_json::from_str(body.get()).map_err(|_| damaged("its contents are garbled"))?;
    let form = Form::from_id(&body.form).ok_or_else(|| damaged("it names no known form"))?;
    Ok(Attempt {
        day: day_of(&body.id).map(str::to_owned),
        id: body.id,
        bank: BankName { id: body.bank, edition: body.edition, hash: body.hash },
        form,
        role: body.role,
        observe: body.observe,
        started: body.started,
        saved: body.saved,
        finished: body.finished,
        turn: body.turn,
        answers: body.answers.get().to_owned(),
        open: body.open,
        meaning: body.meaning,
        seconds: body.seconds,
    })
}

/// The day at the start of an id, such as `2026-11-22` of `2026-11-22-3`.
pub(super) fn day_of(id: &str) -> Option<&str> {
    let (day, rest) = id.split_at_checked(10)?;
    let has_place = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let number = rest.strip_prefix('-').map_or(rest.is_empty(), |number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    (day.bytes().enumerate().all(has_place) && number).then_some(day)
}
