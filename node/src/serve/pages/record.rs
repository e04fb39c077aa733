//! The page of a resource of which there is the record and nothing else to show: the record itself.

use ::web::{Site, formats};
use askama::Template;
use protocol::digest::Digest;
use protocol::record::Record;

use super::about::About;
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
    let row = &resolved.row;
    let broken = || {
        ServeError::Broken(format!(
            "the record {} of {} is not in the log; run omma-node check",
            row.digest,
            resolved.versioned()
        ))
    };
    let digest = Digest::parse(&row.digest).map_err(|_| broken())?;
    let bytes = state.archive.log().record(&digest)?.ok_or_else(broken)?;
    let record = Record::parse(bytes, &resolved.id, &state.archive.config().namespace).map_err(
        |source| ServeError::Record {
            digest: row.digest.clone(),
            source,
        },
    )?;
    let page = RecordPage {
        site: &state.site,
        about: About::of(state, resolved)?,
        turtle: formats::turtle(&record)?,
    };
    Ok(page.render()?)
}
