//! Serves pages, records, files and the log over HTTP: the reading side of a node, a function of storage and database.
//!
//! All URLs stand in [`routes`]. A handler takes what it needs out of the request, calls one function that may block
//! ([`blocking`]), and responds with a [`document`] (small, in memory) or with [`stored`] bytes (streamed, with ranges).
//! What goes wrong is one [`error::ServeError`], which becomes a problem document or, for a person, a page.
//!
//! The server keeps nothing that another process may change, so an `import` beside it is seen at the next request.

mod blocking;
mod state;
mod application;
mod routes;
mod observe;
mod headers;
mod limits;
mod recovery;

mod error;
mod negotiation;
mod conditional;
mod range;
mod document;
mod stored;

mod name;
mod resolve;
mod contents;
mod pages;

mod resource;
mod files;
mod log_files;
mod home;
mod machine;
mod metrics;

pub use application::{Application, run};
