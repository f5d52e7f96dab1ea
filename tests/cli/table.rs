use super::*;
use crate::bank::Form;
use crate::bank::parse::built_in;
use crate::cohort::{Cohort, Job};

fn table(width: usize) -> Vec<String> {
    let bank = built_in();
    let rated = bank.items.iter().filter(|item| matches!(item.kind, crate::bank::ItemKind::Rating(_)));
    let ids: Vec<&str> = rated.map(|item| item.id.as_str()).collect();
    let cell = |row: usize, at: usize| (1 + (row * 7 + at * (row + 1)) % 4).to_string();
    let row = |row: usize| (0..ids.len()).map(|at| cell(row, at)).collect::<Vec<_>>().join(",");
    let csv = [ids.join(",")].into_iter().chain((0..40).map(row)).collect::<Vec<_>>().join("\n");
    let done = Cohort::open(&bank, None, Form::Full, csv.as_bytes())
        .and_then(|cohort| cohort.run(Job { tally: true, ..Job::new(&mut std::io::sink()) }));
    lines(&bank, &done.expect("rows").tally.expect("a tally"), 3, width)
}

#[test]
fn the_table_names_every_scale_and_fits_any_width() {
    let bank = built_in();
    for width in [39, 59, 60, 79, 120] {
        let lines = table(width);
        assert!(lines[0].starts_with("40 rows scored, 3 set aside, "), "{}", lines[0]);
        for scale in &bank.scales {
            assert!(lines.iter().any(|line| line.starts_with(&scale.title)), "{} at {width}", scale.title);
        }
        for line in &lines {
            assert!(console::measure_text_width(line) <= width, "{width}: {line}");
        }
    }
    assert!(table(39).iter().any(|line| line.starts_with("  alpha ") && line.contains(" to ")));
    // A fact has no alpha.
    assert!(table(79).iter().any(|line| line.ends_with("  -")));
}
