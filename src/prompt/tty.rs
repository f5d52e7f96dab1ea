//! The terminal's modes and the signals, for as long as questions are on the screen.
//!
//! [`Tty::take`] turns off echo and line editing, and catches the signals that would end or stop the
//! program; dropping it puts the terminal back, also when a panic unwinds. Ctrl-C and Ctrl-Z stay
//! signals. [`Tty::wait`] is the one place where the program waits for the person.
//!
//! A caught signal cannot be given back to the system, so while nothing is asked INT, QUIT, TERM and
//! HUP are made to act as they do by default. Changes of size are not caught at all: a handler for them
//! would stay, and console takes whatever interrupts its reading of a key for Ctrl-C.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The person's next byte.
    Byte(u8),
    /// Nothing, for as long as was asked.
    Quiet,
    /// The program was stopped, and goes on; others may have used the terminal meanwhile.
    Continued,
    /// The program must end: the number of the signal, or that of a hangup when the terminal is gone.
    Stop(i32),
}

/// The terminal, ours until this is dropped.
#[derive(Debug)]
pub struct Tty {
    // Given back before a signal that came late may end the program.
    modes: Modes,
    signals: Signals,
}

/// The terminal's modes for asking; dropping them puts back those from before.
#[derive(Debug)]
pub struct Modes(Termios);

impl Modes {
    /// Turns off echo and line editing.
    ///
    /// # Errors
    /// The standard input is no terminal.
    pub fn take() -> io::Result<Modes> {
        let modes = Modes(tcgetattr(io::stdin())?);
        modes.enter()?;
        Ok(modes)
    }

    fn enter(&self) -> io::Result<()> {
        let mut modes = self.0.clone();
        modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
        Ok(())
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        // With the terminal gone there is nothing to put back.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

impl Tty {
    /// Takes over the terminal of the standard input.
    ///
    /// # Errors
    /// The standard input is no terminal.
    pub fn take() -> io::Result<Tty> {
        let signals = Signals::catch()?;
        Ok(Tty { modes: Modes::take()?, signals })
    }

    /// Sets the modes for asking, again after others may have changed them.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn enter(&self) -> io::Result<()> {
        self.modes.enter()
    }

    /// Waits for a byte or a signal, at most for `patience`.
    ///
    /// One byte at a time: what is typed ahead and not asked for stays with the terminal.
    ///
    /// # Errors
    /// The terminal cannot be read.
    pub fn wait(&mut self, patience: Duration) -> io::Result<Event> {
        let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
        let stdin = io::stdin();
        loop {
            if let Some(event) = self.signals.next() {
                return Ok(event);
            }
            // A signal cuts this short. One that comes just before it is seen when it ends, which is soon.
            let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut fds, Some(&timeout)) {
                Ok(0) => return Ok(Event::Quiet),
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let [typed] = fds.map(|fd| fd.revents());
            let mut byte = [0];
            match rustix::io::read(&stdin, &mut byte) {
                Ok(1..) => return Ok(Event::Byte(byte[0])),
                Ok(0) | Err(Errno::IO) => return Ok(self.signals.hangup()),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if !typed.contains(PollFlags::HUP) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The event for a terminal that is gone.
    pub fn hangup(&mut self) -> Event {
        self.signals.hangup()
    }
}

/// The signals, each remembered in a flag. Waking by a pipe would be the usual way, but the library
/// tries it as a socket first, and this program has no business with those.
#[derive(Debug)]
struct Signals {
    stop: Arc<AtomicUsize>,
    continued: Arc<AtomicBool>,
    /// A reason to stop has been passed on.
    told: bool,
    ids: Vec<SigId>,
    attended: Option<Attended>,
}

/// Set while nothing is asked: the signals then do what they do by default.
static AT_REST: AtomicBool = AtomicBool::new(false);
/// Set once that has been arranged, which is once in the life of the program.
static HAS_DEFAULTS: AtomicBool = AtomicBool::new(false);
/// The signals that end the program.
const ENDING: [i32; 4] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP];

/// As long as this lives, somebody acts on the signals that end the program; afterwards they do again
/// what they do by default.
#[derive(Debug)]
pub struct Attended(());

impl Attended {
    /// Takes the signals away from their defaults.
    ///
    /// # Errors
    /// The system refused to catch one.
    pub fn start() -> io::Result<Attended> {
        AT_REST.store(false, SeqCst);
        if !HAS_DEFAULTS.swap(true, SeqCst) {
            for signal in ENDING {
                flag::register_conditional_default(signal, &AT_REST)?;
            }
        }
        Ok(Attended(()))
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        AT_REST.store(true, SeqCst);
    }
}

/// Interrupts whatever the program waits for, by a signal that does nothing else.
pub fn nudge() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::CONT);
}

impl Signals {
    fn catch() -> io::Result<Signals> {
        let (stop, continued) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let mut signals = Signals { stop, continued, told: false, ids: Vec::new(), attended: None };
        for signal in ENDING {
            let number = usize::try_from(signal).map_err(io::Error::other)?;
            signals.ids.push(flag::register_usize(signal, Arc::clone(&signals.stop), number)?);
        }
        signals.ids.push(flag::register(SIGCONT, Arc::clone(&signals.continued))?);
        signals.attended = Some(Attended::start()?);
        Ok(signals)
    }

    fn next(&mut self) -> Option<Event> {
        let signal = self.stop.swap(0, SeqCst);
        if signal != 0 {
            self.told = true;
            return i32::try_from(signal).ok().map(Event::Stop);
        }
        self.continued.swap(false, SeqCst).then_some(Event::Continued)
    }

    fn hangup(&mut self) -> Event {
        self.told = true;
        Event::Stop(SIGHUP)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.attended = None;
        for id in self.ids.drain(..) {
            low_level::unregister(id);
        }
        // A signal that came after the last question was asked still counts.
        let signal = i32::try_from(self.stop.swap(0, SeqCst)).unwrap_or(0);
        if signal != 0 && !self.told {
            let _ = low_level::raise(signal);
        }
    }
}
