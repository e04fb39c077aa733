//! The socket's place in DATA, however long the path of DATA is.
//!
//! The address of a Unix socket holds some hundred bytes (108 on Linux, 104 elsewhere). A longer path is reached through a file
//! descriptor of its folder, which the kernel shows as a short path.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// What fits into an address everywhere, with its closing zero.
const LONGEST: usize = 103;

/// The name under which a new socket waits until it is complete.
const NEW: &str = "new";

/// Listens at this path, for this user alone. Whatever is there already is replaced: whoever calls has DATA's lock, so that no other can
/// listen there.
///
/// # Errors
/// When no socket can be made there.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    let new = path.with_extension(NEW);
    remove(&new)?;
    let listener = at(&new, |address| UnixListener::bind(address))?;
    // nobody can connect before the permissions are what they should be: nobody asks at this name
    fs::set_permissions(&new, Permissions::from_mode(0o600))?;
    fs::rename(&new, path)?;
    Ok(listener)
}

/// Takes the socket away.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Connects to whoever listens at this path; none where nobody does.
///
/// # Errors
/// When it is forbidden, or too many others wait already.
pub fn connect(path: &Path) -> io::Result<Option<UnixStream>> {
    match at(path, |address| UnixStream::connect(address)) {
        Ok(stream) => Ok(Some(stream)),
        // no file, or one that a server left behind
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

fn at<T>(path: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().as_bytes().len() <= LONGEST {
        return act(path);
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let folder = File::open(folder)?;
    // the descriptor has to stay open until the address was used
    let short = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name);
    act(&short)
}
