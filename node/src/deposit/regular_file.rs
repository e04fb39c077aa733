//! Opens a file of a study, and nothing else that stands under its name.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{CWD, Mode, OFlags, openat};

use crate::image::{self, Bytes, Files};
use crate::relative_path::RelPath;

use super::DepositedFile;

/// Opens the regular file at `path` inside `root` for reading, going down folder by folder without following a
/// symbolic link: what was a file when the folder was listed may be a link to `/etc/passwd` when it is read.
/// The root itself is the operator's choice and may be reached by links.
///
/// # Errors
/// When something on the way is a link, is no folder, cannot be read, or the last part is not a regular file.
pub fn open_regular(root: &Path, path: &RelPath) -> io::Result<File> {
    let descend = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    let mut folder = openat(CWD, root, descend, Mode::empty())?;
    let (folders, name) = path
        .as_str()
        .rsplit_once('/')
        .unwrap_or(("", path.as_str()));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder =
            openat(&folder, part, descend | OFlags::NOFOLLOW, Mode::empty()).map_err(say_link)?;
    }
    // a pipe would wait for a writer for ever
    let read = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(openat(&folder, name, read, Mode::empty()).map_err(say_link)?);
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file",
        ))
    }
}

/// The regular files below a folder, for readers of images, each opened as [`open_regular`] does.
#[derive(Debug)]
pub struct RegularFiles(pub PathBuf);

impl Files for RegularFiles {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        match open_regular(&self.0, path) {
            Ok(file) => image::of_open_file(file).map(Some),
            // a link or a folder is no file of a study
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                        | io::ErrorKind::InvalidInput
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The system's words for a link where none may be are "too many levels of symbolic links" or "not a directory".
fn say_link(error: rustix::io::Errno) -> io::Error {
    match error {
        rustix::io::Errno::LOOP => {
            io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link")
        }
        rustix::io::Errno::NOTDIR => io::Error::new(
            io::ErrorKind::NotADirectory,
            "a part of its path is a symbolic link or not a folder",
        ),
        other => other.into(),
    }
}

impl DepositedFile {
    /// Opens its bytes, without following a symbolic link inside the study's folder.
    ///
    /// # Errors
    /// As [`open_regular`].
    pub fn open(&self) -> io::Result<File> {
        match root_of(&self.location, &self.path) {
            Some(root) => open_regular(root, &self.path),
            // a file whose place has another name than its path: the last part at least is looked at
            None => {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
                let file = File::from(
                    openat(CWD, &self.location, flags, Mode::empty()).map_err(say_link)?,
                );
                match file.metadata()?.is_file() {
                    true => Ok(file),
                    false => Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "it is not a regular file",
                    )),
                }
            }
        }
    }
}

/// The folder below which `path` is `location`.
fn root_of<'a>(location: &'a Path, path: &RelPath) -> Option<&'a Path> {
    if !location.ends_with(path.as_str()) {
        return None;
    }
    location.ancestors().nth(path.as_str().split('/').count())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::super::DepositedFile;
    use super::{open_regular, root_of};
    use crate::relative_path::RelPath;

    fn path(text: &str) -> RelPath {
        RelPath::parse(text).unwrap()
    }

    #[test]
    fn a_file_below_real_folders_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c.txt"), "here").unwrap();
        let file = DepositedFile {
            path: path("a/b/c.txt"),
            location: folder.path().join("a/b/c.txt"),
            bytes: 4,
            media_type: "text/plain".to_owned(),
            columns: Vec::new(),
        };
        let mut text = String::new();
        file.open().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "here");
        assert_eq!(root_of(&file.location, &file.path), Some(folder.path()));
    }

    #[test]
    fn links_folders_and_pipes_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "no").unwrap();
        symlink(outside.path(), folder.path().join("folder")).unwrap();
        symlink(outside.path().join("secret"), folder.path().join("link")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            folder.path().join("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from(0o600),
            0,
        )
        .unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        let refused = |name| {
            open_regular(folder.path(), &path(name))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(refused("link"), "it is a symbolic link");
        assert_eq!(
            refused("folder/secret"),
            "a part of its path is a symbolic link or not a folder"
        );
        assert_eq!(refused("pipe"), "it is not a regular file");
        assert_eq!(refused("real"), "it is not a regular file");
        assert!(open_regular(folder.path(), &path("absent")).is_err());
        assert!(open_regular(Path::new("/nowhere/at/all"), &path("absent")).is_err());
    }
}
