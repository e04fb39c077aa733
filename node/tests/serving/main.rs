//! The server as its clients see it: real sockets, a real archive in a temporary folder, studies imported as an operator
//! would.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod annotations;
mod catalogues;
mod connections;
mod converting;
mod deposit;
mod deriving;
mod files;
mod forms;
mod help;
mod iiif;
mod laid_over;
mod lists;
mod log;
mod looking;
mod pages;
mod plates;
mod recovery;
mod regions;
mod resources;
mod server;
mod several_images;
mod studies;
mod tombstones;
mod zarrs;
mod zips;

#[expect(
    dead_code,
    reason = "the tests of other crates use the validators that these do not"
)]
#[path = "../../../web/tests/study_forms/outside.rs"]
mod outside;
