//! For one person: what each answer did to the fit, what would move it, and what other judgements or a
//! bolder way of answering would make of it.

use super::fit::{Attained, Fit, PartScore, attainment, clamp_at_zero};
use super::plan::{Entry, Plan, Sheet};
use super::{Scorer, Z_90, is_enough};
use crate::bank::{Bank, Role, ScaleKind};
use crate::session::Responses;

/// What is told of one fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explanation {
    /// The fit, had every trait item been answered a quarter of a step lower, 0 to 100.
    pub modest: Option<f64>,
    /// The same a quarter of a step higher.
    pub bold: Option<f64>,
    /// From 1.645 standard errors under the lower of the two to as much over the higher, on 0 to 100.
    pub outer: Option<(f64, f64)>,
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

/// What one answer did to the fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Index of the item.
    pub item: usize,
    /// The raw fit as it is, minus the raw fit with this answer skipped, in points. Nothing when one of
    /// the two cannot be scored.
    pub effect: Option<f64>,
}

/// What one requirement could still bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// Index of the scale.
    pub scale: usize,
    /// The raw fit if this requirement were met, minus the raw fit as it is, in points.
    pub gain: f64,
}

/// Explains one person's fit with a role.
#[must_use]
pub fn explain(bank: &Bank, role: &Role, responses: &Responses) -> Explanation {
    let plan = Plan::new(bank, Some(role), responses.items());
    let mut sheet = Sheet::of(&plan, responses);
    let mut scorer = Scorer::new(&plan);
    let Some(found) = scorer.assess(&sheet).role.clone() else { return Explanation::default() };
    let raw = found.fit.as_ref().map(|fit| fit.raw);
    let fit = Explained { plan: &plan, requirements: &found.requirements, parts: &found.parts };
    let (modest, bold) = (fit.shifted(&sheet, -0.25), fit.shifted(&sheet, 0.25));
    let outer = |(fit, (modest, bold)): (&Fit, (f64, f64))| {
        let half = Z_90 * fit.standard_error;
        ((modest.min(bold) - half).clamp(0.0, 100.0), (modest.max(bold) + half).clamp(0.0, 100.0))
    };
    Explanation {
        modest,
        bold,
        outer: found.fit.as_ref().zip(modest.zip(bold)).map(outer),
        without: (0..bank.parts.len()).map(|part| fit.weighed(part, 0.0)).collect(),
        effects: effects(&plan, &mut scorer, &mut sheet, raw),
        moves: raw.map(|raw| fit.moves(raw)).unwrap_or_default(),
        judgement: raw.map(|raw| fit.judgement(role, &mut scorer, &sheet, raw)),
    }
}

/// Takes one answer away at a time, and scores the rest.
fn effects(plan: &Plan<'_>, scorer: &mut Scorer<'_>, sheet: &mut Sheet, raw: Option<f64>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (slot, &item) in plan.items.iter().enumerate() {
        let code = std::mem::take(&mut sheet.codes[slot]);
        if code != 0 {
            let fit = scorer.assess(sheet).role.as_ref().and_then(|role| role.fit.as_ref());
            effects.push(Effect { item, effect: raw.zip(fit).map(|(raw, without)| raw - without.raw) });
            sheet.codes[slot] = code;
        }
    }
    effects
}

/// A fit that is looked at with something changed.
struct Explained<'a> {
    plan: &'a Plan<'a>,
    requirements: &'a [Attained],
    parts: &'a [PartScore],
}

impl Explained<'_> {
    /// The fit with one part's weight multiplied.
    fn weighed(&self, part: usize, by: f64) -> Option<f64> {
        let factor = |other: usize| if other == part { by } else { 1.0 };
        self.plan.whole(self.parts, factor).map(|(raw, _)| clamp_at_zero(raw))
    }

    /// The raw fit with other attainments; nothing where there was none.
    fn raw(&self, attainment: impl Fn(usize, &Attained) -> Option<f64>) -> Option<f64> {
        let change = |(at, attained): (usize, &Attained)| Attained {
            attainment: attainment(at, attained),
            ..*attained
        };
        let requirements: Vec<Attained> = self.requirements.iter().enumerate().map(change).collect();
        let mut parts = Vec::new();
        self.plan.parts(&requirements, &mut parts);
        self.plan.whole(&parts, |_| 1.0).map(|(raw, _)| raw)
    }

    /// The fit with every rating on a trait scale moved by some steps and clamped.
    fn shifted(&self, sheet: &Sheet, steps: f64) -> Option<f64> {
        let role = self.plan.role?;
        let shifted = |scale: usize| {
            let steps = if self.plan.scales[scale].kind == ScaleKind::Trait { steps } else { 0.0 };
            let points = |entry: &Entry| {
                let points = sheet.points(entry)?;
                Some(entry.top.map_or(points, |top| (points + steps * 100.0 / top).clamp(0.0, 100.0)))
            };
            let points: Vec<f64> = self.plan.scales[scale].entries.iter().filter_map(points).collect();
            is_enough(points.len(), &self.plan.scales[scale])
                .then(|| points.iter().sum::<f64>() / points.len() as f64)
        };
        let raw = self.raw(|at, attained| {
            shifted(attained.scale).map(|score| attainment(&role.requirements[at], score))
        });
        raw.map(clamp_at_zero)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a gain is at most 200 points")]
    fn moves(&self, raw: f64) -> Vec<Move> {
        let mut moves = Vec::new();
        for (at, attained) in self.requirements.iter().enumerate() {
            let met =
                |other: usize, attained: &Attained| if other == at { Some(1.0) } else { attained.attainment };
            if let Some(met) = self.raw(met).filter(|_| attained.attainment.is_some()) {
                moves.push(Move { scale: attained.scale, gain: met - raw });
            }
        }
        // What differs by rounding alone is a tie, and ties keep the role's order.
        moves.sort_by_key(|change| std::cmp::Reverse((change.gain * 1e9).round() as i64));
        moves
    }

    /// The range of the fit over other judgements, one at a time.
    fn judgement(&self, role: &Role, scorer: &mut Scorer<'_>, sheet: &Sheet, raw: f64) -> (f64, f64) {
        let mut fits = vec![clamp_at_zero(raw)];
        for part in 0..self.parts.len() {
            fits.extend([0.5, 2.0].into_iter().filter_map(|by| self.weighed(part, by)));
        }
        let scales = &scorer.assess(sheet).scales;
        for (at, requirement) in role.requirements.iter().enumerate() {
            let Some(score) = scales[requirement.scale].score() else { continue };
            for shift in [-5.0, 5.0] {
                let range = requirement.to + shift - requirement.from;
                if range * (requirement.to - requirement.from) > 0.0 {
                    let moved = ((score - requirement.from) / range).clamp(-1.0, 1.0);
                    let fit = self
                        .raw(|other, attained| if other == at { Some(moved) } else { attained.attainment });
                    fits.extend(fit.map(clamp_at_zero));
                }
            }
        }
        let low = fits.iter().copied().fold(f64::INFINITY, f64::min);
        let high = fits.iter().copied().fold(0.0, f64::max);
        (low, high)
    }
}
