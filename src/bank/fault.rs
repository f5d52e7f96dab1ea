//! What is wrong with a file that a person wrote: where, what, and how to put it right.
//!
//! Faults are collected and shown together, in the manner of a compiler. [`Sources`] holds the
//! texts that the places point into.

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
    #[must_use]
    pub fn built_in() -> Sources {
        crate::bank::BUILT_IN.iter().copied().collect()
    }

    /// Adds a file.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.files.insert(name.into(), text.into());
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// Every file, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Line and column of a place, both from 1; columns count characters.
    #[must_use]
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
    #[must_use]
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
    #[must_use]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The stretch.
    pub span: Range<usize>,
}

impl Place {
    /// A stretch of `file`.
    #[must_use]
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
    #[must_use]
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Severity::Fault | Severity::Warning("") => None,
            Severity::Warning(rule) => Some(rule),
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Fault or warning.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The id of what a warning is about, by which it can be allowed.
    pub at: Option<String>,
    /// What.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
    /// An earlier place that this one clashes with, and what stands there.
    pub earlier: Option<(Place, &'static str)>,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
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
    #[must_use]
    pub fn warning(rule: &'static str, place: Place, message: impl Into<String>) -> Fault {
        Fault { severity: Severity::Warning(rule), ..Fault::new(place, message) }
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// Adds the way out, where there is one.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Fault {
        self.help = help;
        self
    }

    /// Adds an earlier place.
    #[must_use]
    pub fn earlier(mut self, place: Place, says: &'static str) -> Fault {
        self.earlier = Some((place, says));
        self
    }
}

/// Some input's faults, with the texts they point into. Never empty.
#[derive(Debug, Clone)]
pub struct Faults {
    /// The texts.
    pub sources: Sources,
    /// The findings, in the order of the text.
    pub list: Vec<Fault>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&show(&self.list, &self.sources, false))
    }
}

impl std::error::Error for Faults {}

/// The most findings that are listed at once; more help nobody.
pub const MOST_LISTED: usize = 1000;

/// The first findings of a list, the last of which says so when there are more.
#[must_use]
pub fn first(mut faults: Vec<Fault>) -> Vec<Fault> {
    if let Some(next) = faults.get(MOST_LISTED).cloned() {
        faults.truncate(MOST_LISTED);
        let message = format!("and more, from here on; only the first {MOST_LISTED} are listed");
        // It stands for all that is left out, and so is about no rule and no id in particular.
        let severity = match next.severity {
            Severity::Fault => Severity::Fault,
            Severity::Warning(_) => Severity::Warning(""),
        };
        let more = Fault { severity, ..Fault::new(next.place, message) };
        faults.push(more.help("put these right, and check again"));
    }
    faults
}

/// The findings as a compiler would show them, one after the other.
#[must_use]
pub fn show(faults: &[Fault], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(DEFAULT_TERM_WIDTH);
    let mut lines = Lines::new(sources);
    let shown: Vec<String> = faults.iter().map(|fault| show_one(fault, &mut lines, &renderer)).collect();
    shown.join("\n\n")
}

/// A quoted name, made safe to show.
#[must_use]
pub fn quote(name: &str) -> String {
    const MOST: usize = 80;
    let mut shown: String = name.chars().take(MOST).collect();
    if shown.len() < name.len() {
        shown.push_str("...");
    }
    format!("`{}`", text::escape(&shown))
}

/// "did you mean" for a name that resembles one of `known`.
#[must_use]
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
    if lines.sources.get(&fault.place.file).is_none_or(str::is_empty) {
        // There is no text to point into: the file as a whole is at fault.
        let file = text::escape(&fault.place.file);
        let mut group = title.element(Origin::path(file));
        if let Some(help) = &fault.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        return renderer.render(&[group]);
    }
    let excerpt = Excerpt::around(&fault.place, lines);
    let earlier = fault.earlier.as_ref().map(|(place, says)| (Excerpt::around(place, lines), says));
    let mut group =
        title.element(excerpt.snippet().annotation(AnnotationKind::Primary.span(excerpt.span.clone())));
    if let Some((excerpt, says)) = &earlier {
        let annotation = AnnotationKind::Context.span(excerpt.span.clone()).label(**says);
        group = group.element(excerpt.snippet().annotation(annotation));
    }
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(help.as_str()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_its_line_its_column_and_the_way_out() {
        let mut sources = Sources::default();
        sources.insert("a.toml", "one = 1\nscael = \"é\"\n");
        let fault =
            Fault::new(Place::new("a.toml", 8..13), "unknown key `scael`").help("did you mean `scale`?");
        let shown = show(&[fault], &sources, false);
        for part in
            ["error: unknown key `scael`", "--> a.toml:2:1", "scael = \"é\"", "^^^^^", "help: did you mean"]
        {
            assert!(shown.contains(part), "{part} is missing from\n{shown}");
        }
    }

    #[test]
    fn a_place_in_a_very_long_line_is_cut_out_of_it() {
        let mut sources = Sources::default();
        sources.insert("a.toml", "é".repeat(100_000));
        let shown = show(&[Fault::new(Place::new("a.toml", 100_000..100_010), "x")], &sources, false);
        assert!(shown.len() < 4000, "{} bytes", shown.len());
    }

    #[test]
    fn the_end_of_a_cut_listing_is_about_no_rule_and_no_id() {
        let one = Fault {
            at: Some("x".to_owned()),
            ..Fault::warning("no-why", Place::new("a.toml", 0..1), "has no reason")
        };
        assert_eq!(first(vec![one.clone(); MOST_LISTED]).len(), MOST_LISTED);
        let cut = first(vec![one; MOST_LISTED + 2]);
        assert_eq!(cut.len(), MOST_LISTED + 1);
        let last = cut.last().expect("findings");
        assert_eq!((last.severity.rule(), &last.at), (None, &None));
        assert_ne!(last.severity, Severity::Fault);
        let sources = [("a.toml", "x = 1\n")].into_iter().collect();
        let shown = show(&cut[MOST_LISTED..], &sources, false);
        assert!(shown.starts_with("warning: and more, from here on"), "{shown}");
    }

    #[test]
    fn suggestions_are_near_or_none() {
        assert_eq!(did_you_mean("autonmy", ["autonomy", "scale"]), Some("did you mean `autonomy`?".into()));
        assert_eq!(did_you_mean("zzz", ["autonomy", "scale"]), None);
    }
}
