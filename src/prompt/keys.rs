//! Turns the bytes of a terminal into the keys that a person pressed.
//!
//! [`Keys`] is a pure state machine that gets one byte at a time, and hears when nothing followed within
//! [`Keys::patience`]. A key is a complete, known sequence: a classic one, one of the kitty protocol, or
//! one of xterm's `modifyOtherKeys`, because another program may have left either on. Every other chord,
//! mouse report, focus event or terminal reply is read to its end and does nothing. [`Held`] finds keys
//! that are held down.

use std::time::Duration;

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

const PASTE_END: &[u8] = b"\x1b[201~";

#[derive(Debug, Default)]
pub(crate) struct Keys {
    state: State,
    /// The Esc before this byte already counted as a key, so the rest of its sequence must do nothing.
    after_escape: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    /// After Esc; `twice` after Esc Esc.
    Escape { twice: bool },
    /// After `Esc [`. A mute sequence does nothing.
    Csi { params: Vec<u8>, mute: bool },
    /// After `Esc O`.
    Ss3 { mute: bool },
    /// The next bytes belong to the sequence, whatever they are.
    Swallow(u8),
    /// A string for the terminal: up to BEL or `Esc \`.
    Text { escape: bool },
    /// A bracketed paste: up to `Esc [201~`.
    Paste { bytes: Vec<u8>, seen: usize },
    /// In a character of several bytes.
    Utf8(Vec<u8>),
}

impl Keys {
    /// How long to wait for the next byte before calling [`Keys::quiet`]; `None` means without end.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground => None,
            State::Escape { .. } => Some(ESCAPE_PATIENCE),
            State::Paste { .. } => Some(PASTE_PATIENCE),
            _ => Some(SEQUENCE_PATIENCE),
        }
    }

    /// Nothing followed in time: a lone Esc is a key, and a paste without an end is over.
    pub(crate) fn quiet(&mut self) -> Option<Press> {
        match std::mem::take(&mut self.state) {
            State::Escape { .. } => {
                self.after_escape = true;
                Some(Press::Escape)
            }
            State::Paste { bytes, .. } => Some(Press::Paste(String::from_utf8_lossy(&bytes).into_owned())),
            _ => None,
        }
    }

    /// Reads one byte; returns the key that it completes.
    pub(crate) fn feed(&mut self, byte: u8) -> Option<Press> {
        let late = std::mem::take(&mut self.after_escape);
        match (&mut self.state, byte) {
            (State::Paste { bytes, seen }, _) => {
                *seen = match byte {
                    byte if byte == PASTE_END[*seen] => *seen + 1,
                    0x1b => 1,
                    _ => 0,
                };
                if bytes.len() < MAX_PASTE {
                    bytes.push(byte);
                }
                if *seen < PASTE_END.len() {
                    return None;
                }
                if bytes.ends_with(PASTE_END) {
                    bytes.truncate(bytes.len() - PASTE_END.len());
                }
                self.quiet()
            }
            (State::Swallow(left), _) => {
                *left -= 1;
                if *left == 0 { self.done(None) } else { None }
            }
            (_, 0x03 | 0x04) => self.done(plain(char::from(byte))),
            (State::Ground, _) => self.ground(byte, late),
            (&mut State::Escape { twice }, _) => self.escape(byte, twice),
            (State::Csi { .. }, _) => self.csi(byte),
            (State::Ss3 { .. }, 0x1b) => self.enter(State::Escape { twice: false }),
            (State::Ss3 { mute }, b'0'..=b'9' | b';') => {
                *mute = true;
                None
            }
            (State::Ss3 { mute }, _) => {
                let press = if *mute { None } else { keypad(byte) };
                self.done(press)
            }
            (State::Text { .. }, 0x07 | 0x18 | 0x1a) | (State::Text { escape: true }, b'\\') => {
                self.done(None)
            }
            (State::Text { escape }, _) => {
                *escape = byte == 0x1b;
                None
            }
            (State::Utf8(_), _) => self.utf8(byte),
        }
    }

    fn enter(&mut self, state: State) -> Option<Press> {
        self.state = state;
        None
    }

    fn done(&mut self, press: Option<Press>) -> Option<Press> {
        self.state = State::Ground;
        press
    }

    fn ground(&mut self, byte: u8, late: bool) -> Option<Press> {
        match byte {
            0x1b => self.enter(State::Escape { twice: false }),
            b'[' if late => self.enter(State::Csi { params: Vec::new(), mute: true }),
            b'O' if late => self.enter(State::Ss3 { mute: true }),
            0xc2..=0xf4 => self.enter(State::Utf8(vec![byte])),
            0x80.. => None,
            _ => plain(char::from(byte)),
        }
    }

    /// After Esc. Alt with a key sends Esc and the key: that is a chord, and does nothing.
    fn escape(&mut self, byte: u8, twice: bool) -> Option<Press> {
        match byte {
            0x1b => self.enter(State::Escape { twice: true }),
            b'[' => self.enter(State::Csi { params: Vec::new(), mute: twice }),
            b'O' => self.enter(State::Ss3 { mute: twice }),
            b']' | b'P' | b'X' | b'^' | b'_' => self.enter(State::Text { escape: false }),
            // The rest of a longer character means nothing by itself.
            _ => self.done(None),
        }
    }

    fn csi(&mut self, byte: u8) -> Option<Press> {
        /// Longer than any key's.
        const MAX_PARAMS: usize = 40;
        let State::Csi { params, mute } = &mut self.state else { return None };
        match byte {
            0x1b => self.enter(State::Escape { twice: false }),
            0x18 | 0x1a => self.done(None),
            0x20..=0x3f => {
                *mute |= params.len() == MAX_PARAMS;
                if !*mute {
                    params.push(byte);
                }
                None
            }
            b'M' if params.is_empty() => self.enter(State::Swallow(3)),
            b'[' if params.is_empty() => self.enter(State::Swallow(1)),
            b'~' if params == b"200" => self.enter(State::Paste { bytes: Vec::new(), seen: 0 }),
            0x40..=0x7e => {
                let press = if *mute { None } else { sequence(params, byte) };
                self.done(press)
            }
            _ => None,
        }
    }

    /// A byte that does not belong to the character starts a new one, so no other key is lost.
    fn utf8(&mut self, byte: u8) -> Option<Press> {
        let State::Utf8(bytes) = &mut self.state else { return None };
        bytes.push(byte);
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let c = text.chars().next();
                self.done(c.and_then(plain))
            }
            Err(error) if error.error_len().is_none() => None,
            Err(_) => {
                self.state = State::Ground;
                self.ground(byte, false)
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
    let c = char::from_u32(code)?;
    match (modifiers, code) {
        (SHIFT, 9) => Some(Press::Up),
        (SHIFT, 47) => Some(Press::Char('?')),
        (SHIFT, _) if c.is_ascii_lowercase() => Some(Press::Char(c.to_ascii_uppercase())),
        (CTRL, _) if matches!(c, 'a'..='z' | '\\') => plain(char::from(code.to_le_bytes()[0] & 0x1f)),
        (0 | SHIFT, PAD..57_417) => "0123456789./*-+\r=,".chars().nth((code - PAD) as usize).and_then(plain),
        (0 | SHIFT, 57_417) => Some(Press::Left),
        (0 | SHIFT, 57_418) => Some(Press::Right),
        (0 | SHIFT, 57_419) => Some(Press::Up),
        (0 | SHIFT, 57_420) => Some(Press::Down),
        (0 | SHIFT, 57_423) => Some(Press::Home),
        (0 | SHIFT, 57_424) => Some(Press::End),
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
pub(crate) struct Held {
    last: Option<(Press, Duration)>,
}

impl Held {
    /// Whether this press only repeats the one before it. `now` is any clock. Before the question is
    /// `seen`, the same key always repeats.
    pub(crate) fn repeats(&mut self, press: &Press, now: Duration, seen: bool) -> bool {
        let repeats =
            |(last, at): &(Press, Duration)| last == press && (!seen || now.saturating_sub(*at) < REPEAT);
        let is_repeat = self.last.as_ref().is_some_and(repeats);
        self.last = Some((press.clone(), now));
        is_repeat
    }
}

#[cfg(test)]
#[path = "../../tests/prompt/keys.rs"]
mod tests;
