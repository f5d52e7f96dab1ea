//! Which item, or which option of a checklist, a column is about: by its id, its text, or its place.

use std::collections::HashMap;

use super::coding::loose;
use crate::bank::export::codes;
use crate::bank::{Bank, ItemKind};

/// What a column is about: an item, or one option of a checklist that has a column for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColumnMatch {
    pub(super) item: usize,
    pub(super) option: Option<usize>,
}

/// The names that columns may have, normalized; nothing for a name that two columns share.
pub(super) struct Spellings<'a> {
    bank: &'a Bank,
    known: HashMap<String, Option<ColumnMatch>>,
}

impl<'a> Spellings<'a> {
    pub(super) fn of(bank: &'a Bank) -> Spellings<'a> {
        let mut spellings = Spellings { bank, known: HashMap::new() };
        for (index, (item, code)) in bank.items.iter().zip(codes(bank)).enumerate() {
            let asks = std::iter::once(&item.ask).chain(&item.observer);
            let with_lead = |ask: &String| item.lead().map(|lead| format!("{lead} {ask}"));
            let texts = asks.flat_map(|ask| with_lead(ask).into_iter().chain([ask.clone()]));
            let options =
                if let ItemKind::Checklist { options, .. } = &item.kind { &options[..] } else { &[] };
            for name in [item.id.clone(), code].into_iter().chain(texts) {
                spellings.learn(&name, index, None);
                for (option, of) in options.iter().enumerate() {
                    let number = option + 1;
                    let numbers = [number.to_string(), format!("SQ{number:03}")];
                    let texts = [of.id.clone(), of.say.clone(), format!("choice={}", of.say)];
                    for key in texts.into_iter().chain(numbers) {
                        spellings.learn(&format!("{name} {key}"), index, Some(option));
                    }
                }
            }
            for (option, of) in options.iter().enumerate() {
                spellings.learn(&of.say, index, Some(option));
            }
        }
        spellings
    }

    fn learn(&mut self, name: &str, item: usize, option: Option<usize>) {
        let what = ColumnMatch { item, option };
        let known = self.known.entry(loose(name)).or_insert(Some(what));
        *known = known.filter(|known| *known == what);
    }

    /// By id, else in another spelling, also behind the name of a group.
    pub(super) fn find(&self, name: &str) -> Option<ColumnMatch> {
        // What Qualtrics puts after the question of a choice.
        let name = name.strip_suffix("- Selected Choice").unwrap_or(name).trim();
        let behind = name.match_indices(['/', '.']).map(|(at, _)| &name[at + 1..]);
        let spelled = || [name].into_iter().chain(behind).find_map(|name| *self.known.get(&loose(name))?);
        self.bank.item(name).map(|item| ColumnMatch { item, option: None }).or_else(spelled)
    }

    /// A column with more than one text over it, such as a question and below it an option.
    pub(super) fn find_in(&self, texts: &[&str]) -> Option<ColumnMatch> {
        let joined = texts.join(" ");
        let tick = |text: &str| self.find(text).filter(|found| found.option.is_some());
        let whole = (texts.len() > 1).then(|| tick(&joined)).flatten();
        whole.or_else(|| texts.iter().find_map(|text| self.find(text)))
    }
}

/// The part of a code before its bracket, if a name is a code that says nothing: letters and numbers, such
/// as `G01Q02[SQ001]` or `Q1_3`.
pub(super) fn code(name: &str) -> Option<&str> {
    let (base, rest) = name.split_once('[').unwrap_or((name, ""));
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let inner = rest.strip_suffix(']').unwrap_or(rest);
    let is_text = matches!(inner.to_lowercase().as_str(), "other" | "comment");
    let starts = base.starts_with(|c: char| c.is_ascii_alphabetic());
    let numbers = base.bytes().filter(u8::is_ascii_digit).count();
    (starts && numbers > 0 && is_word(base) && is_word(inner) && !is_text).then_some(base)
}

/// The columns whose names are codes, in the bank's order; the reason if their number does not match.
pub(super) fn in_order(
    bank: &Bank,
    items: &[usize],
    codes: &[(usize, &str)],
) -> Result<Vec<(usize, ColumnMatch)>, String> {
    let mut found = Vec::new();
    let mut rest = codes;
    for &index in items {
        let n_options = match &bank.items[index].kind {
            ItemKind::Checklist { .. } => bank.items[index].options().len(),
            _ => 1,
        };
        let Some((_, first)) = rest.first() else {
            return Err(format!("the codes end before item `{}`", bank.items[index].id));
        };
        let base = code(first).unwrap_or(first);
        let n_group = rest.iter().take_while(|(_, name)| code(name) == Some(base)).count();
        let is_spread = n_options > 1 && first.contains('[') && n_group == n_options;
        let (own, others) = rest.split_at(if is_spread { n_options } else { 1 });
        for (option, (column, _)) in own.iter().enumerate() {
            found.push((*column, ColumnMatch { item: index, option: is_spread.then_some(option) }));
        }
        rest = others;
    }
    match rest.first() {
        Some((_, name)) => Err(format!("the bank's items end before column `{name}`")),
        None => Ok(found),
    }
}

#[cfg(test)]
#[path = "../../tests/cohort/matching.rs"]
mod tests;
