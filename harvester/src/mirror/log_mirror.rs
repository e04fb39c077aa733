use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{MutexGuard, PoisonError};

use protocol::bundle;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};

use protocol::tile::{EntryBundleAddress, RecordBundleAddress, TileAddress, WIDTH, record_path};

use super::record_bundle::RecordBundle;
use super::{Turn, frame};

/// Why the mirror could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The disk does not let it be used.
    #[error("the mirror's file {path} cannot be used: {source}")]
    Disk {
        /// the file
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// A file holds something else than what was verified.
    #[error(
        "the mirror's file {path} is damaged: {detail}; `omma-harvester check` lists all that is, and what is deleted there is fetched again"
    )]
    Damaged {
        /// the file
        path: PathBuf,
        /// what is wrong
        detail: String,
    },
}

/// The mirror of one log: a folder that is the member's log prefix.
#[derive(Debug, Clone)]
pub struct LogMirror {
    folder: PathBuf,
    turn: Turn,
}

/// Tells files being written apart.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

impl LogMirror {
    pub(super) fn new(folder: PathBuf, turn: Turn) -> Self {
        Self { folder, turn }
    }

    /// From the writing of records to the verdict that they are published, and from the question whether they still are to their erasure,
    /// nobody else may do either: else what was just published is erased, or what was just erased is there again.
    pub fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file at a path under the log prefix; none where there is none.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, MirrorError> {
        let place = self.folder.join(path);
        match fs::read(&place) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(MirrorError::Disk {
                path: place,
                source,
            }),
        }
    }

    /// Writes a file in one step: whoever reads sees the old one or the new one. Durable only behind the next [`LogMirror::barrier`]; but
    /// what takes the place of another file is durable before it does, so that a power cut leaves one of the two.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        let place = self.folder.join(path);
        let disk = |source| MirrorError::Disk {
            path: place.clone(),
            source,
        };
        let parent = place.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(disk)?;
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let beside = parent.join(format!(".{}-{number}.new", std::process::id()));
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&beside)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                if place.exists() {
                    file.sync_data()
                } else {
                    Ok(())
                }
            })
            .and_then(|()| fs::rename(&beside, &place));
        if written.is_err() {
            // best effort: the error that is reported is the one that made it useless
            let _ = fs::remove_file(&beside);
        }
        written.map_err(disk)
    }

    /// Everything that was written before is durable when this returns.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn barrier(&self) -> Result<(), MirrorError> {
        let disk = |source| MirrorError::Disk {
            path: self.folder.clone(),
            source,
        };
        fs::create_dir_all(&self.folder).map_err(disk)?;
        let folder = File::open(&self.folder).map_err(disk)?;
        rustix::fs::syncfs(&folder).map_err(|error| disk(error.into()))
    }

    /// Whether there is a file at a path under the log prefix.
    pub fn has(&self, path: &str) -> bool {
        self.folder.join(path).exists()
    }

    /// Removes a file; that there is none is no error.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn remove(&self, path: &str) -> Result<(), MirrorError> {
        let place = self.folder.join(path);
        match fs::remove_file(&place) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(MirrorError::Disk {
                path: place,
                source,
            }),
        }
    }

    /// The bytes of a record that the `put` at an index announced: from its own file, or out of the record bundle. None where the mirror
    /// does not have them.
    ///
    /// # Errors
    /// [`MirrorError`], also when what is kept has another digest.
    pub fn record(&self, index: u64, digest: &Digest) -> Result<Option<Vec<u8>>, MirrorError> {
        if let Some(bytes) = self.single_record(digest)? {
            return Ok(Some(bytes));
        }
        let bundle = index / WIDTH;
        match self.record_bundle(bundle)? {
            Some(opened) => self.record_in(&opened, bundle, digest),
            None => Ok(None),
        }
    }

    /// The bytes of a record that is kept in a file of its own.
    pub(super) fn single_record(&self, digest: &Digest) -> Result<Option<Vec<u8>>, MirrorError> {
        match self.read(&record_path(digest))? {
            Some(bytes) if Digest::of(&bytes) != *digest => {
                Err(self.damaged(&record_path(digest), "it has another digest than its name"))
            }
            found => Ok(found),
        }
    }

    /// The bytes of a record of a bundle.
    pub(super) fn record_in(
        &self,
        opened: &RecordBundle,
        bundle: u64,
        digest: &Digest,
    ) -> Result<Option<Vec<u8>>, MirrorError> {
        match opened.record(digest) {
            Ok(bytes) => Ok(bytes.map(<[u8]>::to_vec)),
            Err(error) => Err(self.damaged_bundle(bundle, error)),
        }
    }

    /// The records of a full bundle's `put`s, in order; none where the mirror has no such record bundle.
    ///
    /// # Errors
    /// [`MirrorError`], also when one has another digest than its entry says.
    pub fn records_of_bundle(&self, index: u64) -> Result<Option<Vec<BundledRecord>>, MirrorError> {
        let Some(opened) = self.record_bundle(index)? else {
            return Ok(None);
        };
        let records = opened.all().map(|record| {
            let (digest, bytes) = record.map_err(|error| self.damaged_bundle(index, error))?;
            let bytes = bytes.map(<[u8]>::to_vec);
            Ok(BundledRecord { digest, bytes })
        });
        records.collect::<Result<_, _>>().map(Some)
    }

    /// A full bundle's records, not hashed yet; none where the mirror has no such record bundle.
    pub(super) fn record_bundle(&self, index: u64) -> Result<Option<RecordBundle>, MirrorError> {
        let (Some(of_entries), Some(of_records)) = (
            EntryBundleAddress::new(index, WIDTH as u16),
            RecordBundleAddress::new(index),
        ) else {
            return Ok(None);
        };
        let (Some(entries), Some(records)) = (
            self.read(&of_entries.path())?,
            self.read(&of_records.path())?,
        ) else {
            return Ok(None);
        };
        let entries = bundle::decode_entries(&entries, WIDTH as u16)
            .map_err(|error| self.damaged(&of_entries.path(), error))?;
        let puts = puts(&entries);
        let sizes: Vec<u64> = puts.iter().map(|put| put.size).collect();
        let inflated = frame::inflate(&records, bundle::inflated_limit(&sizes))
            .map_err(|error| self.damaged(&of_records.path(), error))?;
        RecordBundle::new(inflated, puts)
            .map(Some)
            .map_err(|error| self.damaged(&of_records.path(), error))
    }

    fn damaged_bundle(&self, index: u64, error: impl ToString) -> MirrorError {
        let path = RecordBundleAddress::new(index).map(|address| address.path());
        self.damaged(&path.unwrap_or_default(), error)
    }

    /// Takes a record's bytes out, wherever they are kept. What is left of a bundle is written again without them.
    ///
    /// # Errors
    /// [`MirrorError`]; where the bundle is damaged nobody can tell where in it the bytes are, and it has to go whole.
    pub fn erase_record(&self, index: u64, digest: &Digest) -> Result<(), MirrorError> {
        self.remove(&record_path(digest))?;
        let bundle_index = index / WIDTH;
        let Some(records) = self.records_of_bundle(bundle_index)? else {
            return Ok(());
        };
        if !records
            .iter()
            .any(|record| record.digest == *digest && record.bytes.is_some())
        {
            return Ok(());
        }
        let kept: Vec<Option<Vec<u8>>> = records
            .into_iter()
            .map(|record| record.bytes.filter(|_| record.digest != *digest))
            .collect();
        let Some(address) = RecordBundleAddress::new(bundle_index) else {
            return Ok(());
        };
        let damaged = |error: &dyn std::fmt::Display| self.damaged(&address.path(), error);
        let content = bundle::encode_records(&kept).map_err(|error| damaged(&error))?;
        let framed = frame::compress(&content).map_err(|error| damaged(&error))?;
        self.write(&address.path(), &framed)
    }

    /// Removes the narrower forms of tiles and bundles that have become full or wider at this size.
    ///
    /// # Errors
    /// [`MirrorError`].
    pub fn remove_outgrown(&self, old_size: u64, new_size: u64) -> Result<(), MirrorError> {
        for level in 0..8_u8 {
            let last_tile = |size: u64| {
                let in_level = size >> (8 * u32::from(level));
                (in_level / WIDTH, (in_level % WIDTH) as u16)
            };
            let (index, old) = last_tile(old_size);
            if old == 0 || last_tile(new_size) == (index, old) {
                continue;
            }
            if let Some(address) = TileAddress::new(level, index, old) {
                self.remove(&address.path())?;
            }
            if level == 0
                && let Some(address) = EntryBundleAddress::new(index, old)
            {
                self.remove(&address.path())?;
            }
        }
        Ok(())
    }

    fn damaged(&self, path: &str, detail: impl ToString) -> MirrorError {
        MirrorError::Damaged {
            path: self.folder.join(path),
            detail: detail.to_string(),
        }
    }
}

/// A record in a bundle; without bytes where they are redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundledRecord {
    /// what its entry announced
    pub digest: Digest,
    /// the canonical N-Quads
    pub bytes: Option<Vec<u8>>,
}

/// What a `put` announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// its place in the bundle
    pub place: usize,
    /// SHA-256 of the record
    pub digest: Digest,
    /// its length in bytes
    pub size: u64,
}

/// The well-formed entries of a bundle whose `op` is `put`, in order: those that a record bundle holds records of.
pub fn puts<B: AsRef<[u8]>>(entries: &[B]) -> Vec<Announced> {
    entries
        .iter()
        .enumerate()
        .filter_map(|(place, bytes)| {
            let entry = Entry::parse(bytes.as_ref()).ok()?;
            match entry.operation() {
                Operation::Put { record, size, .. } => Some(Announced {
                    place,
                    digest: *record,
                    size: *size,
                }),
                _ => None,
            }
        })
        .collect()
}
