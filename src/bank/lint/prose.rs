//! Rules about wording.
//!
//! Those on negation, absolute words, two ideas and the reading grade know only English and run only on
//! banks with `language = "en"`. They miss some bad items rather than warn of good ones, because authors
//! soon allow a rule that does.

use std::collections::HashMap;

use crate::bank::fault::{Place, quote};
use crate::bank::{Item, ItemKind, ScaleKind};

use super::Lint;

/// The most words a rating item should have.
const MOST_WORDS: usize = 20;
/// The highest reading grade, in school years (O*NET keeps to the eighth).
const HIGHEST_GRADE: f64 = 8.0;
/// Two questions with this share of words in common are nearly the same.
const NEARLY: f64 = 0.75;
/// The most pairs of questions to compare; enough for any bank that a person can answer.
const MOST_COMPARED: usize = 1_000_000;
/// Shorter questions must be equal.
const LEAST_WORDS: usize = 4;

const NEGATIONS: &str = "not no none nor neither nobody nothing nowhere cannot without";
const ABSOLUTES: &str =
    "always never every everyone everybody everything all entirely completely totally absolutely";
/// Words that begin an object, and hardly ever anything else.
const OBJECTS: &str = "the a an my our their his her it them him this";

pub(super) fn wordings(lint: &mut Lint<'_>) {
    let (bank, is_english) = (lint.bank, lint.is_english());
    let is_rating = |item: &Item| item.format().is_some();
    let is_statement =
        |item: &Item| is_english && is_rating(item) && bank.own_kind(item) == Some(ScaleKind::Trait);

    let n_words = |text: &str| Some(text.split_whitespace().count()).filter(|n| *n > MOST_WORDS);
    let too_long = |text: &str| Some(format!("has {} words", n_words(text)?));
    lint.wordings("long-item", "at most 20 are read with care", is_rating, too_long);

    let help = "shorter words and sentences bring it to grade 8 or below";
    let grade = |text: &str| Some(reading_grade(text)).filter(|grade| *grade > HIGHEST_GRADE);
    let too_hard = |text: &str| Some(format!("reads at school grade {:.1}", grade(text)?));
    lint.wordings("hard-to-read", help, |_| is_english, too_hard);
    // The options of a scene are read together. Other options are names, where the formula does not work.
    lint.items("hard-to-read", help, |item| {
        if !is_english || bank.own_kind(item) != Some(ScaleKind::Situational) {
            return None;
        }
        let says = item.options().iter().map(|option| option.say.trim_end_matches('.').to_owned() + ".");
        let grade = grade(&says.collect::<Vec<_>>().join(" "))?;
        Some(format!("the options of item {} read at school grade {grade:.1}", quote(&item.id)))
    });

    let help = "make two items of it, or keep the half that matters";
    lint.wordings("two-ideas", help, is_statement, two_ideas);
    let help = "say the opposite: a reader who disagrees with a negation has to think twice";
    let is_negation = |word: &str| is_one_of(word, NEGATIONS) || word.ends_with("n't");
    lint.wordings("negation", help, is_statement, |text| says(text, is_negation));
    let help = "almost nobody can agree to it honestly; say how often, or leave the word out";
    let is_absolute = |word: &str| is_one_of(word, ABSOLUTES);
    lint.wordings("absolute-word", help, is_statement, |text| says(text, is_absolute));
}

impl Lint<'_> {
    pub(super) fn is_english(&self) -> bool {
        let language = self.bank.language.as_deref().unwrap_or_default().to_lowercase();
        language.split(['-', '_']).next() == Some("en")
    }

    /// Warns of one wording of each item that counts: the respondent's, otherwise the observer's.
    fn wordings(
        &mut self,
        rule: &'static str,
        help: &str,
        counts: impl Fn(&Item) -> bool,
        wrong: impl Fn(&str) -> Option<String>,
    ) {
        for item in self.bank.items.iter().filter(|item| counts(item)) {
            let own = wrong(&item.ask).map(|wrong| (&item.ask_place, "", wrong));
            let observers = || {
                Some((&item.observer_place, "the observer's wording of ", wrong(item.observer.as_ref()?)?))
            };
            if let Some((place, of, wrong)) = own.or_else(observers) {
                self.warn(rule, help, &item.id, place, format!("{of}item {} {wrong}", quote(&item.id)));
            }
        }
    }
}

fn says(text: &str, is_against: impl Fn(&str) -> bool) -> Option<String> {
    words(text).into_iter().find(|word| is_against(word)).map(|word| format!("says {}", quote(&word)))
}

fn is_one_of(word: &str, list: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

pub(super) fn near_duplicates(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    let asks: Vec<Vec<String>> = bank.items.iter().map(|item| words(&item.ask)).collect();
    // Only questions with the same numbers can be near.
    let mut by_numbers: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
    let mut left = MOST_COMPARED;
    for (index, ask) in asks.iter().enumerate() {
        let earlier = by_numbers.entry(numbers(ask)).or_default();
        let compared = &earlier[..earlier.len().min(left)];
        left -= compared.len();
        if let Some(&first) = compared.iter().find(|&&first| nearly(ask, &asks[first])) {
            let [item, other] = [index, first].map(|at| &bank.items[at]);
            let message = format!("item {} is nearly the item {}", quote(&item.id), quote(&other.id));
            let help = "a question asked twice counts twice; reword one, or drop it";
            let warning = lint.warn("near-duplicate", help, &item.id, &item.ask_place, message);
            warning.earlier = Some((other.ask_place.clone(), "the other one"));
        }
        earlier.push(index);
    }
}

/// A word with letters of two alphabets, such as a Cyrillic `а` in an English word, looks right, but a
/// search does not find it.
pub(super) fn mixed_scripts(lint: &mut Lint<'_>) {
    let bank = lint.bank;
    let mut look = |id: &str, place: &Place, texts: &[Option<&String>]| {
        if let Some(word) = texts.iter().flatten().find_map(|text| mixed_word(text)) {
            let message = format!("{} has a word of two scripts: {}", quote(id), quote(word));
            let help = "type the word again; one of its letters only looks like the right one";
            lint.warn("mixed-scripts", help, id, place, message);
        }
    };
    for scale in &bank.scales {
        let texts = [Some(&scale.title), scale.about.as_ref(), scale.low.as_ref(), scale.high.as_ref()];
        look(&scale.id, &scale.place, &texts);
    }
    for item in &bank.items {
        let mut texts = vec![Some(&item.ask), item.observer.as_ref(), item.why.as_ref()];
        texts.extend(item.format().iter().flat_map(|format| format.labels.iter().map(Some)));
        texts.extend(item.options().iter().flat_map(|option| [Some(&option.say), option.because.as_ref()]));
        if let ItemKind::Number(range) = &item.kind {
            texts.push(Some(&range.unit));
        }
        look(&item.id, &item.place, &texts);
    }
    for band in &bank.bands {
        look(&band.id, &band.place, &[Some(&band.title), band.short.as_ref(), band.advice.as_ref()]);
    }
}

/// The first word with letters of two alphabets that look alike.
fn mixed_word(text: &str) -> Option<&str> {
    let alphabet = |c: char| match c {
        'A'..='Z' | 'a'..='z' | 'À'..='ɏ' | 'Ḁ'..='ỿ' => Some("Latin"),
        'Ͱ'..='Ͽ' | 'ἀ'..='῿' => Some("Greek"),
        'Ѐ'..='ԯ' => Some("Cyrillic"),
        _ => None,
    };
    text.split(|c: char| !c.is_alphabetic()).find(|word| {
        let mut alphabets = word.chars().filter_map(alphabet);
        let first = alphabets.next();
        alphabets.any(|other| Some(other) != first)
    })
}

/// Whether two texts have the same numbers, and at most one word in four differs.
pub(super) fn nearly_same(a: &str, b: &str) -> bool {
    let [a, b] = [words(a), words(b)];
    numbers(&a) == numbers(&b) && nearly(&a, &b)
}

fn nearly(a: &Vec<String>, b: &Vec<String>) -> bool {
    let (longer, shorter) = (a.len().max(b.len()) as f64, a.len().min(b.len()));
    let is_near = |n_other: usize| 1.0 - n_other as f64 / longer >= NEARLY;
    match shorter {
        0 => false,
        1..LEAST_WORDS => a == b,
        // `strsim` compares any lists.
        _ => is_near(a.len().abs_diff(b.len())) && is_near(strsim::generic_levenshtein(a, b)),
    }
}

fn numbers(words: &[String]) -> Vec<&str> {
    const NAMED: &str = "one two three four five six seven eight nine ten once twice";
    let is_number = |word: &&str| word.contains(char::is_numeric) || is_one_of(word, NAMED);
    words.iter().map(String::as_str).filter(is_number).collect()
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.map(|word| word.trim_matches('\'').to_owned()).filter(|word| !word.is_empty()).collect()
}

/// "and" or "or" with the second verb after it: "I plan my week and check it on Friday".
///
/// Two objects of one verb ("hours or money", "early and often") are one idea. A second verb has its own
/// subject, an object after it, or the same ending as a verb before it ("planned and checked").
fn two_ideas(statement: &str) -> Option<String> {
    let words = words(statement);
    for (at, joint) in words.iter().enumerate().filter(|(_, word)| is_one_of(word, "and or")) {
        let between = |word: &&String| is_one_of(word, "then also often to") || word.ends_with("ly");
        let mut rest = words[at + 1..].iter().skip_while(between);
        let Some(next) = rest.next() else { continue };
        let has_subject = is_one_of(next, "i we they he she");
        let has_object = rest.next().is_some_and(|word| is_one_of(word, OBJECTS));
        let shares = |ending: &str, before: &[String]| {
            // An evening is a noun, often next to a morning.
            let is_verb = |word: &str| word.len() > ending.len() + 2 && word != "evening";
            let ends = |word: &String| is_verb(word) && word.ends_with(ending);
            ends(next) && before.iter().any(ends)
        };
        let is_verb = has_object && !is_one_of(next, OBJECTS);
        let shares_ending = shares("ed", &words[..at]) || shares("ing", &words[at.saturating_sub(1)..at]);
        if has_subject || is_verb || shares_ending {
            return Some(format!("asks two things at once: {}", quote(&format!("{joint} {next}"))));
        }
    }
    None
}

/// Flesch-Kincaid grade (Kincaid et al. 1975): 0.39 words a sentence + 11.8 syllables a word − 15.59.
fn reading_grade(text: &str) -> f64 {
    let ends = |word: &&str| word.ends_with(['.', '?', '!', ':']);
    let sentences = text.split_whitespace().filter(ends).count().max(1);
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect();
    if words.is_empty() {
        return 0.0;
    }
    let n_words = words.len() as f64;
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    0.39 * n_words / sentences as f64 + 11.8 * syllables as f64 / n_words - 15.59
}

/// Groups of vowels, without a silent ending.
fn syllables(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let n_silent = match letters[..] {
        _ if letters.len() <= 3 => 0,
        [.., before, 'e', 's'] if !"laeiouysxzcgh".contains(before) => 2,
        [.., before, 'e', 'd'] if !"td".contains(before) => 2,
        [.., before, 'e'] if before != 'l' => 1,
        _ => 0,
    };
    let kept = &letters[..letters.len() - n_silent];
    let is_vowel = |c: &char| "aeiouy".contains(*c);
    kept.chunk_by(|a, b| is_vowel(a) == is_vowel(b)).filter(|group| is_vowel(&group[0])).count().max(1)
}
