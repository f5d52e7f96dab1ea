//! Makes a bank of questions that were written elsewhere.
//!
//! [`read`] finds out what a file is: a table of items, an XLSForm, a REDCap data dictionary or a Qualtrics survey.
//! It returns a [`BankDraft`], whose directions a person confirms before [`BankDraft::files`] are written. Texts that only
//! an author can write are placeholders, which `bank check` names.

mod table;
mod tools;

use std::collections::{HashMap, HashSet};

use super::ResponseFormat;
use super::fault::{first_of, quote};
use super::new::{id_from, quoted};
use super::parse::PLACEHOLDER;
use crate::text::prose;

/// The placeholder of `about` if the directions are not known.
const UNCLEAR: &str = "set `reversed = true` at each item that lowers this scale, because the file did not say; then \
                       write here in one sentence what the scale is";
/// The beginnings of labels that say that there is no answer.
const NO_ANSWER: &str =
    "prefer not|i prefer not|don't know|do not know|not applicable|n/a|no answer|decline|refuse";

pub enum Content {
    Sheets(Vec<Worksheet>),
    Json(String),
}

/// A sheet without its empty rows. The one table of a text has no name.
pub struct Worksheet {
    pub name: String,
    pub rows: Vec<SheetRow>,
}

pub struct SheetRow {
    /// In the file, from 1.
    pub line: u64,
    pub cells: Vec<String>,
}

/// Why no bank can be made of a file, and the way out.
#[derive(Debug, thiserror::Error)]
#[error("{message}\n  help: {help}")]
pub struct ImportError {
    message: String,
    help: String,
}

fn unread(message: impl Into<String>, help: impl Into<String>) -> ImportError {
    ImportError { message: message.into(), help: help.into() }
}

/// A rating in its source. Empty fields are unknown.
#[derive(Default)]
struct Found {
    /// Where it is, for messages.
    at: String,
    id: String,
    text: String,
    scale: String,
    reversed: Option<bool>,
    /// Lowest first.
    labels: Vec<String>,
    lead: String,
}

#[derive(Default)]
struct Survey {
    what: &'static str,
    title: String,
    found: Vec<Found>,
    /// Names of the questions that are not ratings.
    left_out: Vec<String>,
    /// Labels that say that there is no answer.
    no_answers: Vec<String>,
    notes: Vec<String>,
}

impl Survey {
    /// Adds a question with these codes and labels, if it is a rating.
    fn add(&mut self, found: Found, choices: Vec<(String, String)>) {
        match labels_of(choices, &mut self.no_answers) {
            Some(labels) => self.found.push(Found { labels, ..found }),
            None => self.left_out.push(found.id),
        }
    }
}

#[derive(Debug, Default)]
pub struct BankDraft {
    /// What the file is, such as "an XLSForm".
    pub what: &'static str,
    /// The title in the file.
    pub title: Option<String>,
    /// What was decided or left out.
    pub notes: Vec<String>,
    formats: Vec<ResponseFormat>,
    /// Ids and titles.
    scales: Vec<(String, String)>,
    items: Vec<Rated>,
}

#[derive(Debug)]
struct Rated {
    id: String,
    text: String,
    scale: Option<usize>,
    /// Whether agreeing lowers the scale; `None` if the file does not say.
    reversed: Option<bool>,
    format: usize,
}

pub fn read(content: &Content) -> Result<BankDraft, ImportError> {
    let source = match content {
        Content::Json(text) => tools::qualtrics(text)?,
        Content::Sheets(sheets) => match tools::xlsform(sheets).or_else(|| tools::redcap(sheets)) {
            Some(source) => source?,
            None => table::read(sheets)?,
        },
    };
    BankDraft::new(source)
}

/// Names in quotes; of many, only the first.
fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
    first_of(&quoted, 12)
}

/// A note about some names, unless there are none. They are put in the place of `{}`.
fn note(names: &[String], says: &str) -> Option<String> {
    (!names.is_empty()).then(|| says.replace("{}", &listed(names)))
}

impl BankDraft {
    fn new(source: Survey) -> Result<BankDraft, ImportError> {
        let Survey { what, title, found, left_out, no_answers, notes } = source;
        let title = Some(prose(&title)).filter(|title| !title.is_empty());
        let mut draft = BankDraft { what, title, notes, ..BankDraft::default() };
        draft.notes.extend(note(&left_out, "left out, because they are not ratings: {}"));
        draft.notes.extend(note(&no_answers, "no labels, because skipping says the same: {}"));
        if found.is_empty() {
            let help = "a rating is a question with one answer out of 2 to 11 labels";
            return Err(unread(format!("{what} without a single rating"), help));
        }
        let mut ids: HashMap<String, &str> = HashMap::new();
        for Found { at, id, .. } in &found {
            let Some(id) = id_from(id) else { continue };
            if let Some(first) = ids.get(&id) {
                let message = format!("{first} and {at} would both get the id {}", quote(&id));
                return Err(unread(
                    message,
                    "ids are small letters, digits and hyphens; give each item its own",
                ));
            }
            ids.insert(id, at);
        }
        let mut taken: HashSet<String> = ids.into_keys().collect();
        let mut turned = Vec::new();
        for found in &found {
            let text = checked_text(found)?;
            let scale = draft.scale(found)?;
            let id = id_from(&found.id).unwrap_or_else(|| {
                let stem = scale.map_or("item", |scale| &draft.scales[scale].0);
                let stem = stem[..stem.len().min(56)].trim_end_matches('-');
                let n = 1 + draft.items.iter().filter(|item| item.scale == scale).count();
                // One of these is free, because there are more of them than ids.
                let mut numbers = (n..=n + taken.len()).map(|n| format!("{stem}-{n}"));
                numbers.find(|id| !taken.contains(id)).unwrap_or_default()
            });
            taken.insert(id.clone());
            let (format, is_turned) = draft.format(found);
            turned.extend(is_turned.then(|| id.clone()));
            draft.items.push(Rated { id, text, scale, reversed: found.reversed, format });
        }
        if draft.items.len() > 1 {
            let mut n_with = vec![0; draft.formats.len()];
            draft.items.iter().for_each(|item| n_with[item.format] += 1);
            let own = draft.items.iter().filter(|item| n_with[item.format] == 1);
            let own: Vec<String> = own.map(|item| item.id.clone()).collect();
            draft.notes.extend(note(
                &own,
                "answers that no other item has: {}; take out of the file what is not a rating",
            ));
        }
        draft.notes.extend(note(
            &turned,
            "labels that went from most to least, and were reversed: {}; for `coofit cohort`, export the answers as \
             texts, not as numbers",
        ));
        Ok(draft)
    }

    /// The scale of an item, which is new when no other has its name.
    fn scale(&mut self, found: &Found) -> Result<Option<usize>, ImportError> {
        let title = prose(&found.scale);
        if title.is_empty() {
            return Ok(None);
        }
        let known = |id: &str| self.scales.iter().position(|scale| scale.0 == id || scale.1 == title);
        let id = id_from(&title).unwrap_or_else(|| format!("scale-{}", self.scales.len() + 1));
        let Some(at) = known(&id) else {
            self.scales.push((id, title));
            return Ok(Some(self.scales.len() - 1));
        };
        let letters = |title: &str| title.to_lowercase().replace([' ', '-', '_'], "");
        let other = &self.scales[at].1;
        if letters(other) != letters(&title) {
            let [a, b] = [other, &title].map(|title| quote(title));
            let message =
                format!("{}: the scales {a} and {b} would both get the id {}", found.at, quote(&id));
            return Err(unread(message, "give the scales names that differ in letters or digits"));
        }
        Ok(Some(at))
    }

    /// The response format of an item, and whether its labels had to be turned round.
    fn format(&mut self, found: &Found) -> (usize, bool) {
        let labels = found.labels.iter().map(|label| prose(label)).collect();
        let lead = Some(prose(&found.lead)).filter(|lead| !lead.is_empty());
        let mut format = ResponseFormat { id: String::new(), lead, labels };
        let falls = format.falls();
        if falls {
            format.labels.reverse();
        }
        let same = |other: &ResponseFormat| other.labels == format.labels && other.lead == format.lead;
        let at = self.formats.iter().position(same).unwrap_or_else(|| {
            let n = self.formats.len();
            format.id = if n == 0 { "answers".to_owned() } else { format!("answers-{}", n + 1) };
            self.formats.push(format);
            n
        });
        (at, falls)
    }

    pub fn counts(&self) -> [usize; 2] {
        [self.items.len(), self.scales.len()]
    }

    /// Whether the file does not say for some item in which direction it counts.
    pub fn is_unclear(&self) -> bool {
        self.items.iter().any(|item| item.scale.is_some() && item.reversed.is_none())
    }

    /// Takes the numbers of the items that lower their scale, such as `2 5 9-12`; all others raise theirs.
    ///
    /// # Errors
    /// What is not the number of an item.
    pub fn lower(&mut self, numbers: &str) -> Result<(), String> {
        let mut lowered = HashSet::new();
        for word in numbers.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            let [first, last] = [first, last].map(|number| number.parse::<usize>().ok());
            match first.zip(last).filter(|(first, last)| 1 <= *first && *last <= self.items.len()) {
                Some((first, last)) => lowered.extend(first..=last),
                None => return Err(word.to_owned()),
            }
        }
        for (number, item) in (1..).zip(&mut self.items) {
            item.reversed = Some(lowered.contains(&number));
        }
        Ok(())
    }

    /// What agreeing with each item does to its scale.
    pub fn preview(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for ResponseFormat { labels, .. } in &self.formats {
            let [first, .., last] = labels.as_slice() else { continue };
            let n = labels.len();
            lines.push(format!("Answers: {n}, from \"{first}\" to \"{last}\" (most agreement)."));
        }
        lines.push(String::new());
        let room = self.items.len().to_string().len();
        lines.extend((1..).zip(&self.items).map(|(number, item)| {
            let counts = match (item.scale, item.reversed) {
                (None, _) => "not scored".to_owned(),
                (Some(scale), reversed) => {
                    let does = if reversed == Some(true) { "LOWERS" } else { "raises" };
                    let unsaid = if reversed.is_none() { " (the file does not say)" } else { "" };
                    format!("agreeing {does} {}{unsaid}", self.scales[scale].1)
                }
            };
            format!("  {number:>room$}  {counts}: {}", item.text)
        }));
        lines
    }

    /// The files of the bank, as (path, text) pairs.
    pub fn files(&self, id: &str, title: &str) -> Vec<(String, String)> {
        let placeholder = |text: &str| quoted(&format!("{PLACEHOLDER} {text}"));
        let format = |ResponseFormat { id, lead, labels }: &ResponseFormat| {
            let labels: Vec<String> = labels.iter().map(|label| quoted(label)).collect();
            let lead = lead.as_ref().map_or_else(String::new, |lead| format!("lead = {}\n", quoted(lead)));
            format!("[formats.{id}]\n{lead}labels = [{}]\n", labels.join(", "))
        };
        let scale = |(index, (id, title)): (usize, &(String, String))| {
            let is_unclear =
                self.items.iter().any(|item| item.scale == Some(index) && item.reversed.is_none());
            let about = placeholder(if is_unclear { UNCLEAR } else { "what the scale is, in one sentence" });
            let [low, high] =
                ["low", "high"].map(|end| placeholder(&format!("what a {end} score says about a person")));
            let [id, title] = [id, title].map(|text| quoted(text));
            format!(
                "[[scale]]\nid = {id}\ntitle = {title}\nkind = \"trait\"\nabout = {about}\nlow = {low}\nhigh = {high}\n"
            )
        };
        let item = |item: &Rated| {
            let [id, ask, answer] =
                [&item.id, &item.text, &self.formats[item.format].id].map(|text| quoted(text));
            let scale = item.scale.map_or_else(String::new, |scale| {
                let reversed = if item.reversed == Some(true) { "reversed = true\n" } else { "" };
                format!("scale = {}\n{reversed}", quoted(&self.scales[scale].0))
            });
            format!("[[item]]\nid = {id}\n{scale}ask = {ask}\nanswer = {answer}\n")
        };
        let formats: Vec<String> = self.formats.iter().map(format).collect();
        let scales = self.scales.iter().enumerate().map(scale);
        let part: Vec<String> = scales.chain(self.items.iter().map(item)).collect();
        let texts = [("{id}", quoted(id)), ("{title}", quoted(title)), ("{formats}", formats.join("\n"))];
        let whole = include_str!("new/import.toml").replace("{what}", self.what);
        // The first two are single lines, so that what a title says is not taken for a place.
        let bank = texts.iter().rev().fold(whole, |whole, (place, text)| whole.replacen(place, text, 1));
        vec![("bank.toml".to_owned(), bank), ("items.toml".to_owned(), part.join("\n"))]
    }
}

fn checked_text(found: &Found) -> Result<String, ImportError> {
    const MOST: usize = 2000;
    let text = prose(&found.text);
    if text.is_empty() {
        return Err(unread(format!("{} has no text", found.at), "write the question, or take the row out"));
    }
    if text.len() > MOST {
        let message = format!("{}: the text has more than {MOST} bytes", found.at);
        return Err(unread(message, "look for a quotation mark that is never closed, or shorten it"));
    }
    Ok(text)
}

/// A sheet with the places of its columns.
struct SheetColumns<'a> {
    /// Names in small letters and digits.
    names: Vec<String>,
    /// As in the file.
    header: &'a [String],
    rows: &'a [SheetRow],
}

impl<'a> SheetColumns<'a> {
    /// The sheet from its row `header` on.
    fn new(sheet: &'a Worksheet, header: usize) -> SheetColumns<'a> {
        let header_row = sheet.rows.get(header).map_or(&[][..], |row| &row.cells);
        let simple = |name: &String| {
            if name == "#" {
                return "number".to_owned();
            }
            name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
        };
        let rows = sheet.rows.get(header + 1..).unwrap_or_default();
        SheetColumns { names: header_row.iter().map(simple).collect(), header: header_row, rows }
    }

    /// The first of these names, separated by blanks, that is a column.
    fn find(&self, names: &str) -> Option<usize> {
        names.split(' ').find_map(|name| self.names.iter().position(|other| other == name))
    }
}

impl SheetRow {
    fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", String::as_str)
    }

    fn found(&self, name: &str, text: String, scale: String) -> Found {
        let at = format!("{} (line {})", quote(name), self.line);
        Found { at, id: name.to_owned(), text, scale, ..Found::default() }
    }
}

/// The labels of a rating, lowest first, or `None` if it is not one. Numeric codes give the order. Labels that say
/// that there is no answer are left out.
fn labels_of(mut choices: Vec<(String, String)>, no_answers: &mut Vec<String>) -> Option<Vec<String>> {
    choices.retain(|(_, label)| {
        let lower = label.trim().to_lowercase().replace('\u{2019}', "'");
        let is_none = NO_ANSWER.split('|').any(|says| lower.starts_with(says));
        if is_none && !no_answers.contains(label) {
            no_answers.push(label.clone());
        }
        !lower.is_empty() && !is_none
    });
    let code =
        |choice: &(String, String)| choice.0.trim().parse::<f64>().ok().filter(|code| code.is_finite());
    if choices.iter().all(|choice| code(choice).is_some()) {
        choices.sort_by(|a, b| code(a).unwrap_or(0.0).total_cmp(&code(b).unwrap_or(0.0)));
    }
    let labels: Vec<String> = choices.into_iter().map(|(_, label)| label).collect();
    (2..=11).contains(&labels.len()).then_some(labels)
}
