//! coofit measures how well a person and a role fit, and says how sure it is.
//!
//! The data flows one way, and every arrow is a function from value to value:
//!
//! ```text
//! TOML text -> Bank -> Session -> Responses -> Assessment -> Report -> String
//! ```
//!
//! The middle is pure: no files, no clock, no environment, no chance. The disk (`store`), the
//! terminal (`prompt`) and the command line (`cli`) are around it. ARCHITECTURE.md says where to start.

pub mod text;

pub mod document;

#[expect(missing_docs, reason = "fields have the names of the keys in files, see docs/banks.md")]
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
