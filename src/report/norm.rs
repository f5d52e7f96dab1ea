//! Where a scale's score is within the comparison group that the bank names, and what that means.

use itertools::Itertools;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::Norm;
use crate::report::view::View;
use crate::report::whole;
use crate::score::norm::Standing;

/// What a T score and a percentile are, and what they are not.
const COMPARED: &str = "A T score puts the mean of a group at 50 and its standard deviation at 10; the 90 % range is in brackets. How \
     many of 100 people score lower assumes that the group's scores follow the normal curve. Both compare your \
     answers with that group's answers. They do not say how able you are, and they do not enter the score.";

/// Where a score is within a comparison group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NormReport {
    /// Its T score and its percentile.
    #[serde(flatten)]
    pub standing: Standing,
    /// Who the group is.
    pub of: String,
    /// Source of the group's figures.
    pub source: String,
    /// The comparison as a sentence.
    #[serde(skip)]
    pub says: String,
}

impl<'a> View<'a> {
    /// The norm for a scale's score. A group describes itself, so an observer's answers are not compared.
    fn norm_of(&self, scale: usize) -> Option<&'a Norm> {
        let norm = self.bank.scales[scale].norm.as_ref();
        norm.filter(|norm| !self.observed && norm.is_for(self.responses.form()))
    }

    pub(super) fn norm(&self, scale: usize) -> Option<NormReport> {
        let (norm, score) = (self.norm_of(scale)?, self.assessment.scales[scale]);
        let standing = Standing::new(norm, score.score()?, score.standard_error()?);
        let says = in_words(standing, &norm.of);
        Some(NormReport { standing, of: norm.of.clone(), source: norm.source.clone(), says })
    }

    /// What the comparison means, each group once, and the scales without one.
    pub(super) fn compared(&self) -> Vec<String> {
        let scored = (0..self.bank.scales.len()).filter(|&at| self.assessment.scales[at].score().is_some());
        let (with, without): (Vec<usize>, Vec<usize>) = scored.partition(|&at| self.norm_of(at).is_some());
        if with.is_empty() {
            return Vec::new();
        }
        let mut said = vec![COMPARED.to_owned()];
        said.extend(with.into_iter().filter_map(|at| self.norm_of(at)).map(named).unique());
        if !without.is_empty() {
            let titles = without.into_iter().map(|at| &self.bank.scales[at].title).join(", ");
            said.push(format!("No comparison group: {titles}."));
        }
        said
    }
}

/// Where a score is within a group.
fn in_words(standing: Standing, of: &str) -> String {
    let [t, low, high] = [standing.t, standing.t_low, standing.t_high].map(t_in_words);
    let range = match standing.t {
        // Five standard deviations off, the figures say nothing more.
        t if !(0.0..=100.0).contains(&t) => ", far outside this group".to_owned(),
        _ if low == high => String::new(),
        _ => format!(" ({low} to {high})"),
    };
    let below = match whole(standing.percentile).as_str() {
        "0" => "fewer than 1".to_owned(),
        "100" => "more than 99".to_owned(),
        percent => format!("about {percent}"),
    };
    format!("T {t}{range}, above {below} of 100 in: {of}")
}

fn t_in_words(t: f64) -> String {
    match t {
        t if t < 0.0 => "under 0".to_owned(),
        t if t > 100.0 => "over 100".to_owned(),
        t => whole(t),
    }
}

/// A group and the source of its figures.
fn named(norm: &Norm) -> String {
    format!("Compared with: {}. Source: {}.", norm.group(), norm.source.trim_end_matches('.'))
}
