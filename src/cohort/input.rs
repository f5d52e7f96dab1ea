//! What the bytes of a file are: gzip is unpacked, and what is not CSV is named.

use std::io;
use std::io::{BufRead, BufReader, Cursor, Read};

use flate2::bufread::GzDecoder;

use super::Halt;

const GZIP: &[u8] = &[0x1f, 0x8b];
/// The first bytes of files that people take for CSV, what such a file is, and the way out.
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
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
];
const UNPACK: &str = "unpack it first";
const SAVE: &str = "save the sheet as CSV (in UTF-8) and score that file";
const EXPORT: &str = "export the answers as CSV (in UTF-8) and score that file";
/// How much of a file says what it is.
const HEAD: u64 = 1 << 12;

/// The text of the input: gzip is unpacked, a byte-order mark is left out.
///
/// # Errors
/// The input cannot be read, or is not CSV.
pub(super) fn text<'a>(input: impl Read + Send + 'a) -> Result<Box<dyn Read + Send + 'a>, Halt> {
    let (head, input) = peeked(input)?;
    if !head.starts_with(GZIP) {
        return plain(&head, input);
    }
    let (head, input) = peeked(Gzip::Member(GzDecoder::new(BufReader::new(input))))?;
    plain(&head, input)
}

fn plain<'a>(head: &[u8], mut input: impl Read + Send + 'a) -> Result<Box<dyn Read + Send + 'a>, Halt> {
    if let Some((is, help)) = kind(head) {
        return Err(Halt::NotCsv(is, help));
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        input.read_exact(&mut [0; 3]).map_err(Halt::Read)?;
    }
    Ok(Box::new(input))
}

/// What a file that begins like this is, if people take it for a file of text by mistake.
#[must_use]
pub fn name_of_kind(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(GZIP) { Some("packed with gzip") } else { kind(head).map(|(is, _)| is) }
}

/// What a file that begins like this is, and the way out, if it is not CSV.
fn kind(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some((_, is, help)) = KINDS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Some((is, help));
    }
    if head.starts_with(b"PK\x03\x04") {
        let holds = |name: &[u8]| head.windows(name.len()).any(|bytes| bytes == name);
        return Some(match () {
            () if holds(b"[Content_Types].xml") || holds(b"xl/") => ("an Excel workbook (.xlsx)", SAVE),
            () if holds(b"application/vnd.oasis.opendocument") => ("an OpenDocument file (.ods)", SAVE),
            () => ("a zip archive", UNPACK),
        });
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(("a tar archive", UNPACK));
    }
    match head.trim_ascii_start() {
        [b'{', ..] => Some(("JSON", EXPORT)),
        // A bracket may also begin the name of a column.
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{' | b'[' | b']', ..]) => {
            Some(("JSON", EXPORT))
        }
        [b'<', ..] => Some(("HTML or XML", EXPORT)),
        _ => None,
    }
}

/// The first bytes of the input, and the whole of it.
fn peeked(mut input: impl Read) -> Result<(Vec<u8>, impl Read), Halt> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head).map_err(Halt::Read)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}

/// Members of gzip one after the other, and zeros after the last one, which tapes and blocks leave.
enum Gzip<R> {
    Member(GzDecoder<R>),
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
                *self = Gzip::Member(GzDecoder::new(member.into_inner()));
            }
        }
        Ok(0)
    }
}
