//! What is to be seen, as the ledger decides it: the input of graph and text index, which are made of nothing else.
//!
//! A projection does not replay moves. It is told which resources changed, and for each what is to be shown of it *now*; it
//! compares that with what it holds and makes the difference. So applying a change twice is applying it once, a crash at any
//! moment is mended by applying again everything since the position that the projection itself keeps, and making it anew is
//! the same as catching up from nothing.

pub mod catch_up;
pub mod stores;

use protocol::identifier::{Accession, Namespace};
use protocol::record::Record;

/// A record that everybody may find: the newest accepted version of a resource that is neither suppressed nor gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// the resource
    pub id: Accession,
    /// its version, from 1
    pub version: u64,
    /// the namespace of the member's records
    pub namespace: Namespace,
    /// the member's id in the roster
    pub member: String,
    /// the index of the entry in the member's log
    pub index: u64,
    /// when the record was verified here: RFC 3339, UTC, to the second
    pub verified_at: String,
    /// what the member says
    pub record: Record,
}

/// What is to be shown of one resource from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// the resource
    pub id: Accession,
    /// the namespace of the member's records
    pub namespace: Namespace,
    /// its record; none when there is nothing to show (any more)
    pub shown: Option<Shown>,
}

/// Where a projection finds the bytes of what it shows and is to take back.
pub trait RecordBytes {
    /// The canonical N-Quads of one version; none where they are not kept any more.
    ///
    /// # Errors
    /// When the mirror or the ledger cannot be read.
    fn bytes(&self, id: &Accession, version: u64) -> anyhow::Result<Option<Vec<u8>>>;
}
