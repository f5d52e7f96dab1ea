//! The next steps as calendar entries (RFC 5545), each with a reminder.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time, Weekday, date};
use uuid::Uuid;

use crate::bank::{Horizon, When};
use crate::report::{Report, StepReport};

/// The length of an entry if its step has none.
const MINUTES: u16 = 30;
/// The most bytes of a line; a longer one continues on the next.
const MOST_BYTES: usize = 75;

/// What dates a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated<'a> {
    /// What identifies this result, so that its entries keep their ids.
    pub identity: &'a str,
    /// The day of the result, from which the steps count.
    pub from: Date,
}

/// A calendar file with the entries of every step.
///
/// The same result gives the same bytes. An entry has the same id in every export, so that importing it
/// again updates it.
pub fn render(report: &Report, dated: Dated<'_>) -> String {
    let mut lines = Lines(String::new());
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", concat!("-//coofit//coofit ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.add("CALSCALE", "GREGORIAN");
    lines.text("NAME", &report.title);
    lines.text("X-WR-CALNAME", &report.title);
    for steps in report.steps.chunk_by(|a, b| a.horizon == b.horizon) {
        for (earlier, step) in (0..).zip(steps) {
            for (number, (on, at)) in dates(step, dated.from, earlier).into_iter().enumerate() {
                let name = format!("{}\n{}\n{number}", dated.identity, step.id);
                let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
                lines.event(step, &id, dated.from, on, at);
            }
        }
    }
    lines.add("END", "VCALENDAR");
    lines.0
}

/// The days of a step, and its times if it names them. `earlier` steps of its horizon come before it.
fn dates(step: &StepReport, start: Date, earlier: i64) -> Vec<(Date, Option<Time>)> {
    let (first, between) = match step.horizon {
        Horizon::Week => (1, 2),
        Horizon::Month => (9, 7),
        Horizon::HalfYear => (45, 40),
        Horizon::TwoYears => (190, 120),
    };
    let planned = after(start, first + between * earlier);
    if step.when.is_empty() {
        // No work on a weekend.
        let is_weekend = matches!(planned.weekday(), Weekday::Saturday | Weekday::Sunday);
        return vec![(if is_weekend { next(planned, 0) } else { planned }, None)];
    }
    // A step of this week may be on any day that has its weekday; later steps keep their distance.
    let from = if step.horizon == Horizon::Week { after(start, 1) } else { planned };
    let at = |when: &When| {
        let first = if when.first_of_month { after(start.last_of_month(), 1) } else { from };
        let [hour, minute] = [when.hour, when.minute].map(|number| i8::try_from(number).unwrap_or_default());
        (next(first, when.weekday), Some(Time::constant(hour, minute, 0, 0)))
    };
    step.when.iter().map(at).collect()
}

fn after(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// The first day from `from` on with this weekday, where Monday is 0.
fn next(from: Date, weekday: u8) -> Date {
    let offset = i64::from(weekday) - i64::from(from.weekday().to_monday_zero_offset());
    after(from, offset.rem_euclid(7))
}

/// Content lines, escaped and folded.
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        let mut n_bytes = 0;
        for c in format!("{name}:{value}").chars() {
            if n_bytes + c.len_utf8() > MOST_BYTES {
                self.0.push_str("\r\n ");
                n_bytes = 1;
            }
            self.0.push(c);
            n_bytes += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn text(&mut self, name: &str, text: &str) {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\n' => escaped.push_str("\\n"),
                '\\' | ',' | ';' => escaped.extend(['\\', c]),
                c => escaped.push(c),
            }
        }
        self.add(name, &escaped);
    }

    fn event(&mut self, step: &StepReport, id: &Uuid, from: Date, on: Date, at: Option<Time>) {
        self.add("BEGIN", "VEVENT");
        self.add("UID", &id.to_string());
        let made = from.strftime("%Y%m%dT000000Z").to_string();
        self.add("DTSTAMP", &made);
        self.add("LAST-MODIFIED", &made);
        // If the same answers are scored on two days, the later plan replaces the earlier one.
        let days = (from - date(2000, 1, 1)).get_days();
        self.add("SEQUENCE", &days.max(0).to_string());
        self.text("SUMMARY", &step.title);
        let notes = format!("{}\n\n{}\n\nDone on:\nWho will ask me about it:", step.text, step.scale_title);
        self.text("DESCRIPTION", &notes);
        // Mail programs drop a reminder that comes after the start.
        let reminder = if let Some(at) = at {
            let stamp = |time: DateTime| time.strftime("%Y%m%dT%H%M%S").to_string();
            let (start, minutes) = (on.to_datetime(at), step.minutes.unwrap_or(MINUTES));
            self.add("DTSTART", &stamp(start));
            self.add("DTEND", &stamp(start.saturating_add(Span::new().minutes(minutes))));
            "-PT15M"
        } else {
            self.add("DTSTART;VALUE=DATE", &on.strftime("%Y%m%d").to_string());
            self.add("DTEND;VALUE=DATE", &after(on, 1).strftime("%Y%m%d").to_string());
            self.add("TRANSP", "TRANSPARENT");
            self.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE");
            "-PT15H"
        };
        self.add("BEGIN", "VALARM");
        self.add("ACTION", "DISPLAY");
        self.add("TRIGGER", reminder);
        self.text("DESCRIPTION", &step.title);
        self.add("END", "VALARM");
        self.add("END", "VEVENT");
    }
}
