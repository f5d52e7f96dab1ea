//! Simulated respondents, by a graded response model (Samejima 1969).
//!
//! A person has a level on each scale. Levels are normal with standard deviation 1. Each scale has its own
//! mean, because people rate themselves above the middle, on some scales more than on others. These means
//! and the spread of answers come from real sheets (`examples/ipip50/describe.py`). An answer to a rated
//! item is a latent response λθ + √(1 − λ²)ε, cut into labels at equal distances. The loading λ is random
//! for each person and item, as if the items came from a large pool. The true score of a scale is the
//! average over new items of the same kind. In a scene, people with a higher level prefer options with more
//! points more strongly. Facts are random, and true as given.

use std::collections::HashMap;
use std::f64::consts::{SQRT_2, TAU};

use fastrand::Rng;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Answer, Bank, ChoiceOption, Counts, Form, Item, ItemKind, Keying, ScaleKind, Side};
use crate::score::ScaleScore;
use crate::session::Responses;

use super::{Setup, deviation, mean, rating};

/// Steps of the grid for the average over new items.
const GRID: usize = 9;

/// Repeatable random numbers: those of one sheet, for one use.
pub(super) fn chance(seed: u64, stream: usize, sheet: usize) -> Rng {
    let mix = |a: u64, b: usize| Rng::with_seed(a ^ (b as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).u64(..);
    Rng::with_seed(mix(mix(seed, stream), sheet))
}

/// Standard normal (Box and Muller 1958).
fn normal(chance: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - chance.f64()).ln()).sqrt();
    radius * (TAU * chance.f64()).cos()
}

/// Assumptions about people and items.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Model {
    /// The mean loading of a forward item, up to 0.85.
    pub loading: f64,
    /// Loadings are drawn up to this much above and below it.
    pub loadings_vary: f64,
    /// Reversed items load this much less.
    pub reversed_weaker: f64,
    /// Correlation of the levels on any two scales, 0 to 1.
    pub levels_correlated: f64,
    /// Mean level, in standard deviations.
    pub levels_mean: f64,
    /// Standard deviation of the scales' mean levels. People rate themselves kinder than calm, for example.
    pub levels_apart: f64,
    /// How much people differ in boldness. Each adds a fixed number of steps to every rating, in the scale's
    /// direction; this is the standard deviation of these numbers.
    pub leniency: f64,
    /// Correlation of the facts about past work (years, teams, budgets, duties), which all follow the career
    /// stage. What people want from work does not follow it.
    pub facts_correlated: f64,
    /// Distance from the lowest to the highest cut of the latent response, in its standard deviations.
    pub span: f64,
    /// How strongly points pull in a scene: exp(base + slope·θ + spread·δ), δ normal for each scene.
    pub pull: [f64; 3],
}

impl Default for Model {
    fn default() -> Model {
        Model {
            loading: 0.6,
            loadings_vary: 0.1,
            reversed_weaker: 0.1,
            levels_correlated: 0.3,
            levels_mean: 0.65,
            levels_apart: 0.65,
            leniency: 0.0,
            facts_correlated: 0.7,
            span: 2.2,
            pull: [-0.3, 0.6, 0.3],
        }
    }
}

impl Model {
    /// A loading at a place between the ends of its range.
    fn loading(self, keying: Keying, place: f64) -> f64 {
        let weaker = if keying == Keying::Reverse { self.reversed_weaker } else { 0.0 };
        self.loading + self.loadings_vary * (2.0 * place - 1.0) - weaker
    }

    /// The distance between two cuts, and the cuts round 0.
    fn cuts(self, labels: usize) -> (f64, impl Iterator<Item = f64>) {
        let n = labels - 1;
        let step = if n > 1 { self.span / (n - 1) as f64 } else { self.span };
        (step, (0..n).map(move |cut| step * (cut as f64 - (n - 1) as f64 / 2.0)))
    }

    /// The points, before keying, that fresh items earn on average.
    fn expected_rating(self, level: f64, keying: Keying, labels: usize) -> f64 {
        let at = |step: usize| {
            let loading = self.loading(keying, (step as f64 + 0.5) / GRID as f64);
            let rest = (1.0 - loading * loading).sqrt();
            let over = |cut: f64| below((way(keying) * loading * level - cut) / rest);
            self.cuts(labels).1.map(over).sum::<f64>()
        };
        100.0 * (0..GRID).map(at).sum::<f64>() / GRID as f64 / (labels - 1) as f64
    }

    /// The probability of each option of a scene.
    fn shares(self, options: &[ChoiceOption], level: f64, deviate: f64) -> Vec<f64> {
        let pull = (self.pull[0] + self.pull[1] * level + self.pull[2] * deviate).exp();
        let strengths: Vec<f64> = options.iter().map(|option| (pull * option.points / 50.0).exp()).collect();
        let sum: f64 = strengths.iter().sum();
        strengths.into_iter().map(|strength| strength / sum).collect()
    }

    /// The points that scenes with these options earn on average.
    fn expected_choice(self, level: f64, options: &[ChoiceOption]) -> f64 {
        // Midpoints of nine parts of the normal distribution of equal probability.
        const DEVIATES: [f64; GRID] = [-1.593, -0.967, -0.589, -0.282, 0.0, 0.282, 0.589, 0.967, 1.593];
        let at = |deviate: f64| {
            let shares = self.shares(options, level, deviate);
            shares.iter().zip(options).map(|(share, option)| share * option.points).sum::<f64>()
        };
        DEVIATES.into_iter().map(at).sum::<f64>() / GRID as f64
    }
}

fn way(keying: Keying) -> f64 {
    if keying == Keying::Reverse { -1.0 } else { 1.0 }
}

/// The share of the standard normal distribution below x.
fn below(x: f64) -> f64 {
    libm::erfc(-x / SQRT_2) / 2.0
}

pub(super) struct SimulatedPerson {
    model: Model,
    /// The level on each scale.
    levels: Vec<f64>,
    /// How far the person is in the career, for facts. Correlates with the levels as they do with each other.
    stage: f64,
    /// Steps that this person adds to every rating.
    boldness: f64,
}

pub(super) struct Population {
    setup: Setup,
    /// The mean level on each scale.
    means: Vec<f64>,
}

impl Population {
    /// Mean levels are drawn once, and stretched to the mean and the standard deviation of the model.
    pub(super) fn new(bank: &Bank, setup: Setup) -> Population {
        let mut chance = chance(setup.seed, usize::MAX, 0);
        let drawn: Vec<f64> = bank.scales.iter().map(|_| normal(&mut chance)).collect();
        let asked = drawn.iter().zip(&bank.scales).filter(|(_, scale)| scale.kind != ScaleKind::Fact);
        let asked: Vec<f64> = asked.map(|(level, _)| *level).collect();
        let (middle, spread) = (mean(asked.iter().copied()), deviation(&asked));
        let stretch = if spread > 0.0 { setup.model.levels_apart / spread } else { 0.0 };
        let means = drawn.iter().map(|level| setup.model.levels_mean + stretch * (level - middle)).collect();
        Population { setup, means }
    }

    /// The respondent with this number; always the same person.
    pub(super) fn person(&self, number: usize) -> SimulatedPerson {
        let model = self.setup.model;
        let mut chance = chance(self.setup.seed, 0, number);
        let together = model.levels_correlated;
        let shared = together.sqrt() * normal(&mut chance);
        let mut level = |mean: f64| mean + shared + (1.0 - together).sqrt() * normal(&mut chance);
        let levels = self.means.iter().map(|mean| level(*mean)).collect();
        let stage = level(0.0);
        SimulatedPerson { model, levels, stage, boldness: model.leniency * normal(&mut chance) }
    }

    /// A person with these true scores on the scales of a form. Facts are left out.
    pub(super) fn person_with(&self, bank: &Bank, form: Form, scores: &[f64]) -> SimulatedPerson {
        const HIGHEST: f64 = 8.0;
        let levels = vec![0.0; bank.scales.len()];
        let mut person = SimulatedPerson { model: self.setup.model, levels, stage: 0.0, boldness: 0.0 };
        let nothing = Responses::new(bank, form);
        let mut step = HIGHEST / 2.0;
        while step > 1e-6 {
            let found = person.true_scores(bank, form, &nothing);
            for ((level, found), wanted) in person.levels.iter_mut().zip(found).zip(scores) {
                let too_high = found.score().is_some_and(|score| score > *wanted);
                *level += if too_high { -step } else { step };
            }
            step /= 2.0;
        }
        person
    }
}

impl SimulatedPerson {
    pub(super) fn answer(&self, bank: &Bank, item: &Item, chance: &mut Rng) -> Answer {
        let own = item.own_scale();
        let rated = own.filter(|own| bank.scales[own.scale].kind != ScaleKind::Fact);
        match (&item.kind, rated) {
            (ItemKind::Rating(format), _) => {
                let keying = own.map_or(Keying::Forward, |own| own.keying);
                let level = rated.map_or_else(|| normal(chance), |own| self.levels[own.scale]);
                let boldness = rated.map_or(0.0, |_| self.boldness);
                let loading = self.model.loading(keying, chance.f64());
                let (step, cuts) = self.model.cuts(format.labels.len());
                let meant = way(keying) * (loading * level + boldness * step);
                let latent = meant + (1.0 - loading * loading).sqrt() * normal(chance);
                rating(1 + cuts.filter(|cut| latent > *cut).count())
            }
            (ItemKind::Choice(options), Some(own)) => {
                let shares = self.model.shares(options, self.levels[own.scale], normal(chance));
                let mut left = chance.f64();
                let chosen = shares.iter().position(|share| {
                    left -= share;
                    left < 0.0
                });
                Answer::Choice(chosen.unwrap_or(options.len() - 1))
            }
            _ => self.fact(bank.parts[item.part].side, &item.kind, chance),
        }
    }

    /// A random fact within the item's range.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index into a short list")]
    fn fact(&self, side: Side, kind: &ItemKind, chance: &mut Rng) -> Answer {
        let stage = if side == Side::Demands { self.model.facts_correlated } else { 0.0 };
        let along = below(stage.sqrt() * self.stage + (1.0 - stage).sqrt() * normal(chance));
        match kind {
            ItemKind::Rating(format) => rating(1 + chance.usize(..format.labels.len())),
            ItemKind::Choice(options) => {
                let mut order: Vec<usize> = (0..options.len()).collect();
                order.sort_by(|a, b| options[*a].points.total_cmp(&options[*b].points));
                Answer::Choice(order[((along * options.len() as f64) as usize).min(options.len() - 1)])
            }
            ItemKind::Checklist { options, .. } => {
                Answer::Checklist((0..options.len()).filter(|_| chance.f64() < along).collect())
            }
            ItemKind::Number(range) => {
                let knots = &range.curve;
                let at = along * (knots.len() - 1) as f64;
                let low = (at as usize).min(knots.len() - 1);
                let high = (low + 1).min(knots.len() - 1);
                let x = knots[low].0 + (knots[high].0 - knots[low].0) * (at - low as f64);
                Answer::Number(range.nearest(x))
            }
        }
    }

    /// The true score of each scale that a form asks: the mean over its items of what fresh items of
    /// the same kind would earn; facts are true as they are given.
    pub(super) fn true_scores(&self, bank: &Bank, form: Form, sheet: &Responses) -> Vec<ScaleScore> {
        let mut sums = vec![(0.0, 0); bank.scales.len()];
        // Items of one format and direction on one scale are alike, so each kind is averaged once.
        let mut known: HashMap<(usize, Keying, usize), f64> = HashMap::new();
        for index in bank.form_items(form) {
            let item = &bank.items[index];
            let (Counts::Scales(keyed), Some(own)) = (&item.counts, item.own_scale()) else { continue };
            let level = self.levels[own.scale];
            let expected = match &item.kind {
                ItemKind::Rating(format) if bank.scales[own.scale].kind != ScaleKind::Fact => {
                    let labels = format.labels.len();
                    let kind = known.entry((own.scale, own.keying, labels));
                    Some(*kind.or_insert_with(|| self.model.expected_rating(level, own.keying, labels)))
                }
                ItemKind::Choice(options) if bank.scales[own.scale].kind != ScaleKind::Fact => {
                    Some(self.model.expected_choice(level, options))
                }
                _ => sheet.answer(index).map(|answer| item.points(answer)),
            };
            for keyed in expected.iter().flat_map(|_| keyed) {
                let (sum, n) = &mut sums[keyed.scale];
                *sum += keyed.keying.key(expected.unwrap_or_default());
                *n += 1;
            }
        }
        let true_score = |(sum, n): (f64, usize)| ScaleScore {
            n_answered: n,
            n_items: n,
            scored: (n > 0).then(|| (sum / n as f64, 0.0)),
        };
        sums.into_iter().map(true_score).collect()
    }
}

#[cfg(test)]
#[path = "../../tests/audit/respondent.rs"]
mod tests;
