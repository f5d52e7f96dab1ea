//! One line of text, as it is typed and corrected.

use crate::prompt::keys::Press;

/// The longest text that a field takes, in characters.
const MAX_CHARS: usize = 1000;

#[derive(Debug, Clone, Default)]
pub(crate) struct TextField {
    text: Vec<char>,
    at: usize,
}

impl TextField {
    pub(crate) fn new(text: &str) -> TextField {
        let text: Vec<char> = text.chars().collect();
        TextField { at: text.len(), text }
    }

    pub(crate) fn text(&self) -> String {
        self.text.iter().collect()
    }

    pub(crate) fn before_cursor(&self) -> String {
        self.text[..self.at].iter().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn press(&mut self, press: &Press) {
        match press {
            Press::Char(c) => self.insert(*c),
            Press::Paste(text) => {
                // Its lines become one.
                text.trim().chars().for_each(|c| self.insert(if c.is_control() { ' ' } else { c }));
            }
            Press::Left => self.at = self.at.saturating_sub(1),
            Press::Right => self.at = (self.at + 1).min(self.text.len()),
            Press::Home => self.at = 0,
            Press::End => self.at = self.text.len(),
            Press::Backspace if self.at > 0 => {
                self.at -= 1;
                self.text.remove(self.at);
            }
            Press::Delete if self.at < self.text.len() => {
                self.text.remove(self.at);
            }
            Press::Clear => *self = TextField::default(),
            _ => {}
        }
    }

    fn insert(&mut self, c: char) {
        if self.text.len() < MAX_CHARS {
            self.text.insert(self.at, c);
            self.at += 1;
        }
    }
}

#[cfg(test)]
#[path = "../../tests/prompt/field.rs"]
mod tests;
