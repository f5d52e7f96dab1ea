//! Reading one TOML table strictly: every fault is noted with its place, and reading goes on.
//!
//! A value that is missing or wrong is noted and replaced by an empty one, so that one fault does
//! not hide the next. The caller throws everything away when any fault was noted.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::bank::fault::{Fault, MOST_LISTED, Place, did_you_mean, quote};
use crate::text;

use super::syntax::{meant_flag, meant_number};

/// Where faults of one file are noted.
#[derive(Clone, Copy)]
pub(super) struct Notes<'a> {
    pub(super) file: &'a str,
    pub(super) list: &'a RefCell<Vec<Fault>>,
}

impl Notes<'_> {
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        Place::new(self.file, span.clone())
    }

    pub(super) fn fault(&self, span: &Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.note(Fault::new(self.place(span), message).maybe_help(help));
    }

    /// Notes a fault; of a file that is nothing but faults not all are kept.
    pub(super) fn note(&self, fault: Fault) {
        let mut list = self.list.borrow_mut();
        if list.len() < 10 * MOST_LISTED {
            list.push(fault);
        }
    }

    /// Whether there are more faults than anybody reads in one go.
    pub(super) fn are_many(&self) -> bool {
        self.list.borrow().len() > MOST_LISTED / 4
    }
}

/// A value with its place.
#[derive(Debug, Clone, Default)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// One table, with the keys that were asked for so far.
pub(super) struct Entry<'a> {
    pub(super) notes: Notes<'a>,
    /// What the table is, for messages: "item `x`".
    pub(super) what: String,
    pub(super) span: Range<usize>,
    table: &'a DeTable<'a>,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Entry<'a> {
    pub(super) fn new(
        notes: Notes<'a>,
        what: impl Into<String>,
        span: Range<usize>,
        table: &'a DeTable<'a>,
    ) -> Self {
        Entry { notes, what: what.into(), span, table, known: RefCell::default() }
    }

    /// The value of an optional key.
    pub(super) fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Whether a key is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The value of a key that must be there.
    fn need(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.get(key);
        if value.is_none() {
            let misspelt = self.table.keys().map(|key| key.get_ref().as_ref());
            let help = did_you_mean(key, misspelt)
                .map_or_else(|| format!("add `{key} = ...`"), |_| format!("a key here looks like `{key}`"));
            self.notes.fault(&self.span, format!("{} has no `{key}`", self.what), Some(help));
        }
        value
    }

    /// Notes that a key's value is of the wrong kind.
    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, must_be: &str) {
        self.wrong_but(key, value, must_be, None);
    }

    /// The same, where it is plain what was meant.
    fn wrong_but(&self, key: &str, value: &Spanned<DeValue<'_>>, must_be: &str, meant: Option<String>) {
        let message = format!("`{key}` of {} must be {must_be}, not {}", self.what, kind_of(value.get_ref()));
        self.notes.fault(&value.span(), message, meant.map(|meant| format!("write `{meant}`")));
    }

    fn wrong_flag(&self, key: &str, value: &Spanned<DeValue<'_>>) {
        let meant = written(value.get_ref()).and_then(|said| meant_flag(&said));
        self.wrong_but(key, value, "`true` or `false`", meant.map(|flag| flag.to_string()));
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        self.get(key).and_then(|value| self.as_text(key, value)).map(|text| text.value)
    }

    pub(super) fn need_text(&self, key: &'static str) -> String {
        self.need(key).and_then(|value| self.as_text(key, value)).unwrap_or_default().value
    }

    /// A text that may be left out, with its place.
    pub(super) fn text_at(&self, key: &'static str) -> Option<At<String>> {
        self.get(key).and_then(|value| self.as_text(key, value))
    }

    pub(super) fn need_text_at(&self, key: &'static str) -> At<String> {
        self.need(key).and_then(|value| self.as_text(key, value)).unwrap_or_default()
    }

    /// An id: lower-case letters, digits and single hyphens, at most 64 characters.
    pub(super) fn need_id(&self) -> At<String> {
        let id = self.need_text_at("id");
        if !id.value.is_empty() && !is_kebab(&id.value) {
            let help = kebab(&id.value).map(|better| format!("write {}", quote(&better)));
            self.notes.fault(
                &id.span,
                format!(
                    "the id {} must be kebab-case: lower-case letters, digits and single hyphens",
                    quote(&id.value)
                ),
                help,
            );
        }
        id
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
        match value.get_ref() {
            DeValue::String(raw) => {
                let shown = text::prose(raw);
                if shown.is_empty() {
                    let message = format!("`{key}` of {} is empty", self.what);
                    self.notes.fault(&value.span(), message, Some("write it, or leave the key out".into()));
                }
                Some(At { value: shown, span: value.span() })
            }
            _ => {
                let meant = written(value.get_ref()).map(|said| format!("\"{said}\""));
                self.wrong_but(key, value, "a text in quotes", meant);
                None
            }
        }
    }

    /// A label or a date: a text, or a bare number as it is written.
    fn as_label(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref() {
            DeValue::Integer(number) => Some(number.to_string()),
            DeValue::Float(number) => Some(number.to_string()),
            DeValue::Datetime(date) => Some(date.to_string()),
            _ => self.as_text(key, value).map(|text| text.value),
        }
    }

    pub(super) fn label(&self, key: &'static str) -> Option<String> {
        self.get(key).and_then(|value| self.as_label(key, value))
    }

    pub(super) fn labels(&self, key: &'static str) -> At<Vec<String>> {
        let Some(value) = self.need(key) else { return At::default() };
        let Some(list) = self.list(key, value) else { return At::default() };
        let labels = list.iter().filter_map(|value| self.as_label(key, value)).collect();
        At { value: labels, span: value.span() }
    }

    /// A list of texts, which may be left out.
    pub(super) fn texts(&self, key: &'static str) -> Vec<At<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let list = self.list(key, value).unwrap_or_default();
        list.iter().filter_map(|value| self.as_text(key, value)).collect()
    }

    /// A text or a list of texts, which may be left out.
    pub(super) fn text_or_texts(&self, key: &'static str) -> Option<Vec<At<String>>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Array(list) => Some(list.iter().filter_map(|value| self.as_text(key, value)).collect()),
            _ => self.as_text(key, value).map(|text| vec![text]),
        }
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        match self.get(key).map(|value| (value, value.get_ref())) {
            Some((_, DeValue::Boolean(flag))) => *flag,
            Some((value, _)) => {
                self.wrong_flag(key, value);
                false
            }
            None => false,
        }
    }

    /// A `true`/`false` or a list of them, which may be left out.
    pub(super) fn flag_or_flags(&self, key: &'static str) -> Option<At<Vec<bool>>> {
        let value = self.get(key)?;
        let one = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong_flag(key, value);
                None
            }
        };
        let flags = match value.get_ref() {
            DeValue::Array(list) => list.iter().filter_map(one).collect(),
            _ => one(value).into_iter().collect(),
        };
        Some(At { value: flags, span: value.span() })
    }

    pub(super) fn number(&self, key: &'static str) -> Option<At<f64>> {
        self.get(key).and_then(|value| self.as_number(key, value))
    }

    pub(super) fn need_number(&self, key: &'static str) -> At<f64> {
        self.need(key).and_then(|value| self.as_number(key, value)).unwrap_or_default()
    }

    fn as_number(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<f64>> {
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
                let is_text = matches!(other, DeValue::String(_));
                let meant = written(other).filter(|_| is_text).and_then(|said| meant_number(&said));
                self.wrong_but(key, value, "a number", meant);
                return None;
            }
        };
        if number.is_none() {
            let said = quote(&written(value.get_ref()).unwrap_or_default());
            self.notes.fault(
                &value.span(),
                format!("`{key}` of {} must be {must_be}, not {said}", self.what),
                None,
            );
        }
        number.map(|number| At { value: number, span: value.span() })
    }

    /// A number within a range, which may be left out.
    pub(super) fn number_in(&self, key: &'static str, min: f64, max: f64) -> Option<f64> {
        let number = self.number(key)?;
        self.check_range(key, &number, min, max);
        Some(number.value)
    }

    pub(super) fn need_number_in(&self, key: &'static str, min: f64, max: f64) -> f64 {
        self.need_number_in_at(key, min, max).value
    }

    pub(super) fn need_number_in_at(&self, key: &'static str, min: f64, max: f64) -> At<f64> {
        let number = self.need_number(key);
        self.check_range(key, &number, min, max);
        number
    }

    fn check_range(&self, key: &str, number: &At<f64>, min: f64, max: f64) {
        if !number.span.is_empty() && !(min..=max).contains(&number.value) {
            let range =
                if max.is_finite() { format!("from {min} to {max}") } else { format!("{min} or more") };
            self.notes.fault(
                &number.span,
                format!("`{key}` of {} must be {range}, not {}", self.what, number.value),
                None,
            );
        }
    }

    /// A whole number of at least `min`, which may be left out.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to 0 and a million")]
    pub(super) fn whole(&self, key: &'static str, min: u32) -> Option<usize> {
        let number = self.number(key)?;
        if number.value.fract() != 0.0 || !(f64::from(min)..=1e6).contains(&number.value) {
            let message = format!(
                "`{key}` of {} must be a whole number of at least {min}, not {}",
                self.what, number.value
            );
            self.notes.fault(&number.span, message, None);
        }
        Some(number.value.clamp(f64::from(min), 1e6) as usize)
    }

    /// A list of pairs of numbers, which may be left out.
    pub(super) fn pairs(&self, key: &'static str) -> Option<At<Vec<(f64, f64)>>> {
        let value = self.get(key)?;
        let pair = |value: &Spanned<DeValue<'_>>| {
            let numbers: Option<Vec<f64>> = match value.get_ref() {
                DeValue::Array(pair) if pair.len() == 2 => {
                    pair.iter().map(|number| self.as_number(key, number).map(|n| n.value)).collect()
                }
                _ => {
                    self.wrong(key, value, "a list of pairs such as [[0, 0], [10, 100]]");
                    None
                }
            };
            numbers.map(|numbers| (numbers[0], numbers[1]))
        };
        let list = self.list(key, value)?;
        Some(At { value: list.iter().filter_map(pair).collect(), span: value.span() })
    }

    /// The one table of a key, which may be left out.
    pub(super) fn table(&self, key: &'static str, what: &str) -> Option<Entry<'a>> {
        let value = self.get(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            return Some(Entry::new(self.notes, what, value.span(), table));
        }
        self.wrong(key, value, "a table");
        None
    }

    /// The tables of `[[key]]`, which may be left out.
    pub(super) fn entries(&self, key: &'static str, what: &str) -> Vec<Entry<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let list = match value.get_ref() {
            DeValue::Table(_) => {
                // Options stand in a list, everything else under a header of its own.
                let meant = if key == "options" { "[{ ... }, { ... }]".into() } else { format!("[[{key}]]") };
                self.wrong_but(key, value, "a list", Some(meant));
                std::slice::from_ref(value)
            }
            _ => self.list(key, value).unwrap_or_default(),
        };
        let entry = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| match value.get_ref() {
            DeValue::Table(table) => {
                let named = ["id", "title"].iter().find_map(|key| match table.get(*key)?.get_ref() {
                    DeValue::String(name) => Some(format!("{what} {}", quote(&text::prose(name)))),
                    _ => None,
                });
                let what = named.unwrap_or_else(|| format!("{what} number {}", index + 1));
                Some(Entry::new(self.notes, what, value.span(), table))
            }
            _ => {
                self.wrong(key, value, "a table");
                None
            }
        };
        list.iter().enumerate().filter_map(entry).collect()
    }

    /// The named tables under `[key]`, which may be left out.
    pub(super) fn named_entries(&self, key: &'static str, what: &str) -> Vec<(At<String>, Entry<'a>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(tables) = value.get_ref() else {
            self.wrong(key, value, "tables");
            return Vec::new();
        };
        let entry = |(name, value): (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)| {
            let id = At { value: text::prose(name.get_ref()), span: name.span() };
            let what = format!("{what} {}", quote(&id.value));
            match value.get_ref() {
                DeValue::Table(table) => Some((id, Entry::new(self.notes, what, name.span(), table))),
                _ => {
                    self.wrong(&format!("{key}.{}", id.value), value, "a table");
                    None
                }
            }
        };
        tables.iter().filter_map(entry).collect()
    }

    fn list(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<&'a [Spanned<DeValue<'a>>]> {
        if let DeValue::Array(list) = value.get_ref() {
            return Some(list);
        }
        self.wrong(key, value, "a list");
        None
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        let known = self.known.into_inner();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let help = did_you_mean(name, known.iter().copied())
                    .unwrap_or_else(|| format!("it may have {}", or_list(&known)));
                let message = format!("{} has no key {}", self.what, quote(name));
                self.notes.fault(&key.span(), message, Some(help));
            }
        }
    }
}

fn or_list(keys: &[&str]) -> String {
    let mut keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    keys.sort();
    keys.dedup();
    keys.join(", ")
}

/// A value as its author wrote it, but for the quotes.
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

pub(super) fn is_kebab(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.len() <= 64 && id.split('-').all(part)
}

/// The nearest id that would be accepted.
fn kebab(id: &str) -> Option<String> {
    let lower: String =
        id.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = lower.split('-').filter(|part| !part.is_empty()).collect();
    Some(parts.join("-")).filter(|id| is_kebab(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case_and_nothing_else() {
        for id in ["a", "a-b", "e1", "hard-talk-2"] {
            assert!(is_kebab(id), "{id}");
        }
        for id in ["", "-a", "a-", "a--b", "A", "a_b", "../a", "a/b", "a b", "é", &"a".repeat(65)] {
            assert!(!is_kebab(id), "{id}");
        }
    }

    #[test]
    fn a_wrong_id_is_offered_its_nearest_form() {
        assert_eq!(kebab("Hard Talk_2"), Some("hard-talk-2".into()));
        assert_eq!(kebab("日本"), None);
    }
}
