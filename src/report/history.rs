//! Every saved result, and what changed between the last two.

use serde::Serialize;

use crate::bank::Form;
use crate::document::{Bar, Document, Entry, Place, Row, Section, Tone};
use crate::report::{Range, whole};

/// Every saved result, the earliest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    pub format: u8,
    pub results: Vec<Past>,
    /// What changed between the last two, sentence by sentence.
    pub change: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Past {
    pub id: String,
    pub form: Form,
    /// Whether all of it was asked.
    pub finished: bool,
    /// Whom an observer's answers describe.
    pub observed: Option<String>,
    /// The bank's id, when it is another one.
    pub other_bank: Option<String>,
    /// Answers given; for a paused quiz, questions seen.
    pub answered: usize,
    pub items: usize,
    pub score: Option<f64>,
    pub range: Option<Range>,
    pub is_in_future: bool,
}

pub fn document(history: &History) -> Document {
    let mut section = Section::new(Place::First, "results", "");
    let rows = history.results.iter().map(row).collect();
    section.table("", &["Result", "Form", "#Score", "Range", "Answers"], rows);
    if !history.change.is_empty() {
        section.list(history.change.iter().map(Entry::from));
        section.say(Tone::Aside, "`coofit compare` shows it scale by scale.");
    }
    let title = "Your results".to_owned();
    Document { title, sections: vec![section], ..Document::default() }
}

fn row(past: &Past) -> Row {
    let Past { id, form, answered, items, .. } = past;
    let (answers, note) = match past {
        Past { observed: Some(name), .. } => (String::new(), format!("about {name}")),
        Past { other_bank: Some(bank), .. } => (String::new(), format!("of the bank {bank}")),
        Past { finished: false, .. } => (format!("{answered} of {items}, paused"), String::new()),
        Past { is_in_future: true, .. } => {
            (format!("{answered} of {items}"), "dated in the future".to_owned())
        }
        _ => (format!("{answered} of {items}"), String::new()),
    };
    let score = past.score.map_or_else(String::new, whole);
    let range =
        past.range.map_or_else(String::new, |range| format!("{} to {}", whole(range.low), whole(range.high)));
    let bar = past.score.zip(past.range).map(|(score, Range { low, high })| Bar {
        score,
        range: [low, high],
        is_full: true,
        ..Bar::default()
    });
    let numbers = if bar.is_some() { format!("score {score}, range {range}") } else { String::new() };
    let answered = match answers.strip_suffix(", paused") {
        Some(seen) => format!("paused after {seen}"),
        None if answers.is_empty() => String::new(),
        None => format!("{answers} answered"),
    };
    let said = [numbers, answered, note.clone()];
    let said: Vec<String> = said.into_iter().filter(|said| !said.is_empty()).collect();
    Row {
        says: format!("{id}, {} form: {}", form.id(), said.join(", ")),
        picture: bar,
        notes: Some(note).filter(|note| !note.is_empty()).into_iter().collect(),
        ..Row::of([id.clone(), form.id().to_owned(), score, range, answers])
    }
}
