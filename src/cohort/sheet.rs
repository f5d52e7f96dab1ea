//! One row after the other through the method: the numbers of [`crate::score`], from flat tables and
//! without anything being made anew for a row.
//!
//! `tests/it/cohort.rs` holds every number to what `crate::score` says of the same answers.

use std::ops::Range;

use memchr::memchr;

use super::line;
use super::line::Numbers;
use super::plan::Entry;
use super::plan::LABELS;
use super::plan::Plan;
use super::plan::ScalePlan;
use super::rows::Chunk;
use super::rows::MAX_ROW;
use super::rows::rows;
use super::rows::without_end;
use super::summary::Tally;
use crate::bank::Keying;
use crate::bank::Role;
use crate::bank::ScaleKind;
use crate::score::fit::LEAST_SHARE;
use crate::score::fit::attainment;
use crate::score::precision::PRIOR_DF;
use crate::score::precision::PRIOR_SPREAD;
use crate::score::precision::Z_90;
use crate::score::quality::CONSISTENCY_LEAST_DF;
use crate::score::quality::CONSISTENCY_MARGIN;
use crate::score::quality::LEAST_EXPECTATION;
use crate::score::quality::Level;
use crate::score::quality::RUN_CAUTION;
use crate::score::quality::RUN_LEAST_DOUBTFUL;

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
    raw: Vec<[u32; 3]>,
    /// Forward and reversed answers by scale and format, when some are skipped.
    counts: Vec<[f64; 2]>,
    fit: Fit,
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
            raw: vec![[0; 3]; plan.formats.len()],
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
            batch.n_blank_before += std::mem::take(&mut batch.n_blank_after);
            batch.n_rows += 1;
            if self.read(line, chunk.quoted, clean) {
                self.assess(&mut batch.lines);
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
        let n_answered = plan.item_columns.iter().filter(|column| self.row.codes[**column] != 0).count();
        let is_full = n_answered == plan.item_columns.len();
        if !is_full {
            self.counts.fill([0.0; 2]);
        }
        self.raw.fill([0; 3]);
        let (mut sum_of_squares, mut df) = (0.0, 0);
        for (index, scale) in plan.scales.iter().enumerate() {
            let squares = match scale.plain {
                Some(format) => self.plain_scale(index, scale, format, is_full),
                None => self.scale(index, scale, is_full),
            };
            sum_of_squares += squares.0;
            df += squares.1;
        }
        let consistency = self.consistency(sum_of_squares, is_full);
        let longest = self.longest_run();
        line_id(out, &self.row.id);
        match plan.role {
            Some(role) => {
                let variance =
                    (sum_of_squares + PRIOR_DF * PRIOR_SPREAD.powi(2)) / (f64::from(df) + PRIOR_DF);
                self.fit(out, role, variance.sqrt());
            }
            None => out.extend_from_slice(b",,,,"),
        }
        out.push(b',');
        out.extend_from_slice(verdict(consistency, df, longest, plan.n_trait_ratings).id().as_bytes());
        out.push(b',');
        if let Some(consistency) = consistency {
            self.numbers.rare(out, consistency);
        }
        out.push(b',');
        if longest > 0 {
            line::whole(out, longest);
        }
        out.push(b',');
        if plan.n_items > 0 {
            self.numbers.common(out, (plan.n_items - n_answered) as f64 / plan.n_items as f64);
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
            tally.n += 1;
            for (index, (scale, scored)) in plan.scales.iter().zip(&self.scales).enumerate() {
                let Some(score) = scored.score else { continue };
                let row = &self.row;
                let points = scale.entries.iter().map(|entry| points(plan, row, entry));
                tally.take(index, score, scored.complete.then_some(points));
            }
        }
    }

    /// A trait scale of ratings in one format, all its own: most scales. Gives its sum of squares and
    /// its degrees of freedom.
    fn plain_scale(&mut self, index: usize, scale: &ScalePlan, format: usize, is_full: bool) -> (f64, u32) {
        let (mut n, mut sum, mut z_sum) = (0_u32, 0.0, 0.0);
        let (mut raw_sum, mut raw_squares) = (0_u32, 0_u32);
        for entry in &scale.entries {
            let code = usize::from(self.row.codes[entry.column]) % LABELS;
            let table = &self.plan.tables[entry.table.unwrap_or(0)];
            sum += table.points[code];
            z_sum += table.z[code];
            let answered = u32::from(code != 0);
            n += answered;
            let raw = u32::from(self.row.codes[entry.column]).saturating_sub(1);
            raw_sum += raw;
            raw_squares += raw * raw;
            if !is_full && answered == 1 {
                let at = index * self.plan.formats.len() + format;
                self.counts[at][usize::from(entry.keying == Keying::Reverse)] += 1.0;
            }
        }
        let mean = z_sum / f64::from(n.max(1));
        let mut squares = 0.0;
        for entry in &scale.entries {
            let code = usize::from(self.row.codes[entry.column]) % LABELS;
            let deviation = self.plan.tables[entry.table.unwrap_or(0)].z[code] - mean;
            squares += if code == 0 { 0.0 } else { deviation * deviation };
        }
        let raw = &mut self.raw[format];
        raw[0] += n;
        raw[1] += raw_sum;
        raw[2] += raw_squares;
        let is_scored = n > 0 && 2 * n as usize >= scale.n_items;
        self.scales[index] = Scored {
            score: is_scored.then(|| sum / f64::from(n)),
            n: f64::from(n.max(1)),
            deviation: 0.0,
            complete: n as usize == scale.n_items,
        };
        (squares, n.saturating_sub(1))
    }

    /// Any scale.
    fn scale(&mut self, index: usize, scale: &ScalePlan, is_full: bool) -> (f64, u32) {
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
        for entry in &scale.entries {
            let code = self.row.codes[entry.column];
            if let (Some(format), 1..) = (entry.format, code) {
                self.z.push(points(plan, &self.row, entry) / 100.0);
                let raw = &mut self.raw[format];
                raw[0] += 1;
                raw[1] += u32::from(code - 1);
                raw[2] += u32::from(code - 1) * u32::from(code - 1);
                if !is_full {
                    let at = index * plan.formats.len() + format;
                    self.counts[at][usize::from(entry.keying == Keying::Reverse)] += 1.0;
                }
            }
        }
        let n = u32::try_from(self.z.len()).unwrap_or(u32::MAX);
        (squares(&self.z), n.saturating_sub(1))
    }

    /// √(SS/E), as [`crate::score::quality`] has it.
    fn consistency(&self, sum_of_squares: f64, is_full: bool) -> Option<f64> {
        let n_formats = self.plan.formats.len();
        let mut expectation = 0.0;
        for (index, scale) in self.plan.scales.iter().enumerate() {
            let counts = if is_full {
                &scale.full[..]
            } else {
                &self.counts[index * n_formats..(index + 1) * n_formats]
            };
            let (mut items, mut squares, mut means, mut variances) = (0.0, 0.0, 0.0, 0.0);
            for (format, [f, r]) in counts.iter().enumerate().filter(|(_, [f, r])| f + r > 0.0) {
                let (mean, variance, covariance) = self.raw_moments(format);
                let reversed_mean = 1.0 - mean;
                items += f + r;
                squares += f * (variance + mean * mean) + r * (variance + reversed_mean * reversed_mean);
                means += f * mean + r * reversed_mean;
                variances += (f + r) * variance + covariance * (f * (f - 1.0) + r * (r - 1.0) - 2.0 * f * r);
            }
            if items > 0.0 {
                expectation += squares - (variances + means * means) / items;
            }
        }
        (expectation > LEAST_EXPECTATION).then(|| (sum_of_squares / expectation).sqrt())
    }

    /// Mean, variance and −v/(N − 1) of the raw z of a format; exact where all answers are one.
    fn raw_moments(&self, format: usize) -> (f64, f64, f64) {
        let [n, sum, squares] = self.raw[format].map(u64::from);
        let top = self.plan.formats[format];
        let count = n as f64;
        let variance = (n * squares - sum * sum) as f64 / (count * count * top * top);
        let covariance = if n > 1 { -variance / (count - 1.0) } else { 0.0 };
        (sum as f64 / (count * top), variance, covariance)
    }

    fn longest_run(&self) -> usize {
        let (mut longest, mut run, mut last) = (0, 0, 0);
        for column in &self.plan.run {
            let code = self.row.codes[*column];
            if code != 0 {
                run = if code == last { run + 1 } else { 1 };
                last = code;
                longest = longest.max(run);
            }
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

fn verdict(consistency: Option<f64>, df: u32, longest: usize, n_trait_ratings: usize) -> Level {
    let run = longest as f64;
    if longest > 0 && run >= (n_trait_ratings as f64 / 2.0).max(RUN_LEAST_DOUBTFUL as f64) {
        return Level::Doubtful;
    }
    let caution = 1.0 - CONSISTENCY_MARGIN / f64::from(df).sqrt();
    let inconsistent =
        df as usize >= CONSISTENCY_LEAST_DF && consistency.is_some_and(|value| value >= caution);
    if inconsistent || longest >= RUN_CAUTION { Level::Caution } else { Level::Clear }
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
        line::text(out, std::str::from_utf8(id).unwrap_or_default());
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
