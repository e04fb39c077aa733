//! Announcements: what OAI-PMH lists, in the order in which it became visible (docs/PROTOCOL.md section 9).
//!
//! A study is announced in a window when the window says something of it and it is then shown, or was announced before, or
//! a move or a redaction took it out of sight. The last holds for one that never was shown as well: whoever judges again
//! after a redaction may not have the bytes by which it once was, and the deletion must not be lost with them.
//!
//! **Time.** Windows become visible in the order of their numbers, each when its transaction is done. Its time is settled
//! last of all in that transaction, under a lock that whoever reads takes while it looks at the clock and begins its
//! snapshot (`Moments`). So no reader is told a time without having been given what bears an earlier one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::prelude::*;

use super::judge::Class;
use super::past::PUBLIC;
use super::schema::{announcement, entry, identity, log, resource, verified_window};
use super::{Connection, LedgerError, unsigned};

/// The latest time that a reader was told.
#[derive(Debug, Default)]
pub(super) struct Moments(Mutex<String>);

impl Moments {
    /// Nobody is told a time, and nothing becomes visible, while this is held.
    pub(super) fn hold(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A study at one of its announcements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// the window
    pub sequence: u64,
    /// the entry in it
    pub place: u64,
    /// the study's accession
    pub study: String,
    /// the member's id in the roster
    pub member: String,
    /// the version that was shown from then on
    pub version: Option<u64>,
    /// when it became visible
    pub visible_at: String,
}

/// What is asked of the announcements.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    /// the first window and entry
    pub from: (u64, u64),
    /// the window behind the last
    pub behind: u64,
    /// windows from here on are not known
    pub edge: u64,
    /// the member whose studies are asked for
    pub member: Option<&'a str>,
}

/// Something that a window says of a study.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention {
    pub(super) resource: i64,
    pub(super) log: i32,
    pub(super) place: i64,
    /// whether it is a move or a redaction
    pub(super) is_move: bool,
}

/// Announces a study in a window, where it is to be: see the head of this file.
pub(super) fn add(
    connection: &mut Connection,
    sequence: i64,
    mention: Mention,
) -> Result<(), LedgerError> {
    let version = shown(connection, mention.resource)?;
    let newest = announcement::table
        .filter(announcement::resource.eq(mention.resource))
        .filter(announcement::next.is_null());
    let before: Option<(i64, i64)> = newest
        .select((announcement::sequence, announcement::place))
        .first(connection)
        .optional()?;
    if version.is_none() && before.is_none() && !mention.is_move {
        return Ok(());
    }
    match before {
        // a window announces a study once
        Some((same, place)) if same == sequence => {
            diesel::delete(announcement::table.find((same, place))).execute(connection)?;
        }
        Some(before) => {
            diesel::update(announcement::table.find(before))
                .set(announcement::next.eq(sequence))
                .execute(connection)?;
        }
        None => {}
    }
    diesel::insert_into(announcement::table)
        .values((
            announcement::sequence.eq(sequence),
            announcement::place.eq(mention.place),
            announcement::log.eq(mention.log),
            announcement::resource.eq(mention.resource),
            announcement::version.eq(version),
        ))
        .execute(connection)?;
    Ok(())
}

/// The version of a study that everybody sees.
fn shown(connection: &mut Connection, resource: i64) -> Result<Option<i64>, LedgerError> {
    let version: Option<Option<i64>> = entry::table
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(resource::id.eq(resource))
        .filter(resource::state.eq(PUBLIC))
        .filter(entry::class.eq(Class::Current as i32))
        .select(entry::version)
        .first(connection)
        .optional()?;
    Ok(version.flatten())
}

/// Settles when a window became visible: never before another, nor before a time that a reader without it was told.
pub(super) fn make_visible(
    connection: &mut Connection,
    sequence: i64,
    told: &str,
) -> Result<(), LedgerError> {
    let last: Option<String> = verified_window::table
        .filter(verified_window::sequence.lt(sequence))
        .order(verified_window::sequence.desc())
        .select(verified_window::visible_at)
        .first(connection)
        .optional()?;
    let this = verified_window::table.find(sequence);
    let own: String = this
        .select(verified_window::verified_at)
        .first(connection)?;
    let visible_at = own.max(last.unwrap_or_default()).max(told.to_owned());
    diesel::update(this)
        .set(verified_window::visible_at.eq(visible_at))
        .execute(connection)?;
    Ok(())
}

type Row = (i64, i64, String, String, Option<i64>, String);

fn read(row: Row) -> Announced {
    let (sequence, place, study, member, version, visible_at) = row;
    Announced {
        sequence: unsigned(sequence),
        place: unsigned(place),
        study,
        member,
        version: version.map(unsigned),
        visible_at,
    }
}

/// The query that all announcements come from; what is asked differs in its filters.
macro_rules! announced {
    () => {
        announcement::table
            .inner_join(resource::table.on(announcement::resource.eq(resource::id)))
            .inner_join(log::table.on(announcement::log.eq(log::id)))
            .inner_join(
                verified_window::table.on(announcement::sequence.eq(verified_window::sequence)),
            )
            .select((
                announcement::sequence,
                announcement::place,
                resource::accession,
                log::member,
                announcement::version,
                verified_window::visible_at,
            ))
    };
}

/// The newest announcement of each study among those below the edge, in a range, in order: at most so many.
///
/// # Errors
/// When a query fails.
pub fn newest_below(
    connection: &mut Connection,
    range: Range<'_>,
    most: usize,
) -> Result<Vec<Announced>, LedgerError> {
    let Some(member) = range.member else {
        return in_range(connection, range, None, most);
    };
    let logs: Vec<i32> = log::table
        .filter(log::member.eq(member))
        .select(log::id)
        .load(connection)?;
    // one log after the other, each along its index: a member has few, and of thousands of other members' nothing is read
    let mut found = Vec::new();
    for log in logs {
        found.extend(in_range(connection, range, Some(log), most)?);
    }
    found.sort_by_key(|one| (one.sequence, one.place));
    found.truncate(most);
    Ok(found)
}

fn in_range(
    connection: &mut Connection,
    range: Range<'_>,
    log: Option<i32>,
    most: usize,
) -> Result<Vec<Announced>, LedgerError> {
    let (sequence, place) = (bounded(range.from.0), bounded(range.from.1));
    let edge = bounded(range.edge);
    let mut query = announced!()
        // the first line is what the index is gone along by, the second takes the rest of the first window away
        .filter(announcement::sequence.ge(sequence))
        .filter(
            announcement::sequence
                .gt(sequence)
                .or(announcement::place.ge(place)),
        )
        .filter(announcement::sequence.lt(bounded(range.behind).min(edge)))
        .filter(announcement::next.is_null().or(announcement::next.ge(edge)))
        .order((announcement::sequence, announcement::place))
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some(log) = log {
        query = query.filter(announcement::log.eq(log));
    }
    Ok(query
        .load::<Row>(connection)?
        .into_iter()
        .map(read)
        .collect())
}

/// The newest announcement of a study.
///
/// # Errors
/// When a query fails.
pub fn newest(connection: &mut Connection, study: &str) -> Result<Option<Announced>, LedgerError> {
    let row = announced!()
        .filter(resource::accession.eq(study))
        .filter(announcement::next.is_null())
        .first::<Row>(connection)
        .optional()?;
    Ok(row.map(read))
}

/// The earliest time at which a study was announced.
///
/// # Errors
/// When a query fails.
pub fn earliest(connection: &mut Connection) -> Result<Option<String>, LedgerError> {
    Ok(announcement::table
        .inner_join(verified_window::table.on(announcement::sequence.eq(verified_window::sequence)))
        .order((announcement::sequence, announcement::place))
        .select(verified_window::visible_at)
        .first(connection)
        .optional()?)
}

/// The first window that became visible at this time or later; later if `is_later`.
///
/// # Errors
/// When a query fails.
pub fn first_from(
    connection: &mut Connection,
    time: &str,
    is_later: bool,
) -> Result<Option<u64>, LedgerError> {
    let all = verified_window::table
        .order((verified_window::visible_at, verified_window::sequence))
        .select(verified_window::sequence);
    let found: Option<i64> = if is_later {
        all.filter(verified_window::visible_at.gt(time))
            .first(connection)
    } else {
        all.filter(verified_window::visible_at.ge(time))
            .first(connection)
    }
    .optional()?;
    Ok(found.map(unsigned))
}

/// What tells this ledger's sequence from that of any other, a later one of the same harvester included.
///
/// # Errors
/// When a query fails.
pub fn identity_of(connection: &mut Connection) -> Result<String, LedgerError> {
    Ok(identity::table.select(identity::name).first(connection)?)
}

/// Numbers out of a stranger's hand: what is above all that there can be stays so.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
