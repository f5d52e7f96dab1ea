//! Words that several forms of the report have in common.

use crate::bank::{Form, Horizon};
use crate::report::career::{LevelReport, MatchReport, NextLevel, ToolReport};
use crate::report::{FloorReport, PartReport, Report, Saying, ScaleReport, SceneReport, TrendPoint, whole};
use crate::score::Z_90;
use crate::score::fit::FloorStatus;
use crate::text;

pub(in crate::render) const SCALES: &str = "Each scale runs from 0 to 100, in percent of its points; the number after \u{b1} makes its range: \
                                  nine times in ten, other questions of the same kind would have put it there.";
pub(in crate::render) const NOTHING: &str = "How far a part is met counts from what the role takes as nothing: for ratings that \
                                  is 50, where answers at random land. What lies under that counts against you, down to minus \
                                  the whole.";
pub(in crate::render) const MARKS: &str = "In the picture the stroke marks what the role asks. The dot is your score, full \
                                where it meets that, with its 90 % range to either side.";
pub(in crate::render) const EFFECTS: &str =
    "In points of fit before it is held at 0, against leaving the question out.";
pub(in crate::render) const AGAIN: &str =
    "These answers point in opposite directions. Both may be true; then the scale says less.";
pub(in crate::render) const PLAN: &str = "A step happens when it has a day, and someone who will ask about it. Take one or \
                               two of these; leave the rest.";
pub(in crate::render) const READINGS: &str =
    "Told of the scales on which your answers lie clearly on one side of 50, the middle.";
pub(in crate::render) const SUMS: &str = "S is the mean of what the answers count; a reversed question counts 100 minus its \
                               points. Numbers are shown to four places.";
pub(in crate::render) const ARITHMETIC: &str = "S is the mean of what the answers count; a reversed question counts 100 \
                                     minus its points. A = (S \u{2212} from) / (to \u{2212} from), held between \
                                     \u{2212}1 and 1. P is the mean of A over the scales of a part, each with \
                                     its weight w. Fit is 100 times the mean of P over the parts, each with its \
                                     weight W, and never under 0. Numbers are shown to four places.";

pub(in crate::render) const TREND: &str = "`coofit compare` tells which of them differ by more than chance.";

/// Whether an example backs what the answers claim.
pub(in crate::render) fn backing(saying: &Saying) -> Option<String> {
    let none = || "Not backed by an example yet.".to_owned();
    let said = |example: &String| format!("Backed by your example: {example}");
    saying.backed.map(|_| saying.example.as_ref().map_or_else(none, said))
}

/// The answer that speaks for a sentence.
pub(in crate::render) fn because(saying: &Saying) -> Option<String> {
    let because = saying.because.as_ref()?;
    Some(format!("You answered \"{}\" to: {}", because.answer, because.ask))
}

/// What was chosen in a scene, and the option with the most points where that is another one.
pub(in crate::render) fn scene(scene: &SceneReport) -> impl Iterator<Item = String> {
    let line = |label: &str, points: f64, say: &str, because: &Option<String>| {
        let because = because.as_deref().unwrap_or_default();
        format!("{label} ({} of 100): {say} {because}", whole(points)).trim_end().to_owned()
    };
    let chosen = line("You chose", scene.points, &scene.chosen, &scene.because);
    let best =
        scene.best.as_ref().map(|best| line("Most points", scene.best_points, best, &scene.best_because));
    [chosen].into_iter().chain(best)
}

/// One of several results.
pub(in crate::render) fn point(point: &TrendPoint) -> String {
    let (score, low, high) = (whole(point.score), whole(point.low), whole(point.high));
    format!("{score}, between {low} and {high} ({} form)", point.form.id())
}

/// Which form, how much of it was answered, and about whom.
pub(in crate::render) fn form(report: &Report) -> String {
    let form = match report.form {
        Form::Full => "Full form",
        Form::Quick => "Quick form",
    };
    let about = report.observed.as_ref().map_or_else(String::new, |name| format!(", about {name}"));
    let new = match report.n_new {
        0 => String::new(),
        1 => "; 1 newer question was not asked".to_owned(),
        n => format!("; {n} newer questions were not asked"),
    };
    format!("{form}, {} of {} questions answered{about}{new}", report.n_answered, report.n_items)
}

/// What has to come first, by name.
pub(in crate::render) fn first(report: &Report) -> Option<String> {
    let of = |status, words: &str, end: &str| {
        let names: Vec<&str> = report.open_floors(status).map(|floor| floor.title.as_str()).collect();
        (!names.is_empty()).then(|| format!("{words}: {}{end}.", names.join(", ")))
    };
    let unmet = of(FloorStatus::Unmet, "What has to come first", "");
    let close = of(FloorStatus::Close, "What may have to come first", "; too close to tell");
    unmet.into_iter().chain(close).reduce(|unmet, close| format!("{unmet} {close}"))
}

/// The floors that are not met: a heading, and what each says.
pub(in crate::render) fn floors(
    report: &Report,
) -> impl Iterator<Item = (&'static str, Vec<(&str, String)>)> {
    let titles =
        [(FloorStatus::Unmet, "What has to come first"), (FloorStatus::Close, "What may have to come first")];
    let of = |(status, heading)| {
        let close = if status == FloorStatus::Close { "Too close to tell. " } else { "" };
        let says = |floor: &FloorReport| format!("{close}{}", floor.says.as_deref().unwrap_or_default());
        let floors = report.open_floors(status).map(|floor| (floor.title.as_str(), says(floor)));
        (heading, floors.collect::<Vec<_>>())
    };
    titles.into_iter().map(of).filter(|(_, floors)| !floors.is_empty())
}

/// What stands over the scales.
pub(in crate::render) fn scores(report: &Report) -> &'static str {
    if report.role.is_some() { "Where the number comes from" } else { "Your scores" }
}

/// How far a part is met, or why that is not known; nothing where no role asks for anything.
pub(in crate::render) fn part_met(report: &Report, part: &PartReport) -> String {
    match part.score {
        _ if report.role.is_none() => String::new(),
        // Under 0 the answers lie on the far side of what counts as nothing.
        Some(score) if score <= -0.5 => {
            format!("nothing of it met yet ({}), weight {}", whole(score), whole(part.weight))
        }
        Some(score) => format!("{} of 100 met, weight {}", whole(score), whole(part.weight)),
        None => part.reason.clone().unwrap_or_default(),
    }
}

/// Half the width of a scale's 90 % range; nothing where it has none.
pub(in crate::render) fn error(scale: &ScaleReport) -> String {
    let error = scale.standard_error.map(|error| Z_90 * error).filter(|half| *half >= 0.5);
    error.map_or_else(String::new, |error| format!("\u{b1}{}", whole(error)))
}

/// When a step is for.
pub(in crate::render) fn horizon(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Week => "This week",
        Horizon::Month => "This month",
        Horizon::HalfYear => "Within half a year",
        Horizon::TwoYears => "Within two years",
    }
}

/// Whether anything is known about where the person stands in the career.
pub(in crate::render) fn has_career(report: &Report) -> bool {
    let career = &report.career;
    career.level.is_some()
        || career.next.is_some()
        || !career.duties_missing.is_empty()
        || !career.industries.is_empty()
        || !career.tools_missing.is_empty()
        || !career.kinds.is_empty()
        || !report.roles_say.is_empty()
}

/// How many of a level's tasks were done, and what the level means.
pub(in crate::render) fn level(level: &LevelReport) -> String {
    let (done, of) = level.ticks;
    let says = level.says.as_deref().unwrap_or_default();
    format!("Your tasks show it: {done} of {of} done. {says}").trim_end().to_owned()
}

/// What makes the next level.
pub(in crate::render) fn next(next: &NextLevel) -> String {
    match next.ticks_missing {
        1 => format!("{}: one more of these tasks makes it", next.title),
        n => format!("{}: {n} more of these tasks make it", next.title),
    }
}

/// What a family of tools is for, with products.
pub(in crate::render) fn tool(tool: &ToolReport) -> String {
    let used_for = tool.used_for.clone().unwrap_or_default();
    if tool.examples.is_empty() {
        return used_for;
    }
    format!("{used_for} Such as {}.", tool.examples.join(", ")).trim_start().to_owned()
}

/// Which kind of the role this is, where one is detectably ahead.
pub(in crate::render) fn kinds(report: &Report) -> Option<String> {
    let kinds = &report.career.kinds;
    let best: Vec<&str> =
        kinds.iter().filter(|kind| kind.tied_with_best).map(|kind| kind.title.as_str()).collect();
    Some(match best.as_slice() {
        [] => return None,
        [one] if kinds.len() > 1 => format!("Your answers come closest to one kind: {one}."),
        [one] => format!("The role has one kind: {one}."),
        all if all.len() == kinds.len() => "No kind stands out: all of them are tied.".to_owned(),
        [first @ .., last] => {
            format!(
                "No one kind is ahead: {} and {last} are tied. Ask of any post which it is.",
                first.join(", ")
            )
        }
    })
}

/// Every entry of a ranking with where it stands.
pub(in crate::render) fn standings(list: &[MatchReport]) -> Vec<(&MatchReport, &'static str)> {
    let standing = |(place, entry): (usize, &MatchReport)| match (place, entry.tied_with_best) {
        (0, _) => "first",
        (_, true) => "too close to the first to tell",
        (_, false) => "behind",
    };
    list.iter().enumerate().map(|(place, entry)| (entry, standing((place, entry)))).collect()
}

/// Why no answer is named, how boldly one answers, how much judgement matters, what a part hides, and how much was scored.
pub(in crate::render) fn trust(report: &Report) -> Vec<String> {
    let fit = &report.fit;
    let said = report.withheld.iter().chain(&fit.near_top).chain(&fit.judgement);
    let mut said: Vec<String> = said.cloned().collect();
    let apart: Vec<String> = fit
        .without
        .iter()
        .filter_map(|without| Some(format!("{} {}", without.title.to_lowercase(), whole(without.score?))))
        .collect();
    if fit.score.is_some() && apart.len() > 1 {
        said.push(format!("The fit apart from one part at a time: without {}.", apart.join(", without ")));
    }
    if let Some(share) = fit.share.filter(|share| *share < 1.0) {
        let percent = whole((share * 100.0).floor());
        said.push(format!("{percent}% of what the role weighs could be scored; the rest was left out."));
    }
    said
}

/// One place after the point.
pub(in crate::render) fn tenths(number: f64) -> String {
    format!("{number:.1}")
}

/// What a gap costs, in whole points: the answers cannot tell tenths of them apart.
pub(in crate::render) fn to_gain(gain: f64) -> String {
    match gain.round() {
        points if points < 1.0 => "under 1 point to gain".to_owned(),
        points if points < 2.0 => "1 point to gain".to_owned(),
        points => format!("{points:.0} points to gain"),
    }
}

/// Points of fit, up or down.
pub(in crate::render) fn signed_tenths(number: f64) -> String {
    format!("{number:+.1}").replace('-', "\u{2212}")
}

/// A number of the arithmetic, to four places.
pub(in crate::render) fn exact(number: f64) -> String {
    text::number((number * 10_000.0).round() / 10_000.0).replace('-', "\u{2212}")
}
