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
    let (mut removed, mut is_bare) = (0, false);
    let seen = derivation::versions_seen(connection, study)?;
    let is_any_hidden = seen.iter().any(|version| !version.may_be_shown);
    for version in &seen {
        let place = Place::of(
            archive.folder(),
            &version.image,
            version.version.unsigned_abs(),
        );
        if !version.may_be_shown {
            removed += usize::from(remove(&place)?);
        } else if is_any_hidden {
            // what is hidden may be an image by itself and lie over another as its mask: those that may be shown are written again
            is_bare |= place.remove_labels().map_err(|source| DeriveError::Disk {
                path: place.path().to_owned(),
                source,
            })?;
        }
    }
    if is_bare {
        derivation::look_again(connection, study)?;
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
