//! What holds for any answers: of the scores, of the answers file, of escaping, and of a session.

use std::sync::LazyLock;

use coofit::answers;
use coofit::bank::parse::built_in;
use coofit::bank::{Answer, Bank, Counts, Form, Item, ItemKind, Keying};
use coofit::score::explain::Boldness;
use coofit::score::{Assessment, Explanation, assess, explain};
use coofit::session::{Given, Responses, Session};
use coofit::text::{escape, is_obeyed};
use proptest::prelude::*;

use crate::program::without_spelling;
use crate::support::{bank, times};

static BANKS: LazyLock<[Bank; 5]> = LazyLock::new(read_banks);

/// The built-in bank and `mini` first: there more points on any scale are never worse.
fn read_banks() -> [Bank; 5] {
    let test_bank = |name: &str| bank(&format!("tests/data/banks/{name}"));
    [built_in(), test_bank("mini"), test_bank("mixed"), test_bank("plain"), test_bank("long")]
}

fn cases(n: usize) -> ProptestConfig {
    let cases = u32::try_from(times(n, n / 4)).expect("a small number");
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// One draw of chance, which each item turns into an answer of its own.
type Draw = u32;

/// The answer that an item makes of a draw; every answer can be drawn.
fn answer_of(item: &Item, draw: Draw) -> Answer {
    let under = |n: usize| draw as usize % n;
    let answer = match &item.kind {
        ItemKind::Rating(format) => {
            Answer::Rating(u8::try_from(1 + under(format.labels.len())).expect("a label"))
        }
        ItemKind::Choice(options) => Answer::Choice(under(options.len())),
        ItemKind::Checklist { options, .. } => {
            Answer::Checklist((0..options.len()).filter(|tick| draw >> (tick % 32) & 1 == 1).collect())
        }
        ItemKind::Number(range) => {
            let share = f64::from(draw) / f64::from(Draw::MAX);
            let x = range.min + (range.max - range.min) * share.powi(3);
            Answer::Number(if draw.is_multiple_of(2) { x.round() } else { range.nearest(x) })
        }
    };
    item.accept(answer).expect("an answer of the item")
}

/// What a form's items were given: nothing for an item not reached, then a skip or an answer.
type Sheet = Vec<Option<Option<Draw>>>;

fn sheet() -> impl Strategy<Value = Sheet> {
    let given = prop_oneof![1 => Just(None), 1 => Just(Some(None)), 8 => any::<Draw>().prop_map(|draw| Some(Some(draw)))];
    proptest::collection::vec(given, 100)
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![Just(Form::Full), Just(Form::Quick)]
}

fn responses(bank: &Bank, form: Form, sheet: &Sheet) -> Responses {
    let mut responses = Responses::new(bank, form);
    for index in bank.form_items(form) {
        match sheet[index] {
            None => {}
            Some(None) => responses.skip(index),
            Some(Some(draw)) => {
                responses.set(bank, index, answer_of(&bank.items[index], draw)).expect("asked and accepted");
            }
        }
    }
    responses
}

fn assessed(bank: &Bank, responses: &Responses) -> Assessment {
    assess(bank, bank.own_role(), responses)
}

/// Scale scores with their standard errors, the fit's figures and the quality's, for comparing.
fn figures(assessment: &Assessment) -> Vec<Option<f64>> {
    let mut figures: Vec<Option<f64>> =
        assessment.scales.iter().flat_map(|scale| [scale.score(), scale.standard_error()]).collect();
    if let Some(role) = &assessment.role {
        figures.extend(role.parts.iter().flat_map(|part| [part.attainment, part.standard_error]));
        figures.extend(role.requirements.iter().map(|requirement| requirement.attainment));
        let fit = role.fit.as_ref();
        figures.extend([fit.map(|f| f.raw), fit.map(|f| f.low), fit.map(|f| f.high), role.share]);
    }
    figures
}

#[track_caller]
fn same(a: &Assessment, b: &Assessment) {
    for (at, (a, b)) in figures(a).into_iter().zip(figures(b)).enumerate() {
        let close = match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-7,
            (a, b) => a.is_none() && b.is_none(),
        };
        assert!(close, "figure {at}: {a:?} and {b:?}");
    }
}

fn explained(bank: &Bank, responses: &Responses) -> Explanation {
    bank.own_role().map(|role| explain(bank, role, responses)).unwrap_or_default()
}

fn raw(bank: &Bank, responses: &Responses) -> Option<f64> {
    assessed(bank, responses).role.and_then(|role| role.fit).map(|fit| fit.raw)
}

fn turned(keying: Keying) -> Keying {
    match keying {
        Keying::Forward => Keying::Reverse,
        Keying::Reverse => Keying::Forward,
    }
}

/// Turns round the rating items that `which` names.
fn reverse(bank: &mut Bank, which: impl Fn(usize) -> bool) {
    for (index, item) in bank.items.iter_mut().enumerate() {
        if item.format().is_none() || !which(index) {
            continue;
        }
        match &mut item.counts {
            Counts::Scales(keyed) => keyed.iter_mut().for_each(|keyed| keyed.keying = turned(keyed.keying)),
            Counts::Weighs(keyed) => keyed.keying = turned(keyed.keying),
            Counts::Nothing => {}
        }
    }
}

fn without(given: &Responses, index: usize) -> Responses {
    let mut left = given.clone();
    left.skip(index);
    left
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn reversing_an_item_and_its_answer_leaves_every_score_unchanged(
        sheet in sheet(), form in form(), which in any::<u128>()
    ) {
        let is_turned = |index: usize| which >> (index % 128) & 1 == 1;
        for (bank, mut other) in BANKS.iter().zip(read_banks()) {
            reverse(&mut other, is_turned);
            let given = responses(bank, form, &sheet);
            let mut mirrored = given.clone();
            for index in bank.form_items(form).filter(|&index| is_turned(index)) {
                if let (Some(Answer::Rating(r)), Some(format)) = (given.answer(index), bank.items[index].format()) {
                    let r = u8::try_from(format.labels.len() + 1).expect("few labels") - r;
                    mirrored.set(&other, index, Answer::Rating(r)).expect("a label");
                }
            }
            same(&assessed(bank, &given), &assessed(&other, &mirrored));
        }
    }

    #[test]
    fn the_order_of_items_in_a_file_changes_no_score(sheet in sheet(), form in form(), swaps in proptest::collection::vec(any::<(u8, u8)>(), 40)) {
        for (bank, mut other) in BANKS.iter().zip(read_banks()) {
            let n = bank.items.len();
            let mut order: Vec<usize> = (0..n).collect();
            for (a, b) in &swaps {
                let (a, b) = (usize::from(*a) % n, usize::from(*b) % n);
                order.swap(a, b);
                other.items.swap(a, b);
            }
            let given = responses(bank, form, &sheet);
            let mut moved = Responses::new(&other, form);
            for (to, from) in order.into_iter().enumerate() {
                if let Some(answer) = given.answer(from) {
                    moved.set(&other, to, answer.clone()).expect("the same item");
                }
            }
            same(&assessed(bank, &given), &assessed(&other, &moved));
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_better_answer_never_lowers_the_fit(sheet in sheet(), form in form(), at in any::<prop::sample::Index>(), draws in any::<(Draw, Draw)>()) {
        for bank in &BANKS[..2] {
            let items: Vec<usize> = bank.form_items(form).filter(|&index| bank.items[index].own_scale().is_some()).collect();
            let index = items[at.index(items.len())];
            let item = &bank.items[index];
            let own = item.own_scale().expect("filtered");
            let mut answers = [answer_of(item, draws.0), answer_of(item, draws.1)];
            answers.sort_by(|a, b| own.keying.key(item.points(a)).total_cmp(&own.keying.key(item.points(b))));
            let mut given = responses(bank, form, &sheet);
            let [worse, better] = answers.map(|answer| {
                given.set(bank, index, answer).expect("asked and accepted");
                raw(bank, &given)
            });
            if let (Some(worse), Some(better)) = (worse, better) {
                prop_assert!(better >= worse - 1e-9, "{}: {worse} then {better}", item.id);
            } else {
                prop_assert_eq!(worse, better);
            }
        }
    }

    #[test]
    fn every_number_stays_within_its_bounds(sheet in sheet(), form in form()) {
        for bank in BANKS.iter() {
            let assessment = assessed(bank, &responses(bank, form, &sheet));
            for scale in &assessment.scales {
                prop_assert!(scale.score().is_none_or(|score| (0.0..=100.0).contains(&score)));
                prop_assert!(scale.standard_error().is_none_or(|error| error >= 0.0 && error.is_finite()));
            }
            let Some(role) = assessment.role else { continue };
            for attained in &role.requirements {
                prop_assert!(attained.attainment.is_none_or(|a| (-1.0..=1.0).contains(&a)));
                prop_assert!(attained.weight >= 0.0);
            }
            for part in &role.parts {
                prop_assert!(part.attainment.is_none_or(|p| (-1.0 - 1e-9..=1.0 + 1e-9).contains(&p)));
            }
            prop_assert!(role.share.is_none_or(|share| (0.0..=1.0 + 1e-9).contains(&share)));
            prop_assert!(role.sides.iter().flatten().all(|side| (-100.0 - 1e-9..=100.0 + 1e-9).contains(side)));
            let explained = explained(bank, &responses(bank, form, &sheet));
            prop_assert!(explained.moves.iter().all(|change| change.gain >= -1e-9));
            let Some(fit) = role.fit else { continue };
            prop_assert!((0.0..=100.0 + 1e-9).contains(&fit.score));
            prop_assert!(0.0 <= fit.low && fit.low <= fit.score + 1e-9 && fit.score <= fit.high + 1e-9 && fit.high <= 100.0);
            prop_assert!(explained.without.iter().flatten().all(|fit| (0.0..=100.0 + 1e-9).contains(fit)));
        }
        for bank in &BANKS[..2] {
            let responses = responses(bank, form, &sheet);
            let told = explained(bank, &responses);
            if let (Some(fit), Some(Boldness { modest, bold, outer })) = (raw(bank, &responses), told.boldness) {
                let fit = fit.max(0.0);
                prop_assert!(modest <= fit + 1e-9 && fit <= bold + 1e-9, "{modest} {fit} {bold}");
                prop_assert!(0.0 <= outer.0 && outer.0 <= modest && bold <= outer.1 && outer.1 <= 100.0, "{outer:?}");
            }
        }
    }

    #[test]
    fn an_item_that_counts_towards_nothing_changes_nothing(sheet in sheet(), form in form(), draw in any::<Draw>()) {
        let bank = &BANKS[2];
        let index = bank.item("heard-of-us").expect("an unscored item");
        assert_eq!(bank.items[index].counts, Counts::Nothing);
        let given = responses(bank, form, &sheet);
        let mut other = given.clone();
        other.set(bank, index, answer_of(&bank.items[index], draw)).expect("an option");
        same(&assessed(bank, &given), &assessed(bank, &other));
        same(&assessed(bank, &without(&given, index)), &assessed(bank, &other));
    }

    #[test]
    fn an_effect_is_the_fit_with_the_answer_minus_without(sheet in sheet(), form in form(), at in any::<prop::sample::Index>()) {
        for bank in BANKS.iter() {
            let given = responses(bank, form, &sheet);
            let effects = explained(bank, &given).effects;
            prop_assert!(bank.default_role.is_none() || effects.len() == given.n_answered());
            if effects.is_empty() {
                continue;
            }
            let effect = effects[at.index(effects.len())];
            let expect = raw(bank, &given).zip(raw(bank, &without(&given, effect.item))).map(|(with, without)| with - without);
            match (effect.effect, expect) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-9, "{a} and {b}"),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn answers_written_and_read_back_are_the_same(sheet in sheet(), form in form()) {
        for bank in BANKS.iter() {
            let given = responses(bank, form, &sheet);
            let file = answers::file(bank, &given);
            let read = answers::parse(bank, "answers.json", &file).unwrap_or_else(|faults| panic!("{faults}"));
            prop_assert_eq!(&read.responses, &given);
            prop_assert_eq!(read.other_edition, None);
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_number_is_read_back_to_the_last_bit(x in 0.0..100.0_f64) {
        let bank = &BANKS[0];
        let index = bank.item("hours-willing").expect("a number");
        let mut given = Responses::new(bank, Form::Full);
        given.set(bank, index, Answer::Number(x)).expect("in range");
        let read = answers::parse(bank, "answers.json", &answers::file(bank, &given)).unwrap_or_else(|faults| panic!("{faults}"));
        prop_assert_eq!(read.responses.answer(index), given.answer(index));
    }

    #[test]
    fn escaped_text_holds_nothing_that_is_obeyed(text in "(\\PC|\\p{C}|[\u{0}-\u{9f}\u{200b}-\u{206f}]){0,40}") {
        let escaped = escape(&text);
        prop_assert!(!without_spelling(&escaped).chars().any(is_obeyed), "{escaped:?}");
        prop_assert_eq!(escape(&escaped), escaped.as_ref());
        let kept = text.chars().filter(|c| !is_obeyed(*c)).count();
        prop_assert!(escaped.chars().count() >= kept);
    }

    #[test]
    fn harmless_text_comes_back_unchanged(text in "[ -~\u{a1}-\u{ac}\u{ae}-\u{17f}\u{391}-\u{3c9}\u{4e00}-\u{4fff}\u{1f600}-\u{1f64f}]{0,40}") {
        prop_assert_eq!(escape(&text), text.as_str());
    }
}

#[test]
fn skipping_everything_scores_nothing() {
    for bank in BANKS.iter() {
        for form in [Form::Full, Form::Quick] {
            let reached = responses(bank, form, &vec![Some(None); 100]);
            for given in [Responses::new(bank, form), reached] {
                let assessment = assessed(bank, &given);
                assert!(
                    assessment.scales.iter().all(|scale| scale.score().is_none() && scale.n_answered == 0)
                );
                let Some(role) = assessment.role else { continue };
                assert_eq!(role.fit, None);
                assert!(role.parts.iter().all(|part| part.attainment.is_none()));
                let explained = explained(bank, &given);
                assert!(explained.effects.is_empty() && explained.moves.is_empty());
            }
        }
    }
}

/// What a respondent may do.
#[derive(Debug, Clone)]
enum Act {
    Answer(Draw),
    Refused,
    Skip,
    Back,
    Resume,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => any::<Draw>().prop_map(Act::Answer),
        1 => Just(Act::Refused),
        2 => Just(Act::Skip),
        3 => Just(Act::Back),
        1 => Just(Act::Resume),
    ]
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_session_keeps_its_place_and_every_answer_whatever_happens(form in form(), acts in proptest::collection::vec(act(), 0..60)) {
        for bank in &BANKS[1..3] {
            let asked: Vec<usize> = bank.form_items(form).collect();
            let mut model: (usize, Vec<Option<Given>>) = (0, vec![None; asked.len()]);
            let mut session = Session::resume(bank, Responses::new(bank, form));
            for act in &acts {
                let (at, given) = &mut model;
                match act {
                    Act::Answer(draw) => {
                        let answer = session.current().map(|item| answer_of(&bank.items[item], *draw));
                        // After the last item an answer goes nowhere.
                        prop_assert!(session.answer(answer.clone().unwrap_or(Answer::Rating(1))).is_ok());
                        if let Some(answer) = answer {
                            given[*at] = Some(Given::Answered(answer));
                            *at += 1;
                        }
                    }
                    Act::Refused => {
                        let refused = session.answer(Answer::Rating(0));
                        prop_assert_eq!(refused.is_err(), *at < asked.len());
                    }
                    Act::Skip => {
                        session.skip();
                        if *at < asked.len() {
                            given[*at] = Some(Given::Skipped);
                            *at += 1;
                        }
                    }
                    Act::Back => {
                        session.back();
                        *at = at.saturating_sub(1);
                    }
                    Act::Resume => {
                        session = Session::resume(bank, session.responses().clone());
                        *at = given.iter().position(Option::is_none).unwrap_or(asked.len());
                    }
                }
                let (at, given) = &model;
                prop_assert_eq!(session.current(), asked.get(*at).copied());
                prop_assert_eq!(session.left(), &asked[*at..]);
                let place = session.progress();
                prop_assert!((1..=place.of).contains(&place.number) && place.of == asked.len());
                for (index, given) in asked.iter().zip(given) {
                    prop_assert_eq!(session.responses().given(*index), given.as_ref());
                }
                let elsewhere = (0..bank.items.len()).filter(|index| !asked.contains(index));
                prop_assert!(elsewhere.into_iter().all(|index| session.responses().given(index).is_none()));
            }
        }
    }
}

/// An answers file to the bank `mini` whose `answers` hold `lines`, one a line from line 6 on.
fn file_of(lines: &str) -> String {
    format!("{{\n\"format\": 1,\n\"bank\": \"mini\",\n\"form\": \"full\",\n\"answers\": {{\n{lines}\n}} }}")
}

/// The faults of an answers file: line:column, message and help.
fn answer_faults(text: &str) -> Vec<(String, String, String)> {
    let Err(faults) = answers::parse(&BANKS[1], "a.json", text) else { return Vec::new() };
    let told = |fault: &coofit::bank::fault::Fault| {
        let (line, column) = faults.sources.line_and_column(&fault.place);
        (format!("{line}:{column}"), fault.message.clone(), fault.help.clone().unwrap_or_default())
    };
    faults.list.iter().map(told).collect()
}

#[track_caller]
fn check_answers(text: &str, at: &str, message: &str, help: &str) {
    let found = answer_faults(text);
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    let (place, told, helped) = &found[0];
    assert_eq!(place, at, "{told}");
    assert!(told.contains(message), "{told:?} lacks {message:?}");
    assert!(helped.contains(help) && (helped.is_empty() == help.is_empty()), "{helped:?}, expected {help:?}");
}

#[test]
fn a_faulty_answer_shows_its_place_and_what_is_allowed() {
    for (answer, at, message, help) in [
        (
            r#""leading-early-wird": 3"#,
            "6:1",
            "the bank has no item `leading-early-wird`",
            "did you mean `leading-early-word`?",
        ),
        (r#""zzz": 3"#, "6:1", "the bank has no item `zzz`", ""),
        (r#""leading-early-word": 6"#, "6:23", "must be a whole number from 1 to 5, not `6`", ""),
        (r#""leading-early-word": 0"#, "6:23", "must be a whole number from 1 to 5, not `0`", ""),
        (r#""leading-early-word": 2.5"#, "6:23", "must be a whole number from 1 to 5, not `2.5`", ""),
        (r#""leading-early-word": 257"#, "6:23", "must be a whole number from 1 to 5, not `257`", ""),
        (r#""leading-early-word": "4""#, "6:23", "must be a whole number from 1 to 5, not `\"4\"`", ""),
        (r#""leading-early-word": true"#, "6:23", "must be a whole number from 1 to 5, not `true`", ""),
        (r#""scenes-outage": "tel""#, "6:18", "must be one of its options", "did you mean `tell`?"),
        (
            r#""scenes-outage": 1"#,
            "6:18",
            "must be one of its options",
            "its options are `tell`, `fix`, `call`",
        ),
        (
            r#""duties-had": ["roster", "roster"]"#,
            "6:15",
            "must be some of its options, each once",
            "its options are `roster`",
        ),
        (
            r#""duties-had": ["rostr"]"#,
            "6:15",
            "must be some of its options, each once",
            "did you mean `roster`?",
        ),
        (r#""duties-had": "roster""#, "6:15", "must be some of its options, each once", "its options are"),
        (r#""years-in-charge": 41"#, "6:20", "must be a number from 0 to 40, not `41`", ""),
        (r#""years-in-charge": -0.5"#, "6:20", "must be a number from 0 to 40, not `-0.5`", ""),
        (r#""years-in-charge": {"n": 1}"#, "6:20", "must be a number from 0 to 40", ""),
    ] {
        check_answers(&file_of(answer), at, message, help);
    }
    check_answers(
        &file_of("\"pay-needed\": 1,\n\"pay-needed\": 2"),
        "7:1",
        "`pay-needed` is given twice",
        "keep one of them",
    );
}

#[test]
fn a_faulty_answers_file_is_named_with_its_line() {
    let good = file_of("\"pay-needed\": 1");
    assert_eq!(answer_faults(&good), []);
    for (old, new, at, message, help) in [
        ("\"mini\"", "\"coo\"", "3:9", "these answers are to `coo`, but this bank is `mini`", "--bank DIR"),
        ("\"format\": 1", "\"format\": 2", "2:11", "`format` must be 1", ""),
        ("\"format\": 1,\n", "", "1:1", "the answers file has no `format`", "add"),
        ("\"bank\": \"mini\",\n", "", "1:1", "the answers file has no `bank`", "add the id"),
        ("\"answers\"", "\"answer\"", "5:1", "", ""),
        ("\"full\"", "\"short\"", "4:9", "`form` must be \"full\" or \"quick\"", ""),
        (
            "\"form\": \"full\"",
            "\"form\": \"full\",\n\"form\": \"quick\"",
            "5:1",
            "`form` is given twice",
            "keep one of them",
        ),
        (
            "\"form\": \"full\"",
            "\"fomr\": \"full\"",
            "4:1",
            "an answers file has no key `fomr`",
            "did you mean `form`?",
        ),
        (
            "\"pay-needed\": 1",
            "\"pay-needed\": 1,,",
            "6:17",
            "the file cannot be read from here on",
            "something is missing or does not belong here",
        ),
        ("\n} }", "", "6:15", "the file ends too early", "save it again, or ask for it again"),
        ("\n} }", "\n} } x", "7:5", "the file cannot be read from here on", "something is missing"),
    ] {
        let text = good.replacen(old, new, 1);
        if message.is_empty() {
            let places: Vec<String> = answer_faults(&text).into_iter().map(|(at, ..)| at).collect();
            assert!(places.iter().any(|place| place == at), "{places:?}");
        } else {
            check_answers(&text, at, message, help);
        }
    }
    let list = good.replacen("{\n\"pay-needed\": 1\n}", "[1]", 1);
    check_answers(&list, "5:12", "answers have to be between braces", "coofit score --help");
    check_answers("[1]", "1:1", "answers have to be between braces", "coofit score --help");
    check_answers("", "1:1", "the file ends too early", "save it again");
}

#[test]
fn a_fault_in_an_answers_file_marks_the_answer_itself() {
    let text = file_of("\"pay-needed\": 1,\n\"leading-credit\": 99,\n\"planning-week\": [1, 2]");
    let faults = answers::parse(&BANKS[1], "a.json", &text).expect_err("two wrong answers");
    let marked: Vec<&str> = faults.list.iter().map(|fault| &text[fault.place.span.clone()]).collect();
    assert_eq!(marked, ["99", "[1, 2]"]);
    let list = file_of("").replacen("{\n\n}", "[1]", 1);
    let faults = answers::parse(&BANKS[1], "a.json", &list).expect_err("a list");
    assert_eq!(&list[faults.list[0].place.span.clone()], "[", "where it begins to be something else");
    // A key that no item has is marked itself, with its quotes, whatever is between them.
    for key in [r#""unknown""#, r#""a \" quote""#, r#""a backslash \\""#, r#""both \\\"""#, r#""""#] {
        let text = file_of(&format!("\"leading-credit\": 4,\n{key}  :  1"));
        let faults = answers::parse(&BANKS[1], "a.json", &text).expect_err("no such item");
        let marked: Vec<&str> = faults.list.iter().map(|fault| &text[fault.place.span.clone()]).collect();
        assert_eq!(marked, [key]);
    }
}

#[test]
fn an_answer_outside_the_quick_form_is_a_fault() {
    let text = file_of("\"pay-needed\": 1,\n\"training-longest\": \"weeks\"").replacen("full", "quick", 1);
    check_answers(&text, "7:1", "the quick form does not ask `training-longest`", "score the full form");
}

#[test]
fn one_run_shows_every_fault_of_an_answers_file() {
    let found = answer_faults(&file_of(
        "\"pay-needed\": -1,\n\"zzz\": 2,\n\"years-in-charge\": \"x\",\n\"pay-matters\": 9",
    ));
    let places: Vec<&str> = found.iter().map(|(at, ..)| at.as_str()).collect();
    assert_eq!(places, ["6:15", "7:1", "8:20", "9:16"]);
}

#[test]
fn a_byte_order_mark_before_an_answers_file_is_ignored() {
    let good = file_of("\"pay-needed\": 1");
    assert_eq!(answer_faults(&format!("\u{feff}{good}")), []);
    let faulty = file_of("\"pay-needed\": -1");
    assert_eq!(answer_faults(&format!("\u{feff}{faulty}"))[0].0, "6:15");
}

#[test]
fn an_answers_file_of_another_edition_is_read_and_noted() {
    let text = file_of("\"pay-needed\": 1").replacen("\"form\"", "\"edition\": \"0\",\n\"form\"", 1);
    let file = answers::parse(&BANKS[1], "a.json", &text).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(file.other_edition.as_deref(), Some("0"));
    assert_eq!(file.responses.n_answered(), 1);
}
