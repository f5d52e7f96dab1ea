//! How long the pure middle takes: reading the built-in bank, scoring one full sheet, writing the report.
//!
//! `cargo bench` runs all of it. A person waits for the first two once, at the start and at the end of
//! the quiz; scoring also sets the pace for many respondents at a time.

use std::hint::black_box;

use coofit::answers;
use coofit::bank::parse::built_in;
use coofit::render::{Layout, Writer, json, write};
use coofit::report::sections::document;
use coofit::report::{About, Report};
use coofit::score::assess;
use criterion::Criterion;

fn main() {
    let bank = built_in();
    let role = bank.own_role();
    let text = include_str!("../tests/data/sample-answers.json");
    let file = answers::parse(&bank, "sample-answers.json", text).expect("the sample fits the built-in bank");
    let responses = &file.responses;
    let report = Report::new(&bank, role, responses, &About::default());
    let writer = Writer::Text(Layout { width: 80, color: false, aloud: false, full: true });

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("load the built-in bank", |b| b.iter(built_in));
    criterion.bench_function("read a full answers file", |b| {
        b.iter(|| answers::parse(&bank, "sample-answers.json", black_box(text)).map(|file| file.responses));
    });
    criterion.bench_function("score a full sheet", |b| b.iter(|| assess(&bank, role, black_box(responses))));
    criterion.bench_function("put the report together", |b| {
        b.iter(|| Report::new(&bank, role, black_box(responses), &About::default()));
    });
    criterion.bench_function("render text", |b| b.iter(|| write(&document(black_box(&report)), writer)));
    criterion.bench_function("render JSON", |b| b.iter(|| json(black_box(&report))));
    criterion.final_summary();
}
