//! The world in which a harvester is tried: members whose logs hold anything, servers that lie, and the program itself.
//!
//! A [`LogMaker`] makes a member's log of any content; [`synthetic`] fills it with records like real ones. A [`LyingNode`]
//! serves it over HTTP, and does whatever a broken or hostile server may do while a story asks for it. A [`TempFederation`]
//! is a roster of such members and a harvester of it, worked by its commands.

pub mod chance;
mod configuration;
pub mod fault;
pub mod faulty_server;
pub mod files;
mod founding;
pub mod frame;
mod http_wire;
pub mod log_maker;
pub mod lying_node;
pub mod report;
pub mod sample;
pub mod synthetic;
pub mod temp_federation;

#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use founding::Founding;
pub use log_maker::{Announced, LogMaker};
pub use lying_node::LyingNode;
pub use temp_federation::TempFederation;
