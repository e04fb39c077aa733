//! What can stand in the way of holding a study.

use std::path::PathBuf;

use crate::database::DatabaseError;
use crate::relative_path::RelPathError;
use crate::store::StoreError;
use crate::store::manifest::ManifestError;
use crate::store::ocfl::OcflError;

/// Why a study could not be held.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// The staging cannot be written.
    #[error("{path} cannot be written: {source}; is the disk full or read-only?")]
    Room {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the study cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The storage root.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The files are no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A path.
    #[error(transparent)]
    Path(#[from] RelPathError),
    /// A value cannot be written as JSON.
    #[error("the study cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Storage and database are not of one copy.
    #[error(
        "the storage would make this version {stored} of {object} and the database makes it version {wanted}; nothing was published: has node.namespace in config.toml been changed, or a part of DATA been restored? `omma-node check` tells more"
    )]
    OtherVersion {
        /// The object's id.
        object: String,
        /// The version that the storage would make.
        stored: u64,
        /// The version that the database asks for.
        wanted: u64,
    },
}

impl StagingError {
    /// Whether something is wrong with the study's own files, and not with this node's disk.
    pub fn concerns_the_study(&self) -> bool {
        match self {
            StagingError::Unreadable { .. }
            | StagingError::Path(_)
            | StagingError::Json(_)
            | StagingError::Manifest(_)
            | StagingError::Store(StoreError::Source { .. }) => true,
            StagingError::Ocfl(error) => matches!(
                error,
                OcflError::Damaged { .. }
                    | OcflError::ChangedWhileStored { .. }
                    | OcflError::Unreadable { .. }
                    | OcflError::PathTaken { .. }
            ),
            _ => false,
        }
    }
}
