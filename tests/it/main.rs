//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

#![allow(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1 cargo test` writes them")]

mod audit;
mod author;
mod banks;
mod browser;
mod calendar;
mod career;
mod change;
mod cli;
mod cohort;
mod damage;
mod disclosure;
mod edges;
mod edited;
mod examples;
mod explain;
mod faults;
mod first;
mod group;
mod handout;
mod hostile;
mod import;
mod inventory;
mod items;
mod keeping;
mod known_groups;
mod lints;
mod model;
mod norms;
mod others;
mod outputs;
mod pages;
mod paused;
mod program;
mod properties;
mod reference;
mod results;
mod schemas;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod scripts;
mod session;
mod signals;
mod slips;
mod slots;
mod store;
mod support;
#[cfg(unix)]
mod terminal;
mod text;
mod tidy;
#[cfg(windows)]
mod windows;
