//! Log entries: JSON objects in JCS form that announce versions and moves (`docs/PROTOCOL.md` section 3).
//!
//! An entry is its bytes. [`Entry::parse`] is the only way to one, so what was written and what is read go through the same rules.

mod error;
mod members;
mod operation;

pub use error::EntryError;
pub use operation::{Operation, Reason, ReasonError, commitment};

use serde_json::{Map, Value};

use crate::identifier::{Accession, Kind, ResourceId};
use crate::jcs;
use crate::timestamp::Timestamp;
use members::Members;

/// The longest entry: 4 KiB (section 10).
pub const MAX_BYTES: usize = 4096;

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A resource of a kind that this version of the protocol knows.
    Known(Accession),
    /// A resource of a later kind: kept, mirrored, counted, and without effect.
    Unknown {
        /// the word in `kind`
        kind: String,
        /// the id, of the general form
        id: ResourceId,
    },
}

/// A well-formed entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    subject: Subject,
    operation: Operation,
    time: Timestamp,
    bytes: Vec<u8>,
}

impl Entry {
    /// Writes an entry.
    ///
    /// # Errors
    /// [`EntryError`] when the time is no RFC 3339 moment in UTC, a number is above 2⁵³−1, a version is 0, only one of `opens` and
    /// `nonce` is there, the operation is unknown, or the entry is longer than [`MAX_BYTES`].
    pub fn new(id: &Accession, operation: &Operation, time: &str) -> Result<Self, EntryError> {
        let mut members = Map::new();
        members.insert("id".to_owned(), id.as_str().into());
        members.insert("kind".to_owned(), id.kind().as_str().into());
        members.insert("op".to_owned(), operation.name().into());
        members.insert("time".to_owned(), time.into());
        operation.write(&mut members)?;
        Self::parse(&jcs::to_bytes(&Value::Object(members))?)
    }

    /// Reads an entry strictly: at most [`MAX_BYTES`], exactly the JCS form of what it says, and with every member that its operation
    /// asks for. Members that are not known are kept in the bytes and have no effect.
    ///
    /// # Errors
    /// The first rule that is broken. Such an entry is `invalid` and still counts in the tree.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_BYTES {
            return Err(EntryError::TooLarge { bytes: bytes.len() });
        }
        let document = jcs::parse_exact(bytes)?;
        let members = Members::of(&document)?;
        let subject = read_subject(&members)?;
        let time = Timestamp::parse(members.text("time")?).map_err(|error| EntryError::Member {
            name: "time",
            detail: error.to_string(),
        })?;
        let operation = Operation::read(&members)?;
        Ok(Self {
            subject,
            operation,
            time,
            bytes: bytes.to_vec(),
        })
    }

    /// What the entry is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The accession, when the kind is known.
    pub fn accession(&self) -> Option<&Accession> {
        match &self.subject {
            Subject::Known(id) => Some(id),
            Subject::Unknown { .. } => None,
        }
    }

    /// The id as text, whatever the kind.
    pub fn id(&self) -> &str {
        match &self.subject {
            Subject::Known(id) => id.as_str(),
            Subject::Unknown { id, .. } => id.as_str(),
        }
    }

    /// The word in `kind`.
    pub fn kind(&self) -> &str {
        match &self.subject {
            Subject::Known(id) => id.kind().as_str(),
            Subject::Unknown { kind, .. } => kind,
        }
    }

    /// The letters before the id's first hyphen.
    pub fn prefix(&self) -> &str {
        match &self.subject {
            Subject::Known(id) => id.prefix(),
            Subject::Unknown { id, .. } => id.prefix(),
        }
    }

    /// What is done.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// When the node says it was done. Informative: order is the index in the log.
    pub fn time(&self) -> &Timestamp {
        &self.time
    }

    /// The bytes whose leaf hash stands in the tree.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A copy of [`Entry::bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }
}

/// `kind` decides the grammar of `id`, and the id's last letter must be that of the kind.
fn read_subject(members: &Members<'_>) -> Result<Subject, EntryError> {
    let (id, kind) = (members.text("id")?, members.text("kind")?);
    let bad_id = |detail: String| EntryError::Id { detail };
    let Some(known) = Kind::from_name(kind) else {
        let id = ResourceId::parse(id).map_err(|error| bad_id(error.to_string()))?;
        return Ok(Subject::Unknown {
            kind: kind.to_owned(),
            id,
        });
    };
    let id = Accession::parse(id).map_err(|error| bad_id(error.to_string()))?;
    if id.kind() != known {
        return Err(bad_id(format!("{id} is not the id of kind {known}")));
    }
    Ok(Subject::Known(id))
}
