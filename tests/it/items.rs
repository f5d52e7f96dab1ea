//! What an item of each kind accepts, and how many points an answer earns.

use std::sync::Arc;

use coofit::bank::fault::Place;
use coofit::bank::{
    Answer, ChoiceOption, Counts, Item, ItemKind, Keying, NotAccepted, NumberRange, ResponseFormat,
};

fn item(kind: ItemKind) -> Item {
    Item {
        id: "i".into(),
        place: Place::default(),
        part: 0,
        counts: Counts::Nothing,
        ask: "?".into(),
        ask_place: Place::default(),
        observer: None,
        observer_place: Place::default(),
        why: None,
        quick: false,
        occasion: false,
        kind,
    }
}

fn rating(labels: usize) -> Item {
    let labels = (0..labels).map(|n| n.to_string()).collect();
    item(ItemKind::Rating(Arc::new(ResponseFormat { id: "f".into(), lead: None, labels })))
}

#[track_caller]
fn check(item: &Item, answer: Answer, points: f64) {
    let answer = item.accept(answer).expect("accepted");
    assert!((item.points(&answer) - points).abs() < 1e-12, "{answer:?}: {}", item.points(&answer));
}

#[test]
fn ratings_run_from_0_to_100_over_the_declared_labels() {
    check(&rating(5), Answer::Rating(1), 0.0);
    check(&rating(5), Answer::Rating(2), 25.0);
    check(&rating(5), Answer::Rating(5), 100.0);
    check(&rating(2), Answer::Rating(2), 100.0);
    check(&rating(11), Answer::Rating(6), 50.0);
}

#[test]
fn a_rating_outside_its_labels_is_refused_with_the_range() {
    for r in [0, 6, 255] {
        let refused = rating(5).accept(Answer::Rating(r));
        assert_eq!(refused, Err(NotAccepted("a whole number from 1 to 5".into())));
    }
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    assert!(rating(5).accept(Answer::Number(3.0)).is_err());
    assert!(rating(5).accept(Answer::Checklist(vec![])).is_err());
}

#[test]
fn a_checklist_earns_all_its_points_at_enough_ticks() {
    let option = |c: char| ChoiceOption { id: c.into(), say: c.into(), points: 0.0, because: None };
    let options = "abcd".chars().map(option).collect();
    let list = item(ItemKind::Checklist { options, enough: 3 });
    check(&list, Answer::Checklist(vec![]), 0.0);
    check(&list, Answer::Checklist(vec![1]), 100.0 / 3.0);
    check(&list, Answer::Checklist(vec![0, 2, 3]), 100.0);
    check(&list, Answer::Checklist(vec![0, 1, 2, 3]), 100.0);
    assert!(list.accept(Answer::Checklist(vec![1, 1])).is_err());
    assert!(list.accept(Answer::Checklist(vec![4])).is_err());
}

#[test]
fn a_curve_is_linear_between_its_points_and_flat_beyond() {
    let curve = vec![(5.0, 20.0), (10.0, 80.0), (20.0, 0.0)];
    let number =
        item(ItemKind::Number(NumberRange { unit: "u".into(), min: 0.0, max: 30.0, whole: false, curve }));
    for (x, points) in
        [(0.0, 20.0), (5.0, 20.0), (7.5, 50.0), (10.0, 80.0), (15.0, 40.0), (20.0, 0.0), (30.0, 0.0)]
    {
        check(&number, Answer::Number(x), points);
    }
    assert!(number.accept(Answer::Number(30.5)).is_err());
    assert!(number.accept(Answer::Number(f64::NAN)).is_err());
}

#[test]
fn reversing_twice_is_nothing() {
    for points in [0.0, 12.5, 50.0, 100.0] {
        let twice = Keying::Reverse.key(Keying::Reverse.key(points));
        assert!((twice - points).abs() < 1e-12);
    }
}
