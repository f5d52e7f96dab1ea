//! The sentences of a report. Every sentence that interprets depends on an answer.

use std::cmp::Ordering;

use itertools::Itertools;

use crate::bank::{Band, Bank, Role, Side};
use crate::score::ScaleScore;
use crate::score::explain::Boldness;
use crate::score::fit::{Fit, RoleFit};
use crate::score::quality::SignalId::{Consistency, LongestRun, Pace, Skipped};
use crate::score::quality::{Level, Quality, Signal, Verdict};
use crate::text;

/// Why an observer's answers get no verdict.
pub(super) const OBSERVED: &str = "an observer answers only what can be watched, which is a part of the role";

/// Why no single answer of an observer is named.
pub(super) fn withheld(observed: &str) -> String {
    format!("These answers about {observed} are an observer's, so no single one is shown.")
}

/// What the score is not, and who it was tested with.
pub(super) fn limits(role: Option<&Role>, observed: bool) -> Vec<String> {
    let who = if observed { "the observer rates you" } else { "you rate yourself" };
    let judged = role.map_or("", |_| ", or whether our weights and required levels are right");
    let untested = |role: &Role| {
        let otherwise = || format!("It has not been tested with people in the role of {} yet.", role.title);
        role.tested.clone().unwrap_or_else(otherwise)
    };
    let before = [
        format!(
            "The score describes {}, not your ability. How people rate themselves and how they perform agree \
             only loosely: the correlation is about .29 over 55 studies (Mabe and West, 1982).",
            whose(observed)
        ),
        "It is not a percentile, not a chance of success and not a hiring tool. Do not use it to choose between \
         people."
            .to_owned(),
        format!(
            "The range only shows how much the choice of questions matters. It does not show how generously {who}\
             {judged}."
        ),
    ];
    let last = "Someone who has seen you work knows things that this quiz cannot know. Ask one of them about the \
                scales that surprised you.";
    let last = (!observed).then(|| last.to_owned());
    before.into_iter().chain(role.map(untested)).chain(last).collect()
}

/// A number for people: whole, with groups of three digits.
pub fn whole(number: f64) -> String {
    text::number(number.round())
}

pub(super) fn side_title(side: Side) -> &'static str {
    match side {
        Side::Demands => "What the job needs",
        Side::Supplies => "What it gives you",
    }
}

/// Why an observer's answers have no score on a scale or a part.
pub(super) const NOT_OBSERVED: &str = "observers are not asked about it";

pub(super) fn too_few(score: ScaleScore, observed: bool) -> String {
    match (score.n_answered, score.n_items) {
        (_, 0) if observed => NOT_OBSERVED.to_owned(),
        (_, 0) => "this form does not ask it".to_owned(),
        (0, _) => "not answered".to_owned(),
        (n, items) => format!("too few answers: {n} of {items}, {} needed", items.div_ceil(2)),
    }
}

/// Why no band is named.
pub(super) fn no_verdict(bank: &Bank, role: Option<&RoleFit>, touched: &[Band]) -> Option<String> {
    let reason = match role {
        None => "these scores are not compared with a role",
        Some(RoleFit { fit: None, .. } | RoleFit { share: None, .. }) => {
            "nothing that the role needs could be scored"
        }
        Some(_) if !touched.is_empty() => return None,
        Some(_) if bank.bands.is_empty() => "the bank has no bands",
        Some(RoleFit { share: Some(share), .. }) => {
            let percent = (share * 100.0).floor();
            return Some(format!(
                "your answers cover only {percent}% of what the role needs, and a verdict needs two thirds"
            ));
        }
    };
    Some(reason.to_owned())
}

pub(super) fn verdict(bank: &Bank, has_role: bool, touched: &[Band], reason: Option<&str>) -> String {
    match touched {
        [] if !has_role && bank.roles.is_empty() => "These scores are not compared with a role".to_owned(),
        [] if !has_role => "These scores are not compared with a role; `--role ID` does that".to_owned(),
        [] => format!("No verdict: {}", reason.unwrap_or("nothing could be scored")),
        [one] => one.title.clone(),
        [one, other] => {
            format!("Your score is close to the line between \"{}\" and \"{}\"", one.title, other.title)
        }
        [first, .., last] => {
            format!("Your score can be anywhere from \"{}\" to \"{}\"", first.title, last.title)
        }
    }
}

/// The advice of the band that the fit itself is in.
pub(super) fn advice(fit: Option<&Fit>, touched: &[Band]) -> Option<String> {
    let score = fit?.score;
    touched.iter().rfind(|band| band.from <= score)?.advice.clone()
}

pub(super) fn interval(fit: &Fit) -> String {
    let (low, high) = (whole(fit.low), whole(fit.high));
    let same = "With other questions of the same kind, your score would be";
    if fit.standard_error <= 0.0 {
        "There is no range, because the score comes from facts alone and from no rated answer.".to_owned()
    } else if low == high {
        format!("{same} {low} as well.")
    } else {
        format!("{same} between {low} and {high} in nine of ten cases.")
    }
}

/// The score with every rating a quarter of a step lower or higher, and the outer range.
pub(super) fn boldness(found: Boldness, observed: bool) -> String {
    let who = if observed { "the observer had rated you" } else { "you had rated yourself" };
    let [modest, bold, low, high] = [found.modest, found.bold, found.outer.0, found.outer.1].map(whole);
    let would = if modest == bold { format!("stay at {modest}") } else { format!("be {modest} or {bold}") };
    format!(
        "If {who} a quarter of a step lower or higher everywhere, your score would {would}. \
         The range does not include this. Both together: {low} to {high}."
    )
}

/// Why chance can only lower a score near the top. `exactly` is the mean score of people who exactly meet every
/// requirement.
pub(super) fn near_top(exactly: Option<f64>) -> String {
    let start = "So near the top, chance can only lower a score, because more than needed counts as met";
    match exactly {
        Some(exactly) => {
            let exactly = whole(exactly);
            format!("{start}: someone who exactly meets every requirement scores {exactly} on average.")
        }
        None => format!("{start}."),
    }
}

/// How to read the roles that are named, or why none is.
pub(super) fn roles(n_named: usize, n_roles: usize) -> Vec<String> {
    match (n_named, n_roles) {
        (_, 0 | 1) => Vec::new(),
        (0, _) => vec![
            "No role stands out: your scores are too much alike, or too uncertain, on the scales in which \
             these roles differ."
                .to_owned(),
        ],
        _ => {
            let these = if n_named == 1 { "this role needs" } else { "these roles need, the nearest first" };
            vec![format!(
                "Roles differ in which scales matter most. Your highest and lowest scores are most like what \
                 {these}. Whether they are high enough is another question."
            )]
        }
    }
}

/// One role, with those of the same occupation.
pub(super) fn role_line(title: &str, same: &str, is_close: bool) -> String {
    let same = if same.is_empty() { String::new() } else { format!(" (also {same})") };
    let close = if is_close { "; too close to the one above to tell which is nearer" } else { "" };
    format!("{title}{same}{close}")
}

pub(super) fn gap(score: f64, to: f64) -> String {
    format!("You score {}, and the role needs {}.", whole(score), whole(to))
}

/// What the role needs of a fact, from the least and the most that are enough: "10", "at most 129,540", "1 to 5".
pub(super) fn asked([least, most]: [Option<f64>; 2]) -> Option<String> {
    let number = |x: f64| text::number(if x < 10.0 { (x * 10.0).round() / 10.0 } else { x.round() });
    match (least, most) {
        (None, None) => None,
        (Some(least), None) => Some(number(least)),
        (None, Some(most)) => Some(format!("at most {}", number(most))),
        (Some(least), Some(most)) => Some(format!("{} to {}", number(least), number(most))),
    }
}

/// Whose answers a report is about.
pub(super) fn whose(observed: bool) -> &'static str {
    if observed { "the observer's answers" } else { "your answers" }
}

/// Which of the named gaps cannot be ranked.
pub(super) fn equal_gaps(titles: &[&str], n_gaps: usize, observed: bool) -> Option<String> {
    let answers = text::capital(whose(observed));
    match titles {
        [] | [_] => None,
        _ if titles.len() == n_gaps => {
            Some(format!("{answers} cannot show which gap is the largest. Treat them as equal."))
        }
        [one, other, ..] => Some(format!(
            "{answers} cannot show which gap is larger, {one} or {other}. Treat these two as equal."
        )),
    }
}

pub(super) fn judgement((low, high): (f64, f64)) -> String {
    let [low, high] = [low, high].map(whole);
    let would = if low == high { format!("stay at {low}") } else { format!("be between {low} and {high}") };
    format!(
        "Our weights and required levels are judgments. With one part's weight halved or doubled, or one \
         required level moved by five points, your score would {would}."
    )
}

/// What changed between wanting the role before and after reading what it is like.
pub(super) fn wanted(before: &str, after: &str, change: Ordering) -> String {
    let change = match change {
        Ordering::Equal => {
            return format!("You wanted the job \"{after}\", before you read about it and afterwards.");
        }
        Ordering::Less => "What changed your mind?",
        Ordering::Greater => "You want it more now that you know more.",
    };
    format!("You wanted the job \"{before}\" before you read about it and \"{after}\" afterwards. {change}")
}

pub(super) fn quality(quality: &Quality, observed: bool) -> String {
    let (answers, who) = (whose(observed), if observed { "the observer" } else { "you" });
    // The value of a signal that warns.
    let raised = |id| quality.signal(id).value.filter(|_| quality.signal(id).level > Some(Level::Clear));
    let percent = |share: f64| whole(share * 100.0);
    let grounds = [
        raised(Consistency).map(|_| format!("{answers} show no pattern")),
        raised(LongestRun).map(|run| format!("{who} gave the same answer {} times in a row", whole(run))),
        raised(Pace).map(|share| format!("{}% of the ratings took under two seconds", percent(share))),
    ];
    let grounds = grounds.into_iter().flatten().collect_vec();
    // The first screen shows only the first sentence, so the first reason is in it.
    let warned = |warning: &str| {
        let mut says = format!("{warning}: {}.", grounds.first().map_or("", String::as_str));
        if raised(Consistency).is_some() {
            let who = text::capital(who);
            says = format!("{says} {who} may have read quickly, or really be in the middle on everything.");
        }
        if grounds.len() > 1 {
            says = format!("{says} Also, {}.", grounds[1..].join(", and "));
        }
        says
    };
    let start = match quality.verdict {
        Verdict::Clear if quality.signal(Consistency).level.is_some() => {
            format!("{} are consistent, so you can use this result.", text::capital(answers))
        }
        Verdict::Clear => format!("Nothing in {answers} speaks against using this result."),
        Verdict::Caution => warned("Be careful with these numbers"),
        Verdict::Doubtful => warned("These numbers may mean little"),
        Verdict::NotJudged => {
            let reaches = quality.signal(LongestRun).doubtful_from.is_some();
            let fewer = if reaches { format!("{who} answered") } else { "this form asks".to_owned() };
            format!(
                "There are too few questions to tell whether {answers} are consistent: that takes 14 ratings, \
                 and {fewer} fewer."
            )
        }
    };
    let Some(share) = raised(Skipped) else { return start };
    let skipped = format!("{}% of the questions have no answer", percent(share));
    match quality.verdict {
        Verdict::Clear if share >= 0.5 => {
            format!("{skipped}, so this result says little.")
        }
        Verdict::Clear => format!("You can use this result, but {skipped}."),
        _ => format!("{start} {skipped}."),
    }
}

pub(super) fn no_signal(signal: &Signal) -> Option<String> {
    let reason = match (signal.id, signal.value, signal.level) {
        (_, Some(_), Some(_)) => return None,
        (Consistency, Some(_), None) => "too few ratings on the same scales to judge",
        (Consistency, None, _) => "needs different answers on at least one scale of several ratings",
        (LongestRun, ..) if signal.doubtful_from.is_none() => {
            "this form asks fewer than 14 ratings of one's qualities"
        }
        (LongestRun, None, _) => "no rating was answered",
        (LongestRun, Some(_), None) => "fewer than 14 ratings were answered",
        (Pace, ..) => "the time of the answers is not known",
        (Skipped, ..) => "this form asks nothing",
    };
    Some(reason.to_owned())
}
