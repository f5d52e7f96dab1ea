//! Asking: one seam between the quiz and the person.
//!
//! The quiz runs against [`Interviewer`], which has two forms: [`screen`] draws one question at a
//! time on a terminal; [`plain`] asks in numbered lines, for screen readers, pipes and scripts.
//! Neither knows scores or files. [`wants_plain`] says which of the two to use.
//!
//! The terminal form is made of pure pieces: [`keys`] turns bytes into presses, [`entry`] turns
//! presses into a reply, [`layout`] turns a question into rows of text. Only [`screen`], [`bar`],
//! [`tty`] and [`signals`] touch the terminal.

pub(crate) mod bar;
pub(crate) mod entry;
pub(crate) mod field;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod number;
pub(crate) mod page;
pub(crate) mod plain;
#[cfg(test)]
#[path = "../tests/prompt/sample.rs"]
mod sample;
#[cfg(unix)]
pub(crate) mod screen;
#[cfg(unix)]
pub(crate) mod signals;
#[cfg(unix)]
pub(crate) mod tty;
pub(crate) mod words;

use std::io;
use std::time::Duration;

use crate::bank::{Answer, Item};
use crate::session::{Given, Place};

/// One question, with what surrounds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) item: &'a Item,
    /// The item's own wording, or the observer's.
    pub(crate) wording: &'a str,
    /// Set on the first question of a part.
    pub(crate) intro: Option<Intro<'a>>,
    pub(crate) place: Place,
    /// From here to the end, where the bank says.
    pub(crate) minutes_left: Option<f64>,
    /// What was given before, if the person came back to it.
    pub(crate) earlier: Option<&'a Given>,
    /// Something the person must know now, such as that the last answer could not be saved.
    pub(crate) notice: Option<&'a str>,
}

/// A part, as its first question introduces it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Intro<'a> {
    pub(crate) title: &'a str,
    pub(crate) says: Option<&'a str>,
}

/// What the person does with a question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    Answer(Answer),
    Skip,
    Back,
    /// Stops here, to resume later.
    Pause(Cause),
}

/// Why the quiz stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The person asked for it, or the input ended.
    Asked,
    /// A signal, by number.
    Signal(i32),
    /// A line of the input is no answer, and nobody is there to ask again.
    WrongLine,
}

/// What ends a read or a write when a signal comes, as the cause of an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("signal {0}")]
pub(crate) struct Stopped(pub(crate) i32);

/// A reply, and how long the person took for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) reply: Reply,
    /// Ticks without an Enter, when the person goes back or stops.
    pub(crate) draft: Option<Answer>,
    /// Without the time in which the program was stopped.
    pub(crate) took: Duration,
}

/// Puts the questions to the person.
pub(crate) trait Interviewer {
    /// Asks one question and waits for the reply.
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Asked>;

    /// Shows a heading and its lines, which stay.
    fn tell(&mut self, heading: &str, lines: &[String]) -> io::Result<()>;

    /// Ends the interview: the terminal is as it was before.
    fn finish(&mut self) -> io::Result<()>;
}

/// Whether to ask in plain lines. `term` and `accessible` are the environment variables of those names.
pub(crate) fn wants_plain(
    flag: bool,
    stdin_tty: bool,
    stderr_tty: bool,
    term: Option<&str>,
    accessible: Option<&str>,
) -> bool {
    let accessible = is_switched_on(accessible);
    flag || !stdin_tty || !stderr_tty || term == Some("dumb") || accessible || cfg!(not(unix))
}

/// Whether an environment variable says yes.
pub(crate) fn is_switched_on(value: Option<&str>) -> bool {
    value.is_some_and(|value| !matches!(value.trim(), "" | "0" | "false" | "no"))
}

#[cfg(all(test, unix))]
#[path = "../tests/prompt/prompt.rs"]
mod tests;
