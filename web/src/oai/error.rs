//! What a request can be told (OAI-PMH 2.0 section 3.6). Of the protocol's errors `noMetadataFormats` alone is not among it:
//! every item has every format, a deleted one too.

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// An argument is missing, unknown, repeated or malformed.
    BadArgument,
    /// The token is none of this repository's.
    BadResumptionToken,
    /// The verb is missing, repeated or unknown.
    BadVerb,
    /// The format is not among those that there are.
    CannotDisseminateFormat,
    /// There is no such item.
    IdDoesNotExist,
    /// The list would be empty.
    NoRecordsMatch,
    /// There are no sets.
    NoSetHierarchy,
}

impl Code {
    /// As the protocol writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::BadArgument => "badArgument",
            Code::BadResumptionToken => "badResumptionToken",
            Code::BadVerb => "badVerb",
            Code::CannotDisseminateFormat => "cannotDisseminateFormat",
            Code::IdDoesNotExist => "idDoesNotExist",
            Code::NoRecordsMatch => "noRecordsMatch",
            Code::NoSetHierarchy => "noSetHierarchy",
        }
    }
}

/// An error that a request is answered with: its kind, and a sentence for whoever wrote the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// Its kind.
    pub code: Code,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: Code, sentence: impl Into<String>) -> Refusal {
        Refusal {
            code,
            sentence: sentence.into(),
        }
    }

    pub(super) fn argument(sentence: impl Into<String>) -> Refusal {
        Refusal::new(Code::BadArgument, sentence)
    }
}
