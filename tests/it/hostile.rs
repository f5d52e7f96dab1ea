//! Text that tries to command the terminal or to hide itself, in every place where a stranger's text
//! comes in, through every command; and harmless text in many scripts, which must come through.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
#[cfg(unix)]
use std::time::Duration;

use coofit::text::escape;
use serde_json::json;

#[cfg(unix)]
use crate::program::without_spelling;
use crate::program::{Home, MINI_LINES, Ran, is_obeyed, lines, mini_answers, mini_file, test_bank};
use crate::support::{repository, sources, times, unescape};
#[cfg(unix)]
use crate::terminal;
#[cfg(unix)]
use crate::terminal::Terminal;

/// What terminals were attacked with, and what hides or turns text round: a name and a text a line.
static ATTACKS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let file = fs::read_to_string(repository("tests/data/terminal/attacks.txt")).expect("the attacks");
    file.lines().map(|line| unescape(line.split_once('\t').expect("a name and a text").1)).collect()
});

/// One of each kind, for where each costs a run of the program; the long run has them all. A quick run has
/// every fourth, each test from another `start` on.
fn few<'a>(start: usize) -> impl Iterator<Item = &'a str> {
    ATTACKS[..24].iter().skip(times(0, start % 4)).step_by(times(1, 4)).map(String::as_str)
}

/// Every single character that is obeyed: C0, DEL, C1, and the invisible ones.
fn obeyed() -> String {
    let characters = (0..0xfff0_u32).chain([0xfff9, 0x1bca0, 0x1d173, 0xe0001, 0xe0020, 0xe0100]);
    characters.filter_map(char::from_u32).filter(|c| is_obeyed(*c)).collect()
}

/// Words of harmless scripts.
const HARMLESS: [&str; 32] = [
    "Führungskraft",
    "Où-ça?",
    "Ελληνικά",
    "Русский",
    "עברית",
    "العربية٣",
    "हिन्दी",
    "ไทย",
    "日本語テスト",
    "한국어",
    "ქართული",
    "አማርኛ",
    "Tiếng-Việt",
    "naïve🙂e\u{301}",
    "Հայերեն",
    "বাংলা",
    "ਪੰਜਾਬੀ",
    "ગુજરાતી",
    "தமிழ்",
    "తెలుగు",
    "ಕನ್ನಡ",
    "മലയാളം",
    "සිංහල",
    "ລາວ",
    "བོད་ཡིག",
    "မြန်မာ",
    "ខ្មែរ",
    "ᠮᠣᠩᠭᠣᠯ",
    "ᏣᎳᎩ",
    "ᐃᓄᒃᑎᑐᑦ",
    "ދިވެހި",
    "ܣܘܪܝܝܐ",
];

/// Keys of a bank whose texts are free; the others are ids and names of things.
const FREE: [&str; 15] = [
    "title", "edition", "language", "lead", "labels", "intro", "advice", "about", "low", "high", "ask",
    "observer", "why", "say", "because",
];
const ALSO_FREE: [&str; 4] = ["unit", "text", "says", "value"];

/// One string of a TOML file: its place between the quotes, and the key that it belongs to.
struct Slot {
    file: String,
    key: String,
    start: usize,
    end: usize,
}

impl Slot {
    fn is_free(&self) -> bool {
        FREE.contains(&self.key.as_str()) || ALSO_FREE.contains(&self.key.as_str())
    }
}

/// Every string of the bank `mini`; none of them has an escape in it.
fn slots() -> Vec<Slot> {
    let mut slots = Vec::new();
    for (file, text) in sources(&test_bank("mini")).iter() {
        assert!(!text.contains('\\'));
        let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
        let mut key = String::new();
        for pair in quotes.chunks(2) {
            let before = text[..pair[0]].trim_end().trim_end_matches('[').trim_end();
            // A text that follows no `=` is one more of a list.
            if let Some(before) = before.strip_suffix('=') {
                let before = before.trim_end();
                let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
                name.expect("a key").clone_into(&mut key);
            }
            slots.push(Slot { file: file.to_owned(), key: key.clone(), start: pair[0] + 1, end: pair[1] });
        }
    }
    slots
}

/// A text as a TOML string holds it, with everything unusual written as an escape.
fn toml_escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' '..='~' if c != '"' && c != '\\' => c.to_string(),
            c => format!("\\U{:08X}", u32::from(c)),
        })
        .collect()
}

/// Writes the bank `mini` with some of its strings changed.
fn write_bank(to: &Path, mut change: impl FnMut(usize, &Slot, &str) -> Option<String>) {
    fs::create_dir_all(to.join("roles")).expect("a directory");
    let slots = slots();
    for (file, text) in sources(&test_bank("mini")).iter() {
        let mut changed = text.to_owned();
        // From the end, so that the places before stay right.
        for (index, slot) in slots.iter().enumerate().rev().filter(|(_, slot)| slot.file == file) {
            if let Some(string) = change(index, slot, &text[slot.start..slot.end]) {
                changed.replace_range(slot.start..slot.end, &string);
            }
        }
        fs::write(to.join(file), changed).expect("a file");
    }
}

/// Every command on a bank, the quiz to its end first.
fn every_command(home: &Home, bank: &Path) -> Vec<Ran> {
    let run = |args: &[&str]| home.run(args).arg("--bank").arg(bank);
    let file = mini_file(&mini_answers());
    let talkative = "?\n".to_owned() + &lines(&MINI_LINES[..1]) + "b\n" + &lines(&MINI_LINES);
    let mut all = vec![
        home.run(["bank", "check"]).arg(bank).expect_code(0),
        home.run(["bank", "show"]).arg(bank).expect_code(0),
        home.run(["bank", "show", "--format", "json"]).arg(bank).expect_code(0),
        run(&["take", "--plain", "--fresh"]).input(talkative).expect_code(0),
        run(&["take", "--plain", "--fresh"]).input("9\n").expect_code(3),
        run(&["take", "--plain", "--fresh"]).input("4\nq\n").expect_code(130),
        run(&["take", "--plain"]).input("").expect_code(130),
        run(&["score", "-"]).input(file.clone()).expect_code(0),
        run(&["score", "-", "--format", "json"]).input(file.clone()).expect_code(0),
        run(&["score", "-"])
            .input(file.replace("\"leading-credit\":4", "\"leading-credit\":44"))
            .expect_code(3),
        run(&["report"]).expect_code(0),
        run(&["report", "--format", "json"]).expect_code(0),
        run(&["history"]).expect_code(0),
        run(&["role"]).expect_code(0),
        run(&["role", "--list"]).expect_code(0),
        run(&["role", "led"]).expect_code(2),
        home.mini(["history"]).expect_code(0),
        home.mini(["report"]).expect_code(0),
    ];
    // And what a changed bank says about answers to the one before.
    write_bank(bank, |_, _, _| None);
    all.push(run(&["take", "--plain"]).input("").expect_code(130));
    all
}

#[test]
fn the_generator_knows_every_string_of_the_bank() {
    let slots = slots();
    let free = slots.iter().filter(|slot| slot.is_free()).count();
    assert!(free > 100 && slots.len() - free > 80, "{free} of {}", slots.len());
    let mut keys: Vec<&str> =
        slots.iter().filter(|slot| !slot.is_free()).map(|slot| slot.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(
        keys,
        ["answer", "file", "horizon", "id", "kind", "role", "scale", "side", "weighs"],
        "a new key is free text or a name; say which"
    );
    assert!(obeyed().chars().count() > 65 + 20);
}

#[track_caller]
fn check_attacks(turn: usize) {
    let home = Home::new();
    let bank = home.path("bank");
    // With every turn, each field gets another attack.
    write_bank(&bank, |index, slot, text| {
        let attack = &ATTACKS[(index * 5 + turn) % ATTACKS.len()];
        slot.is_free().then(|| format!("{}{}", toml_escaped(attack), toml_escaped(text)))
    });
    let mut escaped = 0;
    for ran in every_command(&home, &bank) {
        escaped += ran.both().matches("<U+").count();
        ran.expect_harmless();
    }
    // Made visible, not swallowed.
    assert!(escaped > 500, "{escaped} escapes were shown");
}

#[test]
fn no_attack_in_any_bank_field_reaches_the_terminal() {
    check_attacks(0);
}

#[test]
fn no_other_attack_in_a_bank_field_reaches_the_terminal() {
    check_attacks(7);
}

#[test]
fn each_control_character_in_a_field_is_shown_by_number() {
    let home = Home::new();
    let bank = home.path("bank");
    let all: Vec<char> = obeyed().chars().collect();
    // Five characters a field, so that each comes by several times.
    let mut next = all.iter().cycle();
    write_bank(&bank, |_, slot, _| {
        let mut five = || toml_escaped(&next.by_ref().take(5).collect::<String>());
        slot.is_free().then(|| format!("x{}x", five()))
    });
    let shown: String =
        every_command(&home, &bank).into_iter().map(|ran| ran.expect_harmless().both()).collect();
    let white = ['\t', '\n', '\r'];
    for c in all.into_iter().filter(|c| !white.contains(c)) {
        assert!(shown.contains(&format!("<U+{:04X}>", u32::from(c))), "{c:?} is nowhere");
    }
}

#[test]
fn an_attack_on_any_id_is_a_readable_fault() {
    let home = Home::new();
    let mut faults = 0;
    for (position, slot) in
        slots().iter().enumerate().filter(|(_, slot)| !slot.is_free()).step_by(times(1, 4))
    {
        let bank = home.path("bank");
        write_bank(&bank, |index, _, text| {
            let attack = &ATTACKS[position % ATTACKS.len()];
            (index == position).then(|| format!("{text}{}", toml_escaped(attack)))
        });
        let ran = home.run(["bank", "check"]).arg(&bank).ran().expect_harmless();
        assert_eq!(ran.status.code(), Some(3), "{} in {}: {}", slot.key, slot.file, ran.both());
        assert!(ran.stderr.contains("<U+"), "{} in {}: {}", slot.key, slot.file, ran.stderr);
        faults += 1;
    }
    assert!(faults > times(80, 20), "{faults}");
}

#[test]
fn raw_attacks_in_a_bank_file_are_harmless_in_faults() {
    let home = Home::new();
    let shapes = [
        "format = 1\nbad = \"ATTACK\"\n",
        "format = 1 # ATTACK\nbad\n",
        "\"ATTACK\" = 1\n",
        "[ATTACK]\n",
        "format = \"ATTACK\"\n",
        "id = \"aATTACK\"\tnext\n",
        "title = \"\"\"ATTACK\nATTACK\"\"\"\nATTACK",
        "ATTACK",
    ];
    let all = obeyed();
    for (n, shape) in shapes.iter().enumerate() {
        for attack in few(1).skip(n % 3).step_by(3).chain([all.as_str()]) {
            home.write("bank.toml", shape.replace("ATTACK", attack));
            home.run(["bank", "check", "."]).expect_code(3).expect_harmless();
        }
    }
    // As keys of a bank that is otherwise sound.
    let bank = home.path("keys");
    for attack in few(2) {
        write_bank(&bank, |_, _, _| None);
        let text = fs::read_to_string(bank.join("work.toml")).expect("a part");
        let key = format!("\"{}\" = 1\nquick = true", toml_escaped(attack));
        fs::write(bank.join("work.toml"), text.replacen("quick = true", &key, 1)).expect("a part");
        let ran = home.run(["bank", "check"]).arg(&bank).expect_code(3).expect_harmless();
        assert!(ran.stderr.contains("<U+"), "{}", ran.stderr);
    }
}

#[test]
fn a_fault_after_hostile_text_still_points_at_its_column() {
    let home = Home::new();
    home.write("bank.toml", "format = 1\r\nid = \"\u{9b}\u{202e}\", x\r\n");
    let ran = home.run(["bank", "check", "."]).expect_code(3).expect_harmless();
    ran.expect_stderr(&expect_test::expect![[r#"
        error: there is a comma after the value
         --> bank.toml:2:24
          |
        2 | id = "<U+009B><U+202E>", x
          |                        ^
          |
          = help: remove it, or write a decimal point

        1 fault
    "#]]);
}

#[test]
fn no_attack_in_an_answers_file_reaches_the_terminal() {
    let home = Home::new();
    let all = obeyed();
    for attack in few(3).chain([all.as_str()]) {
        // Escaped as JSON does it, and written out where JSON allows that.
        let quoted = serde_json::to_string(attack).expect("a string");
        let texts = [
            format!("{{\"format\":1,\"bank\":\"mini\",\"answers\":{{{quoted}:1}}}}"),
            format!("{{\"format\":1,\"bank\":\"mini\",\"answers\":{{\"scenes-outage\":{quoted}}}}}"),
            format!("{{\"format\":1,\"bank\":\"mini\",\"answers\":{{\"duties-had\":[{quoted}]}}}}"),
            format!("{{\"format\":1,\"bank\":{quoted},\"answers\":{{}}}}"),
            format!("{{\"format\":1,\"bank\":\"mini\",\"form\":{quoted},{quoted}:2,\"answers\":{{}}}}"),
            format!("{{\"format\":1,\"bank\":\"mini\",\"answers\":{{}}}} {attack}!"),
            format!("\"{attack}\""),
        ];
        for text in texts {
            home.mini(["score", "-"]).input(text).expect_code(3).expect_harmless();
        }
        let edition = format!("{{\"format\":1,\"bank\":\"mini\",\"edition\":{quoted},\"answers\":{{}}}}");
        let ran = home.mini(["score", "-"]).input(edition).expect_code(0).expect_harmless();
        assert!(ran.stderr.contains("<U+"), "{}", ran.stderr);
    }
}

#[test]
fn no_attack_in_a_kept_attempt_reaches_the_terminal() {
    let home = Home::new();
    home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    let file = home.attempts().remove(0);
    let body: serde_json::Value = home.attempt()["body"].clone();
    for (n, attack) in few(4).enumerate() {
        for key in ["id", "bank", "edition", "hash", "role", "observe", "form"] {
            if (n + key.len()) % 3 != 0 {
                continue;
            }
            let mut body = body.clone();
            body[key] = json!(attack);
            body["answers"][attack] = json!(attack);
            body["finished"] = json!(1_800_000_000);
            let text = body.to_string();
            let check = format!("{:08x}", crc32fast::hash(text.as_bytes()));
            let text = format!(
                "{{\"format\":\"coofit-attempt\",\"version\":1,\"check\":\"{check}\",\"body\":{text}}}"
            );
            fs::write(&file, &text).expect("the attempt");
            home.mini(["history"]).expect_code(0).expect_harmless();
            home.mini(["report"]).ran().expect_harmless();
            home.mini(["report"]).arg(&file).ran().expect_harmless();
        }
    }
}

/// File names that a system takes, with an attack in them.
#[cfg(unix)]
fn hostile_names() -> Vec<std::ffi::OsString> {
    use std::os::unix::ffi::OsStringExt;
    let names = few(5).filter(|attack| !attack.contains(['/', '\0'])).map(std::ffi::OsString::from);
    names.chain([std::ffi::OsString::from_vec(vec![b'a', 0xff, 0x1b, b'['])]).collect()
}

// No such names on Windows.
#[cfg(unix)]
#[test]
fn no_attack_in_a_file_name_reaches_the_terminal() {
    let home = Home::new();
    for name in hostile_names() {
        let path = |prefix: &str| -> std::path::PathBuf {
            let mut all = std::ffi::OsString::from(prefix);
            all.push(&name);
            home.path("").join(all)
        };
        // An answers file, missing and faulty; a report over a file.
        let file = path("answers");
        home.mini(["score"]).arg(&file).expect_code(3).expect_harmless();
        fs::write(&file, "{}").expect("a file");
        home.mini(["score"]).arg(&file).expect_code(3).expect_harmless();
        let good = mini_file(&mini_answers());
        home.mini(["score", "-", "-o"]).arg(&file).input(good).expect_code(1).expect_harmless();
        let report = home.mini(["report"]).arg(&file).ran().expect_harmless();
        assert!(report.status.code() == Some(3) || name.to_str().is_none(), "{}", report.both());
        home.mini(["report"]).arg(path("none")).ran().expect_harmless();
        // A bank, missing and faulty, and a file in it.
        let bank = path("bank");
        home.run(["bank", "check"]).arg(&bank).expect_code(3).expect_harmless();
        fs::create_dir(&bank).expect("a directory");
        let mut part = name.clone();
        part.push(".toml");
        fs::write(bank.join(&part), "bad").expect("a file");
        home.run(["bank", "check"]).arg(&bank).expect_code(3).expect_harmless();
        // The data directory, good, refused, and with a damaged file in it.
        let data = path("data");
        let history =
            |code| home.mini(["history", "--data-dir"]).arg(&data).expect_code(code).expect_harmless();
        history(0);
        fs::create_dir_all(data.join("attempts")).expect("a directory");
        let mut damaged = name.clone();
        damaged.push(".json");
        fs::write(data.join("attempts").join(&damaged), "damage").expect("a file");
        history(0);
        let take = || {
            home.mini(["take", "--plain", "--data-dir"]).arg(&data).input("4\nq\n").ran().expect_harmless()
        };
        assert_eq!(take().status.code(), Some(130));
        fs::remove_dir_all(&data).expect("a directory");
        fs::write(&data, "").expect("a file");
        assert_eq!(take().status.code(), Some(1));
    }
}

#[test]
fn no_attack_on_the_command_line_reaches_the_terminal() {
    let home = Home::new();
    home.finish_mini();
    for attack in few(6).filter(|attack| !attack.contains('\0')) {
        let commands: [(i32, &[&str]); 8] = [
            (2, &["role", attack]),
            (2, &["score", "-", "--role", attack]),
            (2, &["take", "--plain", "--role", attack]),
            (2, &["report", "--role", attack]),
            (1, &["report", attack]),
            (2, &[attack]),
            (2, &["score", "-", "--format", attack]),
            (2, &["take", "--form", attack]),
        ];
        for (code, args) in commands {
            let ran = home.mini(args).ran().expect_harmless();
            assert_eq!(ran.status.code(), Some(code), "{args:?}: {}", ran.both());
            // The argument parser drops escape sequences; all else shows them.
            assert!(
                ran.stderr.contains("'--help'") || ran.stderr.contains("<U+"),
                "{args:?}: {}",
                ran.stderr
            );
        }
    }
}

#[test]
fn no_attack_in_a_typed_line_reaches_the_terminal() {
    let home = Home::new();
    let all = obeyed();
    for (index, attack) in few(7).chain([all.as_str()]).enumerate() {
        let input = lines(&MINI_LINES[..index % 12]) + attack + "\n";
        home.mini(["take", "--plain", "--fresh"]).input(input).expect_code(3).expect_plain();
    }
}

#[test]
fn completions_do_not_depend_on_a_bank() {
    let home = Home::new();
    let own = home.run(["completions", "bash"]).expect_code(0).stdout;
    assert_eq!(home.run(["completions", "bash", "--bank", "\u{1b}[2J"]).expect_code(0).stdout, own);
}

#[test]
fn harmless_text_in_many_scripts_comes_through_unchanged() {
    let home = Home::new();
    let bank = home.path("bank");
    let word = |index: usize| HARMLESS[index % HARMLESS.len()];
    let mut used = Vec::new();
    write_bank(&bank, |index, slot, _| {
        used.push((slot.key.clone(), word(index)));
        slot.is_free().then(|| word(index).to_owned())
    });
    let show = home.run(["bank", "show"]).arg(&bank).expect_code(0).stdout;
    let json = home.run(["bank", "show", "--format", "json"]).arg(&bank).expect_code(0).stdout;
    for (key, word) in &used {
        assert_eq!(escape(word), *word, "the word itself is not harmless");
        if ["ask", "why", "say"].contains(&key.as_str()) {
            assert!(show.contains(word) && json.contains(word), "{key}: {word}");
        }
    }
    let all: String =
        every_command(&home, &bank).into_iter().map(|ran| ran.expect_harmless().both()).collect();
    for word in HARMLESS {
        assert!(all.contains(word), "{word} is nowhere");
    }
    assert!(!all.contains("<U+"), "harmless text was escaped");
}

#[test]
fn harmless_names_come_through_unchanged() {
    let home = Home::new();
    for name in HARMLESS.into_iter().step_by(times(1, 4)) {
        let ran = home.mini(["score", name]).expect_code(3);
        assert!(ran.stderr.contains(&format!("`{name}` cannot be read")), "{}", ran.stderr);
        home.mini(["role", name]).expect_code(2).expect_told(&format!("the bank has no role `{name}`"));
        let data = home.path(name);
        home.mini(["history", "--data-dir"]).arg(&data).expect_code(0).expect_told(name);
    }
}

// The long run.

/// What of a terminal's bytes is neither text nor one of the sequences that the program itself uses,
/// by their last characters: none but in the quiz, where the cursor moves and rows are erased.
#[cfg(unix)]
fn strange(bytes: &[u8], own: &[&str]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("no UTF-8".to_owned()) };
    let text = without_spelling(text);
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c: char| is_obeyed(c) && !"\r\n".contains(c)) {
        let shown = || escape(&rest[at..].chars().take(12).collect::<String>()).into_owned();
        let Some(sequence) = rest[at..].strip_prefix("\u{1b}[") else { return Some(shown()) };
        let number = sequence.find(|c: char| !c.is_ascii_digit()).unwrap_or(sequence.len());
        let Some(end) = own.iter().find(|end| sequence[number..].starts_with(**end)) else {
            return Some(shown());
        };
        rest = &sequence[number + end.len()..];
    }
    None
}

/// Every payload of the long run: what terminals were attacked with, and each single character that is
/// obeyed.
#[cfg(unix)]
fn payloads() -> Vec<String> {
    ATTACKS.iter().cloned().chain(obeyed().chars().map(|c| format!("x{c}x"))).collect()
}

/// Commands in a terminal of their own, and the quiz to its end; how many, and what was strange.
#[cfg(unix)]
fn in_a_terminal(home: &Home, bank: &Path) -> (u32, Option<String>) {
    let at = terminal::Home::at(home.path(""));
    let bank = bank.display().to_string();
    fs::write(home.path("answers.json"), mini_file(&mini_answers())).expect("a file");
    // Without colours, so that any sequence outside the quiz is a stranger's.
    let start = |command: &[&str]| {
        let arguments = [command, &["--bank", &bank]].concat();
        Terminal::with(&at, (80, 24), &[("NO_COLOR", "1")], "exec \"$0\" \"$@\"", &arguments)
    };
    let mut n = 0;
    let mut take = start(&["take", "--fresh"]);
    take.at("1 of 12");
    // One by one: many at once are a paste.
    for key in "??421?351??2??8\r3?12\r??30000\r?5".chars() {
        take.send(key.to_string());
        take.quiet_for(Duration::from_millis(60));
    }
    take.wait("And now?");
    take.send("\x1b");
    take.check_ended(0);
    let mut found =
        strange(&take.bytes, &["A", "B", "C", "J", "K", "?25l", "?25h", "?2004h", "?2004l", "=0u", ">4n"]);
    let commands: [&[&str]; 7] = [
        &["bank", "show"],
        &["bank", "check", &bank],
        &["score", "answers.json"],
        &["report"],
        &["report", "--explain"],
        &["history"],
        &["role"],
    ];
    for command in commands {
        let mut terminal = start(command);
        terminal.check_ended(0);
        assert!(terminal.bytes.len() > 20, "{command:?} showed nothing:\n{}", terminal.shown());
        found = found.or(strange(&terminal.bytes, &[]));
        n += 1;
    }
    (n + 1, found)
}

/// Run with `cargo test --locked --test it -- --ignored --nocapture five_thousand_renders`.
#[cfg(unix)]
#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the long run is for")]
#[ignore = "takes minutes: run by hand"]
fn five_thousand_renders_send_no_commands_to_the_terminal() {
    let (mut piped, mut in_terminals, mut caught) = (0, 0, 0);
    let payloads = payloads();
    for payload in &payloads {
        let home = Home::new();
        let bank = home.path("bank");
        let hostile = || {
            write_bank(&bank, |_, slot, text| {
                slot.is_free().then(|| format!("{}{}", toml_escaped(payload), toml_escaped(text)))
            });
        };
        hostile();
        for ran in every_command(&home, &bank) {
            ran.expect_harmless();
            piped += 1;
        }
        hostile();
        let (n, found) = in_a_terminal(&home, &bank);
        assert_eq!(found, None, "{payload:?} reached the terminal");
        in_terminals += n;
        // The control: the same text, printed as it is.
        home.write("raw", format!("harmless {payload} text\n"));
        let at = terminal::Home::at(home.path(""));
        let mut raw = Terminal::with(&at, (80, 24), &[], "exec cat raw", &[]);
        raw.end();
        let is_seen = strange(&raw.bytes, &[]).is_some();
        let is_white = without_spelling(payload).chars().all(|c| !is_obeyed(c) || "\r\n".contains(c));
        assert!(is_seen || is_white, "{payload:?} was not seen");
        caught += u32::from(is_seen);
    }
    let n = payloads.len();
    println!(
        "{n} texts in every field: {piped} runs through pipes and {in_terminals} in terminals, 0 obeyed"
    );
    println!("control, the texts as they are: {caught} of {n} seen");
    assert!(
        ATTACKS.len() >= 60
            && piped + in_terminals >= 5000
            && caught * 100 >= 95 * u32::try_from(n).expect("few")
    );
}
