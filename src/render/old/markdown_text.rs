//! The kit that Markdown is set with, and the escaping that keeps every text a text.
//!
//! A text of a bank is prose on one line. Escaped, it cannot begin a heading, a list, a link, a tag,
//! an entity or a table cell, wherever it stands.

/// Characters that can mean something inside a line; every reader of Markdown knows their escape.
const INSIDE: &str = "\\`*_{}[]";
/// Characters that can mean something at the beginning of a line.
const AT_START: &str = "#+->!";

/// `text` with an escape for every character that could be read as markup at its place.
///
/// `CommonMark`, GitHub's Markdown and python-markdown agree on what this writes: a backslash where all
/// three know it, a character reference elsewhere. Addresses are broken, so that no reader turns them
/// into links.
pub(in crate::render) fn escape(text: &str) -> String {
    let escaped = escape_inside(text);
    if let Some(rest) = escaped.strip_prefix(':') {
        return format!("&#58;{rest}");
    }
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &escaped[digits..];
    let obeyed =
        if digits == 0 { rest.starts_with(|c| AT_START.contains(c)) } else { rest.starts_with(['.', ')']) };
    if obeyed { format!("{}\\{rest}", &escaped[..digits]) } else { escaped }
}

/// The same for text that never begins a line.
fn escape_inside(text: &str) -> String {
    let folded = text.split(['\n', '\r', '\t']).collect::<Vec<_>>().join(" ");
    let text = folded.trim();
    let is_paired = |c: char| text.matches(c).count() > 1;
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let (before, rest) = (&text[..at], &text[at + c.len_utf8()..]);
        match c {
            '<' if rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) => {
                escaped.push_str("&lt;");
            }
            '&' if is_reference(rest) => escaped.push_str("&amp;"),
            '|' => escaped.push_str("&#124;"),
            '~' if is_paired('~') => escaped.push_str("&#126;"),
            '$' if is_paired('$') => escaped.push_str("&#36;"),
            '^' if is_paired('^') => escaped.push_str("&#94;"),
            '@' if before.ends_with(char::is_alphanumeric) => escaped.push_str("&#64;"),
            ':' if rest.starts_with("//") => escaped.push_str("&#58;"),
            '.' if before.to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            // A heading drops the number signs at its end.
            '#' if rest.trim_start_matches('#').is_empty() => escaped.push_str("\\#"),
            c if INSIDE.contains(c) => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether what follows an ampersand could make it a character reference.
fn is_reference(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    end > 0 && name[end..].starts_with(';')
}

/// `text` in bold, escaped; nothing when there is nothing to see.
pub(in crate::render) fn strong(text: &str) -> String {
    let escaped = escape_inside(text);
    if escaped.is_empty() { escaped } else { format!("**{escaped}**") }
}

/// A Markdown text that grows block by block. What is passed in is escaped already, but for rows.
#[derive(Default)]
pub(in crate::render) struct Markdown {
    text: String,
    /// Whether the last line belongs to a list or a table, which the next line of its kind goes on with.
    open: Option<Block>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    List,
    Table,
}

impl Markdown {
    pub(in crate::render) fn text(self) -> String {
        self.text
    }

    fn line(&mut self, block: Option<Block>, line: &str) {
        if !self.text.is_empty() && (block.is_none() || self.open != block) {
            self.text.push('\n');
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.open = block;
    }

    pub(in crate::render) fn heading(&mut self, level: usize, title: &str) {
        self.line(None, &format!("{} {title}", "#".repeat(level)));
    }

    /// A paragraph; nothing when it is empty.
    pub(in crate::render) fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.line(None, text);
        }
    }

    pub(in crate::render) fn item(&mut self, text: &str) {
        self.line(Some(Block::List), &format!("- {text}"));
    }

    /// A list under a line of its own; nothing when it is empty. Escapes title and entries.
    pub(in crate::render) fn list<T: AsRef<str>>(&mut self, title: &str, entries: impl Iterator<Item = T>) {
        let mut entries = entries.peekable();
        if entries.peek().is_none() {
            return;
        }
        self.paragraph(&strong(title));
        for entry in entries {
            self.item(&escape(entry.as_ref()));
        }
    }

    /// The head of a table; `-` puts a column to the right.
    pub(in crate::render) fn table(&mut self, heads: &[&str], sides: &[&str]) {
        self.open = None;
        self.row(heads);
        let rules: Vec<&str> = sides.iter().map(|side| if *side == "-" { "---:" } else { "---" }).collect();
        self.line(Some(Block::Table), &format!("| {} |", rules.join(" | ")));
    }

    /// A row of a table; escapes its cells.
    pub(in crate::render) fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|cell| escape_inside(cell)).collect();
        self.line(Some(Block::Table), &format!("| {} |", cells.join(" | ")));
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn harmless_text_stays_as_it_is() {
        for text in [
            "Leading people",
            "Où ça? \"Yes\", 'no' (maybe); 3.5 % - 日本",
            "It's 6:30 pm.",
            "R&D: a < b ~5 $",
            "2 of 8!",
        ] {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn what_could_be_read_as_markup_is_escaped() {
        for (text, escaped) in [
            ("# a", "\\# a"),
            ("a ##", "a \\#\\#"),
            ("+ a", "\\+ a"),
            ("- a", "\\- a"),
            ("> a", "\\> a"),
            ("!!! a", "\\!!! a"),
            (": a", "&#58; a"),
            ("12. a", "12\\. a"),
            ("3) a", "3\\) a"),
            ("*a*", "\\*a\\*"),
            ("a|b", "a&#124;b"),
            ("[a](b)", "\\[a\\](b)"),
            ("<b>&amp;&#60;", "&lt;b>&amp;amp;&amp;#60;"),
            ("~~a~~ $b$", "&#126;&#126;a&#126;&#126; &#36;b&#36;"),
            ("see http://a.b", "see http&#58;//a.b"),
            ("WWW.a.b and a@b.c", "WWW\\.a.b and a&#64;b.c"),
            ("a\nb", "a b"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }
}
