//! What can go wrong with objects of the storage root, each with the object and what to do.

use super::inventory::InventoryError;
use crate::relative_path::RelPath;
use crate::store::{Key, StoreError};

/// Why the storage root did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum OcflError {
    /// The store below it failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no storage root.
    #[error(
        "{folder} is not an OCFL storage root (it has no file 0=ocfl_…); create the node with omma-node init, or restore the folder from a copy"
    )]
    NotARoot {
        /// The folder.
        folder: Key,
    },
    /// The root is of a version of OCFL that this program does not write.
    #[error(
        "{folder} is a storage root of another kind: found {found}, this program writes {expected}; use the version of omma-node that wrote it, or migrate it with an OCFL tool"
    )]
    AnotherKindOfRoot {
        /// The folder.
        folder: Key,
        /// What it declares.
        found: String,
        /// What it should.
        expected: String,
    },
    /// A root is to be made where there is something already.
    #[error(
        "{folder} is not empty (it has {name}), so no storage root is made there; choose another data folder or move that away"
    )]
    NotEmpty {
        /// The folder.
        folder: Key,
        /// Something in it.
        name: String,
    },
    /// An inventory, or its digest beside it, is damaged.
    #[error("{key} is damaged: {reason}; restore it from a copy, and run omma-node check")]
    Damaged {
        /// The file or folder.
        key: Key,
        /// What is wrong.
        reason: String,
    },
    /// Another act changed the object since this one was staged.
    #[error(
        "{object_id} was changed since this change to it was prepared; nothing was done, prepare it again"
    )]
    Conflict {
        /// The object.
        object_id: String,
    },
    /// There is no such object.
    #[error("there is no object {object_id} in the storage root; run omma-node check")]
    NoObject {
        /// The object.
        object_id: String,
    },
    /// There is no such file in that version.
    #[error(
        "version {version} of {object_id} has no file {logical}; omma-node check tells whether something is lost"
    )]
    NoFile {
        /// The object.
        object_id: String,
        /// The version.
        version: u64,
        /// The file's path in the study.
        logical: RelPath,
    },
    /// A path is given twice in a version, or as a file and as a folder.
    #[error("{logical} is given twice, or as a file and as a folder; rename one of the two")]
    PathTaken {
        /// The path in the study.
        logical: RelPath,
    },
    /// A file changed between the look at it and its storing.
    #[error(
        "{logical} changed while it was stored ({expected} bytes were expected, {found} came); import it again when nothing writes to it"
    )]
    ChangedWhileStored {
        /// The path in the study.
        logical: RelPath,
        /// Bytes announced, or read the first time.
        expected: u64,
        /// Bytes read.
        found: u64,
    },
    /// A file could not be read while it was stored.
    #[error("{logical} could not be read: {source}; see to it and import again")]
    Unreadable {
        /// The path in the study.
        logical: RelPath,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// A time that RFC 3339 cannot say.
    #[error("the time of the version cannot be written: {0}; is the clock of this machine right?")]
    Time(#[from] time::error::Format),
}

impl OcflError {
    pub(super) fn damaged(key: &Key, reason: impl Into<String>) -> OcflError {
        OcflError::Damaged {
            key: key.clone(),
            reason: reason.into(),
        }
    }

    pub(super) fn inventory(key: &Key, error: &InventoryError) -> OcflError {
        OcflError::damaged(key, error.to_string())
    }
}
