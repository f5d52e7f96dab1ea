//! Which next steps are offered: by what a gap is worth, by its level, and by what comes first.

use itertools::Itertools;

use crate::bank::{Bank, FloorOn, Horizon, Role, Step};
use crate::report::StepReport;
use crate::score::Assessment;
use crate::score::explain::Move;
use crate::score::fit::{FloorStatus, RoleFit};

/// How many gaps get steps. In simulation the truly widest gap ranks first only half of the time and
/// is among the first three in 80%, so the three are shown as equals.
const GAPS: usize = 3;

/// The steps to offer: unmet floors and the widest gaps, the nearest horizon first, and at least one
/// for this week wherever the bank has one to offer.
pub(super) fn choose(
    bank: &Bank,
    assessment: &Assessment,
    role: Option<&Role>,
    moves: &[Move],
) -> Vec<StepReport> {
    let ranked = ranked_scales(bank, assessment, role, moves);
    let (widest, others) = ranked.split_at(ranked.len().min(GAPS));
    let steps = |&(scale, gain): &(usize, Option<f64>)| {
        steps_for(bank, assessment, scale).map(move |step| report(bank, step, gain))
    };
    let is_this_week = |step: &StepReport| step.horizon == Horizon::Week;
    let mut offered = widest.iter().flat_map(steps).collect_vec();
    if !offered.iter().any(is_this_week) {
        offered.extend(others.iter().flat_map(steps).find(is_this_week));
    }
    offered.sort_by_key(|step| step.horizon);
    offered
}

/// Scales that need work, in order: under a floor first, then by what they are worth. Without a role,
/// by the score.
fn ranked_scales(
    bank: &Bank,
    assessment: &Assessment,
    role: Option<&Role>,
    moves: &[Move],
) -> Vec<(usize, Option<f64>)> {
    let has_steps = |scale: usize| steps_for(bank, assessment, scale).next().is_some();
    let Some((role, fit)) = role.zip(assessment.role.as_ref()) else {
        let score = |scale: usize| Some((scale, assessment.scales[scale].score()?));
        let scales = (0..bank.scales.len()).filter(|&scale| has_steps(scale)).filter_map(score);
        let scales = scales.sorted_by(|a, b| a.1.total_cmp(&b.1));
        return scales.map(|(scale, _)| (scale, None)).collect();
    };
    let under_floor = |scale: usize| is_under_floor(role, fit, scale);
    let needs_work =
        |change: &&Move| has_steps(change.scale) && (change.gain > 1e-9 || under_floor(change.scale));
    let scales = moves.iter().filter(needs_work).map(|change| (change.scale, Some(change.gain)));
    scales.sorted_by_key(|(scale, _)| !under_floor(*scale)).collect()
}

/// Whether a scale is under a minimum of the role.
pub(super) fn is_under_floor(role: &Role, fit: &RoleFit, scale: usize) -> bool {
    let mut floors = role.floors.iter().zip(&fit.floors);
    floors.any(|(floor, score)| floor.on == FloorOn::Scale(scale) && score.status == Some(FloorStatus::Unmet))
}

/// The steps that a scale's score calls for.
fn steps_for<'a>(bank: &'a Bank, assessment: &'a Assessment, scale: usize) -> impl Iterator<Item = &'a Step> {
    let score = assessment.scales[scale].score();
    // A fact without a score counts as lacking.
    let has = |fact: usize| assessment.scales[fact].score().is_some_and(|score| score > 0.0);
    let called_for = move |step: &&Step| {
        step.scale == scale
            && score.is_some_and(|score| score < step.below && score >= step.at_least)
            && step.needs.is_none_or(has)
    };
    bank.steps.iter().filter(called_for)
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
