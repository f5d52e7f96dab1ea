//! The terminal while the quiz asks: its modes, its keys and the signals.
//!
//! [`Tty::take`] turns off echo, line editing and flow control; dropping it restores the terminal, even
//! after a panic. [`Tty::wait`] is the only place where the screen waits for the person.

use std::io;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::prompt::Event;
use crate::prompt::signals::Signals;

#[derive(Debug)]
pub(crate) struct Tty {
    // Dropped first, before a late signal may end the program.
    modes: Modes,
    signals: Signals,
    /// What the person typed, after [`Event::Ready`].
    pub(crate) bytes: Vec<u8>,
}

/// The terminal's earlier modes, which dropping restores.
#[derive(Debug)]
pub(crate) struct Modes(Termios);

impl Modes {
    /// Turns off all that a terminal does to keys, also to Ctrl-C, since a paste may contain it.
    pub(crate) fn take() -> io::Result<Modes> {
        let modes = Modes(tcgetattr(io::stdin())?);
        modes.enter()?;
        Ok(modes)
    }

    /// Sets the modes, also after other programs may have changed them.
    pub(crate) fn enter(&self) -> io::Result<()> {
        let mut modes = self.0.clone();
        modes.make_raw();
        modes.output_modes = self.0.output_modes;
        tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
        Ok(())
    }

    fn leave(&self) {
        // If the terminal is gone, there is nothing to restore.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Tty {
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

    /// Stops the program like Ctrl-Z elsewhere, and gives the terminal back until it continues.
    pub(crate) fn suspend(&mut self) -> io::Result<Event> {
        self.modes.leave();
        let _ = kill_current_process_group(Signal::TSTP);
        let _ = self.modes.enter();
        match self.signals.wait(&io::stdin(), PollFlags::empty(), Some(Duration::ZERO))? {
            Event::Stop(signal) => Ok(Event::Stop(signal)),
            // The system does not stop a program that nobody could continue.
            _ => Ok(Event::Continued),
        }
    }
}
