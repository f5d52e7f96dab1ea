//! How the items of a scale stand to one another.

use crate::bank::fault::quote;
use crate::bank::{Keying, ScaleKind};

use super::{Finding, View};

/// The fewest items that measure a trait at all well.
const LEAST_ITEMS: usize = 3;
/// The fewest people whose mean and standard deviation say much about a group.
const LEAST_PEOPLE: u64 = 100;
/// The most standard deviations from the mean of a group to an end of the scale.
const MOST_SDS: f64 = 8.0;

pub(super) fn sizes(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, (scale, place)) in view.bank.scales.iter().zip(&view.places.scales).enumerate() {
        let items = view.on_scale(index).count();
        if items == 0 {
            let message = format!("no item is on the scale {}", quote(&scale.id));
            let help = "add items, or leave the scale out";
            found.push(Finding::new("empty-scale", &scale.id, place, message, help));
        } else if items < LEAST_ITEMS && scale.kind == ScaleKind::Trait {
            let message = format!(
                "the scale {} has {items} {}",
                quote(&scale.id),
                if items == 1 { "item" } else { "items" }
            );
            let help = "a trait needs at least three items to be measured at all well";
            found.push(Finding::new("few-items", &scale.id, place, message, help));
        }
    }
    found
}

/// Outside 30 to 70 % of reversed items, agreeing with everything is no longer near the middle.
pub(super) fn key_balance(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, (scale, place)) in view.bank.scales.iter().zip(&view.places.scales).enumerate() {
        if scale.kind != ScaleKind::Trait {
            continue;
        }
        let items = view.on_scale(index).count();
        let reversed = view.on_scale(index).filter(|(_, keying)| *keying == Keying::Reverse).count();
        if items >= 2 && (reversed * 10 < items * 3 || reversed * 10 > items * 7) {
            let are = if reversed == 1 { "is" } else { "are" };
            let message = format!("{reversed} of the {items} items of {} {are} reversed", quote(&scale.id));
            let help = "with about half of them reversed, by opposite content, saying yes to everything earns nothing";
            found.push(Finding::new("key-balance", &scale.id, place, message, help));
        }
    }
    found
}

pub(super) fn norms(view: &View<'_>) -> Vec<Finding> {
    let (mut small, mut undated, mut narrow) = (Vec::new(), Vec::new(), Vec::new());
    for (scale, place) in view.bank.scales.iter().zip(&view.places.norms) {
        let Some((norm, place)) = scale.norm.as_ref().zip(place.as_ref()) else { continue };
        let what = format!("the norm of {}", quote(&scale.id));
        if norm.n.is_none_or(|n| n < LEAST_PEOPLE) {
            let message = match norm.n {
                None => format!("{what} does not say of how many people it is"),
                Some(n) => format!("{what} is of {n} people"),
            };
            let help =
                "with fewer than 100 people the mean and the SD are uncertain; give `n`, or look for more";
            small.push(Finding::new("small-norm", &scale.id, place, message, help));
        }
        if norm.as_of.is_none() {
            let message = format!("{what} has no date");
            let help = "add `as_of`, the year in which the group answered: groups change";
            undated.push(Finding::new("undated-norm", &scale.id, place, message, help));
        }
        let farthest = norm.mean.max(100.0 - norm.mean) / norm.sd;
        if farthest > MOST_SDS {
            let message = format!("{what} has an SD of {}, and a mean of {}", norm.sd, norm.mean);
            let help = format!(
                "an end of the scale is {farthest:.0} SDs from that mean; give both in percent of the points, \
                 0 to 100, not as sums or label numbers"
            );
            narrow.push(Finding::new("narrow-norm", &scale.id, place, message, help));
        }
    }
    [small, undated, narrow].concat()
}

pub(super) fn neighbours(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for index in 1..view.bank.items.len() {
        let [before, item] = [&view.bank.items[index - 1], &view.bank.items[index]];
        let both = before.own_scale().zip(item.own_scale()).filter(|_| before.part == item.part);
        if let Some((a, b)) = both
            && a.scale == b.scale
            && view.bank.scales[b.scale].kind == ScaleKind::Trait
        {
            let scale = quote(&view.bank.scales[b.scale].id);
            let message = format!("item {} follows another item of the scale {scale}", quote(&item.id));
            let help = "mix the scales, so that one answer does not lead to the next";
            found.push(Finding::new("neighbours", &item.id, &view.places.items[index], message, help));
        }
    }
    found
}
