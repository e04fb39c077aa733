//! A version in the making: its files are hashed and written to staging; nothing under the root changes.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek};

use protocol::digest::Digest;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::commit::StagedVersion;
use super::hashing::{Hashes, HashingReader, hash_all, hash_bytes};
use super::inventory::{CONTENT, ContentPath, Inventory, User, Version, ancestors, version_folder};
use super::inventory_json::{INVENTORY, SIDECAR, sidecar};
use super::object::{Object, actual_digest};
use super::ocfl_error::OcflError;
use super::root::{DECLARES, OBJECT_DECLARATION, Root};
use super::sha512::Sha512Digest;
use crate::relative_path::RelPath;
use crate::store::{Key, StoreError};

/// Where the bytes of a file come from.
#[derive(Debug)]
pub enum Source {
    /// From memory.
    Bytes(Vec<u8>),
    /// From a file, read from where it stands to its end, which must come after so many bytes.
    File(File, u64),
    /// From a file of an earlier version, as it is; nothing is read.
    Unchanged {
        /// The earlier version.
        version: u64,
        /// The path in it.
        logical: RelPath,
    },
}

/// One file of a new version.
#[derive(Debug)]
pub struct StagedFile {
    /// Its path in the study.
    pub logical: RelPath,
    /// Its bytes.
    pub source: Source,
}

/// All that a new version is to be.
#[derive(Debug)]
pub struct NewVersion<'object> {
    /// The object's id: the study's IRI.
    pub object_id: String,
    /// The object as it is; `None` makes a new one.
    pub base: Option<&'object Object>,
    /// All files of the version, also those that stay as they are.
    pub files: Vec<StagedFile>,
    /// Why the version is made.
    pub message: String,
    /// When.
    pub created: OffsetDateTime,
    /// By whom.
    pub user: Option<User>,
}

/// A file as it was stored, or found stored already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its path in the study.
    pub logical: RelPath,
    /// The digest for the manifest.
    pub sha256: Digest,
    /// The digest by which OCFL addresses it.
    pub sha512: Sha512Digest,
    /// Its size.
    pub bytes: u64,
}

/// A version that waits in staging.
#[derive(Debug)]
pub struct Staged {
    /// For the journal and for [`Root::commit`].
    pub version: StagedVersion,
    /// Its files, in the order given.
    pub files: Vec<StoredFile>,
}

/// A version in the making, file by file: for who must know the digests of the first files to write the last.
#[derive(Debug)]
pub struct Draft<'root> {
    root: &'root Root,
    staging: Key,
    base: Option<Object>,
    object_id: String,
    number: u64,
    state: BTreeMap<RelPath, Sha512Digest>,
    names: Names,
    new_content: BTreeMap<Sha512Digest, (ContentPath, Digest)>,
    /// Sizes of the content that the object has, once they are needed.
    sizes: Option<HashSet<u64>>,
}

/// The files of a version and the folders they are in.
#[derive(Debug, Default)]
struct Names {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Names {
    fn are_taken(&self, path: &RelPath) -> bool {
        let itself = self.files.contains(path.as_str()) || self.folders.contains(path.as_str());
        itself || ancestors(path.as_str()).any(|folder| self.files.contains(folder))
    }

    fn take(&mut self, path: &RelPath) {
        self.files.insert(path.to_string());
        self.folders
            .extend(ancestors(path.as_str()).map(str::to_owned));
    }
}

/// The folder in staging whose shape is that of an object.
pub(super) const STAGED_OBJECT: &str = "object";

impl Root {
    /// Stages a version with all its files: see [`Draft`].
    ///
    /// # Errors
    /// As [`Root::draft`], [`Draft::add`] and [`Draft::finish`].
    pub fn stage(&self, staging: &Key, new: NewVersion<'_>) -> Result<Staged, OcflError> {
        let mut draft = self.draft(staging, &new.object_id, new.base)?;
        let files = new
            .files
            .into_iter()
            .map(|file| draft.add(file.logical, file.source))
            .collect::<Result<Vec<StoredFile>, _>>()?;
        Ok(Staged {
            version: draft.finish(&new.message, new.created, new.user)?,
            files,
        })
    }

    /// Begins a version in a folder of staging, which is emptied first.
    ///
    /// # Errors
    /// What the store says.
    pub fn draft(
        &self,
        staging: &Key,
        object_id: &str,
        base: Option<&Object>,
    ) -> Result<Draft<'_>, OcflError> {
        self.store.delete_tree(staging)?;
        Ok(Draft {
            root: self,
            staging: staging.clone(),
            base: base.cloned(),
            object_id: object_id.to_owned(),
            number: base.map_or(0, Object::head) + 1,
            state: BTreeMap::new(),
            names: Names::default(),
            new_content: BTreeMap::new(),
            sizes: None,
        })
    }

    /// Throws away what was staged, committed or not.
    ///
    /// # Errors
    /// What the store says.
    pub fn discard(&self, staging: &Key) -> Result<(), OcflError> {
        Ok(self.store.delete_tree(staging)?)
    }
}

impl Draft<'_> {
    /// The number that the version will have.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Gives a new object its id, for who drafts it before the id is known. Of an object that is there the id stays.
    pub fn set_object_id(&mut self, object_id: &str) {
        if self.base.is_none() {
            object_id.clone_into(&mut self.object_id);
        }
    }

    /// Whether the object still is what the draft was begun on. Who drafts before it is his turn to change the object
    /// asks this when it is, and begins again where not.
    ///
    /// # Errors
    /// What the store says.
    pub fn is_current(&self) -> Result<bool, OcflError> {
        let now = actual_digest(
            self.root.store.as_ref(),
            &self.root.folder_of(&self.object_id),
        )?;
        Ok(now == self.base.as_ref().map(|base| base.digest))
    }

    /// Adds a file: hashes it and, where the object does not have its bytes, writes them to staging.
    ///
    /// # Errors
    /// [`OcflError::PathTaken`], [`OcflError::ChangedWhileStored`], [`OcflError::Unreadable`], [`OcflError::NoFile`] for
    /// an unchanged file that there is not; what the store says.
    pub fn add(&mut self, logical: RelPath, source: Source) -> Result<StoredFile, OcflError> {
        if self.names.are_taken(&logical) {
            return Err(OcflError::PathTaken { logical });
        }
        let hashes = match source {
            Source::Bytes(bytes) => self.store_bytes(&logical, &bytes)?,
            Source::File(file, expected) => self.store_file(&logical, file, expected)?,
            Source::Unchanged { version, logical } => self.keep(version, &logical)?,
        };
        self.names.take(&logical);
        self.state.insert(logical.clone(), hashes.sha512);
        Ok(StoredFile {
            logical,
            sha256: hashes.sha256,
            sha512: hashes.sha512,
            bytes: hashes.bytes,
        })
    }

    /// Writes the inventory: the version is complete.
    ///
    /// # Errors
    /// [`OcflError::Conflict`] where the draft is not current, since a journalled version must always fit;
    /// [`OcflError::Time`] where `created` is in no year of four digits; what the store says.
    pub fn finish(
        self,
        message: &str,
        created: OffsetDateTime,
        user: Option<User>,
    ) -> Result<StagedVersion, OcflError> {
        if !self.is_current()? {
            return Err(OcflError::Conflict {
                object_id: self.object_id,
            });
        }
        let created = created.to_offset(UtcOffset::UTC).format(&Rfc3339)?;
        let version = Version {
            created,
            message: Some(message.to_owned()),
            user,
            state: self.state,
        };
        let mut inventory = match &self.base {
            Some(base) => base.inventory.clone(),
            None => Inventory {
                id: self.object_id.clone(),
                versions: BTreeMap::new(),
                manifest: BTreeMap::new(),
                sha256: BTreeMap::new(),
            },
        };
        inventory.versions.insert(self.number, version);
        for (sha512, (content, sha256)) in self.new_content {
            inventory.sha256.insert(content.clone(), sha256);
            inventory
                .manifest
                .entry(sha512)
                .or_default()
                .insert(content);
        }
        inventory
            .verify()
            .map_err(|error| OcflError::inventory(&self.staging, &error))?;

        let bytes = inventory.to_bytes();
        let object = self.staging.part(STAGED_OBJECT);
        for folder in [&object, &object.part(version_folder(self.number))] {
            self.root
                .store
                .stage(&folder.part(INVENTORY), &mut &bytes[..])?;
            self.root
                .store
                .stage(&folder.part(SIDECAR), &mut sidecar(&bytes).as_bytes())?;
        }
        if self.base.is_none() {
            let declaration = object.part(format!("{DECLARES}{OBJECT_DECLARATION}"));
            self.root.store.stage(
                &declaration,
                &mut format!("{OBJECT_DECLARATION}\n").as_bytes(),
            )?;
        }
        Ok(StagedVersion {
            object_id: self.object_id,
            version: self.number,
            staging: self.staging,
            before: self.base.map(|base| base.digest),
            after: Sha512Digest::of(&bytes),
        })
    }

    fn store_bytes(&mut self, logical: &RelPath, bytes: &[u8]) -> Result<Hashes, OcflError> {
        let hashes = hash_bytes(bytes);
        if !self.has(&hashes.sha512) {
            self.root
                .store
                .stage(&self.staged_content(logical), &mut &bytes[..])?;
            self.remember(logical, &hashes);
        }
        Ok(hashes)
    }

    /// One pass hashes and copies. Only where the object has content of the same size is a file hashed first and then,
    /// if it is new after all, copied: to hash a terabyte costs less than to write it in vain.
    fn store_file(
        &mut self,
        logical: &RelPath,
        mut file: File,
        expected: u64,
    ) -> Result<Hashes, OcflError> {
        let changed = |expected, found| OcflError::ChangedWhileStored {
            logical: logical.clone(),
            expected,
            found,
        };
        let unreadable = |source| OcflError::Unreadable {
            logical: logical.clone(),
            source,
        };
        let mut looked = None;
        if self.has_content_of_size(expected)? {
            let from = file.stream_position().map_err(unreadable)?;
            let hashes = hash_all(&mut file).map_err(unreadable)?;
            if hashes.bytes != expected {
                return Err(changed(expected, hashes.bytes));
            }
            if self.has(&hashes.sha512) {
                return Ok(hashes);
            }
            file.seek(std::io::SeekFrom::Start(from))
                .map_err(unreadable)?;
            looked = Some(hashes);
        }
        let hashes = self.copy(logical, &mut file)?;
        if hashes.bytes != expected || looked.is_some_and(|looked| looked != hashes) {
            return Err(changed(expected, hashes.bytes));
        }
        if self.has(&hashes.sha512) {
            self.root.store.delete(&self.staged_content(logical))?;
        } else {
            self.remember(logical, &hashes);
        }
        Ok(hashes)
    }

    fn copy(&self, logical: &RelPath, file: &mut dyn Read) -> Result<Hashes, OcflError> {
        let mut hashing = HashingReader::new(file);
        match self
            .root
            .store
            .stage(&self.staged_content(logical), &mut hashing)
        {
            Err(StoreError::Source { source, .. }) => Err(OcflError::Unreadable {
                logical: logical.clone(),
                source,
            }),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(hashing.finish()),
        }
    }

    fn keep(&self, version: u64, logical: &RelPath) -> Result<Hashes, OcflError> {
        let absent = || OcflError::NoFile {
            object_id: self.object_id.clone(),
            version,
            logical: logical.clone(),
        };
        let base = self.base.as_ref().ok_or_else(absent)?;
        let file = base.file(logical, version)?;
        let bytes = self.root.store.size(&file.content)?.ok_or_else(absent)?;
        let sha256 = match file.sha256 {
            Some(sha256) => sha256,
            None => {
                hash_all(&mut base.open(logical, version)?.0)
                    .map_err(|source| OcflError::Unreadable {
                        logical: logical.clone(),
                        source,
                    })?
                    .sha256
            }
        };
        Ok(Hashes {
            sha512: file.sha512,
            sha256,
            bytes,
        })
    }

    fn has(&self, digest: &Sha512Digest) -> bool {
        let stored = self
            .base
            .as_ref()
            .is_some_and(|base| base.inventory.content(digest).is_some());
        stored || self.new_content.contains_key(digest)
    }

    fn has_content_of_size(&mut self, size: u64) -> Result<bool, OcflError> {
        if let Some(sizes) = &self.sizes {
            return Ok(sizes.contains(&size));
        }
        let mut sizes = HashSet::new();
        if let Some(base) = &self.base {
            for (content, _) in base.inventory.contents() {
                sizes.extend(self.root.store.size(&content.key(&base.folder))?);
            }
        }
        Ok(self.sizes.insert(sizes).contains(&size))
    }

    fn remember(&mut self, logical: &RelPath, hashes: &Hashes) {
        self.new_content.insert(
            hashes.sha512,
            (
                ContentPath::new(self.number, logical.clone()),
                hashes.sha256,
            ),
        );
    }

    fn staged_content(&self, logical: &RelPath) -> Key {
        self.staging
            .part(STAGED_OBJECT)
            .part(version_folder(self.number))
            .part(CONTENT)
            .below(logical)
    }
}
