//! The quiz on a terminal, from the first question to the report, and everything that can come between.

use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use coofit::bank::{Bank, Form, ItemKind};
use expect_test::expect;
use expectrl::process::unix::{Signal, WaitStatus};
use serde_json::{Value, json};

use crate::support::{bank, repository};
use crate::terminal::{Home, LIMIT, Terminal, now, places};

/// Keys that answer the full form of the small bank, one string a question.
const KEYS: [&str; 12] = ["4", "2", "1", "3", "5", "1", "2", "8\r", "3", "12\r", "30000\r", "5"];
/// Its questions, and what those keys answer.
const GIVEN: [(&str, &str); 12] = [
    ("leading-early-word", "4"),
    ("leading-credit", "2"),
    ("leading-own-hands", "1"),
    ("planning-week", "3"),
    ("planning-last-minute", "5"),
    ("scenes-outage", "\"tell\""),
    ("scenes-late-truck", "\"shift\""),
    ("years-in-charge", "8"),
    ("training-longest", "\"years\""),
    ("duties-had", "[\"roster\",\"orders\"]"),
    ("pay-needed", "30000"),
    ("pay-matters", "5"),
];
/// What each of those answers leaves on a screen of 80 columns.
const SETTLED: [&str; 11] = [
    "1  I told people early when their work fell short.  Often",
    "2  I named the person whose idea it was.  Seldom",
    "3  I did a task myself because explaining it took too long.  Almost never",
    "4  I wrote down the plan for the week before it began.  Sometimes",
    "5  I found out on the day that something was missing.  Almost always",
    "6  The till is down and the line grows. W…  Tell the line how long it will take",
    "7  The truck is two hours late and three people…  Move them to tomorrow's work",
    "8  For how many years have you been in charge of others?  8 years",
    "9  What is the longest training you have finished?  A course of a year or more",
    "10  Which of these have you done for at least a month?  2 of 4",
    "11  What pay a year do you need?  30,000 $ a year",
];
/// A key that does nothing between two answers, but that no paste contains.
const RIGHT: &str = "\x1b[C";
/// Is above every menu after a quiz.
const RESULT: &str = "And now?";
/// The kinds of sudden end, and the exit code that each must have.
const SIGNALS: [(Signal, i32); 4] =
    [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129), (Signal::SIGINT, 130), (Signal::SIGQUIT, 131)];

/// The answers file's `answers` once so many questions of the small bank are answered.
fn given(count: usize) -> Value {
    let answers = GIVEN[..count].iter().map(|(id, answer)| {
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        ((*id).to_owned(), answer)
    });
    Value::Object(answers.collect())
}

/// A whole number is the same answer with or without a fraction of zero.
#[track_caller]
fn check_answers(home: &Home, expect: &Value) {
    let mut found = Vec::new();
    let got = home.answers();
    crate::support::differences(expect, &got, "", &mut found);
    assert!(found.is_empty(), "{found:?}");
    let count = |value: &Value| value.as_object().map(serde_json::Map::len);
    assert_eq!(count(&got), count(expect), "answers that nobody gave: {got}");
}

fn mini() -> String {
    repository("tests/data/banks/mini").display().to_string()
}

/// `take` on the small bank, in an ordinary terminal, at its first question.
fn take(home: &Home) -> Terminal {
    let mut terminal = Terminal::start(home, &["take", "--bank", &mini()]);
    terminal.at("1 of 12");
    terminal
}

/// The same, once so many questions are answered.
#[track_caller]
fn take_to(home: &Home, count: usize) -> Terminal {
    let mut terminal = take(home);
    for (index, keys) in KEYS[..count].iter().enumerate() {
        terminal.to(keys, &format!("{} of 12", index + 2));
    }
    terminal
}

/// The same, up to the menu after the result.
#[track_caller]
fn take_to_result(home: &Home) -> Terminal {
    let mut terminal = take_to(home, 11);
    terminal.send(KEYS[11]);
    terminal.wait(RESULT);
    terminal.wait("Done");
    terminal
}

/// A home with a quiz paused after so many answers.
#[track_caller]
fn paused(count: usize) -> Home {
    let home = Home::new();
    let mut terminal = take_to(&home, count);
    terminal.send("\x03");
    terminal.check_ended(130);
    home
}

/// Keys that answer each question of a form, picked by a rule.
fn keys_for(bank: &Bank, form: Form, pick: impl Fn(usize, usize) -> usize) -> Vec<String> {
    let key = |(place, index): (usize, usize)| match &bank.items[index].kind {
        ItemKind::Rating(format) => (1 + pick(place, format.labels.len())).to_string(),
        ItemKind::Choice(options) => (1 + pick(place, options.len())).to_string(),
        ItemKind::Checklist { .. } => "13\r".to_owned(),
        ItemKind::Number(range) => format!("{}\r", range.min.max(0.0) + 7.0),
    };
    bank.form_items(form).enumerate().map(key).collect()
}

// ---------------------------------------------------------------------------------------------
// From the first question to the report

#[test]
fn the_full_form_begins_with_its_first_question() {
    let count = bank("questions").form_items(Form::Full).count();
    let home = Home::new();
    let mut terminal = Terminal::start(&home, &["take", "--form", "full"]);
    terminal.expect_frame(
        &format!("1 of {count}"),
        &expect![[r#"

        1 of 96  ────────────────────────  about 13 min left

        Skills - First come statements about your work in the last 12 months, then
        short scenes from a COO's day. If something never came up, you can skip it.

        In the last 12 months:
        I checked the latest numbers before I set the day's priorities.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        1-5 answer  Up/Down, Enter  s skip  ? why  Ctrl-C save and quit"#]],
    );
    terminal.check_rows();
    terminal.send("\x03");
    terminal.check_ended(130);
    assert!(home.kept("").is_empty(), "nothing was answered, so there is nothing to keep");
}

#[test]
fn a_part_is_introduced_at_its_first_question_only() {
    let home = Home::new();
    let mut terminal = take(&home);
    assert!(terminal.flat().contains("At work - How you lead and plan a shift."));
    for (index, keys) in KEYS[..10].iter().enumerate() {
        terminal.to(keys, &format!("{} of 12", index + 2));
        let shown = terminal.flat();
        assert_eq!(shown.contains("Experience - What you have done so far."), index == 6, "{shown}");
        assert_eq!(shown.contains("What you want - What you want"), index == 9, "{shown}");
        assert!(!shown.contains("At work -"), "{shown}");
    }
}

#[test]
fn the_quick_form_ends_in_a_result_fitting_the_screen() {
    let bank = bank("questions");
    let keys = keys_for(&bank, Form::Quick, |place, len| (place * 7 + place / 3) % len);
    let home = Home::new();
    let mut terminal = Terminal::start(&home, &["take", "--form", "quick"]);
    for (index, keys) in keys.iter().enumerate() {
        terminal.at(&format!("{} of {}", index + 1, bank.form_items(Form::Quick).count()));
        terminal.check_rows();
        terminal.send(keys);
    }
    check_result(&mut terminal, &home);
}

/// The result must say everything that matters before the menu, and the menu leads on.
#[track_caller]
fn check_result(terminal: &mut Terminal, home: &Home) {
    terminal.wait(RESULT);
    terminal.wait_until("a menu", |screen| screen.contents().trim_end().ends_with("Done"));
    terminal.check_rows();
    let report: Value = serde_json::from_str(&home.says(&["report", "--format", "json"])).expect("JSON");
    let shown = terminal.said();
    let number = |value: &Value| format!("{:.0}", value.as_f64().expect("a number"));
    let fit = &report["fit"];
    let (low, high) = (number(&fit["low"]), number(&fit["high"]));
    for text in [
        format!("{} of 100", number(&fit["score"])),
        format!("likely {low} to {high}"),
        "What the job needs".to_owned(),
        "What it gives you".to_owned(),
        "Save it as a web page".to_owned(),
        "Read the whole report".to_owned(),
        "Put the next steps into a calendar".to_owned(),
        "Ask somebody who has seen you work".to_owned(),
        "Read what the job is like".to_owned(),
    ] {
        assert!(shown.contains(&text), "{text:?} is not on the screen:\n{}", terminal.shown());
    }
    let bank = bank("questions");
    for band in fit["bands"].as_array().expect("bands") {
        let of_bank = bank.bands.iter().find(|one| one.id == *band).expect("a band of the bank");
        let title = of_bank.short.as_ref().expect("a short name");
        assert!(shown.contains(title.as_str()), "{title:?} is not on the screen:\n{}", terminal.shown());
    }
    let usable = ["you can use this result", "may mean little", "Be careful with"];
    assert!(usable.iter().any(|text| shown.contains(text)), "usability:\n{}", terminal.shown());
    // Up from the first entry is the last one.
    terminal.send("\x1b[A\r");
    terminal.check_ended(0);
    let again = home.says(&["report"]);
    assert!(again.contains(&format!("{} of 100", number(&fit["score"]))));
}

#[test]
fn the_full_form_of_a_small_bank_keeps_every_answer() {
    let home = Home::new();
    let mut terminal = take_to_result(&home);
    check_answers(&home, &given(12));
    assert!(home.attempt()["finished"].is_number());
    terminal.send("\x1b[A\r");
    terminal.check_ended(0);
    // The menu is gone.
    let shown = terminal.shown();
    assert!(shown.contains("\n\nBefore you act on it\n"), "{shown}");
    assert!(shown.ends_with("\n  Web page     coofit report -o me.html"), "{shown}");
    assert!(home.says(&["report", "--bank", &mini()]).contains(" of 100 "));
}

#[test]
fn the_result_can_be_read_saved_and_left() {
    let home = Home::new();
    let mut terminal = take_to_result(&home);
    terminal.send("\x1b[B\r");
    terminal.wait(", edition 1.");
    // The menu comes again, with what was read, and does not run into the report.
    terminal.wait_menu("Save it as a web page", "Done");
    terminal.expect_shown(&expect![[r#"
          Points that each answer added or took away, compared with skipping the
          question.

                                                                Your answer      Points
          I did a task myself because explaining it took too    Almost never      +11.9
            long.
          What pay a year do you need?                          30,000 $ a year   +10.4
          I told people early when their work fell short.       Often              +3.0
          I wrote down the plan for the week before it began.   Sometimes          +2.5
          I named the person whose idea it was.                 Seldom            −13.1
          I found out on the day that something was missing.    Almost always     −12.5
          Which of these have you done for at least a month?    2 of 4             −1.0

          Shift lead fit, edition 1.

        And now?
        > Save it as a web page
          Read the whole report
          Put the next steps into a calendar
          Ask somebody who has seen you work
          Read what the job is like
          Add examples for your strengths
          Done"#]]);
    for (keys, ending, holds) in [("\r", "html", "<!DOCTYPE html>"), ("\x1b[B\r", "ics", "BEGIN:VCALENDAR")] {
        terminal.send(keys);
        terminal.wait(&format!(".{ending}`."));
        let said = terminal.said();
        let name = &said[said.rfind("Written to `").expect("the place") + 12..];
        let path = std::path::PathBuf::from(name.split('`').next().expect("its end"));
        assert!(path.is_absolute(), "{path:?}");
        let text = std::fs::read_to_string(path).expect("the file");
        assert!(text.to_lowercase().contains(&holds.to_lowercase()), "{text}");
        terminal.wait("> Read the whole report");
    }
    terminal.send("\x1b");
    terminal.check_ended(0);
    let mut terminal = Terminal::start(&home, &["--bank", &mini()]);
    terminal.wait_menu("Read the latest result", "Leave");
    terminal.expect_shown(&expect![[r#"
        Shift lead fit
        > Read the latest result
          Take the full form (12 questions)
          Take the quick form (7 questions)
          Leave"#]]);
    terminal.send("\r");
    terminal.check_ended(0);
    assert!(terminal.said().contains("Before you act on it"), "{}", terminal.shown());
}

#[test]
fn what_was_skipped_can_be_answered_after_the_result() {
    let home = Home::new();
    let mut terminal = take(&home);
    for (index, keys) in KEYS[..11].iter().enumerate() {
        terminal.to(if index == 1 { "s" } else { keys }, &format!("{} of 12", index + 2));
    }
    terminal.send(KEYS[11]);
    terminal.wait("Show the result");
    terminal.send("\x1b[B\r");
    terminal.wait(RESULT);
    terminal.wait("Answer 1 question that you skipped");
    let index =
        terminal.shown().lines().skip_while(|line| *line != RESULT).position(|line| line.contains("skipped"));
    terminal.send("\x1b[B".repeat(index.expect("the entry") - 1));
    terminal.wait_menu("Answer 1 question", "Done");
    terminal.expect_end(
        "And now?",
        &expect![[r#"
        And now?
          Save it as a web page
          Read the whole report
          Put the next steps into a calendar
          Ask somebody who has seen you work
        > Answer 1 question that you skipped
          Read what the job is like
          Add examples for your strengths
          Done"#]],
    );
    terminal.to("\r", "1 of 1");
    terminal.send(KEYS[1]);
    terminal.wait_until("the menu again", |screen| {
        let shown = screen.contents();
        !shown.contains("1 of 1") && shown.trim_end().ends_with("Done")
    });
    terminal.send("\x1b");
    terminal.check_ended(0);
    // The first result is as it was.
    let mut answered: Vec<bool> = home
        .kept(".json")
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a file").contains("\"leading-credit\":null"))
        .collect();
    answered.sort_unstable();
    assert_eq!(answered, [false, true]);
}

#[test]
fn a_claim_can_be_backed_with_an_example() {
    let home = Home::new();
    let mut terminal = take_to_result(&home);
    terminal.send("\x1b[A\x1b[A\r");
    terminal.wait("What did you do?");
    // A paste of several lines stays in its field.
    terminal.send("\x1b[200~Ran the night\nshift\n\x1b[201~");
    terminal.wait("> Ran the night shift");
    terminal.send("\r");
    terminal.wait("When was that?");
    terminal.send("In May\r");
    terminal.wait("With what result?");
    terminal.send("Nobody left\r");
    terminal.wait("Saved.");
    terminal.send("\x04");
    terminal.wait_menu("Save it", "Done");
    terminal.expect_end(
        "An example is kept",
        &expect![[r#"
        An example is kept with your result. It is never scored. An empty line leaves
        one out, Ctrl-D stops.

        On the floor. You tend to fix the cause and tell people.
        What did you do? One time that shows it: Ran the night shift
        When was that? In May
        With what result? Nobody left
        Saved.

        And now?
        > Save it as a web page
          Read the whole report
          Put the next steps into a calendar
          Ask somebody who has seen you work
          Read what the job is like
          Add examples for your strengths
          Done"#]],
    );
    terminal.send("\x1b");
    terminal.check_ended(0);
    assert!(home.says(&["report", "--full", "--bank", &mini()]).contains("Ran the night shift"));
}

// ---------------------------------------------------------------------------------------------
// Answering

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn going_back_shows_every_earlier_answer_and_enter_keeps_it() {
    let home = Home::new();
    let mut terminal = take_to(&home, 11);
    let earlier = [
        "Almost never",
        "Sometimes",
        "Almost always",
        "Tell the line how long it will take",
        "Move them to tomorrow's work",
        "8",
        "A course of a year or more",
        "2 of 4",
        "30,000",
    ];
    for (index, said) in earlier.iter().enumerate().rev() {
        let key = ["\x1b", "\x1b[D", "\x7f"][index % 3];
        // In a field Backspace and Left edit; elsewhere they go back.
        let key = if index == 4 || index == 7 { "\x1b" } else { key };
        terminal.to(key, &format!("{} of 12", index + 3));
        let shown = terminal.flat();
        assert!(shown.contains("Earlier answer: "), "{said}: {shown}");
        assert!(shown.contains(said), "{said}: {shown}");
    }
    terminal.to("\x1b[D", "2 of 12");
    terminal.to("\x1b", "1 of 12");
    assert!(terminal.shown().contains("> 4  Often"), "{}", terminal.shown());
    terminal.send("\x1b");
    terminal.wait("This is the first question.");
    for place in 2..=12 {
        terminal.to("\r", &format!("{place} of 12"));
    }
    check_answers(&home, &given(11));
    // Eleven lines and no more, though each question was settled twice.
    let shown = terminal.shown();
    assert_eq!(shown.lines().filter(|line| line.starts_with("11  What pay")).count(), 1, "{shown}");
}

#[test]
fn an_answer_can_be_changed_on_the_way_back() {
    let home = Home::new();
    let mut terminal = take_to(&home, 2);
    terminal.to("\x1b", "2 of 12");
    terminal.to("\x1b", "1 of 12");
    terminal.to("\x1b[B\r", "2 of 12");
    terminal.send("1");
    terminal.expect_frame(
        "3 of 12",
        &expect![[r#"
        1  I told people early when their work fell short.  Almost always
        2  I named the person whose idea it was.  Almost never

        3 of 12  ━━━━────────────────────

        In the last 12 months:
        I did a task myself because explaining it took too long.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        1-5 answer  Up/Down, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    check_answers(&home, &json!({"leading-early-word": 5, "leading-credit": 1}));
}

#[test]
fn a_skip_is_kept_and_can_be_answered_later() {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.send("s");
    terminal.expect_frame(
        "2 of 12",
        &expect![[r#"
        1  I told people early when their work fell short.  skipped

        2 of 12  ━━──────────────────────

        In the last 12 months:
        I named the person whose idea it was.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        1-5 answer  Up/Down, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    check_answers(&home, &json!({"leading-early-word": null}));
    terminal.send("\x7f");
    terminal.expect_frame(
        "1 of 12",
        &expect![[r#"

        1 of 12  ────────────────────────

        At work - How you lead and plan a shift.

        In the last 12 months:
        I told people early when their work fell short.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        Skipped earlier

        1-5 answer  Up/Down, Enter  s skip  ? why  Ctrl-C save and quit"#]],
    );
    terminal.to("3", "2 of 12");
    check_answers(&home, &json!({"leading-early-word": 3}));
}

#[test]
fn the_reason_can_be_hidden_and_enter_answers_nothing() {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.send("?");
    terminal.expect_frame(
        "Why: ",
        &expect![[r#"

        1 of 12  ────────────────────────

        At work - How you lead and plan a shift.

        In the last 12 months:
        I told people early when their work fell short.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        Why: A shift lead has to speak up while a fault is still small.

        1-5 answer  Up/Down, Enter  s skip  ? why  Ctrl-C save and quit"#]],
    );
    terminal.send("?");
    terminal.wait_gone("Why:");
    terminal.send("\r\r\r");
    terminal.wait("Nothing is chosen yet");
    terminal.send("9");
    terminal.expect_frame(
        "Press 1-5.",
        &expect![[r#"

        1 of 12  ────────────────────────

        At work - How you lead and plan a shift.

        In the last 12 months:
        I told people early when their work fell short.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        Press 1-5.

        1-5 answer  Up/Down, Enter  s skip  ? why  Ctrl-C save and quit"#]],
    );
    assert!(home.kept("").is_empty());
}

#[test]
fn arrows_select_and_enter_answers() {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.send("\x1b[B");
    terminal.wait("> 1 Almost never");
    terminal.send("\x1b[A");
    terminal.wait("> 5 Almost always");
    terminal.send("\x1b[H");
    terminal.wait("> 1 Almost never");
    // In application mode, as after some full-screen programs.
    terminal.send("\x1bOB\x1bOB");
    terminal.wait("> 3 Sometimes");
    terminal.wait_until("the cursor at the selection", |screen| {
        screen.cell(screen.cursor_position().0, 0).is_some_and(|cell| cell.contents() == ">")
    });
    terminal.to("\r", "2 of 12");
    // A sequence that a slow line brings in pieces.
    for piece in ["\x1b[", "B"] {
        terminal.send(piece);
    }
    terminal.wait("> 1 Almost never");
    terminal.to("\r", "3 of 12");
    check_answers(&home, &json!({"leading-early-word": 3, "leading-credit": 1}));
}

#[test]
fn a_checklist_is_ticked_by_number_and_by_space() {
    let home = Home::new();
    let mut terminal = take_to(&home, 9);
    terminal.send("\r");
    terminal.wait("Press 0 if none of these apply.");
    terminal.send("1");
    terminal.wait("> [x] 1 Made the roster");
    terminal.send("\x1b[B\x1b[B ");
    terminal.wait("> [x] 3 Counted the cash");
    terminal.send("1");
    terminal.wait("> [ ] 1 Made the roster");
    terminal.send("4");
    terminal.wait("> [x] 4 Sat in on hiring");
    terminal.to("\r", "11 of 12");
    assert_eq!(home.answers()["duties-had"], json!(["cash", "hiring"]));
    terminal.to("\x1b", "10 of 12");
    terminal.send("0");
    terminal.expect_frame(
        "Press it again if you mean that.",
        &expect![[r#"
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  8 years
        9  What is the longest training you have finished?  A course of a year or more

        10 of 12  ━━━━━━━━━━━━━━━━━━──────

        Which of these have you done for at least a month?

          [ ] 1  Made the roster
          [ ] 2  Ordered supplies
          [x] 3  Counted the cash
          [x] 4  Sat in on hiring

        Earlier answer: 2 of 4

        0 answers "none of these" and removes your ticks. Press it again if you mean
        that.

        1-4 tick  Enter done  0 none  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    assert_eq!(home.answers()["duties-had"], json!(["cash", "hiring"]));
    terminal.to("0", "11 of 12");
    assert_eq!(home.answers()["duties-had"], json!([]));
}

#[test]
fn none_of_a_checklist_takes_one_key() {
    let home = Home::new();
    let mut terminal = take_to(&home, 9);
    terminal.send("0");
    terminal.expect_frame(
        "11 of 12",
        &expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  8 years
        9  What is the longest training you have finished?  A course of a year or more
        10  Which of these have you done for at least a month?  None of these

        11 of 12  ━━━━━━━━━━━━━━━━━━━━────

        What you want - What you want from the job.

        What pay a year do you need?

        >   $ a year

        Type a number, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    assert_eq!(home.answers()["duties-had"], json!([]));
}

#[test]
fn a_number_is_held_to_its_range() {
    let home = Home::new();
    let mut terminal = take_to(&home, 7);
    terminal.send("\r");
    terminal.wait("Type a number from 0 to 40.");
    terminal.send("41");
    terminal.wait("> 41 = 41 years");
    terminal.send("\r");
    terminal.expect_frame(
        "Type a number from 0 to 40, not 41.",
        &expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work

        8 of 12  ━━━━━━━━━━━━━━──────────

        Experience - What you have done so far.

        For how many years have you been in charge of others?

        > 41  = 41 years

        Type a number from 0 to 40, not 41.

        Type a number, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    terminal.send("\x7f\x7f\x7f\x7f");
    terminal.wait("> years");
    terminal.send("2,5 Years");
    terminal.wait("> 2,5 Years = 2.5 years");
    terminal.send("\r");
    terminal.expect_frame(
        "9 of 12",
        &expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  2.5 years

        9 of 12  ━━━━━━━━━━━━━━━━────────

        What is the longest training you have finished?

          1  On the job only
          2  A course of some weeks
          3  A course of a year or more

        1-3 answer  Up/Down, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    assert_eq!(home.answers()["years-in-charge"], json!(2.5));
    terminal.to("\x1b", "8 of 12");
    terminal.wait("> 2.5 years");
    // The first key replaces the earlier answer.
    terminal.send("2");
    terminal.wait("> 2 = 2 years");
    terminal.send("\x1b[D1");
    terminal.wait("> 12 = 12 years");
    terminal.to("\r", "9 of 12");
    assert_eq!(home.answers()["years-in-charge"].as_f64(), Some(12.0));
}

#[test]
fn a_burst_answers_one_question_a_key_and_echoes_nothing() {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.send("42\x1b[B\r3\x1b[A\r128\r3");
    terminal.expect_frame(
        "10 of 12",
        &expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  8 years
        9  What is the longest training you have finished?  A course of a year or more

        10 of 12  ━━━━━━━━━━━━━━━━━━──────

        Which of these have you done for at least a month?

          [ ] 1  Made the roster
          [ ] 2  Ordered supplies
          [ ] 3  Counted the cash
          [ ] 4  Sat in on hiring

        1-4 tick  Enter done  0 none  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    check_answers(&home, &given(9));
    let written = String::from_utf8_lossy(&terminal.bytes);
    assert!(!written.contains("^["), "keys were echoed");
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn stray_chords_answer_nothing() {
    let chords = [
        "\x1b[1;5C",
        "\x1b[1;5D",
        "\x1b[1;2A",
        "\x1b[1;2B",
        "\x1b[1;3D",
        "\x1b[3;5~",
        "\x1b[2~",
        "\x1bOP",
        "\x1b[15~",
        "\x1b[15;2~",
        "\x1b[24~",
        "\x1b[I",
        "\x1b[O",
        "\x1b[<0;15;5M",
        "\x1b[<0;15;5m",
        "\x1b[<64;3;4M",
        "\x1b[M 12",
        "\x1b[200~3\r4\x1b[201~",
        "\x1b]11;rgb:1111/2222/3333\x07",
        "\x1b[24;80R",
        "\x1b[?62;22c",
        "\x1b3",
        "\x1b\r",
        "é",
        "日",
        "🙂",
        "q",
        "x",
        "\t\t\x1b[Z\x1b[Z\x1b[Z",
    ];
    let home = Home::new();
    let mut terminal = take(&home);
    for chord in &chords[..chords.len() - 1] {
        terminal.send(chord);
        terminal.send("?");
        terminal.wait("Why: ");
        terminal.send("?");
        terminal.wait_gone("Why: ");
        let shown = terminal.shown();
        assert_eq!(places(terminal.screen()), ["1 of 12"], "{chord:?}:\n{shown}");
        assert!(!shown.contains('>') && shown.contains("Ctrl-C save and quit"), "{chord:?}:\n{shown}");
    }
    // Tab moves; it answers nothing either.
    terminal.send(chords[chords.len() - 1]);
    terminal.wait("> 4 Often");
    assert!(home.kept("").is_empty(), "something was answered");
    terminal.send(b"\xe6");
    terminal.to("2", "2 of 12");
    // Esc Esc is no more than one step back, whatever terminal sends it.
    terminal.to("\x1b\x1b", "1 of 12");
    check_answers(&home, &json!({"leading-early-word": 2}));
}

// ---------------------------------------------------------------------------------------------
// Pastes, held keys and other spellings

/// Sends keys at the first question, which must stay; then a digit must answer it.
#[track_caller]
fn check_answers_nothing(keys: &str) {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.send(keys);
    terminal.wait("A paste answers nothing here.");
    terminal.send("?");
    terminal.wait("Why: ");
    assert_eq!(places(terminal.screen()), ["1 of 12"], "{keys:?}:\n{}", terminal.shown());
    assert!(home.kept("").is_empty(), "{keys:?}");
    terminal.to("4", "2 of 12");
    check_answers(&home, &given(1));
}

#[test]
fn a_paste_answers_nothing_and_runs_no_command() {
    check_answers_nothing("\x1b[200~2026-11-26\n\x1b[201~");
    check_answers_nothing("\x1b[200~s\x1b[201~");
    check_answers_nothing("\x1b[200~4\x03\x1b[201~");
    // A terminal that does not mark pastes sends it all at once.
    check_answers_nothing("2026-11-26\n");
}

#[test]
fn a_paste_does_not_confirm_forgetting() {
    let home = paused(3);
    for (paste, end) in [("\x1b[200~just one\rforget\r\x1b[201~", "\r"), ("yes\r", ""), ("j \r", "")] {
        let mut terminal = Terminal::start(&home, &["forget", "--all"]);
        terminal.wait("Type `forget` to confirm:");
        terminal.send(paste);
        terminal.send(end);
        terminal.wait("Nothing was removed.");
        terminal.check_ended(0);
        check_answers(&home, &given(3));
    }
    let mut terminal = Terminal::start(&home, &["forget", "--all"]);
    terminal.wait("Type `forget` to confirm:");
    terminal.send("Forget\r");
    terminal.check_ended(0);
    terminal.expect_shown(&expect![[r#"
        Forget 1 file? This cannot be undone. Type `forget` to confirm: Forget
        Removed 1 file. Copies in backups or on the disk itself are not coofit's to
        remove."#]]);
    assert!(home.kept("").is_empty());
}

#[test]
fn pastes_are_marked_while_questions_are_asked() {
    let marks = |terminal: &Terminal| {
        let written = String::from_utf8_lossy(&terminal.bytes).into_owned();
        (written.matches("\x1b[?2004h").count(), written.matches("\x1b[?2004l").count())
    };
    for end in 0..3 {
        let home = Home::new();
        let mut terminal = take(&home);
        assert_eq!(marks(&terminal), (1, 0));
        match end {
            0 => terminal.send("\x03"),
            1 => terminal.signal(Signal::SIGTERM),
            _ => terminal.signal(Signal::SIGHUP),
        }
        terminal.end();
        let (on, off) = marks(&terminal);
        assert!(on == 1 && off >= 1, "{on} on, {off} off");
    }
}

#[test]
fn a_paste_into_a_number_is_text() {
    let home = Home::new();
    let mut terminal = take_to(&home, 7);
    terminal.send("\x1b[200~12\n\x1b[201~");
    terminal.wait("> 12 = 12 years");
    terminal.to("\r", "9 of 12");
}

#[test]
fn a_held_key_answers_one_question() {
    let home = Home::new();
    let mut terminal = take(&home);
    for _ in 0..20 {
        terminal.send_at_once("4");
    }
    terminal.at("2 of 12");
    // Arrows may be held.
    terminal.send_at_once("\x1b[B\x1b[B");
    terminal.wait("> 2 Seldom");
    check_answers(&home, &given(1));
    terminal.to("4", "3 of 12");
}

#[test]
fn keys_count_in_the_spelling_of_other_protocols() {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.to("\x1b[52u", "2 of 12");
    terminal.to("\x1b[27u", "1 of 12");
    terminal.to("\x1b[13u", "2 of 12");
    terminal.to("\x1b[27;1;50~", "3 of 12");
    terminal.send("\x1b[1;129B");
    terminal.wait("> 1 Almost never");
    terminal.send("\x1b[99;5u");
    terminal.check_ended(130);
    check_answers(&home, &given(2));
    let mut terminal = take(&Home::new());
    terminal.send("\x1b[27;5;99~");
    terminal.check_ended(130);
}

#[test]
fn a_torn_arrow_is_not_a_way_back() {
    let home = Home::new();
    let mut terminal = take_to(&home, 1);
    let start = now();
    terminal.send("\x1b");
    // As over a slow link: the rest comes 80 ms later.
    terminal.quiet_for(Duration::from_millis(80));
    if start.elapsed() < Duration::from_millis(100) {
        terminal.send("[B");
        terminal.wait("> 1 Almost never");
        assert_eq!(places(terminal.screen()), ["2 of 12"]);
    }
}

#[test]
fn ctrl_s_does_not_freeze_the_screen() {
    let home = Home::new();
    let mut terminal = take(&home);
    terminal.send("\x13");
    terminal.to("4", "2 of 12");
}

#[test]
fn ctrl_l_draws_the_question_again() {
    let home = Home::new();
    let mut terminal = take(&home);
    let before = terminal.shown();
    // Another program writes over the screen.
    terminal.scribble("\x1b[5;1Hwall: the system goes down\x1b[1;1H");
    assert!(terminal.shown().contains("wall:"));
    terminal.send("\x0c");
    terminal.wait_gone("wall:");
    terminal.at("1 of 12");
    assert_eq!(terminal.shown().trim(), before.trim());
}

#[test]
fn ticks_survive_a_way_back_an_interrupt_and_a_signal() {
    for (keys, code) in [("\x03", 130), ("\x04", 130), ("\x1b", 130)] {
        let home = Home::new();
        let mut terminal = take_to(&home, 9);
        terminal.send("13");
        terminal.wait("> [x] 3 Counted the cash");
        terminal.send(keys);
        if keys == "\x1b" {
            terminal.at("9 of 12");
            assert_eq!(home.answers()["duties-had"], json!(["roster", "cash"]));
            terminal.to("\r", "10 of 12");
            assert!(terminal.flat().contains("[x] 1 Made the roster"), "{}", terminal.shown());
            terminal.signal(Signal::SIGTERM);
            terminal.check_ended(143);
        } else {
            terminal.check_ended(code);
        }
        assert_eq!(home.answers()["duties-had"], json!(["roster", "cash"]));
        // The question is asked again, with its ticks.
        let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
        terminal.wait("10 of 12");
        terminal.to("\r", "10 of 12");
        let shown = terminal.flat();
        assert!(shown.contains("[x] 1 Made the roster") && shown.contains("[x] 3 Counted"), "{shown}");
        terminal.to("\r", "11 of 12");
    }
}

#[test]
fn a_skip_over_ticks_asks_first() {
    let home = Home::new();
    let mut terminal = take_to(&home, 9);
    terminal.send("1s");
    terminal.expect_frame(
        "Press it again if you mean that.",
        &expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  8 years
        9  What is the longest training you have finished?  A course of a year or more

        10 of 12  ━━━━━━━━━━━━━━━━━━──────

        Which of these have you done for at least a month?

        > [x] 1  Made the roster
          [ ] 2  Ordered supplies
          [ ] 3  Counted the cash
          [ ] 4  Sat in on hiring

        s skips the question and removes your ticks. Press it again if you mean that.

        1-4 tick  Enter done  0 none  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    terminal.to("s", "11 of 12");
    assert_eq!(home.answers()["duties-had"], Value::Null);
}

#[test]
fn a_number_may_have_a_unit_but_no_other_words() {
    let home = Home::new();
    let mut terminal = take_to(&home, 7);
    terminal.send("6 years");
    terminal.wait("> 6 years = 6 years");
    terminal.to("\r", "9 of 12");
    terminal.to(KEYS[8], "10 of 12");
    terminal.to(KEYS[9], "11 of 12");
    terminal.send("about 30k");
    terminal.wait("> about 30k $ a year");
    terminal.send("\r");
    terminal.expect_frame(
        "That is not one number.",
        &expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  Seldom
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  Almost always
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  6 years
        9  What is the longest training you have finished?  A course of a year or more
        10  Which of these have you done for at least a month?  2 of 4

        11 of 12  ━━━━━━━━━━━━━━━━━━━━────

        What you want - What you want from the job.

        What pay a year do you need?

        > about 30k  $ a year

        That is not one number. Type a number from 0 to 200,000, such as 30k.

        Type a number, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"#]],
    );
    terminal.send("\x15$30k");
    terminal.wait("> $30k = 30,000 $ a year");
    terminal.to("\r", "12 of 12");
    assert_eq!(home.answers()["pay-needed"], json!(30000));
}

#[test]
fn without_a_utf8_locale_every_line_is_ascii() {
    let home = Home::new();
    let locale = [("LC_ALL", ""), ("LC_CTYPE", "C"), ("LANG", "en_US.UTF-8")];
    let line = "exec \"$0\" \"$@\"";
    let mut terminal = Terminal::with(&home, (80, 24), &locale, line, &["take", "--bank", &mini()]);
    terminal.expect_frame(
        "1 of 12",
        &expect![[r#"

        1 of 12  ------------------------

        At work - How you lead and plan a shift.

        In the last 12 months:
        I told people early when their work fell short.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        1-5 answer  Up/Down, Enter  s skip  ? why  Ctrl-C save and quit"#]],
    );
    for (index, keys) in KEYS.iter().enumerate() {
        terminal.send(keys);
        if index < 11 {
            terminal.at(&format!("{} of 12", index + 2));
        }
    }
    terminal.wait(RESULT);
    terminal.wait("Done");
    terminal.send("\x1b[B\r");
    terminal.wait("> Save it as a web page");
    assert!(terminal.bytes.is_ascii(), "{}", String::from_utf8_lossy(&terminal.bytes));
}

#[test]
fn html_never_goes_to_a_terminal() {
    let home = Home::new();
    for place in ["-", "/dev/stdout", "/dev/tty", "/dev/stderr"] {
        let mut terminal = Terminal::start(&home, &["role", "--format", "html", "-o", place]);
        terminal.check_ended(2);
        let whole = "error: a page is for a browser; write it with `-o FILE.html`";
        assert_eq!(terminal.shown(), whole, "{place}");
    }
}

// ---------------------------------------------------------------------------------------------
// Sudden ends

/// The first question, some in the middle of other kinds, and the last.
const STATIONS: [usize; 4] = [0, 7, 9, 11];

/// Ends the quiz at each station; what the screen acknowledged must be kept, and the next run goes on there.
#[track_caller]
fn check_ends(code: i32, end: impl Fn(&mut Terminal)) {
    for count in STATIONS {
        let home = Home::new();
        let mut terminal = take_to(&home, count);
        end(&mut terminal);
        terminal.check_ended(code);
        // Only the settled lines stay above it.
        let end = match count {
            0 => "Nothing was answered, so nothing is saved.".to_owned(),
            _ => format!("Saved. `coofit` resumes at question {} of 12.", count + 1),
        };
        assert_eq!(terminal.shown(), [&SETTLED[..count], &[&end]].concat().join("\n"));
        check_answers(&home, &given(count));
        if count > 0 {
            check_goes_on(&home, count);
        }
    }
}

/// Enter at the menu must lead to the next question, and keep the answers so far.
#[track_caller]
fn check_goes_on(home: &Home, count: usize) {
    let mut terminal = Terminal::start(home, &["--bank", &mini()]);
    terminal.wait(&format!("> Resume at question {} of 12", count + 1));
    terminal.wait("Leave");
    terminal.to("\r", &format!("{} of 12", count + 1));
    check_answers(home, &given(count));
}

#[test]
fn ctrl_c_saves_and_quits() {
    check_ends(130, |terminal| terminal.send("\x03"));
}

#[test]
fn ctrl_d_saves_and_quits() {
    check_ends(130, |terminal| terminal.send("\x04"));
}

#[test]
fn sigterm_saves_and_quits() {
    check_ends(143, |terminal| terminal.signal(Signal::SIGTERM));
}

#[test]
fn sighup_saves_and_quits() {
    check_ends(129, |terminal| terminal.signal(Signal::SIGHUP));
}

#[test]
fn ctrl_backslash_saves_and_quits() {
    check_ends(131, |terminal| terminal.send("\x1c"));
}

#[test]
fn sigint_in_the_middle_of_a_key_saves_and_quits() {
    check_ends(130, |terminal| {
        terminal.send("\x1b[");
        terminal.signal(Signal::SIGINT);
    });
}

#[test]
fn after_a_kill_everything_acknowledged_is_kept() {
    for count in [0, 1, 5, 8, 10, 11] {
        let home = Home::new();
        let mut terminal = take_to(&home, count);
        terminal.signal(Signal::SIGKILL);
        assert!(matches!(terminal.end(), WaitStatus::Signaled(_, Signal::SIGKILL, _)));
        check_answers(&home, &given(count));
        if count > 0 {
            check_goes_on(&home, count);
        }
    }
}

#[test]
fn a_kill_while_saving_keeps_what_the_screen_acknowledged() {
    for count in 1..=8 {
        let home = Home::new();
        let mut terminal = take(&home);
        terminal.send(KEYS.join(RIGHT));
        // Somewhere in the rush, as soon as the answer before this place is acknowledged.
        terminal.wait_until("some answers", |screen| {
            let place = places(screen).first().and_then(|place| place.split(' ').next()?.parse().ok());
            place.unwrap_or(99) > count
        });
        terminal.signal(Signal::SIGKILL);
        terminal.end();
        let kept = home.answers().as_object().map_or(0, serde_json::Map::len);
        let last = places(terminal.screen())
            .first()
            .map_or(0, |place| place.split(' ').next().expect("a place").parse().expect("a number"));
        assert!(kept + 1 >= last, "{kept} kept, but the screen was at {last}");
        check_answers(&home, &given(kept));
    }
}

/// Ends the program in a menu, in every way but closing the terminal.
#[track_caller]
fn check_menu_ends(home: impl Fn() -> Home, open: impl Fn(&Home) -> Terminal) {
    for (signal, code) in SIGNALS {
        let home = home();
        let before = home.answers();
        let mut terminal = open(&home);
        terminal.signal(signal);
        terminal.check_ended(code);
        assert_eq!(home.answers(), before, "{signal}");
    }
    let home = home();
    let before = home.answers();
    let mut terminal = open(&home);
    terminal.send("\x03");
    terminal.check_ended(130);
    assert_eq!(home.answers(), before);
}

#[test]
fn the_first_menu_can_be_ended_at_any_time() {
    check_menu_ends(Home::new, |home| {
        let mut terminal = Terminal::start(home, &["--bank", &mini()]);
        terminal.wait("Leave");
        let entries =
            ["> Take the full form (12 questions)", "  Take the quick form (7 questions)", "  Leave"];
        assert_eq!(terminal.shown(), format!("Shift lead fit\n{}", entries.join("\n")));
        terminal
    });
}

#[test]
fn the_menu_of_a_paused_quiz_can_always_be_ended() {
    check_menu_ends(
        || paused(3),
        |home| {
            let mut terminal = Terminal::start(home, &["take", "--bank", &mini()]);
            terminal.wait("> Resume at question 4 of 12");
            terminal.wait("Start over");
            terminal
        },
    );
}

#[test]
fn the_menu_after_the_result_can_always_be_ended() {
    for end in 0..=SIGNALS.len() {
        let home = Home::new();
        let mut terminal = take_to_result(&home);
        let code = match SIGNALS.get(end) {
            Some((signal, code)) => {
                terminal.signal(*signal);
                *code
            }
            None => {
                terminal.send("\x03");
                130
            }
        };
        terminal.check_ended(code);
        check_answers(&home, &given(12));
        assert!(home.attempt()["finished"].is_number());
        assert!(home.says(&["report", "--bank", &mini()]).contains(" of 100 "));
    }
}

#[test]
fn a_text_field_can_be_ended_at_any_time() {
    let open = |home: &Home| {
        let mut terminal = Terminal::start(home, &["take", "--observe", "Ann"]);
        terminal.wait("How do you know Ann?");
        terminal.send("\x1b[B\r");
        terminal.wait("Your own name, which Ann will see (may stay empty): >");
        terminal
    };
    check_menu_ends(Home::new, open);
    for (key, code) in [("\x1c", 131), ("\x04", 130)] {
        let mut terminal = open(&Home::new());
        terminal.send(key);
        terminal.check_ended(code);
    }
}

/// A pager that ends a moment after Ctrl-C, and restores the terminal when it is told to end. It sleeps, because a
/// shell that waits for a key can miss a signal. Without `noflsh`, the terminal may throw away what it says.
const PAGER: &str = r"
trap 'echo interrupted; stop=1' INT
trap 'stty echo < /dev/tty; echo told to end; exit' TERM
cat
stty -echo noflsh < /dev/tty
echo reading
while [ -z $stop ]; do sleep 0.1; done
stty echo < /dev/tty
echo closing
";

/// A long text in that pager.
fn in_pager(home: &Home) -> Terminal {
    std::fs::write(home.path("pager"), PAGER).expect("a script");
    let line = "exec \"$0\" \"$@\"";
    let mut terminal = Terminal::with(home, (80, 24), &[("PAGER", "sh pager")], line, &["role"]);
    terminal.wait("reading");
    terminal
}

#[test]
fn ctrl_c_in_a_pager_does_not_end_the_program() {
    let home = Home::new();
    let mut terminal = in_pager(&home);
    terminal.send("\x03");
    terminal.check_ended(0);
    assert!(terminal.said().contains("closing"), "it left the pager: {}", terminal.shown());
    assert_eq!(terminal.said().matches("reading").count(), 1, "it was printed again: {}", terminal.shown());
}

#[test]
fn a_signal_ends_the_pager_too() {
    let home = Home::new();
    let mut terminal = in_pager(&home);
    terminal.signal(Signal::SIGTERM);
    terminal.check_ended(143);
    assert!(terminal.said().contains("told to end"), "{}", terminal.shown());
}

#[test]
fn a_closed_terminal_ends_the_program() {
    for place in ["menu", "paused", "0", "7", "11", "12"] {
        let home = if place == "paused" { paused(3) } else { Home::new() };
        let fifo = home.path("code");
        assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
        let (sender, receiver) = mpsc::channel();
        let reader = fifo.clone();
        std::thread::spawn(move || sender.send(std::fs::read_to_string(reader)));
        // The terminal belongs to another process, which dies and takes it along.
        let owner = std::env::current_exe().expect("this test");
        let status = Command::new(owner)
            .args(["--exact", "screen::owner_of_a_terminal_that_closes", "--ignored"])
            .env("COOFIT_TEST_HOME", home.path(""))
            .env("COOFIT_TEST_PLACE", place)
            .output()
            .expect("the owner runs");
        assert!(!status.status.success());
        let code = receiver.recv_timeout(LIMIT).expect("the program ends").expect("its exit code");
        assert_eq!(code.trim(), "129", "{place}: {}", String::from_utf8_lossy(&status.stdout));
        let count = if place == "paused" { 3 } else { place.parse().unwrap_or(0) };
        check_answers(&home, &given(count));
    }
}

#[test]
#[ignore = "run by the test above"]
#[expect(
    clippy::disallowed_methods,
    reason = "it is told by its environment what to do, and must die without tidying up"
)]
fn owner_of_a_terminal_that_closes() {
    let Some(path) = std::env::var_os("COOFIT_TEST_HOME") else { return };
    let place = std::env::var("COOFIT_TEST_PLACE").expect("a place");
    let home = Home::at(path.into());
    let mini = mini();
    let arguments: &[&str] = if place == "menu" { &["--bank", &mini] } else { &["take", "--bank", &mini] };
    // The shell hears of the closed terminal, too, and must live to report the code.
    let line = "trap : HUP; \"$0\" \"$@\"; echo $? > code";
    let mut terminal = Terminal::with(&home, (80, 24), &[], line, arguments);
    match place.parse::<usize>() {
        Err(_) => terminal.wait(">"),
        Ok(count) => {
            terminal.at("1 of 12");
            terminal.send(KEYS[..count].join(RIGHT));
            match count {
                12 => terminal.wait(RESULT),
                _ => terminal.at(&format!("{} of 12", count + 1)),
            }
        }
    }
    std::process::abort();
}

#[test]
fn the_menu_of_a_paused_quiz_can_start_over() {
    let home = paused(3);
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
    terminal.wait_menu("Resume at question 4 of 12", "Start over (full form)");
    terminal.expect_shown(&expect![[r#"
        You have a paused attempt of 3 answers; starting over keeps it
        > Resume at question 4 of 12 (full form)
          Start over (full form)"#]]);
    terminal.to("\x1b[B\r", "1 of 12");
    terminal.to("5", "2 of 12");
    terminal.send("\x03");
    terminal.check_ended(130);
    assert_eq!(home.kept(".json").len(), 2, "the paused one is still there");
}

#[test]
fn the_menu_lists_every_paused_attempt() {
    let home = paused(3);
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
    terminal.wait("You have a paused attempt of 3 answers");
    terminal.to("\x1b[B\r", "1 of 12");
    terminal.to("5", "2 of 12");
    terminal.send("\x03");
    terminal.check_ended(130);
    let mut terminal = Terminal::start(&home, &["--bank", &mini()]);
    terminal.wait_menu("Resume at question 2 of 12", "Leave");
    terminal.expect_shown(&expect![[r#"
        Shift lead fit
        > Resume at question 2 of 12 (full form, YYYY-MM-DD-2)
          Resume at question 4 of 12 (full form, YYYY-MM-DD)
          Start over: the full form (12 questions)
          Start over: the quick form (7 questions)
          Leave"#]]);
    terminal.to("\x1b[B\r", "4 of 12");
}

#[test]
fn what_was_skipped_is_offered_once_before_the_report() {
    let home = Home::new();
    let mut terminal = take(&home);
    for (index, keys) in KEYS[..11].iter().enumerate() {
        let keys = if [1, 4].contains(&index) { "s" } else { keys };
        terminal.to(keys, &format!("{} of 12", index + 2));
    }
    terminal.send(KEYS[11]);
    terminal.wait_menu("Answer", "Show the result");
    terminal.expect_shown(&expect![[r#"
        1  I told people early when their work fell short.  Often
        2  I named the person whose idea it was.  skipped
        3  I did a task myself because explaining it took too long.  Almost never
        4  I wrote down the plan for the week before it began.  Sometimes
        5  I found out on the day that something was missing.  skipped
        6  The till is down and the line grows. W…  Tell the line how long it will take
        7  The truck is two hours late and three people…  Move them to tomorrow's work
        8  For how many years have you been in charge of others?  8 years
        9  What is the longest training you have finished?  A course of a year or more
        10  Which of these have you done for at least a month?  2 of 4
        11  What pay a year do you need?  30,000 $ a year
        12  How much does pay matter to you?  Very much
        2 questions skipped. If any of them did come up, answer it now.
        > Answer now
          Show the result"#]]);
    terminal.to("\r", "1 of 2");
    terminal.to(KEYS[1], "2 of 2");
    terminal.send("s");
    terminal.wait(RESULT);
    let mut expect = given(12);
    expect["planning-last-minute"] = Value::Null;
    check_answers(&home, &expect);
}

#[test]
fn keys_typed_at_the_menu_go_to_the_question() {
    let home = paused(3);
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
    terminal.wait("> Resume at question 4 of 12");
    terminal.send("\r35");
    terminal.at("6 of 12");
    check_answers(&home, &given(5));
}

// ---------------------------------------------------------------------------------------------
// Stops and sizes

#[test]
fn a_stopped_quiz_continues_without_counting_the_time() {
    const STOPPED: f64 = 2.2;
    let home = Home::new();
    // What a person's shell does with Ctrl-Z, and with `fg` after a while.
    let line = format!(
        "set -m; \"$0\" \"$@\"; stty sane; echo stopped: $?; read -r line; sleep {STOPPED}; fg > /dev/null; exit $?"
    );
    let start = now();
    let mut terminal = Terminal::with(&home, (80, 24), &[], &line, &["take", "--bank", &mini()]);
    terminal.at("1 of 12");
    terminal.send("\x1a");
    terminal.wait("stopped:");
    terminal.check_given_back();
    assert!(places(terminal.screen()).is_empty(), "the question is still there:\n{}", terminal.shown());
    terminal.send("\r");
    terminal.at("1 of 12");
    assert!(!terminal.is_cooked());
    terminal.to("4", "2 of 12");
    let ran = start.elapsed().as_secs_f64() - STOPPED;
    let seconds = home.attempt()["seconds"]["leading-early-word"].as_f64().expect("seconds");
    assert!(seconds <= ran, "{seconds} s counted, the program ran for {ran} s");
    terminal.send("\x03");
    terminal.check_ended(130);
    check_answers(&home, &given(1));
}

#[test]
fn after_a_stop_from_outside_the_question_is_drawn_again() {
    let home = Home::new();
    let mut terminal = take_to(&home, 1);
    terminal.signal(Signal::SIGSTOP);
    terminal.signal(Signal::SIGCONT);
    terminal.wait_until("the question again", |screen| places(screen) == ["2 of 12", "2 of 12"]);
    assert!(!terminal.is_cooked());
    terminal.send("2");
    terminal.wait_until("the next question", |screen| {
        places(screen).last().is_some_and(|place| place == "3 of 12")
    });
    check_answers(&home, &given(2));
}

#[test]
fn a_stop_in_a_menu_ends_nothing() {
    let home = paused(11);
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
    for _ in 0..3 {
        terminal.signal(Signal::SIGSTOP);
        terminal.signal(Signal::SIGCONT);
    }
    terminal.wait("> Resume at question 12 of 12");
    terminal.to("\r", "12 of 12");
    terminal.send(KEYS[11]);
    terminal.wait(RESULT);
    for _ in 0..3 {
        terminal.signal(Signal::SIGSTOP);
        terminal.signal(Signal::SIGCONT);
    }
    terminal.send("\x1b[B");
    terminal.wait("> Read the whole report");
    terminal.send("\x1b");
    terminal.check_ended(0);
}

#[test]
fn a_key_that_comes_in_two_pieces_ends_no_menu() {
    const SOON: Duration = Duration::from_millis(100);
    let home = paused(3);
    let mut terminal = loop {
        let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
        terminal.wait("> Resume at question 4 of 12");
        let start = now();
        terminal.send("\x1b");
        terminal.wait_until("the menu taken away", |screen| !screen.contents().contains("Resume"));
        terminal.send_at_once("[B");
        // A busy machine may take too long for the two to be one key.
        if start.elapsed() < SOON {
            break terminal;
        }
    };
    terminal.wait("> Resume at question 4 of 12");
    terminal.to("\r", "4 of 12");
}

#[test]
fn resizes_leave_nothing_behind() {
    let home = Home::new();
    let mut terminal = take_to(&home, 1);
    terminal.send("\x1b[B\x1b[B");
    terminal.wait_frame("second label", |screen| screen.contents().contains("> 2  Seldom"));
    let before: Vec<String> = terminal.shown().lines().skip(2).map(str::to_owned).collect();
    for (columns, rows) in [(40, 20), (20, 5), (10, 1), (40, 20), (1, 1), (120, 40), (80, 24)] {
        terminal.resize(columns, rows);
        // A key each way shows that it still listens, and that it has drawn at this size.
        for (key, number) in [("\x1b[B", '3'), ("\x1b[A", '2')] {
            terminal.send(key);
            terminal.wait_until("the selection", |screen| {
                let (row, _) = screen.cursor_position();
                let mark = |column| screen.cell(row, column).map_or("", vt100::Cell::contents).to_owned();
                let numbered = columns < 4 || mark(1).contains(number) || mark(2).contains(number);
                mark(0) == ">" && numbered
            });
        }
        terminal.check_rows();
        let shown = terminal.shown();
        assert!(shown.matches('>').count() == 1, "{columns}x{rows}:\n{shown}");
        assert!(places(terminal.screen()).len() <= 1, "{columns}x{rows}:\n{shown}");
    }
    terminal.wait_frame("last frame", |screen| screen.contents().contains("Ctrl-C save and quit"));
    let shown = terminal.shown();
    let from = shown.lines().position(|line| line.starts_with("2 of 12")).expect("the bar");
    let after: Vec<String> = shown.lines().skip(from).map(str::to_owned).collect();
    assert!(before.ends_with(&after), "{before:#?}\n{shown}");
    terminal.to("\r", "3 of 12");
}

#[test]
fn a_terminal_that_cannot_draw_gets_lines() {
    let [unset, dumb, accessible] =
        ["unset TERM", "TERM=dumb", "ACCESSIBLE=1; export ACCESSIBLE"].map(|term| {
            let home = paused(3);
            let line = format!("{term}; exec \"$0\" \"$@\"");
            let mut quiz = Terminal::with(&home, (80, 24), &[], &line, &["take", "--bank", &mini()]);
            quiz.wait_asked("Answer 1 to 5:");
            quiz.send("q\r");
            quiz.check_ended(130);
            let mut forget = Terminal::with(&home, (80, 24), &[], &line, &["forget", "--all"]);
            forget.wait_asked("Type `forget` to confirm:");
            forget.send("forget\r");
            forget.check_ended(0);
            assert!(!forget.bytes.contains(&0x1b), "{term}: {}", forget.shown());
            format!("{}\n\n{}", quiz.shown(), forget.shown())
        });
    expect![[r#"
        You have a paused attempt of 3 answers. Resume at question 4 of 12 (full form).
        To start over, add `--fresh`.

        Question 4 of 12. In the last 12 months: I wrote down the plan for the week
        before it began.
        1. Almost never
        2. Seldom
        3. Sometimes
        4. Often
        5. Almost always
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        q
        Saved. `coofit` resumes at question 4 of 12.

        Forget 1 file? This cannot be undone. Type `forget` to confirm: forget
        Removed 1 file. Copies in backups or on the disk itself are not coofit's to
        remove."#]]
    .assert_eq(&unset);
    assert_eq!([&dumb, &accessible], [&unset, &unset]);
}

#[test]
fn the_plain_form_on_a_terminal_ends_without_an_offer() {
    let home = Home::new();
    let mut terminal = Terminal::start(&home, &["take", "--plain", "--form", "quick", "--bank", &mini()]);
    for number in 1..=7 {
        terminal.wait(&format!("Question {number} of 7."));
        terminal.send("s\r");
    }
    terminal.check_ended(0);
    terminal.expect_end(
        "Shift lead fit",
        &expect![[r#"
        Shift lead fit
        quick form, 0 of 7 answered, YYYY-MM-DD

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
          Web page     coofit report -o me.html"#]],
    );
}

#[test]
fn in_a_window_of_two_rows_a_menu_becomes_lines() {
    let home = paused(3);
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini()]);
    terminal.wait("> Resume at question 4 of 12");
    terminal.wait("Start over");
    terminal.resize_at_once(80, 2);
    terminal.send("\x1b[B");
    terminal.wait("1 to 2:");
    terminal.send("1\r");
    terminal.wait("I wrote down the plan");
    terminal.send("\x03");
    terminal.check_ended(130);
    assert!(!terminal.said().contains("panicked"), "{}", terminal.said());
}

#[test]
fn a_narrow_menu_cuts_nothing_off() {
    let home = paused(3);
    let mut terminal = Terminal::of_size(&home, (40, 24), &["take", "--bank", &mini()]);
    terminal.wait_asked("1 to 2:");
    terminal.expect_shown(&expect![[r#"
        You have a paused attempt of 3 answers;
        starting over keeps it
        1. Resume at question 4 of 12 (full
        form)
        2. Start over (full form)
        1 to 2: "#]]);
    terminal.check_rows();
    terminal.send("1\r");
    terminal.at("4 of 12");
}

#[test]
fn a_whole_quiz_fits_forty_columns() {
    let home = Home::new();
    let mut terminal = Terminal::of_size(&home, (40, 24), &["take", "--form", "quick", "--bank", &mini()]);
    for (index, keys) in ["4", "1", "3", "1", "8\r", "30000\r", "5"].iter().enumerate() {
        terminal.at(&format!("{} of 7", index + 1));
        terminal.check_rows();
        let shown = terminal.shown();
        assert_eq!(shown.lines().filter(|line| line.contains(" of 7")).count(), 1, "{shown}");
        let settled = (1..=index).filter(|n| shown.lines().any(|line| line.starts_with(&format!("{n}  "))));
        assert!(settled.count() >= index.min(5), "a line is gone:\n{shown}");
        terminal.send("?");
        terminal.wait("Why: ");
        terminal.check_rows();
        terminal.send("?");
        terminal.wait_gone("Why: ");
        assert_eq!(terminal.shown(), shown, "the reason left something behind");
        terminal.send(keys);
    }
    terminal.wait(RESULT);
    terminal.wait_until("a menu", |screen| screen.contents().trim_end().ends_with("Done"));
    terminal.check_rows();
    terminal.send("\x1b[B");
    terminal.wait_menu("Read the whole report", "Done");
    terminal.expect_end(
        "  A mirror of your own answers",
        &expect![[r#"
          A mirror of your own answers, not a
          test of ability or a hiring tool.

          All scales   coofit report --full
          Web page     coofit report -o me.html

        And now?
          Save it as a web page
        > Read the whole report
          Put the next steps into a calendar
          Ask somebody who has seen you work
          Read what the job is like
          Add examples for your strengths
          Done"#]],
    );
    terminal.send("\x1b");
    terminal.check_ended(0);
}

#[test]
fn a_short_terminal_gets_numbered_menus_and_all_options() {
    let home = paused(9);
    let mut terminal = Terminal::of_size(&home, (40, 5), &["take", "--bank", &mini()]);
    terminal.wait("1. Resume at question 10 of 12");
    terminal.wait("1 to 2:");
    terminal.send(b"\xf0\x9f\r");
    terminal.wait_until("another try", |screen| screen.contents().matches("1 to 2:").count() == 2);
    terminal.send("7\r");
    terminal.wait("1 to 2: 7 1 to 2:");
    terminal.send("1\r");
    terminal.wait("Which of these");
    for option in ["1 Made the roster", "2 Ordered supplies", "3 Counted the cash", "4 Sat in on hiring"] {
        terminal.send("\x1b[B");
        terminal.wait(&format!("> [ ] {option}"));
        terminal.check_rows();
    }
    terminal.send(" ");
    terminal.wait("> [x] 4 Sat in on hiring");
    terminal.expect_shown(&expect![[r#"
        Which of these have you done for at
        least a month?
          [ ] 2  Ordered supplies
          [ ] 3  Counted the cash
        > [x] 4  Sat in on hiring"#]]);
    terminal.send("\r");
    terminal.wait("What pay a year do you need?");
    assert_eq!(home.answers()["duties-had"], json!(["hiring"]));
}

const CJK: &str = r#"
format = 1
id = "cjk"
title = "適性テスト 🙂"
edition = "1"
language = "ja"

[formats.frequency]
lead = "この一年間に："
labels = ["ほとんどない", "まれに 🙁", "ときどき", "よくある 🙂", "ほとんどいつもそうだったと思うし、これからもそうだと思う"]

[[part]]
id = "work"
title = "仕事"
intro = "仕事の進め方と、チームとの関わり方についての質問です。"
file = "work.toml"
"#;

const CJK_ITEMS: &str = r#"
[[scale]]
id = "lead"
title = "指導"
kind = "trait"
about = "人を導くこと。"
low = "低い。"
high = "高い。"

[[item]]
id = "late"
scale = "lead"
ask = "チームの仕事が遅れたとき、早めに伝えましたか？ 👩‍💻 と ❤️ も数えます。"
answer = "frequency"
why = "早く伝えるほど、直すのは簡単です。チームの全員が、予定を変えることができます。"

[[item]]
id = "pick"
scale = "lead"
ask = "한국어로 된 질문입니다. 어느 쪽을 고르시겠습니까?"
answer = "frequency"
"#;

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn east_asian_text_and_emoji_keep_to_their_rows() {
    let home = Home::new();
    let folder = home.path("cjk");
    std::fs::create_dir(&folder).expect("a directory");
    std::fs::write(folder.join("bank.toml"), CJK).expect("a bank");
    std::fs::write(folder.join("work.toml"), CJK_ITEMS).expect("a part");
    let folder = folder.display().to_string();
    let mut terminal = Terminal::of_size(&home, (34, 30), &["take", "--bank", &folder]);
    terminal.expect_frame(
        "1 of 2",
        &expect![[r#"

        1 of 2  ────────────────────────

        仕事 -
        仕事の進め方と、チームとの関わり
        方についての質問です。

        この一年間に：
        チームの仕事が遅れたとき、早めに
        伝えましたか？ 👩‍💻 と ❤️
        も数えます。

          1  ほとんどない
          2  まれに 🙁
          3  ときどき
          4  よくある 🙂
          5  ほとんどいつもそうだったと思
             うし、これからもそうだと思う

        1-5 answer  s skip  ? why"#]],
    );
    terminal.check_rows();
    let before = terminal.shown();
    for _ in 0..12 {
        terminal.send("\x1b[B");
    }
    terminal.wait("> 2 まれに 🙁");
    terminal.send("?");
    terminal.wait("Why: 早く");
    terminal.check_rows();
    terminal.send("?");
    terminal.wait_gone("Why:");
    let shown = terminal.shown();
    assert_eq!(shown.replace("> 2", "  2"), before, "something was left behind");
    terminal.send("5");
    terminal.expect_frame(
        "2 of 2",
        &expect![[r#"
        1  ほとんどいつもそうだったと思…

        2 of 2  ━━━━━━━━━━━━────────────

        この一年間に：
        한국어로 된 질문입니다. 어느 쪽을
        고르시겠습니까?

          1  ほとんどない
          2  まれに 🙁
          3  ときどき
          4  よくある 🙂
          5  ほとんどいつもそうだったと思
             うし、これからもそうだと思う

        1-5 answer  Esc back  s skip"#]],
    );
    terminal.check_rows();
    terminal.send("\x1b");
    terminal.expect_frame(
        "1 of 2",
        &expect![[r#"

        1 of 2  ────────────────────────

        仕事 -
        仕事の進め方と、チームとの関わり
        方についての質問です。

        この一年間に：
        チームの仕事が遅れたとき、早めに
        伝えましたか？ 👩‍💻 と ❤️
        も数えます。

          1  ほとんどない
          2  まれに 🙁
          3  ときどき
          4  よくある 🙂
        > 5  ほとんどいつもそうだったと思
             うし、これからもそうだと思う

        Earlier answer:
        ほとんどいつもそうだったと思うし
        、これからもそうだと思う

        1-5 answer  s skip  ? why"#]],
    );
    terminal.to("\r", "2 of 2");
    terminal.send("\x03");
    terminal.check_ended(130);
}

// ---------------------------------------------------------------------------------------------
// Colour, other copies, and a disk that refuses

#[test]
fn color_is_on_by_default_and_can_be_turned_off() {
    let mini = mini();
    let run = |environment: &[(&str, &str)], arguments: &[&str]| {
        let home = Home::new();
        let arguments = [arguments, &["--bank", &mini]].concat();
        let mut terminal = Terminal::with(&home, (80, 24), environment, "exec \"$0\" \"$@\"", &arguments);
        terminal.wait("> Take the full form");
        terminal.to("\r", "1 of 12");
        terminal.send(format!("?\x1b[B{}", KEYS.concat()));
        terminal.wait(RESULT);
        terminal.send("\x1b[B\r");
        terminal.wait(", edition 1.");
        terminal.wait("> Save it");
        terminal.send("\x1b");
        terminal.check_ended(0);
        terminal.is_styled()
    };
    assert!(run(&[], &[]));
    assert!(!run(&[("NO_COLOR", "1")], &[]));
    assert!(!run(&[], &["--color", "never"]));
    assert!(run(&[("NO_COLOR", "1")], &["--color", "always"]));
}

#[test]
fn a_second_copy_is_refused_and_the_first_continues() {
    let home = Home::new();
    let mut terminal = take_to(&home, 1);
    let mut second = Terminal::start(&home, &["take", "--bank", &mini()]);
    second.check_ended(1);
    second.expect_shown(&expect![
        "error: another coofit is at work in HOME/data/attempts; finish or close it first"
    ]);
    let third = home.run(&["take", "--plain", "--bank", &mini()]);
    assert_eq!(third.status.code(), Some(1));
    terminal.to(KEYS[1], "3 of 12");
    check_answers(&home, &given(2));
    // A kill leaves no lock behind.
    terminal.signal(Signal::SIGKILL);
    terminal.end();
    check_goes_on(&home, 2);
}

#[test]
fn a_failing_disk_is_reported_at_once_without_losing_answers() {
    let home = Home::new();
    std::fs::write(home.path("file"), "").expect("a file");
    let data = home.path("file/data").display().to_string();
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini(), "--data-dir", &data]);
    for (index, keys) in KEYS.iter().enumerate() {
        terminal.at(&format!("{} of 12", index + 1));
        let shown = terminal.shown().replace('\n', "");
        assert!(shown.contains("! Not saved: "), "{shown}");
        assert!(shown.contains("file/data") && shown.contains("Not a directory"), "{shown}");
        terminal.check_rows();
        terminal.send(keys);
    }
    terminal.check_ended(1);
    // What is printed can be scored as it is.
    let written = String::from_utf8_lossy(&terminal.bytes).into_owned();
    let from = written.rfind("Here are your answers.").expect("the answers");
    let json = &written[from..][written[from..].find('{').expect("an object")..];
    let json = &json[..=json.rfind('}').expect("its end")];
    std::fs::write(home.path("answers.json"), json).expect("a file");
    let file: Value = serde_json::from_str(json).expect("JSON");
    let mut found = Vec::new();
    crate::support::differences(&given(12), &file["answers"], "", &mut found);
    assert!(found.is_empty(), "{found:?}");
    assert!(home.says(&["score", "answers.json", "--bank", &mini()]).contains(" of 100 "));
}

#[test]
fn leaving_with_a_failing_disk_loses_no_answer() {
    let home = Home::new();
    std::fs::write(home.path("file"), "").expect("a file");
    let data = home.path("file/data").display().to_string();
    let mut terminal = Terminal::start(&home, &["take", "--bank", &mini(), "--data-dir", &data]);
    terminal.at("1 of 12");
    terminal.to("42", "3 of 12");
    terminal.send("\x03");
    terminal.check_ended(1);
    terminal.expect_end(
        "Here are your answers.",
        &expect![[r#"
        Here are your answers. Copy them to a file, and `coofit score FILE` scores
        them.
        {
          "answers": {
            "leading-credit": 2,
            "leading-early-word": 4
          },
          "bank": "mini",
          "edition": "1",
          "form": "full",
          "format": 1
        }"#]],
    );
}

#[test]
fn a_disk_that_comes_back_keeps_everything() {
    let home = Home::new();
    std::fs::write(home.path("data"), "").expect("a file in the way");
    let mut terminal = take(&home);
    terminal.to(KEYS[0], "2 of 12");
    assert!(terminal.flat().contains("! Not saved: "), "{}", terminal.shown());
    std::fs::remove_file(home.path("data")).expect("it goes away");
    terminal.to(KEYS[1], "3 of 12");
    assert!(!terminal.flat().contains("Not saved"), "{}", terminal.shown());
    check_answers(&home, &given(2));
}

// ---------------------------------------------------------------------------------------------
// A bank of questions from elsewhere

/// A home with a table, and `bank import` of it at the question.
fn import_to(table: &str, question: &str) -> (Home, Terminal) {
    let home = Home::new();
    std::fs::write(home.path("table.csv"), table).expect("a file");
    let mut terminal = Terminal::start(&home, &["bank", "import", "table.csv", "made"]);
    terminal.wait(question);
    (home, terminal)
}

const KEYED: &str = "text,scale,key\nI talk.,Company,+\nI hide.,Company,-\n";
const RIGHT_SO: &str = "Are these directions right?";

#[test]
fn an_import_is_written_once_its_directions_are_confirmed() {
    let (home, mut terminal) = import_to(KEYED, RIGHT_SO);
    terminal.wait("Yes, write the bank");
    let shown = terminal.shown();
    expect![[r#"
        `table.csv` is read as a table of items: 2 items on 1 scale.
        note: no column `labels`: the answers go from "Strongly disagree" to "Strongly
        agree"
        Answers: 5, from "Strongly disagree" to "Strongly agree" (most agreement).

          1  agreeing raises Company: I talk.
          2  agreeing LOWERS Company: I hide.
        Are these directions right?
        > No, write nothing
          Yes, write the bank"#]]
    .assert_eq(&shown);
    assert!(!home.path("made").exists(), "written before it was confirmed");
    terminal.send("\x1b[B\r");
    terminal.wait("2 files written to made.");
    terminal.check_ended(0);
    let part = std::fs::read_to_string(home.path("made/items.toml")).expect("the part");
    assert_eq!(part.matches("reversed = true").count(), 1, "{part}");
}

#[test]
fn an_import_that_is_not_confirmed_writes_nothing() {
    for (keys, code) in [("\r", 0), ("\x1b", 0), ("\x03", 130)] {
        let (home, mut terminal) = import_to(KEYED, RIGHT_SO);
        terminal.wait("Yes, write the bank");
        terminal.send(keys);
        terminal.check_ended(code);
        assert_eq!(terminal.shown().ends_with("\nNothing was written."), code == 0, "{}", terminal.shown());
        assert!(!home.path("made").exists(), "{keys:?}");
    }
}

#[test]
fn an_import_asks_for_directions_missing_from_its_file() {
    let table = "text,scale\nI talk.,Company\nI hide.,Company\nI go home.,Company\n";
    let (home, mut terminal) = import_to(table, "LOWER their scale");
    terminal.send("2 9\r");
    terminal.wait("`9` is not the number of an item.");
    terminal.send("2-3\r");
    terminal.wait(RIGHT_SO);
    terminal.wait("Yes, write the bank");
    expect![[r#"
        `table.csv` is read as a table of items: 3 items on 1 scale.
        note: no column `labels`: the answers go from "Strongly disagree" to "Strongly
        agree"
        note: no column `reversed`: the file does not say which items lower their scale
        Answers: 5, from "Strongly disagree" to "Strongly agree" (most agreement).

          1  agreeing raises Company (the file does not say): I talk.
          2  agreeing raises Company (the file does not say): I hide.
          3  agreeing raises Company (the file does not say): I go home.
        Numbers of the items that LOWER their scale, such as 2 5 9-12 (0 for none) [0]:
        2 9
        `9` is not the number of an item.
        Numbers of the items that LOWER their scale, such as 2 5 9-12 (0 for none) [0]:
        2-3
        Answers: 5, from "Strongly disagree" to "Strongly agree" (most agreement).

          1  agreeing raises Company: I talk.
          2  agreeing LOWERS Company: I hide.
          3  agreeing LOWERS Company: I go home.
        Are these directions right?
        > No, write nothing
          Yes, write the bank"#]]
    .assert_eq(&terminal.shown());
    terminal.send("\x1b[B\r");
    terminal.check_ended(0);
    let part = std::fs::read_to_string(home.path("made/items.toml")).expect("the part");
    assert_eq!(part.matches("reversed = true").count(), 2, "{part}");
    // Once they are known, no text asks for them.
    assert!(!part.contains("the file did not say"), "{part}");
}

// ---------------------------------------------------------------------------------------------
// An observer

#[test]
fn an_observer_says_once_who_they_are() {
    let [named, unnamed] = [("Bo Lind\r", Some("Bo Lind")), ("\r", None)].map(|(own, kept)| {
        let home = Home::new();
        let mut terminal = Terminal::start(&home, &["take", "--observe", "Ann"]);
        terminal.wait("How do you know Ann?");
        terminal.send("\x1b[B\r");
        terminal.wait("Your own name, which Ann will see");
        terminal.send(own);
        terminal.wait_frame("the first question", |screen| places(screen).len() == 1);
        let shown = terminal.shown();
        terminal.send("4");
        terminal.wait("2 of ");
        terminal.send("\x03");
        terminal.check_ended(130);
        let folder = std::fs::read_dir(home.path("data/attempts")).expect("attempts");
        let mut names = folder.map(|entry| entry.expect("an entry").path());
        let file = names.find(|path| path.extension().is_some_and(|end| end == "json"));
        let text = std::fs::read_to_string(file.expect("an attempt")).expect("the attempt");
        let attempt = &serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["body"];
        assert_eq!(attempt["relation"], "peer", "{text}");
        assert_eq!(attempt["observer"].as_str(), kept, "{text}");
        shown
    });
    expect![[r#"
        Your own name, which Ann will see (may stay empty): Bo Lind

        You answer about Ann
        - Skip what you have not seen.
        - Ann sees your scores, scale by scale, and a warning if your answers look
          careless: never a single answer, and no report names one.
        - The file that you give to Ann holds your single answers and how long each
          took, and a text editor can show them.


        1 of 68  ────────────────────────  about 8 min left

        Skills

        In the last 12 months:
        They checked the latest numbers before they set the day's priorities.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        1-5 answer  Up/Down, Enter  s skip  ? why  Ctrl-C save and quit"#]]
    .assert_eq(&named);
    assert_eq!(named.replace(" Bo Lind", ""), unnamed);
}
