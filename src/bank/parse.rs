//! TOML text to [`Bank`]: strict, and complete about what is wrong.
//!
//! Three phases: read every file into tables (all syntax errors at once); read the tables into
//! entries whose references are still names; resolve the names. Faults of all three are collected,
//! so one run shows them all. The entry point is [`parse`].

mod entry;
mod item;
mod outline;
mod role;
mod scale;
mod syntax;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;
use unicode_normalization::UnicodeNormalization;

use crate::bank::fault::{Fault, Faults, Place, Sources, did_you_mean, first, quote};
use crate::bank::{Band, Bank, Horizon, Item, Part, ResponseFormat, Scale, ScaleKind, Side, Step, When};
use entry::{At, Entry, Notes};

/// The largest file of a bank, in bytes; about 5,000 items.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// The most that the files of a bank may have together, in bytes; about 20,000 items.
pub const MAX_BANK_BYTES: usize = 4 << 20;

/// The places of a bank's entries, for whoever looks at its wording afterwards.
#[derive(Debug, Default)]
pub struct Places {
    /// One for each scale.
    pub scales: Vec<Place>,
    /// One for each scale that has a norm.
    pub norms: Vec<Option<Place>>,
    /// One for each item.
    pub items: Vec<Place>,
    /// One for each band.
    pub bands: Vec<Place>,
    /// One for each role.
    pub roles: Vec<Place>,
    /// One for each fact of each role.
    pub facts: Vec<Vec<Place>>,
    /// One for each requirement of each role.
    pub requirements: Vec<Vec<Place>>,
    /// One for each item's question.
    pub asks: Vec<Place>,
    /// One for each item's question to an observer, where there is one.
    pub observers: Vec<Option<Place>>,
    /// The lints that the author allows.
    pub allows: Vec<Allow>,
    /// The first line of each file that nothing in the bank names.
    pub stray: Vec<Place>,
}

/// A lint that the author allows, with the reason that the file must give.
#[derive(Debug)]
pub struct Allow {
    /// The rule's name, which may be unknown.
    pub lint: String,
    /// The ids that it is allowed at; empty for the whole bank.
    pub at: Vec<(String, Place)>,
    /// The place of the rule's name.
    pub place: Place,
}

/// Reads a bank.
///
/// # Errors
/// Every fault of every file, each with its place, in the order of files and lines.
pub fn parse(sources: &Sources) -> Result<(Bank, Places), Faults> {
    let faults = RefCell::new(Vec::new());
    let bank = read_bank(sources, &faults);
    let mut list = faults.into_inner();
    match bank {
        Some(bank) if list.is_empty() => Ok(bank),
        _ => {
            list.sort_by(|a: &Fault, b: &Fault| {
                (&a.place.file, a.place.span.start).cmp(&(&b.place.file, b.place.span.start))
            });
            list.dedup();
            Err(Faults { sources: sources.clone(), list: first(list) })
        }
    }
}

/// Reads the built-in bank.
///
/// # Panics
/// The built-in bank has a fault; a test keeps that from happening.
#[must_use]
pub fn built_in() -> Bank {
    match parse(&Sources::built_in()) {
        Ok((bank, _)) => bank,
        Err(faults) => panic!("the built-in bank has faults:\n{faults}"),
    }
}

/// What is declared so far: names on their way to becoming indices.
#[derive(Default)]
struct Declared<'a> {
    formats: HashMap<String, Arc<ResponseFormat>>,
    parts: Vec<Part>,
    scales: Vec<Scale>,
    scale_ids: Ids,
    items: Vec<Item>,
    item_ids: Ids,
    weighed: HashMap<usize, Place>,
    part_files: Vec<(usize, Entry<'a>)>,
    places: Places,
}

impl Declared<'_> {
    /// A part's file cannot be read: what it declares is unknown.
    fn miss_part(&mut self) {
        self.scale_ids.partial = true;
        self.item_ids.partial = true;
    }
}

/// The ids of one kind of entry, with the place of each.
#[derive(Default)]
struct Ids {
    index: HashMap<String, usize>,
    places: Vec<Place>,
    /// Some entries lie in a file that could not be read, so an unknown name is no fault.
    partial: bool,
}

impl Ids {
    /// Takes an id; a second one of the same name is a fault that shows the first.
    fn declare(&mut self, notes: Notes<'_>, what: &str, id: &At<String>) {
        let place = notes.place(&id.span);
        let next = self.places.len();
        self.places.push(place.clone());
        if id.value.is_empty() {
            return;
        }
        if let Some(first) = self.index.get(&id.value) {
            let message = format!("the {what} id {} is used twice", quote(&id.value));
            let first = self.places[*first].clone();
            notes.note(
                Fault::new(place, message).earlier(first, "first used here").help("rename one of them"),
            );
        } else {
            self.index.insert(id.value.clone(), next);
        }
    }

    /// The index behind a name; an unknown name is a fault.
    fn resolve(&self, notes: Notes<'_>, from: &str, what: &str, name: &At<String>) -> Option<usize> {
        let found = self.index.get(&name.value).copied();
        if found.is_none() && !name.value.is_empty() && !self.partial {
            // Whoever has so many faults is not helped by a guess at each, which takes long in a large bank.
            let known = if notes.are_many() { None } else { Some(self.index.keys()) };
            let help = did_you_mean(&name.value, known.into_iter().flatten().map(String::as_str));
            let message =
                format!("{from} names the {what} {}, which the bank does not declare", quote(&name.value));
            notes.fault(&name.span, message, help.or_else(|| Some("declare it, or name another".into())));
        }
        found
    }
}

fn read_bank(sources: &Sources, faults: &RefCell<Vec<Fault>>) -> Option<(Bank, Places)> {
    let tables = read_tables(sources, faults);
    let open = |name: &str| {
        tables.iter().find(|(file, ..)| *file == name).map(|(file, span, table)| {
            Entry::new(Notes { file, list: faults }, format!("`{file}`"), span.clone(), table)
        })
    };
    let Some(top) = open("bank.toml") else {
        if sources.get("bank.toml").is_none() {
            let fault = Fault::new(Place::new("bank.toml", 0..0), "there is no `bank.toml`");
            faults.borrow_mut().push(fault.help("`coofit bank new DIR` writes a small bank to start from"));
        }
        return None;
    };
    let format = top.need_number("format");
    if !format.span.is_empty() && (format.value - 1.0).abs() > f64::EPSILON {
        let message = format!("this bank is of format {}, and this coofit reads format 1", format.value);
        top.notes.fault(&format.span, message, Some("write `format = 1`, or use a newer coofit".into()));
    }
    let (id, title, edition) = (top.need_id().value, top.need_text("title"), top.need_text("edition"));
    let language = top.text("language");
    let role = top.text_at("role");

    let mut declared = Declared { formats: read_formats(&top), ..Declared::default() };
    read_parts(&top, sources, &open, &mut declared);
    let bands = read_bands(&top, &mut declared.places);
    read_allows(&top, &mut declared.places);
    let notes = top.notes;
    if declared.parts.is_empty() {
        notes.fault(&(0..0), "the bank has no `[[part]]`", None);
    }
    top.finish();

    let part_files = std::mem::take(&mut declared.part_files);
    let part_names: HashSet<&str> = part_files.iter().map(|(_, file)| file.notes.file).collect();
    for (part, file) in &part_files {
        scale::read_scales(file, *part, &mut declared);
    }
    for (part, file) in part_files {
        item::read_items(&file, part, &mut declared);
        file.finish();
    }
    if declared.items.is_empty() && faults.borrow().is_empty() {
        notes.fault(&(0..0), "the bank has no items", None);
    }
    let steps = open("steps.toml")
        .map(|file| read_steps(file, &declared.scale_ids, &declared.scales))
        .unwrap_or_default();

    let mut roles = Vec::new();
    let is_read = |file: &str| tables.iter().any(|(name, ..)| *name == file);
    let partial = sources.iter().any(|(file, _)| file.starts_with("roles/") && !is_read(file));
    let mut role_ids = Ids { partial, ..Ids::default() };
    for (name, ..) in &tables {
        if name.starts_with("roles/")
            && let Some(file) = open(name)
        {
            roles.push(role::read_role(file, &mut declared, &mut role_ids));
        }
    }
    let default_role = match role {
        Some(name) => role_ids.resolve(notes, "`bank.toml`", "role", &name),
        None => (roles.len() == 1).then_some(0),
    };
    let Declared { parts, scales, items, mut places, .. } = declared;
    let is_named = |file: &str| {
        ["bank.toml", "steps.toml"].contains(&file) || file.starts_with("roles/") || part_names.contains(file)
    };
    let stray = tables.iter().filter(|(file, ..)| !is_named(file));
    places.stray = stray.map(|(file, span, _)| Place::new(file, span.clone())).collect();
    let hash = hash(sources);
    let bank =
        Bank { id, title, edition, language, hash, parts, scales, items, bands, steps, roles, default_role };
    Some((bank, places))
}

type FileTable<'a> = (&'a str, Range<usize>, DeTable<'a>);

/// Every file as a table; syntax errors are noted, and what could be read is kept.
fn read_tables<'a>(sources: &'a Sources, faults: &RefCell<Vec<Fault>>) -> Vec<FileTable<'a>> {
    let mut tables = Vec::new();
    let whole: usize = sources.iter().map(|(_, text)| text.len().min(MAX_FILE_BYTES)).sum();
    if whole > MAX_BANK_BYTES {
        let message =
            format!("the files have more than {MAX_BANK_BYTES} bytes together; no bank may have more");
        faults
            .borrow_mut()
            .push(Fault::new(Place::new("bank.toml", 0..0), message).help("make two banks of it"));
        return tables;
    }
    for (file, text) in sources.iter() {
        let notes = Notes { file, list: faults };
        if text.len() > MAX_FILE_BYTES {
            let message = format!("`{file}` has {} bytes; a bank file may have {MAX_FILE_BYTES}", text.len());
            notes.fault(&(0..0), message, Some("split the part into several files".into()));
            continue;
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            tables.push((file, 0..text.find('\n').unwrap_or(text.len()), table.into_inner()));
        } else {
            syntax::note(notes, text, &errors);
        }
    }
    tables
}

/// Whether a bank is the built-in one.
#[must_use]
pub fn is_built_in(bank: &Bank) -> bool {
    bank.hash == hash(&Sources::built_in())
}

/// CRC-32 over the names and texts of all files.
fn hash(sources: &Sources) -> String {
    let mut hasher = crc32fast::Hasher::new();
    for (name, text) in sources.iter() {
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        hasher.update(text.as_bytes());
        hasher.update(&[0]);
    }
    format!("{:08x}", hasher.finalize())
}

fn read_formats(top: &Entry<'_>) -> HashMap<String, Arc<ResponseFormat>> {
    let mut formats = HashMap::new();
    for (id, entry) in top.named_entries("formats", "response format") {
        if ["choice", "checklist", "number"].contains(&id.value.as_str()) {
            let message = format!("a response format cannot be called {}", quote(&id.value));
            entry.notes.fault(
                &id.span,
                message,
                Some("that is a way of answering; take another name".into()),
            );
        }
        let labels = entry.labels("labels");
        if !labels.span.is_empty() && !(2..=11).contains(&labels.value.len()) {
            let message = format!("{} has {} labels; it must have 2 to 11", entry.what, labels.value.len());
            entry.notes.fault(&labels.span, message, None);
        }
        let lead = entry.text("lead");
        entry.finish();
        formats
            .insert(id.value.clone(), Arc::new(ResponseFormat { id: id.value, lead, labels: labels.value }));
    }
    formats
}

fn read_parts<'a>(
    top: &Entry<'a>,
    sources: &Sources,
    open: &impl Fn(&str) -> Option<Entry<'a>>,
    declared: &mut Declared<'a>,
) {
    let mut ids = Ids::default();
    let mut files = Ids::default();
    for entry in top.entries("part", "part") {
        let id = entry.need_id();
        ids.declare(entry.notes, "part", &id);
        let title = entry.need_text("title");
        let mut file = entry.need_text_at("file");
        file.value = file.value.nfc().collect();
        files.declare(entry.notes, "part's file", &file);
        let side = match entry.text_at("side") {
            None => Side::Demands,
            Some(name) => {
                one_of(&entry, "side", &name, &Side::ALL.map(|side| (side.id(), side)), Side::Demands)
            }
        };
        declared.parts.push(Part {
            id: id.value,
            title,
            intro: entry.text("intro"),
            side,
            weight: entry.number_in("weight", 0.0, f64::INFINITY).unwrap_or(1.0),
            minutes: ["minutes", "quick_minutes"].map(|key| entry.number_in(key, 0.0, 1e4)),
        });
        match open(&file.value) {
            Some(part_file) if is_part_file(&file.value) => {
                declared.part_files.push((declared.parts.len() - 1, part_file));
            }
            _ => declared.miss_part(),
        }
        match sources.get(&file.value) {
            _ if file.value.is_empty() => {}
            Some(_) if is_part_file(&file.value) => {}
            _ => {
                let message =
                    format!("{} names the file {}, which is not there", entry.what, quote(&file.value));
                entry.notes.fault(
                    &file.span,
                    message,
                    Some("it must be a TOML file beside `bank.toml`, and readable".into()),
                );
            }
        }
        entry.finish();
    }
}

fn is_part_file(name: &str) -> bool {
    !name.contains(['/', '\\']) && !["bank.toml", "steps.toml"].contains(&name)
}

fn read_bands(top: &Entry<'_>, places: &mut Places) -> Vec<Band> {
    let mut ids = Ids::default();
    let mut bands: Vec<Band> = Vec::new();
    for entry in top.entries("band", "band") {
        let from = entry.need_number("from");
        let id = entry.need_id();
        ids.declare(entry.notes, "band", &id);
        if !(0.0..=100.0).contains(&from.value) {
            entry.notes.fault(&from.span, format!("`from` of {} must be from 0 to 100", entry.what), None);
        }
        match bands.last() {
            None if from.value > 0.0 => entry.notes.fault(
                &from.span,
                format!("the first band starts at {}, so a lower fit would have none", from.value),
                Some("let the first band start at 0".into()),
            ),
            Some(band) if from.value <= band.from && !from.span.is_empty() => entry.notes.fault(
                &from.span,
                format!("{} starts at {}, which is under the band before it", entry.what, from.value),
                Some("put the bands in rising order".into()),
            ),
            _ => {}
        }
        places.bands.push(entry.notes.place(&id.span));
        let (title, advice) = (entry.need_text("title"), entry.text("advice"));
        entry.finish();
        bands.push(Band { from: from.value, id: id.value, title, advice });
    }
    bands
}

/// `[[allow]]`: which lint, at which ids, and why. Whether they exist is a lint's question.
fn read_allows(top: &Entry<'_>, places: &mut Places) {
    for entry in top.entries("allow", "allow") {
        let lint = entry.need_text_at("lint");
        let at = entry.text_or_texts("at").unwrap_or_default();
        entry.need_text("reason");
        places.allows.push(Allow {
            lint: lint.value,
            at: at.into_iter().map(|id| (id.value, entry.notes.place(&id.span))).collect(),
            place: entry.notes.place(&lint.span),
        });
        entry.finish();
    }
}

fn read_steps(file: Entry<'_>, scale_ids: &Ids, scales: &[Scale]) -> Vec<Step> {
    let mut ids = Ids::default();
    let mut steps = Vec::new();
    // Where the first step of each scale is, and whether any of its steps needs nothing.
    let mut for_anybody: Vec<Option<(Range<usize>, bool)>> = vec![None; scales.len()];
    for entry in file.entries("step", "step") {
        let id = entry.need_id();
        ids.declare(entry.notes, "step", &id);
        let scale = entry.need_text_at("scale");
        let horizon = entry.need_text_at("horizon");
        let horizons = Horizon::ALL.map(|horizon| (horizon.id(), horizon));
        let index = scale_ids.resolve(entry.notes, &entry.what, "scale", &scale);
        let needs = entry.text_at("needs").and_then(|needs| read_needs(&entry, scale_ids, scales, &needs));
        if let Some(index) = index {
            for_anybody[index].get_or_insert((scale.span.clone(), false)).1 |= needs.is_none();
        }
        steps.push(Step {
            id: id.value,
            scale: index.unwrap_or_default(),
            below: entry.need_number_in("below", 0.0, 101.0),
            at_least: entry.number_in("at_least", 0.0, 100.0).unwrap_or(0.0),
            horizon: one_of(&entry, "horizon", &horizon, &horizons, Horizon::Week),
            needs,
            title: entry.need_text("title"),
            brief: entry.text("brief"),
            when: read_when(&entry),
            minutes: read_minutes(&entry),
            text: entry.need_text("text"),
        });
        entry.finish();
    }
    for (scale, first) in scales.iter().zip(for_anybody) {
        if let Some((span, false)) = first {
            let message = format!("every step of the scale {} needs something", quote(&scale.id));
            let help = "add a step without `needs`, for somebody who lacks it".to_owned();
            file.notes.fault(&span, message, Some(help));
        }
    }
    file.finish();
    steps
}

/// The fact scale that a step needs.
fn read_needs(entry: &Entry<'_>, ids: &Ids, scales: &[Scale], needs: &At<String>) -> Option<usize> {
    let scale = ids.resolve(entry.notes, &entry.what, "scale", needs)?;
    if scales.get(scale).is_some_and(|scale| scale.kind != ScaleKind::Fact) {
        let message = format!("`needs` of {} names {}, which is not a fact", entry.what, quote(&needs.value));
        entry.notes.fault(&needs.span, message, Some("name a scale of the kind `fact`".to_owned()));
    }
    Some(scale)
}

fn read_when(entry: &Entry<'_>) -> Vec<When> {
    let read = |text: At<String>| {
        let when = When::parse(&text.value);
        if when.is_none() && !text.value.is_empty() {
            let message = format!("`when` of {} has {}", entry.what, quote(&text.value));
            let help = "write a weekday and a time, such as `thu 16:00` or `first mon 10:00`".to_owned();
            entry.notes.fault(&text.span, message, Some(help));
        }
        when
    };
    entry.texts("when").into_iter().filter_map(read).collect()
}

/// The most minutes of a step: one day.
const MOST_MINUTES: f64 = 1440.0;

fn read_minutes(entry: &Entry<'_>) -> Option<u16> {
    let minutes = entry.number("minutes")?;
    let whole = (1.0..=MOST_MINUTES).contains(&minutes.value) && minutes.value.fract() == 0.0;
    if !whole && !minutes.span.is_empty() {
        let message = format!("`minutes` of {} must be a whole number from 1 to {MOST_MINUTES}", entry.what);
        entry.notes.fault(&minutes.span, message, None);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    whole.then_some(minutes.value as u16)
}

/// The value behind a name out of a fixed list; another name is a fault.
fn one_of<T: Copy>(
    entry: &Entry<'_>,
    key: &str,
    name: &At<String>,
    known: &[(&'static str, T)],
    otherwise: T,
) -> T {
    if let Some((_, value)) = known.iter().find(|(id, _)| *id == name.value) {
        return *value;
    }
    if !name.value.is_empty() {
        let ids: Vec<String> = known.iter().map(|(id, _)| format!("`{id}`")).collect();
        let help = did_you_mean(&name.value, known.iter().map(|(id, _)| *id));
        let message =
            format!("`{key}` of {} must be {}, not {}", entry.what, ids.join(" or "), quote(&name.value));
        entry.notes.fault(&name.span, message, help);
    }
    otherwise
}
