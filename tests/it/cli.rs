//! Every command through pipes: what it prints, where, and how it ends.

use std::fs;

use coofit::bank::{Bank, Form, ItemKind, parse};
use expect_test::expect;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

#[cfg(unix)]
use crate::program::PROGRAM;
use crate::program::{Home, MINI_LINES, lines, mini_answers, mini_file, test_bank};

/// The report without what depends on the day and on the speed of answering.
#[track_caller]
fn apart_from_date_and_pace(report: &str) -> String {
    let (before, rest) = report.split_once("  \"quality\": {").expect("a quality");
    let (_, after) = rest.split_once("  \"effects\": [").expect("effects");
    let before: Vec<&str> = before.lines().filter(|line| !line.starts_with("  \"date\":")).collect();
    format!("{}\n{after}", before.join("\n"))
}

#[track_caller]
fn signals_apart_from_pace(report: &Value) -> Vec<Value> {
    let signals = report["quality"]["signals"].as_array().expect("signals");
    signals.iter().filter(|signal| signal["id"] != "pace").cloned().collect()
}

#[test]
fn a_whole_plain_session_reads_like_this() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain"]).input("4\n?\nb\n5\n").expect_code(130).expect_plain();
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        "
At work. How you lead and plan a shift.
Question 1 of 12. In the last 12 months: I told people early when their work
fell short.
1. Almost never
2. Seldom
3. Sometimes
4. Often
5. Almost always
Also: b goes back, s skips, ? says why it is asked, q saves and quits.
Answer 1 to 5:
Answered: Often.

Question 2 of 12. In the last 12 months: I named the person whose idea it was.
1. Almost never
2. Seldom
3. Sometimes
4. Often
5. Almost always
Answer 1 to 5:
Why: People follow a lead who shares the credit.
Answer 1 to 5:

At work. How you lead and plan a shift.
Question 1 of 12. In the last 12 months: I told people early when their work
fell short.
1. Almost never
2. Seldom
3. Sometimes
4. Often
5. Almost always
Your earlier answer: 4, Often. An empty line keeps it.
Answer 1 to 5:
Answered: Almost always.

Question 2 of 12. In the last 12 months: I named the person whose idea it was.
1. Almost never
2. Seldom
3. Sometimes
4. Often
5. Almost always
Answer 1 to 5:
Saved. `coofit` resumes at question 2 of 12.
"
    );
    assert_eq!(home.attempt()["body"]["answers"], json!({"leading-early-word": 5}));
}

#[test]
fn the_last_answer_prints_the_report_and_ends_well() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain"]).input(lines(&MINI_LINES)).expect_code(0).expect_plain();
    assert!(ran.stdout.starts_with("Shift lead fit"), "{}", ran.stdout);
    assert!(ran.stdout.contains("91 of 100: between"), "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("\nQuestion ").count(), 12);
    assert_eq!(home.attempt()["body"]["answers"], mini_answers());
}

#[test]
fn input_after_the_last_answer_is_not_read() {
    let home = Home::new();
    let more = lines(&MINI_LINES) + "1\n1\n1\n";
    let ran = home.mini(["take", "--plain"]).input(more).expect_code(0);
    assert_eq!(ran.stderr.matches("\nQuestion ").count(), 12);
    assert_eq!(home.attempt()["body"]["answers"], mini_answers());
}

#[test]
fn every_question_has_a_way_back_to_the_first() {
    for answered in 1..MINI_LINES.len() {
        let home = Home::new();
        let back = "b\n".repeat(answered);
        // The earlier answers are kept, one empty line each.
        let kept = "\n".repeat(answered);
        let rest = lines(&MINI_LINES[answered..]);
        let input = lines(&MINI_LINES[..answered]) + &back + "b\n" + &kept + &rest;
        let ran = home.mini(["take", "--plain"]).input(input).expect_code(0).expect_plain();
        assert_eq!(ran.stderr.matches("This is the first question.").count(), 1, "{answered}");
        assert_eq!(ran.stderr.matches("Your earlier answer").count(), 2 * answered - 1, "{answered}");
        assert_eq!(home.attempt()["body"]["answers"], mini_answers(), "{answered}");
    }
}

#[test]
fn an_earlier_answer_can_be_changed_and_the_report_follows() {
    let home = Home::new();
    let mut input = MINI_LINES.to_vec();
    input.splice(3..3, ["b", "b", "1", ""]);
    home.mini(["take", "--plain"]).input(lines(&input)).expect_code(0);
    let mut answers = mini_answers();
    answers["leading-credit"] = json!(1);
    assert_eq!(home.attempt()["body"]["answers"], answers);
    let report = home.mini(["report", "--format", "json"]).expect_code(0).stdout;
    let scored =
        home.mini(["score", "-", "--format", "json"]).input(mini_file(&answers)).expect_code(0).stdout;
    assert_eq!(apart_from_date_and_pace(&report), apart_from_date_and_pace(&scored));
}

#[test]
fn a_skip_is_null_and_stays_so_after_going_back() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain"]).input("s\nskip\nb\nb\n\n\nq\n").expect_code(130);
    assert_eq!(ran.stderr.matches("You skipped this earlier. An empty line leaves it so.").count(), 3);
    assert_eq!(
        home.attempt()["body"]["answers"],
        json!({"leading-early-word": null, "leading-credit": null})
    );
}

#[test]
fn skipping_everything_gives_a_report_without_a_fit() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain"]).input("s\n".repeat(12)).expect_code(0).expect_plain();
    ran.expect_stdout(&expect![[r#"
        Shift lead fit
        full form, 0 of 12 answered, YYYY-MM-DD

          No verdict: nothing that the role needs could be scored.
          Too few answers on 7 scales that the role needs. `coofit take --from RESULT`
          lets you answer more.

          What the job needs: not scored
          What it gives you: not scored

        Before you act on it
          There are too few questions to tell whether your answers are consistent: that
          takes 14 ratings, and this form asks fewer. 100% of the questions have no
          answer.
          A mirror of your own answers, not a test of ability or a hiring tool.

          All scales   coofit report --full
          Web page     coofit report -o me.html
    "#]]);
    let report = home.mini(["report", "--format", "json"]).expect_code(0).json();
    assert!(report["fit"].is_object() && report["fit"]["score"].is_null(), "{}", report["fit"]);
    assert!(report["fit"]["reason"].is_string(), "{}", report["fit"]);
}

#[test]
fn a_question_says_why_it_is_asked() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain"]).input("?\nwhy\nq\n").expect_code(130);
    ran.expect_stderr(&expect![[r#"

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
        fell short.
        1. Almost never
        2. Seldom
        3. Sometimes
        4. Often
        5. Almost always
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        Why: A shift lead has to speak up while a fault is still small.
        Answer 1 to 5:
        Why: A shift lead has to speak up while a fault is still small.
        Answer 1 to 5:
        Nothing was answered, so nothing is saved.
    "#]]);
}

#[test]
fn quitting_and_going_on_keeps_the_form_and_says_so() {
    let home = Home::new();
    home.mini(["take", "--plain", "--form", "quick"])
        .input("4\n2\nq\n")
        .expect_code(130)
        .expect_plain()
        .ending("Saved.")
        .expect_stderr(&expect![[r#"
            Saved. `coofit` resumes at question 3 of 7.
        "#]]);
    let resumed = home.mini(["take", "--plain"]).input("").expect_code(130).expect_plain();
    let resumed = resumed.opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 2 answers. Resume at question 3 of 7 (quick form).
        To start over, add `--fresh`.

        Question 3 of 7. In the last 12 months: I wrote down the plan for the week
    "#]]);
    let with_form = home.mini(["take", "--plain", "--form", "full"]).input("").expect_code(130);
    assert_eq!(with_form.opening().stderr, resumed.stderr);
    home.mini(["take", "--plain"]).input("5\n1\n6\n40000\n4\n").expect_code(0).expect_plain();
    let body = &home.attempt()["body"];
    assert_eq!(body["form"], "quick");
    assert_eq!(body["answers"].as_object().expect("answers").len(), 7);
    assert!(body["finished"].is_i64());
}

#[test]
fn a_quiz_paused_at_every_question_gives_the_same_result() {
    let home = Home::new();
    for line in &MINI_LINES[..11] {
        home.mini(["take", "--plain"]).input(format!("{line}\n")).expect_code(130).expect_plain();
    }
    home.mini(["take", "--plain"]).input(lines(&MINI_LINES[11..])).expect_code(0);
    assert_eq!(home.attempt()["body"]["answers"], mini_answers());
}

#[test]
fn the_end_of_input_saves_also_without_a_line_feed() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n5").expect_code(130);
    assert_eq!(home.attempt()["body"]["answers"], json!({"leading-early-word": 4, "leading-credit": 5}));
}

#[test]
fn a_quiz_without_answers_saves_nothing() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain"]).input("q\n").expect_code(130).expect_plain();
    ran.ending("Answer 1 to 5:").expect_stderr(&expect![[r#"
        Answer 1 to 5:
        Nothing was answered, so nothing is saved.
    "#]]);
    assert_eq!(home.attempts().len(), 0);
}

#[test]
fn a_wrong_line_ends_a_piped_run_and_is_named() {
    let long = "1".repeat(10_000);
    let wrong = ["6", "0", "-1", "4.5", "４４", "yes", "", &long, "\0", "\x1b[A", "\u{feff}3"];
    let told = wrong.map(|wrong| {
        let home = Home::new();
        let input = format!("4\n{wrong}\n2\nq\n");
        let ran = home.mini(["take", "--plain", "--fresh"]).input(input).expect_code(3).expect_plain();
        assert_eq!(home.attempt()["body"]["answers"], json!({"leading-early-word": 4}), "{wrong:?}");
        ran.ending("Question ").ending("error: ").told()
    });
    expect![[r#"
        error: line 2 of the input: "6" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "0" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "-1" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "4.5" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "44" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "yes" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: There is no earlier answer to keep. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: That line is longer than 4096 bytes and was not read. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "<U+0000>" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "<U+001B>[a" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
        error: line 2 of the input: "<U+FEFF>3" is not one of the answers. Type a number from 1 to 5. Saved. `coofit` resumes at question 2 of 12.
    "#]].assert_eq(&told.concat());
    let input = b"4\n\xff\xfe\n2\n".to_vec();
    let ran = Home::new().mini(["take", "--plain"]).input(input).expect_code(3);
    ran.ending("error: ").expect_stderr(&expect![[r#"
        error: line 2 of the input: That line is not valid UTF-8 text and was not read.
        Saved. `coofit` resumes at question 2 of 12.
    "#]]);
}

#[test]
fn fresh_starts_over_and_keeps_the_paused_attempt() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    let [first] = &home.attempts()[..] else { panic!("one attempt") };
    let before = fs::read(first).expect("the attempt");
    let ran = home.mini(["take", "--plain", "--fresh"]).input("2\nq\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        There is a paused attempt of 1 answer. It is kept: `coofit take YYYY-MM-DD`
        resumes it.

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
    "#]]);
    assert_eq!(home.attempts().len(), 2);
    assert_eq!(fs::read(first).expect("the attempt"), before);
    home.mini(["history"]).expect_code(0).expect_stdout(&expect![[r#"
        Your results

                        Form  Score  Range  Answers
          YYYY-MM-DD    full                1 of 12, paused
          YYYY-MM-DD-2  full                1 of 12, paused
    "#]]);
}

#[test]
fn the_latest_attempt_resumes_even_within_a_second() {
    let home = Home::new();
    for n in 1..=3 {
        home.mini(["take", "--plain", "--fresh"]).input("4\n".repeat(n) + "q\n").expect_code(130);
    }
    home.mini(["take", "--plain"]).input("").expect_code(130).opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 3 answers. Resume at question 4 of 12 (full form,
        YYYY-MM-DD-3). To start over, add `--fresh`.

        Question 4 of 12. In the last 12 months: I wrote down the plan for the week
    "#]]);
}

#[test]
fn the_latest_result_is_shown_even_within_a_second() {
    let home = Home::new();
    home.finish_mini();
    let mut answers = MINI_LINES;
    answers[0] = "1";
    home.mini(["take", "--plain"]).input(lines(&answers)).expect_code(0);
    let report = home.mini(["report"]).expect_code(0).stdout;
    expect![[r#"  74 of 100     from "Some of it fits" to "It fits"     likely 49 to 98"#]]
        .assert_eq(report.lines().nth(2).unwrap_or_default());
}

#[test]
fn a_finished_quiz_is_followed_by_a_new_one() {
    let home = Home::new();
    home.finish_mini();
    home.mini(["take", "--plain"]).input("q\n").expect_code(130).opening().expect_stderr(&expect![[r#"

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
    "#]]);
}

#[test]
fn a_changed_bank_is_announced_on_going_on() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\n2\n5\n1\n1\nq\n").expect_code(130);
    copy_bank("mini", &home.path("bank"), |text| text.replace("\"tell\"", "\"tell-them\""));
    let bank = home.path("bank");
    home.run(["take", "--plain", "--bank"])
        .arg(&bank)
        .input("1\nq\n")
        .expect_code(130)
        .expect_plain()
        .opening().expect_stderr(&expect![[r#"
            You have a paused attempt of 6 answers. Resume at question 6 of 12 (full form). To start over, add `--fresh`. The bank has changed since you paused. Left out: 1 option no longer offered (`tell` of `scenes-outage`). All of them are kept in HOME/data/attempts/YYYY-MM-DD.json.earlier-1.

            Question 6 of 12. The till is down and the line grows. What do you do first?
        "#]]);
    let (kept, attempts): (Vec<_>, Vec<_>) =
        home.attempts().into_iter().partition(|path| path.to_string_lossy().contains(".earlier-"));
    let [kept, attempt] = [&kept, &attempts].map(|paths| fs::read_to_string(&paths[0]).expect("a file"));
    assert!(kept.contains("\"scenes-outage\":\"tell\""), "what the bank no longer takes is kept: {kept}");
    assert!(attempt.contains("\"scenes-outage\":\"tell-them\""), "{attempt}");
}

/// Copies a test bank, with its texts changed.
fn copy_bank(name: &str, to: &std::path::Path, change: impl Fn(&str) -> String) {
    fs::create_dir_all(to.join("roles")).expect("a directory");
    for (file, text) in crate::support::sources(&test_bank(name)).iter() {
        fs::write(to.join(file), change(text)).expect("a file");
    }
}

/// Numbers that are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }
}

/// An answer to every question of a form: the lines to type, and the answers object.
fn seeded_answers(bank: &Bank, form: Form, seed: u64) -> (String, Value) {
    let mut chance = Seeded(seed);
    let (mut typed, mut answers) = (String::new(), json!({}));
    for index in bank.form_items(form) {
        let item = &bank.items[index];
        let (line, answer) = match &item.kind {
            _ if chance.below(12) == 0 => ("s".to_owned(), Value::Null),
            ItemKind::Rating(format) => {
                let r = 1 + chance.below(format.labels.len());
                (r.to_string(), json!(r))
            }
            ItemKind::Choice(options) => {
                let option = chance.below(options.len());
                ((option + 1).to_string(), json!(options[option].id))
            }
            ItemKind::Checklist { options, .. } => {
                let ticks: Vec<usize> = (0..options.len()).filter(|_| chance.below(2) == 0).collect();
                let ids: Vec<&str> = ticks.iter().map(|tick| options[*tick].id.as_str()).collect();
                let numbers: Vec<String> = ticks.iter().map(|tick| (tick + 1).to_string()).collect();
                (if ids.is_empty() { "0".to_owned() } else { numbers.join(" ") }, json!(ids))
            }
            ItemKind::Number(range) => {
                let steps = f64::from(u32::try_from(chance.below(1000)).expect("under a thousand"));
                let x = (range.min + (range.max - range.min) * steps / 1000.0).floor().max(range.min);
                (x.to_string(), json!(x))
            }
        };
        typed += &(line + "\n");
        answers[&item.id] = answer;
    }
    (typed, answers)
}

#[track_caller]
fn check_built_in(form: Form, seed: u64) {
    let home = Home::new();
    let bank = parse::built_in();
    let (typed, answers) = seeded_answers(&bank, form, seed);
    let took = home.run(["take", "--plain", "--form", form.id()]).input(typed).expect_code(0).expect_plain();
    let asked = bank.form_items(form).count();
    assert_eq!(took.stderr.matches(&format!(" of {asked}. ")).count(), asked);
    let report = home.run(["report", "--format", "json"]).expect_code(0).expect_harmless();
    let file = json!({
        "format": 1, "bank": bank.id, "edition": bank.edition, "form": form.id(), "answers": answers,
    });
    let scored = home.run(["score", "-", "--format", "json"]).input(file.to_string()).expect_code(0);
    assert_eq!(apart_from_date_and_pace(&report.stdout), apart_from_date_and_pace(&scored.stdout));
    assert_eq!(signals_apart_from_pace(&report.json()), signals_apart_from_pace(&scored.json()));
    assert!(report.json()["fit"]["score"].is_f64(), "{}", report.json()["fit"]);
    // The same input gives the same bytes.
    let again = home.run(["report", "--format", "json"]).expect_code(0);
    assert_eq!(report.stdout, again.stdout);
}

#[test]
fn taking_the_full_form_and_scoring_its_file_agree() {
    check_built_in(Form::Full, 1);
}

#[test]
fn taking_the_quick_form_and_scoring_its_file_agree() {
    check_built_in(Form::Quick, 2);
}

#[test]
fn a_file_and_standard_input_are_scored_alike() {
    let home = Home::new();
    let file = home.write("answers.json", mini_file(&mini_answers()));
    for format in ["text", "json"] {
        let from_file = home.mini(["score", "--format", format]).arg(&file).expect_code(0).stdout;
        let piped = home.mini(["score", "-", "--format", format]).input(mini_file(&mini_answers()));
        assert_eq!(piped.expect_code(0).stdout, from_file);
    }
    assert!(!home.data().exists() && !home.path("xdg").exists(), "scoring saved something");
}

#[test]
fn an_impossible_answer_is_a_fault_and_never_a_skip() {
    let home = Home::new();
    let deep = "[".repeat(300) + &"]".repeat(300);
    let told = [
        ("years-in-charge", "1e999"),
        ("years-in-charge", "-1"),
        ("years-in-charge", "\"6\""),
        ("scenes-outage", "\"\\ud800\""),
        ("scenes-outage", "\"fly\""),
        ("scenes-outage", "1"),
        ("duties-had", deep.as_str()),
        ("duties-had", "[\"cash\", \"cash\"]"),
        ("duties-had", "[1e999]"),
        ("leading-credit", "1e999"),
        ("leading-credit", "0"),
        ("leading-credit", "6"),
        ("leading-credit", "4.5"),
        ("leading-credit", "true"),
        ("leading-credit", "256"),
        ("leading-credit", "{}"),
    ]
    .map(|(item, value)| {
        let text = mini_file(&json!({ item: null })).replace("null", value);
        let ran = home.mini(["score", "-"]).input(text).expect_code(3).expect_harmless();
        assert_eq!(ran.stdout, "", "{item} = {value}");
        ran.first_line()
    });
    expect![[r#"
        error: the answer to `years-in-charge` must be a number from 0 to 40, not `1e999`
        error: the answer to `years-in-charge` must be a number from 0 to 40, not `-1`
        error: the answer to `years-in-charge` must be a number from 0 to 40, not `"6"`
        error: the answer to `scenes-outage` must be one of its options, not `"\ud800"`
        error: the answer to `scenes-outage` must be one of its options, not `"fly"`
        error: the answer to `scenes-outage` must be one of its options, not `1`
        error: the answer to `duties-had` must be some of its options, each once, not `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...`
        error: the answer to `duties-had` must be some of its options, each once, not `["cash", "cash"]`
        error: the answer to `duties-had` must be some of its options, each once, not `[1e999]`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `1e999`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `0`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `6`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `4.5`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `true`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `256`
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `{}`
    "#]].assert_eq(&told.concat());
}

#[test]
fn all_faults_of_an_answers_file_are_shown_with_lines() {
    let home = Home::new();
    let text = "{\"format\": 1, \"bank\": \"mini\", \"edition\": \"1\",\n \"form\": \"full\",\n \"answers\": {\n  \
                \"leading-credit\": 9,\n  \"leading-credits\": 2,\n  \"scenes-outage\": \"tel\",\n  \
                \"planning-week\": 3,\n  \"planning-week\": 3\n }}\n";
    home.write("mine.json", text);
    let ran = home.mini(["score", "mine.json"]).expect_code(3).expect_harmless();
    ran.expect_stderr(&expect![[r#"
        error: the answer to `leading-credit` must be a whole number from 1 to 5, not `9`
         --> mine.json:4:21
          |
        4 |   "leading-credit": 9,
          |                     ^

        error: the bank has no item `leading-credits`
         --> mine.json:5:3
          |
        5 |   "leading-credits": 2,
          |   ^^^^^^^^^^^^^^^^^
          |
          = help: did you mean `leading-credit`?

        error: the answer to `scenes-outage` must be one of its options, not `"tel"`
         --> mine.json:6:20
          |
        6 |   "scenes-outage": "tel",
          |                    ^^^^^
          |
          = help: did you mean `tell`?

        error: `planning-week` is given twice
         --> mine.json:8:3
          |
        8 |   "planning-week": 3
          |   ^^^^^^^^^^^^^^^
          |
         ::: mine.json:7:3
          |
        7 |   "planning-week": 3,
          |   --------------- first given here
          |
          = help: keep one of them

        4 faults
    "#]]);
}

#[test]
fn a_file_of_another_kind_is_named() {
    let home = Home::new();
    let heads = [
        &b"\x1f\x8b\x08"[..],
        b"\x28\xb5\x2f\xfd",
        b"PK\x03\x04 [Content_Types].xml",
        b"%PDF-1.7",
        b"\x89PNG",
    ];
    let told = heads.map(|head| {
        let path = home.write("file", head);
        let commands = [&["score"][..], &["report"], &["compare"], &["take", "--plain", "--from"]];
        commands.map(|command| home.mini(command).arg(&path).expect_code(3).told()).concat()
    });
    expect![[r#"
        error: `HOME/file` is packed with gzip help: name the file of answers
        error: `HOME/file` is packed with gzip help: name the file of a saved result
        error: `HOME/file` is packed with gzip help: name the file of answers or a saved result
        error: `HOME/file` is packed with gzip help: name the file of answers or a saved result
        error: `HOME/file` is packed with zstd help: name the file of answers
        error: `HOME/file` is packed with zstd help: name the file of a saved result
        error: `HOME/file` is packed with zstd help: name the file of answers or a saved result
        error: `HOME/file` is packed with zstd help: name the file of answers or a saved result
        error: `HOME/file` is an Excel workbook (.xlsx) help: name the file of answers
        error: `HOME/file` is an Excel workbook (.xlsx) help: name the file of a saved result
        error: `HOME/file` is an Excel workbook (.xlsx) help: name the file of answers or a saved result
        error: `HOME/file` is an Excel workbook (.xlsx) help: name the file of answers or a saved result
        error: `HOME/file` is a PDF help: name the file of answers
        error: `HOME/file` is a PDF help: name the file of a saved result
        error: `HOME/file` is a PDF help: name the file of answers or a saved result
        error: `HOME/file` is a PDF help: name the file of answers or a saved result
        error: `HOME/file` is a picture help: name the file of answers
        error: `HOME/file` is a picture help: name the file of a saved result
        error: `HOME/file` is a picture help: name the file of answers or a saved result
        error: `HOME/file` is a picture help: name the file of answers or a saved result
    "#]]
    .assert_eq(&told.concat());
    let path = home.write("empty", "");
    home.mini(["score"]).arg(path).expect_code(3).expect_stderr(&expect![[r#"
        error: `HOME/empty` is empty; an answers file is JSON
          help: name an answers file, or ask for it again
    "#]]);
}

#[test]
fn broken_answers_files_are_refused() {
    let home = Home::new();
    let good = mini_file(&mini_answers());
    let told = [
        String::new(),
        "[]".into(),
        "null".into(),
        "{".into(),
        "{}".into(),
        good.replace("\"format\":1", "\"format\":2"),
        good.replace("\"form\":\"full\"", "\"form\":\"long\""),
        good.replace("\"edition\"", "\"editon\""),
        good.replace("\"answers\":{", "\"answers\":[{") + "]",
        good.clone() + "x",
        "[".repeat(100_000),
    ]
    .map(|text| {
        let ran = home.mini(["score", "-"]).input(text).expect_code(3).expect_harmless();
        ran.expect_stdout(&expect![[""]]).first_line()
    });
    expect![[r#"
        error: `standard input` is empty; an answers file is JSON
        error: answers have to be between braces, `{` and `}`
        error: answers have to be between braces, `{` and `}`
        error: the file ends too early
        error: the answers file has no `format`
        error: `format` must be 1
        error: `form` must be "full" or "quick"
        error: an answers file has no key `editon`
        error: the file cannot be read from here on
        error: the file cannot be read from here on
        error: answers have to be between braces, `{` and `}`
    "#]]
    .assert_eq(&told.concat());
    let score = |bytes: Vec<u8>| home.mini(["score", "-"]).input(bytes).expect_code(3);
    score(vec![b'{', 0xff]).expect_stderr(&expect![[r#"
        error: the answers file is not UTF-8 text: byte 2
        --> standard input
         = help: name an answers file, or ask for it again

        1 fault
    "#]]);
    score(vec![b' '; (1 << 20) + 1]).expect_stderr(&expect![[r#"
        error: `standard input` has more than 1048576 bytes, and an answers file has
        far fewer
          help: name an answers file, or ask for it again
    "#]]);
}

#[test]
fn another_bank_is_refused_and_another_edition_named() {
    let home = Home::new();
    let other = mini_file(&mini_answers()).replace("\"mini\"", "\"maxi\"");
    home.mini(["score", "-"]).input(other).expect_code(3).expect_stderr(&expect![[r#"
        error: these answers are to `maxi`, but this bank is `mini`
         --> standard input:1:301
          |
        1 | ..."tell","training-longest":"weeks","years-in-charge":6},"bank":"maxi","edition":"1","form":"full","format":1}
          |                                                                  ^^^^^^
          |
          = help: name its bank with `--bank DIR`

        1 fault
    "#]]);
    let edition = mini_file(&mini_answers()).replace("\"edition\":\"1\"", "\"edition\":\"0\"");
    home.mini(["score", "-"]).input(edition).expect_code(0).expect_stderr(&expect![[r#"
        note: these answers name edition `0` of the bank; they are scored with edition
        `1`
    "#]]);
}

#[test]
fn answers_outside_the_form_are_refused() {
    let home = Home::new();
    let quick = mini_file(&mini_answers()).replace("\"full\"", "\"quick\"");
    let ran = home.mini(["score", "-"]).input(quick).expect_code(3);
    assert_eq!(ran.first_line(), "error: the quick form does not ask `duties-had`\n");
    assert!(ran.stderr.ends_with("\n\n5 faults\n"), "{}", ran.stderr);
}

#[test]
fn a_missing_file_and_a_directory_are_named_as_faults() {
    let home = Home::new();
    home.mini(["score", "nowhere.json"]).expect_code(3).expect_told("`nowhere.json` cannot be read");
    home.mini(["score", "."]).expect_code(3).expect_stderr(&expect![[r#"
        error: `.` is a directory
          help: name the file of answers
    "#]]);
}

#[test]
fn a_report_replaces_a_file_only_with_force() {
    let home = Home::new();
    let answers = home.write("answers.json", mini_file(&mini_answers()));
    let score = |more: &[&str]| home.mini(["score", "--format", "json"]).arg(&answers).args(more);
    let printed = score(&[]).expect_code(0).stdout;
    let ran = score(&["-o", "report.json"]).expect_code(0);
    assert_eq!(ran.both(), "");
    assert_eq!(fs::read_to_string(home.path("report.json")).expect("the report"), printed);
    home.write("report.json", "mine");
    score(&["-o", "report.json"]).expect_code(1).expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: `report.json` is already there; name another file, or add `--force`
    "#]]);
    assert_eq!(fs::read(home.path("report.json")).expect("the file"), b"mine");
    score(&["-o", "report.json", "--force"]).expect_code(0);
    assert_eq!(fs::read_to_string(home.path("report.json")).expect("the report"), printed);
    assert_eq!(score(&["-o", "-"]).expect_code(0).stdout, printed);
    score(&["-o", "no/such/place"]).expect_code(1).expect_told("`no/such/place` could not be written");
    score(&["-o", ".", "--force"]).expect_code(1).expect_stderr(&expect![[r#"
        error: `.` is a directory; name a file
    "#]]);
    let names: Vec<_> = home.everything().into_iter().map(|(path, _)| path).collect();
    assert_eq!(names, [home.path("answers.json"), home.path("report.json")], "something was left behind");
}

// Not everybody may make links on Windows.
#[cfg(unix)]
#[test]
fn a_report_is_never_written_through_a_link() {
    let home = Home::new();
    let answers = home.write("answers.json", mini_file(&mini_answers()));
    let canary = home.write("canary", "untouched");
    for (link, target) in [("link", "canary"), ("dangling", "elsewhere")] {
        std::os::unix::fs::symlink(target, home.path(link)).expect("a link");
        for force in [&["-o", link][..], &["-o", link, "--force"]] {
            home.mini(["score"]).arg(&answers).args(force).expect_code(1);
            assert!(home.path(link).is_symlink());
        }
    }
    assert_eq!(fs::read(&canary).expect("the canary"), b"untouched");
    assert!(!home.path("elsewhere").exists());
    // A hard link is another name of the same file; the name is replaced, the file is not.
    fs::hard_link(&canary, home.path("hard")).expect("a hard link");
    home.mini(["score"]).arg(&answers).args(["-o", "hard", "--force"]).expect_code(0);
    assert_eq!(fs::read(&canary).expect("the canary"), b"untouched");
}

// Needs file modes.
#[cfg(unix)]
#[test]
fn a_report_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let answers = home.write("answers.json", mini_file(&mini_answers()));
    home.mini(["score", "-o", "report.txt"]).arg(&answers).expect_code(0);
    let mode = fs::metadata(home.path("report.txt")).expect("the report").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_json_report_has_every_field_of_the_contract() {
    let home = Home::new();
    let fields = json!({
        "format": 1, "bank": ["id", "edition"], "role": ["id", "title"], "form": 0, "answered": 0, "items": 0,
        "fit": ["score", "low", "high", "standard_error", "modest", "bold", "share", "bands", "without"],
        "sides": 0, "parts": 0, "floors": 0, "quality": ["verdict", "signals"], "effects": 0, "moves": 0,
        "steps": 0,
    });
    let scale = ["id", "title", "score", "standard_error", "attainment", "from", "to", "weight", "answered"];
    for answers in [mini_answers(), json!({}), json!({"leading-credit": 3, "pay-matters": 1})] {
        let report =
            home.mini(["score", "-", "--format", "json"]).input(mini_file(&answers)).expect_code(0).json();
        for (field, within) in fields.as_object().expect("an object") {
            assert!(report.get(field).is_some(), "{field} is missing");
            for inner in within.as_array().into_iter().flatten().filter_map(Value::as_str) {
                assert!(report[field].get(inner).is_some(), "{field}.{inner} is missing");
            }
        }
        for part in report["parts"].as_array().expect("parts") {
            for shown in part["scales"].as_array().expect("scales") {
                assert!(scale.iter().all(|key| shown.get(*key).is_some()), "{shown}");
                assert!(!shown["score"].is_null() || shown["reason"].is_string(), "{shown}");
            }
        }
        let ids: Vec<_> = report["quality"]["signals"].as_array().expect("signals").iter().collect();
        let ids: Vec<_> = ids.iter().filter_map(|signal| signal["id"].as_str()).collect();
        assert_eq!(ids, ["consistency", "longest-run", "pace", "skipped"]);
    }
}

#[test]
fn a_bank_without_a_role_has_scores_and_no_fit() {
    let home = Home::new();
    let file = json!({"format": 1, "bank": "plain", "edition": "1", "form": "full", "answers": {}});
    let bank = test_bank("plain");
    let ran = home.run(["score", "-", "--format", "json", "--bank"]).arg(&bank).input(file.to_string());
    let report = ran.expect_code(0).json();
    assert!(report["role"].is_null() && report["fit"]["score"].is_null(), "{report}");
    home.run(["role", "--bank"]).arg(&bank).expect_code(1).expect_stderr(&expect![[r#"
        error: the bank `plain` has no role
    "#]]);
}

#[test]
fn wrong_usage_exits_with_2_and_writes_nothing() {
    let home = Home::new();
    let told = [
        &["--nonsense"][..],
        &["nonsense"],
        &["take", "--form", "long"],
        &["take", "a", "b"],
        &["take", "a", "--fresh"],
        &["score"],
        &["score", "-", "--format", "pdf"],
        &["score", "-", "-o"],
        &["report", "a", "b"],
        &["history", "x"],
        &["bank", "burn"],
        &["bank", "show", "--format", "html5"],
        &["completions"],
        &["completions", "cmd"],
        &["--color", "sometimes", "history"],
        &["take", "--data-dir"],
    ]
    .map(|args| home.run(args).expect_code(2).expect_harmless().expect_stdout(&expect![[""]]).first_line());
    expect![[r#"
        error: unexpected argument '--nonsense' found
        error: unrecognized subcommand 'nonsense'
        error: invalid value 'long' for '--form <FORM>'
        error: unexpected argument 'b' found
        error: the argument '[RESULT]' cannot be used with '--fresh'
        error: the following required arguments were not provided:
        error: invalid value 'pdf' for '--format <FORMAT>'
        error: a value is required for '--output <FILE>' but none was supplied
        error: unexpected argument 'b' found
        error: unexpected argument 'x' found
        error: unrecognized subcommand 'burn'
        error: invalid value 'html5' for '--format <FORMAT>'
        error: the following required arguments were not provided:
        error: invalid value 'cmd' for '<SHELL>'
        error: invalid value 'sometimes' for '--color <WHEN>'
        error: a value is required for '--data-dir <DIR>' but none was supplied
    "#]]
    .assert_eq(&told.concat());
    // A command that has commands of its own names them.
    home.run(["bank"]).expect_code(2).expect_harmless().expect_stderr(&expect![[r#"
        Check or show a question bank

        Usage: coofit bank [OPTIONS] <COMMAND>

        Commands:
          check   Show every fault of a bank, with its line
          audit   Test a bank on simulated answers: how accurate the score is, and
                  whether a wrong key would show
          new     Write a small working bank to start from, or the header of a group's
                  file
          export  Write the questions for a survey tool, without points
          import  Make a bank from a table of items or a survey tool's file
          show    Show a bank as people read it
          help    Print this message or the help of the given subcommand(s)

        Options:
          -h, --help  Print help

        Options of every command:
              --bank <DIR>      Use the question bank in this directory instead of the
                                built-in one
              --data-dir <DIR>  Keep answers in this directory (also `COOFIT_DATA_DIR`;
                                else the XDG data directory on Linux, Application
                                Support on macOS, local application data on Windows)
              --color <WHEN>    When to use color [default: auto] [possible values:
                                auto, always, never]
    "#]]);
    assert_eq!(home.everything(), []);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let home = Home::new();
    let help = home.run(["--help"]).expect_code(0).expect_harmless();
    let commands = help.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
    // The second line of an entry is further in.
    let commands = commands.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    for line in commands.filter(|line| !line.starts_with("  help")) {
        let command = line.split_whitespace().next().expect("a command");
        home.run([command, "--help"]).expect_code(0).expect_harmless();
    }
    assert_eq!(help.stderr, "");
    let version = home.run(["--version"]).expect_code(0).stdout;
    let (program, edition) = (env!("CARGO_PKG_VERSION"), crate::support::bank("questions").edition);
    let built_for = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    let start = format!("coofit {program} (bank coo, edition {edition}, {built_for}");
    assert!(version.starts_with(&start) && version.ends_with(")\n"), "{version}");
    // Nobody is there to choose from a menu.
    assert_eq!(home.run::<&str>([]).input("3\n").expect_code(0).expect_harmless().stdout, help.stdout);
    assert_eq!(home.run(["help"]).expect_code(0).stdout, help.stdout);
    let shown = help.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    expect![[r#"
        Measure how well you and a role fit, and see how sure that is.

        Without a command, coofit offers the quiz, or to resume the one that was paused.
        Every answer is saved as it is given; nothing leaves this computer.

        Usage: coofit [OPTIONS] [COMMAND]

        Commands:
          take         Take the quiz, or resume the one that was paused
          score        Score an answers file; nothing is saved
          report       Show a saved result again (default: the latest)
          page         Write the questions as one page that asks in a browser
          history      List every saved result, with its score
          compare      Compare two results, or your own with what observers saw
          evidence     Add examples for your strengths; they are never scored
          forget       Remove a result, or everything, for good
          role         What the career is like: every fact dated and sourced
          bank         Check or show a question bank
          cohort       Score many respondents: a survey tool's export in, a CSV of
                       scores out
          completions  Print the completions for a shell
          man          Write the manual pages into a directory
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help
                  Print help (see a summary with '-h')

          -V, --version
                  Print version

        Options of every command:
              --bank <DIR>
                  Use the question bank in this directory instead of the built-in one

              --data-dir <DIR>
                  Keep answers in this directory (also `COOFIT_DATA_DIR`; else the XDG
                  data directory on Linux, Application Support on macOS, local
                  application data on Windows)

              --color <WHEN>
                  When to use color

                  [default: auto]
                  [possible values: auto, always, never]

        Start here:
          coofit                    a short menu: take the quiz, resume, read
          coofit take --form quick  about six minutes
          coofit report --explain   the whole arithmetic of the latest result
          coofit role               what the job is like, dated and sourced

        Exit codes: 0 done; 1 failed; 2 wrong usage; 3 the input is at fault; 128 + n
        after signal n, and 130 when the quiz is left unfinished."#]]
    .assert_eq(&shown);
    assert!(home.run(["help", "bank", "new"]).expect_code(0).stdout.contains("Usage: coofit bank new"));
}

#[test]
fn without_a_result_there_is_nothing_to_report() {
    let home = Home::new();
    home.mini(["report"]).expect_code(1).expect_plain().expect_stderr(&expect![[r#"
        error: there is no finished result in HOME/data/attempts; `coofit` takes the quiz
    "#]]);
    home.mini(["history"]).expect_code(0).expect_plain().expect_stderr(&expect![[r#"
        there are no results in HOME/data/attempts
    "#]]);
    assert!(!home.data().exists(), "looking made a directory");
    home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    home.mini(["report"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no finished result in HOME/data/attempts; `coofit` takes the quiz
    "#]]);
    home.mini(["report", "2001-01-01"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no result `2001-01-01`; `coofit history` lists them
    "#]]);
}

#[test]
fn a_result_is_found_by_its_name_or_its_file() {
    let home = Home::new();
    home.finish_mini();
    let file = home.attempts().remove(0);
    let name = file.file_stem().expect("a name").to_owned();
    let latest = home.mini(["report"]).expect_code(0).expect_plain().stdout;
    for result in [name, file.into_os_string()] {
        let shown = home.mini(["report"]).arg(&result).expect_code(0).stdout;
        // It says how to show that result again; a long path goes over two lines.
        let again = format!("coofit report {} --full", result.display());
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        assert!(bare(&shown).contains(&bare(&again)), "{shown}");
        let above = |text: &str| text.split_once("All scales").map(|(above, _)| above.to_owned());
        assert_eq!(above(&shown), above(&latest));
    }
}

#[test]
fn an_unfinished_attempt_is_reported_as_such() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    let name = home.attempts().remove(0).file_stem().expect("a name").to_owned();
    let ran = home.mini(["report"]).arg(&name).expect_code(0).expect_stderr(&expect![[r#"
        note: this attempt is not finished; `coofit take YYYY-MM-DD` resumes it
    "#]]);
    assert!(ran.stdout.contains("1 of 12 answered"), "{}", ran.stdout);
}

#[test]
fn results_of_another_bank_are_listed_but_not_scored_here() {
    let home = Home::new();
    home.finish_mini();
    home.run(["history"]).expect_code(0).expect_plain().expect_stdout(&expect![[r#"
        Your results

                      Form  Score  Range  Answers
          YYYY-MM-DD  full
            of the bank mini
    "#]]);
    home.run(["report"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no finished result in HOME/data/attempts; `coofit` takes the quiz
    "#]]);
    let file = home.attempts().remove(0);
    home.run(["report"]).arg(&file).expect_code(1).expect_stderr(&expect![[r#"
        error: these answers are to the bank `mini`, but this bank is `coo`; name
        theirs with `--bank DIR`
    "#]]);
    // And the other bank's quiz starts at its beginning.
    home.run(["take", "--plain"]).input("q\n").expect_code(130).opening().expect_stderr(&expect![[r#"

        Skills. First come statements about your work in the last 12 months, then short
        scenes from a COO's day. If something never came up, you can skip it. About 13
        minutes left.
        Question 1 of 96. In the last 12 months: I checked the latest numbers before I
    "#]]);
}

#[test]
fn history_lists_what_is_finished_and_what_is_paused() {
    let home = Home::new();
    home.finish_mini();
    home.mini(["take", "--plain"]).input("4\ns\nq\n").expect_code(130);
    home.mini(["take", "--plain", "--observe", "Ann"]).input("4\nq\n").expect_code(130);
    home.mini(["history"]).expect_code(0).expect_plain().expect_stdout(&expect![[r#"
        Your results

                        Form  Score  Range      Answers
          YYYY-MM-DD    full     91  70 to 100  12 of 12         ───────────────━━━━●━━
          YYYY-MM-DD-2  full                    2 of 12, paused
          YYYY-MM-DD-3  full
            about Ann, paused
    "#]]);
}

#[test]
fn a_role_is_shown_listed_and_corrected() {
    let home = Home::new();
    let shown = home.mini(["role"]).expect_code(0).expect_plain().stdout;
    assert!(shown.starts_with("Shift lead "), "{shown}");
    assert_eq!(home.mini(["role", "lead"]).expect_code(0).stdout, shown);
    assert_eq!(home.mini(["role", "--list"]).expect_code(0).stdout, "lead  Shift lead\n");
    home.mini(["role", "laed"]).expect_code(2).expect_stderr(&expect![[r#"
        error: the bank has no role `laed`; did you mean `lead`?
    "#]]);
    home.mini(["take", "--plain", "--role", "boss"]).expect_code(2).expect_stderr(&expect![[r#"
        error: the bank has no role `boss`; it has `lead`
    "#]]);
    let ran = home.mini(["score", "nothing.json"]).expect_code(3);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    home.mini(["score", "-", "--role", "boss"]).expect_code(2).expect_stderr(&expect![[r#"
        error: the bank has no role `boss`; it has `lead`
    "#]]);
    let built_in = home.run(["role"]).expect_code(0).expect_plain().stdout;
    assert!(built_in.contains("Chief Operating Officer"), "{built_in}");
}

#[test]
fn bank_check_has_a_result_for_each_kind_of_bank() {
    let home = Home::new();
    let good = home.run(["bank", "check"]).expect_code(0).expect_harmless();
    assert!(good.stdout.contains("no faults"), "{}", good.stdout);
    let warned = home.run(["bank", "check"]).arg(test_bank("mini")).expect_code(0).expect_harmless();
    assert!(warned.stdout.contains("warning[few-items]") && warned.stdout.contains("work.toml:10:6"));
    assert!(warned.stdout.contains("no faults, 4 warnings"), "{}", warned.stdout);
    let faulty = home.path("faulty");
    copy_bank("mini", &faulty, |text| {
        text.replacen("quick = true", "quik = true", 1).replacen("scale = \"pay\"", "scale = \"pays\"", 1)
    });
    let ran = home.run(["bank", "check"]).arg(&faulty).expect_code(3).expect_harmless();
    ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: item `pay-needed` names the scale `pays`, which the bank does not declare
          --> outlook.toml:11:9
           |
        11 | scale = "pays"
           |         ^^^^^^
           |
           = help: did you mean `pay`?

        error: item `pay-needed` has no key `quik`
          --> outlook.toml:19:1
           |
        19 | quik = true
           | ^^^^
           |
           = help: did you mean `quick`?

        error: item `years-in-charge` has no key `quik`
          --> past.toml:35:1
           |
        35 | quik = true
           | ^^^^
           |
           = help: did you mean `quick`?

        error: requirement number 7 names the scale `pays`, which the bank does not declare
          --> roles/lead.toml:43:9
           |
        43 | scale = "pays"
           |         ^^^^^^
           |
           = help: did you mean `pay`?

        error: item `leading-early-word` has no key `quik`
          --> work.toml:31:1
           |
        31 | quik = true
           | ^^^^
           |
           = help: did you mean `quick`?

        5 faults
    "#]]);
    home.run(["bank", "check", "nowhere"]).expect_code(3).expect_told("the bank `nowhere` cannot be read");
    fs::create_dir(home.path("empty")).expect("a directory");
    let checked = home.run(["bank", "check", "empty"]).expect_code(3).expect_stderr(&expect![[r#"
        error: there is no `bank.toml`
          help: `coofit bank new DIR` writes a small bank to start from
    "#]]);
    let taken = home.run(["take", "--plain", "--bank", "empty"]).expect_code(3);
    assert_eq!(taken.stderr, checked.stderr);
}

#[test]
fn every_command_refuses_a_faulty_bank() {
    let home = Home::new();
    home.write("bank.toml", "format = 1\n");
    let commands =
        [&["take", "--plain"][..], &["score", "-"], &["report"], &["history"], &["role"], &["bank", "show"]];
    let told =
        commands.map(|args| home.run(args).args(["--bank", "."]).expect_code(3).expect_harmless().both());
    expect![[r#"
        error: `bank.toml` has no `id`
         --> bank.toml:1:1
          |
        1 | format = 1
          | ^^^^^^^^^^
          |
          = help: add `id = ...`

        error: `bank.toml` has no `title`
         --> bank.toml:1:1
          |
        1 | format = 1
          | ^^^^^^^^^^
          |
          = help: add `title = ...`

        error: `bank.toml` has no `edition`
         --> bank.toml:1:1
          |
        1 | format = 1
          | ^^^^^^^^^^
          |
          = help: add `edition = ...`

        error: the bank has no `[[part]]`
         --> bank.toml:1:1
          |
        1 | format = 1
          | ^
          |
          = help: add one with an `id`, a `title` and a `file`

        4 faults
    "#]]
    .assert_eq(&told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert!(!home.data().exists());
}

#[test]
fn other_files_are_ignored_but_odd_bank_files_are_named() {
    let home = Home::new();
    let bank = home.path("bank");
    copy_bank("mini", &bank, str::to_owned);
    fs::write(bank.join("README.md"), [0xff, 0xfe]).expect("a file");
    home.run(["bank", "check"]).arg(&bank).expect_code(0);
    fs::write(bank.join("odd.toml"), [b'a', 0xff]).expect("a file");
    home.run(["bank", "check", "bank"]).expect_code(3).expect_stderr(&expect![[r#"
        error: `odd.toml` is not UTF-8 text: byte 2
          help: save the file as UTF-8
    "#]]);
    fs::remove_file(bank.join("odd.toml")).expect("a file");
    fs::create_dir(bank.join("odd.toml")).expect("a directory");
    home.run(["bank", "check", "bank"]).expect_code(3).expect_stderr(&expect![[r#"
        error: `odd.toml` is not a regular file
    "#]]);
    fs::remove_dir(bank.join("odd.toml")).expect("a directory");
    fs::write(bank.join("odd.toml"), vec![b'#'; (1 << 20) + 1]).expect("a file");
    home.run(["bank", "check", "bank"]).expect_code(3).expect_stderr(&expect![[r#"
        error: `odd.toml` has 1048577 bytes; a bank file may have 1048576
    "#]]);
}

#[test]
fn files_of_editors_and_systems_are_ignored() {
    let home = Home::new();
    let bank = home.path("bank");
    copy_bank("mini", &bank, str::to_owned);
    for name in ["._bank.toml", ".work.toml", "roles/._lead.toml", "roles/.#lead.toml"] {
        fs::write(bank.join(name), [0, 5, 0x16, 7]).expect("a file");
    }
    home.run(["bank", "check"]).arg(&bank).expect_code(0);
}

#[test]
fn a_part_is_found_however_its_accents_are_spelled() {
    let (composed, apart) = ("f\u{fc}hren.toml", "fu\u{308}hren.toml");
    for (named, listed) in [(composed, apart), (apart, composed), (apart, apart), (composed, composed)] {
        let home = Home::new();
        let bank = home.path("bank");
        copy_bank("mini", &bank, |text| text.replace("work.toml", named));
        fs::rename(bank.join("work.toml"), bank.join(listed)).expect("renamed");
        home.run(["bank", "check"]).arg(&bank).expect_code(0);
        if cfg!(target_os = "linux") {
            let other = if listed == apart { composed } else { apart };
            fs::copy(bank.join(listed), bank.join(other)).expect("copied");
            let ran = home.run(["bank", "check"]).arg(&bank).expect_code(3);
            ran.expect_told("is there twice, in two spellings that look the same");
        }
    }
}

#[test]
fn a_folder_with_too_many_files_is_refused() {
    let home = Home::new();
    let bank = home.path("bank");
    copy_bank("mini", &bank, str::to_owned);
    for number in 0..1000 {
        fs::write(bank.join(format!("roles/{number}.toml")), "").expect("a file");
    }
    home.run(["bank", "check", "bank"]).expect_code(3).expect_stderr(&expect![[r#"
        error: `bank/roles` has more than 1000 TOML files; no bank has so many
          help: name the directory of one bank, or remove what is not part of it
    "#]]);
}

#[test]
fn bank_show_holds_every_question_in_both_formats() {
    let home = Home::new();
    for name in ["mini", "mixed", "plain", "long"] {
        let bank = crate::support::bank(&format!("tests/data/banks/{name}"));
        let show =
            |format| home.run(["bank", "show", "--format", format]).arg(test_bank(name)).expect_code(0);
        let (text, shown) = (show("text").expect_harmless(), show("json").expect_harmless().json());
        let ids: Vec<&str> =
            shown["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect();
        let expect: Vec<&str> = bank.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, expect);
        let kinds: Vec<&str> = shown["scales"]
            .as_array()
            .expect("scales")
            .iter()
            .filter_map(|scale| scale["kind"].as_str())
            .collect();
        let words = ["trait", "situational", "fact"];
        assert!(
            kinds.len() == bank.scales.len() && kinds.iter().all(|kind| words.contains(kind)),
            "{kinds:?}"
        );
        for item in &bank.items {
            assert!(text.stdout.contains(&item.ask) && text.stdout.contains(&format!("[{}]", item.id)));
        }
    }
}

#[test]
fn completions_name_commands_results_roles_and_folders() {
    let home = Home::new();
    home.finish_mini();
    let name = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
    fs::create_dir(home.path("folder")).expect("a directory");
    home.write("file.json", "");
    let folder = format!("folder{}", std::path::MAIN_SEPARATOR);
    let complete = |words: &[&str]| {
        let run =
            home.run(["--", "coofit"]).args(words).env("COOFIT_COMPLETE", "bash").env("_CLAP_IFS", "\n");
        let run = run.env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        run.env("_CLAP_COMPLETE_COMP_TYPE", "9").expect_code(0).stdout
    };
    for (words, found, not) in [
        (&[""][..], "history", "file.json"),
        (&["take", "--"], "--observe", "history"),
        (&["report", ""], name.as_str(), "folder2"),
        (&["report", "f"], "file.json", &name),
        (&["forget", ""], &name, "file.json"),
        (&["role", ""], "chief-executive", "file.json"),
        (&["report", "--bank", ""], folder.as_str(), "file.json"),
    ] {
        let got = complete(words);
        assert!(got.contains(found) && !got.contains(not), "{words:?}: {got}");
    }
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let home = Home::new();
    for args in [
        &["bank", "show"][..],
        &["bank", "show", "--format", "json"],
        &["role"],
        &["completions", "zsh"],
        &["--help"],
    ] {
        let ran = home.run(args).with_a_reader_that_leaves().expect_code(0);
        assert_eq!(ran.stderr, "", "{args:?}");
    }
    for args in [&["score", "-"][..], &["score", "-", "--format", "json"]] {
        let run = home.mini(args).input(mini_file(&mini_answers()));
        assert_eq!(run.with_a_reader_that_leaves().expect_code(0).stderr, "", "{args:?}");
    }
    let take = home.mini(["take", "--plain"]).input(lines(&MINI_LINES));
    let ran = take.with_a_reader_that_leaves().expect_code(0).ending("Question 12 of 12");
    ran.ending("Answered:").expect_stderr(&expect![[r#"
        Answered: Quite a lot.
    "#]]);
    assert!(home.attempt()["body"]["finished"].is_i64());
}

// Needs /dev/full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_a_failure() {
    let home = Home::new();
    let script = format!("exec {PROGRAM} role >/dev/full");
    home.through("sh", ["-c", &script]).expect_code(1).expect_told("the result could not be printed");
}

#[test]
fn the_flag_decides_on_color_then_the_environment() {
    let home = Home::new();
    let role = |flags: &[&str], set: &[(&str, &str)]| {
        let run = set.iter().fold(home.mini(["role"]).args(flags), |run, (name, value)| run.env(name, value));
        run.expect_code(0).stdout.contains('\u{1b}')
    };
    assert!(!role(&[], &[]), "a pipe got colour");
    assert!(role(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!role(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!role(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(role(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
    assert!(!role(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(role(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!role(&["--color", "auto"], &[("TERM", "xterm-256color")]));
}

#[test]
fn color_changes_no_word_and_no_file() {
    let home = Home::new();
    let file = mini_file(&mini_answers());
    let score =
        |flags: &[&str]| home.mini(["score", "-"]).args(flags).input(file.clone()).expect_code(0).stdout;
    let (plain, colored) = (score(&[]), score(&["--color", "always"]));
    assert_eq!(console::strip_ansi_codes(&colored), plain);
    assert_ne!(colored, plain);
    score(&["--color", "always", "-o", "report.txt"]);
    assert_eq!(fs::read_to_string(home.path("report.txt")).expect("the report"), plain);
    assert!(!score(&["--color", "always", "--format", "json"]).contains('\u{1b}'));
}

#[test]
fn long_titles_stay_within_the_page() {
    let home = Home::new();
    let bank = home.path("bank");
    let long = "A very long title that goes on and on, well over what one line of a page can hold at all";
    copy_bank("mini", &bank, |text| {
        let line = |line: &str| match line {
            _ if line.starts_with("title = ") => format!("title = \"{long}\"\n"),
            _ => format!("{line}\n"),
        };
        text.lines().map(line).collect()
    });
    let bank = bank.to_str().expect("a path in UTF-8");
    home.run(["take", "--plain", "--bank", bank]).input(lines(&MINI_LINES)).expect_code(0).expect_plain();
    home.run(["report", "--bank", bank]).expect_code(0).expect_plain();
    home.run(["role", "--bank", bank]).expect_code(0).expect_plain();
}

#[test]
fn every_page_from_40_columns_up_keeps_within_them() {
    use coofit::render::{Layout, Writer, write};
    let built_in = parse::built_in();
    let banks: Vec<Bank> = ["mini", "mixed", "plain", "long"]
        .into_iter()
        .map(|name| crate::support::bank(&format!("tests/data/banks/{name}")))
        .chain([built_in])
        .collect();
    for bank in &banks {
        let (_, answers) = seeded_answers(bank, Form::Full, 3);
        for answers in [answers, json!({})] {
            let responses = crate::results::given(bank, Form::Full, &answers);
            let role = bank.own_role();
            let about = coofit::report::About::default();
            let report = coofit::report::Report::new(bank, role, &responses, &about);
            for (width, bars) in
                [(40, true), (40, false), (59, true), (60, true), (61, false), (80, true), (200, true)]
            {
                let layout = Writer::Text(Layout { width, color: false, aloud: !bars, full: true });
                let role = role.map(|role| {
                    coofit::report::role::document(role, None, coofit::bank::Month { year: 2026, month: 11 })
                });
                let text = write(&coofit::report::sections::document(&report), layout)
                    + &role.map_or_else(String::new, |role| write(&role, layout));
                for line in text.lines() {
                    let columns = UnicodeWidthStr::width(line);
                    assert!(columns <= width, "{} at {width}: {columns} columns: {line}", bank.id);
                }
            }
        }
    }
}

#[test]
fn no_command_writes_anything_but_attempts() {
    let home = Home::new();
    home.finish_mini();
    let before = home.everything();
    for args in [
        &["report"][..],
        &["history"],
        &["role"],
        &["bank", "check"],
        &["bank", "show"],
        &["completions", "bash"],
    ] {
        home.mini(args).expect_code(0);
    }
    home.mini(["score", "-"]).input(mini_file(&mini_answers())).expect_code(0);
    assert_eq!(home.everything(), before);
    let names: Vec<_> = before.into_iter().map(|(path, _)| path).collect();
    let attempt = home.attempts().remove(0);
    assert_eq!(names, [home.data(), home.data().join("attempts"), attempt, home.data().join("lock")]);
}

#[test]
fn a_fault_in_color_is_not_escaped() {
    let home = Home::new();
    fs::create_dir(home.path("bank")).expect("a directory");
    home.write("bank/bank.toml", "format = \"\\u001b[31m\"\n");
    let told = home.run(["--color", "always", "bank", "check", "bank"]).expect_code(3).stderr;
    assert!(
        told.contains("\u{1b}[1m") && !told.contains("<U+001B>[1m") && !told.contains("\u{1b}[31m"),
        "{told}"
    );
}
