//! The program in a terminal of its own: keys go in through a PTY, and a VT100 parser says what a
//! person would see. Every wait is for something on the screen, with a time limit; nothing sleeps.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use expect_test::Expect;
use expectrl::Session;
use expectrl::process::unix::{Signal, WaitStatus};
use expectrl::session::OsSession;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{InputModes, LocalModes, OutputModes, tcgetattr};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::the_same_anywhere;

/// How long anything may take on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// One person's home, with their data and nothing else.
pub(crate) struct Home {
    directory: PathBuf,
    /// Removes the directory in the end.
    _owner: Option<TempDir>,
}

impl Home {
    pub(crate) fn new() -> Home {
        let owner = tempfile::tempdir().expect("a directory");
        Home { directory: owner.path().to_owned(), _owner: Some(owner) }
    }

    /// A home that somebody else clears away.
    pub(crate) fn at(directory: PathBuf) -> Home {
        Home { directory, _owner: None }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The program with this home, and nothing of ours in its environment.
    fn prepare(&self, command: &mut Command) {
        command.env("COOFIT_DATA_DIR", self.path("data")).env("HOME", &self.directory);
        command
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("PAGER", "cat")
            .current_dir(&self.directory);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "ACCESSIBLE", "LESS"] {
            command.env_remove(name);
        }
    }

    /// Runs the program without a terminal.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coofit"));
        self.prepare(&mut command);
        command.args(arguments).output().expect("the program runs")
    }

    /// What the program says without a terminal, when it succeeds.
    #[track_caller]
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The files in the directory of attempts that end so.
    pub(crate) fn kept(&self, ending: &str) -> Vec<PathBuf> {
        let Ok(files) = std::fs::read_dir(self.path("data/attempts")) else { return Vec::new() };
        let paths = files.map(|file| file.expect("a readable directory").path());
        paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect()
    }

    /// The contents of the one attempt.
    #[track_caller]
    pub(crate) fn attempt(&self) -> Value {
        let files = self.kept(".json");
        assert_eq!(files.len(), 1, "one attempt: {files:?}");
        let text = std::fs::read_to_string(&files[0]).expect("a readable file");
        let mut file: Value = serde_json::from_str(&text).expect("JSON");
        file["body"].take()
    }

    /// The answers of the one attempt; none if nothing was kept.
    #[track_caller]
    pub(crate) fn answers(&self) -> Value {
        if self.kept(".json").is_empty() {
            return Value::Object(serde_json::Map::new());
        }
        self.attempt()["answers"].take()
    }
}

/// A terminal with the program in it.
pub(crate) struct Terminal {
    home: String,
    session: OsSession,
    pty: File,
    screen: vt100::Parser,
    /// The last key that was sent, and when it was read at the latest.
    sent: Option<(u8, Instant)>,
    /// All that was ever written.
    pub(crate) bytes: Vec<u8>,
}

impl Terminal {
    /// Starts the program in a terminal of 80 columns and 24 rows.
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Terminal {
        Terminal::of_size(home, (80, 24), arguments)
    }

    /// Starts the program in a terminal of so many columns and rows, with the modes that a shell leaves.
    pub(crate) fn of_size(home: &Home, size: (u16, u16), arguments: &[&str]) -> Terminal {
        Terminal::with(home, size, &[], "exec \"$0\" \"$@\"", arguments)
    }

    /// Runs a line of shell in a terminal, with the program as `$0` and its arguments as `$@`.
    pub(crate) fn with(
        home: &Home,
        (columns, rows): (u16, u16),
        environment: &[(&str, &str)],
        line: &str,
        arguments: &[&str],
    ) -> Terminal {
        let mut command = Command::new("sh");
        home.prepare(&mut command);
        // A new PTY is given its size from outside too; only then may the program look at it.
        command.args(["-c", &format!("read -r go; stty sane columns {columns} rows {rows}; {line}")]);
        command.arg(env!("CARGO_BIN_EXE_coofit")).args(arguments);
        command.envs(environment.iter().copied());
        let session = Session::spawn(command).expect("a PTY");
        let pty = session.get_process().get_raw_handle().expect("its file");
        let screen = vt100::Parser::new(nonzero(rows), nonzero(columns), 0);
        let home = home.directory.display().to_string();
        let mut terminal = Terminal { home, session, pty, screen, sent: None, bytes: Vec::new() };
        terminal.send("\n");
        terminal
    }

    /// Sends keys. A key that was the last one sent waits until it no longer counts as held down.
    pub(crate) fn send(&mut self, keys: impl AsRef<[u8]>) {
        const HELD: Duration = Duration::from_millis(125);
        let keys = keys.as_ref();
        if let Some((_, at)) = self.sent.filter(|(last, _)| keys.ends_with(&[*last])) {
            self.quiet_for(HELD.saturating_sub(at.elapsed()));
        }
        self.send_at_once(keys);
    }

    /// Sends keys without that wait.
    pub(crate) fn send_at_once(&mut self, keys: impl AsRef<[u8]>) {
        self.pty.write_all(keys.as_ref()).expect("the PTY takes keys");
        self.sent = keys.as_ref().last().map(|last| (*last, now()));
    }

    /// Shows what another program writes to the terminal.
    pub(crate) fn scribble(&mut self, text: &str) {
        self.screen.process(text.as_bytes());
    }

    /// Reads for so long.
    pub(crate) fn quiet_for(&mut self, patience: Duration) {
        let start = now();
        while start.elapsed() < patience && self.is_readable(patience.saturating_sub(start.elapsed())) {
            self.read(now() + LIMIT);
        }
    }

    fn is_readable(&self, patience: Duration) -> bool {
        let timeout = Timespec::try_from(patience).expect("a short time");
        poll(&mut [PollFd::new(&self.pty, PollFlags::IN)], Some(&timeout)).expect("a PTY to poll") > 0
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// What a person sees.
    pub(crate) fn shown(&self) -> String {
        self.screen().contents()
    }

    /// The whole screen is this, with the path of the home as `HOME` and the date of today as `YYYY-MM-DD`. A test
    /// waits before for what is drawn last.
    #[track_caller]
    pub(crate) fn expect_shown(&self, whole: &Expect) {
        whole.assert_eq(the_same_anywhere(&self.shown(), &self.home).trim_end_matches('\n'));
    }

    /// From the last row that starts so, the screen is this: for a result, whose caution depends on how fast the
    /// test answered.
    #[track_caller]
    pub(crate) fn expect_end(&self, from: &str, whole: &Expect) {
        let shown = self.shown();
        let rows: Vec<&str> = shown.lines().collect();
        let at = rows.iter().rposition(|row| row.starts_with(from));
        let at = at.unwrap_or_else(|| panic!("no row {from:?} in\n{shown}"));
        whole.assert_eq(&the_same_anywhere(&rows[at..].join("\n"), &self.home));
    }

    /// Waits for a question to be drawn to its end, with this in it: then the whole screen is this.
    #[track_caller]
    pub(crate) fn expect_frame(&mut self, text: &str, whole: &Expect) {
        self.wait_frame(text, |screen| flat(screen).contains(text));
        self.expect_shown(whole);
    }

    /// Waits for a menu with this entry selected and that one last.
    #[track_caller]
    pub(crate) fn wait_menu(&mut self, selected: &str, last: &str) {
        self.wait_until(selected, |screen| {
            let shown = screen.contents();
            shown.contains(&format!("> {selected}")) && shown.trim_end().ends_with(last)
        });
    }

    /// What a person sees, in one line.
    pub(crate) fn flat(&self) -> String {
        flat(self.screen())
    }

    /// All that was ever written, in one line and without its looks.
    pub(crate) fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        console::strip_ansi_codes(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Reads what the program writes; false at the end of it.
    #[track_caller]
    pub(crate) fn read(&mut self, until: Instant) -> bool {
        let is_ready = self.is_readable(until.saturating_duration_since(now()));
        assert!(is_ready, "nothing came in time; the screen shows:\n{}", self.shown());
        let mut buffer = [0; 4096];
        match self.pty.read(&mut buffer) {
            Ok(0) | Err(_) => false,
            Ok(n) => {
                self.screen.process(&buffer[..n]);
                self.bytes.extend_from_slice(&buffer[..n]);
                true
            }
        }
    }

    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let until = now() + LIMIT;
        while !is_so(self.screen.screen()) {
            assert!(now() < until, "no {what:?}; the screen shows:\n{}", self.shown());
            assert!(self.read(until), "ended before {what:?}; the screen shows:\n{}", self.shown());
        }
        // A busy program may have read the key only now.
        self.sent = self.sent.map(|(key, _)| (key, now()));
    }

    /// Waits for a text on the screen, on however many rows.
    #[track_caller]
    pub(crate) fn wait(&mut self, text: &str) {
        self.wait_until(text, |screen| flat(screen).contains(text));
    }

    /// Waits for a line to be asked for: for the prompt and the blank or the line feed behind it.
    #[track_caller]
    pub(crate) fn wait_asked(&mut self, prompt: &str) {
        self.wait_until(prompt, |screen| {
            let shown = screen.contents();
            let is_ready = shown.ends_with(' ') || screen.cursor_position().1 == 0;
            is_ready && shown.trim_end().ends_with(prompt)
        });
    }

    /// Waits for a text to leave the screen.
    #[track_caller]
    pub(crate) fn wait_gone(&mut self, text: &str) {
        self.wait_frame(&format!("screen without {text}"), |screen| !flat(screen).contains(text));
    }

    /// Waits for a frame that is so, and complete: its last act is to take the cursor up to the options.
    #[track_caller]
    pub(crate) fn wait_frame(&mut self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        self.wait_until(what, |screen| {
            let rows = screen.contents().lines().count();
            usize::from(screen.cursor_position().0) + 1 < rows && is_so(screen)
        });
    }

    /// Waits for the question at a place, such as `7 of 12`, and no other.
    #[track_caller]
    pub(crate) fn at(&mut self, place: &str) {
        self.wait_frame(place, |screen| places(screen) == [place]);
    }

    /// Sends keys, then waits for the question at a place.
    #[track_caller]
    pub(crate) fn to(&mut self, keys: &str, place: &str) {
        self.send(keys);
        self.at(place);
    }

    /// Waits for a frame to be complete, whose last act is to put the cursor on the selected row, and
    /// resizes the terminal.
    #[track_caller]
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.wait_until("the cursor at the selection", |screen| {
            let (row, column) = screen.cursor_position();
            column == 0 && screen.cell(row, 0).is_some_and(|cell| cell.contents() == ">")
        });
        self.resize_at_once(columns, rows);
    }

    /// Resizes the terminal without that wait.
    pub(crate) fn resize_at_once(&mut self, columns: u16, rows: u16) {
        self.session.get_process_mut().set_window_size(columns, rows).expect("a new size");
        self.screen.screen_mut().set_size(nonzero(rows), nonzero(columns));
    }

    pub(crate) fn signal(&mut self, signal: Signal) {
        self.session.get_process_mut().signal(signal).expect("a signal is sent");
    }

    /// Whether the terminal echoes and edits lines, as a shell expects it to.
    pub(crate) fn is_cooked(&self) -> bool {
        let modes = tcgetattr(&self.pty).expect("the modes");
        let local = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
        modes.local_modes.contains(local)
            && modes.input_modes.contains(InputModes::ICRNL)
            && modes.output_modes.contains(OutputModes::OPOST)
    }

    /// Waits for the program to end.
    #[track_caller]
    pub(crate) fn end(&mut self) -> WaitStatus {
        let until = now() + LIMIT;
        while self.read(until) {}
        self.session.get_process().wait().expect("an exit status")
    }

    /// Waits for the program to end; the terminal must be as it was before.
    #[track_caller]
    pub(crate) fn check_ended(&mut self, code: i32) {
        let status = self.end();
        match status {
            WaitStatus::Exited(_, got) => assert_eq!(got, code, "exit code; shown:\n{}", self.shown()),
            other => panic!("{other:?}; the screen shows:\n{}", self.shown()),
        }
        self.check_given_back();
    }

    /// The terminal must be as a shell expects it.
    #[track_caller]
    pub(crate) fn check_given_back(&self) {
        assert!(self.is_cooked(), "the terminal does not echo; shown:\n{}", self.shown());
        assert!(!self.screen().hide_cursor(), "the cursor is hidden; shown:\n{}", self.shown());
    }

    /// No row may have run over into the next one.
    #[track_caller]
    pub(crate) fn check_rows(&self) {
        let screen = self.screen();
        let wrapped = (0..screen.size().0.get()).find(|&row| screen.row_wrapped(row));
        assert_eq!(wrapped, None, "a row that runs over:\n{}", self.shown());
    }

    /// Whether anything was ever written in colour, bold or dim.
    pub(crate) fn is_styled(&self) -> bool {
        self.bytes.split(|&byte| byte == 0x1b).skip(1).any(|sequence| {
            let end = sequence.iter().position(u8::is_ascii_alphabetic);
            sequence.first() == Some(&b'[') && end.is_some_and(|end| sequence[end] == b'm')
        })
    }
}

/// The places that the screen names, each at the head of a bar.
pub(crate) fn places(screen: &vt100::Screen) -> Vec<String> {
    let place = |row: &str| {
        let words: Vec<&str> = row.split(' ').take(3).collect();
        let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_place = matches!(&words[..], [number, "of", of] if is_number(number) && is_number(of));
        is_place.then(|| words.join(" "))
    };
    screen.contents().lines().filter_map(place).collect()
}

/// Now, for time limits.
#[expect(clippy::disallowed_methods, reason = "a test that hangs must end, and one test compares times")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

fn flat(screen: &vt100::Screen) -> String {
    screen.contents().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn nonzero(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a size above 0")
}
