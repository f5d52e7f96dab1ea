//! `coofit cohort`: a group on one page, in departments and before and after, and a page of each respondent.
//! `disclosure.rs` holds the figures to what the page promises.

use std::fs;
use std::path::Path;

use expect_test::expect;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use crate::program::{Home, Run};
use crate::support::{bank, repository};

/// `cohort` on the bank of the test answers.
fn cohort(home: &Home, arguments: &[&str]) -> Run {
    home.on("banks/plain", ["cohort"]).args(arguments)
}

/// The test answers: the header, and the rows.
fn answers() -> (String, Vec<String>) {
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let mut lines = text.lines().map(str::to_owned);
    (lines.next().expect("a header"), lines.collect())
}

/// The page of the first rows of the test answers.
fn page(rows: usize, more: &str, arguments: &[&str]) -> String {
    let home = Home::new();
    let (head, all) = answers();
    home.write("in.csv", format!("{head}\n{}\n{more}", all[..rows].join("\n")));
    cohort(&home, &["in.csv", "-o", "out.csv", "--report", "group.html"]).args(arguments).expect_code(0);
    home.read("group.html")
}

fn texts(page: &str, selector: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    let text = |element: ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    html.select(&Selector::parse(selector).expect("a selector")).map(text).collect()
}

#[test]
fn a_group_under_five_shows_only_its_size() {
    let mut told = String::new();
    for n in 1..5 {
        let page = page(n, "", &[]);
        told += &texts(&page, "main p").join("\n");
        told += "\n";
        for part in ["table", "svg", "details"] {
            assert_eq!(texts(&page, part), [""; 0], "{part}");
        }
    }
    expect![[r#"
        1 person
        With fewer than 5 people, nothing more is shown: it could reveal one person's scores.
        2 people
        With fewer than 5 people, nothing more is shown: it could reveal one person's scores.
        3 people
        With fewer than 5 people, nothing more is shown: it could reveal one person's scores.
        4 people
        With fewer than 5 people, nothing more is shown: it could reveal one person's scores.
    "#]]
    .assert_eq(&told);
    assert!(!texts(&page(5, "", &[]), "table").is_empty());
}

#[test]
fn the_averages_agree_with_the_summary_within_1_5_points() {
    let home = Home::new();
    let input = home.copy("tests/data/cohort.csv");
    let arguments = ["-o", "out.csv", "--report", "group.json", "--summary", "summary.json"];
    cohort(&home, &[&input]).args(arguments).expect_code(0);
    let [page, summary] = ["group.json", "summary.json"].map(|name| json(&home.path(name)));
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
    let home = Home::new();
    let text = fs::read_to_string(repository("tests/data/exports/00-truth.csv")).expect("the answers");
    let (head, rows) = text.split_once('\n').expect("a header");
    home.write("in.csv", format!("{head}\n{}", rows.repeat(8)));
    let run = home.on("exports/bank", ["cohort", "in.csv", "-o", "out.csv", "--report", "group.html"]);
    run.expect_code(0);
    let bank = bank("tests/data/exports/bank");
    let mut expect = vec![0; bank.bands.len()];
    for fit in
        home.read("out.csv").lines().skip(1).filter_map(|line| line.split(',').nth(1)?.parse::<f64>().ok())
    {
        expect[bank.bands.iter().rposition(|one| one.from <= fit.round()).expect("a band")] += 1;
    }
    // With so many of each, nobody is put together with people of another score.
    let shown = texts(&home.read("group.html"), "td.number:nth-child(2):nth-last-child(1)");
    let dash = |n: &u64| if *n == 0 { "few or none".to_owned() } else { format!("about {n}") };
    assert_eq!(shown, expect.iter().map(dash).collect::<Vec<_>>());
}

#[test]
fn the_page_counts_rows_set_aside_and_shows_no_id() {
    let row = |id: &str| format!("{id},9{}\n", ",3".repeat(answers().0.split(',').count() - 2));
    let few = page(60, &row("nobody-else"), &["--rejects", "no.csv"]);
    assert!(!few.contains("not scored") && !few.contains("nobody-else"));
    let many = page(60, &row("x").repeat(7), &["--rejects", "no.csv"]);
    assert!(many.contains("not scored: 7."));
}

#[test]
fn what_is_odd_about_the_answers_is_on_the_page() {
    let home = Home::new();
    let show = |name: &str, more: &str| {
        let rows = fs::read_to_string(repository("tests/data/exports").join(name)).expect("an export");
        home.write("in.csv", rows + more);
        let run = home.on("exports/bank", ["cohort", "in.csv", "-o", "out.csv", "--report", "group.txt"]);
        run.arg("--force").expect_code(0);
        let page = home.read("group.txt");
        let start = page.find("Can these answers be used?").expect("the section");
        let end = page.find("\nWhat this page does not").expect("the next section");
        let section = page[start..end].to_owned();
        (page, section)
    };
    let (page, plain) = show("00-truth.csv", "");
    assert!(!page.contains("contradict"), "{page}");
    expect![[r#"
        Can these answers be used?

          People whose answers call for caution: fewer than 5 of 30.
    "#]]
    .assert_eq(&plain);
    let (page, swapped) = show("swap.csv", "");
    assert!(page.contains("Some answers contradict one another; see below"), "{page}");
    assert!(!page.contains("r = "), "a correlation is a figure of the group: {page}");
    expect![[r#"
        Can these answers be used?

          People whose answers call for caution: fewer than 5 of 30.

          Before you use the scores
          - The items of Planning contradict one another (alpha under 0); are two
            columns swapped?
          - `planning-first-steps` runs against the rest of Planning; it fits Working
            with people better
          - `planning-last-minute` runs against the rest of Planning; it fits Working
            with people better
          - `planning-spare-time` runs against the rest of Planning; it fits Working
            with people better
          - `planning-lost-track` runs against the rest of Planning; it fits Working
            with people better
    "#]]
    .assert_eq(&swapped);
    let (page, dups) = show("dups.csv", "test,4,4,3,2,3,4,3,3,find-other,train,42,2\n");
    assert!(!page.contains("p01") && !page.contains("p99"), "{page}");
    expect![[r#"
        Can these answers be used?

          People whose answers call for caution: fewer than 5 of 34.
          Rows without a single answer, which have no scores: fewer than 5.
          Rows with an id that came before: 2.
          Rows with an id or a name that looks like a test: 1.
    "#]]
    .assert_eq(&dups);
    let (_, junk) = show("junk.csv", "");
    expect![[r#"
        Can these answers be used?

          People whose answers call for caution: 20 of 40.

          Before you use the scores
          - `planning-last-minute` runs against the rest of Planning; it fits Working
            with people better

          Rows with one and the same answer to every rating: 20.
    "#]]
    .assert_eq(&junk);
}

#[test]
fn merged_parts_give_the_page_of_one_run() {
    let home = Home::new();
    let input = home.copy("tests/data/cohort.csv");
    cohort(&home, &[&input, "-o", "out.csv", "--report", "whole.html"]).expect_code(0);
    let (head, rows) = answers();
    let mut parts = Vec::new();
    for (number, rows) in rows.chunks(31).enumerate() {
        let [name, part] = ["csv", "part"].map(|end| format!("{number}.{end}"));
        home.write(&name, format!("{head}\n{}\n", rows.join("\n")));
        cohort(&home, &[&name, "-o", "-", "--part", &part]).expect_code(0);
        parts.push(part);
    }
    let merged = cohort(&home, &["--merge"]).args(&parts).args(["--report", "merged.html"]).expect_code(0);
    assert_eq!(merged.stdout, "");
    assert_eq!(home.read("merged.html"), home.read("whole.html"));

    let other = home.mini(["cohort", "--merge"]).args(&parts).args(["--report", "other.html"]).expect_code(3);
    other.expect_stderr(&expect![[r#"
        error: `0.part` is of bank `plain`, edition 1 (cbbe8b6d), full form, and the
        page would be of bank `mini`, edition 1 (08c4eabe)
          help: name the bank of the parts by `--bank DIR`
    "#]]);
    assert!(!home.path("other.html").exists());
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
fn write_group(home: &Home, name: &str, people: &[(&str, &str)]) {
    let (head, rows) = answers();
    let without_id = |row: &str| row.split_once(',').expect("an id").1.to_owned();
    let mut lines = vec![format!("id,team,{}", without_id(&head))];
    lines
        .extend(people.iter().zip(&rows).map(|((id, team), row)| format!("{id},{team},{}", without_id(row))));
    home.write(name, lines.join("\n") + "\n");
}

/// Twelve people: six in sales, five in legal, one in the lab.
fn teams() -> Vec<(String, &'static str)> {
    let team = |n: usize| if n == 11 { "lab" } else { ["sales", "legal"][n % 2] };
    (0..12).map(|n| (format!("r{n}"), team(n))).collect()
}

fn people<'a>(teams: &'a [(String, &'static str)]) -> Vec<(&'a str, &'a str)> {
    teams.iter().map(|(id, team)| (id.as_str(), *team)).collect()
}

#[test]
fn departments_are_compared_and_small_ones_merged() {
    let home = Home::new();
    let teams = teams();
    write_group(&home, "in.csv", &people(&teams));
    let by = |input: &str, report: &str, column: &str| {
        cohort(&home, &[input, "-o", "out.csv", "--force", "--report", report, "--by", column])
    };
    // The column is not among those that are left out.
    by("in.csv", "group.json", "Team").expect_code(0).expect_stderr(&expect![[r#"
        note: 40 columns hold the numbers of the labels, from 1
        note: `orderly-9` runs against the rest of Order (r = -0.33)
    "#]]);
    let page = json(&home.path("group.json"));
    // The lab has one person: with it goes legal, the smaller one of the others.
    assert_eq!(page["shown"]["departments"], serde_json::json!([["sales", 6], ["All others", 6]]));
    let scale = &page["shown"]["parts"][0][1][0];
    assert_eq!(scale["departments"].as_array().map(Vec::len), Some(2));
    assert!(scale["departments"][0]["mean"].is_number() && scale["bands"] == serde_json::json!([]));
    // Eleven people of no team and one of the lab.
    let unknown = |(id, team)| (id, if team == "lab" { team } else { "" });
    write_group(&home, "one.csv", &people(&teams).into_iter().map(unknown).collect::<Vec<_>>());
    by("one.csv", "one.txt", "team").expect_code(0);
    let page = home.read("one.txt");
    let (_, from) = page.split_once("Side by side\n").expect("the section");
    let (departments, _) = from.split_once("Can these answers be used?").expect("the next section");
    assert_eq!(departments.trim(), "No two departments have 5 people or more.");
    by("in.csv", "no.html", "floor").expect_code(3).expect_stderr(&expect![[r#"
        error: `in.csv`: the header: no column is called `floor`
          help: the columns are `id`, `team`, `orderly-1`, `outgoing-1`, `orderly-6`,
          `outgoing-6`, and 36 more
    "#]]);
    by("in.csv", "no.html", "orderly-1").expect_code(3).expect_stderr(&expect![[r#"
        error: `in.csv`: the header, column `orderly-1`: a department cannot be the
        answer to a question
          help: name a column by `--by` that no item is in
    "#]]);
    assert!(!home.path("no.html").exists());
}

#[test]
fn people_are_matched_with_their_earlier_answers_by_id() {
    let home = Home::new();
    let teams = teams();
    let now = people(&teams);
    write_group(&home, "now.csv", &now);
    // The other way round, so nobody is where they were; two are not there, and six others are.
    let mut before: Vec<_> = now[..10].iter().rev().copied().collect();
    before.extend([("x1", ""), ("x2", ""), ("x3", ""), ("x4", ""), ("x5", ""), ("x6", "")]);
    write_group(&home, "before.csv", &before);
    let run = |now: &str, before: &str, report: &str| {
        cohort(&home, &[now, "-o", "out.csv", "--report", report, "--before", before])
    };
    run("now.csv", "before.csv", "group.json").expect_code(0);
    let page = json(&home.path("group.json"));
    assert_eq!(page["n"], 10);
    assert_eq!(page["shown"]["unmatched"], serde_json::json!({ "exactly": 8 }));
    // The same ten sheets before and now, only of other people.
    for scale in page["shown"]["parts"][0][1].as_array().expect("scales") {
        let [before, now] = ["before", "mean"].map(|time| scale["all"][time].as_i64().expect("a mean"));
        assert!((before - now).abs() <= 2 && scale["all"]["changed"].is_array(), "{scale}");
    }
    fs::remove_file(home.path("out.csv")).expect("the scores");
    write_group(&home, "twice.csv", &[("r0", ""), ("r0", "")]);
    write_group(&home, "without.csv", &[("r0", ""), ("", "")]);
    run("now.csv", "twice.csv", "no.html").expect_code(3).expect_stderr(&expect![[r#"
        error: the id `r0` is there twice, and people are matched by id
        --> `twice.csv`
         = help: give each respondent an id of their own, or name its column by `--id COLUMN`

        1 fault
    "#]]);
    run("twice.csv", "now.csv", "no.html").expect_code(3).expect_stderr(&expect![[r#"
        note: 1 column that names no item is left out: `team`
        note: 40 columns hold the numbers of the labels, from 1
        error: the id `r0` is there twice, and people are matched by id
        --> `twice.csv`
         = help: give each respondent an id of their own, or name its column by `--id COLUMN`

        1 fault
    "#]]);
    // Without an id somebody is only left out of the later file.
    run("now.csv", "without.csv", "no.html").expect_code(3).expect_stderr(&expect![[r#"
        error: a respondent has no id, and people are matched by id
        --> `without.csv`
         = help: give each respondent an id of their own, or name its column by `--id COLUMN`

        1 fault
    "#]]);
    assert!(!home.path("no.html").exists() && !home.path("out.csv").exists());
}

#[test]
fn each_respondent_has_the_page_that_score_gives() {
    let home = Home::new();
    let mut answers = json(&repository("tests/data/sample-answers.json"));
    home.write("Zoë Ng.json", answers.to_string());
    let all = answers["answers"].as_object_mut().expect("answers");
    let ids: Vec<String> = all.keys().cloned().collect();
    for (at, id) in ids.iter().enumerate().filter(|(at, _)| at % 3 == 0) {
        if at % 2 == 0 {
            all.remove(id).map(drop)
        } else {
            all.insert(id.clone(), Value::Null).map(drop)
        };
    }
    home.write("b%c.json", answers.to_string());
    let files = ["Zoë Ng.json", "b%c.json"];
    home.run(["cohort", files[0], files[1], "-o", "out.csv", "--reports", "new/pages"]).expect_code(0);
    for (file, name) in files.iter().zip(["Zoë Ng.json", "b%25c.json"]) {
        let page = home.read(&format!("new/pages/{name}.html"));
        home.run(["score", file, "-o", "alone.html", "--force"]).expect_code(0);
        assert_eq!(page.replacen(&format!("{file}, full form"), "full form", 1), home.read("alone.html"));
    }
    assert_eq!(fs::read_dir(home.path("new/pages")).expect("pages").count(), 2);
    assert_eq!(fs::read_dir(home.path("new")).expect("a directory").count(), 1, "nothing is left over");
}

#[test]
fn pages_are_written_all_or_none_and_replace_nothing() {
    let home = Home::new();
    let pages = |people: &[(&str, &str)]| {
        write_group(&home, "in.csv", people);
        cohort(&home, &["in.csv", "-o", "out.csv", "--reports", "pages", "--force"])
    };
    let refused = |people: &[(&str, &str)]| {
        let ran = pages(people).expect_code(3);
        assert_eq!(home.names(), ["in.csv"], "a fault leaves no directory");
        ran
    };
    refused(&[("a", ""), ("b", ""), ("a", "")]).expect_stderr(&expect![[r#"
        note: 1 column that names no item is left out: `team`
        note: 40 columns hold the numbers of the labels, from 1
        error: the id `a` is there twice, and `--reports` names pages by id
        --> `in.csv`
         = help: change the ids, or name another column by `--id COLUMN`

        1 fault
    "#]]);
    refused(&[("Ann", ""), ("ann", "")]).expect_stderr(&expect![[r#"
        note: 1 column that names no item is left out: `team`
        note: 40 columns hold the numbers of the labels, from 1
        error: the pages of `Ann` and `ann` get the same name, and `--reports` names pages by id
        --> `in.csv`
         = help: change the ids, or name another column by `--id COLUMN`

        1 fault
    "#]]);
    refused(&[("STRASSE", ""), ("straße", "")]).expect_stderr(&expect![[r#"
        note: 1 column that names no item is left out: `team`
        note: 40 columns hold the numbers of the labels, from 1
        error: the pages of `STRASSE` and `straße` get the same name, and `--reports` names pages by id
        --> `in.csv`
         = help: change the ids, or name another column by `--id COLUMN`

        1 fault
    "#]]);
    refused(&[("a", ""), ("", "")]).expect_stderr(&expect![[r#"
        note: 1 column that names no item is left out: `team`
        note: 40 columns hold the numbers of the labels, from 1
        error: a respondent has no id, and `--reports` names pages by id
        --> `in.csv`
         = help: change the ids, or name another column by `--id COLUMN`

        1 fault
    "#]]);
    home.change("in.csv", "\na,,", "\na,,9");
    cohort(&home, &["in.csv", "--reports", "new/pages"]).expect_code(3);
    assert_eq!(home.names(), ["in.csv"], "a fault leaves no directory");
    fs::create_dir(home.path("pages")).expect("a directory");
    pages(&[("a", ""), ("b", "")]).expect_code(0);
    assert!(home.path("pages/a.html").exists() && home.path("pages/b.html").exists());
    fs::remove_file(home.path("out.csv")).expect("a file");
    pages(&[("c", "")]).expect_code(2).expect_stderr(&expect![[r#"
        error: `pages` is not empty; name a new directory for the pages
    "#]]);
    assert_eq!(home.names(), ["in.csv", "pages"]);
    assert_eq!(fs::read_dir(home.path("pages")).expect("pages").count(), 2);
}

#[test]
fn a_spreadsheet_gets_titles_and_whole_numbers_and_no_formula() {
    let home = Home::new();
    let text = fs::read_to_string(repository("tests/data/exports/00-truth.csv")).expect("the answers");
    let (head, rows) = text.split_once('\n').expect("a header");
    let ids = ["=1+1", "@x;=y", "Zoë, Ng", "-5", "a\"b", "+cmd|' /C calc'!A0"];
    let rows = rows.lines().zip(ids.iter().cycle()).map(|(row, id)| {
        let (_, answers) = row.split_once(',').expect("an id");
        format!("\"{}\",{answers},\"=SUM(A1)\"\n", id.replace('"', "\"\""))
    });
    home.write("in.csv", format!("{head},remark\n{}", rows.collect::<String>()));
    let read = |arguments: &[&str], separator: u8| -> Vec<Vec<String>> {
        let run =
            home.on("exports/bank", ["cohort", "in.csv", "-o", "out.csv", "--force", "--keep", "remark"]);
        run.args(arguments).expect_code(0);
        let bytes = fs::read(home.path("out.csv")).expect("the scores");
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
        let bank = bank("tests/data/exports/bank");
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
    let alone = home.on("exports/bank", ["cohort", "in.csv", "--decimal", "comma"]).expect_code(2);
    alone.expect_stderr(&expect![[r#"
        error: the following required arguments were not provided:
          --excel

        Usage: coofit cohort --excel --decimal <MARK> <FILE>...

        For more information, try '--help'.
    "#]]);
}
