use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identifier::{Namespace, Origin, Prefix};
use crate::merkle::{Hash, from_base64, to_base64};
use crate::note::VerifierKey;
use crate::timestamp::Timestamp;

/// The roster's JSON object. Members of later versions are kept in `other`, here and below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "each field is the member of the same name in the table of docs/PROTOCOL.md section 5"
)]
pub struct Document {
    pub version: u64,
    pub issued: Timestamp,
    pub expires: Timestamp,
    pub name: String,
    pub namespace: Namespace,
    pub roots: Roots,
    pub members: Vec<Member>,
    #[serde(default)]
    pub witnesses: Vec<Witness>,
    #[serde(default)]
    pub quorum: u64,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Who signs the next roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Roots {
    /// how many of them must
    pub threshold: u64,
    /// keys of type 0x01
    pub keys: Vec<VerifierKey>,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A member of the federation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// a short name for ever, for addresses and reports
    pub id: String,
    /// the name that people read
    pub name: String,
    /// the organisation's ROR IRI
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ror: Option<String>,
    /// what its accessions begin with
    pub prefix: Prefix,
    /// where its node is; ends in `/`. A signed member has one
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// whether it may publish
    pub status: Status,
    /// where the resolver points after its end
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// how its people are reached
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// the namespace of its records where it is not the federation's
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// whether it signs
    #[serde(default, skip_serializing_if = "Trust::is_signed")]
    pub trust: Trust,
    /// where an unsigned member's descriptions come from
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// its logs, in order; all but the last are closed
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<Log>,
    /// keys of its Data Integrity proofs
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record_keys: Vec<RecordKey>,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Whether a member may publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It may.
    Active,
    /// Mirrored and witnessed; nothing new is applied, what is there stays, marked.
    Suspended,
    /// It has ended and stays readable.
    Retired,
}

/// Whether a member signs what it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// It has a log.
    #[default]
    Signed,
    /// It has a source, which the harvester reads by itself.
    Unsigned,
}

impl Trust {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde's skip_serializing_if passes a reference"
    )]
    fn is_signed(&self) -> bool {
        *self == Self::Signed
    }
}

/// Where an unsigned member's descriptions come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// `gide`, `oai` or `dcat`
    pub r#type: String,
    /// its address
    pub url: String,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One log of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// its name for ever
    pub origin: Origin,
    /// the log prefix; ends in `/`
    pub url: String,
    /// its keys, in the order in which they took over
    pub keys: Vec<LogKey>,
    /// where it ended
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A key of a log, valid from a size on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogKey {
    /// a key of type 0x01 whose name is the origin
    pub vkey: VerifierKey,
    /// the smallest tree size that it signs
    pub from: u64,
    /// the root at that size: pins the tree against keys that came before. The first key has none
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "optional_root"
    )]
    pub root: Option<Hash>,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Where a log ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// its last size
    pub size: u64,
    /// the root at that size
    #[serde(with = "root")]
    pub root: Hash,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A key of Data Integrity proofs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordKey {
    /// an Ed25519 Multikey: `z6Mk…`
    pub multibase: String,
    /// since when it is not valid any more
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A witness: cosigns what it saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// the name of its key
    pub name: String,
    /// a key of type 0x04
    pub vkey: VerifierKey,
    /// where checkpoints are submitted
    pub url: String,
    /// members of later versions
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A root hash in base64.
mod root {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::{Hash, from_base64, to_base64};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_base64(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_base64(&text)
            .ok_or_else(|| de::Error::custom(format!("{text:?} is no root hash in base64")))
    }
}

/// A root hash in base64, or none.
mod optional_root {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::{Hash, from_base64, to_base64};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        hash: &Option<Hash>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match hash {
            Some(hash) => serializer.serialize_str(&to_base64(hash)),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Hash>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(None);
        };
        match from_base64(&text) {
            Some(hash) => Ok(Some(hash)),
            None => Err(de::Error::custom(format!(
                "{text:?} is no root hash in base64"
            ))),
        }
    }
}
