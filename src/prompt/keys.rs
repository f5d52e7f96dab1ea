//! Turns the bytes of a terminal into the keys that a person pressed.
//!
//! [`Keys`] is a pure state machine. [`Keys::feed`] takes one byte; [`Keys::quiet`] says that nothing followed
//! within [`Keys::patience`]. A key is a complete, known sequence: a classic one, one of the kitty protocol, or
//! one of xterm's `modifyOtherKeys`, because another program may have left either on. Every other chord,
//! mouse report, focus event or terminal reply is read to its end and does nothing. [`Held`] finds keys
//! that are held down.

use std::time::{Duration, Instant};

/// What a person pressed. [`plain`] has the control keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Press {
    Char(char),
    Paste(String),
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    Enter,
    Escape,
    Backspace,
    Delete,
    Clear,
    Redraw,
    Interrupt,
    Quit,
    Suspend,
    EndOfInput,
}

/// How long to wait after Esc for the rest of a sequence. Slow links need this long, and going back is
/// not urgent.
pub(crate) const ESCAPE_PATIENCE: Duration = Duration::from_millis(150);
/// How long to wait inside a sequence. Nobody types one by hand, so slow links get more time.
const SEQUENCE_PATIENCE: Duration = Duration::from_millis(300);
/// How long a paste may stall before it counts as over.
const PASTE_PATIENCE: Duration = Duration::from_secs(1);
/// A key that comes again so soon is held down.
const REPEAT: Duration = Duration::from_millis(120);
/// This many characters at once are a paste, in a terminal that does not mark pastes.
const BURST: usize = 8;
/// The longest paste that is kept, in bytes.
const MAX_PASTE: usize = 4096;
/// Longer than the parameters of any key.
const MAX_PARAMS: usize = 40;

const ESC: u8 = 0x1b;
const PASTE_START: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// The bytes so far of an unfinished sequence, paste or character.
    came: Vec<u8>,
    /// The sequence is read to its end, but is not a key.
    is_mute: bool,
    /// The Esc before this byte already counted as a key, so the rest of its sequence must do nothing.
    after_escape: bool,
}

impl Keys {
    /// How long to wait for the next byte before calling [`Keys::quiet`]; `None` means without end.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match &self.came[..] {
            [] => None,
            [ESC] => Some(ESCAPE_PATIENCE),
            came if came.starts_with(PASTE_START) => Some(PASTE_PATIENCE),
            _ => Some(SEQUENCE_PATIENCE),
        }
    }

    /// Nothing followed in time: a lone Esc is a key, and a paste without an end is over.
    pub(crate) fn quiet(&mut self) -> Option<Press> {
        let came = std::mem::take(&mut self.came);
        self.is_mute = false;
        if came == [ESC] {
            self.after_escape = true;
            return Some(Press::Escape);
        }
        let paste = came.strip_prefix(PASTE_START)?;
        Some(Press::Paste(String::from_utf8_lossy(paste).into_owned()))
    }

    /// Reads one byte; returns the key that it completes. The first arm that fits counts: pastes and mouse
    /// reports take any byte, even Ctrl-C; everywhere else Ctrl-C and Ctrl-D count at once.
    #[expect(clippy::match_same_arms, reason = "their order matters")]
    pub(crate) fn feed(&mut self, byte: u8) -> Option<Press> {
        if std::mem::take(&mut self.after_escape) && matches!(byte, b'[' | b'O') {
            (self.came, self.is_mute) = (vec![ESC], true);
        }
        let is_heard = |_: &Press| !self.is_mute;
        match (&self.came[..], byte) {
            (came, _) if came.starts_with(PASTE_START) => self.paste(byte),
            // The last byte of a mouse report, or of a function key of the Linux console, can be any byte.
            ([ESC, b'[', b'M', _, _] | [ESC, b'[', b'['], _) => self.done(None),
            ([ESC, b'[', b'M', ..], _) => self.more(byte),
            (_, 0x03 | 0x04) => self.done(plain(char::from(byte))),
            ([], ESC) => self.more(byte),
            ([], 0x80..=0xc1 | 0xf5..) => None,
            ([ESC, b']' | b'P' | b'X' | b'^' | b'_', ..], _) => self.string(byte),
            ([ESC, rest @ ..], ESC) => {
                self.is_mute = rest.is_empty();
                self.came.truncate(1);
                None
            }
            ([ESC], b'[' | b'O' | b']' | b'P' | b'X' | b'^' | b'_') => self.more(byte),
            // Alt with a key sends Esc and the key: that is a chord, and does nothing.
            ([ESC], _) => self.done(None),
            ([ESC, b'O'], b'0'..=b'9' | b';') => self.mute(),
            ([ESC, b'O'], _) => {
                let press = keypad(byte).filter(is_heard);
                self.done(press)
            }
            ([ESC, b'[', ..], 0x18 | 0x1a) => self.done(None),
            ([ESC, b'['], b'M' | b'[') | ([ESC, b'[', b'2', b'0', b'0'], b'~') => self.more(byte),
            ([ESC, b'[', params @ ..], 0x20..=0x3f) if !self.is_mute && params.len() < MAX_PARAMS => {
                self.more(byte)
            }
            ([ESC, b'[', ..], 0x20..=0x3f) => self.mute(),
            ([ESC, b'[', params @ ..], 0x40..=0x7e) => {
                let press = sequence(params, byte).filter(is_heard);
                self.done(press)
            }
            ([ESC, ..], _) => None,
            _ => self.character(byte),
        }
    }

    fn more(&mut self, byte: u8) -> Option<Press> {
        self.came.push(byte);
        None
    }

    fn mute(&mut self) -> Option<Press> {
        self.is_mute = true;
        None
    }

    fn done(&mut self, press: Option<Press>) -> Option<Press> {
        self.came.clear();
        self.is_mute = false;
        press
    }

    /// A string for the terminal goes up to BEL or `Esc \`.
    fn string(&mut self, byte: u8) -> Option<Press> {
        if matches!(byte, 0x07 | 0x18 | 0x1a) || (byte == b'\\' && self.came.ends_with(&[ESC])) {
            return self.done(None);
        }
        self.came.truncate(2);
        if byte == ESC { self.more(byte) } else { None }
    }

    fn paste(&mut self, byte: u8) -> Option<Press> {
        if self.came.len() == MAX_PASTE {
            // The newest bytes may be the end.
            self.came.remove(MAX_PASTE - PASTE_END.len());
        }
        self.came.push(byte);
        let kept = self.came.strip_suffix(PASTE_END)?.len();
        self.came.truncate(kept);
        self.quiet()
    }

    /// A byte that does not belong to the character starts a new one, so no other key is lost.
    fn character(&mut self, byte: u8) -> Option<Press> {
        self.came.push(byte);
        match std::str::from_utf8(&self.came) {
            Ok(text) => {
                let press = text.chars().next().and_then(plain);
                self.done(press)
            }
            Err(error) if error.error_len().is_none() => None,
            Err(_) => {
                self.came.clear();
                self.feed(byte)
            }
        }
    }
}

/// The ASCII character that a full-width one of an East Asian input method means.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn plain(c: char) -> Option<Press> {
    Some(match c {
        '\r' | '\n' => Press::Enter,
        '\x7f' | '\x08' => Press::Backspace,
        '\t' => Press::Down,
        '\x01' => Press::Home,
        '\x03' => Press::Interrupt,
        '\x04' => Press::EndOfInput,
        '\x05' => Press::End,
        '\x0c' => Press::Redraw,
        '\x15' => Press::Clear,
        '\x1a' => Press::Suspend,
        '\x1b' => Press::Escape,
        '\x1c' => Press::Quit,
        c if !c.is_control() => Press::Char(c),
        _ => return None,
    })
}

const SHIFT: u32 = 1;
const CTRL: u32 = 4;
/// Caps Lock and Num Lock.
const LOCKS: u32 = 64 | 128;
/// The event of a key that is let go.
const RELEASED: u32 = 3;

/// A whole sequence: its parameters, such as `99:67;5:1;67`, and its last byte.
fn sequence(params: &[u8], last: u8) -> Option<Press> {
    let params = std::str::from_utf8(params)
        .ok()
        .filter(|text| !text.contains(|c| !matches!(c, '0'..='9' | ':' | ';')))?;
    let field = |at: usize, sub: usize, otherwise: u32| {
        let field = params.split(';').nth(at).and_then(|field| field.split(':').nth(sub));
        field.and_then(|number| number.parse().ok()).unwrap_or(otherwise)
    };
    let code = field(0, 0, 1);
    let modifiers = field(1, 0, 1).saturating_sub(1) & !LOCKS;
    if field(1, 1, 1) == RELEASED {
        return None;
    }
    match (last, code) {
        (b'u', _) => {
            let shifted = if modifiers == SHIFT { field(0, 1, 0) } else { 0 };
            let is_digit = char::from_u32(code).is_some_and(|c| c.is_ascii_digit());
            match field(2, 0, shifted) {
                // What Shift with a digit types depends on the keyboard.
                0 if modifiers == SHIFT && is_digit => None,
                0 => chord(code, modifiers),
                text => chord(text, modifiers),
            }
        }
        (b'~', 27) => chord(field(2, 0, 0), modifiers),
        (b'Z', 1) if modifiers & !SHIFT == 0 => Some(Press::Up),
        _ if modifiers != 0 => None,
        (b'A', 1) => Some(Press::Up),
        (b'B', 1) => Some(Press::Down),
        (b'C', 1) => Some(Press::Right),
        (b'D', 1) => Some(Press::Left),
        (b'H', 1) | (b'~', 1 | 7) => Some(Press::Home),
        (b'F', 1) | (b'~', 4 | 8) => Some(Press::End),
        (b'~', 3) => Some(Press::Delete),
        _ => None,
    }
}

/// A key of the kitty protocol or of `modifyOtherKeys`.
fn chord(code: u32, modifiers: u32) -> Option<Press> {
    /// Where kitty puts the number pad.
    const PAD: u32 = 57_399;
    const ARROWS: u32 = 57_417;
    let c = char::from_u32(code)?;
    match (modifiers, code) {
        (SHIFT, 9) => Some(Press::Up),
        (SHIFT, 47) => Some(Press::Char('?')),
        (SHIFT, _) if c.is_ascii_lowercase() => Some(Press::Char(c.to_ascii_uppercase())),
        (CTRL, _) if matches!(c, 'a'..='z' | '\\') => plain(char::from(code.to_le_bytes()[0] & 0x1f)),
        (0 | SHIFT, PAD..ARROWS) => "0123456789./*-+\r=,".chars().nth((code - PAD) as usize).and_then(plain),
        (0 | SHIFT, ARROWS..57_425) => sequence(b"", b"DCAB  HF"[(code - ARROWS) as usize]),
        (0 | SHIFT, 57_344..=63_743) => None,
        (0 | SHIFT, _) => plain(c),
        _ => None,
    }
}

/// Cursor keys and the number pad in application mode.
fn keypad(byte: u8) -> Option<Press> {
    match byte {
        b'A'..=b'D' | b'F' | b'H' => sequence(b"", byte),
        b'M' => Some(Press::Enter),
        b'j'..=b'o' => Some(Press::Char(char::from(byte - b'j' + b'*'))),
        b'p'..=b'y' => Some(Press::Char(char::from(byte - b'p' + b'0'))),
        _ => None,
    }
}

/// Whether keys that came together are a paste that the terminal did not mark.
pub(crate) fn is_burst(presses: &[Press]) -> bool {
    let is_held = presses.iter().all(|press| *press == presses[0]);
    let is_text = presses.iter().all(|press| matches!(press, Press::Char(_) | Press::Enter));
    presses.len() >= BURST && is_text && !is_held
}

#[derive(Debug, Default)]
pub(crate) struct Held(Option<(Press, Instant)>);

impl Held {
    /// Whether this press only repeats the one before it. Before the question is `seen`, the same key
    /// always repeats.
    pub(crate) fn repeats(&mut self, press: &Press, now: Instant, seen: bool) -> bool {
        let last = self.0.replace((press.clone(), now));
        last.is_some_and(|(last, at)| last == *press && (!seen || now.saturating_duration_since(at) < REPEAT))
    }
}

#[cfg(test)]
#[path = "../../tests/prompt/keys.rs"]
mod tests;
