//! `coofit bank new`: a small complete bank, written whole or not at all.

use std::borrow::Cow;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, bail};
use clap::ValueEnum;
use dialoguer::Input;

use crate::bank::fault::quote;
use crate::bank::new::{Start, id_from};
use crate::bank::{Form, export};
use crate::cli::menu::Picked;
use crate::cli::output::{Streams, Usage, count, is_same_file};
use crate::cli::results::shown;
use crate::cli::take::form_parser;
use crate::cli::{Exit, Global, menu};
use crate::text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The directory to write; it must be new or empty
    #[arg(value_hint = clap::ValueHint::DirPath, required_unless_present = "template")]
    dir: Option<PathBuf>,
    /// Print the header of a group's file for the bank named by --bank, or the built-in one
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["dir", "title", "id", "no_role", "force"])]
    template: Option<Template>,
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Template {
    Csv,
}

pub(super) fn new(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let Some(dir) = &args.dir else {
        let bank = super::load(global)?;
        streams.out(&export::template(&export::questions(&bank, args.form, false)))?;
        return Ok(Exit::Done);
    };
    let shown = shown(dir);
    if global.bank.as_deref().is_some_and(|bank| is_same_file(bank, dir)) {
        return Err(Usage(format!("`{shown}` is the input; name another directory")).into());
    }
    if has_files(dir)? && !args.force {
        bail!(
            "`{shown}` has files already; name a new directory, or add `--force` to write next to them \
             (what is in the way is kept as NAME.bak)"
        );
    }
    let start = match start(args, dir)? {
        Ok(start) => start,
        Err(signal) => return Ok(Exit::Signal(signal)),
    };
    write_bank(dir, &start.files(), streams)
}

/// Whether there is something in a directory.
pub(super) fn has_files(dir: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("`{}` cannot be looked into", shown(dir))),
    }
}

/// Writes all files of a bank or none, and says what to do with it.
pub(super) fn write_bank(dir: &Path, files: &[(String, String)], streams: &Streams) -> anyhow::Result<Exit> {
    let shown = shown(dir);
    let kept = write(dir, files).with_context(|| format!("`{shown}` was left as it was"))?;
    for file in &kept {
        streams.tell(&format!("The earlier `{file}` is kept as `{file}.bak`."));
    }
    let typed = for_the_shell(&shown);
    streams.out(&format!(
        "{} written to {shown}. Check the bank with `coofit bank check {typed}`, and try it with `coofit take --bank {typed}`.\n",
        count(files.len(), "file"),
    ))?;
    Ok(Exit::Done)
}

/// A path as people type it: in quotes if a shell would split it.
fn for_the_shell(path: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:,@%".contains(c);
    if cfg!(windows) {
        let is_plain = |c: char| is_plain(c) || c == '\\';
        return if path.chars().all(is_plain) { path.into() } else { format!("\"{path}\"").into() };
    }
    // Inside single quotes, only the single quote is special.
    if path.chars().all(is_plain) { path.into() } else { format!("'{}'", path.replace('\'', r"'\''")).into() }
}

/// The name of a directory as a title.
pub(super) fn title_of(dir: &Path) -> String {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().replace(['-', '_'], " ");
    match text::prose(&name) {
        name if name.is_empty() => "My bank".to_owned(),
        name => text::capital(&name),
    }
}

/// The values of the flags. On a terminal, asks for the missing ones; a signal ends this.
fn start(args: &Args, dir: &Path) -> anyhow::Result<Result<Start, i32>> {
    let name = title_of(dir);
    let asks = io::stdin().is_terminal() && io::stderr().is_terminal() && args.title.is_none();
    let title = match &args.title {
        Some(title) => title.clone(),
        None if asks => match ask("What is the bank about", name)? {
            Ok(title) => title,
            Err(signal) => return Ok(Err(signal)),
        },
        None => name,
    };
    let title = text::prose(&title);
    if title.is_empty() {
        bail!("the title is empty");
    }
    let from_title = id_from(&title).unwrap_or_else(|| "my-bank".to_owned());
    let id = match &args.id {
        Some(id) => id.clone(),
        None if asks => match ask("Its id, in answers files", from_title)? {
            Ok(id) => id,
            Err(signal) => return Ok(Err(signal)),
        },
        None => from_title,
    };
    if id_from(&id).as_ref() != Some(&id) {
        let help = id_from(&id).map_or_else(String::new, |better| format!("; write {}", quote(&better)));
        bail!("the id {} must be kebab-case{help}", quote(&id));
    }
    let mut role = !args.no_role;
    if asks && role {
        let entries = ["Yes: it measures the fit to a role", "No: scale scores only"].map(str::to_owned);
        role = match menu::select("Is it for a role", &entries)? {
            Picked::Entry(entry) => entry == 0,
            Picked::Nothing => true,
            Picked::Signal(signal) => return Ok(Err(signal)),
        };
    }
    Ok(Ok(Start { id, title, role }))
}

pub(in crate::cli) fn ask(prompt: &str, default: String) -> anyhow::Result<Result<String, i32>> {
    const INTERRUPTED: i32 = 2;
    match Input::new()
        .with_prompt(prompt)
        .show_default(!default.is_empty())
        .allow_empty(true)
        .default(default)
        .interact_text()
    {
        Ok(said) => Ok(Ok(said)),
        Err(dialoguer::Error::IO(error)) if error.kind() == io::ErrorKind::Interrupted => {
            Ok(Err(INTERRUPTED))
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes all files or none. Returns the names of the files that had to be kept as `.bak`.
///
/// Everything is written to a temporary directory first, so that a full disk changes nothing;
/// then each file is moved, and on a failure moved back.
fn write(dir: &Path, files: &[(String, String)]) -> anyhow::Result<Vec<String>> {
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent)?;
    let is_there = dir.try_exists()?;
    let staged = tempfile::Builder::new()
        .prefix(".coofit-new-")
        .tempdir_in(if is_there { dir } else { parent })
        .map_err(|error| crate::store::without_temporary(&error))?;
    for (name, text) in files {
        let path = staged.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = fs::File::create_new(&path)?;
        io::Write::write_all(&mut &file, text.as_bytes())?;
        file.sync_all()?;
    }
    if !is_there {
        readable_by_all(staged.path())?;
        fs::rename(staged.path(), dir)?;
        // The file was moved, so there is nothing to clean up.
        let _ = staged.keep();
        return Ok(Vec::new());
    }
    let mut moves = Moves::default();
    for (name, _) in files {
        let (from, to) = (staged.path().join(name), dir.join(name));
        if let Some(folder) = to.parent().filter(|folder| !folder.exists()) {
            fs::create_dir(folder)?;
        }
        if let Err(error) = moves.place(&from, &to, name) {
            moves.undo();
            return Err(error.into());
        }
    }
    Ok(moves.kept)
}

/// A temporary directory is private; a bank gets the mode of any other directory.
#[cfg(unix)]
fn readable_by_all(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))
}

/// A directory here has the rights of the one that it is in.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn readable_by_all(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The moves so far, for undoing them.
#[derive(Default)]
struct Moves {
    done: Vec<(PathBuf, PathBuf)>,
    kept: Vec<String>,
}

impl Moves {
    /// Moves a file to its place. An earlier file there is kept under another name.
    fn place(&mut self, from: &Path, to: &Path, name: &str) -> io::Result<()> {
        if fs::symlink_metadata(to).is_ok() {
            let kept = PathBuf::from(format!("{}.bak", to.display()));
            if fs::symlink_metadata(&kept).is_ok() {
                let message = format!("`{name}` and `{name}.bak` are both there; move one of them away");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
            }
            self.go(to, &kept)?;
            self.kept.push(name.to_owned());
        }
        self.go(from, to)
    }

    fn go(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        self.done.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn undo(&mut self) {
        for (from, to) in self.done.drain(..).rev() {
            // A file that cannot be moved back stays under its `.bak` name.
            let _ = fs::rename(to, from);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_only_where_the_shell_would_take_it_apart() {
        for (path, typed) in [
            ("../banks/zwei-bänke_2.0", "../banks/zwei-bänke_2.0"),
            ("Zwei Bank", "'Zwei Bank'"),
            ("Anna's", r"'Anna'\''s'"),
            ("~/$HOME", "'~/$HOME'"),
        ] {
            assert_eq!(for_the_shell(path), typed);
        }
    }
}
