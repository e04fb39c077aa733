//! Standing: ids that are suppressed or gone. What has no row here is public.

use std::collections::HashSet;

use diesel::prelude::*;
use protocol::entry::Reason;

use super::schema::standing::{self, dsl};
use super::{Connection, DatabaseError, image};
use crate::store::manifest::images_in;

/// The newest operation on an id itself that still holds.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = standing)]
pub struct StandingRow {
    /// The accession.
    pub id: String,
    /// `suppress`, `withdraw` or `replace`.
    pub operation: String,
    /// The reason code.
    pub reason: String,
    /// The successor, for `replace`.
    pub replaced_by: Option<String>,
    /// The operation's index in the log.
    pub log_index: i64,
    /// The operation's time.
    pub time: String,
}

impl StandingRow {
    /// Gone for good, as against suppressed.
    pub fn is_gone(&self) -> bool {
        self.operation != "suppress"
    }

    /// Gone because a newer version of its study came without it: what it was goes on answering by its versions.
    pub fn is_superseded(&self) -> bool {
        self.operation == "withdraw" && self.reason == Reason::Superseded.as_str()
    }
}

/// The standing of an id by itself.
///
/// # Errors
/// When the query fails.
pub fn of(connection: &mut Connection, id: &str) -> Result<Option<StandingRow>, DatabaseError> {
    Ok(dsl::standing
        .find(id)
        .select(StandingRow::as_select())
        .first(connection)
        .optional()?)
}

/// The first of the images in a file's column `image` that was withdrawn for a cause, and not merely left out by a newer version
/// of its study.
///
/// # Errors
/// When the query fails.
pub fn withdrawn_among(
    connection: &mut Connection,
    column: &str,
) -> Result<Option<StandingRow>, DatabaseError> {
    let ids: Vec<&str> = images_in(column).collect();
    // SQLite has a bound of what a statement may be given
    for part in ids.chunks(500) {
        let query = dsl::standing
            .filter(dsl::id.eq_any(part.iter().copied()))
            .filter(dsl::operation.ne("suppress"))
            .order(dsl::id.asc())
            .select(StandingRow::as_select());
        let gone: Vec<StandingRow> = query.load(connection)?;
        if let Some(row) = gone.into_iter().find(|row| !row.is_superseded()) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// The keys of a study's images that were withdrawn for a cause: what is said of them says nothing more.
///
/// # Errors
/// When a query fails.
pub fn withdrawn_keys(
    connection: &mut Connection,
    study: &str,
) -> Result<HashSet<String>, DatabaseError> {
    let gone: HashSet<String> = gone_in(connection, study)?
        .into_iter()
        .filter(|row| !row.is_superseded())
        .map(|row| row.id)
        .collect();
    if gone.is_empty() {
        return Ok(gone);
    }
    let images = image::of_study(connection, study)?.into_iter();
    Ok(images
        .filter(|image| gone.contains(&image.id))
        .map(|image| image.image_key)
        .collect())
}

/// The standing of an id, where an operation on its study holds for it as well: gone before suppressed, and of two
/// that weigh the same the id's own.
///
/// # Errors
/// When the query fails.
pub fn effective(
    connection: &mut Connection,
    id: &str,
    study: Option<&str>,
) -> Result<Option<StandingRow>, DatabaseError> {
    let own = of(connection, id)?;
    let inherited = match study {
        Some(study) if study != id => of(connection, study)?,
        _ => None,
    };
    Ok(match (own, inherited) {
        (Some(own), Some(inherited)) if inherited.is_gone() && !own.is_gone() => Some(inherited),
        (Some(own), _) => Some(own),
        (None, inherited) => inherited,
    })
}

/// Sets the standing of an id.
///
/// # Errors
/// When the query fails.
pub fn set(connection: &mut Connection, row: &StandingRow) -> Result<(), DatabaseError> {
    diesel::insert_into(dsl::standing)
        .values(row)
        .on_conflict(dsl::id)
        .do_update()
        .set(row)
        .execute(connection)?;
    Ok(())
}

/// Makes an id public again.
///
/// # Errors
/// When the query fails.
pub fn clear(connection: &mut Connection, id: &str) -> Result<(), DatabaseError> {
    diesel::delete(dsl::standing.find(id)).execute(connection)?;
    Ok(())
}

/// The parts of a study that are gone by themselves.
///
/// # Errors
/// When the query fails.
pub fn gone_in(
    connection: &mut Connection,
    study: &str,
) -> Result<Vec<StandingRow>, DatabaseError> {
    // '-' and '.' are neighbours in ASCII: between them lies what begins with the study's id and a dash
    let query = dsl::standing
        .filter(dsl::id.ge(format!("{study}-")))
        .filter(dsl::id.lt(format!("{study}.")))
        .filter(dsl::operation.ne("suppress"))
        .select(StandingRow::as_select());
    Ok(query.load(connection)?)
}
