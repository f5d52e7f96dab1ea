//! The short menus round the quiz, with dialoguer, and the terminal given back whatever happens.

#[cfg(unix)]
use std::cell::Cell;
use std::io::{BufRead, IsTerminal, Write};
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
#[cfg(unix)]
use std::sync::atomic::AtomicUsize;
#[cfg(unix)]
use std::sync::atomic::Ordering::SeqCst;
#[cfg(unix)]
use std::time::Duration;
use std::{fmt, io};

use console::Term;
use dialoguer::Select;
use dialoguer::theme::Theme;
#[cfg(unix)]
use signal_hook::SigId;
#[cfg(unix)]
use signal_hook::flag;

#[cfg(unix)]
use crate::prompt::tty::Attended;
#[cfg(unix)]
use crate::prompt::tty::Modes;
#[cfg(unix)]
use crate::prompt::tty::nudge;

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

/// Fewer rows than this, and dialoguer cannot draw its list.
const LEAST_ROWS: u16 = 4;

/// Offers a few short entries; the first is the default.
pub(super) fn select(prompt: &str, entries: &[String]) -> anyhow::Result<Picked> {
    let term = Term::stderr();
    let (rows, columns) = term.size();
    if rows < LEAST_ROWS + u16::try_from(entries.len()).unwrap_or(u16::MAX).min(6) || columns < 30 {
        return select_by_number(prompt, entries);
    }
    // A row that wraps is redrawn wrongly, so none may.
    let room = usize::from(columns) - 4;
    let fitted: Vec<String> =
        entries.iter().map(|entry| console::truncate_str(entry, room, "...").into_owned()).collect();
    let watch = Watch::start()?;
    loop {
        let picked = Select::with_theme(&Bare)
            .with_prompt(console::truncate_str(prompt, room, "..."))
            .items(&fitted)
            .default(0)
            .report(false)
            .interact_on_opt(&term);
        // If the terminal is gone, the signal says so.
        let _ = term.show_cursor();
        return match picked.map_err(|dialoguer::Error::IO(error)| error) {
            // A signal beside a key is not lost.
            Ok(_) if watch.ended() => Ok(Picked::Signal(watch.signal())),
            Ok(Some(index)) => Ok(Picked::Entry(index)),
            Ok(None) => Ok(Picked::Nothing),
            // The wait was cut short by a stop that is over now.
            Err(error) if error.raw_os_error() == Some(EINTR) && watch.has_only_continued() => continue,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Picked::Signal(watch.signal())),
            // A terminal that is gone fails in many ways.
            Err(_) if !io::stdin().is_terminal() => Ok(Picked::Signal(watch.hangup())),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Picked::Signal(watch.hangup())),
            Err(error) => Err(error.into()),
        };
    }
}

/// Numbers of signals and errors that every Unix shares.
const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const EINTR: i32 = 4;

/// Entries as they come, under a prompt without a colon.
struct Bare;

impl Theme for Bare {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        f.write_str(prompt)
    }
}

/// The same in numbered lines, for a terminal too small to draw on.
pub(super) fn select_by_number(prompt: &str, entries: &[String]) -> anyhow::Result<Picked> {
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "{prompt}")?;
    for (index, entry) in entries.iter().enumerate() {
        writeln!(stderr, "{}. {entry}", index + 1)?;
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

/// Makes a menu end when a signal comes, with the terminal given back.
///
/// console takes whatever interrupts its wait for Ctrl-C, and misses what comes just before the wait, so
/// a thread looks out beside it and interrupts it again until it returns.
#[cfg(unix)]
struct Watch {
    modes: Option<Modes>,
    attended: Option<Attended>,
    ended: Arc<AtomicUsize>,
    continued: Arc<AtomicBool>,
    resumed: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    closed: Arc<AtomicBool>,
    /// A reason to end has been passed on.
    told: Cell<bool>,
    flags: [SigId; 6],
}

#[cfg(unix)]
impl Watch {
    fn start() -> anyhow::Result<Watch> {
        use signal_hook::consts::{SIGCONT, SIGQUIT, SIGTERM};
        const LOOK: Duration = Duration::from_millis(10);
        let modes = Modes::take()?;
        let attended = Attended::start()?;
        let ended = Arc::new(AtomicUsize::new(0));
        let [continued, closed, interrupted, resumed] = [(); 4].map(|()| Arc::new(AtomicBool::new(false)));
        let flags = [
            flag::register_usize(SIGTERM, Arc::clone(&ended), 15)?,
            flag::register_usize(SIGHUP, Arc::clone(&ended), 1)?,
            flag::register_usize(SIGQUIT, Arc::clone(&ended), 3)?,
            flag::register(SIGCONT, Arc::clone(&continued))?,
            flag::register(SIGCONT, Arc::clone(&resumed))?,
            flag::register(SIGINT, Arc::clone(&interrupted))?,
        ];
        let watch = Watch {
            modes: Some(modes),
            attended: Some(attended),
            ended: Arc::clone(&ended),
            continued,
            resumed: Arc::clone(&resumed),
            interrupted: Arc::clone(&interrupted),
            closed: Arc::clone(&closed),
            told: Cell::new(false),
            flags,
        };
        std::thread::spawn(move || {
            while !closed.load(SeqCst) {
                if ended.load(SeqCst) != 0 {
                    // The signal may have come just before the wait for a key, which then knows nothing of it.
                    nudge();
                } else if interrupted.swap(false, SeqCst) && !resumed.swap(false, SeqCst) {
                    // console raises INT beside whatever came: that one is meant only when it came alone.
                    let _ = ended.compare_exchange(0, 2, SeqCst, SeqCst);
                }
                std::thread::park_timeout(LOOK);
            }
        });
        Ok(watch)
    }

    /// Whether the program was stopped since this was last asked, and goes on.
    fn has_only_continued(&self) -> bool {
        self.continued.swap(false, SeqCst) && !self.ended()
    }

    /// Whether a signal has come that ends the program.
    fn ended(&self) -> bool {
        self.ended.load(SeqCst) != 0 || (!self.resumed.load(SeqCst) && self.interrupted.load(SeqCst))
    }

    /// The signal for a terminal that is gone.
    fn hangup(&self) -> i32 {
        self.told.set(true);
        SIGHUP
    }

    /// The signal that ended a wait.
    fn signal(&self) -> i32 {
        self.told.set(true);
        match i32::try_from(self.ended.load(SeqCst)) {
            Ok(signal @ 1..) => signal,
            _ => SIGINT,
        }
    }
}

#[cfg(unix)]
impl Drop for Watch {
    fn drop(&mut self) {
        self.closed.store(true, SeqCst);
        // The terminal is given back before a signal that came late may end the program.
        self.modes = None;
        self.attended = None;
        for flag in self.flags {
            signal_hook::low_level::unregister(flag);
        }
        if self.ended() && !self.told.get() {
            let _ = signal_hook::low_level::raise(self.signal());
        }
    }
}

#[cfg(not(unix))]
struct Watch;

#[cfg(not(unix))]
impl Watch {
    fn start() -> anyhow::Result<Watch> {
        Ok(Watch)
    }

    fn ended(&self) -> bool {
        false
    }

    fn has_only_continued(&self) -> bool {
        false
    }

    fn hangup(&self) -> i32 {
        SIGHUP
    }

    fn signal(&self) -> i32 {
        SIGINT
    }
}
