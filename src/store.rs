//! Attempts on disk: one JSON file each, replaced whole after every answer.
//!
//! A save writes a new temporary file, syncs it, renames it over the old one and syncs the
//! directory; only then may it be called saved. So a crash leaves the old file or the new one,
//! never half of either. The layout, version 1:
//!
//! ```text
//! {"format": "coofit-attempt", "version": 1, "check": "<crc-32 of the body's bytes>", "body": {
//!   "id", "bank", "edition", "hash", "form", "role", "observe", "started", "saved", "finished",
//!   "answers": {item: answer, or null when skipped}, "seconds": {item: seconds}}}
//! ```
//!
//! Answers are the record; scores are derived and never kept. What cannot be read is set aside
//! under a new name, never overwritten and never taken for empty. A finished attempt is never
//! written again. Times are Unix seconds and come in as arguments.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;

mod disk;

use crate::answers;
use crate::bank::Bank;
use crate::bank::Form;
use crate::session::Responses;

pub use disk::create;
pub use disk::replace;

use disk::cannot_lock;
use disk::is_there;
use disk::make_private;
use disk::owner_only;

/// What the file says it is.
const FORMAT: &str = "coofit-attempt";
/// What a file of examples says it is.
const EVIDENCE: &str = "coofit-evidence";
/// The version that this program writes.
const VERSION: u32 = 1;
/// How the names of our temporary files begin.
const TEMPORARY: &str = ".coofit-";
/// The largest attempt that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// One person's way through a bank, as it stands on disk.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Names the file: a date, with a number after it when the day has several.
    pub id: String,
    /// The bank's id, edition and hash at the time.
    pub bank: BankName,
    /// Which items are asked.
    pub form: Form,
    /// The role it was taken for.
    pub role: Option<String>,
    /// Whom the answers describe, when somebody else gives them.
    pub observe: Option<String>,
    /// When it was started.
    pub started: i64,
    /// When it was last saved.
    pub saved: i64,
    /// When the last question was answered; nothing while it is under way.
    pub finished: Option<i64>,
    answers: String,
    seconds: BTreeMap<String, f64>,
}

/// Which bank an attempt is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankName {
    /// The bank's id.
    pub id: String,
    /// Its edition.
    pub edition: String,
    /// Its hash.
    pub hash: String,
}

impl BankName {
    /// The name of a bank.
    #[must_use]
    pub fn of(bank: &Bank) -> BankName {
        BankName { id: bank.id.clone(), edition: bank.edition.clone(), hash: bank.hash.clone() }
    }
}

/// Responses from a stored attempt, and the ids of answers that the bank at hand cannot take.
#[derive(Debug)]
pub struct Recalled {
    /// What fits the bank.
    pub responses: Responses,
    /// Answers whose item or option is gone.
    pub dropped: Vec<String>,
}

impl Attempt {
    /// A new attempt, without answers.
    #[must_use]
    pub fn new(bank: &Bank, form: Form, role: Option<&str>, observe: Option<&str>, now: i64) -> Attempt {
        Attempt {
            id: String::new(),
            bank: BankName::of(bank),
            form,
            role: role.map(str::to_owned),
            observe: observe.map(str::to_owned),
            started: now,
            saved: now,
            finished: None,
            answers: "{}".to_owned(),
            seconds: BTreeMap::new(),
        }
    }

    /// Takes over what was given so far.
    pub fn record(&mut self, bank: &Bank, responses: &Responses, now: i64) {
        self.bank = BankName::of(bank);
        self.saved = now;
        self.answers = answers::object(bank, responses).to_string();
        self.seconds = bank
            .form_items(responses.form())
            .filter_map(|index| Some((bank.items[index].id.clone(), responses.seconds(index)?)))
            .collect();
    }

    /// The responses, as far as the bank can take them.
    ///
    /// # Panics
    /// Never: an answer is kept only after its item has taken it.
    #[must_use]
    pub fn recall(&self, bank: &Bank) -> Recalled {
        let mut responses = Responses::new(bank, self.form);
        let mut dropped = Vec::new();
        let given: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&self.answers).unwrap_or_default();
        for (id, value) in &given {
            let item = bank.item(id).filter(|&index| self.form.asks(&bank.items[index]));
            let answer = item.and_then(|index| answers::answer(&bank.items[index], value).ok());
            match (item, answer) {
                (Some(index), Some(None)) => responses.skip(bank, index),
                (Some(index), Some(Some(answer))) => {
                    responses.set(bank, index, answer).expect("the item took this answer just now");
                }
                _ => dropped.push(id.clone()),
            }
        }
        for (id, seconds) in &self.seconds {
            if let Some(index) = bank.item(id) {
                responses.spend(index, *seconds);
            }
        }
        Recalled { responses, dropped }
    }

    /// Whether it was ever saved.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        !self.id.is_empty()
    }

    /// The number of answers and skips so far.
    #[must_use]
    pub fn n_given(&self) -> usize {
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&self.answers)
            .map_or(0, |answers| answers.len())
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: String,
    version: u32,
    check: String,
    body: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: String,
    bank: String,
    edition: String,
    hash: String,
    form: String,
    role: Option<String>,
    observe: Option<String>,
    started: i64,
    saved: i64,
    finished: Option<i64>,
    answers: Box<RawValue>,
    seconds: BTreeMap<String, f64>,
}

/// Why an attempt could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file is damaged, was changed by hand, or is no attempt at all.
    #[error("{0}")]
    Damaged(String),
    /// The file was written by a newer program.
    #[error("it was written by a newer coofit (version {0}; this one reads {VERSION})")]
    Newer(u32),
    /// The file could not be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
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

/// The text of an attempt file.
fn encode(attempt: &Attempt) -> serde_json::Result<String> {
    let body = Body {
        id: attempt.id.clone(),
        bank: attempt.bank.id.clone(),
        edition: attempt.bank.edition.clone(),
        hash: attempt.bank.hash.clone(),
        form: attempt.form.id().to_owned(),
        role: attempt.role.clone(),
        observe: attempt.observe.clone(),
        started: attempt.started,
        saved: attempt.saved,
        finished: attempt.finished,
        answers: RawValue::from_string(attempt.answers.clone())?,
        seconds: attempt.seconds.clone(),
    };
    seal(FORMAT, &body)
}

/// A body in its envelope, with its checksum.
fn seal(format: &str, body: &impl Serialize) -> serde_json::Result<String> {
    let body = RawValue::from_string(serde_json::to_string(body)?)?;
    let check = checksum(&body);
    let envelope = Envelope { format: format.to_owned(), version: VERSION, check, body };
    serde_json::to_string(&envelope).map(|text| text + "\n")
}

/// The body of an envelope that is whole, of this format, and not of a newer version.
fn open_envelope(text: &str, format: &str) -> Result<Box<RawValue>, Unreadable> {
    #[derive(Deserialize)]
    struct Header {
        format: String,
        version: u32,
    }
    let damaged = |what: &str| Unreadable::Damaged(what.to_owned());
    let header: Header = serde_json::from_str(text).map_err(|_| damaged("it is no file of coofit's"))?;
    if header.format != format {
        return Err(damaged("it is another kind of file"));
    }
    if header.version > VERSION {
        return Err(Unreadable::Newer(header.version));
    }
    if header.version < 1 {
        return Err(damaged("it names no version"));
    }
    let envelope: Envelope = serde_json::from_str(text).map_err(|_| damaged("it is cut short or garbled"))?;
    if checksum(&envelope.body) != envelope.check {
        return Err(damaged("its contents do not match its checksum"));
    }
    Ok(envelope.body)
}

fn checksum(body: &RawValue) -> String {
    format!("{:08x}", crc32fast::hash(body.get().as_bytes()))
}

/// Reads the text of an attempt file.
///
/// # Errors
/// Says why it is not an attempt that this program wrote.
pub fn decode(text: &str) -> Result<Attempt, Unreadable> {
    let damaged = |what: &str| Unreadable::Damaged(what.to_owned());
    let body = open_envelope(text, FORMAT)?;
    let body: Body = serde_json::from_str(body.get()).map_err(|_| damaged("its contents are garbled"))?;
    let form = Form::from_id(&body.form).ok_or_else(|| damaged("it names no known form"))?;
    Ok(Attempt {
        id: body.id,
        bank: BankName { id: body.bank, edition: body.edition, hash: body.hash },
        form,
        role: body.role,
        observe: body.observe,
        started: body.started,
        saved: body.saved,
        finished: body.finished,
        answers: body.answers.get().to_owned(),
        seconds: body.seconds,
    })
}

/// Reads an attempt file from anywhere.
///
/// # Errors
/// As [`decode`]; also when it is no regular file, or far too large.
pub fn read(path: &Path) -> Result<Attempt, Unreadable> {
    decode(&read_text(path)?)
}

fn read_text(path: &Path) -> Result<String, Unreadable> {
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() {
        return Err(Unreadable::Damaged("it is not a regular file".to_owned()));
    }
    if metadata.len() > MAX_BYTES {
        return Err(Unreadable::Damaged(format!("it has {} bytes", metadata.len())));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| Unreadable::Damaged("it is not text".to_owned()))
}

/// One example of what the answers claim, told after the quiz in the person's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Id of the scale that it backs.
    pub scale: String,
    /// What was done.
    pub what: String,
    /// When.
    pub when: String,
    /// With what result.
    pub result: String,
}

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
}

/// The right to write; given up when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    /// Set when the file system cannot lock, so that nothing keeps a second copy out.
    pub unsupported: bool,
}

/// Why the lock was not given.
#[derive(Debug, thiserror::Error)]
pub enum NotLocked {
    /// Another process has it.
    #[error("another coofit is writing to {0}")]
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
        let unsupported = match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => {
                return Err(NotLocked::Taken(self.attempts.display().to_string()));
            }
            Err(TryLockError::Error(cause)) if cannot_lock(&cause) => true,
            Err(TryLockError::Error(cause)) => return Err(at(&self.lock)(cause).into()),
        };
        self.clear_temporary();
        Ok(Lock { _file: file, unsupported })
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
                // A file goes by the name that it has: what it says may be a copy's, or a path.
                if let (Ok(attempt), Some(stem)) = (&mut attempt, path.file_stem()) {
                    attempt.id = stem.to_string_lossy().into_owned();
                }
                entries.push(Entry { path, attempt });
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

    /// Writes an attempt: whole, synced, and in place of the old one at a stroke. A new attempt gets
    /// its id here, from `day`, such as `2026-11-22`.
    ///
    /// # Errors
    /// The disk refused; the old file is as it was. Or the attempt on disk is finished.
    pub fn save(&self, _lock: &Lock, attempt: &mut Attempt, day: &str) -> Result<(), StoreError> {
        make_private(&self.attempts).map_err(at(&self.attempts))?;
        if attempt.id.is_empty() {
            attempt.id = self.free_id(day)?;
        }
        let path = self.attempts.join(format!("{}.json", attempt.id));
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

    /// Every file of ours: attempts, what is kept beside them, and what was set aside.
    ///
    /// # Errors
    /// The directory is there and cannot be listed.
    pub fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let files = match fs::read_dir(&self.attempts) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&self.attempts)(error)),
        };
        let mut paths = Vec::new();
        for file in files {
            paths.push(file.map_err(at(&self.attempts))?.path());
        }
        paths.sort();
        Ok(paths)
    }

    /// The files of one attempt.
    ///
    /// # Errors
    /// As [`Store::files`].
    pub fn files_of(&self, id: &str) -> Result<Vec<PathBuf>, StoreError> {
        let start = format!("{id}.");
        let of_id =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start));
        Ok(self.files()?.into_iter().filter(of_id).collect())
    }

    /// Removes files for good.
    ///
    /// # Errors
    /// The disk refused; some files may be gone.
    pub fn forget(&self, _lock: &Lock, files: &[PathBuf]) -> Result<(), StoreError> {
        for path in files {
            match fs::remove_file(path) {
                // A temporary file of a killed run went when the lock was taken.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed.map_err(at(path))?,
            }
        }
        #[cfg(unix)]
        File::open(&self.attempts).and_then(|directory| directory.sync_all()).map_err(at(&self.attempts))?;
        Ok(())
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
        let body = open_envelope(&text, EVIDENCE)?;
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
        let text = seal(EVIDENCE, &instances).map_err(|error| at(&path)(error.into()))?;
        replace(&path, text.as_bytes()).map_err(at(&path))
    }

    fn evidence_path(&self, id: &str) -> PathBuf {
        self.attempts.join(format!("{id}.evidence"))
    }

    fn free_id(&self, day: &str) -> Result<String, StoreError> {
        for number in 1.. {
            let id = if number == 1 { day.to_owned() } else { format!("{day}-{number}") };
            let path = self.attempts.join(format!("{id}.json"));
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
            if is_ours && path.extension().is_some_and(|extension| extension == "tmp") {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
