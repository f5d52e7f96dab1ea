//! Role files: requirements, floors, and everything that is told about the career.

use std::cell::RefCell;

use crate::bank::fault::{Fault, Place, quote};
use crate::bank::{
    Duty, Fact, Floor, FloorOn, Hour, Industry, ItemKind, Level, Note, Question, Requirement, Role, RoleKind,
    Series, Side, Tool,
};

use super::entry::{At, Entry};
use super::{Declared, Ids, one_of};

pub(super) fn read_role(file: Entry<'_>, declared: &mut Declared<'_>, role_ids: &mut Ids) -> Role {
    let id = file.need_id();
    role_ids.declare(file.notes, "role", &id);
    declared.places.roles.push(file.notes.place(&id.span));
    let mut places = Vec::new();
    let requirements = read_requirements(&file, declared, &mut places);
    declared.places.requirements.push(places);
    let mut fact_places = Vec::new();
    let facts = read_facts(&file, &mut fact_places);
    declared.places.facts.push(fact_places);
    let role = Role {
        id: id.value,
        title: file.need_text("title"),
        occupation: read_occupation(&file),
        about: file.text("about"),
        tested: file.text("tested"),
        requirements,
        floors: read_floors(&file, declared),
        facts,
        duties: read_named(&file, "duty", |e, id| Duty { id, title: e.need_text("title") }),
        industries: read_named(&file, "industry", |e, id| Industry {
            id,
            title: e.need_text("title"),
            focus: e.text("focus"),
            tasks: values(e.texts("tasks")),
        }),
        levels: read_levels(&file, declared),
        tools: read_named(&file, "tool", |e, id| Tool {
            id,
            title: e.need_text("title"),
            used_for: e.text("use"),
            examples: values(e.texts("examples")),
        }),
        hours: read_each(&file, "hour", |e| Hour { at: e.need_text("at"), says: e.need_text("says") }),
        notes: read_each(&file, "note", |e| Note {
            topic: e.need_text("topic"),
            title: e.need_text("title"),
            says: e.need_text("says"),
        }),
        questions: read_each(&file, "question", |e| Question {
            ask: e.need_text("ask"),
            answer: e.need_text("answer"),
        }),
        series: read_series(&file),
        kinds: read_named(&file, "kind", |e, id| RoleKind {
            id,
            title: e.need_text("title"),
            says: e.text("says"),
            source: e.text("source"),
            requirements: read_requirements(e, declared, &mut Vec::new()),
        }),
        preview: values(file.texts("preview")),
        wanted: read_wanted(&file, declared),
    };
    file.finish();
    role
}

/// An O*NET-SOC code: `11-1011.00`.
fn read_occupation(file: &Entry<'_>) -> Option<String> {
    let code = file.text_at("occupation")?;
    let shape: String = code.value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape != "00-0000.00" {
        let message = format!("`occupation` must be an O*NET-SOC code, not {}", quote(&code.value));
        let help = "two digits, `-`, four digits, `.` and two digits, such as `11-1011.00`";
        file.notes.fault(&code.span, message, Some(help.to_owned()));
    }
    Some(code.value)
}

fn read_each<T>(file: &Entry<'_>, key: &'static str, read: impl Fn(&Entry<'_>) -> T) -> Vec<T> {
    let one = |entry: Entry<'_>| {
        let value = read(&entry);
        entry.finish();
        value
    };
    file.entries(key, key).into_iter().map(one).collect()
}

/// Like [`read_each`], for entries with an id, which must differ.
fn read_named<T>(file: &Entry<'_>, key: &'static str, read: impl Fn(&Entry<'_>, String) -> T) -> Vec<T> {
    let ids = RefCell::new(Ids::default());
    read_each(file, key, |entry| {
        let id = entry.need_id();
        ids.borrow_mut().declare(entry.notes, key, &id);
        read(entry, id.value)
    })
}

fn values(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn read_requirements(file: &Entry<'_>, declared: &Declared<'_>, places: &mut Vec<Place>) -> Vec<Requirement> {
    let mut requirements: Vec<Requirement> = Vec::new();
    for entry in file.entries("requirement", "requirement") {
        let name = entry.need_text_at("scale");
        let scale = declared.scale_ids.resolve(entry.notes, &entry.what, "scale", &name);
        let [from, to] = ["from", "to"].map(|key| entry.need_number_in_at(key, 0.0, 100.0));
        let both_read = !from.span.is_empty() && !to.span.is_empty();
        if both_read && (from.value - to.value).abs() < 1e-9 {
            let message =
                format!("the requirement on {} has one and the same `from` and `to`", quote(&name.value));
            entry.notes.fault(
                &entry.span,
                message,
                Some("`from` counts as nothing, `to` counts as met".into()),
            );
        }
        if let Some(scale) = scale
            && let Some(first) = requirements.iter().position(|other| other.scale == scale)
        {
            let message = format!("two requirements are on the scale {}", quote(&name.value));
            let fault = Fault::new(entry.notes.place(&name.span), message);
            entry.notes.note(fault.earlier(places[first].clone(), "the first is here"));
        }
        if let Some(scale) = scale {
            places.push(entry.notes.place(&name.span));
            requirements.push(Requirement {
                scale,
                from: from.value,
                to: to.value,
                weight: entry.need_number_in("weight", 0.0, f64::INFINITY),
                why: entry.text("why"),
                elements: values(entry.texts("elements")),
            });
        } else {
            for key in ["weight", "why", "elements"] {
                entry.get(key);
            }
        }
        entry.finish();
    }
    requirements
}

fn read_floors(file: &Entry<'_>, declared: &Declared<'_>) -> Vec<Floor> {
    let mut floors = Vec::new();
    for entry in file.entries("floor", "floor") {
        let on = match (entry.text_at("scale"), entry.text_at("side")) {
            (Some(name), None) => {
                let scale = declared.scale_ids.resolve(entry.notes, &entry.what, "scale", &name);
                FloorOn::Scale(scale.unwrap_or_default())
            }
            (None, Some(name)) => {
                let sides = Side::ALL.map(|side| (side.id(), side));
                FloorOn::Side(one_of(&entry, "side", &name, &sides, Side::Demands))
            }
            _ => {
                let message = format!("{} must have either `scale` or `side`", entry.what);
                entry.notes.fault(&entry.span, message, None);
                FloorOn::Side(Side::Demands)
            }
        };
        let at_least = entry.need_number_in("at_least", -100.0, 100.0);
        floors.push(Floor { on, at_least, says: entry.text("says") });
        entry.finish();
    }
    floors
}

/// `wanted = [ITEM, ITEM]`: two ratings of one format, the first asked before the second.
fn read_wanted(file: &Entry<'_>, declared: &Declared<'_>) -> Option<[usize; 2]> {
    let names = file.texts("wanted");
    let items: Vec<usize> = names
        .iter()
        .filter_map(|name| declared.item_ids.resolve(file.notes, &file.what, "item", name))
        .collect();
    let first = names.first()?;
    let format = |item: usize| declared.items.get(item).and_then(|item| item.format());
    match items.as_slice() {
        &[before, after] if before < after && format(before).is_some() && format(before) == format(after) => {
            Some([before, after])
        }
        _ if items.len() < names.len() => None,
        _ => {
            let message = "`wanted` must name two ratings of one format, in the order of asking";
            file.notes.fault(&first.span, message, None);
            None
        }
    }
}

fn read_facts(file: &Entry<'_>, places: &mut Vec<Place>) -> Vec<Fact> {
    let mut ids = Ids::default();
    let mut facts = Vec::new();
    for entry in file.entries("fact", "fact") {
        let id = entry.need_id();
        ids.declare(entry.notes, "fact", &id);
        places.push(entry.notes.place(&id.span));
        facts.push(Fact {
            id: id.value,
            title: entry.need_text("title"),
            value: entry.need_text("value"),
            of: entry.text("of"),
            as_of: entry.label("as_of"),
            source: entry.text("source"),
        });
        entry.finish();
    }
    facts
}

fn read_levels(file: &Entry<'_>, declared: &Declared<'_>) -> Vec<Level> {
    read_named(file, "level", |entry, id| {
        let title = entry.need_text("title");
        let name = entry.need_text_at("checklist");
        let item = declared.item_ids.resolve(entry.notes, &entry.what, "item", &name);
        let options = item.and_then(|item| match &declared.items.get(item)?.kind {
            ItemKind::Checklist { options, .. } => Some(options.len()),
            _ => None,
        });
        let ticks = entry.whole("ticks", 1).unwrap_or(1);
        if item.is_some() && options.is_none_or(|options| ticks > options) {
            let message = format!("{} needs {ticks} ticks in {}", entry.what, quote(&name.value));
            let help = options.map_or_else(
                || "that item is no checklist".to_owned(),
                |options| format!("it has {options} options"),
            );
            entry.notes.fault(&name.span, message, Some(help));
        }
        Level { id, title, checklist: item.unwrap_or_default(), ticks, says: entry.text("says") }
    })
}

fn read_series(file: &Entry<'_>) -> Vec<Series> {
    read_named(file, "series", |entry, id| {
        let points = entry.pairs("points").unwrap_or_default();
        if !points.value.is_sorted_by(|a, b| a.0 < b.0) {
            entry.notes.fault(
                &points.span,
                format!("`points` of {} must have rising years", entry.what),
                None,
            );
        }
        Series {
            id,
            title: entry.need_text("title"),
            unit: entry.need_text("unit"),
            of: entry.text("of"),
            source: entry.text("source"),
            points: points.value,
        }
    })
}
