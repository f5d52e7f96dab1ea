//! The findings in three sentences: random answers, the range, and who gets a warning.

use crate::bank::{Bank, Form};

use super::FormAudit;

const ORDINALS: [&str; 5] = ["lowest", "second", "third", "fourth", "fifth"];

pub(super) fn verdict(bank: &Bank, forms: &[FormAudit]) -> [String; 3] {
    [random(forms), range(bank, forms), warned(forms)]
}

/// A figure of the full form, followed by that of the quick form.
fn figure(forms: &[FormAudit], of: impl Fn(&FormAudit) -> Option<f64>) -> Option<String> {
    rounded(forms, 0, of)
}

fn rounded(forms: &[FormAudit], digits: usize, of: impl Fn(&FormAudit) -> Option<f64>) -> Option<String> {
    let mut figures = forms.iter().filter_map(|form| Some((form.form, format!("{:.digits$}", of(form)?))));
    let (_, full) = figures.next()?;
    let quick = figures.find(|(form, _)| *form == Form::Quick);
    Some(quick.map_or_else(|| full.clone(), |(_, quick)| format!("{full} (quick form {quick})")))
}

fn random(forms: &[FormAudit]) -> String {
    let Some(p95) = figure(forms, |form| Some(form.random?.p95)) else {
        return match rounded(forms, 2, |form| Some(form.scales?.median_r)) {
            Some(r) => format!("No role, so no fit. Scale scores follow the true ones with r = {r}."),
            None => "No role and no rated scale: there is nothing to measure.".to_owned(),
        };
    };
    let highest = forms.iter().filter_map(|form| form.random?.band).max();
    match highest {
        None => format!("5 of 100 sheets of random answers score more than {p95}."),
        Some(0) => format!("Random answers stay in your lowest band: 95 of 100 score at most {p95}."),
        Some(band) => {
            let band = ORDINALS.get(band).copied().unwrap_or("upper");
            format!("Random answers reach your {band} band: 5 of 100 score more than {p95}. Add items.")
        }
    }
}

fn range(bank: &Bank, forms: &[FormAudit]) -> String {
    let Some(width) = figure(forms, |form| Some(2.0 * form.fit.as_ref()?.half_width)) else {
        return match figure(forms, |form| Some(2.0 * form.scales?.half_width)) {
            Some(width) => format!("The range of a scale is {width} points wide."),
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

fn warned(forms: &[FormAudit]) -> String {
    let percent =
        |of: fn(&FormAudit) -> f64| figure(forms, |form| Some(100.0 * of(form))).unwrap_or_default();
    let can_tell = forms.iter().any(|form| form.flagged.random > 0.0 || form.flagged.shuffled > 0.0);
    let careless = if can_tell {
        let (random, honest) = (percent(|form| form.flagged.random), percent(|form| form.flagged.honest));
        format!("Of 100 random sheets {random} are flagged, of 100 honest ones {honest}.")
    } else {
        "Random sheets go unnoticed: there are too few ratings to tell.".to_owned()
    };
    match figure(forms, |form| Some(100.0 * form.minimums_fired?)) {
        Some(fired) => format!("{careless} Of 100 people above every minimum, {fired} are warned."),
        None => careless,
    }
}
