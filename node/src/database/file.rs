//! Files of study versions.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::file;
use super::{Connection, DatabaseError};

/// A file, from one version of its study up to another.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = file)]
pub struct FileRow {
    /// The study's accession.
    pub study: String,
    /// The path in the study.
    pub path: String,
    /// The first version that has it so.
    pub since: i64,
    /// The first version that has it no longer so.
    pub until: Option<i64>,
    /// Its size.
    pub bytes: i64,
    /// SHA-256, hex.
    pub sha256: String,
    /// IANA media type.
    pub media_type: String,
    /// The image that it belongs to.
    pub image: Option<String>,
    /// The key of its bytes in the storage; nothing once they have been erased.
    pub content_key: Option<String>,
}

/// How many files there are, and how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileSums {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The file at a path in a version of a study.
///
/// # Errors
/// When the query fails.
pub fn find(
    connection: &mut Connection,
    study: &str,
    version: u64,
    path: &str,
) -> Result<Option<FileRow>, DatabaseError> {
    let version = version.cast_signed();
    let query = file::table
        .filter(file::study.eq(study))
        .filter(file::path.eq(path))
        .filter(file::since.le(version))
        .filter(file::until.is_null().or(file::until.gt(version)))
        .select(FileRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// The files of a version of a study by path: at most `limit`, after the first `offset`.
///
/// # Errors
/// When the query fails.
pub fn page(
    connection: &mut Connection,
    study: &str,
    version: u64,
    limit: u64,
    offset: u64,
) -> Result<Vec<FileRow>, DatabaseError> {
    let version = version.cast_signed();
    let query = file::table
        .filter(file::study.eq(study))
        .filter(file::since.le(version))
        .filter(file::until.is_null().or(file::until.gt(version)))
        .order(file::path.asc())
        .limit(limit.cast_signed())
        .offset(offset.cast_signed())
        .select(FileRow::as_select());
    Ok(query.load(connection)?)
}

/// Number and bytes of the files of a version of a study.
///
/// # Errors
/// When the query fails.
pub fn sums(
    connection: &mut Connection,
    study: &str,
    version: u64,
) -> Result<FileSums, DatabaseError> {
    use diesel::dsl::{count_star, sql};
    use diesel::sql_types::BigInt;
    let version = version.cast_signed();
    let (files, bytes): (i64, i64) = file::table
        .filter(file::study.eq(study))
        .filter(file::since.le(version))
        .filter(file::until.is_null().or(file::until.gt(version)))
        // diesel gives a sum of BigInt as Numeric, which SQLite has not
        .select((
            count_star(),
            sql::<BigInt>("CAST(coalesce(sum(file.bytes), 0) AS BIGINT)"),
        ))
        .first(connection)?;
    Ok(FileSums {
        files: files.unsigned_abs(),
        bytes: bytes.unsigned_abs(),
    })
}

/// Makes the files of a new version known: `rows` are all files of version `version`, each with `since` = `version`.
/// A file that is as it was goes on; what changed or vanished ends with this version.
///
/// # Errors
/// When the query fails.
pub fn set_version(
    connection: &mut Connection,
    study: &str,
    version: u64,
    rows: Vec<FileRow>,
) -> Result<(), DatabaseError> {
    let before: Vec<FileRow> = file::table
        .filter(file::study.eq(study))
        .filter(file::until.is_null())
        .select(FileRow::as_select())
        .load(connection)?;
    let mut before: HashMap<String, FileRow> = before
        .into_iter()
        .map(|row| (row.path.clone(), row))
        .collect();
    let fresh: Vec<FileRow> = rows
        .into_iter()
        .filter(|row| match before.get(&row.path) {
            Some(old) if is_as_it_was(old, row) => {
                before.remove(&row.path);
                false
            }
            _ => true,
        })
        .collect();
    for ended in before.values() {
        diesel::update(file::table.find((study, &ended.path, ended.since)))
            .set(file::until.eq(version.cast_signed()))
            .execute(connection)?;
    }
    // 9 columns a row, and SQLite takes 32,766 variables a statement
    for part in fresh.chunks(3000) {
        diesel::insert_into(file::table)
            .values(part)
            .execute(connection)?;
    }
    Ok(())
}

/// The paths of an image's files, in whatever version.
///
/// # Errors
/// When the query fails.
pub fn of_image(
    connection: &mut Connection,
    study: &str,
    image: &str,
) -> Result<Vec<String>, DatabaseError> {
    let query = file::table
        .filter(file::study.eq(study))
        .filter(file::image.eq(image))
        .select(file::path)
        .distinct();
    Ok(query.load(connection)?)
}

/// What was at a path of a study, in all versions.
///
/// # Errors
/// When the query fails.
pub fn at_path(
    connection: &mut Connection,
    study: &str,
    path: &str,
) -> Result<Vec<FileRow>, DatabaseError> {
    let query = file::table
        .filter(file::study.eq(study))
        .filter(file::path.eq(path))
        .select(FileRow::as_select());
    Ok(query.load(connection)?)
}

/// Forgets the files of a study, so that they can be read from the storage again.
///
/// # Errors
/// When the query fails.
pub fn forget(connection: &mut Connection, study: &str) -> Result<(), DatabaseError> {
    diesel::delete(file::table.filter(file::study.eq(study))).execute(connection)?;
    Ok(())
}

impl FileRow {
    /// Whether a version of the study has it.
    pub fn is_in(&self, version: u64) -> bool {
        let version = version.cast_signed();
        self.since <= version && self.until.is_none_or(|until| version < until)
    }
}

fn is_as_it_was(old: &FileRow, new: &FileRow) -> bool {
    old.sha256 == new.sha256
        && old.media_type == new.media_type
        && old.image == new.image
        && old.content_key == new.content_key
}
