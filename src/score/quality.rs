//! Signals that say whether the answers can be used. None of them changes a score.
//!
//! Consistency catches random answers, the longest run catches the same answer throughout. Pace is the
//! share of fast answers (under two seconds an item: Huang et al. 2012). The share skipped says how
//! complete the answers are.

use schemars::JsonSchema;
use serde::Serialize;

use super::RatingSums;
use super::plan::{Plan, Sheet};
use crate::bank::{Keying, ids};

/// With a smaller expected sum of squares there is no pattern to look for.
const LEAST_EXPECTATION: f64 = 1e-12;
/// A run of this length is a caution.
const RUN_CAUTION: usize = 14;
/// A shorter run is never doubtful.
const RUN_LEAST_DOUBTFUL: f64 = 20.0;
/// In a short form, the fewest ratings that count as a run when all have the same answer.
const RUN_SHORTEST: usize = 6;
pub(crate) const SKIPPED_CAUTION: f64 = 0.2;

/// The signals, in the order of [`SignalId`], and what they say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    pub verdict: Verdict,
    pub signals: [Signal; 4],
}

/// One signal. The value is missing where these answers do not define it, the level where it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Signal {
    pub id: SignalId,
    pub value: Option<f64>,
    pub level: Option<Level>,
    /// A caution from this value on.
    pub caution_from: Option<f64>,
    /// Doubtful from this value on.
    pub doubtful_from: Option<f64>,
}

/// A signal of careless answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignalId {
    /// √(SS/E): near 1, the answers on a scale agree no better than shuffled ones.
    Consistency,
    /// The longest run of the same raw number over the trait rating items, in file order.
    LongestRun,
    /// The share of rating items answered in under two seconds.
    Pace,
    /// The share of the asked items without an answer.
    Skipped,
}

ids! {
    /// The verdict from all signals.
    Verdict {
        /// Nothing is unusual.
        Clear = "clear",
        /// Something is unusual.
        Caution = "caution",
        /// The score may mean nothing.
        Doubtful = "doubtful",
        /// Too few questions to tell.
        NotJudged = "not-judged"
    }
}

impl Verdict {
    /// Doubtful with one doubtful signal, or with caution on both consistency and pace; caution with any
    /// other caution; not judged when neither consistency nor the longest run has a level. Skipped items
    /// do not count.
    fn of(consistency: Option<Level>, run: Option<Level>, pace: Option<Level>) -> Verdict {
        let is_odd = |level: Option<Level>| level > Some(Level::Clear);
        match consistency.max(run).max(pace) {
            Some(Level::Doubtful) => Verdict::Doubtful,
            Some(Level::Caution) if is_odd(consistency) && is_odd(pace) => Verdict::Doubtful,
            Some(Level::Caution) => Verdict::Caution,
            _ if consistency.is_none() && run.is_none() => Verdict::NotJudged,
            _ => Verdict::Clear,
        }
    }

    pub fn is_flagged(self) -> bool {
        matches!(self, Verdict::Caution | Verdict::Doubtful)
    }
}

/// The verdict from one signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing is unusual.
    Clear,
    /// Something is unusual.
    Caution,
    /// The score may mean nothing.
    Doubtful,
}

impl Quality {
    /// `df` is the number of degrees of freedom of the consistency.
    pub(super) fn new(plan: &Plan<'_>, sheet: &Sheet, consistency: Option<f64>, df: usize) -> Quality {
        // The caution level needs 20 degrees of freedom.
        let caution = match df {
            0..20 => None,
            20..30 => Some(1.0),
            _ => Some(1.0 - 0.45 / (df as f64).sqrt()),
        };
        let n_items = plan.items.len();
        let skipped = (n_items > 0).then(|| (n_items - sheet.n_answered()) as f64 / n_items as f64);
        let signals = [
            Signal::new(SignalId::Consistency, consistency, caution, None),
            run_signal(plan, sheet),
            Signal::new(SignalId::Pace, sheet.fast, Some(0.2), Some(0.5)),
            Signal::new(SignalId::Skipped, skipped, Some(SKIPPED_CAUTION), None),
        ];
        let [consistency, run, pace, _] = &signals;
        Quality { verdict: Verdict::of(consistency.level, run.level, pace.level), signals }
    }

    pub fn signal(&self, id: SignalId) -> &Signal {
        &self.signals[id as usize]
    }
}

impl Signal {
    fn new(id: SignalId, value: Option<f64>, caution: Option<f64>, doubtful: Option<f64>) -> Signal {
        let level = value.zip(caution).map(|(value, caution)| match doubtful {
            Some(doubtful) if value >= doubtful => Level::Doubtful,
            _ if value >= caution => Level::Caution,
            _ => Level::Clear,
        });
        Signal { id, value, level, caution_from: caution, doubtful_from: doubtful }
    }
}

/// The longest run of one label over the trait ratings; skips neither count nor break it. A caution from
/// 14, doubtful from half of the trait ratings asked, but not under 20.
///
/// A form with fewer than 14 has a run only if it asks 6 or more, of both directions, and all answers are
/// the same.
fn run_signal(plan: &Plan<'_>, sheet: &Sheet) -> Signal {
    let id = SignalId::LongestRun;
    let asked = plan.trait_ratings.len();
    let (mut answered, mut longest, mut run, mut last) = (0, 0_u32, 0, 0);
    for slot in &plan.trait_ratings {
        let code = sheet.codes[*slot];
        if code != 0 {
            answered += 1;
            run = if code == last { run + 1 } else { 1 };
            longest = longest.max(run);
            last = code;
        }
    }
    if asked < RUN_CAUTION {
        let is_run = asked >= RUN_SHORTEST && plan.both_ways && longest as usize == asked;
        let found = is_run.then_some(asked as f64);
        return Signal::new(id, found, found, None);
    }
    let value = (longest > 0).then_some(f64::from(longest));
    let doubtful = (asked as f64 / 2.0).max(RUN_LEAST_DOUBTFUL);
    let mut signal = Signal::new(id, value, Some(RUN_CAUTION as f64), Some(doubtful));
    if answered < RUN_CAUTION {
        signal.level = None;
    }
    signal
}

/// Sums for E, the expected SS if the person's own raw answers were shuffled among the trait items of
/// the same response format.
#[derive(Debug)]
pub(super) struct Shuffle {
    tops: Vec<f64>,
    /// Raw answers by format.
    raw: Vec<RatingSums>,
    /// Their mean, variance and covariance.
    moments: Vec<(f64, f64, f64)>,
    /// Forward and reversed answers, by scale and format.
    counts: Vec<[f64; 2]>,
}

impl Shuffle {
    pub(super) fn new(plan: &Plan<'_>) -> Shuffle {
        Shuffle {
            tops: plan.formats.clone(),
            raw: vec![RatingSums::default(); plan.formats.len()],
            moments: Vec::new(),
            counts: vec![[0.0; 2]; plan.scales.len() * plan.formats.len()],
        }
    }

    pub(super) fn clear(&mut self) {
        self.raw.fill(RatingSums::default());
        self.counts.fill([0.0; 2]);
    }

    /// Adds raw answers on one scale, all of one format and direction.
    pub(super) fn add(&mut self, scale: usize, format: usize, keying: Keying, raw: RatingSums) {
        self.raw[format] = self.raw[format] + raw;
        self.counts[scale * self.tops.len() + format][usize::from(keying == Keying::Reverse)] += raw.n as f64;
    }

    /// √(SS/E). 0 means perfect agreement within scales, 1 the agreement of shuffled answers.
    ///
    /// With the raw z of a format having mean m, population variance v and c = −v/(N − 1) over its N
    /// answers, a forward item has the mean μ = m and a reversed one μ = 1 − m; and for each scale, with f
    /// forward and r reversed items of each format and n items in all,
    /// E = Σ(v + μ²) − (Σ((f + r)v + c(f(f − 1) + r(r − 1) − 2fr)) + (Σμ)²)/n.
    pub(super) fn consistency(&mut self, sum_of_squares: f64) -> Option<f64> {
        let moments = self.raw.iter().zip(&self.tops).map(|(raw, top)| {
            let n = (raw.n as f64).max(1.0);
            let variance = raw.deviations() / (n * top * top);
            let covariance = if n > 1.0 { -variance / (n - 1.0) } else { 0.0 };
            (raw.sum / (n * top), variance, covariance)
        });
        self.moments.clear();
        self.moments.extend(moments);
        let mut expectation = 0.0;
        for counts in self.counts.chunks_exact(self.tops.len().max(1)) {
            let (mut items, mut squares, mut means, mut variances) = (0.0, 0.0, 0.0, 0.0);
            for ([f, r], (mean, variance, covariance)) in counts.iter().zip(&self.moments) {
                items += f + r;
                squares += f * (variance + mean * mean) + r * (variance + (1.0 - mean) * (1.0 - mean));
                means += f * mean + r * (1.0 - mean);
                variances += (f + r) * variance + covariance * (f * (f - 1.0) + r * (r - 1.0) - 2.0 * f * r);
            }
            if items > 0.0 {
                expectation += squares - (variances + means * means) / items;
            }
        }
        (expectation > LEAST_EXPECTATION).then(|| (sum_of_squares / expectation).sqrt())
    }
}

#[cfg(test)]
#[path = "../../tests/score/quality.rs"]
mod tests;
