//! The node's database: a projection of storage and log, for questions that should not open either.
//!
//! It can be deleted at any time: `rebuild` makes it again, row for row. Each submodule is an aggregate, its functions
//! named as the questions they answer. SQLite today; the queries are diesel's and the types plain, so that PostgreSQL
//! can follow with a connection type and its own migrations.
//!
//! Diesel is synchronous. The server crosses from async at one place, `serve::blocking`.

pub mod announcement;
pub mod browse;
pub mod catalogue;
pub mod derivation;
pub mod file;
pub mod image;
pub mod manifest;
pub mod position;
pub mod record;
pub mod schema;
pub mod standing;
pub mod study;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use diesel::sql_types::Integer;
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/node/sqlite");

/// The connection that the queries are written for.
pub type Connection = SqliteConnection;

/// A connection out of the pool.
pub type Pooled = PooledConnection<ConnectionManager<Connection>>;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It is not there.
    #[error("the database {0} is missing; `omma-node rebuild` makes it again from the storage")]
    Missing(PathBuf),
    /// It cannot be opened or is damaged.
    #[error(
        "the database {path} cannot be used ({detail}); move it away and run `omma-node rebuild`, which makes it again from the storage"
    )]
    Unusable {
        /// Its path.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The disk does not let it be used; the database itself may be well.
    #[error(
        "the database {path} cannot be read or written ({detail}): is the disk full or read-only, or may this user not write there? The database itself need not be damaged"
    )]
    Disk {
        /// Its path.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// It was made by a newer version of this program.
    #[error(
        "the database {path} was made by a newer version of omma-node (it has migration {migration}); run that version"
    )]
    Newer {
        /// Its path.
        path: PathBuf,
        /// The migration that this program does not know.
        migration: String,
    },
    /// Readers do not let go of the write-ahead log.
    #[error(
        "the write-ahead log of the database still has what was erased, because a reader uses it; stop what reads db.sqlite for long, and run any omma-node command that writes, which completes the erasure"
    )]
    InUse,
    /// All connections are taken.
    #[error(
        "the database {path} gave no connection in 30 seconds ({detail}); if it is only busy try again, else `omma-node check` tells what is wrong with it"
    )]
    Busy {
        /// Its path.
        path: PathBuf,
        /// What the pool said.
        detail: String,
    },
    /// A query failed.
    #[error(
        "the database refused a query: {0}; if the disk is full make room and run the command again, which completes what was begun, else `omma-node check` tells more"
    )]
    Query(#[from] diesel::result::Error),
}

/// The pool of connections to the database of one DATA folder.
///
/// `rebuild` may put another file in its place while a server runs: the pool notices (the file has another inode) and
/// opens that one, so that no restart is needed.
pub struct Database {
    path: PathBuf,
    opened: Mutex<Opened>,
}

struct Opened {
    inode: (u64, u64),
    pool: Pool<ConnectionManager<Connection>>,
}

/// What every connection is set to.
#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<Connection, diesel::r2d2::Error> for Pragmas {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), diesel::r2d2::Error> {
        // WAL: readers never wait for the writer. NORMAL: a power cut may lose the newest transactions but never
        // harms the file, and what is lost is applied again from the log at the next start. secure_delete: what is
        // erased for legal cause must not stay readable in free pages.
        connection
            .batch_execute(
                "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; \
                 PRAGMA secure_delete = ON;",
            )
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Database {
    /// Makes an empty database at a path where there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path) -> Result<Database, DatabaseError> {
        let database = Database {
            path: path.to_owned(),
            opened: Mutex::new(open_pool(path)?),
        };
        let mut connection = database.connection()?;
        connection
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| unusable(path, error))?;
        Ok(database)
    }

    /// Opens the database of a node and brings its tables up to date.
    ///
    /// # Errors
    /// When it is missing, damaged, or made by a newer version.
    pub fn open(path: &Path) -> Result<Database, DatabaseError> {
        if !path.exists() {
            return Err(DatabaseError::Missing(path.to_owned()));
        }
        let database = Database {
            path: path.to_owned(),
            opened: Mutex::new(open_pool(path)?),
        };
        let mut connection = database.connection()?;
        refuse_newer(path, &mut connection)?;
        connection
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| unusable(path, error))?;
        drop(connection);
        Ok(database)
    }

    /// A connection to the database that is at the path now.
    ///
    /// # Errors
    /// When it is missing or cannot be opened.
    pub fn connection(&self) -> Result<Pooled, DatabaseError> {
        let pool = {
            let mut opened = self.lock();
            if inode(&self.path)? != opened.inode {
                *opened = open_pool(&self.path)?;
            }
            opened.pool.clone()
        };
        pool.get().map_err(|error| DatabaseError::Busy {
            path: self.path.clone(),
            detail: error.to_string(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self) -> MutexGuard<'_, Opened> {
        // the pool is replaced as a whole, so a panic elsewhere leaves nothing half done behind the lock
        self.opened
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Empties every table, before all of it is made again from storage and log. Which tables there are is asked of the
/// database, so that none that comes later can be forgotten.
///
/// # Errors
/// When a query fails.
pub fn empty(connection: &mut Connection) -> Result<(), DatabaseError> {
    let tables: Vec<Table> = diesel::sql_query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .load(connection)?;
    for Table { name } in tables {
        diesel::sql_query(format!("DELETE FROM \"{name}\"")).execute(connection)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Checkpointed {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Brings the write-ahead log into the database file and empties it, so that rows that were deleted are in neither.
///
/// # Errors
/// When readers keep it from being emptied for as long as `busy_timeout` says; it can be tried again.
pub fn empty_write_ahead_log(connection: &mut Connection) -> Result<(), DatabaseError> {
    let outcome: Checkpointed =
        diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(connection)?;
    if outcome.busy == 0 {
        Ok(())
    } else {
        Err(DatabaseError::InUse)
    }
}

fn open_pool(path: &Path) -> Result<Opened, DatabaseError> {
    let manager = ConnectionManager::<Connection>::new(path.to_string_lossy());
    let pool = Pool::builder()
        .max_size(8)
        .min_idle(Some(0))
        .connection_timeout(std::time::Duration::from_secs(30))
        .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
        .connection_customizer(Box::new(Pragmas))
        .build_unchecked(manager);
    // the first connection makes the file where there is none, and fails where there is something else
    drop(first_connection(path)?);
    Ok(Opened {
        inode: inode(path)?,
        pool,
    })
}

/// Opens one connection outside the pool, because the pool would retry for its whole time-out and lose the reason.
fn first_connection(path: &Path) -> Result<Connection, DatabaseError> {
    use diesel::Connection as _;
    let mut connection =
        Connection::establish(&path.to_string_lossy()).map_err(|error| unusable(path, error))?;
    connection
        .batch_execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; SELECT count(*) FROM sqlite_master;")
        .map_err(|error| unusable(path, error))?;
    Ok(connection)
}

fn inode(path: &Path) -> Result<(u64, u64), DatabaseError> {
    let metadata = std::fs::metadata(path).map_err(|_| DatabaseError::Missing(path.to_owned()))?;
    Ok((metadata.dev(), metadata.ino()))
}

fn refuse_newer(path: &Path, connection: &mut Connection) -> Result<(), DatabaseError> {
    use diesel::migration::{Migration, MigrationSource};
    let known: Vec<String> = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&MIGRATIONS)
        .map_err(|error| unusable(path, error))?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    let applied = connection
        .applied_migrations()
        .map_err(|error| unusable(path, error))?;
    match applied
        .iter()
        .map(ToString::to_string)
        .find(|version| !known.contains(version))
    {
        Some(migration) => Err(DatabaseError::Newer {
            path: path.to_owned(),
            migration,
        }),
        None => Ok(()),
    }
}

fn unusable(path: &Path, error: impl std::fmt::Display) -> DatabaseError {
    let (path, detail) = (path.to_owned(), error.to_string());
    if OF_THE_DISK.iter().any(|words| detail.contains(words)) {
        DatabaseError::Disk { path, detail }
    } else {
        DatabaseError::Unusable { path, detail }
    }
}

/// SQLite's words for what the disk refuses: its error codes IOERR, FULL, CANTOPEN and READONLY, which diesel does not
/// give.
const OF_THE_DISK: [&str; 4] = [
    "disk I/O error",
    "disk is full",
    "unable to open database file",
    "attempt to write a readonly database",
];
