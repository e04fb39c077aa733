//! The socket's place in DATA.
//!
//! A socket's address holds 108 bytes (`sun_path`), and DATA may lie deeper. A longer path is reached through the open folder:
//! `/proc/self/fd/<number>/<name>` is short, whatever the folder is called.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// Bytes of a path in a socket's address: 108 with the zero at its end (`unix(7)`; 104 on BSD and macOS).
const LONGEST_PATH: usize = 103;

/// Listens at this path. Only whoever holds DATA's lock may call it: what is there is nobody's any more, and is replaced in one step.
///
/// The file is for its owner alone (0600) from the moment that it has its name.
///
/// # Errors
/// When the folder cannot be written.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    let mut name = path
        .file_name()
        .ok_or(io::ErrorKind::InvalidInput)?
        .to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    remove(&beside)?;
    let listener = at(&beside, |short| UnixListener::bind(short))?;
    fs::set_permissions(&beside, Permissions::from_mode(0o600))?;
    fs::rename(&beside, path)?;
    Ok(listener)
}

/// Connects to whoever listens at this path; none when nobody does, be there a file or not.
///
/// # Errors
/// When somebody else's permissions are in the way, or the address cannot be used.
pub fn connect(path: &Path) -> io::Result<Option<UnixStream>> {
    match at(path, |short| UnixStream::connect(short)) {
        Ok(stream) => Ok(Some(stream)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Removes the file, if it is there.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Does something with the path, or with a short one for the same place.
fn at<T>(path: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().as_bytes().len() <= LONGEST_PATH {
        return act(path);
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    // open until the socket has its place, or is connected
    let folder = File::open(folder)?;
    let short = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name);
    act(&short)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn a_folder_deeper_than_an_address_holds_has_its_socket() {
        let data = tempfile::tempdir().unwrap();
        let deep = data.path().join("d".repeat(120)).join("e".repeat(120));
        fs::create_dir_all(&deep).unwrap();
        let path = deep.join("control.sock");
        assert!(UnixListener::bind(&path).is_err(), "it is not too long");
        assert!(connect(&path).unwrap().is_none());
        let listener = listen(&path).unwrap();
        assert!(connect(&path).unwrap().is_some());
        listener.accept().unwrap();
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 1);
    }

    #[test]
    fn every_length_around_the_limit_works() {
        let data = tempfile::tempdir_in("/tmp").unwrap();
        let name = "control.sock";
        for length in 80..130 {
            let rest = length - data.path().as_os_str().len() - name.len() - 2;
            let folder = data.path().join("d".repeat(rest));
            fs::create_dir(&folder).unwrap();
            let path = folder.join(name);
            assert_eq!(path.as_os_str().len(), length);
            let _listener = listen(&path).unwrap();
            assert!(connect(&path).unwrap().is_some(), "{length}");
        }
    }

    #[test]
    fn what_a_crash_left_is_nobody_and_is_replaced() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("control.sock");
        drop(listen(&path).unwrap());
        assert!(path.exists() && connect(&path).unwrap().is_none());
        // a crash between the two names
        fs::write(data.path().join("control.sock.new"), "").unwrap();
        let _listener = listen(&path).unwrap();
        assert!(connect(&path).unwrap().is_some());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        remove(&path).unwrap();
        remove(&path).unwrap();
    }
}
