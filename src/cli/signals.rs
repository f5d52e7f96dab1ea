//! Signals while nothing on a terminal waits for keys.

use std::io;

use super::Exit;

/// The plain form waits for whole lines, so a signal ends it from beside: every answer that was
/// acknowledged is on disk, and the exit code tells the signal.
pub(super) fn end_on_signals() -> io::Result<()> {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        use std::time::Duration;
        const LOOK: Duration = Duration::from_millis(50);
        let came = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_usize(signal, Arc::clone(&came), signal.unsigned_abs() as usize)?;
        }
        std::thread::spawn(move || {
            loop {
                if let Ok(signal @ 1..) = i32::try_from(came.load(SeqCst)) {
                    #[expect(
                        clippy::disallowed_methods,
                        reason = "the main thread may wait for a line for ever"
                    )]
                    std::process::exit(i32::from(Exit::Signal(signal).code()));
                }
                std::thread::park_timeout(LOOK);
            }
        });
    }
    Ok(())
}

/// Turns SIGXFSZ into EFBIG, so that a limit on file sizes is an error with a message.
pub(super) fn ignore_sigxfsz() -> io::Result<()> {
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default())?;
    Ok(())
}
