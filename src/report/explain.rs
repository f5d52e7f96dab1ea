//! The arithmetic from each answer to the score, for a pocket calculator.

use itertools::Itertools;

use crate::bank::{Bank, Keying, Role};
use crate::document::{Block, Document, ListEntry, Placement, Section, Tone};
use crate::report::view::View;
use crate::report::{EffectReport, Report};
use crate::score::assess;
use crate::score::explain::Explanation;
use crate::score::fit::unclamped;
use crate::session::Responses;

const FORMULAS: &str = "S is the mean of a scale's points. A = (S - from) / (to - from), cut off at -1 and 1. P is the mean of A \
                        weighted by w. The score is 100 times the mean of P weighted by W, and at least 0. Numbers have \
                        up to four decimals.";
const FORMULA: &str = "S is the mean of a scale's points. Numbers have up to four decimals.";
const EFFECTS: &str =
    "The score minus the score with that one answer skipped, both before they are cut off at 0.";
const MOVES: &str = "What the score would gain if you met this one requirement and nothing else changed.";
/// Gains under this many points are left out.
const LEAST_GAIN: f64 = 0.05;

/// The arithmetic of a report as a document. The other arguments are what the report was made of.
pub fn document(report: &Report, bank: &Bank, role: Option<&Role>, responses: &Responses) -> Document {
    // If the report withholds the answers, so does the arithmetic.
    let withheld = report.withheld.is_some().then(|| Responses::new(bank, responses.form()));
    let view = View {
        bank,
        role,
        responses: withheld.as_ref().unwrap_or(responses),
        assessment: &assess(bank, role, responses),
        explained: &Explanation::default(),
        observed: report.observed.is_some(),
    };
    let mut document = Document {
        title: format!("{}: the arithmetic", report.title),
        language: report.language.clone(),
        ..Document::default()
    };
    document.add(Placement::First, "formulas", "", |section| {
        section.say(Tone::Aside, if role.is_some() { FORMULAS } else { FORMULA });
        section.say_all(Tone::Plain, &report.withheld);
    });
    for part in 0..bank.parts.len() {
        view.add_part(&mut document, part);
    }
    document.add(Placement::First, "score", "The score", |section| view.sum(report, section));
    document.add(Placement::First, "effects", "What each answer did", |section| effects(report, section));
    document.add(Placement::First, "moves", "What would change the score", |section| moves(report, section));
    document
}

impl View<'_> {
    fn add_part(&self, document: &mut Document, index: usize) {
        let part = &self.bank.parts[index];
        let weight = self.role.map_or_else(String::new, |_| format!(", W = {}", places(part.weight)));
        let title = format!("{}{weight}", part.title);
        document.add(Placement::First, &format!("part-{}", index + 1), &title, |section| {
            let all = 0..self.bank.scales.len();
            let scales = all.filter(|&scale| self.bank.scales[scale].part == index).collect_vec();
            for &scale in &scales {
                section.blocks.push(Block::Heading(self.bank.scales[scale].title.clone()));
                let (answers, points): (Vec<ListEntry>, Vec<String>) =
                    self.answers(scale).into_iter().unzip();
                section.list(answers);
                section.list(self.scale_lines(scale, &points));
            }
            if self.role.is_some() {
                section.blocks.push(Block::Heading(format!("{} together", part.title)));
                section.list([ListEntry::new("P", self.part_line(index, &scales))]);
            }
        });
    }

    fn part_line(&self, part: usize, scales: &[usize]) -> String {
        let Some(attainment) = self.assessment.role.as_ref().and_then(|fit| fit.parts[part].attainment)
        else {
            return "is left out: nothing that the role needs of this part could be scored.".to_owned();
        };
        let required = scales.iter().filter_map(|&scale| self.required(scale));
        let scored = required.filter_map(|(_, attained)| Some((attained.weight, attained.attainment?)));
        format!("= {} = {}", weighted_mean(scored), places(attainment))
    }

    /// The answers that count towards a scale, and what each of them counts.
    fn answers(&self, scale: usize) -> Vec<(ListEntry, String)> {
        let entry = |index: usize| {
            let item = &self.bank.items[index];
            let keying = item.scales().iter().find(|keyed| keyed.scale == scale)?.keying;
            let answer = self.responses.answer(index)?;
            let points = item.points(answer);
            let counts = places(keying.key(points));
            let said = match keying {
                Keying::Reverse => format!("reversed, 100 - {} = {counts}", places(points)),
                Keying::Forward => counts.clone(),
            };
            Some((ListEntry::new("", format!("{} \"{}\": {said}", item.ask, item.in_words(answer))), counts))
        };
        self.responses.items().filter_map(entry).collect()
    }

    /// S, A and w of a scale, from what its answers count.
    fn scale_lines(&self, scale: usize, points: &[String]) -> Vec<ListEntry> {
        let found = self.assessment.scales[scale];
        let n = found.n_answered;
        let Some(score) = found.score() else {
            let why = if n == 0 { "not answered, or not asked in this form" } else { "too few answers" };
            return vec![ListEntry::new("S", format!("is left out: {why}."))];
        };
        let sum = match points {
            [] => format!("= mean of {n}"),
            points => format!("= ({}) / {n}", points.join(" + ")),
        };
        let mut lines = vec![ListEntry::new("S", format!("{sum} = {}", places(score)))];
        let required = self.required(scale);
        let required = required.and_then(|(asked, attained)| Some((asked, attained, attained.attainment?)));
        let Some((asked, attained, attainment)) = required else { return lines };
        let (from, to) = (places(asked.from), places(asked.to));
        let free = unclamped(score, asked.from, asked.to);
        let is_cut = (free - attainment).abs() > 1e-9;
        let cut = if is_cut { format!(", cut off at {}", places(attainment)) } else { String::new() };
        let (score, free) = (places(score), places(free));
        lines.push(ListEntry::new("A", format!("= ({score} - {from}) / ({to} - {from}) = {free}{cut}")));
        let factor = if asked.weight > 0.0 { attained.weight / asked.weight } else { 1.0 };
        let weight = places(attained.weight);
        let weighed = if (factor - 1.0).abs() > 1e-9 {
            let (own, factor) = (places(asked.weight), places(factor));
            format!("= {own} x {factor} (how much it matters to you) = {weight}")
        } else {
            format!("= {weight}")
        };
        lines.push(ListEntry::new("w", weighed));
        lines
    }

    fn sum(&self, report: &Report, section: &mut Section) {
        let Some(fit) = &self.assessment.role else { return };
        let parts = self.bank.parts.iter().zip(&fit.parts);
        if let Some(score) = report.fit.score {
            let scored = parts.filter_map(|(part, attained)| Some((part.weight, attained.attainment?)));
            let sum = format!("= 100 x max(0, {}) = {}", weighted_mean(scored), places(score));
            section.list([ListEntry::new("Score", sum)]);
        } else {
            let reason = report.fit.reason.as_deref().unwrap_or("nothing could be scored");
            section.say(Tone::Plain, format!("There is none: {reason}."));
        }
    }
}

/// "(2 x 0.5 + 1 x 1) / (2 + 1)"
fn weighted_mean(terms: impl Iterator<Item = (f64, f64)>) -> String {
    let terms =
        terms.map(|(weight, value)| (format!("{} x {}", places(weight), places(value)), places(weight)));
    let (products, weights): (Vec<String>, Vec<String>) = terms.unzip();
    format!("({}) / ({})", products.join(" + "), weights.join(" + "))
}

fn effects(report: &Report, section: &mut Section) {
    if report.fit.score.is_none() || report.effects.is_empty() {
        return;
    }
    section.say(Tone::Aside, EFFECTS);
    section.list(report.effects.iter().map(|EffectReport { ask, answer, effect, .. }| {
        let points = effect.map_or_else(|| "--".to_owned(), signed);
        ListEntry::new(points, format!("{ask} \"{answer}\""))
    }));
}

fn moves(report: &Report, section: &mut Section) {
    let moves = report.moves.iter().filter(|change| change.gain >= LEAST_GAIN).collect_vec();
    if !moves.is_empty() {
        section.say(Tone::Aside, MOVES);
    }
    section.list(moves.iter().map(|change| ListEntry::new(signed(change.gain), &change.title)));
    section.say_all(Tone::Plain, &report.fit.judgement);
}

/// Points up or down, with one decimal.
pub(super) fn signed(points: f64) -> String {
    format!("{points:+.1}").replace('-', "\u{2212}")
}

/// Up to four decimals.
fn places(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}
