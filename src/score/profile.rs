//! Compares a person with several profiles over the same scales, and says whether one is detectably ahead.
//!
//! Two profiles use the same answers, so the error of their difference is far smaller than that of
//! either: what both weigh alike cancels.

use super::fit::{attainment, clamp_at_zero};
use super::{ScaleScore, Z_90};
use crate::bank::{Bank, Requirement, Role, RoleKind};

/// Roles are compared over at least this many scored scales.
const LEAST_SCALES: usize = 5;
/// A smaller value comes from rounding.
const LEAST: f64 = 1e-9;

/// How far a person meets one kind of a role.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    pub index: usize,
    pub score: f64,
    /// The best match is not detectably ahead of it.
    pub tied_with_best: bool,
}

/// A role by the shape of its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub role: usize,
    /// Other roles of the same occupation.
    pub same: Vec<usize>,
    /// Whether it is detectably ahead of the next one; the last has none.
    pub ahead: Option<bool>,
    pub stands_out: bool,
}

/// A profile's score, and how it moves with each scale score.
struct Scored {
    index: usize,
    raw: f64,
    slopes: Vec<f64>,
}

impl Scored {
    /// 1.645·√Σ((slope − other slope)·SE(S))² over the scales.
    fn reach(&self, other: Option<&Scored>, scales: &[ScaleScore]) -> f64 {
        let square = |(at, scale): (usize, &ScaleScore)| {
            let slope = self.slopes[at] - other.map_or(0.0, |other| other.slopes[at]);
            (slope * scale.standard_error().unwrap_or(0.0)).powi(2)
        };
        Z_90 * scales.iter().enumerate().map(square).sum::<f64>().sqrt()
    }
}

/// The best first; scores that differ only by rounding keep their order.
#[expect(clippy::cast_possible_truncation, reason = "a score is within a few hundred points")]
fn sort(scored: &mut [Scored]) {
    scored.sort_by_key(|one| std::cmp::Reverse((one.raw * 1e9).round() as i64));
}

/// The scored kinds of a role, the best first.
pub fn kinds(role: &Role, scales: &[ScaleScore]) -> Vec<Match> {
    let of = |(index, kind): (usize, &RoleKind)| kind_score(index, &kind.requirements, scales);
    let mut scored: Vec<Scored> = role.kinds.iter().enumerate().filter_map(of).collect();
    sort(&mut scored);
    let found = |other: &Scored| Match {
        index: other.index,
        score: clamp_at_zero(other.raw),
        tied_with_best: scored[0].raw - other.raw <= scored[0].reach(Some(other), scales),
    };
    scored.iter().map(found).collect()
}

/// 100·Σ wA/Σ w over the requirements that could be scored.
fn kind_score(index: usize, requirements: &[Requirement], scales: &[ScaleScore]) -> Option<Scored> {
    let (mut raw, mut weights, mut slopes) = (0.0, 0.0, vec![0.0; scales.len()]);
    for requirement in requirements {
        if let Some(score) = scales[requirement.scale].score() {
            weights += requirement.weight;
            raw += 100.0 * requirement.weight * attainment(requirement, score);
            // Also where attainment is clamped, as for the fit.
            slopes[requirement.scale] += 100.0 * requirement.weight / (requirement.to - requirement.from);
        }
    }
    for slope in &mut slopes {
        *slope /= weights;
    }
    (weights > 0.0).then(|| Scored { index, raw: raw / weights, slopes })
}

/// Roles of a bank by shape, the nearest first. Roles of one occupation count as one, under `own` if it
/// is one of them. Empty with fewer than five scales that have O*NET elements in some role and a score.
///
/// With z a role's weight on each of these scales, 0 where it asks nothing, u is z minus its mean,
/// divided by its length, and c = Σ u·S, in which the person's own level drops out. A role is ahead of
/// the next when c − c' > 1.645·√Σ(u − u')²SE², and stands out when c > 1.645·√Σu²SE². To rank roles by
/// the share of requirements met would only rank how low each role's bar is.
pub fn roles(bank: &Bank, own: Option<&Role>, scales: &[ScaleScore]) -> Vec<Shape> {
    let has_elements = |one: &Requirement| !one.elements.is_empty();
    let asked = bank.roles.iter().flat_map(|role| &role.requirements).filter(|one| has_elements(one));
    let mut common: Vec<usize> =
        asked.map(|one| one.scale).filter(|&scale| scales[scale].score().is_some()).collect();
    common.sort_unstable();
    common.dedup();
    if common.len() < LEAST_SCALES {
        return Vec::new();
    }
    let shapes = bank.roles.iter().enumerate().filter(|(_, role)| role.requirements.iter().any(has_elements));
    let shapes: Vec<Scored> = shapes.filter_map(|(at, role)| shape(at, role, &common, scales)).collect();
    let occupation = |shape: &Scored| bank.roles[shape.index].occupation.as_ref();
    let is_own = |shape: &&Scored| own.is_some_and(|own| own.id == bank.roles[shape.index].id);
    let alike = |one: &Scored, other: &Scored| {
        one.index == other.index || (occupation(one).is_some() && occupation(one) == occupation(other))
    };
    let mut same: Vec<Vec<usize>> = vec![Vec::new(); bank.roles.len()];
    for shape in &shapes {
        let mut alike = shapes.iter().filter(|other| alike(shape, other));
        let first = alike.clone().find(is_own).or_else(|| alike.next()).unwrap_or(shape);
        same[first.index].push(shape.index);
    }
    let mut shapes: Vec<Scored> = shapes.into_iter().filter(|shape| !same[shape.index].is_empty()).collect();
    sort(&mut shapes);
    let found = |(place, shape): (usize, &Scored)| Shape {
        role: shape.index,
        same: same[shape.index].iter().copied().filter(|other| *other != shape.index).collect(),
        ahead: shapes
            .get(place + 1)
            .map(|next| shape.raw - next.raw > shape.reach(Some(next), scales) + LEAST),
        stands_out: shape.raw > shape.reach(None, scales) + LEAST,
    };
    shapes.iter().enumerate().map(found).collect()
}

/// None if the role weighs all of the scales alike.
fn shape(index: usize, role: &Role, common: &[usize], scales: &[ScaleScore]) -> Option<Scored> {
    let mut slopes = vec![0.0; scales.len()];
    for one in role.requirements.iter().filter(|one| common.contains(&one.scale)) {
        slopes[one.scale] = one.weight;
    }
    let mean = common.iter().map(|&scale| slopes[scale]).sum::<f64>() / common.len() as f64;
    for &scale in common {
        slopes[scale] -= mean;
    }
    let length = slopes.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
    for slope in &mut slopes {
        *slope /= length;
    }
    let raw = common.iter().filter_map(|&scale| Some(slopes[scale] * scales[scale].score()?)).sum();
    (length > LEAST).then_some(Scored { index, raw, slopes })
}
