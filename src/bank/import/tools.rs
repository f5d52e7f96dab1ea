//! The files of survey tools: XLSForm, REDCap's data dictionary, Qualtrics' QSF.

use std::collections::HashMap;

use serde_json::Value;

use super::{Found, ImportError, SheetColumns, SheetRow, Survey, Worksheet, unread};
use crate::bank::fault::{json_fault, quote};
use crate::text::capital;

/// An XLSForm, if the sheets are one: `survey` and `choices`, or both in one CSV, each under its name.
pub(super) fn xlsform(sheets: &[Worksheet]) -> Option<Result<Survey, ImportError>> {
    let is_survey = |sheet: &&Worksheet| sheet.name.eq_ignore_ascii_case("survey");
    let split = sheets.first().map(taken_apart).filter(|split| split.iter().any(|sheet| is_survey(&sheet)));
    let sheets = split.as_deref().unwrap_or(sheets);
    let named = |name: &str| {
        let sheet = sheets.iter().find(|sheet| sheet.name.eq_ignore_ascii_case(name))?;
        Some(SheetColumns::new(sheet, 0))
    };
    let survey =
        sheets.iter().find(is_survey).or_else(|| sheets.first().filter(|sheet| sheet.name.is_empty()))?;
    let columns = SheetColumns::new(survey, 0);
    let (kind, name, label) = (columns.find("type")?, columns.find("name")?, labeled(&columns)?);
    let mut source = Survey { what: "an XLSForm", ..Survey::default() };
    if let Some(columns) = named("settings") {
        let title = columns.rows.first().map(|row| row.cell(columns.find("formtitle")));
        title.unwrap_or_default().clone_into(&mut source.title);
    }
    let mut lists: HashMap<&str, Vec<(String, String)>> = HashMap::new();
    if let Some(columns) = named("choices") {
        let [list, name] = ["listname list", "name value"].map(|names| columns.find(names));
        for row in columns.rows {
            let choice = (row.cell(name).to_owned(), row.cell(labeled(&columns)).to_owned());
            lists.entry(row.cell(list)).or_default().push(choice);
        }
    }
    let appearance = columns.find("appearance");
    let mut groups: Vec<String> = Vec::new();
    for row in columns.rows {
        let (kind, name, label) = (row.cell(Some(kind)), row.cell(Some(name)), row.cell(Some(label)));
        let words: Vec<&str> = kind.split([' ', '_']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            ["begin", ..] => groups.push(if label.is_empty() { title_of(name) } else { label.to_owned() }),
            ["end", "group" | "repeat"] => drop(groups.pop()),
            // The head of a table only repeats the labels.
            ["select", "one", ..] if row.cell(appearance) == "label" => {}
            // `select_one_from_file` has its answers elsewhere.
            ["select", "one", ..] if !kind.starts_with("select_one_") => {
                let list = kind.replace("select_one", "select one");
                let mut list = list.split_whitespace().skip(2).filter(|word| *word != "from");
                let list = list.next().unwrap_or_default();
                let Some(choices) = lists.get(list) else {
                    let message = format!("line {}: the form has no list {}", row.line, quote(list));
                    return Some(Err(unread(message, "save the form as XLSX, with its sheet `choices`")));
                };
                let scale = groups.last().map_or("All items", String::as_str).to_owned();
                source.add(row.found(name, label.to_owned(), scale), choices.clone());
            }
            _ if label.is_empty() => {}
            _ => source.left_out.push(name.to_owned()),
        }
    }
    Some(Ok(source))
}

/// The sheets in one CSV: a row with nothing but its name begins each, and its cells begin in the second column.
fn taken_apart(whole: &Worksheet) -> Vec<Worksheet> {
    let mut sheets: Vec<Worksheet> = Vec::new();
    for row in &whole.rows {
        match (row.cells.as_slice(), sheets.last_mut()) {
            ([name], _) if !name.is_empty() => {
                sheets.push(Worksheet { name: name.clone(), rows: Vec::new() });
            }
            ([_, cells @ ..], Some(sheet)) => {
                sheet.rows.push(SheetRow { line: row.line, cells: cells.to_vec() });
            }
            _ => {}
        }
    }
    sheets
}

/// The column of the texts, which may say its language: `label::English (en)`.
fn labeled(columns: &SheetColumns<'_>) -> Option<usize> {
    columns.find("label").or_else(|| columns.names.iter().position(|name| name.starts_with("label")))
}

/// REDCap's data dictionary, if the sheets are one.
pub(super) fn redcap(sheets: &[Worksheet]) -> Option<Result<Survey, ImportError>> {
    let columns = SheetColumns::new(sheets.first()?, 0);
    let (name, kind) = (columns.find("variablefieldname fieldname")?, columns.find("fieldtype")?);
    let [text, form, matrix] =
        ["fieldlabel", "formname form", "matrixgroupname"].map(|names| columns.find(names));
    let choices = columns.names.iter().position(|name| name.contains("choices"));
    let mut source = Survey { what: "a REDCap data dictionary", ..Survey::default() };
    for row in columns.rows {
        let name = row.cell(Some(name));
        let written = match row.cell(Some(kind)) {
            "radio" | "dropdown" => row.cell(choices),
            "yesno" => "0, No | 1, Yes",
            "truefalse" => "0, False | 1, True",
            _ => "",
        };
        let choice = |choice: &str| {
            let (code, label) = choice.split_once(',').unwrap_or((choice, choice));
            (code.trim().to_owned(), plain(label))
        };
        let group = [row.cell(matrix), row.cell(form), "All items"].into_iter().find(|name| !name.is_empty());
        let found = row.found(name, plain(row.cell(text)), title_of(group.unwrap_or_default()));
        source.add(found, written.split('|').map(choice).collect());
    }
    Some(Ok(source))
}

/// A name as a title: `big_five` is "Big five".
fn title_of(name: &str) -> String {
    capital(name.replace('_', " ").trim())
}

/// Qualtrics' QSF: the matrices and the questions with one answer, in the order of the blocks.
pub(super) fn qualtrics(text: &str) -> Result<Survey, ImportError> {
    const EXPORT: &str = "export the survey from Qualtrics as a QSF file, or its questions as a table";
    let survey: Value = serde_json::from_str(text).map_err(|error| {
        let (what, help) = json_fault(&error);
        unread(format!("not valid JSON: line {}, column {}: {what}", error.line(), error.column()), help)
    })?;
    let Some(elements) = survey["SurveyElements"].as_array() else {
        return Err(unread("JSON without `SurveyElements`, and so no Qualtrics survey", EXPORT));
    };
    let mut source = Survey { what: "a Qualtrics survey", ..Survey::default() };
    source.title = plain(&said(&survey["SurveyEntry"]["SurveyName"]));
    let of = |kind: &'static str| elements.iter().filter(move |element| element["Element"] == kind);
    let questions: HashMap<&str, &Value> = of("SQ")
        .filter_map(|element| Some((element["PrimaryAttribute"].as_str()?, &element["Payload"])))
        .collect();
    for block in of("BL").flat_map(|element| listing(&element["Payload"], &Value::Null)) {
        // Deleted questions stay in the file, in this block.
        if block.1["Type"] == "Trash" {
            continue;
        }
        let title = plain(&said(&block.1["Description"]));
        for element in block.1["BlockElements"].as_array().into_iter().flatten() {
            let question = element["QuestionID"].as_str().and_then(|id| questions.get(id));
            if let Some(question) = question {
                ask(question, &title, &mut source);
            }
        }
    }
    Ok(source)
}

fn ask(question: &Value, block: &str, source: &mut Survey) {
    let of = |key: &str| said(&question[key]);
    let (text, tag, kind, selector) =
        (plain(&of("QuestionText")), of("DataExportTag"), of("QuestionType"), of("Selector"));
    let is_matrix = kind == "Matrix" && selector == "Likert" && of("SubSelector") != "MultipleAnswer";
    let (answers, order) = if is_matrix { ("Answers", "AnswerOrder") } else { ("Choices", "ChoiceOrder") };
    let choices: Vec<(String, String)> = listing(&question[answers], &question[order])
        .into_iter()
        .map(|(key, answer)| (said(&question["RecodeValues"][&key]), plain(&said(&answer["Display"]))))
        .collect();
    let mut add = |id: String, text: String, lead: String| {
        let scale = if block.is_empty() { "All items" } else { block }.to_owned();
        source.add(Found { at: quote(&id), id, text, scale, lead, ..Found::default() }, choices.clone());
    };
    match (kind.as_str(), selector.as_str()) {
        _ if is_matrix => {
            for (key, row) in listing(&question["Choices"], &question["ChoiceOrder"]) {
                let own = said(&question["ChoiceDataExportTags"][&key]);
                let id = if own.is_empty() { format!("{tag}_{key}") } else { own };
                add(id, plain(&said(&row["Display"])), text.clone());
            }
        }
        ("MC", "SAVR" | "SAHR" | "SACOL" | "DL" | "SB") => add(tag, text, String::new()),
        // A text between the questions is not a question.
        ("DB", _) => {}
        _ => source.left_out.push(tag),
    }
}

/// The entries of a list or of an object, in the order that another list gives, if any.
fn listing<'a>(entries: &'a Value, order: &Value) -> Vec<(String, &'a Value)> {
    let mut listed: Vec<(String, &Value)> = match entries {
        Value::Array(list) => list.iter().enumerate().map(|(at, entry)| (at.to_string(), entry)).collect(),
        Value::Object(object) => object.iter().map(|(key, entry)| (key.clone(), entry)).collect(),
        _ => Vec::new(),
    };
    listed.sort_by_key(|(key, _)| key.parse::<u64>().ok());
    let Some(order) = order.as_array() else { return listed };
    let known: HashMap<String, &Value> = listed.into_iter().collect();
    let entry = |key: &Value| Some((said(key), *known.get(&said(key))?));
    order.iter().filter_map(entry).collect()
}

/// A text or a number.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A text without its HTML.
fn plain(html: &str) -> String {
    // The ampersand last, so that no entity is read twice.
    const ENTITIES: &str = "&nbsp; &lt;< &gt;> &quot;\" &#39;' &rsquo;\u{2019} &lsquo;\u{2018} &ldquo;\u{201c} &rdquo;\u{201d} \
                            &ndash;\u{2013} &hellip;\u{2026} &amp;&";
    const INLINE: &str = "a b em font i s small span strong sub sup u";
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let name = piece.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        match (piece.split_once('>'), name.unwrap_or_default()) {
            // `<` before a blank or a digit is not a tag.
            (Some((_, after)), name) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let is_inline = INLINE.split(' ').any(|other| name.eq_ignore_ascii_case(other));
                text.extend([if is_inline { "" } else { " " }, after]);
            }
            _ => text.extend(["<", piece]),
        }
    }
    for (entity, sign) in ENTITIES.split(' ').filter_map(|pair| pair.split_once(';')) {
        text = text.replace(&format!("{entity};"), if sign.is_empty() { " " } else { sign });
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
