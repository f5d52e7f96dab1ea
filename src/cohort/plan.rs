//! What a bank, a role, a form and a header come to, worked out once for all rows: for each cell what
//! it may hold and what that is worth, and for each scale the columns that count on it.

use std::ops::Range;

use serde_json::Value;

use super::fault::{Column, Reason};
use super::header::What;
use super::line;
use super::rows::{MAX_ROW, TOO_LONG, cells, without_end};
use super::sheet::Row;
use super::summary::digest;
use crate::answers;
use crate::bank::fault::quote;
use crate::bank::{
    Answer, Bank, Counts, Form, Item, ItemKind, Keyed, Keying, ResponseFormat, Role, ScaleKind,
};
use crate::score::quality::consistency_caution;

/// Rating numbers are under this; a format has at most eleven labels.
pub(super) const LABELS: usize = 16;
/// The number in place of a rating when any other item was answered.
const ANSWERED: u8 = 1;

/// Everything that is the same for all rows.
pub(super) struct Plan<'a> {
    pub(super) bank: &'a Bank,
    pub(super) role: Option<&'a Role>,
    pub(super) names: Vec<String>,
    /// Lines of the file that the header takes.
    pub(super) header_lines: u64,
    /// Of the names of the columns.
    pub(super) digest: u64,
    columns: Vec<What>,
    cells: Vec<Cell<'a>>,
    stretches: Vec<Stretch>,
    pub(super) n_items: usize,
    pub(super) scales: Vec<ScalePlan>,
    /// Points of the ratings of each format, in either direction.
    pub(super) tables: Vec<Table>,
    /// Labels of each response format of trait ratings, less one: the numerator of z runs to it.
    pub(super) formats: Vec<f64>,
    /// The columns of the trait ratings, in file order.
    pub(super) run: Vec<usize>,
    /// The same when they stand side by side in that order.
    pub(super) run_stretch: Option<Range<usize>>,
    /// Ratings on trait scales that the form asks, with a column or without.
    pub(super) n_trait_ratings: usize,
    /// Whether there are forward ones among them, and reversed ones.
    pub(super) ways: [bool; 2],
    /// The consistency from which it is a caution, by degrees of freedom.
    pub(super) cautions: Vec<Option<f64>>,
    /// For each scale with an item that weighs it, that item.
    pub(super) weighs: Vec<(usize, Entry)>,
}

/// What a cell may hold.
enum Cell<'a> {
    Id,
    Other,
    Rating { labels: u8 },
    Choice(Vec<(&'a [u8], f64)>),
    Checklist { ids: Vec<&'a [u8]>, points: Vec<f64> },
    Number(&'a Item),
}

/// Columns that are read together.
enum Stretch {
    /// Ratings side by side: the first column, and the highest one-digit number of each.
    Ratings(usize, Vec<u8>),
    /// Anything else.
    One(usize),
}

/// Points by rating number, keyed; none for a skip.
pub(super) struct Table {
    pub(super) points: [f64; LABELS],
    /// The same over 100.
    pub(super) z: [f64; LABELS],
}

/// One scale, with what counts on it.
pub(super) struct ScalePlan {
    pub(super) id: String,
    pub(super) kind: ScaleKind,
    /// The form's items on it, with a column or without.
    pub(super) n_items: usize,
    pub(super) item_ids: Vec<String>,
    /// Those with a column, in file order.
    pub(super) entries: Vec<Entry>,
    /// Set when all of them are ratings whose own scale this is, in one format, on a trait scale.
    pub(super) plain: Option<Plain>,
}

/// A trait scale of ratings in one format, all its own, as most scales are. Its sums are whole numbers:
/// of c, the points in steps between labels.
pub(super) struct Plain {
    /// The format, in [`Plan::formats`].
    pub(super) format: usize,
    /// The highest c.
    pub(super) top: u64,
    /// Columns of the forward items and of the reversed ones, and what each rating adds to the sums.
    pub(super) columns: [Vec<usize>; 2],
    pub(super) adds: [[u64; LABELS]; 2],
}

/// How many answers, Σc and Σc², added up side by side in one number.
#[derive(Clone, Copy)]
pub(super) struct Packed(pub(super) u64);

impl Packed {
    const C: u32 = 16;
    const SQUARES: u32 = 36;

    fn of(c: u64) -> Packed {
        Packed(1 | c << Packed::C | (c * c) << Packed::SQUARES)
    }

    pub(super) fn n(self) -> u64 {
        self.0 & 0xffff
    }

    pub(super) fn c(self) -> u64 {
        self.0 >> Packed::C & 0xf_ffff
    }

    pub(super) fn squares(self) -> u64 {
        self.0 >> Packed::SQUARES
    }
}

/// One column on one scale.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) column: usize,
    /// For a rating, its table.
    pub(super) table: Option<usize>,
    pub(super) keying: Keying,
    /// Whether the scale is the item's own.
    pub(super) own: bool,
    /// For a trait's own rating, its format in [`Plan::formats`].
    pub(super) format: Option<usize>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        bank: &'a Bank,
        role: Option<&'a Role>,
        form: Form,
        columns: &[What],
        names: Vec<String>,
        header_lines: u64,
    ) -> Plan<'a> {
        let cells: Vec<Cell<'a>> = columns.iter().map(|what| cell(bank, *what)).collect();
        let n_items = bank.form_items(form).count();
        let mut plan = Plan {
            bank,
            role,
            digest: names.iter().fold(0, |sum, name| digest(digest(sum, name.as_bytes()), b",")),
            names,
            header_lines,
            columns: columns.to_vec(),
            stretches: stretches(&cells),
            cells,
            n_items,
            scales: Vec::new(),
            tables: Vec::new(),
            formats: Vec::new(),
            run: Vec::new(),
            run_stretch: None,
            n_trait_ratings: 0,
            ways: [false; 2],
            cautions: Vec::new(),
            weighs: Vec::new(),
        };
        plan.scales = bank
            .scales
            .iter()
            .map(|scale| ScalePlan {
                id: scale.id.clone(),
                kind: scale.kind,
                n_items: 0,
                item_ids: Vec::new(),
                entries: Vec::new(),
                plain: None,
            })
            .collect();
        let mut seen = Formats::default();
        for index in bank.form_items(form) {
            plan.add(index, &mut seen);
        }
        for scale in &mut plan.scales {
            scale.finish(&plan.formats);
        }
        let side_by_side = plan.run.windows(2).all(|pair| pair[1] == pair[0] + 1);
        plan.run_stretch = plan.run.first().filter(|_| side_by_side).map(|at| *at..*at + plan.run.len());
        plan.cautions = (0..=plan.n_trait_ratings).map(consistency_caution).collect();
        plan
    }

    fn add(&mut self, index: usize, seen: &mut Formats<'a>) {
        let bank = self.bank;
        let item = &bank.items[index];
        let column = self.columns.iter().position(|what| *what == What::Item(index));
        let is_trait = item.own_scale().is_some_and(|own| bank.scales[own.scale].kind == ScaleKind::Trait);
        let trait_rating = item.format().filter(|_| is_trait);
        if trait_rating.is_some() {
            self.n_trait_ratings += 1;
            self.ways[usize::from(item.own_scale().is_some_and(|own| own.keying == Keying::Reverse))] = true;
        }
        if let (Some(_), Some(column)) = (trait_rating, column) {
            self.run.push(column);
        }
        let format = trait_rating.map(|format| {
            let known = seen.traits.iter().position(|other| std::ptr::eq(*other, format.as_ref()));
            known.unwrap_or_else(|| {
                seen.traits.push(format);
                self.formats.push((format.labels.len() - 1) as f64);
                seen.traits.len() - 1
            })
        });
        let mut entry = |keyed: &Keyed, own: bool, column: usize| Entry {
            column,
            table: item.format().map(|_| seen.table(&mut self.tables, item, keyed.keying)),
            keying: keyed.keying,
            own,
            format: format.filter(|_| own),
        };
        match &item.counts {
            Counts::Nothing => {}
            Counts::Weighs(keyed) => {
                self.weighs.extend(column.map(|column| (keyed.scale, entry(keyed, false, column))));
            }
            Counts::Scales(keyed) => {
                for (position, keyed) in keyed.iter().enumerate() {
                    let scale = &mut self.scales[keyed.scale];
                    scale.n_items += 1;
                    scale.item_ids.push(item.id.clone());
                    scale.entries.extend(column.map(|column| entry(keyed, position == 0, column)));
                }
            }
        }
    }

    /// An empty row.
    pub(super) fn row(&self) -> Row {
        Row { codes: vec![0; self.cells.len()], points: vec![0.0; self.cells.len()], id: Vec::new() }
    }

    /// Reads the cells of a row without quotation marks; false when one is at fault.
    pub(super) fn read(&self, line: &[u8], row: &mut Row) -> bool {
        let mut at = 0;
        for stretch in &self.stretches {
            let taken = match stretch {
                Stretch::One(column) => self.one(*column, line, at, row),
                Stretch::Ratings(first, highest) => {
                    let codes = &mut row.codes[*first..*first + highest.len()];
                    digits(line, at, highest, codes).or_else(|| self.ratings(*first, highest, line, at, row))
                }
            };
            match taken {
                Some(next) => at = next,
                None => return false,
            }
        }
        at == line.len() + 1
    }

    /// Reads any row, also one with quotation marks; false when a cell is at fault.
    pub(super) fn read_quoted(&self, line: &[u8], row: &mut Row) -> bool {
        let mut n = 0;
        for (cell, well_formed) in cells(line) {
            if n == self.cells.len() || !well_formed || !self.take(n, &cell, row) {
                return false;
            }
            n += 1;
        }
        n == self.cells.len()
    }

    /// Reads ratings side by side of which some are skipped, or otherwise not one digit each.
    fn ratings(
        &self,
        first: usize,
        highest: &[u8],
        line: &[u8],
        start: usize,
        row: &mut Row,
    ) -> Option<usize> {
        let mut at = start;
        for (column, highest) in (first..).zip(highest) {
            at = match line.get(at..) {
                Some([b',', ..]) => {
                    row.codes[column] = 0;
                    at + 1
                }
                Some([digit, b',', ..]) if digit.wrapping_sub(b'1') < *highest => {
                    row.codes[column] = digit - b'0';
                    at + 2
                }
                _ => self.one(column, line, at, row)?,
            };
        }
        Some(at)
    }

    /// Reads the cell that starts at `at`, and says where the next one starts.
    fn one(&self, column: usize, line: &[u8], at: usize, row: &mut Row) -> Option<usize> {
        let rest = line.get(at..)?;
        let length = memchr::memchr(b',', rest).unwrap_or(rest.len());
        self.take(column, &rest[..length], row).then_some(at + length + 1)
    }

    /// Takes one cell in; false when it is at fault.
    fn take(&self, column: usize, cell: &[u8], row: &mut Row) -> bool {
        let answer = match &self.cells[column] {
            Cell::Other => return true,
            Cell::Id => {
                row.id.clear();
                row.id.extend_from_slice(cell);
                return true;
            }
            _ if is_skip(cell.trim_ascii()) => {
                row.codes[column] = 0;
                return true;
            }
            Cell::Rating { labels } => {
                let code = rating(cell.trim_ascii()).filter(|r| (1..=*labels).contains(r));
                row.codes[column] = code.unwrap_or(0);
                return code.is_some();
            }
            Cell::Choice(options) => {
                let cell = cell.trim_ascii();
                options.iter().find(|(id, _)| *id == cell).map(|(_, points)| *points)
            }
            Cell::Checklist { ids, points } => ticks(cell.trim_ascii(), ids).map(|n| points[n]),
            Cell::Number(item) => number(cell.trim_ascii())
                .and_then(|x| item.accept(Answer::Number(x)).ok())
                .map(|answer| item.points(&answer)),
        };
        row.codes[column] = if answer.is_some() { ANSWERED } else { 0 };
        row.points[column] = answer.unwrap_or(0.0);
        answer.is_some()
    }

    /// What is wrong with a row, cell by cell. Slow, and asked of faulty rows only.
    pub(super) fn explain(&self, row: &[u8]) -> Vec<(Column, Reason)> {
        let line = without_end(row);
        if line.len() > MAX_ROW {
            return vec![(self.column_reached(line), TOO_LONG.into())];
        }
        let mut found = Vec::new();
        let (mut n, mut scratch) = (0, self.row());
        for (cell, well_formed) in cells(line) {
            let reason = if !well_formed {
                Some("there is text after the closing quotation mark".into())
            } else if let Err(error) = std::str::from_utf8(&cell) {
                let byte = cell[error.valid_up_to()];
                let message = format!("the cell is not UTF-8 text: it has the byte 0x{byte:02X}");
                Some(Reason { message, help: Some("save the file as UTF-8".into()) })
            } else if cell.contains(&0) {
                Some("the cell has a NUL character in it".into())
            } else if n < self.cells.len() && !self.take(n, &cell, &mut scratch) {
                Some(self.reason(n, &cell))
            } else {
                None
            };
            found.extend(reason.map(|reason| (self.column(n), reason)));
            n += 1;
        }
        if n != self.cells.len() {
            let cells = if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
            let message = format!("the row has {cells}, and the header has {}", self.cells.len());
            found.push((self.column(n.min(self.cells.len())), Reason { message, help: None }));
        }
        found
    }

    /// Why an item does not take a cell.
    fn reason(&self, column: usize, cell: &[u8]) -> Reason {
        let text = String::from_utf8_lossy(cell);
        let What::Item(index) = self.columns[column] else { return "the cell cannot be read".into() };
        let item = &self.bank.items[index];
        let text = text.trim();
        let number = number(text.as_bytes()).map(Value::from);
        let value = match &item.kind {
            ItemKind::Choice(_) => Value::from(text),
            ItemKind::Checklist { .. } => text.split(';').map(str::trim).collect(),
            ItemKind::Rating(_) | ItemKind::Number(_) => number.unwrap_or_else(|| Value::from(text)),
        };
        let (must_be, help) = answers::answer(item, &value).err().unwrap_or_else(|| (item.must_be(), None));
        Reason { message: format!("the answer must be {must_be}, not {}", quote(text)), help }
    }

    fn column(&self, index: usize) -> Column {
        let name = self.names.get(index).filter(|name| !name.is_empty());
        Column { number: index + 1, name: name.cloned() }
    }

    /// The column in which a row that was cut off ends.
    pub(super) fn column_reached(&self, row: &[u8]) -> Column {
        self.column(cells(row).count().saturating_sub(1))
    }

    /// The names of the columns that are written.
    pub(super) fn output_header(&self) -> Vec<u8> {
        let mut header = b"id,fit,fit_low,fit_high,bands,quality,consistency,longest_run,skipped".to_vec();
        let parts = self.bank.parts.iter().map(|part| format!("part:{}", part.id));
        for name in parts.chain(self.scales.iter().map(|scale| format!("scale:{}", scale.id))) {
            header.push(b',');
            line::text(&mut header, &name);
        }
        header.push(b'\n');
        header
    }
}

impl ScalePlan {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    fn finish(&mut self, formats: &[f64]) {
        let Some(format) = self.entries.first().and_then(|first| first.format) else { return };
        // The sums of so many answers fit side by side.
        let is_plain =
            self.entries.len() < 4096 && self.entries.iter().all(|entry| entry.format == Some(format));
        if !is_plain {
            return;
        }
        let columns = |keying: Keying| {
            self.entries.iter().filter(|entry| entry.keying == keying).map(|entry| entry.column).collect()
        };
        let top = formats[format] as u64;
        let mut adds = [[0; LABELS]; 2];
        for c in 0..=top {
            adds[0][1 + c as usize] = Packed::of(c).0;
            adds[1][1 + c as usize] = Packed::of(top - c).0;
        }
        let columns = [columns(Keying::Forward), columns(Keying::Reverse)];
        self.plain = Some(Plain { format, top, columns, adds });
    }
}

/// Response formats seen so far, by identity: formats of a bank may look alike.
#[derive(Default)]
struct Formats<'a> {
    traits: Vec<&'a ResponseFormat>,
    tables: Vec<(&'a ResponseFormat, Keying)>,
}

impl<'a> Formats<'a> {
    /// The table of a rating item's points.
    fn table(&mut self, tables: &mut Vec<Table>, item: &'a Item, keying: Keying) -> usize {
        let Some(format) = item.format() else { return 0 };
        let known =
            self.tables.iter().position(|(other, k)| std::ptr::eq(*other, format.as_ref()) && *k == keying);
        known.unwrap_or_else(|| {
            self.tables.push((format, keying));
            let mut table = Table { points: [0.0; LABELS], z: [0.0; LABELS] };
            for r in (1..).take(format.labels.len()) {
                let points = keying.key(item.points(&Answer::Rating(r)));
                table.points[usize::from(r)] = points;
                table.z[usize::from(r)] = points / 100.0;
            }
            tables.push(table);
            tables.len() - 1
        })
    }
}

fn cell(bank: &Bank, what: What) -> Cell<'_> {
    let What::Item(index) = what else { return if what == What::Id { Cell::Id } else { Cell::Other } };
    let item = &bank.items[index];
    match &item.kind {
        ItemKind::Rating(format) => {
            Cell::Rating { labels: u8::try_from(format.labels.len()).unwrap_or(u8::MAX) }
        }
        ItemKind::Choice(options) => {
            Cell::Choice(options.iter().map(|option| (option.id.as_bytes(), option.points)).collect())
        }
        ItemKind::Checklist { options, .. } => Cell::Checklist {
            ids: options.iter().map(|option| option.id.as_bytes()).collect(),
            points: (0..=options.len()).map(|n| item.points(&Answer::Checklist((0..n).collect()))).collect(),
        },
        ItemKind::Number(_) => Cell::Number(item),
    }
}

fn stretches(cells: &[Cell<'_>]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for (column, cell) in cells.iter().enumerate() {
        match (cell, stretches.last_mut()) {
            (Cell::Rating { labels }, Some(Stretch::Ratings(_, highest))) => highest.push((*labels).min(9)),
            (Cell::Rating { labels }, _) => stretches.push(Stretch::Ratings(column, vec![(*labels).min(9)])),
            _ => stretches.push(Stretch::One(column)),
        }
    }
    stretches
}

/// Reads ratings side by side when each is one digit, all at once; nothing when one is not.
fn digits(line: &[u8], at: usize, highest: &[u8], codes: &mut [u8]) -> Option<usize> {
    let end = at + 2 * highest.len() - 1;
    let cells = line.get(at..end)?;
    if line.get(end).is_some_and(|byte| *byte != b',') {
        return None;
    }
    let (pairs, last) = cells.as_chunks::<2>();
    let (last_highest, highest) = highest.split_last()?;
    let (last_code, codes) = codes.split_last_mut()?;
    let mut wrong = u8::from(last[0].wrapping_sub(b'1') >= *last_highest);
    *last_code = last[0].wrapping_sub(b'0');
    for ((pair, highest), code) in pairs.iter().zip(highest).zip(codes) {
        wrong |= u8::from(pair[0].wrapping_sub(b'1') >= *highest) | (pair[1] ^ b',');
        *code = pair[0].wrapping_sub(b'0');
    }
    (wrong == 0).then_some(end + 1)
}

fn is_skip(cell: &[u8]) -> bool {
    cell.is_empty() || cell == b"NA"
}

/// A whole number from 0 to 255, in any notation of one: `4`, `4.0`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and from 0 to 255")]
fn rating(cell: &[u8]) -> Option<u8> {
    if let [digit @ b'0'..=b'9'] = cell {
        return Some(digit - b'0');
    }
    number(cell).filter(|r| r.fract() == 0.0 && (0.0..=255.0).contains(r)).map(|r| r as u8)
}

/// A decimal number; words such as `inf` are none.
fn number(cell: &[u8]) -> Option<f64> {
    let decimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    if cell.len() <= 15 && cell.iter().all(u8::is_ascii_digit) && !cell.is_empty() {
        let whole = cell.iter().fold(0_u64, |n, digit| 10 * n + u64::from(digit - b'0'));
        return Some(whole as f64);
    }
    let text = std::str::from_utf8(cell).ok().filter(|_| cell.iter().all(decimal))?;
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

/// How many options a checklist's cell ticks: ids joined by `;`, each an option and none twice; a `;`
/// alone ticks none.
fn ticks(cell: &[u8], ids: &[&[u8]]) -> Option<usize> {
    if cell == b";" {
        return Some(0);
    }
    let mut n = 0;
    let named = || cell.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    for (index, id) in named().enumerate() {
        if !ids.contains(&id) || named().take(index).any(|earlier| earlier == id) {
            return None;
        }
        n += 1;
    }
    Some(n)
}
