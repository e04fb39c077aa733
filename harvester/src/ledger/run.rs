//! How the last harvest of each member ended, and proven forks.

use diesel::prelude::*;

use super::schema::{fork, run};
use super::{Connection, LedgerError};

/// The end of a member's last run.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = run)]
#[diesel(treat_none_as_null = true)]
pub struct Run {
    /// the member's id in the roster
    pub member: String,
    /// a state of docs/PROTOCOL.md section 6
    pub state: String,
    /// a sentence, empty when the member is `current`
    pub detail: String,
    /// RFC 3339, UTC
    pub started_at: String,
    /// how long it took
    pub seconds: f64,
    /// entries that were new
    pub fetched: i64,
    /// when it was last found at its newest checkpoint
    pub current_at: Option<String>,
    /// since when its checkpoint is older than what is kept
    pub stale_since: Option<String>,
    /// runs in a row that ended otherwise than `current`
    pub failures: i32,
}

/// The last run of a member.
///
/// # Errors
/// When a query fails.
pub fn last(connection: &mut Connection, member: &str) -> Result<Option<Run>, LedgerError> {
    Ok(run::table
        .find(member)
        .select(Run::as_select())
        .first(connection)
        .optional()?)
}

/// Stores how a run ended.
///
/// # Errors
/// When a query fails.
pub fn set(connection: &mut Connection, ended: &Run) -> Result<(), LedgerError> {
    diesel::insert_into(run::table)
        .values(ended)
        .on_conflict(run::member)
        .do_update()
        .set(ended)
        .execute(connection)?;
    Ok(())
}

/// Freezes a log: its fork is proven and the evidence is stored.
///
/// # Errors
/// When a query fails.
pub fn freeze(
    connection: &mut Connection,
    log: i32,
    found_at: &str,
    sentence: &str,
) -> Result<(), LedgerError> {
    diesel::insert_into(fork::table)
        .values((
            fork::log.eq(log),
            fork::found_at.eq(found_at),
            fork::sentence.eq(sentence),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(())
}

/// The sentence about a log's fork; none when none was proven.
///
/// # Errors
/// When a query fails.
pub fn frozen(connection: &mut Connection, log: i32) -> Result<Option<String>, LedgerError> {
    Ok(fork::table
        .find(log)
        .select(fork::sentence)
        .first(connection)
        .optional()?)
}
