use super::*;

#[test]
fn the_verdict_is_the_first_that_holds() {
    use Level::{Caution, Clear, Doubtful};
    let cases = [
        (None, None, None, Verdict::NotJudged),
        (None, None, Some(Clear), Verdict::NotJudged),
        (None, Some(Clear), None, Verdict::Clear),
        (Some(Clear), None, None, Verdict::Clear),
        (Some(Caution), Some(Clear), None, Verdict::Caution),
        (None, None, Some(Caution), Verdict::Caution),
        (Some(Caution), Some(Clear), Some(Caution), Verdict::Doubtful),
        (Some(Clear), Some(Clear), Some(Doubtful), Verdict::Doubtful),
        (None, Some(Doubtful), None, Verdict::Doubtful),
        (None, Some(Caution), Some(Caution), Verdict::Caution),
    ];
    for (consistency, run, pace, expect) in cases {
        let got = Verdict::of(consistency, run, pace);
        assert_eq!(got, expect, "{consistency:?} {run:?} {pace:?}");
    }
}
