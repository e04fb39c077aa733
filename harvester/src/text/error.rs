//! What can go wrong with the text index, and with a search.

use std::path::PathBuf;

/// A fault of the index itself.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// It was written by another version of this program.
    #[error(
        "the text index {path} has the form {found} and this program writes {expected}; delete the folder and rebuild the index"
    )]
    OtherVersion {
        /// The folder of the index.
        path: PathBuf,
        /// The version in it.
        found: String,
        /// The version that this program writes.
        expected: u32,
    },
    /// It cannot be read as what it should be.
    #[error("the text index {path} is damaged ({detail}); delete the folder and rebuild the index")]
    Damaged {
        /// The folder of the index.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Another process, or another part of this one, writes to it.
    #[error("the text index {0} is in use by another process; stop that one first")]
    InUse(PathBuf),
    /// Too little memory was given to the writer, or more than it can use.
    #[error(
        "the text index needs between {least} and {most} bytes of memory for writing, not {given}; change the setting"
    )]
    Memory {
        /// The least, in bytes.
        least: usize,
        /// The most, in bytes.
        most: usize,
        /// What was given, in bytes.
        given: usize,
    },
    /// It could not be written. What was written before is still there and is searched; the next attempt begins afresh.
    #[error("the text index could not be written ({0}): is the disk full or read-only?")]
    Write(String),
    /// It could not be read.
    #[error("the text index could not be read ({0})")]
    Read(String),
    /// What was to be loaded could not be had.
    #[error("the records for the text index could not be read")]
    Records(#[source] anyhow::Error),
}

impl TextError {
    /// Whether the folder holds something that is no index of this version: it is deleted and made again from the mirror.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::OtherVersion { .. } | Self::Damaged { .. })
    }

    pub(super) fn writing(error: impl std::fmt::Display) -> Self {
        Self::Write(error.to_string())
    }

    pub(super) fn reading(error: impl std::fmt::Display) -> Self {
        Self::Read(error.to_string())
    }
}

/// Why there is no answer to a search. All but [`SearchError::Index`] are faults of the request.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// There is no such parameter.
    #[error("parameter \"{name}\" is not known; possible are {possible}")]
    UnknownParameter {
        /// The name that was given.
        name: String,
        /// All names.
        possible: String,
    },
    /// A parameter was given twice that has one value.
    #[error("parameter \"{0}\" is given more than once; give it once")]
    Repeated(&'static str),
    /// A value that the parameter does not have.
    #[error("parameter \"{name}\" cannot be {value:?}; possible is {possible}")]
    Value {
        /// The parameter.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// What it may be.
        possible: String,
    },
    /// Too many values.
    #[error("parameter \"{name}\" has more than {most} values; ask for fewer")]
    TooManyValues {
        /// The parameter.
        name: &'static str,
        /// The most.
        most: usize,
    },
    /// The words are too many.
    #[error("the query has {found} {unit} and may have {most}; shorten it")]
    TooLong {
        /// How many there are.
        found: usize,
        /// Characters or clauses.
        unit: &'static str,
        /// The most.
        most: usize,
    },
    /// A page so far behind that pages are not the way to it.
    #[error(
        "page {page} of {size} hits is beyond the first {most} hits; to go through everything give cursor=* instead of page, and then the cursor of each answer"
    )]
    TooFar {
        /// The page.
        page: u64,
        /// Hits on a page.
        size: usize,
        /// The most hits that pages reach.
        most: u64,
    },
    /// Two parameters that exclude each other.
    #[error("parameters \"{0}\" and \"{1}\" exclude each other; leave out one")]
    Both(&'static str, &'static str),
    /// A cursor that this program has not made.
    #[error("the cursor is not one that this service gave; begin with cursor=*")]
    Cursor,
    /// A cursor from before the index was made anew.
    #[error("the index was made anew since the cursor was given; begin again with cursor=*")]
    CursorOutlived,
    /// A cursor of another search.
    #[error(
        "the cursor belongs to a search with other parameters; repeat those or begin with cursor=*"
    )]
    CursorElsewhere,
    /// A term that is not known and that no document has.
    #[error("{name} {value:?} is not a term that is known here{suggestion}")]
    UnknownTerm {
        /// The parameter.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// The nearest terms: `; did you mean …`.
        suggestion: String,
    },
    /// A label that several terms have.
    #[error("{name} {value:?} is the label of several terms; give one of {candidates}")]
    AmbiguousTerm {
        /// The parameter.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// Their CURIEs with labels.
        candidates: String,
    },
    /// The index failed.
    #[error(transparent)]
    Index(#[from] TextError),
}

impl SearchError {
    /// Whether the request is at fault (HTTP 400), not the index (HTTP 500).
    pub fn is_of_request(&self) -> bool {
        !matches!(self, Self::Index(_))
    }
}
