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

use crate::prompt::signals::{Event, Signals};

/// The terminal, ours until this is dropped.
#[derive(Debug)]
pub(crate) struct Tty {
    // Given back before a signal that came late may end the program.
    modes: Modes,
    signals: Signals,
    /// What the person typed, when a wait ends with [`Event::Ready`].
    pub(crate) bytes: Vec<u8>,
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
        Ok(Tty { modes: Modes::take()?, signals, bytes: Vec::new() })
    }

    /// Waits for bytes or a signal, at most for `patience`.
    pub(crate) fn wait(&mut self, patience: Option<Duration>) -> io::Result<Event> {
        let stdin = io::stdin();
        loop {
            let event = self.signals.wait(&stdin, PollFlags::IN, patience)?;
            if event == Event::Continued {
                // If the terminal is gone, the next wait says so.
                let _ = self.modes.enter();
            }
            if event != Event::Ready {
                return Ok(event);
            }
            self.bytes.resize(64, 0);
            match rustix::io::read(&stdin, &mut self.bytes) {
                Ok(0) | Err(Errno::IO) => return Ok(self.signals.hangup()),
                Ok(n) => {
                    self.bytes.truncate(n);
                    return Ok(Event::Ready);
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(crate) fn hangup(&mut self) -> Event {
        self.signals.hangup()
    }

    /// Stops the program as Ctrl-Z does elsewhere, with the terminal given back until it continues.
    pub(crate) fn suspend(&mut self) -> io::Result<Event> {
        self.modes.leave();
        let _ = kill_current_process_group(Signal::TSTP);
        let _ = self.modes.enter();
        match self.signals.wait(&io::stdin(), PollFlags::empty(), Some(Duration::ZERO))? {
            Event::Stop(signal) => Ok(Event::Stop(signal)),
            // Where nobody could continue it, the system does not stop the program.
            _ => Ok(Event::Continued),
        }
    }
}
