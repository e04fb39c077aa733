//! Re-reading the whole root: every declaration, inventory and digest, every file that should be there or should not.

use super::check_object::ObjectCheck;
use super::ocfl_error::OcflError;
use super::root::{DECLARES, EXTENSIONS, Root};
use crate::store::{ChildKind, Key, StoreError};

/// Something wrong in the root. The root can be read on; what is wrong stays until it is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name: `content-changed`, `content-missing`, `inventory-damaged`, `version-differs`, `stray`, `root-damaged`,
    /// `misplaced`, `unreadable`.
    pub code: &'static str,
    /// What it is about: a key in the store.
    pub path: String,
    /// What is wrong and what to do; with the code of OCFL 1.1 in brackets, where it has one.
    pub message: String,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Objects.
    pub objects: u64,
    /// Content files that were hashed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Problems found.
    pub problems: u64,
}

/// Counts problems on their way out.
pub(super) struct Report<'sink> {
    pub(super) checked: Checked,
    sink: &'sink mut dyn FnMut(Problem),
}

impl Report<'_> {
    pub(super) fn problem(&mut self, code: &'static str, key: &Key, message: impl Into<String>) {
        self.checked.problems += 1;
        (self.sink)(Problem {
            code,
            path: key.to_string(),
            message: message.into(),
        });
    }

    /// What the store could not read is a problem of that place, and no reason to stop looking at the others.
    pub(super) fn read<T>(&mut self, key: &Key, outcome: Result<T, StoreError>) -> Option<T> {
        outcome
            .map_err(|error| {
                self.problem(
                    "unreadable",
                    key,
                    format!("{error}; restore it from a copy, and look at the disk"),
                )
            })
            .ok()
    }
}

impl Root {
    /// Reads and hashes everything in the root, and hands each problem to `sink` as it is found.
    ///
    /// A commit or erasure that runs meanwhile, or waits to be completed after a crash, may show as a problem of its object.
    ///
    /// # Errors
    /// Only where the root's own files cannot be read; whatever else is unreadable is a problem.
    pub fn check(&self, sink: &mut dyn FnMut(Problem)) -> Result<Checked, OcflError> {
        let mut report = Report {
            checked: Checked::default(),
            sink,
        };
        for flaw in self.flaws()? {
            report.problem("root-damaged", &self.folder, flaw.to_string());
        }
        let mut waiting = vec![self.folder.clone()];
        while let Some(folder) = waiting.pop() {
            waiting.extend(self.check_folder(&folder, &mut report).into_iter().rev());
        }
        Ok(report.checked)
    }

    /// Checks a folder between the root and the objects, or an object, and tells which folders are to be looked at next.
    fn check_folder(&self, folder: &Key, report: &mut Report<'_>) -> Vec<Key> {
        let Some(children) = report.read(folder, self.store.children(folder)) else {
            return Vec::new();
        };
        let is_root = *folder == self.folder;
        if !is_root
            && children
                .iter()
                .any(|child| child.name.starts_with(DECLARES))
        {
            report.checked.objects += 1;
            ObjectCheck {
                root: self,
                folder,
                report,
            }
            .run(&children);
            return Vec::new();
        }
        if children.is_empty() && !is_root {
            report.problem("stray", folder, "it is an empty folder, which a storage root must not have (E073); an import under way may be about to fill it, else delete it");
        }
        let mut folders = Vec::new();
        for child in children {
            let key = folder.join(&child.name);
            match (child.kind, key) {
                (ChildKind::Folder, Ok(key)) if !(is_root && child.name == EXTENSIONS) => folders.push(key),
                (ChildKind::Folder, _) => {}
                // OCFL 1.1, section 4.1: files in the root that one does not know are to be ignored
                (ChildKind::File, _) if is_root => {}
                (ChildKind::File, Ok(key)) => report.problem("stray", &key, "it is a file outside of any object (E072); move it away"),
                (ChildKind::File, Err(_)) => {}
                (ChildKind::Strange, _) => report.problem("stray", folder, format!("{:?} in it is neither a file nor a folder with a usable name (E090); move it away", child.name)),
            }
        }
        folders
    }
}
