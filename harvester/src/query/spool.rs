//! Where a result is written before it is sent: memory for small ones, a file for others.
//!
//! An answer is sent only when it is complete. So whichever limit a query passes, and however late, it ends in a problem
//! document and never in a truncated table; a client that reads slowly holds disk, but no slot and no snapshot of the
//! store; and the length is known. The price is the wait for the first byte of a large result, at most the time limit.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::QueryError;

/// What is held in memory of a result before a file is made.
const IN_MEMORY: usize = 1 << 20;
/// Bytes that are written to the file at once.
const AT_ONCE: usize = 256 << 10;

/// A result that is complete: read it to the end.
#[derive(Debug)]
pub struct Answer {
    media_type: &'static str,
    length: u64,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Memory(Cursor<Vec<u8>>),
    File { file: File, _space: Space },
}

impl Answer {
    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether reading it waits for a disk.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.body, Body::File { .. })
    }
}

impl Read for Answer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.body {
            Body::Memory(bytes) => bytes.read(buffer),
            Body::File { file, .. } => file.read(buffer),
        }
    }
}

/// The disk that all results together may take.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    folder: PathBuf,
    limit: u64,
    used: Arc<AtomicU64>,
}

impl Disk {
    pub fn new(folder: PathBuf, limit: u64) -> Disk {
        Disk {
            folder,
            limit,
            used: Arc::default(),
        }
    }

    /// Bytes in use.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// A part of the disk; given back when dropped.
#[derive(Debug)]
struct Space {
    used: Arc<AtomicU64>,
    bytes: u64,
}

impl Space {
    fn grow(&mut self, bytes: u64, limit: u64) -> bool {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        before + bytes <= limit
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A result being written.
#[derive(Debug)]
pub(super) struct Spool {
    disk: Disk,
    limit: u64,
    length: u64,
    buffer: Vec<u8>,
    file: Option<(File, Space)>,
    refused: Option<QueryError>,
}

impl Spool {
    /// Nothing yet; at most `limit` bytes.
    pub fn new(disk: Disk, limit: u64) -> Spool {
        Spool {
            disk,
            limit,
            length: 0,
            buffer: Vec::new(),
            file: None,
            refused: None,
        }
    }

    /// Which limit was passed, when writing failed because of one.
    pub fn refused(&mut self) -> Option<QueryError> {
        self.refused.take()
    }

    /// The result, complete.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(mut self, media_type: &'static str) -> io::Result<Answer> {
        let body = if self.file.is_some() {
            self.write_out()?;
            match self.file {
                Some((mut file, space)) => {
                    file.seek(SeekFrom::Start(0))?;
                    Body::File {
                        file,
                        _space: space,
                    }
                }
                None => Body::Memory(Cursor::default()),
            }
        } else {
            Body::Memory(Cursor::new(self.buffer))
        };
        Ok(Answer {
            media_type,
            length: self.length,
            body,
        })
    }

    fn refuse(&mut self, why: QueryError) -> io::Error {
        let error = io::Error::other(why.to_string());
        self.refused = Some(why);
        error
    }

    fn write_out(&mut self) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => self.file.insert(file),
            None => {
                let file = tempfile::tempfile_in(&self.disk.folder).map_err(|error| {
                    io::Error::new(
                        error.kind(),
                        format!(
                            "no file can be made in {}: {error}",
                            self.disk.folder.display()
                        ),
                    )
                })?;
                let space = Space {
                    used: Arc::clone(&self.disk.used),
                    bytes: 0,
                };
                self.file.insert((file, space))
            }
        };
        if !file.1.grow(self.buffer.len() as u64, self.disk.limit) {
            return Err(self.refuse(QueryError::Busy { retry_after: 30 }));
        }
        file.0.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len() as u64;
        if self.length > self.limit {
            let limit = self.limit;
            return Err(self.refuse(QueryError::Bytes { limit }));
        }
        self.buffer.extend_from_slice(bytes);
        let most = if self.file.is_some() {
            AT_ONCE
        } else {
            IN_MEMORY
        };
        if self.buffer.len() > most {
            self.write_out()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects")]
    use std::io::{Read, Write};

    use super::{Disk, IN_MEMORY, Spool};
    use crate::query::QueryError;

    fn disk(limit: u64) -> Disk {
        Disk::new(std::env::temp_dir(), limit)
    }

    #[test]
    fn a_small_result_stays_in_memory_and_a_large_one_goes_to_the_disk_and_both_come_back_whole() {
        for (size, is_on_disk) in [(0, false), (IN_MEMORY, false), (5 * IN_MEMORY + 7, true)] {
            let disk = disk(u64::MAX);
            let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
            let mut spool = Spool::new(disk.clone(), u64::MAX);
            for chunk in bytes.chunks(1000) {
                spool.write_all(chunk).unwrap();
            }
            let mut answer = spool.finish("text/csv").unwrap();
            assert_eq!(answer.is_on_disk(), is_on_disk);
            assert_eq!(answer.length(), size as u64);
            assert_eq!(disk.used() > 0, is_on_disk);
            let mut read = Vec::new();
            answer.read_to_end(&mut read).unwrap();
            assert!(read == bytes, "{size} bytes did not come back");
            drop(answer);
            assert_eq!(disk.used(), 0);
        }
    }

    #[test]
    fn what_passes_a_limit_says_which() {
        let mut spool = Spool::new(disk(u64::MAX), 10);
        spool.write_all(b"0123456789").unwrap();
        spool.write_all(b"x").unwrap_err();
        assert!(matches!(
            spool.refused(),
            Some(QueryError::Bytes { limit: 10 })
        ));

        let full = disk(1000);
        let mut spool = Spool::new(full.clone(), u64::MAX);
        spool.write_all(&vec![0; 2 * IN_MEMORY]).unwrap_err();
        assert!(matches!(spool.refused(), Some(QueryError::Busy { .. })));
        drop(spool);
        assert_eq!(full.used(), 0);
    }
}
