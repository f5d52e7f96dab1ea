//! What a role says and asks for.

use std::ops::RangeInclusive;

use crate::bank::fault::{Place, quote};
use crate::bank::{Answer, Bank, Counts, Fact, Form, Item, ItemKind, Keying, Requirement, Role};

use super::{Finding, Month, View};

/// A fact of more months than this wants a second look.
const MOST_MONTHS: i32 = 24;

pub(super) fn facts(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (role, places) in view.bank.roles.iter().zip(&view.places.facts) {
        for (fact, place) in role.facts.iter().zip(places) {
            if fact.as_of.is_none() || fact.source.is_none() {
                let message = format!("the fact {} has no date or no source", quote(&fact.id));
                let help = "add `as_of` and `source`: a figure without them cannot be checked";
                found.push(Finding::new("undated-fact", &fact.id, place, message, help));
            } else if let Some(months) = age(fact, view.today).filter(|months| *months > MOST_MONTHS) {
                let message = format!("the fact {} is {months} months old", quote(&fact.id));
                let help = "look for a newer figure; allow it with the reason when there is none";
                found.push(Finding::new("old-fact", &fact.id, place, message, help));
            }
        }
    }
    found
}

fn age(fact: &Fact, today: Option<Month>) -> Option<i32> {
    Some(today?.since(month(fact.as_of.as_deref()?)?))
}

/// The last month that a date speaks of: `2024`, `2025-05`, `2019-2024`, `2024-34`.
fn month(date: &str) -> Option<Month> {
    let numbers: Vec<&str> = date.split(|c: char| !c.is_ascii_digit()).collect();
    let last = numbers.iter().rposition(|number| number.len() == 4)?;
    let year: i32 = numbers[last].parse().ok()?;
    let tail: Option<i32> =
        numbers.get(last + 1).filter(|tail| tail.len() == 2).and_then(|tail| tail.parse().ok());
    Some(match tail {
        Some(month @ 1..=12) => Month { year, month },
        Some(end @ 13..) => Month { year: year / 100 * 100 + end, month: 12 },
        _ => Month { year, month: 12 },
    })
}

/// A reason or a text about a role with a figure, and neither a dated source nor a word that it is a judgment.
pub(super) fn unsourced_figures(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut look = |id: &str, place: &Place, text: &str| {
        if is_unsourced(text) {
            let message = format!("a figure without a source at {}: {}", quote(id), quote(text));
            let help = "name the source with its year in parentheses, or call it a judgment";
            found.push(Finding::new("unsourced-figure", id, place, message, help));
        }
    };
    if !view.is_english() {
        return found;
    }
    for (item, place) in view.items() {
        let because = match &item.kind {
            ItemKind::Choice(options) => {
                options.iter().filter_map(|option| option.because.as_ref()).collect()
            }
            _ => Vec::new(),
        };
        item.why.iter().chain(because).for_each(|text| look(&item.id, place, text));
    }
    let places = &view.places;
    for (at, role) in view.bank.roles.iter().enumerate() {
        for (requirement, place) in role.requirements.iter().zip(&places.requirements[at]) {
            let scale = &view.bank.scales[requirement.scale].id;
            requirement.why.iter().for_each(|text| look(scale, place, text));
        }
        let says = role.floors.iter().filter_map(|floor| floor.says.as_ref());
        let says = says.chain(role.levels.iter().filter_map(|level| level.says.as_ref()));
        let says =
            says.chain(&role.about).chain(&role.preview).chain(role.notes.iter().map(|note| &note.says));
        let says = says.chain(role.questions.iter().map(|question| &question.answer));
        says.for_each(|text| look(&role.id, &places.roles[at], text));
    }
    found
}

/// Digits outside parentheses, and no parentheses with a year.
fn is_unsourced(text: &str) -> bool {
    let lower = text.to_lowercase();
    if ["judgment", "judgement", "we think"].iter().any(|word| lower.contains(word)) {
        return false;
    }
    let (mut open, mut figure, mut year) = (0_usize, false, false);
    for word in lower.split_inclusive(['(', ')']) {
        let inner = word.trim_end_matches(['(', ')']);
        if open > 0 {
            let digits = inner.split(|c: char| !c.is_ascii_digit());
            year |= digits.clone().any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")));
        } else {
            figure |= inner.contains(|c: char| c.is_ascii_digit());
        }
        match word.chars().last() {
            Some('(') => open += 1,
            Some(')') => open = open.saturating_sub(1),
            _ => {}
        }
    }
    figure && !year
}

/// A requirement that no answer can meet: no item is on its scale, or `to` is beyond what they earn.
pub(super) fn unreachable(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (role, places) in view.bank.roles.iter().zip(&view.places.requirements) {
        for (requirement, place) in role.requirements.iter().zip(places) {
            let scale = &view.bank.scales[requirement.scale].id;
            let asks = format!("the role {} asks for", quote(&role.id));
            let (message, help) = match unmet_in(view.bank, requirement) {
                None => continue,
                Some((_, None)) => (
                    format!("{asks} {}, which no item measures", quote(scale)),
                    "add items, or drop the requirement".to_owned(),
                ),
                Some((form, Some(earned))) => (
                    format!(
                        "{asks} {} on {}, and the {} form earns {:.1} to {:.1}",
                        requirement.to,
                        quote(scale),
                        form.id(),
                        earned.start(),
                        earned.end()
                    ),
                    "put `to` where some answers reach it".to_owned(),
                ),
            };
            found.push(Finding::new("unreachable", scale, place, message, help));
        }
    }
    found
}

/// The form in which a requirement cannot be met, and the scores that can be earned there.
fn unmet_in(bank: &Bank, requirement: &Requirement) -> Option<(Form, Option<RangeInclusive<f64>>)> {
    let Some(full) = earned(bank, Form::Full, requirement.scale) else { return Some((Form::Full, None)) };
    let quick = earned(bank, Form::Quick, requirement.scale);
    let reaches = |earned: &RangeInclusive<f64>| {
        if requirement.to > requirement.from {
            *earned.end() >= requirement.to - 1e-9
        } else {
            *earned.start() <= requirement.to + 1e-9
        }
    };
    let forms = [Some((Form::Full, full)), quick.map(|quick| (Form::Quick, quick))];
    forms
        .into_iter()
        .flatten()
        .find(|(_, earned)| !reaches(earned))
        .map(|(form, earned)| (form, Some(earned)))
}

/// The lowest and the highest score that answers can earn on a scale in a form.
fn earned(bank: &Bank, form: Form, scale: usize) -> Option<RangeInclusive<f64>> {
    let (mut low, mut high, mut n) = (0.0, 0.0, 0.0);
    for item in bank.items.iter().filter(|item| form.asks(item)) {
        let Counts::Scales(keyed) = &item.counts else { continue };
        if let Some(keyed) = keyed.iter().find(|keyed| keyed.scale == scale) {
            let points = points(item);
            let [a, b] = [*points.start(), *points.end()].map(|points| keyed.keying.key(points));
            low += if keyed.keying == Keying::Reverse { b } else { a };
            high += if keyed.keying == Keying::Reverse { a } else { b };
            n += 1.0;
        }
    }
    (n > 0.0).then(|| low / n..=high / n)
}

/// The fewest and the most points that an item can earn before keying.
fn points(item: &Item) -> RangeInclusive<f64> {
    let over = |points: &mut dyn Iterator<Item = f64>| {
        points.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p), high.max(p)))
    };
    let (low, high) = match &item.kind {
        ItemKind::Rating(_) => (0.0, 100.0),
        ItemKind::Choice(options) => over(&mut options.iter().map(|option| option.points)),
        ItemKind::Checklist { options, enough } => {
            (0.0, (options.len() as f64 / *enough as f64).min(1.0) * 100.0)
        }
        ItemKind::Number(range) => {
            let ends = [range.min, range.max];
            let knots = range.curve.iter().map(|(x, _)| *x).filter(|x| (range.min..=range.max).contains(x));
            over(&mut ends.into_iter().chain(knots).map(|x| item.points(&Answer::Number(x))))
        }
    };
    low..=high
}

/// A band that starts above the best fit that any role of the bank can give.
pub(super) fn unreachable_bands(view: &View<'_>) -> Vec<Finding> {
    let best = view.bank.roles.iter().filter_map(|role| best_fit(view.bank, role)).max_by(f64::total_cmp);
    let mut found = Vec::new();
    for (band, place) in view.bank.bands.iter().zip(&view.places.bands) {
        let message = match best {
            None => {
                format!("no fit falls into the band {}, since the bank has no role to fit", quote(&band.id))
            }
            Some(best) if band.from > best + 1e-9 => format!(
                "the band {} starts at {}, and the best answers give a fit of {best:.1}",
                quote(&band.id),
                band.from
            ),
            Some(_) => continue,
        };
        let help = "drop the band, or let it start where some answers reach it";
        found.push(Finding::new("unreachable-band", &band.id, place, message, help));
    }
    found
}

/// The fit when every scale scores what its requirement likes best.
fn best_fit(bank: &Bank, role: &Role) -> Option<f64> {
    let mut sums = vec![(0.0, 0.0); bank.parts.len()];
    for requirement in &role.requirements {
        if let Some(earned) = earned(bank, Form::Full, requirement.scale) {
            let attained = |score: f64| (score - requirement.from) / (requirement.to - requirement.from);
            let best = attained(*earned.start()).max(attained(*earned.end())).clamp(-1.0, 1.0);
            let (weighted, weights) = &mut sums[bank.scales[requirement.scale].part];
            *weighted += requirement.weight * best;
            *weights += requirement.weight;
        }
    }
    let (mut weighted, mut weights) = (0.0, 0.0);
    for (part, (sum, weight)) in bank.parts.iter().zip(sums) {
        if weight > 0.0 {
            weighted += part.weight * sum / weight;
            weights += part.weight;
        }
    }
    (weights > 0.0).then(|| 100.0 * (weighted / weights).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_needs_a_dated_source_or_a_word_that_it_is_a_judgment() {
        for (text, unsourced) in [
            ("Most of them earn more.", false),
            ("73% of them cannot rest.", true),
            ("73% of them cannot rest (a survey).", true),
            ("73% of them cannot rest (Deloitte, 2022).", false),
            ("Apollo.io (2025) names 10 years.", false),
            ("10 years count as met, which is our judgment.", false),
            ("A plan (of 2025) says nothing.", false),
        ] {
            assert_eq!(is_unsourced(text), unsourced, "{text}");
        }
    }

    #[test]
    fn a_date_is_read_to_its_last_month() {
        for (date, year, at) in [
            ("2024", 2024, 12),
            ("2025-05", 2025, 5),
            ("2019-2024", 2024, 12),
            ("2024-34", 2034, 12),
            ("May 2023", 2023, 12),
            ("2026-11-02", 2026, 11),
        ] {
            assert_eq!(month(date), Some(Month { year, month: at }), "{date}");
        }
        assert_eq!(month("last year"), None);
    }
}
