//! Bytes that redactions take out of the mirror, and keep out of it.
//!
//! What a redaction removes is marked as such in its `put`, for good. Bytes go by their digest, and a digest may stand in several
//! `put`s; so they go when no version that is still published has them. And they may come back, with a bundle that is served by
//! somebody who still has them: then they are due again.

use std::collections::HashSet;

use diesel::prelude::*;
use protocol::digest::Digest;

use super::judge::Class;
use super::past::read_digest;
use super::schema::{entry, erasure};
use super::{Connection, LedgerError, log, signed, unsigned};

/// What stands in `entry.bytes` of a `put` whose bytes are redacted.
pub(super) const REDACTED: i32 = 6;

/// Bytes that go once graph and text index are past the sequence number that stands with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// the log's number
    pub log: i32,
    /// the index of the redacted `put`
    pub index: u64,
    /// the record's digest
    pub digest: Digest,
}

/// Erasures that are due when projections have applied everything up to a sequence number.
///
/// # Errors
/// When a query fails.
pub fn due(connection: &mut Connection, sequence: i64) -> Result<Vec<Erasure>, LedgerError> {
    let rows: Vec<(i32, i64, Vec<u8>)> = erasure::table
        .filter(erasure::sequence.le(sequence))
        .select((erasure::log, erasure::place, erasure::digest))
        .order((erasure::log, erasure::place))
        .load(connection)?;
    rows.into_iter()
        .map(|(log, place, digest)| {
            Ok(Erasure {
                log,
                index: unsigned(place),
                digest: read_digest(&digest)?,
            })
        })
        .collect()
}

/// The bytes are gone, or are published again.
///
/// # Errors
/// When a query fails.
pub fn done(connection: &mut Connection, done: &Erasure) -> Result<(), LedgerError> {
    diesel::delete(erasure::table.find((done.log, signed(done.index)))).execute(connection)?;
    Ok(())
}

/// Whatever is redacted of the entries from one to another, the end not included, is due again: somebody may have served its bytes.
///
/// # Errors
/// When a query fails.
pub fn due_again(
    connection: &mut Connection,
    log: i32,
    first: u64,
    behind: u64,
) -> Result<(), LedgerError> {
    let rows: Vec<(i64, Option<Vec<u8>>)> = entry::table
        .filter(entry::log.eq(log))
        .filter(entry::place.ge(signed(first)))
        .filter(entry::place.lt(signed(behind)))
        .filter(entry::bytes.eq(REDACTED))
        .select((entry::place, entry::digest))
        .load(connection)?;
    if rows.is_empty() {
        return Ok(());
    }
    let sequence = log::sequence(connection)?;
    for (place, digest) in rows {
        add(
            connection,
            log,
            place,
            &digest.unwrap_or_default(),
            sequence,
        )?;
    }
    Ok(())
}

/// Bytes are due when projections are at this sequence number.
pub(super) fn add(
    connection: &mut Connection,
    log: i32,
    place: i64,
    digest: &[u8],
    sequence: i64,
) -> Result<(), LedgerError> {
    diesel::insert_into(erasure::table)
        .values((
            erasure::log.eq(log),
            erasure::place.eq(place),
            erasure::digest.eq(digest),
            erasure::sequence.eq(sequence),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(())
}

/// Whether a version of a log that is not removed has these bytes, outside of the entries from one to another.
///
/// # Errors
/// When a query fails.
pub fn is_published(
    connection: &mut Connection,
    log: i32,
    digest: &Digest,
    outside: std::ops::Range<u64>,
) -> Result<bool, LedgerError> {
    let published = entry::table
        .filter(entry::log.eq(log))
        .filter(entry::digest.eq(digest.as_bytes().to_vec()))
        .filter(entry::class.eq_any([Class::Current as i32, Class::Superseded as i32]))
        .filter(
            entry::place
                .lt(signed(outside.start))
                .or(entry::place.ge(signed(outside.end))),
        );
    Ok(diesel::select(diesel::dsl::exists(published)).get_result(connection)?)
}

/// The entries from one to another, the end not included, whose bytes nobody needs any more: the thing is gone or they are redacted.
///
/// # Errors
/// When a query fails.
pub fn removed(
    connection: &mut Connection,
    log: i32,
    first: u64,
    behind: u64,
) -> Result<HashSet<u64>, LedgerError> {
    let places: Vec<i64> = entry::table
        .filter(entry::log.eq(log))
        .filter(entry::place.ge(signed(first)))
        .filter(entry::place.lt(signed(behind)))
        .filter(entry::class.eq(Class::Removed as i32))
        .select(entry::place)
        .load(connection)?;
    Ok(places.into_iter().map(unsigned).collect())
}
