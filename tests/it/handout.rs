//! Questions that are asked elsewhere: on paper, in a spreadsheet, in a survey tool. What comes back from there
//! is scored as the same answers are anywhere.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;

use calamine::{Reader, Xlsx};
use coofit::bank::export::{ExportedItem, codes, csv, google, limesurvey, qualtrics, questions, xlsform};
use coofit::bank::fault::Sources;
use coofit::bank::parse::{built_in, parse};
use coofit::bank::{Answer, Bank, Form, Item};
use expect_test::expect;
use serde_json::Value;

use crate::cohort::{cell, random_answer, run_on};
use crate::program::Home;
use crate::support::{Chance, bank, repository};

const BANK: &str = "tests/data/exports/bank";

/// What a command prints about the bank of [`BANK`].
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    Home::new().on("exports/bank", arguments).expect_code(0).stdout
}

#[test]
fn a_group_template_names_the_items_of_the_form() {
    let bank = bank(BANK);
    for form in Form::ALL {
        let ids: Vec<&str> = bank.form_items(form).map(|index| bank.items[index].id.as_str()).collect();
        let expect = format!("id,{}\n{}\n", ids.join(","), ",".repeat(ids.len()));
        assert_eq!(printed(&["bank", "new", "--template", "csv", "--form", form.id()]), expect);
    }
}

#[test]
fn printed_forms_have_every_question_and_option_but_no_points() {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = Home::new().run(["bank", "show", "--questions"]).expect_code(0).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let whole = one_line(&text);
    for (index, item) in built_in().items.iter().enumerate() {
        let lead = item.lead().map_or_else(String::new, |lead| format!("{lead} "));
        let question = one_line(&format!("{}. {lead}{}", index + 1, item.ask));
        assert!(whole.contains(&question), "{question}");
        for option in item.options() {
            assert!(
                whole.contains(&format!("] {}", option.say)) || whole.contains(&format!(") {}", option.say))
            );
            assert!(!whole.contains(&format!("{} ({})", option.say, option.points)));
        }
        assert!(!whole.contains(&format!("[{}]", item.id)));
    }
    let paper = printed(&["bank", "show", "--questions"]);
    assert!(paper.contains("   ( ) Almost never   ( ) Seldom"), "{paper}");
}

/// How a tool stores the answers to one question of an export.
#[derive(Default)]
struct Stored {
    /// The name of its column, or of each of its columns.
    names: Vec<String>,
    /// What is over the column too.
    title: String,
    /// The code of each label or option.
    values: Vec<String>,
    /// What joins the ticks of a list in one column.
    joint: &'static str,
}

impl Stored {
    fn new(name: &str, joint: &'static str) -> Stored {
        Stored { names: vec![name.to_owned()], joint, ..Stored::default() }
    }

    fn cells(&self, answer: Option<&Answer>) -> Vec<String> {
        let n = self.names.len();
        match answer {
            Some(Answer::Checklist(ticks)) if n > 1 => {
                (0..n).map(|option| if ticks.contains(&option) { "Y" } else { "" }.to_owned()).collect()
            }
            Some(Answer::Checklist(ticks)) => {
                vec![
                    ticks.iter().map(|tick| self.values[*tick].as_str()).collect::<Vec<_>>().join(self.joint),
                ]
            }
            Some(Answer::Rating(r)) => vec![self.values[usize::from(*r) - 1].clone()],
            Some(Answer::Choice(option)) => vec![self.values[*option].clone()],
            Some(Answer::Number(x)) => vec![x.to_string()],
            None => vec![String::new(); n],
        }
    }
}

fn rows(text: &[u8], separator: u8) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(text);
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    rows.collect()
}

/// A spreadsheet: ids over the columns, and the texts of the answers.
fn of_csv(text: &str) -> Vec<Stored> {
    let question = |row: &Vec<String>| Stored {
        values: row[4].split(" | ").map(str::to_owned).collect(),
        ..Stored::new(&row[0], "; ")
    };
    rows(text.as_bytes(), b',')[1..].iter().map(question).collect()
}

/// The codes of questions and answers; `Y` for a tick.
fn of_limesurvey(text: &str) -> Vec<Stored> {
    let mut found: Vec<Stored> = Vec::new();
    for row in &rows(text.as_bytes(), b'\t')[1..] {
        let is_code = |longest: usize| {
            let name = &row[2];
            name.len() <= longest
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let last = found.len().wrapping_sub(1);
        match row[0].as_str() {
            "Q" => {
                assert!(is_code(20), "{row:?}");
                found.push(Stored::new(&row[2], ""));
            }
            "A" => {
                assert!(is_code(5), "{row:?}");
                found[last].values.push(row[2].clone());
            }
            "SQ" => {
                assert!(is_code(5), "{row:?}");
                let base = found[last].names[0].split('[').next().expect("a code").to_owned();
                if !found[last].names[0].contains('[') {
                    found[last].names.clear();
                }
                found[last].names.push(format!("{base}[{}]", row[2]));
            }
            _ => {}
        }
    }
    found
}

/// A sheet of Google Forms: the questions over the columns, and the texts of the answers.
fn of_google(text: &str) -> Vec<Stored> {
    let (_, form) = text.split_once("const FORM = ").expect("the form");
    let form: Value = serde_json::from_str(form.split_once(";\n").expect("an end").0).expect("JSON");
    let questions = form["parts"].as_array().expect("parts").iter();
    let questions = questions.flat_map(|part| part["questions"].as_array().expect("questions"));
    let stored = |question: &Value| {
        let says = ["one", "any"].iter().find_map(|key| question[key].as_array());
        let says = says.into_iter().flatten().map(|say| say.as_str().expect("a text").to_owned());
        Stored { values: says.collect(), ..Stored::new(question["text"].as_str().expect("a text"), ", ") }
    };
    questions.map(stored).collect()
}

/// The numbers of Qualtrics' choices; commas between ticks; the questions in a second row.
fn of_qualtrics(text: &str, with_texts: bool) -> Vec<Stored> {
    let mut found: Vec<Stored> = Vec::new();
    let mut lines = text.lines();
    let inner = |line: &str, tag: &str| {
        line.strip_prefix("[[")?.strip_suffix("]]")?.strip_prefix(tag).map(str::to_owned)
    };
    while let Some(line) = lines.next() {
        if let Some(id) = inner(line, "ID:") {
            let title = lines.next().expect("a question").to_owned();
            found.push(Stored { title, ..Stored::new(&id, ",") });
        } else if let Some(number) = inner(line, "Choice:") {
            let say = lines.next().expect("an answer").to_owned();
            found.last_mut().expect("a question").values.push(if with_texts { say } else { number });
        }
    }
    found
}

/// Kobo: groups before the names, blanks between ticks.
fn of_xlsform(bytes: &[u8]) -> Vec<Stored> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let mut sheet = |name: &str| -> Vec<Vec<String>> {
        let range = book.worksheet_range(name).expect("the sheet");
        range.rows().skip(1).map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    let mut lists: HashMap<String, Vec<String>> = HashMap::new();
    for row in sheet("choices") {
        assert!(!row[1].contains(' '), "{row:?}");
        lists.entry(row[0].clone()).or_default().push(row[1].clone());
    }
    let (mut found, mut group) = (Vec::new(), String::new());
    for row in sheet("survey") {
        match row[0].as_str() {
            "begin_group" => group.clone_from(&row[1]),
            "end_group" => group.clear(),
            kind => {
                let list = kind.split_once(' ').map(|(_, list)| lists[list].clone());
                let name = format!("{group}/{}", row[1]);
                found.push(Stored { values: list.unwrap_or_default(), ..Stored::new(&name, " ") });
            }
        }
    }
    found
}

/// The file that a tool gives out for these sheets, with the columns of its own.
fn filled(
    stored: &[Stored],
    own: &[(&str, &str)],
    has_titles: bool,
    sheets: &[Vec<Option<Answer>>],
) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let own_names = own.iter().map(|(name, _)| (*name).to_owned());
    let names = stored.iter().flat_map(|question| question.names.clone());
    writer.write_record(own_names.chain(names)).expect("a row");
    if has_titles {
        let titles = stored.iter().map(|question| question.title.clone());
        let own_titles = own.iter().map(|(name, _)| (*name).to_owned());
        writer.write_record(own_titles.chain(titles)).expect("a row");
        let n = own.len() + stored.len();
        writer.write_record((0..n).map(|at| format!("{{\"ImportId\":\"QID{at}\"}}"))).expect("a row");
    }
    for (row, sheet) in sheets.iter().enumerate() {
        let own = own.iter().map(|(_, cell)| cell.replace('%', &row.to_string()));
        let cells = stored.iter().zip(sheet).flat_map(|(question, answer)| question.cells(answer.as_ref()));
        writer.write_record(own.chain(cells)).expect("a row");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

/// The lines of scores, without the ids.
#[track_caller]
fn scores(bank: &Bank, form: Form, csv: &str, what: &str) -> Vec<String> {
    let run = run_on(bank, bank.own_role(), form, csv.as_bytes(), 1 << 20, false);
    run.done.unwrap_or_else(|halt| panic!("{what}: {halt}\n{}", &csv[..csv.len().min(2000)]));
    run.output.lines().map(|line| line.split_once(',').expect("cells").1.to_owned()).collect()
}

/// Exports a bank for each tool, fills in the same sheets there, and reads what comes back.
#[track_caller]
fn come_back(bank: &Bank, form: Form, is_observer: bool) {
    let mut chance = Chance(71);
    let asked: Vec<usize> = bank
        .form_items(form)
        .filter(|&item| !is_observer || bank.can_be_observed(&bank.items[item]))
        .collect();
    let answer = |item: &usize, chance: &mut Chance| match random_answer(&bank.items[*item], chance) {
        // The tools cannot tell "none" from a skip; the sheets have no such rows.
        Some(Answer::Checklist(ticks)) if ticks.is_empty() => Some(Answer::Checklist(vec![0])),
        None if !bank.items[*item].options().is_empty() => {
            Some(match bank.items[*item].accept(Answer::Choice(0)) {
                Ok(choice) => choice,
                Err(_) => Answer::Checklist(vec![0]),
            })
        }
        answer => answer,
    };
    let sheets: Vec<Vec<Option<Answer>>> =
        (0..30).map(|_| asked.iter().map(|item| answer(item, &mut chance)).collect()).collect();
    let mut truth = format!(
        "id,{}\n",
        asked.iter().map(|item| bank.items[*item].id.as_str()).collect::<Vec<_>>().join(",")
    );
    let own = |item: &Item, answer: Option<&Answer>| match (item.format(), answer) {
        (Some(format), Some(Answer::Rating(r))) if format.is_numeric() => {
            format.labels[usize::from(*r) - 1].clone()
        }
        _ => cell(item, answer),
    };
    for sheet in &sheets {
        let cells = asked.iter().zip(sheet).map(|(item, answer)| own(&bank.items[*item], answer.as_ref()));
        truth.extend(["x,".to_owned(), cells.collect::<Vec<_>>().join(","), "\n".to_owned()]);
    }
    let truth = scores(bank, form, &truth, "the truth");
    assert!(truth.iter().collect::<BTreeSet<_>>().len() > 20, "{truth:#?}");
    let list: Vec<ExportedItem<'_>> = questions(bank, form, is_observer);
    let qualtrics = qualtrics(bank, &list, is_observer);
    let in_qualtrics = [
        ("StartDate", "2026-11-03"),
        ("Status", "0"),
        ("Progress", "100"),
        ("Finished", "1"),
        ("ResponseId", "R_%"),
        ("id", "p%"),
    ];
    let in_limesurvey =
        [("id", "%"), ("submitdate", "2026-11-03"), ("lastpage", "4"), ("startlanguage", "en")];
    let cases = [
        ("csv", of_csv(&csv(&list)), &[("id", "p%")][..]),
        ("limesurvey", of_limesurvey(&limesurvey(bank, &list, is_observer)), &in_limesurvey),
        (
            "google",
            of_google(&google(bank, &list, is_observer)),
            &[("Timestamp", "11/3/2026 8:10:00"), ("id", "p%")],
        ),
        ("qualtrics", of_qualtrics(&qualtrics, false), &in_qualtrics),
        ("qualtrics with texts", of_qualtrics(&qualtrics, true), &in_qualtrics),
        (
            "xlsform",
            of_xlsform(&xlsform(bank, &list).expect("a workbook")),
            &[("start", "2026-11-03"), ("_id", "%"), ("id", "p%")],
        ),
    ];
    for (tool, mut stored, own) in cases {
        if tool.starts_with("qualtrics") || tool == "xlsform" {
            assert_eq!(stored.remove(0).names[0].trim_start_matches('/'), "id", "{tool}");
        }
        assert_eq!(stored.len(), asked.len(), "{tool}");
        let answered = filled(&stored, own, tool.starts_with("qualtrics"), &sheets);
        assert_eq!(scores(bank, form, &answered, tool), truth, "{tool}");
    }
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn exports_of_every_tool_score_like_the_same_answers() {
    for (bank, is_observer) in [(built_in(), false), (bank(BANK), true)] {
        come_back(&bank, Form::Full, is_observer);
        come_back(&bank, Form::Quick, !is_observer);
    }
}

/// The bank of [`BANK`] with other texts in its files.
fn changed(change: impl Fn(&str) -> String) -> Bank {
    let mut files = Sources::default();
    for name in ["bank.toml", "work.toml", "wishes.toml", "steps.toml", "roles/warehouse-lead.toml"] {
        let text = std::fs::read_to_string(repository(BANK).join(name)).expect("a file of the bank");
        files.insert(name, change(&text));
    }
    parse(&files).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn ids_that_a_tool_refuses_or_truncates_come_back_too() {
    let bank = changed(|text| {
        text.replace("planning-first-steps", "planning-of-the-first-steps-a")
            .replace("planning-last-minute", "planning-of-the-first-steps-b")
            .replace("people-own-desk", "2nd-desk")
            .replace("people-cut-short", "n0001-short")
            .replace(
                "\"Almost never\", \"Seldom\", \"Sometimes\", \"Often\", \"Almost always\"",
                "0, 1, 2, 3, 10",
            )
            .replace("A part comes in two days late.", "A <part> & {more} [[comes]] \\\"in\\\" ${late}.")
    });
    let short = codes(&bank);
    assert_eq!(short[..2], ["n0001planningofthefi", "peopleearlyword"]);
    assert_eq!(short.iter().collect::<BTreeSet<_>>().len(), bank.items.len(), "{short:?}");
    come_back(&bank, Form::Full, false);
}

#[test]
fn an_export_is_the_same_whatever_the_points_are() {
    let exports = |bank: &Bank| {
        let list = questions(bank, Form::Full, false);
        let texts = [
            csv(&list),
            limesurvey(bank, &list, false),
            google(bank, &list, false),
            qualtrics(bank, &list, false),
        ];
        (texts, xlsform(bank, &list).expect("a workbook"))
    };
    let other = changed(|text| {
        text.replace("reversed = true", "reversed = false")
            .replace("points = 100", "points = 90")
            .replace("enough = ", "enough = 1 # ")
    });
    let same = bank(BANK);
    let points =
        |bank: &Bank| bank.items.iter().flat_map(Item::options).map(|option| option.points).sum::<f64>();
    assert!((points(&other) - points(&same)).abs() > 1.0);
    assert_eq!(exports(&other), exports(&same));
}

#[test]
fn a_bank_without_observer_wording_has_no_observer_export() {
    let home = Home::new();
    home.on("exports/bank", ["bank", "export", "--to", "xlsform", "-o", "questions.xlsx"]).expect_code(0);
    let book = std::fs::read(home.path("questions.xlsx")).expect("the workbook");
    assert_eq!(of_xlsform(&book).len(), 1 + 12);
    home.run(["bank", "new", "own"]).expect_code(0);
    for file in ["own/work.toml", "own/wishes.toml"] {
        let text = home.read(file);
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("observer")).collect();
        home.write(file, kept.join("\n"));
    }
    let export = || home.run(["bank", "export", "own", "--to", "csv"]);
    export().arg("--observer").expect_code(1).expect_stderr(&expect![[r#"
        error: the full form of the bank has no questions for observers;
        `coofit bank show` lists what it has
    "#]]);
    let over = export().args(["-o", "own/work.toml", "--force"]).expect_code(2);
    over.expect_stderr(&expect![[r#"
        error: `own/work.toml` is the input; name another file
    "#]]);
}
