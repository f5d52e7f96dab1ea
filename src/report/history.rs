//! Every saved result, and what changed between the last two.

use itertools::Itertools;
use serde::Serialize;

use crate::bank::Form;
use crate::document::{Document, Placement, Row, ScoreBar, Tone};
use crate::report::{Range, whole};

pub(super) const HEADS: [&str; 5] = ["Result", "Form", "#Score", "Range", "Answers"];

pub const IN_FUTURE: &str = "dated in the future: the clock was wrong then, or is now";

/// Every saved result, the earliest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    pub format: u8,
    pub results: Vec<Past>,
    /// Sentences on what changed between the last two.
    pub change: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Past {
    pub id: String,
    pub form: Form,
    /// Whether all of it was asked.
    pub finished: bool,
    /// The person that an observer's answers describe.
    pub observed: Option<String>,
    /// The bank's id, if it is another bank.
    pub other_bank: Option<String>,
    /// Answers given; for a paused quiz, questions seen.
    pub answered: usize,
    pub items: usize,
    pub score: Option<f64>,
    pub range: Option<Range>,
    pub is_in_future: bool,
}

pub fn document(history: &History) -> Document {
    let mut document = Document { title: "Your results".to_owned(), ..Document::default() };
    document.add(Placement::First, "results", "", |section| {
        section.table("", &HEADS, history.results.iter().map(row));
        section.list(&history.change);
        if !history.change.is_empty() {
            section.say(Tone::Aside, "`coofit compare` shows it scale by scale.");
        }
    });
    document
}

/// A result with the score and its range, if it has one.
pub(super) fn scored(id: &str, form: Form, scored: Option<(f64, [f64; 2])>) -> Row {
    let [score, range] = scored.map_or_else(Default::default, |(score, range)| {
        let [low, high] = range.map(whole);
        [whole(score), format!("{low} to {high}")]
    });
    let picture = scored.map(|(score, range)| ScoreBar::of(score, range));
    Row { picture, ..Row::of([id, form.id(), &score, &range]) }
}

fn row(past: &Past) -> Row {
    let Past { id, form, answered, items, .. } = past;
    let of_items = format!("{answered} of {items}");
    let (answers, said, note) = match past {
        Past { observed: Some(name), finished, .. } => {
            let paused = if *finished { "" } else { ", paused" };
            (String::new(), None, Some(format!("about {name}{paused}")))
        }
        Past { other_bank: Some(bank), .. } => (String::new(), None, Some(format!("of the bank {bank}"))),
        Past { finished: false, .. } => {
            (format!("{of_items}, paused"), Some(format!("paused after {of_items}")), None)
        }
        Past { is_in_future, .. } => {
            let note = is_in_future.then(|| IN_FUTURE.to_owned());
            (of_items.clone(), Some(format!("{of_items} answered")), note)
        }
    };
    let score = past.score.zip(past.range.map(|range| [range.low, range.high]));
    let mut row = scored(id, *form, score);
    let numbers = score.map(|_| format!("score {}, range {}", row.cells[2], row.cells[3]));
    let said = [&numbers, &said, &note].into_iter().flatten().join(", ");
    row.says = format!("{id}, {} form: {said}", form.id());
    row.cells.push(answers);
    row.notes.extend(note);
    row
}
