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

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer};
use protocol::digest::Digest;
use protocol::entry::Operation;
use protocol::history::{Applied, History};
use protocol::identifier::{Accession, Kind, Prefix};

use super::announcement::{self, Mention};
use super::erasure;
use super::log::{self, Log};
use super::past::LedgerPast;
use super::schema::{class_count, entry, quarantine, resource, warning};
use super::{Connection, Ledger, LedgerError, signed, unsigned};
use crate::verify::{Reading, VerifiedWindow, Worth};

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

/// How good bytes stand in their column.
pub(super) const GOOD: i32 = 1;

/// How a worth stands in its column.
fn number_of(worth: &Worth) -> i32 {
    match worth {
        Worth::Good { .. } => GOOD,
        Worth::Invalid { .. } => 2,
        Worth::Deferred { .. } => 3,
        Worth::Missing { .. } => 4,
        Worth::Other { .. } => 5,
    }
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

/// One window being judged.
struct Judge<'c> {
    history: History<LedgerPast<'c>>,
    log: i32,
    sequence: i64,
    /// what is said of studies, by their numbers
    mentioned: BTreeMap<i64, Mention>,
}

impl Judge<'_> {
    fn entry(&mut self, place: u64, reading: Reading) -> Result<(), LedgerError> {
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
pub(super) const PUTS_TO_REDACT: &str = "SELECT log, place, version FROM entry INDEXED BY entry_to_redact WHERE resource = ? AND digest = ? AND bytes BETWEEN 1 AND 5";

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
pub(super) const SUPERSEDE: &str = "UPDATE entry INDEXED BY entry_current SET class = 2 WHERE class = 1 AND resource = ? AND version < ?";

fn supersede(connection: &mut Connection, resource: i64, version: i64) -> Result<(), LedgerError> {
    diesel::sql_query(SUPERSEDE)
        .bind::<BigInt, _>(resource)
        .bind::<BigInt, _>(version)
        .execute(connection)?;
    Ok(())
}

/// The class that bytes deserve by themselves.
fn class_by_bytes(worth: &Worth) -> Class {
    match worth {
        Worth::Good { .. } => Class::Current,
        Worth::Invalid { .. } => Class::Invalid,
        Worth::Deferred { .. } => Class::Deferred,
        Worth::Missing { .. } | Worth::Other { .. } => Class::Unavailable,
    }
}

/// Gives a `put` that was judged before, of a thing that is not gone, the class that its bytes deserve now.
fn settle(
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

fn set_class(
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
fn set_quarantine(
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

fn insert_quarantine(
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

fn insert_warnings(
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
struct Awaited {
    resource: i64,
    version: i64,
}

/// An entry whose bytes a later run may find or understand.
fn awaited(
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
pub(super) const SUPPRESSED_OF_LOG: &str = "WITH hidden (id) AS ( \
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
