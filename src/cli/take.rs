//! `coofit` and `coofit take`: the quiz, from the first question to the report.

use std::io;
use std::io::IsTerminal;

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::answers;
use crate::bank::fault::quote;
use crate::bank::{Bank, Form, Side};
use crate::prompt::plain::Plain;
#[cfg(unix)]
use crate::prompt::screen::Screen;
use crate::prompt::wants_plain;
use crate::prompt::{Asked, Cause, Interviewer, Intro, Question, Reply};
use crate::render::{Format, Page, render};
use crate::report::Report;
use crate::session::{Responses, Session};
use crate::store::{Attempt, Store};
use crate::text;

use super::evidence::ask_for_examples;
use super::keeper::{Keeper, now};
use super::menu::{Picked, select};
use super::output::{Streams, Usage, count, stdout_page, write_file};
use super::results::{about, assess_and_report, data_dir, role_of};
use super::signals::end_on_signals;
use super::{Exit, Global, bank};

#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Keys: a digit answers, or ticks an option of a list; Up, Down and Enter do the same; Space \
                        ticks; 0 is none of them; Esc goes back; s skips; ? says why it is asked; Ctrl-C saves and \
                        quits. With --plain the same in lines: a number, b, s, ?, q."
)]
pub(super) struct Args {
    /// The full form, or the quick one
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,
    /// Score against this role
    #[arg(long, value_name = "ID")]
    role: Option<String>,
    /// Ask in numbered lines, for screen readers, pipes and scripts
    #[arg(long)]
    plain: bool,
    /// Start anew, even if a quiz is paused
    #[arg(long)]
    fresh: bool,
    /// Answer about somebody you have watched at work, and write a file for them
    #[arg(long, value_name = "NAME")]
    observe: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormName {
    Full,
    Quick,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Form {
        match name {
            FormName::Full => Form::Full,
            FormName::Quick => Form::Quick,
        }
    }
}

/// `coofit` alone: a short menu first.
pub(super) fn bare(global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let args = Args::default();
    let mut quiz = Quiz::open(&bank, &args, global, streams)?;
    if quiz.plain {
        return quiz.go_on_or_start(Form::Full, false);
    }
    let paused = quiz.paused();
    let has_result = quiz.has_result();
    let mut entries: Vec<(String, Act)> = Vec::new();
    if let Some(paused) = &paused {
        entries.push((paused.offer(&quiz), Act::Resume));
    }
    for form in [Form::Full, Form::Quick] {
        let items: Vec<usize> = bank.form_items(form).collect();
        if items.is_empty() {
            continue;
        }
        let minutes = bank.minutes_left(form, &items);
        let minutes = minutes.map_or_else(String::new, |minutes| format!(", about {minutes:.0} minutes"));
        let start = if paused.is_some() { "Start anew: the" } else { "Take the" };
        let entry = format!("{start} {} form ({}{minutes})", form.id(), count(items.len(), "question"));
        entries.push((entry, Act::Start(form)));
    }
    if has_result {
        entries.push(("Read the latest result".to_owned(), Act::Read));
    }
    entries.push(("Leave".to_owned(), Act::Leave));
    let labels: Vec<String> = entries.iter().map(|(label, _)| label.clone()).collect();
    let act = match select(&bank.title, &labels)? {
        Picked::Signal(signal) => return Ok(Exit::Signal(signal)),
        Picked::Nothing => Act::Leave,
        Picked::Entry(index) => entries[index].1,
    };
    match (act, paused) {
        (Act::Resume, Some(paused)) => quiz.resume(paused),
        (Act::Start(form), _) => quiz.start(form),
        (Act::Read, _) => {
            drop(quiz);
            super::report::report(&super::report::ReportArgs::latest(), global, streams)
        }
        (Act::Leave | Act::Resume, _) => Ok(Exit::Done),
    }
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Resume,
    Start(Form),
    Read,
    Leave,
}

/// `coofit take`: the first question at once, unless a quiz is paused.
pub(super) fn take(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    let mut quiz = Quiz::open(&bank, args, global, streams)?;
    quiz.go_on_or_start(args.form.map_or(Form::Full, Form::from), args.fresh)
}

/// One run of the quiz.
struct Quiz<'a> {
    bank: &'a Bank,
    role: Option<String>,
    /// Whether the role was named for this run.
    role_named: bool,
    plain: bool,
    /// Whom the answers describe, when they are not the respondent's own.
    observe: Option<String>,
    streams: &'a Streams,
    keeper: Keeper,
}

/// An attempt that can be gone on with.
struct Paused {
    attempt: Attempt,
    responses: Responses,
    n_dropped: usize,
}

impl Paused {
    /// "Go on at question 8 of 95".
    fn offer(&self, quiz: &Quiz<'_>) -> String {
        let place = Session::resume(quiz.bank, self.responses.clone()).place();
        format!("Go on at question {} of {} ({} form)", place.number, place.of, self.attempt.form.id())
    }
}

impl<'a> Quiz<'a> {
    fn open(bank: &'a Bank, args: &Args, global: &Global, streams: &'a Streams) -> anyhow::Result<Quiz<'a>> {
        let role = bank::role(bank, args.role.as_deref())?.map(|role| role.id.clone());
        #[expect(clippy::disallowed_methods, reason = "whether the terminal can be drawn on is asked here")]
        let variable = |name: &str| std::env::var(name).ok();
        let plain = wants_plain(
            args.plain,
            io::stdin().is_terminal(),
            io::stderr().is_terminal(),
            variable("TERM").as_deref(),
            variable("ACCESSIBLE").as_deref(),
        );
        let keeper = Keeper::open(Store::new(&data_dir(global)?), streams)?;
        let observe = args.observe.as_deref().map(text::prose);
        if observe.as_deref() == Some("") {
            return Err(Usage(
                "`--observe` needs the name of the person that you have watched at work".into(),
            )
            .into());
        }
        let role_named = args.role.is_some();
        Ok(Quiz { bank, role, role_named, plain, observe, streams, keeper })
    }

    /// The latest attempt on this bank, if it is not finished.
    fn paused(&self) -> Option<Paused> {
        let is_ours = |attempt: &&Attempt| attempt.bank.id == self.bank.id && attempt.observe == self.observe;
        let latest = self.keeper.attempts.iter().rfind(is_ours)?.clone();
        if latest.finished.is_some() {
            return None;
        }
        let recalled = latest.recall(self.bank);
        Some(Paused { attempt: latest, responses: recalled.responses, n_dropped: recalled.dropped.len() })
    }

    fn has_result(&self) -> bool {
        self.keeper.attempts.iter().any(|attempt| {
            attempt.finished.is_some() && attempt.observe.is_none() && attempt.bank.id == self.bank.id
        })
    }

    fn go_on_or_start(&mut self, form: Form, fresh: bool) -> anyhow::Result<Exit> {
        let Some(paused) = self.paused().filter(|_| !fresh) else { return self.start(form) };
        if self.plain {
            self.streams
                .tell(&format!("A paused quiz is here. {}. To start anew, add --fresh.", paused.offer(self)));
            return self.resume(paused);
        }
        let entries = [paused.offer(self), format!("Start anew ({} form)", form.id())];
        match select("You have a paused quiz", &entries)? {
            Picked::Signal(signal) => Ok(Exit::Signal(signal)),
            Picked::Nothing => Ok(Exit::Unfinished),
            Picked::Entry(0) => self.resume(paused),
            Picked::Entry(_) => self.start(form),
        }
    }

    fn start(&mut self, form: Form) -> anyhow::Result<Exit> {
        if self.bank.form_items(form).next().is_none() {
            bail!("the {} form of the bank {} has no questions", form.id(), quote(&self.bank.id));
        }
        let observe = self.observe.as_deref();
        let attempt = Attempt::new(self.bank, form, self.role.as_deref(), observe, now());
        let blank = attempt.blank(self.bank);
        if blank.items().next().is_none() {
            bail!("the bank {} has no questions for observers", quote(&self.bank.id));
        }
        self.run(attempt, blank)
    }

    fn resume(&mut self, paused: Paused) -> anyhow::Result<Exit> {
        let changed = paused.attempt.bank.hash != self.bank.hash;
        if changed {
            let lost = match paused.n_dropped {
                0 => "All your answers still fit it.".to_owned(),
                n => {
                    let kept = self.keep_copy(&paused.attempt.id);
                    format!("{} no longer fit it. {kept}", count(n, "answer"))
                }
            };
            self.streams.tell(&format!("The bank has changed since you paused. {lost}"));
        }
        let mut attempt = paused.attempt;
        if self.role_named {
            attempt.role.clone_from(&self.role);
        }
        self.run(attempt, paused.responses)
    }

    /// Keeps what a changed bank would drop, and says where.
    fn keep_copy(&self, id: &str) -> String {
        let Some(lock) = &self.keeper.lock else { return String::new() };
        match self.keeper.store.keep_copy(lock, id) {
            Ok(copy) => format!("They are kept in {}.", copy.display()),
            Err(error) => format!("They could not be kept: {error}."),
        }
    }

    /// Asks everything that is left, saving after each reply, and shows the report.
    fn run(&mut self, mut attempt: Attempt, responses: Responses) -> anyhow::Result<Exit> {
        let mut session = Session::resume(self.bank, responses);
        let mut interviewer = self.interviewer()?;
        let outcome = self.interview(&mut session, &mut attempt, &mut *interviewer);
        let closed = interviewer.finish();
        drop(interviewer);
        if let Some(cause) = outcome? {
            closed.ok();
            return Ok(self.paused_at(&session, cause));
        }
        closed?;
        attempt.finished = Some(now());
        self.keeper.save(self.bank, session.responses(), &mut attempt);
        if attempt.observe.is_some() {
            self.hand_over(&session, &attempt)
        } else {
            self.tell_result(&session, &attempt)
        }
    }

    /// Writes an observer's answers to a file for the person they describe.
    fn hand_over(&self, session: &Session<'_>, attempt: &Attempt) -> anyhow::Result<Exit> {
        if let Some(trouble) = &self.keeper.trouble {
            self.streams.tell(trouble);
            self.print_unsaved(session.responses());
            return Ok(Exit::Failed);
        }
        let saved = self.keeper.store.directory().join(format!("{}.json", attempt.id));
        let bytes = std::fs::read(&saved).with_context(|| format!("{} cannot be read", saved.display()))?;
        let file = write_under_free_name(&format!("coofit-observer-{}", attempt.id), "json", &bytes)?;
        let name = attempt.observe.as_deref().unwrap_or_default();
        self.streams.tell(&format!(
            "Thank you. Your answers are in {file}. Give that file to {name}, who sees your scores with\n  coofit compare {file}"
        ));
        Ok(Exit::Done)
    }

    fn interviewer(&self) -> anyhow::Result<Box<dyn Interviewer>> {
        #[cfg(unix)]
        if !self.plain {
            return Ok(Box::new(Screen::new().context("the terminal cannot be used; try `--plain`")?));
        }
        end_on_signals()?;
        Ok(Box::new(Plain::new(io::stdin().lock(), io::stderr())))
    }

    /// Ask, apply, save; until the end, or until the person stops.
    fn interview(
        &mut self,
        session: &mut Session<'_>,
        attempt: &mut Attempt,
        interviewer: &mut dyn Interviewer,
    ) -> io::Result<Option<Cause>> {
        let role = attempt.role.as_deref().and_then(|id| self.bank.role(id));
        let role = role.filter(|_| attempt.observe.is_none());
        if let Some(name) = attempt.observe.as_deref().filter(|_| session.place().number == 1) {
            let heading = format!("You answer about {name}");
            let lines = [
                "Skip what you have not seen.".to_owned(),
                format!(
                    "{name} sees your scores, scale by scale: never a single answer, and no report names one."
                ),
                format!(
                    "The file that you give to {name} holds your single answers, and a text editor can show them."
                ),
            ];
            interviewer.tell(&heading, &lines)?;
        }
        let mut preview = role.map_or(&[][..], |role| &role.preview);
        while let Some(index) = session.current() {
            let item = &self.bank.items[index];
            let part = &self.bank.parts[item.part];
            if part.side == Side::Supplies && session.opens_part() && !preview.is_empty() {
                interviewer.tell("Before you say what you want: what the job is really like", preview)?;
                preview = &[];
            }
            let Asked { reply, took } = interviewer.ask(&Question {
                item,
                wording: item.observer.as_deref().filter(|_| attempt.observe.is_some()).unwrap_or(&item.ask),
                intro: session.opens_part().then_some(Intro {
                    title: &part.title,
                    // A part speaks to the respondent; an observer is told what to do once, beforehand.
                    says: part.intro.as_deref().filter(|_| attempt.observe.is_none()),
                }),
                place: session.place(),
                minutes_left: self.bank.minutes_left(attempt.form, session.left()),
                earlier: session.responses().given(index),
                notice: self.keeper.trouble.as_deref(),
            })?;
            session.spend(took.as_secs_f64());
            match reply {
                Reply::Answer(answer) => {
                    session.answer(answer).map_err(io::Error::other)?;
                    self.keeper.save(self.bank, session.responses(), attempt);
                }
                Reply::Skip => {
                    session.skip();
                    self.keeper.save(self.bank, session.responses(), attempt);
                }
                Reply::Back => session.back(),
                Reply::Pause(cause) => {
                    if attempt.is_stored() || session.responses().n_answered() > 0 {
                        self.keeper.save(self.bank, session.responses(), attempt);
                    }
                    return Ok(Some(cause));
                }
            }
        }
        Ok(None)
    }

    fn paused_at(&self, session: &Session<'_>, cause: Cause) -> Exit {
        if let Some(trouble) = &self.keeper.trouble {
            self.streams.tell(trouble);
            self.print_unsaved(session.responses());
            return Exit::Failed;
        }
        // The next run goes on at the first question without an answer, wherever this one stood.
        let place = Session::resume(self.bank, session.responses().clone()).place();
        let saved = if session.responses().n_answered() > 0 { "Saved. " } else { "" };
        let command = match &self.observe {
            Some(name) => format!("`coofit take --observe \"{name}\"`"),
            None => "`coofit`".to_owned(),
        };
        self.streams.tell(&format!("{saved}{command} goes on at question {} of {}.", place.number, place.of));
        match cause {
            Cause::Asked => Exit::Unfinished,
            Cause::Signal(signal) => Exit::Signal(signal),
        }
    }

    /// What could not be saved, so that nothing is lost with the window.
    fn print_unsaved(&self, responses: &Responses) {
        self.streams.tell("Here are your answers. Copy them to a file, and `coofit score FILE` scores them.");
        self.streams.tell_as_it_is(&answers::file(self.bank, responses));
    }

    fn tell_result(&self, session: &Session<'_>, attempt: &Attempt) -> anyhow::Result<Exit> {
        let role = role_of(attempt, self.bank);
        let about = about(attempt, &self.keeper.store, self.streams);
        let report = assess_and_report(self.bank, role, session.responses(), &about);
        let whole = Page { bars: !self.plain, ..stdout_page(self.streams, true) };
        let is_screen = !self.plain && io::stdout().is_terminal();
        if is_screen {
            let first = Page { summary: true, ..whole };
            self.streams.out(&format!("\n{}\n", render(&report, Format::Text(first))))?;
        } else {
            self.streams.out(&render(&report, Format::Text(whole)))?;
        }
        // Before anything else can fail: what is on no disk is at least on the screen.
        if let Some(trouble) = &self.keeper.trouble {
            self.streams.tell(trouble);
            self.print_unsaved(session.responses());
            return Ok(Exit::Failed);
        }
        if is_screen { self.result_menu(&report, attempt, whole) } else { Ok(Exit::Done) }
    }

    /// What to do with the result.
    fn result_menu(&self, report: &Report, attempt: &Attempt, page: Page) -> anyhow::Result<Exit> {
        let mut entries = vec![Next::Read, Next::Save, Next::Done];
        if report.claims().next().is_some() && self.keeper.lock.is_some() {
            entries.insert(2, Next::Evidence);
        }
        loop {
            let labels: Vec<String> = entries.iter().map(|next| next.label().to_owned()).collect();
            let index = match select("And now?", &labels)? {
                Picked::Signal(signal) => return Ok(Exit::Signal(signal)),
                Picked::Nothing => return Ok(Exit::Done),
                Picked::Entry(index) => index,
            };
            match entries.remove(index) {
                Next::Read => self.streams.page(&format!("{}\n", render(report, Format::Text(page))))?,
                Next::Save => {
                    let page = Page { width: 80, color: false, bars: true, summary: false };
                    let text = render(report, Format::Text(page));
                    let stem = format!("coofit-{}", attempt.id);
                    let file = write_under_free_name(&stem, "txt", text.as_bytes())?;
                    self.streams.tell(&format!("Written to {file}."));
                }
                Next::Evidence => {
                    if let Some(lock) = &self.keeper.lock {
                        ask_for_examples(report, attempt, &self.keeper.store, lock, self.streams)?;
                    }
                }
                Next::Done => return Ok(Exit::Done),
            }
            // What is left of interest moves up; the last entry is always the way out.
            if entries == [Next::Done] {
                return Ok(Exit::Done);
            }
        }
    }
}

/// What can be done with a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Read,
    Save,
    Evidence,
    Done,
}

impl Next {
    fn label(self) -> &'static str {
        match self {
            Next::Read => "Read the whole report",
            Next::Save => "Save it as a text file",
            Next::Evidence => "Back your strongest claims with an example each",
            Next::Done => "Done",
        }
    }
}

/// Writes a file into the current directory, under a name that is free, and names it.
fn write_under_free_name(stem: &str, ending: &str, bytes: &[u8]) -> anyhow::Result<String> {
    for number in 1.. {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{stem}{suffix}.{ending}");
        if std::fs::symlink_metadata(&name).is_err() {
            write_file(name.as_ref(), bytes, false)?;
            return Ok(name);
        }
    }
    unreachable!("there are more numbers than files")
}
