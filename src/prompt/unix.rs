//! The terminal while the quiz asks: its modes, its keys and the signals.
//!
//! [`Tty::take`] turns off echo, line editing and flow control; dropping it restores the terminal, even
//! after a panic. While [`Signals`] exist, the signals that end a program are caught, so that it can give
//! the terminal back and keep the answers. At all other times they act by default. Each signal writes to
//! a pair of sockets that nothing else uses, so a wait needs no polling.

use std::cell::RefCell;
use std::io::{self, BufReader, Read, Stderr, Stdin, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::signal::SigSet;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::{flag, low_level};

use crate::prompt::{Event, Stopped};

const ENDING: [i32; 4] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP];

/// Set while signals are not caught. A handler stays forever, so afterwards signals act by default only
/// because of this flag.
static AT_REST: AtomicBool = AtomicBool::new(false);
/// Set once the default actions are registered.
static HAS_DEFAULTS: AtomicBool = AtomicBool::new(false);

/// Catches signals until it is dropped.
#[derive(Debug)]
pub(crate) struct Signals {
    delivery: SignalDelivery<UnixStream, SignalOnly>,
    /// A signal that ends the program was already returned, so dropping raises none.
    is_ending: bool,
}

impl Signals {
    pub(crate) fn catch() -> io::Result<Signals> {
        let (read, write) = UnixStream::pair()?;
        let all = ENDING.into_iter().chain([SIGCONT, SIGWINCH]);
        let delivery = SignalDelivery::with_pipe(read, write, SignalOnly, all)?;
        AT_REST.store(false, SeqCst);
        if !HAS_DEFAULTS.swap(true, SeqCst) {
            for signal in ENDING {
                flag::register_conditional_default(signal, &AT_REST)?;
            }
        }
        Ok(Signals { delivery, is_ending: false })
    }

    /// Waits until a file can be read or written, or a signal comes.
    pub(crate) fn wait(
        &mut self,
        file: &impl AsFd,
        flags: PollFlags,
        patience: Option<Duration>,
    ) -> io::Result<Event> {
        let timeout = patience.map(Timespec::try_from).transpose().map_err(io::Error::other)?;
        loop {
            if let Some(woken) = self.pending() {
                return Ok(woken);
            }
            let mut fds = [PollFd::new(file, flags), PollFd::new(self.delivery.get_read(), PollFlags::IN)];
            match poll(&mut fds, timeout.as_ref()) {
                Ok(0) => return Ok(Event::Quiet),
                // A signal may have come between the end of the wait and now; it goes first.
                Ok(_) if fds[1].revents().is_empty() => return Ok(self.pending().unwrap_or(Event::Ready)),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The most urgent signal that came.
    fn pending(&mut self) -> Option<Event> {
        let came: Vec<i32> = self.delivery.pending().collect();
        if let Some(signal) = came.iter().find(|signal| ENDING.contains(signal)) {
            self.is_ending = true;
            return Some(Event::Stop(*signal));
        }
        let continued = came.contains(&SIGCONT).then_some(Event::Continued);
        continued.or(came.contains(&SIGWINCH).then_some(Event::Resized))
    }

    pub(crate) fn hangup(&mut self) -> i32 {
        self.is_ending = true;
        SIGHUP
    }
}

/// Runs a job in a thread of its own, which no signal interrupts. [`Signals::wait`] on the socket ends with
/// the job.
pub(crate) fn in_thread<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
) -> io::Result<(UnixStream, JoinHandle<T>)> {
    let (done, running) = UnixStream::pair()?;
    let thread = thread::spawn(move || {
        // Closed at the end, which wakes the other side.
        let _running = running;
        // If a signal interrupts its wait, console takes that for Ctrl-C.
        let _ = SigSet::all().thread_block();
        job()
    });
    Ok((done, thread))
}

/// A standard stream on which a signal ends every wait.
#[derive(Debug)]
pub(crate) struct Watched<F> {
    file: F,
    signals: Rc<RefCell<Signals>>,
}

/// Standard input and standard error for plain mode. A signal ends a read and a write with
/// [`Stopped`].
pub(crate) fn watched() -> io::Result<(BufReader<Watched<Stdin>>, Watched<Stderr>)> {
    let signals = Rc::new(RefCell::new(Signals::catch()?));
    let input = Watched { file: io::stdin(), signals: Rc::clone(&signals) };
    Ok((BufReader::new(input), Watched { file: io::stderr(), signals }))
}

impl<F: AsFd> Watched<F> {
    fn wait(&self, flags: PollFlags) -> io::Result<()> {
        loop {
            match self.signals.borrow_mut().wait(&self.file, flags, None)? {
                Event::Ready => return Ok(()),
                Event::Stop(signal) => return Err(io::Error::other(Stopped(signal))),
                Event::Quiet | Event::Resized | Event::Continued => {}
            }
        }
    }
}

impl<F: AsFd> Read for Watched<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait(PollFlags::IN)?;
        Ok(rustix::io::read(&self.file, buffer)?)
    }
}

impl<F: AsFd> Write for Watched<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        /// A pipe that takes anything takes this much without waiting.
        const AT_ONCE: usize = 512;
        self.wait(PollFlags::OUT)?;
        Ok(rustix::io::write(&self.file, &bytes[..bytes.len().min(AT_ONCE)])?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        AT_REST.store(true, SeqCst);
        // A signal that came after the last wait still counts.
        if let (false, Some(Event::Stop(signal))) = (self.is_ending, self.pending()) {
            let _ = low_level::raise(signal);
        }
    }
}

#[derive(Debug)]
pub(crate) struct Tty {
    // Dropped first, before a late signal may end the program.
    modes: Modes,
    pub(crate) signals: Signals,
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
        Ok(tcsetattr(io::stdin(), OptionalActions::Now, &modes)?)
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
                Ok(0) | Err(Errno::IO) => return Ok(Event::Stop(self.signals.hangup())),
                Ok(n) => {
                    self.bytes.truncate(n);
                    return Ok(Event::Ready);
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
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
