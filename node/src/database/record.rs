//! Records: each id in each version that the log has announced.

use diesel::prelude::*;

use super::schema::record::{self, dsl};
use super::{Connection, DatabaseError};

/// A `put` of the log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = record)]
pub struct RecordRow {
    /// The accession.
    pub id: String,
    /// Its version, from 1.
    pub version: i64,
    /// Its kind: `study`, `image` …
    pub kind: String,
    /// The study that it belongs to.
    pub study: Option<String>,
    /// SHA-256 of the record, hex.
    pub digest: String,
    /// Size of the record in bytes.
    pub size: i64,
    /// Its entry's index in the log.
    pub log_index: i64,
    /// Its entry's time.
    pub time: String,
    /// Whether its bytes have been removed for legal cause.
    pub redacted: bool,
}

/// The newest version of an id.
///
/// # Errors
/// When the query fails.
pub fn latest(connection: &mut Connection, id: &str) -> Result<Option<RecordRow>, DatabaseError> {
    let query = dsl::record
        .filter(dsl::id.eq(id))
        .order(dsl::version.desc())
        .select(RecordRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// One version of an id.
///
/// # Errors
/// When the query fails.
pub fn version(
    connection: &mut Connection,
    id: &str,
    version: u64,
) -> Result<Option<RecordRow>, DatabaseError> {
    let query = dsl::record
        .find((id, version.cast_signed()))
        .select(RecordRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// All versions of an id, oldest first.
///
/// # Errors
/// When the query fails.
pub fn versions(connection: &mut Connection, id: &str) -> Result<Vec<RecordRow>, DatabaseError> {
    let query = dsl::record
        .filter(dsl::id.eq(id))
        .order(dsl::version.asc())
        .select(RecordRow::as_select());
    Ok(query.load(connection)?)
}

/// The version of a study with which a record of one of its parts was announced: the one right before it in the log.
///
/// # Errors
/// When the query fails.
pub fn announced_with(
    connection: &mut Connection,
    study: &str,
    part: &RecordRow,
) -> Result<Option<RecordRow>, DatabaseError> {
    let query = dsl::record
        .filter(dsl::id.eq(study))
        .filter(dsl::log_index.le(part.log_index))
        .order(dsl::version.desc())
        .select(RecordRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// All records of a study and of what is part of it, in log order.
///
/// # Errors
/// When the query fails.
pub fn of_study(connection: &mut Connection, study: &str) -> Result<Vec<RecordRow>, DatabaseError> {
    // '-' and '.' are neighbours in ASCII: between them lies what begins with the study's id and a dash
    let parts = dsl::id
        .ge(format!("{study}-"))
        .and(dsl::id.lt(format!("{study}.")));
    let query = dsl::record
        .filter(dsl::id.eq(study).or(parts))
        .order(dsl::log_index.asc());
    Ok(query.select(RecordRow::as_select()).load(connection)?)
}

/// The record that the entry at an index announced.
///
/// # Errors
/// When the query fails.
pub fn at_index(
    connection: &mut Connection,
    log_index: u64,
) -> Result<Option<RecordRow>, DatabaseError> {
    let query = dsl::record
        .filter(dsl::log_index.eq(log_index.cast_signed()))
        .select(RecordRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// Number of records, all versions counted.
///
/// # Errors
/// When the query fails.
pub fn count(connection: &mut Connection) -> Result<u64, DatabaseError> {
    Ok(dsl::record
        .count()
        .get_result::<i64>(connection)?
        .unsigned_abs())
}

/// Adds rows.
///
/// # Errors
/// When the query fails, for example because a version is there already.
pub fn insert(connection: &mut Connection, rows: &[RecordRow]) -> Result<(), DatabaseError> {
    // 9 columns a row, and SQLite takes 32,766 variables a statement
    for part in rows.chunks(3000) {
        diesel::insert_into(dsl::record)
            .values(part)
            .execute(connection)?;
    }
    Ok(())
}

/// Marks the versions of an id that have this digest as redacted.
///
/// # Errors
/// When the query fails.
pub fn mark_redacted(
    connection: &mut Connection,
    id: &str,
    digest: &str,
) -> Result<(), DatabaseError> {
    diesel::update(
        dsl::record
            .filter(dsl::id.eq(id))
            .filter(dsl::digest.eq(digest)),
    )
    .set(dsl::redacted.eq(true))
    .execute(connection)?;
    Ok(())
}
