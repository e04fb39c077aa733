//! Images: where the next version of a study finds the same image again.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::image;
use super::{Connection, DatabaseError};

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = image)]
pub struct ImageRow {
    /// The accession.
    pub id: String,
    /// The study's accession.
    pub study: String,
    /// The number in the accession.
    pub serial: i64,
    /// What makes it the same image: its first file's path.
    pub image_key: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its description without salt and of its files, hex.
    pub fingerprint: String,
    /// The version of the study whose files its record names.
    pub files_version: i64,
    /// Whether the newest version of the study has it.
    pub present: bool,
}

/// The image with this accession.
///
/// # Errors
/// When the query fails.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<ImageRow>, DatabaseError> {
    Ok(image::table
        .find(id)
        .select(ImageRow::as_select())
        .first(connection)
        .optional()?)
}

/// Every image that a study ever had, in the order of serials.
///
/// # Errors
/// When the query fails.
pub fn of_study(connection: &mut Connection, study: &str) -> Result<Vec<ImageRow>, DatabaseError> {
    let query = image::table
        .filter(image::study.eq(study))
        .order(image::serial.asc())
        .select(ImageRow::as_select());
    Ok(query.load(connection)?)
}

/// Adds images or replaces what is known of them.
///
/// # Errors
/// When the query fails.
pub fn set(connection: &mut Connection, rows: &[ImageRow]) -> Result<(), DatabaseError> {
    // diesel has no upsert of many rows for SQLite: those that are there go, and all come in few statements
    for part in rows.chunks(3000) {
        diesel::delete(image::table.filter(image::id.eq_any(part.iter().map(|row| &row.id))))
            .execute(connection)?;
        // 8 columns a row, and SQLite takes 32,766 variables a statement
        diesel::insert_into(image::table)
            .values(part)
            .execute(connection)?;
    }
    Ok(())
}

/// Says which images the newest version of a study has; every other of its images is marked as absent.
///
/// # Errors
/// When the query fails.
pub fn mark_present_only(
    connection: &mut Connection,
    study: &str,
    present: &[&str],
) -> Result<(), DatabaseError> {
    diesel::update(image::table.filter(image::study.eq(study)))
        .set(image::present.eq(false))
        .execute(connection)?;
    // SQLite takes 32,766 variables a statement
    for part in present.chunks(30_000) {
        diesel::update(image::table.filter(image::id.eq_any(part.iter().copied())))
            .set(image::present.eq(true))
            .execute(connection)?;
    }
    Ok(())
}

/// Gives the images that a study has already their keys and titles, by accession, where they are others.
///
/// # Errors
/// When a query fails.
pub fn name(
    connection: &mut Connection,
    study: &str,
    names: &HashMap<String, (String, String)>,
) -> Result<(), DatabaseError> {
    for row in of_study(connection, study)? {
        if let Some((key, title)) = names
            .get(&row.id)
            .filter(|(key, title)| (key, title) != (&row.image_key, &row.title))
        {
            diesel::update(image::table.find(&row.id))
                .set((image::image_key.eq(key), image::title.eq(title)))
                .execute(connection)?;
        }
    }
    Ok(())
}

/// Forgets the images of a study, so that they can be read from the storage again.
///
/// # Errors
/// When the query fails.
pub fn forget(connection: &mut Connection, study: &str) -> Result<(), DatabaseError> {
    diesel::delete(image::table.filter(image::study.eq(study))).execute(connection)?;
    Ok(())
}
