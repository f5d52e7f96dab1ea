use crate::bank::{Answer, Item};
use crate::prompt::entry::Entry;
use crate::prompt::keys::{Keys, Press};
use crate::prompt::{Question, Reply};
use crate::session::Given;

use super::sample;

/// The reply after keys typed as text, or the hint if there is none.
#[track_caller]
fn check(item: &Item, keys: &str, expect: &str) {
    check_at(2, item, None, keys, expect);
}

/// The same when the person came back to the question, if there is an earlier answer.
#[track_caller]
fn check_at(number: usize, item: &Item, earlier: Option<&Given>, keys: &str, expect: &str) {
    let question = Question { earlier, ..sample::question(item, number) };
    let mut entry = Entry::new(&question);
    let mut decoder = Keys::default();
    let mut presses: Vec<Press> = keys.bytes().filter_map(|byte| decoder.feed(byte)).collect();
    presses.extend(decoder.patience().and_then(|_| decoder.quiet()));
    let mut reply = None;
    for press in presses {
        assert_eq!(reply, None, "keys after the reply in {keys:?}");
        reply = entry.press(&press, false);
    }
    let got = match reply {
        Some(reply) => format!("{reply:?}"),
        None => entry.hint().unwrap_or("").to_owned(),
    };
    assert_eq!(got, expect, "{keys:?}");
}

#[test]
fn the_key_of_an_option_answers_at_once() {
    let item = sample::rating(&["Never", "Seldom", "Often"]);
    check(&item, "1", "Answer(Rating(1))");
    check(&item, "３", "Answer(Rating(3))");
    check(&item, "4", "Press 1-3.");
    check(&item, "0", "Press 1-3.");
    check(&sample::choice(4), "2", "Answer(Choice(1))");
    check(&sample::choice(12), "1", "Answer(Choice(0))");
    check(&sample::choice(12), "a", "Answer(Choice(9))");
    check(&sample::choice(12), "C", "Answer(Choice(11))");
    check(&sample::choice(12), "0", "Press 1-9 or a-c.");
}

#[test]
fn labels_that_are_numbers_are_their_own_keys() {
    let item = sample::scale(0, 10);
    check(&item, "0", "Answer(Rating(1))");
    check(&item, "7", "Answer(Rating(8))");
    check(&item, "a", "Answer(Rating(11))");
    check(&sample::scale(1, 7), "0", "Press 1-7.");
    check(&sample::scale(-2, 2), "2", "Answer(Rating(5))");
    check(&sample::scale(-2, 2), "a", "Answer(Rating(1))");
}

#[test]
fn nothing_is_selected_at_first() {
    let item = sample::rating(&["Never", "Seldom", "Often"]);
    check(&item, "\r", "Nothing is chosen yet: press a key from the list, or Down and then Enter.");
    check(&item, "j\r", "Answer(Rating(1))");
    check(&item, "k\r", "Answer(Rating(3))");
    check(&item, "jjjj\r", "Answer(Rating(1))");
    check(&item, "jk\r", "Answer(Rating(3))");
    check(&item, "xyz !", "");
}

#[test]
fn the_earlier_answer_is_kept_with_enter() {
    let often = Given::Answered(Answer::Rating(3));
    let item = sample::rating(&["Never", "Seldom", "Often"]);
    check_at(2, &item, Some(&often), "\r", "Answer(Rating(3))");
    check_at(2, &item, Some(&often), "k\r", "Answer(Rating(2))");
    check_at(2, &item, Some(&Given::Skipped), "j\r", "Answer(Rating(1))");
    let ticks = Given::Answered(Answer::Checklist(vec![0, 2]));
    check_at(2, &sample::checklist(4), Some(&ticks), "\r", "Answer(Checklist([0, 2]))");
    check_at(2, &sample::checklist(4), Some(&ticks), "14\r", "Answer(Checklist([2, 3]))");
    let none = Given::Answered(Answer::Checklist(vec![]));
    check_at(2, &sample::checklist(4), Some(&none), "\r", "Answer(Checklist([]))");
}

#[test]
fn back_works_from_every_question_but_the_first() {
    let items =
        [sample::rating(&["No", "Yes"]), sample::choice(3), sample::checklist(3), sample::number(0.0, 9.0)];
    for item in &items {
        check(item, "\u{1b}", "Back");
        check_at(1, item, None, "\u{1b}", "This is the first question.");
        check(item, "s", "Skip");
        check(item, "\u{4}", "Pause(Asked)");
        check(item, "\u{3}", "Pause(Signal(2))");
        check(item, "\u{1c}", "Pause(Signal(3))");
    }
    for item in &items[..3] {
        check(item, "\u{7f}", "Back");
        check(item, "\u{1b}[D", "Back");
    }
}

#[test]
fn a_checklist_is_ticked_by_key_and_by_space() {
    let item = sample::checklist(12);
    check(&item, "13\r", "Answer(Checklist([0, 2]))");
    check(&item, "133\r", "Answer(Checklist([0]))");
    check(&item, "abc\r", "Answer(Checklist([9, 10, 11]))");
    check(&item, "k k \r", "Answer(Checklist([10, 11]))");
    check(&item, "0", "Answer(Checklist([]))");
    check(&item, "\r", "Press 0 if none of these apply.");
    check(&item, " ", "Move to an option with Up and Down, then tick it with Space.");
    check(&sample::checklist(3), "5", "Press 1-3.");
}

#[test]
fn ticks_are_not_lost_to_one_key() {
    let zero = "0 answers \"none of these\" and removes your ticks. Press it again if you mean that.";
    let skip = "s skips the question and removes your ticks. Press it again if you mean that.";
    let item = sample::checklist(12);
    check(&item, "10", zero);
    check(&item, "10\r", "Answer(Checklist([0]))");
    check(&item, "100", "Answer(Checklist([]))");
    check(&item, "10j0", zero);
    check(&item, "1s", skip);
    check(&item, "10s", skip);
    check(&item, "1ss", "Skip");
    check(&item, "11s", "Skip");
}

#[test]
fn ticks_that_were_changed_are_a_draft() {
    let item = sample::checklist(12);
    let earlier = Given::Answered(Answer::Checklist(vec![4]));
    let mut entry = Entry::new(&Question { earlier: Some(&earlier), ..sample::question(&item, 2) });
    assert_eq!(entry.draft(), None);
    entry.press(&Press::Char('2'), false);
    assert_eq!(entry.draft(), Some(Answer::Checklist(vec![1, 4])));
}

#[test]
fn a_number_is_typed_corrected_and_checked() {
    let item = sample::number(0.0, 1e6);
    check(&item, "120000\r", "Answer(Number(120000.0))");
    check(&item, "120k dollars\r", "Answer(Number(120000.0))");
    check(&item, "12\u{7f}5\r", "Answer(Number(15.0))");
    check(&item, "15\u{1b}[D2\r", "Answer(Number(125.0))");
    check(&item, "999\u{15}5\r", "Answer(Number(5.0))");
    check(&item, "1\u{7f}\u{7f}\u{7f}s", "Skip");
    check(&item, "1sbq\u{1b}", "Back");
    check(&item, "\u{1b}[200~120,000.50\n\u{1b}[201~\r", "Answer(Number(120000.5))");
    let range = "Type a number from 0 to 1,000,000";
    check(&item, "about 12\r", &format!("That is not one number. {range}, such as 12."));
    check(&item, "2000000\r", &format!("{range}, not 2,000,000."));
    check(&item, "\r", &format!("{range}."));
    check(&sample::number(-9.0, 9.0), "-5\r", "Answer(Number(-5.0))");
}

#[test]
fn an_earlier_number_counts_as_empty() {
    let earlier = Given::Answered(Answer::Number(12.5));
    let item = sample::number(0.0, 100.0);
    check_at(2, &item, Some(&earlier), "\r", "Answer(Number(12.5))");
    check_at(2, &item, Some(&earlier), "7\r", "Answer(Number(7.0))");
    check_at(2, &item, Some(&earlier), "\u{7f}\u{1b}[D\r", "Answer(Number(12.5))");
    check_at(2, &item, Some(&earlier), "s", "Skip");
    check_at(2, &item, Some(&earlier), "\u{15}\r", "Type a number from 0 to 100.");
    check_at(
        2,
        &sample::number(0.0, 10.0),
        Some(&earlier),
        "\r",
        "The answer must be a number from 0 to 10.",
    );
}

#[test]
fn a_repeated_key_answers_nothing() {
    let repeated = |item: &Item, before: &str, press: Press| {
        let question = sample::question(item, 2);
        let mut entry = Entry::new(&question);
        before.chars().for_each(|c| {
            entry.press(&Press::Char(c), false);
        });
        (entry.press(&press, true), entry.draft().is_some())
    };
    let nothing = (None, false);
    for press in [Press::Char('1'), Press::Char('s'), Press::Enter, Press::Paste("1".into())] {
        assert_eq!(repeated(&sample::frequency(), "j", press), nothing);
    }
    assert_eq!(repeated(&sample::checklist(4), "", Press::Char('1')), nothing);
    assert_eq!(repeated(&sample::number(0.0, 9.0), "", Press::Char('s')), nothing);
    assert_eq!(repeated(&sample::number(0.0, 9.0), "1", Press::Enter), nothing);
    let item = sample::number(0.0, 99.0);
    let question = sample::question(&item, 2);
    let mut entry = Entry::new(&question);
    entry.press(&Press::Char('5'), false);
    entry.press(&Press::Char('5'), true);
    assert_eq!(entry.press(&Press::Enter, false), Some(Reply::Answer(Answer::Number(55.0))));
}

#[test]
fn why_is_shown_and_taken_away_again() {
    let mut item = sample::choice(2);
    check(&item, "?", "There is no more to say about this question.");
    item.why = Some("Because.".into());
    let question = sample::question(&item, 2);
    let mut entry = Entry::new(&question);
    let why = Press::Char('?');
    assert_eq!((entry.press(&why, false), entry.why()), (None, Some("Because.")));
    assert_eq!((entry.press(&Press::Down, false), entry.why()), (None, Some("Because.")));
    assert_eq!((entry.press(&why, false), entry.why()), (None, None));
}
