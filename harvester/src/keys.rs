//! Key files: readable by their owner alone, in the form in which Go's `note` package writes signing keys.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use protocol::note::SigningKey;
use protocol::note::secret::{self, SecretError, SecretText};

/// The longest key file that is read, bytes: some twenty times what a key takes.
const MOST_BYTES: u64 = 4096;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
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
        "the key file {path} can be read by others (mode {mode:04o}); if nobody has copied it, `chmod 600 {path}`, else make a new key"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It holds something else.
    #[error("the key file {path} holds no signing key: {source}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: SecretError,
    },
    /// No key may have this name.
    #[error("no key can be named so: {0}")]
    Name(#[from] protocol::note::KeyError),
}

impl KeyFileError {
    /// Whether the only thing wrong is that there is no such file.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Unusable { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Makes a new key of this name. The file is there in whole, durable, or not at all; one that is there is never written over.
///
/// # Errors
/// When the system gives no randomness, the name is none, or the file is there already or cannot be written.
pub fn create(path: &Path, name: &str) -> Result<SigningKey, KeyFileError> {
    let unusable = |source: io::Error| KeyFileError::Unusable {
        path: path.to_owned(),
        source,
    };
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| unusable(io::Error::other(error)))?;
    let key = SigningKey::from_seed(name, &seed)?;
    let text = SecretText::new(name, &seed)?;
    write_new(path, &text).map_err(unusable)?;
    Ok(key)
}

/// Beside, then named: `tempfile` makes files that their owner alone can read (0600).
fn write_new(path: &Path, text: &SecretText) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::other("it has no folder"))?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", text.reveal())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(&path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// Reads a key, refusing a file that others can read.
///
/// # Errors
/// Says what is wrong with the file and what to do.
pub fn read(path: &Path) -> Result<SigningKey, KeyFileError> {
    let unusable = |source: io::Error| KeyFileError::Unusable {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unusable)?;
    // of the file that is open, so that nobody can put another in its place in between
    let mode = file.metadata().map_err(unusable)?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = String::new();
    Read::take(&mut file, MOST_BYTES)
        .read_to_string(&mut text)
        .map_err(unusable)?;
    secret::parse(text.trim_end()).map_err(|source| KeyFileError::Foreign {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        assert!(read(&path).unwrap_err().is_absence());
        let key = create(&path, "open-images/root").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap().vkey(), key.vkey());
        let again = create(&path, "open-images/root").unwrap_err();
        assert!(again.to_string().contains("exists"), "{again}");
        assert_eq!(read(&path).unwrap().vkey(), key.vkey());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_and_a_file_that_is_no_key_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        create(&path, "open-images/root").unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let error = read(&path).unwrap_err();
            assert!(matches!(error, KeyFileError::Open { .. }), "{error}");
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let secret = fs::read_to_string(&path).unwrap();
        fs::write(&path, &secret[..secret.len() - 6]).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("holds no signing key: its key"), "{error}");
        assert!(!error.contains(&secret[40..60]), "{error}");
    }

    #[test]
    fn no_file_is_left_where_the_name_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let error = create(&folder.path().join("root.key"), "two words").unwrap_err();
        assert!(matches!(error, KeyFileError::Name(_)), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
