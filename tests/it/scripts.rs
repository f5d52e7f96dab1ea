//! The scripts next to the example bank: a group in pieces gives the bytes of a single run.

use std::fs;
use std::io::{Write, stderr};

use expect_test::expect;

use crate::program::{Home, PROGRAM};
use crate::support::repository;

/// Whether a tool is there. If not, it says so, so that nobody takes a skipped test for one that passed.
fn has(tool: &str) -> bool {
    let found = Home::new().through("sh", ["-c", "command -v \"$0\"", tool]).ran();
    if !found.status.success() {
        // Past the capture of the test harness, which hides what a passing test prints.
        let _ = writeln!(stderr(), "LEFT OUT: {tool} is missing, so the script was not run");
    }
    found.status.success()
}

#[test]
fn several_processes_give_the_same_files_as_one() {
    if !["awk", "split", "xargs"].into_iter().all(has) {
        return;
    }
    let home = Home::new();
    let answers = repository("tests/data/cohort.csv");
    let whole = home.on("banks/plain", ["cohort"]).arg(&answers);
    whole.args(["-o", "scores.csv", "--summary", "summary.json", "--report", "group.html"]).expect_code(0);
    let pieces = home.through("sh", [repository("examples/cohort-xargs.sh"), answers]);
    let pieces = pieces.args(["pieces", "--bank"]).arg(repository("tests/data/banks/plain"));
    pieces.env("COOFIT", PROGRAM).env("PIECES", "3").expect_code(0);
    for file in ["scores.csv", "summary.json", "group.html"] {
        assert_eq!(home.read(&format!("pieces/{file}")), home.read(file), "{file}");
    }
    let left = fs::read_dir(home.path("pieces")).expect("a directory").count();
    assert_eq!(left, 3, "the pieces are taken away");
}

#[test]
fn a_script_without_its_tools_says_so_and_runs_nothing() {
    let home = Home::new();
    let script = home.copy("examples/cohort-xargs.sh");
    let run = home.through("sh", [&script, "answers.csv", "pieces"]).env("COOFIT", "no-such-program");
    run.expect_code(2).expect_stderr(&expect![[r#"
        cohort-xargs.sh: no-such-program is missing; nothing was run
    "#]]);
    assert_eq!(home.names(), [script]);
}

/// The whole of it wants Spark and Java; that it is Python and says how it is used is checked wherever there
/// is Python.
#[test]
fn the_spark_script_is_python_and_prints_its_usage() {
    if !has("python3") {
        return;
    }
    let (home, script) = (Home::new(), repository("examples/cohort-spark.py"));
    let compile = "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], 'exec')";
    home.through("python3", ["-c", compile]).arg(&script).expect_code(0);
    let help = home.through("python3", [&script]).arg("--help").ran();
    help.expect_stderr(&expect![[r#"
        Scores a group with Spark: coofit scores each partition, and the parts give the summary.

            python examples/cohort-spark.py answers.csv DIRECTORY [options of coofit cohort, such as --bank DIR]

        DIRECTORY must not exist yet, and every worker must see it. It gets scores/, summary.json and group.html.
        A row is a line, so no cell may have a line feed in it. COOFIT names the program, which every worker needs;
        MASTER is the master of Spark, local[2] unless given.

    "#]]);
}
