//! What a person has entered on one question so far, and what the next press makes of it.
//!
//! [`Entry`] is a pure state machine: presses in, at the end a [`Reply`] out. It begins with the
//! earlier answer, if the person came back, and otherwise with nothing selected: there is no default
//! to fall into.

use crate::bank::{Answer, Item, ItemKind};
use crate::prompt::keys::Press;
use crate::prompt::{Cause, Question, Reply, words};
use crate::session::Given;

/// Up to here one digit names an option; beyond, it only moves the selection.
pub const ONE_DIGIT: usize = 9;
/// More digits than any sensible number has.
const MAX_DIGITS: usize = 15;
/// The number of the signal that Ctrl-C sends.
const SIGINT: i32 = 2;

/// The state of one question on the screen.
#[derive(Debug)]
pub struct Entry<'a> {
    item: &'a Item,
    earlier: Option<&'a Given>,
    is_first: bool,
    why: bool,
    hint: Option<String>,
    field: Field,
}

/// What has been entered, by kind of item.
#[derive(Debug)]
pub enum Field {
    /// One of several labels or options.
    List {
        /// Where the arrows are.
        selected: Option<usize>,
        /// The number typed so far, where one digit does not do.
        typed: usize,
    },
    /// Any of several options.
    Ticks {
        /// Where the arrows are.
        selected: Option<usize>,
        /// One for each option.
        ticked: Vec<bool>,
        /// `0` was pressed while something was ticked.
        sure: bool,
    },
    /// A number.
    Number {
        /// As typed, without grouping.
        text: String,
        /// Still the earlier answer: the first digit replaces it.
        untouched: bool,
    },
}

impl<'a> Entry<'a> {
    /// The question as it is first shown.
    #[must_use]
    pub fn new(question: &Question<'a>) -> Entry<'a> {
        let earlier = match question.earlier {
            Some(Given::Answered(answer)) => Some(answer),
            _ => None,
        };
        let field = match (&question.item.kind, earlier) {
            (ItemKind::Rating(_), Some(Answer::Rating(r))) => list(Some(usize::from(*r) - 1)),
            (ItemKind::Choice(_), Some(Answer::Choice(option))) => list(Some(*option)),
            (ItemKind::Rating(_) | ItemKind::Choice(_), _) => list(None),
            (ItemKind::Checklist { options, .. }, earlier) => {
                let mut ticked = vec![false; options.len()];
                if let Some(Answer::Checklist(ticks)) = earlier {
                    for tick in ticks {
                        ticked[*tick] = true;
                    }
                }
                Field::Ticks { selected: None, ticked, sure: false }
            }
            (ItemKind::Number(_), Some(Answer::Number(x))) => {
                Field::Number { text: x.to_string(), untouched: true }
            }
            (ItemKind::Number(_), _) => Field::Number { text: String::new(), untouched: false },
        };
        Entry {
            item: question.item,
            earlier: question.earlier,
            is_first: question.place.number <= 1,
            why: false,
            hint: None,
            field,
        }
    }

    /// What has been entered.
    #[must_use]
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// The option that the arrows are on.
    #[must_use]
    pub fn selected(&self) -> Option<usize> {
        match &self.field {
            Field::List { selected, .. } | Field::Ticks { selected, .. } => *selected,
            Field::Number { .. } => None,
        }
    }

    /// What the last press could not do, and what would.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The item's reason, while the person wants to see it.
    #[must_use]
    pub fn why(&self) -> Option<&'a str> {
        self.item.why.as_deref().filter(|_| self.why)
    }

    /// What the person gave before, in words.
    #[must_use]
    pub fn earlier(&self) -> Option<String> {
        match self.earlier? {
            Given::Answered(answer) => Some(format!("Earlier answer: {}", self.item.in_words(answer))),
            Given::Skipped => Some("Skipped earlier".to_owned()),
        }
    }

    /// One press; a reply once the question is settled.
    pub fn press(&mut self, press: Press) -> Option<Reply> {
        self.hint = None;
        match press {
            Press::Interrupt => Some(Reply::Pause(Cause::Signal(SIGINT))),
            Press::EndOfInput => Some(Reply::Pause(Cause::Asked)),
            Press::Skip => Some(Reply::Skip),
            Press::Back => self.back(),
            Press::Backspace if !self.deletes() => self.back(),
            Press::Why if self.item.why.is_none() => self.say("There is no more to say about this question."),
            Press::Why => {
                self.why = !self.why;
                None
            }
            _ => match &self.field {
                Field::List { .. } => self.press_list(press),
                Field::Ticks { .. } => self.press_ticks(press),
                Field::Number { .. } => self.press_number(press),
            },
        }
    }

    fn back(&mut self) -> Option<Reply> {
        if self.is_first { self.say("This is the first question.") } else { Some(Reply::Back) }
    }

    /// Whether Backspace has something to delete.
    fn deletes(&self) -> bool {
        matches!(&self.field, Field::Number { text, .. } if !text.is_empty())
    }

    fn say(&mut self, hint: impl Into<String>) -> Option<Reply> {
        self.hint = Some(hint.into());
        None
    }

    fn press_list(&mut self, press: Press) -> Option<Reply> {
        let len = words::options(self.item).len();
        let Field::List { selected, typed } = &mut self.field else { return None };
        let before = std::mem::take(typed);
        match press {
            Press::Digit(digit) if len <= ONE_DIGIT => match usize::from(digit) {
                number if (1..=len).contains(&number) => self.choose(number - 1),
                _ => self.say(format!("Press a number from 1 to {len}.")),
            },
            Press::Digit(digit) => {
                let digit = usize::from(digit);
                let numbers = [before * 10 + digit, digit];
                match numbers.into_iter().find(|number| (1..=len).contains(number)) {
                    Some(number) => {
                        *typed = number;
                        *selected = Some(number - 1);
                        None
                    }
                    None => self.say(format!("Type a number from 1 to {len}, then Enter.")),
                }
            }
            Press::Enter => match *selected {
                Some(index) => self.choose(index),
                None => self.say("Nothing is chosen yet: press a number, or Down and then Enter."),
            },
            _ => {
                *selected = moved(*selected, press, len);
                None
            }
        }
    }

    fn choose(&self, index: usize) -> Option<Reply> {
        let answer = match &self.item.kind {
            ItemKind::Rating(_) => Answer::Rating(u8::try_from(index + 1).ok()?),
            _ => Answer::Choice(index),
        };
        Some(Reply::Answer(answer))
    }

    fn press_ticks(&mut self, press: Press) -> Option<Reply> {
        let was_empty =
            matches!(self.earlier, Some(Given::Answered(Answer::Checklist(ticks))) if ticks.is_empty());
        let Field::Ticks { selected, ticked, sure } = &mut self.field else { return None };
        let was_sure = std::mem::take(sure);
        let len = ticked.len();
        let any = ticked.contains(&true);
        match press {
            Press::Digit(0) if any && !was_sure => {
                *sure = true;
                self.say("0 takes all ticks off and answers none of these. Press it again if you mean that.")
            }
            Press::Digit(0) => Some(Reply::Answer(Answer::Checklist(Vec::new()))),
            Press::Digit(digit) if usize::from(digit) <= len => {
                let index = usize::from(digit) - 1;
                *selected = Some(index);
                ticked[index] = !ticked[index];
                None
            }
            Press::Digit(_) => self.say(format!("There are {len} options.")),
            Press::Space => match *selected {
                Some(index) => {
                    ticked[index] = !ticked[index];
                    None
                }
                None => self.say("Move to an option with Up and Down, then tick it with Space."),
            },
            Press::Enter if any || was_empty => {
                let ticks = ticked.iter().enumerate().filter(|(_, ticked)| **ticked).map(|(index, _)| index);
                Some(Reply::Answer(Answer::Checklist(ticks.collect())))
            }
            Press::Enter => self.say("Press 0 if none of these apply."),
            _ => {
                *selected = moved(*selected, press, len);
                None
            }
        }
    }

    fn press_number(&mut self, press: Press) -> Option<Reply> {
        let Field::Number { text, untouched } = &mut self.field else { return None };
        // Whatever is typed stays to be seen: a comma or a letter left out would make another number.
        let types = matches!(press, Press::Digit(_) | Press::Char(_));
        if std::mem::take(untouched) && types {
            text.clear();
        }
        match press {
            Press::Digit(_) | Press::Char(_) if text.len() >= MAX_DIGITS => {
                self.say("That is as long as a number can be here.")
            }
            Press::Digit(digit) => {
                text.push(char::from(b'0' + digit));
                None
            }
            Press::Char(c) if c.is_ascii_graphic() => {
                text.push(c);
                None
            }
            Press::Backspace => {
                text.pop();
                None
            }
            Press::Enter => self.enter_number(),
            _ => None,
        }
    }

    fn enter_number(&mut self) -> Option<Reply> {
        let Field::Number { text, .. } = &self.field else { return None };
        let answer = words::parse_number(text).and_then(|x| self.item.accept(Answer::Number(x)).ok());
        match answer {
            Some(answer) => Some(Reply::Answer(answer)),
            None if text.contains(',') => self
                .say(format!("Write {} with a point for fractions and without commas.", self.item.must_be())),
            None => self.say(format!("The answer must be {}.", self.item.must_be())),
        }
    }
}

fn list(selected: Option<usize>) -> Field {
    Field::List { selected, typed: 0 }
}

/// The selection after an arrow; the ends join up.
fn moved(selected: Option<usize>, press: Press, len: usize) -> Option<usize> {
    match (press, selected) {
        (Press::Home, _) | (Press::Down | Press::Char('j'), None) => Some(0),
        (Press::End, _) | (Press::Up | Press::Char('k'), None) => Some(len - 1),
        (Press::Down | Press::Char('j'), Some(index)) => Some((index + 1) % len),
        (Press::Up | Press::Char('k'), Some(index)) => Some((index + len - 1) % len),
        _ => selected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::sample;

    /// The reply after keys typed as text, and the hint if there is none.
    #[track_caller]
    fn check(item: &Item, earlier: Option<&Given>, number: usize, keys: &str, expect: &str) {
        let question = Question { earlier, ..sample::question(item, number) };
        let mut entry = Entry::new(&question);
        let mut decoder = crate::prompt::keys::Keys::default();
        let mut presses: Vec<Press> = Vec::new();
        for part in keys.split_inclusive('\u{1b}') {
            presses.extend(part.bytes().filter_map(|byte| decoder.feed(byte)));
            presses.extend(decoder.patience().and_then(|_| decoder.quiet()));
        }
        let mut reply = None;
        for press in presses {
            assert_eq!(reply, None, "keys after the reply in {keys:?}");
            reply = entry.press(press);
        }
        let got = match reply {
            Some(reply) => format!("{reply:?}"),
            None => entry.hint().unwrap_or("").to_owned(),
        };
        assert_eq!(got, expect, "{keys:?}");
    }

    #[test]
    fn a_digit_answers_at_once_up_to_nine_options() {
        let item = sample::rating(&["Never", "Seldom", "Often"]);
        check(&item, None, 2, "1", "Answer(Rating(1))");
        check(&item, None, 2, "3", "Answer(Rating(3))");
        check(&item, None, 2, "4", "Press a number from 1 to 3.");
        check(&item, None, 2, "0", "Press a number from 1 to 3.");
        check(&sample::choice(4), None, 2, "2", "Answer(Choice(1))");
    }

    #[test]
    fn beyond_nine_options_digits_select_and_enter_answers() {
        let labels: Vec<String> = (0..=10).map(|n| n.to_string()).collect();
        let item = sample::rating(&labels.iter().map(String::as_str).collect::<Vec<_>>());
        check(&item, None, 2, "1", "");
        check(&item, None, 2, "1\r", "Answer(Rating(1))");
        check(&item, None, 2, "10\r", "Answer(Rating(10))");
        check(&item, None, 2, "11\r", "Answer(Rating(11))");
        check(&item, None, 2, "12\r", "Answer(Rating(2))");
        check(&item, None, 2, "1j0\r", "Answer(Rating(2))");
        check(&item, None, 2, "0", "Type a number from 1 to 11, then Enter.");
    }

    #[test]
    fn nothing_is_selected_at_first() {
        let item = sample::rating(&["Never", "Seldom", "Often"]);
        check(&item, None, 2, "\r", "Nothing is chosen yet: press a number, or Down and then Enter.");
        check(&item, None, 2, "j\r", "Answer(Rating(1))");
        check(&item, None, 2, "k\r", "Answer(Rating(3))");
        check(&item, None, 2, "jjjj\r", "Answer(Rating(1))");
        check(&item, None, 2, "jk\r", "Answer(Rating(3))");
        check(&item, None, 2, "xyz !", "");
    }

    #[test]
    fn the_earlier_answer_is_kept_with_enter() {
        let often = Given::Answered(Answer::Rating(3));
        let item = sample::rating(&["Never", "Seldom", "Often"]);
        check(&item, Some(&often), 2, "\r", "Answer(Rating(3))");
        check(&item, Some(&often), 2, "k\r", "Answer(Rating(2))");
        check(&item, Some(&Given::Skipped), 2, "j\r", "Answer(Rating(1))");
        let ticks = Given::Answered(Answer::Checklist(vec![0, 2]));
        check(&sample::checklist(4), Some(&ticks), 2, "\r", "Answer(Checklist([0, 2]))");
        check(&sample::checklist(4), Some(&ticks), 2, "14\r", "Answer(Checklist([2, 3]))");
        let none = Given::Answered(Answer::Checklist(vec![]));
        check(&sample::checklist(4), Some(&none), 2, "\r", "Answer(Checklist([]))");
    }

    #[test]
    fn back_works_from_every_question_but_the_first() {
        let items = [
            sample::rating(&["No", "Yes"]),
            sample::choice(3),
            sample::checklist(3),
            sample::number(0.0, 9.0),
        ];
        for item in &items {
            check(item, None, 2, "\u{1b}", "Back");
            check(item, None, 2, "\u{7f}", "Back");
            check(item, None, 1, "\u{1b}", "This is the first question.");
            check(item, None, 2, "s", "Skip");
            check(item, None, 2, "\u{4}", "Pause(Asked)");
            check(item, None, 2, "\u{3}", "Pause(Signal(2))");
        }
    }

    #[test]
    fn a_checklist_is_ticked_by_digit_and_by_space() {
        let item = sample::checklist(12);
        check(&item, None, 2, "13\r", "Answer(Checklist([0, 2]))");
        check(&item, None, 2, "133\r", "Answer(Checklist([0]))");
        check(&item, None, 2, "k k \r", "Answer(Checklist([10, 11]))");
        check(&item, None, 2, "0", "Answer(Checklist([]))");
        check(&item, None, 2, "\r", "Press 0 if none of these apply.");
        check(&item, None, 2, " ", "Move to an option with Up and Down, then tick it with Space.");
        check(&sample::checklist(3), None, 2, "5", "There are 3 options.");
    }

    #[test]
    fn ticks_are_not_lost_to_one_zero() {
        let sure = "0 takes all ticks off and answers none of these. Press it again if you mean that.";
        check(&sample::checklist(12), None, 2, "10", sure);
        check(&sample::checklist(12), None, 2, "10\r", "Answer(Checklist([0]))");
        check(&sample::checklist(12), None, 2, "100", "Answer(Checklist([]))");
        check(&sample::checklist(12), None, 2, "10j0", sure);
    }

    #[test]
    fn a_number_is_typed_corrected_and_checked() {
        let item = sample::number(0.0, 1e6);
        check(&item, None, 2, "120000\r", "Answer(Number(120000.0))");
        check(&item, None, 2, "12\u{7f}5\r", "Answer(Number(15.0))");
        check(&item, None, 2, "1.5\r", "Answer(Number(1.5))");
        check(&item, None, 2, "120,000\r", "Answer(Number(120000.0))");
        // What was typed is refused as it stands, and never taken for another number.
        for typed in ["1.5.\r", "-5\r", "120k\r", "1e2\r"] {
            check(&item, None, 2, typed, "The answer must be a number from 0 to 1,000,000.");
        }
        let comma = "Write a number from 0 to 1,000,000 with a point for fractions and without commas.";
        check(&item, None, 2, "3,5\r", comma);
        check(&item, None, 2, "\r", "The answer must be a number from 0 to 1,000,000.");
        check(&item, None, 2, ".\r", "The answer must be a number from 0 to 1,000,000.");
        check(&item, None, 2, "2000000\r", "The answer must be a number from 0 to 1,000,000.");
        check(&item, None, 2, "1\u{7f}\u{7f}", "Back");
        check(&sample::number(-9.0, 9.0), None, 2, "-5\r", "Answer(Number(-5.0))");
    }

    #[test]
    fn the_first_digit_replaces_an_earlier_number() {
        let earlier = Given::Answered(Answer::Number(12.5));
        let item = sample::number(0.0, 100.0);
        check(&item, Some(&earlier), 2, "\r", "Answer(Number(12.5))");
        check(&item, Some(&earlier), 2, "7\r", "Answer(Number(7.0))");
        check(&item, Some(&earlier), 2, "\u{7f}\r", "Answer(Number(12.0))");
    }

    #[test]
    fn why_is_shown_and_taken_away_again() {
        let mut item = sample::choice(2);
        check(&item, None, 2, "?", "There is no more to say about this question.");
        item.why = Some("Because.".into());
        let question = sample::question(&item, 2);
        let mut entry = Entry::new(&question);
        assert_eq!((entry.press(Press::Why), entry.why()), (None, Some("Because.")));
        assert_eq!((entry.press(Press::Down), entry.why()), (None, Some("Because.")));
        assert_eq!((entry.press(Press::Why), entry.why()), (None, None));
    }
}
