//! Breaks each key in turn and counts which checks notice.
//!
//! There are three checks. A lint gives a new warning. The sheets with one label throughout change
//! their scale scores, which are exact. In answer sheets, the item's correlation with the rest of its
//! scale falls by more than three standard errors; the simulated people answer the question, not its key.

use std::collections::BTreeSet;

use fastrand::Rng;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::lint::lint;
use crate::bank::{Bank, Counts, Form, Keyed, Keying, ScaleKind};
use crate::score::{ScaleScore, assess};

use super::lab::one_label;
use super::respondent::{Population, SimulatedPerson, chance};
use super::{Setup, correlation};

/// The checks get at most so many answer sheets to find a wrong key: about as many as a small group has.
const MOST_SHEETS: usize = 400;

/// Which checks notice which kind of wrong key. `sheets` is the number of answer sheets.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Mutations {
    pub sheets: usize,
    pub kinds: Vec<Seen>,
}

/// One kind of wrong key: how many were tried, and how many each check noticed.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Seen {
    pub kind: &'static str,
    pub tried: usize,
    pub lint: usize,
    /// Noticed by the sheets with one label throughout.
    pub all_same: usize,
    /// Noticed in answer sheets; null if these cannot show it.
    pub answers: Option<usize>,
    pub any: usize,
    /// Items whose wrong key nothing noticed.
    pub missed: Vec<String>,
}

const FLIP: &str = "key flipped";
const SWAP: &str = "scales of two items swapped";
const DROP: &str = "item dropped from its scale";

pub(super) fn mutate(bank: &mut Bank, setup: Setup) -> Mutations {
    let items: Vec<usize> = (0..bank.items.len()).filter(|&index| rated(bank, index).is_some()).collect();
    let sheets = setup.sheets.min(MOST_SHEETS);
    let bench = Bench::new(bank, &items, setup, sheets);
    let mut chance = chance(setup.seed, usize::MAX, 0);
    let kept: Vec<Counts> = bank.items.iter().map(|item| item.counts.clone()).collect();
    let mut kinds = Vec::new();
    for kind in [FLIP, SWAP, DROP] {
        let mut seen = Seen { kind, ..Seen::default() };
        for &item in &items {
            if let Some(looked_at) = change(bank, kind, item, &items, &mut chance) {
                bench.note(&mut seen, bank, item, &looked_at);
            }
            bank.items.iter_mut().zip(&kept).for_each(|(item, kept)| item.counts.clone_from(kept));
        }
        kinds.extend((seen.tried > 0).then_some(seen));
    }
    Mutations { sheets, kinds }
}

/// Breaks the key of one item. Returns the items whose answers could show it; none if it cannot be broken.
fn change(bank: &mut Bank, kind: &str, item: usize, items: &[usize], chance: &mut Rng) -> Option<Vec<usize>> {
    let own = rated(bank, item)?;
    match kind {
        FLIP => {
            let is_forward = own.keying == Keying::Forward;
            own_mut(bank, item)?.keying = if is_forward { Keying::Reverse } else { Keying::Forward };
            Some(vec![item])
        }
        SWAP => {
            let scale_of = |other: usize| rated(bank, other).map(|keyed| keyed.scale);
            let elsewhere = |other: &usize| scale_of(*other) != Some(own.scale);
            let others: Vec<usize> = items.iter().copied().filter(elsewhere).collect();
            let other = *others.get(chance.usize(..others.len().max(1)))?;
            own_mut(bank, item)?.scale = rated(bank, other)?.scale;
            own_mut(bank, other)?.scale = own.scale;
            Some(vec![item, other])
        }
        _ => {
            bank.items[item].counts = Counts::Nothing;
            Some(Vec::new())
        }
    }
}

/// What the checks find before anything is broken.
struct Bench {
    lints: BTreeSet<(&'static str, usize)>,
    same: Vec<Option<f64>>,
    /// What simulated respondents answered to the rated items, on 0 to 100 before keying.
    points: Vec<Option<Vec<f64>>>,
    /// Each item's correlation with the rest of its scale.
    with_rest: Vec<f64>,
    /// A smaller fall of that correlation is chance.
    noise: f64,
}

impl Bench {
    fn new(bank: &Bank, items: &[usize], setup: Setup, sheets: usize) -> Bench {
        let population = Population::new(bank, setup);
        let people: Vec<SimulatedPerson> = (0..sheets).map(|n| population.person(n)).collect();
        let mut points = vec![None; bank.items.len()];
        for &index in items {
            let item = &bank.items[index];
            let answer = |(n, person): (usize, &SimulatedPerson)| {
                item.points(&person.answer(bank, item, &mut chance(setup.seed, 1 + index, n)))
            };
            points[index] = Some(people.iter().enumerate().map(answer).collect());
        }
        let noise = 3.0 / (sheets.max(1) as f64).sqrt();
        let mut bench =
            Bench { lints: lints(bank), same: all_same(bank), points, with_rest: Vec::new(), noise };
        bench.with_rest = (0..bank.items.len()).map(|item| bench.with_rest(bank, item)).collect();
        bench
    }

    fn note(&self, seen: &mut Seen, bank: &Bank, item: usize, looked_at: &[usize]) {
        let moved = |(before, after): (&Option<f64>, &Option<f64>)| {
            before.zip(*after).map_or(before != after, |(before, after)| (before - after).abs() > 1e-9)
        };
        let has_fallen = |&item: &usize| self.with_rest[item] - self.with_rest(bank, item) > self.noise;
        let lint = !lints(bank).is_subset(&self.lints);
        let all_same = self.same.iter().zip(&all_same(bank)).any(moved);
        let answers = looked_at.iter().any(has_fallen);
        seen.tried += 1;
        seen.lint += usize::from(lint);
        seen.all_same += usize::from(all_same);
        if !looked_at.is_empty() {
            *seen.answers.get_or_insert(0) += usize::from(answers);
        }
        if lint || all_same || answers {
            seen.any += 1;
        } else {
            seen.missed.push(bank.items[item].id.clone());
        }
    }

    /// The correlation of an item with the mean of the other rated items of its scale; 0 if there are none.
    fn with_rest(&self, bank: &Bank, item: usize) -> f64 {
        let (Some(points), Some(own)) = (&self.points[item], rated(bank, item)) else { return 0.0 };
        let mut rest = vec![0.0; points.len()];
        for other in (0..bank.items.len()).filter(|&other| other != item) {
            let keyed = rated(bank, other).filter(|keyed| keyed.scale == own.scale);
            if let (Some(keyed), Some(points)) = (keyed, &self.points[other]) {
                for (rest, points) in rest.iter_mut().zip(points) {
                    *rest += keyed.keying.key(*points);
                }
            }
        }
        let own: Vec<f64> = points.iter().map(|points| own.keying.key(*points)).collect();
        correlation(&own, &rest).unwrap_or(0.0)
    }
}

/// The warnings, by rule and place.
fn lints(bank: &Bank) -> BTreeSet<(&'static str, usize)> {
    let warnings = lint(bank, super::known(bank, None)).into_iter();
    warnings.filter_map(|warning| Some((warning.rule?, warning.place.span.start))).collect()
}

/// Each scale's score for somebody who agrees most with every rated item.
fn all_same(bank: &Bank) -> Vec<Option<f64>> {
    let found = assess(bank, None, &one_label(bank, Form::Full, |k| k));
    found.scales.iter().map(ScaleScore::score).collect()
}

/// The own scale of an item that is rated on a trait scale.
fn rated(bank: &Bank, item: usize) -> Option<Keyed> {
    let item = &bank.items[item];
    let own = item.own_scale().filter(|own| bank.scales[own.scale].kind == ScaleKind::Trait)?;
    item.format().map(|_| own)
}

fn own_mut(bank: &mut Bank, item: usize) -> Option<&mut Keyed> {
    match &mut bank.items[item].counts {
        Counts::Scales(scales) => scales.first_mut(),
        Counts::Weighs(_) | Counts::Nothing => None,
    }
}
