//! The part of a cohort that one machine scored, as a file: sums and counts that merge with those of
//! other parts, and no data about single respondents.

use serde::{Deserialize, Serialize};

use super::items::ItemFigures;
use super::summary::{MOST, Tally};
use crate::bank::fault::json_line;
use crate::bank::{Bank, Form, Role};

/// What a part file says it is.
const FORMAT: &str = "coofit-cohort-part";
const VERSION: u32 = 5;

/// The content of a part file: a tally with its bank and form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    format: String,
    version: u32,
    bank: BankId,
    form: String,
    role: Option<String>,
    #[serde(flatten)]
    pub tally: Tally,
    /// Digests of the rows of each part that was merged, sorted.
    digests: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BankId {
    id: String,
    edition: String,
    hash: String,
}

/// Why parts do not merge; completes "the part `x` …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    #[error("is not a part of a cohort: {0}")]
    NoPart(String),
    #[error("has version {0}, and this program reads version {VERSION}")]
    Version(u32),
    #[error("is of {0}, and the first one of {1}")]
    Other(String, String),
    #[error("has the same rows as an earlier one; name each part once")]
    Twice,
    #[error("is of {0}, and the page would be of {1}")]
    OtherBank(String, String),
    #[error("brings the respondents to more than {MOST}")]
    TooMany,
}

impl BankId {
    fn of(bank: &Bank) -> BankId {
        BankId { id: bank.id.clone(), edition: bank.edition.clone(), hash: bank.hash.clone() }
    }

    fn shown(&self) -> String {
        format!("bank `{}`, edition {} ({})", self.id, self.edition, self.hash)
    }
}

impl PartFile {
    pub fn new(bank: &Bank, role: Option<&Role>, form: Form, tally: Tally) -> PartFile {
        // Parts without rows would all have the same digest.
        let digests = if tally.n == 0 { Vec::new() } else { vec![format!("{:016x}", tally.rows)] };
        let (format, form) = (FORMAT.to_owned(), form.id().to_owned());
        let role = role.map(|role| role.id.clone());
        PartFile { format, version: VERSION, bank: BankId::of(bank), form, role, tally, digests }
    }

    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Reads a part file, and checks that its sums are possible.
    pub fn parse(text: &str) -> Result<PartFile, NotMerged> {
        let no_part = |why: &str| NotMerged::NoPart(why.to_owned());
        let mut part: PartFile = serde_json::from_str(text).map_err(|error| no_part(&json_line(&error)))?;
        if part.format != FORMAT {
            return Err(no_part("it names another format"));
        }
        if part.version != VERSION {
            return Err(NotMerged::Version(part.version));
        }
        if !part.tally.is_possible() {
            return Err(no_part("its sums are impossible"));
        }
        let sum = |sum: u64, digest: &String| Some(sum.wrapping_add(u64::from_str_radix(digest, 16).ok()?));
        part.tally.rows =
            part.digests.iter().try_fold(0, sum).ok_or_else(|| no_part("a digest is not a number"))?;
        Ok(part)
    }

    /// Adds another part of the same cohort.
    pub fn add(&mut self, other: &PartFile) -> Result<(), NotMerged> {
        let shape = |tally: &Tally| -> Vec<String> {
            let scales = tally.scales.iter();
            scales
                .flat_map(|scale| {
                    [scale.id.clone()].into_iter().chain(scale.items.iter().map(|item| item.id.clone()))
                })
                .collect()
        };
        let (a, b) = (&self.tally, &other.tally);
        if self.bank != other.bank
            || self.form != other.form
            || self.role != other.role
            || shape(a) != shape(b)
        {
            return Err(NotMerged::Other(other.origin(), self.origin()));
        }
        if a.n + b.n > MOST || a.n_set_aside + b.n_set_aside > MOST {
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

    /// The form of the part, if it is of this bank.
    pub fn form(&self, bank: &Bank) -> Result<Form, NotMerged> {
        let own = BankId::of(bank);
        let is_own = self.bank == own && self.tally.scales.len() == bank.scales.len();
        let form = Form::from_id(&self.form).filter(|_| is_own);
        form.ok_or_else(|| NotMerged::OtherBank(self.origin(), own.shown()))
    }

    /// The role that respondents were scored against.
    pub fn role<'a>(&self, bank: &'a Bank) -> Option<&'a Role> {
        self.role.as_deref().and_then(|id| bank.role(id))
    }

    /// The figures of every item on every scale, if the part has sums of single items.
    pub fn items(&self, bank: &Bank) -> Result<Vec<ItemFigures>, NotMerged> {
        let figures = self.tally.item_figures(bank, self.form(bank)?);
        figures.ok_or_else(|| NotMerged::NoPart("it has no sums of single items".to_owned()))
    }

    fn origin(&self) -> String {
        let role = self.role.as_ref().map_or_else(String::new, |role| format!(", role `{role}`"));
        format!("{}, {} form{role}", self.bank.shown(), self.form)
    }
}
