//! What publishing answers: a report for each study, or why it could not be done.

use std::path::PathBuf;

use serde::Serialize;

use crate::finding::Finding;
use crate::log::append::AppendError;
use crate::log::journal;
use crate::log::lease::LeaseError;
use crate::store::manifest;

/// What became of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Its first version is in the log.
    Published,
    /// A new version is in the log.
    Revised,
    /// It is there already, exactly so.
    Unchanged,
    /// It was not published; the findings say why.
    Refused,
}

/// A study's line in the report (CONTRACT: `import --json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The path of the study's file or folder.
    pub source: PathBuf,
    /// Its accession, where it has one.
    pub id: Option<String>,
    /// The version that is now the newest, where there is one.
    pub version: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Everything that was found, errors first.
    pub findings: Vec<Finding>,
}

/// What can stand in the way of publishing.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The act could not be completed; it stays in the journal.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The lease.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The journal refused; nothing is published.
    #[error(transparent)]
    Journal(#[from] journal::JournalError),
    /// The database refused; nothing is published.
    #[error(transparent)]
    Database(#[from] crate::database::DatabaseError),
    /// The staging refused; nothing is published.
    #[error(transparent)]
    Staging(#[from] crate::staging::StagingError),
    /// The database holds something that is no accession.
    #[error(transparent)]
    Identifier(#[from] protocol::identifier::IdentifierError),
    /// A manifest could not be written.
    #[error(transparent)]
    Manifest(#[from] manifest::ManifestError),
    /// An entry could not be written.
    #[error(transparent)]
    Entry(#[from] protocol::entry::EntryError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Randomness(String),
}
