//! Where the lists of files of study versions are in the storage.

use diesel::prelude::*;

use super::schema::manifest::{self, dsl};
use super::{Connection, DatabaseError};

/// The list of files of one version of a study.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = manifest)]
pub struct ManifestPlace {
    /// The study's accession.
    pub study: String,
    /// The version.
    pub version: i64,
    /// The key of `files.tsv` in the storage.
    pub content_key: String,
    /// Its SHA-256, hex.
    pub sha256: String,
}

/// Where the list of files of a version of a study is; nothing for a catalogued study, or once it has been erased.
///
/// # Errors
/// When the query fails.
pub fn find(
    connection: &mut Connection,
    study: &str,
    version: u64,
) -> Result<Option<ManifestPlace>, DatabaseError> {
    let query = dsl::manifest
        .find((study, version.cast_signed()))
        .select(ManifestPlace::as_select());
    Ok(query.first(connection).optional()?)
}

/// Adds a row.
///
/// # Errors
/// When the query fails, for example because the version is there already.
pub fn insert(connection: &mut Connection, row: &ManifestPlace) -> Result<(), DatabaseError> {
    diesel::insert_into(dsl::manifest)
        .values(row)
        .execute(connection)?;
    Ok(())
}

/// Forgets the lists of a study, so that they can be found in the storage again.
///
/// # Errors
/// When the query fails.
pub fn forget(connection: &mut Connection, study: &str) -> Result<(), DatabaseError> {
    diesel::delete(dsl::manifest.filter(dsl::study.eq(study))).execute(connection)?;
    Ok(())
}
