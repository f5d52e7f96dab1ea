//! What an author types: a new bank, its check in every form, and what is never overwritten.

use std::path::Path;

use expect_test::expect;
use serde_json::{Value, json};

use crate::program::Home;
#[cfg(unix)]
use crate::program::PROGRAM;
use crate::support::repository;

/// The home of an author with a new bank, the examples in it taken for the author's texts.
fn new_bank() -> Home {
    let home = Home::new();
    home.run(["bank", "new", "night-lead"]).expect_code(0);
    finish(&home.path("night-lead"));
    home
}

/// Takes the examples of a new bank for texts.
fn finish(bank: &Path) {
    let roles = bank.join("roles");
    for entry in [bank, &roles].into_iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten() {
        let path = entry.expect("a readable directory").path();
        if path.is_file() {
            let text = std::fs::read_to_string(&path).expect("a file of the bank");
            std::fs::write(&path, text.replace("REPLACE: ", "")).expect("a file of the bank");
        }
    }
}

const CHECK: [&str; 3] = ["bank", "check", "night-lead"];

#[test]
fn a_completed_new_bank_passes_the_strictest_check() {
    let home = new_bank();
    home.run(CHECK).args(["--deny", "warnings"]).expect_code(0).expect_stdout(&expect![[r#"
        Night lead: 15 items (9 of them in the quick form), 5 scales, 3 steps, 1 role; no faults, 0 warnings
    "#]]);
    assert!(home.run(["bank", "show", "night-lead"]).expect_code(0).stdout.contains("bank night-lead"));
    let new = home.run(["bank", "new", "plain", "--no-role", "--id", "plain"]).expect_code(0);
    new.expect_stdout(&expect![[r#"
        2 files written to plain. Check the bank with `coofit bank check plain`, and try it with `coofit take --bank plain`.
    "#]]);
    let check = || home.run(["bank", "check", "plain", "--deny", "warnings"]);
    check().expect_code(3);
    finish(&home.path("plain"));
    check().expect_code(0).expect_stdout(&expect![[r#"
        Plain: 8 items (4 of them in the quick form), 2 scales, 0 steps, 0 roles; no faults, 0 warnings
    "#]]);
    // What an inventory shows has nothing of roles.
    let shown = home.run(["bank", "show", "plain"]).expect_code(0).stdout;
    assert!(shown.contains("\nHow I am\n") && !shown.contains("weight"), "{shown}");
}

// Needs a shell.
#[cfg(unix)]
#[test]
fn the_commands_shown_for_a_new_bank_work() {
    let home = Home::new();
    let said = home.run(["bank", "new", "Zwei Bank"]).expect_code(0).stdout;
    let typed = said.split('`').nth(1).expect("a command");
    assert_eq!(typed, "coofit bank check \"Zwei Bank\"");
    let script = typed.replacen("coofit", "\"$0\"", 1);
    home.through("sh", ["-c", &script, PROGRAM]).expect_code(0);
}

#[test]
fn warnings_end_with_3_only_when_they_are_denied() {
    let home = new_bank();
    home.change("night-lead/work.toml", "I told people early", "I always told people early");
    home.run(CHECK).expect_code(0).expect_stdout(&expect![[r#"
        warning[absolute-word]: item `people-early-word` says `always`
          --> work.toml:48:7
           |
        48 | ask = "I always told people early when their part would be late."
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: almost nobody can agree to it honestly; say how often, or leave the word out

        Night lead: 15 items (9 of them in the quick form), 5 scales, 3 steps, 1 role; no faults, 1 warning
    "#]]);
    home.run(CHECK).args(["--deny", "warnings"]).expect_code(3);
    let short = home.run(CHECK).args(["--format", "short"]).expect_code(0).stdout;
    let at = Path::new("night-lead").join("work.toml").display().to_string();
    let line = format!("{at}:48:7: warning: item `people-early-word` says `always` [absolute-word]\n");
    assert_eq!(short, line);
    let json = json!([{
        "at": "people-early-word",
        "column": 7,
        "file": "work.toml",
        "help": "almost nobody can agree to it honestly; say how often, or leave the word out",
        "line": 48,
        "message": "item `people-early-word` says `always`",
        "path": at,
        "rule": "absolute-word",
        "severity": "warning"
    }]);
    assert_eq!(home.run(CHECK).args(["--format", "json"]).expect_code(0).json(), json);
}

#[test]
fn many_missing_texts_are_one_warning_except_in_json() {
    let home = new_bank();
    let text = home.read("night-lead/work.toml");
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("observer")).collect();
    home.write("night-lead/work.toml", without.join("\n"));
    home.change("night-lead/work.toml", "I told people early", "I always told people early");
    home.run(CHECK).expect_code(0).expect_stdout(&expect![[r#"
        warning[no-observer]: 12 items have no wording for an observer: `planning-first-steps`, `people-early-word`, `calm-first-question`, `planning-last-minute`, `people-own-desk`, `calm-loud-voice` and 6 more
          --> work.toml:37:6
           |
        37 | id = "planning-first-steps"     # never use it again for another text
           |      ^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: add `observer = ...`, in the third person; or allow `no-observer` in `bank.toml`, with the reason

        warning[absolute-word]: item `people-early-word` says `always`
          --> work.toml:47:7
           |
        47 | ask = "I always told people early when their part would be late."
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: almost nobody can agree to it honestly; say how often, or leave the word out

        Night lead: 15 items (9 of them in the quick form), 5 scales, 3 steps, 1 role; no faults, 13 warnings
    "#]]);
    let short = home.run(CHECK).args(["--format", "short"]).expect_code(0).stdout;
    assert_eq!(short.lines().count(), 2, "{short}");
    let json = home.run(CHECK).args(["--format", "json"]).expect_code(0).json();
    let of_rule =
        |rule: &str| json.as_array().expect("an array").iter().filter(|found| found["rule"] == rule).count();
    assert_eq!([of_rule("no-observer"), of_rule("absolute-word")], [12, 1]);
    assert_eq!(json[0]["at"], "planning-first-steps");

    let allowed = "[[allow]]\nlint = \"no-observer\"\nreason = \"r\"\n\n[[part]]";
    home.change("night-lead/bank.toml", "[[part]]", allowed);
    home.run(CHECK).expect_code(0).expect_stdout(&expect![[r#"
        warning[absolute-word]: item `people-early-word` says `always`
          --> work.toml:47:7
           |
        47 | ask = "I always told people early when their part would be late."
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: almost nobody can agree to it honestly; say how often, or leave the word out

        Night lead: 15 items (9 of them in the quick form), 5 scales, 3 steps, 1 role; no faults, 1 warning
    "#]]);
}

#[test]
fn warnings_are_counted_before_the_listing_is_cut() {
    let home = new_bank();
    let mut text = home.read("night-lead/work.toml");
    let observers = text.lines().filter(|line| line.starts_with("observer")).count();
    assert!(observers > 0, "the new bank is for observers too");
    let answer = text.lines().find(|line| line.starts_with("answer = ")).expect("an answer").to_owned();
    let item = |n| {
        let ask = format!("ask = \"I know number {n}.\"");
        format!("\n[[item]]\nid = \"more-{n}\"\nscale = \"people\"\n{ask}\n{answer}\n")
    };
    text.extend((0..1100).map(item));
    home.write("night-lead/work.toml", text);
    let said = home.run(CHECK).expect_code(0).stdout;
    assert!(said.contains("1100 items have no wording for an observer: `more-0`, "), "{said}");
    assert!(said.contains(" and 1094 more\n"), "{said}");
    let json = home.run(CHECK).args(["--format", "json"]).expect_code(0).json();
    let found = json.as_array().expect("an array");
    let last = found.last().expect("findings");
    assert_eq!(found.len(), 1001);
    let cut = "and more, from here on; only the first 1000 are listed";
    assert_eq!(
        [&last["severity"], &last["rule"], &last["at"], &last["message"]],
        [&Value::from("warning"), &Value::Null, &Value::Null, &Value::from(cut)]
    );
}

#[test]
fn one_run_shows_every_fault_in_every_form() {
    let home = new_bank();
    home.change("night-lead/work.toml", "scale = \"people\"", "scale = \"poeple\"");
    home.change("night-lead/steps.toml", "horizon = \"month\"", "horizon = \"moth\"");
    let check = |form: &str| home.run(CHECK).args(["--format", form]).expect_code(3);
    check("text").expect_stderr(&expect![[r#"
        error: `horizon` of step `people-two-talks` must be `week` or `month` or `half-year` or `two-years`, not `moth`
          --> steps.toml:15:11
           |
        15 | horizon = "moth"
           |           ^^^^^^
           |
           = help: did you mean `month`?

        error: item `people-early-word` names the scale `poeple`, which the bank does not declare
          --> work.toml:47:9
           |
        47 | scale = "poeple"
           |         ^^^^^^^^
           |
           = help: did you mean `people`?

        2 faults
    "#]]);
    check("short").expect_stdout(&expect![[r#"
        night-lead/steps.toml:15:11: error: `horizon` of step `people-two-talks` must be `week` or `month` or `half-year` or `two-years`, not `moth`
        night-lead/work.toml:47:9: error: item `people-early-word` names the scale `poeple`, which the bank does not declare
    "#]]);
    let json = check("json").json();
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    assert_eq!([&json[0]["severity"], &json[0]["rule"]], [&Value::from("error"), &Value::Null]);
    home.run(["bank", "check", "--format", "json"]).expect_code(0).expect_stdout(&expect![[r#"
        []
    "#]]);
}

#[test]
fn naming_a_file_of_a_bank_shows_its_directory() {
    let home = new_bank();
    let check = |file: &str| home.run(["bank", "check", file]);
    let told = ["bank.toml", "work.toml", "roles/night-lead.toml"]
        .map(|file| check(&format!("night-lead/{file}")).expect_code(3).told());
    expect![[r#"
        error: the bank `night-lead/bank.toml` cannot be read: it is a file help: name the directory that holds it: `night-lead`
        error: the bank `night-lead/work.toml` cannot be read: it is a file help: name the directory that holds it: `night-lead`
        error: the bank `night-lead/roles/night-lead.toml` cannot be read: it is a file help: name the directory that holds it: `night-lead`
    "#]].assert_eq(&told.concat());
    check("work.toml").within("night-lead").expect_code(3).expect_stderr(&expect![[r#"
        error: the bank `work.toml` cannot be read: it is a file
          help: name the directory that holds it: `.`
    "#]]);
    home.write("alone.toml", "");
    check("alone.toml").expect_code(3).expect_stderr(&expect![[r#"
        error: the bank `alone.toml` cannot be read: it is a file
          help: name a directory that holds a `bank.toml`
    "#]]);
}

#[test]
fn a_new_bank_overwrites_nothing() {
    let home = new_bank();
    home.change("night-lead/bank.toml", "edition = \"1\"", "edition = \"mine\"");
    let new = || home.run(["bank", "new", "night-lead"]);
    new().expect_code(1).expect_stderr(&expect![[r#"
        error: `night-lead` has files already; name a new directory, or add `--force`
        to write next to them (what is in the way is kept as NAME.bak)
    "#]]);
    new().arg("--force").expect_code(0).expect_stderr(&expect![[r#"
        The earlier `bank.toml` is kept as `bank.toml.bak`.
        The earlier `work.toml` is kept as `work.toml.bak`.
        The earlier `wishes.toml` is kept as `wishes.toml.bak`.
        The earlier `steps.toml` is kept as `steps.toml.bak`.
        The earlier `roles/night-lead.toml` is kept as `roles/night-lead.toml.bak`.
    "#]]);
    assert!(home.read("night-lead/bank.toml.bak").contains("edition = \"mine\""));
    // A second time there is nowhere left to keep it, and so nothing changes.
    let before = home.everything();
    new().arg("--force").expect_code(1).expect_stderr(&expect![[r#"
        error: `night-lead` was left as it was: `bank.toml` and `bank.toml.bak` are
        both there; move one of them away
    "#]]);
    assert_eq!(home.everything(), before);
    home.run(CHECK).expect_code(0);
}

#[test]
fn a_title_with_quotes_and_braces_stays_as_typed() {
    let home = Home::new();
    home.run(["bank", "new", "b", "--title", "A \"b\" \\ {id} {title}\u{1b}"]).expect_code(0);
    let shown = home.run(["bank", "check", "b"]).expect_code(0).stdout;
    expect![[r#"A "b" \ {id} {title}<U+001B>: 15 items (9 of them in the quick form), 5 scales, 3 steps, 1 role; no faults, 83 warnings"#]].assert_eq(shown.lines().last().unwrap_or_default());
    let refused = home.run(["bank", "new", "b2", "--id", "Not Kebab"]).expect_code(1);
    refused.expect_stderr(&expect![[r#"
        error: the id `Not Kebab` must be kebab-case; write `not-kebab`
    "#]]);
    assert_eq!(home.names(), ["b"]);
}

#[test]
fn an_audit_says_which_signals_a_short_form_cannot_check() {
    let home = Home::new();
    let cannot = |bank: &str| {
        let audit = home.run(["bank", "audit", "--sheets", "100"]).arg(repository(bank)).expect_code(0);
        let lines = audit.stdout.lines().filter(|line| line.contains("cannot be checked"));
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let short = [
        "Consistency cannot be checked in the full and the quick form. It needs 20",
        "The longest run cannot be checked in the quick form. It needs 6 ratings,",
    ];
    assert_eq!(cannot("tests/data/exports/bank"), short);
    assert_eq!(cannot("examples/ipip50"), [""; 0]);
}

#[test]
fn an_audit_with_one_seed_prints_the_same_bytes() {
    let home = new_bank();
    let audit = || home.run(["bank", "audit", "night-lead", "--seed", "3", "--sheets", "150"]);
    let [first, second] = [audit(), audit()].map(|run| run.expect_code(0));
    assert!(!first.stdout.is_empty() && first.stdout == second.stdout);
    assert_eq!(first.stderr, "");
    let json = audit().args(["--format", "json"]).expect_code(0).json();
    assert_eq!([&json["simulated"], &json["sheets"]], [&Value::from(true), &Value::from(150)]);
    audit().args(["--loading", "2"]).expect_code(2);
}
