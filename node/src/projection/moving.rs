//! What a move makes of the rows.

use protocol::entry::{Entry, Operation};

use crate::database::record::{self};
use crate::database::standing::{self, StandingRow};
use crate::database::{Connection, DatabaseError};

pub(super) enum MoveError {
    Database(DatabaseError),
    Unknown(String),
}

impl From<DatabaseError> for MoveError {
    fn from(error: DatabaseError) -> MoveError {
        MoveError::Database(error)
    }
}

pub(super) fn apply_move(
    connection: &mut Connection,
    index: u64,
    entry: &Entry,
    operation: &Operation,
) -> Result<(), MoveError> {
    let standing = |reason: &str, replaced_by: Option<String>| StandingRow {
        id: entry.id().to_owned(),
        operation: operation.name().to_owned(),
        reason: reason.to_owned(),
        replaced_by,
        log_index: index.cast_signed(),
        time: entry.time().as_str().to_owned(),
    };
    match operation {
        Operation::Suppress { reason } | Operation::Withdraw { reason } => {
            standing::set(connection, &standing(reason.as_str(), None))?;
        }
        Operation::Replace { by, reason } => {
            standing::set(
                connection,
                &standing(reason.as_str(), Some(by.as_str().to_owned())),
            )?;
        }
        Operation::Restore { .. } => standing::clear(connection, entry.id())?,
        Operation::Redact { record, .. } => {
            record::mark_redacted(connection, entry.id(), &record.to_string())?
        }
        Operation::Commit { .. } => {}
        Operation::Put { .. } | Operation::Unknown(_) => {
            return Err(MoveError::Unknown(operation.name().to_owned()));
        }
    }
    Ok(())
}
