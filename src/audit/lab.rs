//! Sheets of one form of one bank, and what they come to.

use crate::bank::{Answer, Bank, Counts, Form, Item, ItemKind, Role, ScaleKind};
use crate::score::Z_90;
use crate::score::fit::attainment;
use crate::score::{Assessment, ScaleScore, assess};
use crate::session::Responses;

use super::respondent::{Chance, Population, Respondent};
use super::{
    AllSame, Flagged, FormAudit, Ideal, Plan, RandomFit, Recovery, ScaleRecovery, Truth, correlation,
    deviation, mean, rating,
};

/// One form of one bank, and what is needed to make sheets of it.
pub(super) struct Lab<'a> {
    pub(super) bank: &'a Bank,
    pub(super) role: Option<&'a Role>,
    pub(super) form: Form,
    pub(super) plan: Plan,
    /// The same people in every form.
    pub(super) population: &'a Population,
}

/// What one simulated respondent's sheet came to.
struct Trial {
    fit: Option<FitTrial>,
    /// Score and truth of the rated parts alone, before they are held at 0.
    rated: Option<(f64, f64)>,
    /// (score, truth, whether the interval holds it) of each scale but facts.
    scales: Vec<Option<(f64, f64, bool)>>,
    /// The person's own spread within scales.
    spread: f64,
    is_flagged: bool,
}

#[derive(Clone, Copy)]
struct FitTrial {
    score: f64,
    truth: f64,
    is_covered: bool,
    half_width: f64,
    has_true_band: bool,
    n_bands: usize,
}

/// Kinds of sheets, so that each has chance of its own.
#[derive(Clone, Copy)]
enum Phase {
    Honest,
    Extreme,
    Random,
    Shuffled,
}

impl Lab<'_> {
    pub(super) fn form(&self, tick: &mut dyn FnMut(usize)) -> (FormAudit, Vec<f64>) {
        let honest = self.each(tick, |lab, number| lab.trial(number, Phase::Honest));
        let extreme = self.each(tick, |lab, number| lab.trial(number, Phase::Extreme));
        let random = self.each(tick, Lab::random);
        let shuffled = self.each(tick, Lab::shuffled);
        let scores: Vec<f64> = honest.iter().filter_map(|trial| trial.fit.map(|fit| fit.score)).collect();
        let rated: Vec<(f64, f64)> = honest.iter().filter_map(|trial| trial.rated).collect();
        let same: Vec<bool> =
            self.same_sheets().iter().map(|(_, sheet)| is_flagged(&self.assess(sheet))).collect();
        let share = |flags: &mut dyn Iterator<Item = bool>| mean(flags.map(|flag| f64::from(u8::from(flag))));
        let audit = FormAudit {
            form: self.form,
            items: self
                .bank
                .form_items(self.form)
                .filter(|&i| self.bank.items[i].counts != Counts::Nothing)
                .count(),
            fit: self.recovery(&honest),
            rated: (!rated.is_empty()).then(|| {
                let (scores, truths): (Vec<f64>, Vec<f64>) = rated.into_iter().unzip();
                correlation(&scores, &truths)
            }),
            extreme: self.recovery(&extreme),
            scales: scale_recovery(&honest),
            random: self.random_fit(random.iter().filter_map(|(fit, _)| *fit).collect()),
            flagged: Flagged {
                random: share(&mut random.iter().map(|(_, flag)| *flag)),
                shuffled: share(&mut shuffled.into_iter()),
                honest: share(&mut honest.iter().map(|trial| trial.is_flagged)),
                all_same: share(&mut same.into_iter()),
            },
        };
        (audit, scores)
    }

    /// One value a sheet, in order; several threads share the work, and no value depends on which.
    fn each<T: Send>(&self, tick: &mut dyn FnMut(usize), make: impl Fn(&Self, usize) -> T + Sync) -> Vec<T> {
        const BLOCK: usize = 512;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut values = Vec::with_capacity(self.plan.sheets);
        for start in (0..self.plan.sheets).step_by(BLOCK) {
            let block: Vec<usize> = (start..self.plan.sheets.min(start + BLOCK)).collect();
            let make = &make;
            std::thread::scope(|scope| {
                let share = block.len().div_ceil(threads);
                let work = |numbers: &'_ [usize]| numbers.iter().map(|&number| make(self, number)).collect();
                let running: Vec<_> = block
                    .chunks(share)
                    .map(|numbers| scope.spawn(move || -> Vec<T> { work(numbers) }))
                    .collect();
                for thread in running {
                    values.extend(thread.join().expect("no sheet ends the program"));
                }
            });
            tick(block.len());
        }
        values
    }

    fn assess(&self, sheet: &Responses) -> Assessment {
        assess(self.bank, self.role, sheet)
    }

    /// A respondent's whole sheet. The same person answers an item alike in both forms.
    fn sheet(&self, person: &Respondent, number: usize) -> Responses {
        let mut sheet = Responses::new(self.bank, self.form);
        for (index, item) in self.bank.items.iter().enumerate() {
            let mut chance = Chance::new(self.plan.seed, 1 + index, number);
            let answer = person.answer(self.bank, item, &mut chance);
            if self.form.asks(item) {
                sheet.set(self.bank, index, answer).expect("an answer of the item's own");
            }
        }
        sheet
    }

    fn chance(&self, phase: Phase, number: usize) -> Chance {
        Chance::new(self.plan.seed, self.bank.items.len() + 1 + phase as usize, number)
    }

    fn trial(&self, number: usize, phase: Phase) -> Trial {
        let person = self.population.person(number);
        let mut sheet = self.sheet(&person, number);
        let truth = person.true_scores(self.bank, self.form, &sheet);
        if matches!(phase, Phase::Extreme) {
            self.push_to_ends(&mut sheet);
        }
        let assessment = self.assess(&sheet);
        let factors = factors(self.bank, &sheet);
        let all = |_: usize| true;
        let rated = |scale: usize| self.bank.scales[scale].kind != ScaleKind::Fact;
        let unheld = |scores: &[Option<f64>], wanted: &dyn Fn(usize) -> bool| {
            self.role.and_then(|role| unheld_fit(self.bank, role, scores, &factors, wanted))
        };
        let scores: Vec<Option<f64>> = assessment.scales.iter().map(ScaleScore::score).collect();
        let fit = assessment.role.as_ref().and_then(|role| role.fit.as_ref());
        let fit = fit.zip(unheld(&truth, &all)).map(|(fit, truth)| {
            let truth = truth.max(0.0);
            FitTrial {
                score: fit.score,
                truth,
                is_covered: (fit.low..=fit.high).contains(&truth),
                half_width: Z_90 * fit.standard_error,
                has_true_band: self.band(truth).is_some_and(|band| fit.bands.contains(&band)),
                n_bands: fit.bands.len(),
            }
        });
        let scales = assessment.scales.iter().zip(&truth).enumerate().map(|(index, (scale, truth))| {
            let (score, error) = scale.score().zip(scale.standard_error()).filter(|_| rated(index))?;
            Some((score, (*truth)?, (score - (*truth)?).abs() <= Z_90 * error))
        });
        Trial {
            fit,
            rated: unheld(&scores, &rated).zip(unheld(&truth, &rated)),
            scales: scales.collect(),
            spread: self.spread(&assessment),
            is_flagged: is_flagged(&assessment),
        }
    }

    /// The person's own spread, read back from a trait scale's standard error.
    fn spread(&self, assessment: &Assessment) -> f64 {
        let scales = assessment.scales.iter().zip(&self.bank.scales);
        let of = |(score, scale): (&ScaleScore, &crate::bank::Scale)| {
            let error = score.standard_error().filter(|_| scale.kind == ScaleKind::Trait)?;
            Some(error * (score.n_answered as f64).sqrt())
        };
        scales.into_iter().find_map(of).unwrap_or(0.0)
    }

    fn band(&self, fit: f64) -> Option<usize> {
        self.bank.bands.iter().rposition(|band| fit >= band.from)
    }

    /// Ratings above the middle become the highest, those below it the lowest.
    fn push_to_ends(&self, sheet: &mut Responses) {
        for index in self.bank.form_items(self.form) {
            if let (Some(format), Some(Answer::Rating(r))) =
                (self.bank.items[index].format(), sheet.answer(index))
            {
                let (r, k) = (usize::from(*r), format.labels.len());
                let pushed = match (2 * r).cmp(&(k + 1)) {
                    std::cmp::Ordering::Less => 1,
                    std::cmp::Ordering::Equal => r,
                    std::cmp::Ordering::Greater => k,
                };
                sheet.set(self.bank, index, rating(pushed)).expect("a label");
            }
        }
    }

    /// Ratings and choices at random, facts left out: the fit, and whether the sheet is flagged.
    fn random(&self, number: usize) -> (Option<f64>, bool) {
        let mut chance = self.chance(Phase::Random, number);
        let mut sheet = Responses::new(self.bank, self.form);
        for index in self.bank.form_items(self.form) {
            let item = &self.bank.items[index];
            let answer = match &item.kind {
                _ if is_fact(self.bank, item) => continue,
                ItemKind::Rating(format) => rating(1 + chance.under(format.labels.len())),
                ItemKind::Choice(options) => Answer::Choice(chance.under(options.len())),
                ItemKind::Checklist { .. } | ItemKind::Number(_) => continue,
            };
            sheet.set(self.bank, index, answer).expect("an answer of the item's own");
        }
        let assessment = self.assess(&sheet);
        let fit = assessment.role.as_ref().and_then(|role| role.fit.as_ref()).map(|fit| fit.score);
        (fit, is_flagged(&assessment))
    }

    /// A respondent's own ratings of trait scales in a random order within each response format.
    fn shuffled(&self, number: usize) -> bool {
        let mut chance = self.chance(Phase::Shuffled, number);
        let mut sheet = self.sheet(&self.population.person(number), number);
        let mut formats: Vec<(&str, Vec<usize>)> = Vec::new();
        for index in self.bank.form_items(self.form) {
            let item = &self.bank.items[index];
            let is_trait =
                item.own_scale().is_some_and(|own| self.bank.scales[own.scale].kind == ScaleKind::Trait);
            if let Some(format) = item.format().filter(|_| is_trait) {
                match formats.iter_mut().find(|(id, _)| *id == format.id) {
                    Some((_, items)) => items.push(index),
                    None => formats.push((&format.id, vec![index])),
                }
            }
        }
        for (_, items) in formats {
            let mut answers: Vec<Answer> =
                items.iter().filter_map(|&item| sheet.answer(item).cloned()).collect();
            chance.shuffle(&mut answers);
            for (item, answer) in items.into_iter().zip(answers) {
                sheet.set(self.bank, item, answer).expect("a label of the same format");
            }
        }
        is_flagged(&self.assess(&sheet))
    }

    /// One label throughout: lowest, middle, highest; choices and facts left out.
    fn same_sheets(&self) -> Vec<(&'static str, Responses)> {
        let sheet = |label: fn(usize) -> usize| {
            let mut sheet = Responses::new(self.bank, self.form);
            for index in self.bank.form_items(self.form) {
                let item = &self.bank.items[index];
                if let Some(format) = item.format().filter(|_| !is_fact(self.bank, item)) {
                    sheet.set(self.bank, index, rating(label(format.labels.len()))).expect("a label");
                }
            }
            sheet
        };
        vec![("lowest", sheet(|_| 1)), ("middle", sheet(|k| k.div_ceil(2))), ("highest", sheet(|k| k))]
    }

    pub(super) fn all_same(&self) -> Vec<AllSame> {
        let of = |(label, sheet): (&'static str, Responses)| {
            let assessment = self.assess(&sheet);
            let scores: Vec<(usize, f64)> = assessment
                .scales
                .iter()
                .enumerate()
                .filter(|(index, _)| self.bank.scales[*index].kind == ScaleKind::Trait)
                .filter_map(|(index, scale)| Some((index, scale.score()?)))
                .collect();
            let low = scores.iter().map(|(_, score)| *score).fold(f64::INFINITY, f64::min);
            let high = scores.iter().map(|(_, score)| *score).fold(f64::NEG_INFINITY, f64::max);
            let off = |score: f64| (score - 50.0).abs();
            let (worst, worst_score) = *scores.iter().max_by(|a, b| off(a.1).total_cmp(&off(b.1)))?;
            Some(AllSame {
                label,
                low,
                high,
                worst: self.bank.scales[worst].id.clone(),
                worst_score,
                fit: assessment.role.and_then(|role| role.fit).map(|fit| fit.raw),
            })
        };
        self.same_sheets().into_iter().filter_map(of).collect()
    }

    fn recovery(&self, trials: &[Trial]) -> Option<Recovery> {
        const STRONG: f64 = 60.0;
        let fits: Vec<(FitTrial, f64)> =
            trials.iter().filter_map(|trial| Some((trial.fit?, trial.spread))).collect();
        if fits.len() < 2 {
            return None;
        }
        let covered = |fits: &[&FitTrial]| mean(fits.iter().map(|fit| f64::from(u8::from(fit.is_covered))));
        let all: Vec<&FitTrial> = fits.iter().map(|(fit, _)| fit).collect();
        let strong: Vec<&FitTrial> = all.iter().copied().filter(|fit| fit.truth >= STRONG).collect();
        let mut by_spread: Vec<&(FitTrial, f64)> = fits.iter().collect();
        by_spread.sort_by(|a, b| a.1.total_cmp(&b.1));
        let uniform: Vec<&FitTrial> =
            by_spread[..(fits.len() / 10).max(1)].iter().map(|(fit, _)| fit).collect();
        let scores: Vec<f64> = all.iter().map(|fit| fit.score).collect();
        let truths: Vec<f64> = all.iter().map(|fit| fit.truth).collect();
        let has_bands = !self.bank.bands.is_empty();
        Some(Recovery {
            r: correlation(&scores, &truths),
            bias: mean(all.iter().map(|fit| fit.score - fit.truth)),
            coverage: covered(&all),
            coverage_strong: (!strong.is_empty()).then(|| covered(&strong)),
            strong: strong.len(),
            coverage_uniform: covered(&uniform),
            half_width: mean(all.iter().map(|fit| fit.half_width)),
            true_band_named: has_bands
                .then(|| mean(all.iter().map(|fit| f64::from(u8::from(fit.has_true_band))))),
            bands_named: has_bands.then(|| mean(all.iter().map(|fit| fit.n_bands as f64))),
            truth: Truth { mean: mean(truths.iter().copied()), sd: deviation(&truths) },
        })
    }

    fn random_fit(&self, mut fits: Vec<f64>) -> Option<RandomFit> {
        fits.sort_by(f64::total_cmp);
        let p95 = *fits.get((fits.len() * 95 / 100).min(fits.len().checked_sub(1)?))?;
        let in_lowest_band = self.band(p95).map(|band| band == 0);
        Some(RandomFit { mean: mean(fits.iter().copied()), p95, in_lowest_band })
    }
}

/// Median r over the scales, and the share of true scores inside score ± 1.645 standard errors.
fn scale_recovery(trials: &[Trial]) -> Option<ScaleRecovery> {
    let n_scales = trials.first()?.scales.len();
    let mut rs = Vec::new();
    let mut covered = Vec::new();
    for scale in 0..n_scales {
        let of: Vec<(f64, f64, bool)> = trials.iter().filter_map(|trial| trial.scales[scale]).collect();
        if of.len() > 1 {
            let scores: Vec<f64> = of.iter().map(|(score, ..)| *score).collect();
            let truths: Vec<f64> = of.iter().map(|(_, truth, _)| *truth).collect();
            rs.push(correlation(&scores, &truths));
            covered.push(mean(of.iter().map(|(.., covered)| f64::from(u8::from(*covered)))));
        }
    }
    rs.sort_by(f64::total_cmp);
    Some(ScaleRecovery { median_r: *rs.get(rs.len() / 2)?, coverage: mean(covered.iter().copied()) })
}

/// 100·Σ WP/Σ W, P = Σ wA/Σ w, over the wanted scales: written again from the method, so that the
/// audit does not trust the code that it looks at.
fn unheld_fit(
    bank: &Bank,
    role: &Role,
    scores: &[Option<f64>],
    factors: &[f64],
    wanted: &dyn Fn(usize) -> bool,
) -> Option<f64> {
    let (mut weighted, mut weights) = (0.0, 0.0);
    for (index, part) in bank.parts.iter().enumerate() {
        let (mut sum, mut weight) = (0.0, 0.0);
        for requirement in &role.requirements {
            let in_part = bank.scales[requirement.scale].part == index && wanted(requirement.scale);
            if let Some(score) = scores[requirement.scale].filter(|_| in_part) {
                let own = requirement.weight * factors[requirement.scale];
                sum += own * attainment(requirement, score);
                weight += own;
            }
        }
        if weight > 0.0 {
            weighted += part.weight * sum / weight;
            weights += part.weight;
        }
    }
    (weights > 0.0).then(|| 100.0 * weighted / weights)
}

/// What the person said matters, by scale. It is taken at their word, and so is no source of error.
fn factors(bank: &Bank, sheet: &Responses) -> Vec<f64> {
    let mut factors = vec![1.0; bank.scales.len()];
    for (index, item) in bank.items.iter().enumerate() {
        if let (Counts::Weighs(keyed), Some(answer)) = (&item.counts, sheet.answer(index)) {
            factors[keyed.scale] = keyed.keying.key(item.points(answer)) / 100.0;
        }
    }
    factors
}

/// Answers among which the best and the worst are.
fn answers(item: &Item) -> Vec<Answer> {
    match &item.kind {
        ItemKind::Rating(format) => (1..=format.labels.len()).map(rating).collect(),
        ItemKind::Choice(options) => (0..options.len()).map(Answer::Choice).collect(),
        ItemKind::Checklist { options, .. } => {
            vec![Answer::Checklist(Vec::new()), Answer::Checklist((0..options.len()).collect())]
        }
        ItemKind::Number(range) => {
            let knots = range.curve.iter().map(|(x, _)| range.nearest(*x));
            [range.min, range.max].into_iter().chain(knots).map(Answer::Number).collect()
        }
    }
}

fn is_fact(bank: &Bank, item: &Item) -> bool {
    item.own_scale().is_some_and(|own| bank.scales[own.scale].kind == ScaleKind::Fact)
}

fn is_flagged(assessment: &Assessment) -> bool {
    assessment.quality.verdict.is_flagged()
}

/// The fit when every item is answered as the role likes best, and worst.
pub(super) fn ideal(bank: &Bank, role: &Role) -> Option<Ideal> {
    let fit = |best: bool| {
        let mut sheet = Responses::new(bank, Form::Full);
        for index in bank.form_items(Form::Full) {
            let item = &bank.items[index];
            let liked = |points: f64| match &item.counts {
                Counts::Scales(keyed) => keyed
                    .iter()
                    .map(|keyed| {
                        let up = role
                            .requirements
                            .iter()
                            .find(|r| r.scale == keyed.scale)
                            .map_or(0.0, |r| r.to - r.from);
                        keyed.keying.key(points) * up.signum()
                    })
                    .sum(),
                Counts::Weighs(keyed) => keyed.keying.key(points) * if best { 1.0 } else { -1.0 },
                Counts::Nothing => 0.0,
            };
            let answers = answers(item);
            let value = |answer: &Answer| liked(item.points(answer));
            let by = |a: &&Answer, b: &&Answer| value(a).total_cmp(&value(b));
            let answer = if best { answers.iter().max_by(by) } else { answers.iter().min_by(by) };
            if let Some(answer) = answer {
                sheet.set(bank, index, answer.clone()).expect("an answer of the item's own");
            }
        }
        assess(bank, Some(role), &sheet).role.and_then(|role| role.fit).map(|fit| fit.raw)
    };
    Some(Ideal { best: fit(true)?, worst: fit(false)? })
}
