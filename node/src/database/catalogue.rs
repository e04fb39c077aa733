//! What catalogues and sitemaps list: studies that are public and whose newest description is there.

use std::ops::Range;

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

/// The newest records of the first of them behind a serial, in the order in which they came, which is that of their serials.
/// So a study that comes while somebody turns the pages stands at their end, and one that goes moves no other.
///
/// # Errors
/// When the query fails.
pub fn records(
    connection: &mut Connection,
    behind: u64,
    most: u64,
) -> Result<Vec<RecordRow>, DatabaseError> {
    let query = listed!()
        .filter(study::serial.gt(signed(behind)))
        .order(study::serial)
        .limit(signed(most))
        .select(RecordRow::as_select());
    Ok(query.load(connection)?)
}

/// The ids of the last of them up to a serial and with it, the last first.
///
/// # Errors
/// When the query fails.
pub fn ids_up_to(
    connection: &mut Connection,
    serial: u64,
    most: u64,
) -> Result<Vec<String>, DatabaseError> {
    let query = listed!()
        .filter(study::serial.le(signed(serial)))
        .order(study::serial.desc())
        .limit(signed(most))
        .select(study::id);
    Ok(query.load(connection)?)
}

/// Ids and times of those whose serial is in a range, at most so many, in order.
///
/// # Errors
/// When the query fails.
pub fn ids(
    connection: &mut Connection,
    serials: Range<u64>,
    most: u64,
) -> Result<Vec<ListedRow>, DatabaseError> {
    let query = listed!()
        .filter(study::serial.ge(signed(serials.start)))
        .filter(study::serial.lt(signed(serials.end)))
        .order(study::serial)
        .limit(signed(most))
        .select((study::id, study::modified));
    Ok(query.load(connection)?)
}

/// The first of them from a serial on.
///
/// # Errors
/// When the query fails.
pub fn first_from(connection: &mut Connection, serial: u64) -> Result<Option<u64>, DatabaseError> {
    let query = listed!()
        .filter(study::serial.ge(signed(serial)))
        .order(study::serial)
        .select(study::serial);
    let found: Option<i64> = query.first(connection).optional()?;
    Ok(found.map(i64::unsigned_abs))
}

/// Numbers out of a stranger's hand: what is above all that there can be stays so.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
