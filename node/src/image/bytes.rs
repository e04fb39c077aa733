//! Where the bytes of images come from.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::relative_path::RelPath;

/// The bytes of one file, at any place and from any thread.
pub trait Bytes: Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// Fills a buffer from an offset.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] where the file ends before; whatever the disk says.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// The files that an image may consist of: those of one study, or of one OME-Zarr.
pub trait Files: Send + Sync {
    /// A file; none where there is none, or a folder.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>>;
}

/// The files of a folder. Symbolic links are not followed out of it, because whoever made the folder refused them.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

impl Files for Folder {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        let file = match File::open(path.below(&self.0)) {
            Ok(file) => file,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if !file.metadata()?.is_file() {
            return Ok(None);
        }
        of_open_file(file).map(Some)
    }
}

/// The bytes of a file that is open.
///
/// # Errors
/// Whatever the disk says of its size.
pub fn of_open_file(file: File) -> io::Result<Arc<dyn Bytes>> {
    let size = file.metadata()?.len();
    Ok(Arc::new(OnDisk { file, size }))
}

struct OnDisk {
    file: File,
    size: u64,
}

impl Bytes for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}
