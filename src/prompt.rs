//! Asking: one seam between the quiz and the person.
//!
//! The quiz runs against [`Interviewer`], which has two forms: [`screen`] draws one question at a
//! time on a terminal; [`plain`] asks in numbered lines, for screen readers, pipes and scripts.
//! Neither knows about scores or files.

pub mod keys;
pub mod layout;
pub mod plain;
pub mod screen;

use std::io;
use std::time::Duration;

use crate::bank::Answer;
use crate::bank::Item;
use crate::session::Given;
use crate::session::Place;

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
    /// Minutes left from here to the end, where the bank knows.
    pub minutes_left: Option<f64>,
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
}

/// A reply, and how long the person took for it, pauses left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The reply.
    pub reply: Reply,
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

    /// Ends the interview: the terminal is as it was before.
    ///
    /// # Errors
    /// The terminal failed.
    fn finish(&mut self) -> io::Result<()>;
}
