//! Self and observers together: one fit that rests on several persons.
//!
//! Each person has a level of their own, from how boldly they rate, and sees each scale a little
//! differently. The mean over persons averages both out, and the spread between the persons says how
//! much of each is left.

use super::fit::{fit_of, range};
use super::{Outcome, ScaleScore, assess};
use crate::bank::{Bank, Role, ScaleKind};
use crate::session::Responses;

/// The fewest persons.
pub const LEAST_PERSONS: usize = 2;
/// The fewest scales that all of them have a score on.
pub const LEAST_SCALES: usize = 5;
/// How many degrees of freedom the prior of the levels counts for.
const PRIOR_DF: f64 = 4.0;
/// The prior standard deviation of the persons' levels, in points.
const PRIOR_LEVEL: f64 = 8.0;

/// What several persons say together, the respondent among them.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Combined {
    pub fit: Option<CombinedFit>,
    pub persons: usize,
    /// The scales that all of them have a score on.
    pub scales: Vec<CombinedScale>,
}

/// Their fit with its 90 % range; the standard error includes the persons' levels.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CombinedFit {
    pub score: f64,
    pub low: f64,
    pub high: f64,
    pub standard_error: f64,
}

/// The mean of their scores on one scale.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CombinedScale {
    pub scale: usize,
    pub score: f64,
    pub standard_error: f64,
}

/// Whether an observer has a score on at least half of the scales that they were asked about.
#[must_use]
pub fn says_enough(bank: &Bank, observer: &Responses) -> bool {
    let assessed = assess(bank, None, observer);
    let asked = || traits(bank).map(|scale| assessed.scales[scale]).filter(|score| score.n_items > 0);
    let (n_asked, n_scored) = (asked().count(), asked().filter(|score| score.score().is_some()).count());
    n_scored > 0 && 2 * n_scored >= n_asked
}

/// The fit and the scales of the respondent and observers together; nothing under
/// [`LEAST_PERSONS`] persons or [`LEAST_SCALES`] scales that all have a score on.
///
/// Scores are over the items that all N persons were asked. Over the K trait scales that all have a
/// score on, S̄ is the mean over persons, ℓ = mean over scales of (S − S̄) a person's level,
/// L = (Σℓ² + 4·8²)/(N + 3) the variance of levels and R = Σ(S − S̄ − ℓ)²/((N − 1)(K − 1)) that of what
/// is left. The fit puts S̄ in the place of the respondent's S, with SE(S̄) = √(R/N); with D half the
/// difference of the fit when the K scales all move by one point up and down, its error is
/// √(SE² + D²·L/N).
#[must_use]
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
        traits(bank).filter(|&scale| scores.iter().all(|person| person[scale].score().is_some())).collect();
    let (n, k) = (scores.len(), shared.len());
    if n < LEAST_PERSONS || k < LEAST_SCALES {
        return None;
    }
    let spread = Spread::of(&scores, &shared);
    let standard_error = (spread.residual / n as f64).sqrt();
    let scales: Vec<CombinedScale> = shared
        .iter()
        .zip(&spread.means)
        .map(|(&scale, &score)| CombinedScale { scale, score, standard_error })
        .collect();
    let fit = role.and_then(|role| {
        let moved = |by: f64| {
            let mut scores = assess(bank, None, own).scales;
            for &CombinedScale { scale, score, standard_error } in &scales {
                scores[scale].outcome = Outcome::Scored { score: score + by, standard_error };
            }
            fit_of(bank, role, own, &scores).fit
        };
        let (fit, up, down) = (moved(0.0)?, moved(1.0)?, moved(-1.0)?);
        let slope = (up.raw - down.raw) / 2.0;
        let variance = fit.standard_error.powi(2) + slope.powi(2) * spread.level / n as f64;
        let (low, high) = range(fit.score, variance.sqrt());
        Some(CombinedFit { score: fit.score, low, high, standard_error: variance.sqrt() })
    });
    Some(Combined { fit, persons: n, scales })
}

fn traits(bank: &Bank) -> impl Iterator<Item = usize> + '_ {
    (0..bank.scales.len()).filter(|&scale| bank.scales[scale].kind == ScaleKind::Trait)
}

/// How the persons differ.
struct Spread {
    /// S̄, one for each shared scale.
    means: Vec<f64>,
    /// The steadied variance of the persons' levels.
    level: f64,
    /// The variance of what is left after the levels.
    residual: f64,
}

impl Spread {
    fn of(scores: &[Vec<ScaleScore>], shared: &[usize]) -> Spread {
        let table: Vec<Vec<f64>> = scores
            .iter()
            .map(|person| shared.iter().filter_map(|&scale| person[scale].score()).collect())
            .collect();
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
        Spread {
            means,
            level: (levels + PRIOR_DF * PRIOR_LEVEL.powi(2)) / (n - 1.0 + PRIOR_DF),
            residual: residuals / ((n - 1.0) * (k - 1.0)),
        }
    }
}
