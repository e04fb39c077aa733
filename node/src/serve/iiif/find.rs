//! Which image an identifier names, and whether it may be seen: by the rules that its files have.

use std::sync::Arc;

use ::web::http::{Keep, Tombstone};
use protocol::identifier::Kind;

use crate::database::record::RecordRow;
use crate::database::{Connection, file, image as images};
use crate::derive::{self, Progress};
use crate::serve::contents::{self, Content};
use crate::serve::error::ServeError;
use crate::serve::name::Name;
use crate::serve::resolve::{Resolved, resolve};
use crate::serve::state::State;

/// An image that may be seen.
#[derive(Debug, Clone)]
pub(in crate::serve) struct Found {
    /// The id and the version.
    pub resolved: Resolved,
    /// The path of its first file, by which its study knows it.
    pub key: String,
    /// The version of the study that is shown with it.
    pub study: RecordRow,
    /// Whether it was made ready to be looked at.
    pub progress: Progress,
}

impl Found {
    /// What names its pixels: its record says the digests of its files, and how they look depends on what they are read from.
    pub fn pixels(&self) -> String {
        let read_from = match self.progress {
            Progress::Ready(..) => "+",
            Progress::Waiting | Progress::NotMade => "",
            Progress::Unreadable(_) => "-",
        };
        format!("{}{read_from}", self.resolved.row.digest)
    }

    /// How long pictures of it may be kept.
    pub fn keep(&self) -> Keep {
        if self.resolved.is_versioned {
            Keep::WithReader
        } else {
            Keep::Briefly
        }
    }

    /// What the storage holds of its study.
    ///
    /// # Errors
    /// When the storage cannot be read, or the study was redacted.
    pub fn content(&self, state: &State) -> Result<Arc<Content>, ServeError> {
        contents::content(state, &self.study)?.ok_or_else(|| erased(&self.resolved))
    }
}

/// The image that a resource (an accession, with or without a version) names.
///
/// # Errors
/// 404 where there is none, 410 where it is gone or its bytes are.
pub(in crate::serve) fn image(state: &State, resource: &str) -> Result<Found, ServeError> {
    let name = Name::parse(resource, &state.archive.config().prefix)?;
    if name.id.kind() != Kind::Image || name.suffix.is_some() {
        return Err(ServeError::NotFound(format!(
            "{resource} is not an image; ask for one, as {}-S1-I1",
            state.archive.config().prefix.as_str()
        )));
    }
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, &name)?.with_record()?;
    found(state, &mut connection, resolved)
}

fn found(
    state: &State,
    connection: &mut Connection,
    resolved: Resolved,
) -> Result<Found, ServeError> {
    let broken = |what: &str| {
        ServeError::Broken(format!(
            "the database has no {what} of {}; run omma-node rebuild",
            resolved.versioned()
        ))
    };
    let of_study = resolved.study(connection)?;
    let of_study = of_study.ok_or_else(|| broken("version of the study"))?;
    let row = images::find(connection, resolved.id.as_str())?.ok_or_else(|| broken("row"))?;
    // bytes that were removed for legal cause are not shown either, whatever of them is still in memory
    let version = of_study.version.unsigned_abs();
    let study = of_study.id.as_str();
    let mut first = file::find(connection, study, version, &row.image_key)?;
    // of several images in a file the key ends with the number
    if let (None, Some((path, _))) = (&first, row.image_key.rsplit_once('/')) {
        first = file::find(connection, study, version, path)?;
    }
    if of_study.redacted || first.is_some_and(|first| first.content_key.is_none()) {
        return Err(erased(&resolved));
    }
    let id = resolved.id.as_str();
    let progress = derive::progress(&state.archive, connection, id, resolved.version())?;
    Ok(Found {
        resolved,
        key: row.image_key,
        study: of_study,
        progress,
    })
}

/// What is said of an image or a study whose files are no longer there.
pub(super) fn erased(resolved: &Resolved) -> ServeError {
    ServeError::Gone {
        detail: format!(
            "the files of {} were removed for legal cause; their digests stay in its record",
            resolved.versioned()
        ),
        tombstone: Box::new(Tombstone {
            id: resolved.versioned(),
            ..Tombstone::default()
        }),
    }
}
