//! Lists of studies: found by words, narrowed by facets, sorted, a page at a time.
//!
//! The list of one node is small (thousands, seldom a hundred thousand), so words are looked for with LIKE in a text of
//! lower case that the projection has put together. That is the same in SQLite and PostgreSQL, and no second search
//! engine has to be kept; the federation's portal has one.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::sqlite::Sqlite;

use super::schema::{facet, standing, study, study_text};
use super::study::StudyRow;
use super::{Connection, DatabaseError};

/// Values of a facet that are read at most, the most frequent first.
const MOST_VALUES: i64 = 2000;

/// By what a list can be narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetKind {
    /// What was imaged.
    Organism,
    /// How it was imaged.
    Method,
    /// What one may do with it.
    Licence,
    /// The year of release.
    Year,
    /// Whether the files are here (`held`) or elsewhere (`catalogued`).
    Holding,
}

impl FacetKind {
    /// All of them, in the order in which pages show them.
    pub const ALL: [FacetKind; 5] = [
        FacetKind::Organism,
        FacetKind::Method,
        FacetKind::Licence,
        FacetKind::Year,
        FacetKind::Holding,
    ];

    /// The name in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            FacetKind::Organism => "organism",
            FacetKind::Method => "method",
            FacetKind::Licence => "licence",
            FacetKind::Year => "year",
            FacetKind::Holding => "holding",
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What was published or revised here last stands first.
    #[default]
    Newest,
    /// What was published here first stands first.
    Oldest,
    /// By title.
    Title,
    /// The study with the most bytes stands first.
    Largest,
}

/// What a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Words in lower case that the text must have, all of them.
    pub words: Vec<String>,
    /// Values that the study must have, all of them.
    pub facets: Vec<(FacetKind, String)>,
    /// The order.
    pub order: Order,
}

/// A row of the facets of a study.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = facet)]
pub struct FacetRow {
    /// The study's accession.
    pub study: String,
    /// [`FacetKind::name`].
    pub kind: String,
    /// An IRI where there is one, else the source's text.
    pub value: String,
    /// What the source calls it.
    pub label: String,
}

/// A value that some of the studies of a list have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The value.
    pub value: String,
    /// What one of the sources calls it.
    pub label: String,
    /// How many studies of the list have it.
    pub studies: u64,
}

/// How many public studies there are of what is wanted.
///
/// # Errors
/// When the query fails.
pub fn count(connection: &mut Connection, wanted: &Wanted) -> Result<u64, DatabaseError> {
    let found: i64 = matching(wanted).select(count_star()).first(connection)?;
    Ok(found.unsigned_abs())
}

/// Public studies of what is wanted, in its order: at most `limit`, after the first `offset`.
///
/// # Errors
/// When the query fails.
pub fn page(
    connection: &mut Connection,
    wanted: &Wanted,
    limit: u64,
    offset: u64,
) -> Result<Vec<StudyRow>, DatabaseError> {
    let query = matching(wanted);
    // the serial decides between equals, so that no page repeats or leaves out a study
    let query = match wanted.order {
        Order::Newest => query.order((study::modified.desc(), study::serial.desc())),
        Order::Oldest => query.order((study::issued.asc(), study::serial.asc())),
        Order::Title => query.order((study::title.asc(), study::serial.asc())),
        Order::Largest => query.order((study::bytes.desc(), study::serial.asc())),
    };
    let query = query
        .limit(limit.cast_signed())
        .offset(offset.cast_signed())
        .select(StudyRow::as_select());
    Ok(query.load(connection)?)
}

/// The values of a facet among the studies of what is wanted, the most frequent first.
///
/// # Errors
/// When the query fails.
pub fn values(
    connection: &mut Connection,
    wanted: &Wanted,
    kind: FacetKind,
) -> Result<Vec<Counted>, DatabaseError> {
    let rows: Vec<(String, Option<String>, i64)> = facet::table
        .filter(facet::kind.eq(kind.name()))
        .filter(facet::study.eq_any(matching(wanted).select(study::id)))
        .group_by(facet::value)
        .order((count_star().desc(), facet::value.asc()))
        .limit(MOST_VALUES)
        .select((facet::value, max(facet::label), count_star()))
        .load(connection)?;
    let counted = |(value, label, studies): (String, Option<String>, i64)| Counted {
        label: label.unwrap_or_else(|| value.clone()),
        value,
        studies: studies.unsigned_abs(),
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// The public studies that have every word and every value.
fn matching(wanted: &Wanted) -> study::BoxedQuery<'_, Sqlite> {
    let mut query = study::table
        .filter(study::id.ne_all(standing::table.select(standing::id)))
        .into_boxed();
    for word in &wanted.words {
        let with_it = study_text::table
            .filter(study_text::text.like(containing(word)).escape('\\'))
            .select(study_text::study);
        query = query.filter(study::id.eq_any(with_it));
    }
    for (kind, value) in &wanted.facets {
        let with_it = facet::table
            .filter(facet::kind.eq(kind.name()))
            .filter(facet::value.eq(value))
            .select(facet::study);
        query = query.filter(study::id.eq_any(with_it));
    }
    query
}

/// The pattern of LIKE, with `\` as the escape, for texts that have `part` in them.
pub(super) fn containing(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for character in part.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Replaces what a study is found by.
///
/// # Errors
/// When a query fails.
pub fn set(
    connection: &mut Connection,
    study: &str,
    text: &str,
    facets: &[FacetRow],
) -> Result<(), DatabaseError> {
    forget(connection, study)?;
    diesel::insert_into(study_text::table)
        .values((study_text::study.eq(study), study_text::text.eq(text)))
        .execute(connection)?;
    // 4 columns a row, and SQLite takes 32,766 variables a statement
    for part in facets.chunks(8000) {
        diesel::insert_into(facet::table)
            .values(part)
            .execute(connection)?;
    }
    Ok(())
}

/// Forgets what a study is found by, so that it can be read from the storage again.
///
/// # Errors
/// When a query fails.
pub fn forget(connection: &mut Connection, study: &str) -> Result<(), DatabaseError> {
    diesel::delete(study_text::table.find(study)).execute(connection)?;
    diesel::delete(facet::table.filter(facet::study.eq(study))).execute(connection)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn what_like_takes_for_signs_is_looked_for_as_it_is() {
        assert_eq!(containing("50%_a\\b"), "%50\\%\\_a\\\\b%");
    }
}
