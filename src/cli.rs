//! The command line: the one place that knows the clock, the environment and the standard streams.

mod bank;
mod cohort;
mod compare;
mod evidence;
mod forget;
mod history;
mod keeper;
mod menu;
mod output;
mod page;
mod report;
mod results;
mod role;
mod signals;
mod take;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use output::{Inputs, Outputs, Streams};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Something failed: a disk, a terminal, a name that is not there.
    Failed,
    /// The command line is wrong.
    Usage,
    /// A bank, an answers file or a cohort is at fault.
    Input,
    /// The quiz was left unfinished, with everything saved.
    Unfinished,
    /// A signal ended it.
    Signal(i32),
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
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
/// Without a command, coofit takes the quiz, or offers to resume the one that was paused. Every
/// answer is saved as it is given; nothing leaves this computer.
#[derive(Debug, Parser)]
#[command(name = "coofit", version, max_term_width = 80, disable_help_subcommand = true)]
#[command(
    after_help = "Start here:\n  coofit                    a short menu: take the quiz, resume, read\n  \
                  coofit take --form quick  about five minutes\n  coofit report --explain   the whole \
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

#[derive(Debug, Args)]
struct Global {
    /// Use the question bank in this directory instead of the built-in one
    #[arg(long, value_name = "DIR", global = true)]
    bank: Option<PathBuf>,
    /// Keep answers in this directory (also `COOFIT_DATA_DIR`; else the XDG data directory)
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    color: ColorWhen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorWhen {
    Auto,
    Always,
    Never,
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
    /// List every saved attempt, with its fit
    History,
    /// Compare two results, or your own with what observers saw
    Compare(compare::Args),
    /// Add an example to what your answers claim; never scored
    Evidence(evidence::Args),
    /// Remove a result, or everything, for good
    Forget(forget::Args),
    /// What the career is like: every fact dated and sourced
    Role(role::Args),
    /// Check or show a question bank
    #[command(subcommand)]
    Bank(bank::Command),
    /// Score many respondents: a CSV of answers in, a CSV of scores out
    Cohort(cohort::Args),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a directory
    Man {
        /// The directory
        dir: PathBuf,
    },
}

/// Runs the program on the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let mut streams = Streams::new();
    #[expect(clippy::disallowed_methods, reason = "the command line comes in here")]
    let exit = match Cli::try_parse_from(std::env::args_os()) {
        Ok(cli) => {
            streams.decide_color(cli.global.color);
            // Without it a limit on file sizes kills, and leaves half a file; with it a write fails.
            let _ = signals::ignore_sigxfsz();
            dispatch(cli, &mut streams).unwrap_or_else(|error| streams.fail(&error))
        }
        Err(error) => streams.usage(&error),
    };
    ExitCode::from(exit.code())
}

fn dispatch(cli: Cli, streams: &mut Streams) -> anyhow::Result<Exit> {
    let global = &cli.global;
    match cli.command {
        None => take::bare(global, streams),
        Some(Command::Take(args)) => take::take(&args, global, streams),
        Some(Command::Score(args)) => report::score(&args, global, streams),
        Some(Command::Report(args)) => report::report(&args, global, streams),
        Some(Command::Page(args)) => page::page(&args, global, streams),
        Some(Command::History) => history::history(global, streams),
        Some(Command::Compare(args)) => compare::compare(&args, global, streams),
        Some(Command::Evidence(args)) => evidence::evidence(&args, global, streams),
        Some(Command::Forget(args)) => forget::forget(&args, global, streams),
        Some(Command::Role(args)) => role::role(&args, global, streams),
        Some(Command::Bank(command)) => bank::run(&command, global, streams),
        Some(Command::Cohort(args)) => cohort::cohort(&args, global, streams),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "coofit", &mut script);
            streams.out(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Done)
        }
        Some(Command::Man { dir }) => {
            write_manual(&dir, global, streams)
                .with_context(|| format!("the manual pages cannot be written to {}", dir.display()))?;
            Ok(Exit::Done)
        }
    }
}

/// Writes a page for each command; earlier pages may go.
fn write_manual(dir: &Path, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let mut command = Cli::command();
    command.build();
    let inputs = Inputs::new(global);
    let mut outputs = Outputs::new(&inputs, true);
    let mut commands = vec![command];
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().filter(|command| !command.is_hide_set()).cloned());
        let page = clap_mangen::Man::new(command);
        let target = outputs.target(Some(&dir.join(page.get_filename())))?;
        let mut text = Vec::new();
        page.render(&mut text)?;
        target.deliver(&String::from_utf8_lossy(&text), streams)?;
    }
    Ok(())
}
