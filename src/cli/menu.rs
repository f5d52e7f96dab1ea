//! The short menus around the quiz, with dialoguer. They always restore the terminal.

use std::io::{BufRead, IsTerminal, Write};
use std::{fmt, io};

use console::Term;
use dialoguer::Select;
use dialoguer::theme::Theme;

/// What the person picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picked {
    /// The entry at this index.
    Entry(usize),
    /// Esc.
    Nothing,
    /// A signal came, or the terminal is gone.
    Signal(i32),
}

/// With fewer rows, dialoguer cannot draw its list.
const LEAST_ROWS: u16 = 4;
/// The signals for a terminal that is gone, and for Ctrl-C.
const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
/// Puts the keyboard back into its classic mode, which is the only one that console reads: first for
/// the kitty protocol, then for xterm's.
const CLASSIC_KEYS: &str = "\x1b[=0u\x1b[>4n";

/// Offers a few short entries; the first is the default.
pub(super) fn select(prompt: &str, entries: &[String]) -> anyhow::Result<Picked> {
    let term = Term::stderr();
    let (rows, columns) = term.size();
    #[cfg(windows)]
    if crate::prompt::terminal::Modes::take().is_err() {
        return select_by_number(prompt, entries);
    }
    if rows < LEAST_ROWS + u16::try_from(entries.len()).unwrap_or(u16::MAX).min(6) || columns < 30 {
        return select_by_number(prompt, entries);
    }
    // A row that wraps is redrawn wrongly, so none may.
    let room = usize::from(columns) - 4;
    if entries.iter().any(|entry| console::measure_text_width(entry) > room) {
        return select_by_number(prompt, entries);
    }
    let mut rows = textwrap::wrap(prompt, room);
    let prompt = rows.pop().unwrap_or_default().into_owned();
    rows.iter().try_for_each(|row| term.write_line(row))?;
    let entries = entries.to_vec();
    if cfg!(unix) {
        term.write_str(CLASSIC_KEYS)?;
    }
    let menu = move || {
        loop {
            let select =
                Select::with_theme(&Bare).with_prompt(&prompt).items(&entries).default(0).report(false);
            match select.interact_on_opt(&Term::stderr()) {
                // The rest of a key came late, over a slow link.
                Ok(None) if swallow_rest_of_key()? => {}
                picked => return picked.map_err(|dialoguer::Error::IO(error)| error),
            }
        }
    };
    let picked = unless_signaled(menu)?;
    // If the terminal is gone, the signal says so.
    let _ = term.show_cursor();
    match picked {
        Err(signal) => Ok(Picked::Signal(signal)),
        Ok(Ok(picked)) => Ok(picked.map_or(Picked::Nothing, Picked::Entry)),
        Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => Ok(Picked::Signal(SIGINT)),
        // A terminal that is gone fails in many ways.
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof || !io::stdin().is_terminal() => {
            Ok(Picked::Signal(SIGHUP))
        }
        Ok(Err(error)) => Err(error.into()),
    }
}

/// Whether more of a key follows an Esc; that key then does nothing. console takes the Esc for a key
/// when the rest has not arrived yet.
#[cfg(unix)]
fn swallow_rest_of_key() -> io::Result<bool> {
    use crate::prompt::keys::ESCAPE_PATIENCE;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = io::stdin();
    let patience = Timespec::try_from(ESCAPE_PATIENCE).map_err(io::Error::other)?;
    if poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&patience))? == 0 {
        return Ok(false);
    }
    Ok(rustix::io::read(&stdin, &mut [0; 64])? > 0)
}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn swallow_rest_of_key() -> io::Result<bool> {
    Ok(false)
}

/// How long a menu may take from its drawing to its wait for a key.
#[cfg(unix)]
const SETTLING: std::time::Duration = std::time::Duration::from_millis(50);

/// Runs a menu, unless a signal comes first. console can only wait for keys, so it does that in a
/// thread of its own, and the signals come to this one.
#[cfg(unix)]
fn unless_signaled<T: Send + 'static>(
    menu: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Result<T, i32>> {
    use crate::prompt::Event;
    use crate::prompt::terminal::{Modes, Signals};
    use nix::sys::signal::SigSet;
    use rustix::event::PollFlags;
    let mut signals = Signals::catch()?;
    let modes = Modes::take()?;
    let (done, running) = std::os::unix::net::UnixStream::pair()?;
    let thread = std::thread::spawn(move || {
        // console takes a wait that any signal interrupts for Ctrl-C.
        SigSet::all().thread_block()?;
        // Closed at the end, which wakes the other side.
        let _running = running;
        Ok(menu())
    });
    loop {
        match signals.wait(&done, PollFlags::IN, None)? {
            Event::Stop(signal) => {
                // A menu that is about to wait for a key changes the modes once more.
                let _ = signals.wait(&done, PollFlags::IN, Some(SETTLING));
                return Ok(Err(signal));
            }
            Event::Ready if io::stdin().is_terminal() => break,
            // The terminal is gone, and its signal is on the way.
            Event::Ready => {
                let (quiet, _held) = std::os::unix::net::UnixStream::pair()?;
                match signals.wait(&quiet, PollFlags::IN, Some(SETTLING))? {
                    Event::Stop(signal) => return Ok(Err(signal)),
                    _ => break,
                }
            }
            // If the terminal is gone, the menu says so.
            Event::Continued => drop(modes.enter()),
            Event::Quiet | Event::Resized => {}
        }
    }
    thread.join().map_err(|_| io::Error::other("the menu failed"))?.map(Ok)
}

#[cfg(windows)]
fn unless_signaled<T: Send + 'static>(
    menu: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Result<T, i32>> {
    use crate::prompt::terminal::{Signals, pause};
    let signals = Signals::catch()?;
    let thread = std::thread::spawn(menu);
    while !thread.is_finished() {
        if let Some(signal) = signals.came() {
            return Ok(Err(signal));
        }
        pause();
    }
    thread.join().map_err(|_| io::Error::other("the menu failed")).map(Ok)
}

/// Entries without decoration, under a prompt without a colon.
struct Bare;

impl Theme for Bare {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        f.write_str(prompt)
    }
}

/// The same as numbered lines, for a terminal that is too small.
fn select_by_number(prompt: &str, entries: &[String]) -> anyhow::Result<Picked> {
    let columns = usize::from(Term::stderr().size().1).max(20);
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "{}", textwrap::fill(prompt, columns - 1))?;
    for (index, entry) in entries.iter().enumerate() {
        writeln!(stderr, "{}", textwrap::fill(&format!("{}. {entry}", index + 1), columns - 1))?;
    }
    let mut line = String::new();
    loop {
        write!(stderr, "1 to {}: ", entries.len())?;
        stderr.flush()?;
        line.clear();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Ok(Picked::Nothing);
        }
        match line.trim().parse::<usize>() {
            Ok(number) if (1..=entries.len()).contains(&number) => return Ok(Picked::Entry(number - 1)),
            _ if line.trim().is_empty() => return Ok(Picked::Entry(0)),
            _ => {}
        }
    }
}
