//! `.ommatidia-id`: by it a study whose file gives no identifier is known again at the next import. For a folder it stands
//! inside; for a package that is one file, beside it, with that file's name before: `x.zip.ommatidia-id`.

use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::relative_path::RelPath;

use super::open_regular;

/// The file's name in a study's folder, and the end of its name beside a file.
pub const IDENTIFIER_FILE: &str = ".ommatidia-id";

/// Enough for any identifier; what is longer is another file.
const MOST_BYTES: u64 = 1000;

/// The folder and the name of the identifier's file for a study's folder or file.
fn place(source: &Path) -> io::Result<(PathBuf, RelPath)> {
    let is_folder = std::fs::metadata(source)?.is_dir();
    let (folder, name) = match source.file_name().filter(|_| !is_folder) {
        None => (source.to_owned(), IDENTIFIER_FILE.to_owned()),
        Some(name) => {
            let folder = source.parent().unwrap_or(Path::new(""));
            let name = name
                .to_str()
                .ok_or_else(|| io::Error::other("its name is not UTF-8"))?;
            (folder.to_owned(), format!("{name}{IDENTIFIER_FILE}"))
        }
    };
    let folder = if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder
    };
    Ok((folder, RelPath::parse(&name).map_err(io::Error::other)?))
}

/// Writes the identifier into a study's folder or beside its file, to be called once the study is published.
///
/// # Errors
/// When the folder cannot be written, or holds another identifier for it already.
pub fn remember_identifier(source: &Path, identifier: &str) -> io::Result<()> {
    let (folder, name) = place(source)?;
    match remembered_identifier(source)? {
        Some(there) if there == identifier => return Ok(()),
        Some(there) => {
            let message = format!("{name} holds {there:?} and not {identifier:?}");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        None => {}
    }
    // whole or not at all: half an identifier would make a second study of it
    let for_all = std::fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new()
        .prefix(IDENTIFIER_FILE)
        .permissions(for_all)
        .tempfile_in(&folder)?;
    writeln!(file, "{identifier}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(name.below(&folder))
        .map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The identifier that an earlier import wrote, if there is one.
pub(super) fn remembered_identifier(source: &Path) -> io::Result<Option<String>> {
    let (folder, name) = place(source)?;
    let file = match open_regular(&folder, &name) {
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
    fn a_package_that_is_a_file_has_its_identifier_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (
            folder.path().join("one.json"),
            folder.path().join("other.json"),
        );
        for (file, identifier) in [(&one, "first"), (&other, "second")] {
            std::fs::write(file, "{}").unwrap();
            assert_eq!(remembered_identifier(file).unwrap(), None);
            remember_identifier(file, identifier).unwrap();
        }
        assert_eq!(
            remembered_identifier(&one).unwrap().as_deref(),
            Some("first")
        );
        assert_eq!(
            remembered_identifier(&other).unwrap().as_deref(),
            Some("second")
        );
        assert!(folder.path().join("one.json.ommatidia-id").is_file());
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
