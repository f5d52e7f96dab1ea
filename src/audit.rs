//! What a bank does to answer sheets: does its score mean what it says, and would a wrong key show?
//!
//! [`audit`] is the entry point. It makes answer sheets whose right score is known: the same label
//! throughout, labels at random, a person's own answers shuffled, the best answers of all, and those
//! of simulated respondents (`respondent`) whose true fit follows from their trait levels. Each is
//! scored as any sheet is, and the figures say how near the score comes and how often its interval
//! holds the truth. Then each key is broken in turn (`mutation`) to see what would tell the author.
//!
//! Pure: the same bank, seed and number of sheets give the same figures. What is simulated is said to
//! be; no figure here is about real people.

mod lab;
mod mutation;
mod page;
mod respondent;
mod verdict;

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Answer, Bank, Form};
use lab::{Lab, ideal};
pub use mutation::Mutations;
pub use page::document;
pub use respondent::Model;
use respondent::Population;

/// What to do.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Where chance starts.
    pub seed: u64,
    /// Simulated respondents, and sheets of each other kind.
    pub sheets: usize,
    /// What is assumed of people and items.
    pub model: Model,
}

/// The findings, for programs as they are here.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "A coofit audit")]
pub struct Audit {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub format: u8,
    /// The bank's title.
    #[serde(skip)]
    pub title: String,
    /// The bank.
    pub bank: BankName,
    /// The role whose fit is looked at, if the bank has one.
    pub role: Option<String>,
    /// Where chance started.
    pub seed: u64,
    /// Simulated respondents, and sheets of each other kind.
    pub sheets: usize,
    /// No figure is about real people.
    #[schemars(extend("const" = true))]
    pub simulated: bool,
    /// The findings in three plain sentences.
    pub verdict: [String; 3],
    /// How respondents are simulated.
    pub parameters: Model,
    /// The full form, and the quick one if it asks less.
    pub forms: Vec<FormAudit>,
    /// One label throughout, in the full form: lowest, middle, highest.
    pub all_same: Vec<AllSame>,
    /// The fit of the best and of the worst answers to every item, before it is clamped at 0.
    pub ideal: Option<Ideal>,
    /// The quick form's score next to the full one's, for the same respondents.
    pub quick_and_full: Option<Agreement>,
    /// What would have shown a wrong key.
    pub mutations: Mutations,
}

/// The bank that was audited.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the bank")]
pub struct BankName {
    pub id: String,
    pub edition: String,
}

/// The fits of the best and of the worst answers.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Ideal {
    pub best: f64,
    pub worst: f64,
}

/// The figures of one form.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FormAudit {
    pub form: Form,
    /// How many items it scores.
    pub items: usize,
    /// The fit of simulated respondents next to their true fit.
    pub fit: Option<Recovery>,
    /// r over the rated and chosen answers alone, without facts.
    #[serde(rename = "rated_r")]
    pub rated: Option<f64>,
    /// The fit when everybody answers at the ends of the labels.
    pub extreme: Option<Recovery>,
    /// Scores of trait and situational scales next to the true ones.
    pub scales: Option<ScaleRecovery>,
    /// Ratings and choices at random, facts left out.
    pub random: Option<RandomFit>,
    /// Of the people who are truly above every minimum, the share told that one has to come first.
    pub minimums_fired: Option<f64>,
    /// The mean fit of people whose true scores are exactly what the role takes as met.
    pub exactly_met: Option<f64>,
    pub flagged: Flagged,
}

/// How near the scores of scales are to the truth: the median r, and how often, and how widely, the 90 %
/// range holds the true score.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ScaleRecovery {
    pub median_r: f64,
    pub coverage: f64,
    pub half_width: f64,
}

/// How near scores of the fit are to the truth, in points; bias is score − truth, and coverage the share
/// of true fits inside the 90 % range.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Recovery {
    pub r: f64,
    pub bias: f64,
    /// By the band of the true fit.
    pub bias_by_band: Vec<BandBias>,
    pub coverage: f64,
    /// Among true fits of 60 and more, of which there are `strong`.
    pub coverage_strong: Option<f64>,
    pub strong: usize,
    /// Among the tenth who answer most uniformly.
    pub coverage_uniform: f64,
    /// Of the outer range.
    pub coverage_outer: f64,
    /// Mean half width of the range before it is clamped to 0 to 100.
    pub half_width: f64,
    /// Share of sheets whose named bands contain the true one.
    pub true_band_named: Option<f64>,
    /// How many bands are named on average.
    pub bands_named: Option<f64>,
    pub truth: Truth,
}

/// The bias among people whose true fit is in one band.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BandBias {
    pub band: String,
    pub n: usize,
    pub bias: f64,
}

/// Mean and standard deviation.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Truth {
    pub mean: f64,
    pub sd: f64,
}

/// What random answers earn: their mean, and the fit that 5 % of them exceed.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RandomFit {
    pub mean: f64,
    pub p95: f64,
    /// Whether that still falls into the lowest band, where there are bands.
    pub in_lowest_band: Option<bool>,
    #[serde(skip)]
    pub(crate) band: Option<usize>,
}

/// Shares of sheets that a quality signal speaks against, by how they were made.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Flagged {
    pub random: f64,
    pub shuffled: f64,
    pub honest: f64,
    pub all_same: f64,
}

/// One label throughout: the lowest and highest trait scale score, and the scale furthest from 50.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AllSame {
    pub label: &'static str,
    pub low: f64,
    pub high: f64,
    pub worst: String,
    #[serde(skip)]
    pub worst_score: f64,
    /// The fit before it is clamped at 0, facts left out.
    pub fit: Option<f64>,
}

/// Two scores of the same respondents: their correlation and mean absolute difference.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Agreement {
    pub r: f64,
    pub difference: f64,
}

/// Audits a bank against one of its roles, telling `progress` the share that is done.
#[must_use]
pub fn audit(mut bank: Bank, role: Option<&str>, plan: Plan, progress: &mut dyn FnMut(f64)) -> Audit {
    let quick = bank.items.iter().any(|item| item.quick) && bank.items.iter().any(|item| !item.quick);
    let forms: &[Form] = if quick { &[Form::Full, Form::Quick] } else { &[Form::Full] };
    let steps = plan.sheets * 4 * forms.len();
    let mut done = 0;
    let mut tick = |n: usize| {
        done += n;
        progress(0.9 * done as f64 / steps as f64);
    };
    let population = Population::new(&bank, plan);
    let found_role = role.and_then(|id| bank.role(id));
    let lab = |form| Lab { bank: &bank, role: found_role, form, plan, population: &population };
    let (audits, people): (Vec<FormAudit>, Vec<Vec<f64>>) =
        forms.iter().map(|&form| lab(form).form(&mut tick)).unzip();
    let quick_and_full = match people.as_slice() {
        [full, quick] if found_role.is_some() => Some(Agreement {
            r: correlation(full, quick),
            difference: mean(full.iter().zip(quick).map(|(full, quick)| (full - quick).abs())),
        }),
        _ => None,
    };
    let verdict = verdict::verdict(&bank, &audits);
    let all_same = lab(Form::Full).all_same();
    let ideal = found_role.and_then(|role| ideal(&bank, role));
    let role = found_role.map(|role| role.title.clone());
    let mutations = mutation::mutate(&mut bank, plan);
    progress(1.0);
    Audit {
        format: 1,
        title: bank.title.clone(),
        bank: BankName { id: bank.id.clone(), edition: bank.edition.clone() },
        role,
        seed: plan.seed,
        sheets: plan.sheets,
        simulated: true,
        verdict,
        parameters: plan.model,
        forms: audits,
        all_same,
        ideal,
        quick_and_full,
        mutations,
    }
}

/// The best fit that answers can give with any role of a bank.
#[must_use]
pub fn best_fit(bank: &Bank) -> Option<f64> {
    bank.roles.iter().filter_map(|role| ideal(bank, role)).map(|ideal| ideal.best).max_by(f64::total_cmp)
}

fn rating(label: usize) -> Answer {
    Answer::Rating(u8::try_from(label).expect("a format has at most 11 labels"))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

fn share_of(flags: impl Iterator<Item = bool>) -> f64 {
    mean(flags.map(|flag| f64::from(u8::from(flag))))
}

fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values.iter().copied());
    mean(values.iter().map(|value| (value - middle).powi(2))).sqrt()
}

/// Pearson's r; 0 where one of the two does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a.iter().copied()), mean(b.iter().copied()));
    let together = mean(a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)));
    let apart = deviation(a) * deviation(b);
    if apart > 0.0 { together / apart } else { 0.0 }
}
