//! A small complete bank to start from: two parts, every way of answering once, a role and steps.
//!
//! The files lie in `src/bank/new/`; ids and titles are put in here. A test keeps them free of faults
//! and warnings.

use crate::text;

/// What the author says about the bank to be.
#[derive(Debug, Clone)]
pub struct Start {
    /// Kebab-case id of the bank, and of its role.
    pub id: String,
    /// What the bank is about.
    pub title: String,
    /// Whether it has a role, with bands for the fit.
    pub role: bool,
}

impl Start {
    /// The files, as (path, text) pairs.
    #[must_use]
    pub fn files(&self) -> Vec<(String, String)> {
        let title = quoted(&self.title);
        let mut bank = include_str!("new/bank.toml").to_owned();
        if self.role {
            bank += include_str!("new/bands.toml");
        }
        let mut files = vec![
            ("bank.toml".to_owned(), bank.replace("{id}", &quoted(&self.id)).replace("{title}", &title)),
            ("work.toml".to_owned(), include_str!("new/work.toml").to_owned()),
            ("wishes.toml".to_owned(), include_str!("new/wishes.toml").to_owned()),
            ("steps.toml".to_owned(), include_str!("new/steps.toml").to_owned()),
        ];
        if self.role {
            let role = include_str!("new/role.toml").replace("{id}", &quoted(&self.id));
            files.push((format!("roles/{}.toml", self.id), role.replace("{title}", &title)));
        }
        files
    }
}

/// The nearest id to a title: lower-case letters and digits with single hyphens between.
///
/// ```
/// use coofit::bank::new::id_from;
/// assert_eq!(id_from("Night-shift  Lead (2)"), Some("night-shift-lead-2".into()));
/// assert_eq!(id_from("夜勤"), None);
/// ```
#[must_use]
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
fn quoted(text: &str) -> String {
    format!("\"{}\"", text::prose(text).replace('\\', "\\\\").replace('"', "\\\""))
}
