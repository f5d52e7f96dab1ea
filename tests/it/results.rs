//! Made results: answer sheets by chance or at either end, and attempts put straight into a store.

use coofit::answers;
use coofit::bank::{Answer, Bank, Counts, Form, Item, ItemKind, Keying};
use coofit::session::Responses;
use serde_json::{Value, json};

use crate::program::Home;
use crate::support::Chance;

fn responses(bank: &Bank, form: Form, mut choose: impl FnMut(&Item) -> Option<Answer>) -> Responses {
    let mut responses = Responses::new(bank, form);
    for index in bank.form_items(form) {
        match choose(&bank.items[index]) {
            Some(answer) => responses.set(bank, index, answer).expect("an answer of the item"),
            None => responses.skip(index),
        }
    }
    responses
}

/// Answers by chance, about one in fourteen skipped.
pub(crate) fn seeded(bank: &Bank, form: Form, seed: u64) -> Responses {
    let mut chance = Chance(seed);
    responses(bank, form, |item| {
        if chance.under(14) == 0 {
            return None;
        }
        Some(match &item.kind {
            ItemKind::Rating(format) => rating(1 + chance.under(format.labels.len())),
            ItemKind::Choice(options) => Answer::Choice(chance.under(options.len())),
            ItemKind::Checklist { options, .. } => {
                Answer::Checklist((0..options.len()).filter(|_| chance.under(2) == 0).collect())
            }
            ItemKind::Number(range) => {
                let (low, high) = (range.curve[0].0, range.curve[range.curve.len() - 1].0);
                let share = f64::from(u32::try_from(chance.under(1000)).expect("small")) / 1000.0;
                Answer::Number((low + (high - low) * share).floor().clamp(range.min, range.max))
            }
        })
    })
}

/// Every question answered with the most points that it can earn, or with the fewest.
pub(crate) fn extreme(bank: &Bank, form: Form, most: bool) -> Responses {
    responses(bank, form, |item| {
        let reversed = match &item.counts {
            Counts::Scales(keyed) => keyed[0].keying == Keying::Reverse,
            Counts::Weighs(_) => {
                return Some(rating(item.format().map_or(1, |format| format.labels.len())))
                    .filter(|_| item.format().is_some());
            }
            Counts::Nothing => false,
        };
        let candidates = match &item.kind {
            ItemKind::Rating(format) => (1..=format.labels.len()).map(rating).collect(),
            ItemKind::Choice(options) => (0..options.len()).map(Answer::Choice).collect(),
            ItemKind::Checklist { options, .. } => {
                vec![Answer::Checklist(Vec::new()), Answer::Checklist((0..options.len()).collect())]
            }
            ItemKind::Number(range) => {
                range.curve.iter().map(|(x, _)| Answer::Number(range.nearest(*x))).collect::<Vec<_>>()
            }
        };
        let high = most != reversed;
        let points = |answer: &Answer| if high { item.points(answer) } else { -item.points(answer) };
        candidates.into_iter().max_by(|a, b| points(a).total_cmp(&points(b)))
    })
}

pub(crate) fn rating(r: usize) -> Answer {
    Answer::Rating(u8::try_from(r).expect("a label"))
}

/// Responses from an `answers` object.
#[track_caller]
pub(crate) fn given(bank: &Bank, form: Form, answers: &Value) -> Responses {
    let file = json!({ "format": 1, "bank": bank.id, "form": form.id(), "answers": answers });
    let read = answers::parse(bank, "answers", &file.to_string());
    read.unwrap_or_else(|faults| panic!("{faults}")).responses
}

/// A finished attempt as it would stand in a store.
pub(crate) struct Kept<'a> {
    pub(crate) id: &'a str,
    pub(crate) form: &'a str,
    pub(crate) observe: Option<&'a str>,
    /// When it was finished, in Unix seconds.
    pub(crate) at: i64,
    pub(crate) answers: Value,
}

impl Kept<'_> {
    /// A result of one's own in the full form.
    pub(crate) fn own(id: &str, at: i64, answers: impl Into<Value>) -> Kept<'_> {
        Kept { id, form: "full", observe: None, at, answers: answers.into() }
    }

    pub(crate) fn body(&self, bank: &Bank) -> Value {
        json!({
            "id": self.id, "bank": bank.id, "edition": bank.edition, "hash": bank.hash, "form": self.form,
            "role": bank.default_role.clone(), "observe": self.observe,
            "started": self.at - 600, "saved": self.at, "finished": self.at,
            "answers": self.answers, "seconds": {},
        })
    }

    /// The text of its file.
    pub(crate) fn text(&self, bank: &Bank) -> String {
        sealed("coofit-attempt", &self.body(bank))
    }

    /// Puts it among the results of a home.
    pub(crate) fn put(&self, home: &Home, bank: &Bank) {
        let directory = home.data().join("attempts");
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join(format!("{}.json", self.id)), self.text(bank)).expect("a file");
    }
}

/// A body in its envelope, with the checksum that goes with it.
pub(crate) fn sealed(format: &str, body: &Value) -> String {
    let body = body.to_string();
    let check = format!("{:08x}", crc32fast::hash(body.as_bytes()));
    format!("{{\"format\":\"{format}\",\"version\":1,\"check\":\"{check}\",\"body\":{body}}}\n")
}

/// A copy of a bank directory with its texts changed, file by file.
pub(crate) fn changed_bank(name: &str, to: &std::path::Path, change: impl Fn(&str, &str) -> String) {
    std::fs::create_dir_all(to.join("roles")).expect("a directory");
    for (file, text) in crate::support::sources(&crate::program::test_bank(name)).iter() {
        std::fs::write(to.join(file), change(file, text)).expect("a file");
    }
}
