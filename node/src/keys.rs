//! Key files: readable by their owner alone, in the form in which Go's `note` package writes signing keys.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::identifier::Origin;
use protocol::note::SigningKey;

/// The signature type of Ed25519 in signed notes (c2sp.org/signed-note).
const ED25519: u8 = 0x01;

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
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| unusable(io::Error::other(error)))?;
    let key = from_seed(path, origin, &seed)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(unusable)?;
    let mut secret = vec![ED25519];
    secret.extend_from_slice(&seed);
    writeln!(
        file,
        "PRIVATE+KEY+{origin}+{:08x}+{}",
        key.vkey().key_id(),
        STANDARD.encode(secret)
    )
    .map_err(unusable)?;
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
    let foreign = |detail: &str| KeyError::Foreign {
        path: path.to_owned(),
        origin: origin.to_string(),
        detail: detail.to_owned(),
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
    let rest = text
        .trim_end()
        .strip_prefix("PRIVATE+KEY+")
        .ok_or_else(|| foreign("it does not begin with PRIVATE+KEY+"))?;
    // an origin has no +, base64 may have one: name, key id, secret
    let mut parts = rest.splitn(3, '+');
    let (Some(name), Some(key_id), Some(secret)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(foreign("it has no name, key id and key"));
    };
    if name != origin.as_str() {
        return Err(foreign(&format!(
            "it is the key of {name}; node.origin in config.toml must never be changed"
        )));
    }
    let secret = STANDARD
        .decode(secret)
        .map_err(|_| foreign("its key is not base64"))?;
    let seed = match secret.split_first() {
        Some((&ED25519, seed)) => {
            <[u8; 32]>::try_from(seed).map_err(|_| foreign("its key is not 32 bytes long"))?
        }
        _ => return Err(foreign("its key is not of type Ed25519")),
    };
    let key = from_seed(path, origin, &seed)?;
    if format!("{:08x}", key.vkey().key_id()) != key_id {
        return Err(foreign("its key id does not fit its key"));
    }
    Ok(key)
}

fn from_seed(path: &Path, origin: &Origin, seed: &[u8; 32]) -> Result<SigningKey, KeyError> {
    SigningKey::from_seed(origin.as_str(), seed).map_err(|error| KeyError::Foreign {
        path: path.to_owned(),
        origin: origin.to_string(),
        detail: error.to_string(),
    })
}
