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
    /// It will be.
    Waiting,
    /// It is of an older version, of which none was made in its time or what was made is lost; nobody makes it any more.
    NotMade,
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
    let place = Place::of(archive.folder(), image, version);
    let made = place.made().map_err(|source| DeriveError::Disk {
        path: place.path().to_owned(),
        source,
    })?;
    // what is there is there, also where a database that was just made again does not know it yet
    if let Some(made) = made {
        return Ok(Progress::Ready(place, made));
    }
    let row = derivation::find(connection, image)?;
    Ok(
        match row.filter(|row| row.version.unsigned_abs() == version) {
            Some(row) if row.is(State::Unreadable) => {
                Progress::Unreadable(row.reason.unwrap_or_default())
            }
            Some(_) => Progress::Waiting,
            None => Progress::NotMade,
        },
    )
}
