//! What the server does first: whatever is missing is to be made, whatever is not to be there goes.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;

use protocol::identifier::{Kind, VersionedId};

use super::DeriveError;
use super::alive;
use super::hidden::remove;
use super::place::Place;
use crate::archive::Archive;
use crate::database::derivation::{self, State};
use crate::database::position;

/// Rows that are looked at at a time.
const AT_A_TIME: u64 = 1000;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Swept {
    /// Derivations that the database had as made, and that were not there.
    pub missing: usize,
    /// Folders that belonged to nothing that may be seen.
    pub removed: usize,
}

/// Compares `derived/` with the database: after a backup was put back, or where a process was killed in between. Nothing is done
/// while the database is behind the log, since what it does not know yet is no reason to remove anything.
pub(super) fn sweep(archive: &Archive) -> Result<Option<Swept>, DeriveError> {
    let known = position::current(&mut *archive.database().connection()?)?;
    let head = archive.log().head()?.tree_head();
    if known.is_none_or(|known| known.size != head.size) {
        return Ok(None);
    }
    let folder = archive.folder().derived();
    alive::remove_dead(&folder).map_err(|source| DeriveError::Disk {
        path: folder.clone(),
        source,
    })?;
    Ok(Some(Swept {
        missing: have_missing_made(archive)?,
        removed: remove_unknown(archive)?,
    }))
}

fn have_missing_made(archive: &Archive) -> Result<usize, DeriveError> {
    let mut connection = archive.database().connection()?;
    let now = archive.clock().now().unix_timestamp();
    let (mut last, mut missing) = (String::new(), 0);
    loop {
        let rows = derivation::after(&mut connection, State::Ready, &last, AT_A_TIME)?;
        let Some(end) = rows.last() else {
            return Ok(missing);
        };
        last = end.image.clone();
        for row in &rows {
            let place = Place::of(archive.folder(), &row.image, row.version.unsigned_abs());
            let made = place.made().map_err(|source| DeriveError::Disk {
                path: place.path().to_owned(),
                source,
            })?;
            if made.is_none() && derivation::again(&mut connection, &row.image, now)? {
                missing += 1;
            }
        }
    }
}

fn remove_unknown(archive: &Archive) -> Result<usize, DeriveError> {
    let folder = archive.folder().derived();
    let failed = |source| DeriveError::Disk {
        path: folder.clone(),
        source,
    };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(failed(error)),
    };
    // by study, so that each is asked for once
    let mut found: BTreeMap<String, Vec<VersionedId>> = BTreeMap::new();
    for entry in entries {
        let name: OsString = entry.map_err(failed)?.file_name();
        let id = name.to_str().and_then(|name| VersionedId::parse(name).ok());
        let id = id.filter(|id| id.id().kind() == Kind::Image);
        // what has another name is not ours
        if let Some(id) = id
            && let Some(study) = id.id().study_part()
        {
            found.entry(study.to_owned()).or_default().push(id);
        }
    }
    let mut connection = archive.database().connection()?;
    let mut removed = 0;
    for (study, ids) in found {
        let shown: HashSet<(String, u64)> = derivation::versions_seen(&mut connection, &study)?
            .into_iter()
            .filter(|version| version.may_be_shown)
            .map(|version| (version.image, version.version.unsigned_abs()))
            .collect();
        for id in ids {
            let key = (id.id().to_string(), id.version());
            if !shown.contains(&key) {
                removed += usize::from(remove(&Place::of(archive.folder(), &key.0, key.1))?);
            }
        }
    }
    Ok(removed)
}
