//! The method against tables computed by an independent program (`tests/data/reference.py`).

use coofit::answers;
use coofit::bank::Form;
use coofit::render::json;
use coofit::report::{About, Report};
use coofit::score::combined::combine;
use coofit::session::Responses;
use serde_json::{Value, json};

use crate::results::given;
use crate::support::{bank, differences, repository};

fn report_json(directory: &str, answers: &Value) -> Value {
    let bank = bank(directory);
    let text = answers.to_string();
    let file = answers::parse(&bank, "answers.json", &text).unwrap_or_else(|faults| panic!("{faults}"));
    let role = bank.own_role();
    let report = Report::new(&bank, role, &file.responses, &About::default());
    serde_json::from_str(&json(&report)).expect("a JSON report")
}

#[test]
fn every_number_agrees_with_the_independent_tables() {
    let text = std::fs::read_to_string(repository("tests/data/reference.json")).expect("the tables");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let directory = format!("tests/data/{}", case["bank"].as_str().expect("a bank"));
        let got = report_json(&directory, &case["answers"]);
        let mut found = Vec::new();
        differences(&case["expect"], &got, "", &mut found);
        wrong.extend(found.into_iter().map(|difference| format!("{}: {difference}", case["name"])));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn self_and_observers_combine_as_in_the_independent_tables() {
    let text = std::fs::read_to_string(repository("tests/data/combined.json")).expect("the tables");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert!(cases.iter().filter(|case| !case["expect"].is_null()).count() >= 20);
    let mut wrong = Vec::new();
    for case in &cases {
        let bank = bank(&format!("tests/data/{}", case["bank"].as_str().expect("a bank")));
        let person = |person: &Value| {
            let form = Form::from_id(person["form"].as_str().expect("a form")).expect("a form");
            given(&bank, form, &person["answers"])
        };
        let persons: Vec<Responses> =
            case["persons"].as_array().expect("persons").iter().map(person).collect();
        let role = bank.own_role();
        let observers: Vec<&Responses> = persons[1..].iter().collect();
        let got = combine(&bank, role, &persons[0], &observers).map_or(Value::Null, |combined| {
            let scales = combined.scales.iter().map(|one| {
                json!({"id": bank.scales[one.scale].id, "score": one.score, "standard_error": one.standard_error})
            });
            let fit = combined.fit.map(|fit| {
                json!({"score": fit.score, "low": fit.low, "high": fit.high,
                       "standard_error": fit.standard_error})
            });
            json!({"fit": fit, "persons": combined.persons, "scales": scales.collect::<Vec<_>>()})
        });
        let mut found = Vec::new();
        differences(&case["expect"], &got, "", &mut found);
        wrong.extend(found.into_iter().map(|difference| format!("{}: {difference}", case["name"])));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}
