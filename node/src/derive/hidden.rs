//! Removing what nobody may be shown any more.

use super::DeriveError;
use super::place::Place;
use crate::archive::Archive;
use crate::database::Connection;
use crate::database::derivation::{self, DerivationRow};

/// Removes what is derived of those versions of a study's images that were withdrawn or redacted, or whose study was; tells of
/// how many something was there. It can be run again.
///
/// # Errors
/// When the database or the disk refuses.
pub fn remove_hidden(
    archive: &Archive,
    connection: &mut Connection,
    study: &str,
) -> Result<usize, DeriveError> {
    let mut removed = 0;
    for version in derivation::versions_seen(connection, study)? {
        if !version.may_be_shown {
            let place = Place::of(
                archive.folder(),
                &version.image,
                version.version.unsigned_abs(),
            );
            removed += usize::from(remove(&place)?);
        }
    }
    Ok(removed)
}

/// The same of one version, which was just made.
pub(super) fn remove_if_hidden(
    archive: &Archive,
    connection: &mut Connection,
    row: &DerivationRow,
) -> Result<(), DeriveError> {
    let seen = derivation::versions_seen(connection, &row.study)?;
    let is_shown = seen.iter().any(|version| {
        version.may_be_shown && (&version.image, version.version) == (&row.image, row.version)
    });
    if !is_shown {
        let version = row.version.unsigned_abs();
        remove(&Place::of(archive.folder(), &row.image, version))?;
    }
    Ok(())
}

/// Removes a place.
pub(super) fn remove(place: &Place) -> Result<bool, DeriveError> {
    place.remove().map_err(|source| DeriveError::Disk {
        path: place.path().to_owned(),
        source,
    })
}
