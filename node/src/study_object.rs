//! A study in the storage root: what an OCFL object of ours holds, and how it is read back.
//!
//! | logical path | what |
//! |---|---|
//! | `files/<path>` | the study's files, as deposited |
//! | `metadata/study.json` | the study as it was validated ([`crate::study::Study`]) |
//! | `metadata/findings.json` | the warnings that it was published with |
//! | `metadata/files.tsv` | the manifest; absent in a catalogued study |
//! | `metadata/records.nq` | the records that this version announced, one after the other, in log order |
//! | `metadata/source.json` | by what the study is known again; stays when everything else is erased |
//!
//! The OCFL version is the study's version: each `put` of a study brings exactly one.

use std::collections::HashMap;
use std::io::Read;

use protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::store::manifest::{self, ManifestError, ManifestRow};
use crate::store::ocfl::{Object, OcflError};
use crate::study::Study;

/// Logical folder of the deposited files.
pub const FILES: &str = "files";
/// Logical path of the study as validated.
pub const STUDY: &str = "metadata/study.json";
/// Logical path of the warnings.
pub const FINDINGS: &str = "metadata/findings.json";
/// Logical path of the manifest.
pub const MANIFEST: &str = "metadata/files.tsv";
/// Logical path of the records.
pub const RECORDS: &str = "metadata/records.nq";
/// Logical path of what the study is known by.
pub const SOURCE: &str = "metadata/source.json";

/// By what a study is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceKey {
    /// SHA-256 of the source's identifier, hex.
    pub key: String,
}

impl SourceKey {
    /// The key of a source's identifier.
    pub fn of(identifier: &str) -> SourceKey {
        SourceKey {
            key: Digest::of(identifier.as_bytes()).to_string(),
        }
    }
}

/// What `metadata/source.json` holds. It stays when the rest of a version is erased, so that neither a withdrawn study nor
/// the text of a redacted version is published again by the next import of the same source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBy {
    /// SHA-256 of the source's identifier, hex.
    pub key: String,
    /// SHA-256 over what was deposited ([`fingerprint`]), hex.
    pub fingerprint: String,
}

/// What can be wrong with what the storage holds of a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyObjectError {
    /// The storage root.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The object is not there.
    #[error("the storage has no object {0}; `omma-node check` tells what else is missing")]
    Missing(String),
    /// A file of it cannot be understood.
    #[error(
        "{object} version {version}: {path} is damaged ({detail}); `omma-node check` tells what else is"
    )]
    Damaged {
        /// The object's id.
        object: String,
        /// The version.
        version: u64,
        /// The logical path.
        path: &'static str,
        /// What is wrong.
        detail: String,
    },
}

/// A version of a study in the storage root.
pub struct StudyObject {
    object: Object,
    version: u64,
}

impl StudyObject {
    /// A version of the study with this IRI.
    ///
    /// # Errors
    /// When the object is missing or damaged.
    pub fn open(
        archive: &Archive,
        iri: &str,
        version: u64,
    ) -> Result<StudyObject, StudyObjectError> {
        let object = archive
            .ocfl()
            .object(iri)?
            .ok_or_else(|| StudyObjectError::Missing(iri.to_owned()))?;
        Ok(StudyObject { object, version })
    }

    /// The OCFL object.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The study; nothing once it has been erased.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn study(&self) -> Result<Option<(Study, Vec<u8>)>, StudyObjectError> {
        let Some(json) = self.read(STUDY)? else {
            return Ok(None);
        };
        let study = serde_json::from_slice(&json).map_err(|error| self.damaged(STUDY, error))?;
        Ok(Some((study, json)))
    }

    /// The warnings; none once they have been erased.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn findings(&self) -> Result<Vec<Finding>, StudyObjectError> {
        match self.read(FINDINGS)? {
            Some(json) => {
                serde_json::from_slice(&json).map_err(|error| self.damaged(FINDINGS, error))
            }
            None => Ok(Vec::new()),
        }
    }

    /// The manifest's rows; nothing for a catalogued study, or once it has been erased.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn manifest(&self) -> Result<Option<Vec<ManifestRow>>, StudyObjectError> {
        let Some(bytes) = self.read(MANIFEST)? else {
            return Ok(None);
        };
        let rows = manifest::parse(&bytes).map_err(|error| self.damaged(MANIFEST, error))?;
        Ok(Some(rows))
    }

    /// The key of the manifest's bytes in the store, and their digest; nothing where there is none.
    ///
    /// # Errors
    /// When the object is damaged.
    pub fn manifest_file(&self) -> Result<Option<(String, Digest)>, StudyObjectError> {
        let logical = RelPath::parse(MANIFEST).map_err(|error| self.damaged(MANIFEST, error))?;
        let file = match self.object.file(&logical, self.version) {
            Err(OcflError::NoFile { .. }) => return Ok(None),
            other => other?,
        };
        let digest = match file.sha256 {
            Some(digest) => digest,
            None => Digest::of(&self.read(MANIFEST)?.unwrap_or_default()),
        };
        Ok(Some((file.content.to_string(), digest)))
    }

    /// The records that this version announced, one after the other; nothing once they have been erased.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn records(&self) -> Result<Option<Vec<u8>>, StudyObjectError> {
        self.read(RECORDS)
    }

    /// By what the study is known again.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn known_by(&self) -> Result<KnownBy, StudyObjectError> {
        let json = self
            .read(SOURCE)?
            .ok_or_else(|| self.damaged(SOURCE, "it is missing"))?;
        serde_json::from_slice(&json).map_err(|error| self.damaged(SOURCE, error))
    }

    /// The key of a deposited file's bytes in the store; nothing once they have been erased.
    pub fn content_key(&self, path: &RelPath) -> Option<String> {
        let logical = RelPath::parse(&format!("{FILES}/{path}")).ok()?;
        self.object
            .file(&logical, self.version)
            .ok()
            .map(|file| file.content.to_string())
    }

    fn read(&self, path: &'static str) -> Result<Option<Vec<u8>>, StudyObjectError> {
        let logical = RelPath::parse(path).map_err(|error| self.damaged(path, error))?;
        let (mut reader, size) = match self.object.open(&logical, self.version) {
            // a version without it: a catalogued study's manifest, or what has been erased
            Err(OcflError::NoFile { .. }) => return Ok(None),
            other => other?,
        };
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        reader
            .read_to_end(&mut bytes)
            .map_err(|error| self.damaged(path, error))?;
        Ok(Some(bytes))
    }

    fn damaged(&self, path: &'static str, detail: impl std::fmt::Display) -> StudyObjectError {
        StudyObjectError::Damaged {
            object: self.object.id().to_owned(),
            version: self.version,
            path,
            detail: detail.to_string(),
        }
    }
}

/// SHA-256 over what was deposited: the study and, by path, each file's digest, type and columns. Not the accessions
/// in the manifest, so that it can be known before they are given; not the salt, the time or the findings.
///
/// # Errors
/// When the rows are no manifest.
pub fn fingerprint(study_json: &[u8], rows: &[ManifestRow]) -> Result<Digest, ManifestError> {
    let bare: Vec<ManifestRow> = rows
        .iter()
        .map(|row| ManifestRow {
            image: None,
            ..row.clone()
        })
        .collect();
    let mut bytes = Digest::of(study_json).as_bytes().to_vec();
    bytes.extend_from_slice(Digest::of(&manifest::write(&bare)?).as_bytes());
    Ok(Digest::of(&bytes))
}

/// SHA-256 over an image's description without its salt, and over its files: what an unchanged image is known by. A
/// description names only some of many files ([`crate::describe::MOST_FILES_DESCRIBED`]), and of a `.zarr` those at its
/// root alone.
pub fn image_fingerprint<'a>(
    description: impl Iterator<Item = &'a str>,
    files: Option<&Digest>,
) -> Digest {
    let salt = format!(" <{}> ", protocol::record::SALT_PREDICATE);
    let mut lines: Vec<&str> = description.filter(|line| !line.contains(&salt)).collect();
    lines.sort_unstable();
    lines.dedup();
    let mut bytes = lines.join("\n").into_bytes();
    bytes.extend(files.iter().flat_map(|files| files.as_bytes()));
    Digest::of(&bytes)
}

/// For each image of a manifest, SHA-256 over the paths and digests of its files.
pub fn files_of_images(rows: &[ManifestRow]) -> HashMap<String, Digest> {
    let mut rows: Vec<&ManifestRow> = rows.iter().collect();
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    let mut lists: HashMap<&str, String> = HashMap::new();
    for row in rows {
        for image in row
            .image
            .iter()
            .flat_map(|images| manifest::images_in(images))
        {
            let list = lists.entry(image).or_default();
            list.push_str(&format!("{}\t{}\n", row.sha256, row.path));
        }
    }
    lists
        .into_iter()
        .map(|(image, list)| (image.to_owned(), Digest::of(list.as_bytes())))
        .collect()
}
