//! The manual pages, written from the command line's own help.

use std::path::Path;
use std::{fs, io};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::output::{Inputs, Outputs};
use super::results::day;
use super::streams::Streams;
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
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    fs::create_dir_all(dir)?;
    let inputs = Inputs::new(global);
    let mut outputs = Outputs::new(&inputs, true);
    let today = day(keeper::now());
    let mut commands = vec![command];
    while let Some(command) = commands.pop() {
        let (name, page) = page(&command, &today)?;
        outputs.target(Some(&dir.join(format!("{name}.1"))))?.deliver(&page, streams)?;
        commands.extend(command.get_subcommands().cloned());
    }
    Ok(())
}

/// The name of a command's page, such as `coofit-bank-check`, and the page.
fn page(command: &Command, today: &str) -> io::Result<(String, String)> {
    let typed = command.get_bin_name().unwrap_or(command.get_name());
    let name = typed.replace(' ', "-");
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .section("1")
        .date(today)
        .source(concat!("coofit ", env!("CARGO_PKG_VERSION")))
        .manual("coofit manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let mut roff = Roff::new();
    // The notes of the program itself are sections of their own.
    if let Some(note) = command.get_after_help().filter(|_| name != typed) {
        roff.control("PP", []).text([roman(note.to_string())]);
    }
    roff.to_writer(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    let mut roff = Roff::new();
    for (title, entries) in [("EXIT STATUS", EXIT_STATUS), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        roff.control("SH", [title]);
        for (term, text) in entries {
            entry(&mut roff, term, text);
        }
    }
    roff.control("SH", ["EXAMPLES"]);
    for (_, line, text) in EXAMPLES.iter().filter(|(of, ..)| *of == typed) {
        entry(&mut roff, line, text);
    }
    if name != typed {
        roff.control("SH", ["SEE ALSO"]).text([roman("coofit(1)")]);
    }
    roff.to_writer(&mut page)?;
    Ok((name, String::from_utf8_lossy(&page).into_owned()))
}

fn entry(roff: &mut Roff, term: &str, text: &str) {
    roff.control("TP", []).text([bold(term)]).text([roman(text)]);
}
