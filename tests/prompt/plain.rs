#![allow(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1 cargo test` writes them")]

use expect_test::expect;

use crate::bank::{Answer, Item};
use crate::prompt::plain::Plain;
use crate::prompt::{Cause, Interviewer, Intro, Question, Reply, words};
use crate::session::Given;

use super::sample;

/// The reply to some lines, and all that was written.
fn ask(question: &Question<'_>, input: &[u8]) -> (Reply, String) {
    ask_as(false, question, input)
}

fn ask_as(strict: bool, question: &Question<'_>, input: &[u8]) -> (Reply, String) {
    let mut output = Vec::new();
    let asked = Plain::new(input, &mut output, strict).ask(question).expect("memory does not fail");
    let output = String::from_utf8(output).expect("text");
    for line in output.lines() {
        assert!(words::width_of(line) <= 80 && !line.contains('\u{1b}'), "{line:?}");
    }
    (asked.reply, output)
}

#[track_caller]
fn check(item: &Item, input: &str, expect: Answer) {
    let (reply, output) = ask(&sample::question(item, 7), input.as_bytes());
    assert_eq!(reply, Reply::Answer(expect), "{output}");
}

/// The line is refused with these words, and the next one counts; in a pipe the line ends the run.
#[track_caller]
fn check_refused(item: &Item, line: &str, says: &str) {
    for (strict, expect) in [(false, Reply::Skip), (true, Reply::Pause(Cause::WrongLine))] {
        let (reply, output) = ask_as(strict, &sample::question(item, 7), format!("{line}\ns\n").as_bytes());
        let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.contains(says), "{line:?}: {output}");
        assert_eq!(output.contains(&format!("error: line 1 of the input: {says}")), strict, "{output}");
        assert_eq!(reply, expect, "{line:?}");
    }
}

#[test]
fn a_whole_question_reads_like_this() {
    let item = sample::frequency();
    let intro = Intro { title: "Stress tolerance", says: Some("How you hold up.") };
    let question = Question { intro: Some(intro), minutes_left: Some(12.0), ..sample::question(&item, 7) };
    let (reply, output) = ask(&question, b"4\n");
    assert_eq!(reply, Reply::Answer(Answer::Rating(4)));
    assert_eq!(
        output,
        "
Stress tolerance. How you hold up. About 12 minutes left.
Question 7 of 92. In the last 12 months: I told people early when their work
fell short.
1. Almost never
2. Seldom
3. Sometimes
4. Often
5. Almost always
Also: b goes back, s skips, ? says why it is asked, q saves and quits.
Answer 1 to 5:
Answered: Often.
"
    );
}

#[test]
fn the_keys_are_named_first_and_after_a_wrong_line() {
    let item = sample::frequency();
    let question = sample::question(&item, 7);
    let mut output = Vec::new();
    let mut plain = Plain::new(&b"1\n2\n9\n3\n"[..], &mut output, false);
    for _ in 0..3 {
        plain.ask(&question).expect("memory does not fail");
    }
    let output = String::from_utf8(output).expect("text");
    let named: Vec<usize> = output.split("Question").map(|part| part.matches("Also: b").count()).collect();
    assert_eq!(named, [0, 1, 0, 1]);
}

#[test]
fn each_kind_is_answered_on_its_own_terms() {
    check(&sample::frequency(), "5\n", Answer::Rating(5));
    check(&sample::frequency(), "  2 \r\n", Answer::Rating(2));
    check(&sample::frequency(), "３\n", Answer::Rating(3));
    check(&sample::choice(12), "12\n", Answer::Choice(11));
    check(&sample::checklist(12), "0\n", Answer::Checklist(vec![]));
    check(&sample::checklist(12), "3 12 1\n", Answer::Checklist(vec![0, 2, 11]));
    check(&sample::checklist(12), "1, 2,3\n", Answer::Checklist(vec![0, 1, 2]));
    check(&sample::number(0.0, 1e7), "1,200,000\n", Answer::Number(1_200_000.0));
    check(&sample::number(0.0, 60.0), "1.5\n", Answer::Number(1.5));
    check(&sample::number(0.0, 60.0), "1,5 Dollars\n", Answer::Number(1.5));
    check(&sample::scale(0, 10), "0\n", Answer::Rating(1));
    check(&sample::scale(0, 10), "10\n", Answer::Rating(11));
    check(&sample::scale(-2, 2), "-2\n", Answer::Rating(1));
    check(&sample::frequency(), "4", Answer::Rating(4));
}

#[test]
fn a_wrong_line_is_explained_and_counts_for_nothing() {
    let rating = sample::frequency();
    check_refused(&rating, "6", "\"6\" is not one of the answers. Type a number from 1 to 5.");
    check_refused(&rating, "0", "\"0\" is not one of the answers.");
    check_refused(&rating, "+3", "\"+3\" is not one of the answers.");
    check_refused(&rating, "3 4", "\"3 4\" is not one of the answers.");
    check_refused(&rating, "often\u{1b}[31m", "\"often<U+001B>[31m\" is not one of the answers.");
    check_refused(&rating, "", "There is no earlier answer to keep. Type a number from 1 to 5.");
    check_refused(&rating, &"x".repeat(300), &format!("\"{}…\" is not one of the answers.", "x".repeat(29)));
    let list = sample::checklist(4);
    check_refused(
        &list,
        "1 5",
        "\"5\" is not one of the answers. Type the numbers of all that apply, from 1 to 4",
    );
    check_refused(&list, "0 1", "\"0\" is not one of the answers.");
    check_refused(&list, "2 2", "\"2\" is there twice.");
    check_refused(&list, ",", "\",\" is not one of the answers.");
    let number = sample::number(0.0, 60.0);
    check_refused(&number, "61", "Type a number from 0 to 60, not 61.");
    check_refused(&number, "2-3", "That is not one number. Type a number from 0 to 60, such as 2.");
    check_refused(&sample::number(0.0, 1e6), "1.500", "1.5 or 1,500? Type 1.5 or 1500.");
    check_refused(
        &sample::scale(0, 10),
        "11",
        "\"11\" is not one of the answers. Type a number from 0 to 10.",
    );
}

#[test]
fn a_number_is_repeated_with_its_unit() {
    let item = sample::number(0.0, 1e7);
    let (_, output) = ask(&sample::question(&item, 7), b"$110k\n");
    assert!(
        output.ends_with("Number of dollars, 0 to 10,000,000:\nAnswered: 110,000 dollars.\n"),
        "{output}"
    );
}

#[test]
fn labels_that_are_numbers_are_the_lines() {
    let (_, output) = ask(&sample::question(&sample::scale(0, 3), 7), b"2\n");
    expect![[r#"

        Question 7 of 92. In the last 12 months: I told people early when their work
        fell short.
        0
        1
        2
        3
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 0 to 3:
        Answered: 2.
    "#]]
    .assert_eq(&output);
    let item = sample::rating(&["0", "50", "100"]);
    let (reply, output) = ask(&sample::question(&item, 7), b"50\n");
    assert_eq!(reply, Reply::Answer(Answer::Rating(2)));
    expect![[r#"

        Question 7 of 92. In the last 12 months: I told people early when their work
        fell short.
        0
        50
        100
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 0, 50, 100:
        Answered: 50.
    "#]]
    .assert_eq(&output);
}

#[test]
fn a_question_about_an_occasion_says_how_to_skip_it() {
    let mut item = sample::frequency();
    item.occasion = true;
    let (_, output) = ask(&sample::question(&item, 7), b"2\n");
    expect![[r#"

        Question 7 of 92. In the last 12 months: I told people early when their work
        fell short.
        1. Almost never
        2. Seldom
        3. Sometimes
        4. Often
        5. Almost always
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5 (never came up? skip with s):
        Answered: Seldom.
    "#]]
    .assert_eq(&output);
}

#[test]
fn a_byte_order_mark_is_ignored_only_at_the_start() {
    let item = sample::frequency();
    let question = sample::question(&item, 7);
    assert_eq!(ask_as(true, &question, "\u{feff}3\r\n".as_bytes()).0, Reply::Answer(Answer::Rating(3)));
    assert_eq!(ask_as(true, &question, "?\n\u{feff}3\n".as_bytes()).0, Reply::Pause(Cause::WrongLine));
}

#[test]
fn a_pipe_that_never_answers_ends() {
    let mut item = sample::frequency();
    item.why = Some("Because.".into());
    for (lines, number) in [("?\n", 7), ("b\n", 1), ("9\n", 7), ("\n", 7)] {
        let endless = lines.repeat(1000);
        let (reply, output) = ask_as(true, &sample::question(&item, number), endless.as_bytes());
        assert_eq!(reply, Reply::Pause(Cause::WrongLine), "{lines:?}");
        assert!(output.lines().count() < 100, "{output}");
    }
    let without_end = std::io::BufReader::new(std::io::repeat(0));
    let mut output = Vec::new();
    let asked = Plain::new(without_end, &mut output, true).ask(&sample::question(&item, 7));
    assert_eq!(asked.expect("memory does not fail").reply, Reply::Pause(Cause::WrongLine));
}

#[test]
fn letters_and_words_do_the_rest() {
    let mut item = sample::frequency();
    item.why = Some("Because.".into());
    let reply = |number, input: &str| ask(&sample::question(&item, number), input.as_bytes());
    for (lines, expect) in [
        ("b\n", Reply::Back),
        ("BACK\n", Reply::Back),
        ("s\n", Reply::Skip),
        ("Skip\n", Reply::Skip),
        ("q\n", Reply::Pause(Cause::Asked)),
        ("quit\n", Reply::Pause(Cause::Asked)),
        ("", Reply::Pause(Cause::Asked)),
        ("?\nwhy\n2\n", Reply::Answer(Answer::Rating(2))),
    ] {
        assert_eq!(reply(7, lines).0, expect, "{lines:?}");
    }
    assert!(reply(7, "?\n").1.contains("Why: Because.\n"));
    let (first, output) = reply(1, "b\n2\n");
    assert_eq!(first, Reply::Answer(Answer::Rating(2)));
    assert!(output.contains("This is the first question.\n"));
}

#[test]
fn an_empty_line_keeps_what_was_given() {
    let item = sample::frequency();
    let often = Given::Answered(Answer::Rating(4));
    let (reply, output) = ask(&Question { earlier: Some(&often), ..sample::question(&item, 7) }, b"\n");
    assert_eq!(reply, Reply::Answer(Answer::Rating(4)));
    expect![[r#"

        Question 7 of 92. In the last 12 months: I told people early when their work
        fell short.
        1. Almost never
        2. Seldom
        3. Sometimes
        4. Often
        5. Almost always
        Your earlier answer: 4, Often. An empty line keeps it.
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        Answered: Often.
    "#]]
    .assert_eq(&output);
    let (reply, _) = ask(&Question { earlier: Some(&Given::Skipped), ..sample::question(&item, 7) }, b"\n");
    assert_eq!(reply, Reply::Skip);
    let list = sample::checklist(4);
    let ticks = Given::Answered(Answer::Checklist(vec![0, 2]));
    let (_, output) = ask(&Question { earlier: Some(&ticks), ..sample::question(&list, 7) }, b"\n");
    expect![[r#"

        Question 7 of 92. Which of these have you done?
        1. Option 0, which is short
        2. Option 1, which goes on for so long that it has to be broken over two rows
           on most terminals
        3. 選択肢2、端末の幅より長いかもしれない文章です
        4. Option 3, which is short
        Your earlier answer: 1 3, which is 2 of 4. An empty line keeps it.
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Numbers of all that apply, or 0 for none:
        Answered: 2 of 4.
    "#]]
    .assert_eq(&output);
}

#[test]
fn binary_and_endless_lines_are_reported_and_passed_over() {
    let asked_again = |output: &str| output.split_once("Answer 1 to 5:\n").expect("a question").1.to_owned();
    let item = sample::frequency();
    let (reply, output) = ask(&sample::question(&item, 7), b"\xff\xfe\n\x002\n3\n");
    assert_eq!(reply, Reply::Answer(Answer::Rating(3)));
    expect![[r#"
        That line is not valid UTF-8 text and was not read.
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        "<U+0000>2" is not one of the answers. Type a number from 1 to 5.
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        Answered: Sometimes.
    "#]]
    .assert_eq(&asked_again(&output));
    let mut long = vec![b'1'; 5_000_000];
    long.extend(b"\n3\n");
    let (reply, output) = ask(&sample::question(&item, 7), &long);
    assert_eq!(reply, Reply::Answer(Answer::Rating(3)));
    expect![[r#"
        That line is longer than 4096 bytes and was not read.
        Also: b goes back, s skips, ? says why it is asked, q saves and quits.
        Answer 1 to 5:
        Answered: Sometimes.
    "#]]
    .assert_eq(&asked_again(&output));
}

#[test]
fn long_and_wide_texts_stay_within_the_line() {
    let mut item = sample::choice(9);
    item.ask = "長い質問".repeat(60) + &"endless".repeat(40);
    item.why = Some("理由".repeat(100));
    let question =
        Question { notice: Some("The last answer could not be saved."), ..sample::question(&item, 7) };
    let (_, output) = ask(&question, "?\nnonsense\n2\n".as_bytes());
    assert!(output.starts_with("\nNote: The last answer could not be saved.\n"), "{output}");
}
