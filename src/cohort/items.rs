//! Statistics of single items in a group: how often each label was given, how an item correlates with
//! the rest of its scale, and which scale it would fit better.
//!
//! Everything is computed from integer sums, so parts merge to the same figures. Item-rest correlations, alpha
//! without an item and omega are over the respondents who answered the whole scale.

use serde::{Deserialize, Serialize};

use super::summary::{CountedScale, MOST, ScaleTally, Sums, add, add_up, as_text, co_deviations};
use crate::bank::{Bank, Form};
use crate::score::Assessment;
use crate::score::plan::{Plan, Sheet};

/// Item-rest correlations under this are named.
pub const LOW: f64 = 0.2;
/// The most labels of a response format.
const LABELS: usize = 11;
/// An omega of one factor takes three items.
const LEAST_ITEMS: usize = 3;

/// Sums of one item on one scale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemSums {
    /// Over those who answered it.
    answered: Sums,
    /// How often each label was given.
    labels: [u64; LABELS],
    /// Products with the items of its scale up to itself, over those who answered the whole scale.
    products: Vec<Product>,
    /// With the score of each scale of the bank.
    scales: Vec<Pair>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Product(#[serde(with = "as_text")] u128);

/// Sums of two values over those who have both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    x: Sums,
    y: Sums,
    xy: Product,
}

/// One item on one scale, over a group.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFigures {
    pub item: usize,
    pub scale: usize,
    /// Respondents who answered it.
    pub n: u64,
    /// How often each label was given; empty unless it is a rating.
    pub labels: Vec<u64>,
    /// Mean of its points in the direction of the scale.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// Correlation with the sum of the other items.
    pub rest: Option<f64>,
    pub alpha_without: Option<f64>,
    pub omega: Option<f64>,
    /// Another scale whose score it correlates with more than with the rest of its own, and the correlation.
    pub fits_better: Option<(usize, f64)>,
}

impl ItemSums {
    fn add(&mut self, other: &ItemSums) {
        self.answered.add(&other.answered);
        add(&mut self.labels, &other.labels);
        self.products.iter_mut().zip(&other.products).for_each(|(product, other)| product.0 += other.0);
        for (pair, other) in self.scales.iter_mut().zip(&other.scales) {
            pair.x.add(&other.x);
            pair.y.add(&other.y);
            pair.xy.0 += other.xy.0;
        }
    }
}

impl Pair {
    fn take(&mut self, x: f64, y: f64) {
        self.xy.0 += self.x.take(x) * self.y.take(y);
    }

    fn correlation(&self) -> Option<f64> {
        correlation(&self.x, &self.y, self.xy.0)
    }
}

/// Pearson's r; nothing if one of the two is constant.
fn correlation(x: &Sums, y: &Sums, products: u128) -> Option<f64> {
    let spread = x.variance()?.sqrt() * y.variance()?.sqrt();
    (spread > 0.0).then(|| co_deviations(x, y, products) / (x.n - 1) as f64 / spread)
}

/// The sums of every item on every scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Items(Vec<Vec<ItemSums>>);

impl Items {
    pub(super) fn new(plan: &Plan<'_>) -> Items {
        let n_scales = plan.bank.scales.len();
        let item = |index: usize| ItemSums {
            products: vec![Product::default(); index + 1],
            scales: vec![Pair::default(); n_scales],
            ..ItemSums::default()
        };
        Items((0..n_scales).map(|scale| (0..plan.scale_items(scale).count()).map(item).collect()).collect())
    }

    pub(super) fn plus(mut self, other: &Items) -> Items {
        let sums = self.0.iter_mut().flatten().zip(other.0.iter().flatten());
        sums.for_each(|(sums, other)| sums.add(other));
        self
    }

    pub(super) fn take(&mut self, plan: &Plan<'_>, sheet: &Sheet, assessment: &Assessment) {
        let mut units = Vec::new();
        for (index, (items, scale)) in self.0.iter_mut().zip(&assessment.scales).enumerate() {
            let is_complete = scale.n_answered == scale.n_items;
            units.clear();
            for (item, (code, points)) in items.iter_mut().zip(plan.answers(index, sheet)) {
                let Some(points) = points else { continue };
                let own = item.answered.take(points);
                units.push(own);
                if let Some(label) = usize::from(code).checked_sub(1) {
                    item.labels[label] += 1;
                }
                if is_complete {
                    let products = item.products.iter_mut().zip(&units);
                    products.for_each(|(product, units)| product.0 += units * own);
                }
                for (pair, scale) in item.scales.iter_mut().zip(&assessment.scales) {
                    if let Some(score) = scale.score() {
                        pair.take(points, score);
                    }
                }
            }
        }
    }

    /// Whether respondents to these scales can have the sums.
    pub(super) fn are_possible(&self, scales: &[ScaleTally]) -> bool {
        let is_pair = |pair: &Pair| pair.x.is_possible() && pair.y.is_possible() && pair.x.n == pair.y.n;
        let is_product = |product: &Product| Sums { n: MOST, sum: 0, squares: product.0 }.is_possible();
        let is_item = |(index, item): (usize, &ItemSums)| {
            item.products.len() == index + 1
                && item.scales.len() == scales.len()
                && add_up(&item.labels).is_some_and(|n| n <= item.answered.n)
                && item.answered.is_possible()
                && item.scales.iter().all(is_pair)
                && item.products.iter().chain(item.scales.iter().map(|pair| &pair.xy)).all(is_product)
        };
        let is_scale = |(items, scale): (&Vec<ItemSums>, &ScaleTally)| {
            items.len() == scale.items.len() && items.iter().enumerate().all(is_item)
        };
        self.0.len() == scales.len() && self.0.iter().zip(scales).all(is_scale)
    }

    /// The figures of every item on every scale, in the order of the scales.
    pub(super) fn figures(&self, plan: &Plan<'_>, scales: &[ScaleTally]) -> Vec<ItemFigures> {
        let mut found = Vec::new();
        for (scale, (items, tally)) in self.0.iter().zip(scales).enumerate() {
            let covariances = covariances(items, tally);
            let omega = covariances.as_deref().and_then(omega);
            for (index, (item, sums)) in plan.scale_items(scale).zip(items).enumerate() {
                let rest = covariances.as_deref().and_then(|matrix| rest(matrix, index));
                let other = |(other, pair): (usize, &Pair)| Some((other, pair.correlation()?));
                let others =
                    sums.scales.iter().enumerate().filter(|(other, _)| *other != scale).filter_map(other);
                let best = others.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
                let n_labels = plan.bank.items[item].format().map_or(0, |format| format.labels.len());
                found.push(ItemFigures {
                    item,
                    scale,
                    n: sums.answered.n,
                    labels: sums.labels[..n_labels].to_vec(),
                    mean: sums.answered.mean(),
                    sd: sums.answered.variance().map(f64::sqrt),
                    rest,
                    alpha_without: covariances.as_deref().and_then(|matrix| alpha_without(matrix, index)),
                    omega,
                    fits_better: best
                        .filter(|(_, r)| rest.is_some_and(|rest| rest < LOW && r.abs() > rest.max(LOW))),
                });
            }
        }
        found
    }
}

/// The covariances of a scale's items, over those who answered all of them.
fn covariances(items: &[ItemSums], tally: &ScaleTally) -> Option<Vec<Vec<f64>>> {
    let n = tally.complete.n;
    if n < 2 {
        return None;
    }
    let mut matrix = vec![vec![0.0; items.len()]; items.len()];
    for (i, (item, x)) in items.iter().zip(&tally.items).enumerate() {
        for (j, (product, y)) in item.products.iter().zip(&tally.items).enumerate() {
            let covariance = co_deviations(&x.sums, &y.sums, product.0) / (n - 1) as f64;
            (matrix[i][j], matrix[j][i]) = (covariance, covariance);
        }
    }
    Some(matrix)
}

fn sum(matrix: &[Vec<f64>]) -> f64 {
    matrix.iter().flatten().sum()
}

/// The correlation of an item with the sum of the others.
fn rest(covariances: &[Vec<f64>], index: usize) -> Option<f64> {
    let (own, with_all): (f64, f64) = (covariances[index][index], covariances[index].iter().sum());
    let spread = (own * (sum(covariances) - 2.0 * with_all + own)).sqrt();
    (spread > 0.0).then(|| (with_all - own) / spread)
}

/// Alpha of the other items.
fn alpha_without(covariances: &[Vec<f64>], index: usize) -> Option<f64> {
    let with_all: f64 = covariances[index].iter().sum();
    let k = covariances.len() as f64 - 1.0;
    let total = sum(covariances) - 2.0 * with_all + covariances[index][index];
    let own: f64 =
        (0..covariances.len()).filter(|other| *other != index).map(|other| covariances[other][other]).sum();
    (k >= 2.0 && total > 0.0).then(|| k / (k - 1.0) * (1.0 - own / total))
}

/// The omega of one factor, 1 − Σu²/ΣΣr over the correlations r of the items, as `omega` of R's
/// psych has it. The loadings λ leave the least squares of r − λλ' off the diagonal (minres); u² = 1 − λ².
fn omega(covariances: &[Vec<f64>]) -> Option<f64> {
    const MOST_ROUNDS: usize = 10_000;
    /// No item is explained further than this, as in psych.
    const HIGHEST: f64 = 0.995;
    let k = covariances.len();
    let spreads: Vec<f64> = (0..k).map(|i| covariances[i][i].sqrt()).collect();
    if k < LEAST_ITEMS || spreads.iter().any(|spread| *spread <= 0.0) {
        return None;
    }
    let r = |i: usize, j: usize| covariances[i][j] / (spreads[i] * spreads[j]);
    let total: f64 = (0..k).flat_map(|i| (0..k).map(move |j| (i, j))).map(|(i, j)| r(i, j)).sum();
    let mut loadings = vec![0.5; k];
    for _ in 0..MOST_ROUNDS {
        let mut moved = 0.0_f64;
        for i in 0..k {
            // Each loading in turn takes the best value, given the others.
            let others = (0..k).filter(|j| *j != i);
            let (products, squares) = others.fold((0.0, 0.0), |(products, squares), j| {
                (products + r(i, j) * loadings[j], squares + loadings[j] * loadings[j])
            });
            let best = if squares > 0.0 { products / squares } else { 0.0 };
            let best = best.clamp(-HIGHEST.sqrt(), HIGHEST.sqrt());
            moved = moved.max((best - loadings[i]).abs());
            loadings[i] = best;
        }
        if moved < 1e-12 {
            break;
        }
    }
    let unique: f64 = loadings.iter().map(|loading| 1.0 - loading * loading).sum();
    (total > 0.0).then(|| 1.0 - unique / total)
}

/// The figures as CSV, one line an item.
pub fn csv(bank: &Bank, figures: &[ItemFigures]) -> String {
    let n_labels = figures.iter().map(|item| item.labels.len()).max().unwrap_or(0);
    let mut header = vec!["item".to_owned(), "scale".to_owned(), "n".to_owned()];
    header.extend((1..=n_labels).map(|label| format!("share:{label}")));
    header
        .extend(["mean", "sd", "item_rest_r", "alpha_if_dropped", "omega", "fits_better"].map(String::from));
    let mut lines = vec![header.join(",")];
    for of in figures {
        let share = |label: usize| {
            Some(*of.labels.get(label)? as f64 / of.n as f64).filter(|share| share.is_finite())
        };
        let numbers = (0..n_labels).map(share).chain([of.mean, of.sd, of.rest, of.alpha_without, of.omega]);
        let mut cells =
            vec![bank.items[of.item].id.clone(), bank.scales[of.scale].id.clone(), of.n.to_string()];
        cells.extend(numbers.map(|x| x.map_or(String::new(), |x| (x + 0.0).to_string())));
        cells.push(of.fits_better.map_or(String::new(), |(scale, _)| bank.scales[scale].id.clone()));
        lines.push(cells.join(","));
    }
    lines.join("\n") + "\n"
}

/// Sentences on the scales whose items contradict one another, and on the items that run against their scale. If
/// they may be `exact`, also on those that hardly correlate with it, and with the correlations.
pub fn warnings(bank: &Bank, figures: &[ItemFigures], scales: &[CountedScale], exact: bool) -> Vec<String> {
    let negative =
        bank.scales.iter().zip(scales).filter(|(_, of)| of.alpha.value.is_some_and(|alpha| alpha < 0.0));
    let negative = negative.map(|(scale, _)| {
        format!(
            "the items of {} contradict one another (alpha under 0); are two columns swapped?",
            scale.title
        )
    });
    let limit = if exact { LOW } else { 0.0 };
    let low = figures.iter().filter_map(|of| Some((of, of.rest.filter(|r| *r < limit)?)));
    let with = |r: f64, more: &str| if exact { format!(" (r = {r:.2}{more})") } else { String::new() };
    let said = low.map(|(of, r)| {
        let (item, scale) = (&bank.items[of.item].id, &bank.scales[of.scale].title);
        let how = if r < 0.0 { "runs against" } else { "hardly goes with" };
        let better = of.fits_better.map_or(String::new(), |(other, r)| {
            let turned = if r < 0.0 { ", reversed" } else { "" };
            format!("; it fits {} better{}", bank.scales[other].title, with(r, turned))
        });
        format!("`{item}` {how} the rest of {scale}{}{better}", with(r, ""))
    });
    negative.chain(said).collect()
}

/// The norms of a group as TOML, one table a scale that has a spread, for an author to put in a bank.
pub fn norms(bank: &Bank, form: Form, scales: &[CountedScale]) -> String {
    let text = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let scale = |scale: &CountedScale| {
        let (mean, sd) = (scale.mean?, scale.sd.filter(|sd| *sd >= 0.1)?);
        Some(format!(
            "\n[[scale]]\nid = {}\n\n[scale.norm]\nmean = {mean}\nsd = {sd}\nn = {}\nof = {}\nsource = {}\nform = {}\n",
            text(&scale.id),
            scale.n,
            text("people scored as a group"),
            text("Their answers, scored with coofit"),
            text(form.id()),
        ))
    };
    let head = format!(
        "# Norms of bank {}, edition {}. Put each [scale.norm] under the [[scale]] of the bank that has this id,\n\
         # and say in `of` who these people were and in `source` where they answered.\n",
        bank.id, bank.edition
    );
    [head].into_iter().chain(scales.iter().filter_map(scale)).collect()
}
