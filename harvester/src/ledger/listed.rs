//! What catalogues and sitemaps list: studies that everybody may find, in the order in which they came here. So a study that
//! comes while somebody turns the pages stands at their end, and one that goes moves no other: pages begin at places in that
//! order, which whatever has come keeps.

use std::ops::Range;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use protocol::identifier::Accession;

use super::schema::{resource, verified_window};
use super::shown::{self, Version};
use super::{Connection, LedgerError, unsigned};

/// Studies that are shown, with the entries of their newest versions. `CROSS JOIN` is SQLite's word for "in this order":
/// left to itself it walks over the newest versions of all images. The constants are those of the partial indexes; a
/// study's accession is the only one of this form that is part of nothing.
macro_rules! listed {
    () => {
        "FROM resource CROSS JOIN entry ON entry.resource = resource.id AND entry.class = 1 \
         WHERE resource.study IS NULL AND resource.state = 1 AND resource.accession LIKE '%-S%' "
    };
}

const COUNT: &str = concat!("SELECT count(*) AS studies ", listed!());

/// Those whose place is in a range, in order. Times are looked up for what remains.
const PAGE: &str = concat!(
    "SELECT listed.accession AS accession, verified_window.verified_at AS verified_at \
     FROM (SELECT resource.id AS id, resource.accession AS accession, entry.log AS log, entry.place AS place ",
    listed!(),
    "AND resource.id >= ? AND resource.id < ? ORDER BY resource.id LIMIT ?) AS listed \
     CROSS JOIN entry ON entry.log = listed.log AND entry.place = listed.place \
     CROSS JOIN verified_window ON verified_window.sequence = entry.sequence \
     ORDER BY listed.id"
);

/// The last up to a place, the last first.
const UP_TO: &str = concat!(
    "SELECT resource.accession AS accession ",
    listed!(),
    "AND resource.id <= ? ORDER BY resource.id DESC LIMIT ?"
);

/// The first from a place on.
const FIRST: &str = concat!(
    "SELECT resource.id AS place ",
    listed!(),
    "AND resource.id >= ? ORDER BY resource.id LIMIT 1"
);

/// A study where only its address is wanted.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Listed {
    /// the accession
    #[diesel(sql_type = Text)]
    pub accession: String,
    /// when its newest version was verified here
    #[diesel(sql_type = Text)]
    pub verified_at: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    studies: i64,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    accession: String,
}

#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = BigInt)]
    place: i64,
}

/// How many there are.
///
/// # Errors
/// When the query fails.
pub fn count(connection: &mut Connection) -> Result<u64, LedgerError> {
    let counted: Counted = diesel::sql_query(COUNT).get_result(connection)?;
    Ok(unsigned(counted.studies))
}

/// When anything was last verified here.
///
/// # Errors
/// When the query fails.
pub fn newest(connection: &mut Connection) -> Result<Option<String>, LedgerError> {
    Ok(verified_window::table
        .order(verified_window::sequence.desc())
        .select(verified_window::verified_at)
        .first(connection)
        .optional()?)
}

/// Where a study stands in the order, be it listed now or not; none for what was never heard of. From 1 on.
///
/// # Errors
/// When the query fails.
pub fn place_of(
    connection: &mut Connection,
    study: &Accession,
) -> Result<Option<u64>, LedgerError> {
    let place: Option<i64> = resource::table
        .filter(resource::accession.eq(study.as_str()))
        .select(resource::id)
        .first(connection)
        .optional()?;
    Ok(place.map(unsigned))
}

/// Those whose places are in a range, at most so many, in order.
///
/// # Errors
/// When the query fails.
pub fn page(
    connection: &mut Connection,
    places: Range<u64>,
    most: u64,
) -> Result<Vec<Listed>, LedgerError> {
    Ok(diesel::sql_query(PAGE)
        .bind::<BigInt, _>(bounded(places.start))
        .bind::<BigInt, _>(bounded(places.end))
        .bind::<BigInt, _>(bounded(most))
        .load(connection)?)
}

/// The accessions of the last of them up to a place and with it, the last first.
///
/// # Errors
/// When the query fails.
pub fn up_to(
    connection: &mut Connection,
    place: u64,
    most: u64,
) -> Result<Vec<String>, LedgerError> {
    let found: Vec<Named> = diesel::sql_query(UP_TO)
        .bind::<BigInt, _>(bounded(place))
        .bind::<BigInt, _>(bounded(most))
        .load(connection)?;
    Ok(found.into_iter().map(|one| one.accession).collect())
}

/// The place of the first of them from a place on.
///
/// # Errors
/// When the query fails.
pub fn first_from(connection: &mut Connection, place: u64) -> Result<Option<u64>, LedgerError> {
    let found: Option<Placed> = diesel::sql_query(FIRST)
        .bind::<BigInt, _>(bounded(place))
        .get_result(connection)
        .optional()?;
    Ok(found.map(|found| unsigned(found.place)))
}

/// The versions that are shown of some of them, in the same order. Within a transaction with [`page`], so that all are of one
/// moment.
///
/// # Errors
/// When a query fails.
pub fn versions(
    connection: &mut Connection,
    listed: &[Listed],
) -> Result<Vec<Version>, LedgerError> {
    let mut versions = Vec::new();
    for study in listed {
        let id = Accession::parse(&study.accession).map_err(|_| {
            LedgerError::Contradiction(format!(
                "{:?} is remembered as an accession",
                study.accession
            ))
        })?;
        versions.extend(shown::shown(connection, &id)?);
    }
    Ok(versions)
}

/// Numbers out of a stranger's hand: what is above all that there can be stays so.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::ledger::Ledger;

    #[derive(QueryableByName)]
    struct PlanStep {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    #[test]
    fn a_page_walks_over_studies_and_not_over_their_images() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("state.sqlite")).unwrap();
        let connection = &mut *ledger.reader().unwrap();
        for query in [COUNT, PAGE, UP_TO, FIRST] {
            let plan: Vec<PlanStep> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
                .load(connection)
                .unwrap();
            let plan: Vec<String> = plan.into_iter().map(|step| step.detail).collect();
            // the whole of it, or from a place on
            let is_walk = |step: &&String| step.starts_with("SCAN ") || step.contains("(id");
            let walks: Vec<&String> = plan.iter().filter(is_walk).collect();
            assert!(
                walks[0].contains("INDEX resource_public_study"),
                "{plan:#?}"
            );
            // the second is over what remains
            assert!(
                walks.len() == 1 || walks[1..] == ["SCAN listed"],
                "{plan:#?}"
            );
            let looked_up = "COVERING INDEX entry_current (resource=?)";
            assert!(
                plan.iter().any(|step| step.contains(looked_up)),
                "{plan:#?}"
            );
        }
    }
}
