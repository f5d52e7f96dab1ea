//! Banks that are edited after the quiz: an answer counts only while it means what it meant.

use std::fs;
use std::path::PathBuf;

use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, MINI_LINES, Ran, lines, mini_answers};
use crate::results::{Kept, changed_bank};

/// A home with a finished result of the bank `mini`, and that bank with its texts changed.
fn edited(change: impl Fn(&str) -> String) -> (Home, PathBuf) {
    let home = Home::new();
    home.finish_mini();
    let bank = home.path("bank");
    changed_bank("mini", &bank, |_, text| change(text));
    (home, bank)
}

/// The result on the edited bank, as JSON, and the run that gave it.
#[track_caller]
fn report(home: &Home, bank: &PathBuf) -> (Value, Ran) {
    let ran = home.run(["report", "--format", "json", "--bank"]).arg(bank).expect_code(0);
    (ran.json(), ran)
}

#[track_caller]
fn scale<'a>(report: &'a Value, id: &str) -> &'a Value {
    let scales = report["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .flat_map(|part| part["scales"].as_array().expect("scales"));
    scales.into_iter().find(|scale| scale["id"] == id).expect("the scale")
}

#[test]
fn ratings_whose_labels_changed_are_left_out_and_named() {
    let told = [
        r#""Almost never", "Sometimes", "Often", "Almost always""#,
        r#""Almost always", "Often", "Sometimes", "Seldom", "Almost never""#,
        r#""Almost never", "Seldom", "Sometimes", "Usually", "Almost always""#,
        r#""Almost never", "Seldom", "Sometimes", "Often", "Almost always", "Always""#,
    ]
    .map(|labels| {
        let was = r#""Almost never", "Seldom", "Sometimes", "Often", "Almost always""#;
        let (home, bank) = edited(|text| text.replace(was, labels));
        let (report, ran) = report(&home, &bank);
        assert_eq!((&report["answered"], &report["items"]), (&json!(7), &json!(12)), "{labels}");
        assert!(scale(&report, "planning")["score"].is_null(), "{labels}");
        ran.told()
    });
    expect![[r#"
        note: the files of the bank have changed since `YYYY-MM-DD`, though not its edition; the answers are scored again. Left out: 5 answers whose labels have changed (`leading-credit`, `leading-early-word`, `leading-own-hands`, `planning-last-minute`, `planning-week`).
    "#]]
    .assert_eq(&told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[test]
fn a_renamed_format_with_the_same_labels_means_the_same() {
    let (home, bank) = edited(|text| text.replace("frequency", "how-often"));
    let (report, ran) = report(&home, &bank);
    assert_eq!(report["answered"], 12);
    ran.expect_stderr(&expect![[r#"
        note: the files of the bank have changed since `YYYY-MM-DD`, though not its
        edition; the answers are scored again.
    "#]]);
}

#[test]
fn an_item_that_moved_to_another_format_is_left_out() {
    let (home, bank) = edited(|text| {
        let item = "id = \"planning-week\"";
        match text.split_once(item) {
            Some((before, after)) => {
                before.to_owned() + item + &after.replacen("\"frequency\"", "\"importance\"", 1)
            }
            None => text.to_owned(),
        }
    });
    let (report, ran) = report(&home, &bank);
    assert_eq!(report["answered"], 11);
    ran.expect_stderr(&expect![[r#"
        note: the files of the bank have changed since `YYYY-MM-DD`, though not its
        edition; the answers are scored again. Left out: 1 answer whose labels have
        changed (`planning-week`).
    "#]]);
}

#[test]
fn a_number_whose_unit_changed_is_left_out() {
    let (home, bank) = edited(|text| text.replace("unit = \"years\"", "unit = \"months\""));
    let (report, ran) = report(&home, &bank);
    assert!(scale(&report, "years")["score"].is_null());
    ran.expect_stderr(&expect![[r#"
        note: the files of the bank have changed since `YYYY-MM-DD`, though not its
        edition; the answers are scored again. Left out: 1 answer whose unit has
        changed (`years-in-charge`).
    "#]]);
}

#[test]
fn a_tick_that_is_gone_leaves_the_others() {
    let (home, bank) = edited(|text| text.replace("\"cash\"", "\"money\""));
    let (report, ran) = report(&home, &bank);
    assert_eq!(report["answered"], 12);
    ran.expect_stderr(&expect![[r#"
        note: the files of the bank have changed since `YYYY-MM-DD`, though not its
        edition; the answers are scored again. Left out: 1 option no longer offered
        (`cash` of `duties-had`).
    "#]]);
    // Three of four were enough for 75; two are left.
    let before = home.mini(["report", "--format", "json"]).expect_code(0).json();
    let [before, after] =
        [&before, &report].map(|it| scale(it, "duties")["score"].as_f64().expect("a score"));
    assert!(after < before && after > 0.0, "{before} and {after}");
}

#[test]
fn a_checklist_that_lost_all_ticks_counts_as_unanswered() {
    let gone = ["roster", "cash", "hiring"];
    let (home, bank) = edited(|text| {
        gone.iter()
            .fold(text.to_owned(), |text, id| text.replace(&format!("\"{id}\""), &format!("\"{id}-2\"")))
    });
    let (report, ran) = report(&home, &bank);
    assert!(scale(&report, "duties")["score"].is_null(), "{report}");
    ran.expect_stderr(&expect![[r#"
        note: the files of the bank have changed since `YYYY-MM-DD`, though not its
        edition; the answers are scored again. Left out: 3 options no longer offered
        (`roster` of `duties-had`, `cash` of `duties-had`, `hiring` of `duties-had`).
    "#]]);
}

#[test]
fn questions_that_are_newer_than_a_result_were_not_asked() {
    let (home, bank) = edited(|text| {
        let text = text.replace("edition = \"1\"", "edition = \"2\"");
        text.replace("\"planning-last-minute\"", "\"planning-new\"")
            .replace("\"leading-own-hands\"", "\"leading-new\"")
    });
    let (report, ran) = report(&home, &bank);
    assert_eq!((&report["answered"], &report["items"], &report["new"]), (&json!(10), &json!(10), &json!(2)));
    assert_eq!(
        (&scale(&report, "planning")["answered"], &scale(&report, "planning")["items"]),
        (&json!(1), &json!(1))
    );
    assert!(scale(&report, "planning")["score"].is_number(), "half of what was asked is answered");
    assert_eq!(report["quality"]["signals"][3]["value"], 0.0, "nothing was skipped");
    ran.expect_stderr(&expect![[r#"
        note: the bank has changed since `YYYY-MM-DD` (edition `1` then, `2` now); the
        answers are scored again. Left out: 2 answers to a question that is not asked
        any more (`leading-own-hands`, `planning-last-minute`). 2 questions are new and
        were not asked.
    "#]]);
    let text = home.run(["report", "--bank"]).arg(&bank).expect_code(0);
    assert!(text.stdout.contains("10 of 10 answered (2 newer not asked)"), "{}", text.stdout);
    home.run(["history", "--bank"]).arg(&bank).expect_code(0).expect_stdout(&expect![[r#"
        Your results

                      Form  Score  Range      Answers
          YYYY-MM-DD  full     91  63 to 100  10 of 10  ───────────────────━━━━━━━━●━━━
    "#]]);
}

#[test]
fn a_result_without_recorded_labels_says_they_are_unknown() {
    let home = Home::new();
    let mini = crate::support::bank("tests/data/banks/mini");
    Kept::own("2026-06-01", 1_780_000_000, mini_answers()).put(&home, &mini);
    let bank = home.path("bank");
    changed_bank("mini", &bank, |_, text| text.replace("\"Often\"", "\"Usually\""));
    let (report, ran) = report(&home, &bank);
    assert_eq!(report["answered"], 12);
    ran.expect_stderr(&expect![[r#"
        note: the files of the bank have changed since `2026-06-01`, though not its
        edition; the answers are scored again. The labels and units of that time are
        not known, so those of today are used.
    "#]]);
    let same = home.mini(["report"]).expect_code(0);
    assert_eq!(same.stderr, "", "the bank is the same");
}

#[test]
fn a_paused_quiz_asks_again_what_changed_keeping_earlier_answers() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input(lines(&MINI_LINES[..6]) + "q\n").expect_code(130);
    let before = fs::read(&home.attempts()[0]).expect("the attempt");
    let bank = home.path("bank");
    changed_bank("mini", &bank, |_, text| text.replace("\"Often\"", "\"Usually\""));
    let ran = home.run(["take", "--plain", "--bank"]).arg(&bank).input("q\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 6 answers. Resume at question 1 of 12 (full form). To start over, add `--fresh`. The bank has changed since you paused. Left out: 5 answers whose labels have changed (`leading-credit`, `leading-early-word`, `leading-own-hands`, `planning-last-minute`, `planning-week`). All of them are kept in HOME/data/attempts/YYYY-MM-DD.json.earlier-1.

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
    "#]]);
    let copy = home.attempts().into_iter().find(|path| path.to_string_lossy().ends_with(".earlier-1"));
    assert_eq!(fs::read(copy.expect("a copy")).expect("the copy"), before);
}

#[test]
fn a_quiz_that_cannot_keep_changed_answers_does_not_continue() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\nq\n").expect_code(130);
    let (file, bank) = (home.attempts().remove(0), home.path("bank"));
    let before = fs::read(&file).expect("the attempt");
    changed_bank("mini", &bank, |_, text| text.replace("\"Often\"", "\"Usually\""));
    // A lock that is not a file cannot be taken, so nothing can be kept.
    fs::remove_file(home.data().join("lock")).expect("the lock");
    fs::create_dir(home.data().join("lock")).expect("a directory");
    let ran = home.run(["take", "--plain", "--bank"]).arg(&bank).input("5\n5\n").expect_code(1);
    ran.expect_stderr(&expect![[r#"
        You have a paused attempt of 2 answers. Resume at question 1 of 12 (full form).
        To start over, add `--fresh`.
        error: the bank has changed, and the answers that do not fit it any more cannot
        be kept; nothing was changed (`--fresh` starts over)
    "#]]);
    assert_eq!(fs::read(&file).expect("the attempt"), before);
}

#[test]
fn an_older_answers_file_loses_only_what_is_gone() {
    let home = Home::new();
    let mut answers = mini_answers();
    answers["gone-for-good"] = json!(3);
    answers["training-longest"] = json!("evening-school");
    answers["duties-had"] = json!(["roster", "juggling"]);
    let file = |edition: &str, answers: &Value| {
        json!({"format": 1, "bank": "mini", "edition": edition, "form": "full", "answers": answers})
            .to_string()
    };
    let ran = home.mini(["score", "-", "--format", "json"]).input(file("0", &answers)).expect_code(0);
    assert_eq!(ran.json()["answered"], 11);
    ran.expect_stderr(&expect![[r#"
        note: these answers name edition `0` of the bank; they are scored with edition
        `1`
        note: left out: 1 answer to a question that is not asked any more
        (`gone-for-good`); 2 options no longer offered (`juggling` of `duties-had`,
        `evening-school` of `training-longest`)
    "#]]);
    // In the edition at hand the same are mistakes.
    home.mini(["score", "-"]).input(file("1", &answers)).expect_code(3).expect_stderr(&expect![[r#"
        error: the answer to `duties-had` must be some of its options, each once, not `["roster","juggling"]`
         --> standard input:1:26
          |
        1 | {"answers":{"duties-had":["roster","juggling"],"gone-for-good":3,"leading-credit":4,"leading-early-word":4,"leading-own-hands":2,"pay...
          |                          ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: its options are `roster`, `orders`, `cash`, `hiring`

        error: the bank has no item `gone-for-good`
         --> standard input:1:48
          |
        1 | {"answers":{"duties-had":["roster","juggling"],"gone-for-good":3,"leading-credit":4,"leading-early-word":4,"leading-own-hands":2,"pay...
          |                                                ^^^^^^^^^^^^^^^

        error: the answer to `training-longest` must be one of its options, not `"evening-school"`
         --> standard input:1:278
          |
        1 | ...truck":"shift","scenes-outage":"tell","training-longest":"evening-school","years-in-charge":6},"bank":"mini","edition":"1","form":...
          |                                                             ^^^^^^^^^^^^^^^^
          |
          = help: its options are `none`, `weeks`, `years`

        3 faults
    "#]]);
    // A rating that no edition had is one in any.
    answers["leading-credit"] = json!(6);
    let ran = home.mini(["score", "-"]).input(file("0", &answers)).expect_code(3);
    ran.ending("error: ").expect_stderr(&expect![[r#"
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `6`
         --> standard input:1:83
          |
        1 | {"answers":{"duties-had":["roster","juggling"],"gone-for-good":3,"leading-credit":6,"leading-early-word":4,"leading-own-hands":2,"pay...
          |                                                                                   ^

        1 fault
    "#]]);
}
