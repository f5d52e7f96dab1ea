//! The first screen of the report, for six kinds of people.

use std::fs;

use coofit::answers;
use coofit::bank::parse::built_in;
use coofit::bank::{Answer, Bank, Form, ItemKind};
use coofit::render::{Layout, Writer, write};
use coofit::report::{About, Report, sections};
use coofit::session::Responses;
use expect_test::expect;

use crate::program::Home;
use crate::results::seeded;
use crate::support::repository;

/// The most lines of a first screen, and of a terminal whose menu is to fit below the message.
const LINES: usize = 40;
const MESSAGE: usize = 22;

/// The first screen of a sheet in `tests/data/first`, which must be as the text file next to it.
#[track_caller]
fn check(name: &str, has_verdict: bool) {
    let file = repository(&format!("tests/data/first/{name}.json"));
    let home = Home::new();
    let shown = home.run(["score"]).arg(&file).expect_code(0).expect_plain().stdout;
    let colored = home.run(["--color", "always", "score"]).arg(&file).expect_code(0).stdout;
    assert_eq!(console::strip_ansi_codes(&colored), shown);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.len() <= LINES, "{} lines:\n{shown}", lines.len());
    let message = lines[..MESSAGE.min(lines.len())].join("\n");
    let titles: &[&str] =
        if has_verdict { &[" of 100  ", "likely ", "if you rated", "\u{2524}"] } else { &["No verdict"] };
    for part in titles.iter().chain(&["What the job needs", "What carries you", "What holds you back"]) {
        assert!(message.contains(part), "no {part:?} in the first {MESSAGE} lines:\n{shown}");
    }
    let first_gap = lines.iter().position(|line| line.starts_with("What holds you back")).expect("gaps") + 1;
    assert!(first_gap < MESSAGE, "the first gap is in line {}:\n{shown}", first_gap + 1);
    assert!(!shown.contains("-1") && !shown.contains('\u{2212}'), "a number below the axis:\n{shown}");
    let expected = fs::read_to_string(repository(&format!("tests/data/first/{name}.txt"))).expect("a text");
    assert_eq!(
        shown, expected,
        "{name}: `coofit score tests/data/first/{name}.json` prints what is on the left"
    );
}

#[test]
fn a_strong_sheet_begins_with_its_band() {
    check("strong", true);
}

#[test]
fn a_middling_sheet_names_both_bands() {
    check("middle", true);
}

#[test]
fn a_weak_sheet_says_what_comes_first() {
    check("weak", true);
}

#[test]
fn a_random_sheet_is_in_the_lowest_band() {
    check("random", true);
}

#[test]
fn a_sheet_with_most_questions_skipped_gets_no_verdict() {
    check("mostly-skipped", false);
}

#[test]
fn a_quick_sheet_has_a_wider_range() {
    check("quick", true);
}

/// Answers by chance, with the same label again and again, much of it skipped, or in no time.
pub(crate) fn odd_sheet(bank: &Bank, seed: u64) -> Responses {
    let form = if seed % 4 == 3 { Form::Quick } else { Form::Full };
    let mut sheet = seeded(bank, form, seed);
    for index in sheet.items().collect::<Vec<_>>() {
        let is_rating = matches!(bank.items[index].kind, ItemKind::Rating(_));
        if seed % 3 == 1 && is_rating && index % 7 > 0 {
            let label = u8::try_from(1 + seed % 5).expect("small");
            sheet.set(bank, index, Answer::Rating(label)).expect("a label");
        }
        if seed % 5 == 2 && index % 3 == 0 {
            sheet.skip(index);
        }
        if seed % 2 == 1 {
            sheet.spend(index, 1.0);
        }
    }
    sheet
}

#[test]
fn odd_sheets_keep_the_message_in_the_first_lines() {
    let bank = built_in();
    let mut n_gaps = 0;
    for seed in 0..120 {
        let sheet = odd_sheet(&bank, seed);
        let role = bank.roles.iter().cycle().nth(usize::try_from(seed).expect("small"));
        for role in [bank.own_role(), role] {
            let report = Report::new(&bank, role, &sheet, &About::default());
            let layout = Layout { width: 80, color: false, aloud: false, full: false };
            let shown = write(&sections::document(&report), Writer::Text(layout));
            assert!(shown.lines().count() <= LINES, "seed {seed}:\n{shown}");
            let head = shown.lines().position(|line| line.starts_with("What holds you back"));
            assert!(head.is_none_or(|head| head + 2 <= MESSAGE), "seed {seed}:\n{shown}");
            n_gaps += usize::from(head.is_some());
        }
    }
    assert!(n_gaps > 200, "{n_gaps}");
}

#[test]
fn a_range_that_scales_share_is_said_once() {
    let sheet = repository("tests/data/first/middle.json");
    let shown = Home::new().run(["score", "--full"]).arg(sheet).expect_code(0).stdout;
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains('\u{b1}')).map(str::trim).collect();
    let [_, skills, other, stress, wishes] = lines[..] else { panic!("{lines:?}") };
    assert!(other.starts_with("A day as COO \u{b1}13"), "{other}");
    for (caption, margin) in [(skills, 15), (stress, 13), (wishes, 15)] {
        assert!(caption.ends_with(&format!("; rated scales \u{b1}{margin}")), "{caption}");
    }
}

#[test]
fn a_long_question_has_a_line_of_its_own() {
    let sheet = repository("tests/data/first/strong.json");
    let shown = Home::new().run(["score", "--full"]).arg(sheet).expect_code(0).stdout;
    let (_, effects) = shown.split_once("Answers that changed your score most\n").expect("the section");
    assert!(effects.lines().any(|line| line.starts_with("    Your answer ")), "{effects}");
}

#[test]
fn a_page_without_a_date_has_a_line_for_it() {
    let home = Home::new();
    let sheet = repository("tests/data/first/middle.json");
    let page = home.run(["score", "--format", "html"]).arg(sheet).expect_code(0).stdout;
    assert!(page.contains(">Name</span><span class=\"blank\">Date</span>"));
    home.finish_mini();
    let page = home.mini(["report", "--format", "html"]).expect_code(0).stdout;
    assert!(page.contains(">Name</span>") && !page.contains(">Date</span>"));
}

#[test]
fn a_side_without_requirements_is_left_out() {
    let sheet = repository("tests/data/first/middle.json");
    let home = Home::new();
    let sides = ["coo", "general-manager"].map(|role| {
        let shown = home.run(["score", "--role", role]).arg(&sheet).expect_code(0).stdout;
        let is_sides = |line: &&str| line.contains("What the job needs: ");
        shown.lines().find(is_sides).expect("the sides").trim().to_owned() + "\n"
    });
    expect![[r#"
        What the job needs: 59 of 100      What it gives you: 76 of 100
        What the job needs: 60 of 100
    "#]]
    .assert_eq(&sides.concat());
}

#[test]
fn in_markdown_ranges_and_lines_to_fill_in_stand_apart() {
    let sheet = repository("tests/data/first/middle.json");
    let shown = Home::new().run(["score", "--format", "markdown"]).arg(sheet).expect_code(0).stdout;
    assert!(shown.contains("\n\nlikely 54 to 69\n\n43 to 78 if"), "{shown}");
    assert!(shown.contains("send it to sales (on: \u{2026}, with: \u{2026})\n"), "{shown}");
}

#[test]
fn report_on_an_answers_file_points_to_score() {
    let home = Home::new();
    let sheet = home.copy("tests/data/first/middle.json");
    home.run(["report", &sheet]).expect_code(3).expect_stderr(&expect![[r#"
        error: the result cannot be read: it is not a file that coofit wrote
        --> middle.json
         = help: it has answers; `coofit score FILE` scores them

        1 fault
    "#]]);
}

#[test]
fn compared_files_are_called_by_their_names_without_folders() {
    let home = Home::new();
    let sheets = ["middle", "strong"].map(|name| repository(&format!("tests/data/first/{name}.json")));
    let shown = home.run(["compare"]).args(&sheets).expect_code(0).stdout;
    assert!(shown.contains(" middle.json  strong.json  change\n"), "{shown}");
    fs::create_dir(home.path("other")).expect("a folder");
    for (sheet, name) in sheets.iter().zip(["a.json", "other/a.json"]) {
        fs::copy(sheet, home.path(name)).expect("a copy");
    }
    let shown = home.run(["compare", "a.json", "other/a.json"]).expect_code(0).stdout;
    assert!(shown.contains(" a.json  other/a.json  change\n"), "{shown}");
    assert!(shown.lines().any(|line| line.contains(" 0  same ")), "{shown}");
}

#[test]
fn two_results_of_one_day_fit_next_to_each_other() {
    let home = Home::new();
    for (sheet, name) in [("middle", "2026-11-27-10"), ("strong", "2026-11-27-11")] {
        let sheet = repository(&format!("tests/data/first/{sheet}.json"));
        fs::copy(sheet, home.path(name)).expect("a copy");
    }
    let shown = home.run(["compare", "2026-11-27-10", "2026-11-27-11"]).expect_code(0).stdout;
    let heads = shown.lines().filter(|line| line.contains(" 2026-11-27-10  2026-11-27-11 "));
    assert_eq!(heads.filter(|line| line.ends_with(" change")).count(), 3, "{shown}");
}

#[test]
fn read_aloud_every_scale_is_one_sentence() {
    let bank = built_in();
    let text = fs::read_to_string(repository("tests/data/first/middle.json")).expect("a sheet");
    let file = answers::parse(&bank, "middle.json", &text).expect("answers");
    let role = bank.own_role();
    let report = Report::new(&bank, role, &file.responses, &About::default());
    let layout = Layout { width: 200, color: false, aloud: true, full: true };
    let shown = write(&sections::document(&report), Writer::Text(layout));
    assert!(shown.contains("Leading people: 69, range 53 to 84; the role needs 85\n"), "{shown}");
    assert!(shown.contains(". Points: +1.1\n"), "{shown}");
    assert!(!shown.contains(['\u{2500}', '\u{2501}', '\u{25cf}', '\u{2524}']), "{shown}");
    assert!(!shown.contains("stroke"), "{shown}");
}
