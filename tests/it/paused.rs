//! Several attempts side by side: paused ones stay reachable, and new ones start with earlier answers.

use std::fs;
#[cfg(unix)]
use std::path::Path;

use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, MINI_LINES, lines, mini_answers, mini_file};
use crate::results::Kept;

/// The saved attempts' bodies, by file name.
fn bodies(home: &Home) -> Vec<Value> {
    let files = home.attempts().into_iter();
    files
        .map(|path| {
            let file: Value = serde_json::from_slice(&fs::read(path).expect("the attempt")).expect("JSON");
            file["body"].clone()
        })
        .collect()
}

/// A home with two paused attempts: of three answers, then of one.
fn two_paused() -> Home {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\n2\nq\n").expect_code(130);
    home.mini(["take", "--plain", "--fresh", "--form", "quick"]).input("5\nq\n").expect_code(130);
    home
}

#[test]
fn starting_over_names_what_is_paused_and_keeps_it_reachable() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\n2\nq\n").expect_code(130);
    let day = bodies(&home)[0]["id"].as_str().expect("an id").to_owned();
    let ran = home.mini(["take", "--plain", "--fresh"]).input("5\nq\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        There is a paused attempt of 3 answers. It is kept: `coofit take YYYY-MM-DD`
        resumes it.

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
    "#]]);
    let ran = home.mini(["take", "--plain"]).arg(&day).input("q\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"

        Question 4 of 12. In the last 12 months: I wrote down the plan for the week
    "#]]);
}

#[test]
fn the_last_attempt_resumes_even_if_the_clock_is_wrong() {
    let home = two_paused();
    // The clock was set back a year before the second one.
    for path in home.attempts() {
        let text = fs::read_to_string(&path).expect("the attempt");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let mut body = file["body"].clone();
        if body["form"] == "quick" {
            for time in ["started", "saved"] {
                body[time] = json!(body[time].as_i64().expect("a time") - 365 * 86400);
            }
            fs::write(&path, crate::results::sealed("coofit-attempt", &body)).expect("the attempt");
        }
    }
    let ran = home.mini(["take", "--plain"]).input("q\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 1 answer. Resume at question 2 of 7 (quick form,
        YYYY-MM-DD-2). To start over, add `--fresh`.

        Question 2 of 7. In the last 12 months: I did a task myself because explaining
    "#]]);
    // Resuming the other one makes that the last.
    let full = bodies(&home).into_iter().find(|body| body["form"] == "full").expect("the full form");
    home.mini(["take", "--plain", full["id"].as_str().expect("an id")]).input("5\nq\n").expect_code(130);
    let ran = home.mini(["take", "--plain"]).input("q\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 4 answers. Resume at question 5 of 12 (full form,
        YYYY-MM-DD). To start over, add `--fresh`.

        Question 5 of 12. In the last 12 months: I found out on the day that something
    "#]]);
}

#[test]
fn a_paused_quiz_keeps_its_form_and_says_so() {
    let home = Home::new();
    home.mini(["take", "--plain", "--form", "quick"]).input("5\nq\n").expect_code(130);
    let ran = home.mini(["take", "--plain", "--form", "full"]).input("q\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 1 answer. Resume at question 2 of 7 (quick form).
        To start over, add `--fresh`.

        Question 2 of 7. In the last 12 months: I did a task myself because explaining
    "#]]);
}

#[test]
fn only_a_paused_attempt_is_resumed_by_name() {
    let home = Home::new();
    home.finish_mini();
    let id = bodies(&home)[0]["id"].as_str().expect("an id").to_owned();
    home.mini(["take", "--plain", "nobody"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no result `nobody`; `coofit history` lists them
    "#]]);
    home.mini(["take", "--plain"]).arg(&id).expect_code(1).expect_stderr(&expect![[r#"
        error: `YYYY-MM-DD` is finished; `coofit take --from YYYY-MM-DD` starts with
        its answers
    "#]]);
    assert_eq!(home.attempts().len(), 1);
}

#[test]
fn a_finished_result_is_corrected_as_a_new_one() {
    let home = Home::new();
    home.finish_mini();
    let before = bodies(&home).remove(0);
    let id = before["id"].as_str().expect("an id");
    // Another first answer; an empty line keeps each of the others. A break in between changes nothing.
    let ran = home.mini(["take", "--plain", "--from", id]).input("1\n\n\nq\n").expect_code(130);
    let ran = ran.expect_told("Question 1 of 12").expect_told("Your earlier answer: 4, Often.");
    ran.ending("Saved.").expect_stderr(&expect![[r#"
        Saved. `coofit` resumes at question 4 of 12.
    "#]]);
    home.mini(["take", "--plain"]).input("\n".repeat(9)).expect_code(0);
    let after = bodies(&home);
    assert_eq!(after.len(), 2);
    assert!(after.contains(&before), "the result is as it was");
    let new = after.iter().find(|body| **body != before).expect("a new one");
    let mut expect = mini_answers();
    expect["leading-early-word"] = json!(1);
    assert_eq!(new["answers"], expect);
    assert!(new["finished"].is_i64());
}

#[test]
fn an_answers_file_continues_at_the_first_question_not_reached() {
    let home = Home::new();
    // A skip is null; the fourth question was not reached.
    let part = json!({"leading-early-word": 4, "leading-credit": null, "leading-own-hands": 2});
    let file = home.write("answers.json", mini_file(&part));
    let ran =
        home.mini(["take", "--plain", "--from"]).arg(&file).input(lines(&MINI_LINES[3..])).expect_code(0);
    ran.opening().expect_stderr(&expect![[r#"
        This starts with 2 answers of HOME/answers.json.

        Question 4 of 12. In the last 12 months: I wrote down the plan for the week
    "#]]);
    let body = bodies(&home).remove(0);
    assert!(body["answers"]["leading-credit"].is_null() && body["answers"]["planning-week"] == 5);
    assert_eq!(body["answers"].as_object().expect("answers").len(), 12);
}

#[test]
fn a_directory_or_pipe_given_as_a_file_is_named() {
    let home = Home::new();
    let told = |path: &str| {
        [&["report"][..], &["take", "--plain", "--from"], &["compare", path], &["score"]]
            .map(|args| home.mini(args).arg(path).expect_code(3).stderr)
            .concat()
    };
    fs::create_dir(home.path("folder")).expect("a directory");
    let folder = told("folder");
    expect![[r#"
        error: `folder` is a directory
          help: name the file of a saved result
        error: `folder` is a directory
          help: name the file of answers or a saved result
        error: `folder` is a directory
          help: name the file of answers or a saved result
        error: `folder` is a directory
          help: name the file of answers
    "#]]
    .assert_eq(&folder);
    #[cfg(unix)]
    {
        home.through("mkfifo", [home.path("pipe")]).expect_code(0);
        assert_eq!(told("pipe"), folder.replace("folder", "pipe").replace("a directory", "a pipe"));
    }
}

#[test]
fn a_sync_programs_copy_is_named_once_and_never_counts() {
    let home = Home::new();
    home.finish_mini();
    let file = home.attempts().remove(0);
    let id = file.file_stem().expect("a name").to_string_lossy().into_owned();
    for name in [format!("{id} (conflicted copy)"), format!("{id}-DESKTOP-AB12"), format!("{id} 2")] {
        fs::copy(&file, file.with_file_name(format!("{name}.json"))).expect("a copy");
    }
    let history = home.mini(["history"]).expect_code(0);
    assert_eq!(history.stdout.lines().count(), 4, "{}", history.stdout);
    let history = history.expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD 2.json is left out: it is a copy of `YYYY-MM-DD`, made by a sync program or by hand; compare the two and delete one
        warning: HOME/data/attempts/YYYY-MM-DD-DESKTOP-AB12.json is left out: it is a copy of `YYYY-MM-DD`, made by a sync program or by hand; compare the two and delete one
        warning: HOME/data/attempts/YYYY-MM-DD (conflicted copy).json is left out: it is a copy of `YYYY-MM-DD`, made by a sync program or by hand; compare the two and delete one
    "#]]);
    assert_eq!(home.mini(["report"]).expect_code(0).stderr, history.stderr);
    home.mini(["compare"]).expect_code(1).ending("error: ").expect_stderr(&expect![[r#"
        error: comparing needs two finished results; `coofit history` lists them
    "#]]);
    // By its own name a copy can still be read, and removed alone.
    home.mini(["report", &format!("{id} 2")]).expect_code(0);
    let ran = home.mini(["forget", "--yes", &id]).expect_code(0);
    ran.expect_stderr(&expect![[r#"
        Removed 1 file. Copies in backups or on the disk itself are not coofit's to
        remove. Left there: YYYY-MM-DD 2.json, YYYY-MM-DD-DESKTOP-AB12.json, YYYY-MM-DD
        (conflicted copy).json, copies that coofit did not make.
    "#]]);
    assert_eq!(home.attempts().len(), 3);
}

#[test]
fn a_copy_without_its_original_says_how_to_use_it() {
    let home = Home::new();
    home.finish_mini();
    let file = home.attempts().remove(0);
    let id = file.file_stem().expect("a name").to_string_lossy().into_owned();
    fs::rename(&file, file.with_file_name(format!("{id} (1).json"))).expect("renamed");
    let ran = home.mini(["history"]).expect_code(0);
    ran.expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD (1).json is left out: it is a copy of `YYYY-MM-DD`, which is not there; rename it to `YYYY-MM-DD.json` to use it
    "#]]);
}

#[test]
fn a_truncated_attempt_is_called_damaged_and_set_aside() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\nq\n").expect_code(130);
    let file = home.attempts().remove(0);
    let bytes = fs::read(&file).expect("the attempt");
    fs::write(&file, &bytes[..60]).expect("cut");
    home.mini(["history"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD.json cannot be read: it is damaged (cut short or garbled)
    "#]]);
    let ran = home.mini(["take", "--plain"]).input("q\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD.json cannot be read: it is damaged (cut short or garbled). It was set aside as YYYY-MM-DD.json.damaged-1.

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
    "#]]);
}

#[test]
fn only_the_observer_sees_an_observers_answers() {
    let home = Home::new();
    home.mini(["take", "--plain", "--observe", "Ann"]).input("5\n4\n3\n2\n1\n").expect_code(0);
    let id = bodies(&home)[0]["id"].as_str().expect("an id").to_owned();
    let file = format!("coofit-observer-{id}.json");
    let ran = home.mini(["take", "--plain", "--from", &file]).input("q\n").expect_code(3);
    ran.expect_stderr(&expect![[r#"
        error: coofit-observer-YYYY-MM-DD.json holds an observer's answers, and no
        command shows them
          help: to answer again, the observer runs `coofit take --observe Ann`
    "#]]);
    // The observer goes on with a page that was saved half way; what is in it stays out of sight.
    let part = json!({"leading-early-word": 5, "leading-credit": 4});
    let mut page: Value = serde_json::from_str(&mini_file(&part)).expect("JSON");
    page["observed"] = json!("Ann");
    let file = home.write("page.json", page.to_string());
    let ran =
        home.mini(["take", "--plain", "--from"]).arg(&file).input("3\nb\nb\nb\n2\n2\n1\n").expect_code(0);
    assert!(!ran.stderr.contains("earlier answer: 5") && !ran.stderr.contains("earlier answer: 4"));
    ran.opening().expect_stderr(&expect![[r#"
        This starts with 2 answers of HOME/page.json.

        You answer about Ann.
        Skip what you have not seen.
        Ann sees your scores, scale by scale, and a warning if your answers look
        careless: never a single answer, and no report names one.
        The file that you give to Ann holds your single answers and how long each took,
        and a text editor can show them.

        At work. About a minute left.
        Question 1 of 3. In the last 12 months: They did a task themselves because
    "#]]);
    let answers = bodies(&home).remove(0)["answers"].clone();
    assert_eq!(answers["leading-early-word"], 5);
    assert_eq!(answers["leading-own-hands"], 2);
    // By its name where it was taken, the observer can correct it.
    let ran = home.mini(["take", "--plain", "--from", &id]).input("q\n").expect_code(130);
    ran.expect_stderr(&expect![[r#"
        This starts with 5 answers of YYYY-MM-DD.

        You answer about Ann.
        Skip what you have not seen.
        Ann sees your scores, scale by scale, and a warning if your answers look
        careless: never a single answer, and no report names one.
        The file that you give to Ann holds your single answers and how long each took,
        and a text editor can show them.

        At work. About 2 minutes left.
        Question 1 of 5. In the last 12 months: They told people early when their work
        fell short.
        1. Almost never
        2. Seldom
        3. Sometimes
        4. Often
        5. Almost always
        Your earlier answer: 5, Almost always. An empty line keeps it.
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        Saved. `coofit take --observe Ann` resumes at question 1 of 5.
    "#]]);
}

#[test]
fn a_future_result_is_named_and_never_the_latest() {
    let home = Home::new();
    let mini = crate::support::bank("tests/data/banks/mini");
    let mut low = mini_answers();
    low["leading-credit"] = json!(1);
    Kept::own("2099-12-31", 4_102_358_400, low).put(&home, &mini);
    Kept::own("2026-06-01", 1_780_315_200, mini_answers()).put(&home, &mini);
    let ran = home.mini(["report"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: 2099-12-31 is dated in the future: the clock was wrong then, or is
        now. It does not count as the latest result
    "#]]);
    assert!(ran.stdout.lines().next().is_some_and(|line| line.ends_with("2026-06-01")), "{}", ran.stdout);
    home.mini(["history"]).expect_code(0).expect_stdout(&expect![[r#"
        Your results

                      Form  Score  Range      Answers
          2026-06-01  full     91  70 to 100  12 of 12  ─────────────────────━━━━━━●━━━
          2099-12-31  full     74  49 to 98   12 of 12  ───────────────━━━━━━━●━━━━━━━━
            dated in the future: the clock was wrong then, or is now
    "#]]);
    home.mini(["compare", "2026-06-01", "2099-12-31"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: 2099-12-31 is dated in the future: the clock was wrong then, or is now
    "#]]);
    // Where all are dated so, the clock is behind now, and their order is right.
    Kept::own("2099-12-30", 4_102_272_000, mini_answers()).put(&home, &mini);
    let ran = home.mini(["history"]).expect_code(0);
    assert!(!ran.stdout.contains("From "), "{}", ran.stdout);
    home.mini(["forget", "2026-06-01", "--yes"]).expect_code(0);
    let ran = home.mini(["history"]).expect_code(0);
    assert!(ran.stdout.contains("From 2099-12-30 to 2099-12-31:"), "{}", ran.stdout);
    Kept::own("2026-06-01", 1_780_315_200, mini_answers()).put(&home, &mini);
    home.mini(["forget", "2099-12-30", "--yes"]).expect_code(0);
    home.mini(["compare"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: 2099-12-31 is dated in the future: the clock was wrong then, or is
        now. It does not count as the latest result
    "#]]);
}

#[test]
fn a_result_keeps_its_day_in_every_time_zone() {
    let home = Home::new();
    let mini = crate::support::bank("tests/data/banks/mini");
    // Eight in the evening of 26 November in Los Angeles.
    Kept::own("2026-11-26", 1_795_752_000, mini_answers()).put(&home, &mini);
    for zone in ["America/Los_Angeles", "UTC", "Asia/Tokyo", "Pacific/Kiritimati"] {
        let ran = home.mini(["report", "2026-11-26"]).env("TZ", zone).expect_code(0);
        assert!(
            ran.stdout.lines().next().is_some_and(|line| line.ends_with("2026-11-26")),
            "{zone}: {}",
            ran.stdout
        );
    }
}

#[test]
fn a_damaged_latest_result_is_named_wherever_the_latest_counts() {
    let home = Home::new();
    for _ in 0..3 {
        home.finish_mini();
    }
    let latest = home.attempts().into_iter().max_by_key(|path| path.as_os_str().len()).expect("an attempt");
    let bytes = fs::read(&latest).expect("the attempt");
    fs::write(&latest, &bytes[..bytes.len() / 2]).expect("the attempt");
    let told = ["report", "compare", "history"].map(|command| home.mini([command]).expect_code(0));
    let [report, compare, history] = told;
    let report = report.expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD-3.json cannot be read: it is damaged (cut short or garbled)
    "#]]);
    assert_eq!([&compare.stderr, &history.stderr], [&report.stderr; 2]);
}

// Windows removes no open file.
#[cfg(unix)]
#[test]
fn a_removed_lock_is_taken_again_before_the_next_save() {
    let home = Home::new();
    let mut first = home.mini(["take", "--plain"]).talk();
    first.say("4");
    first.until("Question 2 of 12");
    fs::remove_dir_all(home.data()).expect("the data directory");
    first.say("4");
    first.until("Question 3 of 12");
    home.mini(["take", "--plain"]).input("1\n1\n").expect_code(1).expect_stderr(&expect![[r#"
        error: another coofit is at work in HOME/data/attempts; finish or close it first
    "#]]);
    first.end();
    assert_eq!(bodies(&home).remove(0)["answers"], json!({"leading-early-word": 4, "leading-credit": 4}));
}

// Windows removes no open file.
#[cfg(unix)]
#[test]
fn an_attempt_changed_by_another_copy_is_not_overwritten() {
    let home = Home::new();
    let mut first = home.mini(["take", "--plain"]).talk();
    first.say("4");
    first.until("Question 2 of 12");
    fs::remove_dir_all(home.data()).expect("the data directory");
    home.mini(["take", "--plain"]).input("1\n1\n1\nq\n").expect_code(130);
    first.say("4");
    first.until("Question 3 of 12");
    first.end();
    let mut given: Vec<Value> = bodies(&home).into_iter().map(|body| body["answers"].clone()).collect();
    given.sort_by_key(|answers| answers.as_object().map(serde_json::Map::len));
    let ones = json!({"leading-early-word": 1, "leading-credit": 1, "leading-own-hands": 1});
    assert_eq!(given, [json!({"leading-early-word": 4, "leading-credit": 4}), ones]);
}

#[test]
fn forget_keeps_and_names_files_of_others() {
    let home = Home::new();
    home.finish_mini();
    let directory = home.data().join("attempts");
    fs::write(directory.join("essay.md"), "work").expect("a file");
    fs::create_dir(directory.join("folder")).expect("a directory");
    let ran = home.mini(["forget", "--all", "--yes"]).expect_code(0);
    ran.expect_stderr(&expect![[r#"
        Removed 1 file. Copies in backups or on the disk itself are not coofit's to
        remove. Left there: essay.md, folder, which coofit did not make.
    "#]]);
    assert_eq!(home.attempts(), [directory.join("essay.md"), directory.join("folder")]);
}

#[test]
fn forget_keeps_the_json_of_other_programs() {
    let home = Home::new();
    home.finish_mini();
    let directory = home.data().join("attempts");
    fs::write(directory.join("2001-01-01.json"), r#"{"steps": 9000}"#).expect("a file");
    fs::write(directory.join("2001-01-02.json"), r#"{"format":"coofit-attempt","vers"#).expect("a file");
    fs::write(directory.join("2001-01-03.json"), "").expect("a file");
    let ran = home.mini(["forget", "--all", "--yes"]).expect_code(0);
    ran.expect_stderr(&expect![[r#"
        Removed 3 files. Copies in backups or on the disk itself are not coofit's to
        remove. Left there: 2001-01-01.json, which coofit did not make.
    "#]]);
    assert_eq!(home.attempts(), [directory.join("2001-01-01.json")]);
}

// Not everybody may make links on Windows.
#[cfg(unix)]
#[test]
fn forget_does_not_follow_links() {
    let home = Home::new();
    home.finish_mini();
    let (attempts, outside) = (home.data().join("attempts"), home.path("outside"));
    fs::rename(&attempts, &outside).expect("moved");
    std::os::unix::fs::symlink(&outside, &attempts).expect("a link");
    home.mini(["forget", "--all", "--yes"]).expect_code(1).expect_stderr(&expect![[r#"
        error: HOME/data/attempts: it is a link, and links are not followed
    "#]]);
    assert_eq!(fs::read_dir(&outside).expect("listed").count(), 1);
}

// Needs a shell.
#[cfg(unix)]
#[test]
fn the_next_run_writes_the_observers_file_that_failed() {
    let home = Home::new();
    let gone = home.path("gone");
    fs::create_dir(&gone).expect("a directory");
    let mini = crate::program::test_bank("mini");
    // Where nobody can write, not even root: a directory that was removed.
    let ran = |directory: &Path, then: &str, input: &str| {
        let line = format!("cd \"$1\" && {then} && shift && exec \"$@\"");
        let run = home.through("sh", ["-c", &line, "sh"]).arg(directory).arg(crate::program::PROGRAM);
        run.args(["take", "--plain", "--observe", "Pat", "--bank"]).arg(&mini).input(input).ran()
    };
    let first = ran(&gone, "rmdir ../gone", "4\n4\n4\n4\n4\n");
    assert_eq!(first.status.code(), Some(1), "{}", first.stderr);
    let first = first.ending("Your answers are kept").expect_stderr(&expect![[r#"
        Your answers are kept in HOME/data/attempts/YYYY-MM-DD.json. Run `coofit take --observe Pat` in a directory where you can write: it makes the file for Pat.
    "#]]);
    assert!(first.stdout.is_empty());
    let second = ran(&home.path("."), "true", "");
    assert_eq!(second.status.code(), Some(0), "{}", second.stderr);
    second.expect_stderr(&expect![[r#"
        You have a paused attempt of 5 answers. Finish: all 5 questions are done (full
        form, about Pat). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file
        to Pat, who sees your scores with
          coofit compare coofit-observer-YYYY-MM-DD.json
    "#]]);
    assert!(bodies(&home)[0]["finished"].is_i64());
}

#[test]
fn the_command_to_resume_fits_any_name() {
    for (name, command) in [
        ("-x", "`coofit take --observe=-x`"),
        ("Kim O'Neil", "`coofit take --observe \"Kim O'Neil\"`"),
        ("Kim \"K\" $HOME", "`coofit take --observe 'Kim \"K\" $HOME'`"),
    ] {
        let home = Home::new();
        let ran =
            home.mini(["take", "--plain", &format!("--observe={name}")]).input("4\nq\n").expect_code(130);
        ran.expect_told(&format!("Saved. {command} resumes at question 2 of 5."));
    }
}
