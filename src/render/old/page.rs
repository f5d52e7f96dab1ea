//! What every page shares: its one style, the policy that allows nothing but that style, and the
//! filters and pictures of the templates.
//!
//! A page holds no script and no inline style, and fetches nothing. Templates escape every text; the
//! only thing they take as it is, is the style.

/// The one style of every page.
pub(in crate::render) const STYLE: &str = include_str!("page.css");

/// The policy that stands first in the head. The hash is that of [`STYLE`]; a test holds them together.
pub(in crate::render) const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-2hPzJvSOr4kOBxQTU8SYIZ8ixoEDecfH203U/xyPfJA='; \
    img-src data:; base-uri 'none'; form-action 'none'";

/// The attribute that turns a page round for a language that is written from right to left.
pub(in crate::render) fn direction(language: &str) -> &'static str {
    if crate::text::is_right_to_left(language) { " dir=\"rtl\"" } else { "" }
}

/// A dot on a line from 0 to 100, with its error and the level that is asked.
#[derive(Debug)]
pub(in crate::render) struct Bar {
    pub(in crate::render) score: f64,
    pub(in crate::render) low: f64,
    pub(in crate::render) high: f64,
    pub(in crate::render) asked: Option<f64>,
    /// Whether the dot is drawn full.
    pub(in crate::render) met: bool,
    /// The picture in words.
    pub(in crate::render) says: String,
}

/// The filters of the templates.
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what the filter macro asks for and makes"
)]
pub(in crate::render) mod filters {
    use crate::render::old::words;

    /// A number, however many references away a template holds it.
    pub(in crate::render) trait Number {
        fn number(&self) -> f64;
    }

    impl Number for f64 {
        fn number(&self) -> f64 {
            *self
        }
    }

    impl<T: Number + ?Sized> Number for &T {
        fn number(&self) -> f64 {
            (**self).number()
        }
    }

    /// A number for people.
    #[askama::filter_fn]
    pub(in crate::render) fn whole<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(crate::report::whole(x.number()))
    }

    /// Points of fit.
    #[askama::filter_fn]
    pub(in crate::render) fn tenths<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(words::tenths(x.number()))
    }

    /// What a gap costs.
    #[askama::filter_fn]
    pub(in crate::render) fn to_gain<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(words::to_gain(x.number()))
    }

    /// Points of fit, up or down.
    #[askama::filter_fn]
    pub(in crate::render) fn signed<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(words::signed_tenths(x.number()))
    }

    /// A number of the arithmetic.
    #[askama::filter_fn]
    pub(in crate::render) fn exact<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(words::exact(x.number()))
    }

    /// A place or a length in a picture, as a share of its width.
    #[askama::filter_fn]
    pub(in crate::render) fn at<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(format!("{:.2}%", x.number().clamp(0.0, 100.0)))
    }

    /// A height in a picture.
    #[askama::filter_fn]
    pub(in crate::render) fn place<T: Number>(x: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(format!("{:.2}", x.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::direction;

    #[test]
    fn right_to_left_languages_turn_the_page_round() {
        for language in ["ar", "fa-IR", "he_IL", "ur", "yi", "ji", "syr", "prs", "ku-Arab", "az-Arab-IR"] {
            assert_eq!(direction(language), " dir=\"rtl\"", "{language}");
        }
        for language in ["en", "de-CH", "ku", "ar-Latn", "uz-Latn", ""] {
            assert_eq!(direction(language), "", "{language}");
        }
    }
}
