//! Numbers as people type them: `6 years`, `$110,000`, `110k`, `1 500`.
//!
//! What can mean two numbers is never guessed: [`read`] returns both, and the person is asked.

use crate::bank::{Answer, Item, NumberRange};
use crate::prompt::keys::narrow;
use crate::text;

/// Why a text is not taken for a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unread {
    /// It can mean either number.
    Either(f64, f64),
    /// It names a currency that the item does not ask for.
    Currency,
    /// It is not one number in the item's unit.
    Unclear,
}

/// The number in a text, on the terms of a number item.
pub(crate) fn read(typed: &str, range: &NumberRange) -> Result<f64, Unread> {
    let typed = plain(typed);
    let is_digit = |c: char| c.is_ascii_digit();
    let first = typed.find(is_digit).ok_or(Unread::Unclear)?;
    // A fraction may begin with its point.
    let start = first - usize::from(typed[..first].ends_with(['.', ',']));
    let last = typed.rfind(is_digit).unwrap_or(first);
    let (before, digits, after) = (&typed[..start], &typed[start..=last], &typed[last + 1..]);
    if digits.contains(|c: char| !c.is_ascii_digit() && !GROUPING.contains(&c)) {
        return Err(Unread::Unclear);
    }
    let sign = if before.contains('-') { "-" } else { "" };
    let unit = words(&range.unit);
    let before = before.replacen('-', "", 1);
    if words(&before).iter().any(|word| !is_currency(word)) {
        return Err(Unread::Unclear);
    }
    check_unit(&words(&before), &unit)?;
    let mut after = words(after.trim_matches('.'));
    let power = after.first().and_then(|word| power_of_ten(word)).filter(|_| after.first() != unit.first());
    let letter = power.map(|_| after.remove(0)).filter(|word| word.len() == 1);
    check_unit(&after, &unit)?;
    let number = |digits: &str, power: i32| {
        let x: f64 = format!("{sign}{digits}e{power}").parse().map_err(|_| Unread::Unclear)?;
        // Negative zero is zero.
        if x.is_finite() { Ok(x + 0.0) } else { Err(Unread::Unclear) }
    };
    let power = power.unwrap_or(0);
    let (one, other) = match readings(digits).ok_or(Unread::Unclear)? {
        Reading::Sure(digits) => (digits, None),
        Reading::Grouped(_, grouped) if range.whole && power == 0 => (grouped, None),
        Reading::Grouped(fraction, grouped) | Reading::Mixed(fraction, grouped) => {
            let reaches = power > 0 || range.max.max(-range.min) >= 1000.0;
            (fraction, Some(grouped).filter(|_| reaches))
        }
    };
    if let Some(other) = other {
        return Err(Unread::Either(number(&one, power)?, number(&other, power)?));
    }
    // "6m" may be six months, and "5k" five of what is counted in thousands.
    let is_short_for_unit = letter.is_some_and(|letter| {
        unit.iter().any(|word| power_of_ten(word).is_some())
            || unit.iter().any(|word| word.starts_with(&letter))
    });
    if is_short_for_unit {
        return Err(Unread::Either(number(&one, 0)?, number(&one, power)?));
    }
    // "5000 dollars" may be five of the thousand dollars that are asked for.
    let typed: Vec<String> = words(&before).into_iter().chain(after).collect();
    let unsaid = unit.iter().filter(|word| !typed.contains(word)).find_map(|word| power_of_ten(word));
    if let Some(of_unit) = unsaid
        && (power != 0 || !typed.is_empty())
    {
        return Err(Unread::Either(number(&one, power - of_unit)?, number(&one, power)?));
    }
    number(&one, power)
}

/// The answer in a text, or what to tell the person.
pub(crate) fn answer(typed: &str, item: &Item, range: &NumberRange) -> Result<Answer, String> {
    match read(typed, range) {
        Ok(x) => item
            .accept(Answer::Number(x))
            .map_err(|_| format!("Type {}, not {}.", item.must_be(), text::number(x))),
        Err(Unread::Either(a, b)) => {
            let (a, b) = (a.to_string(), b.to_string());
            Err(format!("{} or {}? Type {a} or {b}.", spaced(&a), spaced(&b)))
        }
        Err(Unread::Currency) if words(&range.unit).iter().any(|word| is_currency(word)) => {
            let unit = &range.unit;
            Err(format!("This asks for {unit}. Convert the amount to {unit} and type that."))
        }
        Err(Unread::Currency) => Err("This does not ask for money. Type the number alone.".to_owned()),
        Err(Unread::Unclear) => {
            let example = example(typed, item);
            Err(format!("That is not one number. Type {}, such as {example}.", item.must_be()))
        }
    }
}

/// How a text is understood, to show before it counts.
pub(crate) fn preview(typed: &str, range: &NumberRange) -> Option<String> {
    match read(typed, range) {
        Ok(x) => Some(format!("= {}", range.say(x))),
        Err(Unread::Either(a, b)) => {
            Some(format!("{} or {}?", spaced(&a.to_string()), spaced(&b.to_string())))
        }
        Err(_) => None,
    }
}

/// Commas from four digits on, where it matters that they group.
fn spaced(digits: &str) -> String {
    match digits.len() {
        4 if digits.bytes().all(|byte| byte.is_ascii_digit()) => format!("{},{}", &digits[..1], &digits[1..]),
        _ => text::grouped(digits),
    }
}

/// A number that the item takes, from what was typed if there is one in it.
fn example(typed: &str, item: &Item) -> String {
    let typed = plain(typed);
    let runs = typed.split(|c: char| !c.is_ascii_digit());
    let fits = |text: &&str| text.parse().is_ok_and(|x| item.accept(Answer::Number(x)).is_ok());
    let found = runs.chain(["12", "3", "1500", "0.5", "-3"]).find(fits);
    found.map_or_else(|| item.must_be(), str::to_owned)
}

/// What separates digits.
const GROUPING: [char; 4] = ['.', ',', '\'', ' '];

/// The digits of a text, with a point before the fraction.
enum Reading {
    Sure(String),
    /// `1.500`: a fraction, or a group of three digits.
    Grouped(String, String),
    /// `1 500.000`: the same after other groups.
    Mixed(String, String),
}

fn readings(digits: &str) -> Option<Reading> {
    let groups: Vec<&str> = digits.split(GROUPING).collect();
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some((last, others)) = separators.split_last() else { return Some(Reading::Sure(digits.to_owned())) };
    let (tail, heads) = groups.split_last()?;
    let are_groups = |groups: &[&str]| {
        (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3)
    };
    let are_alike = others.windows(2).all(|pair| pair[0] == pair[1]);
    let has_point = ['.', ','].contains(last);
    let is_new = others.first().is_some_and(|other| other != last);
    let is_fraction = has_point && (others.is_empty() || (is_new && are_alike && are_groups(heads)));
    let is_group = are_groups(&groups) && !groups[0].starts_with('0') && are_alike && (!is_new || has_point);
    let fraction = format!("{}.{tail}", heads.concat());
    match (is_fraction, is_group) {
        (true, true) if is_new => Some(Reading::Mixed(fraction, groups.concat())),
        (true, true) => Some(Reading::Grouped(fraction, groups.concat())),
        (true, false) => Some(Reading::Sure(fraction)),
        (false, true) => Some(Reading::Sure(groups.concat())),
        (false, false) => None,
    }
}

/// Lower case, with plain blanks, apostrophes, minus signs and digits.
fn plain(typed: &str) -> String {
    let visible = typed.chars().filter(|c| c.is_whitespace() || !text::is_obeyed(*c)).map(narrow);
    let plain = visible.map(|c| match c {
        '’' | '‘' | 'ʼ' | '´' | '`' => '\'',
        '−' | '–' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    plain.collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn power_of_ten(word: &str) -> Option<i32> {
    match word {
        "k" | "thousand" => Some(3),
        "m" | "mn" | "mio" | "million" => Some(6),
        "bn" | "billion" => Some(9),
        _ => None,
    }
}

/// The currencies that a unit may name, and other spellings of each.
const CURRENCIES: [(&str, &[&str]); 9] = [
    ("dollar", &["$", "us$", "usd"]),
    ("euro", &["€", "eur"]),
    ("pound", &["£", "gbp", "sterling"]),
    ("yen", &["¥", "jpy"]),
    ("yuan", &["rmb", "cny"]),
    ("rupee", &["₹", "inr", "rs"]),
    ("franc", &["chf", "sfr"]),
    ("krona", &["kr", "sek", "nok", "dkk", "krone", "kroner", "kronor"]),
    ("peso", &["mxn"]),
];

/// Other words that people write for a unit.
const SHORT: [(&str, &[&str]); 6] = [
    ("person", &["people", "persons"]),
    ("year", &["y", "yr", "yrs"]),
    ("hour", &["h", "hr", "hrs"]),
    ("week", &["wk", "wks"]),
    ("percent", &["%"]),
    ("a", &["an", "per", "each", "/"]),
];

/// The words of a unit, each in one spelling. Signs are words of their own: `$/year` has three.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    let lower = text.to_lowercase();
    for c in lower.chars() {
        let word = spaced.rsplit(' ').next().unwrap_or_default();
        let is_prefix =
            !word.is_empty() && word.chars().all(char::is_alphabetic) && power_of_ten(word).is_none();
        match c {
            // "us$" and "c$" are one word.
            '$' if is_prefix => spaced.push_str("$ "),
            '/' | '%' => spaced.extend([' ', c, ' ']),
            c if is_currency_sign(c) => spaced.extend([' ', c, ' ']),
            c => spaced.push(c),
        }
    }
    let mut words: Vec<String> = spaced.split_whitespace().map(canonical).collect();
    let is_us = |pair: &[String]| ["us", "u.s."].contains(&pair[0].as_str()) && pair[1] == "dollar";
    if let Some(at) = words.windows(2).position(is_us) {
        words.remove(at);
    }
    words
}

fn canonical(word: &str) -> String {
    let table = CURRENCIES.iter().chain(&SHORT);
    let one = match word {
        _ if word.len() > 4 && word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if word.len() > 2 && word.ends_with('s') && !word.ends_with("ss") => {
            word[..word.len() - 1].to_owned()
        }
        _ => word.to_owned(),
    };
    let found = table.clone().find(|(name, others)| *name == one || others.contains(&word));
    found.map_or(one, |(name, _)| (*name).to_owned())
}

fn is_currency_sign(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '֏' | '؋' | '৳' | '฿' | '\u{20a0}'..='\u{20cf}')
}

fn is_currency(word: &str) -> bool {
    word.contains(is_currency_sign) || CURRENCIES.iter().any(|(name, _)| *name == word)
}

/// Every spelling of each of a unit's words, for a reader that has no grammar of its own.
pub(crate) fn spellings(unit: &str) -> Vec<Vec<String>> {
    let plain = unit.to_lowercase();
    let mut written = plain.split_whitespace().map(str::to_owned);
    let of = |word: String, written: Option<String>| {
        let table = CURRENCIES.iter().chain(&SHORT).find(|(name, _)| *name == word);
        let others = table.into_iter().flat_map(|(_, others)| others.iter().map(|it| (*it).to_owned()));
        let mut spellings: Vec<String> = others.chain([format!("{word}s"), word.clone()]).collect();
        spellings.extend(written.filter(|written| !spellings.contains(written)));
        spellings
    };
    words(&plain).into_iter().map(|word| of(word, written.next())).collect()
}

/// Whether words are those of the unit, or its first ones, or those from "a" on. "4 months" is not "4
/// nights a month".
fn check_unit(words: &[String], unit: &[String]) -> Result<(), Unread> {
    // "Jahr" and "Jahre" are one word.
    let same = |a: &String, b: &String| {
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        a == b || (short.len() > 2 && long.starts_with(short.as_str()) && long.len() - short.len() < 3)
    };
    let is_here =
        |at: usize| words.len() <= unit.len() - at && words.iter().zip(&unit[at..]).all(|(a, b)| same(a, b));
    let may_start = |at: &usize| *at == 0 || unit[*at] == "a" || power_of_ten(&unit[*at - 1]).is_some();
    match words.is_empty() || (0..unit.len()).filter(may_start).any(is_here) {
        true => Ok(()),
        false if words.iter().any(|word| is_currency(word) && !unit.contains(word)) => Err(Unread::Currency),
        false => Err(Unread::Unclear),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(unit: &str, max: f64, whole: bool) -> NumberRange {
        NumberRange { unit: unit.into(), min: 0.0, max, whole, curve: vec![(0.0, 0.0)] }
    }

    /// Each text and what it is read as.
    #[track_caller]
    fn check(range: &NumberRange, cases: &[(&str, f64)]) {
        for (text, x) in cases {
            assert_eq!(read(text, range), Ok(*x), "{text:?}");
        }
    }

    #[track_caller]
    fn check_not(range: &NumberRange, why: &Unread, texts: &[&str]) {
        for text in texts {
            assert_eq!(read(text, range).as_ref(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_number_may_come_with_its_unit() {
        let years = range("years", 60.0, false);
        check(&years, &[("6 years", 6.0), ("1 year", 1.0), ("6years", 6.0), ("6 YRS.", 6.0), ("6.5 y", 6.5)]);
        check(&range("people", 1e5, true), &[("1 person", 1.0), ("12 people", 12.0), ("12 persons", 12.0)]);
        let hours = range("hours a week", 100.0, false);
        check(
            &hours,
            &[("50 hours", 50.0), ("50 hours per week", 50.0), ("50 h/week", 50.0), ("50 a week", 50.0)],
        );
        check_not(&hours, &Unread::Unclear, &["50 hours a month", "50 days", "50 hours a week a week"]);
        check_not(&hours, &Unread::Unclear, &["50 weeks", "1 week"]);
        check_not(&range("nights a month", 31.0, true), &Unread::Unclear, &["4 months", "4 monthly"]);
        check(&range("Jahre", 60.0, false), &[("1 Jahr", 1.0), ("6 Jahre", 6.0)]);
        check(&range("companies", 60.0, true), &[("1 company", 1.0)]);
        check(&range("%", 100.0, false), &[("50 %", 50.0), ("50 percent", 50.0)]);
        check(&range("", 60.0, false), &[("6", 6.0)]);
        check_not(&range("", 60.0, false), &Unread::Unclear, &["6 years"]);
    }

    #[test]
    fn money_comes_with_its_sign_thousands_and_millions() {
        let dollars = range("dollars", 1e10, true);
        let amount = [
            "$110,000",
            "110k",
            "110 K",
            "110k$",
            "110,000.00",
            "110 thousand",
            "US$ 110,000",
            "usd 110.000",
            "110000 USD",
            "110 000 dollars",
            "110,000 US dollars",
            "U.S. dollars 110,000",
            "1 1 0 000",
        ];
        check(
            &dollars,
            &amount[..amount.len() - 1].iter().map(|text| (*text, 110_000.0)).collect::<Vec<_>>(),
        );
        check(
            &dollars,
            &[("1.5m", 1.5e6), ("1,5 million", 1.5e6), ("$2bn", 2e9), ("1.1m", 1_100_000.0), ("$1", 1.0)],
        );
        check_not(
            &dollars,
            &Unread::Unclear,
            &["1 1 0 000", "110 kg", "5,000 a month", "$ about 5", "5 usd/month"],
        );
        check_not(
            &dollars,
            &Unread::Currency,
            &["€5", "5 EUR", "5k€", "£5", "C$ 500", "R$500", "500 yen", "₿1", "5 kr"],
        );
        check(&range("euros", 1e6, true), &[("5 €", 5.0), ("EUR 5", 5.0)]);
        check_not(&range("euros", 1e6, true), &Unread::Currency, &["$5"]);
        check_not(&range("people", 1e6, true), &Unread::Currency, &["$5"]);
    }

    #[test]
    fn separators_only_group_the_digits_of_a_whole_number() {
        let people = range("people", 1e5, true);
        let groups = [
            "1500",
            "1.500",
            "1,500",
            "1 500",
            "1'500",
            "1’500",
            "1\u{a0}500",
            "1\u{202f}500",
            "1.500,00",
            "1,500.0",
        ];
        check(&people, &groups.map(|text| (text, 1500.0)));
        check(
            &people,
            &[
                ("12", 12.0),
                ("1.234.567", 1_234_567.0),
                ("1,5", 1.5),
                ("12.50", 12.5),
                ("5.", 5.0),
                ("007", 7.0),
            ],
        );
        check_not(
            &people,
            &Unread::Unclear,
            &["1.50.000", "1 50", "1,500 000", "1''500", "1,", "1,,000", "1500,000.5.5"],
        );
        check_not(
            &people,
            &Unread::Either(1500.0, 1_500_000.0),
            &["1 500.000", "1.500,000", "1.500k", "1,500 k"],
        );
    }

    #[test]
    fn what_means_two_numbers_is_asked_back() {
        let reaching = range("kilos", 1000.0, false);
        check_not(&reaching, &Unread::Either(1.5, 1500.0), &["1.500", "1,500", "1,500 kilos"]);
        check(
            &reaching,
            &[("1 500", 1500.0), ("1'500", 1500.0), ("6,5", 6.5), ("6.25", 6.25), ("1.500,5", 1500.5)],
        );
        check(&reaching, &[("0.500", 0.5), (",5", 0.5), ("1234.567", 1234.567), ("1.5000", 1.5)]);
        check(&range("years", 60.0, false), &[("1.500", 1.5), ("1,500", 1.5)]);
        check_not(&range("months", 60.0, false), &Unread::Either(6.0, 6e6), &["6m"]);
        check_not(&range("thousand dollars", 1e6, true), &Unread::Either(5.0, 5000.0), &["5k"]);
        let thousands = range("thousand dollars", 1e6, true);
        check(&thousands, &[("5", 5.0), ("5 thousand", 5.0), ("5 thousand dollars", 5.0)]);
        check_not(&thousands, &Unread::Either(5.0, 5000.0), &["5000 dollars", "$5,000", "5000$"]);
    }

    #[test]
    fn what_is_not_one_number_is_unclear() {
        let texts = [
            "",
            ".",
            "-",
            "2-3",
            "2–3",
            "2 - 3",
            "about 12",
            "12 or so",
            "~12",
            "12?",
            "+1",
            "1e5",
            "0x10",
            "1_000",
            "--1",
            "1-",
            "ten",
            "inf",
            "NaN",
            "1/2",
            "5)",
            "6 years 2",
            "years 6",
            "1m2",
        ];
        check_not(&range("years", 1e6, false), &Unread::Unclear, &texts);
        check_not(&range("years", 1e6, false), &Unread::Unclear, &["9".repeat(400).as_str()]);
        check(&range("years", 1e6, false), &[("-5", -5.0), ("−5", -5.0), ("１２", 12.0), ("-0", 0.0)]);
        assert!(read("-0", &range("", 1.0, false)).is_ok_and(f64::is_sign_positive));
    }

    #[test]
    fn a_refused_text_is_answered_with_an_example() {
        let mut item = crate::prompt::sample::number(0.0, 1e6);
        let check = |item: &Item, typed: &str, says: &str| {
            let crate::bank::ItemKind::Number(range) = &item.kind else { unreachable!() };
            assert_eq!(answer(typed, item, range), Err(says.to_owned()));
        };
        check(&item, "2-3", "That is not one number. Type a number from 0 to 1,000,000, such as 2.");
        check(&item, "lots", "That is not one number. Type a number from 0 to 1,000,000, such as 12.");
        check(&item, "1.500", "1.5 or 1,500? Type 1.5 or 1500.");
        check(&item, "5 €", "This asks for dollars. Convert the amount to dollars and type that.");
        check(&item, "2000000", "Type a number from 0 to 1,000,000, not 2,000,000.");
        item.kind = crate::bank::ItemKind::Number(range("people", 9.0, true));
        check(&item, "1,5", "Type a whole number from 0 to 9, not 1.5.");
        check(&item, "x 12", "That is not one number. Type a whole number from 0 to 9, such as 3.");
    }

    #[test]
    fn the_preview_shows_the_number_with_its_unit() {
        let dollars = range("dollars", 1e10, true);
        assert_eq!(preview("110k", &dollars).as_deref(), Some("= 110,000 dollars"));
        assert_eq!(preview("about", &dollars), None);
        assert_eq!(preview("1.500", &range("kilos", 1e6, false)).as_deref(), Some("1.5 or 1,500?"));
    }
}
