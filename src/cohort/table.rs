//! Turns a workbook, JSON or several files into one table, and the table into CSV.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xlsx};
use serde_json::{Map, Value};
use zip::ZipArchive;

use super::Halt;
use super::cell::visible;
use super::fault::{Column, CsvFault, option, uneven};
use crate::bank::fault::{json_line, quote};

const NO_SHEET: &str = "export the answers as CSV and score that file";
/// A sheet with this many items has answers; one item may be an example.
const MANY: usize = 2;
/// The most bytes of an unpacked workbook, and between two tags: a cell of Excel has at most 32,767 characters.
const MOST_UNPACKED: usize = 1 << 30;
const MOST_TEXT: usize = 1 << 20;
/// The most bytes and columns of all sheets together.
const MOST_BYTES: usize = 256 << 20;
const MOST_COLUMNS: usize = 16_384;

/// The sheet of a workbook with the answers, by its name and as CSV: the one that is called `wanted`, or the only
/// one that names items, which `n_items` counts, or else the first one with cells. The name is empty if the workbook
/// has only one sheet.
pub(super) fn answers(
    mut book: Book<'_>,
    wanted: Option<&str>,
    n_items: impl Fn(&[u8]) -> usize,
) -> Result<(String, Vec<u8>), Halt> {
    let names = book.names();
    let mut found: Vec<(usize, &String, Vec<u8>)> = Vec::new();
    for name in names.iter().filter(|name| wanted.is_none_or(|wanted| wanted == *name)) {
        match book.cells(name) {
            Ok(Some(csv)) => found.push((n_items(&csv).min(MANY), name, csv)),
            // Once a sheet has answers, the others do not matter.
            Err(halt) if found.iter().all(|(n, ..)| *n == 0) => return Err(halt),
            Ok(None) | Err(_) => {}
        }
    }
    let most = found.iter().map(|(n, ..)| *n).max().unwrap_or(0);
    found.retain(|(n, ..)| *n == most);
    let ask = |what: String, names: &[&String]| {
        let options: Vec<String> = names.iter().map(|name| option("--sheet", name)).collect();
        Err(Halt::Refused(format!(
            "{what}\n  help: name the one with the answers by {}",
            options.join(" or ")
        )))
    };
    match (wanted, &found[..]) {
        (Some(wanted), []) => {
            ask(format!("no sheet with cells is called {}", quote(wanted)), &names.iter().collect::<Vec<_>>())
        }
        (_, [_, _, ..]) if most > 0 => {
            let names: Vec<&String> = found.iter().map(|(_, name, _)| *name).collect();
            ask(format!("{} sheets of the workbook name items", names.len()), &names)
        }
        _ => {
            let (_, name, csv) = found
                .into_iter()
                .next()
                .ok_or(Halt::NotCsv("an Excel workbook without a filled sheet", NO_SHEET))?;
            Ok((if names.len() > 1 { name.clone() } else { String::new() }, csv))
        }
    }
}

/// Refuses a workbook that would take gigabytes. Its parts are unpacked once without keeping them, because its
/// directory may give wrong sizes.
fn within(bytes: &[u8]) -> Result<(), Halt> {
    let large = || {
        Halt::NotCsv(
            "an Excel workbook that unpacks to more than 1 GiB, or to a cell of more than 1 MiB",
            NO_SHEET,
        )
    };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unread())?;
    if zip.decompressed_size().is_some_and(|n| n > MOST_UNPACKED as u128) {
        return Err(large());
    }
    let (mut buffer, mut n_all) = (vec![0; 1 << 16], 0);
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|_| unread())?;
        let name = part.name().map_err(|_| unread())?;
        let (is_sheet, is_text) = (name.starts_with("xl/worksheets/"), !name.starts_with("xl/media/"));
        let (mut n_part, mut since_tag) = (0, 0);
        loop {
            let n = part.read(&mut buffer).map_err(|_| unread())?;
            let tags = |byte: &u8| *byte == b'<';
            let first = buffer[..n].iter().position(tags);
            since_tag = match buffer[..n].iter().rposition(tags) {
                Some(last) if since_tag + first.unwrap_or(0) <= MOST_TEXT => n - last,
                _ => since_tag + n,
            };
            (n_part, n_all) = (n_part + n, n_all + n);
            let is_large = n_all > MOST_UNPACKED || !is_sheet && n_part > MOST_BYTES / 2;
            if is_large || is_text && since_tag > MOST_TEXT {
                return Err(large());
            }
            if n == 0 {
                break;
            }
        }
    }
    Ok(())
}

pub(super) struct Book<'b> {
    book: Xlsx<Cursor<&'b [u8]>>,
    /// Bytes of all sheets so far.
    n_bytes: usize,
}

fn unread() -> Halt {
    Halt::NotCsv("an Excel workbook that cannot be read", NO_SHEET)
}

impl<'b> Book<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Book<'b>, Halt> {
        within(bytes)?;
        Ok(Book { book: Xlsx::new(Cursor::new(bytes)).map_err(|_| unread())?, n_bytes: 0 })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.book.sheet_names()
    }

    /// The cells of a sheet as CSV, if it has some. They are read one by one, because a few bytes can claim a sheet
    /// of billions of cells.
    pub(super) fn cells(&mut self, sheet: &str) -> Result<Option<Vec<u8>>, Halt> {
        // A sheet without cells is not a table, and neither is a chart.
        let Ok(mut cells) = self.book.worksheet_cells_reader(sheet) else { return Ok(None) };
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let (mut row, mut last, mut n_columns) = (Vec::new(), None, 0);
        let mut write = |row: &mut Vec<String>| {
            let n_filled = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            if n_filled > 0 {
                n_columns = if n_columns == 0 { n_filled } else { n_columns };
                row.resize(n_filled.max(n_columns), String::new());
                writer.write_record(&*row).expect("bytes in memory are written");
            }
            let n_cells = if n_filled > 0 { row.len() } else { 0 };
            row.clear();
            n_cells
        };
        let mut n_cells = 0;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| unread())? {
            let (number, column) = cell.pos;
            if cell.formula.is_some() && cell.value == DataRef::Empty {
                return Err(Halt::NotCsv(
                    "an Excel workbook with formulas that were never worked out",
                    "open it in a spreadsheet, save it there, and score that file",
                ));
            }
            if last.is_some_and(|last| last != number) {
                n_cells += write(&mut row);
            }
            last = Some(number);
            // Excel keeps every number as a float; the text of 4 is `4`.
            let text = Data::from(cell.value).to_string().trim().to_owned();
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if text.is_empty() || column < row.len() {
                continue;
            }
            self.n_bytes += text.len() + column - row.len();
            if self.n_bytes + n_cells > MOST_BYTES || column > MOST_COLUMNS {
                return Err(Halt::NotCsv(
                    "an Excel workbook of more than 256 MiB or 16,384 columns",
                    NO_SHEET,
                ));
            }
            row.resize(column, String::new());
            row.push(text);
        }
        n_cells += write(&mut row);
        let csv = writer.into_inner().expect("bytes in memory are written");
        Ok((n_cells > 0).then_some(csv))
    }
}

/// Rows of texts under names. A row may be shorter than the names.
#[derive(Debug, Default)]
pub(super) struct TextTable {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The column of each name after so many others of that name.
    places: HashMap<(String, usize), usize>,
}

impl TextTable {
    pub(super) fn csv(&self, separator: u8) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        for row in std::iter::once(&self.names).chain(&self.rows) {
            let cells = row.iter().map(String::as_str).chain(std::iter::repeat("")).take(self.names.len());
            writer.write_record(cells).expect("bytes in memory are written");
        }
        writer.into_inner().expect("bytes in memory are written")
    }

    /// Adds the rows of another table by the names of its columns. If a name comes twice, both columns stay, so
    /// that the fault is found.
    pub(super) fn add(&mut self, other: TextTable) {
        let mut n_before: HashMap<&str, usize> = HashMap::new();
        let mut places = Vec::new();
        for name in &other.names {
            let before = n_before.entry(name).or_default();
            places.push(self.place(name, *before));
            *before += 1;
        }
        for row in other.rows {
            let mut cells = vec![String::new(); self.names.len()];
            for (place, cell) in places.iter().zip(row) {
                cells[*place] = cell;
            }
            self.rows.push(cells);
        }
    }

    /// The column of a name after so many others of that name; a new one if there is none.
    fn place(&mut self, name: &str, n_before: usize) -> usize {
        *self.places.entry((name.to_owned(), n_before)).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// The rows of a file, which have as many cells as its header.
    pub(super) fn of_csv(bytes: &[u8], separator: u8) -> Result<TextTable, Halt> {
        let mut table = TextTable::default();
        for (number, row) in super::rows_of(bytes, separator).enumerate() {
            let cells = row.cells.iter().map(|cell| visible(cell).trim_end_matches('\r').to_owned());
            let cells: Vec<String> = cells.collect();
            let (n, n_columns) = (cells.len(), table.names.len());
            if number == 0 {
                table.names = cells;
            } else if n == n_columns {
                table.rows.push(cells);
            } else if cells.iter().any(|cell| !cell.is_empty()) {
                return Err(Halt::Fault(CsvFault {
                    place: Some((number as u64, row.line)),
                    found: vec![(Column::new(n.min(n_columns), ""), uneven(n, n_columns))],
                    can_be_set_aside: false,
                }));
            }
        }
        Ok(table)
    }

    /// An array of objects, one object a line, or one answers file, whose respondent is called `name`.
    pub(super) fn of_json(text: &str, name: &str, bank: &str) -> Result<TextTable, Halt> {
        let not_rows = || Halt::NotCsv("JSON without an object for each respondent", NO_SHEET);
        let mut values: Vec<Value> = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter() {
            match value.map_err(|error| Halt::Refused(format!("not valid JSON: {}", json_line(&error))))? {
                Value::Array(list) => values.extend(list),
                value => values.push(value),
            }
        }
        let mut table = TextTable::default();
        for value in values {
            let Value::Object(mut object) = value else { return Err(not_rows()) };
            if object.get("anonymous") == Some(&Value::Bool(true)) {
                let is = "anonymous; only `coofit compare` reads it, together with others";
                return Err(Halt::NotCsv(is, "leave the file out"));
            }
            if let Some(Value::Object(answers)) = object.remove("answers") {
                if let Some(Value::String(theirs)) = object.get("bank").filter(|theirs| *theirs != bank) {
                    let [theirs, ours] = [theirs, bank].map(quote);
                    return Err(Halt::Refused(format!(
                        "these answers are to the bank {theirs}, but this bank is {ours}\n  \
                         help: name theirs with `--bank DIR`"
                    )));
                }
                object = answers;
                object.insert("id".to_owned(), Value::from(name));
            }
            let mut cells = Vec::new();
            table.flatten("", &object, &mut cells);
            table.rows.push(cells);
        }
        if table.rows.is_empty() { Err(not_rows()) } else { Ok(table) }
    }

    /// The texts of an object; those of objects in it go under both names.
    fn flatten(&mut self, before: &str, object: &Map<String, Value>, cells: &mut Vec<String>) {
        for (name, value) in object {
            let name = if before.is_empty() { name.clone() } else { format!("{before}/{name}") };
            match value {
                Value::Object(inner) => self.flatten(&name, inner, cells),
                value => {
                    let place = self.place(&name, 0);
                    cells.resize(cells.len().max(place + 1), String::new());
                    cells[place] = text(value);
                }
            }
        }
    }
}

/// A value as a cell.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // Nothing ticked is an answer, too.
        Value::Array(list) if list.is_empty() => ";".to_owned(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

#[cfg(test)]
#[path = "../../tests/cohort/table.rs"]
mod tests;
