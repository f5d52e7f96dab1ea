//! coofit measures how well a person and a role fit, and says how sure it is.
//!
//! The data flows one way, and every arrow is a function from value to value:
//!
//! ```text
//! TOML text -> Bank -> Session -> Responses -> Scores, Fit, Quality -> Report -> String
//! ```
//!
//! The middle is pure: no files, no clock, no environment, no chance. The disk (`store`), the
//! terminal (`prompt`) and the command line (`cli`) stand round it. Start reading at [`bank`], go on
//! with [`score`], and look at one test in `tests/it/reference.rs`; `cli` comes last.

pub mod text;

pub mod bank;
pub mod session;

pub mod answers;

pub mod score;

pub mod audit;
pub mod cohort;

pub mod store;

mod prompt;

pub mod report;

pub mod render;

pub mod cli;
