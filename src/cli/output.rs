//! Files that a command writes.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, anyhow, bail};
use clap::ValueHint;
use tempfile::TempPath;

use crate::store::{self, Store, directory_of, persist, persist_new, second_name, temporary_for};

use super::Global;
use super::results::{data_dir, shown};
use super::streams::{Streams, Usage};

/// The name of the standard streams in place of a file.
const STDOUT: &str = "-";

#[derive(Debug, Default, clap::Args)]
pub(super) struct Output {
    /// Write it to this file instead of printing it
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,
    /// Replace a file that is already there
    #[arg(long)]
    force: bool,
}

impl Output {
    pub(super) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| !is_stdout(path))
    }

    /// Where the result goes, checked before it exists.
    pub(super) fn target(&self, inputs: &Inputs) -> anyhow::Result<Target> {
        Outputs::new(inputs, self.force).target(self.output.as_deref())
    }
}

/// What a command reads. Even `--force` does not replace these files.
#[derive(Debug)]
pub(super) struct Inputs {
    files: Vec<Identity>,
    /// The directory of saved results. An output there would look like a result.
    results: Option<PathBuf>,
}

impl Inputs {
    /// The bank and the saved results, which any command may read.
    pub(super) fn new(global: &Global) -> Inputs {
        let inputs = Inputs { files: Vec::new(), results: None }.bank(global.bank.as_deref());
        // Without a place for results there are none to protect.
        let Ok(data) = data_dir(global) else { return inputs };
        let store = Store::new(&data);
        let results = fs::canonicalize(store.directory()).ok();
        Inputs { results, ..inputs }.files(store.files().unwrap_or_default()).file(&data.join("lock"))
    }

    /// A file that the command line names, `-` for standard input.
    pub(super) fn file(mut self, path: &Path) -> Inputs {
        self.files.push(match path {
            path if path == Path::new(STDOUT) => Identity::of_stream("/dev/stdin", file_of(&io::stdin())),
            path => Identity::of(path),
        });
        self
    }

    pub(super) fn files(self, paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Inputs {
        paths.into_iter().fold(self, |inputs, path| inputs.file(path.as_ref()))
    }

    pub(super) fn bank(self, directory: Option<&Path>) -> Inputs {
        self.files(directory.into_iter().flat_map(super::bank::files))
    }
}

#[derive(Debug)]
struct Identity {
    path: PathBuf,
    /// Device and inode of a regular file that is there.
    inode: Option<(u64, u64)>,
}

impl Identity {
    fn of(path: &Path) -> Identity {
        let real = match fs::canonicalize(path) {
            Ok(real) => listed_name(&real).unwrap_or(real),
            // A file that does not exist yet is identified by its directory.
            Err(_) => {
                let directory = fs::canonicalize(directory_of(path));
                let new = directory.ok().zip(path.file_name()).map(|(directory, name)| directory.join(name));
                new.unwrap_or_else(|| path.to_owned())
            }
        };
        Identity { path: real, inode: inode(fs::metadata(path)) }
    }

    fn of_stream(name: &str, stream: io::Result<fs::File>) -> Identity {
        Identity { path: name.into(), inode: inode(stream.and_then(|file| file.metadata())) }
    }

    fn is(&self, other: &Identity) -> bool {
        self.path == other.path || (self.inode.is_some() && self.inode == other.inode)
    }
}

/// The name of a file in its directory, which may differ from the given one: USB sticks treat `IN.csv` and
/// `in.csv` as the same file, but may give each its own inode.
fn listed_name(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?;
    let folded = name.to_string_lossy().to_lowercase();
    let mut like = None;
    for entry in fs::read_dir(path.parent()?).ok()? {
        let listed = entry.ok()?.file_name();
        if listed == name {
            return None;
        }
        if listed.to_string_lossy().to_lowercase() == folded {
            like = Some(path.with_file_name(listed));
        }
    }
    like
}

pub(super) fn is_same_file(a: &Path, b: &Path) -> bool {
    Identity::of(a).is(&Identity::of(b))
}

#[cfg(unix)]
fn inode(metadata: io::Result<fs::Metadata>) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = metadata.ok().filter(fs::Metadata::is_file)?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(windows)]
fn inode(_: io::Result<fs::Metadata>) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
pub(super) fn file_of(stream: &impl std::os::fd::AsFd) -> io::Result<fs::File> {
    Ok(fs::File::from(stream.as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
pub(super) fn file_of(stream: &impl std::os::windows::io::AsHandle) -> io::Result<fs::File> {
    Ok(fs::File::from(stream.as_handle().try_clone_to_owned()?))
}

/// The outputs of one command. None of them is an input, and all are different files.
#[derive(Debug)]
pub(super) struct Outputs<'a> {
    inputs: &'a Inputs,
    force: bool,
    named: Vec<Identity>,
}

impl<'a> Outputs<'a> {
    pub(super) fn new(inputs: &'a Inputs, force: bool) -> Outputs<'a> {
        Outputs { inputs, force, named: Vec::new() }
    }

    pub(super) fn target_if(&mut self, path: Option<&Path>) -> anyhow::Result<Option<Target>> {
        path.map(|path| self.target(Some(path))).transpose()
    }

    /// Checks a place for an output. None and `-` mean standard output.
    ///
    /// All files that a command writes for the person go through here.
    pub(super) fn target(&mut self, path: Option<&Path>) -> anyhow::Result<Target> {
        let path = path.filter(|path| !is_stdout(path));
        let (shown, identity) = match path {
            Some(path) => (quoted(path), Identity::of(path)),
            None => ("standard output".to_owned(), Identity::of_stream(STDOUT, file_of(&io::stdout()))),
        };
        if self.inputs.files.iter().any(|input| input.is(&identity)) {
            bail!(Usage(format!("{shown} is the input; name another file")));
        }
        if self.named.iter().any(|other| other.is(&identity)) && !path.is_some_and(|path| special(path).0) {
            bail!(Usage(format!("{shown} is named for two outputs; name another file for one of them")));
        }
        if path.is_some() && identity.path.parent() == self.inputs.results.as_deref() {
            bail!(Usage(format!("{shown} is in the directory of saved results; name another place")));
        }
        self.named.push(identity);
        let Some(path) = path else { return Ok(Target::Stdout) };
        if is_stream(path) {
            // The shell has opened this already, so only add to it.
            let file = fs::OpenOptions::new().append(true).open(path).with_context(|| unwritten(path))?;
            return Ok(Target::Stream(path.to_owned(), file));
        }
        check_free(path, self.force)?;
        // Fail now if the disk refuses, not after the work.
        drop(temporary_for(path).with_context(|| unwritten(path))?);
        Ok(Target::File(path.to_owned(), fs::symlink_metadata(path).is_ok()))
    }
}

#[derive(Debug)]
pub(super) enum Target {
    Stdout,
    /// A device, a pipe, or a file that is open already.
    Stream(PathBuf, fs::File),
    /// A file, and whether it replaces an earlier one.
    File(PathBuf, bool),
}

impl Target {
    pub(super) fn deliver(self, result: &str, streams: &Streams) -> anyhow::Result<()> {
        match self {
            Target::Stdout => streams.out(result),
            Target::File(path, replaces) => write_file(&path, result.as_bytes(), replaces),
            Target::Stream(..) => self.draft()?.write_text(result),
        }
    }

    /// Opens the place for a result that comes in pieces.
    pub(super) fn draft(self) -> anyhow::Result<Draft> {
        let (place, file, unnamed) = match self {
            Target::Stdout => {
                let file = file_of(&io::stdout()).context("standard output cannot be used")?;
                ("standard output".to_owned(), file, None)
            }
            Target::Stream(path, file) => (quoted(&path), file, None),
            Target::File(path, replaces) => {
                let (file, temporary) = temporary_for(&path).with_context(|| unwritten(&path))?;
                (quoted(&path), file, Some(Unnamed { temporary, path, replaces }))
            }
        };
        let buffer = if unnamed.is_some() { 8 << 10 } else { 0 };
        Ok(Draft { place, file: BufWriter::with_capacity(buffer, file), unnamed })
    }
}

/// An unfinished output. A file gets its name in [`keep`]; without that, it is removed.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) place: String,
    /// A stream has no buffer, so nothing is left in it when a signal comes.
    file: BufWriter<fs::File>,
    unnamed: Option<Unnamed>,
}

#[derive(Debug)]
struct Unnamed {
    temporary: TempPath,
    path: PathBuf,
    replaces: bool,
}

impl Draft {
    pub(super) fn is_file(&self) -> bool {
        self.temporary().is_some()
    }

    /// Where it is until it gets its name.
    pub(super) fn temporary(&self) -> Option<&Path> {
        Some(&self.unnamed.as_ref()?.temporary)
    }

    /// What it is written to at once, and may have to wait for.
    pub(super) fn stream(&self) -> Option<&fs::File> {
        (!self.is_file()).then(|| self.file.get_ref())
    }

    /// Adds a text. A closed pipe ends this quietly.
    pub(super) fn write_text(&mut self, text: &str) -> anyhow::Result<()> {
        match self.write_all(text.as_bytes()).and_then(|()| self.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    fn named<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            io::Error::new(error.kind(), format!("{} could not be written: {error}", self.place))
        })
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.named(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.named(flushed)
    }
}

/// Gives all drafts their names, or none.
pub(super) fn keep(drafts: impl IntoIterator<Item = Draft>) -> anyhow::Result<()> {
    let mut drafts: Vec<Draft> = drafts.into_iter().collect();
    // A full disk fails here, before any file gets its name.
    for draft in &mut drafts {
        draft.flush()?;
    }
    let mut placed: Vec<(PathBuf, Option<TempPath>)> = Vec::new();
    for Unnamed { temporary, path, replaces } in drafts.into_iter().filter_map(|draft| draft.unnamed) {
        let earlier = if replaces { second_name(&path) } else { None };
        let done = if replaces { persist(temporary, &path) } else { persist_new(temporary, &path) };
        if let Err(error) = done {
            for (path, earlier) in placed {
                // Restores the earlier file, if possible.
                let _ = match earlier {
                    Some(earlier) => persist(earlier, &path),
                    None => fs::remove_file(path),
                };
            }
            return Err(not_written(&path, error));
        }
        // Without hard links the earlier file is gone, and the new one is better than none.
        if !replaces || earlier.is_some() {
            placed.push((path, earlier));
        }
    }
    Ok(())
}

fn is_stdout(path: &Path) -> bool {
    let names = [STDOUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    names.iter().any(|name| path == Path::new(name))
}

/// Whether this place takes bytes one after the other, so writing to it loses nothing.
fn is_stream(path: &Path) -> bool {
    let is_open_file = path == Path::new("/dev/stderr")
        || ["/dev/fd", "/proc/self/fd"].iter().any(|folder| path.parent() == Some(Path::new(folder)));
    is_open_file || special(path) != (false, false)
}

/// Whether a path is a character device, and whether it is a pipe.
fn special(path: &Path) -> (bool, bool) {
    #[cfg(unix)]
    if let Ok(metadata) = fs::symlink_metadata(path) {
        use std::os::unix::fs::FileTypeExt;
        return (metadata.file_type().is_char_device(), metadata.file_type().is_fifo());
    }
    (cfg!(windows) && path.as_os_str().eq_ignore_ascii_case("NUL"), false)
}

fn unwritten(path: &Path) -> String {
    format!("{} could not be written", quoted(path))
}

/// Writes a complete file or nothing, never through a link, and replaces an earlier one only with `force`.
pub(super) fn write_file(path: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    check_free(path, force)?;
    let written = if force { store::replace(path, bytes) } else { store::create(path, bytes) };
    written.map_err(|error| not_written(path, error))
}

fn not_written(path: &Path, error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => anyhow::Error::new(error).context(unwritten(path)),
    }
}

/// Whether a file may be written here: the place is free, or has a regular file that may be replaced.
fn check_free(path: &Path, force: bool) -> anyhow::Result<()> {
    if let Some(kind) = store::odd_name(path) {
        bail!("{} is {kind}; name a file", quoted(path));
    }
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => bail!("{} is a directory; name a file", quoted(path)),
        Ok(_) if !force => Err(taken(path)),
        Ok(metadata) if !metadata.is_file() => bail!("{} is not a regular file", quoted(path)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn taken(path: &Path) -> anyhow::Error {
    anyhow!("{} is already there; name another file, or add `--force`", quoted(path))
}

/// A path for messages, not shortened.
pub(super) fn quoted(path: &Path) -> String {
    format!("`{}`", shown(path))
}

#[cfg(test)]
#[path = "../../tests/cli/output.rs"]
mod tests;
