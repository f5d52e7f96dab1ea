//! Answers that are not CSV, or that come in several files: made into one table, and that into CSV.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use serde_json::{Map, Value};

use super::Halt;

const NO_SHEET: &str = "export the answers as CSV and score that file";
/// The most bytes and columns that a sheet may come to.
const MOST_BYTES: usize = 256 << 20;
const MOST_COLUMNS: usize = 16_384;

/// The first sheet with cells of an Excel workbook as CSV. Cells are taken one by one, because a few bytes can
/// claim a sheet of billions.
pub(super) fn workbook(bytes: Vec<u8>) -> Result<Vec<u8>, Halt> {
    let unread = || Halt::NotCsv("an Excel workbook that cannot be read", NO_SHEET);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unread())?;
    for sheet in book.sheet_names() {
        // A sheet without cells is no table, and a chart is none either.
        let Ok(mut cells) = book.worksheet_cells_reader(&sheet) else { continue };
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let (mut row, mut last, mut n_columns, mut n_bytes) = (Vec::new(), None, 0, 0);
        let mut write = |row: &mut Vec<String>| {
            let n_filled = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            if n_filled > 0 {
                n_columns = if n_columns == 0 { n_filled } else { n_columns };
                row.resize(n_filled.max(n_columns), String::new());
                writer.write_record(&*row).expect("bytes in memory are written");
            }
            row.clear();
            n_filled > 0
        };
        let mut has_cells = false;
        while let Some(cell) = cells.next_cell().map_err(|_| unread())? {
            let (number, column) = cell.get_position();
            if last.is_some_and(|last| last != number) {
                has_cells |= write(&mut row);
            }
            last = Some(number);
            let text = in_words(cell.get_value());
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if text.is_empty() || column < row.len() {
                continue;
            }
            n_bytes += text.len() + column - row.len();
            if n_bytes > MOST_BYTES || column > MOST_COLUMNS {
                return Err(Halt::NotCsv(
                    "an Excel workbook of more than 256 MiB or 16,384 columns",
                    NO_SHEET,
                ));
            }
            row.resize(column, String::new());
            row.push(text);
        }
        has_cells |= write(&mut row);
        if has_cells {
            return Ok(writer.into_inner().expect("bytes in memory are written"));
        }
    }
    Err(Halt::NotCsv("an Excel workbook without a filled sheet", NO_SHEET))
}

/// Rows of texts under names.
#[derive(Debug, Default)]
pub(super) struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.names).chain(&self.rows) {
            writer.write_record(row).expect("rows have as many cells as there are names");
        }
        writer.into_inner().expect("bytes in memory are written")
    }

    /// Adds the rows of another table; its columns go by their names.
    pub(super) fn add(&mut self, other: Table) {
        let Table { names, rows } = other;
        let places: Vec<usize> = names.into_iter().map(|name| self.place(name)).collect();
        for row in rows {
            let mut cells = vec![String::new(); self.names.len()];
            for (place, cell) in places.iter().zip(row) {
                cells[*place] = cell;
            }
            self.rows.push(cells);
        }
        self.level();
    }

    /// The column of a name, which is new when there is none.
    fn place(&mut self, name: String) -> usize {
        self.names.iter().position(|other| *other == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    /// Gives every row as many cells as there are names.
    fn level(&mut self) {
        let n = self.names.len();
        self.rows.iter_mut().for_each(|row| row.resize(n, String::new()));
    }

    pub(super) fn of_csv(bytes: &[u8], separator: u8) -> Result<Table, Halt> {
        let mut reader = super::reader(separator).from_reader(bytes);
        let mut rows = reader.byte_records().map(|record| {
            let record = record.map_err(|error| Halt::Read(error.into()))?;
            Ok(record
                .iter()
                .map(|cell| super::cell::visible(cell).trim_end_matches('\r').to_owned())
                .collect())
        });
        let names: Vec<String> = rows.next().transpose()?.unwrap_or_default();
        let mut table = Table { names, rows: rows.collect::<Result<_, Halt>>()? };
        table.level();
        Ok(table)
    }

    /// An array of objects, one object a line, or one answers file, whose respondent is called `name`.
    pub(super) fn of_json(text: &str, name: &str) -> Result<Table, Halt> {
        let not_rows = || Halt::NotCsv("JSON without an object for each respondent", NO_SHEET);
        let mut values: Vec<Value> = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter() {
            match value.map_err(|_| Halt::NotCsv("JSON that cannot be read", NO_SHEET))? {
                Value::Array(list) => values.extend(list),
                value => values.push(value),
            }
        }
        let mut table = Table::default();
        for value in values {
            let Value::Object(mut object) = value else { return Err(not_rows()) };
            if object.get("anonymous") == Some(&Value::Bool(true)) {
                let is = "anonymous; only `coofit compare` reads it, together with others";
                return Err(Halt::NotCsv(is, "leave the file out"));
            }
            if let Some(Value::Object(answers)) = object.remove("answers") {
                object = answers;
                object.insert("id".to_owned(), Value::from(name));
            }
            let mut cells = HashMap::new();
            table.flatten("", &object, &mut cells);
            let n = table.names.len();
            table.rows.push((0..n).map(|place| cells.remove(&place).unwrap_or_default()).collect());
        }
        table.level();
        if table.rows.is_empty() { Err(not_rows()) } else { Ok(table) }
    }

    /// The texts of an object; those of objects in it go under both names.
    fn flatten(&mut self, before: &str, object: &Map<String, Value>, cells: &mut HashMap<usize, String>) {
        for (name, value) in object {
            let name = if before.is_empty() { name.clone() } else { format!("{before}/{name}") };
            match value {
                Value::Object(inner) => self.flatten(&name, inner, cells),
                value => {
                    let place = self.place(name);
                    cells.insert(place, text(value));
                }
            }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // No ticks at all are an answer, too.
        Value::Array(list) if list.is_empty() => ";".to_owned(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

fn in_words(cell: &DataRef<'_>) -> String {
    match cell {
        // Excel keeps every number as a float; the text of 4 is `4`.
        DataRef::Float(number) => number.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(is_so) => is_so.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::DateTime(moment) => moment.as_f64().to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, csv: &str) {
        let table = Table::of_json(json, "kim.json").unwrap_or_else(|halt| panic!("{halt}"));
        assert_eq!(String::from_utf8(table.csv()).expect("UTF-8"), csv);
    }

    #[test]
    fn objects_become_rows() {
        check(r#"[{"a": 1, "b": "x"}, {"b": null, "c": [1, "y"]}]"#, "a,b,c\n1,x,\n,,1;y\n");
        check("{\"a\": 4.5}\n{\"a\": true}\n", "a\n4.5\ntrue\n");
        check(r#"{"m": {"x": 1, "y": []}}"#, "m/x,m/y\n1,;\n");
        check(r#"{"format": 1, "answers": {"a": 3}}"#, "a,id\n3,kim.json\n");
    }

    #[test]
    fn tables_come_together_by_the_names_of_their_columns() {
        let of = |text: &str| Table::of_csv(text.as_bytes(), b',').expect("a table");
        let mut table = of("id,a\np,1\n");
        table.add(of("b,a\n2,3\n"));
        assert_eq!(table.csv(), b"id,a,b\np,1,\n,3,2\n");
    }

    #[test]
    fn an_anonymous_file_is_refused() {
        assert!(Table::of_json(r#"{"anonymous": true, "answers": {}}"#, "x").is_err());
    }
}
