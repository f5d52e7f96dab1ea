//! Common slips in TOML: each is one fault, at its place, with what to write instead. And how faults are
//! shown.

use coofit::bank::fault::{Fault, MOST_LISTED, Place, Sources, did_you_mean, first, show};
use coofit::bank::parse::parse;
use expect_test::expect;

const BANK: &str = r#"format = 1
id = "slips"
title = "Slips"
edition = "1"

[formats.agree]
labels = ["No", "Maybe", "Yes"]

[[part]]
id = "work"
title = "Work"
file = "work.toml"
weight = 2
"#;

const WORK: &str = r#"[[scale]]
id = "grit"
title = "Grit"
kind = "trait"

[[item]]
id = "grit-stay"
scale = "grit"
ask = "I stay with it."
answer = "agree"
quick = true

[[item]]
id = "grit-leak"
ask = "A pipe leaks."
answer = "choice"
options = [
  { id = "fix", say = "Fix it.", points = 70 },
  { id = "run", say = "Run away.", points = 0 },
]
"#;

/// Changes to a file of the bank, (old, new), and the one fault of each: place, message, help. Line ends of
/// Unix and of Windows.
#[track_caller]
fn check(file: &str, cases: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for ((old, new, expect), line_end) in cases.iter().flat_map(|case| [(case, "\n"), (case, "\r\n")]) {
        let mut sources: Sources = [("bank.toml", BANK), ("work.toml", WORK)].into_iter().collect();
        let text = sources.get(file).expect("a file").to_owned();
        assert!(text.contains(old), "{file} has no {old:?}");
        sources.insert(file, text.replacen(old, new, 1).replace('\n', line_end));
        let faults = parse(&sources).map(|_| ()).expect_err(new).list;
        let found = faults.iter().map(|fault| {
            let (line, column) = sources.line_and_column(&fault.place);
            format!("{line}:{column}: {}; {}", fault.message, fault.help.as_deref().unwrap_or_default())
        });
        let found = found.collect::<Vec<_>>().join("\n");
        if found != *expect {
            wrong.push(format!(
                "{old:?} -> {new:?}, lines end in {line_end:?}\n  is   {found}\n  must {expect}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_bank_itself_has_no_fault() {
    let sources: Sources = [("bank.toml", BANK), ("work.toml", WORK)].into_iter().collect();
    parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn a_flag_is_true_or_false() {
    check(
        "work.toml",
        &[
            (
                "= true",
                "= True",
                "11:9: a text needs quotes; put a `\"` before and after it; a flag is `true` or `false`",
            ),
            (
                "= true",
                "= no",
                "11:9: a text needs quotes; put a `\"` before and after it; a flag is `true` or `false`",
            ),
            (
                "= true",
                "= \"True\"",
                "11:9: `quick` of item `grit-stay` must be `true` or `false`, not a text; write `true`",
            ),
            (
                "= true",
                "= 1",
                "11:9: `quick` of item `grit-stay` must be `true` or `false`, not a whole number; write `true`",
            ),
        ],
    );
}

#[test]
fn an_entry_of_a_list_begins_in_double_brackets() {
    const HELP: &str = "each entry of a list begins in double brackets, as in `[[item]]`";
    let again = |at: &str| format!("{at}: the table `item` is there already; {HELP}");
    let second = "[[item]]\nid = \"grit-leak\"";
    check(
        "work.toml",
        &[
            ("[[item]]", "[item]", &again("13:3")),
            ("[[item]]", "[[item]", &format!("6:8: a header has no end; {HELP}")),
            (second, "[item]\nid = \"grit-leak\"", &again("13:2")),
            (second, "[ item ]\nid = \"grit-leak\"", &again("13:3")),
            (second, "[item]]\nid = \"grit-leak\"", &again("13:2")),
            (
                "[[scale]]",
                "[scale]",
                "1:1: `scale` of `work.toml` must be a list, not a table; write `[[scale]]`",
            ),
            (
                second,
                "id = \"grit-leak\"",
                "13:1: `id` is there twice in one entry; keep one of them, or begin a new entry, as with `[[item]]`",
            ),
        ],
    );
    check(
        "bank.toml",
        &[
            (
                "edition",
                "id = \"again\"\nedition",
                "4:1: `id` is there twice in one entry; keep one of them, or begin a new entry, as with `[[item]]`",
            ),
            (
                "[[part]]",
                "[formats.agree]\n[[part]]",
                "9:10: the table `agree` is there already; each entry of a list begins in double brackets, as in \
                 `[[item]]`",
            ),
        ],
    );
}

const NUMBER: &str =
    "this is not a number; write it like `70` or `0.7`, a text in `\"`, and a comma between two entries";

#[test]
fn a_text_is_in_straight_quotes() {
    const NO_END: &str = "the text has no end on this line; end it with the straight quote that it begins with, or \
                          use `\"\"\"`";
    const ENDED: &str = "the text has ended before this; write `\\\"` for a quote within a text";
    const BARE: &str = "a text needs quotes; put a `\"` before and after it; a flag is `true` or `false`";
    const CURLY: &str = "a text needs straight quotes; write `\"` at both ends of the text";
    let ask = "\"I stay with it.\"";
    check(
        "work.toml",
        &[
            (ask, "“I stay with it.”", &format!("9:7: {CURLY}")),
            (ask, "„I stay with it.“", &format!("9:7: {CURLY}")),
            (ask, "‘I stay with it.’", &format!("9:7: {CURLY}")),
            (ask, "«I stay with it.»", &format!("9:7: {CURLY}")),
            (ask, "\"I stay with it.”", &format!("9:24: {NO_END}")),
            ("say = \"Fix it.\"", "say = “Fix it.”", &format!("18:23: {CURLY}")),
            ("say = \"Fix it.\"", "say = \"Fix it.”", &format!("18:48: {NO_END}")),
            ("with it.\"", "with it.", &format!("9:23: {NO_END}")),
            ("stay with", "stay\nwith", &format!("9:14: {NO_END}")),
            ("stay with", "\"stay\" with", &format!("9:11: {ENDED}")),
            (ask, "\"They say “yes”, and \"no\" too.\"", &format!("9:29: {ENDED}")),
            (
                "\"Grit\"",
                "'It's grit'",
                "3:13: not TOML: unexpected key or value, expected newline, `#`; `coofit bank new DIR` writes a bank to compare it with",
            ),
            ("\"grit-stay\"", "", "7:6: there is no value here; write it, or remove the key"),
            ("\"grit-stay\"", "grit-stay", &format!("7:6: {BARE}")),
            (ask, "I plan the week, then rest.", &format!("9:7: {BARE}")),
            (ask, "I \"plan\" it.", &format!("9:7: {BARE}")),
        ],
    );
    check(
        "bank.toml",
        &[
            ("[\"No\"", "[Nope", &format!("7:11: {BARE}")),
            ("\"1\"", "2026-05", &format!("4:11: {NUMBER}")),
            (
                "\"1\"",
                "1",
                "4:11: `edition` of `bank.toml` must be a text in quotes, not a whole number; write `\"1\"`",
            ),
        ],
    );
}

#[test]
fn a_number_has_a_point_and_no_unit() {
    let number = format!("18:43: {NUMBER}");
    check(
        "work.toml",
        &[
            ("= 70", "= 70%", &number),
            ("= 70", "= 70 %", &number),
            ("= 70", "= .7", &number),
            ("= 70", "= 07", &number),
            (
                "= 70",
                "= 0,7",
                "18:47: a key has no value; write `key = value`; a number has a decimal point, not a comma",
            ),
            ("= 70", "= 70 pts", &number),
            (
                "= 70",
                "= \"70 %\"",
                "18:43: `points` of option `fix` must be a number, not a text; write `70`",
            ),
        ],
    );
    check(
        "bank.toml",
        &[("= 2", "= -1,5", "13:12: there is a comma after the value; remove it, or write a decimal point")],
    );
}

#[test]
fn slips_in_joining_keys_and_values_say_what_to_write() {
    const COLON: &str = "a key and its value are joined by `=`, not by `:`; write `=`";
    const EQUALS: &str = "there is no `=` here; write `key = value`; a comment begins with `#`";
    check(
        "work.toml",
        &[
            ("id = \"grit\"", "id : \"grit\"", &format!("2:4: {COLON}")),
            ("id = \"grit\"", "id: \"grit\"", &format!("2:3: {COLON}")),
            ("say = \"Fix", "say: \"Fix", &format!("18:20: {COLON}")),
            (
                "\"grit\"\n",
                "\"grit\",\n",
                "2:12: there is a comma after the value; remove it, or write a decimal point",
            ),
            (
                "id = \"grit\"",
                "id\u{a0}= \"grit\"",
                "2:3: this blank is not an ordinary one; type it again, or remove it",
            ),
            (
                "70 },",
                "70 }",
                "19:3: a list has no comma or no end before this; put a `,` between two entries, a `]` after the last",
            ),
            (
                "\"fix\", say",
                "\"fix\" say",
                "18:16: not TOML: missing comma between key-value pairs, expected `,`; `coofit bank new DIR` writes a bank to compare it with",
            ),
            ("say = \"Fix", "say \"Fix", &format!("18:21: {EQUALS}")),
            (
                "id = \"grit\"",
                "// the first\nid = \"grit\"",
                "2:1: `//` does not begin a comment; begin it with `#`",
            ),
            (
                "id = \"grit\"",
                "id = \"grit\" // one",
                "2:13: `//` does not begin a comment; begin it with `#`",
            ),
            (
                "},\n]",
                "},",
                "19:49: a list has no comma or no end before this; put a `,` between two entries, a `]` after the last",
            ),
        ],
    );
    check("bank.toml", &[("[\"No\"", "[\"No\",", "7:16: there is a comma too many; remove it")]);
    check(
        "bank.toml",
        &[(
            "\"Yes\"]",
            "\"Yes\"",
            "9:1: a list has no comma or no end before this; put a `,` between two entries, a `]` after the last",
        )],
    );
}

#[test]
fn a_file_with_several_slips_shows_its_first() {
    let slips = "ask = “I stay with it.”\nanswer = agree\nquick = True";
    let expect = "9:7: a text needs straight quotes; write `\"` at both ends of the text";
    check("work.toml", &[("ask = \"I stay with it.\"\nanswer = \"agree\"\nquick = true", slips, expect)]);
}

#[test]
fn a_fault_shows_its_line_column_and_the_way_out() {
    let mut sources = Sources::default();
    sources.insert("a.toml", "one = 1\nscael = \"é\"\n");
    let fault = Fault::new(Place::new("a.toml", 8..13), "unknown key `scael`").help("did you mean `scale`?");
    let shown = show(&[fault], &sources, false);
    expect![[r#"
        error: unknown key `scael`
         --> a.toml:2:1
          |
        2 | scael = "é"
          | ^^^^^
          |
          = help: did you mean `scale`?"#]]
    .assert_eq(&shown);
}

#[test]
fn a_very_long_line_is_shown_only_in_part() {
    let mut sources = Sources::default();
    sources.insert("a.toml", "é".repeat(100_000));
    let shown = show(&[Fault::new(Place::new("a.toml", 100_000..100_010), "x")], &sources, false);
    assert!(shown.len() < 4000, "{} bytes", shown.len());
}

#[test]
fn a_cut_listing_ends_with_no_rule_and_no_id() {
    let one = Fault {
        at: Some("x".to_owned()),
        ..Fault::warning("no-why", Place::new("a.toml", 0..1), "has no reason")
    };
    assert_eq!(first(vec![one.clone(); MOST_LISTED]).len(), MOST_LISTED);
    let cut = first(vec![one; MOST_LISTED + 2]);
    assert_eq!(cut.len(), MOST_LISTED + 1);
    let last = cut.last().expect("findings");
    assert_eq!((last.rule, &last.at), (None, &None));
    assert!(last.is_warning);
    let sources = [("a.toml", "x = 1\n")].into_iter().collect();
    let shown = show(&cut[MOST_LISTED..], &sources, false);
    expect![[r#"
        warning: and more, from here on; only the first 1000 are listed
         --> a.toml:1:1
          |
        1 | x = 1
          | ^
          |
          = help: correct these, and check again"#]]
    .assert_eq(&shown);
}

#[test]
fn suggestions_are_near_or_none() {
    assert_eq!(did_you_mean("autonmy", ["autonomy", "scale"]), Some("did you mean `autonomy`?".into()));
    assert_eq!(did_you_mean("zzz", ["autonomy", "scale"]), None);
}
