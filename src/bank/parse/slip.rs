//! Common slips in TOML, each with what to write instead.
//!
//! Only the first error of a file is shown, because it often causes the others.

use crate::bank::fault::{floor, quote};
use crate::text;

use super::entry::Notes;

/// The columns are: a part of TOML's message, how the line ends before the error, how it goes on after it, what is
/// wrong, and what to do. The first row that fits is taken. `;` is between alternatives, and an empty cell fits
/// everything. `␤` is the start or the end of a line, `␣` a blank that is not in ASCII, `{}` the word at the error.
const SLIPS: &str = r#"
key;unclosed;comma;newline | | // | `//` does not begin a comment | begin it with `#`
key | | : | a key and its value are joined by `=`, not by `:` | write `=`
| | “;”;„;‟;‘;’;‚;‛;«;»;‹;› | a text needs straight quotes | write `"` at both ends of the text
| | ␣ | this blank is not an ordinary one | type it again, or remove it
duplicate key | [;[ ;. | | the table {} is there already | each entry of a list begins in double brackets, as in `[[item]]`
duplicate key | | | {} is there twice in one entry | keep one of them, or begin a new entry, as with `[[item]]`
comma;expected value | ,;[;{ | , | there is a comma too many | remove it
be quoted;expected value | | ␤;#;,;];} | there is no value here | write it, or remove the key
be quoted;float;date;mantissa;zero | | -;+;.;0;1;2;3;4;5;6;7;8;9 | this is not a number | write it like `70` or `0.7`, a text in `"`, and a comma between two entries
be quoted;opening quote;expected value;float;date;boolean | | | a text needs quotes | put a `"` before and after it; a flag is `true` or `false`
literal string | | };, | a key has no value | write `key = value`; a number has a decimal point, not a comma
string | | | the text has no end on this line | end it with the straight quote that it begins with, or use `"""`
unexpected key or value | | , | there is a comma after the value | remove it, or write a decimal point
unexpected key or value;comma between key-value | " | | the text has ended before this | write `\"` for a quote within a text
unclosed table;unclosed array table | | | a header has no end | each entry of a list begins in double brackets, as in `[[item]]`
array elements;unclosed array, | | | a list has no comma or no end before this | put a `,` between two entries, a `]` after the last
key with no value;missing assignment | | | there is no `=` here | write `key = value`; a comment begins with `#`
"#;

/// Notes the first error of a file.
pub(super) fn note(notes: Notes<'_>, file: &str, errors: &[toml::de::Error]) {
    let start = |error: &&toml::de::Error| error.span().map_or(0, |span| span.start);
    let Some(error) = errors.iter().min_by_key(start) else { return };
    let span = error.span().unwrap_or_default();
    let (before, after) = file.split_at(floor(file, span.start));
    let before = format!("␤{}", before.rsplit('\n').next().unwrap_or_default().trim_start());
    let is_odd = |c: char| {
        c.is_whitespace() && !c.is_ascii() || "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(c)
    };
    let after = format!("{}␤", after.lines().next().unwrap_or_default().replace(is_odd, "␣").trim_end());
    let fits = |[part, end, beginning, ..]: &[&str; 5]| {
        part.split(';').any(|part| error.message().contains(part))
            && end.split(';').any(|end| before.ends_with(end))
            && beginning.split(';').any(|beginning| after.starts_with(beginning))
    };
    let cells = |row: &'static str| {
        let mut cells = row.split('|').map(str::trim);
        [(); 5].map(|()| cells.next().unwrap_or_default())
    };
    let word = after.split([' ', '=', ',', ']', '}', '␤']).next().unwrap_or_default();
    match SLIPS.lines().skip(1).map(cells).find(fits) {
        Some([.., says, help]) => notes.fault(&span, says.replace("{}", &quote(word)), help),
        None => {
            let help = "`coofit bank new DIR` writes a bank to compare it with";
            notes.fault(&span, format!("not TOML: {}", text::prose(error.message())), help);
        }
    }
}
