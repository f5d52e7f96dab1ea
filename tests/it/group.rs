//! `coofit cohort --report`: a group on one page, on which no count of fewer than five people shows.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use scraper::{ElementRef, Html, Selector};

use crate::support::repository;

const BANK: &str = "tests/data/banks/plain";

fn coofit(directory: &Path, bank: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coofit"))
        .arg("cohort")
        .args(arguments)
        .args(["--bank", &repository(bank).display().to_string()])
        .current_dir(directory)
        .env("COOFIT_DATA_DIR", directory)
        .output()
        .expect("the program starts")
}

/// The page of the first rows of the test answers.
fn page(rows: usize, more: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a directory");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let some: Vec<&str> = text.lines().take(1 + rows).collect();
    fs::write(folder.path().join("in.csv"), some.join("\n") + "\n" + more).expect("a file");
    let output = coofit(
        folder.path(),
        BANK,
        &[&["in.csv", "-o", "out.csv", "--report", "group.html"], arguments].concat(),
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(folder.path().join("group.html")).expect("the page")
}

fn texts(page: &str, selector: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let text = |element: ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    html.select(&Selector::parse(selector).expect("a selector")).map(text).collect()
}

/// Every count on the page: people by verdict and signal, and in stretches of scores.
fn counts(page: &str) -> Vec<String> {
    let stretches = texts(page, ".folded li").into_iter().flat_map(|scale| stretches(&scale));
    texts(page, "td.number:nth-child(2):nth-last-child(2), td.number:nth-child(2):nth-last-child(1)")
        .into_iter()
        .chain(stretches.map(|(_, count)| count))
        .collect()
}

/// The counts of one scale: where each stretch begins, and how many have it.
fn stretches(scale: &str) -> Vec<(u32, String)> {
    let (_, list) = scale.rsplit_once(". ").expect("a title");
    let stretch = |text: &str| {
        let (edges, count) = text.trim_end_matches('.').split_once(": ").expect("a count");
        (edges.split('\u{2013}').next().expect("an edge").parse().expect("a number"), count.to_owned())
    };
    list.split("; ").filter(|text| text.contains(':')).map(stretch).collect()
}

/// Whether a cell of the page tells no count from one to four.
fn is_safe(cell: &str) -> bool {
    cell.replace(',', "").parse().is_ok_and(|n: u64| n == 0 || n >= 5)
        || ["<5", "*", "fewer than 5", "all but fewer than 5", "withheld"].contains(&cell)
        || cell.strip_suffix(" or more").is_some_and(is_safe)
}

#[test]
fn under_five_respondents_nothing_but_their_number_shows() {
    for n in 1..5 {
        let page = page(n, "", &[]);
        assert!(page.contains(&format!(">{n} {} scored<", if n == 1 { "person" } else { "people" })));
        assert!(page.contains("nothing more is shown"));
        for part in ["table", "svg", "details"] {
            assert_eq!(texts(&page, part), [""; 0], "{part}");
        }
    }
    assert!(!texts(&page(5, "", &[]), "table").is_empty());
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn no_count_of_fewer_than_five_shows_in_a_group_of_any_size() {
    for n in 5..=120 {
        let page = page(n, "", &[]);
        let counts = counts(&page);
        assert!(counts.len() >= 16, "{} counts", counts.len());
        let shown: Vec<&String> = counts.iter().filter(|cell| !is_safe(cell)).collect();
        assert!(shown.is_empty(), "{n} respondents: {shown:?}");
    }
}

#[test]
fn the_page_has_the_figures_of_the_summary_and_the_counts_of_the_lines() {
    let folder = tempfile::tempdir().expect("a directory");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    // So many of each that none is few.
    let (head, rows) = text.split_once('\n').expect("a header");
    fs::write(folder.path().join("in.csv"), format!("{head}\n{}", rows.repeat(8))).expect("a file");
    let arguments = ["in.csv", "-o", "out.csv", "--report", "group.html", "--summary", "summary.json"];
    assert!(coofit(folder.path(), BANK, &arguments).status.success());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    let (page, lines) = (read("group.html"), read("out.csv"));
    let cells: Vec<Vec<&str>> = lines.lines().map(|line| line.split(',').collect()).collect();
    let of = |level: &str| cells.iter().filter(|row| row[5] == level).count().to_string();
    let flags = texts(&page, "td.number:nth-child(2):nth-last-child(2)");
    assert_eq!(flags[..4], ["clear", "caution", "doubtful", "not-judged"].map(of));
    let skipped = cells[1..].iter().filter(|row| row[8].parse::<f64>().is_ok_and(|share| share >= 0.2));
    assert_eq!(flags[6], skipped.count().to_string());
    let scales: Vec<usize> = (0..cells[0].len()).filter(|at| cells[0][*at].starts_with("scale:")).collect();
    for (scale, shown) in scales.iter().zip(texts(&page, ".folded li")) {
        let mut expect = [0; 10];
        for score in cells[1..].iter().filter_map(|row| row[*scale].parse::<f64>().ok()) {
            expect[(1..10).filter(|edge| score >= 10.0 * f64::from(*edge)).count()] += 1;
        }
        let expect = (0..10).zip(expect).filter(|(_, n)| *n > 0).map(|(bin, n)| (10 * bin, n.to_string()));
        assert_eq!(stretches(&shown), expect.collect::<Vec<_>>(), "{}", cells[0][*scale]);
    }
    let summary: serde_json::Value = serde_json::from_str(&read("summary.json")).expect("JSON");
    let means = texts(&page, "table.scores td:nth-child(2)");
    for (scale, shown) in summary["scales"].as_array().expect("a list").iter().zip(means) {
        assert_eq!(shown, format!("{:.1}", scale["mean"].as_f64().expect("a mean")));
    }
}

#[test]
fn people_are_counted_by_the_band_of_their_score() {
    const EXPORTS: &str = "tests/data/exports/bank";
    let folder = tempfile::tempdir().expect("a directory");
    let text = fs::read_to_string(repository("tests/data/exports/00-truth.csv")).expect("the answers");
    let (head, rows) = text.split_once('\n').expect("a header");
    fs::write(folder.path().join("in.csv"), format!("{head}\n{}", rows.repeat(8))).expect("a file");
    let arguments = ["in.csv", "-o", "out.csv", "--report", "group.html"];
    assert!(coofit(folder.path(), EXPORTS, &arguments).status.success());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    let bank = crate::support::bank(EXPORTS);
    let mut expect = vec![0; bank.bands.len() + 1];
    for line in read("out.csv").lines().skip(1) {
        let fit: Option<f64> = line.split(',').nth(1).and_then(|fit| fit.parse().ok());
        let place = fit.and_then(|fit| bank.bands.iter().rposition(|one| one.from <= fit));
        expect[place.unwrap_or(bank.bands.len())] += 1;
    }
    let shown = texts(&read("group.html"), "td.number:nth-child(2):nth-last-child(1)");
    assert_eq!(shown, expect.iter().map(ToString::to_string).collect::<Vec<_>>());
}

#[test]
fn rows_set_aside_are_counted_and_no_id_is_on_the_page() {
    let row = |id: &str| format!("{id},9{}\n", ",3".repeat(columns() - 2));
    let few = page(60, &row("nobody-else"), &["--rejects", "no.csv"]);
    assert!(few.contains("not scored: fewer than 5.") && !few.contains("nobody-else"));
    let many = page(60, &row("x").repeat(7), &["--rejects", "no.csv"]);
    assert!(many.contains("not scored: 7."));
}

fn columns() -> usize {
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    text.lines().next().expect("a header").split(',').count()
}

#[test]
fn parts_come_together_to_the_page_of_one_run() {
    let folder = tempfile::tempdir().expect("a directory");
    let here = folder.path();
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    fs::write(here.join("in.csv"), &text).expect("a file");
    let whole = coofit(here, BANK, &["in.csv", "-o", "out.csv", "--report", "whole.html"]);
    assert!(whole.status.success());
    let (head, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    let mut merge = vec!["--merge".to_owned()];
    for (number, rows) in rows.chunks(31).enumerate() {
        let [name, part] = ["csv", "part"].map(|end| format!("{number}.{end}"));
        fs::write(here.join(&name), format!("{head}\n{}\n", rows.join("\n"))).expect("a file");
        assert!(coofit(here, BANK, &[&name, "-o", "-", "--part", &part]).status.success());
        merge.push(part);
    }
    let arguments: Vec<&str> = merge.iter().map(String::as_str).chain(["--report", "merged.html"]).collect();
    let merged = coofit(here, BANK, &arguments);
    assert!(merged.status.success(), "{}", String::from_utf8_lossy(&merged.stderr));
    assert!(merged.stdout.is_empty());
    let read = |name: &str| fs::read_to_string(here.join(name)).expect("a page");
    assert_eq!(read("merged.html"), read("whole.html"));

    let arguments: Vec<&str> = merge.iter().map(String::as_str).chain(["--report", "other.html"]).collect();
    let other = coofit(here, "tests/data/banks/mini", &arguments);
    assert_eq!(other.status.code(), Some(3));
    let said = String::from_utf8_lossy(&other.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the page would be of bank `mini`") && said.contains("`--bank DIR`"), "{said}");
    assert!(!here.join("other.html").exists());
}

#[test]
fn the_page_keeps_to_the_rules_of_every_page() {
    let page = page(120, "", &[]);
    let html = Html::parse_document(&page);
    let all = |selector: &str| {
        html.select(&Selector::parse(selector).expect("a selector"))
            .map(|e| e.value().clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(all("head > *")[0].attr("http-equiv"), Some("Content-Security-Policy"));
    assert!(all("script, link, img, a:not([href^='#']), [style], [onclick]").is_empty());
    assert!(all("th:not([scope])").is_empty());
    assert_eq!((all("h1").len(), all("table > caption").len()), (1, all("table").len()));
    // The folded list repeats in text what the pictures show.
    let pictures = all("svg");
    assert!(!pictures.is_empty() && pictures.iter().all(|svg| svg.attr("aria-hidden") == Some("true")));
    assert_eq!(all(".folded li").len(), pictures.len());
}
