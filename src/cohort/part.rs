//! The part of a cohort that one machine scored, as a file: sums and counts that come together with
//! those of other parts, and nothing of any one respondent.

use serde::{Deserialize, Serialize};

use super::summary::{ScaleTally, Sums, Tally};
use crate::bank::{Bank, Form};
use crate::report::group::{BINS, GroupReport};

/// The most respondents whose squares can be summed.
const MOST: u64 = 1 << 33;
/// What a part file says it is.
const FORMAT: &str = "coofit-cohort-part";
const VERSION: u32 = 3;

/// A part file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartWire {
    format: String,
    version: u32,
    bank: BankWire,
    form: String,
    n: u64,
    n_set_aside: u64,
    quality: [u64; 7],
    n_skipped: u64,
    scales: Vec<ScaleWire>,
    /// Of the rows of each part that was merged.
    digests: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
struct BankWire {
    id: String,
    edition: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleWire {
    id: String,
    scores: SumsWire,
    bins: [u64; BINS],
    complete: SumsWire,
    items: Vec<ItemWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemWire {
    id: String,
    sums: SumsWire,
}

/// Sums go as text: they are larger than the numbers that every reader of JSON keeps exact.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SumsWire {
    n: u64,
    sum: String,
    squares: String,
}

impl From<&Sums> for SumsWire {
    fn from(sums: &Sums) -> SumsWire {
        SumsWire { n: sums.n, sum: sums.sum.to_string(), squares: sums.squares.to_string() }
    }
}

impl SumsWire {
    /// The sums, if `n` values from 0 to 100 can have them.
    fn read(&self) -> Option<Sums> {
        let sums = Sums { n: self.n, sum: self.sum.parse().ok()?, squares: self.squares.parse().ok()? };
        let highest = 100_u128 << 40;
        let n = u128::from(self.n);
        let fits = self.n <= MOST && sums.sum <= n * highest && sums.squares <= n * highest * highest;
        fits.then_some(sums)
    }
}

/// A tally with the bank and the form that it is of: what a part file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    bank: [String; 3],
    form: String,
    /// Digests of the rows of each part that is in it, sorted.
    digests: Vec<String>,
    /// The sums.
    pub tally: Tally,
}

/// Why parts do not come together; completes "the part `x` …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    /// The text is no part file.
    #[error("is not a part of a cohort: {0}")]
    NoPart(String),
    /// It was written by a later program.
    #[error("has version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// It belongs elsewhere.
    #[error("is of {0}, and the first one of {1}")]
    Other(String, String),
    /// Its respondents would count twice.
    #[error("has the same rows as an earlier one; name each part once")]
    Twice,
    /// The page is to be of another bank.
    #[error("is of {0}, and the page would be of {1}")]
    OtherBank(String, String),
    /// More respondents than can be summed.
    #[error("brings the respondents to more than {MOST}")]
    TooMany,
}

impl Part {
    /// The sums of one run.
    #[must_use]
    pub fn new(bank: &Bank, form: Form, tally: Tally) -> Part {
        let bank = [bank.id.clone(), bank.edition.clone(), bank.hash.clone()];
        // Parts without a row are all alike.
        let digests = if tally.n == 0 { Vec::new() } else { vec![format!("{:016x}", tally.rows)] };
        Part { bank, form: form.id().to_owned(), digests, tally }
    }

    /// The text of a part file.
    #[must_use]
    pub fn json(&self) -> String {
        let [id, edition, hash] = self.bank.clone();
        let wire = PartWire {
            format: FORMAT.to_owned(),
            version: VERSION,
            bank: BankWire { id, edition, hash },
            form: self.form.clone(),
            n: self.tally.n,
            n_set_aside: self.tally.n_set_aside,
            quality: self.tally.quality,
            n_skipped: self.tally.n_skipped,
            scales: self.tally.scales.iter().map(ScaleWire::of).collect(),
            digests: self.digests.clone(),
        };
        serde_json::to_string(&wire).unwrap_or_default() + "\n"
    }

    /// Reads a part file.
    ///
    /// # Errors
    /// The text is no part file of this version, or its sums are impossible.
    pub fn parse(text: &str) -> Result<Part, NotMerged> {
        let no_part = |why: &str| NotMerged::NoPart(why.to_owned());
        let wire: PartWire =
            serde_json::from_str(text).map_err(|error| NotMerged::NoPart(error.to_string()))?;
        if wire.format != FORMAT {
            return Err(no_part("it names another format"));
        }
        if wire.version != VERSION {
            return Err(NotMerged::Version(wire.version));
        }
        let scales: Option<Vec<ScaleTally>> = wire.scales.iter().map(ScaleWire::read).collect();
        let PartWire { bank, form, n, n_set_aside, quality, n_skipped, digests, .. } = wire;
        let sum = |sum: u64, digest: &String| Some(sum.wrapping_add(u64::from_str_radix(digest, 16).ok()?));
        let rows = digests.iter().try_fold(0, sum).ok_or_else(|| no_part("a digest is no number"))?;
        let is_possible = |scales: &Vec<ScaleTally>| {
            let fits = n <= MOST && n_set_aside <= MOST && n_skipped <= n && add_up(&quality) == Some(n);
            fits && scales.iter().all(|scale| scale.complete.n <= scale.scores.n && scale.scores.n <= n)
        };
        let scales = scales.filter(is_possible).ok_or_else(|| no_part("its sums are impossible"))?;
        let tally = Tally { n, n_set_aside, quality, n_skipped, scales, rows };
        Ok(Part { bank: [bank.id, bank.edition, bank.hash], form, digests, tally })
    }

    /// Adds another part of the same cohort.
    ///
    /// # Errors
    /// It is of another bank, edition or form, it has the same rows, or there would be too many.
    pub fn add(&mut self, other: &Part) -> Result<(), NotMerged> {
        let shape = |tally: &Tally| -> Vec<(String, Vec<String>)> {
            let items = |scale: &ScaleTally| scale.items.iter().map(|(id, _)| id.clone()).collect();
            tally.scales.iter().map(|scale| (scale.id.clone(), items(scale))).collect()
        };
        if self.bank != other.bank || self.form != other.form || shape(&self.tally) != shape(&other.tally) {
            return Err(NotMerged::Other(other.origin(), self.origin()));
        }
        let too_many = |n: u64, other: u64| n.checked_add(other).is_none_or(|n| n > MOST);
        let (a, b) = (&self.tally, &other.tally);
        if too_many(a.n, b.n) || too_many(a.n_set_aside, b.n_set_aside) {
            return Err(NotMerged::TooMany);
        }
        if other.digests.iter().any(|digest| self.digests.contains(digest)) {
            return Err(NotMerged::Twice);
        }
        self.digests.extend_from_slice(&other.digests);
        self.digests.sort_unstable();
        self.tally.add(&other.tally);
        Ok(())
    }

    /// The group on one page, if the part is of this bank.
    ///
    /// # Errors
    /// It is of another bank or edition, or of a form that this program does not know.
    pub fn group(&self, bank: &Bank) -> Result<GroupReport, NotMerged> {
        let form = [Form::Full, Form::Quick].into_iter().find(|form| form.id() == self.form);
        let [id, edition, hash] = [&bank.id, &bank.edition, &bank.hash];
        let is_own = self.bank == [id.clone(), edition.clone(), hash.clone()];
        let is_own = is_own && self.tally.scales.len() == bank.scales.len();
        match form.filter(|_| is_own) {
            Some(form) => Ok(self.tally.group(bank, form)),
            None => {
                Err(NotMerged::OtherBank(self.origin(), format!("bank `{id}`, edition {edition} ({hash})")))
            }
        }
    }

    fn origin(&self) -> String {
        let [id, edition, hash] = &self.bank;
        format!("bank `{id}`, edition {edition} ({hash}), {} form", self.form)
    }
}

impl ScaleWire {
    fn of(scale: &ScaleTally) -> ScaleWire {
        ScaleWire {
            id: scale.id.clone(),
            scores: (&scale.scores).into(),
            bins: scale.bins,
            complete: (&scale.complete).into(),
            items: scale
                .items
                .iter()
                .map(|(id, sums)| ItemWire { id: id.clone(), sums: sums.into() })
                .collect(),
        }
    }

    fn read(&self) -> Option<ScaleTally> {
        let scores = self.scores.read().filter(|scores| add_up(&self.bins) == Some(scores.n))?;
        let items: Option<Vec<(String, Sums)>> =
            self.items.iter().map(|item| Some((item.id.clone(), item.sums.read()?))).collect();
        Some(ScaleTally {
            id: self.id.clone(),
            scores,
            bins: self.bins,
            complete: self.complete.read()?,
            items: items?,
        })
    }
}

fn add_up(counts: &[u64]) -> Option<u64> {
    counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))
}
