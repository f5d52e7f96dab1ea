//! Items: what is asked, how it is answered, and what it counts towards.

use crate::bank::fault::{Fault, did_you_mean, quote};
use crate::bank::{CheckOption, ChoiceOption, Counts, Item, ItemKind, Keyed, Keying, NumberRange};

use super::entry::{At, Entry};
use super::{Declared, Ids};

pub(super) fn read_items(file: &Entry<'_>, part: usize, declared: &mut Declared<'_>) {
    for entry in file.entries("item", "item") {
        let id = entry.need_id();
        declared.item_ids.declare(entry.notes, "item", &id);
        declared.places.items.push(entry.notes.place(&id.span));
        let ask = entry.need_text_at("ask");
        declared.places.asks.push(entry.notes.place(&ask.span));
        let observer = entry.text_at("observer");
        declared.places.observers.push(observer.as_ref().map(|observer| entry.notes.place(&observer.span)));
        let counts = read_counts(&entry, declared);
        let scored = counts != Counts::Nothing;
        let kind = read_kind(&entry, scored, declared);
        declared.items.push(Item {
            id: id.value,
            part,
            counts,
            ask: ask.value,
            observer: observer.map(|observer| observer.value),
            why: entry.text("why"),
            quick: entry.flag("quick"),
            occasion: entry.flag("occasion"),
            kind,
        });
        entry.finish();
    }
}

fn read_counts(entry: &Entry<'_>, declared: &mut Declared<'_>) -> Counts {
    let scales = entry.text_or_texts("scale");
    let weighs = entry.text_at("weighs");
    let reversed = entry.flag_or_flags("reversed");
    match (scales, weighs) {
        (Some(scales), weighs) => {
            if let Some(weighs) = weighs {
                let message = format!("{} has both `scale` and `weighs`", entry.what);
                entry.notes.fault(&weighs.span, message, Some("an item does one or the other".into()));
            }
            Counts::Scales(read_keyed(entry, &scales, reversed, declared))
        }
        (None, Some(name)) => {
            let reversed = reversed.unwrap_or_default();
            if reversed.value.len() > 1 {
                let message = format!(
                    "{} weighs one scale and has {} values of `reversed`",
                    entry.what,
                    reversed.value.len()
                );
                entry.notes.fault(&reversed.span, message, Some("write one".into()));
            }
            let keying = keying(&reversed.value, 0);
            match declared.scale_ids.resolve(entry.notes, &entry.what, "scale", &name) {
                None => Counts::Nothing,
                Some(scale) => {
                    read_weighed(entry, &name, scale, declared);
                    Counts::Weighs(Keyed { scale, keying })
                }
            }
        }
        (None, None) => Counts::Nothing,
    }
}

fn read_keyed(
    entry: &Entry<'_>,
    scales: &[At<String>],
    reversed: Option<At<Vec<bool>>>,
    declared: &Declared<'_>,
) -> Vec<Keyed> {
    let reversed = reversed.unwrap_or_default();
    if reversed.value.len() > 1 && reversed.value.len() != scales.len() {
        let message = format!(
            "{} is on {} scales and has {} values of `reversed`",
            entry.what,
            scales.len(),
            reversed.value.len()
        );
        entry.notes.fault(&reversed.span, message, Some("write one for each scale, or one for all".into()));
    }
    let mut keyed: Vec<Keyed> = Vec::new();
    for (index, name) in scales.iter().enumerate() {
        let Some(scale) = declared.scale_ids.resolve(entry.notes, &entry.what, "scale", name) else {
            continue;
        };
        if keyed.iter().any(|other| other.scale == scale) {
            let message = format!("{} names the scale {} twice", entry.what, quote(&name.value));
            entry.notes.fault(&name.span, message, None);
        }
        keyed.push(Keyed { scale, keying: keying(&reversed.value, index) });
    }
    if scales.is_empty() {
        let message = format!("`scale` of {} names no scale", entry.what);
        entry.notes.fault(&entry.span, message, Some("name one, or leave the key out".into()));
    }
    keyed
}

fn keying(reversed: &[bool], index: usize) -> Keying {
    match reversed.get(index).or_else(|| reversed.first().filter(|_| reversed.len() == 1)) {
        Some(true) => Keying::Reverse,
        Some(false) | None => Keying::Forward,
    }
}

fn read_weighed(entry: &Entry<'_>, name: &At<String>, scale: usize, declared: &mut Declared<'_>) {
    let place = entry.notes.place(&name.span);
    if let Some(first) = declared.weighed.get(&scale) {
        let message = format!("two items weigh the scale {}", quote(&name.value));
        let fault = Fault::new(place, message).earlier(first.clone(), "weighed here first");
        entry.notes.note(fault.help("at most one item may weigh a scale"));
    } else {
        declared.weighed.insert(scale, place);
    }
}

fn read_kind(entry: &Entry<'_>, scored: bool, declared: &Declared<'_>) -> ItemKind {
    let answer = entry.need_text_at("answer");
    let kind = match answer.value.as_str() {
        "choice" => ItemKind::Choice(read_choice(entry, scored)),
        "checklist" => read_checklist(entry, scored),
        "number" => ItemKind::Number(read_number(entry, scored)),
        name => match declared.formats.get(name) {
            Some(format) => return ItemKind::Rating(format.clone()),
            None => {
                if !name.is_empty() {
                    let known = declared.formats.keys().map(String::as_str);
                    let help = did_you_mean(name, known.chain(["choice", "checklist", "number"]));
                    let message =
                        format!("{} is answered by {}, which is no response format", entry.what, quote(name));
                    let otherwise = "use a format of `bank.toml`, `choice`, `checklist` or `number`";
                    entry.notes.fault(&answer.span, message, help.or(Some(otherwise.into())));
                }
                // How it is answered is unknown, so what it may have is unknown as well.
                for key in ["reversed", "options", "enough", "unit", "min", "max", "whole", "curve"] {
                    entry.get(key);
                }
                return ItemKind::Choice(Vec::new());
            }
        },
    };
    if let Some(reversed) = entry.flag_or_flags("reversed")
        && reversed.value.contains(&true)
    {
        let message = format!("{} is reversed, but only ratings can be", entry.what);
        entry.notes.fault(&reversed.span, message, Some("turn its points round instead".into()));
    }
    kind
}

fn read_choice(entry: &Entry<'_>, scored: bool) -> Vec<ChoiceOption> {
    let mut ids = Ids::default();
    let mut options = Vec::new();
    for option in entry.entries("options", "option") {
        let id = option.need_id();
        ids.declare(option.notes, "option", &id);
        let points = if scored {
            option.need_number_in("points", 0.0, 100.0)
        } else {
            option.number_in("points", 0.0, 100.0).unwrap_or(0.0)
        };
        options.push(ChoiceOption {
            id: id.value,
            say: option.need_text("say"),
            points,
            because: option.text("because"),
        });
        option.finish();
    }
    check_options(entry, options.len(), 2);
    options
}

fn read_checklist(entry: &Entry<'_>, scored: bool) -> ItemKind {
    let mut ids = Ids::default();
    let mut options = Vec::new();
    for option in entry.entries("options", "option") {
        let id = option.need_id();
        ids.declare(option.notes, "option", &id);
        options.push(CheckOption { id: id.value, say: option.need_text("say") });
        option.finish();
    }
    check_options(entry, options.len(), 1);
    let enough = entry.whole("enough", 1);
    if scored && !entry.has("enough") {
        let help = "add `enough = n`, the number of ticks that earns all the points";
        entry.notes.fault(&entry.span, format!("{} has no `enough`", entry.what), Some(help.into()));
    }
    ItemKind::Checklist { enough: enough.unwrap_or(options.len()).max(1), options }
}

fn check_options(entry: &Entry<'_>, found: usize, least: usize) {
    const MOST: usize = 99;
    if found < least || found > MOST {
        let message = format!("{} has {found} options; it must have {least} to {MOST}", entry.what);
        entry.notes.fault(&entry.span, message, None);
    }
}

fn read_number(entry: &Entry<'_>, scored: bool) -> NumberRange {
    let unit = entry.text("unit").unwrap_or_default();
    let (min, max) = (entry.need_number("min"), entry.need_number("max"));
    if min.value >= max.value && !max.span.is_empty() {
        entry.notes.fault(&max.span, format!("`max` of {} must be over its `min`", entry.what), None);
    }
    let whole = entry.flag("whole");
    for (key, end) in [("min", &min), ("max", &max)] {
        if whole && end.value.fract() != 0.0 {
            let message = format!("`{key}` of {} must be whole, as its numbers are", entry.what);
            entry.notes.fault(&end.span, message, None);
        }
    }
    let curve = match entry.pairs("curve") {
        Some(curve) => {
            check_curve(entry, &curve);
            curve.value
        }
        None => {
            if scored && !entry.has("curve") {
                let help = "add `curve = [[number, points], ...]`";
                entry.notes.fault(&entry.span, format!("{} has no `curve`", entry.what), Some(help.into()));
            }
            vec![(min.value, 0.0)]
        }
    };
    NumberRange { unit, min: min.value, max: max.value, whole, curve }
}

fn check_curve(entry: &Entry<'_>, curve: &At<Vec<(f64, f64)>>) {
    let wrong = if curve.value.is_empty() {
        "needs at least one pair"
    } else if !curve.value.is_sorted_by(|a, b| a.0 < b.0) {
        "must have rising numbers"
    } else if curve.value.iter().any(|(_, points)| !(0.0..=100.0).contains(points)) {
        "must have points from 0 to 100"
    } else {
        return;
    };
    entry.notes.fault(&curve.span, format!("`curve` of {} {wrong}", entry.what), None);
}
