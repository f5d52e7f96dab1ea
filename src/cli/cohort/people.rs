//! What each respondent gets in addition to a row of scores: a place in their department, and a page.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use anyhow::Context;
use tempfile::TempDir;

use crate::bank::fault::quote;
use crate::bank::{Bank, Form, Role};
use crate::cli::output::quoted;
use crate::cli::print::{FormatName, written};
use crate::cli::results::at_fault;
use crate::cli::streams::Usage;
use crate::cohort::{Cohort, Job, Respondent, Wishes, lock};
use crate::report::group::{Department, Group};
use crate::report::{About, Report, sections};
use crate::score::change::change;
use crate::session::Responses;
use crate::store::{directory_of, is_device};
use crate::text::{escape, prose};

use super::watch::{Watch, WatchedInput};
use super::{Args, opened, shown};

/// People whose department is not in the file.
const NO_DEPARTMENT: &str = "Not given";
/// The most bytes of a file's name.
const MAX_NAME: usize = 200;

fn unmatched(name: &str, problem: &str) -> anyhow::Error {
    let help = "give each respondent an id of their own, or name its column by `--id COLUMN`";
    at_fault(name, format!("{problem}, and people are matched by id"), help)
}

fn twice(id: &str) -> String {
    format!("the id {} is there twice", quote(id))
}

/// What is collected while the rows are scored.
pub(super) struct People<'a> {
    bank: &'a Bank,
    role: Option<&'a Role>,
    /// The file of the respondents, for messages.
    name: &'a str,
    by: bool,
    earlier: Option<HashMap<String, Responses>>,
    pages: Option<Pages>,
    watch: &'a Watch,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    group: Group,
    /// The ids so far, by what must differ: file names that no disk takes for the same, or the ids themselves.
    ids: HashMap<String, String>,
    problem: Option<anyhow::Error>,
}

impl<'a> People<'a> {
    /// Reads the earlier answers, and begins the pages.
    pub(super) fn open(
        args: &Args,
        name: &'a str,
        bank: &'a Bank,
        role: Option<&'a Role>,
        form: Form,
        watch: &'a Watch,
    ) -> anyhow::Result<People<'a>> {
        let pages = args.reports.as_deref().map(Pages::open).transpose()?;
        let earlier = args.before.as_deref().map(|path| earlier(path, args.wishes()?, bank, form, watch));
        let (by, earlier) = (args.by.is_some(), earlier.transpose()?);
        Ok(People { bank, role, name, by, earlier, pages, watch, state: Mutex::default() })
    }

    pub(super) fn take(&self, respondent: &Respondent<'_>) {
        if self.watch.is_stopped() {
            return;
        }
        if let Err(problem) = self.try_take(respondent) {
            lock(&self.state).problem.get_or_insert(problem);
            self.watch.end();
        }
    }

    fn try_take(&self, respondent: &Respondent<'_>) -> anyhow::Result<()> {
        let Respondent { id, department, responses, assessment } = respondent;
        let before = self.earlier.as_ref().map(|earlier| earlier.get(id));
        let change = before.flatten().map(|before| change(self.bank, self.role, before, responses));
        if let Some(pages) = &self.pages {
            let report = Report::new(self.bank, self.role, responses, &About::default());
            let name = file_name(id).map_err(|problem| self.unnamed(&problem))?;
            let other = lock(&self.state).ids.insert(name.to_uppercase().to_lowercase(), id.clone());
            match other {
                None => pages.write(&name, id, &report)?,
                Some(other) if other == *id => return Err(self.unnamed(&twice(id))),
                Some(other) => {
                    let [other, id] = [&other, id].map(|id| quote(id));
                    return Err(self.unnamed(&format!("the pages of {other} and {id} get the same name")));
                }
            }
        } else if before.is_some() && lock(&self.state).ids.insert(id.clone(), id.clone()).is_some() {
            return Err(unmatched(self.name, &twice(id)));
        }
        let group = &mut lock(&self.state).group;
        if before == Some(None) {
            group.n_unmatched += 1;
            return Ok(());
        }
        let is_unknown = self.by && department.is_empty();
        let name = if is_unknown { NO_DEPARTMENT.to_owned() } else { prose(department) };
        let own = group.departments.entry(name).or_insert_with(|| Department::new(self.bank));
        own.add(assessment, change.as_ref());
        Ok(())
    }

    fn unnamed(&self, problem: &str) -> anyhow::Error {
        let help = "change the ids, or name another column by `--id COLUMN`";
        at_fault(self.name, format!("{problem}, and `--reports` names pages by id"), help)
    }

    /// The group, if it has departments or earlier answers, and the pages.
    pub(super) fn done(self) -> anyhow::Result<(Option<Group>, Option<Pages>)> {
        let State { mut group, problem, .. } =
            self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(problem) = problem {
            return Err(problem);
        }
        (group.by, group.has_before) = (self.by, self.earlier.is_some());
        if let Some(earlier) = self.earlier {
            let n_matched: u64 = group.departments.values().map(|department| department.n).sum();
            group.n_unmatched += earlier.len() as u64 - n_matched;
        }
        Ok(((group.by || group.has_before).then_some(group), self.pages))
    }
}

/// The people of an earlier file, read as the later one is.
fn earlier(
    path: &Path,
    wishes: Wishes,
    bank: &Bank,
    form: Form,
    watch: &Watch,
) -> anyhow::Result<HashMap<String, Responses>> {
    let name = shown(path);
    let n_read = AtomicU64::default();
    let watched = |(name, input)| (name, WatchedInput { input, watch, n_read: &n_read });
    let inputs = opened(&[path.to_owned()])?.into_iter().map(watched).collect();
    let wishes = Wishes { keep: Vec::new(), by: None, ..wishes };
    let state = Mutex::new((HashMap::new(), None));
    let each = |Respondent { id, responses, .. }: Respondent<'_>| {
        let (people, problem) = &mut *lock(&state);
        if id.is_empty() {
            problem.get_or_insert("a respondent has no id".to_owned());
        } else if people.insert(id.clone(), responses).is_some() {
            problem.get_or_insert(twice(&id));
        }
    };
    let outcome = Cohort::open_all(bank, None, form, inputs, &wishes).and_then(|cohort| {
        cohort.run(Job { each: Some(&each), stop: Some(&watch.stop), ..Job::new(&mut io::sink()) })
    });
    outcome.map_err(|halt| at_fault(&name, format!("{name}: {halt}"), None))?;
    let (people, problem) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    problem.map_or(Ok(people), |problem: String| Err(unmatched(&name, &problem)))
}

/// The pages of single respondents, in a directory that gets its name when all are written.
pub(super) struct Pages {
    directory: TempDir,
    path: PathBuf,
}

impl Pages {
    /// Begins pages for a directory that is empty or not there.
    pub(super) fn open(path: &Path) -> anyhow::Result<Pages> {
        let refused =
            |why: &str| Usage(format!("{} {why}; name a new directory for the pages", quoted(path)));
        match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
            Ok(false) => return Err(refused("is not empty").into()),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(refused("is not a directory").into());
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be read", quoted(path)));
            }
            Ok(true) | Err(_) => {}
        }
        // Its parent directories are made at the end, so that a fault leaves none of them.
        let above = path.ancestors().skip(1).find(|above| above.is_dir()).unwrap_or(Path::new("."));
        let directory = tempfile::Builder::new().prefix(".coofit-").tempdir_in(above);
        let directory = directory.with_context(|| format!("{} could not be written", quoted(path)))?;
        Ok(Pages { directory, path: path.to_owned() })
    }

    fn write(&self, name: &str, id: &str, report: &Report) -> anyhow::Result<()> {
        let mut document = sections::document(report);
        document.about = format!("{}, {}", escape(id), document.about);
        let page = written(&document, FormatName::Html, String::new);
        // The disk may take names for the same that coofit does not.
        let file = File::create_new(self.directory.path().join(name));
        file.and_then(|mut file| file.write_all(page.as_bytes()))
            .with_context(|| format!("the page of {} could not be written", quote(id)))
    }

    /// Gives the directory its name.
    pub(super) fn keep(self) -> anyhow::Result<()> {
        // Only an empty one can be removed.
        let _ = fs::remove_dir(&self.path);
        let placed = fs::create_dir_all(directory_of(&self.path))
            .and_then(|()| fs::rename(self.directory.path(), &self.path));
        placed.with_context(|| format!("{} could not be written", quoted(&self.path)))?;
        let _ = self.directory.keep();
        Ok(())
    }
}

/// The file name of a respondent's page. Characters with a meaning for a disk are escaped as in web addresses.
fn file_name(id: &str) -> Result<String, String> {
    if id.is_empty() {
        return Err("a respondent has no id".to_owned());
    }
    let is_reserved = is_device(id);
    let mut name = String::new();
    for (at, c) in id.char_indices() {
        let is_plain = c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+' | ' ');
        let is_first = at == 0 && (is_reserved || matches!(c, '.' | '-' | ' '));
        if is_plain && !is_first {
            name.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(name, "%{byte:02X}");
        }
    }
    name.push_str(".html");
    if name.len() > MAX_NAME {
        return Err(format!("the id {} is too long for the name of a file", quote(id)));
    }
    Ok(name)
}

#[cfg(test)]
#[path = "../../../tests/cli/people.rs"]
mod tests;
