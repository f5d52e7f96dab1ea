//! Two results side by side, as text.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::render::Page;
use crate::render::letter::{BOLD, DIM, GOOD, Letter, WARN};
use crate::report::compare::{Comparison, Row, Verdict};
use crate::report::whole;

/// The comparison as text.
#[must_use]
pub fn render(comparison: &Comparison, page: Page) -> String {
    let mut letter = Letter::new(page);
    letter.hanging(BOLD, "", "", &comparison.title);
    let [first, second] = &comparison.columns;
    letter.hanging(DIM, "", "", &format!("{first}, then {second}"));
    letter.gap();
    for sentence in &comparison.says {
        letter.paragraph(sentence);
    }
    if let Some(fit) = &comparison.fit {
        letter.gap();
        letter.compared(fit);
    }
    for (heading, rows) in [("Parts", &comparison.parts), ("Scales", &comparison.scales)] {
        if !rows.is_empty() {
            letter.heading(heading);
            letter.column_heads();
            for row in rows {
                letter.compared(row);
            }
        }
    }
    letter.text
}

/// Columns for titles.
const TITLE: usize = 26;

impl Letter {
    fn column_heads(&mut self) {
        let pad = if self.width >= 60 { " ".repeat(TITLE + 1) } else { String::new() };
        self.line(&format!("  {pad} 1st  2nd"));
    }

    fn compared(&mut self, row: &Row) {
        let numbers = format!("{:>4} {:>4}", whole(row.difference.before), whole(row.difference.after));
        let style = match row.verdict {
            Verdict::Higher | Verdict::HiddenStrength => GOOD,
            Verdict::Lower | Verdict::BlindSpot => WARN,
            Verdict::NoChange | Verdict::SeenAlike => DIM,
        };
        let verdict = self.styled(style, row.verdict.says());
        if self.width >= 60 {
            let pad = " ".repeat(TITLE.saturating_sub(row.title.width()));
            self.line(&format!("  {}{pad} {numbers}  {verdict}", row.title));
        } else {
            self.hanging(Style::new(), "  ", "  ", &row.title);
            self.line(&format!("  {numbers}  {verdict}"));
        }
    }
}
