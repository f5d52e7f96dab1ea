//! Banks made of questions that were written elsewhere: every format, every direction, and what must not be read.

use std::fs;
use std::io::Write;

use coofit::audit::known;
use coofit::bank::export::{csv, questions, xlsform};
use coofit::bank::fault::Sources;
use coofit::bank::import::{BankDraft, read};
use coofit::bank::lint::lint;
use coofit::bank::parse::parse;
use coofit::bank::{Bank, Form, Item, ItemKind, Keying};
use coofit::cohort::content;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::program::Home;
#[cfg(unix)]
use crate::program::PROGRAM;
use crate::support::{repository, times};

/// The draft of a file's bytes.
fn draft(bytes: &[u8]) -> Result<BankDraft, String> {
    let content = content(bytes).map_err(|halt| halt.to_string())?;
    read(&content).map_err(|unread| unread.to_string())
}

#[track_caller]
fn drafted(bytes: impl AsRef<[u8]>) -> BankDraft {
    draft(bytes.as_ref()).unwrap_or_else(|said| panic!("{said}"))
}

#[track_caller]
fn bank_of(draft: &BankDraft) -> Bank {
    let files = draft.files("test", "Test");
    let sources: Sources = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    parse(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Each item as `id scale text`, with `-` before a scale that it lowers and `?` before one where nobody knows.
fn items(draft: &BankDraft) -> Vec<String> {
    let bank = bank_of(draft);
    let preview = draft.preview();
    let item = |item: &Item| {
        let Some(own) = item.own_scale() else { return format!("{} . {}", item.id, item.ask) };
        let unsaid =
            preview.iter().any(|line| line.ends_with(&format!("(the file does not say): {}", item.ask)));
        let sign = match own.keying {
            _ if unsaid => "?",
            Keying::Reverse => "-",
            Keying::Forward => "",
        };
        format!("{} {sign}{} {}", item.id, bank.scales[own.scale].id, item.ask)
    };
    bank.items.iter().map(item).collect()
}

/// The labels of the one response format.
#[track_caller]
fn labels(draft: &BankDraft) -> Vec<String> {
    let bank = bank_of(draft);
    let format = bank.items[0].format().expect("a rating");
    format.labels.clone()
}

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    assert_eq!(items(&drafted(text)), expect, "{text}");
}

#[track_caller]
fn refused(text: &str, whole: &Expect) {
    let said = draft(text.as_bytes()).expect_err("a fault");
    whole.assert_eq(&said);
}

#[test]
fn a_table_becomes_a_bank() {
    check(
        "id,text,scale,reversed,labels\nA1,I talk.,Company,,Never|Often\nA2,I hide.,Company,R,\nB1,I tidy.,Order,,\n",
        &["a1 company I talk.", "a2 -company I hide.", "b1 order I tidy."],
    );
    // Tabs, semicolons, other names, other order, remarks above.
    check(
        "Statement\tFacet\tKeyed\nI talk.\tCompany\t+\nI hide.\tCompany\t-\n",
        &["company-1 company I talk.", "company-2 -company I hide."],
    );
    check(
        "My items;;\n;\nitem;scale;reverse\nI talk.;Company;no\nI hide.;Company;yes\n",
        &["company-1 company I talk.", "company-2 -company I hide."],
    );
    // The columns of the pool's own tables.
    check(
        "instrument,alpha,key,text,label\nX,.7,1,I talk.,Company\nX,.7,-1,I hide.,Company\n",
        &["company-1 company I talk.", "company-2 -company I hide."],
    );
    // A cell without a scale is a question without a score.
    check(
        "text,scale\nI talk.,Company\nWhere do you live?,\n",
        &["company-1 ?company I talk.", "item-1 . Where do you live?"],
    );
}

#[test]
fn every_spelling_of_a_direction_is_understood() {
    let of = |column: &str, cell: &str| {
        items(&drafted(format!("text,scale,{column}\nI hide.,S,{cell}\n")))[0].contains(" -s ")
    };
    for cell in
        ["R", "r", "-", "-1", "\u{2212}", "\u{2013}1", "yes", "TRUE", "1", "x", "X", "(R)", "reversed", "Y"]
    {
        assert!(of("reversed", cell), "{cell}");
    }
    for cell in ["", "0", "no", "FALSE", "N", "+", "+1", "n", "forward"] {
        assert!(!of("reversed", cell), "{cell}");
    }
    for (cell, is_reversed) in [
        ("1", false),
        ("+", false),
        ("1+", false),
        ("E+", false),
        ("(4+)", false),
        ("-1", true),
        ("-", true),
        ("1-", true),
        ("E-", true),
        ("(4-)", true),
        ("minus", true),
    ] {
        assert_eq!(of("key", cell), is_reversed, "{cell}");
    }
    // With a sign anywhere in the column, a one is a direction too.
    check("text,scale,reversed\nI talk.,S,1\nI hide.,S,-1\n", &["s-1 s I talk.", "s-2 -s I hide."]);
}

#[test]
fn an_unclear_direction_stops_with_its_row() {
    refused(
        "text,scale,reversed\nI talk.,S,no\nI hide.,S,maybe\n",
        &expect![[r#"
        row 2 (line 3), column `reversed`: `maybe` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it"#]],
    );
    let told = ["", "yes", "0", "E", "+-", "2"]
        .map(|cell| draft_error(format!("text,scale,key\nI hide.,S,{cell}\n").as_bytes()) + "\n");
    expect![[r#"
        row 1 (line 2), column `key`: `` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it
        row 1 (line 2), column `key`: `yes` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it
        row 1 (line 2), column `key`: `0` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it
        row 1 (line 2), column `key`: `E` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it
        row 1 (line 2), column `key`: `+-` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it
        row 1 (line 2), column `key`: `2` does not say whether the item is reversed
          help: write `-` where agreeing lowers the scale, and `+` where it raises it
    "#]]
    .assert_eq(&told.concat());
}

#[test]
fn labels_are_read_as_people_write_them() {
    for cell in [
        "Never | Now | Often",
        "\"Never, Now, Often\"",
        "Never; Now; Often",
        "1 = Never; 2 = Now; 3 = Often",
        "(1) Never / (2) Now / (3) Often",
        "\"3: Often, 2: Now, 1: Never\"",
        "Never | Now | Often | Don't know",
    ] {
        assert_eq!(
            labels(&drafted(format!("text\tlabels\nI talk.\t{cell}\n"))),
            ["Never", "Now", "Often"],
            "{cell}"
        );
    }
    assert_eq!(labels(&drafted("text,labels\nI talk.,1-5\n")), ["1", "2", "3", "4", "5"]);
    assert_eq!(labels(&drafted("text\nI talk.\n")).len(), 5);
    // From the most to the least: turned round, and said.
    let told = [
        ("Always|Often|Never", "Never|Often|Always"),
        ("Agree|Neither|Disagree", "Disagree|Neither|Agree"),
        ("Yes/No", "No|Yes"),
        ("5|4|3", "3|4|5"),
    ]
    .map(|(cell, expect)| {
        let fallen = drafted(format!("text,labels\nI talk.,{cell}\n"));
        assert_eq!(labels(&fallen).join("|"), expect);
        fallen.notes.join("\n") + "\n"
    });
    expect![[r#"
        no column `scale`: all items are on one scale
        no column `reversed`: the file does not say which items lower their scale
        labels that went from most to least, and were reversed: `all-items-1`; for `coofit cohort`, export the answers as texts, not as numbers
        no column `scale`: all items are on one scale
        no column `reversed`: the file does not say which items lower their scale
        labels that went from most to least, and were reversed: `all-items-1`; for `coofit cohort`, export the answers as texts, not as numbers
        no column `scale`: all items are on one scale
        no column `reversed`: the file does not say which items lower their scale
        labels that went from most to least, and were reversed: `all-items-1`; for `coofit cohort`, export the answers as texts, not as numbers
        no column `scale`: all items are on one scale
        no column `reversed`: the file does not say which items lower their scale
        labels that went from most to least, and were reversed: `all-items-1`; for `coofit cohort`, export the answers as texts, not as numbers
    "#]].assert_eq(&told.concat());
    refused(
        "text,labels\nI talk.,Never\n",
        &expect![[r#"
        row 1 (line 2), column `labels`: `Never`, not 2 to 11 labels
          help: write the labels, lowest first, with `|` between them; an empty cell is like the one above"#]],
    );
    refused(
        "text,labels\nI talk.,\n",
        &expect![[r#"
        row 1 (line 2), column `labels`: no labels
          help: write the labels, lowest first, with `|` between them; an empty cell is like the one above"#]],
    );
    refused(
        "text,labels\nI talk.,a|b|c|d|e|f|g|h|i|j|k|l\n",
        &expect![[r#"
        row 1 (line 2), column `labels`: `a|b|c|d|e|f|g|h|i|j|k|l`, not 2 to 11 labels
          help: write the labels, lowest first, with `|` between them; an empty cell is like the one above"#]],
    );
}

#[test]
fn ids_are_made_valid_and_kept_apart() {
    check(
        "id,text\n../../etc/passwd,I talk.\nC:\\x,I hide.\nÄ 1,I go.\n",
        &["etc-passwd ?all-items I talk.", "c-x ?all-items I hide.", "1 ?all-items I go."],
    );
    refused(
        "id,text\na b,I talk.\nA-B,I hide.\n",
        &expect![[r#"
            row 1 (line 2) and row 2 (line 3) would both get the id `a-b`
              help: ids are small letters, digits and hyphens; give each item its own"#]],
    );
    // An id that is made up avoids the others.
    check(
        "id,text,scale\ns-1,I talk.,S\n,I hide.,S\n夜,I go.,S\n",
        &["s-1 ?s I talk.", "s-2 ?s I hide.", "s-3 ?s I go."],
    );
    refused(
        "text,scale\nI talk.,E+\nI hide.,E-\n",
        &expect![[r#"
            row 2 (line 3): the scales `E+` and `E-` would both get the id `e`
              help: give the scales names that differ in letters or digits"#]],
    );
    check(
        "text,scale\nI talk.,Self esteem\nI hide.,self-Esteem\n",
        &["self-esteem-1 ?self-esteem I talk.", "self-esteem-2 ?self-esteem I hide."],
    );
}

#[test]
fn what_a_table_lacks_is_said() {
    refused(
        "a,b\n1,2\n",
        &expect![[r#"
        no column is known to hold the questions; it has `a`, `b`
          help: call that column `text`, and others `id`, `scale`, `reversed` and `labels`"#]],
    );
    refused(
        "",
        &expect![[r#"
        no column is known to hold the questions; it is empty
          help: call that column `text`, and others `id`, `scale`, `reversed` and `labels`"#]],
    );
    refused(
        "text,scale\n,S\n",
        &expect![[r#"
        row 1 (line 2) has no text
          help: write the question, or take the row out"#]],
    );
    refused(
        "text,scale\n",
        &expect![[r#"
        a table of items without a single rating
          help: a rating is a question with one answer out of 2 to 11 labels"#]],
    );
    refused(
        "class\ttype/scale\tname\ttext\nQ\tL\tq1\tI talk.\n",
        &expect![[r#"
        a LimeSurvey structure, which is not read
          help: write its questions into a table, one a row"#]],
    );
    let notes = drafted("text,colour\nI talk.,red\n").notes.join("\n");
    expect![[r#"
        no column `scale`: all items are on one scale
        no column `labels`: the answers go from "Strongly disagree" to "Strongly agree"
        no column `reversed`: the file does not say which items lower their scale
        not used: the columns `colour`"#]]
    .assert_eq(&notes);
}

#[test]
fn every_shipped_table_becomes_a_bank_with_its_published_directions() {
    for (file, counts, n_reversed) in [("mini-ipip.csv", [20, 5], 11), ("ipip-neo-120.csv", [120, 30], 55)] {
        let draft = drafted(fs::read(repository(&format!("examples/{file}"))).expect("the table"));
        assert_eq!(draft.counts(), counts, "{file}");
        assert!(!draft.is_unclear() && draft.notes.is_empty(), "{file}: {:?}", draft.notes);
        let bank = bank_of(&draft);
        let is_reversed = |item: &&Item| item.own_scale().is_some_and(|own| own.keying == Keying::Reverse);
        assert_eq!(bank.items.iter().filter(is_reversed).count(), n_reversed, "{file}");
        for scale in 0..bank.scales.len() {
            assert_eq!(bank.items_on(scale).count(), 4, "{file}: {}", bank.scales[scale].id);
        }
        let lowers = draft.preview().iter().filter(|line| line.contains("agreeing LOWERS ")).count();
        assert_eq!(lowers, n_reversed, "{file}");
        // What only the author can write is named: three texts a scale, and nothing else of this kind.
        let named = lint(&bank, known(&bank, None));
        let placeholders = named.iter().filter(|fault| fault.rule == Some("placeholder"));
        assert_eq!(placeholders.count(), 3 * bank.scales.len(), "{file}");
        // None of them is ever shown as if it were a text.
        assert!(bank.scales.iter().all(|scale| scale.low.is_none() && scale.about.is_none()), "{file}");
    }
}

#[test]
fn shared_items_have_one_direction_in_both_shipped_inventories() {
    let of = |file: &str| {
        let bank = bank_of(&drafted(fs::read(repository(&format!("examples/{file}"))).expect("the table")));
        let item = |item: &Item| (item.ask.clone(), item.own_scale().map(|own| own.keying));
        bank.items.iter().map(item).collect::<Vec<_>>()
    };
    let long = of("ipip-neo-120.csv");
    let shared: Vec<_> =
        of("mini-ipip.csv").into_iter().filter(|item| long.iter().any(|other| other.0 == item.0)).collect();
    assert!(shared.len() >= 5, "{shared:?}");
    assert!(shared.iter().all(|item| long.contains(item)), "{shared:?}");
}

#[test]
#[ignore = "heavy: `.ci/run` includes it"]
fn hostile_input_does_no_harm() {
    // Formulas, markup, controls and quotes are text, and come back as text.
    let draft = drafted(
        "text,scale\n\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",<b>S</b>\n\"a \u{1b}[31m \\ \"\"\"\"\"\" ]]\n[[item]]\nid = 1\",<b>S</b>\n\u{202e}I hide,<b>S</b>\n",
    );
    let bank = bank_of(&draft);
    assert_eq!(bank.items.len(), 3);
    assert_eq!(bank.items[0].ask, "=HYPERLINK(\"http://x\",\"y\")");
    assert_eq!(bank.items[1].ask, "a <U+001B>[31m \\ \"\"\" ]] [[item]] id = 1");
    assert_eq!(bank.items[2].ask, "<U+202E>I hide");
    assert!(draft.preview().iter().all(|line| !line.contains(['\u{1b}', '\u{202e}'])));
    // A quotation mark that is never closed swallows what follows.
    refused(
        &format!("text,scale\n\"I talk.,S\n{}", "I hide.,S\n".repeat(300)),
        &expect![[r#"
        row 1 (line 2): the text has more than 2000 bytes
          help: look for a quotation mark that is never closed, or shorten it"#]],
    );
    // Too large, too deep, not a table at all.
    refused(
        &"{".repeat(100_000),
        &expect![[r#"
            not valid JSON: line 1, column 2: the file cannot be read from here on
              help: something is missing or does not belong here, such as a comma, a bracket or a quotation mark; correct it, or ask for the file again"#]],
    );
    refused(
        "{\"a\": 1}",
        &expect![[r#"
        JSON without `SurveyElements`, and so no Qualtrics survey
          help: export the survey from Qualtrics as a QSF file, or its questions as a table"#]],
    );
    let first_line = |bytes: &[u8]| draft_error(bytes).lines().next().unwrap_or_default().to_owned() + "\n";
    let others = [&b"%PDF-1.7"[..], b"PK\x03\x04xl/", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08"];
    expect![[r#"
        the file is a PDF
        the file is an Excel workbook that cannot be read
        the file is an old Excel workbook (.xls)
        the file is packed with gzip, and cut short or damaged
    "#]]
    .assert_eq(&others.map(first_line).concat());
    // A file of a few bytes that claims a sheet of very many cells.
    let mut wide = rust_xlsxwriter::Workbook::new();
    let sheet = wide.add_worksheet();
    for row in 0..1100 {
        sheet.write(row, 0, "text").and_then(|sheet| sheet.write(row, 16_383, "x")).expect("cells");
    }
    let wide = wide.save_to_buffer().expect("a workbook");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&vec![b','; 17 << 20]).expect("memory");
    let packed = packed.finish().expect("memory");
    assert_eq!([&wide, &packed].map(|bytes| first_line(bytes)), ["the file is larger than 16 MiB\n"; 2]);
    // More items than a bank may have.
    let many: Vec<String> =
        (0..12_000).map(|n| format!("I know the number {n} by heart and by its name.")).collect();
    let draft = drafted(format!("text\n{}\n", many.join("\n")));
    let files = draft.files("test", "Test");
    let sources: Sources = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    expect![[r#"
        error: `items.toml` has 1538114 bytes; a bank file may have 1048576
         --> items.toml:1:1
          |
        1 | [[scale]]
          | ^
          |
          = help: split the part into several files"#]]
    .assert_eq(&parse(&sources).expect_err("a fault").to_string());
}

fn draft_error(bytes: &[u8]) -> String {
    draft(bytes).expect_err("no draft")
}

#[test]
fn other_encodings_and_workbooks_are_read() {
    let utf16: Vec<u8> = "\u{feff}text\tscale\nIch rede gern über mich.\tS\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(items(&drafted(utf16)), ["s-1 ?s Ich rede gern über mich."]);
    assert_eq!(
        items(&drafted(b"text;scale\r\nIch rede \xfcber mich.;S\r\n")),
        ["s-1 ?s Ich rede über mich."]
    );
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("notes").expect("a name").write(0, 0, "My items").expect("a cell");
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip([["text", "scale", "key"], ["I talk.", "S", ""], ["I hide.", "S", ""]]) {
        sheet.write_row(row, 0, cells).expect("cells");
    }
    sheet.write(1, 2, 1).expect("a cell");
    sheet.write(2, 2, -1).expect("a cell");
    let bytes = workbook.save_to_buffer().expect("a workbook");
    assert_eq!(items(&drafted(bytes)), ["s-1 s I talk.", "s-2 -s I hide."]);
}

#[test]
fn without_a_terminal_nothing_is_written_until_it_is_confirmed() {
    let home = Home::new();
    home.copy("examples/mini-ipip.csv");
    let import = || home.run(["bank", "import", "mini-ipip.csv", "five"]);
    let refused = import().expect_code(1);
    refused.expect_stdout(&expect![[""]]).expect_stderr(&expect![[r#"
        `mini-ipip.csv` is read as a table of items: 20 items on 5 scales.
        Answers: 5, from "Very Inaccurate" to "Very Accurate" (most agreement).

           1  agreeing raises Extraversion: Am the life of the party.
           2  agreeing raises Agreeableness: Sympathize with others' feelings.
           3  agreeing raises Conscientiousness: Get chores done right away.
           4  agreeing raises Neuroticism: Have frequent mood swings.
           5  agreeing raises Intellect/Imagination: Have a vivid imagination.
           6  agreeing LOWERS Extraversion: Don't talk a lot.
           7  agreeing LOWERS Agreeableness: Am not interested in other people's problems.
           8  agreeing LOWERS Conscientiousness: Often forget to put things back in their proper place.
           9  agreeing LOWERS Neuroticism: Am relaxed most of the time.
          10  agreeing LOWERS Intellect/Imagination: Am not interested in abstract ideas.
          11  agreeing raises Extraversion: Talk to a lot of different people at parties.
          12  agreeing raises Agreeableness: Feel others' emotions.
          13  agreeing raises Conscientiousness: Like order.
          14  agreeing raises Neuroticism: Get upset easily.
          15  agreeing LOWERS Intellect/Imagination: Have difficulty understanding abstract ideas.
          16  agreeing LOWERS Extraversion: Keep in the background.
          17  agreeing LOWERS Agreeableness: Am not really interested in others.
          18  agreeing LOWERS Conscientiousness: Make a mess of things.
          19  agreeing LOWERS Neuroticism: Seldom feel blue.
          20  agreeing LOWERS Intellect/Imagination: Do not have a good imagination.
        error: nothing was written; check the directions above, and add `--yes` to
        confirm them
    "#]]);
    assert!(!home.path("five").exists());
    import().arg("--yes").expect_code(0).expect_stdout(&expect![[r#"
        2 files written to five. Check the bank with `coofit bank check five`, and try it with `coofit take --bank five`.
    "#]]);
    let check = || home.run(["bank", "check", "five"]);
    let said = check().expect_code(0).stdout;
    let is_told = |line: &&str| line.starts_with("warning[placeholder]") || line.starts_with("Five: ");
    expect![[r#"
        warning[placeholder]: 15 texts are still placeholders, at `extraversion`, `agreeableness`, `conscientiousness`, `neuroticism`, `intellect-imagination`
        Five: 20 items (0 of them in the quick form), 5 scales, 0 steps, 0 roles; no faults, 56 warnings
    "#]].assert_eq(&said.split_inclusive('\n').filter(is_told).collect::<String>());
    let short = check().args(["--format", "short"]).expect_code(0).stdout;
    assert_eq!(short.lines().filter(|line| line.ends_with("[placeholder]")).count(), 15, "{short}");
    // What is there stays.
    import().arg("--yes").expect_code(1).expect_stderr(&expect![[r#"
        error: `five` has files already; name a new directory
    "#]]);
}

#[test]
fn a_file_at_fault_ends_with_3_and_writes_nothing() {
    let home = Home::new();
    let import = || home.run(["bank", "import", "t.csv", "b", "--yes"]).expect_code(3);
    import().expect_told("cannot be read");
    home.write("t.csv", "a,b\n1,2\n");
    import().expect_stderr(&expect![[r#"
        error: `t.csv`: no column is known to hold the questions; it has `a`, `b`
          help: call that column `text`, and others `id`, `scale`, `reversed` and
          `labels`
    "#]]);
    home.write("t.csv", "%PDF-");
    import().expect_stderr(&expect![[r#"
        error: `t.csv` is a PDF
          help: save the questions as CSV or as an Excel workbook (.xlsx), of at most
          16 MiB
    "#]]);
    assert_eq!(home.names(), ["t.csv"]);
}

/// A form with a group, a list of falling codes, a table head, questions that are not ratings, and meta data.
const SURVEY: &str = "type,name,label::English (en),appearance
start,start,,
begin_group,big_five,Big five,
note,hello,Welcome,
select_one agree,e_1,I am the life of the party.,
select_one agree,head,,label
select_one agree,e_2,I don't talk a lot.,list-nolabel
text,born,Where were you born?,
select_one_from_file towns.csv,near,Which town is near?,
select_one town,town,Where do you live?,
end_group,,,
select one from agree or specify other,o_1,I like order.,
date,when,When was that?,
";
const CHOICES: &str = "list_name,name,label
agree,5,Agree
agree,3,Neither
agree,1,Disagree
agree,99,Prefer not to say
town,a,Ulm
";

#[track_caller]
fn check_form(draft: &BankDraft) {
    let expect = [
        "e-1 ?big-five I am the life of the party.",
        "e-2 ?big-five I don't talk a lot.",
        "o-1 ?all-items I like order.",
    ];
    assert_eq!(items(draft), expect);
    assert_eq!(labels(draft), ["Disagree", "Neither", "Agree"]);
    assert_eq!(draft.what, "an XLSForm");
    expect![[r#"
        left out, because they are not ratings: `hello`, `born`, `near`, `town`, `when`
        no labels, because skipping says the same: `Prefer not to say`"#]]
    .assert_eq(&draft.notes.join("\n"));
}

#[test]
fn an_xlsform_becomes_a_bank_in_each_of_its_containers() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, text) in
        [("survey", SURVEY), ("choices", CHOICES), ("settings", "form_title,form_id\nThe five,five\n")]
    {
        let sheet = workbook.add_worksheet().set_name(name).expect("a name");
        for (row, line) in (0..).zip(text.lines()) {
            sheet.write_row(row, 0, line.split(',')).expect("cells");
        }
    }
    let draft = drafted(workbook.save_to_buffer().expect("a workbook"));
    check_form(&draft);
    assert_eq!(draft.title.as_deref(), Some("The five"));
    // Both sheets in one CSV.
    let indented = |text: &str| format!(",{}\n", text.trim_end().replace('\n', "\n,"));
    check_form(&drafted(format!("survey,,,,\n{}choices,,,,\n{}", indented(SURVEY), indented(CHOICES))));
    refused(
        SURVEY,
        &expect![[r#"
        line 5: the form has no list `agree`
          help: save the form as XLSX, with its sheet `choices`"#]],
    );
    // Each sheet in a file of its own.
    let home = Home::new();
    home.write("my-survey.csv", SURVEY);
    home.write("my-choices.csv", CHOICES);
    let import = home.run(["bank", "import", "my-survey.csv", "made", "--yes"]).expect_code(0);
    import.expect_stderr(&expect![[r#"
        `my-survey.csv` is read as an XLSForm: 3 items on 2 scales.
        note: left out, because they are not ratings: `hello`, `born`, `near`, `town`,
        `when`
        note: no labels, because skipping says the same: `Prefer not to say`
        Answers: 3, from "Disagree" to "Agree" (most agreement).

          1  agreeing raises Big five (the file does not say): I am the life of the party.
          2  agreeing raises Big five (the file does not say): I don't talk a lot.
          3  agreeing raises All items (the file does not say): I like order.
        note: where the file does not say, an item raises its scale. Set
        `reversed = true` at those that lower it.
    "#]]);
    let check = home.run(["bank", "check", "made"]).expect_code(0).stdout;
    assert!(check.contains("set `reversed = true` at each item that lowers this scale"), "{check}");
}

#[test]
fn a_redcap_dictionary_becomes_a_bank() {
    let draft = drafted(
        "\"Variable / Field Name\",\"Form Name\",\"Section Header\",\"Field Type\",\"Field Label\",\"Choices, Calculations, OR Slider Labels\",\"Matrix Group Name\"
record_id,start,,text,Record ID,,
calm_1,work_style,,radio,\"<div>I keep <b>calm</b> &amp; go on.</div>\",\"1, Never | 2, Rarely, if at all | 3, Often\",
calm_2,work_style,,dropdown,I shout.,\"3, Often | 2, Rarely, if at all | 1, Never\",
plan_1,work_style,Plans,radio,I plan < 2 days ahead.,\"0, Disagree | 1, Agree\",plan_matrix
ever,work_style,,yesno,Did you ever lead?,,
when,work_style,,text,When?,,
many,work_style,,checkbox,Which?,\"1, A | 2, B\",
",
    );
    assert_eq!(draft.what, "a REDCap data dictionary");
    assert_eq!(
        items(&draft),
        [
            "calm-1 ?work-style I keep calm & go on.",
            "calm-2 ?work-style I shout.",
            "plan-1 ?plan-matrix I plan < 2 days ahead.",
            "ever ?work-style Did you ever lead?",
        ]
    );
    let bank = bank_of(&draft);
    let labels = |index: usize| bank.items[index].format().expect("a rating").labels.join(" | ");
    assert_eq!(
        [0, 1, 2, 3].map(labels),
        [
            "Never | Rarely, if at all | Often",
            "Never | Rarely, if at all | Often",
            "Disagree | Agree",
            "No | Yes"
        ]
    );
    assert_eq!(bank.scales[0].title, "Work style");
    expect![[r#"
        left out, because they are not ratings: `record_id`, `when`, `many`
        answers that no other item has: `plan-1`, `ever`; take out of the file what is not a rating"#]]
    .assert_eq(&draft.notes.join("\n"));
    // The names of its own export.
    let raw = "field_name,form_name,field_type,field_label,select_choices_or_calculations,matrix_group_name\na,f,radio,I go.,\"1, No | 2, Yes\",\n";
    check(raw, &["a ?f I go."]);
}

#[test]
fn a_qualtrics_survey_becomes_a_bank() {
    let likert = json!({
        "QuestionText": "How much do you agree?<br>", "DataExportTag": "Q1", "QuestionType": "Matrix", "Selector": "Likert",
        "SubSelector": "SingleAnswer", "QuestionID": "QID1",
        "Choices": {"1": {"Display": "I talk."}, "10": {"Display": "I&nbsp;hide."}, "2": {"Display": "I go."}},
        "ChoiceOrder": ["1", 2, "10"], "ChoiceDataExportTags": {"1": "talk", "2": "go"},
        "Answers": {"1": {"Display": "Agree"}, "2": {"Display": "Neither"}, "3": {"Display": "Disagree"}},
        "AnswerOrder": [1, 2, 3], "RecodeValues": {"1": "3", "2": "2", "3": "1"},
    });
    let single = json!({
        "QuestionText": "I&rsquo;d like <i>order</i>; &amp;lt;", "DataExportTag": "Q2", "QuestionType": "MC", "Selector": "SAVR",
        "SubSelector": "TX", "Choices": {"1": {"Display": "No"}, "3": {"Display": "Yes"}, "2": {"Display": "Somewhat"}},
        "ChoiceOrder": [1, 2, 3],
    });
    let other = |tag: &str, kind: &str, selector: &str| json!({"QuestionText": tag, "DataExportTag": tag, "QuestionType": kind, "Selector": selector, "Choices": {"1": {"Display": "A"}, "2": {"Display": "B"}}});
    let question =
        |id: &str, payload: Value| json!({"Element": "SQ", "PrimaryAttribute": id, "Payload": payload});
    let block = |kind: &str, title: &str, ids: &[&str]| {
        let elements: Vec<Value> =
            ids.iter().map(|id| json!({"Type": "Question", "QuestionID": id})).collect();
        json!({"Type": kind, "Description": title, "BlockElements": elements})
    };
    let survey = json!({
        "SurveyEntry": {"SurveyName": "The five"},
        "SurveyElements": [
            {"Element": "BL", "Payload": {
                "10": block("Standard", "Order", &["QID2", "QID3", "QID4"]), "2": block("Default", "Company", &["QID1", "QID9"]),
                "3": block("Trash", "Trash / Unused Questions", &["QID5"]),
            }},
            question("QID1", likert), question("QID2", single), question("QID3", other("Q3", "MC", "MAVR")),
            question("QID4", other("Q4", "TE", "SL")), question("QID5", other("Q5", "MC", "SAVR")), question("QID9", other("Q9", "DB", "TB")),
        ],
    });
    let draft = drafted(survey.to_string());
    assert_eq!((draft.what, draft.title.as_deref()), ("a Qualtrics survey", Some("The five")));
    assert_eq!(
        items(&draft),
        [
            "talk ?company I talk.",
            "go ?company I go.",
            "q1-10 ?company I hide.",
            "q2 ?order I\u{2019}d like order; &lt;"
        ]
    );
    let bank = bank_of(&draft);
    let format = |index: usize| bank.items[index].format().expect("a rating");
    assert_eq!(format(0).labels, ["Disagree", "Neither", "Agree"]);
    assert_eq!(format(0).lead.as_deref(), Some("How much do you agree?"));
    assert_eq!(format(3).labels, ["No", "Somewhat", "Yes"]);
    expect![[r#"
        left out, because they are not ratings: `Q3`, `Q4`
        answers that no other item has: `q2`; take out of the file what is not a rating"#]]
    .assert_eq(&draft.notes.join("\n"));
    // Lists instead of objects, and nothing but junk.
    let told = [
        json!({"SurveyElements": []}),
        json!({"SurveyElements": [1, null, {"Element": "SQ"}, {"Element": "BL", "Payload": 3}]}),
        json!([{"SurveyElements": {}}]),
    ]
    .map(|junk| draft_error(junk.to_string().as_bytes()) + "\n");
    expect![[r#"
        a Qualtrics survey without a single rating
          help: a rating is a question with one answer out of 2 to 11 labels
        a Qualtrics survey without a single rating
          help: a rating is a question with one answer out of 2 to 11 labels
        JSON without `SurveyElements`, and so no Qualtrics survey
          help: export the survey from Qualtrics as a QSF file, or its questions as a table
    "#]]
    .assert_eq(&told.concat());
}

/// What a tool is given of a bank comes back from it, but for the keys, which it is never given.
#[test]
fn exported_items_come_back_with_their_ids_texts_and_labels() {
    for name in [
        "questions",
        "examples/ipip50",
        "tests/data/exports/bank",
        "tests/data/exports/labels-from-0",
        "tests/data/banks/mixed",
    ] {
        let bank = crate::support::bank(name);
        let asked = questions(&bank, Form::Full, false);
        let form = xlsform(&bank, &asked).expect("a workbook");
        for (what, bytes) in [("a table of items", csv(&asked).into_bytes()), ("an XLSForm", form)] {
            let draft = drafted(bytes);
            assert_eq!(draft.what, what, "{name}");
            assert!(draft.is_unclear(), "{name}: an export has no keys");
            let returned = bank_of(&draft);
            // A form does not say which of its lists are labels; the notes name those with one question.
            let comes_back = |item: &&Item| match item.kind {
                ItemKind::Rating(_) => true,
                ItemKind::Choice(_) => what == "an XLSForm",
                _ => false,
            };
            let given: Vec<&Item> = bank.items.iter().filter(comes_back).collect();
            assert_eq!(returned.items.len(), given.len(), "{name}, {what}");
            for (item, given) in returned.items.iter().zip(given) {
                let labels = |item: &Item| match &item.kind {
                    ItemKind::Rating(format) => format.labels.clone(),
                    _ => item.options().iter().map(|option| option.say.clone()).collect(),
                };
                let text =
                    |item: &Item| [item.lead().unwrap_or_default(), &item.ask].join(" ").trim().to_owned();
                assert_eq!(
                    (&item.id, text(item), labels(item)),
                    (&given.id, text(given), labels(given)),
                    "{name}, {what}"
                );
                let is_named = draft.notes.iter().any(|note| note.contains(&format!("`{}`", item.id)));
                assert!(is_named || given.format().is_some(), "{name}: {} is taken for a rating", item.id);
            }
        }
    }
}

/// The guide leads from a table to a form. Each of its commands prints what it shows, one after the other.
#[cfg(unix)]
#[test]
fn every_command_of_the_guide_prints_what_it_shows() {
    let guide = fs::read_to_string(repository("docs/banks.md")).expect("the guide");
    let page = guide
        .split("\n## ")
        .find(|section| section.starts_with("From an idea to a form\n"))
        .expect("the section");
    let home = Home::new();
    std::os::unix::fs::symlink(repository("examples"), home.path("examples")).expect("a link");
    let mut wrong = Vec::new();
    for block in page.split("```console\n").skip(1) {
        let block = block.split("\n```").next().unwrap_or_default();
        for shown in block.trim_start_matches("$ ").split("\n$ ") {
            let (line, expect) = shown.split_once('\n').unwrap_or((shown, ""));
            let script = format!("exec 2>&1; {}", line.replacen("coofit", "\"$0\"", 1));
            let got = home.through("sh", ["-c", &script, PROGRAM]).expect_code(0).stdout;
            let agrees = match expect.strip_suffix("\n...") {
                Some(start) => got.starts_with(&format!("{start}\n")),
                None => got.trim_end() == expect,
            };
            if !agrees {
                wrong.push(format!(
                    "`{line}` prints:\n{}",
                    got.lines().take(14).collect::<Vec<_>>().join("\n")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for file in ["mini.html", "mini.xlsx"] {
        assert!(home.path(file).is_file(), "{file}");
    }
    // And a new bank is what the guide shows of it.
    let files = coofit::bank::new::files("n", "N", true);
    let toml: String = files.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    let calm =
        guide.split("```toml\n").find(|block| block.contains("REPLACE: Keeping calm")).expect("the scale");
    assert!(toml.contains(calm.split("\n```").next().unwrap_or_default()), "{calm}");
}

/// Cells that have broken other readers.
const NASTY: [&str; 40] = [
    "",
    " ",
    "\"",
    "\"\"\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}]0;x\u{7}",
    "\u{feff}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}a",
    "=1+1",
    "@x",
    "-",
    "+",
    "-1",
    "1",
    "R",
    "a|b",
    "|",
    "a||b",
    "1-5",
    "1 = a, 2 = b",
    "<",
    "<p>",
    "&lt;b&gt;",
    "{title}",
    "{id}",
    "{formats}",
    "[[item]]",
    "REPLACE: x",
    "夜勤",
    "../x",
    "select_one a",
    "begin_group",
    "Don't know",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(u32::try_from(times(2000, 150)).expect("a small number")))]

    /// Whatever is in a table, an import either says what is wrong or makes a bank without faults, in which
    /// every item is there.
    #[test]
    fn any_file_is_imported_as_a_bank_or_clearly_refused(
        kind in 0_usize..4,
        cells in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.15, 0..NASTY.len()), 6), 1..6),
    ) {
        let row = |row: &[Option<usize>], usual: [&str; 6]| {
            let cell = |(cell, usual): (&Option<usize>, &str)| cell.map_or(usual, |at| NASTY[at]).to_owned();
            row.iter().zip(usual).map(cell).collect::<Vec<String>>()
        };
        let table = |header: &str, usual: [&str; 6]| {
            let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            header.lines().for_each(|line| writer.write_record(line.split(',')).expect("memory"));
            for (number, cells) in cells.iter().enumerate() {
                let cells = row(cells, usual).into_iter().map(|cell| cell.replace('#', &number.to_string()));
                writer.write_record(cells).expect("memory");
            }
            writer.into_inner().expect("memory")
        };
        let bytes = match kind {
            0 => table("id,text,scale,reversed,labels,lead", ["i#", "I talk.", "S", "R", "a|b", ""]),
            1 => table("choices\n,list_name,name,label\n,a,1,No\n,a,2,Yes\nsurvey\n,type,name,label,appearance,x", ["", "select_one a", "i#", "I talk.", "", ""]),
            2 => table(
                "field_name,field_type,field_label,form_name,select_choices_or_calculations,matrix_group_name",
                ["i#", "radio", "I talk.", "a_form", "1, No | 2, Yes", ""],
            ),
            _ => {
                let questions = cells.iter().enumerate().map(|(number, cells)| {
                    let said = row(cells, ["Do you?", "q", "I talk.", "No", "Yes", "1"]);
                    json!({"Element": "SQ", "PrimaryAttribute": number.to_string(), "Payload": {
                        "QuestionText": said[0], "DataExportTag": format!("{}{number}", said[1]), "QuestionType": "Matrix",
                        "Selector": "Likert", "Choices": {"1": {"Display": said[2]}},
                        "Answers": {"1": {"Display": said[3]}, "2": {"Display": said[4]}}, "RecodeValues": {"1": said[5]},
                    }})
                });
                let asked: Vec<Value> = (0..cells.len()).map(|number| json!({"QuestionID": number.to_string()})).collect();
                let block = json!({"Element": "BL", "Payload": [{"Description": "A block", "BlockElements": asked}]});
                json!({"SurveyElements": questions.chain([block]).collect::<Vec<Value>>()}).to_string().into_bytes()
            }
        };
        match draft(&bytes) {
            Ok(mut draft) => {
                prop_assert_eq!(bank_of(&draft).items.len(), draft.counts()[0]);
                let is_safe = draft.preview().iter().all(|line| !line.contains(['\u{1b}', '\n', '\u{202e}', '\0']));
                prop_assert!(is_safe, "a preview that a terminal would obey");
                draft.lower("1").expect("there is an item");
                prop_assert!(!draft.is_unclear());
                bank_of(&draft);
            }
            Err(said) => prop_assert!(said.contains("help: "), "{}", said),
        }
    }
}
