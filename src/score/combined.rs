//! One fit from the answers of the respondent and several observers.
//!
//! Each person rates a little higher or lower than others, and sees each scale a little differently.
//! The mean over persons reduces both, and their spread shows how much of each is left.

use serde::Serialize;

use super::change::Z_SCALES;
use super::fit::{fit_of, range};
use super::{ScaleScore, assess};
use crate::bank::{Bank, Role};
use crate::session::Responses;

pub const LEAST_PERSONS: usize = 2;
/// The fewest scales on which all persons have a score.
pub const LEAST_SCALES: usize = 5;
/// Degrees of freedom of the prior for the persons' levels.
const PRIOR_DF: f64 = 4.0;
/// The prior standard deviation of the persons' levels, in points.
const PRIOR_LEVEL: f64 = 8.0;

#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    pub fit: Option<CombinedFit>,
    /// The respondent is one of them.
    pub persons: usize,
    /// The scales on which all of them have a score.
    pub scales: Vec<CombinedScale>,
    /// A row for each person, the respondent first, with a score for each of these scales.
    pub table: Vec<Vec<f64>>,
    /// Variance of one person's score on one scale: of levels and of the rest.
    pub variance: f64,
}

impl Combined {
    /// The mean of some persons on each scale.
    pub fn mean_of(&self, persons: &[usize]) -> Vec<f64> {
        let mean = |at: usize| persons.iter().map(|person| self.table[*person][at]).sum::<f64>();
        (0..self.scales.len()).map(|at| mean(at) / persons.len() as f64).collect()
    }

    /// How far apart two groups of these sizes must be on a scale for it to be more than chance.
    pub fn detectable(&self, n: usize, other: usize) -> f64 {
        Z_SCALES * (self.variance * (1.0 / n as f64 + 1.0 / other as f64)).sqrt()
    }
}

/// The fit with its 90 % range; the standard error includes the persons' levels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CombinedFit {
    pub score: f64,
    pub low: f64,
    pub high: f64,
    pub standard_error: f64,
}

/// The mean of the persons' scores on one scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CombinedScale {
    pub scale: usize,
    pub score: f64,
    pub standard_error: f64,
}

/// Whether an observer has a score on at least half of the scales they were asked about.
pub fn says_enough(bank: &Bank, observer: &Responses) -> bool {
    let assessed = assess(bank, None, observer);
    let asked = || bank.traits().map(|scale| assessed.scales[scale]).filter(|score| score.n_items > 0);
    let (n_asked, n_scored) = (asked().count(), asked().filter(|score| score.score().is_some()).count());
    n_scored > 0 && 2 * n_scored >= n_asked
}

/// Needs [`LEAST_PERSONS`] persons, and [`LEAST_SCALES`] scales on which all of them have a score.
///
/// Scores use the items that all N persons were asked. Over the K trait scales on which all have a score,
/// S̄ is the mean over persons, ℓ = mean over scales of (S − S̄) is a person's level,
/// L = (Σℓ² + 4·8²)/(N + 3) is the variance of levels, and R = Σ(S − S̄ − ℓ)²/((N − 1)(K − 1)) is the
/// variance of the rest. The fit uses S̄ instead of the respondent's S, with SE(S̄) = √(R/N). With D half
/// the difference of the fit when the K scales all move one point up and down, its error is
/// √(SE² + D²·L/N).
pub fn combine(
    bank: &Bank,
    role: Option<&Role>,
    own: &Responses,
    observers: &[&Responses],
) -> Option<Combined> {
    let asked_of_all = |index: usize| own.asks(index) && observers.iter().all(|one| one.asks(index));
    let scores: Vec<Vec<ScaleScore>> = std::iter::once(&own)
        .chain(observers)
        .map(|&one| assess(bank, None, &one.clone().among(asked_of_all)).scales)
        .collect();
    let shared: Vec<usize> =
        bank.traits().filter(|&scale| scores.iter().all(|person| person[scale].score().is_some())).collect();
    if scores.len() < LEAST_PERSONS || shared.len() < LEAST_SCALES {
        return None;
    }
    // A row for each person, a column for each shared scale.
    let row = |person: &Vec<ScaleScore>| -> Vec<f64> {
        shared.iter().filter_map(|&scale| person[scale].score()).collect()
    };
    let table: Vec<Vec<f64>> = scores.iter().map(row).collect();
    let (n, k) = (table.len() as f64, shared.len() as f64);
    let means: Vec<f64> =
        (0..shared.len()).map(|at| table.iter().map(|person| person[at]).sum::<f64>() / n).collect();
    let (mut levels, mut residuals) = (0.0, 0.0);
    for person in &table {
        let differences = || person.iter().zip(&means).map(|(score, mean)| score - mean);
        let level = differences().sum::<f64>() / k;
        levels += level.powi(2);
        residuals += differences().map(|difference| (difference - level).powi(2)).sum::<f64>();
    }
    let level_variance = (levels + PRIOR_DF * PRIOR_LEVEL.powi(2)) / (n - 1.0 + PRIOR_DF);
    let rest_variance = residuals / ((n - 1.0) * (k - 1.0));
    let standard_error = (rest_variance / n).sqrt();
    let mean = |(&scale, &score): (&usize, &f64)| CombinedScale { scale, score, standard_error };
    let scales: Vec<CombinedScale> = shared.iter().zip(&means).map(mean).collect();
    let fit = role.and_then(|role| {
        let moved = |by: f64| {
            let mut scores = assess(bank, None, own).scales;
            for &CombinedScale { scale, score, standard_error } in &scales {
                scores[scale].scored = Some((score + by, standard_error));
            }
            fit_of(bank, role, own, &scores).fit
        };
        let (fit, up, down) = (moved(0.0)?, moved(1.0)?, moved(-1.0)?);
        let slope = (up.raw - down.raw) / 2.0;
        let variance = fit.standard_error.powi(2) + slope.powi(2) * level_variance / n;
        let (low, high) = range(fit.score, variance.sqrt());
        Some(CombinedFit { score: fit.score, low, high, standard_error: variance.sqrt() })
    });
    Some(Combined { fit, persons: scores.len(), scales, table, variance: rest_variance + level_variance })
}
