//! Answers everybody.

pub mod sparql;
