//! Ontologies of an operator: loaded once, kept as they came, read beside the built-in slims by every import.

use std::path::PathBuf;

use ontologies::Terms;
use ontologies::folder::Folder;
pub use ontologies::folder::{FolderError, Listed};

use crate::archive::DataFolder;

/// Loads ontology files, all of them or none; one of the same name as an older one takes its place.
///
/// # Errors
/// Names the first file that was refused.
pub fn load(folder: &DataFolder, files: &[PathBuf]) -> Result<Vec<Listed>, FolderError> {
    kept(folder).load(files)
}

/// What is loaded, the built-in slims first.
///
/// # Errors
/// When a kept file cannot be read.
pub fn list(folder: &DataFolder) -> Result<Vec<Listed>, FolderError> {
    kept(folder).list()
}

/// The terms that an import resolves against: the slims, and over them what the operator loaded.
///
/// # Errors
/// When a kept file cannot be read.
pub fn terms(folder: &DataFolder) -> Result<Terms, FolderError> {
    kept(folder).terms()
}

fn kept(folder: &DataFolder) -> Folder {
    Folder::new(folder.ontologies())
}
