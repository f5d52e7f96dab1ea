//! A role: what it asks of a person, what it gives, and everything that is told about it.

use crate::bank::Side;

/// A role: what it asks of a person, what it gives, and what it is like.
#[derive(Debug, Default)]
pub struct Role {
    /// Kebab-case id.
    pub id: String,
    /// The role's name.
    pub title: String,
    /// Its O*NET-SOC code, such as `11-1011.00`; roles of one occupation have one shape.
    pub occupation: Option<String>,
    /// What the role is, in a few sentences.
    pub about: Option<String>,
    /// On whom scores against this role were tested, in a sentence.
    pub tested: Option<String>,
    /// What it asks or gives, scale by scale; at most one a scale.
    pub requirements: Vec<Requirement>,
    /// Critical requirements, which change the verdict's words.
    pub floors: Vec<Floor>,
    /// What the career is like, dated and sourced.
    pub facts: Vec<Fact>,
    /// The duties.
    pub duties: Vec<Duty>,
    /// The industries.
    pub industries: Vec<Industry>,
    /// Career levels, lowest first.
    pub levels: Vec<Level>,
    /// Families of tools.
    pub tools: Vec<Tool>,
    /// The day, hour by hour.
    pub hours: Vec<Hour>,
    /// Other things worth knowing, by topic.
    pub notes: Vec<Note>,
    /// Questions and answers.
    pub questions: Vec<Question>,
    /// Figures by year.
    pub series: Vec<Series>,
    /// Kinds of this role: each a profile over the same scales.
    pub kinds: Vec<RoleKind>,
    /// What the week is really like, told before the respondent says what they want.
    pub preview: Vec<String>,
    /// The items that ask whether the respondent wants the role, before the preview and after it.
    pub wanted: Option<[usize; 2]>,
}

/// What a role asks on one scale.
#[derive(Debug)]
pub struct Requirement {
    /// Index of the scale.
    pub scale: usize,
    /// Scale score that counts as nothing.
    pub from: f64,
    /// Scale score that counts as met; under `from`, less is more.
    pub to: f64,
    /// Weight within its part; at least 0.
    pub weight: f64,
    /// The reason for the three numbers, with its source.
    pub why: Option<String>,
    /// The O*NET elements from which the weight was computed.
    pub elements: Vec<String>,
}

/// A critical requirement: below it, something else comes first.
#[derive(Debug)]
pub struct Floor {
    /// What is held to it.
    pub on: FloorOn,
    /// The lowest score that meets it.
    pub at_least: f64,
    /// What has to come first.
    pub says: Option<String>,
}

/// What a floor is set on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloorOn {
    /// A scale, by index.
    Scale(usize),
    /// A whole side.
    Side(Side),
}

/// One dated and sourced fact. Facts with one title stand side by side.
#[derive(Debug)]
pub struct Fact {
    /// Kebab-case id.
    pub id: String,
    /// What is told.
    pub title: String,
    /// The figure or the statement.
    pub value: String,
    /// Whom or what it describes.
    pub of: Option<String>,
    /// The date it describes: a year, or a year and month.
    pub as_of: Option<String>,
    /// Who says so.
    pub source: Option<String>,
}

/// One duty of the role.
#[derive(Debug)]
pub struct Duty {
    /// Kebab-case id.
    pub id: String,
    /// The duty.
    pub title: String,
}

/// An industry that has the role.
#[derive(Debug)]
pub struct Industry {
    /// Kebab-case id.
    pub id: String,
    /// Name.
    pub title: String,
    /// What the role is about there.
    pub focus: Option<String>,
    /// What is done there, where a source says so.
    pub tasks: Vec<String>,
}

/// A career level, shown by ticks in a checklist.
#[derive(Debug)]
pub struct Level {
    /// Kebab-case id.
    pub id: String,
    /// Name.
    pub title: String,
    /// Index of the checklist item that shows it.
    pub checklist: usize,
    /// How many ticks make the level.
    pub ticks: usize,
    /// What the level means.
    pub says: Option<String>,
}

/// A family of tools.
#[derive(Debug)]
pub struct Tool {
    /// Kebab-case id.
    pub id: String,
    /// Name.
    pub title: String,
    /// What it is used for.
    pub used_for: Option<String>,
    /// Products.
    pub examples: Vec<String>,
}

/// One row of the day.
#[derive(Debug)]
pub struct Hour {
    /// Time of day, such as `07:00`.
    pub at: String,
    /// What happens.
    pub says: String,
}

/// Something worth knowing, under a topic.
#[derive(Debug)]
pub struct Note {
    /// Heading that gathers notes.
    pub topic: String,
    /// Lead word.
    pub title: String,
    /// The sentence.
    pub says: String,
}

/// A question people ask about the role.
#[derive(Debug)]
pub struct Question {
    /// The question.
    pub ask: String,
    /// The answer.
    pub answer: String,
}

/// Figures by year.
#[derive(Debug)]
pub struct Series {
    /// Kebab-case id.
    pub id: String,
    /// What is counted.
    pub title: String,
    /// The unit.
    pub unit: String,
    /// Whom or what it describes.
    pub of: Option<String>,
    /// Who says so.
    pub source: Option<String>,
    /// (year, figure) pairs, years rising.
    pub points: Vec<(f64, f64)>,
}

/// A kind of the role, as a profile over the same scales.
#[derive(Debug)]
pub struct RoleKind {
    /// Kebab-case id.
    pub id: String,
    /// Name.
    pub title: String,
    /// What makes this kind.
    pub says: Option<String>,
    /// Who says so.
    pub source: Option<String>,
    /// Its profile.
    pub requirements: Vec<Requirement>,
}
