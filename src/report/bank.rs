//! A bank as `bank show --format json` prints it: ids where [`Bank`] has indices.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{
    Band, Bank, ChoiceOption, Counts, Item, ItemKind, Keyed, Keying, NumberRange, Part, Role, Scale,
};

use super::RoleName;

/// A bank, as `coofit bank show --format json` prints it.
#[derive(Serialize, JsonSchema)]
pub struct BankView<'a> {
    /// The version of this format.
    format: u8,
    id: &'a str,
    title: &'a str,
    /// Changes whenever a person's numbers could change.
    edition: &'a str,
    /// Language code, such as `en`.
    language: Option<&'a str>,
    /// CRC-32 of all its files in hexadecimal.
    hash: &'a str,
    parts: &'a [Part],
    scales: Vec<ScaleView<'a>>,
    /// In the order of the full form.
    items: Vec<ItemView<'a>>,
    /// In rising order; may be empty.
    bands: &'a [Band],
    roles: Vec<RoleName>,
}

/// What items add up to.
#[derive(Serialize, JsonSchema)]
struct ScaleView<'a> {
    #[serde(flatten)]
    scale: &'a Scale,
    /// The id of its part.
    part: &'a str,
}

/// What is asked, and what the answer counts towards.
#[derive(Serialize, JsonSchema)]
struct ItemView<'a> {
    #[serde(flatten)]
    item: &'a Item,
    /// The id of its part.
    part: &'a str,
    /// The ids of the scales that it counts towards; the first is its own.
    scales: Vec<&'a str>,
    /// Whether it is reverse-scored on each of these scales.
    reversed: Vec<bool>,
    /// The id of the scale whose requirement it weighs.
    weighs: Option<&'a str>,
    answer: AnswerView<'a>,
}

/// How a question is answered.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum AnswerView<'a> {
    /// One label of a response format, lowest first.
    Rating { format: &'a str, labels: &'a [String] },
    /// Exactly one of the options.
    Choice { options: &'a [ChoiceOption] },
    /// Any number of options; `enough` ticks earn 100 points.
    Checklist { enough: usize, options: Vec<Tick<'a>> },
    /// Between two limits. If it is scored, its points follow a curve.
    Number {
        #[serde(flatten)]
        range: &'a NumberRange,
    },
}

/// Without points, because only the number of ticks counts.
#[derive(Serialize, JsonSchema)]
struct Tick<'a> {
    id: &'a str,
    say: &'a str,
}

impl BankView<'_> {
    pub fn new(bank: &Bank) -> BankView<'_> {
        let part = |index: usize| bank.parts[index].id.as_str();
        let scale_of = |keyed: &Keyed| bank.scales[keyed.scale].id.as_str();
        let role = |role: &Role| RoleName { id: role.id.clone(), title: role.title.clone() };
        BankView {
            format: 1,
            id: &bank.id,
            title: &bank.title,
            edition: &bank.edition,
            language: bank.language.as_deref(),
            hash: &bank.hash,
            parts: &bank.parts,
            scales: bank.scales.iter().map(|scale| ScaleView { scale, part: part(scale.part) }).collect(),
            items: bank
                .items
                .iter()
                .map(|item| ItemView {
                    item,
                    part: part(item.part),
                    scales: item.scales().iter().map(scale_of).collect(),
                    reversed: item.scales().iter().map(|keyed| keyed.keying == Keying::Reverse).collect(),
                    weighs: if let Counts::Weighs(keyed) = &item.counts {
                        Some(scale_of(keyed))
                    } else {
                        None
                    },
                    answer: answer(item),
                })
                .collect(),
            bands: &bank.bands,
            roles: bank.roles.iter().map(role).collect(),
        }
    }
}

fn answer(item: &Item) -> AnswerView<'_> {
    match &item.kind {
        ItemKind::Rating(format) => AnswerView::Rating { format: &format.id, labels: &format.labels },
        ItemKind::Choice(options) => AnswerView::Choice { options },
        ItemKind::Checklist { enough, options } => {
            let options = options.iter().map(|option| Tick { id: &option.id, say: &option.say }).collect();
            AnswerView::Checklist { enough: *enough, options }
        }
        ItemKind::Number(range) => AnswerView::Number { range },
    }
}
