//! Files of study versions.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sqlite::Sqlite;

use super::browse::containing;
use super::schema::file;
use super::{Connection, DatabaseError};

/// A question about files.
type Files = file::BoxedQuery<'static, Sqlite>;

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
    /// The image that it belongs to; of several, all of them, a space between.
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

/// The files of a version of a study whose path has `part` in it, by path: at most `limit`, after the first `offset`.
/// A part that is empty is in every path; the letters A to Z are found in either case.
///
/// # Errors
/// When the query fails.
pub fn page(
    connection: &mut Connection,
    study: &str,
    version: u64,
    part: &str,
    limit: u64,
    offset: u64,
) -> Result<Vec<FileRow>, DatabaseError> {
    let mut query = in_version(study, version);
    if !part.is_empty() {
        query = query.filter(file::path.like(containing(part)).escape('\\'));
    }
    let query = query
        .order(file::path.asc())
        .limit(limit.cast_signed())
        .offset(offset.cast_signed())
        .select(FileRow::as_select());
    Ok(query.load(connection)?)
}

/// Number and bytes of the files of a version of a study whose path has `part` in it, as in [`page`].
///
/// # Errors
/// When the query fails.
pub fn sums(
    connection: &mut Connection,
    study: &str,
    version: u64,
    part: &str,
) -> Result<FileSums, DatabaseError> {
    let mut query = in_version(study, version);
    if !part.is_empty() {
        query = query.filter(file::path.like(containing(part)).escape('\\'));
    }
    added_up(query, connection)
}

/// A file of one version and what another version has in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path.
    pub path: String,
    /// Its size before; nothing where the earlier version does not have it.
    pub before: Option<u64>,
    /// Its size after; nothing where the later version does not have it.
    pub after: Option<u64>,
}

/// The files that two versions of a study do not have alike, by path: added, removed, or with other bytes.
///
/// # Errors
/// When a query fails.
pub fn changes(
    connection: &mut Connection,
    study: &str,
    before: u64,
    after: u64,
) -> Result<Vec<FileChange>, DatabaseError> {
    let mut found: BTreeMap<String, Sides> = BTreeMap::new();
    for (path, bytes, sha256) in in_one_alone(connection, study, before, after)? {
        found.entry(path).or_default().0 = Some((bytes, sha256));
    }
    for (path, bytes, sha256) in in_one_alone(connection, study, after, before)? {
        found.entry(path).or_default().1 = Some((bytes, sha256));
    }
    let size = |side: Option<(i64, String)>| side.map(|(bytes, _)| bytes.unsigned_abs());
    Ok(found
        .into_iter()
        // a row also ends where only the type or the image of a file became another
        .filter(|(_, (old, new))| {
            old.as_ref().map(|(_, sha256)| sha256) != new.as_ref().map(|(_, sha256)| sha256)
        })
        .map(|(path, (old, new))| FileChange {
            path,
            before: size(old),
            after: size(new),
        })
        .collect())
}

/// Size and digest before, and after.
type Sides = (Option<(i64, String)>, Option<(i64, String)>);

/// Path, size and digest of the rows that hold for one version and not for another.
fn in_one_alone(
    connection: &mut Connection,
    study: &str,
    one: u64,
    other: u64,
) -> Result<Vec<(String, i64, String)>, DatabaseError> {
    let (one, other) = (one.cast_signed(), other.cast_signed());
    let query = file::table
        .filter(file::study.eq(study))
        .filter(file::since.le(one))
        .filter(file::until.is_null().or(file::until.gt(one)))
        .filter(
            file::since
                .gt(other)
                .or(file::until.le(other).assume_not_null()),
        )
        .select((file::path, file::bytes, file::sha256));
    Ok(query.load(connection)?)
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
    let query = holding(of_study(study), image)
        .select(file::path)
        .distinct();
    Ok(query.load(connection)?)
}

/// The files of an image in a version of its study, by path, at most `limit`.
///
/// # Errors
/// When the query fails.
pub fn of_image_in(
    connection: &mut Connection,
    study: &str,
    version: u64,
    image: &str,
    limit: u64,
) -> Result<Vec<FileRow>, DatabaseError> {
    let query = holding(in_version(study, version), image)
        .order(file::path.asc())
        .limit(limit.cast_signed())
        .select(FileRow::as_select());
    Ok(query.load(connection)?)
}

/// Number and bytes of the files of an image in a version of its study.
///
/// # Errors
/// When the query fails.
pub fn sums_of_image(
    connection: &mut Connection,
    study: &str,
    version: u64,
    image: &str,
) -> Result<FileSums, DatabaseError> {
    added_up(holding(in_version(study, version), image), connection)
}

/// The files in a folder of a version of a study, and in the folders in it, by path, at most `limit`.
///
/// # Errors
/// When the query fails.
pub fn below(
    connection: &mut Connection,
    study: &str,
    version: u64,
    folder: &str,
    limit: u64,
) -> Result<Vec<FileRow>, DatabaseError> {
    let query = in_folder(in_version(study, version), folder)
        .order(file::path.asc())
        .limit(limit.cast_signed())
        .select(FileRow::as_select());
    Ok(query.load(connection)?)
}

/// The digests of the files below a folder in a version of a study, in the order of their paths.
///
/// # Errors
/// When the query fails.
pub fn digests_below(
    connection: &mut Connection,
    study: &str,
    version: u64,
    folder: &str,
) -> Result<Vec<String>, DatabaseError> {
    let query = in_folder(in_version(study, version), folder)
        .order(file::path.asc())
        .select(file::sha256);
    Ok(query.load(connection)?)
}

/// The files of a study, in all versions.
fn of_study(study: &str) -> Files {
    file::table
        .filter(file::study.eq(study.to_owned()))
        .into_boxed()
}

/// The files of a version of a study.
fn in_version(study: &str, version: u64) -> Files {
    let version = version.cast_signed();
    of_study(study)
        .filter(file::since.le(version))
        .filter(file::until.is_null().or(file::until.gt(version)))
}

/// Those of them that are in a folder, and in the folders in it.
fn in_folder(query: Files, folder: &str) -> Files {
    // `0` is what comes behind `/`: so the index is of use
    query
        .filter(file::path.gt(format!("{folder}/")))
        .filter(file::path.lt(format!("{folder}0")))
}

/// Those of them that hold an image. A file may hold several, a space between their accessions.
fn holding(query: Files, image: &str) -> Files {
    query.filter(
        file::image
            .eq(image.to_owned())
            .or(file::image.like(format!("{image} %")))
            .or(file::image.like(format!("% {image}")))
            .or(file::image.like(format!("% {image} %"))),
    )
}

fn added_up(query: Files, connection: &mut Connection) -> Result<FileSums, DatabaseError> {
    use diesel::dsl::{count_star, sql};
    use diesel::sql_types::BigInt;
    let (files, bytes): (i64, i64) = query
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
