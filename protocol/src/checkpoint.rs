//! Checkpoints: the head of a log's tree, as the text of a signed note (C2SP tlog-checkpoint; `docs/PROTOCOL.md` section 3).

use std::fmt;

use crate::identifier::{IdentifierError, Origin};
use crate::merkle::{Hash, from_base64, to_base64};
use crate::note::{Algorithm, Note, NoteError, SigningKey, VerifierKey};

/// What a log says of its tree: its name, how many entries, under which root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// Why a text is no checkpoint, or a checkpoint is not signed by its log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not the form of a checkpoint.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// A first line that is no origin.
    #[error("not a checkpoint: {0}")]
    Origin(#[from] IdentifierError),
    /// Not a note, or not signed as it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key whose name is not the checkpoint's origin, or is of another type than 0x01.
    #[error(
        "key {key} cannot sign for the log {origin}: a log's keys are of type 0x01 and bear its origin as name"
    )]
    ForeignKey {
        /// the key
        key: String,
        /// the checkpoint's origin
        origin: String,
    },
}

impl Checkpoint {
    /// The head of a tree.
    pub fn new(origin: Origin, size: u64, root: Hash) -> Self {
        Self {
            origin,
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// Reads a note's text strictly: `to_string` gives the same text again.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] and [`CheckpointError::Origin`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let lines = text
            .strip_suffix('\n')
            .ok_or(malformed("no line feed at the end"))?;
        let mut lines = lines.split('\n');
        let origin = Origin::parse(lines.next().unwrap_or_default())?;
        let size = lines
            .next()
            .and_then(parse_size)
            .ok_or(malformed("the second line is no tree size"))?;
        let root = lines
            .next()
            .and_then(from_base64)
            .ok_or(malformed("the third line is no root hash in base64"))?;
        let extensions: Vec<_> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(malformed("an extension line is empty"));
        }
        Ok(Self {
            origin,
            size,
            root,
            extensions,
        })
    }

    /// The log's name.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree over them.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Lines behind the third. Nodes write none; what others write is carried and has no meaning here.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The checkpoint as a signed note.
    ///
    /// # Errors
    /// [`CheckpointError::ForeignKey`] when the key's name is not the origin.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, CheckpointError> {
        self.check_key(key.vkey())?;
        Ok(key.sign_note(self.to_string())?)
    }

    fn check_key(&self, key: &VerifierKey) -> Result<(), CheckpointError> {
        if key.algorithm() == Algorithm::Ed25519 && key.name() == self.origin.as_str() {
            return Ok(());
        }
        Err(CheckpointError::ForeignKey {
            key: key.to_string(),
            origin: self.origin.to_string(),
        })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{}\n{}\n{}",
            self.origin,
            self.size,
            to_base64(&self.root)
        )?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

/// A decimal number without leading zeros.
pub(crate) fn parse_size(digits: &str) -> Option<u64> {
    let well_formed = digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if well_formed {
        digits.parse().ok()
    } else {
        None
    }
}

/// A checkpoint whose log's signature was verified; only [`open`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
    signers: Vec<VerifierKey>,
}

impl SignedCheckpoint {
    /// What was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note, with every signature that it came with.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The log's keys that signed it.
    pub fn signers(&self) -> &[VerifierKey] {
        &self.signers
    }
}

/// Reads a checkpoint's note and verifies that at least one of the log's keys signed it. `keys` are those that may sign for the log: which
/// of them are valid at the checkpoint's size is the roster's to say.
///
/// # Errors
/// [`CheckpointError`]: not a note, not a checkpoint, a key that cannot be this log's, a false signature, or none.
pub fn open(note: &[u8], keys: &[VerifierKey]) -> Result<SignedCheckpoint, CheckpointError> {
    let note = Note::parse(note)?;
    let checkpoint = Checkpoint::parse(note.text())?;
    keys.iter().try_for_each(|key| checkpoint.check_key(key))?;
    let signers = note.verify(keys)?;
    Ok(SignedCheckpoint {
        checkpoint,
        signers: signers
            .into_iter()
            .map(|place| keys[place].clone())
            .collect(),
        note,
    })
}
