//! Two results side by side, as text and for programs.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::render::Page;
use crate::render::old::letter::{BOLD, DIM, GOOD, Letter, WARN};
use crate::report::compare::{CombinedReport, CompareReport, Comparison, Row, Verdict};
use crate::report::whole;

/// The comparison as text, or as JSON without a page.
#[must_use]
pub fn render(report: &CompareReport, page: Option<Page>) -> String {
    let Some(page) = page else { return json(report) };
    let mut letter = Letter::new(page);
    if let Some(combined) = report.combined.as_ref().filter(|combined| combined.headline) {
        letter.combined(combined);
    }
    for comparison in &report.comparisons {
        letter.gap();
        letter.comparison(comparison);
    }
    if let Some(combined) = report.combined.as_ref().filter(|combined| !combined.headline) {
        letter.gap();
        letter.combined(combined);
    }
    letter.text
}

fn json(report: &CompareReport) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("a comparison has only text keys");
    text.push('\n');
    text
}

/// Columns for titles.
const TITLE: usize = 26;

impl Letter {
    fn comparison(&mut self, comparison: &Comparison) {
        self.hanging(BOLD, "", "", &comparison.title);
        let [first, second] = &comparison.columns;
        self.hanging(DIM, "", "", &format!("{first}, then {second}"));
        self.gap();
        for sentence in &comparison.says {
            self.paragraph(sentence);
        }
        if let Some(fit) = &comparison.fit {
            self.gap();
            self.compared(fit);
        }
        let scales = if comparison.cannot_tell() { &[][..] } else { &comparison.scales };
        for (heading, rows) in [("Parts", comparison.parts.as_slice()), ("Scales", scales)] {
            if !rows.is_empty() {
                self.heading(heading);
                let pad = if self.width >= 60 { " ".repeat(TITLE + 1) } else { String::new() };
                self.line(&format!("  {pad} 1st  2nd"));
                for row in rows {
                    self.compared(row);
                }
            }
        }
    }

    fn compared(&mut self, row: &Row) {
        let style = match row.verdict {
            Verdict::Higher | Verdict::HiddenStrength => GOOD,
            Verdict::Lower | Verdict::BlindSpot => WARN,
            Verdict::NoChange | Verdict::SeenAlike | Verdict::CannotTell => DIM,
        };
        let verdict = self.styled(style, &row.says());
        self.titled(&row.title, &format!("{:>4} {:>4}  {verdict}", whole(row.before), whole(row.after)));
    }

    fn combined(&mut self, combined: &CombinedReport) {
        self.hanging(BOLD, "", "", "You and your observers together");
        self.gap();
        for sentence in &combined.says {
            self.paragraph(sentence);
        }
        self.gap();
        for scale in &combined.scales {
            let [low, high] = scale.range().map(whole);
            let range = self.styled(DIM, &format!("between {low} and {high}"));
            self.titled(&scale.title, &format!("{:>4}  {range}", whole(scale.score)));
        }
    }

    /// A title, and what follows it on its line or, on a narrow page, below it.
    fn titled(&mut self, title: &str, rest: &str) {
        if self.width >= 60 {
            let pad = " ".repeat(TITLE.saturating_sub(title.width()));
            self.line(&format!("  {title}{pad} {rest}"));
        } else {
            self.hanging(Style::new(), "  ", "  ", title);
            self.line(&format!("  {rest}"));
        }
    }
}
