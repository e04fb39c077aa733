//! What a harvester answers over HTTP: the real program, in a federation whose members have published, moved and taken back.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod browsing;
mod catalogues;
mod copies;
mod faults;
mod forms;
mod getting;
mod gone;
mod help;
mod images;
mod licence;
mod machine;
mod member_pages;
mod members;
mod mirrors;
mod oai;
mod operating;
mod portal;
mod query_page;
mod records;
mod resolving;
mod same_question;
mod similar;
mod study_pages;
mod thumbnails;

#[expect(
    dead_code,
    reason = "the tests of other crates use the validators that these do not"
)]
#[path = "../../../web/tests/study_forms/outside.rs"]
mod outside;

/// The node, built by cargo for these tests.
const NODE: &str = env!("CARGO_BIN_EXE_omma-node-tested");
/// The program, built by cargo for these tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_omma-harvester-tested");
