//! For one person: what each answer did to the fit, what would change it, and what it would be with
//! other judgements or bolder answers.

use super::fit::{Attained, RoleFit, attained, attainment, clamp_at_zero, range};
use super::plan::{OnScale, Plan, Sheet};
use super::{Scorer, Z_90, is_enough};
use crate::bank::{Bank, Role, ScaleKind};
use crate::session::Responses;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explanation {
    pub boldness: Option<Boldness>,
    /// The fit without each part of the bank in turn, 0 to 100.
    pub without: Vec<Option<f64>>,
    /// In the order of asking.
    pub effects: Vec<Effect>,
    /// The largest gain first.
    pub moves: Vec<Move>,
    /// The lowest and the highest fit if one of our judgements changes: a part's weight halved or
    /// doubled, or a requirement's `to` moved by five points.
    pub judgement: Option<(f64, f64)>,
}

/// The fit if every trait item had been answered a quarter of a step lower, or higher.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boldness {
    pub modest: f64,
    pub bold: f64,
    /// The lower of the two minus 1.645 standard errors, and the higher one plus 1.645 standard errors.
    pub outer: (f64, f64),
}

/// The raw fit minus the raw fit with one answer skipped. Missing when one of the two has no score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    pub item: usize,
    pub effect: Option<f64>,
}

/// The raw fit if one requirement were met, minus the raw fit. SE(gain) = gain/(1 − A)·SE(A).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    pub scale: usize,
    pub gain: f64,
    pub standard_error: f64,
}

impl Move {
    /// Whether a larger gain is at most 1.645·√(SE₁² + SE₂²) ahead of it: by chance alone.
    pub fn is_tied_with(&self, larger: &Move) -> bool {
        larger.gain - self.gain <= Z_90 * self.standard_error.hypot(larger.standard_error)
    }
}

pub fn explain(bank: &Bank, role: &Role, responses: &Responses) -> Explanation {
    let plan = Plan::new(bank, Some(role), responses.items());
    let mut sheet = Sheet::of(&plan, responses);
    let mut scorer = Scorer::new(&plan);
    let Some(found) = scorer.assess(&sheet).role.clone() else { return Explanation::default() };
    let raw = found.fit.as_ref().map(|fit| fit.raw);
    let fit = Explained { plan: &plan, found: &found };
    Explanation {
        boldness: fit.boldness(&sheet),
        without: (0..bank.parts.len()).map(|part| fit.weighed(part, 0.0)).collect(),
        effects: effects(&plan, &mut scorer, &mut sheet, raw),
        moves: raw.map(|raw| fit.moves(raw)).unwrap_or_default(),
        judgement: raw.map(|raw| fit.judgement(role, &mut scorer, &sheet, raw)),
    }
}

pub fn boldness(bank: &Bank, role: &Role, responses: &Responses) -> Option<Boldness> {
    let plan = Plan::new(bank, Some(role), responses.items());
    let sheet = Sheet::of(&plan, responses);
    let found = Scorer::new(&plan).assess(&sheet).role.clone()?;
    Explained { plan: &plan, found: &found }.boldness(&sheet)
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

/// A fit, to compute again with something changed.
struct Explained<'a> {
    plan: &'a Plan<'a>,
    found: &'a RoleFit,
}

impl Explained<'_> {
    /// The fit with one part's weight multiplied.
    fn weighed(&self, part: usize, by: f64) -> Option<f64> {
        let factor = |other: usize| if other == part { by } else { 1.0 };
        self.plan.whole(&self.found.parts, factor).map(|(raw, _)| clamp_at_zero(raw))
    }

    /// The raw fit with other attainments.
    fn raw(&self, attainment: impl Fn(usize, &Attained) -> Option<f64>) -> Option<f64> {
        let mut requirements = self.found.requirements.clone();
        for (at, attained) in requirements.iter_mut().enumerate() {
            attained.attainment = attainment(at, attained);
        }
        let mut parts = Vec::new();
        self.plan.parts(&requirements, &mut parts);
        self.plan.whole(&parts, |_| 1.0).map(|(raw, _)| raw)
    }

    fn boldness(&self, sheet: &Sheet) -> Option<Boldness> {
        let error = self.found.fit.as_ref()?.standard_error;
        let (modest, bold) = (self.shifted(sheet, -0.25)?, self.shifted(sheet, 0.25)?);
        let [low, high] = [modest.min(bold), modest.max(bold)].map(|end| range(end, error));
        Some(Boldness { modest, bold, outer: (low.0, high.1) })
    }

    /// The fit with every rating on a trait scale moved by some steps and clamped.
    fn shifted(&self, sheet: &Sheet, steps: f64) -> Option<f64> {
        let role = self.plan.role?;
        let shifted = |scale: usize| {
            let steps = if self.plan.scales[scale].kind == ScaleKind::Trait { steps } else { 0.0 };
            let points = |entry: &OnScale| {
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
        for (at, attained) in self.found.requirements.iter().enumerate() {
            let met =
                |other: usize, attained: &Attained| if other == at { Some(1.0) } else { attained.attainment };
            if let (Some(met), Some(is)) = (self.raw(met), attained.attainment) {
                let gain = met - raw;
                let slope = if is < 1.0 { gain / (1.0 - is) } else { 0.0 };
                let standard_error = slope * attained.standard_error.unwrap_or(0.0);
                moves.push(Move { scale: attained.scale, gain, standard_error });
            }
        }
        // Differences from rounding are ties, and ties keep the role's order.
        moves.sort_by_key(|change| std::cmp::Reverse((change.gain * 1e9).round() as i64));
        moves
    }

    /// The range of the fit over other judgements, one at a time.
    fn judgement(&self, role: &Role, scorer: &mut Scorer<'_>, sheet: &Sheet, raw: f64) -> (f64, f64) {
        let mut fits = vec![clamp_at_zero(raw)];
        for part in 0..self.found.parts.len() {
            fits.extend([0.5, 2.0].into_iter().filter_map(|by| self.weighed(part, by)));
        }
        let scales = &scorer.assess(sheet).scales;
        for (at, requirement) in role.requirements.iter().enumerate() {
            let Some(score) = scales[requirement.scale].score() else { continue };
            for shift in [-5.0, 5.0] {
                let (from, to) = (requirement.from, requirement.to + shift);
                if (to - from) * (requirement.to - from) > 0.0 {
                    let moved = attained(score, from, to);
                    let fit = self
                        .raw(|other, attained| if other == at { Some(moved) } else { attained.attainment });
                    fits.extend(fit.map(clamp_at_zero));
                }
            }
        }
        (fits.iter().copied().fold(f64::INFINITY, f64::min), fits.into_iter().fold(0.0, f64::max))
    }
}
