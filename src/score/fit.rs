//! Scale scores set against a role: attainment, parts, the fit with its range, floors.

use std::ops::Range;

use super::plan::{Plan, Sheet};
use super::{ScaleScore, Z_90};
use crate::bank::{Bank, Floor, FloorOn, Requirement, Side};
use schemars::JsonSchema;
use serde::Serialize;

/// The least share of the fit that must be scored for a band to be named.
pub(crate) const LEAST_SHARE: f64 = 2.0 / 3.0;

/// A person's scores set against a role.
#[derive(Debug, Clone, Default)]
pub struct RoleFit {
    /// The fit; nothing when no requirement could be scored.
    pub fit: Option<Fit>,
    /// How much of the fit could be scored, 0 to 1; nothing when the role asks for nothing.
    pub share: Option<f64>,
    /// One for each part of the bank.
    pub parts: Vec<PartScore>,
    /// One for each requirement of the role, in its order.
    pub requirements: Vec<Attained>,
    /// The score of each side, −100 to 100, in the order of [`Side::ALL`].
    pub sides: [Option<f64>; 2],
    /// One for each floor of the role, in its order.
    pub floors: Vec<FloorScore>,
}

/// The fit with its uncertainty; all on 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// 100·max(0, Σ WP/Σ W).
    pub score: f64,
    /// 100·Σ WP/Σ W, −100 to 100.
    pub raw: f64,
    /// Standard error.
    pub standard_error: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
    /// Indices of the bands that the interval touches; empty when too little could be scored.
    pub bands: Range<usize>,
}

/// One part against the role.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PartScore {
    /// P = Σ wA/Σ w, −1 to 1; nothing when none of its requirements could be scored.
    pub attainment: Option<f64>,
    /// SE(P) = √(Σ w²SE(A)²)/Σ w.
    pub standard_error: Option<f64>,
    /// Requirements whose scale is asked.
    pub n_asked: usize,
}

/// One requirement against the person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attained {
    /// Index of the scale.
    pub scale: usize,
    /// The weight, after what the person said matters to them.
    pub weight: f64,
    /// (S − from)/(to − from), clamped to −1 and 1.
    pub attainment: Option<f64>,
    /// SE(S)/|to − from|, also where the attainment is clamped.
    pub standard_error: Option<f64>,
}

/// A floor and the score that it is checked against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloorScore {
    /// The score, if there is one.
    pub score: Option<f64>,
    /// How the score compares, if there is one.
    pub status: Option<FloorStatus>,
}

/// How a score compares with a floor, its error taken into account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FloorStatus {
    /// S is on the floor or above it.
    Met,
    /// S is below it, but S + SE is not: too close to tell.
    Close,
    /// S + SE is below it.
    Unmet,
}

/// Attainment of a requirement: (S − from)/(to − from), clamped to −1 and 1.
///
/// More than asked counts as met, not more. Where `to` is under `from`, less is more.
#[must_use]
pub fn attainment(requirement: &Requirement, score: f64) -> f64 {
    ((score - requirement.from) / (requirement.to - requirement.from)).clamp(-1.0, 1.0)
}

/// The fit as people see it.
pub(super) fn clamp_at_zero(raw: f64) -> f64 {
    raw.max(0.0)
}

/// The indices of the bands that an interval touches.
fn bands(bank: &Bank, low: f64, high: f64) -> Range<usize> {
    let start = bank.bands.iter().skip(1).take_while(|next| low >= next.from).count();
    let end = bank.bands.iter().take_while(|band| high >= band.from).count();
    start..end
}

impl Plan<'_> {
    /// What the person said matters, by scale: points/100 of the item that weighs it, 1 unanswered.
    pub(super) fn factors(&self, sheet: &Sheet, factors: &mut Vec<f64>) {
        factors.clear();
        factors.resize(self.scales.len(), 1.0);
        for (scale, entry) in &self.weighs {
            if let Some(points) = sheet.points(entry) {
                factors[*scale] = points / 100.0;
            }
        }
    }

    /// Sets scale scores against the role.
    pub(super) fn fit(&self, scales: &[ScaleScore], factors: &[f64], found: &mut RoleFit) {
        let Some(role) = self.role else { return };
        found.requirements.clear();
        found.requirements.extend(role.requirements.iter().map(|requirement| {
            let score = scales[requirement.scale];
            Attained {
                scale: requirement.scale,
                weight: requirement.weight * factors[requirement.scale],
                attainment: score.score().map(|score| attainment(requirement, score)),
                standard_error: score
                    .standard_error()
                    .map(|se| se / (requirement.to - requirement.from).abs()),
            }
        }));
        self.parts(&found.requirements, &mut found.parts);
        found.share = self.share(&found.requirements);
        let whole = self.whole(&found.parts, |_| 1.0);
        found.fit = whole.map(|(raw, standard_error)| {
            let score = clamp_at_zero(raw);
            let low = (score - Z_90 * standard_error).clamp(0.0, 100.0);
            let high = (score + Z_90 * standard_error).clamp(0.0, 100.0);
            let is_enough = found.share.is_some_and(|share| share >= LEAST_SHARE);
            let bands = if is_enough { bands(self.bank, low, high) } else { 0..0 };
            Fit { score, raw, standard_error, low, high, bands }
        });
        let sides = Side::ALL.map(|side| self.side(&found.parts, side));
        found.sides = sides.map(|side| side.map(|(raw, _)| raw));
        found.floors.clear();
        found.floors.extend(role.floors.iter().map(|floor| check_floor(floor, scales, sides)));
    }

    /// P of each part with its standard error, over its scored requirements.
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

    /// 100·Σ WP/Σ W with its standard error, over the parts that have a score; each W is multiplied by a
    /// factor.
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

    fn side(&self, parts: &[PartScore], side: Side) -> Option<(f64, f64)> {
        self.whole(parts, |part| if self.bank.parts[part].side == side { 1.0 } else { 0.0 })
    }

    /// ΣW·(Σw scored/Σw asked)/ΣW over the parts of which something is asked.
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
        FloorOn::Scale(scale) => scales[scale].score().zip(scales[scale].standard_error()),
        FloorOn::Side(side) => sides[side as usize],
    };
    let status = found.map(|(score, error)| match floor.at_least {
        least if score >= least => FloorStatus::Met,
        least if score + error >= least => FloorStatus::Close,
        _ => FloorStatus::Unmet,
    });
    FloorScore { score: found.map(|(score, _)| score), status }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: f64, to: f64, score: f64, expect: f64) {
        let requirement = Requirement { scale: 0, from, to, weight: 1.0, ..Requirement::default() };
        let got = attainment(&requirement, score);
        assert!((got - expect).abs() < 1e-12, "{got}");
    }

    #[test]
    fn attainment_runs_from_nothing_at_from_to_met_at_to() {
        check(50.0, 80.0, 50.0, 0.0);
        check(50.0, 80.0, 65.0, 0.5);
        check(50.0, 80.0, 80.0, 1.0);
    }

    #[test]
    fn attainment_is_clamped_on_both_sides() {
        check(50.0, 80.0, 100.0, 1.0);
        check(50.0, 80.0, 0.0, -1.0);
    }

    #[test]
    fn a_requirement_whose_to_is_under_its_from_counts_the_other_way() {
        check(60.0, 20.0, 20.0, 1.0);
        check(60.0, 20.0, 40.0, 0.5);
        check(60.0, 20.0, 100.0, -1.0);
    }
}
