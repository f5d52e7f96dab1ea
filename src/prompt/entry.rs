//! What a person has entered on one question so far.
//!
//! [`Entry`] is a pure state machine that turns presses into a [`Reply`]. It begins with the earlier
//! answer, if the person came back. Otherwise nothing is selected, so nobody answers by accident.

use std::collections::BTreeSet;

use crate::bank::{Answer, ItemKind};
use crate::prompt::field::TextField;
use crate::prompt::keys::{Press, narrow};
use crate::prompt::{Cause, Question, Reply, SIGINT, SIGQUIT, number, words};
use crate::session::Given;

#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) question: Question<'a>,
    why: bool,
    hint: Option<String>,
    /// The key that must be pressed again to confirm.
    asked: Option<char>,
    pub(crate) selected: Option<usize>,
    pub(crate) field: Field,
}

#[derive(Debug)]
pub(crate) enum Field {
    /// One of several labels or options.
    List,
    /// Any of several options.
    Ticks { ticked: BTreeSet<usize>, changed: bool },
    Number {
        text: TextField,
        /// Still the earlier answer, which the first key typed replaces.
        untouched: bool,
    },
}

/// What a press does: perhaps a reply, or nothing, and the hint why.
type PressResult = Result<Option<Reply>, String>;

impl<'a> Entry<'a> {
    pub(crate) fn new(question: &Question<'a>) -> Entry<'a> {
        let earlier = match question.earlier {
            Some(Given::Answered(answer)) => Some(answer),
            _ => None,
        };
        let (selected, field) = match (&question.item.kind, earlier) {
            (ItemKind::Number(range), earlier) => {
                let text = if let Some(Answer::Number(x)) = earlier { range.say(*x) } else { String::new() };
                (None, Field::Number { text: TextField::new(&text), untouched: earlier.is_some() })
            }
            (ItemKind::Checklist { .. }, earlier) => {
                let ticks: &[usize] = if let Some(Answer::Checklist(ticks)) = earlier { ticks } else { &[] };
                (None, Field::Ticks { ticked: ticks.iter().copied().collect(), changed: false })
            }
            (_, Some(Answer::Rating(r))) => (Some(usize::from(*r) - 1), Field::List),
            (_, Some(Answer::Choice(option))) => (Some(*option), Field::List),
            _ => (None, Field::List),
        };
        Entry { question: *question, why: false, hint: None, asked: None, selected, field }
    }

    /// Why the last press did nothing, and what to press.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The item's reason, if the person wants to see it.
    pub(crate) fn why(&self) -> Option<&'a str> {
        self.question.item.why.as_deref().filter(|_| self.why)
    }

    pub(crate) fn earlier(&self) -> Option<String> {
        match self.question.earlier? {
            Given::Answered(answer) => {
                Some(format!("Earlier answer: {}", self.question.item.in_words(answer)))
            }
            Given::Skipped => Some("Skipped earlier".to_owned()),
        }
    }

    /// Changed ticks, to keep if the person leaves before Enter.
    pub(crate) fn draft(&self) -> Option<Answer> {
        match &self.field {
            Field::Ticks { ticked, changed: true } => Some(ticks(ticked)),
            _ => None,
        }
    }

    /// Returns the reply once there is one. A press that only repeats the one before answers nothing.
    pub(crate) fn press(&mut self, press: &Press, is_repeat: bool) -> Option<Reply> {
        if !is_repeat {
            self.hint = None;
        }
        let asked = self.asked.take();
        let done = match (press, &self.field) {
            (Press::Interrupt, _) => Ok(Some(Reply::Pause(Cause::Signal(SIGINT)))),
            (Press::Quit, _) => Ok(Some(Reply::Pause(Cause::Signal(SIGQUIT)))),
            (Press::EndOfInput, _) => Ok(Some(Reply::Pause(Cause::Asked))),
            (Press::Escape, _) => self.back(),
            (Press::Char(c), _) if narrow(*c) == '?' => self.toggle_why(),
            (_, Field::Number { .. }) => self.press_number(press, is_repeat),
            _ => self.press_list(press, is_repeat, asked),
        };
        done.unwrap_or_else(|hint| {
            self.hint = Some(hint);
            None
        })
    }

    fn back(&self) -> PressResult {
        if self.question.progress.number <= 1 { Err(words::FIRST.to_owned()) } else { Ok(Some(Reply::Back)) }
    }

    fn toggle_why(&mut self) -> PressResult {
        if self.question.item.why.is_none() {
            return Err(words::NO_WHY.to_owned());
        }
        self.why = !self.why;
        Ok(None)
    }

    fn press_list(&mut self, press: &Press, is_repeat: bool, asked: Option<char>) -> PressResult {
        let len = words::options(self.question.item).len();
        let last = len.checked_sub(1);
        let next = |step: usize| move |index: usize| (index + step) % len;
        match press {
            Press::Left | Press::Backspace => return self.back(),
            Press::Home => self.selected = Some(0),
            Press::End => self.selected = last,
            Press::Down | Press::Char('j') => self.selected = self.selected.map(next(1)).or(Some(0)),
            Press::Up | Press::Char('k') => self.selected = self.selected.map(next(len - 1)).or(last),
            _ if is_repeat => {}
            Press::Paste(_) => {
                return Err("That looks like a paste. A paste answers nothing here.".to_owned());
            }
            Press::Enter => return self.enter(),
            Press::Char(c) => return self.command(narrow(*c), asked),
            _ => {}
        }
        Ok(None)
    }

    fn command(&mut self, c: char, asked: Option<char>) -> PressResult {
        let keys = words::keys(self.question.item);
        let is_key = |c: char| keys.iter().position(|key| *key == Some(c));
        // With Caps Lock on, letters are capital.
        let c = if is_key(c).is_some() { c } else { c.to_ascii_lowercase() };
        if let Some(index) = is_key(c) {
            return Ok(self.choose(index));
        }
        match (c, &self.field) {
            ('s' | '0', Field::Ticks { ticked, .. }) if !ticked.is_empty() && asked != Some(c) => {
                self.asked = Some(c);
                let what = if c == 's' { "skips the question" } else { "answers \"none of these\"" };
                Err(format!("{c} {what} and removes your ticks. Press it again if you mean that."))
            }
            ('s', _) => Ok(Some(Reply::Skip)),
            ('0', Field::Ticks { .. }) => Ok(Some(Reply::Answer(Answer::Checklist(Vec::new())))),
            (' ', Field::Ticks { .. }) => match self.selected {
                Some(index) => Ok(self.choose(index)),
                None => Err("Move to an option with Up and Down, then tick it with Space.".to_owned()),
            },
            ('0'..='9', _) => Err(format!("Press {}.", words::key_range(&keys))),
            _ => Ok(None),
        }
    }

    fn choose(&mut self, index: usize) -> Option<Reply> {
        if let Field::Ticks { ticked, changed } = &mut self.field {
            self.selected = Some(index);
            if !ticked.remove(&index) {
                ticked.insert(index);
            }
            *changed = true;
            return None;
        }
        words::nth(self.question.item, index).map(Reply::Answer)
    }

    fn enter(&mut self) -> PressResult {
        let none = Given::Answered(Answer::Checklist(Vec::new()));
        let was_none = self.question.earlier.is_some_and(|given| *given == none);
        match (&self.field, self.selected) {
            (Field::Ticks { ticked, .. }, _) if was_none || !ticked.is_empty() => {
                Ok(Some(Reply::Answer(ticks(ticked))))
            }
            (Field::Ticks { .. }, _) => Err("Press 0 if none of these apply.".to_owned()),
            (_, Some(index)) => Ok(self.choose(index)),
            (_, None) => {
                Err("Nothing is chosen yet: press a key from the list, or Down and then Enter.".to_owned())
            }
        }
    }

    fn press_number(&mut self, press: &Press, is_repeat: bool) -> PressResult {
        let item = self.question.item;
        let (Field::Number { text, untouched }, ItemKind::Number(range)) = (&mut self.field, &item.kind)
        else {
            return Ok(None);
        };
        let is_empty = *untouched || text.is_empty();
        match (press, self.question.earlier) {
            (Press::Enter, _) if is_repeat => return Ok(None),
            (Press::Enter, Some(Given::Answered(answer))) if *untouched => {
                // The bank may have changed since.
                let kept = item.accept(answer.clone()).map_err(|refused| format!("The answer {refused}."))?;
                return Ok(Some(Reply::Answer(kept)));
            }
            (Press::Enter, _) if is_empty => return Err(format!("Type {}.", item.must_be())),
            (Press::Enter, _) => {
                return number::answer(&text.text(), item, range).map(Reply::Answer).map(Some);
            }
            (Press::Char('s' | 'ｓ'), _) if is_empty => return Ok((!is_repeat).then_some(Reply::Skip)),
            (Press::Char(_) | Press::Paste(_) | Press::Clear, _) if *untouched => {
                *text = TextField::default();
            }
            (Press::Backspace | Press::Delete | Press::Left | Press::Right | Press::Home | Press::End, _) => {
            }
            _ if *untouched => return Ok(None),
            _ => {}
        }
        *untouched = false;
        text.press(press);
        Ok(None)
    }
}

fn ticks(ticked: &BTreeSet<usize>) -> Answer {
    Answer::Checklist(ticked.iter().copied().collect())
}
