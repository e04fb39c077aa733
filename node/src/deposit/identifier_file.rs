//! `.ommatidia-id`: by it a study whose file gives no identifier is known again at the next import.

use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::relative_path::RelPath;

use super::open_regular;

/// The file's name, in the study's folder.
pub const IDENTIFIER_FILE: &str = ".ommatidia-id";

/// Enough for any identifier; what is longer is another file.
const MOST_BYTES: u64 = 1000;

/// Writes the identifier beside a study's file, to be called once the study is published.
///
/// # Errors
/// When the folder cannot be written, or holds another identifier already.
pub fn remember_identifier(folder: &Path, identifier: &str) -> io::Result<()> {
    match remembered_identifier(folder)? {
        Some(there) if there == identifier => return Ok(()),
        Some(there) => {
            let message = format!("{IDENTIFIER_FILE} holds {there:?} and not {identifier:?}");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        None => {}
    }
    // whole or not at all: half an identifier would make a second study of it
    let for_all = std::fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new()
        .prefix(IDENTIFIER_FILE)
        .permissions(for_all)
        .tempfile_in(folder)?;
    writeln!(file, "{identifier}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(folder.join(IDENTIFIER_FILE))
        .map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The identifier that an earlier import wrote, if there is one.
pub(super) fn remembered_identifier(folder: &Path) -> io::Result<Option<String>> {
    let path = RelPath::parse(IDENTIFIER_FILE).map_err(io::Error::other)?;
    let file = match open_regular(folder, &path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    let identifier = text.trim();
    if identifier.is_empty()
        || identifier.chars().any(char::is_control)
        || text.len() as u64 > MOST_BYTES
    {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it does not hold one line with an identifier",
        ));
    }
    Ok(Some(identifier.to_owned()))
}

/// A new identifier that no other study has: 128 random bits.
pub(super) fn fresh_identifier() -> io::Result<String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bits)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{IDENTIFIER_FILE, fresh_identifier, remember_identifier, remembered_identifier};

    #[test]
    fn what_is_written_is_read_again_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(remembered_identifier(folder.path()).unwrap(), None);
        let identifier = fresh_identifier().unwrap();
        assert_ne!(identifier, fresh_identifier().unwrap());
        remember_identifier(folder.path(), &identifier).unwrap();
        remember_identifier(folder.path(), &identifier).unwrap();
        assert_eq!(
            remembered_identifier(folder.path()).unwrap().as_deref(),
            Some(identifier.as_str())
        );
        assert!(remember_identifier(folder.path(), "another").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_holds_no_identifier_is_not_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", " \n", "a\nb", &"x".repeat(2000)] {
            std::fs::write(folder.path().join(IDENTIFIER_FILE), text).unwrap();
            assert!(remembered_identifier(folder.path()).is_err(), "{text:?}");
        }
    }
}
