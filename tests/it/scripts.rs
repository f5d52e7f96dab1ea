//! The scripts beside the example bank: a group in pieces comes to the bytes of a single run.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::{fs, io};

use crate::support::repository;

const PROGRAM: &str = env!("CARGO_BIN_EXE_coofit");

/// Whether a tool is there; its lack is told, so that nobody takes a test that was left out for one that passed.
fn has(tool: &str) -> bool {
    let found = Command::new("sh").args(["-c", "command -v \"$0\"", tool]).output();
    let is_there = found.is_ok_and(|found| found.status.success());
    if !is_there {
        // Past the capture of the test harness, which hides what a passing test prints.
        let _ = writeln!(io::stderr(), "LEFT OUT: {tool} is missing, so the script was not run");
    }
    is_there
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn several_processes_give_the_same_files_as_one() {
    if !["sh", "awk", "split", "xargs"].into_iter().all(has) {
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    let bank = repository("tests/data/banks/plain");
    let answers = repository("tests/data/cohort.csv");
    let whole = Command::new(PROGRAM)
        .arg("cohort")
        .arg(&answers)
        .args(["-o", "scores.csv", "--summary", "summary.json", "--report", "group.html", "--bank"])
        .arg(&bank)
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    succeeds(&whole);
    let pieces = Command::new("sh")
        .arg(repository("examples/cohort-xargs.sh"))
        .arg(&answers)
        .args(["pieces", "--bank"])
        .arg(&bank)
        .current_dir(folder.path())
        .env("COOFIT", PROGRAM)
        .env("PIECES", "3")
        .output()
        .expect("a shell");
    succeeds(&pieces);
    let read = |path: &Path| fs::read_to_string(folder.path().join(path)).expect("a file");
    for file in ["scores.csv", "summary.json", "group.html"] {
        assert_eq!(read(&Path::new("pieces").join(file)), read(Path::new(file)), "{file}");
    }
    let left = fs::read_dir(folder.path().join("pieces")).expect("a directory").count();
    assert_eq!(left, 3, "the pieces are taken away");
}

#[test]
fn a_script_without_its_tools_says_so_and_runs_nothing() {
    if !has("sh") {
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    let run = |program: &str| {
        Command::new("sh")
            .arg(repository("examples/cohort-xargs.sh"))
            .args(["answers.csv", "pieces"])
            .current_dir(folder.path())
            .env("COOFIT", program)
            .output()
            .expect("a shell")
    };
    let output = run("no-such-program");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no-such-program is missing; nothing was run"), "{said}");
    assert!(!folder.path().join("pieces").exists());
}

/// The whole of it wants Spark and Java; that it is Python and says how it is used is checked wherever there
/// is Python.
#[test]
fn the_script_for_spark_is_python_and_says_how_it_is_used() {
    if !has("python3") {
        return;
    }
    let script = repository("examples/cohort-spark.py");
    let compiled = Command::new("python3")
        .args(["-c", "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], 'exec')"])
        .arg(&script)
        .output()
        .expect("Python");
    succeeds(&compiled);
    let help = Command::new("python3").arg(&script).arg("--help").output().expect("Python");
    let said = String::from_utf8_lossy(&help.stderr).into_owned();
    assert!(said.contains("python examples/cohort-spark.py answers.csv DIRECTORY"), "{said}");
}
