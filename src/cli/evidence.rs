//! `coofit evidence`: one example for each of the heaviest claims, in the person's own words.

use std::path::Path;

use anyhow::bail;

use crate::bank::fault::quote;
use crate::prompt::Stopped;
use crate::report::{Report, Saying};
use crate::store::{Attempt, Instance, Lock, Store};

use super::menu::LineInput;
use super::results::{about, data_dir, find, recall, role_of};
use super::streams::Streams;
use super::{Global, bank};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The result (default: the latest)
    #[arg(add = super::complete::results())]
    result: Option<String>,
}

pub(super) fn evidence(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let bank = bank::load(global)?;
    let attempt = find(args.result.as_deref(), &bank, global, streams)?;
    let store = Store::new(&data_dir(global)?);
    let file = args.result.as_deref().map(Path::new).filter(|path| path.is_file());
    if file.is_some_and(|file| !is_directly_in(store.directory(), file)) {
        bail!("examples are kept with a saved result, and that file is not one; `coofit history` lists them");
    }
    if attempt.observe.is_some() {
        bail!("examples are for your own answers, and {} holds an observer's", quote(&attempt.id));
    }
    let role = role_of(&attempt, &bank);
    let responses = recall(&attempt, &bank, streams)?;
    let report = Report::new(&bank, role, &responses, &about(&attempt, &store, streams));
    ask_for_examples(&report, &attempt, &store, &mut store.lock()?, streams)
}

fn is_directly_in(directory: &Path, file: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(file).is_some_and(|file| file.parent() == real(directory).as_deref())
}

/// Asks for an example of each claim and saves the examples next to the attempt.
pub(super) fn ask_for_examples(
    report: &Report,
    attempt: &Attempt,
    store: &Store,
    lock: &mut Lock,
    streams: &Streams,
) -> anyhow::Result<()> {
    let claims: Vec<&Saying> = report.claims().collect();
    if claims.is_empty() {
        streams.tell("There is no strength to add an example to yet.");
        return Ok(());
    }
    let list = store.evidence(&attempt.id).ok().flatten().unwrap_or_default();
    let mut examples = Examples { store, lock, id: &attempt.id, list };
    streams.tell("An example is kept with your result. It is never scored. An empty line leaves one out, Ctrl-D stops.");
    let asked = examples.ask(&claims, streams);
    if asked.as_ref().err().is_none_or(anyhow::Error::is::<Stopped>) {
        examples.save()?;
    }
    asked
}

/// The examples of one result, and the right to write them.
struct Examples<'a> {
    store: &'a Store,
    lock: &'a mut Lock,
    id: &'a str,
    list: Vec<Instance>,
}

impl Examples<'_> {
    fn ask(&mut self, claims: &[&Saying], streams: &Streams) -> anyhow::Result<()> {
        let mut lines = LineInput::open(streams)?;
        for claim in claims {
            streams.tell(&format!("\n{}. {}", claim.title, claim.says));
            let what = lines.ask("What did you do? One time that shows it:")?;
            let Some(what) = what else { break };
            if what.is_empty() {
                continue;
            }
            let Some(when) = lines.ask("When was that?")? else { break };
            let Some(result) = lines.ask("With what result?")? else { break };
            let typed = [&what, &when, &result].map(String::as_str).join("\n");
            self.list.retain(|instance| instance.scale != claim.scale);
            self.list.push(Instance { scale: claim.scale.clone(), what, when, result });
            if let Err(error) = self.save() {
                streams.tell(&format!("Not saved. This is what you wrote:\n{typed}"));
                return Err(error);
            }
            streams.tell("Saved.");
        }
        Ok(())
    }

    fn save(&mut self) -> anyhow::Result<()> {
        // Somebody may have removed the lock's file; then another coofit may have been at work.
        if !self.store.has(self.lock) {
            *self.lock = self.store.lock()?;
            for other in self.store.evidence(self.id).ok().flatten().unwrap_or_default() {
                if !self.list.iter().any(|own| own.scale == other.scale) {
                    self.list.push(other);
                }
            }
        }
        Ok(self.store.save_evidence(self.lock, self.id, &self.list)?)
    }
}
