//! The standard streams, their colors and widths, and the pager.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};
#[cfg(unix)]
use std::time::Duration;

use anyhow::Context;
use clap::ColorChoice;
use itertools::Itertools;

use crate::bank::fault::{Faults, show};
use crate::prompt::Stopped;
use crate::text;

use super::Exit;

/// Columns of a text that is not for a terminal.
pub(super) const PLAIN_WIDTH: usize = 80;
const TELL_WIDTH: usize = 79;

#[derive(Debug)]
pub(super) struct Streams {
    stdout: io::Stdout,
    stderr: io::Stderr,
    pub(super) color_out: bool,
    pub(super) utf8: bool,
}

/// The command line asks for something impossible.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

impl Streams {
    pub(super) fn new() -> Streams {
        Streams { stdout: io::stdout(), stderr: io::stderr(), color_out: false, utf8: knows_utf8() }
    }

    /// A text for people, in ASCII if the locale has nothing else.
    fn in_locale<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.utf8 { Cow::Borrowed(text) } else { text::ascii(text) }
    }

    /// Decides once about color, for coofit and its libraries. First `--color`, then `NO_COLOR`, then the
    /// checks of console: `CLICOLOR_FORCE`, and whether it is a terminal.
    pub(super) fn decide_color(&mut self, when: ColorChoice) {
        #[expect(clippy::disallowed_methods, reason = "what the environment says about color comes in here")]
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let wish = match when {
            ColorChoice::Always => Some(true),
            ColorChoice::Never => Some(false),
            ColorChoice::Auto => no_color.then_some(false),
        };
        if let Some(wish) = wish {
            console::set_colors_enabled(wish);
            console::set_colors_enabled_stderr(wish);
        }
        self.color_out = console::colors_enabled();
    }

    pub(super) fn out_text(&self, text: &str) -> anyhow::Result<()> {
        self.out(&self.in_locale(text))
    }

    /// Prints a result. A closed pipe ends this quietly.
    pub(super) fn out(&self, result: &str) -> anyhow::Result<()> {
        let mut stdout = self.stdout.lock();
        match stdout.write_all(result.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("the result could not be printed"),
        }
    }

    /// Prints a long result: through a pager when a person reads it on a terminal that is too short.
    pub(super) fn page(&self, result: &str) -> anyhow::Result<()> {
        let result = &self.in_locale(result);
        let (rows, _) = console::Term::stdout().size();
        let fits = result.lines().count() < usize::from(rows);
        let is_read = io::stdout().is_terminal() && io::stdin().is_terminal();
        if !fits && is_read && through_pager(result, self.utf8)? { Ok(()) } else { self.out(result) }
    }

    /// Columns of messages; none if standard error is not a terminal.
    pub(super) fn err_width(&self) -> Option<usize> {
        let (_, columns) = console::Term::stderr().size_checked().filter(|_| self.stderr.is_terminal())?;
        Some(usize::from(columns).clamp(20, TELL_WIDTH + 1) - 1)
    }

    /// A message next to the result. Ignores a closed standard error.
    pub(super) fn tell(&self, message: &str) {
        self.tell_as_it_is(&wrapped(message, self.err_width().unwrap_or(TELL_WIDTH)));
    }

    pub(super) fn tell_as_it_is(&self, message: &str) {
        self.tell_safe(&text::escape_lines(message));
    }

    /// A message that is escaped already, and may have colors.
    fn tell_safe(&self, message: &str) {
        let _ = writeln!(self.stderr.lock(), "{}", self.in_locale(message));
    }

    /// Ends with an error, or with the signal that came.
    pub(super) fn fail(&self, error: &anyhow::Error) -> Exit {
        if let Some(Stopped(signal)) = error.downcast_ref() {
            return Exit::Signal(*signal);
        }
        if let Some(faults) = error.downcast_ref::<Faults>() {
            let is_whole = |file: &str| faults.sources.get(file).is_none_or(str::is_empty);
            match &faults.list[..] {
                // A fault about a whole file has no line to show, and its message names the file already.
                [fault] if is_whole(&fault.place.file) && fault.message.contains(&*fault.place.file) => {
                    let help =
                        fault.help.as_ref().map_or_else(String::new, |help| format!("\n  help: {help}"));
                    self.tell(&format!("error: {}{help}", fault.message));
                }
                list => {
                    let shown = show(list, &faults.sources, console::colors_enabled_stderr());
                    self.tell_safe(&format!("{shown}\n\n{}", count(list.len(), "fault")));
                }
            }
            return Exit::Input;
        }
        if let Some(usage) = error.downcast_ref::<Usage>() {
            self.tell(&format!("error: {usage}"));
            return Exit::Usage;
        }
        self.tell(&format!("error: {error:#}"));
        Exit::Failed
    }

    /// Ends with the message of the argument parser, which may be the help.
    pub(super) fn usage(&self, error: &clap::Error) -> Exit {
        let rendered = error.render().to_string();
        let shown = text::escape_lines(&rendered);
        if error.use_stderr() {
            let _ = write!(self.stderr.lock(), "{shown}");
            return Exit::Usage;
        }
        let _ = write!(self.stdout.lock(), "{shown}");
        Exit::Done
    }
}

/// Whether the locale supports more than ASCII. The first variable that is set decides.
#[expect(clippy::disallowed_methods, reason = "what the environment says about characters comes in here")]
fn knows_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8")
}

/// Breaks lines only at blanks, and not between quotation marks, so that a path or an option can be copied.
pub(super) fn wrapped(message: &str, width: usize) -> String {
    fn words(line: &str) -> Box<dyn Iterator<Item = textwrap::core::Word<'_>> + '_> {
        let mut is_quoted = false;
        let is_end = move |c| {
            is_quoted ^= c == '`';
            c == ' ' && !is_quoted
        };
        Box::new(line.split_inclusive(is_end).map(textwrap::core::Word::from))
    }
    let wrapped = |line: &str| {
        let options = textwrap::Options::new(width)
            .break_words(false)
            .subsequent_indent(if line.starts_with("  ") { "  " } else { "" })
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::Custom(words));
        textwrap::fill(line, options)
    };
    text::escape_lines(message).split('\n').map(wrapped).join("\n")
}

pub(super) fn stdout_width() -> usize {
    let stdout = console::Term::stdout();
    if stdout.is_term() { usize::from(stdout.size().1) } else { PLAIN_WIDTH }
}

/// Shows a text through the person's pager (`PAGER`, else `less`). False when there is none.
#[expect(clippy::disallowed_methods, reason = "which pager the person likes is asked here")]
fn through_pager(text: &str, utf8: bool) -> anyhow::Result<bool> {
    let wish = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = wish.split_whitespace();
    let Some(program) = words.next().filter(|program| *program != "cat") else { return Ok(false) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    // Defaults: exit at once if the text fits, and leave it on the screen. Always allow colors.
    let wishes =
        std::env::var("LESS").unwrap_or_else(|_| "-FX -Ps?eq closes:Space shows more, q closes.$".to_owned());
    command.env("LESS", format!("-R {wishes}"));
    if utf8 {
        command.env("LESSCHARSET", "utf-8");
    }
    let Ok(mut pager) = command.spawn() else { return Ok(false) };
    let (id, text) = (pager.id(), text.to_owned());
    let read = move || {
        if let Some(mut input) = pager.stdin.take() {
            // Leaving the pager early is not an error.
            let _ = input.write_all(text.as_bytes());
        }
        pager.wait().is_ok_and(|status| status.success())
    };
    until_read(read, id)
}

/// Runs `read` until the pager ends. Ctrl-C is the pager's: the terminal sends its signal to both. A signal
/// that ends this program ends the pager first, which gives the terminal back.
#[cfg(unix)]
fn until_read(read: impl FnOnce() -> bool + Send + 'static, pager: u32) -> anyhow::Result<bool> {
    use crate::prompt::terminal::{Signals, in_thread};
    use crate::prompt::{Event, SIGINT, SIGQUIT};
    use rustix::event::PollFlags;
    use rustix::process::{Pid, Signal, kill_process};
    /// How long a pager may take to end.
    const PATIENCE: Duration = Duration::from_secs(2);
    let mut signals = Signals::catch()?;
    let (done, thread) = in_thread(read)?;
    let (mut is_interrupted, mut stop) = (false, None);
    loop {
        match signals.wait(&done, PollFlags::IN, stop.map(|_| PATIENCE))? {
            Event::Ready | Event::Quiet => break,
            Event::Stop(SIGINT | SIGQUIT) => is_interrupted = true,
            Event::Stop(signal) => {
                stop = Some(signal);
                let pager = i32::try_from(pager).ok().and_then(Pid::from_raw);
                // It may have ended by itself.
                let _ = pager.map(|pager| kill_process(pager, Signal::TERM));
            }
            Event::Resized | Event::Continued => {}
        }
    }
    match stop {
        Some(signal) => Err(Stopped(signal).into()),
        None => Ok(is_interrupted || thread.join().unwrap_or(false)),
    }
}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "as elsewhere")]
fn until_read(read: impl FnOnce() -> bool + Send + 'static, _pager: u32) -> anyhow::Result<bool> {
    Ok(read())
}

/// "1 row", "19,718 rows".
pub(super) fn count(n: impl Copy + ToString, what: &str) -> String {
    text::counted(n, what, &format!("{what}s"))
}
