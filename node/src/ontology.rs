//! Ontologies of an operator: loaded once, kept as they came, read beside the built-in slims by every import.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ontologies::{Ontology, Terms};
use protocol::digest::Digest;
use serde::Serialize;

use crate::archive::DataFolder;

/// Why an ontology was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum OntologyError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
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
        source: std::io::Error,
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
    /// The file in DATA, or `built in`.
    pub file: String,
}

/// Loads ontology files; each is parsed before anything is kept, and one of the same name takes the place of the older.
///
/// # Errors
/// Names the first file that was refused; those before it are kept.
pub fn load(folder: &DataFolder, files: &[PathBuf]) -> Result<Vec<Listed>, OntologyError> {
    files.iter().map(|file| load_one(folder, file)).collect()
}

fn load_one(folder: &DataFolder, file: &Path) -> Result<Listed, OntologyError> {
    let bytes = read(file)?;
    let ontology = parse(file, &bytes)?;
    let place = folder.ontologies();
    let unwritable = |path: &Path, source| OntologyError::Unwritable {
        path: path.to_owned(),
        source,
    };
    fs::create_dir_all(&place).map_err(|source| unwritable(&place, source))?;
    let name = file_name(&ontology.source.name, &bytes);
    let kept = place.join(&name);
    let beside = place.join(format!(".{name}.new"));
    write_durably(&beside, &bytes).map_err(|source| unwritable(&beside, source))?;
    fs::rename(&beside, &kept).map_err(|source| unwritable(&kept, source))?;
    for (older, _) in kept_files(folder)? {
        let same_name =
            older != kept && parse(&older, &read(&older)?)?.source.name == ontology.source.name;
        if same_name {
            fs::remove_file(&older).map_err(|source| unwritable(&older, source))?;
        }
    }
    Ok(listed(&ontology, name))
}

/// What is loaded, the built-in slims first.
///
/// # Errors
/// When a kept file cannot be read.
pub fn list(folder: &DataFolder) -> Result<Vec<Listed>, OntologyError> {
    let mut all: Vec<Listed> = Terms::builtin()
        .sources()
        .iter()
        .map(|source| Listed {
            name: source.name.clone(),
            version: source.version.clone(),
            licence: source.licence.clone(),
            terms: Terms::builtin()
                .iter()
                .filter(|term| term.ontology == source.name)
                .count(),
            file: "built in".to_owned(),
        })
        .collect();
    for (path, name) in kept_files(folder)? {
        all.push(listed(&parse(&path, &read(&path)?)?, name));
    }
    Ok(all)
}

/// The terms that an import resolves against: the slims, and over them what the operator loaded.
///
/// # Errors
/// When a kept file cannot be read.
pub fn terms(folder: &DataFolder) -> Result<Terms, OntologyError> {
    let loaded = kept_files(folder)?
        .into_iter()
        .map(|(path, _)| parse(&path, &read(&path)?))
        .collect::<Result<Vec<Ontology>, _>>()?;
    Ok(Terms::with(loaded))
}

fn kept_files(folder: &DataFolder) -> Result<Vec<(PathBuf, String)>, OntologyError> {
    let place = folder.ontologies();
    let unreadable = |source| OntologyError::Unreadable {
        path: place.clone(),
        source,
    };
    let entries = match fs::read_dir(&place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if !name.starts_with('.') {
            files.push((path, name));
        }
    }
    files.sort();
    Ok(files)
}

/// A file that a power cut left empty would keep every later import from reading its terms.
fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn read(path: &Path) -> Result<Vec<u8>, OntologyError> {
    fs::read(path).map_err(|source| OntologyError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Ontology, OntologyError> {
    ontologies::load(bytes).map_err(|error| OntologyError::Refused {
        path: path.to_owned(),
        reason: error.to_string(),
    })
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

/// A readable part of its name and a part of its digest, so that no two differ only in what a file name cannot hold.
fn file_name(name: &str, bytes: &[u8]) -> String {
    let readable: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .take(40)
        .collect();
    let digest = Digest::of(bytes).to_string();
    format!("{}-{}", readable.trim_matches('-'), &digest[..12])
}
