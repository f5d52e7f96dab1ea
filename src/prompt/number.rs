//! Numbers as people type them: `6 years`, `$110,000`, `110k`, `1 500`. If a text can mean two numbers,
//! [`read`] returns both, and the person is asked.

use crate::bank::{Answer, Item, NumberRange};
use crate::prompt::keys::narrow;
use crate::text;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unread {
    Either(f64, f64),
    /// The text names a currency that the item does not ask for.
    Currency,
    /// The text is not one number in the item's unit.
    Unclear,
}

pub(crate) fn read(typed: &str, range: &NumberRange) -> Result<f64, Unread> {
    let typed = plain(typed);
    let is_digit = |c: char| c.is_ascii_digit();
    let first = typed.find(is_digit).ok_or(Unread::Unclear)?;
    // A fraction may begin with its point.
    let start = first - usize::from(typed[..first].ends_with(['.', ',']));
    let last = typed.rfind(is_digit).unwrap_or(first);
    let (before, digits, after) = (&typed[..start], &typed[start..=last], &typed[last + 1..]);
    let sign = if before.contains('-') { "-" } else { "" };
    let unit = words(&range.unit);
    let before = words(&before.replacen('-', "", 1));
    if digits.contains(|c| !is_digit(c) && !GROUPING.contains(&c)) || !before.iter().all(|it| is_currency(it))
    {
        return Err(Unread::Unclear);
    }
    check_unit(&before, &unit)?;
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
        (_, Some(grouped), false) if range.whole && power == 0 => (grouped, None),
        (one, other, _) => (one, other.filter(|_| power > 0 || range.max.max(-range.min) >= 1000.0)),
    };
    if let Some(other) = other {
        return Err(Unread::Either(number(&one, power)?, number(&other, power)?));
    }
    // "6m" may be six months, and "5k" five if the unit is thousands.
    let is_like = |word: &String, letter: &str| power_of_ten(word).is_some() || word.starts_with(letter);
    if letter.is_some_and(|letter| unit.iter().any(|word| is_like(word, &letter))) {
        return Err(Unread::Either(number(&one, 0)?, number(&one, power)?));
    }
    // "5000 dollars" may be 5 if the unit is thousand dollars.
    let unsaid = unit.iter().filter(|word| !before.contains(word) && !after.contains(word));
    if let Some(of_unit) = unsaid.into_iter().find_map(|word| power_of_ten(word))
        && (power != 0 || !before.is_empty() || !after.is_empty())
    {
        return Err(Unread::Either(number(&one, power - of_unit)?, number(&one, power)?));
    }
    number(&one, power)
}

/// The answer in a text, or what to tell the person.
pub(crate) fn answer(typed: &str, item: &Item, range: &NumberRange) -> Result<Answer, String> {
    match read(typed, range) {
        Ok(x) => item.accept(Answer::Number(x)).map_err(|_| {
            // A key that got stuck types more digits than fit in a line.
            let not = if x.abs() < 1e15 { format!(", not {}", text::number(x)) } else { String::new() };
            format!("Type {}{not}.", item.must_be())
        }),
        Err(Unread::Either(a, b)) => Err(format!("{} Type {a} or {b}.", either(a, b))),
        Err(Unread::Currency) if words(&range.unit).iter().any(|word| is_currency(word)) => {
            let unit = &range.unit;
            Err(format!("This asks for {unit}. Convert the amount to {unit} and type that."))
        }
        Err(Unread::Currency) => Err("This does not ask for money. Type the number alone.".to_owned()),
        Err(Unread::Unclear) => {
            let example = example(typed, item, range);
            Err(format!("That is not one number. Type {}, such as {example}.", item.must_be()))
        }
    }
}

/// How a text is understood, to show while it is typed.
pub(crate) fn preview(typed: &str, range: &NumberRange) -> Option<String> {
    match read(typed, range) {
        Ok(x) if may_be_thousands(typed, range, x) => Some(format!("= {} ({x},000 is {x}k)", range.say(x))),
        Ok(x) => Some(format!("= {}", range.say(x))),
        Err(Unread::Either(a, b)) => Some(either(a, b)),
        Err(_) => None,
    }
}

/// Whether a small amount may be meant in thousands, such as "60" for a yearly pay.
fn may_be_thousands(typed: &str, range: &NumberRange, x: f64) -> bool {
    let is_money = words(&range.unit).first().is_some_and(|word| is_currency(word));
    let is_bare = typed.trim().bytes().all(|byte| byte.is_ascii_digit());
    is_money && is_bare && range.max >= 1e7 && (1.0..1000.0).contains(&x)
}

/// `1,500 or 1.5?`: with commas already from four digits on, to tell groups from fractions.
fn either(a: f64, b: f64) -> String {
    let [a, b] = [a, b].map(|x| match x.to_string() {
        digits if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{},{}", &digits[..1], &digits[1..])
        }
        digits => text::grouped(&digits),
    });
    format!("{a} or {b}?")
}

/// A number that the item accepts, from what was typed if possible.
fn example(typed: &str, item: &Item, range: &NumberRange) -> String {
    let typed = plain(typed);
    // "about 30k" is about 30k, not about 30.
    let words = typed.split(' ');
    let runs = typed.split(|c: char| !c.is_ascii_digit());
    let fits = |text: &&str| read(text, range).is_ok_and(|x| item.accept(Answer::Number(x)).is_ok());
    let found = words.chain(runs).chain(["12", "3", "1500", "0.5", "-3"]).find(fits);
    found.map_or_else(|| item.must_be(), str::to_owned)
}

const GROUPING: [char; 4] = ['.', ',', '\'', ' '];

/// The number with a point before its fraction, and without one if `1.500` can also mean groups of three. The
/// flag is set when other groups come first, as in `1 500.000`.
fn readings(digits: &str) -> Option<(String, Option<String>, bool)> {
    let groups: Vec<&str> = digits.split(GROUPING).collect();
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some((last, others)) = separators.split_last() else { return Some((digits.to_owned(), None, false)) };
    let (tail, heads) = groups.split_last()?;
    let are_groups = |groups: &[&str]| {
        (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3)
    };
    let are_alike = others.windows(2).all(|pair| pair[0] == pair[1]);
    let has_point = ['.', ','].contains(last);
    let is_new = others.first().is_some_and(|other| other != last);
    let is_fraction = has_point && (others.is_empty() || (is_new && are_alike && are_groups(heads)));
    let is_group = are_groups(&groups) && !groups[0].starts_with('0') && are_alike && (!is_new || has_point);
    let grouped = is_group.then(|| groups.concat());
    if is_fraction {
        return Some((format!("{}.{tail}", heads.concat()), grouped, is_new));
    }
    Some((grouped?, None, is_new))
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

/// Words of units with their other spellings, the currencies first.
const SPELLINGS: [(&str, &[&str]); 15] = [
    ("dollar", &["$", "us$", "usd"]),
    ("euro", &["€", "eur"]),
    ("pound", &["£", "gbp", "sterling"]),
    ("yen", &["¥", "jpy"]),
    ("yuan", &["rmb", "cny"]),
    ("rupee", &["₹", "inr", "rs"]),
    ("franc", &["chf", "sfr"]),
    ("krona", &["kr", "sek", "nok", "dkk", "krone", "kroner", "kronor"]),
    ("peso", &["mxn"]),
    ("person", &["people", "persons"]),
    ("year", &["y", "yr", "yrs"]),
    ("hour", &["h", "hr", "hrs"]),
    ("week", &["wk", "wks"]),
    ("percent", &["%"]),
    ("a", &["an", "per", "each", "/"]),
];
const N_CURRENCIES: usize = 9;

/// The words of a unit, in one spelling each. Signs are separate words: `$/year` has three.
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
    let one = match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if word.len() > 4 => format!("{stem}y"),
        (_, Some(stem)) if word.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    };
    let found = SPELLINGS.iter().find(|(name, others)| *name == one || others.contains(&word));
    found.map_or(one, |(name, _)| (*name).to_owned())
}

fn is_currency_sign(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '֏' | '؋' | '৳' | '฿' | '\u{20a0}'..='\u{20cf}')
}

fn is_currency(word: &str) -> bool {
    word.contains(is_currency_sign) || SPELLINGS[..N_CURRENCIES].iter().any(|(name, _)| *name == word)
}

/// Every spelling of each word of a unit, for the page's script.
pub(crate) fn spellings(unit: &str) -> Vec<Vec<String>> {
    let plain = unit.to_lowercase();
    let mut written = plain.split_whitespace().map(str::to_owned);
    let of = |word: String| {
        let found = SPELLINGS.iter().find(|(name, _)| *name == word);
        let others = found.into_iter().flat_map(|(_, others)| others.iter().map(|it| (*it).to_owned()));
        let mut spellings: Vec<String> = others.chain([format!("{word}s"), word]).collect();
        spellings.extend(written.next().filter(|written| !spellings.contains(written)));
        spellings
    };
    words(&plain).into_iter().map(of).collect()
}

/// Whether words are those of the unit, its first ones, or those from "a" on. "4 months" does not fit
/// "nights a month".
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
