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
use crate::database::Database;
use crate::log::journal;
use crate::log::lease::LeaseError;
use crate::rebuild::{self, RebuildError};

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

/// Checks a node's folder. Appending waits meanwhile, so that what is compared is of one moment.
///
/// # Errors
/// When the check could not be run; what it finds is in its answer.
pub fn check(path: &Path) -> Result<Checked, CheckError> {
    let folder = DataFolder::new(path);
    folder.check_format()?;
    let lease = folder.take_lease()?;
    let beside = path.join("db.sqlite.checking");
    rebuild::remove_database(&beside)?;
    let mut checked = Checked::default();
    {
        let fresh = Database::create(&beside).map_err(ArchiveError::from)?;
        let archive = Archive::with_database(folder.clone(), fresh)?;
        check_journal(&archive, &mut checked);
        check_storage(&archive, &mut checked);
        log_check::check(&archive, &mut checked);
        database_check::check(&archive, &folder.database(), &mut checked);
        study_check::check(&archive, &mut checked);
    }
    rebuild::remove_database(&beside)?;
    drop(lease);
    Ok(checked)
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

fn check_storage(archive: &Archive, checked: &mut Checked) {
    let mut problems = Vec::new();
    match archive.ocfl().check(&mut |problem| problems.push(problem)) {
        Ok(counted) => {
            checked.objects = counted.objects;
            checked.files = counted.files;
            checked.bytes = counted.bytes;
        }
        Err(error) => checked.problem("ocfl", error.to_string()),
    }
    for problem in problems {
        checked.problem(problem.path, problem.message);
    }
}
