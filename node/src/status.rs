//! Status: what the node is and how much it has.

use serde::Serialize;

use crate::archive::Archive;
use crate::database::derivation::{self, State};
use crate::database::{DatabaseError, study};
use crate::derive::Derived;
use crate::log::LogError;

/// The answer of `omma-node status --json` (CONTRACT.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The node's id: its prefix in lower case.
    pub id: String,
    /// The accession prefix.
    pub prefix: String,
    /// Where it is reached.
    pub base: String,
    /// The name of the log.
    pub origin: String,
    /// The key that verifies the log.
    pub vkey: String,
    /// Entries in the log.
    pub size: u64,
    /// Root of the tree, base64.
    pub root: String,
    /// Public studies.
    pub studies: u64,
    /// Their images.
    pub images: u64,
    /// Their files.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// How many images can be looked at, will be, and cannot be.
    pub pictures: Pictures,
    /// The first of those that cannot be, and why.
    pub unreadable: Vec<Derived>,
}

/// How many images are made ready to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pictures {
    /// They are.
    pub ready: u64,
    /// They will be.
    pub waiting: u64,
    /// They cannot be.
    pub unreadable: u64,
}

/// Images that cannot be looked at are named up to so many.
const UNREADABLE_NAMED: u64 = 100;

/// Why the status cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The status of an archive.
///
/// # Errors
/// When log or database cannot be read.
pub fn status(archive: &Archive) -> Result<Status, StatusError> {
    let head = archive.log().head()?.tree_head();
    let mut connection = archive.database().connection()?;
    let totals = study::totals(&mut connection)?;
    let counts = derivation::counts(&mut connection)?;
    let unreadable = derivation::after(&mut connection, State::Unreadable, "", UNREADABLE_NAMED)?;
    let config = archive.config();
    Ok(Status {
        id: config.prefix.as_str().to_lowercase(),
        prefix: config.prefix.to_string(),
        base: config.base.clone(),
        origin: config.origin.to_string(),
        vkey: archive.log().verifier().to_string(),
        size: head.size,
        root: head.root,
        studies: totals.studies,
        images: totals.images,
        files: totals.files,
        bytes: totals.bytes,
        pictures: Pictures {
            ready: counts.ready,
            waiting: counts.waiting,
            unreadable: counts.unreadable,
        },
        unreadable: unreadable.into_iter().map(Derived::of).collect(),
    })
}
