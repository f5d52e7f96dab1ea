//! How the questions are worded.
//!
//! The rules on negation, absolute words, two ideas and the reading grade know English only and
//! run only on banks that say `language = "en"`. They are meant to be wrong seldom rather than to
//! find everything: a rule that cries out at good items is soon allowed everywhere.

use std::collections::{BTreeSet, HashMap};

use unicode_security::MixedScript;

use crate::bank::ItemKind;
use crate::bank::fault::quote;

use super::{Finding, View, Wording};

/// The most words a rating item should have.
const MOST_WORDS: usize = 20;
/// The highest reading grade, in school years (O*NET keeps to the eighth).
const HIGHEST_GRADE: f64 = 8.0;
/// The share of words in common from which two questions are nearly one.
const NEARLY: f64 = 0.75;
/// How many pairs of questions are compared word by word; enough for any bank that a person answers.
const MOST_COMPARED: usize = 1_000_000;
/// Shorter questions have too few words to be told apart by counting them.
const LEAST_WORDS: usize = 4;

const NEGATIONS: &[&str] =
    &["not", "no", "none", "nor", "neither", "nobody", "nothing", "nowhere", "cannot", "without"];

const ABSOLUTES: &[&str] = &[
    "always",
    "never",
    "every",
    "everyone",
    "everybody",
    "everything",
    "all",
    "entirely",
    "completely",
    "totally",
    "absolutely",
];

pub(super) fn long(view: &View<'_>) -> Vec<Finding> {
    let n_words = |wording: &Wording<'_>| wording.text.split_whitespace().count();
    let mut found = Vec::new();
    for wordings in view.wordings().filter(|wordings| matches!(wordings[0].item.kind, ItemKind::Rating(_))) {
        if let Some(wording) = wordings.iter().find(|wording| n_words(wording) > MOST_WORDS) {
            let message = format!("{} has {} words", wording.what(), n_words(wording));
            let help = format!("at most {MOST_WORDS} are read with care");
            found.push(Finding::new("long-item", &wording.item.id, wording.place, message, help));
        }
    }
    found
}

/// Options are judged in scenes only, and together, as they are read: elsewhere they are names, which the
/// formula does not know, and one alone is too short for it.
pub(super) fn hard_to_read(view: &View<'_>) -> Vec<Finding> {
    const HELP: &str = "shorter words and sentences bring it to grade 8 or below";
    let mut found = Vec::new();
    for wordings in view.wordings().filter(|_| view.is_english()) {
        let hard = |text: &str| Some(reading_grade(text)).filter(|grade| *grade > HIGHEST_GRADE);
        let item = wordings[0].item;
        if let Some((wording, grade)) =
            wordings.iter().find_map(|wording| Some((wording, hard(wording.text)?)))
        {
            let message = format!("{} reads at school grade {grade:.1}", wording.what());
            found.push(Finding::new("hard-to-read", &item.id, wording.place, message, HELP));
        } else if let Some(grade) = view.scene(item).and_then(|options| hard(&options)) {
            let message = format!("the options of item {} read at school grade {grade:.1}", quote(&item.id));
            found.push(Finding::new("hard-to-read", &item.id, wordings[0].place, message, HELP));
        }
    }
    found
}

pub(super) fn negation(view: &View<'_>) -> Vec<Finding> {
    let is_negation = |word: &str| NEGATIONS.contains(&word) || word.ends_with("n't");
    let help = "say the opposite: a reader who disagrees with a negation has to think twice";
    words_in_statements(view, "negation", is_negation, help)
}

pub(super) fn absolute_words(view: &View<'_>) -> Vec<Finding> {
    let help = "almost nobody can agree to it honestly; say how often, or leave the word out";
    words_in_statements(view, "absolute-word", |word| ABSOLUTES.contains(&word), help)
}

/// Rated statements with a word that a rule is against, one finding an item.
fn words_in_statements(
    view: &View<'_>,
    rule: &'static str,
    is_against: impl Fn(&str) -> bool,
    help: &str,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for wordings in view.statements().filter(|_| view.is_english()) {
        let against = |wording: &Wording<'_>| words(wording.text).into_iter().find(|word| is_against(word));
        if let Some((wording, word)) = wordings.iter().find_map(|wording| Some((wording, against(wording)?)))
        {
            let message = format!("{} says {}", wording.what(), quote(&word));
            found.push(Finding::new(rule, &wording.item.id, wording.place, message, help));
        }
    }
    found
}

pub(super) fn two_ideas(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for wordings in view.statements().filter(|_| view.is_english()) {
        let second = |wording: &Wording<'_>| second_idea(wording.text);
        if let Some((wording, (joint, second))) =
            wordings.iter().find_map(|wording| Some((wording, second(wording)?)))
        {
            let message = format!(
                "{} asks two things at once: {}",
                wording.what(),
                quote(&format!("{joint} {second}"))
            );
            let help = "make two items of it, or keep the half that matters";
            found.push(Finding::new("two-ideas", &wording.item.id, wording.place, message, help));
        }
    }
    found
}

pub(super) fn near_duplicates(view: &View<'_>) -> Vec<Finding> {
    let asks: Vec<Vec<String>> = view.bank.items.iter().map(|item| words(&item.ask)).collect();
    // The earlier questions with some numbers and a word: only they can be near.
    let mut having: HashMap<(Vec<&String>, &str), Vec<usize>> = HashMap::new();
    let mut common = vec![0_usize; asks.len()];
    let mut left = MOST_COMPARED;
    let mut found = Vec::new();
    for (index, ask) in asks.iter().enumerate() {
        let bag: BTreeSet<&str> = ask.iter().map(String::as_str).collect();
        let numbers = numbers(ask);
        let mut candidates = Vec::new();
        for word in &bag {
            let earlier = having.entry((numbers.clone(), *word)).or_default();
            for &earlier in earlier.iter() {
                if common[earlier] == 0 {
                    candidates.push(earlier);
                }
                common[earlier] += 1;
            }
            earlier.push(index);
        }
        candidates.sort_unstable();
        let is_near = |&earlier: &usize| {
            let longer = ask.len().max(asks[earlier].len());
            // The words in common bound the likeness from above, and are counted much faster.
            let may_be = (common[earlier] + ask.len() - bag.len()) as f64 >= NEARLY * longer as f64;
            left -= usize::from(may_be && left > 0);
            may_be && left > 0 && nearly(ask, &asks[earlier])
        };
        let near = candidates.iter().copied().find(is_near);
        for earlier in candidates {
            common[earlier] = 0;
        }
        if let Some(earlier) = near {
            let [first, item] = [&view.bank.items[earlier], &view.bank.items[index]];
            let message = format!("item {} is nearly the item {}", quote(&item.id), quote(&first.id));
            let help = "a question asked twice counts twice; reword one, or drop it";
            let places = &view.places.asks;
            found.push(
                Finding::new("near-duplicate", &item.id, &places[index], message, help)
                    .earlier(&places[earlier], "the other one"),
            );
        }
    }
    found
}

/// A word of letters of two scripts, such as a Cyrillic `а` in an English word, looks right and is
/// found by no search.
pub(super) fn mixed_scripts(view: &View<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let bank = view.bank;
    let mut look = |id: &str, place, texts: &[Option<&str>]| {
        if let Some(word) = texts.iter().flatten().find_map(|text| mixed_word(text)) {
            let message = format!("{} has a word of two scripts: {}", quote(id), quote(word));
            let help = "type the word again; one of its letters only looks like the right one";
            found.push(Finding::new("mixed-scripts", id, place, message, help));
        }
    };
    for (scale, place) in bank.scales.iter().zip(&view.places.scales) {
        let texts = [Some(&scale.title), scale.about.as_ref(), scale.low.as_ref(), scale.high.as_ref()];
        look(&scale.id, place, &texts.map(|text| text.map(String::as_str)));
    }
    for (item, place) in view.items() {
        let mut texts = vec![Some(item.ask.as_str()), item.observer.as_deref(), item.why.as_deref()];
        match &item.kind {
            ItemKind::Rating(format) => texts.extend(format.labels.iter().map(|label| Some(label.as_str()))),
            ItemKind::Choice(options) => {
                texts.extend(options.iter().flat_map(|o| [Some(o.say.as_str()), o.because.as_deref()]));
            }
            ItemKind::Checklist { options, .. } => {
                texts.extend(options.iter().map(|o| Some(o.say.as_str())));
            }
            ItemKind::Number(range) => texts.push(Some(&range.unit)),
        }
        look(&item.id, place, &texts);
    }
    for (band, place) in bank.bands.iter().zip(&view.places.bands) {
        look(&band.id, place, &[Some(&band.title), band.advice.as_deref()]);
    }
    found
}

/// The first word of two scripts. Only alphabets are looked at: Chinese, Japanese and Korean set Latin
/// names into a sentence without a blank.
fn mixed_word(text: &str) -> Option<&str> {
    let is_alphabet = |c: &char| *c < '\u{1100}';
    text.split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.chars().filter(is_alphabet).collect::<String>().is_single_script())
}

/// Whether two texts are the same but for a word in four; numbers always tell them apart.
pub(super) fn nearly_same(a: &str, b: &str) -> bool {
    let [a, b] = [words(a), words(b)];
    nearly(&a, &b)
}

fn nearly(a: &[String], b: &[String]) -> bool {
    if a == b {
        return !a.is_empty();
    }
    let (longer, shorter) = (a.len().max(b.len()), a.len().min(b.len()));
    if shorter < LEAST_WORDS || numbers(a) != numbers(b) {
        return false;
    }
    // `strsim` compares any lists.
    let distance = strsim::generic_levenshtein(&Words(a), &Words(b));
    1.0 - distance as f64 / longer as f64 >= NEARLY
}

/// A list of words as `strsim` wants one.
struct Words<'a>(&'a [String]);

impl<'a> IntoIterator for &'a Words<'_> {
    type Item = &'a String;
    type IntoIter = std::slice::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

fn numbers(words: &[String]) -> Vec<&String> {
    const NAMED: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "once", "twice"];
    let is_number = |word: &&String| word.contains(char::is_numeric) || NAMED.contains(&word.as_str());
    words.iter().filter(is_number).collect()
}

/// The words of a text in lower case, without what stands between them.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.map(|word| word.trim_matches('\'').to_owned()).filter(|word| !word.is_empty()).collect()
}

/// "and" or "or" before a second verb, with that verb: "I plan my week and check it on Friday".
///
/// Two things that one verb is about ("hours or money", "early and often") are one idea. A second
/// verb shows itself by a subject of its own, by a form like that of the first ("planned and
/// checked", "planning and checking"), or by being a common verb that something follows.
fn second_idea(statement: &str) -> Option<(String, String)> {
    let words = words(statement);
    for (at, joint) in words.iter().enumerate().filter(|(_, word)| ["and", "or"].contains(&word.as_str())) {
        let mut rest = words[at + 1..].iter().map(String::as_str).peekable();
        let skipped = |word: &&str| ["then", "also", "often", "seldom", "soon", "to"].contains(word);
        let is_adverb = |word: &&str| word.len() > 4 && word.ends_with("ly");
        while rest.next_if(|word| skipped(word) || is_adverb(word)).is_some() {}
        let Some(next) = rest.next() else { continue };
        let after = rest.next();
        let before = &words[..at];
        let ends = |ending: &str| before.iter().any(|word| word.len() > 4 && word.ends_with(ending));
        let has_object = after.is_some_and(|word| OBJECTS.contains(&word));
        let second = ["i", "we", "they", "he", "she"].contains(&next)
            || (next.len() > 4 && next.ends_with("ed") && (ends("ed") || is_past(before)))
            || (next.len() > 5
                && next.ends_with("ing")
                && next != "evening"
                && at > 0
                && words[at - 1].ends_with("ing"))
            || PASTS.contains(&next)
            || (VERBS.contains(&next) && has_object);
        if second {
            return Some((joint.clone(), next.to_owned()));
        }
    }
    None
}

fn is_past(words: &[String]) -> bool {
    words.iter().any(|word| PASTS.contains(&word.as_str()))
}

/// Words with which an object begins.
const OBJECTS: &[&str] = &[
    "the", "a", "an", "my", "our", "their", "his", "her", "it", "them", "him", "this", "that", "these",
    "those", "what", "how", "who", "people", "others", "to", "on", "for", "about", "with", "up", "out",
];

/// Past forms that are hardly ever anything else.
const PASTS: &[&str] = &[
    "became",
    "began",
    "bought",
    "broke",
    "brought",
    "built",
    "came",
    "chose",
    "did",
    "drew",
    "drove",
    "fell",
    "fought",
    "forgot",
    "found",
    "gave",
    "got",
    "grew",
    "heard",
    "held",
    "kept",
    "knew",
    "led",
    "lost",
    "made",
    "met",
    "paid",
    "ran",
    "said",
    "sat",
    "saw",
    "sent",
    "sold",
    "spent",
    "spoke",
    "stood",
    "taught",
    "thought",
    "told",
    "took",
    "understood",
    "went",
    "won",
    "wrote",
];

/// Common verbs in the form that follows "I".
const VERBS: &[&str] = &[
    "act",
    "adapt",
    "agree",
    "answer",
    "ask",
    "avoid",
    "be",
    "bring",
    "build",
    "buy",
    "call",
    "change",
    "check",
    "choose",
    "come",
    "compare",
    "cut",
    "decide",
    "do",
    "enjoy",
    "explain",
    "face",
    "feel",
    "find",
    "finish",
    "fix",
    "follow",
    "forget",
    "get",
    "give",
    "go",
    "handle",
    "hear",
    "help",
    "hold",
    "keep",
    "know",
    "lead",
    "learn",
    "leave",
    "let",
    "like",
    "listen",
    "look",
    "lose",
    "make",
    "manage",
    "meet",
    "need",
    "offer",
    "organize",
    "plan",
    "prepare",
    "push",
    "put",
    "read",
    "rest",
    "review",
    "run",
    "say",
    "see",
    "seek",
    "send",
    "set",
    "share",
    "show",
    "solve",
    "speak",
    "spend",
    "start",
    "stay",
    "stop",
    "take",
    "talk",
    "teach",
    "tell",
    "test",
    "think",
    "track",
    "try",
    "turn",
    "understand",
    "use",
    "wait",
    "want",
    "watch",
    "weigh",
    "work",
    "write",
];

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

/// Syllables, by the usual rule: groups of vowels, a silent ending left out.
fn syllables(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let n = letters.len();
    let silent = n > 3
        && match letters[n - 2..] {
            ['e', 's'] => !"laeiouysxzcgh".contains(letters[n - 3]),
            ['e', 'd'] => !"td".contains(letters[n - 3]),
            [before, 'e'] => before != 'l',
            _ => false,
        };
    let kept = match letters.last() {
        Some('e') if silent => &letters[..n - 1],
        _ if silent => &letters[..n - 2],
        _ => &letters[..],
    };
    let is_vowel = |c: &char| "aeiouy".contains(*c);
    kept.chunk_by(|a, b| is_vowel(a) == is_vowel(b)).filter(|group| is_vowel(&group[0])).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_of_known_words_are_right() {
        for (word, n) in [
            ("asked", 1),
            ("planning", 2),
            ("people", 2),
            ("needed", 2),
            ("time", 1),
            ("the", 1),
            ("changes", 2),
            ("tables", 2),
            ("responsibility", 6),
            ("office", 2),
        ] {
            assert_eq!(syllables(word), n, "{word}");
        }
    }

    #[test]
    fn the_reading_grade_of_a_known_sentence_is_right() {
        // 6 words, 1 sentence, 6 syllables.
        assert!((reading_grade("The cat sat on the mat.") - (0.39 * 6.0 + 11.8 - 15.59)).abs() < 1e-9);
    }

    #[test]
    fn a_second_verb_is_a_second_idea_and_a_second_noun_is_not() {
        for two in [
            "I plan my week and check it on Friday.",
            "I planned the work and finished it.",
            "I told people early and kept notes.",
            "I stay calm and I think clearly.",
            "I like planning and checking.",
            "I ask for help or wait for my boss.",
            "I took a task and quickly finished it.",
        ] {
            assert!(second_idea(two).is_some(), "{two}");
        }
        for one in [
            "I compared the hours or money we had used with the plan.",
            "I read papers and reports.",
            "I worked early and late.",
            "I asked the head of plan and budget.",
            "I like the morning and evening shift.",
            "I kept to time and budget.",
            "I shared work and play.",
        ] {
            assert_eq!(second_idea(one), None, "{one}");
        }
    }

    #[test]
    fn a_letter_of_another_alphabet_is_found_and_a_name_in_a_sentence_is_not() {
        assert_eq!(mixed_word("Stay c\u{430}lm"), Some("c\u{430}lm"));
        for text in ["Où ça?", "IT-отдел и COO", "COOの仕事を知っている", "naïve – 100 %", "O*NET®"]
        {
            assert_eq!(mixed_word(text), None, "{text}");
        }
    }

    #[test]
    fn one_other_word_in_four_is_nearly_the_same_and_another_number_is_not() {
        for (a, b, near) in [
            ("I often feel blue.", "I seldom feel blue.", true),
            ("I like order.", "I like people.", false),
            ("Go home.", "go home", true),
            ("I was away for one week.", "I was away for two weeks.", false),
            ("I am interested in people.", "I am full of ideas.", false),
        ] {
            assert_eq!(nearly_same(a, b), near, "{a} / {b}");
        }
    }
}
