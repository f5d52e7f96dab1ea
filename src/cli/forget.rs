//! `coofit forget`: removes answers, and everything saved with them.

use std::io;
use std::io::IsTerminal;

use anyhow::bail;

use crate::bank::fault::quote;
use crate::store::Store;
use crate::text;

use super::menu::{Picked, select};
use super::output::{Streams, count};
use super::results::data_dir;
use super::{Exit, Global};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The result to forget: its name in `coofit history`
    #[arg(required_unless_present = "all", conflicts_with = "all", add = super::complete::results())]
    result: Option<String>,
    /// Forget everything
    #[arg(long)]
    all: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn forget(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let store = Store::new(&data_dir(global)?);
    let files = match &args.result {
        Some(id) => store.files_of(id)?,
        None => store.files()?,
    };
    let left = left(args.result.as_deref(), &store)?;
    if files.is_empty() {
        match &args.result {
            Some(id) => bail!("there is no result {}; `coofit history` lists them", quote(id)),
            None => {
                streams
                    .tell(&format!("There is nothing to forget in {}.{left}", store.directory().display()));
            }
        }
        return Ok(Exit::Done);
    }
    if !args.yes {
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            bail!("nothing was removed; add `--yes` to forget {}", count(files.len(), "file"));
        }
        let question = format!("Forget {}? This cannot be undone", count(files.len(), "file"));
        match select(&question, &["Keep".to_owned(), "Forget".to_owned()])? {
            Picked::Entry(1) => {}
            Picked::Signal(signal) => return Ok(Exit::Signal(signal)),
            Picked::Entry(_) | Picked::Nothing => return Ok(Exit::Done),
        }
    }
    let lock = store.lock()?;
    store.forget(&lock, &files)?;
    streams.tell(&format!(
        "Removed {}. Copies in backups or on the disk itself are not coofit's to remove.{left}",
        count(files.len(), "file")
    ));
    Ok(Exit::Done)
}

/// A sentence on the files that stay: copies of the result, or files that coofit did not make.
fn left(result: Option<&str>, store: &Store) -> anyhow::Result<String> {
    let (paths, why) = match result {
        None => (store.foreign()?, "which coofit did not make"),
        Some(id) => {
            let copies = store.list()?.into_iter().filter(|entry| entry.copy_of.as_deref() == Some(id));
            (copies.map(|entry| entry.path).collect(), "a copy that coofit did not make")
        }
    };
    let names = paths.iter().filter_map(|path| path.file_name());
    let names: Vec<String> = names.map(|name| text::escape(&name.to_string_lossy()).into_owned()).collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(" Left there: {}, {why}.", names.join(", ")))
}
