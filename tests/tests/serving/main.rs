//! What a harvester answers over HTTP: the real program, in a federation whose members have published, moved and taken back.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod browsing;
mod copies;
mod gone;
mod machine;
mod member_pages;
mod members;
mod mirrors;
mod portal;
mod records;
mod resolving;
mod study_pages;

/// The program, built by cargo for these tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_omma-harvester-tested");
/// The program of members, likewise.
const NODE: &str = env!("CARGO_BIN_EXE_omma-node-tested");
