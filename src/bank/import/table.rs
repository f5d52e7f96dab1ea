//! A table with one item a row, as spreadsheets and published keys have it.

use super::{Found, ImportError, SheetColumns, SheetRow, Survey, Worksheet, labels_of, listed, note, unread};
use crate::bank::fault::quote;

const TEXT: &str = "text itemtext question questiontext statement ask wording stem item label";
const SCALE: &str = "scale scalename facet subscale construct trait factor dimension label domain";
const ID: &str = "id itemid code name variable itemnumber itemno item number no nr";
const LABELS: &str = "labels options answers responses responseoptions responselabels choices";
const REVERSED: &str = "reversed reverse reversescored reversecoded reversekeyed recode rev r";
/// Columns in which `1` is a direction, and not a yes.
const KEYED: &str = "key keyed keying direction sign scoring";
/// The labels if the table has none.
const AGREEMENT: [&str; 5] =
    ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"];
/// A header may come after a title and remarks.
const MOST_ABOVE: usize = 20;

pub(super) fn read(sheets: &[Worksheet]) -> Result<Survey, ImportError> {
    let mut tables = sheets.iter().flat_map(|sheet| {
        (0..sheet.rows.len().min(MOST_ABOVE)).map(|header| SheetColumns::new(sheet, header))
    });
    let Some(columns) = tables.find(|columns| columns.find(TEXT).is_some()) else {
        let header = sheets.iter().find_map(|sheet| sheet.rows.first()).map_or(&[][..], |row| &row.cells);
        let there =
            if header.is_empty() { "it is empty".to_owned() } else { format!("it has {}", listed(header)) };
        let message = format!("no column is known to hold the questions; {there}");
        return Err(unread(
            message,
            "call that column `text`, and others `id`, `scale`, `reversed` and `labels`",
        ));
    };
    if columns.find("class").and(columns.find("typescale")).is_some() {
        return Err(unread(
            "a LimeSurvey structure, which is not read",
            "write its questions into a table, one a row",
        ));
    }
    let text = columns.find(TEXT);
    // The column of the texts has no other use.
    let free =
        |names: &str| names.split(' ').filter_map(|name| columns.find(name)).find(|at| Some(*at) != text);
    let [id, scale, answers, lead, kind] = [ID, SCALE, LABELS, "lead", "kind"].map(free);
    let keyed = free(KEYED);
    let reversed = free(REVERSED).or(keyed);
    let has_sign = |row: &SheetRow| row.cell(reversed).contains(['+', '-', '\u{2212}', '\u{2013}']);
    let is_keyed = reversed.is_some() && (reversed == keyed || columns.rows.iter().any(has_sign));
    let mut source = Survey { what: "a table of items", ..Survey::default() };
    let mut above: Option<Vec<String>> = None;
    for (number, row) in (1..).zip(columns.rows) {
        let at = format!("row {number} (line {})", row.line);
        if !matches!(row.cell(kind).to_lowercase().as_str(), "" | "rating") {
            source.left_out.push(row.cell(id.or(text)).to_owned());
            continue;
        }
        let of = |column: Option<usize>| quote(column.map_or("", |column| &columns.header[column]));
        let cell = row.cell(answers);
        if !cell.is_empty() {
            let labels = split(cell, &mut source.no_answers);
            above = Some(labels.ok_or_else(|| wrong_labels(&at, &of(answers), cell))?);
        }
        let labels = match (&above, answers) {
            (Some(labels), _) => labels.clone(),
            (None, None) => AGREEMENT.map(str::to_owned).to_vec(),
            (None, _) => return Err(wrong_labels(&at, &of(answers), "")),
        };
        let reversed = match (reversed, row.cell(reversed)) {
            (None, _) => None,
            // Only what is reversed has a mark.
            (Some(_), "") if reversed != keyed => Some(false),
            (_, cell) => Some(is_reversed(cell, is_keyed).ok_or_else(|| {
                let says = format!("{} does not say whether the item is reversed", quote(cell));
                let help = "write `-` where agreeing lowers the scale, and `+` where it raises it";
                unread(format!("{at}, column {}: {says}", of(reversed)), help)
            })?),
        };
        source.found.push(Found {
            at,
            id: row.cell(id).to_owned(),
            text: row.cell(text).to_owned(),
            scale: if scale.is_some() { row.cell(scale).to_owned() } else { "All items".to_owned() },
            reversed,
            labels,
            lead: row.cell(lead).to_owned(),
        });
    }
    let has_not = [
        (scale, "no column `scale`: all items are on one scale"),
        (answers, "no column `labels`: the answers go from \"Strongly disagree\" to \"Strongly agree\""),
        (reversed, "no column `reversed`: the file does not say which items lower their scale"),
    ];
    source.notes.extend(has_not.iter().filter(|(at, _)| at.is_none()).map(|(_, note)| (*note).to_owned()));
    let known = [id, text, scale, answers, lead, kind, reversed];
    let unused: Vec<String> = (columns.header.iter().enumerate())
        .filter(|(at, name)| !known.contains(&Some(*at)) && !name.is_empty())
        .map(|(_, name)| name.clone())
        .collect();
    source.notes.extend(note(&unused, "not used: the columns {}"));
    Ok(source)
}

fn wrong_labels(at: &str, column: &str, cell: &str) -> ImportError {
    let has =
        if cell.is_empty() { "no labels".to_owned() } else { format!("{}, not 2 to 11 labels", quote(cell)) };
    let help = "write the labels, lowest first, with `|` between them; an empty cell is like the one above";
    unread(format!("{at}, column {column}: {has}"), help)
}

/// Whether agreeing lowers the scale, by a cell; `None` if the cell does not say.
fn is_reversed(cell: &str, is_keyed: bool) -> Option<bool> {
    let word = cell.to_lowercase().replace(['\u{2212}', '\u{2013}'], "-");
    let word = word.trim_matches(['(', ')', '[', ']', ' ']);
    match word {
        "-1" | "-" | "minus" | "negative" | "neg" | "reverse" | "reversed" | "r" | "rev" => Some(true),
        "+1" | "+" | "plus" | "positive" | "pos" | "forward" | "normal" => Some(false),
        "1" => Some(!is_keyed),
        "x" | "y" | "yes" | "t" | "true" if !is_keyed => Some(true),
        "0" | "n" | "no" | "f" | "false" if !is_keyed => Some(false),
        // Published keys name the factor and the sign: `1+`, `E-`.
        _ if is_keyed => match [word.ends_with('-') || word.starts_with('-'), word.contains('+')] {
            [true, false] => Some(true),
            [false, true] => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The labels in a cell: `Never | Seldom | Often`, `1 = Never, 2 = Often`, `1-5`.
fn split(cell: &str, no_answers: &mut Vec<String>) -> Option<Vec<String>> {
    if let Some((first, last)) = cell.split_once(['-', '\u{2013}']) {
        let ends = [first, last].map(|end| end.trim().parse::<u8>().ok());
        if let [Some(first), Some(last)] = ends {
            return labels_of((first..=last).map(|n| (n.to_string(), n.to_string())).collect(), no_answers);
        }
    }
    let separator = ['|', '\n', ';', '/', ','].into_iter().find(|separator| cell.contains(*separator))?;
    let numbered = |label: &str| {
        let (number, rest) = label.trim().trim_start_matches('(').split_once(['=', ':', '.', ')'])?;
        let (number, rest) = (number.trim(), rest.trim());
        (number.parse::<u8>().is_ok() && !rest.is_empty()).then(|| (number.to_owned(), rest.to_owned()))
    };
    let choice = |label: &str| numbered(label).unwrap_or_else(|| (String::new(), label.trim().to_owned()));
    labels_of(cell.split(separator).map(choice).collect(), no_answers)
}
