//! The summary of a group as a table for the terminal.

use crate::bank::Bank;
use crate::cli::streams::{count, wrapped};
use crate::cohort::summary::{Alpha, CountedScale, Tally};
use crate::text::grouped;

/// From this width on, the figures of a scale are in one line with its title.
const WIDE: usize = 60;
/// The width of the figures, with the blank before them.
const FIGURES: usize = 48;

/// The lines; only a title can be longer than `width`.
pub(super) fn lines(bank: &Bank, tally: &Tally, n_rejected: u64, width: usize) -> Vec<String> {
    let also = |n: u64, what: &str| if n > 0 { format!(", {} {what}", grouped(&n)) } else { String::new() };
    let counts = format!(
        "{} scored{}, {} flagged (caution or doubtful){}",
        count(tally.n, "row"),
        also(n_rejected, "set aside"),
        grouped(&tally.n_flagged),
        also(tally.n_not_judged, "not judged (too few questions to tell)")
    );
    let counts = wrapped(&counts, width);
    let mut lines: Vec<String> = counts.lines().chain([""]).map(str::to_owned).collect();
    let summary = tally.scales();
    let titled: Vec<(&str, &CountedScale)> =
        bank.scales.iter().map(|scale| scale.title.as_str()).zip(&summary).collect();
    if width < WIDE {
        lines.extend(titled.into_iter().flat_map(|(title, scale)| narrow(title, scale)));
        return lines;
    }
    let longest = titled.iter().map(|(title, _)| console::measure_text_width(title)).max().unwrap_or(0);
    let room = longest.clamp("scale".len(), width - FIGURES);
    lines.push(row("scale", room, ["n", "mean", "SD", "alpha (95 %)"]));
    for (title, scale) in titled {
        let [n, mean, sd, alpha] = figures(scale);
        let title = if console::measure_text_width(title) <= room {
            title
        } else {
            lines.push(title.to_owned());
            ""
        };
        lines.push(row(title, room, [&n, &mean, &sd, &alpha]));
    }
    lines
}

fn row(title: &str, room: usize, [n, mean, sd, alpha]: [&str; 4]) -> String {
    let pad = " ".repeat(room.saturating_sub(console::measure_text_width(title)));
    format!("{title}{pad} {n:>9} {mean:>6} {sd:>5}  {alpha}")
}

fn narrow(title: &str, scale: &CountedScale) -> [String; 3] {
    let [n, mean, sd, alpha] = figures(scale);
    [title.to_owned(), format!("  n {n}, mean {mean}, SD {sd}"), format!("  alpha {alpha}")]
}

/// n, mean, SD, and alpha with its interval.
fn figures(scale: &CountedScale) -> [String; 4] {
    let tenths = |figure: Option<f64>| figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.1}"));
    let alpha = match scale.alpha {
        Alpha { value: Some(value), low: Some(low), high: Some(high), .. } => {
            format!("{value:.2} ({low:.2} to {high:.2})")
        }
        _ => "-".to_owned(),
    };
    [grouped(&scale.n), tenths(scale.mean), tenths(scale.sd), alpha]
}

#[cfg(test)]
#[path = "../../../tests/cli/table.rs"]
mod tests;
