//! Shards: files that hold many chunks and an index of them. Zarr v3, codec `sharding_indexed`.

use super::codec;
use super::layout::{broken, product};
use super::store::FORMAT;
use crate::image::{Bytes, ImageError};

/// How a shard's index is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sharding {
    /// At the end of the file, or at its beginning.
    pub at_end: bool,
    /// Whether a CRC-32C follows it.
    pub is_summed: bool,
    pub big_endian: bool,
}

/// Where the chunks of a shard are: offset and length; none where a chunk is all fill value.
#[derive(Debug)]
pub(super) struct Index(Vec<Option<(u64, u64)>>);

impl Index {
    /// Where a chunk is, by its number in the shard.
    pub fn place(&self, chunk: usize) -> Option<(u64, u64)> {
        self.0.get(chunk).copied().flatten()
    }

    /// About how much memory it takes, with what it costs to keep it.
    pub fn bytes(&self) -> usize {
        self.0.len() * size_of::<Option<(u64, u64)>>() + 200
    }
}

/// How many chunks a shard has along each axis.
pub(super) fn chunks(file_shape: &[u64], chunk_shape: &[u64]) -> Result<Vec<u64>, ImageError> {
    let mut numbers = Vec::with_capacity(file_shape.len());
    for (file, chunk) in file_shape.iter().zip(chunk_shape) {
        if !file.is_multiple_of(*chunk) {
            return Err(broken(format!(
                "a shard of {file} cannot hold chunks of {chunk}"
            )));
        }
        numbers.push(file / chunk);
    }
    Ok(numbers)
}

impl Sharding {
    /// Reads the index of a shard of so many chunks along each axis.
    pub fn index(self, shard: &dyn Bytes, chunks: &[u64]) -> Result<Index, ImageError> {
        // bounded when the layout was made
        let entries =
            usize::try_from(product(chunks)).map_err(|_| broken("a shard is too large"))?;
        let size = entries * 16 + if self.is_summed { 4 } else { 0 };
        let offset = if self.at_end {
            shard.size().checked_sub(size as u64)
        } else {
            (size as u64 <= shard.size()).then_some(0)
        };
        let offset = offset.ok_or_else(|| broken("a shard is shorter than its index"))?;
        let mut bytes = vec![0; size];
        shard.read_at(offset, &mut bytes)?;
        let content = if self.is_summed {
            codec::checked(&bytes)
                .map_err(|_| broken("the index of a shard does not fit its checksum"))?
        } else {
            &bytes
        };
        let index = content
            .chunks_exact(16)
            .map(|entry| self.entry(entry, shard.size()))
            .collect::<Result<_, _>>()?;
        Ok(Index(index))
    }

    fn entry(self, bytes: &[u8], size: u64) -> Result<Option<(u64, u64)>, ImageError> {
        let number = |bytes: &[u8]| {
            let mut eight = [0; 8];
            eight.copy_from_slice(bytes);
            if self.big_endian {
                u64::from_be_bytes(eight)
            } else {
                u64::from_le_bytes(eight)
            }
        };
        let (offset, length) = (number(&bytes[..8]), number(&bytes[8..]));
        if offset == u64::MAX && length == u64::MAX {
            return Ok(None);
        }
        match offset.checked_add(length) {
            Some(end) if end <= size => Ok(Some((offset, length))),
            _ => Err(ImageError::broken(
                FORMAT,
                "the index of a shard points past its end",
            )),
        }
    }
}
