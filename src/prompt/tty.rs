//! The terminal while questions are on it: its modes, its keys and the signals.
//!
//! [`Tty::take`] turns off echo, line editing and flow control; dropping it puts the terminal back,
//! also when a panic unwinds. [`Tty::wait`] is the one place where the screen waits for the person.

use std::io;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::SIGHUP;

use crate::prompt::signals::{Signals, Woken};

/// What ended a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The person's next bytes.
    Bytes(Vec<u8>),
    /// Nothing, for as long as was asked.
    Quiet,
    Resized,
    /// The program was stopped and continues; others may have used the terminal meanwhile.
    Continued,
    /// The program must end: by a signal, or by a hangup when the terminal is gone.
    Stop(i32),
}

/// The terminal, ours until this is dropped.
#[derive(Debug)]
pub(crate) struct Tty {
    // Given back before a signal that came late may end the program.
    modes: Modes,
    signals: Signals,
}

/// The terminal's modes for asking; dropping them puts back those from before.
#[derive(Debug)]
pub(crate) struct Modes(Termios);

impl Modes {
    /// Turns off everything that a terminal does to keys. Ctrl-C is a key as well, since a paste may
    /// contain it.
    pub(crate) fn take() -> io::Result<Modes> {
        let modes = Modes(tcgetattr(io::stdin())?);
        modes.enter()?;
        Ok(modes)
    }

    /// Sets the modes, again after others may have changed them.
    pub(crate) fn enter(&self) -> io::Result<()> {
        let mut modes = self.0.clone();
        modes.make_raw();
        modes.output_modes = self.0.output_modes;
        tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
        Ok(())
    }

    fn leave(&self) {
        // With the terminal gone there is nothing to put back.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Tty {
    /// Takes over the terminal of the standard input.
    pub(crate) fn take() -> io::Result<Tty> {
        let signals = Signals::catch()?;
        Ok(Tty { modes: Modes::take()?, signals })
    }

    /// Waits for bytes or a signal, at most for `patience`.
    pub(crate) fn wait(&mut self, patience: Option<Duration>) -> io::Result<Event> {
        let stdin = io::stdin();
        loop {
            match self.signals.wait(&stdin, PollFlags::IN, patience)? {
                Woken::Ready => {}
                Woken::Quiet => return Ok(Event::Quiet),
                Woken::Resized => return Ok(Event::Resized),
                Woken::Continued => {
                    // If the terminal is gone, the next wait says so.
                    let _ = self.modes.enter();
                    return Ok(Event::Continued);
                }
                Woken::Stop(signal) => return Ok(Event::Stop(signal)),
            }
            let mut bytes = [0; 64];
            match rustix::io::read(&stdin, &mut bytes) {
                Ok(n @ 1..) => return Ok(Event::Bytes(bytes[..n].to_vec())),
                Ok(0) | Err(Errno::IO) => return Ok(self.hangup()),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The event for a terminal that is gone.
    pub(crate) fn hangup(&mut self) -> Event {
        self.signals.hangup();
        Event::Stop(SIGHUP)
    }

    /// Stops the program as Ctrl-Z does elsewhere, with the terminal given back until it continues.
    pub(crate) fn suspend(&mut self) -> io::Result<Event> {
        self.modes.leave();
        let _ = kill_current_process_group(Signal::TSTP);
        let _ = self.modes.enter();
        match self.signals.wait(&io::stdin(), PollFlags::empty(), Some(Duration::ZERO))? {
            Woken::Stop(signal) => Ok(Event::Stop(signal)),
            // Where nobody could continue it, the system does not stop the program.
            _ => Ok(Event::Continued),
        }
    }
}
