//! What somebody types who writes prose and not TOML: each slip is one fault, at its place, with what to
//! write instead.

use coofit::bank::fault::Sources;
use coofit::bank::parse::parse;

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
id = "grit-leave"
scale = "grit"
ask = "I leave it for later."
answer = "agree"
reversed = true

[[item]]
id = "grit-leak"
ask = "A pipe leaks."
answer = "choice"
options = [
  { id = "fix", say = "Fix it.", points = 70 },
  { id = "run", say = "Run away.", points = 0 },
]
"#;

/// A change to the bank, and its faults: place, message, help; with the line ends of Unix and of Windows.
#[track_caller]
fn check(file: &str, old: &str, new: &str, expect: &[&str]) {
    for line_end in ["\n", "\r\n"] {
        check_with(line_end, file, old, new, expect);
    }
}

#[track_caller]
fn check_with(line_end: &str, file: &str, old: &str, new: &str, expect: &[&str]) {
    let mut sources: Sources = [("bank.toml", BANK), ("work.toml", WORK)].into_iter().collect();
    let text = sources.get(file).expect("a file").to_owned();
    assert!(text.contains(old), "{file} has no {old:?}");
    sources.insert(file, text.replacen(old, new, 1).replace('\n', line_end));
    let faults = parse(&sources).map(|_| ()).expect_err(new).list;
    let told: Vec<String> = faults
        .iter()
        .map(|fault| {
            let (line, column) = sources.line_and_column(&fault.place);
            let help = fault.help.as_deref().unwrap_or_default();
            format!("{}:{line}:{column}: {}; {help}", fault.place.file, fault.message)
        })
        .collect();
    assert_eq!(told, expect, "{old:?} -> {new:?}, lines end in {line_end:?}");
}

fn check_work(cases: &[(&str, &str, &str)]) {
    for (old, new, expect) in cases {
        check("work.toml", old, new, &[expect]);
    }
}

#[test]
fn the_bank_itself_has_no_fault() {
    let sources: Sources = [("bank.toml", BANK), ("work.toml", WORK)].into_iter().collect();
    parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn true_and_false_are_known_in_the_ways_in_which_they_are_written() {
    for (said, meant) in
        [("True", "true"), ("TRUE", "true"), ("yes", "true"), ("no", "false"), ("False", "false")]
    {
        let expect =
            format!("work.toml:11:9: `quick` must be `true` or `false`, not `{said}`; write `{meant}`");
        check("work.toml", "quick = true", &format!("quick = {said}"), &[&expect]);
    }
    check_work(&[
        (
            "quick = true",
            "quick = \"True\"",
            "work.toml:11:9: `quick` of item `grit-stay` must be `true` or `false`, not a text; write `true`",
        ),
        (
            "reversed = true",
            "reversed = 1",
            "work.toml:18:12: `reversed` of item `grit-leave` must be `true` or `false`, not a whole number; write `true`",
        ),
    ]);
    let expect = "bank.toml:7:11: a text stands in quotes; write `\"No\"`";
    check("bank.toml", "[\"No\"", "[No", &[expect]);
}

#[test]
fn a_list_begins_in_double_brackets() {
    let single = |at: &str, name: &str| {
        format!(
            "work.toml:{at}: `{name}` stands in single brackets, and there may be several; write `[[{name}]]`"
        )
    };
    check("work.toml", "[[item]]", "[item]", &[&single("6:1", "item")]);
    let lacks_one = |at: &str| {
        format!(
            "work.toml:{at}: `item` begins an entry of a list, which stands in double brackets; write `[[item]]`"
        )
    };
    for (new, expect) in [
        ("[item]", single("13:1", "item")),
        ("[item]]", lacks_one("13:1")),
        ("[ item ]", single("13:1", "item")),
    ] {
        check("work.toml", "[[item]]\nid = \"grit-leave", &format!("{new}\nid = \"grit-leave"), &[&expect]);
    }
    check("work.toml", "[[item]]", "[[item]", &[&lacks_one("6:8")]);
    let expect = "work.toml:1:1: `scale` of `work.toml` must be a list, not a table; write `[[scale]]`";
    check("work.toml", "[[scale]]", "[scale]", &[expect]);
    let expect = "work.toml:13:1: `id` stands twice in one entry; keep one of them, or write the line `[[item]]` above, where a new entry begins";
    check("work.toml", "[[item]]\nid = \"grit-leave", "id = \"grit-leave", &[expect]);
    // Above the first header too, one entry's keys are told together.
    let expect = "bank.toml:4:1: `id` stands twice in one entry; keep one of them";
    check(
        "bank.toml",
        "edition = \"1\"",
        "id = \"x\"\ntitle = \"X\"\nid = \"y\"\nedition = \"1\"",
        &[expect],
    );
    let expect = "bank.toml:9:10: `[formats.agree]` stands twice; keep one, or give one of them another name";
    check("bank.toml", "[[part]]", "[formats.agree]\nlabels = [1, 2]\n[[part]]", &[expect]);
}

#[test]
fn a_text_stands_between_straight_quotes() {
    let curly = |at: &str, quote: &str| {
        format!(
            "work.toml:{at}: `{quote}` is a curly quote; a text stands in straight ones; write `\"` at both ends of the text"
        )
    };
    for (new, at, quote) in [
        ("ask = “I stay with it.”", "9:7", "“"),
        ("ask = „I stay with it.“", "9:7", "„"),
        ("ask = ‘I stay with it.’", "9:7", "‘"),
        ("ask = “I stay with it.\"", "9:7", "“"),
        ("ask = \"I stay with it.”", "9:23", "”"),
    ] {
        check("work.toml", "ask = \"I stay with it.\"", new, &[&curly(at, quote)]);
    }
    check("work.toml", "say = \"Fix it.\"", "say = “Fix it.”", &[&curly("25:23", "“")]);
    check("work.toml", "say = \"Fix it.\"", "say = \"Fix it.”", &[&curly("25:31", "”")]);
    let no_end = "the text has no end on this line; end it with the quote that it begins with; a text over several lines stands between `\"\"\"` and `\"\"\"`";
    check("work.toml", "with it.\"", "with it.", &[&format!("work.toml:9:23: {no_end}")]);
    check("work.toml", "stay with it.\"", "stay\nwith it.\"", &[&format!("work.toml:9:14: {no_end}")]);
    let ended = "the text has ended before this; write `\\\"` for a quote within a text, or end the text before this with a quote";
    check("work.toml", "stay with", "\"stay\" with", &[&format!("work.toml:9:11: {ended}")]);
    check("work.toml", "say = \"Fix", "say = \"\"Fix\"", &[&format!("work.toml:25:25: {ended}")]);
    check_work(&[
        ("\"grit-stay\"", "grit-stay", "work.toml:7:6: a text stands in quotes; write `\"grit-stay\"`"),
        (
            "with it",
            "with C:\\it",
            "work.toml:9:23: a `\\` in a text begins a special character; write `\\\\` for a `\\` that is shown",
        ),
        (
            "\"grit-stay\"",
            "",
            "work.toml:7:6: `id` has no value; write it after the `=`, or take the key away",
        ),
    ]);
    let expect = "bank.toml:4:11: `2026-05` is neither a number nor a text in quotes; write `\"2026-05\"`, or the number alone";
    check("bank.toml", "\"1\"", "2026-05", &[expect]);
    let expect = "bank.toml:4:11: `edition` of `bank.toml` must be a text in quotes, not a whole number; write `\"1\"`";
    check("bank.toml", "\"1\"", "1", &[expect]);
}

#[test]
fn a_number_is_written_with_a_point_and_nothing_behind() {
    for (said, meant) in [("70%", "70"), ("70 %", "70"), (".7", "0.7"), ("07", "7")] {
        let expect = format!("work.toml:25:43: `{said}` is not written as a number; write `{meant}`");
        check("work.toml", "points = 70", &format!("points = {said}"), &[&expect]);
    }
    let expect = "work.toml:25:43: a number has a decimal point, not a comma; write `0.7`";
    check("work.toml", "points = 70", "points = 0,7", &[expect]);
    let expect = "bank.toml:13:10: a number has a decimal point, not a comma; write `1.5`";
    check("bank.toml", "file = \"work.toml\"\n", "file = \"work.toml\"\nweight = 1,5\n", &[expect]);
    let expect = "work.toml:25:43: `points` of option `fix` must be a number, not a text; write `70`";
    check("work.toml", "points = 70", "points = \"70 %\"", &[expect]);
}

#[test]
fn other_slips_of_the_hand_are_told_with_what_to_write() {
    check_work(&[
        (
            "id = \"grit\"",
            "id : \"grit\"",
            "work.toml:2:4: a key and its value are joined by `=`, not by `:`; write `=`",
        ),
        (
            "id = \"grit\"",
            "id = \"grit\",",
            "work.toml:2:12: there is a comma after the value; take it away; a comma stands only between the entries of a list",
        ),
        (
            "id = \"grit\"",
            "// the first\nid = \"grit\"",
            "work.toml:2:1: `//` begins no comment; begin it with `#`",
        ),
        (
            "id = \"grit\"",
            "id\u{a0}= \"grit\"",
            "work.toml:2:3: there is a character here that cannot be seen, U+00A0; type an ordinary blank instead, or nothing",
        ),
        (
            "id = \"grit\"\n",
            "id = \"grit\"\r",
            "work.toml:2:13: the line ends with a carriage return alone; save the file with the line ends of Unix or Windows",
        ),
        (
            "70 },",
            "70 }",
            "work.toml:26:3: there is no comma before this; put a `,` after the entry before it",
        ),
        (
            "\"fix\", say",
            "\"fix\" say",
            "work.toml:25:16: there is no comma before this; put a `,` between one key's value and the next key",
        ),
        (
            "say = \"Fix",
            "say \"Fix",
            "work.toml:25:21: there is no `=` here; write `key = value`, with a key of one word; a comment begins with `#`",
        ),
    ]);
}

#[test]
fn slips_on_several_lines_are_all_told_in_one_run() {
    check(
        "work.toml",
        "ask = \"I stay with it.\"\nanswer = \"agree\"\nquick = true",
        "ask = “I stay with it.”\nanswer = agree\nquick = True",
        &[
            "work.toml:9:7: `“` is a curly quote; a text stands in straight ones; write `\"` at both ends of the text",
            "work.toml:10:10: a text stands in quotes; write `\"agree\"`",
            "work.toml:11:9: `quick` must be `true` or `false`, not `True`; write `true`",
        ],
    );
}

#[test]
fn an_unquoted_text_is_taken_whole() {
    let told = "work.toml:9:7: a text stands in quotes;";
    for (new, help) in [
        ("I plan the week, then the day.", "write `\"I plan the week, then the day.\"`"),
        ("I plan [most] days, it's so.", "write `\"I plan [most] days, it's so.\"`"),
        ("I plan the week.\"", "put a straight quote `\"` before it"),
        ("I \"plan\" the week.", "put a straight quote `\"` before and after it"),
    ] {
        check("work.toml", "\"I stay with it.\"", new, &[&format!("{told} {help}")]);
    }
}

#[test]
fn curly_quotes_within_a_sound_text_are_not_blamed() {
    let ended = "the text has ended before this; write `\\\"` for a quote within a text, or end the text before this with a quote";
    let expect = format!("work.toml:9:29: {ended}");
    check("work.toml", "\"I stay with it.\"", "\"They say “yes”, and \"no\" too.\"", &[&expect]);
    let curly = |quote: &str| {
        format!(
            "`{quote}` is a curly quote; a text stands in straight ones; write `\"` at both ends of the text"
        )
    };
    let expect = format!("bank.toml:7:14: {}", curly("”"));
    check("bank.toml", "\"No\"", "\"No”", &[&expect]);
    let expect = format!("work.toml:25:14: {}", curly("”"));
    check("work.toml", "\"fix\"", "\"fix”", &[&expect]);
    for (new, at, quote) in [("«Grit»", 9, "«"), ("»Grit«", 9, "»"), ("\"Grit»", 14, "»")] {
        let expect = format!(
            "work.toml:3:{at}: `{quote}` is a guillemet; a text stands in straight quotes; write `\"` at both ends of the text"
        );
        check("work.toml", "\"Grit\"", new, &[&expect]);
    }
}

#[test]
fn a_list_without_an_end_is_told_where_it_begins() {
    let told = |at: &str, key: &str| {
        format!("{at}: the list that begins here (`{key} = [`) has no end; put a `]` after its last entry")
    };
    check("bank.toml", "\"Yes\"]", "\"Yes\"", &[&told("bank.toml:7:1", "labels")]);
    check("bank.toml", "\"Yes\"]", "\"Yes\",", &[&told("bank.toml:7:1", "labels")]);
    check("bank.toml", "\"Yes\"]", "\"Yes\"\nkind = \"x\"", &[&told("bank.toml:7:1", "labels")]);
    check("work.toml", "},\n]", "},", &[&told("work.toml:24:1", "options")]);
    let more = "},\n\n[[item]]\nid = \"more\"\nask = \"More?\"\nanswer = \"agree\"";
    check("work.toml", "},\n]", more, &[&told("work.toml:24:1", "options")]);
    // A text that swallows the bracket is what is at fault.
    let expect = "bank.toml:7:31: the text has no end on this line; end it with the quote that it begins with; a text over several lines stands between `\"\"\"` and `\"\"\"`";
    check("bank.toml", "\"Yes\"]", "\"Yes]", &[expect]);
}

#[test]
fn habits_of_other_notations_are_told_by_name() {
    check_work(&[
        (
            "title = \"Grit\"",
            "title: \"Grit\"",
            "work.toml:3:6: a key and its value are joined by `=`, not by `:`; write `=`",
        ),
        (
            "say = \"Fix",
            "say: \"Fix",
            "work.toml:25:20: a key and its value are joined by `=`, not by `:`; write `=`",
        ),
        (
            "\"Grit\"",
            "'It's grit'",
            "work.toml:3:13: the text has ended before this, at the `'` within it; put the whole text in `\"` instead of `'`",
        ),
        (
            "\"Fix it.\"",
            "'It's fixed.'",
            "work.toml:25:27: the text has ended before this, at the `'` within it; put the whole text in `\"` instead of `'`",
        ),
    ]);
    for said in ["70 pts", "70pts", "70 points"] {
        let expect = format!("work.toml:25:43: `{said}` is not written as a number; write `70`");
        check("work.toml", "points = 70", &format!("points = {said}"), &[&expect]);
    }
    let expect = "bank.toml:13:10: `2 parts` is not written as a number; write `2`";
    check("bank.toml", "file = \"work.toml\"\n", "file = \"work.toml\"\nweight = 2 parts\n", &[expect]);
    let expect = "bank.toml:13:7: a number has a decimal point, not a comma; write `-0.7`";
    check("bank.toml", "file = \"work.toml\"\n", "file = \"work.toml\"\nmin = -0,7\n", &[expect]);
}
