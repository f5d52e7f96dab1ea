//! The notes on a header: what is left out, and what is missing.

use super::{Columns, Holds};
use crate::bank::Item;
use crate::bank::fault::{did_you_mean, quote};
use crate::text::counted;

impl Columns<'_> {
    pub(super) fn header_notes(&self) -> Vec<String> {
        let id = self.id.map(|id| &self.names[id]).filter(|name| *name != "id");
        let id = id.map(|name| format!("ids are taken from column {}", quote(name)));
        let said = "part of the header";
        let header = note(self.headers.len() - 1, "row below the names is", "rows below the names are", said);
        let how = if self.wishes.in_order {
            "matched to items in the bank's order"
        } else {
            "matched to items by question text, or by id in another spelling"
        };
        let matched = note(self.reading().len(), "column is", "columns are", how);
        let said = "left out, because another column has the same ticks";
        let repeated = note(self.named(Holds::Repeated).len(), "column is", "columns are", said);
        let notes = [id, header, matched, self.unknown(), self.not_asked(), repeated, self.not_ticked()];
        let skipped = [self.skipped(), self.other_bank()];
        notes.into_iter().chain(skipped).flatten().chain(self.falling()).collect()
    }

    /// The names of the columns that hold this.
    fn named(&self, wanted: Holds) -> Vec<String> {
        let columns = (0..self.names.len()).filter(|column| self.holds[*column] == wanted);
        let name = |column: usize| match self.names[column].as_str() {
            "" => format!("(column {})", column + 1),
            name => name.to_owned(),
        };
        columns.map(name).collect()
    }

    /// The columns that name no item, without those in which a tool marks rows.
    fn strangers(&self) -> Vec<String> {
        let is_mark = |name: &String| self.marks.iter().any(|(column, _)| self.names[*column] == *name);
        let mut strangers = self.named(Holds::Unknown);
        strangers.retain(|name| !is_mark(name));
        strangers
    }

    fn unknown(&self) -> Option<String> {
        /// A workbook may have thousands of stray columns.
        const MOST_NAMED: usize = 100;
        let names = self.strangers();
        let with_hint = |name: &String| {
            let hint = did_you_mean(name, self.absent.iter().map(|item| item.id.as_str()));
            hint.map_or_else(|| quote(name), |hint| format!("{} ({hint})", quote(name)))
        };
        let mut shown: Vec<String> = names.iter().take(MOST_NAMED).map(with_hint).collect();
        if names.len() > MOST_NAMED {
            shown.push(format!("and {} more", names.len() - MOST_NAMED));
        }
        let id = if self.id.is_some() { "" } else { "; a column called `id` would be copied to the output" };
        let said = format!("left out: {}{id}", shown.join(", "));
        note(names.len(), "column that names no item is", "columns that name no item are", &said)
    }

    fn not_asked(&self) -> Option<String> {
        let names: Vec<String> = self.named(Holds::NotAsked).iter().map(|name| quote(name)).collect();
        let [one, many] =
            ["column that this form does not ask is", "columns that this form does not ask are"];
        note(names.len(), one, many, &format!("left out: {}", names.join(", ")))
    }

    /// The options without a column of checklists that have a column for others.
    fn not_ticked(&self) -> Option<String> {
        let mut ids = Vec::new();
        for slot in 0..self.plan.items.len() {
            let ticks = (0..self.item(slot).options().len()).map(|option| Holds::Tick { slot, option });
            let (with, without): (Vec<Holds>, Vec<Holds>) = ticks.partition(|tick| self.holds.contains(tick));
            if !with.is_empty() {
                ids.extend(without.iter().filter_map(|tick| Some(quote(&self.id_of(*tick)?))));
            }
        }
        (!ids.is_empty()).then(|| format!("options without a column count as not ticked: {}", ids.join(", ")))
    }

    fn skipped(&self) -> Option<String> {
        let ids: Vec<String> = self.absent.iter().map(|item| quote(&item.id)).collect();
        let said = format!("as skipped: {}", ids.join(", "));
        note(ids.len(), "item has no column and counts", "items have no column and count", &said)
    }

    fn other_bank(&self) -> Option<String> {
        let (n, n_items) = (self.n_slots, self.plan.items.len());
        (2 * n < n_items && !self.strangers().is_empty()).then(|| {
            let have = if n == 1 { "has" } else { "have" };
            format!(
                "only {n} of the bank's {n_items} items {have} a column; if the answers are to another bank, \
                 name it by `--bank DIR`"
            )
        })
    }

    /// The response formats whose labels seem to fall.
    fn falling(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for format in self.plan.bank.items.iter().filter_map(Item::format).filter(|format| format.falls()) {
            let note = format!(
                "the labels of the format {} seem to fall, from {}, and the first counts least; \
                 `coofit bank check` says more",
                quote(&format.id),
                quote(&format.labels[0])
            );
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }
}

/// "3 columns are left out"; nothing of none.
fn note(n: usize, one: &str, many: &str, said: &str) -> Option<String> {
    (n > 0).then(|| format!("{} {said}", counted(n, one, many)))
}
