//! Rules about scales and norms.

use std::collections::HashSet;

use crate::bank::fault::quote;
use crate::bank::{Item, Keying, ScaleKind};
use crate::text::counted;

use super::Lint;

/// A trait scale should have this many items.
const LEAST_ITEMS: usize = 3;
/// A norm should have this many people.
const LEAST_PEOPLE: u64 = 100;
/// From the mean of a group to an end of the scale, in standard deviations.
const MOST_SDS: f64 = 8.0;

impl Lint<'_> {
    /// Warns of each trait scale where `check` finds something about its items and their directions.
    fn traits(
        &mut self,
        rule: &'static str,
        help: &str,
        check: impl Fn(&str, &[(&Item, Keying)]) -> Option<String>,
    ) {
        let bank = self.bank;
        for index in bank.traits() {
            let (scale, items) = (&bank.scales[index], bank.items_on(index).collect::<Vec<_>>());
            if let Some(message) = check(&quote(&scale.id), &items) {
                self.warn(rule, help, &scale.id, &scale.place, message);
            }
        }
    }
}

pub(super) fn scales(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    for (index, scale) in bank.scales.iter().enumerate() {
        let (id, n) = (quote(&scale.id), bank.items_on(index).count());
        if n == 0 {
            let help = "add items, or leave the scale out";
            let message = format!("no item is on the scale {id}");
            lint.warn("empty-scale", help, &scale.id, &scale.place, message);
        } else if n < LEAST_ITEMS && scale.kind == ScaleKind::Trait {
            let help = "a trait needs at least three items to be measured at all well";
            let message = format!("the scale {id} has {}", counted(n, "item", "items"));
            lint.warn("few-items", help, &scale.id, &scale.place, message);
        }
    }
    // With 30 to 70 % of reversed items, agreeing with everything gives a score near the middle.
    let help = "reverse about half of them by asking about the opposite; then people who agree with everything score \
                near the middle";
    lint.traits("key-balance", help, |id, items| {
        let n = items.len();
        let reversed = items.iter().filter(|(_, keying)| *keying == Keying::Reverse).count();
        let are = if reversed == 1 { "is" } else { "are" };
        let is_uneven = n >= 2 && !(n * 3..=n * 7).contains(&(reversed * 10));
        is_uneven.then(|| format!("{reversed} of the {n} items of {id} {are} reversed"))
    });
    let help = "someone who skips these items is asked in one direction only; reverse an item that everybody can answer";
    lint.traits("reversed-occasion", help, |id, items| {
        let mut reversed = items.iter().filter(|(_, keying)| *keying == Keying::Reverse).peekable();
        let is_found = reversed.peek().is_some() && reversed.all(|(item, _)| item.occasion);
        is_found.then(|| format!("each reversed item of {id} is marked `occasion`"))
    });
}

pub(super) fn neighbours(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    for pair in bank.items.windows(2) {
        let (before, item) = (&pair[0], &pair[1]);
        let [a, b] = [before, item].map(|item| item.own_scale().map(|own| own.scale));
        let Some(scale) = b.filter(|_| a == b && before.part == item.part) else { continue };
        if bank.scales[scale].kind == ScaleKind::Trait {
            let (id, scale) = (quote(&item.id), quote(&bank.scales[scale].id));
            let message = format!("item {id} follows another item of the scale {scale}");
            let help = "mix the scales, so that one answer does not lead to the next";
            lint.warn("neighbours", help, &item.id, &item.place, message);
        }
    }
}

/// Labels go from the least to the most. In the opposite order, they reverse every score.
pub(super) fn falling_labels(lint: &mut Lint<'_>) {
    let mut known = HashSet::new();
    for item in &lint.bank.items {
        if let Some(format) = item.format().filter(|format| format.falls() && known.insert(&format.id)) {
            let (id, first) = (quote(&format.id), quote(&format.labels[0]));
            let message = format!("the labels of the format {id} seem to fall, from {first}");
            let help = "write the label for the least first; a rating counts the more the later its label is";
            lint.warn("falling-labels", help, &format.id, &item.place, message);
        }
    }
}

pub(super) fn norms(lint: &mut Lint<'_>) {
    for scale in &lint.bank.scales {
        let Some(norm) = &scale.norm else { continue };
        let mut warn = |rule, help: &str, what: &str| {
            let message = format!("the norm of {} {what}", quote(&scale.id));
            lint.warn(rule, help, &scale.id, &norm.place, message);
        };
        if norm.n.is_none_or(|n| n < LEAST_PEOPLE) {
            let help =
                "with fewer than 100 people the mean and the SD are uncertain; give `n`, or look for more";
            let unknown = "does not say of how many people it is".to_owned();
            warn("small-norm", help, &norm.n.map_or(unknown, |n| format!("is of {n} people")));
        }
        if norm.as_of.as_ref().is_none_or(|as_of| as_of.end.is_none()) {
            let help = "give `as_of` with the year in which the group answered: groups change";
            warn("undated-norm", help, "has no date");
        }
        let farthest = norm.mean.max(100.0 - norm.mean) / norm.sd;
        if farthest > MOST_SDS {
            let help = format!(
                "an end of the scale is {farthest:.0} SDs from that mean; give both in percent of the points, \
                 0 to 100, not as sums or label numbers"
            );
            warn("narrow-norm", &help, &format!("has an SD of {}, and a mean of {}", norm.sd, norm.mean));
        }
    }
}
