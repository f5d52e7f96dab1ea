//! A role in several forms: what the career is like, every fact dated and sourced. Here the text
//! for a terminal, and what the forms have in common.

pub(super) mod markdown;
pub(super) mod page;
mod plot;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::bank::{AsOf, Fact, Month, Role, Tool};
use crate::render::Page;
use crate::render::letter::{BOLD, DIM, Letter};
use crate::text::number;

/// Who must be named wherever figures of O*NET stand.
const ONET: &str = "This page includes information from the O*NET Database by the U.S. Department of Labor, \
                    Employment and Training Administration (USDOL/ETA), used under the CC BY 4.0 license. \
                    O*NET\u{ae} is a trademark of USDOL/ETA. The information has been modified; USDOL/ETA has \
                    not approved, endorsed, or tested these modifications.";

/// The attribution that the role's figures call for.
fn attribution(role: &Role) -> Option<&'static str> {
    let weighed = role.requirements.iter().any(|requirement| !requirement.elements.is_empty());
    let told =
        role.facts.iter().any(|fact| fact.source.as_ref().is_some_and(|source| source.contains("O*NET")));
    (weighed || told).then_some(ONET)
}

/// Who says a fact, and when.
fn said(fact: &Fact, today: Month) -> String {
    let old = is_old(fact, today).then(|| "more than two years old".to_owned());
    let said = [fact.source.clone(), fact.as_of.as_ref().map(AsOf::to_string), old];
    said.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn is_old(fact: &Fact, today: Month) -> bool {
    fact.as_of.as_ref().is_some_and(|as_of| as_of.if_old(today).is_some())
}

/// What a family of tools is for, with products.
fn used_for(tool: &Tool) -> String {
    let used_for = tool.used_for.clone().unwrap_or_default();
    if tool.examples.is_empty() {
        return used_for;
    }
    format!("{used_for} Such as {}.", tool.examples.join(", ")).trim_start().to_owned()
}

/// The role for a terminal.
pub(super) fn render(role: &Role, page: Page, today: Month) -> String {
    let mut letter = Letter::new(page);
    letter.hanging(BOLD, "", "", &role.title);
    if let Some(about) = &role.about {
        letter.gap();
        letter.paragraph(about);
    }
    letter.facts(role, today);
    letter.series(role);
    letter.duties(role);
    letter.levels(role);
    letter.industries(role);
    letter.day(role);
    letter.tools(role);
    letter.kinds(role);
    letter.notes(role);
    letter.questions(role);
    if let Some(attribution) = attribution(role) {
        letter.gap();
        letter.aside(attribution);
    }
    letter.text
}

impl Letter {
    /// A lead word in bold and what is said about it, wrapped with a hanging indent.
    fn entry(&mut self, lead: &str, says: &str) {
        if lead.width() + 4 > self.width / 2 {
            self.hanging(BOLD, "  ", "  ", lead);
            self.hanging(Style::new(), "    ", "    ", says);
            return;
        }
        let start = self.text.len();
        self.hanging(Style::new(), "  ", "    ", &format!("{lead}. {says}"));
        let styled = self.styled(BOLD, lead);
        self.text.replace_range(start + 2..start + 2 + lead.len(), &styled);
    }

    fn facts(&mut self, role: &Role, today: Month) {
        if role.facts.is_empty() {
            return;
        }
        self.heading("In figures");
        let mut last = "";
        for fact in &role.facts {
            if fact.title != last {
                self.gap();
                self.hanging(BOLD, "  ", "  ", &fact.title);
            }
            last = &fact.title;
            self.fact(fact, today);
        }
    }

    fn fact(&mut self, fact: &Fact, today: Month) {
        let of = fact.of.as_ref().map_or_else(String::new, |of| format!(": {of}"));
        self.hanging(Style::new(), "    ", "      ", &format!("{}{of}", fact.value));
        self.hanging(DIM, "      ", "      ", &said(fact, today));
    }

    fn series(&mut self, role: &Role) {
        if role.series.is_empty() {
            return;
        }
        self.heading("Year by year");
        for series in &role.series {
            self.gap();
            self.hanging(BOLD, "  ", "  ", &format!("{} ({})", series.title, series.unit));
            if let Some(of) = &series.of {
                self.hanging(DIM, "    ", "    ", of);
            }
            let points: Vec<String> =
                series.points.iter().map(|(year, figure)| format!("{year}: {}", number(*figure))).collect();
            self.hanging(Style::new(), "    ", "    ", &points.join("   "));
            if let Some(source) = &series.source {
                self.hanging(DIM, "    ", "    ", source);
            }
        }
    }

    fn duties(&mut self, role: &Role) {
        if role.duties.is_empty() {
            return;
        }
        self.heading("The duties");
        for duty in &role.duties {
            self.hanging(Style::new(), "  - ", "    ", &duty.title);
        }
    }

    fn levels(&mut self, role: &Role) {
        if role.levels.is_empty() {
            return;
        }
        self.heading("The levels");
        for level in &role.levels {
            self.entry(&level.title, level.says.as_deref().unwrap_or_default());
        }
    }

    fn industries(&mut self, role: &Role) {
        if role.industries.is_empty() {
            return;
        }
        self.heading("The industries");
        for industry in &role.industries {
            self.entry(&industry.title, industry.focus.as_deref().unwrap_or_default());
            for task in &industry.tasks {
                self.hanging(DIM, "    - ", "      ", task);
            }
        }
    }

    fn day(&mut self, role: &Role) {
        if role.hours.is_empty() {
            return;
        }
        self.heading("A day, hour by hour");
        for hour in &role.hours {
            self.entry(&hour.at, &hour.says);
        }
    }

    fn tools(&mut self, role: &Role) {
        if role.tools.is_empty() {
            return;
        }
        self.heading("The tools");
        for tool in &role.tools {
            self.entry(&tool.title, &used_for(tool));
        }
    }

    fn kinds(&mut self, role: &Role) {
        if role.kinds.is_empty() {
            return;
        }
        self.heading("Kinds of this role");
        for kind in &role.kinds {
            self.entry(&kind.title, kind.says.as_deref().unwrap_or_default());
        }
        if let Some(source) = role.kinds.iter().find_map(|kind| kind.source.as_deref()) {
            self.gap();
            self.aside(source);
        }
    }

    fn notes(&mut self, role: &Role) {
        let mut last = "";
        for note in &role.notes {
            if note.topic != last {
                self.heading(&note.topic);
                last = &note.topic;
            }
            self.entry(&note.title, &note.says);
        }
    }

    fn questions(&mut self, role: &Role) {
        if role.questions.is_empty() {
            return;
        }
        self.heading("Questions and answers");
        for question in &role.questions {
            self.gap();
            self.hanging(BOLD, "  ", "  ", &question.ask);
            self.paragraph(&question.answer);
        }
    }
}
