//! The archive: one node's DATA folder, opened. What every command and the server work on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::entry::Operation;
use protocol::note::SigningKey;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, ConfigError};
use crate::database::{Database, DatabaseError};
use crate::keys::{self, KeyError};
use crate::log::Log;
use crate::log::lease::{Lease, LeaseError};
use crate::store::ocfl::{self, OcflError};
use crate::store::{DirectoryStore, Key, ObjectStore, StoreError};

/// The form of the DATA folder that this program writes; raised when a newer form could not be read by an older program.
pub const FORMAT: u32 = 1;

/// Names in the DATA folder.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at a path.
    pub fn new(path: impl Into<PathBuf>) -> DataFolder {
        DataFolder(path.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `config.toml`.
    pub fn config(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// The number of the folder's form.
    pub fn format(&self) -> PathBuf {
        self.0.join("format")
    }

    /// The folder of keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The log key.
    pub fn log_key(&self) -> PathBuf {
        self.keys().join("log.key")
    }

    /// The SQLite database.
    pub fn database(&self) -> PathBuf {
        self.0.join("db.sqlite")
    }

    /// The lock of the one who appends.
    pub fn lease(&self) -> PathBuf {
        self.0.join("lease")
    }

    /// The right to append; waits for whoever has it, and says so.
    ///
    /// # Errors
    /// When the lock cannot be used.
    pub fn take_lease(&self) -> Result<Lease, LeaseError> {
        Lease::take(&self.lease(), || {
            tracing::info!("waiting for another omma-node that is writing to this archive")
        })
    }

    /// Ontologies that the operator loaded.
    pub fn ontologies(&self) -> PathBuf {
        self.0.join("ontologies")
    }

    /// What was made of images so that they can be seen; it can be deleted, and is made again.
    pub fn derived(&self) -> PathBuf {
        self.0.join("derived")
    }

    /// Uploads and acts under way.
    pub fn staging(&self) -> PathBuf {
        self.0.join("staging")
    }

    /// Refuses a folder that a newer program has written.
    ///
    /// # Errors
    /// When it is no node's folder or of a newer form.
    pub fn check_format(&self) -> Result<(), ArchiveError> {
        let unreadable = |detail: String| ArchiveError::NoNode {
            path: self.0.clone(),
            detail,
        };
        let text = std::fs::read_to_string(self.format())
            .map_err(|error| unreadable(error.to_string()))?;
        let found: u32 = text
            .trim()
            .parse()
            .map_err(|_| unreadable(format!("the file `format` holds {text:?}")))?;
        if found > FORMAT {
            return Err(ArchiveError::Newer {
                path: self.0.clone(),
                found,
            });
        }
        Ok(())
    }
}

/// Why a node's folder cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is not a node's folder.
    #[error("{path} is not the DATA folder of a node ({detail}); `omma-node init` makes one")]
    NoNode {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        detail: String,
    },
    /// A newer program wrote it.
    #[error(
        "{path} has form {found} and this omma-node knows forms up to {FORMAT}; run the newer omma-node that wrote it"
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// Its form.
        found: u32,
    },
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The storage root.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The lock.
    #[error(transparent)]
    Lease(#[from] LeaseError),
}

/// One node's DATA folder, opened.
pub struct Archive {
    folder: DataFolder,
    config: Config,
    store: Arc<dyn ObjectStore>,
    ocfl: ocfl::Root,
    log: Log,
    signer: SigningKey,
    database: Database,
    clock: Box<dyn Clock>,
}

impl Archive {
    /// Opens a node's folder: configuration, key, storage root, database. Says which of them is wrong, and what to do.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub fn open(path: &Path) -> Result<Archive, ArchiveError> {
        let folder = DataFolder::new(path);
        folder.check_format()?;
        let database = Database::open(&folder.database())?;
        Archive::with_database(folder, database)
    }

    /// Opens a node's folder with another database than the one that lies in it: what `rebuild` and `check` do.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub fn with_database(folder: DataFolder, database: Database) -> Result<Archive, ArchiveError> {
        folder.check_format()?;
        let config = Config::read(&folder.config())?;
        let signer = keys::read(&folder.log_key(), &config.origin)?;
        let store: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(folder.path())?);
        let root = Key::parse("ocfl").map_err(StoreError::from)?;
        let ocfl = ocfl::Root::open(Arc::clone(&store), root)?;
        let log = Log::new(
            Arc::clone(&store),
            config.origin.clone(),
            signer.vkey().clone(),
        );
        refuse_another_identity(&config, &log, &ocfl)?;
        Ok(Archive {
            folder,
            config,
            store,
            ocfl,
            log,
            signer,
            database,
            clock: Box::new(SystemClock),
        })
    }

    /// The right to append; waits for whoever has it.
    ///
    /// # Errors
    /// When the lock cannot be used.
    pub fn lease(&self) -> Result<Lease, LeaseError> {
        self.folder.take_lease()
    }

    /// The right to append, if nobody has it.
    ///
    /// # Errors
    /// When the lock cannot be used.
    pub fn try_lease(&self) -> Result<Option<Lease>, LeaseError> {
        Lease::try_take(&self.folder.lease())
    }

    /// The names in the folder.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The store under everything.
    pub fn store(&self) -> &dyn ObjectStore {
        self.store.as_ref()
    }

    /// The storage root.
    pub fn ocfl(&self) -> &ocfl::Root {
        &self.ocfl
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The key that signs checkpoints and nothing else.
    pub(crate) fn signer(&self) -> &SigningKey {
        &self.signer
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }
}

/// Prefix and namespace stand in everything that was ever signed and cannot change: the first entry of the log and its
/// record tell what they were. What cannot be read tells nothing here; `check` says what is wrong with it.
fn refuse_another_identity(
    config: &Config,
    log: &Log,
    ocfl: &ocfl::Root,
) -> Result<(), ArchiveError> {
    let Some(first) = log.first_entry() else {
        return Ok(());
    };
    if first.prefix() != config.prefix.as_str() {
        let detail = format!(
            "it is {} and the log began with {}; an accession prefix never changes: set it back",
            config.prefix,
            first.id()
        );
        return Err(ConfigError::Refused {
            key: "node.prefix",
            detail,
        }
        .into());
    }
    let (Some(id), Operation::Put { record, .. }) = (first.accession(), first.operation()) else {
        return Ok(());
    };
    let iri = config.namespace.iri(id);
    let is_known = match log.record(record) {
        Ok(Some(bytes)) => String::from_utf8_lossy(&bytes)
            .lines()
            .any(|line| line.starts_with(&format!("<{iri}> "))),
        Ok(None) => !log.store().children(&ocfl.folder_of(&iri))?.is_empty(),
        Err(_) => true,
    };
    if is_known {
        return Ok(());
    }
    let detail = format!(
        "it is {} and the log began with {id} in another namespace; a log has one namespace for ever: set it back",
        config.namespace
    );
    Err(ConfigError::Refused {
        key: "node.namespace",
        detail,
    }
    .into())
}
