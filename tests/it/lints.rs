//! Every lint: the change to a clean bank that triggers it, where, and how it is allowed.

use coofit::audit::known;
use coofit::bank::fault::{Fault, Sources, show};
use coofit::bank::lint::{RULES, lint};
use coofit::bank::new;
use coofit::bank::{AsOf, Keying, Month, ScaleKind, parse};
use expect_test::expect;
use itertools::Itertools;

use crate::support::{repository, sources};

/// A change to a file: what is there, what is to be there. An empty old text adds a file.
type Change = (&'static str, &'static str, &'static str);

/// A rule, the change that triggers it, the place of the warning, and the id to allow it at.
type Case = (&'static str, &'static [Change], &'static str, &'static str);

const TODAY: Month = Month { year: 2026, month: 6 };

const CASES: &[Case] = &[
    (
        "placeholder",
        &[("work.toml", "ask = \"I told people", "ask = \"REPLACE: I told people")],
        "work.toml:48:7",
        "people-early-word",
    ),
    (
        "no-why",
        &[("work.toml", "why = \"News that", "# why = \"News that")],
        "work.toml:46:6",
        "people-early-word",
    ),
    (
        "no-observer",
        &[("work.toml", "observer = \"They told", "# observer = \"They told")],
        "work.toml:46:6",
        "people-early-word",
    ),
    ("empty-scale", &[("wishes.toml", "scale = \"hours\"\nask", "ask")], "wishes.toml:4:6", "hours"),
    (
        "few-items",
        &[(
            "work.toml",
            "[[item]]\nid = \"planning-first",
            "[[scale]]\nid = \"pluck\"\ntitle = \"Pluck\"\nkind = \"trait\"\n\n[[item]]\nid = \"pluck-one\"\nscale = \"pluck\"\nask = \"I spoke up.\"\nobserver = \"They spoke up.\"\nanswer = \"frequency\"\nwhy = \"w\"\n\n[[item]]\nid = \"planning-first",
        )],
        "work.toml:37:6",
        "pluck",
    ),
    (
        "key-balance",
        &[("work.toml", "reversed = true                 # often means few points\n", "")],
        "work.toml:5:6",
        "planning",
    ),
    (
        "reversed-occasion",
        &[
            ("work.toml", "why = \"What is done in", "occasion = true\nwhy = \"What is done in"),
            ("work.toml", "why = \"The role keeps", "occasion = true\nwhy = \"The role keeps"),
        ],
        "work.toml:5:6",
        "planning",
    ),
    (
        "neighbours",
        &[("work.toml", "scale = \"people\"\nask = \"I cut", "scale = \"planning\"\nask = \"I cut")],
        "work.toml:100:6",
        "people-cut-short",
    ),
    (
        "falling-labels",
        &[(
            "bank.toml",
            "\"Almost never\", \"Seldom\", \"Sometimes\", \"Often\", \"Almost always\"",
            "\"Almost always\", \"Often\", \"Sometimes\", \"Seldom\", \"Almost never\"",
        )],
        "work.toml:37:6",
        "frequency",
    ),
    (
        "small-norm",
        &[(
            "work.toml",
            "kind = \"trait\"\n",
            "kind = \"trait\"\nnorm = { mean = 62.1, sd = 14, n = 99, of = \"clerks\", as_of = 2024, source = \"A survey\" }\n",
        )],
        "work.toml:16:8",
        "people",
    ),
    (
        "undated-norm",
        &[(
            "work.toml",
            "kind = \"trait\"\n",
            "kind = \"trait\"\nnorm = { mean = 62.1, sd = 14, n = 100, of = \"clerks\", source = \"A survey\" }\n",
        )],
        "work.toml:16:8",
        "people",
    ),
    (
        "narrow-norm",
        &[(
            "work.toml",
            "kind = \"trait\"\n",
            "kind = \"trait\"\nnorm = { mean = 37, sd = 7.8, n = 100, of = \"clerks\", as_of = 2024, source = \"A survey\" }\n",
        )],
        "work.toml:16:8",
        "people",
    ),
    (
        "long-item",
        &[(
            "work.toml",
            "I told people early",
            "I told the people who sat with me in the one big room that we all had to share by then early",
        )],
        "work.toml:48:7",
        "people-early-word",
    ),
    (
        "hard-to-read",
        &[("work.toml", "I told people early", "I communicated unavoidable complications immediately")],
        "work.toml:48:7",
        "people-early-word",
    ),
    (
        "two-ideas",
        &[("work.toml", "I told people early", "I told people early and wrote it down")],
        "work.toml:48:7",
        "people-early-word",
    ),
    (
        "negation",
        &[("work.toml", "I told people early", "I did not wait to tell people")],
        "work.toml:48:7",
        "people-early-word",
    ),
    (
        "absolute-word",
        &[("work.toml", "I told people early", "I always told people early")],
        "work.toml:48:7",
        "people-early-word",
    ),
    (
        "near-duplicate",
        &[("work.toml", "I lost track of what was due next.", "I put a task off to the last hour.")],
        "work.toml:93:7",
        "planning-lost-track",
    ),
    (
        "mixed-scripts",
        &[("work.toml", "I told people early", "I told pe\u{43e}ple early")],
        "work.toml:46:6",
        "people-early-word",
    ),
    ("shared-points", &[("work.toml", "points = 60", "points = 40")], "work.toml:109:6", "scenes-late-part"),
    (
        "option-overlap",
        &[(
            "work.toml",
            "Call the supplier and ask for a firm date.",
            "Call the customer with a new firm date.",
        )],
        "work.toml:109:6",
        "scenes-late-part",
    ),
    ("enough-exceeds", &[("work.toml", "enough = 3", "enough = 6")], "work.toml:123:6", "tasks-done"),
    (
        "undated-fact",
        &[(
            "roles/tiny.toml",
            "[[floor]]",
            "[[fact]]\nid = \"pay\"\ntitle = \"Pay\"\nvalue = \"$1\"\nas_of = 2026\n\n[[floor]]",
        )],
        "roles/tiny.toml:43:6",
        "pay",
    ),
    (
        "undated-fact",
        &[(
            "roles/tiny.toml",
            "[[floor]]",
            "[[fact]]\nid = \"pay\"\ntitle = \"Pay\"\nvalue = \"$1\"\nas_of = \"last year\"\nsource = \"A survey\"\n\n[[floor]]",
        )],
        "roles/tiny.toml:43:6",
        "pay",
    ),
    (
        "old-fact",
        &[(
            "roles/tiny.toml",
            "[[floor]]",
            "[[fact]]\nid = \"pay\"\ntitle = \"Pay\"\nvalue = \"$1\"\nas_of = \"2024-05\"\nsource = \"A survey\"\n\n[[floor]]",
        )],
        "roles/tiny.toml:43:6",
        "pay",
    ),
    (
        "unsourced-figure",
        &[("roles/tiny.toml", "A judgment: most of the day", "90% of the day")],
        "roles/tiny.toml:15:9",
        "people",
    ),
    ("unreachable", &[("work.toml", "points = 100", "points = 80")], "roles/tiny.toml:22:9", "scenes"),
    (
        "unreachable-band",
        &[("bank.toml", "from = 70", "from = 99"), ("work.toml", "enough = 3 ", "enough = 30 ")],
        "bank.toml:47:6",
        "good",
    ),
    ("stray-file", &[("extra.toml", "", "[[scale]]\n")], "extra.toml:1:1", "extra.toml"),
    (
        "unknown-lint",
        &[(
            "bank.toml",
            "\n[formats.frequency]",
            "\n[[allow]]\nlint = \"key-balence\"\nreason = \"r\"\n\n[formats.frequency]",
        )],
        "bank.toml:11:8",
        "",
    ),
    (
        "unused-allow",
        &[(
            "bank.toml",
            "\n[formats.frequency]",
            "\n[[allow]]\nlint = \"few-items\"\nat = \"planning\"\nreason = \"r\"\n\n[formats.frequency]",
        )],
        "bank.toml:12:6",
        "",
    ),
];

/// A small bank without a warning.
fn clean() -> Sources {
    let mut clean = Sources::default();
    for (name, text) in sources(&repository("tests/data/exports/bank")).iter() {
        let text =
            text.replace("\"The role takes", "\"We think the role takes").replace("judgement", "judgment");
        clean.insert(name.replace("warehouse-lead", "tiny"), text.replace("warehouse-lead", "tiny"));
    }
    clean
}

fn new_bank(role: bool) -> Sources {
    let files = new::files("tiny", "Tiny", role);
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

fn changed(changes: &[Change]) -> Sources {
    let mut sources = clean();
    for (file, old, new) in changes {
        let text = sources.get(file).unwrap_or_default().to_owned();
        assert!(text.contains(old), "{file} has no {old}");
        sources.insert(*file, if old.is_empty() { (*new).to_owned() } else { text.replacen(old, new, 1) });
    }
    sources
}

#[track_caller]
fn warnings(sources: &Sources) -> Vec<Fault> {
    let bank = parse::parse(sources).unwrap_or_else(|faults| panic!("{faults}"));
    lint(&bank, known(&bank, Some(TODAY)))
}

fn rule(fault: &Fault) -> &'static str {
    fault.rule.unwrap_or_else(|| panic!("{fault:?}"))
}

#[test]
fn a_new_bank_warns_of_each_placeholder_and_nothing_else() {
    for role in [true, false] {
        let new = new_bank(role);
        let found = warnings(&new);
        let written: usize = new.iter().map(|(_, text)| text.matches("\"REPLACE:").count()).sum();
        assert!(found.iter().all(|fault| rule(fault) == "placeholder"), "{}", show(&found, &new, false));
        assert_eq!(found.len(), written);
        let mut own = Sources::default();
        new.iter().for_each(|(name, text)| own.insert(name, text.replace("REPLACE: ", "")));
        let found = warnings(&own);
        assert!(found.is_empty(), "{}", show(&found, &own, false));
    }
}

#[test]
fn a_new_bank_has_three_traits_one_scene_one_fact() {
    let bank = parse::parse(&new_bank(true)).unwrap_or_else(|faults| panic!("{faults}"));
    let of = |kind: ScaleKind| bank.scales.iter().enumerate().filter(move |(_, scale)| scale.kind == kind);
    assert_eq!(of(ScaleKind::Trait).count(), 3);
    for (index, scale) in of(ScaleKind::Trait) {
        let keyings: Vec<Keying> = bank.items_on(index).map(|(_, keying)| keying).collect();
        let reversed = keyings.iter().filter(|keying| **keying == Keying::Reverse).count();
        assert_eq!((keyings.len(), reversed), (4, 2), "{}", scale.id);
        assert!(bank.steps.iter().any(|step| step.scale == index), "{} has no step", scale.id);
    }
    for kind in [ScaleKind::Situational, ScaleKind::Fact] {
        let items: Vec<usize> = of(kind).map(|(index, _)| bank.items_on(index).count()).collect();
        assert_eq!(items, [1], "{kind:?}");
    }
    assert_eq!(bank.own_role().map(|role| role.requirements.len()), Some(bank.scales.len()));
}

#[test]
fn each_lint_finds_its_cause_at_its_place() {
    for (name, changes, at, _) in CASES {
        let sources = changed(changes);
        let found = warnings(&sources);
        let place = |fault: &Fault| {
            let (line, column) = sources.line_and_column(&fault.place);
            format!("{}:{line}:{column}", fault.place.file)
        };
        let places: Vec<(&str, String)> = found.iter().map(|fault| (rule(fault), place(fault))).collect();
        assert!(places.contains(&(*name, (*at).to_owned())), "{name} {at}: {places:?}");
        assert!(found.iter().all(|fault| fault.help.is_some()), "{name}");
    }
}

#[test]
fn each_lint_can_be_allowed_at_its_id_or_throughout() {
    for (name, changes, _, id) in CASES.iter().filter(|case| !case.3.is_empty()) {
        for at in [format!("at = \"{id}\"\n"), format!("at = [\"{id}\"]\n"), String::new()] {
            let mut sources = changed(changes);
            let bank = sources.get("bank.toml").unwrap_or_default().to_owned();
            sources
                .insert("bank.toml", format!("{bank}\n[[allow]]\nlint = \"{name}\"\n{at}reason = \"r\"\n"));
            let left: Vec<&str> = warnings(&sources).iter().map(rule).collect();
            assert!(!left.contains(name) && !left.contains(&"unused-allow"), "{name} {at}: {left:?}");
        }
    }
}

#[test]
fn an_allowance_must_give_its_reason() {
    let change =
        ("bank.toml", "\n[formats.frequency]", "\n[[allow]]\nlint = \"no-why\"\n\n[formats.frequency]");
    let faults = parse::parse(&changed(&[change])).expect_err("a fault");
    expect![[r#"
        error: allow number 1 has no `reason`
          --> bank.toml:10:1
           |
        10 | [[allow]]
           | ^^^^^^^^^
           |
           = help: add `reason = ...`"#]]
    .assert_eq(&faults.to_string());
}

#[test]
fn every_lint_is_tried_here_and_described_in_the_docs() {
    let tried: Vec<&str> = CASES.iter().map(|case| case.0).dedup().collect();
    let rules: Vec<&str> = RULES.split(' ').collect();
    assert_eq!(tried, rules);
    let docs = std::fs::read_to_string(repository("docs/lints.md")).expect("the docs");
    let sections: Vec<&str> = docs.split("\n### `").skip(1).collect();
    let described: Vec<&str> = sections.iter().filter_map(|section| section.split('`').next()).collect();
    assert_eq!(described, rules);
    for section in sections {
        assert!(section.contains("```t"), "no example: {section}");
    }
}

#[test]
fn no_fact_is_old_on_an_unknown_day() {
    let (_, changes, ..) = CASES.iter().find(|case| case.0 == "old-fact").expect("a case");
    let sources = changed(changes);
    let bank = parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(lint(&bank, known(&bank, None)).is_empty());
    assert!(lint(&bank, known(&bank, Some(Month { year: 2026, month: 5 }))).is_empty());
}

#[test]
fn wording_is_judged_in_english_only() {
    for (language, n) in [("en", 1), ("en-GB", 1), ("de", 0)] {
        let language = format!("language = \"{language}\"");
        let mut sources = changed(&[("work.toml", "I told people early", "I always told people early")]);
        let bank = sources.get("bank.toml").unwrap_or_default().replace("language = \"en\"", &language);
        sources.insert("bank.toml", bank);
        assert_eq!(warnings(&sources).len(), n, "{language}");
    }
}

#[test]
fn observer_wording_is_judged_too_with_one_warning_per_item() {
    let observer = "They told people early";
    for (rule_name, said, message) in [
        (
            "absolute-word",
            "They always told people early",
            expect!["the observer's wording of item `people-early-word` says `always`"],
        ),
        (
            "negation",
            "They did not wait to tell people",
            expect!["the observer's wording of item `people-early-word` says `not`"],
        ),
        (
            "two-ideas",
            "They told people early and kept a list",
            expect!["the observer's wording of item `people-early-word` asks two things at once: `and kept`"],
        ),
        (
            "hard-to-read",
            "They facilitated interdisciplinary collaboration",
            expect!["the observer's wording of item `people-early-word` reads at school grade 17.8"],
        ),
        (
            "long-item",
            "They told people early, on the day itself or the day after, by word of mouth or in writing, and told them why,",
            expect!["the observer's wording of item `people-early-word` has 29 words"],
        ),
    ] {
        let sources = changed(&[("work.toml", observer, said)]);
        let found = warnings(&sources);
        let found: Vec<&Fault> = found.iter().filter(|fault| rule(fault) == rule_name).collect();
        let [found] = found.as_slice() else { panic!("{said}: {found:?}") };
        message.assert_eq(&found.message);
        assert_eq!(sources.line_and_column(&found.place), (49, 12), "{said}");
    }
    let both = [
        ("work.toml", "I told people early", "I always told people early"),
        ("work.toml", observer, "They always told people early"),
    ];
    assert_eq!(warnings(&changed(&both)).len(), 1);
}

#[test]
fn scene_options_are_read_together_and_names_not_at_all() {
    let hard =
        "say = \"Facilitate an interdisciplinary conversation concerning organizational responsibilities.\"";
    let said = |changes: &[Change]| -> Vec<String> {
        warnings(&changed(changes)).into_iter().map(|fault| fault.message).collect()
    };
    assert_eq!(said(&[("work.toml", "say = \"Call the customer with a new date.\"", hard)]).len(), 1);
    let found = said(&[("work.toml", "say = \"Call the customer with a new date.\"", hard)]);
    expect!["the options of item `scenes-late-part` read at school grade 10.0"].assert_eq(&found[0]);
    assert_eq!(
        said(&[(
            "work.toml",
            "{ id = \"train\", say = \"",
            "{ id = \"train\", say = \"Organizational responsibility "
        )]),
        [""; 0]
    );
}

/// Whether a rule warns of the new bank with one text in it replaced.
#[track_caller]
fn warns(rule_name: &str, old: &'static str, new: &str) -> bool {
    let mut sources = clean();
    let file = if old == WHY { "roles/tiny.toml" } else { "work.toml" };
    let text = sources.get(file).unwrap_or_default().to_owned();
    assert!(text.contains(old), "{file} has no {old}");
    sources.insert(file, text.replacen(old, new, 1));
    warnings(&sources).iter().any(|fault| rule(fault) == rule_name)
}

const ASK: &str = "I told people early when their part would be late.";
const WHY: &str = "A judgment: most of the day is spent with people.";

#[test]
fn two_verbs_are_two_ideas_but_two_nouns_are_one() {
    for (statement, two) in [
        ("I plan my week and check it on Friday.", true),
        ("I planned the work and finished it.", true),
        ("I told people early and wrote it down.", true),
        ("I stay calm and I think clearly.", true),
        ("I like planning and checking.", true),
        ("I ask for help or call my boss.", true),
        ("I took a task and quickly finished it.", true),
        ("I asked and listened.", true),
        ("I compared the hours or money we had used with the plan.", false),
        ("I read papers and reports.", false),
        ("I worked early and late.", false),
        ("I asked the head of plan and budget.", false),
        ("I like the morning and evening shift.", false),
        ("I kept to time and budget.", false),
        ("I told staff and customers about it.", false),
        ("I like my team and my work.", false),
    ] {
        assert_eq!(warns("two-ideas", ASK, statement), two, "{statement}");
    }
}

#[test]
fn foreign_letters_are_found_but_not_foreign_words() {
    for (text, mixed) in [
        ("Stay c\u{430}lm", true),
        ("Où ça?", false),
        ("IT-отдел и COO", false),
        ("COOの仕事を知っている", false),
        ("naïve – 100 %", false),
        ("O*NET®", false),
        ("5µm", false),
    ] {
        assert_eq!(warns("mixed-scripts", ASK, text), mixed, "{text}");
    }
}

#[test]
fn a_near_duplicate_has_one_other_word_no_other_number() {
    const OTHER: &str = "I lost track of what was due next.";
    for (a, b, near) in [
        ("I often feel blue.", "I seldom feel blue.", true),
        ("I like order.", "I like people.", false),
        ("Go home.", "go home", true),
        ("I was away for one week.", "I was away for two weeks.", false),
        ("I am interested in people.", "I am full of ideas.", false),
    ] {
        let mut sources = clean();
        let text = sources.get("work.toml").unwrap_or_default().to_owned();
        assert!(text.contains(ASK) && text.contains(OTHER));
        sources.insert("work.toml", text.replacen(ASK, a, 1).replacen(OTHER, b, 1));
        assert_eq!(warnings(&sources).iter().any(|fault| rule(fault) == "near-duplicate"), near, "{a} / {b}");
    }
}

#[test]
fn ranges_that_share_a_number_overlap() {
    const OPTIONS: [&str; 2] =
        ["Call the customer with a new date.", "Call the supplier and ask for a firm date."];
    for (a, b, meet) in [
        ("1 to 5 years", "5 to 10 years", true),
        ("1 to 4 years", "5 to 10 years", false),
        ("Under 5", "5 to 10", false),
        ("5 or less", "5 to 10", true),
        ("More than 10", "5–10", false),
        ("10 or more", "5-10", true),
        ("10,000 to 20,000", "20,000 to 50,000", true),
        ("Go home", "Stay to the end", false),
    ] {
        for [a, b] in [[a, b], [b, a]] {
            let mut sources = clean();
            let text = sources.get("work.toml").unwrap_or_default().to_owned();
            assert!(OPTIONS.iter().all(|option| text.contains(option)));
            sources.insert("work.toml", text.replacen(OPTIONS[0], a, 1).replacen(OPTIONS[1], b, 1));
            let found = warnings(&sources);
            assert_eq!(found.iter().any(|fault| rule(fault) == "option-overlap"), meet, "{a} / {b}");
        }
    }
}

#[test]
fn a_figure_needs_a_dated_source_or_is_called_judgment() {
    for (text, unsourced) in [
        ("Most of them earn more.", false),
        ("73% of them cannot rest.", true),
        ("73% of them cannot rest (a survey).", true),
        ("73% of them cannot rest (Deloitte, 2022).", false),
        ("Apollo.io (2025) names 10 years.", false),
        ("10 years count as met, which is our judgment.", false),
        ("A plan (of 2025) says nothing.", false),
    ] {
        assert_eq!(warns("unsourced-figure", WHY, text), unsourced, "{text}");
    }
}

/// Ten words of n syllables have the grade 0.39 × 10 + 11.8 × n − 15.59 (Kincaid et al. 1975).
#[test]
fn the_reading_grade_counts_words_and_syllables() {
    for (grade, words) in [
        (None, "asked time the"),
        (Some("11.9"), "planning people needed changes tables office"),
        (Some("59.1"), "responsibility"),
    ] {
        for word in words.split(' ') {
            let mut sources = clean();
            let text = sources.get("work.toml").unwrap_or_default().to_owned();
            assert!(text.contains(ASK));
            sources.insert("work.toml", text.replacen(ASK, &format!("{}.", [word; 10].join(" ")), 1));
            let found = warnings(&sources);
            let found = found.iter().find(|fault| rule(fault) == "hard-to-read");
            assert_eq!(found.and_then(|fault| fault.message.rsplit(' ').next()), grade, "{word}");
        }
    }
}

#[test]
fn the_built_in_bank_had_no_warnings_when_last_reviewed() {
    let bank = parse::parse(&Sources::built_in()).unwrap_or_else(|faults| panic!("{faults}"));
    let found = lint(&bank, known(&bank, Some(Month { year: 2026, month: 11 })));
    assert!(found.is_empty(), "{}", show(&found, &Sources::built_in(), false));
}

#[test]
fn a_date_is_old_over_two_years_after_its_end() {
    let today = Month { year: 2026, month: 11 };
    for (date, months) in [
        ("2024-10", Some(25)),
        ("2024-11", None),
        ("2024-11-02", None),
        ("2024", None),
        ("2023", Some(35)),
        ("May 2023", Some(35)),
        ("2010-2015", Some(131)),
        ("2019-2024", None),
        ("2024-34", None),
        ("last year", None),
    ] {
        assert_eq!(AsOf::new(date.to_owned()).months_if_old(today), months, "{date}");
    }
}
