//! The journal: an act that has been decided and must be completed.
//!
//! An act lies in `staging/act/`: the objects it brings (staged by the storage), its entries, and last `act.json`.
//! The moment `act.json` is durable the act has happened, whatever becomes of the process; before that moment nothing
//! has. There is at most one, because only the holder of the lease writes it, and it is completed before the next.

use protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::store::ocfl::{StagedErasure, StagedVersion};
use crate::store::{Key, ObjectStore, StoreError};

/// The size and root of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeHead {
    /// Number of entries.
    pub size: u64,
    /// Root, base64 as in checkpoints.
    pub root: String,
}

/// What is to be removed once the log says so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Erasures {
    /// Records whose bytes go from the log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<ErasedRecord>,
    /// Files that go from the storage root: plans made before the act was decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<StagedErasure>,
    /// Studies whose rows in the database are made again, because the storage now holds less of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub studies: Vec<String>,
    /// Studies of whose images something was withdrawn or redacted: what was derived of it goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<String>,
}

/// A record whose bytes go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedRecord {
    /// The record's digest.
    pub digest: Digest,
    /// The index of the entry that announced it.
    pub log_index: u64,
}

/// A decided act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The fencing number of the lease under which it was decided.
    pub fence: u64,
    /// The tree that it builds on.
    pub base: TreeHead,
    /// How many entries it appends.
    pub entries: u64,
    /// SHA-256 of them as they lie in the journal: what a failing disk makes of them must never be signed.
    pub entries_digest: Digest,
    /// The versions of objects that it brings into the storage, in the order of their entries.
    pub objects: Vec<StagedVersion>,
    /// What it removes after its checkpoint.
    #[serde(default)]
    pub erasures: Erasures,
}

impl Act {
    /// An act that appends these entries to a tree. What it brings or removes is for the caller to say.
    pub fn new(fence: u64, base: TreeHead, entries: &[Vec<u8>]) -> Act {
        Act {
            fence,
            base,
            entries: entries.len() as u64,
            entries_digest: Digest::of(&lines(entries)),
            objects: Vec::new(),
            erasures: Erasures::default(),
        }
    }
}

fn lines(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(entries.iter().map(|entry| entry.len() + 1).sum());
    for entry in entries {
        lines.extend_from_slice(entry);
        lines.push(b'\n');
    }
    lines
}

/// The folder of the act under way.
pub const FOLDER: &str = "staging/act";
const ACT: &str = "staging/act/act.json";
/// One entry a line: an entry is JSON in canonical form and holds no line break.
const ENTRIES: &str = "staging/act/entries.jsonl";
/// When the act began to be made: none of its entries has an earlier time.
const BEGUN: &str = "staging/act/begun";

fn key(text: &'static str) -> Result<Key, JournalError> {
    Key::parse(text).map_err(|error| JournalError::Damaged {
        path: text,
        detail: error.to_string(),
    })
}

/// What can go wrong with the journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The storage refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be read.
    #[error(
        "the journal {path} is damaged ({detail}); it holds an act that has been decided: keep a copy of it and report this, do not delete it"
    )]
    Damaged {
        /// The file.
        path: &'static str,
        /// What is wrong.
        detail: String,
    },
}

/// Makes room for an act and notes since when it is being made, so that whoever answers by the times of entries knows from
/// which time on some may still come. Entries get their time after this.
///
/// # Errors
/// As [`clear_undecided`].
pub fn begin(store: &dyn ObjectStore, now: &str) -> Result<(), JournalError> {
    clear_undecided(store)?;
    store.put_new(&key(BEGUN)?, now.as_bytes())?;
    Ok(())
}

/// Gives up an act that could not be made, so that nobody waits for its entries. One that was decided stays: it will be
/// completed. What cannot be removed now is removed by the next act.
pub fn give_up(store: &dyn ObjectStore) {
    if let Ok(None) = read(store)
        && let Err(error) = clear_undecided(store)
    {
        tracing::debug!("an act that was given up could not be cleared: {error}");
    }
}

/// Since when an act is being made that nobody can see yet. One whose process was killed before it was decided counts until
/// whoever next holds the lease clears it away ([`clear_undecided`]): the server does so by itself.
///
/// # Errors
/// When the storage cannot be read.
pub fn begun(store: &dyn ObjectStore) -> Result<Option<String>, JournalError> {
    let found = store.read(&key(BEGUN)?)?;
    Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Removes what an act left that was not decided.
///
/// # Errors
/// When the storage refuses, or an act that was decided is there (it must be completed first).
pub fn clear_undecided(store: &dyn ObjectStore) -> Result<(), JournalError> {
    if read(store)?.is_some() {
        return Err(JournalError::Damaged {
            path: ACT,
            detail: "an act is waiting to be completed".to_owned(),
        });
    }
    store.delete_tree(&key(FOLDER)?)?;
    Ok(())
}

/// Decides an act. When this returns the act has happened.
///
/// The order: entries, then everything staged made durable, then `act.json` in one durable step.
///
/// # Errors
/// When the storage refuses; then nothing has happened, unless `act.json` is there all the same ([`read`] tells): a disk
/// may fail in the moment after it was put in place.
pub fn decide(store: &dyn ObjectStore, act: &Act, entries: &[Vec<u8>]) -> Result<(), JournalError> {
    store.put_new(&key(ENTRIES)?, &lines(entries))?;
    crate::crash::point("act-entries-written");
    store.barrier()?;
    let json = serde_json::to_vec(act).map_err(|error| JournalError::Damaged {
        path: ACT,
        detail: error.to_string(),
    })?;
    store.replace(&key(ACT)?, &json)?;
    crate::crash::point("act-journalled");
    Ok(())
}

/// The act that has been decided and not yet completed, if there is one.
///
/// # Errors
/// When it cannot be read.
pub fn read(store: &dyn ObjectStore) -> Result<Option<Act>, JournalError> {
    let Some(json) = store.read(&key(ACT)?)? else {
        return Ok(None);
    };
    serde_json::from_slice(&json)
        .map(Some)
        .map_err(|error| JournalError::Damaged {
            path: ACT,
            detail: error.to_string(),
        })
}

/// The entries of the decided act.
///
/// # Errors
/// When they are missing, damaged, or of another number than the act says.
pub fn entries(store: &dyn ObjectStore, act: &Act) -> Result<Vec<Vec<u8>>, JournalError> {
    let damaged = |detail: String| JournalError::Damaged {
        path: ENTRIES,
        detail,
    };
    let lines = store
        .read(&key(ENTRIES)?)?
        .ok_or_else(|| damaged("it is missing".to_owned()))?;
    if Digest::of(&lines) != act.entries_digest {
        return Err(damaged(
            "its bytes are not those that were decided".to_owned(),
        ));
    }
    let entries: Vec<Vec<u8>> = lines
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| line[..line.len() - 1].to_vec())
        .collect();
    if entries.len() as u64 == act.entries {
        Ok(entries)
    } else {
        Err(damaged(format!(
            "it has {} entries and the act {}",
            entries.len(),
            act.entries
        )))
    }
}

/// Removes the act, when it is complete.
///
/// # Errors
/// When the storage refuses.
pub fn remove(store: &dyn ObjectStore) -> Result<(), JournalError> {
    // act.json first: what is left behind by a crash then is an undecided act, which whoever comes next clears
    store.delete(&key(ACT)?)?;
    crate::crash::point("act-removed");
    store.delete_tree(&key(FOLDER)?)?;
    crate::crash::point("journal-removed");
    Ok(())
}
