//! How far the log has been applied to the database.

use diesel::prelude::*;

use super::schema::log_position::dsl;
use super::{Connection, DatabaseError};

/// A size of the log and its root, as in the checkpoint (base64).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Entries applied.
    pub size: u64,
    /// The root of the tree over them, base64.
    pub root: String,
}

/// The position, or nothing in an empty database.
///
/// # Errors
/// When the query fails.
pub fn current(connection: &mut Connection) -> Result<Option<Position>, DatabaseError> {
    let row: Option<(i64, String)> = dsl::log_position
        .select((dsl::size, dsl::root))
        .first(connection)
        .optional()?;
    Ok(row.map(|(size, root)| Position {
        size: size.unsigned_abs(),
        root,
    }))
}

/// Sets the position; part of the transaction that applied what stands below it.
///
/// # Errors
/// When the query fails.
pub fn set(connection: &mut Connection, position: &Position) -> Result<(), DatabaseError> {
    let size = position.size.cast_signed();
    diesel::insert_into(dsl::log_position)
        .values((
            dsl::only_row.eq(1),
            dsl::size.eq(size),
            dsl::root.eq(&position.root),
        ))
        .on_conflict(dsl::only_row)
        .do_update()
        .set((dsl::size.eq(size), dsl::root.eq(&position.root)))
        .execute(connection)?;
    Ok(())
}
