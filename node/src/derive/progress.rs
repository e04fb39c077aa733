//! How far the derivation of a version of an image is, for who wants to show it.

use super::DeriveError;
use super::place::{Made, Place};
use crate::archive::Archive;
use crate::database::Connection;
use crate::database::derivation::{self, State};

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It is there.
    Ready(Place, Made),
    /// It will be, or it is of an older version of which none was made in its time.
    Waiting,
    /// It never will be; why, in a sentence.
    Unreadable(String),
}

/// How far the derivation of a version of an image is. Whether anybody may be shown it is not asked here.
///
/// # Errors
/// When the database or the disk cannot be read.
pub fn progress(
    archive: &Archive,
    connection: &mut Connection,
    image: &str,
    version: u64,
) -> Result<Progress, DeriveError> {
    let row = derivation::find(connection, image)?;
    let row = row.filter(|row| row.version.unsigned_abs() == version);
    if let Some(row) = &row {
        if row.is(State::Unreadable) {
            let reason = row.reason.clone().unwrap_or_default();
            return Ok(Progress::Unreadable(reason));
        }
        if row.is(State::Waiting) {
            return Ok(Progress::Waiting);
        }
    }
    let place = Place::of(archive.folder(), image, version);
    let made = place.made().map_err(|source| DeriveError::Disk {
        path: place.path().to_owned(),
        source,
    })?;
    Ok(match made {
        Some(made) => Progress::Ready(place, made),
        None => Progress::Waiting,
    })
}
