use crate::jcs::JcsError;

/// Why bytes are no well-formed entry. [`EntryError::code`] is stable; the sentence is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// More than [`super::MAX_BYTES`].
    #[error("entry has {bytes} bytes and may have 4096")]
    TooLarge {
        /// its length
        bytes: usize,
    },
    /// Not JSON, not in JCS form, or with a number that is no integer in 0 … 2⁵³−1.
    #[error("entry is {0}")]
    Json(#[from] JcsError),
    /// JSON, but no object.
    #[error("entry is no JSON object")]
    NotAnObject,
    /// An id that does not follow the grammar of its kind.
    #[error("entry's id: {detail}")]
    Id {
        /// what is wrong
        detail: String,
    },
    /// A member that is missing or of another form.
    #[error("entry's member {name:?}: {detail}")]
    Member {
        /// its name
        name: &'static str,
        /// what is wrong
        detail: String,
    },
    /// An operation that cannot be written because its members are not known.
    #[error("operation {0:?} is not known to this version, so no entry can be made for it")]
    UnknownOperation(String),
}

impl EntryError {
    /// The reason code that reports and quarantine show.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "entry-too-large",
            Self::Json(JcsError::NotJson(_) | JcsError::TooDeep) => "entry-not-json",
            Self::Json(JcsError::NotCanonical) => "entry-not-canonical",
            Self::Json(JcsError::Number(_)) => "entry-number",
            Self::NotAnObject => "entry-not-object",
            Self::Id { .. } => "entry-id",
            Self::Member { .. } => "entry-member",
            Self::UnknownOperation(_) => "entry-operation",
        }
    }
}
