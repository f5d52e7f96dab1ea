//! The pages: no text can change their structure, nothing in them runs or is fetched, and their
//! numbers are those of the other forms.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use coofit::answers;
use coofit::bank::Bank;
use coofit::bank::fault::Sources;
use coofit::bank::parse;
use coofit::render::Format;
use coofit::render::RoleFormat;
use coofit::render::render;
use coofit::render::render_role;
use coofit::report::About;
use coofit::report::Report;
use coofit::report::whole;
use coofit::score::assess;
use coofit::text;
use pulldown_cmark::Event;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use scraper::ElementRef;
use scraper::Html;
use scraper::Node;
use scraper::Selector;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

use crate::support::repository;
use crate::support::sources;

const HARMLESS: &str = "Plain words";

const ANSWERS: &str = r#"{"format": 1, "bank": "slots", "edition": "1", "form": "full", "answers": {
    "leading-a": 3, "leading-b": 1, "leading-c": 1, "scene": "bad", "tasks-done": ["one", "three"], "duties-done": ["duty-one"],
    "industries-known": ["shops", "ships"], "tools-used": [], "pay-needed": 55, "want-before": 3, "want-after": 2,
    "open": 2}}"#;

/// The four forms of a bank in whose every slot a text stands.
struct Pages {
    report: String,
    report_markdown: String,
    role: String,
    role_markdown: String,
    json: Value,
}

/// The hostile texts, one a line of the file.
static PAYLOADS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let file = std::fs::read_to_string(repository("tests/data/pages/payloads.txt")).expect("the texts");
    file.lines().map(unescape).collect()
});

static BANK: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let sources = sources(&repository("tests/data/pages"));
    sources.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
});

/// The pages of every hostile text.
static HOSTILE: LazyLock<Vec<(&str, Pages)>> =
    LazyLock::new(|| PAYLOADS.iter().map(|payload| (payload.as_str(), pages(payload))).collect());

/// `\n`, `\t` and `\u{…}` for what cannot be seen; any other backslash stands for itself.
fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let code = after.strip_prefix("u{").and_then(|after| after.split_once('}'));
        rest = match code.and_then(|(hex, tail)| Some((u32::from_str_radix(hex, 16).ok()?, tail))) {
            Some((code, tail)) => {
                text.push(char::from_u32(code).expect("a scalar"));
                tail
            }
            None if after.starts_with('n') => {
                text.push('\n');
                &after[1..]
            }
            None if after.starts_with('t') => {
                text.push('\t');
                &after[1..]
            }
            None => {
                text.push('\\');
                after
            }
        };
    }
    text + rest
}

/// The bank with `payload` before and after the number of every slot.
fn bank(payload: &str) -> Bank {
    let mut sources = Sources::default();
    for (name, text) in BANK.iter() {
        let mut filled = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("\"@@ ") {
            let (number, tail) = after.split_once('"').expect("a closing quote");
            let value = Value::from(format!("{payload} {number} {payload}")).to_string();
            filled.push_str(before);
            filled.push_str(&value.replace('\u{7f}', "\\u007f"));
            rest = tail;
        }
        sources.insert(name.clone(), filled + rest);
    }
    parse::parse(&sources).unwrap_or_else(|faults| panic!("{payload:?}: {faults}")).0
}

fn report(bank: &Bank, observed: &str) -> Report {
    let file = answers::parse(bank, "answers.json", ANSWERS).unwrap_or_else(|faults| panic!("{faults}"));
    let role = bank.default_role.map(|role| &bank.roles[role]);
    let about = About {
        date: Some("2026-11-22".into()),
        observed: Some(text::prose(observed)),
        evidence: Some(vec![("lead".into(), text::prose(observed))]),
        trend: Vec::new(),
    };
    Report::new(bank, role, &file.responses, &assess(bank, role, &file.responses), &about)
}

fn pages(payload: &str) -> Pages {
    let bank = bank(payload);
    let report = report(&bank, &format!("{payload} 0 {payload}"));
    let role = &bank.roles[0];
    Pages {
        report: render(&report, Format::Html),
        report_markdown: render(&report, Format::Markdown),
        role: render_role(role, RoleFormat::Html, "2026-11"),
        role_markdown: render_role(role, RoleFormat::Markdown, "2026-11"),
        json: serde_json::from_str(&render(&report, Format::Json)).expect("JSON"),
    }
}

/// Every element with its attributes, and where text stands; not what the text is.
fn html_tree(page: &str) -> String {
    let html = Html::parse_document(page);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let mut tree = String::new();
    for node in html.tree.root().descendants() {
        let indent = "  ".repeat(node.ancestors().count());
        match node.value() {
            Node::Element(element) => {
                let attributes: BTreeMap<&str, &str> = element.attrs().collect();
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

/// Every block and span, and where text stands, in `CommonMark` with every extension that a reader may
/// have switched on.
fn markdown_tree(markdown: &str) -> String {
    let mut tree = String::new();
    let mut in_text = false;
    for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
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

fn markdown_text(markdown: &str) -> String {
    let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
    Parser::new_ext(markdown, options)
        .map(|event| match event {
            Event::Text(text) => text.into_string(),
            _ => "\n".to_owned(),
        })
        .collect()
}

#[track_caller]
fn same(name: &str, payload: &str, harmless: &str, hostile: &str) {
    if let Some((a, b)) = harmless.lines().zip(hostile.lines()).find(|(a, b)| a != b) {
        panic!("{payload:?} changes the {name}: {b}, where harmless text gives {a}");
    }
    assert_eq!(harmless.lines().count(), hostile.lines().count(), "{payload:?} changes the {name}");
}

#[test]
fn no_text_changes_the_structure_of_a_page() {
    assert!(PAYLOADS.len() >= 100, "{} texts", PAYLOADS.len());
    let harmless = pages(HARMLESS);
    for (payload, hostile) in HOSTILE.iter() {
        same("report", payload, &html_tree(&harmless.report), &html_tree(&hostile.report));
        same("role", payload, &html_tree(&harmless.role), &html_tree(&hostile.role));
    }
}

#[test]
fn no_text_changes_the_structure_of_the_markdown() {
    let harmless = pages(HARMLESS);
    for (payload, hostile) in HOSTILE.iter() {
        let [a, b] = [&harmless, hostile].map(|pages| markdown_tree(&pages.report_markdown));
        same("report", payload, &a, &b);
        let [a, b] = [&harmless, hostile].map(|pages| markdown_tree(&pages.role_markdown));
        same("role", payload, &a, &b);
    }
}

/// Escaping by leaving text out would pass the tests above.
#[test]
fn every_text_comes_through_as_it_is() {
    for (payload, pages) in HOSTILE.iter() {
        let title = text::prose(&format!("{payload} 1 {payload}"));
        let html = Html::parse_document(&pages.report);
        let heading = html.select(&Selector::parse("h1").expect("a selector")).next().expect("a heading");
        assert_eq!(heading.text().collect::<String>(), title);
        assert!(markdown_text(&pages.report_markdown).contains(title.trim()), "{payload:?}");
        let name = text::prose(&format!("{payload} 110 {payload}"));
        assert!(markdown_text(&pages.role_markdown).contains(name.trim()), "{payload:?}");
    }
}

#[test]
fn nothing_in_a_page_runs_or_is_fetched() {
    let fetches = ["src", "srcset", "href", "xlink:href", "action", "formaction", "data", "poster", "style"];
    for (payload, pages) in HOSTILE.iter() {
        for page in [&pages.report, &pages.role] {
            for node in Html::parse_document(page).tree.nodes() {
                let Some(element) = node.value().as_element() else { continue };
                assert!(!["script", "link", "img", "iframe", "a"].contains(&element.name()), "{payload:?}");
                for (name, _) in element.attrs() {
                    assert!(!name.starts_with("on") && !fetches.contains(&name), "{payload:?}: {name}");
                }
            }
        }
        assert!(!markdown_tree(&pages.report_markdown).contains("Html"), "{payload:?}");
    }
}

#[test]
fn the_policy_stands_first_and_allows_the_one_style() {
    let pages = pages(HARMLESS);
    for page in [&pages.report, &pages.role] {
        let html = Html::parse_document(page);
        let select = |selector: &str| -> Vec<ElementRef<'_>> {
            html.select(&Selector::parse(selector).expect("a selector")).collect()
        };
        let first = select("head > *")[0];
        assert_eq!(first.attr("http-equiv"), Some("Content-Security-Policy"));
        let [style] = select("style")[..] else { panic!("not one style") };
        let hash = base64(&Sha256::digest(style.text().collect::<String>()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
        );
        assert_eq!(first.attr("content"), Some(policy.as_str()), "put the hash of the style into page.rs");
    }
}

fn base64(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = alphabet[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > group.len() { '=' } else { letter });
        }
    }
    text
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = pages("a < b");
    for _ in 0..100 {
        let again = pages("a < b");
        assert!(first.report == again.report && first.report_markdown == again.report_markdown);
        assert!(first.role == again.role && first.role_markdown == again.role_markdown);
    }
}

/// Title and number of every row of every table of scores.
fn scores(page: &str) -> Vec<(String, String)> {
    let html = Html::parse_document(page);
    let [rows, head, number] = ["table.scales:not(.matches) tbody tr", "th", "td.number"]
        .map(|s| Selector::parse(s).expect("a selector"));
    let text = |element: ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    html.select(&rows)
        .map(|row| {
            (
                text(row.select(&head).next().expect("a head")),
                text(row.select(&number).next().expect("a number")),
            )
        })
        .collect()
}

#[test]
fn the_numbers_of_the_page_are_those_of_the_json() {
    let pages = pages(HARMLESS);
    let json = &pages.json;
    let number = |value: &Value| value.as_f64().map_or_else(|| "\u{2013}".to_owned(), whole);
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let sides = list(&json["sides"]).into_iter().map(|side| number(&side["score"]));
    let scales = list(&json["parts"]).into_iter().flat_map(|part| list(&part["scales"]));
    let expected: Vec<String> = sides.chain(scales.map(|scale| number(&scale["score"]))).collect();
    let shown: Vec<String> = scores(&pages.report).into_iter().map(|(_, score)| score).collect();
    assert_eq!(shown, expected);
    let fit = Html::parse_document(&pages.report);
    let text: String = fit
        .select(&Selector::parse(".verdict").expect("a selector"))
        .flat_map(|verdict| verdict.text())
        .collect();
    let [score, low, high] = ["score", "low", "high"].map(|key| number(&json["fit"][key]));
    assert!(text.contains(&format!("{score} of 100")), "{text}");
    assert!(text.contains(&format!("between {low} and {high}")), "{text}");
}

#[test]
fn every_picture_has_its_text_and_every_column_its_head() {
    let pages = pages(HARMLESS);
    for page in [&pages.report, &pages.role] {
        let html = Html::parse_document(page);
        let select = |selector: &str| Selector::parse(selector).expect("a selector");
        for picture in html.select(&select("svg:not([aria-hidden])")) {
            assert_eq!(picture.attr("role"), Some("img"));
            let title = picture.select(&select("title")).next().expect("a title");
            assert!(!title.text().collect::<String>().trim().is_empty());
        }
        assert!(html.select(&select("th:not([scope])")).next().is_none());
        assert_eq!(html.select(&select("h1")).count(), 1);
        assert_eq!(html.select(&select("html[lang=en]")).count(), 1);
    }
}

#[test]
fn an_old_fact_says_so_on_the_role_page() {
    let pages = pages(HARMLESS);
    assert_eq!(pages.role.matches("more than two years old").count(), 1);
    assert_eq!(pages.role_markdown.matches("more than two years old").count(), 1);
}
