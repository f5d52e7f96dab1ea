//! Simulated respondents, by a graded response model (Samejima 1969).
//!
//! A person has a level on each scale, normal with standard deviation 1 and a mean of the scale's own:
//! people rate themselves above the middle, on some scales more than on others. How high, how far
//! apart, and how widely answers spread is read off real sheets (`examples/ipip50/describe.py`). An
//! answer to a rated item comes from a latent response λθ + √(1 − λ²)ε, cut into labels at equal distances; the
//! loading λ is drawn anew for each person and item, as if the items were drawn from many like them.
//! The true score of a scale is what fresh items of the same kind would earn on average. A choice in
//! a scene prefers options with more points the more strongly the higher the level. Facts are drawn
//! at random and are true as they are given.

use std::f64::consts::{SQRT_2, TAU};

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Answer, Bank, ChoiceOption, Counts, Form, Item, ItemKind, Keying, ScaleKind, Side};
use crate::session::Responses;

use super::{Plan, deviation, mean, rating};

/// Loadings of forward items are drawn up to this much above and below the usual one.
pub(super) const LOADINGS_VARY: f64 = 0.1;
/// Reversed items load this much less.
pub(super) const REVERSED_WEAKER: f64 = 0.1;
/// From the lowest to the highest cut of the latent response, in its standard deviations.
pub(super) const SPAN: f64 = 2.2;
/// How strongly points pull in a scene: exp(base + slope·θ + spread·δ), δ normal for each scene.
pub(super) const PULL: (f64, f64, f64) = (-0.3, 0.6, 0.3);
/// How much of the spread of what a person has done their stage explains: years, teams, budgets and
/// duties come together. What they want from work is theirs alone.
pub(super) const STAGE: f64 = 0.7;
/// Steps of the grid over which fresh items are averaged.
const GRID: usize = 9;

/// Chance that repeats itself: each use of it on its own stream.
pub(super) struct Chance(fastrand::Rng);

impl Chance {
    /// The stream of one sheet, for one use.
    pub(super) fn new(seed: u64, stream: usize, sheet: usize) -> Chance {
        let mix = |a: u64, b: usize| {
            let mut rng = fastrand::Rng::with_seed(a ^ (b as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            rng.u64(..)
        };
        Chance(fastrand::Rng::with_seed(mix(mix(seed, stream), sheet)))
    }

    /// Uniform over 0 to 1.
    fn unit(&mut self) -> f64 {
        self.0.f64()
    }

    pub(super) fn under(&mut self, n: usize) -> usize {
        self.0.usize(..n)
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        self.0.shuffle(list);
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }
}

/// What is assumed of people and items.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// The usual loading of a forward item, up to 0.85.
    pub loading: f64,
    /// Correlation of the levels on any two scales, 0 to 1: people rate themselves higher or lower
    /// throughout.
    pub shared: f64,
    /// The mean level, in standard deviations: above 0 where people rate themselves above the middle.
    pub level: f64,
    /// How far the mean levels of the scales lie apart, in standard deviations: people find themselves
    /// kinder than they are calm.
    pub profile: f64,
}

/// All that a simulation rests on.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Parameters {
    /// The usual loading of a forward item.
    pub loading: f64,
    /// Loadings vary by this much.
    pub loadings_vary: f64,
    /// Reversed items load this much less.
    pub reversed_weaker: f64,
    /// Correlation of the levels on any two scales.
    pub levels_correlated: f64,
    /// The mean level.
    pub levels_mean: f64,
    /// The standard deviation of the scales' mean levels.
    pub levels_apart: f64,
    /// Correlation of facts on what was done so far.
    pub facts_correlated: f64,
    /// From the lowest to the highest cut of a rating, in standard deviations.
    pub span: f64,
    /// How strongly points pull in a scene: base, by level, by chance.
    pub pull: [f64; 3],
}

impl Parameters {
    pub(super) fn of(model: Model) -> Parameters {
        Parameters {
            loading: model.loading,
            loadings_vary: LOADINGS_VARY,
            reversed_weaker: REVERSED_WEAKER,
            levels_correlated: model.shared,
            levels_mean: model.level,
            levels_apart: model.profile,
            facts_correlated: STAGE,
            span: SPAN,
            pull: [PULL.0, PULL.1, PULL.2],
        }
    }
}

impl Default for Model {
    fn default() -> Model {
        Model { loading: 0.6, shared: 0.3, level: 0.65, profile: 0.65 }
    }
}

impl Model {
    /// A loading at a place between the ends of its range.
    fn loading(self, keying: Keying, place: f64) -> f64 {
        let weaker = if keying == Keying::Reverse { REVERSED_WEAKER } else { 0.0 };
        self.loading + LOADINGS_VARY * (2.0 * place - 1.0) - weaker
    }

    /// The points, before keying, that fresh items earn on average.
    fn expected_rating(self, level: f64, keying: Keying, labels: usize) -> f64 {
        let direction = if keying == Keying::Reverse { -1.0 } else { 1.0 };
        let at = |step: usize| {
            let loading = self.loading(keying, (step as f64 + 0.5) / GRID as f64);
            let rest = (1.0 - loading * loading).sqrt();
            cuts(labels).map(|cut| below((direction * loading * level - cut) / rest)).sum::<f64>()
        };
        let steps: f64 = (0..GRID).map(at).sum();
        100.0 * steps / GRID as f64 / (labels - 1) as f64
    }
}

/// One simulated person.
pub(super) struct Respondent {
    model: Model,
    /// The level on each scale.
    levels: Vec<f64>,
    /// How far along the career, for facts: goes with the levels as they go with each other.
    stage: f64,
}

/// Those from whom respondents are drawn.
pub(super) struct Population {
    plan: Plan,
    /// The mean level on each scale.
    means: Vec<f64>,
}

impl Population {
    /// Mean levels are drawn once, and stretched to the mean and the standard deviation of the model.
    pub(super) fn new(bank: &Bank, plan: Plan) -> Population {
        let mut chance = Chance::new(plan.seed, usize::MAX, 0);
        let drawn: Vec<f64> = bank.scales.iter().map(|_| chance.normal()).collect();
        let asked = || drawn.iter().zip(&bank.scales).filter(|(_, scale)| scale.kind != ScaleKind::Fact);
        let asked: Vec<f64> = asked().map(|(level, _)| *level).collect();
        let (middle, apart) = (mean(asked.iter().copied()), deviation(&asked));
        let stretch = if apart > 0.0 { plan.model.profile / apart } else { 0.0 };
        let means = drawn.iter().map(|level| plan.model.level + stretch * (level - middle)).collect();
        Population { plan, means }
    }

    /// The respondent with this number: always the same person.
    pub(super) fn person(&self, number: usize) -> Respondent {
        let model = self.plan.model;
        let mut chance = Chance::new(self.plan.seed, 0, number);
        let shared = chance.normal();
        let mut level =
            |mean: f64| mean + model.shared.sqrt() * shared + (1.0 - model.shared).sqrt() * chance.normal();
        let levels = self.means.iter().map(|mean| level(*mean)).collect();
        Respondent { model, levels, stage: level(0.0) }
    }
}

impl Respondent {
    /// The answer to one item.
    pub(super) fn answer(&self, bank: &Bank, item: &Item, chance: &mut Chance) -> Answer {
        let own = item.own_scale();
        let fact = own.is_some_and(|own| bank.scales[own.scale].kind == ScaleKind::Fact);
        match (&item.kind, own) {
            (ItemKind::Rating(format), own) => {
                let keying = own.map_or(Keying::Forward, |own| own.keying);
                let level = match own {
                    Some(own) if !fact => self.levels[own.scale],
                    _ => chance.normal(),
                };
                let loading = self.model.loading(keying, chance.unit());
                let direction = if keying == Keying::Reverse { -1.0 } else { 1.0 };
                let latent = direction * loading * level + (1.0 - loading * loading).sqrt() * chance.normal();
                rating(1 + cuts(format.labels.len()).filter(|cut| latent > *cut).count())
            }
            (ItemKind::Choice(options), Some(own)) if !fact => {
                let shares = shares(options, pull(self.levels[own.scale], chance.normal()));
                let mut left = chance.unit();
                let chosen = shares.iter().position(|share| {
                    left -= share;
                    left < 0.0
                });
                Answer::Choice(chosen.unwrap_or(options.len() - 1))
            }
            _ => self.fact(bank.parts[item.part].side, item, chance),
        }
    }

    /// Something counted or looked up: anywhere along what the item can tell apart.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index into a short list")]
    fn fact(&self, side: Side, item: &Item, chance: &mut Chance) -> Answer {
        let stage = if side == Side::Demands { STAGE } else { 0.0 };
        let along = below(stage.sqrt() * self.stage + (1.0 - stage).sqrt() * chance.normal());
        match &item.kind {
            ItemKind::Rating(format) => rating(1 + chance.under(format.labels.len())),
            ItemKind::Choice(options) => {
                let mut order: Vec<usize> = (0..options.len()).collect();
                order.sort_by(|a, b| options[*a].points.total_cmp(&options[*b].points));
                Answer::Choice(order[((along * options.len() as f64) as usize).min(options.len() - 1)])
            }
            ItemKind::Checklist { options, .. } => {
                Answer::Checklist((0..options.len()).filter(|_| chance.unit() < along).collect())
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
    pub(super) fn true_scores(&self, bank: &Bank, form: Form, sheet: &Responses) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0.0); bank.scales.len()];
        // Items of one format and direction on one scale are alike, so each kind is averaged once.
        let mut known: Vec<((usize, Keying, usize), f64)> = Vec::new();
        for index in bank.form_items(form) {
            let item = &bank.items[index];
            let (Counts::Scales(keyed), Some(own)) = (&item.counts, item.own_scale()) else { continue };
            let given = sheet.answer(index).map(|answer| item.points(answer));
            let expected = match &item.kind {
                _ if bank.scales[own.scale].kind == ScaleKind::Fact => given,
                ItemKind::Rating(format) => {
                    let kind = (own.scale, own.keying, format.labels.len());
                    let found = known.iter().find(|(other, _)| *other == kind).map(|(_, points)| *points);
                    Some(found.unwrap_or_else(|| {
                        let points = self.model.expected_rating(
                            self.levels[own.scale],
                            own.keying,
                            format.labels.len(),
                        );
                        known.push((kind, points));
                        points
                    }))
                }
                ItemKind::Choice(options) => Some(expected_choice(self.levels[own.scale], options)),
                ItemKind::Checklist { .. } | ItemKind::Number(_) => given,
            };
            if let Some(points) = expected {
                for keyed in keyed {
                    let (sum, n) = &mut sums[keyed.scale];
                    *sum += keyed.keying.key(points);
                    *n += 1.0;
                }
            }
        }
        sums.into_iter().map(|(sum, n)| (n > 0.0).then(|| sum / n)).collect()
    }
}

/// The cuts of the latent response between labels, at equal distances round 0.
fn cuts(labels: usize) -> impl Iterator<Item = f64> {
    let n = labels - 1;
    let step = if n > 1 { SPAN / (n - 1) as f64 } else { 0.0 };
    (0..n).map(move |cut| step * (cut as f64 - (n - 1) as f64 / 2.0))
}

fn pull(level: f64, deviate: f64) -> f64 {
    (PULL.0 + PULL.1 * level + PULL.2 * deviate).exp()
}

/// The probability of each option.
fn shares(options: &[ChoiceOption], pull: f64) -> Vec<f64> {
    let strengths: Vec<f64> = options.iter().map(|option| (pull * option.points / 50.0).exp()).collect();
    let sum: f64 = strengths.iter().sum();
    strengths.into_iter().map(|strength| strength / sum).collect()
}

/// The points that scenes with these options earn on average.
fn expected_choice(level: f64, options: &[ChoiceOption]) -> f64 {
    // Midpoints of nine parts of the normal distribution of equal probability.
    const DEVIATES: [f64; GRID] = [-1.593, -0.967, -0.589, -0.282, 0.0, 0.282, 0.589, 0.967, 1.593];
    let at = |deviate: f64| {
        let shares = shares(options, pull(level, deviate));
        shares.iter().zip(options).map(|(share, option)| share * option.points).sum::<f64>()
    };
    DEVIATES.into_iter().map(at).sum::<f64>() / GRID as f64
}

/// The share of the standard normal distribution below x, within 2·10⁻⁷ (Abramowitz and Stegun 7.1.26).
fn below(x: f64) -> f64 {
    let z = x.abs() / SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let terms = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let tail = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t) * (-z * z).exp() / 2.0;
    if x > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (x, share) in
            [(0.0, 0.5), (1.0, 0.841_345), (-1.0, 0.158_655), (1.645, 0.950_015), (-3.0, 0.001_350)]
        {
            assert!((below(x) - share).abs() < 1e-6, "{x}: {}", below(x));
        }
    }

    #[test]
    fn cuts_lie_at_equal_distances_round_the_middle() {
        let expected = [-0.5, -1.0 / 6.0, 1.0 / 6.0, 0.5].map(|place| place * SPAN);
        assert!(cuts(5).zip(expected).all(|(cut, expected)| (cut - expected).abs() < 1e-12));
        assert_eq!(cuts(2).collect::<Vec<_>>(), [0.0]);
    }

    #[test]
    fn many_fresh_answers_earn_what_is_expected_of_them() {
        let model = Model::default();
        for keying in [Keying::Forward, Keying::Reverse] {
            let mut chance = Chance::new(1, 2, 3);
            let direction = if keying == Keying::Reverse { -1.0 } else { 1.0 };
            let mut sum = 0.0;
            for _ in 0..40_000 {
                let loading = model.loading(keying, chance.unit());
                let latent = direction * loading * 0.8 + (1.0 - loading * loading).sqrt() * chance.normal();
                sum += 25.0 * cuts(5).filter(|cut| latent > *cut).count() as f64;
            }
            let expected = model.expected_rating(0.8, keying, 5);
            assert!((sum / 40_000.0 - expected).abs() < 0.5, "{} / {expected}", sum / 40_000.0);
        }
    }
}
