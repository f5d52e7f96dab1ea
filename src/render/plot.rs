//! Where the lines of a plot are drawn.

use itertools::Itertools;

use crate::document::{Plot, PlotLine};
use crate::text::number;

/// Height of a plot in pixels; widths are shares.
pub(super) const HEIGHT: f64 = 240.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 212.0;
/// Where the first and the last year are, as shares of the width.
const LEFT: f64 = 14.0;
const RIGHT: f64 = 97.0;
/// The least distance between two labels of years.
const APART: f64 = 13.0;

/// Places in the picture: shares of the width, pixels of the height.
pub(super) struct Drawn {
    /// Heights of the horizontal lines, and their labels.
    pub(super) grid: Vec<(f64, String)>,
    pub(super) years: Vec<(f64, String)>,
    /// The points of each line.
    pub(super) lines: Vec<Vec<(f64, f64)>>,
    /// The picture in words.
    pub(super) says: String,
}

impl Drawn {
    pub(super) fn new(plot: &Plot) -> Drawn {
        let all = || plot.lines.iter().flat_map(|line| &line.points);
        let years = years(plot);
        let first = years.first().copied().unwrap_or_default();
        let span = years.last().map_or(0.0, |last| last - first);
        let lowest = all().map(|(_, figure)| *figure).fold(0.0, f64::min);
        let highest = all().map(|(_, figure)| *figure).fold(0.0, f64::max);
        let step = step(highest - lowest);
        let (floor, ceiling) = ((lowest / step).floor() * step, (highest / step).ceil() * step);
        let height = if ceiling > floor { ceiling - floor } else { 1.0 };
        let x = |year: f64| LEFT + (year - first) / if span > 0.0 { span } else { 1.0 } * (RIGHT - LEFT);
        let y = |figure: f64| BOTTOM - (figure - floor) / height * (BOTTOM - TOP);
        let line =
            |line: &PlotLine| line.points.iter().map(|(year, figure)| (x(*year), y(*figure))).collect();
        Drawn {
            grid: grid(floor, ceiling, step).into_iter().map(|figure| (y(figure), signed(figure))).collect(),
            years: labeled(years.iter().map(|year| (x(*year), number(*year)))),
            lines: plot.lines.iter().map(line).collect(),
            says: plot.lines.iter().filter_map(in_words).join(" "),
        }
    }
}

/// The years of all lines, each once.
pub(super) fn years(plot: &Plot) -> Vec<f64> {
    let points = plot.lines.iter().flat_map(|line| &line.points);
    let mut years: Vec<f64> = points.map(|(year, _)| *year).collect();
    years.sort_by(f64::total_cmp);
    years.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    years
}

/// Each point of a line, such as `2023: 36.4`.
pub(super) fn points(line: &PlotLine) -> Vec<String> {
    line.points.iter().map(|(year, figure)| format!("{}: {}", number(*year), number(*figure))).collect()
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

fn grid(floor: f64, ceiling: f64, step: f64) -> Vec<f64> {
    let mut lines = vec![floor];
    while let Some(last) = lines.last().filter(|last| **last < ceiling - step / 2.0) {
        let next = last + step;
        // Sums of decimal steps are inexact; the labels should not show that.
        lines.push((next * 1e9).round() / 1e9);
    }
    lines
}

/// The years with a label, the last one first. They are far enough apart for a narrow screen.
fn labeled(years: impl DoubleEndedIterator<Item = (f64, String)>) -> Vec<(f64, String)> {
    let mut labeled: Vec<(f64, String)> = Vec::new();
    for (x, year) in years.rev() {
        if labeled.last().is_none_or(|(last, _)| last - x >= APART) {
            labeled.push((x, year));
        }
    }
    labeled
}

/// A line in a sentence: where it starts and ends, and its extremes.
pub(super) fn in_words(line: &PlotLine) -> Option<String> {
    let said = |(year, figure): &(f64, f64)| format!("{} in {}", signed(*figure), number(*year));
    let by_figure = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let (first, last) = (line.points.first()?, line.points.last()?);
    let (lowest, highest) = (line.points.iter().min_by(by_figure)?, line.points.iter().max_by(by_figure)?);
    let mut says = format!("{}: from {} to {}", line.title, said(first), said(last));
    for (name, point) in [("lowest", lowest), ("highest", highest)] {
        if ![first.1, last.1].contains(&point.1) {
            says = format!("{says}, {name} {}", said(point));
        }
    }
    Some(says + ".")
}

/// A figure with a real minus sign.
pub(super) fn signed(figure: f64) -> String {
    number(figure).replace('-', "\u{2212}")
}

#[cfg(test)]
#[path = "../../tests/render/plot.rs"]
mod tests;
