//! Reading an object: its inventory, checked, and the files of its versions.

use std::sync::Arc;

use protocol::digest::Digest;

use super::inventory::{Inventory, version_folder};
use super::inventory_json::{INVENTORY, SIDECAR, parse_sidecar};
use super::ocfl_error::OcflError;
use super::sha512::Sha512Digest;
use crate::relative_path::RelPath;
use crate::store::{Key, ObjectStore, Reader};

/// An object as its inventory describes it.
#[derive(Debug, Clone)]
pub struct Object {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) folder: Key,
    pub(super) inventory: Inventory,
    /// Of the inventory's bytes: names this state of the object.
    pub(super) digest: Sha512Digest,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOfVersion {
    /// Its path in the study.
    pub logical: RelPath,
    /// The digest by which OCFL addresses it.
    pub sha512: Sha512Digest,
    /// The digest in the signed manifest; absent where another program wrote the object without it.
    pub sha256: Option<Digest>,
    /// Where its bytes are.
    pub content: Key,
}

impl Object {
    /// The folder of the object.
    pub fn folder(&self) -> &Key {
        &self.folder
    }

    /// The object's id.
    pub fn id(&self) -> &str {
        self.inventory.id()
    }

    /// The number of the last version.
    pub fn head(&self) -> u64 {
        self.inventory.head()
    }

    /// The inventory.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The files of a version, sorted by path; nothing where there is no such version.
    pub fn files(&self, version: u64) -> impl Iterator<Item = FileOfVersion> + '_ {
        let state = self
            .inventory
            .version(version)
            .into_iter()
            .flat_map(|version| version.state());
        state.filter_map(|(logical, sha512)| {
            let content = self.inventory.content(sha512)?;
            let sha256 = self.inventory.sha256(content);
            Some(FileOfVersion {
                logical: logical.clone(),
                sha512: *sha512,
                sha256,
                content: content.key(&self.folder),
            })
        })
    }

    /// One file of a version.
    ///
    /// # Errors
    /// [`OcflError::NoFile`].
    pub fn file(&self, logical: &RelPath, version: u64) -> Result<FileOfVersion, OcflError> {
        let sha512 = self
            .inventory
            .version(version)
            .and_then(|version| version.state().get(logical));
        let placed = sha512.and_then(|sha512| Some((sha512, self.inventory.content(sha512)?)));
        let (sha512, content) = placed.ok_or_else(|| self.no_file(logical, version))?;
        let sha256 = self.inventory.sha256(content);
        Ok(FileOfVersion {
            logical: logical.clone(),
            sha512: *sha512,
            sha256,
            content: content.key(&self.folder),
        })
    }

    /// A reader of a file of a version, and its size in bytes.
    ///
    /// # Errors
    /// [`OcflError::NoFile`], also where its bytes are lost.
    pub fn open(&self, logical: &RelPath, version: u64) -> Result<(Reader, u64), OcflError> {
        let file = self.file(logical, version)?;
        self.store
            .open(&file.content)?
            .ok_or_else(|| self.no_file(logical, version))
    }

    fn no_file(&self, logical: &RelPath, version: u64) -> OcflError {
        OcflError::NoFile {
            object_id: self.id().to_owned(),
            version,
            logical: logical.clone(),
        }
    }
}

/// Reads the inventory of the object in a folder; `None` where there is none.
///
/// A commit renames first the inventory into place and then the digest beside it, so for a moment, or until a killed
/// process's act is completed, the two do not agree. Then the inventory in the folder of the last version is the
/// witness: it has its own digest beside it, came there in one step, and is the same bytes.
pub(super) fn read_inventory(
    store: &dyn ObjectStore,
    folder: &Key,
) -> Result<Option<(Inventory, Sha512Digest)>, OcflError> {
    let Some(bytes) = store.read(&folder.part(INVENTORY))? else {
        return Ok(None);
    };
    let digest = Sha512Digest::of(&bytes);
    let inventory = Inventory::parse(&bytes)
        .map_err(|error| OcflError::inventory(&folder.part(INVENTORY), &error))?;
    if stated_digest(store, folder)? == Some(digest) {
        return Ok(Some((inventory, digest)));
    }
    let of_version = folder.part(version_folder(inventory.head()));
    let witness = store.read(&of_version.part(INVENTORY))?;
    if witness.as_ref() == Some(&bytes) && stated_digest(store, &of_version)? == Some(digest) {
        return Ok(Some((inventory, digest)));
    }
    Err(OcflError::damaged(
        &folder.part(INVENTORY),
        format!("its sha512 is {digest}, which {SIDECAR} beside it does not say (E060)"),
    ))
}

/// The digest that stands beside the inventory in a folder.
pub(super) fn stated_digest(
    store: &dyn ObjectStore,
    folder: &Key,
) -> Result<Option<Sha512Digest>, OcflError> {
    let key = folder.part(SIDECAR);
    let bytes = store.read(&key)?;
    bytes
        .map(|bytes| parse_sidecar(&bytes).map_err(|error| OcflError::inventory(&key, &error)))
        .transpose()
}

/// The digest of the inventory's bytes in a folder, whatever stands beside it.
pub(super) fn actual_digest(
    store: &dyn ObjectStore,
    folder: &Key,
) -> Result<Option<Sha512Digest>, OcflError> {
    Ok(store
        .read(&folder.part(INVENTORY))?
        .map(|bytes| Sha512Digest::of(&bytes)))
}
