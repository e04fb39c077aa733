//! Sends a zip while it is read out of the store: nothing of it is ever on the disk, and little in memory.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use actix_web::web::{self, Bytes};
use crc32fast::Hasher;
use futures_util::stream::{self, Stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::layout::{Member, Written, directory};
use crate::store::{Key, Reader};

/// How much is read at a time, as of single files.
const CHUNK: usize = 128 * 1024;
/// How much is read through for a checksum in one turn: a tenth of a second of a disk, after which others have theirs.
const TURN: u64 = 16 << 20;
/// Turns at once, of all zips that are asked for: nobody sees anything of a file before its checksum is known, so that asking costs little.
pub(in crate::serve) const AT_ONCE: usize = 4;

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
    turns: Arc<Semaphore>,
    sources: VecDeque<Source>,
    current: Current,
    written: Vec<Written>,
    place: u64,
    is_ended: bool,
}

/// Where the sending is in a member.
enum Current {
    /// Between two.
    None,
    /// The checksum of so many of its bytes is known. Its header says it, so that they are read twice, mostly out of the page cache.
    Summing {
        member: Member,
        reader: Reader,
        hasher: Hasher,
        read: u64,
    },
    /// So many of its bytes are left.
    Sending { reader: Reader, left: u64 },
}

/// The bytes of the zip, in order.
pub(super) fn bytes(
    open: Open,
    turns: Arc<Semaphore>,
    sources: Vec<Source>,
) -> impl Stream<Item = io::Result<Bytes>> {
    let sending = Sending {
        open,
        turns,
        sources: sources.into(),
        current: Current::None,
        written: Vec::new(),
        place: 0,
        is_ended: false,
    };
    stream::try_unfold(sending, |sending: Sending| async move {
        if sending.is_ended {
            return Ok(None);
        }
        // the head is sent already: the connection is cut, which a client sees, and the cause is said here
        let next = sending.until_bytes().await;
        next.map(Some)
            .inspect_err(|error| tracing::error!(error = %error, "a zip broke off"))
    })
}

impl Sending {
    /// The next bytes. A client that goes away meanwhile ends this after the turn that is under way.
    async fn until_bytes(mut self) -> io::Result<(Bytes, Sending)> {
        loop {
            let turn = match self.current {
                Current::Sending { .. } => None,
                _ => Some(self.turn().await?),
            };
            let work = move || {
                let next = self.next();
                drop(turn);
                next
            };
            let (bytes, sending) = web::block(work).await.map_err(io::Error::other)??;
            if !bytes.is_empty() {
                return Ok((bytes.into(), sending));
            }
            self = sending;
        }
    }

    async fn turn(&self) -> io::Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        turn.await.map_err(io::Error::other)
    }

    /// Goes a step further; there need not be bytes to send yet.
    fn next(mut self) -> io::Result<(Vec<u8>, Sending)> {
        let bytes = match std::mem::replace(&mut self.current, Current::None) {
            Current::None => match self.sources.pop_front() {
                Some(source) => self.begin(source)?,
                None => {
                    self.is_ended = true;
                    directory(&self.written, self.place)
                }
            },
            Current::Summing {
                member,
                reader,
                hasher,
                read,
            } => self.sum(member, reader, hasher, read)?,
            Current::Sending { reader, left } => self.send(reader, left)?,
        };
        self.place += bytes.len() as u64;
        Ok((bytes, self))
    }

    fn begin(&mut self, source: Source) -> io::Result<Vec<u8>> {
        let reader = (self.open)(&source.key)?;
        self.sum(source.member, reader, Hasher::new(), 0)
    }

    /// Sums for a turn; the header of the member when all is summed.
    fn sum(
        &mut self,
        member: Member,
        mut reader: Reader,
        mut hasher: Hasher,
        mut read: u64,
    ) -> io::Result<Vec<u8>> {
        let mut chunk = vec![0; CHUNK];
        let until = read + TURN;
        while read < until {
            let length = reader.read(&mut chunk)?;
            if length == 0 {
                return self.header(member, reader, hasher.finalize(), read);
            }
            hasher.update(&chunk[..length]);
            read += length as u64;
        }
        self.current = Current::Summing {
            member,
            reader,
            hasher,
            read,
        };
        Ok(Vec::new())
    }

    fn header(
        &mut self,
        member: Member,
        mut reader: Reader,
        crc: u32,
        read: u64,
    ) -> io::Result<Vec<u8>> {
        if read != member.size {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a stored file has another size than its study's list says; run omma-node check",
            ));
        }
        let header = member.header(crc);
        if member.size > 0 {
            reader.seek(SeekFrom::Start(0))?;
            self.current = Current::Sending {
                reader,
                left: member.size,
            };
        }
        self.written.push(Written {
            member,
            crc,
            offset: self.place,
        });
        Ok(header)
    }

    fn send(&mut self, mut reader: Reader, left: u64) -> io::Result<Vec<u8>> {
        let length = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
        let mut chunk = vec![0; length];
        reader.read_exact(&mut chunk)?;
        let left = left - length as u64;
        if left > 0 {
            self.current = Current::Sending { reader, left };
        }
        Ok(chunk)
    }
}
