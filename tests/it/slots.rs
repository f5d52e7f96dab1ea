//! A bank with one text in every slot, the pages made of it, and their structure.
//!
//! The fuzz targets of the pages have this file, too, so it names no other module.

use std::collections::BTreeMap;
use std::fmt::Write;

use coofit::bank::fault::Sources;
use coofit::bank::{Bank, Month, parse};
use coofit::render::{Writer, json, write};
use coofit::report::sections::document;
use coofit::report::{About, Report, role};
use coofit::{answers, text};
use pulldown_cmark::{Event, Options, Parser};
use scraper::{Html, Node};
use serde_json::Value;

/// The text of the slots when nothing is tried.
pub(crate) const HARMLESS: &str = "Plain words";

const FILES: [(&str, &str); 6] = [
    ("bank.toml", include_str!("../data/pages/bank.toml")),
    ("roles/lead.toml", include_str!("../data/pages/roles/lead.toml")),
    ("roles/other.toml", include_str!("../data/pages/roles/other.toml")),
    ("steps.toml", include_str!("../data/pages/steps.toml")),
    ("wants.toml", include_str!("../data/pages/wants.toml")),
    ("work.toml", include_str!("../data/pages/work.toml")),
];

const ANSWERS: &str = r#"{"format": 1, "bank": "slots", "edition": "1", "form": "full", "answers": {
    "leading-a": 3, "leading-b": 1, "leading-c": 1, "scene": "bad", "tasks-done": ["one", "three"], "duties-done": ["duty-one"],
    "industries-known": ["shops", "ships"], "tools-used": [], "pay-needed": 55, "want-before": 3, "want-after": 2,
    "open": 2}}"#;

/// The forms of a bank with a text in every slot.
pub(crate) struct Pages {
    pub(crate) report: String,
    pub(crate) report_markdown: String,
    /// The respondent's own answers, which are compared with a group.
    pub(crate) own: String,
    pub(crate) own_markdown: String,
    pub(crate) role: String,
    pub(crate) role_markdown: String,
    /// The report for programs.
    pub(crate) json: String,
}

/// What a slot holds: the text before and after its number.
pub(crate) fn in_slot(text: &str, number: usize) -> String {
    format!("{text} {number} {text}")
}

/// The bank with a text for each slot.
pub(crate) fn bank<'a>(texts: impl Fn(usize) -> &'a str) -> Bank {
    let mut sources = Sources::default();
    for (name, text) in FILES {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("\"@@ ") {
            let (number, tail) = after.split_once('"').expect("a closing quote");
            let number = number.parse().expect("a number");
            let value = Value::from(in_slot(texts(number), number)).to_string();
            filled.push_str(before);
            filled.push_str(&value.replace('\u{7f}', "\\u007f"));
            rest = tail;
        }
        sources.insert(name, filled + rest);
    }
    parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A report on the bank, with a text by a stranger about the answers.
pub(crate) fn report(bank: &Bank, stranger: &str, is_observed: bool) -> Report {
    let file = answers::parse(bank, "answers.json", ANSWERS).unwrap_or_else(|faults| panic!("{faults}"));
    let role = bank.own_role();
    let about = About {
        date: Some("2026-11-22".into()),
        observed: is_observed.then(|| text::prose(stranger)),
        evidence: Some(vec![("lead".into(), text::prose(stranger))]),
        trend: Vec::new(),
    };
    Report::new(bank, role, &file.responses, &about)
}

/// The pages with a text for each slot; slot 0 is what is not the bank's.
pub(crate) fn pages<'a>(texts: impl Fn(usize) -> &'a str) -> Pages {
    let bank = bank(&texts);
    let [own, report] = [false, true].map(|is_observed| report(&bank, &in_slot(texts(0), 0), is_observed));
    let role = role::document(&bank.roles[0], Some("en"), Month { year: 2026, month: 11 });
    Pages {
        report: write(&document(&report), Writer::Html),
        report_markdown: write(&document(&report), Writer::Markdown),
        own: write(&document(&own), Writer::Html),
        own_markdown: write(&document(&own), Writer::Markdown),
        role: write(&role, Writer::Html),
        role_markdown: write(&role, Writer::Markdown),
        json: json(&report),
    }
}

/// Every element with its attributes, and where there is text; not which text, or how long.
pub(crate) fn html_tree(page: &str) -> String {
    let html = Html::parse_document(page);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    tree(&html)
}

/// The same of a page that may be broken.
pub(crate) fn tree(html: &Html) -> String {
    let mut tree = String::new();
    for node in html.tree.root().descendants() {
        let indent = "  ".repeat(node.ancestors().count());
        match node.value() {
            Node::Element(element) => {
                // Long texts and long words are laid out in another way: as wide tables, which say the
                // head of a column again at each cell, and in heads that may break.
                let is_layout = |word: &&str| ["wide", "word"].contains(word);
                let mut attributes: BTreeMap<&str, String> =
                    element.attrs().map(|(name, value)| (name, value.to_owned())).collect();
                attributes.remove("data-head");
                if let Some(class) = attributes.remove("class") {
                    let kept: Vec<&str> = class.split(' ').filter(|word| !is_layout(word)).collect();
                    if !kept.is_empty() {
                        attributes.insert("class", kept.join(" "));
                    }
                }
                writeln!(tree, "{indent}{} {attributes:?}", element.name()).expect("a string");
            }
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(_) => writeln!(tree, "{indent}text").expect("a string"),
            Node::Document => {}
            other => writeln!(tree, "{indent}{other:?}").expect("a string"),
        }
    }
    tree
}

/// What a reader of Markdown may have switched on.
const OPTIONS: Options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);

/// Every block and span, and where there is text, in `CommonMark` with every extension that a reader may
/// have switched on.
pub(crate) fn markdown_tree(markdown: &str) -> String {
    let mut tree = String::new();
    let mut in_text = false;
    for event in Parser::new_ext(markdown, OPTIONS) {
        let text = matches!(event, Event::Text(_));
        match event {
            Event::Text(_) if in_text => {}
            Event::Text(_) => tree.push_str("text\n"),
            other => writeln!(tree, "{other:?}").expect("a string"),
        }
        in_text = text;
    }
    tree
}

/// The text of a Markdown page, without its markup.
pub(crate) fn markdown_text(markdown: &str) -> String {
    Parser::new_ext(markdown, OPTIONS)
        .map(|event| match event {
            Event::Text(text) => text.into_string(),
            _ => "\n".to_owned(),
        })
        .collect()
}

/// Panics where a tree is another one than that of harmless text.
#[track_caller]
pub(crate) fn same(name: &str, payload: &str, harmless: &str, hostile: &str) {
    if let Some((a, b)) = harmless.lines().zip(hostile.lines()).find(|(a, b)| a != b) {
        panic!("{payload:?} changes the {name}: {b}, where harmless text gives {a}");
    }
    assert_eq!(harmless.lines().count(), hostile.lines().count(), "{payload:?} changes the {name}");
}
