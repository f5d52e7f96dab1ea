//! The progress bar of the quiz, in the first row of a question. indicatif draws it.

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::prompt::words::{minutes_left, width_of};
use crate::session::Progress;

const WIDEST: usize = 24;
/// A narrower bar shows nothing.
const NARROWEST: usize = 4;

/// The number of the question, the bar and the time left. The number always stays, the time goes first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BarRow {
    progress: (usize, usize),
    /// Its columns; 0 without a bar.
    bar: usize,
    time: String,
}

impl BarRow {
    pub(crate) fn new(progress: Progress, minutes: Option<f64>, width: usize) -> BarRow {
        let mut row = BarRow { progress: (progress.number, progress.of), ..BarRow::default() };
        let room = width.saturating_sub(width_of(&row.number()) + 2);
        let time = minutes.map(minutes_left).unwrap_or_default();
        let room_with_time = room.saturating_sub(width_of(&time) + 2);
        if !time.is_empty() && room_with_time >= 2 * NARROWEST {
            (row.bar, row.time) = (room_with_time.min(WIDEST), time);
        } else if room >= NARROWEST {
            row.bar = room.min(WIDEST);
        }
        row
    }

    pub(crate) fn number(&self) -> String {
        format!("{} of {}", self.progress.0, self.progress.1)
    }

    pub(crate) fn width(&self) -> usize {
        let gap = |n: usize| if n > 0 { n + 2 } else { 0 };
        width_of(&self.number()) + gap(self.bar) + gap(width_of(&self.time))
    }

    fn template(&self) -> String {
        let bar = if self.bar > 0 { format!("  {{bar:{}.cyan/dim}}", self.bar) } else { String::new() };
        let time = if self.time.is_empty() { "" } else { "  {msg:.dim}" };
        format!("{{prefix:.dim}}{bar}{time}")
    }
}

#[derive(Debug)]
pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    chars: &'static str,
}

impl Bar {
    pub(crate) fn new(utf8: bool) -> Bar {
        Bar { bar: None, chars: if utf8 { "━─" } else { "=-" } }
    }

    /// Draws the row at the cursor, which stays in it. The question on the screen does not count as done.
    pub(crate) fn draw(&mut self, row: &BarRow) {
        let Ok(style) = ProgressStyle::with_template(&row.template()) else { return };
        let (number, of) = row.progress;
        let bar = self.bar.get_or_insert_with(|| {
            let target = ProgressDrawTarget::term(Term::buffered_stderr(), u8::MAX);
            ProgressBar::with_draw_target(Some(of as u64), target)
        });
        let bar = bar.clone().with_style(style.progress_chars(self.chars)).with_prefix(row.number());
        bar.with_message(row.time.clone()).with_position(number.saturating_sub(1) as u64).force_draw();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // Otherwise indicatif draws it once more.
        self.bar.iter().for_each(|bar| bar.set_draw_target(ProgressDrawTarget::hidden()));
    }
}

#[cfg(test)]
#[path = "../../tests/prompt/bar.rs"]
mod tests;
