use super::*;

#[track_caller]
fn check(before: f64, after: f64, standard_error: f64, verdict: Verdict) {
    let detectable = (after - before).abs() > 2.6 * standard_error;
    let difference = Difference { before, after, standard_error, detectable };
    assert_eq!(Verdict::of_observer(&difference, 25.0), verdict, "{difference:?}");
}

#[test]
fn alike_means_the_whole_range_is_within_one_label() {
    check(50.0, 50.0, 15.0, Verdict::SeenAlike);
    check(50.0, 50.0, 15.3, Verdict::CannotTell);
    check(50.0, 60.0, 9.0, Verdict::SeenAlike);
    check(50.0, 60.0, 9.2, Verdict::CannotTell);
    check(25.0, 50.0, 12.0, Verdict::CannotTell);
    check(50.0, 25.0, 9.0, Verdict::BlindSpot);
    check(25.0, 50.0, 9.0, Verdict::HiddenStrength);
}

#[test]
fn differences_carry_their_sign() {
    assert_eq!([-14.4, -0.4, 0.0, 0.4, 28.0].map(signed), ["\u{2212}14", "0", "0", "0", "+28"]);
}
