//! Sends a zip while it is read out of the store: nothing of it is ever on the disk, and little in memory.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use actix_web::web::{self, Bytes};
use crc32fast::Hasher;
use futures_util::stream::{self, Stream};

use super::layout::{Member, Written, directory};
use crate::store::{Key, Reader};

/// How much is read at a time, as of single files.
const CHUNK: usize = 128 * 1024;

/// A file that becomes a member.
#[derive(Debug)]
pub(super) struct Source {
    pub member: Member,
    /// where its bytes are
    pub key: Key,
}

/// Opens an object of the store.
pub(super) type Open = Arc<dyn Fn(&Key) -> io::Result<Reader> + Send + Sync>;

/// How far the sending is.
struct Sending {
    open: Open,
    sources: VecDeque<Source>,
    /// the member that is being sent, and what is left of it
    current: Option<(Reader, u64)>,
    written: Vec<Written>,
    place: u64,
    is_ended: bool,
}

/// The bytes of the zip, in order.
pub(super) fn bytes(open: Open, sources: Vec<Source>) -> impl Stream<Item = io::Result<Bytes>> {
    let sending = Sending {
        open,
        sources: sources.into(),
        current: None,
        written: Vec::new(),
        place: 0,
        is_ended: false,
    };
    stream::try_unfold(sending, |sending: Sending| async move {
        if sending.is_ended {
            return Ok(None);
        }
        let next = web::block(move || sending.next())
            .await
            .map_err(io::Error::other)
            .flatten();
        // the head is sent already: the connection is cut, which a client sees, and the cause is said here
        next.map(Some)
            .inspect_err(|error| tracing::error!(error = %error, "a zip broke off"))
    })
}

impl Sending {
    fn next(mut self) -> io::Result<(Bytes, Sending)> {
        let bytes = match self.current.take() {
            Some((reader, left)) => self.go_on(reader, left)?,
            None => match self.sources.pop_front() {
                Some(source) => self.begin(source)?,
                None => {
                    self.is_ended = true;
                    directory(&self.written, self.place)
                }
            },
        };
        self.place += bytes.len() as u64;
        Ok((bytes.into(), self))
    }

    /// The header of a member. Its checksum stands there, so that its bytes are read twice, mostly out of the page cache.
    fn begin(&mut self, source: Source) -> io::Result<Vec<u8>> {
        let Source { member, key } = source;
        let mut reader = (self.open)(&key)?;
        let crc = checksum(&mut reader, member.size)?;
        reader.seek(SeekFrom::Start(0))?;
        let header = member.header(crc);
        if member.size > 0 {
            self.current = Some((reader, member.size));
        }
        self.written.push(Written {
            member,
            crc,
            offset: self.place,
        });
        Ok(header)
    }

    fn go_on(&mut self, mut reader: Reader, left: u64) -> io::Result<Vec<u8>> {
        let length = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
        let mut chunk = vec![0; length];
        reader.read_exact(&mut chunk)?;
        let left = left - length as u64;
        if left > 0 {
            self.current = Some((reader, left));
        }
        Ok(chunk)
    }
}

/// CRC-32 of an object of this size.
fn checksum(reader: &mut Reader, size: u64) -> io::Result<u32> {
    let mut hasher = Hasher::new();
    let mut chunk = vec![0; CHUNK];
    let mut read = 0;
    loop {
        match reader.read(&mut chunk)? {
            0 => break,
            length => {
                read += length as u64;
                hasher.update(&chunk[..length]);
            }
        }
    }
    if read != size {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a stored file has another size than its study's list says; run omma-node check",
        ));
    }
    Ok(hasher.finalize())
}
