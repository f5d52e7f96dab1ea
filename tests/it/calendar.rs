//! The calendar file, read by a parser of its own; and what else the program writes for other
//! programs: manual pages, completions, and nothing to a pager where nobody reads.

use std::fs;

use coofit::answers;
use coofit::bank::parse::built_in;
use coofit::bank::{Bank, Form};
use serde_json::Value;

use crate::program::{Home, mini_file};
use crate::results::{changed_bank, extreme, seeded};

/// A component of a calendar file with its properties and the components in it.
#[derive(Debug, Default)]
struct Component {
    name: String,
    /// Name without parameters, and the value as it is.
    properties: Vec<(String, String)>,
    inner: Vec<Component>,
}

impl Component {
    /// Reads a file: lines end with CR LF and hold 75 bytes at most, and a line that begins with a
    /// blank goes on with the one before it.
    #[track_caller]
    fn read(text: &str) -> Component {
        let body = text.strip_suffix("\r\n").expect("the last line ends");
        let mut lines: Vec<String> = Vec::new();
        for line in body.split("\r\n") {
            assert!(line.len() <= 75, "{} bytes: {line}", line.len());
            assert!(!line.contains(['\r', '\n']), "a bare line end: {line:?}");
            match line.strip_prefix(' ') {
                Some(more) => lines.last_mut().expect("a line before it").push_str(more),
                None => lines.push(line.to_owned()),
            }
        }
        let mut open = vec![Component::default()];
        for line in lines {
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no property: {line:?}"));
            let name = name.split(';').next().unwrap_or_default();
            let is_name = |c: char| c.is_ascii_uppercase() || c == '-';
            assert!(!name.is_empty() && name.chars().all(is_name), "no property: {line:?}");
            match name {
                "BEGIN" => open.push(Component { name: value.to_owned(), ..Component::default() }),
                "END" => {
                    let done = open.pop().expect("an open component");
                    assert_eq!(done.name, value, "it ends what it began");
                    open.last_mut().expect("something around it").inner.push(done);
                }
                _ => open.last_mut().expect("the file").properties.push((name.to_owned(), value.to_owned())),
            }
        }
        assert_eq!(open.len(), 1, "everything that began has ended");
        let mut whole = open.remove(0);
        assert!(whole.inner.len() == 1 && whole.properties.is_empty(), "one calendar and nothing beside it");
        whole.inner.remove(0)
    }

    /// The value of the only property of this name.
    #[track_caller]
    fn get(&self, name: &str) -> &str {
        let found: Vec<&str> =
            self.properties.iter().filter(|(it, _)| it == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{name} in {self:?}");
        found[0]
    }

    /// The text of a property, in which `, ; \` and line ends are escaped.
    #[track_caller]
    fn text(&self, name: &str) -> String {
        let (mut text, mut value) = (String::new(), self.get(name).chars());
        while let Some(c) = value.next() {
            match c {
                '\\' => text.push(match value.next() {
                    Some('n' | 'N') => '\n',
                    Some(c @ (',' | ';' | '\\')) => c,
                    other => panic!("{other:?} is no escape in {}", self.get(name)),
                }),
                ',' | ';' => panic!("a bare {c:?} in {}", self.get(name)),
                c => text.push(c),
            }
        }
        text
    }

    #[track_caller]
    fn date(&self, name: &str) -> jiff::civil::Date {
        let digits = &self.get(name)[..8];
        format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse().expect("a date")
    }
}

/// Scores a file in both forms, for programs and for a calendar.
#[track_caller]
fn scored(home: &Home, bank: Option<&str>) -> (Value, Component) {
    let run = |format: &str| {
        let run = home.run(["score", "answers.json", "--format", format]);
        bank.map_or_else(
            || run,
            |bank| home.run(["score", "answers.json", "--format", format, "--bank", bank]),
        )
    };
    (run("json").expect_code(0).json(), Component::read(&run("ics").expect_code(0).stdout))
}

/// The last day of a horizon, counted from the day of the result; a named weekday may come a week later.
fn last_day(horizon: &str) -> i32 {
    match horizon {
        "week" => 7,
        "month" => 37,
        "half-year" => 183,
        "two-years" => 731,
        other => panic!("{other}"),
    }
}

/// Holds a calendar to the steps of a report and of its bank; gives the number of entries.
#[track_caller]
fn check(bank: &Bank, report: &Value, calendar: &Component, from: jiff::civil::Date) -> usize {
    assert_eq!(calendar.name, "VCALENDAR");
    assert_eq!(calendar.get("VERSION"), "2.0");
    assert!(calendar.get("PRODID").starts_with("-//coofit//coofit "), "{calendar:?}");
    let mut events = calendar.inner.iter();
    for step in report["steps"].as_array().expect("steps") {
        let text = |key: &str| step[key].as_str().expect(key);
        let declared = bank.steps.iter().find(|it| it.id == text("id")).expect("a step of the bank");
        for entry in 0..declared.when.len().max(1) {
            let event = events.next().expect("an entry");
            assert_eq!(event.name, "VEVENT");
            assert_eq!(event.text("SUMMARY"), text("title"));
            let description = event.text("DESCRIPTION");
            assert!(description.starts_with(text("text")), "{description}");
            assert!(description.contains("\nDone on:\nWho will ask me about it:"), "{description}");
            let on = event.date("DTSTART");
            let days = (on - from).get_days();
            let weekday = on.weekday().to_monday_zero_offset();
            let [alarm] = event.inner.as_slice() else { panic!("one reminder: {event:?}") };
            assert!(alarm.get("TRIGGER").starts_with("-PT"), "before the start: {alarm:?}");
            assert!(alarm.properties.iter().all(|(name, _)| name != "DTSTAMP"), "{alarm:?}");
            assert_eq!((alarm.name.as_str(), alarm.get("ACTION")), ("VALARM", "DISPLAY"));
            assert_eq!(alarm.text("DESCRIPTION"), text("title"));
            if let Some(when) = declared.when.get(entry) {
                assert_eq!(weekday.unsigned_abs(), when.weekday, "{}", text("id"));
                let time = format!("T{:02}{:02}00", when.hour, when.minute);
                assert!(event.get("DTSTART").ends_with(&time), "{event:?}");
                if when.first_of_month {
                    assert!(on.day() <= 7 && on.month() != from.month(), "{on}");
                    continue;
                }
            } else {
                assert_eq!(on.tomorrow().expect("a day"), event.date("DTEND"), "an all-day entry");
                assert_eq!(event.get("TRANSP"), "TRANSPARENT");
                assert!(weekday < 5, "{on} is on a weekend");
            }
            assert!((1..=last_day(text("horizon"))).contains(&days), "{days} days for {}", text("id"));
        }
    }
    assert_eq!(events.count(), 0, "no entry without a step");
    let mut ids = ids(calendar);
    let n = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n, "no id twice");
    n
}

fn ids(calendar: &Component) -> Vec<&str> {
    calendar.inner.iter().map(|event| event.get("UID")).collect()
}

#[expect(clippy::disallowed_methods, reason = "an answers file counts from today")]
fn today() -> jiff::civil::Date {
    jiff::ZonedDateTime::now().date()
}

#[test]
fn every_step_has_entries_with_a_reminder_within_its_horizon() {
    let (home, bank) = (Home::new(), built_in());
    for seed in 0..5 {
        let sheet =
            if seed == 0 { extreme(&bank, Form::Full, false) } else { seeded(&bank, Form::Full, seed) };
        home.write("answers.json", answers::file(&bank, &sheet));
        let (report, calendar) = scored(&home, None);
        assert!(check(&bank, &report, &calendar, today()) >= 3, "sheet {seed}");
    }
}

fn mini() -> Bank {
    crate::support::bank("tests/data/banks/mini")
}

/// Low where `mini` has a step for each of three horizons.
fn low() -> String {
    mini_file(&serde_json::json!({
        "leading-early-word": 1, "leading-credit": 1, "leading-own-hands": 5, "planning-week": 3,
        "planning-last-minute": 3, "duties-had": [], "years-in-charge": 1,
    }))
}

#[test]
fn the_nearest_horizon_comes_first() {
    let home = Home::new();
    home.write("answers.json", low());
    let bank = crate::program::test_bank("mini");
    let (report, calendar) = scored(&home, bank.to_str());
    assert_eq!(check(&mini(), &report, &calendar, today()), 3);
    let dates: Vec<_> = calendar.inner.iter().map(|event| event.date("DTSTART")).collect();
    assert!(dates.is_sorted_by(|a, b| a < b), "{dates:?}");
}

#[test]
fn no_bank_text_changes_the_structure_of_a_calendar() {
    for hostile in [
        r"Buy milk\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Pwned",
        r"a\r\nEND:VCALENDAR\r\nX-EVIL:1",
        "commas, semicolons; colons: all",
        r"back\\slash \\n and \\, and \\",
        r#"\"quotes\" and ;PARAM=x:y"#,
        "日本語のとても長い題名は折り返しで切れてはならない日本語のとても長い題名は折り返しで切れてはならない",
        "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂",
        r"\u001b[31mred\u202e \u2028 \u0085 end",
        "é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;é,;",
    ] {
        let home = Home::new();
        home.write("answers.json", low());
        changed_bank("mini", &home.path("bank"), |_, text| {
            text.replace("title = \"One early word\"", &format!("title = \"{hostile}\""))
                .replace("text = \"If a task", &format!("text = \"{hostile} If a task"))
                .replace("title = \"Leading people\"", &format!("title = \"{hostile}\""))
                .replace("title = \"Shift lead fit\"", &format!("title = \"{hostile}\""))
        });
        let (report, calendar) = scored(&home, Some("bank"));
        assert_eq!(check(&mini(), &report, &calendar, today()), 3, "{hostile}");
        let names: Vec<&str> = calendar.properties.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME"], "{hostile}");
        for name in ["NAME", "X-WR-CALNAME"] {
            assert_eq!(calendar.text(name), report["bank"]["title"].as_str().expect("a title"), "{name}");
        }
    }
}

#[test]
fn the_same_answers_keep_entry_ids_and_others_change_them() {
    let home = Home::new();
    home.write("answers.json", low());
    let run = || home.mini(["score", "answers.json", "--format", "ics"]).expect_code(0).stdout;
    let (one, again) = (Component::read(&run()), Component::read(&run()));
    assert_eq!(ids(&one), ids(&again));
    let stamped = |name: &str| one.inner.iter().map(|event| event.get(name)).collect::<Vec<_>>();
    assert_eq!(stamped("DTSTAMP"), stamped("LAST-MODIFIED"));
    assert!(stamped("SEQUENCE").iter().all(|days| days.parse::<u32>().is_ok()), "{one:?}");
    home.write("answers.json", low().replace("\"leading-early-word\":1", "\"leading-early-word\":2"));
    let other = Component::read(&run());
    assert!(!ids(&other).is_empty() && ids(&other).iter().all(|id| !ids(&one).contains(id)), "{other:?}");
}

#[test]
fn a_saved_result_dates_its_steps_from_its_own_day() {
    let home = Home::new();
    crate::results::Kept::own(
        "2026-06-01",
        1_780_300_800,
        coofit::answers::object(&mini(), &extreme(&mini(), Form::Full, false)),
    )
    .put(&home, &mini());
    let ics = home.mini(["report", "--format", "ics"]).expect_code(0).stdout;
    let report = home.mini(["report", "--format", "json"]).expect_code(0).json();
    assert!(check(&mini(), &report, &Component::read(&ics), jiff::civil::date(2026, 6, 1)) >= 1);
    home.mini(["report", "-o", "plan.ics", "--format", "ics"]).expect_code(0);
    let written = fs::read_to_string(home.path("plan.ics")).expect("a file");
    assert_eq!(written, ics, "the same result gives the same bytes");
    for event in &Component::read(&ics).inner {
        assert_eq!(event.date("DTSTAMP"), jiff::civil::date(2026, 6, 1), "the day of the result");
    }
}

#[test]
fn without_steps_there_is_no_calendar() {
    let (home, bank) = (Home::new(), mini());
    home.write("answers.json", answers::file(&bank, &extreme(&bank, Form::Full, true)));
    let run = home.mini(["score", "answers.json", "--format", "ics", "-o", "plan.ics"]).expect_code(1);
    run.expect_stderr(&expect_test::expect![[r#"
        error: there is no step to put in a calendar
    "#]]);
    assert!(!home.path("plan.ics").exists());
}

// ---- manual pages, completions, pager -----------------------------------------------------------

const COMMANDS: [&str; 13] = [
    "take",
    "score",
    "report",
    "history",
    "compare",
    "cohort",
    "evidence",
    "page",
    "forget",
    "role",
    "bank",
    "completions",
    "man",
];

#[test]
fn every_command_has_a_manual_page_that_names_it() {
    let home = Home::new();
    let ran = home.run(["man", "man"]).expect_code(0);
    assert_eq!(ran.both(), "");
    let pages: Vec<String> = fs::read_dir(home.path("man"))
        .expect("the pages")
        .map(|page| page.expect("a page").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(pages.contains(&"coofit.1".to_owned()), "{pages:?}");
    for command in COMMANDS {
        let page = fs::read_to_string(home.path("man").join(format!("coofit-{command}.1")));
        let page = page.unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(page.contains(&format!("coofit\\-{command} ")), "{page}");
    }
    for name in &pages {
        let page = fs::read_to_string(home.path("man").join(name)).expect("the page");
        let options = ["OPTIONS", "OPTIONS OF EVERY COMMAND"];
        let others = ["NAME", "SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"];
        for section in options.into_iter().chain(others) {
            let heading = if section.contains(' ') { format!("\"{section}\"") } else { section.to_owned() };
            assert!(page.contains(&format!(".SH {heading}\n")), "{name} lacks {section}");
        }
    }
    let main = fs::read_to_string(home.path("man/coofit.1")).expect("the page");
    for command in COMMANDS {
        assert!(main.contains(&format!("coofit\\-{command}(1)")), "{command} in {main}");
    }
}

#[test]
fn manual_pages_make_their_directory_but_never_replace_a_file() {
    let home = Home::new();
    home.run(["man", "new/man1"]).expect_code(0);
    assert!(home.path("new/man1/coofit.1").exists());
    let file = home.write("file", "mine");
    home.run(["man", "file"]).expect_code(1).expect_told("the manual pages cannot be written to");
    assert_eq!(fs::read(file).expect("the file"), b"mine");
    home.run(["man"]).expect_code(2);
}

#[test]
fn every_shell_gets_a_script_that_asks_the_program() {
    let home = Home::new();
    let mut seen: Vec<String> = Vec::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(["completions", shell]).expect_code(0).stdout;
        assert!(script.contains("COOFIT_COMPLETE") && script.contains("coofit"), "{shell}: {script}");
        assert!(!seen.contains(&script), "{shell} has its own");
        seen.push(script);
    }
    home.run(["completions", "tcsh"]).expect_code(2);
    home.run(["completions"]).expect_code(2);
}

// Needs a script for a pager.
#[cfg(unix)]
#[test]
fn no_pager_is_started_where_nobody_reads() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let pager = home.write("pager", "#!/bin/sh\necho started > \"$0.started\"\ncat\n");
    fs::set_permissions(&pager, fs::Permissions::from_mode(0o755)).expect("a program");
    home.finish_mini();
    for args in [&["report"][..], &["report", "--explain"], &["role"], &["history"], &["bank", "show"]] {
        let told = home.mini(args).env("PAGER", &pager).expect_code(0);
        assert_eq!(told.stdout, home.mini(args).expect_code(0).stdout, "{args:?}");
    }
    assert!(!home.path("pager.started").exists());
}
