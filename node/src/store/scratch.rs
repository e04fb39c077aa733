//! Files under way: written beside the data, renamed into it when they are whole.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

const FOLDER: &str = ".writing";
const LOCK: &str = "lock";

/// A folder of this process's own under `.writing/`, made when it is first needed, so that a read-only disk can be read.
///
/// Each such folder holds a locked file. The next process that writes deletes the folders whose lock nobody holds: those
/// of processes that were killed.
#[derive(Debug)]
pub(super) struct Scratch {
    root: PathBuf,
    own: Mutex<Option<Own>>,
    count: AtomicU64,
}

#[derive(Debug)]
struct Own {
    folder: TempDir,
    _lock: File,
}

/// A file under way. Unless it is renamed and forgotten, it is deleted with this value.
#[derive(Debug)]
pub(super) struct ScratchFile {
    path: PathBuf,
    pub(super) file: File,
    moved: bool,
}

impl Scratch {
    /// Nothing is written yet.
    pub(super) fn new(root: &Path) -> Scratch {
        Scratch {
            root: root.to_owned(),
            own: Mutex::new(None),
            count: AtomicU64::new(0),
        }
    }

    /// A new empty file, readable and writable.
    pub(super) fn file(&self) -> io::Result<ScratchFile> {
        let folder = self.own_folder()?;
        let path = folder.join(self.count.fetch_add(1, Ordering::Relaxed).to_string());
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(&path)?;
        Ok(ScratchFile {
            path,
            file,
            moved: false,
        })
    }

    fn own_folder(&self) -> io::Result<PathBuf> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = &*own {
            return Ok(own.folder.path().to_owned());
        }
        let made = make_own(&self.root.join(FOLDER))?;
        Ok(own.insert(made).folder.path().to_owned())
    }
}

/// Makes a folder for this process and sweeps away those of dead ones, one process at a time.
fn make_own(all: &Path) -> io::Result<Own> {
    fs::create_dir_all(all)?;
    let turn = lock_file(&all.join(LOCK))?;
    turn.lock()?;
    sweep(all)?;
    let folder = tempfile::Builder::new()
        .prefix("process-")
        .tempdir_in(all)?;
    let lock = lock_file(&folder.path().join(LOCK))?;
    lock.lock()?;
    Ok(Own {
        folder,
        _lock: lock,
    })
}

fn sweep(all: &Path) -> io::Result<()> {
    for entry in fs::read_dir(all)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && is_abandoned(&entry.path())? {
            match fs::remove_dir_all(entry.path()) {
                // its process ended just now and took it along
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                outcome => outcome?,
            }
        }
    }
    Ok(())
}

/// A folder without a lock was being made when its process died: folders are made in turns.
fn is_abandoned(folder: &Path) -> io::Result<bool> {
    match OpenOptions::new().write(true).open(folder.join(LOCK)) {
        Ok(lock) => Ok(lock.try_lock().is_ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o644)
        .open(path)
}

impl ScratchFile {
    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// It has been renamed: there is nothing left to delete.
    pub(super) fn forget(mut self) {
        self.moved = true;
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        if !self.moved {
            // what stays is swept away with the folder, at the latest by the next process
            drop(fs::remove_file(&self.path));
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;

    use super::{FOLDER, Scratch};

    #[test]
    fn what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not() {
        let data = tempfile::tempdir().unwrap();
        let living = Scratch::new(data.path());
        let under_way = living.file().unwrap();
        let killed = data.path().join(FOLDER).join("process-killed");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join("lock"), "").unwrap();
        fs::write(killed.join("0"), "half").unwrap();
        let made_halfway = data.path().join(FOLDER).join("process-made-halfway");
        fs::create_dir(&made_halfway).unwrap();

        let next = Scratch::new(data.path());
        assert!(killed.exists(), "nothing happens before the first write");
        next.file().unwrap();
        assert!(!killed.exists() && !made_halfway.exists());
        assert!(under_way.path().exists());
        drop((living, next));
        drop(under_way);
        let left: Vec<_> = fs::read_dir(data.path().join(FOLDER))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["lock"]);
    }
}
