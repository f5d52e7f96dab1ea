//! Keeps the answers while the quiz runs: the lock, the earlier attempts, each save.

use std::fmt::Display;

use crate::bank::Bank;
use crate::session::Responses;
use crate::store::{Attempt, Lock, NotLocked, SavedFile, Store, Unreadable};
use crate::{store, text};

use super::results::{day, usable_or};
use super::streams::Streams;

pub(super) struct Keeper {
    pub(super) store: Store,
    pub(super) lock: Option<Lock>,
    /// The attempts that could be read at the start, the earliest first.
    pub(super) attempts: Vec<Attempt>,
    /// A message about saving for the person.
    pub(super) trouble: Option<String>,
    /// The attempt as it is on disk.
    last: Option<Attempt>,
}

impl Keeper {
    /// Takes the lock and renames damaged attempts. If the disk fails, the first question says so.
    /// Another running copy is an error.
    pub(super) fn open(store: Store, streams: &Streams) -> anyhow::Result<Keeper> {
        let mut keeper = Keeper { store, lock: None, attempts: Vec::new(), trouble: None, last: None };
        match keeper.store.lock() {
            Ok(lock) => keeper.lock = Some(lock),
            Err(taken @ NotLocked::Taken(_)) => return Err(taken.into()),
            Err(NotLocked::Store(error)) => keeper.trouble = Some(trouble(&error)),
        }
        if keeper.lock.as_ref().is_some_and(|lock| lock.unsupported) {
            streams.tell("note: this file system cannot lock; do not run a second coofit at the same time");
        }
        match keeper.store.list() {
            Ok(entries) => keeper.attempts = keeper.readable(entries, streams),
            // Without the lock, the first question says what is wrong with the disk.
            Err(_) if keeper.lock.is_none() => {}
            Err(refused) => streams
                .tell(&format!("warning: {refused}. What is there is left alone; the quiz starts over.")),
        }
        Ok(keeper)
    }

    /// Sets aside what is damaged.
    fn readable(&self, entries: Vec<SavedFile>, streams: &Streams) -> Vec<Attempt> {
        usable_or(entries, streams, |file, error| {
            let path = file.display();
            match error {
                Unreadable::Damaged(_) if self.lock.is_none() => None,
                Unreadable::Damaged(_) => Some(match self.store.set_aside(file) {
                    Ok(aside) => {
                        let name = aside.file_name().unwrap_or_default().display();
                        format!("{path} cannot be read: {error}. It was set aside as {name}.")
                    }
                    Err(refused) => format!("{path} cannot be read: {error} ({refused})"),
                }),
                Unreadable::Newer(_) | Unreadable::Io(_) => Some(format!("{path} is left alone: {error}")),
            }
        })
    }

    /// Starts saving an attempt, new or from disk. It becomes the latest one.
    pub(super) fn begin(&mut self, attempt: &mut Attempt) {
        self.last = attempt.is_stored().then(|| attempt.clone());
        attempt.turn = 1 + self.attempts.iter().map(|attempt| attempt.turn).max().unwrap_or(0);
    }

    /// The message about saving while there are more questions.
    pub(super) fn notice(&self) -> Option<String> {
        let kept = "Your answers are kept in this window; saving is tried again after each answer.";
        self.trouble.as_ref().map(|trouble| format!("{trouble} {kept}"))
    }

    pub(super) fn save(&mut self, bank: &Bank, responses: &Responses, attempt: &mut Attempt) {
        attempt.record(bank, responses, now());
        self.keep(attempt);
    }

    pub(super) fn keep(&mut self, attempt: &mut Attempt) {
        self.trouble = self.try_save(attempt, &day(now())).err();
        if self.trouble.is_none() {
            self.last = Some(attempt.clone());
        }
    }

    fn try_save(&mut self, attempt: &mut Attempt, day: &str) -> Result<(), String> {
        // If somebody removed the directory or the lock file, the lock does not keep others out.
        let lock = match self.lock.take().filter(|lock| self.store.has(lock)) {
            Some(lock) => lock,
            None => {
                let lock = self.store.lock().map_err(|error| trouble(&error))?;
                self.leave_others_alone(attempt);
                lock
            }
        };
        let lock = self.lock.insert(lock);
        self.store.save(lock, attempt, day).map_err(|error| trouble(&error))
    }

    /// Gives the attempt another name if somebody else has written its file in the meantime.
    fn leave_others_alone(&self, attempt: &mut Attempt) {
        if attempt.is_stored()
            && let Ok(there) = store::read(&self.store.path(&attempt.id))
            && !self.last.as_ref().is_some_and(|last| last.is_copy_of(&there))
        {
            attempt.id.clear();
        }
    }
}

fn trouble(error: &impl Display) -> String {
    format!("Not saved: {}.", text::escape(&error.to_string()))
}

#[expect(clippy::disallowed_methods, reason = "the time comes in here")]
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
