//! The signals about the answers themselves, at the values where each begins to say something.

use coofit::bank::{Bank, Form, ItemKind, ScaleKind};
use coofit::score::assess;
use coofit::score::quality::{Level, Signal, SignalId, Verdict};
use coofit::session::Responses;

use crate::program::mini_answers;
use crate::results::{given, rating, seeded};
use crate::support::bank;

fn test(name: &str) -> Bank {
    bank(&format!("tests/data/banks/{name}"))
}

fn signal(bank: &Bank, sheet: &Responses, id: SignalId) -> Signal {
    let signals = assess(bank, None, sheet).quality.signals;
    *signals.iter().find(|signal| signal.id == id).expect("one of the four")
}

/// The first `run` ratings with one label, the others with its two neighbors in turn.
fn with_run(bank: &Bank, run: u8) -> Responses {
    let mut sheet = Responses::new(bank, Form::Full);
    for index in 0..bank.items.len() {
        let label = if index < usize::from(run) { 3 } else { [2, 4][index % 2] };
        sheet.set(bank, index, rating(label)).expect("a label");
    }
    sheet
}

/// Times for the first ratings of `mini`, in the order of asking.
fn timed(seconds: &[f64]) -> (Bank, Responses) {
    let bank = test("mini");
    let mut sheet = given(&bank, Form::Full, &mini_answers());
    let ratings = (0..bank.items.len()).filter(|&index| bank.items[index].format().is_some());
    for (index, &seconds) in ratings.zip(seconds) {
        sheet.spend(index, seconds);
    }
    (bank, sheet)
}

#[test]
fn pace_is_the_share_of_timed_ratings_under_two_seconds() {
    for (seconds, value, level) in [
        (&[2.0, 30.0, 9.0, 4.0, 2.5][..], 0.0, Level::Clear),
        (&[1.99, 30.0, 9.0, 4.0, 2.5, 2.0], 1.0 / 6.0, Level::Clear),
        (&[30.0, 1.9, 9.0, 4.0, 2.5], 0.2, Level::Caution),
        (&[1.0, 1.9, 0.0, 4.0, 2.5, 7.0], 0.5, Level::Doubtful),
        (&[1.0, 0.5, 4.0], 2.0 / 3.0, Level::Doubtful),
    ] {
        let (bank, sheet) = timed(seconds);
        let pace = signal(&bank, &sheet, SignalId::Pace);
        assert!((pace.value.expect("there are times") - value).abs() < 1e-12, "{seconds:?}: {pace:?}");
        assert_eq!(pace.level, Some(level), "{seconds:?}");
    }
}

#[test]
fn only_answered_ratings_have_a_pace() {
    let (bank, mut sheet) = timed(&[]);
    assert_eq!(signal(&bank, &sheet, SignalId::Pace).value, None, "nothing was timed");
    for index in 0..bank.items.len() {
        match bank.items[index].kind {
            ItemKind::Rating(_) => {}
            _ => sheet.spend(index, 0.5),
        }
    }
    assert_eq!(signal(&bank, &sheet, SignalId::Pace).value, None, "no rating was timed");
    let first = bank.item("leading-early-word").expect("a rating");
    sheet.spend(first, 0.5);
    sheet.skip(first);
    assert_eq!(signal(&bank, &sheet, SignalId::Pace).value, None, "the timed rating was skipped");
}

#[test]
fn two_visits_to_a_question_add_up() {
    let (bank, mut sheet) = timed(&[1.5]);
    assert_eq!(signal(&bank, &sheet, SignalId::Pace).value, Some(1.0));
    sheet.spend(bank.item("leading-early-word").expect("the first rating"), 0.5);
    assert_eq!(signal(&bank, &sheet, SignalId::Pace).value, Some(0.0));
}

#[test]
fn a_run_is_caution_from_14_and_doubtful_from_half() {
    // `plain` has 40 ratings on trait scales, `long` has 45.
    for (name, run, level) in [
        ("plain", 13, Level::Clear),
        ("plain", 14, Level::Caution),
        ("plain", 19, Level::Caution),
        ("plain", 20, Level::Doubtful),
        ("long", 22, Level::Caution),
        ("long", 23, Level::Doubtful),
    ] {
        let bank = test(name);
        let longest = signal(&bank, &with_run(&bank, run), SignalId::LongestRun);
        assert_eq!(longest.value, Some(f64::from(run)), "{name}: {run}");
        assert_eq!(longest.level, Some(level), "{name}: {run}");
    }
}

#[test]
fn only_trait_ratings_count_in_a_run_and_its_threshold() {
    let mut bank = test("long");
    let half = |bank: &Bank| signal(bank, &with_run(bank, 30), SignalId::LongestRun).doubtful_from;
    assert_eq!(half(&bank), Some(22.5));
    // Without the 5 ratings of one scale 40 are left; without 10 more, half of 30 is under 20.
    for id in ["pace", "composed", "unsure"] {
        let scale = bank.scales.iter_mut().find(|scale| scale.id == id).expect("a scale of `long`");
        scale.kind = ScaleKind::Situational;
        assert_eq!(half(&bank), Some(20.0), "{id}");
    }
    let longest = |bank: &Bank, run| signal(bank, &with_run(bank, run), SignalId::LongestRun).value;
    assert_eq!(longest(&bank, 30), Some(30.0));
    let first = bank.items[0].own_scale().expect("a scale").scale;
    bank.scales[first].kind = ScaleKind::Situational;
    assert_eq!(longest(&bank, 30), Some(25.0), "its 5 ratings neither count nor break the run");
}

#[test]
fn a_skip_neither_counts_nor_breaks_a_run() {
    let bank = test("plain");
    let mut sheet = with_run(&bank, 15);
    sheet.skip(4);
    assert_eq!(signal(&bank, &sheet, SignalId::LongestRun).value, Some(14.0));
}

#[test]
fn the_share_skipped_is_of_the_questions_of_the_form() {
    let bank = test("plain");
    for (n_skipped, level) in [(7, Level::Clear), (8, Level::Caution), (40, Level::Caution)] {
        let mut sheet = with_run(&bank, 0);
        (0..n_skipped).for_each(|index| sheet.skip(index));
        let skipped = signal(&bank, &sheet, SignalId::Skipped);
        assert_eq!((skipped.value, skipped.level), (Some(n_skipped as f64 / 40.0), Some(level)));
    }
    let mut bank = test("mini");
    let skipped = |bank: &Bank| signal(bank, &Responses::new(bank, Form::Quick), SignalId::Skipped).value;
    assert_eq!(skipped(&bank), Some(1.0), "nothing was reached");
    bank.items.iter_mut().for_each(|item| item.quick = false);
    assert_eq!(skipped(&bank), None, "of no questions there is no share");
}

#[test]
fn a_short_form_is_judged_only_if_all_ratings_agree() {
    // 8 trait ratings, half of them reversed.
    let bank = bank("tests/data/exports/bank");
    let ratings: Vec<usize> = (0..bank.items.len())
        .filter(|&index| bank.items[index].format().is_some() && bank.items[index].own_scale().is_some())
        .collect();
    assert_eq!(ratings.len(), 8);
    for label in 1..=5 {
        let mut sheet = Responses::new(&bank, Form::Full);
        for &index in &ratings {
            sheet.set(&bank, index, rating(label)).expect("a label");
        }
        let quality = assess(&bank, None, &sheet).quality;
        assert_eq!(quality.verdict, Verdict::Caution);
        assert_eq!(signal(&bank, &sheet, SignalId::LongestRun).value, Some(8.0));
        let other = if label == 3 { 4 } else { 3 };
        sheet.set(&bank, ratings[7], rating(other)).expect("a label");
        let run = signal(&bank, &sheet, SignalId::LongestRun);
        assert_eq!((run.value, run.level), (None, None), "a run of 7 is out of reach");
        assert_eq!(assess(&bank, None, &sheet).quality.verdict, Verdict::NotJudged);
        sheet.skip(ratings[7]);
        assert_eq!(assess(&bank, None, &sheet).quality.verdict, Verdict::NotJudged, "not all are answered");
    }
    for seed in 0..40 {
        let verdict = assess(&bank, None, &seeded(&bank, Form::Full, seed)).quality.verdict;
        assert_ne!(verdict, Verdict::Clear, "{seed}");
    }
}

#[test]
fn consistency_has_a_level_from_20_degrees_of_freedom_on() {
    let bank = test("plain");
    for (n_skipped, df, caution) in
        [(6, 30, Some(1.0 - 0.45 / 30_f64.sqrt())), (7, 29, Some(1.0)), (16, 20, Some(1.0)), (17, 19, None)]
    {
        let mut sheet = with_run(&bank, 3);
        (0..n_skipped).for_each(|index| sheet.skip(index));
        let found = signal(&bank, &sheet, SignalId::Consistency);
        assert_eq!(found.caution_from, caution, "{df}");
        assert_eq!(found.level.is_some(), caution.is_some(), "{df}");
        assert!(found.value.is_some());
    }
}
