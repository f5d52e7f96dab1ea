//! The report as a letter on a terminal, 40 columns and wider, with or without colour and bars.

use anstyle::Style;
use textwrap::Options;
use unicode_width::UnicodeWidthStr;

use crate::render::old::letter::{ACCENT, BOLD, DIM, GOOD, Letter, WARN};
use crate::render::{Page, old::words};
use crate::report::{Answered, EffectReport, FitReport, PartReport, Report, Saying, ScaleReport, whole};

pub(in crate::render) fn render(report: &Report, page: Page) -> String {
    let mut letter = Letter::new(page);
    letter.head(report);
    letter.first_screen(report);
    // Without a role the scales are all there is to sum up.
    if page.summary && report.role.is_some() {
        return letter.text;
    }
    letter.parts(report);
    letter.readings(report);
    if page.summary {
        return letter.text;
    }
    letter.sayings(report);
    letter.effects(report);
    letter.steps(report);
    letter.wanted(report);
    letter.trend(report);
    letter.career(report);
    letter.matches(report);
    letter.again(report);
    letter.scenes(report);
    letter.trust(report);
    letter.text
}

impl Letter {
    fn head(&mut self, report: &Report) {
        let title = self.styled(BOLD, &report.title);
        let date = report.date.as_deref().unwrap_or("");
        let room = self.width.saturating_sub(report.title.width() + date.width());
        if room > 1 {
            self.line(&format!("{title}{}{}", " ".repeat(room), self.styled(DIM, date)));
        } else {
            self.hanging(BOLD, "", "", &report.title);
            self.hanging(DIM, "", "", date);
        }
        self.hanging(DIM, "", "", &words::form(report));
        self.gap();
    }

    /// The fit, its interval, the verdict, both sides and the answers: what fits one screen.
    fn first_screen(&mut self, report: &Report) {
        let fit = &report.fit;
        if let Some(score) = fit.score {
            let score = self.styled(BOLD, &format!("{} of 100", whole(score)));
            let role = report.role.as_ref().map_or("", |role| role.title.as_str());
            let label = if 2 + role.width() + 20 <= self.width {
                format!("Fit with {role}: ")
            } else {
                "Fit: ".into()
            };
            self.line(&format!("  {label}{score}"));
            if self.page.bars {
                self.fit_bar(report);
            }
            for said in fit.interval.iter().chain(&fit.boldness) {
                self.paragraph(said);
            }
            self.gap();
        }
        self.hanging(BOLD, "  ", "  ", &format!("{}.", fit.verdict));
        if let Some(first) = words::first(report) {
            self.hanging(WARN, "  ", "  ", &first);
        }
        self.gap();
        if report.role.is_some() {
            for side in &report.sides {
                self.row(side.title, side.score, "", None, side.reason.as_deref(), 2);
            }
            self.gap();
        }
        let style = if report.quality.verdict.is_flagged() { WARN } else { Style::new() };
        self.hanging(style, "  ", "  ", &report.quality.says);
    }

    /// The fit and its interval on a line from 0 to 100, with the edges of the bands.
    fn fit_bar(&mut self, report: &Report) {
        let FitReport { score: Some(score), low: Some(low), high: Some(high), ref edges, .. } = report.fit
        else {
            return;
        };
        let cells = (self.width - 2).min(62);
        let at = |value: f64| cell(value, cells - 1);
        let mut bar: Vec<char> = vec!['\u{2500}'; cells];
        for edge in edges.iter().skip(1) {
            bar[at(edge.from)] = '\u{253c}';
        }
        for cell in &mut bar[at(low)..=at(high)] {
            *cell = if *cell == '\u{253c}' { '\u{253f}' } else { '\u{2501}' };
        }
        bar[at(score)] = '\u{25cf}';
        let (before, rest) = bar.split_at(at(low));
        let (range, after) = rest.split_at(at(high) + 1 - at(low));
        let [before, range, after] = [before, range, after].map(|part| part.iter().collect::<String>());
        let line = format!(
            "  {}{}{}",
            self.styled(DIM, &before),
            self.styled(ACCENT, &range),
            self.styled(DIM, &after)
        );
        self.line(&line);
        // A label that would touch the one before it, or 100 at the end, is left out.
        let mut labels = String::new();
        for (at, label) in edges.iter().map(|edge| (at(edge.from), whole(edge.from))) {
            let is_free = labels.is_empty() || at > labels.len();
            if is_free && at + label.len() < cells - 3 {
                labels = format!("{labels:<at$}{label}");
            }
        }
        let line = format!("  {}", self.styled(DIM, &format!("{labels:<0$}100", cells - 3)));
        self.line(&line);
    }

    /// One row: a title, a score, and a bar with the required level marked.
    fn row(
        &mut self,
        title: &str,
        score: Option<f64>,
        error: &str,
        required: Option<f64>,
        reason: Option<&str>,
        indent: usize,
    ) {
        const TITLE: usize = 26;
        let wide = self.width >= 60;
        let number = score.map_or_else(|| "--".to_owned(), whole);
        let pad =
            |text: &str, width: usize| format!("{text}{}", " ".repeat(width.saturating_sub(text.width())));
        let indent = " ".repeat(indent);
        let asked = required.map(|to| format!("asked {}", whole(to))).unwrap_or_default();
        // The number takes 4 columns, its error 4, and a blank follows each.
        let start = indent.len() + if wide { TITLE + 1 } else { 0 } + 10;
        let below = reason.filter(|reason| score.is_none() && start + reason.width() > self.width);
        let end = match (score, reason) {
            (None, Some(_)) if below.is_some() => String::new(),
            (None, Some(reason)) => self.styled(DIM, reason),
            _ if self.page.bars => {
                let cells =
                    if wide { self.width.saturating_sub(TITLE + 14).min(40) } else { self.width - 14 };
                self.bar(score.unwrap_or(0.0), required, cells)
            }
            _ => self.styled(DIM, &asked),
        };
        if wide {
            let fits = title.width() <= TITLE;
            if !fits {
                self.hanging(Style::new(), &indent, &indent, title);
            }
            let title = pad(if fits { title } else { "" }, TITLE);
            self.line(&format!("{indent}{title} {number:>4} {} {end}", pad(error, 4)));
        } else {
            self.hanging(Style::new(), &indent, &indent, title);
            self.line(&format!("{indent}{number:>4} {} {end}", pad(error, 4)));
        }
        if let Some(reason) = below {
            let indent = format!("{indent}  ");
            self.hanging(DIM, &indent, &indent, reason);
        }
    }

    /// A heavy line up to the score, a light one to 100, and a cross at the required level.
    fn bar(&self, score: f64, required: Option<f64>, cells: usize) -> String {
        let filled = cell(score, cells);
        let mark = required.map(|to| cell(to, cells).clamp(1, cells) - 1);
        let draw = |range: std::ops::Range<usize>, plain: char, crossed: char| -> String {
            range.map(|at| if Some(at) == mark { crossed } else { plain }).collect()
        };
        let heavy = draw(0..filled, '\u{2501}', '\u{254b}');
        let light = draw(filled..cells, '\u{2500}', '\u{253c}');
        let style = match required {
            Some(to) if score >= to => GOOD,
            _ => ACCENT,
        };
        format!("{}{}", self.styled(style, &heavy), self.styled(DIM, &light))
    }

    fn parts(&mut self, report: &Report) {
        self.heading(words::scores(report));
        let is_marked = report.role.is_some() && self.page.bars;
        let marks = if is_marked { " The cross marks what the role asks." } else { "" };
        let nothing = if report.role.is_some() { words::NOTHING } else { "" };
        self.aside(format!("{}{marks} {nothing}", words::SCALES).trim_end());
        for part in &report.parts {
            self.part(report, part);
        }
        self.gap();
        for said in &report.compared {
            self.aside(said);
        }
    }

    fn part(&mut self, report: &Report, part: &PartReport) {
        self.gap();
        let met = words::part_met(report, part);
        if 4 + part.title.width() + met.width() <= self.width {
            let line = format!("  {}  {}", self.styled(BOLD, &part.title), self.styled(DIM, &met));
            self.line(&line);
        } else {
            self.hanging(BOLD, "  ", "  ", &part.title);
            self.hanging(DIM, "  ", "  ", &met);
        }
        for scale in part.scales.iter().filter(|scale| scale.is_shown) {
            let ScaleReport { title, score, to, reason, norm, measured, .. } = scale;
            self.row(title, *score, &words::error(scale), *to, reason.as_deref(), 2);
            for note in measured.iter().chain(norm.as_ref().map(|norm| &norm.says)) {
                self.hanging(DIM, "    ", "      ", note);
            }
        }
    }

    fn readings(&mut self, report: &Report) {
        if !report.readings.is_empty() {
            self.heading("What your scores say");
            self.aside(words::READINGS);
            self.gap();
            for saying in &report.readings {
                self.saying(saying);
            }
        }
        if let Some(middle) = &report.middle {
            self.gap();
            self.paragraph(middle);
        }
    }

    fn sayings(&mut self, report: &Report) {
        if !report.strengths.is_empty() {
            self.heading("What carries you");
            for saying in &report.strengths {
                self.saying(saying);
            }
        }
        if !report.gaps.is_empty() {
            self.heading("What holds you back most");
            for saying in &report.gaps {
                self.saying(saying);
            }
            if let Some(equal) = &report.equal_gaps {
                self.aside(equal);
            }
        }
        for (heading, floors) in words::floors(report) {
            self.heading(heading);
            for (title, says) in floors {
                let text = format!("{title}. {says}");
                self.hanging(Style::new(), "  ", "    ", text.trim_end());
            }
        }
    }

    fn saying(&mut self, saying: &Saying) {
        let gain = saying.gain.map_or_else(String::new, |gain| format!(" ({})", words::to_gain(gain)));
        self.hanging(Style::new(), "  ", "    ", &format!("{}{gain}. {}", saying.title, saying.says));
        if let Some(because) = words::because(saying) {
            self.hanging(DIM, "    ", "    ", &because);
        }
        if let Some(backing) = words::backing(saying) {
            self.hanging(Style::new(), "    ", "    ", &backing);
        }
    }

    fn effects(&mut self, report: &Report) {
        let (lifted, lowered) = (report.lifted(), report.lowered());
        if lifted.is_empty() && lowered.is_empty() {
            return;
        }
        self.heading("The single answers that moved it most");
        self.aside(words::EFFECTS);
        self.gap();
        for effect in lifted.into_iter().chain(lowered) {
            self.effect(effect);
        }
    }

    fn effect(&mut self, effect: &EffectReport) {
        let points = effect.effect.unwrap_or(0.0);
        let style = if points > 0.0 { GOOD } else { WARN };
        let number = format!("{:>5}", words::signed_tenths(points));
        let text = format!("{} {}", effect.ask, quoted(&effect.answer));
        let options = Options::new(self.width - 8);
        for (index, line) in textwrap::wrap(&text, options).iter().enumerate() {
            let start = if index == 0 { self.styled(style, &number) } else { " ".repeat(5) };
            self.line(&format!("  {start} {line}"));
        }
    }

    fn steps(&mut self, report: &Report) {
        if report.steps.is_empty() && report.fit.advice.is_none() {
            return;
        }
        self.heading("What to do next");
        if let Some(advice) = &report.fit.advice {
            self.paragraph(advice);
            self.gap();
        }
        let mut last = None;
        for step in &report.steps {
            if last != Some(step.horizon) {
                if last.is_some() {
                    self.gap();
                }
                let when = self.styled(BOLD, words::horizon(step.horizon));
                self.line(&format!("  {when}"));
                last = Some(step.horizon);
            }
            let title = format!("- {} ({})", step.title, step.scale_title);
            self.hanging(Style::new(), "  ", "    ", &title);
            self.hanging(DIM, "    ", "    ", &step.text);
        }
    }

    fn wanted(&mut self, report: &Report) {
        if let Some(wanted) = &report.wanted {
            self.heading("Still want it?");
            self.paragraph(&wanted.says);
        }
    }

    fn trend(&mut self, report: &Report) {
        if report.trend.is_empty() {
            return;
        }
        self.heading("Your results so far");
        for point in &report.trend {
            self.hanging(Style::new(), "  ", "    ", &format!("{:<12} {}", point.id, words::point(point)));
        }
        self.aside(words::TREND);
    }

    fn career(&mut self, report: &Report) {
        let career = &report.career;
        if !words::has_career(report) {
            return;
        }
        self.heading("Where you stand in the career");
        if let Some(level) = &career.level {
            self.paragraph(&format!("{}. {}", level.title, words::level(level)));
        }
        if let Some(next) = &career.next {
            self.gap();
            self.paragraph(&format!("{}:", words::next(next)));
            self.list(&next.tasks);
        }
        if !career.duties_missing.is_empty() {
            self.gap();
            self.paragraph("Duties that were never yours:");
            self.list(&career.duties_missing);
        }
        for industry in &career.industries {
            self.gap();
            let focus = industry.focus.as_deref().unwrap_or_default();
            self.paragraph(
                format!("In {}, which you know: {focus}", industry.title.to_lowercase()).trim_end(),
            );
            self.list(&industry.tasks);
        }
        if !career.tools_missing.is_empty() {
            self.gap();
            let names: Vec<&str> = career.tools_missing.iter().map(|tool| tool.title.as_str()).collect();
            self.paragraph(&format!("Tools you have not used: {}.", names.join("; ")));
        }
    }

    fn list(&mut self, entries: &[String]) {
        for entry in entries {
            self.hanging(Style::new(), "  - ", "    ", entry);
        }
    }

    fn matches(&mut self, report: &Report) {
        if let Some(says) = words::kinds(report) {
            self.heading("Which kind of this role");
            self.paragraph(&says);
            let nearest = report.career.kinds.iter().filter(|kind| kind.tied_with_best);
            if let [one] = nearest.collect::<Vec<_>>().as_slice() {
                self.paragraph(one.says.as_deref().unwrap_or_default());
            }
        }
        if !report.roles_say.is_empty() {
            self.heading("Other roles, from the same answers");
            for said in &report.roles_say {
                self.paragraph(said);
            }
            for (place, line) in report.roles.iter().filter_map(|role| role.says.as_ref()).enumerate() {
                self.hanging(Style::new(), "  ", "     ", &format!("{}. {line}", place + 1));
            }
        }
    }

    fn again(&mut self, report: &Report) {
        if report.again.is_empty() && report.unscored.is_empty() {
            return;
        }
        if !report.again.is_empty() {
            self.heading("Worth another look");
            self.aside(words::AGAIN);
            self.gap();
            for sentence in &report.again {
                self.hanging(Style::new(), "  ", "    ", sentence);
            }
        }
        if !report.unscored.is_empty() {
            self.heading("Also asked, never scored");
            for Answered { ask, answer } in &report.unscored {
                self.hanging(Style::new(), "  ", "    ", &format!("{ask} {}", quoted(answer)));
            }
        }
    }

    fn scenes(&mut self, report: &Report) {
        if report.scenes.is_empty() {
            return;
        }
        self.heading("The scenes, looked at afterwards");
        for scene in &report.scenes {
            self.gap();
            self.hanging(DIM, "  ", "  ", &scene.ask);
            for option in words::scene(scene) {
                self.hanging(Style::new(), "  ", "    ", &option);
            }
        }
    }

    fn trust(&mut self, report: &Report) {
        self.heading("How far to trust this");
        for said in words::trust(report) {
            self.paragraph(&said);
        }
        self.gap();
        for limit in &report.limits {
            self.hanging(Style::new(), "  - ", "    ", limit);
        }
    }
}

/// Where a value of 0 to 100 falls on a line of some cells.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to the line")]
fn cell(value: f64, cells: usize) -> usize {
    (value.clamp(0.0, 100.0) / 100.0 * cells as f64).round() as usize
}

fn quoted(answer: &str) -> String {
    format!("\"{}\"", answer.trim_end_matches('.'))
}
