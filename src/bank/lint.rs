//! What a bank may do but had better not. Each rule has a name and one place.
//!
//! A bank allows a rule, for itself or for some ids, by `[[allow]]` with a reason. An `[[allow]]`
//! that allows nothing is a warning too, so that none outlives its cause. `docs/lints.md` tells
//! every rule with an example.

mod items;
mod prose;
mod role;
mod scales;

use crate::bank::fault::{Fault, Place, did_you_mean, quote};
use crate::bank::parse::Places;
use crate::bank::{Bank, Counts, Item, ItemKind, Keying, ScaleKind};

/// Every rule, in the order in which they are reported. A rule's name is part of the bank's format.
pub const RULES: &[&str] = &[
    "no-why",
    "no-observer",
    "empty-scale",
    "few-items",
    "key-balance",
    "neighbours",
    "small-norm",
    "undated-norm",
    "narrow-norm",
    "long-item",
    "hard-to-read",
    "two-ideas",
    "negation",
    "absolute-word",
    "near-duplicate",
    "mixed-scripts",
    "shared-points",
    "option-overlap",
    "enough-exceeds",
    "undated-fact",
    "old-fact",
    "unsourced-figure",
    "unreachable",
    "unreachable-band",
    "stray-file",
    "unknown-lint",
    "unused-allow",
];

/// A month of the calendar, to which the age of a fact is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: i32,
}

impl Month {
    /// Months from `earlier` to this one.
    fn since(self, earlier: Month) -> i32 {
        (self.year - earlier.year) * 12 + self.month - earlier.month
    }
}

/// Every warning about a bank that does not depend on the day, in the order of the rules.
#[must_use]
pub fn lint(bank: &Bank, places: &Places) -> Vec<Fault> {
    lint_in(bank, places, None)
}

/// Every warning about a bank in a month, in the order of the rules; no fact is old without one.
#[must_use]
pub fn lint_in(bank: &Bank, places: &Places, today: Option<Month>) -> Vec<Fault> {
    let view = View { bank, places, today };
    let rules: [fn(&View<'_>) -> Vec<Finding>; 19] = [
        items::missing_texts,
        scales::sizes,
        scales::key_balance,
        scales::neighbours,
        scales::norms,
        prose::long,
        prose::hard_to_read,
        prose::two_ideas,
        prose::negation,
        prose::absolute_words,
        prose::near_duplicates,
        prose::mixed_scripts,
        items::shared_points,
        items::overlapping_options,
        items::enough_exceeds,
        role::facts,
        role::unsourced_figures,
        role::unreachable,
        role::unreachable_bands,
    ];
    let mut found: Vec<Finding> = rules.iter().flat_map(|rule| rule(&view)).collect();
    found.extend(view.stray_files());
    let mut used = vec![Vec::new(); places.allows.len()];
    found.retain(|finding| !view.is_allowed(finding, &mut used));
    let mut faults: Vec<Fault> = found.into_iter().map(|finding| finding.fault).collect();
    faults.extend(view.idle_allows(&used));
    faults
}

/// What the rules look at.
struct View<'a> {
    bank: &'a Bank,
    places: &'a Places,
    today: Option<Month>,
}

/// A warning, and the id by which it can be allowed.
#[derive(Clone)]
struct Finding {
    rule: &'static str,
    at: String,
    fault: Fault,
}

impl Finding {
    fn new(rule: &'static str, at: &str, place: &Place, message: String, help: impl Into<String>) -> Finding {
        let fault =
            Fault { at: Some(at.to_owned()), ..Fault::warning(rule, place.clone(), message).help(help) };
        Finding { rule, at: at.to_owned(), fault }
    }

    /// Adds an earlier place.
    fn earlier(mut self, place: &Place, says: &'static str) -> Finding {
        self.fault = self.fault.earlier(place.clone(), says);
        self
    }
}

/// One wording of an item's question, with its place.
struct Wording<'a> {
    item: &'a Item,
    text: &'a str,
    place: &'a Place,
    of_observer: bool,
}

impl Wording<'_> {
    /// What it is, for messages.
    fn what(&self) -> String {
        let of = if self.of_observer { "the observer's wording of " } else { "" };
        format!("{of}item {}", quote(&self.item.id))
    }
}

impl<'a> View<'a> {
    /// The items with the place of each.
    fn items(&self) -> impl Iterator<Item = (&'a Item, &'a Place)> {
        self.bank.items.iter().zip(&self.places.items)
    }

    /// The wordings of each item: the question, and the question to an observer.
    fn wordings(&self) -> impl Iterator<Item = Vec<Wording<'a>>> {
        let asks = self.bank.items.iter().zip(&self.places.asks);
        asks.zip(&self.places.observers).map(|((item, ask), observer)| {
            let own = Wording { item, text: &item.ask, place: ask, of_observer: false };
            let other = item.observer.as_deref().zip(observer.as_ref());
            let other = other.map(|(text, place)| Wording { item, text, place, of_observer: true });
            std::iter::once(own).chain(other).collect()
        })
    }

    /// The wordings of the statements that a respondent, or an observer, rates.
    fn statements(&self) -> impl Iterator<Item = Vec<Wording<'a>>> {
        let is_statement = |item: &Item| self.is_trait(item) && matches!(item.kind, ItemKind::Rating(_));
        self.wordings().filter(move |wordings| is_statement(wordings[0].item))
    }

    /// The options of a scene as one text.
    fn scene(&self, item: &Item) -> Option<String> {
        let is_scene =
            item.own_scale().is_some_and(|own| self.bank.scales[own.scale].kind == ScaleKind::Situational);
        match &item.kind {
            ItemKind::Choice(options) if is_scene => {
                let says: Vec<&str> = options.iter().map(|option| option.say.trim_end_matches('.')).collect();
                Some(says.join(". ") + ".")
            }
            _ => None,
        }
    }

    fn is_trait(&self, item: &Item) -> bool {
        item.own_scale().is_some_and(|own| self.bank.scales[own.scale].kind == ScaleKind::Trait)
    }

    /// Rules about English wording speak only of English.
    fn is_english(&self) -> bool {
        let language = self.bank.language.as_deref().unwrap_or_default().to_lowercase();
        language == "en" || language.starts_with("en-") || language.starts_with("en_")
    }

    /// The items on a scale, own or not, with their direction.
    fn on_scale(&self, scale: usize) -> impl Iterator<Item = (&'a Item, Keying)> {
        self.bank.items.iter().filter_map(move |item| match &item.counts {
            Counts::Scales(keyed) => {
                keyed.iter().find(|keyed| keyed.scale == scale).map(|keyed| (item, keyed.keying))
            }
            Counts::Weighs(_) | Counts::Nothing => None,
        })
    }

    fn stray_files(&self) -> Vec<Finding> {
        let stray = |place: &Place| {
            let message = format!("no part names the file {}", quote(&place.file));
            let help = "name it as the `file` of a `[[part]]`, or take it away";
            Finding::new("stray-file", &place.file, place, message, help)
        };
        self.places.stray.iter().map(stray).collect()
    }

    /// Whether the bank allows a finding; every `[[allow]]` that does is marked as used.
    fn is_allowed(&self, finding: &Finding, used: &mut [Vec<String>]) -> bool {
        let mut allowed = false;
        for (allow, used) in self.places.allows.iter().zip(used) {
            let here = allow.at.is_empty() || allow.at.iter().any(|(id, _)| *id == finding.at);
            if allow.lint == finding.rule && here {
                used.push(finding.at.clone());
                allowed = true;
            }
        }
        allowed
    }

    /// The `[[allow]]`s that name no rule, or a rule that finds nothing there.
    fn idle_allows(&self, used: &[Vec<String>]) -> Vec<Fault> {
        let mut found = Vec::new();
        for (allow, used) in self.places.allows.iter().zip(used) {
            if !RULES.contains(&allow.lint.as_str()) {
                let message = format!("there is no lint {}", quote(&allow.lint));
                let help = did_you_mean(&allow.lint, RULES.iter().copied());
                let help = help.unwrap_or_else(|| "docs/lints.md lists them all".to_owned());
                found.push(Fault::warning("unknown-lint", allow.place.clone(), message).help(help));
                continue;
            }
            if allow.lint == "old-fact" && self.today.is_none() {
                continue;
            }
            let help = "take it out, so that it does not hide the next one";
            if allow.at.is_empty() && used.is_empty() {
                let message = format!("{} finds nothing in this bank to allow", quote(&allow.lint));
                found.push(Fault::warning("unused-allow", allow.place.clone(), message).help(help));
            }
            for (id, place) in allow.at.iter().filter(|(id, _)| !used.contains(id)) {
                let message = format!("{} finds nothing to allow at {}", quote(&allow.lint), quote(id));
                found.push(Fault::warning("unused-allow", place.clone(), message).help(help));
            }
        }
        found
    }
}
