//! Where a score falls among the scores of a comparison group.
//!
//! A norm changes no score. It is read beside one, and only where the bank declares it: a mean and a
//! standard deviation with a source.

use std::f64::consts::SQRT_2;

use super::Z_90;
use crate::bank::Norm;

/// A score against a group: T = 50 + 10·z with its 90 % interval, where z counts the group's standard
/// deviations above its mean, and 100·Φ(z), the percentage of the group below it, were its scores normal.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Standing {
    pub t: f64,
    pub t_low: f64,
    pub t_high: f64,
    pub percentile: f64,
}

impl Standing {
    /// A score with its standard error; the interval covers no score that cannot be had.
    #[must_use]
    pub fn new(norm: &Norm, score: f64, standard_error: f64) -> Standing {
        let z = |score: f64| (score - norm.mean) / norm.sd;
        let t = |score: f64| 50.0 + 10.0 * z(score);
        Standing {
            t: t(score),
            t_low: t((score - Z_90 * standard_error).max(0.0)),
            t_high: t((score + Z_90 * standard_error).min(100.0)),
            percentile: 50.0 * libm::erfc(-z(score) / SQRT_2),
        }
    }
}
