//! Reads scales and items.

use crate::bank::fault::{Fault, did_you_mean, quote};
use crate::bank::{
    ChoiceOption, Counts, Form, Item, ItemKind, Keyed, Keying, Norm, NumberRange, Scale, ScaleKind,
};

use super::entry::{At, Many, TomlTable};
use super::{Declared, Ids};

/// A smaller standard deviation would make T scores of any size.
const LEAST_SD: f64 = 0.1;
/// More than there are people.
const MOST_PEOPLE: u64 = 10_000_000_000;
const MOST_OPTIONS: usize = 99;

pub(super) fn read_scales(file: &TomlTable<'_>, part: usize, declared: &mut Declared) {
    let ids = &mut declared.scale_ids;
    declared.scales.extend(file.each("scale", "scale", |entry| {
        let (id, place) = ids.read(entry, "scale");
        let kind = entry.required("kind").unwrap_or(ScaleKind::Trait);
        let norm = entry.table("norm", format!("the norm of {}", entry.what()));
        Scale {
            id,
            place,
            title: entry.need("title"),
            kind,
            part,
            about: entry.written("about"),
            low: entry.written("low"),
            high: entry.written("high"),
            norm: norm.map(read_norm),
        }
    }));
}

fn read_norm(entry: TomlTable<'_>) -> Norm {
    let norm = Norm {
        place: entry.notes.place(&entry.span),
        mean: entry.need_number_in("mean", 0.0..=100.0).value,
        sd: entry.need_number_in("sd", LEAST_SD..=100.0).value,
        n: entry.whole("n", 2..=MOST_PEOPLE),
        of: entry.need("of"),
        as_of: entry.opt("as_of"),
        source: entry.need("source"),
        form: entry.opt::<Form>("form"),
    };
    entry.finish();
    norm
}

pub(super) fn read_items(file: &TomlTable<'_>, part: usize, declared: &mut Declared) {
    let items = file.each("item", "item", |entry| {
        let (id, place) = declared.item_ids.read(entry, "item");
        let ask: At<String> = entry.need("ask");
        let observer: Option<At<String>> = entry.opt("observer");
        let reversed: At<Many<bool>> = entry.opt("reversed").unwrap_or_default();
        let counts = read_counts(entry, &reversed, declared);
        let kind = read_kind(entry, counts != Counts::Nothing, &reversed, declared);
        Item {
            id,
            place,
            part,
            counts,
            ask_place: entry.notes.place(&ask.span),
            ask: ask.value,
            observer_place: entry.notes.place(observer.as_ref().map_or(&(0..0), |observer| &observer.span)),
            observer: observer.map(|observer| observer.value),
            why: entry.opt("why"),
            quick: entry.flag("quick"),
            occasion: entry.flag("occasion"),
            kind,
        }
    });
    declared.items.extend(items);
}

fn read_counts(entry: &TomlTable<'_>, reversed: &At<Many<bool>>, declared: &mut Declared) -> Counts {
    let scales: Option<Many<At<String>>> = entry.opt("scale");
    let weighs: Option<At<String>> = entry.opt("weighs");
    match (scales, weighs) {
        (Some(Many(scales)), weighs) => {
            if let Some(weighs) = weighs {
                entry.fault(&weighs.span, "has both `scale` and `weighs`", "an item does one or the other");
            }
            Counts::Scales(read_keyed(entry, &scales, reversed, declared))
        }
        (None, Some(name)) => {
            if reversed.value.0.len() > 1 {
                let n = reversed.value.0.len();
                let says = format!("weighs one scale and has {n} values of `reversed`");
                entry.fault(&reversed.span, says, "write one");
            }
            let Some(scale) = declared.scale_ids.resolve(entry, "scale", &name) else {
                return Counts::Nothing;
            };
            let place = entry.notes.place(&name.span);
            if let Some(first) = declared.weighed.get(&scale) {
                let fault = Fault::new(place, format!("two items weigh the scale {}", quote(&name.value)));
                let fault = fault.earlier(first.clone(), "weighed here first");
                entry.notes.note(fault.help("at most one item may weigh a scale"));
            } else {
                declared.weighed.insert(scale, place);
            }
            Counts::Weighs(Keyed { scale, keying: keying(&reversed.value.0, 0) })
        }
        (None, None) => Counts::Nothing,
    }
}

fn read_keyed(
    entry: &TomlTable<'_>,
    scales: &[At<String>],
    reversed: &At<Many<bool>>,
    declared: &Declared,
) -> Vec<Keyed> {
    let Many(flags) = &reversed.value;
    if flags.len() > 1 && flags.len() != scales.len() {
        let (n, m) = (scales.len(), flags.len());
        let says = format!("is on {n} scales and has {m} values of `reversed`");
        entry.fault(&reversed.span, says, "write one for each scale, or one for all");
    }
    let mut keyed: Vec<Keyed> = Vec::new();
    for (index, name) in scales.iter().enumerate() {
        let Some(scale) = declared.scale_ids.resolve(entry, "scale", name) else { continue };
        if keyed.iter().any(|other| other.scale == scale) {
            entry.fault(&name.span, format!("names the scale {} twice", quote(&name.value)), None);
        }
        keyed.push(Keyed { scale, keying: keying(flags, index) });
    }
    if scales.is_empty() {
        entry.key_fault("scale", &entry.span, "names no scale", "name one, or leave the key out");
    }
    keyed
}

fn keying(reversed: &[bool], index: usize) -> Keying {
    // One value is for all scales.
    let index = if reversed.len() == 1 { 0 } else { index };
    if reversed.get(index) == Some(&true) { Keying::Reverse } else { Keying::Forward }
}

fn read_kind(
    entry: &TomlTable<'_>,
    scored: bool,
    reversed: &At<Many<bool>>,
    declared: &Declared,
) -> ItemKind {
    let answer: At<String> = entry.need("answer");
    let kind = match answer.value.as_str() {
        "choice" => ItemKind::Choice(read_options(entry, 2, |option| {
            let points = if scored {
                option.need_number_in("points", 0.0..=100.0).value
            } else {
                option.number_in("points", 0.0..=100.0).unwrap_or(0.0)
            };
            (points, option.opt("because"))
        })),
        "checklist" => {
            let options = read_options(entry, 1, |_| (0.0, None));
            let enough = entry.whole("enough", 1..=1_000_000);
            let help = "add `enough = n`, the number of ticks that earns all the points";
            missing(entry, scored, "enough", help);
            ItemKind::Checklist { enough: enough.unwrap_or(options.len()).max(1), options }
        }
        "number" => ItemKind::Number(read_number(entry, scored)),
        name => {
            if let Some(format) = declared.formats.get(name) {
                return ItemKind::Rating(format.clone());
            }
            if !name.is_empty() {
                let known = declared.formats.keys().map(String::as_str);
                let meant = did_you_mean(name, known.chain(["choice", "checklist", "number"]));
                let others = "use a format of `bank.toml`, `choice`, `checklist` or `number`";
                let help = meant.unwrap_or_else(|| others.to_owned());
                let says = format!("is answered by {}, which is not a response format", quote(name));
                entry.fault(&answer.span, says, help);
            }
            // Which keys it may have is unknown.
            entry.ignore(&["options", "enough", "unit", "min", "max", "whole", "curve"]);
            return ItemKind::Choice(Vec::new());
        }
    };
    if reversed.value.0.contains(&true) {
        let help = "turn its points round instead";
        entry.fault(&reversed.span, "is reversed, but only ratings can be", help);
    }
    kind
}

/// Notes a key that a scored item needs.
fn missing(entry: &TomlTable<'_>, scored: bool, key: &str, help: &str) {
    if scored && !entry.has(key) {
        entry.fault(&entry.span, format!("has no `{key}`"), help);
    }
}

/// `earns` reads the points of an option, and why it earns them.
fn read_options(
    entry: &TomlTable<'_>,
    least: usize,
    earns: impl Fn(&TomlTable<'_>) -> (f64, Option<String>),
) -> Vec<ChoiceOption> {
    let mut ids = Ids::default();
    let options = entry.each("options", "option", |option| {
        let (id, _) = ids.read(option, "option");
        let say = option.need("say");
        let (points, because) = earns(option);
        ChoiceOption { id, say, points, because }
    });
    let n = options.len();
    if !(least..=MOST_OPTIONS).contains(&n) {
        let says = format!("has {n} options; it must have {least} to {MOST_OPTIONS}");
        entry.fault(&entry.span, says, None);
    }
    options
}

fn read_number(entry: &TomlTable<'_>, scored: bool) -> NumberRange {
    let unit = entry.opt("unit").unwrap_or_default();
    let (min, max): (At<f64>, At<f64>) = (entry.need("min"), entry.need("max"));
    if min.value >= max.value && max.is_there() {
        entry.key_fault("max", &max.span, "must be over its `min`", None);
    }
    let whole = entry.flag("whole");
    for (key, end) in [("min", &min), ("max", &max)] {
        if whole && end.value.fract() != 0.0 {
            entry.key_fault(key, &end.span, "must be whole, as its numbers are", None);
        }
    }
    missing(entry, scored, "curve", "add `curve = [[number, points], ...]`");
    let curve =
        entry.opt("curve").map_or_else(|| vec![(min.value, 0.0)], |curve| checked_curve(entry, curve));
    NumberRange { unit, min: min.value, max: max.value, whole, curve }
}

fn checked_curve(entry: &TomlTable<'_>, curve: At<Vec<(f64, f64)>>) -> Vec<(f64, f64)> {
    let is_out = |(_, points): &(f64, f64)| !(0.0..=100.0).contains(points);
    let wrong = [
        (curve.value.is_empty(), "needs at least one pair"),
        (!curve.value.is_sorted_by(|a, b| a.0 < b.0), "must have rising numbers"),
        (curve.value.iter().any(is_out), "must have points from 0 to 100"),
    ];
    if let Some((_, says)) = wrong.iter().find(|(is_wrong, _)| *is_wrong) {
        entry.key_fault("curve", &curve.span, says, None);
    }
    curve.value
}
