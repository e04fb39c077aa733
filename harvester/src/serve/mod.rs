//! Answers everybody over HTTP: searches, SPARQL, records by id, how members stand, and what mirrors and rosters hold.
//!
//! All URLs stand in `routes`. A handler takes what it needs out of the request, calls one function that may block
//! (`state`), and responds with a document of the crate `web`: tags, caching, negotiation and problem documents are the same in
//! all our programs. What goes wrong is one `error::ServeError`.

mod application;
mod browse;
mod catalogue;
mod cosigned;
mod error;
mod find;
mod headers;
mod help;
mod home;
mod items;
mod landing;
mod machine;
mod members;
mod metrics;
mod mirrored;
mod name;
mod oai;
mod openapi;
mod owner;
mod pages;
mod record;
mod report;
mod represent;
mod resolve;
mod rosters;
mod routes;
mod search;
mod similar;
mod sitemap;
pub mod sparql;
mod standing;
mod state;
mod term;
pub mod terms;
mod thumbnails;
mod vocabulary;

pub use application::{Application, run};
pub(crate) use owner::base_of;
