//! Rules about roles.

use crate::bank::Form;
use crate::bank::fault::{Place, quote};

use super::Lint;

pub(super) fn facts(lint: &mut Lint<'_>) {
    for fact in lint.bank.roles.iter().flat_map(|role| &role.facts) {
        let dated = fact.as_of.as_ref().filter(|as_of| as_of.end.is_some() && fact.source.is_some());
        let (rule, help, what) = match dated {
            None => {
                let help = "give `as_of` with a year, and `source`: without them nobody can check the figure";
                ("undated-fact", help, "has no date or no source".to_owned())
            }
            Some(as_of) => {
                let months = lint.known.today.and_then(|today| as_of.months_if_old(today));
                let Some(months) = months else { continue };
                let help = "look for a newer figure; allow it with the reason when there is none";
                ("old-fact", help, format!("is {months} months old"))
            }
        };
        lint.warn(rule, help, &fact.id, &fact.place, format!("the fact {} {what}", quote(&fact.id)));
    }
}

/// A reason or a text about a role with a figure. It should name a dated source or say that it is a judgment.
pub(super) fn unsourced_figures(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    if !lint.is_english() {
        return;
    }
    let mut look = |id: &str, place: &Place, text: &str| {
        if is_unsourced(text) {
            let message = format!("a figure without a source at {}: {}", quote(id), quote(text));
            let help = "name the source with its year in parentheses, or call it a judgment";
            lint.warn("unsourced-figure", help, id, place, message);
        }
    };
    for item in &bank.items {
        let because = item.options().iter().filter_map(|option| option.because.as_ref());
        item.why.iter().chain(because).for_each(|text| look(&item.id, &item.place, text));
    }
    for role in bank.roles.iter() {
        for requirement in &role.requirements {
            let scale = &bank.scales[requirement.scale].id;
            requirement.why.iter().for_each(|text| look(scale, &requirement.place, text));
        }
        let floors = role.floors.iter().filter_map(|floor| floor.says.as_ref());
        let levels = role.levels.iter().filter_map(|level| level.says.as_ref());
        let notes = role.notes.iter().map(|note| &note.says);
        let answers = role.questions.iter().map(|question| &question.answer);
        let texts = floors.chain(levels).chain(&role.about).chain(&role.preview).chain(notes).chain(answers);
        texts.for_each(|text| look(&role.id, &role.place, text));
    }
}

/// Digits outside parentheses, and no parentheses with a year.
fn is_unsourced(text: &str) -> bool {
    let lower = text.to_lowercase();
    if ["judgment", "judgement", "we think"].iter().any(|word| lower.contains(word)) {
        return false;
    }
    let (mut depth, mut has_figure, mut inside) = (0_usize, false, String::new());
    for c in lower.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => has_figure |= depth == 0 && c.is_ascii_digit(),
        }
        inside.push(if depth > 0 { c } else { ' ' });
    }
    let is_year = |n: &str| n.len() == 4 && (n.starts_with("19") || n.starts_with("20"));
    has_figure && !inside.split(|c: char| !c.is_ascii_digit()).any(is_year)
}

/// A requirement that no answers can meet: its scale has no items, or they cannot earn `to`.
pub(super) fn unreachable(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    let requirements = bank.roles.iter().flat_map(|role| role.requirements.iter().map(move |it| (role, it)));
    for (role, requirement) in requirements {
        let scale = &bank.scales[requirement.scale].id;
        let (on, to) = (quote(scale), requirement.to);
        let reach = lint.known.reach[requirement.scale];
        let misses = |(form, reach): (Form, Option<(f64, f64)>)| {
            let (low, high) = reach?;
            let is_met = if to > requirement.from { high >= to - 1e-9 } else { low <= to + 1e-9 };
            let earns =
                || format!("{to} on {on}, and answers in the {} form score {low:.1} to {high:.1}", form.id());
            (!is_met).then(earns)
        };
        let (asks, help) = if reach[0].is_none() {
            (format!("{on}, which no item measures"), "add items, or drop the requirement")
        } else if let Some(asks) = Form::ALL.into_iter().zip(reach).find_map(misses) {
            (asks, "put `to` where some answers reach it")
        } else {
            continue;
        };
        let message = format!("the role {} asks for {asks}", quote(&role.id));
        lint.warn("unreachable", help, scale, &requirement.place, message);
    }
}

/// A band that starts above the best fit that any role of the bank can give.
pub(super) fn unreachable_bands(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    for band in &bank.bands {
        let id = quote(&band.id);
        let message = match lint.known.best_fit {
            _ if bank.roles.is_empty() => {
                format!("no fit falls into the band {id}, since the bank has no role to fit")
            }
            Some(best) if band.from > best + 1e-9 => {
                format!("the band {id} starts at {}, and the best answers give a fit of {best:.1}", band.from)
            }
            _ => continue,
        };
        let help = "drop the band, or let it start where some answers reach it";
        lint.warn("unreachable-band", help, &band.id, &band.place, message);
    }
}
