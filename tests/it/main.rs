//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

mod banks;
mod cohort;
mod faults;
mod known_groups;
mod properties;
mod reference;
mod support;
