//! What stands aside and why, and what a later run asks for again.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use protocol::digest::Digest;

use super::judge::Class;
use super::past::read_digest;
use super::schema::{broken_bundle, entry, quarantine, resource, warning};
use super::{Connection, LedgerError, signed, unsigned};

/// An entry that stands aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// its index in the log
    pub index: u64,
    /// `invalid`, `deferred` or `unavailable`
    pub class: &'static str,
    /// the reason code, which is stable
    pub code: String,
    /// the reason, for people
    pub sentence: String,
    /// the record that a `put` announced
    pub record: Option<Digest>,
}

type QuarantinedRow = (i64, i32, String, String, Option<Vec<u8>>);

/// Some of a log's quarantined entries, by index, from one on.
///
/// # Errors
/// When a query fails.
pub fn list(
    connection: &mut Connection,
    log: i32,
    from: u64,
    most: i64,
) -> Result<Vec<Quarantined>, LedgerError> {
    let rows: Vec<QuarantinedRow> = entry::table
        .inner_join(
            quarantine::table.on(quarantine::log
                .eq(entry::log)
                .and(quarantine::place.eq(entry::place))),
        )
        .filter(entry::log.eq(log))
        .filter(entry::place.ge(signed(from)))
        .filter(entry::class.ge(Class::Invalid as i32))
        .order(entry::place)
        .limit(most)
        .select((
            entry::place,
            entry::class,
            quarantine::code,
            quarantine::sentence,
            entry::digest,
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|(place, class, code, sentence, digest)| {
            Ok(Quarantined {
                index: unsigned(place),
                class: name_of(class),
                code,
                sentence,
                record: digest.as_deref().map(read_digest).transpose()?,
            })
        })
        .collect()
}

fn name_of(class: i32) -> &'static str {
    match class {
        number if number == Class::Deferred as i32 => "deferred",
        number if number == Class::Unavailable as i32 => "unavailable",
        _ => "invalid",
    }
}

/// A record whose bytes are asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// the index of the `put`
    pub index: u64,
    /// the resource's accession
    pub accession: String,
    /// its version
    pub version: u64,
    /// the record
    pub digest: Digest,
    /// its announced size
    pub size: u64,
}

/// The `put`s of one class whose bytes a run may find (`Unavailable`) or a newer version understands (`Deferred`), from an index on.
///
/// # Errors
/// When a query fails.
pub fn awaited(
    connection: &mut Connection,
    log: i32,
    class: Class,
    from: u64,
    most: i64,
) -> Result<Vec<Awaited>, LedgerError> {
    let rows: Vec<(i64, String, i64, Vec<u8>, i64)> = entry::table
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(entry::log.eq(log))
        .filter(entry::class.eq(class as i32))
        .filter(entry::class.ge(Class::Invalid as i32))
        .filter(entry::place.ge(signed(from)))
        .order(entry::place)
        .limit(most)
        .select((
            entry::place,
            resource::accession,
            entry::version.assume_not_null(),
            entry::digest.assume_not_null(),
            entry::size.assume_not_null(),
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|(place, accession, version, digest, size)| {
            Ok(Awaited {
                index: unsigned(place),
                accession,
                version: unsigned(version),
                digest: read_digest(&digest)?,
                size: unsigned(size),
            })
        })
        .collect()
}

/// Whether bytes that do not match their announcement were served and are still awaited: the member is then `rejected`.
///
/// # Errors
/// When a query fails.
pub fn first_mismatch(
    connection: &mut Connection,
    log: i32,
) -> Result<Option<(u64, String)>, LedgerError> {
    let row: Option<(i64, String)> = quarantine::table
        .filter(quarantine::log.eq(log))
        .filter(quarantine::code.eq("record-mismatch"))
        .order(quarantine::place)
        .select((quarantine::place, quarantine::sentence))
        .first(connection)
        .optional()?;
    Ok(row.map(|(place, sentence)| (unsigned(place), sentence)))
}

/// Notes that a record bundle is served broken.
///
/// # Errors
/// When a query fails.
pub fn add_broken_bundle(
    connection: &mut Connection,
    log: i32,
    bundle: u64,
    is_absent: bool,
    sentence: &str,
) -> Result<(), LedgerError> {
    diesel::insert_into(broken_bundle::table)
        .values((
            broken_bundle::log.eq(log),
            broken_bundle::bundle.eq(signed(bundle)),
            broken_bundle::is_absent.eq(is_absent),
            broken_bundle::sentence.eq(sentence),
        ))
        .on_conflict((broken_bundle::log, broken_bundle::bundle))
        .do_update()
        .set((
            broken_bundle::is_absent.eq(is_absent),
            broken_bundle::sentence.eq(sentence),
        ))
        .execute(connection)?;
    Ok(())
}

/// It is served whole again.
///
/// # Errors
/// When a query fails.
pub fn remove_broken_bundle(
    connection: &mut Connection,
    log: i32,
    bundle: u64,
) -> Result<(), LedgerError> {
    diesel::delete(broken_bundle::table.find((log, signed(bundle)))).execute(connection)?;
    Ok(())
}

/// A record bundle that was served broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenBundle {
    /// its index
    pub index: u64,
    /// whether it was absent, rather than wrong
    pub is_absent: bool,
    /// for people
    pub sentence: String,
}

/// The record bundles that were served broken, by index.
///
/// # Errors
/// When a query fails.
pub fn broken_bundles(
    connection: &mut Connection,
    log: i32,
) -> Result<Vec<BrokenBundle>, LedgerError> {
    let rows: Vec<(i64, bool, String)> = broken_bundle::table
        .filter(broken_bundle::log.eq(log))
        .order(broken_bundle::bundle)
        .select((
            broken_bundle::bundle,
            broken_bundle::is_absent,
            broken_bundle::sentence,
        ))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(bundle, is_absent, sentence)| BrokenBundle {
            index: unsigned(bundle),
            is_absent,
            sentence,
        })
        .collect())
}

/// How often each warning stands in a log, the most frequent first, at most so many of them.
///
/// # Errors
/// When a query fails.
pub fn warnings_counted(
    connection: &mut Connection,
    log: i32,
    most: i64,
) -> Result<Vec<(String, u64)>, LedgerError> {
    let rows: Vec<(String, i64)> = warning::table
        .filter(warning::log.eq(log))
        .group_by(warning::sentence)
        .order((count_star().desc(), warning::sentence))
        .limit(most)
        .select((warning::sentence, count_star()))
        .load(connection)?;
    let counted = rows.into_iter();
    Ok(counted
        .map(|(sentence, number)| (sentence, unsigned(number)))
        .collect())
}

/// Which resource, and which version of it, entries of a log are of, by their indexes; none of what is of none.
///
/// # Errors
/// When a query fails.
pub fn named(
    connection: &mut Connection,
    log: i32,
    indexes: &[u64],
) -> Result<HashMap<u64, (String, u64)>, LedgerError> {
    let places: Vec<i64> = indexes.iter().map(|index| signed(*index)).collect();
    let rows: Vec<(i64, String, Option<i64>)> = entry::table
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(entry::log.eq(log))
        .filter(entry::place.eq_any(places))
        .select((entry::place, resource::accession, entry::version))
        .load(connection)?;
    let named = rows.into_iter();
    Ok(named
        .filter_map(|(place, id, version)| Some((unsigned(place), (id, unsigned(version?)))))
        .collect())
}

/// Warnings of a log, by index: what the profile asks for and a record has not.
///
/// # Errors
/// When a query fails.
pub fn warnings(
    connection: &mut Connection,
    log: i32,
    from: u64,
    most: i64,
) -> Result<Vec<(u64, String)>, LedgerError> {
    let rows: Vec<(i64, String)> = warning::table
        .filter(warning::log.eq(log))
        .filter(warning::place.ge(signed(from)))
        .order((warning::place, warning::number))
        .limit(most)
        .select((warning::place, warning::sentence))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(place, sentence)| (unsigned(place), sentence))
        .collect())
}
