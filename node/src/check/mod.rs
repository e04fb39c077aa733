//! Check: everything a node keeps, read again and compared with everything else.
//!
//! The storage root by its inventories and digests ([`crate::store::ocfl`]), the log by its own signature, tree and
//! records (`log_check`), the database by making it again and comparing row for row (`database_check`), the storage root
//! by what the log signs of it (`study_check`). Nothing is changed. What is wrong is named, with what to do.

mod database_check;
mod log_check;
mod study_check;

use std::path::Path;

use serde::Serialize;

use crate::archive::{Archive, ArchiveError, DataFolder};
use crate::convert::Converter;
use crate::database::Database;
use crate::log::journal;
use crate::log::lease::LeaseError;
use crate::rebuild::{self, RebuildError};
use crate::store::ocfl::{self, OcflError, Root};

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a path below DATA, or an id.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// How much was read, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Entries of the log.
    pub entries: u64,
    /// Records whose digest was compared.
    pub records: u64,
    /// Records that the log says are removed, and that are.
    pub redacted: u64,
    /// Objects in the storage root.
    pub objects: u64,
    /// Files in the storage root that were hashed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
}

impl Checked {
    pub(crate) fn problem(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem {
            path: path.into(),
            message: message.into(),
        });
    }
}

/// Why a check could not be run at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The folder.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The lease.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The database to compare with could not be made.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
}

/// Checks a node's folder, as [`check_telling`].
///
/// # Errors
/// When the check could not be run; what it finds is in its answer.
pub fn check(path: &Path) -> Result<Checked, CheckError> {
    check_telling(path, &mut || {})
}

/// Checks a node's folder. Others wait with writing while the log, the database and what they say of the storage are
/// read, so that what is compared is of one moment. Hashing the stored files takes hours in a large archive and keeps
/// nobody waiting; `on_hashing` is told when it begins. An act that runs meanwhile may look like damage of the objects
/// that it changes, so where something seems wrong these objects are read again while others wait.
///
/// # Errors
/// When the check could not be run; what it finds is in its answer.
pub fn check_telling(path: &Path, on_hashing: &mut dyn FnMut()) -> Result<Checked, CheckError> {
    let folder = DataFolder::new(path);
    folder.check_format()?;
    let lease = folder.take_lease()?;
    let beside = path.join("db.sqlite.checking");
    rebuild::remove_database(&beside)?;
    let mut checked = Checked::default();
    let root = {
        let fresh = Database::create(&beside).map_err(ArchiveError::from)?;
        let archive = Archive::with_database(folder.clone(), fresh)?;
        check_journal(&archive, &mut checked);
        check_converter(&archive, &mut checked);
        log_check::check(&archive, &mut checked);
        database_check::check(&archive, &folder.database(), &mut checked);
        study_check::check(&archive, &mut checked);
        archive.ocfl().clone()
    };
    rebuild::remove_database(&beside)?;
    drop(lease);
    on_hashing();
    match stored_files(&folder, &root, &mut checked)? {
        Ok(problems) => {
            // what is wrong with the storage explains much of what is wrong elsewhere, and stands before it
            let all = problems.into_iter().map(|problem| Problem {
                path: problem.path,
                message: problem.message,
            });
            checked.problems.splice(0..0, all);
        }
        Err(error) => checked.problem("ocfl", error.to_string()),
    }
    Ok(checked)
}

/// Hashes every stored file. What seems wrong is looked at again under the lease, when no act is half done.
fn stored_files(
    folder: &DataFolder,
    root: &Root,
    checked: &mut Checked,
) -> Result<Result<Vec<ocfl::Problem>, OcflError>, LeaseError> {
    let mut problems = Vec::new();
    match root.check(&mut |problem| problems.push(problem)) {
        Ok(counted) => {
            checked.objects = counted.objects;
            checked.files = counted.files;
            checked.bytes = counted.bytes;
        }
        Err(error) => return Ok(Err(error)),
    }
    if problems.is_empty() {
        return Ok(Ok(problems));
    }
    let _lease = folder.take_lease()?;
    let keys: Vec<String> = problems.into_iter().map(|problem| problem.path).collect();
    Ok(root.check_again(&keys))
}

/// A converter that is configured and not there would be missed at the next import.
fn check_converter(archive: &Archive, checked: &mut Checked) {
    let converter = archive
        .config()
        .images
        .converter
        .as_ref()
        .map(Converter::new);
    if let Some(Err(error)) = converter.map(|converter| converter.find()) {
        checked.problem("config.toml", error.to_string());
    }
}

fn check_journal(archive: &Archive, checked: &mut Checked) {
    match journal::read(archive.store()) {
        Ok(None) => {}
        Ok(Some(act)) => checked.problem(
            "staging/act",
            format!("an act of {} entries was cut short and waits to be completed; the next import, or serve, does that", act.entries),
        ),
        Err(error) => checked.problem("staging/act", error.to_string()),
    }
}
