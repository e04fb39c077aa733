//! By what others see at once that a maker has died: a file that is locked as long as it lives.
//!
//! The system gives the lock back however its holder ends. The silence after which a holder counts as dead in any case is for
//! storage on which locks are not to be relied upon, and for machines that sleep.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// Names of the files begin so.
const PREFIX: &str = ".maker-";

/// The lock of a maker that lives.
pub(super) struct Alive {
    path: PathBuf,
    _file: File,
}

impl Alive {
    /// Makes and locks the file of a maker, in the folder of what is derived.
    pub fn begin(folder: &Path, name: &str) -> io::Result<Alive> {
        fs::create_dir_all(folder)?;
        let path = path(folder, name);
        let file = File::create_new(&path)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Alive { path, _file: file })
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        // what stays is removed by the next sweep
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether a maker is dead for certain: nobody holds its lock any more.
pub(super) fn is_dead(folder: &Path, name: &str) -> io::Result<bool> {
    let path = path(folder, name);
    let file = match OpenOptions::new().write(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(true),
    }
}

/// Removes the files that dead makers left.
pub(super) fn remove_dead(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let name = entry?.file_name();
        if let Some(maker) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) {
            is_dead(folder, maker)?;
        }
    }
    Ok(())
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{name}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{Alive, is_dead, remove_dead};

    #[test]
    fn one_lives_until_it_ends_and_one_that_left_its_file_behind_is_dead() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("derived");
        let alive = Alive::begin(&folder, "one").unwrap();
        assert!(!is_dead(&folder, "one").unwrap());
        assert!(!is_dead(&folder, "one").unwrap());
        drop(alive);
        assert!(is_dead(&folder, "one").unwrap());
        std::fs::write(folder.join(".maker-two"), "").unwrap();
        assert!(is_dead(&folder, "two").unwrap());
        std::fs::write(folder.join(".maker-three"), "").unwrap();
        let alive = Alive::begin(&folder, "four").unwrap();
        remove_dead(&folder).unwrap();
        assert!(!folder.join(".maker-three").exists() && folder.join(".maker-four").exists());
        drop(alive);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }
}
