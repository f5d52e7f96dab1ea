//! The report for programs: every field always there, `null` with a reason beside it.

use serde::Serialize;

use crate::report::career::{CareerReport, MatchReport};
use crate::report::norm::NormReport;
use crate::report::{
    Backing, EffectReport, FloorReport, MoveReport, PartReport, Report, Saying, ScaleReport, SceneReport,
    SignalReport, StepReport,
};

pub(super) fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&Wire::from(report)).expect("a report has only text keys");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Wire<'a> {
    format: u8,
    bank: Bank<'a>,
    role: Option<Role<'a>>,
    form: &'static str,
    date: Option<&'a str>,
    observed: Option<&'a str>,
    answered: usize,
    items: usize,
    new: usize,
    fit: Fit<'a>,
    sides: Vec<Side<'a>>,
    parts: Vec<Part<'a>>,
    floors: Vec<Floor<'a>>,
    quality: Quality<'a>,
    effects: Vec<Effect<'a>>,
    withheld: Option<&'a str>,
    moves: Vec<Move<'a>>,
    strengths: Vec<Said<'a>>,
    gaps: Vec<Said<'a>>,
    readings: Vec<Said<'a>>,
    steps: Vec<Step<'a>>,
    wanted: Option<Wanted<'a>>,
    career: Career<'a>,
    again: &'a [String],
    scenes: Vec<Scene<'a>>,
    unscored: Vec<Unscored<'a>>,
    limits: &'a [String],
    judgement: Option<Range>,
    trend: Vec<Point<'a>>,
}

#[derive(Serialize)]
struct Point<'a> {
    id: &'a str,
    form: &'static str,
    score: f64,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Range {
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Bank<'a> {
    id: &'a str,
    title: &'a str,
    edition: &'a str,
}

#[derive(Serialize)]
struct Role<'a> {
    id: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct Fit<'a> {
    score: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    standard_error: Option<f64>,
    modest: Option<f64>,
    bold: Option<f64>,
    share: Option<f64>,
    bands: Vec<&'a str>,
    without: Vec<Without<'a>>,
    verdict: &'a str,
    advice: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Without<'a> {
    part: &'a str,
    score: Option<f64>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Side<'a> {
    id: &'a str,
    score: Option<f64>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Part<'a> {
    id: &'a str,
    title: &'a str,
    side: &'a str,
    weight: f64,
    score: Option<f64>,
    reason: Option<&'a str>,
    scales: Vec<Scale<'a>>,
}

#[derive(Serialize)]
struct Scale<'a> {
    id: &'a str,
    title: &'a str,
    score: Option<f64>,
    standard_error: Option<f64>,
    attainment: Option<f64>,
    from: Option<f64>,
    to: Option<f64>,
    weight: Option<f64>,
    answered: usize,
    items: usize,
    status: &'static str,
    reason: Option<&'a str>,
    norm: Option<Norm<'a>>,
}

#[derive(Serialize)]
struct Norm<'a> {
    t: f64,
    t_low: f64,
    t_high: f64,
    percentile: f64,
    of: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct Floor<'a> {
    scale: Option<&'a str>,
    side: Option<&'a str>,
    at_least: f64,
    score: Option<f64>,
    met: Option<bool>,
    says: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Quality<'a> {
    verdict: &'static str,
    says: &'a str,
    signals: Vec<Signal<'a>>,
}

#[derive(Serialize)]
struct Signal<'a> {
    id: &'static str,
    value: Option<f64>,
    level: Option<&'static str>,
    caution_from: Option<f64>,
    doubtful_from: Option<f64>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the field is named in the format")]
struct Effect<'a> {
    item: &'a str,
    answer: &'a str,
    effect: Option<f64>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Move<'a> {
    scale: &'a str,
    gain: f64,
}

#[derive(Serialize)]
struct Said<'a> {
    scale: &'a str,
    says: &'a str,
    because: Option<Because<'a>>,
    backed: Option<bool>,
}

#[derive(Serialize)]
struct Because<'a> {
    ask: &'a str,
    answer: &'a str,
}

#[derive(Serialize)]
struct Step<'a> {
    id: &'a str,
    title: &'a str,
    text: &'a str,
    scale: &'a str,
    horizon: &'static str,
    gain: Option<f64>,
}

#[derive(Serialize)]
struct Wanted<'a> {
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct Career<'a> {
    level: Option<&'a str>,
    next_tasks: &'a [String],
    duties_missing: &'a [String],
    industries: Vec<&'a str>,
    tools_missing: Vec<&'a str>,
    kinds: Vec<Match<'a>>,
    roles: Vec<Match<'a>>,
}

#[derive(Serialize)]
struct Match<'a> {
    id: &'a str,
    title: &'a str,
    score: f64,
    tied_with_best: bool,
}

#[derive(Serialize)]
struct Scene<'a> {
    item: &'a str,
    points: f64,
    because: Option<&'a str>,
    best_points: f64,
    best_because: Option<&'a str>,
}

#[derive(Serialize)]
struct Unscored<'a> {
    ask: &'a str,
    answer: &'a str,
}

impl<'a> From<&'a Report> for Wire<'a> {
    fn from(report: &'a Report) -> Wire<'a> {
        Wire {
            format: 1,
            bank: Bank { id: &report.bank, title: &report.title, edition: &report.edition },
            role: report.role.as_ref().map(|role| Role { id: &role.id, title: &role.title }),
            form: report.form.id(),
            date: report.date.as_deref(),
            observed: report.observed.as_deref(),
            answered: report.n_answered,
            items: report.n_items,
            new: report.n_new,
            fit: fit(report),
            sides: report
                .sides
                .iter()
                .map(|side| Side { id: side.id, score: side.score, reason: side.reason.as_deref() })
                .collect(),
            parts: report.parts.iter().map(part).collect(),
            floors: report.floors.iter().map(floor).collect(),
            quality: Quality {
                verdict: report.quality.verdict.id(),
                says: &report.quality.says,
                signals: report.quality.signals.iter().map(signal).collect(),
            },
            effects: report.effects.iter().map(effect).collect(),
            withheld: report.withheld.as_deref(),
            moves: report
                .moves
                .iter()
                .map(|MoveReport { scale, gain, .. }| Move { scale, gain: *gain })
                .collect(),
            strengths: report.strengths.iter().map(said).collect(),
            gaps: report.gaps.iter().map(said).collect(),
            readings: report.readings.clear.iter().map(said).collect(),
            steps: report.steps.iter().map(step).collect(),
            wanted: report
                .wanted
                .as_ref()
                .map(|wanted| Wanted { before: &wanted.before, after: &wanted.after }),
            career: career(&report.career),
            again: &report.again,
            scenes: report.scenes.iter().map(scene).collect(),
            unscored: report.unscored.iter().map(|(ask, answer)| Unscored { ask, answer }).collect(),
            limits: &report.limits,
            trend: report
                .trend
                .iter()
                .map(|point| Point {
                    id: &point.id,
                    form: point.form.id(),
                    score: point.score,
                    low: point.low,
                    high: point.high,
                })
                .collect(),
            judgement: report.fit.judgement_range.map(|(low, high)| Range { low, high }),
        }
    }
}

fn fit(report: &Report) -> Fit<'_> {
    let fit = &report.fit;
    let number = |of: fn(&crate::report::FitNumbers) -> f64| fit.numbers.as_ref().map(of);
    Fit {
        score: number(|fit| fit.score),
        low: number(|fit| fit.low),
        high: number(|fit| fit.high),
        standard_error: number(|fit| fit.standard_error),
        modest: number(|fit| fit.modest),
        bold: number(|fit| fit.bold),
        share: fit.share,
        bands: fit.bands.iter().map(|band| band.id.as_str()).collect(),
        without: fit
            .without
            .iter()
            .map(|without| Without {
                part: &without.part,
                score: without.score,
                reason: without.reason.as_deref(),
            })
            .collect(),
        verdict: &fit.verdict,
        advice: fit.advice.as_deref(),
        reason: fit.reason.as_deref(),
    }
}

fn part(part: &PartReport) -> Part<'_> {
    Part {
        id: &part.id,
        title: &part.title,
        side: part.side,
        weight: part.weight,
        score: part.score,
        reason: part.reason.as_deref(),
        scales: part.scales.iter().map(scale).collect(),
    }
}

fn scale(scale: &ScaleReport) -> Scale<'_> {
    let required = scale.required.as_ref();
    Scale {
        id: &scale.id,
        title: &scale.title,
        score: scale.score,
        standard_error: scale.standard_error,
        attainment: required.and_then(|required| required.attainment),
        from: required.map(|required| required.from),
        to: required.map(|required| required.to),
        weight: required.map(|required| required.weight),
        answered: scale.n_answered,
        items: scale.n_items,
        status: if scale.score.is_some() { "scored" } else { "too-few" },
        reason: scale.reason.as_deref(),
        norm: scale.norm.as_ref().map(norm),
    }
}

fn norm(norm: &NormReport) -> Norm<'_> {
    let NormReport { t, t_low, t_high, percentile, ref of, ref source, .. } = *norm;
    Norm { t, t_low, t_high, percentile, of, source }
}

fn floor(floor: &FloorReport) -> Floor<'_> {
    Floor {
        scale: floor.scale.as_deref(),
        side: floor.side,
        at_least: floor.at_least,
        score: floor.score,
        met: floor.met,
        says: floor.says.as_deref(),
        reason: floor.reason.as_deref(),
    }
}

fn signal(signal: &SignalReport) -> Signal<'_> {
    Signal {
        id: signal.id.id(),
        value: signal.value,
        level: signal.level.map(crate::score::quality::Level::id),
        caution_from: signal.caution_from,
        doubtful_from: signal.doubtful_from,
        reason: signal.reason.as_deref(),
    }
}

fn effect(effect: &EffectReport) -> Effect<'_> {
    let reason = effect.effect.is_none().then_some("there is no fit with it or without it");
    Effect { item: &effect.item, answer: &effect.answer, effect: effect.effect, reason }
}

fn said(saying: &Saying) -> Said<'_> {
    Said {
        scale: &saying.scale,
        says: &saying.says,
        because: saying.because.as_ref().map(|(ask, answer)| Because { ask, answer }),
        backed: saying.backing.as_ref().map(|backing| matches!(backing, Backing::Backed(_))),
    }
}

fn step(step: &StepReport) -> Step<'_> {
    Step {
        id: &step.id,
        title: &step.title,
        text: &step.text,
        scale: &step.scale,
        horizon: step.horizon.id(),
        gain: step.gain,
    }
}

fn career(career: &CareerReport) -> Career<'_> {
    Career {
        level: career.level.as_ref().map(|level| level.id.as_str()),
        next_tasks: career.next.as_ref().map_or(&[], |next| &next.tasks),
        duties_missing: &career.duties_missing,
        industries: career.industries.iter().map(|industry| industry.title.as_str()).collect(),
        tools_missing: career.tools_missing.iter().map(|tool| tool.title.as_str()).collect(),
        kinds: career.kinds.iter().map(matched).collect(),
        roles: career.roles.iter().map(matched).collect(),
    }
}

fn matched(found: &MatchReport) -> Match<'_> {
    Match { id: &found.id, title: &found.title, score: found.score, tied_with_best: found.tied_with_best }
}

fn scene(scene: &SceneReport) -> Scene<'_> {
    let best = scene.best.as_ref().unwrap_or(&scene.chosen);
    Scene {
        item: &scene.item,
        points: scene.chosen.points,
        because: scene.chosen.because.as_deref(),
        best_points: best.points,
        best_because: best.because.as_deref(),
    }
}
