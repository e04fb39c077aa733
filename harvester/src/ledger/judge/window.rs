//! One window of entries being judged.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use protocol::digest::Digest;
use protocol::entry::Operation;
use protocol::history::{Applied, History};
use protocol::identifier::{Accession, Kind};

use super::Class;
use super::bytes::{class_by_bytes, insert_quarantine, insert_warnings, number_of, set_class};
use crate::ledger::announcement::Mention;
use crate::ledger::erasure;
use crate::ledger::past::LedgerPast;
use crate::ledger::schema::{entry, quarantine, resource, warning};
use crate::ledger::{Connection, LedgerError, signed};
use crate::verify::{Reading, Worth};

/// One window being judged.
pub(super) struct Judge<'c> {
    pub(super) history: History<LedgerPast<'c>>,
    pub(super) log: i32,
    pub(super) sequence: i64,
    /// what is said of studies, by their numbers
    pub(super) mentioned: BTreeMap<i64, Mention>,
}

impl Judge<'_> {
    pub(super) fn entry(&mut self, place: u64, reading: Reading) -> Result<(), LedgerError> {
        let (found, worth) = match reading {
            Reading::Malformed { code, sentence } => return self.refuse(place, code, &sentence),
            Reading::Entry(found, worth) => (found, worth),
        };
        let applied = match self.history.try_apply(place, &found)? {
            Ok(applied) => applied,
            Err(rejection) => return self.refuse(place, rejection.code(), rejection.sentence()),
        };
        let Some(id) = found.accession().cloned() else {
            return self.insert_plain(place, Class::Event, None);
        };
        match (applied, found.operation()) {
            (Applied::Put { version, .. }, Operation::Put { record, size, .. }) => {
                self.put(place, &id, version, record, *size, worth)?;
                self.mention(place, &id, false)
            }
            (Applied::Moved { to, .. }, _) => {
                self.insert_event(place, &id)?;
                self.mention(place, &id, true)?;
                if to.is_gone() {
                    self.remove_all(&id)?;
                }
                Ok(())
            }
            (Applied::Redacted { record }, _) => {
                self.insert_event(place, &id)?;
                self.mention(place, &id, true)?;
                self.redact(&id, &record)
            }
            _ => self.insert_event(place, &id),
        }
    }

    /// Notes that an entry says something of a study; of several in a window the last counts.
    fn mention(&mut self, place: u64, id: &Accession, is_move: bool) -> Result<(), LedgerError> {
        if id.kind() != Kind::Study {
            return Ok(());
        }
        let resource = self.history.past().number(id)?;
        let before = self.mentioned.get(&resource);
        let mention = Mention {
            resource,
            log: self.log,
            place: signed(place),
            is_move: is_move || before.is_some_and(|before| before.is_move),
        };
        self.mentioned.insert(resource, mention);
        Ok(())
    }

    fn connection(&mut self) -> &mut Connection {
        self.history.past_mut().connection()
    }

    fn refuse(&mut self, place: u64, code: &str, sentence: &str) -> Result<(), LedgerError> {
        self.insert_plain(place, Class::Invalid, None)?;
        let log = self.log;
        insert_quarantine(self.connection(), log, signed(place), code, sentence)
    }

    fn insert_event(&mut self, place: u64, id: &Accession) -> Result<(), LedgerError> {
        // a promise may speak of a thing that nothing else is known of
        let number = self.history.past().number(id).ok();
        self.insert_plain(place, Class::Event, number)
    }

    fn insert_plain(
        &mut self,
        place: u64,
        class: Class,
        resource: Option<i64>,
    ) -> Result<(), LedgerError> {
        let (log, sequence) = (self.log, self.sequence);
        diesel::insert_into(entry::table)
            .values((
                entry::log.eq(log),
                entry::place.eq(signed(place)),
                entry::class.eq(class as i32),
                entry::resource.eq(resource),
                entry::sequence.eq(sequence),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    fn put(
        &mut self,
        place: u64,
        id: &Accession,
        version: u64,
        record: &Digest,
        size: u64,
        worth: Option<Worth>,
    ) -> Result<(), LedgerError> {
        let resource = self.history.past().number(id)?;
        let unread = worth.is_none();
        let worth = worth.unwrap_or_else(|| Worth::Invalid {
            code: "record-too-large",
            sentence: format!("{id}.{version} announces a record of {size} bytes and may announce 1048576; it was not read"),
        });
        let (log, sequence) = (self.log, self.sequence);
        let (place, version) = (signed(place), signed(version));
        let connection = self.connection();
        diesel::insert_into(entry::table)
            .values((
                entry::log.eq(log),
                entry::place.eq(place),
                // entries are judged in their order, so that nothing later has taken its place yet
                entry::class.eq(class_by_bytes(&worth) as i32),
                // an announcement above the limit is invalid by itself, whatever comes later
                entry::bytes.eq((!unread).then(|| number_of(&worth))),
                entry::resource.eq(resource),
                entry::version.eq(version),
                entry::digest.eq(record.as_bytes().to_vec()),
                entry::size.eq(signed(size)),
                entry::sequence.eq(sequence),
            ))
            .execute(connection)?;
        match &worth {
            Worth::Good { warnings } => {
                insert_warnings(connection, log, place, warnings)?;
                if version > 1 {
                    supersede(connection, resource, version)?;
                }
                Ok(())
            }
            other => match other.reason() {
                Some((code, sentence)) => insert_quarantine(connection, log, place, code, sentence),
                None => Ok(()),
            },
        }
    }

    /// All versions of a thing, and of what is part of it where it is a study, are gone.
    fn remove_all(&mut self, id: &Accession) -> Result<(), LedgerError> {
        let number = self.history.past().number(id)?;
        let connection = self.connection();
        let mut things: Vec<i64> = resource::table
            .filter(resource::study.eq(id.as_str()))
            .select(resource::id)
            .load(connection)?;
        things.push(number);
        for thing in things {
            for put in puts(connection, thing)? {
                remove(connection, &put)?;
            }
        }
        Ok(())
    }

    /// The bytes of versions with this digest are no longer to be had. They keep having taken the place of those before
    /// them, whether or not this harvester ever had their bytes: else two harvesters would show different versions.
    fn redact(&mut self, id: &Accession, record: &Digest) -> Result<(), LedgerError> {
        let number = self.history.past().number(id)?;
        let sequence = self.sequence;
        let digest = record.as_bytes().to_vec();
        let connection = self.connection();
        for put in puts_to_redact(connection, number, &digest)? {
            remove(connection, &put)?;
            diesel::update(entry::table.find((put.log, put.place)))
                .set(entry::bytes.eq(erasure::REDACTED))
                .execute(connection)?;
            supersede(connection, number, put.version)?;
            erasure::add(connection, put.log, put.place, &digest, sequence)?;
        }
        Ok(())
    }
}

/// A `put` that loses its bytes or its thing.
#[derive(QueryableByName)]
#[diesel(table_name = entry)]
struct Put {
    log: i32,
    place: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// The `put`s of a thing. What is invalid by its entry alone stays so and is not among them.
const PUTS: &str = "SELECT log, place, version FROM entry WHERE resource = ? AND bytes IS NOT NULL AND version IS NOT NULL";

/// Those with these bytes that are not redacted yet. The bounds are those of the index `entry_to_redact`: however often a thing is redacted, no
/// `put` is come to twice.
pub(in crate::ledger) const PUTS_TO_REDACT: &str = "SELECT log, place, version FROM entry INDEXED BY entry_to_redact WHERE resource = ? AND digest = ? AND bytes BETWEEN 1 AND 5";

fn puts(connection: &mut Connection, resource: i64) -> Result<Vec<Put>, LedgerError> {
    Ok(diesel::sql_query(PUTS)
        .bind::<BigInt, _>(resource)
        .load(connection)?)
}

fn puts_to_redact(
    connection: &mut Connection,
    resource: i64,
    digest: &[u8],
) -> Result<Vec<Put>, LedgerError> {
    Ok(diesel::sql_query(PUTS_TO_REDACT)
        .bind::<BigInt, _>(resource)
        .bind::<Binary, _>(digest)
        .load(connection)?)
}

fn remove(connection: &mut Connection, put: &Put) -> Result<(), LedgerError> {
    set_class(connection, put.log, put.place, Class::Removed)?;
    // sentences may quote what is to be forgotten
    diesel::delete(quarantine::table.find((put.log, put.place))).execute(connection)?;
    let warnings = warning::table
        .filter(warning::log.eq(put.log))
        .filter(warning::place.eq(put.place));
    diesel::delete(warnings).execute(connection)?;
    Ok(())
}

/// Earlier versions are not the newest any more. There is one such at most, which the index `entry_current` finds: a thing may have a million
/// versions, and all other members wait while this is done.
pub(in crate::ledger) const SUPERSEDE: &str = "UPDATE entry INDEXED BY entry_current SET class = 2 WHERE class = 1 AND resource = ? AND version < ?";

pub(super) fn supersede(
    connection: &mut Connection,
    resource: i64,
    version: i64,
) -> Result<(), LedgerError> {
    diesel::sql_query(SUPERSEDE)
        .bind::<BigInt, _>(resource)
        .bind::<BigInt, _>(version)
        .execute(connection)?;
    Ok(())
}
