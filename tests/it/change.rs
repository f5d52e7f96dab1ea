//! Two results compared: the arithmetic against an independent program (`tests/data/change.py`),
//! and the command.

use coofit::bank::parse::built_in;
use coofit::bank::{Answer, Bank, Form, ItemKind, Keying, ScaleKind};
use coofit::score::assess;
use coofit::score::change::{Change, Difference, change};
use coofit::session::Responses;
use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, Ran, mini_answers, test_bank};
use crate::results::{Kept, changed_bank, extreme, given, rating, seeded};
use crate::support::{bank, differences, repository};

fn test(name: &str) -> Bank {
    bank(&format!("tests/data/banks/{name}"))
}

fn compared(bank: &Bank, before: &Responses, after: &Responses) -> Change {
    change(bank, bank.own_role(), before, after)
}

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string(repository("tests/data/change.json")).expect("the tables");
    serde_json::from_str(&text).expect("JSON")
}

/// A comparison in the form of the tables.
fn table(bank: &Bank, change: &Change) -> Value {
    let row = |difference: &Option<Difference>| {
        difference.map_or(Value::Null, |one| {
            json!({"before": one.before, "after": one.after, "standard_error": one.standard_error,
                   "detectable": one.detectable})
        })
    };
    let scales: serde_json::Map<String, Value> =
        bank.scales.iter().zip(&change.scales).map(|(scale, one)| (scale.id.clone(), row(one))).collect();
    let parts: serde_json::Map<String, Value> =
        bank.parts.iter().zip(&change.parts).map(|(part, one)| (part.id.clone(), row(one))).collect();
    json!({"scales": scales, "parts": parts, "fit": row(&change.fit)})
}

#[test]
fn every_difference_agrees_with_the_independent_comparison() {
    let mut wrong = Vec::new();
    for mut case in cases() {
        let bank = bank(&format!("tests/data/{}", case["bank"].as_str().expect("a bank")));
        let form = Form::from_id(case["before"]["form"].as_str().expect("a form")).expect("a form");
        let sheets = ["before", "after"].map(|time| given(&bank, form, &case[time]["answers"]));
        let got = table(&bank, &compared(&bank, &sheets[0], &sheets[1]));
        case["expect"].as_object_mut().expect("a table").remove("df");
        let mut found = Vec::new();
        differences(&case["expect"], &got, "", &mut found);
        wrong.extend(found.into_iter().map(|difference| format!("{}: {difference}", case["name"])));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_tables_reach_both_sides_of_every_rule() {
    let cases = cases();
    assert!(cases.len() >= 30, "{}", cases.len());
    let df = |case: &Value| case["expect"]["df"].as_u64().expect("df");
    assert!(cases.iter().any(|case| df(case) >= 8) && cases.iter().any(|case| df(case) < 8));
    for detectable in [true, false] {
        assert!(cases.iter().any(|case| case["expect"]["fit"]["detectable"] == detectable));
    }
    let rows = cases.iter().flat_map(|case| case["expect"]["scales"].as_object().expect("scales").values());
    let between = rows.filter(|row| {
        let number = |key: &str| row[key].as_f64().unwrap_or(0.0);
        let (size, error) = ((number("after") - number("before")).abs(), number("standard_error"));
        size > 1.645 * error && size < 2.6 * error
    });
    assert!(between.count() > 3, "a scale between the two thresholds tells them apart");
}

#[test]
fn the_same_answers_twice_have_not_changed() {
    for name in ["mini", "mixed", "long", "plain"] {
        let bank = test(name);
        for (form, seed) in [(Form::Full, 1), (Form::Full, 2), (Form::Quick, 3)] {
            let sheet = seeded(&bank, form, seed);
            let change = compared(&bank, &sheet, &sheet);
            for one in change.scales.iter().chain(&change.parts).chain([&change.fit]).flatten() {
                assert!(!one.detectable && (one.after - one.before).abs() < 1e-12, "{name}: {one:?}");
            }
        }
    }
}

#[test]
fn the_change_back_differs_only_in_its_sign() {
    let bank = test("long");
    for seed in 0..8 {
        let mut sheets = [seeded(&bank, Form::Full, seed), seeded(&bank, Form::Full, seed + 100)];
        for sheet in &mut sheets {
            for index in 0..bank.items.len() {
                if sheet.answer(index).is_none() {
                    sheet.set(&bank, index, rating(2)).expect("a label");
                }
            }
        }
        let there = compared(&bank, &sheets[0], &sheets[1]);
        let again = compared(&bank, &sheets[1], &sheets[0]);
        let rows = |change: &Change| {
            let all = change.scales.iter().chain(&change.parts).chain([&change.fit]);
            all.map(|one| one.expect("everything is answered")).collect::<Vec<_>>()
        };
        for (there, again) in rows(&there).iter().zip(rows(&again)) {
            assert!((there.before - again.after).abs() < 1e-12 && (there.after - again.before).abs() < 1e-12);
            assert!((there.standard_error - again.standard_error).abs() < 1e-12, "{there:?} {again:?}");
            assert_eq!(there.detectable, again.detectable, "{there:?} {again:?}");
        }
    }
}

#[test]
fn differences_need_1_645_errors_or_2_6_on_scales() {
    let bank = test("long");
    let (mut seen, mut near) = (0, 0);
    for seed in 0..40 {
        let (before, after) = (seeded(&bank, Form::Full, seed), seeded(&bank, Form::Full, seed + 1000));
        let change = compared(&bank, &before, &after);
        let wide = change.scales.iter().flatten().map(|one| (one, 2.6));
        let narrow = change.parts.iter().chain([&change.fit]).flatten().map(|one| (one, 1.645));
        for (one, z) in wide.chain(narrow) {
            let errors = (one.after - one.before).abs() / one.standard_error;
            assert_eq!(one.detectable, errors > z, "{errors} errors against {z}: {one:?}");
            seen += 1;
            near += usize::from((1.645..2.6).contains(&errors));
        }
    }
    assert!(seen > 300 && near > 30, "{near} of {seen} tell the thresholds apart");
}

/// Answers to the first `n` questions of the first scale of `plain`: all the same, or every other one
/// a label higher.
fn first_scale(bank: &Bank, n: usize, raised: bool) -> Responses {
    let mut sheet = Responses::new(bank, Form::Full);
    let own = |index: &usize| bank.items[*index].own_scale().is_some_and(|own| own.scale == 0);
    for (place, index) in (0..bank.items.len()).filter(own).take(n).enumerate() {
        let forward = bank.items[index].own_scale().expect("a scale").keying.key(0.0) < 50.0;
        let labels = bank.items[index].format().expect("a rating").labels.len();
        assert_eq!(labels, 5);
        let up = usize::from(raised && place % 2 == 0);
        sheet.set(bank, index, rating(if forward { 3 + up } else { 3 - up })).expect("a label");
    }
    sheet
}

#[test]
fn from_8_degrees_of_freedom_the_moves_give_the_error() {
    let bank = test("plain");
    // Nine moves on one scale: five of 0.25 and four of 0. Their mean is 1.25/9, so their squares add up
    // to 5/16 - 1.5625/9 = 0.138889; over 8 that is 0.0173611, the root 0.131762, and SE 100/3 of it.
    let change = compared(&bank, &first_scale(&bank, 9, false), &first_scale(&bank, 9, true));
    let one = change.scales[0].expect("both are scored");
    assert!((one.before - 50.0).abs() < 1e-9 && (one.after - 50.0 - 125.0 / 9.0).abs() < 1e-9, "{one:?}");
    assert!((one.standard_error - 4.392_052).abs() < 1e-5, "{one:?}");
    assert!(one.detectable, "13.9 points are 3.2 errors");
    assert_eq!(change.fit, None, "without a role there is no fit");
}

#[test]
fn under_8_degrees_of_freedom_both_results_give_the_error() {
    let bank = test("plain");
    let sheets = [first_scale(&bank, 8, false), first_scale(&bank, 8, true)];
    let one = compared(&bank, &sheets[0], &sheets[1]).scales[0].expect("both are scored");
    assert!((one.standard_error - of_both(&bank, &sheets, 0)).abs() < 1e-9, "{one:?}");
    assert!(one.standard_error > 10.0 && !one.detectable, "{one:?}");
}

#[test]
fn a_question_answered_only_once_says_nothing_about_the_error() {
    let bank = test("plain");
    let before = first_scale(&bank, 9, false);
    let after = first_scale(&bank, 10, true);
    let change = compared(&bank, &before, &after);
    let one = change.scales[0].expect("both are scored");
    assert!((one.standard_error - 4.392_052).abs() < 1e-5, "the tenth answer has no pair: {one:?}");
}

/// √(SE₁² + SE₂²) of a scale.
fn of_both(bank: &Bank, sheets: &[Responses; 2], scale: usize) -> f64 {
    let errors = sheets.each_ref().map(|sheet| assess(bank, None, sheet).scales[scale].standard_error());
    errors[0].expect("scored").hypot(errors[1].expect("scored"))
}

#[test]
fn scales_other_than_traits_use_the_errors_of_both_results() {
    let bank = built_in();
    let sheets = [extreme(&bank, Form::Full, true), seeded(&bank, Form::Full, 5)];
    let change = compared(&bank, &sheets[0], &sheets[1]);
    let mut seen = 0;
    for (scale, one) in change.scales.iter().enumerate() {
        let (Some(one), true) = (one, bank.scales[scale].kind != ScaleKind::Trait) else { continue };
        assert!((one.standard_error - of_both(&bank, &sheets, scale)).abs() < 1e-9, "{one:?}");
        seen += 1;
    }
    assert!(seen > 5, "{seen} scales that are not traits");
}

#[test]
fn without_a_question_answered_twice_both_results_give_the_error() {
    let bank = test("plain");
    let of_second = |index: &usize| bank.items[*index].own_scale().is_some_and(|own| own.scale == 1);
    let second: Vec<usize> = (0..bank.items.len()).filter(of_second).collect();
    let mut sheets = [first_scale(&bank, 9, false), first_scale(&bank, 9, true)];
    for (place, &index) in second.iter().enumerate() {
        sheets[place % 2].set(&bank, index, rating(4)).expect("a label");
    }
    let change = compared(&bank, &sheets[0], &sheets[1]);
    let [first, one] = [0, 1].map(|scale| change.scales[scale].expect("both are scored"));
    assert!((first.standard_error - 4.392_052).abs() < 1e-5, "there are moves enough: {first:?}");
    assert!((one.standard_error - of_both(&bank, &sheets, 1)).abs() < 1e-9, "{one:?}");
}

#[test]
fn what_one_result_did_not_score_is_not_compared() {
    let bank = test("mini");
    let mut answers = mini_answers();
    answers["leading-early-word"] = Value::Null;
    answers["leading-credit"] = Value::Null;
    let (before, after) = (given(&bank, Form::Full, &answers), given(&bank, Form::Full, &mini_answers()));
    let change = compared(&bank, &before, &after);
    assert_eq!(change.scales[0], None);
    assert!(change.scales[1].is_some());
}

#[test]
fn facts_changed_when_they_changed_at_all() {
    let bank = test("mini");
    let mut later = mini_answers();
    later["years-in-charge"] = json!(6.1);
    let change =
        compared(&bank, &given(&bank, Form::Full, &mini_answers()), &given(&bank, Form::Full, &later));
    let years = bank.scales.iter().position(|scale| scale.id == "years").expect("years");
    let one = change.scales[years].expect("scored");
    assert!(one.detectable && one.standard_error.abs() < 1e-12, "{one:?}");
    assert!(change.scales.iter().flatten().filter(|one| one.detectable).count() == 1);
}

// ---- the command --------------------------------------------------------------------------------

const DAY: i64 = 86_400;

/// Three results on `mini`: low in June, `mini_answers` in July, and the highest in August.
fn three_results() -> Home {
    let (home, bank) = (Home::new(), test("mini"));
    let object = |most| coofit::answers::object(&bank, &extreme(&bank, Form::Full, most));
    Kept::own("2026-06-01", 1_780_000_000, object(false)).put(&home, &bank);
    Kept::own("2026-07-01", 1_780_000_000 + 30 * DAY, mini_answers()).put(&home, &bank);
    Kept::own("2026-08-01", 1_780_000_000 + 60 * DAY, object(true)).put(&home, &bank);
    home
}

/// Title, before, after and verdict of each compared line.
fn rows(ran: &Ran) -> Vec<(String, i64, i64, String)> {
    let mut rows = Vec::new();
    for line in ran.stdout.lines().filter_map(|line| line.strip_prefix("  ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(at) = words.windows(2).position(|two| two.iter().all(|word| word.parse::<i64>().is_ok()))
        else {
            continue;
        };
        let number = |at: usize| words[at].parse::<i64>().expect("a number");
        let verdict = words[at + 2..].iter().find(|word| word.chars().all(char::is_alphabetic));
        rows.push((
            words[..at].join(" "),
            number(at),
            number(at + 1),
            (*verdict.expect("a word")).to_owned(),
        ));
    }
    rows
}

/// The names over the two columns.
fn names(ran: &Ran) -> String {
    let heads = ran.stdout.lines().find(|line| line.ends_with(" change")).expect("the names of both");
    heads.split_whitespace().filter(|word| *word != "change").collect::<Vec<_>>().join(", then ")
}

#[test]
fn the_latest_two_are_compared_unless_others_are_named() {
    let ran = three_results().mini(["compare"]).expect_code(0).expect_plain();
    assert_eq!(names(&ran), "2026-07-01, then 2026-08-01");
}

#[test]
fn the_earlier_one_comes_first_however_they_are_named() {
    let home = three_results();
    let there = home.mini(["compare", "2026-06-01", "2026-08-01"]).expect_code(0);
    let back = home.mini(["compare", "2026-08-01", "2026-06-01"]).expect_code(0);
    assert_eq!(names(&there), "2026-06-01, then 2026-08-01");
    assert_eq!(there.stdout, back.stdout);
    let fit = rows(&there).remove(0);
    assert_eq!((fit.0.as_str(), fit.1, fit.2, fit.3.as_str()), ("Score", 0, 100, "higher"));
}

#[test]
fn one_named_result_is_compared_with_the_latest() {
    let home = three_results();
    for (named, both) in [
        ("2026-06-01", "2026-06-01, then 2026-08-01"),
        ("2026-08-01", "2026-07-01, then 2026-08-01"),
        ("2026-07-01", "2026-07-01, then 2026-08-01"),
    ] {
        assert_eq!(names(&home.mini(["compare", named]).expect_code(0)), both, "{named}");
    }
}

#[test]
fn three_results_at_once_are_refused() {
    let ran = three_results().mini(["compare", "2026-06-01", "2026-07-01", "2026-08-01"]).expect_code(2);
    ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: two results can be compared at a time, and 3 were named
    "#]]);
}

#[test]
fn a_single_result_cannot_be_compared() {
    let home = Home::new();
    home.finish_mini();
    home.mini(["compare"]).expect_code(1).expect_stderr(&expect![[r#"
        error: comparing needs two finished results; `coofit history` lists them
    "#]]);
    home.mini(["compare", "2030-01-01"]).expect_code(1).expect_stderr(&expect![[r#"
        error: there is no result `2030-01-01`; `coofit history` lists them
    "#]]);
}

#[test]
fn a_paused_attempt_is_not_a_result_to_compare() {
    let home = Home::new();
    home.finish_mini();
    home.mini(["take", "--plain", "--fresh"]).input("4\nq\n").expect_code(130);
    home.mini(["compare"]).expect_code(1).expect_stderr(&expect![[r#"
        error: comparing needs two finished results; `coofit history` lists them
    "#]]);
}

#[test]
fn results_are_compared_from_files_too() {
    let (home, bank) = (Home::new(), test("mini"));
    let mut later = mini_answers();
    later["years-in-charge"] = json!(1);
    let early = home.write("early.json", Kept::own("x", 1000, mini_answers()).text(&bank));
    let late = home.write("late.json", Kept::own("y", 2000, later).text(&bank));
    let ran = home.mini(["compare"]).arg(late).arg(early).expect_code(0);
    assert_eq!(names(&ran), "early, then late");
    let years = rows(&ran).into_iter().find(|row| row.0 == "Years in charge").expect("years");
    assert_eq!((years.1, years.2, years.3.as_str()), (76, 0, "lower"));
    assert!(home.attempts().is_empty(), "nothing was taken over");
}

#[test]
fn a_file_that_commands_the_terminal_is_shown_harmless() {
    let (home, bank) = (Home::new(), test("mini"));
    Kept::own("2026-06-01", 1000, mini_answers()).put(&home, &bank);
    let file = home.write("b.json", Kept::own("\u{1b}[31mred\nFit 100", 2000, mini_answers()).text(&bank));
    home.mini(["compare"]).arg(&file).expect_code(0).expect_harmless();
    if cfg!(windows) {
        // No file has such a name there.
        return;
    }
    let hostile = home.write("c\u{1b}[2J.json", Kept::own("c", 2000, mini_answers()).text(&bank));
    home.mini(["compare"]).arg(&hostile).expect_code(0).expect_harmless();
}

#[test]
fn results_of_another_bank_are_refused() {
    let (home, mini, mixed) = (three_results(), test("mini"), test("mixed"));
    let other = Kept::own("other", 9_000_000_000, json!({"focus-noise": 4}));
    let file = home.write("other.json", other.text(&mixed));
    let ran = home.mini(["compare", "2026-06-01"]).arg(file).expect_code(1);
    ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: these answers are to the bank `mixed`, but this bank is `mini`; name
        theirs with `--bank DIR`
    "#]]);
    // Nor do they take the place of a result that was not named.
    other.put(&home, &mixed);
    assert_eq!(names(&home.mini(["compare"]).expect_code(0)), "2026-07-01, then 2026-08-01");
    assert_eq!(mini.id, "mini");
}

#[test]
fn a_changed_bank_scores_both_again_and_says_so() {
    let home = three_results();
    let to = home.path("changed");
    changed_bank("mini", &to, |_, text| {
        text.replace("edition = \"1\"", "edition = \"2\"").replace("id = \"wait\"", "id = \"rest\"")
    });
    let ran = home.run(["--bank"]).arg(&to).args(["compare", "2026-06-01", "2026-07-01"]).expect_code(0);
    // The June answer to the late truck was "wait", which is gone; July's was "shift".
    let ran = ran.expect_stderr(&expect![[r#"
        note: the bank has changed since `2026-06-01` (edition `1` then, `2` now); the
        answers are scored again. Left out: 1 option no longer offered (`wait` of
        `scenes-late-truck`). The labels and units of that time are not known, so those
        of today are used.
        note: the bank has changed since `2026-07-01` (edition `1` then, `2` now); the
        answers are scored again. The labels and units of that time are not known, so
        those of today are used.
    "#]]);
    assert_eq!(rows(&ran)[0].0, "Score");
}

#[test]
fn scales_are_compared_by_name_in_any_order() {
    let home = three_results();
    let usual = home.mini(["compare", "2026-06-01", "2026-07-01"]).expect_code(0);
    let to = home.path("turned");
    changed_bank("mini", &to, |file, text| {
        if file != "work.toml" && file != "past.toml" {
            return text.to_owned();
        }
        let mut tables: Vec<&str> = text.split("\n[[").collect();
        tables.reverse();
        let tables: Vec<&str> = tables.iter().map(|table| table.trim_start_matches("[[")).collect();
        format!("[[{}\n", tables.join("\n[["))
    });
    let turned = home.run(["--bank"]).arg(&to).args(["compare", "2026-06-01", "2026-07-01"]).expect_code(0);
    let sorted = |ran: &Ran| {
        let mut rows = rows(ran);
        rows.sort();
        rows
    };
    assert_ne!(rows(&usual), rows(&turned), "the order did change");
    assert_eq!(sorted(&usual), sorted(&turned));
}

#[test]
fn full_and_quick_results_are_compared_on_the_quick_questions() {
    let (home, bank) = (Home::new(), test("mini"));
    let mut quick = mini_answers();
    let asked: Vec<&str> = bank.form_items(Form::Quick).map(|index| bank.items[index].id.as_str()).collect();
    quick.as_object_mut().expect("answers").retain(|id, _| asked.contains(&id.as_str()));
    Kept::own("2026-06-01", 1000, mini_answers()).put(&home, &bank);
    Kept { form: "quick", ..Kept::own("2026-07-01", 2000, quick) }.put(&home, &bank);
    let ran = home.mini(["compare"]).expect_code(0);
    let ran = ran.expect_stderr(&expect![[r#"
        note: one is a quick form, so both are compared on the questions of the quick
        form
    "#]]);
    for (title, before, after, verdict) in rows(&ran) {
        assert!(before == after && ["same", "unclear"].contains(&verdict.as_str()), "{title}: {verdict}");
    }
    // In the full form the planning questions add up to 100 as well, but leading to 75: 4 and 2 alone do too.
    let titles: Vec<String> = rows(&ran).into_iter().map(|row| row.0).collect();
    assert!(
        titles.contains(&"Planning".to_owned()) && !titles.contains(&"Training".to_owned()),
        "{titles:?}"
    );
}

/// What a comparison says before its tables.
#[track_caller]
fn sentences(ran: &Ran) -> &str {
    let (end, _) = ran.stdout.match_indices("\n\n").nth(1).expect("a table");
    &ran.stdout[..end]
}

#[test]
fn a_sentence_says_what_changed() {
    let home = three_results();
    let rose = home.mini(["compare", "2026-06-01", "2026-08-01"]).expect_code(0);
    expect![[r#"
        Two results

          Your score rose by 100 points. That is more than chance.
          7 scales changed by more than chance: Leading people, Planning, On the floor,
          Years in charge, Training, Duties, Pay."#]]
    .assert_eq(sentences(&rose));
    let bank = test("mini");
    Kept::own("2026-09-01", 1_790_000_000, mini_answers()).put(&home, &bank);
    let fell = home.mini(["compare"]).expect_code(0);
    expect![[r#"
        Two results

          The scores are 9 points apart, but that can be chance.
          3 scales changed by more than chance: Years in charge, Training, Pay."#]]
    .assert_eq(sentences(&fell));
    let same = home.mini(["compare", "2026-07-01", "2026-09-01"]).expect_code(0);
    expect![[r#"
        Two results

          Your score is the same.
          The differences on all scales are small enough to be chance."#]]
    .assert_eq(sentences(&same));
}

/// Two results on the built-in bank, every rated answer of the later one a step up but for some.
fn moved_up(hours: i64, n_down: usize) -> Ran {
    let (home, bank) = (Home::new(), built_in());
    let mut sheets = [Responses::new(&bank, Form::Full), Responses::new(&bank, Form::Full)];
    let mut n_moved = 0;
    for index in bank.form_items(Form::Full) {
        let item = &bank.items[index];
        let own = item.own_scale().filter(|own| bank.scales[own.scale].kind == ScaleKind::Trait);
        let labels = match (own, item.format()) {
            (Some(own), Some(_)) if n_moved < 30 => {
                n_moved += 1;
                let later = if n_moved <= n_down { 2 } else { 4 };
                [3, later].map(|label| if own.keying == Keying::Forward { label } else { 6 - label })
            }
            (Some(_), Some(_)) => [3, 3],
            _ => continue,
        };
        for (sheet, label) in sheets.iter_mut().zip(labels) {
            sheet.set(&bank, index, rating(label)).expect("a label");
        }
    }
    for index in
        bank.form_items(Form::Full).filter(|&index| matches!(bank.items[index].kind, ItemKind::Choice(_)))
    {
        for sheet in &mut sheets {
            sheet.set(&bank, index, Answer::Choice(0)).expect("an option");
        }
    }
    let noon = 1_780_056_000;
    let [first, second] = sheets.map(|sheet| coofit::answers::object(&bank, &sheet));
    Kept::own("2026-05-29", noon, first).put(&home, &bank);
    let id = if hours < 12 { "2026-05-29-2" } else { "2026-05-31" };
    Kept::own(id, noon + hours * 3600, second).put(&home, &bank);
    home.run(["compare"]).expect_code(0)
}

#[test]
fn answers_that_move_together_come_first() {
    expect![[r#"
        Two results

          29 of 30 rated answers that changed went up. When answers move together,
          usually your mood or your way of rating has changed.
          Both results are of the same day.
          The first report showed the best options of the scenes, so the scenes say
          little about a change.
          Your score rose by 21 points. That is more than chance.
          9 scales changed by more than chance: Leading people, Strategy,
          Communication, Running operations, Money and resources, Judgment, Working
          across functions, Risk and compliance, Change and technology.
          About the answers of 2026-05-29: These numbers may mean little: you gave the
          same answer 68 times in a row.
          About the answers of 2026-05-29-2: These numbers may mean little: you gave
          the same answer 38 times in a row."#]]
    .assert_eq(sentences(&moved_up(1, 1)));
    expect![[r#"
        Two results

          29 of 30 rated answers that changed went up. When answers move together,
          usually your mood or your way of rating has changed.
          The first report showed the best options of the scenes, so the scenes say
          little about a change.
          Your score rose by 21 points. That is more than chance.
          9 scales changed by more than chance: Leading people, Strategy,
          Communication, Running operations, Money and resources, Judgment, Working
          across functions, Risk and compliance, Change and technology.
          About the answers of 2026-05-29: These numbers may mean little: you gave the
          same answer 68 times in a row.
          About the answers of 2026-05-31: These numbers may mean little: you gave the
          same answer 38 times in a row."#]]
    .assert_eq(sentences(&moved_up(48, 1)));
}

#[test]
fn answers_that_move_both_ways_do_not_move_together() {
    expect![[r#"
        Two results

          The scores are 4 points apart, but that can be chance.
          The differences on all scales are small enough to be chance.
          About the answers of 2026-05-29: These numbers may mean little: you gave the
          same answer 68 times in a row.
          About the answers of 2026-05-29-2: These numbers may mean little: your
          answers show no pattern. You may have read quickly, or really be in the
          middle on everything. Also, you gave the same answer 38 times in a row."#]]
    .assert_eq(sentences(&moved_up(1, 12)));
}

#[test]
fn a_result_is_not_compared_with_itself() {
    let home = three_results();
    let ran = home.mini(["compare", "2026-06-01", "2026-06-01"]).expect_code(2);
    ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: 2026-06-01 and 2026-06-01 are the same result
    "#]]);
}

#[test]
fn answers_files_are_compared_in_the_order_they_are_named() {
    let (home, bank) = (Home::new(), test("mini"));
    let file = |most: bool| coofit::answers::file(&bank, &extreme(&bank, Form::Full, most));
    home.write("high.json", file(true));
    home.write("low.json", file(false));
    let ran = home.mini(["compare", "high.json", "low.json"]).expect_code(0);
    assert_eq!(names(&ran), "high.json, then low.json");
    let json = home.mini(["compare", "high.json", "low.json", "--format", "json"]).expect_code(0).json();
    assert_eq!(json["comparisons"][0]["fit"]["verdict"], "lower");
    assert_eq!(json["combined"], Value::Null);
}

#[test]
fn comparing_writes_nothing() {
    let home = three_results();
    let before = home.everything();
    home.mini(["compare"]).expect_code(0);
    home.mini(["compare", "2026-06-01"]).arg(test_bank("nowhere")).expect_code(1);
    assert_eq!(before, home.everything());
}
