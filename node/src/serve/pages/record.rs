//! The page of a resource of which there is the record and nothing else to show: the record itself.

use ::web::{Site, formats};
use askama::Template;

use super::about::About;
use crate::serve::described::record_of;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage<'a> {
    site: &'a Site,
    about: About,
    turtle: String,
}

/// The page.
///
/// # Errors
/// When the record cannot be read.
pub(super) fn record(state: &State, resolved: &Resolved) -> Result<String, ServeError> {
    let record = record_of(state, resolved)?;
    let page = RecordPage {
        site: &state.site,
        about: About::of(state, resolved)?,
        turtle: formats::turtle(&record)?,
    };
    Ok(page.render()?)
}
