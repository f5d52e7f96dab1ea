//! Scale scores compared with a role: attainment, parts, the fit with its range, minimums.

use std::ops::Range;

use super::plan::{Plan, Sheet};
use super::{ScaleScore, margin};
use crate::bank::{Bank, Floor, FloorOn, Requirement, Role, Side};
use crate::session::Responses;
use schemars::JsonSchema;
use serde::Serialize;

/// Bands are named only if at least this share of the fit is scored.
const LEAST_SHARE: f64 = 2.0 / 3.0;

#[derive(Debug, Clone, Default)]
pub struct RoleFit {
    pub fit: Option<Fit>,
    /// The share of the fit that could be scored, 0 to 1.
    pub share: Option<f64>,
    /// One for each part of the bank.
    pub parts: Vec<PartScore>,
    /// One for each requirement of the role.
    pub requirements: Vec<Attained>,
    /// The score of each side, −100 to 100, in the order of [`Side::ALL`].
    pub sides: [Option<f64>; 2],
    /// One for each minimum of the role.
    pub floors: Vec<FloorScore>,
}

/// The fit with its 90 % interval: score = max(0, raw), raw = 100·Σ WP/Σ W.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub score: f64,
    pub raw: f64,
    pub standard_error: f64,
    pub low: f64,
    pub high: f64,
    /// Indices of the bands that the interval touches; empty if too little could be scored.
    pub bands: Range<usize>,
}

/// One part: P = Σ wA/Σ w and SE(P) = √(Σ w²SE(A)²)/Σ w, if any of it is scored.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PartScore {
    pub attainment: Option<f64>,
    pub standard_error: Option<f64>,
    /// Requirements whose scale is asked.
    pub n_asked: usize,
}

/// One requirement. The weight is multiplied by how much it matters to the person. The standard error is
/// SE(S)/|to − from|, also where the attainment is clamped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attained {
    pub scale: usize,
    pub weight: f64,
    pub attainment: Option<f64>,
    pub standard_error: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloorScore {
    pub score: Option<f64>,
    pub status: Option<FloorStatus>,
}

/// How a score S with standard error SE compares with a minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FloorStatus {
    /// S is at or above the minimum.
    Met,
    /// S is below the minimum, but S + SE is not: too close to tell.
    Close,
    /// S + SE is below the minimum.
    Unmet,
}

/// From this attainment on, a requirement is as good as met.
pub(crate) const NEARLY_MET: f64 = 0.9;

/// Attainment of a requirement: (S − from)/(to − from), clamped to −1 and 1.
///
/// More than asked counts as met. If `to` is below `from`, a lower score is better.
pub fn attainment(requirement: &Requirement, score: f64) -> f64 {
    attained(score, requirement.from, requirement.to)
}

pub(super) fn attained(score: f64, from: f64, to: f64) -> f64 {
    unclamped(score, from, to).clamp(-1.0, 1.0)
}

/// The same without the limits; the arithmetic shows both.
pub(crate) fn unclamped(score: f64, from: f64, to: f64) -> f64 {
    (score - from) / (to - from)
}

/// The score that people see.
pub(super) fn clamp_at_zero(raw: f64) -> f64 {
    raw.max(0.0)
}

/// The 90 % range around a score, within 0 to 100.
pub(crate) fn range(score: f64, standard_error: f64) -> (f64, f64) {
    let half = margin(standard_error);
    ((score - half).clamp(0.0, 100.0), (score + half).clamp(0.0, 100.0))
}

/// The fit for given scale scores; `responses` only give how much each scale matters to the person.
pub(crate) fn fit_of(bank: &Bank, role: &Role, responses: &Responses, scales: &[ScaleScore]) -> RoleFit {
    let plan = Plan::new(bank, Some(role), responses.items());
    let (mut factors, mut found) = (Vec::new(), RoleFit::default());
    plan.factors(&Sheet::of(&plan, responses), &mut factors);
    plan.fit(scales, &factors, &mut found);
    found
}

impl Plan<'_> {
    /// How much each scale matters to the person: points/100 of the item that weighs it, 1 without an
    /// answer.
    pub(super) fn factors(&self, sheet: &Sheet, factors: &mut Vec<f64>) {
        factors.clear();
        factors.resize(self.scales.len(), 1.0);
        for (scale, entry) in &self.weighs {
            if let Some(points) = sheet.points(entry) {
                factors[*scale] = points / 100.0;
            }
        }
    }

    pub(super) fn fit(&self, scales: &[ScaleScore], factors: &[f64], found: &mut RoleFit) {
        let Some(role) = self.role else { return };
        found.requirements.clear();
        found.requirements.extend(role.requirements.iter().map(|asked| Attained {
            scale: asked.scale,
            weight: asked.weight * factors[asked.scale],
            attainment: scales[asked.scale].score().map(|score| attainment(asked, score)),
            standard_error: scales[asked.scale].standard_error().map(|se| se / (asked.to - asked.from).abs()),
        }));
        self.parts(&found.requirements, &mut found.parts);
        found.share = self.share(&found.requirements);
        let whole = self.whole(&found.parts, |_| 1.0);
        found.fit = whole.map(|(raw, standard_error)| {
            let score = clamp_at_zero(raw);
            let (low, high) = range(score, standard_error);
            let is_enough = found.share.is_some_and(|share| share >= LEAST_SHARE);
            let reached = |score: f64| self.bank.bands.iter().filter(|band| score >= band.from).count();
            let bands = if is_enough { reached(low).saturating_sub(1)..reached(high) } else { 0..0 };
            Fit { score, raw, standard_error, low, high, bands }
        });
        let sides = Side::ALL.map(|side| {
            self.whole(&found.parts, |part| if self.bank.parts[part].side == side { 1.0 } else { 0.0 })
        });
        found.sides = sides.map(|side| side.map(|(raw, _)| raw));
        found.floors.clear();
        found.floors.extend(role.floors.iter().map(|floor| check_floor(floor, scales, sides)));
    }

    pub(super) fn parts(&self, requirements: &[Attained], parts: &mut Vec<PartScore>) {
        parts.clear();
        parts.extend((0..self.bank.parts.len()).map(|part| {
            let (mut weighted, mut weights, mut squares, mut n_asked) = (0.0, 0.0, 0.0, 0);
            for attained in requirements.iter().filter(|attained| self.is_of(attained, part)) {
                n_asked += 1;
                if let (Some(attainment), Some(error)) = (attained.attainment, attained.standard_error) {
                    weighted += attained.weight * attainment;
                    weights += attained.weight;
                    squares += (attained.weight * error).powi(2);
                }
            }
            let is_scored = weights > 0.0;
            PartScore {
                attainment: is_scored.then(|| weighted / weights),
                standard_error: is_scored.then(|| squares.sqrt() / weights),
                n_asked,
            }
        }));
    }

    /// Whether a requirement counts on a part and its scale is asked.
    fn is_of(&self, attained: &Attained, part: usize) -> bool {
        self.bank.scales[attained.scale].part == part && !self.scales[attained.scale].entries.is_empty()
    }

    /// 100·Σ WP/Σ W with its standard error, over the parts that have a score. `factor` changes W.
    pub(super) fn whole(&self, parts: &[PartScore], factor: impl Fn(usize) -> f64) -> Option<(f64, f64)> {
        let (mut weighted, mut weights, mut squares) = (0.0, 0.0, 0.0);
        for (index, part) in parts.iter().enumerate() {
            if let (Some(attainment), Some(error)) = (part.attainment, part.standard_error) {
                let weight = self.bank.parts[index].weight * factor(index);
                weighted += weight * attainment;
                weights += weight;
                squares += (weight * error).powi(2);
            }
        }
        (weights > 0.0).then(|| (100.0 * weighted / weights, 100.0 * squares.sqrt() / weights))
    }

    /// ΣW·(Σw scored/Σw asked)/ΣW over the parts that ask something.
    fn share(&self, requirements: &[Attained]) -> Option<f64> {
        let (mut scored_share, mut weights) = (0.0, 0.0);
        for (index, part) in self.bank.parts.iter().enumerate() {
            let (mut asked, mut scored) = (0.0, 0.0);
            for attained in requirements.iter().filter(|attained| self.is_of(attained, index)) {
                asked += attained.weight;
                scored += attained.attainment.map_or(0.0, |_| attained.weight);
            }
            if asked > 0.0 {
                scored_share += part.weight * scored / asked;
                weights += part.weight;
            }
        }
        (weights > 0.0).then(|| scored_share / weights)
    }
}

fn check_floor(floor: &Floor, scales: &[ScaleScore], sides: [Option<(f64, f64)>; 2]) -> FloorScore {
    let found = match floor.on {
        FloorOn::Scale(scale) => scales[scale].scored,
        FloorOn::Side(side) => sides[side as usize],
    };
    let status = found.map(|(score, error)| match floor.at_least {
        least if score >= least => FloorStatus::Met,
        least if score + error >= least => FloorStatus::Close,
        _ => FloorStatus::Unmet,
    });
    FloorScore { score: found.map(|(score, _)| score), status }
}
