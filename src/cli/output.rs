//! The standard streams, colour, and files that a command writes.

use std::io;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail};

use crate::bank::fault::{Faults, show};
use crate::render::Page;
use crate::text;

use super::{ColorWhen, Exit};

/// Columns of a text that is not for a terminal.
pub(super) const PLAIN_WIDTH: usize = 80;
/// Columns of what is told beside a result.
const TELL_WIDTH: usize = 79;

/// The standard streams, and whether each takes colour.
#[derive(Debug)]
pub(super) struct Streams {
    stdout: io::Stdout,
    stderr: io::Stderr,
    color_out: bool,
    color_err: bool,
}

/// The command line asks for something that it cannot have.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// What the environment says about colour.
struct Wishes {
    no_color: bool,
    force: bool,
    dumb: bool,
}

impl Wishes {
    fn read() -> Wishes {
        #[expect(clippy::disallowed_methods, reason = "what the environment says about colour comes in here")]
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let on = |name: &str| set(name).is_some_and(|value| value != "0");
        Wishes {
            no_color: set("NO_COLOR").is_some(),
            force: on("CLICOLOR_FORCE") || on("FORCE_COLOR"),
            dumb: set("TERM").is_some_and(|term| term == "dumb"),
        }
    }

    /// `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether it is a terminal.
    fn color(&self, when: ColorWhen, is_terminal: bool) -> bool {
        match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => !self.no_color && (self.force || (is_terminal && !self.dumb)),
        }
    }
}

impl Streams {
    pub(super) fn new() -> Streams {
        Streams { stdout: io::stdout(), stderr: io::stderr(), color_out: false, color_err: false }
    }

    /// Decides once about colour, for us and for every library that draws.
    pub(super) fn decide_color(&mut self, when: ColorWhen) {
        let wishes = Wishes::read();
        self.color_out = wishes.color(when, self.stdout.is_terminal());
        self.color_err = wishes.color(when, self.stderr.is_terminal());
        console::set_colors_enabled(self.color_out);
        console::set_colors_enabled_stderr(self.color_err);
    }

    pub(super) fn color_out(&self) -> bool {
        self.color_out
    }

    /// Prints a result. A reader that went away ends it quietly.
    pub(super) fn out(&self, result: &str) -> anyhow::Result<()> {
        let mut stdout = self.stdout.lock();
        match stdout.write_all(result.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("the result could not be printed"),
        }
    }

    /// Prints sentences, wrapped.
    pub(super) fn out_wrapped(&self, sentences: &str) -> anyhow::Result<()> {
        let width = stdout_page(self, false).width.clamp(20, TELL_WIDTH + 1) - 1;
        self.out(&format!("{}\n", wrapped(sentences, width)))
    }

    /// Prints a long result: through a pager when a person reads it on a terminal that is too short.
    pub(super) fn page(&self, result: &str) -> anyhow::Result<()> {
        let (rows, _) = console::Term::stdout().size();
        let fits = result.lines().count() < usize::from(rows);
        if fits || !self.stdout.is_terminal() || !io::stdin().is_terminal() || !through_pager(result) {
            return self.out(result);
        }
        Ok(())
    }

    /// Columns of what is told on a terminal; nothing where standard error is none.
    pub(super) fn err_width(&self) -> Option<usize> {
        let (_, columns) = console::Term::stderr().size_checked().filter(|_| self.stderr.is_terminal())?;
        Some(usize::from(columns).clamp(20, TELL_WIDTH + 1) - 1)
    }

    /// Tells the person something beside the result. Whoever closed stderr does not want to know.
    pub(super) fn tell(&self, message: &str) {
        self.tell_as_it_is(&wrapped(message, self.err_width().unwrap_or(TELL_WIDTH)));
    }

    /// Tells something that is laid out already.
    pub(super) fn tell_as_it_is(&self, message: &str) {
        let _ = writeln!(self.stderr.lock(), "{}", text::escape_lines(message));
    }

    /// Ends with an error.
    pub(super) fn fail(&self, error: &anyhow::Error) -> Exit {
        if let Some(faults) = error.downcast_ref::<Faults>() {
            let shown = show(&faults.list, &faults.sources, self.color_err);
            let _ = writeln!(self.stderr.lock(), "{shown}\n\n{}", count(faults.list.len(), "fault"));
            return Exit::Input;
        }
        if let Some(usage) = error.downcast_ref::<Usage>() {
            self.tell(&format!("error: {usage}"));
            return Exit::Usage;
        }
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        self.tell(&format!("error: {}", causes.join(": ")));
        Exit::Failed
    }

    /// Ends with what the argument parser said, which may be the help.
    pub(super) fn usage(&self, error: &clap::Error) -> Exit {
        let rendered = error.render().to_string();
        let shown = text::escape_lines(&rendered);
        if error.use_stderr() {
            let _ = write!(self.stderr.lock(), "{shown}");
            Exit::Usage
        } else {
            let _ = write!(self.stdout.lock(), "{shown}");
            Exit::Done
        }
    }

    /// Writes a result to a file, or prints it.
    pub(super) fn deliver(&self, result: &str, to: Option<&Path>, force: bool) -> anyhow::Result<()> {
        let Some(path) = to.filter(|path| *path != Path::new("-")) else { return self.out(result) };
        write_file(path, result.as_bytes(), force)
    }
}

/// Lines that break at blanks only, so that a path can be copied whole.
fn wrapped(message: &str, width: usize) -> String {
    let options = textwrap::Options::new(width)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(&text::escape_lines(message), options).join("\n")
}

/// A page for standard output.
pub(super) fn stdout_page(streams: &Streams, bars: bool) -> Page {
    let stdout = console::Term::stdout();
    let width = if stdout.is_term() { usize::from(stdout.size().1) } else { PLAIN_WIDTH };
    Page { width, color: streams.color_out(), bars, summary: false }
}

/// Shows a text through the person's pager (`PAGER`, else `less`). False when there is none.
#[expect(clippy::disallowed_methods, reason = "which pager the person likes is asked here")]
fn through_pager(text: &str) -> bool {
    let wish = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = wish.split_whitespace();
    let Some(program) = words.next().filter(|program| *program != "cat") else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Leave at once when it fits, keep colours, keep the text on the screen afterwards.
        command.env("LESS", "-FRX -PsSpace shows more, q closes$");
    }
    let Ok(mut pager) = command.spawn() else { return false };
    if let Some(mut input) = pager.stdin.take() {
        // Whoever leaves the pager early has read enough.
        let _ = input.write_all(text.as_bytes());
    }
    pager.wait().is_ok_and(|status| status.success())
}

/// Writes a file of the person's own: whole or not at all, never through a link, and over an earlier
/// one only when told to.
pub(super) fn write_file(path: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    check_free(path, force)?;
    let written = if force { crate::store::replace(path, bytes) } else { crate::store::create(path, bytes) };
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(taken(path)),
        written => written.with_context(|| format!("{} could not be written", quoted(path))),
    }
}

/// Whether a file may be written here: nothing is there, or a regular file that may go.
pub(super) fn check_free(path: &Path, force: bool) -> anyhow::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => bail!("{} is a directory; name a file", quoted(path)),
        Ok(_) if !force => Err(taken(path)),
        Ok(metadata) if !metadata.is_file() => bail!("{} is not a regular file", quoted(path)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn taken(path: &Path) -> anyhow::Error {
    anyhow!("{} is already there; name another file, or add `--force`", quoted(path))
}

/// A path as messages name it, whole.
pub(super) fn quoted(path: &Path) -> String {
    format!("`{}`", text::escape(&path.display().to_string()))
}

/// "1 fault", "2 faults".
pub(super) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_follows_the_flag_then_the_environment_then_the_terminal() {
        let wishes = |no_color, force, dumb| Wishes { no_color, force, dumb };
        let plain = wishes(false, false, false);
        assert!(plain.color(ColorWhen::Auto, true));
        assert!(!plain.color(ColorWhen::Auto, false));
        assert!(plain.color(ColorWhen::Always, false));
        assert!(!plain.color(ColorWhen::Never, true));
        assert!(!wishes(true, false, false).color(ColorWhen::Auto, true));
        assert!(!wishes(true, true, false).color(ColorWhen::Auto, true));
        assert!(wishes(false, true, false).color(ColorWhen::Auto, false));
        assert!(!wishes(false, false, true).color(ColorWhen::Auto, true));
        assert!(wishes(true, false, true).color(ColorWhen::Always, false));
    }
}
