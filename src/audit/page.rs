//! The findings on one page, and as JSON.

use std::fmt::Write;

use super::{Audit, FormAudit, Ideal, Recovery};

type Row = (&'static str, fn(&FormAudit) -> Option<String>);

const FIT: &[Row] = &[
    ("  r with the true fit", |form| Some(r(form.fit.as_ref()?.r))),
    ("  r, rated parts alone", |form| form.rated.map(r)),
    ("  bias, points", |form| Some(points(form.fit.as_ref()?.bias))),
    ("  90 % interval holds the truth", |form| Some(share(form.fit.as_ref()?.coverage))),
    ("    among true fits of 60 and more", |form| Some(share(form.fit.as_ref()?.coverage_strong?))),
    ("      how many", |form| Some(form.fit.as_ref()?.strong.to_string())),
    ("    among the most uniform tenth", |form| Some(share(form.fit.as_ref()?.coverage_uniform))),
    ("  outer range holds the truth", |form| Some(share(form.fit.as_ref()?.coverage_outer))),
    ("  mean half width, points", |form| Some(points(form.fit.as_ref()?.half_width))),
    ("  the bands named hold the true one", |form| Some(share(form.fit.as_ref()?.true_band_named?))),
    ("  bands named, mean", |form| Some(format!("{:.2}", form.fit.as_ref()?.bands_named?))),
    ("  true fit, mean and SD", |form| {
        let truth = form.fit.as_ref()?.truth;
        Some(format!("{:.1}, {:.1}", truth.mean, truth.sd))
    }),
    ("  minimums that fired on people above them", |form| form.minimums_fired.map(share)),
    ("  mean fit of people who exactly meet the role", |form| form.exactly_met.map(points)),
];
const EXTREME: &[Row] = &[
    ("  r with the true fit", |form| Some(r(form.extreme.as_ref()?.r))),
    ("  bias, points", |form| Some(points(form.extreme.as_ref()?.bias))),
    ("  90 % interval holds the truth", |form| Some(share(form.extreme.as_ref()?.coverage))),
];
const SCALES: &[Row] = &[
    ("  median r", |form| Some(r(form.scales?.median_r))),
    ("  90 % interval holds the truth", |form| Some(share(form.scales?.coverage))),
    ("  mean half width, points", |form| Some(points(form.scales?.half_width))),
];
const RANDOM: &[Row] = &[
    ("  mean fit", |form| Some(points(form.random?.mean))),
    ("  95th percentile of the fit", |form| Some(points(form.random?.p95))),
    ("  that is in the lowest band", |form| {
        Some(if form.random?.in_lowest_band? { "yes" } else { "no" }.to_owned())
    }),
];
const FLAGGED: &[Row] = &[
    ("  random", |form| Some(share(form.flagged.random))),
    ("  own answers shuffled", |form| Some(share(form.flagged.shuffled))),
    ("  one label throughout", |form| Some(share(form.flagged.all_same))),
    ("  honest (false alarms)", |form| Some(share(form.flagged.honest))),
];

impl Audit {
    /// One page for people. What is simulated is said to be.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = Page::default();
        page.line(&format!("{} (bank {}, edition {})", self.title, self.bank.id, self.bank.edition));
        for line in &self.verdict {
            let options = textwrap::Options::new(98).subsequent_indent("  ");
            for line in textwrap::wrap(&format!("- {line}"), options) {
                page.line(&line);
            }
        }
        let against = self.role.as_ref().map_or_else(String::new, |role| format!(", against {role}"));
        page.title(&format!(
            "Audit{against}: seed {}, {} sheets of each kind. Simulated, not real, people.",
            self.seed, self.sheets
        ));
        page.row(self, "", |form| Some(format!("{} form", form.form.id())));
        page.row(self, "items scored", |form| Some(form.items.to_string()));
        page.rows(self, "The fit next to the true fit of simulated respondents", FIT);
        page.bias_by_band(self);
        page.rows(self, "The same when everybody answers at the ends of the labels", EXTREME);
        page.rows(self, "Scale scores next to the true ones (facts left out)", SCALES);
        page.rows(self, "Random ratings and choices, facts left out", RANDOM);
        page.rows(self, "Sheets that a quality signal speaks against (no times)", FLAGGED);
        page.out_of_reach(self);
        self.exact(&mut page);
        self.broken(&mut page);
        page.title("How respondents are simulated");
        page.line(&self.parameters());
        page.text
    }

    fn parameters(&self) -> String {
        let model = &self.parameters;
        let boldness = match model.leniency {
            0.0 => String::new(),
            sd => format!("\n  People differ in boldness: SD {sd} steps on every rating."),
        };
        format!(
            "  Levels normal, any two correlated {}; the means of the scales round {}, SD {}. Loadings {:.2}\n  \
             to {:.2}, reversed items {} weaker; labels cut from the latent response at equal distances\n  \
             over {} SD; a scene's option chosen by exp(c points/50), c = exp({} + {} level + {} normal);\n  \
             facts true as given. The stage of the career goes with the levels as they go with each other,\n  \
             and facts on what was done so far are correlated {}.{boldness}",
            model.levels_correlated,
            model.levels_mean,
            model.levels_apart,
            model.loading - model.loadings_vary,
            model.loading + model.loadings_vary,
            model.reversed_weaker,
            model.span,
            model.pull[0],
            model.pull[1],
            model.pull[2],
            model.facts_correlated
        )
    }

    fn exact(&self, page: &mut Page) {
        if !self.all_same.is_empty() {
            page.title("One label throughout (exact; 50 is what saying nothing should earn)");
        }
        for same in &self.all_same {
            let fit = same.fit.map_or_else(String::new, |fit| format!("; unheld fit {}", points(fit)));
            let worst = if (same.worst_score - 50.0).abs() > 1e-9 {
                format!("; furthest off: {} at {:.1}", same.worst, same.worst_score)
            } else {
                String::new()
            };
            let (low, high) = (same.low, same.high);
            page.line(&format!("  {:<8} trait scales {low:.1} to {high:.1}{worst}{fit}", same.label));
        }
        if let Some(Ideal { best, worst }) = self.ideal {
            let worst = worst.max(0.0);
            page.line(&format!("  The best answers of all give a fit of {best:.1}, the worst {worst:.1}."));
        }
        if let Some(both) = &self.quick_and_full {
            page.line(&format!(
                "  Quick and full form on the same people: r {}, mean difference {} points.",
                r(both.r),
                points(both.difference)
            ));
        }
    }

    fn broken(&self, page: &mut Page) {
        const MOST: usize = 4;
        if self.mutations.kinds.is_empty() {
            return;
        }
        let sheets = self.mutations.sheets;
        page.title(&format!("Keys broken one at a time: what would have shown it ({sheets} answer sheets)"));
        let columns = ["", "tried", "lint", "all-same", "answers", "any"].map(str::to_owned);
        let kinds = self.mutations.kinds.iter().map(|kind| {
            let answers = kind.answers.map_or_else(|| "-".to_owned(), |seen| seen.to_string());
            let [tried, lint, all_same, any] =
                [kind.tried, kind.lint, kind.all_same, kind.any].map(|n| n.to_string());
            [kind.kind.to_owned(), tried, lint, all_same, answers, any]
        });
        for [kind, tried, lint, all_same, answers, any] in [columns].into_iter().chain(kinds) {
            page.line(&format!("  {kind:<30}{tried:>6}{lint:>6}{all_same:>10}{answers:>9}{any:>6}"));
        }
        for kind in self.mutations.kinds.iter().filter(|kind| !kind.missed.is_empty()) {
            let named = kind.missed[..kind.missed.len().min(MOST)].join(", ");
            let more = match kind.missed.len().saturating_sub(MOST) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            page.line(&format!("  Unseen, {}: {named}{more}", kind.kind));
        }
    }

    /// The findings for programs, unrounded.
    ///
    /// # Panics
    /// Never: the findings have text keys only.
    #[must_use]
    pub fn json(&self) -> String {
        let audit = serde_json::to_value(self).expect("findings have only text keys");
        format!("{audit:#}\n")
    }
}

/// Lines with a column for each form.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{}", line.trim_end()).expect("writing to a string cannot fail");
    }

    fn title(&mut self, title: &str) {
        self.line("");
        self.line(title);
    }

    /// Rows under a title; left out where no form has a value.
    fn rows(&mut self, audit: &Audit, title: &str, rows: &[Row]) {
        if audit.forms.iter().any(|form| rows[0].1(form).is_some()) {
            self.title(title);
            for (name, value) in rows {
                self.row(audit, name, value);
            }
        }
    }

    fn row(&mut self, audit: &Audit, name: &str, value: impl Fn(&FormAudit) -> Option<String>) {
        let values: Vec<Option<String>> = audit.forms.iter().map(value).collect();
        if values.iter().any(Option::is_some) {
            let cells =
                values.into_iter().map(|value| format!("{:>12}", value.unwrap_or_else(|| "-".into())));
            self.line(&format!("{name:<52}{}", cells.collect::<String>()));
        }
    }

    fn bias_by_band(&mut self, audit: &Audit) {
        let bands = |fit: &Recovery, at: usize| {
            let band = fit.bias_by_band.get(at).filter(|band| band.n > 0)?;
            Some(format!("{} ({})", points(band.bias), band.n))
        };
        let named = audit.forms.first().and_then(|form| form.fit.as_ref()).map(|fit| &fit.bias_by_band);
        for (at, band) in named.into_iter().flatten().enumerate() {
            let name = format!("  bias where the truth is in `{}` (people)", band.band);
            self.row(audit, &name, |form| bands(form.fit.as_ref()?, at));
        }
    }

    /// Why a signal speaks up on no sheet at all: the form is too short for it, and would be on any sheet.
    ///
    /// It shows in the shares: where consistency has a level at all, it is seldom clear about chance, and
    /// never about the whole of some hundred sheets; one label throughout is a run of all trait ratings.
    fn out_of_reach(&mut self, audit: &Audit) {
        let forms = |is_short: fn(&FormAudit) -> bool| {
            let short = audit.forms.iter().filter(|form| is_short(form)).map(|form| form.form.id());
            short.collect::<Vec<_>>().join(" and the ")
        };
        let consistency = forms(|form| form.flagged.random.max(form.flagged.shuffled) <= 0.0);
        let run = forms(|form| form.flagged.all_same <= 0.0);
        for (signal, forms, takes) in [
            ("Consistency", consistency, "20 degrees of freedom"),
            ("The longest run", run, "6 ratings both ways"),
        ] {
            if !forms.is_empty() {
                self.line(&format!("  {signal} is out of reach of the {forms} form: it takes {takes}."));
            }
        }
    }
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
