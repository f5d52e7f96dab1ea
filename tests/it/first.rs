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
fn check(name: &str) {
    let file = repository(&format!("tests/data/first/{name}.json"));
    let home = Home::new();
    let shown = home.run(["score"]).arg(&file).expect_code(0).expect_plain().stdout;
    let colored = home.run(["--color", "always", "score"]).arg(&file).expect_code(0).stdout;
    assert_eq!(console::strip_ansi_codes(&colored), shown);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.len() <= LINES, "{} lines:\n{shown}", lines.len());
    let first_gap = lines.iter().position(|line| line.starts_with("What holds you back")).expect("gaps") + 1;
    assert!(first_gap < MESSAGE, "the first gap is in line {}:\n{shown}", first_gap + 1);
    let expected = fs::read_to_string(repository(&format!("tests/data/first/{name}.txt"))).expect("a text");
    assert_eq!(
        shown, expected,
        "{name}: `coofit score tests/data/first/{name}.json` prints what is on the left"
    );
}

/// The lines that have this in them, without their indentation.
fn lines_with(text: &str, part: &str) -> String {
    text.split_inclusive('\n').filter(|line| line.contains(part)).map(str::trim_start).collect()
}

#[test]
fn a_strong_sheet_begins_with_its_band() {
    check("strong");
}

#[test]
fn a_middling_sheet_names_both_bands() {
    check("middle");
}

#[test]
fn a_weak_sheet_says_what_comes_first() {
    check("weak");
}

#[test]
fn a_random_sheet_is_in_the_lowest_band() {
    check("random");
}

#[test]
fn a_sheet_with_most_questions_skipped_gets_no_verdict() {
    check("mostly-skipped");
}

#[test]
fn a_quick_sheet_has_a_wider_range() {
    check("quick");
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
    expect![[r#"
          ± shows the 90 % range of a score. The stroke marks what the role needs;
          Skills: 54 of 100, weight 40; rated scales ±15
          A day as COO ±13                84     85  close       ───────────────━━━○━━─
          Stress tolerance: 54 of 100, weight 20; rated scales ±13
          What you want: 76 of 100, weight 15; rated scales ±15
    "#]]
    .assert_eq(&lines_with(&shown, "\u{b1}"));
}

#[test]
fn a_long_question_has_a_line_of_its_own() {
    let sheet = repository("tests/data/first/strong.json");
    let ran = Home::new().run(["score", "--full"]).arg(sheet).expect_code(0);
    ran.section("Answers that changed your score most").expect_stdout(&expect![[r#"
        Answers that changed your score most

          Points that each answer added or took away, compared with skipping the
          question.

          When I took on a new goal, I decided which old goal to drop.
            Your answer Almost always  Points +0.7
          What is the highest degree or level of school you have finished?
            Your answer Bachelor's degree in business or a related field  Points +0.7
          After a problem, my first question was who had caused it.
            Your answer Almost never  Points +0.6
          Which of these tasks have you done more than once?
            Your answer 8 of 8  Points +0.3
          Which of these have you done for a whole company or a large unit?
            Your answer 1 of 8  Points −1.8
          How many years have you managed people, in total?
            Your answer 6 years  Points −0.5
          How many hours a week, on average, are you willing to work?
            Your answer 50 hours a week  Points −0.5
          When I set a goal, I explained how it supported the company's plan.
            Your answer Often  Points −0.2

          Chief Operating Officer career fit, edition 2026.2.
    "#]]);
}

#[test]
fn a_page_without_a_date_has_a_line_for_it() {
    let home = Home::new();
    let sheet = repository("tests/data/first/middle.json");
    let without = home.run(["score", "--format", "html"]).arg(sheet).expect_code(0).stdout;
    home.finish_mini();
    let with = home.mini(["report", "--format", "html"]).expect_code(0).stdout;
    expect![[r#"
        <p class="fill-in"><span class="blank">Name</span><span class="blank">Date</span></p>
        <p class="fill-in"><span class="blank">Name</span></p>
    "#]]
    .assert_eq(&[without, with].map(|page| lines_with(&page, "class=\"fill-in\"")).concat());
}

#[test]
fn a_side_without_requirements_is_left_out() {
    let sheet = repository("tests/data/first/middle.json");
    let home = Home::new();
    let sides = ["coo", "general-manager"].map(|role| {
        let shown = home.run(["score", "--role", role]).arg(&sheet).expect_code(0).stdout;
        lines_with(&shown, "What the job needs: ")
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
    let (first, _) = shown.split_once("## All scales").expect("the scales");
    expect![[r##"
        # Chief Operating Officer career fit

        full form, 96 of 96 answered

        **61 of 100: between "Parts fit" and "Good fit"**

        likely 54 to 69

        43 to 78 if you rated yourself a little too low or too high

        Not this role from 0; Parts fit from 35; Good fit from 55; Strong fit from 75

        Closing the gaps in "Strategy" and "Recovery and boundaries" would add about 10 points.

        - What the job needs: 59 of 100
        - What it gives you: 76 of 100

        ## What carries you

        | Scale | you | needs | State |
        | --- | ---: | ---: | --- |
        | Composure under pressure | 88 | 85 | met |
        | Education | 85 | 85 | met |
        | Second in command | 75 | 75 | met |

        ## What holds you back

        | Scale | you | needs | adds |
        | --- | ---: | ---: | ---: |
        | Strategy | 31 | 85 | +6 |
        | Recovery and boundaries | 46 | 85 | +4 |
        | Money and resources | 69 | 85 | +3 |

        ## Do one of these this week

        1. **Write one page on how we win** Thu 4 pm, 45 min; send it to sales (on: …, with: …)
        2. **Keep two evenings free of work** Tue, Thu: off at 6:30, phone away (on: …, with: …)
        3. **Explain three cost lines off plan** Tue 10 am, 40 min, with someone in finance (on: …, with: …)

        ## Before you act on it

        Your answers are consistent, so you can use this result.

        A mirror of your own answers, not a test of ability or a hiring tool.

    "##]]
    .assert_eq(first);
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
    expect![[r#"
        middle.json  strong.json  change
        Parts                    middle.json  strong.json   change
        Scales                   middle.json  strong.json   change
    "#]]
    .assert_eq(&lines_with(&shown, "change\n"));
    fs::create_dir(home.path("other")).expect("a folder");
    for (sheet, name) in sheets.iter().zip(["a.json", "other/a.json"]) {
        fs::copy(sheet, home.path(name)).expect("a copy");
    }
    let shown = home.run(["compare", "a.json", "other/a.json"]).expect_code(0).stdout;
    expect![[r#"
        a.json  other/a.json  change
        Parts                        a.json  other/a.json   change
        Scales                       a.json  other/a.json   change
    "#]]
    .assert_eq(&lines_with(&shown, "change\n"));
    expect![[r#"
          Experience                     70            70        0  same     ──────●───
    "#]]
    .assert_eq(&lines_with(&shown, "  Experience "));
}

#[test]
fn two_results_of_one_day_fit_next_to_each_other() {
    let home = Home::new();
    for (sheet, name) in [("middle", "2026-11-27-10"), ("strong", "2026-11-27-11")] {
        let sheet = repository(&format!("tests/data/first/{sheet}.json"));
        fs::copy(sheet, home.path(name)).expect("a copy");
    }
    let shown = home.run(["compare", "2026-11-27-10", "2026-11-27-11"]).expect_code(0).stdout;
    expect![[r#"
        2026-11-27-10  2026-11-27-11  change
        Parts                2026-11-27-10  2026-11-27-11   change
        Scales               2026-11-27-10  2026-11-27-11   change
    "#]]
    .assert_eq(&lines_with(&shown, "change\n"));
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
    let (_, skills) = shown.split_once("  Skills: ").expect("the part");
    let (skills, _) = skills.split_once("\n\n").expect("the next part");
    expect![[r#"
        54 of 100, weight 40; rated scales ±15
          Strategy: 31, range 16 to 47; the role needs 85
          Communication: 63, range 47 to 78; the role needs 85
          Judgment: 63, range 47 to 78; the role needs 85
          Leading people: 69, range 53 to 84; the role needs 85
          Money and resources: 69, range 53 to 84; the role needs 85
          Risk and compliance: 75, range 60 to 90; the role needs 85; too close to tell
          Change and technology: 75, range 60 to 90; the role needs 85; too close to tell
          Running operations: 81, range 66 to 97; the role needs 85; too close to tell
          Working across functions: 81, range 66 to 97; the role needs 85; too close to
            tell
          A day as COO: 84, range 71 to 98; the role needs 85; too close to tell"#]]
    .assert_eq(skills);
    let effects = &shown[shown.find("Answers that changed your score most\n").expect("the section")..];
    expect![[r#"
        Answers that changed your score most

          Points that each answer added or took away, compared with skipping the question.

          You answered "Almost always" to: I checked the latest numbers before I set the
            day's priorities. Points: +1.1
          You answered "Almost always" to: When the same problem came back, I changed the
            way we did the work. Points: +1.1
          You answered "Almost never" to: When I had a dispute with another team, I went to
            my boss before I talked to that team. Points: +0.9
          You answered "Agree" to: I like days when I have several urgent matters to deal
            with. Points: +0.8
          You answered "1 of 8" to: Which of these have you done for a whole company or a
            large unit? Points: −1.8
          You answered "Agree" to: I dislike being pulled from one task to another. Points:
            −1.3
          You answered "Sometimes" to: When we fell behind, I asked for more people instead
            of dropping less important work. Points: −1.1
          You answered "Sometimes" to: When someone was slow with a task I gave them, I
            took it back. Points: −0.9

          Chief Operating Officer career fit, edition 2026.2.
    "#]]
    .assert_eq(effects);
    assert!(!shown.contains(['\u{2500}', '\u{2501}', '\u{25cf}', '\u{2524}']), "{shown}");
    assert!(!shown.contains("stroke"), "{shown}");
}
