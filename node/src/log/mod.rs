//! The log: append-only, signed, published as static files under `log/` (docs/PROTOCOL.md section 3).
//!
//! Reading needs nothing but the store; appending needs the [`lease`], goes through the [`journal`], and is done by
//! [`append`] alone. [`peers`] keeps a restored backup from signing a second history.

pub mod append;
pub mod journal;
pub mod lease;
pub mod peers;

use std::sync::Arc;

use protocol::bundle;
use protocol::checkpoint::{self, Checkpoint};
use protocol::digest::Digest;
use protocol::entry::Entry;
use protocol::identifier::Origin;
use protocol::merkle;
use protocol::note::VerifierKey;
use protocol::tile::{self, EntryBundleAddress, TileAddress, TileHashes};

use crate::store::key::KeyError;
use crate::store::{Key, ObjectStore, StoreError};

pub use append::AppendError;
pub use journal::{Act, Erasures, TreeHead};

/// Entries in a full bundle, hashes in a full tile (c2sp.org/tlog-tiles).
pub const WIDTH: u64 = 256;

/// What can go wrong in reading the log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The storage refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key could not be formed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A file of the log is missing.
    #[error(
        "log/{path} is missing; `omma-node check` tells what else is, a mirror of this log has it"
    )]
    Missing {
        /// Path below the log prefix.
        path: String,
    },
    /// A file of the log is not what it was.
    #[error(
        "log/{path} is damaged ({detail}); `omma-node check` tells what else is, a mirror of this log has the true bytes"
    )]
    Damaged {
        /// Path below the log prefix.
        path: String,
        /// What is wrong.
        detail: String,
    },
}

/// The log of a node, for reading.
#[derive(Clone)]
pub struct Log {
    store: Arc<dyn ObjectStore>,
    origin: Origin,
    verifier: VerifierKey,
}

/// A checkpoint as it is stored: the signed text and what it says.
#[derive(Debug, Clone)]
pub struct SignedHead {
    /// The signed note, byte for byte.
    pub note: Vec<u8>,
    /// Its body.
    pub checkpoint: Checkpoint,
}

impl SignedHead {
    /// Size and root as the journal and the database write them.
    pub fn tree_head(&self) -> TreeHead {
        TreeHead {
            size: self.checkpoint.size(),
            root: merkle::to_base64(self.checkpoint.root()),
        }
    }
}

impl Log {
    /// The log in a store, whose checkpoints this key signs.
    pub fn new(store: Arc<dyn ObjectStore>, origin: Origin, verifier: VerifierKey) -> Log {
        Log {
            store,
            origin,
            verifier,
        }
    }

    /// The name of the log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The key that verifies its checkpoints.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The newest checkpoint, its signature checked.
    ///
    /// # Errors
    /// When it is missing or is not this log's.
    pub fn head(&self) -> Result<SignedHead, LogError> {
        let note = self.bytes("checkpoint")?;
        self.open_checkpoint(note)
    }

    /// Reads a signed checkpoint of this log, from wherever it comes.
    ///
    /// # Errors
    /// When it is not this log's or not signed by its key.
    pub fn open_checkpoint(&self, note: Vec<u8>) -> Result<SignedHead, LogError> {
        let signed = checkpoint::open(&note, std::slice::from_ref(&self.verifier))
            .map_err(|error| damaged("checkpoint", error))?;
        let checkpoint = signed.checkpoint().clone();
        if checkpoint.origin() != &self.origin {
            return Err(damaged(
                "checkpoint",
                format!("it is of the log {}", checkpoint.origin()),
            ));
        }
        Ok(SignedHead { note, checkpoint })
    }

    /// A tile of the tree.
    ///
    /// # Errors
    /// When it is missing or of another length than its address says.
    pub fn tile(&self, address: TileAddress) -> Result<Vec<u8>, LogError> {
        let path = address.path();
        let bytes = match self.bytes(&path) {
            // a partial tile may have been removed once the full one was there: that begins with the same hashes
            Err(LogError::Missing { .. }) if !address.is_full() => {
                let mut bytes = self.bytes(&full_tile(&address).path())?;
                bytes.truncate(usize::from(address.width()) * 32);
                bytes
            }
            other => other?,
        };
        if bytes.len() == usize::from(address.width()) * 32 {
            Ok(bytes)
        } else {
            Err(damaged(&path, format!("it has {} bytes", bytes.len())))
        }
    }

    /// The entries of a bundle.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn entry_bundle(&self, address: EntryBundleAddress) -> Result<Vec<Vec<u8>>, LogError> {
        let wanted = address.path();
        let (path, width, bytes) = match self.bytes(&wanted) {
            Err(LogError::Missing { .. }) if !address.is_full() => {
                let full = full_bundle(&address).path();
                let bytes = self.bytes(&full)?;
                (full, FULL, bytes)
            }
            other => (wanted, address.width(), other?),
        };
        let mut entries =
            bundle::decode_entries(&bytes, width).map_err(|error| damaged(&path, error))?;
        entries.truncate(address.width().into());
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    /// The entries of a bundle, each compared with the hash that the tree has of it: no other entry is ever taken for
    /// what was signed.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn proved_bundle(&self, address: EntryBundleAddress) -> Result<Vec<Vec<u8>>, LogError> {
        let entries = self.entry_bundle(address)?;
        let tile = self.tile(address.tile())?;
        tile::check_bundle(&entries, &tile::hashes(&tile).unwrap_or_default()).map_err(
            |error| {
                damaged(
                    &address.path(),
                    format!("{error}, {}", address.tile().path()),
                )
            },
        )?;
        Ok(entries)
    }

    /// The entries from `from` up to `size`, the size of the tree, bundle by bundle, each with its first index.
    pub fn entries(
        &self,
        from: u64,
        size: u64,
    ) -> impl Iterator<Item = Result<(u64, Vec<Vec<u8>>), LogError>> + '_ {
        (from / WIDTH..size.div_ceil(WIDTH)).map(move |index| {
            let mut entries = self.proved_bundle(bundle_of_tree(index, size))?;
            let first = index * WIDTH;
            let skipped = from.saturating_sub(first);
            entries.drain(
                ..usize::try_from(skipped)
                    .unwrap_or(entries.len())
                    .min(entries.len()),
            );
            Ok((first + skipped, entries))
        })
    }

    /// The root that the tree had at an earlier size, from tiles that give the newest root as well.
    ///
    /// # Errors
    /// When a tile is missing or damaged.
    pub fn root_at(&self, size: u64, newest: &TreeHead) -> Result<merkle::Hash, LogError> {
        let mut hashes = TileHashes::new(newest.size, |address| self.tile(address));
        let mut root =
            |size| merkle::tree_root(size, &mut hashes).map_err(|error| damaged("tile", error));
        if merkle::to_base64(&root(newest.size)?) != newest.root {
            return Err(damaged(
                "tile",
                "the tiles do not give the root of the checkpoint",
            ));
        }
        root(size)
    }

    /// The first entry that there ever was, where there is one and it can be read.
    pub fn first_entry(&self) -> Option<Entry> {
        let size = self.head().ok()?.checkpoint.size();
        let entries = self
            .entry_bundle(bundle_of_tree(0, (size > 0).then_some(size)?))
            .ok()?;
        Entry::parse(entries.first()?).ok()
    }

    /// The bytes of a record; nothing where they are not there, as after a redaction.
    ///
    /// # Errors
    /// When they do not have the digest.
    pub fn record(&self, digest: &Digest) -> Result<Option<Vec<u8>>, LogError> {
        let path = tile::record_path(digest);
        let Some(bytes) = self.store.read(&key(&path)?)? else {
            return Ok(None);
        };
        if Digest::of(&bytes) == *digest {
            Ok(Some(bytes))
        } else {
            Err(damaged(&path, "its bytes do not have its digest"))
        }
    }

    /// The store below.
    pub fn store(&self) -> &dyn ObjectStore {
        self.store.as_ref()
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, LogError> {
        self.store
            .read(&key(path)?)?
            .ok_or_else(|| LogError::Missing {
                path: path.to_owned(),
            })
    }
}

/// The number of hashes or entries in what is full.
const FULL: u16 = 256;

/// The bundle at an index of a tree of this size: full, or what the tree has of it.
pub(crate) fn bundle_of_tree(index: u64, size: u64) -> EntryBundleAddress {
    let width = size.saturating_sub(index * WIDTH).clamp(1, WIDTH);
    // the width is between 1 and 256 and the index below 2^56, because sizes are below 2^64
    EntryBundleAddress::new(index, u16::try_from(width).unwrap_or(FULL))
        .unwrap_or_else(|| unreachable!("bundle {index}"))
}

/// The full tile that begins as this partial one does.
pub(crate) fn full_tile(address: &TileAddress) -> TileAddress {
    TileAddress::new(address.level(), address.index(), FULL).unwrap_or(*address)
}

/// The full bundle that begins as this partial one does.
pub(crate) fn full_bundle(address: &EntryBundleAddress) -> EntryBundleAddress {
    EntryBundleAddress::new(address.index(), FULL).unwrap_or(*address)
}

/// The key of a path below the log prefix.
pub(crate) fn key(path: &str) -> Result<Key, KeyError> {
    Key::parse(&format!("log/{path}"))
}

pub(crate) fn damaged(path: &str, detail: impl std::fmt::Display) -> LogError {
    LogError::Damaged {
        path: path.to_owned(),
        detail: detail.to_string(),
    }
}
