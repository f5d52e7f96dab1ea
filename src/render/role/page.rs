//! A role as one self-contained page: `role.html` laid over `page.html`.

use askama::Template;

use crate::bank::{Fact, Month, Note, Role};
use crate::render::page::filters;
use crate::render::role::plot::Plot;
use crate::render::role::{attribution, is_old, plot, used_for};

pub(in crate::render) fn render(role: &Role, language: &str, today: Month) -> String {
    let page = RolePage {
        language,
        role,
        facts: role.facts.chunk_by(|a, b| a.title == b.title).map(|facts| dated(facts, today)).collect(),
        plots: plot::plots(&role.series),
        tools: role.tools.iter().map(|tool| (tool.title.as_str(), used_for(tool))).collect(),
        kinds_source: role.kinds.iter().find_map(|kind| kind.source.as_deref()),
        notes: role.notes.chunk_by(|a, b| a.topic == b.topic).collect(),
        attribution: attribution(role),
    };
    let mut text = page.render().expect("writing to a string cannot fail");
    text.push('\n');
    text
}

#[derive(Template)]
#[template(path = "role.html", config = "src/render/askama.toml")]
struct RolePage<'a> {
    language: &'a str,
    role: &'a Role,
    /// Facts under one title, each with whether it is old.
    facts: Vec<Vec<(&'a Fact, bool)>>,
    plots: Vec<Plot<'a>>,
    tools: Vec<(&'a str, String)>,
    kinds_source: Option<&'a str>,
    /// Notes under one topic.
    notes: Vec<&'a [Note]>,
    attribution: Option<&'static str>,
}

fn dated(facts: &[Fact], today: Month) -> Vec<(&Fact, bool)> {
    facts.iter().map(|fact| (fact, is_old(fact, today))).collect()
}
