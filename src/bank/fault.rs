//! What is wrong with a file that a person wrote: where, what, and how to correct it.
//!
//! Faults are collected and shown together, as a compiler does. [`Sources`] holds the texts that the
//! places point into.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::text;

/// The texts of the files of a bank, or of one other input, by the name to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    files: BTreeMap<String, String>,
}

impl Sources {
    /// The built-in bank's files.
    pub fn built_in() -> Sources {
        crate::bank::BUILT_IN.iter().copied().collect()
    }

    /// Adds a file.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.files.insert(name.into(), text.into());
    }

    /// The text of a file.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// Every file, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Line and column of a place, both from 1; columns count characters.
    pub fn line_and_column(&self, place: &Place) -> (usize, usize) {
        Lines::new(self).line_and_column(place)
    }
}

/// Where the lines of files begin, found once for many places.
#[derive(Debug)]
pub struct Lines<'a> {
    sources: &'a Sources,
    /// The beginning of each line but the first, in bytes.
    starts: BTreeMap<String, Vec<usize>>,
}

impl<'a> Lines<'a> {
    /// The lines of some sources.
    pub fn new(sources: &'a Sources) -> Lines<'a> {
        Lines { sources, starts: BTreeMap::new() }
    }

    /// The number of the line that holds a byte, from 1, and where that line begins and ends.
    fn line(&mut self, file: &str, at: usize) -> (usize, Range<usize>) {
        let text = self.sources.get(file).unwrap_or("");
        if !self.starts.contains_key(file) {
            let starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
            self.starts.insert(file.to_owned(), starts);
        }
        let starts = &self.starts[file];
        let before = starts.partition_point(|start| *start <= at);
        let start = if before == 0 { 0 } else { starts[before - 1] };
        (before + 1, start..starts.get(before).map_or(text.len(), |next| next - 1))
    }

    /// Line and column of a place, both from 1; columns count characters.
    pub fn line_and_column(&mut self, place: &Place) -> (usize, usize) {
        let (number, line) = self.line(&place.file, place.span.start);
        let before = self.sources.get(&place.file).and_then(|text| text.get(line.start..place.span.start));
        (number, before.unwrap_or("").chars().count() + 1)
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Sources {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(files: I) -> Sources {
        Sources { files: files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect() }
    }
}

/// A stretch of a file, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub span: Range<usize>,
}

impl Place {
    /// A stretch of `file`.
    pub fn new(file: &str, span: Range<usize>) -> Place {
        Place { file: file.to_owned(), span }
    }
}

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input cannot be used.
    Fault,
    /// Allowed, but unwise; the name of the rule, which is empty for the end of a listing that was cut.
    Warning(&'static str),
}

impl Severity {
    /// The rule of a warning.
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Severity::Fault | Severity::Warning("") => None,
            Severity::Warning(rule) => Some(rule),
        }
    }
}

/// One finding: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub severity: Severity,
    pub place: Place,
    /// The id of what a warning is about, by which it can be allowed.
    pub at: Option<String>,
    pub message: String,
    pub help: Option<String>,
    /// An earlier place that this one clashes with, and its label.
    pub earlier: Option<(Place, &'static str)>,
}

impl Fault {
    /// A fault at a place.
    pub fn new(place: Place, message: impl Into<String>) -> Fault {
        Fault {
            severity: Severity::Fault,
            place,
            at: None,
            message: message.into(),
            help: None,
            earlier: None,
        }
    }

    /// A warning under the rule named `rule`.
    pub fn warning(rule: &'static str, place: Place, message: impl Into<String>) -> Fault {
        Fault { severity: Severity::Warning(rule), ..Fault::new(place, message) }
    }

    /// Adds the way out, where there is one.
    pub fn help(mut self, help: impl Into<Help>) -> Fault {
        self.help = help.into().0;
        self
    }

    /// Adds an earlier place.
    pub fn earlier(mut self, place: Place, says: &'static str) -> Fault {
        self.earlier = Some((place, says));
        self
    }
}

/// The way out of a fault: a text, or `None`.
#[derive(Debug)]
pub struct Help(Option<String>);

impl From<&str> for Help {
    fn from(text: &str) -> Help {
        Help(Some(text.to_owned()))
    }
}

impl From<String> for Help {
    fn from(text: String) -> Help {
        Help(Some(text))
    }
}

impl From<Option<String>> for Help {
    fn from(text: Option<String>) -> Help {
        Help(text)
    }
}

/// Some input's faults in the order of its text, and the text. Never empty.
#[derive(Debug, Clone)]
pub struct Faults {
    pub sources: Sources,
    pub list: Vec<Fault>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&show(&self.list, &self.sources, false))
    }
}

impl std::error::Error for Faults {}

/// The most findings that are listed at once.
pub const MOST_LISTED: usize = 1000;

/// The first findings of a list; the last one says so when there are more.
pub fn first(mut faults: Vec<Fault>) -> Vec<Fault> {
    if let Some(next) = faults.get(MOST_LISTED).cloned() {
        faults.truncate(MOST_LISTED);
        let message = format!("and more, from here on; only the first {MOST_LISTED} are listed");
        // It is about everything left out, not about one rule or id.
        let severity = match next.severity {
            Severity::Fault => Severity::Fault,
            Severity::Warning(_) => Severity::Warning(""),
        };
        let more = Fault { severity, ..Fault::new(next.place, message) };
        faults.push(more.help("correct these, and check again"));
    }
    faults
}

/// The findings as a compiler would show them, one after the other.
pub fn show(faults: &[Fault], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(DEFAULT_TERM_WIDTH);
    let mut lines = Lines::new(sources);
    let shown: Vec<String> = faults.iter().map(|fault| show_one(fault, &mut lines, &renderer)).collect();
    shown.join("\n\n")
}

/// A quoted name, made safe to show.
pub fn quote(name: &str) -> String {
    const MOST: usize = 80;
    let mut shown: String = name.chars().take(MOST).collect();
    if shown.len() < name.len() {
        shown.push_str("...");
    }
    format!("`{}`", text::escape(&shown))
}

/// "did you mean" for a name that resembles one of `known`.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| format!("did you mean {}?", quote(candidate)))
}

fn show_one(fault: &Fault, lines: &mut Lines<'_>, renderer: &Renderer) -> String {
    let level = match fault.severity {
        Severity::Fault => Level::ERROR,
        Severity::Warning(_) => Level::WARNING,
    };
    let mut title = level.primary_title(fault.message.as_str());
    if let Some(rule) = fault.severity.rule() {
        title = title.id(rule);
    }
    let help = fault.help.as_deref().map(|help| Level::HELP.message(help));
    if lines.sources.get(&fault.place.file).is_none_or(str::is_empty) {
        // Without a text the whole file is at fault.
        let origin = title.element(Origin::path(text::escape(&fault.place.file)));
        return renderer.render(&[match help {
            Some(help) => origin.element(help),
            None => origin,
        }]);
    }
    let excerpt = Excerpt::around(&fault.place, lines);
    let earlier = fault.earlier.as_ref().map(|(place, says)| (Excerpt::around(place, lines), says));
    let mut group =
        title.element(excerpt.snippet().annotation(AnnotationKind::Primary.span(excerpt.span.clone())));
    if let Some((excerpt, says)) = &earlier {
        let annotation = AnnotationKind::Context.span(excerpt.span.clone()).label(**says);
        group = group.element(excerpt.snippet().annotation(annotation));
    }
    if let Some(help) = help {
        group = group.element(help);
    }
    renderer.render(&[group])
}

/// The lines that a place touches, cut out so that a long file costs nothing, and safe to show.
struct Excerpt<'a> {
    file: Cow<'a, str>,
    text: String,
    line: usize,
    span: Range<usize>,
}

impl<'a> Excerpt<'a> {
    fn around(place: &'a Place, lines: &mut Lines<'_>) -> Excerpt<'a> {
        const MOST: usize = 400;
        let text = lines.sources.get(&place.file).unwrap_or("");
        let start = floor(text, place.span.start.min(text.len()));
        let end = floor(text, place.span.end.clamp(start, text.len()));
        let (number, line) = lines.line(&place.file, start);
        let first = floor(text, line.start.max(start.saturating_sub(MOST)));
        let end = end.min(line.end);
        let last = floor(text, line.end.min(end + MOST));
        let [before, marked, after] = [&text[first..start], &text[start..end], &text[end..last]].map(shown);
        let span = before.len()..before.len() + marked.len();
        Excerpt { file: text::escape(&place.file), text: before + &marked + &after, line: number, span }
    }

    fn snippet<T: Clone>(&self) -> Snippet<'_, T> {
        Snippet::source(self.text.as_str()).path(self.file.as_ref()).line_start(self.line).fold(false)
    }
}

/// A stretch of a line, safe to show; tabs stay, since the renderer lays them out.
fn shown(text: &str) -> String {
    let pieces: Vec<_> = text.trim_end_matches('\r').split('\t').map(text::escape).collect();
    pieces.join("\t")
}

/// The nearest character border at or before a byte.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
