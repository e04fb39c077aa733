//! Logs: their verified heads, and how far each is mirrored and judged.

use diesel::prelude::*;
use protocol::merkle::Hash;

use super::schema::{log, verified_window};
use super::{Connection, LedgerError, RULES, signed, unsigned};

/// A log as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// its number in the ledger
    pub id: i32,
    /// its name for ever
    pub origin: String,
    /// the member's id in the roster
    pub member: String,
    /// the largest checkpoint that was verified and fits all before it
    pub head: Option<Head>,
    /// the position up to which entries and records are in the mirror
    pub mirrored: u64,
    /// the position up to which entries are judged
    pub applied: u64,
    /// the rules by which they were judged
    pub rules: i32,
}

/// A verified checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// entries
    pub size: u64,
    /// the root of the tree over them
    pub root: Hash,
    /// the signed note, with the cosignatures that were seen on it
    pub note: Vec<u8>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = log)]
struct Row {
    id: i32,
    origin: String,
    member: String,
    head_size: i64,
    head_root: Option<Vec<u8>>,
    head_note: Option<Vec<u8>>,
    mirrored: i64,
    applied: i64,
    rules: i32,
}

impl TryFrom<Row> for Log {
    type Error = LedgerError;

    fn try_from(row: Row) -> Result<Self, LedgerError> {
        let contradiction =
            || LedgerError::Contradiction(format!("the head of {} is cut", row.origin));
        let head = match (&row.head_root, row.head_note) {
            (Some(root), Some(note)) => Some(Head {
                size: unsigned(row.head_size),
                root: root.as_slice().try_into().map_err(|_| contradiction())?,
                note,
            }),
            (None, None) => None,
            _ => return Err(contradiction()),
        };
        Ok(Self {
            id: row.id,
            origin: row.origin,
            member: row.member,
            head,
            mirrored: unsigned(row.mirrored),
            applied: unsigned(row.applied),
            rules: row.rules,
        })
    }
}

/// The log of this origin, which is entered where it is new.
///
/// # Errors
/// When a query fails, or the log belongs to another member.
pub fn enter(connection: &mut Connection, origin: &str, member: &str) -> Result<Log, LedgerError> {
    diesel::insert_into(log::table)
        .values((
            log::origin.eq(origin),
            log::member.eq(member),
            log::rules.eq(RULES),
        ))
        .on_conflict(log::origin)
        .do_nothing()
        .execute(connection)?;
    let found: Log = log::table
        .filter(log::origin.eq(origin))
        .select(Row::as_select())
        .first(connection)?
        .try_into()?;
    if found.member != member {
        return Err(LedgerError::Contradiction(format!(
            "the log {origin} belongs to {} and not to {member}",
            found.member
        )));
    }
    Ok(found)
}

/// All logs, by number.
///
/// # Errors
/// When a query fails.
pub fn all(connection: &mut Connection) -> Result<Vec<Log>, LedgerError> {
    log::table
        .order(log::id)
        .select(Row::as_select())
        .load(connection)?
        .into_iter()
        .map(Log::try_from)
        .collect()
}

/// One log.
///
/// # Errors
/// When there is none of this number.
pub fn by_id(connection: &mut Connection, id: i32) -> Result<Log, LedgerError> {
    log::table
        .find(id)
        .select(Row::as_select())
        .first(connection)?
        .try_into()
}

/// When entries of a log were last judged; none when none were.
///
/// # Errors
/// When a query fails.
pub fn last_change(connection: &mut Connection, id: i32) -> Result<Option<String>, LedgerError> {
    Ok(verified_window::table
        .filter(verified_window::log.eq(id))
        .order(verified_window::first.desc())
        .select(verified_window::verified_at)
        .first(connection)
        .optional()?)
}

/// Stores a head. It never becomes smaller.
///
/// # Errors
/// When a query fails, or the head is smaller than the one that is stored.
pub fn set_head(connection: &mut Connection, id: i32, head: &Head) -> Result<(), LedgerError> {
    let changed = diesel::update(
        log::table
            .find(id)
            .filter(log::head_size.le(signed(head.size))),
    )
    .set((
        log::head_size.eq(signed(head.size)),
        log::head_root.eq(&head.root[..]),
        log::head_note.eq(&head.note),
    ))
    .execute(connection)?;
    if changed == 1 {
        return Ok(());
    }
    Err(LedgerError::Contradiction(format!(
        "a head of size {} was to take the place of a larger one",
        head.size
    )))
}

/// Everything below this position is in the mirror, durably.
///
/// # Errors
/// When a query fails.
pub fn set_mirrored(connection: &mut Connection, id: i32, behind: u64) -> Result<(), LedgerError> {
    diesel::update(log::table.find(id).filter(log::mirrored.lt(signed(behind))))
        .set(log::mirrored.eq(signed(behind)))
        .execute(connection)?;
    Ok(())
}

/// Something at or behind this position is damaged in the mirror: the next harvest goes through it again.
///
/// # Errors
/// When a query fails.
pub fn lower_mirrored(connection: &mut Connection, id: i32, to: u64) -> Result<(), LedgerError> {
    diesel::update(log::table.find(id).filter(log::mirrored.gt(signed(to))))
        .set(log::mirrored.eq(signed(to)))
        .execute(connection)?;
    Ok(())
}

/// The log's entries are judged by these rules, what was deferred included.
///
/// # Errors
/// When a query fails.
pub fn set_rules(connection: &mut Connection, id: i32, rules: i32) -> Result<(), LedgerError> {
    diesel::update(log::table.find(id))
        .set(log::rules.eq(rules))
        .execute(connection)?;
    Ok(())
}

/// A window: entries that were judged in one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = verified_window)]
pub struct Window {
    /// its number in the sequence of all logs
    pub sequence: i64,
    /// the log's number
    pub log: i32,
    /// the first entry
    pub first: i64,
    /// the entry behind the last
    pub behind: i64,
    /// when it was verified
    pub verified_at: String,
}

/// Enters a window; gives its sequence number.
///
/// # Errors
/// When a query fails.
pub fn add_window(
    connection: &mut Connection,
    id: i32,
    first: u64,
    behind: u64,
    verified_at: &str,
) -> Result<i64, LedgerError> {
    Ok(diesel::insert_into(verified_window::table)
        .values((
            verified_window::log.eq(id),
            verified_window::first.eq(signed(first)),
            verified_window::behind.eq(signed(behind)),
            verified_window::verified_at.eq(verified_at),
        ))
        .returning(verified_window::sequence)
        .get_result(connection)?)
}

/// The windows behind a sequence number up to another, in order.
///
/// # Errors
/// When a query fails.
pub fn windows(
    connection: &mut Connection,
    after: i64,
    up_to: i64,
) -> Result<Vec<Window>, LedgerError> {
    Ok(verified_window::table
        .filter(verified_window::sequence.gt(after))
        .filter(verified_window::sequence.le(up_to))
        .order(verified_window::sequence)
        .select(Window::as_select())
        .load(connection)?)
}

/// The newest sequence number; 0 when nothing was judged yet.
///
/// # Errors
/// When a query fails.
pub fn sequence(connection: &mut Connection) -> Result<i64, LedgerError> {
    let newest: Option<i64> = verified_window::table
        .select(diesel::dsl::max(verified_window::sequence))
        .first(connection)?;
    Ok(newest.unwrap_or(0))
}
