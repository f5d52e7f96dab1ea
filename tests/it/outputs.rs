//! Where outputs may go: never over an input, never two to one place, all of them or none.

use std::fs;
use std::path::Path;

use expect_test::expect;

#[cfg(unix)]
use crate::program::PROGRAM;
use crate::program::{Home, mini_answers, mini_file, test_bank};
use crate::support::times;

/// A home with every kind of input: an answers file, a group's file, a bank, a saved result and parts.
fn home() -> Home {
    let home = Home::new();
    for folder in ["", "roles"] {
        fs::create_dir_all(home.path("bank").join(folder)).expect("a directory");
        for entry in fs::read_dir(test_bank("mini").join(folder)).expect("the bank") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                fs::copy(&path, home.path("bank").join(folder).join(path.file_name().expect("a name")))
                    .expect("copied");
            }
        }
    }
    home.finish_mini();
    home.write("s.json", mini_file(&mini_answers()));
    home.write("in.csv", "id,leading-early-word,leading-credit\na,4,5\nb,2,1\n");
    for part in ["a.part", "b.part"] {
        let row = if part == "a.part" { "a,4\n" } else { "b,2\n" };
        home.write("rows.csv", format!("id,leading-early-word\n{row}"));
        on_bank(&home, &["cohort", "rows.csv", "--part", part]).expect_code(0);
    }
    home
}

fn on_bank(home: &Home, args: &[&str]) -> crate::program::Run {
    home.run(["--bank", "bank"]).args(args)
}

/// The command is refused, whatever is said about old files, and changes nothing.
#[track_caller]
fn is_refused(home: &Home, args: &[&str]) {
    let before = home.everything();
    for force in [&["--force"][..], &[]].into_iter().take(times(2, 1)) {
        let ran = on_bank(home, args).args(force).expect_code(2);
        ran.expect_told("is the input; name another file");
    }
    assert!(home.everything() == before, "{args:?} changed a file");
}

#[test]
fn no_command_overwrites_its_input() {
    let home = home();
    let result = home.attempts().remove(0);
    let result = result.to_str().expect("a plain path");
    let any = ["bank/bank.toml", "bank/roles/lead.toml", result, "data/lock"];
    assert!(any.iter().all(|path| home.path(path).is_file()), "an input is not there");
    let mut commands: Vec<(Vec<&str>, &str)> = vec![
        (vec!["score", "s.json"], "s.json"),
        (vec!["report"], result),
        (vec!["report", "s.json"], "s.json"),
        (vec!["role"], "bank/roles/lead.toml"),
        (vec!["role", "--list"], "bank/roles/lead.toml"),
    ];
    for (command, own) in &mut commands {
        for input in any.iter().chain([&*own]) {
            is_refused(&home, &[command, &["-o", input][..]].concat());
        }
    }
    for option in ["-o", "--rejects", "--summary", "--report", "--part"] {
        for input in any.iter().chain(&["in.csv"]) {
            is_refused(&home, &["cohort", "in.csv", option, input]);
        }
    }
    for option in ["--summary", "--report", "--part"] {
        for input in any.iter().chain(&["a.part", "b.part"]) {
            is_refused(&home, &["cohort", option, input, "--merge", "a.part", "b.part"]);
        }
    }
    let before = home.everything();
    let new = on_bank(&home, &["bank", "new", "./bank", "--force"]).expect_code(2);
    new.expect_stderr(&expect![[r#"
        error: `./bank` is the input; name another directory
    "#]]);
    assert!(home.everything() == before);
}

// Needs links.
#[cfg(unix)]
#[test]
fn an_input_is_known_by_any_of_its_names() {
    let home = home();
    std::os::unix::fs::symlink("s.json", home.path("link.json")).expect("a link");
    std::os::unix::fs::symlink("bank", home.path("linked")).expect("a link");
    fs::hard_link(home.path("s.json"), home.path("hard.json")).expect("a hard link");
    let whole = home.path("s.json");
    let whole = whole.to_str().expect("a plain path");
    for spelling in ["./s.json", "bank/../s.json", "link.json", "hard.json", "linked/../s.json", whole] {
        is_refused(&home, &["score", "s.json", "-o", spelling]);
        is_refused(&home, &["score", spelling, "-o", "s.json"]);
    }
    let through = |script: &str| home.through("sh", ["-c", &script.replace("coofit", PROGRAM)]);
    let before = home.everything();
    let mut told = String::new();
    for script in [
        "coofit --bank bank score - -o s.json --force < s.json",
        "coofit --bank bank score s.json >> s.json",
        "coofit --bank bank cohort in.csv >> in.csv",
    ] {
        told += &through(script).expect_code(2).stderr;
    }
    expect![[r#"
        error: `s.json` is the input; name another file
        error: standard output is the input; name another file
        error: standard output is the input; name another file
    "#]]
    .assert_eq(&told);
    assert!(home.everything() == before, "a file changed");
}

#[test]
fn no_output_goes_among_saved_results() {
    let home = home();
    let place = home.data().join("attempts/new.json");
    let score = on_bank(&home, &["score", "s.json", "-o"]).arg(&place).expect_code(2);
    score.expect_stderr(&expect![[r#"
        error: `HOME/data/attempts/new.json` is in the directory of saved results; name another place
    "#]]);
    assert!(!place.exists());
}

// Needs links.
#[cfg(unix)]
#[test]
fn two_outputs_to_one_place_are_refused_in_any_spelling() {
    let home = home();
    fs::hard_link(home.write("old.csv", "old"), home.path("other.csv")).expect("a hard link");
    std::os::unix::fs::symlink("bank", home.path("linked")).expect("a link");
    let before = home.everything();
    let mut told = String::new();
    for [first, second] in [
        ["new.csv", "./new.csv"],
        ["new.csv", "bank/../new.csv"],
        ["bank/new.csv", "linked/new.csv"],
        ["old.csv", "other.csv"],
        ["-", "/dev/stdout"],
    ] {
        let args = ["cohort", "in.csv", "-o", first, "--summary", second, "--force"];
        let scored = on_bank(&home, &args).expect_code(2).stderr;
        let args = ["cohort", "--report", first, "--part", second, "--force", "--merge", "a.part"];
        assert_eq!(on_bank(&home, &args).expect_code(2).stderr, scored);
        told += &scored;
    }
    expect![[r#"
        error: `./new.csv` is named for two outputs; name another file for one of them
        error: `bank/../new.csv` is named for two outputs; name another file for one of
        them
        error: `linked/new.csv` is named for two outputs; name another file for one of
        them
        error: `other.csv` is named for two outputs; name another file for one of them
        error: standard output is named for two outputs; name another file for one of
        them
    "#]]
    .assert_eq(&told);
    // The scores go to standard output where no file is named for them.
    let cohort = on_bank(&home, &["cohort", "in.csv", "--summary", "-"]).expect_code(2);
    cohort.expect_stderr(&expect![[r#"
        error: standard output is named for two outputs; name another file for one of
        them
    "#]]);
    assert!(home.everything() == before, "a file was left");
}

// Needs /dev.
#[cfg(unix)]
#[test]
fn a_dash_and_a_device_take_an_output() {
    let home = home();
    let printed = on_bank(&home, &["cohort", "in.csv"]).expect_code(0).stdout;
    let summary =
        on_bank(&home, &["cohort", "in.csv", "-o", "o.csv", "--summary", "-"]).expect_code(0).stdout;
    assert!(summary.starts_with("{\n"), "{summary}");
    assert_eq!(fs::read_to_string(home.path("o.csv")).expect("the scores"), printed);
    for place in ["-", "/dev/stdout", "/dev/fd/1"] {
        let ran = on_bank(&home, &["cohort", "in.csv", "-o", place, "--summary", "/dev/null"]).expect_code(0);
        assert_eq!(ran.stdout, printed, "{place}");
    }
    let run = |script: &str| {
        home.through("sh", ["-c", &script.replace("coofit", PROGRAM)]).expect_code(0);
    };
    run("coofit --bank bank cohort in.csv -o /dev/stdout > d.csv");
    run("coofit --bank bank cohort in.csv -o /dev/fd/3 3> e.csv");
    for name in ["d.csv", "e.csv"] {
        assert_eq!(fs::read_to_string(home.path(name)).expect("the scores"), printed, "{name}");
    }
    on_bank(&home, &["score", "s.json", "-o", "/dev/null"]).expect_code(0);
    assert!(!home.path("-").exists(), "a file was made of the dash");
}

// Needs a limit on the size of files.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_is_named_and_leaves_no_output() {
    let home = home();
    let row = "a,4,5\n".repeat(2000);
    home.write("in.csv", format!("id,leading-early-word,leading-credit\n{row}"));
    home.write("bad.csv", format!("id,leading-early-word,leading-credit\n{}", row.replace(",5", "")));
    let limited = |script: &str, file: &str| {
        let before = home.everything();
        let script = format!("ulimit -f 16; exec {PROGRAM} --bank bank {script}");
        home.through("sh", ["-c", &script])
            .expect_code(1)
            .expect_told(&format!("`{file}` could not be written: File too large (os error 27)\n"));
        assert!(home.everything() == before, "{script} left something behind");
    };
    limited("cohort in.csv -o o.csv --summary s.out", "o.csv");
    limited("cohort bad.csv -o o.csv --rejects j.csv", "j.csv");
    limited("score s.json --format html -o r.html", "r.html");
    let before = home.everything();
    for args in [
        &["cohort", "in.csv", "-o", "o.csv", "--report", "/dev/full"][..],
        &["cohort", "in.csv", "-o", "/dev/full", "--report", "r.html"],
        &["cohort", "--report", "r.html", "--part", "/dev/full", "--merge", "a.part"],
        &["score", "s.json", "-o", "/dev/full"],
    ] {
        on_bank(&home, args).expect_code(1).expect_told("`/dev/full` could not be written: No space left");
    }
    // A place that cannot be written is found before the rows are read.
    let endless = format!("cat in.csv /dev/zero | {PROGRAM} --bank bank cohort - -o no/such/place");
    let ran = home.through("sh", ["-c", &endless]).expect_code(1);
    ran.expect_told("`no/such/place` could not be written: No such file or directory (os error 2)\n");
    assert!(home.everything() == before, "something was left behind");
}

#[test]
fn the_manual_goes_over_earlier_pages_but_no_input() {
    let home = home();
    fs::create_dir(home.path("man")).expect("a directory");
    for _ in 0..2 {
        on_bank(&home, &["man", "man"]).expect_code(0);
    }
    assert!(Path::new(&home.path("man/coofit-bank-check.1")).is_file());
    let before = home.everything();
    on_bank(&home, &["man", "data/attempts"]).expect_code(2).expect_stderr(&expect![[r#"
        error: `data/attempts/coofit.1` is in the directory of saved results; name
        another place
    "#]]);
    assert!(home.everything() == before);
}
