//! Areas of planes out of an array.

use std::sync::Arc;

use super::codec;
use super::layout::{Layout, broken, product};
use super::shard::{self, Index};
use super::store::{Hierarchy, join};
use crate::image::cache::Cache;
use crate::image::{Bytes, ImageError};

/// What is kept of the indexes of shards.
const INDEX_BYTES: u64 = 8 << 20;

/// An array that can be read.
pub(super) struct Array {
    hierarchy: Hierarchy,
    path: String,
    pub layout: Layout,
    /// Its number among those that share room for chunks.
    number: u64,
    indexes: Cache<Box<[u64]>, Index>,
}

/// A part of an array in two of its axes, at one index of every other.
pub(super) struct Cut<'a> {
    /// An index along each axis; of the rows' and columns' axes, the first.
    pub start: &'a [u64],
    pub row_axis: usize,
    pub rows: u64,
    pub column_axis: usize,
    pub columns: u64,
}

impl Array {
    pub fn new(hierarchy: &Hierarchy, path: &str, layout: Layout) -> Array {
        Array {
            hierarchy: hierarchy.clone(),
            path: path.to_owned(),
            layout,
            number: hierarchy.chunks.number(),
            indexes: Cache::of(INDEX_BYTES),
        }
    }

    /// Reads a part, row by row, into a buffer of exactly its size.
    pub fn read(&self, cut: &Cut<'_>, buffer: &mut [u8]) -> Result<(), ImageError> {
        let shape = &self.layout.chunk_shape;
        let spans = |axis: usize, count: u64| {
            let (start, chunk) = (cut.start[axis], shape[axis]);
            start / chunk..=(start + count - 1) / chunk
        };
        let mut chunk: Vec<u64> = cut
            .start
            .iter()
            .zip(shape)
            .map(|(at, size)| at / size)
            .collect();
        for row in spans(cut.row_axis, cut.rows) {
            for column in spans(cut.column_axis, cut.columns) {
                chunk[cut.row_axis] = row;
                chunk[cut.column_axis] = column;
                let decoded = self.chunk(&chunk, cut)?;
                self.copy(&chunk, decoded.as_deref().map(Vec::as_slice), cut, buffer);
            }
        }
        Ok(())
    }

    /// Copies what a chunk has of a part; the fill value, where there is no chunk.
    fn copy(&self, chunk: &[u64], decoded: Option<&[u8]>, cut: &Cut<'_>, buffer: &mut [u8]) {
        let layout = &self.layout;
        let size = layout.fill.len();
        let origin = |axis: usize| chunk[axis] * layout.chunk_shape[axis];
        // first and last of the part along an axis that is in this chunk
        let within = |axis: usize, count: u64| {
            let start = cut.start[axis].max(origin(axis));
            let end = (cut.start[axis] + count).min(origin(axis) + layout.chunk_shape[axis]);
            start..end
        };
        let columns = within(cut.column_axis, cut.columns);
        let fixed: usize = (0..chunk.len())
            .filter(|axis| *axis != cut.row_axis && *axis != cut.column_axis)
            .map(|axis| index(cut.start[axis] - origin(axis)) * layout.strides[axis])
            .sum();
        let column_stride = layout.strides[cut.column_axis];
        for row in within(cut.row_axis, cut.rows) {
            let into = index(row - cut.start[cut.row_axis]) * index(cut.columns)
                + index(columns.start - cut.start[cut.column_axis]);
            let count = index(columns.end - columns.start);
            let places = &mut buffer[into * size..(into + count) * size];
            let Some(decoded) = decoded else {
                places
                    .chunks_exact_mut(size)
                    .for_each(|place| place.copy_from_slice(&layout.fill));
                continue;
            };
            let from = fixed
                + index(row - origin(cut.row_axis)) * layout.strides[cut.row_axis]
                + index(columns.start - origin(cut.column_axis)) * column_stride;
            if column_stride == 1 {
                places.copy_from_slice(&decoded[from * size..(from + count) * size]);
                continue;
            }
            for (number, place) in places.chunks_exact_mut(size).enumerate() {
                let from = (from + number * column_stride) * size;
                place.copy_from_slice(&decoded[from..from + size]);
            }
        }
    }

    /// A decoded chunk; none where it is all fill value.
    fn chunk(&self, chunk: &[u64], cut: &Cut<'_>) -> Result<Option<Arc<Vec<u8>>>, ImageError> {
        let chunks = &self.hierarchy.chunks;
        if let Some(decoded) = chunks.get(self.number, chunk) {
            return Ok(Some(decoded));
        }
        let Some(encoded) = self.encoded(chunk)? else {
            return Ok(None);
        };
        let samples = self.layout.chunk_samples();
        let stored = codec::decode(
            &self.layout.codecs,
            encoded,
            samples * self.layout.sample.bytes(),
        )?;
        let decoded = Arc::new(self.layout.sample.to_native(stored));
        if !self.is_used_up(chunk, cut) {
            chunks.keep(self.number, chunk, &decoded);
        }
        Ok(Some(decoded))
    }

    /// Whether a part takes all that a chunk has: nobody asks for the rest of it then.
    fn is_used_up(&self, chunk: &[u64], cut: &Cut<'_>) -> bool {
        let layout = &self.layout;
        (0..chunk.len()).all(|axis| {
            let count = match axis {
                _ if axis == cut.row_axis => cut.rows,
                _ if axis == cut.column_axis => cut.columns,
                _ => 1,
            };
            let start = chunk[axis] * layout.chunk_shape[axis];
            let end = (start + layout.chunk_shape[axis]).min(layout.shape[axis]);
            cut.start[axis] <= start && cut.start[axis] + count >= end
        })
    }

    /// The bytes of a chunk as they are stored; none where nothing is.
    fn encoded(&self, chunk: &[u64]) -> Result<Option<Vec<u8>>, ImageError> {
        let layout = &self.layout;
        let ratio = |axis: usize| layout.file_shape[axis] / layout.chunk_shape[axis];
        let file: Vec<u64> = (0..chunk.len())
            .map(|axis| chunk[axis] / ratio(axis))
            .collect();
        let Some(bytes) = self.hierarchy.open(&join(&self.path, &layout.key(&file)))? else {
            return Ok(None);
        };
        let (offset, length) = match layout.sharding {
            None => (0, bytes.size()),
            Some(_) => {
                let chunks = shard::chunks(&layout.file_shape, &layout.chunk_shape)?;
                let number = (0..chunk.len()).fold(0, |number, axis| {
                    number * chunks[axis] + chunk[axis] % chunks[axis]
                });
                match self.index(&file, &bytes, &chunks)?.place(index(number)) {
                    Some(place) => place,
                    None => return Ok(None),
                }
            }
        };
        self.bounded(length)?;
        let mut encoded = vec![0; index(length)];
        bytes.read_at(offset, &mut encoded)?;
        Ok(Some(encoded))
    }

    fn bounded(&self, length: u64) -> Result<(), ImageError> {
        let decoded = self.layout.chunk_samples() * self.layout.sample.bytes();
        let most = codec::most_encoded(decoded) as u64;
        if length > most {
            return Err(broken(format!(
                "a chunk has {length} bytes on disk, and its shape allows {most}"
            )));
        }
        Ok(())
    }

    fn index(
        &self,
        file: &[u64],
        bytes: &Arc<dyn Bytes>,
        chunks: &[u64],
    ) -> Result<Arc<Index>, ImageError> {
        let sharding = self
            .layout
            .sharding
            .ok_or_else(|| broken("it has no shards"))?;
        debug_assert!(product(chunks) > 0, "a layout has no empty shards");
        self.indexes.get_or(file.into(), || {
            let index = sharding.index(bytes.as_ref(), chunks)?;
            let bytes = index.bytes() as u64;
            Ok((index, bytes))
        })
    }
}

/// A number that was found to be less than a buffer's length.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
