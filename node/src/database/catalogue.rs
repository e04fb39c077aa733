//! What catalogues and sitemaps list: studies that are public and whose newest description is there.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::record::RecordRow;
use super::schema::{record, standing, study};
use super::{Connection, DatabaseError};

/// A study where only its address is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ListedRow {
    /// The accession.
    pub id: String,
    /// When its newest version was published here.
    pub modified: String,
}

/// The query that all come from: what is suppressed or gone has a standing, and what is redacted has no description.
macro_rules! listed {
    () => {
        study::table
            .inner_join(
                record::table.on(record::id
                    .eq(study::id)
                    .and(record::version.eq(study::latest_version))),
            )
            .left_join(standing::table.on(standing::id.eq(study::id)))
            .filter(standing::id.is_null())
            .filter(record::redacted.eq(false))
    };
}

/// How many there are, and when the newest of them was published here.
///
/// # Errors
/// When the query fails.
pub fn size(connection: &mut Connection) -> Result<(u64, Option<String>), DatabaseError> {
    let studies: i64 = listed!().select(count_star()).first(connection)?;
    let newest: Option<String> = listed!().select(max(study::modified)).first(connection)?;
    Ok((studies.unsigned_abs(), newest))
}

/// The newest records of some of them, in the order in which they came: at most `limit`, after the first `offset`. So a
/// study that comes while somebody turns the pages stands at their end.
///
/// # Errors
/// When the query fails.
pub fn records(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<RecordRow>, DatabaseError> {
    let query = listed!()
        .order(study::serial)
        .limit(limit.cast_signed())
        .offset(offset.cast_signed())
        .select(RecordRow::as_select());
    Ok(query.load(connection)?)
}

/// Ids and times of some of them, in the same order.
///
/// # Errors
/// When the query fails.
pub fn ids(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<ListedRow>, DatabaseError> {
    let query = listed!()
        .order(study::serial)
        .limit(limit.cast_signed())
        .offset(offset.cast_signed())
        .select((study::id, study::modified));
    Ok(query.load(connection)?)
}
