//! Waits for input or a signal.
//!
//! While [`Signals`] exist, the signals that end a program are caught, so that it can give the terminal
//! back and keep the answers. At all other times they act by default. Each signal writes to a pair of
//! sockets that nothing else uses, so a wait needs no polling.

use std::cell::RefCell;
use std::io::{self, BufReader, Read, Stderr, Stdin, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::{flag, low_level};

use crate::prompt::{Event, Stopped};

/// The signals that end the program.
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
    /// The caller already knows that the program must end.
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
                Ok(_) if fds[1].revents().is_empty() => return Ok(Event::Ready),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The most urgent signal that came.
    fn pending(&mut self) -> Option<Event> {
        let came: Vec<i32> = self.delivery.pending().collect();
        let ending = came.iter().find(|signal| ENDING.contains(signal));
        if let Some(signal) = ending {
            self.is_ending = true;
            return Some(Event::Stop(*signal));
        }
        let continued = came.contains(&SIGCONT).then_some(Event::Continued);
        continued.or(came.contains(&SIGWINCH).then_some(Event::Resized))
    }

    pub(crate) fn hangup(&mut self) -> Event {
        self.is_ending = true;
        Event::Stop(SIGHUP)
    }
}

/// A standard stream on which a signal ends every wait.
#[derive(Debug)]
pub(crate) struct Watched<F> {
    file: F,
    signals: Rc<RefCell<Signals>>,
}

/// Standard input and standard error for the plain form. A signal ends a read and a write with
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
