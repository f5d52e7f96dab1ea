//! The sums behind the summary: exact, so that parts of a file come together to the very same bytes as
//! the whole, in whatever order.
//!
//! Points and scores are counted in units of 2⁻⁴⁰, and summed with their squares as whole numbers. A
//! part file holds those sums and nothing of any one respondent.

use serde::Deserialize;
use serde::Serialize;

pub use super::alpha::Alpha;
use super::plan::Plan;
use crate::bank::Bank;
use crate::bank::Form;

/// Units to a point.
const UNITS: f64 = (1_u64 << 40) as f64;
/// The most respondents whose squares can be summed.
const MOST: u64 = 1 << 33;
/// What a part file says it is.
const FORMAT: &str = "coofit-cohort-part";
const VERSION: u32 = 1;

/// Sums over respondents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Respondents.
    pub n: u64,
    scales: Vec<ScaleTally>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ScaleTally {
    id: String,
    /// Over those who have a score.
    scores: Sums,
    /// Over those who answered all items: their scores, and each item's points.
    complete: Sums,
    items: Vec<(String, Sums)>,
}

/// How many values, their sum, and the sum of their squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    n: u64,
    sum: u128,
    squares: u128,
}

/// What is known of the scales of a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Respondents.
    pub n: u64,
    /// One for each scale of the bank.
    pub scales: Vec<ScaleSummary>,
}

/// One scale over a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleSummary {
    /// Its id.
    pub id: String,
    /// Respondents who have a score.
    pub n: u64,
    /// Their mean.
    pub mean: Option<f64>,
    /// Their sample standard deviation.
    pub sd: Option<f64>,
    /// Respondents who answered all items.
    pub n_complete: u64,
    /// Cronbach's alpha over those.
    pub alpha: Option<Alpha>,
    /// sd·√(1 − alpha).
    pub sem: Option<f64>,
}

impl Sums {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100·2⁴⁰")]
    fn take(&mut self, value: f64) {
        let units = (value * UNITS).round() as u64;
        self.n += 1;
        self.sum += u128::from(units);
        self.squares += u128::from(units) * u128::from(units);
    }

    fn add(&mut self, other: &Sums) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64 / UNITS)
    }

    /// Sample variance: exact until the last step, so that nothing cancels.
    fn variance(&self) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let n = u128::from(self.n);
        let (whole, rest) = (self.sum / n, self.sum % n);
        // Σ(x − whole)²; what overflows in between comes back, since the result is small enough.
        let twice = whole.wrapping_mul(self.sum).wrapping_mul(2);
        let deviations =
            self.squares.wrapping_sub(twice).wrapping_add(n.wrapping_mul(whole).wrapping_mul(whole));
        let squares = deviations as f64 - (rest as f64).powi(2) / n as f64;
        Some(squares.max(0.0) / (self.n - 1) as f64 / UNITS / UNITS)
    }
}

impl Tally {
    pub(super) fn new(plan: &Plan<'_>) -> Tally {
        let scale = |scale: &super::plan::ScalePlan| ScaleTally {
            id: scale.id.clone(),
            scores: Sums::default(),
            complete: Sums::default(),
            items: scale.item_ids.iter().map(|id| (id.clone(), Sums::default())).collect(),
        };
        Tally { n: 0, scales: plan.scales.iter().map(scale).collect() }
    }

    /// Takes in one respondent's score on a scale, and the points of its items if all are answered.
    pub(super) fn take(&mut self, scale: usize, score: f64, points: Option<impl Iterator<Item = f64>>) {
        let scale = &mut self.scales[scale];
        scale.scores.take(score);
        if let Some(points) = points {
            scale.complete.take(score);
            scale.items.iter_mut().zip(points).for_each(|((_, sums), points)| sums.take(points));
        }
    }

    pub(super) fn add(&mut self, other: &Tally) {
        self.n += other.n;
        for (scale, other) in self.scales.iter_mut().zip(&other.scales) {
            scale.scores.add(&other.scores);
            scale.complete.add(&other.complete);
            scale.items.iter_mut().zip(&other.items).for_each(|((_, sums), (_, other))| sums.add(other));
        }
    }

    /// The figures.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary { n: self.n, scales: self.scales.iter().map(ScaleTally::summary).collect() }
    }
}

impl ScaleTally {
    fn summary(&self) -> ScaleSummary {
        let n_items = self.items.len();
        let items: Option<Vec<f64>> = self.items.iter().map(|(_, sums)| sums.variance()).collect();
        // The score is the mean of the items: their total has k² times its variance.
        let total = self.complete.variance().map(|variance| variance * (n_items as f64).powi(2));
        let alpha = items
            .zip(total)
            .and_then(|(items, total)| Alpha::new(n_items, self.complete.n, items.iter().sum(), total));
        let sd = self.scores.variance().map(f64::sqrt);
        ScaleSummary {
            id: self.id.clone(),
            n: self.scores.n,
            mean: self.scores.mean(),
            sd,
            n_complete: self.complete.n,
            alpha,
            sem: sd.zip(alpha).map(|(sd, alpha)| sd * (1.0 - alpha.value).max(0.0).sqrt()),
        }
    }
}

#[derive(Serialize)]
struct ScaleSummaryWire<'a> {
    id: &'a str,
    n: u64,
    mean: Option<f64>,
    sd: Option<f64>,
    alpha: AlphaWire,
    sem: Option<f64>,
}

#[derive(Serialize)]
struct AlphaWire {
    n: u64,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl Summary {
    /// The summary as JSON, one line a scale.
    #[must_use]
    pub fn json(&self) -> String {
        let scale = |scale: &ScaleSummary| {
            let alpha = scale.alpha;
            let wire = ScaleSummaryWire {
                id: &scale.id,
                n: scale.n,
                mean: scale.mean,
                sd: scale.sd,
                alpha: AlphaWire {
                    n: scale.n_complete,
                    value: alpha.map(|alpha| alpha.value),
                    low: alpha.map(|alpha| alpha.low),
                    high: alpha.map(|alpha| alpha.high),
                },
                sem: scale.sem,
            };
            serde_json::to_string(&wire).unwrap_or_default()
        };
        let scales: Vec<String> = self.scales.iter().map(scale).collect();
        format!("{{\n\"n\": {},\n\"scales\": [\n{}\n]\n}}\n", self.n, scales.join(",\n"))
    }
}

/// A part file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartWire {
    format: String,
    version: u32,
    bank: BankWire,
    form: String,
    n: u64,
    scales: Vec<ScaleWire>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
struct BankWire {
    id: String,
    edition: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleWire {
    id: String,
    scores: SumsWire,
    complete: SumsWire,
    items: Vec<ItemWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemWire {
    id: String,
    sums: SumsWire,
}

/// Sums go as text: they are larger than the numbers that every reader of JSON keeps exact.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SumsWire {
    n: u64,
    sum: String,
    squares: String,
}

impl From<&Sums> for SumsWire {
    fn from(sums: &Sums) -> SumsWire {
        SumsWire { n: sums.n, sum: sums.sum.to_string(), squares: sums.squares.to_string() }
    }
}

impl SumsWire {
    /// The sums, if `n` values from 0 to 100 can have them.
    fn read(&self) -> Option<Sums> {
        let sums = Sums { n: self.n, sum: self.sum.parse().ok()?, squares: self.squares.parse().ok()? };
        let highest = 100_u128 << 40;
        let n = u128::from(self.n);
        let fits = self.n <= MOST && sums.sum <= n * highest && sums.squares <= n * highest * highest;
        fits.then_some(sums)
    }
}

/// A tally with the bank and the form that it is of: what a part file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    bank: [String; 3],
    form: String,
    /// The sums.
    pub tally: Tally,
}

/// Why parts do not come together; completes "the part `x` …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    /// The text is no part file.
    #[error("is not a part of a cohort: {0}")]
    NoPart(String),
    /// It was written by a later program.
    #[error("has version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// It belongs elsewhere.
    #[error("is of {0}, and the first one of {1}")]
    Other(String, String),
    /// More respondents than can be summed.
    #[error("brings the respondents to more than {MOST}")]
    TooMany,
}

impl Part {
    /// The sums of one run.
    #[must_use]
    pub fn new(bank: &Bank, form: Form, tally: Tally) -> Part {
        let bank = [bank.id.clone(), bank.edition.clone(), bank.hash.clone()];
        Part { bank, form: form.id().to_owned(), tally }
    }

    /// The text of a part file.
    #[must_use]
    pub fn json(&self) -> String {
        let [id, edition, hash] = self.bank.clone();
        let wire = PartWire {
            format: FORMAT.to_owned(),
            version: VERSION,
            bank: BankWire { id, edition, hash },
            form: self.form.clone(),
            n: self.tally.n,
            scales: self.tally.scales.iter().map(ScaleWire::of).collect(),
        };
        serde_json::to_string(&wire).unwrap_or_default() + "\n"
    }

    /// Reads a part file.
    ///
    /// # Errors
    /// The text is no part file of this version, or its sums are impossible.
    pub fn parse(text: &str) -> Result<Part, NotMerged> {
        let no_part = |why: &str| NotMerged::NoPart(why.to_owned());
        let wire: PartWire =
            serde_json::from_str(text).map_err(|error| NotMerged::NoPart(error.to_string()))?;
        if wire.format != FORMAT {
            return Err(no_part("it names another format"));
        }
        if wire.version != VERSION {
            return Err(NotMerged::Version(wire.version));
        }
        let scales: Option<Vec<ScaleTally>> = wire.scales.iter().map(ScaleWire::read).collect();
        let scales = scales.ok_or_else(|| no_part("its sums are impossible"))?;
        let BankWire { id, edition, hash } = wire.bank;
        Ok(Part { bank: [id, edition, hash], form: wire.form, tally: Tally { n: wire.n, scales } })
    }

    /// Adds another part of the same cohort.
    ///
    /// # Errors
    /// It is of another bank, edition or form, or there would be too many respondents.
    pub fn add(&mut self, other: &Part) -> Result<(), NotMerged> {
        let shape = |tally: &Tally| -> Vec<(String, Vec<String>)> {
            let items = |scale: &ScaleTally| scale.items.iter().map(|(id, _)| id.clone()).collect();
            tally.scales.iter().map(|scale| (scale.id.clone(), items(scale))).collect()
        };
        if self.bank != other.bank || self.form != other.form || shape(&self.tally) != shape(&other.tally) {
            return Err(NotMerged::Other(other.origin(), self.origin()));
        }
        if self.tally.n.checked_add(other.tally.n).is_none_or(|n| n > MOST) {
            return Err(NotMerged::TooMany);
        }
        self.tally.add(&other.tally);
        Ok(())
    }

    fn origin(&self) -> String {
        let [id, edition, hash] = &self.bank;
        format!("bank `{id}`, edition {edition} ({hash}), {} form", self.form)
    }
}

impl ScaleWire {
    fn of(scale: &ScaleTally) -> ScaleWire {
        ScaleWire {
            id: scale.id.clone(),
            scores: (&scale.scores).into(),
            complete: (&scale.complete).into(),
            items: scale
                .items
                .iter()
                .map(|(id, sums)| ItemWire { id: id.clone(), sums: sums.into() })
                .collect(),
        }
    }

    fn read(&self) -> Option<ScaleTally> {
        let items: Option<Vec<(String, Sums)>> =
            self.items.iter().map(|item| Some((item.id.clone(), item.sums.read()?))).collect();
        Some(ScaleTally {
            id: self.id.clone(),
            scores: self.scores.read()?,
            complete: self.complete.read()?,
            items: items?,
        })
    }
}
