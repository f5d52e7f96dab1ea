//! A group as one self-contained page: `group.html` laid over `page.html`.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand things over by reference")]

use askama::Template;

use crate::bank::Form;
use crate::render::old::page::filters;
use crate::report::group::{BINS, Count, Figures, GroupReport, GroupScale, LEAST, Told};
use crate::score::quality::{SignalId, Verdict};
use crate::text;

/// Height of the highest bar.
const HIGHEST: f64 = 32.0;
/// Height of a bar that stands for a count that is not told.
const STUB: f64 = 3.0;

/// The page; ends with a line feed.
///
/// # Panics
/// Never: writing to a string cannot fail.
#[must_use]
pub fn render(report: &GroupReport) -> String {
    let page = GroupPage { report, told: report.told.as_ref() };
    let mut text = page.render().expect("writing to a string cannot fail");
    text.push('\n');
    text
}

#[derive(Template)]
#[template(path = "group.html", config = "src/render/old/askama.toml")]
struct GroupPage<'a> {
    report: &'a GroupReport,
    told: Option<&'a Told>,
}

/// One stretch of scores in a picture, in percent of its width and in pixels from its foot.
struct Column {
    x: f64,
    height: f64,
    /// Whether the height is the count's.
    told: bool,
}

impl GroupPage<'_> {
    fn language(&self) -> &str {
        self.report.language.as_deref().unwrap_or("en")
    }

    fn form(&self) -> &'static str {
        match self.report.form {
            Form::Full => "full form",
            Form::Quick => "quick form",
        }
    }

    fn n(&self) -> String {
        count(&Count::Exactly(self.report.n))
    }

    /// How many have a score, where not all have.
    fn scored(&self, scale: &GroupScale) -> Option<String> {
        match scale.n {
            Count::Exactly(n) if n == self.report.n => None,
            Count::AllButFew => Some(format!("without a score: fewer than {LEAST}")),
            told => Some(format!("with a score: {}", count(&told))),
        }
    }

    fn people(&self) -> &'static str {
        if self.report.n == 1 { "respondent" } else { "respondents" }
    }
}

fn count(count: &Count) -> String {
    let number = |n: &u64| text::grouped(&n.to_string());
    match count {
        Count::Exactly(n) => number(n),
        Count::Few => format!("fewer than {LEAST}"),
        Count::AllButFew => format!("all but fewer than {LEAST}"),
        Count::AtLeast(n) => format!("{} or more", number(n)),
        Count::Withheld => "withheld".to_owned(),
    }
}

/// The same for a narrow column.
fn short(n: &Count) -> String {
    match n {
        Count::Few => format!("<{LEAST}"),
        Count::Withheld => "*".to_owned(),
        told => count(told),
    }
}

/// The edges of a stretch of scores.
fn edges(bin: &usize) -> String {
    let width = 100 / BINS;
    format!("{}\u{2013}{}", bin * width, (bin + 1) * width)
}

fn columns(scale: &GroupScale) -> Vec<Column> {
    let told = |count: &Count| if let Count::Exactly(n) = count { Some(*n as f64) } else { None };
    let most = scale.bins.iter().filter_map(told).fold(1.0, f64::max);
    let column = |(bin, count): (usize, &Count)| {
        let height = told(count).map(|n| n / most * HIGHEST);
        // What is there at all can be seen.
        let seen = height.map(|height| if height > 0.0 { height.max(1.0) } else { 0.0 });
        Column { x: (bin * 100 / BINS) as f64 + 0.4, height: seen.unwrap_or(STUB), told: seen.is_some() }
    };
    scale.bins.iter().enumerate().map(column).collect()
}

/// The picture in words.
fn says(scale: &GroupScale) -> String {
    let told = scale.bins.iter().enumerate().filter(|(_, count)| **count != Count::Exactly(0));
    let told: Vec<String> = told.map(|(bin, n)| format!("{}: {}", edges(&bin), count(n))).collect();
    format!("{}, respondents by score. {}", scale.title, told.join("; "))
}

/// A number between 0 and 1, as reliability is given.
fn hundredths(x: &f64) -> String {
    let text = format!("{x:.2}");
    // Rounded, a small negative number is none.
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "\u{2212}") }
}

fn verdict(verdict: &Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Clear => ("Clear", "Nothing speaks against these answers."),
        Verdict::Caution => ("Caution", "Something is unusual: inconsistent answers, or a long run."),
        Verdict::Doubtful => ("Doubtful", "A run so long that the scores may mean nothing."),
        Verdict::NotJudged => ("Not judged", "Too few questions to tell."),
    }
}

fn signal(id: &SignalId) -> (&'static str, &'static str) {
    match id {
        SignalId::Consistency => {
            ("Consistency", "Answers to one scale agree hardly better than shuffled ones would.")
        }
        SignalId::LongestRun => ("Longest run", "One and the same answer many times in a row."),
        SignalId::Skipped => {
            ("Skipped", "A fifth of the questions or more without an answer; no part of the verdict.")
        }
        SignalId::Pace => ("Pace", "Answers too fast to have read the question."),
    }
}
