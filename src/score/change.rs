//! Two results of one person, compared item by item: what changed detectably.
//!
//! The items are the same both times, so what is peculiar to an item cancels, and the error of the
//! change comes from how unevenly the answers moved within each scale.

use super::fit::{Attained, RoleFit};
use super::plan::Plan;
use super::{Assessment, ScaleScore, Z_90, assess};
use crate::bank::{Bank, Role, ScaleKind};
use crate::session::Responses;

/// Under so many degrees of freedom the moves say too little about their own error.
const LEAST_DF: usize = 8;
/// Standard errors beyond which a single scale changed; wider than for the fit, since there are many.
pub const Z_SCALES: f64 = 2.6;
/// The chance that so many answers change one way, under which they moved together.
const P_ANSWERS: f64 = 0.01;
/// The chance that so many scales are rated higher, under which the observer rates higher.
const P_SCALES: f64 = 0.05;

/// What rounding may leave of no difference.
const LEAST: f64 = 1e-9;

/// A number before and after, and whether they differ by more than chance.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Difference {
    pub before: f64,
    pub after: f64,
    /// Of the difference.
    pub standard_error: f64,
    pub detectable: bool,
}

impl Difference {
    /// The 90 % range of the difference.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let (size, half) = (self.after - self.before, Z_90 * self.standard_error);
        (size - half, size + half)
    }
}

/// What changed between two results; nothing where one of the two has no score.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Change {
    pub scales: Vec<Option<Difference>>,
    pub parts: Vec<Option<Difference>>,
    pub fit: Option<Difference>,
    /// Set when the trait answers that changed went one way by more than chance.
    pub trend: Option<Trend>,
}

/// Differences most of which go one way: how many, out of those that are not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Trend {
    pub is_up: bool,
    pub most: u32,
    pub of: u32,
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
    let trend =
        trend((0..bank.scales.len()).flat_map(|scale| moves(bank, [before, after], scale)), P_ANSWERS);
    let (Some(role), [Some(first), Some(second)]) = (role, [&assessed[0].role, &assessed[1].role]) else {
        return Change { scales, parts: vec![None; bank.parts.len()], fit: None, trend };
    };
    let plan = Plan::new(bank, Some(role), after.items());
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
    Change { scales, parts: parts.collect(), fit: difference(fit[0], fit[1], fit_error, Z_90), trend }
}

/// A self-rating and what observers saw: each scale that both have a score on, and their mean.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Seen {
    pub scales: Vec<Option<Difference>>,
    pub mean: Option<Difference>,
    /// Set when the observers rate most scales higher, or lower, by more than chance.
    pub trend: Option<Trend>,
}

/// Compares a self-rating with the mean of observers, on the trait scales.
///
/// The error on a scale is √(SE² + ΣSE²/m²) with the m observers who have a score on it, and that of
/// the mean over K scales √ΣSE²/K.
#[must_use]
pub fn seen(bank: &Bank, own: &Responses, observers: &[&Responses]) -> Seen {
    let own = assess(bank, None, own);
    let others: Vec<Assessment> = observers.iter().map(|responses| assess(bank, None, responses)).collect();
    let scales: Vec<Option<Difference>> = (0..bank.scales.len())
        .map(|scale| {
            let is_trait = bank.scales[scale].kind == ScaleKind::Trait;
            is_trait.then(|| seen_on(&own.scales[scale], &others, scale)).flatten()
        })
        .collect();
    let all: Vec<&Difference> = scales.iter().flatten().collect();
    let n = all.len() as f64;
    let mean = |of: fn(&Difference) -> f64| all.iter().map(|one| of(one)).sum::<f64>() / n;
    let error = all.iter().map(|one| one.standard_error.powi(2)).sum::<f64>().sqrt() / n;
    let of_all = || difference(Some(mean(|one| one.before)), Some(mean(|one| one.after)), Some(error), Z_90);
    Seen {
        mean: (!all.is_empty()).then(of_all).flatten(),
        trend: trend(all.iter().map(|one| one.after - one.before), P_SCALES),
        scales,
    }
}

fn seen_on(own: &ScaleScore, others: &[Assessment], scale: usize) -> Option<Difference> {
    let scores = others.iter().map(|one| one.scales[scale]);
    let seen: Vec<(f64, f64)> =
        scores.filter_map(|score| Some((score.score()?, score.standard_error()?))).collect();
    let m = seen.len() as f64;
    let after = (m > 0.0).then(|| seen.iter().map(|(score, _)| score).sum::<f64>() / m);
    let error = seen.iter().map(|(_, error)| error.powi(2)).sum::<f64>().sqrt() / m;
    difference(own.score(), after, own.standard_error().map(|own| own.hypot(error)), Z_SCALES)
}

/// The way that most differences go, when a sign test on both sides gives less than `p`.
fn trend(differences: impl Iterator<Item = f64>, p: f64) -> Option<Trend> {
    let (mut up, mut down) = (0, 0);
    for difference in differences.filter(|difference| difference.abs() > LEAST) {
        *if difference > 0.0 { &mut up } else { &mut down } += 1;
    }
    (sign_test(up, down) < p).then_some(Trend { is_up: up > down, most: up.max(down), of: up + down })
}

/// The chance that of `up + down` tosses of a coin so many or more fall on one side.
fn sign_test(up: u32, down: u32) -> f64 {
    let n = up + down;
    // ln of n choose k, from n choose n down.
    let mut ln_choose = 0.0;
    let mut chance = 0.0;
    for k in (up.max(down)..=n).rev() {
        chance += (ln_choose - f64::from(n) * std::f64::consts::LN_2).exp();
        ln_choose += (f64::from(k) / f64::from(n - k + 1)).ln();
    }
    (2.0 * chance).min(1.0)
}

fn difference(before: Option<f64>, after: Option<f64>, error: Option<f64>, z: f64) -> Option<Difference> {
    let (before, after, standard_error) = (before?, after?, error?);
    let size = (after - before).abs();
    Some(Difference { before, after, standard_error, detectable: size > LEAST && size > z * standard_error })
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

    #[test]
    fn the_sign_test_is_that_of_a_fair_coin() {
        for (up, down, p) in [
            (0, 0, 1.0),
            (5, 5, 1.0),
            (1, 0, 1.0),
            (8, 0, 2.0 / 256.0),
            (7, 0, 2.0 / 128.0),
            (12, 3, 576.0 * 2.0 / 32768.0),
            (3, 12, 576.0 * 2.0 / 32768.0),
            (28, 1, 60.0 / 536_870_912.0),
        ] {
            let got = sign_test(up, down);
            assert!((got - p).abs() < 1e-12, "{up} and {down}: {got}");
        }
        assert!(sign_test(2000, 100) < 1e-100 && sign_test(1050, 1050) > 0.99, "many answers too");
    }

    #[test]
    fn differences_go_one_way_only_beyond_chance() {
        let ways = |up: usize, down: usize, same: usize| {
            let all = [vec![0.25; up], vec![-0.25; down], vec![0.0; same]].concat();
            trend(all.into_iter(), P_ANSWERS).map(|trend| (trend.is_up, trend.most, trend.of))
        };
        assert_eq!(ways(28, 1, 31), Some((true, 28, 29)));
        assert_eq!(ways(1, 28, 31), Some((false, 28, 29)));
        assert_eq!(ways(8, 0, 0), Some((true, 8, 8)));
        assert_eq!(ways(7, 0, 50), None, "p = .016");
        assert_eq!(ways(15, 10, 0), None);
        assert_eq!(ways(0, 0, 60), None);
    }
}
