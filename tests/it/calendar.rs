//! The calendar file, read by a parser of its own; and what else the program writes for other
//! programs: manual pages, completions, and nothing to a pager where nobody reads.

use std::fs;

use coofit::answers;
use coofit::bank::Form;
use coofit::bank::parse::built_in;
use serde_json::Value;

use crate::program::{Home, mini_file};
use crate::results::{changed_bank, extreme, seeded};

/// A component of a calendar file with its properties and the components in it.
#[derive(Debug, Default)]
struct Component {
    name: String,
    /// Name without parameters, and the value as it stands.
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

/// The last day of a horizon, counted from today.
fn last_day(horizon: &str) -> i32 {
    match horizon {
        "week" => 7,
        "month" => 31,
        "half-year" => 183,
        "two-years" => 731,
        other => panic!("{other}"),
    }
}

#[track_caller]
fn check(report: &Value, calendar: &Component) -> usize {
    assert_eq!(calendar.name, "VCALENDAR");
    assert_eq!(calendar.get("VERSION"), "2.0");
    assert!(!calendar.get("PRODID").is_empty());
    let steps = report["steps"].as_array().expect("steps");
    assert_eq!(calendar.inner.len(), steps.len(), "an entry a step");
    let mut ids = Vec::new();
    for (event, step) in calendar.inner.iter().zip(steps) {
        assert_eq!(event.name, "VEVENT");
        let text = |key: &str| step[key].as_str().expect(key);
        assert_eq!(event.text("SUMMARY"), text("title"));
        let description = event.text("DESCRIPTION");
        assert!(description.starts_with(text("text")), "{description}");
        assert!(description.contains("\nDone on:\nWho will ask me about it:"), "{description}");
        let (today, on) = (event.date("DTSTAMP"), event.date("DTSTART"));
        assert_eq!(on.tomorrow().expect("a day"), event.date("DTEND"), "an all-day entry");
        let horizon = text("horizon");
        let days = (on - today).get_days();
        assert!((1..=last_day(horizon)).contains(&days), "{days} days for {horizon}");
        let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let named = weekdays.iter().enumerate().filter_map(|(at, name)| Some((text("text").find(name)?, at)));
        if let Some((_, weekday)) = named.min() {
            let on = usize::from(on.weekday().to_monday_zero_offset().unsigned_abs());
            assert_eq!(on, weekday, "the day that the text names: {}", text("text"));
        }
        ids.push(event.get("UID"));
        let [alarm] = event.inner.as_slice() else { panic!("one reminder: {event:?}") };
        assert_eq!((alarm.name.as_str(), alarm.get("ACTION")), ("VALARM", "DISPLAY"));
        assert_eq!(alarm.text("DESCRIPTION"), text("title"));
        assert!(alarm.get("TRIGGER").contains("PT"), "{alarm:?}");
        ids.push(alarm.get("UID"));
    }
    let n = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n, "no id twice");
    steps.len()
}

#[test]
fn every_step_of_the_plan_is_an_entry_with_a_reminder_within_its_horizon() {
    let (home, bank) = (Home::new(), built_in());
    for seed in 0..5 {
        let sheet =
            if seed == 0 { extreme(&bank, Form::Full, false) } else { seeded(&bank, Form::Full, seed) };
        home.write("answers.json", answers::file(&bank, &sheet));
        let (report, calendar) = scored(&home, None);
        assert!(check(&report, &calendar) >= 3, "sheet {seed}");
    }
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
    assert_eq!(check(&report, &calendar), 3);
    let dates: Vec<_> = calendar.inner.iter().map(|event| event.date("DTSTART")).collect();
    assert!(dates.is_sorted_by(|a, b| a < b), "{dates:?}");
}

#[test]
fn no_text_of_a_bank_changes_the_structure_of_a_calendar() {
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
        assert_eq!(check(&report, &calendar), 3, "{hostile}");
        let names: Vec<&str> = calendar.properties.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME"], "{hostile}");
        for name in ["NAME", "X-WR-CALNAME"] {
            assert_eq!(calendar.text(name), report["bank"]["title"].as_str().expect("a title"), "{name}");
        }
    }
}

#[test]
fn the_same_answers_give_the_same_calendar_and_nothing_else_is_printed() {
    let home = Home::new();
    home.write("answers.json", low());
    let run = || home.mini(["score", "answers.json", "--format", "ics"]).expect_code(0);
    let (one, other) = (run(), run());
    assert_eq!(one.stdout, other.stdout);
    assert_eq!(one.stderr, "");
    home.mini(["score", "answers.json", "--format", "ics", "-o", "plan.ics"]).expect_code(0);
    assert_eq!(fs::read_to_string(home.path("plan.ics")).expect("a file"), one.stdout);
}

#[test]
fn a_plan_without_steps_is_an_empty_calendar() {
    let (home, bank) = (Home::new(), crate::support::bank("tests/data/banks/mini"));
    home.write("answers.json", answers::file(&bank, &extreme(&bank, Form::Full, true)));
    let (report, calendar) = scored(&home, crate::program::test_bank("mini").to_str());
    assert_eq!(check(&report, &calendar), 0);
}

// ---- manual pages, completions, pager -----------------------------------------------------------

const COMMANDS: [&str; 11] = [
    "take",
    "score",
    "report",
    "history",
    "compare",
    "evidence",
    "forget",
    "role",
    "bank",
    "completions",
    "man",
];

#[test]
fn every_command_has_a_manual_page_that_names_it() {
    let home = Home::new();
    fs::create_dir(home.path("man")).expect("a directory");
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
        assert!(page.contains(".TH") && page.contains(".SH NAME"), "{page}");
        assert!(page.contains(&format!("coofit\\-{command} ")), "{page}");
    }
    let main = fs::read_to_string(home.path("man/coofit.1")).expect("the page");
    for command in COMMANDS {
        assert!(main.contains(&format!("coofit\\-{command}(1)")), "{command} in {main}");
    }
    assert!(main.contains("Exit codes"), "{main}");
}

#[test]
fn manual_pages_need_a_directory_to_go_to() {
    let home = Home::new();
    let file = home.write("file", "mine");
    for place in ["missing", "file"] {
        home.run(["man", place]).expect_code(1).expect_told("the manual pages cannot be written to");
    }
    assert_eq!(fs::read(file).expect("the file"), b"mine");
    home.run(["man"]).expect_code(2);
}

#[test]
fn every_shell_gets_completions_for_every_command() {
    let home = Home::new();
    let mut seen: Vec<String> = Vec::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(["completions", shell]).expect_code(0).stdout;
        for word in COMMANDS.iter().chain(&["observe", "data-dir", "explain"]) {
            assert!(script.contains(word), "{word} in the completions for {shell}");
        }
        assert!(!seen.contains(&script), "{shell} has its own");
        seen.push(script);
    }
    home.run(["completions", "tcsh"]).expect_code(2);
    home.run(["completions"]).expect_code(2);
}

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
