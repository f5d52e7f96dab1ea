//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

mod audit;
mod author;
mod banks;
mod examples;
mod faults;
mod known_groups;
mod lints;
mod properties;
mod reference;
mod schemas;
mod support;
