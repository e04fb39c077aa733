//! Serves pages, records, files and the log over HTTP: the reading side of a node, a function of storage and database.
//!
//! All URLs stand in `routes`. A handler takes what it needs out of the request, calls one function that may block
//! (`blocking`), and responds with a `Document` (small, in memory) or with `Stored` bytes (streamed, with ranges), which the
//! crate `web` makes: tags, caching, negotiation and problem documents are the same in all our programs.
//! What goes wrong is one `error::ServeError`, which becomes a problem document or, for a person, a page.
//!
//! The server keeps nothing that another process may change, so an `import` beside it is seen at the next request.

mod annotations;
mod application;
mod blocking;
mod headers;
mod openapi;
mod recovery;
mod routes;
mod state;

mod error;

mod contents;
mod described;
mod name;
mod pages;
mod resolve;

mod catalogue;
mod files;
mod help;
mod home;
mod iiif;
mod items;
mod log_files;
mod machine;
mod metrics;
mod oai;
mod resource;
mod sitemap;
mod studies;
mod study_lists;
mod zarr;
mod zip;

pub use application::{Application, run};
