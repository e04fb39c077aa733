//! Rooms of the staging: whose they are, and when they go.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::fs::{FlockOperation, flock};

use super::StagingError;
use crate::archive::{Archive, DataFolder};
use crate::store::{Key, StoreError};

/// A place in a room, for one held study; the room stays for as long as one of its places is in use.
#[derive(Debug)]
pub struct Place {
    pub(super) key: Key,
    room: Arc<Room>,
}

impl Place {
    /// From here on an act in the journal may name what lies here: the room outlives this process until that act is
    /// complete, whatever fails.
    pub fn entrust(&self) {
        self.room.is_entrusted.store(true, Ordering::SeqCst);
    }

    /// No act names what lies here, or the act is complete.
    pub fn release(&self) {
        self.room.is_entrusted.store(false, Ordering::SeqCst);
    }
}

/// A folder of the staging that belongs to one batch of one process, for as long as this value lives.
#[derive(Debug)]
pub struct Room {
    key: Key,
    places: AtomicU64,
    folder: PathBuf,
    lock: PathBuf,
    /// Whether an act in the journal may name what lies in it.
    is_entrusted: AtomicBool,
    /// Closing it gives the lock back.
    _locked: File,
}

impl Room {
    /// Takes a room of the staging.
    ///
    /// # Errors
    /// When the staging cannot be written.
    pub fn take(archive: &Archive) -> Result<Arc<Room>, StagingError> {
        let hold = hold_folder(archive.folder());
        let failed = |path: &Path, source: std::io::Error| StagingError::Room {
            path: path.to_owned(),
            source,
        };
        std::fs::create_dir_all(&hold).map_err(|source| failed(&hold, source))?;
        loop {
            let mut random = [0_u8; 12];
            getrandom::fill(&mut random)
                .map_err(|error| failed(&hold, std::io::Error::other(error)))?;
            let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
            let lock = hold.join(format!("{name}.lock"));
            let locked = File::create_new(&lock).map_err(|source| failed(&lock, source))?;
            match flock(&locked, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) if is_still_there(&locked, &lock) => {}
                // who clears the staging came between making and locking it, and took it for abandoned
                Ok(()) | Err(rustix::io::Errno::WOULDBLOCK) => continue,
                Err(error) => return Err(failed(&lock, error.into())),
            }
            let key = Key::parse(&format!("staging/hold/{name}")).map_err(StoreError::from)?;
            let (folder, places, is_entrusted) =
                (hold.join(name), AtomicU64::new(0), AtomicBool::new(false));
            return Ok(Arc::new(Room {
                key,
                places,
                folder,
                lock,
                is_entrusted,
                _locked: locked,
            }));
        }
    }

    /// Its folder, for what else has to vanish with it, as the files of a zip.
    ///
    /// # Errors
    /// When the staging cannot be written.
    pub fn folder(&self) -> Result<&Path, StagingError> {
        std::fs::create_dir_all(&self.folder).map_err(|source| StagingError::Room {
            path: self.folder.clone(),
            source,
        })?;
        Ok(&self.folder)
    }

    /// The next free place in it.
    pub(super) fn next_place(self: &Arc<Room>) -> Place {
        let number = self.places.fetch_add(1, Ordering::Relaxed);
        Place {
            key: self.key.part(number),
            room: Arc::clone(self),
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.is_entrusted.load(Ordering::SeqCst) {
            // an act that has been decided needs what lies here: whoever completes it removes the room
            return;
        }
        // what cannot be removed now is removed by the next holder of the lease: its lock is free
        let _ = std::fs::remove_dir_all(&self.folder);
        let _ = std::fs::remove_file(&self.lock);
    }
}

/// Whether the name still stands for the opened file.
fn is_still_there(opened: &File, path: &Path) -> bool {
    match (opened.metadata(), std::fs::metadata(path)) {
        (Ok(opened), Ok(named)) => (opened.dev(), opened.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// Removes the rooms of processes that died. For the holder of the lease, once no act is left in the journal.
///
/// # Errors
/// When the staging cannot be read.
pub fn clear_abandoned(folder: &DataFolder) -> Result<(), StagingError> {
    let hold = hold_folder(folder);
    let failed = |source: std::io::Error| StagingError::Room {
        path: hold.clone(),
        source,
    };
    let entries = match std::fs::read_dir(&hold) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let (room, lock) = match path.extension() {
            Some(extension) if extension == "lock" => (path.with_extension(""), path),
            None if path.is_dir() => (path.clone(), path.with_extension("lock")),
            _ => continue,
        };
        let locked = match File::open(&lock) {
            // a room is made after its lock and removed before it: one without belongs to nobody
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            opened => Some(opened.map_err(failed)?),
        };
        if let Some(file) = &locked
            && flock(file, FlockOperation::NonBlockingLockExclusive).is_err()
        {
            continue;
        }
        // a conversion goes on when who began it is killed
        match crate::convert::end_survivors(&room) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                // who clears the next time tries it again; nobody else waits for that
                let room = room.display();
                tracing::warn!("{room}, which a process that died left, is not removed: {error}");
                continue;
            }
            _ => {}
        }
        // its owner may have ended just now and taken both along
        let gone = |error: std::io::Error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                Ok(())
            } else {
                Err(failed(error))
            }
        };
        std::fs::remove_dir_all(&room).or_else(gone)?;
        std::fs::remove_file(&lock).or_else(gone)?;
    }
    Ok(())
}

fn hold_folder(folder: &DataFolder) -> PathBuf {
    folder.staging().join("hold")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;

    use super::{Room, clear_abandoned};
    use crate::config::Identity;
    use crate::init;

    #[test]
    fn rooms_that_belong_to_nobody_are_cleared_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity {
            name: "Test".to_owned(),
            prefix: "TST".to_owned(),
            base_url: "http://127.45.67.89:9/".to_owned(),
            namespace: None,
            ror: None,
            origin: None,
        };
        let archive = init::init(&folder.path().join("data"), &identity).unwrap();
        let room = || {
            let room = Room::take(&archive).unwrap();
            fs::write(room.folder().unwrap().join("staged"), "bytes").unwrap();
            (room.folder.clone(), room)
        };
        let (of_the_living, living) = room();
        let (of_the_journal, journalled) = room();
        journalled.next_place().entrust();
        let (of_the_ended, ended) = room();
        drop((journalled, ended));
        assert!(of_the_living.exists() && of_the_journal.exists() && !of_the_ended.exists());
        let without_lock = super::hold_folder(archive.folder()).join("0123");
        fs::create_dir(&without_lock).unwrap();
        // a room that cannot be looked into stands in the way of no other
        let odd = ["0000", "ffff"].map(|name| super::hold_folder(archive.folder()).join(name));
        for odd in &odd {
            fs::write(odd, "no folder").unwrap();
            fs::write(odd.with_extension("lock"), "").unwrap();
        }

        clear_abandoned(archive.folder()).unwrap();
        for odd in &odd {
            assert!(odd.exists() && odd.with_extension("lock").exists());
            fs::remove_file(odd).unwrap();
            fs::remove_file(odd.with_extension("lock")).unwrap();
        }
        assert!(of_the_living.join("staged").exists());
        assert!(!of_the_journal.exists() && !without_lock.exists());
        drop(living);
        assert_eq!(
            fs::read_dir(super::hold_folder(archive.folder()))
                .unwrap()
                .count(),
            0
        );
    }
}
