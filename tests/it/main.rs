//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

mod cli;
mod hostile;
mod keeping;
mod program;
mod reference;
mod support;
