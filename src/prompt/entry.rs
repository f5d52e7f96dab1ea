//! What a person has entered on one question so far.
//!
//! [`Entry`] is a pure state machine that turns presses into a [`Reply`]. It begins with the earlier
//! answer, if the person came back. Otherwise nothing is selected, so nobody answers by accident.

use crate::bank::{Answer, Item, ItemKind};
use crate::prompt::field::TextField;
use crate::prompt::keys::{Press, narrow};
use crate::prompt::{Cause, Question, Reply, number, words};
use crate::session::Given;

/// What Ctrl-C and Ctrl-\ send.
const SIGINT: i32 = 2;
const SIGQUIT: i32 = 3;

#[derive(Debug)]
pub(crate) struct Entry<'a> {
    item: &'a Item,
    earlier: Option<&'a Given>,
    is_first: bool,
    why: bool,
    hint: Option<String>,
    /// The key that must be pressed again to confirm.
    asked: Option<char>,
    /// Where the arrows are.
    pub(crate) selected: Option<usize>,
    pub(crate) field: Field,
}

#[derive(Debug)]
pub(crate) enum Field {
    /// One of several labels or options.
    List,
    /// Any of several options.
    Ticks { ticked: Vec<bool>, changed: bool },
    Number {
        text: TextField,
        /// Still the earlier answer, which the first key typed replaces.
        untouched: bool,
    },
}

impl<'a> Entry<'a> {
    pub(crate) fn new(question: &Question<'a>) -> Entry<'a> {
        let item = question.item;
        let earlier = match question.earlier {
            Some(Given::Answered(answer)) => Some(answer),
            _ => None,
        };
        let selected = match earlier {
            Some(Answer::Rating(r)) => Some(usize::from(*r) - 1),
            Some(Answer::Choice(option)) => Some(*option),
            _ => None,
        };
        let field = match (&item.kind, earlier) {
            (ItemKind::Rating(_) | ItemKind::Choice(_), _) => Field::List,
            (ItemKind::Checklist { options, .. }, earlier) => {
                let ticks = if let Some(Answer::Checklist(ticks)) = earlier { &ticks[..] } else { &[] };
                let ticked = (0..options.len()).map(|index| ticks.contains(&index)).collect();
                Field::Ticks { ticked, changed: false }
            }
            (ItemKind::Number(range), Some(Answer::Number(x))) => {
                Field::Number { text: TextField::new(&range.say(*x)), untouched: true }
            }
            (ItemKind::Number(_), _) => Field::Number { text: TextField::default(), untouched: false },
        };
        Entry {
            item,
            earlier: question.earlier,
            is_first: question.place.number <= 1,
            why: false,
            hint: None,
            asked: None,
            selected,
            field,
        }
    }

    /// Why the last press did nothing, and what to press.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The item's reason, if the person wants to see it.
    pub(crate) fn why(&self) -> Option<&'a str> {
        self.item.why.as_deref().filter(|_| self.why)
    }

    pub(crate) fn earlier(&self) -> Option<String> {
        match self.earlier? {
            Given::Answered(answer) => Some(format!("Earlier answer: {}", self.item.in_words(answer))),
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
        match press {
            Press::Interrupt => return Some(Reply::Pause(Cause::Signal(SIGINT))),
            Press::Quit => return Some(Reply::Pause(Cause::Signal(SIGQUIT))),
            Press::EndOfInput => return Some(Reply::Pause(Cause::Asked)),
            Press::Escape => return self.back(),
            Press::Char(c) if narrow(*c) == '?' => return self.toggle_why(),
            _ => {}
        }
        match &self.field {
            Field::Number { .. } => self.press_number(press, is_repeat),
            _ => self.press_list(press, is_repeat, asked),
        }
    }

    fn back(&mut self) -> Option<Reply> {
        if self.is_first { self.say("This is the first question.") } else { Some(Reply::Back) }
    }

    fn toggle_why(&mut self) -> Option<Reply> {
        if self.item.why.is_none() {
            return self.say("There is no more to say about this question.");
        }
        self.why = !self.why;
        None
    }

    fn say(&mut self, hint: impl Into<String>) -> Option<Reply> {
        self.hint = Some(hint.into());
        None
    }

    fn press_list(&mut self, press: &Press, is_repeat: bool, asked: Option<char>) -> Option<Reply> {
        let len = words::options(self.item).len();
        let last = len.checked_sub(1);
        let next = |step: usize| move |index: usize| (index + step) % len;
        match press {
            Press::Left | Press::Backspace => return self.back(),
            Press::Home => self.selected = Some(0),
            Press::End => self.selected = last,
            Press::Down | Press::Char('j') => self.selected = self.selected.map(next(1)).or(Some(0)),
            Press::Up | Press::Char('k') => {
                self.selected = self.selected.map(next(len - 1)).or(last);
            }
            _ if is_repeat => {}
            Press::Paste(_) => return self.say("That looks like a paste. A paste answers nothing here."),
            Press::Enter => return self.enter(),
            Press::Char(c) => return self.command(narrow(*c), asked),
            _ => {}
        }
        None
    }

    /// A character that names an option, or a command.
    fn command(&mut self, c: char, asked: Option<char>) -> Option<Reply> {
        let keys = words::keys(self.item);
        // With Caps Lock on, letters are capital.
        let is_key = |c: char| keys.iter().position(|key| *key == Some(c));
        let c = if is_key(c).is_some() { c } else { c.to_ascii_lowercase() };
        let n_ticked = match &self.field {
            Field::Ticks { ticked, .. } => ticked.iter().filter(|ticked| **ticked).count(),
            _ => 0,
        };
        match (c, is_key(c)) {
            (_, Some(index)) => self.choose(index),
            ('s' | '0', None) if n_ticked > 0 && asked != Some(c) => {
                self.asked = Some(c);
                let what = if c == 's' { "skips the question" } else { "answers \"none of these\"" };
                self.say(format!("{c} {what} and removes your ticks. Press it again if you mean that."))
            }
            ('s', None) => Some(Reply::Skip),
            ('0', None) if matches!(self.field, Field::Ticks { .. }) => {
                Some(Reply::Answer(Answer::Checklist(Vec::new())))
            }
            (' ', None) if matches!(self.field, Field::Ticks { .. }) => match self.selected {
                Some(index) => self.choose(index),
                None => self.say("Move to an option with Up and Down, then tick it with Space."),
            },
            ('0'..='9', None) => self.say(format!("Press {}.", words::key_range(&keys))),
            _ => None,
        }
    }

    /// Answers with an option, or ticks it.
    fn choose(&mut self, index: usize) -> Option<Reply> {
        if let Field::Ticks { ticked, changed } = &mut self.field {
            self.selected = Some(index);
            ticked[index] = !ticked[index];
            *changed = true;
            return None;
        }
        let answer = match &self.item.kind {
            ItemKind::Rating(_) => Answer::Rating(u8::try_from(index + 1).ok()?),
            _ => Answer::Choice(index),
        };
        Some(Reply::Answer(answer))
    }

    fn enter(&mut self) -> Option<Reply> {
        let was_none =
            matches!(self.earlier, Some(Given::Answered(Answer::Checklist(ticks))) if ticks.is_empty());
        match (&self.field, self.selected) {
            (Field::Ticks { ticked, .. }, _) if was_none || ticked.contains(&true) => {
                Some(Reply::Answer(ticks(ticked)))
            }
            (Field::Ticks { .. }, _) => self.say("Press 0 if none of these apply."),
            (_, Some(index)) => self.choose(index),
            (_, None) => {
                self.say("Nothing is chosen yet: press a key from the list, or Down and then Enter.")
            }
        }
    }

    fn press_number(&mut self, press: &Press, is_repeat: bool) -> Option<Reply> {
        let Field::Number { text, untouched } = &mut self.field else { return None };
        let is_empty = *untouched || text.is_empty();
        match press {
            Press::Enter if is_repeat => return None,
            Press::Enter => return self.enter_number(),
            Press::Char('s' | 'ｓ') if is_empty => return if is_repeat { None } else { Some(Reply::Skip) },
            Press::Char(_) | Press::Paste(_) | Press::Clear if *untouched => *text = TextField::default(),
            _ if *untouched => return None,
            _ => {}
        }
        *untouched = false;
        text.press(press);
        None
    }

    fn enter_number(&mut self) -> Option<Reply> {
        let (Field::Number { text, untouched }, ItemKind::Number(range)) = (&self.field, &self.item.kind)
        else {
            return None;
        };
        let answer = match self.earlier {
            // The bank may have changed since.
            Some(Given::Answered(answer)) if *untouched => {
                self.item.accept(answer.clone()).map_err(|refused| format!("The answer {refused}."))
            }
            _ if text.is_empty() => Err(format!("Type {}.", self.item.must_be())),
            _ => number::answer(&text.text(), self.item, range),
        };
        match answer {
            Ok(answer) => Some(Reply::Answer(answer)),
            Err(message) => self.say(message),
        }
    }
}

fn ticks(ticked: &[bool]) -> Answer {
    Answer::Checklist((0..ticked.len()).filter(|index| ticked[*index]).collect())
}

#[cfg(test)]
#[path = "../../tests/prompt/entry.rs"]
mod tests;
