//! `coofit bank new`: a small complete bank, written whole or not at all.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, bail};

use crate::bank::fault::quote;
use crate::bank::new::{files, id_from};
use crate::bank::{Form, export};
use crate::cli::Global;
use crate::cli::menu::{ask, can_ask, select};
use crate::cli::output::is_same_file;
use crate::cli::results::shown;
use crate::cli::streams::{Streams, Usage, count};
use crate::cli::take::form_parser;
use crate::store::{directory_of, without_temporary};
use crate::text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The directory to write; it must be new or empty
    #[arg(value_hint = clap::ValueHint::DirPath, required_unless_present = "template")]
    dir: Option<PathBuf>,
    /// Print the header of a group's file for the bank named by --bank, or the built-in one
    #[arg(long, value_name = "TYPE", value_parser = ["csv"], conflicts_with_all = ["dir", "title", "id", "no_role", "force"])]
    template: Option<String>,
    /// The form that the group is asked
    #[arg(long, value_name = "FORM", default_value = "full", value_parser = form_parser(), requires = "template")]
    form: Form,
    /// What the bank is about (default: the directory's name, or asked on a terminal)
    #[arg(long)]
    title: Option<String>,
    /// The bank's id, in kebab-case (default: from the title)
    #[arg(long)]
    id: Option<String>,
    /// An inventory instead of a bank for a role: scale scores only, no fit
    #[arg(long)]
    no_role: bool,
    /// Write into a directory that has files; files with the same names are kept as NAME.bak
    #[arg(long)]
    force: bool,
}

pub(super) fn new(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let Some(dir) = &args.dir else {
        let bank = super::load(global)?;
        return streams.out(&export::template(&export::questions(&bank, args.form, false)));
    };
    let shown = shown(dir);
    if global.bank.as_deref().is_some_and(|bank| is_same_file(bank, dir)) {
        bail!(Usage(format!("`{shown}` is the input; name another directory")));
    }
    if has_files(dir)? && !args.force {
        bail!(
            "`{shown}` has files already; name a new directory, or add `--force` to write next to them \
             (what is in the way is kept as NAME.bak)"
        );
    }
    write_bank(dir, &new_files(args, dir, streams)?, streams)
}

pub(super) fn has_files(dir: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("`{}` cannot be looked into", shown(dir))),
    }
}

/// Writes all files of a bank or none, and says what to do with it.
pub(super) fn write_bank(dir: &Path, files: &[(String, String)], streams: &Streams) -> anyhow::Result<()> {
    let shown = shown(dir);
    let kept = write(dir, files).with_context(|| format!("`{shown}` was left as it was"))?;
    for file in &kept {
        streams.tell(&format!("The earlier `{file}` is kept as `{file}.bak`."));
    }
    let typed = text::shell_word(&shown);
    streams.out(&format!(
        "{} written to {shown}. Check the bank with `coofit bank check {typed}`, and try it with `coofit take --bank {typed}`.\n",
        count(files.len(), "file"),
    ))
}

pub(super) fn id_of(title: &str) -> String {
    id_from(title).unwrap_or_else(|| "my-bank".to_owned())
}

pub(super) fn title_of(dir: &Path) -> String {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().replace(['-', '_'], " ");
    let name = text::prose(&name);
    if name.is_empty() { "My bank".to_owned() } else { text::capital(&name) }
}

/// The files by the values of the flags. On a terminal, asks for the missing ones.
fn new_files(args: &Args, dir: &Path, streams: &Streams) -> anyhow::Result<Vec<(String, String)>> {
    let asks = args.title.is_none() && can_ask();
    let flag_or_answer = |flag: &Option<String>, question: &str, default: String| match flag {
        Some(value) => Ok(value.clone()),
        None if asks => ask(question, default, streams),
        None => Ok(default),
    };
    let title = text::prose(&flag_or_answer(&args.title, "What is the bank about", title_of(dir))?);
    if title.is_empty() {
        bail!("the title is empty");
    }
    let id = flag_or_answer(&args.id, "Its id, in answers files", id_of(&title))?;
    if id_from(&id).as_ref() != Some(&id) {
        let help = id_from(&id).map_or_else(String::new, |better| format!("; write {}", quote(&better)));
        bail!("the id {} must be kebab-case{help}", quote(&id));
    }
    let mut role = !args.no_role;
    if asks && role {
        let entries = [("Yes: it measures the fit to a role", true), ("No: scale scores only", false)];
        role = select("Is it for a role", &entries)?.unwrap_or(true);
    }
    Ok(files(&id, &title, role))
}

/// Writes all files or none. Returns the names of the files that had to be kept as `.bak`.
///
/// Everything is written to a temporary directory first, so that a full disk changes nothing; then each file
/// is moved, and on a failure moved back.
fn write(dir: &Path, files: &[(String, String)]) -> anyhow::Result<Vec<String>> {
    let parent = directory_of(dir);
    fs::create_dir_all(parent)?;
    let is_there = dir.try_exists()?;
    let staged = tempfile::Builder::new()
        .prefix(".coofit-new-")
        .tempdir_in(if is_there { dir } else { parent })
        .map_err(|error| without_temporary(&error))?;
    for (name, text) in files {
        let path = staged.path().join(name);
        fs::create_dir_all(directory_of(&path))?;
        let file = fs::File::create_new(&path)?;
        io::Write::write_all(&mut &file, text.as_bytes())?;
        file.sync_all()?;
    }
    if !is_there {
        // A temporary directory is private; a bank gets the mode of any other directory.
        #[cfg(unix)]
        fs::set_permissions(staged.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        fs::rename(staged.path(), dir)?;
        let _ = staged.keep();
        return Ok(Vec::new());
    }
    let (mut moves, mut kept) = (Vec::new(), Vec::new());
    for (name, _) in files {
        let to = dir.join(name);
        if fs::symlink_metadata(&to).is_ok() {
            let aside = PathBuf::from(format!("{}.bak", to.display()));
            if fs::symlink_metadata(&aside).is_ok() {
                bail!("`{name}` and `{name}.bak` are both there; move one of them away");
            }
            moves.push((to.clone(), aside));
            kept.push(name.clone());
        }
        moves.push((staged.path().join(name), to));
    }
    for (n_done, (from, to)) in moves.iter().enumerate() {
        let done = fs::create_dir_all(directory_of(to)).and_then(|()| fs::rename(from, to));
        if let Err(error) = done {
            for (from, to) in moves[..n_done].iter().rev() {
                // A file that cannot be moved back stays under its `.bak` name.
                let _ = fs::rename(to, from);
            }
            return Err(error.into());
        }
    }
    Ok(kept)
}
