//! All that a reader is told, as plain data with reasons.
//!
//! A report is data before it is text: every number comes with its uncertainty or with the reason
//! why it is missing, every sentence that interprets is chosen by an answer, and lists stand in the
//! order in which they are to be read. Renderers lay it out and decide nothing.

pub mod career;
pub mod compare;
pub mod explain;
pub mod group;
pub mod history;
pub mod norm;
mod reading;
pub mod role;
pub mod sections;
mod steps;
mod view;
mod words;

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Bank, Form, Horizon, Role, Side, When};
use crate::score;
use crate::score::Assessment;
use crate::score::fit::FloorStatus;
use crate::score::quality::{Level, SignalId, Verdict};
use crate::session::Responses;

use view::View;
pub use words::whole;

/// How many single answers are named as having lifted or lowered the fit.
const TOLD_EFFECTS: usize = 4;
/// An effect smaller than this many points is not worth naming.
const LEAST_EFFECT: f64 = 0.05;

/// The report for programs: every field is always there, and what cannot be scored is null and has a reason.
///
/// Fields that are skipped are for people alone: words and headings that the rest can be told by.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "A coofit report")]
pub struct Report {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub format: u8,
    /// The bank.
    pub bank: BankName,
    /// The report's heading.
    #[serde(skip)]
    pub title: String,
    /// The language of the bank's texts, such as `en`.
    #[serde(skip)]
    pub language: Option<String>,
    /// The role, where there is one.
    pub role: Option<RoleName>,
    /// The form that was asked.
    pub form: Form,
    /// The day of the last answer, where known.
    pub date: Option<String>,
    /// The person whom these answers describe, when somebody else gave them.
    pub observed: Option<String>,
    /// Answered items of the form.
    #[serde(rename = "answered")]
    pub n_answered: usize,
    /// Items of the form.
    #[serde(rename = "items")]
    pub n_items: usize,
    /// How many questions of the form are newer than the answers, so that they were not asked.
    #[serde(rename = "new")]
    pub n_new: usize,
    /// The fit, or why there is none.
    pub fit: FitReport,
    /// Both sides: what the role asks, what it gives.
    pub sides: Vec<SideReport>,
    /// Every part with its scales.
    pub parts: Vec<PartReport>,
    /// What the comparison with groups means, and who the groups are; empty where there is none.
    #[serde(skip)]
    pub compared: Vec<String>,
    /// Every floor.
    pub floors: Vec<FloorReport>,
    /// Roles by the shape of the scores, the nearest first; empty where too few scales can be compared.
    pub roles: Vec<RoleReport>,
    /// What the comparison of roles is, or why none is named.
    #[serde(skip)]
    pub roles_say: Vec<String>,
    /// Whether the answers are usable.
    pub quality: QualityReport,
    /// What every answer did to the fit, in the order of asking.
    pub effects: Vec<EffectReport>,
    /// Why an observer's file shows no single answer.
    pub withheld: Option<String>,
    /// What every requirement could still bring, the most first.
    pub moves: Vec<MoveReport>,
    /// What carries the person: scales that meet the role.
    pub strengths: Vec<Saying>,
    /// What holds the person back: the widest gaps, in the order of the steps.
    pub gaps: Vec<Saying>,
    /// Which of the gaps cannot be ranked.
    #[serde(skip)]
    pub equal_gaps: Option<String>,
    /// Without a role: the scales whose score is clearly on one side of the middle.
    pub readings: Vec<Saying>,
    /// The scales of which that cannot be said, in a sentence.
    #[serde(skip)]
    pub middle: Option<String>,
    /// Next steps, the nearest first.
    pub steps: Vec<StepReport>,
    /// Whether the person wants the role, before and after reading what it is like.
    pub wanted: Option<career::Wanted>,
    /// Where the person stands in the career.
    pub career: career::CareerReport,
    /// Where it would be worth looking again.
    pub again: Vec<String>,
    /// The situations, each with what was chosen and why it earns what it does.
    pub scenes: Vec<SceneReport>,
    /// Answers that were asked for and are not scored.
    pub unscored: Vec<Answered>,
    /// What the score is not.
    pub limits: Vec<String>,
    /// The lowest and the highest fit under other judgements.
    pub judgement: Option<Range>,
    /// The course of several results; empty where there is only this one.
    pub trend: Vec<TrendPoint>,
    /// The arithmetic from every answer to the fit.
    #[serde(skip)]
    pub explanation: explain::Explanation,
}

/// The bank that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the bank")]
pub struct BankName {
    pub id: String,
    pub title: String,
    pub edition: String,
}

/// The role that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the bank")]
pub struct RoleName {
    pub id: String,
    pub title: String,
}

/// From one number to another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Range {
    pub low: f64,
    pub high: f64,
}

/// Two ends of a range; null where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Ends {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// A question and its answer in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Answered {
    pub ask: String,
    pub answer: String,
}

/// The fit, on 0 to 100 and unrounded.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FitReport {
    /// The fit; null when nothing could be scored.
    pub score: Option<f64>,
    /// The lower end of its range.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// The fit, had every rating been a quarter of a step lower.
    pub modest: Option<f64>,
    /// The same a quarter of a step higher.
    pub bold: Option<f64>,
    /// From what the most modest range begins with to what the boldest ends with.
    pub outer: Ends,
    /// How much of the fit could be scored, 0 to 1.
    pub share: Option<f64>,
    /// The ids of the bands that the range touches.
    pub bands: Vec<String>,
    /// All bands of the bank: from, id, title.
    #[serde(skip)]
    pub edges: Vec<Edge>,
    /// The fit without each part in turn.
    pub without: Vec<WithoutReport>,
    /// The verdict in a few words.
    pub verdict: String,
    /// What to do with it.
    pub advice: Option<String>,
    /// Why there is no fit, or no band.
    pub reason: Option<String>,
    /// The range in words.
    #[serde(skip)]
    pub interval: Option<String>,
    /// How boldly one answers, in words.
    #[serde(skip)]
    pub boldness: Option<String>,
    /// What the fit of someone who exactly meets everything is; said near the top.
    #[serde(skip)]
    pub near_top: Option<String>,
    /// How much our own judgements matter, in words.
    #[serde(skip)]
    pub judgement: Option<String>,
}

/// A band of the bank, for a picture.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "named as in the bank")]
pub struct Edge {
    pub from: f64,
    /// Its short name, or its title.
    pub short: String,
    /// Whether the range touches it.
    pub is_touched: bool,
}

/// The fit without one part.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WithoutReport {
    /// The part's id.
    pub part: String,
    /// The part's title.
    #[serde(skip)]
    pub title: String,
    /// The fit without it, 0 to 100.
    pub score: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// One side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SideReport {
    /// Its id.
    pub id: Side,
    /// What it is, in words.
    #[serde(skip)]
    pub title: &'static str,
    /// 100·Σ WP/Σ W over its parts, −100 to 100.
    pub score: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PartReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its side.
    pub side: Side,
    /// Its weight in the fit.
    pub weight: f64,
    /// 100·P, −100 to 100.
    pub score: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
    /// Its scales, in file order.
    pub scales: Vec<ScaleReport>,
}

/// One scale.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ScaleReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its score, 0 to 100.
    pub score: Option<f64>,
    /// Standard error of the score.
    pub standard_error: Option<f64>,
    /// The 90 % range of the score, 0 to 100.
    pub range: Ends,
    /// How far it meets what the role asks, −1 to 1; null where the role asks nothing.
    pub attainment: Option<f64>,
    /// The score that counts as nothing.
    pub from: Option<f64>,
    /// The score that counts as met.
    pub to: Option<f64>,
    /// The weight of the requirement, after what matters to the person.
    pub weight: Option<f64>,
    /// Answered items.
    #[serde(rename = "answered")]
    pub n_answered: usize,
    /// Items of this form.
    #[serde(rename = "items")]
    pub n_items: usize,
    /// Whether there is a score.
    pub status: Status,
    /// Why there is none.
    pub reason: Option<String>,
    /// Where the score falls in a comparison group, where the bank names one.
    pub norm: Option<norm::NormReport>,
    /// The fact itself and what the role asks: "6 years (10 asked)".
    #[serde(skip)]
    pub measured: Option<String>,
    /// Whether it is a fact, which needs no example.
    #[serde(skip)]
    pub is_fact: bool,
    /// Whether the report shows it: another role than the bank's own leaves out what it does not ask.
    #[serde(skip)]
    pub is_shown: bool,
}

/// Whether a scale has a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has one.
    Scored,
    /// Too few answers.
    TooFew,
}

/// One floor.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FloorReport {
    /// The scale it is on, if it is on one.
    pub scale: Option<String>,
    /// The side it is on, if it is on one.
    pub side: Option<Side>,
    /// Title of what it is on.
    #[serde(skip)]
    pub title: String,
    /// The lowest score that meets it.
    pub at_least: f64,
    /// The score.
    pub score: Option<f64>,
    /// Whether the score meets it.
    pub met: Option<bool>,
    /// How the score compares, its error taken into account.
    pub status: Option<FloorStatus>,
    /// What has to come first.
    pub says: Option<String>,
    /// Why there is no score.
    pub reason: Option<String>,
}

/// A role, or several of one occupation, by the shape of the scores.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RoleReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The ids of other roles of the same occupation.
    pub same: Vec<String>,
    /// Whether it is detectably ahead of the next one; null for the last.
    pub ahead: Option<bool>,
    /// Whether the scores detectably have its shape.
    pub stands_out: bool,
    /// Its line, where it stands out.
    #[serde(skip)]
    pub says: Option<String>,
}

/// Whether the answers are usable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct QualityReport {
    /// All signals together.
    pub verdict: Verdict,
    /// The verdict and its grounds in words.
    pub says: String,
    /// Each signal.
    pub signals: Vec<SignalReport>,
}

/// One signal.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SignalReport {
    /// Which.
    pub id: SignalId,
    /// Its value.
    pub value: Option<f64>,
    /// Its level.
    pub level: Option<Level>,
    /// The value from which it is a caution.
    pub caution_from: Option<f64>,
    /// The value from which it is doubtful.
    pub doubtful_from: Option<f64>,
    /// Why it has no value or no level.
    pub reason: Option<String>,
}

/// What one answer did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EffectReport {
    /// The item's id.
    pub item: String,
    /// The question.
    #[serde(skip)]
    pub ask: String,
    /// The answer in words.
    pub answer: String,
    /// Points of fit.
    pub effect: Option<f64>,
    /// Why it has none.
    pub reason: Option<&'static str>,
}

/// What one requirement could still bring.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MoveReport {
    /// The scale's id.
    pub scale: String,
    /// The scale's title.
    #[serde(skip)]
    pub title: String,
    /// Points of fit.
    pub gain: f64,
}

/// A sentence about a scale, with the answer that caused it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Saying {
    /// The scale's id.
    pub scale: String,
    /// The scale's title.
    #[serde(skip)]
    pub title: String,
    /// What its score means.
    pub says: String,
    /// The answer that speaks most clearly for the sentence.
    pub because: Option<Answered>,
    /// For a strength: whether an example backs it. Never scored.
    pub backed: Option<bool>,
    /// The example, in the person's own words.
    #[serde(skip)]
    pub example: Option<String>,
    /// For a gap: the points of fit it is worth.
    #[serde(skip)]
    pub gain: Option<f64>,
}

/// One next step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StepReport {
    /// Its id.
    pub id: String,
    /// The act.
    pub title: String,
    /// The plan.
    pub text: String,
    /// The scale's id.
    pub scale: String,
    /// The scale's title.
    #[serde(skip)]
    pub scale_title: String,
    /// When it is for.
    pub horizon: Horizon,
    /// One line for the first screen.
    #[serde(skip)]
    pub brief: Option<String>,
    /// When it happens, one calendar entry each.
    #[serde(skip)]
    pub when: Vec<When>,
    /// How long it takes.
    #[serde(skip)]
    pub minutes: Option<u16>,
    /// Points of fit that the scale could still bring.
    pub gain: Option<f64>,
}

/// One situation after the quiz.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SceneReport {
    /// The item's id.
    pub item: String,
    /// The situation.
    #[serde(skip)]
    pub ask: String,
    /// What was chosen.
    #[serde(skip)]
    pub chosen: String,
    /// Its points.
    pub points: f64,
    /// Why it earns them.
    pub because: Option<String>,
    /// The option with the most points, unless it was the one chosen.
    #[serde(skip)]
    pub best: Option<String>,
    /// The most points of an option.
    pub best_points: f64,
    /// Why that one earns them.
    pub best_because: Option<String>,
}

/// What is known about the answers besides the answers.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The day of the last answer.
    pub date: Option<String>,
    /// Whom the answers describe, when somebody else gave them.
    pub observed: Option<String>,
    /// Examples told after the quiz: scale id, and what was told. Nothing when they were not asked for.
    pub evidence: Option<Vec<(String, String)>>,
    /// Every result of the person so far, the earliest first, this one among them.
    pub trend: Vec<TrendPoint>,
}

/// One result in the course of several.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TrendPoint {
    /// The result's name.
    pub id: String,
    /// The form that was asked.
    pub form: Form,
    /// The fit, 0 to 100.
    pub score: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

impl Report {
    /// Puts together what a reader is told.
    #[must_use]
    pub fn new(
        bank: &Bank,
        role: Option<&Role>,
        responses: &Responses,
        assessment: &Assessment,
        about: &About,
    ) -> Report {
        let explained = role.map(|role| score::explain(bank, role, responses)).unwrap_or_default();
        // What an observer answered is never named: each section that names items finds none.
        let observed = about.observed.is_some();
        let unnamed = observed.then(|| Responses::new(bank, responses.form()));
        let named = unnamed.as_ref().unwrap_or(responses);
        let whole = if observed {
            Responses::of_observer(bank, responses.form())
        } else {
            Responses::new(bank, responses.form())
        };
        let view = View { bank, role, responses: named, assessment, explained: &explained, observed };
        let (readings, middle) = view.readings();
        let (roles, roles_say) = view.roles();
        Report {
            format: 1,
            bank: BankName { id: bank.id.clone(), title: bank.title.clone(), edition: bank.edition.clone() },
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
            steps: steps::choose(bank, assessment, role, &explained.moves),
            career: career::stand(bank, role, named, assessment),
            wanted: view.wanted(),
            again: view.again(),
            scenes: view.scenes(),
            unscored: view.unscored(),
            limits: words::limits(role),
            judgement: explained.judgement.map(|(low, high)| Range { low, high }),
            explanation: explain::explain(bank, role, named, assessment),
            withheld: about.observed.as_deref().map(words::withheld),
            trend: if about.trend.len() > 1 { about.trend.clone() } else { Vec::new() },
        }
    }

    /// The answers that lifted the fit most, the most first.
    #[must_use]
    pub fn lifted(&self) -> Vec<&EffectReport> {
        self.told_effects(1.0)
    }

    /// The answers that lowered the fit most, the most first.
    #[must_use]
    pub fn lowered(&self) -> Vec<&EffectReport> {
        self.told_effects(-1.0)
    }

    fn told_effects(&self, sign: f64) -> Vec<&EffectReport> {
        let size = |effect: &EffectReport| effect.effect.unwrap_or(0.0) * sign;
        let mut effects: Vec<&EffectReport> =
            self.effects.iter().filter(|effect| size(effect) >= LEAST_EFFECT).collect();
        effects.sort_by(|a, b| size(b).total_cmp(&size(a)));
        effects.truncate(TOLD_EFFECTS);
        effects
    }

    /// The strengths that an example could back: what the role asks of a person.
    pub fn claims(&self) -> impl Iterator<Item = &Saying> {
        let can_be_backed = |id: &str| {
            let demands = self.parts.iter().filter(|part| part.side == Side::Demands);
            demands.flat_map(|part| &part.scales).any(|scale| scale.id == id && !scale.is_fact)
        };
        self.strengths.iter().filter(move |saying| can_be_backed(&saying.scale))
    }

    /// Floors that have to come first, and those that may have to.
    pub fn open_floors(&self, status: FloorStatus) -> impl Iterator<Item = &FloorReport> {
        self.floors.iter().filter(move |floor| floor.status == Some(status))
    }
}
