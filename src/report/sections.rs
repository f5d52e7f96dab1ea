//! The report for people: one function for each section, in the order to be read.

use std::cmp::Ordering;

use itertools::Itertools;

use crate::bank::{Form, Horizon};
use crate::document::{Axis, Block, Document, List, ListEntry, Placement, Row, ScoreBar, Section, Tone};
use crate::report::explain::signed;
use crate::report::{
    Answered, EffectReport, FitReport, FloorReport, PartReport, Report, Saying, ScaleReport, SideReport,
    StepReport, TrendPoint, WithoutReport, history, whole, words,
};
use crate::score::fit::{FloorStatus, NEARLY_MET};
use crate::score::margin;
use crate::text::{capital, counted};

/// How many steps the first screen names.
const FIRST_STEPS: usize = 3;
/// How many gaps the sentence on the first screen names.
const NAMED_GAPS: usize = 2;
/// How many scales without a score are named.
const MOST_MISSING: usize = 5;
/// A sum of gains under this many points is not worth a sentence.
const LEAST_GAIN: f64 = 1.0;

const MIRROR: &str = "A mirror of your own answers, not a test of ability or a hiring tool.";
const ANSWER_MORE: &str = "`coofit take --from RESULT` lets you answer more.";
const SCALES: &str = "Every scale goes from 0 to 100.";
const MARGINS: &str = "\u{b1} shows the 90 % range of a score.";
const PARTS: &str =
    "In each part, 100 means that you meet every requirement; 0 is what random ratings would score.";
const MARK: &str = "The stroke marks what the role needs; \"close\" means too close to tell.";
const TOO_CLOSE: &str = "too close to tell";
const EFFECTS: &str = "Points that each answer added or took away, compared with skipping the question.";
const AGAIN: &str = "These answers point in opposite directions. Both may be true; then the scale says less.";
const PLAN: &str = "Take one or two of these, and leave the rest. A step gets done when it has a day, and someone \
                    who will ask about it.";
const READINGS: &str = "Only scales clearly above or below 50, the middle, are here.";

type Fill = fn(&Report, &mut Section);

/// Where each section is, its id and its title, and what fills it. Empty ones are left out.
const SECTIONS: &[(Placement, &str, &str, Fill)] = &[
    (Placement::First, "verdict", "", verdict),
    (Placement::First, "carries", "What carries you", strengths),
    (Placement::First, "holds-back", "What holds you back", gaps),
    (Placement::First, "steps", "Where to begin", first_steps),
    (Placement::First, "readings", "What your scores say", readings),
    (Placement::First, "caution", "Before you act on it", caution),
    (Placement::Below, "scales", "All scales", scales),
    (Placement::Below, "plan", "What to do next", plan),
    (Placement::Below, "details", "Your strengths and gaps", details),
    (Placement::Below, "trend", "Your results so far", trend),
    (Placement::Below, "limits", "How far to trust this", trust),
    (Placement::Folded, "scenes", "The scenes", scenes),
    (Placement::Folded, "career", "Your career so far", career),
    (Placement::Folded, "kinds", "Kinds of this role", kinds),
    (Placement::Folded, "roles", "Other roles", roles),
    (Placement::Folded, "effects", "Answers that changed your score most", effects),
    (Placement::Folded, "unscored", "Also asked, never scored", unscored),
];

/// The commands that show the rest of the report.
pub fn more(command: &str) -> Vec<String> {
    vec![format!("All scales   {command} --full"), format!("Web page     {command} -o me.html")]
}

/// The report as a document.
pub fn document(report: &Report) -> Document {
    let mut document = Document {
        title: report.title.clone(),
        about: about(report),
        language: report.language.clone(),
        fill_in: ["Name"].into_iter().chain(report.date.is_none().then_some("Date")).collect(),
        more: more("coofit report"),
        footer: vec![format!("{}, edition {}.", report.bank.title, report.bank.edition)],
        ..Document::default()
    };
    for &(place, id, title, fill) in SECTIONS {
        document.add(place, id, title, |section| fill(report, section));
    }
    document
}

/// The person described, the form, how many items were answered, and the date.
fn about(report: &Report) -> String {
    let form = if report.form == Form::Full { "full form" } else { "quick form" };
    let about = report.observed.iter().map(|name| format!("about {name}, ")).join("");
    let date = report.date.iter().map(|date| format!(", {date}")).join("");
    let new = if report.n_new == 0 { String::new() } else { format!(" ({} newer not asked)", report.n_new) };
    format!("{about}{form}, {} of {} answered{new}{date}", report.n_answered, report.n_items)
}

/// The fit on the bands, and what it means.
fn verdict(report: &Report, section: &mut Section) {
    let fit = &report.fit;
    match axis(fit) {
        Some(axis) => section.blocks.push(Block::Axis(Box::new(axis))),
        None => {
            section.say(Tone::Strong, format!("{}.", fit.verdict));
            section.say(Tone::Plain, missing(report));
            if let (Some(score), Some(low), Some(high)) = (fit.score, fit.low, fit.high) {
                let range = format!("{} of 100, between {} and {}", whole(score), whole(low), whole(high));
                section.say(Tone::Aside, format!("What could be scored: {range}."));
            }
        }
    }
    let is_flagged = report.quality.verdict.is_flagged();
    if is_flagged {
        // The reasons come after the message.
        section.say(Tone::Warn, report.quality.says.split_inclusive(". ").next().unwrap_or_default().trim());
    }
    let floors = |status| report.open_floors(status).map(|floor| &floor.title);
    // The plan names those too close to tell as well.
    let (says, status) = match floors(FloorStatus::Unmet).count() {
        0 => ("May be below the role's minimum (too close to tell):", FloorStatus::Close),
        1 => ("This comes first, because it is below the role's minimum:", FloorStatus::Unmet),
        _ => ("These come first, because they are below the role's minimum:", FloorStatus::Unmet),
    };
    let titles = floors(status).join(", ");
    if !titles.is_empty() {
        section.say(Tone::Warn, format!("{says} {titles}."));
    } else if !is_flagged {
        section.say(Tone::Plain, could_add(report));
    }
    if report.role.is_some() {
        let is_asked = |side: &&SideReport| {
            let mut parts = report.parts.iter().filter(|part| part.side == side.id);
            parts.any(|part| part.scales.iter().any(|scale| scale.to.is_some()))
        };
        let score = |side: &SideReport| side.score.map_or_else(|| "not scored".to_owned(), part_score);
        let side = |side: &SideReport| [side.title.to_owned(), score(side)];
        section.blocks.push(Block::Facts(report.sides.iter().filter(is_asked).map(side).collect()));
    }
}

/// The picture of the fit; nothing without a verdict.
fn axis(fit: &FitReport) -> Option<Axis> {
    let (score, low, high) = (fit.score?, fit.low?, fit.high?);
    let touched = fit.edges.iter().filter(|band| band.is_touched).map(|band| &band.title).collect_vec();
    let verdict = match touched.as_slice() {
        [] => return None,
        [one] => (*one).clone(),
        [first, last] => format!("between \"{first}\" and \"{last}\""),
        [first, .., last] => format!("from \"{first}\" to \"{last}\""),
    };
    let is_sure = fit.standard_error.is_some_and(|error| error > 0.0);
    let range = match (whole(low), whole(high)) {
        _ if !is_sure => "range not known".to_owned(),
        (low, high) if low == high => format!("likely {low}"),
        (low, high) => format!("likely {low} to {high}"),
    };
    let outer = fit.outer.low.zip(fit.outer.high);
    let generous = |(low, high): (f64, f64)| {
        format!("{} to {} if you rated yourself a little too low or too high", whole(low), whole(high))
    };
    let (outer_low, outer_high) = outer.unwrap_or((low, high));
    Some(Axis {
        number: format!("{} of 100", whole(score)),
        verdict,
        ranges: [range, outer.map(generous).unwrap_or_default()],
        score,
        range: [low, high],
        outer: [outer_low, outer_high],
        bands: fit.edges.clone(),
    })
}

/// Which answers are missing for a verdict.
fn missing(report: &Report) -> String {
    let is_missing = |scale: &&ScaleReport| scale.score.is_none() && scale.weight.is_some_and(|w| w > 0.0);
    let scales = report.parts.iter().flat_map(|part| &part.scales);
    let titles = scales.filter(is_missing).map(|scale| scale.title.as_str()).collect_vec();
    match titles.len() {
        0 => String::new(),
        _ if report.observed.is_some() => String::new(),
        1..=MOST_MISSING => format!("Too few answers on: {}. {ANSWER_MORE}", titles.join(", ")),
        n => format!("Too few answers on {n} scales that the role needs. {ANSWER_MORE}"),
    }
}

/// How much closing the widest gaps would add.
fn could_add(report: &Report) -> String {
    let named = &report.gaps[..report.gaps.len().min(NAMED_GAPS)];
    let gain: f64 = named.iter().filter_map(|gap| gap.gain).sum();
    // From below 0, not all of it reaches the score.
    let is_below = report.fit.raw.is_some_and(|raw| raw < 0.0);
    if gain < LEAST_GAIN || report.fit.bands.is_empty() || is_below {
        return String::new();
    }
    let titles = named.iter().map(|gap| &gap.title).join("\" and \"");
    let gaps = if named.len() == 1 { "gap" } else { "gaps" };
    format!(
        "Closing the {gaps} in \"{titles}\" would add about {}.",
        counted(gain.round(), "point", "points")
    )
}

/// The score of a part or a side, which can be negative.
fn part_score(score: f64) -> String {
    if score <= -0.5 { "below the start".to_owned() } else { format!("{} of 100", whole(score)) }
}

fn scale<'a>(report: &'a Report, id: &str) -> Option<&'a ScaleReport> {
    report.parts.iter().flat_map(|part| &part.scales).find(|scale| scale.id == id)
}

fn strengths(report: &Report, section: &mut Section) {
    section.is_half = true;
    let row = |saying: &Saying| {
        let scale = scale(report, &saying.scale)?;
        let cells = [scale.title.clone(), whole(scale.score?), needs(scale), state(scale).to_owned()];
        Some(Row { says: aloud(scale), tone: Tone::Good, ..Row::of(cells) })
    };
    section.table("", &["~Scale", "#you", "#needs", "~State"], report.strengths.iter().filter_map(row));
    if report.strengths.is_empty() && report.fit.score.is_some() {
        section.say(Tone::Plain, "No scale meets what the role needs yet.");
    }
}

fn gaps(report: &Report, section: &mut Section) {
    section.is_half = true;
    let row = |saying: &Saying| {
        let scale = scale(report, &saying.scale)?;
        let points = saying.gain?.round().max(LEAST_GAIN);
        let says = format!("{}; meeting it adds {}", aloud(scale), counted(points, "point", "points"));
        let cells = [scale.title.clone(), whole(scale.score?), needs(scale), format!("+{points:.0}")];
        Some(Row { says, ..Row::of(cells) })
    };
    section.table("", &["~Scale", "#you", "#needs", "#adds"], report.gaps.iter().filter_map(row));
    let answers = answers_of(report);
    if let Some(raw) = report.fit.raw.filter(|raw| *raw <= -0.5) {
        let below = counted(-raw.round(), "point", "points");
        let says = format!("{answers} come to {below} below 0, so one closed gap alone may leave you at 0.");
        section.say(Tone::Aside, says);
    }
    section.say_all(Tone::Aside, &report.equal_gaps);
    if report.gaps.is_empty() && report.fit.score.is_some() {
        let says = format!("{answers} meet everything that the role needs and that was scored.");
        section.say(Tone::Plain, says);
    }
}

/// What the role needs of a scale.
fn needs(scale: &ScaleReport) -> String {
    match (scale.from, scale.to) {
        (Some(from), Some(to)) if to < from => format!("at most {}", whole(to)),
        (_, Some(to)) => whole(to),
        _ => String::new(),
    }
}

/// Whether a scale meets what the role needs; empty if it does not, or if the role needs nothing.
fn state(scale: &ScaleReport) -> &'static str {
    let (Some(score), Some(to), Some(attainment)) = (scale.score, scale.to, scale.attainment) else {
        return "";
    };
    let close = |error| (score - to).abs() <= margin(error);
    match attainment {
        _ if scale.weight.is_none_or(|weight| weight <= 0.0) => "",
        attainment if attainment >= 1.0 => "met",
        _ if scale.standard_error.is_some_and(close) => TOO_CLOSE,
        attainment if attainment >= NEARLY_MET => "nearly met",
        _ => "",
    }
}

/// A scale in one sentence: "Leading people: 75, range 60 to 90; the role needs 85".
fn aloud(scale: &ScaleReport) -> String {
    let range = match (scale.range.low, scale.range.high) {
        (Some(low), Some(high)) if high - low >= 1.0 => format!(", range {} to {}", whole(low), whole(high)),
        _ => String::new(),
    };
    let score = format!("{}: {}{range}", scale.title, scale.score.map(whole).unwrap_or_default());
    let needs = scale.to.map_or_else(String::new, |_| format!("the role needs {}", needs(scale)));
    [&score, &needs, state(scale)].iter().filter(|said| !said.is_empty()).join("; ")
}

/// The nearest steps, short enough for one line each.
fn first_steps(report: &Report, section: &mut Section) {
    let Some(nearest) = report.steps.chunk_by(|a, b| a.horizon == b.horizon).next() else { return };
    if report.role.is_none() {
        return;
    }
    let entry = |step: &StepReport| ListEntry::new(&step.title, step.brief.clone().unwrap_or_default());
    // More would promise too much from answers that may mean little.
    let n = if report.quality.verdict.is_flagged() { 1 } else { FIRST_STEPS };
    let entries = nearest.iter().take(n).map(entry).collect_vec();
    if nearest[0].horizon == Horizon::Week {
        let is_one = entries.len() == 1;
        let title = if is_one { "Something to do this week" } else { "Do one of these this week" };
        title.clone_into(&mut section.title);
    }
    section.blocks.push(Block::List(List { is_numbered: true, fill_in: &["on", "with"], entries }));
}

/// Whether to trust it, in two lines.
fn caution(report: &Report, section: &mut Section) {
    let says = report.quality.says.as_str();
    let why = says.split_once(". ").map_or("", |(_, why)| why);
    section.say(Tone::Plain, if report.quality.verdict.is_flagged() { why } else { says });
    section.say(Tone::Plain, report.withheld.as_deref().unwrap_or(MIRROR));
}

fn readings(report: &Report, section: &mut Section) {
    if !report.readings.is_empty() {
        section.say(Tone::Aside, READINGS);
    }
    section.list(report.readings.iter().map(saying));
    section.say_all(Tone::Plain, &report.middle);
}

/// Half the width of a scale's 90 % range, unless that rounds to 0.
fn shown_margin(scale: &ScaleReport) -> Option<String> {
    let margin = scale.standard_error.map(margin).filter(|margin| *margin >= 0.5)?;
    Some(format!("\u{b1}{}", whole(margin)))
}

/// The margin of most scales of a part, which the part's caption says once.
fn usual_margin(scales: &[ScaleReport]) -> Option<String> {
    let margins = scales.iter().filter_map(shown_margin).collect_vec();
    let n_with = |it: &String| margins.iter().filter(|other| *other == it).count();
    margins.iter().rev().max_by_key(|it| n_with(it)).cloned()
}

/// Every scale by part, the widest gap first.
fn scales(report: &Report, section: &mut Section) {
    let has_role = report.role.is_some();
    if !has_role {
        (section.placement, section.title) = (Placement::First, "Your scores".to_owned());
    }
    let shown = |part: &PartReport| part.scales.iter().filter(|scale| scale.is_shown).cloned().collect_vec();
    let has_margins = report.parts.iter().flat_map(shown).any(|scale| shown_margin(&scale).is_some());
    section.say(Tone::Aside, if has_role { format!("{SCALES} {PARTS}") } else { SCALES.to_owned() });
    let legend = [has_margins.then_some(MARGINS), has_role.then_some(MARK)];
    section.say(Tone::Legend, legend.iter().flatten().join(" "));
    let heads = ["~Scale", "#score", "#needs", "~State"];
    for part in &report.parts {
        let (mut scales, unscored): (Vec<_>, Vec<_>) =
            shown(part).into_iter().partition(|scale| scale.score.is_some());
        if has_role {
            let gap = |scale: &ScaleReport| (scale.attainment.is_none(), scale.attainment);
            scales.sort_by(|a, b| gap(a).partial_cmp(&gap(b)).unwrap_or(Ordering::Equal));
        }
        let usual = usual_margin(&scales);
        let caption = part_caption(report, part)
            + &usual.iter().map(|usual| format!("; rated scales {usual}")).join("");
        if scales.is_empty() && !unscored.is_empty() {
            section.blocks.push(Block::Heading(caption.clone()));
        }
        let rows = scales.iter().map(|scale| scale_row(scale, has_role, usual.as_deref()));
        section.table(&caption, if has_role { &heads } else { &heads[..2] }, rows);
        section.say(Tone::Aside, without_score(unscored));
    }
    section.say_all(Tone::Aside, &report.compared);
}

/// The scales without a score, those with the same reason together.
fn without_score(mut scales: Vec<ScaleReport>) -> String {
    scales.sort_by(|a, b| a.reason.cmp(&b.reason));
    let same = scales.chunk_by(|a, b| a.reason == b.reason).map(|same| {
        let titles = same.iter().map(|scale| &scale.title).join(", ");
        format!("{titles} ({})", same[0].reason.as_deref().unwrap_or("not scored"))
    });
    let same = same.collect_vec();
    if same.is_empty() { String::new() } else { format!("No score: {}.", same.join("; ")) }
}

fn scale_row(scale: &ScaleReport, has_role: bool, usual: Option<&str>) -> Row {
    let margin = shown_margin(scale).filter(|margin| Some(margin.as_str()) != usual);
    let name = [Some(scale.title.clone()), margin].iter().flatten().join(" ");
    let is_met = scale.attainment.is_some_and(|attainment| attainment >= 1.0);
    // Little room is left next to the picture.
    let state = if state(scale) == TOO_CLOSE { "close" } else { state(scale) };
    let score = scale.score.map(whole).unwrap_or_default();
    let cells = [name, score, needs(scale), state.to_owned()].into_iter().take(if has_role { 4 } else { 2 });
    let bar = scale.score.map(|score| {
        let range = [scale.range.low.unwrap_or(score), scale.range.high.unwrap_or(score)];
        ScoreBar { needs: scale.to, is_full: scale.to.is_none() || is_met, ..ScoreBar::of(score, range) }
    });
    let notes = scale.measured.iter().chain(scale.norm.as_ref().map(|norm| &norm.says));
    Row {
        picture: bar,
        says: aloud(scale),
        tone: if is_met { Tone::Good } else { Tone::Plain },
        notes: notes.cloned().collect(),
        ..Row::of(cells)
    }
}

/// A part, how far it is met, and its weight.
fn part_caption(report: &Report, part: &PartReport) -> String {
    if report.role.is_none() {
        return part.title.clone();
    }
    let met = match part.score {
        Some(score) if score <= -0.5 => "below what random ratings score".to_owned(),
        Some(score) => part_score(score),
        None => return format!("{}: {}", part.title, part.reason.as_deref().unwrap_or_default()),
    };
    format!("{}: {met}, weight {}", part.title, whole(part.weight))
}

/// What the named scales mean, with the answer behind each.
fn details(report: &Report, section: &mut Section) {
    section.headed("What carries you", report.strengths.iter().map(saying));
    section.headed("What holds you back", report.gaps.iter().map(saying));
    if let Some(wanted) = &report.wanted {
        section.blocks.push(Block::Heading("Do you still want it?".to_owned()));
        section.say(Tone::Plain, &wanted.says);
    }
}

fn saying(saying: &Saying) -> ListEntry {
    let because = saying.because.as_ref();
    let because = because.map(|Answered { ask, answer }| format!("You answered \"{answer}\" to: {ask}"));
    let backed = saying.backed.map(|_| match &saying.example {
        Some(example) => format!("Your example: {example}"),
        None => "No example yet.".to_owned(),
    });
    ListEntry {
        notes: because.into_iter().chain(backed).collect(),
        ..ListEntry::new(format!("{}.", saying.title), &saying.says)
    }
}

fn horizon(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Week => "This week",
        Horizon::Month => "This month",
        Horizon::HalfYear => "Within half a year",
        Horizon::TwoYears => "Within two years",
    }
}

fn plan(report: &Report, section: &mut Section) {
    section.say_all(Tone::Plain, &report.fit.advice);
    if !report.steps.is_empty() {
        section.say(Tone::Aside, PLAN);
    }
    for (status, title) in
        [(FloorStatus::Unmet, "What has to come first"), (FloorStatus::Close, "What may have to come first")]
    {
        let entry = |floor: &FloorReport| {
            ListEntry::new(format!("{}.", floor.title), floor.says.clone().unwrap_or_default())
        };
        section.headed(title, report.open_floors(status).map(entry));
    }
    for steps in report.steps.chunk_by(|a, b| a.horizon == b.horizon) {
        section.blocks.push(Block::Heading(horizon(steps[0].horizon).to_owned()));
        let step = |step: &StepReport| ListEntry {
            notes: vec![format!("For: {}", step.scale_title)],
            ..ListEntry::new(format!("{}.", step.title), &step.text)
        };
        let entries = steps.iter().map(step).collect();
        section.blocks.push(Block::List(List { fill_in: &["on", "with"], entries, ..List::default() }));
    }
}

fn trend(report: &Report, section: &mut Section) {
    let row = |TrendPoint { id, form, score, low, high }: &TrendPoint| {
        history::scored(id, *form, Some((*score, [*low, *high])))
    };
    section.table("", &history::HEADS[..4], report.trend.iter().map(row));
    if !report.trend.is_empty() {
        section.say(Tone::Aside, "`coofit compare` shows which of the differences may be chance.");
    }
}

fn effects(report: &Report, section: &mut Section) {
    let row = |(points, effect): (f64, &EffectReport)| {
        let points = signed(points);
        Row {
            says: format!("You answered \"{}\" to: {} Points: {points}", effect.answer, effect.ask),
            ..Row::of([effect.ask.clone(), effect.answer.clone(), points])
        }
    };
    let rows = report.told_effects().map(row).collect_vec();
    if !rows.is_empty() {
        section.say(Tone::Aside, EFFECTS);
    }
    section.table("", &["Question", "Your answer", "#Points"], rows);
}

fn trust(report: &Report, section: &mut Section) {
    let fit = &report.fit;
    section.say_all(Tone::Plain, fit.says.iter().chain(&fit.judgement));
    let score =
        |part: &WithoutReport| Some(format!("without {} {}", part.title.to_lowercase(), whole(part.score?)));
    let without = fit.without.iter().filter_map(score).collect_vec();
    if fit.score.is_some() && without.len() > 1 {
        section.say(Tone::Plain, format!("Your score if we leave out one part: {}.", without.join(", ")));
    }
    if let Some(share) = fit.share.filter(|share| *share < 1.0) {
        let percent = whole((share * 100.0).floor());
        let says = format!("{percent}% of what the role needs could be scored; the rest is left out.");
        section.say(Tone::Plain, says);
    }
    section.list(&report.limits);
    if !report.again.is_empty() {
        section.blocks.push(Block::Heading("Answers worth another look".to_owned()));
        section.say(Tone::Aside, AGAIN);
    }
    section.list(&report.again);
}

fn scenes(report: &Report, section: &mut Section) {
    let scenes = report.scenes.iter().map(|scene| {
        let line = |label: &str, points: f64, say: &str, because: &Option<String>| {
            let because = because.as_deref().unwrap_or_default();
            let stop = if say.ends_with(['.', '!', '?']) { "" } else { "." };
            format!("{label} ({} of 100): {say}{stop} {because}", whole(points)).trim_end().to_owned()
        };
        let chosen = line("You chose", scene.points, &scene.chosen, &scene.because);
        let best = scene.best.as_ref();
        let best = best.map(|best| line("Most points", scene.best_points, best, &scene.best_because));
        ListEntry { items: [chosen].into_iter().chain(best).collect(), ..ListEntry::from(&scene.ask) }
    });
    section.list(scenes);
}

fn career(report: &Report, section: &mut Section) {
    let career = &report.career;
    section.say_all(Tone::Plain, &career.level_says);
    section.headed(&career.next_says, &career.next_tasks);
    section.headed("Duties you have not had yet", &career.duties_missing);
    section.headed("The role in industries that you know", career.industry_entries.clone());
    section.headed("Tools you have not used", career.tool_entries.clone());
}

/// Whose answers a sentence starts with.
fn answers_of(report: &Report) -> String {
    capital(words::whose(report.observed.is_some()))
}

fn kinds(report: &Report, section: &mut Section) {
    let (kinds, answers) = (&report.career.kinds, answers_of(report));
    let best = kinds.iter().filter(|kind| kind.tied_with_best).collect_vec();
    match best.as_slice() {
        [] => {}
        [one] => {
            let is_only = kinds.len() == 1;
            let closest = format!("{answers} come closest to one kind");
            let says = if is_only { "The role has one kind" } else { closest.as_str() };
            section.say(Tone::Plain, format!("{says}: {}.", one.title));
            section.say_all(Tone::Plain, &one.says);
        }
        all if all.len() == kinds.len() => {
            section.say(Tone::Plain, format!("{answers} fit all kinds of this role about equally."));
        }
        several => {
            let titles = several.iter().map(|kind| &kind.title).join(", ");
            let says = format!("{answers} fit these kinds about equally: {titles}.");
            section.say(Tone::Plain, format!("{says} When you see an opening, ask which kind it is."));
        }
    }
}

fn roles(report: &Report, section: &mut Section) {
    section.say_all(Tone::Plain, &report.roles_say);
    let entries =
        report.roles.iter().filter_map(|role| role.says.as_ref()).map(ListEntry::from).collect_vec();
    if !entries.is_empty() {
        let is_numbered = entries.len() > 1;
        section.blocks.push(Block::List(List { is_numbered, entries, ..List::default() }));
    }
}

fn unscored(report: &Report, section: &mut Section) {
    let entry = |Answered { ask, answer }: &Answered| {
        ListEntry::new("", format!("{ask} \"{}\"", answer.trim_end_matches('.')))
    };
    section.list(report.unscored.iter().map(entry));
}
