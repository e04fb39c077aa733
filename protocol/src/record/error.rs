use super::term::TermError;

/// A rule of section 1 that a record breaks. [`RecordError::code`] is stable; the sentence is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// More than [`super::MAX_BYTES`].
    #[error(
        "record has {bytes} bytes and may have 1048576; move files into the manifest or split it into several records"
    )]
    TooLarge {
        /// its length
        bytes: usize,
    },
    /// More than [`super::MAX_STATEMENTS`].
    #[error("record has more than 10000 statements; split it into several records")]
    TooManyStatements,
    /// Bytes that are not the canonical form of what they say.
    #[error("line {line} is not canonical N-Quads: {detail}")]
    NotCanonical {
        /// counted from 1
        line: usize,
        /// what differs
        detail: &'static str,
    },
    /// A blank node.
    #[error("line {line} holds a blank node; name it with a hash IRI of the resource")]
    BlankNode {
        /// counted from 1
        line: usize,
    },
    /// A graph name.
    #[error("line {line} names a graph; records speak in the default graph only")]
    NamedGraph {
        /// counted from 1
        line: usize,
    },
    /// An IRI, language tag or datatype that is none.
    #[error("line {line}: {fault}")]
    Term {
        /// counted from 1
        line: usize,
        /// what is wrong with the term
        fault: TermError,
    },
    /// An RDF list.
    #[error("line {line} belongs to an RDF list; state order with schema:position")]
    List {
        /// counted from 1
        line: usize,
    },
    /// A subject that is neither the resource nor a hash IRI of it.
    #[error(
        "line {line} speaks about {subject}, which is neither the record's resource nor a hash IRI of it"
    )]
    ForeignSubject {
        /// counted from 1
        line: usize,
        /// the subject's IRI
        subject: String,
    },
    /// Structure that points out of its study.
    #[error(
        "line {line}: the object of {predicate} is outside the study (or is no IRI); say it in a statement instead"
    )]
    ForeignStructure {
        /// counted from 1
        line: usize,
        /// the predicate's IRI
        predicate: String,
    },
    /// A class or predicate that only harvesters use.
    #[error("line {line} uses {term}, which is reserved for harvesters")]
    ReservedTerm {
        /// counted from 1
        line: usize,
        /// its IRI
        term: String,
    },
    /// No salt, two of them, one elsewhere than on the resource, or one of another form.
    #[error(
        "salt: {detail}; each version has one omma:salt of 22 base64url characters on the resource itself"
    )]
    Salt {
        /// what is wrong
        detail: &'static str,
    },
}

impl RecordError {
    /// The reason code that reports and quarantine show.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::TooManyStatements => "too-many-statements",
            Self::NotCanonical { .. } => "not-canonical",
            Self::BlankNode { .. } => "blank-node",
            Self::NamedGraph { .. } => "named-graph",
            Self::Term { .. } => "bad-term",
            Self::List { .. } => "list",
            Self::ForeignSubject { .. } => "foreign-subject",
            Self::ForeignStructure { .. } => "foreign-structure",
            Self::ReservedTerm { .. } => "reserved-term",
            Self::Salt { .. } => "salt",
        }
    }
}

/// What is wrong with one line, before its number is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    NotCanonical(&'static str),
    BlankNode,
    NamedGraph,
    Term(TermError),
}

impl Fault {
    pub(super) fn at(self, line: usize) -> RecordError {
        match self {
            Self::NotCanonical(detail) => RecordError::NotCanonical { line, detail },
            Self::BlankNode => RecordError::BlankNode { line },
            Self::NamedGraph => RecordError::NamedGraph { line },
            Self::Term(fault) => RecordError::Term { line, fault },
        }
    }
}

impl From<TermError> for Fault {
    fn from(fault: TermError) -> Self {
        Self::Term(fault)
    }
}
