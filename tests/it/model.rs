//! A person, a disk and a bank that changes, against a model of sixty lines.
//!
//! The program answers, goes back, skips, pauses, is killed (with its last save made or not), meets a
//! bank from which questions were taken or added, and a clock that jumps. The model keeps nothing
//! but a map from item to what was given. The store is the real one, on a real disk.

use std::collections::BTreeMap;

use coofit::bank::{Answer, Bank, Form};
use coofit::session::{Given, Responses, Session};
use coofit::store::{Attempt, Lock, Store};

use crate::support::{Chance, bank};

/// What the model knows: what was given by item, where the person is, and what is on disk.
#[derive(Clone, Default)]
struct Model {
    given: BTreeMap<String, Option<u8>>,
    on_disk: BTreeMap<String, Option<u8>>,
    at: usize,
}

impl Model {
    fn give(&mut self, items: &[String], what: Option<u8>) {
        if let Some(item) = items.get(self.at) {
            self.given.insert(item.clone(), what);
            self.at += 1;
        }
    }

    /// A new start: what was saved and still fits the bank, at the first question without it.
    fn start(&mut self, items: &[String]) {
        self.given = self.on_disk.clone();
        self.given.retain(|item, _| items.contains(item));
        self.at = items.iter().position(|item| !self.given.contains_key(item)).unwrap_or(items.len());
    }
}

/// What was given, by item, as the program has it.
fn given(bank: &Bank, responses: &Responses) -> BTreeMap<String, Option<u8>> {
    let of = |index: usize| match responses.given(index)? {
        Given::Answered(Answer::Rating(rating)) => Some(Some(*rating)),
        Given::Answered(other) => panic!("{other:?}"),
        Given::Skipped => Some(None),
    };
    (0..bank.items.len()).filter_map(|index| Some((bank.items[index].id.clone(), of(index)?))).collect()
}

/// A bank of rating questions, and the same with some of them taken out or moved.
fn banks() -> Vec<Bank> {
    let whole = || {
        let mut bank = bank("tests/data/banks/plain");
        bank.items.truncate(12);
        bank
    };
    let (mut fewer, mut moved) = (whole(), whole());
    fewer.items.retain(|item| !item.id.ends_with('2'));
    "fewer".clone_into(&mut fewer.hash);
    moved.items.rotate_left(3);
    "moved".clone_into(&mut moved.hash);
    vec![whole(), fewer, moved]
}

fn ids(bank: &Bank) -> Vec<String> {
    bank.form_items(Form::Full).map(|index| bank.items[index].id.clone()).collect()
}

/// One sequence; gives the number of steps.
fn sequence(banks: &[Bank], store: &Store, lock: &Lock, chance: &mut Chance) -> usize {
    let mut bank = &banks[0];
    let mut items = ids(bank);
    let mut now = 1_800_000_000_i64;
    let mut attempt = Attempt::new(bank, Form::Full, None, None, now);
    let mut session = Session::resume(bank, Responses::new(bank, Form::Full));
    let mut model = Model::default();
    let steps = 1 + chance.under(25);
    for _ in 0..steps {
        let save = |model: &mut Model, session: &Session<'_>, attempt: &mut Attempt, made: bool| {
            attempt.record(bank, session.responses(), now);
            if made {
                store.save(lock, attempt, "2027-01-15").expect("saved");
                model.on_disk = model.given.clone();
            }
        };
        match chance.under(12) {
            0..=5 => {
                let rating = u8::try_from(1 + chance.under(5)).expect("a rating");
                session.answer(Answer::Rating(rating)).expect("an answer of the item");
                model.give(&items, Some(rating));
                save(&mut model, &session, &mut attempt, true);
            }
            6 => {
                session.skip();
                model.give(&items, None);
                save(&mut model, &session, &mut attempt, true);
            }
            7 => {
                session.back();
                model.at = model.at.saturating_sub(1);
            }
            8 => now += i64::try_from(chance.under(200_000)).expect("a number") - 100_000,
            what => {
                // Paused, killed before or after the save that was under way, or killed and the bank changed.
                if what == 10 && model.at < items.len() {
                    session.answer(Answer::Rating(3)).expect("an answer of the item");
                    model.give(&items, Some(3));
                    let made = chance.under(2) == 0;
                    save(&mut model, &session, &mut attempt, made);
                }
                if what == 11 {
                    bank = &banks[chance.under(banks.len())];
                    items = ids(bank);
                }
                model.start(&items);
                let kept = store.list().expect("a list").pop().and_then(|entry| entry.attempt.ok());
                assert_eq!(kept.is_some(), attempt.is_stored());
                if let Some(kept) = kept {
                    attempt = kept;
                    let recalled = attempt.recall(bank);
                    session = Session::resume(bank, recalled.responses);
                } else {
                    session = Session::resume(bank, Responses::new(bank, Form::Full));
                }
            }
        }
        assert_eq!(given(bank, session.responses()), model.given);
        assert_eq!(session.current().map(|index| &bank.items[index].id), items.get(model.at));
        assert!(model.at >= items.len() || session.progress().number == model.at + 1);
    }
    steps
}

/// `COOFIT_SEQUENCES=100000 cargo test --release --locked --test it -- --nocapture model` runs more of them.
#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the long run is for")]
fn the_answers_always_match_the_model() {
    #[expect(clippy::disallowed_methods, reason = "how many sequences to run comes from the environment")]
    let wished = std::env::var("COOFIT_SEQUENCES").ok().and_then(|n| n.parse().ok());
    let n: usize = wished.unwrap_or(20);
    let banks = banks();
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(directory.path());
    let lock = store.lock().expect("nobody else is here");
    let mut chance = Chance(1);
    let mut steps = 0;
    for _ in 0..n {
        steps += sequence(&banks, &store, &lock, &mut chance);
        store.forget(&lock, &store.files().expect("a list")).expect("removed");
    }
    println!("{n} sequences, {steps} steps");
}
