//! One crate of integration tests: the arithmetic against independent tables, the shipped bank, and
//! whole runs of the program.

mod pages;
mod reference;
mod support;
