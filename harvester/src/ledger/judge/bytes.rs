//! What the bytes of a record are worth, and what that makes of its entry when it changes.

use diesel::prelude::*;

use super::Class;
use super::window::supersede;
use crate::ledger::schema::{entry, quarantine, warning};
use crate::ledger::{Connection, LedgerError, signed};
use crate::verify::Worth;

/// How good bytes stand in their column.
pub(in crate::ledger) const GOOD: i32 = 1;

/// How a worth stands in its column.
pub(super) fn number_of(worth: &Worth) -> i32 {
    match worth {
        Worth::Good { .. } => GOOD,
        Worth::Invalid { .. } => 2,
        Worth::Deferred { .. } => 3,
        Worth::Missing { .. } => 4,
        Worth::Other { .. } => 5,
    }
}

/// The class that bytes deserve by themselves.
pub(super) fn class_by_bytes(worth: &Worth) -> Class {
    match worth {
        Worth::Good { .. } => Class::Current,
        Worth::Invalid { .. } => Class::Invalid,
        Worth::Deferred { .. } => Class::Deferred,
        Worth::Missing { .. } | Worth::Other { .. } => Class::Unavailable,
    }
}

/// Gives a `put` that was judged before, of a thing that is not gone, the class that its bytes deserve now.
pub(super) fn settle(
    connection: &mut Connection,
    log: i32,
    place: u64,
    put: &Awaited,
    worth: &Worth,
) -> Result<(), LedgerError> {
    let place = signed(place);
    let mut class = class_by_bytes(worth);
    if let Worth::Good { warnings } = worth {
        insert_warnings(connection, log, place, warnings)?;
        supersede(connection, put.resource, put.version)?;
        if has_successor(connection, put.resource, put.version)? {
            class = Class::Superseded;
        }
    }
    set_class(connection, log, place, class)
}

/// Whether a later version had good bytes, now or before they were redacted.
fn has_successor(
    connection: &mut Connection,
    resource: i64,
    version: i64,
) -> Result<bool, LedgerError> {
    let later = entry::table
        .filter(entry::resource.eq(resource))
        .filter(entry::version.gt(version))
        .filter(entry::class.le(Class::Removed as i32));
    Ok(diesel::select(diesel::dsl::exists(later)).get_result(connection)?)
}

pub(super) fn set_class(
    connection: &mut Connection,
    log: i32,
    place: i64,
    class: Class,
) -> Result<(), LedgerError> {
    diesel::update(entry::table.find((log, place)))
        .set(entry::class.eq(class as i32))
        .execute(connection)?;
    Ok(())
}

/// Notes why an entry stands aside, in place of what was noted before.
pub(super) fn set_quarantine(
    connection: &mut Connection,
    log: i32,
    place: i64,
    worth: &Worth,
) -> Result<(), LedgerError> {
    diesel::delete(quarantine::table.find((log, place))).execute(connection)?;
    match worth.reason() {
        Some((code, sentence)) => insert_quarantine(connection, log, place, code, sentence),
        None => Ok(()),
    }
}

pub(super) fn insert_quarantine(
    connection: &mut Connection,
    log: i32,
    place: i64,
    code: &str,
    sentence: &str,
) -> Result<(), LedgerError> {
    diesel::insert_into(quarantine::table)
        .values((
            quarantine::log.eq(log),
            quarantine::place.eq(place),
            quarantine::code.eq(code),
            quarantine::sentence.eq(sentence),
        ))
        .execute(connection)?;
    Ok(())
}

pub(super) fn insert_warnings(
    connection: &mut Connection,
    log: i32,
    place: i64,
    warnings: &[String],
) -> Result<(), LedgerError> {
    for (number, sentence) in (0..).zip(warnings) {
        diesel::insert_into(warning::table)
            .values((
                warning::log.eq(log),
                warning::place.eq(place),
                warning::number.eq(number),
                warning::sentence.eq(sentence),
            ))
            .on_conflict_do_nothing()
            .execute(connection)?;
    }
    Ok(())
}

#[derive(Queryable)]
pub(super) struct Awaited {
    pub(super) resource: i64,
    pub(super) version: i64,
}

/// An entry whose bytes a later run may find or understand.
pub(super) fn awaited(
    connection: &mut Connection,
    log: i32,
    place: i64,
) -> Result<Option<Awaited>, LedgerError> {
    Ok(entry::table
        .find((log, place))
        .filter(entry::class.eq_any([Class::Deferred as i32, Class::Unavailable as i32]))
        .select((
            entry::resource.assume_not_null(),
            entry::version.assume_not_null(),
        ))
        .first(connection)
        .optional()?)
}
