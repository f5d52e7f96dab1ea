//! Scores a piece of rows: the cells of a row become a sheet, and the sheet a line of scores.

use csv::ByteRecord;
use serde_json::Value;

use super::cell::{self, carried, visible};
use super::coding::{Coding, How, decimal};
use super::columns::{Columns, Holds, NoOne};
use super::fault::{Column, CsvFault, Reason, after_closing, nul, uneven};
use super::source::{MAX_ROW, Piece, scan, too_long};
use super::summary::{Tally, digest};
use super::{Apart, Each, Respondent};
use crate::answers;
use crate::bank::fault::quote;
use crate::bank::{Answer, Item, ItemKind};
use crate::score::plan::Sheet;
use crate::score::quality::{Level, SignalId};
use crate::score::{Assessment, Scorer};
use crate::session::Responses;

/// The result of a piece.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) lines: Vec<u8>,
    pub(super) faulty: Vec<Faulty>,
    pub(super) n_rows: u64,
    pub(super) n_lines: u64,
    /// Blank lines before the last row, and after it.
    pub(super) n_blank_before: u64,
    pub(super) n_blank_after: u64,
    /// Rows that are not respondents, by [`NoOne`].
    pub(super) n_no_one: [u64; 4],
    /// Rows that are counted apart: why, which row of the piece, and where its line begins.
    pub(super) apart: Vec<(Apart, u64, usize)>,
    /// A digest of each respondent's id, which row of the piece it is, and where its line begins.
    pub(super) ids: Vec<(u64, u64, usize)>,
    /// Why the rows are written differently from those at the start.
    pub(super) contradiction: Option<CsvFault>,
}

/// A row at fault: which one and its first line, both from 1 within the piece.
pub(super) struct Faulty {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) found: Vec<(Column, Reason)>,
    pub(super) can_be_set_aside: bool,
    /// Its cells, each after a comma.
    pub(super) cells: Vec<u8>,
}

/// A row without its end.
struct RawRow<'r> {
    raw: &'r [u8],
    separator: u8,
    /// Its cells, if they may be quoted.
    quoted: Option<&'r [&'r [u8]]>,
}

impl<'r> RawRow<'r> {
    fn cell(&self, column: usize) -> &'r [u8] {
        self.cells().nth(column).unwrap_or_default()
    }

    fn cells(&self) -> Cells<'r> {
        match self.quoted {
            Some(cells) => Cells { rest: None, separator: self.separator, quoted: cells.iter() },
            None => Cells { rest: Some(self.raw), separator: self.separator, quoted: [].iter() },
        }
    }
}

/// The cells of a row that are not read yet.
struct Cells<'r> {
    /// What is left of a row without quotation marks.
    rest: Option<&'r [u8]>,
    separator: u8,
    /// What is left of any other row.
    quoted: std::slice::Iter<'r, &'r [u8]>,
}

impl Cells<'_> {
    /// Reads as many single digits from 1 to `highest` as there are codes, if they come next and another cell follows.
    fn digits(&mut self, highest: u8, codes: &mut [u8]) -> bool {
        let cut = self.rest.and_then(|rest| rest.split_at_checked(2 * codes.len()));
        let Some((digits, rest)) = cut else { return false };
        // Without branches, the compiler reads many at a time.
        let (mut is_other, separator) = (0, self.separator);
        for (code, pair) in codes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = pair[0].wrapping_sub(b'0');
            is_other |= u8::from(digit.wrapping_sub(1) >= highest) | (pair[1] ^ separator);
            *code = digit;
        }
        if is_other == 0 {
            self.rest = Some(rest);
        }
        is_other == 0
    }
}

impl<'r> Iterator for Cells<'r> {
    type Item = &'r [u8];

    fn next(&mut self) -> Option<&'r [u8]> {
        let Some(rest) = self.rest else { return self.quoted.next().copied() };
        let mut parts = rest.splitn(2, |byte| *byte == self.separator);
        let cell = parts.next();
        self.rest = parts.next();
        cell
    }
}

/// Scores rows; each thread has its own.
pub(super) struct Worker<'a> {
    pub(super) columns: &'a Columns<'a>,
    /// What the columns hold; ratings of one format in the order of the sheet are together, to be read at once.
    blocks: Vec<&'a [Holds]>,
    scorer: Scorer<'a>,
    sheet: Sheet,
    keep_going: bool,
    pub(super) tally: Option<Tally>,
    header_digest: u64,
    /// The ticks of a row, by slot.
    ticks: Vec<Vec<usize>>,
    excel: Option<u8>,
    each: Option<&'a Each<'a>>,
    /// For `each`, the answers of a row that are not ratings, by slot.
    answers: Vec<Option<Answer>>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        columns: &'a Columns<'a>,
        tally: Option<Tally>,
        keep_going: bool,
        each: Option<&'a Each<'a>>,
        excel: Option<u8>,
    ) -> Worker<'a> {
        let is_block = |one: &Holds, next: &Holds| match (one, next) {
            (Holds::Item { slot, highest }, Holds::Item { slot: next, highest: same }) => {
                slot + 1 == *next && highest == same
            }
            _ => false,
        };
        let (others, last) = columns.holds.split_at(columns.holds.len().saturating_sub(1));
        Worker {
            columns,
            blocks: others.chunk_by(is_block).chain(last.chunks(1)).collect(),
            scorer: Scorer::new(&columns.plan),
            sheet: Sheet::new(&columns.plan),
            keep_going,
            tally,
            ticks: vec![Vec::new(); columns.plan.items.len()],
            excel,
            each,
            answers: vec![None; columns.plan.items.len()],
            header_digest: columns
                .names
                .iter()
                .fold(0, |sum, name| digest(digest(sum, name.as_bytes()), b",")),
        }
    }

    /// Scores a piece's rows, up to the first one at fault unless they are set aside.
    pub(super) fn score(&mut self, piece: &Piece) -> Batch {
        let bytes = &piece.bytes[..];
        let is_plain = memchr::memchr2(0, b'"', bytes).is_none() && std::str::from_utf8(bytes).is_ok();
        // A line of scores is about as long as a row.
        let mut batch = Batch { lines: Vec::with_capacity(bytes.len()), ..Batch::default() };
        if is_plain {
            let separator = self.columns.separator;
            let mut rest = bytes;
            while !rest.is_empty() {
                let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
                let raw = super::row_of(&rest[..end]);
                rest = &rest[end..];
                batch.n_lines += 1;
                self.take(&RawRow { raw, separator, quoted: None }, batch.n_lines, &mut batch);
                if !self.keep_going && !batch.faulty.is_empty() {
                    break;
                }
            }
        } else {
            self.quoted(bytes, &mut batch);
        }
        if piece.number >= self.columns.n_seen && !batch.faulty.is_empty() {
            batch.contradiction = self.columns.contradiction(bytes);
        }
        batch
    }

    /// Scores rows that may hold quotation marks, or bytes that are not text.
    fn quoted(&mut self, bytes: &[u8], batch: &mut Batch) {
        let mut reader = super::reader(self.columns.separator).from_reader(bytes);
        let separator = self.columns.separator;
        let mut record = ByteRecord::new();
        let mut start = 0;
        loop {
            let line = reader.position().line();
            let is_row = reader.read_byte_record(&mut record).expect("bytes in memory are read");
            let end = usize::try_from(reader.position().byte()).expect("they fit in memory");
            let (feeds, raw) = bytes[start..end]
                .split_at(bytes[start..end].iter().take_while(|byte| **byte == b'\n').count());
            start = end;
            let row_line = line + feeds.len() as u64;
            for line in line..row_line {
                self.take(&RawRow { raw: b"", separator, quoted: None }, line, batch);
            }
            if is_row {
                let line = raw.strip_suffix(b"\n").unwrap_or(raw);
                let raw = super::row_of(raw);
                let mut cells: Vec<&[u8]> = record.iter().collect();
                // The last cell has the carriage return, too.
                if let (Some(last), true) = (cells.last_mut(), raw.len() < line.len()) {
                    *last = last.strip_suffix(b"\r").unwrap_or(last);
                }
                self.take(&RawRow { raw, separator, quoted: Some(&cells) }, row_line, batch);
            }
            batch.n_lines = reader.position().line() - 1;
            if !is_row || !self.keep_going && !batch.faulty.is_empty() {
                return;
            }
        }
    }

    fn take(&mut self, row: &RawRow<'_>, line: u64, batch: &mut Batch) {
        if row.raw.is_empty() && self.columns.holds.len() > 1 {
            batch.n_blank_after += 1;
            return;
        }
        let is_separator = |byte: &u8| *byte == row.separator || matches!(byte, b' ' | b'\t' | b'"');
        if !row.raw.is_empty() && row.raw.iter().all(is_separator) {
            batch.n_no_one[NoOne::Empty as usize] += 1;
            return;
        }
        batch.n_blank_before += std::mem::take(&mut batch.n_blank_after);
        let columns = self.columns;
        if let Some(is) = columns.no_one(|column| row.cell(column)) {
            batch.n_no_one[is as usize] += 1;
            return;
        }
        batch.n_rows += 1;
        let is_sound = row.raw.len() <= MAX_ROW
            && (row.quoted.is_none() || is_text(row.raw) && scan(row.raw, row.separator).1.is_none());
        let is_read = is_sound && self.read(row.cells());
        if is_read {
            let assessment = self.scorer.assess(&self.sheet);
            let cell = |column: usize| row.cell(column);
            let id = columns.id.map(cell);
            let (row_number, at) = (batch.n_rows, batch.lines.len());
            if self.sheet.is_empty() {
                batch.apart.push((Apart::Silent, row_number, at));
            } else {
                let id = id.filter(|id| !id.is_empty());
                batch.ids.extend(id.map(|id| (digest(0, id), row_number, at)));
                let is_test = columns.who.iter().any(|column| is_test(cell(*column)));
                batch.apart.extend(is_test.then_some((Apart::Test, row_number, at)));
                let run = assessment.quality.signal(SignalId::LongestRun);
                let is_long = run.level > Some(Level::Clear) && self.sheet.is_one_answer(&columns.plan);
                batch.apart.extend(is_long.then_some((Apart::OneAnswer, row_number, at)));
            }
            write_line(columns, self.excel, id.unwrap_or_default(), assessment, &mut batch.lines);
            for keep in &columns.keep {
                batch.lines.push(self.excel.unwrap_or(b','));
                carried(&mut batch.lines, cell(*keep));
            }
            batch.lines.push(b'\n');
            if let Some(each) = self.each {
                let text =
                    |column: Option<usize>| visible(column.map(cell).unwrap_or_default()).trim().to_owned();
                each(Respondent {
                    id: text(columns.id),
                    department: text(columns.by),
                    responses: responses(columns, &self.sheet, &self.answers),
                    assessment,
                });
            }
            if let Some(tally) = &mut self.tally {
                tally.take(&self.columns.plan, &self.sheet, assessment);
                tally.take_row(self.header_digest, row.raw);
            }
            return;
        }
        let repeats =
            |header: &Vec<String>| row.cells().zip(header).all(|(cell, text)| visible(cell).trim() == text);
        if columns.headers.iter().any(repeats) {
            batch.n_rows -= 1;
            batch.n_no_one[NoOne::Header as usize] += 1;
            return;
        }
        let mut cells = Vec::new();
        for cell in row.cells() {
            cells.push(b',');
            carried(&mut cells, cell);
        }
        let can_be_set_aside = row.raw.len() <= MAX_ROW;
        batch.faulty.push(Faulty {
            row: batch.n_rows,
            line,
            found: self.faults(row),
            can_be_set_aside,
            cells,
        });
    }

    /// Puts the row's answers on the sheet; false when a cell is at fault.
    fn read(&mut self, mut cells: Cells<'_>) -> bool {
        let silent = &self.columns.silent;
        for slot in silent {
            self.ticks[*slot].clear();
            self.sheet.set_code(*slot, 0);
        }
        for index in 0..self.blocks.len() {
            let block = self.blocks[index];
            if let [Holds::Item { slot, highest }, ..] = block
                && cells.digits(*highest, self.sheet.codes_mut(*slot..slot + block.len()))
            {
                continue;
            }
            for what in block {
                if !cells.next().is_some_and(|cell| self.read_cell(*what, cell)) {
                    return false;
                }
            }
        }
        for slot in silent {
            if !self.ticks[*slot].is_empty() {
                self.tick(*slot);
            }
        }
        let is_silent = |sheet: &Sheet, slot: usize| !sheet.is_answered(slot);
        let n_silent = silent.iter().filter(|slot| is_silent(&self.sheet, **slot)).count();
        // A respondent who answered everything else has seen the list and ticked nothing.
        if n_silent > 0
            && n_silent < self.columns.n_slots
            && self.sheet.n_answered() + n_silent == self.columns.n_slots
        {
            for slot in silent {
                if is_silent(&self.sheet, *slot) {
                    self.tick(*slot);
                }
            }
        }
        cells.next().is_none()
    }

    /// Puts the answer in a cell on the sheet; false when it is at fault.
    fn read_cell(&mut self, what: Holds, cell: &[u8]) -> bool {
        match (what, cell) {
            (Holds::Item { slot, .. }, []) => self.sheet.set_code(slot, 0),
            (Holds::Item { slot, highest }, [digit]) if digit.wrapping_sub(b'1') < highest => {
                self.sheet.set_code(slot, digit - b'0');
            }
            (Holds::Item { slot, .. }, cell) => {
                let Columns { plan, codings, .. } = self.columns;
                let item = &plan.bank.items[plan.items[slot]];
                let text = std::str::from_utf8(cell).unwrap_or_default().trim();
                match codings[slot].answer(item, text) {
                    Some(answer) => self.put(slot, item, answer),
                    None if self.columns.is_missing(text) => self.sheet.set_code(slot, 0),
                    None => return false,
                }
            }
            (Holds::Tick { slot, option }, cell) => {
                let text = std::str::from_utf8(cell).unwrap_or_default();
                match self.columns.is_ticked(slot, option, text) {
                    Some(is_ticked) => self.ticks[slot].extend(is_ticked.then_some(option)),
                    None => return false,
                }
            }
            _ => {}
        }
        true
    }

    fn put(&mut self, slot: usize, item: &Item, answer: Answer) {
        self.sheet.set(slot, item, &answer);
        if self.each.is_some() {
            self.answers[slot] = Some(answer);
        }
    }

    /// Puts the ticks of a checklist on the sheet, as many as there are.
    fn tick(&mut self, slot: usize) {
        let plan = &self.columns.plan;
        let answer = Answer::Checklist(self.ticks[slot].clone());
        self.put(slot, &plan.bank.items[plan.items[slot]], answer);
    }

    /// What is wrong with a row, cell by cell. Slow, and only for rows at fault.
    fn faults(&self, row: &RawRow<'_>) -> Vec<(Column, Reason)> {
        let Columns { plan, holds, codings, .. } = self.columns;
        let (n_cells, loose) = scan(row.raw, row.separator);
        if row.raw.len() > MAX_ROW {
            return vec![(self.columns.column(n_cells - 1), too_long())];
        }
        let mut found = Vec::new();
        for (index, cell) in row.cells().enumerate() {
            let reason = if loose == Some(index) {
                Some(after_closing())
            } else if let Err(error) = std::str::from_utf8(cell) {
                let byte = cell[error.valid_up_to()];
                let message = format!("the cell is not UTF-8 text: it has the byte 0x{byte:02X}");
                Some(Reason::from(message).help("save the file as UTF-8"))
            } else if cell.contains(&0) {
                Some(nul("cell"))
            } else if let Some(Holds::Item { slot, .. }) = holds.get(index) {
                let (item, text) = (&plan.bank.items[plan.items[*slot]], visible(cell));
                let is_read =
                    self.columns.is_missing(&text) || codings[*slot].answer(item, text.trim()).is_some();
                (!is_read).then(|| {
                    let reason = not_an_answer(item, &codings[*slot], text.trim());
                    Reason { help: self.columns.if_missing(text.trim()).or(reason.help), ..reason }
                })
            } else if let Some(Holds::Tick { slot, option }) = holds.get(index) {
                let text = visible(cell);
                self.columns.is_ticked(*slot, *option, &text).is_none().then(|| {
                    format!(
                        "the cell must say whether the option is ticked (1 or 0, or its text), not {}",
                        quote(&text)
                    )
                    .into()
                })
            } else {
                None
            };
            found.extend(reason.map(|reason| (self.columns.column(index), reason)));
        }
        let (n, n_columns) = (n_cells, holds.len());
        if n != n_columns {
            found.push((self.columns.column(n.min(n_columns)), uneven(n, n_columns)));
        }
        found
    }
}

fn responses(columns: &Columns<'_>, sheet: &Sheet, answers: &[Option<Answer>]) -> Responses {
    let plan = &columns.plan;
    let mut responses = Responses::new(plan.bank, columns.form);
    for (slot, index) in plan.items.iter().enumerate().filter(|(slot, _)| sheet.is_answered(*slot)) {
        let answer = match plan.bank.items[*index].format() {
            Some(_) => Some(Answer::Rating(sheet.code(slot))),
            None => answers[slot].clone(),
        };
        let taken = answer.map(|answer| responses.set(plan.bank, *index, answer));
        debug_assert!(matches!(taken, Some(Ok(()))), "a cell that was read is an answer");
    }
    responses
}

/// Whether an id or a name looks like a trial of the survey: `TEST1`, `Test User`, `demo@x.org`.
fn is_test(cell: &[u8]) -> bool {
    const WORDS: [&str; 16] = [
        "test", "tests", "testing", "tester", "demo", "dummy", "sample", "example", "asdf", "asdfasdf",
        "qwerty", "qwertz", "foo", "xxx", "prueba", "essai",
    ];
    const BESIDE: [&str; 8] =
        ["user", "person", "account", "respondent", "participant", "response", "row", "entry"];
    if !cell.iter().take(3).all(u8::is_ascii_alphabetic) {
        return false;
    }
    let is_in = |words: &[&str], word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    let name = std::str::from_utf8(cell).unwrap_or_default().split('@').next().unwrap_or_default();
    let mut words = name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.next().is_some_and(|first| is_in(&WORDS, first))
        && words.all(|word| is_in(&WORDS, word) || is_in(&BESIDE, word))
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
}

/// Why an item does not take a cell.
fn not_an_answer(item: &Item, coding: &Coding, cell: &str) -> Reason {
    if coding.how != How::Own {
        return format!("the answer must be one of {}, not {}", coding.what(item), quote(cell)).into();
    }
    let value = match &item.kind {
        ItemKind::Checklist { .. } => cell.split(';').map(str::trim).collect(),
        ItemKind::Choice(_) => Value::from(cell),
        ItemKind::Rating(_) | ItemKind::Number(_) => {
            decimal(cell.as_bytes()).map_or_else(|| Value::from(cell), Value::from)
        }
    };
    let (must_be, mut help) = answers::answer(item, &value).err().unwrap_or_else(|| (item.must_be(), None));
    let has_digits = cell.bytes().any(|byte| byte.is_ascii_digit());
    if matches!(item.kind, ItemKind::Number(_)) && value.is_string() && has_digits {
        help = help.or_else(|| Some("write it in digits alone, such as 90000".to_owned()));
    }
    Reason { message: format!("the answer must be {must_be}, not {}", quote(cell)), help }
}

pub(super) fn header(columns: &Columns<'_>, excel: Option<u8>) -> Vec<u8> {
    let bank = columns.plan.bank;
    let kept = columns.keep.iter().map(|column| columns.names[*column].as_str());
    let Some(separator) = excel else {
        let first =
            ["id", "fit", "fit_low", "fit_high", "bands", "quality", "consistency", "longest_run", "skipped"];
        let parts = bank.parts.iter().map(|part| format!("part:{}", part.id));
        let scales = bank.scales.iter().map(|scale| format!("scale:{}", scale.id));
        let ids: Vec<String> = parts.chain(scales).collect();
        return cell::texts(b',', first.into_iter().chain(ids.iter().map(String::as_str)).chain(kept));
    };
    let first = [
        "Id",
        "Score",
        "Score from",
        "Score to",
        "Band",
        "Quality of the answers",
        "Consistency, %",
        "Longest run",
        "Skipped, %",
    ];
    let parts: Vec<String> = bank.parts.iter().map(|part| format!("{} (part)", part.title)).collect();
    let parts = parts.iter().map(String::as_str);
    let scales = bank.scales.iter().map(|scale| scale.title.as_str());
    let mut header = "\u{feff}".as_bytes().to_vec();
    header.extend(cell::texts(separator, first.into_iter().chain(parts).chain(scales).chain(kept)));
    header
}

fn write_line(
    columns: &Columns<'_>,
    excel: Option<u8>,
    id: &[u8],
    assessment: &Assessment,
    out: &mut Vec<u8>,
) {
    let bank = columns.plan.bank;
    let separator = excel.unwrap_or(b',');
    let write = if excel.is_some() { cell::whole } else { cell::number };
    let cell = |out: &mut Vec<u8>, x: Option<f64>| {
        out.push(separator);
        if let Some(x) = x {
            write(out, x);
        }
    };
    carried(out, id);
    let role = assessment.role.as_ref();
    let fit = role.and_then(|role| role.fit.as_ref());
    cell(out, fit.map(|fit| fit.score));
    cell(out, fit.map(|fit| fit.low));
    cell(out, fit.map(|fit| fit.high));
    out.push(separator);
    let bands = fit.map_or(&[][..], |fit| &bank.bands[fit.bands.clone()]);
    if excel.is_some() {
        let titles: Vec<&str> = bands.iter().map(|band| band.title.as_str()).collect();
        cell::text(out, &titles.join(" / "));
    } else {
        for (index, band) in bands.iter().enumerate() {
            out.extend_from_slice(if index > 0 { b";" } else { b"" });
            out.extend_from_slice(band.id.as_bytes());
        }
    }
    out.push(separator);
    out.extend_from_slice(assessment.quality.verdict.id().as_bytes());
    for signal in [SignalId::Consistency, SignalId::LongestRun, SignalId::Skipped] {
        // A share would round to 0 or 1.
        let percent = if excel.is_some() && signal != SignalId::LongestRun { 100.0 } else { 1.0 };
        cell(out, assessment.quality.signal(signal).value.map(|value| percent * value));
    }
    for part in 0..bank.parts.len() {
        let attainment = role.and_then(|role| role.parts[part].attainment);
        cell(out, attainment.map(|attainment| 100.0 * attainment));
    }
    for scale in &assessment.scales {
        cell(out, scale.score());
    }
}
