//! What several tests need: banks from directories, comparing numbers, and chance that repeats itself.

use std::path::{Path, PathBuf};

use coofit::bank::fault::Sources;
use coofit::bank::{Bank, parse};
use serde_json::Value;

/// How often a test repeats: `all` with `COOFIT_THOROUGH` set, as `.ci/run` does, otherwise `few`.
#[expect(clippy::disallowed_methods, reason = "how much to test comes from the environment")]
pub(crate) fn times(all: usize, few: usize) -> usize {
    if std::env::var_os("COOFIT_THOROUGH").is_some() { all } else { few }
}

/// A path inside the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sources of a bank directory.
pub(crate) fn sources(directory: &Path) -> Sources {
    let mut sources = Sources::default();
    for (folder, prefix) in [(directory.to_owned(), ""), (directory.join("roles"), "roles/")] {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("a readable directory").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.file_name().expect("a file").to_string_lossy().into_owned();
                sources.insert(
                    format!("{prefix}{name}"),
                    std::fs::read_to_string(&path).expect("a readable file"),
                );
            }
        }
    }
    sources
}

/// The bank in a directory, which must have no faults.
#[track_caller]
pub(crate) fn bank(directory: &str) -> Bank {
    match parse::parse(&sources(&repository(directory))) {
        Ok(bank) => bank,
        Err(faults) => panic!("{faults}"),
    }
}

/// `\n`, `\t` and `\u{…}` for what cannot be seen; any other backslash is itself.
pub(crate) fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let code = after.strip_prefix("u{").and_then(|after| after.split_once('}'));
        rest = match code.and_then(|(hex, tail)| Some((u32::from_str_radix(hex, 16).ok()?, tail))) {
            Some((code, tail)) => {
                text.push(char::from_u32(code).expect("a scalar"));
                tail
            }
            None if after.starts_with('n') => {
                text.push('\n');
                &after[1..]
            }
            None if after.starts_with('t') => {
                text.push('\t');
                &after[1..]
            }
            None => {
                text.push('\\');
                after
            }
        };
    }
    text + rest
}

/// Every place where `got` lacks or contradicts something of `expect`; numbers agree within 1e-9.
pub(crate) fn differences(expect: &Value, got: &Value, path: &str, found: &mut Vec<String>) {
    match (expect, got) {
        (Value::Object(expect), Value::Object(got)) => {
            for (key, value) in expect {
                match got.get(key) {
                    Some(other) => differences(value, other, &format!("{path}.{key}"), found),
                    None => found.push(format!("{path}.{key} is missing")),
                }
            }
        }
        (Value::Array(expect), Value::Array(got)) if expect.len() == got.len() => {
            for (index, (expect, got)) in expect.iter().zip(got).enumerate() {
                differences(expect, got, &format!("{path}[{index}]"), found);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            if (a - b).abs() > 1e-9 * a.abs().max(1.0) {
                found.push(format!("{path}: {b}, expected {a}"));
            }
        }
        (expect, got) if expect == got => {}
        (expect, got) => found.push(format!("{path}: {got}, expected {expect}")),
    }
}

/// A seeded generator (splitmix64), so that a test by chance is the same test every time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `n`, each alike but for one part in 2⁶⁴/n.
    pub(crate) fn under(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).expect("a small number");
        usize::try_from(self.bits() % n).expect("a small number")
    }

    /// Nearly standard normal: the sum of twelve uniform numbers, less six.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.bits() as f64 / u64::MAX as f64).sum::<f64>() - 6.0
    }

    /// Puts a list in a random order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.under(last + 1));
        }
    }
}
