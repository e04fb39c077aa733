//! Moves: what an operator says of something that is public. Suppress, restore, withdraw, replace, redact.
//!
//! Each is one act of the log. Whether it is allowed is asked of the protocol's own state machine
//! ([`protocol::history`]), run on what the database remembers; it is never decided here.

mod erasing;
mod error;
mod operations;
mod past;

use std::cell::RefCell;
use std::collections::HashMap;

use protocol::entry::{Entry, Reason};
use protocol::history::History;
use protocol::identifier::{Accession, ResourceId, VersionedId};

use crate::archive::Archive;
use crate::log::append;
use crate::log::journal::{self, Act, TreeHead};
use crate::log::lease::Lease;
use crate::staging;

use erasing::erasures;
pub use error::MoveError;
use operations::operations;
use past::DatabasePast;

/// A move that an operator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Out of lists and search; still answers by its id, marked.
    Suppress(Accession, Reason),
    /// Undoes `Suppress`.
    Restore(Accession, Reason),
    /// Gone for good. For `consent`, `privacy` and `legal` everything of it is erased, also where it was gone before.
    Withdraw(Accession, Reason),
    /// As `Withdraw`, with a successor.
    Replace(Accession, ResourceId, Reason),
    /// The bytes of one version's record are removed for legal cause.
    Redact(VersionedId, Reason),
}

/// What a move did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Entries that it appended.
    pub entries: u64,
    /// Records whose bytes it removed.
    pub erased_records: u64,
    /// Files in the storage that it removed.
    pub erased_files: u64,
}

/// Makes a move.
///
/// # Errors
/// When it is not allowed or cannot be written; then nothing has happened.
pub fn make(archive: &Archive, lease: &mut Lease, wanted: &Move) -> Result<Moved, MoveError> {
    let base = append::recover(archive, lease)?;
    journal::begin(archive.store(), &archive.clock().timestamp())?;
    let moved = make_on(archive, lease, base, wanted);
    if moved.is_err() {
        journal::give_up(archive.store());
    }
    moved
}

fn make_on(
    archive: &Archive,
    lease: &mut Lease,
    base: TreeHead,
    wanted: &Move,
) -> Result<Moved, MoveError> {
    // what a killed import staged may be what is to be erased
    staging::clear_abandoned(archive.folder())?;
    let mut connection = archive.database().connection()?;
    let time = archive.clock().timestamp();
    let operations = operations(&mut connection, wanted)?;
    let mut history = History::with_past(
        archive.config().prefix.clone(),
        DatabasePast {
            connection: RefCell::new(&mut connection),
            changed: HashMap::new(),
        },
    );
    let mut entries = Vec::with_capacity(operations.len());
    for (id, operation) in &operations {
        let entry = Entry::new(id, operation, &time)?;
        let index = base.size + entries.len() as u64;
        history
            .try_apply(index, &entry)?
            .map_err(|rejection| MoveError::Refused(rejection.sentence().to_owned()))?;
        entries.push(entry.to_bytes());
    }
    drop(history);
    let erasures = erasures(archive, &mut connection, wanted, &operations)?;
    drop(connection);
    let moved = Moved {
        entries: entries.len() as u64,
        erased_records: erasures.records.len() as u64,
        erased_files: erasures
            .objects
            .iter()
            .map(|plan| plan.deleted_files() as u64)
            .sum(),
    };
    let act = Act {
        erasures,
        ..Act::new(lease.fence(), base, &entries)
    };
    journal::decide(archive.store(), &act, &entries)?;
    append::complete(archive, lease, &act)?;
    Ok(moved)
}

impl Move {
    /// The id that it is about.
    pub fn id(&self) -> &Accession {
        match self {
            Move::Suppress(id, _)
            | Move::Restore(id, _)
            | Move::Withdraw(id, _)
            | Move::Replace(id, ..) => id,
            Move::Redact(versioned, _) => versioned.id(),
        }
    }

    /// Whether everything of the thing is to be erased (PROTOCOL.md section 3).
    pub fn asks_for_erasure(&self) -> bool {
        matches!(self, Move::Withdraw(_, reason) | Move::Replace(_, _, reason) if reason.asks_for_erasure())
    }
}
