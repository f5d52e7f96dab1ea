//! Which next steps are offered: by what a gap is worth, by its level, and by what comes first.

use itertools::Itertools;

use crate::bank::{Bank, FloorOn, Horizon, Step};
use crate::report::StepReport;
use crate::report::view::View;
use crate::score::explain::Move;
use crate::score::fit::FloorStatus;

/// How many gaps get steps. In simulation, the widest gap ranks first only half of the time, and among the first
/// three 80 % of the time. So the three are shown as equals.
const GAPS: usize = 3;

impl<'a> View<'a> {
    /// The steps to offer: for unmet minimums and for the widest gaps, the nearest horizon first. At least one is
    /// for this week if the bank has one to offer.
    pub(super) fn steps(&self) -> Vec<StepReport> {
        let ranked = self.ranked_scales();
        let (widest, others) = ranked.split_at(ranked.len().min(GAPS));
        let steps = |&(scale, gain): &(usize, Option<f64>)| {
            self.steps_for(scale).map(move |step| report(self.bank, step, gain))
        };
        let is_this_week = |step: &StepReport| step.horizon == Horizon::Week;
        let mut offered = widest.iter().flat_map(steps).collect_vec();
        if !offered.iter().any(is_this_week) {
            offered.extend(others.iter().flat_map(steps).find(is_this_week));
        }
        offered.sort_by_key(|step| step.horizon);
        offered
    }

    /// Scales that need work: those under a minimum first, then by what they are worth. Without a role, by the score.
    fn ranked_scales(&self) -> Vec<(usize, Option<f64>)> {
        let has_steps = |scale: usize| self.steps_for(scale).next().is_some();
        if self.role.is_none() {
            let score = |scale: usize| Some((scale, self.assessment.scales[scale].score()?));
            let scales = (0..self.bank.scales.len()).filter(|&scale| has_steps(scale)).filter_map(score);
            let scales = scales.sorted_by(|a, b| a.1.total_cmp(&b.1));
            return scales.map(|(scale, _)| (scale, None)).collect();
        }
        let needs_work = |change: &&Move| {
            has_steps(change.scale) && (change.gain > 1e-9 || self.is_under_floor(change.scale))
        };
        let moves = self.explained.moves.iter().filter(needs_work);
        let moves = moves.sorted_by_key(|change| !self.is_under_floor(change.scale));
        moves.map(|change| (change.scale, Some(change.gain))).collect()
    }

    /// Whether a scale is under a minimum of the role.
    pub(super) fn is_under_floor(&self, scale: usize) -> bool {
        let mut floors = self
            .role
            .zip(self.role_fit())
            .into_iter()
            .flat_map(|(role, fit)| role.floors.iter().zip(&fit.floors));
        floors.any(|(floor, score)| {
            floor.on == FloorOn::Scale(scale) && score.status == Some(FloorStatus::Unmet)
        })
    }

    /// The steps that a scale's score calls for.
    fn steps_for(&self, scale: usize) -> impl Iterator<Item = &'a Step> {
        let scales = &self.assessment.scales;
        let score = scales[scale].score();
        // A fact without a score counts as lacking.
        let has = |fact: usize| scales[fact].score().is_some_and(|score| score > 0.0);
        let called_for = move |step: &&Step| {
            step.scale == scale
                && score.is_some_and(|score| score < step.below && score >= step.at_least)
                && step.needs.is_none_or(has)
        };
        self.bank.steps.iter().filter(called_for)
    }
}

fn report(bank: &Bank, step: &Step, gain: Option<f64>) -> StepReport {
    let scale = &bank.scales[step.scale];
    StepReport {
        id: step.id.clone(),
        title: step.title.clone(),
        text: step.text.clone(),
        scale: scale.id.clone(),
        scale_title: scale.title.clone(),
        horizon: step.horizon,
        brief: step.brief.clone(),
        when: step.when.clone(),
        minutes: step.minutes,
        gain,
    }
}
