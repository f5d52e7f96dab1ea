//! Attempts on disk: one JSON file each, replaced whole after every answer.
//!
//! A save writes a new temporary file, syncs it, renames it over the old one and syncs the
//! directory; only then may it be called saved. So a crash leaves the old file or the new one,
//! never half of either. The layout, version 1:
//!
//! ```text
//! {"format": "coofit-attempt", "version": 1, "check": "<crc-32 of the body's bytes>", "body": {
//!   "id", "bank", "edition", "hash", "form", "role", "observe", "started", "saved", "finished",
//!   "turn": 1 for the first attempt that was worked on, then 2, and so on,
//!   "answers": {item: answer, or null when skipped}, "open": [item to ask again],
//!   "meaning": {"labels": {format: [label]}, "formats": {item: format}, "units": {item: unit}},
//!   "seconds": {item: seconds}}}
//! ```
//!
//! Answers are the record; scores are derived and never kept. What cannot be read is set aside
//! under a new name, never overwritten and never taken for empty. A finished attempt is never
//! written again. Times are Unix seconds and are passed as arguments.

mod attempt;
mod disk;
mod envelope;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::{fs, io};

pub use attempt::{Attempt, BankName, Instance, Recalled, decode};
use attempt::{day_of, encode};
use disk::{TEMPORARY, cannot_lock, is_same, is_there, make_private, owner_only, read_text, sync_directory};
pub use disk::{create, directory_of, other_kind, persist, persist_new, replace, second_name, temporary_for};
pub use envelope::Unreadable;
use envelope::{is_sealed, open, seal};

/// What a file of examples says it is.
const EVIDENCE: &str = "coofit-evidence";

/// A directory of attempts.
#[derive(Debug)]
pub struct Store {
    attempts: PathBuf,
    lock: PathBuf,
}

/// One file of the store.
#[derive(Debug)]
pub struct Entry {
    /// The file.
    pub path: PathBuf,
    /// What is in it.
    pub attempt: Result<Attempt, Unreadable>,
    /// The id in it, when the file has another name: it is a copy, by a sync program or by hand.
    pub copy_of: Option<String>,
}

/// The right to write; given up when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// Set when the file system cannot lock, so that nothing keeps a second copy out.
    pub unsupported: bool,
}

/// Why the lock was not given.
#[derive(Debug, thiserror::Error)]
pub enum NotLocked {
    /// Another process has it.
    #[error("another coofit is at work in {0}; finish or close it first")]
    Taken(String),
    /// The disk refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The store in a data directory, whether or not anything is there yet.
    #[must_use]
    pub fn new(data_dir: &Path) -> Store {
        // A linked data directory is fine; what it points to is used from here on.
        let dir = fs::canonicalize(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        Store { attempts: dir.join("attempts"), lock: dir.join("lock") }
    }

    /// The directory of attempts.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.attempts
    }

    /// The file of the attempt with this id.
    #[must_use]
    pub fn path(&self, id: &str) -> PathBuf {
        self.attempts.join(format!("{id}.json"))
    }

    /// Takes the one lock, making the directories first, and clears away what a crash left behind.
    ///
    /// # Errors
    /// Another process has the lock, or the disk refused.
    pub fn lock(&self) -> Result<Lock, NotLocked> {
        make_private(&self.attempts).map_err(at(&self.attempts))?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        owner_only(&mut options);
        // Opening a pipe would wait for ever, and a link leads elsewhere.
        if fs::symlink_metadata(&self.lock).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(at(&self.lock)(io::Error::other("it is not a regular file")).into());
        }
        let file = options.open(&self.lock).map_err(at(&self.lock))?;
        let unsupported = self.is_unsupported(file.try_lock())?;
        self.clear_temporary();
        Ok(Lock { file, unsupported })
    }

    /// Whether the lock still keeps others out: its file is the one that they would lock.
    #[must_use]
    pub fn has(&self, lock: &Lock) -> bool {
        match (lock.file.metadata(), fs::symlink_metadata(&self.lock)) {
            (Ok(held), Ok(there)) => is_same(&held, &there),
            _ => false,
        }
    }

    /// From what trying to lock came to, whether the file system cannot lock at all.
    fn is_unsupported(&self, tried: Result<(), TryLockError>) -> Result<bool, NotLocked> {
        match tried {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Err(NotLocked::Taken(self.attempts.display().to_string())),
            Err(TryLockError::Error(cause)) if cannot_lock(&cause) => Ok(true),
            Err(TryLockError::Error(cause)) => Err(at(&self.lock)(cause).into()),
        }
    }

    /// Every attempt, the earliest first; a store that is not there yet is empty.
    ///
    /// # Errors
    /// The directory is there and cannot be listed.
    pub fn list(&self) -> Result<Vec<Entry>, StoreError> {
        let files = match fs::read_dir(&self.attempts) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&self.attempts)(error)),
        };
        let mut entries = Vec::new();
        for file in files {
            let path = file.map_err(at(&self.attempts))?.path();
            let is_attempt = path.extension().is_some_and(|extension| extension == "json");
            if is_attempt && !is_hidden(&path) {
                let mut attempt = read(&path);
                let mut copy_of = None;
                // A file goes by the name that it has: what it says may be a path.
                if let (Ok(attempt), Some(stem)) = (&mut attempt, path.file_stem()) {
                    let id = std::mem::replace(&mut attempt.id, stem.to_string_lossy().into_owned());
                    copy_of = Some(id).filter(|id| *id != attempt.id);
                }
                entries.push(Entry { path, attempt, copy_of });
            }
        }
        entries.sort_by(|a, b| {
            let started = |entry: &Entry| entry.attempt.as_ref().map_or(i64::MAX, |attempt| attempt.started);
            // Of two in the same second, `2026-11-22` was there before `2026-11-22-2`.
            let name = |entry: &Entry| (entry.path.as_os_str().len(), entry.path.clone());
            started(a).cmp(&started(b)).then_with(|| name(a).cmp(&name(b)))
        });
        Ok(entries)
    }

    /// Gives a damaged file a new name beside the old one, so that nothing overwrites it.
    ///
    /// # Errors
    /// The disk refused.
    pub fn set_aside(&self, path: &Path) -> Result<PathBuf, StoreError> {
        for number in 1.. {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".damaged-{number}"));
            let aside = path.with_file_name(name);
            if !is_there(&aside).map_err(at(&aside))? {
                fs::rename(path, &aside).map_err(at(path))?;
                return Ok(aside);
            }
        }
        unreachable!("there are more numbers than files")
    }

    /// Keeps a copy of an attempt as it stands, under a name of its own, before it is changed in a way
    /// that would lose something.
    ///
    /// # Errors
    /// The disk refused.
    pub fn keep_copy(&self, _lock: &Lock, id: &str) -> Result<PathBuf, StoreError> {
        let path = self.path(id);
        let bytes = fs::read(&path).map_err(at(&path))?;
        for number in 1.. {
            let copy = self.attempts.join(format!("{id}.json.earlier-{number}"));
            match create(&copy, &bytes) {
                Ok(()) => return Ok(copy),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(at(&copy)(error)),
            }
        }
        unreachable!("there are more numbers than files")
    }

    /// Writes an attempt: whole, synced, and in place of the old one at a stroke. A new attempt gets
    /// its id here, from `day`, such as `2026-11-22`.
    ///
    /// # Errors
    /// The disk refused; the old file is as it was. Or the attempt on disk is finished.
    pub fn save(&self, _lock: &Lock, attempt: &mut Attempt, day: &str) -> Result<(), StoreError> {
        make_private(&self.attempts).map_err(at(&self.attempts))?;
        if attempt.id.is_empty() {
            attempt.id = self.free_id(day)?;
            attempt.day = Some(day.to_owned());
        }
        let path = self.path(&attempt.id);
        match read(&path) {
            Ok(old) if old.finished.is_some() => {
                return Err(at(&path)(io::Error::other("a finished attempt is never written again")));
            }
            // Somebody spoilt the file while the quiz went on: keep what they made of it.
            Err(Unreadable::Damaged(_) | Unreadable::Newer(_)) => drop(self.set_aside(&path)?),
            Err(Unreadable::Io(error)) if error.kind() != io::ErrorKind::NotFound => {
                return Err(at(&path)(error));
            }
            Ok(_) | Err(Unreadable::Io(_)) => {}
        }
        let text = encode(attempt).map_err(|error| at(&path)(error.into()))?;
        replace(&path, text.as_bytes()).map_err(at(&path))
    }

    /// The files that coofit made: attempts, what is kept next to them, and what was set aside.
    ///
    /// # Errors
    /// The directory is there and cannot be listed, or is a link.
    pub fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        Ok(self.sorted()?.0)
    }

    /// Everything else in the directory.
    ///
    /// # Errors
    /// As [`Store::files`].
    pub fn foreign(&self) -> Result<Vec<PathBuf>, StoreError> {
        Ok(self.sorted()?.1)
    }

    /// The files that coofit made, and the others.
    fn sorted(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>), StoreError> {
        if fs::symlink_metadata(&self.attempts).is_ok_and(|metadata| metadata.is_symlink()) {
            let link = io::Error::other("it is a link, and links are not followed");
            return Err(at(&self.attempts)(link));
        }
        let files = match fs::read_dir(&self.attempts) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
            Err(error) => return Err(at(&self.attempts)(error)),
        };
        let mut paths = Vec::new();
        for file in files {
            paths.push(file.map_err(at(&self.attempts))?.path());
        }
        paths.sort();
        Ok(paths.into_iter().partition(|path| is_ours(path)))
    }

    /// The files of one attempt; a copy of it is another one.
    ///
    /// # Errors
    /// As [`Store::files`].
    pub fn files_of(&self, id: &str) -> Result<Vec<PathBuf>, StoreError> {
        let of_id = |path: &PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            name.is_some_and(|name| name.strip_prefix(id).is_some_and(is_ending))
        };
        Ok(self.files()?.into_iter().filter(of_id).collect())
    }

    /// Removes files for good.
    ///
    /// # Errors
    /// The disk refused; some files may be gone.
    pub fn forget(&self, _lock: &Lock, files: &[PathBuf]) -> Result<(), StoreError> {
        for path in files {
            match fs::remove_file(path) {
                // Taking the lock cleared what a crash had left behind.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed.map_err(at(path))?,
            }
        }
        sync_directory(&self.attempts).map_err(at(&self.attempts))
    }

    /// What was told for an attempt after the quiz; nothing when it was never asked.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn evidence(&self, id: &str) -> Result<Option<Vec<Instance>>, Unreadable> {
        let path = self.evidence_path(id);
        if !is_there(&path)? {
            return Ok(None);
        }
        let text = read_text(&path)?;
        let body = open(&text, EVIDENCE)?;
        serde_json::from_str(body.get())
            .map(Some)
            .map_err(|_| Unreadable::Damaged("its contents are garbled".to_owned()))
    }

    /// Keeps what was told for an attempt, beside it: a finished attempt is never written again.
    ///
    /// # Errors
    /// The disk refused; what was kept before is as it was.
    pub fn save_evidence(&self, _lock: &Lock, id: &str, instances: &[Instance]) -> Result<(), StoreError> {
        let path = self.evidence_path(id);
        if let Err(Unreadable::Damaged(_) | Unreadable::Newer(_)) = self.evidence(id) {
            self.set_aside(&path)?;
        }
        let text = seal(EVIDENCE, &instances).map_err(|error| at(&path)(error.into()))?;
        replace(&path, text.as_bytes()).map_err(at(&path))
    }

    fn evidence_path(&self, id: &str) -> PathBuf {
        self.attempts.join(format!("{id}.evidence"))
    }

    fn free_id(&self, day: &str) -> Result<String, StoreError> {
        for number in 1.. {
            let id = if number == 1 { day.to_owned() } else { format!("{day}-{number}") };
            let path = self.path(&id);
            // A name that was set aside is not used again either.
            let aside = self.attempts.join(format!("{id}.json.damaged-1"));
            if !is_there(&path).map_err(at(&path))? && !is_there(&aside).map_err(at(&aside))? {
                return Ok(id);
            }
        }
        unreachable!("there are more numbers than files")
    }

    /// Removes our own temporary files; called under the lock, so nobody is writing one.
    fn clear_temporary(&self) {
        for file in fs::read_dir(&self.attempts).into_iter().flatten().flatten() {
            let path = file.path();
            let is_ours = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes()));
            let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
            if is_ours && is_file && path.extension().is_some_and(|extension| extension == "tmp") {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Whether coofit made a file: it is a regular one, and its name or its first bytes say so. JSON that is
/// whole and says something else is another program's, whatever it is called.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_temporary = name.starts_with(TEMPORARY) && name.ends_with(".tmp");
    let is_named = name
        .split_once('.')
        .is_some_and(|(id, _)| day_of(id).is_some() && name.strip_prefix(id).is_some_and(is_ending));
    let is_file = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let is_other_json = || {
        let text = read_text(path).unwrap_or_default();
        text.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok()
    };
    is_file && (is_temporary || is_sealed(path) || (is_named && !is_other_json()))
}

/// Whether this is how a file of an attempt is called after the attempt's id: `.json`, `.evidence`, and
/// the same set aside.
fn is_ending(rest: &str) -> bool {
    [".json", ".evidence"].iter().filter_map(|kind| rest.strip_prefix(kind)).any(|aside| {
        let numbers = [".damaged-", ".earlier-"].iter().find_map(|start| aside.strip_prefix(start));
        aside.is_empty()
            || numbers
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()))
    })
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Why the disk refused something.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {cause}")]
pub struct StoreError {
    /// The file or directory.
    pub path: String,
    /// What the system said.
    pub cause: io::Error,
}

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |cause| StoreError { path: path.clone(), cause }
}

/// The text of an attempt's file.
///
/// # Errors
/// Never for an attempt that was read or recorded.
pub fn text(attempt: &Attempt) -> serde_json::Result<String> {
    encode(attempt)
}

/// Reads an attempt file from anywhere.
///
/// # Errors
/// As [`decode`]; also when it is no regular file, or far too large.
pub fn read(path: &Path) -> Result<Attempt, Unreadable> {
    decode(&read_text(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_system_without_locks_lets_a_second_copy_in() {
        let store = Store::new(Path::new("data"));
        let tried = |error| store.is_unsupported(Err(error));
        assert!(!store.is_unsupported(Ok(())).expect("locked"));
        assert!(tried(TryLockError::Error(io::ErrorKind::Unsupported.into())).expect("goes on without"));
        let taken = tried(TryLockError::WouldBlock).expect_err("somebody is in");
        assert!(matches!(taken, NotLocked::Taken(_)), "{taken}");
        let failed =
            tried(TryLockError::Error(io::ErrorKind::PermissionDenied.into())).expect_err("it failed");
        assert!(failed.to_string().starts_with(&store.lock.display().to_string()), "{failed}");
    }
}
