//! The folder that a pyramid is written into, and how it gets its name.
//!
//! It is `.writing-<random>` beside the target, and `.writing-<random>.lock` beside it is locked while somebody writes. The
//! lock is taken before the folder is made and goes after it, so that whoever can take a lock knows that the writer is
//! dead and that the folder, if there is one, is a leftover. When it is whole, it is made durable and renamed; where the
//! target is there by then, somebody else was faster, and this one goes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::PyramidError;

const PREFIX: &str = ".writing-";
const LOCK: &str = ".lock";

/// A folder that is being written.
pub(super) struct Writing {
    folder: PathBuf,
    lock_path: PathBuf,
    /// Held until the folder is renamed or removed.
    _lock: File,
}

impl Writing {
    /// A new folder beside a target.
    pub fn beside(target: &Path) -> Result<Writing, PyramidError> {
        let parent = parent(target);
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        loop {
            let mut random = [0; 8];
            getrandom::fill(&mut random)
                .map_err(|error| failed(parent, io::Error::other(error.to_string())))?;
            let name = format!("{PREFIX}{:016x}", u64::from_le_bytes(random));
            let folder = parent.join(&name);
            let lock_path = parent.join(name + LOCK);
            let lock = match File::create_new(&lock_path) {
                Ok(lock) => lock,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(failed(&lock_path, error)),
            };
            // whoever removes leftovers may have seen the file in between: it is theirs then
            if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
                continue;
            }
            if !lock_path.exists() {
                continue;
            }
            let writing = Writing {
                folder,
                lock_path,
                _lock: lock,
            };
            fs::create_dir(&writing.folder).map_err(|error| failed(&writing.folder, error))?;
            return Ok(writing);
        }
    }

    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Bytes of all its files.
    pub fn bytes(&self) -> Result<u64, PyramidError> {
        let mut bytes = 0;
        for entry in walkdir::WalkDir::new(&self.folder) {
            let metadata = entry.and_then(|entry| entry.metadata());
            let metadata = metadata.map_err(|error| failed(&self.folder, error.into()))?;
            if metadata.is_file() {
                bytes += metadata.len();
            }
        }
        Ok(bytes)
    }

    /// Makes it durable and gives it its name; false where the name is taken.
    pub fn commit(self, target: &Path) -> Result<bool, PyramidError> {
        let parent = parent(target);
        let opened = File::open(parent).map_err(|error| failed(parent, error))?;
        synchronise(&opened).map_err(|error| failed(&self.folder, error))?;
        match fs::rename(&self.folder, target) {
            Ok(()) => {}
            Err(error) if is_taken(&error) => return Ok(false),
            Err(error) => return Err(failed(target, error)),
        }
        opened.sync_all().map_err(|error| failed(parent, error))?;
        Ok(true)
    }
}

impl Drop for Writing {
    /// Whatever is left goes. Where that fails, the next [`remove_leftovers`] finds it.
    fn drop(&mut self) {
        if remove(&self.folder).is_ok() {
            let _ = fs::remove_file(&self.lock_path);
        }
    }
}

/// Removes what writers that were killed have left in a folder of pyramids, and tells how many there were. Pyramids being
/// written now stay.
///
/// # Errors
/// Whatever the disk says.
pub fn remove_leftovers(folder: &Path) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(name) = name
            .strip_suffix(LOCK)
            .filter(|name| name.starts_with(PREFIX))
        else {
            continue;
        };
        let lock = match OpenOptions::new().write(true).open(&path) {
            Ok(lock) => lock,
            // its writer has just finished
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        remove(&folder.join(name))?;
        absent_is_fine(fs::remove_file(&path))?;
        removed += 1;
    }
    Ok(removed)
}

/// Writes a file and the folders above it.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), PyramidError> {
    let written = match fs::write(path, content) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(parent(path)).and_then(|()| fs::write(path, content))
        }
        outcome => outcome,
    };
    written.map_err(|error| failed(path, error))
}

/// What a failed write means.
pub(super) fn failed(path: &Path, source: io::Error) -> PyramidError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => PyramidError::Full(path.to_owned()),
        _ => PyramidError::Write {
            path: path.to_owned(),
            source,
        },
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(folder))
}

fn absent_is_fine(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotADirectory
    )
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

#[cfg(target_os = "linux")]
fn synchronise(folder: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(folder)?)
}

#[cfg(not(target_os = "linux"))]
fn synchronise(_folder: &File) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}
