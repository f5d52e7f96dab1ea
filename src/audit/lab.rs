//! Makes and scores the sheets for one form of a bank.

use crate::bank::{Answer, Band, Bank, Counts, Form, Item, ItemKind, Keyed, Role, ScaleKind};
use crate::score::explain::boldness;
use crate::score::fit::{Fit, FloorStatus, RoleFit, fit_of};
use crate::score::{Assessment, ScaleScore, assess, margin};
use crate::session::Responses;

use super::respondent::{Population, SimulatedPerson, chance};
use super::{
    AllSame, BandBias, Flagged, FormAudit, Ideal, RandomFit, Recovery, ScaleRecovery, Setup, Truth,
    correlation, deviation, mean, rating, share_of,
};

/// One form of a bank, and what is needed to make sheets for it.
pub(super) struct Lab<'a> {
    pub(super) bank: &'a Bank,
    pub(super) role: Option<&'a Role>,
    pub(super) form: Form,
    pub(super) setup: Setup,
    /// The same people in every form.
    pub(super) population: &'a Population,
}

/// The findings on one simulated respondent's sheet.
struct Trial {
    fit: Option<FitTrial>,
    /// Raw score and raw true score without facts.
    rated: Option<(f64, f64)>,
    /// For a person with true scores above every minimum: whether the report still warns about one.
    fired: Option<bool>,
    /// Score, true score and standard error of each scale, except facts.
    scales: Vec<Option<[f64; 3]>>,
    is_flagged: bool,
}

struct FitTrial {
    fit: Fit,
    truth: f64,
    /// The wider range, for how boldly the person rates.
    outer: (f64, f64),
    /// The person's own spread within scales.
    spread: f64,
}

impl FitTrial {
    fn is_covered(&self) -> bool {
        (self.fit.low..=self.fit.high).contains(&self.truth)
    }
}

/// The streams of random numbers after those of the items.
const RANDOM: usize = 3;
const SHUFFLED: usize = 4;

impl Lab<'_> {
    pub(super) fn form(&self, tick: &mut dyn FnMut(usize)) -> (FormAudit, Vec<f64>) {
        let honest = self.each(tick, |number| self.trial(number, false));
        let extreme = self.each(tick, |number| self.trial(number, true));
        let random = self.each(tick, |number| self.random(number));
        let shuffled = self.each(tick, |number| self.shuffled(number));
        let scores =
            honest.iter().filter_map(|trial| trial.fit.as_ref()).map(|trial| trial.fit.score).collect();
        let rated: (Vec<f64>, Vec<f64>) = honest.iter().filter_map(|trial| trial.rated).unzip();
        let fired: Vec<bool> = honest.iter().filter_map(|trial| trial.fired).collect();
        let same = self.same_sheets().map(|(_, sheet)| self.assess(&sheet).quality.verdict.is_flagged());
        let is_scored = |item: &usize| self.bank.items[*item].counts != Counts::Nothing;
        let audit = FormAudit {
            form: self.form,
            items: self.bank.form_items(self.form).filter(is_scored).count(),
            fit: self.recovery(&honest),
            rated: correlation(&rated.0, &rated.1),
            extreme: self.recovery(&extreme),
            scales: scale_recovery(&honest),
            random: self.random_fit(random.iter().filter_map(|(fit, _)| *fit).collect()),
            minimums_fired: (!fired.is_empty()).then(|| share_of(fired.into_iter())),
            exactly_met: self.exactly_met(),
            flagged: Flagged {
                random: share_of(random.iter().map(|(_, flag)| *flag)),
                shuffled: share_of(shuffled.into_iter()),
                honest: share_of(honest.iter().map(|trial| trial.is_flagged)),
                all_same: share_of(same.into_iter()),
            },
        };
        (audit, scores)
    }

    /// One value per sheet, in order. Several threads share the work; no value depends on the thread.
    fn each<T: Send>(&self, tick: &mut dyn FnMut(usize), make: impl Fn(usize) -> T + Sync) -> Vec<T> {
        const BLOCK: usize = 512;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut values = Vec::with_capacity(self.setup.sheets);
        for start in (0..self.setup.sheets).step_by(BLOCK) {
            let block: Vec<usize> = (start..self.setup.sheets.min(start + BLOCK)).collect();
            let work = |numbers: &[usize]| numbers.iter().map(|&number| make(number)).collect::<Vec<T>>();
            std::thread::scope(|scope| {
                let numbers = block.chunks(block.len().div_ceil(threads));
                let running: Vec<_> = numbers.map(|numbers| scope.spawn(|| work(numbers))).collect();
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
    fn sheet(&self, person: &SimulatedPerson, number: usize) -> Responses {
        answered(self.bank, self.form, |index, item| {
            let mut chance = chance(self.setup.seed, 1 + index, number);
            Some(person.answer(self.bank, item, &mut chance))
        })
    }

    /// `is_extreme`: all ratings are at the ends of the labels.
    fn trial(&self, number: usize, is_extreme: bool) -> Trial {
        let person = self.population.person(number);
        let mut sheet = self.sheet(&person, number);
        let truth = person.true_scores(self.bank, self.form, &sheet);
        if is_extreme {
            sheet = answered(self.bank, self.form, |index, item| Some(to_end(item, sheet.answer(index)?)));
        }
        let found = self.assess(&sheet);
        let fit_with = |scores: &[ScaleScore]| Some(fit_of(self.bank, self.role?, &sheet, scores));
        let without_facts = |scores: &[ScaleScore]| {
            let mut scores = scores.to_vec();
            for (score, scale) in scores.iter_mut().zip(&self.bank.scales) {
                score.scored = score.scored.filter(|_| scale.kind != ScaleKind::Fact);
            }
            scores
        };
        let (scores, true_scores) = (without_facts(&found.scales), without_facts(&truth));
        let raw = |scores: &[ScaleScore]| fit_with(scores)?.fit.map(|fit| fit.raw);
        let true_fit = fit_with(&truth);
        let fit = || {
            let outer = boldness(self.bank, self.role?, &sheet)?.outer;
            let (fit, truth) = (found.role.as_ref()?.fit.clone()?, true_fit.as_ref()?.fit.as_ref()?.score);
            Some(FitTrial { fit, truth, outer, spread: found.spread })
        };
        let scale = |(found, truth): (&ScaleScore, &ScaleScore)| {
            let (score, error) = found.scored?;
            Some([score, truth.score()?, error])
        };
        Trial {
            fit: fit(),
            rated: raw(&scores).zip(raw(&true_scores)),
            fired: true_fit.as_ref().zip(found.role.as_ref()).and_then(fired),
            scales: scores.iter().zip(&true_scores).map(scale).collect(),
            is_flagged: found.quality.verdict.is_flagged(),
        }
    }

    fn band(&self, fit: f64) -> Option<usize> {
        self.bank.bands.iter().rposition(|band| fit >= band.from)
    }

    /// Mean score of people whose true scores exactly meet every requirement, including facts.
    fn exactly_met(&self) -> Option<f64> {
        let role = self.role?;
        let mut wanted = vec![50.0; self.bank.scales.len()];
        for requirement in &role.requirements {
            wanted[requirement.scale] = requirement.to;
        }
        let person = self.population.person_with(self.bank, self.form, &wanted);
        let fits = self.each(&mut |_| {}, |number| {
            let sheet = self.sheet(&person, number);
            let mut scales = self.assess(&sheet).scales;
            for ((found, scale), &score) in scales.iter_mut().zip(&self.bank.scales).zip(&wanted) {
                if scale.kind == ScaleKind::Fact && found.n_items > 0 {
                    found.scored = Some((score, 0.0));
                }
            }
            fit_of(self.bank, role, &sheet, &scales).fit.map(|fit| fit.score)
        });
        (!fits.is_empty() && fits.iter().all(Option::is_some)).then(|| mean(fits.into_iter().flatten()))
    }

    /// Random ratings and choices without facts: the score, and whether the sheet gets a warning.
    fn random(&self, number: usize) -> (Option<f64>, bool) {
        let mut chance = chance(self.setup.seed, self.bank.items.len() + RANDOM, number);
        let sheet = answered(self.bank, self.form, |_, item| match &item.kind {
            _ if is_fact(self.bank, item) => None,
            ItemKind::Rating(format) => Some(rating(1 + chance.usize(..format.labels.len()))),
            ItemKind::Choice(options) => Some(Answer::Choice(chance.usize(..options.len()))),
            ItemKind::Checklist { .. } | ItemKind::Number(_) => None,
        });
        let found = self.assess(&sheet);
        let fit = found.role.and_then(|role| role.fit);
        (fit.map(|fit| fit.score), found.quality.verdict.is_flagged())
    }

    /// A respondent's own ratings of trait scales in a random order within each response format.
    fn shuffled(&self, number: usize) -> bool {
        let mut chance = chance(self.setup.seed, self.bank.items.len() + SHUFFLED, number);
        let mut sheet = self.sheet(&self.population.person(number), number);
        let mut formats: Vec<(&str, Vec<usize>)> = Vec::new();
        for index in self.bank.form_items(self.form) {
            let item = &self.bank.items[index];
            let is_trait = self.bank.own_kind(item) == Some(ScaleKind::Trait);
            if let Some(format) = item.format().filter(|_| is_trait) {
                match formats.iter_mut().find(|(id, _)| *id == format.id) {
                    Some((_, items)) => items.push(index),
                    None => formats.push((&format.id, vec![index])),
                }
            }
        }
        for (_, items) in formats {
            let answers = items.iter().filter_map(|&item| sheet.answer(item).cloned());
            let mut answers: Vec<Answer> = answers.collect();
            chance.shuffle(&mut answers);
            for (item, answer) in items.into_iter().zip(answers) {
                sheet.set(self.bank, item, answer).expect("a label of the same format");
            }
        }
        self.assess(&sheet).quality.verdict.is_flagged()
    }

    fn same_sheets(&self) -> [(&'static str, Responses); 3] {
        let sheet = |label| one_label(self.bank, self.form, label);
        [("lowest", sheet(|_| 1)), ("middle", sheet(|k| k.div_ceil(2))), ("highest", sheet(|k| k))]
    }

    pub(super) fn all_same(&self) -> Vec<AllSame> {
        let of = |(label, sheet): (&'static str, Responses)| {
            let found = self.assess(&sheet);
            let scores = self.bank.traits().filter_map(|scale| Some((scale, found.scales[scale].score()?)));
            let scores: Vec<(usize, f64)> = scores.collect();
            let off = |score: f64| (score - 50.0).abs();
            let (worst, worst_score) = *scores.iter().max_by(|a, b| off(a.1).total_cmp(&off(b.1)))?;
            let points = || scores.iter().map(|(_, score)| *score);
            Some(AllSame {
                label,
                low: points().min_by(f64::total_cmp)?,
                high: points().max_by(f64::total_cmp)?,
                worst: self.bank.scales[worst].id.clone(),
                worst_score,
                fit: found.role.and_then(|role| role.fit).map(|fit| fit.raw),
            })
        };
        self.same_sheets().into_iter().filter_map(of).collect()
    }

    fn recovery(&self, trials: &[Trial]) -> Option<Recovery> {
        const STRONG: f64 = 60.0;
        let all: Vec<&FitTrial> = trials.iter().filter_map(|trial| trial.fit.as_ref()).collect();
        if all.len() < 2 {
            return None;
        }
        let [scores, truths] = [|one: &FitTrial| one.fit.score, |one: &FitTrial| one.truth]
            .map(|value| all.iter().map(|one| value(one)).collect::<Vec<f64>>());
        let bias = |some: &[&FitTrial]| mean(some.iter().map(|one| one.fit.score - one.truth));
        let coverage = |some: &[&FitTrial]| share_of(some.iter().map(|one| one.is_covered()));
        let of_band = |(band, entry): (usize, &Band)| {
            let mut own = all.clone();
            own.retain(|one| self.band(one.truth) == Some(band));
            BandBias { band: entry.id.clone(), n: own.len(), bias: bias(&own) }
        };
        let mut strong = all.clone();
        strong.retain(|one| one.truth >= STRONG);
        let mut uniform = all.clone();
        uniform.sort_by(|a, b| a.spread.total_cmp(&b.spread));
        uniform.truncate((all.len() / 10).max(1));
        let is_outer = |one: &&FitTrial| (one.outer.0..=one.outer.1).contains(&one.truth);
        let is_named =
            |one: &&FitTrial| self.band(one.truth).is_some_and(|band| one.fit.bands.contains(&band));
        let has_bands = !self.bank.bands.is_empty();
        Some(Recovery {
            r: correlation(&scores, &truths)?,
            bias: bias(&all),
            bias_by_band: self.bank.bands.iter().enumerate().map(of_band).collect(),
            coverage: coverage(&all),
            coverage_strong: (!strong.is_empty()).then(|| coverage(&strong)),
            strong: strong.len(),
            coverage_uniform: coverage(&uniform),
            coverage_outer: share_of(all.iter().map(is_outer)),
            half_width: mean(all.iter().map(|one| margin(one.fit.standard_error))),
            true_band_named: has_bands.then(|| share_of(all.iter().map(is_named))),
            bands_named: has_bands.then(|| mean(all.iter().map(|one| one.fit.bands.len() as f64))),
            truth: Truth { mean: mean(truths.iter().copied()), sd: deviation(&truths) },
        })
    }

    fn random_fit(&self, mut fits: Vec<f64>) -> Option<RandomFit> {
        fits.sort_by(f64::total_cmp);
        let p95 = *fits.get(fits.len() * 95 / 100)?;
        let band = self.band(p95);
        Some(RandomFit { mean: mean(fits.into_iter()), p95, in_lowest_band: band.map(|at| at == 0), band })
    }
}

/// Median r over the scales, and the share of true scores inside score ± 1.645 standard errors.
fn scale_recovery(trials: &[Trial]) -> Option<ScaleRecovery> {
    let (mut rs, mut covered, mut widths) = (Vec::new(), Vec::new(), Vec::new());
    for scale in 0..trials.first()?.scales.len() {
        let of: Vec<[f64; 3]> = trials.iter().filter_map(|trial| trial.scales[scale]).collect();
        let [scores, truths] = [0, 1].map(|at: usize| of.iter().map(|one| one[at]).collect::<Vec<f64>>());
        if let Some(r) = correlation(&scores, &truths) {
            rs.push(r);
            covered.push(share_of(of.iter().map(|[score, truth, se]| (score - truth).abs() <= margin(*se))));
            widths.push(mean(of.iter().map(|[.., se]| margin(*se))));
        }
    }
    rs.sort_by(f64::total_cmp);
    Some(ScaleRecovery {
        median_r: *rs.get(rs.len() / 2)?,
        coverage: mean(covered.into_iter()),
        half_width: mean(widths.into_iter()),
    })
}

/// Whether a person with true scores above every minimum gets a warning.
fn fired((truth, found): (&RoleFit, &RoleFit)) -> Option<bool> {
    let mut above = truth.floors.iter().filter_map(|floor| floor.status).peekable();
    let is_above = above.peek().is_some() && above.all(|status| status == FloorStatus::Met);
    is_above.then(|| found.floors.iter().any(|floor| floor.status == Some(FloorStatus::Unmet)))
}

/// A rating above the middle becomes the highest, one below it the lowest.
fn to_end(item: &Item, answer: &Answer) -> Answer {
    match (item.format().map(|format| format.labels.len()), answer) {
        (Some(k), Answer::Rating(r)) if 2 * usize::from(*r) < k + 1 => rating(1),
        (Some(k), Answer::Rating(r)) if 2 * usize::from(*r) > k + 1 => rating(k),
        _ => answer.clone(),
    }
}

fn is_fact(bank: &Bank, item: &Item) -> bool {
    bank.own_kind(item) == Some(ScaleKind::Fact)
}

fn answered(bank: &Bank, form: Form, mut answer: impl FnMut(usize, &Item) -> Option<Answer>) -> Responses {
    let mut sheet = Responses::new(bank, form);
    for index in bank.form_items(form) {
        if let Some(answer) = answer(index, &bank.items[index]) {
            sheet.set(bank, index, answer).expect("an answer of the item's own");
        }
    }
    sheet
}

/// A sheet with one label throughout, without choices and facts. `label` chooses it from their number.
pub(super) fn one_label(bank: &Bank, form: Form, label: fn(usize) -> usize) -> Responses {
    answered(bank, form, |_, item| {
        let format = item.format().filter(|_| !is_fact(bank, item));
        format.map(|format| rating(label(format.labels.len())))
    })
}

/// The best or the worst possible answers, if each scale should be high (1) or low (-1), or does not matter (0).
fn extreme(bank: &Bank, form: Form, direction: impl Fn(usize) -> f64, best: bool) -> Responses {
    answered(bank, form, |_, item| {
        let keyed = |one: &Keyed, answer: &Answer| one.keying.key(item.points(answer));
        let liked = |answer: &Answer| match &item.counts {
            Counts::Scales(on) => on.iter().map(|one| keyed(one, answer) * direction(one.scale)).sum(),
            Counts::Weighs(one) => keyed(one, answer) * if best { 1.0 } else { -1.0 },
            Counts::Nothing => 0.0,
        };
        let answers = item.answers().into_iter();
        let by = |a: &Answer, b: &Answer| liked(a).total_cmp(&liked(b));
        if best { answers.max_by(by) } else { answers.min_by(by) }
    })
}

/// The lowest and the highest possible score on a scale in a form.
pub(super) fn reach(bank: &Bank, form: Form, scale: usize) -> Option<(f64, f64)> {
    let is_on = |index: usize| bank.items[index].scales().iter().any(|keyed| keyed.scale == scale);
    let score = |best: bool| {
        let direction = |other: usize| if other == scale { 1.0 } else { 0.0 };
        let sheet = extreme(bank, form, direction, best).among(is_on);
        assess(bank, None, &sheet).scales[scale].score()
    };
    Some((score(false)?, score(true)?))
}

/// The raw scores of the best and the worst possible answers.
pub(super) fn ideal(bank: &Bank, role: &Role) -> Option<Ideal> {
    let direction = |scale: usize| {
        let required = role.requirements.iter().find(|one| one.scale == scale);
        required.map_or(0.0, |one| (one.to - one.from).signum())
    };
    let fit = |best: bool| {
        let found = assess(bank, Some(role), &extreme(bank, Form::Full, direction, best));
        found.role.and_then(|role| role.fit).map(|fit| fit.raw)
    };
    Some(Ideal { best: fit(true)?, worst: fit(false)? })
}
