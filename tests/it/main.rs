//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

mod banks;
mod cli;
mod faults;
mod hostile;
mod keeping;
mod known_groups;
mod pages;
mod program;
mod properties;
mod reference;
#[cfg(unix)]
mod screen;
mod support;
#[cfg(unix)]
mod terminal;
mod tidy;
