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
/// How far apart named years stand.
const APART: f64 = 13.0;
/// Styles of lines; a plot with more series is drawn as several.
const STYLES: usize = 4;

/// A plot of several series.
#[derive(Debug)]
pub(super) struct Plot<'a> {
    /// What its series have in common.
    pub(super) title: String,
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
        title: common(series),
        unit: &series[0].unit,
        grid: lines(floor, ceiling, step)
            .into_iter()
            .map(|f| (y(f), signed(f), f.abs() < step / 2.0))
            .collect(),
        years: labelled(years.iter().map(|year| (x(*year), number(*year)))),
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

/// The years that are named, the last one first: far enough apart for a narrow screen.
fn labelled(years: impl DoubleEndedIterator<Item = (f64, String)>) -> Vec<(f64, String)> {
    let mut labelled: Vec<(f64, String)> = Vec::new();
    for (x, year) in years.rev() {
        if labelled.last().is_none_or(|(last, _)| last - x >= APART) {
            labelled.push((x, year));
        }
    }
    labelled
}

/// The words that all titles begin with, without a joining word at the end; else the first title.
fn common(series: &[Series]) -> String {
    let words = |series: &Series| series.title.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut common = words(&series[0]);
    for other in &series[1..] {
        let same = common.iter().zip(words(other)).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
        common.truncate(common.iter().rposition(|word| word.chars().count() > 2).map_or(0, |last| last + 1));
    }
    if common.is_empty() { series[0].title.clone() } else { common.join(" ") }
}

fn says(series: &[Series]) -> String {
    let one = |series: &Series| {
        let (first, last) = (series.points.first()?, series.points.last()?);
        let [from, to] =
            [first, last].map(|(year, figure)| format!("{} in {}", signed(*figure), number(*year)));
        Some(format!("{}: from {from} to {to}.", series.title))
    };
    series.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}

/// A figure with a real minus sign.
fn signed(figure: f64) -> String {
    number(figure).replace('-', "\u{2212}")
}

fn row(series: &[Series], year: f64) -> (String, Vec<String>) {
    let figure = |series: &Series| {
        let point = series.points.iter().find(|(at, _)| (at - year).abs() < 1e-9);
        point.map_or_else(String::new, |(_, figure)| signed(*figure))
    };
    (number(year), series.iter().map(figure).collect())
}
