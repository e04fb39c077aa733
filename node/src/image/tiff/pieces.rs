//! Reads strips and tiles: from bytes in a file to channels.

use super::channels::channels;
use super::decompress::decompress;
use super::input::Input;
use super::page::Body;
use super::shape::{Cut, Shape};
use crate::image::{ImageError, Limits};

/// What is needed in order to read the pixels of a page.
pub(super) struct Pieces<'a> {
    pub(super) input: &'a Input,
    pub(super) shape: &'a Shape,
    pub(super) body: &'a Body,
    /// Bytes by which a plane stands behind the one that the directory gives: of stacks with one directory.
    pub(super) shift: u64,
    pub(super) limits: &'a Limits,
}

impl Pieces<'_> {
    /// The channels of a chunk of the grid ([`Shape::chunk_rows`]); of one sample only where samples are read apart.
    pub(super) fn chunk(&self, sample: u64, column: u64, row: u64) -> Result<Vec<u8>, ImageError> {
        let shape = self.shape;
        let samples = match (shape.planar, shape.reads_samples_apart()) {
            (false, _) => 0..1,
            (true, true) => sample..sample + 1,
            (true, false) => 0..shape.samples,
        };
        let columns = shape.chunk_columns();
        if self.is_missing(samples.start, column, row) {
            let channels = if shape.reads_samples_apart() {
                1
            } else {
                shape.channels()
            };
            let bytes = channels * columns * shape.rows_of_chunk(row);
            return Ok(vec![0; bytes as usize * shape.pixel_type().bytes()]);
        }
        let stored: Vec<Vec<u8>> = samples
            .map(|sample| self.stored(sample, column, row))
            .collect::<Result<_, _>>()?;
        Ok(channels(shape, self.input.order, columns, stored))
    }

    /// Whether a tile was never written.
    fn is_missing(&self, sample: u64, column: u64, row: u64) -> bool {
        match self.shape.cut {
            Cut::Tiles { .. } => self.offset(self.tile(sample, column, row)) == 0,
            Cut::Strips { .. } => false,
        }
    }

    fn tile(&self, sample: u64, column: u64, row: u64) -> u64 {
        sample * self.shape.pieces_of_a_plane() + row * self.shape.tiles_across() + column
    }

    /// The decompressed rows of a chunk.
    fn stored(&self, sample: u64, column: u64, row: u64) -> Result<Vec<u8>, ImageError> {
        let shape = self.shape;
        match shape.cut {
            Cut::Tiles { width, height } => {
                self.piece(self.tile(sample, column, row), width, height)
            }
            Cut::Strips { rows } => {
                let first = row * shape.chunk_rows();
                let end = first + shape.rows_of_chunk(row);
                if shape.rows_stand_alone() {
                    return self.band(sample, rows, first, end);
                }
                let mut band = Vec::new();
                for strip in first / rows..end.div_ceil(rows) {
                    let rows = rows.min(shape.height - strip * rows);
                    let index = sample * shape.pieces_of_a_plane() + strip;
                    let piece = self.piece(index, shape.width, rows)?;
                    // one that is alone may be large, and is not copied
                    if band.is_empty() {
                        band = piece;
                    } else {
                        band.extend(piece);
                    }
                }
                Ok(band)
            }
        }
    }

    /// A whole strip or tile.
    fn piece(&self, index: u64, columns: u64, rows: u64) -> Result<Vec<u8>, ImageError> {
        let needed = self.shape.row_bytes(columns) * rows;
        let offset = self.offset(index);
        if offset == 0 {
            return Ok(vec![0; needed as usize]);
        }
        let compressed = !self.shape.rows_stand_alone();
        let length = match self.length(index) {
            // what the file does not say is what is needed, or what comes
            None | Some(0) if compressed => {
                let most = needed.saturating_mul(2).saturating_add(1 << 16);
                most.min(self.input.size().saturating_sub(offset))
            }
            None | Some(0) => needed,
            Some(length) => length,
        };
        if length > self.limits.chunk_bytes {
            return Err(ImageError::TooLarge {
                what: "the number of bytes of one of its strips or tiles",
                number: length,
                limit: self.limits.chunk_bytes,
            });
        }
        let bytes = self.input.read(offset, length)?;
        let tables = self.body.tables.as_deref();
        decompress(self.shape, tables, bytes, columns, rows)
    }

    /// Rows of uncompressed strips, wherever these begin and end. Strips that follow each other in the file, as most do,
    /// are read at once.
    fn band(&self, sample: u64, rows: u64, first: u64, end: u64) -> Result<Vec<u8>, ImageError> {
        let row_bytes = self.shape.row_bytes(self.shape.width);
        let mut band = vec![0; (row_bytes * (end - first)) as usize];
        // the part of the band that is still to be read, and where it begins in the file
        let mut waiting: Option<(std::ops::Range<usize>, u64)> = None;
        let mut row = first;
        while row < end {
            let strip = row / rows;
            let index = sample * self.shape.pieces_of_a_plane() + strip;
            let until = end.min((strip + 1) * rows);
            let rows_of_strip = rows.min(self.shape.height - strip * rows);
            self.body.check_length(index, row_bytes * rows_of_strip)?;
            let place =
                ((row - first) * row_bytes) as usize..((until - first) * row_bytes) as usize;
            let offset = match self.offset(index) {
                0 => 0,
                offset => offset.saturating_add((row - strip * rows) * row_bytes),
            };
            row = until;
            waiting = match waiting.take() {
                Some((before, start)) if start != 0 && start + before.len() as u64 == offset => {
                    Some((before.start..place.end, start))
                }
                before => {
                    self.read_part(&mut band, before)?;
                    Some((place, offset))
                }
            };
        }
        self.read_part(&mut band, waiting)?;
        if self.shape.bits_reversed {
            band.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        Ok(band)
    }

    fn read_part(
        &self,
        band: &mut [u8],
        part: Option<(std::ops::Range<usize>, u64)>,
    ) -> Result<(), ImageError> {
        match part {
            Some((place, offset)) if offset != 0 => self.input.fill(offset, &mut band[place]),
            _ => Ok(()),
        }
    }

    fn offset(&self, index: u64) -> u64 {
        match self.body.offsets.get(index as usize) {
            None | Some(0) => 0,
            Some(offset) => offset.saturating_add(self.shift),
        }
    }

    fn length(&self, index: u64) -> Option<u64> {
        self.body.lengths.get(index as usize).copied()
    }
}
