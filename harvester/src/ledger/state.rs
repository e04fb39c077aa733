//! States of the whole harvester, which answers name (`docs/PROTOCOL.md` section 7).

use diesel::prelude::*;

use super::schema::state;
use super::{Connection, LedgerError};

/// Stores the state that everything up to a sequence number makes. One that is there keeps its time.
///
/// # Errors
/// When a query fails.
pub fn set(
    connection: &mut Connection,
    id: &str,
    document: &[u8],
    sequence: i64,
    now: &str,
) -> Result<(), LedgerError> {
    diesel::insert_into(state::table)
        .values((
            state::id.eq(id),
            state::document.eq(document),
            state::sequence.eq(sequence),
            state::made_at.eq(now),
        ))
        .on_conflict(state::id)
        .do_update()
        .set(state::sequence.eq(sequence))
        .execute(connection)?;
    Ok(())
}

/// The document of a state.
///
/// # Errors
/// When a query fails.
pub fn document(connection: &mut Connection, id: &str) -> Result<Option<Vec<u8>>, LedgerError> {
    Ok(state::table
        .find(id)
        .select(state::document)
        .first(connection)
        .optional()?)
}
