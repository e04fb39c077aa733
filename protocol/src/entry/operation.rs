use serde_json::{Map, Value};

use super::EntryError;
use super::members::Members;
use crate::digest::{Digest, parse_hex, to_hex};
use crate::identifier::{MAX_NUMBER, ResourceId};
use crate::timestamp::Timestamp;

/// What an entry does (section 3, table of operations).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Version 1 of something new, or a new version of what is there.
    Put {
        /// SHA-256 of the record
        record: Digest,
        /// its length in bytes
        size: u64,
        /// from 1
        version: u64,
        /// index of the `commit` that this fulfils; there exactly when `nonce` is
        opens: Option<u64>,
        /// the 32 random bytes of that `commit`, written as 64 hexadecimal digits
        nonce: Option<[u8; 32]>,
    },
    /// Out of sight, still answering by id.
    Suppress {
        /// why
        reason: Reason,
    },
    /// Undoes `Suppress`.
    Restore {
        /// why
        reason: Reason,
    },
    /// Gone for good.
    Withdraw {
        /// why
        reason: Reason,
    },
    /// Gone for good, with a successor.
    Replace {
        /// the successor, of any member
        by: ResourceId,
        /// why
        reason: Reason,
    },
    /// The bytes of earlier versions with this digest are removed for legal cause.
    Redact {
        /// SHA-256 of the removed record
        record: Digest,
        /// why
        reason: Reason,
    },
    /// A promise of a record to be released.
    Commit {
        /// SHA-256 of 32 random bytes and the record's digest: see [`commitment`]
        commitment: Digest,
        /// when it is to be released
        release: Timestamp,
    },
    /// An operation of a later protocol: kept, mirrored, counted, and without effect.
    Unknown(
        /// the word in `op`
        String,
    ),
}

impl Operation {
    /// The word that stands in an entry's `op`.
    pub fn name(&self) -> &str {
        match self {
            Self::Put { .. } => "put",
            Self::Suppress { .. } => "suppress",
            Self::Restore { .. } => "restore",
            Self::Withdraw { .. } => "withdraw",
            Self::Replace { .. } => "replace",
            Self::Redact { .. } => "redact",
            Self::Commit { .. } => "commit",
            Self::Unknown(name) => name,
        }
    }

    /// Adds the operation's members to those that every entry has.
    pub(super) fn write(&self, members: &mut Map<String, Value>) -> Result<(), EntryError> {
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        match self {
            Self::Put {
                record,
                size,
                version,
                opens,
                nonce,
            } => {
                add("record", record.to_string().into());
                add("size", (*size).into());
                add("version", (*version).into());
                opens.map(|index| add("opens", index.into()));
                nonce.map(|nonce| add("nonce", to_hex(&nonce).into()));
            }
            Self::Suppress { reason } | Self::Restore { reason } | Self::Withdraw { reason } => {
                add("reason", reason.as_str().into());
            }
            Self::Replace { by, reason } => {
                add("by", by.as_str().into());
                add("reason", reason.as_str().into());
            }
            Self::Redact { record, reason } => {
                add("record", record.to_string().into());
                add("reason", reason.as_str().into());
            }
            Self::Commit {
                commitment,
                release,
            } => {
                add("commitment", commitment.to_string().into());
                add("release", release.as_str().into());
            }
            Self::Unknown(name) => return Err(EntryError::UnknownOperation(name.clone())),
        }
        Ok(())
    }

    pub(super) fn read(members: &Members<'_>) -> Result<Self, EntryError> {
        let reason = || members.parsed("reason", Reason::parse);
        Ok(match members.text("op")? {
            "put" => read_put(members)?,
            "suppress" => Self::Suppress { reason: reason()? },
            "restore" => Self::Restore { reason: reason()? },
            "withdraw" => Self::Withdraw { reason: reason()? },
            "replace" => Self::Replace {
                by: members.parsed("by", ResourceId::parse)?,
                reason: reason()?,
            },
            "redact" => Self::Redact {
                record: members.digest("record")?,
                reason: reason()?,
            },
            "commit" => Self::Commit {
                commitment: members.digest("commitment")?,
                release: members.parsed("release", Timestamp::parse)?,
            },
            other => Self::Unknown(other.to_owned()),
        })
    }
}

fn read_put(members: &Members<'_>) -> Result<Operation, EntryError> {
    let version = members.number("version")?;
    if !(1..=MAX_NUMBER).contains(&version) {
        return Err(EntryError::Member {
            name: "version",
            detail: "is not between 1 and 999999999999999".to_owned(),
        });
    }
    let (opens, nonce) = match (members.has("opens"), members.has("nonce")) {
        (false, false) => (None, None),
        (true, true) => {
            let nonce = members.parsed("nonce", |text| {
                parse_hex(text).ok_or("is not 64 lower-case hexadecimal digits")
            })?;
            (Some(members.number("opens")?), Some(nonce))
        }
        _ => {
            return Err(EntryError::Member {
                name: "opens",
                detail: "and \"nonce\" stand together or not at all".to_owned(),
            });
        }
    };
    Ok(Operation::Put {
        record: members.digest("record")?,
        size: members.number("size")?,
        version,
        opens,
        nonce,
    })
}

/// What a `commit` promises: SHA-256 of 32 random bytes and the 32 bytes of the record's digest.
pub fn commitment(nonce: &[u8; 32], record: &Digest) -> Digest {
    Digest::of(&[&nonce[..], record.as_bytes()].concat())
}

/// Why something was suppressed, restored, withdrawn, replaced or redacted (section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// `error`: it was wrong.
    Error,
    /// `duplicate`: it is there already.
    Duplicate,
    /// `consent`: a consent was withdrawn.
    Consent,
    /// `privacy`: it says too much about a person.
    Privacy,
    /// `legal`: the law asks for it.
    Legal,
    /// `superseded`: something newer stands for it.
    Superseded,
    /// `owner-request`: its owner asked for it.
    OwnerRequest,
    /// `other`: none of these.
    Other,
}

/// A word that is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "reason {0:?} is not one of error, duplicate, consent, privacy, legal, superseded, owner-request, other"
)]
pub struct ReasonError(String);

impl Reason {
    /// All reasons, in the order of section 3.
    pub const ALL: [Self; 8] = [
        Self::Error,
        Self::Duplicate,
        Self::Consent,
        Self::Privacy,
        Self::Legal,
        Self::Superseded,
        Self::OwnerRequest,
        Self::Other,
    ];

    /// The code that stands in an entry's `reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Duplicate => "duplicate",
            Self::Consent => "consent",
            Self::Privacy => "privacy",
            Self::Legal => "legal",
            Self::Superseded => "superseded",
            Self::OwnerRequest => "owner-request",
            Self::Other => "other",
        }
    }

    /// Reads a code.
    ///
    /// # Errors
    /// [`ReasonError`] for any other word.
    pub fn parse(code: &str) -> Result<Self, ReasonError> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == code)
            .ok_or_else(|| ReasonError(code.to_owned()))
    }

    /// Whether `withdraw` for this reason also asks for every version to be redacted and the files erased (section 3).
    pub fn asks_for_erasure(self) -> bool {
        matches!(self, Self::Consent | Self::Privacy | Self::Legal)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::str::FromStr for Reason {
    type Err = ReasonError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}
