//! The mirror: every member's log prefix, byte for byte, under `mirror/<SHA-256 of the origin>/`.
//!
//! What stands here was verified before it was written, with one exception that is mended by itself: after a power cut, files that
//! no barrier was passed for may be cut. Nothing in the ledger speaks of those; whoever reads them checks them as if they came from
//! the network, and fetches them again.

mod frame;
mod log_mirror;
mod opened_records;
mod record_bundle;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

pub use frame::{FrameError, compress, inflate};
pub use log_mirror::{Announced, BundledRecord, LogMirror, MirrorError, puts};
pub use opened_records::OpenedRecords;

use protocol::digest::Digest;
use protocol::identifier::Origin;

/// The mirrors of all logs.
#[derive(Debug, Clone)]
pub struct Mirror {
    root: PathBuf,
    /// of each log's folder
    turns: Arc<Mutex<HashMap<String, Turn>>>,
}

/// Who has it alone decides what a log's mirror keeps: see [`LogMirror::turn`].
type Turn = Arc<Mutex<()>>;

impl Mirror {
    /// The mirrors below a folder.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            turns: Arc::default(),
        }
    }

    /// The mirror of one log. Nothing is made before something is written.
    pub fn log(&self, origin: &Origin) -> LogMirror {
        let name = name_of(origin);
        let folder = self.root.join(&name);
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        LogMirror::new(folder, Arc::clone(turns.entry(name).or_default()))
    }
}

/// The folder of a log: SHA-256 of its origin, hex (section 7).
pub fn name_of(origin: &Origin) -> String {
    Digest::of(origin.as_str().as_bytes()).to_string()
}
