//! The next steps as calendar entries, each with a reminder.

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, Weekday};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property};

use crate::bank::Horizon;
use crate::report::{Report, StepReport};

/// A calendar file with one all-day entry a step, from `today` on, spread over each horizon.
pub(super) fn render(report: &Report, today: jiff::civil::Date) -> String {
    let start = NaiveDate::from_ymd_opt(
        today.year().into(),
        today.month().unsigned_abs().into(),
        today.day().unsigned_abs().into(),
    )
    .unwrap_or_default();
    let mut calendar = Calendar::new();
    // The library's own `name` leaves commas bare in one of the two.
    for name in ["NAME", "X-WR-CALNAME"] {
        calendar.append_property(Property::new(name, &report.title).add_parameter("VALUE", "TEXT").done());
    }
    let mut earlier = 0;
    let mut last = None;
    for step in &report.steps {
        earlier = if last == Some(step.horizon) { earlier + 1 } else { 0 };
        last = Some(step.horizon);
        // Any day of this week will do for a weekday that is named; later steps keep their distance.
        let planned = if step.horizon == Horizon::Week && weekday(&step.text).is_some() {
            1
        } else {
            days(step.horizon, earlier)
        };
        let on = start + Duration::days(planned);
        calendar.push(event(step, start, on_its_weekday(on, &step.text)));
    }
    calendar.done().to_string()
}

fn event(step: &StepReport, made_on: NaiveDate, on: NaiveDate) -> Event {
    let text = format!("{}\n\n{}\n\nDone on:\nWho will ask me about it:", step.text, step.scale_title);
    let made = made_on.and_time(NaiveTime::MIN).and_utc();
    let uid = format!("{on}-{}@coofit", step.id);
    // At nine in the morning of the day. Name and time are set, or the library would take them from
    // chance and the clock.
    let mut alarm = Alarm::display(&step.title, Duration::hours(9));
    alarm.uid(&format!("alarm-{uid}")).timestamp(made);
    Event::new()
        .uid(&uid)
        .timestamp(made)
        .summary(&step.title)
        .description(&text)
        .starts(on)
        .ends(on + Duration::days(1))
        .alarm(alarm)
        .done()
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Mon),
    ("Tuesday", Weekday::Tue),
    ("Wednesday", Weekday::Wed),
    ("Thursday", Weekday::Thu),
    ("Friday", Weekday::Fri),
    ("Saturday", Weekday::Sat),
    ("Sunday", Weekday::Sun),
];

/// The weekday that a step names first.
fn weekday(text: &str) -> Option<Weekday> {
    let named = WEEKDAYS.iter().filter_map(|(name, weekday)| Some((text.find(name)?, *weekday)));
    named.min_by_key(|(at, _)| *at).map(|(_, weekday)| weekday)
}

/// The first day from `on` that is of the weekday which the step names, if it names one.
fn on_its_weekday(on: NaiveDate, text: &str) -> NaiveDate {
    match weekday(text) {
        Some(weekday) => on.iter_days().take(7).find(|day| day.weekday() == weekday).unwrap_or(on),
        None => on,
    }
}

/// The day of a horizon's first entry, and so many days more for each one before it.
fn days(horizon: Horizon, earlier: i64) -> i64 {
    let (first, apart) = match horizon {
        Horizon::Week => (1, 2),
        Horizon::Month => (9, 7),
        Horizon::HalfYear => (45, 40),
        Horizon::TwoYears => (190, 120),
    };
    first + apart * earlier
}
