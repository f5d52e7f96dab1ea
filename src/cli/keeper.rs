//! What keeps the quiz's answers while it runs: the lock, the attempts that are there, each save.

use crate::bank::Bank;
use crate::session::Responses;
use crate::store::{Attempt, Lock, NotLocked, Store, StoreError, Unreadable};
use crate::text;

use super::output::Streams;
use super::results::day;

/// Saves answers, and remembers when it could not.
pub(super) struct Keeper {
    pub(super) store: Store,
    pub(super) lock: Option<Lock>,
    /// What could be read at the start, the earliest first.
    pub(super) attempts: Vec<Attempt>,
    /// What the person must be told about saving.
    pub(super) trouble: Option<String>,
}

impl Keeper {
    /// Takes the lock and sets aside what cannot be read. A disk that refuses is told at the first
    /// question; another copy at work is an error.
    pub(super) fn open(store: Store, streams: &Streams) -> anyhow::Result<Keeper> {
        let mut keeper = Keeper { store, lock: None, attempts: Vec::new(), trouble: None };
        match keeper.store.lock() {
            Ok(lock) => {
                if lock.unsupported {
                    streams.tell(
                        "note: this file system cannot lock; do not run a second coofit beside this one",
                    );
                }
                keeper.lock = Some(lock);
            }
            Err(taken @ NotLocked::Taken(_)) => return Err(taken.into()),
            Err(NotLocked::Store(error)) => keeper.trouble = Some(trouble(&error)),
        }
        keeper.look(streams);
        Ok(keeper)
    }

    /// Reads what is there, once, so that whatever cannot be read is told.
    fn look(&mut self, streams: &Streams) {
        let entries = match self.store.list() {
            Ok(entries) => entries,
            // Whoever has no lock is told of the disk already.
            Err(_) if self.lock.is_none() => return,
            Err(refused) => {
                streams.tell(&format!("warning: {refused}. What is there is left alone; this starts anew."));
                return;
            }
        };
        for entry in entries {
            let path = entry.path.display();
            let error = match entry.attempt {
                Ok(attempt) => {
                    self.attempts.push(attempt);
                    continue;
                }
                Err(error) => error,
            };
            match error {
                Unreadable::Damaged(_) if self.lock.is_none() => {}
                Unreadable::Damaged(_) => match self.store.set_aside(&entry.path) {
                    Ok(aside) => {
                        let name = aside.file_name().unwrap_or_default().display().to_string();
                        streams
                            .tell(&format!("warning: {path} cannot be read: {error}. It is kept as {name}."));
                    }
                    Err(refused) => {
                        streams.tell(&format!("warning: {path} cannot be read: {error} ({refused})"));
                    }
                },
                Unreadable::Newer(_) | Unreadable::Io(_) => {
                    streams.tell(&format!("warning: {path} is left alone: {error}"));
                }
            }
        }
    }

    pub(super) fn save(&mut self, bank: &Bank, responses: &Responses, attempt: &mut Attempt) {
        let now = now();
        attempt.record(bank, responses, now);
        if self.lock.is_none() {
            match self.store.lock() {
                Ok(lock) => self.lock = Some(lock),
                Err(taken @ NotLocked::Taken(_)) => {
                    self.trouble = Some(format!("Not saved: {}.", text::escape(&taken.to_string())));
                    return;
                }
                Err(NotLocked::Store(error)) => {
                    self.trouble = Some(trouble(&error));
                    return;
                }
            }
        }
        let Some(lock) = &self.lock else { return };
        self.trouble = self.store.save(lock, attempt, &day(now)).err().map(|error| trouble(&error));
    }
}

fn trouble(error: &StoreError) -> String {
    let error = error.to_string();
    let error = text::escape(&error);
    format!(
        "Not saved: {error}. Your answers are kept in this window; saving is tried again after each answer."
    )
}

/// Now, in Unix seconds.
#[expect(clippy::disallowed_methods, reason = "the time comes in here")]
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
