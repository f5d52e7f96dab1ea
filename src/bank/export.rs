//! The questions of a bank for people who ask them elsewhere; never the points.

use super::{Bank, ChoiceOption, Form, Item, ItemKind};
use crate::text::prose;

/// The most columns of a line on paper.
const WIDTH: usize = 80;

/// One question in the wording that is asked.
pub struct Question<'a> {
    item: &'a Item,
    lead: Option<String>,
    ask: String,
}

/// The questions of a form, or those of them that an observer is asked, in the observer's wording.
pub fn questions(bank: &Bank, form: Form, is_observer: bool) -> Vec<Question<'_>> {
    let asked = |item: &&Item| form.asks(item) && (!is_observer || bank.can_be_observed(item));
    let question = |item| Question::new(item, is_observer);
    bank.items.iter().filter(asked).map(question).collect()
}

impl<'a> Question<'a> {
    fn new(item: &'a Item, is_observer: bool) -> Question<'a> {
        let wording = item.observer.as_ref().filter(|_| is_observer).unwrap_or(&item.ask);
        Question { item, lead: item.lead().map(prose), ask: prose(wording) }
    }

    /// The lead and the question.
    fn text(&self) -> String {
        self.lead.iter().chain([&self.ask]).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The labels or options, each after what stands for it in a file.
    fn answers(&self) -> Vec<(String, String)> {
        match &self.item.kind {
            ItemKind::Rating(format) => {
                let is_numeric = format.is_numeric();
                let value = |(place, label): (usize, &String)| {
                    if is_numeric { label.trim().to_owned() } else { (place + 1).to_string() }
                };
                format.labels.iter().enumerate().map(|label| (value(label), prose(label.1))).collect()
            }
            ItemKind::Choice(options) | ItemKind::Checklist { options, .. } => {
                let answer = |option: &ChoiceOption| (option.id.clone(), prose(&option.say));
                options.iter().map(answer).collect()
            }
            ItemKind::Number(_) => Vec::new(),
        }
    }
}

/// The header of a group's file, and an empty row.
pub fn template(questions: &[Question<'_>]) -> String {
    let names: Vec<&str> =
        std::iter::once("id").chain(questions.iter().map(|question| question.item.id.as_str())).collect();
    format!("{}\n{}\n", names.join(","), ",".repeat(names.len() - 1))
}

/// A form to print and to fill in by hand. The numbers follow the columns of [`template`].
pub fn paper(bank: &Bank, questions: &[Question<'_>]) -> String {
    let mut lines = vec![prose(&bank.title)];
    let mut part = None;
    let wrapped = |lines: &mut Vec<String>, first: &str, rest: &str, text: &str| {
        let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(rest);
        lines.extend(textwrap::wrap(text, options).into_iter().map(String::from));
    };
    for (index, question) in questions.iter().enumerate() {
        if part.replace(question.item.part) != Some(question.item.part) {
            let of = &bank.parts[question.item.part];
            lines.extend([String::new(), prose(&of.title)]);
            of.intro.iter().for_each(|intro| wrapped(&mut lines, "", "", &prose(intro)));
        }
        lines.push(String::new());
        let number = format!("{}. ", index + 1);
        let indent = " ".repeat(number.len());
        wrapped(&mut lines, &number, &indent, &question.text());
        match &question.item.kind {
            ItemKind::Rating(_) => {
                // A box stays on the line of its label.
                let boxes = question.answers().into_iter().map(|(_, label)| format!("( ) {label}"));
                let mut line = indent.clone();
                for label in boxes {
                    if line.len() > indent.len() && line.chars().count() + label.chars().count() > WIDTH {
                        lines.push(std::mem::replace(&mut line, indent.clone()).trim_end().to_owned());
                    }
                    line.extend([&label, "   "]);
                }
                lines.push(line.trim_end().to_owned());
            }
            ItemKind::Choice(_) | ItemKind::Checklist { .. } => {
                let is_choice = matches!(question.item.kind, ItemKind::Choice(_));
                let mark = if is_choice { "( ) " } else { "[ ] " };
                for (_, say) in question.answers() {
                    wrapped(&mut lines, &format!("{indent}{mark}"), &format!("{indent}    "), &say);
                }
            }
            ItemKind::Number(range) => lines.push(format!("{indent}______ {}", prose(&range.unit))),
        }
    }
    lines.join("\n") + "\n"
}
