//! The sums behind the summary. They are exact, so parts of a file merge to the same bytes as the
//! whole, in any order.
//!
//! Points and scores are counted in units of 2⁻⁴⁰, and summed with their squares as whole numbers.

use serde::{Deserialize, Serialize};

pub use super::alpha::Alpha;
use super::alpha::alpha;
use super::items::{ItemFigures, Items};
use crate::bank::{Bank, Form};
use crate::report::blur::{Point, Spread};
use crate::report::group::{Department, Group};
use crate::score::Assessment;
use crate::score::plan::{Plan, Sheet};
use crate::score::quality::Verdict;

/// Units to a point.
const UNITS: f64 = (1_u64 << 40) as f64;
/// Whole points from 0 to 100.
const POINTS: usize = 101;
/// The most respondents whose squares can be summed.
pub(super) const MOST: u64 = 1 << 33;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub n: u64,
    /// Rows that were set aside.
    pub n_set_aside: u64,
    /// Rows that are counted apart, by [`super::Apart`].
    #[serde(default)]
    pub apart: [u64; 4],
    /// Respondents whose answers raise a quality signal, and those with too few answers to judge.
    pub n_flagged: u64,
    pub n_not_judged: u64,
    /// Respondents by fit, in whole points.
    fits: Vec<u64>,
    pub(super) scales: Vec<ScaleTally>,
    /// Of single items, if requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    items: Option<Items>,
    /// The sum of the digests of all rows, which does not depend on their order.
    #[serde(skip)]
    pub(super) rows: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScaleTally {
    pub(super) id: String,
    /// Over those who have a score.
    scores: Sums,
    /// The same by score, in whole points.
    whole: Vec<u64>,
    /// Over those who answered all items: their scores, and each item's points.
    pub(super) complete: Sums,
    pub(super) items: Vec<ItemTally>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemTally {
    pub(super) id: String,
    pub(super) sums: Sums,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountedScale {
    pub id: String,
    /// Respondents who have a score.
    pub n: u64,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// Cronbach's alpha over those who answered all items.
    pub alpha: Alpha,
    /// Standard error of measurement, sd·√(1 − alpha).
    pub sem: Option<f64>,
}

/// How many values, their sum, and the sum of their squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sums {
    pub(super) n: u64,
    #[serde(with = "as_text")]
    pub(super) sum: u128,
    #[serde(with = "as_text")]
    pub(super) squares: u128,
}

/// Sums are larger than the numbers that every reader of JSON keeps exact.
pub(super) mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(in crate::cohort) fn serialize<S: Serializer>(sum: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(sum)
    }

    pub(in crate::cohort) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl Sums {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100·2⁴⁰")]
    pub(super) fn take(&mut self, value: f64) -> u128 {
        let units = u128::from((value * UNITS).round() as u64);
        self.n += 1;
        self.sum += units;
        self.squares += units * units;
        units
    }

    pub(super) fn add(&mut self, other: &Sums) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64 / UNITS)
    }

    pub(super) fn variance(&self) -> Option<f64> {
        (self.n >= 2).then(|| co_deviations(self, self, self.squares).max(0.0) / (self.n - 1) as f64)
    }

    /// Whether values from 0 to 100 can have these sums.
    pub(super) fn is_possible(&self) -> bool {
        let (n, highest) = (u128::from(self.n), 100_u128 << 40);
        self.n <= MOST && self.sum <= n * highest && self.squares <= n * highest * highest
    }
}

/// Σ(x − mean of x)(y − mean of y), from Σxy: exact until the last step, so that nothing cancels.
pub(super) fn co_deviations(x: &Sums, y: &Sums, products: u128) -> f64 {
    let n = u128::from(x.n.max(1));
    let [(whole_x, rest_x), (whole_y, rest_y)] = [x, y].map(|sums| (sums.sum / n, sums.sum % n));
    // Σ(x − whole x)(y − whole y). Overflows in between cancel out, because the result is small.
    let near = products
        .wrapping_sub(whole_x.wrapping_mul(y.sum))
        .wrapping_sub(whole_y.wrapping_mul(x.sum))
        .wrapping_add(n.wrapping_mul(whole_x).wrapping_mul(whole_y));
    (near.cast_signed() as f64 - rest_x as f64 * rest_y as f64 / n as f64) / UNITS / UNITS
}

impl Tally {
    pub(super) fn new(plan: &Plan<'_>, items: bool) -> Tally {
        let item = |index: usize| ItemTally { id: plan.bank.items[index].id.clone(), sums: Sums::default() };
        let scales = plan.bank.scales.iter().enumerate().map(|(index, scale)| ScaleTally {
            id: scale.id.clone(),
            whole: vec![0; POINTS],
            items: plan.scale_items(index).map(item).collect(),
            ..ScaleTally::default()
        });
        Tally {
            fits: vec![0; POINTS],
            scales: scales.collect(),
            items: items.then(|| Items::new(plan)),
            ..Tally::default()
        }
    }

    pub(super) fn take(&mut self, plan: &Plan<'_>, sheet: &Sheet, assessment: &Assessment) {
        self.n += 1;
        self.n_flagged += u64::from(assessment.quality.verdict.is_flagged());
        self.n_not_judged += u64::from(assessment.quality.verdict == Verdict::NotJudged);
        if let Some(fit) = assessment.role.as_ref().and_then(|role| role.fit.as_ref()) {
            self.fits[whole(fit.score)] += 1;
        }
        if let Some(items) = &mut self.items {
            items.take(plan, sheet, assessment);
        }
        for (index, (tally, scale)) in self.scales.iter_mut().zip(&assessment.scales).enumerate() {
            let Some(score) = scale.score() else { continue };
            tally.scores.take(score);
            tally.whole[whole(score)] += 1;
            if scale.n_answered == scale.n_items {
                tally.complete.take(score);
                let items = tally.items.iter_mut().zip(plan.answers(index, sheet));
                for (item, (_, points)) in items {
                    points.map(|points| item.sums.take(points));
                }
            }
        }
    }

    /// The figures of every item on every scale, if their sums were requested.
    pub fn item_figures(&self, bank: &Bank, form: Form) -> Option<Vec<ItemFigures>> {
        Some(self.items.as_ref()?.figures(&Plan::of_form(bank, None, form), &self.scales))
    }

    /// Adds the bytes of a row.
    pub(super) fn take_row(&mut self, header: u64, bytes: &[u8]) {
        self.rows = self.rows.wrapping_add(digest(header, bytes));
    }

    pub(super) fn add(&mut self, other: &Tally) {
        self.n += other.n;
        self.n_set_aside += other.n_set_aside;
        add(&mut self.apart, &other.apart);
        self.n_flagged += other.n_flagged;
        self.n_not_judged += other.n_not_judged;
        self.rows = self.rows.wrapping_add(other.rows);
        add(&mut self.fits, &other.fits);
        self.items = self.items.take().zip(other.items.as_ref()).map(|(items, other)| items.plus(other));
        for (scale, other) in self.scales.iter_mut().zip(&other.scales) {
            scale.scores.add(&other.scores);
            add(&mut scale.whole, &other.whole);
            scale.complete.add(&other.complete);
            scale.items.iter_mut().zip(&other.items).for_each(|(item, other)| item.sums.add(&other.sums));
        }
    }

    /// Whether any respondents can have these sums.
    pub(super) fn is_possible(&self) -> bool {
        let is_spread =
            |counts: &[u64], n: u64| counts.len() == POINTS && add_up(counts).is_some_and(|sum| sum <= n);
        let is_scale = |scale: &ScaleTally| {
            let items = scale.items.iter().map(|item| &item.sums);
            is_spread(&scale.whole, self.n)
                && add_up(&scale.whole) == Some(scale.scores.n)
                && scale.complete.n <= scale.scores.n
                && [&scale.scores, &scale.complete].into_iter().chain(items).all(Sums::is_possible)
        };
        let of_all = [self.n_flagged, self.n_not_judged].into_iter().chain(self.apart);
        self.n.max(self.n_set_aside) <= MOST
            && of_all.max() <= Some(self.n)
            && is_spread(&self.fits, self.n)
            && self.scales.iter().all(is_scale)
            && self.items.as_ref().is_none_or(|items| items.are_possible(&self.scales))
    }

    pub fn scales(&self) -> Vec<CountedScale> {
        self.scales.iter().map(ScaleTally::summary).collect()
    }

    /// The respondents as one department.
    pub fn group(&self) -> Group {
        let spread = |counts: &Vec<u64>| {
            let mut spread = Spread::default();
            let points = (0..POINTS).map(|score| Point::of(score as f64, score as f64, 0.0));
            points.zip(counts).for_each(|(point, n)| spread.add(point, *n));
            spread
        };
        let spreads = [&self.fits].into_iter().chain(self.scales.iter().map(|scale| &scale.whole));
        let spreads = spreads.map(spread).collect();
        let all = Department { n: self.n, n_flagged: self.n_flagged, spreads };
        let departments = [(String::new(), all)].into();
        Group { departments, ..Group::default() }
    }

    /// The figures of the scales as JSON, one line a scale, with the notes on the respondents.
    pub fn json(&self, notes: &[String]) -> String {
        let json = |scale: &ScaleTally| serde_json::to_string(&scale.summary()).unwrap_or_default();
        let scales: Vec<String> = self.scales.iter().map(json).collect();
        let notes = match notes {
            [] => String::new(),
            notes => format!(",\n\"notes\": {}", serde_json::to_string(notes).unwrap_or_default()),
        };
        let [silent, twice, tests, one_answer] = self.apart;
        format!(
            "{{\n\"n\": {},\n\"respondents\": {},\n\"apart\": {{\"no_answer\": {silent}, \"id_again\": {twice}, \
             \"like_a_test\": {tests}, \"one_answer\": {one_answer}}},\n\"scales\": [\n{}\n]{notes}\n}}\n",
            self.n,
            self.n.saturating_sub(silent + twice),
            scales.join(",\n")
        )
    }
}

/// FNV-1a (Fowler, Noll and Vo), from the digest of what came before.
pub(super) fn digest(start: u64, bytes: &[u8]) -> u64 {
    let start = if start == 0 { 0xcbf2_9ce4_8422_2325 } else { start };
    bytes.iter().fold(start, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A score in whole points.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn whole(score: f64) -> usize {
    (score.round() as usize).min(POINTS - 1)
}

pub(super) fn add(counts: &mut [u64], other: &[u64]) {
    counts.iter_mut().zip(other).for_each(|(count, other)| *count += other);
}

pub(super) fn add_up(counts: &[u64]) -> Option<u64> {
    counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))
}

impl ScaleTally {
    fn summary(&self) -> CountedScale {
        let n_items = self.items.len();
        let items: Option<Vec<f64>> = self.items.iter().map(|item| item.sums.variance()).collect();
        // The score is the mean of the items: their total has k² times its variance.
        let total = self.complete.variance().map(|variance| variance * (n_items as f64).powi(2));
        let alpha = alpha(n_items, self.complete.n, items.map(|items| items.iter().sum()).zip(total));
        let sd = self.scores.variance().map(f64::sqrt);
        let sem = sd.zip(alpha.value).map(|(sd, alpha)| sd * (1.0 - alpha).max(0.0).sqrt());
        let mean = self.scores.mean();
        CountedScale { id: self.id.clone(), n: self.scores.n, mean, sd, alpha, sem }
    }
}
