//! Turns TOML text into a [`Bank`], or lists every fault of every file. The entry point is [`parse`].
//! Scales are read first, because items and roles name them.

mod entry;
mod item;
mod role;
mod slip;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;
use unicode_normalization::UnicodeNormalization;

use crate::bank::fault::{Fault, Faults, Place, Sources, did_you_mean, first, quote};
use crate::bank::{
    Allow, Band, Bank, Horizon, Item, Part, ResponseFormat, Role, Roles, Scale, ScaleKind, Side, Step, When,
};
use entry::{At, Label, Many, Notes, TomlTable};

/// About 5,000 items.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// About 20,000 items.
pub const MAX_BANK_BYTES: usize = 4 << 20;

/// The beginning of a text that is still to be written.
pub const PLACEHOLDER: &str = "REPLACE:";

/// One day.
const MOST_MINUTES: u64 = 1440;

/// Reads a bank, or returns its faults in the order of files and lines.
pub fn parse(sources: &Sources) -> Result<Bank, Faults> {
    parse_with(sources, true)
}

/// Reads the built-in bank, but its roles only on demand.
///
/// # Panics
/// If the built-in bank has a fault, which a test prevents.
pub fn built_in() -> Bank {
    read_built_in(false)
}

pub(super) fn built_in_roles() -> Vec<Role> {
    std::mem::take(&mut *read_built_in(true).roles)
}

fn read_built_in(with_roles: bool) -> Bank {
    let bank = parse_with(&Sources::built_in(), with_roles);
    bank.unwrap_or_else(|faults| panic!("the built-in bank has faults:\n{faults}"))
}

fn parse_with(sources: &Sources, with_roles: bool) -> Result<Bank, Faults> {
    let faults = RefCell::new(Vec::new());
    let bank = read_bank(sources, with_roles, &faults);
    let (mut list, placeholders): (Vec<Fault>, Vec<Fault>) =
        faults.into_inner().into_iter().partition(|fault| !fault.is_warning);
    match bank {
        Some(bank) if list.is_empty() => Ok(Bank { placeholders, ..bank }),
        _ => {
            let start = |fault: &Fault| fault.place.span.start;
            list.sort_by(|a, b| (&a.place.file, start(a)).cmp(&(&b.place.file, start(b))));
            list.dedup();
            Err(Faults { sources: sources.clone(), list: first(list) })
        }
    }
}

fn is_role(file: &str) -> bool {
    file.starts_with("roles/")
}

/// What is declared so far.
#[derive(Default)]
struct Declared {
    formats: HashMap<String, Arc<ResponseFormat>>,
    scales: Vec<Scale>,
    scale_ids: Ids,
    items: Vec<Item>,
    item_ids: Ids,
    weighed: HashMap<usize, Place>,
}

/// The ids of one kind of entry, with the place of each.
#[derive(Default)]
struct Ids {
    index: BTreeMap<String, usize>,
    places: Vec<Place>,
    /// A file could not be read, so an unknown name is not a fault.
    partial: bool,
}

impl Ids {
    /// Reads and declares the id of an entry.
    fn read(&mut self, entry: &TomlTable<'_>, what: &str) -> (String, Place) {
        let id = entry.id();
        let place = self.declare(entry.notes, what, &id);
        (id.value, place)
    }

    /// A second use of an id is a fault, which shows the first.
    fn declare(&mut self, notes: Notes<'_>, what: &str, id: &At<String>) -> Place {
        let place = notes.place(&id.span);
        let next = self.places.len();
        self.places.push(place.clone());
        if let Some(first) = self.index.get(&id.value) {
            let message = format!("the {what} id {} is used twice", quote(&id.value));
            let fault = Fault::new(place.clone(), message).help("rename one of them");
            notes.note(fault.earlier(self.places[*first].clone(), "first used here"));
        } else if !id.value.is_empty() {
            self.index.insert(id.value.clone(), next);
        }
        place
    }

    /// The index of a name. An unknown name is a fault.
    fn resolve(&self, entry: &TomlTable<'_>, what: &str, name: &At<String>) -> Option<usize> {
        let found = self.index.get(&name.value).copied();
        if found.is_none() && !name.value.is_empty() && !self.partial {
            // With many faults, guesses take too long, and nobody reads them.
            let known = if entry.notes.are_many() { None } else { Some(self.index.keys()) };
            let meant = did_you_mean(&name.value, known.into_iter().flatten().map(String::as_str));
            let says = format!("names the {what} {}, which the bank does not declare", quote(&name.value));
            let help = meant.unwrap_or_else(|| "declare it, or name another".to_owned());
            entry.fault(&name.span, says, help);
        }
        found
    }
}

fn read_bank(sources: &Sources, with_roles: bool, faults: &RefCell<Vec<Fault>>) -> Option<Bank> {
    let tables = read_tables(sources, with_roles, faults);
    let open = |name: &str| {
        let (file, span, table) = tables.iter().find(|(file, ..)| *file == name)?;
        Some(TomlTable::file(Notes { file, list: faults }, span.clone(), table))
    };
    let Some(top) = open("bank.toml") else {
        if sources.get("bank.toml").is_none() {
            let help = "`coofit bank new DIR` writes a small bank to start from";
            Notes { file: "bank.toml", list: faults }.fault(&(0..0), "there is no `bank.toml`", help);
        }
        return None;
    };
    let format: At<f64> = top.need("format");
    if format.is_there() && (format.value - 1.0).abs() > f64::EPSILON {
        let message = format!("this bank is of format {}, and this coofit reads format 1", format.value);
        top.notes.fault(&format.span, message, "write `format = 1`, or use a newer coofit");
    }
    let (id, title, edition) = (top.id().value, top.need("title"), top.need("edition"));
    let (language, role): (_, Option<At<String>>) = (top.opt("language"), top.opt("role"));

    let mut declared = Declared { formats: read_formats(&top), ..Declared::default() };
    let (parts, part_files) = read_parts(&top, sources, &open, &mut declared);
    let bands = read_bands(&top);
    let allows = read_allows(&top);
    if parts.is_empty() {
        top.notes.fault(
            &(0..0),
            "the bank has no `[[part]]`",
            "add one with an `id`, a `title` and a `file`",
        );
    }

    for (part, file) in &part_files {
        item::read_scales(file, *part, &mut declared);
    }
    let mut named: HashSet<&str> = HashSet::from(["bank.toml", "steps.toml"]);
    for (part, file) in part_files {
        named.insert(file.notes.file);
        item::read_items(&file, part, &mut declared);
        file.finish();
    }
    if declared.items.is_empty() && faults.borrow().iter().all(|fault| fault.is_warning) {
        top.notes.fault(&(0..0), "the bank has no items", "add an `[[item]]` to the file of a part");
    }
    let steps = open("steps.toml")
        .map(|file| read_steps(file, &declared.scale_ids, &declared.scales))
        .unwrap_or_default();

    let role_files = tables.iter().filter(|(file, ..)| is_role(file)).filter_map(|(file, ..)| open(file));
    let mut role_ids = Ids::default();
    let roles: Vec<Role> = role_files.map(|file| role::read_role(file, &declared, &mut role_ids)).collect();
    role_ids.partial = roles.len() < sources.iter().filter(|(file, _)| is_role(file)).count();
    let default_role = match role {
        Some(name) => {
            role_ids.resolve(&top, "role", &name);
            Some(name.value)
        }
        None => roles.first().filter(|_| roles.len() == 1).map(|role| role.id.clone()),
    };
    top.finish();

    let stray = tables.iter().filter(|(file, ..)| !is_role(file) && !named.contains(file));
    let stray = stray.map(|(file, span, _)| Place::new(file, span.clone())).collect();
    let Declared { scales, items, .. } = declared;
    let hash = hash(sources);
    let roles = Roles::new(if with_roles { Box::new(|| roles) } else { Box::new(built_in_roles) });
    Some(Bank {
        id,
        title,
        edition,
        language,
        hash,
        parts,
        scales,
        items,
        bands,
        steps,
        roles,
        default_role,
        allows,
        stray,
        placeholders: Vec::new(),
    })
}

type FileTable<'a> = (&'a str, Range<usize>, DeTable<'a>);

/// Every file as a table, with the place of its first line. Notes syntax errors.
fn read_tables<'a>(
    sources: &'a Sources,
    with_roles: bool,
    faults: &RefCell<Vec<Fault>>,
) -> Vec<FileTable<'a>> {
    let mut tables = Vec::new();
    let whole: usize = sources.iter().map(|(_, text)| text.len().min(MAX_FILE_BYTES)).sum();
    if whole > MAX_BANK_BYTES {
        let message =
            format!("the files have more than {MAX_BANK_BYTES} bytes together; no bank may have more");
        Notes { file: "bank.toml", list: faults }.fault(&(0..0), message, "make two banks of it");
        return tables;
    }
    for (file, text) in sources.iter().filter(|(file, _)| with_roles || !is_role(file)) {
        let notes = Notes { file, list: faults };
        if text.len() > MAX_FILE_BYTES {
            let message = format!("`{file}` has {} bytes; a bank file may have {MAX_FILE_BYTES}", text.len());
            notes.fault(&(0..0), message, "split the part into several files");
            continue;
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            tables.push((file, 0..text.find('\n').unwrap_or(text.len()), table.into_inner()));
        } else {
            slip::note(notes, text, &errors);
        }
    }
    tables
}

pub fn is_built_in(bank: &Bank) -> bool {
    bank.hash == hash(&Sources::built_in())
}

/// CRC-32 over the names and texts of all files.
fn hash(sources: &Sources) -> String {
    let mut hasher = crc32fast::Hasher::new();
    for piece in sources.iter().flat_map(|(name, text)| [name, "\0", text, "\0"]) {
        hasher.update(piece.as_bytes());
    }
    format!("{:08x}", hasher.finalize())
}

fn read_formats(top: &TomlTable<'_>) -> HashMap<String, Arc<ResponseFormat>> {
    let mut formats = HashMap::new();
    for (id, entry) in top.named_entries("formats", "response format") {
        if ["choice", "checklist", "number"].contains(&id.value.as_str()) {
            let message = format!("a response format cannot be called {}", quote(&id.value));
            entry.notes.fault(&id.span, message, "that is a way of answering; take another name");
        }
        let labels: At<Vec<Label>> = entry.need("labels");
        if labels.is_there() && !(2..=11).contains(&labels.value.len()) {
            let says = format!("has {} labels; it must have 2 to 11", labels.value.len());
            entry.fault(&labels.span, says, None);
        }
        let labels = labels.value.into_iter().map(|label| label.0).collect();
        let format = ResponseFormat { id: id.value.clone(), lead: entry.opt("lead"), labels };
        formats.insert(id.value, Arc::new(format));
        entry.finish();
    }
    formats
}

/// The parts, and the files of those that can be read.
fn read_parts<'a>(
    top: &TomlTable<'a>,
    sources: &Sources,
    open: &impl Fn(&str) -> Option<TomlTable<'a>>,
    declared: &mut Declared,
) -> (Vec<Part>, Vec<(usize, TomlTable<'a>)>) {
    let mut part_files = Vec::new();
    let (mut ids, mut files, mut index) = (Ids::default(), Ids::default(), 0..);
    let parts = top.each("part", "part", |entry| {
        let (id, _) = ids.read(entry, "part");
        let title = entry.need("title");
        let mut file: At<String> = entry.need("file");
        file.value = file.value.nfc().collect();
        files.declare(entry.notes, "part's file", &file);
        let name = file.value.as_str();
        let is_part = !name.contains(['/', '\\']) && !["bank.toml", "steps.toml"].contains(&name);
        let index = index.next().unwrap_or_default();
        if let Some(part_file) = open(name).filter(|_| is_part) {
            part_files.push((index, part_file));
        } else {
            declared.scale_ids.partial = true;
            declared.item_ids.partial = true;
        }
        let is_there = is_part && sources.get(name).is_some();
        if !name.is_empty() && !is_there {
            let says = format!("names the file {}, which is not there", quote(name));
            let help = "it must be a TOML file next to `bank.toml`, and readable";
            entry.fault(&file.span, says, help);
        }
        Part {
            id,
            title,
            intro: entry.opt("intro"),
            side: entry.opt("side").unwrap_or(Side::Demands),
            weight: entry.number_in("weight", 0.0..=f64::INFINITY).unwrap_or(1.0),
            minutes: ["minutes", "quick_minutes"].map(|key| entry.number_in(key, 0.0..=1e4)),
        }
    });
    (parts, part_files)
}

fn read_bands(top: &TomlTable<'_>) -> Vec<Band> {
    let mut before = None;
    top.each_named("band", |entry, id, place| {
        let from = entry.need_number_in("from", 0.0..=100.0);
        match before.replace(from.value) {
            None if from.value > 0.0 => {
                let message =
                    format!("the first band starts at {}, so a lower fit would have none", from.value);
                entry.notes.fault(&from.span, message, "let the first band start at 0");
            }
            Some(before) if from.value <= before && from.is_there() => {
                let says = format!("starts at {}, which is under the band before it", from.value);
                entry.fault(&from.span, says, "put the bands in rising order");
            }
            _ => {}
        }
        let (title, short, advice) = (entry.need("title"), entry.opt("short"), entry.opt("advice"));
        Band { from: from.value, id, place, title, short, advice }
    })
}

/// A lint checks whether the lint and the ids exist.
fn read_allows(top: &TomlTable<'_>) -> Vec<Allow> {
    top.each("allow", "allow", |entry| {
        let lint: At<String> = entry.need("lint");
        let Many(at) = entry.opt::<Many<At<String>>>("at").unwrap_or_default();
        let _: String = entry.need("reason");
        let at = at.into_iter().map(|id| (id.value, entry.notes.place(&id.span))).collect();
        Allow { lint: lint.value, at, place: entry.notes.place(&lint.span) }
    })
}

fn read_steps(file: TomlTable<'_>, scale_ids: &Ids, scales: &[Scale]) -> Vec<Step> {
    // The place of each scale's first step, and whether any of its steps needs nothing.
    let mut for_anybody = vec![None::<(Range<usize>, bool)>; scales.len()];
    let steps = file.each_named("step", |entry, id, _| {
        let scale: At<String> = entry.need("scale");
        let index = scale_ids.resolve(entry, "scale", &scale);
        let needs = entry.opt("needs").and_then(|needs| read_needs(entry, scale_ids, scales, &needs));
        if let Some(index) = index {
            for_anybody[index].get_or_insert((scale.span, false)).1 |= needs.is_none();
        }
        Step {
            id,
            scale: index.unwrap_or_default(),
            below: entry.need_number_in("below", 0.0..=101.0).value,
            at_least: entry.number_in("at_least", 0.0..=100.0).unwrap_or(0.0),
            horizon: entry.required("horizon").unwrap_or(Horizon::Week),
            needs,
            title: entry.need("title"),
            brief: entry.opt("brief"),
            when: read_when(entry),
            minutes: entry.whole("minutes", 1..=MOST_MINUTES),
            text: entry.need("text"),
        }
    });
    for (scale, first) in scales.iter().zip(for_anybody) {
        if let Some((span, false)) = first {
            let message = format!("every step of the scale {} needs something", quote(&scale.id));
            file.notes.fault(&span, message, "add a step without `needs`, for somebody who lacks it");
        }
    }
    file.finish();
    steps
}

fn read_needs(entry: &TomlTable<'_>, ids: &Ids, scales: &[Scale], needs: &At<String>) -> Option<usize> {
    let scale = ids.resolve(entry, "scale", needs)?;
    if scales.get(scale).is_some_and(|scale| scale.kind != ScaleKind::Fact) {
        let says = format!("names {}, which is not a fact", quote(&needs.value));
        entry.key_fault("needs", &needs.span, says, "name a scale of the kind `fact`");
    }
    Some(scale)
}

fn read_when(entry: &TomlTable<'_>) -> Vec<When> {
    let read = |text: At<String>| {
        let when = When::parse(&text.value);
        if when.is_none() && !text.value.is_empty() {
            let help = "write a weekday and a time, such as `thu 16:00` or `first mon 10:00`";
            entry.key_fault("when", &text.span, format!("has {}", quote(&text.value)), help);
        }
        when
    };
    entry.opt::<Vec<At<String>>>("when").unwrap_or_default().into_iter().filter_map(read).collect()
}
