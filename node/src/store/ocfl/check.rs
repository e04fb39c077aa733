//! Re-reading the whole root: every declaration, inventory and digest, every file that should be there or should not.

use std::collections::BTreeSet;

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

    /// Looks again at the objects and folders in which these keys are, for example those of problems that were found while
    /// somebody else was writing. Gives what is wrong there now.
    ///
    /// # Errors
    /// Only where the root's own files cannot be read.
    pub fn check_again(&self, keys: &[String]) -> Result<Vec<Problem>, OcflError> {
        let mut found = Vec::new();
        let mut sink = |problem| found.push(problem);
        let mut report = Report {
            checked: Checked::default(),
            sink: &mut sink,
        };
        let places: BTreeSet<Key> = keys
            .iter()
            .filter_map(|key| Key::parse(key).ok())
            .map(|key| self.place_of(&key))
            .collect::<Result<_, _>>()?;
        if places.contains(&self.folder) {
            for flaw in self.flaws()? {
                report.problem("root-damaged", &self.folder, flaw.to_string());
            }
        }
        for place in &places {
            self.check_folder(place, &mut report);
        }
        Ok(found)
    }

    /// The object that a key is in, else the innermost folder on the way to it that there is.
    fn place_of(&self, key: &Key) -> Result<Key, StoreError> {
        let mut place = self.folder.clone();
        let below = key.as_str().strip_prefix(self.folder.as_str());
        for part in below.unwrap_or_default().split('/').skip(1) {
            let children = self.store.children(&place)?;
            let is_object = place != self.folder
                && children
                    .iter()
                    .any(|child| child.name.starts_with(DECLARES));
            let is_there = children
                .iter()
                .any(|child| child.name == part && child.kind == ChildKind::Folder);
            match place.join(part) {
                Ok(next) if is_there && !is_object => place = next,
                _ => break,
            }
        }
        Ok(place)
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
