//! What a bank may do but should not. `docs/lints.md` describes every rule with an example.
//!
//! A bank allows a rule, everywhere or at some ids, by `[[allow]]` with a reason. An `[[allow]]` that
//! allows nothing is a warning too.

mod items;
mod prose;
mod role;
mod scales;

use std::collections::HashSet;

use crate::bank::fault::{Fault, Place, did_you_mean, quote};
use crate::bank::{Allow, Bank, Item, Month};

/// The name of every rule, in the order of reports. The names are part of the bank's format.
pub const RULES: &str = "placeholder no-why no-observer \
    empty-scale few-items key-balance reversed-occasion neighbours falling-labels \
    small-norm undated-norm narrow-norm \
    long-item hard-to-read two-ideas negation absolute-word near-duplicate mixed-scripts \
    shared-points option-overlap enough-exceeds \
    undated-fact old-fact unsourced-figure unreachable unreachable-band \
    stray-file unknown-lint unused-allow";

/// What the rules know besides the bank.
#[derive(Debug)]
pub struct Known {
    /// Without it no fact is old.
    pub today: Option<Month>,
    /// The best fit that any role of the bank can give.
    pub best_fit: Option<f64>,
    /// For each scale, the lowest and the highest possible score in each form that asks about it.
    pub reach: Vec<[Option<(f64, f64)>; 2]>,
}

pub fn lint(bank: &Bank, known: Known) -> Vec<Fault> {
    let mut lint = Lint { bank, known, found: bank.placeholders.clone() };
    items::texts(&mut lint);
    scales::scales(&mut lint);
    scales::neighbours(&mut lint);
    scales::falling_labels(&mut lint);
    scales::norms(&mut lint);
    prose::wordings(&mut lint);
    prose::near_duplicates(&mut lint);
    prose::mixed_scripts(&mut lint);
    items::options(&mut lint);
    role::facts(&mut lint);
    role::unsourced_figures(&mut lint);
    role::unreachable(&mut lint);
    role::unreachable_bands(&mut lint);
    for place in &bank.stray {
        let help = "name it as the `file` of a `[[part]]`, or remove it";
        let message = format!("no part names the file {}", quote(&place.file));
        lint.warn("stray-file", help, &place.file, place, message);
    }
    lint.allow();
    lint.found
}

struct Lint<'a> {
    bank: &'a Bank,
    known: Known,
    found: Vec<Fault>,
}

impl Lint<'_> {
    /// Adds a warning. `at` is the id by which it can be allowed.
    fn warn(&mut self, rule: &'static str, help: &str, at: &str, place: &Place, says: String) -> &mut Fault {
        let warning = Fault::warning(rule, place.clone(), says).help(help);
        self.found.push(Fault { at: Some(at.to_owned()), ..warning });
        self.found.last_mut().expect("it was pushed just now")
    }

    /// Warns of each item where `check` finds something.
    fn items(&mut self, rule: &'static str, help: &str, check: impl Fn(&Item) -> Option<String>) {
        for item in &self.bank.items {
            if let Some(message) = check(item) {
                self.warn(rule, help, &item.id, &item.place, message);
            }
        }
    }

    /// Removes what the bank allows, and warns of each `[[allow]]` that allows nothing.
    fn allow(&mut self) {
        const TAKE_OUT: &str = "take it out, so that it does not hide the next one";
        let allows = &self.bank.allows;
        let covers = |allow: &Allow, warning: &Fault| {
            let is_here = |id: &String| allow.at.is_empty() || allow.at.iter().any(|(at, _)| at == id);
            warning.rule == Some(&allow.lint) && warning.at.as_ref().is_some_and(is_here)
        };
        let mut useless = Vec::new();
        let mut warn = |rule, place: &Place, message, help: &str| {
            useless.push(Fault::warning(rule, place.clone(), message).help(help));
        };
        for allow in allows {
            let lint = quote(&allow.lint);
            let covered = self.found.iter().filter(|warning| covers(allow, warning));
            let used: HashSet<&str> = covered.filter_map(|warning| warning.at.as_deref()).collect();
            if RULES.split(' ').all(|rule| rule != allow.lint) {
                let meant = did_you_mean(&allow.lint, RULES.split(' '));
                let help = meant.as_deref().unwrap_or("docs/lints.md lists them all");
                warn("unknown-lint", &allow.place, format!("there is no lint {lint}"), help);
            } else if allow.lint == "old-fact" && self.known.today.is_none() {
            } else if allow.at.is_empty() && used.is_empty() {
                let message = format!("{lint} finds nothing in this bank to allow");
                warn("unused-allow", &allow.place, message, TAKE_OUT);
            } else {
                for (id, place) in allow.at.iter().filter(|(id, _)| !used.contains(id.as_str())) {
                    let message = format!("{lint} finds nothing to allow at {}", quote(id));
                    warn("unused-allow", place, message, TAKE_OUT);
                }
            }
        }
        self.found.retain(|warning| !allows.iter().any(|allow| covers(allow, warning)));
        self.found.extend(useless);
    }
}
