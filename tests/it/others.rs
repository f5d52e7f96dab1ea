//! What others see, and what is added afterwards, kept over time and removed: observers, examples,
//! forgetting and the history.

use std::fs;

use coofit::bank::parse::built_in;
use coofit::bank::{Bank, Form, Keying};
use coofit::session::Responses;
use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, MINI_LINES, Ran, lines, mini_answers, words};
use crate::results::{Kept, changed_bank, extreme, rating, sealed};
use crate::support::bank;

fn mini() -> Bank {
    bank("tests/data/banks/mini")
}

// ---- observers ----------------------------------------------------------------------------------

/// The ratings of `mini`, which an observer is asked.
const WATCHED: [&str; 5] =
    ["leading-early-word", "leading-credit", "leading-own-hands", "planning-week", "planning-last-minute"];

fn observe(home: &Home, name: &str, input: &str) -> Ran {
    home.mini(["take", "--plain"]).arg(format!("--observe={name}")).input(input).ran()
}

#[test]
fn observers_rate_only_what_can_be_watched_in_third_person() {
    let home = Home::new();
    let told = words(&observe(&home, "Ann", &lines(&["4"; 5])).stderr);
    for item in &mini().items {
        let theirs = item.observer.as_deref().expect("words for an observer");
        let is_asked = WATCHED.contains(&item.id.as_str());
        assert_eq!(told.contains(theirs), is_asked, "{theirs}");
        assert!(!told.contains(&item.ask), "{}", item.ask);
    }
    assert!(told.contains("Question 5 of 5."), "{told}");
    let answers = home.attempt()["body"]["answers"].clone();
    assert_eq!(answers.as_object().map(serde_json::Map::len), Some(5), "{answers}");
}

#[test]
fn the_quick_form_asks_an_observer_less() {
    let home = Home::new();
    let ran = home.mini(["take", "--plain", "--form", "quick", "--observe", "Ann"]).input("4\n4\n4\n");
    ran.expect_code(0).ending("Question 3 of 3").expect_stderr(&expect![[r#"
        Question 3 of 3. In the last 12 months: They wrote down the plan for the week
        before it began.
        1. Almost never
        2. Seldom
        3. Sometimes
        4. Often
        5. Almost always
        Answer 1 to 5:
        Answered: Often.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file
        to Ann, who sees your scores with
          coofit compare coofit-observer-YYYY-MM-DD.json
    "#]]);
    assert_eq!(home.attempt()["body"]["form"], "quick");
}

#[test]
fn a_bank_without_words_for_observers_refuses_them() {
    let home = Home::new();
    let bank = crate::program::test_bank("mixed");
    let ran = home.run(["take", "--plain", "--observe", "Ann", "--bank"]).arg(bank).expect_code(1);
    ran.expect_stderr(&expect![[r#"
        error: the bank `mixed` has no questions for observers
    "#]]);
    assert!(home.attempts().is_empty());
}

#[test]
fn each_quiz_resumes_separately() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\nq\n").expect_code(130);
    assert_eq!(observe(&home, "Ann", "1\nq\n").status.code(), Some(130));
    assert_eq!(observe(&home, "Bob", "2\n2\n2\nq\n").status.code(), Some(130));
    observe(&home, "Ann", "").opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 1 answer. Resume at question 2 of 5 (full form,
        about Ann). To start over, add `--fresh`.

        Question 2 of 5. In the last 12 months: They named the person whose idea it
    "#]]);
    observe(&home, "Bob", "").opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 3 answers. Resume at question 4 of 5 (full form,
        about Bob). To start over, add `--fresh`.

        Question 4 of 5. In the last 12 months: They wrote down the plan for the week
    "#]]);
    home.mini(["take", "--plain"]).expect_code(130).opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 2 answers. Resume at question 3 of 12 (full form).
        To start over, add `--fresh`.

        Question 3 of 12. In the last 12 months: I did a task myself because explaining
    "#]]);
    assert_eq!(home.attempts().len(), 3);
}

#[test]
fn a_paused_observation_shows_the_command_to_resume_it() {
    let home = Home::new();
    let ran = observe(&home, "Zoë Ångström", "4\nq\n");
    assert_eq!(ran.status.code(), Some(130));
    ran.ending("Saved.").expect_stderr(&expect![[r#"
        Saved. `coofit take --observe "Zoë Ångström"` resumes at question 2 of 5.
    "#]]);
    let own = home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    own.ending("Saved.").expect_stderr(&expect![[r#"
        Saved. `coofit` resumes at question 2 of 12.
    "#]]);
}

#[test]
fn nobody_can_be_observed_without_a_name() {
    let home = Home::new();
    let told = ["", "  ", "\n\t"].map(|name| {
        let ran = observe(&home, name, &lines(&MINI_LINES));
        assert_eq!(ran.status.code(), Some(2), "{name:?}: {}", ran.stderr);
        ran.stderr
    });
    expect![[r#"
        error: `--observe` needs the name of the person that you have watched at work
        error: `--observe` needs the name of the person that you have watched at work
        error: `--observe` needs the name of the person that you have watched at work
    "#]]
    .assert_eq(&told.concat());
    assert!(home.attempts().is_empty(), "an observer's answers are never one's own");
}

/// macOS hands over names of files with the accent apart from its letter; people type both as one.
#[test]
fn a_name_is_the_same_with_its_accent_apart() {
    let (apart, typed) = ("Jose\u{301}", "Jos\u{e9}");
    let home = Home::new();
    assert_eq!(observe(&home, apart, "4\nq\n").status.code(), Some(130));
    observe(&home, typed, "q\n").opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 1 answer. Resume at question 2 of 5 (full form,
        about José). To start over, add `--fresh`.

        Question 2 of 5. In the last 12 months: They named the person whose idea it
    "#]]);
    assert_eq!(home.attempts().len(), 1);
    let page = home.mini(["page", "--observe", apart]).expect_code(0);
    assert_eq!((page.stdout.contains(typed), page.stdout.contains(apart)), (true, false));
    home.finish_mini();
    let bank = mini();
    let seen = |about| Kept { observe: Some(about), ..Kept::own("x", 5000, watched([3; 5])) }.text(&bank);
    let (one, other) = (format!("{apart}.json"), "other.json");
    home.write(&one, seen(apart));
    home.write(other, seen(typed));
    let ran = home.mini(["compare", &one, other]).expect_code(0);
    expect![[r#"
        note: José.json and other.json hold the same answers of one observer; they count once note: each observer is shown alone; a mean is shown from 3 observers on
    "#]].assert_eq(&ran.told().replace(apart, typed));
}

#[test]
fn an_observer_gets_a_file_for_compare() {
    let home = Home::new();
    let ran = observe(&home, "Ann", &lines(&["5", "5", "1", "5", "1"]));
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(ran.stdout, "", "an observer sees no score");
    ran.ending("Thank you.").expect_stderr(&expect![[r#"
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file
        to Ann, who sees your scores with
          coofit compare coofit-observer-YYYY-MM-DD.json
    "#]]);
    let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
    let name = format!("coofit-observer-{id}.json");
    let body = coofit::store::read(&home.path(&name)).expect("an attempt");
    assert_eq!(body.observe.as_deref(), Some("Ann"));
    let other = Home::new();
    other.finish_mini();
    fs::copy(home.path(&name), other.path(&name)).expect("a copy");
    other.mini(["compare", &name]).expect_code(0);
}

#[test]
fn an_observers_file_never_takes_the_place_of_another() {
    let home = Home::new();
    observe(&home, "Ann", &lines(&["5"; 5]));
    let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
    home.write(&format!("coofit-observer-{id}-2.json"), "mine");
    let first = fs::read(home.path(&format!("coofit-observer-{id}.json"))).expect("the first");
    home.mini(["forget", &id, "--yes"]).expect_code(0);
    observe(&home, "Bob", &lines(&["4"; 5])).ending("Thank you.").expect_stderr(&expect![[r#"
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD-3.json. Give that
        file to Bob, who sees your scores with
          coofit compare coofit-observer-YYYY-MM-DD-3.json
    "#]]);
    assert_eq!(fs::read(home.path(&format!("coofit-observer-{id}.json"))).expect("the first"), first);
    assert_eq!(fs::read(home.path(&format!("coofit-observer-{id}-2.json"))).expect("mine"), b"mine");
}

#[test]
fn hostile_and_foreign_names_are_harmless_and_recognized_again() {
    let names = [
        "Zoë",
        "日本 太郎",
        "../../etc/x",
        "-x",
        "\u{1b}[31mRed",
        "a\nEND",
        "\u{202e}nnA",
        "'; rm -rf /",
        "🙂",
    ];
    let told = names.map(|name| {
        let home = Home::new();
        let paused = observe(&home, name, "4\n4\nq\n").expect_harmless();
        assert_eq!(paused.status.code(), Some(130), "{name:?}");
        let resumed = observe(&home, name, "").expect_harmless().told();
        let resumed = resumed.split_once(" Question").expect("a question").0.to_owned() + "\n";
        let thanked = observe(&home, name, "4\n4\n4\n").expect_harmless().ending("Thank you.").told();
        home.mini(["history"]).expect_code(0).expect_harmless();
        let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
        let file = format!("coofit-observer-{id}.json");
        home.mini(["report", &file]).expect_code(0).expect_harmless();
        let left: Vec<_> = home.everything().into_iter().filter(|(_, bytes)| bytes.is_some()).collect();
        assert_eq!(left.len(), 3, "the lock, the attempt and the file: {left:?}");
        resumed + &thanked
    });
    expect![[r#"
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about Zoë). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to Zoë, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about 日本 太郎). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to 日本 太郎, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about ../../etc/x). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to ../../etc/x, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about -x). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to -x, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about <U+001B>[31mRed). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to <U+001B>[31mRed, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about a END). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to a END, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about <U+202E>nnA). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to <U+202E>nnA, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about '; rm -rf /). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to '; rm -rf /, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
        You have a paused attempt of 2 answers. Resume at question 3 of 5 (full form, about 🙂). To start over, add `--fresh`.
        Thank you. Your answers are in coofit-observer-YYYY-MM-DD.json. Give that file to 🙂, who sees your scores with coofit compare coofit-observer-YYYY-MM-DD.json
    "#]].assert_eq(&told.concat());
}

#[test]
fn an_observation_is_never_ones_own_result() {
    let home = Home::new();
    observe(&home, "Ann", &lines(&["5"; 5]));
    home.mini(["report"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no finished result in HOME/data/attempts; `coofit` takes the quiz
    "#]]);
    home.finish_mini();
    assert_eq!(home.mini(["report", "--format", "json"]).expect_code(0).json()["observed"], Value::Null);
    home.mini(["compare"]).expect_code(1).expect_stderr(&expect![[r#"
        error: comparing needs two finished results; `coofit history` lists them
    "#]]);
    home.mini(["history"]).expect_code(0).expect_stdout(&expect![[r#"
        Your results

                        Form  Score  Range      Answers
          YYYY-MM-DD    full
            about Ann
          YYYY-MM-DD-2  full     91  70 to 100  12 of 12  ────────────────────━━━━━━●━━
    "#]]);
    let report = home.mini(["report", "--format", "json"]).expect_code(0).json();
    assert_eq!(report["trend"], json!([]));
}

/// Five ratings in the order of [`WATCHED`].
fn watched(ratings: [u8; 5]) -> Value {
    let pairs = WATCHED.iter().zip(ratings).map(|(id, r)| ((*id).to_owned(), json!(r)));
    Value::Object(pairs.collect())
}

/// A home with an own result that rates leading at 100 and planning at 0, and a file for each observer.
fn observed_by(observers: &[[u8; 5]]) -> (Home, Vec<String>) {
    let (home, bank) = (Home::new(), mini());
    let mut own = mini_answers();
    for (id, r) in watched([5, 5, 1, 1, 5]).as_object().expect("ratings") {
        own[id] = r.clone();
    }
    Kept::own("2026-06-01", 1000, own).put(&home, &bank);
    let write = |(number, ratings): (usize, &[u8; 5])| {
        let name = format!("seen-{number}.json");
        let answers = watched(*ratings);
        let at = 2000 + i64::try_from(number).expect("few");
        let kept = Kept { observe: Some("Canary Name"), ..Kept::own("secret-id", at, answers) };
        home.write(&name, kept.text(&bank));
        name
    };
    let files = observers.iter().enumerate().map(write).collect();
    (home, files)
}

fn line_of<'a>(ran: &'a Ran, title: &str) -> Vec<&'a str> {
    let found = |line: &&str| line.starts_with("  ") && line.trim_start().starts_with(title);
    let line = ran.stdout.lines().find(found).unwrap_or_else(|| panic!("no {title} in\n{}", ran.stdout));
    line.trim_start()[title.len()..].split_whitespace().collect()
}

#[test]
fn observers_see_less_of_blind_spots_more_of_hidden_strengths() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    assert_eq!(
        line_of(&ran, "Leading people")[..6],
        ["100", "0", "\u{2212}100", "\u{b1}30", "blind", "spot"]
    );
    assert_eq!(line_of(&ran, "Planning")[..6], ["0", "100", "+100", "\u{b1}37", "hidden", "strength"]);
    ran.expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          This observer sees less than you do: Leading people. Ask for an example.
          This observer sees more than you do: Planning.
          Over all 2 scales the observer's ratings are as high as yours on average; the
          90 % range of the mean difference is −24 to +24.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.

        Scales                  You  observer 1   differs
          Leading people        100           0  −100 ±30  blind spot       ●━━━━━━━━━○
          Planning                0         100  +100 ±37  hidden strength  ○━━━━━━━━━●
    "#]]);
}

/// The verdict in a row of the comparison in JSON.
fn verdicts(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let rows = report["comparisons"][0]["scales"].as_array().expect("scales").clone();
    rows.iter().map(|row| row["verdict"].as_str().expect("a verdict").to_owned()).collect()
}

#[test]
fn a_gap_of_perhaps_a_label_is_undecided() {
    let (home, files) = observed_by(&[[4, 4, 3, 1, 5]]);
    let ran = home.mini(["compare", "--format", "json"]).args(&files).expect_code(0);
    assert_eq!(verdicts(&ran), ["cannot-tell"; 2]);
    home.mini(["compare"]).args(&files).expect_code(0).expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          On each of the 2 scales, it is too close to tell whether you agree.
          Over all 2 scales the observer's ratings are 17 points below yours on
          average; the 90 % range of the mean difference is −41 to +7.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
    "#]]);
}

#[test]
fn a_row_that_cannot_tell_has_its_range() {
    let (home, files) = observed_by(&[[4, 4, 3, 5, 1]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    assert_eq!(line_of(&ran, "Planning")[4..6], ["hidden", "strength"]);
    let row = line_of(&ran, "Leading people");
    let [_, _, change, range, "unclear", ..] = row[..] else { panic!("{row:?}") };
    let report = home.mini(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    let json = &report["comparisons"][0]["scales"][0];
    let [low, high] = ["low", "high"].map(|end| json[end].as_f64().expect("a number"));
    assert_eq!(range, format!("\u{b1}{:.0}", (high - low) / 2.0));
    assert_eq!(change.trim_start_matches('\u{2212}'), format!("{:.0}", (high + low).abs() / 2.0));
}

/// A home with an own result on the built-in bank, and files of observers, all made by `answer`: who
/// it is, 0 for oneself, and the item's place and most points at that label.
fn built_in_seen(n: usize, answer: impl Fn(usize, usize, usize) -> usize) -> (Home, Vec<String>) {
    let (home, bank) = (Home::new(), built_in());
    let answers = |who: usize| {
        let mut responses = if who == 0 {
            Responses::new(&bank, Form::Full)
        } else {
            Responses::asked(&bank, Form::Full, true)
        };
        for (place, index) in
            bank.form_items(Form::Full).enumerate().filter(|(_, at)| responses.asks(*at)).collect::<Vec<_>>()
        {
            let Some(format) =
                bank.items[index].format().filter(|_| bank.can_be_observed(&bank.items[index]))
            else {
                continue;
            };
            let reversed = bank.items[index].own_scale().is_some_and(|own| own.keying == Keying::Reverse);
            let label = answer(who, place, bank.items[index].own_scale().expect("a scale").scale);
            let label = if reversed { format.labels.len() + 1 - label } else { label };
            responses.set(&bank, index, rating(label)).expect("a label");
        }
        coofit::answers::object(&bank, &responses)
    };
    Kept::own("2026-06-01", 1000, answers(0)).put(&home, &bank);
    let files = (1..=n).map(|who| {
        let name = format!("seen-{who}.json");
        let at = 2000 + i64::try_from(who).expect("few");
        let kept = Kept { observe: Some("Kim"), ..Kept::own("2026-06-02", at, answers(who)) };
        home.write(&name, kept.text(&bank));
        name
    });
    let files = files.collect();
    (home, files)
}

#[test]
fn clearly_small_gaps_are_seen_alike() {
    let (home, files) = built_in_seen(1, |_, _, _| 4);
    let ran = home.run(["compare", "--format", "json"]).args(&files).expect_code(0);
    assert!(verdicts(&ran).iter().all(|verdict| verdict == "seen-alike"), "{:?}", verdicts(&ran));
    let ran = home.run(["compare"]).args(&files).expect_code(0).first_section();
    ran.expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          You do not clearly differ on any scale.
          Over all 15 scales the observer's ratings are as high as yours on average;
          the 90 % range of the mean difference is −4 to +4.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.
    "#]]);
}

#[test]
fn the_report_says_if_an_observer_rates_most_scales_higher() {
    let higher = |n_higher: usize| {
        let of =
            move |who: usize, _: usize, scale: usize| if who == 1 && scale >= n_higher { 2 } else { 3 + who };
        let (home, files) = built_in_seen(1, of);
        home.run(["compare"]).args(&files).expect_code(0).first_section()
    };
    higher(100).expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          This observer rates you higher than you do on 15 of 15 scales. That is more
          than chance.
          This observer sees more than you do: Leading people, Strategy, Communication,
          Running operations, Money and resources, Judgment, Working across functions,
          Risk and compliance, Change and technology, Composure under pressure, Stamina
          for long weeks, Deciding with missing facts, Recovery and boundaries,
          Pressure and pace, Second in command.
          Over all 15 scales the observer's ratings are 25 points above yours on
          average; the 90 % range of the mean difference is +21 to +29.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.
    "#]]);
    higher(8).expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          This observer sees less than you do: Change and technology, Composure under
          pressure, Stamina for long weeks, Deciding with missing facts, Recovery and
          boundaries, Pressure and pace, Second in command. Ask for an example.
          This observer sees more than you do: Leading people, Strategy, Communication,
          Running operations, Money and resources, Judgment, Working across functions,
          Risk and compliance.
          Over all 15 scales the observer's ratings are 2 points above yours on
          average; the 90 % range of the mean difference is −2 to +5.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.
    "#]]);
}

#[test]
fn only_questions_that_were_asked_count_as_unanswered() {
    let (home, files) = built_in_seen(1, |_, _, _| 4);
    let report = home.run(["report", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(report["answered"], report["items"]);
    let signals = report["quality"]["signals"].as_array().expect("signals");
    let skipped = signals.iter().find(|signal| signal["id"] == "skipped").expect("skipped");
    assert_eq!((&skipped["value"], &skipped["level"]), (&json!(0.0), &json!("clear")));
    home.run(["report"]).args(&files).expect_code(0).expect_stdout(&expect![[r#"
        Chief Operating Officer career fit
        about Kim, full form, 68 of 68 answered, 2026-06-02

          No verdict: an observer answers only what can be watched, which is a part of
          the role.
          What could be scored: 77 of 100, between 68 and 86.

          What the job needs: 71 of 100      What it gives you: 100 of 100

        What carries you          you  needs
          Pressure and pace        75     75  met
          Second in command        75     75  met
        What holds you back       you  needs  adds
          Stamina for long weeks   75     85    +3
          Running operations       75     85    +3
          Money and resources      75     85    +2
          The observer's answers cannot show which gap is the largest. Treat them as
          equal.

        Do one of these this week
          1  Log hours and energy for five workdays
             Mon to Fri 6 pm, 2 min each day
          2  Follow one order from start to finish
             Wed 8 am, 90 min; circle the longest wait
          3  Explain three cost lines off plan
             Tue 10 am, 40 min, with someone in finance

        Before you act on it
          The observer's answers are consistent, so you can use this result.
          These answers about Kim are an observer's, so no single one is shown.

          All scales   coofit report seen-1.json --full
          Web page     coofit report seen-1.json -o me.html
    "#]]);
    assert_eq!(report["fit"]["bands"], json!([]), "a part of the role gets no verdict");
    let full = home.run(["report", "--full"]).args(&files).expect_code(0).stdout.to_lowercase();
    assert!(
        !full.contains("your answers") && !full.contains("rated yourself"),
        "they are the observer's: {full}"
    );
}

#[test]
fn no_format_of_a_report_names_an_observers_answer() {
    let (home, mut files) = built_in_seen(1, |_, place, _| 1 + place % 5);
    let body: Value =
        serde_json::from_str(&fs::read_to_string(home.path(&files[0])).expect("a file")).expect("JSON");
    let answers = json!({"format": 1, "bank": "coo", "edition": body["body"]["edition"], "form": "full",
                         "observed": "Kim", "observer": "Lee", "answers": body["body"]["answers"]});
    home.write("answers.json", answers.to_string());
    files.push("answers.json".to_owned());
    let bank = built_in();
    let named: Vec<&str> = bank
        .items
        .iter()
        .filter(|item| bank.can_be_observed(item))
        .flat_map(|item| [item.ask.as_str(), item.observer.as_deref().expect("words")])
        .map(|text| text.trim_end_matches('.'))
        .collect();
    let commands: [&[&str]; 6] = [
        &["--format", "text"],
        &["--explain"],
        &["--format", "markdown"],
        &["--format", "html"],
        &["--format", "json"],
        &["--format", "ics"],
    ];
    for (command, file) in [("report", &files[0]), ("score", &files[1])] {
        for how in commands {
            let ran = home.run([command, file]).args(how).expect_code(0);
            let said = words(&ran.stdout.replace("\r\n ", ""));
            let found = named
                .iter()
                .find(|text| said.contains(**text) || said.contains(&text.replace('\'', "&#39;")));
            assert_eq!(found, None, "{command} {how:?}");
            assert!(
                how.contains(&"ics") || said.contains("no single one is shown"),
                "{command} {how:?}: {said}"
            );
        }
        let report = home.run([command, file]).args(["--format", "json"]).expect_code(0).json();
        for list in ["effects", "again", "scenes", "unscored"] {
            assert_eq!(report[list], json!([]), "{command}: {list}");
        }
        assert!(report["withheld"].is_string() && report["observed"] == "Kim", "{report}");
    }
    Kept { observe: Some("Kim"), ..Kept::own("about-kim", 3000, body["body"]["answers"].clone()) }
        .put(&home, &bank);
    let ran = home.run(["evidence", "about-kim"]).expect_code(1);
    ran.expect_stderr(&expect![[r#"
        error: examples are for your own answers, and `about-kim` holds an observer's
    "#]]);
    let own = home.run(["report", "--format", "json"]).expect_code(0).json();
    assert!(own["withheld"].is_null() && own["effects"].as_array().is_some_and(|all| !all.is_empty()));
}

#[test]
fn an_observer_reads_first_what_the_person_will_see() {
    let home = Home::new();
    observe(&home, "Ann", "q\n").opening().expect_stderr(&expect![[r#"

        You answer about Ann.
        Skip what you have not seen.
        Ann sees your scores, scale by scale, and a warning if your answers look
        careless: never a single answer, and no report names one.
        The file that you give to Ann holds your single answers and how long each took,
        and a text editor can show them.

        At work. About 2 minutes left.
        Question 1 of 5. In the last 12 months: They told people early when their work
    "#]]);
}

#[test]
fn one_observer_named_twice_counts_once() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let [file] = files.as_slice() else { panic!("one file") };
    fs::copy(home.path(file), home.path("copy.json")).expect("a copy");
    let ran = home.mini(["compare", file, file, "copy.json", file]).expect_code(0);
    let once = home.mini(["compare", file]).expect_code(0).stdout;
    assert_eq!(ran.stdout, once);
    ran.expect_stderr(&expect![[r#"
        note: seen-0.json is named more than once; it counts once
        note: seen-0.json and copy.json hold the same answers of one observer; they
        count once
        note: each observer is shown alone; a mean is shown from 3 observers on
    "#]]);
}

#[test]
fn files_about_two_people_are_refused() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let bank = mini();
    let other = Kept { observe: Some("Pat"), ..Kept::own("x", 5000, watched([3; 5])) };
    home.write("pat.json", other.text(&bank));
    let ran = home.mini(["compare", "pat.json"]).args(&files).expect_code(3);
    ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: pat.json is about `Pat`, and seen-0.json is about `Canary Name`
          help: name only files about one person
    "#]]);
    let same = Kept { observe: Some("canary name "), ..Kept::own("x", 5000, watched([3; 5])) };
    home.write("same.json", same.text(&bank));
    home.mini(["compare", "same.json"]).args(&files).expect_code(0);
}

#[test]
fn an_empty_or_unfinished_file_is_named_and_left_out() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let bank = mini();
    let empty = Kept { observe: Some("Canary Name"), ..Kept::own("x", 5000, json!({})) };
    home.write("empty.json", empty.text(&bank));
    let ran = home.mini(["compare", "empty.json"]).expect_code(3);
    ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: empty.json holds no answers
          help: name a result with answers
    "#]]);
    let ran = home.mini(["compare", "empty.json"]).args(&files).expect_code(0);
    assert_eq!(ran.stdout.matches("and what others saw").count(), 1);
    ran.expect_stderr(&expect![[r#"
        warning: empty.json holds no answers, so it is left out; name a result with
        answers
        note: each observer is shown alone; a mean is shown from 3 observers on
    "#]]);
    let mut body = Kept { observe: Some("Canary Name"), ..Kept::own("x", 5000, watched([3; 5])) }.body(&bank);
    body["finished"] = Value::Null;
    home.write("half.json", sealed("coofit-attempt", &body));
    home.mini(["compare", "half.json"]).expect_code(3).expect_stderr(&expect![[r#"
        error: half.json is not finished
          help: `coofit take --observe "Canary Name"` finishes it on the computer where
          it was begun
    "#]]);
    home.mini(["compare", "half.json"]).args(&files).expect_code(0).expect_stderr(&expect![[r#"
        warning: half.json is not finished, so it is left out;
        `coofit take --observe "Canary Name"` finishes it on the computer where it was
        begun
        note: each observer is shown alone; a mean is shown from 3 observers on
    "#]]);
}

// ---- self and observers together -----------------------------------------------------------------

fn combined(ran: &Ran) -> Value {
    ran.json()["combined"].clone()
}

#[test]
fn self_and_observers_together_come_first_from_three_observers_on() {
    for n in 1..=4 {
        let (home, files) = built_in_seen(n, |who, place, _| 3 + (place + who) % 2);
        let combined = combined(&home.run(["compare", "--format", "json"]).args(&files).expect_code(0));
        assert_eq!(combined["persons"], n + 1);
        let fit = |key: &str| combined["fit"][key].as_f64().expect("a number");
        assert!(fit("low") < fit("score") && fit("score") < fit("high") && fit("standard_error") > 0.0);
        assert!(combined["scales"].as_array().is_some_and(|scales| scales.len() >= 10));
        let ran = home.run(["compare"]).args(&files).expect_code(0);
        let at = |text: &str| ran.stdout.find(text).unwrap_or_else(|| panic!("no {text} in {}", ran.stdout));
        assert_eq!(at("observers together") < at("differs"), n >= 3, "{n}");
        let said = words(&ran.stdout);
        assert!(said.contains("makes the result more certain"), "{said}");
        assert!(said.contains(&format!("Each score below is the mean of {} people", n + 1)), "{said}");
        assert!(said.contains(&format!("range {:.0} to {:.0}.", fit("low"), fit("high"))));
    }
}

#[test]
fn with_too_few_common_scales_a_reason_replaces_the_combination() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let report = home.mini(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(report["combined"], Value::Null);
    let reason = "combining needs 2 people with a score on the same 5 rated scales";
    assert_eq!(report["combined_reason"], reason);
}

#[test]
fn an_observer_with_few_scales_is_named_and_not_combined() {
    let (home, mut files) = built_in_seen(2, |who, place, _| 3 + (place + who) % 2);
    let bank = built_in();
    let mut few = Responses::asked(&bank, Form::Full, true);
    for index in few.items().collect::<Vec<_>>() {
        if bank.items[index].own_scale().is_some_and(|own| own.scale < 3) {
            few.set(&bank, index, rating(3)).expect("a label");
        }
    }
    let answers = coofit::answers::object(&bank, &few);
    let file = json!({"format": 1, "bank": bank.id, "edition": bank.edition, "form": "full", "observed": "Kim",
                      "observer": "Lee", "answers": answers});
    home.write("few.json", file.to_string());
    files.push("few.json".to_owned());
    let ran = home.run(["compare", "--format", "json"]).args(&files).expect_code(0);
    let report = ran.json();
    assert_eq!((&report["combined"]["persons"], &report["left_out"]), (&json!(3), &json!(["Lee"])));
    ran.expect_stderr(&expect![[r#"
        note: few.json has a score on fewer than half of the scales, so it is left out
        of the combined fit
    "#]]);
}

#[test]
fn only_what_was_watched_is_compared_with_an_observer() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    home.mini(["compare"]).args(&files).expect_code(0).expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          This observer sees less than you do: Leading people. Ask for an example.
          This observer sees more than you do: Planning.
          Over all 2 scales the observer's ratings are as high as yours on average; the
          90 % range of the mean difference is −24 to +24.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.

        Scales                  You  observer 1   differs
          Leading people        100           0  −100 ±30  blind spot       ●━━━━━━━━━○
          Planning                0         100  +100 ±37  hidden strength  ○━━━━━━━━━●
    "#]]);
}

#[test]
fn two_observers_are_shown_one_by_one() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1], [5, 5, 1, 1, 5]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    ran.expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

        You and observer 1
          This observer sees less than you do: Leading people. Ask for an example.
          This observer sees more than you do: Planning.
          Over all 2 scales the observer's ratings are as high as yours on average; the
          90 % range of the mean difference is −24 to +24.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.

        Scales                  You  observer 1   differs
          Leading people        100           0  −100 ±30  blind spot       ●━━━━━━━━━○
          Planning                0         100  +100 ±37  hidden strength  ○━━━━━━━━━●

        You and observer 2
          On each of the 2 scales, it is too close to tell whether you agree.
          Over all 2 scales the observer's ratings are as high as yours on average; the
          90 % range of the mean difference is −24 to +24.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
    "#]])
        .expect_stderr(&expect![[r#"
        note: each observer is shown alone; a mean is shown from 3 observers on
    "#]]);
}

#[test]
fn three_observers_are_shown_as_their_mean_only() {
    let (home, files) = observed_by(&[[1, 1, 5, 1, 5], [3, 3, 3, 1, 5], [5, 5, 1, 1, 5]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    ran.expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          Others see less than you do: Leading people. Ask them for an example.
          Over all 2 scales the observers' ratings are 25 points below yours on
          average; the 90 % range of the mean difference is −44 to −6.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.

        Scales                  You  3 observers  differs
          Leading people        100           50  −50 ±25  blind spot  ────────●━━━━━━○
          Planning                0            0    0 ±30  unclear     ●───────────────
    "#]])
        .expect_stderr(&expect![[""]]);
}

#[test]
fn twelve_agreeing_observers_are_more_certain_than_one() {
    // Own leading is 100 and theirs 50 or so. SE is about 13 each, so the lead is within
    // 2.6·√(SE² + SE²/m) for one of them, and beyond it for twelve.
    let seen = [4, 3, 3, 5, 1];
    let verdict = |n: usize| {
        let (home, files) = observed_by(&vec![seen; n]);
        let ran = home.mini(["compare"]).args(&files).expect_code(0);
        line_of(&ran, "Leading people").join(" ")
    };
    expect![[r#"
        100 58 −42 ±30 unclear ──────●━━━○
        100 58 −42 ±22 blind spot ─────●━━━○"#]]
    .assert_eq(&[1, 12].map(verdict).join("\n"));
}

#[test]
fn the_usual_lead_of_self_ratings_is_always_mentioned() {
    let shown = |n| {
        let (home, files) = observed_by(&vec![[3, 3, 3, 3, 3]; n]);
        home.mini(["compare"]).args(&files).expect_code(0).first_section()
    };
    shown(1).expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          This observer sees less than you do: Leading people. Ask for an example.
          Over all 2 scales the observer's ratings are as high as yours on average; the
          90 % range of the mean difference is −24 to +24.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.
    "#]]);
    shown(3).expect_stdout(&expect![[r#"
        Your result 2026-06-01, and what others saw

          Others see less than you do: Leading people. Ask them for an example.
          Others see more than you do: Planning.
          Over all 2 scales the observers' ratings are as high as yours on average; the
          90 % range of the mean difference is −19 to +19.
          People tend to rate themselves a little higher than their supervisors do: d =
          0.32 over many studies (Heidemeier and Moser, 2009). So expect your own
          ratings to be a little higher.
          ± is the 90 % range of a difference. "Unclear" means that the difference can
          be chance. With so many scales some move by chance alone, so one scale has to
          move by 1.6 times its ± to count.
    "#]]);
}

#[test]
fn only_one_own_result_is_compared_with_observers() {
    let (home, files) = observed_by(&[[3, 3, 3, 3, 3]]);
    let bank = mini();
    Kept::own("2026-07-01", 3000, mini_answers()).put(&home, &bank);
    let latest = home.mini(["compare"]).args(&files).expect_code(0).stdout;
    assert_eq!(latest.lines().next(), Some("Your result 2026-07-01, and what others saw"));
    let named = home.mini(["compare", "2026-06-01"]).args(&files).expect_code(0).stdout;
    assert_eq!(named.lines().next(), Some("Your result 2026-06-01, and what others saw"));
    let both = home.mini(["compare", "2026-06-01", "2026-07-01"]).args(&files).expect_code(1);
    both.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: observers are compared with one result of your own, and 2 were named
    "#]]);
}

#[test]
fn an_observer_of_another_bank_is_refused() {
    let (home, _) = observed_by(&[]);
    let other = bank("tests/data/banks/mixed");
    let kept = Kept { observe: Some("Ann"), ..Kept::own("x", 2000, json!({"focus-noise": 3})) };
    home.write("other.json", kept.text(&other));
    home.mini(["compare", "other.json"]).expect_code(1).expect_stderr(&expect![[r#"
        error: these answers are to the bank `mixed`, but this bank is `mini`; name
        theirs with `--bank DIR`
    "#]]);
}

// ---- examples -----------------------------------------------------------------------------------

fn report(home: &Home) -> Value {
    home.mini(["report", "--format", "json"]).expect_code(0).json()
}

/// Whether each strength is backed, by scale.
fn backed(report: &Value) -> Vec<(String, Option<bool>)> {
    let strengths = report["strengths"].as_array().expect("strengths");
    let of = |one: &Value| (one["scale"].as_str().expect("a scale").to_owned(), one["backed"].as_bool());
    strengths.iter().map(of).collect()
}

fn of_mini(planning: Option<bool>) -> Vec<(String, Option<bool>)> {
    // Pay is what the role gives and years are a fact, so nobody is asked to back them.
    vec![("pay".into(), None), ("planning".into(), planning), ("years".into(), None)]
}

/// A home with a finished result that claims planning and years, and pay on the other side.
fn claiming() -> Home {
    let home = Home::new();
    home.finish_mini();
    let mut claims = backed(&report(&home));
    claims.sort();
    assert_eq!(claims, of_mini(None));
    home
}

fn check_backed(home: &Home, planning: Option<bool>) {
    let mut claims = backed(&report(home));
    claims.sort();
    assert_eq!(claims, of_mini(planning));
}

/// What the report shows of an example for planning.
#[track_caller]
fn under_planning(home: &Home) -> String {
    let report = home.mini(["report", "--full"]).expect_code(0).expect_harmless().stdout;
    let (_, after) = report.split_once("for the week before\n    it began.\n").expect("planning");
    words(after.split_once("  Years in charge.").expect("the next strength").0)
}

const TOLD: &str = "Planned the move\nMarch 2024\nnothing was late\n";

#[test]
fn examples_are_asked_only_for_claims_that_the_role_needs() {
    let home = claiming();
    let stopped = home.mini(["evidence"]).input("").expect_code(0).stderr;
    let left_out = home.mini(["evidence"]).input("\n\n").expect_code(0).expect_stderr(&expect![[r#"
        An example is kept with your result. It is never scored. An empty line leaves
        one out, Ctrl-D stops.

        Planning. You plan the week and keep to it.
        What did you do? One time that shows it: "#]]);
    assert_eq!(stopped, left_out.stderr + "\n");
}

#[test]
fn an_example_is_saved_without_changing_the_attempt() {
    let home = claiming();
    let file = home.attempts().remove(0);
    let before = fs::read(&file).expect("the attempt");
    home.mini(["evidence"]).input(TOLD).expect_code(0).expect_stderr(&expect![[r#"
        An example is kept with your result. It is never scored. An empty line leaves
        one out, Ctrl-D stops.

        Planning. You plan the week and keep to it.
        What did you do? One time that shows it: When was that? With what result? Saved.
    "#]]);
    assert_eq!(fs::read(&file).expect("the attempt"), before);
    let beside = fs::read_to_string(file.with_extension("evidence")).expect("the examples");
    let beside: Value = serde_json::from_str(&beside).expect("JSON");
    let expect = json!([{"scale": "planning", "what": "Planned the move", "when": "March 2024",
                         "result": "nothing was late"}]);
    assert_eq!(beside["body"], expect);
    let body = beside["body"].to_string();
    assert!(sealed("coofit-evidence", &beside["body"]).contains(&body));
}

// Windows removes no open file.
#[cfg(unix)]
#[test]
fn an_example_is_not_kept_over_another_copy_at_work() {
    let home = claiming();
    let mut first = home.mini(["evidence"]).talk();
    first.until("Planning. You plan the week");
    fs::remove_file(home.data().join("lock")).expect("the lock");
    let mut second = home.mini(["take", "--plain"]).talk();
    second.until("Question 1 of 12");
    for line in TOLD.lines() {
        first.say(line);
    }
    let (code, _, told) = first.end();
    let told = words(&told);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("Not saved. This is what you wrote: Planned the move March 2024"), "{told}");
    assert!(told.contains("another coofit is at work"), "{told}");
    assert!(!home.attempts().iter().any(|path| path.extension().is_some_and(|it| it == "evidence")));
    second.end();
    // Alone again, it takes the lock anew.
    let mut third = home.mini(["evidence"]).talk();
    third.until("Planning. You plan the week");
    fs::remove_file(home.data().join("lock")).expect("the lock");
    for line in TOLD.lines() {
        third.say(line);
    }
    third.until("Saved.");
}

// Needs file modes.
#[cfg(unix)]
#[test]
fn example_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = claiming();
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    let file = home.attempts().remove(0).with_extension("evidence");
    assert_eq!(fs::metadata(file).expect("the examples").permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_report_shows_which_strengths_have_an_example() {
    let home = claiming();
    assert_eq!(under_planning(&home), "");
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    check_backed(&home, Some(true));
    let ran = home.mini(["report", "--full"]).expect_code(0).section("Your strengths and gaps");
    ran.expect_stdout(&expect![[r#"
        Your strengths and gaps

          What carries you
          Pay. The pay covers what you need.
            You answered "40,000 $ a year" to: What pay a year do you need?
          Planning. You plan the week and keep to it.
            You answered "Almost always" to: I wrote down the plan for the week before
            it began.
            Your example: Planned the move (March 2024): nothing was late
          Years in charge. You have been in charge for years.
            You answered "6 years" to: For how many years have you been in charge of
            others?

          What holds you back
          Leading people. You score 75, and the role needs 85.
            You answered "Often" to: I told people early when their work fell short.
          Training. You score 45, and the role needs 60.
            You answered "A course of some weeks" to: What is the longest training you
            have finished?
    "#]]);
}

#[test]
fn examples_change_no_number_and_reach_no_score() {
    let home = claiming();
    let apart = |mut report: Value| {
        report.as_object_mut().expect("a report").remove("strengths");
        report
    };
    let before = report(&home);
    home.mini(["evidence"]).input(format!("{TOLD}{TOLD}")).expect_code(0);
    assert_eq!(apart(report(&home)), apart(before));
    home.write("answers.json", crate::program::mini_file(&mini_answers()));
    for args in [&["score", "answers.json"][..], &["score", "answers.json", "--format", "json"]] {
        let shown = home.mini(args).expect_code(0).stdout;
        assert!(!shown.contains("Planned the move") && !shown.contains("xample: "), "{shown}");
        assert!(!shown.contains("\"backed\": true") && !shown.contains("\"backed\": false"), "{shown}");
    }
}

#[test]
fn an_empty_line_leaves_a_claim_not_backed() {
    let home = claiming();
    home.mini(["evidence"]).input(format!("\n{TOLD}")).expect_code(0);
    check_backed(&home, Some(false));
    assert_eq!(under_planning(&home), "No example yet.");
}

#[test]
fn the_end_of_input_keeps_complete_examples() {
    for cut in ["", "Half of it\n", "Half\nof it\n", "Half"] {
        let home = claiming();
        home.mini(["evidence"]).input(format!("{TOLD}{cut}")).expect_code(0);
        check_backed(&home, Some(true));
        assert!(
            !fs::read_to_string(home.attempts()[0].with_extension("evidence"))
                .unwrap_or_default()
                .contains("Half")
        );
    }
}

#[test]
fn a_new_example_replaces_the_old_one() {
    let home = claiming();
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    home.mini(["evidence"]).input("Wrote the plan\n2025\nit held\n").expect_code(0);
    check_backed(&home, Some(true));
    assert_eq!(under_planning(&home), "Your example: Wrote the plan (2025): it held");
}

#[test]
fn control_characters_in_an_example_are_shown_as_numbers() {
    let home = claiming();
    let hostile = "\u{1b}[31mred\u{7}\n\u{202e}2024\n\u{9b}2Jgone\u{200b}\n";
    home.mini(["evidence"]).input(hostile).expect_code(0).expect_harmless();
    let shown = "Your example: <U+001B>[31mred<U+0007> (<U+202E>2024): <U+009B>2Jgone<U+200B>";
    assert_eq!(under_planning(&home), shown);
    let kept = fs::read_to_string(home.attempts()[0].with_extension("evidence")).expect("the examples");
    assert!(!kept.trim_end().chars().any(crate::program::is_obeyed), "{kept:?}");
    let bytes = home.mini(["evidence"]).input(&b"\xff\xfe\nx\ny\n"[..]).expect_code(0).expect_harmless();
    drop(bytes);
    home.mini(["report", "--full"]).expect_code(0).expect_harmless();
}

#[test]
fn a_very_long_example_is_cut_and_kept() {
    let home = claiming();
    home.mini(["evidence"]).input(format!("{}\n2024\nfine\n", "é".repeat(50_000))).expect_code(0);
    check_backed(&home, Some(true));
    assert!(fs::metadata(home.attempts()[0].with_extension("evidence")).expect("examples").len() < 4000);
}

#[test]
fn no_example_is_asked_for_without_a_strength() {
    let (home, bank) = (Home::new(), mini());
    let weak = coofit::answers::object(&bank, &extreme(&bank, Form::Full, false));
    Kept::own("2026-06-01", 1000, weak).put(&home, &bank);
    home.mini(["evidence"]).input(TOLD).expect_code(0).expect_stderr(&expect![[r#"
        There is no strength to add an example to yet.
    "#]]);
    home.mini(["evidence", "2030-01-01"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no result `2030-01-01`; `coofit history` lists them
    "#]]);
}

#[test]
fn a_file_from_elsewhere_is_not_backed_and_leads_nowhere() {
    let (home, bank) = (claiming(), mini());
    let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
    let told = ["../../outside", "/tmp/outside", id.as_str()].map(|inner| {
        let file = format!("{id}.json");
        home.write(&file, Kept::own(inner, 1000, mini_answers()).text(&bank));
        let before = home.everything();
        let ran = home.mini(["evidence"]).arg(&file).input(TOLD).expect_code(1);
        assert_eq!(before, home.everything(), "{inner}");
        ran.stderr
    });
    expect![[r#"
        error: examples are kept with a saved result, and that file is not one;
        `coofit history` lists them
    "#]]
    .assert_eq(&told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[test]
fn damaged_examples_are_named_set_aside_and_stop_nothing() {
    let home = claiming();
    let file = home.attempts().remove(0).with_extension("evidence");
    fs::write(&file, "garbled").expect("a file");
    let told = home.mini(["report", "--full"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: the examples of YYYY-MM-DD cannot be read: it is not a file that
        coofit wrote
    "#]]);
    assert!(told.stdout.contains("Planning"));
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    check_backed(&home, Some(true));
    let aside = file.with_extension("evidence.damaged-1");
    assert_eq!(fs::read(aside).expect("what was there before"), b"garbled");
}

// ---- forgetting ---------------------------------------------------------------------------------

const CANARY: &str = "48151623";

/// A home with two results, a canary in the answers and in the examples of one, and other leftovers.
fn with_canaries() -> (Home, String) {
    let home = Home::new();
    changed_bank("mini", &home.path("bank"), |_, text| text.replace("max = 200000", "max = 99000000"));
    let bank = coofit::bank::parse::parse(&crate::support::sources(&home.path("bank"))).expect("a bank");
    Kept::own("2026-06-01", 1000, mini_answers()).put(&home, &bank);
    let mut told = MINI_LINES;
    told[10] = CANARY;
    home.run(["--bank", "bank", "take", "--plain"]).input(lines(&told)).expect_code(0);
    let id = home.attempts().pop().expect("two").file_stem().expect("a name").to_string_lossy().into_owned();
    let told = format!("{CANARY} boxes\n2024\nnone lost\n");
    home.run(["--bank", "bank", "evidence", &id]).input(told).expect_code(0);
    let attempts = home.data().join("attempts");
    fs::write(attempts.join(format!("{id}.json.damaged-1")), CANARY).expect("a file");
    fs::write(attempts.join(".coofit-abcdef.tmp"), CANARY).expect("a file");
    assert_eq!(holding_canary(&home).len(), 4, "{:?}", holding_canary(&home));
    (home, id)
}

fn holding_canary(home: &Home) -> Vec<std::path::PathBuf> {
    let holds = |bytes: &Option<Vec<u8>>| {
        bytes.as_ref().is_some_and(|bytes| bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()))
    };
    let data = home.data();
    let all = home.everything().into_iter().filter(|(path, bytes)| path.starts_with(&data) && holds(bytes));
    all.map(|(path, _)| path).collect()
}

#[test]
fn a_forgotten_result_leaves_no_trace_and_the_others_stay() {
    let (home, id) = with_canaries();
    let other = home.data().join("attempts/2026-06-01.json");
    let before = fs::read(&other).expect("the other result");
    home.run(["forget", &id, "--yes"]).expect_code(0).expect_stderr(&expect![[r#"
        Removed 3 files. Copies in backups or on the disk itself are not coofit's to
        remove.
    "#]]);
    assert_eq!(holding_canary(&home), Vec::<std::path::PathBuf>::new());
    assert_eq!(fs::read(&other).expect("the other result"), before);
    assert_eq!(home.attempts(), [other]);
    assert_eq!(home.run(["--bank", "bank", "report", &id]).ran().status.code(), Some(1));
    home.run(["--bank", "bank", "history"]).expect_code(0).expect_stdout(&expect![[r#"
        Your results

                      Form  Score  Range      Answers
          2026-06-01  full     91  70 to 100  12 of 12  ─────────────────────━━━━━━●━━━
    "#]]);
}

#[test]
fn forgetting_everything_leaves_nothing_even_after_a_crash() {
    let (home, _) = with_canaries();
    home.run(["forget", "--all", "--yes"]).expect_code(0);
    assert_eq!(holding_canary(&home), Vec::<std::path::PathBuf>::new());
    assert!(home.attempts().is_empty(), "{:?}", home.attempts());
    home.run(["forget", "--all", "--yes"]).expect_code(0).expect_stderr(&expect![[r#"
        There is nothing to forget in HOME/data/attempts.
    "#]]);
}

#[test]
fn without_a_terminal_forgetting_needs_yes() {
    let (home, id) = with_canaries();
    let before = home.everything();
    let forget = |what: &str| home.run(["forget", what]).input("y\nyes\n").expect_code(1);
    forget("--all").expect_stderr(&expect![[r#"
        error: nothing was removed; add `--yes` to forget 5 files
    "#]]);
    forget(&id).expect_stderr(&expect![[r#"
        error: nothing was removed; add `--yes` to forget 3 files
    "#]]);
    assert_eq!(before, home.everything());
}

#[test]
fn forgetting_an_unknown_result_is_an_error() {
    let (home, _) = with_canaries();
    let before = home.everything();
    let ids = ["2030-01-01", "", ".", "..", "../lock", "2026-06", "*", "2026-06-01.json", ".coofit-abcdef"];
    let told = ids.map(|id| home.run(["forget", "--yes", id]).expect_code(1).stderr);
    expect![[r#"
        error: there is no result `2030-01-01`; `coofit history` lists them
        error: there is no result ``; `coofit history` lists them
        error: there is no result `.`; `coofit history` lists them
        error: there is no result `..`; `coofit history` lists them
        error: there is no result `../lock`; `coofit history` lists them
        error: there is no result `2026-06`; `coofit history` lists them
        error: there is no result `*`; `coofit history` lists them
        error: there is no result `2026-06-01.json`; `coofit history` lists them
        error: there is no result `.coofit-abcdef`; `coofit history` lists them
    "#]]
    .assert_eq(&told.concat());
    assert_eq!(before, home.everything());
    for args in [&["forget"][..], &["forget", "x", "--all"], &["forget", "--yes"]] {
        home.run(args).expect_code(2);
    }
    assert_eq!(before, home.everything());
}

#[test]
fn forgetting_waits_for_no_quiz_that_is_under_way() {
    let home = Home::new();
    let mut talk = home.mini(["take", "--plain"]).talk();
    talk.say("4");
    talk.until("Question 2");
    home.run(["forget", "--all", "--yes"]).expect_code(1).expect_stderr(&expect![[r#"
        error: another coofit is at work in HOME/data/attempts; finish or close it first
    "#]]);
    talk.say("4");
    talk.until("Question 3");
    assert_eq!(talk.end().0, Some(130));
    assert_eq!(home.attempts().len(), 1);
}

// ---- the history --------------------------------------------------------------------------------

#[test]
fn the_history_shows_each_result_and_the_last_change() {
    let (home, bank) = (Home::new(), mini());
    let object = |most| coofit::answers::object(&bank, &extreme(&bank, Form::Full, most));
    Kept::own("2026-08-01", 3000, object(true)).put(&home, &bank);
    Kept::own("2026-06-01", 1000, object(false)).put(&home, &bank);
    Kept::own("2026-07-01", 2000, mini_answers()).put(&home, &bank);
    let history = home
        .mini(["history"])
        .expect_code(0)
        .expect_stdout(&expect![[r#"
        Your results

                      Form  Score  Range      Answers
          2026-06-01  full      0  0 to 22    12 of 12  ●━━━━━━────────────────────────
          2026-07-01  full     91  70 to 100  12 of 12  ─────────────────────━━━━━━●━━━
          2026-08-01  full    100  78 to 100  12 of 12  ────────────────────────━━━━━━●
          - From 2026-07-01 to 2026-08-01: The scores are 9 points apart, but that can
            be chance.
          - 3 scales changed by more than chance: Years in charge, Training, Pay.

          `coofit compare` shows it scale by scale.
    "#]])
        .stdout;
    let report = home.mini(["report", "2026-07-01", "--format", "json"]).expect_code(0).json();
    let json = home.mini(["history", "--format", "json"]).expect_code(0).json();
    assert_eq!(json["results"][1]["score"], report["fit"]["score"]);
    for (file, start) in [("h.md", "# Your results\n"), ("h.html", "<!DOCTYPE html>")] {
        home.mini(["history", "-o", file]).expect_code(0);
        assert!(fs::read_to_string(home.path(file)).expect("a file").starts_with(start));
    }
    home.mini(["history", "-o", "h.pdf"]).expect_code(2).expect_stderr(&expect![[r#"
        error: the ending of `h.pdf` names no format; use .txt, .md, .html, .json or,
        for the steps of a result, .ics; or add `--format`
    "#]]);
    let aloud = home.mini(["history"]).env("ACCESSIBLE", "1").expect_code(0);
    aloud.expect_stdout(&expect![[r#"
        Your results

          2026-06-01, full form: score 0, range 0 to 22, 12 of 12 answered
          2026-07-01, full form: score 91, range 70 to 100, 12 of 12 answered
          2026-08-01, full form: score 100, range 78 to 100, 12 of 12 answered

          - From 2026-07-01 to 2026-08-01: The scores are 9 points apart, but that can
            be chance.
          - 3 scales changed by more than chance: Years in charge, Training, Pay.

          `coofit compare` shows it scale by scale.
    "#]]);
    let said = words(&history);
    let expect = words(&home.mini(["compare"]).expect_code(0).stdout);
    let sentences = said.split_once("- From 2026-07-01 to 2026-08-01: ").expect("the last change").1;
    let sentences = sentences.split_once(" `coofit compare`").expect("where to see more").0;
    for sentence in sentences.split(" - ") {
        assert!(expect.contains(sentence), "{sentence:?} is not in {expect:?}");
    }
}

#[test]
fn the_trend_lists_own_results_with_intervals_earliest_first() {
    let (home, bank) = (Home::new(), mini());
    let object = |most| coofit::answers::object(&bank, &extreme(&bank, Form::Full, most));
    Kept::own("2026-07-01", 2000, object(true)).put(&home, &bank);
    assert_eq!(report(&home)["trend"], json!([]), "one result is no trend");
    Kept::own("2026-06-01", 1000, object(false)).put(&home, &bank);
    Kept { observe: Some("Ann"), ..Kept::own("2026-06-02", 1500, watched([4; 5])) }.put(&home, &bank);
    let trend = report(&home)["trend"].clone();
    let points = trend.as_array().expect("points");
    assert_eq!(points.len(), 2, "{trend}");
    for (point, id) in points.iter().zip(["2026-06-01", "2026-07-01"]) {
        assert_eq!(point["id"], id);
        let one = home.mini(["report", id, "--format", "json"]).expect_code(0).json();
        for key in ["score", "low", "high"] {
            assert_eq!(point[key], one["fit"][key], "{id} {key}");
        }
    }
    let ran = home.mini(["report", "--full"]).expect_code(0).section("Your results so far");
    ran.expect_stdout(&expect![[r#"
        Your results so far

                      Form  Score  Range
          2026-06-01  full      0  0 to 22    ●━━━━━━━━───────────────────────────
          2026-07-01  full    100  78 to 100  ───────────────────────────━━━━━━━━●

          `coofit compare` shows which of the differences may be chance.
    "#]]);
}

// ---- observers by relation, and anonymous ones ----------------------------------------------------

/// Answers files of observers of Kim, each with a label for every rating, a relation, and whether anonymous.
fn relations(observers: &[(usize, &str, bool)]) -> (Home, Vec<String>) {
    let home = Home::new();
    let bank = built_in();
    // Each gives 4 but for the first scale, and each differs a little from the others.
    let sheet = |who: usize, label: usize| {
        let mut sheet = Responses::asked(&bank, Form::Full, true);
        for (place, index) in sheet.items().collect::<Vec<_>>().into_iter().enumerate() {
            let Some(own) = bank.items[index].own_scale() else { continue };
            let label = if own.scale == 0 { label } else { 4 - usize::from((place + who).is_multiple_of(7)) };
            let label = if own.keying == Keying::Reverse { 6 - label } else { label };
            sheet.set(&bank, index, rating(label)).expect("a label");
        }
        coofit::answers::object(&bank, &sheet)
    };
    Kept::own("2026-06-01", 1000, sheet(0, 5)).put(&home, &bank);
    let files = observers.iter().enumerate().map(|(at, (label, relation, is_anonymous))| {
        let mut file = json!({"format": 1, "bank": bank.id, "edition": bank.edition, "form": "full", "observed": "Kim",
                              "relation": relation, "answers": sheet(at + 1, *label)});
        if *is_anonymous {
            file["anonymous"] = json!(true);
        } else {
            file["observer"] = json!(format!("Observer {at}"));
        }
        let name = format!("seen-{at}.json");
        home.write(&name, file.to_string());
        name
    });
    let files = files.collect();
    (home, files)
}

fn titles(report: &Value) -> Vec<String> {
    let groups = report["groups"].as_array().expect("groups");
    groups.iter().map(|group| group["title"].as_str().expect("a title").to_owned()).collect()
}

#[test]
fn observers_are_shown_by_how_they_know_the_person() {
    let (home, files) =
        relations(&[(1, "boss", false), (4, "peer", false), (4, "peer", false), (3, "report", false)]);
    let report = home.run(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(titles(&report), ["You", "Boss", "Peers (2)", "Direct report"]);
    let ran = home.run(["compare"]).args(&files).expect_code(0).section("How each group sees you");
    ran.expect_stdout(&expect![[r#"
        How each group sees you
          Leading people: you and your boss differ by more than chance, 100 and 0.

                                       You  Boss  Peers (2)  Direct report
          Leading people               100     0         75             50
          Strategy                      75    69         69             69
          Communication                 63    75         75             75
          Running operations            63    75         72             75
          Money and resources           75    69         69             69
          Judgment                      75    69         75             75
          Working across functions      75    69         72             69
          Risk and compliance           63    75         69             75
          Change and technology         75    75         75             63
          Composure under pressure      75    71         71             75
          Stamina for long weeks        75    75         69             75
          Deciding with missing facts   75    67         75             67
          Recovery and boundaries       63    75         73             67
          Pressure and pace             69    75         69             69
          Second in command             75    69         72             75
    "#]]);
    // A group's score is the mean of its people.
    let scores = |group: usize| report["groups"][group]["scales"][0]["score"].as_f64().expect("a score");
    assert!(scores(1) < scores(3) && scores(3) < scores(2), "{report}");
}

#[test]
fn observers_without_a_relation_are_no_groups() {
    let (home, files) = built_in_seen(3, |who, place, _| 3 + (place + who) % 2);
    let report = home.run(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(report["groups"], json!([]));
}

#[test]
fn fewer_than_three_anonymous_observers_show_nothing() {
    let (home, files) = relations(&[(2, "peer", true), (2, "report", true)]);
    home.run(["compare"]).args(&files).expect_code(0).expect_stdout(&expect![[r#"
        How each group sees you
          2 anonymous observers have answered. Their scores are shown from 3 on: 1 more
          is needed.
    "#]]);
    let report = home.run(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!((&report["comparisons"], &report["combined"]), (&json!([]), &Value::Null));
    // Nor do they enter the mean of others.
    let (home, files) = relations(&[(2, "peer", true), (4, "boss", false)]);
    let report = home.run(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(report["combined"]["persons"], 2);
}

#[test]
fn anonymous_observers_are_split_only_where_each_part_has_three() {
    let peers = [(2, "peer", true); 3];
    let (home, files) = relations(&[&peers[..], &[(4, "report", true)]].concat());
    let report = home.run(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(titles(&report), ["You", "Anonymous (4)"]);
    let (home, files) = relations(&[&peers[..], &[(4, "report", true); 3]].concat());
    let report = home.run(["compare", "--format", "json"]).args(&files).expect_code(0).json();
    assert_eq!(titles(&report), ["You", "Peers (3, anonymous)", "Direct reports (3, anonymous)"]);
}

#[test]
fn anonymous_answers_are_shown_by_no_other_command() {
    let (home, files) = relations(&[(2, "peer", true)]);
    home.run(["score"]).args(&files).expect_code(3).expect_stderr(&expect![[r#"
        error: `seen-0.json` holds the answers of an anonymous observer
          help: `coofit compare` shows the mean of three or more such files
    "#]]);
    home.run(["cohort"]).args(&files).expect_code(3).expect_stderr(&expect![[r#"
        error: `seen-0.json`: the file is anonymous; only `coofit compare` reads it,
        together with others
          help: leave the file out
    "#]]);
    let take = home.run(["take", "--plain", "--from"]).args(&files).input("q\n").expect_code(3);
    take.expect_stderr(&expect![[r#"
        error: `seen-0.json` holds the answers of an anonymous observer
          help: `coofit compare` shows the mean of three or more such files
    "#]]);
    let boss = fs::read_to_string(home.path(&files[0])).expect("a file").replace("peer", "boss");
    home.write("boss.json", boss);
    home.run(["compare", "boss.json"]).expect_code(3).expect_stderr(&expect![[r#"
        error: a boss cannot be anonymous, because there is only one
         --> boss.json:1:14
          |
        1 | {"anonymous":true,"answers":{"ambiguity-by-due-date":4,"ambiguity-changed-unsure":2,"ambiguity-first-step":4,"ambiguity-named-guesses...
          |              ^^^^
          |
          = help: take this out

        1 fault
    "#]]);
    let take = home.run(["take", "--plain", "--observe", "Kim", "--anonymous", "--relation", "boss"]);
    take.expect_code(2).expect_stderr(&expect![[r#"
        error: a boss cannot be anonymous, because there is only one
    "#]]);
}

#[test]
fn observers_give_relation_and_name_or_stay_anonymous() {
    let home = Home::new();
    let answers = "3\n".repeat(5);
    home.mini(["take", "--plain", "--observe", "Ann", "--relation", "peer", "--name", "Lee"])
        .input(&*answers)
        .expect_code(0);
    home.mini(["take", "--plain", "--observe", "Ann", "--anonymous", "--relation", "report"])
        .input(&*answers)
        .expect_code(0)
        .opening()
        .expect_stderr(&expect![[r#"

            You answer about Ann.
            Skip what you have not seen.
            Ann sees only the mean of you and at least two other anonymous observers, scale
            by scale.
            The file that you give to Ann holds your single answers and how long each took,
            and a text editor can show them.

            At work. About 2 minutes left.
            Question 1 of 5. In the last 12 months: They told people early when their work
        "#]]);
    let mut files: Vec<Value> = fs::read_dir(home.path(""))
        .expect("a directory")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON"))
        .collect();
    files.sort_by_key(|file: &Value| file["body"]["relation"].to_string());
    let [peer, report] = &files[..] else { panic!("{files:?}") };
    assert_eq!((&peer["body"]["relation"], &peer["body"]["observer"]), (&json!("peer"), &json!("Lee")));
    assert_eq!((&report["body"]["relation"], &report["body"]["anonymous"]), (&json!("report"), &json!(true)));
    assert_eq!(report["body"]["observer"], Value::Null);
}
