//! Tests of reading TIFF: real files, files made here, and damaged ones.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics says where it failed"
)]

mod corpus;
mod forms;
mod made;
mod mutated;
mod ome;
mod reading;
mod stacks;
mod unpacking;
