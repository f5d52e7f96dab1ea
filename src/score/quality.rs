//! Are the answers usable? Signals about the answers themselves; none of them changes a score.
//!
//! Two families, because either alone misses half of what happens: consistency catches answers at
//! random, the longest run catches one and the same answer throughout. Pace comes from the clock
//! (two seconds an item: Huang et al. 2012), and the share skipped speaks of completeness.

use crate::bank::{Answer, Bank, Keying, ResponseFormat, ScaleKind};
use crate::score::Sheet;
use crate::score::precision::Spread;
use crate::session::Responses;

/// How far under 1 the consistency's caution starts, times √df.
pub(crate) const CONSISTENCY_MARGIN: f64 = 0.45;
/// Under this many degrees of freedom, consistency has a value and no level.
pub(crate) const CONSISTENCY_LEAST_DF: usize = 30;
/// The expectation under which there is no pattern to look for.
pub(crate) const LEAST_EXPECTATION: f64 = 1e-12;
/// A run of this length is a caution.
pub(crate) const RUN_CAUTION: usize = 14;
/// A run is never doubtful under this length.
pub(crate) const RUN_LEAST_DOUBTFUL: usize = 20;
/// Seconds under which an item was hardly read.
const FAST_SECONDS: f64 = 2.0;
const PACE_CAUTION: f64 = 0.2;
const PACE_DOUBTFUL: f64 = 0.5;
/// A share skipped that is worth a word.
pub(crate) const SKIPPED_CAUTION: f64 = 0.2;

/// What the answers look like.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// The signals together.
    pub verdict: Level,
    /// Each signal, in a fixed order.
    pub signals: [Signal; 4],
}

/// One signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// Which one.
    pub id: SignalId,
    /// Its value; nothing when it is not defined on these answers.
    pub value: Option<f64>,
    /// What the value says; nothing when it says nothing.
    pub level: Option<Level>,
    /// The value from which it is a caution, where there is one.
    pub caution_from: Option<f64>,
    /// The value from which it is doubtful, where there is one.
    pub doubtful_from: Option<f64>,
}

/// The signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalId {
    /// √(SS/E): near 1, the answers to one scale agree no better than a shuffle of them would.
    Consistency,
    /// The longest run of one and the same raw number over the trait rating items, in file order.
    LongestRun,
    /// The share of rating items answered in under two seconds.
    Pace,
    /// The share of the form's items without an answer.
    Skipped,
}

impl SignalId {
    /// The id used in files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            SignalId::Consistency => "consistency",
            SignalId::LongestRun => "longest-run",
            SignalId::Pace => "pace",
            SignalId::Skipped => "skipped",
        }
    }
}

/// How far answers can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing speaks against them.
    Clear,
    /// Something is unusual.
    Caution,
    /// The score may mean nothing.
    Doubtful,
}

impl Level {
    /// The id used in files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Level::Clear => "clear",
            Level::Caution => "caution",
            Level::Doubtful => "doubtful",
        }
    }
}

/// Looks at the answers.
pub(crate) fn look(bank: &Bank, responses: &Responses, sheet: &Sheet, spread: Spread) -> Quality {
    let signals = [
        consistency(bank, responses, sheet, spread),
        longest_run(bank, responses),
        pace(bank, responses),
        skipped(bank, responses),
    ];
    Quality { verdict: verdict(&signals), signals }
}

/// Doubtful on one doubtful signal, or on consistency and pace together; caution on any other
/// caution. Skipping speaks of completeness and does not count.
fn verdict(signals: &[Signal; 4]) -> Level {
    let level = |id| {
        let signal = signals.iter().find(|signal| signal.id == id);
        signal.and_then(|signal| signal.level).unwrap_or(Level::Clear)
    };
    let [consistency, run, pace] = [SignalId::Consistency, SignalId::LongestRun, SignalId::Pace].map(level);
    if consistency > Level::Clear && pace > Level::Clear {
        return Level::Doubtful;
    }
    consistency.max(run).max(pace)
}

impl Signal {
    fn new(
        id: SignalId,
        value: Option<f64>,
        caution_from: Option<f64>,
        doubtful_from: Option<f64>,
    ) -> Signal {
        let reaches = |value: f64, from: Option<f64>| from.is_some_and(|from| value >= from);
        let level = value.filter(|_| caution_from.is_some()).map(|value| {
            if reaches(value, doubtful_from) {
                Level::Doubtful
            } else if reaches(value, caution_from) {
                Level::Caution
            } else {
                Level::Clear
            }
        });
        Signal { id, value, level, caution_from, doubtful_from }
    }
}

/// One answered rating item of a trait scale, as it was given.
struct Raw<'a> {
    format: &'a ResponseFormat,
    scale: usize,
    keying: Keying,
    r: u8,
}

impl Raw<'_> {
    /// The raw answer on 0 to 1.
    fn z(&self) -> f64 {
        f64::from(self.r - 1) / (self.format.labels.len() - 1) as f64
    }
}

/// The answered rating items of trait scales, each on its own scale, in file order.
fn raw_answers<'a>(bank: &'a Bank, responses: &'a Responses) -> impl Iterator<Item = Raw<'a>> {
    bank.form_items(responses.form()).filter_map(|index| {
        let item = &bank.items[index];
        let own = item.own_scale().filter(|own| bank.scales[own.scale].kind == ScaleKind::Trait)?;
        match (item.format()?, responses.answer(index)?) {
            (format, Answer::Rating(r)) => Some(Raw { format, scale: own.scale, keying: own.keying, r: *r }),
            _ => None,
        }
    })
}

/// √(SS/E), E the expectation of SS when the person's own raw answers are shuffled among the trait
/// items of the same response format. 0 is perfect agreement within scales, 1 that of a shuffle.
fn consistency(bank: &Bank, responses: &Responses, sheet: &Sheet, spread: Spread) -> Signal {
    let raw: Vec<Raw<'_>> = raw_answers(bank, responses).collect();
    let expectation = expected_squares(&raw, sheet.marks.len());
    let value = (expectation > LEAST_EXPECTATION).then(|| (spread.sum_of_squares / expectation).sqrt());
    let caution =
        (spread.df >= CONSISTENCY_LEAST_DF).then(|| 1.0 - CONSISTENCY_MARGIN / (spread.df as f64).sqrt());
    Signal::new(SignalId::Consistency, value, caution, None)
}

/// E: with the raw z of a format having mean m, population variance v and c = −v/(N − 1) over its N
/// answers, a forward item has the mean μ = m and a reversed one μ = 1 − m; and for each scale, with
/// f forward and r reversed items of each format and n items in all,
/// Σ(v + μ²) − (Σ((f + r)v + c(f(f − 1) + r(r − 1) − 2fr)) + (Σμ)²)/n.
fn expected_squares(raw: &[Raw<'_>], n_scales: usize) -> f64 {
    let mut formats: Vec<&ResponseFormat> = Vec::new();
    for answer in raw {
        if !formats.iter().any(|format| std::ptr::eq(*format, answer.format)) {
            formats.push(answer.format);
        }
    }
    let mut sums = vec![ScaleSums::default(); n_scales];
    for format in formats {
        let of_format = || raw.iter().filter(|answer| std::ptr::eq(answer.format, format));
        let n = of_format().count() as f64;
        let mean = of_format().map(Raw::z).sum::<f64>() / n;
        let variance = of_format().map(|answer| (answer.z() - mean).powi(2)).sum::<f64>() / n;
        let covariance = if n > 1.0 { -variance / (n - 1.0) } else { 0.0 };
        let mut counts = vec![[0.0_f64; 2]; n_scales];
        for answer in of_format() {
            counts[answer.scale][usize::from(answer.keying == Keying::Reverse)] += 1.0;
        }
        for (sums, [f, r]) in sums.iter_mut().zip(counts) {
            let reversed_mean = 1.0 - mean;
            sums.items += f + r;
            sums.squares += f * (variance + mean.powi(2)) + r * (variance + reversed_mean.powi(2));
            sums.means += f * mean + r * reversed_mean;
            sums.variance += (f + r) * variance + covariance * (f * (f - 1.0) + r * (r - 1.0) - 2.0 * f * r);
        }
    }
    sums.iter()
        .filter(|sums| sums.items > 0.0)
        .map(|sums| sums.squares - (sums.variance + sums.means.powi(2)) / sums.items)
        .sum()
}

/// The terms of one scale's expectation.
#[derive(Clone, Default)]
struct ScaleSums {
    items: f64,
    squares: f64,
    means: f64,
    variance: f64,
}

/// The longest run of one raw number; skips and other items neither count nor break it.
fn longest_run(bank: &Bank, responses: &Responses) -> Signal {
    let (mut longest, mut run, mut last) = (0_usize, 0_usize, None);
    for answer in raw_answers(bank, responses) {
        run = if last == Some(answer.r) { run + 1 } else { 1 };
        last = Some(answer.r);
        longest = longest.max(run);
    }
    let n_trait_ratings = bank
        .form_items(responses.form())
        .filter(|&index| {
            let item = &bank.items[index];
            let own = item.own_scale();
            item.format().is_some() && own.is_some_and(|own| bank.scales[own.scale].kind == ScaleKind::Trait)
        })
        .count();
    let value = (longest > 0).then_some(longest as f64);
    let doubtful = (n_trait_ratings as f64 / 2.0).max(RUN_LEAST_DOUBTFUL as f64);
    Signal::new(SignalId::LongestRun, value, Some(RUN_CAUTION as f64), Some(doubtful))
}

/// The share of answered rating items that took under two seconds, where times are known.
fn pace(bank: &Bank, responses: &Responses) -> Signal {
    let (mut timed, mut fast) = (0_usize, 0_usize);
    for index in bank.form_items(responses.form()) {
        if let (Some(Answer::Rating(_)), Some(seconds)) = (responses.answer(index), responses.seconds(index))
        {
            timed += 1;
            fast += usize::from(seconds < FAST_SECONDS);
        }
    }
    let value = (timed > 0).then(|| fast as f64 / timed as f64);
    Signal::new(SignalId::Pace, value, Some(PACE_CAUTION), Some(PACE_DOUBTFUL))
}

/// The share of the form's items without an answer.
fn skipped(bank: &Bank, responses: &Responses) -> Signal {
    let n_items = bank.form_items(responses.form()).count();
    let n_skipped = n_items - responses.n_answered();
    let value = (n_items > 0).then(|| n_skipped as f64 / n_items as f64);
    Signal::new(SignalId::Skipped, value, Some(SKIPPED_CAUTION), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(consistency: Option<Level>, run: Level, pace: Option<Level>, skipped: Level) -> [Signal; 4] {
        let signal = |id, level| Signal { id, value: None, level, caution_from: None, doubtful_from: None };
        [
            signal(SignalId::Consistency, consistency),
            signal(SignalId::LongestRun, Some(run)),
            signal(SignalId::Pace, pace),
            signal(SignalId::Skipped, Some(skipped)),
        ]
    }

    #[test]
    fn consistency_and_pace_together_are_doubtful() {
        use Level::{Caution, Clear, Doubtful};
        let cases = [
            (None, Clear, None, Clear, Clear),
            (Some(Caution), Clear, None, Clear, Caution),
            (Some(Caution), Clear, Some(Caution), Clear, Doubtful),
            (Some(Clear), Clear, Some(Doubtful), Clear, Doubtful),
            (None, Doubtful, None, Clear, Doubtful),
            (None, Caution, Some(Caution), Clear, Caution),
            (None, Clear, None, Caution, Clear),
        ];
        for (consistency, run, pace, skipped, expect) in cases {
            let got = verdict(&signals(consistency, run, pace, skipped));
            assert_eq!(got, expect, "{consistency:?} {run:?} {pace:?} {skipped:?}");
        }
    }
}
