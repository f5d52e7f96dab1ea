//! `coofit` and `coofit take`: the quiz, from the first question to the report.

use std::cmp::Reverse;
use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use itertools::Itertools;

use crate::answers;
use crate::bank::{Bank, Form, Side, fault::quote};
use crate::prompt::plain::Plain;
use crate::prompt::screen::Screen;
use crate::prompt::terminal::watched;
use crate::prompt::{Asked, Cause, Interviewer, Intro, Question, Reply, Stopped, words};
use crate::render::{Writer, write};
use crate::report::{Report, sections};
use crate::session::{Progress, Relation, Responses, Session};
use crate::store::{Attempt, Recalled, Store};
use crate::{store, text};

use super::after::write_under_free_name;
use super::compare::NamedResult;
use super::keeper::{Keeper, now};
use super::menu::{ask, asks_plainly, is_drawable, select};
use super::print::layout;
use super::report::anonymous;
use super::results::{about, at_fault, data_dir, is_own_result, lost, no_result, role_of};
use super::streams::{Streams, Usage, count};
use super::{Exit, Global, bank};

#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Keys: the key next to an answer answers, or ticks an option of a list; Up, Down and Enter do the \
                        same; Space ticks; 0 is none of them; Esc goes back; s skips; ? says why it is asked; Ctrl-C \
                        saves and quits. With --plain, type a number, b, s, ? or q."
)]
pub(super) struct Args {
    /// A paused attempt to resume: its name in `coofit history`
    #[arg(conflicts_with_all = ["form", "fresh", "from", "observe"], add = super::complete::results())]
    result: Option<String>,
    /// The full form, or the quick one
    #[arg(long, value_name = "FORM", value_parser = form_parser())]
    form: Option<Form>,
    /// Score against this role
    #[arg(long, value_name = "ID", add = super::complete::roles())]
    role: Option<String>,
    /// Ask in numbered lines, for screen readers, pipes and scripts
    #[arg(long)]
    plain: bool,
    /// Start over; what is paused is kept
    #[arg(long)]
    fresh: bool,
    /// Start with the answers of a finished result, or of an answers file
    #[arg(long, value_name = "RESULT|FILE", conflicts_with = "observe", add = super::complete::results_and_files())]
    from: Option<String>,
    /// Answer about somebody you have watched at work, and write a file for them
    #[arg(long, value_name = "NAME")]
    observe: Option<String>,
    /// How you know the person that you answer about
    #[arg(long, requires = "observe", value_name = "RELATION", value_parser = relation_parser())]
    relation: Option<Relation>,
    /// Your own name, for the person that you answer about
    #[arg(long, requires = "observe", conflicts_with = "anonymous", value_name = "OWN")]
    name: Option<String>,
    /// Let your answers be shown only in the mean of three or more observers
    #[arg(long, requires = "observe")]
    anonymous: bool,
}

pub(super) fn form_parser() -> impl TypedValueParser<Value = Form> {
    PossibleValuesParser::new(Form::ALL.map(Form::id)).map(|id| Form::from_id(&id).unwrap_or_default())
}

fn relation_parser() -> impl TypedValueParser<Value = Relation> {
    PossibleValuesParser::new(Relation::ALL.map(Relation::id))
        .map(|id| Relation::from_id(&id).unwrap_or(Relation::Other))
}

/// `coofit` alone: a short menu first.
pub(super) fn bare(global: &Global, streams: &Streams) -> Result<Exit> {
    let bank = bank::load(global)?;
    let mut quiz = Quiz::open(&bank, Args::default(), global, streams)?;
    // A terminal that cannot be drawn on still has a person, who gets the menu in lines.
    if quiz.plain && is_drawable() {
        return quiz.resume_or_start();
    }
    let mut paused = quiz.paused();
    let is_one = paused.len() == 1;
    let resume = |(index, paused): (usize, &Paused)| (paused.offer(&bank, is_one), Act::Resume(index));
    // A person with an unfinished quiz most likely wants to continue it.
    let mut entries: Vec<(String, Act)> = paused.iter().enumerate().map(resume).collect();
    if quiz.keeper.attempts.iter().any(|attempt| is_own_result(attempt, &bank)) {
        entries.push(("Read the latest result".to_owned(), Act::Read));
    }
    for form in [Form::Full, Form::Quick] {
        let items: Vec<usize> = bank.form_items(form).collect();
        if items.is_empty() {
            continue;
        }
        let minutes = bank.minutes_left(form, &items);
        let minutes = minutes.map_or_else(String::new, |minutes| format!(", about {minutes:.0} minutes"));
        let start = if paused.is_empty() { "Take the" } else { "Start over: the" };
        let entry = format!("{start} {} form ({}{minutes})", form.id(), count(items.len(), "question"));
        entries.push((entry, Act::Start(form)));
    }
    entries.push(("Leave".to_owned(), Act::Leave));
    match select(&bank.title, &entries)?.unwrap_or(Act::Leave) {
        Act::Resume(index) => quiz.resume(paused.swap_remove(index)),
        Act::Start(form) => quiz.start(form),
        Act::Read => {
            drop(quiz);
            super::report::report(&super::report::ReportArgs::default(), global, streams).map(|()| Exit::Done)
        }
        Act::Leave => Ok(Exit::Done),
    }
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Resume(usize),
    Start(Form),
    Read,
    Leave,
}

/// `coofit take`: the first question at once, unless a quiz is paused.
pub(super) fn take(mut args: Args, global: &Global, streams: &Streams) -> Result<Exit> {
    let bank = bank::load(global)?;
    let (result, from) = (args.result.take(), args.from.take());
    let mut quiz = Quiz::open(&bank, args, global, streams)?;
    match (result, from) {
        (Some(name), _) => quiz.resume_named(&name),
        (None, Some(from)) => quiz.start_from(&from),
        (None, None) => quiz.resume_or_start(),
    }
}

pub(super) struct Quiz<'a> {
    pub(super) bank: &'a Bank,
    args: Args,
    plain: bool,
    pub(super) streams: &'a Streams,
    pub(super) global: &'a Global,
    pub(super) keeper: Keeper,
}

struct Paused {
    attempt: Attempt,
    recalled: Recalled,
}

impl Paused {
    /// "Resume at question 8 of 95 (full form)", with the attempt's name where there are several.
    fn offer(&self, bank: &Bank, is_one: bool) -> String {
        let session = Session::resume(bank, self.recalled.responses.clone());
        let Progress { number, of } = session.progress();
        let form = self.attempt.form.id();
        let about = self.attempt.observe.as_ref().map_or_else(String::new, |name| format!(", about {name}"));
        let name = if is_one { String::new() } else { format!(", {}", self.attempt.id) };
        match session.current() {
            Some(_) => format!("Resume at question {number} of {of} ({form} form{about}{name})"),
            None => format!("Finish: all {of} questions are done ({form} form{about}{name})"),
        }
    }

    /// "a paused attempt of 83 answers"
    fn named(&self) -> String {
        format!("a paused attempt of {}", count(self.attempt.n_answered(), "answer"))
    }
}

impl<'a> Quiz<'a> {
    fn open(bank: &'a Bank, args: Args, global: &'a Global, streams: &'a Streams) -> Result<Quiz<'a>> {
        if args.role.is_some() {
            bank::role(bank, args.role.as_deref())?;
        }
        let plain = asks_plainly(args.plain);
        let keeper = Keeper::open(Store::new(&data_dir(global)?), streams)?;
        let observe = args.observe.as_deref().map(text::name);
        if observe.as_deref() == Some("") {
            bail!(Usage("`--observe` needs the name of the person that you have watched at work".into()));
        }
        if args.anonymous && args.relation == Some(Relation::Boss) {
            bail!(Usage("a boss cannot be anonymous, because there is only one".into()));
        }
        Ok(Quiz { bank, args: Args { observe, ..args }, plain, streams, global, keeper })
    }

    /// The unfinished attempts on this bank, the latest first. Turns decide before times, because somebody may
    /// have set the clock back.
    fn paused(&self) -> Vec<Paused> {
        let is_paused = |attempt: &&Attempt| attempt.bank == self.bank.id && attempt.finished.is_none();
        let recalled =
            |attempt: &Attempt| Paused { attempt: attempt.clone(), recalled: attempt.recall(self.bank) };
        let paused = self.keeper.attempts.iter().filter(is_paused);
        paused.sorted_by_key(|attempt| Reverse((attempt.turn, attempt.saved))).map(recalled).collect()
    }

    /// Those of this run: about the person, or about the one that they observe.
    fn paused_here(&self) -> Vec<Paused> {
        let is_here = |paused: &Paused| paused.attempt.observe == self.args.observe;
        self.paused().into_iter().filter(is_here).collect()
    }

    fn resume_or_start(&mut self) -> Result<Exit> {
        let form = self.args.form.unwrap_or_default();
        let mut paused = self.paused_here();
        if self.args.fresh || paused.is_empty() {
            return self.start(form);
        }
        let is_one = paused.len() == 1;
        let latest = paused.swap_remove(0);
        if self.plain {
            let offer = latest.offer(self.bank, is_one);
            self.streams
                .tell(&format!("You have {}. {offer}. To start over, add `--fresh`.", latest.named()));
            return self.resume(latest);
        }
        let start_over = format!("Start over ({} form)", form.id());
        let entries = [(latest.offer(self.bank, is_one), false), (start_over, true)];
        match select(&format!("You have {}; starting over keeps it", latest.named()), &entries)? {
            None => Ok(Exit::Unfinished),
            Some(false) => self.resume(latest),
            Some(true) => self.start(form),
        }
    }

    fn resume_named(&mut self, name: &str) -> Result<Exit> {
        if let Some(paused) = self.paused().into_iter().find(|paused| paused.attempt.id == name) {
            return self.resume(paused);
        }
        let shown = quote(name);
        match self.keeper.attempts.iter().find(|attempt| attempt.id == name) {
            None => Err(no_result(name)),
            Some(other) if other.bank != self.bank.id => {
                bail!("{shown} is of the bank {}; name that with `--bank DIR`", quote(&other.bank))
            }
            Some(_) => bail!("{shown} is finished; `coofit take --from {name}` starts with its answers"),
        }
    }

    fn start(&mut self, form: Form) -> Result<Exit> {
        if self.bank.form_items(form).next().is_none() {
            bail!("the {} form of the bank {} has no questions", form.id(), quote(&self.bank.id));
        }
        let mut attempt = self.attempt(form, None);
        let blank = attempt.blank(self.bank);
        if blank.items().next().is_none() {
            bail!("the bank {} has no questions for observers", quote(&self.bank.id));
        }
        self.tell_kept();
        self.ask_relation()?;
        attempt.relation = self.args.relation;
        attempt.observer = self.args.name.as_deref().map(text::name).filter(|name| !name.is_empty());
        attempt.anonymous = self.args.anonymous;
        self.run(attempt, Session::resume(self.bank, blank))
    }

    /// A new attempt for the role of `--role`, otherwise for this one, otherwise for the bank's own.
    fn attempt(&self, form: Form, role: Option<String>) -> Attempt {
        let role = self.args.role.clone().or(role).or(self.bank.default_role.clone());
        Attempt::new(self.bank, form, role.as_deref(), self.args.observe.as_deref(), now())
    }

    /// Asks an observer once how they know the person, and their own name, on the screen.
    fn ask_relation(&mut self) -> Result<()> {
        let is_asked = self.args.relation.is_none() && !self.plain;
        let Some(name) = self.args.observe.as_deref().filter(|_| is_asked) else { return Ok(()) };
        let mut entries = vec![
            (format!("I am {name}'s boss"), Relation::Boss),
            ("We are peers".to_owned(), Relation::Peer),
            (format!("I report to {name}"), Relation::Report),
            ("Something else".to_owned(), Relation::Other),
        ];
        entries.retain(|(_, relation)| !self.args.anonymous || *relation != Relation::Boss);
        self.args.relation = select(&format!("How do you know {name}?"), &entries)?;
        if self.args.relation.is_some() && self.args.name.is_none() && !self.args.anonymous {
            let question = format!("Your own name, which {name} will see (may stay empty)");
            self.args.name = Some(ask(&question, String::new(), self.streams)?);
        }
        Ok(())
    }

    /// Starts with the answers of a result or an answers file: where they end, or at the first question
    /// when they are complete.
    fn start_from(&mut self, from: &str) -> Result<Exit> {
        let source = NamedResult::read(from, self.bank, self.global, self.streams)?;
        if source.attempt.anonymous {
            return Err(anonymous(from));
        }
        self.args.observe = source.attempt.observe;
        let form = self.args.form.unwrap_or(source.responses.form());
        let attempt = self.attempt(form, source.attempt.role);
        let mut responses = attempt.blank(self.bank);
        responses.take_over(&source.responses);
        let open: Vec<usize> = responses.items().filter(|&index| responses.given(index).is_none()).collect();
        // An observer's file can be continued, but its answers are not shown.
        let is_handed_over = self.args.observe.is_some() && Path::new(from).is_file();
        let is_complete = source.attempt.finished.is_some() || open.is_empty();
        if is_handed_over && is_complete {
            let about = self.args.observe.as_deref().unwrap_or_default();
            let message = format!("{} holds an observer's answers, and no command shows them", source.file);
            let help = format!("to answer again, the observer runs `coofit{}`", observing(about));
            return Err(at_fault(&source.file, message, help));
        }
        if is_complete {
            (0..self.bank.items.len()).for_each(|index| responses.reopen(index));
        }
        self.tell_kept();
        let answers = count(responses.n_answered(), "answer");
        self.streams.tell(&format!("This starts with {answers} of {}.", source.file));
        let session = if is_handed_over {
            Session::again(self.bank, responses, open)
        } else {
            Session::resume(self.bank, responses)
        };
        self.run(attempt, session)
    }

    fn tell_kept(&self) {
        for paused in self.paused_here() {
            let (named, id) = (paused.named(), &paused.attempt.id);
            self.streams.tell(&format!("There is {named}. It is kept: `coofit take {id}` resumes it."));
        }
    }

    fn resume(&mut self, paused: Paused) -> Result<Exit> {
        let Paused { mut attempt, recalled } = paused;
        if attempt.hash != self.bank.hash {
            let lost = lost(&recalled, self.bank);
            let kept = if recalled.left_out.is_empty() {
                String::new()
            } else {
                // Without a copy of what the changed bank would drop, the quiz does not continue.
                let why = "the bank has changed, and the answers that do not fit it any more cannot be kept; \
                           nothing was changed (`--fresh` starts over)";
                let lock = self.keeper.lock.as_ref().context(why)?;
                let copy = self.keeper.store.keep_copy(lock, &attempt.id).context(why)?;
                format!(" All of them are kept in {}.", copy.display())
            };
            self.streams.tell(&format!("The bank has changed since you paused.{lost}{kept}"));
        }
        attempt.role = self.args.role.clone().or(attempt.role);
        self.run(attempt, Session::resume(self.bank, recalled.responses))
    }

    /// Asks everything that is left, saving after each reply, and shows the report.
    fn run(&mut self, mut attempt: Attempt, mut session: Session<'a>) -> Result<Exit> {
        self.keeper.begin(&mut attempt);
        let mut is_again = false;
        loop {
            let mut interviewer = self.interviewer()?;
            let asked = self.interview(&mut session, &mut attempt, &mut *interviewer, is_again);
            let outcome = asked.or_else(|error| match error.get_ref().and_then(|it| it.downcast_ref()) {
                Some(Stopped(signal)) => Ok(Some(Cause::Signal(*signal))),
                None => Err(error),
            });
            let closed = interviewer.finish();
            drop(interviewer);
            if let Some(cause) = outcome? {
                closed.ok();
                return Ok(self.paused_at(&session, &attempt, cause));
            }
            closed?;
            let skipped: Vec<usize> = session.responses().skipped().collect();
            if is_again || !self.wants_skipped(skipped.len())? {
                break;
            }
            is_again = true;
            session = Session::again(self.bank, session.responses().clone(), skipped);
        }
        attempt.finished = Some(now());
        if attempt.observe.is_some() {
            return self.hand_over(&session, attempt);
        }
        self.keeper.save(self.bank, session.responses(), &mut attempt);
        self.tell_result(&session, &attempt)
    }

    /// Offers to answer what was skipped, on the screen. Plain mode reads nothing but answers.
    fn wants_skipped(&self, n: usize) -> Result<bool> {
        if n == 0 || self.plain {
            return Ok(false);
        }
        let which = if n == 1 { "it" } else { "any of them" };
        let prompt = format!("{} skipped. If {which} did come up, answer it now.", count(n, "question"));
        Ok(select(&prompt, &[("Answer now", true), ("Show the result", false)])? == Some(true))
    }

    /// Writes an observer's answers to a file for the person they describe. The attempt is finished only
    /// then, so that the next run can still write it.
    fn hand_over(&mut self, session: &Session<'_>, mut attempt: Attempt) -> Result<Exit> {
        if self.tell_unsaved(session.responses()) {
            return Ok(Exit::Failed);
        }
        attempt.record(self.bank, session.responses(), now());
        let name = attempt.observe.clone().unwrap_or_default();
        let stem = format!("coofit-observer-{}", attempt.id);
        let file = match write_under_free_name(&stem, "json", store::encode(&attempt)?.as_bytes()) {
            Ok(file) => file,
            Err(error) => {
                let saved = self.keeper.store.path(&attempt.id).display().to_string();
                self.streams.tell(&format!(
                    "error: {error:#}\nYour answers are kept in {saved}. Run `coofit{}` in a directory where you can write: it \
                     makes the file for {name}.",
                    observing(&name)
                ));
                return Ok(Exit::Failed);
            }
        };
        self.keeper.keep(&mut attempt);
        if let Some(trouble) = &self.keeper.trouble {
            self.streams.tell(trouble);
        }
        self.streams.tell(&format!(
            "Thank you. Your answers are in {file}. Give that file to {name}, who sees your scores with\n  coofit compare {file}"
        ));
        Ok(Exit::Done)
    }

    fn interviewer(&self) -> Result<Box<dyn Interviewer>> {
        if !self.plain {
            let screen = Screen::new(self.streams.utf8);
            return Ok(Box::new(screen.context("the terminal cannot be used; try `--plain`")?));
        }
        let (input, output) = watched()?;
        Ok(Box::new(Plain::new(input, output, !io::stdin().is_terminal())))
    }

    /// Ask, apply, save; until the end, or until the person stops.
    fn interview(
        &mut self,
        session: &mut Session<'_>,
        attempt: &mut Attempt,
        interviewer: &mut dyn Interviewer,
        is_again: bool,
    ) -> io::Result<Option<Cause>> {
        // The role whose preview comes next. Reading the roles takes time, so it waits until then.
        let mut previewed = attempt.role.clone().filter(|_| attempt.observe.is_none() && !is_again);
        if let Some(name) = attempt.observe.as_deref().filter(|_| session.progress().number == 1 && !is_again)
        {
            let lines = words::observer(name, attempt.anonymous);
            interviewer.tell(&format!("You answer about {name}"), &lines)?;
        }
        while let Some(index) = session.current() {
            let item = &self.bank.items[index];
            let part = &self.bank.parts[item.part];
            if part.side == Side::Supplies
                && session.opens_part()
                && let Some(role) = previewed.take().and_then(|id| self.bank.role(&id))
                && !role.preview.is_empty()
            {
                interviewer.tell(words::PREVIEW, &role.preview)?;
            }
            let notice = self.keeper.notice();
            let Asked { reply, draft, took } = interviewer.ask(&Question {
                item,
                wording: item.observer.as_deref().filter(|_| attempt.observe.is_some()).unwrap_or(&item.ask),
                intro: session.opens_part().then_some(Intro {
                    title: &part.title,
                    // Introductions speak to the respondent; an observer has read what to do.
                    says: part.intro.as_deref().filter(|_| attempt.observe.is_none()),
                }),
                progress: session.progress(),
                minutes_left: self.bank.minutes_left(attempt.form, session.left()),
                earlier: session.responses().given(index),
                notice: notice.as_deref(),
            })?;
            session.spend(took.as_secs_f64());
            if let Some(draft) = draft {
                session.keep_draft(draft).map_err(io::Error::other)?;
                self.keeper.save(self.bank, session.responses(), attempt);
            }
            match reply {
                Reply::Answer(answer) => session.answer(answer).map_err(io::Error::other)?,
                Reply::Skip => session.skip(),
                Reply::Back => {
                    session.back();
                    continue;
                }
                Reply::Pause(cause) => {
                    if attempt.is_stored() || session.responses().n_answered() > 0 {
                        self.keeper.save(self.bank, session.responses(), attempt);
                    }
                    return Ok(Some(cause));
                }
            }
            self.keeper.save(self.bank, session.responses(), attempt);
        }
        Ok(None)
    }

    fn paused_at(&self, session: &Session<'_>, attempt: &Attempt, cause: Cause) -> Exit {
        if self.tell_unsaved(session.responses()) {
            return Exit::Failed;
        }
        // The next run resumes at the first question without an answer, whichever was on the screen.
        let next = Session::resume(self.bank, session.responses().clone());
        let progress = next.progress();
        let observe = attempt.observe.as_deref().map(observing);
        let what = match next.current() {
            Some(_) => format!("resumes at question {} of {}", progress.number, progress.of),
            None => "finishes it".to_owned(),
        };
        let responses = session.responses();
        self.streams.tell(&if responses.items().all(|index| responses.given(index).is_none()) {
            "Nothing was answered, so nothing is saved.".to_owned()
        } else {
            format!("Saved. `coofit{}` {what}.", observe.unwrap_or_default())
        });
        match cause {
            Cause::Asked => Exit::Unfinished,
            Cause::Signal(signal) => Exit::Signal(signal),
            Cause::WrongLine => Exit::Input,
        }
    }

    /// Prints the answers if they could not be saved, and says whether that was so.
    fn tell_unsaved(&self, responses: &Responses) -> bool {
        let Some(trouble) = &self.keeper.trouble else { return false };
        self.streams.tell(trouble);
        self.streams.tell("Here are your answers. Copy them to a file, and `coofit score FILE` scores them.");
        self.streams.tell_as_it_is(&answers::file(self.bank, responses));
        true
    }

    fn tell_result(&mut self, session: &Session<'_>, attempt: &Attempt) -> Result<Exit> {
        let role = role_of(attempt, self.bank);
        let about = about(attempt, &self.keeper.store, self.streams);
        let report = Report::new(self.bank, role, session.responses(), &about);
        let layout = layout(self.streams, self.plain, false);
        let first = write(&sections::document(&report), Writer::Text(layout));
        let is_screen = !self.plain && io::stdout().is_terminal();
        if is_screen {
            self.streams.page(&format!("\n{first}\n"))?;
        } else {
            self.streams.out_text(&first)?;
        }
        // Comes before anything else that can fail: answers that are on no disk must at least be on the screen.
        if self.tell_unsaved(session.responses()) {
            return Ok(Exit::Failed);
        }
        if !is_screen || !self.after(session.responses(), attempt, &report)? {
            return Ok(Exit::Done);
        }
        // A finished attempt is never rewritten, so skipped questions belong to a new one.
        let again = Attempt::new(self.bank, attempt.form, attempt.role.as_deref(), None, now());
        let responses = session.responses().clone();
        let skipped = responses.skipped().collect();
        self.run(again, Session::again(self.bank, responses, skipped))
    }
}

/// The command that asks about a person. A name that begins with a hyphen would be taken for an option.
pub(super) fn observing(name: &str) -> String {
    let between = if name.starts_with('-') { '=' } else { ' ' };
    format!(" take --observe{between}{}", text::shell_word(name))
}
