//! The least that scoring a cohort can cost: one pass that knows the file by heart and checks nothing.
//! `benches/cohort.py` measures `coofit cohort` against it.
//!
//! The file has an id and fifty one-digit cells a row; the scales take turns, and every second round of
//! five is reversed. Out come the id and the five means. Both halves of the file have a thread.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

const CHUNK: usize = 1 << 18;

fn main() -> std::io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "an example has a command line of its own")]
    let mut arguments = std::env::args_os().skip(1);
    let (source, target) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let size = File::open(&source)?.metadata()?.len();
    let middle = row_after(&source, size / 2)?;
    let halves: Vec<std::io::Result<Vec<u8>>> = std::thread::scope(|scope| {
        let half = |from, to| {
            scope.spawn({
                let source = &source;
                move || pass(source, from, to)
            })
        };
        let workers = [half(row_after(&source, 0).unwrap_or(0), middle), half(middle, size)];
        workers.into_iter().map(|worker| worker.join().expect("no panic")).collect()
    });
    let mut out = File::create(target)?;
    out.write_all(b"id,e,n,a,c,o\n")?;
    for half in halves {
        out.write_all(&half?)?;
    }
    Ok(())
}

/// Where the row after the one at `at` starts.
fn row_after(source: &OsStr, at: u64) -> std::io::Result<u64> {
    let mut file = File::open(source)?;
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; 4096];
    let n = file.read(&mut bytes)?;
    Ok(at + memchr::memchr(b'\n', &bytes[..n]).map_or(0, |end| end as u64 + 1))
}

fn pass(source: &OsStr, from: u64, to: u64) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(source)?;
    file.seek(SeekFrom::Start(from))?;
    let mut file = file.take(to - from);
    let (mut bytes, mut filled, mut out) = (vec![0; 2 * CHUNK], 0, Vec::new());
    loop {
        let n = file.read(&mut bytes[filled..filled + CHUNK])?;
        if n == 0 {
            return Ok(out);
        }
        filled += n;
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', &bytes[start..filled]) {
            row(&bytes[start..start + length], &mut out);
            start += length + 1;
        }
        bytes.copy_within(start..filled, 0);
        filled -= start;
    }
}

fn row(line: &[u8], out: &mut Vec<u8>) {
    let (id, cells) = line.split_at(line.len() - 100);
    let mut sums = [0_u32; 5];
    for (round, cells) in cells.chunks_exact(10).enumerate() {
        for (sum, cell) in sums.iter_mut().zip(cells.chunks_exact(2)) {
            let raw = u32::from(cell[1] - b'0');
            *sum += if round % 2 == 1 { 5 - raw } else { raw - 1 };
        }
    }
    out.extend_from_slice(id);
    for sum in sums {
        // The mean of ten items of 0, 25, ... 100 points: a multiple of 2.5.
        let tenths = 25 * sum;
        out.push(b',');
        if tenths >= 1000 {
            out.extend_from_slice(b"100");
            continue;
        }
        let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or(0);
        if tenths >= 100 {
            out.push(digit(tenths / 100));
        }
        out.push(digit(tenths / 10));
        if tenths % 10 != 0 {
            out.extend_from_slice(b".5");
        }
    }
    out.push(b'\n');
}
