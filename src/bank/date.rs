//! The dates of facts: a year, a month or a range of either.

use std::fmt;

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    pub year: i32,
    /// 1 to 12.
    pub month: i32,
}

/// The date of a figure, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AsOf {
    text: String,
    #[serde(skip)]
    last: Option<Month>,
}

impl AsOf {
    /// A figure older than this many months is old.
    const OLD_AFTER: i32 = 24;

    /// Reads `2024`, `2025-05`, `2019-2024` or `2024-34`; a text without a year has no age.
    pub fn new(text: String) -> AsOf {
        let last = last_month(&text);
        AsOf { text, last }
    }

    /// The months since the end of the date, if they are more than two years.
    pub fn if_old(&self, today: Month) -> Option<i32> {
        let last = self.last?;
        let months = (today.year - last.year) * 12 + today.month - last.month;
        (months > Self::OLD_AFTER).then_some(months)
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn last_month(date: &str) -> Option<Month> {
    let numbers: Vec<&str> = date.split(|c: char| !c.is_ascii_digit()).collect();
    let year_at = numbers.iter().rposition(|number| number.len() == 4)?;
    let year: i32 = numbers[year_at].parse().ok()?;
    let after = numbers.get(year_at + 1).filter(|number| number.len() == 2);
    Some(match after.and_then(|number| number.parse().ok()) {
        Some(month @ 1..=12) => Month { year, month },
        Some(end @ 13..) => Month { year: year / 100 * 100 + end, month: 12 },
        _ => Month { year, month: 12 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_old_more_than_two_years_after_its_last_month() {
        let today = Month { year: 2026, month: 11 };
        for (date, months) in [
            ("2024-10", Some(25)),
            ("2024-11", None),
            ("2024-11-02", None),
            ("2024", None),
            ("2023", Some(35)),
            ("May 2023", Some(35)),
            ("2010-2015", Some(131)),
            ("2019-2024", None),
            ("2024-34", None),
            ("last year", None),
        ] {
            assert_eq!(AsOf::new(date.to_owned()).if_old(today), months, "{date}");
        }
    }
}
