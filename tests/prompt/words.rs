use unicode_width::UnicodeWidthStr;

use crate::bank::Item;
use crate::prompt::words::{key_range, keys, minutes_left, truncate, wrap};

use super::sample;

#[test]
fn every_option_has_a_key_that_is_not_a_command() {
    let shown = |item: &Item| keys(item).into_iter().map(|key| key.unwrap_or('?')).collect::<String>();
    assert_eq!(shown(&sample::checklist(12)), "123456789abc");
    assert_eq!(shown(&sample::choice(32)), "123456789abcdefghilmnopqrtuvwxyz");
    assert_eq!(shown(&sample::scale(0, 10)), "0123456789a");
    assert_eq!(shown(&sample::scale(-1, 1)), "a01");
    assert_eq!(shown(&sample::rating(&["1", "2", "many"])), "123");
    assert_eq!(key_range(&keys(&sample::choice(32))), "1-9 or a-z");
    assert_eq!(key_range(&keys(&sample::scale(0, 10))), "0-9 or a");
}

#[test]
fn no_line_is_wider_than_asked() {
    let texts = [
        "",
        "a",
        "plain words of some length",
        "日本語のとても長い文章です",
        "a日b本c語",
        "❤️❤️❤️❤️",
        "é\u{301}",
    ];
    for text in texts.into_iter().chain([["longword"; 20].concat().as_str()]) {
        for width in 1..=60 {
            for line in wrap(text, width) {
                assert!(line.width() <= width, "{width}: {line:?}");
            }
            assert!(truncate(text, width).width() <= width, "{width}: {text:?}");
        }
    }
}

#[test]
fn wrapping_keeps_every_word() {
    let text = "Colleagues come to me when several things break at once.";
    for width in 11..=60 {
        assert_eq!(wrap(text, width).join(" "), text);
    }
    assert_eq!(wrap("一二三四五", 4), ["一二", "三四", "五"]);
}

#[test]
fn the_time_left_is_rounded_up() {
    assert_eq!(minutes_left(11.2), "about 12 min left");
    assert_eq!(minutes_left(1.0), "about 1 min left");
    assert_eq!(minutes_left(0.4), "under a minute left");
}
