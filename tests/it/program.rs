//! Running the program: a home of its own for every test, and the streams captured.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::ChildStdout;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use expect_test::Expect;
use serde_json::Value;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

use crate::support::repository;

/// Longer than any command may take; after it the program counts as hung.
const HANGS: Duration = Duration::from_secs(20);

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_coofit");

/// An answer line for each question of the bank `mini`, in the order of asking.
pub(crate) const MINI_LINES: [&str; 12] =
    ["4", "4", "2", "5", "1", "1", "2", "6", "2", "1 3 4", "40000", "4"];

/// The `answers` object that [`MINI_LINES`] amounts to.
pub(crate) fn mini_answers() -> Value {
    serde_json::json!({
        "leading-early-word": 4, "leading-credit": 4, "leading-own-hands": 2, "planning-week": 5,
        "planning-last-minute": 1, "scenes-outage": "tell", "scenes-late-truck": "shift",
        "years-in-charge": 6, "training-longest": "weeks", "duties-had": ["roster", "cash", "hiring"],
        "pay-needed": 40000, "pay-matters": 4,
    })
}

/// A whole answers file to the bank `mini`.
pub(crate) fn mini_file(answers: &Value) -> String {
    serde_json::json!({"format": 1, "bank": "mini", "edition": "1", "form": "full", "answers": answers})
        .to_string()
}

/// A small bank of the test data.
pub(crate) fn test_bank(name: &str) -> PathBuf {
    repository("tests/data/banks").join(name)
}

/// The answer lines, one a line.
pub(crate) fn lines(answers: &[&str]) -> String {
    answers.iter().flat_map(|line| [line, "\n"]).collect()
}

/// A home directory for one test, gone with it.
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    pub(crate) fn new() -> Home {
        Home { directory: tempfile::tempdir().expect("a temporary directory") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The data directory that a run gets, unless told otherwise.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a file in the temporary directory");
        path
    }

    /// Copies a file of the repository and gives its name.
    pub(crate) fn copy(&self, path: &str) -> String {
        let name = path.rsplit('/').next().expect("a name").to_owned();
        std::fs::copy(repository(path), self.path(&name)).expect("a copy in the temporary directory");
        name
    }

    /// The text of a file in the home.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Changes a text in a file of the home, at its first place.
    #[track_caller]
    pub(crate) fn change(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, text.replacen(old, new, 1));
    }

    /// What the home holds, by name.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).expect("the home");
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The attempt files, by name.
    pub(crate) fn attempts(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.data().join("attempts")).into_iter().flatten();
        let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a directory entry").path()).collect();
        paths.sort();
        paths
    }

    /// The only attempt file, as JSON.
    #[track_caller]
    pub(crate) fn attempt(&self) -> Value {
        let paths = self.attempts();
        assert_eq!(paths.len(), 1, "{paths:?}");
        serde_json::from_slice(&std::fs::read(&paths[0]).expect("the attempt")).expect("JSON")
    }

    /// Everything below the home, by path, with the bytes of the files.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        fn walk(directory: &Path, found: &mut Vec<(PathBuf, Option<Vec<u8>>)>) {
            for entry in std::fs::read_dir(directory).into_iter().flatten() {
                let path = entry.expect("a directory entry").path();
                if path.is_dir() {
                    found.push((path.clone(), None));
                    walk(&path, found);
                } else {
                    found.push((path.clone(), std::fs::read(&path).ok()));
                }
            }
        }
        let mut found = Vec::new();
        walk(self.directory.path(), &mut found);
        found.sort();
        found
    }

    /// The program with these arguments, at home here and nowhere else.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.through(PROGRAM, args)
    }

    /// The same, on the bank `mini`.
    pub(crate) fn mini<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.on("banks/mini", args)
    }

    /// The same, on any bank of the test data.
    pub(crate) fn on<S: AsRef<OsStr>>(&self, bank: &str, args: impl IntoIterator<Item = S>) -> Run {
        self.run(["--bank"]).arg(repository("tests/data").join(bank)).args(args)
    }

    /// Another program in the same surroundings.
    pub(crate) fn through<S: AsRef<OsStr>>(&self, program: &str, args: impl IntoIterator<Item = S>) -> Run {
        let mut command = Command::new(program);
        command.args(args).env_clear().current_dir(self.directory.path());
        command
            .env("HOME", self.directory.path())
            .env("USERPROFILE", self.directory.path())
            .env("APPDATA", self.path("roaming"))
            .env("LOCALAPPDATA", self.path("local"))
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", "/usr/bin:/bin");
        command.env("XDG_DATA_HOME", self.path("xdg")).env("COOFIT_DATA_DIR", self.data());
        // Coverage is measured through a file that this names.
        #[expect(clippy::disallowed_methods, reason = "coverage tools name their file in the environment")]
        command.envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)));
        Run { command, home: self.directory.path().to_owned(), input: Vec::new(), leaves: false }
    }

    /// Answers the whole bank `mini`, so that there is a finished result.
    #[track_caller]
    pub(crate) fn finish_mini(&self) -> Ran {
        self.mini(["take", "--plain", "--fresh"]).input(lines(&MINI_LINES)).expect_code(0)
    }
}

/// One run of the program, not yet started.
#[must_use = "nothing runs before `ran` or `expect_code`"]
pub(crate) struct Run {
    command: Command,
    home: PathBuf,
    input: Vec<u8>,
    leaves: bool,
}

impl Run {
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Run {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Run {
        self.command.args(args);
        self
    }

    /// What it reads from standard input.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Run {
        self.input = input.into();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Run {
        self.command.env_remove(name);
        self
    }

    /// Whoever reads its standard output goes away after the first line.
    pub(crate) fn with_a_reader_that_leaves(mut self) -> Run {
        self.leaves = true;
        self
    }

    /// Runs it in a directory of the home.
    pub(crate) fn within(mut self, directory: &str) -> Run {
        self.command.current_dir(self.home.join(directory));
        self
    }

    /// Runs it to its end, which must come.
    #[track_caller]
    pub(crate) fn ran(mut self) -> Ran {
        let said = format!("{:?}", self.command);
        let home = self.home.display().to_string();
        let mut child = self.start();
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = self.input;
        // Whoever stops reading early is no failure of the writer.
        thread::spawn(move || stdin.write_all(&input).ok());
        let stdout = collect(child.stdout.take().expect("a pipe"), self.leaves);
        let stderr = collect(child.stderr.take().expect("a pipe"), false);
        let mut end = |stream: &mpsc::Receiver<Vec<u8>>| {
            stream.recv_timeout(HANGS).unwrap_or_else(|_| {
                child.kill().ok();
                panic!("{said} hangs")
            })
        };
        let (stdout, stderr) = (end(&stdout), end(&stderr));
        let status = child.wait().expect("the program can be waited for");
        Ran { said, home, stdout: text(stdout), stderr: text(stderr), status }
    }

    /// Runs it; it must end with this code.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Ran {
        let ran = self.ran();
        assert_eq!(ran.status.code(), Some(code), "{}\n{}\n{}", ran.said, ran.stdout, ran.stderr);
        ran
    }

    /// Starts it with its input held open.
    pub(crate) fn talk(mut self) -> Talk {
        let mut child = self.start();
        let stdout = child.stdout.take().map(|stdout| collect(stdout, false));
        Talk::with(child, stdout)
    }

    /// Starts it with its whole input; the test reads its standard output, or leaves it.
    #[cfg(unix)]
    pub(crate) fn unread(mut self) -> (Talk, ChildStdout) {
        let mut child = self.start();
        let (mut stdin, stdout) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let input = self.input;
        thread::spawn(move || stdin.write_all(&input).ok());
        (Talk::with(child, None), stdout)
    }

    fn start(&mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().expect("the program starts")
    }
}

/// Reads a stream to its end, or closes it after the first line.
fn collect(stream: impl Read + Send + 'static, leaves: bool) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut reader = BufReader::with_capacity(16, stream);
        if leaves { reader.read_until(b'\n', &mut bytes) } else { reader.read_to_end(&mut bytes) }.ok();
        drop(reader);
        sender.send(bytes).ok();
    });
    receiver
}

/// The words of a text, with one blank between them.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("the program writes UTF-8")
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    said: String,
    home: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: ExitStatus,
}

impl Ran {
    /// Both streams, one after the other.
    pub(crate) fn both(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// Standard output is this and nothing more, with the path of the home as `HOME` and the date of
    /// today as `YYYY-MM-DD`.
    ///
    /// `UPDATE_EXPECT=1 cargo test` writes what it is now.
    pub(crate) fn expect_stdout(self, whole: &Expect) -> Ran {
        whole.assert_eq(&the_same_anywhere(&self.stdout, &self.home));
        self
    }

    /// Standard error is this and nothing more, with the same names.
    pub(crate) fn expect_stderr(self, whole: &Expect) -> Ran {
        whole.assert_eq(&the_same_anywhere(&self.stderr, &self.home));
        self
    }

    /// Standard error in one line, without what differs from run to run: for tables of what is said.
    pub(crate) fn told(&self) -> String {
        let words: Vec<&str> = self.stderr.split_whitespace().collect();
        the_same_anywhere(&(words.join(" ") + "\n"), &self.home)
    }

    /// The first line of standard error, for tables of faults.
    pub(crate) fn first_line(&self) -> String {
        self.stderr.split_inclusive('\n').next().unwrap_or_default().to_owned()
    }

    /// Only the section of standard output under this heading.
    #[track_caller]
    pub(crate) fn section(mut self, heading: &str) -> Ran {
        let from = self.stdout.lines().skip_while(|line| *line != heading);
        let is_next = |line: &str| !line.is_empty() && !line.starts_with(' ');
        let lines: Vec<&str> = from
            .enumerate()
            .take_while(|(at, line)| *at == 0 || !is_next(line))
            .map(|(_, line)| line)
            .collect();
        assert!(!lines.is_empty(), "no section {heading:?} in\n{}", self.stdout);
        self.stdout = lines.join("\n").trim_end().to_owned() + "\n";
        self
    }

    /// Only the first section of standard output, with its heading.
    #[track_caller]
    pub(crate) fn first_section(self) -> Ran {
        let heading = self.stdout.lines().next().unwrap_or_default().to_owned();
        self.section(&heading)
    }

    /// Only what standard error says up to the first line of the first question.
    #[track_caller]
    pub(crate) fn opening(mut self) -> Ran {
        let at = self.stderr.find("Question ").unwrap_or_else(|| panic!("no question in\n{}", self.stderr));
        let line = self.stderr[at..].find('\n').map_or(self.stderr.len(), |end| at + end + 1);
        self.stderr.truncate(line);
        self
    }

    /// Only what standard error says from the last place of this text.
    #[track_caller]
    pub(crate) fn ending(mut self, from: &str) -> Ran {
        let at = self.stderr.rfind(from).unwrap_or_else(|| panic!("no {from:?} in\n{}", self.stderr));
        self.stderr.drain(..at);
        self
    }

    /// Standard error says this, wherever its lines break.
    #[track_caller]
    pub(crate) fn expect_told(self, what: &str) -> Ran {
        assert!(words(&self.stderr).contains(&words(what)), "{what:?} is not in\n{}", self.stderr);
        self
    }

    /// No line of either stream is over 80 columns, and nothing in them is obeyed by a terminal.
    #[track_caller]
    pub(crate) fn expect_plain(self) -> Ran {
        for line in self.stdout.lines().chain(self.stderr.lines()) {
            // The path of the home may be longer than a line.
            let width = UnicodeWidthStr::width(line.replace(&self.home, "HOME").as_str());
            assert!(width <= 80, "over 80 columns: {line}");
        }
        self.expect_harmless()
    }

    /// Neither stream has a character that is obeyed rather than seen, but for line feeds.
    #[track_caller]
    pub(crate) fn expect_harmless(self) -> Ran {
        for (stream, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            for line in text.split('\n') {
                let obeyed: Vec<char> = without_spelling(line).chars().filter(|c| is_obeyed(*c)).collect();
                assert!(obeyed.is_empty(), "{}\n{stream} has {obeyed:?} in {line:?}", self.said);
            }
        }
        self
    }
}

/// A text without what differs from run to run and from system to system.
#[expect(clippy::disallowed_methods, reason = "today is in the name of every new result")]
pub(crate) fn the_same_anywhere(text: &str, home: &str) -> String {
    let text = text.replace(home, "HOME");
    let text = joined_at(if cfg!(windows) { text.replace('\\', "/") } else { text }, "HOME");
    let now = jiff::Timestamp::now();
    // A test may run at midnight.
    let days = [now, now - jiff::SignedDuration::from_hours(1)];
    days.iter().fold(text, |text, day| text.replace(&day.strftime("%F").to_string(), "YYYY-MM-DD"))
}

/// The text with each paragraph that has this path in one line: its length says where the lines break.
fn joined_at(text: String, path: &str) -> String {
    if !text.contains(path) {
        return text;
    }
    let mut paragraphs: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let starts = ["error:", "warning:", "note:", " ", "\n"].iter().any(|start| line.starts_with(start));
        match paragraphs.last_mut() {
            Some(last) if !starts && !last.trim().is_empty() => last.push_str(line),
            _ => paragraphs.push(line.to_owned()),
        }
    }
    let join =
        |text: String| if text.contains(path) { text.trim_end().replace('\n', " ") + "\n" } else { text };
    paragraphs.into_iter().map(join).collect()
}

/// What a terminal obeys or what hides: written down here again, so that the program's own list is
/// under test too.
pub(crate) fn is_obeyed(c: char) -> bool {
    matches!(u32::from(c),
        0..=0x1f | 0x7f..=0x9f // C0, DEL, C1
        | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x3164 | 0xffa0
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb
        | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe007f | 0xe0100..=0xe01ef)
}

/// The text without the joiners that are spelling: single ones between letters, marks or emoji.
pub(crate) fn without_spelling(text: &str) -> String {
    let joiner = |c: &char| ['\u{200c}', '\u{200d}'].contains(c);
    let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic() || !c.is_ascii() && !is_obeyed(*c));
    let all: Vec<char> = text.chars().collect();
    let is_spelling =
        |at: usize| joiner(&all[at]) && at > 0 && letter(all.get(at - 1)) && letter(all.get(at + 1));
    (0..all.len()).filter(|at| !is_spelling(*at)).map(|at| all[at]).collect()
}

/// A conversation with the running program, line by line.
pub(crate) struct Talk {
    child: Child,
    stdin: Option<ChildStdin>,
    heard: mpsc::Receiver<String>,
    /// Nothing if the test reads it.
    stdout: Option<mpsc::Receiver<Vec<u8>>>,
}

impl Talk {
    fn with(mut child: Child, stdout: Option<mpsc::Receiver<Vec<u8>>>) -> Talk {
        let stdin = child.stdin.take();
        let stderr = child.stderr.take().expect("a pipe");
        let (sender, heard) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Talk { child, stdin, heard, stdout }
    }

    /// Waits until standard error says this, wherever its lines break.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str) {
        let mut all = String::new();
        while !words(&all).contains(what) {
            match self.heard.recv_timeout(HANGS) {
                Ok(line) => all = all + &line + "\n",
                Err(why) => panic!("{what:?} never came ({why}), only\n{all}"),
            }
        }
    }

    /// Types a line; a program that has ended does not hear it.
    pub(crate) fn say(&mut self, line: &str) {
        if let Some(stdin) = &mut self.stdin {
            writeln!(stdin, "{line}").and_then(|()| stdin.flush()).ok();
        }
    }

    /// Kills it as a power cut would: no handler runs.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the program can be killed");
        self.child.wait().expect("the program can be waited for");
    }

    /// Sends it a signal, with its input still open: the code that it ends with.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn signal(mut self, name: &str) -> Option<i32> {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("`kill`").success());
        while self.heard.recv_timeout(HANGS).is_ok() {}
        self.child.wait().expect("the program can be waited for").code()
    }

    /// Closes the input and waits for the end: the code, standard output, and what was still said.
    #[track_caller]
    pub(crate) fn end(mut self) -> (Option<i32>, String, String) {
        drop(self.stdin.take());
        let stdout = self.stdout.as_ref().map(|stdout| stdout.recv_timeout(HANGS).expect("the program ends"));
        let status = self.child.wait().expect("the program can be waited for");
        let rest: Vec<String> = self.heard.iter().collect();
        (status.code(), text(stdout.unwrap_or_default()), rest.join("\n"))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
