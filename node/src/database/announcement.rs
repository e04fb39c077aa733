//! Announcements: what OAI-PMH lists, in the order of the log.

use diesel::prelude::*;

use super::schema::announcement::{self, dsl};
use super::{Connection, DatabaseError, record, standing};

/// A time at which a study was published, revised or moved.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = announcement)]
pub struct AnnouncementRow {
    /// Its entry's index in the log.
    pub log_index: i64,
    /// The study's accession.
    pub study: String,
    /// The version that is shown from then on; none where the study went out of sight.
    pub version: Option<i64>,
    /// When: never earlier than that of an announcement before it.
    pub datestamp: String,
    /// The index of the next announcement of the same study.
    pub next: Option<i64>,
}

/// Adds what an entry announced of a study: a version, or, where none is given, whatever is shown after it.
///
/// # Errors
/// When a query fails.
pub fn add(
    connection: &mut Connection,
    log_index: u64,
    study: &str,
    put: Option<i64>,
    time: &str,
) -> Result<(), DatabaseError> {
    let last: Option<String> = dsl::announcement
        .order(dsl::log_index.desc())
        .select(dsl::datestamp)
        .first(connection)
        .optional()?;
    let row = AnnouncementRow {
        log_index: log_index.cast_signed(),
        study: study.to_owned(),
        version: shown(connection, study, put)?,
        datestamp: last.unwrap_or_default().max(time.to_owned()),
        next: None,
    };
    diesel::update(
        dsl::announcement
            .filter(dsl::study.eq(study))
            .filter(dsl::next.is_null()),
    )
    .set(dsl::next.eq(row.log_index))
    .execute(connection)?;
    diesel::insert_into(dsl::announcement)
        .values(&row)
        .execute(connection)?;
    Ok(())
}

/// The version of a study that everybody sees now. A new version keeps a study out of sight that is.
fn shown(
    connection: &mut Connection,
    study: &str,
    put: Option<i64>,
) -> Result<Option<i64>, DatabaseError> {
    if standing::of(connection, study)?.is_some() {
        return Ok(None);
    }
    if put.is_some() {
        return Ok(put);
    }
    let latest = record::latest(connection, study)?;
    Ok(latest
        .filter(|latest| !latest.redacted)
        .map(|latest| latest.version))
}

/// Whether a version of a study may be shown now.
///
/// # Errors
/// When a query fails.
pub fn may_be_shown(
    connection: &mut Connection,
    study: &str,
    version: i64,
) -> Result<bool, DatabaseError> {
    if standing::of(connection, study)?.is_some() {
        return Ok(false);
    }
    let row = record::version(connection, study, version.unsigned_abs())?;
    Ok(row.is_some_and(|row| !row.redacted))
}

/// The newest announcement of each study among those below `edge`, from an index on and below another, in order.
///
/// # Errors
/// When the query fails.
pub fn newest_below(
    connection: &mut Connection,
    edge: u64,
    from: u64,
    behind: u64,
    most: usize,
) -> Result<Vec<AnnouncementRow>, DatabaseError> {
    let edge = signed(edge);
    let query = dsl::announcement
        .filter(dsl::log_index.ge(signed(from)))
        .filter(dsl::log_index.lt(signed(behind).min(edge)))
        .filter(dsl::next.is_null().or(dsl::next.ge(edge)))
        .order(dsl::log_index)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(AnnouncementRow::as_select());
    Ok(query.load(connection)?)
}

/// The newest announcement of a study.
///
/// # Errors
/// When the query fails.
pub fn newest(
    connection: &mut Connection,
    study: &str,
) -> Result<Option<AnnouncementRow>, DatabaseError> {
    let query = dsl::announcement
        .filter(dsl::study.eq(study))
        .filter(dsl::next.is_null())
        .select(AnnouncementRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// The earliest datestamp.
///
/// # Errors
/// When the query fails.
pub fn earliest(connection: &mut Connection) -> Result<Option<String>, DatabaseError> {
    let query = dsl::announcement
        .order(dsl::log_index)
        .select(dsl::datestamp);
    Ok(query.first(connection).optional()?)
}

/// The index of the first announcement with this datestamp or a later one; with a later one if `is_later`.
///
/// # Errors
/// When the query fails.
pub fn first_from(
    connection: &mut Connection,
    datestamp: &str,
    is_later: bool,
) -> Result<Option<u64>, DatabaseError> {
    let all = dsl::announcement
        .order((dsl::datestamp, dsl::log_index))
        .select(dsl::log_index);
    let found: Option<i64> = if is_later {
        all.filter(dsl::datestamp.gt(datestamp)).first(connection)
    } else {
        all.filter(dsl::datestamp.ge(datestamp)).first(connection)
    }
    .optional()?;
    Ok(found.map(i64::unsigned_abs))
}

/// Numbers out of a stranger's hand: what is above all that there can be stays so.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
