//! The JSON Schemas against every file that ships, every report of the reference cases, and files
//! that the program itself refuses.

use std::path::Path;

use coofit::answers;
use coofit::audit::Audit;
use coofit::bank::new::files;
use coofit::bank::parse::parse;
use coofit::render;
use coofit::report::bank::BankView;
use coofit::report::{About, Report};
use jsonschema::Validator;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::support::{bank, repository, sources};

pub(crate) fn schema(name: &str) -> Validator {
    let path = repository(&format!("docs/schema/{name}.schema.json"));
    let text = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// The schema that a bank's file is held to.
fn schema_of(file: &str) -> &'static str {
    match file {
        "bank.toml" => "bank",
        "steps.toml" => "steps",
        _ if file.starts_with("roles/") => "role",
        _ => "part",
    }
}

fn json(toml: &str) -> Value {
    let value: toml::Value = toml::from_str(toml).expect("TOML");
    serde_json::to_value(value).expect("JSON")
}

#[track_caller]
pub(crate) fn holds(schema: &Validator, what: &str, value: &Value) {
    let errors: Vec<String> =
        schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

/// An object has the fields of its type and no others.
fn close(schema: &mut Schema) {
    if schema.get("properties").is_some() {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    transform_subschemas(&mut close, schema);
}

/// Holds a schema in `docs` to the type that writes the JSON. `COOFIT_WRITE_SCHEMAS=1 cargo test schema`
/// writes it anew.
#[track_caller]
fn follows<T: JsonSchema>(name: &str) {
    let settings = SchemaSettings::draft07().for_serialize().with_transform(close);
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
    let path = repository(&format!("docs/schema/{name}.schema.json"));
    #[expect(clippy::disallowed_methods, reason = "a developer asks for the files this way")]
    if std::env::var_os("COOFIT_WRITE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).expect("a writable file");
    }
    assert!(std::fs::read_to_string(&path).is_ok_and(|kept| kept == text), "{name} has another schema");
}

#[test]
fn schemas_of_what_is_written_follow_the_types() {
    follows::<Report>("report");
    follows::<Audit>("audit");
    follows::<BankView<'_>>("bank-view");
}

#[test]
fn every_shipped_bank_file_keeps_its_schema() {
    let mut directories = vec![repository("questions")];
    for folder in ["examples", "tests/data/banks"] {
        let entries = std::fs::read_dir(repository(folder)).expect("banks");
        directories.extend(entries.map(|entry| entry.expect("a readable directory").path()));
    }
    let mut n = 0;
    for directory in directories.iter().filter(|directory: &&std::path::PathBuf| directory.is_dir()) {
        let bank = parse(&sources(directory)).unwrap_or_else(|faults| panic!("{faults}"));
        let view = serde_json::from_str(&render::json(&BankView::new(&bank))).expect("JSON");
        holds(&schema("bank-view"), &bank.id, &view);
        for (file, text) in sources(directory).iter() {
            holds(
                &schema(schema_of(file)),
                &Path::new(directory).join(file).display().to_string(),
                &json(text),
            );
            n += 1;
        }
    }
    assert!(n > 25, "{n} files");
}

#[test]
fn a_new_bank_keeps_its_schemas() {
    for (file, text) in files("tiny", "Tiny", true) {
        holds(&schema(schema_of(&file)), &file, &json(&text));
    }
}

#[test]
fn every_report_keeps_its_schema() {
    let schema = schema("report");
    let text = std::fs::read_to_string(repository("tests/data/reference.json")).expect("the tables");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    for case in &cases {
        let bank = bank(&format!("tests/data/{}", case["bank"].as_str().expect("a bank")));
        let file = answers::parse(&bank, "answers.json", &case["answers"].to_string())
            .unwrap_or_else(|faults| panic!("{faults}"));
        let role = bank.own_role();
        let report = Report::new(&bank, role, &file.responses, &About::default());
        let value = serde_json::from_str(&coofit::render::json(&report)).expect("a JSON report");
        holds(&schema, &case["name"].to_string(), &value);
    }
}

#[test]
fn the_schemas_refuse_what_the_program_refuses() {
    let refused = |name: &str, toml: &str| {
        assert!(!schema(name).is_valid(&json(toml)), "{name} takes {toml}");
    };
    let bank = "format = 1\nid = \"a\"\ntitle = \"A\"\nedition = \"1\"\n";
    let part = "[[part]]\nid = \"p\"\ntitle = \"P\"\nfile = \"p.toml\"\n";
    assert!(schema("bank").is_valid(&json(&format!("{bank}{part}"))));
    refused("bank", bank);
    refused("bank", &format!("{bank}colour = 1\n{part}"));
    refused("bank", &format!("{bank}{part}side = \"both\"\n"));
    refused("bank", &format!("{bank}{part}[formats.number]\nlabels = [1, 2]\n"));
    refused("bank", &format!("{bank}{part}[[allow]]\nlint = \"negation\"\n"));
    let item = "[[item]]\nid = \"i\"\nask = \"?\"\n";
    assert!(schema("part").is_valid(&json(&format!("{item}answer = \"agree\"\n"))));
    for rest in [
        "",
        "answer = \"choice\"\n",
        "answer = \"agree\"\nenough = 2\n",
        "answer = \"number\"\nmin = 0\n",
        "answer = \"agree\"\nscale = \"a\"\nweighs = \"a\"\n",
        "answer = \"choice\"\noptions = [{ id = \"a\", say = \"A\", points = 101 }, { id = \"b\", say = \"B\" }]\n",
    ] {
        refused("part", &format!("{item}{rest}"));
    }
    let scale = "[[scale]]\nid = \"s\"\ntitle = \"S\"\nkind = \"trait\"\n";
    let norm = "mean = 62.1, sd = 14, of = \"clerks\"";
    let source = "source = \"a survey\"";
    assert!(schema("part").is_valid(&json(&format!("{scale}norm = {{ {norm}, {source} }}\n"))));
    for rest in [
        format!("{norm} "),
        format!("{norm}, {source}, form = \"both\""),
        format!("{norm}, {source}, n = 1"),
        format!("{norm}, {source}, colour = 1"),
        format!("mean = 101, sd = 14, of = \"clerks\", {source}"),
        format!("mean = 62, sd = 0, of = \"clerks\", {source}"),
    ] {
        refused("part", &format!("{scale}norm = {{ {rest} }}\n"));
    }
    refused("role", "id = \"r\"\ntitle = \"R\"\n[[floor]]\nat_least = 1\n");
    refused("steps", "[[step]]\nid = \"s\"\n");
}
