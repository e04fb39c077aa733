//! Rebuild: the database again, from the storage root and the log alone.
//!
//! The new database is made beside the old one, under the lease, and put in its place by one rename. Whoever reads the
//! old one goes on reading it until then, and a running server notices the new one at its next question.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;

use crate::archive::{Archive, ArchiveError, DataFolder};
use crate::database::{Database, DatabaseError};
use crate::log::append::{self, AppendError};
use crate::log::journal;
use crate::log::lease::LeaseError;
use crate::log::peers::{self, PeerError};

/// Why the database could not be made again.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The folder.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The lease.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The act in the journal must not be signed.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// Reading log and storage.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A file cannot be moved.
    #[error("{path} cannot be put in place: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Makes the database of a node again and puts it in place; gives the number of log entries that it was made from.
///
/// # Errors
/// See [`RebuildError`]; the old database is then still in place.
pub fn rebuild(path: &Path) -> Result<u64, RebuildError> {
    let folder = DataFolder::new(path);
    folder.check_format()?;
    let mut lease = folder.take_lease()?;
    let beside = path.join("db.sqlite.rebuilding");
    remove_database(&beside)?;
    let size = {
        let archive = Archive::with_database(folder.clone(), Database::create(&beside)?)?;
        if journal::read(archive.store())
            .map_err(AppendError::from)?
            .is_some()
        {
            // completing an act signs, and nothing is signed before the peers were asked
            peers::check(&archive)?;
        }
        let head = append::recover(&archive, &mut lease)?;
        // everything out of the write-ahead log and into the file that is renamed
        let mut connection = archive.database().connection()?;
        connection
            .batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
            .map_err(|error| DatabaseError::Unusable {
                path: beside.clone(),
                detail: error.to_string(),
            })?;
        head.size
    };
    let place = folder.database();
    // the old write-ahead log belongs to the old file and must not be taken for the new one's
    remove(&suffixed(&place, "-wal"))?;
    remove(&suffixed(&place, "-shm"))?;
    fs::rename(&beside, &place).map_err(|source| RebuildError::Unwritable {
        path: place,
        source,
    })?;
    remove_database(&beside)?;
    Ok(size)
}

/// Removes a database file and what SQLite keeps beside it.
pub(crate) fn remove_database(path: &Path) -> Result<(), RebuildError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        remove(&suffixed(path, suffix))?;
    }
    Ok(())
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<(), RebuildError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(RebuildError::Unwritable {
                path: path.to_owned(),
                source: error,
            })
        }
        _ => Ok(()),
    }
}
