//! The whole arithmetic as text: every line can be followed with a pocket calculator.

use anstyle::Style;

use crate::render::old::letter::{BOLD, Letter};
use crate::render::{Page, old::words};
use crate::report::Report;
use crate::report::explain::{ExplainedAnswer, ExplainedPart, ExplainedRequirement, ExplainedScale};

pub(in crate::render) fn render(report: &Report, page: Page) -> String {
    let mut letter = Letter::new(page);
    letter.hanging(BOLD, "", "", &format!("{}: the whole arithmetic", report.title));
    letter.gap();
    letter.aside(if report.role.is_some() {
        "S is the mean of a scale's points. A = (S - from) / (to - from), held between -1 and 1. P is the mean of \
         A weighted by w. The fit is 100 times the mean of P weighted by W, and never under 0. Numbers are \
         shown to four places."
    } else {
        "S is the mean of a scale's points. Numbers are shown to four places."
    });
    if let Some(withheld) = &report.withheld {
        letter.gap();
        letter.paragraph(withheld);
    }
    for part in &report.explanation.parts {
        letter.explained_part(report, part);
    }
    if report.role.is_some() {
        letter.explained_fit(report);
    }
    letter.explained_effects(report);
    letter.explained_moves(report);
    letter.text
}

impl Letter {
    fn sum(&mut self, text: &str) {
        self.hanging(Style::new(), "    ", "        ", text);
    }

    fn explained_part(&mut self, report: &Report, part: &ExplainedPart) {
        let has_role = report.role.is_some();
        let weight = if has_role { format!(", W = {}", places(part.weight)) } else { String::new() };
        self.heading(&format!("{}{weight}", part.title));
        for scale in &part.scales {
            self.gap();
            self.explained_scale(scale);
        }
        if !has_role {
            return;
        }
        let terms: Vec<&ExplainedRequirement> = part
            .scales
            .iter()
            .filter_map(|scale| scale.required.as_ref())
            .filter(|required| required.attainment.is_some())
            .collect();
        self.gap();
        match part.attainment {
            None => self.sum("P: nothing that the role asks of this part could be scored; it drops out."),
            Some(attainment) => {
                let products: Vec<String> = terms
                    .iter()
                    .map(|r| format!("{} x {}", places(r.weight), places(r.attainment.unwrap_or(0.0))))
                    .collect();
                let weights: Vec<String> = terms.iter().map(|r| places(r.weight)).collect();
                self.sum(&format!(
                    "P = ({}) / ({}) = {}",
                    products.join(" + "),
                    weights.join(" + "),
                    places(attainment)
                ));
            }
        }
    }

    fn explained_scale(&mut self, scale: &ExplainedScale) {
        self.hanging(BOLD, "  ", "  ", &scale.title);
        for answer in &scale.answers {
            self.explained_answer(answer);
        }
        match scale.score {
            None if scale.n_answered == 0 => self.sum("S: not answered, or not asked in this form."),
            None => self.sum("S: too few answers."),
            Some(score) => {
                let points: Vec<String> = scale.answers.iter().map(|answer| places(answer.counts)).collect();
                let n = scale.n_answered;
                if points.is_empty() {
                    self.sum(&format!("S = mean of {n} = {}", places(score)));
                } else {
                    self.sum(&format!("S = ({}) / {n} = {}", points.join(" + "), places(score)));
                }
                self.explained_requirement(scale, score);
            }
        }
    }

    fn explained_answer(&mut self, answer: &ExplainedAnswer) {
        let counts = if answer.reversed {
            format!("reversed, 100 - {} = {}", places(answer.points), places(answer.counts))
        } else {
            places(answer.counts)
        };
        self.hanging(
            Style::new(),
            "    - ",
            "      ",
            &format!("{} \"{}\": {counts}", answer.ask, answer.answer),
        );
    }

    fn explained_requirement(&mut self, scale: &ExplainedScale, score: f64) {
        let Some(required) = &scale.required else { return };
        let Some(attainment) = required.attainment else { return };
        let (from, to) = (places(required.from), places(required.to));
        let free = (score - required.from) / (required.to - required.from);
        let held = if (free - attainment).abs() > 1e-9 {
            format!("{}, held at {}", places(free), places(attainment))
        } else {
            places(attainment)
        };
        self.sum(&format!("A = ({} - {from}) / ({to} - {from}) = {held}", places(score)));
        if (required.factor - 1.0).abs() > 1e-9 {
            self.sum(&format!(
                "w = {} x {} (how much it matters to you) = {}",
                places(required.role_weight),
                places(required.factor),
                places(required.weight)
            ));
        } else {
            self.sum(&format!("w = {}", places(required.weight)));
        }
    }

    fn explained_fit(&mut self, report: &Report) {
        self.heading("The fit");
        let Some(score) = report.fit.score else {
            let reason = report.fit.reason.as_deref().unwrap_or("nothing could be scored");
            self.sum(&format!("There is none: {reason}."));
            return;
        };
        let parts: Vec<(f64, f64)> = report
            .explanation
            .parts
            .iter()
            .filter_map(|part| Some((part.weight, part.attainment?)))
            .collect();
        let products: Vec<String> =
            parts.iter().map(|(weight, p)| format!("{} x {}", places(*weight), places(*p))).collect();
        let weights: Vec<String> = parts.iter().map(|(weight, _)| places(*weight)).collect();
        self.sum(&format!(
            "Fit = 100 x max(0, ({}) / ({})) = {}",
            products.join(" + "),
            weights.join(" + "),
            places(score)
        ));
    }
}

impl Letter {
    fn explained_effects(&mut self, report: &Report) {
        if report.fit.score.is_none() || report.effects.is_empty() {
            return;
        }
        self.heading("What each answer did");
        self.aside(
            "The fit as it is, minus the fit with that one answer skipped; both before they are held at 0.",
        );
        self.gap();
        for effect in &report.effects {
            let points = effect.effect.map_or_else(|| "--".to_owned(), words::signed_tenths);
            let line = format!("{points:>5}  {} \"{}\"", effect.ask, effect.answer);
            self.hanging(Style::new(), "    ", "           ", &line);
        }
    }

    fn explained_moves(&mut self, report: &Report) {
        if report.moves.is_empty() {
            return;
        }
        self.heading("What would move the fit");
        self.aside("What the fit would gain if one requirement were met and all else stayed.");
        self.gap();
        for change in report.moves.iter().filter(|change| change.gain >= 0.05) {
            self.line(&format!("    {:>5}  {}", words::signed_tenths(change.gain), change.title));
        }
        if let Some(judgement) = &report.fit.judgement {
            self.gap();
            self.paragraph(judgement);
        }
    }
}

/// Up to four places, without trailing zeros.
fn places(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}
