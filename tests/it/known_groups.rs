//! The role's weights and levels against what is known of 862 occupations (`tests/data/onet_scales.csv`).
//!
//! Chief executives, the occupation that includes COOs, must come first and most others far behind.
//! On the whole profile first place is by construction; the split-half check is the one that counts:
//! there one random half of the elements sets targets and weights and the other half scores.

use std::collections::BTreeMap;

use coofit::bank::parse::built_in;
use coofit::bank::{Bank, Requirement};

use crate::support::{Chance, repository};

const CHIEF: &str = "11-1011.00";

/// The occupations, with one column for each element.
struct Table {
    chief: usize,
    columns: BTreeMap<String, Vec<f64>>,
}

impl Table {
    fn read() -> Table {
        let text = std::fs::read_to_string(repository("tests/data/onet_scales.csv")).expect("the table");
        let mut lines = text.lines();
        let elements: Vec<&str> = lines.next().expect("a header").split(',').skip(2).collect();
        let mut table = Table { chief: usize::MAX, columns: BTreeMap::new() };
        for (row, line) in lines.enumerate() {
            // A title may hold commas, so the figures are taken from the right.
            let mut cells: Vec<&str> = line.rsplitn(elements.len() + 1, ',').collect();
            cells.reverse();
            if cells[0].starts_with(CHIEF) {
                table.chief = row;
            }
            for (element, cell) in elements.iter().zip(&cells[1..]) {
                let value: f64 = cell.parse().expect("a figure");
                table.columns.entry((*element).to_owned()).or_default().push(value);
            }
        }
        table
    }

    fn n_occupations(&self) -> usize {
        self.columns.values().next().map_or(0, Vec::len)
    }

    /// Mean of some elements, occupation by occupation.
    fn mean_of(&self, elements: &[String], column: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
        let columns: Vec<Vec<f64>> = elements.iter().map(|id| column(&self.columns[id])).collect();
        (0..self.n_occupations())
            .map(|row| columns.iter().map(|column| column[row]).sum::<f64>() / count(columns.len()))
            .collect()
    }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).expect("a small number"))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

/// Sample standard deviation.
fn sd(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count(values.len() - 1)).sqrt()
}

fn standardize(values: &[f64]) -> Vec<f64> {
    let (mean, sd) = (mean(values), sd(values));
    values.iter().map(|x| (x - mean) / sd).collect()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[half - 1], sorted[half]) } else { sorted[half] }
}

fn percentile_95(values: &[f64]) -> f64 {
    sorted(values)[values.len() * 95 / 100]
}

/// What one way of scoring makes of all occupations.
struct Standing {
    chief: f64,
    first: bool,
    median: f64,
    percentile_95: f64,
}

/// The fit of every occupation over (value, target, weight) triples: 100·max(0, Σ wA/Σ w), with A the
/// value as a share of the target, held between −1 and 1.
fn standing(chief: usize, scales: &[(Vec<f64>, f64, f64)]) -> Standing {
    let weights: f64 = scales.iter().map(|(.., weight)| weight).sum();
    let fit = |row: usize| {
        let attained =
            |(values, to, weight): &(Vec<f64>, f64, f64)| weight * (values[row] / to).clamp(-1.0, 1.0);
        100.0 * (scales.iter().map(attained).sum::<f64>() / weights).max(0.0)
    };
    let fits: Vec<f64> = (0..scales[0].0.len()).map(fit).collect();
    let first = fits.iter().enumerate().all(|(row, other)| row == chief || *other < fits[chief]);
    Standing { chief: fits[chief], first, median: median(&fits), percentile_95: percentile_95(&fits) }
}

fn scale_id<'a>(bank: &'a Bank, requirement: &Requirement) -> &'a str {
    &bank.scales[requirement.scale].id
}

/// The requirements whose weight comes from the table.
fn mapped(bank: &Bank) -> Vec<&Requirement> {
    let coo = bank.role("coo").expect("the role");
    coo.requirements.iter().filter(|requirement| !requirement.elements.is_empty()).collect()
}

/// z of chief executives on the mean of a requirement's elements.
fn distinctiveness(table: &Table, requirement: &Requirement) -> f64 {
    standardize(&table.mean_of(&requirement.elements, <[f64]>::to_vec))[table.chief]
}

#[test]
fn the_table_has_862_occupations_and_exactly_the_named_elements() {
    let (bank, table) = (built_in(), Table::read());
    assert_eq!(table.n_occupations(), 862);
    assert!(table.columns.values().all(|column| column.len() == 862));
    let mut named: Vec<&String> =
        mapped(&bank).iter().flat_map(|requirement| &requirement.elements).collect();
    named.sort();
    assert_eq!(named, table.columns.keys().collect::<Vec<_>>());
    assert_eq!(mapped(&bank).len(), 12);
}

#[test]
fn weights_are_how_far_chief_executives_are_from_all_occupations() {
    let (bank, table) = (built_in(), Table::read());
    for requirement in mapped(&bank) {
        let z = distinctiveness(&table, requirement);
        let scale = scale_id(&bank, requirement);
        assert!((requirement.weight - z).abs() < 0.005, "{scale}: weight {}, z {z}", requirement.weight);
    }
}

#[test]
fn scales_without_elements_weigh_half_the_median() {
    let (bank, table) = (built_in(), Table::read());
    let mapped = mapped(&bank);
    let weights: Vec<f64> = mapped.iter().map(|requirement| distinctiveness(&table, requirement)).collect();
    let half = median(&weights) / 2.0;
    let parts: Vec<usize> = mapped.iter().map(|requirement| bank.scales[requirement.scale].part).collect();
    let mut n_others = 0;
    for requirement in &bank.role("coo").expect("the role").requirements {
        if requirement.elements.is_empty() && parts.contains(&bank.scales[requirement.scale].part) {
            let scale = scale_id(&bank, requirement);
            let weight = requirement.weight;
            assert!((weight - half).abs() < 0.005, "{scale}: weight {weight}, half the median {half}");
            n_others += 1;
        }
    }
    assert_eq!(n_others, 2, "the day and recovery");
}

#[test]
fn every_reason_quotes_the_figures_of_the_table() {
    let (bank, table) = (built_in(), Table::read());
    for requirement in mapped(&bank) {
        let values = table.mean_of(&requirement.elements, <[f64]>::to_vec);
        let why = requirement.why.as_deref().expect("a reason");
        for figure in [
            format!("score {:.1} of 100", values[table.chief]),
            format!("average of 862 occupations is {:.1} ", mean(&values)),
            format!("{:.2} standard deviations", requirement.weight),
        ] {
            assert!(why.contains(&figure), "{}: `{figure}` is not in: {why}", scale_id(&bank, requirement));
        }
    }
}

#[test]
fn on_the_whole_profile_chief_executives_lead_by_far() {
    let (bank, table) = (built_in(), Table::read());
    let scales: Vec<(Vec<f64>, f64, f64)> = mapped(&bank)
        .into_iter()
        .map(|requirement| {
            let z = standardize(&table.mean_of(&requirement.elements, <[f64]>::to_vec));
            let to = z[table.chief];
            (z, to, requirement.weight)
        })
        .collect();
    let standing = standing(table.chief, &scales);
    assert!(standing.first);
    assert!((standing.chief - 100.0).abs() < 1e-9, "{}", standing.chief);
    assert!(standing.median <= 5.0, "median {}", standing.median);
    assert!(standing.percentile_95 <= 50.0, "95th percentile {}", standing.percentile_95);
}

/// One split: in each scale of two elements or more, a random floor(n/2) of them set target and
/// weight and the others give the score.
fn split(table: &Table, scales: &[Vec<String>], chance: &mut Chance) -> Standing {
    let value = |elements: &[String]| standardize(&table.mean_of(elements, standardize));
    let halves: Vec<(Vec<f64>, f64, f64)> = scales
        .iter()
        .map(|elements| {
            let mut elements = elements.clone();
            chance.shuffle(&mut elements);
            let (sets, scores) = elements.split_at(elements.len() / 2);
            let to = value(sets)[table.chief];
            (value(scores), to, to)
        })
        .collect();
    standing(table.chief, &halves)
}

#[test]
fn chief_executives_come_first_on_elements_that_set_no_target() {
    const SPLITS: usize = 200;
    let (bank, table) = (built_in(), Table::read());
    let scales: Vec<Vec<String>> = mapped(&bank)
        .into_iter()
        .map(|requirement| requirement.elements.clone())
        .filter(|elements| elements.len() >= 2)
        .collect();
    assert_eq!(scales.len(), 11);
    let mut chance = Chance(1);
    let standings: Vec<Standing> = (0..SPLITS).map(|_| split(&table, &scales, &mut chance)).collect();
    let n_first = standings.iter().filter(|standing| standing.first).count();
    let average = |of: fn(&Standing) -> f64| mean(&standings.iter().map(of).collect::<Vec<f64>>());
    let (chief, median) = (average(|s| s.chief), average(|s| s.median));
    let percentile_95 = average(|s| s.percentile_95);
    let told = format!("first {n_first}, mean {chief}, median {median}, 95th percentile {percentile_95}");
    assert!(n_first * 100 >= SPLITS * 95, "{told}");
    assert!(chief >= 85.0, "{told}");
    assert!(median <= 5.0, "{told}");
    assert!(percentile_95 <= 50.0, "{told}");
}
