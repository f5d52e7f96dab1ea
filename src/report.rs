//! Everything that a reader learns, as plain data.
//!
//! Every number comes with its uncertainty, or with the reason why it is missing. The answers decide
//! which sentences are there. Lists are in reading order. Renderers only lay it out.

pub mod bank;
pub mod blur;
pub mod career;
pub mod compare;
pub mod explain;
pub mod group;
pub mod history;
pub mod norm;
mod reading;
pub mod role;
pub mod sections;
pub mod steps;
mod view;
mod words;

use std::collections::BTreeMap;

use itertools::Itertools;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Bank, Form, Horizon, Role, Side, When};
use crate::document::AxisBand;
use crate::score;
use crate::score::fit::FloorStatus;
use crate::score::quality::{Signal, Verdict};
use crate::session::Responses;

use view::View;
pub use words::whole;

/// The most answers to show that raised or lowered the score.
const TOLD_EFFECTS: usize = 4;
/// Smaller effects are not shown, in points.
const LEAST_EFFECT: f64 = 0.05;

/// A report. It is also the JSON: every field is always there. A score that does not exist is null and has
/// a reason.
// Fields with `serde(skip)` are wordings for people.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "A coofit report")]
pub struct Report {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub format: u8,
    /// The bank that was answered.
    pub bank: BankName,
    #[serde(skip)]
    pub title: String,
    /// The language of the bank's texts, such as `en`.
    #[serde(skip)]
    pub language: Option<String>,
    /// The role, if there is one.
    pub role: Option<RoleName>,
    /// The form that was asked.
    pub form: Form,
    /// The day of the last answer, if it is known.
    pub date: Option<String>,
    /// Who the answers are about, if an observer gave them.
    pub observed: Option<String>,
    /// Number of answered items of the form.
    #[serde(rename = "answered")]
    pub n_answered: usize,
    /// Number of items of the form.
    #[serde(rename = "items")]
    pub n_items: usize,
    /// Number of questions that were added to the form after these answers.
    #[serde(rename = "new")]
    pub n_new: usize,
    /// The score, or why there is none.
    pub fit: FitReport,
    /// Both sides: what the role needs, and what it gives.
    pub sides: Vec<SideReport>,
    /// Every part with its scales.
    pub parts: Vec<PartReport>,
    /// What the comparison with groups means, and who the groups are; empty without one.
    #[serde(skip)]
    pub compared: Vec<String>,
    /// Every minimum.
    pub floors: Vec<FloorReport>,
    /// Roles with a similar profile, the closest first; empty if too few scales can be compared.
    pub roles: Vec<RoleReport>,
    /// How to read the comparison of roles, or why there is none.
    #[serde(skip)]
    pub roles_say: Vec<String>,
    /// Whether the answers are usable.
    pub quality: QualityReport,
    /// How every answer changed the score, in the order of the questions.
    pub effects: Vec<EffectReport>,
    /// Why a report on an observer's answers shows no single answer.
    pub withheld: Option<String>,
    /// How many points each requirement could still add, the most first.
    pub moves: Vec<MoveReport>,
    /// Strengths: scales that meet the role.
    pub strengths: Vec<Saying>,
    /// The largest gaps, in the order of the steps.
    pub gaps: Vec<Saying>,
    /// Which gaps cannot be ranked.
    #[serde(skip)]
    pub equal_gaps: Option<String>,
    /// Without a role: the scales with a score clearly above or below 50.
    pub readings: Vec<Saying>,
    /// A sentence about the other scales, which are not clearly above or below 50.
    #[serde(skip)]
    pub middle: Option<String>,
    /// Next steps, the soonest first.
    pub steps: Vec<StepReport>,
    /// How much the person wants the role, before and after reading what it is like.
    pub wanted: Option<career::Wanted>,
    /// How far the person is in the career.
    pub career: career::CareerReport,
    /// Answers that are worth a second look.
    pub again: Vec<String>,
    /// The situations, each with the choice and the reason for its points.
    pub scenes: Vec<SceneReport>,
    /// Answers to questions that are not scored.
    pub unscored: Vec<Answered>,
    /// What the score does not show.
    pub limits: Vec<String>,
    /// The lowest and the highest score with other weights and levels.
    pub judgement: Option<Range>,
    /// All results so far; empty if there is only this one.
    pub trend: Vec<TrendPoint>,
}

/// Scores can be compared if their banks have the same id and edition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BankName {
    pub id: String,
    pub title: String,
    pub edition: String,
}

/// The role that the answers are scored against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleName {
    pub id: String,
    pub title: String,
}

/// Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Range {
    pub low: f64,
    pub high: f64,
}

/// Both ends of a range; null if there is no range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Ends {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// The text of a question and of its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answered {
    pub ask: String,
    pub answer: String,
}

/// The score for the role, 0 to 100, not rounded.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FitReport {
    /// The score; null if nothing could be scored.
    pub score: Option<f64>,
    /// The score before it is cut off at 0.
    #[serde(skip)]
    pub raw: Option<f64>,
    /// Lower end of the 90 % range.
    pub low: Option<f64>,
    /// Upper end of the 90 % range.
    pub high: Option<f64>,
    /// In points of the score.
    pub standard_error: Option<f64>,
    /// The score if every rating were a quarter of a step lower.
    pub modest: Option<f64>,
    /// The score if every rating were a quarter of a step higher.
    pub bold: Option<f64>,
    /// The outer range: from the lower end of the range for `modest` to the upper end of the range for `bold`.
    pub outer: Ends,
    /// Share of the weights that could be scored, 0 to 1.
    pub share: Option<f64>,
    /// The ids of the bands that the range touches.
    pub bands: Vec<String>,
    /// All bands of the bank.
    #[serde(skip)]
    pub edges: Vec<AxisBand>,
    /// The score without each part.
    pub without: Vec<WithoutReport>,
    /// The verdict, a few words.
    pub verdict: String,
    /// Advice that goes with the verdict.
    pub advice: Option<String>,
    /// Why there is no score, or no band.
    pub reason: Option<String>,
    /// Sentences on the range, and on how generously people rate themselves.
    #[serde(skip)]
    pub says: Vec<String>,
    /// A sentence on how much our own judgment matters.
    #[serde(skip)]
    pub judgement: Option<String>,
}

/// What the score would be if the bank did not have a part.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WithoutReport {
    /// The part's id.
    pub part: String,
    #[serde(skip)]
    pub title: String,
    /// The score without this part, 0 to 100.
    pub score: Option<f64>,
    /// Why there is no score.
    pub reason: Option<String>,
}

/// The score of one side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SideReport {
    pub id: Side,
    #[serde(skip)]
    pub title: &'static str,
    /// 100·Σ WP/Σ W over the side's parts, −100 to 100.
    pub score: Option<f64>,
    /// Why there is no score.
    pub reason: Option<String>,
}

/// How far the answers to one file of questions meet the role.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PartReport {
    pub id: String,
    pub title: String,
    pub side: Side,
    /// Weight of the part in the score.
    pub weight: f64,
    /// 100·P, −100 to 100.
    pub score: Option<f64>,
    /// Why there is no score.
    pub reason: Option<String>,
    /// The part's scales, in file order.
    pub scales: Vec<ScaleReport>,
}

/// A score with its uncertainty, and what the role asks for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScaleReport {
    pub id: String,
    pub title: String,
    /// 0 to 100.
    pub score: Option<f64>,
    /// In points of the score.
    pub standard_error: Option<f64>,
    /// The 90 % range of the score, 0 to 100.
    pub range: Ends,
    /// How far the score meets the requirement, −1 to 1; null without a requirement.
    pub attainment: Option<f64>,
    /// The score that earns nothing.
    pub from: Option<f64>,
    /// The score that meets the requirement.
    pub to: Option<f64>,
    /// Weight of the requirement, times how much it matters to the person.
    pub weight: Option<f64>,
    /// Number of answered items.
    #[serde(rename = "answered")]
    pub n_answered: usize,
    /// Number of items in this form.
    #[serde(rename = "items")]
    pub n_items: usize,
    /// Whether there is a score.
    pub status: Status,
    /// Why there is no score.
    pub reason: Option<String>,
    /// Where the score is within a comparison group, if the bank has one.
    pub norm: Option<norm::NormReport>,
    /// The fact itself and what the role needs: "6 years (10 asked)".
    #[serde(skip)]
    pub measured: Option<String>,
    /// Whether it is a fact, which needs no example.
    #[serde(skip)]
    pub is_fact: bool,
    /// Whether the report shows it. Reports on another role leave out scales that it does not need.
    #[serde(skip)]
    pub is_shown: bool,
}

/// Whether enough items were answered for a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Scored,
    TooFew,
}

/// The least that the role asks for. It changes the advice, never the score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FloorReport {
    /// The scale with the minimum, if it is on a scale.
    pub scale: Option<String>,
    /// The side with the minimum, if it is on a side.
    pub side: Option<Side>,
    /// Title of the scale or the side.
    #[serde(skip)]
    pub title: String,
    /// The lowest score that meets the minimum.
    pub at_least: f64,
    pub score: Option<f64>,
    /// Whether the score is at least the minimum.
    pub met: Option<bool>,
    /// How the score compares with the minimum, including its standard error.
    pub status: Option<FloorStatus>,
    /// What has to come first.
    pub says: Option<String>,
    /// Why there is no score.
    pub reason: Option<String>,
}

/// How similar the profile of a role is. Roles of one occupation share a profile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RoleReport {
    pub id: String,
    pub title: String,
    /// Ids of other roles of the same occupation.
    pub same: Vec<String>,
    /// Whether it is detectably closer than the next role; null for the last.
    pub ahead: Option<bool>,
    /// Whether the scores detectably follow its profile.
    pub stands_out: bool,
    /// A sentence about it, if it stands out.
    #[serde(skip)]
    pub says: Option<String>,
}

/// Whether the answers are usable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct QualityReport {
    /// All signals together.
    pub verdict: Verdict,
    /// The verdict with its reasons, in sentences.
    pub says: String,
    pub signals: Vec<SignalReport>,
}

/// One signal of careless answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SignalReport {
    /// The signal, its value and its level.
    #[serde(flatten)]
    pub signal: Signal,
    /// Why there is no value or no level.
    pub reason: Option<String>,
}

/// How one answer changed the score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EffectReport {
    /// The item's id.
    pub item: String,
    #[serde(skip)]
    pub ask: String,
    /// The text of the answer.
    pub answer: String,
    /// What it counts on each of its scales, 0 to 100; for a reversed item, 100 minus the points of the answer.
    pub points: BTreeMap<String, f64>,
    /// Points of the score.
    pub effect: Option<f64>,
    /// Why the answer has no effect.
    pub reason: Option<&'static str>,
}

/// How many points one requirement could still add.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoveReport {
    /// The scale's id.
    pub scale: String,
    #[serde(skip)]
    pub title: String,
    /// Points of the score.
    pub gain: f64,
}

/// A sentence about a scale, with the answer that caused it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Saying {
    /// The scale's id.
    pub scale: String,
    #[serde(skip)]
    pub title: String,
    /// What the scale's score means.
    pub says: String,
    /// The answer that supports the sentence most clearly.
    pub because: Option<Answered>,
    /// For a strength: whether the person gave an example of it. Not scored.
    pub backed: Option<bool>,
    /// The example, in the person's own words.
    #[serde(skip)]
    pub example: Option<String>,
    /// For a gap: how many points closing it would add.
    #[serde(skip)]
    pub gain: Option<f64>,
}

/// What to do about a low scale.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepReport {
    pub id: String,
    /// What to do.
    pub title: String,
    /// The plan.
    pub text: String,
    /// The scale's id.
    pub scale: String,
    #[serde(skip)]
    pub scale_title: String,
    /// By when.
    pub horizon: Horizon,
    /// One line for the first screen.
    #[serde(skip)]
    pub brief: Option<String>,
    /// When it happens, one calendar entry each.
    #[serde(skip)]
    pub when: Vec<When>,
    #[serde(skip)]
    pub minutes: Option<u16>,
    /// Points that the scale could still add to the score.
    pub gain: Option<f64>,
}

/// One situation, as shown after the quiz.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SceneReport {
    /// The item's id.
    pub item: String,
    #[serde(skip)]
    pub ask: String,
    #[serde(skip)]
    pub chosen: String,
    /// Points of the chosen option.
    pub points: f64,
    /// Why the chosen option earns these points.
    pub because: Option<String>,
    /// The option with the most points, unless it was the one chosen.
    #[serde(skip)]
    pub best: Option<String>,
    /// Points of the best option.
    pub best_points: f64,
    /// Why the best option earns these points.
    pub best_because: Option<String>,
}

/// What is known about the answers.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The day of the last answer.
    pub date: Option<String>,
    /// Who the answers are about, if an observer gave them.
    pub observed: Option<String>,
    /// Examples from after the quiz: scale id and text. None if they were not asked for.
    pub evidence: Option<Vec<(String, String)>>,
    /// All results of the person so far, including this one, the earliest first.
    pub trend: Vec<TrendPoint>,
}

/// One of several results.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TrendPoint {
    /// The result's name.
    pub id: String,
    /// The form that was asked.
    pub form: Form,
    /// The score, 0 to 100.
    pub score: f64,
    /// Lower end of its range.
    pub low: f64,
    /// Upper end of its range.
    pub high: f64,
}

impl BankName {
    fn of(bank: &Bank) -> BankName {
        BankName { id: bank.id.clone(), title: bank.title.clone(), edition: bank.edition.clone() }
    }
}

impl Report {
    /// Puts the report together.
    pub fn new(bank: &Bank, role: Option<&Role>, responses: &Responses, about: &About) -> Report {
        let assessment = &score::assess(bank, role, responses);
        let explained = role.map(|role| score::explain(bank, role, responses)).unwrap_or_default();
        // A report never shows an observer's single answers, so sections about single items get no answers.
        let observed = about.observed.is_some();
        let unnamed = observed.then(|| Responses::new(bank, responses.form()));
        let named = unnamed.as_ref().unwrap_or(responses);
        let whole = Responses::asked(bank, responses.form(), observed);
        let view = View { bank, role, responses: named, assessment, explained: &explained, observed };
        let (readings, middle) = view.readings();
        let (roles, roles_say) = view.roles();
        Report {
            format: 1,
            bank: BankName::of(bank),
            title: view.title(),
            language: bank.language.clone(),
            role: role.map(|role| RoleName { id: role.id.clone(), title: role.title.clone() }),
            form: responses.form(),
            date: about.date.clone(),
            observed: about.observed.clone(),
            n_answered: responses.n_answered(),
            n_items: responses.items().count(),
            n_new: whole.items().filter(|&index| !responses.asks(index)).count(),
            fit: view.fit(),
            sides: view.sides(),
            parts: view.parts(),
            compared: view.compared(),
            floors: view.floors(),
            roles,
            roles_say,
            quality: view.quality(),
            effects: view.effects(),
            moves: view.moves(),
            strengths: view.strengths(about.evidence.as_deref()),
            gaps: view.gaps(),
            equal_gaps: view.equal_gaps(),
            readings,
            middle,
            steps: view.steps(),
            career: view.career(),
            wanted: view.wanted(),
            again: view.again(),
            scenes: view.scenes(),
            unscored: view.unscored(),
            limits: words::limits(role, observed),
            judgement: explained.judgement.map(|(low, high)| Range { low, high }),
            withheld: about.observed.as_deref().map(words::withheld),
            trend: if about.trend.len() > 1 { about.trend.clone() } else { Vec::new() },
        }
    }

    /// The answers that raised the score most, then those that lowered it most.
    fn told_effects(&self) -> impl Iterator<Item = (f64, &EffectReport)> {
        let known = self.effects.iter().filter_map(|effect| Some((effect.effect?, effect)));
        [1.0, -1.0].into_iter().flat_map(move |sign| {
            let effects = known.clone().filter(|(points, _)| points * sign >= LEAST_EFFECT);
            effects.sorted_by(|a, b| (b.0 * sign).total_cmp(&(a.0 * sign))).take(TOLD_EFFECTS)
        })
    }

    /// The strengths that need an example: what the role needs from a person.
    pub fn claims(&self) -> impl Iterator<Item = &Saying> {
        let can_be_backed = |id: &str| {
            let demands = self.parts.iter().filter(|part| part.side == Side::Demands);
            demands.flat_map(|part| &part.scales).any(|scale| scale.id == id && !scale.is_fact)
        };
        self.strengths.iter().filter(move |saying| can_be_backed(&saying.scale))
    }

    /// The minimums with this status.
    pub fn open_floors(&self, status: FloorStatus) -> impl Iterator<Item = &FloorReport> {
        self.floors.iter().filter(move |floor| floor.status == Some(status))
    }
}
