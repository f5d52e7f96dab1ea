//! Rules about the texts and options of an item.

use crate::bank::fault::quote;
use crate::bank::{ChoiceOption, Counts, ItemKind, ScaleKind};

use super::{Lint, prose};

pub(super) fn missing_texts(lint: &mut Lint<'_>) {
    for item in &lint.bank.items {
        let (id, place) = (quote(&item.id), &item.place);
        if item.why.is_none() {
            let help = "add `why = ...`; it is shown to everybody who asks";
            lint.warn("no-why", &item.id, place, format!("item {id} does not say why it is asked"), help);
        }
        if lint.bank.own_kind(item) == Some(ScaleKind::Trait) && item.observer.is_none() {
            let message = format!("item {id} has no wording for an observer");
            lint.warn("no-observer", &item.id, place, message, "add `observer = ...`, in the third person");
        }
    }
}

/// Two options with the same points, unless one is right and all others are wrong.
pub(super) fn shared_points(lint: &mut Lint<'_>) {
    lint.each_item("shared-points", |item| {
        let ItemKind::Choice(options) = &item.kind else { return None };
        let right_or_wrong = options.iter().all(|option| option.points <= 0.0 || option.points >= 100.0)
            && options.iter().filter(|option| option.points >= 100.0).count() == 1;
        if item.counts == Counts::Nothing || right_or_wrong {
            return None;
        }
        let same = |a: &ChoiceOption, b: &ChoiceOption| (a.points - b.points).abs() < 1e-9;
        let (a, b) = pairs(options).find(|(a, b)| same(a, b))?;
        let [first, second, id] = [&a.id, &b.id, &item.id].map(|id| quote(id));
        let points = a.points;
        let message = format!("the options {first} and {second} of item {id} both earn {points} points");
        Some((message, "say which of the two is better, or make one option of them"))
    });
}

pub(super) fn overlapping_options(lint: &mut Lint<'_>) {
    lint.each_item("option-overlap", |item| {
        // Ticks may overlap: "at least 5", "at least 10".
        let is_choice = matches!(item.kind, ItemKind::Choice(_));
        let overlap = |a: &str, b: &str| prose::nearly_same(a, b) || (is_choice && ranges_meet(a, b));
        let (a, b) = pairs(item.options()).find(|(a, b)| overlap(&a.say, &b.say))?;
        let [first, second, id] = [&a.id, &b.id, &item.id].map(|id| quote(id));
        let message = format!("the options {first} and {second} of item {id} overlap");
        Some((message, "word them so that one answer fits one option only"))
    });
}

pub(super) fn enough_exceeds(lint: &mut Lint<'_>) {
    lint.each_item("enough-exceeds", |item| {
        let ItemKind::Checklist { options, enough } = &item.kind else { return None };
        let (id, n) = (quote(&item.id), options.len());
        let message = format!("item {id} asks for {enough} ticks and has {n} options");
        (*enough > n).then_some((message, "nobody can earn all its points; lower `enough`, or add options"))
    });
}

fn pairs<T>(list: &[T]) -> impl Iterator<Item = (&T, &T)> {
    list.iter().enumerate().flat_map(|(index, a)| list[index + 1..].iter().map(move |b| (a, b)))
}

/// Whether two options are ranges with a number in common: "1 to 5", "5 to 10".
fn ranges_meet(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (range(a), range(b)) else { return false };
    a.0 <= b.1 && b.0 <= a.1
}

/// The lowest and the highest number that an option means.
fn range(option: &str) -> Option<(f64, f64)> {
    const EDGE: f64 = 1e-6;
    let lower = option.to_lowercase().replace(['–', '—'], "-").replace(',', "");
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let numbers: Vec<f64> =
        lower.split(|c: char| !is_digit(c)).filter_map(|number| number.parse().ok()).collect();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match *numbers.as_slice() {
        [low, high] if low < high && says(&["to", "-", "and"]) => Some((low, high)),
        [x] if says(&["less than", "under", "fewer than", "below"]) => Some((f64::NEG_INFINITY, x - EDGE)),
        [x] if says(&["more than", "over", "above"]) => Some((x + EDGE, f64::INFINITY)),
        [x] if says(&["or more", "at least", "+"]) => Some((x, f64::INFINITY)),
        [x] if says(&["or less", "or fewer", "at most", "up to"]) => Some((f64::NEG_INFINITY, x)),
        _ => None,
    }
}
