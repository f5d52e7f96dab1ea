//! Tests of the parts of the quiz that draw nothing.

mod entry;
mod layout;
mod number;
mod plain;
mod sample;
mod words;

use super::wants_plain;

#[test]
fn plain_lines_on_request_or_where_nothing_can_be_drawn() {
    for accessible in [None, Some(""), Some("0"), Some("false"), Some("no")] {
        assert!(!wants_plain(false, true, true, Some("xterm"), accessible), "ACCESSIBLE={accessible:?}");
    }
    assert_eq!(wants_plain(false, true, true, None, None), cfg!(unix));
    assert!(wants_plain(true, true, true, Some("xterm"), None));
    assert!(wants_plain(false, false, true, Some("xterm"), None));
    assert!(wants_plain(false, true, false, Some("xterm"), None));
    assert!(wants_plain(false, true, true, Some("dumb"), None));
    assert!(wants_plain(false, true, true, Some("xterm"), Some("1")));
}
