//! Making a node: folder, configuration, key, storage root, database, and the signed empty log.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::checkpoint::Checkpoint;
use protocol::merkle;

use crate::archive::{Archive, ArchiveError, DataFolder, FORMAT};
use crate::config::{Config, ConfigError, Identity};
use crate::database::Database;
use crate::keys;
use crate::log::{self, AppendError};
use crate::store::{DirectoryStore, Key, ObjectStore, StoreError, ocfl};

/// Why a node could not be made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is something already.
    #[error(
        "{0} is not empty; give a folder that does not exist or is empty, nothing in it was changed"
    )]
    NotEmpty(PathBuf),
    /// A file cannot be written.
    #[error("{path} cannot be made: {source}")]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was given is not allowed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A part could not be made.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The log could not be begun.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The empty tree could not be signed.
    #[error(transparent)]
    Checkpoint(#[from] protocol::checkpoint::CheckpointError),
}

/// Makes a node in a folder that does not exist or is empty.
///
/// `format` is written last: a folder that has it is whole, one that was cut short is refused by every command and can
/// be deleted.
///
/// # Errors
/// See [`InitError`].
pub fn init(path: &Path, identity: &Identity) -> Result<Archive, InitError> {
    let config_toml = identity.config_toml()?;
    let folder = DataFolder::new(path);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| InitError::Unwritable { path, source }
    };
    fs::create_dir_all(path).map_err(failed(path))?;
    if fs::read_dir(path).map_err(failed(path))?.next().is_some() {
        return Err(InitError::NotEmpty(path.to_owned()));
    }
    write_new(&folder.config(), config_toml.as_bytes()).map_err(failed(&folder.config()))?;
    let config = Config::read(&folder.config())?;
    DirBuilder::new()
        .mode(0o700)
        .create(folder.keys())
        .map_err(failed(&folder.keys()))?;
    let signer = keys::create(&folder.log_key(), &config.origin).map_err(ArchiveError::from)?;
    fs::create_dir_all(folder.ontologies()).map_err(failed(&folder.ontologies()))?;

    let store: Arc<dyn ObjectStore> =
        Arc::new(DirectoryStore::open(path).map_err(ArchiveError::from)?);
    let root = Key::parse("ocfl")
        .map_err(StoreError::from)
        .map_err(ArchiveError::from)?;
    ocfl::Root::init(Arc::clone(&store), root).map_err(ArchiveError::from)?;
    let empty = Checkpoint::new(config.origin.clone(), 0, merkle::empty_root()).sign(&signer)?;
    let checkpoint = log::key("checkpoint")
        .map_err(StoreError::from)
        .map_err(ArchiveError::from)?;
    store
        .replace(&checkpoint, &empty.to_bytes())
        .map_err(ArchiveError::from)?;
    let database = Database::create(&folder.database()).map_err(ArchiveError::from)?;

    store.barrier().map_err(ArchiveError::from)?;
    write_new(&folder.format(), format!("{FORMAT}\n").as_bytes())
        .map_err(failed(&folder.format()))?;
    let archive = Archive::with_database(folder, database)?;
    let mut lease = archive.lease().map_err(ArchiveError::from)?;
    log::append::recover(&archive, &mut lease)?;
    Ok(archive)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
