//! Derivations: for each public image, whether what people look at has been made of it, and who is making it.
//!
//! Which rows there are follows from the log ([`settle`]); how far each is follows from nothing else, and is found out again
//! where the rows are made anew. A row is taken by one who makes it ([`take`]), kept by saying so ([`keep`]), and ended
//! ([`end`]); whoever lost it to another in between changes nothing.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use protocol::identifier::{Accession, Kind};

use super::schema::derivation::{self, dsl};
use super::schema::image;
use super::{Connection, DatabaseError, record, standing, study};

/// How often making something may be begun without coming to an end, before it counts as the image's fault.
const MOST_ATTEMPTS: i64 = 5;

/// Images of a study that are made before it is another study's turn: some, since those of one file are made sooner together.
/// Whoever has converted a file takes all images of it ([`next_of`]), which would else be converted again at each turn.
const AT_A_TURN: i64 = 10;

/// How far a derivation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is to be made.
    Waiting,
    /// It is there.
    Ready,
    /// It cannot be made.
    Unreadable,
}

impl State {
    /// Its word in the database and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Ready => "ready",
            State::Unreadable => "unreadable",
        }
    }
}

/// A derivation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = derivation)]
pub struct DerivationRow {
    /// The image's accession.
    pub image: String,
    /// The study's accession.
    pub study: String,
    /// The version of the image's record.
    pub version: i64,
    /// The word of a [`State`].
    pub state: String,
    /// Why it cannot be made, or was not the last time.
    pub reason: Option<String>,
    /// How often it was begun and did not come to an end.
    pub attempts: i64,
    /// Seconds since 1970 before which it is not tried.
    pub not_before: i64,
    /// Who makes it now.
    pub holder: Option<String>,
    /// The second since 1970 at which the holder counts as dead.
    pub held_until: i64,
    /// Whose turn it is: of all studies those of the lowest come first.
    pub turn: i64,
    /// The place among those that came with it.
    pub place: i64,
}

impl DerivationRow {
    /// Whether this is its state.
    pub fn is(&self, state: State) -> bool {
        self.state == state.word()
    }
}

/// How a turn at making something ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It is there.
    Ready,
    /// It can never be made of these files; why, in a sentence.
    Unreadable(String),
    /// Something stood in the way that may go.
    Later {
        /// What, in a sentence.
        reason: String,
        /// Seconds since 1970 before which it is not tried again.
        not_before: i64,
        /// Whether the image itself is above suspicion (a full disk): then it is tried for as long as it takes.
        is_blameless: bool,
    },
    /// Whoever made it was told to stop.
    GivenBack,
}

/// How many derivations there are of each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// To be made.
    pub waiting: u64,
    /// Made.
    pub ready: u64,
    /// Not to be made.
    pub unreadable: u64,
}

/// The derivation of an image's newest version.
///
/// # Errors
/// When the query fails.
pub fn find(
    connection: &mut Connection,
    image: &str,
) -> Result<Option<DerivationRow>, DatabaseError> {
    let query = dsl::derivation
        .find(image)
        .select(DerivationRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// The derivations of the images of a study, by accession.
///
/// # Errors
/// When the query fails.
pub fn of_study(
    connection: &mut Connection,
    study: &str,
) -> Result<Vec<DerivationRow>, DatabaseError> {
    let query = dsl::derivation
        .filter(dsl::study.eq(study))
        .select(DerivationRow::as_select());
    Ok(query.load(connection)?)
}

/// Brings the rows of a study to what the log says of it: one for each image whose newest version may be seen, waiting where
/// it is new.
///
/// # Errors
/// When a query fails.
pub fn settle(connection: &mut Connection, study: &str) -> Result<(), DatabaseError> {
    let wanted = wanted(connection, study)?;
    let known: HashMap<String, i64> = dsl::derivation
        .filter(dsl::study.eq(study))
        .select((dsl::image, dsl::version))
        .load::<(String, i64)>(connection)?
        .into_iter()
        .collect();
    let dropped: Vec<&String> = known
        .iter()
        .filter(|(image, version)| wanted.get(*image) != Some(*version))
        .map(|(image, _)| image)
        .collect();
    // SQLite takes 32,766 variables a statement
    for part in dropped.chunks(30_000) {
        diesel::delete(dsl::derivation.filter(dsl::image.eq_any(part.iter().copied())))
            .execute(connection)?;
    }
    let mut new: Vec<(&String, i64)> = wanted
        .iter()
        .filter(|(image, version)| known.get(*image) != Some(*version))
        .map(|(image, version)| (image, *version))
        .collect();
    // by their serials, which have no zeros before them
    new.sort_by_key(|(image, _)| (image.len(), *image));
    let new: Vec<DerivationRow> = (0..)
        .zip(new)
        .map(|(place, (image, version))| waiting(image, study, version, place))
        .collect();
    for part in new.chunks(3000) {
        diesel::insert_into(dsl::derivation)
            .values(part)
            .execute(connection)?;
    }
    Ok(())
}

/// Has all of a study looked at again: what is laid over an image may be another in a new version of its study, and what could
/// not be read may be readable. What is made of the image itself stays, and is shown meanwhile. Whoever works on one begins
/// again: what he began with may be old.
///
/// # Errors
/// When the query fails.
pub fn look_again(connection: &mut Connection, study: &str) -> Result<(), DatabaseError> {
    diesel::update(dsl::derivation.filter(dsl::study.eq(study)))
        .set((
            dsl::state.eq(State::Waiting.word()),
            dsl::reason.eq(None::<String>),
            dsl::attempts.eq(0),
            dsl::not_before.eq(0),
            dsl::holder.eq(None::<String>),
            dsl::held_until.eq(0),
        ))
        .execute(connection)?;
    Ok(())
}

fn waiting(image: &str, study: &str, version: i64, place: i64) -> DerivationRow {
    DerivationRow {
        image: image.to_owned(),
        study: study.to_owned(),
        version,
        state: State::Waiting.word().to_owned(),
        reason: None,
        attempts: 0,
        not_before: 0,
        holder: None,
        held_until: 0,
        turn: place / AT_A_TURN,
        place,
    }
}

/// The images of a study of whose newest version something is derived, with that version.
fn wanted(
    connection: &mut Connection,
    study: &str,
) -> Result<BTreeMap<String, i64>, DatabaseError> {
    let is_elsewhere = study::find(connection, study)?.is_none_or(|row| row.catalogued);
    if is_elsewhere {
        return Ok(BTreeMap::new());
    }
    let seen = versions_seen(connection, study)?;
    let mut newest = BTreeMap::new();
    for version in seen {
        // in log order: the last one stays
        match version.may_be_shown && !version.is_superseded {
            true => newest.insert(version.image, version.version),
            false => newest.remove(&version.image),
        };
    }
    Ok(newest)
}

/// A version of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The image's accession.
    pub image: String,
    /// The version of its record.
    pub version: i64,
    /// Whether anybody who asks for this version may be shown what is derived of it.
    pub may_be_shown: bool,
    /// Whether a newer version of the study has left the image out.
    pub is_superseded: bool,
}

/// All versions of all images that a study ever had, in log order.
///
/// # Errors
/// When a query fails.
pub fn versions_seen(connection: &mut Connection, study: &str) -> Result<Vec<Seen>, DatabaseError> {
    let is_study_gone = standing::of(connection, study)?.is_some_and(|row| row.is_gone());
    let gone: HashMap<String, bool> = standing::gone_in(connection, study)?
        .into_iter()
        .map(|row| (row.id.clone(), row.is_superseded()))
        .collect();
    let mut seen = Vec::new();
    let mut is_described = true;
    for row in record::of_study(connection, study)? {
        let Ok(id) = Accession::parse(&row.id) else {
            continue;
        };
        match id.kind() {
            // an image belongs to the version of the study that was announced before it
            Kind::Study => is_described = !row.redacted,
            Kind::Image => {
                let superseded = gone.get(&row.id).copied();
                seen.push(Seen {
                    may_be_shown: !is_study_gone
                        && is_described
                        && !row.redacted
                        && superseded != Some(false),
                    is_superseded: superseded == Some(true),
                    image: row.id,
                    version: row.version,
                });
            }
            _ => {}
        }
    }
    Ok(seen)
}

/// Takes the next derivation that waits, until `until`, of each study in turn; where an image is named, its, also before its time.
/// What was begun too often is found unreadable here, and given to nobody.
///
/// # Errors
/// When a query fails.
pub fn take(
    connection: &mut Connection,
    holder: &str,
    now: i64,
    until: i64,
    image: Option<&str>,
) -> Result<Option<DerivationRow>, DatabaseError> {
    // who is idle looks often, and does not keep writers waiting by it
    if next(connection, now, image)?.is_none() {
        return Ok(None);
    }
    connection.immediate_transaction(|connection| {
        loop {
            let Some(row) = next(connection, now, image)? else {
                return Ok(None);
            };
            if row.attempts >= MOST_ATTEMPTS {
                let before = row.reason.as_ref();
                let why = before.map_or_else(String::new, |reason| format!(": {reason}"));
                let reason = format!(
                    "making a picture of it was begun {} times and never came to an end{why}",
                    row.attempts
                );
                set_state(connection, &row.image, State::Unreadable, Some(&reason))?;
                continue;
            }
            diesel::update(dsl::derivation.find(&row.image))
                .set((
                    dsl::holder.eq(holder),
                    dsl::held_until.eq(until),
                    dsl::attempts.eq(dsl::attempts + 1),
                ))
                .execute(connection)?;
            return Ok(Some(row));
        }
    })
}

fn next(
    connection: &mut Connection,
    now: i64,
    image: Option<&str>,
) -> Result<Option<DerivationRow>, DatabaseError> {
    let mut query = dsl::derivation
        .filter(dsl::state.eq(State::Waiting.word()))
        .filter(dsl::held_until.le(now))
        .into_boxed();
    query = match image {
        Some(image) => query.filter(dsl::image.eq(image)),
        None => query.filter(dsl::not_before.le(now)),
    };
    let query = query
        .order((
            dsl::not_before.asc(),
            dsl::turn.asc(),
            dsl::study.asc(),
            dsl::place.asc(),
            dsl::image.asc(),
        ))
        .select(DerivationRow::as_select());
    Ok(query.first(connection).optional()?)
}

/// The first image of a study that waits and that nobody makes.
///
/// # Errors
/// When the query fails.
pub fn next_of(
    connection: &mut Connection,
    study: &str,
    now: i64,
) -> Result<Option<DerivationRow>, DatabaseError> {
    let query = dsl::derivation
        .filter(dsl::state.eq(State::Waiting.word()))
        .filter(dsl::held_until.le(now))
        .filter(dsl::not_before.le(now))
        .filter(dsl::study.eq(study))
        .order((dsl::turn.asc(), dsl::place.asc(), dsl::image.asc()))
        .select(DerivationRow::as_select());
    Ok(query.first(connection).optional()?)
}

fn set_state(
    connection: &mut Connection,
    image: &str,
    state: State,
    reason: Option<&str>,
) -> Result<(), DatabaseError> {
    diesel::update(dsl::derivation.find(image))
        .set((
            dsl::state.eq(state.word()),
            dsl::reason.eq(reason),
            dsl::attempts.eq(0),
            dsl::not_before.eq(0),
            dsl::holder.eq(None::<&str>),
            dsl::held_until.eq(0),
        ))
        .execute(connection)?;
    Ok(())
}

/// Those who make something now.
///
/// # Errors
/// When the query fails.
pub fn holders(connection: &mut Connection, now: i64) -> Result<Vec<String>, DatabaseError> {
    let query = dsl::derivation
        .filter(dsl::state.eq(State::Waiting.word()))
        .filter(dsl::held_until.gt(now))
        .filter(dsl::holder.is_not_null())
        .select(dsl::holder.assume_not_null())
        .distinct();
    Ok(query.load(connection)?)
}

/// Gives back what a holder that is dead has taken.
///
/// # Errors
/// When the query fails.
pub fn free(connection: &mut Connection, holder: &str) -> Result<(), DatabaseError> {
    diesel::update(dsl::derivation.filter(dsl::holder.eq(holder)))
        .set((dsl::holder.eq(None::<&str>), dsl::held_until.eq(0)))
        .execute(connection)?;
    Ok(())
}

/// Says that the holder still makes it, until `until`; false where it is no longer his.
///
/// # Errors
/// When the query fails.
pub fn keep(
    connection: &mut Connection,
    row: &DerivationRow,
    holder: &str,
    until: i64,
) -> Result<bool, DatabaseError> {
    let held = dsl::derivation
        .find(&row.image)
        .filter(dsl::version.eq(row.version))
        .filter(dsl::holder.eq(holder));
    let changed = diesel::update(held)
        .set(dsl::held_until.eq(until))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Writes down how a turn ended; false where the derivation is no longer the holder's, and then nothing is written.
///
/// # Errors
/// When a query fails.
pub fn end(
    connection: &mut Connection,
    row: &DerivationRow,
    holder: &str,
    how: &End,
) -> Result<bool, DatabaseError> {
    connection.immediate_transaction(|connection| {
        let found = find(connection, &row.image)?;
        let is_ours = |found: &DerivationRow| {
            found.version == row.version && found.holder.as_deref() == Some(holder)
        };
        let Some(found) = found.filter(is_ours) else {
            return Ok(false);
        };
        let image = &found.image;
        match how {
            End::Ready => set_state(connection, image, State::Ready, None)?,
            End::Unreadable(reason) => {
                set_state(connection, image, State::Unreadable, Some(reason))?;
            }
            End::Later {
                reason,
                not_before,
                is_blameless,
            } => {
                let attempts = found.attempts - i64::from(*is_blameless);
                let reason = Some(reason.as_str());
                wait(connection, image, attempts, *not_before, reason)?;
            }
            End::GivenBack => {
                let reason = found.reason.as_deref();
                wait(connection, image, found.attempts - 1, 0, reason)?;
            }
        }
        Ok(true)
    })
}

fn wait(
    connection: &mut Connection,
    image: &str,
    attempts: i64,
    not_before: i64,
    reason: Option<&str>,
) -> Result<(), DatabaseError> {
    set_state(connection, image, State::Waiting, reason)?;
    diesel::update(dsl::derivation.find(image))
        .set((
            dsl::attempts.eq(attempts.max(0)),
            dsl::not_before.eq(not_before),
        ))
        .execute(connection)?;
    Ok(())
}

/// Has a derivation made again that nobody is making now; false where there is none, or somebody is.
///
/// # Errors
/// When the query fails.
pub fn again(connection: &mut Connection, image: &str, now: i64) -> Result<bool, DatabaseError> {
    connection.immediate_transaction(|connection| {
        let Some(row) = find(connection, image)?.filter(|row| row.held_until <= now) else {
            return Ok(false);
        };
        set_state(connection, &row.image, State::Waiting, None)?;
        Ok(true)
    })
}

/// Those of a state whose image comes after another, in the order of accessions.
///
/// # Errors
/// When the query fails.
pub fn after(
    connection: &mut Connection,
    state: State,
    image: &str,
    limit: u64,
) -> Result<Vec<DerivationRow>, DatabaseError> {
    let query = dsl::derivation
        .filter(dsl::state.eq(state.word()))
        .filter(dsl::image.gt(image))
        .order(dsl::image.asc())
        .limit(limit.cast_signed())
        .select(DerivationRow::as_select());
    Ok(query.load(connection)?)
}

/// The first image of a study that can be looked at, and the version of its record.
///
/// # Errors
/// When the query fails.
pub fn first_ready(
    connection: &mut Connection,
    study: &str,
) -> Result<Option<(String, i64)>, DatabaseError> {
    // by the index of images, which is in the order of serials: it ends at the first that is found
    let query = image::table
        .inner_join(derivation::table.on(derivation::image.eq(image::id)))
        .filter(image::study.eq(study))
        .filter(image::present.eq(true))
        .filter(derivation::state.eq(State::Ready.word()))
        .order(image::serial.asc())
        .select((image::id, derivation::version));
    Ok(query.first(connection).optional()?)
}

/// How many there are of each state.
///
/// # Errors
/// When the query fails.
pub fn counts(connection: &mut Connection) -> Result<Counts, DatabaseError> {
    #[derive(QueryableByName)]
    struct Of {
        #[diesel(sql_type = diesel::sql_types::Text)]
        state: String,
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let found: Vec<Of> =
        diesel::sql_query("SELECT state, count(*) AS rows FROM derivation GROUP BY state")
            .load(connection)?;
    let of = |state: State| {
        let row = found.iter().find(|row| row.state == state.word());
        row.map_or(0, |row| row.rows.unsigned_abs())
    };
    Ok(Counts {
        waiting: of(State::Waiting),
        ready: of(State::Ready),
        unreadable: of(State::Unreadable),
    })
}

#[cfg(test)]
mod tests;
