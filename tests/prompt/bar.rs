use crate::prompt::bar::BarRow;
use crate::session::Progress;

#[track_caller]
fn check(number: usize, minutes: Option<f64>, width: usize, template: &str, columns: usize) {
    let row = BarRow::new(Progress { number, of: 92 }, minutes, width);
    assert_eq!((row.template().as_str(), row.width()), (template, columns));
    assert!(row.width() <= width || row.bar == 0);
}

#[test]
fn a_narrow_row_keeps_the_place() {
    check(7, Some(12.0), 79, "{prefix:.dim}  {bar:24.cyan/dim}  {msg:.dim}", 52);
    check(7, None, 79, "{prefix:.dim}  {bar:24.cyan/dim}", 33);
    check(47, Some(12.0), 30, "{prefix:.dim}  {bar:20.cyan/dim}", 30);
    check(7, Some(12.0), 10, "{prefix:.dim}", 7);
    check(7, Some(12.0), 3, "{prefix:.dim}", 7);
}
