use super::*;

#[test]
fn the_sign_test_is_that_of_a_fair_coin() {
    for (up, down, p) in [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (1, 0, 1.0),
        (8, 0, 2.0 / 256.0),
        (7, 0, 2.0 / 128.0),
        (12, 3, 576.0 * 2.0 / 32768.0),
        (3, 12, 576.0 * 2.0 / 32768.0),
        (28, 1, 60.0 / 536_870_912.0),
    ] {
        let got = sign_test(up, down);
        assert!((got - p).abs() < 1e-12, "{up} and {down}: {got}");
    }
    assert!(sign_test(2000, 100) < 1e-100 && sign_test(1050, 1050) > 0.99, "many answers too");
}

#[test]
fn differences_go_one_way_only_beyond_chance() {
    let ways = |up: usize, down: usize, same: usize| {
        let all = [vec![0.25; up], vec![-0.25; down], vec![0.0; same]].concat();
        trend(all.into_iter(), P_ANSWERS).map(|trend| (trend.is_up, trend.most, trend.of))
    };
    assert_eq!(ways(28, 1, 31), Some((true, 28, 29)));
    assert_eq!(ways(1, 28, 31), Some((false, 28, 29)));
    assert_eq!(ways(8, 0, 0), Some((true, 8, 8)));
    assert_eq!(ways(7, 0, 50), None, "p = .016");
    assert_eq!(ways(15, 10, 0), None);
    assert_eq!(ways(0, 0, 60), None);
}
