//! What the state machine asks of the past.

use std::cell::RefCell;
use std::collections::HashMap;

use protocol::digest::Digest;
use protocol::entry::Reason;
use protocol::history::{Past, Standing, State};
use protocol::identifier::{Accession, ResourceId};

use crate::database::record;
use crate::database::{Connection, DatabaseError, standing};

/// What the state machine asks of the past, answered by the database, and what the act under way has changed since.
pub(super) struct DatabasePast<'a> {
    pub(super) connection: RefCell<&'a mut Connection>,
    pub(super) changed: HashMap<String, Standing>,
}

impl Past for DatabasePast<'_> {
    type Error = DatabaseError;

    fn standing(&self, id: &Accession) -> Result<Option<Standing>, DatabaseError> {
        if let Some(standing) = self.changed.get(id.as_str()) {
            return Ok(Some(standing.clone()));
        }
        let connection = &mut **self.connection.borrow_mut();
        let Some(latest) = record::latest(connection, id.as_str())? else {
            return Ok(None);
        };
        let state = match standing::of(connection, id.as_str())? {
            None => State::Public,
            Some(row) if row.is_gone() => State::Gone {
                reason: Reason::parse(&row.reason).unwrap_or(Reason::Other),
                by: row.replaced_by.and_then(|by| ResourceId::parse(&by).ok()),
            },
            Some(_) => State::Suppressed,
        };
        Ok(Some(Standing {
            puts: latest.version.unsigned_abs(),
            state: Some(state),
        }))
    }

    fn set_standing(&mut self, id: &Accession, standing: Standing) -> Result<(), DatabaseError> {
        self.changed.insert(id.to_string(), standing);
        Ok(())
    }

    fn is_redacted(&self, id: &Accession, record: &Digest) -> Result<bool, DatabaseError> {
        let rows = record::versions(&mut self.connection.borrow_mut(), id.as_str())?;
        Ok(rows
            .iter()
            .any(|row| row.redacted && row.digest == record.to_string()))
    }

    fn add_redaction(&mut self, _id: &Accession, _record: &Digest) -> Result<(), DatabaseError> {
        // the projection does that when the entry is in the log
        Ok(())
    }

    fn promise(&self, _id: &Accession, _index: u64) -> Result<Option<Digest>, DatabaseError> {
        Ok(None)
    }

    fn add_promise(
        &mut self,
        _id: &Accession,
        _index: u64,
        _commitment: &Digest,
    ) -> Result<(), DatabaseError> {
        Ok(())
    }
}
