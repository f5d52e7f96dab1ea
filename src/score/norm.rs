//! How a score compares with those of a group whose mean and standard deviation the bank declares. A
//! norm changes no score.

use std::f64::consts::SQRT_2;

use schemars::JsonSchema;
use serde::Serialize;

use super::Z_90;
use crate::bank::Norm;

/// T = 50 + 10·z with its 90 % interval, where z counts the group's standard deviations above its mean;
/// and 100·Φ(z), the percentage of the group below the score if the group's scores are normal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Standing {
    pub t: f64,
    pub t_low: f64,
    pub t_high: f64,
    pub percentile: f64,
}

impl Standing {
    /// The interval ends at the scores 0 and 100.
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
