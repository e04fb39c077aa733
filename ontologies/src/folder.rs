//! A folder of ontology files as an operator loaded them: kept as they came, read beside the built-in slims.
//!
//! The one module of this crate that touches the file system. What is refused leaves the folder as it was: every file is parsed
//! and written beside its place before the first one is moved there.

mod file;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::term::Ontology;
use crate::terms::Terms;
pub use file::LARGEST_FILE;
use file::{
    file_name, may_share_name, parse, read, read_kept, unreadable, unwritable, write_durably,
};

/// Why ontologies were not loaded, or could not be read again.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no ontology.
    #[error("{path} is not loaded: {reason}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// It cannot be kept.
    #[error("{path} cannot be written: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// An ontology in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its version, where it says one.
    pub version: Option<String>,
    /// Its licence, where it says one.
    pub licence: Option<String>,
    /// Number of terms.
    pub terms: usize,
    /// The file in the folder, or `built in`.
    pub file: String,
}

/// The folder; it need not exist before the first file is loaded.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at this path. Nothing is read yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Loads ontology files, all of them or none; one of the same name as an older one takes its place, and of two such in one
    /// call the later.
    ///
    /// # Errors
    /// Names the first file that was refused, or could not be read or written.
    pub fn load(&self, files: &[PathBuf]) -> Result<Vec<Listed>, FolderError> {
        fs::create_dir_all(&self.0).map_err(|source| unwritable(&self.0, source))?;
        let incoming = files
            .iter()
            .map(|file| self.stage(file))
            .collect::<Result<Vec<Incoming>, _>>()?;
        let newest: HashMap<&str, &Incoming> = incoming
            .iter()
            .map(|ontology| (ontology.listed.name.as_str(), ontology))
            .collect();
        let older = self.older(&newest)?;
        for ontology in newest.values() {
            let place = self.0.join(&ontology.listed.file);
            fs::rename(&ontology.staged.0, &place).map_err(|source| unwritable(&place, source))?;
        }
        // the new ones are durable before the old ones go
        self.make_durable()?;
        for path in &older {
            fs::remove_file(path).map_err(|source| unwritable(path, source))?;
        }
        self.make_durable()?;
        Ok(incoming
            .into_iter()
            .map(|ontology| ontology.listed)
            .collect())
    }

    /// What there is, the built-in slims first.
    ///
    /// # Errors
    /// When a kept file cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>, FolderError> {
        let mut sizes: HashMap<&str, usize> = HashMap::new();
        for term in Terms::builtin().iter() {
            *sizes.entry(&term.ontology).or_default() += 1;
        }
        let built_in = Terms::builtin().sources().iter().map(|source| Listed {
            name: source.name.clone(),
            version: source.version.clone(),
            licence: source.licence.clone(),
            terms: sizes.get(source.name.as_str()).copied().unwrap_or_default(),
            file: "built in".to_owned(),
        });
        let mut all: Vec<Listed> = built_in.collect();
        for (path, name) in self.kept()? {
            all.push(listed(&read_kept(&path)?, name));
        }
        Ok(all)
    }

    /// The terms to resolve against: the slims, and over them what was loaded.
    ///
    /// # Errors
    /// When a kept file cannot be read.
    pub fn terms(&self) -> Result<Terms, FolderError> {
        let loaded = self
            .kept()?
            .into_iter()
            .map(|(path, _)| read_kept(&path))
            .collect::<Result<Vec<Ontology>, _>>()?;
        Ok(Terms::with(loaded))
    }

    /// Parses a file and writes it beside its place. Its terms are let go: a hundred megabytes at a time are enough.
    fn stage(&self, file: &Path) -> Result<Incoming, FolderError> {
        let bytes = read(file)?;
        let ontology = parse(file, &bytes)?;
        let name = file_name(&ontology.source.name, &bytes);
        // a name of this process's own, lest two commands write into one file
        let beside = self.0.join(format!(".{name}.{}.new", std::process::id()));
        let staged = Staged(beside);
        write_durably(&staged.0, &bytes).map_err(|source| unwritable(&staged.0, source))?;
        Ok(Incoming {
            listed: listed(&ontology, name),
            staged,
        })
    }

    /// The kept files whose place is taken by another.
    fn older(&self, newest: &HashMap<&str, &Incoming>) -> Result<Vec<PathBuf>, FolderError> {
        let mut older = Vec::new();
        for (path, name) in self.kept()? {
            let may_be_older = newest.values().any(|ontology| {
                name != ontology.listed.file && may_share_name(&name, &ontology.listed.name)
            });
            if !may_be_older {
                continue;
            }
            let kept = read_kept(&path)?.source.name;
            let is_older = newest
                .get(kept.as_str())
                .is_some_and(|ontology| ontology.listed.file != name);
            if is_older {
                older.push(path);
            }
        }
        Ok(older)
    }

    /// Paths and names of the files, in the order of their names; what begins with a dot is not there yet.
    fn kept(&self) -> Result<Vec<(PathBuf, String)>, FolderError> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|source| unreadable(&self.0, source))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| unreadable(&self.0, source))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                files.push((entry.path(), name));
            }
        }
        files.sort();
        Ok(files)
    }

    fn make_durable(&self) -> Result<(), FolderError> {
        File::open(&self.0)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| unwritable(&self.0, source))
    }
}

/// A file that was accepted and waits beside its place.
struct Incoming {
    listed: Listed,
    staged: Staged,
}

/// A file that goes with its owner, unless it was moved to its place before.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // not found where it was moved; what cannot be removed begins with a dot and is never read
        let _ = fs::remove_file(&self.0);
    }
}

fn listed(ontology: &Ontology, file: String) -> Listed {
    Listed {
        name: ontology.source.name.clone(),
        version: ontology.source.version.clone(),
        licence: ontology.source.licence.clone(),
        terms: ontology.terms.len(),
        file,
    }
}
