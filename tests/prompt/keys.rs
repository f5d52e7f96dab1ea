use std::time::{Duration, Instant};

use crate::prompt::keys::{Held, Keys, MAX_PASTE, Press, SEQUENCE_PATIENCE, is_burst};

/// Feeds chunks with a pause after each; returns everything that was pressed.
fn presses(chunks: &[&[u8]]) -> Vec<Press> {
    let mut keys = Keys::default();
    let mut presses = Vec::new();
    for chunk in chunks {
        presses.extend(chunk.iter().filter_map(|byte| keys.feed(*byte)));
        presses.extend(keys.patience().and_then(|_| keys.quiet()));
    }
    presses
}

/// What a person would call the keys.
fn named(presses: &[Press]) -> String {
    let name = |press: &Press| match press {
        Press::Char(c) => c.to_string(),
        press => format!("{press:?}"),
    };
    presses.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(chunks: &[&str], expect: &str) {
    let bytes: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_bytes()).collect();
    assert_eq!(named(&presses(&bytes)), expect, "{chunks:?}");
}

/// The chord does nothing, and the digit after it still counts.
#[track_caller]
fn check_swallowed(chord: &[u8]) {
    for chunks in [&[chord][..], &[chord, b"3"], &[[chord, b"3"].concat().as_slice()]] {
        let expect = if chunks.concat().len() > chord.len() { "3" } else { "" };
        assert_eq!(named(&presses(chunks)), expect, "{:?}", String::from_utf8_lossy(chord));
    }
}

#[test]
fn single_keys_are_what_they_look_like() {
    check(&["10s?.-x "], "1 0 s ? . - x  ");
    check(&["\r\n\x7f\x08\t\x1b[Z"], "Enter Enter Backspace Backspace Down Up");
    check(&["\x03\x04\x0c\x15\x1a\x1c"], "Interrupt EndOfInput Redraw Clear Suspend Quit");
    check(&["\x1b"], "Escape");
    check(&["é日３"], "é 日 ３");
}

#[test]
fn arrows_work_in_both_modes_of_the_terminal() {
    check(&["\x1b[A\x1b[B\x1b[C\x1b[D"], "Up Down Right Left");
    check(&["\x1bOA\x1bOB\x1bOC\x1bOD"], "Up Down Right Left");
    check(&["\x1b[H\x1b[F\x1bOH\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8~"], "Home End Home End Home End Home End");
    check(&["\x1b[3~"], "Delete");
}

#[test]
fn the_number_pad_types_in_application_mode() {
    check(&["\x1bOp\x1bOs\x1bOy\x1bOM\x1bOn\x1bOm\x1bOl"], "0 3 9 Enter . - ,");
}

#[test]
fn keys_count_in_the_kitty_spelling() {
    check(
        &["\x1b[99;5u\x1b[100;5u\x1b[108;5u\x1b[122;5u\x1b[92;5u"],
        "Interrupt EndOfInput Redraw Suspend Quit",
    );
    check(&["\x1b[27u\x1b[13u\x1b[9u\x1b[9;2u\x1b[127u\x1b[32u"], "Escape Enter Down Up Backspace  ");
    check(&["\x1b[51u\x1b[51;1u\x1b[51;129u\x1b[51;1:1u\x1b[51;1:3u\x1b[51;;51u"], "3 3 3 3 3");
    check(
        &["\x1b[115u\x1b[97;2u\x1b[97:65;2u\x1b[47;2u\x1b[47:63;2u\x1b[223:63;2u\x1b[63;2u"],
        "s A A ? ? ? ?",
    );
    check(&["\x1b[38:49;2u\x1b[38;2;49u"], "1 1");
    check(
        &["\x1b[57399u\x1b[57408u\x1b[57409u\x1b[57414u\x1b[57419u\x1b[57420u\x1b[57423u"],
        "0 9 . Enter Up Down Home",
    );
}

#[test]
fn keys_count_in_the_spelling_of_modify_other_keys() {
    check(
        &["\x1b[27;5;99~\x1b[27;1;51~\x1b[27;2;63~\x1b[27;2;49~\x1b[27;1;13~\x1b[27;1;27~"],
        "Interrupt 3 ? 1 Enter Escape",
    );
}

#[test]
fn num_lock_and_caps_lock_change_no_key() {
    check(&["\x1b[1;129B\x1b[1;65A\x1b[1;193D\x1b[1;1:1B\x1b[1;129~\x1b[1;1:3B"], "Down Up Left Down Home");
}

#[test]
fn no_chord_leaks_a_digit() {
    for modifier in 2..=8 {
        for last in "ABCDFHPQRS".chars() {
            check_swallowed(format!("\x1b[1;{modifier}{last}").as_bytes());
            check_swallowed(format!("\x1bO1;{modifier}{last}").as_bytes());
            check_swallowed(format!("\x1bO{modifier}{last}").as_bytes());
        }
        for key in [2, 3, 5, 6, 11, 15, 24] {
            check_swallowed(format!("\x1b[{key};{modifier}~").as_bytes());
        }
        check_swallowed(format!("\x1b[49;{modifier}u").as_bytes());
        if modifier > 2 {
            check_swallowed(format!("\x1b[27;{modifier};49~").as_bytes());
        }
    }
}

#[test]
fn other_sequences_do_nothing() {
    let keys =
        ["\x1bOP", "\x1bOS", "\x1b[[A", "\x1b[[E", "\x1b[2~", "\x1b[I", "\x1b[O", "\x1b[57358u", "\x1b[E"];
    let mouse = ["\x1b[<0;15;5M", "\x1b[<0;15;5m", "\x1b[M 12", "\x1b[0;15;5M"];
    let replies = [
        "\x1b]11;rgb:1111/2222/3333\x07",
        "\x1b]11;rgb:1111/2222/3333\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b[?1;2c",
        "\x1b[12;40R",
        "\x1b[?3u",
    ];
    let alt = ["\x1b3", "\x1bs", "\x1b\r", "\x1b\x7f", "\x1b?", "\x1bé", "\x1b日", "\x1b\x1b[A"];
    for chord in keys.iter().chain(&mouse).chain(&replies).chain(&alt) {
        check_swallowed(chord.as_bytes());
    }
    (11..=34).for_each(|n| check_swallowed(format!("\x1b[{n}~").as_bytes()));
    check_swallowed(b"\x1b[M\x20\x31\xff");
    check_swallowed(format!("\x1b[{}A", "1;".repeat(50)).as_bytes());
}

#[test]
fn a_paste_is_one_text() {
    check(&["\x1b[200~3\x1b[201~3"], "Paste(\"3\") 3");
    check(
        &["\x1b[200~1\r2\x1b[A\x1b\x1b[20\x03é\x1b[201~"],
        "Paste(\"1\\r2\\u{1b}[A\\u{1b}\\u{1b}[20\\u{3}é\")",
    );
    check(&["\x1b[200~3", "4"], "Paste(\"3\") 4");
    let long = format!("\x1b[200~{}\x1b[201~3", "x".repeat(10_000));
    let got = presses(&[long.as_bytes()]);
    assert!(
        matches!(&got[..], [Press::Paste(text), Press::Char('3')] if text.len() <= MAX_PASTE),
        "{}",
        got.len()
    );
}

#[test]
fn many_characters_at_once_are_a_paste() {
    assert!(is_burst(&presses(&[b"2026-11-26\n"])));
    assert!(!is_burst(&presses(&[b"213"])) && !is_burst(&presses(&[b"3333333333"])));
    assert!(!is_burst(&presses(&[b"\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B"])));
}

#[test]
fn escape_twice_at_once_is_one_press() {
    check(&["\x1b\x1b"], "Escape");
    check(&["\x1b", "\x1b"], "Escape Escape");
}

#[test]
fn a_sequence_may_arrive_in_pieces() {
    let mut keys = Keys::default();
    assert_eq!(keys.feed(0x1b), None);
    assert!(keys.patience().is_some_and(|patience| patience >= Duration::from_millis(100)));
    assert_eq!(keys.feed(b'['), None);
    assert_eq!(keys.patience(), Some(SEQUENCE_PATIENCE));
    assert_eq!(keys.feed(b'B'), Some(Press::Down));
    assert_eq!(keys.patience(), None);
}

#[test]
fn the_late_tail_of_an_escape_does_nothing() {
    check(&["\x1b", "[1;5C"], "Escape");
    check(&["\x1b", "[A3"], "Escape 3");
    check(&["\x1b", "Os3"], "Escape 3");
}

#[test]
fn a_byte_that_is_not_text_costs_no_other_key() {
    for bytes in [&b"\xe63"[..], b"\xe6\x1b[1;5C3", b"\xff\x80\xc03"] {
        assert_eq!(named(&presses(&[bytes])), "3", "{bytes:?}");
    }
    assert_eq!(named(&presses(&[b"\xe6", b"3"])), "3");
}

#[test]
fn a_key_that_comes_again_at_once_is_held() {
    let mut held = Held::default();
    #[expect(clippy::disallowed_methods, reason = "any time does")]
    let start = Instant::now();
    let mut at = |press: char, ms: u64, seen: bool| {
        held.repeats(&Press::Char(press), start + Duration::from_millis(ms), seen)
    };
    assert!(!at('3', 0, true));
    assert!(at('3', 119, true));
    assert!(at('3', 238, true), "each repeat starts the time again");
    assert!(!at('3', 358, true));
    assert!(!at('4', 359, true) && !at('3', 360, true));
    assert!(at('3', 900, false), "it came before the question was seen");
}
