//! `coofit cohort`: the numbers of `score`, row for row; every fault with its place; parts that merge.

use std::fs;
use std::io::{Read, Write};

use coofit::answers;
use coofit::bank::fault::Sources;
use coofit::bank::parse::{built_in, parse};
use coofit::bank::{Answer, Bank, Form, Item, ItemKind, Role};
use coofit::cohort::items::ItemFigures;
use coofit::cohort::part::{NotMerged, PartFile as Part};
use coofit::cohort::{Cohort, Done, Halt, Job, items};
use coofit::score::assess;
use coofit::score::quality::SignalId;
use coofit::session::Responses;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

#[cfg(unix)]
use crate::program::PROGRAM;
use crate::program::{Home, Ran};
use crate::support::{Chance, bank, differences, repository, times};

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

/// What a run wrote: the output, the rejects, and how it ended.
pub(crate) struct Run {
    pub(crate) output: String,
    rejects: String,
    pub(crate) done: Result<Done, Halt>,
}

pub(crate) fn run_on(
    bank: &Bank,
    role: Option<&Role>,
    form: Form,
    csv: &[u8],
    drip: usize,
    rejecting: bool,
) -> Run {
    let (mut output, mut rejects) = (Vec::new(), Vec::new());
    let done = Cohort::open(bank, role, form, Drips(csv, drip)).and_then(|cohort| {
        cohort.run(Job {
            rejects: rejecting.then_some(&mut rejects as &mut (dyn Write + Send)),
            tally: true,
            items: true,
            threads: 3,
            ..Job::new(&mut output)
        })
    });
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { output: text(output), rejects: text(rejects), done }
}

fn run(bank: &Bank, csv: &str) -> Run {
    run_on(bank, bank.own_role(), Form::Full, csv.as_bytes(), 1 << 20, false)
}

/// The fault that ends a run.
#[track_caller]
fn fault(bank: &Bank, csv: &[u8]) -> String {
    match run_on(bank, None, Form::Full, csv, 1 << 20, false).done {
        Err(Halt::Fault(fault)) => fault.to_string(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn random_answer(item: &Item, chance: &mut Chance) -> Option<Answer> {
    if chance.under(12) == 0 {
        return None;
    }
    Some(match &item.kind {
        ItemKind::Rating(format) => Answer::Rating(u8::try_from(1 + chance.under(format.labels.len())).ok()?),
        ItemKind::Choice(options) => Answer::Choice(chance.under(options.len())),
        ItemKind::Checklist { options, .. } => {
            Answer::Checklist((0..options.len()).filter(|_| chance.under(2) == 0).collect())
        }
        ItemKind::Number(range) => {
            let x = range.min + (range.max - range.min) * chance.under(1000) as f64 / 999.0;
            Answer::Number(range.nearest(x))
        }
    })
}

/// An answer as a cell.
pub(crate) fn cell(item: &Item, answer: Option<&Answer>) -> String {
    match (&item.kind, answer) {
        (_, None) => ["", "NA"][item.id.len() % 2].to_owned(),
        (_, Some(Answer::Rating(r))) => r.to_string(),
        (_, Some(Answer::Number(x))) => x.to_string(),
        (ItemKind::Choice(options), Some(Answer::Choice(option))) => options[*option].id.clone(),
        (ItemKind::Checklist { .. }, Some(Answer::Checklist(ticks))) if ticks.is_empty() => ";".to_owned(),
        (ItemKind::Checklist { options, .. }, Some(Answer::Checklist(ticks))) => {
            ticks.iter().map(|tick| options[*tick].id.as_str()).collect::<Vec<_>>().join(";")
        }
        _ => unreachable!("an answer of its own item"),
    }
}

/// Sheets as a CSV whose columns stand in an order of chance, some of them quoted.
fn csv(bank: &Bank, sheets: &[Responses], chance: &mut Chance) -> String {
    let mut columns: Vec<usize> = bank.form_items(sheets[0].form()).collect();
    chance.shuffle(&mut columns);
    let names: Vec<&str> = columns.iter().map(|index| bank.items[*index].id.as_str()).collect();
    let mut csv = format!("{},id\n", names.join(","));
    for (row, sheet) in sheets.iter().enumerate() {
        for index in &columns {
            let cell = cell(&bank.items[*index], sheet.answer(*index));
            let quoted = row % 5 == 4 && chance.under(3) == 0;
            let mark = if quoted { "\"" } else { "" };
            csv.extend([mark, &cell, mark, ","]);
        }
        csv.extend(["r", &row.to_string(), "\n"]);
    }
    csv
}

/// What a line should hold, by the scoring of a single sheet.
fn expected(bank: &Bank, role: Option<&Role>, responses: &Responses) -> Vec<Cell> {
    let assessment = assess(bank, role, responses);
    let role = assessment.role.as_ref();
    let fit = role.and_then(|role| role.fit.as_ref());
    let bands = fit.map_or(String::new(), |fit| {
        let ids: Vec<&str> = bank.bands[fit.bands.clone()].iter().map(|band| band.id.as_str()).collect();
        ids.join(";")
    });
    let signal = |id| assessment.quality.signals.iter().find(|s| s.id == id).and_then(|s| s.value);
    let mut cells = vec![
        Cell::Number(fit.map(|fit| fit.score)),
        Cell::Number(fit.map(|fit| fit.low)),
        Cell::Number(fit.map(|fit| fit.high)),
        Cell::Text(bands),
        Cell::Text(assessment.quality.verdict.id().to_owned()),
        Cell::Number(signal(SignalId::Consistency)),
        Cell::Number(signal(SignalId::LongestRun)),
        Cell::Number(signal(SignalId::Skipped)),
    ];
    for part in 0..bank.parts.len() {
        let attainment = role.and_then(|role| role.parts[part].attainment);
        cells.push(Cell::Number(attainment.map(|attainment| 100.0 * attainment)));
    }
    cells.extend(assessment.scales.iter().map(|scale| Cell::Number(scale.score())));
    cells
}

#[derive(Debug)]
enum Cell {
    Number(Option<f64>),
    Text(String),
}

#[track_caller]
fn same(expect: &[Cell], line: &str) {
    let got: Vec<&str> = line.split(',').skip(1).collect();
    assert_eq!(got.len(), expect.len(), "{line}");
    for (at, (expect, got)) in expect.iter().zip(got).enumerate() {
        let is_same = match expect {
            Cell::Text(text) => text == got,
            Cell::Number(None) => got.is_empty(),
            Cell::Number(Some(x)) => got
                .parse::<f64>()
                .is_ok_and(|y| (x - y).abs() <= 1e-9 * x.abs().max(1.0) && y.to_string() == got),
        };
        assert!(is_same, "cell {at}: {got}, expected {expect:?}\n{line}");
    }
}

#[test]
fn a_row_scores_like_a_single_sheet() {
    let mut chance = Chance(7);
    let names = ["mini", "mixed", "plain", "long"];
    let banks = names.iter().map(|name| bank(&format!("tests/data/banks/{name}"))).chain([built_in()]);
    let mut n = 0;
    for bank in banks {
        let roles = bank.roles.iter().map(Some).chain([None]).take(3);
        for (form, role) in
            [Form::Full, Form::Quick].into_iter().flat_map(|f| roles.clone().map(move |r| (f, r)))
        {
            let sheets: Vec<Responses> =
                (0..times(150, 60)).map(|kind| sheet(&bank, form, kind, &mut chance)).collect();
            let csv = csv(&bank, &sheets, &mut chance);
            let run = run_on(&bank, role, form, csv.as_bytes(), 1000, false);
            run.done.expect("no fault");
            let lines: Vec<&str> = run.output.lines().skip(1).collect();
            assert_eq!(lines.len(), sheets.len());
            for (row, (sheet, line)) in sheets.iter().zip(lines).enumerate() {
                assert!(line.starts_with(&format!("r{row},")), "{line}");
                same(&expected(&bank, role, sheet), line);
                n += 1;
            }
        }
    }
    assert!(n >= times(3000, 1200), "{n} rows");
}

/// Sheets of all kinds: random ones, ones with one answer throughout, empty ones and nearly empty ones.
fn sheet(bank: &Bank, form: Form, kind: usize, chance: &mut Chance) -> Responses {
    let mut sheet = Responses::new(bank, form);
    let same = 1 + chance.under(7);
    for index in bank.form_items(form) {
        let item = &bank.items[index];
        let answer = match kind % 10 {
            0 => None,
            1 if chance.under(3) > 0 => None,
            2 | 3 => match &item.kind {
                ItemKind::Rating(format) => {
                    Some(Answer::Rating(u8::try_from(same.min(format.labels.len())).expect("small")))
                }
                _ => random_answer(item, chance),
            },
            4 => random_answer(item, chance).or_else(|| random_answer(item, chance)),
            _ => random_answer(item, chance),
        };
        if let Some(answer) = answer {
            sheet.set(bank, index, answer).expect("asked and accepted");
        }
    }
    sheet
}

#[test]
fn the_reference_cases_agree_with_the_independent_tables() {
    let text = fs::read_to_string(repository("tests/data/reference.json")).expect("the tables");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    for case in &cases {
        let bank = bank(&format!("tests/data/{}", case["bank"].as_str().expect("a bank")));
        let file = answers::parse(&bank, "answers", &case["answers"].to_string()).expect("answers");
        let csv = csv(&bank, std::slice::from_ref(&file.responses), &mut Chance(1));
        let role = bank.own_role();
        let run = run_on(&bank, role, file.responses.form(), csv.as_bytes(), 1 << 20, false);
        let (header, line) = run.output.trim_end().split_once('\n').expect("two lines");
        let expect = &case["expect"];
        for (name, cell) in header.split(',').zip(line.split(',')) {
            let find = |list: &Value, id: &str| {
                let scored = list.as_array().and_then(|list| list.iter().find(|entry| entry["id"] == id));
                scored.map(|entry| entry["score"].clone())
            };
            let scales = || expect["parts"].as_array().into_iter().flatten().map(|part| &part["scales"]);
            let expected = match name.split_once(':') {
                Some(("part", id)) => find(&expect["parts"], id),
                Some((_, id)) => scales().find_map(|list| find(list, id)),
                None if name == "fit" => Some(expect["fit"]["score"].clone()),
                None if name == "fit_low" => Some(expect["fit"]["low"].clone()),
                None if name == "fit_high" => Some(expect["fit"]["high"].clone()),
                None => None,
            };
            let Some(expected) = expected else { continue };
            let got = cell.parse::<f64>().map_or(Value::Null, Value::from);
            let mut found = Vec::new();
            differences(&expected, &got, name, &mut found);
            assert!(found.is_empty(), "{}: {found:?}", case["name"]);
        }
    }
}

#[test]
fn column_order_does_not_matter_and_unknown_columns_are_named() {
    let bank = bank("tests/data/banks/mini");
    let one = run(&bank, "id,leading-credit,years-in-charge\na,4,3\n").output;
    let other = "years-in-charge,remark,leading-credit,id,leading-start\n3,\"x, y\",4,a,9\n";
    assert_eq!(one, run(&bank, other).output);
    let cohort =
        Cohort::open(&bank, None, Form::Full, other.as_bytes()).unwrap_or_else(|halt| panic!("{halt}"));
    expect![[r#"
        2 columns that name no item are left out: `remark`, `leading-start` (did you mean `leading-early-word`?)
        10 items have no column and count as skipped: `leading-early-word`, `leading-own-hands`, `planning-week`, `planning-last-minute`, `scenes-outage`, `scenes-late-truck`, `training-longest`, `duties-had`, `pay-needed`, `pay-matters`
        only 2 of the bank's 12 items have a column; if the answers are to another bank, name it by `--bank DIR`
        1 column holds numbers; 1 holds the numbers of the labels, from 1"#]].assert_eq(&cohort.notes().join("\n"));
    let named = "name,leading-credit\nAda,4\n";
    let cohort =
        Cohort::open(&bank, None, Form::Full, named.as_bytes()).unwrap_or_else(|halt| panic!("{halt}"));
    assert_eq!(
        cohort.notes()[0],
        "1 column that names no item is left out: `name`; a column called `id` would be copied to the output"
    );
}

/// Rows of a file with answers, and the fault that each ends with.
fn check_rows(cases: &[(&[u8], Expect)]) {
    let bank = bank("tests/data/banks/mini");
    let head = "id,leading-credit,scenes-outage,duties-had,years-in-charge\n";
    for (rows, expect) in cases {
        expect.assert_eq(&fault(&bank, &[head.as_bytes(), rows].concat()));
    }
}

#[test]
fn faults_name_row_line_column_and_reason() {
    check_rows(&[
        (
            b"a,6,,,\n",
            expect![
                "row 1 (line 2), column `leading-credit`: the answer must be a whole number from 1 to 5, not `6`"
            ],
        ),
        (
            b"a,1,,,\n\nb,2.5,,,\n",
            expect![
                "row 2 (line 4), column `leading-credit`: the answer must be a whole number from 1 to 5, not `2.5`"
            ],
        ),
        (
            b"a,x\x1b[31m,,,\n",
            expect![
                "row 1 (line 2), column `leading-credit`: the answer must be a whole number from 1 to 5, not `x<U+001B>[31m`"
            ],
        ),
        (
            b"a,,fixx,,\n",
            expect![[r#"
            row 1 (line 2), column `scenes-outage`: the answer must be one of its options, not `fixx`
              help: did you mean `fix`?"#]],
        ),
        (
            b"a,,,roster;nothing,\n",
            expect![[r#"
            row 1 (line 2), column `duties-had`: the answer must be some of its options, each once, not `roster;nothing`
              help: its options are `roster`, `orders`, `cash`, `hiring`"#]],
        ),
        (
            b"a,,,roster;roster,\n",
            expect![[r#"
            row 1 (line 2), column `duties-had`: the answer must be some of its options, each once, not `roster;roster`
              help: its options are `roster`, `orders`, `cash`, `hiring`"#]],
        ),
        (
            b"a,,,roster;;cash,\n",
            expect![[r#"
            row 1 (line 2), column `duties-had`: the answer must be some of its options, each once, not `roster;;cash`
              help: its options are `roster`, `orders`, `cash`, `hiring`"#]],
        ),
        (
            b"a,,,,many\n",
            expect![
                "row 1 (line 2), column `years-in-charge`: the answer must be a number from 0 to 40, not `many`"
            ],
        ),
        (
            b"a,,,,inf\n",
            expect![
                "row 1 (line 2), column `years-in-charge`: the answer must be a number from 0 to 40, not `inf`"
            ],
        ),
        (
            b"a,,,,-1\n",
            expect![
                "row 1 (line 2), column `years-in-charge`: the answer must be a number from 0 to 40, not `-1`"
            ],
        ),
        (
            b"a,9,nope,,\n",
            expect![[r#"
            row 1 (line 2), column `leading-credit`: the answer must be a whole number from 1 to 5, not `9`
            row 1 (line 2), column `scenes-outage`: the answer must be one of its options, not `nope`
              help: its options are `tell`, `fix`, `call`"#]],
        ),
    ]);
}

#[test]
fn rows_of_invalid_csv_are_refused_with_their_place() {
    check_rows(&[
        (
            b"a,1,,\n",
            expect![[r#"
                row 1 (line 2), column `years-in-charge`: the row has 4 cells, and the header has 5
                  help: fill up or shorten the row; a text that has a separator or a line break in it needs quotation marks around it"#]],
        ),
        (
            b"a,1,,,3,4\n",
            expect![[r#"
                row 1 (line 2), column 6: the row has 6 cells, and the header has 5
                  help: fill up or shorten the row; a text that has a separator or a line break in it needs quotation marks around it"#]],
        ),
        (
            b"a,1,,,3,\n",
            expect![[r#"
                row 1 (line 2), column 6: the row has 6 cells, and the header has 5
                  help: fill up or shorten the row; a text that has a separator or a line break in it needs quotation marks around it"#]],
        ),
        (
            b"Zo\xc3\xab,4,,,3\nJos\xe9,4,,,3\n",
            expect![[r#"
            row 2 (line 3), column `id`: the cell is not UTF-8 text: it has the byte 0xE9
              help: save the file as UTF-8"#]],
        ),
        (
            b"a,4\0,,,3\n",
            expect![[r#"
                row 1 (line 2), column `leading-credit`: the cell has a NUL character in it
                  help: export the file again as CSV in UTF-8"#]],
        ),
        (
            b"a,\"4\"5,,,3\n",
            expect![[r#"
                row 1 (line 2), column `leading-credit`: there is text after the closing quotation mark
                  help: write a quotation mark inside a text twice, and the one that closes it at the end of the cell"#]],
        ),
        (
            b"\"a\n\nb\",4,,,3\nc,9,,,\n",
            expect![
                "row 2 (line 5), column `leading-credit`: the answer must be a whole number from 1 to 5, not `9`"
            ],
        ),
        (
            b"a,4,,,3\nb,\"4,,,3\nc,4,,,\n",
            expect![[r#"
                row 2 (line 3), column `leading-credit`: the quotation mark that opens the cell is never closed
                  help: add one at the end of the cell; inside a text, write quotation marks twice"#]],
        ),
    ]);
}

/// Each file of `exports` holds the same answers as a tool or a spreadsheet writes them.
#[test]
fn exports_of_survey_tools_score_like_the_plain_file() {
    let bank = bank("tests/data/exports/bank");
    let read = |name: &str| fs::read(repository("tests/data/exports").join(name)).expect("an export");
    let scores = |bytes: &[u8], name: &str| {
        let run = run_on(&bank, bank.own_role(), Form::Full, bytes, 1 << 20, false);
        run.done.unwrap_or_else(|halt| panic!("{name}: {halt}"));
        let without_id = |line: &str| line.split_once(',').expect("cells").1.to_owned();
        run.output.lines().map(without_id).collect::<Vec<_>>()
    };
    let truth = scores(&read("00-truth.csv"), "00-truth.csv");
    assert_eq!(truth.len(), 31);
    for (name, note) in [
        ("01-gforms-sheet.csv", "hold the texts of the labels"),
        ("04b-msforms-excel-us.csv", "ids are taken from column `ID`"),
        ("02-gforms.xlsx", "the file is read as an Excel workbook"),
        ("10-surveyjs.json", "the file is read as JSON"),
        ("11-lines.jsonl", "the file is read as JSON"),
        ("14-surveymonkey.csv", "1 row below the names is part of the header"),
        ("16-redcap-labels.csv", "ids are taken from column `Record ID`"),
        ("17-limesurvey-texts.csv", "ids are taken from column `Response ID`"),
        ("18-qualtrics-labels.tsv", "the file is read as UTF-16 text"),
        ("19-formr.csv", "12 columns are matched to items"),
        ("05-qualtrics-numeric.csv", "2 rows below the names are part of the header"),
        ("07-redcap-raw.csv", "if a row answers every other question and ticks nothing in `tasks-done`"),
        ("09-kobo.csv", "5 columns are left out, because another column has the same ticks"),
        ("12-typeform.csv", "ids are taken from column `#`"),
        ("13-excel-de-semicolon-bom.csv", "the cells are separated by `;`"),
        ("15-excel-unicode-text-utf16.txt", "the file is read as UTF-16 text"),
        ("20-labels-right-ids.csv", "column `scenes-late-part` holds the texts of the options"),
        ("22-underscores.csv", "12 columns are matched to items"),
        ("zero-based.csv", "hold the numbers of the labels, from 0"),
    ] {
        let bytes = read(name);
        assert_eq!(scores(&bytes, name), truth, "{name}");
        assert_eq!(scores(&gzip(&bytes), name), truth, "{name}, packed");
        let cohort =
            Cohort::open(&bank, None, Form::Full, &bytes[..]).unwrap_or_else(|halt| panic!("{halt}"));
        assert!(cohort.notes().iter().any(|said| said.contains(note)), "{name}: {:#?}", cohort.notes());
    }
    // What the bank's order alone can tell has to be asked for.
    expect![[r#"
        the header: no column names an item of the bank
          help: if columns such as `G01Q01[SQ001]` are in the order of the bank's items, add `--in-order`; else name the columns by item ids or questions (`coofit bank show` lists them)"#]].assert_eq(&fault(&bank, &read("06-limesurvey-codes.csv")));
    expect![[r#"
        the header, column `people-cut-shrt`: it is nearly item `people-cut-short`, which has no column
          help: if it is item `people-cut-short`, say so by `--column people-cut-shrt=people-cut-short`, else `--column people-cut-shrt=`"#]].assert_eq(&fault(&bank, &read("part.csv")));
    // The same in other clothes.
    let text = String::from_utf8(read("20-labels-right-ids.csv")).expect("UTF-8");
    let latin: Vec<u8> = text
        .replacen("id,", "Größe,", 1)
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin"))
        .collect();
    assert_eq!(scores(&latin, "Windows-1252"), truth);
    assert_eq!(scores(format!("sep=,\r\n{text}").as_bytes(), "sep="), truth);
}

#[test]
fn a_column_with_ten_percent_faulty_cells_stops_the_run() {
    let bank = bank("tests/data/exports/bank");
    let rows = |n_bad: usize| -> String {
        let row = |row: usize| if row < n_bad { "Rarely,4\n" } else { "Often,4\n" };
        (0..100).map(row).collect()
    };
    let head = "planning-first-steps,hours-matter\n";
    let run = |n_bad: usize| {
        run_on(&bank, None, Form::Full, format!("{head}{}", rows(n_bad)).as_bytes(), 1 << 20, true)
    };
    assert_eq!(run(9).done.expect("strays").n_rejected, 9);
    expect![[r#"
        the header, column `planning-first-steps`: 10 of 100 cells are not answers; the most frequent is `Rarely`
          help: the answer must be a whole number from 1 to 5 or a label (Almost never, Seldom, Sometimes, Often, Almost always); correct the file, or, if `Rarely` stands for no answer, say so by `--missing Rarely`"#]].assert_eq(&run(10).done.expect_err("too many").to_string());
}

#[test]
fn rows_that_fit_a_wrong_coding_are_never_scored() {
    let bank = bank("tests/data/exports/bank");
    let ids: Vec<&str> = bank
        .items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::Rating(_)))
        .map(|item| item.id.as_str())
        .collect();
    let run = |texts: &[&str], n_rows: usize| {
        let mut chance = Chance(7);
        let row = |_| {
            let cells = ids.iter().map(|_| texts[chance.under(texts.len())]);
            cells.collect::<Vec<_>>().join(",") + "\n"
        };
        let rows: String = (0..n_rows).map(row).collect();
        run_on(&bank, None, Form::Full, format!("{}\n{rows}", ids.join(",")).as_bytes(), 1 << 20, true).done
    };
    let never = ["Never", "Rarely", "Sometimes", "Often", "Always"];
    for n_rows in [3, 5, 12, 40, 200] {
        for texts in [&never[..], &["1", "2", "3", "4", "5", "6", "7"], &["5", "4", "3", "2", "-99"]] {
            let said = run(texts, n_rows).expect_err("a wrong reading").to_string();
            assert!(
                said.contains("cells in 8 columns with these labels are not answers"),
                "{n_rows}: {said}"
            );
            assert!(texts.len() != 5 || texts[4] != "-99" || said.contains("by `--missing -99`"), "{said}");
        }
        assert_eq!(run(&["1", "2", "3", "4", "5"], n_rows).expect("ratings").n_rejected, 0);
    }
    // A column alone, as of a choice.
    let rows = |texts: [&str; 12]| format!("scenes-late-part\n{}\n", texts.join("\n"));
    let run = |texts| run_on(&bank, None, Form::Full, rows(texts).as_bytes(), 1 << 20, true).done;
    let [call, no] = ["call-customer", "phone them"];
    let said =
        run([call, no, no, call, no, call, no, call, call, call, call, no]).expect_err("other options");
    expect![[r#"
        the header, column `scenes-late-part`: 5 of 12 cells are not answers; the most frequent is `phone them`
          help: the answer must be one of its options, or the text of one; correct the file, or, if `phone them` stands for no answer, say so by `--missing "phone them"`"#]].assert_eq(&said.to_string());
    assert_eq!(
        run([call, no, call, call, call, call, call, call, call, call, call, no]).expect("strays").n_rejected,
        2
    );
}

#[test]
fn one_column_that_counts_from_0_stops_the_run() {
    let bank = bank("tests/data/exports/bank");
    let head = "planning-first-steps,people-early-word,people-own-desk,people-asked-view\n";
    let run = |zero: &str| {
        let row = |row: usize| match row % 60 {
            0 => format!("{zero},5,1,5\n"),
            row => format!("{},5,{},4\n", row % 4 + 1, row % 5 + 1),
        };
        let rows: String = (0..300).map(row).collect();
        run_on(&bank, None, Form::Full, format!("{head}{rows}").as_bytes(), 1 << 20, true)
    };
    assert_eq!(run("1").done.expect("no fault").n_rejected, 0);
    assert_eq!(run("often").done.expect("strays").n_rejected, 5);
    expect![[r#"
        the header, column `planning-first-steps`: because of `0` it seems to hold the numbers of the labels, from 0, but similar columns hold the numbers of the labels, from 1
          help: write all of them alike, or, if `0` stands for no answer, say so by `--missing 0`"#]].assert_eq(&run("0").done.expect_err("a wrong reading").to_string());
}

#[test]
fn a_later_contradiction_stops_the_run_even_with_rejects() {
    let bank = bank("tests/data/exports/bank");
    // Long rows, so that the sample of 10,000 rows ends before the file does.
    let (head, long) = ("planning-first-steps,tasks-done___1,note\n", "long ".repeat(20));
    let run = |sets_aside: bool, later: &dyn Fn(usize) -> &'static str| {
        let row = |row: usize| format!("{},{long}\n", if row < 13_000 { "4,1" } else { later(row) });
        let rows: String = (0..14_000).map(row).collect();
        run_on(&bank, None, Form::Full, format!("{head}{rows}").as_bytes(), 1 << 20, sets_aside).done
    };
    let odd = |row: usize| if row.is_multiple_of(500) { "Oftn,1" } else { "4,1" };
    assert_eq!(run(true, &odd).expect("strays").n_rejected, 2);
    let said = [true, false].map(|sets_aside| {
        let said = |later| run(sets_aside, later).expect_err("another way of writing").to_string() + "\n";
        let texts = said(&|_| "Often,1");
        let zero = said(&|row| if row == 13_500 { "0,1" } else { "4,1" });
        let ticks = said(&|_| "4,perhaps");
        [texts, zero, ticks].concat()
    });
    expect![[r#"
        row 13001 (line 13002), column `planning-first-steps`: in the rows around this one, 1000 of 1518 cells are not answers; the most frequent is `Often`
          help: the answer must be a whole number from 1 to 5 or a label (Almost never, Seldom, Sometimes, Often, Almost always); correct the file, or, if `Often` stands for no answer, say so by `--missing Often`
        row 13501 (line 13502), column `planning-first-steps`: in the rows around this one, because of `0` it seems to hold the numbers of the labels, from 0, but similar columns hold the numbers of the labels, from 1
          help: write all of them alike, or, if `0` stands for no answer, say so by `--missing 0`
        row 13001 (line 13002), column `tasks-done___1`: in the rows around this one, 1000 of 1518 cells are not answers; the most frequent is `perhaps`
          help: write 1 for a tick and 0 for no tick, or, if `perhaps` stands for no answer, say so by `--missing perhaps`
    "#]].assert_eq(&said[0]);
    assert_eq!(said[1], said[0]);
}

#[test]
fn cells_are_matched_to_labels_that_are_numbers() {
    let bank = bank("tests/data/exports/labels-from-0");
    let output = run(&bank, "id,s1,s2,s3\na,0,0,0\nb,1,1,1\nc,3,3,3\nd,1,2,3\n").output;
    let scores: Vec<&str> =
        output.lines().skip(1).map(|line| line.rsplit(',').next().expect("a cell")).collect();
    assert_eq!(scores, ["0", "33.333333333333336", "100", "66.66666666666667"]);
    expect!["row 1 (line 2), column `s1`: the answer must be a whole number from 1 to 4, not `4`"]
        .assert_eq(&fault(&bank, b"s1,s2,s3\n4,0,0\n"));
}

#[test]
fn a_number_with_marks_around_it_is_a_fault() {
    let bank = bank("tests/data/exports/bank");
    let numbered = "1\n2\n3\n4\n".repeat(10);
    let read = |cell: &str| run(&bank, &format!("scenes-late-part\n{numbered}{cell}\n"));
    assert_eq!(read("4").done.expect("a number").n_scored, 41);
    let said = ["-1", "=4", "\"1,2\"", "(3)"].map(|cell| read(cell).done.expect_err(cell).to_string() + "\n");
    expect![[r#"
        row 41 (line 42), column `scenes-late-part`: the answer must be one of the numbers of the options, from 1, not `-1`
        row 41 (line 42), column `scenes-late-part`: the answer must be one of the numbers of the options, from 1, not `=4`
        row 41 (line 42), column `scenes-late-part`: the answer must be one of the numbers of the options, from 1, not `1,2`
        row 41 (line 42), column `scenes-late-part`: the answer must be one of the numbers of the options, from 1, not `(3)`
    "#]].assert_eq(&said.concat());
}

#[test]
fn faulty_headers_are_refused() {
    let bank = bank("tests/data/banks/mini");
    let cases: &[(&[u8], Expect)] = &[
        (
            b"",
            expect![[r#"
            the header: no column names an item of the bank
              help: the first line has to name the columns by item ids"#]],
        ),
        (
            b"name,age\na,1\n",
            expect![[r#"
            the header: no column names an item of the bank
              help: name the columns by item ids or questions (`coofit bank show` lists them), and the bank by `--bank DIR`"#]],
        ),
        (
            b"id,leading-credit,leading-early-wrd\n",
            expect![[r#"
            the header, column `leading-early-wrd`: it is nearly item `leading-early-word`, which has no column
              help: if it is item `leading-early-word`, say so by `--column leading-early-wrd=leading-early-word`, else `--column leading-early-wrd=`"#]],
        ),
        (
            b"leading-credit,Leading.Credit\n",
            expect![[r#"
            the header, column `Leading.Credit`: it reads as item `leading-credit`, and so does `leading-credit`
              help: leave one of the two out: `--column Leading.Credit=` or `--column leading-credit=`"#]],
        ),
        (
            b"leading-credit,id,leading-credit\n",
            expect![[r#"
            the header, column `leading-credit`: column 1 has that name already
              help: give one of the two another name"#]],
        ),
        (
            b"id,leading-credit,id\n",
            expect![[r#"
            the header, column `id`: column 1 has that name already
              help: give one of the two another name"#]],
        ),
        (
            b"id,Zo\xc3\xab,Gr\xf6\xdfe,leading-credit\n",
            expect![[r#"
            the header, column `Gr<0xF6><0xDF>e`: the name is not UTF-8 text
              help: save the file as UTF-8"#]],
        ),
        (
            b"id,leading-credit\rb,2\r",
            expect![[r#"
            the header, column `leading-credit<U+000D>b`: there is a carriage return alone
              help: end lines with a line feed"#]],
        ),
        (
            b"id,\"leading-credit\na,1\n",
            expect![[r#"
                the header, column 1: the quotation mark that opens the cell is never closed
                  help: add one at the end of the cell; inside a text, write quotation marks twice"#]],
        ),
    ];
    for (csv, expect) in cases {
        expect.assert_eq(&fault(&bank, csv));
    }
}

#[test]
fn files_that_are_not_csv_are_named() {
    let bank = bank("tests/data/banks/mini");
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let cases: &[(&[u8], Expect)] = &[
        (
            b"BZh91AY&SY",
            expect![[r#"
            the file is packed with bzip2
              help: unpack it first"#]],
        ),
        (
            b"\xfd7zXZ\0\0\x04",
            expect![[r#"
            the file is packed with xz
              help: unpack it first"#]],
        ),
        (
            b"\x28\xb5\x2f\xfd\x04",
            expect![[r#"
            the file is packed with zstd
              help: unpack it first"#]],
        ),
        (
            b"7z\xbc\xaf\x27\x1c\0\x04",
            expect![[r#"
            the file is a 7z archive
              help: unpack it first"#]],
        ),
        (
            b"PK\x03\x04\x14\0\0\0\0\0answers.csv",
            expect![[r#"
            the file is a zip archive
              help: unpack it first"#]],
        ),
        (
            b"PK\x03\x04\x14\0\0\0\0\0[Content_Types].xml",
            expect![[r#"
            the file is an Excel workbook that cannot be read
              help: export the answers as CSV and score that file"#]],
        ),
        (
            b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            expect![[r#"
            the file is an OpenDocument file (.ods)
              help: save it as an Excel workbook (.xlsx) or as CSV"#]],
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            expect![[r#"
            the file is an old Excel workbook (.xls)
              help: save it as an Excel workbook (.xlsx) or as CSV"#]],
        ),
        (
            b" {\n\"answers\": {}",
            expect![[r#"
                not valid JSON: line 2, column 13: the file ends too early
                  help: save it again, or ask for it again"#]],
        ),
        (
            b"[ {\"id\": 1}, 2]",
            expect![[r#"
            the file is JSON without an object for each respondent
              help: export the answers as CSV and score that file"#]],
        ),
        (
            b"{\"anonymous\": true, \"answers\": {}}",
            expect![[r#"
            the file is anonymous; only `coofit compare` reads it, together with others
              help: leave the file out"#]],
        ),
        (
            b"<!doctype html>",
            expect![[r#"
            the file is HTML or XML
              help: export the answers as CSV (in UTF-8) and score that file"#]],
        ),
        (
            &tar,
            expect![[r#"
            the file is a tar archive
              help: unpack it first"#]],
        ),
    ];
    for (bytes, expect) in cases {
        let said = |bytes: &[u8]| {
            run_on(&bank, None, Form::Full, bytes, 3, false).done.expect_err("not CSV").to_string()
        };
        expect.assert_eq(&said(bytes));
        assert_eq!(said(&gzip(bytes)), said(bytes));
    }
    // A name may begin as JSON does.
    assert_eq!(run(&bank, "[1] remark,leading-credit\nx,4\n").done.expect("CSV").n_scored, 1);
}

#[test]
fn several_gzip_members_and_trailing_zeros_are_read() {
    let bank = bank("tests/data/banks/mini");
    let (head, rows) = ("id,leading-credit\n", "a,4\nb,2\n");
    let plain = run(&bank, &[head, rows].concat()).output;
    let run = |bytes: &[u8], drip| run_on(&bank, bank.own_role(), Form::Full, bytes, drip, false);
    let members = [gzip(head.as_bytes()), gzip(rows.as_bytes())].concat();
    for drip in [1, 1 << 20] {
        assert_eq!(run(&members, drip).output, plain);
        assert_eq!(run(&[&members[..], &[0; 10_000]].concat(), drip).output, plain);
        assert!(run(&[&members[..], b"\0\0x"].concat(), drip).done.is_err(), "something else follows");
        assert!(run(&members[..members.len() - 3], drip).done.is_err(), "the end is missing");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

#[test]
fn rows_of_separators_only_are_not_respondents() {
    let bank = bank("tests/data/banks/mini");
    let rows = run(&bank, "id,leading-credit,remark\na,4,\n,,\n , ,\t\nb,2,\n\n,,\r\n\"\",,\n");
    let done = rows.done.expect("no fault");
    assert_eq!((done.n_scored, done.n_no_one[3], done.n_blank), (2, 4, 0));
    assert_eq!(rows.output, run(&bank, "id,leading-credit\na,4\nb,2\n").output);
    assert_eq!(done.tally.expect("asked for").n, 2);
    // Who gave only an id, or only a remark, is one.
    assert_eq!(run(&bank, "id,leading-credit,remark\na,,\n,,x\n").done.expect("no fault").n_scored, 2);
}

#[test]
fn quotes_blanks_decimal_points_and_any_line_ends_are_read() {
    let bank = bank("tests/data/banks/mini");
    let plain =
        run(&bank, "id,leading-credit,duties-had,years-in-charge\na,4,roster;cash,3\nb,,NA,2.5\n").output;
    for other in [
        "\u{feff}id,leading-credit,duties-had,years-in-charge\r\na,4,roster;cash,3\r\nb,,NA,2.5\r\n",
        "\"id\",\"leading-credit\",\"duties-had\",\"years-in-charge\"\n\"a\",\"4\",\"roster;cash\",\"3\"\n\"b\",\"\",\"NA\",\"2.5\"",
        "id, leading-credit,duties-had,years-in-charge\na, 4.0 ,cash; roster,3.0\nb, NA ,,+2.5e0\n",
        "id,leading-credit,duties-had,years-in-charge\na,04,roster;cash,003\n\n\nb,,,2.50\n\n",
    ] {
        assert_eq!(run(&bank, other).output, plain, "{other}");
    }
}

#[test]
fn ids_are_kept_and_no_cell_starts_a_formula() {
    let bank = bank("tests/data/banks/mini");
    let csv = "leading-credit,id\n4,Zoë O'Brien\n4,=1+1\n4,\"＠x, \"\"y\"\"\"\n4,\"a\nb\"\n4,-5\n4,\n4,\u{1b}]0;x\u{7}\n";
    let output = run(&bank, csv).output;
    expect![[r#"
        id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped,part:work,part:past,part:outlook,scale:leading,scale:planning,scale:scenes,scale:years,scale:training,scale:duties,scale:pay
        Zoë O'Brien,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
        '=1+1,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
        "'＠x, ""y""",,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
        a<U+000A>b,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
        -5,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
        ,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
        "<U+001B>]0;x<U+0007>",,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
    "#]].assert_eq(&output);
    // Without the column the id is empty.
    expect![[r#"
        id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped,part:work,part:past,part:outlook,scale:leading,scale:planning,scale:scenes,scale:years,scale:training,scale:duties,scale:pay
        ,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
    "#]].assert_eq(&run(&bank, "leading-credit\n4\n").output);
}

/// What begins with one of these is a formula to a spreadsheet, blanks and marks before it left out.
const SIGNS: [char; 15] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];

fn is_formula(text: &str) -> bool {
    text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace() && !c.is_control()).starts_with(SIGNS)
}

/// What an id was before it was made harmless.
fn taken_back(cell: &str) -> String {
    let mut parts = cell.split("<U+");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('>').expect("the end of an escape");
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character");
        text.extend([c.to_string().as_str(), rest]);
    }
    match text.strip_prefix('\'') {
        Some(marked) if is_formula(marked) => marked.to_owned(),
        _ => text,
    }
}

/// A million of them go through `stress/cohort.py`, which reads them with another program's reader.
#[test]
fn random_ids_are_made_harmless_and_can_be_restored() {
    let pieces: Vec<String> = SIGNS
        .iter()
        .map(char::to_string)
        .chain(
            ["'", "\"", ",", ";", " ", "\u{3000}", "1", "-1", "x", "é", "日", "\u{202e}", "\u{1b}[", "O'B"]
                .map(String::from),
        )
        .collect();
    let bank = bank("tests/data/banks/mini");
    let mut chance = Chance(11);
    let ids: Vec<String> = (0..20_000)
        .map(|_| (0..chance.under(5)).map(|_| pieces[chance.under(pieces.len())].as_str()).collect())
        .collect();
    let mut csv = "leading-credit,id\n".to_owned();
    for id in &ids {
        csv.extend(["4,\"", &id.replace('"', "\"\""), "\"\n"]);
    }
    let output = run(&bank, &csv).output;
    let mut harmful = 0;
    for (id, line) in ids.iter().zip(output.lines().skip(1)) {
        // A quoted cell ends with the first single mark.
        let cell = match line.strip_prefix('"') {
            Some(rest) => rest.replace("\"\"", "\0").split('"').next().expect("a cell").replace('\0', "\""),
            None => line.split(',').next().expect("a cell").to_owned(),
        };
        let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
        assert!(cell.starts_with('\'') || is_number || !is_formula(&cell), "{id:?} came out as {cell:?}");
        assert_eq!(taken_back(&cell), *id, "{cell:?}");
        harmful += usize::from(is_formula(id));
    }
    assert_eq!(output.lines().count(), 1 + ids.len());
    assert!(harmful > 5000, "{harmful} of the ids were formulas");
}

#[test]
fn rejects_hold_the_faulty_rows_and_the_rest_is_scored() {
    let bank = bank("tests/data/banks/mini");
    let head = "id,leading-credit,remark,years-in-charge\n";
    let csv = format!("{head}a,4,,3\nb,9,=x,many\nc,5\nd,1,,-5\ne,2,,1\n");
    let run = run_on(&bank, None, Form::Full, csv.as_bytes(), 7, true);
    let done = run.done.expect("scored");
    assert_eq!((done.n_scored, done.n_rejected), (2, 3));
    let ids: Vec<&str> = run.output.lines().skip(1).map(|line| &line[..1]).collect();
    assert_eq!(ids, ["a", "e"]);
    expect![[r#"
        row,line,column,reason,id,leading-credit,remark,years-in-charge
        2,3,"leading-credit;years-in-charge","column `leading-credit`: the answer must be a whole number from 1 to 5, not `9`; column `years-in-charge`: the answer must be a number from 0 to 40, not `many`",b,9,'=x,many
        3,4,remark,"column `remark`: the row has 2 cells, and the header has 4",c,5
        4,5,years-in-charge,"column `years-in-charge`: the answer must be a number from 0 to 40, not `-5`",d,1,,-5
    "#]].assert_eq(&run.rejects);
    // Put right in place, they are a cohort themselves.
    let right =
        run.rejects.replace(",9,'=x,many", ",5,,2").replace(",c,5", ",c,5,,").replace(",-5\n", ",5\n");
    let again = run_on(&bank, None, Form::Full, right.as_bytes(), 7, false);
    assert_eq!(again.done.expect("no fault").n_scored, 3);
}

#[test]
fn the_summary_agrees_with_one_computed_independently() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let expect = fs::read_to_string(repository("tests/data/cohort.json")).expect("the summary");
    let tally = |csv: &str| run(&bank, csv).done.expect("no fault").tally.expect("asked for");
    let whole = tally(&text).json(&[]);
    let (expect, got): (Value, Value) =
        (serde_json::from_str(&expect).expect("JSON"), serde_json::from_str(&whole).expect("JSON"));
    let mut found = Vec::new();
    differences(&expect, &got, "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn merged_parts_give_exactly_the_summary_of_one_run() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let tally = |csv: &str| run(&bank, csv).done.expect("no fault").tally.expect("asked for");
    let whole = tally(&text).json(&[]);
    let (head, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    for size in [119, 50, 7, 1].into_iter().take(times(4, 3)) {
        let parts = rows.chunks(size).rev().map(|rows| {
            let csv = format!("{head}\n{}\n", rows.join("\n"));
            let part = Part::new(&bank, None, Form::Full, tally(&csv));
            Part::parse(&part.json()).expect("a part")
        });
        let merged = parts.reduce(|mut a, b| {
            a.add(&b).expect("parts of one cohort");
            a
        });
        assert_eq!(merged.expect("parts").tally.json(&[]), whole, "parts of {size}");
    }
}

#[test]
fn parts_that_share_rows_or_differ_in_form_never_merge() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let tally = |csv: &str| run(&bank, csv).done.expect("no fault").tally.expect("asked for");
    let (head, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    let part =
        |rows: &[&str]| Part::new(&bank, None, Form::Full, tally(&format!("{head}\n{}\n", rows.join("\n"))));
    let mut first = part(&rows[..40]);
    let backward: Vec<&str> = rows[..40].iter().rev().copied().collect();
    assert_eq!(first.add(&part(&backward)), Err(NotMerged::Twice), "the same rows in another order");
    first.add(&part(&rows[40..])).expect("other rows");
    let kept = Part::parse(&first.json()).expect("a part");
    assert_eq!(kept, first);
    assert_eq!(part(&rows[40..]).add(&kept), Err(NotMerged::Twice), "within another part");
    let none = || part(&[]);
    first.add(&none()).expect("nobody counts twice");
    first.add(&none()).expect("nobody counts twice");
    let quick = Part::new(&bank, None, Form::Quick, tally(&text));
    assert!(Part::new(&bank, None, Form::Full, tally(&text)).add(&quick).is_err());
}

#[test]
fn the_figures_of_items_agree_with_ones_computed_independently() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let expect = fs::read_to_string(repository("tests/data/items.json")).expect("the figures");
    let expect: Vec<Value> = serde_json::from_str(&expect).expect("JSON");
    let tally = |csv: &str| run(&bank, csv).done.expect("no fault").tally.expect("asked for");
    let figures = tally(&text).item_figures(&bank, Form::Full).expect("asked for");
    assert_eq!(figures.len(), expect.len());
    for expect in &expect {
        let is_it = |of: &&ItemFigures| bank.items[of.item].id == expect["item"];
        let of = figures.iter().find(is_it).expect("every item");
        assert_eq!(
            (of.n, &*bank.scales[of.scale].id),
            (expect["n"].as_u64().expect("a count"), expect["scale"].as_str().expect("an id"))
        );
        let shares = of.labels.iter().map(|count| *count as f64 / of.n as f64);
        let got = [of.mean, of.sd, of.rest, of.alpha_without, of.omega].map(|x| x.expect("a figure"));
        let named = ["mean", "sd", "item_rest_r", "alpha_if_dropped", "omega"].map(|name| &expect[name]);
        let wanted = expect["shares"].as_array().expect("shares").iter().chain(named);
        for (got, wanted) in shares.chain(got).zip(wanted) {
            let wanted = wanted.as_f64().expect("a number");
            assert!(
                (got - wanted).abs() < 1e-9 * wanted.abs().max(1.0),
                "{}: {got}, not {wanted}",
                expect["item"]
            );
        }
    }
    assert!(
        items::warnings(&bank, &figures, &[], true).is_empty(),
        "{:?}",
        items::warnings(&bank, &figures, &[], true)
    );
}

#[test]
fn merged_parts_give_exactly_the_item_figures_of_one_run() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let tally = |csv: &str| run(&bank, csv).done.expect("no fault").tally.expect("asked for");
    let figures = tally(&text).item_figures(&bank, Form::Full).expect("asked for");
    let (head, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    let parts = rows.chunks(50).rev().map(|rows| {
        let part = Part::new(&bank, None, Form::Full, tally(&format!("{head}\n{}\n", rows.join("\n"))));
        Part::parse(&part.json()).expect("a part")
    });
    let merged = parts.reduce(|mut a, b| {
        a.add(&b).expect("parts of one cohort");
        a
    });
    assert_eq!(merged.expect("parts").items(&bank), Ok(figures));
}

/// Thirty departments rated by their clerks (Chatterjee and Price 1977), as in R's `attitude`. The figures are
/// those of R's psych 2.2.9: `alpha(attitude)`, and omega from `fa(attitude, 1, fm = "minres")`.
#[test]
fn the_figures_of_a_public_data_set_match_psych() {
    const ROWS: &str = "43,51,30,39,61,92,45 63,64,51,54,63,73,47 71,70,68,69,76,86,48 61,63,45,47,54,84,35 81,78,56,66,71,83,47 \
        43,55,49,44,54,49,34 58,67,42,56,66,68,35 71,75,50,55,70,66,41 72,82,72,67,71,83,31 67,61,45,47,62,80,41 \
        64,53,53,58,58,67,34 67,60,47,39,59,74,41 69,62,57,42,55,63,25 68,83,83,45,59,77,35 77,77,54,72,79,77,46 \
        81,90,50,72,60,54,36 74,85,64,69,79,79,63 65,60,65,75,55,80,60 65,70,46,57,75,85,46 50,58,68,54,64,78,52 \
        50,40,33,34,43,64,33 64,61,52,62,66,80,41 53,66,52,50,63,80,37 40,37,42,58,50,57,49 63,54,42,48,66,75,33 \
        66,77,66,63,88,76,72 78,75,58,74,80,78,49 48,57,44,45,51,83,38 85,85,71,71,77,74,55 82,82,39,59,64,78,39";
    const NAMES: [&str; 7] =
        ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"];
    // Item-rest r, alpha without the item, mean, standard deviation.
    const PSYCH: [[f64; 4]; 7] = [
        [0.671_262_057, 0.809_760_206, 64.633_333_333, 12.172_561_948],
        [0.742_109_710, 0.796_917_457, 66.6, 13.314_757_175],
        [0.560_711_111, 0.827_847_766, 53.133_333_333, 12.235_429_994],
        [0.714_445_498, 0.803_030_975, 56.366_666_667, 11.737_012_877],
        [0.786_275_594, 0.795_386_574, 64.633_333_333, 10.397_225_536],
        [0.265_034_339, 0.863_872_311, 74.766_666_667, 9.894_907_549],
        [0.460_810_549, 0.840_464_868, 42.933_333_333, 10.288_706_005],
    ];
    const ALPHA: f64 = 0.843_142_770;
    const OMEGA: f64 = 0.850_992_465;
    let items: Vec<String> = NAMES
        .iter()
        .map(|name| {
            format!(
                "[[item]]\nid = \"{name}\"\nscale = \"attitude\"\nask = \"{name}?\"\nanswer = \"number\"\nunit = \"%\"\n\
                 min = 0\nmax = 100\ncurve = [[0, 0], [100, 100]]\n"
            )
        })
        .collect();
    let part = "[[scale]]\nid = \"attitude\"\ntitle = \"Attitude\"\nkind = \"fact\"\nabout = \"a\"\nlow = \"l\"\nhigh = \"h\"\n";
    let (part, bank) = (
        format!("{part}{}", items.concat()),
        "format = 1\nid = \"clerks\"\ntitle = \"Clerks\"\nedition = \"1\"\nlanguage = \"en\"\n[[part]]\nid = \"all\"\ntitle = \"All\"\n\
         intro = \"All.\"\nfile = \"all.toml\"\nside = \"demands\"\nweight = 1\n",
    );
    let files = [("bank.toml", bank), ("all.toml", part.as_str())];
    let bank = parse(&files.into_iter().collect::<Sources>()).unwrap_or_else(|faults| panic!("{faults}"));
    let csv = format!("{}\n{}\n", NAMES.join(","), ROWS.split_whitespace().collect::<Vec<_>>().join("\n"));
    let tally = run(&bank, &csv).done.expect("no fault").tally.expect("asked for");
    let figures = tally.item_figures(&bank, Form::Full).expect("asked for");
    assert_eq!(figures.len(), 7);
    for (of, wanted) in figures.iter().zip(PSYCH) {
        let got = [of.rest, of.alpha_without, of.mean, of.sd].map(|x| x.expect("a figure"));
        for (got, wanted) in got.iter().zip(wanted) {
            assert!((got - wanted).abs() <= 1e-6, "{}: {got}, not {wanted}", NAMES[of.item]);
        }
        let omega = of.omega.expect("an omega");
        assert!((omega - OMEGA).abs() <= 1e-3, "{omega}");
    }
    let alpha = tally.scales()[0].alpha.value.expect("an alpha");
    assert!((alpha - ALPHA).abs() <= 1e-6, "{alpha}");
}

#[test]
fn swapped_items_are_named_with_the_scale_they_fit() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    let (head, rows) = text.split_once('\n').expect("a header");
    let ids: Vec<&str> = head.split(',').collect();
    let scale = |id: &str| bank.items[bank.item(id).expect("an item")].own_scale().expect("a scale").scale;
    let other = ids[2..].iter().find(|id| scale(id) != scale(ids[1])).expect("another scale");
    let swapped = head
        .replace(&format!(",{},", ids[1]), ",?,")
        .replace(&format!(",{other},"), &format!(",{},", ids[1]))
        .replace(",?,", &format!(",{other},"));
    let tally = run(&bank, &format!("{swapped}\n{rows}")).done.expect("no fault").tally.expect("asked for");
    let warnings =
        items::warnings(&bank, &tally.item_figures(&bank, Form::Full).expect("asked for"), &[], true);
    expect![[r#"
        `orderly-1` hardly goes with the rest of Order (r = 0.06); it fits Company better (r = 0.59)
        `outgoing-1` hardly goes with the rest of Company (r = 0.10); it fits Order better (r = 0.57)"#]]
    .assert_eq(&warnings.join("\n"));
}

#[test]
fn norms_of_a_group_are_accepted_in_its_bank() {
    let home = Home::new();
    let cohort = home.on("banks/plain", ["cohort", "-", "-o", "out.csv", "--norms", "norms.toml"]);
    let cohort = cohort.args(["--items", "items.csv"]);
    cohort.input(fs::read(repository("tests/data/cohort.csv")).expect("the answers")).expect_code(0);
    let items = home.read("items.csv");
    assert!(items.starts_with("item,scale,n,share:1,share:2,"), "{items}");
    assert_eq!(items.lines().count(), 41);
    let norms = home.read("norms.toml");
    let table: toml::Table = toml::from_str(&norms).expect("TOML");
    assert_eq!(table["scale"].as_array().expect("scales").len(), 4);
    fs::create_dir(home.path("bank")).expect("a directory");
    for file in ["bank.toml", "first.toml", "second.toml"] {
        let source = repository("tests/data/banks/plain").join(file);
        let mut text = fs::read_to_string(source).expect("a file of the bank");
        for scale in norms.split("\n[[scale]]\n").skip(1) {
            let (id, norm) = scale.split_once("\n\n").expect("an id and a norm");
            if let Some(at) = text.find(&format!("[[scale]]\n{id}\n")) {
                let end = at + text[at..].find("\n\n").expect("the end of the scale") + 1;
                text.insert_str(end, norm);
            }
        }
        home.write(&format!("bank/{file}"), text);
    }
    home.run(["bank", "check", "bank"]).expect_code(0);
    let bank = bank(&home.path("bank").display().to_string());
    assert!(bank.scales.iter().all(|scale| scale.norm.as_ref().is_some_and(|norm| norm.n.is_some())));
}

#[test]
fn alphas_that_do_not_exist_are_null() {
    let bank = bank("tests/data/banks/plain");
    let tally = run(&bank, "orderly-1\n4\n").done.expect("no fault").tally.expect("asked for");
    assert_eq!(tally.n, 1);
    assert!(tally.scales().iter().all(|scale| scale.alpha.value.is_none() && scale.sem.is_none()));
    let json: Value = serde_json::from_str(&tally.json(&[])).expect("JSON");
    assert!(json["scales"][0]["alpha"]["value"].is_null() && json["scales"][0]["mean"].is_null(), "{json}");
}

#[test]
fn the_sizes_of_the_pieces_do_not_matter() {
    let bank = bank("tests/data/banks/plain");
    let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
    // Long enough for many stretches, with quoted rows strewn in.
    let (head, rows) = text.split_once('\n').expect("a header");
    let many = format!("{head}\n{}", rows.repeat(60).replace("\n17,", "\n\"seven\nteen\","));
    let whole = run_on(&bank, None, Form::Full, many.as_bytes(), 1 << 20, false).output;
    assert_eq!(whole.lines().count(), 1 + 120 * 60);
    for drip in [1, 13, 4096, 1 << 18] {
        assert!(
            run_on(&bank, None, Form::Full, many.as_bytes(), drip, false).output == whole,
            "{drip} bytes"
        );
    }
}

// The program itself.

#[test]
fn a_fault_exits_3_leaves_no_file_and_overwrites_none() {
    let home = Home::new();
    let cohort = |arguments: &[&str], input: &str| home.mini(["cohort", "-"]).args(arguments).input(input);
    let good = "id,leading-credit\na,4\n";
    let bad = "id,leading-credit\na,4\nb,7\n";
    let faulty = cohort(&["-o", "out.csv", "--summary", "sum.json", "--part", "part.json"], bad);
    faulty.expect_code(3).expect_stderr(&expect![[r#"
        note: 11 items have no column and count as skipped: `leading-early-word`,
        `leading-own-hands`, `planning-week`, `planning-last-minute`, `scenes-outage`,
        `scenes-late-truck`, `years-in-charge`, `training-longest`, `duties-had`,
        `pay-needed`, `pay-matters`
        note: 1 column holds the numbers of the labels, from 1
        error: standard input: row 2 (line 3), column `leading-credit`: the answer must
        be a whole number from 1 to 5, not `7`
          help: `--rejects FILE` sets such rows aside and scores the rest
    "#]]);
    // Setting rows aside does not help here, so `--rejects` is not named.
    cohort(&[], "id,nothing\na,4\n").expect_code(3).expect_stderr(&expect![[r#"
        error: standard input: the header: no column names an item of the bank
          help: name the columns by item ids or questions (`coofit bank show` lists
          them), and the bank by `--bank DIR`
    "#]]);
    let open = cohort(&["--rejects", "no.csv"], "id,leading-credit\na,\"4\n");
    open.expect_code(3).expect_stderr(&expect![[r#"
        note: 11 items have no column and count as skipped: `leading-early-word`,
        `leading-own-hands`, `planning-week`, `planning-last-minute`, `scenes-outage`,
        `scenes-late-truck`, `years-in-charge`, `training-longest`, `duties-had`,
        `pay-needed`, `pay-matters`
        note: 1 column holds the numbers of the labels, from 1
        error: standard input: row 1 (line 2), column `leading-credit`: the quotation
        mark that opens the cell is never closed
          help: add one at the end of the cell; inside a text, write quotation marks
          twice
    "#]]);
    assert_eq!(home.names(), [""; 0]);

    cohort(&["-o", "out.csv", "--rejects", "no.csv"], bad).expect_code(0).expect_stderr(&expect![[r#"
        note: 11 items have no column and count as skipped: `leading-early-word`,
        `leading-own-hands`, `planning-week`, `planning-last-minute`, `scenes-outage`,
        `scenes-late-truck`, `years-in-charge`, `training-longest`, `duties-had`,
        `pay-needed`, `pay-matters`
        note: 1 column holds the numbers of the labels, from 1
        1 row set aside in `no.csv`
    "#]]);
    assert_eq!(home.names(), ["no.csv", "out.csv"]);
    let first = home.read("out.csv");
    cohort(&["-o", "out.csv"], good).expect_code(1).expect_stderr(&expect![[r#"
        error: `out.csv` is already there; name another file, or add `--force`
    "#]]);
    cohort(&["-o", "out.csv", "--force"], bad).expect_code(3);
    assert_eq!(home.read("out.csv"), first, "a fault leaves the earlier file");
    cohort(&["-o", "out.csv", "--force"], good).expect_code(0);
    expect![[r#"
        id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped,part:work,part:past,part:outlook,scale:leading,scale:planning,scale:scenes,scale:years,scale:training,scale:duties,scale:pay
        a,,,,,not-judged,,,0.9166666666666666,,,,,,,,,,
    "#]].assert_eq(&home.read("out.csv"));
    assert_eq!(home.names(), ["no.csv", "out.csv"]);
}

// Needs a pseudo-terminal.
#[cfg(unix)]
#[test]
fn only_terminal_runs_to_a_file_end_with_a_table() {
    use crate::terminal::{self, Terminal};
    let home = terminal::Home::new();
    let plain = repository("tests/data/banks/plain").display().to_string();
    let answers = repository("tests/data/cohort.csv").display().to_string();
    let arguments = ["cohort", &answers, "--bank", &plain, "--force"];
    let to_file = [&arguments[..], &["-o", "out.csv"]].concat();

    let mut wide = Terminal::of_size(&home, (80, 24), &to_file);
    wide.check_ended(0);
    expect![[r#"
        note: 40 columns hold the numbers of the labels, from 1
        120 rows scored, 14 flagged (caution or doubtful), 1 not judged (too few
        questions to tell)

        scale             n   mean    SD  alpha (95 %)
        Order           119   50.3  17.2  0.88 (0.84 to 0.91)
        Company         119   52.2  17.9  0.88 (0.84 to 0.91)
        Calm            119   53.8  16.7  0.88 (0.84 to 0.91)
        Curiosity       119   49.4  18.6  0.90 (0.86 to 0.92)"#]]
    .assert_eq(&wide.shown());
    let mut narrow = Terminal::of_size(&home, (40, 40), &to_file);
    narrow.check_ended(0);
    expect![[r#"
        note: 40 columns hold the numbers of
        the labels, from 1
        120 rows scored, 14 flagged (caution or
        doubtful), 1 not judged (too few
        questions to tell)

        Order
          n 119, mean 50.3, SD 17.2
          alpha 0.88 (0.84 to 0.91)
        Company
          n 119, mean 52.2, SD 17.9
          alpha 0.88 (0.84 to 0.91)
        Calm
          n 119, mean 53.8, SD 16.7
          alpha 0.88 (0.84 to 0.91)
        Curiosity
          n 119, mean 49.4, SD 18.6
          alpha 0.90 (0.86 to 0.92)"#]]
    .assert_eq(&narrow.shown());
    // What goes to standard output is CSV alone, and a program that reads along is told nothing.
    let quiet = home.run(&to_file);
    assert!(quiet.status.success() && quiet.stdout.is_empty(), "{quiet:?}");
    assert!(!String::from_utf8_lossy(&quiet.stderr).contains("alpha"), "{quiet:?}");
    let mut printed = Terminal::with(&home, (80, 24), &[], "\"$0\" \"$@\" > printed.csv", &arguments);
    printed.check_ended(0);
    assert!(!printed.shown().contains("alpha"), "{}", printed.shown());
    let [printed, file] = ["printed.csv", "out.csv"].map(|name| fs::read(home.path(name)).expect("scores"));
    assert_eq!(printed, file);
}

// Needs a shell.
#[cfg(unix)]
#[test]
fn machines_that_share_a_file_give_the_summary_of_one() {
    let home = Home::new();
    let source = home.copy("tests/data/cohort.csv");
    home.on("banks/plain", ["cohort", &source, "--summary", "whole.json"]).expect_code(0);
    // The shell of docs/cohort.md: every piece gets the header, and two run at a time.
    let script = r#"set -e
        tail -n +2 "$1" | split -n r/4 - piece.
        head -n 1 "$1" > header
        ls piece.* | xargs -P 2 -I{} sh -c 'cat header {} | "$0" cohort - --bank "$1" --part {}.part > {}.out 2> /dev/null' "$2" "$3"
        "$2" cohort --merge piece.*.part --summary merged.json
        cat piece.*.out | wc -l"#;
    let run =
        home.through("sh", ["-c", script, "sh", &source, PROGRAM]).arg(repository("tests/data/banks/plain"));
    assert_eq!(run.expect_code(0).stdout.trim(), "124");
    assert_eq!(home.read("merged.json"), home.read("whole.json"));
}

#[test]
fn gzip_input_is_read_and_truncated_gzip_is_a_fault() {
    let home = Home::new();
    let text = fs::read(repository("tests/data/cohort.csv")).expect("the answers");
    let packed = gzip(&text);
    let cohort = |input: &[u8], code| home.on("banks/plain", ["cohort", "-"]).input(input).expect_code(code);
    assert_eq!(cohort(&packed, 0).stdout, cohort(&text, 0).stdout);
    let broken = [&packed[..5], &packed[..packed.len() / 2], &packed[..packed.len() - 3]].map(<[u8]>::to_vec);
    let mut damaged = packed.clone();
    damaged[packed.len() / 2..][..9].fill(0xff);
    let told = broken.into_iter().chain([damaged]).map(|input| cohort(&input, 3).told()).collect::<String>();
    expect![[r#"
        error: standard input: the file is packed with gzip, and cut short or damaged help: get it again, or ask for it unpacked
        error: standard input: the file is packed with gzip, and cut short or damaged help: get it again, or ask for it unpacked
        error: standard input: the file is packed with gzip, and cut short or damaged help: get it again, or ask for it unpacked
        error: standard input: the file is packed with gzip, and cut short or damaged help: get it again, or ask for it unpacked
    "#]].assert_eq(&told);
}

const TOO_LONG: &str = "the row goes on for more than 1 MiB\n  \
                        help: look for a quotation mark that is never closed, or shorten the texts";

#[test]
fn a_cell_of_200_mib_is_refused_as_too_long() {
    let bank = bank("tests/data/banks/mini");
    for (start, column) in [("a,4,", "`remark`"), ("a,4,\"", "`remark`")] {
        let head = format!("id,leading-credit,remark\nx,1,\n{start}");
        let endless = head.as_bytes().chain(std::io::repeat(b'x')).take(200 << 20);
        let mut output = Vec::new();
        let halt = Cohort::open(&bank, None, Form::Full, endless)
            .and_then(|cohort| cohort.run(Job { threads: 2, ..Job::new(&mut output) }));
        let said = halt.expect_err("a fault").to_string();
        assert_eq!(said, format!("row 2 (line 3), column {column}: {TOO_LONG}"));
    }
}

#[test]
fn an_overlong_row_ends_the_run_even_with_rejects() {
    let bank = bank("tests/data/banks/mini");
    let csv = format!("id,leading-credit\na,4\n{},4\nc,4\n", "x".repeat(1 << 20));
    let run = run_on(&bank, None, Form::Full, csv.as_bytes(), 1 << 20, true);
    let said = run.done.expect_err("a fault").to_string();
    assert_eq!(said, format!("row 2 (line 3), column `leading-credit`: {TOO_LONG}"));
}

// Needs signals that a test can send.
#[cfg(unix)]
#[test]
fn a_signal_ends_it_without_a_file() {
    let earlier: &[&str] = &["answers.csv", "--report", "page.html", "--before", "-"];
    for inputs in [&["-"], earlier] {
        let home = Home::new();
        home.write("answers.csv", "id,leading-credit\na,4\n");
        let mut talk = home.mini(["cohort", "-o", "out.csv"]).args(inputs).talk();
        talk.say("id,leading-credit");
        talk.say("a,4");
        while home.names() == ["answers.csv"] {
            std::thread::yield_now();
        }
        // The draft is there, so the handlers are.
        assert_eq!(talk.signal("INT"), Some(130));
        assert_eq!(home.names(), ["answers.csv"]);
    }
}

// Needs signals that a test can send.
#[cfg(unix)]
#[test]
fn a_signal_ends_it_even_while_nobody_reads_its_output() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129), ("QUIT", 131)] {
        let home = Home::new();
        let text = fs::read_to_string(repository("tests/data/cohort.csv")).expect("the answers");
        let (head, rows) = text.split_once('\n').expect("a header");
        let many = format!("{head}\n{}", rows.repeat(1000));
        let run = home.on("banks/plain", ["cohort", "-", "--summary", "sum.json"]).input(many);
        let (talk, mut stdout) = run.unread();
        // One byte of the output is there, so it is being written; the rest fills the pipe.
        stdout.read_exact(&mut [0]).expect("the header");
        assert_eq!(talk.signal(signal), Some(code));
        assert_eq!(home.names(), [""; 0]);
    }
}

#[test]
fn a_number_with_a_comma_gets_a_way_out() {
    let home = Home::new();
    home.write("pay.csv", "id,leading-credit,pay-needed\na,4,\"90,000\"\nb,4,80000\n");
    home.mini(["cohort", "pay.csv"]).expect_code(3).expect_stderr(&expect![[r#"
        note: 10 items have no column and count as skipped: `leading-early-word`,
        `leading-own-hands`, `planning-week`, `planning-last-minute`, `scenes-outage`,
        `scenes-late-truck`, `years-in-charge`, `training-longest`, `duties-had`,
        `pay-matters`
        note: 1 column holds the numbers of the labels, from 1; 1 holds numbers
        error: `pay.csv`: row 1 (line 2), column `pay-needed`: the answer must be a
        number from 0 to 200,000, not `90,000`
          help: write it in digits alone, such as 90000
          help: `--rejects FILE` sets such rows aside and scores the rest
    "#]]);
}

#[test]
fn thousands_of_rows_with_one_id_end_at_once() {
    let home = Home::new();
    home.write("same.csv", format!("id,leading-credit\n{}", "same,4\n".repeat(5000)));
    let ran = home.mini(["cohort", "same.csv", "--reports", "pages", "-o", "out.csv"]).expect_code(3);
    ran.expect_stderr(&expect![[r#"
        note: 11 items have no column and count as skipped: `leading-early-word`,
        `leading-own-hands`, `planning-week`, `planning-last-minute`, `scenes-outage`,
        `scenes-late-truck`, `years-in-charge`, `training-longest`, `duties-had`,
        `pay-needed`, `pay-matters`
        note: 1 column holds the numbers of the labels, from 1
        error: the id `same` is there twice, and `--reports` names pages by id
        --> `same.csv`
         = help: change the ids, or name another column by `--id COLUMN`

        1 fault
    "#]]);
    assert_eq!(home.names(), ["same.csv"]);
}

#[test]
fn the_tools_column_for_unfinished_rows_is_not_left_out() {
    let bank = bank("tests/data/banks/mini");
    let csv = "lastpage,submitdate,id,leading-credit\n3,2026-01-01,a,4\n2,,b,3\n";
    let cohort = Cohort::open(&bank, None, Form::Full, csv.as_bytes()).expect("a header");
    assert_eq!(cohort.notes()[0], "1 column that names no item is left out: `lastpage`");
}

// ---- what a survey tool exports, at the command line ----------------------------------------------

/// `cohort` on the bank of the exports.
fn cohort(home: &Home, arguments: &[&str]) -> Ran {
    home.on("exports/bank", ["cohort"]).args(arguments).ran()
}

/// The scores of a run that must succeed.
#[track_caller]
fn scores(home: &Home, arguments: &[&str]) -> String {
    home.on("exports/bank", ["cohort"]).args(arguments).expect_code(0).stdout
}

fn without_ids(scores: &str) -> Vec<&str> {
    scores.lines().map(|line| line.split_once(',').expect("cells").1).collect()
}

/// A home with some of the exports in it.
fn with_exports(names: &[&str]) -> Home {
    let home = Home::new();
    for name in names {
        home.copy(&format!("tests/data/exports/{name}"));
    }
    home
}

#[test]
fn broken_maps_and_parts_are_refused_in_plain_words() {
    let home = with_exports(&["00-truth.csv"]);
    let told = |text: &str| {
        home.write("x.json", text);
        let ran = home.on("exports/bank", ["cohort", "00-truth.csv", "--map", "x.json"]).expect_code(3);
        ran.told() + &home.run(["cohort", "--merge", "x.json"]).expect_code(3).told()
    };
    let told = ["{\n \"id\":", "{\n \"id\": 1,,", "{\"id\": 4}", "{\"colums\": {}}"].map(told);
    expect![[r#"
        error: `x.json` does not say how a file is read: line 2, column 6: the file ends too early help: save it again, or ask for it again
        error: `x.json` is not a part of a cohort: line 2, column 6: the file ends too early help: save it again, or ask for it again
        error: `x.json` does not say how a file is read: invalid type: integer `1`, expected a string at line 2 column 8 help: make the file again
        error: `x.json` is not a part of a cohort: line 2, column 10: the file cannot be read from here on help: something is missing or does not belong here, such as a comma, a bracket or a quotation mark; correct it, or ask for the file again
        error: `x.json` does not say how a file is read: invalid type: integer `4`, expected a string at line 1 column 8 help: make the file again
        error: `x.json` is not a part of a cohort: missing field `format` at line 1 column 9 help: make the file again
        error: `x.json` does not say how a file is read: unknown field `colums`, expected one of `format`, `id`, `sheet`, `missing`, `columns`, `codings` at line 1 column 9 help: make the file again
        error: `x.json` is not a part of a cohort: missing field `format` at line 1 column 14 help: make the file again
    "#]].assert_eq(&told.concat());
}

#[test]
fn in_order_takes_meaningless_codes_in_bank_order() {
    let codes = "06-limesurvey-codes.csv";
    let home = with_exports(&["00-truth.csv", codes]);
    let truth = scores(&home, &["00-truth.csv"]);
    assert_eq!(without_ids(&scores(&home, &[codes, "--in-order"])), without_ids(&truth));
    // The reading can be kept, and then needs no option.
    scores(&home, &[codes, "--in-order", "--map", "map.json"]);
    assert_eq!(without_ids(&scores(&home, &[codes, "--map", "map.json"])), without_ids(&truth));
    expect![[r#"
        {
          "format": 1,
          "id": "id",
          "missing": [],
          "columns": {
            "G01Q01[SQ001]": "planning-first-steps",
            "G01Q01[SQ002]": "people-early-word",
            "G01Q01[SQ003]": "planning-last-minute",
            "G01Q01[SQ004]": "people-own-desk",
            "G01Q01[SQ005]": "planning-spare-time",
            "G01Q01[SQ006]": "people-asked-view",
            "G01Q01[SQ007]": "planning-lost-track",
            "G01Q01[SQ008]": "people-cut-short",
            "G01Q02": "scenes-late-part",
            "G01Q03[SQ001]": "tasks-done/plan-week",
            "G01Q03[SQ002]": "tasks-done/budget",
            "G01Q03[SQ003]": "tasks-done/train",
            "G01Q03[SQ004]": "tasks-done/meeting",
            "G01Q03[SQ005]": "tasks-done/complaint",
            "G02Q04": "hours-willing",
            "G02Q05": "hours-matter"
          },
          "codings": {
            "frequency": "code",
            "hours-willing": "own",
            "importance": "code",
            "scenes-late-part": "code"
          }
        }
    "#]]
    .assert_eq(&home.read("map.json"));
}

#[test]
fn options_settle_questions_about_columns_and_the_map_keeps_them() {
    let home = Home::new();
    let rows = "id,planning-first-steps,planning-last-minute,planning-spare-time,people-cut-shrt\np1,1,2,1,2\np2,0,3,3,3\n";
    home.write("a.csv", rows);
    cohort(&home, &["a.csv"]).expect_stderr(&expect![[r#"
        error: `a.csv`: the header, column `people-cut-shrt`: it is nearly item
        `people-cut-short`, which has no column
          help: if it is item `people-cut-short`, say so by
          `--column people-cut-shrt=people-cut-short`, else `--column people-cut-shrt=`
    "#]]);
    let is_item = "people-cut-shrt=people-cut-short";
    let with = scores(&home, &["a.csv", "--column", is_item, "--map", "with.json"]);
    expect![[r#"
        id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped,part:work,part:wishes,scale:planning,scale:people,scale:scenes,scale:tasks,scale:hours
        p1,0,0,73.74188127048895,,not-judged,0.7745966692414835,,0.6666666666666666,-55.55555555555555,,33.333333333333336,,,,
        p2,0,0,81.09725312293443,,not-judged,1.213953957333768,,0.6666666666666666,-55.55555555555555,,33.333333333333336,,,,
    "#]].assert_eq(&with);
    let without = scores(&home, &["a.csv", "--column", "people-cut-shrt=", "--map", "without.json"]);
    assert_ne!(with, without);
    for (map, kept) in [("with.json", with), ("without.json", without)] {
        assert_eq!(scores(&home, &["a.csv", "--map", map]), kept);
    }
    expect![[r#"
        {
          "format": 1,
          "id": "id",
          "missing": [],
          "columns": {
            "people-cut-shrt": "people-cut-short",
            "planning-first-steps": "planning-first-steps",
            "planning-last-minute": "planning-last-minute",
            "planning-spare-time": "planning-spare-time"
          },
          "codings": {
            "frequency": "from-0"
          }
        }
    "#]]
    .assert_eq(&home.read("with.json"));
    let item = "\"people-cut-shrt\": \"people-cut-short\"";
    assert_eq!(home.read("without.json"), home.read("with.json").replace(item, "\"people-cut-shrt\": \"\""));
    // The coding that is kept holds where a file alone would say something else.
    let rows = "id,planning-first-steps,planning-last-minute,planning-spare-time,people-cut-shrt\np1,1,2,1,2\np2,1,3,3,3\n";
    home.write("b.csv", rows);
    let [kept, alone] = [["--map", "with.json"], ["--column", is_item]]
        .map(|options| scores(&home, &[&["b.csv"][..], &options].concat()));
    assert_ne!(kept, alone);
    let column = |option: &str| cohort(&home, &["a.csv", "--column", option]);
    column("nope=planning-first-steps").expect_stderr(&expect![[r#"
        error: `a.csv`: the header: no column is called `nope`
          help: the columns are `id`, `planning-first-steps`, `planning-last-minute`,
          `planning-spare-time`, `people-cut-shrt`
    "#]]);
    column("id=nothing").expect_stderr(&expect![[r#"
        error: `a.csv`: the header, column `id`: there is no item `nothing` for it to
        hold
          help: `coofit bank show` lists the items
    "#]]);
}

#[test]
fn a_column_of_answers_naming_no_item_is_asked_about() {
    let home = with_exports(&["00-truth.csv", "20-labels-right-ids.csv"]);
    let [truth, texts] = ["00-truth.csv", "20-labels-right-ids.csv"].map(|name| home.read(name));
    let right = scores(&home, &["00-truth.csv"]);
    let mut told = String::new();
    for (rows, name, item) in [
        (&texts, "People early", "people-early-word"),
        (&truth, "People early", "people-early-word"),
        (&texts, "Q2", "people-early-word"),
        (&texts, "What then?", "scenes-late-part"),
        (&truth, "Weekly hours-willing", "hours-willing"),
    ] {
        home.write("a.csv", rows.replacen(item, name, 1));
        let is_item = format!("{name}={item}");
        let asked = cohort(&home, &["a.csv"]);
        assert_eq!(asked.stdout, "");
        told += &asked.stderr;
        assert_eq!(scores(&home, &["a.csv", "--column", &is_item]), right);
        assert_ne!(scores(&home, &["a.csv", "--column", &format!("{name}=")]), right);
    }
    expect![[r#"
        error: `a.csv`: the header, column `People early`: it names no item, and holds
        the texts of the labels (`Often` is 4)
          help: if it is item `people-early-word`, say so by
          `--column "People early=people-early-word"`, else `--column "People early="`
        error: `a.csv`: the header, column `People early`: it names no item, and holds
        the numbers of the labels, from 1 (`4` is 4)
          help: if it is item `people-early-word`, say so by
          `--column "People early=people-early-word"`, else `--column "People early="`
        error: `a.csv`: the header, column `Q2`: it names no item, and holds the texts
        of the labels (`Often` is 4)
          help: if it is item `people-early-word`, say so by
          `--column Q2=people-early-word`, else `--column Q2=`
        error: `a.csv`: the header, column `What then?`: it names no item, and holds
        the texts of the options (`Look for the part elsewhere, whatever it costs.` is
        find-other)
          help: if it is item `scenes-late-part`, say so by
          `--column "What then?=scenes-late-part"`, else `--column "What then?="`
        error: `a.csv`: the header, column `Weekly hours-willing`: it names no item,
        and holds numbers
          help: if it is item `hours-willing`, say so by
          `--column "Weekly hours-willing=hours-willing"`, else
          `--column "Weekly hours-willing="`
    "#]]
    .assert_eq(&told);
    // All of them are asked about at once.
    home.write("near.csv", "id,hours-mattr,people-own-dsk,planning-first-steps\na,4,2,1\n");
    cohort(&home, &["near.csv"]).expect_stderr(&expect![[r#"
        error: `near.csv`: the header, column `hours-mattr`: it is nearly item
        `hours-matter`, which has no column
          help: if it is item `hours-matter`, say so by
          `--column hours-mattr=hours-matter`, else `--column hours-mattr=`
        the header, column `people-own-dsk`: it is nearly item `people-own-desk`, which
        has no column
          help: if it is item `people-own-desk`, say so by
          `--column people-own-dsk=people-own-desk`, else `--column people-own-dsk=`
    "#]]);
    // Several can be it, and the person's own columns are not asked about.
    let own = "Team size,Team,Remark,Consent,_index,Status,id,hours-matter,people-own-desk\n3,1,Room 4,Yes,1,2,a,3,3\n5,2,,No,2,2,b,2,2\n3,3,,Yes,3,1,c,1,1\n";
    home.write("own.csv", own);
    assert_eq!(scores(&home, &["own.csv"]).lines().count(), 4);
    home.write("two.csv", "id,Q1,Q2,people-own-desk\na,Often,Sometimes,Often\nb,Sometimes,Often,Often\n");
    cohort(&home, &["two.csv"]).expect_stderr(&expect![[r#"
        error: `two.csv`: the header, column `Q1`: it names no item, and holds the
        texts of the labels (`Often` is 4)
          help: if it is item `ITEM`, say so by `--column Q1=ITEM`, else
          `--column Q1=`; items without a column: `planning-first-steps`,
          `people-early-word`, `planning-last-minute`, `planning-spare-time`,
          `people-asked-view`
        the header, column `Q2`: it names no item, and holds the texts of the labels
        (`Often` is 4)
          help: if it is item `ITEM`, say so by `--column Q2=ITEM`, else
          `--column Q2=`; items without a column: `planning-first-steps`,
          `people-early-word`, `planning-last-minute`, `planning-spare-time`,
          `people-asked-view`
    "#]]);
}

#[test]
fn a_renamed_item_column_is_never_silently_lost() {
    let bank = bank("tests/data/exports/bank");
    let files = [
        "00-truth.csv",
        "20-labels-right-ids.csv",
        "12-typeform.csv",
        "07-redcap-raw.csv",
        "01-gforms-sheet.csv",
        "17-limesurvey-texts.csv",
    ];
    let n_asked = files.map(|name| {
        let text = fs::read(repository("tests/data/exports").join(name)).expect("an export");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let mut asked = 0;
        for column in 0..rows[0].len() {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for (at, row) in rows.iter().enumerate() {
                let cells = row.iter().enumerate();
                let cell = |(index, cell)| if (at, index) == (0, column) { "Question 7" } else { cell };
                writer.write_record(cells.map(cell)).expect("bytes in memory");
            }
            let csv = writer.into_inner().expect("bytes in memory");
            match Cohort::open(&bank, None, Form::Full, &csv[..]) {
                Err(halt) => {
                    asked += 1;
                    let said = halt.to_string();
                    assert!(
                        said.contains("column `Question 7`: it names no item, and holds"),
                        "{name}: {said}"
                    );
                }
                Ok(cohort) => {
                    let notes = cohort.notes().join("\n");
                    let is_own = !notes.contains("has no column") && !notes.contains("without a column");
                    // Numbers may be about anything: both are named.
                    let is_number = notes.contains("counts as skipped: `") && notes.contains("`Question 7`");
                    let is_tick = notes.contains("count as not ticked: `tasks-done/");
                    assert!(is_own || is_number || is_tick, "{name}: {}: {notes}", &rows[0][column]);
                }
            }
        }
        asked
    });
    assert_eq!(n_asked, [2, 11, 1, 0, 11, 10]);
}

#[test]
fn a_text_that_may_mean_no_answer_suggests_missing() {
    let home = Home::new();
    // Too rare to stop the run for all of a column.
    let row = |row: usize| format!("{},4\n", if row % 60 == 7 { "no answer" } else { "3" });
    let rows: String = (0..300).map(row).collect();
    home.write("a.csv", format!("planning-first-steps,hours-matter\n{rows}"));
    cohort(&home, &["a.csv"]).expect_stderr(&expect![[r#"
        note: 10 items have no column and count as skipped: `people-early-word`,
        `planning-last-minute`, `people-own-desk`, `planning-spare-time`,
        `people-asked-view`, `planning-lost-track`, `people-cut-short`,
        `scenes-late-part`, `tasks-done`, `hours-willing`
        note: 2 columns hold the numbers of the labels, from 1
        error: `a.csv`: row 8 (line 9), column `planning-first-steps`: the answer must
        be a whole number from 1 to 5, not `no answer`
          help: if `no answer` stands for no answer, say so by `--missing "no answer"`
          help: `--rejects FILE` sets such rows aside and scores the rest
    "#]]);
    assert_eq!(scores(&home, &["a.csv", "--missing", "no answer"]).lines().count(), 301);
}

#[test]
fn no_option_in_a_message_is_broken_over_lines() {
    let home = Home::new();
    // Wherever the line would end.
    for n in 1..40 {
        let name = format!("{} first steps", "Planning ".repeat(n));
        home.write("b.csv", format!("{name}\n4\n2\n5\n4\n"));
        let said = cohort(&home, &["b.csv", "--column", &format!("{name}=planning-first-step")]).stderr;
        assert!(said.lines().all(|line| line.matches('`').count() % 2 == 0), "{said}");
    }
}

#[test]
fn an_answers_file_of_another_bank_is_named() {
    let home = Home::new();
    home.write(
        "kim.json",
        r#"{"format": 1, "bank": "nurse", "edition": "1", "form": "full", "answers": {"x": 1}}"#,
    );
    let cohort = |files: &[&str]| home.on("exports/bank", ["cohort"]).args(files).expect_code(3);
    cohort(&["kim.json"]).expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: `kim.json`: these answers are to the bank `nurse`, but this bank is
        `warehouse-lead`
          help: name theirs with `--bank DIR`
    "#]]);
    cohort(&["kim.json", "kim.json"]).expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: `kim.json`: these answers are to the bank `nurse`, but this bank is
        `warehouse-lead`
          help: name theirs with `--bank DIR`
    "#]]);
    home.write("page.pdf", "%PDF-1.7");
    home.write("a.csv", "id,tasks-done\n1,\n");
    cohort(&["a.csv", "page.pdf"]).expect_stderr(&expect![[r#"
        error: `page.pdf`: the file is a PDF
          help: export the answers as CSV (in UTF-8) and score that file
    "#]]);
}

#[test]
fn a_row_marked_unfinished_in_any_way_is_left_out() {
    let home = Home::new();
    let told = [
        ("Record ID,Complete?", "1,Complete", "2,Incomplete"),
        ("record_id,work_complete", "1,2", "2,0"),
        ("session,created,ended", "1,2026-11-03,2026-11-03", "2,2026-11-03,NA"),
        ("session,created,ended", "1,2026-11-03,2026-11-03", "2,2026-11-03,"),
    ]
    .map(|(names, finished, not)| {
        home.write("a.csv", format!("{names},planning-first-steps\n{finished},4\n{not},4\n"));
        let ran = cohort(&home, &["a.csv"]);
        assert_eq!(ran.stdout.lines().count(), 2, "{}", ran.stderr);
        ran.told()
    });
    expect![[r#"
        note: ids are taken from column `Record ID` note: 11 items have no column and count as skipped: `people-early-word`, `planning-last-minute`, `people-own-desk`, `planning-spare-time`, `people-asked-view`, `planning-lost-track`, `people-cut-short`, `scenes-late-part`, `tasks-done`, `hours-willing`, `hours-matter` note: 1 column holds the numbers of the labels, from 1 note: 1 row that the tool marks as unfinished left out
        note: ids are taken from column `record_id` note: 11 items have no column and count as skipped: `people-early-word`, `planning-last-minute`, `people-own-desk`, `planning-spare-time`, `people-asked-view`, `planning-lost-track`, `people-cut-short`, `scenes-late-part`, `tasks-done`, `hours-willing`, `hours-matter` note: 1 column holds the numbers of the labels, from 1 note: 1 row that the tool marks as unfinished left out
        note: 2 columns that name no item are left out: `session`, `created`; a column called `id` would be copied to the output note: 11 items have no column and count as skipped: `people-early-word`, `planning-last-minute`, `people-own-desk`, `planning-spare-time`, `people-asked-view`, `planning-lost-track`, `people-cut-short`, `scenes-late-part`, `tasks-done`, `hours-willing`, `hours-matter` note: only 1 of the bank's 12 items has a column; if the answers are to another bank, name it by `--bank DIR` note: 1 column holds the numbers of the labels, from 1 note: 1 row that the tool marks as unfinished left out
        note: 2 columns that name no item are left out: `session`, `created`; a column called `id` would be copied to the output note: 11 items have no column and count as skipped: `people-early-word`, `planning-last-minute`, `people-own-desk`, `planning-spare-time`, `people-asked-view`, `planning-lost-track`, `people-cut-short`, `scenes-late-part`, `tasks-done`, `hours-willing`, `hours-matter` note: only 1 of the bank's 12 items has a column; if the answers are to another bank, name it by `--bank DIR` note: 1 column holds the numbers of the labels, from 1 note: 1 row that the tool marks as unfinished left out
    "#]].assert_eq(&told.concat());
}

#[test]
fn a_title_above_the_names_is_left_out_and_named() {
    let home = Home::new();
    let rows = "id,planning-first-steps,people-cut-short\np1,1,2\np1,2,3\n";
    home.write("plain.csv", rows);
    let plain = cohort(&home, &["plain.csv"]).expect_stderr(&expect![[r#"
        note: 10 items have no column and count as skipped: `people-early-word`,
        `planning-last-minute`, `people-own-desk`, `planning-spare-time`,
        `people-asked-view`, `planning-lost-track`, `scenes-late-part`, `tasks-done`,
        `hours-willing`, `hours-matter`
        note: 2 columns hold the numbers of the labels, from 1
        note: 1 row with an id that came before (`p1`); each is scored
    "#]]);
    let told = ["Spring\n", "\n", "\"Spring\n2026\",,\nAll of us,,\n"].map(|above| {
        home.write("a.csv", format!("{above}{rows}"));
        let ran = cohort(&home, &["a.csv"]);
        assert_eq!(ran.stdout, plain.stdout, "{}", ran.stderr);
        ran.stderr.strip_suffix(&plain.stderr).expect("the notes on the other rows").to_owned()
    });
    expect![[r#"
        note: the row above the names is left out: `Spring`
        note: the empty row above the names is left out
        note: the row above the names is left out: `"Spring<U+000A>2026",,`
        note: the row above the names is left out: `All of us,,`
    "#]]
    .assert_eq(&told.concat());
}

#[test]
fn a_dry_run_explains_the_reading_and_scores_nothing() {
    let home = with_exports(&["01-gforms-sheet.csv"]);
    let dry = home.on("exports/bank", ["cohort", "01-gforms-sheet.csv", "--dry-run", "-o", "out.csv"]);
    let dry = dry.expect_code(0);
    assert_eq!((&*dry.stdout, home.names().len()), ("", 1));
    dry.expect_stderr(&expect![[r#"
        note: 12 columns are matched to items by question text, or by id in another
        spelling
        note: 3 columns that name no item are left out: `Timestamp`, `Email Address`,
        `Department`; a column called `id` would be copied to the output
        note: 8 columns such as
        `In the last 12 months: [I wrote down the first steps before I started a task.]`
        hold the texts of the labels: `Sometimes` is 3
        note: column
        `A part comes in two days late. The customer waits. What do you do first?`
        holds the texts of the options:
        `Look for the part elsewhere, whatever it costs.` is find-other
        note: column `Which of these have you done more than once?` holds the texts of
        the options: `Kept track of a budget, Led a meeting` is budget;meeting
        note: column `How much do working hours matter to you?` holds the texts of the
        labels: `A little` is 2
        note: 1 column holds numbers
        note: if a row answers every other question and ticks nothing in `tasks-done`,
        it counts as "none of these"
          `In the last 12 months: [I wrote down the first steps before I started a task.]` holds planning-first-steps
          `In the last 12 months: [I told people early when their part would be late.]` holds people-early-word
          `In the last 12 months: [I put a task together in the last hour.]` holds planning-last-minute
          `In the last 12 months: [I solved a problem alone that a talk would have solved f...` holds people-own-desk
          `In the last 12 months: [I left some spare time in a plan for what might go wrong...` holds planning-spare-time
          `In the last 12 months: [I asked someone for their view before I made up my mind....` holds people-asked-view
          `In the last 12 months: [I lost track of what was due next.]` holds planning-lost-track
          `In the last 12 months: [I cut people short when I knew the answer.]` holds people-cut-short
          `A part comes in two days late. The customer waits. What do you do first?` holds scenes-late-part
          `Which of these have you done more than once?` holds tasks-done
          `How many hours a week are you willing to work?` holds hours-willing
          `How much do working hours matter to you?` holds hours-matter
        30 rows would be scored, and 0 set aside
    "#]]);
}

#[test]
fn rows_that_are_not_respondents_are_counted_and_left_out() {
    let codes = "05-qualtrics-numeric.csv";
    let home = with_exports(&["18-qualtrics-labels.tsv", codes, "19-formr.csv"]);
    let previews = cohort(&home, &["18-qualtrics-labels.tsv"]).ending("note: 1 row that the tool marks as a");
    previews.expect_stderr(&expect![[r#"
        note: 1 row that the tool marks as a preview or test left out
        note: 1 row that the tool marks as unfinished left out
    "#]]);
    // A second file has the rows of its header, too.
    let once = scores(&home, &[codes]);
    let twice = cohort(&home, &[codes, codes]);
    assert_eq!(twice.stdout.lines().count(), 2 * once.lines().count() - 1, "{}", twice.stderr);
    twice.ending("note: 2 rows with").expect_stderr(&expect![[r#"
        note: 2 rows with the header again left out
        note: 30 rows with an id that came before (`R_1000abc`, `R_1001abc`,
        `R_1002abc`, `R_1003abc`, `R_1004abc`, …); each is scored
    "#]]);
    let unfinished = cohort(&home, &["19-formr.csv"]).ending("note: 1 row");
    unfinished.expect_stderr(&expect![[r#"
        note: 1 row that the tool marks as unfinished left out
    "#]]);
}

#[test]
fn duplicate_ids_empty_respondents_and_swapped_columns_are_named() {
    let home = with_exports(&["dups.csv", "swap.csv", "junk.csv", "00-truth.csv"]);
    cohort(&home, &["dups.csv", "--summary", "dups.json"]).expect_stderr(&expect![[r#"
        note: 9 columns hold the numbers of the labels, from 1; 2 hold the ids of the
        options; 1 holds numbers
        note: 1 respondent without a single answer (`p99`); the rows have no scores
        note: 2 rows with an id that came before (`p01`, `p01`); each is scored
    "#]]);
    let summary: Value = serde_json::from_str(&home.read("dups.json")).expect("JSON");
    assert_eq!([&summary["n"], &summary["respondents"]], [33, 30]);
    assert_eq!(summary["apart"]["id_again"], 2);
    let notes = [
        "1 respondent without a single answer (`p99`); the rows have no scores",
        "2 rows with an id that came before (`p01`, `p01`); each is scored",
    ];
    assert_eq!(summary["notes"], json!(notes));
    cohort(&home, &["swap.csv"]).expect_stderr(&expect![[r#"
        note: 9 columns hold the numbers of the labels, from 1; 2 hold the ids of the
        options; 1 holds numbers
        note: the items of Planning contradict one another (alpha under 0); are two
        columns swapped?
        note: `planning-first-steps` runs against the rest of Planning (r = -0.17); it
        fits Working with people better (r = -0.32, reversed)
        note: `planning-last-minute` runs against the rest of Planning (r = -0.24); it
        fits Working with people better (r = -0.71, reversed)
        note: `planning-spare-time` runs against the rest of Planning (r = -0.13); it
        fits Working with people better (r = 0.28)
        note: `planning-lost-track` runs against the rest of Planning (r = -0.23); it
        fits Working with people better (r = 0.29)
    "#]]);
    let junk = cohort(&home, &["junk.csv"]);
    assert!(junk.stdout.lines().skip(1).all(|line| !line.contains(",clear,")), "{}", junk.stdout);
    junk.expect_stderr(&expect![[r#"
        note: 9 columns hold the numbers of the labels, from 1; 2 hold the ids of the
        options; 1 holds numbers
        note: 20 rows with one and the same answer to every rating (`s0`, `s1`, `s2`,
        `s3`, `s4`, …); each is scored
        note: `planning-last-minute` runs against the rest of Planning (r = -0.21); it
        fits Working with people better (r = -0.21, reversed)
        note: `planning-spare-time` hardly goes with the rest of Planning (r = 0.14)
        note: `planning-lost-track` hardly goes with the rest of Planning (r = 0.00)
        note: `people-early-word` hardly goes with the rest of Working with people (r =
        0.20); it fits Planning better (r = 0.26)
        note: `people-own-desk` hardly goes with the rest of Working with people (r =
        0.19); it fits Planning better (r = -0.37, reversed)
        note: `people-asked-view` hardly goes with the rest of Working with people (r =
        0.09)
        note: `people-cut-short` hardly goes with the rest of Working with people (r =
        0.18); it fits Planning better (r = -0.25, reversed)
    "#]]);
    let falling = home.on("exports/labels-falling", ["cohort", "00-truth.csv", "--dry-run"]);
    falling.ran().expect_stderr(&expect![[r#"
        note: the labels of the format `frequency` seem to fall, from `Almost always`,
        and the first counts least; `coofit bank check` says more
        note: 9 columns hold the numbers of the labels, from 1; 2 hold the ids of the
        options; 1 holds numbers
        30 rows would be scored, and 0 set aside
    "#]]);
}

#[test]
fn standard_input_cannot_be_both_files() {
    let home = Home::new();
    let cohort = |files: &[&str]| home.on("exports/bank", ["cohort"]).args(files).expect_code(2);
    let twice = cohort(&["-", "-"]);
    assert_eq!(twice.stderr, cohort(&["-", "--before", "-", "--report", "a.html"]).stderr);
    twice.expect_stderr(&expect![[r#"
        error: standard input can be read only once; put the other answers in a file
    "#]]);
}

#[test]
fn rows_that_look_like_tests_are_named_and_counted_apart() {
    let home = Home::new();
    let look = ["test", "TEST1", "Test user 2", "demo-3", "asdf", "dummy@x.org", "Sample", "test test"];
    let not = ["p1", "Tess", "contest", "Demostene", "testa-rossa", "Anna Example-Smith", "T-001", ""];
    let rows = |ids: &[&str]| ids.iter().flat_map(|id| [id, ",4,2\n"]).collect::<String>();
    let head = "Your name,planning-first-steps,people-cut-short\n";
    let told = [head.replace("Your name", "id"), head.to_owned()].map(|head| {
        home.write("a.csv", format!("{head}{}{}", rows(&not), rows(&look)));
        let ran = cohort(&home, &["a.csv", "--summary", "s.json", "--force"]);
        assert_eq!(ran.stdout.lines().count(), 17, "{}", ran.stderr);
        let told = ran.ending("note: 8 rows").told();
        let summary = home.read("s.json");
        let note = told.trim_end().trim_start_matches("note: ");
        assert!(summary.contains(note) && summary.contains("\"like_a_test\": 8"), "{summary}");
        told
    });
    expect![[r#"
        note: 8 rows with an id or a name that looks like a test (`test`, `TEST1`, `Test user 2`, `demo-3`, `asdf`, …); each is scored
        note: 8 rows with an id or a name that looks like a test (row 9, row 10, row 11, row 12, row 13, …); each is scored
    "#]].assert_eq(&told.concat());
}

#[test]
fn id_keep_and_missing_say_how_columns_are_read() {
    let home = Home::new();
    home.write("in.csv", "Person,Team,planning-first-steps,hours-matter\na,North,4,-99\nb,South,-99,2\n");
    let wishes = ["in.csv", "--id", "Person", "--keep", "Team", "--missing", "-99"];
    expect![[r#"
        id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped,part:work,part:wishes,scale:planning,scale:people,scale:scenes,scale:tasks,scale:hours,Team
        a,,,,,not-judged,,,0.9166666666666666,,,,,,,,North
        b,,,,,not-judged,,,0.9166666666666666,,,,,,,,South
    "#]].assert_eq(&scores(&home, &wishes));
    let strays: Vec<String> = (0..5000).map(|column| format!("stray{column}")).collect();
    home.write("wide.csv", format!("hours-matter,{}\n2{}\n", strays.join(","), ",".repeat(5000)));
    cohort(&home, &["wide.csv"]).expect_told("`stray99`, and 4900 more;");
    cohort(&home, &["in.csv", "--id", "Persn"]).expect_stderr(&expect![[r#"
        error: `in.csv`: the header: no column is called `Persn`
          help: did you mean `Person`?
    "#]]);
}

#[test]
fn answers_files_are_rows_under_their_names() {
    let home = Home::new();
    let bank = bank("tests/data/exports/bank");
    for (name, label) in [("ann.json", 5), ("bob.json", 2)] {
        let text = format!(
            "{{\"format\": 1, \"bank\": \"{}\", \"answers\": {{\"planning-first-steps\": {label}, \"tasks-done\": []}}}}",
            bank.id
        );
        home.write(name, text);
    }
    expect![[r#"
        id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped,part:work,part:wishes,scale:planning,scale:people,scale:scenes,scale:tasks,scale:hours
        ann.json,0,0,0,,not-judged,,,0.8333333333333334,0,,,,,0,
        bob.json,0,0,0,,not-judged,,,0.8333333333333334,0,,,,,0,
    "#]].assert_eq(&scores(&home, &["ann.json", "bob.json"]));
}

#[test]
fn every_command_of_the_page_on_survey_tools_runs() {
    let home = Home::new();
    for (name, export) in [
        ("export.csv", "01-gforms-sheet.csv"),
        ("google-forms.csv", "01-gforms-sheet.csv"),
        ("microsoft-forms.csv", "04b-msforms-excel-us.csv"),
        ("qualtrics.csv", "05-qualtrics-numeric.csv"),
        ("limesurvey.csv", "17-limesurvey-texts.csv"),
        ("limesurvey-codes.csv", "06-limesurvey-codes.csv"),
        ("redcap.csv", "07-redcap-raw.csv"),
        ("surveymonkey.csv", "14-surveymonkey.csv"),
        ("kobo.csv", "09-kobo.csv"),
        ("typeform.csv", "12-typeform.csv"),
        ("formr.csv", "19-formr.csv"),
        ("surveyjs.json", "10-surveyjs.json"),
        ("answers.xlsx", "02-gforms.xlsx"),
    ] {
        fs::copy(repository("tests/data/exports").join(export), home.path(name)).expect("a copy");
    }
    let half = r#"{"format": 1, "bank": "warehouse-lead", "edition": "1", "form": "full", "answers": {"planning-first-steps": 4}}"#;
    for name in ["ann.json", "bob.json"] {
        home.write(name, half);
    }
    let bank = repository("tests/data/exports/bank").display().to_string();
    let page = fs::read_to_string(repository("docs/survey-tools.md")).expect("the page");
    let indented = page.lines().filter_map(|line| line.strip_prefix("    coofit "));
    let inline = page.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let inline =
        inline.filter_map(|code| code.strip_prefix("coofit ")).filter(|command| command.contains(" -"));
    let commands: Vec<&str> = inline.chain(indented).collect();
    assert!(commands.len() >= 25, "{commands:?}");
    for command in commands {
        let (command, to) =
            command.split_once(" > ").map_or((command, None), |(command, to)| (command, Some(to)));
        let mut arguments: Vec<&str> = command.split(' ').collect();
        let is_import = command.starts_with("bank import");
        arguments.extend(is_import.then_some("--yes"));
        if command.starts_with("cohort") || command.starts_with("take") {
            arguments.extend(["--bank", &bank]);
        }
        arguments.extend(command.starts_with("cohort").then_some("--force"));
        let code = if command.starts_with("take") { 130 } else { 0 };
        let ran = home.run(&arguments).input("q\n").expect_code(code);
        let said = &ran.stderr;
        if let Some(to) = to {
            home.write(to, &ran.stdout);
        }
        let is_dry = command.contains("--dry-run");
        let named =
            arguments.windows(2).filter(|pair| ["-o", "--report", "--summary", "--map"].contains(&pair[0]));
        for file in named.map(|pair| pair[1]).chain(is_import.then_some("my-bank/bank.toml")) {
            assert!(home.path(file).exists(), "`{command}`: {file}: {said}");
        }
        if let Ok(scores) = fs::read_to_string(home.path("scores.csv")) {
            let n = if command.contains("ann.json") { 3 } else { 31 };
            assert_eq!(scores.lines().count(), n, "`{command}`: {said}");
            fs::remove_file(home.path("scores.csv")).expect("the scores");
        } else {
            assert!(is_dry || !command.starts_with("cohort"), "`{command}`: {said}");
        }
    }
    let known =
        [&["cohort"][..], &["bank", "export"], &["bank", "new"], &["bank", "show"], &["take"], &["page"]]
            .map(|command| home.run(command).arg("--help").expect_code(0).stdout)
            .concat();
    for word in
        page.split(|c: char| !c.is_ascii_lowercase() && c != '-').filter(|word| word.starts_with("--"))
    {
        assert!(word.trim_matches('-').is_empty() || known.contains(word), "no option is called `{word}`");
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn sheet_of(cells: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{cells}</sheetData></worksheet>")
}

/// An Excel workbook with these sheets, by their names, and with rows of cells.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let each = |text: &dyn Fn(usize, &str) -> String| {
        sheets.iter().enumerate().map(|(at, (name, _))| text(at + 1, name)).collect::<String>()
    };
    let named = each(&|n, name| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"));
    let related = each(&|n, _| {
        format!("<Relationship Id=\"r{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
    });
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" \
                 ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{named}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{related}</Relationships>"),
        ),
    ];
    parts.extend(
        sheets
            .iter()
            .enumerate()
            .map(|(at, (_, cells))| (format!("xl/worksheets/sheet{}.xml", at + 1), sheet_of(cells))),
    );
    zipped(&parts)
}

/// A cell with a text.
fn text_cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A zip archive.
fn zipped(files: &[(String, String)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let short = |n: usize| u16::try_from(n).expect("short").to_le_bytes();
    let long = |n: usize| u32::try_from(n).expect("small").to_le_bytes();
    for (name, text) in files {
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("bytes in memory");
        let packed = packed.finish().expect("bytes in memory");
        let sum = crc32fast::hash(text.as_bytes()).to_le_bytes();
        let about =
            [&[20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0][..], &sum, &long(packed.len()), &long(text.len())].concat();
        let start = bytes.len();
        let head =
            [b"PK\x03\x04", &about[..], &short(name.len()), &[0, 0], name.as_bytes(), &packed].concat();
        bytes.extend(head);
        let entry =
            [b"PK\x01\x02\x14\0", &about[..], &short(name.len()), &[0; 12], &long(start), name.as_bytes()];
        directory.extend(entry.concat());
    }
    let n = short(files.len());
    let end =
        [b"PK\x05\x06\0\0\0\0", &n[..], &n, &long(directory.len()), &long(bytes.len()), &[0, 0]].concat();
    [bytes, directory, end].concat()
}

#[test]
fn a_workbook_that_unpacks_to_far_too_much_is_refused() {
    let bank = bank("tests/data/exports/bank");
    let said = |cells: &str, lie: bool| {
        let mut bytes = workbook(&[("S", cells)]);
        if lie {
            // The directory says that the sheet is small.
            let long = u32::try_from(sheet_of(cells).len()).expect("small").to_le_bytes();
            let at: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == long).collect();
            assert_eq!(at.len(), 2, "a size in the head of the part and one in the directory");
            for at in at {
                bytes[at..at + 4].copy_from_slice(&[9, 0, 0, 0]);
            }
        }
        assert!(bytes.len() < 1 << 20);
        run_on(&bank, None, Form::Full, &bytes, 1 << 16, false).done.expect_err("too large").to_string()
    };
    let head = format!("<row r=\"1\">{}</row>", text_cell("A1", "planning-first-steps"));
    let blanks = " ".repeat(4 << 20);
    let mut told = String::new();
    for (cells, lie) in [
        (format!("{head}{blanks}"), false),
        (format!("{head}{blanks}"), true),
        (format!("{head}<row r=\"2\">{}</row>", text_cell("A2", &"4".repeat(4 << 20))), false),
    ] {
        let said = said(&cells, lie);
        told += &(said + "\n");
    }
    expect![[r#"
        the file is an Excel workbook that unpacks to more than 1 GiB, or to a cell of more than 1 MiB
          help: export the answers as CSV and score that file
        the file is an Excel workbook that cannot be read
          help: export the answers as CSV and score that file
        the file is an Excel workbook that unpacks to more than 1 GiB, or to a cell of more than 1 MiB
          help: export the answers as CSV and score that file
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_sheet_with_answers_is_found_or_asked_for() {
    let home = Home::new();
    let cover = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}</row>",
        text_cell("A1", "Spring"),
        text_cell("A2", "planning-first-steps")
    );
    let answers = |label: u8| {
        let [a, b] = [text_cell("A1", "planning-first-steps"), text_cell("B1", "planning-last-minute")];
        format!(
            "<row r=\"1\">{a}{b}</row><row r=\"2\"><c r=\"A2\"><v>{label}</v></c><c r=\"B2\"><v>2</v></c></row>"
        )
    };
    // A formula that was never worked out, on a sheet that does not matter.
    let bare = "<row r=\"1\"><c r=\"A1\"><f>1+1</f></c></row>";
    let score = |sheets: &[(&str, &str)], options: &[&str]| {
        home.write("a.xlsx", workbook(sheets));
        cohort(&home, &[&["a.xlsx"], options].concat())
    };
    let alone = score(&[("Answers", &answers(4))], &[]).stdout;
    let found = score(&[("Cover", &cover), ("Answers", &answers(4)), ("Sums", bare)], &[]);
    assert_eq!(found.stdout, alone, "{}", found.stderr);
    found.expect_stderr(&expect![[r#"
        note: the file is read as an Excel workbook, its sheet `Answers`
        note: 10 items have no column and count as skipped: `people-early-word`,
        `people-own-desk`, `planning-spare-time`, `people-asked-view`,
        `planning-lost-track`, `people-cut-short`, `scenes-late-part`, `tasks-done`,
        `hours-willing`, `hours-matter`
        note: 2 columns hold the numbers of the labels, from 1
    "#]]);
    let two = [("Cover", &cover[..]), ("Wave 1", &answers(4)), ("Wave 2", &answers(2))];
    score(&two, &[]).expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        error: `a.xlsx`: 2 sheets of the workbook name items
          help: name the one with the answers by `--sheet "Wave 1"` or
          `--sheet "Wave 2"`
    "#]]);
    assert_eq!(score(&two, &["--sheet", "Wave 1", "--map", "map.json"]).stdout, alone);
    assert_eq!(score(&two, &["--map", "map.json"]).stdout, alone);
    assert_ne!(score(&two, &["--sheet", "Wave 2"]).stdout, alone);
    score(&two, &["--sheet", "Wave"]).expect_stderr(&expect![[r#"
        error: `a.xlsx`: no sheet with cells is called `Wave`
          help: name the one with the answers by `--sheet Cover` or `--sheet "Wave 1"`
          or `--sheet "Wave 2"`
    "#]]);
}

#[test]
fn a_hostile_workbook_does_no_harm() {
    let bank = bank("tests/data/exports/bank");
    let text = text_cell;
    let head = |more: &str| format!("<row r=\"1\">{}{more}</row>", text("A1", "planning-first-steps"));
    let score = |cells: &str| run_on(&bank, None, Form::Full, &workbook(&[("S", cells)]), 1 << 16, false);
    let plain = score(&format!("{}<row r=\"2\"><c r=\"A2\"><v>4</v></c></row>", head("")));
    assert_eq!(plain.done.expect("a table").n_scored, 1);
    // The cell of a formula holds its last value; one of an error is a fault of its row.
    let formula = score(&format!("{}<row r=\"2\"><c r=\"A2\"><f>1+1</f><v>2</v></c></row>", head("")));
    assert_eq!(formula.done.expect("a table").n_scored, 1);
    let bare = score(&format!("{}<row r=\"2\"><c r=\"A2\"><f>1+1</f></c></row>", head("")));
    expect![[r#"
        the file is an Excel workbook with formulas that were never worked out
          help: open it in a spreadsheet, save it there, and score that file"#]]
    .assert_eq(&bare.done.expect_err("no value").to_string());
    let error = score(&format!("{}<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#REF!</v></c></row>", head("")));
    assert_eq!(
        error.done.expect_err("no answer").to_string(),
        "row 1 (line 2), column `planning-first-steps`: the answer must be a whole number from 1 to 5, not `#REF!`"
    );
    // A sheet that claims billions of cells, and one that names a column that no sheet has.
    let far =
        format!("{}<row r=\"1048576\"><c r=\"A1048576\"><v>4</v></c></row>", head(&text("XFD1", "far")));
    assert_eq!(score(&far).done.expect("a table").n_scored, 1);
    let beyond = score(&format!("{}<row r=\"2\"><c r=\"ZZZZZ2\"><v>4</v></c></row>", head("")));
    expect![[r#"
        the file is an Excel workbook of more than 256 MiB or 16,384 columns
          help: export the answers as CSV and score that file"#]]
    .assert_eq(&beyond.done.expect_err("no such column").to_string());
    expect![[r#"
        the file is an Excel workbook without a filled sheet
          help: export the answers as CSV and score that file"#]]
    .assert_eq(&score("").done.expect_err("nothing").to_string());
    // A name that is a script, and a cell that a spreadsheet would take for a formula.
    let script =
        score(&format!("{}<row r=\"2\"><c r=\"A2\"><v>4</v></c></row>", head(&text("B1", "&lt;script&gt;"))));
    assert_eq!(script.done.expect("a table").n_scored, 1);
}
