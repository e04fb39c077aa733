//! Studies: what lists and pages ask for, and what publishing needs to know one again.

use diesel::prelude::*;

use super::schema::{standing, study};
use super::{Connection, DatabaseError};

/// A study.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = study)]
#[diesel(treat_none_as_null = true)]
pub struct StudyRow {
    /// The accession.
    pub id: String,
    /// The number in it.
    pub serial: i64,
    /// SHA-256 of the source's identifier, hex.
    pub source_key: String,
    /// The newest version.
    pub latest_version: i64,
    /// SHA-256 over what was deposited, hex.
    pub fingerprint: String,
    /// The title.
    pub title: String,
    /// The date of release that the source gives.
    pub released: Option<String>,
    /// When its first version was published here.
    pub issued: String,
    /// When its newest version was published here.
    pub modified: String,
    /// Whether its data are elsewhere.
    pub catalogued: bool,
    /// Number of images.
    pub images: i64,
    /// Number of files.
    pub files: i64,
    /// Bytes of all files.
    pub bytes: i64,
    /// The path of a small picture in its newest version, for lists.
    pub picture: Option<String>,
}

/// Sums over the studies that are public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Studies.
    pub studies: u64,
    /// Images.
    pub images: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
}

/// The study with this accession.
///
/// # Errors
/// When the query fails.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<StudyRow>, DatabaseError> {
    Ok(study::table
        .find(id)
        .select(StudyRow::as_select())
        .first(connection)
        .optional()?)
}

/// The study that came from a source.
///
/// # Errors
/// When the query fails.
pub fn by_source(
    connection: &mut Connection,
    source_key: &str,
) -> Result<Option<StudyRow>, DatabaseError> {
    let query = study::table
        .filter(study::source_key.eq(source_key))
        .select(StudyRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// The serial that the next new study gets.
///
/// # Errors
/// When the query fails.
pub fn next_serial(connection: &mut Connection) -> Result<u64, DatabaseError> {
    let highest: Option<i64> = study::table
        .select(diesel::dsl::max(study::serial))
        .first(connection)?;
    Ok(highest.unwrap_or(0).unsigned_abs() + 1)
}

/// Public studies, newest first: at most `limit`, after the first `offset`.
///
/// # Errors
/// When the query fails.
pub fn newest(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<StudyRow>, DatabaseError> {
    let query = study::table
        .left_join(standing::table.on(standing::id.eq(study::id)))
        .filter(standing::id.is_null())
        .order((study::modified.desc(), study::serial.desc()))
        .limit(limit.cast_signed())
        .offset(offset.cast_signed())
        .select(StudyRow::as_select());
    Ok(query.load(connection)?)
}

/// Sums over the studies that are public.
///
/// # Errors
/// When the query fails.
pub fn totals(connection: &mut Connection) -> Result<Totals, DatabaseError> {
    // diesel gives a sum of BigInt as Numeric, which SQLite has not: the sums are read as BigInt, in which they fit
    use diesel::dsl::{count_star, sql};
    use diesel::sql_types::BigInt;
    let public = study::table
        .left_join(standing::table.on(standing::id.eq(study::id)))
        .filter(standing::id.is_null());
    let (studies, images, files, bytes): (i64, i64, i64, i64) = public
        .select((
            count_star(),
            sql::<BigInt>("CAST(coalesce(sum(study.images), 0) AS BIGINT)"),
            sql::<BigInt>("CAST(coalesce(sum(study.files), 0) AS BIGINT)"),
            sql::<BigInt>("CAST(coalesce(sum(study.bytes), 0) AS BIGINT)"),
        ))
        .first(connection)?;
    let [images, files, bytes] = [images, files, bytes].map(i64::unsigned_abs);
    Ok(Totals {
        studies: studies.unsigned_abs(),
        images,
        files,
        bytes,
    })
}

/// Adds a study or replaces what is known of it.
///
/// # Errors
/// When the query fails.
pub fn set(connection: &mut Connection, row: &StudyRow) -> Result<(), DatabaseError> {
    diesel::insert_into(study::table)
        .values(row)
        .on_conflict(study::id)
        .do_update()
        .set(row)
        .execute(connection)?;
    Ok(())
}

/// Forgets a study, so that it can be read from the storage again.
///
/// # Errors
/// When the query fails.
pub fn forget(connection: &mut Connection, id: &str) -> Result<(), DatabaseError> {
    diesel::delete(study::table.find(id)).execute(connection)?;
    Ok(())
}
