//! Two results side by side: a retake, or a self-rating and what others saw.

use std::collections::BTreeMap;

use itertools::Itertools;
use serde::Serialize;

use crate::bank::{Bank, Part, Role, Scale, ScaleKind};
use crate::document::{self, Document, Placement, ScoreBar, Section, Tone};
use crate::report::{BankName, whole, words};
use crate::score::assess;
use crate::score::change::{Change, Difference, Trend, change, seen};
use crate::score::combined::{Combined, CombinedFit, LEAST_PERSONS, LEAST_SCALES, combine};
use crate::score::fit::range;
use crate::session::{Relation, Responses};
use crate::text::counted;

/// From this many observers on, their mean is shown instead of each, and the combined fit comes first.
pub const MEAN_FROM: usize = 3;
/// Fewer anonymous observers are not shown, not even in a mean.
const LEAST_ANONYMOUS: usize = 3;
/// Points between two of five labels, for scales that have no labels.
const ONE_LABEL: f64 = 25.0;

/// Everything that `coofit compare` says.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CompareReport {
    pub format: u8,
    pub bank: BankName,
    pub role: Option<String>,
    pub combined: Option<CombinedReport>,
    pub combined_reason: Option<String>,
    /// Observers whose answers are too few to be combined.
    pub left_out: Vec<String>,
    /// You, and the observers by how they know you. Empty if no observer gives a relation or is anonymous.
    pub groups: Vec<GroupView>,
    /// Where two of these groups differ by more than chance, and what is not shown.
    pub groups_say: Vec<String>,
    /// One comparison, or one for each observer.
    pub comparisons: Vec<Comparison>,
}

/// One group of people who rated the person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupView {
    pub title: String,
    pub persons: usize,
    /// The scales that everybody has a score on.
    pub scales: Vec<MeanScore>,
}

/// The mean score of several people on one scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeanScore {
    pub id: String,
    pub title: String,
    pub score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    pub title: String,
    /// Names of the two columns.
    pub columns: [String; 2],
    pub says: Vec<String>,
    pub fit: Option<Compared>,
    pub parts: Vec<Compared>,
    pub scales: Vec<Compared>,
    /// The mean over the scales; only for observers.
    pub mean: Option<Compared>,
}

/// One number in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The scale's or part's; otherwise `fit`, or `mean` for the mean over scales.
    pub id: String,
    pub title: String,
    pub before: f64,
    pub after: f64,
    /// Of the difference, as are the ends of the 90 % range.
    pub standard_error: f64,
    pub low: f64,
    pub high: f64,
    pub verdict: Verdict,
}

/// What a difference means: the first three in a retake, the others next to an observer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    NoChange,
    Higher,
    Lower,
    /// Clearly less than one label apart.
    SeenAlike,
    /// Neither clearly alike nor clearly different.
    CannotTell,
    /// The observer sees more than the person does.
    HiddenStrength,
    /// The observer sees less than the person does.
    BlindSpot,
}

impl Compared {
    fn new(id: &str, title: &str, difference: &Difference, verdict: Verdict) -> Compared {
        let (low, high) = difference.range();
        Compared {
            id: id.to_owned(),
            title: title.to_owned(),
            before: difference.before,
            after: difference.after,
            standard_error: difference.standard_error,
            low,
            high,
            verdict,
        }
    }

    fn row(&self, columns: &[String; 2]) -> document::Row {
        // A part can be below the start of its axis.
        let [before, after] =
            [self.before, self.after].map(|score| if score <= -0.5 { "<0".to_owned() } else { whole(score) });
        let [difference, low, high] = [self.after - self.before, self.low, self.high].map(signed);
        // A fact is counted or looked up, so chance does not change it.
        let is_exact = self.standard_error <= 0.0;
        let (meaning, tone) = match self.verdict {
            Verdict::NoChange if is_exact => ("same", Tone::Aside),
            Verdict::NoChange | Verdict::CannotTell => ("unclear", Tone::Aside),
            Verdict::SeenAlike => ("alike", Tone::Aside),
            Verdict::Higher => ("higher", Tone::Good),
            Verdict::Lower => ("lower", Tone::Warn),
            Verdict::HiddenStrength => ("hidden strength", Tone::Good),
            Verdict::BlindSpot => ("blind spot", Tone::Warn),
        };
        let (range, margin) = if is_exact {
            (String::new(), String::new())
        } else {
            let half = whole((self.high - self.low) / 2.0);
            (format!(", range {low} to {high}"), format!(" \u{b1}{half}"))
        };
        let ([first, second], title) = (columns, &self.title);
        let says =
            format!("{title}: {first} {before}, {second} {after}, difference {difference}{range}: {meaning}");
        let stretch = [self.before.min(self.after), self.before.max(self.after)];
        let bar = ScoreBar { other: Some(self.before), ..ScoreBar::of(self.after, stretch) };
        let cells = [title.clone(), before, after, format!("{difference}{margin}"), meaning.to_owned()];
        document::Row { says, picture: Some(bar), tone, ..document::Row::of(cells) }
    }
}

impl Verdict {
    fn of_retake(difference: &Difference) -> Verdict {
        match (difference.detectable, difference.after > difference.before) {
            (false, _) => Verdict::NoChange,
            (true, true) => Verdict::Higher,
            (true, false) => Verdict::Lower,
        }
    }

    /// Alike only if the whole range of the difference is within one label.
    fn of_observer(difference: &Difference, label: f64) -> Verdict {
        let (low, high) = difference.range();
        match (difference.detectable, difference.after > difference.before) {
            (true, true) => Verdict::HiddenStrength,
            (true, false) => Verdict::BlindSpot,
            (false, _) if -label <= low && high <= label => Verdict::SeenAlike,
            (false, _) => Verdict::CannotTell,
        }
    }
}

impl Comparison {
    /// Whether the answers are too uncertain on every scale. A sentence then says so instead of a table.
    fn cannot_tell(&self) -> bool {
        !self.scales.is_empty() && self.scales.iter().all(|row| row.verdict == Verdict::CannotTell)
    }
}

pub fn document(report: &CompareReport) -> Document {
    let title = report.comparisons.first().map(|first| first.title.clone()).unwrap_or_default();
    let mut document = Document { title, ..Document::default() };
    let is_one = report.comparisons.len() == 1;
    for (number, comparison) in (1..).zip(&report.comparisons) {
        add_comparison(&mut document, number, comparison, is_one);
    }
    if let Some(combined) = &report.combined {
        let at = if combined.headline { 0 } else { document.sections.len() };
        document.sections.insert(at, combined_section(combined));
    }
    document.add(Placement::First, "groups", "How each group sees you", |section| {
        groups_section(report, section);
    });
    document
}

/// Every scale as each group sees it.
fn groups_section(report: &CompareReport, section: &mut Section) {
    section.say_all(Tone::Plain, &report.groups_say);
    let mut heads = vec!["~Scale".to_owned()];
    heads.extend(report.groups.iter().map(|group| format!("#{}", group.title)));
    let scales = report.groups.first().map_or(&[][..], |group| &group.scales);
    let rows = scales.iter().enumerate().map(|(at, scale)| {
        let scores = report.groups.iter().map(|group| whole(group.scales[at].score));
        document::Row::of(std::iter::once(scale.title.clone()).chain(scores))
    });
    section.table("", &heads, rows);
}

fn add_comparison(document: &mut Document, number: usize, comparison: &Comparison, is_one: bool) {
    let [first, second] = &comparison.columns;
    let differs = if comparison.mean.is_some() { "#differs" } else { "#change" };
    let heads = ["~Scale", &format!("#{first}"), &format!("#{second}"), differs, "~Meaning"];
    let table = |section: &mut Section, rows: &[Compared]| {
        section.table("", &heads, rows.iter().map(|row| row.row(&comparison.columns)));
    };
    let cannot_tell = comparison.cannot_tell();
    let title = if is_one { String::new() } else { format!("{first} and {second}") };
    document.add(Placement::First, &format!("comparison-{number}"), &title, |section| {
        section.say_all(Tone::Plain, &comparison.says);
        table(section, comparison.fit.as_slice());
        if !comparison.scales.is_empty() && !cannot_tell {
            section.say(Tone::Aside, ROWS);
        }
    });
    let scales = if cannot_tell { &[][..] } else { &comparison.scales };
    for (id, title, rows) in [("parts", "Parts", &comparison.parts[..]), ("scales", "Scales", scales)] {
        document.add(Placement::First, &format!("{id}-{number}"), title, |section| table(section, rows));
    }
}

fn combined_section(combined: &CombinedReport) -> Section {
    let mut section = Section::new(Placement::First, "together", "You and your observers together");
    section.say_all(Tone::Plain, &combined.says);
    let row = |scale: &MeanScore| {
        let range: [f64; 2] = range(scale.score, scale.standard_error.unwrap_or_default()).into();
        let [low, high] = range.map(whole);
        document::Row {
            picture: Some(ScoreBar::of(scale.score, range)),
            ..document::Row::of([scale.title.clone(), whole(scale.score), format!("{low} to {high}")])
        }
    };
    section.table("", &["~Scale", "#score", "range"], combined.scales.iter().map(row));
    section
}

#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub name: &'a str,
    pub responses: &'a Responses,
}

#[derive(Debug, Clone, Copy)]
pub struct Observer<'a> {
    pub name: &'a str,
    pub responses: &'a Responses,
    pub relation: Option<Relation>,
    /// Whether they are shown only in means.
    pub is_anonymous: bool,
    /// Whether they answered enough to be combined.
    pub has_enough: bool,
}

/// Compares two results of one person. `same_day` is whether both were finished on one day.
pub fn retake(
    bank: &Bank,
    role: Option<&Role>,
    before: Named<'_>,
    after: Named<'_>,
    same_day: bool,
) -> Comparison {
    let change = change(bank, role, before.responses, after.responses);
    let row = |id: &str, title: &str, difference: &Option<Difference>| {
        let difference = difference.as_ref()?;
        Some(Compared::new(id, title, difference, Verdict::of_retake(difference)))
    };
    let part = |(part, one): (&Part, &Option<Difference>)| row(&part.id, &part.title, one);
    let scale = |(scale, one): (&Scale, &Option<Difference>)| row(&scale.id, &scale.title, one);
    let mut says = Vec::new();
    if let Some(trend) = change.trend {
        says.push(moved_together(trend));
        says.extend(same_day.then(|| "Both results are of the same day.".to_owned()));
        says.extend(saw_scenes(bank, before.responses, after.responses).then(|| SCENES_SHOWN.to_owned()));
    }
    says.extend(changed(bank, &change));
    says.extend([before, after].into_iter().filter_map(|result| caution(bank, result)));
    Comparison {
        title: "Two results".to_owned(),
        columns: [before.name.to_owned(), after.name.to_owned()],
        says,
        fit: row("fit", "Score", &change.fit),
        parts: bank.parts.iter().zip(&change.parts).filter_map(part).collect(),
        scales: bank.scales.iter().zip(&change.scales).filter_map(scale).collect(),
        mean: None,
    }
}

/// Compares a self-rating with what observers saw: with each of one or two, with the mean of more.
/// Fewer than three anonymous observers are not shown at all.
pub fn observed(
    bank: &Bank,
    role: Option<&Role>,
    own: Named<'_>,
    observers: &[Observer<'_>],
) -> CompareReport {
    let n_anonymous = observers.iter().filter(|one| one.has_enough && one.is_anonymous).count();
    let are_shown = n_anonymous >= LEAST_ANONYMOUS;
    let shown = observers.iter().filter(|one| !one.is_anonymous || are_shown && one.has_enough);
    let mut report = compared(bank, role, own, &shown.copied().collect_vec());
    let few = observers.iter().filter(|one| !one.has_enough);
    report.left_out = few.map(|one| one.name.to_owned()).collect();
    if n_anonymous > 0 && n_anonymous < LEAST_ANONYMOUS {
        report.groups_say.push(too_few_anonymous(n_anonymous));
    }
    report
}

fn compared(bank: &Bank, role: Option<&Role>, own: Named<'_>, observers: &[Observer<'_>]) -> CompareReport {
    let comparisons = if observers.iter().any(|one| one.is_anonymous) || observers.len() >= MEAN_FROM {
        let name = format!("{} observers", observers.len());
        let all = observers.iter().map(|one| one.responses).collect_vec();
        vec![with_observers(bank, own, &name, &all)]
    } else {
        let with = |one: &Observer<'_>| with_observers(bank, own, one.name, &[one.responses]);
        observers.iter().map(with).collect()
    };
    let report = CompareReport::of(bank, role, comparisons);
    let counted = observers.iter().filter(|one| one.has_enough).collect_vec();
    let responses = counted.iter().map(|one| one.responses).collect_vec();
    let Some(combined) = combine(bank, role, own.responses, &responses) else {
        let reason = format!(
            "combining needs {LEAST_PERSONS} people with a score on the same {LEAST_SCALES} rated scales"
        );
        return CompareReport { combined_reason: Some(reason), ..report };
    };
    let (groups, groups_say) = groups(bank, &combined, &counted);
    let scales = combined.scales.iter();
    let combined = CombinedReport {
        headline: counted.len() >= MEAN_FROM,
        persons: combined.persons,
        fit: combined.fit,
        scales: scales.map(|one| mean_score(bank, one.scale, one.score, Some(one.standard_error))).collect(),
        says: combined_in_words(role, &combined),
    };
    CompareReport { combined: Some(combined), groups, groups_say, ..report }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CombinedReport {
    pub headline: bool,
    pub persons: usize,
    /// The fit; nothing without a role.
    pub fit: Option<CombinedFit>,
    /// The scales that all of them have a score on.
    pub scales: Vec<MeanScore>,
    pub says: Vec<String>,
}

fn mean_score(bank: &Bank, scale: usize, score: f64, standard_error: Option<f64>) -> MeanScore {
    let scale = &bank.scales[scale];
    MeanScore { id: scale.id.clone(), title: scale.title.clone(), score, standard_error }
}

impl CompareReport {
    pub fn of_retake(bank: &Bank, role: Option<&Role>, retake: Comparison) -> CompareReport {
        CompareReport {
            combined_reason: Some("only a result and what observers saw can be combined".to_owned()),
            ..CompareReport::of(bank, role, vec![retake])
        }
    }

    fn of(bank: &Bank, role: Option<&Role>, comparisons: Vec<Comparison>) -> CompareReport {
        CompareReport {
            format: 1,
            bank: BankName::of(bank),
            role: role.map(|role| role.id.clone()),
            comparisons,
            ..CompareReport::default()
        }
    }
}

/// You and the observers by relation, and where two groups differ by more than chance. Anonymous observers are a
/// group of their own, which is split by relation only if each part has [`LEAST_ANONYMOUS`].
fn groups(bank: &Bank, combined: &Combined, observers: &[&Observer<'_>]) -> (Vec<GroupView>, Vec<String>) {
    let anonymous = || observers.iter().filter(|one| one.is_anonymous);
    let n_of = |relation: Option<Relation>| anonymous().filter(|one| one.relation == relation).count();
    let can_split = anonymous().all(|one| n_of(one.relation) >= LEAST_ANONYMOUS);
    let key =
        |one: &Observer<'_>| (one.is_anonymous, one.relation.filter(|_| !one.is_anonymous || can_split));
    let mut members: BTreeMap<(bool, Option<Relation>), Vec<usize>> = BTreeMap::new();
    for (at, one) in observers.iter().enumerate() {
        members.entry(key(one)).or_default().push(at + 1);
    }
    if members.len() < 2 && members.keys().all(|key| *key == (false, None)) {
        return (Vec::new(), Vec::new());
    }
    let mut raters = vec![("You".to_owned(), vec![0])];
    raters.extend(members.into_iter().map(|((is_anonymous, relation), persons)| {
        (group_title(is_anonymous, relation, persons.len()), persons)
    }));
    let view = |(title, persons): (String, Vec<usize>)| {
        let means = combined.scales.iter().zip(combined.mean_of(&persons));
        let scales = means.map(|(one, mean)| mean_score(bank, one.scale, mean, None)).collect();
        GroupView { title, persons: persons.len(), scales }
    };
    let views: Vec<GroupView> = raters.into_iter().map(view).collect();
    let mut says = Vec::new();
    if observers.len() == 1 {
        // The comparison has said it, scale by scale.
        return (views, says);
    }
    for at in 0..combined.scales.len() {
        let clear = views.iter().tuple_combinations().filter_map(|(one, other)| {
            let distance = (one.scales[at].score - other.scales[at].score).abs();
            (distance > combined.detectable(one.persons, other.persons)).then_some((distance, [one, other]))
        });
        // Only the widest of these differences is worth a sentence.
        says.extend(clear.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, pair)| {
            let [one, other] = pair.map(|group| in_a_sentence(&group.title));
            let [first, second] = pair.map(|group| whole(group.scales[at].score));
            let title = &pair[0].scales[at].title;
            format!("{title}: {one} and {other} differ by more than chance, {first} and {second}.")
        }));
    }
    if says.is_empty() {
        says.push("No two groups differ by more than chance on any scale.".to_owned());
    }
    (views, says)
}

fn group_title(is_anonymous: bool, relation: Option<Relation>, n: usize) -> String {
    let (one, many) = match relation {
        Some(Relation::Boss) => ("Boss", "Bosses"),
        Some(Relation::Peer) => ("Peer", "Peers"),
        Some(Relation::Report) => ("Direct report", "Direct reports"),
        None if is_anonymous => ("Anonymous", "Anonymous"),
        Some(Relation::Other) | None => ("Other", "Others"),
    };
    let anonymous = if is_anonymous && relation.is_some() { ", anonymous" } else { "" };
    if n == 1 { one.to_owned() } else { format!("{many} ({n}{anonymous})") }
}

/// The title of a group in a sentence to the person.
fn in_a_sentence(title: &str) -> String {
    let small = title.to_lowercase();
    match small.split(' ').next() {
        Some("you") => small,
        Some("other") => "the other observer".to_owned(),
        Some("others") => format!("the {small}"),
        Some("anonymous") => small.replace("anonymous", "the anonymous observers"),
        _ => format!("your {small}"),
    }
}

fn too_few_anonymous(n: usize) -> String {
    let answered = counted(n, "anonymous observer has", "anonymous observers have");
    let missing = counted(LEAST_ANONYMOUS - n, "more is", "more are");
    format!("{answered} answered. Their scores are shown from {LEAST_ANONYMOUS} on: {missing} needed.")
}

/// One self-rating next to one observer, or to the mean of several.
fn with_observers(bank: &Bank, own: Named<'_>, name: &str, observers: &[&Responses]) -> Comparison {
    // Only what all were asked is compared.
    let asked = |index: usize| own.responses.asks(index) && observers.iter().all(|one| one.asks(index));
    let same = |responses: &Responses| responses.clone().among(asked);
    let others = observers.iter().map(|one| same(one)).collect_vec();
    let seen = seen(bank, &same(own.responses), &others.iter().collect_vec());
    let row = |index: usize| {
        let (scale, difference) = (&bank.scales[index], seen.scales[index].as_ref()?);
        let verdict = Verdict::of_observer(difference, one_label(bank, index));
        Some(Compared::new(&scale.id, &scale.title, difference, verdict))
    };
    let mut comparison = Comparison {
        title: format!("Your result {}, and what others saw", own.name),
        columns: ["You".to_owned(), name.to_owned()],
        mean: seen.mean.map(|mean| {
            Compared::new("mean", "Mean over all scales", &mean, Verdict::of_observer(&mean, ONE_LABEL))
        }),
        scales: (0..bank.scales.len()).filter_map(row).collect(),
        ..Comparison::default()
    };
    comparison.says = observed_in_words(&comparison, seen.trend, observers.len() > 1);
    if let [one] = observers {
        let quality = assess(bank, None, one).quality;
        let says =
            || format!("Be careful with the answers of {name}: they show signs of careless answering.");
        comparison.says.extend(quality.verdict.is_flagged().then(says));
    }
    comparison.says.push(LEAD.to_owned());
    comparison
}

/// The points between two labels of a scale's ratings. If its items differ, the fewest points.
fn one_label(bank: &Bank, scale: usize) -> f64 {
    let of_scale = bank.items.iter().filter(|item| item.own_scale().is_some_and(|own| own.scale == scale));
    let steps = of_scale.filter_map(|item| Some(100.0 / (item.format()?.labels.len() - 1) as f64));
    steps.reduce(f64::min).unwrap_or(ONE_LABEL)
}

// The sentences.

const ROWS: &str = "\u{b1} is the 90 % range of a difference. \"Unclear\" means that the difference can be chance. With so \
                    many scales some move by chance alone, so one scale has to move by 1.6 times its \u{b1} to count.";
const LEAD: &str = "People tend to rate themselves a little higher than their supervisors do: d = 0.32 over many studies \
                    (Heidemeier and Moser, 2009). So expect your own ratings to be a little higher.";
const SCENES_SHOWN: &str = "The first report showed the best options of the scenes, so the scenes say little about a \
                            change.";
const MORE_PEOPLE: &str = "Each further person who sees you work makes the result more certain. In simulation, your own \
                           answers alone correlate .78 with the true score; with one, two and three observers, it is \
                           .84, .88 and .90.";

fn moved_together(trend: Trend) -> String {
    let way = if trend.is_up { "up" } else { "down" };
    let most = if trend.most == trend.of { "All".to_owned() } else { format!("{} of", trend.most) };
    format!(
        "{most} {} rated answers that changed went {way}. When answers move together, usually your mood or your way of \
         rating has changed.",
        trend.of
    )
}

/// Whether both results answer a scene whose best option the first report shows.
fn saw_scenes(bank: &Bank, before: &Responses, after: &Responses) -> bool {
    before.items().any(|index| {
        let own = bank.own_kind(&bank.items[index]);
        own == Some(ScaleKind::Situational) && before.answer(index).is_some() && after.answer(index).is_some()
    })
}

fn changed(bank: &Bank, change: &Change) -> Vec<String> {
    let mut says = Vec::new();
    if let Some(fit) = &change.fit {
        let size = whole((fit.after - fit.before).abs());
        let points = counted(&size, "point", "points");
        says.push(if fit.detectable {
            let way = if fit.after > fit.before { "rose" } else { "fell" };
            format!("Your score {way} by {points}. That is more than chance.")
        } else if size == "0" {
            "Your score is the same.".to_owned()
        } else {
            format!("The scores are {points} apart, but that can be chance.")
        });
    }
    let scales = bank.scales.iter().zip(&change.scales);
    let clear = scales.filter(|(_, one)| one.as_ref().is_some_and(|difference| difference.detectable));
    let titles = clear.map(|(scale, _)| &scale.title).collect_vec();
    says.push(match titles.len() {
        0 => "The differences on all scales are small enough to be chance.".to_owned(),
        n => {
            let scales = counted(n, "scale", "scales");
            format!("{scales} changed by more than chance: {}.", titles.iter().join(", "))
        }
    });
    says
}

fn observed_in_words(comparison: &Comparison, trend: Option<Trend>, several: bool) -> Vec<String> {
    let named = |verdict: Verdict| {
        comparison.scales.iter().filter(|row| row.verdict == verdict).map(|row| &row.title).join(", ")
    };
    let (blind, hidden) = (named(Verdict::BlindSpot), named(Verdict::HiddenStrength));
    let [rate, see, them] = if several {
        ["The observers rate", "Others see", "them for"]
    } else {
        ["This observer rates", "This observer sees", "for"]
    };
    let n = comparison.scales.len();
    let mut says = Vec::new();
    if let Some(trend) = trend.filter(|trend| trend.is_up) {
        says.push(format!(
            "{rate} you higher than you do on {} of {n} scales. That is more than chance.",
            trend.most
        ));
    }
    if !blind.is_empty() {
        says.push(format!("{see} less than you do: {blind}. Ask {them} an example."));
    }
    if !hidden.is_empty() {
        says.push(format!("{see} more than you do: {hidden}."));
    }
    if n == 0 {
        says.push("No scale has a score from both.".to_owned());
    } else if comparison.cannot_tell() {
        says.push(if n == 1 {
            "On the one scale, it is too close to tell whether you agree.".to_owned()
        } else {
            format!("On each of the {n} scales, it is too close to tell whether you agree.")
        });
    } else if blind.is_empty() && hidden.is_empty() {
        says.push("You do not clearly differ on any scale.".to_owned());
    }
    if let Some(mean) = comparison.mean.as_ref().filter(|_| n > 1) {
        says.push(format!(
            "Over all {n} scales {}; the 90 % range of the mean difference is {} to {}.",
            mean_in_words(mean.after - mean.before, several),
            signed(mean.low),
            signed(mean.high)
        ));
    }
    says
}

fn mean_in_words(difference: f64, several: bool) -> String {
    let who = if several { "the observers' ratings" } else { "the observer's ratings" };
    let size = whole(difference.abs());
    if size == "0" {
        return format!("{who} are as high as yours on average");
    }
    let way = if difference > 0.0 { "above" } else { "below" };
    format!("{who} are {} {way} yours on average", counted(&size, "point", "points"))
}

fn combined_in_words(role: Option<&Role>, combined: &Combined) -> Vec<String> {
    let persons = combined.persons;
    let observers =
        if persons == 2 { "one observer".to_owned() } else { format!("{} observers", persons - 1) };
    let mut says = Vec::new();
    if let (Some(role), Some(fit)) = (role, combined.fit) {
        let [score, low, high] = [fit.score, fit.low, fit.high].map(whole);
        says.push(format!(
            "You and {observers} together: a score of {score} for {}, range {low} to {high}.",
            role.title
        ));
    }
    says.push(format!("Each score below is the mean of {persons} people: you and {observers}."));
    says.push(MORE_PEOPLE.to_owned());
    says
}

/// A warning, if the answers of a result call for caution.
fn caution(bank: &Bank, result: Named<'_>) -> Option<String> {
    let quality = assess(bank, None, result.responses).quality;
    let says = || format!("About the answers of {}: {}", result.name, words::quality(&quality, false));
    quality.verdict.is_flagged().then(says)
}

/// Whole points up or down.
pub(super) fn signed(number: f64) -> String {
    if number.abs() < 0.5 { "0".to_owned() } else { format!("{:+}", number.round()).replace('-', "\u{2212}") }
}

#[cfg(test)]
#[path = "../../tests/report/compare.rs"]
mod tests;
