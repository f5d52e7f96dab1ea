//! The findings as a document.

use super::mutation::Seen;
use super::{Audit, FormAudit, Recovery};
use crate::bank::fault::first_of;
use crate::document::{Block, Document, Placement, Row, Section, Tone};

type FigureRow = (&'static str, fn(&FormAudit) -> Option<String>);

fn fit(form: &FormAudit) -> Option<&Recovery> {
    form.fit.as_ref()
}

const SCORE: &[FigureRow] = &[
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
const EXTREME: &[FigureRow] = &[
    ("r with the true score", |form| Some(r(form.extreme.as_ref()?.r))),
    ("Bias, points", |form| Some(points(form.extreme.as_ref()?.bias))),
    ("Range contains the true score", |form| Some(share(form.extreme.as_ref()?.coverage))),
];
const SCALES: &[FigureRow] = &[
    ("Median r with the true score", |form| Some(r(form.scales?.median_r))),
    ("Range contains the true score", |form| Some(share(form.scales?.coverage))),
    ("Half width of the range, points", |form| Some(points(form.scales?.half_width))),
];
const RANDOM: &[FigureRow] = &[
    ("Mean score", |form| Some(points(form.random?.mean))),
    ("95 of 100 score at most", |form| Some(points(form.random?.p95))),
    ("That is in the lowest band", |form| {
        Some(if form.random?.in_lowest_band? { "yes" } else { "no" }.to_owned())
    }),
];
const FLAGGED: &[FigureRow] = &[
    ("Random answers", |form| Some(share(form.flagged.random))),
    ("A person's own answers, shuffled", |form| Some(share(form.flagged.shuffled))),
    ("The same label throughout", |form| Some(share(form.flagged.all_same))),
    ("Honest answers (false alarms)", |form| Some(share(form.flagged.honest))),
];

/// The findings, the most important first.
pub fn document(audit: &Audit) -> Document {
    let mut document = Document {
        title: audit.title.clone(),
        about: format!("Audit: seed {}, {} sheets of each kind", audit.seed, audit.sheets),
        ..Document::default()
    };
    let mut first = |id, title, fill: &dyn Fn(&Audit, &mut Section)| {
        document.add(Placement::First, id, title, |section| fill(audit, section));
    };
    first("in-short", "In short", &in_short);
    first("score", "Score and true score", &score);
    first("bias", "Bias by the true band (people in it)", &bias_by_band);
    first("ends", "Everyone answers with the end labels", &|audit, section| figures(audit, section, EXTREME));
    first("scales", "Rated scales and their true scores", &|audit, section| figures(audit, section, SCALES));
    first("random", "Random ratings and choices", &random);
    first("flagged", "Sheets with a warning", &flagged);
    first("all-same", "One label throughout", &all_same);
    document.add(Placement::Below, "broken", "Would a wrong key show?", |section| broken(audit, section));
    document.add(Placement::Below, "model", "How people are simulated", |section| model(audit, section));
    document
}

fn score(audit: &Audit, section: &mut Section) {
    figures(audit, section, SCORE);
    if let Some(both) = &audit.quick_and_full {
        let (r, difference) = (r(both.r), points(both.difference));
        let line = format!("Quick and full form, same people: r {r}, mean difference {difference} points.");
        section.say(Tone::Plain, line);
    }
}

fn random(audit: &Audit, section: &mut Section) {
    figures(audit, section, RANDOM);
    if !section.blocks.is_empty() {
        section.say(Tone::Aside, "Facts are left out.");
    }
}

fn flagged(audit: &Audit, section: &mut Section) {
    figures(audit, section, FLAGGED);
    section.say_all(Tone::Plain, out_of_reach(audit));
    section.say(Tone::Aside, "Answer times are not simulated.");
}

fn in_short(audit: &Audit, section: &mut Section) {
    section.list(&audit.verdict);
    let items = audit.forms.iter().map(|form| format!("{} in the {} form", form.items, form.form.id()));
    let items = items.collect::<Vec<_>>().join(", ");
    let bank = format!("{}, edition {}", audit.bank.id, audit.bank.edition);
    let mut facts = vec![["Bank", bank.as_str()]];
    facts.extend(audit.role.as_deref().map(|role| ["Role", role]));
    facts.extend([["Items scored", &items], ["People", "simulated, not real"]]);
    section.blocks.push(Block::Facts(facts.into_iter().map(|fact| fact.map(str::to_owned)).collect()));
}

fn by_form(audit: &Audit, section: &mut Section, rows: impl IntoIterator<Item = Row>) {
    let mut heads = vec![String::new()];
    heads.extend(audit.forms.iter().map(|form| format!("#{} form", form.form.id())));
    section.table("", &heads, rows);
}

/// A row unless no form has a value.
fn row(audit: &Audit, name: &str, value: impl Fn(&FormAudit) -> Option<String>) -> Option<Row> {
    let values: Vec<Option<String>> = audit.forms.iter().map(value).collect();
    let cells = values.iter().map(|value| value.clone().unwrap_or_else(|| "-".to_owned()));
    values.iter().any(Option::is_some).then(|| Row::of([name.to_owned()].into_iter().chain(cells)))
}

/// A row for each figure; none if no form has the first one.
fn figures(audit: &Audit, section: &mut Section, figures: &[FigureRow]) {
    let has_any = audit.forms.iter().any(|form| figures[0].1(form).is_some());
    let rows = figures.iter().filter(|_| has_any).filter_map(|(name, value)| row(audit, name, value));
    by_form(audit, section, rows);
}

fn bias_by_band(audit: &Audit, section: &mut Section) {
    let bands = audit.forms.first().and_then(|form| form.fit.as_ref()).map(|fit| &fit.bias_by_band);
    let rows = bands.into_iter().flatten().enumerate().filter_map(|(at, band)| {
        row(audit, &band.band, |form| {
            let band = form.fit.as_ref()?.bias_by_band.get(at).filter(|band| band.n > 0)?;
            Some(format!("{} ({})", points(band.bias), band.n))
        })
    });
    by_form(audit, section, rows);
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

fn all_same(audit: &Audit, section: &mut Section) {
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
}

fn broken(audit: &Audit, section: &mut Section) {
    const MOST: usize = 4;
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
}

fn model(audit: &Audit, section: &mut Section) {
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
    section.list(&lines);
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
