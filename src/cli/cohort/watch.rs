//! Signals during a run over a group: they end it even while it waits, and leave no half-written file.

use std::fs::File;
use std::io::{self, Read, Write};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
#[cfg(windows)]
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::cli::output::Draft;
use crate::prompt::Stopped;

/// The input: counts its bytes, and a signal ends it even while it waits for more.
pub(super) struct WatchedInput<'a> {
    pub(super) input: File,
    pub(super) watch: &'a Watch,
    pub(super) n_read: &'a AtomicU64,
}

impl Read for WatchedInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watch.wait(&self.input, false)?;
        let n = self.input.read(buffer)?;
        self.n_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// The output: a signal ends it even while its reader waits.
pub(super) struct Interruptible<'a> {
    pub(super) draft: &'a mut Draft,
    pub(super) watch: &'a Watch,
}

impl Write for Interruptible<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A pipe that is ready takes this much without waiting.
        const LEAST_ROOM: usize = 4096;
        let most = match self.draft.stream() {
            Some(stream) => {
                self.watch.wait(stream, true)?;
                let is_stored = stream.metadata().is_ok_and(|metadata| metadata.is_file());
                if is_stored { bytes.len() } else { LEAST_ROOM }
            }
            None if self.watch.is_stopped() => return Err(stopped()),
            None => bytes.len(),
        };
        self.draft.write(&bytes[..bytes.len().min(most)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

fn stopped() -> io::Error {
    io::Error::other("stopped by a signal")
}

/// Catches the signals that would end the program, so that it can remove its drafts first.
pub(super) struct Watch {
    pub(super) stop: Arc<AtomicBool>,
    number: Arc<AtomicUsize>,
    #[cfg(windows)]
    drafts: Arc<std::sync::Mutex<Vec<PathBuf>>>,
    /// A signal and [`Watch::end`] write to the second socket, which ends a wait on the first.
    #[cfg(unix)]
    wake: (UnixStream, UnixStream),
    #[cfg(unix)]
    handlers: Vec<signal_hook::SigId>,
}

impl Watch {
    #[cfg(unix)]
    pub(super) fn start() -> io::Result<Watch> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        use signal_hook::flag::{register, register_usize};
        let (stop, number, wake) = (Arc::default(), Arc::default(), UnixStream::pair()?);
        let mut watch = Watch { stop, number, wake, handlers: Vec::new() };
        for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP] {
            let number = signal.unsigned_abs() as usize;
            watch.handlers.push(register_usize(signal, Arc::clone(&watch.number), number)?);
            watch.handlers.push(register(signal, Arc::clone(&watch.stop))?);
            watch.handlers.push(signal_hook::low_level::pipe::register(signal, watch.wake.1.try_clone()?)?);
        }
        Ok(watch)
    }

    /// A read that waits does not notice the signal. So after a grace period this thread removes the drafts, and the
    /// program ends.
    #[cfg(windows)]
    #[expect(clippy::disallowed_methods, reason = "nothing tells that a read goes on waiting")]
    pub(super) fn start() -> io::Result<Watch> {
        use crate::prompt::terminal::{GRACE, on_signal};
        let watch = Watch { stop: Arc::default(), number: Arc::default(), drafts: Arc::default() };
        let (stop, number, drafts) =
            (Arc::clone(&watch.stop), Arc::clone(&watch.number), Arc::clone(&watch.drafts));
        on_signal(move || {
            number.store(2, Ordering::SeqCst);
            stop.store(true, Ordering::SeqCst);
            std::thread::sleep(GRACE);
            for draft in drafts.lock().iter().flat_map(|drafts| drafts.iter()) {
                let _ = std::fs::remove_file(draft);
            }
            false
        })?;
        Ok(watch)
    }

    #[cfg(windows)]
    pub(super) fn take_away<'a>(&self, drafts: impl Iterator<Item = &'a Draft>) {
        if let Ok(mut known) = self.drafts.lock() {
            known.extend(drafts.filter_map(Draft::temporary).map(Path::to_owned));
        }
    }

    /// Ends the run as a signal does; the caller reports its own error.
    pub(super) fn end(&self) {
        // A byte for every respondent would fill the socket, and then the write would wait forever.
        if !self.stop.swap(true, Ordering::SeqCst) {
            #[cfg(unix)]
            let _ = (&self.wake.1).write(b".");
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Waits until a file can be read or written, or the run ends.
    fn wait(&self, file: &File, to_write: bool) -> io::Result<()> {
        // Windows cannot wait for a file; see `start`.
        #[cfg(unix)]
        {
            use rustix::event::{PollFd, PollFlags, poll};
            let flags = if to_write { PollFlags::OUT } else { PollFlags::IN };
            let wake = PollFd::new(&self.wake.0, PollFlags::IN);
            rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(file, flags), wake.clone()], None))?;
        }
        #[cfg(windows)]
        let _ = (file, to_write);
        if self.is_stopped() { Err(stopped()) } else { Ok(()) }
    }

    /// The signal as an error, if one came.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        let signal = i32::try_from(self.number.load(Ordering::SeqCst)).unwrap_or_default();
        if signal == 0 { Ok(()) } else { Err(Stopped(signal)) }
    }
}

#[cfg(unix)]
impl Drop for Watch {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            signal_hook::low_level::unregister(handler);
        }
    }
}
