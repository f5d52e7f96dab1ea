//! What an author types: a new bank, its check in every form, and what is never overwritten.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::repository;

fn coofit(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coofit")).args(args).output().expect("the program runs")
}

#[track_caller]
fn check(args: &[&str], code: i32) -> String {
    let output = coofit(args);
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
    out + &err
}

/// A new bank in a directory of its own, with the examples in it for the author's texts.
fn new_bank() -> (tempfile::TempDir, String) {
    let room = tempfile::tempdir().expect("a directory");
    let bank = room.path().join("night-lead").display().to_string();
    check(&["bank", "new", &bank], 0);
    finish(&bank);
    (room, bank)
}

/// Takes the examples of a new bank for texts.
fn finish(bank: &str) {
    let roles = Path::new(bank).join("roles");
    for entry in
        [Path::new(bank), &roles].into_iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten()
    {
        let path = entry.expect("a readable directory").path();
        if path.is_file() {
            let text = std::fs::read_to_string(&path).expect("a file of the bank");
            std::fs::write(&path, text.replace("REPLACE: ", "")).expect("a file of the bank");
        }
    }
}

fn change(bank: &str, file: &str, old: &str, new: &str) {
    let path = Path::new(bank).join(file);
    let text = std::fs::read_to_string(&path).expect("a file of the bank");
    assert!(text.contains(old), "{file} has no {old}");
    std::fs::write(path, text.replacen(old, new, 1)).expect("a file of the bank");
}

#[test]
fn a_new_bank_passes_the_strictest_check_and_can_be_shown() {
    let (_room, bank) = new_bank();
    let said = check(&["bank", "check", &bank, "--deny", "warnings"], 0);
    assert!(said.starts_with("Night lead: 15 items"), "{said}");
    assert!(check(&["bank", "show", &bank], 0).contains("bank night-lead"));
    let mini = check(&["bank", "new", &format!("{bank}/plain"), "--no-role", "--id", "plain"], 0);
    assert!(mini.starts_with("2 files"), "{mini}");
    check(&["bank", "check", &format!("{bank}/plain"), "--deny", "warnings"], 3);
    finish(&format!("{bank}/plain"));
    let said = check(&["bank", "check", &format!("{bank}/plain"), "--deny", "warnings"], 0);
    assert!(
        said.starts_with("Plain: 8 items (4 of them in the quick form), 2 scales, 0 steps, 0 roles"),
        "{said}"
    );
    // What an inventory shows has nothing of roles.
    let shown = check(&["bank", "show", &format!("{bank}/plain")], 0);
    assert!(shown.contains("\nHow I am\n") && !shown.contains("weight"), "{shown}");
}

// Needs a shell.
#[cfg(unix)]
#[test]
fn the_commands_shown_for_a_new_bank_work() {
    let room = tempfile::tempdir().expect("a directory");
    let said = Command::new(env!("CARGO_BIN_EXE_coofit"))
        .args(["bank", "new", "Zwei Bank"])
        .current_dir(room.path())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let typed = said.split('`').nth(1).expect("a command");
    assert_eq!(typed, "coofit bank check 'Zwei Bank'");
    let script = typed.replacen("coofit", "\"$0\"", 1);
    let checked = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_coofit")])
        .current_dir(room.path())
        .output()
        .expect("a shell");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn warnings_end_with_3_only_when_they_are_denied() {
    let (_room, bank) = new_bank();
    change(&bank, "work.toml", "I told people early", "I always told people early");
    let said = check(&["bank", "check", &bank], 0);
    assert!(said.contains("warning[absolute-word]") && said.contains("1 warning"), "{said}");
    check(&["bank", "check", &bank, "--deny", "warnings"], 3);
    let short = check(&["bank", "check", &bank, "--format", "short"], 0);
    let at = Path::new(&bank).join("work.toml").display().to_string();
    let line = format!("{at}:48:7: warning: item `people-early-word` says `always` [absolute-word]\n");
    assert_eq!(short, line);
    let json: Value =
        serde_json::from_str(&check(&["bank", "check", &bank, "--format", "json"], 0)).expect("JSON");
    let [found] = json.as_array().expect("an array").as_slice() else { panic!("{json}") };
    assert_eq!(
        [&found["file"], &found["severity"], &found["rule"]],
        ["work.toml", "warning", "absolute-word"]
    );
    assert_eq!([found["line"].as_u64(), found["column"].as_u64()], [Some(48), Some(7)]);
    assert!(found["message"].is_string() && found["help"].is_string(), "{found}");
}

#[test]
fn texts_that_many_items_lack_are_one_warning_for_people_and_one_each_for_programs() {
    let (_room, bank) = new_bank();
    let path = Path::new(&bank).join("work.toml");
    let text = std::fs::read_to_string(&path).expect("a file of the bank");
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("observer")).collect();
    std::fs::write(&path, without.join("\n")).expect("a file of the bank");
    change(&bank, "work.toml", "I told people early", "I always told people early");
    let said = check(&["bank", "check", &bank], 0);
    assert_eq!(said.matches("warning[").count(), 2, "{said}");
    assert!(
        said.contains(
            "warning[no-observer]: 12 items have no wording for an observer: `planning-first-steps`, "
        ),
        "{said}"
    );
    assert!(said.contains(" and 6 more") && said.contains("or allow `no-observer` in `bank.toml`"), "{said}");
    assert!(said.trim_end().ends_with("no faults, 13 warnings"), "{said}");
    let short = check(&["bank", "check", &bank, "--format", "short"], 0);
    assert_eq!(short.lines().count(), 2, "{short}");
    let json: Value =
        serde_json::from_str(&check(&["bank", "check", &bank, "--format", "json"], 0)).expect("JSON");
    let of_rule =
        |rule: &str| json.as_array().expect("an array").iter().filter(|found| found["rule"] == rule).count();
    assert_eq!([of_rule("no-observer"), of_rule("absolute-word")], [12, 1]);
    assert_eq!(json[0]["at"], "planning-first-steps");

    change(&bank, "bank.toml", "[[part]]", "[[allow]]\nlint = \"no-observer\"\nreason = \"r\"\n\n[[part]]");
    assert!(check(&["bank", "check", &bank], 0).contains("no faults, 1 warning\n"));
}

#[test]
fn warnings_are_counted_before_the_listing_is_cut() {
    let (_room, bank) = new_bank();
    let path = Path::new(&bank).join("work.toml");
    let mut text = std::fs::read_to_string(&path).expect("a file of the bank");
    let observers = text.lines().filter(|line| line.starts_with("observer")).count();
    assert!(observers > 0, "the new bank is for observers too");
    let answer = text.lines().find(|line| line.starts_with("answer = ")).expect("an answer").to_owned();
    let item = |n| {
        let ask = format!("ask = \"I know number {n}.\"");
        format!("\n[[item]]\nid = \"more-{n}\"\nscale = \"people\"\n{ask}\n{answer}\n")
    };
    text.extend((0..1100).map(item));
    std::fs::write(&path, text).expect("a file of the bank");
    let said = check(&["bank", "check", &bank], 0);
    assert!(said.contains("1100 items have no wording for an observer") && said.contains(" and 1094 more"));
    let json: Value =
        serde_json::from_str(&check(&["bank", "check", &bank, "--format", "json"], 0)).expect("JSON");
    let found = json.as_array().expect("an array");
    let last = found.last().expect("findings");
    assert_eq!(found.len(), 1001);
    assert!(last["message"].as_str().expect("a text").starts_with("and more, from here on"), "{last}");
    assert_eq!(
        [&last["severity"], &last["rule"], &last["at"]],
        [&Value::from("warning"), &Value::Null, &Value::Null]
    );
}

#[test]
fn one_run_shows_every_fault_in_every_form() {
    let (_room, bank) = new_bank();
    change(&bank, "work.toml", "scale = \"people\"", "scale = \"poeple\"");
    change(&bank, "steps.toml", "horizon = \"month\"", "horizon = \"moth\"");
    let text = check(&["bank", "check", &bank], 3);
    assert!(text.contains("did you mean `people`?") && text.contains("2 faults"), "{text}");
    let short = check(&["bank", "check", &bank, "--format", "short"], 3);
    assert_eq!(short.lines().filter(|line| line.contains(": error: ")).count(), 2, "{short}");
    let json: Value =
        serde_json::from_str(&check(&["bank", "check", &bank, "--format", "json"], 3)).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    assert_eq!([&json[0]["severity"], &json[0]["rule"]], [&Value::from("error"), &Value::Null]);
    assert_eq!(check(&["bank", "check", "--format", "json"], 0), "[]\n");
}

#[test]
fn naming_a_file_of_a_bank_shows_its_directory() {
    let (_room, bank) = new_bank();
    for file in ["bank.toml", "work.toml", "roles/night-lead.toml"] {
        let said = check(&["bank", "check", &format!("{bank}/{file}")], 3);
        assert!(said.contains("cannot be read: it is a file"), "{said}");
        assert!(said.contains(&format!("help: name the directory that holds it: `{bank}`")), "{said}");
    }
    let here = Command::new(env!("CARGO_BIN_EXE_coofit"))
        .args(["bank", "check", "work.toml"])
        .current_dir(&bank)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&here.stderr).into_owned();
    assert!(said.contains("holds it: `.`"), "{said}");
    let alone = Path::new(&bank).with_file_name("alone.toml");
    std::fs::write(&alone, "").expect("a file");
    let said = check(&["bank", "check", &alone.display().to_string()], 3);
    assert!(said.contains("name a directory that holds a `bank.toml`"), "{said}");
}

#[test]
fn a_new_bank_overwrites_nothing() {
    let (_room, bank) = new_bank();
    change(&bank, "bank.toml", "edition = \"1\"", "edition = \"mine\"");
    let refused = check(&["bank", "new", &bank], 1);
    assert!(refused.contains("has files already"), "{refused}");
    let said = check(&["bank", "new", &bank, "--force"], 0);
    assert!(said.contains("The earlier `bank.toml` is kept as `bank.toml.bak`."), "{said}");
    let kept = std::fs::read_to_string(Path::new(&bank).join("bank.toml.bak")).expect("the earlier file");
    assert!(kept.contains("edition = \"mine\""));
    // A second time there is nowhere left to keep it, and so nothing changes.
    let before = std::fs::read_dir(&bank).expect("the bank").count();
    let refused = check(&["bank", "new", &bank, "--force"], 1);
    assert!(refused.contains("was left as it was"), "{refused}");
    assert_eq!(std::fs::read_dir(&bank).expect("the bank").count(), before);
    check(&["bank", "check", &bank], 0);
}

#[test]
fn a_title_with_quotes_and_braces_comes_out_as_it_was_typed() {
    let room = tempfile::tempdir().expect("a directory");
    let bank = room.path().join("b").display().to_string();
    check(&["bank", "new", &bank, "--title", "A \"b\" \\ {id} {title}\u{1b}"], 0);
    let shown = check(&["bank", "check", &bank], 0);
    assert!(shown.contains("\nA \"b\" \\ {id} {title}<U+001B>: 15 items"), "{shown}");
    let refused = check(&["bank", "new", &format!("{bank}2"), "--id", "Not Kebab"], 1);
    assert!(refused.contains("write `not-kebab`"), "{refused}");
    assert!(!Path::new(&format!("{bank}2")).exists());
}

#[test]
fn an_audit_says_which_signals_a_short_form_cannot_check() {
    let page = |bank: &str| check(&["bank", "audit", bank, "--sheets", "100"], 0);
    let short = page(&repository("tests/data/exports/bank").display().to_string());
    for line in [
        "  Consistency cannot be checked in the full and the quick form.",
        "  The longest run cannot be checked in the quick form.",
    ] {
        assert!(short.contains(line), "{short}");
    }
    let long = page(&repository("examples/ipip50").display().to_string());
    assert!(!long.contains("cannot be checked"), "{long}");
}

#[test]
fn an_audit_with_one_seed_prints_the_same_bytes() {
    let (_room, bank) = new_bank();
    let args = ["bank", "audit", &bank, "--seed", "3", "--sheets", "150"];
    let [first, second] = [coofit(&args), coofit(&args)];
    assert_eq!(first.status.code(), Some(0));
    assert!(!first.stdout.is_empty() && first.stdout == second.stdout);
    assert!(first.stderr.is_empty());
    let json = check(&[&args[..], &["--format", "json"]].concat(), 0);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!([&json["simulated"], &json["sheets"]], [&Value::from(true), &Value::from(150)]);
    check(&["bank", "audit", &bank, "--loading", "2"], 2);
}
