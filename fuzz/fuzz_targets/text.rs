//! Escaped text holds nothing that a terminal obeys, loses nothing else, and can be turned back.
#![no_main]

use coofit::text::{escape, escape_lines, grouped, is_obeyed, prose};
use libfuzzer_sys::fuzz_target;

/// The text that was escaped, given that it held no `<U+` of its own.
fn unescape(text: &str) -> String {
    let mut parts = text.split("<U+");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('>').expect("the end of an escape");
        let code = u32::from_str_radix(code, 16).expect("a code");
        plain.push(char::from_u32(code).expect("a character"));
        plain.push_str(rest);
    }
    plain
}

fuzz_target!(|text: &str| {
    let escaped = escape(text);
    assert!(!escaped.chars().any(|c| is_obeyed(c) && !matches!(c, '\u{200c}' | '\u{200d}')));
    assert_eq!(escape(&escaped), escaped);
    if !text.contains("<U+") {
        assert_eq!(unescape(&escaped), text);
        assert_eq!(unescape(&escape_lines(text)), text);
    }
    assert!(escape_lines(&escape_lines(text)) == escape_lines(text));
    let folded = prose(text);
    assert!(escape(&folded) == folded && folded.trim_matches(' ') == folded && !folded.contains("  "));
    assert_eq!(prose(&folded), folded);
    assert_eq!(
        grouped(text).chars().filter(|c| *c != ',').count(),
        text.chars().filter(|c| *c != ',').count()
    );
});
