//! Completions: the shell asks the program itself, so that results and roles are among them.

use clap::CommandFactory;
use clap_complete::Shell;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::{CompleteEnv, Shells};

use super::results::data_dir;
use super::streams::Streams;
use super::{Cli, Global};
use crate::bank::parse;
use crate::store::Store;

/// Set by the script that a shell runs, to the shell's name.
const ASKED_BY: &str = "COOFIT_COMPLETE";

/// Prints the script that has a shell ask for completions.
pub(super) fn script(shell: Shell, streams: &Streams) -> anyhow::Result<()> {
    let name = shell.to_string();
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(&name) {
        shell.write_registration(ASKED_BY, "coofit", "coofit", "coofit", &mut script)?;
    }
    streams.out(&String::from_utf8_lossy(&script))
}

/// Whether a shell asked for completions, which are printed then.
pub(super) fn answer() -> clap::error::Result<bool> {
    #[expect(clippy::disallowed_methods, reason = "the command line to complete comes in here")]
    let (words, directory) = (std::env::args_os(), std::env::current_dir().ok());
    CompleteEnv::with_factory(Cli::command).var(ASKED_BY).try_complete(words, directory.as_deref())
}

/// The names of saved results, the latest first.
pub(super) fn results() -> ArgValueCandidates {
    ArgValueCandidates::new(names_of_results)
}

pub(super) fn results_and_files() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &std::ffi::OsStr| {
        let mut found = names_of_results();
        found.retain(|name| name.get_value().to_string_lossy().starts_with(&*typed.to_string_lossy()));
        found.extend(PathCompleter::file().complete(typed));
        found
    })
}

pub(super) fn roles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let roles = parse::built_in().roles;
        roles.iter().map(|role| CompletionCandidate::new(&role.id).help(Some((&role.title).into()))).collect()
    })
}

fn names_of_results() -> Vec<CompletionCandidate> {
    let Ok(directory) = data_dir(&Global::default()) else { return Vec::new() };
    let entries = Store::new(&directory).list().unwrap_or_default();
    let attempts = entries.into_iter().filter_map(|entry| entry.attempt.ok());
    attempts.map(|attempt| CompletionCandidate::new(attempt.id)).rev().collect()
}
