//! With any text in every slot of a bank, the pages have the structure of harmless text, and
//! the text comes through.
#![no_main]

use std::sync::LazyLock;

use coofit::bank::Month;
use coofit::render::{Writer, write};
use coofit::report::{role, sections};
use coofit::text::{escape_lines, prose};
use libfuzzer_sys::fuzz_target;
use scraper::{Html, Selector};

#[allow(dead_code)]
#[path = "../../tests/it/slots.rs"]
mod slots;

use slots::{bank, in_slot, report, same, tree};

/// One of the pages of a bank with this text in every slot; each length has its own.
fn page(text: &str) -> String {
    let bank = bank(|_| text);
    match text.len() % 3 {
        0 => write(&sections::document(&report(&bank, &in_slot(text, 0), false)), Writer::Html),
        1 => write(&sections::document(&report(&bank, &in_slot(text, 0), true)), Writer::Html),
        _ => write(&role::document(&bank.roles[0], Some("en"), Month { year: 2026, month: 11 }), Writer::Html),
    }
}

/// Harmless texts of a length for each page, and their trees.
static TREES: LazyLock<[String; 3]> =
    LazyLock::new(|| ["abc", "abcd", "abcde"].map(|text| tree(&Html::parse_document(&page(text)))));
static HEADING: LazyLock<Selector> = LazyLock::new(|| Selector::parse("h1").expect("a selector"));

fuzz_target!(|text: &str| {
    // A source of that name asks for a paragraph that names it.
    if text.contains("O*NET") {
        return;
    }
    let page = page(text);
    assert!(escape_lines(&page) == page, "{text:?}");
    let html = Html::parse_document(&page);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    same("page", text, &TREES[text.len() % 3], &tree(&html));
    let heading: String = html.select(&HEADING).flat_map(|heading| heading.text()).collect();
    let slot = [1, 1, 110][text.len() % 3];
    assert_eq!(heading, prose(&in_slot(text, slot)));
});
