//! The findings in three lines: whether the score tells people apart, its range, and who gets a warning.

use std::f64::consts::{PI, SQRT_2};

use crate::bank::{Bank, Form};

use super::FormAudit;

/// Pairs of 100 in the right order: enough to tell people apart, and enough for a rough idea.
const GOOD: f64 = 80.0;
const ROUGH: f64 = 72.0;
/// Ratings beyond one a scale from which consistency is judged.
const CHECKED: usize = 20;
const ORDINALS: [&str; 5] = ["lowest", "second", "third", "fourth", "fifth"];

pub(super) fn verdict(bank: &Bank, forms: &[FormAudit]) -> [String; 3] {
    [told_apart(bank, forms), range(bank, forms), warned(bank, forms)]
}

/// A figure of the full form, followed by that of the quick form.
fn figure(forms: &[FormAudit], of: impl Fn(&FormAudit) -> Option<f64>) -> Option<String> {
    let mut figures = forms.iter().filter_map(|form| Some((form.form, format!("{:.0}", of(form)?))));
    let (_, full) = figures.next()?;
    let quick = figures.find(|(form, _)| *form == Form::Quick);
    Some(quick.map_or_else(|| full.clone(), |(_, quick)| format!("{full} (quick form {quick})")))
}

/// Of 100 pairs of people, how many a score puts in the right order, by its r with the true score.
fn pairs(r: f64) -> f64 {
    100.0 * (0.5 + libm::asin(r.clamp(-1.0, 1.0)) / PI)
}

fn told_apart(bank: &Bank, forms: &[FormAudit]) -> String {
    let right = |of: fn(&FormAudit) -> Option<f64>| figure(forms, |form| of(form).map(pairs));
    if let Some(p95) = figure(forms, |form| Some(form.random?.p95)) {
        let right = right(|form| Some(form.fit.as_ref()?.r)).map_or_else(String::new, |right| {
            format!(" The score puts {right} of 100 pairs of people in the right order; guessing gives 50.")
        });
        return match forms.iter().filter_map(|form| form.random?.band).max() {
            None => format!("5 of 100 sheets of random answers score more than {p95}.{right}"),
            Some(0) => {
                format!("Random answers stay in your lowest band: 95 of 100 score at most {p95}.{right}")
            }
            Some(highest) => {
                let highest = ORDINALS.get(highest).copied().unwrap_or("upper");
                format!(
                    "Random answers reach your {highest} band: 5 of 100 score more than {p95}.{right} Add items."
                )
            }
        };
    }
    let (Some(right), Some(r)) = (
        right(|form| Some(form.scales?.median_r)),
        forms.iter().find_map(|form| Some(form.scales?.median_r)),
    ) else {
        return "There is nothing to measure: no item counts on a rated scale. Give the items a `scale`."
            .to_owned();
    };
    let (tell, help) = match pairs(r) {
        GOOD.. => ("tell people apart", String::new()),
        ROUGH.. => ("tell people apart only roughly", enough_items(bank, r)),
        _ => ("hardly tell people apart", enough_items(bank, r)),
    };
    format!(
        "Scale scores {tell}: they put {right} of 100 pairs of people in the right order; guessing gives 50.{help}"
    )
}

/// How many items a scale would need for [`GOOD`] (Spearman-Brown; r² is the reliability).
fn enough_items(bank: &Bank, r: f64) -> String {
    let n_scales = bank.traits().count().max(1) as f64;
    let n_items: usize = bank.traits().map(|scale| bank.items_on(scale).count()).sum();
    let odds = |r: f64| r * r / (1.0 - r * r);
    let needed = n_items as f64 / n_scales * odds(libm::sin(PI * (GOOD / 100.0 - 0.5))) / odds(r.max(0.1));
    format!(" About {:.0} items a scale would put {GOOD:.0} in order.", needed.ceil())
}

fn range(bank: &Bank, forms: &[FormAudit]) -> String {
    let Some(width) = figure(forms, |form| Some(2.0 * form.fit.as_ref()?.half_width)) else {
        let of = |times: f64| figure(forms, |form| Some(times * form.scales?.half_width));
        // The range of a difference is wider by the root of two.
        return match of(2.0).zip(of(SQRT_2)) {
            Some((width, distance)) => format!(
                "The range of a scale is {width} points wide: two people less than {distance} points apart may be alike."
            ),
            None => "There is no range, since nothing is rated.".to_owned(),
        };
    };
    let ends = bank.bands.iter().skip(1).map(|band| band.from).chain([100.0]);
    let mut widths: Vec<f64> = bank.bands.iter().zip(ends).map(|(band, end)| end - band.from).collect();
    widths.sort_by(f64::total_cmp);
    let (Some(narrowest), Some(widest)) = (widths.first(), widths.last()) else {
        return format!("The range is {width} points wide.");
    };
    let bands = if (widest - narrowest).abs() < 0.5 {
        format!("{widest:.0}")
    } else {
        format!("{narrowest:.0} to {widest:.0}")
    };
    let wide = forms.iter().filter_map(|form| form.fit.as_ref()).map(|fit| 2.0 * fit.half_width);
    let advice = if wide.fold(0.0, f64::max) > *widest { ": add items or drop a band" } else { "" };
    format!("The range is {width} points wide, your bands are {bands}{advice}.")
}

fn warned(bank: &Bank, forms: &[FormAudit]) -> String {
    let percent =
        |of: fn(&FormAudit) -> f64| figure(forms, |form| Some(100.0 * of(form))).unwrap_or_default();
    let can_tell = forms.iter().any(|form| form.flagged.random > 0.0 || form.flagged.shuffled > 0.0);
    let careless = if can_tell {
        let (random, honest) = (percent(|form| form.flagged.random), percent(|form| form.flagged.honest));
        format!("Of 100 sheets of random answers {random} get a warning, of 100 honest ones {honest}.")
    } else {
        let n = bank.traits().count() + CHECKED;
        format!("Random sheets go unnoticed: there are too few ratings to tell; from about {n} on they show.")
    };
    match figure(forms, |form| Some(100.0 * form.minimums_fired?)) {
        Some(fired) => format!("{careless} Of 100 people above every minimum, {fired} are warned."),
        None => careless,
    }
}
