//! The pages: no text can change their structure, nothing in them runs or is fetched, and their
//! numbers are those of the other forms.

use std::sync::LazyLock;

use base64::Engine as _;
use coofit::report::whole;
use coofit::text;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::program::Home;
use crate::slots::{HARMLESS, Pages, html_tree, in_slot, markdown_text, markdown_tree, pages, same, tree};
use crate::support::{repository, times, unescape};

/// The hostile texts, one a line of the file.
static PAYLOADS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let file = std::fs::read_to_string(repository("tests/data/pages/payloads.txt")).expect("the texts");
    file.lines().map(unescape).collect()
});

/// The pages of every second hostile text, or every tenth; the long run below has them all.
static HOSTILE: LazyLock<Vec<(&str, Pages)>> = LazyLock::new(|| {
    PAYLOADS.iter().step_by(times(2, 10)).map(|payload| (payload.as_str(), pages(|_| payload))).collect()
});

/// What becomes of the pages' structure.
struct Trees {
    html: [String; 3],
    markdown: [String; 3],
}

const NAMES: [&str; 3] = ["report", "own report", "role"];

impl Trees {
    fn of(pages: &Pages) -> Trees {
        Trees {
            html: [&pages.report, &pages.own, &pages.role].map(|page| html_tree(page)),
            markdown: [&pages.report_markdown, &pages.own_markdown, &pages.role_markdown]
                .map(|page| markdown_tree(page)),
        }
    }
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn no_text_changes_the_structure_of_a_page() {
    assert!(PAYLOADS.len() >= 300, "{} texts", PAYLOADS.len());
    let harmless = Trees::of(&pages(|_| HARMLESS));
    for (payload, hostile) in HOSTILE.iter() {
        let hostile = [&hostile.report, &hostile.own, &hostile.role].map(|page| html_tree(page));
        for (name, (harmless, hostile)) in NAMES.into_iter().zip(harmless.html.iter().zip(&hostile)) {
            same(name, payload, harmless, hostile);
        }
    }
}

#[test]
fn no_text_changes_the_structure_of_the_markdown() {
    let harmless = Trees::of(&pages(|_| HARMLESS));
    for (payload, hostile) in HOSTILE.iter() {
        let hostile = [&hostile.report_markdown, &hostile.own_markdown, &hostile.role_markdown]
            .map(|page| markdown_tree(page));
        for (name, (harmless, hostile)) in NAMES.into_iter().zip(harmless.markdown.iter().zip(&hostile)) {
            same(name, payload, harmless, hostile);
        }
    }
}

/// The control: texts put into a finished page as they are.
#[test]
#[expect(clippy::print_stdout, reason = "the counts stand in docs/reliability.md")]
#[ignore = "heavy: `.ci/run` includes it"]
fn without_escaping_most_texts_would_change_a_page() {
    const MARK: &str = "Zqxj";
    let marked = pages(|_| MARK);
    let before = Trees::of(&marked);
    let (mut html, mut markdown, mut either) = (0, 0, 0);
    for payload in PAYLOADS.iter() {
        let raw = |page: &str| page.replace(MARK, payload);
        let is_html = tree(&Html::parse_document(&raw(&marked.role))) != before.html[2];
        let is_markdown = markdown_tree(&raw(&marked.role_markdown)) != before.markdown[2];
        html += u32::from(is_html);
        markdown += u32::from(is_markdown);
        either += u32::from(is_html || is_markdown);
    }
    println!(
        "{} texts unescaped: {html} change the HTML, {markdown} the Markdown, {either} either",
        PAYLOADS.len()
    );
    assert!(html > 150 && markdown > 250 && either > 280);
}

/// Run with `cargo test --locked --test it -- --ignored --nocapture every_text_in_every_slot`.
#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the long run is for")]
#[ignore = "heavy: `.ci/run` includes it"]
fn every_text_in_every_slot_keeps_the_structure() {
    let harmless = Trees::of(&pages(|_| HARMLESS));
    let n = PAYLOADS.len();
    let check = |what: &str, pages: &Pages| {
        let hostile = Trees::of(pages);
        let pairs = [(&harmless.html, &hostile.html), (&harmless.markdown, &hostile.markdown)];
        for (harmless, hostile) in pairs {
            for (name, (harmless, hostile)) in NAMES.into_iter().zip(harmless.iter().zip(hostile)) {
                same(name, what, harmless, hostile);
            }
        }
        2 * NAMES.len()
    };
    let mut n_pages = 0;
    // A step that shares no factor with their number, so that each text comes to stand in each slot.
    for turn in 0..n {
        n_pages += check(&format!("turn {turn}"), &pages(|slot| &PAYLOADS[(turn + 7 * slot) % n]));
        n_pages += check(&PAYLOADS[turn], &pages(|_| &PAYLOADS[turn]));
    }
    println!(
        "{n} texts, each in each slot, among others and among its own kind: {n_pages} pages, 0 other trees"
    );
    assert!(n >= 300 && !n.is_multiple_of(7));
}

fn html_text(page: &str, selector: &str) -> String {
    let html = Html::parse_document(page);
    html.select(&Selector::parse(selector).expect("a selector")).flat_map(|element| element.text()).collect()
}

/// Escaping by leaving text out would pass the tests above.
#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn every_text_comes_through_as_it_is() {
    for (payload, pages) in HOSTILE.iter() {
        let title = text::prose(&in_slot(payload, 1));
        let html = Html::parse_document(&pages.report);
        let heading = html.select(&Selector::parse("h1").expect("a selector")).next().expect("a heading");
        assert_eq!(heading.text().collect::<String>(), title);
        assert!(markdown_text(&pages.report_markdown).contains(title.trim()), "{payload:?}");
        let group = text::prose(&in_slot(payload, 218));
        assert!(html_text(&pages.own, "main").contains(&group), "{payload:?}");
        assert!(markdown_text(&pages.own_markdown).contains(group.trim()), "{payload:?}");
        let name = text::prose(&in_slot(payload, 110));
        assert!(markdown_text(&pages.role_markdown).contains(name.trim()), "{payload:?}");
    }
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn nothing_in_a_page_runs_or_is_fetched() {
    let fetches = ["src", "srcset", "href", "xlink:href", "action", "formaction", "data", "poster", "style"];
    for (payload, pages) in HOSTILE.iter() {
        for page in [&pages.report, &pages.role] {
            for node in Html::parse_document(page).tree.nodes() {
                let Some(element) = node.value().as_element() else { continue };
                assert!(!["script", "link", "img", "iframe"].contains(&element.name()), "{payload:?}");
                for (name, value) in element.attrs() {
                    let is_inside = name == "href" && value.starts_with('#');
                    assert!(!name.starts_with("on"), "{payload:?}: {name}");
                    assert!(is_inside || !fetches.contains(&name), "{payload:?}: {name}");
                }
            }
        }
        assert!(!markdown_tree(&pages.report_markdown).contains("Html"), "{payload:?}");
    }
}

#[test]
fn the_policy_comes_first_and_allows_one_style() {
    let pages = pages(|_| HARMLESS);
    for page in [&pages.report, &pages.role] {
        let html = Html::parse_document(page);
        let select = |selector: &str| -> Vec<ElementRef<'_>> {
            html.select(&Selector::parse(selector).expect("a selector")).collect()
        };
        let first = select("head > *")[0];
        assert_eq!(first.attr("http-equiv"), Some("Content-Security-Policy"));
        let [style] = select("style")[..] else { panic!("not one style") };
        let hash = base64::engine::general_purpose::STANDARD
            .encode(Sha256::digest(style.text().collect::<String>()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
        );
        assert_eq!(first.attr("content"), Some(policy.as_str()), "put the hash of the style into html.rs");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = pages(|_| "a < b");
    for _ in 0..100 {
        let again = pages(|_| "a < b");
        assert!(first.report == again.report && first.report_markdown == again.report_markdown);
        assert!(first.role == again.role && first.role_markdown == again.role_markdown);
    }
}

/// Title and number of every row of every table of scores.
fn scores(page: &str) -> Vec<(String, String)> {
    let html = Html::parse_document(page);
    let [rows, head, number] =
        ["table.scores tbody tr", "th .name", "td.number"].map(|s| Selector::parse(s).expect("a selector"));
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
fn the_page_has_the_same_numbers_as_the_json() {
    let pages = pages(|_| HARMLESS);
    let json: Value = serde_json::from_str(&pages.json).expect("JSON");
    let number = |value: &Value| whole(value.as_f64().expect("a number"));
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let scales = list(&json["parts"]).into_iter().flat_map(|part| list(&part["scales"]));
    let scored = scales.filter(|scale| scale["score"].is_number());
    let mut expected: Vec<String> = scored.map(|scale| number(&scale["score"])).collect();
    let mut shown: Vec<String> = scores(&pages.report).into_iter().map(|(_, score)| score).collect();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected);
    let fit = Html::parse_document(&pages.report);
    let text: String = fit
        .select(&Selector::parse("main").expect("a selector"))
        .flat_map(|verdict| verdict.text())
        .collect();
    let [score, low, high] = ["score", "low", "high"].map(|key| number(&json["fit"][key]));
    assert!(text.contains(&format!("{score} of 100")), "{text}");
    assert!(text.contains(&format!("between {low} and {high}")), "{text}");
}

#[test]
fn every_picture_has_its_text_and_every_column_its_head() {
    let pages = pages(|_| HARMLESS);
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
fn the_contents_of_a_report_are_at_most_six_links() {
    let home = Home::new();
    for name in ["middle", "weak", "mostly-skipped", "quick"] {
        let sheet = repository(&format!("tests/data/first/{name}.json"));
        let page = home.run(["score", "--format", "html"]).arg(sheet).expect_code(0).stdout;
        let html = Html::parse_document(&page);
        let links = Selector::parse("nav a").expect("a selector");
        let links: Vec<&str> = html.select(&links).filter_map(|link| link.attr("href")).collect();
        assert!((3..=6).contains(&links.len()), "{name}: {links:?}");
        for link in links {
            let target = Selector::parse(&format!("h2{link}")).expect("a selector");
            assert_eq!(html.select(&target).count(), 1, "{name}: {link}");
        }
    }
}

#[test]
fn an_old_fact_is_marked_on_the_role_page() {
    let pages = pages(|_| HARMLESS);
    for page in [&pages.role, &markdown_text(&pages.role_markdown)] {
        assert_eq!(page.matches("more than two years old").count(), 1);
        assert_eq!(page.matches(" *").count(), 1, "{page}");
    }
}
