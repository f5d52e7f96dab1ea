//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

mod banks;
mod cli;
mod damage;
mod faults;
mod hostile;
mod keeping;
mod known_groups;
mod model;
mod program;
mod properties;
mod reference;
mod support;
mod tidy;
