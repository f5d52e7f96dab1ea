//! How far this person is in the career: level, duties, industries, tools, kinds and other roles.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Answer, CareerLevel, ItemKind, Role};
use crate::document::ListEntry;
use crate::report::view::View;
use crate::report::{role, words};
use crate::score::profile::{self, Match};

/// How far a person is in a career.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct CareerReport {
    /// Id of the highest level that the person's tasks show.
    pub level: Option<String>,
    /// What that level is, and how many of its tasks are done.
    #[serde(skip)]
    pub level_says: Option<String>,
    /// What is missing for the next level.
    pub next_tasks: Vec<String>,
    /// How many of these tasks make the next level.
    #[serde(skip)]
    pub next_says: String,
    /// Duties that the person has not had yet.
    pub duties_missing: Vec<String>,
    /// Names of the industries that the person has worked in.
    pub industries: Vec<String>,
    /// What the role is like in these industries.
    #[serde(skip)]
    pub(crate) industry_entries: Vec<ListEntry>,
    /// Names of the tool families that the person has not used.
    pub tools_missing: Vec<String>,
    /// What these tools are for.
    #[serde(skip)]
    pub(crate) tool_entries: Vec<ListEntry>,
    /// The kinds of this role, the best match first.
    pub kinds: Vec<MatchReport>,
}

/// A kind of the role, and how far the person meets its profile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatchReport {
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

impl View<'_> {
    pub(super) fn career(&self) -> CareerReport {
        let Some(role) = self.role else { return CareerReport::default() };
        let duties = self.ticked(&role.duties, |duty| &duty.id, false);
        let industries = self.ticked(&role.industries, |industry| &industry.id, true);
        let tools = self.ticked(&role.tools, |tool| &tool.id, false);
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
        let mut report = CareerReport {
            duties_missing: duties.iter().map(|duty| duty.title.clone()).collect(),
            industries: industries.iter().map(|industry| industry.title.clone()).collect(),
            industry_entries: industries.into_iter().map(role::industry).collect(),
            tools_missing: tools.iter().map(|tool| tool.title.clone()).collect(),
            tool_entries: tools.into_iter().map(role::tool).collect(),
            kinds: profile::kinds(role, &self.assessment.scales).into_iter().map(kind).collect(),
            ..CareerReport::default()
        };
        self.add_levels(role, &mut report);
        report
    }

    /// Those that are ticked, or those that are not, in the checklist that offers all of them. None without answers to
    /// such a checklist.
    fn ticked<'t, T>(&self, all: &'t [T], id: fn(&T) -> &String, is_ticked: bool) -> Vec<&'t T> {
        let found = self.bank.items.iter().enumerate().find_map(|(index, item)| {
            let ItemKind::Checklist { options, .. } = &item.kind else { return None };
            let position = |one| options.iter().position(|option| option.id == *id(one));
            let positions: Vec<usize> = all.iter().map(position).collect::<Option<_>>()?;
            let Answer::Checklist(ticks) = self.responses.answer(index)? else { return None };
            let with_ticks =
                all.iter().zip(positions).map(|(one, position)| (one, ticks.contains(&position)));
            Some(with_ticks.filter(|(_, ticked)| *ticked == is_ticked).map(|(one, _)| one).collect())
        });
        found.unwrap_or_default()
    }

    /// The highest level whose ticks are reached, and what is missing for the one after it.
    fn add_levels(&self, role: &Role, report: &mut CareerReport) {
        let ticks = |level: &CareerLevel| match self.responses.answer(level.checklist) {
            Some(Answer::Checklist(ticks)) => Some(ticks),
            _ => None,
        };
        let is_reached = |level| ticks(level).is_some_and(|ticks| ticks.len() >= level.ticks);
        let reached = role.levels.iter().rposition(is_reached);
        if let Some(level) = reached.map(|at| &role.levels[at]) {
            let (done, of) =
                (ticks(level).map_or(0, Vec::len), self.bank.items[level.checklist].options().len());
            let says = level.says.as_deref().unwrap_or_default();
            let says = format!("{}. You have done {done} of its {of} tasks. {says}", level.title);
            report.level = Some(level.id.clone());
            report.level_says = Some(says.trim_end().to_owned());
        }
        let next = role.levels.get(reached.map_or(0, |at| at + 1));
        if let Some((level, done)) = next.and_then(|level| Some((level, ticks(level)?))) {
            let n = level.ticks.saturating_sub(done.len());
            let more = if n == 1 { "one more of these".to_owned() } else { format!("{n} more of these") };
            report.next_says = format!("For {} you need {more}", level.title);
            let tasks = self.bank.items[level.checklist].options().iter().enumerate();
            let missing = tasks.filter(|(at, _)| !done.contains(at));
            report.next_tasks = missing.map(|(_, option)| option.say.clone()).collect();
        }
    }

    pub(super) fn wanted(&self) -> Option<Wanted> {
        let [before, after] = self.role?.wanted?;
        let given = |index: usize| match self.responses.answer(index)? {
            Answer::Rating(r) => Some((*r, self.bank.items[index].in_words(self.responses.answer(index)?))),
            _ => None,
        };
        let ((r_before, before), (r_after, after)) = (given(before)?, given(after)?);
        let says = words::wanted(&before, &after, r_after.cmp(&r_before));
        Some(Wanted { before, after, says })
    }
}
