//! The manual pages, written from the command line's own help.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory};
use itertools::Itertools;

use super::output::{Inputs, Outputs, Streams};
use super::results::day;
use super::{Cli, Global, keeper};

const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "Done."),
    ("1", "Something failed: a disk, a terminal, a name that is not there."),
    ("2", "Wrong usage."),
    ("3", "The input is at fault: a bank, an answers file or a file of respondents."),
    ("128+n", "Signal n ended it: 130 after Ctrl-C, and when the quiz is left unfinished in any other way."),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("COOFIT_DATA_DIR", "Where answers are kept, unless --data-dir says it."),
    (
        "XDG_DATA_HOME",
        "Without --data-dir and COOFIT_DATA_DIR, answers are in its directory coofit, on every system.",
    ),
    ("NO_COLOR, CLICOLOR_FORCE", "Never use color, or always."),
    ("ACCESSIBLE", "With any value but 0, the quiz and all reports go line by line, as with --plain."),
    ("PAGER, LESS", "The pager for long texts, and its options. Without PAGER it is less."),
    ("LC_ALL, LC_CTYPE, LANG", "Texts are ASCII unless the first one that is set names UTF-8."),
    ("TERM", "With dumb, the quiz asks line by line."),
];

const FILES: &[(&str, &str)] = &[
    ("~/.local/share/coofit/attempts/", "Each attempt is a file here, named after its day."),
    ("~/.local/share/coofit/lock", "Keeps two copies of the program from writing at once."),
    ("~/Library/Application Support/coofit/", "The place of both on macOS."),
    (r"%LOCALAPPDATA%\coofit\", "The place of both on Windows."),
];

const EXAMPLES: &[(&str, &str, &str)] = &[
    ("coofit", "coofit", "A short menu: take the quiz, resume it, read the latest result."),
    ("coofit", "coofit take --form quick", "Take the short form, in about six minutes."),
    ("coofit take", "coofit take --plain", "Answer line by line, for a screen reader."),
    ("coofit take", "coofit take --observe Kim", "Answer about Kim, and write a file for Kim."),
    ("coofit score", "coofit score answers.json", "Score an answers file; nothing is saved."),
    ("coofit report", "coofit report --format html -o me.html", "Write the latest result as a web page."),
    ("coofit report", "coofit report --format ics -o steps.ics", "Write its next steps for a calendar."),
    ("coofit page", "coofit page --observe Kim -o ask.html", "Write a page on which others answer."),
    ("coofit compare", "coofit compare", "Compare your two latest results."),
    ("coofit history", "coofit history", "List every saved attempt."),
    ("coofit evidence", "coofit evidence", "Add examples to the latest result."),
    ("coofit forget", "coofit forget --all", "Remove everything, after a question."),
    ("coofit role", "coofit role --list", "List the roles that you can be scored against."),
    ("coofit bank", "coofit bank check mybank", "Show the faults of a bank."),
    ("coofit bank check", "coofit bank check mybank", "Show the faults of the bank in a directory."),
    ("coofit bank audit", "coofit bank audit mybank", "Try a bank on simulated answers."),
    ("coofit bank import", "coofit bank import items.csv mybank", "Make a bank of questions that you have."),
    ("coofit bank export", "coofit bank export --to limesurvey -o survey.txt", "Ask them in a survey tool."),
    ("coofit bank new", "coofit bank new mybank", "Write a small bank to start from."),
    ("coofit bank show", "coofit bank show mybank", "Show a bank as people read it."),
    ("coofit cohort", "coofit cohort answers.csv -o scores.csv", "Score everybody in a file."),
    ("coofit completions", "coofit completions bash > ~/.bash_completion.d/coofit", "Complete in bash."),
    ("coofit man", "coofit man ~/.local/share/man/man1", "Write these pages where man finds them."),
];

/// Writes a page for each command; earlier pages may go.
pub(super) fn write_all(dir: &Path, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let mut command = Cli::command();
    command.build();
    fs::create_dir_all(dir)?;
    let inputs = Inputs::new(global);
    let mut outputs = Outputs::new(&inputs, true);
    let today = day(keeper::now());
    let mut commands = vec![command];
    while let Some(command) = commands.pop() {
        let file = format!("{}.1", name(&command));
        outputs.target(Some(&dir.join(file)))?.deliver(&page(&command, &today), streams)?;
        commands.extend(subcommands(&command).cloned());
    }
    Ok(())
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

/// The name of a command's page, such as `coofit-bank-check`.
fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

fn page(command: &Command, today: &str) -> String {
    let name = name(command);
    let mut page = ManPage::default();
    let (title, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    page.line(&format!(".TH \"{title}\" 1 \"{today}\" \"coofit {version}\" \"coofit manual\""));
    let about = about(command);
    page.section("NAME", &format!("{name} - {about}"));
    let usage = command.clone().render_usage().to_string();
    page.section("SYNOPSIS", usage.trim_start_matches("Usage: "));
    page.section("DESCRIPTION", &command.get_long_about().map_or(about, ToString::to_string));
    let is_command = command.get_bin_name().is_some_and(|name| name.contains(' '));
    // The notes of the program itself are sections of their own.
    if let Some(note) = command.get_after_help().filter(|_| is_command) {
        page.line(".PP");
        page.paragraphs(&note.to_string());
    }
    let pages = subcommands(command);
    page.list("COMMANDS", pages.map(|page| (format!("{}(1)", self::name(page)), self::about(page))));
    let (named, positional): (Vec<&Arg>, Vec<&Arg>) =
        command.get_arguments().filter(|arg| !arg.is_hide_set()).partition(|arg| !arg.is_positional());
    page.list("ARGUMENTS", positional.into_iter().map(|arg| (spelling(arg), help(arg))));
    let heading = |arg: &&Arg| arg.get_help_heading().unwrap_or("Options").to_uppercase();
    for title in ["OPTIONS".to_owned()].into_iter().chain(named.iter().map(heading)).unique() {
        let own = named.iter().filter(|arg| heading(arg) == title);
        page.list(&title, own.map(|arg| (spelling(arg), help(arg))));
    }
    page.list("EXIT STATUS", EXIT_STATUS.iter().copied());
    page.list("ENVIRONMENT", ENVIRONMENT.iter().copied());
    page.list("FILES", FILES.iter().copied());
    let command_name = name.replace('-', " ");
    let examples = EXAMPLES.iter().filter(|(of, ..)| *of == command_name);
    page.list("EXAMPLES", examples.map(|(_, line, what)| (*line, *what)));
    if is_command {
        page.section("SEE ALSO", "coofit(1)");
    }
    page.0
}

/// An argument as it is typed: `-o, --output FILE`.
fn spelling(arg: &Arg) -> String {
    let values = arg.get_value_names().filter(|_| takes_value(arg)).unwrap_or_default().join(" ");
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    match short.into_iter().chain(long).join(", ") {
        names if names.is_empty() => format!("[{values}]"),
        names if values.is_empty() => names,
        names => format!("{names} {values}"),
    }
}

fn takes_value(arg: &Arg) -> bool {
    arg.is_positional() || arg.get_action().takes_values()
}

fn help(arg: &Arg) -> String {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values = arg.get_possible_values();
    let mut values =
        values.iter().filter(|value| !value.is_hide_set()).map(PossibleValue::get_name).peekable();
    if takes_value(arg) && values.peek().is_some() {
        let _ = write!(help, ". One of {}", values.format(", "));
    }
    if let Some(default) = arg.get_default_values().first().filter(|_| takes_value(arg)) {
        let _ = write!(help, " (default: {})", default.display());
    }
    help
}

#[derive(Default)]
struct ManPage(String);

impl ManPage {
    fn line(&mut self, line: &str) {
        self.0 += line;
        self.0.push('\n');
    }

    fn section(&mut self, title: &str, text: &str) {
        self.line(&format!(".SH \"{title}\""));
        self.paragraphs(text);
    }

    fn paragraphs(&mut self, text: &str) {
        for (index, line) in text.lines().filter(|line| !line.trim().is_empty()).enumerate() {
            if index > 0 {
                self.line(".PP");
            }
            self.words(line.trim());
        }
    }

    fn list<T: AsRef<str>>(&mut self, title: &str, entries: impl Iterator<Item = (T, T)>) {
        for (index, (term, text)) in entries.enumerate() {
            if index == 0 {
                self.line(&format!(".SH \"{title}\""));
            }
            self.line(".TP");
            self.line(&format!("\\fB{}\\fR", escaped(term.as_ref())));
            self.words(text.as_ref());
        }
    }

    /// Text in short lines, none of which is read as a command.
    fn words(&mut self, text: &str) {
        let options = textwrap::Options::new(72).break_words(false);
        for line in textwrap::wrap(text, options.word_splitter(textwrap::WordSplitter::NoHyphenation)) {
            self.line(&escaped(&line));
        }
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('`', "");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
