//! How far a person is in the career, whether they still want it, and that every sentence about
//! them comes from an answer of theirs.

use std::collections::BTreeSet;

use coofit::bank::parse::built_in;
use coofit::bank::{Bank, Counts, Form, ItemKind, Keying, Role, ScaleKind};
use coofit::render::{Writer, json, write};
use coofit::report::sections::document;
use coofit::report::{About, Answered, Report};
use coofit::score::{assess, profile};
use coofit::session::Responses;
use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, MINI_LINES, lines, words};
use crate::results::{changed_bank, extreme, given, rating, seeded};
use crate::support::{Chance, bank};

fn report(bank: &Bank, responses: &Responses) -> Report {
    let role = bank.own_role();
    Report::new(bank, role, responses, &About::default())
}

fn told(bank: &Bank, responses: &Responses) -> Value {
    serde_json::from_str(&json(&report(bank, responses))).expect("JSON")
}

/// The career part of the report on some answers to the built-in bank.
fn career(bank: &Bank, answers: &Value) -> Value {
    told(bank, &given(bank, Form::Full, answers))["career"].clone()
}

/// Ids and texts of the options of a checklist.
fn ticks<'a>(bank: &'a Bank, item: &str) -> Vec<(&'a str, &'a str)> {
    let ItemKind::Checklist { options, .. } = &bank.items[bank.item(item).expect("an item")].kind else {
        panic!("{item} is no checklist")
    };
    options.iter().map(|option| (option.id.as_str(), option.say.as_str())).collect()
}

fn ids(ticks: &[(&str, &str)]) -> Vec<String> {
    ticks.iter().map(|(id, _)| (*id).to_owned()).collect()
}

fn says(ticks: &[(&str, &str)]) -> Value {
    json!(ticks.iter().map(|(_, say)| *say).collect::<Vec<_>>())
}

#[test]
fn the_level_is_the_highest_with_enough_tasks_done() {
    let bank = built_in();
    let [entry, mid, senior] =
        ["entry-tasks-done", "mid-tasks-done", "senior-tasks-done"].map(|item| ticks(&bank, item));
    let at = |e: usize, m: usize, s: usize| {
        let answers = json!({"entry-tasks-done": ids(&entry[..e]), "mid-tasks-done": ids(&mid[..m]),
                             "senior-tasks-done": ids(&senior[..s])});
        career(&bank, &answers)
    };
    for (done, level, next) in [
        ((0, 0, 0), Value::Null, says(&entry)),
        ((5, 0, 0), Value::Null, says(&entry[5..])),
        ((6, 0, 0), json!("entry"), says(&mid)),
        ((8, 5, 0), json!("entry"), says(&mid[5..])),
        ((6, 6, 2), json!("mid"), says(&senior[2..])),
        ((0, 6, 0), json!("mid"), says(&senior)),
        ((8, 8, 5), json!("senior"), json!([])),
    ] {
        let told = at(done.0, done.1, done.2);
        assert_eq!(told["level"], level, "{done:?}");
        assert_eq!(told["next_tasks"], next, "{done:?}");
    }
}

#[test]
fn a_level_is_reached_where_its_scale_meets_the_role() {
    let bank = built_in();
    let role = bank.own_role().expect("a role");
    for level in &role.levels {
        let item = &bank.items[level.checklist];
        let scale = item.own_scale().expect("a scale").scale;
        let requirement = role.requirements.iter().find(|it| it.scale == scale).expect("a requirement");
        let points = |ticks: usize| item.points(&coofit::bank::Answer::Checklist((0..ticks).collect()));
        assert!(points(level.ticks) >= requirement.to, "{}", level.id);
        assert!(points(level.ticks - 1) < requirement.to, "{}", level.id);
    }
}

#[test]
fn a_tool_has_one_name_in_question_and_report() {
    let bank = built_in();
    let role = bank.own_role().expect("a role");
    for tool in &role.tools {
        let item = bank.items.iter().find(|item| item.id == "tools-used").expect("the checklist");
        let coofit::bank::ItemKind::Checklist { options, .. } = &item.kind else { panic!("no checklist") };
        let option = options.iter().find(|option| option.id == tool.id).expect("an option");
        assert!(option.say.starts_with(&tool.title), "{} is called {}", tool.title, option.say);
    }
}

#[test]
fn the_report_says_how_many_tasks_the_next_level_needs() {
    let bank = built_in();
    let entry = ticks(&bank, "entry-tasks-done");
    for (done, sentence) in [(5, "you need one more of these"), (2, "you need 4 more of these")] {
        let answers = json!({"entry-tasks-done": ids(&entry[..done]), "mid-tasks-done": []});
        let next = report(&bank, &given(&bank, Form::Full, &answers)).career.next_says;
        assert!(next.ends_with(sentence), "{next}");
        let home = Home::new();
        let text = coofit::answers::file(&bank, &given(&bank, Form::Full, &answers));
        home.write("answers.json", text);
        let shown = home.run(["score", "answers.json", "--full"]).expect_code(0).stdout;
        assert!(shown.split_whitespace().collect::<Vec<_>>().join(" ").contains(sentence), "{shown}");
    }
}

#[test]
fn missing_duties_missing_tools_and_known_industries_are_named() {
    let bank = built_in();
    let role = bank.own_role().expect("a role");
    let [duties, tools, industries] =
        ["duties-done", "tools-used", "industries-worked"].map(|item| ids(&ticks(&bank, item)));
    let answers = json!({"duties-done": duties[3..], "tools-used": tools[..8],
                         "industries-worked": [industries[1], industries[4]]});
    let told = career(&bank, &answers);
    let duty = |id: &String| &role.duties.iter().find(|duty| duty.id == *id).expect("a duty").title;
    let tool = |id: &String| &role.tools.iter().find(|tool| tool.id == *id).expect("a tool").title;
    let industry =
        |id: &String| &role.industries.iter().find(|one| one.id == *id).expect("an industry").title;
    let named = |key: &str| -> BTreeSet<String> {
        let list = told[key].as_array().expect(key);
        list.iter().map(|title| title.as_str().expect("a title").to_owned()).collect()
    };
    assert_eq!(named("duties_missing"), duties[..3].iter().map(|id| duty(id).clone()).collect());
    assert_eq!(named("tools_missing"), tools[8..].iter().map(|id| tool(id).clone()).collect());
    let known = [&industries[1], &industries[4]].map(|id| industry(id).clone());
    assert_eq!(named("industries"), known.into_iter().collect());
}

#[test]
fn unanswered_tasks_are_not_called_missing() {
    let told = career(&built_in(), &json!({}));
    for key in ["next_tasks", "duties_missing", "tools_missing", "industries", "kinds"] {
        assert_eq!(told[key], json!([]), "{key}");
    }
    assert_eq!(told["level"], Value::Null);
}

/// `mini` with two kinds of lead: one by leading, one by planning.
fn with_kinds(home: &Home) -> Bank {
    changed_bank("mini", &home.path("bank"), |file, text| {
        let kinds = "\n[[kind]]\nid = \"captain\"\ntitle = \"The captain\"\nsays = \"Leads from the floor.\"\n\
                     [[kind.requirement]]\nscale = \"leading\"\nfrom = 50\nto = 90\nweight = 2\n\
                     \n[[kind]]\nid = \"planner\"\ntitle = \"The planner\"\nsays = \"Plans the week.\"\n\
                     [[kind.requirement]]\nscale = \"planning\"\nfrom = 40\nto = 100\nweight = 1\n";
        if file == "roles/lead.toml" { format!("{text}{kinds}") } else { text.to_owned() }
    });
    coofit::bank::parse::parse(&crate::support::sources(&home.path("bank"))).expect("a bank")
}

fn leading_and_planning(ratings: [u8; 5]) -> Value {
    json!({"leading-early-word": ratings[0], "leading-credit": ratings[1], "leading-own-hands": ratings[2],
           "planning-week": ratings[3], "planning-last-minute": ratings[4]})
}

#[test]
fn kinds_are_tied_within_1_645_errors_of_their_difference() {
    let home = Home::new();
    let bank = with_kinds(&home);
    let (mut n_ties, mut n_leads) = (0, 0);
    for code in 0..3_usize.pow(5) {
        let r = [0, 1, 2, 3, 4].map(|place| [1, 3, 5][code / 3_usize.pow(place) % 3]);
        let responses = given(&bank, Form::Full, &leading_and_planning(r));
        let scales = assess(&bank, None, &responses).scales;
        let [(lead, lead_error), (plan, plan_error)] = [0, 1]
            .map(|at: usize| (scales[at].score().expect("S"), scales[at].standard_error().expect("SE")));
        // One scale a kind, so a kind's score is its attainment in percent.
        let score =
            [(lead - 50.0) / 40.0, (plan - 40.0) / 60.0].map(|share: f64| 100.0 * share.clamp(-1.0, 1.0));
        let error = (100.0 / 40.0 * lead_error).hypot(100.0 / 60.0 * plan_error);
        let kinds = told(&bank, &responses)["career"]["kinds"].clone();
        let best = usize::from(score[1] > score[0]);
        let ids = ["captain", "planner"];
        if (score[0] - score[1]).abs() > 1e-9 {
            assert_eq!(kinds[0]["id"], ids[best], "{r:?}");
        }
        assert_eq!(kinds[0]["tied_with_best"], true);
        let tied = (score[0] - score[1]).abs() <= 1.645 * error;
        assert_eq!(kinds[1]["tied_with_best"], tied, "{r:?}: {score:?} with an error of {error}");
        let shown = kinds[0]["score"].as_f64().expect("a score");
        assert!((shown - score[best].max(0.0)).abs() < 1e-9, "{shown} is not {}", score[best]);
        n_ties += usize::from(tied);
        n_leads += usize::from(!tied);
    }
    assert!(n_ties > 20 && n_leads > 20, "{n_ties} ties and {n_leads} leads");
}

#[test]
fn a_lead_and_a_tie_of_kinds_read_differently() {
    let home = Home::new();
    let bank = with_kinds(&home);
    let shown = |r| {
        let responses = given(&bank, Form::Full, &leading_and_planning(r));
        home.write("answers.json", coofit::answers::file(&bank, &responses));
        let ran = home.run(["--bank", "bank", "score", "answers.json", "--full"]).expect_code(0);
        ran.section("Kinds of this role")
    };
    shown([5, 5, 1, 1, 5]).expect_stdout(&expect![[r#"
        Kinds of this role

          Your answers come closest to one kind: The captain.
          Leads from the floor.

          Shift lead fit, edition 1.
    "#]]);
    shown([3, 3, 3, 3, 3]).expect_stdout(&expect![[r#"
        Kinds of this role

          Your answers fit all kinds of this role about equally.

          Shift lead fit, edition 1.
    "#]]);
}

#[test]
fn the_same_label_throughout_resembles_no_kind_more_than_another() {
    let bank = built_in();
    let mut sheet = Responses::new(&bank, Form::Full);
    for index in 0..bank.items.len() {
        if bank.items[index].format().is_some() {
            sheet.set(&bank, index, rating(3)).expect("a label");
        }
    }
    let kinds = told(&bank, &sheet)["career"]["kinds"].clone();
    assert_eq!(kinds.as_array().map(Vec::len), Some(7), "{kinds}");
    assert!(kinds.as_array().expect("kinds").iter().all(|kind| kind["tied_with_best"] == true), "{kinds}");
}

/// The scales that roles are compared on.
fn compared(bank: &Bank) -> Vec<usize> {
    let has_elements = |scale: usize| {
        let mut asked = bank.roles.iter().flat_map(|role| &role.requirements);
        asked.any(|one| one.scale == scale && !one.elements.is_empty())
    };
    (0..bank.scales.len()).filter(|&scale| has_elements(scale)).collect()
}

/// A role's weights on some scales, less their mean, with a standard deviation of 1.
fn shape(role: &Role, scales: &[usize]) -> Vec<f64> {
    let weight = |scale: &usize| {
        role.requirements.iter().find(|one| one.scale == *scale).map_or(0.0, |one| one.weight)
    };
    let n = scales.len() as f64;
    let mean = scales.iter().map(weight).sum::<f64>() / n;
    let sd = (scales.iter().map(|scale| (weight(scale) - mean).powi(2)).sum::<f64>() / n).sqrt();
    scales.iter().map(|scale| (weight(scale) - mean) / sd).collect()
}

#[test]
fn half_of_those_shaped_like_an_occupation_find_it_first() {
    const SD: f64 = 12.0;
    const PEOPLE: usize = 500;
    let bank = built_in();
    let scales = compared(&bank);
    let nobody = assess(&bank, None, &Responses::new(&bank, Form::Full)).scales;
    let mut chance = Chance(11);
    let mut shares = Vec::new();
    for own in bank.roles.iter().filter(|role| role.id != "chief-executive") {
        let shape = shape(own, &scales);
        let person = |chance: &mut Chance| {
            let mut found = nobody.clone();
            for (&scale, z) in scales.iter().zip(&shape) {
                let standard_error = 24.0 / (found[scale].n_items as f64).sqrt();
                let level = 60.0 + SD * (z + chance.normal());
                let score = level + standard_error * chance.normal();
                found[scale].scored = Some((score, standard_error));
            }
            bank.roles[profile::roles(&bank, None, &found)[0].role].occupation == own.occupation
        };
        let n_first = (0..PEOPLE).filter(|_| person(&mut chance)).count();
        shares.push(n_first as f64 / PEOPLE as f64);
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert_eq!(shares.len(), 6);
    assert!(mean >= 0.5, "{mean}: {shares:?}");
}

#[test]
fn a_flat_sheet_names_no_role_and_says_why() {
    let bank = built_in();
    for label in 1..=5 {
        let mut sheet = Responses::new(&bank, Form::Full);
        for index in 0..bank.items.len() {
            let reversed = bank.items[index].own_scale().is_some_and(|own| own.keying == Keying::Reverse);
            if bank.items[index].format().is_some_and(|format| format.labels.len() == 5) {
                let label = if reversed { 6 - label } else { label };
                sheet.set(&bank, index, rating(label)).expect("a label");
            }
        }
        let found = report(&bank, &sheet);
        assert_eq!(found.roles.len(), 6);
        assert!(found.roles.iter().all(|role| !role.stands_out && role.says.is_none()), "{:?}", found.roles);
        let text =
            write(&document(&found), Writer::Markdown).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("No role stands out: your scores"), "{text}");
        assert!(!text.contains("Project"), "{text}");
    }
}

#[test]
fn roles_are_named_in_order_without_percentages() {
    let bank = built_in();
    let scales = compared(&bank);
    for own in bank.roles.iter() {
        let shape = shape(own, &scales);
        let mut sheet = Responses::new(&bank, Form::Full);
        for index in 0..bank.items.len() {
            let scale = bank.items[index].own_scale().map(|own| (own.scale, own.keying));
            let Some((scale, keying)) = scale.filter(|_| bank.items[index].format().is_some()) else {
                continue;
            };
            let high = scales.iter().position(|one| *one == scale).is_some_and(|at| shape[at] > 0.3);
            let label = if high == (keying == Keying::Forward) { 5 } else { 1 };
            sheet.set(&bank, index, rating(label)).expect("a label");
        }
        let role = bank.role("coo");
        let found = Report::new(&bank, role, &sheet, &About::default());
        let first = &found.roles[0];
        assert!(first.stands_out, "{}: {:?}", own.id, found.roles);
        assert!(found.roles.iter().all(|line| line.id != "chief-executive"), "one line an occupation");
        let coo = found.roles.iter().find(|line| line.id == "coo").expect("the report's own role");
        assert_eq!(coo.same, ["chief-executive"]);
        let text = write(&document(&found), Writer::Markdown);
        let section = text.split("## Other roles").nth(1).expect("the roles");
        let section = section.split("\n#").next().expect("the section");
        let named: Vec<&str> = section.lines().filter_map(|line| Some(line.split_once(". ")?.1)).collect();
        let named: Vec<&str> = named.into_iter().filter(|line| !line.contains(". ")).collect();
        let says: Vec<&str> = found.roles.iter().filter_map(|line| line.says.as_deref()).collect();
        assert_eq!(named, says);
        assert!(!section.contains('%'), "{section}");
    }
}

// ---- still want it? -----------------------------------------------------------------------------

/// `mini` with the question before, a preview, and the question after.
fn wanting(home: &Home) {
    changed_bank("mini", &home.path("bank"), |file, text| {
        let item = |id: &str| {
            format!(
                "[[item]]\nid = \"{id}\"\nask = \"How much do you want it {id}?\"\nanswer = \"importance\"\n"
            )
        };
        match file {
            "past.toml" => format!("{text}\n{}", item("before")),
            "outlook.toml" => {
                let (scales, items) = text.split_once("[[item]]").expect("items");
                format!("{scales}{}\n[[item]]{items}", item("after"))
            }
            "roles/lead.toml" => {
                format!("wanted = [\"before\", \"after\"]\npreview = [\"Shifts begin at five.\"]\n{text}")
            }
            _ => text.to_owned(),
        }
    });
}

/// The quiz with these answers before and after the preview: what was asked, what the report says about the
/// two, the JSON.
fn wanted(before: &str, after: &str) -> (String, Option<String>, Value) {
    let home = Home::new();
    wanting(&home);
    let mut told: Vec<&str> = MINI_LINES[..10].to_vec();
    told.extend([before, after]);
    told.extend(&MINI_LINES[10..]);
    let ran = home.run(["--bank", "bank", "take", "--plain"]).input(lines(&told)).expect_code(0);
    let json = home.run(["--bank", "bank", "report", "--format", "json"]).expect_code(0).json();
    let full = home.run(["--bank", "bank", "report", "--full"]).expect_code(0);
    let section = full.section("Your strengths and gaps").stdout;
    let said = section.split_once("  Do you still want it?\n").map(|(_, said)| words(said));
    (ran.stderr, said, json["wanted"].clone())
}

#[test]
fn the_preview_is_between_the_two_questions() {
    let (asked, ..) = wanted("4", "4");
    let at = |what: &str| asked.find(what).unwrap_or_else(|| panic!("{what:?} in {asked}"));
    assert!(at("How much do you want it before?") < at("Shifts begin at five."));
    assert!(at("Shifts begin at five.") < at("How much do you want it after?"));
    assert_eq!(asked.matches("Shifts begin at five.").count(), 1);
}

#[test]
fn wanting_the_role_more_or_less_than_before_is_shown() {
    let said = [
        ("4", "4", ["Quite a lot", "Quite a lot"]),
        ("5", "2", ["Very much", "A little"]),
        ("1", "3", ["Not at all", "Somewhat"]),
    ]
    .map(|(before, after, labels)| {
        let (_, said, json) = wanted(before, after);
        assert_eq!(json, json!({"before": labels[0], "after": labels[1]}));
        said.expect("a sentence") + "\n"
    });
    expect![[r#"
        You wanted the job "Quite a lot", before you read about it and afterwards.
        You wanted the job "Very much" before you read about it and "A little" afterwards. What changed your mind?
        You wanted the job "Not at all" before you read about it and "Somewhat" afterwards. You want it more now that you know more.
    "#]].assert_eq(&said.concat());
}

#[test]
fn a_change_of_mind_needs_both_answers_and_scores_nothing() {
    let (_, said, json) = wanted("4", "s");
    assert_eq!((said, json), (None, Value::Null));
    let home = Home::new();
    wanting(&home);
    let fit = |before: u8, after: u8| {
        let mut answers = crate::program::mini_answers();
        answers["before"] = json!(before);
        answers["after"] = json!(after);
        home.write("answers.json", crate::program::mini_file(&answers));
        let run = home.run(["--bank", "bank", "score", "answers.json", "--format", "json"]);
        run.expect_code(0).json()["fit"].clone()
    };
    assert_eq!(fit(1, 5), fit(5, 1));
}

// ---- sentences and their causes -----------------------------------------------------------------

/// What is said of a person: strengths, gaps, the verdict and the advice.
fn sentences(told: &Value) -> BTreeSet<String> {
    let list = |key: &str| {
        told[key].as_array().expect(key).iter().map(|one| one["says"].as_str().expect("says").to_owned())
    };
    let mut all: BTreeSet<String> = list("strengths").chain(list("gaps")).collect();
    for key in ["verdict", "advice"] {
        all.extend(told["fit"][key].as_str().map(str::to_owned));
    }
    all
}

#[track_caller]
fn check_disjoint(bank: &Bank, form: Form) {
    let [strong, weak] = [true, false].map(|most| sentences(&told(bank, &extreme(bank, form, most))));
    assert!(strong.len() >= 3 && weak.len() >= 3, "{strong:?} {weak:?}");
    let shared: Vec<&String> = strong.intersection(&weak).collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn the_strongest_and_the_weakest_share_no_sentence() {
    for form in [Form::Full, Form::Quick] {
        check_disjoint(&built_in(), form);
        for name in ["mini", "mixed"] {
            check_disjoint(&bank(&format!("tests/data/banks/{name}")), form);
        }
    }
}

/// Every sentence about a scale comes with an answer to a question on that scale, and no other answer
/// on it speaks for the sentence more clearly.
#[track_caller]
fn check_causes(bank: &Bank, responses: &Responses) -> usize {
    let told = report(bank, responses);
    let role = bank.own_role().expect("a role");
    let sayings =
        told.strengths.iter().map(|one| (one, true)).chain(told.gaps.iter().map(|one| (one, false)));
    let mut n = 0;
    for (saying, is_strength) in sayings {
        n += 1;
        let scale = bank.scales.iter().position(|scale| scale.id == saying.scale).expect("a scale");
        let Answered { ask, answer } =
            saying.because.as_ref().unwrap_or_else(|| panic!("no cause: {saying:?}"));
        let points = |index: usize| {
            let (item, answer) = (&bank.items[index], responses.answer(index)?);
            let Counts::Scales(keyed) = &item.counts else { return None };
            let own = keyed.first().filter(|own| own.scale == scale)?;
            Some(own.keying.key(item.points(answer)))
        };
        let named = (0..bank.items.len())
            .find(|&index| {
                let item = &bank.items[index];
                item.ask == *ask
                    && responses.answer(index).is_some_and(|given| item.in_words(given) == *answer)
            })
            .unwrap_or_else(|| panic!("nobody answered {answer:?} to {ask:?}"));
        let cause = points(named).unwrap_or_else(|| panic!("{ask:?} is not on {}", saying.scale));
        let requirement = role.requirements.iter().find(|one| one.scale == scale).expect("a requirement");
        let high = is_strength == (requirement.to > requirement.from);
        for other in (0..bank.items.len()).filter_map(points) {
            let clearer = if high { other > cause + 1e-9 } else { other < cause - 1e-9 };
            assert!(!clearer, "{}: {cause} where another answer counts {other}", saying.scale);
        }
        let means = &bank.scales[scale];
        let (right, wrong) = if high { (&means.high, &means.low) } else { (&means.low, &means.high) };
        assert_ne!(Some(&saying.says), wrong.as_ref(), "the words for the other end: {saying:?}");
        let is_thin = responses.form() == Form::Quick && bank.scales[scale].kind == ScaleKind::Trait;
        if is_thin {
            // Two questions are too few for more than the number.
            assert!(saying.says.starts_with("You score "), "{saying:?}");
        } else if is_strength {
            assert_eq!(Some(&saying.says), right.as_ref(), "{saying:?}");
        }
    }
    n
}

#[test]
fn every_strength_and_gap_names_an_answer_on_its_scale() {
    let bank = built_in();
    let mut n = 0;
    for seed in 1..12 {
        n += check_causes(&bank, &seeded(&bank, if seed % 2 == 0 { Form::Full } else { Form::Quick }, seed));
    }
    for most in [true, false] {
        n += check_causes(&bank, &extreme(&bank, Form::Full, most));
    }
    assert!(n > 30, "{n} sentences");
}

#[test]
fn where_a_role_asks_for_less_low_scores_are_strengths() {
    let mut bank = bank("tests/data/banks/mixed");
    // Three scales come with an item of their own; `steady` has only lent ones and names no answer.
    let own = bank.own_role().expect("a role").id.clone();
    let role = bank.roles.iter().position(|role| role.id == own).expect("a role");
    let lent = bank.scales.iter().position(|scale| scale.id == "steady").expect("steady");
    bank.roles[role].requirements.retain(|one| one.scale != lent);
    let mut turned = 0;
    for seed in 0..60 {
        let sheet = seeded(&bank, Form::Full, seed);
        check_causes(&bank, &sheet);
        let told = report(&bank, &sheet);
        turned +=
            told.strengths.iter().filter(|one| ["caution", "company"].contains(&one.scale.as_str())).count();
    }
    assert!(turned > 5, "{turned} strengths by a low score");
    let answers = json!({"company-lunch": 1, "company-door": 2});
    let told = told(&bank, &given(&bank, Form::Full, &answers));
    assert_eq!(told["strengths"][0]["says"], "You like to be by yourself.");
    assert_eq!(told["strengths"][0]["because"]["answer"], "1");
    let answers = json!({"company-lunch": 7, "company-door": 1});
    let told = self::told(&bank, &given(&bank, Form::Full, &answers));
    assert_eq!(told["gaps"][0]["says"], "You like people around you.");
    assert_eq!(told["gaps"][0]["because"]["answer"], "7");
}

#[test]
fn the_verdict_follows_the_bands_that_the_interval_touches() {
    let bank = built_in();
    for seed in 0..10 {
        let sheet =
            if seed == 0 { extreme(&bank, Form::Full, true) } else { seeded(&bank, Form::Full, seed) };
        let fit = told(&bank, &sheet)["fit"].clone();
        let verdict = fit["verdict"].as_str().expect("a verdict");
        for id in fit["bands"].as_array().expect("bands") {
            let touched = bank.bands.iter().find(|one| *id == *one.id).expect("a band");
            let ends = fit["bands"].as_array().expect("bands");
            let is_end = ends.first() == Some(&json!(touched.id)) || ends.last() == Some(&json!(touched.id));
            assert_eq!(verdict.contains(&touched.title), is_end, "{verdict}");
        }
        let score = fit["score"].as_f64().expect("a score");
        let own = bank.bands.iter().rfind(|one| one.from <= score).expect("a band");
        assert_eq!(fit["advice"].as_str(), own.advice.as_deref(), "the advice is that of the fit's own band");
    }
}
