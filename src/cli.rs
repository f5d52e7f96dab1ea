//! The command line: the one place that knows the clock, the environment and the standard streams.

mod after;
mod bank;
mod cohort;
mod compare;
mod complete;
mod evidence;
mod forget;
mod history;
mod keeper;
mod manual;
mod menu;
mod output;
mod page;
mod print;
mod report;
mod results;
mod role;
mod streams;
mod take;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::error::ErrorKind;
use clap::{Args, ColorChoice, CommandFactory, Parser, Subcommand, ValueHint};

use crate::bank::parse;
use streams::Streams;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Done,
    /// A disk, a terminal, a name that is not there.
    Failed,
    Usage,
    /// A bank, an answers file or a cohort is at fault.
    Input,
    /// The quiz was left unfinished, with everything saved.
    Unfinished,
    Signal(i32),
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Input => 3,
            Exit::Unfinished => 130,
            Exit::Signal(signal) => u8::try_from(128 + signal).unwrap_or(1),
        }
    }
}

/// Measure how well you and a role fit, and see how sure that is.
///
/// Without a command, coofit offers the quiz, or to resume the one that was paused. Every answer is
/// saved as it is given; nothing leaves this computer.
#[derive(Debug, Parser)]
#[command(name = "coofit", bin_name = "coofit", version, max_term_width = 80)]
#[command(
    after_help = "Start here:\n  coofit                    a short menu: take the quiz, resume, read\n  \
                  coofit take --form quick  about six minutes\n  coofit report --explain   the whole \
                  arithmetic of the latest result\n  coofit role               what the job is like, dated \
                  and sourced\n\nExit codes: 0 done; 1 failed; 2 wrong usage; 3 the input is at fault; 128 + n after \
                        signal n, and 130 when the quiz is left unfinished."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

const EVERY_COMMAND: &str = "Options of every command";

#[derive(Debug, Default, Args)]
struct Global {
    /// Use the question bank in this directory instead of the built-in one
    #[arg(long, value_name = "DIR", global = true, help_heading = EVERY_COMMAND, value_hint = ValueHint::DirPath)]
    bank: Option<PathBuf>,
    /// Keep answers in this directory (also `COOFIT_DATA_DIR`; else the XDG data directory on Linux,
    /// Application Support on macOS, local application data on Windows)
    #[arg(long, value_name = "DIR", global = true, help_heading = EVERY_COMMAND, value_hint = ValueHint::DirPath)]
    data_dir: Option<PathBuf>,
    /// When to use color
    #[arg(long, value_name = "WHEN", global = true, help_heading = EVERY_COMMAND, default_value = "auto")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take the quiz, or resume the one that was paused
    Take(take::Args),
    /// Score an answers file; nothing is saved
    Score(report::ScoreArgs),
    /// Show a saved result again (default: the latest)
    Report(report::ReportArgs),
    /// Write the questions as one page that asks in a browser
    Page(page::Args),
    /// List every saved result, with its score
    History(history::Args),
    /// Compare two results, or your own with what observers saw
    Compare(compare::Args),
    /// Add examples for your strengths; they are never scored
    Evidence(evidence::Args),
    /// Remove a result, or everything, for good
    Forget(forget::Args),
    /// What the career is like: every fact dated and sourced
    Role(role::Args),
    /// Check or show a question bank
    #[command(subcommand)]
    Bank(bank::Command),
    /// Score many respondents: a survey tool's export in, a CSV of scores out
    Cohort(Box<cohort::Args>),
    /// Print the completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Write the manual pages into a directory
    Man {
        /// The directory
        #[arg(value_hint = ValueHint::DirPath)]
        dir: PathBuf,
    },
}

/// Runs the program on the arguments of the process.
pub fn run() -> ExitCode {
    let mut streams = Streams::new();
    let exit = match complete::answer() {
        Ok(true) => Exit::Done,
        Ok(false) => run_command(&mut streams),
        Err(error) => streams.usage(&error),
    };
    ExitCode::from(exit.code())
}

fn run_command(streams: &mut Streams) -> Exit {
    #[expect(clippy::disallowed_methods, reason = "the command line comes in here")]
    match Cli::try_parse_from(std::env::args_os()) {
        Ok(cli) => {
            streams.decide_color(cli.global.color);
            // A full quota is then an error that is reported; by default its signal kills.
            #[cfg(unix)]
            let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
            dispatch(cli, streams).unwrap_or_else(|error| streams.fail(&error))
        }
        Err(error) if error.kind() == ErrorKind::DisplayVersion => {
            let bank = parse::built_in();
            let version = env!("CARGO_PKG_VERSION");
            let said =
                format!("coofit {version} (bank {}, edition {}, {})\n", bank.id, bank.edition, target());
            streams.out(&said).map_or_else(|error| streams.fail(&error), |()| Exit::Done)
        }
        Err(error) => streams.usage(&error),
    }
}

/// What this program was built for, such as `x86_64-linux-musl`.
fn target() -> String {
    use std::env::consts::{ARCH, OS};
    format!("{ARCH}-{OS}{}", if cfg!(target_env = "musl") { "-musl" } else { "" })
}

fn dispatch(cli: Cli, streams: &Streams) -> anyhow::Result<Exit> {
    let global = &cli.global;
    let done = match cli.command {
        None if !io::stdin().is_terminal() => streams.out(&Cli::command().render_long_help().to_string()),
        None => return take::bare(global, streams),
        Some(Command::Take(args)) => return take::take(args, global, streams),
        Some(Command::Bank(command)) => return bank::run(&command, global, streams),
        Some(Command::Score(args)) => report::score(&args, global, streams),
        Some(Command::Report(args)) => report::report(&args, global, streams),
        Some(Command::Page(args)) => page::page(&args, global, streams),
        Some(Command::History(args)) => history::history(&args, global, streams),
        Some(Command::Compare(args)) => compare::compare(&args, global, streams),
        Some(Command::Evidence(args)) => evidence::evidence(&args, global, streams),
        Some(Command::Forget(args)) => forget::forget(&args, global, streams),
        Some(Command::Role(args)) => role::role(&args, global, streams),
        Some(Command::Cohort(args)) => cohort::cohort(&args, global, streams),
        Some(Command::Completions { shell }) => complete::script(shell, streams),
        Some(Command::Man { dir }) => manual::write_all(&dir, global, streams)
            .with_context(|| format!("the manual pages cannot be written to {}", dir.display())),
    };
    done.map(|()| Exit::Done)
}
