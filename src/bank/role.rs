//! A role: what it asks of a person, what it gives, and what it is like.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Place, Side};

#[derive(Debug, Default, Serialize)]
pub struct Role {
    pub id: String,
    #[serde(skip)]
    pub place: Place,
    pub title: String,
    /// Its O*NET-SOC code, such as `11-1011.00`; roles of one occupation have one shape.
    pub occupation: Option<String>,
    pub about: Option<String>,
    /// Says whether the score has been tested with people in the role.
    pub tested: Option<String>,
    /// The average fit of people who exactly meet every requirement, in the full and in the quick form.
    #[serde(skip)]
    pub exactly_met: Option<(f64, f64)>,
    #[serde(skip)]
    pub requirements: Vec<Requirement>,
    #[serde(skip)]
    pub floors: Vec<Floor>,
    pub facts: Vec<Fact>,
    pub duties: Vec<Duty>,
    pub industries: Vec<Industry>,
    /// Career levels, lowest first.
    pub levels: Vec<CareerLevel>,
    pub tools: Vec<Tool>,
    pub hours: Vec<Hour>,
    pub notes: Vec<Note>,
    pub questions: Vec<Faq>,
    pub series: Vec<Series>,
    pub kinds: Vec<RoleKind>,
    /// What the week is really like, shown before the respondent says what they want.
    pub preview: Vec<String>,
    /// Two items that ask whether the respondent wants the role, before the preview and after it.
    #[serde(skip)]
    pub wanted: Option<[usize; 2]>,
}

#[derive(Debug, Default)]
pub struct Requirement {
    pub scale: usize,
    pub place: Place,
    /// The scale score that counts as nothing.
    pub from: f64,
    /// The scale score that counts as met. If it is below `from`, a lower score is better.
    pub to: f64,
    pub weight: f64,
    pub why: Option<String>,
    /// The O*NET elements from which the weight was computed.
    pub elements: Vec<String>,
}

/// A minimum: a score below it changes the verdict's advice.
#[derive(Debug)]
pub struct Floor {
    pub on: FloorOn,
    pub at_least: f64,
    pub says: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloorOn {
    Scale(usize),
    Side(Side),
}

/// A fact, with its date and source. Facts with the same title are shown together.
#[derive(Debug, Default, Serialize)]
pub struct Fact {
    pub id: String,
    #[serde(skip)]
    pub place: Place,
    pub title: String,
    pub value: String,
    pub of: Option<String>,
    pub as_of: Option<AsOf>,
    pub source: Option<String>,
}

/// When a figure was true, as its author wrote it: `2024`, `2025-05`, `2019-2024`, `2024-34`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct AsOf {
    written: String,
    /// Its last month. A text without a year has none.
    #[serde(skip)]
    pub end: Option<Month>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub year: i32,
    /// 1 to 12.
    pub month: i32,
}

impl AsOf {
    pub fn new(written: String) -> AsOf {
        AsOf { end: last_month(&written), written }
    }

    /// The months since its end, if they are more than two years.
    pub fn months_if_old(&self, today: Month) -> Option<i32> {
        const OLD_AFTER: i32 = 24;
        let end = self.end?;
        let months = (today.year - end.year) * 12 + today.month - end.month;
        (months > OLD_AFTER).then_some(months)
    }
}

fn last_month(date: &str) -> Option<Month> {
    let numbers: Vec<&str> = date.split(|c: char| !c.is_ascii_digit()).collect();
    let year_at = numbers.iter().rposition(|number| number.len() == 4)?;
    let year = numbers[year_at].parse().ok()?;
    let after = numbers.get(year_at + 1).filter(|number| number.len() == 2);
    Some(match after.and_then(|number| number.parse().ok()) {
        Some(month @ 1..=12) => Month { year, month },
        Some(end @ 13..) => Month { year: year / 100 * 100 + end, month: 12 },
        _ => Month { year, month: 12 },
    })
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[derive(Debug, Serialize)]
pub struct Duty {
    pub id: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Industry {
    pub id: String,
    pub title: String,
    pub focus: Option<String>,
    pub tasks: Vec<String>,
}

/// A career level, shown by ticks in a checklist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CareerLevel {
    pub id: String,
    pub title: String,
    /// Index of the checklist item that shows it.
    #[serde(skip)]
    pub checklist: usize,
    /// How many ticks make the level.
    pub ticks: usize,
    pub says: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tool {
    pub id: String,
    pub title: String,
    pub used_for: Option<String>,
    pub examples: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Hour {
    pub at: String,
    pub says: String,
}

#[derive(Debug, Serialize)]
pub struct Note {
    pub topic: String,
    pub title: String,
    pub says: String,
}

#[derive(Debug, Serialize)]
pub struct Faq {
    pub ask: String,
    pub answer: String,
}

#[derive(Debug, Serialize)]
pub struct Series {
    pub id: String,
    pub title: String,
    pub unit: String,
    pub of: Option<String>,
    pub source: Option<String>,
    /// (year, figure) pairs, years rising.
    pub points: Vec<(f64, f64)>,
}

/// A kind of the role, as a profile over the same scales.
#[derive(Debug, Serialize)]
pub struct RoleKind {
    pub id: String,
    pub title: String,
    pub says: Option<String>,
    pub source: Option<String>,
    #[serde(skip)]
    pub requirements: Vec<Requirement>,
}
