//! Damage to an attempt of four kilobytes, byte by byte; and the files of every released version.

use std::fs;

use coofit::bank::Form;
use coofit::bank::parse::built_in;
use coofit::session::Responses;
use coofit::store::{Attempt, Store, Unreadable, decode};

use crate::program::{Home, mini_answers};
use crate::support::{Chance, repository};

/// A paused attempt on the built-in bank, as its file holds it.
fn file_of_four_kilobytes() -> Vec<u8> {
    let bank = built_in();
    let mut responses = Responses::new(&bank, Form::Full);
    for index in bank.form_items(Form::Full) {
        responses.skip(index);
        responses.spend(index, 3.25);
    }
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::new(directory.path());
    let lock = store.lock().expect("nobody else is here");
    let mut attempt = Attempt::new(&bank, Form::Full, Some("coo"), None, 1_800_000_000);
    attempt.record(&bank, &responses, 1_800_000_300);
    store.save(&lock, &mut attempt, "2027-01-15").expect("saved");
    fs::read(store.directory().join("2027-01-15.json")).expect("the attempt")
}

/// What is in a file, or nothing when it is refused.
fn decoded(bytes: &[u8]) -> Option<String> {
    decode(std::str::from_utf8(bytes).ok()?).ok().map(|attempt| format!("{attempt:?}"))
}

/// Run with `cargo test --release --locked --test it -- --ignored --nocapture thirty_thousand`.
#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the long run is for")]
#[ignore = "heavy: `.ci/run` includes it"]
fn thirty_thousand_damaged_files_are_refused_or_unchanged() {
    let bytes = file_of_four_kilobytes();
    let original = decoded(&bytes).expect("the attempt");
    let (mut n, mut unchanged) = (0_u32, 0_u32);
    let mut check = |damaged: &[u8], what: &str| {
        n += 1;
        if let Some(attempt) = decoded(damaged) {
            assert_eq!(attempt, original, "{what} made another attempt");
            unchanged += 1;
        }
    };
    for length in 0..bytes.len() {
        check(&bytes[..length], "a cut");
        let mut zeros = bytes.clone();
        zeros[length..].fill(0);
        check(&zeros, "zeros at the end");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            check(&flipped, "a flipped bit");
        }
        let mut swapped = bytes.clone();
        swapped.swap(at, (at + 1) % bytes.len());
        check(&swapped, "two bytes changed round");
        check(&[&bytes[..at], &bytes[at + 1..]].concat(), "a byte left out");
        check(&[&bytes[..at], b"\0", &bytes[at..]].concat(), "a byte put in");
    }
    let mut chance = Chance(1);
    for _ in 0..2_000 {
        let (from, to) = (chance.under(bytes.len()), chance.under(bytes.len()));
        let mut block = bytes.clone();
        let len = 64.min(bytes.len() - from.max(to));
        block.copy_within(from..from + len, to);
        check(&block, "a block in the wrong place");
    }
    println!("{} bytes: {n} damaged files, {unchanged} read as they were, 0 as another attempt", bytes.len());
    assert!(n >= 30_000, "{n}");
    assert!(unchanged < n / 100, "{unchanged} of {n}");
}

/// The control: without the checksum, the same flips make other attempts.
#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn without_its_checksum_damage_would_go_unnoticed() {
    let text = String::from_utf8(file_of_four_kilobytes()).expect("text");
    let (_, body) = text.split_once("\"body\":").expect("a body");
    let body = body.trim_end().strip_suffix('}').expect("the end").as_bytes();
    let seal = |body: &str| {
        let check = crc32fast::hash(body.as_bytes());
        format!("{{\"format\":\"coofit-attempt\",\"version\":1,\"check\":\"{check:08x}\",\"body\":{body}}}")
    };
    let original = decoded(text.as_bytes());
    let mut unnoticed = 0;
    for at in 0..body.len() {
        let mut flipped = body.to_vec();
        flipped[at] ^= 1;
        let Ok(flipped) = String::from_utf8(flipped) else { continue };
        let read = decoded(seal(&flipped).as_bytes());
        unnoticed += usize::from(read.is_some() && read != original);
    }
    assert!(unnoticed > 500, "{unnoticed} of {}", body.len());
}

/// Files of released versions stay here for ever: `tests/data/attempts/VERSION-*.json`.
#[test]
fn attempts_of_every_released_version_are_read() {
    let directory = repository("tests/data/attempts");
    let mut n = 0;
    for file in fs::read_dir(&directory).expect("the files of released versions") {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("readable");
        let attempt =
            decode(std::str::from_utf8(&bytes).expect("text")).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((attempt.bank.as_str(), attempt.n_given()), ("mini", 12), "{name}");
        assert_eq!(attempt.finished.is_some(), name.contains("finished"), "{name}");
        // The program shows it, or goes on with it, and leaves a finished one as it is.
        let home = Home::new();
        fs::create_dir_all(home.data().join("attempts")).expect("a directory");
        let kept = home.data().join("attempts/2026-11-22.json");
        fs::write(&kept, &bytes).expect("a file");
        let ran = home.mini(["take", "--plain"]).input("q\n").ran();
        assert!(!ran.both().contains("cannot be read"), "{name}: {}", ran.both());
        home.mini(["report"]).expect_code(0);
        if attempt.finished.is_some() {
            assert_eq!(fs::read(&kept).expect("it is there"), bytes, "{name}");
        }
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&fs::read(&kept).expect("it is there"))
                .expect("JSON")["body"]["answers"],
            mini_answers(),
            "{name}"
        );
        n += 1;
    }
    assert!(n >= 2);
}

#[test]
fn a_file_of_a_newer_version_is_named_as_one() {
    let newer = r#"{"format":"coofit-attempt","version":7,"check":"?","anything":[]}"#;
    assert!(matches!(decode(newer), Err(Unreadable::Newer(7))));
}

#[test]
fn a_version_that_never_was_is_damage() {
    let text = String::from_utf8(file_of_four_kilobytes()).expect("text");
    for version in ["0", "-1", "1.5", "\"1\"", "null"] {
        let other = text.replacen("\"version\":1", &format!("\"version\":{version}"), 1);
        assert_ne!(other, text);
        assert!(matches!(decode(&other), Err(Unreadable::Damaged(_))), "version {version}");
    }
}
