//! Why a move was not made.

use crate::database::DatabaseError;
use crate::log::append::AppendError;
use crate::log::journal;
use crate::staging::StagingError;
use crate::store::StoreError;
use crate::store::ocfl::OcflError;

/// Why a move was not made.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is nothing with this id.
    #[error("{0} is not in this archive")]
    Unknown(String),
    /// There is no such version, or it is redacted already.
    #[error("{0} cannot be redacted: {1}")]
    NoVersion(String, &'static str),
    /// The state machine does not allow it.
    #[error("{0}")]
    Refused(String),
    /// The act.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] journal::JournalError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The storage root.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The staging.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// An entry could not be written.
    #[error(transparent)]
    Entry(#[from] protocol::entry::EntryError),
}
