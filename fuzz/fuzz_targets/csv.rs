//! Any bytes are scored as a CSV, or refused: as they are, and as rows under a sound header.
//!
//! What comes out is a CSV of which no cell is a formula and nothing is obeyed; ids come through, as
//! read by a second reader; the sizes of the pieces that the input comes in change nothing, and two
//! parts of a cohort come together to the sums of the whole.
#![no_main]

use std::io::{Read, Write};
use std::sync::LazyLock;

use coofit::bank::{Bank, Form};
use coofit::bank::fault::Sources;
use coofit::bank::parse::parse;
use coofit::cohort::{Cohort, Done, Halt, Job};
use coofit::cohort::part::{NotMerged, PartFile as Part};
use coofit::text::escape_lines;
use libfuzzer_sys::fuzz_target;

static BANK: LazyLock<Bank> = LazyLock::new(|| {
    let files = [
        ("bank.toml", include_str!("../../tests/data/banks/mini/bank.toml")),
        ("work.toml", include_str!("../../tests/data/banks/mini/work.toml")),
        ("past.toml", include_str!("../../tests/data/banks/mini/past.toml")),
        ("outlook.toml", include_str!("../../tests/data/banks/mini/outlook.toml")),
        ("steps.toml", include_str!("../../tests/data/banks/mini/steps.toml")),
        ("roles/lead.toml", include_str!("../../tests/data/banks/mini/roles/lead.toml")),
    ];
    parse(&files.into_iter().collect::<Sources>()).expect("a sound bank")
});

/// An item of each kind, and a column that names none.
const HEADER: &[u8] = b"id,leading-credit,scenes-outage,duties-had,pay-needed,remark\n";

/// Hands out few bytes at a time, as a pipe may.
struct Drips<'a>(&'a [u8], usize);

impl Read for Drips<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(buffer.len()).min(self.0.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn run(csv: &[u8], drip: usize, rejecting: bool) -> (String, String, Result<Done, Halt>) {
    let (mut output, mut rejects) = (Vec::new(), Vec::new());
    let role = BANK.own_role();
    let done = Cohort::open(&BANK, role, Form::Full, Drips(csv, drip)).and_then(|cohort| {
        cohort.run(Job {
            rejects: rejecting.then_some(&mut rejects as &mut (dyn Write + Send)),
            tally: true,
            threads: if drip % 8 == 7 { 2 } else { 1 },
            ..Job::new(&mut output)
        })
    });
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output), text(rejects), done)
}

/// The rows of a CSV with their bytes, blank lines and rows of separators left out; nothing when a quotation mark stays open.
fn rows(csv: &[u8]) -> Option<Vec<(&[u8], Vec<Vec<u8>>)>> {
    let (mut found, mut cells, mut cell) = (Vec::new(), Vec::new(), Vec::new());
    let (mut start, mut at, mut quoted) = (0, 0, false);
    while at < csv.len() {
        let is_first = cell.is_empty() && (at == start || csv[at - 1] == b',');
        match csv[at] {
            b'"' if quoted && csv.get(at + 1) == Some(&b'"') => {
                cell.push(b'"');
                at += 1;
            }
            b'"' if quoted => quoted = false,
            b'"' if is_first => quoted = true,
            b',' if !quoted => cells.push(std::mem::take(&mut cell)),
            b'\n' if !quoted => {
                if at > start && csv[at - 1] == b'\r' {
                    cell.pop();
                }
                cells.push(std::mem::take(&mut cell));
                found.push((&csv[start..=at], std::mem::take(&mut cells)));
                start = at + 1;
            }
            byte => cell.push(byte),
        }
        at += 1;
    }
    if quoted {
        return None;
    }
    if start < csv.len() {
        if csv.ends_with(b"\r") {
            cell.pop();
        }
        cells.push(cell);
        found.push((&csv[start..], cells));
    }
    let is_separator = |byte: &u8| matches!(byte, b',' | b' ' | b'\t' | b'"');
    found.retain(|(row, _)| !row.trim_ascii_end().iter().all(is_separator));
    Some(found)
}

fn is_formula(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace() && !c.is_control());
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'])
}

/// Every cell of an output, none of them a formula.
fn cells(output: &str) -> Vec<Vec<String>> {
    assert!(escape_lines(output) == output, "{output:?}");
    let rows = rows(output.as_bytes()).expect("every mark closed");
    let text = |cell: Vec<u8>| String::from_utf8(cell).expect("UTF-8");
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|(_, cells)| cells.into_iter().map(text).collect()).collect();
    for cell in rows.iter().flatten() {
        let is_number = || cell.parse::<f64>().is_ok_and(f64::is_finite);
        assert!(!is_formula(cell) || cell.starts_with('\'') || is_number(), "{cell:?}");
    }
    rows
}

/// The text that an id was, given that it held no `<U+` of its own.
fn taken_back(cell: &str) -> String {
    let mut parts = cell.split("<U+");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('>').expect("the end of an escape");
        let code = u32::from_str_radix(code, 16).expect("a code");
        plain.extend([char::from_u32(code).expect("a character").to_string().as_str(), rest]);
    }
    match plain.strip_prefix('\'') {
        Some(text) if is_formula(text) => text.to_owned(),
        _ => plain,
    }
}

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses between the two, and whether the parts are tried.
    let Some((how, bytes)) = bytes.split_first() else { return };
    let csv = if how % 4 == 1 { bytes.to_vec() } else { [HEADER, bytes].concat() };
    let (output, rejects, done) = run(&csv, 1 << 20, true);
    let (lines, set_aside) = (cells(&output), cells(&rejects));
    let drip = 1 + bytes.len() / 3;
    let (again, rejects_again, done_again) = run(&csv, drip, true);
    match (&done, &done_again) {
        (Ok(done), Ok(again)) => assert_eq!(done.tally, again.tally),
        (Err(halt), Err(again)) => assert_eq!(halt.to_string(), again.to_string()),
        _ => panic!("{done:?}, but {done_again:?} in pieces"),
    }
    let Ok(done) = done else { return };
    assert!(output == again && rejects == rejects_again, "the pieces show");
    if how % 4 == 2 {
        assert_eq!(run(&csv, 1 << 20, false).2.is_ok(), done.n_rejected == 0);
    }
    assert_eq!((lines.len() as u64, set_aside.len() as u64), (1 + done.n_scored, 1 + done.n_rejected));
    assert!(lines.iter().all(|line| line.len() == lines[0].len()));
    // Rows that repeat the header are left out, and what is no UTF-8 is read as Windows-1252.
    if !csv.starts_with(HEADER) || done.n_no_one != [0; 3] || std::str::from_utf8(&csv).is_err() {
        return;
    }
    let rows = rows(&csv).expect("every mark closed");
    assert_eq!((rows.len() - 1) as u64, done.n_scored + done.n_rejected);
    let is_aside = |number: usize| set_aside[1..].iter().any(|row| row[0] == number.to_string());
    let scored = rows.iter().enumerate().skip(1).filter(|(number, _)| !is_aside(*number));
    for ((_, (_, cells)), line) in scored.zip(&lines[1..]) {
        let id = std::str::from_utf8(&cells[0]).expect("a scored row is UTF-8");
        if !id.contains("<U+") {
            assert_eq!(taken_back(&line[0]), id);
        }
    }
    if how % 4 != 3 {
        return;
    }
    // In two parts, wherever they are cut.
    let cut = 1 + bytes.len() % rows.len();
    let part = |rows: &[(&[u8], Vec<Vec<u8>>)]| {
        let csv: Vec<u8> = rows.iter().flat_map(|(row, _)| [*row, b"\n"]).flatten().copied().collect();
        // A part alone may leave open how its cells are meant.
        let tally = run(&[HEADER, &csv].concat(), 1 << 20, true).2.ok()?.tally;
        Some(Part::new(&BANK, None, Form::Full, tally.expect("asked for")))
    };
    let (Some(mut merged), Some(rest)) = (part(&rows[1..cut]), part(&rows[cut..])) else { return };
    match merged.add(&rest) {
        Err(NotMerged::Twice) => return,
        added => added.expect("parts of one cohort"),
    }
    assert_eq!(Some(merged.tally), done.tally);
});
