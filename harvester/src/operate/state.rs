//! The state that answers name, so that a result can be cited and computed again (`docs/PROTOCOL.md` section 7).

use protocol::digest::Digest;
use protocol::jcs;
use protocol::merkle::{Hash, to_base64, tree_root};
use protocol::tile::{TileAddress, TileHashes};
use serde_json::json;

use crate::ledger::judge::counts;
use crate::ledger::log::{self, Log};
use crate::ledger::{Connection, LedgerError, RULES};
use crate::mirror::Mirror;

/// A state with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentState {
    /// SHA-256 of the document, hex
    pub id: String,
    /// the JCS object
    pub document: Vec<u8>,
    /// the ledger's sequence number that makes it
    pub sequence: i64,
}

/// The state of the ledger as it is in this transaction. None while a log is judged up to a place whose root is not known here.
///
/// # Errors
/// When a query fails.
pub fn compute(
    connection: &mut Connection,
    mirror: &Mirror,
    roster: u64,
) -> Result<Option<CurrentState>, LedgerError> {
    let sequence = log::sequence(connection)?;
    let mut logs = Vec::new();
    let mut known = log::all(connection)?;
    known.sort_by(|one, other| one.origin.cmp(&other.origin));
    for log in known {
        let Some(root) = root_of(mirror, &log) else {
            return Ok(None);
        };
        let unavailable = counts(connection, log.id)?.unavailable;
        logs.push(json!({
            "origin": log.origin,
            "size": log.applied,
            "root": to_base64(&root),
            "unavailable": unavailable,
        }));
    }
    let document = json!({"roster": roster, "rules": RULES.to_string(), "logs": logs});
    let document = jcs::to_bytes(&document).map_err(|error| {
        LedgerError::Contradiction(format!("the state cannot be written: {error}"))
    })?;
    Ok(Some(CurrentState {
        id: Digest::of(&document).to_string(),
        document,
        sequence,
    }))
}

/// The root of the tree up to where a log is judged: the head's, or out of the mirror's tiles.
fn root_of(mirror: &Mirror, log: &Log) -> Option<Hash> {
    let head = log.head.as_ref()?;
    if head.size == log.applied {
        return Some(head.root);
    }
    let origin = protocol::identifier::Origin::parse(&log.origin).ok()?;
    let mirror = mirror.log(&origin);
    let mut hashes = TileHashes::new(head.size, |address: TileAddress| {
        mirror
            .read(&address.path())
            .ok()
            .flatten()
            .ok_or("not mirrored")
    });
    tree_root(log.applied, &mut hashes).ok()
}
