//! What to do with a result: the menu after the quiz.

use std::path::Path;

use crate::render::{Dated, Writer, calendar, write};
use crate::report::{Report, sections};
use crate::session::Responses;
use crate::store::Attempt;

use super::evidence::ask_for_examples;
use super::menu::select;
use super::output::{quoted, write_file};
use super::print::layout;
use super::results::{calendar_identity, day_taken};
use super::role;
use super::streams::count;
use super::take::Quiz;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Page,
    Read,
    Calendar,
    Observer,
    Skipped,
    Role,
    Examples,
    Done,
}

impl Quiz<'_> {
    /// Offers what there is to do with a result on the screen, until the person is done. True if they want
    /// to answer what they skipped.
    pub(super) fn after(
        &mut self,
        responses: &Responses,
        attempt: &Attempt,
        report: &Report,
    ) -> anyhow::Result<bool> {
        let document = &sections::document(report);
        let n_skipped = responses.skipped().count();
        let has_examples = report.claims().next().is_some() && self.keeper.lock.is_some();
        let skipped = format!("Answer {} that you skipped", count(n_skipped, "question"));
        // Each with whether it is offered.
        let mut offers = [
            ("Save it as a web page", Offer::Page, true),
            ("Read the whole report", Offer::Read, true),
            ("Put the next steps into a calendar", Offer::Calendar, !report.steps.is_empty()),
            ("Ask somebody who has seen you work", Offer::Observer, true),
            (&skipped, Offer::Skipped, n_skipped > 0),
            ("Read what the job is like", Offer::Role, report.role.is_some()),
            ("Add examples for your strengths", Offer::Examples, has_examples),
            ("Done", Offer::Done, true),
        ];
        loop {
            let entries = offers.iter().filter(|(.., is_offered)| *is_offered);
            let entries: Vec<(&str, Offer)> = entries.map(|(label, offer, _)| (*label, *offer)).collect();
            let picked = select("And now?", &entries)?.unwrap_or(Offer::Done);
            match picked {
                Offer::Page => self.write(attempt, "html", &write(document, Writer::Html))?,
                Offer::Read => {
                    let layout = layout(self.streams, false, true);
                    self.streams.page(&format!("{}\n", write(document, Writer::Text(layout))))?;
                }
                Offer::Calendar => {
                    let identity = calendar_identity(attempt, self.bank, responses);
                    let from = day_taken(attempt).parse().unwrap_or_default();
                    self.write(attempt, "ics", &calendar(report, Dated { identity: &identity, from }))?;
                }
                Offer::Observer => self.streams.tell(
                    "`coofit page --observe NAME -o ask.html`, with your own name as NAME, writes a page of \
                     questions about you. Send it to somebody who has seen you work. They answer in their browser \
                     and send back the file that it saves. `coofit compare FILE` then shows both views.",
                ),
                Offer::Skipped => return Ok(true),
                Offer::Role => {
                    let args = role::Args { id: attempt.role.clone(), ..Default::default() };
                    role::role(&args, self.global, self.streams)?;
                }
                Offer::Examples => {
                    if let Some(lock) = &mut self.keeper.lock {
                        ask_for_examples(report, attempt, &self.keeper.store, lock, self.streams)?;
                    }
                }
                Offer::Done => return Ok(false),
            }
            if !matches!(picked, Offer::Read | Offer::Role) {
                self.streams.tell("");
            }
            // An offer that wrote a file is done; the others may be picked again.
            for (_, offer, is_offered) in &mut offers {
                if *offer == picked && matches!(picked, Offer::Page | Offer::Calendar) {
                    *is_offered = false;
                }
            }
        }
    }

    fn write(&self, attempt: &Attempt, ending: &str, text: &str) -> anyhow::Result<()> {
        let file = write_under_free_name(&format!("coofit-{}", attempt.id), ending, text.as_bytes())?;
        // Whole, so that it can be found from anywhere.
        let path = std::path::absolute(&file).unwrap_or_else(|_| file.into());
        self.streams.tell(&format!("Written to {}.", quoted(&path)));
        Ok(())
    }
}

/// Writes a file into the current directory, under a name that is free, and names it.
pub(super) fn write_under_free_name(stem: &str, ending: &str, bytes: &[u8]) -> anyhow::Result<String> {
    let mut names =
        [format!("{stem}.{ending}")].into_iter().chain((2..).map(|n| format!("{stem}-{n}.{ending}")));
    let name = names.find(|name| std::fs::symlink_metadata(name).is_err()).unwrap_or_default();
    write_file(Path::new(&name), bytes, false)?;
    Ok(name)
}
