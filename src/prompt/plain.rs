//! Plain mode: numbered lines, for screen readers, pipes and scripts.
//!
//! [`Plain`] reads one line for each answer and nothing else. It writes no escape sequences, redraws
//! nothing, and keeps every line within 79 columns.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Read, Write};
use std::time::Instant;

use itertools::Itertools;

use crate::bank::{Answer, Item, ItemKind};
use crate::prompt::keys::narrow;
use crate::prompt::{Asked, Cause, Interviewer, Question, Reply, number, words};
use crate::session::Given;
use crate::text;

const WIDTH: usize = 79;
/// The longest line that is taken for an answer, in bytes.
const MAX_LINE: usize = 4096;
/// A script that asks for reasons, or goes back from the first question, so often on one question would
/// never stop.
const MAX_ASIDES: usize = 20;
/// The longest part of a wrong line to repeat, in columns.
const MAX_QUOTED: usize = 30;

#[derive(Debug)]
pub(crate) struct Plain<R, W> {
    input: R,
    output: W,
    /// Nobody can correct a line, so a wrong one ends the run.
    is_strict: bool,
    n_lines: usize,
    are_keys_shown: bool,
}

impl<R: BufRead, W: Write> Plain<R, W> {
    /// With `strict`, the first line that is not an answer ends the run.
    pub(crate) fn new(input: R, output: W, strict: bool) -> Plain<R, W> {
        Plain { input, output, is_strict: strict, n_lines: 0, are_keys_shown: false }
    }

    fn question(&mut self, question: &Question<'_>) -> io::Result<()> {
        writeln!(self.output)?;
        if let Some(notice) = question.notice {
            self.say(&format!("Note: {notice}\n"))?;
        }
        if let Some(intro) = &question.intro {
            let says = intro.says.map(|says| format!(" {says}")).unwrap_or_default();
            let minutes = question.minutes_left.map_or_else(String::new, |minutes| match minutes.ceil() {
                ..2.0 => " About a minute left.".to_owned(),
                minutes => format!(" About {minutes:.0} minutes left."),
            });
            self.say(&format!("{}{says}{minutes}", sentence(intro.title)))?;
        }
        let lead = question.item.lead().map(|lead| format!("{lead} ")).unwrap_or_default();
        let progress = question.progress;
        self.say(&format!("Question {} of {}. {lead}{}", progress.number, progress.of, question.wording))?;
        for (index, option) in words::options(question.item).into_iter().enumerate() {
            // A label that is a number is its own line.
            let number =
                if words::is_numeric(question.item) { String::new() } else { format!("{}. ", index + 1) };
            for row in words::hang(&number, option, WIDTH) {
                writeln!(self.output, "{row}")?;
            }
        }
        match question.earlier {
            Some(Given::Answered(answer)) => {
                let earlier = sentence(&numbered(question.item, answer));
                self.say(&format!("Your earlier answer: {earlier} An empty line keeps it."))
            }
            Some(Given::Skipped) => self.say("You skipped this earlier. An empty line leaves it so."),
            None => Ok(()),
        }
    }

    /// The line before the answer. Piped answers do not end a line, so the prompt does.
    fn prompt(&mut self, item: &Item) -> io::Result<()> {
        if !self.are_keys_shown {
            self.are_keys_shown = true;
            self.say("Also: b goes back, s skips, ? says why it is asked, q saves and quits.")?;
        }
        let prompt = match &item.kind {
            ItemKind::Rating(_) | ItemKind::Choice(_) => format!("Answer {}", numbers(item)),
            ItemKind::Checklist { .. } => "Numbers of all that apply, or 0 for none".to_owned(),
            ItemKind::Number(range) => {
                let (min, max) = (text::number(range.min), text::number(range.max));
                let prompt = format!("Number of {}, {min} to {max}", range.unit);
                let is_short = !range.unit.is_empty() && words::width_of(&prompt) < WIDTH;
                if is_short { prompt } else { format!("Number, {min} to {max}") }
            }
        };
        let occasion = if item.occasion { format!(" ({})", words::OCCASION) } else { String::new() };
        self.say(&format!("{prompt}{occasion}:"))?;
        self.output.flush()
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        for row in words::wrap(text, WIDTH) {
            writeln!(self.output, "{row}")?;
        }
        Ok(())
    }

    fn reply(&mut self, question: &Question<'_>) -> io::Result<Reply> {
        let item = question.item;
        let mut n_asides = 0;
        loop {
            self.prompt(item)?;
            let Some(line) = self.read()? else { return Ok(Reply::Pause(Cause::Asked)) };
            let line = line.map(|line| line.trim().to_lowercase());
            let reply = match (line.as_deref(), question.earlier) {
                (Ok("?" | "why" | "b" | "back"), _) if self.is_strict && n_asides == MAX_ASIDES => {
                    Err("This question was asked too often.".to_owned())
                }
                (Ok("b" | "back"), _) if question.progress.number > 1 => Ok(Reply::Back),
                (Ok(aside @ ("?" | "why" | "b" | "back")), _) => {
                    n_asides += 1;
                    self.say(&match &item.why {
                        _ if aside.starts_with('b') => words::FIRST.to_owned(),
                        Some(why) => format!("Why: {why}"),
                        None => words::NO_WHY.to_owned(),
                    })?;
                    continue;
                }
                (Ok("s" | "skip"), _) | (Ok(""), Some(Given::Skipped)) => Ok(Reply::Skip),
                (Ok("q" | "quit"), _) => Ok(Reply::Pause(Cause::Asked)),
                (Ok(line), earlier) => read_answer(item, line, earlier).map(Reply::Answer),
                (Err(what), _) => Err(what.clone()),
            };
            let wrong = match reply {
                Ok(reply) => return Ok(reply),
                Err(wrong) => wrong,
            };
            self.are_keys_shown = false;
            if self.is_strict {
                self.say(&format!("error: line {} of the input: {wrong}", self.n_lines))?;
                return Ok(Reply::Pause(Cause::WrongLine));
            }
            self.say(&wrong)?;
        }
    }

    /// One line, without its end, or why it cannot be read. One that is too long is not kept in memory.
    fn read(&mut self) -> io::Result<Option<Result<String, String>>> {
        let mut line = Vec::new();
        (&mut self.input).take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        self.n_lines += 1;
        let has_end = line.pop_if(|byte| *byte == b'\n').is_some();
        let is_too_long = !has_end && line.len() > MAX_LINE;
        if is_too_long && !self.is_strict {
            self.input.skip_until(b'\n')?;
        }
        Ok(Some(match String::from_utf8(line) {
            _ if is_too_long => Err(format!("That line is longer than {MAX_LINE} bytes and was not read.")),
            Err(_) => Err("That line is not valid UTF-8 text and was not read.".to_owned()),
            Ok(line) => {
                // Some editors begin a file with a byte order mark.
                let line = line.strip_prefix('\u{feff}').filter(|_| self.n_lines == 1).unwrap_or(&line);
                Ok(line.chars().map(narrow).collect())
            }
        }))
    }
}

impl<R: BufRead, W: Write> Interviewer for Plain<R, W> {
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Asked> {
        #[expect(clippy::disallowed_methods, reason = "times the answer")]
        let since = Instant::now();
        self.question(question)?;
        let reply = self.reply(question)?;
        match &reply {
            Reply::Answer(answer) => {
                self.say(&format!("Answered: {}", sentence(&question.item.in_words(answer))))?;
            }
            Reply::Skip => self.say("Skipped.")?,
            Reply::Back | Reply::Pause(_) => {}
        }
        self.output.flush()?;
        Ok(Asked { reply, draft: None, took: since.elapsed() })
    }

    fn tell(&mut self, heading: &str, lines: &[String]) -> io::Result<()> {
        self.say("")?;
        self.say(&format!("{heading}."))?;
        lines.iter().try_for_each(|line| self.say(line))?;
        self.output.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// The lines that answer an item: `1 to 5`.
fn numbers(item: &Item) -> String {
    let numbers = words::numbers(item);
    let whole: Option<Vec<i64>> = numbers.iter().map(|number| number.parse().ok()).collect();
    let is_run = whole.is_some_and(|whole| whole.windows(2).all(|pair| pair[1] == pair[0] + 1));
    match &numbers[..] {
        [first, .., last] if is_run => format!("{first} to {last}"),
        numbers => numbers.join(", "),
    }
}

fn option(item: &Item, line: &str) -> Option<usize> {
    let signs: &[u8] = if words::is_numeric(item) { b"+-." } else { b"" };
    let is_plain = line.bytes().all(|byte| byte.is_ascii_digit() || signs.contains(&byte));
    let typed: f64 = line.parse().ok().filter(|_| is_plain)?;
    let is_typed = |number: &String| number.parse().is_ok_and(|number: f64| number.total_cmp(&typed).is_eq());
    words::numbers(item).iter().position(is_typed)
}

/// The answer in a line, or what is wrong with the line and what to type.
fn read_answer(item: &Item, line: &str, earlier: Option<&Given>) -> Result<Answer, String> {
    let must = match &item.kind {
        ItemKind::Checklist { options, .. } => format!(
            "Type the numbers of all that apply, from 1 to {}, with blanks between, or 0 for none.",
            options.len()
        ),
        ItemKind::Number(_) => format!("Type {}.", item.must_be()),
        _ => format!("Type a number from {}.", numbers(item)),
    };
    if line.is_empty() {
        let Some(Given::Answered(answer)) = earlier else {
            return Err(format!("There is no earlier answer to keep. {must}"));
        };
        // The bank may have changed since.
        return item.accept(answer.clone()).map_err(|_| must);
    }
    let wrong = |part: &str, what: &str| {
        format!("\"{}\" {what}. {must}", words::truncate(&text::escape(part), MAX_QUOTED))
    };
    let named = |part: &str| option(item, part).ok_or_else(|| wrong(part, "is not one of the answers"));
    let answer = match &item.kind {
        ItemKind::Rating(_) | ItemKind::Choice(_) => words::nth(item, named(line)?).ok_or(&must)?,
        ItemKind::Number(range) => number::answer(line, item, range)?,
        ItemKind::Checklist { .. } => {
            let parts = line.split([' ', '\t', ',']).filter(|part| !part.is_empty() && line != "0");
            let mut ticks = BTreeSet::new();
            for part in parts {
                if !ticks.insert(named(part)?) {
                    return Err(wrong(part, "is there twice"));
                }
            }
            if ticks.is_empty() && line != "0" {
                return Err(wrong(line, "is not one of the answers"));
            }
            Answer::Checklist(ticks.into_iter().collect())
        }
    };
    item.accept(answer).map_err(|_| must)
}

/// An answer with the numbers to type for it.
fn numbered(item: &Item, answer: &Answer) -> String {
    let said = item.in_words(answer);
    match answer {
        Answer::Rating(r) if !words::is_numeric(item) => format!("{r}, {said}"),
        Answer::Choice(option) => format!("{}, {said}", option + 1),
        Answer::Checklist(ticks) if ticks.is_empty() => format!("0, {said}"),
        Answer::Checklist(ticks) => {
            format!("{}, which is {said}", ticks.iter().map(|tick| tick + 1).join(" "))
        }
        Answer::Rating(_) | Answer::Number(_) => said,
    }
}

/// The text with a full stop, if it needs one.
fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '!', '?', '…', '。', '！', '？']) { "" } else { "." };
    format!("{text}{stop}")
}
