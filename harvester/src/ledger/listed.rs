//! What catalogues and sitemaps list: studies that everybody may find, in the order in which they came here. So a study that
//! comes while somebody turns the pages stands at their end.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use protocol::identifier::Accession;

use super::schema::verified_window;
use super::shown::{self, Version};
use super::{Connection, LedgerError, signed, unsigned};

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

/// What is skipped is skipped within the indexes; the rest is looked up for what remains.
const PAGE: &str = concat!(
    "SELECT listed.accession AS accession, verified_window.verified_at AS verified_at \
     FROM (SELECT resource.id AS id, resource.accession AS accession, entry.log AS log, entry.place AS place ",
    listed!(),
    "ORDER BY resource.id LIMIT ? OFFSET ?) AS listed \
     CROSS JOIN entry ON entry.log = listed.log AND entry.place = listed.place \
     CROSS JOIN verified_window ON verified_window.sequence = entry.sequence \
     ORDER BY listed.id"
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

/// Some of them: at most `limit`, after the first `offset`.
///
/// # Errors
/// When the query fails.
pub fn page(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<Listed>, LedgerError> {
    Ok(diesel::sql_query(PAGE)
        .bind::<BigInt, _>(signed(limit))
        .bind::<BigInt, _>(signed(offset))
        .load(connection)?)
}

/// The versions that are shown of some of them, in the same order. Within a transaction, so that all are of one moment.
///
/// # Errors
/// When a query fails.
pub fn versions(
    connection: &mut Connection,
    limit: u64,
    offset: u64,
) -> Result<Vec<Version>, LedgerError> {
    let mut versions = Vec::new();
    for study in page(connection, limit, offset)? {
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
        for query in [COUNT, PAGE] {
            let plan: Vec<PlanStep> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
                .load(connection)
                .unwrap();
            let plan: Vec<String> = plan.into_iter().map(|step| step.detail).collect();
            let walks: Vec<&String> = plan.iter().filter(|step| step.contains("SCAN ")).collect();
            assert!(
                walks[0].contains("INDEX resource_public_study"),
                "{plan:#?}"
            );
            // the second is over what remains
            assert!(walks.len() <= 2, "{plan:#?}");
            let looked_up = "COVERING INDEX entry_current (resource=?)";
            assert!(
                plan.iter().any(|step| step.contains(looked_up)),
                "{plan:#?}"
            );
        }
    }
}
