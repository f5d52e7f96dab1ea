use crate::bank::{Item, NumberRange};
use crate::prompt::number::{Unread, answer, preview, read};

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
fn where_large_sums_are_asked_a_small_one_suggests_thousands() {
    let dollars = range("dollars", 1e8, true);
    let shown = |typed| preview(typed, &dollars).expect("a number");
    assert_eq!(shown("60"), "= 60 dollars (60,000 is 60k)");
    assert_eq!(
        ["60k", "$60", "0", "1000"].map(shown),
        ["= 60,000 dollars", "= 60 dollars", "= 0 dollars", "= 1000 dollars"]
    );
    assert_eq!(preview("60", &range("dollars", 5000.0, true)).as_deref(), Some("= 60 dollars"));
    assert_eq!(preview("60", &range("people", 1e8, true)).as_deref(), Some("= 60 people"));
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
    check(&dollars, &amount[..amount.len() - 1].iter().map(|text| (*text, 110_000.0)).collect::<Vec<_>>());
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
        &[("12", 12.0), ("1.234.567", 1_234_567.0), ("1,5", 1.5), ("12.50", 12.5), ("5.", 5.0), ("007", 7.0)],
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
    let mut item = super::sample::number(0.0, 1e6);
    let check = |item: &Item, typed: &str, says: &str| {
        let crate::bank::ItemKind::Number(range) = &item.kind else { unreachable!() };
        assert_eq!(answer(typed, item, range), Err(says.to_owned()));
    };
    check(&item, "2-3", "That is not one number. Type a number from 0 to 1,000,000, such as 2.");
    check(&item, "lots", "That is not one number. Type a number from 0 to 1,000,000, such as 12.");
    check(&item, "about 30k", "That is not one number. Type a number from 0 to 1,000,000, such as 30k.");
    check(&item, "1.500", "1.5 or 1,500? Type 1.5 or 1500.");
    check(&item, "5 €", "This asks for dollars. Convert the amount to dollars and type that.");
    check(&item, "2000000", "Type a number from 0 to 1,000,000, not 2,000,000.");
    check(&item, &"12".repeat(40), "Type a number from 0 to 1,000,000.");
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
