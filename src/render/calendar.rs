//! The next steps as calendar entries (RFC 5545), each with a reminder.

use jiff::civil::{Date, DateTime, date};
use jiff::{Span, ToSpan};
use uuid::Uuid;

use crate::report::Report;
use crate::report::steps::{Appointment, appointments};

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
    for appointment in appointments(report, dated.from) {
        let name = format!("{}\n{}\n{}", dated.identity, appointment.step.id, appointment.number);
        lines.event(&appointment, &Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()), dated.from);
    }
    lines.add("END", "VCALENDAR");
    lines.0
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

    fn event(&mut self, appointment: &Appointment<'_>, id: &Uuid, from: Date) {
        let Appointment { step, on, at, minutes, notes, .. } = appointment;
        self.add("BEGIN", "VEVENT");
        self.add("UID", &id.to_string());
        let made = from.strftime("%Y%m%dT000000Z").to_string();
        self.add("DTSTAMP", &made);
        self.add("LAST-MODIFIED", &made);
        // If the same answers are scored on two days, the later plan replaces the earlier one.
        let days = (from - date(2000, 1, 1)).get_days();
        self.add("SEQUENCE", &days.max(0).to_string());
        self.text("SUMMARY", &step.title);
        self.text("DESCRIPTION", notes);
        // Mail programs drop a reminder that comes after the start.
        let reminder = if let Some(at) = at {
            let stamp = |time: DateTime| time.strftime("%Y%m%dT%H%M%S").to_string();
            let start = on.to_datetime(*at);
            self.add("DTSTART", &stamp(start));
            self.add("DTEND", &stamp(start.saturating_add(Span::new().minutes(*minutes))));
            "-PT15M"
        } else {
            self.add("DTSTART;VALUE=DATE", &on.strftime("%Y%m%d").to_string());
            self.add("DTEND;VALUE=DATE", &on.saturating_add(1.day()).strftime("%Y%m%d").to_string());
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
