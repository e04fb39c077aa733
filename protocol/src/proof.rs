//! Proof files: one entry, and why it is in the log, to be checked offline (C2SP tlog-proof; `docs/PROTOCOL.md` section 4).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{self, Checkpoint, CheckpointError, SignedCheckpoint, parse_size};
use crate::entry::{Entry, EntryError};
use crate::merkle::{self, Hash, VerifyError, leaf_hash};
use crate::note::{Note, NoteError, VerifierKey};

/// The first line of every proof file.
pub const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// The most bytes of a proof file that are read: an entry in base64, 64 hashes, and a checkpoint with all its signatures, generously.
pub const MAX_BYTES: usize = 256 << 10;

/// A proof that some bytes are in a log. Having one proves nothing yet: see [`TlogProof::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: Note,
}

/// Why bytes are no proof, or a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not the form of a proof file.
    #[error("not a proof file: {0}")]
    Malformed(&'static str),
    /// The checkpoint inside is no signed note.
    #[error("the proof's checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint inside is none, or not the log's.
    #[error("the proof's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// No `extra` line, without which the entry must be had elsewhere.
    #[error("the proof does not carry its entry (no extra line)")]
    NoEntry,
    /// The bytes proven are no entry.
    #[error("the proof's entry: {0}")]
    Entry(#[from] EntryError),
    /// The hashes do not lead to the checkpoint's root.
    #[error("the entry is not in the checkpoint's tree: {0}")]
    Inclusion(#[from] VerifyError),
}

/// An entry that a log's signed tree holds; only [`TlogProof::verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEntry {
    entry: Entry,
    index: u64,
    checkpoint: SignedCheckpoint,
}

impl ProvenEntry {
    /// The entry.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Its index in the log.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint that it was proven on.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }
}

impl TlogProof {
    /// The proof that `entry` stands at `index` of the tree that `checkpoint` signs, with the hashes of
    /// [`merkle::inclusion_proof`]. Whether it does is looked at, the signatures are not.
    ///
    /// # Errors
    /// [`TlogProofError::Checkpoint`] and [`TlogProofError::Inclusion`].
    pub fn new(
        entry: &Entry,
        index: u64,
        hashes: Vec<Hash>,
        checkpoint: Note,
    ) -> Result<Self, TlogProofError> {
        let head = Checkpoint::parse(checkpoint.text())?;
        let leaf = leaf_hash(entry.bytes());
        merkle::verify_inclusion(index, head.size(), &leaf, &hashes, head.root())?;
        Ok(Self {
            extra: Some(entry.to_bytes()),
            index,
            hashes,
            checkpoint,
        })
    }

    /// Reads a proof file strictly: [`TlogProof::to_bytes`] gives the same bytes again.
    ///
    /// # Errors
    /// [`TlogProofError::Malformed`] and [`TlogProofError::Note`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        let malformed = TlogProofError::Malformed;
        if bytes.len() > MAX_BYTES {
            return Err(malformed("it has more than 256 KiB"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(malformed("no empty line before the checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FORMAT) {
            return Err(malformed("the first line is not c2sp.org/tlog-proof@v1"));
        }
        let extra = lines
            .next_if(|line| line.starts_with("extra "))
            .map(|line| STANDARD.decode(&line["extra ".len()..]))
            .transpose()
            .map_err(|_| malformed("the extra line is not base64"))?;
        let index = lines
            .next()
            .and_then(|line| parse_size(line.strip_prefix("index ")?))
            .ok_or(malformed("no index line where it should be"))?;
        let hashes = lines
            .map(|line| {
                merkle::from_base64(line).ok_or(malformed("a proof line is not a hash in base64"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            extra,
            index,
            hashes,
            checkpoint: Note::parse(checkpoint.as_bytes())?,
        })
    }

    /// What the `extra` line carries: here the exact bytes of the entry. Not proven by itself.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The index that is claimed.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint's note.
    pub fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }

    /// Checks signature, inclusion and entry. `keys` are the log's keys that are valid at the checkpoint's size; the roster also has a
    /// say about pins ([`crate::roster::Roster::verify_proof`] asks it).
    ///
    /// # Errors
    /// [`TlogProofError`] says what does not hold.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<ProvenEntry, TlogProofError> {
        let signed = checkpoint::open(&self.checkpoint.to_bytes(), keys)?;
        let bytes = self.extra().ok_or(TlogProofError::NoEntry)?;
        let head = signed.checkpoint();
        merkle::verify_inclusion(
            self.index,
            head.size(),
            &leaf_hash(bytes),
            &self.hashes,
            head.root(),
        )?;
        Ok(ProvenEntry {
            entry: Entry::parse(bytes)?,
            index: self.index,
            checkpoint: signed,
        })
    }

    /// The proof file.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{FORMAT}")?;
        if let Some(extra) = &self.extra {
            writeln!(formatter, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(formatter, "{}", merkle::to_base64(hash))?;
        }
        write!(formatter, "\n{}", self.checkpoint)
    }
}
