//! The kit that Markdown is set with, and the escaping that keeps every text a text.
//!
//! A text of a bank is prose on one line. Escaped, it cannot begin a heading, a list, a link, a tag,
//! an entity or a table cell, wherever it stands.

/// Characters that can mean something inside a line.
const INSIDE: &str = "\\`*_{}[]<>|~&$^=@#!";
/// Characters that can mean something only at the beginning of a line.
const AT_START: [char; 3] = ['+', '-', ':'];

/// `text` with a backslash before every character that could be read as markup, wherever on a line
/// it comes to stand.
///
/// Addresses are broken too, so that no reader turns them into links: `http\://`, `www\.`.
pub(super) fn escape(text: &str) -> String {
    let escaped = escape_inside(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &escaped[digits..];
    let obeyed = if digits == 0 { rest.starts_with(AT_START) } else { rest.starts_with(['.', ')']) };
    if obeyed { format!("{}\\{rest}", &escaped[..digits]) } else { escaped }
}

/// The same for text that never begins a line.
fn escape_inside(text: &str) -> String {
    let folded = text.split(['\n', '\r', '\t']).collect::<Vec<_>>().join(" ");
    let text = folded.trim();
    let mut escaped = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let obeyed = INSIDE.contains(c)
            || (c == ':' && rest.starts_with("//"))
            || (c == '.' && text.as_bytes()[..at].to_ascii_lowercase().ends_with(b"www"));
        if obeyed {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `text` in bold, escaped; nothing when there is nothing to see.
pub(super) fn strong(text: &str) -> String {
    let escaped = escape_inside(text);
    if escaped.is_empty() { escaped } else { format!("**{escaped}**") }
}

/// A Markdown text that grows block by block. What is passed in is escaped already, but for rows.
#[derive(Default)]
pub(super) struct Markdown {
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
    pub(super) fn text(self) -> String {
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

    pub(super) fn heading(&mut self, level: usize, title: &str) {
        self.line(None, &format!("{} {title}", "#".repeat(level)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.line(None, text);
    }

    pub(super) fn item(&mut self, text: &str) {
        self.line(Some(Block::List), &format!("- {text}"));
    }

    /// A list under a line of its own; nothing when it is empty. Escapes title and entries.
    pub(super) fn list<T: AsRef<str>>(&mut self, title: &str, entries: impl Iterator<Item = T>) {
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
    pub(super) fn table(&mut self, heads: &[&str], sides: &[&str]) {
        self.open = None;
        self.row(heads);
        let rules: Vec<&str> = sides.iter().map(|side| if *side == "-" { "---:" } else { "---" }).collect();
        self.line(Some(Block::Table), &format!("| {} |", rules.join(" | ")));
    }

    /// A row of a table; escapes its cells.
    pub(super) fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|cell| escape_inside(cell)).collect();
        self.line(Some(Block::Table), &format!("| {} |", cells.join(" | ")));
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn harmless_text_stays_as_it_is() {
        for text in
            ["Leading people", "Où ça? \"Yes\", 'no' (maybe); 3.5 % - 日本", "It's 6:30 pm.", "2 of 8"]
        {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn what_could_be_read_as_markup_is_escaped() {
        for (text, escaped) in [
            ("# a", "\\# a"),
            ("+ a", "\\+ a"),
            ("- a", "\\- a"),
            ("12. a", "12\\. a"),
            ("3) a", "3\\) a"),
            ("*a*", "\\*a\\*"),
            ("a|b", "a\\|b"),
            ("[a](b)", "\\[a\\](b)"),
            ("<b>&amp;", "\\<b\\>\\&amp;"),
            ("see http://a.b", "see http\\://a.b"),
            ("WWW.a.b", "WWW\\.a.b"),
            ("a\nb", "a b"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }
}
