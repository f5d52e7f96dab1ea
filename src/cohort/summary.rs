//! The sums behind the summary: exact, so that parts of a file come together to the very same bytes as
//! the whole, in whatever order.
//!
//! Points and scores are counted in units of 2⁻⁴⁰, and summed with their squares as whole numbers.

use serde::Serialize;

pub use super::alpha::Alpha;
use super::plan::Plan;
use crate::bank::{Bank, Form};
use crate::report::group::{BINS, Counted, CountedScale, GroupReport};

/// Units to a point.
const UNITS: f64 = (1_u64 << 40) as f64;

/// Sums over respondents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Respondents.
    pub n: u64,
    /// Rows that were set aside.
    pub(super) n_set_aside: u64,
    /// Respondents by signals, in the order of [`Counted::quality`].
    pub(super) quality: [u64; 7],
    pub(super) n_skipped: u64,
    pub(super) scales: Vec<ScaleTally>,
    /// The sum of the digests of all rows, in which their order does not count.
    pub(super) rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScaleTally {
    pub(super) id: String,
    /// Over those who have a score.
    pub(super) scores: Sums,
    /// The same by score.
    pub(super) bins: [u64; BINS],
    /// Over those who answered all items: their scores, and each item's points.
    pub(super) complete: Sums,
    pub(super) items: Vec<(String, Sums)>,
}

/// How many values, their sum, and the sum of their squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) n: u64,
    pub(super) sum: u128,
    pub(super) squares: u128,
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
            bins: [0; BINS],
            complete: Sums::default(),
            items: scale.item_ids.iter().map(|id| (id.clone(), Sums::default())).collect(),
        };
        let scales = plan.scales.iter().map(scale).collect();
        Tally { n: 0, n_set_aside: 0, quality: [0; 7], n_skipped: 0, scales, rows: 0 }
    }

    /// Takes in one respondent, by what the signals say.
    pub(super) fn respondent(&mut self, signals: usize, has_skipped: bool) {
        self.n += 1;
        self.quality[signals] += 1;
        self.n_skipped += u64::from(has_skipped);
    }

    /// Takes in the bytes of a row.
    pub(super) fn row(&mut self, header: u64, bytes: &[u8]) {
        self.rows = self.rows.wrapping_add(digest(header, bytes));
    }

    /// Takes in one respondent's score on a scale, and the points of its items if all are answered.
    pub(super) fn take(&mut self, scale: usize, score: f64, points: Option<impl Iterator<Item = f64>>) {
        let scale = &mut self.scales[scale];
        scale.scores.take(score);
        scale.bins[bin(score)] += 1;
        if let Some(points) = points {
            scale.complete.take(score);
            scale.items.iter_mut().zip(points).for_each(|((_, sums), points)| sums.take(points));
        }
    }

    pub(super) fn add(&mut self, other: &Tally) {
        self.n += other.n;
        self.n_set_aside += other.n_set_aside;
        self.n_skipped += other.n_skipped;
        self.rows = self.rows.wrapping_add(other.rows);
        add(&mut self.quality, &other.quality);
        for (scale, other) in self.scales.iter_mut().zip(&other.scales) {
            scale.scores.add(&other.scores);
            add(&mut scale.bins, &other.bins);
            scale.complete.add(&other.complete);
            scale.items.iter_mut().zip(&other.items).for_each(|((_, sums), (_, other))| sums.add(other));
        }
    }

    /// Respondents whose answers a quality signal speaks against.
    #[must_use]
    pub fn n_flagged(&self) -> u64 {
        self.quality[1..6].iter().sum()
    }

    /// Respondents with too few answers to judge.
    #[must_use]
    pub fn n_not_judged(&self) -> u64 {
        self.quality[6]
    }

    /// The figures.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary { n: self.n, scales: self.scales.iter().map(ScaleTally::summary).collect() }
    }

    /// The group on one page; `bank` is the one it was scored with.
    #[must_use]
    pub fn group(&self, bank: &Bank, form: Form) -> GroupReport {
        let scale = |scale: &ScaleTally| {
            let ScaleSummary { n, mean, sd, n_complete, alpha, sem, .. } = scale.summary();
            let alpha = alpha.map(|alpha| [alpha.value, alpha.low, alpha.high]);
            CountedScale { n, bins: scale.bins, mean, sd, n_complete, alpha, sem }
        };
        let counted = Counted {
            n: self.n,
            n_set_aside: self.n_set_aside,
            quality: self.quality,
            n_skipped: self.n_skipped,
            scales: self.scales.iter().map(scale).collect(),
        };
        GroupReport::new(bank, form, &counted)
    }
}

/// FNV-1a (Fowler, Noll and Vo), from the digest of what came before.
pub(super) fn digest(start: u64, bytes: &[u8]) -> u64 {
    let start = if start == 0 { 0xcbf2_9ce4_8422_2325 } else { start };
    bytes.iter().fold(start, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Where a score stands; 100 stands with those from 90 up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn bin(score: f64) -> usize {
    ((score / (100 / BINS) as f64) as usize).min(BINS - 1)
}

fn add<const N: usize>(counts: &mut [u64; N], other: &[u64; N]) {
    counts.iter_mut().zip(other).for_each(|(count, other)| *count += other);
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
