//! Making derivations now, for who waits for them: `omma-node derive`.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use protocol::identifier::{Accession, Kind};
use serde::Serialize;

use super::place::Place;
use super::settings::Settings;
use super::turn::Maker;
use crate::archive::Archive;
use crate::database::derivation::{self, DerivationRow, State};
use crate::database::{Connection, DatabaseError};
use crate::log::LogError;

/// Rows that are looked at at a time.
const AT_A_TIME: u64 = 1000;

/// Why derivations could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The disk.
    #[error("{path} cannot be read, written or removed: {source}")]
    Disk {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// An id of which nothing is derived.
    #[error(
        "{0} is no image that is public here and no study with such images; give ids like DND-S42 or DND-S42-I7"
    )]
    Unknown(String),
}

/// What came of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derived {
    /// Its accession.
    pub image: String,
    /// The version of its record.
    pub version: u64,
    /// `ready`, `unreadable` or `waiting`.
    pub state: String,
    /// Why it is not ready.
    pub reason: Option<String>,
}

impl Derived {
    /// What the database says of one.
    pub fn of(row: DerivationRow) -> Derived {
        Derived {
            version: row.version.unsigned_abs(),
            state: row.state,
            reason: row.reason,
            image: row.image,
        }
    }
}

/// Makes what waits, whatever it waits for; where ids of studies or images are given, that of these alone, and also what was
/// found unreadable before. `on_each` is told of each image as it is done.
///
/// # Errors
/// [`DeriveError`]. What is wrong with an image is none: it is told.
pub fn derive(
    archive: &Arc<Archive>,
    settings: Settings,
    ids: &[Accession],
    on_each: &mut dyn FnMut(&Derived),
) -> Result<(), DeriveError> {
    let mut connection = archive.database().connection()?;
    let chosen = chosen(archive, &mut connection, ids)?;
    drop(connection);
    let mut maker = Maker::new(Arc::clone(archive), settings)?;
    let goes_on = AtomicBool::new(false);
    match chosen {
        Some(images) => {
            for image in images {
                one(archive, &mut maker, &image, &goes_on, on_each)?;
            }
        }
        None => {
            let mut last = String::new();
            loop {
                let mut connection = archive.database().connection()?;
                let rows = derivation::after(&mut connection, State::Waiting, &last, AT_A_TIME)?;
                drop(connection);
                let Some(end) = rows.last() else {
                    break;
                };
                last = end.image.clone();
                for row in &rows {
                    one(archive, &mut maker, &row.image, &goes_on, on_each)?;
                }
            }
        }
    }
    Ok(())
}

/// The images that ids name, made ready to be tried; nothing where none are given.
fn chosen(
    archive: &Archive,
    connection: &mut Connection,
    ids: &[Accession],
) -> Result<Option<Vec<String>>, DeriveError> {
    if ids.is_empty() {
        return Ok(None);
    }
    let now = archive.clock().now().unix_timestamp();
    let mut images = Vec::new();
    for id in ids {
        let rows = match id.kind() {
            Kind::Study => derivation::of_study(connection, id.as_str())?,
            _ => derivation::find(connection, id.as_str())?
                .into_iter()
                .collect(),
        };
        if rows.is_empty() {
            return Err(DeriveError::Unknown(id.to_string()));
        }
        for row in rows {
            let is_missing = row.is(State::Ready) && !is_there(archive, &row)?;
            if is_missing || row.is(State::Unreadable) {
                derivation::again(connection, &row.image, now)?;
            }
            images.push(row.image);
        }
    }
    Ok(Some(images))
}

fn is_there(archive: &Archive, row: &DerivationRow) -> Result<bool, DeriveError> {
    let place = Place::of(archive.folder(), &row.image, row.version.unsigned_abs());
    let made = place.made().map_err(|source| DeriveError::Disk {
        path: place.path().to_owned(),
        source,
    })?;
    Ok(made.is_some())
}

fn one(
    archive: &Archive,
    maker: &mut Maker,
    image: &str,
    is_ending: &AtomicBool,
    on_each: &mut dyn FnMut(&Derived),
) -> Result<(), DeriveError> {
    maker.turn(Some(image), is_ending)?;
    let mut connection = archive.database().connection()?;
    // withdrawn meanwhile: there is nothing to say of it
    let Some(row) = derivation::find(&mut connection, image)? else {
        return Ok(());
    };
    let now = archive.clock().now().unix_timestamp();
    let is_held = row.is(State::Waiting) && row.held_until > now;
    let mut derived = Derived::of(row);
    if is_held {
        derived.reason = Some("another process is making it now".to_owned());
    }
    on_each(&derived);
    Ok(())
}
