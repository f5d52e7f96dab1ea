//! Items for the tests of this module.

use std::sync::Arc;

use crate::bank::{ChoiceOption, Counts, Item, ItemKind, NumberRange, ResponseFormat, fault};
use crate::prompt::Question;
use crate::session::Progress;

pub(super) fn question(item: &Item, number: usize) -> Question<'_> {
    Question {
        item,
        wording: &item.ask,
        intro: None,
        progress: Progress { number, of: 92 },
        minutes_left: None,
        earlier: None,
        notice: None,
    }
}

pub(super) fn item(ask: &str, kind: ItemKind) -> Item {
    Item {
        id: "i".into(),
        place: fault::Place::default(),
        part: 0,
        counts: Counts::Nothing,
        ask: ask.into(),
        ask_place: fault::Place::default(),
        observer: None,
        observer_place: fault::Place::default(),
        why: None,
        quick: false,
        occasion: false,
        kind,
    }
}

pub(super) fn rating(labels: &[&str]) -> Item {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    let lead = Some("In the last 12 months:".to_owned());
    let format = ResponseFormat { id: "f".into(), lead, labels };
    item("I told people early when their work fell short.", ItemKind::Rating(Arc::new(format)))
}

/// A rating whose labels are the numbers from one to another.
pub(super) fn scale(from: i32, to: i32) -> Item {
    let labels: Vec<String> = (from..=to).map(|n| n.to_string()).collect();
    rating(&labels.iter().map(String::as_str).collect::<Vec<_>>())
}

pub(super) fn frequency() -> Item {
    rating(&["Almost never", "Seldom", "Sometimes", "Often", "Almost always"])
}

pub(super) fn choice(len: usize) -> Item {
    item("A supplier fails on the busiest day. What do you do first?", ItemKind::Choice(options(len)))
}

pub(super) fn checklist(len: usize) -> Item {
    item("Which of these have you done?", ItemKind::Checklist { options: options(len), enough: 3 })
}

fn options(len: usize) -> Vec<ChoiceOption> {
    let option = |n: usize| ChoiceOption { id: format!("o{n}"), say: say(n), points: 0.0, because: None };
    (0..len).map(option).collect()
}

pub(super) fn number(min: f64, max: f64) -> Item {
    let range =
        NumberRange { unit: "dollars".into(), min, max, whole: false, curve: vec![(min, 0.0), (max, 100.0)] };
    item("How large was the largest budget you answered for?", ItemKind::Number(range))
}

fn say(n: usize) -> String {
    match n % 3 {
        0 => format!("Option {n}, which is short"),
        1 => format!(
            "Option {n}, which goes on for so long that it has to be broken over two rows on most terminals"
        ),
        _ => format!("選択肢{n}、端末の幅より長いかもしれない文章です"),
    }
}
