//! What is seen by others, told afterwards, kept over time and taken back: observers, examples,
//! forgetting and the history.

use std::fs;

use coofit::bank::{Bank, Form};
use serde_json::{Value, json};

use crate::program::{Home, MINI_LINES, Ran, lines, mini_answers};
use crate::results::{Kept, changed_bank, extreme, sealed};
use crate::support::bank;

fn mini() -> Bank {
    bank("tests/data/banks/mini")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

// ---- observers ----------------------------------------------------------------------------------

/// The ratings of `mini`, which an observer is asked.
const WATCHED: [&str; 5] =
    ["leading-early-word", "leading-credit", "leading-own-hands", "planning-week", "planning-last-minute"];

fn observe(home: &Home, name: &str, input: &str) -> Ran {
    home.mini(["take", "--plain"]).arg(format!("--observe={name}")).input(input).ran()
}

#[test]
fn an_observer_is_asked_what_can_be_watched_and_in_the_third_person() {
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
    ran.expect_code(0).expect_told("Question 3 of 3.").expect_told("Thank you.");
    assert_eq!(home.attempt()["body"]["form"], "quick");
}

#[test]
fn a_bank_without_words_for_observers_refuses_them() {
    let home = Home::new();
    let bank = crate::program::test_bank("mixed");
    let ran = home.run(["take", "--plain", "--observe", "Ann", "--bank"]).arg(bank).expect_code(1);
    ran.expect_told("the bank `mixed` has no questions for observers");
    assert!(home.attempts().is_empty());
}

#[test]
fn every_quiz_is_gone_on_with_apart_from_the_others() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\nq\n").expect_code(130);
    assert_eq!(observe(&home, "Ann", "1\nq\n").status.code(), Some(130));
    assert_eq!(observe(&home, "Bob", "2\n2\n2\nq\n").status.code(), Some(130));
    observe(&home, "Ann", "").expect_told("Go on at question 2 of 5");
    observe(&home, "Bob", "").expect_told("Go on at question 4 of 5");
    observe(&home, "Cid", "").expect_told("Question 1 of 5.");
    home.mini(["take", "--plain"]).expect_code(130).expect_told("Go on at question 3 of 12");
    assert_eq!(home.attempts().len(), 3);
}

#[test]
fn a_paused_observation_names_the_command_that_goes_on_with_it() {
    let home = Home::new();
    let ran = observe(&home, "Zoë Ångström", "4\nq\n");
    assert_eq!(ran.status.code(), Some(130));
    ran.expect_told("`coofit take --observe \"Zoë Ångström\"` goes on at question 2 of 5.");
    let own = home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    own.expect_told("`coofit` goes on at question 2 of 12.");
}

#[test]
fn nobody_can_be_observed_without_a_name() {
    let home = Home::new();
    for name in ["", "  ", "\n\t"] {
        let ran = observe(&home, name, &lines(&MINI_LINES));
        assert_eq!(ran.status.code(), Some(2), "{name:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("needs the name"), "{}", ran.stderr);
    }
    assert!(home.attempts().is_empty(), "an observer's answers are never one's own");
}

#[test]
fn an_observer_gets_a_file_beside_them_that_compare_takes() {
    let home = Home::new();
    let ran = observe(&home, "Ann", &lines(&["5", "5", "1", "5", "1"]));
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(ran.stdout, "", "an observer sees no score");
    let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
    let name = format!("coofit-observer-{id}.json");
    let ran = ran.expect_told(&format!("Your answers are in {name}. Give that file to Ann"));
    let ran = ran.expect_told(&format!("coofit compare {name}"));
    let body = coofit::store::read(&home.path(&name)).expect("an attempt");
    assert_eq!(body.observe.as_deref(), Some("Ann"));
    drop(ran);
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
    observe(&home, "Bob", &lines(&["4"; 5])).expect_told(&format!("coofit-observer-{id}-3.json"));
    assert_eq!(fs::read(home.path(&format!("coofit-observer-{id}.json"))).expect("the first"), first);
    assert_eq!(fs::read(home.path(&format!("coofit-observer-{id}-2.json"))).expect("mine"), b"mine");
}

#[test]
fn hostile_and_foreign_names_are_harmless_and_stay_the_same_person() {
    for name in [
        "Zoë",
        "日本 太郎",
        "../../etc/x",
        "-x",
        "\u{1b}[31mRed",
        "a\nEND",
        "\u{202e}nnA",
        "'; rm -rf /",
        "🙂",
    ] {
        let home = Home::new();
        let paused = observe(&home, name, "4\n4\nq\n").expect_harmless();
        assert_eq!(paused.status.code(), Some(130), "{name:?}");
        observe(&home, name, "").expect_harmless().expect_told("Go on at question 3 of 5");
        let done = observe(&home, name, "4\n4\n4\n").expect_harmless().expect_told("Thank you.");
        drop(done);
        home.mini(["history"]).expect_code(0).expect_harmless();
        let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
        let file = format!("coofit-observer-{id}.json");
        home.mini(["report", &file]).expect_code(0).expect_harmless();
        let left: Vec<_> = home.everything().into_iter().filter(|(_, bytes)| bytes.is_some()).collect();
        assert_eq!(left.len(), 3, "the lock, the attempt and the file: {left:?}");
    }
}

#[test]
fn an_observation_is_never_ones_own_result() {
    let home = Home::new();
    observe(&home, "Ann", &lines(&["5"; 5]));
    home.mini(["report"]).expect_code(1).expect_told("there is no finished result");
    home.finish_mini();
    assert_eq!(home.mini(["report", "--format", "json"]).expect_code(0).json()["observed"], Value::Null);
    home.mini(["compare"]).expect_code(1).expect_told("needs two finished results");
    let history = home.mini(["history"]).expect_code(0).stdout;
    assert!(history.contains("about Ann") && !history.contains("From "), "{history}");
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
        let kept = Kept { observe: Some("Canary Name"), ..Kept::own("secret-id", 2000, answers) };
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
fn what_others_see_less_of_is_a_blind_spot_and_more_of_a_hidden_strength() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    assert_eq!(line_of(&ran, "Leading people"), ["100", "0", "blind", "spot"]);
    assert_eq!(line_of(&ran, "Planning"), ["0", "100", "hidden", "strength"]);
    let said = words(&ran.stdout);
    assert!(
        said.contains("This observer sees less than you do: Leading people. Ask for an example."),
        "{said}"
    );
    assert!(said.contains("This observer sees more than you do: Planning."), "{said}");
    assert!(said.contains("2026-06-01, then observer 1"), "{said}");
}

#[test]
fn what_is_seen_alike_is_neither() {
    let (home, files) = observed_by(&[[5, 4, 1, 1, 4]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    assert_eq!(line_of(&ran, "Leading people")[2..], ["seen", "alike"]);
    assert_eq!(line_of(&ran, "Planning")[2..], ["seen", "alike"]);
    let said = words(&ran.stdout);
    assert!(said.contains("On no scale do the two differ by more than chance would make them."), "{said}");
    assert!(!said.contains("blind spot") && !said.contains("hidden strength"), "{said}");
}

#[test]
fn only_what_was_watched_is_compared_with_an_observer() {
    let (home, files) = observed_by(&[[1, 1, 5, 5, 1]]);
    let said = home.mini(["compare"]).args(&files).expect_code(0).stdout;
    for title in ["On the floor", "Years", "Training", "Duties", "Pay", "Fit", "At work"] {
        assert!(!said.contains(title), "{title} in\n{said}");
    }
}

#[test]
fn one_or_two_observers_stand_alone_each() {
    for n in [1, 2] {
        let (home, files) = observed_by(&[[1, 1, 5, 5, 1], [5, 5, 1, 1, 5]][..n]);
        let ran = home.mini(["compare"]).args(&files).expect_code(0);
        assert_eq!(ran.stdout.matches("You, beside what others saw").count(), n, "{}", ran.stdout);
        assert!(!ran.stdout.contains("mean"), "{}", ran.stdout);
        ran.expect_told("a mean is shown from 3 observers on");
    }
}

#[test]
fn three_observers_are_told_as_their_mean_alone() {
    let (home, files) = observed_by(&[[1, 1, 5, 1, 5], [3, 3, 3, 1, 5], [5, 5, 1, 1, 5]]);
    let ran = home.mini(["compare"]).args(&files).expect_code(0);
    assert_eq!(ran.stdout.matches("You, beside what others saw").count(), 1);
    assert_eq!(line_of(&ran, "Leading people")[..2], ["100", "50"]);
    assert!(ran.stdout.contains("the mean of 3 observers"), "{}", ran.stdout);
    assert!(!ran.both().contains("stands alone"));
    for part in ["Canary", "secret-id", "seen-", "observer 1", "observer 2", "observer 3"] {
        assert!(!ran.both().contains(part), "{part} in\n{}", ran.both());
    }
}

#[test]
fn many_observers_are_more_certain_than_one_who_says_the_same() {
    // Own leading is 100 and theirs 50 or so. SE is about 13 each, so the lead is within
    // 2.6·√(SE² + SE²/m) for one of them, and beyond it for twelve.
    let seen = [4, 3, 3, 1, 5];
    let verdict = |n: usize| {
        let (home, files) = observed_by(&vec![seen; n]);
        let ran = home.mini(["compare"]).args(&files).expect_code(0);
        line_of(&ran, "Leading people").join(" ")
    };
    assert_eq!(verdict(1), "100 58 seen alike");
    assert_eq!(verdict(12), "100 58 blind spot");
}

#[test]
fn the_usual_lead_of_self_ratings_is_said_every_time() {
    for n in [1, 3] {
        let (home, files) = observed_by(&vec![[3, 3, 3, 3, 3]; n]);
        let said = words(&home.mini(["compare"]).args(&files).expect_code(0).stdout);
        assert!(said.contains("d = 0.32") && said.contains("(Heidemeier and Moser, 2009)"), "{said}");
    }
}

#[test]
fn one_own_result_stands_beside_observers_and_no_second_one_is_dropped_in_silence() {
    let (home, files) = observed_by(&[[3, 3, 3, 3, 3]]);
    let bank = mini();
    Kept::own("2026-07-01", 3000, mini_answers()).put(&home, &bank);
    let latest = home.mini(["compare"]).args(&files).expect_code(0).stdout;
    assert!(latest.contains("2026-07-01, then observer 1"), "{latest}");
    let named = home.mini(["compare", "2026-06-01"]).args(&files).expect_code(0).stdout;
    assert!(named.contains("2026-06-01, then observer 1"), "{named}");
    let both = home.mini(["compare", "2026-06-01", "2026-07-01"]).args(&files).expect_code(1);
    assert_eq!(both.expect_told("one result of your own, and 2 were named").stdout, "");
}

#[test]
fn an_observer_of_another_bank_is_refused() {
    let (home, _) = observed_by(&[]);
    let other = bank("tests/data/banks/mixed");
    let kept = Kept { observe: Some("Ann"), ..Kept::own("x", 2000, json!({"focus-noise": 3})) };
    home.write("other.json", kept.text(&other));
    home.mini(["compare", "other.json"]).expect_code(1).expect_told("these answers are to the bank `mixed`");
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

fn of_mini(planning: Option<bool>, years: Option<bool>) -> Vec<(String, Option<bool>)> {
    // Pay is what the role gives, so nobody is asked to back it.
    vec![("pay".into(), None), ("planning".into(), planning), ("years".into(), years)]
}

/// A home with a finished result that claims planning and years, and pay on the other side.
fn claiming() -> Home {
    let home = Home::new();
    home.finish_mini();
    let mut claims = backed(&report(&home));
    claims.sort();
    assert_eq!(claims, of_mini(None, None));
    home
}

fn check_backed(home: &Home, planning: Option<bool>, years: Option<bool>) {
    let mut claims = backed(&report(home));
    claims.sort();
    assert_eq!(claims, of_mini(planning, years));
}

const TOLD: &str = "Planned the move\nMarch 2024\nnothing was late\n";

#[test]
fn an_example_is_asked_for_claims_of_what_the_role_asks_only() {
    let home = claiming();
    let told = words(&home.mini(["evidence"]).input("").expect_code(0).stderr);
    assert!(told.contains("Planning. You plan the week and keep to it."), "{told}");
    assert!(!told.contains("Pay."), "{told}");
    let all = words(&home.mini(["evidence"]).input("\n\n").expect_code(0).stderr);
    assert!(all.contains("Years in charge.") && !all.contains("Pay."), "{all}");
    assert_eq!(all.matches("What did you do?").count(), 2, "{all}");
}

#[test]
fn an_example_is_kept_beside_the_attempt_which_stays_as_it_is() {
    let home = claiming();
    let file = home.attempts().remove(0);
    let before = fs::read(&file).expect("the attempt");
    home.mini(["evidence"]).input(TOLD).expect_code(0).expect_told("Saved.");
    assert_eq!(fs::read(&file).expect("the attempt"), before);
    let beside = fs::read_to_string(file.with_extension("evidence")).expect("the examples");
    let beside: Value = serde_json::from_str(&beside).expect("JSON");
    let expect = json!([{"scale": "planning", "what": "Planned the move", "when": "March 2024",
                         "result": "nothing was late"}]);
    assert_eq!(beside["body"], expect);
    let body = beside["body"].to_string();
    assert!(sealed("coofit-evidence", &beside["body"]).contains(&body));
}

#[cfg(unix)]
#[test]
fn examples_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = claiming();
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    let file = home.attempts().remove(0).with_extension("evidence");
    assert_eq!(fs::metadata(file).expect("the examples").permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_report_tells_what_is_backed_and_what_is_not() {
    let home = claiming();
    assert!(!home.mini(["report"]).expect_code(0).stdout.contains("acked by"), "nobody was asked yet");
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    check_backed(&home, Some(true), Some(false));
    let text = words(&home.mini(["report"]).expect_code(0).stdout);
    assert!(
        text.contains("Backed by your example: Planned the move (March 2024): nothing was late"),
        "{text}"
    );
    assert_eq!(text.matches("Not backed by an example yet.").count(), 1, "{text}");
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
        assert!(!shown.contains("Planned the move") && !shown.contains("acked by"), "{shown}");
        assert!(!shown.contains("\"backed\": true") && !shown.contains("\"backed\": false"), "{shown}");
    }
}

#[test]
fn an_empty_line_leaves_one_out_and_the_next_is_asked() {
    let home = claiming();
    home.mini(["evidence"]).input(format!("\n{TOLD}")).expect_code(0);
    check_backed(&home, Some(false), Some(true));
}

#[test]
fn the_end_of_input_keeps_what_was_told_whole() {
    for cut in ["", "Half of it\n", "Half\nof it\n", "Half"] {
        let home = claiming();
        home.mini(["evidence"]).input(format!("{TOLD}{cut}")).expect_code(0);
        check_backed(&home, Some(true), Some(false));
        assert!(
            !fs::read_to_string(home.attempts()[0].with_extension("evidence"))
                .unwrap_or_default()
                .contains("Half")
        );
    }
}

#[test]
fn an_example_told_again_takes_the_place_of_the_first_and_of_no_other() {
    let home = claiming();
    home.mini(["evidence"]).input(format!("{TOLD}Led a crew\n2020\nit held\n")).expect_code(0);
    home.mini(["evidence"]).input("Wrote the plan\n2025\nit held\n\n").expect_code(0);
    check_backed(&home, Some(true), Some(true));
    let text = words(&home.mini(["report"]).expect_code(0).stdout);
    assert!(text.contains("Wrote the plan (2025)") && text.contains("Led a crew (2020)"), "{text}");
    assert!(!text.contains("Planned the move"), "{text}");
}

#[test]
fn what_a_terminal_would_obey_in_an_example_is_shown_as_its_number() {
    let home = claiming();
    let hostile = "\u{1b}[31mred\u{7}\n\u{202e}2024\n\u{9b}2Jgone\u{200b}\n";
    home.mini(["evidence"]).input(hostile).expect_code(0).expect_harmless();
    let shown = home.mini(["report"]).expect_code(0).expect_harmless().stdout;
    assert!(words(&shown).contains("<U+001B>[31mred<U+0007>"), "{shown}");
    let kept = fs::read_to_string(home.attempts()[0].with_extension("evidence")).expect("the examples");
    assert!(!kept.trim_end().chars().any(crate::program::is_obeyed), "{kept:?}");
    let bytes = home.mini(["evidence"]).input(&b"\xff\xfe\nx\ny\n"[..]).expect_code(0).expect_harmless();
    drop(bytes);
    home.mini(["report"]).expect_code(0).expect_harmless();
}

#[test]
fn a_very_long_example_is_cut_and_kept() {
    let home = claiming();
    home.mini(["evidence"]).input(format!("{}\n2024\nfine\n", "é".repeat(50_000))).expect_code(0);
    check_backed(&home, Some(true), Some(false));
    assert!(fs::metadata(home.attempts()[0].with_extension("evidence")).expect("examples").len() < 4000);
}

#[test]
fn whoever_claims_nothing_is_asked_nothing() {
    let (home, bank) = (Home::new(), mini());
    let weak = coofit::answers::object(&bank, &extreme(&bank, Form::Full, false));
    Kept::own("2026-06-01", 1000, weak).put(&home, &bank);
    let ran = home.mini(["evidence"]).input(TOLD).expect_code(0).expect_told("nothing to back");
    assert!(!ran.stderr.contains("What did you do?"));
    assert_eq!(home.mini(["evidence", "2030-01-01"]).ran().status.code(), Some(1));
}

#[test]
fn a_file_from_elsewhere_is_not_backed_and_leads_nowhere() {
    let (home, bank) = (claiming(), mini());
    let id = home.attempts()[0].file_stem().expect("a name").to_string_lossy().into_owned();
    for inner in ["../../outside", "/tmp/outside", id.as_str()] {
        let file = home.write(&format!("{id}.json"), Kept::own(inner, 1000, mini_answers()).text(&bank));
        let before = home.everything();
        let ran = home.mini(["evidence"]).arg(&file).input(TOLD).expect_code(1);
        ran.expect_told("examples are kept beside a saved result");
        assert_eq!(before, home.everything(), "{inner}");
    }
}

#[test]
fn damaged_examples_are_named_set_aside_and_stop_nothing() {
    let home = claiming();
    let file = home.attempts().remove(0).with_extension("evidence");
    fs::write(&file, "garbled").expect("a file");
    let told = home.mini(["report"]).expect_code(0).expect_told("the examples of");
    assert!(told.stdout.contains("Planning"));
    home.mini(["evidence"]).input(TOLD).expect_code(0);
    check_backed(&home, Some(true), Some(false));
    let aside = file.with_extension("evidence.damaged-1");
    assert_eq!(fs::read(aside).expect("what was there before"), b"garbled");
}

// ---- forgetting ---------------------------------------------------------------------------------

const CANARY: &str = "48151623";

/// A home with two results, a canary in the answers and in the examples of one, and other leftovers.
fn with_canaries() -> (Home, String) {
    let home = Home::new();
    changed_bank("mini", &home.path("bank"), |_, text| text.replace("max = 200000", "max = 99000000"));
    let bank = coofit::bank::parse::parse(&crate::support::sources(&home.path("bank"))).expect("a bank").0;
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
    home.run(["forget", &id, "--yes"]).expect_code(0).expect_told("Removed 3 files.");
    assert_eq!(holding_canary(&home), Vec::<std::path::PathBuf>::new());
    assert_eq!(fs::read(&other).expect("the other result"), before);
    assert_eq!(home.attempts(), [other]);
    assert_eq!(home.run(["--bank", "bank", "report", &id]).ran().status.code(), Some(1));
    assert!(!home.run(["--bank", "bank", "history"]).expect_code(0).stdout.contains(&id));
}

#[test]
fn forgetting_everything_leaves_nothing_also_after_a_crash() {
    let (home, _) = with_canaries();
    home.run(["forget", "--all", "--yes"]).expect_code(0);
    assert_eq!(holding_canary(&home), Vec::<std::path::PathBuf>::new());
    assert!(home.attempts().is_empty(), "{:?}", home.attempts());
    home.run(["forget", "--all", "--yes"]).expect_code(0).expect_told("There is nothing to forget");
}

#[test]
fn nothing_is_forgotten_without_a_yes_where_nobody_can_be_asked() {
    let (home, id) = with_canaries();
    let before = home.everything();
    for args in [&["forget", "--all"][..], &["forget", &id]] {
        let ran = home.run(args).input("y\nyes\n").expect_code(1);
        ran.expect_told("nothing was removed; add `--yes` to forget");
        assert_eq!(before, home.everything());
    }
}

#[test]
fn what_is_not_there_cannot_be_forgotten() {
    let (home, _) = with_canaries();
    let before = home.everything();
    for id in ["2030-01-01", "", ".", "..", "../lock", "2026-06", "*", "2026-06-01.json", ".coofit-abcdef"] {
        home.run(["forget", "--yes", id]).expect_code(1).expect_told("there is no result");
        assert_eq!(before, home.everything(), "{id:?}");
    }
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
    home.run(["forget", "--all", "--yes"]).expect_code(1).expect_told("another coofit is at work");
    talk.say("4");
    talk.until("Question 3");
    assert_eq!(talk.end().0, Some(130));
    assert_eq!(home.attempts().len(), 1);
}

// ---- the history --------------------------------------------------------------------------------

#[test]
fn the_history_draws_each_result_and_tells_the_last_change() {
    let (home, bank) = (Home::new(), mini());
    let object = |most| coofit::answers::object(&bank, &extreme(&bank, Form::Full, most));
    Kept::own("2026-08-01", 3000, object(true)).put(&home, &bank);
    Kept::own("2026-06-01", 1000, object(false)).put(&home, &bank);
    Kept::own("2026-07-01", 2000, mini_answers()).put(&home, &bank);
    let history = home.mini(["history"]).expect_code(0).stdout;
    let lines: Vec<&str> = history.lines().collect();
    let names: Vec<&str> = lines.iter().take(3).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["2026-06-01", "2026-07-01", "2026-08-01"], "the earliest first");
    let report = home.mini(["report", "2026-07-01", "--format", "json"]).expect_code(0).json();
    let number = |key: &str| report["fit"][key].as_f64().expect(key);
    let told = format!(
        "fit {:.0} ({:.0} to {:.0}); 12 of 12 answered",
        number("score"),
        number("low"),
        number("high")
    );
    assert!(lines[1].ends_with(&told), "{} does not end with {told}", lines[1]);
    for (line, fit) in lines.iter().zip([0.0, number("score"), 100.0]) {
        let drawn = line.split_whitespace().nth(2).expect("a drawing");
        assert_eq!(drawn.chars().count(), 20, "{line}");
        let at = drawn.chars().position(|c| c == '\u{25cf}').expect("the fit");
        let cell = f64::from(u32::try_from(at).expect("small")) * 5.0;
        assert!((cell..cell + 5.0).contains(&fit.min(99.9)), "{fit} is not at {at}: {line}");
    }
    let said = words(&history);
    let expect = words(&home.mini(["compare"]).expect_code(0).stdout);
    let sentence = said.split_once("From 2026-07-01 to 2026-08-01: ").expect("the last change").1;
    let sentence = sentence.split_once(" `coofit compare`").expect("where to see more").0;
    assert!(expect.contains(sentence), "{sentence:?} is not in {expect:?}");
}

#[test]
fn the_trend_is_every_result_with_its_interval_the_earliest_first() {
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
    let text = words(&home.mini(["report"]).expect_code(0).stdout);
    assert!(text.contains("Your results so far 2026-06-01 0, between 0 and"), "{text}");
}
