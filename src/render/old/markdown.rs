//! The report for notes and for pasting: plain `CommonMark`, with tables as GitHub reads them.

use crate::render::old::markdown_text::{Markdown, escape, strong};
use crate::render::old::words;
use crate::report::career::MatchReport;
use crate::report::{Answered, PartReport, Report, Saying, whole};

pub(in crate::render) fn render(report: &Report) -> String {
    let mut markdown = Markdown::default();
    markdown.head(report);
    markdown.fit(report);
    markdown.parts(report);
    markdown.readings(report);
    markdown.sayings("What carries you", &report.strengths);
    markdown.sayings("What holds you back most", &report.gaps);
    markdown.paragraph(&escape(report.equal_gaps.as_deref().unwrap_or_default()));
    markdown.floors(report);
    markdown.effects(report);
    markdown.steps(report);
    markdown.career(report);
    if let Some(wanted) = &report.wanted {
        markdown.heading(2, "Do you still want it?");
        markdown.paragraph(&escape(&wanted.says));
    }
    markdown.trend(report);
    markdown.scenes(report);
    markdown.again(report);
    markdown.trust(report);
    markdown.text()
}

impl Markdown {
    fn head(&mut self, report: &Report) {
        self.heading(1, &escape(&report.title));
        let date = report.date.as_ref().map_or_else(String::new, |date| format!(", {date}"));
        self.paragraph(&escape(&format!("{}{date}", words::form(report))));
    }

    fn fit(&mut self, report: &Report) {
        let fit = &report.fit;
        if let Some(score) = fit.score {
            let role = report.role.as_ref().map_or_else(String::new, |role| format!(" with {}", role.title));
            self.paragraph(&strong(&format!("Fit{role}: {} of 100", whole(score))));
            for said in fit.interval.iter().chain(&fit.boldness) {
                self.paragraph(&escape(said));
            }
        }
        self.paragraph(&strong(&format!("{}.", fit.verdict)));
        if let Some(first) = words::first(report) {
            self.paragraph(&escape(&first));
        }
        if let Some(advice) = &fit.advice {
            self.paragraph(&escape(advice));
        }
        if report.role.is_some() {
            for side in &report.sides {
                let score = match (side.score, &side.reason) {
                    (Some(score), _) => whole(score),
                    (None, reason) => reason.clone().unwrap_or_default(),
                };
                self.item(&format!("{}: {}", escape(side.title), escape(&score)));
            }
        }
        self.paragraph(&escape(&report.quality.says));
    }

    fn parts(&mut self, report: &Report) {
        self.heading(2, words::scores(report));
        self.paragraph(words::SCALES);
        for part in &report.parts {
            self.part(report, part);
        }
        for said in &report.compared {
            self.paragraph(&escape(said));
        }
    }

    fn part(&mut self, report: &Report, part: &PartReport) {
        self.heading(3, &escape(&part.title));
        let has_role = report.role.is_some();
        if has_role {
            self.paragraph(&escape(&words::part_met(report, part)));
            self.table(&["Scale", "Score", "Range", "Asked"], &["", "-", "-", "-"]);
        } else {
            self.table(&["Scale", "Score", "Range"], &["", "-", "-"]);
        }
        for scale in part.scales.iter().filter(|scale| scale.is_shown) {
            let score = match scale.score {
                Some(score) => whole(score),
                None => scale.reason.clone().unwrap_or_default(),
            };
            let asked = scale.to.map_or_else(String::new, whole);
            let cells = [scale.title.as_str(), &score, &words::error(scale), &asked];
            self.row(if has_role { &cells } else { &cells[..3] });
        }
        for scale in part.scales.iter().filter(|scale| scale.is_shown) {
            for note in scale.measured.iter().chain(scale.norm.as_ref().map(|norm| &norm.says)) {
                self.item(&format!("{}: {}", escape(&scale.title), escape(note)));
            }
        }
    }

    fn readings(&mut self, report: &Report) {
        self.sayings("What your scores say", &report.readings);
        if !report.readings.is_empty() {
            self.paragraph(words::READINGS);
        }
        self.paragraph(&escape(report.middle.as_deref().unwrap_or_default()));
    }

    fn sayings(&mut self, title: &str, sayings: &[Saying]) {
        if sayings.is_empty() {
            return;
        }
        self.heading(2, title);
        for saying in sayings {
            let gain = saying.gain.map_or_else(String::new, |gain| format!(" ({})", words::to_gain(gain)));
            let mut text = format!("{}{gain}. {}", strong(&saying.title), escape(&saying.says));
            for more in words::because(saying).into_iter().chain(words::backing(saying)) {
                text = format!("{text} {}", escape(&more));
            }
            self.item(&text);
        }
    }

    fn trend(&mut self, report: &Report) {
        if report.trend.is_empty() {
            return;
        }
        self.heading(2, "Your results so far");
        for point in &report.trend {
            self.item(&format!("{}: {}", escape(&point.id), escape(&words::point(point))));
        }
    }

    fn floors(&mut self, report: &Report) {
        for (heading, floors) in words::floors(report) {
            self.heading(2, heading);
            for (title, says) in floors {
                self.item(&format!("{}. {}", strong(title), escape(&says)));
            }
        }
    }

    fn effects(&mut self, report: &Report) {
        let mut effects = report.lifted();
        effects.extend(report.lowered());
        if effects.is_empty() {
            return;
        }
        self.heading(2, "The single answers that moved it most");
        self.paragraph(words::EFFECTS);
        self.table(&["Points", "Question", "Your answer"], &["-", "", ""]);
        for effect in effects {
            let points = words::signed_tenths(effect.effect.unwrap_or_default());
            self.row(&[&points, &effect.ask, &effect.answer]);
        }
    }

    fn steps(&mut self, report: &Report) {
        if report.steps.is_empty() {
            return;
        }
        self.heading(2, "What to do next");
        self.paragraph(words::PLAN);
        for steps in report.steps.chunk_by(|a, b| a.horizon == b.horizon) {
            self.heading(3, words::horizon(steps[0].horizon));
            for step in steps {
                self.item(&format!(
                    "{} ({}). {} Begin on: \u{2026} Who will ask me about it: \u{2026}",
                    strong(&step.title),
                    escape(&step.scale_title),
                    escape(&step.text)
                ));
            }
        }
    }

    fn career(&mut self, report: &Report) {
        if !words::has_career(report) {
            return;
        }
        let career = &report.career;
        self.heading(2, "Where you stand in the career");
        if let Some(level) = &career.level {
            self.paragraph(&format!("{}. {}", strong(&level.title), escape(&words::level(level))));
        }
        if let Some(next) = &career.next {
            self.list(&words::next(next), next.tasks.iter());
        }
        self.list("Duties that were never yours", career.duties_missing.iter());
        for industry in &career.industries {
            let focus = industry.focus.as_deref().unwrap_or_default();
            self.paragraph(&format!("{}. {}", strong(&industry.title), escape(focus)));
            for task in &industry.tasks {
                self.item(&escape(task));
            }
        }
        let tools = career.tools_missing.iter().map(|tool| format!("{}. {}", tool.title, words::tool(tool)));
        self.list("Tools you have not used", tools);
        if let Some(says) = words::kinds(report) {
            self.heading(3, "Which kind of this role");
            self.paragraph(&escape(&says));
            self.matches(&career.kinds);
        }
        if !report.roles_say.is_empty() {
            self.heading(3, "Other roles, from the same answers");
            for said in &report.roles_say {
                self.paragraph(&escape(said));
            }
            for line in report.roles.iter().filter_map(|role| role.says.as_ref()) {
                self.item(&escape(line));
            }
        }
    }

    fn matches(&mut self, list: &[MatchReport]) {
        self.table(&["Name", "Match", "Against the first"], &["", "-", ""]);
        for (entry, standing) in words::standings(list) {
            self.row(&[&entry.title, &whole(entry.score), standing]);
        }
    }

    fn scenes(&mut self, report: &Report) {
        if report.scenes.is_empty() {
            return;
        }
        self.heading(2, "The scenes, looked at afterwards");
        for scene in &report.scenes {
            self.paragraph(&escape(&scene.ask));
            for option in words::scene(scene) {
                self.item(&escape(&option));
            }
        }
    }

    fn again(&mut self, report: &Report) {
        if !report.again.is_empty() {
            self.heading(2, "Worth another look");
            self.paragraph(words::AGAIN);
            for sentence in &report.again {
                self.item(&escape(sentence));
            }
        }
        if !report.unscored.is_empty() {
            self.heading(2, "Also asked, never scored");
            for Answered { ask, answer } in &report.unscored {
                self.item(&format!("{} \"{}\"", escape(ask), escape(answer)));
            }
        }
    }

    fn trust(&mut self, report: &Report) {
        self.heading(2, "How far to trust this");
        for text in words::trust(report) {
            self.paragraph(&escape(&text));
        }
        for limit in &report.limits {
            self.item(&escape(limit));
        }
        self.paragraph(&escape(&format!("{}, edition {}.", report.title, report.bank.edition)));
    }
}
