//! How the cells of a column encode answers: decided once per file, from its first rows.
//!
//! A survey tool writes an answer as a number, as the text of a label or an option, as both, or as a
//! code. All columns of one response format are written alike, so the coding is the one that fits most
//! of their cells. A column with too many cells that fit none, or that fits another coding than the rest,
//! stops the run.
//!
//! The share is counted column by column, because one column that is coded from 0 would not show in a sum
//! over many.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cell::visible;
use super::fault::{Reason, option};
use super::table::text as cell;
use crate::answers;
use crate::bank::fault::quote;
use crate::bank::{Answer, Item, ItemKind};

/// The most different texts of a column that are remembered.
const MOST_TEXTS: usize = 1000;
/// Cells that fit no coding are strays up to [`STRAY_SHARE`] of the filled ones, or up to this many.
const MOST_STRAYS: u64 = 9;
const STRAY_SHARE: f64 = 0.05;
/// Even fewer than [`MOST_STRAYS`] are too many if at least this many have the same text, or are a third of a column.
pub(super) const SEVERAL: u64 = 3;

/// How often each text comes in the filled cells of some columns; the ten digits have counts of their own, for speed.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(HashMap<String, u64>, [u64; 10]);

/// How cells encode labels or options.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    /// The number of a label, or the label where all of them are numbers; the id of an option.
    #[default]
    Own,
    /// The text of a label or an option.
    Text,
    /// Number and text: `4 - Often`.
    Both,
    /// A number, from 1 or from 0.
    #[serde(rename = "from-1")]
    From1,
    #[serde(rename = "from-0")]
    From0,
    /// Letters and a number: `AO03`.
    Code,
}

/// How the cells of a column are read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Coding {
    pub(super) how: How,
    /// Labels or options by the normalized text that means them.
    names: HashMap<String, usize>,
    /// What separates the ticks of a checklist.
    split: char,
    decimal_comma: bool,
}

/// A text without case, blanks and marks, so that `People.Early_Word` is `people-early-word`. A text without
/// letters stays as it is: `-1` is not 1, and `1,2` is not 12.
pub(super) fn loose(text: &str) -> String {
    let letters = |c: &char| c.is_alphanumeric();
    let loose: String = text.chars().filter(letters).flat_map(char::to_lowercase).collect();
    if loose.chars().all(char::is_numeric) { text.trim().to_owned() } else { loose }
}

impl Texts {
    pub(super) fn take(&mut self, cell: &[u8]) {
        if let [digit @ b'0'..=b'9'] = cell {
            self.1[usize::from(digit - b'0')] += 1;
            return;
        }
        let cell = visible(cell);
        let cell = cell.trim();
        if !is_missing(cell) && (self.0.len() < MOST_TEXTS || self.0.contains_key(cell)) {
            *self.0.entry(cell.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn add(&mut self, other: &Texts) {
        for (text, n) in &other.0 {
            *self.0.entry(text.clone()).or_default() += n;
        }
        self.1.iter_mut().zip(&other.1).for_each(|(n, other)| *n += other);
    }

    fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        const DIGITS: &str = "0123456789";
        let digits = self.1.iter().enumerate().filter(|(_, n)| **n > 0);
        let digits = digits.map(|(digit, n)| (&DIGITS[digit..=digit], *n));
        self.0.iter().map(|(text, n)| (text.as_str(), *n)).chain(digits)
    }

    pub(super) fn count(&self, text: &str) -> u64 {
        match text.as_bytes() {
            [digit @ b'0'..=b'9'] => self.1[usize::from(digit - b'0')],
            _ => self.0.get(text).copied().unwrap_or(0),
        }
    }

    /// The cells that do not fit.
    pub(super) fn misfits(&self, fits: impl Fn(&str) -> bool) -> Misfits<'_> {
        let bad: Vec<(&str, u64)> = self.iter().filter(|(text, _)| !fits(text)).collect();
        let worst = bad.iter().copied().max_by_key(|(text, n)| (*n, Reverse(*text)));
        let (worst, n_worst) = worst.unwrap_or_default();
        let n = self.iter().map(|(_, n)| n).sum();
        Misfits { n, n_bad: bad.iter().map(|(_, n)| n).sum(), worst, n_worst }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether these look like answers to an item, whatever the name of their column. Yes, no and numbers
    /// can be about anything.
    pub(super) fn are_answers(&self, item: &Item) -> bool {
        let n_answers = item.format().map_or(item.options().len(), |format| format.labels.len());
        if n_answers <= 2 {
            return false;
        }
        if matches!(item.kind, ItemKind::Checklist { .. }) {
            // There are many ways to read a text as a list, so most texts are ruled out first.
            let names = || item.options().iter().flat_map(|option| [&option.say, &option.id]);
            let has_option = |text: &String| names().any(|name| loose(text).contains(&loose(name)));
            return !self.0.is_empty() && self.0.keys().all(|text| text == ";" || has_option(text));
        }
        let n_kinds = self.0.len() + self.1.iter().filter(|n| **n > 0).count();
        n_kinds <= 2 * n_answers && self.0.keys().any(|text| text.contains(char::is_alphabetic))
    }
}

/// The cells of some columns that do not fit.
pub(super) struct Misfits<'t> {
    /// How many cells are filled, and how many of them do not fit.
    pub(super) n: u64,
    pub(super) n_bad: u64,
    /// The most frequent text among them, and how often it comes.
    pub(super) worst: &'t str,
    n_worst: u64,
}

impl Misfits<'_> {
    /// Whether too many cells do not fit to be typing errors. They are from `n_columns` columns of one format; in
    /// several columns, the same text [`SEVERAL`] times is enough. With 0, only more than [`MOST_STRAYS`] count.
    pub(super) fn are_too_many(&self, n_columns: usize) -> bool {
        let is_small = self.n_bad <= MOST_STRAYS;
        let is_same = n_columns > 1 && self.n_worst >= SEVERAL;
        let is_third = n_columns > 0 && self.n_bad >= SEVERAL && 3 * self.n_bad > self.n;
        self.n_bad as f64 > STRAY_SHARE * self.n as f64 && (!is_small || is_same || is_third)
    }

    pub(super) fn reason(&self, n_columns: usize) -> Reason {
        let (Misfits { n, n_bad, .. }, worst) = (self, quote(self.worst));
        let where_ =
            if n_columns > 1 { format!(" in {n_columns} columns with these labels") } else { String::new() };
        format!("{n_bad} of {n} cells{where_} are not answers; the most frequent is {worst}").into()
    }
}

/// The help if a text stands for no answer.
pub(super) fn missing(text: &str) -> String {
    format!("if {} stands for no answer, say so by {}", quote(text), option("--missing", text))
}

/// Whether a cell stands for no answer in any file.
pub(super) fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 8] = ["", "NA", "N/A", "-", ".", "NULL", "NaN", "#N/A"];
    WORDS.contains(&cell.trim())
}

impl Coding {
    /// The coding that fits best for these texts, which are in all columns of the item's response format;
    /// `known` if a map says how they are written.
    pub(super) fn decide(item: &Item, texts: &Texts, decimal_comma: bool, known: Option<How>) -> Coding {
        let new =
            |how: How, split: char| Coding { how, names: names(item, how, texts), split, decimal_comma };
        let hows = match item.kind {
            _ if known.is_some() => known.as_slice(),
            ItemKind::Number(_) => &[How::Own][..],
            ItemKind::Rating(_) => &[How::Own, How::Text, How::Both, How::From0, How::Code],
            _ => &[How::Own, How::Text, How::Both, How::From1, How::From0, How::Code],
        };
        let splits: &[char] = match item.kind {
            ItemKind::Checklist { .. } => &[';', ',', '|', ' '],
            _ => &[';'],
        };
        let codings = hows.iter().flat_map(|how| splits.iter().map(|split| new(*how, *split)));
        codings.min_by_key(|coding| coding.misfits(item, texts).n_bad).unwrap_or_default()
    }

    pub(super) fn misfits<'t>(&self, item: &Item, texts: &'t Texts) -> Misfits<'t> {
        texts.misfits(|text| self.answer(item, text).is_some())
    }

    /// Why `n_columns` columns with these texts are not written in this way.
    pub(super) fn strays(&self, item: &Item, texts: &Texts, n_columns: usize) -> Option<Reason> {
        let misfits = self.misfits(item, texts);
        misfits.are_too_many(n_columns).then(|| {
            let texts = match (item.format(), &item.kind) {
                (Some(format), _) => format!(" or a label ({})", format.labels.join(", ")),
                (None, ItemKind::Number(_)) => String::new(),
                (None, _) => ", or the text of one".to_owned(),
            };
            let must_be = item.must_be();
            let help = format!(
                "the answer must be {must_be}{texts}; correct the file, or, {}",
                missing(misfits.worst)
            );
            misfits.reason(n_columns).help(help)
        })
    }

    /// Why a column with these texts seems to be written differently from the others of its format.
    pub(super) fn other(&self, item: &Item, texts: &Texts) -> Option<Reason> {
        let misfits = self.misfits(item, texts);
        let other = (misfits.n_bad > 0).then(|| Coding::decide(item, texts, self.decimal_comma, None))?;
        let is_fit = other != *self && other.misfits(item, texts).n_bad == 0;
        is_fit.then(|| {
            let message = format!(
                "because of {} it seems to hold {}, but similar columns hold {}",
                quote(misfits.worst),
                other.what(item),
                self.what(item)
            );
            Reason::from(message).help(format!("write all of them alike, or, {}", missing(misfits.worst)))
        })
    }

    /// What the cells hold.
    pub(super) fn what(&self, item: &Item) -> String {
        let of = if item.format().is_some() { "labels" } else { "options" };
        match self.how {
            How::Own if item.format().is_some_and(|format| format.is_numeric()) => {
                "the labels, which are numbers".to_owned()
            }
            How::Own if matches!(item.kind, ItemKind::Number(_)) => "numbers".to_owned(),
            How::Own if item.format().is_none() => "the ids of the options".to_owned(),
            How::Own | How::From1 => format!("the numbers of the {of}, from 1"),
            How::From0 => format!("the numbers of the {of}, from 0"),
            How::Text => format!("the texts of the {of}"),
            How::Both => format!("the numbers and texts of the {of}"),
            How::Code => format!("codes of the {of} that end in their numbers, from 1"),
        }
    }

    /// Whether it is not the program's own way of writing ticks.
    pub(super) fn is_foreign(&self) -> bool {
        self.how != How::Own || self.split != ';'
    }

    /// What the most frequent text stands for: "`Often` is 4".
    pub(super) fn example(&self, item: &Item, texts: &Texts) -> Option<String> {
        let read = texts.iter().filter_map(|(text, n)| Some((text, n, self.answer(item, text)?)));
        let (text, _, answer) = read.max_by_key(|(text, n, _)| (*n, Reverse(*text)))?;
        let is_number = matches!(answer, Answer::Number(_));
        (!is_number).then(|| format!("{} is {}", quote(text), cell(&answers::value(item, &answer))))
    }

    /// The highest digit up to which every digit from 1 is the number of its label.
    pub(super) fn highest_digit(&self) -> u8 {
        let is_own = |digit: &u8| self.names.get(&digit.to_string()) == Some(&(usize::from(*digit) - 1));
        (1..=9).take_while(is_own).last().unwrap_or(0)
    }

    /// The answer in a filled cell, if the item takes it.
    pub(super) fn answer(&self, item: &Item, cell: &str) -> Option<Answer> {
        let option = |text: &str| self.names.get(&loose(text)).copied();
        let answer = match &item.kind {
            ItemKind::Rating(_) => {
                // Numbers in any notation: `4.0` is `4`.
                let place = match decimal(cell.as_bytes()) {
                    Some(x) => self.names.get(&x.to_string()).copied(),
                    None => option(cell),
                };
                Answer::Rating(u8::try_from(place? + 1).ok()?)
            }
            ItemKind::Choice(_) => Answer::Choice(option(cell)?),
            ItemKind::Checklist { .. } if cell == ";" => Answer::Checklist(Vec::new()),
            ItemKind::Checklist { .. } => {
                let mut ticks = self.ticks(item, cell.trim_end_matches(self.split))?;
                ticks.sort_unstable();
                Answer::Checklist(ticks)
            }
            ItemKind::Number(_) if self.decimal_comma => {
                Answer::Number(decimal(cell.replacen(',', ".", 1).as_bytes())?)
            }
            ItemKind::Number(_) => Answer::Number(decimal(cell.as_bytes())?),
        };
        item.accept(answer).ok()
    }

    /// The options that a cell joins. The text of an option may have the separator in it, so the longest text
    /// that is an option counts. Ids and numbers have no separator: `1,2` is not 12.
    fn ticks(&self, item: &Item, cell: &str) -> Option<Vec<usize>> {
        let pieces: Vec<&str> = cell.split(self.split).collect();
        let (mut ticks, mut start) = (Vec::new(), 0);
        while start < pieces.len() {
            let joined = |end: &usize| loose(&pieces[start..*end].concat());
            let is_blank = |at: usize| pieces[at].trim().is_empty();
            let is_named = |end: &usize| {
                let name = joined(end);
                let is_text = |option: &usize| name.ends_with(&loose(&item.options()[*option].say));
                self.names.get(&name).is_some_and(|option| *end == start + 1 || is_text(option))
            };
            let is_option = |end: &usize| !is_blank(start) && !is_blank(end - 1) && is_named(end);
            let end = (start + 1..=pieces.len()).rev().find(is_option)?;
            ticks.push(self.names[&joined(&end)]);
            start = end;
        }
        Some(ticks)
    }
}

/// The label or option that each text means.
fn names(item: &Item, how: How, texts: &Texts) -> HashMap<String, usize> {
    let options = item.options();
    let labels: Vec<&str> = match item.format() {
        Some(format) => format.labels.iter().map(String::as_str).collect(),
        None => options.iter().map(|option| option.say.as_str()).collect(),
    };
    let is_numeric = item.format().is_some_and(|format| format.is_numeric());
    // Letters before the number, as in the first text that has some.
    let code = texts.0.keys().filter_map(|text| {
        let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let n_digits = text.len() - letters.len();
        let is_code = n_digits > 0 && !letters.is_empty() && !letters.contains(|c: char| c.is_ascii_digit());
        is_code.then_some((letters, n_digits))
    });
    let code = code.min();
    let name = |place: usize| match how {
        How::Own if is_numeric => {
            labels[place].parse::<f64>().map_or(String::new(), |label| label.to_string())
        }
        How::Own if options.is_empty() => (place + 1).to_string(),
        How::Own => options[place].id.clone(),
        How::Text => labels[place].to_owned(),
        How::Both => format!("{} {}", place + 1, labels[place]),
        How::From1 => (place + 1).to_string(),
        How::From0 => place.to_string(),
        How::Code => code.map_or(String::new(), |(letters, width)| format!("{letters}{:0width$}", place + 1)),
    };
    let key = |name: String| if how == How::Own && options.is_empty() { name } else { loose(&name) };
    let names: HashMap<String, usize> = (0..labels.len()).map(|place| (key(name(place)), place)).collect();
    // If two of them share a name, no name is clear.
    if names.len() == labels.len() { names } else { HashMap::new() }
}

/// A decimal number; `inf` and the like are not numbers.
pub(super) fn decimal(cell: &[u8]) -> Option<f64> {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let text = std::str::from_utf8(cell).ok().filter(|_| cell.iter().all(is_part))?;
    text.parse().ok().filter(|x: &f64| x.is_finite())
}
