//! Reads role files.

use std::collections::HashMap;

use crate::bank::fault::{Fault, Place, quote};
use crate::bank::{
    CareerLevel, Duty, Fact, Faq, Floor, FloorOn, Hour, Industry, ItemKind, Note, Requirement, Role,
    RoleKind, Series, Side, Tool,
};

use super::entry::{At, TomlTable};
use super::{Declared, Ids};

pub(super) fn read_role(file: TomlTable<'_>, declared: &Declared, role_ids: &mut Ids) -> Role {
    let (id, place) = role_ids.read(&file, "role");
    let role = Role {
        id,
        place,
        title: file.need("title"),
        occupation: read_occupation(&file),
        about: file.opt("about"),
        tested: file.opt("tested"),
        exactly_met: file.opt("exactly_met"),
        requirements: read_requirements(&file, declared),
        floors: file.each("floor", "floor", |e| read_floor(e, declared)),
        facts: file.each_named("fact", |e, id, place| Fact {
            id,
            place,
            title: e.need("title"),
            value: e.need("value"),
            of: e.opt("of"),
            as_of: e.opt("as_of"),
            source: e.opt("source"),
        }),
        duties: file.each_named("duty", |e, id, _| Duty { id, title: e.need("title") }),
        industries: file.each_named("industry", |e, id, _| Industry {
            id,
            title: e.need("title"),
            focus: e.opt("focus"),
            tasks: e.opt("tasks").unwrap_or_default(),
        }),
        levels: file.each_named("level", |e, id, _| read_level(e, id, declared)),
        tools: file.each_named("tool", |e, id, _| Tool {
            id,
            title: e.need("title"),
            used_for: e.opt("use"),
            examples: e.opt("examples").unwrap_or_default(),
        }),
        hours: file.each("hour", "hour", |e| Hour { at: e.need("at"), says: e.need("says") }),
        notes: file.each("note", "note", |e| Note {
            topic: e.need("topic"),
            title: e.need("title"),
            says: e.need("says"),
        }),
        questions: file
            .each("question", "question", |e| Faq { ask: e.need("ask"), answer: e.need("answer") }),
        series: file.each_named("series", |e, id, _| read_series(e, id)),
        kinds: file.each_named("kind", |e, id, _| RoleKind {
            id,
            title: e.need("title"),
            says: e.opt("says"),
            source: e.opt("source"),
            requirements: read_requirements(e, declared),
        }),
        preview: file.opt("preview").unwrap_or_default(),
        wanted: read_wanted(&file, declared),
    };
    file.finish();
    role
}

/// An O*NET-SOC code: `11-1011.00`.
fn read_occupation(file: &TomlTable<'_>) -> Option<String> {
    let code: At<String> = file.opt("occupation")?;
    let shape: String = code.value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape != "00-0000.00" {
        let message = format!("`occupation` must be an O*NET-SOC code, not {}", quote(&code.value));
        let help = "two digits, `-`, four digits, `.` and two digits, such as `11-1011.00`";
        file.notes.fault(&code.span, message, help);
    }
    Some(code.value)
}

fn read_requirements(file: &TomlTable<'_>, declared: &Declared) -> Vec<Requirement> {
    let mut first: HashMap<usize, Place> = HashMap::new();
    let requirements = file.each("requirement", "requirement", |entry| {
        let name: At<String> = entry.need("scale");
        let [from, to] = ["from", "to"].map(|key| entry.need_number_in(key, 0.0..=100.0));
        if from.is_there() && to.is_there() && (from.value - to.value).abs() < 1e-9 {
            let message =
                format!("the requirement on {} has one and the same `from` and `to`", quote(&name.value));
            entry.notes.fault(&entry.span, message, "`from` counts as nothing, `to` counts as met");
        }
        let Some(scale) = declared.scale_ids.resolve(entry, "scale", &name) else {
            entry.ignore(&["weight", "why", "elements"]);
            return None;
        };
        let place = entry.notes.place(&name.span);
        if let Some(first) = first.get(&scale) {
            let message = format!("two requirements are on the scale {}", quote(&name.value));
            let fault = Fault::new(place.clone(), message);
            entry.notes.note(fault.earlier(first.clone(), "the first is here"));
        }
        first.entry(scale).or_insert_with(|| place.clone());
        Some(Requirement {
            scale,
            place,
            from: from.value,
            to: to.value,
            weight: entry.need_number_in("weight", 0.0..=f64::INFINITY).value,
            why: entry.opt("why"),
            elements: entry.opt("elements").unwrap_or_default(),
        })
    });
    requirements.into_iter().flatten().collect()
}

fn read_floor(entry: &TomlTable<'_>, declared: &Declared) -> Floor {
    let on = match (entry.opt::<At<String>>("scale"), entry.opt("side")) {
        (Some(name), None) => {
            FloorOn::Scale(declared.scale_ids.resolve(entry, "scale", &name).unwrap_or_default())
        }
        (None, Some(side)) => FloorOn::Side(side),
        _ => {
            if entry.has("scale") == entry.has("side") {
                entry.fault(&entry.span, "must have either `scale` or `side`", None);
            }
            FloorOn::Side(Side::Demands)
        }
    };
    let at_least = entry.need_number_in("at_least", -100.0..=100.0).value;
    Floor { on, at_least, says: entry.opt("says") }
}

/// `wanted = [ITEM, ITEM]`: two ratings of one format, the first asked before the second.
fn read_wanted(file: &TomlTable<'_>, declared: &Declared) -> Option<[usize; 2]> {
    let names: Vec<At<String>> = file.opt("wanted")?;
    let resolve = |name| declared.item_ids.resolve(file, "item", name);
    let items: Vec<usize> = names.iter().filter_map(resolve).collect();
    let first = names.first()?;
    let format = |item: usize| declared.items.get(item).and_then(|item| item.format());
    match items.as_slice() {
        &[before, after] if before < after && format(before).is_some() && format(before) == format(after) => {
            Some([before, after])
        }
        items => {
            if items.len() == names.len() {
                let message = "`wanted` must name two ratings of one format, in the order of asking";
                file.notes.fault(&first.span, message, None);
            }
            None
        }
    }
}

fn read_level(entry: &TomlTable<'_>, id: String, declared: &Declared) -> CareerLevel {
    let name: At<String> = entry.need("checklist");
    let item = declared.item_ids.resolve(entry, "item", &name);
    let options = item.and_then(|item| match &declared.items.get(item)?.kind {
        ItemKind::Checklist { options, .. } => Some(options.len()),
        _ => None,
    });
    let ticks = entry.whole("ticks", 1..=1_000_000).unwrap_or(1);
    if item.is_some() && options.is_none_or(|options| ticks > options) {
        let help = match options {
            Some(options) => format!("it has {options} options"),
            None => "that item is not a checklist".to_owned(),
        };
        entry.fault(&name.span, format!("needs {ticks} ticks in {}", quote(&name.value)), help);
    }
    let (title, says) = (entry.need("title"), entry.opt("says"));
    CareerLevel { id, title, checklist: item.unwrap_or_default(), ticks, says }
}

fn read_series(entry: &TomlTable<'_>, id: String) -> Series {
    let points: At<Vec<(f64, f64)>> = entry.opt("points").unwrap_or_default();
    if !points.value.is_sorted_by(|a, b| a.0 < b.0) {
        entry.key_fault("points", &points.span, "must have rising years", None);
    }
    Series {
        id,
        title: entry.need("title"),
        unit: entry.need("unit"),
        of: entry.opt("of"),
        source: entry.opt("source"),
        points: points.value,
    }
}
