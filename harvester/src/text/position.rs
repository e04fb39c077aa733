//! What a commit says of itself, in its payload: how far it is, and how documents are numbered.

use serde::{Deserialize, Serialize};

/// The state of the index that a commit made durable together with its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    /// Everything up to here is in the index.
    pub position: u64,
    /// Drawn anew by each load, because a load numbers all documents anew: cursors from before it are void.
    pub generation: String,
    /// The sequence number of the next document that comes in.
    pub next: u64,
    /// The names of the footprints of all terms with which documents were made ([`super::footprints`]); none where they are not known.
    #[serde(default)]
    pub made_with: Vec<String>,
}

impl Position {
    /// Of the payload of a commit; none of an index that was never loaded.
    pub(super) fn read(payload: Option<&str>) -> Result<Option<Self>, serde_json::Error> {
        payload.map(serde_json::from_str).transpose()
    }

    /// As the payload of a commit.
    pub(super) fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// Eight random bytes in hex.
pub(super) fn new_generation() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
