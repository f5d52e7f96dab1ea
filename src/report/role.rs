//! What a career is like, every fact dated and sourced.

use itertools::Itertools;

use crate::bank::{Fact, Industry, Month, Role, Series, Tool};
use crate::document::{Block, Document, ListEntry, Placement, Plot, PlotLine, Section, Tone};

/// The attribution that the license of O*NET demands.
const ONET: &str = "This page includes information from the O*NET Database by the U.S. Department of Labor, \
                    Employment and Training Administration (USDOL/ETA), used under the CC BY 4.0 license. \
                    O*NET\u{ae} is a trademark of USDOL/ETA. The information has been modified; USDOL/ETA has \
                    not approved, endorsed, or tested these modifications.";

/// The role as a document.
pub fn document(role: &Role, language: Option<&str>, today: Month) -> Document {
    let mut document = Document {
        title: role.title.clone(),
        about: "What the career is like".to_owned(),
        language: language.map(str::to_owned),
        footer: attribution(role).map(str::to_owned).into_iter().collect(),
        ..Document::default()
    };
    document.add(Placement::First, "in-short", "In short", |section| {
        section.say_all(Tone::Plain, &role.about);
        section.list(&role.preview);
    });
    document.add(Placement::Below, "day", "A day, hour by hour", |section| {
        section.list(role.hours.iter().map(|hour| lead(&hour.at, Some(&hour.says))));
    });
    document.add(Placement::Below, "years", "Year by year", |section| years(&role.series, section));
    document.add(Placement::Below, "notes", "The job in detail", |section| {
        for notes in role.notes.chunk_by(|a, b| a.topic == b.topic) {
            section.headed(&notes[0].topic, notes.iter().map(|note| lead(&note.title, Some(&note.says))));
        }
    });
    document.add(Placement::Below, "duties", "Duties, levels and kinds", |section| {
        section.headed("The duties", role.duties.iter().map(|duty| &duty.title));
        let levels = role.levels.iter().map(|level| lead(&level.title, level.says.as_deref()));
        section.headed("The levels", levels);
        let kinds = role.kinds.iter().map(|kind| lead(&kind.title, kind.says.as_deref()));
        section.headed("Kinds of this role", kinds);
        section.say_all(Tone::Aside, role.kinds.iter().find_map(|kind| kind.source.as_ref()));
    });
    document.add(Placement::Folded, "industries", "The industries", |section| {
        section.list(role.industries.iter().map(industry));
    });
    document
        .add(Placement::Folded, "tools", "The tools", |section| section.list(role.tools.iter().map(tool)));
    document.add(Placement::Folded, "figures", "In figures", |section| facts(&role.facts, today, section));
    document.add(Placement::Folded, "questions", "Questions and answers", |section| {
        section.list(role.questions.iter().map(|question| ListEntry::new(&question.ask, &question.answer)));
    });
    document
}

/// A name and what is said about it.
fn lead(lead: &str, says: Option<&str>) -> ListEntry {
    ListEntry::new(format!("{lead}."), says.unwrap_or_default())
}

pub(super) fn industry(industry: &Industry) -> ListEntry {
    ListEntry { items: industry.tasks.clone(), ..lead(&industry.title, industry.focus.as_deref()) }
}

/// What a family of tools is for, with products.
pub(super) fn tool(tool: &Tool) -> ListEntry {
    let used_for = tool.used_for.as_deref().unwrap_or_default();
    let examples = match tool.examples.as_slice() {
        [] => String::new(),
        examples => format!(" Such as {}.", examples.join(", ")),
    };
    lead(&tool.title, Some(format!("{used_for}{examples}").trim_start()))
}

/// The attribution, if figures of the role come from O*NET.
fn attribution(role: &Role) -> Option<&'static str> {
    let weighed = role.requirements.iter().any(|requirement| !requirement.elements.is_empty());
    let named =
        role.facts.iter().any(|fact| fact.source.as_ref().is_some_and(|source| source.contains("O*NET")));
    (weighed || named).then_some(ONET)
}

/// Every figure under its title, with the people it describes, its source and its date.
fn facts(facts: &[Fact], today: Month, section: &mut Section) {
    let is_old = |fact: &Fact| fact.as_of.as_ref().is_some_and(|as_of| as_of.months_if_old(today).is_some());
    if facts.iter().any(is_old) {
        section.say(Tone::Aside, "An asterisk marks a figure that is more than two years old.");
    }
    for facts in facts.chunk_by(|a, b| a.title == b.title) {
        section.blocks.push(Block::Heading(facts[0].title.clone()));
        section.list(facts.iter().map(|fact| {
            let (of, mark) = (fact.of.as_deref().unwrap_or_default(), if is_old(fact) { " *" } else { "" });
            let as_of = fact.as_of.as_ref().map(ToString::to_string);
            let said = fact.source.clone().into_iter().chain(as_of).join(", ");
            let colon = if of.is_empty() { "" } else { ":" };
            ListEntry {
                notes: Some(format!("{said}{mark}")).filter(|said| !said.is_empty()).into_iter().collect(),
                ..ListEntry::new(format!("{}{colon}", fact.value), of)
            }
        }));
    }
}

/// Neighboring series of one unit share a plot.
fn years(series: &[Series], section: &mut Section) {
    let same_unit = series.chunk_by(|a, b| a.unit == b.unit);
    for series in same_unit.flat_map(|series| series.chunks(Plot::MOST_LINES)) {
        let line = |series: &Series| PlotLine {
            title: series.title.clone(),
            of: series.of.clone().unwrap_or_default(),
            points: series.points.clone(),
        };
        section.blocks.push(Block::Plot(Plot {
            title: common(series),
            unit: series[0].unit.clone(),
            lines: series.iter().map(line).collect(),
            sources: series.iter().filter_map(|series| series.source.clone()).unique().collect(),
        }));
    }
}

/// The words that all titles begin with, without a short word at the end. If there are none, the first title.
fn common(series: &[Series]) -> String {
    let mut common = series[0].title.split(' ').collect_vec();
    for other in &series[1..] {
        let same = common.iter().zip(other.title.split(' ')).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
        common.truncate(common.iter().rposition(|word| word.chars().count() > 2).map_or(0, |last| last + 1));
    }
    if common.is_empty() { series[0].title.clone() } else { common.join(" ") }
}
