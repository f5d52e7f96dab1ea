//! Screen mode: one question at a time, drawn in place.
//!
//! [`Tty`] waits, [`Keys`] decodes, [`Entry`] decides, [`frame`] lays out, and the painter here writes the
//! rows. An answered question becomes one line, which is written together with the next question, after
//! the caller has saved the answer. The cursor is never hidden: it is at the selection, for people who
//! follow it with a magnifier.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use console::Term;

use crate::prompt::bar::Bar;
use crate::prompt::entry::{Entry, Field};
use crate::prompt::field::TextField;
use crate::prompt::keys::{Held, Keys, Press, is_burst};
use crate::prompt::layout::{Frame, Size, frame, settled, text_frame};
use crate::prompt::terminal::Tty;
use crate::prompt::words::{hang, width_of, wrap};
use crate::prompt::{Asked, Cause, Event, Interviewer, Question, Reply, SIGINT, SIGQUIT};
use crate::text::{self, BOLD, styled};

#[derive(Debug)]
pub(crate) struct Screen {
    /// None after `finish`, until the next question.
    tty: Option<Tty>,
    keys: Keys,
    held: Held,
    presses: VecDeque<Press>,
    /// All keys pressed before the question appeared are handled.
    is_seen: bool,
    painter: Painter,
    watch: Stopwatch,
}

enum Next {
    /// A key, and whether it only repeats the one before.
    Press(Press, bool),
    Stale,
    Stop(i32),
}

impl Screen {
    /// Reads standard input and draws on standard error. Without `utf8` the terminal only shows ASCII.
    pub(crate) fn new(utf8: bool) -> io::Result<Screen> {
        Ok(Screen {
            tty: Some(Tty::take()?),
            keys: Keys::default(),
            held: Held::default(),
            presses: VecDeque::new(),
            is_seen: false,
            painter: Painter {
                term: Term::stderr(),
                bar: Bar::new(utf8),
                utf8,
                frame: Frame::default(),
                settled: Vec::new(),
                pending: MARK_PASTES.to_owned(),
            },
            watch: Stopwatch::start(),
        })
    }

    /// Asks for one line of text, which stays on the screen.
    pub(crate) fn line(&mut self, prompt: &str) -> io::Result<Result<String, Cause>> {
        let mut field = TextField::default();
        self.is_seen = false;
        loop {
            match self.next(|size| text_frame(prompt, &field, size, color()), false)? {
                Next::Stale | Next::Press(Press::Enter, true) => {}
                Next::Press(Press::Enter, false) => {
                    self.painter.erase();
                    for row in wrap(&format!("{prompt} {}", field.text()), self.painter.now().usable()) {
                        self.painter.line(&row);
                    }
                    self.painter.flush()?;
                    return Ok(Ok(field.text()));
                }
                Next::Press(Press::Interrupt, _) => return Ok(Err(Cause::Signal(SIGINT))),
                Next::Press(Press::Quit, _) => return Ok(Err(Cause::Signal(SIGQUIT))),
                Next::Press(Press::EndOfInput, _) => return Ok(Err(Cause::Asked)),
                Next::Press(press, _) => field.press(&press),
                Next::Stop(signal) => return Ok(Err(Cause::Signal(signal))),
            }
        }
    }

    /// Paints a frame and waits. In a list, many characters at once are a paste and do nothing.
    fn next(&mut self, frame: impl Fn(Size) -> Frame, is_list: bool) -> io::Result<Next> {
        let Screen { tty, keys, held, presses, is_seen, painter, watch } = self;
        let tty = match tty {
            Some(tty) => tty,
            none => none.insert(Tty::take()?),
        };
        if painter.paint(frame).is_err() {
            return Ok(Next::Stop(tty.signals.hangup()));
        }
        loop {
            let event = match presses.pop_front() {
                Some(Press::Redraw) => {
                    painter.clear();
                    return Ok(Next::Stale);
                }
                Some(Press::Suspend) => {
                    let _ = painter.leave();
                    watch.lap(true);
                    tty.suspend()?
                }
                Some(press) => {
                    let is_repeat = held.repeats(&press, watch.lap(true), *is_seen);
                    return Ok(Next::Press(press, is_repeat));
                }
                None => tty.wait(if *is_seen { keys.patience() } else { Some(Duration::ZERO) })?,
            };
            watch.lap(event != Event::Continued);
            match event {
                Event::Ready => {
                    let came: Vec<Press> = tty.bytes.iter().filter_map(|byte| keys.feed(*byte)).collect();
                    let is_paste = is_list && is_burst(&came);
                    presses.extend(if is_paste { vec![Press::Paste(String::new())] } else { came });
                }
                Event::Quiet if *is_seen => presses.extend(keys.quiet()),
                Event::Quiet => *is_seen = true,
                Event::Resized => return Ok(Next::Stale),
                Event::Continued => {
                    painter.forget();
                    return Ok(Next::Stale);
                }
                Event::Stop(signal) => return Ok(Next::Stop(signal)),
            }
        }
    }
}

impl Interviewer for Screen {
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Asked> {
        let mut entry = Entry::new(question);
        let is_list = !matches!(entry.field, Field::Number { .. });
        self.is_seen = false;
        self.watch = Stopwatch::start();
        let reply = loop {
            let reply = match self.next(|size| frame(&entry, size, color()), is_list)? {
                Next::Press(press, is_repeat) => entry.press(&press, is_repeat),
                Next::Stale => None,
                Next::Stop(signal) => Some(Reply::Pause(Cause::Signal(signal))),
            };
            if let Some(reply) = reply {
                break reply;
            }
        };
        match &reply {
            Reply::Answer(answer) => self.painter.settle(question, &question.item.in_words(answer)),
            Reply::Skip => self.painter.settle(question, "skipped"),
            Reply::Back => self.painter.unsettle(),
            Reply::Pause(_) => {
                self.painter.erase();
                // The terminal may be gone; the reply says so.
                let _ = self.painter.flush();
            }
        }
        let draft = if matches!(reply, Reply::Back | Reply::Pause(_)) { entry.draft() } else { None };
        Ok(Asked { reply, draft, took: self.watch.took })
    }

    fn tell(&mut self, heading: &str, lines: &[String]) -> io::Result<()> {
        const WIDEST: usize = 84;
        let painter = &mut self.painter;
        painter.erase();
        let width = painter.now().usable().min(WIDEST);
        painter.line("");
        for row in wrap(heading, width) {
            painter.line(&styled(&row, BOLD, color()));
        }
        for row in lines.iter().flat_map(|line| hang("- ", line, width)) {
            painter.line(&row);
        }
        painter.line("");
        // Going back must not remove these lines.
        painter.settled.clear();
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let left = self.painter.leave();
        self.tty = None;
        left
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // The caller who wants to know of a failure calls `finish`.
        let _ = self.finish();
    }
}

/// Turn the terminal's marks around pastes on and off.
const MARK_PASTES: &str = "\x1b[?2004h";
const MARK_NO_PASTES: &str = "\x1b[?2004l";

#[derive(Debug)]
struct Painter {
    term: Term,
    bar: Bar,
    utf8: bool,
    /// What is on the terminal now.
    frame: Frame,
    /// The lines of answered questions right above the frame, the newest last.
    settled: Vec<String>,
    /// To be written before the next frame.
    pending: String,
}

impl Painter {
    fn now(&self) -> Size {
        let (height, width) = self.term.size();
        Size { width: usize::from(width), height: usize::from(height) }
    }

    fn paint(&mut self, frame: impl Fn(Size) -> Frame) -> io::Result<()> {
        self.erase();
        self.frame = frame(self.now());
        let Frame { rows, bar, row, column } = self.frame.clone();
        let mut rest = &rows[..];
        if let Some((at, bar)) = bar {
            rows[..at].iter().for_each(|row| self.line(row));
            self.flush()?;
            self.bar.draw(&bar);
            // indicatif fills the row with blanks, which a narrower terminal would wrap.
            self.pending.push('\r');
            move_by(&mut self.pending, bar.width(), "C");
            self.pending += "\x1b[K";
            rest = &rows[at + 1..];
            self.pending += if rest.is_empty() { "" } else { "\r\n" };
        }
        self.pending += &rest.join("\r\n");
        self.pending.push('\r');
        move_by(&mut self.pending, rows.len().saturating_sub(row + 1), "A");
        move_by(&mut self.pending, column, "C");
        self.flush()
    }

    fn erase(&mut self) {
        let frame = std::mem::take(&mut self.frame);
        if !frame.rows.is_empty() {
            let width = self.now().width.max(1);
            // The terminal may have wrapped the rows since they were drawn.
            let above: usize = frame.rows[..frame.row].iter().map(|row| height_of(row, width)).sum();
            let bar = frame.bar.map_or(0, |(_, bar)| bar.width().div_ceil(width) - 1);
            self.rise(above + bar + frame.column / width);
        }
    }

    fn settle(&mut self, question: &Question<'_>, said: &str) {
        self.erase();
        let line = settled(question, said, self.now(), color());
        self.line(&line);
        self.settled.push(line);
    }

    fn line(&mut self, row: &str) {
        self.pending.extend([row, "\r\n"]);
    }

    /// Removes the frame and the line of the question before.
    fn unsettle(&mut self) {
        self.erase();
        if let Some(line) = self.settled.pop() {
            self.rise(height_of(&line, self.now().width.max(1)));
        }
    }

    /// Removes the frame and gives the terminal back.
    fn leave(&mut self) -> io::Result<()> {
        self.erase();
        self.pending += MARK_NO_PASTES;
        self.flush()
    }

    /// Other programs wrote what is above, so it stays.
    fn forget(&mut self) {
        self.frame = Frame::default();
        self.settled.clear();
        MARK_PASTES.clone_into(&mut self.pending);
        self.rise(0);
    }

    fn clear(&mut self) {
        self.forget();
        self.pending += "\x1b[H\x1b[2J";
    }

    /// Goes up and clears everything from there on.
    fn rise(&mut self, rows: usize) {
        self.pending.push('\r');
        move_by(&mut self.pending, rows, "A");
        self.pending += "\x1b[0J";
    }

    /// Writes what is pending once, even if that fails.
    fn flush(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        if self.utf8 {
            return self.term.write_str(&pending);
        }
        // `~` keeps the width of a cut row.
        self.term.write_str(&text::ascii(&pending.replace('…', "~")))
    }
}

fn color() -> bool {
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

#[derive(Debug)]
struct Stopwatch {
    since: Instant,
    took: Duration,
}

#[expect(clippy::disallowed_methods, reason = "times the answer, pauses left out")]
impl Stopwatch {
    fn start() -> Stopwatch {
        Stopwatch { since: Instant::now(), took: Duration::ZERO }
    }

    /// Ends a lap now. One while the program was stopped does not count.
    fn lap(&mut self, counts: bool) -> Instant {
        let now = Instant::now();
        if counts {
            self.took += now - self.since;
        }
        self.since = now;
        now
    }
}
