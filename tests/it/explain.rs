//! The explained arithmetic, read line by line and summed up again, as a person with a pocket
//! calculator would; and the range over other judgements, from banks that judge otherwise.

use std::iter::Peekable;
use std::str::Chars;

use coofit::answers;
use coofit::bank::parse::built_in;
use coofit::bank::{Answer, Bank, Counts, Form, Item, ItemKind, Keying};
use coofit::score::{assess, explain};
use coofit::session::Responses;
use expect_test::expect;
use serde_json::{Value, json};

use crate::program::{Home, test_bank};
use crate::results::{extreme, given, seeded};
use crate::support::bank;

// ---- a pocket calculator ------------------------------------------------------------------------

/// The value of a sum as it is printed: numbers, `+ - x /`, brackets and `max(a, b)`.
#[track_caller]
fn reckon(text: &str) -> f64 {
    let mut rest = text.chars().peekable();
    let value = sum(&mut rest);
    let left: String = rest.collect();
    assert!(left.is_empty(), "{left:?} is left of {text:?}");
    value
}

fn next_sign(rest: &mut Peekable<Chars<'_>>, signs: [char; 2]) -> Option<char> {
    while rest.next_if_eq(&' ').is_some() {}
    rest.next_if(|c| signs.contains(c))
}

fn sum(rest: &mut Peekable<Chars<'_>>) -> f64 {
    let mut value = product(rest);
    while let Some(sign) = next_sign(rest, ['+', '-']) {
        let next = product(rest);
        value += if sign == '+' { next } else { -next };
    }
    value
}

fn product(rest: &mut Peekable<Chars<'_>>) -> f64 {
    let mut value = factor(rest);
    while let Some(sign) = next_sign(rest, ['x', '/']) {
        let next = factor(rest);
        value = if sign == 'x' { value * next } else { value / next };
    }
    value
}

fn factor(rest: &mut Peekable<Chars<'_>>) -> f64 {
    while rest.next_if_eq(&' ').is_some() {}
    let word: String = std::iter::from_fn(|| rest.next_if(char::is_ascii_alphabetic)).collect();
    if word == "max" {
        assert_eq!(rest.next(), Some('('));
        let one = sum(rest);
        assert_eq!(rest.next(), Some(','));
        let other = sum(rest);
        assert_eq!(rest.next(), Some(')'));
        return one.max(other);
    }
    assert_eq!(word, "", "an unknown word");
    if rest.next_if_eq(&'-').is_some() {
        return -factor(rest);
    }
    if rest.next_if_eq(&'(').is_some() {
        let value = sum(rest);
        assert_eq!(rest.next(), Some(')'));
        return value;
    }
    let digits: String = std::iter::from_fn(|| rest.next_if(|c| c.is_ascii_digit() || *c == '.')).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number: {digits:?} before {:?}", rest.collect::<String>()))
}

#[test]
fn the_calculator_of_this_test_works() {
    for (text, value) in [
        ("(1 + 2) / 4", 0.75),
        ("1 + 2 x 3", 7.0),
        ("2 x -1 + 0.5", -1.5),
        ("100 x max(0, (45 x -1 + 5 x 1) / (45 + 5))", 0.0),
        ("(10 - 80) / (20 - 80)", 7.0 / 6.0),
    ] {
        assert!((reckon(text) - value).abs() < 1e-12, "{text}");
    }
}

// ---- reading what is printed --------------------------------------------------------------------

#[derive(Debug, Default)]
struct Part {
    title: String,
    weight: String,
    scales: Vec<Scale>,
    p: Option<String>,
}

#[derive(Debug, Default)]
struct Scale {
    title: String,
    /// What was asked and answered, the points that it counts, and whether they were turned round.
    answers: Vec<(String, String, bool)>,
    s: Option<String>,
    a: Option<String>,
    w: Option<String>,
}

#[derive(Debug, Default)]
struct Explained {
    parts: Vec<Part>,
    fit: Option<String>,
    /// Sums that were checked.
    n_sums: usize,
}

/// How a sum begins, or says why there is none.
const SUMS: [&str; 8] =
    ["S = ", "A = ", "w = ", "P = ", "Score = ", "S is left out: ", "P is left out: ", "There is none: "];

/// Lines with their continuations: a part, a scale, an answer or a sum each.
fn unfolded(text: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut whole: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match whole.last_mut() {
            Some(last) if indent(line) == 4 => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => whole.push(line.to_owned()),
        }
    }
    whole
}

/// Two printed numbers agree as far as four places can; sums of rounded numbers as far as they can.
#[track_caller]
fn agree(got: f64, printed: &str, within: f64, line: &str) {
    let value: f64 = printed.parse().unwrap_or_else(|_| panic!("no number {printed:?} in {line}"));
    assert!((got - value).abs() <= within, "{got} is not {value}: {line}");
}

impl Explained {
    #[track_caller]
    fn read(text: &str) -> Explained {
        let mut read = Explained::default();
        for line in unfolded(text).iter().skip(1) {
            if let Some(answer) = line.strip_prefix("  - ") {
                read.answer(answer);
            } else if SUMS.iter().any(|start| line.trim_start().starts_with(start)) {
                read.sum(line.trim_start());
            } else if line.ends_with(" together") {
                // The heading over a part's own sum.
            } else if let Some(title) = line.strip_prefix("  ") {
                // The paragraph that explains the letters is before the first part.
                if let Some(part) = read.parts.last_mut() {
                    part.scales.push(Scale { title: title.to_owned(), ..Scale::default() });
                }
            } else if line != "The score" {
                let (title, weight) = line.rsplit_once(", W = ").expect("a part with its weight");
                read.parts.push(Part { title: title.into(), weight: weight.into(), ..Part::default() });
            }
        }
        read
    }

    fn scale(&mut self) -> &mut Scale {
        self.parts.last_mut().and_then(|part| part.scales.last_mut()).expect("a scale before it")
    }

    #[track_caller]
    fn answer(&mut self, line: &str) {
        let (said, points) = line.rsplit_once("\": ").expect("an answer with its points");
        let turned = points.starts_with("reversed, ");
        let points = match points.strip_prefix("reversed, ") {
            Some(turned) => {
                let (sum, points) = turned.split_once(" = ").expect("100 - x = y");
                assert!(sum.starts_with("100 - "), "{line}");
                agree(reckon(sum), points, 1.01e-4, line);
                self.n_sums += 1;
                points
            }
            None => points,
        };
        self.scale().answers.push((said.to_owned(), points.to_owned(), turned));
    }

    #[track_caller]
    fn sum(&mut self, line: &str) {
        let pieces: Vec<&str> = line.split(" = ").collect();
        self.n_sums += usize::from(pieces.len() > 1);
        match pieces.as_slice() {
            ["S", mean, value] => {
                let points: Vec<&str> =
                    self.scale().answers.iter().map(|(_, points, _)| points.as_str()).collect();
                assert_eq!(*mean, format!("({}) / {}", points.join(" + "), points.len()), "{line}");
                agree(reckon(mean), value, 1.01e-4, line);
                self.scale().s = Some((*value).to_owned());
            }
            ["A", share, value] => {
                let s = self.scale().s.clone().expect("S before A");
                assert!(share.starts_with(&format!("({s} - ")), "{line}");
                let (free, held) = value.split_once(", cut off at ").unwrap_or((value, value));
                agree(reckon(share), free, 1.01e-4, line);
                agree(reckon(free).clamp(-1.0, 1.0), held, 1.01e-4, line);
                assert_eq!(free == held, reckon(free).abs() <= 1.0, "{line}");
                self.scale().a = Some(held.to_owned());
            }
            ["w", value] => self.scale().w = Some((*value).to_owned()),
            ["w", product, value] => {
                let product =
                    product.strip_suffix(" (how much it matters to you)").expect("why it is a product");
                agree(reckon(product), value, 1.01e-3, line);
                self.scale().w = Some((*value).to_owned());
            }
            ["P", mean, value] => {
                let part = self.parts.last_mut().expect("a part before it");
                let terms =
                    || part.scales.iter().filter_map(|scale| Some((scale.w.as_ref()?, scale.a.as_ref()?)));
                let products: Vec<String> = terms().map(|(w, a)| format!("{w} x {a}")).collect();
                let weights: Vec<&str> = terms().map(|(w, _)| w.as_str()).collect();
                assert_eq!(
                    *mean,
                    format!("({}) / ({})", products.join(" + "), weights.join(" + ")),
                    "{line}"
                );
                agree(reckon(mean), value, 2e-4, line);
                part.p = Some((*value).to_owned());
            }
            ["Score", product, value] => {
                let terms = || self.parts.iter().filter_map(|part| Some((&part.weight, part.p.as_ref()?)));
                let products: Vec<String> = terms().map(|(w, p)| format!("{w} x {p}")).collect();
                let weights: Vec<&str> = terms().map(|(w, _)| w.as_str()).collect();
                let whole = format!("100 x max(0, ({}) / ({}))", products.join(" + "), weights.join(" + "));
                assert_eq!(*product, whole, "{line}");
                agree(reckon(product), value, 0.01, line);
                self.fit = Some((*value).to_owned());
            }
            [words] => {
                assert!(words.contains(" is left out: ") || words.starts_with("There is none: "), "{line}");
            }
            _ => panic!("a line of another kind: {line}"),
        }
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The points of an answer on the item's scale, from the bank's own words for it.
fn points(item: &Item, answer: &Answer, keying: Keying) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).expect("small"));
    let points = match (&item.kind, answer) {
        (ItemKind::Rating(format), Answer::Rating(r)) => {
            100.0 * f64::from(r - 1) / count(format.labels.len() - 1)
        }
        (ItemKind::Choice(options), Answer::Choice(chosen)) => options[*chosen].points,
        (ItemKind::Checklist { enough, .. }, Answer::Checklist(ticks)) => {
            100.0 * (count(ticks.len()) / count(*enough)).min(1.0)
        }
        (ItemKind::Number(_), answer) => item.points(answer),
        other => panic!("{other:?}"),
    };
    if keying == Keying::Reverse { 100.0 - points } else { points }
}

/// What must be listed: every answer that counts, under each of its scales, in the order of asking.
fn must_be_listed(bank: &Bank, responses: &Responses, scale: usize) -> Vec<(String, f64, bool)> {
    let mut listed = Vec::new();
    for index in bank.form_items(responses.form()) {
        let (item, answer) = (&bank.items[index], responses.answer(index));
        if let (Counts::Scales(keyed), Some(answer)) = (&item.counts, answer)
            && let Some(keyed) = keyed.iter().find(|keyed| keyed.scale == scale)
        {
            let said = squeezed(&format!("{} \"{}", item.ask, item.in_words(answer)));
            listed.push((said, points(item, answer, keyed.keying), keyed.keying == Keying::Reverse));
        }
    }
    listed
}

#[track_caller]
fn check(home: &Home, directory: Option<&str>, bank: &Bank, responses: &Responses) {
    let file = home.write("answers.json", answers::file(bank, responses));
    let run = |more: &[&str]| {
        let run = home.run(["score"]).arg(&file).args(more);
        match directory {
            Some(name) => run.arg("--bank").arg(test_bank(name)),
            None => run,
        }
        .expect_code(0)
    };
    let told = run(&["--explain"]).expect_plain().stdout;
    let (sums, after) = told.split_once("\nWhat each answer did\n").unwrap_or((&told, ""));
    let explained = Explained::read(sums);
    let report = run(&["--format", "json"]).json();
    let parts = report["parts"].as_array().expect("parts");
    assert_eq!(explained.parts.len(), parts.len());
    for (part, told) in explained.parts.iter().zip(parts) {
        assert_eq!(part.title, told["title"].as_str().expect("a title"));
        agree(told["weight"].as_f64().expect("W"), &part.weight, 1e-4, &part.title);
        same(part.p.as_deref(), &told["score"], 100.0, 0.02, &part.title);
        let scales = told["scales"].as_array().expect("scales");
        assert_eq!(part.scales.len(), scales.len(), "{}", part.title);
        for (scale, told) in part.scales.iter().zip(scales) {
            assert_eq!(squeezed(&scale.title), squeezed(told["title"].as_str().expect("a title")));
            same(scale.s.as_deref(), &told["score"], 1.0, 1e-4, &scale.title);
            same(scale.a.as_deref(), &told["attainment"], 1.0, 1e-4, &scale.title);
            if scale.a.is_some() {
                same(scale.w.as_deref(), &told["weight"], 1.0, 1e-4, &scale.title);
            }
            let at = bank.scales.iter().position(|one| told["id"] == one.id.as_str()).expect("a scale");
            let expect = must_be_listed(bank, responses, at);
            assert_eq!(scale.answers.len(), expect.len(), "{}", scale.title);
            for ((said, points, turned), (expect, value, reversed)) in scale.answers.iter().zip(&expect) {
                assert_eq!(squeezed(said), *expect);
                assert_eq!(turned, reversed, "{said}");
                agree(*value, points, 1e-4, said);
            }
        }
    }
    same(explained.fit.as_deref(), &report["fit"]["score"], 1.0, 0.01, "the fit");
    // After the sums, what each answer did, in the order of asking and with the numbers of the report.
    let number = |word: &str| word.replace('\u{2212}', "-").parse::<f64>().ok();
    let words = |line: &str| line.split_whitespace().next().and_then(number);
    let (effects, _) = after.split_once("\nWhat would change the score\n").unwrap_or((after, ""));
    let listed: Vec<f64> =
        effects.lines().filter(|line| !line.starts_with("    ")).filter_map(words).collect();
    let told: Vec<f64> = report["effects"]
        .as_array()
        .expect("effects")
        .iter()
        .filter_map(|effect| effect["effect"].as_f64())
        .collect();
    if report["fit"]["score"].is_number() {
        assert_eq!(listed.len(), told.len(), "{effects}");
        for (listed, told) in listed.iter().zip(&told) {
            agree(*told, &listed.to_string(), 0.051, "an effect");
        }
    }
    let sums = if responses.n_answered() == 0 { 0..=0 } else { 5..=1000 };
    assert!(sums.contains(&explained.n_sums), "{} sums", explained.n_sums);
}

/// A printed number is the report's, or both are missing.
#[track_caller]
fn same(printed: Option<&str>, told: &Value, times: f64, within: f64, what: &str) {
    match (printed, told.as_f64()) {
        (Some(printed), Some(told)) => {
            let printed: f64 = printed.parse().expect("a number");
            assert!((printed * times - told).abs() <= within, "{what}: {printed} and {told}");
        }
        (None, None) => {}
        other => panic!("{what}: {other:?}"),
    }
}

#[track_caller]
fn check_seeded(directory: Option<&str>, form: Form, seeds: std::ops::Range<u64>) {
    let bank = directory.map_or_else(built_in, |name| bank(&format!("tests/data/banks/{name}")));
    let home = Home::new();
    for seed in seeds {
        check(&home, directory, &bank, &seeded(&bank, form, seed));
    }
}

#[test]
fn every_line_of_the_built_in_full_form_adds_up() {
    check_seeded(None, Form::Full, 1..4);
}

#[test]
fn every_line_of_the_built_in_quick_form_adds_up() {
    check_seeded(None, Form::Quick, 4..6);
}

#[test]
fn the_strongest_and_the_weakest_sheet_add_up() {
    let (bank, home) = (built_in(), Home::new());
    for most in [true, false] {
        check(&home, None, &bank, &extreme(&bank, Form::Full, most));
    }
}

#[test]
fn every_line_adds_up_with_all_four_kinds_of_answer() {
    check_seeded(Some("mini"), Form::Full, 1..8);
    check_seeded(Some("mini"), Form::Quick, 8..12);
}

#[test]
fn every_line_adds_up_with_lent_items_and_turned_requirements() {
    check_seeded(Some("mixed"), Form::Full, 1..8);
    check_seeded(Some("mixed"), Form::Quick, 8..12);
}

#[test]
fn scales_without_weight_or_answers_drop_out() {
    let home = Home::new();
    let bank = bank("tests/data/banks/mini");
    let answers =
        json!({"leading-early-word": 4, "leading-credit": 2, "pay-needed": 40000, "pay-matters": 1});
    let responses = given(&bank, Form::Full, &answers);
    check(&home, Some("mini"), &bank, &responses);
    let told = home.mini(["score", "answers.json", "--explain"]).expect_code(0).stdout;
    assert!(told.contains("w = 2 x 0 (how much it matters to you) = 0"), "{told}");
    assert!(told.contains("A = (80 - 0) / (80 - 0) = 1"), "{told}");
    assert!(told.contains("S is left out: not answered"), "{told}");
    assert_eq!(told.matches("P is left out").count(), 2, "{told}");
}

#[test]
fn a_sheet_without_answers_has_no_fit_and_says_why() {
    let home = Home::new();
    let bank = bank("tests/data/banks/mini");
    check(&home, Some("mini"), &bank, &Responses::new(&bank, Form::Full));
    let ran = home.mini(["score", "answers.json", "--explain"]).expect_code(0);
    ran.section("The score").expect_stdout(&expect![[r#"
        The score
          There is none: nothing that the role needs could be scored.
    "#]]);
}

#[test]
fn a_negative_fit_is_shown_as_0() {
    let (bank, home) = (bank("tests/data/banks/mini"), Home::new());
    check(&home, Some("mini"), &bank, &extreme(&bank, Form::Full, false));
    let told = home.mini(["score", "answers.json", "--explain"]).expect_code(0).stdout;
    let (sums, _) = told.split_once("\nWhat each answer did\n").expect("the effects");
    assert!(sums.trim_end().ends_with("= 0"), "{told}");
    assert!(told.contains("cut off at -1"), "{told}");
}

#[test]
fn a_saved_result_is_explained_as_its_file_would_be() {
    let home = Home::new();
    home.finish_mini();
    let saved = home.mini(["report", "--explain"]).expect_code(0).stdout;
    home.write("answers.json", crate::program::mini_file(&crate::program::mini_answers()));
    assert_eq!(saved, home.mini(["score", "answers.json", "--explain"]).expect_code(0).stdout);
}

#[test]
fn the_json_has_the_arithmetic_too() {
    let home = Home::new();
    home.write("answers.json", crate::program::mini_file(&crate::program::mini_answers()));
    let ran = home.mini(["score", "answers.json", "--explain", "--format", "json"]).expect_code(0);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let effects = list(&report["effects"]);
    let mut n_scales = 0;
    for scale in list(&report["parts"]).iter().flat_map(|part| list(&part["scales"])) {
        let (Some(score), Some(id)) = (scale["score"].as_f64(), scale["id"].as_str()) else { continue };
        let own: Vec<f64> = effects.iter().filter_map(|effect| effect["points"].get(id)?.as_f64()).collect();
        assert!((own.iter().sum::<f64>() / own.len() as f64 - score).abs() < 1e-9, "{scale}");
        n_scales += 1;
    }
    assert!(n_scales > 4, "{n_scales}");
    home.mini(["score", "answers.json", "--explain", "-o", "sums.json"]).expect_code(0);
    assert_eq!(std::fs::read_to_string(home.path("sums.json")).expect("a file"), ran.stdout);
}

// ---- how much our judgement matters -------------------------------------------------------------

/// The fit of a bank whose judgments are as they are.
fn fit(bank: &Bank, responses: &Responses) -> f64 {
    let role = bank.own_role();
    assess(bank, role, responses).role.and_then(|role| role.fit).expect("a fit").score
}

/// The lowest and the highest fit over banks that each judge one thing otherwise.
fn over_other_judgements(bank: &mut Bank, responses: &Responses) -> (f64, f64) {
    let mut fits = vec![fit(bank, responses)];
    for part in 0..bank.parts.len() {
        let kept = bank.parts[part].weight;
        for factor in [0.5, 2.0] {
            bank.parts[part].weight = kept * factor;
            fits.push(fit(bank, responses));
        }
        bank.parts[part].weight = kept;
    }
    let own = bank.own_role().expect("a role").id.clone();
    let role = bank.roles.iter().position(|role| role.id == own).expect("a role");
    for at in 0..bank.roles[role].requirements.len() {
        let (from, kept) = (bank.roles[role].requirements[at].from, bank.roles[role].requirements[at].to);
        for shift in [-5.0, 5.0] {
            bank.roles[role].requirements[at].to = kept + shift;
            if (kept + shift - from) * (kept - from) > 0.0 {
                fits.push(fit(bank, responses));
            }
        }
        bank.roles[role].requirements[at].to = kept;
    }
    (fits.iter().copied().fold(f64::INFINITY, f64::min), fits.iter().copied().fold(0.0, f64::max))
}

#[track_caller]
fn check_judgement(directory: Option<&str>, form: Form, seeds: std::ops::Range<u64>) {
    let mut bank = directory.map_or_else(built_in, |name| bank(&format!("tests/data/banks/{name}")));
    for seed in seeds {
        let sheet = if seed == 0 { extreme(&bank, form, true) } else { seeded(&bank, form, seed) };
        let role = bank.own_role();
        let told = role.and_then(|role| explain(&bank, role, &sheet).judgement).expect("a range");
        let found = over_other_judgements(&mut bank, &sheet);
        assert!((told.0 - found.0).abs() < 1e-9, "lowest of sheet {seed}: {told:?}, not {found:?}");
        assert!((told.1 - found.1).abs() < 1e-9, "highest of sheet {seed}: {told:?}, not {found:?}");
    }
}

#[test]
fn other_judgments_match_the_built_in_bank_changed_by_hand() {
    check_judgement(None, Form::Full, 0..2);
    check_judgement(None, Form::Quick, 2..4);
}

#[test]
fn other_judgments_match_the_test_banks_changed_by_hand() {
    for name in ["mini", "mixed", "long"] {
        check_judgement(Some(name), Form::Full, 0..12);
    }
}

#[test]
fn the_range_over_other_judgments_is_in_every_form() {
    let home = Home::new();
    let mut bank = bank("tests/data/banks/mini");
    let sheet = given(&bank, Form::Full, &crate::program::mini_answers());
    home.write("answers.json", answers::file(&bank, &sheet));
    let (low, high) = over_other_judgements(&mut bank, &sheet);
    let json = home.mini(["score", "answers.json", "--format", "json"]).expect_code(0).json();
    for (id, expect) in [("low", low), ("high", high)] {
        assert!((json["judgement"][id].as_f64().expect(id) - expect).abs() < 1e-9, "{json}");
    }
    let text = home.mini(["score", "answers.json", "--full"]).expect_code(0).stdout;
    let sentence = format!("your score would be between {low:.0} and {high:.0}.");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&sentence), "{sentence:?} is not in {text}");
}
