//! Pages for people: what a handler has found, in words that a biologist uses.
//!
//! A page is a struct that says what stands on it and a template in `node/templates` that says how. Everything from a
//! study is text to a template, which escapes it, and a link only where [`::web::page::web_link`] says that it may be one.

mod about;
mod asked;
mod comparison;
mod error;
mod facets;
mod files;
mod help;
mod holdings;
mod home;
mod image;
mod image_marks;
mod log;
mod parts;
mod plates;
mod record;
mod studies;
mod study;
mod study_line;
mod versions;

use ::web::view::Reading;
use serde::Deserialize;

use super::error::ServeError;
use super::iiif::Looked;
use super::resolve::Resolved;
use super::state::State;
use crate::database::Connection;

pub(super) use asked::Asked;
pub(super) use error::problem;
pub(super) use files::{FilesAsked, files};
pub(super) use help::help;
pub(super) use home::home;
pub(super) use log::log;
pub(super) use plates::{PlateAsked, plates};
pub(super) use studies::studies;
pub(super) use versions::{Compared, versions};

/// Which pages of its lists a study's page is turned to.
#[derive(Debug, Clone, Copy, Deserialize, Default)]
pub(super) struct Turned {
    /// The page of images, from 1.
    pub images: Option<u64>,
    /// The page of files, from 1.
    pub files: Option<u64>,
}

/// Whether search engines are to show a resource: in its newest version, and only while it is public.
pub(super) fn is_for_search(resolved: &Resolved) -> bool {
    resolved.mark.is_none() && resolved.version() == resolved.latest()
}

/// The page of a resource, of which the record says what is in `reading`; `looked` is what is seen of an image.
///
/// # Errors
/// [`ServeError::NotFound`] for a page of a list that there is not; what cannot be read.
pub(super) fn of_resource(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    reading: &Reading,
    turned: &Turned,
    looked: Option<Looked>,
) -> Result<String, ServeError> {
    let page = match reading {
        Reading::Study(view) => study::study(state, connection, resolved, view, turned)?,
        Reading::Image(view) => image::image(state, connection, resolved, view, looked)?,
        Reading::Other => None,
    };
    // what the storage no longer describes, and kinds that have no page of their own, show the record as it is
    page.map_or_else(|| record::record(state, resolved), Ok)
}
