use super::*;

#[test]
fn a_line_in_words_names_its_ends_and_its_extremes() {
    let says = |points: &[(f64, f64)]| {
        in_words(&PlotLine { title: "COOs".to_owned(), of: String::new(), points: points.to_vec() })
    };
    let middle = says(&[(2000.0, 48.0), (2018.0, -32.0), (2022.0, 50.5), (2023.0, 36.4)]);
    let expected = "COOs: from 48 in 2000 to 36.4 in 2023, lowest \u{2212}32 in 2018, highest 50.5 in 2022.";
    assert_eq!(middle.as_deref(), Some(expected));
    assert_eq!(says(&[(2000.0, 1.0), (2001.0, 2.0)]).as_deref(), Some("COOs: from 1 in 2000 to 2 in 2001."));
    assert_eq!(says(&[]), None);
}
