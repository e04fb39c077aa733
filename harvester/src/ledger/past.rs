//! What the state machine remembers, in the ledger: [`protocol::history::Past`] over one transaction.

use std::cell::RefCell;
use std::collections::HashMap;

use diesel::prelude::*;
use protocol::digest::Digest;
use protocol::entry::Reason;
use protocol::history::{Past, Standing, State};
use protocol::identifier::{Accession, ResourceId};

use super::schema::{promise, redaction, resource};
use super::{Connection, LedgerError, signed, unsigned};

/// Shown.
pub(super) const PUBLIC: i32 = 1;
/// Out of sight.
const SUPPRESSED: i32 = 2;
/// Gone for good.
pub(super) const GONE: i32 = 3;

/// What is remembered of one resource, with its number.
#[derive(Debug, Clone)]
struct Known {
    number: i64,
    standing: Standing,
}

/// The past of one log's member inside a transaction. What was looked up once is not looked up again.
pub(super) struct LedgerPast<'c> {
    connection: RefCell<&'c mut Connection>,
    log: i32,
    known: RefCell<HashMap<String, Option<Known>>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = resource)]
struct Row {
    id: i64,
    puts: i64,
    state: Option<i32>,
    reason: Option<String>,
    successor: Option<String>,
}

impl<'c> LedgerPast<'c> {
    pub(super) fn new(connection: &'c mut Connection, log: i32) -> Self {
        Self {
            connection: RefCell::new(connection),
            log,
            known: RefCell::new(HashMap::new()),
        }
    }

    /// The transaction's connection, between two steps of the history.
    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection.get_mut()
    }

    /// The number of a resource that a `put` was counted for.
    pub(super) fn number(&self, id: &Accession) -> Result<i64, LedgerError> {
        self.known(id)?.map(|known| known.number).ok_or_else(|| {
            LedgerError::Contradiction(format!("{id} was accepted and is not remembered"))
        })
    }

    fn known(&self, id: &Accession) -> Result<Option<Known>, LedgerError> {
        if let Some(known) = self.known.borrow().get(id.as_str()) {
            return Ok(known.clone());
        }
        let row = resource::table
            .filter(resource::accession.eq(id.as_str()))
            .select(Row::as_select())
            .first(*self.connection.borrow_mut())
            .optional()?;
        let known = row
            .map(|row| {
                Ok::<_, LedgerError>(Known {
                    number: row.id,
                    standing: Standing {
                        puts: unsigned(row.puts),
                        state: read_state(
                            row.state,
                            row.reason.as_deref(),
                            row.successor.as_deref(),
                        )?,
                    },
                })
            })
            .transpose()?;
        self.known
            .borrow_mut()
            .insert(id.as_str().to_owned(), known.clone());
        Ok(known)
    }

    fn insert(&self, id: &Accession, standing: &Standing) -> Result<i64, LedgerError> {
        let (state, reason, successor) = write_state(standing.state.as_ref());
        let study = id.study_part().filter(|study| *study != id.as_str());
        Ok(diesel::insert_into(resource::table)
            .values((
                resource::accession.eq(id.as_str()),
                resource::study.eq(study),
                resource::puts.eq(signed(standing.puts)),
                resource::state.eq(state),
                resource::reason.eq(reason),
                resource::successor.eq(successor),
            ))
            .returning(resource::id)
            .get_result(*self.connection.borrow_mut())?)
    }

    fn update(&self, number: i64, standing: &Standing) -> Result<(), LedgerError> {
        let (state, reason, successor) = write_state(standing.state.as_ref());
        diesel::update(resource::table.find(number))
            .set((
                resource::puts.eq(signed(standing.puts)),
                resource::state.eq(state),
                resource::reason.eq(reason),
                resource::successor.eq(successor),
            ))
            .execute(*self.connection.borrow_mut())?;
        Ok(())
    }
}

impl Past for LedgerPast<'_> {
    type Error = LedgerError;

    fn standing(&self, id: &Accession) -> Result<Option<Standing>, LedgerError> {
        Ok(self.known(id)?.map(|known| known.standing))
    }

    fn set_standing(&mut self, id: &Accession, standing: Standing) -> Result<(), LedgerError> {
        let number = match self.known(id)? {
            Some(known) => {
                self.update(known.number, &standing)?;
                known.number
            }
            None => self.insert(id, &standing)?,
        };
        self.known
            .borrow_mut()
            .insert(id.as_str().to_owned(), Some(Known { number, standing }));
        Ok(())
    }

    fn is_redacted(&self, id: &Accession, record: &Digest) -> Result<bool, LedgerError> {
        let key = (id.as_str(), record.as_bytes().to_vec());
        Ok(
            diesel::select(diesel::dsl::exists(redaction::table.find(key)))
                .get_result(*self.connection.borrow_mut())?,
        )
    }

    fn add_redaction(&mut self, id: &Accession, record: &Digest) -> Result<(), LedgerError> {
        diesel::insert_into(redaction::table)
            .values((
                redaction::accession.eq(id.as_str()),
                redaction::digest.eq(record.as_bytes().to_vec()),
            ))
            .on_conflict_do_nothing()
            .execute(*self.connection.borrow_mut())?;
        Ok(())
    }

    fn promise(&self, id: &Accession, index: u64) -> Result<Option<Digest>, LedgerError> {
        let found: Option<(String, Vec<u8>)> = promise::table
            .find((self.log, signed(index)))
            .select((promise::accession, promise::commitment))
            .first(*self.connection.borrow_mut())
            .optional()?;
        let Some((_, commitment)) = found.filter(|(accession, _)| accession == id.as_str()) else {
            return Ok(None);
        };
        read_digest(&commitment).map(Some)
    }

    fn add_promise(
        &mut self,
        id: &Accession,
        index: u64,
        commitment: &Digest,
    ) -> Result<(), LedgerError> {
        diesel::insert_into(promise::table)
            .values((
                promise::log.eq(self.log),
                promise::place.eq(signed(index)),
                promise::accession.eq(id.as_str()),
                promise::commitment.eq(commitment.as_bytes().to_vec()),
            ))
            .execute(*self.connection.borrow_mut())?;
        Ok(())
    }
}

/// A digest out of a column.
pub(super) fn read_digest(bytes: &[u8]) -> Result<Digest, LedgerError> {
    bytes
        .try_into()
        .map(Digest::from_bytes)
        .map_err(|_| LedgerError::Contradiction("a digest is not 32 bytes long".to_owned()))
}

/// A state out of its columns.
pub(super) fn read_state(
    state: Option<i32>,
    reason: Option<&str>,
    successor: Option<&str>,
) -> Result<Option<State>, LedgerError> {
    let contradiction = |what: &str| LedgerError::Contradiction(format!("a resource has {what}"));
    Ok(Some(match state {
        None => return Ok(None),
        Some(PUBLIC) => State::Public,
        Some(SUPPRESSED) => State::Suppressed,
        Some(GONE) => State::Gone {
            reason: reason
                .and_then(|reason| Reason::parse(reason).ok())
                .ok_or_else(|| contradiction("gone without a reason"))?,
            by: successor
                .map(ResourceId::parse)
                .transpose()
                .map_err(|_| contradiction("a successor that is no id"))?,
        },
        Some(_) => return Err(contradiction("an unknown state")),
    }))
}

fn write_state(state: Option<&State>) -> (Option<i32>, Option<&'static str>, Option<String>) {
    match state {
        None => (None, None, None),
        Some(State::Public) => (Some(PUBLIC), None, None),
        Some(State::Suppressed) => (Some(SUPPRESSED), None, None),
        Some(State::Gone { reason, by }) => (
            Some(GONE),
            Some(reason.as_str()),
            by.as_ref().map(ToString::to_string),
        ),
    }
}
