//! The server as its clients see it: real sockets, a real archive in a temporary folder, studies imported as an operator
//! would.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod connections;
mod deposit;
mod files;
mod log;
mod pages;
mod recovery;
mod resources;
mod server;
mod tombstones;
