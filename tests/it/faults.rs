//! One faulty bank for each fault: a change to a tiny good bank, and what is said about it, where.

use coofit::audit::known;
use coofit::bank::fault::{Fault, MOST_LISTED, Sources, show};
use coofit::bank::lint::lint;
use coofit::bank::parse::{MAX_BANK_BYTES, MAX_FILE_BYTES, parse};
use coofit::bank::{Counts, Keying};
use expect_test::expect;

const BANK: &str = r#"format = 1
id = "tiny"
title = "Tiny"
edition = "1"
role = "lead"

[formats.agree]
labels = ["No", "Maybe", "Yes"]

[[part]]
id = "work"
title = "Work"
file = "work.toml"
side = "demands"
weight = 2

[[part]]
id = "life"
title = "Life"
file = "life.toml"
side = "supplies"

[[band]]
from = 0
id = "low"
title = "Low"

[[band]]
from = 50
id = "high"
title = "High"
"#;

const WORK: &str = r#"[[scale]]
id = "grit"
title = "Grit"
kind = "trait"

[[scale]]
id = "scenes"
title = "Scenes"
kind = "situational"

[[item]]
id = "grit-stay"
scale = "grit"
ask = "I stay with a hard task."
answer = "agree"
quick = true

[[item]]
id = "grit-leave"
scale = ["grit", "scenes"]
ask = "I leave a hard task for later."
answer = "agree"
reversed = [true, false]

[[item]]
id = "scenes-leak"
scale = "scenes"
ask = "A pipe leaks."
answer = "choice"
options = [
  { id = "fix", say = "Fix it", points = 100 },
  { id = "call", say = "Call for help", points = 20 },
]
"#;

const LIFE: &str = r#"[[scale]]
id = "pay"
title = "Pay"
kind = "fact"

[[scale]]
id = "past"
title = "Past"
kind = "fact"

[[item]]
id = "pay-needed"
scale = "pay"
ask = "What pay do you need?"
answer = "number"
unit = "dollars"
min = 0
max = 90
curve = [[10, 100], [50, 0]]

[[item]]
id = "pay-matters"
weighs = "pay"
ask = "Does pay matter to you?"
answer = "agree"

[[item]]
id = "past-done"
scale = "past"
ask = "Which have you done?"
answer = "checklist"
enough = 2
options = [
  { id = "plan", say = "Planned" },
  { id = "lead", say = "Led" },
]
"#;

const STEPS: &str = r#"[[step]]
id = "grit-week"
scale = "grit"
below = 70
horizon = "week"
title = "One task"
text = "If it is Monday, then I finish one task."
"#;

const ROLE: &str = r#"id = "lead"
title = "Lead"

[[requirement]]
scale = "grit"
from = 50
to = 80
weight = 2

[[requirement]]
scale = "pay"
from = 0
to = 60
weight = 1

[[floor]]
scale = "grit"
at_least = 40

[[fact]]
id = "hours"
title = "Hours"
value = "50"
as_of = 2024
source = "A survey"

[[duty]]
id = "plans"
title = "Plans"

[[industry]]
id = "shops"
title = "Shops"

[[level]]
id = "first"
title = "First"
checklist = "past-done"
ticks = 1

[[tool]]
id = "chat"
title = "Chat"

[[hour]]
at = "07:00"
says = "Reads."

[[note]]
topic = "Travel"
title = "Some"
says = "A little."

[[question]]
ask = "Why?"
answer = "Because."

[[series]]
id = "growth"
title = "Growth"
unit = "percent"
points = [[2020, 1], [2021, 2]]

[[kind]]
id = "doer"
title = "Doer"

[[kind.requirement]]
scale = "grit"
from = 50
to = 80
weight = 1
"#;

fn tiny() -> Sources {
    [
        ("bank.toml", BANK),
        ("work.toml", WORK),
        ("life.toml", LIFE),
        ("steps.toml", STEPS),
        ("roles/lead.toml", ROLE),
    ]
    .into_iter()
    .collect()
}

/// Puts `new` for the one `old` in a file of the bank.
#[track_caller]
fn change(sources: &mut Sources, file: &str, old: &str, new: &str) {
    let text = sources.get(file).expect("a file of the tiny bank");
    assert_eq!(text.matches(old).count(), 1, "{old:?} must stand in {file} once");
    sources.insert(file, text.replacen(old, new, 1));
}

fn faults(sources: &Sources) -> Vec<Fault> {
    parse(sources).err().map(|faults| faults.list).unwrap_or_default()
}

fn place(sources: &Sources, fault: &Fault) -> String {
    let (line, column) = sources.line_and_column(&fault.place);
    format!("{}:{line}:{column}", fault.place.file)
}

/// A change to the tiny bank, (file, old, new), and the one fault it makes: (place, message, help).
type Case = ((&'static str, &'static str, &'static str), (&'static str, &'static str, &'static str));

#[track_caller]
fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for ((file, old, new), (at, message, help)) in cases {
        let mut sources = tiny();
        change(&mut sources, file, old, new);
        let found = faults(&sources);
        let as_expected = |fault: &Fault| {
            let got = fault.help.as_deref().unwrap_or_default();
            place(&sources, fault) == *at
                && fault.message.contains(message)
                && if help.is_empty() { got.is_empty() } else { got.contains(help) }
        };
        if found.len() != 1 || !as_expected(&found[0]) {
            let got: Vec<String> = found
                .iter()
                .map(|f| {
                    format!(
                        "({:?}, {:?}, {:?})",
                        place(&sources, f),
                        f.message,
                        f.help.as_deref().unwrap_or_default()
                    )
                })
                .collect();
            wrong.push(format!(
                "{file}: {old:?} -> {new:?}\n  expected ({at:?}, {message:?}, {help:?})\n  got {}",
                got.join("\n      ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_tiny_bank_itself_has_no_fault() {
    assert_eq!(faults(&tiny()), []);
}

#[test]
fn unknown_keys_of_any_level_are_named_with_a_suggestion() {
    check(&[
        (
            ("bank.toml", "edition = \"1\"", "edition = \"1\"\nlangauge = \"en\""),
            ("bank.toml:5:1", "has no key `langauge`", "did you mean `language`?"),
        ),
        (
            ("bank.toml", "labels =", "laed = \"x\"\nlabels ="),
            ("bank.toml:8:1", "response format `agree` has no key `laed`", "did you mean `lead`?"),
        ),
        (
            ("bank.toml", "weight = 2", "wieght = 2"),
            ("bank.toml:15:1", "part `work` has no key `wieght`", "did you mean `weight`?"),
        ),
        (
            ("bank.toml", "title = \"Low\"", "title = \"Low\"\nadvise = \"Wait.\""),
            ("bank.toml:27:1", "band `low` has no key `advise`", "did you mean `advice`?"),
        ),
        (
            ("work.toml", "kind = \"situational\"", "kind = \"situational\"\nabuot = \"x\""),
            ("work.toml:10:1", "scale `scenes` has no key `abuot`", "did you mean `about`?"),
        ),
        (
            ("work.toml", "quick = true", "quikc = true"),
            ("work.toml:16:1", "item `grit-stay` has no key `quikc`", "did you mean `quick`?"),
        ),
        (
            ("work.toml", "points = 20 }", "points = 20, becuase = \"x\" }"),
            ("work.toml:32:54", "option `call` has no key `becuase`", "did you mean `because`?"),
        ),
        (
            ("work.toml", "[[scale]]\nid = \"grit\"", "[[itme]]\nid = \"x\"\n\n[[scale]]\nid = \"grit\""),
            ("work.toml:1:3", "`work.toml` has no key `itme`", "did you mean `item`?"),
        ),
        (
            ("life.toml", "unit =", "zzz = 1\nunit ="),
            (
                "life.toml:16:1",
                "item `pay-needed` has no key `zzz`",
                "it may have `answer`, `ask`, `curve`, `id`, `max`",
            ),
        ),
        (
            ("steps.toml", "below = 70", "below = 70\natleast = 2"),
            ("steps.toml:5:1", "step `grit-week` has no key `atleast`", "did you mean `at_least`?"),
        ),
        (
            ("steps.toml", "[[step]]", "[extra]\n[[step]]"),
            ("steps.toml:1:2", "`steps.toml` has no key `extra`", "it may have `step`"),
        ),
        (
            ("roles/lead.toml", "title = \"Lead\"", "title = \"Lead\"\nabuot = \"x\""),
            ("roles/lead.toml:3:1", "`roles/lead.toml` has no key `abuot`", "did you mean `about`?"),
        ),
        (
            ("roles/lead.toml", "weight = 2", "weight = 2\nwhy_ = \"x\""),
            ("roles/lead.toml:9:1", "has no key `why_`", "did you mean `why`?"),
        ),
        (
            ("roles/lead.toml", "at_least = 40", "at_least = 40\nsayz = \"x\""),
            ("roles/lead.toml:19:1", "floor number 1 has no key `sayz`", "did you mean `says`?"),
        ),
        (
            ("roles/lead.toml", "as_of = 2024", "as_of = 2024\nsuorce = \"x\""),
            ("roles/lead.toml:25:1", "fact `hours` has no key `suorce`", "did you mean `source`?"),
        ),
        (
            ("roles/lead.toml", "ticks = 1", "ticks = 1\nsayz = \"x\""),
            ("roles/lead.toml:40:1", "level `first` has no key `sayz`", "did you mean `says`?"),
        ),
        (
            ("roles/lead.toml", "title = \"Doer\"", "title = \"Doer\"\nsourc = \"x\""),
            ("roles/lead.toml:67:1", "kind `doer` has no key `sourc`", "did you mean `source`?"),
        ),
    ]);
}

#[test]
fn a_norm_must_give_mean_sd_group_and_source() {
    const OLD: &str = "kind = \"situational\"";
    let scenes = |norm: &'static str, at, message, help| (("work.toml", OLD, norm), (at, message, help));
    check(&[
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62.1, sd = 14, of = \"clerks\" }",
            "work.toml:10:8",
            "the norm of scale `scenes` has no `source`",
            "add `source = ...`",
        ),
        scenes(
            "kind = \"situational\"\n[scale.norm]\nmean = 62.1\nsd = 14\nsource = \"a survey\"",
            "work.toml:10:1",
            "the norm of scale `scenes` has no `of`",
            "add `of = ...`",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62.1, sd = 14, of = \"clerks\", source = \"\" }",
            "work.toml:10:56",
            "`source` of the norm of scale `scenes` is empty",
            "write it, or leave the key out",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { sd = 14, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:8",
            "the norm of scale `scenes` has no `mean`",
            "add `mean = ...`",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62.1, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:8",
            "the norm of scale `scenes` has no `sd`",
            "add `sd = ...`",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 100.5, sd = 14, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:17",
            "`mean` of the norm of scale `scenes` must be from 0 to 100, not 100.5",
            "",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = 0, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:26",
            "`sd` of the norm of scale `scenes` must be from 0.1 to 100, not 0",
            "",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = -3, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:26",
            "`sd` of the norm of scale `scenes` must be from 0.1 to 100, not -3",
            "",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = nan, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:26",
            "`sd` of the norm of scale `scenes` must be a finite number, not `nan`",
            "",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = 14, n = 1, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:34",
            "`n` of the norm of scale `scenes` must be a whole number from 2",
            "",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = 14, n = 9.5, of = \"clerks\", source = \"a survey\" }",
            "work.toml:10:34",
            "`n` of the norm of scale `scenes` must be a whole number from 2",
            "",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = 14, of = \"clerks\", source = \"a survey\", form = \"qiuck\" }",
            "work.toml:10:73",
            "`form` of the norm of scale `scenes` must be `full` or `quick`, not `qiuck`",
            "did you mean `quick`?",
        ),
        scenes(
            "kind = \"situational\"\nnorm = { mean = 62, sd = 14, of = \"clerks\", sorce = \"a survey\", source = \"b\" }",
            "work.toml:10:45",
            "the norm of scale `scenes` has no key `sorce`",
            "did you mean `source`?",
        ),
        scenes(
            "kind = \"situational\"\nnorm = 62.1",
            "work.toml:10:8",
            "`norm` of scale `scenes` must be a table, not a decimal number",
            "",
        ),
    ]);
}

#[test]
fn a_missing_key_is_named_at_its_entry() {
    check(&[
        (("bank.toml", "format = 1\n", ""), ("bank.toml:1:1", "`bank.toml` has no `format`", "`format`")),
        (
            ("bank.toml", "id = \"tiny\"\n", ""),
            ("bank.toml:1:1", "`bank.toml` has no `id`", "add `id = ...`"),
        ),
        (
            ("bank.toml", "edition = \"1\"\n", ""),
            ("bank.toml:1:1", "`bank.toml` has no `edition`", "add `edition = ...`"),
        ),
        (
            ("bank.toml", "labels = [\"No\", \"Maybe\", \"Yes\"]\n", ""),
            ("bank.toml:7:10", "response format `agree` has no `labels`", "add `labels = ...`"),
        ),
        (
            ("bank.toml", "file = \"life.toml\"\n", ""),
            ("bank.toml:17:1", "part `life` has no `file`", "add `file = ...`"),
        ),
        (
            ("bank.toml", "from = 50\n", ""),
            ("bank.toml:28:1", "band `high` has no `from`", "add `from = ...`"),
        ),
        (
            ("work.toml", "kind = \"trait\"\n", ""),
            ("work.toml:1:1", "scale `grit` has no `kind`", "add `kind = ...`"),
        ),
        (
            ("work.toml", "ask = \"A pipe leaks.\"\n", ""),
            ("work.toml:25:1", "item `scenes-leak` has no `ask`", "add `ask = ...`"),
        ),
        (
            ("work.toml", "answer = \"choice\"\n", ""),
            ("work.toml:25:1", "item `scenes-leak` has no `answer`", "add `answer = ...`"),
        ),
        (
            ("work.toml", ", points = 100 }", " }"),
            ("work.toml:31:3", "option `fix` has no `points`", "add `points = ...`"),
        ),
        (
            ("work.toml", ", say = \"Fix it\"", ""),
            ("work.toml:31:3", "option `fix` has no `say`", "add `say = ...`"),
        ),
        (
            ("life.toml", "curve = [[10, 100], [50, 0]]\n", ""),
            ("life.toml:11:1", "item `pay-needed` has no `curve`", "add `curve = [[number, points], ...]`"),
        ),
        (
            ("life.toml", "enough = 2\n", ""),
            (
                "life.toml:27:1",
                "item `past-done` has no `enough`",
                "the number of ticks that earns all the points",
            ),
        ),
        (
            ("life.toml", "max = 90\n", ""),
            ("life.toml:11:1", "item `pay-needed` has no `max`", "add `max = ...`"),
        ),
        (
            ("steps.toml", "below = 70\n", ""),
            ("steps.toml:1:1", "step `grit-week` has no `below`", "add `below = ...`"),
        ),
        (
            ("roles/lead.toml", "title = \"Lead\"\n", ""),
            ("roles/lead.toml:1:1", "`roles/lead.toml` has no `title`", "add `title = ...`"),
        ),
        (
            ("roles/lead.toml", "weight = 2\n", ""),
            ("roles/lead.toml:4:1", "has no `weight`", "add `weight = ...`"),
        ),
        (
            ("roles/lead.toml", "value = \"50\"\n", ""),
            ("roles/lead.toml:20:1", "fact `hours` has no `value`", "add `value = ...`"),
        ),
        (
            ("roles/lead.toml", "unit = \"percent\"\n", ""),
            ("roles/lead.toml:58:1", "series `growth` has no `unit`", "add `unit = ...`"),
        ),
    ]);
}

#[test]
fn a_wrong_type_is_named_with_the_right_one() {
    check(&[
        (
            ("bank.toml", "title = \"Tiny\"", "title = 5"),
            (
                "bank.toml:3:9",
                "`title` of `bank.toml` must be a text in quotes, not a whole number",
                "write `\"5\"`",
            ),
        ),
        (
            ("bank.toml", "format = 1", "format = \"1\""),
            ("bank.toml:1:10", "`format` of `bank.toml` must be a number, not a text", "write `1`"),
        ),
        (
            ("bank.toml", "weight = 2", "weight = true"),
            ("bank.toml:15:10", "`weight` of part `work` must be a number, not true or false", ""),
        ),
        (
            ("bank.toml", "labels = [\"No\", \"Maybe\", \"Yes\"]", "labels = \"No, Yes\""),
            ("bank.toml:8:10", "`labels` of response format `agree` must be a list, not a text", ""),
        ),
        (
            ("work.toml", "quick = true", "quick = \"yes\""),
            (
                "work.toml:16:9",
                "`quick` of item `grit-stay` must be `true` or `false`, not a text",
                "write `true`",
            ),
        ),
        (
            ("work.toml", "scale = \"grit\"", "scale = 2020-01-01"),
            (
                "work.toml:13:9",
                "`scale` of item `grit-stay` must be a text in quotes, not a date",
                "write `\"2020-01-01\"`",
            ),
        ),
        (
            ("work.toml", "reversed = [true, false]", "reversed = [true, 0]"),
            (
                "work.toml:23:19",
                "`reversed` of item `grit-leave` must be `true` or `false`, not a whole number",
                "write `false`",
            ),
        ),
        (
            ("life.toml", "curve = [[10, 100], [50, 0]]", "curve = [[10, 100], 50]"),
            (
                "life.toml:19:21",
                "must be a list of pairs such as [[0, 0], [10, 100]], not a whole number",
                "",
            ),
        ),
        (
            ("life.toml", "enough = 2", "enough = \"2\""),
            ("life.toml:32:10", "`enough` of item `past-done` must be a number, not a text", "write `2`"),
        ),
        (
            ("steps.toml", "[[step]]", "[step]"),
            ("steps.toml:1:1", "`step` of `steps.toml` must be a list, not a table", "write `[[step]]`"),
        ),
        (
            ("roles/lead.toml", "from = 0", "from = { a = 1 }"),
            ("roles/lead.toml:12:8", "must be a number, not a table", ""),
        ),
    ]);
}

#[test]
fn an_id_that_is_not_kebab_case_gets_a_suggestion() {
    check(&[
        (
            ("bank.toml", "id = \"tiny\"", "id = \"Tiny Bank\""),
            ("bank.toml:2:6", "the id `Tiny Bank` must be kebab-case", "write `tiny-bank`"),
        ),
        (
            ("work.toml", "id = \"scenes-leak\"", "id = \"scenes_leak\""),
            ("work.toml:26:6", "the id `scenes_leak` must be kebab-case", "write `scenes-leak`"),
        ),
        (
            ("work.toml", "id = \"fix\"", "id = \"../fix\""),
            ("work.toml:31:10", "the id `../fix` must be kebab-case", "write `fix`"),
        ),
        (
            ("steps.toml", "id = \"grit-week\"", "id = \"grit--week\""),
            ("steps.toml:2:6", "the id `grit--week` must be kebab-case", "write `grit-week`"),
        ),
        (
            ("roles/lead.toml", "id = \"chat\"", "id = \"日本\""),
            ("roles/lead.toml:42:6", "the id `日本` must be kebab-case", ""),
        ),
    ]);
}

#[test]
fn an_unknown_reference_is_named_with_the_nearest_name() {
    check(&[
        (
            ("bank.toml", "role = \"lead\"", "role = \"laed\""),
            (
                "bank.toml:5:8",
                "`bank.toml` names the role `laed`, which the bank does not declare",
                "did you mean `lead`?",
            ),
        ),
        (
            ("bank.toml", "side = \"supplies\"", "side = \"suplies\""),
            (
                "bank.toml:21:8",
                "`side` of part `life` must be `demands` or `supplies`, not `suplies`",
                "did you mean `supplies`?",
            ),
        ),
        (
            ("work.toml", "scale = \"grit\"", "scale = \"girt\""),
            ("work.toml:13:9", "item `grit-stay` names the scale `girt`", "did you mean `grit`?"),
        ),
        (
            ("work.toml", "scale = [\"grit\", \"scenes\"]", "scale = [\"grit\", \"zzz\"]"),
            ("work.toml:20:18", "item `grit-leave` names the scale `zzz`", "declare it, or name another"),
        ),
        (
            ("work.toml", "answer = \"choice\"", "answer = \"chioce\""),
            (
                "work.toml:29:10",
                "is answered by `chioce`, which is not a response format",
                "did you mean `choice`?",
            ),
        ),
        (
            ("work.toml", "kind = \"trait\"", "kind = \"trail\""),
            (
                "work.toml:4:8",
                "`kind` of scale `grit` must be `trait` or `situational` or `fact`, not `trail`",
                "did you mean `trait`?",
            ),
        ),
        (
            ("life.toml", "weighs = \"pay\"", "weighs = \"payy\""),
            ("life.toml:23:10", "item `pay-matters` names the scale `payy`", "did you mean `pay`?"),
        ),
        (
            ("life.toml", "answer = \"agree\"", "answer = \"agreed\""),
            (
                "life.toml:25:10",
                "is answered by `agreed`, which is not a response format",
                "did you mean `agree`?",
            ),
        ),
        (
            ("steps.toml", "scale = \"grit\"", "scale = \"grits\""),
            ("steps.toml:3:9", "step `grit-week` names the scale `grits`", "did you mean `grit`?"),
        ),
        (
            ("steps.toml", "horizon = \"week\"", "horizon = \"weeks\""),
            (
                "steps.toml:5:11",
                "`horizon` of step `grit-week` must be `week` or `month` or `half-year` or `two-years`",
                "did you mean `week`?",
            ),
        ),
        (
            ("roles/lead.toml", "scale = \"pay\"", "scale = \"pays\""),
            ("roles/lead.toml:11:9", "names the scale `pays`", "did you mean `pay`?"),
        ),
        (
            ("roles/lead.toml", "[[floor]]\nscale = \"grit\"", "[[floor]]\nscale = \"gritt\""),
            ("roles/lead.toml:17:9", "floor number 1 names the scale `gritt`", "did you mean `grit`?"),
        ),
        (
            ("roles/lead.toml", "checklist = \"past-done\"", "checklist = \"past-dome\""),
            (
                "roles/lead.toml:38:13",
                "level `first` names the item `past-dome`",
                "did you mean `past-done`?",
            ),
        ),
    ]);
}

#[test]
fn an_item_counts_in_one_way_only() {
    check(&[
        (
            ("work.toml", "scale = \"grit\"", "scale = \"grit\"\nweighs = \"pay\""),
            (
                "work.toml:14:10",
                "item `grit-stay` has both `scale` and `weighs`",
                "an item does one or the other",
            ),
        ),
        (
            ("work.toml", "answer = \"choice\"", "answer = \"choice\"\nreversed = true"),
            (
                "work.toml:30:12",
                "item `scenes-leak` is reversed, but only ratings can be",
                "turn its points round instead",
            ),
        ),
        (
            ("life.toml", "unit = \"dollars\"", "reversed = true"),
            (
                "life.toml:16:12",
                "item `pay-needed` is reversed, but only ratings can be",
                "turn its points round instead",
            ),
        ),
        (
            ("work.toml", "[true, false]", "[true, false, true]"),
            (
                "work.toml:23:12",
                "item `grit-leave` is on 2 scales and has 3 values of `reversed`",
                "write one for each scale, or one for all",
            ),
        ),
        (
            ("work.toml", "scale = [\"grit\", \"scenes\"]", "scale = [\"grit\", \"grit\"]"),
            ("work.toml:20:18", "item `grit-leave` names the scale `grit` twice", ""),
        ),
        (
            ("work.toml", "scale = \"grit\"", "scale = []"),
            (
                "work.toml:11:1",
                "`scale` of item `grit-stay` names no scale",
                "name one, or leave the key out",
            ),
        ),
        (
            (
                "life.toml",
                "[[item]]\nid = \"past-done\"",
                "[[item]]\nid = \"pay-again\"\nweighs = \"pay\"\nask = \"Again?\"\nanswer = \"agree\"\n\n[[item]]\nid = \"past-done\"",
            ),
            ("life.toml:29:10", "two items weigh the scale `pay`", "at most one item may weigh a scale"),
        ),
    ]);
}

#[test]
fn options_ticks_and_curves_are_held_to_their_limits() {
    check(&[
        (
            ("work.toml", "  { id = \"call\", say = \"Call for help\", points = 20 },\n", ""),
            ("work.toml:25:1", "item `scenes-leak` has 1 options; it must have 2 to 99", ""),
        ),
        (
            ("work.toml", "points = 100", "points = 101"),
            ("work.toml:31:42", "`points` of option `fix` must be from 0 to 100, not 101", ""),
        ),
        (
            ("work.toml", "points = 20", "points = -0.5"),
            ("work.toml:32:50", "`points` of option `call` must be from 0 to 100, not -0.5", ""),
        ),
        (
            ("life.toml", "enough = 2", "enough = 0"),
            (
                "life.toml:32:10",
                "`enough` of item `past-done` must be a whole number from 1 to 1000000, not 0",
                "",
            ),
        ),
        (
            ("life.toml", "enough = 2", "enough = 1.5"),
            (
                "life.toml:32:10",
                "`enough` of item `past-done` must be a whole number from 1 to 1000000, not 1.5",
                "",
            ),
        ),
        (
            ("life.toml", "max = 90", "max = 0"),
            ("life.toml:18:7", "`max` of item `pay-needed` must be over its `min`", ""),
        ),
        (
            ("life.toml", "[50, 0]", "[10, 0]"),
            ("life.toml:19:9", "`curve` of item `pay-needed` must have rising numbers", ""),
        ),
        (
            ("life.toml", "[50, 0]", "[50, 101]"),
            ("life.toml:19:9", "`curve` of item `pay-needed` must have points from 0 to 100", ""),
        ),
        (
            ("life.toml", "[[10, 100], [50, 0]]", "[]"),
            ("life.toml:19:9", "`curve` of item `pay-needed` needs at least one pair", ""),
        ),
        (("life.toml", "[50, 0]", "[50, 0, 1]"), ("life.toml:19:21", "must be a list of pairs", "")),
    ]);
}

#[test]
fn a_number_must_be_finite_and_not_too_large() {
    check(&[
        (
            ("bank.toml", "weight = 2", "weight = nan"),
            ("bank.toml:15:10", "`weight` of part `work` must be a finite number, not `nan`", ""),
        ),
        (
            ("bank.toml", "weight = 2", "weight = inf"),
            ("bank.toml:15:10", "`weight` of part `work` must be a finite number, not `inf`", ""),
        ),
        (
            ("bank.toml", "weight = 2", "weight = -1"),
            ("bank.toml:15:10", "`weight` of part `work` must be 0 or more, not -1", ""),
        ),
        (
            ("life.toml", "max = 90", "max = 99999999999999999999"),
            ("life.toml:18:7", "must be a smaller number, not `99999999999999999999`", ""),
        ),
        (
            ("life.toml", "max = 90", "max = 1e999"),
            ("life.toml:18:7", "`max` of item `pay-needed` must be a finite number, not `1e999`", ""),
        ),
        (
            ("roles/lead.toml", "to = 60", "to = -inf"),
            ("roles/lead.toml:13:6", "must be a finite number, not `-inf`", ""),
        ),
        (
            ("work.toml", "points = 20", "points = +nan"),
            ("work.toml:32:50", "`points` of option `call` must be a finite number, not", ""),
        ),
        (
            ("life.toml", "[50, 0]", "[50, inf]"),
            ("life.toml:19:26", "`curve` of item `pay-needed` must be a finite number, not `inf`", ""),
        ),
    ]);
}

#[test]
fn formats_and_bands_are_held_to_their_limits() {
    check(&[
        (
            ("bank.toml", "format = 1", "format = 2"),
            (
                "bank.toml:1:10",
                "this bank is of format 2, and this coofit reads format 1",
                "use a newer coofit",
            ),
        ),
        (
            ("bank.toml", "[\"No\", \"Maybe\", \"Yes\"]", "[\"No\"]"),
            ("bank.toml:8:10", "response format `agree` has 1 labels; it must have 2 to 11", ""),
        ),
        (
            ("bank.toml", "[\"No\", \"Maybe\", \"Yes\"]", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"),
            ("bank.toml:8:10", "response format `agree` has 12 labels; it must have 2 to 11", ""),
        ),
        (
            (
                "bank.toml",
                "[[part]]\nid = \"work\"",
                "[formats.choice]\nlabels = [1, 2]\n\n[[part]]\nid = \"work\"",
            ),
            ("bank.toml:10:10", "a response format cannot be called `choice`", "take another name"),
        ),
        (
            ("bank.toml", "from = 0", "from = 5"),
            (
                "bank.toml:24:8",
                "the first band starts at 5, so a lower fit would have none",
                "let the first band start at 0",
            ),
        ),
        (
            ("bank.toml", "from = 50", "from = 0"),
            (
                "bank.toml:29:8",
                "band `high` starts at 0, which is under the band before it",
                "put the bands in rising order",
            ),
        ),
        (
            ("bank.toml", "from = 50", "from = 101"),
            ("bank.toml:29:8", "`from` of band `high` must be from 0 to 100", ""),
        ),
    ]);
}

#[test]
fn an_occupation_is_an_onet_soc_code() {
    const TITLE: &str = "title = \"Lead\"";
    let code = |with: &'static str, message, help| {
        (("roles/lead.toml", TITLE, with), ("roles/lead.toml:3:14", message, help))
    };
    let shape = "`occupation` must be an O*NET-SOC code";
    let such = "such as `11-1011.00`";
    check(&[
        code("title = \"Lead\"\noccupation = \"11-1011\"", shape, such),
        code("title = \"Lead\"\noccupation = \"11-1011.0\"", shape, such),
        code("title = \"Lead\"\noccupation = \"11.1011-00\"", shape, such),
        code("title = \"Lead\"\noccupation = \"1A-1011.00\"", shape, such),
        code("title = \"Lead\"\noccupation = \"11-1011.000\"", shape, such),
        code("title = \"Lead\"\noccupation = \"١١-1011.00\"", shape, such),
        code(
            "title = \"Lead\"\noccupation = 11",
            "`occupation` of `roles/lead.toml` must be",
            "write `\"11\"`",
        ),
    ]);
}

#[test]
fn a_role_needs_requirements_that_can_be_scored() {
    check(&[
        (
            ("roles/lead.toml", "to = 60", "to = 0"),
            (
                "roles/lead.toml:10:1",
                "the requirement on `pay` has one and the same `from` and `to`",
                "`to` counts as met",
            ),
        ),
        (
            ("roles/lead.toml", "to = 80\nweight = 2", "to = 50\nweight = 2"),
            (
                "roles/lead.toml:4:1",
                "the requirement on `grit` has one and the same `from` and `to`",
                "`to` counts as met",
            ),
        ),
        (
            ("roles/lead.toml", "to = 60", "to = 100.5"),
            ("roles/lead.toml:13:6", "must be from 0 to 100, not 100.5", ""),
        ),
        (
            ("roles/lead.toml", "scale = \"pay\"", "scale = \"grit\""),
            ("roles/lead.toml:11:9", "two requirements are on the scale `grit`", ""),
        ),
        (
            ("roles/lead.toml", "at_least = 40", "at_least = 40\nside = \"demands\""),
            ("roles/lead.toml:16:1", "floor number 1 must have either `scale` or `side`", ""),
        ),
        (
            ("roles/lead.toml", "[[floor]]\nscale = \"grit\"", "[[floor]]"),
            ("roles/lead.toml:16:1", "floor number 1 must have either `scale` or `side`", ""),
        ),
        (
            ("roles/lead.toml", "at_least = 40", "at_least = -101"),
            ("roles/lead.toml:18:12", "`at_least` of floor number 1 must be from -100 to 100", ""),
        ),
        (
            ("roles/lead.toml", "ticks = 1", "ticks = 3"),
            ("roles/lead.toml:38:13", "level `first` needs 3 ticks in `past-done`", "it has 2 options"),
        ),
        (
            ("roles/lead.toml", "checklist = \"past-done\"", "checklist = \"grit-stay\""),
            (
                "roles/lead.toml:38:13",
                "level `first` needs 1 ticks in `grit-stay`",
                "that item is not a checklist",
            ),
        ),
        (
            ("roles/lead.toml", "[2021, 2]", "[2019, 2]"),
            ("roles/lead.toml:62:10", "`points` of series `growth` must have rising years", ""),
        ),
        (
            ("roles/lead.toml", "[2021, 2]", "[2020, 2]"),
            ("roles/lead.toml:62:10", "`points` of series `growth` must have rising years", ""),
        ),
        (
            ("steps.toml", "below = 70", "below = 102"),
            ("steps.toml:4:9", "`below` of step `grit-week` must be from 0 to 101, not 102", ""),
        ),
    ]);
}

#[test]
fn a_part_reads_only_files_in_the_bank_directory() {
    for name in ["gone.toml", "../life.toml", "/etc/life.toml", "roles/lead.toml", "steps.toml", "bank.toml"]
    {
        let mut sources = tiny();
        change(&mut sources, "bank.toml", "\"life.toml\"", &format!("\"{name}\""));
        sources.insert("../life.toml", LIFE);
        let found = faults(&sources);
        let told = found.iter().any(|fault| {
            place(&sources, fault) == "bank.toml:20:8"
                && fault.message == format!("part `life` names the file `{name}`, which is not there")
        });
        assert!(told, "{name}: {found:#?}");
    }
}

#[test]
fn a_syntax_error_causes_no_further_faults() {
    check(&[
        (
            ("life.toml", "id = \"pay\"", "id = pay"),
            ("life.toml:2:6", "a text needs quotes", "put a `\"` before and after it"),
        ),
        (
            ("roles/lead.toml", "id = \"lead\"", "id = lead"),
            ("roles/lead.toml:1:6", "a text needs quotes", "put a `\"` before and after it"),
        ),
        (
            ("steps.toml", "[[step]]", "[[step]"),
            ("steps.toml:1:8", "a header has no end", "begins in double brackets"),
        ),
        (
            ("bank.toml", "edition = \"1\"", "edition = \"1"),
            ("bank.toml:4:13", "the text has no end on this line", "end it"),
        ),
        (
            ("work.toml", "quick = true", "answer = \"agree\""),
            (
                "work.toml:16:1",
                "`answer` is there twice in one entry",
                "keep one of them, or begin a new entry, as with `[[item]]`",
            ),
        ),
    ]);
}

#[test]
fn one_run_shows_the_first_syntax_error_of_each_file() {
    let mut sources = tiny();
    change(&mut sources, "work.toml", "id = \"grit\"", "id = grit");
    change(&mut sources, "work.toml", "quick = true", "quick = ");
    change(&mut sources, "life.toml", "max = 90", "max 90");
    change(&mut sources, "roles/lead.toml", "weight = 2", "weight = 2 2");
    let found = faults(&sources);
    let places: Vec<String> = found.iter().map(|fault| place(&sources, fault)).collect();
    assert_eq!(places, ["life.toml:18:5", "roles/lead.toml:8:10", "work.toml:2:6"], "{found:#?}");
}

#[test]
fn one_run_shows_the_faults_of_all_files_in_order() {
    let mut sources = tiny();
    change(&mut sources, "bank.toml", "weight = 2", "weight = -2");
    change(&mut sources, "bank.toml", "[\"No\", \"Maybe\", \"Yes\"]", "[\"No\"]");
    change(&mut sources, "work.toml", "scale = \"grit\"", "scale = \"girt\"");
    change(&mut sources, "work.toml", "kind = \"situational\"", "kind = \"situation\"");
    change(&mut sources, "life.toml", "enough = 2", "enough = 0");
    change(&mut sources, "steps.toml", "title = \"One task\"\n", "");
    change(&mut sources, "roles/lead.toml", "to = 60", "to = 0");
    let found = faults(&sources);
    let places: Vec<String> = found.iter().map(|fault| place(&sources, fault)).collect();
    let expect = [
        "bank.toml:8:10",
        "bank.toml:15:10",
        "life.toml:32:10",
        "roles/lead.toml:10:1",
        "steps.toml:1:1",
        "work.toml:9:8",
        "work.toml:13:9",
    ];
    assert_eq!(places, expect, "{found:#?}");
}

#[test]
fn an_id_used_twice_shows_where_it_was_used_first() {
    #[track_caller]
    fn check_twice(file: &str, old: &str, new: &str, [message, at, first]: [&str; 3]) {
        let mut sources = tiny();
        change(&mut sources, file, old, new);
        let found = faults(&sources);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].message, message);
        assert_eq!(place(&sources, &found[0]), at, "{message}");
        let (earlier, says) = found[0].earlier.as_ref().expect("an earlier place");
        let (line, column) = sources.line_and_column(earlier);
        assert_eq!((format!("{}:{line}:{column}", earlier.file).as_str(), *says), (first, "first used here"));
        assert_eq!(found[0].help.as_deref(), Some("rename one of them"));
    }
    for (file, old, new, expect) in [
        (
            "bank.toml",
            "id = \"life\"",
            "id = \"work\"",
            ["the part id `work` is used twice", "bank.toml:18:6", "bank.toml:11:6"],
        ),
        (
            "bank.toml",
            "id = \"high\"",
            "id = \"low\"",
            ["the band id `low` is used twice", "bank.toml:30:6", "bank.toml:25:6"],
        ),
        (
            "work.toml",
            "id = \"grit-leave\"",
            "id = \"grit-stay\"",
            ["the item id `grit-stay` is used twice", "work.toml:19:6", "work.toml:12:6"],
        ),
        (
            "life.toml",
            "id = \"pay-matters\"",
            "id = \"grit-stay\"",
            ["the item id `grit-stay` is used twice", "life.toml:22:6", "work.toml:12:6"],
        ),
        (
            "life.toml",
            "kind = \"fact\"\n\n[[item]]",
            "kind = \"fact\"\n\n[[scale]]\nid = \"grit\"\ntitle = \"Again\"\nkind = \"fact\"\n\n[[item]]",
            ["the scale id `grit` is used twice", "life.toml:12:6", "work.toml:2:6"],
        ),
        (
            "work.toml",
            "id = \"call\"",
            "id = \"fix\"",
            ["the option id `fix` is used twice", "work.toml:32:10", "work.toml:31:10"],
        ),
        (
            "life.toml",
            "id = \"lead\"",
            "id = \"plan\"",
            ["the option id `plan` is used twice", "life.toml:35:10", "life.toml:34:10"],
        ),
        (
            "roles/lead.toml",
            "[[duty]]",
            "[[fact]]\nid = \"hours\"\ntitle = \"H\"\nvalue = \"1\"\n\n[[duty]]",
            ["the fact id `hours` is used twice", "roles/lead.toml:28:6", "roles/lead.toml:21:6"],
        ),
        (
            "roles/lead.toml",
            "[[industry]]",
            "[[duty]]\nid = \"plans\"\ntitle = \"P\"\n\n[[industry]]",
            ["the duty id `plans` is used twice", "roles/lead.toml:32:6", "roles/lead.toml:28:6"],
        ),
        (
            "roles/lead.toml",
            "[[tool]]",
            "[[level]]\nid = \"first\"\ntitle = \"F\"\nchecklist = \"past-done\"\nticks = 2\n\n[[tool]]",
            ["the level id `first` is used twice", "roles/lead.toml:42:6", "roles/lead.toml:36:6"],
        ),
        (
            "roles/lead.toml",
            "[[kind]]",
            "[[kind]]\nid = \"doer\"\ntitle = \"D\"\n\n[[kind]]",
            ["the kind id `doer` is used twice", "roles/lead.toml:69:6", "roles/lead.toml:65:6"],
        ),
    ] {
        check_twice(file, old, new, expect);
    }
    let mut sources = tiny();
    sources.insert("roles/boss.toml", "id = \"lead\"\ntitle = \"Boss\"\n");
    let found = faults(&sources);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(place(&sources, &found[0]), "roles/lead.toml:1:6");
    assert_eq!(found[0].earlier.as_ref().map(|(place, _)| place.file.as_str()), Some("roles/boss.toml"));
}

#[test]
fn two_parts_cannot_share_a_file() {
    let mut sources = tiny();
    change(&mut sources, "bank.toml", "\"life.toml\"", "\"work.toml\"");
    let found = faults(&sources);
    let told = |fault: &Fault| {
        fault.message == "the part's file id `work.toml` is used twice"
            && place(&sources, fault) == "bank.toml:20:8"
    };
    assert!(found.iter().any(told), "{found:#?}");
}

#[test]
fn a_bank_without_bank_toml_parts_or_items_says_so() {
    let found = faults(&Sources::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "there is no `bank.toml`");
    expect!["`coofit bank new DIR` writes a small bank to start from"]
        .assert_eq(found[0].help.as_deref().unwrap_or_default());

    let bare = "format = 1\nid = \"bare\"\ntitle = \"Bare\"\nedition = \"1\"\n";
    let found = faults(&[("bank.toml", bare)].into_iter().collect());
    assert_eq!(found[0].message, "the bank has no `[[part]]`");

    let one = format!("{bare}[[part]]\nid = \"a\"\ntitle = \"A\"\nfile = \"a.toml\"\n");
    let found = faults(&[("bank.toml", one.as_str()), ("a.toml", "")].into_iter().collect());
    assert_eq!(
        found.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>(),
        ["the bank has no items"]
    );
}

#[test]
fn files_too_large_or_nested_too_deep_are_refused() {
    let mut sources = tiny();
    sources.insert("steps.toml", "#".repeat(MAX_FILE_BYTES + 1));
    let found = faults(&sources);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        found[0].message,
        format!("`steps.toml` has 1048577 bytes; a bank file may have {MAX_FILE_BYTES}")
    );

    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let mut sources = tiny();
        let deep = format!("x = {}1{}", open.repeat(100_000), close.repeat(100_000));
        sources.insert("steps.toml", deep);
        let found = faults(&sources);
        assert!(!found.is_empty());
        assert!(found.iter().all(|fault| fault.place.file == "steps.toml"), "{:#?}", &found[..1]);
    }
}

/// Every way of breaking a line of a bank, with the column at which it must be said.
fn broken(line: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let Some((key, value)) =
        line.split_once(" = ").filter(|(key, value)| !key.contains(['{', ' ']) && *value != "[")
    else {
        return found;
    };
    let at_value = key.chars().count() + 4;
    // A key that nothing knows, and one written twice.
    found.push((format!("{line}\nzzz-{key} = 1"), 0));
    found.push((format!("{line}\n{line}"), 0));
    // A value of no type that the key may have, and one that is not TOML.
    let other = if value.starts_with('"') || key == "as_of" { "{ a = 1 }" } else { "\"text\"" };
    found.push((format!("{key} = {other}"), at_value));
    found.push((format!("{key} = @"), at_value));
    found
}

/// Breaks one line after the other of the tiny bank. Where a fault stands two lines deep is counted here
/// from the text alone.
fn broken_banks() -> Vec<(Sources, String, usize, usize)> {
    let mut banks = Vec::new();
    for (file, text) in tiny().iter() {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            for (changed, column) in broken(line) {
                let mut all = lines.clone();
                all[index] = &changed;
                let mut sources = tiny();
                sources.insert(file, all.join("\n") + "\n");
                // Column 0 means the start of the line that was put after it.
                let (line, column) = if column == 0 { (index + 2, 1) } else { (index + 1, column) };
                banks.push((sources, file.to_owned(), line, column));
            }
        }
    }
    banks
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts stand in docs/reliability.md")]
fn hundreds_of_broken_lines_are_named_with_line_and_column() {
    let banks = broken_banks();
    let mut wrong = Vec::new();
    let mut beside = 0;
    for (sources, file, line, column) in &banks {
        let places: Vec<String> = faults(sources).iter().map(|fault| place(sources, fault)).collect();
        if !places.contains(&format!("{file}:{line}:{column}")) {
            wrong.push(format!(
                "{file}:{line}:{column}, but {places:?} in\n{}",
                sources.get(file).expect("it")
            ));
        }
        // The control: the same banks, looked for one line too far down or one column to the right.
        beside += usize::from(places.contains(&format!("{file}:{}:{column}", line + 1)));
        beside += usize::from(places.contains(&format!("{file}:{line}:{}", column + 1)));
    }
    println!(
        "{} broken banks, {} not named at their line and column, {beside} named beside",
        banks.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong, the first: {}", wrong.len(), wrong[0]);
    assert!(banks.len() >= 200 && beside < banks.len() / 20, "{beside} of {}", banks.len());
}

#[test]
fn the_first_thousand_faults_are_listed() {
    let mut sources = tiny();
    let unknown: Vec<String> = (0..20_000).map(|n| format!("x{n} = 1\n")).collect();
    sources.insert("steps.toml", unknown.concat());
    let found = faults(&sources);
    assert_eq!(found.len(), MOST_LISTED + 1);
    let last = found.last().expect("a thousand");
    assert_eq!(last.message, "and more, from here on; only the first 1000 are listed");
    assert!(place(&sources, last).starts_with("steps.toml:1001:"), "{}", place(&sources, last));
    assert!(show(&found, &sources, false).contains("--> steps.toml:1000:"));
}

#[test]
fn a_bank_of_too_many_bytes_is_refused_whole() {
    let mut sources = tiny();
    for n in 0..5 {
        sources.insert(format!("part-{n}.toml"), "#".repeat(MAX_BANK_BYTES / 4));
    }
    let found = faults(&sources);
    assert_eq!(found.len(), 1, "{found:?}");
    expect![[r#"
        error: the files have more than 4194304 bytes together; no bank may have more
         --> bank.toml:1:1
          |
        1 | format = 1
          | ^
          |
          = help: make two banks of it"#]]
    .assert_eq(&show(&found, &sources, false));
}

#[test]
fn a_byte_order_mark_and_dos_line_ends_change_nothing() {
    let mut sources = Sources::default();
    for (file, text) in tiny().iter() {
        sources.insert(file, format!("\u{feff}{}", text.replace('\n', "\r\n")));
    }
    assert_eq!(faults(&sources), []);
    change(&mut sources, "work.toml", "kind = \"situational\"", "kind = \"situation\"");
    let found = faults(&sources);
    assert_eq!(found.iter().map(|fault| place(&sources, fault)).collect::<Vec<_>>(), ["work.toml:9:8"]);
}

#[test]
fn control_characters_are_escaped_in_names_and_excerpts() {
    let cases = [
        ("\\u001b[31mred", "<U+001B>[31mred"),
        ("a\\u202eb", "a<U+202E>b"),
        ("a\\u200bb", "a<U+200B>b"),
        ("a\u{202e}b", "a<U+202E>b"),
        ("a\u{9b}b", "a<U+009B>b"),
        ("a\u{200b}b", "a<U+200B>b"),
    ];
    for (hostile, shown) in cases {
        let mut sources = tiny();
        change(&mut sources, "work.toml", "scale = \"grit\"", &format!("scale = \"{hostile}\""));
        let faults = parse(&sources).expect_err("a fault");
        assert_eq!(faults.list.len(), 1);
        assert!(faults.list[0].message.contains(shown), "{}", faults.list[0].message);
        let page = faults.to_string();
        let obeyed = page.chars().find(|c| *c != '\n' && coofit::text::is_obeyed(*c));
        assert_eq!(obeyed, None, "{page:?}");
        assert!(hostile.is_ascii() || page.contains(&format!("\"{shown}\"")), "{page}");
    }
}

#[test]
fn what_is_unwise_is_a_warning_under_its_rule() {
    let rules = |changes: &[(&str, &str, &str)]| {
        let mut sources = tiny();
        for (file, old, new) in changes {
            change(&mut sources, file, old, new);
        }
        let bank = parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
        let warnings = lint(&bank, known(&bank, None));
        assert!(!show(&warnings, &sources, false).is_empty());
        let rule = |fault: &Fault| (fault.rule.expect("a warning"), place(&sources, fault));
        warnings.iter().map(rule).collect::<Vec<_>>()
    };
    let usual = rules(&[]);
    let has =
        |rules: &[(&str, String)], rule: &str, at: &str| rules.iter().any(|(r, p)| *r == rule && p == at);
    for (rule, at) in [
        ("no-why", "work.toml:12:6"),
        ("no-observer", "work.toml:12:6"),
        ("few-items", "work.toml:2:6"),
        ("neighbours", "work.toml:19:6"),
    ] {
        assert!(has(&usual, rule, at), "{rule} {at}: {usual:?}");
    }
    for (change, rule, at) in [
        (("work.toml", "quick = true", "why = \"w\"\nobserver = \"o\""), "no-why", "work.toml:12:6"),
        (("work.toml", "quick = true", "why = \"w\"\nobserver = \"o\""), "no-observer", "work.toml:12:6"),
    ] {
        assert!(!has(&rules(&[change]), rule, at), "{rule} {at}");
    }
    let long = format!("ask = \"{}\"", "word ".repeat(21));
    for (change, rule, at) in [
        (("work.toml", "reversed = [true, false]", ""), "key-balance", "work.toml:2:6"),
        (("work.toml", "ask = \"I stay with a hard task.\"", long.as_str()), "long-item", "work.toml:14:7"),
        (("roles/lead.toml", "as_of = 2024\n", ""), "undated-fact", "roles/lead.toml:21:6"),
        (("roles/lead.toml", "source = \"A survey\"\n", ""), "undated-fact", "roles/lead.toml:21:6"),
        (
            ("life.toml", "id = \"pay-needed\"\nscale = \"pay\"", "id = \"pay-needed\""),
            "empty-scale",
            "life.toml:2:6",
        ),
        (
            ("life.toml", "id = \"pay-needed\"\nscale = \"pay\"", "id = \"pay-needed\""),
            "unreachable",
            "roles/lead.toml:11:9",
        ),
    ] {
        assert!(!has(&usual, rule, at), "{rule} without a cause");
        let found = rules(&[change]);
        assert!(has(&found, rule, at), "{rule} {at}: {found:?}");
    }
}

#[test]
fn an_empty_text_is_not_a_text() {
    check(&[
        (
            ("work.toml", "ask = \"A pipe leaks.\"", "ask = \"\""),
            ("work.toml:28:7", "`ask` of item `scenes-leak` is empty", "write it, or leave the key out"),
        ),
        (
            ("work.toml", "say = \"Fix it\"", "say = \" \\n \""),
            ("work.toml:31:23", "`say` of option `fix` is empty", "write it, or leave the key out"),
        ),
        (
            ("bank.toml", "\"Maybe\"", "\"\""),
            (
                "bank.toml:8:17",
                "`labels` of response format `agree` is empty",
                "write it, or leave the key out",
            ),
        ),
        (
            ("roles/lead.toml", "source = \"A survey\"", "source = \"\""),
            ("roles/lead.toml:25:10", "`source` of fact `hours` is empty", "write it, or leave the key out"),
        ),
    ]);
}

#[test]
fn a_number_instead_of_a_table_shows_its_line() {
    check(&[
        (
            ("steps.toml", STEPS, "step = [3]\n"),
            ("steps.toml:1:9", "`step` of `steps.toml` must be a table, not", ""),
        ),
        (
            ("steps.toml", STEPS, "step = 3\n"),
            ("steps.toml:1:8", "`step` of `steps.toml` must be a list, not", ""),
        ),
        (
            ("bank.toml", "[formats.agree]", "[formats]\nother = 3\n\n[formats.agree]"),
            ("bank.toml:8:9", "`formats.other` of `bank.toml` must be a table, not", ""),
        ),
    ]);
}

#[test]
fn an_item_that_weighs_is_turned_round_once() {
    check(&[(
        ("life.toml", "weighs = \"pay\"", "weighs = \"pay\"\nreversed = [true, false]"),
        (
            "life.toml:24:12",
            "item `pay-matters` weighs one scale and has 2 values of `reversed`",
            "write one",
        ),
    )]);
    for (reversed, keying) in [
        ("", Keying::Forward),
        ("reversed = false", Keying::Forward),
        ("reversed = true", Keying::Reverse),
        ("reversed = [true]", Keying::Reverse),
    ] {
        let mut sources = tiny();
        change(&mut sources, "life.toml", "weighs = \"pay\"", &format!("weighs = \"pay\"\n{reversed}"));
        let bank = parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
        let item = &bank.items[bank.item("pay-matters").expect("an item")];
        assert!(matches!(&item.counts, Counts::Weighs(keyed) if keyed.keying == keying), "{reversed}");
    }
}

#[test]
fn wanted_names_two_ratings_of_one_format_in_order() {
    let wanted = |items: &str| -> Sources {
        let mut sources = tiny();
        change(
            &mut sources,
            "roles/lead.toml",
            "title = \"Lead\"\n",
            &format!("title = \"Lead\"\nwanted = [{items}]\n"),
        );
        sources
    };
    let bank = parse(&wanted("\"grit-stay\", \"grit-leave\"")).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(bank.roles[0].wanted, Some([0, 1]));
    for items in [
        "\"grit-leave\", \"grit-stay\"",
        "\"grit-stay\", \"grit-stay\"",
        "\"grit-stay\"",
        "\"grit-stay\", \"grit-leave\", \"pay-matters\"",
        "\"grit-stay\", \"scenes-leak\"",
        "\"scenes-leak\", \"pay-needed\"",
    ] {
        let sources = wanted(items);
        let found = faults(&sources);
        assert_eq!(found.len(), 1, "{items}");
        assert_eq!(found[0].message, "`wanted` must name two ratings of one format, in the order of asking");
        assert_eq!(place(&sources, &found[0]), "roles/lead.toml:3:11", "{items}");
    }
    let found = faults(&wanted("\"grit-stay\", \"grit-left\""));
    assert_eq!(found.len(), 1, "a name that is no item's is one fault, not two");
    expect!["`roles/lead.toml` names the item `grit-left`, which the bank does not declare"]
        .assert_eq(&found[0].message);
}

#[test]
fn a_file_of_a_bank_has_a_size_limit() {
    for (length, n_faults) in [(MAX_FILE_BYTES, 0), (MAX_FILE_BYTES + 1, 1)] {
        let mut sources = tiny();
        let filled = format!("{STEPS}#{}", " ".repeat(length - STEPS.len() - 1));
        assert_eq!(filled.len(), length);
        sources.insert("steps.toml", filled);
        assert_eq!(faults(&sources).len(), n_faults, "{length} bytes");
    }
}

#[test]
fn two_banks_that_differ_in_any_byte_have_different_hashes() {
    let hash = |sources: &Sources| parse(sources).unwrap_or_else(|faults| panic!("{faults}")).hash;
    let first = hash(&tiny());
    assert!(first.len() == 8 && first.bytes().all(|byte| byte.is_ascii_hexdigit()), "{first}");
    assert_eq!(first, hash(&tiny()));
    let mut seen = vec![first];
    for (file, text) in tiny().iter() {
        let mut sources = tiny();
        sources.insert(file, format!("{text}\n"));
        seen.push(hash(&sources));
    }
    let mut renamed = tiny();
    change(&mut renamed, "bank.toml", "work.toml", "job.toml");
    renamed.insert("job.toml", WORK);
    seen.push(hash(&renamed));
    let n = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), n, "{seen:?}");
}

#[test]
fn only_files_of_parts_are_read_as_parts() {
    let why = "names the file";
    let help = "it must be a TOML file next to `bank.toml`";
    check(&[
        (("bank.toml", "\"work.toml\"", "\"bank.toml\""), ("bank.toml:13:8", why, help)),
        (("bank.toml", "\"work.toml\"", "\"steps.toml\""), ("bank.toml:13:8", why, help)),
        (("bank.toml", "\"work.toml\"", "\"roles/lead.toml\""), ("bank.toml:13:8", why, help)),
    ]);
}

#[test]
fn a_number_or_date_can_be_a_label() {
    for (written, read) in
        [("2024", "2024"), ("2024-05-01", "2024-05-01"), ("24.5", "24.5"), ("\"May\"", "May")]
    {
        let mut sources = tiny();
        change(&mut sources, "roles/lead.toml", "as_of = 2024", &format!("as_of = {written}"));
        change(&mut sources, "bank.toml", "\"Maybe\"", written);
        let bank = parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(bank.roles[0].facts[0].as_of.as_ref().map(ToString::to_string).as_deref(), Some(read));
        assert_eq!(bank.items[0].format().expect("a rating").labels[1], read);
    }
}

#[test]
fn a_list_has_at_most_99_options() {
    for (n, expect) in [(99, None), (100, Some("item `past-done` has 100 options; it must have 1 to 99"))] {
        let mut sources = tiny();
        let option = |at: usize| format!("  {{ id = \"o-{at}\", say = \"Number {at}\" }},");
        let more = (2..n).map(option).collect::<Vec<_>>().join("\n");
        let last = "  { id = \"lead\", say = \"Led\" },\n";
        change(&mut sources, "life.toml", last, &format!("{last}{more}"));
        let found = faults(&sources);
        assert_eq!(found.first().map(|fault| fault.message.as_str()), expect);
    }
}

#[test]
fn a_curve_of_the_wrong_kind_is_only_one_fault() {
    let message = "`curve` of item `pay-needed` must be";
    check(&[
        (("life.toml", "curve = [[10, 100], [50, 0]]", "curve = 3"), ("life.toml:19:9", message, "")),
        (("life.toml", "curve = [[10, 100], [50, 0]]", "curve = \"steep\""), ("life.toml:19:9", message, "")),
    ]);
}
