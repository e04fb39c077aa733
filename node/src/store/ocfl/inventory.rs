//! An object's inventory (OCFL 1.1, section 3.5): which versions it has, which files each, and where their bytes are.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use super::sha512::Sha512Digest;
use crate::relative_path::RelPath;
use crate::store::Key;

/// The inventory of one object, consistent in itself: every file of every version has content, and all content is a
/// file's. It can only be had by parsing or by the acts of this module, which keep that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    pub(super) id: String,
    /// Versions 1 to the last, without a gap, and so never empty.
    pub(super) versions: BTreeMap<u64, Version>,
    /// Where the bytes of each digest are; more than one place is allowed, and made by others only.
    pub(super) manifest: BTreeMap<Sha512Digest, BTreeSet<ContentPath>>,
    /// The fixity block for sha256.
    pub(super) sha256: BTreeMap<ContentPath, Digest>,
}

/// One version of an object (section 3.5.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub(super) created: String,
    pub(super) message: Option<String>,
    pub(super) user: Option<User>,
    pub(super) state: BTreeMap<RelPath, Sha512Digest>,
}

/// Who made a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The name of a person, an organisation or a program.
    pub name: String,
    /// A URI: an ORCID, a ROR, a home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Where bytes lie in an object: `v1/content/plate/a01.tif`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentPath {
    version: u64,
    path: RelPath,
}

/// What is wrong with an inventory: the first rule that it breaks, with its code in the specification where it has one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InventoryError(pub(super) String);

/// The folder in each version that holds its content (section 3.3.1).
pub(super) const CONTENT: &str = "content";

impl Inventory {
    /// The object's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The number of the last version, from 1.
    pub fn head(&self) -> u64 {
        self.versions
            .keys()
            .next_back()
            .copied()
            .unwrap_or_default()
    }

    /// A version by its number.
    pub fn version(&self, number: u64) -> Option<&Version> {
        self.versions.get(&number)
    }

    /// All versions, from 1.
    pub fn versions(&self) -> impl Iterator<Item = (u64, &Version)> {
        self.versions
            .iter()
            .map(|(number, version)| (*number, version))
    }

    /// Where the bytes of a digest lie.
    pub fn content(&self, digest: &Sha512Digest) -> Option<&ContentPath> {
        self.manifest.get(digest)?.first()
    }

    /// All content with its digest.
    pub fn contents(&self) -> impl Iterator<Item = (&ContentPath, &Sha512Digest)> {
        self.manifest
            .iter()
            .flat_map(|(digest, paths)| paths.iter().map(move |path| (path, digest)))
    }

    /// The SHA-256 of a content, where the inventory has it.
    pub fn sha256(&self, content: &ContentPath) -> Option<Digest> {
        self.sha256.get(content).copied()
    }

    /// The inventory as it was when version `number` was the last.
    pub(super) fn as_of(&self, number: u64) -> Inventory {
        let until = |path: &ContentPath| path.version <= number;
        let manifest = self.manifest.iter().filter_map(|(digest, paths)| {
            let paths: BTreeSet<ContentPath> =
                paths.iter().filter(|path| until(path)).cloned().collect();
            (!paths.is_empty()).then_some((*digest, paths))
        });
        Inventory {
            id: self.id.clone(),
            versions: self
                .versions
                .range(..=number)
                .map(|(number, version)| (*number, version.clone()))
                .collect(),
            manifest: manifest.collect(),
            sha256: self
                .sha256
                .iter()
                .filter(|(path, _)| until(path))
                .map(|(path, digest)| (path.clone(), *digest))
                .collect(),
        }
    }

    /// What the specification asks of an inventory in itself.
    pub(super) fn verify(&self) -> Result<(), InventoryError> {
        let head = self.head();
        if head == 0 || self.versions.keys().copied().ne(1..=head) {
            return refuse(
                "its versions are not 1, 2, 3 … without a gap (E008, E009, E010)".to_owned(),
            );
        }
        let mut used = HashSet::new();
        for (number, version) in &self.versions {
            if let Some(path) = conflict(version.state.keys()) {
                return refuse(format!(
                    "version {number} has {path} as a file and as a folder (E095)"
                ));
            }
            used.extend(version.state.values());
        }
        if let Some(digest) = used
            .iter()
            .find(|digest| !self.manifest.contains_key(digest))
        {
            return refuse(format!(
                "a version names content {digest} that the manifest does not have (E050)"
            ));
        }
        if let Some(digest) = self.manifest.keys().find(|digest| !used.contains(digest)) {
            return refuse(format!(
                "the manifest has content {digest} that no version names (E107)"
            ));
        }
        self.verify_content_paths(head)
    }

    fn verify_content_paths(&self, head: u64) -> Result<(), InventoryError> {
        let mut paths = BTreeSet::new();
        for (path, _) in self.contents() {
            if path.version > head {
                return refuse(format!(
                    "content {path} lies in a version that there is not (E042)"
                ));
            }
            if !paths.insert(path) {
                return refuse(format!("content {path} has two digests (E101)"));
            }
        }
        for version in 1..=head {
            let of_version = paths
                .iter()
                .filter(|path| path.version == version)
                .map(|path| &path.path);
            if let Some(path) = conflict(of_version) {
                return refuse(format!(
                    "content {path} of version {version} is a file and a folder (E101)"
                ));
            }
        }
        match self.sha256.keys().find(|path| !paths.contains(path)) {
            Some(path) => refuse(format!(
                "there is a sha256 of {path}, which the manifest does not have (E093)"
            )),
            None => Ok(()),
        }
    }
}

fn refuse(reason: String) -> Result<(), InventoryError> {
    Err(InventoryError(reason))
}

/// A path that is also a folder of another, if there is one.
fn conflict<'path>(paths: impl Iterator<Item = &'path RelPath>) -> Option<&'path str> {
    let paths: HashSet<&str> = paths.map(RelPath::as_str).collect();
    paths
        .iter()
        .find_map(|path| ancestors(path).find(|folder| paths.contains(folder)))
}

/// The folders that a path is in: of `a/b/c` these are `a` and `a/b`.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

impl Version {
    /// When it was made: RFC 3339.
    pub fn created(&self) -> &str {
        &self.created
    }

    /// Why it was made.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Who made it.
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// Its files with the digests of their bytes, by path.
    pub fn state(&self) -> &BTreeMap<RelPath, Sha512Digest> {
        &self.state
    }
}

impl ContentPath {
    /// The place for the bytes that come with a file in a version.
    pub(super) fn new(version: u64, path: RelPath) -> ContentPath {
        ContentPath { version, path }
    }

    /// The version in whose folder the bytes lie.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The path in the version's content folder.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// The key in the folder of the object.
    pub(super) fn key(&self, object: &Key) -> Key {
        object
            .part(version_folder(self.version))
            .part(CONTENT)
            .below(&self.path)
    }
}

/// The name of a version's folder: `v3`.
pub(super) fn version_folder(number: u64) -> String {
    format!("v{number}")
}

/// The number of a version's folder, without zero-padding (W001).
pub(super) fn version_number(folder: &str) -> Option<u64> {
    let digits = folder.strip_prefix('v')?;
    let number = digits.parse().ok().filter(|number| *number > 0)?;
    (version_folder(number) == folder).then_some(number)
}

impl fmt::Display for ContentPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "v{}/{CONTENT}/{}", self.version, self.path)
    }
}

impl TryFrom<String> for ContentPath {
    type Error = InventoryError;

    fn try_from(text: String) -> Result<ContentPath, InventoryError> {
        let error = || {
            InventoryError(format!(
                "{text:?} is not a content path like v1/{CONTENT}/file (E042, E099, E100)"
            ))
        };
        let (folder, rest) = text.split_once('/').ok_or_else(error)?;
        let version = version_number(folder).ok_or_else(error)?;
        let path = rest
            .strip_prefix(CONTENT)
            .and_then(|rest| rest.strip_prefix('/'))
            .ok_or_else(error)?;
        let path = RelPath::parse(path)
            .ok()
            .filter(|parsed| parsed.as_str() == path)
            .ok_or_else(error)?;
        Ok(ContentPath { version, path })
    }
}

impl From<ContentPath> for String {
    fn from(path: ContentPath) -> String {
        path.to_string()
    }
}
