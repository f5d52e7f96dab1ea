//! The questions of a bank for people who ask them elsewhere; never the points.

use std::collections::{HashMap, HashSet};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use serde_json::json;

use super::{Bank, Form, Item, ItemKind, Part};
use crate::text::is_formula;

/// The most columns of a line on paper.
const WIDTH: usize = 80;

/// One question in the wording that is asked.
pub struct ExportedItem<'a> {
    /// Its place in the bank.
    index: usize,
    item: &'a Item,
    ask: &'a str,
    /// The lead and the question.
    text: String,
    /// The labels or options, each after its code in a file; none for a number.
    answers: Vec<(String, &'a str)>,
    /// The range and the unit of a number, such as `a number from 0 to 80 hours`; empty for other kinds.
    limits: String,
}

/// The questions of a form, or those of them that an observer is asked, in the observer's wording.
pub fn questions(bank: &Bank, form: Form, is_observer: bool) -> Vec<ExportedItem<'_>> {
    let is_asked = |index: &usize| !is_observer || bank.can_be_observed(&bank.items[*index]);
    let question = |index: usize| {
        let item = &bank.items[index];
        let ask = item.observer.as_ref().filter(|_| is_observer).unwrap_or(&item.ask);
        let text = item.lead().map_or_else(|| ask.clone(), |lead| format!("{lead} {ask}"));
        let (mut answers, mut limits) = (Vec::new(), String::new());
        match &item.kind {
            ItemKind::Rating(format) => {
                let is_numeric = format.is_numeric();
                let value =
                    |place: usize, label: &str| if is_numeric { label.to_owned() } else { place.to_string() };
                answers.extend(
                    (1..).zip(&format.labels).map(|(place, label)| (value(place, label), label.as_str())),
                );
            }
            ItemKind::Choice(options) | ItemKind::Checklist { options, .. } => {
                answers.extend(options.iter().map(|option| (option.id.clone(), option.say.as_str())));
            }
            ItemKind::Number(range) => limits = format!("{} {}", item.must_be(), range.unit),
        }
        ExportedItem { index, item, ask, text, answers, limits: limits.trim_end().to_owned() }
    };
    bank.form_items(form).filter(is_asked).map(question).collect()
}

impl ExportedItem<'_> {
    fn says(&self) -> Vec<&str> {
        self.answers.iter().map(|(_, say)| *say).collect()
    }
}

/// The header of a group's file, and an empty row.
pub fn template(questions: &[ExportedItem<'_>]) -> String {
    let names: Vec<&str> =
        std::iter::once("id").chain(questions.iter().map(|question| question.item.id.as_str())).collect();
    format!("{}\n{}\n", names.join(","), ",".repeat(names.len() - 1))
}

/// A form to print and to fill in by hand. The numbers follow the columns of [`template`].
pub fn paper(bank: &Bank, questions: &[ExportedItem<'_>]) -> String {
    let mut lines = vec![bank.title.clone()];
    let mut part = None;
    let wrapped = |lines: &mut Vec<String>, first: &str, rest: &str, text: &str| {
        let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(rest);
        lines.extend(textwrap::wrap(text, options).into_iter().map(String::from));
    };
    for (index, question) in questions.iter().enumerate() {
        if part.replace(question.item.part) != Some(question.item.part) {
            let of = &bank.parts[question.item.part];
            lines.extend([String::new(), of.title.clone()]);
            of.intro.iter().for_each(|intro| wrapped(&mut lines, "", "", intro));
        }
        lines.push(String::new());
        let number = format!("{}. ", index + 1);
        let indent = " ".repeat(number.len());
        wrapped(&mut lines, &number, &indent, &question.text);
        match &question.item.kind {
            ItemKind::Rating(_) => {
                // A box stays on the line of its label.
                let mut line = indent.clone();
                for label in question.says() {
                    let label = format!("( ) {label}");
                    if line.len() > indent.len() && line.chars().count() + label.chars().count() > WIDTH {
                        lines.push(std::mem::replace(&mut line, indent.clone()).trim_end().to_owned());
                    }
                    line.extend([&label, "   "]);
                }
                lines.push(line.trim_end().to_owned());
            }
            ItemKind::Number(range) => lines.push(format!("{indent}______ {}", range.unit)),
            kind => {
                let mark = if matches!(kind, ItemKind::Choice(_)) { "( ) " } else { "[ ] " };
                for say in question.says() {
                    wrapped(&mut lines, &format!("{indent}{mark}"), &format!("{indent}    "), say);
                }
            }
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

/// Each part that has questions, its introduction, which is for the respondent only, and the questions.
fn by_part<'q, 'a>(
    bank: &'a Bank,
    questions: &'q [ExportedItem<'a>],
    is_observer: bool,
) -> impl Iterator<Item = (&'a Part, Option<&'a str>, &'q [ExportedItem<'a>])> {
    questions.chunk_by(|a, b| a.item.part == b.item.part).map(move |own| {
        let part = &bank.parts[own[0].item.part];
        (part, part.intro.as_deref().filter(|_| !is_observer), own)
    })
}

/// A text table. All rows are as wide as the first, the header.
fn table(separator: u8, rows: &[Vec<String>]) -> String {
    let mut table = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    rows.iter().try_for_each(|row| table.write_record(row)).expect("memory takes every row");
    String::from_utf8(table.into_inner().expect("memory takes every byte")).expect("texts in, texts out")
}

/// One row a question: its id, how it is answered, and its texts.
pub fn csv(questions: &[ExportedItem<'_>]) -> String {
    let mut rows = vec![["id", "kind", "lead", "question", "options"].map(str::to_owned).to_vec()];
    rows.extend(questions.iter().map(|question| {
        let kind = match question.item.kind {
            ItemKind::Rating(_) => "rating",
            ItemKind::Choice(_) => "choice",
            ItemKind::Checklist { .. } => "checklist",
            ItemKind::Number(_) => "number",
        };
        let options = question.limits.clone() + &question.says().join(" | ");
        let lead = question.item.lead().unwrap_or_default();
        [&question.item.id, kind, lead, question.ask, &options]
            .map(|text| if is_formula(text) { format!("'{text}") } else { text.to_owned() })
            .to_vec()
    }));
    table(b',', &rows)
}

/// The question whose column is called `id`; `LimeSurvey` has a column of that name already.
const WHO: &str = "The name or code that you were given";

/// `LimeSurvey`'s tab-separated structure. The codes are those of [`codes`]; answers are `AO01`, `AO02`;
/// the boxes of a list `SQ001`, `SQ002`.
pub fn limesurvey(bank: &Bank, questions: &[ExportedItem<'_>], is_observer: bool) -> String {
    const HEADER: &str = "class type/scale name relevance text help language mandatory other min_num_value_n \
                          max_num_value_n num_value_int_only";
    // Texts are HTML, and braces hold expressions.
    let html = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('{', "&#123;").replace('}', "&#125;")
    };
    let language = bank.language.as_deref().unwrap_or("en");
    let codes = codes(bank);
    let mut rows = vec![HEADER.split(' ').map(str::to_owned).collect()];
    let mut row = |class: &str, kind: &str, name: &str, text: &str, help: &str, limits: [&str; 3]| {
        let relevance = if matches!(class, "G" | "Q") { "1" } else { "" };
        let no = if class == "Q" { "N" } else { "" };
        let [min, max, whole] = limits;
        let cells = [class, kind, name, relevance, text, help, language, no, no, min, max, whole];
        rows.push(cells.map(str::to_owned).to_vec());
    };
    let none = [""; 3];
    row("S", "", "language", language, "", none);
    row("SL", "", "surveyls_title", &html(&bank.title), "", none);
    for (part, intro, own) in by_part(bank, questions, is_observer) {
        row("G", "", &part.title, &html(intro.unwrap_or_default()), "", none);
        for question in own {
            let code = &codes[question.index];
            let (kind, class, letters, width) = match question.item.kind {
                ItemKind::Rating(_) | ItemKind::Choice(_) => ("L", "A", "AO", 2),
                ItemKind::Checklist { .. } => ("M", "SQ", "SQ", 3),
                ItemKind::Number(_) => ("N", "", "", 0),
            };
            let limits = match &question.item.kind {
                ItemKind::Number(range) => {
                    let whole = if range.whole { "1" } else { "" };
                    [range.min.to_string(), range.max.to_string(), whole.to_owned()]
                }
                _ => Default::default(),
            };
            let limits = limits.each_ref().map(String::as_str);
            row("Q", kind, code, &html(&question.text), &html(&question.limits), limits);
            for (place, say) in (1..).zip(question.says()) {
                row(class, "0", &format!("{letters}{place:0width$}"), &html(say), "", none);
            }
        }
    }
    table(b'\t', &rows)
}

/// Qualtrics' Advanced Format.
pub fn qualtrics(bank: &Bank, questions: &[ExportedItem<'_>], is_observer: bool) -> String {
    // Brackets in pairs are commands, and `${` calls for other texts.
    let plain = |text: &str| text.replace("[[", "[ [").replace("]]", "] ]").replace("${", "$ {");
    let mut lines = vec!["[[AdvancedFormat]]".to_owned(), String::new()];
    for (part, intro, own) in by_part(bank, questions, is_observer) {
        let is_first = lines.len() == 2;
        lines.extend([format!("[[Block:{}]]", plain(&part.title)), String::new()]);
        if is_first {
            lines.extend(["[[Question:TE:SingleLine]]", "[[ID:id]]", WHO, ""].map(str::to_owned));
        }
        if let Some(intro) = intro {
            lines.extend(["[[Question:Text]]".to_owned(), plain(intro), String::new()]);
        }
        for question in own {
            let kind = match question.item.kind {
                ItemKind::Rating(_) | ItemKind::Choice(_) => "MC:SingleAnswer:Vertical",
                ItemKind::Checklist { .. } => "MC:MultipleAnswer:Vertical",
                ItemKind::Number(_) => "TE:SingleLine",
            };
            lines.push(format!("[[Question:{kind}]]"));
            lines.push(format!("[[ID:{}]]", name(&question.item.id)));
            let limits = if question.limits.is_empty() { "" } else { &format!(" ({})", question.limits) };
            lines.push(plain(&format!("{}{limits}", question.text)));
            if !question.answers.is_empty() {
                lines.push("[[AdvancedChoices]]".to_owned());
            }
            for (place, (value, say)) in (1..).zip(&question.answers) {
                // Labels that are numbers come back as these numbers.
                let number: u32 = value.parse().unwrap_or(place);
                lines.extend([format!("[[Choice:{number}]]"), plain(say)]);
            }
            lines.push(String::new());
        }
    }
    lines.join("\n") + "\n"
}

/// A script for Google Forms, which cannot import files. There, the questions are the column names.
pub fn google(bank: &Bank, questions: &[ExportedItem<'_>], is_observer: bool) -> String {
    let parts = by_part(bank, questions, is_observer).map(|(part, intro, own)| {
        let questions = own.iter().map(|question| {
            let (text, says) = (&question.text, question.says());
            match &question.item.kind {
                ItemKind::Rating(_) | ItemKind::Choice(_) => json!({"text": text, "one": says}),
                ItemKind::Checklist { .. } => json!({"text": text, "any": says}),
                ItemKind::Number(range) => {
                    json!({"text": text, "limits": question.limits, "min": range.min, "max": range.max})
                }
            }
        });
        json!({"title": part.title, "intro": intro, "questions": questions.collect::<Vec<_>>()})
    });
    let form = json!({"title": bank.title, "parts": parts.collect::<Vec<_>>()});
    include_str!("export/google.js").replace("{form}", &format!("{form:#}"))
}

/// An XLSForm, for Kobo, ODK and others: a workbook with the questions, the answers and the title.
///
/// # Errors
/// A text is longer than the 32,767 characters of a cell.
pub fn xlsform(bank: &Bank, questions: &[ExportedItem<'_>]) -> Result<Vec<u8>, XlsxError> {
    // `${` calls for the answer to another question.
    let plain = |text: &str| text.replace("${", "$ {");
    let cells = |cells: &[&str]| cells.iter().map(|cell| plain(cell)).collect::<Vec<String>>();
    let mut survey = vec![cells(&["type", "name", "label", "hint", "constraint"])];
    let mut choices = vec![cells(&["list_name", "name", "label"])];
    let mut lists = HashSet::new();
    survey.push(cells(&["text", "id", WHO]));
    for (part, _, own) in by_part(bank, questions, false) {
        survey.push(cells(&["begin_group", &format!("part_{}", name(&part.id)), &part.title]));
        for question in own {
            let id = name(&question.item.id);
            let (mut list, mut constraint) = (format!("item_{id}"), String::new());
            let kind = match &question.item.kind {
                ItemKind::Rating(format) => {
                    list = format!("format_{}", name(&format.id));
                    format!("select_one {list}")
                }
                ItemKind::Choice(_) => format!("select_one {list}"),
                ItemKind::Checklist { .. } => format!("select_multiple {list}"),
                ItemKind::Number(range) => {
                    constraint = format!(". >= {} and . <= {}", range.min, range.max);
                    if range.whole { "integer" } else { "decimal" }.to_owned()
                }
            };
            survey.push(cells(&[&kind, &id, &question.text, &question.limits, &constraint]));
            if lists.insert(list.clone()) {
                choices.extend(question.answers.iter().map(|(value, say)| cells(&[&list, value, say])));
            }
        }
        survey.push(cells(&["end_group"]));
    }
    let settings = vec![cells(&["form_title", "form_id"]), cells(&[&bank.title, &name(&bank.id)])];
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
