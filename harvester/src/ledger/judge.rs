//! Every entry gets its class (`docs/PROTOCOL.md` section 6, step 4).
//!
//! Two things are known of a `put`: what the entries say (is it well-formed, is the move legal), which is final, and what the bytes
//! of its record are worth, which may change when missing bytes come. The class follows from both and from what came later:
//!
//! ```text
//! entry malformed, move illegal, size announced above the limit   invalid
//! else the thing is gone, or these bytes are redacted             removed
//! else the bytes break a rule / an unknown profile                invalid / deferred
//! else the bytes are missing or not those announced               unavailable
//! else a later version's bytes are good                           superseded
//! else                                                            current
//! ```
//!
//! So a version whose bytes are not good does not push its predecessor out: the last good version goes on answering.

mod bytes;
mod counts;
mod window;

use std::collections::BTreeMap;

use diesel::prelude::*;
use protocol::history::History;
use protocol::identifier::{Accession, Kind, Prefix};

use super::announcement::{self, Mention};
use super::log::{self, Log};
use super::past::LedgerPast;
use super::schema::{entry, resource};
use super::{Connection, Ledger, LedgerError, signed};
use crate::verify::{Reading, VerifiedWindow, Worth};

pub(super) use bytes::GOOD;
use bytes::{awaited, number_of, set_quarantine, settle};
#[cfg(test)]
pub(super) use counts::SUPPRESSED_OF_LOG;
pub use counts::{Counts, counts};
use window::Judge;
#[cfg(test)]
pub(super) use window::{PUTS_TO_REDACT, SUPERSEDE};

/// The class of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The newest version.
    Current = 1,
    /// A later version took its place.
    Superseded = 2,
    /// The thing is gone or the bytes are redacted.
    Removed = 3,
    /// No `put`, or of an unknown kind or operation.
    Event = 4,
    /// Breaks a rule; final.
    Invalid = 5,
    /// Needs a newer version of this program.
    Deferred = 6,
    /// The bytes are not there, or not those announced.
    Unavailable = 7,
}

impl Ledger {
    /// Judges the entries behind those that are judged. A window that was judged before is passed over as far as it was.
    ///
    /// With a window's number they are judged again under it (a rebuild); else a new window is entered with the time `now`.
    ///
    /// # Errors
    /// [`LedgerError::Gap`] when entries between are missing; those of the store.
    pub fn judge(
        &self,
        log: i32,
        prefix: &Prefix,
        window: VerifiedWindow,
        under: Sequence<'_>,
    ) -> Result<(), LedgerError> {
        self.write_window(|connection| {
            let log = log::by_id(connection, log)?;
            let Some((first, readings)) = unjudged(&log, window)? else {
                return Ok(None);
            };
            let behind = first + readings.len() as u64;
            let sequence = match under {
                Sequence::New { now } => log::add_window(connection, log.id, first, behind, now)?,
                Sequence::Known(sequence) => sequence,
            };
            let mut judge = Judge {
                history: History::with_past(prefix.clone(), LedgerPast::new(connection, log.id)),
                log: log.id,
                sequence,
                mentioned: BTreeMap::new(),
            };
            for (place, reading) in (first..).zip(readings) {
                judge.entry(place, reading)?;
            }
            for mention in judge.mentioned.into_values() {
                announcement::add(connection, sequence, mention)?;
            }
            set_applied(connection, log.id, behind)?;
            Ok(under.numbered(sequence))
        })
    }

    /// Gives an entry whose bytes were missing, other, or deferred a new verdict. Nothing happens where they are still so, or are not
    /// asked for any more.
    ///
    /// # Errors
    /// Those of the store.
    pub fn judge_bytes(
        &self,
        log: i32,
        place: u64,
        worth: Worth,
        under: Sequence<'_>,
    ) -> Result<(), LedgerError> {
        self.write_window(|connection| {
            let Some(found) = awaited(connection, log, signed(place))? else {
                return Ok(None);
            };
            set_quarantine(connection, log, signed(place), &worth)?;
            diesel::update(entry::table.find((log, signed(place))))
                .set(entry::bytes.eq(number_of(&worth)))
                .execute(connection)?;
            if worth.is_awaited() {
                settle(connection, log, place, &found, &worth)?;
                return Ok(None);
            }
            let sequence = match under {
                Sequence::New { now } => log::add_window(connection, log, place, place + 1, now)?,
                Sequence::Known(sequence) => sequence,
            };
            diesel::update(entry::table.find((log, signed(place))))
                .set(entry::sequence.eq(sequence))
                .execute(connection)?;
            settle(connection, log, place, &found, &worth)?;
            mention_again(connection, sequence, log, place, place + 1)?;
            Ok(under.numbered(sequence))
        })
    }

    /// Puts a window's number on entries that were judged before: they were verified again in it.
    ///
    /// # Errors
    /// Those of the store.
    pub fn date(
        &self,
        log: i32,
        first: u64,
        behind: u64,
        sequence: i64,
    ) -> Result<(), LedgerError> {
        self.write(|connection| {
            diesel::update(
                entry::table
                    .filter(entry::log.eq(log))
                    .filter(entry::place.ge(signed(first)))
                    .filter(entry::place.lt(signed(behind))),
            )
            .set(entry::sequence.eq(sequence))
            .execute(connection)?;
            mention_again(connection, sequence, log, first, behind)
        })
    }
}

/// Under which window entries are judged.
#[derive(Debug, Clone, Copy)]
pub enum Sequence<'a> {
    /// A new one.
    New {
        /// RFC 3339, UTC, to the second
        now: &'a str,
    },
    /// One that is there.
    Known(i64),
}

impl Sequence<'_> {
    /// The number of a window that this made.
    fn numbered(self, sequence: i64) -> Option<i64> {
        matches!(self, Sequence::New { .. }).then_some(sequence)
    }
}

/// Announces the studies that entries speak of which were judged before.
fn mention_again(
    connection: &mut Connection,
    sequence: i64,
    log: i32,
    first: u64,
    behind: u64,
) -> Result<(), LedgerError> {
    let found: Vec<(i64, String, i64)> = entry::table
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(entry::log.eq(log))
        .filter(entry::place.ge(signed(first)))
        .filter(entry::place.lt(signed(behind)))
        .filter(resource::study.is_null())
        .order(entry::place)
        .select((resource::id, resource::accession, entry::place))
        .load(connection)?;
    for (resource, accession, place) in found {
        if Accession::parse(&accession).is_ok_and(|id| id.kind() == Kind::Study) {
            let mention = Mention {
                resource,
                log,
                place,
                is_move: false,
            };
            announcement::add(connection, sequence, mention)?;
        }
    }
    Ok(())
}

/// What of a window is behind the position; none when nothing is.
fn unjudged(log: &Log, window: VerifiedWindow) -> Result<Option<(u64, Vec<Reading>)>, LedgerError> {
    if window.first > log.applied {
        return Err(LedgerError::Gap {
            first: window.first,
            applied: log.applied,
        });
    }
    if window.behind() <= log.applied {
        return Ok(None);
    }
    let known = (log.applied - window.first) as usize;
    let mut readings = window.readings;
    readings.drain(..known);
    Ok(Some((log.applied, readings)))
}

fn set_applied(connection: &mut Connection, id: i32, behind: u64) -> Result<(), LedgerError> {
    use super::schema::log;
    diesel::update(log::table.find(id))
        .set(log::applied.eq(signed(behind)))
        .execute(connection)?;
    Ok(())
}

/// Whether the bytes of an entry's record are kept: those of a good version, the newest or not.
///
/// # Errors
/// When a query fails.
pub fn is_kept(connection: &mut Connection, log: i32, place: u64) -> Result<bool, LedgerError> {
    let class: Option<i32> = entry::table
        .find((log, signed(place)))
        .select(entry::class)
        .first(connection)
        .optional()?;
    Ok(class.is_some_and(|class| class <= Class::Superseded as i32))
}
