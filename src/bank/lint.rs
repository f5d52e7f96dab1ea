//! What a bank may do but had better not. Each rule has a name and one place.

use crate::bank::Bank;
use crate::bank::Counts;
use crate::bank::ItemKind;
use crate::bank::Keying;
use crate::bank::ScaleKind;
use crate::bank::fault::Fault;
use crate::bank::fault::quote;
use crate::bank::parse::Places;

/// The most words a rating item should have.
const MOST_WORDS: usize = 20;

/// Every warning about a bank, in the order of the rules.
#[must_use]
pub fn lint(bank: &Bank, places: &Places) -> Vec<Fault> {
    [missing_texts, scale_sizes, key_balance, neighbours, long_items, undated_facts, unreachable]
        .iter()
        .flat_map(|rule| rule(bank, places))
        .collect()
}

fn missing_texts(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for (item, place) in bank.items.iter().zip(&places.items) {
        if item.why.is_none() {
            let message = format!("item {} does not say why it is asked", quote(&item.id));
            found.push(
                Fault::warning("no-why", place.clone(), message)
                    .help("add `why = ...`; it is shown to whoever asks"),
            );
        }
        let is_trait = item.own_scale().is_some_and(|own| bank.scales[own.scale].kind == ScaleKind::Trait);
        if is_trait && item.observer.is_none() {
            let message = format!("item {} has no wording for an observer", quote(&item.id));
            found.push(
                Fault::warning("no-observer", place.clone(), message)
                    .help("add `observer = ...`, in the third person"),
            );
        }
    }
    found
}

fn scale_items(bank: &Bank, scale: usize) -> impl Iterator<Item = Keying> + '_ {
    bank.items.iter().filter_map(move |item| match &item.counts {
        Counts::Scales(keyed) => keyed.iter().find(|keyed| keyed.scale == scale).map(|keyed| keyed.keying),
        Counts::Weighs(_) | Counts::Nothing => None,
    })
}

fn scale_sizes(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for (index, (scale, place)) in bank.scales.iter().zip(&places.scales).enumerate() {
        let items = scale_items(bank, index).count();
        if items == 0 {
            let message = format!("no item is on the scale {}", quote(&scale.id));
            found.push(
                Fault::warning("empty-scale", place.clone(), message)
                    .help("add items, or leave the scale out"),
            );
        } else if items < 3 && scale.kind == ScaleKind::Trait {
            let message = format!("the scale {} has {items} items", quote(&scale.id));
            found.push(
                Fault::warning("few-items", place.clone(), message)
                    .help("a trait needs at least three items to be measured at all well"),
            );
        }
    }
    found
}

fn key_balance(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for (index, (scale, place)) in bank.scales.iter().zip(&places.scales).enumerate() {
        if scale.kind != ScaleKind::Trait {
            continue;
        }
        let items = scale_items(bank, index).count();
        let reversed = scale_items(bank, index).filter(|keying| *keying == Keying::Reverse).count();
        if items >= 2 && (reversed * 10 < items * 3 || reversed * 10 > items * 7) {
            let message = format!("{reversed} of the {items} items of {} are reversed", quote(&scale.id));
            found.push(Fault::warning("key-balance", place.clone(), message).help(
                "with about half of them reversed, by opposite content, saying yes to everything earns nothing",
            ));
        }
    }
    found
}

fn neighbours(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for index in 1..bank.items.len() {
        let [before, item] = [&bank.items[index - 1], &bank.items[index]];
        let both = before.own_scale().zip(item.own_scale()).filter(|_| before.part == item.part);
        if let Some((a, b)) = both
            && a.scale == b.scale
            && bank.scales[b.scale].kind == ScaleKind::Trait
        {
            let message = format!(
                "item {} follows another item of the scale {}",
                quote(&item.id),
                quote(&bank.scales[b.scale].id)
            );
            found.push(
                Fault::warning("neighbours", places.items[index].clone(), message)
                    .help("mix the scales, so that one answer does not lead to the next"),
            );
        }
    }
    found
}

fn long_items(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for (item, place) in bank.items.iter().zip(&places.items) {
        let words = item.ask.split_whitespace().count();
        if matches!(item.kind, ItemKind::Rating(_)) && words > MOST_WORDS {
            let message = format!("item {} has {words} words", quote(&item.id));
            found.push(
                Fault::warning("long-item", place.clone(), message)
                    .help(format!("at most {MOST_WORDS} are read with care")),
            );
        }
    }
    found
}

fn undated_facts(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for (role, role_places) in bank.roles.iter().zip(&places.facts) {
        for (fact, place) in role.facts.iter().zip(role_places) {
            if fact.as_of.is_none() || fact.source.is_none() {
                let message = format!("the fact {} has no date or no source", quote(&fact.id));
                found.push(
                    Fault::warning("undated-fact", place.clone(), message)
                        .help("add `as_of` and `source`: a figure without them cannot be checked"),
                );
            }
        }
    }
    found
}

/// A requirement that no answer can meet, because no item is on its scale.
fn unreachable(bank: &Bank, places: &Places) -> Vec<Fault> {
    let mut found = Vec::new();
    for (role, role_places) in bank.roles.iter().zip(&places.requirements) {
        for (requirement, place) in role.requirements.iter().zip(role_places) {
            if scale_items(bank, requirement.scale).next().is_none() {
                let scale = quote(&bank.scales[requirement.scale].id);
                let message =
                    format!("the role {} asks for {scale}, which no item measures", quote(&role.id));
                found.push(
                    Fault::warning("unreachable", place.clone(), message)
                        .help("add items, or drop the requirement"),
                );
            }
        }
    }
    found
}
