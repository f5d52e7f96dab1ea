//! Values for programs, as their types describe them.

use serde::Serialize;

/// The value as JSON, unrounded; the same value gives the same bytes.
///
/// # Panics
/// Never for the types of this program: their keys are texts.
pub fn json<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("all keys are texts");
    text.push('\n');
    text
}
