//! The terminal form: one question at a time, drawn in place.
//!
//! [`Screen`] joins the pieces: [`Tty`] waits, [`Keys`] decodes, [`Entry`] decides, [`frame`] lays
//! out, and the painter here puts the rows on the terminal. A settled question becomes one line, written
//! together with the next question in one go, after the caller has had the time to save the answer.
//! The cursor is never hidden; it stands where the selection is, for people who follow it.

use std::io;
use std::time::{Duration, Instant};

use console::Term;

use crate::prompt::entry::Entry;
use crate::prompt::keys::Keys;
use crate::prompt::layout::{Frame, Size, frame, settled};
use crate::prompt::tty::{Event, Tty};
use crate::prompt::words::width_of;
use crate::prompt::{Asked, Cause, Interviewer, Question, Reply, words};

/// How often the size of the terminal is looked at.
const LOOK: Duration = Duration::from_millis(120);

/// Asks on the terminal.
#[derive(Debug)]
pub struct Screen {
    /// Taken while questions are asked.
    tty: Option<Tty>,
    keys: Keys,
    painter: Painter,
}

impl Screen {
    /// Takes over the terminal: the standard input, and standard error to draw on.
    ///
    /// # Errors
    /// The standard input is no terminal.
    pub fn new() -> io::Result<Screen> {
        Ok(Screen { tty: Some(Tty::take()?), keys: Keys::default(), painter: Painter::new() })
    }
}

impl Interviewer for Screen {
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Asked> {
        let Screen { tty, keys, painter } = self;
        let tty = match tty {
            Some(tty) => tty,
            none => none.insert(Tty::take()?),
        };
        let mut entry = Entry::new(question);
        let mut watch = Stopwatch::start();
        let mut is_stale = true;
        loop {
            let patience = keys.patience().unwrap_or(LOOK);
            let event = match (is_stale || painter.is_resized()).then(|| painter.paint(question, &entry)) {
                Some(Err(_)) => tty.hangup(),
                Some(Ok(())) | None => tty.wait(patience)?,
            };
            watch.lap(event != Event::Continued);
            let press = match event {
                Event::Byte(byte) => keys.feed(byte),
                Event::Quiet => keys.quiet(),
                Event::Continued => {
                    // If the terminal is gone, the next wait says so.
                    let _ = tty.enter();
                    painter.forget();
                    None
                }
                Event::Stop(signal) => {
                    painter.erase();
                    // The terminal may be gone; the reply says so.
                    let _ = painter.flush();
                    return Ok(Asked { reply: Reply::Pause(Cause::Signal(signal)), took: watch.took });
                }
            };
            is_stale = press.is_some() || event == Event::Continued;
            let Some(reply) = press.and_then(|press| entry.press(press)) else { continue };
            match &reply {
                Reply::Answer(answer) => painter.settle(question, &question.item.in_words(answer)),
                Reply::Skip => painter.settle(question, "skipped"),
                Reply::Back => painter.unsettle(),
                Reply::Pause(_) => {
                    painter.erase();
                    let _ = painter.flush();
                }
            }
            return Ok(Asked { reply, took: watch.took });
        }
    }

    fn tell(&mut self, heading: &str, lines: &[String]) -> io::Result<()> {
        self.painter.tell(heading, lines);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.painter.erase();
        let flushed = self.painter.flush();
        self.tty = None;
        flushed
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Whoever wants to know of a failure calls `finish`.
        let _ = self.finish();
    }
}

/// Puts frames on the terminal, one write each.
#[derive(Debug)]
struct Painter {
    term: Term,
    /// What stands on the terminal now, and the size for which it was laid out.
    frame: Frame,
    size: Option<Size>,
    /// The lines of settled questions right above the frame, the newest last.
    settled: Vec<String>,
    /// To be written before the next frame.
    pending: String,
}

impl Painter {
    fn new() -> Painter {
        let term = Term::stderr();
        Painter { term, frame: Frame::default(), size: None, settled: Vec::new(), pending: String::new() }
    }

    fn now(&self) -> Size {
        let (height, width) = self.term.size();
        Size { width: usize::from(width), height: usize::from(height) }
    }

    fn is_resized(&self) -> bool {
        self.size != Some(self.now())
    }

    fn paint(&mut self, question: &Question<'_>, entry: &Entry<'_>) -> io::Result<()> {
        self.erase();
        let size = self.now();
        self.size = Some(size);
        self.frame = frame(question, entry, size, colour());
        self.pending += &self.frame.rows.join("\r\n");
        self.pending.push('\r');
        move_by(&mut self.pending, self.frame.rows.len().saturating_sub(self.frame.row + 1), "A");
        move_by(&mut self.pending, self.frame.column, "C");
        self.flush()
    }

    /// Takes the frame away.
    fn erase(&mut self) {
        let frame = std::mem::take(&mut self.frame);
        if !frame.rows.is_empty() {
            let width = self.now().width.max(1);
            // The terminal may have wrapped the rows since they were drawn.
            let above: usize = frame.rows[..frame.row].iter().map(|row| height_of(row, width)).sum();
            self.rise(above + frame.column / width);
        }
    }

    /// Puts one line in the place of the frame.
    fn settle(&mut self, question: &Question<'_>, said: &str) {
        self.erase();
        let line = settled(question, said, self.now(), colour());
        self.pending += &line;
        self.pending += "\r\n";
        self.settled.push(line);
    }

    /// Takes away the frame and the line of the question before.
    fn unsettle(&mut self) {
        self.erase();
        if let Some(line) = self.settled.pop() {
            self.rise(height_of(&line, self.now().width.max(1)));
        }
    }

    /// Writes lines that stay, above the next question.
    fn tell(&mut self, heading: &str, lines: &[String]) {
        const WIDEST: usize = 84;
        self.erase();
        let width = self.now().width.saturating_sub(1).clamp(1, WIDEST);
        self.pending += "\r\n";
        for row in words::wrap(heading, width) {
            self.pending += &console::style(row).bold().force_styling(colour()).to_string();
            self.pending += "\r\n";
        }
        for line in lines {
            for (index, row) in words::wrap(line, width.saturating_sub(2).max(1)).into_iter().enumerate() {
                self.pending += if index == 0 { "- " } else { "  " };
                self.pending += &row;
                self.pending += "\r\n";
            }
        }
        self.pending += "\r\n";
        // Going back must not take these lines away.
        self.settled.clear();
    }

    /// What is above belongs to others from here on.
    fn forget(&mut self) {
        self.frame = Frame::default();
        self.settled.clear();
        self.pending.clear();
        self.rise(0);
    }

    /// Goes up so many rows and clears everything from there on.
    fn rise(&mut self, rows: usize) {
        self.pending.push('\r');
        move_by(&mut self.pending, rows, "A");
        self.pending += "\x1b[0J";
    }

    fn flush(&mut self) -> io::Result<()> {
        // One write, and nothing is kept of it when it fails.
        self.term.write_str(&std::mem::take(&mut self.pending))
    }
}

fn colour() -> bool {
    console::colors_enabled_stderr()
}

/// The rows that a line takes on a terminal of this width.
fn height_of(line: &str, width: usize) -> usize {
    width_of(&console::strip_ansi_codes(line)).max(1).div_ceil(width)
}

fn move_by(text: &mut String, count: usize, direction: &str) {
    if count > 0 {
        text.extend(["\x1b[", &count.to_string(), direction]);
    }
}

/// Time that passed while the program ran.
#[derive(Debug)]
struct Stopwatch {
    took: Duration,
    since: Instant,
}

#[expect(clippy::disallowed_methods, reason = "times the answer, pauses left out")]
impl Stopwatch {
    fn start() -> Stopwatch {
        Stopwatch { took: Duration::ZERO, since: Instant::now() }
    }

    /// Ends a lap; one in which the program was stopped does not count.
    fn lap(&mut self, counts: bool) {
        let now = Instant::now();
        if counts {
            self.took += now - self.since;
        }
        self.since = now;
    }
}
