//! Answers everybody over HTTP: searches, SPARQL, records by id, how members stand, and what mirrors and rosters hold.
//!
//! All URLs stand in `routes`. A handler takes what it needs out of the request, calls one function that may block
//! (`state`), and responds with a document of the crate `web`: tags, caching, negotiation and problem documents are the same in
//! all our programs. What goes wrong is one `error::ServeError`.

mod application;
mod error;
mod machine;
mod members;
mod mirrored;
mod record;
mod resolve;
mod routes;
mod search;
pub mod sparql;
mod state;
pub mod terms;

pub use application::{Application, run};
