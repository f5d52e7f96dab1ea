//! What is kept on disk: nothing answered is lost, nothing unreadable is overwritten, and whatever
//! the disk refuses is said aloud.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use coofit::store;
use coofit::store::Unreadable;
use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, MINI_LINES, Ran, lines, mini_answers};
#[cfg(unix)]
use crate::program::{PROGRAM, test_bank};
use crate::support::{repository, times};

/// An attempt file with this body and the checksum that goes with it.
fn sealed(body: &Value) -> String {
    let body = body.to_string();
    let check = format!("{:08x}", crc32fast::hash(body.as_bytes()));
    format!("{{\"format\":\"coofit-attempt\",\"version\":1,\"check\":\"{check}\",\"body\":{body}}}\n")
}

/// A home with one paused attempt of three answers, its file, and the bytes.
#[track_caller]
fn paused() -> (Home, PathBuf, Vec<u8>) {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\n4\n2\nq\n").expect_code(130);
    let file = home.attempts().remove(0);
    let bytes = fs::read(&file).expect("the attempt");
    (home, file, bytes)
}

/// The answers on disk in a home's only attempt.
#[track_caller]
fn answers_on_disk(home: &Home) -> Value {
    home.attempt()["body"]["answers"].clone()
}

/// The answers that were printed because they could not be saved.
#[track_caller]
fn answers_printed(ran: &Ran) -> Value {
    let start = ran.stderr.find("\n{").expect("answers in JSON") + 1;
    let file: Value = serde_json::from_str(&ran.stderr[start..]).expect("JSON to the end");
    file["answers"].clone()
}

#[test]
fn an_attempt_is_json_with_a_checksum_over_its_body() {
    let (_home, _, bytes) = paused();
    let text = String::from_utf8(bytes).expect("text");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(file["format"], "coofit-attempt");
    assert_eq!(file["version"], 1);
    let (_, body) = text.split_once("\"body\":").expect("a body");
    let body = body.trim_end().strip_suffix('}').expect("the end of the envelope");
    assert_eq!(file["check"], format!("{:08x}", crc32fast::hash(body.as_bytes())));
    let body = &file["body"];
    assert_eq!(
        (&body["bank"], &body["edition"], &body["form"]),
        (&json!("mini"), &json!("1"), &json!("full"))
    );
    let bank = crate::support::bank("tests/data/banks/mini");
    assert_eq!(body["hash"], bank.hash);
}

#[test]
fn an_attempt_has_one_answers_key_and_no_score() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input(lines(&MINI_LINES)).expect_code(0);
    let text = fs::read_to_string(&home.attempts()[0]).expect("the attempt");
    assert_eq!(text.matches("\"answers\":").count(), 1);
    assert!(!text.contains("score") && !text.contains("\"fit\""), "{text}");
    let seconds = home.attempt()["body"]["seconds"].clone();
    assert_eq!(seconds.as_object().expect("seconds").len(), 12);
    assert!(seconds.as_object().expect("seconds").values().all(|took| took.as_f64() >= Some(0.0)));
}

// Needs file modes.
#[cfg(unix)]
#[test]
fn saved_files_are_private_with_any_umask() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    for umask in ["000", "022", "077"] {
        let home = Home::new();
        let script =
            format!("umask {umask}; exec {PROGRAM} take --plain --bank {}", test_bank("mini").display());
        home.through("sh", ["-c", &script]).input("4\nq\n").expect_code(130);
        assert_eq!(mode(&home.data()), 0o700, "{umask}");
        assert_eq!(mode(&home.data().join("attempts")), 0o700, "{umask}");
        assert_eq!(mode(&home.data().join("lock")), 0o600, "{umask}");
        assert_eq!(mode(&home.attempts()[0]), 0o600, "{umask}");
    }
}

#[test]
fn every_answer_is_saved_before_the_next_question() {
    let home = Home::new();
    let mut talk = home.mini(["take", "--plain"]).talk();
    for (index, line) in MINI_LINES[..11].iter().enumerate() {
        talk.say(line);
        talk.until(&format!("Question {} of 12", index + 2));
        let answers = answers_on_disk(&home);
        assert_eq!(answers.as_object().expect("answers").len(), index + 1);
        for (id, answer) in answers.as_object().expect("answers") {
            assert_eq!(*answer, mini_answers()[id], "{id}");
        }
    }
    talk.say(MINI_LINES[11]);
    let (code, stdout, _) = talk.end();
    assert_eq!(code, Some(0));
    assert!(stdout.contains("91 of 100"), "{stdout}");
}

#[test]
fn a_kill_at_any_question_loses_no_saved_answer() {
    for k in 1..MINI_LINES.len() {
        let home = Home::new();
        let mut talk = home.mini(["take", "--plain"]).talk();
        for line in &MINI_LINES[..k] {
            talk.say(line);
        }
        talk.until(&format!("Question {} of 12", k + 1));
        talk.kill();
        let rest = lines(&MINI_LINES[k..]);
        let ran = home.mini(["take", "--plain"]).input(rest).expect_code(0);
        drop(ran.expect_told(&format!("Resume at question {} of 12", k + 1)));
        assert_eq!(answers_on_disk(&home), mini_answers(), "killed at question {}", k + 1);
    }
}

#[test]
fn a_kill_at_no_moment_leaves_an_unreadable_file() {
    let home = Home::new();
    for round in 0..times(40, 10) {
        let mut talk = home.mini(["take", "--plain", "--fresh"]).talk();
        // All answers are there to be read, so the kill meets the program at work on the next ones.
        for line in &MINI_LINES[..11] {
            talk.say(line);
        }
        talk.until(&format!("Question {} of 12", 2 + round % 10));
        talk.kill();
        // A temporary file may be left, in any state; the attempts themselves are whole.
        let is_attempt = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "json");
        let files = home.attempts().into_iter().filter(is_attempt);
        let given: Vec<usize> =
            files.map(|file| store::read(&file).expect("a whole attempt").n_given()).collect();
        assert_eq!(given.len(), round + 1);
        let acknowledged: usize = (0..=round).map(|round| 1 + round % 10).sum();
        assert!(given.iter().sum::<usize>() >= acknowledged, "{given:?} of {acknowledged}");
    }
    // The next start clears our own temporary files away, and nobody else's.
    fs::write(home.data().join("attempts/.coofit-left.tmp"), "half").expect("a file");
    fs::write(home.data().join("attempts/.mine.tmp"), "mine").expect("a file");
    home.mini(["take", "--plain", "--fresh"]).input("q\n").expect_code(130);
    let left: Vec<PathBuf> =
        home.attempts().into_iter().filter(|path| path.extension().is_some_and(|tmp| tmp == "tmp")).collect();
    assert_eq!(left, [home.data().join("attempts/.mine.tmp")]);
}

#[test]
fn a_quiz_killed_after_its_last_answer_finishes_next_time() {
    let (home, file, _) = paused();
    let text = fs::read_to_string(&file).expect("the attempt");
    let mut body: Value = serde_json::from_str::<Value>(&text).expect("JSON")["body"].clone();
    body["answers"] = mini_answers();
    fs::write(&file, sealed(&body)).expect("the attempt");
    let ran = home.mini(["take", "--plain"]).input("").expect_code(0);
    assert!(ran.stdout.contains("91 of 100"), "{}", ran.stdout);
    assert!(home.attempt()["body"]["finished"].is_i64());
}

/// What is in a file, or that it says that it cannot be read.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    store::decode(text).ok().map(|attempt| format!("{attempt:?}"))
}

#[test]
fn no_cut_and_no_flipped_bit_makes_another_attempt() {
    let (_home, _, bytes) = paused();
    let original = decoded(&bytes).expect("the attempt");
    let mut read = 0;
    for length in 0..bytes.len() {
        match decoded(&bytes[..length]) {
            None => {}
            Some(attempt) => {
                assert_eq!(attempt, original, "cut to {length}");
                read += 1;
            }
        }
    }
    assert_eq!(read, 1, "only the last line feed may be missing");
    let mut harmless = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            if let Some(attempt) = decoded(&flipped) {
                assert_eq!(attempt, original, "bit {bit} of byte {at}");
                harmless += 1;
            }
        }
    }
    assert!(harmless < 20, "{harmless} of {} flips went unnoticed", bytes.len() * 8);
}

#[test]
fn a_changed_answer_is_damage_unless_the_checksum_fits_it() {
    let (_home, _, bytes) = paused();
    let text = String::from_utf8(bytes).expect("text");
    let changed = text.replace("\"leading-credit\":4", "\"leading-credit\":5");
    assert_ne!(changed, text);
    let error = store::decode(&changed).expect_err("damage");
    expect!["its contents do not match its checksum"].assert_eq(&error.to_string());
    // The same change under its own checksum is another attempt: the check does the work.
    let mut body: Value = serde_json::from_str::<Value>(&text).expect("JSON")["body"].clone();
    body["answers"]["leading-credit"] = json!(5);
    let attempt = store::decode(&sealed(&body)).expect("an attempt");
    assert_eq!(attempt.n_given(), 3);
}

#[test]
fn a_key_given_twice_is_damage() {
    let (_home, _, bytes) = paused();
    let text = String::from_utf8(bytes).expect("text");
    for (key, twice) in [
        ("\"version\":1,", "\"version\":1,\"version\":1,"),
        ("\"check\":", "\"check\":\"00000000\",\"check\":"),
        ("\"body\":", "\"body\":{},\"body\":"),
    ] {
        let changed = text.replacen(key, twice, 1);
        assert_ne!(changed, text);
        assert!(matches!(store::decode(&changed), Err(Unreadable::Damaged(_))), "{key}");
    }
}

#[test]
fn damaged_files_are_named_and_set_aside_unchanged() {
    let (whole, _, bytes) = paused();
    drop(whole);
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    let told = [
        ("cut", bytes[..bytes.len() / 2].to_vec()),
        ("flipped", flipped),
        ("empty", Vec::new()),
        ("zeros", vec![0; bytes.len()]),
        ("junk", (0..20_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()),
        ("large", vec![b'x'; 10 << 20]),
        ("other", b"{\"format\":\"shopping-list\",\"version\":1}".to_vec()),
    ]
    .map(|(what, damage)| {
        let home = Home::new();
        home.finish_mini();
        let good = home.attempts().remove(0);
        let good_bytes = fs::read(&good).expect("the good attempt");
        let bad = home.data().join("attempts/2001-01-01.json");
        fs::write(&bad, &damage).expect("a file");
        // Looking names it and leaves it where it is; the others still open.
        let history = home.mini(["history"]).expect_code(0).told();
        assert_eq!(home.mini(["report"]).expect_code(0).told(), history);
        let report = home.mini(["report", "2001-01-01"]).expect_code(3).expect_harmless().first_line();
        assert_eq!(fs::read(&bad).expect("the damaged file"), damage, "{what}");
        // The quiz sets it aside, names it, and goes on with a new attempt.
        let ran = home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130).expect_harmless();
        let take = ran.opening().expect_told("It was set aside as 2001-01-01.json.damaged-1.").told();
        assert!(take.starts_with(history.trim_end()) && take.contains("Question 1 of 12"), "{what}: {take}");
        let aside = home.data().join("attempts/2001-01-01.json.damaged-1");
        assert_eq!(fs::read(&aside).expect("what was set aside"), damage, "{what}");
        assert_eq!(fs::read(&good).expect("the good attempt"), good_bytes, "{what}");
        assert!(!bad.exists() && home.attempts().len() == 3, "{what}: {:?}", home.attempts());
        history + &report
    });
    expect![[r#"
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is damaged (cut short or garbled)
        error: the result cannot be read: it is damaged (cut short or garbled)
        warning: HOME/data/attempts/2001-01-01.json cannot be read: its contents do not match its checksum
        error: the result cannot be read: its contents do not match its checksum
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is empty
        error: the result cannot be read: it is empty
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is not a file that coofit wrote
        error: the result cannot be read: it is not a file that coofit wrote
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is not text
        error: the result cannot be read: it is not text
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it has 10485760 bytes; coofit reads up to 4194304
        error: the result cannot be read: it has 10485760 bytes; coofit reads up to 4194304
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is another kind of file
        error: the result cannot be read: it is another kind of file
    "#]].assert_eq(&told.concat());
}

#[test]
fn setting_aside_never_overwrites_what_was_set_aside_before() {
    let home = Home::new();
    let directory = home.data().join("attempts");
    fs::create_dir_all(&directory).expect("a directory");
    let told = [1, 2, 3].map(|n| {
        fs::write(directory.join("2001-01-01.json"), format!("damage {n}")).expect("a file");
        let ran = home.mini(["take", "--plain"]).input("q\n").expect_code(130);
        ran.opening().told()
    });
    expect![[r#"
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is not a file that coofit wrote. It was set aside as 2001-01-01.json.damaged-1. At work. How you lead and plan a shift. Question 1 of 12. In the last 12 months: I told people early when their work
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is not a file that coofit wrote. It was set aside as 2001-01-01.json.damaged-2. At work. How you lead and plan a shift. Question 1 of 12. In the last 12 months: I told people early when their work
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is not a file that coofit wrote. It was set aside as 2001-01-01.json.damaged-3. At work. How you lead and plan a shift. Question 1 of 12. In the last 12 months: I told people early when their work
    "#]].assert_eq(&told.concat());
    for n in 1..=3 {
        let aside = directory.join(format!("2001-01-01.json.damaged-{n}"));
        assert_eq!(fs::read_to_string(aside).expect("it is there"), format!("damage {n}"));
    }
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let (home, file, bytes) = paused();
    let newer = String::from_utf8(bytes).expect("text").replace("\"version\":1", "\"version\":2");
    fs::write(&file, &newer).expect("the attempt");
    home.mini(["history"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD.json cannot be read: it was written by a newer coofit (version 2; this one reads 1)
    "#]]);
    let ran = home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    ran.opening().expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/YYYY-MM-DD.json is left alone: it was written by a newer coofit (version 2; this one reads 1)

        At work. How you lead and plan a shift.
        Question 1 of 12. In the last 12 months: I told people early when their work
    "#]]);
    assert_eq!(fs::read_to_string(&file).expect("the newer file"), newer);
    assert_eq!(home.attempts().len(), 2);
}

// Needs links and pipes.
#[cfg(unix)]
#[test]
fn only_regular_files_are_opened() {
    let home = Home::new();
    home.finish_mini();
    let directory = home.data().join("attempts");
    let outside = home.write("outside.json", fs::read(&home.attempts()[0]).expect("the attempt"));
    fs::create_dir(directory.join("2001-01-01.json")).expect("a directory");
    std::os::unix::fs::symlink("2001-01-02.json", directory.join("2001-01-02.json")).expect("a loop");
    std::os::unix::fs::symlink(&outside, directory.join("2001-01-03.json")).expect("a link");
    home.through("mkfifo", [directory.join("2001-01-04.json")]).expect_code(0);
    let ran = home.mini(["history"]).expect_code(0).expect_stderr(&expect![[r#"
        warning: HOME/data/attempts/2001-01-01.json cannot be read: it is not a regular file but a directory
        warning: HOME/data/attempts/2001-01-02.json cannot be read: it is not a regular file but a link
        warning: HOME/data/attempts/2001-01-03.json cannot be read: it is not a regular file but a link
        warning: HOME/data/attempts/2001-01-04.json cannot be read: it is not a regular file but a pipe
    "#]]);
    assert_eq!(ran.stdout.lines().count(), 4, "the good attempt still opens: {}", ran.stdout);
    let before = fs::read(&outside).expect("the file outside");
    home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    for name in ["2001-01-01", "2001-01-02", "2001-01-03", "2001-01-04"] {
        let aside = directory.join(format!("{name}.json.damaged-1"));
        assert!(fs::symlink_metadata(&aside).is_ok(), "{name} was not set aside");
    }
    assert_eq!(fs::read(&outside).expect("the file outside"), before);
}

#[test]
fn damage_during_the_quiz_is_set_aside_and_loses_nothing() {
    let home = Home::new();
    let mut talk = home.mini(["take", "--plain"]).talk();
    talk.say("4");
    talk.until("Question 2 of 12");
    let file = home.attempts().remove(0);
    fs::write(&file, "spoilt").expect("the file");
    talk.say("5");
    talk.until("Question 3 of 12");
    let (code, ..) = talk.end();
    assert_eq!(code, Some(130));
    let mut aside = file.clone().into_os_string();
    aside.push(".damaged-1");
    assert_eq!(fs::read_to_string(PathBuf::from(aside)).expect("set aside"), "spoilt");
    let attempt = store::read(&file).expect("the attempt");
    assert_eq!(attempt.n_given(), 2);
}

#[test]
fn an_id_in_a_file_cannot_lead_outside_the_directory() {
    let (home, file, bytes) = paused();
    let text = String::from_utf8(bytes).expect("text");
    let mut body: Value = serde_json::from_str::<Value>(&text).expect("JSON")["body"].clone();
    fs::remove_file(&file).expect("the file");
    let canary = home.write("canary.json", "untouched");
    let stray = home.data().join("attempts/2001-01-01.json");
    let mut told = String::new();
    for id in ["../../canary", "../escaped", "/tmp/coofit-escaped", "", ".", "a/b", "\u{1b}[2J"] {
        body["id"] = json!(id);
        let copy = sealed(&body);
        fs::write(&stray, &copy).expect("a file");
        let listed = home.mini(["history"]).expect_code(0).expect_harmless();
        assert_eq!(listed.stdout, "", "{id}");
        told += &listed.told();
        let ran = home.mini(["take", "--plain"]).input("q\n").expect_code(130).expect_harmless();
        assert!(ran.stderr.contains("Question 1 of 12"), "{id}: {}", ran.stderr);
        assert_eq!(home.attempts(), [stray.as_path()], "{id}");
        assert_eq!(fs::read_to_string(&stray).expect("the copy"), copy, "{id}");
    }
    expect![[r#"
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, `../../canary`, is not one that coofit gives; move the file elsewhere or delete it
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, `../escaped`, is not one that coofit gives; move the file elsewhere or delete it
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, `/tmp/coofit-escaped`, is not one that coofit gives; move the file elsewhere or delete it
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, ``, is not one that coofit gives; move the file elsewhere or delete it
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, `.`, is not one that coofit gives; move the file elsewhere or delete it
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, `a/b`, is not one that coofit gives; move the file elsewhere or delete it
        warning: HOME/data/attempts/2001-01-01.json is left out: the id in it, `<U+001B>[2J`, is not one that coofit gives; move the file elsewhere or delete it
    "#]].assert_eq(&told);
    assert_eq!(fs::read_to_string(canary).expect("the canary"), "untouched");
    assert!(!home.data().join("escaped.json").exists() && !Path::new("/tmp/coofit-escaped.json").exists());
}

#[test]
fn a_second_copy_is_refused_until_the_first_is_killed() {
    let home = Home::new();
    let mut first = home.mini(["take", "--plain"]).talk();
    first.say("4");
    first.until("Question 2 of 12");
    let before = home.everything();
    let ran = home.mini(["take", "--plain"]).input(lines(&MINI_LINES)).expect_code(1);
    let ran = ran.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: another coofit is at work in HOME/data/attempts; finish or close it first
    "#]]);
    let fresh = home.mini(["take", "--plain", "--fresh"]).input("4\n").expect_code(1);
    assert_eq!(fresh.stderr, ran.stderr);
    assert_eq!(home.everything(), before, "a refused copy wrote something");
    // Reading needs no lock.
    home.mini(["history"]).expect_code(0);
    first.kill();
    home.mini(["take", "--plain"]).input("").expect_code(130).opening().expect_stderr(&expect![[r#"
        You have a paused attempt of 1 answer. Resume at question 2 of 12 (full form).
        To start over, add `--fresh`.

        Question 2 of 12. In the last 12 months: I named the person whose idea it was.
    "#]]);
}

#[test]
fn copies_started_at_once_each_add_their_answer_or_stop() {
    let home = Home::new();
    let mut talks: Vec<_> = (0..8).map(|_| home.mini(["take", "--plain"]).talk()).collect();
    for talk in &mut talks {
        talk.say("4");
        talk.say("q");
    }
    // Each either answers and quits with 130, or is refused with 1; nothing else.
    let codes: Vec<_> = talks.into_iter().map(|talk| talk.end().0).collect();
    assert!(codes.iter().all(|code| [Some(130), Some(1)].contains(code)), "{codes:?}");
    let entered = codes.iter().filter(|code| **code == Some(130)).count();
    assert!(entered >= 1, "{codes:?}");
    let attempt = home.attempt();
    let given = attempt["body"]["answers"].as_object().expect("answers").len();
    // From the sixth question on, 4 is no answer.
    assert_eq!(given, entered.min(5), "each one that entered added its answer to the same attempt");
}

#[test]
fn only_one_of_many_copies_keeps_running() {
    let home = Home::new();
    let mut holder = home.mini(["take", "--plain"]).talk();
    holder.until("Question 1 of 12");
    let others: Vec<_> = (0..7).map(|_| home.mini(["take", "--plain"]).talk()).collect();
    for other in others {
        let (code, _, stderr) = other.end();
        assert_eq!(code, Some(1), "{stderr}");
        assert!(stderr.contains("another coofit is at work"), "{stderr}");
    }
    holder.say("4");
    holder.until("Question 2 of 12");
    assert_eq!(answers_on_disk(&home), json!({"leading-early-word": 4}));
}

/// The whole quiz where nothing can be saved: it goes on, names path and cause, prints the answers,
/// and ends with 1; the answers can be scored.
#[track_caller]
fn check_refused(home: &Home, ran: Ran, path: &str, cause: &str) -> Ran {
    assert_eq!(ran.status.code(), Some(1), "{}", ran.stderr);
    let ran = ran.expect_harmless();
    assert_eq!(ran.stderr.matches("\nQuestion ").count(), 12);
    assert!(ran.stdout.contains("91 of 100"), "no report: {}", ran.stdout);
    let first = ran.stderr.find("Question 1 of").expect("the first question");
    let told = ran.stderr[..first].split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Not saved") && told.contains(cause), "not told at once: {told}");
    let ran = ran.expect_told(cause);
    assert!(ran.stderr.contains(path), "{path} is not in {}", ran.stderr);
    assert_eq!(answers_printed(&ran), mini_answers());
    let start = ran.stderr.find("\n{").expect("answers in JSON") + 1;
    let scored = home.mini(["score", "-"]).input(&ran.stderr[start..]).expect_code(0);
    assert!(scored.stdout.contains("91 of 100"), "{}", scored.stdout);
    ran
}

#[track_caller]
fn take_in(home: &Home, data: &str) -> Ran {
    home.mini(["take", "--plain", "--data-dir", data]).input(lines(&MINI_LINES)).ran()
}

#[test]
fn a_data_directory_that_is_a_file_loses_no_answer() {
    let home = Home::new();
    let file = home.write("taken", "mine");
    let data = file.to_str().expect("UTF-8");
    check_refused(&home, take_in(&home, data), "taken", "os error");
    assert_eq!(fs::read_to_string(&file).expect("the file"), "mine");
    check_refused(&home, take_in(&home, &format!("{data}/below")), "below", "os error");
}

// Needs /dev and /proc.
#[cfg(target_os = "linux")]
#[test]
fn a_data_directory_that_cannot_be_made_loses_no_answer() {
    let home = Home::new();
    check_refused(&home, take_in(&home, "/dev/null/coofit"), "/dev/null/coofit", "Not a directory");
    check_refused(&home, take_in(&home, "/proc/coofit"), "/proc/coofit", "os error");
}

// Not everybody may make links on Windows.
#[cfg(unix)]
#[test]
fn a_data_directory_behind_a_broken_link_loses_no_answer() {
    let home = Home::new();
    std::os::unix::fs::symlink("loop", home.path("loop")).expect("a link");
    check_refused(&home, take_in(&home, "loop"), "loop", "os error");
    std::os::unix::fs::symlink("nowhere", home.path("dangling")).expect("a link");
    check_refused(&home, take_in(&home, "dangling"), "dangling", "os error");
    assert!(!home.path("nowhere").exists());
    fs::create_dir(home.path("real")).expect("a directory");
    std::os::unix::fs::symlink("real", home.path("good")).expect("a link");
    assert_eq!(take_in(&home, "good").status.code(), Some(0));
    assert!(home.path("real/attempts").is_dir());
}

#[test]
fn a_file_in_place_of_the_attempts_loses_no_answer() {
    let home = Home::new();
    fs::create_dir(home.data()).expect("a directory");
    home.write("data/attempts", "mine");
    check_refused(
        &home,
        take_in(&home, "data"),
        "attempts",
        "not a directory; a part of this path is a file",
    );
    assert_eq!(fs::read_to_string(home.path("data/attempts")).expect("the file"), "mine");
    home.mini(["history"]).expect_code(1).expect_told("a part of this path is a file: move it away");
}

// Needs pipes and links.
#[cfg(unix)]
#[test]
fn an_odd_lock_file_loses_no_answer_and_stops_nothing() {
    type Make = fn(&Home);
    let make: [(&str, Make); 3] = [
        ("directory", |home| fs::create_dir(home.path("data/lock")).expect("a directory")),
        ("pipe", |home| drop(home.through("mkfifo", ["data/lock"]).expect_code(0))),
        ("link", |home| std::os::unix::fs::symlink("../elsewhere", home.path("data/lock")).expect("a link")),
    ];
    let told = make.map(|(what, make)| {
        let home = Home::new();
        fs::create_dir(home.data()).expect("a directory");
        make(&home);
        let ran = check_refused(&home, take_in(&home, "data"), "lock", "it is not a regular file");
        assert!(!home.path("elsewhere").exists(), "{what}");
        let told = ran.ending("Not saved").told();
        told.split(" {").next().expect("what is said before the answers").to_owned() + "\n"
    });
    expect![[r#"
        Not saved: HOME/data/lock: it is not a regular file; move it away. Here are your answers. Copy them to a file, and `coofit score FILE` scores them.
        Not saved: HOME/data/lock: it is not a regular file; move it away. Here are your answers. Copy them to a file, and `coofit score FILE` scores them.
        Not saved: HOME/data/lock: it is not a regular file; move it away. Here are your answers. Copy them to a file, and `coofit score FILE` scores them.
    "#]].assert_eq(&told.concat());
}

/// Runs the quiz with no room for any byte in any file.
// Needs a limit on the size of files.
#[cfg(unix)]
#[track_caller]
fn take_without_room(home: &Home, input: &str) -> Ran {
    let bank = test_bank("mini");
    let script = format!("trap '' XFSZ; ulimit -f 0; exec {PROGRAM} take --plain --bank {}", bank.display());
    home.through("sh", ["-c", &script]).input(input).ran()
}

#[cfg(unix)]
#[test]
fn a_full_disk_keeps_the_old_file_and_prints_answers() {
    let (home, file, bytes) = paused();
    let ran = take_without_room(&home, &lines(&MINI_LINES[3..]));
    assert_eq!(ran.status.code(), Some(1), "{}", ran.stderr);
    let ran = ran.expect_told("Not saved:").expect_told("File too large");
    assert!(ran.stderr.contains(file.to_str().expect("UTF-8")), "{}", ran.stderr);
    assert_eq!(answers_printed(&ran), mini_answers());
    assert!(ran.stdout.contains("91 of 100"), "{}", ran.stdout);
    assert_eq!(fs::read(&file).expect("the old file"), bytes);
    assert_eq!(home.attempts(), [file], "a temporary file was left behind");
    // With room again, the quiz goes on where the disk was last good.
    home.mini(["take", "--plain"]).input(lines(&MINI_LINES[3..])).expect_code(0);
    assert_eq!(answers_on_disk(&home), mini_answers());
}

#[cfg(unix)]
#[test]
fn leaving_with_unsaved_answers_prints_them_and_is_a_failure() {
    let home = Home::new();
    let ran = take_without_room(&home, "4\ns\n4\nq\n");
    assert_eq!(ran.status.code(), Some(1), "{}", ran.stderr);
    let expect = json!({"leading-early-word": 4, "leading-credit": null, "leading-own-hands": 4});
    assert_eq!(answers_printed(&ran), expect);
    assert_eq!(home.attempts(), Vec::<PathBuf>::new());
}

#[test]
fn once_the_disk_takes_it_again_everything_is_saved() {
    let home = Home::new();
    fs::create_dir(home.data()).expect("a directory");
    let blocker = home.write("data/attempts", "in the way");
    let mut talk = home.mini(["take", "--plain"]).talk();
    talk.until("Not saved");
    talk.say("4");
    talk.until("Not saved");
    talk.say("4");
    talk.until("Question 3 of 12");
    fs::remove_file(blocker).expect("the file");
    for line in &MINI_LINES[2..] {
        talk.say(line);
    }
    let (code, _, stderr) = talk.end();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("Here are your answers"), "{stderr}");
    assert_eq!(answers_on_disk(&home), mini_answers());
}

#[test]
fn data_goes_by_flag_then_environment_then_xdg_then_home() {
    let home = Home::new();
    let take = || home.mini(["take", "--plain"]).input("4\nq\n");
    let is_there = |name: &str| home.path(name).join("attempts").is_dir();
    take().args(["--data-dir", "flagged"]).expect_code(130);
    assert!(is_there("flagged") && !is_there("data"));
    take().expect_code(130);
    assert!(is_there("data") && !is_there("xdg/coofit"));
    take().without("COOFIT_DATA_DIR").expect_code(130);
    assert!(is_there("xdg/coofit") && !is_there(".local/share/coofit"));
    take().without("COOFIT_DATA_DIR").without("XDG_DATA_HOME").expect_code(130);
    let place = match std::env::consts::OS {
        "windows" => "local/coofit",
        "macos" => "Library/Application Support/coofit",
        _ => ".local/share/coofit",
    };
    assert!(is_there(place));
}

#[test]
fn a_relative_data_directory_is_made_in_the_current_directory() {
    for data in ["new", "new/newer", "./other", "absent/../beside"] {
        let home = Home::new();
        home.mini(["take", "--plain", "--data-dir", data]).input("4\nq\n").expect_code(130);
        let attempts = fs::read_dir(home.path(data).join("attempts")).expect("a directory of attempts");
        assert_eq!(attempts.count(), 1, "{data}");
    }
}

// The home of other systems is elsewhere.
#[cfg(unix)]
#[test]
fn a_relative_or_empty_xdg_directory_is_ignored() {
    for xdg in ["", "relative", "./here", "../up"] {
        let home = Home::new();
        let take = home.mini(["take", "--plain"]).without("COOFIT_DATA_DIR").env("XDG_DATA_HOME", xdg);
        take.input("4\nq\n").expect_code(130);
        assert!(home.path(".local/share/coofit/attempts").is_dir(), "{xdg:?}");
        assert!(!home.path("relative").exists() && !home.path("here").exists(), "{xdg:?}");
    }
}

// Windows knows the home without the environment.
#[cfg(unix)]
#[test]
fn without_a_home_it_writes_nothing_and_names_data_dir() {
    let mut told = Vec::new();
    for set in [None, Some(""), Some("relative")] {
        let home = Home::new();
        for args in [&["history"][..], &["report"], &["take", "--plain"]] {
            let run = home.mini(args).without("COOFIT_DATA_DIR").without("XDG_DATA_HOME").without("HOME");
            let run = set.into_iter().fold(run, |run, set| run.env("HOME", set));
            told.push(run.input("4\nq\n").expect_code(1).expect_plain().stderr);
        }
        assert_eq!(home.everything(), [], "{set:?}");
        // With a place named, and for what needs no place, all is well.
        home.mini(["history", "--data-dir", "here"]).without("HOME").expect_code(0);
        home.mini(["role"])
            .without("COOFIT_DATA_DIR")
            .without("XDG_DATA_HOME")
            .without("HOME")
            .expect_code(0);
    }
    expect![[r#"
        error: there is no home directory; name a place for your answers with
        `--data-dir DIR`
    "#]]
    .assert_eq(&told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[test]
fn a_finished_attempt_is_never_written_again() {
    let home = Home::new();
    home.finish_mini();
    let file = home.attempts().remove(0);
    let state = || -> (Vec<u8>, SystemTime) {
        let modified = fs::metadata(&file).and_then(|metadata| metadata.modified()).expect("a time");
        (fs::read(&file).expect("the attempt"), modified)
    };
    let before = state();
    for args in [&["history"][..], &["report"], &["report", "--format", "json"], &["role"]] {
        home.mini(args).expect_code(0);
        assert_eq!(state(), before, "{args:?}");
    }
    home.mini(["take", "--plain", "--fresh"]).input("1\nq\n").expect_code(130);
    assert_eq!(state(), before, "a new attempt was begun");
    home.mini(["take", "--plain"]).input("b\n1\n".to_owned() + &lines(&MINI_LINES[1..])).expect_code(0);
    assert_eq!(state(), before, "another attempt was finished");
    assert_eq!(home.attempts().len(), 2);
}

/// A result of the built-in bank in edition 2026.1, of which 23 answers no longer fit.
#[test]
fn scoring_a_result_of_edition_2026_1_leaves_it_unchanged() {
    let old = fs::read(repository("tests/data/editions/2026.1-finished.json")).expect("the result");
    let home = Home::new();
    let path = home.data().join("attempts/2026-11-26.json");
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(&path, &old).expect("a file");
    let ran = home.run(["report", "--format", "json"]).expect_code(0);
    assert_eq!(ran.json()["answered"], 73);
    ran.expect_told("(edition `2026.1` then").expect_told("Left out: 23 answers ");
    assert_eq!(fs::read(&path).expect("it is there"), old);
}

/// A quiz of the built-in bank, paused in edition 2026.1.
#[test]
fn a_2026_1_quiz_resumes_with_answers_that_still_fit() {
    let old = fs::read(repository("tests/data/editions/2026.1-paused.json")).expect("the quiz");
    let home = Home::new();
    let path = home.data().join("attempts/2026-11-26.json");
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(&path, &old).expect("a file");
    home.run(["take", "--plain"]).input("3\nq\n").expect_code(130).expect_told("Question 5 of 96");
    let answers = |bytes: &[u8]| -> serde_json::Map<String, Value> {
        let file: Value = serde_json::from_slice(bytes).expect("JSON");
        file["body"]["answers"].as_object().expect("answers").clone()
    };
    let (before, after) = (answers(&old), answers(&fs::read(&path).expect("it is there")));
    let kept = before.iter().filter(|(item, answer)| after.get(*item) == Some(answer)).count();
    assert_eq!((before.len(), kept, after.len()), (50, 37, 38));
}

#[test]
fn an_attempt_finished_by_somebody_else_meanwhile_is_not_overwritten() {
    let (home, file, bytes) = paused();
    let text = String::from_utf8(bytes).expect("text");
    let mut body: Value = serde_json::from_str::<Value>(&text).expect("JSON")["body"].clone();
    let mut talk = home.mini(["take", "--plain"]).talk();
    talk.until("Question 4 of 12");
    // A backup that brought the finished file back, say.
    body["answers"] = mini_answers();
    body["finished"] = json!(1_800_000_000);
    fs::write(&file, sealed(&body)).expect("the attempt");
    let before = fs::read(&file).expect("the attempt");
    talk.say("1");
    talk.until("attempt is never written again");
    let (code, _, stderr) = talk.end();
    assert_eq!(code, Some(1));
    assert!(stderr.contains("\"planning-week\": 1"), "{stderr}");
    assert_eq!(fs::read(&file).expect("the attempt"), before);
}

#[test]
fn attempts_of_one_day_get_different_names() {
    let home = Home::new();
    for _ in 0..12 {
        home.mini(["take", "--plain", "--fresh"]).input("4\nq\n").expect_code(130);
    }
    assert_eq!(home.attempts().len(), 12);
    let listed = home.mini(["history"]).expect_code(0).stdout;
    let names: Vec<&str> = listed.lines().skip(3).filter_map(|line| line.split_whitespace().next()).collect();
    let number = |name: &&str| name.split('-').nth(3).map_or(1, |number| number.parse().unwrap_or(0));
    assert_eq!(names.iter().map(number).collect::<Vec<u32>>(), (1..=12).collect::<Vec<u32>>(), "{listed}");
}

#[test]
fn forgetting_leaves_no_answers_even_after_a_kill() {
    let home = Home::new();
    let forget = |what: &str| home.mini(["forget", what, "--yes"]);
    home.finish_mini();
    let directory = home.data().join("attempts");
    // What a kill leaves behind holds answers, too.
    let copy = fs::read(&home.attempts()[0]).expect("the attempt");
    for round in ["--all", "by name"] {
        home.finish_mini();
        fs::write(directory.join(".coofit-left.tmp"), &copy).expect("a file");
        if round == "--all" {
            forget("--all").expect_code(0);
        } else {
            let names =
                home.attempts().into_iter().filter(|path| path.extension().is_some_and(|e| e == "json"));
            for name in names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())) {
                forget(&name).expect_code(0);
            }
        }
        let holds = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("leading-credit");
        let left = home.everything().into_iter().filter(|(_, bytes)| bytes.as_ref().is_some_and(holds));
        assert_eq!(left.map(|(path, _)| path).collect::<Vec<_>>(), Vec::<PathBuf>::new(), "{round}");
    }
}

#[test]
fn the_same_answers_give_the_same_bytes() {
    let home = Home::new();
    let file = home.write("answers.json", crate::program::mini_file(&mini_answers()));
    for format in ["text", "markdown", "html", "json"] {
        let score = || home.mini(["score", "--format", format]).arg(&file).expect_code(0).stdout;
        let first = score();
        // Each run has an order of its own wherever chance orders anything.
        for _ in 0..times(24, 4) {
            assert_eq!(score(), first);
        }
    }
}
