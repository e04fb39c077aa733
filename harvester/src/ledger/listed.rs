//! What catalogues and sitemaps list: studies that everybody may find, in the order in which they came here. So a study that
//! comes while somebody turns the pages stands at their end.

use diesel::dsl::{count_star, max, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::{entry, log, resource, verified_window};
use super::shown::{Row, Version, read_version};
use super::{Connection, LedgerError, signed, unsigned};

/// A study where only its address is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Listed {
    /// the accession
    pub accession: String,
    /// when its newest version was verified here
    pub verified_at: String,
}

/// The query that all come from. Constants stand in it as they stand in the partial indexes that answer it; a study's
/// accession is the only one with this letter that is part of nothing.
macro_rules! listed {
    () => {
        resource::table
            .inner_join(entry::table.on(entry::resource.eq(resource::id.nullable())))
            .filter(sql::<Bool>("resource.study IS NULL AND resource.state = 1"))
            .filter(sql::<Bool>("entry.class = 1"))
            .filter(resource::accession.like("%-S%"))
    };
}

/// How many there are.
///
/// # Errors
/// When the query fails.
pub fn count(connection: &mut Connection) -> Result<u64, LedgerError> {
    Ok(unsigned(listed!().select(count_star()).first(connection)?))
}

/// When anything was last verified here.
///
/// # Errors
/// When the query fails.
pub fn newest(connection: &mut Connection) -> Result<Option<String>, LedgerError> {
    Ok(verified_window::table
        .select(max(verified_window::verified_at))
        .first(connection)?)
}

/// The shown versions of some of them: at most `limit`, after the first `offset`.
///
/// # Errors
/// When the query fails.
pub fn versions(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<Version>, LedgerError> {
    listed!()
        .inner_join(log::table.on(entry::log.eq(log::id)))
        .inner_join(verified_window::table.on(entry::sequence.eq(verified_window::sequence)))
        .filter(entry::version.is_not_null())
        .order(resource::id)
        .limit(signed(limit))
        .offset(signed(offset))
        .select((
            resource::accession,
            entry::version.assume_not_null(),
            entry::log,
            log::origin,
            log::member,
            entry::place,
            entry::digest.assume_not_null(),
            entry::size.assume_not_null(),
            verified_window::verified_at,
            entry::class,
        ))
        .load::<Row>(connection)?
        .into_iter()
        .map(read_version)
        .collect()
}

/// Accessions and times of some of them, in the same order.
///
/// # Errors
/// When the query fails.
pub fn accessions(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<Listed>, LedgerError> {
    Ok(listed!()
        .inner_join(verified_window::table.on(entry::sequence.eq(verified_window::sequence)))
        .order(resource::id)
        .limit(signed(limit))
        .offset(signed(offset))
        .select((resource::accession, verified_window::verified_at))
        .load(connection)?)
}
