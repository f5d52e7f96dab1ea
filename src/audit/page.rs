//! The findings as a document.

use super::mutation::Seen;
use super::{Audit, FormAudit, Recovery};
use crate::bank::fault::first_of;
use crate::document::{Block, Document, Place, Row, Section, Tone};

type Figure = (&'static str, fn(&FormAudit) -> Option<String>);

fn fit(form: &FormAudit) -> Option<&Recovery> {
    form.fit.as_ref()
}

const SCORE: &[Figure] = &[
    ("r with the true score", |form| Some(r(fit(form)?.r))),
    ("r, ratings and choices only", |form| form.rated.map(r)),
    ("Bias, points", |form| Some(points(fit(form)?.bias))),
    ("Range contains the true score", |form| Some(share(fit(form)?.coverage))),
    ("  for true scores of 60 or more", |form| Some(share(fit(form)?.coverage_strong?))),
    ("  number of these people", |form| Some(fit(form)?.strong.to_string())),
    ("  for the tenth with the most uniform answers", |form| Some(share(fit(form)?.coverage_uniform))),
    ("Outer range contains the true score", |form| Some(share(fit(form)?.coverage_outer))),
    ("Half width of the range, points", |form| Some(points(fit(form)?.half_width))),
    ("Named bands include the true one", |form| Some(share(fit(form)?.true_band_named?))),
    ("Bands named, on average", |form| Some(format!("{:.2}", fit(form)?.bands_named?))),
    ("Mean true score", |form| {
        fit(form).map(|Recovery { truth, .. }| format!("{:.1} (SD {:.1})", truth.mean, truth.sd))
    }),
    ("People above every minimum who are warned", |form| form.minimums_fired.map(share)),
    ("Mean score of people who exactly meet the role", |form| form.exactly_met.map(points)),
];
const EXTREME: &[Figure] = &[
    ("r with the true score", |form| Some(r(form.extreme.as_ref()?.r))),
    ("Bias, points", |form| Some(points(form.extreme.as_ref()?.bias))),
    ("Range contains the true score", |form| Some(share(form.extreme.as_ref()?.coverage))),
];
const SCALES: &[Figure] = &[
    ("Median r with the true score", |form| Some(r(form.scales?.median_r))),
    ("Range contains the true score", |form| Some(share(form.scales?.coverage))),
    ("Half width of the range, points", |form| Some(points(form.scales?.half_width))),
];
const RANDOM: &[Figure] = &[
    ("Mean score", |form| Some(points(form.random?.mean))),
    ("95 of 100 score at most", |form| Some(points(form.random?.p95))),
    ("That is in the lowest band", |form| {
        Some(if form.random?.in_lowest_band? { "yes" } else { "no" }.to_owned())
    }),
];
const FLAGGED: &[Figure] = &[
    ("Random answers", |form| Some(share(form.flagged.random))),
    ("A person's own answers, shuffled", |form| Some(share(form.flagged.shuffled))),
    ("The same label throughout", |form| Some(share(form.flagged.all_same))),
    ("Honest answers (false alarms)", |form| Some(share(form.flagged.honest))),
];

/// The findings, the most important first.
pub fn document(audit: &Audit) -> Document {
    let mut score = figures(audit, "score", "Score and true score", SCORE);
    if let Some(both) = &audit.quick_and_full {
        let (r, difference) = (r(both.r), points(both.difference));
        let line = format!("Quick and full form, same people: r {r}, mean difference {difference} points.");
        score.say(Tone::Plain, line);
    }
    let mut random = figures(audit, "random", "Random ratings and choices", RANDOM);
    if !random.blocks.is_empty() {
        random.say(Tone::Aside, "Facts are left out.");
    }
    let mut flagged = figures(audit, "flagged", "Sheets with a warning", FLAGGED);
    for line in out_of_reach(audit) {
        flagged.say(Tone::Plain, line);
    }
    flagged.say(Tone::Aside, "Answer times are not simulated.");
    let mut document = Document {
        title: audit.title.clone(),
        about: format!("Audit: seed {}, {} sheets of each kind", audit.seed, audit.sheets),
        ..Document::default()
    };
    for section in [
        in_short(audit),
        score,
        bias_by_band(audit),
        figures(audit, "ends", "Everyone answers with the end labels", EXTREME),
        figures(audit, "scales", "Rated scales and their true scores", SCALES),
        random,
        flagged,
        all_same(audit),
        broken(audit),
        model(audit),
    ] {
        document.push(section);
    }
    document
}

fn in_short(audit: &Audit) -> Section {
    let mut section = Section::new(Place::First, "in-short", "In short");
    section.list(&audit.verdict);
    let items = audit.forms.iter().map(|form| format!("{} in the {} form", form.items, form.form.id()));
    let items = items.collect::<Vec<_>>().join(", ");
    let bank = format!("{}, edition {}", audit.bank.id, audit.bank.edition);
    let mut facts = vec![["Bank", bank.as_str()]];
    facts.extend(audit.role.as_deref().map(|role| ["Role", role]));
    facts.extend([["Items scored", &items], ["People", "simulated, not real"]]);
    section.blocks.push(Block::Facts(facts.into_iter().map(|fact| fact.map(str::to_owned)).collect()));
    section
}

fn by_form(audit: &Audit, id: &str, title: &str, rows: impl IntoIterator<Item = Row>) -> Section {
    let mut section = Section::new(Place::First, id, title);
    let columns: Vec<String> = audit.forms.iter().map(|form| format!("#{} form", form.form.id())).collect();
    let heads: Vec<&str> = [""].into_iter().chain(columns.iter().map(String::as_str)).collect();
    section.table("", &heads, rows);
    section
}

/// A row unless no form has a value.
fn row(audit: &Audit, name: &str, value: impl Fn(&FormAudit) -> Option<String>) -> Option<Row> {
    let values: Vec<Option<String>> = audit.forms.iter().map(value).collect();
    let cells = values.iter().map(|value| value.clone().unwrap_or_else(|| "-".to_owned()));
    values.iter().any(Option::is_some).then(|| Row::of([name.to_owned()].into_iter().chain(cells)))
}

/// Figures under a title; empty where no form has the first one.
fn figures(audit: &Audit, id: &str, title: &str, figures: &[Figure]) -> Section {
    let has_any = audit.forms.iter().any(|form| figures[0].1(form).is_some());
    let rows = figures.iter().filter(|_| has_any).filter_map(|(name, value)| row(audit, name, value));
    by_form(audit, id, title, rows)
}

fn bias_by_band(audit: &Audit) -> Section {
    let bands = audit.forms.first().and_then(|form| form.fit.as_ref()).map(|fit| &fit.bias_by_band);
    let rows = bands.into_iter().flatten().enumerate().filter_map(|(at, band)| {
        row(audit, &band.band, |form| {
            let band = form.fit.as_ref()?.bias_by_band.get(at).filter(|band| band.n > 0)?;
            Some(format!("{} ({})", points(band.bias), band.n))
        })
    });
    by_form(audit, "bias", "Bias by the true band (people in it)", rows)
}

/// The signals that no sheet can set off because the form is too short.
///
/// The shares show it: if consistency could be checked, some of a hundred random sheets would be flagged,
/// and one label throughout is the longest run there can be.
fn out_of_reach(audit: &Audit) -> Vec<String> {
    let forms = |is_short: fn(&FormAudit) -> bool| {
        let short = audit.forms.iter().filter(|form| is_short(form)).map(|form| form.form.id());
        short.collect::<Vec<_>>().join(" and the ")
    };
    let consistency = forms(|form| form.flagged.random.max(form.flagged.shuffled) <= 0.0);
    let run = forms(|form| form.flagged.all_same <= 0.0);
    let signals = [
        ("Consistency", consistency, "20 degrees of freedom"),
        ("The longest run", run, "6 ratings, keyed in both directions"),
    ];
    let say = |(signal, forms, needs): (&str, String, &str)| {
        let line = format!("{signal} cannot be checked in the {forms} form. It needs {needs}.");
        (!forms.is_empty()).then_some(line)
    };
    signals.into_iter().filter_map(say).collect()
}

fn all_same(audit: &Audit) -> Section {
    let mut section = Section::new(Place::First, "all-same", "One label throughout");
    let rows = audit.all_same.iter().map(|same| {
        let score = same.fit.map_or_else(|| "-".to_owned(), points);
        let mut row = Row::of([same.label.to_owned(), points(same.low), points(same.high), score]);
        if (same.worst_score - 50.0).abs() > 1e-9 {
            row.notes.push(format!("furthest from 50: {} with {}", same.worst, points(same.worst_score)));
        }
        row
    });
    let heads = ["", "#lowest scale", "#highest scale", "#raw score"];
    section.table("", &heads, rows);
    if !section.blocks.is_empty() {
        section.say(
            Tone::Aside,
            "Computed, not simulated. A balanced scale gives 50. The raw score can be below 0.",
        );
    }
    if let Some(ideal) = audit.ideal {
        let (best, worst) = (points(ideal.best), points(ideal.worst.max(0.0)));
        section.say(Tone::Plain, format!("The best possible answers score {best}, the worst {worst}."));
    }
    section
}

fn broken(audit: &Audit) -> Section {
    const MOST: usize = 4;
    let mut section = Section::new(Place::Below, "broken", "Would a wrong key show?");
    let row = |kind: &Seen| {
        let answers = kind.answers.map_or_else(|| "-".to_owned(), |seen| seen.to_string());
        let [tried, lint, same, any] =
            [kind.tried, kind.lint, kind.all_same, kind.any].map(|n| n.to_string());
        let mut row = Row::of([kind.kind.to_owned(), tried, lint, same, answers, any]);
        if !kind.missed.is_empty() {
            row.notes.push(format!("not seen: {}", first_of(&kind.missed, MOST)));
        }
        row
    };
    let rows: Vec<Row> = audit.mutations.kinds.iter().map(row).collect();
    if !rows.is_empty() {
        section.say(Tone::Plain, format!(
            "Each key is broken in turn. The columns count what showed it: a lint, the sheets with one label \
             throughout, {} answer sheets, or any of these.",
            audit.mutations.sheets
        ));
    }
    section.table("", &["", "#tried", "#lint", "#one label", "#answers", "#any"], rows);
    section
}

fn model(audit: &Audit) -> Section {
    let model = &audit.parameters;
    let [base, slope, spread] = model.pull;
    let mut lines = vec![
        format!(
            "Levels are normal. Levels on two scales correlate at {}. The scales' mean levels are around {} (SD {}).",
            model.levels_correlated, model.levels_mean, model.levels_apart
        ),
        format!(
            "Loadings are {:.2} to {:.2}. Reversed items load {} less.",
            model.loading - model.loadings_vary,
            model.loading + model.loadings_vary,
            model.reversed_weaker
        ),
        format!("Labels cut the latent response at equal distances over {} SD.", model.span),
        format!(
            "In a scene, the weight of an option is exp(c points/50), with c = exp({base} + {slope} level + {spread} normal)."
        ),
        format!(
            "Facts are true as given. Facts about past work correlate at {}. The career stage correlates with the \
             levels as much as the levels do with each other.",
            model.facts_correlated
        ),
    ];
    if model.leniency != 0.0 {
        lines.push(format!("People differ in boldness: SD {} steps on every rating.", model.leniency));
    }
    let mut section = Section::new(Place::Below, "model", "How people are simulated");
    section.list(&lines);
    section
}

fn r(value: f64) -> String {
    format!("{value:.3}")
}

/// A number of points; never "-0.0".
fn points(value: f64) -> String {
    format!("{:.1}", (value * 10.0).round() / 10.0 + 0.0)
}

fn share(value: f64) -> String {
    format!("{:.1} %", 100.0 * value)
}
