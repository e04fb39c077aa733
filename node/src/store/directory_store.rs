//! The store in a folder of a disk: a key is a path, `.writing/` holds what is under way.
//!
//! Nothing is synchronised file by file. A hundred thousand records of an act cost a hundred thousand creations and one
//! `syncfs`; that is the difference between two seconds and a quarter of an hour.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::comparison::{Comparison, compare};
use super::disk::{absent_as_none, in_folder, is_absence, rename_to_free, synchronise_disk};
use super::key::Key;
use super::object_store::{Child, ChildKind, ObjectStore, PutNew, Reader};
use super::scratch::{Scratch, ScratchFile};
use super::store_error::StoreError;

/// A store in a folder. Files are made with mode 0644 and folders with 0755, less what the umask takes away.
#[derive(Debug)]
pub struct DirectoryStore {
    root: PathBuf,
    /// Held open from the start: `syncfs` reports the write errors since then.
    root_handle: File,
    scratch: Scratch,
}

impl DirectoryStore {
    /// Opens the store in a folder that exists.
    ///
    /// # Errors
    /// [`StoreError::Folder`] where it is no folder that can be read, [`StoreError::AnotherDisk`] where a folder directly
    /// in it lies on another file system: what is moved there from staging would not arrive in one step, nor be durable
    /// after one barrier.
    pub fn open(root: &Path) -> Result<DirectoryStore, StoreError> {
        let unusable = |source| StoreError::Folder {
            folder: root.display().to_string(),
            source,
        };
        let root_handle = File::open(root).map_err(unusable)?;
        let device = root_handle.metadata().map_err(unusable)?.dev();
        for entry in fs::read_dir(root).map_err(unusable)? {
            let entry = entry.map_err(unusable)?;
            // what vanishes meanwhile, as a database's journal does, is no folder of ours
            let metadata = absent_as_none(fs::metadata(entry.path())).map_err(unusable)?;
            if let (Some(name), Some(metadata)) = (entry.file_name().to_str(), metadata)
                && metadata.is_dir()
                && metadata.dev() != device
            {
                return Err(StoreError::AnotherDisk {
                    key: Key::parse(name)?,
                });
            }
        }
        Ok(DirectoryStore {
            root: root.to_owned(),
            root_handle,
            scratch: Scratch::new(root),
        })
    }

    fn path(&self, key: &Key) -> PathBuf {
        key.path_in(&self.root)
    }

    /// Renames a finished file to a free place, or compares it with what is there.
    fn settle(&self, key: &Key, mut written: ScratchFile) -> Result<PutNew, StoreError> {
        let path = self.path(key);
        match in_folder(&path, || rename_to_free(written.path(), &path)) {
            Ok(()) => {
                written.forget();
                return Ok(PutNew::Stored);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(StoreError::from_io("write", key, error)),
        }
        let reading = |error| StoreError::from_io("read", key, error);
        written.file.rewind().map_err(reading)?;
        let mut stored = File::open(&path).map_err(reading)?;
        match compare(&mut stored, &mut written.file).map_err(reading)? {
            Comparison::Equal => Ok(PutNew::AlreadyThere),
            Comparison::Different => Err(StoreError::Different { key: key.clone() }),
            Comparison::Torn => {
                fs::rename(written.path(), &path)
                    .map_err(|error| StoreError::from_io("write", key, error))?;
                written.forget();
                Ok(PutNew::Stored)
            }
        }
    }

    fn write_scratch(&self, key: &Key, bytes: &mut dyn Read) -> Result<ScratchFile, StoreError> {
        let mut written = self
            .scratch
            .file()
            .map_err(|error| StoreError::from_io("write", key, error))?;
        copy(key, bytes, &mut written.file)?;
        Ok(written)
    }

    /// Deletes the folder and those above it as long as they are empty; folders directly in the root stay.
    fn prune(&self, folder: Option<Key>) -> Result<(), StoreError> {
        let mut folder = folder;
        while let Some(key) = folder.filter(|key| key.parent().is_some()) {
            match fs::remove_dir(self.path(&key)) {
                Ok(()) => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::DirectoryNotEmpty | ErrorKind::NotFound
                    ) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(StoreError::from_io("delete", &key, error)),
            }
            folder = key.parent();
        }
        Ok(())
    }

    /// Makes the names in the folders from `path` up to the root durable.
    fn synchronise_folders(&self, path: &Path) -> io::Result<()> {
        for folder in path.ancestors().skip(1) {
            File::open(folder)?.sync_all()?;
            if folder == self.root {
                break;
            }
        }
        Ok(())
    }
}

impl ObjectStore for DirectoryStore {
    fn read(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        absent_as_none(fs::read(self.path(key)))
            .map_err(|error| StoreError::from_io("read", key, error))
    }

    fn open(&self, key: &Key) -> Result<Option<(Reader, u64)>, StoreError> {
        let opened = File::open(self.path(key)).and_then(|file| {
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(ErrorKind::IsADirectory.into());
            }
            let reader: Reader = Box::new(file);
            Ok((reader, metadata.len()))
        });
        absent_as_none(opened).map_err(|error| StoreError::from_io("read", key, error))
    }

    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        let metadata = absent_as_none(fs::metadata(self.path(key)))
            .map_err(|error| StoreError::from_io("read", key, error))?;
        Ok(metadata
            .filter(|metadata| !metadata.is_dir())
            .map(|metadata| metadata.len()))
    }

    fn put_new_stream(&self, key: &Key, bytes: &mut dyn Read) -> Result<PutNew, StoreError> {
        let written = self.write_scratch(key, bytes)?;
        self.settle(key, written)
    }

    fn put_content_addressed(&self, key: &Key, bytes: &[u8]) -> Result<PutNew, StoreError> {
        let path = self.path(key);
        let writing = |error| StoreError::from_io("write", key, error);
        match in_folder(&path, || {
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o644)
                .open(&path)
        }) {
            Ok(mut file) => {
                file.write_all(bytes).map_err(writing)?;
                return Ok(PutNew::Stored);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(writing(error)),
        }
        if self.read(key)?.as_deref() == Some(bytes) {
            return Ok(PutNew::AlreadyThere);
        }
        let written = self.write_scratch(key, &mut &bytes[..])?;
        fs::rename(written.path(), &path).map_err(writing)?;
        written.forget();
        Ok(PutNew::Stored)
    }

    fn stage(&self, key: &Key, bytes: &mut dyn Read) -> Result<u64, StoreError> {
        let path = self.path(key);
        let opening = || {
            OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o644)
                .open(&path)
        };
        let mut file =
            in_folder(&path, opening).map_err(|error| StoreError::from_io("write", key, error))?;
        copy(key, bytes, &mut file)
    }

    fn replace(&self, key: &Key, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(key);
        let written = self.write_scratch(key, &mut &bytes[..])?;
        let outcome = written
            .file
            .sync_all()
            .and_then(|()| in_folder(&path, || fs::rename(written.path(), &path)));
        outcome.map_err(|error| StoreError::from_io("write", key, error))?;
        written.forget();
        self.synchronise_folders(&path)
            .map_err(|error| StoreError::from_io("write", key, error))
    }

    fn move_tree(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        let (source, target) = (self.path(from), self.path(to));
        if !exists(&source, from)? {
            return already_moved(exists(&target, to)?, from);
        }
        match in_folder(&target, || rename_to_free(&source, &target)) {
            Ok(()) => self.prune(from.parent()),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty
                ) =>
            {
                Err(StoreError::Occupied { key: to.clone() })
            }
            Err(error) => Err(StoreError::from_io("move", from, error)),
        }
    }

    fn move_over(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        let (source, target) = (self.path(from), self.path(to));
        if !exists(&source, from)? {
            return already_moved(exists(&target, to)?, from);
        }
        in_folder(&target, || fs::rename(&source, &target))
            .map_err(|error| StoreError::from_io("move", from, error))?;
        self.prune(from.parent())
    }

    fn duplicate(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        let (source, target) = (self.path(from), self.path(to));
        if !exists(&source, from)? {
            return already_moved(exists(&target, to)?, from);
        }
        match in_folder(&target, || fs::hard_link(&source, &target)) {
            Ok(()) => Ok(()),
            // there already, or a file system without hard links: both are what storing a copy deals with
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::AlreadyExists | ErrorKind::Unsupported | ErrorKind::PermissionDenied
                ) =>
            {
                let mut original = File::open(&source)
                    .map_err(|error| StoreError::from_io("read", from, error))?;
                self.put_new_stream(to, &mut original).map(drop)
            }
            Err(error) => Err(StoreError::from_io("write", to, error)),
        }
    }

    fn delete(&self, key: &Key) -> Result<(), StoreError> {
        match fs::remove_file(self.path(key)) {
            Err(error) if !is_absence(&error) => Err(StoreError::from_io("delete", key, error)),
            _ => self.prune(key.parent()),
        }
    }

    fn delete_tree(&self, folder: &Key) -> Result<(), StoreError> {
        match fs::remove_dir_all(self.path(folder)) {
            Err(error) if !is_absence(&error) => Err(StoreError::from_io("delete", folder, error)),
            _ => self.prune(folder.parent()),
        }
    }

    fn children(&self, folder: &Key) -> Result<Vec<Child>, StoreError> {
        let reading = |error| StoreError::from_io("read", folder, error);
        let Some(entries) = absent_as_none(fs::read_dir(self.path(folder))).map_err(reading)?
        else {
            return Ok(Vec::new());
        };
        let mut children = entries
            .map(|entry| child(folder, &entry?))
            .collect::<io::Result<Vec<Child>>>()
            .map_err(reading)?;
        children.sort();
        Ok(children)
    }

    fn barrier(&self) -> Result<(), StoreError> {
        synchronise_disk(&self.root_handle).map_err(|source| StoreError::Folder {
            folder: self.root.display().to_string(),
            source,
        })
    }
}

/// Copies a stream into a file and tells apart which of the two failed.
fn copy(key: &Key, from: &mut dyn Read, into: &mut File) -> Result<u64, StoreError> {
    let mut block = vec![0; 128 * 1024];
    let mut size = 0;
    loop {
        let count = match from.read(&mut block) {
            Ok(0) => return Ok(size),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(source) => {
                return Err(StoreError::Source {
                    key: key.clone(),
                    source,
                });
            }
        };
        into.write_all(&block[..count])
            .map_err(|error| StoreError::from_io("write", key, error))?;
        size += count as u64;
    }
}

fn child(folder: &Key, entry: &fs::DirEntry) -> io::Result<Child> {
    let name = entry.file_name();
    let kind = match (
        name.to_str().map(|name| folder.join(name)),
        entry.file_type()?,
    ) {
        (Some(Ok(_)), kind) if kind.is_file() => ChildKind::File,
        (Some(Ok(_)), kind) if kind.is_dir() => ChildKind::Folder,
        _ => ChildKind::Strange,
    };
    Ok(Child {
        name: name.to_string_lossy().into_owned(),
        kind,
    })
}

fn exists(path: &Path, key: &Key) -> Result<bool, StoreError> {
    let metadata = absent_as_none(fs::symlink_metadata(path))
        .map_err(|error| StoreError::from_io("read", key, error))?;
    Ok(metadata.is_some())
}

fn already_moved(arrived: bool, from: &Key) -> Result<(), StoreError> {
    if arrived {
        Ok(())
    } else {
        Err(StoreError::Missing { key: from.clone() })
    }
}

#[cfg(test)]
mod tests;
