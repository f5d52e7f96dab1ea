//! What is wrong with a file that a person wrote: where, what, and how to correct it. Faults are collected
//! and shown together, like those of a compiler.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Annotation, AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::text;

/// The files of a bank, or one other input, by the name to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, String>);

impl Sources {
    pub fn built_in() -> Sources {
        crate::bank::BUILT_IN.iter().copied().collect()
    }

    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Line and column of a place, both from 1; columns count characters.
    pub fn line_and_column(&self, place: &Place) -> (usize, usize) {
        let text = self.get(&place.file).unwrap_or("");
        let before = &text[..floor(text, place.span.start)];
        let line = before.rsplit('\n').next().unwrap_or(before);
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Sources {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(files: I) -> Sources {
        Sources(files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
    }
}

/// A stretch of a file, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub span: Range<usize>,
}

impl Place {
    pub fn new(file: &str, span: Range<usize>) -> Place {
        Place { file: file.to_owned(), span }
    }
}

/// An error, with which the input cannot be used, or a warning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
    pub is_warning: bool,
    /// The lint that warns; none at the end of a cut list.
    pub rule: Option<&'static str>,
    pub place: Place,
    /// The id by which a warning can be allowed.
    pub at: Option<String>,
    pub message: String,
    pub help: Option<String>,
    /// An earlier place that conflicts with this one, and its label.
    pub earlier: Option<(Place, &'static str)>,
}

impl Fault {
    pub fn new(place: Place, message: impl Into<String>) -> Fault {
        Fault { place, message: message.into(), ..Fault::default() }
    }

    pub fn warning(rule: &'static str, place: Place, message: impl Into<String>) -> Fault {
        Fault { is_warning: true, rule: Some(rule), ..Fault::new(place, message) }
    }

    pub fn help(mut self, help: impl Into<Help>) -> Fault {
        self.help = help.into().0;
        self
    }

    pub fn earlier(mut self, place: Place, says: &'static str) -> Fault {
        self.earlier = Some((place, says));
        self
    }
}

/// How to correct a fault: a text, or `None`.
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

/// The faults of an input in the order of its text. Never empty.
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

/// Cuts a long list of findings. The last one then says that there are more.
pub fn first(mut faults: Vec<Fault>) -> Vec<Fault> {
    if let Some(next) = faults.get(MOST_LISTED).cloned() {
        faults.truncate(MOST_LISTED);
        let message = format!("and more, from here on; only the first {MOST_LISTED} are listed");
        // It is not about one rule or id.
        let more = Fault { is_warning: next.is_warning, ..Fault::new(next.place, message) };
        faults.push(more.help("correct these, and check again"));
    }
    faults
}

/// The findings as a compiler would show them, one after the other.
pub fn show(faults: &[Fault], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(DEFAULT_TERM_WIDTH);
    let shown: Vec<String> = faults.iter().map(|fault| show_one(fault, sources, &renderer)).collect();
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

/// What is wrong where the reader of JSON stops, and the way out. Its own words are for programmers.
pub fn json_fault(error: &serde_json::Error) -> (&'static str, &'static str) {
    if error.is_eof() {
        return ("the file ends too early", "save it again, or ask for it again");
    }
    let help = "something is missing or does not belong here, such as a comma, a bracket or a quotation mark; \
                correct it, or ask for the file again";
    ("the file cannot be read from here on", help)
}

/// The same in one text, with the place. Only the caller knows what the file should hold.
pub fn json_line(error: &serde_json::Error) -> String {
    if error.is_data() {
        return format!("{}\n  help: make the file again", text::prose(&error.to_string()));
    }
    let (what, help) = json_fault(error);
    format!("line {}, column {}: {what}\n  help: {help}", error.line(), error.column().max(1))
}

/// The names in a row; of many, only the first.
pub(crate) fn first_of(names: &[String], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names[..names.len().min(most)].join(", ") + &more
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

fn show_one(fault: &Fault, sources: &Sources, renderer: &Renderer) -> String {
    let level = if fault.is_warning { Level::WARNING } else { Level::ERROR };
    let mut title = level.primary_title(text::escape_lines(&fault.message));
    if let Some(rule) = fault.rule {
        title = title.id(rule);
    }
    let mut group = if sources.get(&fault.place.file).is_none_or(str::is_empty) {
        // There is no text to show.
        title.element(Origin::path(text::escape(&fault.place.file)))
    } else {
        title.element(excerpt(&fault.place, sources, AnnotationKind::Primary, None))
    };
    if let Some((place, says)) = &fault.earlier {
        group = group.element(excerpt(place, sources, AnnotationKind::Context, Some(says)));
    }
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(text::escape_lines(help)));
    }
    renderer.render(&[group])
}

/// The line of a place, cut and safe to show.
fn excerpt<'a>(
    place: &'a Place,
    sources: &Sources,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Snippet<'a, Annotation<'a>> {
    const MOST: usize = 400;
    let text = sources.get(&place.file).unwrap_or("");
    let start = floor(text, place.span.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let end = floor(text, place.span.end.clamp(start, line_end));
    let (line, above) = (text[..start].matches('\n').count() + 1, text[..start].rfind('\n'));
    let first = floor(text, above.map_or(0, |end| end + 1).max(start.saturating_sub(MOST)));
    let last = floor(text, line_end.min(end + MOST));
    let [before, marked, after] = [&text[first..start], &text[start..end], &text[end..last]].map(shown);
    let span = before.len()..before.len() + marked.len();
    Snippet::source(before + &marked + &after)
        .path(text::escape(&place.file))
        .line_start(line)
        .fold(false)
        .annotation(kind.span(span).label(label))
}

/// Part of a line, safe to show. The renderer lays out tabs.
fn shown(text: &str) -> String {
    let pieces: Vec<_> = text.trim_end_matches('\r').split('\t').map(text::escape).collect();
    pieces.join("\t")
}

/// The nearest character boundary at or before a byte.
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rfind(|at| text.is_char_boundary(*at)).unwrap_or_default()
}
