//! Asking: one seam between the quiz and the person.
//!
//! The quiz runs against [`Interviewer`], which has two forms: [`screen`] draws one question at a
//! time on a terminal; [`plain`] asks in numbered lines, for screen readers, pipes and scripts.
//! Neither knows about scores or files. [`wants_plain`] says which of the two to use.
//!
//! The terminal form is made of pure pieces: [`keys`] turns bytes into presses, [`entry`] turns
//! presses into a reply, [`layout`] turns a question into rows of text, with [`bar`] for the first
//! row and [`words`] for what both forms say. Only [`screen`] and [`tty`] touch the terminal.

pub mod bar;
pub mod entry;
pub mod field;
pub mod keys;
pub mod layout;
pub mod number;
pub mod plain;
#[cfg(test)]
mod sample;
#[cfg(unix)]
pub mod screen;
#[cfg(unix)]
pub mod signals;
#[cfg(unix)]
pub mod tty;
pub mod words;

use std::io;
use std::time::Duration;

use crate::bank::{Answer, Item};
use crate::session::{Given, Place};

/// One question, with what surrounds it.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The item, for its options and its reason.
    pub item: &'a Item,
    /// The wording to show: the item's own, or the observer's.
    pub wording: &'a str,
    /// Set on the first question of a part.
    pub intro: Option<Intro<'a>>,
    /// Its place in the whole.
    pub place: Place,
    /// Minutes left from here to the end, where the bank knows.
    pub minutes_left: Option<f64>,
    /// What was given before, if the person came back to it.
    pub earlier: Option<&'a Given>,
    /// Something the person must know now, such as that the last answer could not be saved.
    pub notice: Option<&'a str>,
}

/// A part, as it is introduced above its first question.
#[derive(Debug, Clone, Copy)]
pub struct Intro<'a> {
    /// The part's heading.
    pub title: &'a str,
    /// Its one sentence.
    pub says: Option<&'a str>,
}

/// What the person does with a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Answers it.
    Answer(Answer),
    /// Leaves it out.
    Skip,
    /// Goes back to the one before.
    Back,
    /// Stops here, to go on later.
    Pause(Cause),
}

/// Why the quiz stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
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
pub struct Stopped(pub i32);

/// A reply, and how long the person took for it, pauses left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The reply.
    pub reply: Reply,
    /// Ticks without an Enter, when the person goes back or stops.
    pub draft: Option<Answer>,
    /// Time in front of the question while the program ran.
    pub took: Duration,
}

/// Whoever puts the questions to the person.
pub trait Interviewer {
    /// Asks one question and waits for the reply.
    ///
    /// # Errors
    /// The terminal or the input failed.
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Asked>;

    /// Tells something that is no question, and that stays to be read: a heading and its lines.
    ///
    /// # Errors
    /// The terminal or the output failed.
    fn tell(&mut self, heading: &str, lines: &[String]) -> io::Result<()>;

    /// Ends the interview: the terminal is as it was before.
    ///
    /// # Errors
    /// The terminal failed.
    fn finish(&mut self) -> io::Result<()>;
}

/// Whether to ask in plain lines: on request, without a terminal to read from and draw on, on one
/// that cannot move its cursor, or when `ACCESSIBLE` asks for it.
///
/// `term` and `accessible` are the environment variables of those names.
#[must_use]
pub fn wants_plain(
    flag: bool,
    stdin_tty: bool,
    stderr_tty: bool,
    term: Option<&str>,
    accessible: Option<&str>,
) -> bool {
    let accessible = accessible.is_some_and(|value| !matches!(value.trim(), "" | "0" | "false" | "no"));
    flag || !stdin_tty || !stderr_tty || term == Some("dumb") || accessible || cfg!(not(unix))
}

#[cfg(all(test, unix))]
mod tests {
    use super::wants_plain;

    #[test]
    fn a_terminal_gets_the_screen() {
        assert!(!wants_plain(false, true, true, Some("xterm-256color"), None));
        assert!(!wants_plain(false, true, true, None, None));
        for off in ["", "0", "false", "no"] {
            assert!(!wants_plain(false, true, true, Some("xterm"), Some(off)), "ACCESSIBLE={off}");
        }
    }

    #[test]
    fn plain_lines_on_request_or_where_nothing_can_be_drawn() {
        assert!(wants_plain(true, true, true, Some("xterm"), None));
        assert!(wants_plain(false, false, true, Some("xterm"), None));
        assert!(wants_plain(false, true, false, Some("xterm"), None));
        assert!(wants_plain(false, true, true, Some("dumb"), None));
        assert!(wants_plain(false, true, true, Some("xterm"), Some("1")));
    }
}
