//! coofit measures how well a person and a role fit, and says how sure it is.
//!
//! The data flows one way, and every arrow is a pure function:
//!
//! ```text
//! TOML text -> Bank -> Session -> Responses -> Assessment -> Report -> Document -> String
//! ```
//!
//! These functions use no files, clock, environment or randomness. The disk (`store`), the
//! terminal (`prompt`) and the command line (`cli`) are around it. ARCHITECTURE.md says where to start.

pub mod text;

pub mod document;

#[expect(missing_docs, reason = "fields have the names of the keys in files, see docs/banks.md")]
pub mod bank;
#[expect(missing_docs, reason = "names and types say it")]
pub mod session;

#[expect(missing_docs, reason = "names and types say it")]
pub mod answers;

#[expect(missing_docs, reason = "names and types say it; formulas are documented")]
pub mod score;

#[expect(missing_docs, reason = "the names say it; every figure's type is documented")]
pub mod audit;
#[expect(missing_docs, reason = "names and types say it")]
pub mod cohort;

#[expect(missing_docs, reason = "names and types say it")]
pub mod store;

mod prompt;

#[expect(missing_docs, reason = "names and types say it")]
pub mod report;

pub mod render;

pub mod cli;
