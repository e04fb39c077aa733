//! The bytes of a TIFF file, in its byte order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::broken;
use crate::image::{Bytes, ImageError};

/// Which byte of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ByteOrder {
    /// `II`: the least.
    Little,
    /// `MM`: the greatest.
    Big,
}

impl ByteOrder {
    /// A number of at most eight bytes.
    pub(super) fn integer(self, bytes: &[u8]) -> u64 {
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, join),
            Self::Big => bytes.iter().fold(0, join),
        }
    }
}

/// A TIFF file: classic (offsets of four bytes) or BigTIFF (eight).
#[derive(Clone)]
pub(super) struct Input {
    bytes: Arc<dyn Bytes>,
    /// Bytes that were read of directories and their values.
    spent: Arc<AtomicU64>,
    pub(super) order: ByteOrder,
    pub(super) big: bool,
}

impl Input {
    /// Reads the eight or sixteen bytes at the head; gives the offset of the first directory as well.
    pub(super) fn open(bytes: Arc<dyn Bytes>) -> Result<(Self, u64), ImageError> {
        let mut head = [0; 16];
        let length = bytes.size().min(16) as usize;
        bytes.read_at(0, &mut head[..length])?;
        if length < 8 {
            return Err(broken("it has fewer bytes than a header"));
        }
        let (order, big) = match &head[..4] {
            b"II\x2a\0" => (ByteOrder::Little, false),
            b"MM\0\x2a" => (ByteOrder::Big, false),
            b"II\x2b\0" => (ByteOrder::Little, true),
            b"MM\0\x2b" => (ByteOrder::Big, true),
            _ => return Err(broken("it does not begin as one")),
        };
        let input = Self {
            bytes,
            spent: Arc::default(),
            order,
            big,
        };
        if !big {
            return Ok((input, order.integer(&head[4..8])));
        }
        // BigTIFF says how long its offsets are, then nothing
        if length < 16 || order.integer(&head[4..6]) != 8 || order.integer(&head[6..8]) != 0 {
            return Err(broken("its offsets are not of eight bytes"));
        }
        Ok((input, order.integer(&head[8..16])))
    }

    /// Its form without its bytes, for as long as nobody reads it.
    pub(super) fn closed(&self) -> Self {
        self.with_bytes(Arc::new(Nothing))
    }

    /// The same file through another handle.
    pub(super) fn with_bytes(&self, bytes: Arc<dyn Bytes>) -> Self {
        Self {
            bytes,
            spent: Arc::default(),
            order: self.order,
            big: self.big,
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.size()
    }

    /// How many bytes were read until now.
    pub(super) fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// `length` bytes from an offset. The caller has bounded the length; the end of the file bounds it again, before
    /// anything is allocated.
    pub(super) fn read(&self, offset: u64, length: u64) -> Result<Vec<u8>, ImageError> {
        let end = offset.checked_add(length);
        if end.is_none_or(|end| end > self.size()) {
            return Err(broken(format!(
                "{length} bytes from byte {offset} are asked for, and the file ends at {}",
                self.size()
            )));
        }
        self.read_some(offset, length)
    }

    /// At most `length` bytes from an offset, fewer at the end of the file.
    pub(super) fn read_some(&self, offset: u64, length: u64) -> Result<Vec<u8>, ImageError> {
        let length = length.min(self.size().saturating_sub(offset));
        self.spent.fetch_add(length, Ordering::Relaxed);
        let mut buffer = vec![0; length as usize];
        self.bytes.read_at(offset, &mut buffer)?;
        Ok(buffer)
    }

    /// Fills a buffer from an offset.
    pub(super) fn fill(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ImageError> {
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.size()) {
            return Err(broken(format!(
                "pixels stand at byte {offset}, and the file ends at {}",
                self.size()
            )));
        }
        Ok(self.bytes.read_at(offset, buffer)?)
    }
}

/// A file that is not open.
struct Nothing;

impl Bytes for Nothing {
    fn size(&self) -> u64 {
        0
    }

    fn read_at(&self, _offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match buffer {
            [] => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
