//! Two results of one person, compared item by item: what changed detectably.
//!
//! The items are the same both times, so what is peculiar to an item cancels, and the error of the
//! change comes from how unevenly the answers moved within each scale.

use super::fit::{Attained, RoleFit};
use super::plan::Plan;
use super::{Assessment, Z_90, assess};
use crate::bank::{Bank, Role, ScaleKind};
use crate::session::Responses;

/// Under so many degrees of freedom the moves say too little about their own error.
const LEAST_DF: usize = 8;
/// Standard errors beyond which a single scale changed; wider than for the fit, since there are many.
pub const Z_SCALES: f64 = 2.6;

/// A number before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
    /// Whether it is more than chance would make it.
    pub detectable: bool,
}

/// What changed between two results.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// One for each scale of the bank; nothing where one of the two has no score.
    pub scales: Vec<Option<Difference>>,
    /// One for each part, −100 to 100.
    pub parts: Vec<Option<Difference>>,
    /// The fit, 0 to 100.
    pub fit: Option<Difference>,
}

/// Compares two results on one form.
///
/// With d the difference in z on each trait item answered both times,
/// s² = Σ(d − mean of its scale)²/Σ(n − 1) and SE(ΔS) = 100·s/√n, carried to parts and fit as the
/// standard errors of a single result are; under 8 degrees of freedom, for scales that are no traits,
/// and for parts that rest on other scales than before, √(SE₁² + SE₂²). Fit and parts differ detectably beyond 1.645 SE, single scales beyond 2.6.
#[must_use]
pub fn change(bank: &Bank, role: Option<&Role>, before: &Responses, after: &Responses) -> Change {
    let assessed = [before, after].map(|responses| assess(bank, role, responses));
    let errors = scale_errors(bank, [before, after], &assessed);
    let scales = (0..bank.scales.len()).map(|scale| {
        let [before, after] = [0, 1].map(|time: usize| assessed[time].scales[scale].score());
        difference(before, after, errors[scale], Z_SCALES)
    });
    let scales = scales.collect();
    let (Some(role), [Some(first), Some(second)]) = (role, [&assessed[0].role, &assessed[1].role]) else {
        return Change { scales, parts: vec![None; bank.parts.len()], fit: None };
    };
    let plan = Plan::of_form(bank, Some(role), after.form());
    let carried: Vec<Attained> = role
        .requirements
        .iter()
        .zip(&second.requirements)
        .map(|(requirement, attained)| {
            let error =
                errors[requirement.scale].map(|error| error / (requirement.to - requirement.from).abs());
            Attained { standard_error: error, ..*attained }
        })
        .collect();
    let mut parts = Vec::new();
    plan.parts(&carried, &mut parts);
    let rests_alike = |part: usize| rests_alike(bank, [first, second], part);
    for (index, part) in parts.iter_mut().enumerate().filter(|(index, _)| !rests_alike(*index)) {
        part.standard_error = of_two([first, second].map(|fit| fit.parts[index].standard_error));
    }
    let fit_error = if (0..bank.parts.len()).all(rests_alike) {
        plan.whole(&parts, |_| 1.0).map(|(_, error)| error)
    } else {
        of_two([first, second].map(|role| role.fit.as_ref().map(|fit| fit.standard_error)))
    };
    let percent = |share: Option<f64>| share.map(|share| 100.0 * share);
    let parts = parts.iter().enumerate().map(|(index, part)| {
        let [before, after] = [first, second].map(|fit| percent(fit.parts[index].attainment));
        difference(before, after, percent(part.standard_error), Z_90)
    });
    let fit = [first, second].map(|role| role.fit.as_ref().map(|fit| fit.score));
    Change { scales, parts: parts.collect(), fit: difference(fit[0], fit[1], fit_error, Z_90) }
}

fn difference(before: Option<f64>, after: Option<f64>, error: Option<f64>, z: f64) -> Option<Difference> {
    let (before, after, standard_error) = (before?, after?, error?);
    let size = (after - before).abs();
    Some(Difference { before, after, standard_error, detectable: size > 1e-9 && size > z * standard_error })
}

/// Whether a part rests on the same scales in both results.
fn rests_alike(bank: &Bank, [first, second]: [&RoleFit; 2], part: usize) -> bool {
    let scored = |fit: &RoleFit| -> Vec<usize> {
        let of_part = fit.requirements.iter().filter(|attained| bank.scales[attained.scale].part == part);
        of_part.filter(|attained| attained.attainment.is_some()).map(|attained| attained.scale).collect()
    };
    let has_score = |fit: &RoleFit| fit.parts[part].attainment.is_some();
    scored(first) == scored(second) && has_score(first) == has_score(second)
}

/// √(SE₁² + SE₂²): the error of a difference between two results that share nothing.
fn of_two([first, second]: [Option<f64>; 2]) -> Option<f64> {
    Some((first?.powi(2) + second?.powi(2)).sqrt())
}

/// The standard error of each scale's change; nothing where one of the two has no score.
fn scale_errors(bank: &Bank, times: [&Responses; 2], assessed: &[Assessment; 2]) -> Vec<Option<f64>> {
    let moves: Vec<Vec<f64>> = (0..bank.scales.len()).map(|scale| moves(bank, times, scale)).collect();
    let df: usize = moves.iter().map(|moves| moves.len().saturating_sub(1)).sum();
    let squares: f64 = moves
        .iter()
        .map(|moves| {
            let mean = moves.iter().sum::<f64>() / moves.len().max(1) as f64;
            moves.iter().map(|d| (d - mean).powi(2)).sum::<f64>()
        })
        .sum();
    let spread = (df >= LEAST_DF).then(|| (squares / df as f64).sqrt());
    (0..bank.scales.len())
        .map(|scale| {
            let of_two = of_two(assessed.each_ref().map(|one| one.scales[scale].standard_error()))?;
            match (spread, moves[scale].len()) {
                (Some(spread), n) if n > 0 => Some(100.0 * spread / (n as f64).sqrt()),
                _ => Some(of_two),
            }
        })
        .collect()
}

/// The differences in z on the trait items of a scale that were answered both times.
fn moves(bank: &Bank, [before, after]: [&Responses; 2], scale: usize) -> Vec<f64> {
    if bank.scales[scale].kind != ScaleKind::Trait {
        return Vec::new();
    }
    let items = bank.items.iter().enumerate().filter(|(_, item)| item.format().is_some());
    items
        .filter_map(|(index, item)| {
            let own = item.own_scale().filter(|own| own.scale == scale)?;
            let z =
                |responses: &Responses| Some(own.keying.key(item.points(responses.answer(index)?)) / 100.0);
            Some(z(after)? - z(before)?)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: f64, after: f64, error: f64, detectable: bool) {
        let got = difference(Some(before), Some(after), Some(error), 2.0).expect("three numbers");
        assert_eq!(got.detectable, detectable, "{got:?}");
    }

    #[test]
    fn a_difference_is_detectable_beyond_its_errors_and_not_at_them() {
        check(40.0, 49.5, 5.0, false);
        check(40.0, 50.0, 5.0, false);
        check(40.0, 50.5, 5.0, true);
        check(50.5, 40.0, 5.0, true);
    }

    #[test]
    fn what_rounding_leaves_of_a_fact_that_did_not_change_is_no_change() {
        check(0.1 + 0.2, 0.3, 0.0, false);
        check(0.3, 0.31, 0.0, true);
    }
}
