//! Makes and scores the sheets for one form of a bank.

use crate::bank::{Answer, Band, Bank, Counts, Form, Item, ItemKind, Keyed, Role, ScaleKind};
use crate::score::explain::boldness;
use crate::score::fit::{FloorStatus, RoleFit, fit_of};
use crate::score::{Assessment, ScaleScore, Z_90, assess};
use crate::session::Responses;

use super::respondent::{Chance, Population, Respondent};
use super::{
    AllSame, BandBias, Flagged, FormAudit, Ideal, Plan, RandomFit, Recovery, ScaleRecovery, Truth,
    correlation, deviation, mean, rating, share_of,
};

/// One form of a bank, and what is needed to make sheets for it.
pub(super) struct Lab<'a> {
    pub(super) bank: &'a Bank,
    pub(super) role: Option<&'a Role>,
    pub(super) form: Form,
    pub(super) plan: Plan,
    /// The same people in every form.
    pub(super) population: &'a Population,
}

/// What came of one simulated respondent's sheet.
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

#[derive(Clone, Copy)]
struct FitTrial {
    score: f64,
    truth: f64,
    is_covered: bool,
    is_covered_outer: bool,
    half_width: f64,
    true_band: Option<usize>,
    has_true_band: bool,
    n_bands: usize,
    /// The person's own spread within scales.
    spread: f64,
}

/// Kinds of sheets. Each kind has its own random numbers.
#[derive(Clone, Copy)]
enum Phase {
    Honest,
    Extreme,
    Random,
    Shuffled,
}

impl Lab<'_> {
    pub(super) fn form(&self, tick: &mut dyn FnMut(usize)) -> (FormAudit, Vec<f64>) {
        let honest = self.each(tick, |number| self.trial(number, Phase::Honest));
        let extreme = self.each(tick, |number| self.trial(number, Phase::Extreme));
        let random = self.each(tick, |number| self.random(number));
        let shuffled = self.each(tick, |number| self.shuffled(number));
        let scores = honest.iter().filter_map(|trial| trial.fit.map(|fit| fit.score)).collect();
        let rated: (Vec<f64>, Vec<f64>) = honest.iter().filter_map(|trial| trial.rated).unzip();
        let fired: Vec<bool> = honest.iter().filter_map(|trial| trial.fired).collect();
        let same = self.same_sheets().into_iter().map(|(_, sheet)| is_flagged(&self.assess(&sheet)));
        let is_scored = |item: &usize| self.bank.items[*item].counts != Counts::Nothing;
        let audit = FormAudit {
            form: self.form,
            items: self.bank.form_items(self.form).filter(is_scored).count(),
            fit: self.recovery(&honest),
            rated: (!rated.0.is_empty()).then(|| correlation(&rated.0, &rated.1)),
            extreme: self.recovery(&extreme),
            scales: scale_recovery(&honest),
            random: self.random_fit(random.iter().filter_map(|(fit, _)| *fit).collect()),
            minimums_fired: (!fired.is_empty()).then(|| share_of(fired.into_iter())),
            exactly_met: self.exactly_met(),
            flagged: Flagged {
                random: share_of(random.iter().map(|(_, flag)| *flag)),
                shuffled: share_of(shuffled.into_iter()),
                honest: share_of(honest.iter().map(|trial| trial.is_flagged)),
                all_same: share_of(same),
            },
        };
        (audit, scores)
    }

    /// One value per sheet, in order. Several threads share the work; no value depends on the thread.
    fn each<T: Send>(&self, tick: &mut dyn FnMut(usize), make: impl Fn(usize) -> T + Sync) -> Vec<T> {
        const BLOCK: usize = 512;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut values = Vec::with_capacity(self.plan.sheets);
        for start in (0..self.plan.sheets).step_by(BLOCK) {
            let block: Vec<usize> = (start..self.plan.sheets.min(start + BLOCK)).collect();
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
    fn sheet(&self, person: &Respondent, number: usize) -> Responses {
        self.answered(|index, item| {
            let mut chance = Chance::new(self.plan.seed, 1 + index, number);
            Some(person.answer(self.bank, item, &mut chance))
        })
    }

    fn answered(&self, mut answer: impl FnMut(usize, &Item) -> Option<Answer>) -> Responses {
        let mut sheet = Responses::new(self.bank, self.form);
        for index in self.bank.form_items(self.form) {
            if let Some(answer) = answer(index, &self.bank.items[index]) {
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
            sheet = self.answered(|index, item| Some(to_end(item, sheet.answer(index)?)));
        }
        let found = self.assess(&sheet);
        let fit_with = |scores: &[ScaleScore]| Some(fit_of(self.bank, self.role?, &sheet, scores));
        let rated = |scores: &[ScaleScore]| {
            let rated = scores.iter().zip(&self.bank.scales).map(|(score, scale)| ScaleScore {
                scored: score.scored.filter(|_| scale.kind != ScaleKind::Fact),
                ..*score
            });
            fit_with(&rated.collect::<Vec<_>>())?.fit.map(|fit| fit.raw)
        };
        let true_fit = fit_with(&truth);
        let scales = found.scales.iter().zip(&truth).zip(&self.bank.scales).map(|((found, truth), scale)| {
            let (score, error) = found.scored.filter(|_| scale.kind != ScaleKind::Fact)?;
            Some([score, truth.score()?, error])
        });
        Trial {
            fit: true_fit.as_ref().and_then(|truth| self.fit_trial(&sheet, &found, truth)),
            rated: rated(&found.scales).zip(rated(&truth)),
            fired: true_fit.as_ref().zip(found.role.as_ref()).and_then(fired),
            scales: scales.collect(),
            is_flagged: is_flagged(&found),
        }
    }

    fn fit_trial(&self, sheet: &Responses, found: &Assessment, truth: &RoleFit) -> Option<FitTrial> {
        let fit = found.role.as_ref()?.fit.as_ref()?;
        let truth = truth.fit.as_ref()?.score;
        let (low, high) = boldness(self.bank, self.role?, sheet)?.outer;
        let true_band = self.band(truth);
        Some(FitTrial {
            score: fit.score,
            truth,
            is_covered: (fit.low..=fit.high).contains(&truth),
            is_covered_outer: (low..=high).contains(&truth),
            half_width: Z_90 * fit.standard_error,
            true_band,
            has_true_band: true_band.is_some_and(|band| fit.bands.contains(&band)),
            n_bands: fit.bands.len(),
            spread: found.spread,
        })
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
        let mut chance = self.chance(Phase::Random, number);
        let sheet = self.answered(|_, item| match &item.kind {
            _ if is_fact(self.bank, item) => None,
            ItemKind::Rating(format) => Some(rating(1 + chance.under(format.labels.len()))),
            ItemKind::Choice(options) => Some(Answer::Choice(chance.under(options.len()))),
            ItemKind::Checklist { .. } | ItemKind::Number(_) => None,
        });
        let found = self.assess(&sheet);
        (found.role.as_ref().and_then(|role| role.fit.as_ref()).map(|fit| fit.score), is_flagged(&found))
    }

    /// A respondent's own ratings of trait scales in a random order within each response format.
    fn shuffled(&self, number: usize) -> bool {
        let mut chance = self.chance(Phase::Shuffled, number);
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
        is_flagged(&self.assess(&sheet))
    }

    /// Sheets with one label throughout (lowest, middle, highest), without choices and facts.
    fn same_sheets(&self) -> Vec<(&'static str, Responses)> {
        let sheet = |label: fn(usize) -> usize| {
            self.answered(|_, item| {
                let format = item.format().filter(|_| !is_fact(self.bank, item));
                format.map(|format| rating(label(format.labels.len())))
            })
        };
        vec![("lowest", sheet(|_| 1)), ("middle", sheet(|k| k.div_ceil(2))), ("highest", sheet(|k| k))]
    }

    pub(super) fn all_same(&self) -> Vec<AllSame> {
        let of = |(label, sheet): (&'static str, Responses)| {
            let found = self.assess(&sheet);
            let score =
                |scale: usize| Some((self.bank.scales[scale].id.as_str(), found.scales[scale].score()?));
            let scores: Vec<(&str, f64)> = self.bank.traits().filter_map(score).collect();
            let by = |a: &&(&str, f64), b: &&(&str, f64)| a.1.total_cmp(&b.1);
            let off = |score: f64| (score - 50.0).abs();
            let (worst, worst_score) = *scores.iter().max_by(|a, b| off(a.1).total_cmp(&off(b.1)))?;
            Some(AllSame {
                label,
                low: scores.iter().min_by(by)?.1,
                high: scores.iter().max_by(by)?.1,
                worst: worst.to_owned(),
                worst_score,
                fit: found.role.and_then(|role| role.fit).map(|fit| fit.raw),
            })
        };
        self.same_sheets().into_iter().filter_map(of).collect()
    }

    fn recovery(&self, trials: &[Trial]) -> Option<Recovery> {
        const STRONG: f64 = 60.0;
        let mut fits: Vec<FitTrial> = trials.iter().filter_map(|trial| trial.fit).collect();
        if fits.len() < 2 {
            return None;
        }
        let scores: Vec<f64> = fits.iter().map(|fit| fit.score).collect();
        let truths: Vec<f64> = fits.iter().map(|fit| fit.truth).collect();
        let bias = |fits: &mut dyn Iterator<Item = &FitTrial>| mean(fits.map(|fit| fit.score - fit.truth));
        let of_band = |(band, entry): (usize, &Band)| {
            let own: Vec<&FitTrial> = fits.iter().filter(|fit| fit.true_band == Some(band)).collect();
            BandBias { band: entry.id.clone(), n: own.len(), bias: bias(&mut own.into_iter()) }
        };
        let bias_by_band = self.bank.bands.iter().enumerate().map(of_band).collect();
        let strong: Vec<bool> =
            fits.iter().filter(|fit| fit.truth >= STRONG).map(|fit| fit.is_covered).collect();
        let has_bands = !self.bank.bands.is_empty();
        let recovery = Recovery {
            r: correlation(&scores, &truths),
            bias: bias(&mut fits.iter()),
            bias_by_band,
            coverage: share_of(fits.iter().map(|fit| fit.is_covered)),
            coverage_strong: (!strong.is_empty()).then(|| share_of(strong.iter().copied())),
            strong: strong.len(),
            coverage_uniform: 0.0,
            coverage_outer: share_of(fits.iter().map(|fit| fit.is_covered_outer)),
            half_width: mean(fits.iter().map(|fit| fit.half_width)),
            true_band_named: has_bands.then(|| share_of(fits.iter().map(|fit| fit.has_true_band))),
            bands_named: has_bands.then(|| mean(fits.iter().map(|fit| fit.n_bands as f64))),
            truth: Truth { mean: mean(truths.iter().copied()), sd: deviation(&truths) },
        };
        fits.sort_by(|a, b| a.spread.total_cmp(&b.spread));
        let uniform = fits[..(fits.len() / 10).max(1)].iter();
        Some(Recovery { coverage_uniform: share_of(uniform.map(|fit| fit.is_covered)), ..recovery })
    }

    fn random_fit(&self, mut fits: Vec<f64>) -> Option<RandomFit> {
        fits.sort_by(f64::total_cmp);
        let p95 = *fits.get(fits.len() * 95 / 100)?;
        let band = self.band(p95);
        Some(RandomFit {
            mean: mean(fits.iter().copied()),
            p95,
            in_lowest_band: band.map(|at| at == 0),
            band,
        })
    }
}

/// Median r over the scales, and the share of true scores inside score ± 1.645 standard errors.
fn scale_recovery(trials: &[Trial]) -> Option<ScaleRecovery> {
    let (mut rs, mut covered, mut widths) = (Vec::new(), Vec::new(), Vec::new());
    for scale in 0..trials.first()?.scales.len() {
        let of: Vec<[f64; 3]> = trials.iter().filter_map(|trial| trial.scales[scale]).collect();
        if of.len() > 1 {
            let [scores, truths] = [0, 1].map(|at: usize| of.iter().map(|one| one[at]).collect::<Vec<f64>>());
            rs.push(correlation(&scores, &truths));
            covered.push(share_of(of.iter().map(|[score, truth, se]| (score - truth).abs() <= Z_90 * se)));
            widths.push(mean(of.iter().map(|[.., se]| Z_90 * se)));
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

fn is_flagged(found: &Assessment) -> bool {
    found.quality.verdict.is_flagged()
}

/// The raw scores of the best and the worst possible answers.
pub(super) fn ideal(bank: &Bank, role: &Role) -> Option<Ideal> {
    let direction = |scale: usize| {
        let required = role.requirements.iter().find(|one| one.scale == scale);
        required.map_or(0.0, |one| (one.to - one.from).signum())
    };
    let fit = |best: bool| {
        let mut sheet = Responses::new(bank, Form::Full);
        for index in bank.form_items(Form::Full) {
            let item = &bank.items[index];
            let keyed = |one: &Keyed, answer: &Answer| one.keying.key(item.points(answer));
            let liked = |answer: &Answer| match &item.counts {
                Counts::Scales(on) => on.iter().map(|one| keyed(one, answer) * direction(one.scale)).sum(),
                Counts::Weighs(one) => keyed(one, answer) * if best { 1.0 } else { -1.0 },
                Counts::Nothing => 0.0,
            };
            let answers = item.answers().into_iter();
            let by = |a: &Answer, b: &Answer| liked(a).total_cmp(&liked(b));
            if let Some(answer) = if best { answers.max_by(by) } else { answers.min_by(by) } {
                sheet.set(bank, index, answer).expect("an answer of the item's own");
            }
        }
        assess(bank, Some(role), &sheet).role.and_then(|role| role.fit).map(|fit| fit.raw)
    };
    Some(Ideal { best: fit(true)?, worst: fit(false)? })
}
