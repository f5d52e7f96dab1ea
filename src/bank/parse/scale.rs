//! Scales: what items add up to, and the group that a score may be compared with.

use crate::bank::{Form, Norm, Scale, ScaleKind};

use super::entry::Entry;
use super::{Declared, one_of};

/// No group differs less than this; a smaller one makes a T score of any size.
const LEAST_SD: f64 = 0.1;
/// The most people that a norm may be of: all of them.
const MOST_PEOPLE: f64 = 1e10;

pub(super) fn read_scales(file: &Entry<'_>, part: usize, declared: &mut Declared<'_>) {
    let kinds = ScaleKind::ALL.map(|kind| (kind.id(), kind));
    for entry in file.entries("scale", "scale") {
        let id = entry.need_id();
        declared.scale_ids.declare(entry.notes, "scale", &id);
        declared.places.scales.push(entry.notes.place(&id.span));
        let name = entry.need_text_at("kind");
        let kind = one_of(&entry, "kind", &name, &kinds, ScaleKind::Trait);
        let norm = entry.table("norm", &format!("the norm of {}", entry.what));
        declared.places.norms.push(norm.as_ref().map(|norm| norm.notes.place(&norm.span)));
        declared.scales.push(Scale {
            id: id.value,
            title: entry.need_text("title"),
            kind,
            part,
            about: entry.text("about"),
            low: entry.text("low"),
            high: entry.text("high"),
            norm: norm.map(read_norm),
        });
        entry.finish();
    }
}

/// `of` and `source` are needed: figures of nobody, by nobody, compare with nothing.
fn read_norm(entry: Entry<'_>) -> Norm {
    const FORMS: [(&str, Form); 2] = [("full", Form::Full), ("quick", Form::Quick)];
    let norm = Norm {
        mean: entry.need_number_in("mean", 0.0, 100.0),
        sd: entry.need_number_in("sd", LEAST_SD, 100.0),
        n: read_people(&entry),
        of: entry.need_text("of"),
        as_of: entry.label("as_of"),
        source: entry.need_text("source"),
        form: entry.text_at("form").map(|name| one_of(&entry, "form", &name, &FORMS, Form::Full)),
    };
    entry.finish();
    norm
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to 2 and the most")]
fn read_people(entry: &Entry<'_>) -> Option<u64> {
    let n = entry.number("n")?;
    if n.value.fract() != 0.0 || !(2.0..=MOST_PEOPLE).contains(&n.value) {
        let message =
            format!("`n` of {} must be a whole number from 2 to {MOST_PEOPLE}, not {}", entry.what, n.value);
        entry.notes.fault(&n.span, message, Some("write how many people the mean and SD are of".into()));
    }
    Some(n.value.clamp(2.0, MOST_PEOPLE) as u64)
}
