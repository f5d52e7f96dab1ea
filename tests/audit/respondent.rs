use super::*;

#[test]
fn cuts_lie_at_equal_distances_round_the_middle() {
    let model = Model::default();
    let expected = [-0.5, -1.0 / 6.0, 1.0 / 6.0, 0.5].map(|place| place * model.span);
    assert!(model.cuts(5).1.zip(expected).all(|(cut, expected)| (cut - expected).abs() < 1e-12));
    assert_eq!(model.cuts(2).1.collect::<Vec<_>>(), [0.0]);
}

#[test]
fn many_fresh_answers_earn_what_is_expected_of_them() {
    let model = Model::default();
    for keying in [Keying::Forward, Keying::Reverse] {
        let mut chance = chance(1, 2, 3);
        let mut sum = 0.0;
        for _ in 0..40_000 {
            let loading = model.loading(keying, chance.f64());
            let latent = way(keying) * loading * 0.8 + (1.0 - loading * loading).sqrt() * normal(&mut chance);
            sum += 25.0 * model.cuts(5).1.filter(|cut| latent > *cut).count() as f64;
        }
        let expected = model.expected_rating(0.8, keying, 5);
        assert!((sum / 40_000.0 - expected).abs() < 0.5, "{} / {expected}", sum / 40_000.0);
    }
}
