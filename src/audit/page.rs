//! The findings on one page, and as JSON.

use std::fmt::Write;

use super::{Audit, FormAudit, Ideal, Recovery, Truth};

impl Audit {
    /// One page for people. What is simulated is said to be.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = Page::default();
        page.line(&format!("{} (bank {}, edition {})", self.title, self.bank.id, self.bank.edition));
        let against = self.role.as_ref().map_or_else(String::new, |role| format!(", against {role}"));
        page.line(&format!(
            "Audit{against}: seed {}, {} sheets of each kind. Simulated, not real, people.",
            self.seed, self.sheets
        ));
        page.head(self);
        if self.forms.iter().any(|form| form.fit.is_some()) {
            page.title("The fit beside the true fit of simulated respondents");
            page.fits(self, |form| form.fit.as_ref());
            page.row(self, "  r, rated parts alone", |form| form.rated.map(r));
            page.title("The same when everybody answers at the ends of the labels");
            page.row(self, "  r with the true fit", |form| Some(r(form.extreme?.r)));
            page.row(self, "  bias, points", |form| Some(points(form.extreme?.bias)));
            page.row(self, "  90 % interval holds the truth", |form| Some(share(form.extreme?.coverage)));
        }
        page.title("Scale scores beside the true ones (facts left out)");
        page.row(self, "  median r", |form| Some(r(form.scales?.median_r)));
        page.row(self, "  90 % interval holds the truth", |form| Some(share(form.scales?.coverage)));
        if self.forms.iter().any(|form| form.random.is_some()) {
            page.title("Random ratings and choices, facts left out");
            page.row(self, "  mean fit", |form| Some(points(form.random?.mean)));
            page.row(self, "  95th percentile of the fit", |form| Some(points(form.random?.p95)));
            page.row(self, "  that is in the lowest band", |form| Some(yes(form.random?.in_lowest_band?)));
        }
        page.title("Sheets that a quality signal is not clear about (no times)");
        page.row(self, "  random", |form| Some(share(form.flagged.random)));
        page.row(self, "  own answers shuffled", |form| Some(share(form.flagged.shuffled)));
        page.row(self, "  one label throughout", |form| Some(share(form.flagged.all_same)));
        page.row(self, "  honest (false alarms)", |form| Some(share(form.flagged.honest)));
        page.out_of_reach(self);
        self.exact(&mut page);
        self.broken(&mut page);
        page.title("How respondents are simulated");
        let model = &self.parameters;
        page.line(&format!(
            "  Levels normal, any two correlated {}; the means of the scales round {}, SD {}. Loadings {:.2}",
            model.levels_correlated,
            model.levels_mean,
            model.levels_apart,
            model.loading - model.loadings_vary
        ));
        page.line(&format!(
            "  to {:.2}, reversed items {} weaker; labels cut from the latent response at equal distances",
            model.loading + model.loadings_vary,
            model.reversed_weaker
        ));
        page.line(&format!(
            "  over {} SD; a scene's option chosen by exp(c points/50), c = exp({} + {} level + {} normal);",
            model.span, model.pull[0], model.pull[1], model.pull[2]
        ));
        page.line(
            "  facts true as given. The stage of the career goes with the levels as they go with each other,",
        );
        page.line(&format!("  and facts on what was done so far are correlated {}.", model.facts_correlated));
        page.text
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
            page.line(&format!(
                "  {:<8} trait scales {:.1} to {:.1}{worst}{fit}",
                same.label, same.low, same.high
            ));
        }
        if let Some(Ideal { best, worst }) = self.ideal {
            page.line(&format!(
                "  The best answers of all give a fit of {best:.1}, the worst {:.1}.",
                worst.max(0.0)
            ));
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
        if self.mutations.kinds.is_empty() {
            return;
        }
        page.title(&format!(
            "Keys broken one at a time: what would have shown it ({} answer sheets)",
            self.mutations.sheets
        ));
        page.line(&format!(
            "  {:<30}{:>6}{:>6}{:>10}{:>9}{:>6}",
            "", "tried", "lint", "all-same", "answers", "any"
        ));
        for kind in &self.mutations.kinds {
            let answers = kind.answers.map_or_else(|| "-".to_owned(), |seen| seen.to_string());
            page.line(&format!(
                "  {:<30}{:>6}{:>6}{:>10}{answers:>9}{:>6}",
                kind.kind, kind.tried, kind.lint, kind.all_same, kind.any
            ));
        }
        for kind in self.mutations.kinds.iter().filter(|kind| !kind.missed.is_empty()) {
            const MOST: usize = 4;
            let more = kind.missed.len().saturating_sub(MOST);
            let named = kind.missed[..kind.missed.len() - more].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
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

    fn head(&mut self, audit: &Audit) {
        self.row(audit, "", |form| Some(format!("{} form", form.form.id())));
        self.row(audit, "items scored", |form| Some(form.items.to_string()));
    }

    /// A row with a value for each form; left out where no form has one.
    fn row(&mut self, audit: &Audit, name: &str, value: impl Fn(&FormAudit) -> Option<String>) {
        let values: Vec<Option<String>> = audit.forms.iter().map(value).collect();
        if values.iter().any(Option::is_some) {
            let mut line = format!("{name:<52}");
            for value in values {
                write!(line, "{:>12}", value.unwrap_or_else(|| "-".to_owned()))
                    .expect("writing to a string cannot fail");
            }
            self.line(&line);
        }
    }

    /// Why a signal speaks up on no sheet at all: the form is too short for it, and would be on any sheet.
    ///
    /// It shows in the shares: where consistency has a level at all, it is seldom clear about chance, and
    /// never about the whole of some hundred sheets; one label throughout is a run of all trait ratings.
    fn out_of_reach(&mut self, audit: &Audit) {
        let none = |share: f64| share <= 0.0;
        let forms = |is_short: &dyn Fn(&FormAudit) -> bool| {
            let ids: Vec<&str> =
                audit.forms.iter().filter(|form| is_short(form)).map(|form| form.form.id()).collect();
            ids.join(" and the ")
        };
        let no_level = forms(&|form| none(form.flagged.random) && none(form.flagged.shuffled));
        if !no_level.is_empty() {
            self.line(&format!(
                "  Consistency is out of reach of the {no_level} form: it takes 20 degrees of freedom."
            ));
        }
        let no_run = forms(&|form| none(form.flagged.all_same));
        if !no_run.is_empty() {
            self.line(&format!(
                "  The longest run is out of reach of the {no_run} form: it takes 6 ratings both ways."
            ));
        }
    }

    fn fits(&mut self, audit: &Audit, fit: impl Fn(&FormAudit) -> Option<&Recovery>) {
        self.row(audit, "  r with the true fit", |form| Some(r(fit(form)?.r)));
        self.row(audit, "  bias, points", |form| Some(points(fit(form)?.bias)));
        self.row(audit, "  90 % interval holds the truth", |form| Some(share(fit(form)?.coverage)));
        self.row(audit, "    among true fits of 60 and more", |form| {
            Some(share(fit(form)?.coverage_strong?))
        });
        self.row(audit, "      how many", |form| Some(fit(form)?.strong.to_string()));
        self.row(audit, "    among the most uniform tenth", |form| Some(share(fit(form)?.coverage_uniform)));
        self.row(audit, "  mean half width, points", |form| Some(points(fit(form)?.half_width)));
        self.row(audit, "  the bands named hold the true one", |form| {
            Some(share(fit(form)?.true_band_named?))
        });
        self.row(audit, "  bands named, mean", |form| Some(format!("{:.2}", fit(form)?.bands_named?)));
        self.row(audit, "  true fit, mean and SD", |form| {
            let Truth { mean, sd } = fit(form)?.truth;
            Some(format!("{mean:.1}, {sd:.1}"))
        });
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

fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}
