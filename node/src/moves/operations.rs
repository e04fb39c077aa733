//! The operations that a move comes to.

use protocol::digest::Digest;
use protocol::entry::{Operation, Reason};
use protocol::identifier::{Accession, Kind, ResourceId};

use super::{Move, MoveError};
use crate::database::record::{self, RecordRow};
use crate::database::{Connection, DatabaseError, standing};

/// The operations that a move comes to, in the order of their entries.
pub(super) fn operations(
    connection: &mut Connection,
    wanted: &Move,
) -> Result<Vec<(Accession, Operation)>, MoveError> {
    if record::latest(connection, wanted.id().as_str())?.is_none() {
        return Err(MoveError::Unknown(wanted.id().to_string()));
    }
    Ok(match wanted {
        Move::Suppress(id, reason) => vec![(id.clone(), Operation::Suppress { reason: *reason })],
        Move::Restore(id, reason) => vec![(id.clone(), Operation::Restore { reason: *reason })],
        Move::Replace(id, by, reason) => {
            refuse_dead_end(connection, id, by)?;
            let replacing = Operation::Replace {
                by: by.clone(),
                reason: *reason,
            };
            removal(connection, id, replacing, *reason)?
        }
        Move::Withdraw(id, reason) => removal(
            connection,
            id,
            Operation::Withdraw { reason: *reason },
            *reason,
        )?,
        Move::Redact(versioned, reason) => {
            let row = record::version(connection, versioned.id().as_str(), versioned.version())?;
            let refused = |why| MoveError::NoVersion(versioned.to_string(), why);
            let row = row.ok_or_else(|| refused("there is no such version"))?;
            if row.redacted {
                return Err(refused("its bytes have been removed already"));
            }
            vec![redaction(&row, *reason)?]
        }
    })
}

/// The operations that take something away for good, with its records where the reason asks for that. What is gone
/// already, for another reason or because a newer version of its study came without it, can still be erased: then the
/// log says so by redactions alone, one at least, whatever was redacted before.
fn removal(
    connection: &mut Connection,
    id: &Accession,
    operation: Operation,
    reason: Reason,
) -> Result<Vec<(Accession, Operation)>, MoveError> {
    if !reason.asks_for_erasure() {
        return Ok(vec![(id.clone(), operation)]);
    }
    let standing = standing::effective(connection, id.as_str(), id.study_part())?;
    let is_gone = standing.is_some_and(|row| row.is_gone());
    let mut operations = Vec::new();
    if !is_gone {
        operations.push((id.clone(), operation));
    }
    for row in records_of(connection, id)?
        .into_iter()
        .filter(|row| is_gone || !row.redacted)
    {
        operations.push(redaction(&row, reason)?);
    }
    Ok(operations)
}

/// Replacing is final: a successor that leads nowhere could never be corrected.
fn refuse_dead_end(
    connection: &mut Connection,
    id: &Accession,
    by: &ResourceId,
) -> Result<(), MoveError> {
    if by.as_str() == id.as_str() {
        return Err(MoveError::Refused(format!(
            "{id} cannot be replaced by itself; name its successor"
        )));
    }
    let is_ours = by.prefix() == id.prefix();
    if is_ours && record::latest(connection, by.as_str())?.is_none() {
        return Err(MoveError::Refused(format!(
            "{by}, which is to replace {id}, is not in this archive; publish it first"
        )));
    }
    Ok(())
}

/// All versions of an id and, for a study, of what is part of it.
fn records_of(
    connection: &mut Connection,
    id: &Accession,
) -> Result<Vec<RecordRow>, DatabaseError> {
    match id.kind() {
        Kind::Study => record::of_study(connection, id.as_str()),
        _ => record::versions(connection, id.as_str()),
    }
}

fn redaction(row: &RecordRow, reason: Reason) -> Result<(Accession, Operation), MoveError> {
    let damaged = || {
        MoveError::Refused(format!(
            "the database row of {} is damaged; run omma-node rebuild",
            row.id
        ))
    };
    let id = Accession::parse(&row.id).map_err(|_| damaged())?;
    let record = Digest::parse(&row.digest).map_err(|_| damaged())?;
    Ok((id, Operation::Redact { record, reason }))
}
