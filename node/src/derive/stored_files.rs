//! The files of a study version as the reader of images wants them.

use std::io::{self, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use crate::archive::Archive;
use crate::database::file;
use crate::image::{Bytes, Files};
use crate::relative_path::RelPath;
use crate::store::{Key, Reader};

/// Readers of one file that are kept for the next who reads it.
const KEPT_READERS: usize = 8;

/// The files of a version of a study.
pub struct StudyFiles {
    /// The archive that has them.
    pub archive: Arc<Archive>,
    /// The study's accession.
    pub study: String,
    /// The version.
    pub version: u64,
}

impl Files for StudyFiles {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        let mut connection = self
            .archive
            .database()
            .connection()
            .map_err(io::Error::other)?;
        let row = file::find(&mut connection, &self.study, self.version, path.as_str())
            .map_err(io::Error::other)?;
        let Some(key) = row.and_then(|row| row.content_key) else {
            return Ok(None);
        };
        let key = Key::parse(&key).map_err(io::Error::other)?;
        let opened = self.archive.store().open(&key).map_err(io::Error::other)?;
        Ok(opened.map(|(reader, size)| {
            let stored: Arc<dyn Bytes> = Arc::new(StoredFile {
                archive: Arc::clone(&self.archive),
                key,
                size,
                readers: Mutex::new(vec![reader]),
            });
            stored
        }))
    }
}

/// A file in the store. Each reader reads at one place at a time, so there are as many as read at once.
struct StoredFile {
    archive: Arc<Archive>,
    key: Key,
    size: u64,
    readers: Mutex<Vec<Reader>>,
}

impl Bytes for StoredFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let kept = self.readers().pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => {
                let opened = self
                    .archive
                    .store()
                    .open(&self.key)
                    .map_err(io::Error::other)?;
                let missing =
                    || io::Error::other(format!("{} is not in the storage", self.key.as_str()));
                opened.ok_or_else(missing)?.0
            }
        };
        reader.seek(SeekFrom::Start(offset))?;
        reader.read_exact(buffer)?;
        let mut readers = self.readers();
        if readers.len() < KEPT_READERS {
            readers.push(reader);
        }
        Ok(())
    }
}

impl StoredFile {
    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
