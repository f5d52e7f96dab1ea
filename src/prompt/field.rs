//! One line of text, as it is typed and corrected.

use crate::prompt::keys::Press;

/// The longest text that a field takes, in characters.
const MAX_CHARS: usize = 1000;

/// A text and the place of the cursor in it.
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

    /// Edits the text; false where the press means nothing to a text.
    pub(crate) fn press(&mut self, press: &Press) -> bool {
        match press {
            Press::Char(c) => self.insert(*c),
            // A paste keeps to this line.
            Press::Paste(text) => {
                let text = text.trim().chars();
                text.for_each(|c| self.insert(if c.is_control() { ' ' } else { c }));
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
            Press::Backspace | Press::Delete => {}
            Press::Clear => *self = TextField::default(),
            _ => return false,
        }
        true
    }

    fn insert(&mut self, c: char) {
        if self.text.len() < MAX_CHARS {
            self.text.insert(self.at, c);
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::keys::Keys;

    /// The text after some keys, with a bar for the cursor.
    #[track_caller]
    fn check(typed: &str, expect: &str) {
        let (mut keys, mut field) = (Keys::default(), TextField::default());
        typed.bytes().filter_map(|byte| keys.feed(byte)).for_each(|press| {
            field.press(&press);
        });
        let before = field.before_cursor();
        assert_eq!(format!("{before}|{}", &field.text()[before.len()..]), expect, "{typed:?}");
    }

    #[test]
    fn a_text_is_typed_and_corrected_anywhere() {
        check("6 years", "6 years|");
        check("16\x1b[D\x1b[D2\x1b[C5", "215|6");
        check("日本\x7f\x7f\x7f5", "5|");
        check("123\x01\x1b[3~\x1b[3~\x05\x1b[3~", "3|");
        check("123\x154", "4|");
        check("12\x1b[D\x1b[D\x1b[D\x7f", "|12");
    }

    #[test]
    fn a_paste_stays_in_the_line() {
        check("a\x1b[200~ b\r\nc\td \x1b[201~e", "ab  c de|");
    }

    #[test]
    fn a_text_has_an_end() {
        check(&"x".repeat(2000), &format!("{}|", "x".repeat(MAX_CHARS)));
    }
}
