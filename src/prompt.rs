//! Asks the person. [`screen`] draws one question at a time on a terminal; [`plain`] asks in numbered
//! lines, for screen readers, pipes and scripts. Neither knows scores or files.
//!
//! The screen is made of pure pieces: [`keys`] turns bytes into presses, [`entry`] turns presses into a
//! reply, [`layout`] turns a question into rows of text. Only [`screen`] and [`terminal`] touch the
//! terminal.

pub(crate) mod bar;
pub(crate) mod entry;
pub(crate) mod field;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod number;
pub(crate) mod page;
pub(crate) mod plain;
pub(crate) mod screen;
#[cfg_attr(unix, path = "prompt/unix.rs")]
#[cfg_attr(windows, path = "prompt/windows.rs")]
pub(crate) mod terminal;
pub(crate) mod words;

use std::io;
use std::time::Duration;

use crate::bank::{Answer, Item};
use crate::session::{Given, Progress};

/// The signals of a closed terminal, of Ctrl-C and of Ctrl-\.
pub(crate) const SIGHUP: i32 = 1;
pub(crate) const SIGINT: i32 = 2;
pub(crate) const SIGQUIT: i32 = 3;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) item: &'a Item,
    /// The item's own wording, or the observer's.
    pub(crate) wording: &'a str,
    /// Set on the first question of a part.
    pub(crate) intro: Option<Intro<'a>>,
    pub(crate) progress: Progress,
    /// To the end of the quiz, if the bank says.
    pub(crate) minutes_left: Option<f64>,
    /// What the person said before, if they came back to it.
    pub(crate) earlier: Option<&'a Given>,
    /// Something to tell the person now, such as that the last answer could not be saved.
    pub(crate) notice: Option<&'a str>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Intro<'a> {
    pub(crate) title: &'a str,
    pub(crate) says: Option<&'a str>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    Answer(Answer),
    Skip,
    Back,
    /// Stops, to resume later.
    Pause(Cause),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The person asked for it, or the input ended.
    Asked,
    Signal(i32),
    /// A line of the input is not an answer, and there is nobody to ask again.
    WrongLine,
}

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// There is something to read or to write, or the other side is gone; neither blocks.
    Ready,
    /// Nothing came in time.
    Quiet,
    Resized,
    /// The program was stopped and continues. Others may have used the terminal.
    Continued,
    /// The program must end because of this signal; SIGHUP if the terminal is gone.
    Stop(i32),
}

/// The cause of an [`io::Error`] when a signal ends a read or a write.
#[derive(Debug, thiserror::Error)]
#[error("signal {0}")]
pub(crate) struct Stopped(pub(crate) i32);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) reply: Reply,
    /// Ticks without an Enter, if the person goes back or stops.
    pub(crate) draft: Option<Answer>,
    /// Without the time while the program was stopped.
    pub(crate) took: Duration,
}

pub(crate) trait Interviewer {
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Asked>;

    /// Shows a heading and lines, which stay on the screen.
    fn tell(&mut self, heading: &str, lines: &[String]) -> io::Result<()>;

    /// Gives the terminal back as it was.
    fn finish(&mut self) -> io::Result<()>;
}

/// Whether to ask in plain lines. `term` and `accessible` are the environment variables of those names; only
/// Windows does without the first.
pub(crate) fn wants_plain(
    flag: bool,
    stdin_tty: bool,
    stderr_tty: bool,
    term: Option<&str>,
    accessible: Option<&str>,
) -> bool {
    let is_dumb = term.map_or(cfg!(unix), |term| term == "dumb");
    flag || !stdin_tty || !stderr_tty || is_dumb || is_switched_on(accessible)
}

pub(crate) fn is_switched_on(value: Option<&str>) -> bool {
    value.is_some_and(|value| !matches!(value.trim(), "" | "0" | "false" | "no"))
}

#[cfg(test)]
#[path = "../tests/prompt/prompt.rs"]
mod tests;
