//! The envelope around every saved body: its format, its version, and a checksum.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const VERSION: u32 = 1;

const START: &str = r#"{"format":"coofit-"#;

#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Damaged, changed by hand, or not an attempt.
    #[error("{0}")]
    Damaged(String),
    #[error("it was written by a newer coofit (version {0}; this one reads {VERSION})")]
    Newer(u32),
    #[error("{0}")]
    Io(#[from] io::Error),
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: String,
    version: u32,
    check: String,
    body: Box<RawValue>,
}

pub(super) fn seal(format: &str, body: &impl Serialize) -> serde_json::Result<String> {
    let body = RawValue::from_string(serde_json::to_string(body)?)?;
    let check = checksum(&body);
    let envelope = Envelope { format: format.to_owned(), version: VERSION, check, body };
    serde_json::to_string(&envelope).map(|text| text + "\n")
}

/// Whether a file begins like an envelope, even if the rest is damaged.
pub(super) fn is_sealed(path: &Path) -> bool {
    let mut start = [0; START.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *START.as_bytes()
}

/// The body of a whole envelope of this format, if it is not of a newer version.
pub(super) fn open<T: DeserializeOwned>(text: &str, format: &str) -> Result<T, Unreadable> {
    #[derive(Deserialize)]
    struct Header {
        format: String,
        version: u32,
    }
    let damaged = |what: &str| Unreadable::Damaged(what.to_owned());
    let header: Header = serde_json::from_str(text).map_err(|_| {
        damaged(match text.trim() {
            "" => "it is empty",
            text if text.starts_with(START) => "it is damaged (cut short or garbled)",
            _ => "it is not a file that coofit wrote",
        })
    })?;
    if header.format != format {
        return Err(damaged("it is another kind of file"));
    }
    if header.version > VERSION {
        return Err(Unreadable::Newer(header.version));
    }
    if header.version < 1 {
        return Err(damaged("it names no version"));
    }
    let envelope: Envelope =
        serde_json::from_str(text).map_err(|_| damaged("it is damaged (cut short or garbled)"))?;
    if checksum(&envelope.body) != envelope.check {
        return Err(damaged("its contents do not match its checksum"));
    }
    serde_json::from_str(envelope.body.get()).map_err(|_| damaged("its contents are garbled"))
}

fn checksum(body: &RawValue) -> String {
    format!("{:08x}", crc32fast::hash(body.get().as_bytes()))
}
