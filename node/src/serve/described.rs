//! What a record says, for answers that are made from it: read out of the log, never out of the database.

use ::web::formats::{Archive, Signposts};
use ::web::view::{self, Reading, StudyView};
use ontologies::Terms;
use protocol::digest::Digest;
use protocol::identifier::Accession;
use protocol::record::Record;

use super::error::ServeError;
use super::name::Name;
use super::resolve::{Resolved, resolve};
use super::state::State;
use crate::database::record::RecordRow;

/// The archive as everything that is written about its studies names it.
pub(super) fn archive_of(state: &State) -> Archive {
    let config = state.archive.config();
    Archive {
        name: config.name.clone(),
        ror: config.ror.clone(),
        home: config.base.clone(),
    }
}

/// The digest of a record that a row of the database names, and its bytes as they were signed.
///
/// # Errors
/// [`ServeError::Gone`] where it was withdrawn or redacted after the row was read, as an act may do at any moment; when the
/// log does not have it.
pub(super) fn bytes_of(state: &State, row: &RecordRow) -> Result<(Digest, Vec<u8>), ServeError> {
    let broken = |detail: &str| {
        ServeError::Broken(format!(
            "the record {} of {}.{} {detail}; run omma-node check",
            row.digest, row.id, row.version
        ))
    };
    let digest = Digest::parse(&row.digest).map_err(|_| broken("has no digest in the database"))?;
    match state.archive.log().record(&digest)? {
        Some(bytes) => Ok((digest, bytes)),
        None => {
            refuse_gone(state, row)?;
            Err(broken("is not in the log"))
        }
    }
}

/// Says what became of a version, if anything did, by the database as it is at this moment: bytes go after it has been told.
fn refuse_gone(state: &State, row: &RecordRow) -> Result<(), ServeError> {
    let name = Name::parse(
        &format!("{}.{}", row.id, row.version),
        &state.archive.config().prefix,
    )?;
    let connection = &mut *state.archive.database().connection()?;
    resolve(state, connection, &name)?.with_record().map(drop)
}

/// The record of a version.
///
/// # Errors
/// When it is not in the log or cannot be read.
pub(super) fn record_of(state: &State, resolved: &Resolved) -> Result<Record, ServeError> {
    let (_, bytes) = bytes_of(state, &resolved.row)?;
    let namespace = &state.archive.config().namespace;
    Record::parse(bytes, &resolved.id, namespace).map_err(|source| ServeError::Record {
        digest: resolved.row.digest.clone(),
        source,
    })
}

/// What the record of a version says.
///
/// # Errors
/// As [`record_of`].
pub(super) fn reading_of(state: &State, resolved: &Resolved) -> Result<Reading, ServeError> {
    let record = record_of(state, resolved)?;
    let kind = resolved.id.kind();
    Ok(view::read(&record, kind, resolved.version(), label))
}

/// What the record of a study in a version says; none where it is about something else, or went since it was listed.
///
/// # Errors
/// When it is not in the log or cannot be read.
pub(super) fn study_of(state: &State, row: &RecordRow) -> Result<Option<StudyView>, ServeError> {
    let (_, bytes) = match bytes_of(state, row) {
        Err(ServeError::Gone { .. }) => return Ok(None),
        found => found?,
    };
    let id = Accession::parse(&row.id).map_err(|error| {
        ServeError::Broken(format!(
            "{} in the database is no accession: {error}; run omma-node rebuild",
            row.id
        ))
    })?;
    let namespace = &state.archive.config().namespace;
    let record = Record::parse(bytes, &id, namespace).map_err(|source| ServeError::Record {
        digest: row.digest.clone(),
        source,
    })?;
    let version = row.version.unsigned_abs();
    let reading = view::read(&record, id.kind(), version, label);
    Ok(reading.study().cloned())
}

/// The label of a term that was submitted without one.
pub(super) fn label(iri: &str) -> Option<String> {
    let term = Terms::builtin().by_iri(iri)?;
    (!term.label.is_empty()).then(|| term.label.clone())
}

/// The links that belong to a version.
pub(super) fn signposts<'a>(
    state: &State,
    resolved: &'a Resolved,
    archive: &'a Archive,
) -> Signposts<'a> {
    Signposts {
        iri: state.archive.config().namespace.iri(&resolved.id),
        id: &resolved.id,
        version: resolved.version(),
        latest: resolved.latest(),
        is_versioned: resolved.is_versioned,
        archive,
        further: Vec::new(),
    }
}
