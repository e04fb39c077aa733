//! Where the pieces of a page are: which strips and tiles it has, and what of them is decoded at once.

use super::shape::{Cut, Shape};

/// Rows that can be read by themselves are read as many at once as make this many bytes.
const BAND_BYTES: u64 = 1 << 20;
/// Small strips are decoded together, as many as make this many bytes.
const TOGETHER_BYTES: u64 = 1 << 18;

impl Shape {
    /// Strips or tiles of a page, those of all samples where they stand apart.
    pub(super) fn pieces(&self) -> u64 {
        let planes = if self.planar { self.samples } else { 1 };
        self.pieces_of_a_plane().saturating_mul(planes)
    }

    /// Strips or tiles of one sample, or of all that stand side by side.
    pub(super) fn pieces_of_a_plane(&self) -> u64 {
        match self.cut {
            Cut::Strips { rows } => self.height.div_ceil(rows),
            Cut::Tiles { height, .. } => self
                .tiles_across()
                .saturating_mul(self.height.div_ceil(height)),
        }
    }

    /// Bytes of a strip or tile, where they do not depend on how well it is compressed.
    pub(super) fn bytes_of_piece(&self, index: u64) -> Option<u64> {
        let rows = match self.cut {
            Cut::Tiles { height, .. } => height,
            Cut::Strips { rows } => {
                let strip = index % self.pieces_of_a_plane();
                rows.min(self.height - strip * rows)
            }
        };
        self.rows_stand_alone()
            .then(|| self.row_bytes(self.chunk_columns()) * rows)
    }

    /// Tiles beside each other; 1 of strips.
    pub(super) fn tiles_across(&self) -> u64 {
        self.width.div_ceil(self.chunk_columns())
    }

    /// Rows that are decoded at once: of a tile, of as many strips as are worth it, or a part of a large strip whose rows
    /// stand alone.
    pub(super) fn chunk_rows(&self) -> u64 {
        let row_bytes = self.row_bytes(self.chunk_columns()).max(1);
        match self.cut {
            Cut::Tiles { height, .. } => height,
            Cut::Strips { .. } if self.rows_stand_alone() => {
                (BAND_BYTES / row_bytes).clamp(1, self.height)
            }
            Cut::Strips { rows } => {
                let together = TOGETHER_BYTES / row_bytes.saturating_mul(rows);
                (rows * together.max(1)).min(self.height.next_multiple_of(rows))
            }
        }
    }

    /// Rows of the chunk in a row of chunks: the last may have fewer, but of tiles.
    pub(super) fn rows_of_chunk(&self, chunk_row: u64) -> u64 {
        match self.cut {
            Cut::Tiles { height, .. } => height,
            Cut::Strips { .. } => {
                let first = chunk_row * self.chunk_rows();
                self.chunk_rows().min(self.height - first)
            }
        }
    }

    /// Whether samples that stand apart are read one by one, because none is needed for another.
    pub(super) fn reads_samples_apart(&self) -> bool {
        self.planar && self.colours.is_sample_by_sample()
    }
}
