//! Renderers that are still to become writers of a document.

pub(super) mod arithmetic;
pub(super) mod compare;
pub(super) mod explain;
pub(super) mod group;
pub(super) mod html;
pub(super) mod letter;
pub(super) mod markdown;
pub(super) mod markdown_text;
pub(super) mod page;
pub(super) mod terminal;
pub(super) mod words;
