//! Where this person stands in the career: level, duties, industries, tools, kinds and other roles.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::bank::{Answer, Bank, ItemKind, Role};
use crate::score::profile::Match;
use crate::score::{Assessment, profile};
use crate::session::Responses;

/// How far a person is in a career.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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
    pub industries: Vec<IndustryReport>,
    /// Names of the tool families that the person has not used.
    #[serde(serialize_with = "tool_titles")]
    #[schemars(with = "Vec<String>")]
    pub tools_missing: Vec<ToolReport>,
    /// The kinds of this role, the best match first.
    pub kinds: Vec<MatchReport>,
}

/// A level reached.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelReport {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it means.
    pub says: Option<String>,
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

/// An industry and what the role is about there.
#[derive(Debug, Clone, PartialEq)]
pub struct IndustryReport {
    /// Its name.
    pub title: String,
    /// What the role is about there.
    pub focus: Option<String>,
    /// What is done there.
    pub tasks: Vec<String>,
}

/// A family of tools.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolReport {
    /// Its name.
    pub title: String,
    /// What it is used for.
    pub used_for: Option<String>,
    /// Products.
    pub examples: Vec<String>,
}

/// A kind of the role, and how far the person meets its profile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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
#[schemars(deny_unknown_fields)]
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
    level.as_ref().map(|level| &level.id).serialize(to)
}

#[expect(clippy::ref_option, reason = "what serde passes")]
fn next_tasks<S: Serializer>(next: &Option<NextLevel>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(next.iter().flat_map(|next| &next.tasks))
}

fn industry_titles<S: Serializer>(industries: &[IndustryReport], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(industries.iter().map(|industry| &industry.title))
}

fn tool_titles<S: Serializer>(tools: &[ToolReport], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(tools.iter().map(|tool| &tool.title))
}

pub(super) fn stand(
    bank: &Bank,
    role: Option<&Role>,
    responses: &Responses,
    assessment: &Assessment,
) -> CareerReport {
    let Some(role) = role else { return CareerReport::default() };
    let ticked = |ids: &[&str]| ticked(bank, responses, ids);
    let missing = |ids: Vec<&str>| ticked(&ids).map(|ticks| ticks.into_iter().map(|done| !done).collect());
    let duties: Option<Vec<bool>> = missing(role.duties.iter().map(|duty| duty.id.as_str()).collect());
    let tools: Option<Vec<bool>> = missing(role.tools.iter().map(|tool| tool.id.as_str()).collect());
    let industries = ticked(&role.industries.iter().map(|industry| industry.id.as_str()).collect::<Vec<_>>());
    let (level, next) = levels(bank, role, responses);
    CareerReport {
        level,
        next,
        duties_missing: pick(&role.duties, duties).map(|duty| duty.title.clone()).collect(),
        industries: pick(&role.industries, industries)
            .map(|industry| IndustryReport {
                title: industry.title.clone(),
                focus: industry.focus.clone(),
                tasks: industry.tasks.clone(),
            })
            .collect(),
        tools_missing: pick(&role.tools, tools)
            .map(|tool| ToolReport {
                title: tool.title.clone(),
                used_for: tool.used_for.clone(),
                examples: tool.examples.clone(),
            })
            .collect(),
        kinds: matches(profile::kinds(role, &assessment.scales), |index| {
            let kind = &role.kinds[index];
            (&kind.id, &kind.title, kind.says.as_ref())
        }),
    }
}

fn matches<'a>(
    found: Vec<Match>,
    name: impl Fn(usize) -> (&'a String, &'a String, Option<&'a String>),
) -> Vec<MatchReport> {
    let report = |found: Match| {
        let (id, title, says) = name(found.index);
        MatchReport {
            id: id.clone(),
            title: title.clone(),
            says: says.cloned(),
            score: found.score,
            tied_with_best: found.tied_with_best,
        }
    };
    found.into_iter().map(report).collect()
}

/// The entries whose mark is set; none where nothing was answered.
fn pick<T>(entries: &[T], marks: Option<Vec<bool>>) -> impl Iterator<Item = &T> {
    let marks = marks.unwrap_or_default();
    entries.iter().zip(marks).filter(|(_, marked)| *marked).map(|(entry, _)| entry)
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
    let options = |checklist: usize| match &bank.items[checklist].kind {
        ItemKind::Checklist { options, .. } => options.as_slice(),
        _ => &[],
    };
    let level = reached.map(|index| {
        let level = &role.levels[index];
        LevelReport {
            id: level.id.clone(),
            title: level.title.clone(),
            says: level.says.clone(),
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
