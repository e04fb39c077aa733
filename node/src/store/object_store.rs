//! The seam under `ocfl/`, `log/`, `derived/` and `staging/`: named bytes, written once, made durable in batches.
//!
//! Why this is not the crate `object_store`, and how S3 fits in, is argued in `docs/design/0001-object-store-seam.md`.
//! In short: an act writes thousands of small objects and then needs one moment after which all of them survive a
//! power cut. So most writes here are not durable by themselves, and [`ObjectStore::barrier`] is that moment.

use std::fmt;
use std::io::{Read, Seek};

use super::key::Key;
use super::store_error::StoreError;

/// What a stored object is read from; it can be read from any place, as ranges of a file need.
pub type Reader = Box<dyn ReadSeek + Send>;

/// Something to read and to seek in.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// What became of an object that is written once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutNew {
    /// It was not there, and is now.
    Stored,
    /// The same bytes were there.
    AlreadyThere,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Child {
    /// Its name without the folder. Of [`ChildKind::Strange`] it may be altered so that it can be shown.
    pub name: String,
    /// What it is.
    pub kind: ChildKind,
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChildKind {
    /// An object.
    File,
    /// A folder; on a disk it may be empty.
    Folder,
    /// What no store here makes: a symbolic link, a device, a name that is not a [`Key`].
    Strange,
}

/// Named bytes, as on a disk or in S3. All methods may be called from many threads and processes at once.
///
/// "Durable" means that it survives a power cut; everything survives the end of the process. A method that fails may
/// have left nothing, or all, of what it was to do; each can be called again with the same arguments.
pub trait ObjectStore: fmt::Debug + Send + Sync {
    /// The bytes of an object, `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot tell.
    fn read(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// A reader of an object and its size in bytes, `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot tell.
    fn open(&self, key: &Key) -> Result<Option<(Reader, u64)>, StoreError>;

    /// The size of an object in bytes, `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot tell.
    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError>;

    /// Stores an object that is written once. Readers see all of it or nothing. Durable after [`Self::barrier`]; a
    /// power cut before it may leave the object torn (its beginning, or that and zeros), and a torn object that is put
    /// again is repaired.
    ///
    /// # Errors
    /// [`StoreError::Different`] where other bytes are stored that no power cut explains.
    fn put_new(&self, key: &Key, bytes: &[u8]) -> Result<PutNew, StoreError> {
        self.put_new_stream(key, &mut &bytes[..])
    }

    /// As [`Self::put_new`], from a stream, which is never held in memory whole.
    ///
    /// # Errors
    /// As [`Self::put_new`]; [`StoreError::Source`] where the stream breaks off.
    fn put_new_stream(&self, key: &Key, bytes: &mut dyn Read) -> Result<PutNew, StoreError>;

    /// Stores an object whose key names its content, as the digest of a record: whatever else is there can only be
    /// damage, and is replaced. The cheapest way to write; a reader who comes before anybody was told of the key may
    /// see a part. Durable after [`Self::barrier`].
    ///
    /// # Errors
    /// [`StoreError`] where it could not be written.
    fn put_content_addressed(&self, key: &Key, bytes: &[u8]) -> Result<PutNew, StoreError>;

    /// Writes or overwrites an object in place, and tells its size in bytes. For staging: nobody reads it until it is
    /// moved to where it belongs. Durable after [`Self::barrier`].
    ///
    /// # Errors
    /// [`StoreError::Source`] where the stream breaks off.
    fn stage(&self, key: &Key, bytes: &mut dyn Read) -> Result<u64, StoreError>;

    /// Writes or overwrites an object: readers see the old bytes or the new ones, before and after a power cut, and
    /// when this returns the new ones are durable. For the journal and the checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] where it could not be written; the old bytes are then still there.
    fn replace(&self, key: &Key, bytes: &[u8]) -> Result<(), StoreError>;

    /// Moves a folder with all that is in it to a place that is free. Nothing at `from` and something at `to` means
    /// that it was moved before, and is well. Durable after [`Self::barrier`].
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is nothing at either, [`StoreError::Occupied`] where there is something at both.
    fn move_tree(&self, from: &Key, to: &Key) -> Result<(), StoreError>;

    /// Moves an object over another, or to a free place. Readers see the one or the other. Nothing at `from` and
    /// something at `to` means that it was moved before, and is well. Durable after [`Self::barrier`].
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is nothing at either.
    fn move_over(&self, from: &Key, to: &Key) -> Result<(), StoreError>;

    /// Gives an object a second key, without copying where the store can; the first is then deleted by the caller.
    /// Nothing at `from` and something at `to` is well. Durable after [`Self::barrier`].
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is nothing at either, [`StoreError::Different`] where there are other bytes at `to`.
    fn duplicate(&self, from: &Key, to: &Key) -> Result<(), StoreError>;

    /// Deletes an object, if it is there, and the folders that this leaves empty. Durable after [`Self::barrier`].
    ///
    /// # Errors
    /// [`StoreError`] where it could not be deleted.
    fn delete(&self, key: &Key) -> Result<(), StoreError>;

    /// Deletes a folder with all that is in it, if it is there, and the folders that this leaves empty. Not in one
    /// step: what is to go in one step is moved to staging first.
    ///
    /// # Errors
    /// [`StoreError`] where something could not be deleted.
    fn delete_tree(&self, folder: &Key) -> Result<(), StoreError>;

    /// What is directly in a folder, sorted by name; nothing where there is no such folder.
    ///
    /// # Errors
    /// [`StoreError`] where the folder could not be read.
    fn children(&self, folder: &Key) -> Result<Vec<Child>, StoreError>;

    /// All objects in a folder and below, sorted; nothing where there is no such folder.
    ///
    /// # Errors
    /// [`StoreError`] where a folder could not be read.
    fn list(&self, folder: &Key) -> Result<Vec<Key>, StoreError> {
        let mut found = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(folder) = folders.pop() {
            for child in self.children(&folder)? {
                match child.kind {
                    ChildKind::File => found.push(folder.join(&child.name)?),
                    ChildKind::Folder => folders.push(folder.join(&child.name)?),
                    ChildKind::Strange => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Returns when everything that was written, moved and deleted before, through any handle, is durable.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot promise that; then nothing that relies on it may be published.
    fn barrier(&self) -> Result<(), StoreError>;
}
