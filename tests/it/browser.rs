//! Pages in a real browser: Chromium, driven by the scripts of `tests/browser`.
//!
//! `npm install --prefix tests/browser` brings what they need; where that or Chromium is missing, the
//! tests say so and prove nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use base64::Engine as _;
use coofit::answers;
use coofit::bank::parse::built_in;
use expect_test::expect;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::first::odd_sheet;
use crate::program::{Home, mini_answers, mini_file, test_bank};
use crate::support::repository;

/// The odd sheets whose scales and plans are the longest.
const LONGEST: [u64; 3] = [104, 105, 113];

/// Runs a script of `tests/browser`; nothing where the browser is missing.
#[track_caller]
#[expect(clippy::print_stderr, reason = "a test that proves nothing says so")]
fn browse(script: &str, arguments: &[&Path]) -> Option<String> {
    let directory = repository("tests/browser");
    let is_there = directory.join("node_modules").exists() && Path::new("/usr/bin/chromium").exists();
    if !is_there {
        eprintln!("skipped: no Chromium, or `npm install --prefix tests/browser` was not run");
        return None;
    }
    let ran = Command::new("node").arg(directory.join(script)).args(arguments).output().expect("node");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(String::from_utf8(ran.stdout).expect("UTF-8"))
}

fn page(home: &Home, arguments: &[&str]) -> PathBuf {
    let path = home.path("quiz.html");
    home.run(["page", "--force", "-o"]).arg(&path).args(arguments).expect_code(0);
    path
}

/// Answers the page as a person would, and gives the file that it saves.
fn answer(home: &Home, page: &Path, answers: &Value, size: &str) -> Option<String> {
    let given = home.write("given.json", answers.to_string());
    let saved = home.path("saved.json");
    browse("ask.mjs", &[page, &given, &saved, Path::new(size)])?;
    Some(std::fs::read_to_string(saved).expect("a saved file"))
}

/// An answer to each question of the page: the options in turn, some of the ticks, every ninth one skipped.
fn some_answers(page: &Path) -> Value {
    let html = std::fs::read_to_string(page).expect("a page");
    let html = Html::parse_document(&html);
    let quiz = html.select(&Selector::parse("#quiz").expect("a selector")).next().expect("the questions");
    let quiz: Value = serde_json::from_str(&quiz.text().collect::<String>()).expect("JSON");
    let items = quiz["items"].as_array().expect("a list").iter().enumerate();
    let answers = items.map(|(index, item)| {
        let options = item["options"].as_array().map_or(&[][..], Vec::as_slice);
        let option = || &options[index % options.len()]["id"];
        let answer = match item["kind"].as_str() {
            _ if index % 9 == 4 => Value::Null,
            Some("rating") => json!(index % options.len() + 1),
            Some("choice") => option().clone(),
            Some("checklist") => json!([options[0]["id"], options[options.len() - 1]["id"]]),
            _ => Value::from_str(&item["max"].to_string().replace(".0", "")).expect("a number"),
        };
        (item["id"].as_str().expect("an id").to_owned(), answer)
    });
    Value::Object(answers.collect())
}

fn without_seconds(file: &str) -> Value {
    let mut file: Value = serde_json::from_str(file).expect("JSON");
    let seconds = file.as_object_mut().and_then(|file| file.remove("seconds"));
    assert!(seconds.is_some_and(|seconds| seconds.as_object().is_some_and(|it| !it.is_empty())));
    file
}

#[test]
#[ignore = "needs a browser"]
fn a_page_saves_the_answers_which_score_like_typed_ones() {
    let home = Home::new();
    let mini = test_bank("mini");
    let page = page(&home, &["--bank", mini.to_str().expect("a path")]);
    let answers = some_answers(&page);
    for size in ["desktop", "phone"] {
        let Some(saved) = answer(&home, &page, &answers, size) else { return };
        let file = without_seconds(&saved);
        assert_eq!(file["answers"], answers, "{size}");
        let report = |file: &Value| {
            let path = home.write("answers.json", file.to_string());
            home.mini(["score", "--format", "json"]).arg(path).expect_code(0).stdout
        };
        let typed: Value = serde_json::from_str(&mini_file(&answers)).expect("JSON");
        assert_eq!(report(&file), report(&typed), "{size}");
    }
}

#[test]
#[ignore = "needs a browser"]
fn the_built_in_bank_is_answered_on_a_phone() {
    let home = Home::new();
    let page = page(&home, &["--form", "quick"]);
    let answers = some_answers(&page);
    let Some(saved) = answer(&home, &page, &answers, "phone") else { return };
    assert_eq!(without_seconds(&saved)["answers"], answers);
    home.run(["score"]).arg(home.path("saved.json")).expect_code(0);
}

#[test]
#[ignore = "needs a browser"]
fn every_page_passes_axe_in_every_size_and_color() {
    let home = Home::new();
    home.finish_mini();
    let sample = repository("tests/data/sample-answers.json");
    let sample = sample.to_str().expect("a path");
    let mini = test_bank("mini");
    let mini = mini.to_str().expect("a path");
    let group = repository("tests/data/cohort.csv");
    let bank = repository("tests/data/banks/plain");
    let mut pages: Vec<PathBuf> = Vec::new();
    let mut write = |name: &str, arguments: &[&str]| {
        let path = home.path(&format!("{name}.html"));
        home.run(arguments).arg(&path).expect_code(0);
        pages.push(path);
    };
    write("report", &["score", sample, "-o"]);
    for name in ["weak", "quick"] {
        let sheet = repository(&format!("tests/data/first/{name}.json"));
        write(name, &["score", sheet.to_str().expect("a path"), "-o"]);
    }
    // Reports that fill their pages on paper.
    let built_in = built_in();
    for seed in LONGEST {
        let sheet = answers::file(&built_in, &odd_sheet(&built_in, seed));
        let sheet = home.write("sheet.json", sheet);
        write(&format!("odd-{seed}"), &["score", sheet.to_str().expect("a path"), "-o"]);
    }
    write("other-role", &["score", sample, "--role", "general-manager", "-o"]);
    write("explain", &["score", sample, "--explain", "-o"]);
    write("mini", &["report", "--bank", mini, "-o"]);
    write("role", &["role", "-o"]);
    write("audit", &["bank", "audit", mini, "--sheets", "100", "-o"]);
    write("history", &["history", "--bank", mini, "-o"]);
    write(
        "compare",
        &["compare", "--bank", mini, &home.write("low.json", low_mini()).display().to_string(), "-o"],
    );
    let [group, bank] = [&group, &bank].map(|path| path.to_str().expect("a path"));
    write("group", &["cohort", group, "--bank", bank, "-o", "scores.csv", "--report"]);
    let pages: Vec<&Path> = pages.iter().map(PathBuf::as_path).collect();
    browse("pages.mjs", &pages);
}

/// The lowest ratings of the small bank.
fn low_mini() -> String {
    let mut answers = mini_answers();
    for (_, answer) in answers.as_object_mut().expect("answers") {
        if answer.as_f64().is_some_and(|rating| rating <= 5.0) {
            *answer = json!(1);
        }
    }
    mini_file(&answers)
}

#[test]
#[ignore = "needs a browser"]
fn an_observer_answers_a_page_about_someone() {
    let home = Home::new();
    let page = page(&home, &["--observe", "Ana <script>\u{202e} Ruiz"]);
    let answers = some_answers(&page);
    let Some(saved) = answer(&home, &page, &answers, "phone") else { return };
    let file = without_seconds(&saved);
    assert_eq!(file["answers"], answers);
    assert_eq!(file["observer"], "A. N. Observer");
    assert_eq!(file["relation"], "peer");
    home.run(["score"]).arg(home.path("saved.json")).expect_code(0);
}

#[test]
#[ignore = "needs a browser"]
fn a_page_reads_numbers_as_people_mean_them() {
    let home = Home::new();
    let page = page(&home, &[]);
    let html = std::fs::read_to_string(&page).expect("a page");
    let html = Html::parse_document(&html);
    let quiz = html.select(&Selector::parse("#quiz").expect("a selector")).next().expect("the questions");
    let quiz: Value = serde_json::from_str(&quiz.text().collect::<String>()).expect("JSON");
    let item = |unit: &str| {
        let items = quiz["items"].as_array().expect("a list");
        items.iter().find(|item| item["unit"] == unit).expect("an item with this unit")["id"].clone()
    };
    let (years, dollars, hours) = (item("years"), item("dollars"), item("hours a week"));
    let cases = [
        ("6", &years, Some(6.0)),
        ("6 years", &years, Some(6.0)),
        ("1 Year", &years, Some(1.0)),
        ("6,5", &years, Some(6.5)),
        (".5 yrs", &years, Some(0.5)),
        ("2-3", &years, None),
        ("about 12", &years, None),
        ("6 months", &years, None),
        ("-3", &years, None),
        ("", &years, None),
        ("$110,000", &dollars, Some(110_000.0)),
        ("110.000", &dollars, Some(110_000.0)),
        ("1.500", &dollars, Some(1500.0)),
        ("110k", &dollars, Some(110_000.0)),
        ("1.5m", &dollars, Some(1_500_000.0)),
        ("1.500k", &dollars, None),
        ("1 500", &dollars, Some(1500.0)),
        ("1'500", &dollars, Some(1500.0)),
        ("USD 90000", &dollars, Some(90_000.0)),
        ("90000 €", &dollars, None),
        ("£90,000", &dollars, None),
        ("0x10", &dollars, None),
        ("1e5", &dollars, None),
        ("50 hours a week", &hours, Some(50.0)),
        ("50h", &hours, Some(50.0)),
        ("50 per week", &hours, Some(50.0)),
        ("50 weeks", &hours, None),
    ];
    let typed: Vec<(&str, &Value)> = cases.iter().map(|(typed, id, _)| (*typed, *id)).collect();
    let file = home.write("cases.json", serde_json::to_string(&typed).expect("JSON"));
    let Some(read) = browse("numbers.mjs", &[&page, &file]) else { return };
    let read: Vec<Option<f64>> = serde_json::from_str(&read).expect("a list");
    for ((typed, id, expected), read) in cases.iter().zip(read) {
        assert_eq!(read, *expected, "{typed:?} for {id}");
    }
}

#[test]
fn a_page_allows_its_own_style_and_script_only() {
    let home = Home::new();
    let html = std::fs::read_to_string(page(&home, &[])).expect("a page");
    let html = Html::parse_document(&html);
    let texts = |selector: &str| -> Vec<String> {
        html.select(&Selector::parse(selector).expect("a selector")).map(|it| it.text().collect()).collect()
    };
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
    let [style] = &texts("style")[..] else { panic!("not one style") };
    let [script] = &texts("script:not([type])")[..] else { panic!("not one script") };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    );
    let first = html.select(&Selector::parse("head > *").expect("a selector")).next().expect("a head");
    assert_eq!(first.attr("content"), Some(policy.as_str()), "put the hashes into src/prompt/page.rs");
}

#[test]
fn a_page_holds_no_points_and_no_keys() {
    let home = Home::new();
    let html = std::fs::read_to_string(page(&home, &[])).expect("a page");
    let data = html.split_once("id=\"quiz\">").and_then(|(_, rest)| rest.split_once("</script>"));
    let data = data.expect("the questions").0;
    for word in ["points", "reversed", "because", "curve", "enough", "scale\"", "weighs"] {
        assert!(!data.contains(&format!("\"{}\"", word.trim_end_matches('"'))), "{word}");
    }
}

#[test]
fn answers_from_a_page_resume_in_the_terminal() {
    let home = Home::new();
    let mut answers = mini_answers();
    let map = answers.as_object_mut().expect("an object");
    map.remove("pay-matters");
    map["leading-credit"] = Value::Null;
    let mut file: Value = serde_json::from_str(&mini_file(&answers)).expect("JSON");
    file["seconds"] = json!({"leading-early-word": 1.5, "no-such-item": 3});
    let path = home.write("half.json", file.to_string());
    let ran = home.mini(["take", "--plain", "--from"]).arg(path).input("4\n").expect_code(0);
    ran.opening().expect_stderr(&expect![[r#"
        This starts with 10 answers of HOME/half.json.

        Question 12 of 12. How much does pay matter to you?
    "#]]);
    let told = [
        ("seconds", json!({"leading-early-word": "x"})),
        ("relation", json!("aunt")),
        ("anonymous", json!(true)),
    ]
    .map(|(key, value)| {
        let mut wrong = file.clone();
        wrong[key] = value;
        let path = home.write("wrong.json", wrong.to_string());
        home.mini(["score"]).arg(path).expect_code(3).told()
    });
    expect![[r#"
        error: `seconds` must give a number for each item --> HOME/wrong.json:1:344 | 1 | ...i","edition":"1","form":"full","format":1,"seconds":{"leading-early-word":"x"}} | ^^^^^^^^^^^^^^^^^^^^^^^^^^ 1 fault
        error: `relation` must say how the observer knows the person --> HOME/wrong.json:1:345 | 1 | ...ank":"mini","edition":"1","form":"full","format":1,"relation":"aunt","seconds":{"leading-early-word":1.5,"no-such-item":3}} | ^^^^^^ | = help: one of boss, peer, report, other 1 fault
        error: only an observer can be anonymous --> HOME/wrong.json:1:14 | 1 | {"anonymous":true,"answers":{"duties-had":["roster","cash","hiring"],"leading-credit":null,"leading-early-word":4,"leading-own-hands"... | ^^^^ | = help: add `observed`, the name of the person, or take this out 1 fault
    "#]].assert_eq(&told.concat());
}
