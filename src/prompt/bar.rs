//! The progress bar: indicatif formats it, the layout places it.
//!
//! A bar that indicatif draws itself would run into the question below it, so it draws into a
//! string here.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use crate::prompt::words::{minutes_left, width_of};
use crate::session::Place;

/// The part of the bar that is done.
pub const DONE: char = '━';
/// The part that is left.
pub const LEFT: char = '─';

/// One row of at most `width` columns: the place in words, the bar, and the time left, as far as
/// they fit. The place comes first and is never left out for the rest.
#[must_use]
pub fn bar(place: Place, minutes: Option<f64>, width: usize) -> String {
    let number = format!("{} of {}", place.number, place.of);
    let time = minutes.map(minutes_left).unwrap_or_default();
    let room = width.saturating_sub(width_of(&number) + 2);
    let room_with_time = room.saturating_sub(width_of(&time) + 2);
    match (room_with_time, room) {
        (8.., _) if !time.is_empty() => {
            draw(place, "{prefix}  {bar}  {msg}", &number, &time, room_with_time.min(24))
        }
        (_, 4..) => draw(place, "{prefix}  {bar}", &number, "", room.min(24)),
        _ => number,
    }
}

/// Questions behind are done; the one on screen is not.
fn draw(place: Place, template: &str, number: &str, time: &str, width: usize) -> String {
    let template = template.replace("{bar}", &format!("{{bar:{width}}}"));
    let Ok(style) = ProgressStyle::with_template(&template) else { return number.to_owned() };
    let row = Row::default();
    let bar = ProgressBar::with_draw_target(Some(place.of as u64), ProgressDrawTarget::hidden());
    bar.set_style(style.progress_chars("━─"));
    bar.set_prefix(number.to_owned());
    bar.set_message(time.to_owned());
    bar.set_position(place.number.saturating_sub(1) as u64);
    bar.set_draw_target(ProgressDrawTarget::term_like(Box::new(row.clone())));
    bar.tick();
    bar.abandon();
    row.text().unwrap_or_else(|| number.to_owned())
}

/// A terminal that keeps the first text written to it.
#[derive(Debug, Clone, Default)]
struct Row(Arc<Mutex<Option<String>>>);

impl Row {
    fn text(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl TermLike for Row {
    fn width(&self) -> u16 {
        1000
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if row.is_none() && !text.trim().is_empty() {
            *row = Some(text.trim_end().to_owned());
        }
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: usize, minutes: Option<f64>, width: usize, expect: &str) {
        assert_eq!(bar(Place { number, of: 92 }, minutes, width), expect);
    }

    #[test]
    fn the_bar_shows_the_place_and_the_time_left() {
        check(1, Some(12.3), 79, "1 of 92  ────────────────────────  about 13 min left");
        check(47, Some(6.0), 79, "47 of 92  ━━━━━━━━━━━━────────────  about 6 min left");
        check(47, None, 79, "47 of 92  ━━━━━━━━━━━━────────────");
    }

    #[test]
    fn a_narrow_bar_keeps_the_place() {
        check(7, Some(12.0), 30, "7 of 92  ━────────────────────");
        check(7, Some(12.0), 10, "7 of 92");
        check(7, Some(12.0), 3, "7 of 92");
    }
}
