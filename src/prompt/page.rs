//! The quiz as one page for a browser: the questions as data, and the script that asks them.
//!
//! The page fetches and sends nothing: its policy allows only its own style and script, by their hashes.
//! It has no points and no keys, so nobody can look up the best answers.

use serde::Serialize;

use crate::bank::{Bank, Form, Item, ItemKind, Role, Side};
use crate::prompt::{number, words};
use crate::session::Responses;
use crate::text::{is_right_to_left, prose};

/// A test compares the two hashes with the style and the script.
const POLICY: &str = "default-src 'none'; style-src 'sha256-awgdxTzTbVlwl3i5SSIztRJuUQoDAVJFbLxaAetYI0M='; script-src 'sha256-Y8e/oUYwlLnyQSjM5rMcOOe37woyjRstIC9PsYfoznk='; \
                      base-uri 'none'; form-action 'none'";

#[derive(Serialize)]
struct PageData<'a> {
    bank: &'a str,
    edition: &'a str,
    form: &'static str,
    title: String,
    language: &'a str,
    direction: &'static str,
    observed: Option<&'a str>,
    anonymous: bool,
    minutes: Option<f64>,
    /// Paragraphs before the first question, and above the button that saves.
    before: Vec<String>,
    after: Vec<String>,
    parts: Vec<PagePart>,
    preview: Option<Preview>,
    items: Vec<PageItem<'a>>,
}

#[derive(Serialize)]
struct PagePart {
    title: String,
    intro: Option<String>,
}

/// What the job is like, before the respondent says what they want.
#[derive(Serialize)]
struct Preview {
    part: usize,
    heading: &'static str,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct PageItem<'a> {
    id: &'a str,
    part: usize,
    lead: Option<String>,
    ask: String,
    why: Option<String>,
    occasion: bool,
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<Choice<'a>>,
    #[serde(flatten)]
    number: Option<Number<'a>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    id: Option<&'a str>,
    key: Option<char>,
    say: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Number<'a> {
    unit: &'a str,
    /// The unit after a 1.
    one: String,
    /// The spellings of each word of the unit.
    words: Vec<Vec<String>>,
    min: f64,
    max: f64,
    whole: bool,
    must_be: String,
}

/// The page that asks a form of the bank; with `observed`, in the observer's wording about that person.
pub(crate) fn page(
    bank: &Bank,
    form: Form,
    role: Option<&Role>,
    observed: Option<&str>,
    anonymous: bool,
) -> String {
    let items: Vec<usize> = Responses::asked(bank, form, observed.is_some()).items().collect();
    let own = |text: &Option<String>| text.as_deref().filter(|_| observed.is_none()).map(prose);
    let supplies = bank.parts.iter().position(|part| part.side == Side::Supplies);
    let preview = role.filter(|role| observed.is_none() && !role.preview.is_empty()).zip(supplies);
    let language = bank.language.as_deref().unwrap_or("en");
    let quiz = PageData {
        bank: &bank.id,
        edition: &bank.edition,
        form: form.id(),
        title: prose(&bank.title),
        language,
        direction: if is_right_to_left(language) { "rtl" } else { "ltr" },
        observed,
        anonymous,
        minutes: bank.minutes_left(form, &items),
        before: match observed {
            Some(name) => words::observer(name, anonymous),
            None => vec![
                "Your answers stay in this browser until you save them as a file. Nothing is sent."
                    .to_owned(),
                "Answer for how you really work, not for how you would like to. You can go back, and you \
                 can skip what never came up."
                    .to_owned(),
            ],
        },
        after: vec![match observed {
            Some(name) => format!("Save your answers and give the file to {name}."),
            None => {
                "Save your answers. `coofit score FILE` shows your result, and the person who gave you this \
                     page can show it to you."
                    .to_owned()
            }
        }],
        parts: (bank.parts.iter())
            .map(|part| PagePart { title: prose(&part.title), intro: own(&part.intro) })
            .collect(),
        preview: preview.map(|(role, part)| Preview {
            part,
            heading: words::PREVIEW,
            lines: role.preview.iter().map(|line| prose(line)).collect(),
        }),
        items: items.iter().map(|&index| question(&bank.items[index], observed.is_some())).collect(),
    };
    // What could end the script element is written as JSON's own escape.
    let quiz = serde_json::to_string(&quiz).expect("plain data").replace('<', "\\u003c");
    format!(
        include_str!("page.html"),
        policy = POLICY,
        style = include_str!("page.css"),
        script = include_str!("page.js"),
        quiz = quiz
    )
}

fn question(item: &Item, is_observer: bool) -> PageItem<'_> {
    let wording = item.observer.as_deref().filter(|_| is_observer).unwrap_or(&item.ask);
    let id = |index: usize| item.options().get(index).map(|option| option.id.as_str());
    let options = words::options(item).into_iter().zip(words::keys(item)).enumerate();
    let (kind, number) = match &item.kind {
        ItemKind::Rating(_) => ("rating", None),
        ItemKind::Choice(_) => ("choice", None),
        ItemKind::Checklist { .. } => ("checklist", None),
        ItemKind::Number(range) => {
            let number = Number {
                unit: &range.unit,
                one: range.say(1.0).trim_start_matches("1 ").to_owned(),
                words: number::spellings(&range.unit),
                min: range.min,
                max: range.max,
                whole: range.whole,
                must_be: item.must_be(),
            };
            ("number", Some(number))
        }
    };
    PageItem {
        id: &item.id,
        part: item.part,
        lead: item.lead().map(prose),
        ask: prose(wording),
        why: item.why.as_deref().map(prose),
        occasion: item.occasion,
        kind,
        options: options.map(|(index, (say, key))| Choice { id: id(index), key, say: prose(say) }).collect(),
        number,
    }
}
