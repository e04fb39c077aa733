//! What was verified, and what each entry is worth: `state.sqlite`.
//!
//! Each submodule is an aggregate, its functions named as the questions they answer: [`log`] knows heads and positions, [`past`]
//! what the state machine remembers, [`judge`] gives every entry its class, [`shown`] says what graph and text index are to
//! show, [`listed`] which studies catalogues list, [`announcement`] what OAI-PMH lists,
//! [`erasure`] which bytes go, [`quarantine`] what stands aside and why, [`run`] how each member's last harvest ended.
//!
//! **What is kept for ever** are logs with their heads and the windows with their times; everything else follows from these,
//! the mirror and the roster, and [`Ledger::forget_verdicts`] followed by judging each window again gives the same rows.
//!
//! One connection writes, under a lock; any number read, each in a snapshot of its own.

pub mod announcement;
pub mod erasure;
pub mod judge;
pub mod listed;
pub mod log;
pub mod past;
pub mod quarantine;
pub mod run;
pub mod schema;
pub mod shown;
pub mod state;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/harvester/sqlite");

/// The version of the rules by which entries are judged. What an older version deferred is judged again.
pub const RULES: i32 = 1;

/// The connection that the queries are written for.
pub type Connection = SqliteConnection;

/// A connection that reads.
pub type Reader = PooledConnection<ConnectionManager<Connection>>;

/// What can go wrong with the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be opened or is damaged.
    #[error(
        "the ledger {path} cannot be used ({detail}): is the disk full or read-only? If the file itself is damaged, move it away, and the next harvest makes it again from the mirror"
    )]
    Unusable {
        /// Its path.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// It was made by a newer version of this program.
    #[error(
        "the ledger {path} was made by a newer version of omma-harvester (it has migration {migration}); run that version"
    )]
    Newer {
        /// Its path.
        path: PathBuf,
        /// The migration that this program does not know.
        migration: String,
    },
    /// A transaction failed, and nothing of it happened.
    #[error(
        "the ledger {path} could not be written: {source}; if the disk is full make room, and the next harvest goes on where this one stopped"
    )]
    Unwritten {
        /// Its path.
        path: PathBuf,
        /// What SQLite said.
        source: diesel::result::Error,
    },
    /// A query failed.
    #[error("the ledger refused a query: {0}")]
    Query(#[from] diesel::result::Error),
    /// A window that does not begin where the last one ended.
    #[error("entries from {first} on were to be judged, but the log is judged up to {applied}")]
    Gap {
        /// the first entry of the window
        first: u64,
        /// the position
        applied: u64,
    },
    /// Rows that contradict each other.
    #[error("the ledger contradicts itself: {0}; `omma-harvester rebuild` makes it again")]
    Contradiction(String),
}

/// The ledger of one harvester.
pub struct Ledger {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Pool<ConnectionManager<Connection>>,
    moments: announcement::Moments,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ledger").finish_non_exhaustive()
    }
}

/// How connections that only read are set.
#[derive(Debug)]
struct Reading;

impl CustomizeConnection<Connection, diesel::r2d2::Error> for Reading {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), diesel::r2d2::Error> {
        connection
            .batch_execute(
                "PRAGMA busy_timeout = 30000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; \
                 PRAGMA query_only = ON;",
            )
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Ledger {
    /// Opens the ledger at a path, which is made where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be written, is damaged, or was made by a newer version.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let unusable = |detail: &dyn std::fmt::Display| LedgerError::Unusable {
            path: path.to_owned(),
            detail: detail.to_string(),
        };
        let address = path
            .to_str()
            .ok_or_else(|| unusable(&"its path is not UTF-8"))?;
        let mut writer = Connection::establish(address).map_err(|error| unusable(&error))?;
        // WAL: readers never wait for the writer. FULL: a head or a window that was reported as stored survives a power cut.
        // secure_delete: sentences of what is erased for legal cause must not stay readable in free pages.
        writer
            .batch_execute(
                "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; \
                 PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;",
            )
            .map_err(|error| unusable(&error))?;
        refuse_newer(path, &mut writer)?;
        writer
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| unusable(&error))?;
        let readers = Pool::builder()
            .max_size(8)
            .min_idle(Some(0))
            .connection_customizer(Box::new(Reading))
            .build(ConnectionManager::new(address))
            .map_err(|error| unusable(&error))?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers,
            moments: announcement::Moments::default(),
        })
    }

    /// A connection to ask by. Several questions that must agree are asked inside one of its transactions.
    ///
    /// # Errors
    /// When no connection comes free in 30 seconds.
    pub fn reader(&self) -> Result<Reader, LedgerError> {
        self.readers.get().map_err(|error| LedgerError::Unusable {
            path: self.path.clone(),
            detail: error.to_string(),
        })
    }

    /// Asks in one snapshot, with a time: every window that is not in the snapshot will have become visible then or later. `now` is
    /// asked for at the very moment.
    ///
    /// # Errors
    /// Those of `ask`, and when the snapshot cannot be had.
    pub fn at_a_moment<T, E: From<LedgerError> + From<diesel::result::Error>>(
        &self,
        now: impl FnOnce() -> String,
        ask: impl FnOnce(&mut Connection, String) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.reader()?;
        reader.transaction(|connection| {
            let now = {
                let mut told = self.moments.hold();
                let now = now();
                if *told < now {
                    told.clone_from(&now);
                }
                // the first question begins the snapshot
                log::sequence(connection)?;
                now
            };
            ask(connection, now)
        })
    }

    /// As [`Ledger::write`], where a new window may come of it, which is visible when this returns.
    fn write_window(
        &self,
        act: impl FnOnce(&mut Connection) -> Result<Option<i64>, LedgerError>,
    ) -> Result<(), LedgerError> {
        // held until the transaction is done
        let mut told = None;
        self.write(|connection| {
            if let Some(sequence) = act(connection)? {
                let told = told.insert(self.moments.hold());
                announcement::make_visible(connection, sequence, told.as_str())?;
            }
            Ok(())
        })
    }

    /// Does something in one transaction: all of it is durable, or nothing happened.
    ///
    /// # Errors
    /// Those of `act`, and when the transaction cannot be made durable.
    pub fn write<T>(
        &self,
        act: impl FnOnce(&mut Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.lock()
            .immediate_transaction(act)
            .map_err(|error| match error {
                LedgerError::Query(source) => LedgerError::Unwritten {
                    path: self.path.clone(),
                    source,
                },
                error => error,
            })
    }

    /// Forgets every verdict, but neither heads nor windows nor runs: the first step of a rebuild.
    ///
    /// # Errors
    /// When the query fails.
    pub fn forget_verdicts(&self) -> Result<(), LedgerError> {
        self.write(|connection| {
            connection.batch_execute(
                "DELETE FROM entry; DELETE FROM announcement; DELETE FROM class_count; DELETE FROM quarantine; DELETE FROM resource; \
                 DELETE FROM redaction; DELETE FROM promise; DELETE FROM warning; DELETE FROM erasure; \
                 DELETE FROM state; UPDATE log SET applied = 0;",
            )?;
            Ok(())
        })
    }

    /// Makes a ledger elsewhere, where nothing is yet, that has the same logs and windows and no verdict. It is not for keeping: a
    /// power cut may take it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begun_again_at(&self, place: &Path) -> Result<Self, LedgerError> {
        let begun = Self::open(place)?;
        let address = self.path.to_str().unwrap_or_default().replace('\'', "''");
        // what is attached is not written
        begun
            .lock()
            .batch_execute(&format!(
                "PRAGMA synchronous = OFF; PRAGMA secure_delete = OFF; ATTACH '{address}' AS used; BEGIN IMMEDIATE; \
                 INSERT INTO log SELECT * FROM used.log; UPDATE log SET applied = 0; \
                 INSERT INTO verified_window SELECT * FROM used.verified_window; COMMIT; DETACH used;"
            ))
            .map_err(|error| LedgerError::Unusable {
                path: place.to_owned(),
                detail: error.to_string(),
            })?;
        Ok(begun)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // a panic inside a transaction rolls it back, so nothing half done stands behind the lock
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse_newer(path: &Path, connection: &mut Connection) -> Result<(), LedgerError> {
    let unusable = |detail: &dyn std::fmt::Display| LedgerError::Unusable {
        path: path.to_owned(),
        detail: detail.to_string(),
    };
    let applied = connection
        .applied_migrations()
        .map_err(|error| unusable(&error))?;
    let known =
        diesel::migration::MigrationSource::<diesel::sqlite::Sqlite>::migrations(&MIGRATIONS)
            .map_err(|error| unusable(&error))?;
    let known: Vec<_> = known
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect();
    match applied.iter().find(|version| !known.contains(version)) {
        Some(migration) => Err(LedgerError::Newer {
            path: path.to_owned(),
            migration: migration.to_string(),
        }),
        None => Ok(()),
    }
}

/// SQLite's numbers have a sign; ours are all below 2⁶³.
pub(crate) fn signed(number: u64) -> i64 {
    number.cast_signed()
}

/// The way back of [`signed`].
pub(crate) fn unsigned(number: i64) -> u64 {
    number.cast_unsigned()
}
