//! Reads the bytes of a file: unpacks gzip, and names what is not CSV.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::GzDecoder;

use super::Halt;
use super::columns::n_items;
use super::table::{Book, TextTable, answers};
use crate::bank::Bank;
use crate::bank::fault::quote;
use crate::bank::import::{Content, SheetRow, Worksheet};

const GZIP: &[u8] = &[0x1f, 0x8b];
/// The first bytes of files that people mistake for CSV, what such a file is, and what to do.
const KINDS: &[(&[u8], &str, &str)] = &[
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", UNPACK),
    (b"\x04\x22\x4d\x18", "packed with lz4", UNPACK),
    (b"\x1f\x9d", "packed with compress", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", SAVE),
    (b"%PDF-", "a PDF", EXPORT),
    (b"PAR1", "a Parquet file", EXPORT),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (b"\x89PNG", "a picture", EXPORT),
    (b"\xff\xd8\xff", "a picture", EXPORT),
    (b"GIF8", "a picture", EXPORT),
    (b"\xff\xfe", UTF16, "save it as UTF-8"),
    (b"\xfe\xff", UTF16, "save it as UTF-8"),
];
pub const UTF16: &str = "UTF-16 text";
const WORKBOOK: &str = "an Excel workbook (.xlsx)";
const JSON: &str = "JSON";
const UNPACK: &str = "unpack it first";
const SAVE: &str = "save it as an Excel workbook (.xlsx) or as CSV";
const EXPORT: &str = "export the answers as CSV (in UTF-8) and score that file";
/// How many bytes of a file show what it is.
const HEAD: u64 = 1 << 16;
/// The largest file that has to be read whole, in bytes.
const MOST_WHOLE: u64 = 64 << 20;

/// The text of an input, and how it is written.
pub(super) struct DecodedText<'a> {
    pub(super) input: Box<dyn Read + Send + 'a>,
    /// What separates the cells.
    pub(super) separator: u8,
    /// Lines before the header.
    pub(super) n_lines: u64,
    pub(super) notes: Vec<String>,
}

/// The text of the input: gzip is unpacked, other encodings become UTF-8, and a byte-order mark and a line
/// `sep=;` are left out. A workbook becomes CSV, from the given sheet, and so does JSON; the respondent of an
/// answers file gets the id `name`.
pub(super) fn text<'a>(
    name: &str,
    input: impl Read + Send + 'a,
    bank: &Bank,
    sheet: Option<&str>,
) -> Result<DecodedText<'a>, Halt> {
    match unpacked(input)? {
        Unpacked::Book(bytes) => {
            let (sheet, csv) = answers(Book::open(&bytes)?, sheet, |csv| n_items(bank, csv))?;
            let of = if sheet.is_empty() { String::new() } else { format!(", its sheet {}", quote(&sheet)) };
            Ok(of_csv(csv, vec![format!("the file is read as an Excel workbook{of}")]))
        }
        Unpacked::Json(text) => {
            let table = TextTable::of_json(&text, name, &bank.id)?;
            Ok(of_csv(table.csv(b','), vec!["the file is read as JSON".to_owned()]))
        }
        Unpacked::Plain(text) => Ok(text),
    }
}

/// What a file of questions holds: its sheets with all their cells, or its JSON.
pub fn content(input: impl Read + Send) -> Result<Content, Halt> {
    let sheet = |name: String, csv: &[u8], separator: u8, n_lines: u64| -> Result<Worksheet, Halt> {
        within(csv.len())?;
        Ok(Worksheet { name, rows: rows(csv, separator, n_lines) })
    };
    match unpacked(input)? {
        Unpacked::Json(text) => within(text.len()).map(|()| Content::Json(text)),
        Unpacked::Plain(text) => {
            let (separator, n_lines) = (text.separator, text.n_lines);
            Ok(Content::Sheets(vec![sheet(String::new(), &whole(text.input)?, separator, n_lines)?]))
        }
        Unpacked::Book(bytes) => {
            let mut book = Book::open(&bytes)?;
            let mut sheets = Vec::new();
            for name in book.names() {
                let csv = book.cells(&name)?;
                sheets.extend(csv.map(|csv| sheet(name, &csv, b',', 0)).transpose()?);
            }
            Ok(Content::Sheets(sheets))
        }
    }
}

/// Each cell of a file of questions takes memory.
fn within(n_bytes: usize) -> Result<(), Halt> {
    const MOST: usize = 16 << 20;
    let halt = Halt::NotCsv("larger than 16 MiB", "take out everything that is not a question");
    if n_bytes > MOST { Err(halt) } else { Ok(()) }
}

/// The rows with their lines, without empty rows and without empty cells at the end.
fn rows(bytes: &[u8], separator: u8, n_lines: u64) -> Vec<SheetRow> {
    let row = |row: super::Record| {
        let mut cells = row.texts();
        cells.truncate(cells.iter().rposition(|cell| !cell.is_empty())? + 1);
        Some(SheetRow { line: row.line + n_lines, cells })
    };
    super::rows_of(bytes, separator).filter_map(row).collect()
}

enum Unpacked<'a> {
    Book(Vec<u8>),
    Json(String),
    Plain(DecodedText<'a>),
}

fn unpacked<'a>(input: impl Read + Send + 'a) -> Result<Unpacked<'a>, Halt> {
    let (head, input) = peeked(input)?;
    if !head.starts_with(GZIP) {
        return decoded(&head, input);
    }
    let (head, input) = peeked(Gzip::Member(Box::new(GzDecoder::new(BufReader::new(input)))))?;
    decoded(&head, input)
}

/// The tables of several files as one.
pub(super) fn joined<'a>(
    files: impl Iterator<Item = (String, impl Read + Send + 'a)>,
    bank: &Bank,
    sheet: Option<&str>,
) -> Result<DecodedText<'a>, Halt> {
    let (mut table, mut notes, mut separators) = (TextTable::default(), Vec::new(), Vec::new());
    for (name, file) in files {
        let of_file = |halt| Halt::File(name.clone(), Box::new(halt));
        let text = text(&name, file, bank, sheet).map_err(of_file)?;
        let bytes = whole(text.input).map_err(of_file)?;
        table.add(TextTable::of_csv(&bytes, text.separator).map_err(of_file)?);
        notes.extend(text.notes.into_iter().map(|note| format!("{name}: {note}")));
        separators.push(text.separator);
    }
    // A comma is part of a number in files that separate cells by something else.
    let separator = if separators.contains(&b',') { b',' } else { b';' };
    Ok(DecodedText { separator, ..of_csv(table.csv(separator), notes) })
}

fn of_csv<'a>(csv: Vec<u8>, notes: Vec<String>) -> DecodedText<'a> {
    DecodedText { input: Box::new(Cursor::new(csv)), separator: b',', n_lines: 0, notes }
}

fn whole(input: impl Read) -> Result<Vec<u8>, Halt> {
    let mut bytes = Vec::new();
    input.take(MOST_WHOLE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_WHOLE {
        return Err(Halt::NotCsv(
            "larger than 64 MiB, in a format that is read as a whole",
            "score parts of it, and `--merge` them",
        ));
    }
    Ok(bytes)
}

fn decoded<'a>(head: &[u8], input: impl Read + Send + 'a) -> Result<Unpacked<'a>, Halt> {
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    // The first byte that is not ASCII is not UTF-8.
    let is_latin = match std::str::from_utf8(head) {
        Err(error) => error.error_len().is_some() && head[..error.valid_up_to()].is_ascii(),
        Ok(_) => false,
    };
    match kind(head).filter(|_| !is_utf16) {
        Some((WORKBOOK, _)) => return Ok(Unpacked::Book(whole(input)?)),
        Some((JSON, _)) => {
            let bytes = whole(input)?;
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            return Ok(Unpacked::Json(String::from_utf8_lossy(bytes).into_owned()));
        }
        Some((is, help)) => return Err(Halt::NotCsv(is, help)),
        None => {}
    }
    if !is_utf16 && (!is_latin || head.contains(&0)) {
        return plain(head, input, Vec::new()).map(Unpacked::Plain);
    }
    let encoding = if is_utf16 { encoding_rs::UTF_16LE } else { encoding_rs::WINDOWS_1252 };
    let encoded = if is_utf16 { "UTF-16" } else { "Windows-1252" };
    let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(input);
    let (head, input) = peeked(decoder)?;
    plain(&head, input, vec![format!("the file is read as {encoded} text")]).map(Unpacked::Plain)
}

fn plain<'a>(
    head: &[u8],
    mut input: impl Read + Send + 'a,
    mut notes: Vec<String>,
) -> Result<DecodedText<'a>, Halt> {
    let mut n_left_out = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let text = &head[n_left_out..];
    let line_end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1);
    let line = text[..line_end].trim_ascii_end();
    let declared = match line {
        [s, e, p, b'=', separator] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*separator),
        _ => None,
    };
    n_left_out += declared.map_or(0, |_| line_end);
    let separator = declared.unwrap_or_else(|| separator(line));
    if separator != b',' {
        let shown =
            if separator == b'\t' { "tabs".to_owned() } else { format!("`{}`", char::from(separator)) };
        notes.push(format!("the cells are separated by {shown}"));
    }
    input.read_exact(&mut vec![0; n_left_out])?;
    Ok(DecodedText { input: Box::new(input), separator, n_lines: u64::from(declared.is_some()), notes })
}

/// The separator that comes most often in a header, outside quotation marks.
fn separator(line: &[u8]) -> u8 {
    let outside = line.split(|byte| *byte == b'"').step_by(2);
    let count = |separator: u8| outside.clone().flatten().filter(|byte| **byte == separator).count();
    let all = [b'\t', b';', b','];
    // The last one if none of them comes.
    all.into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// What a file with these first bytes is, if people mistake it for text.
pub fn name_of_kind(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(GZIP) { Some("packed with gzip") } else { kind(head).map(|(is, _)| is) }
}

/// What a file with these first bytes is, and what to do, if it is not CSV.
fn kind(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some((_, is, help)) = KINDS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Some((is, help));
    }
    if head.starts_with(b"PK\x03\x04") {
        let holds = |name: &[u8]| head.windows(name.len()).any(|bytes| bytes == name);
        return Some(match () {
            () if holds(b"[Content_Types].xml") || holds(b"xl/") => (WORKBOOK, SAVE),
            () if holds(b"application/vnd.oasis.opendocument") => ("an OpenDocument file (.ods)", SAVE),
            () => ("a zip archive", UNPACK),
        });
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(("a tar archive", UNPACK));
    }
    match head.trim_ascii_start() {
        [b'{', ..] => Some((JSON, EXPORT)),
        [b'[', b'[', letter, ..] if letter.is_ascii_alphabetic() => Some(("TOML, as banks are", EXPORT)),
        // A bracket may also begin the name of a column.
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{' | b'[' | b']', ..]) => {
            Some((JSON, EXPORT))
        }
        [b'<', ..] => Some(("HTML or XML", EXPORT)),
        _ => None,
    }
}

/// The first bytes of the input, and all of it.
fn peeked(mut input: impl Read) -> Result<(Vec<u8>, impl Read), Halt> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}

/// Members of gzip one after the other. After the last one there may be zeros, from tapes and disk blocks.
enum Gzip<R> {
    Member(Box<GzDecoder<R>>),
    Over,
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Gzip::Member(member) = self {
            let n = member.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            let input = member.get_mut();
            while input.fill_buf()?.first() == Some(&0) {
                input.consume(1);
            }
            let is_over = input.fill_buf()?.is_empty();
            let Gzip::Member(member) = std::mem::replace(self, Gzip::Over) else { break };
            if !is_over {
                *self = Gzip::Member(Box::new(GzDecoder::new(member.into_inner())));
            }
        }
        Ok(0)
    }
}
