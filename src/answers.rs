//! Answers as JSON: the answers file, and the `answers` object inside a saved attempt.
//!
//! Every answer that the bank cannot take is a fault with its line. An item that is missing or `null`
//! was skipped.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use itertools::Itertools;
use serde::Deserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::bank::fault::{
    Fault, Faults, Help, MOST_LISTED, Place, Sources, did_you_mean, first, json_fault, quote,
};
use crate::bank::{Answer, Bank, Form, Item, ItemKind};
use crate::session::{Given, Relation, Responses};
use crate::text::{self, counted};

/// The largest answers file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub struct AnswersFile {
    pub responses: Responses,
    /// The person described, if an observer gave the answers.
    pub observed: Option<String>,
    /// The observer's own name.
    pub observer: Option<String>,
    pub relation: Option<Relation>,
    /// Whether these answers may be shown only in means of several observers.
    pub is_anonymous: bool,
    /// The edition that the file names, if it is not the bank's.
    pub other_edition: Option<String>,
    /// Empty unless there is another edition.
    pub left_out: LeftOut,
}

/// Answers to an earlier state of the bank that it cannot take now: the ids by reason.
#[derive(Debug, Default)]
pub struct LeftOut(BTreeMap<WhyLeftOut, Vec<String>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum WhyLeftOut {
    /// The bank or the form no longer asks it.
    #[error("to a question that is not asked any more")]
    Question,
    #[error("whose labels have changed")]
    Labels,
    #[error("whose unit has changed")]
    Unit,
    #[error("no longer offered")]
    Option,
    /// The answer is of another kind, or outside the range.
    #[error("that the question does not take any more")]
    Range,
}

/// Why a JSON value is not an answer: what it must be, and the way out.
pub type Wrong = (String, Option<String>);

impl LeftOut {
    pub fn add(&mut self, reason: WhyLeftOut, id: &str) {
        self.0.entry(reason).or_default().push(quote(id));
    }

    fn add_option(&mut self, item: &Item, option: &Value) {
        let option = option.as_str().map_or_else(|| option.to_string(), quote);
        self.0.entry(WhyLeftOut::Option).or_default().push(format!("{option} of {}", quote(&item.id)));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads an answer to an earlier state of the item, without the options that are gone.
    pub fn take(&mut self, item: &Item, value: &Value) -> Result<Option<Answer>, Wrong> {
        match (&item.kind, value) {
            (ItemKind::Choice(options), Value::String(id)) if options.iter().all(|it| it.id != *id) => {
                self.add_option(item, value);
                Ok(None)
            }
            (ItemKind::Checklist { options, .. }, Value::Array(ticks)) => {
                let is_there = |tick: &&Value| options.iter().any(|it| tick.as_str() == Some(&it.id));
                let (left, gone): (Vec<&Value>, Vec<&Value>) = ticks.iter().partition(is_there);
                for tick in &gone {
                    self.add_option(item, tick);
                }
                // No ticks would mean "none of these", which is another answer.
                if left.is_empty() && !gone.is_empty() {
                    return Ok(None);
                }
                answer(item, &left.into_iter().cloned().collect())
            }
            _ => answer(item, value),
        }
    }
}

impl fmt::Display for LeftOut {
    /// Such as "2 answers whose labels have changed (`a`, `b`); 1 answer whose unit has changed (`c`)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |(reason, names): (&WhyLeftOut, &Vec<String>)| {
            let (one, many) =
                if *reason == WhyLeftOut::Option { ("option", "options") } else { ("answer", "answers") };
            format!("{} {reason} ({})", counted(names.len(), one, many), names.join(", "))
        };
        self.0.iter().map(one).format("; ").fmt(f)
    }
}

/// Reads an answers file, such as
/// `{"format": 1, "bank": "coo", "edition": "2026.2", "form": "full", "answers": {"leadership-a": 4}}`,
/// or returns all its faults. `name` is the name to show in them.
pub fn parse(bank: &Bank, name: &str, text: &str) -> Result<AnswersFile, Faults> {
    let mut reader = Reader { name, text, faults: Vec::new() };
    let file = reader.file(bank).filter(|_| reader.faults.is_empty());
    reader.faults.sort_by_key(|fault| fault.place.span.start);
    file.ok_or_else(|| Faults { sources: Sources::from_iter([(name, text)]), list: first(reader.faults) })
}

/// Whether a text is a JSON object with an `answers` key.
pub fn is_answers_file(text: &str) -> bool {
    let value = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'));
    value.is_ok_and(|value| value.get("answers").is_some())
}

/// The `answers` object: item id to answer, `null` for a skipped item.
pub fn object(bank: &Bank, responses: &Responses) -> Map<String, Value> {
    let given = responses.items().filter_map(|index| {
        let item = &bank.items[index];
        let value = match responses.given(index)? {
            Given::Skipped => Value::Null,
            Given::Answered(answer) => value(item, answer),
        };
        Some((item.id.clone(), value))
    });
    given.collect()
}

pub fn file(bank: &Bank, responses: &Responses) -> String {
    let file = serde_json::json!({
        "format": 1,
        "bank": bank.id,
        "edition": bank.edition,
        "form": responses.form().id(),
        "answers": object(bank, responses),
    });
    format!("{file:#}\n")
}

#[expect(clippy::cast_possible_truncation, reason = "whole and under 10^15")]
pub(crate) fn value(item: &Item, answer: &Answer) -> Value {
    match (&item.kind, answer) {
        (_, Answer::Rating(r)) => Value::from(*r),
        (_, Answer::Number(x)) if x.fract() == 0.0 && x.abs() < 1e15 => Value::from(*x as i64),
        (_, Answer::Number(x)) => Value::from(*x),
        (ItemKind::Choice(options), Answer::Choice(option)) => Value::from(options[*option].id.as_str()),
        (ItemKind::Checklist { options, .. }, Answer::Checklist(ticks)) => {
            ticks.iter().map(|tick| options[*tick].id.as_str()).collect()
        }
        _ => unreachable!("an answer is accepted by its own item only"),
    }
}

/// The answer that a JSON value means; none for `null`.
pub fn answer(item: &Item, value: &Value) -> Result<Option<Answer>, Wrong> {
    if value.is_null() {
        return Ok(None);
    }
    let answer = read(item, value).and_then(|answer| item.accept(answer).ok());
    answer.map(Some).ok_or_else(|| (item.must_be(), options_help(item, value)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and from 0 to 255")]
fn read(item: &Item, value: &Value) -> Option<Answer> {
    let option = |id: &Value| item.options().iter().position(|option| id.as_str() == Some(&option.id));
    Some(match &item.kind {
        ItemKind::Rating(_) => {
            let is_label = |r: &f64| r.fract() == 0.0 && (0.0..=255.0).contains(r);
            Answer::Rating(value.as_f64().filter(is_label)? as u8)
        }
        ItemKind::Number(_) => Answer::Number(value.as_f64()?),
        ItemKind::Choice(_) => Answer::Choice(option(value)?),
        ItemKind::Checklist { .. } => {
            let mut ticks = value.as_array()?.iter().map(option).collect::<Option<Vec<usize>>>()?;
            ticks.sort_unstable();
            Answer::Checklist(ticks)
        }
    })
}

/// Names the options, and the one that was probably meant.
fn options_help(item: &Item, value: &Value) -> Option<String> {
    let ids: Vec<&str> = item.options().iter().map(|option| option.id.as_str()).collect();
    if ids.is_empty() {
        return None;
    }
    let given = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let unknown = given.iter().filter_map(Value::as_str).find(|id| !ids.contains(id));
    let meant = unknown.and_then(|id| did_you_mean(id, ids.iter().copied()));
    meant.or_else(|| Some(format!("its options are {}", ids.iter().map(|id| quote(id)).format(", "))))
}

struct Member<'a> {
    key: String,
    raw: &'a RawValue,
}

impl Member<'_> {
    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.raw.get()).ok()
    }
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn file(&mut self, bank: &Bank) -> Option<AnswersFile> {
        let members = &self.object(self.text.strip_prefix('\u{feff}').unwrap_or(self.text))?;
        self.name_unknown_keys(members);
        let find = |key: &str| members.iter().find(|member| member.key == key);
        if find("format").is_none() {
            self.missing("format", "add `\"format\": 1`");
        }
        let is_one = |format: Value| (format == 1).then_some(());
        self.value(find("format"), "`format` must be 1", None, is_one);
        if let Some(member) = find("bank") {
            let named = member.read::<String>().map_or("no bank".to_owned(), |id| quote(&id));
            let message = format!("these answers are to {named}, but this bank is {}", quote(&bank.id));
            let is_this = |id: String| (id == bank.id).then_some(());
            self.value(Some(member), &message, "name its bank with `--bank DIR`", is_this)?;
        } else {
            self.missing("bank", "add the id of the bank that was answered");
        }
        let read_form = |id: String| Form::from_id(&id);
        let form = self.value(find("form"), "`form` must be \"full\" or \"quick\"", None, read_form);
        let Some(answers) = find("answers") else {
            self.missing("answers", "add `\"answers\": { ... }`");
            return None;
        };
        let entries = self.object(answers.raw.get())?;
        let [about, by] = ["observed", "observer"].map(|key| {
            let name = self.value(find(key), &format!("`{key}` must be a name"), None, Some);
            name.flatten().map(|name: String| text::name(&name)).filter(|name| !name.is_empty())
        });
        let edition = find("edition").map(|member| member.read::<String>().unwrap_or_default());
        let mut file = AnswersFile {
            responses: Responses::asked(bank, form.unwrap_or_default(), about.is_some()),
            observed: about,
            observer: by,
            relation: None,
            is_anonymous: false,
            other_edition: edition.filter(|edition| *edition != bank.edition),
            left_out: LeftOut::default(),
        };
        self.answers(bank, &entries, &mut file);
        let must = "`seconds` must give a number for each item";
        let seconds: Option<HashMap<String, f64>> = self.value(find("seconds"), must, None, Some);
        for (id, spent) in seconds.into_iter().flatten() {
            if let Some(index) = bank.item(&id).filter(|&index| file.responses.asks(index)) {
                file.responses.spend(index, spent);
            }
        }
        let must = "`relation` must say how the observer knows the person";
        let help = format!("one of {}", Relation::ALL.map(Relation::id).join(", "));
        let read_relation = |id: String| Relation::from_id(&id);
        file.relation = self.value(find("relation"), must, help, read_relation);
        let must = "`anonymous` must be true or false";
        file.is_anonymous = self.value(find("anonymous"), must, None, Some).unwrap_or_default();
        let conflict = if file.observed.is_none() {
            Some((
                "only an observer can be anonymous",
                "add `observed`, the name of the person, or take this out",
            ))
        } else {
            (file.relation == Some(Relation::Boss))
                .then_some(("a boss cannot be anonymous, because there is only one", "take this out"))
        };
        if let (Some((conflict, help)), Some(member), true) = (conflict, find("anonymous"), file.is_anonymous)
        {
            self.note(self.place(member), conflict, help);
        }
        Some(file)
    }

    /// What `read` makes of a member that is there; a fault if that is nothing.
    fn value<J: DeserializeOwned, T>(
        &mut self,
        member: Option<&Member<'_>>,
        message: &str,
        help: impl Into<Help>,
        read: impl FnOnce(J) -> Option<T>,
    ) -> Option<T> {
        let member = member?;
        let value = member.read().and_then(read);
        if value.is_none() {
            self.note(self.place(member), message, help);
        }
        value
    }

    fn name_unknown_keys(&mut self, members: &[Member<'_>]) {
        const KNOWN: &str = "format bank edition form answers observed observer anonymous relation seconds";
        for member in members.iter().filter(|member| !KNOWN.split(' ').any(|key| key == member.key)) {
            let help = did_you_mean(&member.key, KNOWN.split(' '))
                .unwrap_or_else(|| format!("it may have {}", KNOWN.split(' ').map(quote).format(", ")));
            let message = format!("an answers file has no key {}", quote(&member.key));
            self.note(self.key_place(member), message, help);
        }
    }

    fn note(&mut self, place: Place, message: impl Into<String>, help: impl Into<Help>) {
        self.faults.push(Fault::new(place, message).help(help));
    }

    fn missing(&mut self, key: &str, help: &str) {
        let end = self.text.find('\n').unwrap_or(self.text.len()).min(80);
        self.note(Place::new(self.name, 0..end), format!("the answers file has no `{key}`"), help);
    }

    /// Reads the answers. Of those to another edition, what this one cannot take is left out.
    fn answers(&mut self, bank: &Bank, entries: &[Member<'_>], file: &mut AnswersFile) {
        let AnswersFile { responses, left_out, other_edition, .. } = file;
        let index: HashMap<&str, usize> =
            bank.items.iter().enumerate().map(|(index, item)| (item.id.as_str(), index)).collect();
        for entry in entries {
            // More faults are not listed, and each guess at an id takes time.
            if self.faults.len() > MOST_LISTED {
                break;
            }
            let found = index.get(entry.key.as_str()).copied();
            if other_edition.is_some() && !found.is_some_and(|index| responses.asks(index)) {
                left_out.add(WhyLeftOut::Question, &entry.key);
                continue;
            }
            let Some(index) = found else {
                let help = did_you_mean(&entry.key, bank.items.iter().map(|item| item.id.as_str()));
                let message = format!("the bank has no item {}", quote(&entry.key));
                self.note(self.key_place(entry), message, help);
                continue;
            };
            let item = &bank.items[index];
            if !responses.asks(index) {
                let form = responses.form();
                let (who, help) = if form.asks(item) {
                    ("an observer is not asked".to_owned(), "leave the answer out")
                } else {
                    let help = "leave the answer out, or score the full form";
                    (format!("the {} form does not ask", form.id()), help)
                };
                self.note(self.key_place(entry), format!("{who} {}", quote(&item.id)), help);
                continue;
            }
            // JSON allows 1e999 and half a character, which are not values.
            let value = entry.read::<Option<Value>>().ok_or_else(|| (item.must_be(), None));
            let read = |value: Option<Value>| match value {
                None => Ok(None),
                Some(value) if other_edition.is_some() => left_out.take(item, &value),
                Some(value) => answer(item, &value),
            };
            let given = value.and_then(read).and_then(|answer| match answer {
                None => {
                    responses.skip(index);
                    Ok(())
                }
                Some(answer) => responses.set(bank, index, answer).map_err(|refused| (refused.0, None)),
            });
            if let Err((must_be, help)) = given {
                let given = quote(entry.raw.get());
                let message = format!("the answer to {} must be {must_be}, not {given}", quote(&item.id));
                self.note(self.place(entry), message, help);
            }
        }
    }

    /// The members of a JSON object inside the text; a key that comes twice is a fault.
    fn object(&mut self, text: &'a str) -> Option<Vec<Member<'a>>> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let members = deserializer.deserialize_map(Members);
        let members = match members.and_then(|members| deserializer.end().map(|()| members)) {
            Ok(members) => members,
            Err(error) => {
                let at = self.start(text) + position(text, error.line(), error.column());
                let object = "`coofit score --help` shows what an answers file looks like";
                let (what, help) = if error.is_data() {
                    ("answers have to be between braces, `{` and `}`", object)
                } else {
                    json_fault(&error)
                };
                self.note(Place::new(self.name, at..at + 1), what, help);
                return None;
            }
        };
        let mut first: HashMap<&str, &Member<'a>> = HashMap::new();
        for member in &members {
            let earlier = *first.entry(&member.key).or_insert(member);
            if !std::ptr::eq(earlier, member) {
                let message = format!("{} is given twice", quote(&member.key));
                let fault = Fault::new(self.key_place(member), message).help("keep one of them");
                self.faults.push(fault.earlier(self.key_place(earlier), "first given here"));
            }
        }
        Some(members)
    }

    fn start(&self, part: &str) -> usize {
        part.as_ptr() as usize - self.text.as_ptr() as usize
    }

    fn place(&self, member: &Member<'_>) -> Place {
        let start = self.start(member.raw.get());
        Place::new(self.name, start..start + member.raw.get().len())
    }

    /// The place of the key before a value: the string that ends before the colon.
    fn key_place(&self, member: &Member<'_>) -> Place {
        let before = self.text[..self.start(member.raw.get())].trim_end().trim_end_matches(':').trim_end();
        let end = before.len();
        let mut quotes = before.char_indices().rev().filter(|(at, c)| {
            *c == '"' && before[..*at].chars().rev().take_while(|c| *c == '\\').count() % 2 == 0
        });
        let start = quotes.nth(1).map_or(end, |(at, _)| at);
        Place::new(self.name, start..end)
    }
}

/// The byte of a line and column as `serde_json` counts them.
fn position(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Collects an object's members in order, duplicates and all.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((key, raw)) = map.next_entry()? {
            members.push(Member { key, raw });
        }
        Ok(members)
    }
}
