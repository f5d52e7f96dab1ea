//! One row after the other through the method: the numbers of [`crate::score`], from flat tables and
//! without anything being made anew for a row.
//!
//! `tests/it/cohort.rs` holds every number to what `crate::score` says of the same answers.

use std::ops::Range;

use memchr::memchr;

use super::line;
use super::line::Numbers;
use super::plan::{Entry, LABELS, Packed, Plain, Plan, ScalePlan};
use super::rows::{Chunk, MAX_ROW, rows, without_end};
use super::summary::Tally;
use crate::bank::{Keying, Role, ScaleKind};
use crate::score::fit::{LEAST_SHARE, attainment};
use crate::score::quality::{LEAST_EXPECTATION, Level, Run, SKIPPED_CAUTION, Verdict};
use crate::score::{PRIOR_DF, PRIOR_SPREAD, Z_90};

/// A row's answers, by column.
pub(super) struct Row {
    /// 0 for a skip; else the rating, or 1 for any other answer.
    pub(super) codes: Vec<u8>,
    /// Points before keying, of answers that are no ratings.
    pub(super) points: Vec<f64>,
    pub(super) id: Vec<u8>,
}

/// What became of a chunk.
#[derive(Default)]
pub(super) struct Batch {
    /// The lines to write.
    pub(super) lines: Vec<u8>,
    pub(super) faulty: Vec<Faulty>,
    pub(super) n_rows: u64,
    pub(super) n_lines: u64,
    /// Blank lines before the last row, and after it.
    pub(super) n_blank_before: u64,
    pub(super) n_blank_after: u64,
    /// Rows of nothing but separators.
    pub(super) n_empty: u64,
}

/// A row at fault: which one, its first line, both from 1 within the chunk, and its bytes.
pub(super) struct Faulty {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) at: Range<usize>,
}

/// Scores rows; each worker has its own.
pub(super) struct Scorer<'a> {
    plan: &'a Plan<'a>,
    keep_going: bool,
    row: Row,
    numbers: Numbers,
    tally: Option<Tally>,
    scales: Vec<Scored>,
    /// z of a scale's answered items, for the one at hand.
    z: Vec<f64>,
    /// Raw answers to trait ratings by format: how many, their sum, the sum of their squares.
    raw: Vec<[u64; 3]>,
    /// Mean, variance and covariance of the same.
    moments: Vec<Moments>,
    /// Forward and reversed answers by scale and format.
    counts: Vec<[f64; 2]>,
    /// The answers to trait ratings, in file order.
    asked: Vec<u8>,
    fit: Fit,
}

/// Mean and variance of the raw z of a format, and c = −v/(N − 1).
#[derive(Clone, Copy, Default)]
struct Moments {
    mean: f64,
    variance: f64,
    covariance: f64,
}

impl Moments {
    /// Exact where all answers are one.
    fn of([n, sum, squares]: [u64; 3], top: f64) -> Moments {
        if n == 0 {
            return Moments::default();
        }
        let count = n as f64;
        let variance = (n * squares - sum * sum) as f64 / (count * count * top * top);
        let covariance = if n > 1 { -variance / (count - 1.0) } else { 0.0 };
        Moments { mean: sum as f64 / (count * top), variance, covariance }
    }

    /// What a scale in one format adds to E, with f forward and r reversed answers, n in all:
    /// v(n − 1) − c(f(f − 1) + r(r − 1) − 2fr)/n + (2m − 1)²·fr/n.
    fn expectation(&self, [f, r]: [f64; 2]) -> f64 {
        let n = f + r;
        if n == 0.0 {
            return 0.0;
        }
        let pairs = f * (f - 1.0) + r * (r - 1.0) - 2.0 * f * r;
        let apart = 2.0 * self.mean - 1.0;
        self.variance * (n - 1.0) + (apart * apart * f * r - self.covariance * pairs) / n
    }
}

/// What any scale adds to E.
fn mixed_expectation(moments: &[Moments], counts: &[[f64; 2]]) -> f64 {
    let (mut items, mut squares, mut means, mut variances) = (0.0, 0.0, 0.0, 0.0);
    for (&Moments { mean, variance, covariance }, [f, r]) in moments.iter().zip(counts) {
        let reversed_mean = 1.0 - mean;
        items += f + r;
        squares += f * (variance + mean * mean) + r * (variance + reversed_mean * reversed_mean);
        means += f * mean + r * reversed_mean;
        variances += (f + r) * variance + covariance * (f * (f - 1.0) + r * (r - 1.0) - 2.0 * f * r);
    }
    if items > 0.0 { squares - (variances + means * means) / items } else { 0.0 }
}

/// Eight bytes of 0 or 1 as the bits of one: the product brings each to its place in the highest byte.
fn gathered(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The longest run of one number; zeros neither count nor break it.
fn longest_run(codes: &[u8]) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, 0);
    for code in codes.iter().filter(|code| **code != 0) {
        run = if *code == last { run + 1 } else { 1 };
        last = *code;
        longest = longest.max(run);
    }
    longest
}

/// One scale of one row.
#[derive(Clone, Copy, Default)]
struct Scored {
    /// NaN never stands here: without enough answers there is no score.
    score: Option<f64>,
    /// Answers that the standard error rests on.
    n: f64,
    /// For a situational scale, the sample deviation of their z.
    deviation: f64,
    complete: bool,
}

/// Room for the arithmetic of the fit.
#[derive(Default)]
struct Fit {
    factors: Vec<f64>,
    parts: Vec<PartSums>,
}

#[derive(Clone, Copy, Default)]
struct PartSums {
    weighted: f64,
    weights: f64,
    squares: f64,
    asked: f64,
}

impl PartSums {
    /// P.
    fn attainment(&self) -> Option<f64> {
        (self.weights > 0.0).then(|| self.weighted / self.weights)
    }
}

impl<'a> Scorer<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, tally: bool, keep_going: bool) -> Scorer<'a> {
        let n_scales = plan.scales.len();
        Scorer {
            plan,
            keep_going,
            row: plan.row(),
            numbers: Numbers::default(),
            tally: tally.then(|| Tally::new(plan)),
            scales: vec![Scored::default(); n_scales],
            z: Vec::new(),
            asked: Vec::new(),
            raw: vec![[0; 3]; plan.formats.len()],
            moments: vec![Moments::default(); plan.formats.len()],
            counts: vec![[0.0; 2]; n_scales * plan.formats.len()],
            fit: Fit {
                factors: vec![1.0; n_scales],
                parts: vec![PartSums::default(); plan.bank.parts.len()],
            },
        }
    }

    pub(super) fn into_tally(self) -> Option<Tally> {
        self.tally
    }

    /// Scores a chunk's rows, up to the first one at fault unless they are set aside.
    pub(super) fn score(&mut self, chunk: &Chunk, batch: &mut Batch) {
        batch.lines.clear();
        batch.faulty.clear();
        (batch.n_rows, batch.n_lines, batch.n_blank_before, batch.n_blank_after) = (0, 0, 0, 0);
        batch.n_empty = 0;
        let bytes = chunk.rows();
        let clean = is_text(bytes);
        let blank_is_row = self.plan.names.len() == 1;
        let mut start = 0;
        for row in rows(bytes, chunk.quoted) {
            let (line, at) = (without_end(row), start..start + row.len());
            start = at.end;
            let first_line = batch.n_lines + 1;
            batch.n_lines += if chunk.quoted { lines_in(row) } else { 1 };
            if line.is_empty() && !blank_is_row {
                batch.n_blank_after += 1;
                continue;
            }
            if !line.is_empty() && line.iter().all(|byte| matches!(byte, b',' | b' ' | b'\t' | b'"')) {
                batch.n_empty += 1;
                continue;
            }
            batch.n_blank_before += std::mem::take(&mut batch.n_blank_after);
            batch.n_rows += 1;
            if self.read(line, chunk.quoted, clean) {
                self.assess(&mut batch.lines);
                if let Some(tally) = &mut self.tally {
                    tally.row(self.plan.digest, line);
                }
            } else {
                batch.faulty.push(Faulty { row: batch.n_rows, line: first_line, at });
                if !self.keep_going {
                    return;
                }
            }
        }
    }

    fn read(&mut self, line: &[u8], quoted: bool, clean: bool) -> bool {
        if line.len() > MAX_ROW || !(clean || is_text(line)) {
            return false;
        }
        if quoted && memchr(b'"', line).is_some() {
            return self.plan.read_quoted(line, &mut self.row);
        }
        self.plan.read(line, &mut self.row)
    }

    /// Scores the row that was read, and writes its line.
    fn assess(&mut self, out: &mut Vec<u8>) {
        let plan = self.plan;
        let n_answered = self.row.codes.iter().filter(|code| **code != 0).count();
        self.raw.fill([0; 3]);
        let (mut sum_of_squares, mut df) = (0.0, 0);
        for (index, scale) in plan.scales.iter().enumerate() {
            let squares = match &scale.plain {
                Some(sums) => self.plain_scale(index, scale, sums),
                None => self.scale(index, scale),
            };
            sum_of_squares += squares.0;
            df += squares.1;
        }
        let consistency = self.consistency(sum_of_squares);
        let longest = self.longest_run();
        line_id(out, &self.row.id);
        match plan.role {
            Some(role) => {
                let variance = (sum_of_squares + PRIOR_DF * PRIOR_SPREAD.powi(2)) / (df as f64 + PRIOR_DF);
                self.fit(out, role, variance.sqrt());
            }
            None => out.extend_from_slice(b",,,,"),
        }
        out.push(b',');
        let consistent = consistency
            .zip(plan.cautions[df])
            .map(|(value, caution)| if value >= caution { Level::Caution } else { Level::Clear });
        let answered = plan.run.iter().filter(|column| self.row.codes[**column] != 0).count();
        let run = Run { asked: plan.n_trait_ratings, both_ways: plan.ways == [true; 2], answered };
        let run = run.signal(longest);
        let verdict = Verdict::of(consistent, run.level, None);
        out.extend_from_slice(verdict.id().as_bytes());
        out.push(b',');
        if let Some(consistency) = consistency {
            self.numbers.rare(out, consistency);
        }
        out.push(b',');
        if run.value.is_some() {
            line::whole(out, longest);
        }
        out.push(b',');
        let skipped = (plan.n_items - n_answered) as f64 / plan.n_items.max(1) as f64;
        if plan.n_items > 0 {
            self.numbers.common(out, skipped);
        }
        for part in &self.fit.parts {
            out.push(b',');
            if let Some(attainment) = part.attainment().filter(|_| plan.role.is_some()) {
                self.numbers.rare(out, 100.0 * attainment);
            }
        }
        for scale in &self.scales {
            out.push(b',');
            if let Some(score) = scale.score {
                self.numbers.common(out, score);
            }
        }
        out.push(b'\n');
        if let Some(tally) = &mut self.tally {
            let at = match verdict {
                Verdict::NotJudged => 6,
                _ => {
                    2 * run.level.unwrap_or(Level::Clear) as usize
                        + usize::from(consistent == Some(Level::Caution))
                }
            };
            tally.respondent(at, skipped >= SKIPPED_CAUTION);
            for (index, (scale, scored)) in plan.scales.iter().zip(&self.scales).enumerate() {
                let Some(score) = scored.score else { continue };
                let row = &self.row;
                let points = scale.entries.iter().map(|entry| points(plan, row, entry));
                tally.take(index, score, scored.complete.then_some(points));
            }
        }
    }

    /// A plain scale. Gives its sum of squares and its degrees of freedom.
    #[expect(clippy::cast_possible_truncation, reason = "a count of answers")]
    fn plain_scale(&mut self, index: usize, scale: &ScalePlan, plain: &Plain) -> (f64, usize) {
        let codes = &self.row.codes[..];
        let sum = |way: usize| {
            let add = |column: &usize| plain.adds[way][usize::from(codes[*column]) % LABELS];
            Packed(plain.columns[way].iter().map(add).sum())
        };
        let [forward, reversed] = [sum(0), sum(1)];
        let both = Packed(forward.0 + reversed.0);
        let (n, c, top) = (both.n(), both.c(), plain.top);
        // A reversed answer was top - c, which gives the sums of the answers as they were given.
        let raw = &mut self.raw[plain.format];
        raw[0] += n;
        raw[1] += forward.c() + top * reversed.n() - reversed.c();
        raw[2] += both.squares() + top * top * reversed.n() - 2 * top * reversed.c();
        self.counts[index * self.plan.formats.len() + plain.format] =
            [forward.n() as f64, reversed.n() as f64];
        let count = n.max(1) as f64;
        let is_scored = n > 0 && 2 * n >= scale.n_items as u64;
        self.scales[index] = Scored {
            score: is_scored.then(|| (100 * c) as f64 / (n * top) as f64),
            n: count,
            deviation: 0.0,
            complete: n == scale.n_items as u64,
        };
        let squares = (n * both.squares() - c * c) as f64 / (count * (top * top) as f64);
        (squares, n.saturating_sub(1) as usize)
    }

    /// Any scale.
    fn scale(&mut self, index: usize, scale: &ScalePlan) -> (f64, usize) {
        let plan = self.plan;
        let (mut n, mut sum) = (0_usize, 0.0);
        let mut n_own = 0_usize;
        self.z.clear();
        for entry in &scale.entries {
            if self.row.codes[entry.column] != 0 {
                let points = points(plan, &self.row, entry);
                n += 1;
                sum += points;
                if entry.own {
                    n_own += 1;
                    self.z.push(points / 100.0);
                }
            }
        }
        if n_own == 0 {
            let row = &self.row;
            let answered = scale.entries.iter().filter(|entry| row.codes[entry.column] != 0);
            self.z.extend(answered.map(|entry| points(plan, row, entry) / 100.0));
        }
        let deviation = match self.z.len() {
            n if n >= 2 && scale.kind == ScaleKind::Situational => (squares(&self.z) / (n - 1) as f64).sqrt(),
            _ => 0.0,
        };
        let is_scored = n > 0 && 2 * n >= scale.n_items;
        self.scales[index] = Scored {
            score: is_scored.then(|| sum / n as f64),
            n: self.z.len().max(1) as f64,
            deviation,
            complete: n == scale.n_items,
        };
        if scale.kind != ScaleKind::Trait {
            return (0.0, 0);
        }
        self.z.clear();
        let first = index * plan.formats.len();
        self.counts[first..first + plan.formats.len()].fill([0.0; 2]);
        for entry in &scale.entries {
            let code = self.row.codes[entry.column];
            if let (Some(format), 1..) = (entry.format, code) {
                self.z.push(points(plan, &self.row, entry) / 100.0);
                let raw = &mut self.raw[format];
                raw[0] += 1;
                raw[1] += u64::from(code - 1);
                raw[2] += u64::from(code - 1).pow(2);
                self.counts[first + format][usize::from(entry.keying == Keying::Reverse)] += 1.0;
            }
        }
        (squares(&self.z), self.z.len().saturating_sub(1))
    }

    /// √(SS/E), as [`crate::score::quality`] has it.
    fn consistency(&mut self, sum_of_squares: f64) -> Option<f64> {
        for ((moments, raw), top) in self.moments.iter_mut().zip(&self.raw).zip(&self.plan.formats) {
            *moments = Moments::of(*raw, *top);
        }
        let mut expectation = 0.0;
        let counts = self.counts.chunks_exact(self.moments.len().max(1));
        for (scale, counts) in self.plan.scales.iter().zip(counts) {
            expectation += match &scale.plain {
                Some(plain) => self.moments[plain.format].expectation(counts[plain.format]),
                None => mixed_expectation(&self.moments, counts),
            };
        }
        (expectation > LEAST_EXPECTATION).then(|| (sum_of_squares / expectation).sqrt())
    }

    fn longest_run(&mut self) -> usize {
        let codes = &self.row.codes[..];
        let asked = match &self.plan.run_stretch {
            Some(stretch) => &codes[stretch.clone()],
            None => {
                self.asked.clear();
                self.asked.extend(self.plan.run.iter().map(|column| codes[*column]));
                &self.asked[..]
            }
        };
        if asked.is_empty() || asked.len() > 64 || memchr(0, asked).is_some() {
            return longest_run(asked);
        }
        // A bit for each answer that is the same as the next; the run is as long as it takes to wear
        // the longest row of bits away.
        let mut same = [0_u8; 64];
        for ((same, a), b) in same.iter_mut().zip(asked).zip(&asked[1..]) {
            *same = u8::from(a == b);
        }
        let mut bits =
            same.as_chunks::<8>().0.iter().rev().fold(0_u64, |bits, eight| bits << 8 | gathered(*eight));
        let mut longest = 1;
        while bits != 0 {
            bits &= bits << 1;
            longest += 1;
        }
        longest
    }

    /// The fit and the parts, as [`crate::score::fit`] has them; writes the fit's cells.
    fn fit(&mut self, out: &mut Vec<u8>, role: &Role, spread: f64) {
        let (plan, bank) = (self.plan, self.plan.bank);
        let Fit { factors, parts } = &mut self.fit;
        factors.fill(1.0);
        for (scale, entry) in &plan.weighs {
            if self.row.codes[entry.column] != 0 {
                factors[*scale] = points(plan, &self.row, entry) / 100.0;
            }
        }
        parts.fill(PartSums::default());
        for requirement in &role.requirements {
            let scale = &plan.scales[requirement.scale];
            if scale.n_items == 0 {
                continue;
            }
            let weight = requirement.weight * factors[requirement.scale];
            let sums = &mut parts[bank.scales[requirement.scale].part];
            sums.asked += weight;
            let scored = &self.scales[requirement.scale];
            if let Some(score) = scored.score {
                let error = match scale.kind {
                    ScaleKind::Fact => 0.0,
                    ScaleKind::Trait => 100.0 * spread / scored.n.sqrt(),
                    ScaleKind::Situational => 100.0 * spread.max(scored.deviation) / scored.n.sqrt(),
                };
                let error = error / (requirement.to - requirement.from).abs();
                sums.weighted += weight * attainment(requirement, score);
                sums.weights += weight;
                sums.squares += (weight * error).powi(2);
            }
        }
        let (mut weighted, mut weights, mut squares) = (0.0, 0.0, 0.0);
        let (mut shares, mut share_weights) = (0.0, 0.0);
        for (part, sums) in bank.parts.iter().zip(&*parts) {
            if let Some(attainment) = sums.attainment() {
                weighted += part.weight * attainment;
                weights += part.weight;
                squares += (part.weight * (sums.squares.sqrt() / sums.weights)).powi(2);
            }
            if sums.asked > 0.0 {
                shares += part.weight * sums.weights / sums.asked;
                share_weights += part.weight;
            }
        }
        if weights <= 0.0 {
            out.extend_from_slice(b",,,,");
            return;
        }
        let fit = (100.0 * weighted / weights).max(0.0);
        let half = Z_90 * (100.0 * squares.sqrt() / weights);
        let (low, high) = ((fit - half).clamp(0.0, 100.0), (fit + half).clamp(0.0, 100.0));
        for number in [fit, low, high] {
            out.push(b',');
            self.numbers.rare(out, number);
        }
        out.push(b',');
        if share_weights > 0.0 && shares / share_weights >= LEAST_SHARE {
            let mut first = true;
            for (index, band) in bank.bands.iter().enumerate() {
                let next = bank.bands.get(index + 1);
                if high >= band.from && next.is_none_or(|next| low < next.from) {
                    if !std::mem::take(&mut first) {
                        out.push(b';');
                    }
                    out.extend_from_slice(band.id.as_bytes());
                }
            }
        }
    }
}

/// Points in the scale's direction of an answered item.
fn points(plan: &Plan<'_>, row: &Row, entry: &Entry) -> f64 {
    match entry.table {
        Some(table) => plan.tables[table].points[usize::from(row.codes[entry.column]) % LABELS],
        None => entry.keying.key(row.points[entry.column]),
    }
}

/// Sum of squared deviations from the mean.
fn squares(z: &[f64]) -> f64 {
    let mean = z.iter().sum::<f64>() / z.len().max(1) as f64;
    z.iter().map(|z| (z - mean).powi(2)).sum()
}

fn line_id(out: &mut Vec<u8>, id: &[u8]) {
    if id.iter().all(u8::is_ascii_alphanumeric) {
        out.extend_from_slice(id);
    } else {
        line::cell(out, std::str::from_utf8(id).unwrap_or_default());
    }
}

/// Whether bytes are UTF-8 without NUL.
fn is_text(bytes: &[u8]) -> bool {
    memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok()
}

/// Lines that a row takes, the last one of a file with or without its end.
fn lines_in(row: &[u8]) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', row).count() as u64;
    if row.ends_with(b"\n") { feeds } else { feeds + 1 }
}
