//! Evidence of a fork: two checkpoints of one log that cannot both be true (`docs/PROTOCOL.md` section 8).
//!
//! Where the sizes m < n differ it carries the hashes of the perfect subtrees that cover leaves 0 to m and m to n. Together they give the
//! larger root, so they are what the larger checkpoint says of those leaves; those before m alone do not give the smaller root.

use serde_json::{Value, json};

use crate::checkpoint::{self, Checkpoint, CheckpointError};
use crate::jcs::{self, JcsError};
use crate::merkle::{
    Hash, HashSource, Subtree, from_base64, peaks, root_of_cover, subtrees_between, to_base64,
};
use crate::note::{Note, NoteError, VerifierKey};

/// What the evidence calls itself.
pub const FORMAT: &str = "ommatidia-fork/v1";

/// The most bytes of evidence that are read: two notes of checkpoints, and 192 hashes at the most.
pub const MAX_BYTES: usize = 512 << 10;

/// Two notes, and the hashes that show that they contradict each other. Having it proves nothing yet: see [`Evidence::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    smaller: Note,
    larger: Note,
    before: Vec<Hash>,
    between: Vec<Hash>,
}

/// Why bytes are no evidence, or evidence does not show a fork.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Not the form of evidence.
    #[error("not evidence of a fork: {0}")]
    Malformed(&'static str),
    /// Not a JSON document in canonical form.
    #[error("not evidence of a fork: {0}")]
    Json(#[from] JcsError),
    /// One of the two is no signed note.
    #[error("the evidence's checkpoint: {0}")]
    Note(#[from] NoteError),
    /// One of the two is no checkpoint, or not signed by the log.
    #[error("the evidence's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Checkpoints of two logs.
    #[error("the checkpoints are of two logs, {0} and {1}")]
    TwoLogs(String, String),
    /// Hashes that do not give the larger checkpoint's root: they show nothing about it.
    #[error("the hashes do not give the larger checkpoint's root")]
    Unrelated,
    /// Checkpoints that fit each other.
    #[error("the checkpoints fit each other, so there is no fork")]
    NoFork,
}

/// A fork that was proven; only [`Evidence::verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    smaller: Checkpoint,
    larger: Checkpoint,
}

impl Fork {
    /// The checkpoint of the smaller size, or the first of two of one size.
    pub fn smaller(&self) -> &Checkpoint {
        &self.smaller
    }

    /// The other.
    pub fn larger(&self) -> &Checkpoint {
        &self.larger
    }
}

impl Evidence {
    /// Evidence from two notes, in any order, and the hashes of the tree of the one with the larger size.
    ///
    /// # Errors
    /// Outside, those of the source; inside, [`EvidenceError`] when the notes are no checkpoints of one log or there is no fork.
    pub fn collect<S: HashSource>(
        one: Note,
        other: Note,
        source: &mut S,
    ) -> Result<Result<Self, EvidenceError>, S::Error> {
        let sizes = match sizes_of(&one, &other) {
            Ok(sizes) => sizes,
            Err(error) => return Ok(Err(error)),
        };
        let (smaller, larger) = if sizes.0 <= sizes.1 {
            (one, other)
        } else {
            (other, one)
        };
        let (before, between) = covers(sizes.0.min(sizes.1), sizes.0.max(sizes.1));
        let mut hashes = |cover: Vec<Subtree>| {
            cover
                .into_iter()
                .map(|subtree| source.hash(subtree))
                .collect::<Result<Vec<_>, _>>()
        };
        let evidence = Self {
            smaller,
            larger,
            before: hashes(before)?,
            between: hashes(between)?,
        };
        Ok(evidence.contradiction().map(|_| evidence))
    }

    /// Reads evidence strictly: [`Evidence::to_bytes`] gives the same bytes again.
    ///
    /// # Errors
    /// [`EvidenceError::Malformed`], [`EvidenceError::Json`] and [`EvidenceError::Note`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > MAX_BYTES {
            return Err(EvidenceError::Malformed("it has more than 512 KiB"));
        }
        let document = jcs::parse_exact(bytes)?;
        if document["format"] != FORMAT {
            return Err(EvidenceError::Malformed(
                "its format is not ommatidia-fork/v1",
            ));
        }
        let evidence = Self {
            smaller: read_note(&document["smaller"])?,
            larger: read_note(&document["larger"])?,
            before: read_hashes(&document["before"])?,
            between: read_hashes(&document["between"])?,
        };
        if evidence.to_bytes()? == bytes {
            Ok(evidence)
        } else {
            Err(EvidenceError::Malformed(
                "it has other members than it should",
            ))
        }
    }

    /// Checks both signatures and the contradiction. `keys` are all keys that ever signed for the log.
    ///
    /// # Errors
    /// [`EvidenceError`] says what does not hold.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Fork, EvidenceError> {
        for note in [&self.smaller, &self.larger] {
            checkpoint::open(&note.to_bytes(), keys)?;
        }
        self.contradiction()
    }

    /// Whether the two contradict each other, whoever signed them.
    fn contradiction(&self) -> Result<Fork, EvidenceError> {
        sizes_of(&self.smaller, &self.larger)?;
        let smaller = Checkpoint::parse(self.smaller.text())?;
        let larger = Checkpoint::parse(self.larger.text())?;
        let (before, between) = covers(smaller.size(), larger.size());
        if (before.len(), between.len()) != (self.before.len(), self.between.len()) {
            return Err(EvidenceError::Malformed(
                "it has not as many hashes as the sizes ask for",
            ));
        }
        let before: Vec<_> = before
            .into_iter()
            .zip(self.before.iter().copied())
            .collect();
        let between: Vec<_> = between
            .into_iter()
            .zip(self.between.iter().copied())
            .collect();
        let known_root = if smaller.size() == larger.size() {
            // two roots of one size need no hashes to contradict each other
            Some(*larger.root())
        } else {
            let whole = [&before[..], &between].concat();
            if root_of_cover(&whole) != Some(*larger.root()) {
                return Err(EvidenceError::Unrelated);
            }
            root_of_cover(&before)
        };
        if known_root == Some(*smaller.root()) {
            return Err(EvidenceError::NoFork);
        }
        Ok(Fork { smaller, larger })
    }

    /// The evidence as a JSON document in canonical form.
    ///
    /// # Errors
    /// None that can happen for what [`Evidence::parse`] or [`Evidence::collect`] made.
    pub fn to_bytes(&self) -> Result<Vec<u8>, JcsError> {
        let hashes = |hashes: &[Hash]| hashes.iter().map(to_base64).collect::<Vec<_>>();
        jcs::to_bytes(&json!({
            "format": FORMAT,
            "smaller": self.smaller.to_string(),
            "larger": self.larger.to_string(),
            "before": hashes(&self.before),
            "between": hashes(&self.between),
        }))
    }
}

/// The subtrees over leaves 0 to `smaller` and `smaller` to `larger`; none when the sizes are equal.
fn covers(smaller: u64, larger: u64) -> (Vec<Subtree>, Vec<Subtree>) {
    if smaller == larger {
        return (Vec::new(), Vec::new());
    }
    (peaks(smaller), subtrees_between(smaller, larger))
}

fn sizes_of(one: &Note, other: &Note) -> Result<(u64, u64), EvidenceError> {
    let one = Checkpoint::parse(one.text())?;
    let other = Checkpoint::parse(other.text())?;
    if one.origin() != other.origin() {
        return Err(EvidenceError::TwoLogs(
            one.origin().to_string(),
            other.origin().to_string(),
        ));
    }
    Ok((one.size(), other.size()))
}

fn read_note(value: &Value) -> Result<Note, EvidenceError> {
    let text = value
        .as_str()
        .ok_or(EvidenceError::Malformed("a note is missing"))?;
    Ok(Note::parse(text.as_bytes())?)
}

fn read_hashes(value: &Value) -> Result<Vec<Hash>, EvidenceError> {
    let malformed = EvidenceError::Malformed("its hashes are not lists of base64");
    value
        .as_array()
        .and_then(|hashes| {
            hashes
                .iter()
                .map(|hash| from_base64(hash.as_str()?))
                .collect()
        })
        .ok_or(malformed)
}
