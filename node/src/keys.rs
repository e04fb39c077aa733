//! Key files: readable by their owner alone, in the form in which Go's `note` package writes signing keys.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use protocol::identifier::Origin;
use protocol::note::SigningKey;
use protocol::note::secret::{self, SecretText};

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key file {path} cannot be used: {source}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read it.
    #[error(
        "the key file {path} can be read by others (mode {mode:04o}); if nobody has copied it, `chmod 600 {path}`, else rotate the key"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It holds something else.
    #[error("the key file {path} does not hold the log key of {origin}: {detail}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The origin in the configuration.
        origin: String,
        /// What is wrong.
        detail: String,
    },
}

/// Makes the log key of a new node.
///
/// # Errors
/// When the system gives no randomness or the file is there already or cannot be written.
pub fn create(path: &Path, origin: &Origin) -> Result<SigningKey, KeyError> {
    let unusable = |source: io::Error| KeyError::Unusable {
        path: path.to_owned(),
        source,
    };
    let foreign = |error: protocol::note::KeyError| foreign(path, origin, &error);
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| unusable(io::Error::other(error)))?;
    let key = SigningKey::from_seed(origin.as_str(), &seed).map_err(foreign)?;
    let text = SecretText::new(origin.as_str(), &seed).map_err(foreign)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(unusable)?;
    writeln!(file, "{}", text.reveal()).map_err(unusable)?;
    file.sync_all().map_err(unusable)?;
    Ok(key)
}

/// Reads the log key, refusing a file that others can read.
///
/// # Errors
/// Says what is wrong with the file and what to do.
pub fn read(path: &Path, origin: &Origin) -> Result<SigningKey, KeyError> {
    let unusable = |source: io::Error| KeyError::Unusable {
        path: path.to_owned(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(unusable)?;
    let mode = file.metadata().map_err(unusable)?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Open {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = String::new();
    Read::take(&mut file, 4096)
        .read_to_string(&mut text)
        .map_err(unusable)?;
    let key = secret::parse(text.trim_end()).map_err(|error| foreign(path, origin, &error))?;
    if key.name() != origin.as_str() {
        let detail = format!(
            "it is the key of {}; node.origin in config.toml must never be changed",
            key.name()
        );
        return Err(foreign(path, origin, &detail));
    }
    Ok(key)
}

fn foreign(path: &Path, origin: &Origin, detail: &dyn std::fmt::Display) -> KeyError {
    KeyError::Foreign {
        path: path.to_owned(),
        origin: origin.to_string(),
        detail: detail.to_string(),
    }
}
