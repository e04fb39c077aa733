//! What can stand in the way of filling the database.

use crate::database::DatabaseError;
use crate::log::LogError;
use crate::store::manifest::ManifestError;
use crate::study_object::StudyObjectError;

/// What can stand in the way of filling the database.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The storage root.
    #[error(transparent)]
    Study(#[from] StudyObjectError),
    /// A manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// An entry that this node should never have written.
    #[error("entry {index} of the log cannot be applied: {detail}; `omma-node check` tells more")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong.
        detail: String,
    },
    /// The database knows more than the log.
    #[error(
        "the database has {database} entries and the log {log}: they are not of one copy; run `omma-node rebuild` if the log is the newer copy, and do not publish before you know"
    )]
    Ahead {
        /// Position of the database.
        database: u64,
        /// Size of the log.
        log: u64,
    },
    /// The database was made from another log.
    #[error(
        "the database was made from another history of this log (root {database}, the log has {log}); run `omma-node rebuild`"
    )]
    Foreign {
        /// Root in the database.
        database: String,
        /// Root of the log at that size.
        log: String,
    },
}

impl From<diesel::result::Error> for ProjectionError {
    fn from(error: diesel::result::Error) -> ProjectionError {
        ProjectionError::Database(error.into())
    }
}
