//! Text of strangers: what is made visible, and what stays as it is.

use std::borrow::Cow;

use coofit::report::whole;
use coofit::text::{ascii, escape, escape_lines, grouped, is_right_to_left, number, prose};

#[test]
fn every_control_character_is_made_visible() {
    for code in (0..0x20).chain(0x7f..0xa0) {
        let c = char::from_u32(code).expect("a valid scalar");
        assert_eq!(escape(&format!("a{c}b")), format!("a<U+{code:04X}>b"));
    }
}

#[test]
fn bidirectional_and_zero_width_characters_are_made_visible() {
    for c in "\u{200b}\u{200c}\u{200d}\u{2060}\u{200e}\u{202e}\u{2066}\u{2069}\u{feff}\u{2028}\u{e0041}\u{ad}"
        .chars()
    {
        assert!(!escape(&c.to_string()).contains(c), "{c:?} came through");
    }
    for c in "\u{200b}\u{2060}\u{feff}\u{202e}\u{200e}\u{ad}".chars() {
        for text in [format!("a{c}b"), format!("می{c}خ"), format!("👨{c}👩")] {
            assert!(!escape(&text).contains(c), "{c:?} came through");
        }
    }
}

#[test]
fn a_joiner_between_letters_marks_or_emoji_stays() {
    for text in [
        "برنامه\u{200c}ریزی",
        "می\u{200c}خواهم بخش\u{200c}ها",
        "क्\u{200d}ष",
        "ശ്രീ അവ\u{200d}ന്",
        "ක්\u{200d}ෂ",
        "Auf\u{200c}lage",
        "അവൻ ന\u{d4d}\u{200d} ന\u{d4d}\u{200d}",
        "👨\u{200d}👩\u{200d}👧",
        "👩🏽\u{200d}🚀",
        "❤\u{fe0f}\u{200d}🔥",
        "🏳\u{fe0f}\u{200d}🌈",
        "🧔\u{200d}♂\u{fe0f}",
    ] {
        assert!(matches!(escape(text), Cow::Borrowed(same) if same == text), "{text}");
        assert_eq!(prose(text), text);
    }
}

#[test]
fn a_trademark_sign_is_spelled_in_ascii() {
    assert_eq!(ascii("O*NET® – 5 ± 1"), "O*NET(R) - 5 +- 1");
}

#[test]
fn a_joiner_anywhere_else_is_made_visible() {
    for (text, shown) in [
        ("\u{200d}a", "<U+200D>a"),
        ("a\u{200c}", "a<U+200C>"),
        ("a\u{200c} b", "a<U+200C> b"),
        ("a\u{200c}\u{200d}b", "a<U+200C><U+200D>b"),
        ("a\u{200d}\u{200d}b", "a<U+200D><U+200D>b"),
        ("1\u{200d}2", "1<U+200D>2"),
        ("a\u{200d}2", "a<U+200D>2"),
        ("a\u{200c}-b", "a<U+200C>-b"),
        ("a\u{200d}\u{34f}b", "a<U+200D><U+034F>b"),
        ("a\u{200b}\u{200d}b", "a<U+200B><U+200D>b"),
        ("👨\u{200d}\n", "👨<U+200D><U+000A>"),
    ] {
        assert_eq!(escape(text), shown);
    }
    assert_eq!(escape_lines("a\u{200c}\nb"), "a<U+200C>\nb");
}

#[test]
fn harmless_text_comes_back_unchanged_and_uncopied() {
    for text in ["plain", "Où ça?", "日本語 テスト", "Ελληνικά", "العربية ٣", "हिन्दी", "naïve 🙂", "e\u{301}"]
    {
        assert!(matches!(escape(text), Cow::Borrowed(same) if same == text), "{text}");
    }
}

#[test]
fn prose_folds_white_space_and_keeps_the_words() {
    assert_eq!(prose("  one\n   two\tthree "), "one two three");
    for (plain, folded) in [(" one", "one"), ("one ", "one"), ("one  two", "one two"), ("one two", "one two")]
    {
        assert_eq!(prose(plain), folded);
    }
    assert_eq!(prose("a\u{b}b"), "a<U+000B>b");
}

#[test]
fn thousands_are_grouped_from_five_digits_on() {
    for (plain, read) in [
        ("0", "0"),
        ("999", "999"),
        ("1998", "1998"),
        ("10000", "10,000"),
        ("-123456.789", "-123,456.789"),
        ("12.", "12."),
        (".5", ".5"),
        ("-", "-"),
        ("", ""),
    ] {
        assert_eq!(grouped(plain), read);
    }
    assert_eq!(number(-0.0), "0");
    assert_eq!(whole(-0.3), "0");
}

#[test]
fn only_laid_out_text_keeps_its_line_feeds() {
    assert_eq!(escape("a\nb"), "a<U+000A>b");
    assert_eq!(escape_lines("a\nb\r"), "a\nb<U+000D>");
}

#[test]
fn right_to_left_languages_turn_the_page_round() {
    for language in ["ar", "fa-IR", "he_IL", "ur", "yi", "ji", "syr", "prs", "ku-Arab", "az-Arab-IR"] {
        assert!(is_right_to_left(language), "{language}");
    }
    for language in ["en", "de-CH", "ku", "ar-Latn", "uz-Latn", ""] {
        assert!(!is_right_to_left(language), "{language}");
    }
}
