#![allow(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1 cargo test` writes them")]

use console::strip_ansi_codes;
use expect_test::expect;

use crate::bank::{Answer, Item};
use crate::prompt::entry::Entry;
use crate::prompt::keys::Press;
use crate::prompt::layout::{Size, frame, settled};
use crate::prompt::words::width_of;
use crate::prompt::{Intro, Question};
use crate::session::Given;

use super::sample;

fn size(width: usize, height: usize) -> Size {
    Size { width, height }
}

fn show(question: &Question<'_>, presses: &[Press], size: Size) -> String {
    let mut entry = Entry::new(question);
    for press in presses {
        assert_eq!(entry.press(press, false), None);
    }
    frame(&entry, size, false).rows.join("\n")
}

/// How the last rows of question 7 are, before anything is pressed.
#[track_caller]
fn check_end(item: &Item, size: Size, end: &str) {
    let shown = show(&sample::question(item, 7), &[], size);
    assert!(shown.ends_with(end), "{shown}");
}

#[test]
fn the_first_question_of_a_part_shows_everything() {
    let mut item = sample::frequency();
    item.why = Some("Because.".into());
    let intro = Intro { title: "Stress tolerance", says: Some("How you hold up.") };
    let question = Question { intro: Some(intro), minutes_left: Some(12.0), ..sample::question(&item, 7) };
    assert_eq!(
        show(&question, &[Press::Down, Press::Down, Press::Down], size(80, 24)),
        "
7 of 92

Stress tolerance - How you hold up.

In the last 12 months:
I told people early when their work fell short.

  1  Almost never
  2  Seldom
> 3  Sometimes
  4  Often
  5  Almost always

1-5 answer  Up/Down, Enter  Esc back  s skip  ? why  Ctrl-C save and quit"
    );
}

#[test]
fn a_narrow_row_cuts_the_place() {
    let item = sample::frequency();
    for (width, row) in [(80, "7 of 92"), (11, "7 of 92"), (4, "7…")] {
        assert_eq!(show(&sample::question(&item, 7), &[], size(width, 200)).lines().nth(1), Some(row));
    }
}

#[test]
fn a_narrow_screen_keeps_the_keys_that_matter() {
    let mut item = sample::frequency();
    item.why = Some("Because.".into());
    check_end(&item, size(40, 24), "\n1-5 answer  Esc back  s skip  ? why");
    let shown = show(&sample::question(&item, 1), &[], size(20, 24));
    assert!(shown.ends_with("\n1-5 answer  s skip"), "{shown}");
}

#[test]
fn a_typed_number_is_shown_with_its_meaning_and_cursor() {
    let item = sample::number(0.0, 1e6);
    let question = sample::question(&item, 7);
    let mut entry = Entry::new(&question);
    for c in "120k".chars() {
        entry.press(&Press::Char(c), false);
    }
    let field = |entry: &Entry<'_>| {
        let frame = frame(entry, size(80, 24), false);
        format!("{} {}", frame.rows[frame.row], frame.column)
    };
    assert_eq!(field(&entry), "> 120k  = 120,000 dollars 6");
    entry.press(&Press::Left, false);
    entry.press(&Press::Char('?'), false);
    entry.press(&Press::Char('x'), false);
    assert_eq!(field(&entry), "> 120xk  dollars 6");
}

#[test]
fn a_question_about_an_occasion_says_how_to_skip_it() {
    let mut item = sample::frequency();
    item.occasion = true;
    let shown = show(&sample::question(&item, 7), &[], size(40, 24));
    expect![[r#"

        7 of 92

        In the last 12 months:
        I told people early when their work
        fell short.

          1  Almost never
          2  Seldom
          3  Sometimes
          4  Often
          5  Almost always

        never came up? skip with s

        1-5 answer  Esc back  s skip"#]]
    .assert_eq(&shown);
}

#[test]
fn ticks_and_the_earlier_answer_are_shown_in_text() {
    let item = sample::checklist(3);
    let earlier = Given::Answered(Answer::Checklist(vec![0]));
    let shown = show(&Question { earlier: Some(&earlier), ..sample::question(&item, 7) }, &[], size(80, 24));
    expect![[r#"

        7 of 92

        Which of these have you done?

          [x] 1  Option 0, which is short
          [ ] 2  Option 1, which goes on for so long that it has to be broken over two
                 rows on most terminals
          [ ] 3  選択肢2、端末の幅より長いかもしれない文章です

        Earlier answer: 1 of 3

        1-3 tick  Enter done  0 none  Esc back  s skip  Ctrl-C save and quit"#]]
    .assert_eq(&shown);
    let shown =
        show(&Question { earlier: Some(&Given::Skipped), ..sample::question(&item, 7) }, &[], size(80, 24));
    expect![[r#"

        7 of 92

        Which of these have you done?

          [ ] 1  Option 0, which is short
          [ ] 2  Option 1, which goes on for so long that it has to be broken over two
                 rows on most terminals
          [ ] 3  選択肢2、端末の幅より長いかもしれない文章です

        Skipped earlier

        1-3 tick  Enter done  0 none  Esc back  s skip  Ctrl-C save and quit"#]]
    .assert_eq(&shown);
}

#[test]
fn the_least_needed_goes_first_when_rows_run_out() {
    let item = sample::frequency();
    let question = Question { notice: Some("Not saved."), ..sample::question(&item, 7) };
    let heights = [1, 2, 5, 8, 9].map(|height| show(&question, &[Press::Up, Press::Up], size(60, height)));
    expect![[r#"
        > 4  Often

        I told people early when their work fell short.
        > 4  Often

        ! Not saved.
        I told people early when their work fell short.
          3  Sometimes
        > 4  Often
          5  Almost always

        ! Not saved.
        In the last 12 months:
        I told people early when their work fell short.
          1  Almost never
          2  Seldom
          3  Sometimes
        > 4  Often
          5  Almost always

        7 of 92
        ! Not saved.
        In the last 12 months:
        I told people early when their work fell short.
          1  Almost never
          2  Seldom
          3  Sometimes
        > 4  Often
          5  Almost always"#]]
    .assert_eq(&heights.join("\n\n"));
}

#[test]
fn options_out_of_sight_are_shown() {
    let item = sample::rating(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    let shown = show(&sample::question(&item, 7), &[Press::Up], size(60, 7));
    expect![[r#"
        In the last 12 months:
        I told people early when their work fell short.
          7
          8
          9
        > a  10
          8-11 of 11, Up/Down shows the rest"#]]
    .assert_eq(&shown);
    check_end(&item, size(60, 6), "\n  3");
}

#[test]
fn the_place_and_keys_stay_when_options_need_scrolling() {
    let mut item = sample::checklist(12);
    item.ask = "Which of these have been your own responsibility in a job, for a year or more?".into();
    let shown = show(&sample::question(&item, 7), &[], size(40, 18));
    expect![[r#"
        7 of 92
        Which of these have been your own
        responsibility in a job, for a year or
        more?
          [ ] 1  Option 0, which is short
          [ ] 2  Option 1, which goes on for so
                 long that it has to be broken
                 over two rows on most
                 terminals
          [ ] 3  選択肢2、端末の幅より長いかも
                 しれない文章です
          [ ] 4  Option 3, which is short
          [ ] 5  Option 4, which goes on for so
                 long that it has to be broken
                 over two rows on most
                 terminals
          1-5 of 12, Up/Down shows the rest
        1-9 or a-c tick  Enter done  0 none"#]]
    .assert_eq(&shown);
}

#[test]
fn forty_columns_still_say_how_to_tick_or_answer_none() {
    let item = sample::checklist(4);
    check_end(&item, size(40, 24), "1-4 tick  Enter done  0 none  Esc back");
    check_end(&sample::checklist(12), size(40, 60), "1-9 or a-c tick  Enter done  0 none");
    check_end(&item, size(20, 40), "\nEnter done");
}

#[test]
fn one_row_shows_the_question_while_nothing_is_selected() {
    let item = sample::frequency();
    assert_eq!(show(&sample::question(&item, 7), &[], size(30, 1)), "I told people early when…");
}

#[test]
fn the_settled_line_keeps_the_answer() {
    let item = sample::frequency();
    let question = sample::question(&item, 7);
    let line = |width| settled(&question, "Often", size(width, 24), false);
    assert_eq!(line(80), "7  I told people early when their work fell short.  Often");
    assert_eq!(line(40), "7  I told people early when the…  Often");
    assert_eq!(line(12), "7  Often");
}

#[test]
fn colors_change_nothing_in_the_text() {
    let item = sample::frequency();
    let question = sample::question(&item, 60);
    let entry = Entry::new(&question);
    let plain = frame(&entry, size(80, 24), false);
    let colored = frame(&entry, size(80, 24), true);
    assert!(!plain.rows.concat().contains('\u{1b}') && colored.rows.concat().contains('\u{1b}'));
    let stripped: Vec<_> = colored.rows.iter().map(|row| strip_ansi_codes(row).into_owned()).collect();
    assert_eq!(stripped, plain.rows);
}

/// Everything that can be on a screen at once.
#[track_caller]
fn check_all_sizes(item: &Item, presses: &[Press]) {
    let intro = Intro { title: "体力 Stress", says: Some("How you hold up when things break at once.") };
    let question = Question {
        intro: Some(intro),
        minutes_left: Some(12.0),
        earlier: Some(&Given::Skipped),
        notice: Some("The last answer could not be saved: no space left on device."),
        ..sample::question(item, 7)
    };
    let mut entry = Entry::new(&question);
    for press in presses {
        assert_eq!(entry.press(press, false), None);
    }
    for height in 1..=60 {
        for width in 1..=130 {
            let size = size(width, height);
            let frame = frame(&entry, size, false);
            for row in &frame.rows {
                assert!(width_of(row) <= size.usable(), "{size:?}: {row:?}");
            }
            assert!(!frame.rows.is_empty() && frame.rows.len() <= height, "{size:?}: {frame:#?}");
            assert!(frame.row < frame.rows.len() && frame.column < width, "{size:?}: {frame:#?}");
            let at_option = frame.rows[frame.row].starts_with('>');
            assert!(at_option || entry.selected.is_none(), "{size:?}: {frame:#?}");
        }
    }
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn every_size_is_filled_and_none_overflows() {
    let mut items = [
        sample::frequency(),
        sample::choice(7),
        sample::checklist(12),
        sample::number(-1e12, 1e12),
        sample::rating(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    ];
    for item in &mut items {
        item.why =
            Some("昨年の仕事 and a reason that goes on for a while, so that it takes several rows.".into());
        check_all_sizes(item, &[Press::Char('?')]);
        item.ask =
            "質問はとても長いです。🙂 A question that goes on and on, until it takes more rows than some \
                    terminals have, supercalifragilisticexpialidocious words included."
                .into();
        check_all_sizes(item, &[Press::Char('?'), Press::Up, Press::Char(',')]);
    }
}
