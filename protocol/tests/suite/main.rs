//! The protocol's tests, as one program: against properties, against other people's implementations, against the golden vectors.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod corpus;
mod entries;
mod fixture;
mod forks;
mod histories;
mod identifiers;
mod notes;
mod nquads;
mod proofs;
#[path = "../properties/mod.rs"]
mod properties;
mod records;
mod rosters;
mod trees;
mod vectors;
