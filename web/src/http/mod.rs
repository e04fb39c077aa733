//! The manners of both programs over HTTP: what is the same whatever the answer is about.
//!
//! A handler makes a [`Document`] (small, in memory) or a [`Stored`] (streamed, with ranges), which see to tags, caching
//! and 304. What goes wrong is an error of the program's own that implements [`Answer`]: a status, a [`Problem`], headers;
//! [`readable_errors`] writes it for a program or for a person. Each program keeps its own routes, which [`mount`] and [`read`]
//! put in place, its own errors and its own pages.

mod open_files;
mod shutdown;

pub mod conditional;
mod document;
mod fixed;
mod format;
mod negotiation;
mod problem;
pub mod range;
mod stored;

mod errors;
mod headers;
mod measure;
mod openapi;
mod refused;
mod request_id;
mod routes;

pub use conditional::{Keep, REPR_DIGEST};
pub use document::Document;
pub use errors::{Answer, readable_errors};
pub use fixed::{alive, asset, context, mark, metrics, ready};
pub use format::{Format, Suffix};
pub use headers::{
    DATA_POLICY, EDITOR_POLICY, PAGE_POLICY, ROBOTS_TAG, STATE, on_every_answer, preflight,
    viewer_policy,
};
pub use measure::{Measured, every_answer};
pub use negotiation::Accept;
pub use open_files::raise_open_files;
pub use openapi::openapi;
pub use problem::{PROBLEM_JSON, Problem, Tombstone};
pub use refused::{Refused, without_body};
pub use request_id::{REQUEST_ID, every_request};
pub use routes::{METHODS, mount, read};
pub use shutdown::stop_on_signals;
pub use stored::{RangeError, Stored, digest_of};
