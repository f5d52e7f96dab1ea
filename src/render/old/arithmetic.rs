//! The arithmetic in formulas, one line a scale, a part and the fit.

use crate::render::old::words::exact;
use crate::report::Report;
use crate::report::explain::{ExplainedPart, ExplainedRequirement, ExplainedScale};

/// From a scale's answers to its score and its attainment.
pub(in crate::render) fn scale(report: &Report, scale: &ExplainedScale) -> String {
    let Some(score) = scale.score else { return "Too few answers, so it is left out.".to_owned() };
    let mean = match scale.n_answered {
        1 => format!("S = {}", exact(score)),
        n => format!("S = mean of {n} = {}", exact(score)),
    };
    let attained = scale.required.as_ref().and_then(|required| Some((required, required.attainment?)));
    match attained {
        None if report.role.is_none() => format!("{mean}."),
        None => format!("{mean}; the role asks nothing of it."),
        Some((required, attainment)) => {
            format!("{mean}; {}; {}.", attain(score, required, attainment), weigh(required))
        }
    }
}

fn attain(score: f64, required: &ExplainedRequirement, attainment: f64) -> String {
    let (from, to) = (required.from, required.to);
    let free = (score - from) / (to - from);
    let formula =
        format!("A = ({} \u{2212} {}) / ({} \u{2212} {})", exact(score), exact(from), exact(to), exact(from));
    if free.abs() > 1.0 {
        format!("{formula} = {}, held at {}", exact(free), exact(attainment))
    } else {
        format!("{formula} = {}", exact(attainment))
    }
}

fn weigh(required: &ExplainedRequirement) -> String {
    let weight = exact(required.weight);
    if required.factor < 1.0 {
        format!(
            "w = {} \u{d7} {} = {weight}, by what it matters to you",
            exact(required.role_weight),
            exact(required.factor)
        )
    } else {
        format!("w = {weight}")
    }
}

/// From a part's scales to what the part is worth.
pub(in crate::render) fn part(part: &ExplainedPart) -> String {
    let Some(attainment) = part.attainment else {
        return format!("{}: nothing could be scored, so it is left out.", part.title);
    };
    let scored: Vec<(f64, f64)> = part
        .scales
        .iter()
        .filter_map(|scale| scale.required.as_ref())
        .filter_map(|required| Some((required.weight, required.attainment?)))
        .collect();
    let weights: f64 = scored.iter().map(|(weight, _)| weight).sum();
    let products: f64 = scored.iter().map(|(weight, attainment)| weight * attainment).sum();
    format!(
        "P = sum of w\u{b7}A / sum of w = {} / {} = {}, with weight W = {}.",
        exact(products),
        exact(weights),
        exact(attainment),
        exact(part.weight)
    )
}

/// From the parts to the fit.
pub(in crate::render) fn fit(report: &Report) -> Option<String> {
    let score = report.fit.score?;
    let scored: Vec<(f64, f64)> =
        report.explanation.parts.iter().filter_map(|part| Some((part.weight, part.attainment?))).collect();
    let terms: Vec<String> = scored
        .iter()
        .map(|(weight, attainment)| format!("{}\u{b7}{}", exact(*weight), exact(*attainment)))
        .collect();
    let weights: f64 = scored.iter().map(|(weight, _)| weight).sum();
    let free = 100.0 * scored.iter().map(|(weight, attainment)| weight * attainment).sum::<f64>() / weights;
    let held = if free < 0.0 { ", held at 0" } else { "" };
    let score = if free < 0.0 { free } else { score };
    Some(format!("Fit = 100 \u{b7} ({}) / {} = {}{held}.", terms.join(" + "), exact(weights), exact(score)))
}
