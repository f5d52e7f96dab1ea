//! The example banks: each key of the inventory against the published one, and every key in the docs.

use coofit::audit::known;
use coofit::bank::fault::show;
use coofit::bank::lint::lint;
use coofit::bank::{Answer, Form, Keying, parse};
use coofit::score::assess;
use coofit::session::Responses;

use crate::support::{bank, repository, sources};

/// Item, scale, whether it is reversed, and text, in the order of presentation; from the published key
/// of the 50 IPIP Big-Five factor markers.
fn published() -> Vec<(String, String, bool, String)> {
    let table = std::fs::read_to_string(repository("tests/data/ipip50.csv")).expect("the table");
    let row = |line: &str| {
        let mut cells = line.splitn(4, ',').map(|cell| cell.trim_matches('"').to_owned());
        let mut cell = || cells.next().expect("four cells");
        (cell(), cell(), cell() == "1", cell())
    };
    table.lines().skip(1).map(row).collect()
}

#[test]
fn every_key_of_the_inventory_is_the_published_one() {
    let bank = bank("examples/ipip50");
    let published = published();
    assert_eq!((published.len(), bank.items.len()), (50, 50));
    for (item, (id, scale, reversed, text)) in bank.items.iter().zip(&published) {
        let own = item.own_scale().expect("a scale");
        assert_eq!((&item.id, &item.ask, &bank.scales[own.scale].id), (id, text, scale));
        assert_eq!(own.keying == Keying::Reverse, *reversed, "{id}");
    }
}

#[test]
fn the_inventory_scores_a_known_sheet_as_its_key_says() {
    let bank = bank("examples/ipip50");
    let mut sheet = Responses::new(&bank, Form::Full);
    let mut sums = vec![0.0; bank.scales.len()];
    for (index, (_, scale, reversed, _)) in published().iter().enumerate() {
        let r = u8::try_from(1 + index * 7 % 5).expect("a label");
        sheet.set(&bank, index, Answer::Rating(r)).expect("a label");
        let scale = bank.scales.iter().position(|other| other.id == *scale).expect("a scale");
        sums[scale] += f64::from(if *reversed { 6 - r } else { r });
    }
    let assessment = assess(&bank, None, &sheet);
    for (score, sum) in assessment.scales.iter().zip(sums) {
        let percent_of_maximum = (sum - 10.0) / 40.0 * 100.0;
        assert!((score.score().expect("a score") - percent_of_maximum).abs() < 1e-9);
    }
}

#[test]
fn every_example_is_free_of_faults_and_warnings() {
    for entry in std::fs::read_dir(repository("examples")).expect("the examples") {
        let path = entry.expect("a readable directory").path();
        if path.is_dir() {
            let sources = sources(&path);
            let bank = parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
            let found = lint(&bank, known(&bank, None));
            assert!(found.is_empty(), "{}", show(&found, &sources, false));
        }
    }
}

/// The property names of a schema, at every depth.
fn keys(schema: &serde_json::Value, found: &mut Vec<String>) {
    if let Some(properties) = schema.get("properties").and_then(serde_json::Value::as_object) {
        found.extend(properties.keys().cloned());
    }
    for value in schema.as_object().into_iter().flat_map(|map| map.values()) {
        keys(value, found);
    }
    for value in schema.as_array().into_iter().flatten() {
        keys(value, found);
    }
}

#[test]
fn the_guide_lists_every_key_of_a_bank() {
    let guide = std::fs::read_to_string(repository("docs/banks.md")).expect("the guide");
    let tables: String = guide.lines().filter(|line| line.starts_with('|')).collect();
    for name in ["bank", "part", "steps", "role"] {
        let path = repository(&format!("docs/schema/{name}.schema.json"));
        let text = std::fs::read_to_string(path).expect("the schema");
        let mut all = Vec::new();
        keys(&serde_json::from_str(&text).expect("JSON"), &mut all);
        assert!(all.len() > 5, "{name}");
        for key in all {
            let told = tables.split('`').any(|code| {
                code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == key)
            });
            assert!(told, "docs/banks.md has nothing on `{key}` of {name}");
        }
    }
}
