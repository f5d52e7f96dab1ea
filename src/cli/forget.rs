//! `coofit forget`: removes answers, and everything saved with them.

use std::path::PathBuf;

use anyhow::bail;
use itertools::Itertools;

use crate::store::Store;
use crate::text;

use super::Global;
use super::menu::{ask, can_ask};
use super::results::{data_dir, no_result};
use super::streams::{Streams, count};

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

pub(super) fn forget(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let store = Store::new(&data_dir(global)?);
    let files = match &args.result {
        Some(id) => store.files_of(id)?,
        None => store.files()?,
    };
    let left = left(args.result.as_deref(), &store)?;
    let n_files = count(files.len(), "file");
    if files.is_empty() {
        if let Some(id) = &args.result {
            return Err(no_result(id));
        }
        streams.tell(&format!("There is nothing to forget in {}.{left}", store.directory().display()));
        return Ok(());
    }
    if !args.yes {
        if !can_ask() {
            bail!("nothing was removed; add `--yes` to forget {n_files}");
        }
        // A word to type, because in a menu each letter of a pasted text is a key.
        let question = format!("Forget {n_files}? This cannot be undone. Type `forget` to confirm");
        if !ask(&question, String::new(), streams)?.eq_ignore_ascii_case("forget") {
            streams.tell("Nothing was removed.");
            return Ok(());
        }
    }
    store.forget(&store.lock()?, &files)?;
    streams.tell(&format!(
        "Removed {n_files}. Copies in backups or on the disk itself are not coofit's to remove.{left}"
    ));
    Ok(())
}

/// A sentence on the files that stay: copies of the result, or files that coofit did not make.
fn left(result: Option<&str>, store: &Store) -> anyhow::Result<String> {
    let paths: Vec<PathBuf> = match result {
        None => store.foreign()?,
        Some(id) => {
            let copies = store.list()?.into_iter().filter(|entry| entry.copy_of.as_deref() == Some(id));
            copies.map(|entry| entry.path).collect()
        }
    };
    let why = match (result, paths.len()) {
        (None, _) => "which coofit did not make",
        (Some(_), 1) => "a copy that coofit did not make",
        (Some(_), _) => "copies that coofit did not make",
    };
    let names = paths.iter().filter_map(|path| path.file_name());
    let names = names.map(|name| text::escape(&name.to_string_lossy()).into_owned()).join(", ");
    Ok(if names.is_empty() { names } else { format!(" Left there: {names}, {why}.") })
}
