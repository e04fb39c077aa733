//! Bytes as a stream, for decoders that ask for one.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::Bytes;

/// Bytes as a stream, of which only so many are read: a decoder that would go round and round ends.
#[derive(Clone)]
pub(super) struct Stream {
    bytes: Arc<dyn Bytes>,
    position: u64,
    left: u64,
}

impl Stream {
    /// From the beginning; after `most` bytes there is an error.
    pub fn new(bytes: Arc<dyn Bytes>, most: u64) -> Stream {
        Stream {
            bytes,
            position: 0,
            left: most,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.bytes.size().saturating_sub(self.position);
        let count = (buffer.len() as u64).min(there);
        if count > self.left {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "more of it would have to be read than is allowed",
            ));
        }
        self.left -= count;
        // at most the buffer's length
        let part = &mut buffer[..count as usize];
        self.bytes.read_at(self.position, part)?;
        self.position += count;
        Ok(part.len())
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.size().checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
