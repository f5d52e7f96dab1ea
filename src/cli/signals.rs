//! Signals that must not end the program.

use std::io;

/// Turns SIGXFSZ into EFBIG, so that a full quota is reported.
pub(super) fn ignore_sigxfsz() -> io::Result<()> {
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default())?;
    Ok(())
}
