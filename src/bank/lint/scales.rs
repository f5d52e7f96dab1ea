//! Rules about scales and norms.

use crate::bank::fault::quote;
use crate::bank::{Bank, Item, Keying, Scale, ScaleKind};

use super::Lint;

/// A trait scale should have this many items.
const LEAST_ITEMS: usize = 3;
/// A norm should have this many people.
const LEAST_PEOPLE: u64 = 100;
/// From the mean of a group to an end of the scale, in standard deviations.
const MOST_SDS: f64 = 8.0;

/// Each trait scale with the directions of its items.
fn traits(bank: &Bank) -> impl Iterator<Item = (&Scale, Vec<(&Item, Keying)>)> {
    bank.traits().map(|scale| (&bank.scales[scale], bank.items_on(scale).collect()))
}

pub(super) fn sizes(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    for (index, scale) in bank.scales.iter().enumerate() {
        let (id, n) = (quote(&scale.id), bank.items_on(index).count());
        if n == 0 {
            let message = format!("no item is on the scale {id}");
            lint.warn("empty-scale", &scale.id, &scale.place, message, "add items, or leave the scale out");
        } else if n < LEAST_ITEMS && scale.kind == ScaleKind::Trait {
            let message = format!("the scale {id} has {n} {}", if n == 1 { "item" } else { "items" });
            let help = "a trait needs at least three items to be measured at all well";
            lint.warn("few-items", &scale.id, &scale.place, message, help);
        }
    }
}

/// Labels go from the least to the most; turned round, every score is turned round.
pub(super) fn falling_labels(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    let mut known: Vec<&str> = Vec::new();
    for item in &bank.items {
        let Some(format) = item.format().filter(|format| format.falls()) else { continue };
        if known.contains(&format.id.as_str()) {
            continue;
        }
        known.push(&format.id);
        let (id, first) = (quote(&format.id), quote(&format.labels[0]));
        let message = format!("the labels of the format {id} seem to fall, from {first}");
        let help = "write the label for the least first; a rating counts the more the later its label is";
        lint.warn("falling-labels", &format.id, &item.place, message, help);
    }
}

/// With 30 to 70 % of reversed items, agreeing with everything gives a score near the middle.
pub(super) fn key_balance(lint: &mut Lint<'_>) {
    for (scale, items) in traits(lint.bank) {
        let n = items.len();
        let reversed = items.iter().filter(|(_, keying)| *keying == Keying::Reverse).count();
        if n >= 2 && !(n * 3..=n * 7).contains(&(reversed * 10)) {
            let are = if reversed == 1 { "is" } else { "are" };
            let message = format!("{reversed} of the {n} items of {} {are} reversed", quote(&scale.id));
            let help = "with about half of them reversed, by opposite content, saying yes to everything earns nothing";
            lint.warn("key-balance", &scale.id, &scale.place, message, help);
        }
    }
}

/// Somebody who skips them all has answered in one direction only.
pub(super) fn reversed_occasions(lint: &mut Lint<'_>) {
    for (scale, mut items) in traits(lint.bank) {
        items.retain(|(_, keying)| *keying == Keying::Reverse);
        if !items.is_empty() && items.iter().all(|(item, _)| item.occasion) {
            let message = format!("each reversed item of {} is marked `occasion`", quote(&scale.id));
            let help = "someone who skips them answers in one direction only; reverse an item that everybody can answer";
            lint.warn("reversed-occasion", &scale.id, &scale.place, message, help);
        }
    }
}

pub(super) fn neighbours(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    for pair in bank.items.windows(2) {
        let (before, item) = (&pair[0], &pair[1]);
        let [a, b] = [before, item].map(|item| item.own_scale().map(|own| own.scale));
        let Some(scale) = b.filter(|_| a == b && before.part == item.part) else { continue };
        if bank.scales[scale].kind == ScaleKind::Trait {
            let scale = quote(&bank.scales[scale].id);
            let message = format!("item {} follows another item of the scale {scale}", quote(&item.id));
            let help = "mix the scales, so that one answer does not lead to the next";
            lint.warn("neighbours", &item.id, &item.place, message, help);
        }
    }
}

pub(super) fn norms(lint: &mut Lint<'_>) {
    for scale in &lint.bank.scales {
        let Some(norm) = &scale.norm else { continue };
        let place = &norm.place;
        let what = format!("the norm of {}", quote(&scale.id));
        if norm.n.is_none_or(|n| n < LEAST_PEOPLE) {
            let message = match norm.n {
                None => format!("{what} does not say of how many people it is"),
                Some(n) => format!("{what} is of {n} people"),
            };
            let help =
                "with fewer than 100 people the mean and the SD are uncertain; give `n`, or look for more";
            lint.warn("small-norm", &scale.id, place, message, help);
        }
        if norm.as_of.is_none() {
            let help = "add `as_of`, the year in which the group answered: groups change";
            lint.warn("undated-norm", &scale.id, place, format!("{what} has no date"), help);
        }
        let farthest = norm.mean.max(100.0 - norm.mean) / norm.sd;
        if farthest > MOST_SDS {
            let message = format!("{what} has an SD of {}, and a mean of {}", norm.sd, norm.mean);
            let help = format!(
                "an end of the scale is {farthest:.0} SDs from that mean; give both in percent of the points, \
                 0 to 100, not as sums or label numbers"
            );
            lint.warn("narrow-norm", &scale.id, place, message, help);
        }
    }
}
