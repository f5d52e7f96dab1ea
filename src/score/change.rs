//! Compares two results of one person item by item: what changed by more than chance.
//!
//! Both results have the same items, so what is special about an item cancels. The error of the change
//! comes from how unevenly the answers moved within each scale.

use super::fit::RoleFit;
use super::plan::Plan;
use super::{Assessment, ScaleScore, Z_90, assess};
use crate::bank::{Bank, Item, Role, ScaleKind};
use crate::session::Responses;

/// With fewer degrees of freedom the moves say too little about their own error.
const LEAST_DF: usize = 8;
/// A single scale changed beyond this many standard errors; more than for the fit, since there are many.
pub const Z_SCALES: f64 = 2.6;
/// Answers changed together when chance alone would do it less often than this.
const P_ANSWERS: f64 = 0.01;
/// An observer rates higher when chance alone would do it less often than this.
const P_SCALES: f64 = 0.05;
/// A smaller difference comes from rounding.
const LEAST: f64 = 1e-9;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    pub before: f64,
    pub after: f64,
    /// Of the difference.
    pub standard_error: f64,
    /// The difference is more than chance.
    pub detectable: bool,
}

impl Difference {
    /// The 90 % range of the difference.
    pub fn range(&self) -> (f64, f64) {
        let (size, half) = (self.after - self.before, Z_90 * self.standard_error);
        (size - half, size + half)
    }
}

/// Between two results. Missing where one of the two has no score.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub scales: Vec<Option<Difference>>,
    pub parts: Vec<Option<Difference>>,
    pub fit: Option<Difference>,
    /// Set when the trait answers that changed went one way by more than chance.
    pub trend: Option<Trend>,
}

/// Most differences have the same direction: how many, out of those that are not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trend {
    pub is_up: bool,
    pub most: u32,
    pub of: u32,
}

/// Compares two results on one form.
///
/// With d the difference in z on each trait item answered both times,
/// s² = Σ(d − mean of its scale)²/Σ(n − 1) and SE(ΔS) = 100·s/√n; the errors of parts and fit follow as
/// for a single result. The error is √(SE₁² + SE₂²) with fewer than 8 degrees of freedom, for scales of
/// another kind, and for parts with other scored scales than before. Fit and parts differ detectably
/// beyond 1.645 SE, single scales beyond 2.6.
pub fn change(bank: &Bank, role: Option<&Role>, before: &Responses, after: &Responses) -> Change {
    let assessed = [before, after].map(|responses| assess(bank, role, responses));
    let errors = scale_errors(bank, [before, after], &assessed);
    let all = 0..bank.scales.len();
    let trend = trend(all.clone().flat_map(|scale| moves(bank, [before, after], scale)), P_ANSWERS);
    let scales = all.map(|scale| {
        let [before, after] = assessed.each_ref().map(|one| one.scales[scale].score());
        difference(before, after, errors[scale], Z_SCALES)
    });
    let scales = scales.collect();
    let (Some(role), [Some(first), Some(second)]) = (role, [&assessed[0].role, &assessed[1].role]) else {
        return Change { scales, parts: vec![None; bank.parts.len()], fit: None, trend };
    };
    let plan = Plan::new(bank, Some(role), after.items());
    let mut requirements = second.requirements.clone();
    for (attained, requirement) in requirements.iter_mut().zip(&role.requirements) {
        let range = (requirement.to - requirement.from).abs();
        attained.standard_error = errors[requirement.scale].map(|error| error / range);
    }
    let mut parts = Vec::new();
    plan.parts(&requirements, &mut parts);
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

/// A self-rating against observers: each scale that both have a score on, and the mean of these.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfOtherGaps {
    pub scales: Vec<Option<Difference>>,
    pub mean: Option<Difference>,
    /// Set when the observers rate most scales higher, or lower, by more than chance.
    pub trend: Option<Trend>,
}

/// Compares a self-rating with the mean of observers, on the trait scales.
///
/// With m observers who have a score on a scale, the error is √(SE² + ΣSE²/m²); that of the mean over
/// K scales is √ΣSE²/K.
pub fn seen(bank: &Bank, own: &Responses, observers: &[&Responses]) -> SelfOtherGaps {
    let own = assess(bank, None, own);
    let others: Vec<Assessment> = observers.iter().map(|responses| assess(bank, None, responses)).collect();
    let mut scales = vec![None; bank.scales.len()];
    for scale in bank.traits() {
        let (own, others) = (own.scales[scale], others.iter().map(|one| one.scales[scale]));
        scales[scale] = seen_on(own, others);
    }
    let all: Vec<&Difference> = scales.iter().flatten().collect();
    let n = all.len() as f64;
    let mean = |of: fn(&Difference) -> f64| all.iter().map(|one| of(one)).sum::<f64>() / n;
    let error = all.iter().map(|one| one.standard_error.powi(2)).sum::<f64>().sqrt() / n;
    let of_all = || difference(Some(mean(|one| one.before)), Some(mean(|one| one.after)), Some(error), Z_90);
    SelfOtherGaps {
        mean: (!all.is_empty()).then(of_all).flatten(),
        trend: trend(all.iter().map(|one| one.after - one.before), P_SCALES),
        scales,
    }
}

fn seen_on(own: ScaleScore, others: impl Iterator<Item = ScaleScore>) -> Option<Difference> {
    let seen: Vec<(f64, f64)> = others.filter_map(|score| score.scored).collect();
    let m = seen.len() as f64;
    let after = (m > 0.0).then(|| seen.iter().map(|(score, _)| score).sum::<f64>() / m);
    let error = seen.iter().map(|(_, error)| error.powi(2)).sum::<f64>().sqrt() / m;
    difference(own.score(), after, own.standard_error().map(|own| own.hypot(error)), Z_SCALES)
}

/// The direction of most differences, when a two-sided sign test gives less than `p`.
fn trend(differences: impl Iterator<Item = f64>, p: f64) -> Option<Trend> {
    let (mut up, mut down) = (0, 0);
    for difference in differences.filter(|difference| difference.abs() > LEAST) {
        *if difference > 0.0 { &mut up } else { &mut down } += 1;
    }
    (sign_test(up, down) < p).then_some(Trend { is_up: up > down, most: up.max(down), of: up + down })
}

/// The chance that `up + down` tosses of a fair coin are at least this uneven.
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

/// Whether a part has the same scored scales in both results.
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

/// The standard error of each scale's change. Missing where one of the two has no score.
fn scale_errors(bank: &Bank, times: [&Responses; 2], assessed: &[Assessment; 2]) -> Vec<Option<f64>> {
    let moves: Vec<Vec<f64>> = (0..bank.scales.len()).map(|scale| moves(bank, times, scale)).collect();
    let (mut squares, mut df) = (0.0, 0);
    for moves in moves.iter().filter(|moves| !moves.is_empty()) {
        let mean = moves.iter().sum::<f64>() / moves.len() as f64;
        squares += moves.iter().map(|d| (d - mean).powi(2)).sum::<f64>();
        df += moves.len() - 1;
    }
    let error = |(scale, moves): (usize, &Vec<f64>)| {
        let of_two = of_two(assessed.each_ref().map(|one| one.scales[scale].standard_error()))?;
        let is_paired = df >= LEAST_DF && !moves.is_empty();
        let paired = || 100.0 * (squares / df as f64).sqrt() / (moves.len() as f64).sqrt();
        Some(if is_paired { paired() } else { of_two })
    };
    moves.iter().enumerate().map(error).collect()
}

/// The differences in z on the trait items of a scale that were answered both times.
fn moves(bank: &Bank, [before, after]: [&Responses; 2], scale: usize) -> Vec<f64> {
    if bank.scales[scale].kind != ScaleKind::Trait {
        return Vec::new();
    }
    let moved = |(index, item): (usize, &Item)| {
        let own = item.own_scale().filter(|own| own.scale == scale && item.format().is_some())?;
        let z = |responses: &Responses| Some(own.keying.key(item.points(responses.answer(index)?)) / 100.0);
        Some(z(after)? - z(before)?)
    };
    bank.items.iter().enumerate().filter_map(moved).collect()
}

#[cfg(test)]
#[path = "../../tests/score/change.rs"]
mod tests;
