//! Many respondents: a CSV of answers in, a CSV of scores out, in one pass.
//!
//! [`Cohort::open`] reads the header and works out, once, all that one row needs: which cell is which
//! item, and what each answer to it is worth (`plan`). [`Cohort::run`] then lets every core take
//! stretches of whole rows in turn (`rows`), score them (`sheet`) and hand the lines over in the order
//! of the rows (`line`). Nothing is kept of a row but its share in the sums of the summary
//! (`summary`, `part`), so that memory does not grow with their number. The numbers are those of
//! [`crate::score`]; the fast way to them is worth having because a file may hold millions.

mod alpha;
mod fault;
mod header;
mod input;
mod line;
pub mod part;
mod plan;
mod rows;
mod sheet;
pub mod summary;

use std::io;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::bank::{Bank, Form, Role};
pub use fault::Fault;
use header::Header;
pub use header::Note;
use plan::Plan;
use rows::{Chunk, Source, Trouble};
use sheet::{Batch, Scorer};
use summary::Tally;

/// A CSV whose header has been read, ready to be scored.
pub struct Cohort<'a> {
    plan: Plan<'a>,
    source: Source<Box<dyn Read + Send + 'a>>,
    notes: Vec<Note>,
}

/// Where the results go, and how the run is to behave.
pub struct Job<'a> {
    /// One line for each row that could be scored.
    pub output: &'a mut (dyn Write + Send),
    /// Rows at fault, with the reasons; without it the first fault ends the run.
    pub rejects: Option<&'a mut (dyn Write + Send)>,
    /// Whether to sum up the scales.
    pub tally: bool,
    /// How many threads score.
    pub threads: usize,
    /// Told from time to time how many rows are done.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set from outside to end the run early.
    pub stop: &'a AtomicBool,
}

/// What a run came to.
#[derive(Debug)]
pub struct Done {
    /// Rows that were scored.
    pub n_scored: u64,
    /// Rows that were set aside.
    pub n_rejected: u64,
    /// Blank lines between rows, which are no rows.
    pub n_blank: u64,
    /// Rows of nothing but separators, which are no respondents.
    pub n_empty: u64,
    /// The sums behind the summary, where they were asked for.
    pub tally: Option<Tally>,
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// The file is at fault.
    #[error("{0}")]
    Fault(Fault),
    /// The file is something else than CSV.
    #[error("the file is {is}\n  help: {help}")]
    NotCsv {
        /// What it is.
        is: &'static str,
        /// The way out.
        help: &'static str,
    },
    /// The file cannot be read.
    #[error("the rows cannot be read: {0}")]
    Read(io::Error),
    /// The results cannot be written.
    #[error("the results cannot be written: {0}")]
    Write(io::Error),
    /// It was told to.
    #[error("stopped")]
    Stopped,
}

impl<'a> Cohort<'a> {
    /// Reads the header; `input` may be compressed with gzip.
    ///
    /// # Errors
    /// The input cannot be read, or its header cannot be used.
    pub fn open(
        bank: &'a Bank,
        role: Option<&'a Role>,
        form: Form,
        input: impl Read + Send + 'a,
    ) -> Result<Cohort<'a>, Halt> {
        let mut source = Source::new(input::text(input)?);
        let row = source.header()?;
        let Header { columns, names, notes } = header::read(bank, form, &row).map_err(Halt::Fault)?;
        let header_lines = 1 + memchr::memchr_iter(b'\n', &row).count() as u64;
        let plan = Plan::new(bank, role, form, &columns, names, header_lines);
        Ok(Cohort { plan, source, notes })
    }

    /// What is to be said about the header.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Scores every row.
    ///
    /// # Errors
    /// The first fault in the order of the rows when there is no place for rejects, a fault that hides
    /// where the row ends, a failure to read or write, or being told to stop. What was written until
    /// then is of no use.
    pub fn run(self, job: Job<'_>) -> Result<Done, Halt> {
        let Cohort { plan, source, .. } = self;
        let keep_going = job.rejects.is_some();
        let (threads, tally, stop) = (job.threads.max(1), job.tally, job.stop);
        let sink = Sink::new(&plan, job)?;
        let line = Line { source: Mutex::new(source), sink: Mutex::new(sink), turn: Condvar::new(), stop };
        let tallies: Vec<Option<Tally>> = std::thread::scope(|scope| {
            let work = || {
                let _guard = Guard(&line);
                line.work(&plan, tally, keep_going)
            };
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let sink = line.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(halt) = sink.halt {
            return Err(halt);
        }
        sink.output.flush().map_err(Halt::Write)?;
        if let Some(rejects) = sink.rejects {
            rejects.flush().map_err(Halt::Write)?;
        }
        let tally = tally.then(|| {
            let mut whole = Tally::new(&plan);
            tallies.iter().flatten().for_each(|part| whole.add(part));
            whole.n_set_aside = sink.n_rejected;
            whole
        });
        Ok(Done {
            n_scored: sink.n_scored,
            n_rejected: sink.n_rejected,
            n_blank: sink.n_blank,
            n_empty: sink.n_empty,
            tally,
        })
    }
}

/// What the workers share. Each takes the next stretch of rows, scores it by itself, and waits for its
/// turn to hand the lines over.
struct Line<'p, 'j, R> {
    source: Mutex<Source<R>>,
    sink: Mutex<Sink<'p, 'j>>,
    turn: Condvar,
    stop: &'j AtomicBool,
}

impl<R: Read> Line<'_, '_, R> {
    fn work(&self, plan: &Plan<'_>, tally: bool, keep_going: bool) -> Option<Tally> {
        let mut scorer = Scorer::new(plan, tally, keep_going);
        let (mut chunk, mut batch) = (Chunk::default(), Batch::default());
        while self.next(&mut chunk) {
            scorer.score(&chunk, &mut batch);
            let mut sink = lock(&self.sink);
            while sink.turn != chunk.number && sink.halt.is_none() {
                sink = self.turn.wait(sink).unwrap_or_else(PoisonError::into_inner);
            }
            if sink.halt.is_some() {
                break;
            }
            let stop = self.stop.load(Ordering::Relaxed);
            let taken = if stop { Err(Halt::Stopped) } else { sink.take(&mut chunk, &batch) };
            sink.halt = taken.err();
            sink.turn += 1;
            self.turn.notify_all();
        }
        scorer.into_tally()
    }

    /// Takes the next stretch of rows; the others may read on while it is scored.
    fn next(&self, chunk: &mut Chunk) -> bool {
        lock(&self.source).next(chunk)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes the others when a worker panics, so that the panic is seen instead of waited for.
struct Guard<'a, 'p, 'j, R>(&'a Line<'p, 'j, R>);

impl<R> Drop for Guard<'_, '_, '_, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.sink).halt.get_or_insert(Halt::Stopped);
            self.0.turn.notify_all();
        }
    }
}

/// Where the lines go, in the order of the rows.
struct Sink<'p, 'j> {
    plan: &'p Plan<'p>,
    output: &'j mut (dyn Write + Send),
    rejects: Option<&'j mut (dyn Write + Send)>,
    progress: &'j (dyn Fn(u64) + Sync),
    turn: u64,
    halt: Option<Halt>,
    /// Rows so far, and lines of the file before the next one.
    n_rows: u64,
    n_lines: u64,
    n_scored: u64,
    n_rejected: u64,
    n_blank: u64,
    n_empty: u64,
    /// Blank lines that turn out to lie between rows only when another row comes.
    pending_blank: u64,
}

impl<'p, 'j> Sink<'p, 'j> {
    fn new(plan: &'p Plan<'p>, job: Job<'j>) -> Result<Sink<'p, 'j>, Halt> {
        let mut sink = Sink {
            plan,
            output: job.output,
            rejects: job.rejects,
            progress: job.progress,
            turn: 0,
            halt: None,
            n_rows: 0,
            n_lines: plan.header_lines,
            n_scored: 0,
            n_rejected: 0,
            n_blank: 0,
            n_empty: 0,
            pending_blank: 0,
        };
        sink.output.write_all(&plan.output_header()).map_err(Halt::Write)?;
        if let Some(rejects) = &mut sink.rejects {
            rejects.write_all(&fault::rejects_header(&plan.names)).map_err(Halt::Write)?;
        }
        Ok(sink)
    }

    fn take(&mut self, chunk: &mut Chunk, batch: &Batch) -> Result<(), Halt> {
        self.output.write_all(&batch.lines).map_err(Halt::Write)?;
        for faulty in &batch.faulty {
            let row = &chunk.rows()[faulty.at.clone()];
            let (number, line) = (self.n_rows + faulty.row, self.n_lines + faulty.line);
            let faults = self.plan.explain(row);
            // Where a longer one ends is found or not, as the pieces happen to fall; so none is set aside.
            let is_short = rows::without_end(row).len() <= rows::MAX_ROW;
            match self.rejects.as_mut().filter(|_| is_short) {
                None => {
                    let fault = Fault::of_row(number, line, faults);
                    return Err(Halt::Fault(fault.can_be_set_aside(is_short)));
                }
                Some(rejects) => {
                    let record = fault::reject(number, line, &faults, rows::without_end(row));
                    rejects.write_all(&record).map_err(Halt::Write)?;
                    self.n_rejected += 1;
                }
            }
        }
        self.n_rows += batch.n_rows;
        self.n_lines += batch.n_lines;
        self.n_scored += batch.n_rows - batch.faulty.len() as u64;
        self.n_empty += batch.n_empty;
        if batch.n_rows > 0 {
            self.n_blank += self.pending_blank + batch.n_blank_before;
            self.pending_blank = 0;
        }
        self.pending_blank += batch.n_blank_after;
        (self.progress)(self.n_rows);
        match chunk.trouble.take() {
            None => Ok(()),
            Some(Trouble::Read(error)) => Err(Halt::Read(error)),
            Some(Trouble::Row(reason)) => {
                let column = self.plan.column_reached(chunk.rest());
                Err(Halt::Fault(Fault::of_row(
                    self.n_rows + 1,
                    self.n_lines + 1,
                    vec![(column, reason.into())],
                )))
            }
        }
    }
}
