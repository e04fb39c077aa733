//! The right to append: one process at a time, under an exclusive file lock with a fencing number.
//!
//! The operating system gives the lock back when its holder dies, however it dies. The fencing number is for storage
//! on which that is not to be relied upon (a network file system that lost its locks): each holder raises it, and no
//! checkpoint is stored by one whose number is no longer the highest.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// The right to append, held until it is dropped.
#[derive(Debug)]
pub struct Lease {
    file: File,
    path: PathBuf,
    fence: u64,
}

/// Why the right could not be had or has been lost.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The lock file cannot be used.
    #[error("the lock {path} cannot be taken: {source}")]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process went on with a higher number.
    #[error(
        "another process has taken over the log (fencing number {found}, ours {ours}); nothing was signed, run the command again"
    )]
    Lost {
        /// The number in the lock file.
        found: u64,
        /// The number of this lease.
        ours: u64,
    },
}

impl Lease {
    /// Takes the lease, waiting for its holder to end; `waiting` is called once where there is one.
    ///
    /// # Errors
    /// When the lock file cannot be made, locked or written.
    pub fn take(path: &Path, waiting: impl FnOnce()) -> Result<Lease, LeaseError> {
        match Lease::try_take(path)? {
            Some(lease) => Ok(lease),
            None => {
                waiting();
                Lease::lock(path, FlockOperation::LockExclusive)?.ok_or_else(|| {
                    LeaseError::Unusable {
                        path: path.to_owned(),
                        source: io::ErrorKind::WouldBlock.into(),
                    }
                })
            }
        }
    }

    /// Takes the lease if nobody holds it.
    ///
    /// # Errors
    /// When the lock file cannot be made, locked or written.
    pub fn try_take(path: &Path) -> Result<Option<Lease>, LeaseError> {
        Lease::lock(path, FlockOperation::NonBlockingLockExclusive)
    }

    fn lock(path: &Path, operation: FlockOperation) -> Result<Option<Lease>, LeaseError> {
        let unusable = |source: io::Error| LeaseError::Unusable {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(unusable)?;
        loop {
            match flock(&file, operation) {
                Ok(()) => break,
                Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(unusable(error.into())),
            }
        }
        let fence = read_fence(&mut file).map_err(unusable)? + 1;
        write_fence(&mut file, fence).map_err(unusable)?;
        Ok(Some(Lease {
            file,
            path: path.to_owned(),
            fence,
        }))
    }

    /// The number of this lease.
    pub fn fence(&self) -> u64 {
        self.fence
    }

    /// Asked right before a checkpoint is stored.
    ///
    /// # Errors
    /// When another process has raised the number.
    pub fn still_holds(&self) -> Result<(), LeaseError> {
        let unusable = |source: io::Error| LeaseError::Unusable {
            path: self.path.clone(),
            source,
        };
        // by its name, as another process would come to it: where the file was deleted, our lock on it holds nobody off
        let mut named = File::open(&self.path).map_err(unusable)?;
        let identity = |file: &File| {
            file.metadata()
                .map(|metadata| (metadata.dev(), metadata.ino()))
        };
        let is_ours =
            identity(&named).map_err(unusable)? == identity(&self.file).map_err(unusable)?;
        let found = read_fence(&mut named).map_err(unusable)?;
        if is_ours && found == self.fence {
            Ok(())
        } else {
            Err(LeaseError::Lost {
                found,
                ours: self.fence,
            })
        }
    }
}

fn read_fence(file: &mut File) -> io::Result<u64> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(64).read_to_string(&mut text)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| {
        io::Error::other("it does not hold a fencing number; delete it while no omma-node runs")
    })
}

fn write_fence(file: &mut File, fence: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    // 20 digits hold any number, so that a shorter one never leaves a digit of the one before
    write!(file, "{fence:020}")?;
    file.sync_data()
}
