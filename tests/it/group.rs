//! `coofit cohort`: a group on one page, in departments and before and after, and a page of each respondent.
//! `disclosure.rs` holds the figures to what the page promises.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

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

#[test]
fn a_group_under_five_shows_only_its_size() {
    for n in 1..5 {
        let page = page(n, "", &[]);
        assert!(page.contains(&format!(">{n} {}<", if n == 1 { "person" } else { "people" })));
        assert!(page.contains("nothing more is shown"));
        for part in ["table", "svg", "details"] {
            assert_eq!(texts(&page, part), [""; 0], "{part}");
        }
    }
    assert!(!texts(&page(5, "", &[]), "table").is_empty());
}

#[test]
fn the_averages_agree_with_the_summary_within_1_5_points() {
    let folder = tempfile::tempdir().expect("a directory");
    let input = repository("tests/data/cohort.csv");
    let input = input.to_str().expect("a path");
    let arguments = [input, "-o", "out.csv", "--report", "group.json", "--summary", "summary.json"];
    assert!(coofit(folder.path(), BANK, &arguments).status.success());
    let [page, summary] = ["group.json", "summary.json"].map(|name| json(&folder.path().join(name)));
    let parts = page["shown"]["parts"].as_array().expect("parts").iter();
    let shown: Vec<&Value> = parts.flat_map(|part| part[1].as_array().expect("scales")).collect();
    let exact = summary["scales"].as_array().expect("scales");
    assert_eq!(shown.len(), exact.len());
    for (shown, exact) in shown.iter().zip(exact) {
        let [mean, exact] =
            [&shown["all"]["mean"], &exact["mean"]].map(|mean| mean.as_f64().expect("a mean"));
        assert!((mean - exact).abs() < 1.5, "{shown}: {exact}");
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
    let mut expect = vec![0; bank.bands.len()];
    for fit in read("out.csv").lines().skip(1).filter_map(|line| line.split(',').nth(1)?.parse::<f64>().ok())
    {
        expect[bank.bands.iter().rposition(|one| one.from <= fit.round()).expect("a band")] += 1;
    }
    // With so many of each, nobody is put together with people of another score.
    let shown = texts(&read("group.html"), "td.number:nth-child(2):nth-last-child(1)");
    let dash = |n: &u64| if *n == 0 { "few or none".to_owned() } else { format!("about {n}") };
    assert_eq!(shown, expect.iter().map(dash).collect::<Vec<_>>());
}

#[test]
fn rows_set_aside_are_counted_and_no_id_is_on_the_page() {
    let row = |id: &str| format!("{id},9{}\n", ",3".repeat(columns() - 2));
    let few = page(60, &row("nobody-else"), &["--rejects", "no.csv"]);
    assert!(!few.contains("not scored") && !few.contains("nobody-else"));
    let many = page(60, &row("x").repeat(7), &["--rejects", "no.csv"]);
    assert!(many.contains("not scored: 7."));
}

#[test]
fn what_is_odd_about_the_answers_is_on_the_page() {
    let folder = tempfile::tempdir().expect("a directory");
    let show = |name: &str, more: &str| {
        let rows = fs::read_to_string(repository("tests/data/exports").join(name)).expect("an export");
        fs::write(folder.path().join("in.csv"), rows + more).expect("a file");
        let arguments = ["in.csv", "-o", "out.csv", "--report", "group.txt", "--force"];
        let output = coofit(folder.path(), "tests/data/exports/bank", &arguments);
        assert!(output.status.success(), "{}", said(&output));
        let text = fs::read_to_string(folder.path().join("group.txt")).expect("the page");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let plain = show("00-truth.csv", "");
    for odd in
        ["contradict", "runs against", "came before", "looks like a test", "same answer", "single answer"]
    {
        assert!(!plain.contains(odd), "{plain}");
    }
    let swapped = show("swap.csv", "");
    assert!(swapped.contains("Some answers contradict one another; see below"), "{swapped}");
    assert!(swapped.contains("Before you use the scores"), "{swapped}");
    assert!(swapped.contains("The items of Planning contradict"), "{swapped}");
    assert!(
        swapped.contains("runs against the rest of Planning; it fits") && !swapped.contains("r = "),
        "{swapped}"
    );
    let dups = show("dups.csv", "test,4,4,3,2,3,4,3,3,find-other,train,42,2\n");
    for says in [
        "Rows without a single answer, which have no scores: fewer than 5.",
        "Rows with an id that came before: 2.",
        "Rows with an id or a name that looks like a test: 1.",
    ] {
        assert!(dups.contains(says), "{dups}");
    }
    assert!(!dups.contains("p01") && !dups.contains("p99"), "{dups}");
    let junk = show("junk.csv", "");
    assert!(junk.contains("Rows with one and the same answer to every rating: 20."), "{junk}");
}

fn columns() -> usize {
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    text.lines().next().expect("a header").split(',').count()
}

#[test]
fn merged_parts_give_the_page_of_one_run() {
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
    // The cells repeat in text what the pictures show.
    let pictures = all("svg");
    assert!(!pictures.is_empty() && pictures.iter().all(|svg| svg.attr("aria-hidden") == Some("true")));
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// Respondents of the test answers, each with an id and a department.
fn write_group(path: &Path, people: &[(&str, &str)]) {
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let mut lines = text.lines().map(|line| line.split_once(',').expect("an id").1);
    let mut rows = vec![format!("id,team,{}", lines.next().expect("a header"))];
    rows.extend(people.iter().zip(lines).map(|((id, team), answers)| format!("{id},{team},{answers}")));
    fs::write(path, rows.join("\n") + "\n").expect("a file");
}

/// Twelve people: six in sales, five in legal, one in the lab.
fn teams() -> Vec<(String, &'static str)> {
    let team = |n: usize| if n == 11 { "lab" } else { ["sales", "legal"][n % 2] };
    (0..12).map(|n| (format!("r{n}"), team(n))).collect()
}

fn people<'a>(teams: &'a [(String, &'static str)]) -> Vec<(&'a str, &'a str)> {
    teams.iter().map(|(id, team)| (id.as_str(), *team)).collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn departments_are_compared_and_small_ones_merged() {
    let folder = tempfile::tempdir().expect("a directory");
    let teams = teams();
    write_group(&folder.path().join("in.csv"), &people(&teams));
    let arguments = ["in.csv", "-o", "out.csv", "--report", "group.json", "--by", "Team"];
    let output = coofit(folder.path(), BANK, &arguments);
    assert!(output.status.success(), "{}", said(&output));
    assert!(!said(&output).contains("`team`"), "it is not left out");
    let page = json(&folder.path().join("group.json"));
    // The lab has one person: with it goes legal, the smaller one of the others.
    assert_eq!(page["shown"]["departments"], serde_json::json!([["sales", 6], ["All others", 6]]));
    let scale = &page["shown"]["parts"][0][1][0];
    assert_eq!(scale["departments"].as_array().map(Vec::len), Some(2));
    assert!(scale["departments"][0]["mean"].is_number() && scale["bands"] == serde_json::json!([]));
    // Eleven people of no team and one of the lab.
    let unknown = |(id, team)| (id, if team == "lab" { team } else { "" });
    write_group(&folder.path().join("one.csv"), &people(&teams).into_iter().map(unknown).collect::<Vec<_>>());
    let arguments = ["one.csv", "-o", "out.csv", "--force", "--report", "one.txt", "--by", "team"];
    assert!(coofit(folder.path(), BANK, &arguments).status.success());
    let page = fs::read_to_string(folder.path().join("one.txt")).expect("a page");
    assert!(page.contains("No two departments have 5 people or more."), "{page}");
    for (column, why) in [("floor", "no column is called `floor`"), ("orderly-1", "answer to a question")] {
        let arguments = ["in.csv", "-o", "no.csv", "--report", "no.html", "--by", column];
        let output = coofit(folder.path(), BANK, &arguments);
        assert_eq!(output.status.code(), Some(3), "{column}");
        assert!(said(&output).contains(why) && !folder.path().join("no.html").exists(), "{}", said(&output));
    }
}

#[test]
fn people_are_matched_with_their_earlier_answers_by_id() {
    let folder = tempfile::tempdir().expect("a directory");
    let teams = teams();
    let now = people(&teams);
    write_group(&folder.path().join("now.csv"), &now);
    // The other way round, so nobody is where they were; two are not there, and six others are.
    let mut before: Vec<_> = now[..10].iter().rev().copied().collect();
    before.extend([("x1", ""), ("x2", ""), ("x3", ""), ("x4", ""), ("x5", ""), ("x6", "")]);
    write_group(&folder.path().join("before.csv"), &before);
    let arguments = ["now.csv", "-o", "out.csv", "--report", "group.json", "--before", "before.csv"];
    let output = coofit(folder.path(), BANK, &arguments);
    assert!(output.status.success(), "{}", said(&output));
    let page = json(&folder.path().join("group.json"));
    assert_eq!(page["n"], 10);
    assert_eq!(page["shown"]["unmatched"], serde_json::json!({ "exactly": 8 }));
    // The same ten sheets before and now, only of other people.
    for scale in page["shown"]["parts"][0][1].as_array().expect("scales") {
        let [before, now] = ["before", "mean"].map(|time| scale["all"][time].as_i64().expect("a mean"));
        assert!((before - now).abs() <= 2 && scale["all"]["changed"].is_array(), "{scale}");
    }
    for (people, why) in [
        (&[("r0", ""), ("r0", "")], "the id `r0` is there twice"),
        (&[("r0", ""), ("", "")], "a respondent has no id"),
    ] {
        write_group(&folder.path().join("faulty.csv"), people);
        let both = [["now.csv", "faulty.csv"], ["faulty.csv", "now.csv"]];
        // Without an id somebody is only left out of the later file.
        for [now, before] in &both[..if people[1].0.is_empty() { 1 } else { 2 }] {
            let arguments = [now, "-o", "no.csv", "--report", "no.html", "--before", before];
            let output = coofit(folder.path(), BANK, &arguments);
            assert_eq!(output.status.code(), Some(3), "{now}, {before}");
            assert!(
                said(&output).contains(why) && said(&output).contains("--id COLUMN"),
                "{}",
                said(&output)
            );
            assert!(!folder.path().join("no.html").exists());
        }
    }
}

/// Runs a command on the built-in bank.
fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coofit"));
    command.args(arguments).current_dir(directory).env("COOFIT_DATA_DIR", directory);
    command.output().expect("the program starts")
}

#[test]
fn each_respondent_has_the_page_that_score_gives() {
    let folder = tempfile::tempdir().expect("a directory");
    let here = folder.path();
    let mut answers = json(&repository("tests/data/sample-answers.json"));
    fs::write(here.join("Zoë Ng.json"), answers.to_string()).expect("a file");
    let all = answers["answers"].as_object_mut().expect("answers");
    let ids: Vec<String> = all.keys().cloned().collect();
    for (at, id) in ids.iter().enumerate().filter(|(at, _)| at % 3 == 0) {
        if at % 2 == 0 {
            all.remove(id).map(drop)
        } else {
            all.insert(id.clone(), Value::Null).map(drop)
        };
    }
    fs::write(here.join("b%c.json"), answers.to_string()).expect("a file");
    let files = ["Zoë Ng.json", "b%c.json"];
    let group = run(here, &["cohort", files[0], files[1], "-o", "out.csv", "--reports", "new/pages"]);
    assert!(group.status.success(), "{}", said(&group));
    for (file, name) in files.iter().zip(["Zoë Ng.json", "b%25c.json"]) {
        let page = fs::read_to_string(here.join("new/pages").join(format!("{name}.html"))).expect("a page");
        assert!(run(here, &["score", file, "-o", "alone.html", "--force"]).status.success());
        let alone = fs::read_to_string(here.join("alone.html")).expect("a page");
        assert_eq!(page.replacen(&format!("{file}, full form"), "full form", 1), alone);
    }
    assert_eq!(fs::read_dir(here.join("new/pages")).expect("pages").count(), 2);
    assert_eq!(fs::read_dir(here.join("new")).expect("a directory").count(), 1, "nothing is left over");
}

#[test]
fn pages_are_written_all_or_none_and_replace_nothing() {
    let folder = tempfile::tempdir().expect("a directory");
    let here = folder.path();
    let refused = |people: &[(&str, &str)], code: i32, why: &str| {
        write_group(&here.join("in.csv"), people);
        let output = coofit(here, BANK, &["in.csv", "-o", "out.csv", "--reports", "pages", "--force"]);
        assert_eq!(
            (output.status.code(), said(&output).contains(why)),
            (Some(code), true),
            "{}",
            said(&output)
        );
        let left: Vec<_> =
            fs::read_dir(here).expect("a directory").flatten().map(|one| one.file_name()).collect();
        assert!(left.iter().all(|name| name == "in.csv" || name == "pages"), "{left:?}");
    };
    refused(&[("a", ""), ("b", ""), ("a", "")], 3, "the id `a` is there twice");
    refused(&[("Ann", ""), ("ann", "")], 3, "the ids `Ann` and `ann` are one name for a file");
    refused(&[("STRASSE", ""), ("straße", "")], 3, "are one name for a file");
    refused(&[("a", ""), ("", "")], 3, "a respondent has no id");
    let text = fs::read_to_string(here.join("in.csv")).expect("a file").replacen("\na,,", "\na,,9", 1);
    fs::write(here.join("in.csv"), text).expect("a file");
    assert_eq!(coofit(here, BANK, &["in.csv", "--reports", "new/pages"]).status.code(), Some(3));
    assert_eq!(fs::read_dir(here).expect("a directory").count(), 1, "a fault leaves no directory");
    fs::create_dir(here.join("pages")).expect("a directory");
    write_group(&here.join("in.csv"), &[("a", ""), ("b", "")]);
    assert!(coofit(here, BANK, &["in.csv", "-o", "out.csv", "--reports", "pages"]).status.success());
    assert!(here.join("pages/a.html").exists() && here.join("pages/b.html").exists());
    fs::remove_file(here.join("out.csv")).expect("a file");
    refused(&[("c", "")], 2, "`pages` is not empty");
    assert_eq!(fs::read_dir(here.join("pages")).expect("pages").count(), 2);
}

#[test]
fn a_spreadsheet_gets_titles_and_whole_numbers_and_no_formula() {
    const EXPORTS: &str = "tests/data/exports/bank";
    let folder = tempfile::tempdir().expect("a directory");
    let here = folder.path();
    let text = fs::read_to_string(repository("tests/data/exports/00-truth.csv")).expect("the answers");
    let (head, rows) = text.split_once('\n').expect("a header");
    let ids = ["=1+1", "@x;=y", "Zoë, Ng", "-5", "a\"b", "+cmd|' /C calc'!A0"];
    let rows = rows.lines().zip(ids.iter().cycle()).map(|(row, id)| {
        let (_, answers) = row.split_once(',').expect("an id");
        format!("\"{}\",{answers},\"=SUM(A1)\"\n", id.replace('"', "\"\""))
    });
    fs::write(here.join("in.csv"), format!("{head},remark\n{}", rows.collect::<String>())).expect("a file");
    let read = |arguments: &[&str], separator: u8| -> Vec<Vec<String>> {
        let arguments = [&["in.csv", "-o", "out.csv", "--force", "--keep", "remark"], arguments].concat();
        let output = coofit(here, EXPORTS, &arguments);
        assert!(output.status.success(), "{}", said(&output));
        let bytes = fs::read(here.join("out.csv")).expect("the scores");
        let is_marked = bytes.starts_with(b"\xef\xbb\xbf");
        assert_eq!(is_marked, arguments.contains(&"--excel"));
        let mut reader = csv::ReaderBuilder::new();
        let mut reader =
            reader.delimiter(separator).has_headers(false).from_reader(&bytes[3 * usize::from(is_marked)..]);
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
    };
    let plain = read(&[], b',');
    for (arguments, separator) in [
        (&["--excel"][..], b','),
        (&["--excel", "--decimal", "point"], b','),
        (&["--excel", "--decimal", "comma"], b';'),
    ] {
        let excel = read(arguments, separator);
        assert_eq!(excel.len(), plain.len());
        let bank = crate::support::bank(EXPORTS);
        let parts = bank.parts.iter().map(|part| format!("{} (part)", part.title));
        let mut titles = parts.chain(bank.scales.iter().map(|scale| scale.title.clone()));
        assert!(titles.by_ref().zip(&excel[0][9..]).all(|(title, name)| *name == title), "{:?}", excel[0]);
        assert_eq!(titles.next(), None);
        for (row, (exact, id)) in excel[1..].iter().zip(plain[1..].iter().zip(ids.iter().cycle())) {
            let harmless = if id.starts_with(['=', '@', '+']) { format!("'{id}") } else { (*id).to_owned() };
            assert_eq!((&row[0], row.last().map(String::as_str)), (&harmless, Some("'=SUM(A1)")));
            for at in (1..exact.len() - 1).filter(|at| ![4, 5].contains(at)) {
                let scale = if [6, 8].contains(&at) { 100.0 } else { 1.0 };
                let whole = exact[at].parse().map(|number: f64| ((scale * number).round() + 0.0).to_string());
                assert_eq!(row[at], whole.unwrap_or_default(), "column {at}");
            }
            let titles = exact[4]
                .split(';')
                .filter(|id| !id.is_empty())
                .map(|id| bank.bands.iter().find(|band| band.id == id).expect("a band").title.as_str());
            assert_eq!(row[4], titles.collect::<Vec<_>>().join(" / "));
        }
    }
    assert_eq!(coofit(here, EXPORTS, &["in.csv", "--decimal", "comma"]).status.code(), Some(2));
}
