use super::*;

#[test]
fn numbers_come_out_in_the_shortest_form_that_reads_back() {
    let odd = [-0.0, 100.0 / 3.0, 1e-7, 0.1 + 0.2, -66.25, 1e-300, 5e-324, 999.9995, 1e6];
    let scores = (0..=1_000_001).map(|n| f64::from(n) / 1000.0);
    for x in odd.into_iter().chain(scores) {
        let mut out = Vec::new();
        number(&mut out, x);
        assert_eq!(String::from_utf8(out).expect("text"), (x + 0.0).to_string());
    }
}

#[test]
fn texts_with_a_separator_of_any_kind_are_quoted() {
    for (given, expect) in [("a;=b", "\"a;=b\""), ("a\"b", "\"a\"\"b\""), (" a", "\" a\""), ("a-b", "a-b")] {
        let mut out = Vec::new();
        text(&mut out, given);
        assert_eq!(String::from_utf8(out).expect("text"), expect);
    }
}
