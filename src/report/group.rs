//! A group on one page: how well the role fits, each scale against what the role needs, the widest gaps,
//! departments side by side, and what has changed.
//!
//! [`GroupReport`] is everything that is shown. All its figures come from blurred scores (`blur`).

use std::collections::BTreeMap;

use itertools::Itertools;
use serde::Serialize;

use crate::bank::{Bank, Form, Part, Role, Side};
use crate::document::{Document, ListEntry, Placement, Row, ScoreBar, Section, Tone};
pub use crate::report::blur::LEAST;
use crate::report::blur::{Figure, Figures, Point, Spread, possible};
use crate::report::compare::signed;
use crate::report::whole;
use crate::score::change::{Change, Z_SCALES};
use crate::score::{Assessment, ScaleScore, Z_90};
use crate::text::{capital, counted, grouped};

/// Name of the departments with fewer than [`LEAST`] people, put together.
const OTHERS: &str = "All others";
/// How many scales a sentence names.
const MOST_NAMED: usize = 3;
/// How many departments are shown side by side.
const MOST_COLUMNS: usize = 5;

/// The exact counts of a group. They are never shown.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// By name; a single one if departments are not asked for.
    pub departments: BTreeMap<String, Department>,
    pub by: bool,
    /// Whether their earlier answers are known.
    pub has_before: bool,
    /// Rows that were set aside as faulty.
    pub n_set_aside: u64,
    /// People who are only in the earlier or only in the later file.
    pub n_unmatched: u64,
    /// Rows without an answer, with an id that came before, that look like tests, and with one answer to everything.
    pub apart: [u64; 4],
    /// Which scales and items do not fit together.
    pub contradictions: Vec<String>,
}

/// The people of one department.
#[derive(Debug, Clone)]
pub struct Department {
    pub n: u64,
    /// How many of them have answers that raise a caution or are doubtful.
    pub n_flagged: u64,
    /// Their fit, then each scale of the bank.
    pub spreads: Vec<Spread>,
}

impl Department {
    pub fn new(bank: &Bank) -> Department {
        Department { n: 0, n_flagged: 0, spreads: vec![Spread::default(); 1 + bank.scales.len()] }
    }

    /// Adds a person; with what changed since an earlier time, where that is to be shown.
    pub fn add(&mut self, assessment: &Assessment, change: Option<&Change>) {
        self.n += 1;
        self.n_flagged += u64::from(assessment.quality.verdict.is_flagged());
        let fit = assessment.role.as_ref().and_then(|role| Some(role.fit.as_ref()?.score));
        let scores = [fit].into_iter().chain(assessment.scales.iter().map(ScaleScore::score));
        for (at, (spread, score)) in self.spreads.iter_mut().zip(scores).enumerate() {
            let since = change.map(|change| match at.checked_sub(1) {
                None => (change.fit, Z_90),
                Some(scale) => (change.scales[scale], Z_SCALES),
            });
            let point = match since {
                None => score.map(|score| Point::of(score, score, 0.0)),
                Some((difference, z)) => {
                    difference.map(|one| Point::of(one.after, one.before, z * one.standard_error))
                }
            };
            if let Some(point) = point {
                spread.add(point, 1);
            }
        }
    }

    fn join(mut self, other: Department) -> Department {
        self.n += other.n;
        self.n_flagged += other.n_flagged;
        for (spread, other) in self.spreads.iter_mut().zip(other.spreads) {
            spread.join(&other);
        }
        self
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupReport {
    pub format: u8,
    pub title: String,
    pub bank: String,
    pub edition: String,
    /// The language of the bank's texts, such as `en`.
    pub language: Option<String>,
    pub role: Option<String>,
    pub form: Form,
    pub n: u64,
    /// Everything else; none for fewer than [`LEAST`] people.
    pub shown: Option<Shown>,
}

/// What is shown of a group that is large enough.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The fit; none if the role has only one requirement, because the fit would repeat that scale.
    pub fit: Option<Figures>,
    /// Bands of the fit, by title and where they begin.
    pub bands: Vec<(String, f64)>,
    /// Whether departments are asked for.
    pub by: bool,
    /// Departments and how many people they have; empty if only one is large enough.
    pub departments: Vec<(String, u64)>,
    /// The parts that have scales, each under its title.
    pub parts: Vec<(String, Vec<GroupScale>)>,
    /// People whose answers raise a caution or are doubtful.
    pub flagged: Count,
    /// Rows that were set aside as faulty.
    pub set_aside: Count,
    /// People who are only in one of two files.
    pub unmatched: Count,
    /// Rows without an answer, if there are some.
    pub silent: Option<Count>,
    /// Rows with an id that came before. Exact, because it says nothing about a score.
    pub repeated: u64,
    /// Rows that look like tests. Exact for the same reason.
    pub tests: u64,
    /// Rows with one and the same answer to every rating.
    pub one_answer: Count,
    /// Which scales and items do not fit together.
    pub contradictions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupScale {
    pub id: String,
    pub title: String,
    /// Whether it is something that the role asks, or something that it gives.
    pub side: Side,
    /// What the role needs of it.
    pub needs: Option<f64>,
    #[serde(flatten)]
    pub figures: Figures,
}

/// How many people, where one to four are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// Nobody, or fewer than [`LEAST`].
    Few,
    Exactly(u64),
    /// Everybody, or all but fewer than [`LEAST`].
    Most,
}

impl GroupScale {
    fn mean(&self) -> Option<u8> {
        Some(self.figures.all.as_ref()?.mean)
    }

    /// How far the mean is below what the role needs.
    fn gap(&self) -> Option<f64> {
        Some(self.needs? - f64::from(self.mean()?))
    }
}

impl Count {
    fn of(count: u64, n: u64) -> Count {
        match count {
            few if few < LEAST => Count::Few,
            most if most.saturating_add(LEAST) > n => Count::Most,
            other => Count::Exactly(other),
        }
    }
}

impl GroupReport {
    pub fn new(bank: &Bank, role: Option<&Role>, form: Form, group: &Group) -> GroupReport {
        let n = group.departments.values().map(|department| department.n).sum();
        GroupReport {
            format: 2,
            title: bank.title.clone(),
            bank: bank.id.clone(),
            edition: bank.edition.clone(),
            language: bank.language.clone(),
            role: role.map(|role| role.title.clone()),
            form,
            n,
            shown: (n >= LEAST).then(|| Shown::new(bank, role, form, group, n)),
        }
    }
}

impl Shown {
    fn new(bank: &Bank, role: Option<&Role>, form: Form, group: &Group, n: u64) -> Shown {
        let departments = folded(&group.departments);
        let figures = |at: usize, possible: &[u8], bands: &[f64]| {
            let spreads = departments.iter().map(|(_, one)| &one.spreads[at]).collect_vec();
            Figures::new(n, &spreads, group.has_before, possible, bands)
        };
        let any = (0..=100).collect_vec();
        let from = bank.bands.iter().map(|band| band.from).collect_vec();
        let needs = |scale: usize| {
            let required = role?.requirements.iter().find(|required| required.scale == scale)?;
            (required.to > required.from).then_some(required.to)
        };
        let part = |(index, part): (usize, &Part)| {
            let own = bank.scales.iter().enumerate().filter(|(_, scale)| scale.part == index);
            let own = own.map(|(at, scale)| GroupScale {
                id: scale.id.clone(),
                title: scale.title.clone(),
                side: part.side,
                needs: needs(at),
                figures: figures(1 + at, &possible(bank, form, at), &[]),
            });
            (part.title.clone(), own.collect_vec())
        };
        Shown {
            fit: role.filter(|role| role.requirements.len() > 1).map(|_| figures(0, &any, &from)),
            parts: bank.parts.iter().enumerate().map(part).filter(|(_, scales)| !scales.is_empty()).collect(),
            flagged: Count::of(departments.iter().map(|(_, one)| one.n_flagged).sum(), n),
            set_aside: Count::of(group.n_set_aside, u64::MAX),
            unmatched: Count::of(group.n_unmatched, u64::MAX),
            silent: (group.apart[0] > 0 && n >= 2 * LEAST).then(|| Count::of(group.apart[0], u64::MAX)),
            repeated: group.apart[1],
            tests: group.apart[2],
            one_answer: Count::of(group.apart[3], u64::MAX),
            // In few people, chance alone does that.
            contradictions: if n < 2 * LEAST { Vec::new() } else { group.contradictions.clone() },
            by: group.by,
            bands: bank.bands.iter().map(|band| (band.title.clone(), band.from)).collect(),
            departments: match departments.as_slice() {
                [_] => Vec::new(),
                all => all.iter().map(|(title, one)| (title.clone(), one.n)).collect(),
            },
        }
    }

    fn scales(&self) -> impl Iterator<Item = &GroupScale> {
        self.parts.iter().flat_map(|(_, scales)| scales)
    }

    /// The fit and each scale, with their names.
    fn rows(&self) -> impl Iterator<Item = (&str, &Figures)> {
        let fit = self.fit.iter().map(|fit| ("Score for the role", fit));
        fit.chain(self.scales().map(|scale| (scale.title.as_str(), &scale.figures)))
    }
}

/// Departments that are large enough. The others become one, with the smallest large one if they are still too few.
fn folded(all: &BTreeMap<String, Department>) -> Vec<(String, Department)> {
    let (mut large, small): (Vec<_>, Vec<_>) =
        all.clone().into_iter().partition(|(_, department)| department.n >= LEAST);
    if let Some(mut others) = small.into_iter().map(|(_, department)| department).reduce(Department::join) {
        if others.n < LEAST
            && let Some(smallest) = (0..large.len()).min_by_key(|at| large[*at].1.n)
        {
            others = others.join(large.remove(smallest).1);
        }
        large.push((OTHERS.to_owned(), others));
    }
    large
}

pub fn document(report: &GroupReport) -> Document {
    let form = if report.form == Form::Full { "full form" } else { "quick form" };
    let mut document = Document {
        title: format!("{}: a group", report.title),
        about: form.to_owned(),
        language: report.language.clone(),
        footer: vec![format!("Bank {}, edition {}.", report.bank, report.edition)],
        ..Document::default()
    };
    document.add(Placement::First, "group", "", |section| in_short(report, section));
    if let (n, Some(shown)) = (report.n, &report.shown) {
        document
            .add(Placement::First, "bands", "How well the role fits", |section| by_band(n, shown, section));
        document.add(Placement::First, "scales", "The scales", |section| by_scale(shown, section));
        document
            .add(Placement::Below, "departments", "Side by side", |section| by_department(shown, section));
        document.add(Placement::Below, "changes", "Since the earlier answers", |section| {
            changes(n, shown, section);
        });
        document.add(Placement::Below, "quality", "Can these answers be used?", |section| {
            quality(n, shown, section);
        });
        document.add(Placement::Below, "promise", "What this page does not give away", promise);
    }
    document
}

fn in_short(report: &GroupReport, section: &mut Section) {
    section.say(Tone::Strong, counted(report.n, "person", "people"));
    let Some(shown) = &report.shown else {
        let why = format!(
            "With fewer than {LEAST} people, nothing more is shown: it could reveal one person's scores."
        );
        return section.say(Tone::Plain, why);
    };
    section.say_all(Tone::Plain, sentences(report, shown));
    if !shown.contradictions.is_empty() {
        section.say(Tone::Plain, "Some answers contradict one another; see below whether they can be used.");
    }
    section.say(Tone::Aside, "Scores describe answers. Do not use them to choose between people.");
}

/// The page in a few sentences.
fn sentences(report: &GroupReport, shown: &Shown) -> Vec<String> {
    let mut said = Vec::new();
    if let (Some(role), Some(fit)) = (&report.role, shown.fit.as_ref().and_then(|fit| fit.all.as_ref())) {
        let band = shown.bands.iter().rfind(|(_, from)| *from <= f64::from(fit.mean));
        let band = band.map_or_else(String::new, |(title, _)| format!(": {title}"));
        said.push(format!("The average score for {role} is about {} of 100{band}.", fit.mean));
    }
    said.extend(strengths_and_gaps(shown));
    let wide = |scale: &GroupScale| {
        let figures = scale.figures.departments.iter().zip(&shown.departments);
        let means = figures.filter_map(|(figure, (title, _))| Some((figure.as_ref()?.mean, title)));
        let (low, high) = means.minmax_by_key(|one| one.0).into_option()?;
        (low.0 < high.0).then(|| (high.0 - low.0, scale.title.clone(), low, high))
    };
    if let Some((_, title, low, high)) = shown.scales().filter_map(wide).max_by_key(|one| one.0) {
        said.push(format!(
            "Departments differ most in {title}: {} about {}, {} about {}. Among many scales, one differs much by \
             chance alone.",
            high.1, high.0, low.1, low.0
        ));
    }
    let moved = |scale: &GroupScale| Some((change(scale.figures.all.as_ref()?)?, scale.title.clone()));
    if let Some((by, title)) = shown.scales().filter_map(moved).max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
    {
        let way = if by > 0.0 { "up" } else { "down" };
        said.push(match whole(by.abs()).as_str() {
            "0" => "Since the earlier answers, no average has changed.".to_owned(),
            points => format!(
                "Since the earlier answers, most has changed in {title}: about {points} {way}. Among many scales, \
                 one changes much by chance alone."
            ),
        });
    }
    said
}

/// The scales on which the group has what the role asks, and its gaps; without a role, its highest and lowest scales.
fn strengths_and_gaps(shown: &Shown) -> Vec<String> {
    let asked = shown.scales().filter(|scale| scale.side == Side::Demands);
    let by_gap = asked.filter_map(|scale| Some((scale.gap()?, scale))).sorted_by(|a, b| b.0.total_cmp(&a.0));
    let (gaps, reached): (Vec<_>, Vec<_>) = by_gap.partition(|(gap, _)| is_gap(*gap));
    let widest = gaps.iter().take(MOST_NAMED).filter_map(|(_, scale)| {
        let (mean, needs) = (scale.mean()?, whole(scale.needs?));
        Some(format!("{} (about {mean}, the role needs {needs})", scale.title))
    });
    let reached = reached.iter().rev().take(MOST_NAMED).map(|(_, scale)| scale.title.clone());
    let [widest, reached] = [all_of(&widest.collect_vec()), all_of(&reached.collect_vec())];
    let mut said = Vec::new();
    if !reached.is_empty() {
        said.push(format!("On average the group has what the role needs in {reached}."));
    }
    if !widest.is_empty() {
        said.push(format!("The widest gaps are in {widest}."));
    }
    let means = shown.scales().filter_map(|scale| Some((scale.mean()?, &scale.title)));
    let ends = means.minmax_by_key(|one| one.0).into_option();
    if let Some(((least, lowest), (most, highest))) = ends
        && said.is_empty()
        && least < most
    {
        said.push(format!(
            "The highest average is in {highest} (about {most}), the lowest in {lowest} (about {least})."
        ));
    }
    said
}

/// Whether a distance from what the role needs is large enough to mention.
fn is_gap(gap: f64) -> bool {
    gap >= 1.0
}

fn by_band(n_people: u64, shown: &Shown, section: &mut Section) {
    let Some(fit) = shown.fit.as_ref().filter(|fit| fit.all.is_some()) else { return };
    if n_people < 2 * LEAST || fit.bands.is_empty() {
        let why = format!(
            "Groups of fewer than {} people, departments, and groups with earlier answers show averages only.",
            2 * LEAST
        );
        section.say(Tone::Aside, why);
        return;
    }
    let bands = shown.bands.iter().zip(&fit.bands);
    let rows = bands.map(|((title, _), n)| Row::of([title.clone(), about(*n, n_people)]));
    section.table("", &["Band", "#People"], rows);
}

fn by_scale(shown: &Shown, section: &mut Section) {
    let has_needs = shown.scales().any(|scale| scale.needs.is_some());
    let stroke = if has_needs { ", the stroke is what the role needs" } else { "" };
    let dot = "Each scale goes from 0 to 100. The dot is the average of the group";
    let has_before =
        shown.scales().any(|scale| scale.figures.all.as_ref().is_some_and(|one| one.before.is_some()));
    let open = if has_before { " The open dot is the average before." } else { "" };
    let is_hidden = shown.scales().any(|scale| scale.figures.all.is_none());
    let hidden = if is_hidden { " A \u{2013} stands for an average that would be too rough." } else { "" };
    section.say(Tone::Aside, format!("{dot}{stroke}.{open}{hidden}"));
    let heads = ["~Scale", "#average", "#needs", "gap"];
    let n_columns = if has_needs { 4 } else { 2 };
    for (title, scales) in &shown.parts {
        let rows = scales.iter().map(|scale| {
            let gap = match scale.gap() {
                None => String::new(),
                Some(gap) if !is_gap(gap) => "reached".to_owned(),
                Some(gap) => format!("{} below", whole(gap)),
            };
            let needs = scale.needs.map_or_else(String::new, whole);
            let cells = [scale.title.clone(), mean(scale.figures.all.as_ref()), needs, gap];
            let bar = |figure: &Figure| {
                let (score, other) = (f64::from(figure.mean), figure.before.map(f64::from));
                ScoreBar { needs: scale.needs, other, ..ScoreBar::of(score, [score; 2]) }
            };
            let unscored = scale.figures.unscored.map(|n| format!("without a score: {}", grouped(&n)));
            Row {
                picture: scale.figures.all.as_ref().map(bar),
                notes: unscored.into_iter().collect(),
                ..Row::of(cells.into_iter().take(n_columns))
            }
        });
        section.table(title, &heads[..n_columns], rows);
    }
}

fn by_department(shown: &Shown, section: &mut Section) {
    if shown.departments.is_empty() {
        if shown.by {
            section.say(Tone::Plain, format!("No two departments have {LEAST} people or more."));
        }
        return;
    }
    for (chunk, departments) in shown.departments.chunks(MOST_COLUMNS).enumerate() {
        let mut heads = vec!["Average".to_owned()];
        heads.extend(departments.iter().map(|(title, _)| format!("#{title}")));
        let row = |title: &str, figures: &Figures| {
            let own = figures.departments.iter().skip(chunk * MOST_COLUMNS).take(departments.len());
            let is_shown = own.clone().any(Option::is_some);
            let cells = [title.to_owned()].into_iter().chain(own.map(|figure| mean(figure.as_ref())));
            is_shown.then(|| Row::of(cells))
        };
        let people = departments.iter().map(|(_, n)| grouped(n));
        let people = Row::of(["People".to_owned()].into_iter().chain(people));
        let rows = shown.rows().filter_map(|(title, figures)| row(title, figures));
        section.table("", &heads, [people].into_iter().chain(rows));
    }
    let is_hidden = |scale: &&GroupScale| scale.figures.departments.iter().all(Option::is_none);
    let hidden = shown.scales().filter(is_hidden).map(|scale| &scale.title).join(", ");
    if !hidden.is_empty() {
        section.say(Tone::Aside, format!("Left out, because it would be too rough: {hidden}."));
    }
}

fn changes(n_people: u64, shown: &Shown, section: &mut Section) {
    let mut same = Vec::new();
    let row = |(title, figures): (&str, &Figures)| {
        let figure = figures.all.as_ref()?;
        let before = figure.before?.to_string();
        let changed = figure.changed.iter().flatten();
        if figure.before == Some(figure.mean) && changed.clone().sum::<u64>() == 0 {
            same.push(title.to_owned());
            return None;
        }
        let cells = [title.to_owned(), before, figure.mean.to_string(), signed(change(figure)?)];
        Some(Row::of(cells.into_iter().chain(changed.map(|n| about(*n, n_people)))))
    };
    let rows = shown.rows().filter_map(row).collect_vec();
    if rows.is_empty() && same.is_empty() {
        return;
    }
    let heads = ["Scale", "#before", "#now", "#change", "#higher", "#lower"];
    let (heads, people) = if shown.departments.is_empty() {
        (&heads[..], " Higher and lower are people whose score has changed by more than chance.")
    } else {
        (&heads[..4], "")
    };
    section.say(Tone::Aside, format!("The people in both files, averages before and now.{people}"));
    section.table("", heads, rows);
    if !same.is_empty() {
        section.say(Tone::Plain, format!("No change in the average: {}.", all_of(&same)));
    }
    if shown.unmatched != Count::Few {
        let left_out = in_words(shown.unmatched);
        section.say(Tone::Aside, format!("Left out, because they are in one file only: {left_out}."));
    }
}

fn quality(n_people: u64, shown: &Shown, section: &mut Section) {
    let flagged = in_words(shown.flagged);
    let says = format!("People whose answers call for caution: {flagged} of {}.", grouped(&n_people));
    section.say(Tone::Plain, says);
    let contradictions = shown.contradictions.iter().map(|says| ListEntry::new("", capital(says)));
    section.headed("Before you use the scores", contradictions);
    let many = |n: Count| (n != Count::Few).then_some(n);
    let exactly = |n: u64| (n > 0).then_some(Count::Exactly(n));
    for (n, what) in [
        (many(shown.set_aside), "Rows set aside and not scored"),
        (shown.silent, "Rows without a single answer, which have no scores"),
        (exactly(shown.repeated), "Rows with an id that came before"),
        (exactly(shown.tests), "Rows with an id or a name that looks like a test"),
        (many(shown.one_answer), "Rows with one and the same answer to every rating"),
    ] {
        if let Some(n) = n {
            section.say(Tone::Aside, format!("{what}: {}.", in_words(n)));
        }
    }
}

fn promise(section: &mut Section) {
    section.say(
        Tone::Plain,
        format!(
            "We put people with similar scores together, {LEAST} or more at a time, and give each of them the average \
             of these people, rounded to a score that one person can have. All figures describe the group after this \
             step. So no figure proves that one to four people have a certain score on a scale, or a score above or \
             below it. Averages and numbers of people are therefore approximate, and averages that would be too rough \
             are left out. Departments of fewer than {LEAST} people are merged."
        ),
    );
    section.say(
        Tone::Aside,
        "This is true for each scale on its own, and for this page alone. Someone with two pages about nearly the \
         same people can compare them, and someone who knows everybody else's answers can subtract them. The file of \
         scores and the summary hide nothing.",
    );
}

fn change(figure: &Figure) -> Option<f64> {
    Some(f64::from(figure.mean) - f64::from(figure.before?))
}

fn mean(figure: Option<&Figure>) -> String {
    figure.map_or_else(|| "\u{2013}".to_owned(), |figure| figure.mean.to_string())
}

/// A number of people after blurring. A group of fewer than two times [`LEAST`] is one point, the average.
fn about(count: u64, n: u64) -> String {
    match (count, n < 2 * LEAST) {
        (0, true) => "\u{2013}".to_owned(),
        (_, true) => "on average".to_owned(),
        (0, false) => "few or none".to_owned(),
        (all, false) if all == n => "most".to_owned(),
        (some, false) => format!("about {}", grouped(&some)),
    }
}

fn in_words(count: Count) -> String {
    match count {
        Count::Few => format!("fewer than {LEAST}"),
        Count::Exactly(n) => grouped(&n),
        Count::Most => "nearly all".to_owned(),
    }
}

/// "A, B and C".
fn all_of(names: &[String]) -> String {
    match names {
        [names @ .., last] if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        names => names.concat(),
    }
}
