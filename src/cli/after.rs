//! What to do with a result: the menu after the quiz.

use std::path::Path;

use crate::bank::Bank;
use crate::document::Document;
use crate::render::{Dated, Writer, calendar, write};
use crate::report::Report;
use crate::session::Responses;
use crate::store::Attempt;

use super::evidence::ask_for_examples;
use super::keeper::Keeper;
use super::menu::{Picked, select};
use super::output::{Streams, count, quoted, write_file};
use super::print::layout;
use super::results::{calendar_identity, day_taken};
use super::{Exit, Global, role};

/// A result on the screen, and what its entries need.
pub(super) struct After<'a> {
    pub(super) bank: &'a Bank,
    pub(super) responses: &'a Responses,
    pub(super) attempt: &'a Attempt,
    pub(super) report: &'a Report,
    pub(super) document: &'a Document,
    pub(super) keeper: &'a Keeper,
    pub(super) global: &'a Global,
    pub(super) streams: &'a Streams,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Page,
    Read,
    Calendar,
    Observer,
    Skipped,
    Role,
    Examples,
    Done,
}

impl After<'_> {
    /// Offers the entries until the person is done; nothing as the exit if they want to answer what
    /// they skipped.
    pub(super) fn run(&self) -> anyhow::Result<Option<Exit>> {
        let n_skipped = self.responses.skipped().count();
        let has_examples = self.report.claims().next().is_some() && self.keeper.lock.is_some();
        let mut entries = vec![
            (Entry::Page, true, "Save it as a web page".to_owned()),
            (Entry::Read, true, "Read the whole report".to_owned()),
            (Entry::Calendar, !self.report.steps.is_empty(), "Put the next steps into a calendar".to_owned()),
            (Entry::Observer, true, "Ask somebody who has seen you work".to_owned()),
            (
                Entry::Skipped,
                n_skipped > 0,
                format!("Answer {} that you skipped", count(n_skipped, "question")),
            ),
            (Entry::Role, self.report.role.is_some(), "Read what the job is like".to_owned()),
            (Entry::Examples, has_examples, "Add examples for your strengths".to_owned()),
            (Entry::Done, true, "Done".to_owned()),
        ];
        entries.retain(|(_, is_offered, _)| *is_offered);
        loop {
            let labels: Vec<String> = entries.iter().map(|(.., label)| label.clone()).collect();
            let index = match select("And now?", &labels)? {
                Picked::Signal(signal) => return Ok(Some(Exit::Signal(signal))),
                Picked::Nothing => return Ok(Some(Exit::Done)),
                Picked::Entry(index) => index,
            };
            match entries[index].0 {
                Entry::Page => self.save("html", &write(self.document, Writer::Html))?,
                Entry::Read => {
                    let layout = layout(self.streams, false, true);
                    self.streams.page(&format!("{}\n", write(self.document, Writer::Text(layout))))?;
                }
                Entry::Calendar => {
                    let identity = calendar_identity(self.attempt, self.bank, self.responses);
                    let from = day_taken(self.attempt).parse().unwrap_or_default();
                    self.save("ics", &calendar(self.report, Dated { identity: &identity, from }))?;
                }
                Entry::Observer => self.streams.tell(
                    "`coofit page --observe NAME -o ask.html`, with your own name as NAME, writes a page of \
                     questions about you. Send it to somebody who has seen you work. They answer in their browser \
                     and send back the file that it saves. `coofit compare FILE` then shows both views.",
                ),
                Entry::Skipped => return Ok(None),
                Entry::Role => {
                    let args = role::Args::of(self.attempt.role.clone());
                    role::role(&args, self.global, self.streams)?;
                }
                Entry::Examples => {
                    if let Some(lock) = &self.keeper.lock {
                        let (report, attempt) = (self.report, self.attempt);
                        let exit = ask_for_examples(report, attempt, &self.keeper.store, lock, self.streams)?;
                        if matches!(exit, Exit::Signal(_)) {
                            return Ok(Some(exit));
                        }
                    }
                }
                Entry::Done => return Ok(Some(Exit::Done)),
            }
            if !matches!(entries[index].0, Entry::Read | Entry::Role) {
                self.streams.tell("");
            }
            // What is written is there; what was read may be read again.
            if matches!(entries[index].0, Entry::Page | Entry::Calendar) {
                entries.remove(index);
            }
        }
    }

    fn save(&self, ending: &str, text: &str) -> anyhow::Result<()> {
        let stem = format!("coofit-{}", self.attempt.id);
        let file = write_under_free_name(&stem, ending, text.as_bytes())?;
        // Whole, so that it can be found from anywhere.
        let path = std::path::absolute(&file).unwrap_or_else(|_| file.into());
        self.streams.tell(&format!("Written to {}.", quoted(&path)));
        Ok(())
    }
}

/// Writes a file into the current directory, under a name that is free, and names it.
pub(super) fn write_under_free_name(stem: &str, ending: &str, bytes: &[u8]) -> anyhow::Result<String> {
    for number in 1.. {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{stem}{suffix}.{ending}");
        if std::fs::symlink_metadata(&name).is_err() {
            write_file(Path::new(&name), bytes, false)?;
            return Ok(name);
        }
    }
    unreachable!("there are more numbers than files")
}
