//! The questions of a bank for people who ask them elsewhere; never the points.

use std::collections::{HashMap, HashSet};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use serde_json::json;

use super::{Bank, ChoiceOption, Form, Item, ItemKind, Part};
use crate::text::{is_formula, prose};

/// The most columns of a line on paper.
const WIDTH: usize = 80;

/// One question in the wording that is asked.
pub struct Question<'a> {
    /// Its place in the bank.
    index: usize,
    item: &'a Item,
    lead: Option<String>,
    ask: String,
}

/// The questions of a form, or those of them that an observer is asked, in the observer's wording.
pub fn questions(bank: &Bank, form: Form, is_observer: bool) -> Vec<Question<'_>> {
    let asked =
        bank.form_items(form).filter(|&index| !is_observer || bank.can_be_observed(&bank.items[index]));
    let question = |index: usize| {
        let item = &bank.items[index];
        let wording = item.observer.as_ref().filter(|_| is_observer).unwrap_or(&item.ask);
        Question { index, item, lead: item.lead().map(prose), ask: prose(wording) }
    };
    asked.map(question).collect()
}

impl Question<'_> {
    /// The lead and the question.
    fn text(&self) -> String {
        self.lead.iter().chain([&self.ask]).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    fn says(&self) -> Vec<String> {
        self.answers().into_iter().map(|(_, say)| say).collect()
    }

    /// Which numbers are taken, and what they count: `a number from 0 to 80 hours`.
    fn limits(&self) -> Option<String> {
        let ItemKind::Number(range) = &self.item.kind else { return None };
        Some(format!("{} {}", self.item.must_be(), prose(&range.unit)).trim_end().to_owned())
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

/// The longest code that `LimeSurvey` takes for a question.
const MOST_CODE: usize = 20;

/// Short names of the bank's items, in letters and digits, for tools that take nothing else: the ids
/// without hyphens, cut to 20 characters. Where that begins with a digit or two items would have the same,
/// it is the item's number and the beginning of its id.
pub fn codes(bank: &Bank) -> Vec<String> {
    let cut = |item: &Item| item.id.replace('-', "").chars().take(MOST_CODE).collect::<String>();
    let mut n_same: HashMap<String, usize> = HashMap::new();
    for item in &bank.items {
        *n_same.entry(cut(item)).or_default() += 1;
    }
    let code = |(index, item): (usize, &Item)| {
        let code = cut(item);
        let is_digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
        // An id may look like a numbered code.
        let looks_numbered = code.strip_prefix('n').is_some_and(is_digit);
        if n_same[&code] == 1 && !is_digit(&code) && !looks_numbered {
            return code;
        }
        format!("n{:04}{code}", index + 1).chars().take(MOST_CODE).collect()
    };
    bank.items.iter().enumerate().map(code).collect()
}

/// A name for XML and for statistics programs: an id with `_` for `-`, never with a digit first.
fn name(id: &str) -> String {
    let name = id.replace('-', "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// Each part that has questions: its title, its introduction, which is for the respondent only, and the questions.
fn by_part<'q, 'a>(
    bank: &'a Bank,
    questions: &'q [Question<'a>],
    is_observer: bool,
) -> impl Iterator<Item = (&'a Part, String, Option<String>, &'q [Question<'a>])> {
    questions.chunk_by(|a, b| a.item.part == b.item.part).map(move |own| {
        let part = &bank.parts[own[0].item.part];
        (part, prose(&part.title), part.intro.as_deref().filter(|_| !is_observer).map(prose), own)
    })
}

/// One row a question: its id, how it is answered, and its texts.
pub fn csv(questions: &[Question<'_>]) -> String {
    let mut table = Table::new(b',', &["id", "kind", "lead", "question", "options"]);
    for question in questions {
        let kind = match question.item.kind {
            ItemKind::Rating(_) => "rating",
            ItemKind::Choice(_) => "choice",
            ItemKind::Checklist { .. } => "checklist",
            ItemKind::Number(_) => "number",
        };
        let options = question.limits().unwrap_or_else(|| question.says().join(" | "));
        let lead = question.lead.as_deref().unwrap_or_default();
        let cells = [&question.item.id, kind, lead, &question.ask, &options]
            .map(|text| if is_formula(text) { format!("'{text}") } else { text.to_owned() });
        table.row(&cells.each_ref().map(String::as_str));
    }
    table.text()
}

/// The question whose column is called `id`; `LimeSurvey` has a column of that name already.
const WHO: &str = "The name or code that you were given";

/// A text table whose rows are as wide as its header.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(separator: u8, header: &[&str]) -> Table {
        let mut table = Table(csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new()));
        table.row(header);
        table
    }

    fn row(&mut self, cells: &[&str]) {
        self.0.write_record(cells).expect("each row has all cells");
    }

    fn text(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes every byte");
        String::from_utf8(bytes).expect("texts in, texts out")
    }
}

/// `LimeSurvey`'s tab-separated structure. The codes are those of [`codes`]; answers are `AO01`, `AO02`;
/// the boxes of a list `SQ001`, `SQ002`.
pub fn limesurvey(bank: &Bank, questions: &[Question<'_>], is_observer: bool) -> String {
    const HEADER: &str = "class type/scale name relevance text help language mandatory other min_num_value_n \
                          max_num_value_n num_value_int_only";
    // Texts are HTML, and braces hold expressions.
    let html = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('{', "&#123;").replace('}', "&#125;")
    };
    let language = bank.language.as_deref().unwrap_or("en");
    let codes = codes(bank);
    let mut table = Table::new(b'\t', &HEADER.split(' ').collect::<Vec<_>>());
    let mut row = |class: &str, kind: &str, name: &str, text: &str, help: &str, limits: [&str; 3]| {
        let relevance = if matches!(class, "G" | "Q") { "1" } else { "" };
        let no = if class == "Q" { "N" } else { "" };
        let [min, max, whole] = limits;
        table.row(&[class, kind, name, relevance, text, help, language, no, no, min, max, whole]);
    };
    let none = [""; 3];
    row("S", "", "language", language, "", none);
    row("SL", "", "surveyls_title", &html(&prose(&bank.title)), "", none);
    for (_, title, intro, own) in by_part(bank, questions, is_observer) {
        row("G", "", &title, &html(&intro.unwrap_or_default()), "", none);
        for question in own {
            let code = &codes[question.index];
            let text = html(&question.text());
            let (class, letters, width) = match &question.item.kind {
                ItemKind::Number(range) => {
                    let [min, max] = [range.min, range.max].map(|x| x.to_string());
                    let whole = if range.whole { "1" } else { "" };
                    let help = html(&question.limits().unwrap_or_default());
                    row("Q", "N", code, &text, &help, [&min, &max, whole]);
                    continue;
                }
                ItemKind::Checklist { .. } => {
                    row("Q", "M", code, &text, "", none);
                    ("SQ", "SQ", 3)
                }
                ItemKind::Rating(_) | ItemKind::Choice(_) => {
                    row("Q", "L", code, &text, "", none);
                    ("A", "AO", 2)
                }
            };
            for (place, (_, say)) in question.answers().iter().enumerate() {
                row(class, "0", &format!("{letters}{:0width$}", place + 1), &html(say), "", none);
            }
        }
    }
    table.text()
}

/// Qualtrics' Advanced Format.
pub fn qualtrics(bank: &Bank, questions: &[Question<'_>], is_observer: bool) -> String {
    // Brackets in pairs are commands, and `${` calls for other texts.
    let plain = |text: &str| text.replace("[[", "[ [").replace("]]", "] ]").replace("${", "$ {");
    let mut lines = vec!["[[AdvancedFormat]]".to_owned(), String::new()];
    for (_, title, intro, own) in by_part(bank, questions, is_observer) {
        let is_first = lines.len() == 2;
        lines.extend([format!("[[Block:{}]]", plain(&title)), String::new()]);
        if is_first {
            lines.extend(["[[Question:TE:SingleLine]]", "[[ID:id]]", WHO, ""].map(str::to_owned));
        }
        if let Some(intro) = intro {
            lines.extend(["[[Question:Text]]".to_owned(), plain(&intro), String::new()]);
        }
        for question in own {
            let kind = match question.item.kind {
                ItemKind::Rating(_) | ItemKind::Choice(_) => "MC:SingleAnswer:Vertical",
                ItemKind::Checklist { .. } => "MC:MultipleAnswer:Vertical",
                ItemKind::Number(_) => "TE:SingleLine",
            };
            let limits = question.limits().map_or_else(String::new, |limits| format!(" ({limits})"));
            lines.push(format!("[[Question:{kind}]]"));
            lines.push(format!("[[ID:{}]]", name(&question.item.id)));
            lines.push(plain(&(question.text() + &limits)));
            let answers = question.answers();
            if !answers.is_empty() {
                lines.push("[[AdvancedChoices]]".to_owned());
            }
            for (place, (value, say)) in answers.iter().enumerate() {
                // Labels that are numbers come back as these numbers.
                let number = value.parse::<u32>().unwrap_or(u32::try_from(place + 1).unwrap_or(u32::MAX));
                lines.extend([format!("[[Choice:{number}]]"), plain(say)]);
            }
            lines.push(String::new());
        }
    }
    lines.join("\n") + "\n"
}

/// A script for Google Forms, which has no other way in. Questions are their own column names there.
pub fn google(bank: &Bank, questions: &[Question<'_>], is_observer: bool) -> String {
    let parts = by_part(bank, questions, is_observer).map(|(_, title, intro, own)| {
        let questions = own.iter().map(|question| {
            let (text, says) = (question.text(), question.says());
            match &question.item.kind {
                ItemKind::Rating(_) | ItemKind::Choice(_) => json!({"text": text, "one": says}),
                ItemKind::Checklist { .. } => json!({"text": text, "any": says}),
                ItemKind::Number(range) => {
                    json!({"text": text, "limits": question.limits(), "min": range.min, "max": range.max})
                }
            }
        });
        json!({"title": title, "intro": intro, "questions": questions.collect::<Vec<_>>()})
    });
    let form = json!({"title": prose(&bank.title), "parts": parts.collect::<Vec<_>>()});
    include_str!("export/google.js").replace("{form}", &format!("{form:#}"))
}

/// An XLSForm, for Kobo, ODK and others: a workbook with the questions, the answers and the title.
///
/// # Errors
/// A text is longer than the 32,767 characters of a cell.
pub fn xlsform(bank: &Bank, questions: &[Question<'_>]) -> Result<Vec<u8>, XlsxError> {
    // `${` calls for the answer to another question.
    let plain = |text: &str| text.replace("${", "$ {");
    let cells = |cells: &[&str]| cells.iter().map(|cell| plain(cell)).collect::<Vec<String>>();
    let mut survey = vec![cells(&["type", "name", "label", "hint", "constraint"])];
    let mut choices = vec![cells(&["list_name", "name", "label"])];
    let mut lists = HashSet::new();
    survey.push(cells(&["text", "id", WHO]));
    for (part, title, _, own) in by_part(bank, questions, false) {
        survey.push(cells(&["begin_group", &format!("part_{}", name(&part.id)), &title]));
        for question in own {
            let id = name(&question.item.id);
            let (kind, list) = match &question.item.kind {
                ItemKind::Rating(format) => ("select_one", format!("format_{}", name(&format.id))),
                ItemKind::Choice(_) => ("select_one", format!("item_{id}")),
                ItemKind::Checklist { .. } => ("select_multiple", format!("item_{id}")),
                ItemKind::Number(range) => {
                    let kind = if range.whole { "integer" } else { "decimal" };
                    let constraint = format!(". >= {} and . <= {}", range.min, range.max);
                    let limits = question.limits().unwrap_or_default();
                    survey.push(cells(&[kind, &id, &question.text(), &limits, &constraint]));
                    continue;
                }
            };
            survey.push(cells(&[&format!("{kind} {list}"), &id, &question.text()]));
            if lists.insert(list.clone()) {
                choices.extend(question.answers().iter().map(|(value, say)| cells(&[&list, value, say])));
            }
        }
        survey.push(cells(&["end_group"]));
    }
    let settings = vec![cells(&["form_title", "form_id"]), cells(&[&prose(&bank.title), &name(&bank.id)])];
    let mut workbook = Workbook::new();
    // The same bank gives the same bytes on any day.
    workbook
        .set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    for (sheet, rows) in [("survey", survey), ("choices", choices), ("settings", settings)] {
        let worksheet = workbook.add_worksheet().set_name(sheet)?;
        for (row, cells) in (0..).zip(&rows) {
            worksheet.write_row(row, 0, cells)?;
        }
    }
    workbook.save_to_buffer()
}
