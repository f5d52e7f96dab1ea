//! Where a score falls among the scores of a comparison group.
//!
//! A norm changes no score. It is read beside one, and only where the bank declares it: a mean and a
//! standard deviation with a source.

use std::f64::consts::SQRT_2;

use super::Z_90;
use crate::bank::Norm;

/// A score against a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// 50 + 10·z, where z counts the group's standard deviations above its mean.
    pub t: f64,
    /// Lower end of its 90 % interval.
    pub t_low: f64,
    /// Upper end of its 90 % interval.
    pub t_high: f64,
    /// 100·Φ(z): the percentage of the group that lies below, were its scores normal.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn norm(mean: f64, sd: f64) -> Norm {
        let (of, source) = ("clerks".into(), "a survey".into());
        Norm {
            mean,
            sd,
            n: None,
            of,
            as_of: None,
            source,
            form: None,
            place: crate::bank::fault::Place::default(),
        }
    }

    #[track_caller]
    fn near(got: f64, expect: f64) {
        assert!((got - expect).abs() < 1e-9, "{got}, expected {expect}");
    }

    /// 100·Φ(z) to ten places, from tables.
    #[test]
    fn percentiles_are_those_of_the_normal_curve() {
        for (z, percentile) in [
            (0.0, 50.0),
            (0.8, 78.814_460_141_7),
            (1.0, 84.134_474_606_9),
            (-1.0, 15.865_525_393_1),
            (1.959_963_984_540_054, 97.5),
            (-2.0, 2.275_013_194_8),
            (-3.0, 0.134_989_803_2),
        ] {
            let standing = Standing::new(&norm(50.0, 10.0), 50.0 + 10.0 * z, 0.0);
            near(standing.percentile, percentile);
            near(standing.t, 50.0 + 10.0 * z);
        }
    }

    #[test]
    fn the_interval_is_that_of_the_score_in_the_units_of_the_group() {
        let standing = Standing::new(&norm(62.0, 14.0), 73.2, 5.0);
        near(standing.t, 58.0);
        near(standing.t_low, 58.0 - 10.0 * 1.645 * 5.0 / 14.0);
        near(standing.t_high, 58.0 + 10.0 * 1.645 * 5.0 / 14.0);
    }

    #[test]
    fn the_interval_ends_where_the_scale_does() {
        let standing = Standing::new(&norm(50.0, 25.0), 96.0, 10.0);
        near(standing.t_high, 70.0);
        let standing = Standing::new(&norm(50.0, 25.0), 4.0, 10.0);
        near(standing.t_low, 30.0);
    }

    #[test]
    fn a_score_far_outside_the_group_stays_a_number() {
        for score in [0.0, 100.0] {
            let standing = Standing::new(&norm(50.0, 0.1), score, 0.0);
            assert!(standing.t.is_finite() && (0.0..=100.0).contains(&standing.percentile), "{standing:?}");
        }
    }
}
