//! Puts people with similar scores together, so that no number about a group gives away one person's score.
//!
//! [`Spread::blurred`] sorts people by score into sets of at least [`LEAST`]. Each person gets the mean of their set,
//! rounded to a score that one person can have, and all figures are computed from these blurred scores. A blurred
//! score belongs to at least [`LEAST`] people. A group that really has the blurred scores gives the same figures,
//! because blurring it changes nothing. So no figure can prove that a score belongs to fewer people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::bank::{Bank, Form};

/// Nothing is shown about fewer people than this.
pub const LEAST: u64 = 5;

/// One person on one scale, in whole points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// The score, minus an earlier one if there is one.
    pub change: i16,
    pub score: u8,
    /// A larger change than this is detectable in this person.
    pub limit: u8,
}

/// How many people are at each point of one scale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread(BTreeMap<Point, u64>);

/// What is shown of some people on one scale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Figure {
    /// Their mean score.
    pub mean: u8,
    /// The same at the earlier time.
    pub before: Option<u8>,
    /// How many have a detectably higher score than before, and how many a lower one; none for departments.
    pub changed: Option<[u64; 2]>,
}

/// What is shown of a group on one scale; nothing if too few people have a score.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Figures {
    pub all: Option<Figure>,
    /// In the order in which the departments were given.
    pub departments: Vec<Option<Figure>>,
    /// How many have no score, if there are at least [`LEAST`].
    pub unscored: Option<u64>,
    /// How many are in each band; empty for departments and for groups with earlier scores.
    pub bands: Vec<u64>,
}

impl Point {
    /// A score, the earlier one, and the change that is detectable.
    pub fn of(score: f64, before: f64, limit: f64) -> Point {
        let (score, before) = (whole(score), whole(before));
        Point { change: i16::from(score) - i16::from(before), score, limit: whole(limit) }
    }

    fn score(self) -> i16 {
        i16::from(self.score)
    }

    fn before(self) -> i16 {
        self.score() - self.change
    }
}

impl Spread {
    pub fn add(&mut self, point: Point, n: u64) {
        if n > 0 {
            *self.0.entry(point).or_default() += n;
        }
    }

    /// How many people have a score.
    pub fn n(&self) -> u64 {
        self.0.values().sum()
    }

    pub(super) fn join(&mut self, other: &Spread) {
        for (point, n) in &other.0 {
            self.add(*point, *n);
        }
    }

    fn of_all(spreads: impl IntoIterator<Item = impl std::borrow::Borrow<Spread>>) -> Spread {
        let mut all = Spread::default();
        for spread in spreads {
            all.join(spread.borrow());
        }
        all
    }

    /// The same people, neighbors put together. `possible` are the scores that one person can have, rising.
    pub fn blurred(&self, possible: &[u8]) -> Spread {
        let mut runs: Vec<Spread> = Vec::new();
        for (point, n) in &self.0 {
            match runs.last_mut().filter(|run| run.n() < LEAST) {
                Some(run) => run.add(*point, *n),
                None => runs.push(Spread([(*point, *n)].into())),
            }
        }
        if let Some(rest) = runs.pop_if(|run| run.n() < LEAST) {
            match runs.last_mut() {
                Some(last) => last.join(&rest),
                None => runs.push(rest),
            }
        }
        Spread::of_all(runs.iter().map(|run| run.as_one(possible)))
    }

    /// All of these people as one point.
    fn as_one(&self, possible: &[u8]) -> Spread {
        let [score, before] =
            [Point::score, Point::before].map(|of| f64::from(nearest(possible, self.mean(of))));
        let limit = self.mean(|point| i16::from(point.limit));
        Spread([(Point::of(score, before, limit), self.n())].into())
    }

    fn mean(&self, of: fn(Point) -> i16) -> f64 {
        let sum: f64 = self.0.iter().map(|(point, n)| f64::from(of(*point)) * *n as f64).sum();
        sum / self.n() as f64
    }

    fn count(&self, is_it: impl Fn(&Point) -> bool) -> u64 {
        self.0.iter().filter(|(point, _)| is_it(point)).map(|(_, n)| n).sum()
    }

    /// What is shown of them, if their mean was rounded finely enough.
    fn figure(&self, n: u64, has_before: bool, counted: bool, possible: &[u8]) -> Option<Figure> {
        is_fine(possible, n).then(|| Figure {
            mean: whole(self.mean(Point::score)),
            before: has_before.then(|| whole(self.mean(Point::before))),
            changed: (has_before && counted)
                .then(|| [1, -1].map(|way| self.count(|point| way * point.change > i16::from(point.limit)))),
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn whole(number: f64) -> u8 {
    number.round().clamp(0.0, 255.0) as u8
}

/// The score next to a mean; the lower one of two.
fn nearest(possible: &[u8], mean: f64) -> u8 {
    let distance = |score: &u8| (f64::from(*score) - mean).abs();
    possible.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(whole(mean))
}

/// Whether rounding to possible scores moves the mean of `n` people by less than about five points. The error of
/// n/5 roundings is the widest gap·√(5/12n).
fn is_fine(possible: &[u8], n: u64) -> bool {
    const MOST: f64 = 5.0;
    let gaps = possible.windows(2).map(|pair| f64::from(pair[1] - pair[0]));
    let widest = gaps.fold(0.0, f64::max);
    n >= LEAST && widest * (LEAST as f64 / (12.0 * n as f64)).sqrt() < MOST
}

impl Figures {
    /// What may be shown of `n` people in departments, from the spread of each department's scores. `bands` are the
    /// scores at which the bands begin.
    ///
    /// If fewer than [`LEAST`] people of a department have a score, only the mean of all is shown, as if all had the
    /// same score. Anything finer could reveal how many people of that department have one.
    pub fn new(n: u64, departments: &[&Spread], has_before: bool, possible: &[u8], bands: &[f64]) -> Figures {
        let all = Spread::of_all(departments.iter().copied());
        let scored = all.n();
        let none = Figures { departments: vec![None; departments.len()], ..Figures::default() };
        if scored < LEAST {
            return none;
        }
        if departments.iter().any(|spread| spread.n() < LEAST) {
            let one = all.as_one(possible);
            return Figures { all: one.figure(LEAST, has_before, false, possible), ..none };
        }
        let blurred: Vec<Spread> = departments.iter().map(|spread| spread.blurred(possible)).collect();
        let all = Spread::of_all(&blurred);
        // The people of a small department are one point, which is too rough to count people by.
        let is_whole = departments.len() == 1;
        // With earlier scores, neighbors have similar changes, but their scores can be far apart.
        let bands = if is_whole && !has_before { bands } else { &[] };
        let ends = bands.iter().skip(1).copied().chain([f64::INFINITY]);
        let in_band =
            |(from, end): (&f64, f64)| all.count(|point| (*from..end).contains(&f64::from(point.score)));
        let figure = |spread: &Spread| spread.figure(spread.n(), has_before, is_whole, possible);
        Figures {
            all: figure(&all),
            departments: blurred.iter().map(figure).collect(),
            unscored: Some(n - scored).filter(|unscored| *unscored >= LEAST),
            bands: bands.iter().zip(ends).map(in_band).collect(),
        }
    }
}

/// The scores that one person can have on a scale, in whole points and rising. With many of them, some are left out.
pub fn possible(bank: &Bank, form: Form, scale: usize) -> Vec<u8> {
    let mut sums = vec![0.0];
    let mut n = 0.0;
    for item in bank.items.iter().filter(|item| form.asks(item)) {
        let Some(keyed) = item.scales().iter().find(|keyed| keyed.scale == scale) else { continue };
        n += 1.0;
        let points: Vec<f64> = item.all_points().into_iter().map(|points| keyed.keying.key(points)).collect();
        sums = sums.iter().flat_map(|sum| points.iter().map(move |more| sum + more)).collect();
        sums.sort_by(f64::total_cmp);
        sums.dedup_by(|a, b| *a - *b < 0.1);
    }
    let mut scores: Vec<u8> = sums.iter().map(|sum| whole(sum / f64::max(n, 1.0))).collect();
    scores.dedup();
    scores
}
