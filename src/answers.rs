//! Answers as JSON: the answers file, and the `answers` object inside a saved attempt.
//!
//! Reading is strict: every answer that the bank cannot take is a fault with its line. An item that
//! is missing or `null` was skipped.

use std::collections::HashMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::bank::fault::{Fault, Faults, Help, MOST_LISTED, Place, Sources, did_you_mean, first, quote};
use crate::bank::{Answer, Bank, Form, Item, ItemKind};
use crate::session::{Given, Responses};

/// The largest answers file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// An answers file that was read.
#[derive(Debug)]
pub struct AnswersFile {
    /// What was answered.
    pub responses: Responses,
    /// The person described, when an observer gave the answers.
    pub observed: Option<String>,
    /// The observer's own name, where the file has it.
    pub observer: Option<String>,
    /// The edition that the file names, where it is not the bank's.
    pub other_edition: Option<String>,
    /// Answers to another edition that this one cannot take.
    pub left_out: LeftOut,
}

/// Answers to an earlier state of the bank that it cannot take now.
#[derive(Debug, Default)]
pub struct LeftOut(Vec<(Reason, String)>);

/// Why an answer is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The bank or the form no longer asks it.
    Question,
    /// The labels of a rating are other texts, or in another order.
    Labels,
    /// A number has another unit.
    Unit,
    /// The chosen option is gone, or a ticked one.
    Option,
    /// The answer is of another kind, or outside the range.
    Range,
}

/// Why a JSON value is not an answer: what it must be, and the way out.
pub type Wrong = (String, Option<String>);

impl LeftOut {
    /// Adds an answer, by its item's id.
    pub fn add(&mut self, reason: Reason, id: &str) {
        self.0.push((reason, quote(id)));
    }

    fn add_option(&mut self, item: &Item, option: &Value) {
        let option = option.as_str().map_or_else(|| option.to_string(), quote);
        self.0.push((Reason::Option, format!("{option} of {}", quote(&item.id))));
    }

    /// Whether nothing is left out.
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
                // With no tick left it would say "none of these", which is another answer.
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
    /// Such as "2 whose question is gone (`a`, `b`); 1 whose unit changed (`c`)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons = [
            (Reason::Question, "to a question that is not asked any more"),
            (Reason::Labels, "whose labels have changed"),
            (Reason::Unit, "whose unit has changed"),
            (Reason::Option, "with an option that is gone"),
            (Reason::Range, "that the question does not take any more"),
        ];
        let one = |(reason, why): (Reason, &str)| {
            let of_reason = self.0.iter().filter(|(because, _)| *because == reason);
            let names: Vec<&str> = of_reason.map(|(_, name)| name.as_str()).collect();
            (!names.is_empty()).then(|| format!("{} {why} ({})", names.len(), names.join(", ")))
        };
        f.write_str(&reasons.into_iter().filter_map(one).collect::<Vec<_>>().join("; "))
    }
}

/// Reads an answers file, such as
/// `{"format": 1, "bank": "coo", "edition": "2026.1", "form": "full", "answers": {"leadership-a": 4}}`,
/// or every fault of it: another bank's file, an unknown item, an answer outside its range, an item
/// given twice, or text that is not JSON.
pub fn parse(bank: &Bank, name: &str, text: &str) -> Result<AnswersFile, Faults> {
    let mut reader = Reader::new(name, text);
    let file = reader.file(bank);
    match file {
        Some(file) if reader.faults.is_empty() => Ok(file),
        _ => Err(reader.into_faults()),
    }
}

/// Whether a text is a JSON object with an `answers` key.
pub fn is_answers_file(text: &str) -> bool {
    let value = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'));
    value.is_ok_and(|value| value.get("answers").is_some())
}

/// Reads a bare `answers` object. `name` is the file to name in faults.
pub fn parse_object(bank: &Bank, form: Form, name: &str, text: &str) -> Result<Responses, Faults> {
    let mut reader = Reader::new(name, text);
    let entries = reader.object(text).unwrap_or_default();
    let responses = reader.responses(bank, Responses::new(bank, form), &entries, None);
    if reader.faults.is_empty() { Ok(responses) } else { Err(reader.into_faults()) }
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

/// A whole answers file, on several lines.
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
fn value(item: &Item, answer: &Answer) -> Value {
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

/// The answer that a JSON value means; nothing for `null`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and from 0 to 255")]
pub fn answer(item: &Item, value: &Value) -> Result<Option<Answer>, Wrong> {
    let wrong = || (item.must_be(), options_help(item, value));
    let answer = match (&item.kind, value) {
        (_, Value::Null) => return Ok(None),
        (ItemKind::Rating(_), Value::Number(number)) => {
            let r = number.as_f64().filter(|r| r.fract() == 0.0 && (0.0..=255.0).contains(r));
            Answer::Rating(r.ok_or_else(wrong)? as u8)
        }
        (ItemKind::Number(_), Value::Number(number)) => Answer::Number(number.as_f64().ok_or_else(wrong)?),
        (ItemKind::Choice(options), Value::String(id)) => {
            Answer::Choice(options.iter().position(|option| option.id == *id).ok_or_else(wrong)?)
        }
        (ItemKind::Checklist { options, .. }, Value::Array(ids)) => {
            let tick = |id: &Value| options.iter().position(|option| id.as_str() == Some(&option.id));
            let mut ticks = ids.iter().map(tick).collect::<Option<Vec<usize>>>().ok_or_else(wrong)?;
            ticks.sort_unstable();
            Answer::Checklist(ticks)
        }
        _ => return Err(wrong()),
    };
    item.accept(answer).map(Some).map_err(|_| wrong())
}

/// The same for a value that an earlier program kept: a fraction is allowed where numbers are whole now.
pub fn kept(item: &Item, value: &Value) -> Result<Option<Answer>, Wrong> {
    match (&item.kind, value.as_f64()) {
        (ItemKind::Number(range), Some(x)) if (range.min..=range.max).contains(&x) => {
            Ok(Some(Answer::Number(x)))
        }
        _ => answer(item, value),
    }
}

/// Names the options, and the one that was probably meant.
fn options_help(item: &Item, value: &Value) -> Option<String> {
    let ids: Vec<&str> = item.options().iter().map(|option| option.id.as_str()).collect();
    if ids.is_empty() {
        return None;
    }
    let given: Vec<&str> = match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    };
    let unknown = given.iter().find(|id| !ids.contains(id));
    let meant = unknown.and_then(|id| did_you_mean(id, ids.iter().copied()));
    meant.or_else(|| {
        let quoted: Vec<String> = ids.iter().map(|id| quote(id)).collect();
        Some(format!("its options are {}", quoted.join(", ")))
    })
}

/// The keys of an answers file.
const KNOWN: [&str; 10] = [
    "format",
    "bank",
    "edition",
    "form",
    "answers",
    "observed",
    "observer",
    "anonymous",
    "relation",
    "seconds",
];

/// How an observer knows the person.
pub const RELATIONS: [&str; 4] = ["boss", "peer", "report", "other"];

/// One entry of a JSON object.
struct Member<'a> {
    key: String,
    raw: &'a RawValue,
    key_place: Place,
    place: Place,
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn new(name: &'a str, text: &'a str) -> Reader<'a> {
        Reader { name, text, faults: Vec::new() }
    }

    fn into_faults(self) -> Faults {
        let mut sources = Sources::default();
        sources.insert(self.name, self.text);
        Faults { sources, list: first(self.faults) }
    }

    fn file(&mut self, bank: &Bank) -> Option<AnswersFile> {
        let members = self.object(self.text.strip_prefix('\u{feff}').unwrap_or(self.text))?;
        let find = |key: &str| members.iter().find(|member| member.key == key);
        for member in &members {
            if !KNOWN.contains(&member.key.as_str()) {
                let help = did_you_mean(&member.key, KNOWN).unwrap_or_else(|| {
                    let known: Vec<String> = KNOWN.iter().map(|key| quote(key)).collect();
                    format!("it may have {}", known.join(", "))
                });
                self.note(
                    &member.key_place,
                    format!("an answers file has no key {}", quote(&member.key)),
                    help,
                );
            }
        }
        match find("format") {
            Some(member) if member.raw.get().trim() == "1" => {}
            Some(member) => self.note(&member.place, "`format` must be 1", None),
            None => self.missing("format", "add `\"format\": 1`"),
        }
        match find("bank") {
            Some(member) if text_of(member.raw).as_deref() == Some(bank.id.as_str()) => {}
            Some(member) => {
                let named = text_of(member.raw).map_or("no bank".to_owned(), |id| quote(&id));
                let message =
                    format!("these answers are to {named}, and the bank here is {}", quote(&bank.id));
                self.note(&member.place, message, "name its bank with `--bank DIR`");
                return None;
            }
            None => self.missing("bank", "add the id of the bank that was answered"),
        }
        let form = match find("form") {
            None => Form::Full,
            Some(member) => text_of(member.raw).and_then(|id| Form::from_id(&id)).unwrap_or_else(|| {
                self.note(&member.place, "`form` must be \"full\" or \"quick\"", None);
                Form::Full
            }),
        };
        let edition = find("edition").map(|member| text_of(member.raw).unwrap_or_default());
        let Some(answers) = find("answers") else {
            self.missing("answers", "add `\"answers\": { ... }`");
            return None;
        };
        let entries = self.object(answers.raw.get())?;
        let [about, by] = ["observed", "observer"].map(|key| self.name_in(find(key)));
        let asked = match about {
            Some(_) => Responses::of_observer(bank, form),
            None => Responses::new(bank, form),
        };
        let other_edition = edition.filter(|edition| *edition != bank.edition);
        let mut left_out = LeftOut::default();
        let mut responses =
            self.responses(bank, asked, &entries, other_edition.is_some().then_some(&mut left_out));
        if let Some(seconds) = find("seconds") {
            self.seconds(bank, &mut responses, seconds);
        }
        if let Some(relation) = find("relation")
            && !text_of(relation.raw).is_some_and(|text| RELATIONS.contains(&text.as_str()))
        {
            let help = format!("one of {}", RELATIONS.join(", "));
            self.note(&relation.place, "`relation` must say how the observer knows the person", help);
        }
        if let Some(anonymous) = find("anonymous").filter(|member| member.raw.get() != "false") {
            let message = "these answers were given anonymously, and this program does not show them";
            self.note(&anonymous.place, message, None);
        }
        Some(AnswersFile { responses, observed: about, observer: by, other_edition, left_out })
    }

    /// The time that each answer took. What names no item that was asked is of no use, and no fault.
    fn seconds(&mut self, bank: &Bank, responses: &mut Responses, member: &Member<'a>) {
        let Ok(seconds) = serde_json::from_str::<HashMap<String, f64>>(member.raw.get()) else {
            self.note(&member.place, "`seconds` must give a number for each item", None);
            return;
        };
        for (index, item) in bank.items.iter().enumerate() {
            if let Some(&spent) = seconds.get(&item.id)
                && responses.asks(index)
            {
                responses.spend(index, spent);
            }
        }
    }

    /// A person's name; none where it is absent, `null` or empty.
    fn name_in(&mut self, member: Option<&Member<'_>>) -> Option<String> {
        let member = member?;
        match serde_json::from_str::<Option<String>>(member.raw.get()) {
            Ok(name) => name.map(|name| crate::text::prose(&name)).filter(|name| !name.is_empty()),
            Err(_) => {
                self.note(&member.place, format!("`{}` must be a name", member.key), None);
                None
            }
        }
    }

    fn note(&mut self, place: &Place, message: impl Into<String>, help: impl Into<Help>) {
        self.faults.push(Fault::new(place.clone(), message).help(help));
    }

    fn missing(&mut self, key: &str, help: &str) {
        let end = self.text.find('\n').unwrap_or(self.text.len()).min(80);
        self.note(&Place::new(self.name, 0..end), format!("the answers file has no `{key}`"), help);
    }

    /// Reads the answers. With `left_out` they are to another edition, and what is gone goes there.
    fn responses(
        &mut self,
        bank: &Bank,
        mut responses: Responses,
        entries: &[Member<'_>],
        mut left_out: Option<&mut LeftOut>,
    ) -> Responses {
        let index: HashMap<&str, usize> =
            bank.items.iter().enumerate().map(|(index, item)| (item.id.as_str(), index)).collect();
        for entry in entries {
            // No more are listed, and each guess at what was meant takes its time.
            if self.faults.len() > MOST_LISTED {
                break;
            }
            let found = index.get(entry.key.as_str()).copied();
            if let Some(left_out) = &mut left_out
                && !found.is_some_and(|index| responses.asks(index))
            {
                left_out.add(Reason::Question, &entry.key);
                continue;
            }
            let Some(index) = found else {
                let help = did_you_mean(&entry.key, bank.items.iter().map(|item| item.id.as_str()));
                let message = format!("the bank has no item {}", quote(&entry.key));
                self.note(&entry.key_place, message, help);
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
                self.note(&entry.key_place, format!("{who} {}", quote(&item.id)), help);
                continue;
            }
            // JSON allows 1e999 and half a character, which are not values.
            let value = serde_json::from_str(entry.raw.get()).map_err(|_| (item.must_be(), None));
            let read = |value: Value| match &mut left_out {
                Some(left_out) if !value.is_null() => left_out.take(item, &value),
                _ => answer(item, &value),
            };
            match value.and_then(read) {
                Ok(None) => responses.skip(index),
                Ok(Some(answer)) => {
                    if let Err(refused) = responses.set(bank, index, answer) {
                        self.note(&entry.place, format!("the answer to {} {refused}", quote(&item.id)), None);
                    }
                }
                Err((must_be, help)) => {
                    let given = quote(entry.raw.get());
                    let message = format!("the answer to {} must be {must_be}, not {given}", quote(&item.id));
                    self.note(&entry.place, message, help);
                }
            }
        }
        responses
    }

    /// The members of a JSON object inside the text; a key that comes twice is a fault.
    fn object(&mut self, text: &'a str) -> Option<Vec<Member<'a>>> {
        let offset = text.as_ptr() as usize - self.text.as_ptr() as usize;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let pairs = deserializer.deserialize_map(Pairs).and_then(|pairs| deserializer.end().map(|()| pairs));
        let pairs = match pairs {
            Ok(pairs) => pairs,
            Err(error) => {
                let at = offset + position(text, error.line(), error.column());
                let message =
                    format!("not the JSON of an answers file: {}", crate::text::prose(&error.to_string()));
                let help = "see `coofit score --help` for the form of an answers file";
                self.note(&Place::new(self.name, at..at + 1), message, help);
                return None;
            }
        };
        let mut members: Vec<Member<'a>> = Vec::with_capacity(pairs.len());
        let mut first: HashMap<String, Place> = HashMap::new();
        for (key, raw) in pairs {
            let start = raw.get().as_ptr() as usize - self.text.as_ptr() as usize;
            let place = Place::new(self.name, start..start + raw.get().len());
            let key_place = self.key_place(start);
            if let Some(first) = first.get(&key) {
                let message = format!("{} is given twice", quote(&key));
                let fault = Fault::new(key_place.clone(), message).earlier(first.clone(), "first given here");
                self.faults.push(fault.help("keep one of them"));
            } else {
                first.insert(key.clone(), key_place.clone());
            }
            members.push(Member { key, raw, key_place, place });
        }
        Some(members)
    }

    /// The place of the key before a value: the string that ends before the colon.
    fn key_place(&self, value: usize) -> Place {
        let before = self.text[..value].trim_end().trim_end_matches(':').trim_end();
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

fn text_of(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// Collects an object's members in order, duplicates and all.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
