//! The report as one self-contained page: `report.html` laid over `page.html`.

use askama::Template;

use crate::render::old::page::{Bar, filters};
use crate::render::old::{arithmetic, words};
use crate::report::career::MatchReport;
use crate::report::{Edge, EffectReport, Report, ScaleReport, SideReport, StepReport, TrendPoint, whole};

pub(in crate::render) fn render(report: &Report) -> String {
    let mut effects = report.lifted();
    effects.extend(report.lowered());
    let page = ReportPage {
        report,
        bands: bands(report),
        sides: report.sides.iter().map(|side| (side, side_bar(side))).collect(),
        effects,
        plan: plan(&report.steps),
        kinds: words::standings(&report.career.kinds),
        trust: words::trust(report),
        trend: report.trend.iter().map(|point| (point, trend_bar(point))).collect(),
    };
    let mut text = page.render().expect("writing to a string cannot fail");
    text.push('\n');
    text
}

#[derive(Template)]
#[template(path = "report.html", config = "src/render/old/askama.toml")]
struct ReportPage<'a> {
    report: &'a Report,
    bands: Vec<Band<'a>>,
    sides: Vec<(&'a SideReport, Option<Bar>)>,
    effects: Vec<&'a EffectReport>,
    /// The steps under the time they are for.
    plan: Vec<(&'static str, Vec<&'a StepReport>)>,
    kinds: Vec<(&'a MatchReport, &'static str)>,
    trust: Vec<String>,
    trend: Vec<(&'a TrendPoint, Bar)>,
}

/// A band on the line from 0 to 100.
struct Band<'a> {
    width: f64,
    edge: &'a Edge,
    /// Whether there is room for its number under the line.
    is_labelled: bool,
}

fn bands<'a>(report: &'a Report) -> Vec<Band<'a>> {
    const ROOM: f64 = 6.0;
    let edges = &report.fit.edges;
    let mut last = f64::NEG_INFINITY;
    let band = |(index, edge): (usize, &'a Edge)| {
        let is_labelled = edge.from - last >= ROOM && edge.from <= 100.0 - ROOM;
        last = if is_labelled { edge.from } else { last };
        let next = edges.get(index + 1).map_or(100.0, |next| next.from);
        Band { width: next - edge.from, edge, is_labelled }
    };
    edges.iter().enumerate().map(band).collect()
}

fn side_bar(side: &SideReport) -> Option<Bar> {
    let score = side.score?;
    let says = format!("{}: {} of 100", side.title, whole(score));
    Some(Bar { score, low: score, high: score, asked: None, met: true, says })
}

fn trend_bar(point: &TrendPoint) -> Bar {
    let TrendPoint { id, score, low, high, .. } = point;
    let says = format!("{id}: {}", words::point(point));
    Bar { score: *score, low: *low, high: *high, asked: None, met: true, says }
}

/// Steps come sorted by horizon; each run of one horizon becomes a group.
fn plan(steps: &[StepReport]) -> Vec<(&'static str, Vec<&StepReport>)> {
    steps
        .chunk_by(|a, b| a.horizon == b.horizon)
        .map(|steps| (words::horizon(steps[0].horizon), steps.iter().collect()))
        .collect()
}

impl ReportPage<'_> {
    fn language(&self) -> &str {
        self.report.language.as_deref().unwrap_or("en")
    }

    fn fit_says(&self) -> String {
        let fit = &self.report.fit;
        let numbers = match (fit.score, fit.low, fit.high) {
            (Some(score), Some(low), Some(high)) => {
                format!("Fit {} of 100, between {} and {}. ", whole(score), whole(low), whole(high))
            }
            _ => String::new(),
        };
        format!("{numbers}{}.", fit.verdict)
    }

    /// Where the number over the dot is anchored, so that it stays inside the picture.
    fn anchor(&self) -> &'static str {
        match self.report.fit.score {
            Some(score) if score > 96.0 => "end",
            Some(score) if score >= 4.0 => "middle",
            _ => "start",
        }
    }
}

/// A scale's score with its error, against what the role asks.
fn scale_bar(scale: &ScaleReport) -> Option<Bar> {
    let score = scale.score?;
    let (low, high) = (scale.range.low.unwrap_or(score), scale.range.high.unwrap_or(score));
    let give = if high - low >= 1.0 {
        format!(", between {} and {}", whole(low), whole(high))
    } else {
        String::new()
    };
    let asked = scale.to.map(|to| format!("; the role asks {}", whole(to)));
    Some(Bar {
        score,
        low,
        high,
        asked: scale.to,
        met: scale.to.is_none() || scale.attainment.is_some_and(|attainment| attainment >= 1.0),
        says: format!("{}: {} of 100{give}{}", scale.title, whole(score), asked.unwrap_or_default()),
    })
}
