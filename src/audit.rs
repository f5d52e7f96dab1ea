//! Tests a bank with simulated answers: how close is the score to the true score, and would a wrong key show?
//!
//! [`audit`] is the entry point. It makes answer sheets with a known score: the same label throughout,
//! random labels, a person's own answers shuffled, the best possible answers, and the answers of
//! simulated respondents (`respondent`), whose true score follows from their levels. It scores each
//! sheet like any other, and measures how close the score is and how often the range contains the true
//! score. Then it breaks each key in turn (`mutation`) and counts which checks notice.
//!
//! Pure: the same bank, seed and number of sheets give the same figures. All people are simulated.

mod lab;
mod mutation;
mod page;
mod respondent;
mod verdict;

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::lint::Known;
use crate::bank::{Answer, Bank, Form, Month};
use lab::{Lab, ideal, reach};
pub use mutation::Mutations;
pub use page::document;
pub use respondent::Model;
use respondent::Population;

#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub seed: u64,
    /// Simulated respondents, and sheets of each other kind.
    pub sheets: usize,
    pub model: Model,
}

/// The findings of an audit. These are also the JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "A coofit audit")]
pub struct Audit {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub format: u8,
    #[serde(skip)]
    pub title: String,
    pub bank: BankEdition,
    /// The role that the sheets are scored against, if the bank has one.
    pub role: Option<String>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Simulated respondents, and sheets of each other kind.
    pub sheets: usize,
    /// Always true: all people are simulated.
    #[schemars(extend("const" = true))]
    pub simulated: bool,
    /// The findings in three plain sentences.
    pub verdict: [String; 3],
    /// How respondents are simulated.
    pub parameters: Model,
    /// The full form, and the quick form if it asks fewer questions.
    pub forms: Vec<FormAudit>,
    /// Sheets of the full form with one label throughout: lowest, middle, highest.
    pub all_same: Vec<AllSame>,
    /// The raw scores of the best and the worst possible answers.
    pub ideal: Option<Ideal>,
    /// How the scores of the quick and the full form agree for the same respondents.
    pub quick_and_full: Option<Agreement>,
    /// Which checks notice a wrong key.
    pub mutations: Mutations,
}

/// The bank that was audited.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BankEdition {
    pub id: String,
    pub edition: String,
}

/// The raw scores of the best and the worst possible answers. They can be below 0.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Ideal {
    pub best: f64,
    pub worst: f64,
}

/// The figures of one form.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FormAudit {
    pub form: Form,
    /// Number of items that are scored.
    pub items: usize,
    /// The scores of simulated respondents compared with their true scores.
    pub fit: Option<Recovery>,
    /// r for ratings and choices only, without facts.
    #[serde(rename = "rated_r")]
    pub rated: Option<f64>,
    /// The same people, but all answers are at the ends of the labels.
    pub extreme: Option<Recovery>,
    /// Scores on trait and situational scales compared with the true ones.
    pub scales: Option<ScaleRecovery>,
    /// Random ratings and choices, without facts.
    pub random: Option<RandomFit>,
    /// Share of the people with true scores above every minimum who get a warning about one.
    pub minimums_fired: Option<f64>,
    /// Mean score of people whose true scores exactly meet every requirement.
    pub exactly_met: Option<f64>,
    pub flagged: Flagged,
}

/// Scale scores compared with the true ones. `median_r` is the median over scales; `coverage` is the share
/// of true scores inside the 90 % range.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct ScaleRecovery {
    pub median_r: f64,
    pub coverage: f64,
    pub half_width: f64,
}

/// Scores compared with the true scores, in points. `bias` is score − true score; `coverage` is the share
/// of true scores inside the 90 % range.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Recovery {
    pub r: f64,
    pub bias: f64,
    /// Bias by the band of the true score.
    pub bias_by_band: Vec<BandBias>,
    pub coverage: f64,
    /// Coverage for true scores of 60 or more.
    pub coverage_strong: Option<f64>,
    /// Number of people with a true score of 60 or more.
    pub strong: usize,
    /// Coverage for the tenth of people with the most uniform answers.
    pub coverage_uniform: f64,
    /// Coverage of the outer range.
    pub coverage_outer: f64,
    /// Mean half width of the range before it is cut off at 0 and 100.
    pub half_width: f64,
    /// Share of sheets whose named bands contain the true one.
    pub true_band_named: Option<f64>,
    /// Mean number of named bands.
    pub bands_named: Option<f64>,
    pub truth: Truth,
}

/// The bias for people whose true score is in one band.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BandBias {
    pub band: String,
    pub n: usize,
    pub bias: f64,
}

/// Mean and standard deviation of the true scores.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Truth {
    pub mean: f64,
    pub sd: f64,
}

/// Scores of random answers: the mean, and the score that 5 % of them exceed.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct RandomFit {
    pub mean: f64,
    pub p95: f64,
    /// Whether `p95` is in the lowest band; null without bands.
    pub in_lowest_band: Option<bool>,
    #[serde(skip)]
    pub(crate) band: Option<usize>,
}

/// Shares of sheets with a warning, by how the sheets were made.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Flagged {
    pub random: f64,
    pub shuffled: f64,
    pub honest: f64,
    pub all_same: f64,
}

/// A sheet with one label throughout: the lowest and the highest trait scale score, and the scale furthest
/// from 50.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AllSame {
    pub label: &'static str,
    pub low: f64,
    pub high: f64,
    pub worst: String,
    #[serde(skip)]
    pub worst_score: f64,
    /// The raw score without facts. It can be below 0.
    pub fit: Option<f64>,
}

/// Correlation and mean absolute difference of two scores of the same people.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Agreement {
    pub r: f64,
    pub difference: f64,
}

/// Audits a bank against one of its roles. `progress` gets the share that is done, 0 to 1.
pub fn audit(mut bank: Bank, role: Option<&str>, setup: Setup, progress: &mut dyn FnMut(f64)) -> Audit {
    let quick = bank.items.iter().any(|item| item.quick) && bank.items.iter().any(|item| !item.quick);
    let forms: &[Form] = if quick { &[Form::Full, Form::Quick] } else { &[Form::Full] };
    let steps = setup.sheets * 4 * forms.len();
    let mut done = 0;
    let mut tick = |n: usize| {
        done += n;
        progress(0.9 * done as f64 / steps as f64);
    };
    let population = Population::new(&bank, setup);
    let role = role.and_then(|id| bank.role(id));
    let lab = |form| Lab { bank: &bank, role, form, setup, population: &population };
    let (audits, people): (Vec<FormAudit>, Vec<Vec<f64>>) =
        forms.iter().map(|&form| lab(form).form(&mut tick)).unzip();
    let quick_and_full = match people.as_slice() {
        [full, quick] if role.is_some() => correlation(full, quick).map(|r| Agreement {
            r,
            difference: mean(full.iter().zip(quick).map(|(full, quick)| (full - quick).abs())),
        }),
        _ => None,
    };
    let audit = Audit {
        format: 1,
        title: bank.title.clone(),
        bank: BankEdition { id: bank.id.clone(), edition: bank.edition.clone() },
        role: role.map(|role| role.title.clone()),
        seed: setup.seed,
        sheets: setup.sheets,
        simulated: true,
        verdict: verdict::verdict(&bank, &audits),
        parameters: setup.model,
        forms: audits,
        all_same: lab(Form::Full).all_same(),
        ideal: role.and_then(|role| ideal(&bank, role)),
        quick_and_full,
        mutations: mutation::mutate(&mut bank, setup),
    };
    progress(1.0);
    audit
}

/// What the lints need to know of the scores that answers can reach.
pub fn known(bank: &Bank, today: Option<Month>) -> Known {
    let best = bank.roles.iter().filter_map(|role| ideal(bank, role)).map(|ideal| ideal.best);
    let reach = |scale: usize| Form::ALL.map(|form| reach(bank, form, scale));
    let reach = (0..bank.scales.len()).map(reach).collect();
    Known { today, best_fit: best.max_by(f64::total_cmp), reach }
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

/// Pearson's r; nothing if one of the two does not vary.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (mean_a, mean_b) = (mean(a.iter().copied()), mean(b.iter().copied()));
    let together = mean(a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)));
    let alone = deviation(a) * deviation(b);
    (alone > 0.0).then(|| together / alone)
}
