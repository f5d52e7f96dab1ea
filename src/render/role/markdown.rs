//! A role for notes and for pasting.

use crate::bank::{Month, Role};
use crate::render::markdown_text::{Markdown, escape, strong};
use crate::render::role::{attribution, said, used_for};
use crate::text::number;

pub(in crate::render) fn render(role: &Role, today: Month) -> String {
    let mut markdown = Markdown::default();
    markdown.heading(1, &escape(&role.title));
    if let Some(about) = &role.about {
        markdown.paragraph(&escape(about));
    }
    markdown.facts(role, today);
    markdown.series(role);
    markdown.section("The duties", role.duties.iter().map(|duty| escape(&duty.title)));
    markdown.section("The levels", role.levels.iter().map(|level| lead(&level.title, level.says.as_deref())));
    markdown.industries(role);
    markdown.section("A day, hour by hour", role.hours.iter().map(|hour| lead(&hour.at, Some(&hour.says))));
    markdown.section("The tools", role.tools.iter().map(|tool| lead(&tool.title, Some(&used_for(tool)))));
    markdown
        .section("Kinds of this role", role.kinds.iter().map(|kind| lead(&kind.title, kind.says.as_deref())));
    if let Some(source) = role.kinds.iter().find_map(|kind| kind.source.as_deref()) {
        markdown.paragraph(&escape(source));
    }
    for notes in role.notes.chunk_by(|a, b| a.topic == b.topic) {
        markdown.section(&notes[0].topic, notes.iter().map(|note| lead(&note.title, Some(&note.says))));
    }
    if !role.questions.is_empty() {
        markdown.heading(2, "Questions and answers");
        for question in &role.questions {
            markdown.paragraph(&strong(&question.ask));
            markdown.paragraph(&escape(&question.answer));
        }
    }
    if let Some(attribution) = attribution(role) {
        markdown.paragraph(&escape(attribution));
    }
    markdown.text()
}

/// A lead word in bold and what is said about it.
fn lead(lead: &str, says: Option<&str>) -> String {
    format!("{}. {}", strong(lead), escape(says.unwrap_or_default()))
}

impl Markdown {
    fn section(&mut self, title: &str, items: impl Iterator<Item = String>) {
        let mut items = items.peekable();
        if items.peek().is_some() {
            self.heading(2, &escape(title));
        }
        for item in items {
            self.item(&item);
        }
    }

    fn facts(&mut self, role: &Role, today: Month) {
        if role.facts.is_empty() {
            return;
        }
        self.heading(2, "In figures");
        self.table(&["What", "Figure", "Of whom", "Source and date"], &[""; 4]);
        for fact in &role.facts {
            self.row(&[&fact.title, &fact.value, fact.of.as_deref().unwrap_or_default(), &said(fact, today)]);
        }
    }

    fn series(&mut self, role: &Role) {
        if role.series.is_empty() {
            return;
        }
        self.heading(2, "Year by year");
        for series in &role.series {
            let points: Vec<String> = series
                .points
                .iter()
                .map(|(year, figure)| format!("{}: {}", number(*year), number(*figure)))
                .collect();
            let source = series.source.as_deref().unwrap_or_default();
            let (title, unit) = (strong(&series.title), escape(&series.unit));
            self.item(&format!("{title} ({unit}): {}. {}", points.join("; "), escape(source)));
        }
    }

    fn industries(&mut self, role: &Role) {
        if role.industries.is_empty() {
            return;
        }
        self.heading(2, "The industries");
        for industry in &role.industries {
            self.paragraph(&lead(&industry.title, industry.focus.as_deref()));
            for task in &industry.tasks {
                self.item(&escape(task));
            }
        }
    }
}
