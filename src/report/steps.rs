//! Which next steps are offered: by what a gap is worth, by its level, and by what comes first; and when they are
//! due.

use itertools::Itertools;
use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

use crate::bank::{Bank, FloorOn, Horizon, Step, When};
use crate::report::view::View;
use crate::report::{Report, StepReport};
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

/// A step's entry in a calendar.
pub struct Appointment<'r> {
    pub step: &'r StepReport,
    /// Counts the entries of one step, from 0. The calendar's ids depend on it.
    pub number: usize,
    pub on: Date,
    /// None for the whole day.
    pub at: Option<Time>,
    pub minutes: u16,
    pub notes: String,
}

/// The calendar entries of all steps. `from` is the day of the result.
pub fn appointments(report: &Report, from: Date) -> Vec<Appointment<'_>> {
    /// How long an entry takes if its step does not say.
    const MINUTES: u16 = 30;
    let mut all = Vec::new();
    for steps in report.steps.chunk_by(|a, b| a.horizon == b.horizon) {
        for (earlier, step) in (0..).zip(steps) {
            let minutes = step.minutes.unwrap_or(MINUTES);
            let notes =
                format!("{}\n\n{}\n\nDone on:\nWho will ask me about it:", step.text, step.scale_title);
            let dates = dates(step, from, earlier).into_iter().enumerate();
            all.extend(dates.map(|(number, (on, at))| Appointment {
                step,
                number,
                on,
                at,
                minutes,
                notes: notes.clone(),
            }));
        }
    }
    all
}

/// The days of a step, and its times if it names them. `earlier` steps of its horizon come before it.
fn dates(step: &StepReport, start: Date, earlier: i64) -> Vec<(Date, Option<Time>)> {
    let (first, between) = match step.horizon {
        Horizon::Week => (1, 2),
        Horizon::Month => (9, 7),
        Horizon::HalfYear => (45, 40),
        Horizon::TwoYears => (190, 120),
    };
    let planned = after(start, first + between * earlier);
    if step.when.is_empty() {
        // No work on a weekend.
        let is_weekend = matches!(planned.weekday(), Weekday::Saturday | Weekday::Sunday);
        return vec![(if is_weekend { next(planned, 0) } else { planned }, None)];
    }
    // A step of this week may be on any day that has its weekday; later steps keep their distance.
    let from = if step.horizon == Horizon::Week { after(start, 1) } else { planned };
    let at = |when: &When| {
        let first = if when.first_of_month { after(start.last_of_month(), 1) } else { from };
        let [hour, minute] = [when.hour, when.minute].map(|number| i8::try_from(number).unwrap_or_default());
        (next(first, when.weekday), Some(Time::constant(hour, minute, 0, 0)))
    };
    step.when.iter().map(at).collect()
}

fn after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// The first day from `from` on with this weekday, where Monday is 0.
fn next(from: Date, weekday: u8) -> Date {
    let offset = i64::from(weekday) - i64::from(from.weekday().to_monday_zero_offset());
    after(from, offset.rem_euclid(7))
}
