//! How many entries of a log are in each class.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::Class;
use crate::ledger::log;
use crate::ledger::schema::class_count;
use crate::ledger::{Connection, LedgerError, unsigned};

/// How many entries of a log are in each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// the position applied: the sum of the five below
    pub entries: u64,
    /// newest versions
    pub current: u64,
    /// of these, out of sight
    pub suppressed: u64,
    /// versions that later ones took the place of
    pub superseded: u64,
    /// gone or redacted
    pub removed: u64,
    /// moves and what is not known
    pub event: u64,
    /// invalid, deferred and unavailable
    pub quarantined: u64,
    /// of these, those whose bytes are asked for again at every run
    #[serde(skip)]
    pub unavailable: u64,
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            current: self.current + other.current,
            suppressed: self.suppressed + other.suppressed,
            superseded: self.superseded + other.superseded,
            removed: self.removed + other.removed,
            event: self.event + other.event,
            quarantined: self.quarantined + other.quarantined,
            unavailable: self.unavailable + other.unavailable,
        }
    }
}

/// The counts of a log.
///
/// # Errors
/// When a query fails.
pub fn counts(connection: &mut Connection, log: i32) -> Result<Counts, LedgerError> {
    let rows: Vec<(i32, i64)> = class_count::table
        .filter(class_count::log.eq(log))
        .select((class_count::class, class_count::entries))
        .load(connection)?;
    let of = |class: Class| {
        rows.iter()
            .find(|(number, _)| *number == class as i32)
            .map_or(0, |(_, entries)| unsigned(*entries))
    };
    let applied = log::by_id(connection, log)?.applied;
    let counts = Counts {
        entries: applied,
        current: of(Class::Current),
        suppressed: suppressed(connection, log)?,
        superseded: of(Class::Superseded),
        removed: of(Class::Removed),
        event: of(Class::Event),
        quarantined: of(Class::Invalid) + of(Class::Deferred) + of(Class::Unavailable),
        unavailable: of(Class::Unavailable),
    };
    let sum =
        counts.current + counts.superseded + counts.removed + counts.event + counts.quarantined;
    if sum == applied {
        return Ok(counts);
    }
    Err(LedgerError::Contradiction(format!(
        "{applied} entries were applied and {sum} have a class"
    )))
}

/// The newest versions that are out of sight, because they or their study are suppressed.
pub(in crate::ledger) const SUPPRESSED_OF_LOG: &str = "WITH hidden (id) AS ( \
        SELECT id FROM resource WHERE state = 2 \
        UNION SELECT part.id FROM resource AS whole JOIN resource AS part ON part.study = whole.accession WHERE whole.state = 2 \
    ) \
    SELECT COUNT(*) AS number FROM hidden CROSS JOIN entry INDEXED BY entry_current ON entry.resource = hidden.id \
    WHERE entry.class = 1 AND entry.log = ?";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn suppressed(connection: &mut Connection, log: i32) -> Result<u64, LedgerError> {
    let found: Number = diesel::sql_query(SUPPRESSED_OF_LOG)
        .bind::<Integer, _>(log)
        .get_result(connection)?;
    Ok(unsigned(found.number))
}
