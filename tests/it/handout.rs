//! Questions that are asked elsewhere: on paper, in a spreadsheet, in a survey tool. What comes back from there
//! is scored as the same answers are anywhere.

use std::process::Command;

use coofit::bank::Form;
use coofit::bank::parse::built_in;

use crate::support::{bank, repository};

const BANK: &str = "tests/data/exports/bank";

/// What a command prints about the bank of [`BANK`].
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coofit"));
    let output = command.arg("--bank").arg(repository(BANK)).args(arguments).output().expect("the program");
    let [text, said] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    assert!(output.status.success(), "{arguments:?}: {said}");
    text
}

#[test]
fn the_template_of_a_group_names_the_items_of_the_form() {
    let bank = bank(BANK);
    for form in Form::ALL {
        let ids: Vec<&str> = bank.form_items(form).map(|index| bank.items[index].id.as_str()).collect();
        let expect = format!("id,{}\n{}\n", ids.join(","), ",".repeat(ids.len()));
        assert_eq!(printed(&["bank", "new", "--template", "csv", "--form", form.id()]), expect);
    }
}

#[test]
fn a_form_to_print_has_every_question_and_answer_and_no_points() {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = Command::new(env!("CARGO_BIN_EXE_coofit")).args(["bank", "show", "--questions"]).output();
    let text = String::from_utf8(text.expect("the program").stdout).expect("UTF-8");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let whole = one_line(&text);
    for (index, item) in built_in().items.iter().enumerate() {
        let lead = item.lead().map_or_else(String::new, |lead| format!("{lead} "));
        let question = one_line(&format!("{}. {lead}{}", index + 1, item.ask));
        assert!(whole.contains(&question), "{question}");
        for option in item.options() {
            assert!(
                whole.contains(&format!("] {}", option.say)) || whole.contains(&format!(") {}", option.say))
            );
            assert!(!whole.contains(&format!("{} ({})", option.say, option.points)));
        }
        assert!(!whole.contains(&format!("[{}]", item.id)));
    }
    let paper = printed(&["bank", "show", "--questions"]);
    assert!(paper.contains("   ( ) Almost never   ( ) Seldom"), "{paper}");
}
