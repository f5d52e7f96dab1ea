//! A respondent's way through `mini`: where parts open, what is timed, what is refused.

use coofit::bank::{Bank, Form};
use coofit::session::{Progress, Responses, Session};

use crate::results::rating;
use crate::support::bank;

fn mini() -> Bank {
    bank("tests/data/banks/mini")
}

#[test]
fn a_part_opens_with_its_first_question_of_the_form() {
    let bank = mini();
    // The full form asks 7, 3 and 2 questions of the three parts, the quick form 4, 1 and 2.
    for (form, n_items, opening) in [(Form::Full, 12, [1, 8, 11]), (Form::Quick, 7, [1, 5, 6])] {
        let mut session = Session::resume(&bank, Responses::new(&bank, form));
        let mut opened = Vec::new();
        for number in 1..=n_items {
            assert_eq!(session.progress(), Progress { number, of: n_items });
            if session.opens_part() {
                opened.push(number);
            }
            session.skip();
        }
        assert_eq!(opened, opening);
        assert_eq!((session.current(), session.opens_part()), (None, false), "after the last question");
        assert_eq!(session.progress(), Progress { number: n_items, of: n_items });
    }
}

#[test]
fn answers_of_one_part_leave_out_all_others() {
    let bank = mini();
    let item = |id: &str| bank.item(id).expect("an item");
    let mut given = Responses::new(&bank, Form::Full);
    given.skip(item("training-longest"));
    given.set(&bank, item("leading-credit"), rating(4)).expect("a label");
    let past = given.among(|index| bank.parts[bank.items[index].part].id == "past");
    assert_eq!(past.n_answered(), 0, "the answer of another part is gone");
    let of_past = Session::resume(&bank, past);
    assert_eq!(of_past.current(), Some(item("years-in-charge")));
    assert_eq!(of_past.left().len(), 3, "what was skipped comes again on the way");
}

#[test]
fn a_time_that_is_negative_or_not_finite_is_ignored() {
    let bank = mini();
    let mut sheet = Responses::new(&bank, Form::Full);
    for never in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.5] {
        sheet.spend(0, never);
        assert_eq!(sheet.seconds(0), None, "{never}");
    }
    for seconds in [0.0, 2.25, -1.0, f64::INFINITY, 0.5] {
        sheet.spend(0, seconds);
    }
    assert_eq!(sheet.seconds(0), Some(2.75));
    assert_eq!(sheet.seconds(1), None);
}

#[test]
fn time_goes_only_to_the_question_being_asked() {
    let bank = mini();
    let mut session = Session::resume(&bank, Responses::new(&bank, Form::Quick));
    while let Some(item) = session.current() {
        session.spend(1.0);
        assert_eq!(session.responses().seconds(item), Some(1.0));
        session.skip();
    }
    let before = session.responses().clone();
    session.spend(9.0);
    assert_eq!(session.responses(), &before);
}

#[test]
fn a_question_that_the_form_leaves_out_takes_no_answer() {
    let bank = mini();
    let item = bank.item("leading-credit").expect("an item of the full form alone");
    let mut sheet = Responses::new(&bank, Form::Quick);
    let refused = sheet.set(&bank, item, rating(4)).expect_err("it is not asked");
    assert_eq!(refused.to_string(), "must be left out: the quick form does not ask it");
    sheet.skip(item);
    assert_eq!(sheet, Responses::new(&bank, Form::Quick), "nor can it be skipped");
    sheet.set(&bank, bank.item("planning-week").expect("an item of both"), rating(4)).expect("it is asked");
}
