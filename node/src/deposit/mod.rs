//! First stage: reads packages from disk as they are, and says what is odd about them.
//!
//! Nothing is judged here that another way in would have to judge as well: that is [`crate::validate`]'s.

pub mod walk;

mod identifier_file;
pub mod imaging;
#[cfg(test)]
mod made_images;
mod means;
pub mod media_type;
pub mod persistent_identifier;
pub mod regular_file;

mod study_file;
pub mod study_folder;

pub mod crate_package;
mod ro_crate;

use std::path::PathBuf;

pub use identifier_file::{IDENTIFIER_FILE, remember_identifier};
pub use means::Means;
pub use regular_file::open_regular;
pub(crate) use study_file::nearest;
pub use walk::{Candidate, candidates};

use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::Study;

/// A study as it was read, before any check of the profile.
#[derive(Debug)]
pub struct Deposit {
    /// The study's file or folder as the operator named or would name it: `source` of the report.
    pub source: PathBuf,
    /// What was read, terms not yet resolved.
    pub study: Study,
    /// The study's files, in the order of the manifest (by path); empty for a catalogued study.
    pub files: Vec<DepositedFile>,
    /// What was odd in reading; an error among them means that the study cannot be published.
    pub findings: Vec<Finding>,
    /// Keeps what `files` point to alive: the folder into which a zip was unpacked.
    pub unpacked: Option<tempfile::TempDir>,
}

/// A file of a deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositedFile {
    /// Its path in the study.
    pub path: RelPath,
    /// Where its bytes are: a regular file, reached without symbolic links.
    pub location: PathBuf,
    /// Its size in bytes when it was found.
    pub bytes: u64,
    /// IANA media type, by its name and first bytes.
    pub media_type: String,
    /// Columns of a file list that are this file's, in the order of the list.
    pub columns: Vec<(String, String)>,
}

/// What was found at a path: studies to go on with, and what is none.
#[derive(Debug)]
pub enum Found {
    /// A study.
    Deposit(Box<Deposit>),
    /// Something that cannot be read as a study: its path, and why.
    Unreadable {
        /// The path of what was tried.
        source: PathBuf,
        /// Errors that say why, and what to do.
        findings: Vec<Finding>,
    },
}

/// Reads one candidate of [`candidates`]. A zip is unpacked into a new folder under the scratch folder, which lives as long as
/// the deposit.
pub fn read(candidate: &Candidate, means: Means<'_>) -> Found {
    match candidate {
        Candidate::StudyFolder(folder) => study_folder::read(folder, means),
        Candidate::CrateFolder(folder) => crate_package::read_folder(folder, means),
        Candidate::CrateZip(file) => crate_package::read_zip(file, means),
        Candidate::CrateJson(file) => crate_package::read_detached(file),
        Candidate::Unreadable { source, findings } => Found::Unreadable {
            source: source.clone(),
            findings: findings.clone(),
        },
    }
}
