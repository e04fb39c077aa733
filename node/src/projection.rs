//! From the log and the storage root to the database: the only code that fills it.
//!
//! Publishing calls it after each checkpoint, recovery after a crash, `rebuild` from nothing. They give the same rows,
//! because all of them read the same entries and objects, and nothing else is ever written to the database.

mod error;
mod moving;
mod pass;
mod study_version;

mod found_by;

use std::collections::BTreeSet;

use protocol::digest::Digest;
use protocol::identifier::Accession;
use protocol::merkle;

use crate::archive::Archive;
use crate::database::derivation;
use crate::database::file::{self};
use crate::database::image::{self};
use crate::database::manifest::{self as manifests};
use crate::database::position::{self, Position};
use crate::database::record::{self, RecordRow};
use crate::database::study::{self};
use crate::database::{self, Connection, browse};
use crate::log::TreeHead;

pub use error::ProjectionError;
use pass::Pass;

/// Applies what the log has and the database has not, in one transaction that also moves its position.
///
/// # Errors
/// See [`ProjectionError`]; the database is then as it was.
pub fn catch_up(
    archive: &Archive,
    connection: &mut Connection,
    head: &TreeHead,
) -> Result<(), ProjectionError> {
    let known = position::current(connection)?;
    let is_new = known.is_none();
    let from = known.unwrap_or_else(|| Position {
        size: 0,
        root: merkle::to_base64(&merkle::empty_root()),
    });
    if from.size > head.size {
        return Err(ProjectionError::Ahead {
            database: from.size,
            log: head.size,
        });
    }
    if from.size == head.size {
        if from.root != head.root {
            return Err(ProjectionError::Foreign {
                database: from.root,
                log: head.root.clone(),
            });
        }
        if is_new {
            // an empty database of an empty log is up to date, and says so
            position::set(connection, &from)?;
        }
        return Ok(());
    }
    let root = merkle::to_base64(&archive.log().root_at(from.size, head)?);
    if from.root != root {
        return Err(ProjectionError::Foreign {
            database: from.root,
            log: root,
        });
    }
    connection.immediate_transaction(|connection| {
        if is_new {
            // a migration that adds tables takes the position away, so that they are filled; the old rows were read by
            // others until now
            database::empty(connection)?;
        }
        let mut pass = Pass {
            archive,
            puts: Vec::new(),
            images: Vec::new(),
            version: None,
            touched: BTreeSet::new(),
            revised: BTreeSet::new(),
        };
        for bundle in archive.log().entries(from.size, head.size) {
            let (first, entries) = bundle?;
            for (offset, bytes) in entries.iter().enumerate() {
                let index = first + offset as u64;
                pass.apply(connection, index, bytes)?;
            }
        }
        pass.flush(connection)?;
        for study in &pass.touched {
            derivation::settle(connection, study)?;
        }
        for study in &pass.revised {
            derivation::look_again(connection, study)?;
        }
        position::set(
            connection,
            &Position {
                size: head.size,
                root: head.root.clone(),
            },
        )?;
        Ok(())
    })
}

/// Reads what the storage holds of a study again, after something of it has been erased: its rows become what `rebuild`
/// would make of them.
///
/// # Errors
/// See [`ProjectionError`]; the rows are then as they were.
pub fn project_again(
    archive: &Archive,
    connection: &mut Connection,
    study: &str,
) -> Result<(), ProjectionError> {
    connection.immediate_transaction(|connection| {
        study::forget(connection, study)?;
        image::forget(connection, study)?;
        file::forget(connection, study)?;
        browse::forget(connection, study)?;
        manifests::forget(connection, study)?;
        let mut pass = Pass {
            archive,
            puts: Vec::new(),
            images: Vec::new(),
            version: None,
            touched: BTreeSet::new(),
            revised: BTreeSet::new(),
        };
        for row in record::of_study(connection, study)? {
            let id = Accession::parse(&row.id).map_err(|error| damaged_row(&row, &error))?;
            let digest = Digest::parse(&row.digest).map_err(|error| damaged_row(&row, &error))?;
            pass.describe(connection, &id, &row, &digest)?;
        }
        pass.flush(connection)
    })
}

fn damaged_row(row: &RecordRow, detail: &dyn std::fmt::Display) -> ProjectionError {
    ProjectionError::Entry {
        index: row.log_index.unsigned_abs(),
        detail: detail.to_string(),
    }
}
