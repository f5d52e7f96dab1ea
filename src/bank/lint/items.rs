//! Rules about the texts and options of an item.

use crate::bank::fault::quote;
use crate::bank::{Counts, ItemKind, ScaleKind};

use super::{Lint, prose};

pub(super) fn texts(lint: &mut Lint<'_>) {
    for item in &lint.bank.items {
        let id = quote(&item.id);
        if item.why.is_none() {
            let help = "add `why = ...`; it is shown to everybody who asks";
            let message = format!("item {id} does not say why it is asked");
            lint.warn("no-why", help, &item.id, &item.place, message);
        }
        if lint.bank.own_kind(item) == Some(ScaleKind::Trait) && item.observer.is_none() {
            let help = "add `observer = ...`, in the third person";
            let message = format!("item {id} has no wording for an observer");
            lint.warn("no-observer", help, &item.id, &item.place, message);
        }
    }
}

pub(super) fn options(lint: &mut Lint<'_>) {
    lint.items("shared-points", "say which of the two is better, or make one option of them", |item| {
        let ItemKind::Choice(options) = &item.kind else { return None };
        // One right option and only wrong ones is fine.
        let right_or_wrong = options.iter().all(|option| option.points <= 0.0 || option.points >= 100.0)
            && options.iter().filter(|option| option.points >= 100.0).count() == 1;
        if item.counts == Counts::Nothing || right_or_wrong {
            return None;
        }
        let (a, b) = pairs(options).find(|(a, b)| (a.points - b.points).abs() < 1e-9)?;
        let [first, second, id] = [&a.id, &b.id, &item.id].map(|id| quote(id));
        Some(format!("the options {first} and {second} of item {id} both earn {} points", a.points))
    });
    lint.items("option-overlap", "word them so that one answer fits one option only", |item| {
        // Ticks may overlap: "at least 5", "at least 10".
        let is_choice = matches!(item.kind, ItemKind::Choice(_));
        let overlap = |a: &str, b: &str| prose::nearly_same(a, b) || (is_choice && ranges_meet(a, b));
        let (a, b) = pairs(item.options()).find(|(a, b)| overlap(&a.say, &b.say))?;
        let [first, second, id] = [&a.id, &b.id, &item.id].map(|id| quote(id));
        Some(format!("the options {first} and {second} of item {id} overlap"))
    });
    let help = "nobody can earn all its points; lower `enough`, or add options";
    lint.items("enough-exceeds", help, |item| {
        let ItemKind::Checklist { options, enough } = &item.kind else { return None };
        let (id, n) = (quote(&item.id), options.len());
        (*enough > n).then(|| format!("item {id} asks for {enough} ticks and has {n} options"))
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
