//! Scale scores set against a role: attainment, parts, the fit, and what moves it.

use crate::bank::{Bank, Counts, Floor, FloorOn, Requirement, Role, ScaleKind, Side};
use crate::score::precision::Z_90;
use crate::score::{Mark, ScaleScore, Sheet};
use crate::session::Responses;

/// The least share of the fit that must be scored for a band to be named.
pub(crate) const LEAST_SHARE: f64 = 2.0 / 3.0;

/// A person's scores set against a role.
#[derive(Debug, Clone)]
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
    /// The fit without each part of the bank in turn, 0 to 100.
    pub without: Vec<Option<f64>>,
    /// What each answer did, in the order of asking.
    pub effects: Vec<Effect>,
    /// What each requirement could still bring, the most first.
    pub moves: Vec<Move>,
    /// The lowest and the highest fit when one of our judgements at a time is another one: a part's
    /// weight halved or doubled, or a requirement's `to` moved by five points.
    pub judgement: Option<(f64, f64)>,
}

/// The fit with its uncertainty; all on 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// 100·max(0, Σ WP/Σ W).
    pub score: f64,
    /// The same before it is held at 0, −100 to 100.
    pub unheld: f64,
    /// Standard error.
    pub standard_error: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
    /// The fit, had every trait item been answered a quarter of a step lower.
    pub modest: f64,
    /// The same a quarter of a step higher.
    pub bold: f64,
    /// Indices of the bands that the interval touches; empty when too little could be scored.
    pub bands: Vec<usize>,
}

/// One part against the role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartScore {
    /// P = Σ wA/Σ w, −1 to 1; nothing when none of its requirements could be scored.
    pub attainment: Option<f64>,
    /// Standard error of P.
    pub standard_error: Option<f64>,
    /// Requirements whose scale is asked in this form.
    pub n_asked: usize,
}

/// One requirement against the person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attained {
    /// Index of the scale.
    pub scale: usize,
    /// The weight, after what the person said matters to them.
    pub weight: f64,
    /// (S − from)/(to − from), held between −1 and 1.
    pub attainment: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
}

/// A floor and the score held to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloorScore {
    /// The score, if there is one.
    pub score: Option<f64>,
    /// Whether it meets the floor.
    pub met: Option<bool>,
}

/// What one answer did to the fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Index of the item.
    pub item: usize,
    /// The fit as it is, minus the fit with this answer skipped, in points; before it is held at 0.
    /// Nothing when one of the two cannot be scored.
    pub effect: Option<f64>,
}

/// What one requirement could still bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// Index of the scale.
    pub scale: usize,
    /// The fit if this requirement were met, minus the fit as it is, in points.
    pub gain: f64,
}

/// Sets a person's scores against a role.
pub(crate) fn fit(
    bank: &Bank,
    role: &Role,
    responses: &Responses,
    sheet: &Sheet,
    scales: &[ScaleScore],
) -> RoleFit {
    let scores: Vec<Option<f64>> = scales.iter().map(ScaleScore::score).collect();
    let factors = factors(bank, responses);
    let model = Model { bank, role, sheet };
    let attainments = model.attainments(&scores);
    let parts = model.parts(&attainments, &factors);
    let unheld = model.unheld(&parts, |_| true);
    let requirements: Vec<Attained> = role
        .requirements
        .iter()
        .zip(&attainments)
        .map(|(requirement, &attainment)| Attained {
            scale: requirement.scale,
            weight: requirement.weight * factors[requirement.scale],
            attainment,
            standard_error: scales[requirement.scale]
                .standard_error()
                .map(|se| se / (requirement.to - requirement.from).abs()),
        })
        .collect();
    let errors = model.part_errors(&requirements);
    let share = model.share(&requirements);
    let sides = Side::ALL.map(|side| model.unheld(&parts, |part| bank.parts[part].side == side));
    RoleFit {
        fit: unheld.map(|unheld| model.fit(unheld, &parts, &errors, share, &factors)),
        share,
        floors: role.floors.iter().map(|floor| hold(floor, &scores, sides)).collect(),
        without: (0..bank.parts.len())
            .map(|left_out| model.unheld(&parts, |part| part != left_out).map(held))
            .collect(),
        effects: model.effects(responses, &scores, &attainments, &factors, unheld),
        moves: model.moves(&attainments, &factors, unheld),
        judgement: model.judgement(&scores, &attainments, &factors),
        parts: parts
            .iter()
            .zip(errors)
            .enumerate()
            .map(|(part, (&attainment, standard_error))| PartScore {
                attainment,
                standard_error,
                n_asked: model.asked(part).count(),
            })
            .collect(),
        requirements,
        sides,
    }
}

/// Attainment of a requirement: (S − from)/(to − from), held between −1 and 1.
///
/// More than asked counts as met, not more. `to` under `from` turns the direction round.
#[must_use]
pub fn attainment(requirement: &Requirement, score: f64) -> f64 {
    ((score - requirement.from) / (requirement.to - requirement.from)).clamp(-1.0, 1.0)
}

/// What the person said matters, by scale: points/100 of the item that weighs it, 1 unanswered.
fn factors(bank: &Bank, responses: &Responses) -> Vec<f64> {
    let mut factors = vec![1.0; bank.scales.len()];
    for index in bank.form_items(responses.form()) {
        if let Some((scale, factor)) = factor(bank, responses, index) {
            factors[scale] = factor;
        }
    }
    factors
}

fn factor(bank: &Bank, responses: &Responses, index: usize) -> Option<(usize, f64)> {
    let Counts::Weighs(keyed) = &bank.items[index].counts else { return None };
    let points = bank.items[index].points(responses.answer(index)?);
    Some((keyed.scale, keyed.keying.key(points) / 100.0))
}

/// The fit as people see it, from the sum before it is held at 0.
fn held(unheld: f64) -> f64 {
    unheld.max(0.0)
}

fn hold(floor: &Floor, scores: &[Option<f64>], sides: [Option<f64>; 2]) -> FloorScore {
    let score = match floor.on {
        FloorOn::Scale(scale) => scores[scale],
        FloorOn::Side(Side::Demands) => sides[0],
        FloorOn::Side(Side::Supplies) => sides[1],
    };
    FloorScore { score, met: score.map(|score| score >= floor.at_least) }
}

/// The arithmetic from scale scores to the fit, for one role and one form.
struct Model<'a> {
    bank: &'a Bank,
    role: &'a Role,
    sheet: &'a Sheet,
}

impl Model<'_> {
    fn part_of(&self, requirement: &Requirement) -> usize {
        self.bank.scales[requirement.scale].part
    }

    /// A part's requirements whose scale this form asks, with their positions.
    fn asked(&self, part: usize) -> impl Iterator<Item = (usize, &Requirement)> {
        self.role.requirements.iter().enumerate().filter(move |(_, requirement)| {
            self.part_of(requirement) == part && self.sheet.n_items[requirement.scale] > 0
        })
    }

    fn attainments(&self, scores: &[Option<f64>]) -> Vec<Option<f64>> {
        let attain = |r: &Requirement| scores[r.scale].map(|score| attainment(r, score));
        self.role.requirements.iter().map(attain).collect()
    }

    /// P of each part: Σ wA/Σ w over its scored requirements.
    fn parts(&self, attainments: &[Option<f64>], factors: &[f64]) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0.0); self.bank.parts.len()];
        for (requirement, attainment) in self.role.requirements.iter().zip(attainments) {
            if let Some(attainment) = attainment {
                let weight = requirement.weight * factors[requirement.scale];
                let (weighted, weights) = &mut sums[self.part_of(requirement)];
                *weighted += weight * attainment;
                *weights += weight;
            }
        }
        sums.into_iter().map(|(weighted, weights)| (weights > 0.0).then(|| weighted / weights)).collect()
    }

    /// 100·Σ WP/Σ W over the parts that have a score and are wanted.
    fn unheld(&self, parts: &[Option<f64>], wanted: impl Fn(usize) -> bool) -> Option<f64> {
        self.weighed(parts, |index, weight| if wanted(index) { weight } else { 0.0 })
    }

    /// The same with other weights of the parts.
    fn weighed(&self, parts: &[Option<f64>], weight: impl Fn(usize, f64) -> f64) -> Option<f64> {
        let (mut weighted, mut weights) = (0.0, 0.0);
        for (index, part) in parts.iter().enumerate() {
            if let Some(attainment) = part {
                let weight = weight(index, self.bank.parts[index].weight);
                weighted += weight * attainment;
                weights += weight;
            }
        }
        (weights > 0.0).then(|| 100.0 * weighted / weights)
    }

    /// SE(P) = √(Σ w²SE(A)²)/Σ w of each part.
    fn part_errors(&self, requirements: &[Attained]) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0.0); self.bank.parts.len()];
        for requirement in requirements {
            if let Some(error) = requirement.standard_error {
                let (squares, weights) = &mut sums[self.bank.scales[requirement.scale].part];
                *squares += (requirement.weight * error).powi(2);
                *weights += requirement.weight;
            }
        }
        sums.into_iter()
            .map(|(squares, weights): (f64, f64)| (weights > 0.0).then(|| squares.sqrt() / weights))
            .collect()
    }

    /// ΣW·(Σw scored/Σw asked)/ΣW over the parts of which this form asks something.
    fn share(&self, requirements: &[Attained]) -> Option<f64> {
        let (mut scored_share, mut weights) = (0.0, 0.0);
        for (index, part) in self.bank.parts.iter().enumerate() {
            let (mut asked, mut scored) = (0.0, 0.0);
            for (position, _) in self.asked(index) {
                asked += requirements[position].weight;
                if requirements[position].attainment.is_some() {
                    scored += requirements[position].weight;
                }
            }
            if asked > 0.0 {
                scored_share += part.weight * scored / asked;
                weights += part.weight;
            }
        }
        (weights > 0.0).then(|| scored_share / weights)
    }

    fn fit(
        &self,
        unheld: f64,
        parts: &[Option<f64>],
        errors: &[Option<f64>],
        share: Option<f64>,
        factors: &[f64],
    ) -> Fit {
        let standard_error = self.standard_error(parts, errors);
        let score = held(unheld);
        let low = (score - Z_90 * standard_error).clamp(0.0, 100.0);
        let high = (score + Z_90 * standard_error).clamp(0.0, 100.0);
        let shifted = |steps: f64| self.shifted(steps, factors).map_or(score, held);
        let bands =
            if share.is_some_and(|share| share >= LEAST_SHARE) { self.bands(low, high) } else { Vec::new() };
        Fit { score, unheld, standard_error, low, high, modest: shifted(-0.25), bold: shifted(0.25), bands }
    }

    /// 100·√(Σ W²SE(P)²)/Σ W over the parts that have a score.
    fn standard_error(&self, parts: &[Option<f64>], errors: &[Option<f64>]) -> f64 {
        let (mut squares, mut weights) = (0.0, 0.0);
        for (part, error) in self.bank.parts.iter().zip(parts.iter().zip(errors)) {
            if let (part, (Some(_), Some(error))) = (part, error) {
                squares += (part.weight * error).powi(2);
                weights += part.weight;
            }
        }
        100.0 * squares.sqrt() / weights
    }

    /// The fit, before it is held, with every rating on a trait scale moved by some steps.
    fn shifted(&self, steps: f64, factors: &[f64]) -> Option<f64> {
        let scores: Vec<Option<f64>> = (0..self.bank.scales.len())
            .map(|scale| {
                let is_trait = self.bank.scales[scale].kind == ScaleKind::Trait;
                self.sheet.mean(scale, |mark| Some(shift(mark, if is_trait { steps } else { 0.0 })))
            })
            .collect();
        self.unheld(&self.parts(&self.attainments(&scores), factors), |_| true)
    }

    /// The bands that an interval touches.
    fn bands(&self, low: f64, high: f64) -> Vec<usize> {
        let bands = &self.bank.bands;
        (0..bands.len())
            .filter(|&index| high >= bands[index].from)
            .filter(|&index| bands.get(index + 1).is_none_or(|next| low < next.from))
            .collect()
    }

    fn effects(
        &self,
        responses: &Responses,
        scores: &[Option<f64>],
        attainments: &[Option<f64>],
        factors: &[f64],
        unheld: Option<f64>,
    ) -> Vec<Effect> {
        let mut attainments = attainments.to_vec();
        let mut factors = factors.to_vec();
        let mut effects = Vec::new();
        for index in self.bank.form_items(responses.form()) {
            if responses.answer(index).is_none() {
                continue;
            }
            let without = match &self.bank.items[index].counts {
                Counts::Nothing => unheld,
                Counts::Weighs(keyed) => {
                    let kept = std::mem::replace(&mut factors[keyed.scale], 1.0);
                    let without = self.unheld(&self.parts(&attainments, &factors), |_| true);
                    factors[keyed.scale] = kept;
                    without
                }
                Counts::Scales(keyed) => {
                    for keyed in keyed {
                        let others = |mark: &Mark| (mark.item != index).then_some(mark.points);
                        self.attain(keyed.scale, self.sheet.mean(keyed.scale, others), &mut attainments);
                    }
                    let without = self.unheld(&self.parts(&attainments, &factors), |_| true);
                    for keyed in keyed {
                        self.attain(keyed.scale, scores[keyed.scale], &mut attainments);
                    }
                    without
                }
            };
            let effect = unheld.zip(without).map(|(with, without)| with - without);
            effects.push(Effect { item: index, effect });
        }
        effects
    }

    /// The range of the fit over other judgements, one at a time.
    fn judgement(
        &self,
        scores: &[Option<f64>],
        attainments: &[Option<f64>],
        factors: &[f64],
    ) -> Option<(f64, f64)> {
        let parts = self.parts(attainments, factors);
        let mut fits = vec![held(self.unheld(&parts, |_| true)?)];
        for index in 0..self.bank.parts.len() {
            for factor in [0.5, 2.0] {
                let weight =
                    |other: usize, weight: f64| if other == index { weight * factor } else { weight };
                fits.extend(self.weighed(&parts, weight).map(held));
            }
        }
        let mut moved = attainments.to_vec();
        for (position, requirement) in self.role.requirements.iter().enumerate() {
            let (Some(score), kept) = (scores[requirement.scale], moved[position]) else { continue };
            for shift in [-5.0, 5.0] {
                let range = requirement.to + shift - requirement.from;
                if range * (requirement.to - requirement.from) > 0.0 {
                    moved[position] = Some(((score - requirement.from) / range).clamp(-1.0, 1.0));
                    fits.extend(self.unheld(&self.parts(&moved, factors), |_| true).map(held));
                }
            }
            moved[position] = kept;
        }
        let low = fits.iter().copied().fold(f64::INFINITY, f64::min);
        let high = fits.iter().copied().fold(0.0, f64::max);
        Some((low, high))
    }

    /// Sets the attainment of the requirement on one scale.
    fn attain(&self, scale: usize, score: Option<f64>, attainments: &mut [Option<f64>]) {
        for (requirement, slot) in self.role.requirements.iter().zip(attainments) {
            if requirement.scale == scale {
                *slot = score.map(|score| attainment(requirement, score));
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a gain is at most 200 points")]
    fn moves(&self, attainments: &[Option<f64>], factors: &[f64], unheld: Option<f64>) -> Vec<Move> {
        let Some(unheld) = unheld else { return Vec::new() };
        let mut attainments = attainments.to_vec();
        let mut moves = Vec::new();
        for position in 0..attainments.len() {
            let requirement = &self.role.requirements[position];
            if attainments[position].is_none() {
                continue;
            }
            let kept = attainments[position].replace(1.0);
            if let Some(met) = self.unheld(&self.parts(&attainments, factors), |_| true) {
                moves.push(Move { scale: requirement.scale, gain: met - unheld });
            }
            attainments[position] = kept;
        }
        // What differs by rounding alone is a tie, and ties keep the role's order.
        moves.sort_by_key(|change| std::cmp::Reverse((change.gain * 1e9).round() as i64));
        moves
    }
}

/// The points of a rating moved by some steps and held in 0 to 100; other answers stay.
fn shift(mark: &Mark, steps: f64) -> f64 {
    mark.step.map_or(mark.points, |step| (mark.points + steps * step).clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: f64, to: f64, score: f64, expect: f64) {
        let requirement = Requirement { scale: 0, from, to, weight: 1.0, why: None, elements: Vec::new() };
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
    fn more_than_asked_counts_as_met_and_less_than_nothing_is_held() {
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
