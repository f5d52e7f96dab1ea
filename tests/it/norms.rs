//! Norms: where a score falls in a comparison group, in every form of the report, and never without
//! a norm.

use coofit::answers;
use coofit::bank::Norm;
use coofit::bank::fault::{Place, Sources};
use coofit::bank::{Bank, Form, parse};
use coofit::render::{Layout, Writer, write};
use coofit::report::sections::document;
use coofit::report::{About, Report};
use coofit::score::norm::Standing;
use expect_test::expect;
use serde_json::{Value, json};

use crate::program::Home;
use crate::schemas::{holds, schema};
use crate::support::{bank, repository, sources};

/// The norm of extraversion in the example; the other scales keep theirs.
const NORM: &str = "mean = 50.28\nsd = 23.06";
/// What only a comparison says.
const TELLS: [&str; 3] = ["of 100 in:", "Compared with", "T puts"];

fn inventory() -> Sources {
    sources(&repository("examples/ipip50"))
}

/// The inventory with other text in the place of what its file says.
fn changed(old: &str, new: &str) -> Bank {
    let mut sources = inventory();
    let text = sources.get("markers.toml").expect("the markers").to_owned();
    assert!(text.contains(old), "{old}");
    sources.insert("markers.toml", text.replacen(old, new, 1));
    parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The inventory without any norm.
fn bare() -> Bank {
    let mut sources = inventory();
    let text = sources.get("markers.toml").expect("the markers").to_owned();
    let (mut kept, mut is_norm) = (String::new(), false);
    for line in text.lines() {
        is_norm = line == "[scale.norm]" || (is_norm && !line.starts_with("[["));
        if !is_norm {
            kept.extend([line, "\n"]);
        }
    }
    sources.insert("markers.toml", kept);
    parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The report on a sheet with the middle label everywhere, so that every score is 50. No answer
/// differs from the others of its scale: s² = 20·0.24²/65, and the standard error of ten items is 100·s/√10 = 4.2098.
fn report_by(bank: &Bank, observed: Option<&str>) -> Report {
    let given: Value = bank.items.iter().map(|item| (item.id.clone(), json!(3))).collect();
    let file = json!({"format": 1, "bank": "ipip50", "edition": "1992.1", "form": "full", "answers": given});
    let file = answers::parse(bank, "a.json", &file.to_string()).unwrap_or_else(|faults| panic!("{faults}"));
    let about = About { observed: observed.map(str::to_owned), ..About::default() };
    Report::new(bank, None, &file.responses, &about)
}

fn report(bank: &Bank) -> Report {
    report_by(bank, None)
}

fn json(report: &Report) -> Value {
    serde_json::from_str(&coofit::render::json(report)).expect("JSON")
}

fn scales(report: &Report) -> Vec<Value> {
    let parts = json(report)["parts"].as_array().expect("parts").clone();
    parts.iter().flat_map(|part| part["scales"].as_array().expect("scales").clone()).collect()
}

/// Every form for people, with its white space made even.
fn forms(report: &Report) -> Vec<String> {
    let layout = Layout { width: 72, color: false, aloud: false, full: true };
    [Writer::Text(layout), Writer::Markdown, Writer::Html]
        .map(|format| write(&document(report), format).split_whitespace().collect::<Vec<_>>().join(" "))
        .to_vec()
}

/// The scores and what they are compared with, as text.
fn shown(report: &Report) -> String {
    let layout = Layout { width: 80, color: false, aloud: false, full: true };
    let text = write(&document(report), Writer::Text(layout));
    let from = text.find("Your scores\n").expect("the scores");
    let to = text.find("\nHow far to trust this").expect("the end of the scores");
    text[from..to].to_owned()
}

#[test]
fn t_and_percentile_are_those_of_the_tables() {
    for (norm, t, percentile) in [
        ("mean = 50\nsd = 20", 50.0, 50.0),
        ("mean = 40\nsd = 10", 60.0, 84.134_474_606_9),
        ("mean = 70\nsd = 10", 30.0, 2.275_013_194_8),
        ("mean = 42\nsd = 10", 58.0, 78.814_460_141_7),
    ] {
        let report = report(&changed(NORM, norm));
        let got = &scales(&report)[0]["norm"];
        let number = |key: &str| got[key].as_f64().expect("a number");
        assert!((number("t") - t).abs() < 1e-9, "{norm}: {got}");
        assert!((number("percentile") - percentile).abs() < 1e-9, "{norm}: {got}");
        let error = 100.0 * (20.0_f64 * 0.24 * 0.24 / 65.0).sqrt() / 10.0_f64.sqrt();
        let sd = report.parts[0].scales[0].standard_error.expect("an error");
        assert!((sd - error).abs() < 1e-9, "{sd}, expected {error}");
        let half = (number("t_high") - number("t_low")) / 2.0;
        let group_sd: f64 = norm.rsplit(' ').next().expect("an SD").parse().expect("a number");
        assert!((half - 1.645 * error / group_sd * 10.0).abs() < 1e-9, "{norm}: {got}");
    }
}

#[test]
fn every_form_shows_the_norm_and_its_source() {
    let report = report(&changed(NORM, "mean = 42\nsd = 10"));
    expect![[r#"
        Your scores
          Every scale goes from 0 to 100.
          ± shows the 90 % range of a score.

          Fifty statements; rated scales ±7
                             score
          Extraversion          50  ───────────────━━━●━━───────────────
            T 58 (51 to 65), above about 79 of 100 in: visitors of
              openpsychometrics.org
          Neuroticism           50  ───────────────━━━●━━───────────────
            T 49 (46 to 52), above about 46 of 100 in: visitors of
              openpsychometrics.org
          Agreeableness         50  ───────────────━━━●━━───────────────
            T 38 (34 to 42), above about 12 of 100 in: visitors of
              openpsychometrics.org
          Conscientiousness     50  ───────────────━━━●━━───────────────
            T 45 (41 to 49), above about 32 of 100 in: visitors of
              openpsychometrics.org
          Openness              50  ───────────────━━━●━━───────────────
            T 35 (31 to 40), above about 7 of 100 in: visitors of openpsychometrics.org

          A T score puts the mean of a group at 50 and its standard deviation at 10;
          the 90 % range is in brackets. How many of 100 people score lower assumes
          that the group's scores follow the normal curve. Both compare your answers
          with that group's answers. They do not say how able you are, and they do not
          enter the score.
          Compared with: visitors of openpsychometrics.org (19,718 people, about 2012).
          Source: The answers that the site published, scored with coofit.
    "#]]
    .assert_eq(&shown(&report));
    for form in forms(&report) {
        assert!(
            form.contains("T 58 (51 to 65), above about 79 of 100 in: visitors of openpsychometrics.org"),
            "{form}"
        );
        let group =
            "Compared with: visitors of openpsychometrics.org (19,718 people, about 2012). Source: The";
        let plain = form.replace('\\', "");
        assert_eq!(plain.matches(group).count(), 1, "{form}");
        assert!(
            plain.contains("normal curve") && plain.contains("They do not say how able you are"),
            "{form}"
        );
        assert!(plain.contains("It is not a percentile"), "{form}");
    }
    holds(&schema("report"), "a report with norms", &json(&report));
    let norm = &scales(&report)[0]["norm"];
    assert_eq!(norm["of"], "visitors of openpsychometrics.org");
    assert_eq!(norm["source"], "The answers that the site published, scored with coofit");
}

#[test]
fn a_percentile_is_never_0_or_100() {
    for (norm, says) in [
        ("mean = 20\nsd = 6", "T 100 (88 to over 100), above more than 99 of 100 in"),
        ("mean = 80\nsd = 5", "T under 0, far outside this group, above fewer than 1 of 100 in"),
        ("mean = 49\nsd = 0.1", "T over 100, far outside this group, above more than 99 of 100 in"),
    ] {
        let report = report(&changed(NORM, norm));
        assert!(forms(&report).iter().all(|form| form.contains(says)), "{norm}");
    }
}

#[test]
fn without_a_norm_there_is_no_t_and_no_percentile() {
    let report = report(&bare());
    assert!(scales(&report).iter().all(|scale| scale["norm"].is_null()));
    for form in forms(&report) {
        assert!(TELLS.iter().all(|tell| !form.contains(tell)), "{form}");
    }
    expect![[r#"
        Your scores
          Every scale goes from 0 to 100.
          ± shows the 90 % range of a score.

          Fifty statements; rated scales ±7
                             score
          Extraversion          50  ───────────────━━━●━━───────────────
          Neuroticism           50  ───────────────━━━●━━───────────────
          Agreeableness         50  ───────────────━━━●━━───────────────
          Conscientiousness     50  ───────────────━━━●━━───────────────
          Openness              50  ───────────────━━━●━━───────────────
    "#]]
    .assert_eq(&shown(&report));
    holds(&schema("report"), "a report without norms", &json(&report));
}

#[test]
fn a_scale_without_a_norm_is_named() {
    let report = report(&changed(
        &format!(
            "[scale.norm]\n{NORM}\nn = 19718\nof = \"visitors of openpsychometrics.org\"\nas_of = \"about 2012\"\nsource = \"The answers that the site published, scored with coofit\"\nform = \"full\"\n"
        ),
        "",
    ));
    assert!(scales(&report)[0]["norm"].is_null() && !scales(&report)[1]["norm"].is_null());
    for form in forms(&report) {
        assert!(form.contains("No comparison group: Extraversion."), "{form}");
    }
}

#[test]
fn a_norm_changes_no_score() {
    let [with, without] = [bank("examples/ipip50"), bare()].map(|bank| {
        let mut value = json(&report(&bank));
        for scale in value["parts"][0]["scales"].as_array_mut().expect("scales") {
            scale["norm"] = Value::Null;
        }
        value
    });
    assert_eq!(with, without);
}

#[test]
fn a_norm_of_one_form_is_not_for_the_other() {
    let text = inventory().get("markers.toml").expect("the markers").to_owned();
    let declared = |form: &str| text.replacen("form = \"full\"\n", form, 1);
    for (form, told) in [("", true), ("form = \"full\"\n", true), ("form = \"quick\"\n", false)] {
        let mut sources = inventory();
        sources.insert("markers.toml", declared(form));
        let bank = parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
        let norm = bank.scales[0].norm.as_ref().expect("a norm");
        assert_eq!(norm.is_for(Form::Full), told, "{form}");
        assert_eq!(norm.is_for(Form::Quick), form != "form = \"full\"\n", "{form}");
        assert_eq!(scales(&report(&bank))[0]["norm"].is_null(), !told, "{form}");
    }
}

#[test]
fn too_few_answers_are_compared_with_nobody() {
    let bank = bank("examples/ipip50");
    let file =
        r#"{"format": 1, "bank": "ipip50", "edition": "1992.1", "form": "full", "answers": {"e1": 3}}"#;
    let file = answers::parse(&bank, "a.json", file).unwrap_or_else(|faults| panic!("{faults}"));
    let report = Report::new(&bank, None, &file.responses, &About::default());
    assert!(scales(&report).iter().all(|scale| scale["norm"].is_null()));
    assert!(forms(&report).iter().all(|form| TELLS.iter().all(|tell| !form.contains(tell))));
}

/// The group described itself.
#[test]
fn what_an_observer_says_is_compared_with_nobody() {
    let report = report_by(&bank("examples/ipip50"), Some("Ann"));
    assert!(scales(&report).iter().all(|scale| scale["norm"].is_null()));
    assert!(forms(&report).iter().all(|form| TELLS.iter().all(|tell| !form.contains(tell))));
}

/// No group of COOs has taken it, so there is nothing to compare with.
#[test]
fn the_built_in_bank_declares_no_norm() {
    assert!(parse::built_in().scales.iter().all(|scale| scale.norm.is_none()));
}

#[test]
fn the_example_is_compared_on_every_scale() {
    let bank = bank("examples/ipip50");
    for scale in &bank.scales {
        let norm = scale.norm.as_ref().expect("a norm");
        assert_eq!((norm.n, norm.form), (Some(19_718), Some(Form::Full)), "{}", scale.id);
    }
}

#[test]
fn bank_show_prints_the_norms() {
    let home = Home::new();
    let show = |format: &str| {
        home.run(["bank", "show", "--format", format]).arg(repository("examples/ipip50")).ran().stdout
    };
    let text = show("text");
    let norms = text.split_inclusive('\n').filter(|line| line.contains("Norm: ")).map(str::trim_start);
    expect![[r#"
            Norm: mean 50.28, SD 23.06, full form only, of visitors of openpsychometrics.org (19,718 people, about 2012). Source: The answers that the site published, scored with coofit.
            Norm: mean 52.43, SD 21.54, full form only, of visitors of openpsychometrics.org (19,718 people, about 2012). Source: The answers that the site published, scored with coofit.
            Norm: mean 71.11, SD 17.86, full form only, of visitors of openpsychometrics.org (19,718 people, about 2012). Source: The answers that the site published, scored with coofit.
            Norm: mean 58.68, SD 18.27, full form only, of visitors of openpsychometrics.org (19,718 people, about 2012). Source: The answers that the site published, scored with coofit.
            Norm: mean 72.72, SD 15.64, full form only, of visitors of openpsychometrics.org (19,718 people, about 2012). Source: The answers that the site published, scored with coofit.
    "#]].assert_eq(&norms.collect::<String>());
    let value: Value = serde_json::from_str(&show("json")).expect("JSON");
    let expect = json!({"mean": 50.28, "sd": 23.06, "n": 19718, "of": "visitors of openpsychometrics.org",
        "as_of": "about 2012", "source": "The answers that the site published, scored with coofit",
        "form": "full"});
    assert_eq!(value["scales"][0]["norm"], expect);
}

// ---- the figures themselves ---------------------------------------------------------------------

fn group(mean: f64, sd: f64) -> Norm {
    let (of, source) = ("clerks".into(), "a survey".into());
    Norm { mean, sd, n: None, of, as_of: None, source, form: None, place: Place::default() }
}

#[track_caller]
fn near(got: f64, expect: f64) {
    assert!((got - expect).abs() < 1e-9, "{got}, expected {expect}");
}

/// 100·Φ(z) to ten places, from tables.
#[test]
fn percentiles_are_those_of_the_normal_curve() {
    for (z, percentile) in [
        (0.0, 50.0),
        (0.8, 78.814_460_141_7),
        (1.0, 84.134_474_606_9),
        (-1.0, 15.865_525_393_1),
        (1.959_963_984_540_054, 97.5),
        (-2.0, 2.275_013_194_8),
        (-3.0, 0.134_989_803_2),
    ] {
        let standing = Standing::new(&group(50.0, 10.0), 50.0 + 10.0 * z, 0.0);
        near(standing.percentile, percentile);
        near(standing.t, 50.0 + 10.0 * z);
    }
}

#[test]
fn the_interval_is_converted_to_t_scores_like_the_score() {
    let standing = Standing::new(&group(62.0, 14.0), 73.2, 5.0);
    near(standing.t, 58.0);
    near(standing.t_low, 58.0 - 10.0 * 1.645 * 5.0 / 14.0);
    near(standing.t_high, 58.0 + 10.0 * 1.645 * 5.0 / 14.0);
}

#[test]
fn the_interval_ends_where_the_scale_does() {
    let standing = Standing::new(&group(50.0, 25.0), 96.0, 10.0);
    near(standing.t_high, 70.0);
    let standing = Standing::new(&group(50.0, 25.0), 4.0, 10.0);
    near(standing.t_low, 30.0);
}

#[test]
fn a_score_far_outside_the_group_stays_a_number() {
    for score in [0.0, 100.0] {
        let standing = Standing::new(&group(50.0, 0.1), score, 0.0);
        assert!(standing.t.is_finite() && (0.0..=100.0).contains(&standing.percentile), "{standing:?}");
    }
}
