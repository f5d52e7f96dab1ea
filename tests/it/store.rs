//! The directory of attempts without the program: names, order, and obstacles.

use std::path::{Path, PathBuf};
use std::{fs, io};

use coofit::bank::{Bank, Form};
use coofit::session::{Given, Responses};
use coofit::store;
#[cfg(unix)]
use coofit::store::Unreadable;
use coofit::store::{Attempt, Instance, Lock, Store, StoreError};
use expect_test::expect;
use tempfile::TempDir;

use crate::results::rating;
use crate::support::bank;

const DAY: &str = "2026-11-22";
/// The largest file that is read.
const MOST_BYTES: usize = 4 * 1024 * 1024;

struct Shelf {
    _directory: TempDir,
    store: Store,
    lock: Lock,
    bank: Bank,
}

fn shelf() -> Shelf {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(directory.path());
    let lock = store.lock().expect("nobody else is here");
    Shelf { _directory: directory, store, lock, bank: bank("tests/data/banks/mini") }
}

impl Shelf {
    fn path(&self, name: &str) -> PathBuf {
        self.store.directory().join(name)
    }

    fn write(&self, name: &str) -> PathBuf {
        fs::write(self.path(name), name).expect("written");
        self.path(name)
    }

    /// A new attempt; one without an id gets its own when it is saved.
    fn attempt(&self, id: &str, started: i64) -> Attempt {
        let mut attempt = Attempt::new(&self.bank, Form::Full, None, None, started);
        id.clone_into(&mut attempt.id);
        attempt
    }

    fn save(&self, attempt: &mut Attempt) -> Result<(), StoreError> {
        self.store.save(&self.lock, attempt, DAY)
    }

    fn saved(&self, id: &str, started: i64) {
        self.save(&mut self.attempt(id, started)).expect("saved");
    }

    fn ids(&self) -> Vec<String> {
        let entries = self.store.list().expect("a list");
        entries.iter().map(|entry| name(&entry.path).trim_end_matches(".json").to_owned()).collect()
    }

    fn names(&self) -> Vec<String> {
        listed(&self.store)
    }
}

/// Whatever is in the directory.
fn listed(store: &Store) -> Vec<String> {
    let (ours, others) = (store.files().expect("a list"), store.foreign().expect("a list"));
    let mut names: Vec<String> = ours.iter().chain(&others).map(|path| name(path)).collect();
    names.sort();
    names
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn an_empty_store_is_no_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(&directory.path().join("none"));
    assert_eq!(store.list().expect("an empty list").len(), 0);
    assert_eq!(store.files().expect("an empty list"), [] as [PathBuf; 0]);
    assert_eq!(store.evidence(DAY).expect("no examples"), None);
    assert!(!store.directory().exists(), "looking makes nothing");
}

#[test]
fn an_unlistable_directory_is_an_error_not_an_empty_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(directory.path());
    fs::write(store.directory(), "in the way").expect("written");
    for error in [store.list().map(drop), store.files().map(drop), store.files_of(DAY).map(drop)] {
        let error = error.expect_err("a file is not a directory");
        assert_eq!(error.path, store.directory().display().to_string());
        // Windows has no name for this.
        assert!(cfg!(windows) || error.cause.kind() == io::ErrorKind::NotADirectory, "{}", error.cause);
    }
}

#[test]
fn attempts_are_listed_by_start_with_damaged_ones_last() {
    let shelf = shelf();
    for (id, started) in [("a", 300), ("2026-11-22-10", 200), ("2026-11-22-9", 200), ("2026-11-22", 200)] {
        shelf.saved(id, started);
    }
    shelf.saved("z", 100);
    shelf.write("0.json");
    assert_eq!(shelf.ids(), ["z", "2026-11-22", "2026-11-22-9", "2026-11-22-10", "a", "0"]);
}

#[test]
fn only_visible_json_files_are_attempts() {
    let shelf = shelf();
    shelf.saved("a", 100);
    for other in [".a.json", "a.json.damaged-1", "a.evidence", "json", ".json"] {
        shelf.write(other);
    }
    assert_eq!(shelf.ids(), ["a"]);
}

#[test]
fn the_files_of_an_attempt_are_only_its_own() {
    let shelf = shelf();
    let own = ["", ".damaged-1", ".earlier-12"].map(|end| format!("{DAY}.json{end}"));
    let own = [own.as_slice(), &[format!("{DAY}.evidence"), format!("{DAY}.evidence.damaged-2")]].concat();
    for file in own.iter().map(String::as_str).chain([
        "2026-11-22-2.json",
        "2026-11-221.json",
        "b.2026-11-22.json",
        ".2026-11-22.json",
        "2026-11-22.notes.txt",
        "2026-11-22.json.bak",
        "2026-11-22.json.damaged-",
        "2026-11-22.json.damaged-1x",
    ]) {
        shelf.write(file);
    }
    let files = |id: &str| -> Vec<String> {
        shelf.store.files_of(id).expect("a list").iter().map(|path| name(path)).collect()
    };
    let mut expect = own.clone();
    expect.sort();
    assert_eq!(files(DAY), expect);
    assert_eq!(files(""), [] as [String; 0], "no attempt is without a name");
    assert_eq!(files("2026-11-22-2"), ["2026-11-22-2.json"]);
}

#[test]
fn what_coofit_did_not_make_is_foreign() {
    let shelf = shelf();
    shelf.saved(DAY, 100);
    let text = fs::read(shelf.path("2026-11-22.json")).expect("the attempt");
    for copy in ["2026-11-22 (conflicted copy).json", "2026-11-22 2.json"] {
        fs::write(shelf.path(copy), &text[..40]).expect("a copy that is cut short");
    }
    for foreign in ["essay.md", "notes.json", "2026-11-22.txt", "2026-11.json", ".coofit-x.json"] {
        shelf.write(foreign);
    }
    fs::create_dir(shelf.path("2026-11-23.json")).expect("a directory");
    #[cfg(unix)]
    std::os::unix::fs::symlink("essay.md", shelf.path("2026-11-24.json")).expect("a link");
    let ours: Vec<String> = shelf.store.files().expect("a list").iter().map(|path| name(path)).collect();
    assert_eq!(ours, ["2026-11-22 (conflicted copy).json", "2026-11-22 2.json", "2026-11-22.json"]);
}

#[test]
fn a_new_attempt_gets_the_first_unused_name_that_day() {
    let shelf = shelf();
    let mut ids = Vec::new();
    for started in 0..3 {
        let mut attempt = shelf.attempt("", started);
        assert!(!attempt.is_stored());
        shelf.save(&mut attempt).expect("saved");
        assert!(attempt.is_stored());
        ids.push(attempt.id);
        // The second is damaged and set aside: its name stays taken.
        if started == 1 {
            shelf.store.set_aside(&shelf.path("2026-11-22-2.json")).expect("renamed");
        }
    }
    assert_eq!(ids, ["2026-11-22", "2026-11-22-2", "2026-11-22-3"]);
}

#[test]
fn what_is_set_aside_takes_the_first_free_number() {
    let shelf = shelf();
    for number in 1..=3 {
        let aside = shelf.store.set_aside(&shelf.write("a.json")).expect("renamed");
        assert_eq!(name(&aside), format!("a.json.damaged-{number}"));
    }
    assert_eq!(shelf.names(), ["a.json.damaged-1", "a.json.damaged-2", "a.json.damaged-3"]);
}

#[test]
fn keeping_another_copy_leaves_the_earlier_copy_as_it_was() {
    let shelf = shelf();
    let mut attempt = shelf.attempt("a", 100);
    let mut kept = Vec::new();
    for (number, saved) in [(1, 200), (2, 300)] {
        attempt.record(&shelf.bank, &Responses::new(&shelf.bank, Form::Full), saved);
        shelf.save(&mut attempt).expect("saved");
        let copy = shelf.store.keep_copy(&shelf.lock, "a").expect("copied");
        assert_eq!(name(&copy), format!("a.json.earlier-{number}"));
        kept.push(copy);
    }
    let saved = |path: &PathBuf| store::read(path).expect("an attempt").saved;
    assert_eq!(kept.iter().map(saved).collect::<Vec<_>>(), [200, 300]);
    assert_eq!(saved(&shelf.path("a.json")), 300, "the attempt itself stays");
    let error = shelf.store.keep_copy(&shelf.lock, "b").expect_err("there is no such attempt");
    assert_eq!(
        (error.path, error.cause.kind()),
        (shelf.path("b.json").display().to_string(), io::ErrorKind::NotFound)
    );
}

/// A name that is as long as a file system takes, or longer once something is put behind it. Windows has several
/// errors for this, so it is tested elsewhere.
#[cfg(unix)]
#[test]
fn a_name_that_the_disk_refuses_is_an_error() {
    let shelf = shelf();
    let id = "a".repeat(250 - ".json".len());
    shelf.saved(&id, 100);
    let error = shelf.store.keep_copy(&shelf.lock, &id).expect_err("no room for more of a name");
    assert_eq!(error.cause.kind(), io::ErrorKind::InvalidFilename);
    let error = shelf.store.set_aside(&shelf.path(&format!("{id}.json"))).expect_err("the same");
    assert_eq!(error.cause.kind(), io::ErrorKind::InvalidFilename);
    assert_eq!(shelf.ids(), [id], "and the attempt is where it was");
    let Err(Unreadable::Io(error)) = shelf.store.evidence(&"a".repeat(300)) else {
        panic!("it was looked at")
    };
    assert_eq!(error.kind(), io::ErrorKind::InvalidFilename);
    let mut attempt = shelf.attempt("", 100);
    let error = shelf.store.save(&shelf.lock, &mut attempt, &"a".repeat(300)).expect_err("the same");
    assert_eq!(error.cause.kind(), io::ErrorKind::InvalidFilename);
    assert!(!attempt.is_stored(), "an attempt without a file has no name");
}

#[test]
fn a_missing_file_counts_as_forgotten() {
    let shelf = shelf();
    let [one, other] = ["a.json", "b.json"].map(|name| shelf.write(name));
    let gone = shelf.path("gone.json");
    shelf.store.forget(&shelf.lock, &[gone, one.clone()]).expect("removed");
    assert!(!one.exists());
    let full = shelf.path("full");
    fs::create_dir(&full).expect("a directory");
    let error =
        shelf.store.forget(&shelf.lock, &[full.clone(), other.clone()]).expect_err("a directory stays");
    assert_eq!(error.path, full.display().to_string());
    assert!(full.exists() && other.exists());
}

#[test]
fn taking_the_lock_only_clears_our_temporary_files() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(directory.path());
    fs::create_dir_all(store.directory()).expect("a directory");
    for file in [".coofit-x.tmp", ".coofit-x.json", ".other.tmp", "coofit-x.tmp", "a.json"] {
        fs::write(store.directory().join(file), "").expect("written");
    }
    let lock = store.lock().expect("nobody else is here");
    assert!(!lock.unsupported, "this file system can lock");
    assert_eq!(listed(&store), [".coofit-x.json", ".other.tmp", "a.json", "coofit-x.tmp"]);
}

#[test]
fn a_file_is_read_up_to_four_mebibytes() {
    let shelf = shelf();
    let file = shelf.path("large.json");
    let reason = |length: usize| {
        fs::write(&file, vec![b' '; length]).expect("written");
        store::read(&file).expect_err("it is empty").to_string()
    };
    assert_eq!(reason(MOST_BYTES), "it is empty");
    assert_eq!(reason(MOST_BYTES + 1), "it has 4194305 bytes; coofit reads up to 4194304");
}

#[test]
fn examples_are_read_back_and_damaged_ones_are_set_aside() {
    let shelf = shelf();
    let examples = |what: &str| {
        let word = || "x".to_owned();
        vec![Instance { scale: word(), what: what.to_owned(), when: word(), result: word() }]
    };
    assert_eq!(shelf.store.evidence("a").expect("no examples"), None);
    for what in ["once", "and again"] {
        shelf.store.save_evidence(&shelf.lock, "a", &examples(what)).expect("saved");
        assert_eq!(shelf.store.evidence("a").expect("readable"), Some(examples(what)));
    }
    assert_eq!(shelf.names(), ["a.evidence"], "what can be read is replaced");
    let damaged = shelf.write("a.evidence");
    shelf.store.evidence("a").expect_err("it is not our file");
    shelf.store.save_evidence(&shelf.lock, "a", &examples("anew")).expect("saved");
    assert_eq!(shelf.store.evidence("a").expect("readable"), Some(examples("anew")));
    assert_eq!(
        fs::read_to_string(damaged.with_file_name("a.evidence.damaged-1")).expect("kept"),
        "a.evidence"
    );
}

// Needs file modes.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let shelf = shelf();
    shelf.saved("a", 100);
    fs::set_permissions(shelf.path("a.json"), fs::Permissions::from_mode(0o200)).expect("a mode");
    if fs::File::open(shelf.path("a.json")).is_ok() {
        return; // Root may read everything.
    }
    let mut attempt = shelf.attempt("a", 200);
    let error = shelf.save(&mut attempt).expect_err("nobody knows what would be lost");
    assert_eq!(error.cause.kind(), io::ErrorKind::PermissionDenied);
    fs::set_permissions(shelf.path("a.json"), fs::Permissions::from_mode(0o600)).expect("a mode");
    assert_eq!(store::read(&shelf.path("a.json")).expect("as it was").started, 100);
}

// Needs file modes.
#[cfg(unix)]
#[test]
fn new_directories_are_private_and_existing_ones_keep_their_mode() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let there = directory.path().join("there");
    fs::create_dir(&there).expect("a directory");
    fs::set_permissions(&there, fs::Permissions::from_mode(0o755)).expect("a mode");
    let store = Store::new(&there.join("new/newer"));
    store.lock().expect("nobody else is here");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&there), 0o755);
    for new in [there.join("new"), there.join("new/newer"), store.directory().to_owned()] {
        assert_eq!(mode(&new), 0o700, "{}", new.display());
    }
    assert_eq!(mode(&there.join("new/newer/lock")), 0o600);
}

#[test]
fn recall_keeps_answers_that_fit_and_names_the_others() {
    let shelf = shelf();
    let bank = &shelf.bank;
    let item = |id: &str| bank.item(id).expect("an item");
    let mut given = Responses::new(bank, Form::Full);
    given.set(bank, item("leading-credit"), rating(4)).expect("a label");
    given.skip(item("planning-week"));
    given.set(bank, item("leading-early-word"), rating(5)).expect("a label");
    given.spend(item("leading-credit"), 2.5);
    let mut attempt = shelf.attempt("", 100);
    attempt.record(bank, &given, 200);
    assert_eq!((attempt.n_given(), attempt.saved, attempt.finished), (3, 200, None));
    let whole = attempt.recall(bank);
    assert_eq!((whole.responses, whole.left_out.is_empty()), (given, true));
    // The same attempt on a bank that no longer has one of its questions.
    let mut other = self::bank("tests/data/banks/mini");
    other.items[item("leading-early-word")].id = "another".to_owned();
    let part = attempt.recall(&other);
    expect!["1 answer to a question that is not asked any more (`leading-early-word`)"]
        .assert_eq(&part.left_out.to_string());
    assert_eq!(part.responses.n_answered(), 1);
    assert_eq!(part.responses.answer(item("leading-credit")), Some(&rating(4)));
    assert_eq!(part.responses.given(item("planning-week")), Some(&Given::Skipped));
    assert_eq!(part.responses.given(item("leading-early-word")), None, "it is asked again");
}

#[test]
fn a_directory_made_by_another_process_is_used() {
    // Making `absent` also makes `absent/..`, which was not there a moment before.
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(&directory.path().join("absent/../beside"));
    store.lock().expect("nothing is in the way");
    assert!(directory.path().join("beside/attempts").is_dir());
}

// Needs file modes.
#[cfg(unix)]
#[test]
fn parent_directories_need_not_be_readable() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let above = directory.path().join("above");
    let mode = |mode| fs::set_permissions(&above, fs::Permissions::from_mode(mode)).expect("a mode");
    fs::create_dir_all(above.join("data/attempts")).expect("directories");
    mode(0o100);
    let locked = Store::new(&above.join("data")).lock().map(drop);
    mode(0o700);
    locked.expect("everything is there already");
}
