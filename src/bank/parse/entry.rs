//! Reads one TOML table strictly.
//!
//! A missing or wrong value is noted with its place and replaced by an empty one, so that one fault does
//! not hide the next. With any fault, the caller drops the bank.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::bank::fault::{Fault, Help, MOST_LISTED, Place, did_you_mean, quote};
use crate::bank::new::id_from;
use crate::bank::{AsOf, Form, Horizon, ScaleKind, Side};
use crate::text;

use super::{Ids, PLACEHOLDER};

/// Collects the faults of one file.
#[derive(Clone, Copy)]
pub(super) struct Notes<'a> {
    pub(super) file: &'a str,
    pub(super) list: &'a RefCell<Vec<Fault>>,
}

impl Notes<'_> {
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        Place::new(self.file, span.clone())
    }

    pub(super) fn fault(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<Help>) {
        self.note(Fault::new(self.place(span), message).help(help));
    }

    /// Keeps a fault, unless there are very many.
    pub(super) fn note(&self, fault: Fault) {
        let mut list = self.list.borrow_mut();
        if list.len() < 10 * MOST_LISTED {
            list.push(fault);
        }
    }

    /// Whether there are more faults than anybody reads at once.
    pub(super) fn are_many(&self) -> bool {
        self.list.borrow().len() > MOST_LISTED / 4
    }
}

/// One table, with the keys that were read so far.
pub(super) struct TomlTable<'a> {
    pub(super) notes: Notes<'a>,
    pub(super) span: Range<usize>,
    what: What,
    table: &'a DeTable<'a>,
    known: RefCell<Vec<&'static str>>,
}

/// How messages name a table.
enum What {
    As(String),
    /// By its id or title, otherwise by its index in a list.
    Listed(&'static str, usize),
}

type Toml<'a> = Spanned<DeValue<'a>>;

impl<'a> TomlTable<'a> {
    pub(super) fn file(notes: Notes<'a>, span: Range<usize>, table: &'a DeTable<'a>) -> Self {
        TomlTable::new(notes, What::As(format!("`{}`", notes.file)), span, table)
    }

    fn new(notes: Notes<'a>, what: What, span: Range<usize>, table: &'a DeTable<'a>) -> Self {
        TomlTable { notes, span, what, table, known: RefCell::default() }
    }

    /// Such as "item `x`".
    pub(super) fn what(&self) -> String {
        match &self.what {
            What::As(name) => name.clone(),
            What::Listed(kind, index) => match self.named(["id", "title"]) {
                Some(name) => format!("{kind} {}", quote(&name)),
                None => format!("{kind} number {}", index + 1),
            },
        }
    }

    /// The first of two texts that is there.
    fn named(&self, keys: [&str; 2]) -> Option<String> {
        keys.iter().find_map(|key| match self.table.get(*key)?.get_ref() {
            DeValue::String(name) => Some(text::prose(name)),
            _ => None,
        })
    }

    /// Notes "item `x` SAYS".
    pub(super) fn fault(&self, span: &Range<usize>, says: impl AsRef<str>, help: impl Into<Help>) {
        self.notes.fault(span, format!("{} {}", self.what(), says.as_ref()), help);
    }

    /// Notes "`key` of item `x` SAYS".
    pub(super) fn key_fault(
        &self,
        key: &str,
        at: &Range<usize>,
        says: impl AsRef<str>,
        help: impl Into<Help>,
    ) {
        self.notes.fault(at, format!("`{key}` of {} {}", self.what(), says.as_ref()), help);
    }

    /// Notes that a text is still to be written.
    fn note_placeholder(&self, key: &str, at: &Range<usize>) {
        let named = self.named(["id", "scale"]).unwrap_or_else(|| self.notes.file.to_owned());
        let message = format!("`{key}` of {} is still a placeholder", self.what());
        let help = format!("write your own text, without `{PLACEHOLDER}`");
        let warning = Fault::warning("placeholder", self.notes.place(at), message).help(help);
        self.notes.note(Fault { at: Some(named), ..warning });
    }

    /// A text that may be left out; a placeholder is as good as none.
    pub(super) fn written(&self, key: &'static str) -> Option<String> {
        self.opt(key).filter(|text: &String| !text.starts_with(PLACEHOLDER))
    }

    /// Notes a value of the wrong kind, and what was probably meant.
    fn wrong<T>(&self, key: &str, value: &Toml<'_>, must_be: &str, meant: Option<String>) -> Option<T> {
        let says = format!("must be {must_be}, not {}", kind_of(value.get_ref()));
        self.key_fault(key, &value.span(), says, meant.map(|meant| format!("write `{meant}`")));
        None
    }

    fn get(&self, key: &'static str) -> Option<&'a Toml<'a>> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn ignore(&self, keys: &[&'static str]) {
        self.known.borrow_mut().extend(keys);
    }

    pub(super) fn opt<T: Value>(&self, key: &'static str) -> Option<T> {
        self.get(key).and_then(|value| T::read(self, key, value))
    }

    /// Notes a missing key.
    pub(super) fn required<T: Value>(&self, key: &'static str) -> Option<T> {
        if !self.has(key) {
            let misspelt = did_you_mean(key, self.table.keys().map(|key| key.get_ref().as_ref()));
            let help = match misspelt {
                Some(_) => format!("a key here looks like `{key}`"),
                None => format!("add `{key} = ...`"),
            };
            self.fault(&self.span, format!("has no `{key}`"), help);
        }
        self.opt(key)
    }

    pub(super) fn need<T: Value + Default>(&self, key: &'static str) -> T {
        self.required(key).unwrap_or_default()
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.opt(key).unwrap_or(false)
    }

    /// An id: lower-case letters, digits and single hyphens, at most 64 characters.
    pub(super) fn id(&self) -> At<String> {
        let id: At<String> = self.need("id");
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let is_kebab = id.value.len() <= 64 && id.value.split('-').all(is_word);
        if !id.value.is_empty() && !is_kebab {
            let shown = quote(&id.value);
            let message =
                format!("the id {shown} must be kebab-case: lower-case letters, digits and single hyphens");
            let help = id_from(&id.value).map(|better| format!("write {}", quote(&better)));
            self.notes.fault(&id.span, message, help);
        }
        id
    }

    pub(super) fn number_in(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        Some(self.in_range(key, self.opt(key)?, &range).value)
    }

    pub(super) fn need_number_in(&self, key: &'static str, range: RangeInclusive<f64>) -> At<f64> {
        self.in_range(key, self.need(key), &range)
    }

    fn in_range(&self, key: &str, number: At<f64>, range: &RangeInclusive<f64>) -> At<f64> {
        if number.is_there() && !range.contains(&number.value) {
            let (min, max) = (range.start(), range.end());
            let range =
                if max.is_finite() { format!("from {min} to {max}") } else { format!("{min} or more") };
            self.key_fault(key, &number.span, format!("must be {range}, not {}", number.value), None);
        }
        number
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
    pub(super) fn whole<T: TryFrom<u64>>(&self, key: &'static str, range: RangeInclusive<u64>) -> Option<T> {
        let At { value, span } = self.opt::<At<f64>>(key)?;
        let (min, max) = (*range.start() as f64, *range.end() as f64);
        if value.fract() != 0.0 || !(min..=max).contains(&value) {
            let says = format!("must be a whole number from {min} to {max}, not {value}");
            self.key_fault(key, &span, says, None);
        }
        T::try_from(value.clamp(min, max) as u64).ok()
    }

    pub(super) fn table(&self, key: &'static str, what: String) -> Option<TomlTable<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(TomlTable::new(self.notes, What::As(what), value.span(), table)),
            _ => self.wrong(key, value, "a table", None),
        }
    }

    pub(super) fn each<T>(
        &self,
        key: &'static str,
        what: &'static str,
        mut read: impl FnMut(&TomlTable<'a>) -> T,
    ) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let list = match value.get_ref() {
            DeValue::Array(list) => list,
            DeValue::Table(_) => {
                // Options are a list in braces, all others have headers.
                let meant = if key == "options" { "[{ ... }, { ... }]".into() } else { format!("[[{key}]]") };
                self.wrong::<()>(key, value, "a list", Some(meant));
                std::slice::from_ref(value)
            }
            _ => self.wrong(key, value, "a list", None).unwrap_or_default(),
        };
        let one = |(index, value): (usize, &'a Toml<'a>)| {
            let DeValue::Table(table) = value.get_ref() else {
                return self.wrong(key, value, "a table", None);
            };
            let entry = TomlTable::new(self.notes, What::Listed(what, index), value.span(), table);
            let value = read(&entry);
            entry.finish();
            Some(value)
        };
        list.iter().enumerate().filter_map(one).collect()
    }

    /// Reads the tables of `[[key]]`, each with an id of its own.
    pub(super) fn each_named<T>(
        &self,
        key: &'static str,
        mut read: impl FnMut(&TomlTable<'a>, String, Place) -> T,
    ) -> Vec<T> {
        let mut ids = Ids::default();
        self.each(key, key, |entry| {
            let (id, place) = ids.read(entry, key);
            read(entry, id, place)
        })
    }

    /// The named tables under `[key]`.
    pub(super) fn named_entries(&self, key: &'static str, what: &str) -> Vec<(At<String>, TomlTable<'a>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(tables) = value.get_ref() else {
            self.wrong::<()>(key, value, "tables", None);
            return Vec::new();
        };
        let named = |(name, value): (&'a Spanned<_>, &'a Toml<'a>)| {
            let id = At { value: text::prose(AsRef::<str>::as_ref(name.get_ref())), span: name.span() };
            let DeValue::Table(table) = value.get_ref() else {
                return self.wrong(&format!("{key}.{}", id.value), value, "a table", None);
            };
            let what = What::As(format!("{what} {}", quote(&id.value)));
            Some((id, TomlTable::new(self.notes, what, name.span(), table)))
        };
        tables.iter().filter_map(named).collect()
    }

    /// Notes every key that was not read.
    pub(super) fn finish(self) {
        let mut known = self.known.take();
        let is_known = |key: &str| known.contains(&key);
        let mut unknown: Vec<_> = self.table.keys().filter(|key| !is_known(key.get_ref())).collect();
        if unknown.is_empty() {
            return;
        }
        unknown.sort_by_key(|key| key.span().start);
        known.sort_unstable();
        known.dedup();
        for key in unknown {
            let name = key.get_ref();
            let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
                let keys: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
                format!("it may have {}", keys.join(", "))
            });
            self.fault(&key.span(), format!("has no key {}", quote(name)), help);
        }
    }
}

/// A type that a key's value may have. Reading notes a wrong value.
pub(super) trait Value: Sized {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<Self>;
}

impl Value for String {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<String> {
        let DeValue::String(raw) = value.get_ref() else {
            let meant = written(value.get_ref()).map(|said| format!("\"{said}\""));
            return entry.wrong(key, value, "a text in quotes", meant);
        };
        let shown = text::prose(raw);
        if shown.is_empty() {
            entry.key_fault(key, &value.span(), "is empty", "write it, or leave the key out");
        }
        if shown.starts_with(PLACEHOLDER) {
            entry.note_placeholder(key, &value.span());
        }
        Some(shown)
    }
}

/// A text, or a bare number or date as written.
pub(super) struct Label(pub(super) String);

impl Value for Label {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<Label> {
        let bare = written(value.get_ref()).filter(|_| !matches!(value.get_ref(), DeValue::String(_)));
        bare.or_else(|| String::read(entry, key, value)).map(Label)
    }
}

impl Value for AsOf {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<AsOf> {
        Label::read(entry, key, value).map(|Label(written)| AsOf::new(written))
    }
}

impl Value for bool {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => {
                let meant = written(other).and_then(|said| meant_flag(&said)).map(|flag| flag.to_string());
                entry.wrong(key, value, "`true` or `false`", meant)
            }
        }
    }
}

impl Value for f64 {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<f64> {
        let (number, must_be) = match value.get_ref() {
            DeValue::Integer(number) => {
                let whole = i64::from_str_radix(number.as_str(), number.radix());
                (whole.ok().map(|n| n as f64), "a smaller number")
            }
            DeValue::Float(number) => {
                let number: Option<f64> = number.as_str().parse().ok();
                (number.filter(|n| n.is_finite()), "a finite number")
            }
            other => {
                let said = written(other).filter(|_| matches!(other, DeValue::String(_)));
                return entry.wrong(key, value, "a number", said.and_then(|said| meant_number(&said)));
            }
        };
        if number.is_none() {
            let said = quote(&written(value.get_ref()).unwrap_or_default());
            entry.key_fault(key, &value.span(), format!("must be {must_be}, not {said}"), None);
        }
        number
    }
}

impl Value for (f64, f64) {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<(f64, f64)> {
        match value.get_ref() {
            DeValue::Array(pair) if pair.len() == 2 => {
                let [x, y] = [0, 1].map(|at| f64::read(entry, key, &pair[at]));
                x.zip(y)
            }
            _ => entry.wrong(key, value, "a list of pairs such as [[0, 0], [10, 100]]", None),
        }
    }
}

impl<T: Value> Value for Vec<T> {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<Vec<T>> {
        match value.get_ref() {
            DeValue::Array(list) => Some(list.iter().filter_map(|it| T::read(entry, key, it)).collect()),
            _ => entry.wrong(key, value, "a list", None),
        }
    }
}

/// One value, or a list of them.
#[derive(Default)]
pub(super) struct Many<T>(pub(super) Vec<T>);

impl<T: Value> Value for Many<T> {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<Many<T>> {
        let list = match value.get_ref() {
            DeValue::Array(_) => Vec::read(entry, key, value)?,
            _ => vec![T::read(entry, key, value)?],
        };
        Some(Many(list))
    }
}

/// A value with its place.
#[derive(Clone, Default)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

impl<T> At<T> {
    /// If it is not, the value is empty, and the fault is noted.
    pub(super) fn is_there(&self) -> bool {
        !self.span.is_empty()
    }
}

impl<T: Value> Value for At<T> {
    fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<At<T>> {
        T::read(entry, key, value).map(|read| At { value: read, span: value.span() })
    }
}

macro_rules! named {
    ($($name:ident),+) => {$(
        impl Value for $name {
            fn read(entry: &TomlTable<'_>, key: &str, value: &Toml<'_>) -> Option<$name> {
                let name = String::read(entry, key, value)?;
                let found = $name::from_id(&name);
                if found.is_none() && !name.is_empty() {
                    let known = $name::ALL.map($name::id);
                    let ids = known.map(|id| format!("`{id}`")).join(" or ");
                    let says = format!("must be {ids}, not {}", quote(&name));
                    entry.key_fault(key, &value.span(), says, did_you_mean(&name, known));
                }
                found
            }
        }
    )+};
}

named!(Side, ScaleKind, Horizon, Form);

/// A value as its author wrote it, without the quotes.
fn written(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.trim().to_owned()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The number that somebody means by `70%`, `0,7`, `.5` or `07`.
fn meant_number(said: &str) -> Option<String> {
    let number = said.trim().trim_end_matches('%').trim_end().replacen(',', ".", 1);
    let are_digits = number.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let number: f64 = number.parse().ok().filter(|_| are_digits)?;
    Some(number.to_string())
}

/// What somebody means by `True` or `yes`.
fn meant_flag(said: &str) -> Option<bool> {
    match said.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}
