//! Cases exactly on an edge: thresholds, the ends of ranges, and what is left when nothing counts.

use coofit::bank::{Bank, Form};
use coofit::render::{Layout, Writer, write};
use coofit::report::sections::document;
use coofit::report::{About, Report};
use coofit::score::{Assessment, assess, explain};
use coofit::session::Responses;
use expect_test::expect;

use crate::program::{Home, mini_answers, mini_file};
use crate::results::given;
use crate::support::bank;

/// The bank `mini` and a sheet whose score on the first scale is (75 + 50 + 50)/3 = 58.33.
fn mini() -> (Bank, Responses) {
    let bank = bank("tests/data/banks/mini");
    let mut answers = mini_answers();
    for (item, label) in [("leading-early-word", 4), ("leading-credit", 3), ("leading-own-hands", 3)] {
        answers[item] = label.into();
    }
    let sheet = given(&bank, Form::Full, &answers);
    (bank, sheet)
}

fn assessed(bank: &Bank, sheet: &Responses) -> Assessment {
    assess(bank, Some(&bank.roles[0]), sheet)
}

#[test]
fn a_range_ending_at_an_edge_touches_the_band_above() {
    let (mut bank, sheet) = mini();
    bank.roles[0].requirements.truncate(1);
    (bank.roles[0].requirements[0].from, bank.roles[0].requirements[0].to) = (0.0, 100.0);
    let fit = |bank: &Bank| assessed(bank, &sheet).role.and_then(|role| role.fit).expect("a fit");
    let (low, high) = (fit(&bank).low, fit(&bank).high);
    assert!(0.0 < low && low < high && high < 100.0, "{low} to {high}");
    for (band, from) in bank.bands.iter_mut().zip([0.0, low, high, 100.0]) {
        band.from = from;
    }
    assert_eq!(fit(&bank).bands, 1..3);
}

#[test]
fn a_role_without_requirements_has_no_fit() {
    let (mut bank, sheet) = mini();
    bank.roles[0].requirements.clear();
    let role = assessed(&bank, &sheet).role.expect("a role");
    assert_eq!((role.fit, role.share, role.sides), (None, None, [None; 2]));
    assert!(role.parts.iter().all(|part| part.attainment.is_none() && part.standard_error.is_none()));
    let explained = explain(&bank, &bank.roles[0], &sheet);
    assert!(explained.without.iter().all(Option::is_none) && explained.moves.is_empty());
    assert_eq!((explained.boldness, explained.judgement), (None, None));
}

#[test]
fn judgments_never_reverse_a_requirement() {
    let (mut bank, sheet) = mini();
    bank.roles[0].requirements.truncate(1);
    let third = 1.0 / 3.0;
    for (from, to, low, high) in [
        // The score is 8.33 over `from`. With 5 more: 8.33/35 and 8.33/45.
        (50.0, 90.0, 100.0 * (25.0 * third) / 45.0, 100.0 * (25.0 * third) / 35.0),
        // 5 less than 54 is under 50, and would ask for less where the role asks for more.
        (50.0, 54.0, 100.0 * (25.0 * third) / 9.0, 100.0),
        // 5 less than 60 asks for 55 of a person who starts at 55: nothing can be divided by that.
        (55.0, 60.0, 100.0 * (10.0 * third) / 10.0, 100.0 * (10.0 * third) / 5.0),
        // A role that asks for little: the score is 1.67 on the way from 60 down to 15, or 25.
        (60.0, 20.0, 100.0 * (5.0 * third) / 45.0, 100.0 * (5.0 * third) / 35.0),
    ] {
        let requirement = &mut bank.roles[0].requirements[0];
        (requirement.from, requirement.to) = (from, to);
        let got = explain(&bank, &bank.roles[0], &sheet).judgement.expect("a range");
        assert!((got.0 - low).abs() < 1e-9 && (got.1 - high).abs() < 1e-9, "{from} to {to}: {got:?}");
    }
}

#[test]
fn bands_that_are_close_together_leave_out_a_label() {
    let (mut bank, sheet) = mini();
    for (band, from) in bank.bands.iter_mut().zip([0.0, 54.0, 55.0, 97.0]) {
        band.from = from;
    }
    let role = bank.own_role();
    let report = Report::new(&bank, role, &sheet, &About::default());
    let layout = Layout { width: 80, color: false, aloud: false, full: true };
    let text = write(&document(&report), Writer::Text(layout));
    let under_the_line = text.lines().find(|line| line.starts_with("  0 ")).expect("an axis");
    assert_eq!(under_the_line.split_whitespace().collect::<Vec<_>>(), ["0", "54", "100"]);
    let html = write(&document(&report), Writer::Html);
    for (label, is_there) in [("54", true), ("55", false), ("97", false)] {
        assert_eq!(html.contains(&format!("y=\"35.00\">{label}</text>")), is_there, "{label}");
    }
}

#[test]
fn json_in_utf_16_is_named_with_the_way_out() {
    let home = Home::new();
    let text = mini_file(&mini_answers());
    let bytes = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes);
    home.write("a.json", bytes.collect::<Vec<u8>>());
    home.mini(["score", "a.json"]).expect_code(3).expect_stderr(&expect![[r#"
        error: `a.json` is UTF-16 text
          help: save it as UTF-8
    "#]]);
}
