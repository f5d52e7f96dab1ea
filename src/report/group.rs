//! A group on one page, as plain data: how many, how each scale is spread, whose answers can be relied
//! on; and nothing that could be read as one person's.
//!
//! Nothing at all is told of a group under [`LEAST`]. In a larger one, a count under it that is not 0
//! is told as [`Count::Few`]. What belongs together adds up to a number that is told as well, so a
//! count left out alone could be worked out from the others; then another one is left out with it.

use serde::{Serialize, Serializer};

use crate::bank::{Bank, Form, Role, ScaleKind};
use crate::document::{Document, Entry, Picture, Place, Row, Section, Tone};
use crate::report::whole;
use crate::score::quality::{SignalId, Verdict};
use crate::text;

/// The fewest respondents of whom anything is told.
pub const LEAST: u64 = 5;
/// Into how many stretches of one width scores from 0 to 100 are sorted.
pub const BINS: usize = 10;

/// How many respondents, as far as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// None, or at least [`LEAST`].
    Exactly(u64),
    /// At least one, and under [`LEAST`].
    Few,
    /// All of the group but at least one and under [`LEAST`].
    AllButFew,
    /// Of several counts, those that are told come to this.
    AtLeast(u64),
    /// Left out, lest another one could be worked out.
    Withheld,
}

/// What was counted in a group; not to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Respondents who were scored.
    pub n: u64,
    /// Rows that were set aside as faulty.
    pub n_set_aside: u64,
    /// Respondents by the level of the longest run, and within each level those whose answers are
    /// consistent before those whose are not: two for clear, two for caution, two for doubtful. Last,
    /// those with too few answers to judge.
    pub quality: [u64; 7],
    /// Respondents who skipped so much that the signal is raised.
    pub n_skipped: u64,
    /// Respondents by the band that their fit is in; last, those without a fit.
    pub bands: Vec<u64>,
    /// One for each scale of the bank.
    pub scales: Vec<CountedScale>,
}

/// What was counted of one scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountedScale {
    /// Id of the scale.
    pub id: String,
    /// Respondents who have a score.
    pub n: u64,
    /// Their mean.
    pub mean: Option<f64>,
    /// Their sample standard deviation.
    pub sd: Option<f64>,
    /// Cronbach's alpha over those who answered all items.
    pub alpha: Alpha,
    /// Standard error of measurement, sd·√(1 − alpha).
    pub sem: Option<f64>,
    /// Respondents by score.
    #[serde(skip)]
    pub bins: [u64; BINS],
}

/// Cronbach's alpha, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Alpha {
    /// Respondents that it rests on.
    pub n: u64,
    /// k/(k − 1)·(1 − Σ s²ᵢ/s²).
    pub value: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
}

/// Everything that is told of a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupReport {
    /// Version of the JSON format.
    pub format: u8,
    /// Title of the bank.
    pub title: String,
    /// Id of the bank.
    pub bank: String,
    /// Edition of the bank.
    pub edition: String,
    /// The language of the bank's texts, such as `en`.
    pub language: Option<String>,
    /// The form that was asked.
    pub form: Form,
    /// Respondents who were scored.
    pub n: u64,
    /// The rest; nothing under [`LEAST`] respondents.
    pub told: Option<Told>,
}

/// What is told of a group that is large enough.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// Rows that were set aside as faulty.
    pub set_aside: Count,
    /// The parts that have scales, each under its title.
    pub parts: Vec<(String, Vec<GroupScale>)>,
    /// Respondents by the band that their fit is in, and those without a fit; empty without a role.
    pub bands: Vec<(String, Count)>,
    /// Respondents by verdict on their answers.
    pub verdicts: [(Verdict, Count); 4],
    /// Respondents by signal that is raised.
    pub signals: [(SignalId, Count); 3],
}

/// One scale over a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupScale {
    /// Heading.
    pub title: String,
    /// What the role needs of it.
    pub needs: Option<f64>,
    /// Respondents who have a score.
    pub n: Count,
    /// The same by score.
    pub bins: [Count; BINS],
    /// Nothing where too few have a score.
    pub figures: Option<Figures>,
}

/// The figures of a scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Mean score.
    pub mean: f64,
    /// Sample standard deviation.
    pub sd: Option<f64>,
    /// Cronbach's alpha with the ends of its 95 % interval; facts have no error, so no alpha.
    pub alpha: Option<[f64; 3]>,
    /// Standard error of measurement, where there is an alpha.
    pub sem: Option<f64>,
}

impl GroupReport {
    /// What may be told of what was counted.
    #[must_use]
    pub fn new(bank: &Bank, role: Option<&Role>, form: Form, counted: &Counted) -> GroupReport {
        GroupReport {
            format: 1,
            title: bank.title.clone(),
            bank: bank.id.clone(),
            edition: bank.edition.clone(),
            language: bank.language.clone(),
            form,
            n: counted.n,
            told: (counted.n >= LEAST).then(|| Told::new(bank, role, counted)),
        }
    }
}

impl Told {
    fn new(bank: &Bank, role: Option<&Role>, counted: &Counted) -> Told {
        let scales = || bank.scales.iter().zip(&counted.scales).enumerate();
        let needs = |scale: usize| {
            let mut requirements = role?.requirements.iter();
            requirements.find(|required| required.scale == scale && required.to > required.from)
        };
        let part = |(index, part): (usize, &crate::bank::Part)| {
            let own = scales().filter(|(_, (scale, _))| scale.part == index);
            let own = own.map(|(at, (scale, of))| GroupScale {
                needs: needs(at).map(|required| required.to),
                ..GroupScale::new(&scale.title, scale.kind, counted.n, of)
            });
            (part.title.clone(), own.collect::<Vec<_>>())
        };
        let quality = signals(&counted.quality);
        let of = |cells: &[usize]| total(&cells.iter().map(|cell| quality[*cell]).collect::<Vec<_>>());
        Told {
            set_aside: if (1..LEAST).contains(&counted.n_set_aside) {
                Count::Few
            } else {
                Count::Exactly(counted.n_set_aside)
            },
            parts: bank.parts.iter().enumerate().map(part).filter(|(_, scales)| !scales.is_empty()).collect(),
            bands: bands(bank, role, &counted.bands),
            verdicts: [
                (Verdict::Clear, quality[0]),
                (Verdict::Caution, of(&[1, 2, 3])),
                (Verdict::Doubtful, of(&[4, 5])),
                (Verdict::NotJudged, quality[6]),
            ],
            signals: [
                (SignalId::Consistency, of(&[1, 3, 5])),
                (SignalId::LongestRun, of(&[2, 3, 4, 5])),
                (SignalId::Skipped, share(counted.n_skipped, counted.n)),
            ],
        }
    }
}

fn bands(bank: &Bank, role: Option<&Role>, counts: &[u64]) -> Vec<(String, Count)> {
    if role.is_none() || bank.bands.is_empty() {
        return Vec::new();
    }
    let titles = bank.bands.iter().map(|band| band.title.as_str()).chain(["No score"]);
    titles.map(str::to_owned).zip(together(counts)).collect()
}

impl GroupScale {
    fn new(title: &str, kind: ScaleKind, n: u64, of: &CountedScale) -> GroupScale {
        let mut cells = of.bins.to_vec();
        cells.push(n.saturating_sub(of.n));
        let told = together(&cells);
        let is_enough = of.n >= LEAST;
        let bins = std::array::from_fn(|bin| if is_enough { told[bin] } else { Count::Withheld });
        let Alpha { n: n_complete, value, low, high } = of.alpha;
        let alpha = value.zip(low).zip(high).map(|((value, low), high)| [value, low, high]);
        let alpha = alpha.filter(|_| n_complete >= LEAST && kind != ScaleKind::Fact);
        let figures = of.mean.filter(|_| is_enough).map(|mean| Figures {
            mean,
            sd: of.sd,
            alpha,
            sem: of.sem.filter(|_| alpha.is_some()),
        });
        GroupScale { title: title.to_owned(), needs: None, n: share(of.n, n), bins, figures }
    }

    /// Whether any part of the distribution is told.
    fn is_drawn(&self) -> bool {
        self.bins.iter().any(|bin| *bin != Count::Withheld)
    }

    /// How far the mean is below what the role needs; nothing where it is not.
    fn gap(&self) -> Option<f64> {
        Some(self.needs? - self.figures.as_ref()?.mean).filter(|gap| *gap >= 1.0)
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Count::Exactly(n) => to.serialize_u64(*n),
            other => to.serialize_str(&in_words(*other)),
        }
    }
}

/// How many gaps are named.
const MOST_GAPS: usize = 3;

/// The group as a document.
#[must_use]
pub fn document(report: &GroupReport) -> Document {
    let form = if report.form == Form::Full { "full form" } else { "quick form" };
    let mut document = Document {
        title: format!("{}: a group", report.title),
        about: form.to_owned(),
        language: report.language.clone(),
        footer: vec![format!("Bank {}, edition {}.", report.bank, report.edition)],
        ..Document::default()
    };
    let people = if report.n == 1 { "person" } else { "people" };
    let mut section = Section::new(Place::First, "group", "");
    section.say(Tone::Strong, format!("{} {people} scored", in_words(Count::Exactly(report.n))));
    let Some(told) = &report.told else {
        section.say(
            Tone::Plain,
            format!("With fewer than {LEAST} people, nothing more is shown: the figures could be those of one person."),
        );
        document.push(section);
        return document;
    };
    if told.set_aside != Count::Exactly(0) {
        section.say(Tone::Aside, format!("Rows set aside and not scored: {}.", in_words(told.set_aside)));
    }
    section.say(
        Tone::Aside,
        format!(
            "Scores describe answers. Do not use them to choose between people. A count of 1 to {} people is shown as \
             \"fewer than {LEAST}\". Where someone could work it out from other counts, one of those is withheld too.",
            LEAST - 1
        ),
    );
    document.push(section);
    document.push(by_band(told));
    document.push(widest_gaps(told));
    document.push(scales(told, report.n));
    document.push(reliable(told));
    document.push(counts(told));
    document
}

fn by_band(told: &Told) -> Section {
    let mut section = Section::new(Place::First, "bands", "How well the role fits");
    let rows = told.bands.iter().map(|(title, n)| Row::of([title.clone(), in_words(*n)]));
    section.table("", &["Band", "#People"], rows.collect());
    section
}

fn widest_gaps(told: &Told) -> Section {
    let mut section = Section::new(Place::First, "gaps", "The widest gaps");
    let all = told.parts.iter().flat_map(|(_, scales)| scales);
    let mut gaps: Vec<(f64, &GroupScale)> = all.filter_map(|scale| Some((scale.gap()?, scale))).collect();
    gaps.sort_by(|a, b| b.0.total_cmp(&a.0));
    section.list(gaps.iter().take(MOST_GAPS).filter_map(|(_, scale)| {
        let says = format!(
            "On average the group scores {}, and the role needs {}.",
            whole(scale.figures.as_ref()?.mean),
            whole(scale.needs?)
        );
        Some(Entry::new(format!("{}.", scale.title), says))
    }));
    section
}

fn scales(told: &Told, n: u64) -> Section {
    let mut section = Section::new(Place::First, "scales", "The scales");
    section.say(
        Tone::Aside,
        format!(
            "Each scale goes from 0 to 100, from left to right. A bar is the number of people in a stretch of {} points; \
             a dashed bar hides its number. The stroke is the mean. SD is the standard deviation. Alpha is Cronbach's, \
             over people who answered all items, with its 95 % interval. SEM is the standard error of measurement. Facts \
             have neither.",
            100 / BINS
        ),
    );
    for (title, scales) in &told.parts {
        let rows = scales.iter().map(|scale| scale_row(scale, n)).collect();
        section.table(title, &["~Scale", "#mean", "#needs", "#SD", "#alpha", "#SEM"], rows);
    }
    section
}

fn scale_row(scale: &GroupScale, n: u64) -> Row {
    let dash = || "\u{2013}".to_owned();
    let tenths = |number: Option<f64>| number.map_or_else(dash, |number| format!("{number:.1}"));
    let figures = scale.figures.as_ref();
    let alpha = figures.and_then(|figures| figures.alpha);
    let alpha_says = |[value, low, high]: [f64; 3]| {
        format!("{} ({} to {})", hundredths(value), hundredths(low), hundredths(high))
    };
    let scored = match scale.n {
        Count::Exactly(scored) if scored == n => None,
        Count::AllButFew => Some(format!("without a score: fewer than {LEAST}")),
        told => Some(format!("with a score: {}", in_words(told))),
    };
    let told = |count: &Count| if let Count::Exactly(n) = count { Some(*n as f64) } else { None };
    let most = scale.bins.iter().filter_map(told).fold(1.0, f64::max);
    let bins = scale.bins.iter().map(|count| told(count).map(|n| n / most)).collect();
    let picture = scale.is_drawn().then(|| Picture::Bins(bins, figures.map(|figures| figures.mean)));
    let contradict = alpha.filter(|[value, ..]| *value < 0.0);
    let contradict = contradict.map(|_| "alpha under 0: its items contradict one another".to_owned());
    Row {
        notes: scored
            .into_iter()
            .chain(contradict)
            .chain((!scale.is_drawn()).then(|| "too few to show".to_owned()))
            .collect(),
        picture,
        ..Row::of([
            scale.title.clone(),
            tenths(figures.map(|figures| figures.mean)),
            scale.needs.map_or_else(String::new, whole),
            tenths(figures.and_then(|figures| figures.sd)),
            alpha.map_or_else(dash, alpha_says),
            tenths(figures.and_then(|figures| figures.sem)),
        ])
    }
}

fn reliable(told: &Told) -> Section {
    let mut section = Section::new(Place::First, "quality", "Can these answers be used?");
    let verdicts = told.verdicts.iter().map(|(verdict, n)| {
        let (name, meaning) = verdict_in_words(*verdict);
        Row::of([name.to_owned(), in_words(*n), meaning.to_owned()])
    });
    section.table("By verdict on their answers", &["Verdict", "#People", "Meaning"], verdicts.collect());
    let signals = told.signals.iter().map(|(id, n)| {
        let (name, meaning) = signal_in_words(*id);
        Row::of([name.to_owned(), in_words(*n), meaning.to_owned()])
    });
    section.table(
        "By signal; one person may have several",
        &["Signal", "#People", "Meaning"],
        signals.collect(),
    );
    section.say(
        Tone::Aside,
        "Answering times are not in the file, so pace is not judged. No signal changes a score.",
    );
    section
}

fn counts(told: &Told) -> Section {
    let mut section = Section::new(Place::Folded, "counts", "How many people have which score");
    let width = 100 / BINS;
    for scale in told.parts.iter().flat_map(|(_, scales)| scales) {
        let all = scale.bins.iter().enumerate().filter(|(_, count)| **count != Count::Exactly(0));
        let all: Vec<String> = all
            .map(|(bin, n)| format!("{}\u{2013}{}: {}", bin * width, (bin + 1) * width, in_words(*n)))
            .collect();
        section.list([Entry::new(format!("{}.", scale.title), format!("{}.", all.join("; ")))]);
    }
    section.say(Tone::Aside, "A score on an edge counts in the higher stretch, 100 in the last one.");
    section
}

fn in_words(count: Count) -> String {
    let number = |n: u64| text::grouped(&n.to_string());
    match count {
        Count::Exactly(n) => number(n),
        Count::Few => format!("fewer than {LEAST}"),
        Count::AllButFew => format!("all but fewer than {LEAST}"),
        Count::AtLeast(n) => format!("{} or more", number(n)),
        Count::Withheld => "withheld".to_owned(),
    }
}

/// A number between −1 and 1, as reliability is given.
fn hundredths(number: f64) -> String {
    let text = format!("{number:.2}");
    // A small negative number would be rounded to a negative zero.
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "\u{2212}") }
}

fn verdict_in_words(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Clear => ("Clear", "Nothing speaks against these answers."),
        Verdict::Caution => ("Caution", "Inconsistent answers, or a long run of one answer."),
        Verdict::Doubtful => ("Doubtful", "A run so long that the scores may mean nothing."),
        Verdict::NotJudged => ("Not judged", "Too few questions to tell."),
    }
}

fn signal_in_words(id: SignalId) -> (&'static str, &'static str) {
    match id {
        SignalId::Consistency => {
            ("Consistency", "The answers to one scale agree hardly better than shuffled ones.")
        }
        SignalId::LongestRun => ("Longest run", "The same answer many times in a row."),
        SignalId::Skipped => {
            ("Skipped", "A fifth of the questions or more have no answer; not part of the verdict.")
        }
        SignalId::Pace => ("Pace", "Answers too fast to have read the question."),
    }
}

/// A count out of a group whose size is told.
fn share(count: u64, n: u64) -> Count {
    if (1..LEAST).contains(&count) {
        Count::Few
    } else if (1..LEAST).contains(&n.saturating_sub(count)) {
        Count::AllButFew
    } else {
        Count::Exactly(count)
    }
}

/// Counts that add up to a number that is told. No count under [`LEAST`] can be worked out from the
/// others, nor that so few stand in several of them together.
fn together(counts: &[u64]) -> Vec<Count> {
    const MOST_FEW: u64 = LEAST - 1;
    let is_few = |count: &&u64| (1..LEAST).contains(*count);
    let (n_few, sum) = counts.iter().filter(is_few).fold((0, 0), |(n, sum), count| (n + 1, sum + count));
    let mut told: Vec<Count> =
        counts.iter().map(|count| if is_few(&count) { Count::Few } else { Count::Exactly(*count) }).collect();
    let is_open = sum >= LEAST && n_few < sum && sum < n_few * MOST_FEW;
    if n_few == 0 || is_open {
        return told;
    }
    // One more is left out, large enough that whatever the few come to, it may still be LEAST or more.
    let is_large_enough = |count: u64| count >= LEAST && count + sum >= LEAST + n_few * MOST_FEW;
    let smallest = (0..counts.len()).filter(|at| is_large_enough(counts[*at])).min_by_key(|at| counts[*at]);
    match smallest {
        Some(at) => told[at] = Count::Withheld,
        None => told.fill(Count::Withheld),
    }
    told
}

/// The counts of [`Counted::quality`], of which only totals are told. Where no number of respondents that
/// the totals have in common is small, the counts may enter them whole.
fn signals(cells: &[u64; 7]) -> Vec<Count> {
    let [clear, odd, run, run_odd, long_run, long_run_odd, not_judged] = *cells;
    let shared = [
        clear,
        not_judged,
        odd,
        run + long_run,
        run_odd + long_run_odd,
        run + run_odd,
        long_run + long_run_odd,
    ];
    if shared.iter().any(|count| (1..LEAST).contains(count)) {
        return together(cells);
    }
    cells.iter().map(|count| Count::Exactly(*count)).collect()
}

/// What counts that are told come to; it tells no more than they do.
fn total(counts: &[Count]) -> Count {
    let exactly = |count: &Count| if let Count::Exactly(n) = count { Some(*n) } else { None };
    let sum = counts.iter().filter_map(exactly).sum();
    let mut others = counts.iter().filter(|count| exactly(count).is_none());
    match (others.next(), others.next()) {
        (None, _) => Count::Exactly(sum),
        (Some(other), None) if sum == 0 => *other,
        _ if sum == 0 => Count::Withheld,
        _ => Count::AtLeast(sum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use Count::{AllButFew, AtLeast, Exactly, Few, Withheld};

    #[test]
    fn a_small_count_takes_another_one_with_it() {
        let cases: &[(&[u64], &[Count])] = &[
            (&[10, 0, 20], &[Exactly(10), Exactly(0), Exactly(20)]),
            (&[10, 3, 20], &[Withheld, Few, Exactly(20)]),
            (&[10, 3, 20, 4], &[Exactly(10), Few, Exactly(20), Few]),
            (&[30, 1, 1, 12, 20], &[Exactly(30), Few, Few, Withheld, Exactly(20)]),
            (&[5, 1], &[Withheld, Withheld]),
            (&[1, 1, 1, 1, 1], &[Withheld; 5]),
        ];
        for (counts, expect) in cases {
            assert_eq!(together(counts), *expect, "{counts:?}");
        }
    }

    /// All that the counts of a group may be, by what is told of them.
    fn possible(told: &[Count], n: u64) -> Vec<Vec<u64>> {
        let Some((first, rest)) = told.split_first() else {
            return if n == 0 { vec![Vec::new()] } else { Vec::new() };
        };
        let may_be = |count: &u64| match first {
            Exactly(told) => count == told,
            Few => (1..LEAST).contains(count),
            Withheld => true,
            AllButFew | AtLeast(_) => false,
        };
        let with =
            |count: u64| possible(rest, n - count).into_iter().map(move |rest| [vec![count], rest].concat());
        (0..=n).filter(may_be).flat_map(with).collect()
    }

    #[test]
    fn no_small_count_can_be_worked_out() {
        let counts = |at: usize, n: usize| (0..4).map(move |cell| (at / n.pow(cell) % n) as u64);
        for at in 0..13_usize.pow(4) {
            let counts: Vec<u64> = counts(at, 13).collect();
            let n = counts.iter().sum();
            let told = together(&counts);
            if told.iter().all(|count| matches!(count, Exactly(_) | Withheld)) {
                continue;
            }
            let all = possible(&told, n);
            for (cell, count) in told.iter().enumerate() {
                let is_open = all.iter().any(|other| other[cell] != counts[cell]);
                assert_eq!(is_open, !matches!(count, Exactly(_)), "{counts:?} told as {told:?}");
            }
            let shown: u64 = told.iter().map(|count| if let Exactly(n) = count { *n } else { 0 }).sum();
            assert!(n - shown >= LEAST, "{counts:?} told as {told:?}");
        }
    }

    #[test]
    fn totals_tell_no_more_than_their_parts() {
        assert_eq!(total(&[Exactly(7), Exactly(0)]), Exactly(7));
        assert_eq!(total(&[Few, Exactly(0)]), Few);
        assert_eq!(total(&[Few, Few, Exactly(0)]), Withheld);
        assert_eq!(total(&[Few, Exactly(20), Withheld]), AtLeast(20));
    }

    #[test]
    fn all_but_a_few_is_as_much_as_a_few() {
        assert_eq!(
            [0, 3, 5, 16, 20].map(|n| share(n, 20)),
            [Exactly(0), Few, Exactly(5), AllButFew, Exactly(20)]
        );
    }
}
