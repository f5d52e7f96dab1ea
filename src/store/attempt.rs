//! What is kept of one attempt, and the text of its file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::answers;
use crate::bank::{Bank, Form};
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
    answers: String,
    seconds: BTreeMap<String, f64>,
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

/// Responses from a stored attempt, and the ids of answers that the bank at hand cannot take.
#[derive(Debug)]
pub struct Recalled {
    /// What fits the bank.
    pub responses: Responses,
    /// Answers whose item or option is gone.
    pub dropped: Vec<String>,
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
            answers: "{}".to_owned(),
            seconds: BTreeMap::new(),
        }
    }

    /// Takes over what was given so far.
    pub fn record(&mut self, bank: &Bank, responses: &Responses, now: i64) {
        self.bank = BankName::of(bank);
        self.saved = now;
        self.answers = answers::object(bank, responses).to_string();
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
    ///
    /// # Panics
    /// Never: an answer is kept only after its item has taken it.
    #[must_use]
    pub fn recall(&self, bank: &Bank) -> Recalled {
        let mut responses = self.blank(bank);
        let mut dropped = Vec::new();
        let given: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&self.answers).unwrap_or_default();
        for (id, value) in &given {
            let item = bank.item(id).filter(|&index| responses.asks(index));
            let answer = item.and_then(|index| answers::answer(&bank.items[index], value).ok());
            match (item, answer) {
                (Some(index), Some(None)) => responses.skip(index),
                (Some(index), Some(Some(answer))) => {
                    responses.set(bank, index, answer).expect("the item took this answer just now");
                }
                _ => dropped.push(id.clone()),
            }
        }
        for (id, seconds) in &self.seconds {
            if let Some(index) = bank.item(id) {
                responses.spend(index, *seconds);
            }
        }
        Recalled { responses, dropped }
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
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&self.answers)
            .map_or(0, |answers| answers.len())
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
    answers: Box<RawValue>,
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
        answers: RawValue::from_string(attempt.answers.clone())?,
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
        id: body.id,
        bank: BankName { id: body.bank, edition: body.edition, hash: body.hash },
        form,
        role: body.role,
        observe: body.observe,
        started: body.started,
        saved: body.saved,
        finished: body.finished,
        answers: body.answers.get().to_owned(),
        seconds: body.seconds,
    })
}
