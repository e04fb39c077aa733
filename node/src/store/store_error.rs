//! What can go wrong with stored bytes, each with the name of the object and what to do.

use std::io;

use super::key::{Key, KeyError};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An object that is written once is there already, with other bytes.
    #[error(
        "{key} is stored already with other bytes, and it is never written twice; another process or an older copy of the data wrote it: run omma-node check"
    )]
    Different {
        /// The object.
        key: Key,
    },
    /// Something is to be moved, or read, that is not there.
    #[error("{key} is not stored; run omma-node check")]
    Missing {
        /// The object or folder.
        key: Key,
    },
    /// Something is to be moved to a place that is taken.
    #[error("{key} is there already, so nothing can be moved to it; run omma-node check")]
    Occupied {
        /// The place.
        key: Key,
    },
    /// The disk, or the quota of the user on it, is full.
    #[error(
        "the disk is full: {key} could not be written; make room (or raise the quota) and run the command again, what was begun is completed then"
    )]
    Full {
        /// The object.
        key: Key,
        /// What the operating system says.
        source: io::Error,
    },
    /// The disk is mounted read-only.
    #[error(
        "the disk is read-only: {key} could not be written; mount it writable (a disk that turned read-only by itself may be failing: look at the system's log) and run the command again"
    )]
    ReadOnly {
        /// The object.
        key: Key,
        /// What the operating system says.
        source: io::Error,
    },
    /// The user who runs the program may not.
    #[error(
        "no permission for {key}; give the user that runs omma-node the data folder (chown -R)"
    )]
    Denied {
        /// The object.
        key: Key,
        /// What the operating system says.
        source: io::Error,
    },
    /// A folder of the data lies on another disk than the data folder, so nothing can be moved to it in one step.
    #[error(
        "{key} is on another disk than the data folder; keep ocfl, log, derived and staging on one file system (move the whole data folder to the larger disk)"
    )]
    AnotherDisk {
        /// The folder.
        key: Key,
    },
    /// A name that is not a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The stream that was to be stored could not be read.
    #[error(
        "what was to be stored as {key} could not be read to its end: {source}; nothing was stored"
    )]
    Source {
        /// The object that was to be.
        key: Key,
        /// What the stream says.
        source: io::Error,
    },
    /// The operating system says no for another reason.
    #[error("could not {doing} {key}: {source}")]
    Io {
        /// What was tried, as `read` or `move`.
        doing: &'static str,
        /// The object.
        key: Key,
        /// What the operating system says.
        source: io::Error,
    },
    /// The data folder itself cannot be used.
    #[error("the data folder {folder} cannot be used: {source}")]
    Folder {
        /// The folder.
        folder: String,
        /// What the operating system says.
        source: io::Error,
    },
}

impl StoreError {
    /// The variant for what the operating system said while `doing` something with `key`.
    pub(super) fn from_io(doing: &'static str, key: &Key, source: io::Error) -> StoreError {
        let key = key.clone();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                StoreError::Full { key, source }
            }
            io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { key, source },
            io::ErrorKind::PermissionDenied => StoreError::Denied { key, source },
            io::ErrorKind::CrossesDevices => StoreError::AnotherDisk { key },
            _ => StoreError::Io { doing, key, source },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io;

    use rustix::io::Errno;

    use super::{Key, StoreError};

    #[test]
    fn a_full_and_a_read_only_disk_are_named_and_say_what_to_do() {
        let said = |errno: Errno| {
            let source = io::Error::from_raw_os_error(errno.raw_os_error());
            StoreError::from_io("write", &Key::parse("log/tile/0/000").unwrap(), source).to_string()
        };
        for errno in [Errno::NOSPC, Errno::DQUOT] {
            assert!(
                said(errno).contains("disk is full") && said(errno).contains("log/tile/0/000"),
                "{}",
                said(errno)
            );
        }
        assert!(
            said(Errno::ROFS).contains("read-only")
                && said(Errno::ROFS).contains("mount it writable")
        );
        assert!(said(Errno::ACCESS).contains("chown"));
        assert!(said(Errno::XDEV).contains("one file system"));
        assert!(said(Errno::IO).starts_with("could not write log/tile/0/000: "));
    }
}
