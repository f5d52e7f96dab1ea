//! The report for people: one function for each section, in the order to be read.

use crate::bank::{Form, Horizon};
use crate::document::{Axis, AxisBand, Bar, Block, Document, Entry, List, Place, Row, Section, Tone};
use crate::report::career::{LevelReport, MatchReport};
use crate::report::explain::signed;
use crate::report::{
    Answered, EffectReport, FitReport, FloorReport, PartReport, Report, Saying, ScaleReport, SideReport,
    StepReport, role, whole,
};
use crate::score::Z_90;
use crate::score::fit::FloorStatus;

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

/// Where the rest of the report is, by the command that shows it.
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
    let has_role = report.role.is_some();
    document.push(verdict(report));
    if has_role {
        document.push(strengths(report));
        document.push(gaps(report));
        document.push(first_steps(report));
    } else {
        document.push(readings(report));
    }
    document.push(caution(report));
    document.push(scales(report));
    document.push(plan(report));
    document.push(details(report));
    document.push(trend(report));
    document.push(trust(report));
    document.push(scenes(report));
    document.push(career(report));
    document.push(kinds(report));
    document.push(roles(report));
    document.push(effects(report));
    document.push(unscored(report));
    document
}

/// The person described, the form, how many items were answered, and the date.
fn about(report: &Report) -> String {
    let form = if report.form == Form::Full { "full form" } else { "quick form" };
    let about = report.observed.as_ref().map_or_else(String::new, |name| format!("about {name}, "));
    let date = report.date.as_ref().map_or_else(String::new, |date| format!(", {date}"));
    let new = match report.n_new {
        0 => String::new(),
        n => format!(" ({n} newer not asked)"),
    };
    format!("{about}{form}, {} of {} answered{new}{date}", report.n_answered, report.n_items)
}

/// The fit on the bands, and what it means.
fn verdict(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "verdict", "");
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
    let floors = |status| report.open_floors(status).map(|floor| floor.title.as_str()).collect::<Vec<_>>();
    // The plan names those too close to tell as well.
    let (unmet, close) = (floors(FloorStatus::Unmet), floors(FloorStatus::Close));
    let (says, titles) = match unmet.len() {
        0 => ("Perhaps below the role's minimum, too close to tell:", close),
        1 => ("This comes first, because it is below the role's minimum:", unmet),
        _ => ("These come first, because they are below the role's minimum:", unmet),
    };
    if !titles.is_empty() {
        section.say(Tone::Warn, format!("{says} {}.", titles.join(", ")));
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
    section
}

/// The picture of the fit; nothing without a verdict.
fn axis(fit: &FitReport) -> Option<Axis> {
    let (score, low, high) = (fit.score?, fit.low?, fit.high?);
    let touched: Vec<&str> =
        fit.edges.iter().filter(|edge| edge.is_touched).map(|edge| edge.short.as_str()).collect();
    let verdict = match touched.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
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
        bands: fit
            .edges
            .iter()
            .map(|edge| AxisBand { from: edge.from, title: edge.short.clone(), is_touched: edge.is_touched })
            .collect(),
    })
}

/// What was not answered, where that leaves too little for a verdict.
fn missing(report: &Report) -> String {
    let is_missing = |scale: &&ScaleReport| scale.score.is_none() && scale.weight.is_some_and(|w| w > 0.0);
    let scales = report.parts.iter().flat_map(|part| &part.scales);
    let titles: Vec<&str> = scales.filter(is_missing).map(|scale| scale.title.as_str()).collect();
    match titles.len() {
        0 => String::new(),
        _ if report.observed.is_some() => String::new(),
        1..=MOST_MISSING => format!("Too few answers on: {}. {ANSWER_MORE}", titles.join(", ")),
        n => format!("Too few answers on {n} scales that the role needs. {ANSWER_MORE}"),
    }
}

/// What the widest gaps would add together.
fn could_add(report: &Report) -> String {
    let named = &report.gaps[..report.gaps.len().min(NAMED_GAPS)];
    let gain: f64 = named.iter().filter_map(|gap| gap.gain).sum();
    // From below 0, not all of it reaches the score.
    let is_below = report.fit.raw.is_some_and(|raw| raw < 0.0);
    if gain < LEAST_GAIN || report.fit.bands.is_empty() || is_below {
        return String::new();
    }
    let titles: Vec<&str> = named.iter().map(|gap| gap.title.as_str()).collect();
    format!(
        "Closing the {} in \"{}\" would add about {}.",
        if titles.len() == 1 { "gap" } else { "gaps" },
        titles.join("\" and \""),
        count_points(gain.round())
    )
}

fn count_points(points: f64) -> String {
    if points < 2.0 { "1 point".to_owned() } else { format!("{points:.0} points") }
}

/// The score of a part or a side, which can be below what counts as nothing.
fn part_score(score: f64) -> String {
    if score <= -0.5 { "below the start".to_owned() } else { format!("{} of 100", whole(score)) }
}

fn scale<'a>(report: &'a Report, id: &str) -> Option<&'a ScaleReport> {
    report.parts.iter().flat_map(|part| &part.scales).find(|scale| scale.id == id)
}

fn strengths(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "carries", "What carries you");
    section.is_half = true;
    let row = |saying: &Saying| {
        let scale = scale(report, &saying.scale)?;
        let cells = [scale.title.clone(), whole(scale.score?), needs(scale), state(scale).to_owned()];
        Some(Row { says: aloud(scale), tone: Tone::Good, ..Row::of(cells) })
    };
    section.table(
        "",
        &["~Scale", "#you", "#needs", "~State"],
        report.strengths.iter().filter_map(row).collect(),
    );
    if report.strengths.is_empty() && report.fit.score.is_some() {
        section.say(Tone::Plain, "No scale meets what the role needs yet.");
    }
    section
}

fn gaps(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "holds-back", "What holds you back");
    section.is_half = true;
    let row = |saying: &Saying| {
        let scale = scale(report, &saying.scale)?;
        let points = saying.gain?.round().max(LEAST_GAIN);
        let says = format!("{}; meeting it adds {}", aloud(scale), count_points(points));
        let cells = [scale.title.clone(), whole(scale.score?), needs(scale), format!("+{points:.0}")];
        Some(Row { says, ..Row::of(cells) })
    };
    section.table("", &["~Scale", "#you", "#needs", "#adds"], report.gaps.iter().filter_map(row).collect());
    if let Some(raw) = report.fit.raw.filter(|raw| *raw <= -0.5) {
        let below = count_points(-raw.round());
        section.say(
            Tone::Aside,
            format!("Your answers come to {below} below 0, so one closed gap alone may leave you at 0."),
        );
    }
    section.say(Tone::Aside, report.equal_gaps.clone().unwrap_or_default());
    if report.gaps.is_empty() && report.fit.score.is_some() {
        section.say(Tone::Plain, "Your answers meet everything that the role needs and that was scored.");
    }
    section
}

/// What the role needs of a scale.
fn needs(scale: &ScaleReport) -> String {
    match (scale.from, scale.to) {
        (Some(from), Some(to)) if to < from => format!("at most {}", whole(to)),
        (_, Some(to)) => whole(to),
        _ => String::new(),
    }
}

/// Whether a scale meets what the role needs; nothing where it needs nothing, or where it does not.
fn state(scale: &ScaleReport) -> &'static str {
    let (Some(score), Some(to), Some(attainment)) = (scale.score, scale.to, scale.attainment) else {
        return "";
    };
    let margin = Z_90 * scale.standard_error.unwrap_or(0.0);
    match attainment {
        _ if scale.weight.is_none_or(|weight| weight <= 0.0) => "",
        attainment if attainment >= 1.0 => "met",
        _ if (score - to).abs() <= margin => TOO_CLOSE,
        attainment if attainment >= 0.9 => "nearly met",
        _ => "",
    }
}

/// A scale in one sentence: "Leading people: 75, range 60 to 90; the role needs 85".
fn aloud(scale: &ScaleReport) -> String {
    let range = match (scale.range.low, scale.range.high) {
        (Some(low), Some(high)) if high - low >= 1.0 => format!(", range {} to {}", whole(low), whole(high)),
        _ => String::new(),
    };
    let needs = match needs(scale) {
        needs if needs.is_empty() => String::new(),
        needs => format!("; the role needs {needs}"),
    };
    let state = match state(scale) {
        "" => String::new(),
        state => format!("; {state}"),
    };
    let score = scale.score.map(whole).unwrap_or_default();
    format!("{}: {score}{range}{needs}{state}", scale.title)
}

/// The nearest steps, short enough for one line each.
fn first_steps(report: &Report) -> Section {
    let is_week = report.steps.first().is_some_and(|step| step.horizon == Horizon::Week);
    let nearest = report.steps.chunk_by(|a, b| a.horizon == b.horizon).next().unwrap_or_default();
    let entry = |step: &StepReport| Entry::new(&step.title, step.brief.clone().unwrap_or_default());
    // More would promise too much from answers that may mean little.
    let n = if report.quality.verdict.is_flagged() { 1 } else { FIRST_STEPS };
    let entries: Vec<Entry> = nearest.iter().take(n).map(entry).collect();
    let title = match entries.len() {
        _ if !is_week => "Where to begin",
        1 => "Something to do this week",
        _ => "Do one of these this week",
    };
    let mut section = Section::new(Place::First, "steps", title);
    if !entries.is_empty() {
        section.blocks.push(Block::List(List { is_numbered: true, fill_in: &["on", "with"], entries }));
    }
    section
}

/// Whether to trust it, in two lines.
fn caution(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "caution", "Before you act on it");
    let says = report.quality.says.as_str();
    let is_flagged = report.quality.verdict.is_flagged();
    section
        .say(Tone::Plain, if is_flagged { says.split_once(". ").map_or("", |(_, why)| why) } else { says });
    section.say(Tone::Plain, report.withheld.as_deref().unwrap_or(MIRROR));
    section
}

fn readings(report: &Report) -> Section {
    let mut section = Section::new(Place::First, "readings", "What your scores say");
    if !report.readings.is_empty() {
        section.say(Tone::Aside, READINGS);
    }
    section.list(report.readings.iter().map(saying));
    section.say(Tone::Plain, report.middle.clone().unwrap_or_default());
    section
}

/// Half the width of a scale's 90 % range in whole points; nothing where that is nothing.
fn margin(scale: &ScaleReport) -> Option<String> {
    let margin = scale.standard_error.map(|error| Z_90 * error).filter(|margin| *margin >= 0.5)?;
    Some(format!("\u{b1}{}", whole(margin)))
}

/// The margin of most of a part's scales, which its caption says once.
fn usual_margin(scales: &[ScaleReport]) -> Option<String> {
    let margins: Vec<String> = scales.iter().filter_map(margin).collect();
    let n_with = |it: &String| margins.iter().filter(|other| *other == it).count();
    margins.iter().rev().max_by_key(|it| n_with(it)).cloned()
}

/// Every scale by part, the widest gap first.
fn scales(report: &Report) -> Section {
    let has_role = report.role.is_some();
    let place = if has_role { Place::Below } else { Place::First };
    let mut section = Section::new(place, "scales", if has_role { "All scales" } else { "Your scores" });
    let shown =
        |part: &PartReport| part.scales.iter().filter(|scale| scale.is_shown).cloned().collect::<Vec<_>>();
    let has_margins = report.parts.iter().flat_map(shown).any(|scale| margin(&scale).is_some());
    section.say(Tone::Aside, if has_role { format!("{SCALES} {PARTS}") } else { SCALES.to_owned() });
    let legend: Vec<&str> =
        has_margins.then_some(MARGINS).into_iter().chain(has_role.then_some(MARK)).collect();
    section.say(Tone::Legend, legend.join(" "));
    let mut heads = vec!["~Scale", "#score"];
    heads.extend(has_role.then_some(["#needs", "~State"]).into_iter().flatten());
    for part in &report.parts {
        let (mut scales, unscored): (Vec<_>, Vec<_>) =
            shown(part).into_iter().partition(|scale| scale.score.is_some());
        if has_role {
            let gap = |scale: &ScaleReport| scale.attainment.unwrap_or(f64::MAX);
            scales.sort_by(|a, b| gap(a).total_cmp(&gap(b)));
        }
        let usual = usual_margin(&scales);
        let rows: Vec<Row> =
            scales.iter().map(|scale| scale_row(scale, has_role, usual.as_deref())).collect();
        let caption = part_caption(report, part)
            + &usual.map_or_else(String::new, |usual| format!("; rated scales {usual}"));
        if rows.is_empty() && !unscored.is_empty() {
            section.blocks.push(Block::Heading(caption.clone()));
        }
        section.table(&caption, &heads, rows);
        section.say(Tone::Aside, without_score(unscored));
    }
    for said in &report.compared {
        section.say(Tone::Aside, said);
    }
    section
}

/// The scales without a score, those with the same reason together.
fn without_score(mut scales: Vec<ScaleReport>) -> String {
    scales.sort_by(|a, b| a.reason.cmp(&b.reason));
    let same = scales.chunk_by(|a, b| a.reason == b.reason).map(|same| {
        let titles: Vec<&str> = same.iter().map(|scale| scale.title.as_str()).collect();
        format!("{} ({})", titles.join(", "), same[0].reason.as_deref().unwrap_or("not scored"))
    });
    let same: Vec<String> = same.collect();
    if same.is_empty() { String::new() } else { format!("No score: {}.", same.join("; ")) }
}

fn scale_row(scale: &ScaleReport, has_role: bool, usual: Option<&str>) -> Row {
    let mut name = scale.title.clone();
    if let Some(margin) = margin(scale).filter(|margin| Some(margin.as_str()) != usual) {
        name = format!("{name} {margin}");
    }
    let mut cells = vec![name, scale.score.map(whole).unwrap_or_default()];
    let is_met = scale.attainment.is_some_and(|attainment| attainment >= 1.0);
    if has_role {
        // Little room is left next to the picture.
        let state = if state(scale) == TOO_CLOSE { "close" } else { state(scale) };
        cells.extend([needs(scale), state.to_owned()]);
    }
    let bar = scale.score.map(|score| {
        let range = [scale.range.low.unwrap_or(score), scale.range.high.unwrap_or(score)];
        let is_full = scale.to.is_none() || is_met;
        Bar { score, range, needs: scale.to, other: None, is_full }
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

/// A part, how far it is met, and what it counts.
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
fn details(report: &Report) -> Section {
    let mut section = Section::new(Place::Below, "details", "Your strengths and gaps");
    section.headed("What carries you", report.strengths.iter().map(saying));
    section.headed("What holds you back", report.gaps.iter().map(saying));
    if let Some(wanted) = &report.wanted {
        section.blocks.push(Block::Heading("Do you still want it?".to_owned()));
        section.say(Tone::Plain, &wanted.says);
    }
    section
}

fn saying(saying: &Saying) -> Entry {
    let because = saying
        .because
        .as_ref()
        .map(|because| format!("You answered \"{}\" to: {}", because.answer, because.ask));
    let backed = saying.backed.map(|_| match &saying.example {
        Some(example) => format!("Your example: {example}"),
        None => "No example yet.".to_owned(),
    });
    Entry {
        notes: because.into_iter().chain(backed).collect(),
        ..Entry::new(format!("{}.", saying.title), &saying.says)
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

fn plan(report: &Report) -> Section {
    let mut section = Section::new(Place::Below, "plan", "What to do next");
    section.say(Tone::Plain, report.fit.advice.clone().unwrap_or_default());
    if !report.steps.is_empty() {
        section.say(Tone::Aside, PLAN);
    }
    for (status, title) in
        [(FloorStatus::Unmet, "What has to come first"), (FloorStatus::Close, "What may have to come first")]
    {
        let entry = |floor: &FloorReport| {
            Entry::new(format!("{}.", floor.title), floor.says.clone().unwrap_or_default())
        };
        section.headed(title, report.open_floors(status).map(entry));
    }
    for steps in report.steps.chunk_by(|a, b| a.horizon == b.horizon) {
        section.blocks.push(Block::Heading(horizon(steps[0].horizon).to_owned()));
        let step = |step: &StepReport| Entry {
            notes: vec![format!("For: {}", step.scale_title)],
            ..Entry::new(format!("{}.", step.title), &step.text)
        };
        let entries = steps.iter().map(step).collect();
        section.blocks.push(Block::List(List { fill_in: &["on", "with"], entries, ..List::default() }));
    }
    section
}

fn trend(report: &Report) -> Section {
    let mut section = Section::new(Place::Below, "trend", "Your results so far");
    let rows = report.trend.iter().map(|point| {
        let bar = Bar { score: point.score, range: [point.low, point.high], is_full: true, ..Bar::default() };
        let range = format!("{} to {}", whole(point.low), whole(point.high));
        Row {
            picture: Some(bar),
            ..Row::of([point.id.clone(), point.form.id().to_owned(), whole(point.score), range])
        }
    });
    section.table("", &["Result", "Form", "#Score", "Range"], rows.collect());
    if !report.trend.is_empty() {
        section.say(Tone::Aside, "`coofit compare` shows which of the differences may be chance.");
    }
    section
}

fn effects(report: &Report) -> Section {
    let mut section = Section::new(Place::Folded, "effects", "Answers that changed your score most");
    let row = |effect: &EffectReport| {
        let points = signed(effect.effect.unwrap_or(0.0));
        Row {
            says: format!("You answered \"{}\" to: {} Points: {points}", effect.answer, effect.ask),
            ..Row::of([effect.ask.clone(), effect.answer.clone(), points])
        }
    };
    let rows: Vec<Row> = report.told_effects().map(row).collect();
    if !rows.is_empty() {
        section.say(Tone::Aside, EFFECTS);
    }
    section.table("", &["Question", "Your answer", "#Points"], rows);
    section
}

fn trust(report: &Report) -> Section {
    let mut section = Section::new(Place::Below, "limits", "How far to trust this");
    let fit = &report.fit;
    for said in fit.interval.iter().chain(&fit.boldness).chain(&fit.near_top).chain(&fit.judgement) {
        section.say(Tone::Plain, said);
    }
    let apart: Vec<String> = fit
        .without
        .iter()
        .filter_map(|without| Some(format!("{} {}", without.title.to_lowercase(), whole(without.score?))))
        .collect();
    if fit.score.is_some() && apart.len() > 1 {
        section.say(
            Tone::Plain,
            format!("Your score if we leave out one part: without {}.", apart.join(", without ")),
        );
    }
    if let Some(share) = fit.share.filter(|share| *share < 1.0) {
        let percent = whole((share * 100.0).floor());
        section.say(
            Tone::Plain,
            format!("{percent}% of what the role needs could be scored; the rest is left out."),
        );
    }
    section.list(report.limits.iter().map(Entry::from));
    if !report.again.is_empty() {
        section.blocks.push(Block::Heading("Answers worth another look".to_owned()));
        section.say(Tone::Aside, AGAIN);
    }
    section.list(report.again.iter().map(Entry::from));
    section
}

fn scenes(report: &Report) -> Section {
    let scenes = report.scenes.iter().map(|scene| {
        let line = |label: &str, points: f64, say: &str, because: &Option<String>| {
            let because = because.as_deref().unwrap_or_default();
            let stop = if say.ends_with(['.', '!', '?']) { "" } else { "." };
            format!("{label} ({} of 100): {say}{stop} {because}", whole(points)).trim_end().to_owned()
        };
        let chosen = line("You chose", scene.points, &scene.chosen, &scene.because);
        let best = scene.best.as_ref();
        let best = best.map(|best| line("Most points", scene.best_points, best, &scene.best_because));
        Entry { items: [chosen].into_iter().chain(best).collect(), ..Entry::from(&scene.ask) }
    });
    Section::of(Place::Folded, "scenes", "The scenes", scenes)
}

fn career(report: &Report) -> Section {
    let career = &report.career;
    let mut section = Section::new(Place::Folded, "career", "Your career so far");
    if let Some(LevelReport { level, ticks: (done, of) }) = &career.level {
        let says = level.says.as_deref().unwrap_or_default();
        let text = format!("{}. You have done {done} of its {of} tasks. {says}", level.title);
        section.say(Tone::Plain, text.trim_end());
    }
    if let Some(next) = &career.next {
        let n = next.ticks_missing;
        let more = if n == 1 { "one more of these".to_owned() } else { format!("{n} more of these") };
        section.headed(&format!("For {} you need {more}", next.title), next.tasks.iter().map(Entry::from));
    }
    section.headed("Duties you have not had yet", career.duties_missing.iter().map(Entry::from));
    section.headed("The role in industries that you know", career.industries.iter().map(role::industry));
    section.headed("Tools you have not used", career.tools_missing.iter().map(role::tool));
    section
}

fn kinds(report: &Report) -> Section {
    let mut section = Section::new(Place::Folded, "kinds", "Kinds of this role");
    let kinds = &report.career.kinds;
    let best: Vec<&MatchReport> = kinds.iter().filter(|kind| kind.tied_with_best).collect();
    match best.as_slice() {
        [] => {}
        [one] => {
            let says = if kinds.len() > 1 {
                "Your answers come closest to one kind:"
            } else {
                "The role has one kind:"
            };
            section.say(Tone::Plain, format!("{says} {}.", one.title));
            section.say(Tone::Plain, one.says.clone().unwrap_or_default());
        }
        all if all.len() == kinds.len() => {
            section.say(Tone::Plain, "Your answers fit all kinds of this role about equally.");
        }
        several => {
            let titles: Vec<&str> = several.iter().map(|kind| kind.title.as_str()).collect();
            let says = format!("Your answers fit these kinds about equally: {}.", titles.join(", "));
            section.say(Tone::Plain, format!("{says} When you see an opening, ask which kind it is."));
        }
    }
    section
}

fn roles(report: &Report) -> Section {
    let mut section = Section::new(Place::Folded, "roles", "Other roles");
    for said in &report.roles_say {
        section.say(Tone::Plain, said);
    }
    let entries: Vec<Entry> =
        report.roles.iter().filter_map(|role| role.says.as_ref()).map(Entry::from).collect();
    if !entries.is_empty() {
        let is_numbered = entries.len() > 1;
        section.blocks.push(Block::List(List { is_numbered, entries, ..List::default() }));
    }
    section
}

fn unscored(report: &Report) -> Section {
    let entry = |Answered { ask, answer }: &Answered| {
        Entry::new("", format!("{ask} \"{}\"", answer.trim_end_matches('.')))
    };
    Section::of(Place::Folded, "unscored", "Also asked, never scored", report.unscored.iter().map(entry))
}
