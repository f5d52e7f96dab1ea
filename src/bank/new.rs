//! A small complete bank to start from: three rated scales, a scene, a fact, a role and steps; or, without a role, an
//! inventory of two scales. Its texts are placeholders with an example. A test keeps it free of other warnings.

use crate::text;

/// The files of a new bank, as (path, text) pairs. The id and the title are those of the bank, and of its role.
pub fn files(id: &str, title: &str, with_role: bool) -> Vec<(String, String)> {
    let role = format!("roles/{id}.toml");
    let files = if with_role {
        vec![
            ("bank.toml", concat!(include_str!("new/bank.toml"), include_str!("new/bands.toml"))),
            ("work.toml", include_str!("new/work.toml")),
            ("wishes.toml", include_str!("new/wishes.toml")),
            ("steps.toml", include_str!("new/steps.toml")),
            (&role, include_str!("new/role.toml")),
        ]
    } else {
        vec![
            ("bank.toml", include_str!("new/inventory.toml")),
            ("items.toml", include_str!("new/items.toml")),
        ]
    };
    let named = |text: &str| text.replace("{id}", &quoted(id)).replace("{title}", &quoted(title));
    files.into_iter().map(|(path, text)| (path.to_owned(), named(text))).collect()
}

/// The nearest id to a title: lower-case letters and digits with single hyphens between.
///
/// ```
/// use coofit::bank::new::id_from;
/// assert_eq!(id_from("Night-shift  Lead (2)"), Some("night-shift-lead-2".into()));
/// assert_eq!(id_from("夜勤"), None);
/// ```
pub fn id_from(title: &str) -> Option<String> {
    const MOST: usize = 64;
    let lower = title.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut id = words.join("-");
    id.truncate(MOST);
    let id = id.trim_end_matches('-').to_owned();
    (!id.is_empty()).then_some(id)
}

/// A text as a TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text::prose(text).replace('\\', "\\\\").replace('"', "\\\""))
}
