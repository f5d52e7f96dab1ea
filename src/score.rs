//! Responses and a bank -> scale scores, or too few answers for one.
//!
//! All scores are on 0 to 100 and nothing is rounded. Absence is a variant, never a number. Scoring
//! cannot fail; it can find too little to score. [`assess`] is the entry point; [`fit`] sets the
//! scores against a role, [`precision`] says how sure they are, and [`quality`] looks at the answers
//! themselves.

pub mod change;
pub mod fit;
pub mod norm;
pub mod precision;
pub mod profile;
pub mod quality;

use crate::bank::{Bank, Counts, Item, Role};
use crate::session::Responses;
use fit::RoleFit;
use precision::Spread;
use quality::Quality;

/// Everything that is computed from one respondent's answers.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// One for each scale of the bank.
    pub scales: Vec<ScaleScore>,
    /// What the answers themselves look like.
    pub quality: Quality,
    /// The scores set against a role, where one was named.
    pub role: Option<RoleFit>,
}

/// Scores one respondent, against a role if one is given.
#[must_use]
pub fn assess(bank: &Bank, role: Option<&Role>, responses: &Responses) -> Assessment {
    let sheet = Sheet::new(bank, responses);
    let spread = Spread::of(bank, &sheet);
    let scales: Vec<ScaleScore> =
        (0..bank.scales.len()).map(|scale| sheet.scale_score(bank, scale, spread)).collect();
    let quality = quality::look(bank, responses, &sheet, spread);
    let role = role.map(|role| fit::fit(bank, role, responses, &sheet, &scales));
    Assessment { scales, quality, role }
}

/// A scale's score, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaleScore {
    /// Answered items of the scale.
    pub n_answered: usize,
    /// The form's items of the scale.
    pub n_items: usize,
    /// The score.
    pub outcome: Outcome,
}

/// What a scale comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// At least half of the form's items were answered, and at least one.
    Scored {
        /// Mean of the points of the answered items, 0 to 100.
        score: f64,
        /// Standard error, on the same 0 to 100; 0 for facts.
        standard_error: f64,
    },
    /// Too few answers for a number to mean anything.
    TooFew,
}

impl ScaleScore {
    /// The score, if there is one.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Scored { score, .. } => Some(score),
            Outcome::TooFew => None,
        }
    }

    /// The standard error, if there is a score.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Scored { standard_error, .. } => Some(standard_error),
            Outcome::TooFew => None,
        }
    }
}

/// One answered item on one scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) item: usize,
    /// Points in the scale's direction, 0 to 100.
    pub(crate) points: f64,
    /// Whether the scale is the item's own: the first it names.
    pub(crate) own: bool,
    /// For a rating, the points between two labels.
    pub(crate) step: Option<f64>,
}

/// The answered items of each scale, with their points.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) marks: Vec<Vec<Mark>>,
    pub(crate) n_items: Vec<usize>,
}

impl Sheet {
    fn new(bank: &Bank, responses: &Responses) -> Sheet {
        let mut sheet =
            Sheet { marks: vec![Vec::new(); bank.scales.len()], n_items: vec![0; bank.scales.len()] };
        for index in bank.form_items(responses.form()) {
            let item = &bank.items[index];
            let Counts::Scales(keyed) = &item.counts else { continue };
            let points = responses.answer(index).map(|answer| item.points(answer));
            for (position, keyed) in keyed.iter().enumerate() {
                sheet.n_items[keyed.scale] += 1;
                if let Some(points) = points {
                    let points = keyed.keying.key(points);
                    let mark = Mark { item: index, points, own: position == 0, step: step(item) };
                    sheet.marks[keyed.scale].push(mark);
                }
            }
        }
        sheet
    }

    /// The scale's score: the mean of the points of its answered items, given when at least half of
    /// the form's items of the scale are answered, and at least one.
    pub(crate) fn mean(&self, scale: usize, points: impl Fn(&Mark) -> Option<f64>) -> Option<f64> {
        let (mut sum, mut n) = (0.0, 0_usize);
        for points in self.marks[scale].iter().filter_map(points) {
            sum += points;
            n += 1;
        }
        (n > 0 && 2 * n >= self.n_items[scale]).then(|| sum / n as f64)
    }

    fn scale_score(&self, bank: &Bank, scale: usize, spread: Spread) -> ScaleScore {
        let outcome = match self.mean(scale, |mark| Some(mark.points)) {
            None => Outcome::TooFew,
            Some(score) => {
                let standard_error =
                    precision::standard_error(bank.scales[scale].kind, &self.marks[scale], spread);
                Outcome::Scored { score, standard_error }
            }
        };
        ScaleScore { n_answered: self.marks[scale].len(), n_items: self.n_items[scale], outcome }
    }
}

fn step(item: &Item) -> Option<f64> {
    item.format().map(|format| 100.0 / (format.labels.len() - 1) as f64)
}
