//! How sure a score is: the spread of the person's own answers, and standard errors from it.
//!
//! A person who answers evenly within each scale is measured more precisely than one who does not.
//! That spread is pooled over all trait scales and steadied by a prior, since one sheet says little
//! about it.

use crate::bank::{Bank, ScaleKind};
use crate::score::{Mark, Sheet};

/// Degrees of freedom that the prior counts for.
pub(crate) const PRIOR_DF: f64 = 20.0;
/// The prior spread of z = points/100 within a scale: the mean in three large data sets (.21 to .245).
pub(crate) const PRIOR_SPREAD: f64 = 0.24;
/// Half-width of a 90 % interval, in standard errors.
pub const Z_90: f64 = 1.645;

/// The spread of a person's answers within scales, in units of z = points/100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Sum of squares within scales.
    pub sum_of_squares: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// The steadied standard deviation, over 0.
    pub s: f64,
}

impl Spread {
    /// Over the answered rating items of all trait scales, each on its own scale:
    /// SS = Σ(z − mean of its scale)², df = Σ(n − 1), s² = (SS + 20·0.24²)/(df + 20).
    pub(crate) fn of(bank: &Bank, sheet: &Sheet) -> Spread {
        let (mut sum_of_squares, mut df) = (0.0, 0);
        for (scale, marks) in bank.scales.iter().zip(&sheet.marks) {
            if scale.kind == ScaleKind::Trait {
                let z: Vec<f64> = own_ratings(marks).map(|mark| mark.points / 100.0).collect();
                sum_of_squares += squares(&z);
                df += z.len().saturating_sub(1);
            }
        }
        let variance = (sum_of_squares + PRIOR_DF * PRIOR_SPREAD.powi(2)) / (df as f64 + PRIOR_DF);
        Spread { sum_of_squares, df, s: variance.sqrt() }
    }
}

/// The answered ratings for which the scale is their own.
pub(crate) fn own_ratings(marks: &[Mark]) -> impl Iterator<Item = &Mark> {
    marks.iter().filter(|mark| mark.own && mark.step.is_some())
}

/// Standard error of a scale score on 0 to 100.
///
/// A trait scale: 100·s/√n. A situational scale: 100·max(s, SD of its own z)/√n. A fact: 0.
/// n counts the answered items for which the scale is their own; a scale that is no item's own
/// counts all that are on it.
pub(crate) fn standard_error(kind: ScaleKind, marks: &[Mark], spread: Spread) -> f64 {
    let own: Vec<f64> = marks.iter().filter(|mark| mark.own).map(|mark| mark.points / 100.0).collect();
    let z = if own.is_empty() { marks.iter().map(|mark| mark.points / 100.0).collect() } else { own };
    let n = z.len().max(1) as f64;
    match kind {
        ScaleKind::Fact => 0.0,
        ScaleKind::Trait => 100.0 * spread.s / n.sqrt(),
        ScaleKind::Situational => 100.0 * spread.s.max(sample_deviation(&z)) / n.sqrt(),
    }
}

/// Sum of squared deviations from the mean.
fn squares(z: &[f64]) -> f64 {
    let mean = z.iter().sum::<f64>() / z.len().max(1) as f64;
    z.iter().map(|z| (z - mean).powi(2)).sum()
}

/// Sample standard deviation; 0 for a single value.
fn sample_deviation(z: &[f64]) -> f64 {
    if z.len() < 2 { 0.0 } else { (squares(z) / (z.len() - 1) as f64).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(points: &[f64]) -> Vec<Mark> {
        points.iter().map(|&points| Mark { item: 0, points, own: true, step: Some(25.0) }).collect()
    }

    const SPREAD: Spread = Spread { sum_of_squares: 0.0, df: 0, s: 0.24 };

    #[test]
    fn four_times_the_items_halve_the_standard_error() {
        let few = standard_error(ScaleKind::Trait, &marks(&[50.0; 2]), SPREAD);
        let many = standard_error(ScaleKind::Trait, &marks(&[50.0; 8]), SPREAD);
        assert!((few / many - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_situational_scale_takes_the_larger_of_two_spreads() {
        let even = standard_error(ScaleKind::Situational, &marks(&[50.0; 4]), SPREAD);
        assert!((even - 12.0).abs() < 1e-12, "{even}");
        let wild = standard_error(ScaleKind::Situational, &marks(&[0.0, 100.0, 0.0, 100.0]), SPREAD);
        assert!((wild - 100.0 * (1.0_f64 / 3.0).sqrt() / 2.0).abs() < 1e-9, "{wild}");
    }

    #[test]
    fn a_scale_that_is_no_items_own_counts_all_that_are_on_it() {
        let lent = |points: &[f64]| -> Vec<Mark> {
            marks(points).into_iter().map(|mark| Mark { own: false, ..mark }).collect()
        };
        let even = standard_error(ScaleKind::Trait, &lent(&[50.0; 4]), SPREAD);
        assert!((even - 12.0).abs() < 1e-12, "100 x .24/2, not {even}");
        let wild = standard_error(ScaleKind::Situational, &lent(&[0.0, 100.0, 0.0, 100.0]), SPREAD);
        assert!((wild - 100.0 * (1.0_f64 / 3.0).sqrt() / 2.0).abs() < 1e-9, "{wild}");
        // One of its own, and the lent ones no longer count.
        let mut mixed = lent(&[0.0, 100.0, 0.0, 100.0]);
        mixed[0].own = true;
        let alone = standard_error(ScaleKind::Situational, &mixed, SPREAD);
        assert!((alone - 24.0).abs() < 1e-12, "100 x .24/1, not {alone}");
    }

    #[test]
    fn a_fact_has_no_error() {
        assert!(standard_error(ScaleKind::Fact, &marks(&[0.0, 100.0]), SPREAD).abs() < 1e-12);
    }
}
