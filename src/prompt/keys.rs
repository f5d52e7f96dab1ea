//! Keys: the bytes of a terminal, read as what a person pressed.
//!
//! [`Keys`] is a pure state machine. It is fed one byte at a time, and told when nothing followed
//! for as long as [`Keys::patience`] says. Only a whole, known sequence counts as a key; every other
//! chord, mouse report, focus event, paste or terminal reply is swallowed to its end, so that no
//! part of one can answer a question. Nothing here reads a terminal.

use std::time::Duration;

/// What a person pressed, as far as a questionnaire cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// A digit, 0 to 9.
    Digit(u8),
    /// Another printable ASCII character that means nothing by itself.
    Char(char),
    /// Up, `k` or Shift-Tab.
    Up,
    /// Down, `j` or Tab.
    Down,
    /// Home or Ctrl-A.
    Home,
    /// End or Ctrl-E.
    End,
    /// Enter.
    Enter,
    /// Space.
    Space,
    /// Esc or Left.
    Back,
    /// Backspace: deletes where text is typed, goes back elsewhere.
    Backspace,
    /// `?`
    Why,
    /// `s`
    Skip,
    /// Ctrl-C, where the terminal passes it on as a key.
    Interrupt,
    /// Ctrl-D.
    EndOfInput,
}

/// How long a lone Esc waits for the rest of a sequence that starts with it.
const ESCAPE_PATIENCE: Duration = Duration::from_millis(30);
/// How long the inside of a sequence waits. Nobody types one by hand, so slow links get more time.
const SEQUENCE_PATIENCE: Duration = Duration::from_millis(300);
/// How long a paste may stall before its end is taken for lost.
const PASTE_PATIENCE: Duration = Duration::from_secs(1);

/// The decoder: what has been read of a sequence so far.
#[derive(Debug, Default)]
pub struct Keys {
    state: State,
    /// The Esc just before this byte has already counted as Back: its late tail must do nothing.
    after_escape: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    /// After Esc; `twice` after Esc Esc.
    Escape { twice: bool },
    /// After `Esc [`. A mute sequence is read to its end and does nothing.
    Csi { params: Vec<u8>, mute: bool },
    /// After `Esc O`.
    Ss3 { params: bool, mute: bool },
    /// So many bytes belong to the sequence, whatever they are.
    Swallow(u8),
    /// A string for the terminal: up to BEL or `Esc \`.
    Text { escape: bool },
    /// A bracketed paste: up to `Esc [201~`, of which so many bytes have been seen.
    Paste { seen: usize },
    /// A character of several bytes, and how many it has.
    Utf8 { bytes: Vec<u8>, len: usize },
}

const PASTE_END: &[u8] = b"\x1b[201~";

impl Keys {
    /// How long to wait for the next byte before calling [`Keys::quiet`]; `None` for as long as it
    /// takes.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground => None,
            State::Escape { .. } => Some(ESCAPE_PATIENCE),
            State::Paste { .. } => Some(PASTE_PATIENCE),
            _ => Some(SEQUENCE_PATIENCE),
        }
    }

    /// Nothing followed in time: what was read stands alone. A lone Esc is a key.
    pub fn quiet(&mut self) -> Option<Press> {
        match std::mem::take(&mut self.state) {
            State::Escape { .. } => {
                self.after_escape = true;
                Some(Press::Back)
            }
            _ => None,
        }
    }

    /// Reads one byte; gives the key that it completes.
    pub fn feed(&mut self, byte: u8) -> Option<Press> {
        let late = std::mem::take(&mut self.after_escape);
        match (&self.state, byte) {
            (State::Paste { .. } | State::Swallow(_), _) => {}
            (_, 0x03) => return self.done(Some(Press::Interrupt)),
            (_, 0x04) => return self.done(Some(Press::EndOfInput)),
            _ => {}
        }
        match &mut self.state {
            State::Ground => self.ground(byte, late),
            State::Escape { twice } => {
                let twice = *twice;
                self.escape(byte, twice)
            }
            State::Csi { .. } => self.csi(byte),
            State::Ss3 { params, mute } => match byte {
                0x1b => self.enter(State::Escape { twice: false }),
                b'0'..=b'9' | b';' => {
                    *params = true;
                    None
                }
                _ => {
                    let press = if *params || *mute { None } else { keypad(byte) };
                    self.done(press)
                }
            },
            State::Swallow(left) => {
                *left -= 1;
                if *left == 0 { self.done(None) } else { None }
            }
            State::Text { escape } => match (*escape, byte) {
                (_, 0x07 | 0x18 | 0x1a) | (true, b'\\') => self.done(None),
                _ => {
                    *escape = byte == 0x1b;
                    None
                }
            },
            State::Paste { seen } => {
                *seen = match byte {
                    byte if byte == PASTE_END[*seen] => *seen + 1,
                    0x1b => 1,
                    _ => 0,
                };
                if *seen == PASTE_END.len() { self.done(None) } else { None }
            }
            State::Utf8 { .. } => self.utf8(byte),
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
            b'O' if late => self.enter(State::Ss3 { params: false, mute: true }),
            0xc2..=0xf4 => {
                let len = if byte < 0xe0 { 2 } else { usize::from(byte >= 0xf0) + 3 };
                self.enter(State::Utf8 { bytes: vec![byte], len })
            }
            _ => plain(char::from(byte)),
        }
    }

    /// After Esc. Alt with a key sends Esc and the key: that is a chord, and does nothing.
    fn escape(&mut self, byte: u8, twice: bool) -> Option<Press> {
        match byte {
            0x1b => self.enter(State::Escape { twice: true }),
            b'[' => self.enter(State::Csi { params: Vec::new(), mute: twice }),
            b'O' => self.enter(State::Ss3 { params: false, mute: twice }),
            b']' | b'P' | b'X' | b'^' | b'_' => self.enter(State::Text { escape: false }),
            0xc2..=0xdf => self.enter(State::Swallow(1)),
            0xe0..=0xef => self.enter(State::Swallow(2)),
            0xf0..=0xf4 => self.enter(State::Swallow(3)),
            _ => self.done(None),
        }
    }

    fn csi(&mut self, byte: u8) -> Option<Press> {
        let State::Csi { params, mute } = &mut self.state else { return None };
        match byte {
            0x1b => self.enter(State::Escape { twice: false }),
            0x18 | 0x1a => self.done(None),
            0x20..=0x3f => {
                // The longest one that means anything is three bytes.
                if params.len() < 4 {
                    params.push(byte);
                }
                None
            }
            b'M' if params.is_empty() => self.enter(State::Swallow(3)),
            b'[' if params.is_empty() => self.enter(State::Swallow(1)),
            b'~' if params == b"200" => self.enter(State::Paste { seen: 0 }),
            0x40..=0x7e => {
                let press = if *mute { None } else { sequence(params, byte) };
                self.done(press)
            }
            _ => None,
        }
    }

    /// A byte that cannot go on with the character starts anew, so a stray one costs no other key.
    fn utf8(&mut self, byte: u8) -> Option<Press> {
        let State::Utf8 { bytes, len } = &mut self.state else { return None };
        if !(0x80..=0xbf).contains(&byte) {
            self.state = State::Ground;
            return self.ground(byte, false);
        }
        bytes.push(byte);
        if bytes.len() < *len {
            return None;
        }
        let c = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next());
        self.done(c.map(narrow).filter(char::is_ascii).and_then(plain))
    }
}

/// The ASCII character that a full-width one of an East Asian input method stands for.
#[must_use]
pub fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn plain(c: char) -> Option<Press> {
    Some(match c {
        '0'..='9' => Press::Digit(c as u8 - b'0'),
        '\r' | '\n' => Press::Enter,
        ' ' => Press::Space,
        '\x7f' | '\x08' => Press::Backspace,
        '\t' => Press::Down,
        's' => Press::Skip,
        '?' => Press::Why,
        '\x01' => Press::Home,
        '\x05' => Press::End,
        '!'..='~' => Press::Char(c),
        _ => return None,
    })
}

fn sequence(params: &[u8], last: u8) -> Option<Press> {
    match (params, last) {
        (b"", b'A' | b'Z') => Some(Press::Up),
        (b"", b'B') => Some(Press::Down),
        (b"", b'D') => Some(Press::Back),
        (b"", b'H') | (b"1" | b"7", b'~') => Some(Press::Home),
        (b"", b'F') | (b"4" | b"8", b'~') => Some(Press::End),
        _ => None,
    }
}

/// Cursor keys and the number pad in application mode.
fn keypad(byte: u8) -> Option<Press> {
    match byte {
        b'A' | b'B' | b'D' | b'F' | b'H' => sequence(b"", byte),
        b'M' => Some(Press::Enter),
        b'm' => Some(Press::Char('-')),
        b'n' => Some(Press::Char('.')),
        b'p'..=b'y' => Some(Press::Digit(byte - b'p')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds chunks with a pause after each; gives everything that was pressed.
    fn presses(chunks: &[&[u8]]) -> Vec<Press> {
        let mut keys = Keys::default();
        let mut presses = Vec::new();
        for chunk in chunks {
            presses.extend(chunk.iter().filter_map(|byte| keys.feed(*byte)));
            presses.extend(keys.patience().and_then(|_| keys.quiet()));
        }
        presses
    }

    #[track_caller]
    fn check(bytes: &[u8], expect: &[Press]) {
        assert_eq!(presses(&[bytes]), expect, "{:?}", String::from_utf8_lossy(bytes));
    }

    /// The chord does nothing, and the digit after it still counts.
    #[track_caller]
    fn check_swallowed(chord: &[u8]) {
        check(chord, &[]);
        assert_eq!(presses(&[chord, b"3"]), [Press::Digit(3)], "{:?}", String::from_utf8_lossy(chord));
    }

    #[test]
    fn single_keys_mean_what_the_hints_say() {
        check(b"1", &[Press::Digit(1)]);
        check(b"0", &[Press::Digit(0)]);
        check(b"\r", &[Press::Enter]);
        check(b"\n", &[Press::Enter]);
        check(b" ", &[Press::Space]);
        check(b"\x7f\x08", &[Press::Backspace, Press::Backspace]);
        check(b"\tj", &[Press::Down, Press::Char('j')]);
        check(b"k\x1b[Z", &[Press::Char('k'), Press::Up]);
        check(b"?s", &[Press::Why, Press::Skip]);
        check(b"\x03\x04", &[Press::Interrupt, Press::EndOfInput]);
        check(b".-x", &[Press::Char('.'), Press::Char('-'), Press::Char('x')]);
        check(b"\x1b", &[Press::Back]);
    }

    #[test]
    fn arrows_work_in_both_modes_of_the_terminal() {
        check(b"\x1b[A\x1b[B\x1b[C\x1b[D", &[Press::Up, Press::Down, Press::Back]);
        check(b"\x1bOA\x1bOB\x1bOC\x1bOD", &[Press::Up, Press::Down, Press::Back]);
        check(b"\x1b[H\x1b[F\x1bOH\x1bOF", &[Press::Home, Press::End, Press::Home, Press::End]);
        check(b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", &[Press::Home, Press::End, Press::Home, Press::End]);
    }

    #[test]
    fn the_number_pad_types_digits_in_application_mode() {
        check(
            b"\x1bOp\x1bOs\x1bOy\x1bOM",
            &[Press::Digit(0), Press::Digit(3), Press::Digit(9), Press::Enter],
        );
        check(b"\x1bOn\x1bOm", &[Press::Char('.'), Press::Char('-')]);
    }

    #[test]
    fn no_chord_leaks_a_digit() {
        for modifier in 2..=8 {
            for last in "ABCDFHPQRS".chars() {
                check_swallowed(format!("\x1b[1;{modifier}{last}").as_bytes());
                check_swallowed(format!("\x1bO1;{modifier}{last}").as_bytes());
                check_swallowed(format!("\x1bO{modifier}{last}").as_bytes());
            }
            for key in [2, 3, 5, 6, 11, 15, 24] {
                check_swallowed(format!("\x1b[{key};{modifier}~").as_bytes());
            }
            check_swallowed(format!("\x1b[49;{modifier}u").as_bytes());
            check_swallowed(format!("\x1b[27;{modifier};49~").as_bytes());
        }
    }

    #[test]
    fn function_keys_and_editing_keys_do_nothing() {
        for keys in ["\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[[A", "\x1b[[E", "\x1b[2~", "\x1b[3~"] {
            check_swallowed(keys.as_bytes());
        }
        for n in 11..=34 {
            check_swallowed(format!("\x1b[{n}~").as_bytes());
        }
    }

    #[test]
    fn mouse_reports_and_focus_events_do_nothing() {
        check_swallowed(b"\x1b[<0;15;5M");
        check_swallowed(b"\x1b[<0;15;5m");
        check_swallowed(b"\x1b[M 12");
        check_swallowed(b"\x1b[M\x20\x31\xff");
        check_swallowed(b"\x1b[0;15;5M");
        check_swallowed(b"\x1b[I");
        check_swallowed(b"\x1b[O");
    }

    #[test]
    fn replies_of_the_terminal_do_nothing() {
        check_swallowed(b"\x1b]11;rgb:1111/2222/3333\x07");
        check_swallowed(b"\x1b]11;rgb:1111/2222/3333\x1b\\");
        check_swallowed(b"\x1bP1$r0m\x1b\\");
        check_swallowed(b"\x1b[?1;2c");
        check_swallowed(b"\x1b[12;40R");
    }

    #[test]
    fn a_paste_answers_nothing() {
        check_swallowed(b"\x1b[200~3\x1b[201~");
        check_swallowed(b"\x1b[200~1\r2\r\x1b[A\x1b\x1b[20\x03x\x1b[201~");
        assert_eq!(presses(&[b"\x1b[200~3"]), []);
    }

    #[test]
    fn alt_with_a_key_does_nothing() {
        for chord in ["\x1b3", "\x1bs", "\x1bq", "\x1b\r", "\x1b\x7f", "\x1b?", "\x1bé", "\x1b日"] {
            check_swallowed(chord.as_bytes());
        }
    }

    #[test]
    fn escape_twice_in_a_burst_is_one_way_back() {
        check(b"\x1b\x1b", &[Press::Back]);
        check_swallowed(b"\x1b\x1b[A");
        assert_eq!(presses(&[b"\x1b", b"\x1b"]), [Press::Back, Press::Back]);
    }

    #[test]
    fn a_sequence_may_arrive_in_pieces() {
        let mut keys = Keys::default();
        assert_eq!(keys.feed(0x1b), None);
        assert_eq!(keys.patience(), Some(ESCAPE_PATIENCE));
        assert_eq!(keys.feed(b'['), None);
        assert_eq!(keys.patience(), Some(SEQUENCE_PATIENCE));
        assert_eq!(keys.feed(b'B'), Some(Press::Down));
        assert_eq!(keys.patience(), None);
    }

    #[test]
    fn the_tail_of_an_escape_that_came_too_late_does_nothing_more() {
        assert_eq!(presses(&[b"\x1b", b"[1;5C"]), [Press::Back]);
        assert_eq!(presses(&[b"\x1b", b"[A3"]), [Press::Back, Press::Digit(3)]);
        assert_eq!(presses(&[b"\x1b", b"Os3"]), [Press::Back, Press::Digit(3)]);
    }

    #[test]
    fn a_byte_that_is_no_text_costs_no_other_key() {
        check(b"\xe63", &[Press::Digit(3)]);
        check(b"\xe6\x1b[1;5C3", &[Press::Digit(3)]);
        check(b"\xff\x80\xc03", &[Press::Digit(3)]);
        assert_eq!(presses(&[b"\xe6", b"3"]), [Press::Digit(3)]);
    }

    #[test]
    fn other_scripts_do_nothing_but_their_full_width_digits_count() {
        check("éß日本語🙂".as_bytes(), &[]);
        check("３？ｓ\u{3000}".as_bytes(), &[Press::Digit(3), Press::Why, Press::Skip, Press::Space]);
    }

    #[test]
    fn a_burst_is_one_press_a_key() {
        check(b"213", &[Press::Digit(2), Press::Digit(1), Press::Digit(3)]);
        check(b"\x1b[B\x1b[B\r", &[Press::Down, Press::Down, Press::Enter]);
    }
}
