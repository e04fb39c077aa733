//! The files of a deposit as readers of images want them.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use crate::deposit::DepositedFile;
use crate::image::{Bytes, Files, of_open_file};
use crate::relative_path::RelPath;

/// The files of a deposit by their paths.
pub(super) struct DepositedFiles(HashMap<RelPath, DepositedFile>);

impl DepositedFiles {
    /// Of these files.
    pub fn of(files: &[DepositedFile]) -> Arc<DepositedFiles> {
        let by_path = files.iter().map(|file| (file.path.clone(), file.clone()));
        Arc::new(DepositedFiles(by_path.collect()))
    }

    /// A file.
    pub fn find(&self, path: &RelPath) -> Option<&DepositedFile> {
        self.0.get(path)
    }
}

impl Files for DepositedFiles {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        match self.0.get(path) {
            Some(file) => of_open_file(file.open()?).map(Some),
            None => Ok(None),
        }
    }
}
