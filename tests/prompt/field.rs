use crate::prompt::field::{MAX_CHARS, TextField};
use crate::prompt::keys::Keys;

/// The text after some keys, with a bar for the cursor.
#[track_caller]
fn check(typed: &str, expect: &str) {
    let (mut keys, mut field) = (Keys::default(), TextField::default());
    typed.bytes().filter_map(|byte| keys.feed(byte)).for_each(|press| {
        field.press(&press);
    });
    let before = field.before_cursor();
    assert_eq!(format!("{before}|{}", &field.text()[before.len()..]), expect, "{typed:?}");
}

#[test]
fn a_text_is_typed_and_corrected_anywhere() {
    check("6 years", "6 years|");
    check("16\x1b[D\x1b[D2\x1b[C5", "215|6");
    check("日本\x7f\x7f\x7f5", "5|");
    check("123\x01\x1b[3~\x1b[3~\x05\x1b[3~", "3|");
    check("123\x154", "4|");
    check("12\x1b[D\x1b[D\x1b[D\x7f", "|12");
}

#[test]
fn a_paste_stays_in_the_line() {
    check("a\x1b[200~ b\r\nc\td \x1b[201~e", "ab  c de|");
}

#[test]
fn a_text_has_an_end() {
    check(&"x".repeat(2000), &format!("{}|", "x".repeat(MAX_CHARS)));
}
