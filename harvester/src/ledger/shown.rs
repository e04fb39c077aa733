//! What graph and text index are to show, and what answers by id.

use diesel::prelude::*;
use protocol::digest::Digest;
use protocol::history::State;
use protocol::identifier::Accession;

use super::judge::{Class, GOOD};
use super::past::{PUBLIC, read_digest, read_state};
use super::schema::{entry, log, redaction, resource, verified_window};
use super::{Connection, LedgerError, signed, unsigned};

/// A version of a resource, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// the resource
    pub id: Accession,
    /// from 1
    pub version: u64,
    /// the log's number
    pub log: i32,
    /// the log's origin
    pub origin: String,
    /// the member's id in the roster
    pub member: String,
    /// the index of the entry
    pub index: u64,
    /// SHA-256 of the record
    pub digest: Digest,
    /// bytes of the record
    pub size: u64,
    /// when it was verified here
    pub verified_at: String,
    /// what it is worth
    pub class: i32,
}

impl Version {
    /// Whether the mirror has its bytes and they keep every rule.
    pub fn is_kept(&self) -> bool {
        self.class == Class::Current as i32 || self.class == Class::Superseded as i32
    }

    /// The word for its class in answers.
    pub fn class_name(&self) -> &'static str {
        match self.class {
            1 => "current",
            2 => "superseded",
            3 => "removed",
            4 => "event",
            5 => "invalid",
            6 => "deferred",
            _ => "unavailable",
        }
    }

    /// Whether it is the newest.
    pub fn is_current(&self) -> bool {
        self.class == Class::Current as i32
    }

    /// Whether its bytes are gone for good, or its thing is.
    pub fn is_removed(&self) -> bool {
        self.class == Class::Removed as i32
    }
}

type Row = (
    String,
    i64,
    i32,
    String,
    String,
    i64,
    Vec<u8>,
    i64,
    String,
    i32,
);

fn read_version(row: Row) -> Result<Version, LedgerError> {
    let (accession, version, log, origin, member, place, digest, size, verified_at, class) = row;
    Ok(Version {
        id: read_accession(&accession)?,
        version: unsigned(version),
        log,
        origin,
        member,
        index: unsigned(place),
        digest: read_digest(&digest)?,
        size: unsigned(size),
        verified_at,
        class,
    })
}

fn read_accession(text: &str) -> Result<Accession, LedgerError> {
    Accession::parse(text)
        .map_err(|_| LedgerError::Contradiction(format!("{text:?} is remembered as an accession")))
}

/// The query that all versions come from; what is asked differs in its filters.
macro_rules! versions {
    () => {
        entry::table
            .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
            .inner_join(log::table.on(entry::log.eq(log::id)))
            .inner_join(verified_window::table.on(entry::sequence.eq(verified_window::sequence)))
            .filter(entry::version.is_not_null())
            .select((
                resource::accession,
                entry::version.assume_not_null(),
                entry::log,
                log::origin,
                log::member,
                entry::place,
                entry::digest.assume_not_null(),
                entry::size.assume_not_null(),
                verified_window::verified_at,
                entry::class,
            ))
    };
}

/// All accepted versions of a resource, from the first to the last, whatever they are worth.
///
/// # Errors
/// When a query fails.
pub fn versions(connection: &mut Connection, id: &Accession) -> Result<Vec<Version>, LedgerError> {
    versions!()
        .filter(resource::accession.eq(id.as_str()))
        .order(entry::version)
        .load::<Row>(connection)?
        .into_iter()
        .map(read_version)
        .collect()
}

/// One accepted version of a resource, whatever it is worth.
///
/// # Errors
/// When a query fails.
pub fn version(
    connection: &mut Connection,
    id: &Accession,
    version: u64,
) -> Result<Option<Version>, LedgerError> {
    versions!()
        .filter(resource::accession.eq(id.as_str()))
        .filter(entry::version.eq(signed(version)))
        .first::<Row>(connection)
        .optional()?
        .map(read_version)
        .transpose()
}

/// The number of the newest good version of each of these resources that has one.
///
/// # Errors
/// When the query fails.
pub fn newest_numbers(
    connection: &mut Connection,
    accessions: &[&str],
) -> Result<Vec<(String, u64)>, LedgerError> {
    let rows: Vec<(String, i64)> = entry::table
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(resource::accession.eq_any(accessions))
        .filter(entry::class.eq(Class::Current as i32))
        .select((resource::accession, entry::version.assume_not_null()))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(accession, version)| (accession, unsigned(version)))
        .collect())
}

/// Versions with this digest, of any log.
///
/// # Errors
/// When a query fails.
pub fn by_digest(
    connection: &mut Connection,
    digest: &Digest,
) -> Result<Vec<Version>, LedgerError> {
    versions!()
        .filter(entry::digest.eq(digest.as_bytes().to_vec()))
        .load::<Row>(connection)?
        .into_iter()
        .map(read_version)
        .collect()
}

/// How many images of a study there are to be seen, each in its newest version.
///
/// # Errors
/// When a query fails.
pub fn images_total(connection: &mut Connection, study: &Accession) -> Result<u64, LedgerError> {
    let number: i64 = entry::table
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(resource::study.eq(study.as_str()))
        .filter(resource::accession.like(images_of(study)))
        .filter(resource::state.eq(PUBLIC))
        .filter(entry::version.is_not_null())
        .filter(entry::class.eq(Class::Current as i32))
        .count()
        .get_result(connection)?;
    Ok(unsigned(number))
}

/// Some of these images, in the order in which they were first announced; a study's own state is not asked for.
///
/// # Errors
/// When a query fails.
pub fn images(
    connection: &mut Connection,
    study: &Accession,
    before: u64,
    most: u64,
) -> Result<Vec<Version>, LedgerError> {
    versions!()
        .filter(resource::study.eq(study.as_str()))
        .filter(resource::accession.like(images_of(study)))
        .filter(resource::state.eq(PUBLIC))
        .filter(entry::class.eq(Class::Current as i32))
        .order(resource::id)
        .offset(signed(before))
        .limit(signed(most))
        .load::<Row>(connection)?
        .into_iter()
        .map(read_version)
        .collect()
}

/// What the accessions of a study's images are like; no accession has a character that means something in a pattern.
fn images_of(study: &Accession) -> String {
    format!("{study}-I%")
}

/// Whether good bytes of this version were verified and no redaction took them out: then the mirror has them, also where the
/// thing itself is gone.
///
/// # Errors
/// When a query fails.
pub fn has_good_bytes(connection: &mut Connection, version: &Version) -> Result<bool, LedgerError> {
    let is_good: bool = diesel::select(diesel::dsl::exists(
        entry::table
            .find((version.log, signed(version.index)))
            .filter(entry::bytes.eq(GOOD)),
    ))
    .get_result(connection)?;
    let key = (version.id.as_str(), version.digest.as_bytes().to_vec());
    let is_redacted: bool =
        diesel::select(diesel::dsl::exists(redaction::table.find(key))).get_result(connection)?;
    Ok(is_good && !is_redacted)
}

/// The state of a resource by itself, whatever becomes of its study. None when nothing was ever accepted.
///
/// # Errors
/// When a query fails.
pub fn own_state_of(
    connection: &mut Connection,
    id: &Accession,
) -> Result<Option<State>, LedgerError> {
    own_state(connection, id.as_str())
}

/// What is seen of a resource: the worse of its own state and its study's. None when nothing was ever accepted.
///
/// # Errors
/// When a query fails.
pub fn state(connection: &mut Connection, id: &Accession) -> Result<Option<State>, LedgerError> {
    let own = own_state(connection, id.as_str())?;
    let study = match id.study_part() {
        Some(study) if study != id.as_str() => own_state(connection, study)?,
        _ => None,
    };
    Ok(match (own, study) {
        (Some(own), Some(study)) if badness(&study) > badness(&own) => Some(study),
        (own, _) => own,
    })
}

fn badness(state: &State) -> u8 {
    match state {
        State::Public => 0,
        State::Suppressed => 1,
        State::Gone { .. } => 2,
    }
}

fn own_state(connection: &mut Connection, accession: &str) -> Result<Option<State>, LedgerError> {
    let row: Option<(Option<i32>, Option<String>, Option<String>)> = resource::table
        .filter(resource::accession.eq(accession))
        .select((resource::state, resource::reason, resource::successor))
        .first(connection)
        .optional()?;
    match row {
        Some((state, reason, successor)) => {
            read_state(state, reason.as_deref(), successor.as_deref())
        }
        None => Ok(None),
    }
}

/// The version that search and graph show; none while the resource is out of sight, gone, or without good bytes.
///
/// # Errors
/// When a query fails.
pub fn shown(connection: &mut Connection, id: &Accession) -> Result<Option<Version>, LedgerError> {
    if state(connection, id)? != Some(State::Public) {
        return Ok(None);
    }
    versions!()
        .filter(resource::accession.eq(id.as_str()))
        .filter(entry::class.eq(Class::Current as i32))
        .first::<Row>(connection)
        .optional()?
        .map(read_version)
        .transpose()
}

/// A version of a resource as it was verified, where that may be shown: the resource is public and the bytes are kept.
///
/// # Errors
/// When a query fails.
pub fn shown_version(
    connection: &mut Connection,
    id: &Accession,
    number: u64,
) -> Result<Option<Version>, LedgerError> {
    if state(connection, id)? != Some(State::Public) {
        return Ok(None);
    }
    Ok(version(connection, id, number)?.filter(Version::is_kept))
}

/// Some of all shown versions, in the order of logs and entries, behind a place: `(log, index)`. So all can be gone through without
/// holding them.
///
/// # Errors
/// When a query fails.
pub fn all_shown(
    connection: &mut Connection,
    behind: (i32, i64),
    most: i64,
) -> Result<Vec<Version>, LedgerError> {
    let study = diesel::alias!(resource as study);
    versions!()
        .left_join(study.on(resource::study.eq(study.field(resource::accession).nullable())))
        .filter(entry::class.eq(Class::Current as i32))
        .filter(resource::state.eq(PUBLIC))
        .filter(
            study
                .field(resource::state)
                .is_null()
                .or(study.field(resource::state).eq(PUBLIC)),
        )
        .filter(
            entry::log
                .gt(behind.0)
                .or(entry::log.eq(behind.0).and(entry::place.gt(behind.1))),
        )
        .order((entry::log, entry::place))
        .limit(most)
        .load::<Row>(connection)?
        .into_iter()
        .map(read_version)
        .collect()
}

/// The resources that entries of a window speak of, and what is part of the studies that they moved.
///
/// # Errors
/// When a query fails.
pub fn touched(
    connection: &mut Connection,
    window: &super::log::Window,
) -> Result<Vec<Accession>, LedgerError> {
    let inside = entry::table
        .filter(entry::log.eq(window.log))
        .filter(entry::place.ge(window.first))
        .filter(entry::place.lt(window.behind));
    let mut accessions: Vec<String> = inside
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .select(resource::accession)
        .distinct()
        .load(connection)?;
    let moved: Vec<String> = inside
        .filter(entry::class.eq(Class::Event as i32))
        .inner_join(resource::table.on(entry::resource.eq(resource::id.nullable())))
        .filter(resource::study.is_null())
        .select(resource::accession)
        .distinct()
        .load(connection)?;
    for study in moved {
        let parts: Vec<String> = resource::table
            .filter(resource::study.eq(study))
            .select(resource::accession)
            .load(connection)?;
        accessions.extend(parts);
    }
    accessions.sort_unstable();
    accessions.dedup();
    accessions.iter().map(|text| read_accession(text)).collect()
}
