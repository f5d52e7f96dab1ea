//! Many respondents: rows of answers in, a CSV of scores out, in one pass.
//!
//! [`Cohort::open`] reads the header and decides what each column holds (`columns`). [`Cohort::run`]
//! lets every thread take pieces of whole rows in turn (`source`), score them with [`crate::score`]
//! (`row`), and write the lines in row order. Of a row, only its share in the sums (`summary`, `part`)
//! is kept, so memory does not grow with the number of rows.

mod alpha;
mod cell;
mod coding;
mod columns;
mod fault;
mod input;
pub mod items;
mod matching;
pub mod part;
mod row;
mod source;
pub mod summary;
mod table;

use std::collections::HashSet;
use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use csv::{ByteRecord, ReaderBuilder, Terminator};
use foldhash::fast::FixedState;

use crate::bank::fault::quote;
use crate::bank::{Bank, Form, Role};
use crate::score::Assessment;
use crate::score::plan::Plan;
use crate::session::Responses;
use cell::visible;
use coding::Texts;
use columns::Columns;
pub use columns::{Reading, Wishes};
pub use fault::CsvFault;
use fault::Reason;
use input::DecodedText;
pub use input::{UTF16, content, name_of_kind};
use row::{Batch, Worker};
use source::{Piece, Source, Trouble, first_row};
use summary::Tally;

/// The rows, and the bytes, at the start of a file that decide how it is read.
const MOST_SAMPLED: usize = 10_000;
const MOST_AHEAD: usize = 8 << 20;
/// The most rows of a header: names, questions, their origin.
const MOST_HEADER_ROWS: usize = 3;
/// How many columns, items or rows a message names.
const MOST_NAMED: usize = 5;
/// How many ids are remembered to find duplicates.
const MOST_IDS: usize = 1 << 20;

/// A file whose header has been read, ready to be scored.
pub struct Cohort<'a> {
    columns: Columns<'a>,
    header_lines: u64,
    source: Source<Box<dyn Read + Send + 'a>>,
}

pub struct Job<'a> {
    /// One line for each row that could be scored.
    pub output: &'a mut (dyn Write + Send),
    /// The separator of cells for spreadsheets, which get titles instead of ids, whole numbers, and a mark for
    /// UTF-8.
    pub excel: Option<u8>,
    /// Rows at fault, with the reasons; without it the first fault ends the run.
    pub rejects: Option<&'a mut (dyn Write + Send)>,
    /// Called with each respondent who was scored, in any order and from any thread.
    pub each: Option<&'a Each<'a>>,
    /// Whether to sum up the scales.
    pub tally: bool,
    /// Whether to sum up the items, too.
    pub items: bool,
    pub threads: usize,
    /// Called now and then with the number of rows done.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set from outside to end the run early.
    pub stop: Option<&'a AtomicBool>,
}

impl<'a> Job<'a> {
    /// Scores every row into `output` with one thread, and nothing else.
    pub fn new(output: &'a mut (dyn Write + Send)) -> Job<'a> {
        Job {
            output,
            excel: None,
            rejects: None,
            each: None,
            tally: false,
            items: false,
            threads: 1,
            progress: &|_| {},
            stop: None,
        }
    }
}

pub type Each<'a> = dyn Fn(Respondent<'_>) + Sync + 'a;

pub struct Respondent<'r> {
    /// Empty if the file has none.
    pub id: String,
    /// Empty if it is not known or not asked for.
    pub department: String,
    pub responses: Responses,
    pub assessment: &'r Assessment,
}

/// Why a row that has its line is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// It has not a single answer, and no scores.
    Silent,
    /// Its id came before.
    Twice,
    /// Its id or name looks like a test.
    Test,
    /// All its ratings are the same.
    OneAnswer,
}

#[derive(Debug, Default)]
pub struct Done {
    pub n_scored: u64,
    /// Rows at fault that were set aside.
    pub n_rejected: u64,
    /// Blank lines between rows, which are not rows.
    pub n_blank: u64,
    /// Rows that the tool marks as previews, as unfinished, rows that repeat the header, and those of separators only.
    pub n_no_one: [u64; 4],
    /// Rows that are counted apart, by [`Apart`]: how many, and the first of them by id or number.
    pub apart: [(u64, Vec<String>); 4],
    /// The sums behind the summary, if requested.
    pub tally: Option<Tally>,
}

#[derive(Debug, thiserror::Error)]
pub enum Halt {
    #[error("{0}")]
    Fault(CsvFault),
    /// The file is not CSV: what it is, and the way out.
    #[error("the file is {0}\n  help: {1}")]
    NotCsv(&'static str, &'static str),
    /// A workbook whose sheets leave open which one is meant, or answers to another bank, with the way out.
    #[error("{0}")]
    Refused(String),
    /// One file of several, by its name.
    #[error("{0}: {1}")]
    File(String, Box<Halt>),
    #[error("the rows cannot be read: {0}")]
    Read(io::Error),
    #[error("the results cannot be written: {0}")]
    Write(io::Error),
    /// [`Job::stop`] was set.
    #[error("stopped")]
    Stopped,
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Halt {
        let (is, help) =
            ("packed with gzip, and cut short or damaged", "get it again, or ask for it unpacked");
        match error.kind() {
            // Only unpacking fails in these ways.
            UnexpectedEof | InvalidData | InvalidInput => Halt::NotCsv(is, help),
            _ => Halt::Read(error),
        }
    }
}

impl<'a> Cohort<'a> {
    /// Reads the header of a file, or of several as one; each comes with its name and may be compressed
    /// with gzip.
    pub fn open_all(
        bank: &'a Bank,
        role: Option<&'a Role>,
        form: Form,
        mut inputs: Vec<(String, impl Read + Send + 'a)>,
        wishes: &Wishes,
    ) -> Result<Cohort<'a>, Halt> {
        let sheet = wishes.reading.sheet.as_deref();
        let text = match inputs.pop() {
            Some((name, input)) if inputs.is_empty() => input::text(&name, input, bank, sheet)?,
            last => input::joined(inputs.into_iter().chain(last), bank, sheet)?,
        };
        let DecodedText { input, separator, n_lines, mut notes } = text;
        let mut source = Source::new(input, separator);
        let start = source.start()?;
        // How many bytes the header takes.
        let mut end = 0;
        let (raw, rows, below) = loop {
            let n_first = first_row(&start[end..], separator);
            let raw = row_of(&start[end..end + n_first]);
            end += n_first;
            let below: Vec<Record> = rows_of(&start[end..], separator).take(MOST_HEADER_ROWS - 1).collect();
            let first = rows_of(raw, separator).next().map_or_else(|| vec![String::new()], |row| row.texts());
            let rows: Vec<Vec<String>> =
                std::iter::once(first).chain(below.iter().map(Record::texts)).collect();
            if !columns::is_title(bank, &rows) {
                break (raw, rows, below);
            }
            notes.push(match visible(raw) {
                row if row.is_empty() => "the empty row above the names is left out".to_owned(),
                row => format!("the row above the names is left out: {}", quote(&row)),
            });
        };
        let plan = Plan::of_form(bank, role, form);
        let mut columns = Columns::read(plan, form, separator, raw, &rows, wishes).map_err(Halt::Fault)?;
        end += below[..columns.headers.len() - 1].last().map_or(0, |last| last.end);
        let header_lines = n_lines + memchr::memchr_iter(b'\n', &start[..end]).count() as u64;
        source.skip(end);
        let mut texts = vec![Texts::default(); columns.holds.len()];
        let (mut n_rows, mut n_bytes, mut n_seen) = (0, 0, 0);
        source.look_ahead(|bytes| {
            n_rows += columns.sample(bytes, MOST_SAMPLED - n_rows, &mut texts);
            n_bytes += bytes.len();
            n_seen += u64::from(n_rows < MOST_SAMPLED);
            n_rows < MOST_SAMPLED && n_bytes < MOST_AHEAD
        });
        columns.n_seen = n_seen;
        columns.decide(texts).map_err(Halt::Fault)?;
        columns.notes.splice(0..0, notes);
        Ok(Cohort { columns, header_lines, source })
    }

    /// Opens one file and reads it in the usual way.
    pub fn open(
        bank: &'a Bank,
        role: Option<&'a Role>,
        form: Form,
        input: impl Read + Send + 'a,
    ) -> Result<Cohort<'a>, Halt> {
        Cohort::open_all(bank, role, form, vec![("respondent".to_owned(), input)], &Wishes::default())
    }

    pub fn notes(&self) -> &[String] {
        &self.columns.notes
    }

    /// What each column holds, where its name is not the id of an item.
    pub fn reading(&self) -> Vec<String> {
        self.columns.reading()
    }

    /// How the file is read, as [`Wishes::reading`] takes it.
    pub fn map(&self) -> Reading {
        self.columns.map()
    }

    /// Scores every row. Without a place for rejects, the first fault in row order ends the run. After an
    /// error, what was written until then is of no use.
    pub fn run(self, job: Job<'_>) -> Result<Done, Halt> {
        let Job { each, excel, tally, items, stop, .. } = job;
        let (threads, keep_going) = (job.threads.max(1), job.rejects.is_some());
        let Cohort { columns, header_lines, source } = self;
        let sink = Mutex::new(Sink::new(&columns, header_lines, job)?);
        let new_tally = || tally.then(|| Tally::new(&columns.plan, items));
        let line = Pipeline { source: Mutex::new(source), sink, turn: Condvar::new(), stop };
        let tallies: Vec<Option<Tally>> = std::thread::scope(|scope| {
            let work = || {
                let _guard = Guard(&line);
                line.work(Worker::new(&columns, new_tally(), keep_going, each, excel))
            };
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let done = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
            done.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        let Sink { job, halt, mut done, .. } = line.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(halt) = halt {
            return Err(halt);
        }
        job.output.flush().map_err(Halt::Write)?;
        if let Some(rejects) = job.rejects {
            rejects.flush().map_err(Halt::Write)?;
        }
        done.tally = new_tally().map(|mut whole| {
            tallies.iter().flatten().for_each(|part| whole.add(part));
            whole.n_set_aside = done.n_rejected;
            whole.apart = done.apart.each_ref().map(|(n, _)| *n);
            whole
        });
        Ok(done)
    }
}

/// A row without its line end.
fn row_of(line: &[u8]) -> &[u8] {
    let row = line.strip_suffix(b"\n").unwrap_or(line);
    row.strip_suffix(b"\r").unwrap_or(row)
}

/// A row, its first line, and the byte where it ends.
struct Record {
    cells: ByteRecord,
    line: u64,
    end: usize,
}

impl Record {
    fn texts(&self) -> Vec<String> {
        self.cells.iter().map(|cell| visible(cell).trim().to_owned()).collect()
    }
}

fn rows_of(bytes: &[u8], separator: u8) -> impl Iterator<Item = Record> {
    let mut reader = reader(separator).from_reader(bytes);
    let mut end = 0;
    std::iter::from_fn(move || {
        let n_blank = bytes[end..].iter().take_while(|byte| **byte == b'\n').count();
        let line = reader.position().line() + n_blank as u64;
        let mut cells = ByteRecord::new();
        let is_row = reader.read_byte_record(&mut cells).expect("bytes in memory are read");
        end = usize::try_from(reader.position().byte()).expect("they fit in memory");
        is_row.then_some(Record { cells, line, end })
    })
}

/// How rows are read, the header like the others.
fn reader(separator: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(separator).has_headers(false).flexible(true).terminator(Terminator::Any(b'\n'));
    builder
}

/// What the threads share. Each takes the next piece of rows, scores it by itself, and waits for its
/// turn to hand the lines over.
struct Pipeline<'j, R> {
    source: Mutex<Source<R>>,
    sink: Mutex<Sink<'j>>,
    turn: Condvar,
    stop: Option<&'j AtomicBool>,
}

impl<R: Read> Pipeline<'_, R> {
    fn work(&self, mut worker: Worker<'_>) -> Option<Tally> {
        let mut piece = Piece::default();
        // Other threads read while this one scores.
        while lock(&self.source).next(&mut piece) {
            let batch = worker.score(&piece);
            let mut sink = lock(&self.sink);
            while sink.turn != piece.number && sink.halt.is_none() {
                sink = self.turn.wait(sink).unwrap_or_else(PoisonError::into_inner);
            }
            if sink.halt.is_some() {
                break;
            }
            let is_stopped = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
            sink.halt = if is_stopped {
                Some(Halt::Stopped)
            } else {
                sink.take(worker.columns, piece.trouble.take(), batch).err()
            };
            sink.turn += 1;
            self.turn.notify_all();
        }
        worker.tally
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes the others when a thread panics, so that the panic is seen instead of waited for.
struct Guard<'a, 'j, R>(&'a Pipeline<'j, R>);

impl<R> Drop for Guard<'_, '_, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.sink).halt.get_or_insert(Halt::Stopped);
            self.0.turn.notify_all();
        }
    }
}

/// Where the lines go, in the order of the rows.
struct Sink<'j> {
    job: Job<'j>,
    turn: u64,
    halt: Option<Halt>,
    /// Rows so far, and lines of the file before the next one.
    n_rows: u64,
    n_lines: u64,
    /// Digests of the ids so far.
    ids: HashSet<u64, FixedState>,
    /// Blank lines; they are between rows only if another row follows.
    pending_blank: u64,
    done: Done,
}

impl<'j> Sink<'j> {
    fn new(columns: &Columns<'_>, header_lines: u64, mut job: Job<'j>) -> Result<Sink<'j>, Halt> {
        job.output.write_all(&row::header(columns, job.excel)).map_err(Halt::Write)?;
        if let Some(rejects) = &mut job.rejects {
            // The rows can be repaired in place, and scored.
            let first = ["row", "line", "column", "reason"].into_iter();
            let header = cell::texts(b',', first.chain(columns.names.iter().map(String::as_str)));
            rejects.write_all(&header).map_err(Halt::Write)?;
        }
        Ok(Sink {
            job,
            turn: 0,
            halt: None,
            n_rows: 0,
            n_lines: header_lines,
            // To grow later would keep the other threads waiting.
            ids: HashSet::with_capacity_and_hasher(MOST_IDS, FixedState::default()),
            pending_blank: 0,
            done: Done::default(),
        })
    }

    /// Counts a row apart, and keeps the first few ids; `line` begins with the id. A row without one has its number.
    fn set_apart(&mut self, why: Apart, row: u64, line: &[u8]) {
        let (n, named) = &mut self.done.apart[why as usize];
        *n += 1;
        if named.len() < MOST_NAMED {
            let row_of_scores = rows_of(line, self.job.excel.unwrap_or(b',')).next();
            let id = row_of_scores.map(|row| visible(&row.cells[0])).filter(|id| !id.is_empty());
            named.push(id.map_or_else(|| format!("row {}", self.n_rows + row), |id| quote(&id)));
        }
    }

    fn take(&mut self, columns: &Columns<'_>, trouble: Option<Trouble>, batch: Batch) -> Result<(), Halt> {
        if let Some(mut fault) = batch.contradiction {
            fault.place =
                batch.faulty.first().map(|first| (self.n_rows + first.row, self.n_lines + first.line));
            return Err(Halt::Fault(fault));
        }
        self.job.output.write_all(&batch.lines).map_err(Halt::Write)?;
        let n_faulty = batch.faulty.len() as u64;
        for faulty in batch.faulty {
            let (row, line) = (self.n_rows + faulty.row, self.n_lines + faulty.line);
            // Whether the end of a longer row is found depends on the pieces, so no such row is set aside.
            let can_be_set_aside = faulty.can_be_set_aside;
            let Some(rejects) = self.job.rejects.as_mut().filter(|_| can_be_set_aside) else {
                let place = Some((row, line));
                return Err(Halt::Fault(CsvFault { place, found: faulty.found, can_be_set_aside }));
            };
            rejects.write_all(&reject(row, line, &faulty.found, &faulty.cells)).map_err(Halt::Write)?;
            self.done.n_rejected += 1;
        }
        for (why, row, at) in batch.apart {
            self.set_apart(why, row, &batch.lines[at..]);
        }
        for (id, row, at) in batch.ids {
            if self.ids.contains(&id) {
                self.set_apart(Apart::Twice, row, &batch.lines[at..]);
            } else if self.ids.len() < MOST_IDS {
                self.ids.insert(id);
            }
        }
        self.n_rows += batch.n_rows;
        self.n_lines += batch.n_lines;
        self.done.n_scored += batch.n_rows - n_faulty;
        for (n, more) in self.done.n_no_one.iter_mut().zip(batch.n_no_one) {
            *n += more;
        }
        if batch.n_rows > 0 {
            self.done.n_blank += self.pending_blank + batch.n_blank_before;
            self.pending_blank = 0;
        }
        self.pending_blank += batch.n_blank_after;
        (self.job.progress)(self.n_rows);
        match trouble {
            None => Ok(()),
            Some(Trouble::Read(error)) => Err(error.into()),
            Some(Trouble::Row(n_cells, reason)) => {
                let found = vec![(columns.column(n_cells - 1), reason)];
                let place = Some((self.n_rows + 1, self.n_lines + 1));
                Err(Halt::Fault(CsvFault { place, found, can_be_set_aside: false }))
            }
        }
    }
}

/// A row at fault as a line of the rejects.
fn reject(row: u64, line: u64, found: &[(fault::Column, Reason)], cells: &[u8]) -> Vec<u8> {
    let name = |column: &fault::Column| column.name.clone().unwrap_or_else(|| column.number.to_string());
    let columns: Vec<String> = found.iter().map(|(column, _)| name(column)).collect();
    let reasons: Vec<String> =
        found.iter().map(|(column, reason)| format!("{column}: {}", reason.message)).collect();
    let mut record = format!("{row},{line},").into_bytes();
    cell::text(&mut record, &columns.join(";"));
    record.push(b',');
    cell::text(&mut record, &reasons.join("; "));
    record.extend_from_slice(cells);
    record.push(b'\n');
    record
}
