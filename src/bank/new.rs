//! A small complete bank to start from: two parts, every way of answering once, a role and steps; or,
//! without a role, an inventory of two scales.
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
    /// Whether it has a role, with bands for the fit; otherwise it is an inventory.
    pub role: bool,
}

impl Start {
    /// The files, as (path, text) pairs.
    #[must_use]
    pub fn files(&self) -> Vec<(String, String)> {
        let named =
            |text: &str| text.replace("{id}", &quoted(&self.id)).replace("{title}", &quoted(&self.title));
        if !self.role {
            return [
                ("bank.toml", named(include_str!("new/inventory.toml"))),
                ("items.toml", include_str!("new/items.toml").to_owned()),
            ]
            .map(|(path, text)| (path.to_owned(), text))
            .into();
        }
        let bank = concat!(include_str!("new/bank.toml"), include_str!("new/bands.toml"));
        vec![
            ("bank.toml".to_owned(), named(bank)),
            ("work.toml".to_owned(), include_str!("new/work.toml").to_owned()),
            ("wishes.toml".to_owned(), include_str!("new/wishes.toml").to_owned()),
            ("steps.toml".to_owned(), include_str!("new/steps.toml").to_owned()),
            (format!("roles/{}.toml", self.id), named(include_str!("new/role.toml"))),
        ]
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
