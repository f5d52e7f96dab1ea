//! Two results side by side: a retake, or a self-rating beside what others saw.

use crate::bank::{Bank, Role, ScaleKind};
use crate::report::{whole, words};
use crate::score::change::{Difference, Z_SCALES, change};
use crate::score::quality::Level;
use crate::score::{Assessment, assess};
use crate::session::Responses;

/// Averages over observers are shown only from so many on, so that nobody can be picked out.
pub const LEAST_OBSERVERS: usize = 3;

/// Two results side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What is compared, in words.
    pub title: String,
    /// Names of the two columns.
    pub columns: [String; 2],
    /// The fit.
    pub fit: Option<Row>,
    /// Parts.
    pub parts: Vec<Row>,
    /// Scales.
    pub scales: Vec<Row>,
    /// What is to be said about it.
    pub says: Vec<String>,
}

/// One number in both results.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id; `fit` for the fit.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The numbers and the error of their difference.
    pub difference: Difference,
    /// What is made of it.
    pub verdict: Verdict,
}

/// What a difference beyond its error means, in a retake or beside an observer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A retake: within the error of the difference.
    NoChange,
    /// A retake: higher than before.
    Higher,
    /// A retake: lower than before.
    Lower,
    /// Beside an observer: within the error of the difference.
    SeenAlike,
    /// The observer sees more than the person does.
    HiddenStrength,
    /// The observer sees less than the person does.
    BlindSpot,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Verdict::NoChange => "no detectable change",
            Verdict::Higher => "higher",
            Verdict::Lower => "lower",
            Verdict::SeenAlike => "seen alike",
            Verdict::HiddenStrength => "hidden strength",
            Verdict::BlindSpot => "blind spot",
        }
    }

    fn of_retake(difference: &Difference) -> Verdict {
        match (difference.detectable, difference.after > difference.before) {
            (false, _) => Verdict::NoChange,
            (true, true) => Verdict::Higher,
            (true, false) => Verdict::Lower,
        }
    }

    fn beside_observer(difference: &Difference) -> Verdict {
        match (difference.detectable, difference.after > difference.before) {
            (false, _) => Verdict::SeenAlike,
            (true, true) => Verdict::HiddenStrength,
            (true, false) => Verdict::BlindSpot,
        }
    }
}

/// Compares two results of one person.
#[must_use]
pub fn retake(
    bank: &Bank,
    role: Option<&Role>,
    names: [&str; 2],
    before: &Responses,
    after: &Responses,
) -> Comparison {
    let change = change(bank, role, before, after);
    let row = |id: &str, title: &str, difference: Difference| Row {
        id: id.to_owned(),
        title: title.to_owned(),
        verdict: Verdict::of_retake(&difference),
        difference,
    };
    let changed = change.scales.iter().flatten().filter(|difference| difference.detectable).count();
    let mut says = Vec::new();
    if let Some(fit) = &change.fit {
        let size = whole((fit.after - fit.before).abs());
        says.push(if fit.detectable {
            let way = if fit.after > fit.before { "rose" } else { "fell" };
            format!("The fit {way} by {size} points, more than chance would make it.")
        } else {
            match size.as_str() {
                "0" => "The fit is the same.".to_owned(),
                "1" => "The fit differs by 1 point, which is no detectable change.".to_owned(),
                size => format!("The fit differs by {size} points, which is no detectable change."),
            }
        });
    }
    says.push(match changed {
        0 => "No single scale changed detectably.".to_owned(),
        1 => "One scale changed detectably.".to_owned(),
        n => format!("{n} scales changed detectably."),
    });
    for (name, responses) in names.iter().zip([before, after]) {
        says.extend(caution(name, &assess(bank, None, responses)));
    }
    Comparison {
        title: "Two results, scale by scale".to_owned(),
        columns: names.map(str::to_owned),
        fit: change.fit.map(|fit| row("fit", "Fit", fit)),
        parts: bank
            .parts
            .iter()
            .zip(&change.parts)
            .filter_map(|(part, difference)| Some(row(&part.id, &part.title, (*difference)?)))
            .collect(),
        scales: bank
            .scales
            .iter()
            .zip(&change.scales)
            .filter_map(|(scale, difference)| Some(row(&scale.id, &scale.title, (*difference)?)))
            .collect(),
        says,
    }
}

/// Sets a self-rating beside what one observer saw, or the mean of several.
#[must_use]
pub fn observed(
    bank: &Bank,
    own: &Responses,
    own_name: &str,
    observers: &[&Responses],
    name: &str,
) -> Comparison {
    let own = assess(bank, None, own);
    let others: Vec<Assessment> = observers.iter().map(|responses| assess(bank, None, responses)).collect();
    let mut scales = Vec::new();
    for (index, scale) in bank.scales.iter().enumerate() {
        if scale.kind != ScaleKind::Trait {
            continue;
        }
        if let Some(difference) = beside(&own, &others, index) {
            let verdict = Verdict::beside_observer(&difference);
            let (id, title) = (scale.id.clone(), scale.title.clone());
            scales.push(Row { id, title, difference, verdict });
        }
    }
    let named = |verdict: Verdict| -> Vec<&str> {
        scales.iter().filter(|row: &&Row| row.verdict == verdict).map(|row| row.title.as_str()).collect()
    };
    let (blind, hidden) = (named(Verdict::BlindSpot), named(Verdict::HiddenStrength));
    let mut says = Vec::new();
    if blind.is_empty() && hidden.is_empty() {
        says.push("On no scale do the two differ by more than chance would make them.".to_owned());
    }
    let [see, them] =
        if observers.len() == 1 { ["This observer sees", "for"] } else { ["Others see", "them for"] };
    if !blind.is_empty() {
        says.push(format!("{see} less than you do: {}. Ask {them} an example.", blind.join(", ")));
    }
    if !hidden.is_empty() {
        says.push(format!("{see} more than you do: {}.", hidden.join(", ")));
    }
    if let [one] = others.as_slice() {
        says.extend(caution(name, one));
    }
    says.push(
        "People tend to rate themselves above the way their supervisors rate them, by d = 0.32 over many studies \
         (Heidemeier and Moser, 2009), so a small lead of your own ratings is what to expect."
            .to_owned(),
    );
    Comparison {
        title: "You, beside what others saw".to_owned(),
        columns: [own_name.to_owned(), name.to_owned()],
        fit: None,
        parts: Vec::new(),
        scales,
        says,
    }
}

/// What has to be said of answers that draw a caution.
fn caution(name: &str, answers: &Assessment) -> Option<String> {
    let quality = &answers.quality;
    (quality.verdict > Level::Clear).then(|| {
        let says = words::quality(quality);
        let (first, rest) = says.split_at(1);
        format!("Of the answers of {name}: {}{rest}", first.to_lowercase())
    })
}

/// The self-rating and the mean of the observers on one scale, with √(SE² + ΣSE²/m²).
fn beside(own: &Assessment, others: &[Assessment], scale: usize) -> Option<Difference> {
    let (before, own_error) = (own.scales[scale].score()?, own.scales[scale].standard_error()?);
    let seen: Vec<(f64, f64)> = others
        .iter()
        .filter_map(|one| Some((one.scales[scale].score()?, one.scales[scale].standard_error()?)))
        .collect();
    if seen.is_empty() {
        return None;
    }
    let m = seen.len() as f64;
    let after = seen.iter().map(|(score, _)| score).sum::<f64>() / m;
    let squares: f64 = seen.iter().map(|(_, error)| error.powi(2)).sum();
    let standard_error = (own_error.powi(2) + squares / m.powi(2)).sqrt();
    let detectable = (after - before).abs() > Z_SCALES * standard_error;
    Some(Difference { before, after, standard_error, detectable })
}
