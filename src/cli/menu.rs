//! The short menus around the quiz, with dialoguer. They always restore the terminal.

use std::io::{BufRead, IsTerminal, Write};
use std::{fmt, io, panic};

use anyhow::{Context, bail};
use console::Term;
use dialoguer::Select;
use dialoguer::theme::Theme;

use crate::prompt::screen::Screen;
use crate::prompt::{Cause, SIGHUP, SIGINT, Stopped, wants_plain};
use crate::text;

use super::streams::Streams;

/// With fewer rows, dialoguer cannot draw its list.
const LEAST_ROWS: usize = 4;
/// The longest line that is read without a screen, in bytes.
const MAX_LINE: usize = 1000;
/// Puts the keyboard back into its classic mode, which is the only one that console reads: first for
/// the kitty protocol, then for xterm's.
const CLASSIC_KEYS: &str = "\x1b[=0u\x1b[>4n";

/// Offers a few short entries, each with its value; the first is the default. Nothing for Esc. A
/// signal, or a terminal that is gone, is the error [`Stopped`].
pub(super) fn select<T: Copy>(prompt: &str, entries: &[(impl ToString, T)]) -> anyhow::Result<Option<T>> {
    let labels: Vec<String> = entries.iter().map(|(label, _)| label.to_string()).collect();
    Ok(select_index(prompt, &labels)?.map(|index| entries[index].1))
}

fn select_index(prompt: &str, entries: &[String]) -> anyhow::Result<Option<usize>> {
    let term = Term::stderr();
    let (rows, columns) = term.size();
    // A row that wraps is redrawn wrongly, so none may.
    let room = usize::from(columns).saturating_sub(4);
    let is_small = columns < 30
        || usize::from(rows) < LEAST_ROWS + entries.len().min(6)
        || entries.iter().any(|entry| console::measure_text_width(entry) > room);
    if is_small || asks_plainly(false) {
        return select_by_number(prompt, entries);
    }
    let mut rows = textwrap::wrap(prompt, room);
    let last = rows.pop().unwrap_or_default().into_owned();
    rows.iter().try_for_each(|row| term.write_line(row))?;
    if cfg!(unix) {
        term.write_str(CLASSIC_KEYS)?;
    }
    let items = entries.to_owned();
    let menu = move || {
        loop {
            let select = Select::with_theme(&Bare).with_prompt(&last).items(&items).default(0).report(false);
            match select.interact_on_opt(&Term::stderr()) {
                // The rest of a key came late, over a slow link.
                Ok(None) if swallow_rest_of_key()? => {}
                picked => return picked.map_err(|dialoguer::Error::IO(error)| error),
            }
        }
    };
    // dialoguer panics if the window gets fewer than three rows.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let picked = unless_signaled(menu);
    panic::set_hook(hook);
    // If the terminal is gone, the signal says so.
    let _ = term.show_cursor();
    let Some(picked) = picked? else { return select_by_number(prompt, entries) };
    picked.map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => Stopped(SIGINT).into(),
        // A terminal that is gone fails in many ways.
        kind if kind == io::ErrorKind::UnexpectedEof || !io::stdin().is_terminal() => Stopped(SIGHUP).into(),
        _ => error.into(),
    })
}

/// One line; an empty one means the default. Ctrl-C and Ctrl-D are the error [`Stopped`].
pub(super) fn ask(question: &str, default: String, streams: &Streams) -> anyhow::Result<String> {
    let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
    let line = LineInput::open(streams)?.ask(&format!("{question}{shown}:"))?.ok_or(Stopped(SIGINT))?;
    Ok(if line.is_empty() { default } else { line })
}

/// Asks for lines in the person's own words.
pub(super) struct LineInput {
    /// On a screen, a paste stays in its line. Without one, standard input is read.
    screen: Option<Screen>,
}

impl LineInput {
    pub(super) fn open(streams: &Streams) -> io::Result<LineInput> {
        let screen = if asks_plainly(false) { None } else { Some(Screen::new(streams.utf8)?) };
        Ok(LineInput { screen })
    }

    /// A line, made safe to show; nothing when the person ends it with Ctrl-D.
    pub(super) fn ask(&mut self, question: &str) -> anyhow::Result<Option<String>> {
        let line = match &mut self.screen {
            None => read_line(question)?,
            Some(screen) => match screen.line(question)? {
                Ok(line) => Some(line),
                Err(Cause::Signal(signal)) => bail!(Stopped(signal)),
                Err(_) => None,
            },
        };
        Ok(line.map(|line| text::prose(&line)))
    }
}

fn read_line(question: &str) -> anyhow::Result<Option<String>> {
    let mut stderr = io::stderr().lock();
    write!(stderr, "{question} ")?;
    stderr.flush()?;
    let mut line = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut line);
    if read.context("the input cannot be read")? == 0 {
        writeln!(stderr)?;
        return Ok(None);
    }
    line.truncate(MAX_LINE);
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

#[expect(clippy::disallowed_methods, reason = "whether the terminal can be drawn on is asked here")]
pub(super) fn asks_plainly(flag: bool) -> bool {
    let [term, accessible] = ["TERM", "ACCESSIBLE"].map(|name| std::env::var(name).ok());
    let (stdin, stderr) = (io::stdin().is_terminal(), io::stderr().is_terminal());
    wants_plain(flag, stdin, stderr, term.as_deref(), accessible.as_deref()) || !is_drawable()
}

/// Whether the terminal follows escape sequences; some on Windows do not.
pub(super) fn is_drawable() -> bool {
    #[cfg(windows)]
    return crate::prompt::terminal::Modes::take().is_ok();
    #[cfg(unix)]
    true
}

/// Whether a person is there to answer a menu.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
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

/// Runs a menu, unless a signal comes first; nothing if it panics. console can only wait for keys, so it
/// does that in a thread of its own, and the signals come to this one.
#[cfg(unix)]
fn unless_signaled<T: Send + 'static>(
    menu: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<Option<T>> {
    use crate::prompt::Event;
    use crate::prompt::terminal::{Modes, Signals, in_thread};
    use rustix::event::PollFlags;
    let mut signals = Signals::catch()?;
    let modes = Modes::take()?;
    let (done, thread) = in_thread(menu)?;
    loop {
        match signals.wait(&done, PollFlags::IN, None)? {
            Event::Stop(signal) => {
                // A menu that is about to wait for a key changes the modes once more.
                let _ = signals.wait(&done, PollFlags::IN, Some(SETTLING));
                bail!(Stopped(signal));
            }
            Event::Ready if io::stdin().is_terminal() => break,
            // The terminal is gone, and its signal is on the way.
            Event::Ready => {
                let (quiet, _held) = std::os::unix::net::UnixStream::pair()?;
                if let Event::Stop(signal) = signals.wait(&quiet, PollFlags::IN, Some(SETTLING))? {
                    bail!(Stopped(signal));
                }
                break;
            }
            // If the terminal is gone, the menu says so.
            Event::Continued => drop(modes.enter()),
            Event::Quiet | Event::Resized => {}
        }
    }
    Ok(thread.join().ok())
}

#[cfg(windows)]
fn unless_signaled<T: Send + 'static>(
    menu: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<Option<T>> {
    use crate::prompt::terminal::{Signals, receive};
    let signals = Signals::catch()?;
    let (done, picked) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(menu()));
    let picked = receive(&picked, &signals);
    if let Some(signal) = signals.came() {
        bail!(Stopped(signal));
    }
    Ok(picked)
}

struct Bare;

impl Theme for Bare {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        f.write_str(prompt)
    }
}

/// The same as numbered lines, for a terminal that is too small.
fn select_by_number(prompt: &str, entries: &[String]) -> anyhow::Result<Option<usize>> {
    let columns = usize::from(Term::stderr().size().1).max(20);
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "{}", textwrap::fill(prompt, columns - 1))?;
    for (index, entry) in entries.iter().enumerate() {
        writeln!(stderr, "{}", textwrap::fill(&format!("{}. {entry}", index + 1), columns - 1))?;
    }
    loop {
        let Some(line) = read_line(&format!("1 to {}:", entries.len()))? else { return Ok(None) };
        match line.trim().parse::<usize>() {
            Ok(number) if (1..=entries.len()).contains(&number) => return Ok(Some(number - 1)),
            _ if line.trim().is_empty() => return Ok(Some(0)),
            _ => {}
        }
    }
}
