//! The Windows console while the quiz asks: what `unix.rs` is elsewhere.
//!
//! Nothing can wait for a key and for a signal at once without `unsafe`. So a thread waits for the key, and this
//! looks for a signal twice a second. Keys are passed on as the bytes of a terminal, because [`keys`](super::keys)
//! understands those.

use std::io::{self, BufRead, BufReader, Cursor, Read, Stderr};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::thread;
use std::time::Duration;

use crossterm_winapi::{Console, ConsoleMode, Handle, HandleType, InputRecord, KeyEventRecord};

use crate::prompt::{Event, SIGHUP, SIGINT, Stopped};

/// Between two looks for a signal.
const LOOK: Duration = Duration::from_millis(500);
/// Between two looks for the rest of a key, which comes at once or not at all.
const STEP: Duration = Duration::from_millis(10);
/// How long the program may take to end after a signal.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// Set by the first signal; from then on the program ends. Ctrl-Break and closing the window count as Ctrl-C.
static CAME: AtomicBool = AtomicBool::new(false);
/// Set while somebody looks at [`CAME`].
static IS_CAUGHT: AtomicBool = AtomicBool::new(false);
static HAS_HANDLER: AtomicBool = AtomicBool::new(false);

/// Calls `note` when a signal comes. If `note` returns true, the program ends by itself and gets some time for that.
/// The handler cannot be taken away again.
#[expect(clippy::disallowed_methods, reason = "the program ends here only if nothing else ends it")]
pub(crate) fn on_signal(mut note: impl FnMut() -> bool + Send + 'static) -> io::Result<()> {
    let handler = move || {
        if note() {
            thread::sleep(GRACE);
        }
        std::process::exit(128 + SIGINT);
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)
}

/// Catches signals until it is dropped.
#[derive(Debug)]
pub(crate) struct Signals(());

impl Signals {
    pub(crate) fn catch() -> io::Result<Signals> {
        IS_CAUGHT.store(true, SeqCst);
        if !HAS_HANDLER.swap(true, SeqCst) {
            on_signal(|| {
                CAME.store(true, SeqCst);
                IS_CAUGHT.load(SeqCst)
            })?;
        }
        Ok(Signals(()))
    }

    #[expect(clippy::unused_self, reason = "only who catches signals sees them")]
    pub(crate) fn came(&self) -> Option<i32> {
        CAME.load(SeqCst).then_some(SIGINT)
    }

    #[expect(clippy::unused_self, reason = "as elsewhere")]
    pub(crate) fn hangup(&mut self) -> i32 {
        SIGHUP
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        IS_CAUGHT.store(false, SeqCst);
    }
}

/// What a thread sends, or nothing if a signal or the end of the thread comes first.
pub(crate) fn receive<T>(found: &Receiver<T>, signals: &Signals) -> Option<T> {
    loop {
        match found.recv_timeout(LOOK) {
            Ok(found) => return Some(found),
            Err(RecvTimeoutError::Timeout) if signals.came().is_none() => {}
            Err(_) => return None,
        }
    }
}

/// Standard input on which a signal ends every wait.
#[derive(Debug)]
pub(crate) struct Watched {
    signals: Signals,
    lines: Receiver<io::Result<Vec<u8>>>,
    line: Cursor<Vec<u8>>,
}

/// Standard input and standard error for plain mode. A signal ends a read with [`Stopped`].
pub(crate) fn watched() -> io::Result<(BufReader<Watched>, Stderr)> {
    let (found, lines) = sync_channel(0);
    let signals = Signals::catch()?;
    thread::spawn(move || {
        loop {
            let mut line = Vec::new();
            let read = io::stdin().lock().read_until(b'\n', &mut line);
            let is_last = read.as_ref().map_or(true, |n| *n == 0);
            if found.send(read.map(|_| line)).is_err() || is_last {
                return;
            }
        }
    });
    Ok((BufReader::new(Watched { signals, lines, line: Cursor::default() }), io::stderr()))
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.line.fill_buf()?.is_empty() {
            let line = receive(&self.lines, &self.signals);
            if let Some(signal) = self.signals.came() {
                return Err(io::Error::other(Stopped(signal)));
            }
            let Some(line) = line else { break };
            self.line = Cursor::new(line?);
        }
        self.line.read(buffer)
    }
}

/// The console's earlier modes, which dropping restores.
#[derive(Debug)]
pub(crate) struct Modes([(ConsoleMode, u32); 2]);

impl Modes {
    /// Turns off all that the console does to keys, and turns escape sequences on. Fails where there are none:
    /// in a console before Windows 10, and in terminals that only have pipes.
    pub(crate) fn take() -> io::Result<Modes> {
        const EDITING: u32 = 0x1 | 0x2 | 0x4;
        const TELL_SIZE: u32 = 0x8;
        const MOUSE: u32 = 0x10;
        const KEYS_AS_BYTES: u32 = 0x200;
        // The last one lets a row be filled to its end without a line break.
        const SEQUENCES: u32 = 0x1 | 0x2 | 0x4 | 0x8;
        let mode = |handle| -> io::Result<(ConsoleMode, u32)> {
            let mode = ConsoleMode::from(Handle::new(handle)?);
            let earlier = mode.mode()?;
            Ok((mode, earlier))
        };
        let modes = Modes([mode(HandleType::InputHandle)?, mode(HandleType::CurrentOutputHandle)?]);
        let [(input, keys), (output, drawing)] = &modes.0;
        input.set_mode(keys & !(EDITING | MOUSE | KEYS_AS_BYTES) | TELL_SIZE)?;
        output.set_mode(drawing | SEQUENCES)?;
        Ok(modes)
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        for (mode, earlier) in &self.0 {
            // If the console is gone, there is nothing to restore.
            let _ = mode.set_mode(*earlier);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "there is nothing to wait with for a short time")]
fn rest() {
    thread::sleep(STEP);
}

#[derive(Debug)]
pub(crate) struct Tty {
    _modes: Modes,
    pub(crate) signals: Signals,
    input: Console,
    /// The first half of a character that comes as two keys.
    half: Option<u16>,
    /// What the person typed, after [`Event::Ready`].
    pub(crate) bytes: Vec<u8>,
}

impl Tty {
    pub(crate) fn take() -> io::Result<Tty> {
        let signals = Signals::catch()?;
        let input = Console::from(Handle::new(HandleType::InputHandle)?);
        Ok(Tty { _modes: Modes::take()?, signals, input, half: None, bytes: Vec::new() })
    }

    /// Waits for bytes or a signal, at most for `patience`.
    pub(crate) fn wait(&mut self, patience: Option<Duration>) -> io::Result<Event> {
        let (mut left, mut first) = (patience, None);
        loop {
            if let Some(signal) = self.signals.came() {
                return Ok(Event::Stop(signal));
            }
            let Ok(records) = self.input.read_console_input() else { return Ok(Event::Stop(SIGHUP)) };
            let mut is_resized = false;
            self.bytes.clear();
            for record in first.take().into_iter().chain(records) {
                match record {
                    InputRecord::KeyEvent(key) => Key::from(key).send(&mut self.half, &mut self.bytes),
                    InputRecord::WindowBufferSizeEvent(_) => is_resized = true,
                    _ => {}
                }
            }
            if !self.bytes.is_empty() {
                return Ok(Event::Ready);
            }
            if is_resized {
                return Ok(Event::Resized);
            }
            match &mut left {
                Some(Duration::ZERO) => return Ok(Event::Quiet),
                Some(left) => {
                    rest();
                    *left = left.saturating_sub(STEP);
                }
                None => first = self.next()?,
            }
        }
    }

    /// Waits for a key or a change of the window. Nothing if a signal comes first; the thread then takes one more
    /// key, but the program ends.
    fn next(&self) -> io::Result<Option<InputRecord>> {
        let (found, record) = channel();
        thread::spawn(move || {
            let next = || Console::from(Handle::new(HandleType::InputHandle)?).read_single_input_event();
            found.send(next())
        });
        receive(&record, &self.signals).transpose()
    }

    /// Windows stops no program for a while, so the question is only drawn again.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as elsewhere")]
    pub(crate) fn suspend(&mut self) -> io::Result<Event> {
        Ok(Event::Continued)
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
#[derive(Debug, Default)]
struct Key {
    is_down: bool,
    code: u16,
    /// What it types: a character, half of one, or 0.
    unit: u16,
    has_alt: bool,
    has_ctrl: bool,
    has_shift: bool,
}

impl From<KeyEventRecord> for Key {
    fn from(record: KeyEventRecord) -> Key {
        let held = |keys: u32| record.control_key_state.has_state(keys);
        Key {
            is_down: record.key_down,
            code: record.virtual_key_code,
            unit: record.u_char,
            has_alt: held(0x1 | 0x2),
            has_ctrl: held(0x4 | 0x8),
            has_shift: held(0x10),
        }
    }
}

impl Key {
    /// Adds what a terminal sends for the key; nothing if it was let go, or means nothing here.
    fn send(&self, half: &mut Option<u16>, bytes: &mut Vec<u8>) {
        const TAB: u16 = 0x09;
        const ALT: u16 = 0x12;
        // Alt with digits of the number pad types its character when Alt is let go.
        let is_composed = self.code == ALT && !self.is_down;
        if !self.is_down && !is_composed {
            return;
        }
        if self.unit == 0 {
            let sent: &[u8] = match self.code {
                0x1b => b"\x1b",
                0x23 => b"\x1b[F",
                0x24 => b"\x1b[H",
                0x25 => b"\x1b[D",
                0x26 => b"\x1b[A",
                0x27 => b"\x1b[C",
                0x28 => b"\x1b[B",
                0x2e => b"\x1b[3~",
                _ => return,
            };
            if !(self.has_alt || self.has_ctrl || self.has_shift) {
                bytes.extend(sent);
            }
            return;
        }
        if self.code == TAB && self.has_shift {
            bytes.extend(b"\x1b[Z");
            return;
        }
        // Alt alone makes a chord; with Ctrl it is AltGr, which types.
        if self.has_alt && !self.has_ctrl && !is_composed {
            bytes.push(0x1b);
        }
        for c in char::decode_utf16(half.take().into_iter().chain([self.unit])) {
            match c {
                Ok(c) => {
                    *half = None;
                    bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                }
                Err(error) => *half = Some(error.unpaired_surrogate()),
            }
        }
    }
}

#[cfg(test)]
#[path = "../../tests/prompt/windows.rs"]
mod tests;
