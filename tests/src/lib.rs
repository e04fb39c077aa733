//! What the stories are told with: a node in a temporary folder, driven as its operator would drive it, small studies to
//! publish, a reader of its log that shares no code with the program, and a federation of liars to try a harvester in.
//!
//! Everything here panics at the first surprise, because nothing but tests uses it.

#![expect(
    clippy::unwrap_used,
    reason = "this is a library of tests, which may stop at the first surprise"
)]

pub mod crates;
pub mod disk;
pub mod federation;
pub mod folder;
pub mod http;
pub mod independent;
pub mod node;
pub mod ocfl_validator;
pub mod patience;
pub mod pictures;
pub mod programs;
pub mod ran;
pub mod served;
pub mod static_server;
pub mod studies;
