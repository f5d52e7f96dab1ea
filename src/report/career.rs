//! Where this person stands in the career: level, duties, industries, tools, kinds and other roles.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::bank::{Answer, Bank, Industry, ItemKind, Level, Role, Tool};
use crate::score::profile::Match;
use crate::score::{Assessment, profile};
use crate::session::Responses;

/// How far a person is in a career.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct CareerReport {
    /// Id of the highest level that the person's tasks show.
    #[serde(serialize_with = "level_id")]
    #[schemars(with = "Option<String>")]
    pub level: Option<LevelReport>,
    /// What is missing for the next level.
    #[serde(rename = "next_tasks", serialize_with = "next_tasks")]
    #[schemars(with = "Vec<String>")]
    pub next: Option<NextLevel>,
    /// Duties that the person has not had yet.
    pub duties_missing: Vec<String>,
    /// Names of the industries that the person has worked in.
    #[serde(serialize_with = "industry_titles")]
    #[schemars(with = "Vec<String>")]
    pub industries: Vec<Industry>,
    /// Names of the tool families that the person has not used.
    #[serde(serialize_with = "tool_titles")]
    #[schemars(with = "Vec<String>")]
    pub tools_missing: Vec<Tool>,
    /// The kinds of this role, the best match first.
    pub kinds: Vec<MatchReport>,
}

/// A level reached.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelReport {
    /// What it is.
    pub level: Level,
    /// Tasks done, of how many.
    pub ticks: (usize, usize),
}

/// The level after the one reached.
#[derive(Debug, Clone, PartialEq)]
pub struct NextLevel {
    /// Its name.
    pub title: String,
    /// How many more tasks make it.
    pub ticks_missing: usize,
    /// The tasks of that level that were not done yet.
    pub tasks: Vec<String>,
}

/// A kind of the role, and how far the person meets its profile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatchReport {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is.
    #[serde(skip)]
    pub says: Option<String>,
    /// How far the person meets the profile, 0 to 100.
    pub score: f64,
    /// Whether the difference from the best match can be chance.
    pub tied_with_best: bool,
}

/// How much the person wants the role, before and after reading what it is like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Wanted {
    /// The answer before reading.
    pub before: String,
    /// The answer after reading.
    pub after: String,
    /// A sentence on the change.
    #[serde(skip)]
    pub says: String,
}

#[expect(clippy::ref_option, reason = "what serde passes")]
fn level_id<S: Serializer>(level: &Option<LevelReport>, to: S) -> Result<S::Ok, S::Error> {
    level.as_ref().map(|reached| &reached.level.id).serialize(to)
}

#[expect(clippy::ref_option, reason = "what serde passes")]
fn next_tasks<S: Serializer>(next: &Option<NextLevel>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(next.iter().flat_map(|next| &next.tasks))
}

fn industry_titles<S: Serializer>(industries: &[Industry], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(industries.iter().map(|industry| &industry.title))
}

fn tool_titles<S: Serializer>(tools: &[Tool], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(tools.iter().map(|tool| &tool.title))
}

pub(super) fn stand(
    bank: &Bank,
    role: Option<&Role>,
    responses: &Responses,
    assessment: &Assessment,
) -> CareerReport {
    let Some(role) = role else { return CareerReport::default() };
    let ticked = |ids: Vec<&str>, is_ticked: bool| {
        let ticks = ticked(bank, responses, &ids).unwrap_or_default();
        (0..ticks.len()).filter(move |at| ticks[*at] == is_ticked)
    };
    let duties = ticked(role.duties.iter().map(|duty| duty.id.as_str()).collect(), false);
    let industries = ticked(role.industries.iter().map(|industry| industry.id.as_str()).collect(), true);
    let tools = ticked(role.tools.iter().map(|tool| tool.id.as_str()).collect(), false);
    let kind = |found: Match| {
        let kind = &role.kinds[found.index];
        MatchReport {
            id: kind.id.clone(),
            title: kind.title.clone(),
            says: kind.says.clone(),
            score: found.score,
            tied_with_best: found.tied_with_best,
        }
    };
    let (level, next) = levels(bank, role, responses);
    CareerReport {
        level,
        next,
        duties_missing: duties.map(|at| role.duties[at].title.clone()).collect(),
        industries: industries.map(|at| role.industries[at].clone()).collect(),
        tools_missing: tools.map(|at| role.tools[at].clone()).collect(),
        kinds: profile::kinds(role, &assessment.scales).into_iter().map(kind).collect(),
    }
}

/// Which of these ids were ticked, in the checklist that offers them all; nothing when no such
/// checklist was answered.
fn ticked(bank: &Bank, responses: &Responses, ids: &[&str]) -> Option<Vec<bool>> {
    if ids.is_empty() {
        return None;
    }
    bank.items.iter().enumerate().find_map(|(index, item)| {
        let ItemKind::Checklist { options, .. } = &item.kind else { return None };
        let positions: Option<Vec<usize>> =
            ids.iter().map(|id| options.iter().position(|option| option.id == *id)).collect();
        let (positions, Answer::Checklist(ticks)) = (positions?, responses.answer(index)?) else {
            return None;
        };
        Some(positions.iter().map(|position| ticks.contains(position)).collect())
    })
}

/// The highest level whose ticks are reached, and the one after it.
fn levels(bank: &Bank, role: &Role, responses: &Responses) -> (Option<LevelReport>, Option<NextLevel>) {
    let ticks = |checklist: usize| match responses.answer(checklist) {
        Some(Answer::Checklist(ticks)) => Some(ticks.as_slice()),
        _ => None,
    };
    let reached = role
        .levels
        .iter()
        .rposition(|level| ticks(level.checklist).is_some_and(|ticks| ticks.len() >= level.ticks));
    let options = |checklist: usize| bank.items[checklist].options();
    let level = reached.map(|index| {
        let level = &role.levels[index];
        LevelReport {
            level: level.clone(),
            ticks: (ticks(level.checklist).map_or(0, <[usize]>::len), options(level.checklist).len()),
        }
    });
    let next = role.levels.get(reached.map_or(0, |index| index + 1)).and_then(|level| {
        let done = ticks(level.checklist)?;
        let tasks = options(level.checklist).iter().enumerate();
        Some(NextLevel {
            title: level.title.clone(),
            ticks_missing: level.ticks.saturating_sub(done.len()),
            tasks: tasks
                .filter(|(index, _)| !done.contains(index))
                .map(|(_, option)| option.say.clone())
                .collect(),
        })
    });
    (level, next)
}
