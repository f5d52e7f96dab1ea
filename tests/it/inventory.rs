//! A report without a role, as a personality inventory has it: scores, what they say, and no word of a fit.

use coofit::bank::fault::Sources;
use coofit::bank::parse::parse;
use coofit::bank::{Answer, Bank, Form, Keying};
use coofit::render::{Layout, Writer, write};
use coofit::report::{About, Report};
use coofit::report::{explain, sections};
use coofit::session::Responses;
use expect_test::expect;
use scraper::{Html, Selector};

use crate::support::{bank, repository, sources};

const TEXT: Writer = Writer::Text(Layout { width: 80, color: false, aloud: false, full: true });

/// The answers of someone who answers every item of a scale alike, in the direction of the scale: points
/// 0 to 4 a scale, in the order of the bank.
fn sheet(bank: &Bank, levels: &[u8]) -> Responses {
    let mut sheet = Responses::new(bank, Form::Full);
    for (index, item) in bank.items.iter().enumerate() {
        let own = item.own_scale().expect("a scale");
        let level = levels[own.scale];
        let response = if own.keying == Keying::Reverse { 5 - level } else { 1 + level };
        sheet.set(bank, index, Answer::Rating(response)).expect("a label");
    }
    sheet
}

fn report(bank: &Bank, levels: &[u8]) -> Report {
    let sheet = sheet(bank, levels);
    Report::new(bank, None, &sheet, &About::default())
}

#[test]
fn every_format_shows_clear_readings_and_names_the_other_scales() {
    let bank = bank("examples/ipip50");
    let report = report(&bank, &[4, 0, 2, 3, 2]);
    let said: Vec<(&str, &str)> =
        report.readings.iter().map(|s| (s.title.as_str(), s.says.as_str())).collect();
    let scale = |index: usize| &bank.scales[index];
    let text_of = |text: &Option<String>| text.clone().expect("a text");
    let expect = [
        (scale(0).title.as_str(), text_of(&scale(0).high)),
        (scale(1).title.as_str(), text_of(&scale(1).low)),
        (scale(3).title.as_str(), text_of(&scale(3).high)),
    ];
    assert_eq!(said, expect.each_ref().map(|(title, says)| (*title, says.as_str())));
    let middle = "Near the middle, or too close to tell: Agreeableness, Openness.";
    assert_eq!(report.middle.as_deref(), Some(middle));
    let text = write(&sections::document(&report), TEXT);
    expect![[r#"
        IPIP Big-Five factor markers, 50 items             full form, 50 of 50 answered

          These scores are not compared with a role.

        What your scores say
          Only scales clearly above or below 50, the middle, are here.

          Extraversion. You seek company and are at ease in the middle of it.
            You answered "Very accurately" to: I am the life of the party.
          Neuroticism. You stay calm and even in mood most of the time.
            You answered "Very inaccurately" to: I get stressed out easily.
          Conscientiousness. You keep order, mind details and get things done on time.
            You answered "Moderately accurately" to: I am always prepared.

          Near the middle, or too close to tell: Agreeableness, Openness.

        Before you act on it
          Your answers are consistent, so you can use this result.
          A mirror of your own answers, not a test of ability or a hiring tool.
    "#]]
    .assert_eq(&text[..text.find("\nYour scores").expect("the scores")]);
    for format in [Writer::Markdown, Writer::Html] {
        let shown = write(&sections::document(&report), format);
        let words: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        for (_, says) in &expect {
            assert!(words.contains(says.as_str()), "{says} is missing from\n{shown}");
        }
        assert!(words.contains(middle), "{shown}");
        assert!(words.contains("These scores are not compared with a role."), "{shown}");
        for never in ["no role was named", "No verdict", "Asked", "the role needs", ", weight"] {
            assert!(!words.contains(never), "{never} in\n{shown}");
        }
    }
}

#[test]
fn the_arithmetic_of_an_inventory_ends_at_its_scores() {
    let bank = bank("examples/ipip50");
    let levels = [4, 0, 2, 3, 2];
    let arithmetic = explain::document(&report(&bank, &levels), &bank, None, &sheet(&bank, &levels));
    let shown = write(&arithmetic, TEXT);
    assert!(shown.contains("S = "), "{shown}");
    for never in ["P = ", "W = ", "fit", "Fit"] {
        assert!(!shown.contains(never), "{never} in\n{shown}");
    }
}

#[test]
fn an_inventory_page_has_own_headings_and_no_empty_column() {
    let bank = bank("examples/ipip50");
    let page =
        Html::parse_document(&write(&sections::document(&report(&bank, &[4, 0, 2, 3, 2])), Writer::Html));
    let texts = |selector: &str| -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        page.select(&selector).map(|element| element.text().collect::<String>()).collect()
    };
    assert_eq!(
        texts("h2"),
        ["What your scores say", "Before you act on it", "Your scores", "How far to trust this"]
    );
    assert_eq!(texts("table.scores thead th")[1..], ["score"]);
    assert_eq!(texts("table.scores tbody tr").len(), 5);
}

#[test]
fn a_scale_without_low_and_high_has_no_reading() {
    let mut bare = Sources::default();
    for (file, text) in sources(&repository("examples/ipip50")).iter() {
        let kept = text.lines().filter(|line| !line.starts_with("low =") && !line.starts_with("high ="));
        bare.insert(file, kept.collect::<Vec<_>>().join("\n"));
    }
    let bank = parse(&bare).unwrap_or_else(|faults| panic!("{faults}"));
    let report = report(&bank, &[4, 0, 2, 3, 2]);
    assert!(report.readings.is_empty() && report.middle.is_none());
    let text = write(&sections::document(&report), TEXT);
    expect![[r#"
        IPIP Big-Five factor markers, 50 items             full form, 50 of 50 answered

          These scores are not compared with a role.

        Before you act on it
          Your answers are consistent, so you can use this result.
          A mirror of your own answers, not a test of ability or a hiring tool.
    "#]]
    .assert_eq(&text[..text.find("\nYour scores").expect("the scores")]);
}

#[test]
fn the_first_screen_of_an_inventory_shows_its_scales() {
    let bank = bank("examples/ipip50");
    let first = Writer::Text(Layout { width: 40, color: false, aloud: false, full: false });
    let shown = write(&sections::document(&report(&bank, &[4, 0, 2, 3, 2])), first);
    expect![[r#"
        IPIP Big-Five factor markers, 50 items
        full form, 50 of 50 answered

          These scores are not compared with a
          role.

        What your scores say
          Only scales clearly above or below
          50, the middle, are here.

          Extraversion.
            You seek company and are at ease in
            the middle of it.
            You answered "Very accurately" to:
            I am the life of the party.
          Neuroticism.
            You stay calm and even in mood most
            of the time.
            You answered "Very inaccurately"
            to: I get stressed out easily.
          Conscientiousness.
            You keep order, mind details and
            get things done on time.
            You answered "Moderately
            accurately" to: I am always
            prepared.

          Near the middle, or too close to
          tell: Agreeableness, Openness.

        Before you act on it
          Your answers are consistent, so you
          can use this result.
          A mirror of your own answers, not a
          test of ability or a hiring tool.

        Your scores
          Every scale goes from 0 to 100.
          ± shows the 90 % range of a score.

          Fifty statements; rated scales ±7
                             score
          Extraversion         100  ─────────━●
            T 72 (69 to 72), above about 98 of
              100 in: visitors of
              openpsychometrics.org
          Neuroticism            0  ●━─────────
            T 26 (26 to 29), above about 1 of
              100 in: visitors of
              openpsychometrics.org
          Agreeableness         50  ────━●━────
            T 38 (34 to 42), above about 12 of
              100 in: visitors of
              openpsychometrics.org
          Conscientiousness     75  ───────━●──
            T 59 (55 to 63), above about 81 of
              100 in: visitors of
              openpsychometrics.org
          Openness              50  ────━●━────
            T 35 (31 to 40), above about 7 of
              100 in: visitors of
              openpsychometrics.org

          A T score puts the mean of a group at
          50 and its standard deviation at 10;
          the 90 % range is in brackets. How
          many of 100 people score lower
          assumes that the group's scores
          follow the normal curve. Both compare
          your answers with that group's
          answers. They do not say how able you
          are, and they do not enter the score.
          Compared with: visitors of
          openpsychometrics.org (19,718 people,
          about 2012). Source: The answers that
          the site published, scored with
          coofit.

          All scales   coofit report --full
          Web page     coofit report -o me.html
    "#]]
    .assert_eq(&shown);
    assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
}

#[test]
fn a_bank_with_roles_says_how_to_name_one() {
    let bank = bank("tests/data/banks/mini");
    let sheet = Responses::new(&bank, Form::Full);
    let report = Report::new(&bank, None, &sheet, &About::default());
    assert_eq!(report.fit.verdict, "These scores are not compared with a role; `--role ID` does that");
}
