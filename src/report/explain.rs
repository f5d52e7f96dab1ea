//! The arithmetic from each answer to the fit, to be followed with a pocket calculator.

use crate::bank::{Bank, Counts, Keying, Role};
use crate::document::{Block, Document, Entry, Place, Section, Tone};
use crate::report::{EffectReport, Report};
use crate::score::Assessment;
use crate::session::Responses;

/// Every step from the answers to the fit, with its numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explanation {
    /// One for each part of the bank.
    pub parts: Vec<ExplainedPart>,
}

/// One part: its scales, and what they come to.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// Its title.
    pub title: String,
    /// Its weight W in the fit.
    pub weight: f64,
    /// P, −1 to 1.
    pub attainment: Option<f64>,
    /// Its scales.
    pub scales: Vec<ExplainedScale>,
}

/// One scale: its answers, and what they come to.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedScale {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The answers that count towards it; none where they are withheld.
    pub answers: Vec<ExplainedAnswer>,
    /// How many they are.
    pub n_answered: usize,
    /// Its score S, the mean of their points.
    pub score: Option<f64>,
    /// What the role asks, and what becomes of it.
    pub required: Option<ExplainedRequirement>,
}

/// One answer on a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedAnswer {
    /// The question.
    pub ask: String,
    /// The answer in words.
    pub answer: String,
    /// Its points before keying.
    pub points: f64,
    /// Whether the item is reverse-keyed here: then it counts 100 minus its points.
    pub reversed: bool,
    /// What it counts.
    pub counts: f64,
}

/// One requirement, worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedRequirement {
    /// Counts as nothing.
    pub from: f64,
    /// Counts as met.
    pub to: f64,
    /// A, −1 to 1.
    pub attainment: Option<f64>,
    /// The role's own weight.
    pub role_weight: f64,
    /// What the person said it matters, 0 to 1.
    pub factor: f64,
    /// The weight that counts, w.
    pub weight: f64,
}

/// Works everything out.
pub(super) fn explain(
    bank: &Bank,
    role: Option<&Role>,
    responses: &Responses,
    assessment: &Assessment,
) -> Explanation {
    let part = |(index, part): (usize, &crate::bank::Part)| ExplainedPart {
        title: part.title.clone(),
        weight: part.weight,
        attainment: assessment.role.as_ref().and_then(|fit| fit.parts[index].attainment),
        scales: (0..bank.scales.len())
            .filter(|&scale| bank.scales[scale].part == index)
            .map(|scale| ExplainedScale {
                id: bank.scales[scale].id.clone(),
                title: bank.scales[scale].title.clone(),
                answers: answers(bank, responses, scale),
                n_answered: assessment.scales[scale].n_answered,
                score: assessment.scales[scale].score(),
                required: requirement(role, assessment, scale),
            })
            .collect(),
    };
    Explanation { parts: bank.parts.iter().enumerate().map(part).collect() }
}

fn answers(bank: &Bank, responses: &Responses, scale: usize) -> Vec<ExplainedAnswer> {
    let mut answers = Vec::new();
    for index in responses.items() {
        let item = &bank.items[index];
        let Counts::Scales(keyed) = &item.counts else { continue };
        let here = keyed.iter().find(|keyed| keyed.scale == scale);
        if let Some((keyed, answer)) = here.zip(responses.answer(index)) {
            let points = item.points(answer);
            answers.push(ExplainedAnswer {
                ask: item.ask.clone(),
                answer: item.in_words(answer),
                points,
                reversed: keyed.keying == Keying::Reverse,
                counts: keyed.keying.key(points),
            });
        }
    }
    answers
}

fn requirement(role: Option<&Role>, assessment: &Assessment, scale: usize) -> Option<ExplainedRequirement> {
    let (role, fit) = role.zip(assessment.role.as_ref())?;
    let at = role.requirements.iter().position(|requirement| requirement.scale == scale)?;
    let (requirement, attained) = (&role.requirements[at], &fit.requirements[at]);
    Some(ExplainedRequirement {
        from: requirement.from,
        to: requirement.to,
        attainment: attained.attainment,
        role_weight: requirement.weight,
        factor: if requirement.weight > 0.0 { attained.weight / requirement.weight } else { 1.0 },
        weight: attained.weight,
    })
}

const FORMULAS: &str = "S is the mean of a scale's points. A = (S - from) / (to - from), cut off at -1 and 1. P is the mean of A \
                        weighted by w. The score is 100 times the mean of P weighted by W, and at least 0. Numbers have \
                        up to four decimals.";
const FORMULA: &str = "S is the mean of a scale's points. Numbers have up to four decimals.";
const EFFECTS: &str =
    "The score minus the score with that one answer skipped, both before they are cut off at 0.";
const MOVES: &str = "What the score would gain if you met this one requirement and nothing else changed.";
/// Gains under this many points are left out.
const LEAST_GAIN: f64 = 0.05;

/// The arithmetic as a document.
#[must_use]
pub fn document(report: &Report) -> Document {
    let has_role = report.role.is_some();
    let mut document = Document {
        title: format!("{}: the arithmetic", report.title),
        language: report.language.clone(),
        ..Document::default()
    };
    let mut section = Section::new(Place::First, "formulas", "");
    section.say(Tone::Aside, if has_role { FORMULAS } else { FORMULA });
    section.say(Tone::Plain, report.withheld.clone().unwrap_or_default());
    document.push(section);
    for (number, part) in (1..).zip(&report.explanation.parts) {
        document.push(part_section(number, part, has_role));
    }
    if has_role {
        document.push(fit_section(report));
    }
    document.push(effects_section(report));
    document.push(moves_section(report));
    document
}

fn part_section(number: usize, part: &ExplainedPart, has_role: bool) -> Section {
    let weight = if has_role { format!(", W = {}", places(part.weight)) } else { String::new() };
    let mut section =
        Section::new(Place::First, &format!("part-{number}"), &format!("{}{weight}", part.title));
    for scale in &part.scales {
        section.blocks.push(Block::Heading(scale.title.clone()));
        section.list(scale.answers.iter().map(answer_entry));
        section.list(scale_lines(scale));
    }
    if has_role {
        section.blocks.push(Block::Heading(format!("{} together", part.title)));
        section.list([Entry::new("P", part_line(part))]);
    }
    section
}

fn part_line(part: &ExplainedPart) -> String {
    let Some(attainment) = part.attainment else {
        return "is left out: nothing that the role needs of this part could be scored.".to_owned();
    };
    let required = part.scales.iter().filter_map(|scale| scale.required.as_ref());
    let scored = required.filter_map(|required| Some((required.weight, required.attainment?)));
    format!("= {} = {}", weighted_mean(scored), places(attainment))
}

/// "(2 x 0.5 + 1 x 1) / (2 + 1)"
fn weighted_mean(terms: impl Iterator<Item = (f64, f64)>) -> String {
    let terms =
        terms.map(|(weight, value)| (format!("{} x {}", places(weight), places(value)), places(weight)));
    let (products, weights): (Vec<String>, Vec<String>) = terms.unzip();
    format!("({}) / ({})", products.join(" + "), weights.join(" + "))
}

fn answer_entry(answer: &ExplainedAnswer) -> Entry {
    let counts = if answer.reversed {
        format!("reversed, 100 - {} = {}", places(answer.points), places(answer.counts))
    } else {
        places(answer.counts)
    };
    Entry::new("", format!("{} \"{}\": {counts}", answer.ask, answer.answer))
}

/// S, A and w of a scale.
fn scale_lines(scale: &ExplainedScale) -> Vec<Entry> {
    let n = scale.n_answered;
    let Some(score) = scale.score else {
        let why = if n == 0 { "not answered, or not asked in this form" } else { "too few answers" };
        return vec![Entry::new("S", format!("is left out: {why}."))];
    };
    let points: Vec<String> = scale.answers.iter().map(|answer| places(answer.counts)).collect();
    let sum = match points.as_slice() {
        [] => format!("= mean of {n}"),
        points => format!("= ({}) / {n}", points.join(" + ")),
    };
    let mut lines = vec![Entry::new("S", format!("{sum} = {}", places(score)))];
    if let Some((required, attainment)) = scale.required.as_ref().and_then(|it| Some((it, it.attainment?))) {
        let (from, to) = (places(required.from), places(required.to));
        let free = (score - required.from) / (required.to - required.from);
        let is_cut = (free - attainment).abs() > 1e-9;
        let cut = if is_cut { format!(", cut off at {}", places(attainment)) } else { String::new() };
        let score = places(score);
        lines
            .push(Entry::new("A", format!("= ({score} - {from}) / ({to} - {from}) = {}{cut}", places(free))));
        let weight = places(required.weight);
        let weighed = if (required.factor - 1.0).abs() > 1e-9 {
            let (own, factor) = (places(required.role_weight), places(required.factor));
            format!("= {own} x {factor} (how much it matters to you) = {weight}")
        } else {
            format!("= {weight}")
        };
        lines.push(Entry::new("w", weighed));
    }
    lines
}

fn fit_section(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "score", "The score");
    let parts = report.explanation.parts.iter().filter_map(|part| Some((part.weight, part.attainment?)));
    match report.fit.score {
        Some(score) => {
            let sum = format!("= 100 x max(0, {}) = {}", weighted_mean(parts), places(score));
            section.list([Entry::new("Score", sum)]);
        }
        None => {
            let reason = report.fit.reason.as_deref().unwrap_or("nothing could be scored");
            section.say(Tone::Plain, format!("There is none: {reason}."));
        }
    }
    section
}

fn effects_section(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "effects", "What each answer did");
    if report.fit.score.is_none() || report.effects.is_empty() {
        return section;
    }
    section.say(Tone::Aside, EFFECTS);
    section.list(report.effects.iter().map(|EffectReport { ask, answer, effect, .. }| {
        let points = effect.map_or_else(|| "--".to_owned(), signed);
        Entry::new(points, format!("{ask} \"{answer}\""))
    }));
    section
}

fn moves_section(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "moves", "What would change the score");
    let moves: Vec<_> = report.moves.iter().filter(|change| change.gain >= LEAST_GAIN).collect();
    if !moves.is_empty() {
        section.say(Tone::Aside, MOVES);
    }
    section.list(moves.iter().map(|change| Entry::new(signed(change.gain), &change.title)));
    section.say(Tone::Plain, report.fit.judgement.clone().unwrap_or_default());
    section
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
