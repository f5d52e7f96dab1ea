//! The short menus round the quiz, with dialoguer, and the terminal given back whatever happens.

use std::io;
use std::io::BufRead;
use std::io::Write;

use console::Term;
use dialoguer::Select;

/// What the person picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picked {
    /// The entry at this index.
    Entry(usize),
    /// Esc.
    Nothing,
    /// A signal came.
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
    let picked = Select::new()
        .with_prompt(console::truncate_str(prompt, room, "..."))
        .items(&fitted)
        .default(0)
        .report(false)
        .interact_on_opt(&term);
    term.show_cursor()?;
    match (picked, watch.signal()) {
        (_, Some(signal)) => Ok(Picked::Signal(signal)),
        (Ok(Some(index)), None) => Ok(Picked::Entry(index)),
        (Ok(None), None) => Ok(Picked::Nothing),
        (Err(dialoguer::Error::IO(error)), None) if error.kind() == io::ErrorKind::Interrupted => {
            Ok(Picked::Signal(2))
        }
        (Err(error), None) => Err(error.into()),
    }
}

/// The same in numbered lines, for a terminal too small to draw on.
fn select_by_number(prompt: &str, entries: &[String]) -> anyhow::Result<Picked> {
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

/// Notes signals while a menu is up, so that the cursor can be shown again before the program ends.
struct Watch {
    #[cfg(unix)]
    caught: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    #[cfg(unix)]
    handlers: Vec<signal_hook::SigId>,
}

#[cfg(unix)]
impl Watch {
    fn start() -> io::Result<Watch> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let caught = std::sync::Arc::default();
        let mut handlers = Vec::new();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let caught = std::sync::Arc::clone(&caught);
            handlers.push(signal_hook::flag::register_usize(signal, caught, signal.unsigned_abs() as usize)?);
        }
        Ok(Watch { caught, handlers })
    }

    fn signal(&self) -> Option<i32> {
        let signal = self.caught.load(std::sync::atomic::Ordering::SeqCst);
        i32::try_from(signal).ok().filter(|signal| *signal != 0)
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

#[cfg(not(unix))]
impl Watch {
    fn start() -> io::Result<Watch> {
        Ok(Watch {})
    }

    fn signal(&self) -> Option<i32> {
        None
    }
}
