//! Answers -> scale scores, how sure they are, whether the answers are usable, and the fit with a role.
//!
//! The method is written here and nowhere else. [`assess`] scores one sheet; a [`Plan`] and a [`Scorer`]
//! score any number of sheets in the same memory. [`explain()`] is for one person: what each answer did,
//! and what would change the fit.
//!
//! All scores go from 0 to 100 and nothing is rounded. Scoring cannot fail; it can find too little to
//! score.

pub mod change;
pub mod combined;
pub mod explain;
pub mod fit;
pub mod norm;
pub mod plan;
pub mod profile;
pub mod quality;

use crate::bank::{Bank, Keying, Role, ScaleKind};
use crate::session::Responses;
pub use explain::{Explanation, explain};
use fit::RoleFit;
use plan::{OnScale, OneFormat, Plan, ScalePlan, Sheet};
use quality::{Quality, Shuffle};

/// Degrees of freedom of the prior.
const PRIOR_DF: f64 = 20.0;
/// The prior spread of z = points/100 within a scale: the mean in three large data sets (.21 to .245).
const PRIOR_SPREAD: f64 = 0.24;
/// Half-width of a 90 % interval, in standard errors.
pub const Z_90: f64 = 1.645;

/// Half the width of the 90 % range of a score.
pub(crate) fn margin(standard_error: f64) -> f64 {
    Z_90 * standard_error
}

#[derive(Debug, Clone)]
pub struct Assessment {
    /// One for each scale of the bank.
    pub scales: Vec<ScaleScore>,
    /// The person's own spread s within scales, in units of z = points/100, over 0.
    pub spread: f64,
    pub quality: Quality,
    pub role: Option<RoleFit>,
}

/// A scale's score, with how many of its items were answered and asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaleScore {
    pub n_answered: usize,
    pub n_items: usize,
    /// The mean of the points, 0 to 100, and its standard error, which is 0 for facts. A scale has a score
    /// when at least half of the items asked were answered, and at least one.
    pub scored: Option<(f64, f64)>,
}

impl ScaleScore {
    pub fn score(&self) -> Option<f64> {
        self.scored.map(|(score, _)| score)
    }

    pub fn standard_error(&self) -> Option<f64> {
        self.scored.map(|(_, error)| error)
    }
}

pub fn assess(bank: &Bank, role: Option<&Role>, responses: &Responses) -> Assessment {
    let plan = Plan::new(bank, role, responses.items());
    let mut scorer = Scorer::new(&plan);
    scorer.assess(&Sheet::of(&plan, responses));
    scorer.found
}

/// Scores sheets of one plan, one after the other, in the same memory.
#[derive(Debug)]
pub struct Scorer<'p> {
    plan: &'p Plan<'p>,
    found: Assessment,
    means: Vec<Mean>,
    shuffle: Shuffle,
    factors: Vec<f64>,
    z: Vec<f64>,
}

/// One scale before its standard error is known.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    n_answered: usize,
    /// Mean of the points, with enough answers.
    score: Option<f64>,
    /// The answers behind the standard error.
    n: usize,
    /// For a situational scale, the sample deviation of their z.
    deviation: f64,
    /// The sum of squares of the trait ratings' z about their mean, and its degrees of freedom.
    squares: (f64, usize),
}

impl<'p> Scorer<'p> {
    pub fn new(plan: &'p Plan<'p>) -> Scorer<'p> {
        let n_scales = plan.scales.len();
        Scorer {
            plan,
            found: Assessment {
                scales: Vec::with_capacity(n_scales),
                spread: PRIOR_SPREAD,
                quality: Quality::new(plan, &Sheet::new(plan), None, 0),
                role: plan.role.map(|_| RoleFit::default()),
            },
            means: vec![Mean::default(); n_scales],
            shuffle: Shuffle::new(plan),
            factors: vec![1.0; n_scales],
            z: Vec::new(),
        }
    }

    pub fn assess(&mut self, sheet: &Sheet) -> &Assessment {
        let plan = self.plan;
        self.shuffle.clear();
        let (mut squares, mut df) = (0.0, 0);
        for (index, scale) in plan.scales.iter().enumerate() {
            let mean = match &scale.one_format {
                Some(ratings) => self.one_format(index, scale, ratings, sheet),
                None => self.mean(index, scale, sheet),
            };
            squares += mean.squares.0;
            df += mean.squares.1;
            self.means[index] = mean;
        }
        // s² = (SS + 20·0.24²)/(df + 20): the person's own spread, steadied by a prior.
        let spread = ((squares + PRIOR_DF * PRIOR_SPREAD.powi(2)) / (df as f64 + PRIOR_DF)).sqrt();
        self.found.spread = spread;
        self.found.scales.clear();
        self.found.scales.extend(self.means.iter().zip(&plan.scales).map(|(mean, scale)| ScaleScore {
            n_answered: mean.n_answered,
            n_items: scale.entries.len(),
            scored: mean.score.map(|score| (score, mean.standard_error(scale.kind, spread))),
        }));
        self.found.quality = Quality::new(plan, sheet, self.shuffle.consistency(squares), df);
        if let Some(fit) = &mut self.found.role {
            plan.factors(sheet, &mut self.factors);
            plan.fit(&self.found.scales, &self.factors, fit);
        }
        &self.found
    }

    /// A scale of ratings in one format that are all its own.
    fn one_format(&mut self, index: usize, scale: &ScalePlan, ratings: &OneFormat, sheet: &Sheet) -> Mean {
        let top = self.plan.formats[ratings.format];
        let [forward, reversed] = &ratings.slots;
        let (forward, reversed) =
            (RatingSums::of(&sheet.codes, forward), RatingSums::of(&sheet.codes, reversed));
        self.shuffle.add(index, ratings.format, Keying::Forward, forward);
        self.shuffle.add(index, ratings.format, Keying::Reverse, reversed);
        let keyed = forward + reversed.reversed(top);
        let n = forward.n + reversed.n;
        Mean {
            n_answered: n,
            score: is_enough(n, scale).then(|| 100.0 * keyed.sum / (n as f64 * top)),
            n,
            deviation: 0.0,
            squares: (keyed.deviations() / (top * top), n.saturating_sub(1)),
        }
    }

    /// Any other scale.
    fn mean(&mut self, index: usize, scale: &ScalePlan, sheet: &Sheet) -> Mean {
        let (mut n, mut n_own, mut sum) = (0, 0, 0.0);
        for entry in &scale.entries {
            if let Some(points) = sheet.points(entry) {
                n += 1;
                n_own += usize::from(entry.own);
                sum += points;
            }
            if let Some(format) = entry.format {
                self.shuffle.add(index, format, entry.keying, RatingSums::of(&sheet.codes, &[entry.slot]));
            }
        }
        // If no item has this as its own scale, all items on it count.
        let deviation = self.deviations(scale, sheet, |entry| entry.own || n_own == 0);
        let squares = self.deviations(scale, sheet, |entry| entry.format.is_some());
        Mean {
            n_answered: n,
            score: is_enough(n, scale).then(|| sum / n as f64),
            n: if n_own == 0 { n } else { n_own },
            deviation: if deviation.1 == 0 { 0.0 } else { (deviation.0 / deviation.1 as f64).sqrt() },
            squares,
        }
    }

    /// The sum of squared deviations of z from its mean, over some items of a scale, and n − 1.
    fn deviations(
        &mut self,
        scale: &ScalePlan,
        sheet: &Sheet,
        wanted: impl Fn(&OnScale) -> bool,
    ) -> (f64, usize) {
        self.z.clear();
        let points =
            scale.entries.iter().filter(|entry| wanted(entry)).filter_map(|entry| sheet.points(entry));
        self.z.extend(points.map(|points| points / 100.0));
        let mean = self.z.iter().sum::<f64>() / self.z.len().max(1) as f64;
        (self.z.iter().map(|z| (z - mean).powi(2)).sum(), self.z.len().saturating_sub(1))
    }
}

/// Whether at least half of the items asked were answered, and at least one.
fn is_enough(n: usize, scale: &ScalePlan) -> bool {
    n > 0 && 2 * n >= scale.entries.len()
}

impl Mean {
    /// Standard error of the score on 0 to 100.
    ///
    /// A trait scale: 100·s/√n. A situational scale: 100·max(s, SD of its own z)/√n. A fact: 0.
    fn standard_error(&self, kind: ScaleKind, spread: f64) -> f64 {
        let spread = match kind {
            ScaleKind::Fact => return 0.0,
            ScaleKind::Trait => spread,
            ScaleKind::Situational => spread.max(self.deviation),
        };
        100.0 * spread / (self.n as f64).sqrt()
    }
}

/// How many ratings, their sum and the sum of their squares; the lowest rating is 0. Whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct RatingSums {
    n: usize,
    sum: f64,
    squares: f64,
}

impl RatingSums {
    /// A code is the rating plus 1, or 0 for none.
    fn of(codes: &[u8], slots: &[usize]) -> RatingSums {
        let (mut n, mut sum, mut squares) = (0, 0, 0);
        for slot in slots {
            let code = u32::from(codes[*slot]);
            n += u32::from(code > 0);
            sum += code;
            squares += code * code;
        }
        // Σ(code − 1) and Σ(code − 1)² over the codes that are not 0.
        RatingSums { n: n as usize, sum: f64::from(sum - n), squares: f64::from(squares + n - 2 * sum) }
    }

    /// The sums with each rating replaced by `top` minus the rating.
    fn reversed(self, top: f64) -> RatingSums {
        let all = top * self.n as f64;
        RatingSums { sum: all - self.sum, squares: self.squares + top * (all - 2.0 * self.sum), ..self }
    }

    /// The sum of squared deviations from the mean.
    fn deviations(self) -> f64 {
        let n = self.n.max(1) as f64;
        (n * self.squares - self.sum * self.sum) / n
    }
}

impl std::ops::Add for RatingSums {
    type Output = RatingSums;

    fn add(self, other: RatingSums) -> RatingSums {
        RatingSums { n: self.n + other.n, sum: self.sum + other.sum, squares: self.squares + other.squares }
    }
}
