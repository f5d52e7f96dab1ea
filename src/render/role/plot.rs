//! Figures by year as a picture: the series of one unit on one pair of axes.

use crate::bank::Series;
use crate::text::number;

/// Height of a plot; widths are shares.
pub(super) const HEIGHT: f64 = 240.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 212.0;
/// Where the first and the last year stand, as shares of the width.
const LEFT: f64 = 14.0;
const RIGHT: f64 = 97.0;
/// Styles of lines; a plot with more series is drawn as several.
const STYLES: usize = 4;

/// A plot of several series.
#[derive(Debug)]
pub(super) struct Plot<'a> {
    pub(super) unit: &'a str,
    /// Horizontal lines: height, label, whether it is zero.
    pub(super) grid: Vec<(f64, String, bool)>,
    /// Years: place, label.
    pub(super) years: Vec<(f64, String)>,
    pub(super) traces: Vec<Trace<'a>>,
    /// The picture in words.
    pub(super) says: String,
    /// Sources, each once.
    pub(super) sources: Vec<&'a str>,
    /// The figures: year, then one a series.
    pub(super) rows: Vec<(String, Vec<String>)>,
}

/// One series as a line.
#[derive(Debug)]
pub(super) struct Trace<'a> {
    pub(super) series: &'a Series,
    /// Which of the styles it is drawn in.
    pub(super) style: usize,
    /// Places: share of the width, height.
    pub(super) points: Vec<(f64, f64)>,
    /// Lines from one place to the next: x1, y1, x2, y2.
    pub(super) lines: Vec<[f64; 4]>,
}

/// Neighbouring series of one unit share a plot.
pub(super) fn plots(series: &[Series]) -> Vec<Plot<'_>> {
    let same_unit = series.chunk_by(|a, b| a.unit == b.unit);
    same_unit.flat_map(|series| series.chunks(STYLES)).filter_map(plot).collect()
}

fn plot(series: &[Series]) -> Option<Plot<'_>> {
    let all = || series.iter().flat_map(|series| &series.points);
    let mut years: Vec<f64> = all().map(|(year, _)| *year).collect();
    years.sort_by(f64::total_cmp);
    years.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let (first, last) = (*years.first()?, *years.last()?);
    let lowest = all().map(|(_, y)| *y).fold(0.0, f64::min);
    let highest = all().map(|(_, y)| *y).fold(0.0, f64::max);
    let step = step(highest - lowest);
    let (floor, ceiling) = ((lowest / step).floor() * step, (highest / step).ceil() * step);
    let span = if last > first { last - first } else { 1.0 };
    let x = |year: f64| LEFT + (year - first) / span * (RIGHT - LEFT);
    let y = |figure: f64| BOTTOM - (figure - floor) / (ceiling - floor) * (BOTTOM - TOP);
    let traces = series.iter().enumerate().map(|(style, series)| {
        let points: Vec<(f64, f64)> = series.points.iter().map(|(year, f)| (x(*year), y(*f))).collect();
        let lines = points.windows(2).map(|pair| [pair[0].0, pair[0].1, pair[1].0, pair[1].1]).collect();
        Trace { series, style, points, lines }
    });
    let mut sources: Vec<&str> = Vec::new();
    for source in series.iter().filter_map(|series| series.source.as_deref()) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Some(Plot {
        unit: &series[0].unit,
        grid: lines(floor, ceiling, step).into_iter().map(|f| (y(f), number(f), f.abs() < step / 2.0)).collect(),
        years: labelled(&years).into_iter().map(|year| (x(year), number(year))).collect(),
        traces: traces.collect(),
        says: says(series),
        sources,
        rows: years.iter().map(|year| row(series, *year)).collect(),
    })
}

/// A step of 1, 2 or 5 times a power of ten that draws three to six lines.
fn step(span: f64) -> f64 {
    if span <= 0.0 || !span.is_finite() {
        return 1.0;
    }
    let power = 10_f64.powf((span / 5.0).log10().floor());
    let of = [1.0, 2.0, 5.0, 10.0].into_iter().find(|of| span / (of * power) <= 5.0);
    of.unwrap_or(10.0) * power
}

fn lines(floor: f64, ceiling: f64, step: f64) -> Vec<f64> {
    let mut lines = vec![floor];
    while let Some(last) = lines.last().filter(|last| **last < ceiling - step / 2.0) {
        let next = last + step;
        // Decimal steps add up inexactly; a label should not show it.
        lines.push((next * 1e9).round() / 1e9);
    }
    lines
}

/// The years that are named: few enough to stand side by side on a narrow screen.
fn labelled(years: &[f64]) -> Vec<f64> {
    let every = years.len().div_ceil(5).max(1);
    years.iter().rev().step_by(every).copied().collect()
}

fn says(series: &[Series]) -> String {
    let one = |series: &Series| {
        let (first, last) = (series.points.first()?, series.points.last()?);
        let [from, to, low, high] = [first.0, last.0, first.1, last.1].map(number);
        Some(format!("{}: from {low} in {from} to {high} in {to}.", series.title))
    };
    series.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}

fn row(series: &[Series], year: f64) -> (String, Vec<String>) {
    let figure = |series: &Series| {
        let point = series.points.iter().find(|(at, _)| (at - year).abs() < 1e-9);
        point.map_or_else(String::new, |(_, figure)| number(*figure).replace('-', "\u{2212}"))
    };
    (number(year), series.iter().map(figure).collect())
}
