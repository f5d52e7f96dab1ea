//! Attempts on disk: one JSON file each, replaced whole after every answer.
//!
//! A save writes a temporary file, syncs it, renames it over the old one and syncs the directory. So a
//! crash leaves the old file or the new one, never half of either. The layout, version 1:
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
//! A file that cannot be read is set aside under a new name, never overwritten and never taken for empty.
//! A finished attempt is never written again. Times are Unix seconds.

mod attempt;
mod disk;
mod envelope;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};

pub use attempt::{Attempt, Instance, Recalled, decode, encode};
use attempt::{day_of, is_number};
use disk::{
    TEMPORARY, cannot_lock, is_same, is_there, make_private, owner_only, patiently, read_text, sync_directory,
};
pub use disk::{
    create, directory_of, is_device, odd_name, other_kind, persist, persist_new, replace, second_name,
    temporary_for, without_temporary,
};
pub use envelope::Unreadable;
use envelope::{is_sealed, open, seal};

const EVIDENCE: &str = "coofit-evidence";

#[derive(Debug)]
pub struct Store {
    attempts: PathBuf,
    lock: PathBuf,
}

#[derive(Debug)]
pub struct SavedFile {
    pub path: PathBuf,
    pub attempt: Result<Attempt, Unreadable>,
    /// The id in it, if the file has another name: a copy, made by a sync program or by hand.
    pub copy_of: Option<String>,
}

/// The right to write, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// The file system cannot lock, so nothing keeps a second program out.
    pub unsupported: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum NotLocked {
    #[error("another coofit is at work in {0}; finish or close it first")]
    Taken(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    pub fn new(data_dir: &Path) -> Store {
        // The data directory may be a link, unlike the files in it.
        let dir = dunce::canonicalize(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        Store { attempts: dir.join("attempts"), lock: dir.join("lock") }
    }

    pub fn directory(&self) -> &Path {
        &self.attempts
    }

    pub fn path(&self, id: &str) -> PathBuf {
        self.attempts.join(format!("{id}.json"))
    }

    /// Makes the directories, takes the lock, and removes what a crash left behind.
    pub fn lock(&self) -> Result<Lock, NotLocked> {
        make_private(&self.attempts).map_err(at(&self.attempts))?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        owner_only(&mut options);
        // Opening a pipe would wait forever, and a link leads elsewhere.
        if fs::symlink_metadata(&self.lock).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(at(&self.lock)(io::Error::other("it is not a regular file; move it away")).into());
        }
        let file = options.open(&self.lock).map_err(at(&self.lock))?;
        let unsupported = self.is_unsupported(file.try_lock())?;
        // Nobody else is writing one now.
        for path in self.paths().unwrap_or_default() {
            if is_temporary(&path) && is_regular(&path) {
                let _ = fs::remove_file(path);
            }
        }
        Ok(Lock { file, unsupported })
    }

    /// Whether the lock still keeps others out, because they would lock the same file.
    pub fn has(&self, lock: &Lock) -> bool {
        match (lock.file.metadata(), fs::symlink_metadata(&self.lock)) {
            (Ok(held), Ok(there)) => is_same(&held, &there),
            _ => false,
        }
    }

    fn is_unsupported(&self, tried: Result<(), TryLockError>) -> Result<bool, NotLocked> {
        match tried {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Err(NotLocked::Taken(self.attempts.display().to_string())),
            Err(TryLockError::Error(cause)) if cannot_lock(&cause) => Ok(true),
            Err(TryLockError::Error(cause)) => Err(at(&self.lock)(cause).into()),
        }
    }

    /// Every attempt, the earliest first.
    pub fn list(&self) -> Result<Vec<SavedFile>, StoreError> {
        let is_attempt = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            name.ends_with(b".json") && !name.starts_with(b".")
        };
        let entry = |path: PathBuf| {
            let mut attempt = read(&path);
            let mut copy_of = None;
            // The id is the file's name: what the file says may be a path.
            if let (Ok(attempt), Some(stem)) = (&mut attempt, path.file_stem()) {
                let id = std::mem::replace(&mut attempt.id, stem.to_string_lossy().into_owned());
                copy_of = Some(id).filter(|id| *id != attempt.id);
            }
            SavedFile { path, attempt, copy_of }
        };
        let mut entries: Vec<SavedFile> = self.paths()?.into_iter().filter(is_attempt).map(entry).collect();
        entries.sort_by_cached_key(|entry| {
            let started = entry.attempt.as_ref().map_or(i64::MAX, |attempt| attempt.started);
            // Of two in the same second, `2026-11-22` was there before `2026-11-22-2`.
            (started, entry.path.as_os_str().len(), entry.path.clone())
        });
        Ok(entries)
    }

    /// Everything in the directory, which need not exist yet.
    fn paths(&self) -> Result<Vec<PathBuf>, StoreError> {
        let paths = match fs::read_dir(&self.attempts) {
            Ok(files) => files.map(|file| Ok(file?.path())).collect(),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        paths.map_err(at(&self.attempts))
    }

    /// Renames a damaged file to `NAME.damaged-N`, so that nothing overwrites it.
    pub fn set_aside(&self, path: &Path) -> Result<PathBuf, StoreError> {
        let aside = first_free(path, ".damaged-")?;
        patiently(|| fs::rename(path, &aside)).map_err(at(path))?;
        Ok(aside)
    }

    /// Copies an attempt to `ID.json.earlier-N`, before a change that would lose something.
    pub fn keep_copy(&self, _lock: &Lock, id: &str) -> Result<PathBuf, StoreError> {
        let path = self.path(id);
        let bytes = fs::read(&path).map_err(at(&path))?;
        let copy = first_free(&path, ".earlier-")?;
        create(&copy, &bytes).map_err(at(&copy))?;
        Ok(copy)
    }

    /// Replaces an attempt on disk. A new one gets its id here, from `day`, such as `2026-11-22`. A
    /// finished attempt on disk is an error.
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
            // Somebody changed the file during the quiz: keep their version.
            Err(Unreadable::Damaged(_) | Unreadable::Newer(_)) => drop(self.set_aside(&path)?),
            Err(Unreadable::Io(error)) if error.kind() != ErrorKind::NotFound => {
                return Err(at(&path)(error));
            }
            Ok(_) | Err(Unreadable::Io(_)) => {}
        }
        let text = encode(attempt).map_err(|error| at(&path)(error.into()))?;
        replace(&path, text.as_bytes()).map_err(at(&path))
    }

    pub fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        Ok(self.ours_and_others()?.0)
    }

    pub fn foreign(&self) -> Result<Vec<PathBuf>, StoreError> {
        Ok(self.ours_and_others()?.1)
    }

    fn ours_and_others(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>), StoreError> {
        if fs::symlink_metadata(&self.attempts).is_ok_and(|metadata| metadata.is_symlink()) {
            let link = io::Error::other("it is a link, and links are not followed");
            return Err(at(&self.attempts)(link));
        }
        let mut paths = self.paths()?;
        paths.sort();
        Ok(paths.into_iter().partition(|path| is_ours(path)))
    }

    /// The files of one attempt. A copy of it is another attempt.
    pub fn files_of(&self, id: &str) -> Result<Vec<PathBuf>, StoreError> {
        let mut files = self.files()?;
        files.retain(|path| id_in(&path.file_name().unwrap_or_default().to_string_lossy()) == Some(id));
        Ok(files)
    }

    pub fn forget(&self, _lock: &Lock, files: &[PathBuf]) -> Result<(), StoreError> {
        for path in files {
            match patiently(|| fs::remove_file(path)) {
                // Taking the lock removes temporary files.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.map_err(at(path))?,
            }
        }
        sync_directory(&self.attempts).map_err(at(&self.attempts))
    }

    /// The examples given for an attempt after the quiz; none if they were never asked for.
    pub fn evidence(&self, id: &str) -> Result<Option<Vec<Instance>>, Unreadable> {
        let path = self.evidence_path(id);
        if !is_there(&path)? {
            return Ok(None);
        }
        open(&read_text(&path)?, EVIDENCE).map(Some)
    }

    /// Keeps the examples in their own file, because a finished attempt is never written again.
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
}

/// The first of `PATH.damaged-1`, `PATH.damaged-2` and so on that is free.
fn first_free(path: &Path, ending: &str) -> Result<PathBuf, StoreError> {
    for number in 1.. {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!("{ending}{number}"));
        let free = path.with_file_name(name);
        if !is_there(&free).map_err(at(&free))? {
            return Ok(free);
        }
    }
    unreachable!("there are more numbers than files")
}

fn is_regular(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(TEMPORARY.as_bytes()) && name.ends_with(b".tmp")
}

/// Whether coofit made a file: it is a regular file, and its name or its first bytes say so. Complete JSON
/// that says something else belongs to another program, whatever its name.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_named = id_in(&name).is_some_and(|id| day_of(id).is_some());
    let is_other_json = || {
        let text = read_text(path).unwrap_or_default();
        text.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok()
    };
    is_regular(path) && (is_temporary(path) || is_sealed(path) || (is_named && !is_other_json()))
}

/// The id before `.json` or `.evidence`, and perhaps the ending of a copy, in a file name.
fn id_in(name: &str) -> Option<&str> {
    let copies = [".damaged-", ".earlier-"].map(|ending| name.rsplit_once(ending));
    let copy = copies.into_iter().flatten().find(|(_, number)| is_number(number));
    let name = copy.map_or(name, |(original, _)| original);
    name.strip_suffix(".json").or_else(|| name.strip_suffix(".evidence"))
}

#[derive(Debug, thiserror::Error)]
#[error("{path}: {cause}{}", way_out(cause))]
pub struct StoreError {
    pub path: String,
    pub cause: io::Error,
}

fn way_out(cause: &io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::NotADirectory => {
            "; a part of this path is a file: move it away, or name another directory with `--data-dir DIR`"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; make it readable and writable, or name another directory with `--data-dir DIR`"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space",
        _ => "",
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |cause| StoreError { path: path.clone(), cause }
}

/// Reads an attempt file from anywhere; it must be a regular file of a reasonable size.
pub fn read(path: &Path) -> Result<Attempt, Unreadable> {
    decode(&read_text(path)?)
}

#[cfg(test)]
#[path = "../tests/store/store.rs"]
mod tests;
