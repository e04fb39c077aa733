//! Pixels, by area.

use super::{Description, ImageError};

/// One resolution of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Columns.
    pub width: u64,
    /// Rows.
    pub height: u64,
    /// Columns of what is decoded at once: areas along its multiples are cheap.
    pub chunk_width: u64,
    /// Rows of what is decoded at once.
    pub chunk_height: u64,
}

impl Level {
    /// Makes sure that an area has something in it and lies within the level, as every reader has to before it reads.
    ///
    /// # Panics
    /// Where it does not: the mistake of whoever asks.
    pub(crate) fn must_hold(&self, area: Area) {
        let ends_within = |first: u64, length: u64, size: u64| {
            length > 0 && first.checked_add(length).is_some_and(|end| end <= size)
        };
        assert!(
            ends_within(area.x, area.width, self.width)
                && ends_within(area.y, area.height, self.height),
            "the area {area:?} is not within {self:?}"
        );
    }
}

/// Which plane: an index for each axis of the description but the last two (y and x), in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Plane(pub Vec<u64>);

/// An area of a plane, in pixels of the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: u64,
    /// First row.
    pub y: u64,
    /// Columns, at least 1.
    pub width: u64,
    /// Rows, at least 1.
    pub height: u64,
}

/// An image whose pixels can be read, from any thread.
pub trait PixelSource: Send + Sync {
    /// What it is.
    fn description(&self) -> &Description;

    /// Its resolutions, the full one first, each smaller than the one before; z, t and channels are the same in all.
    fn levels(&self) -> &[Level];

    /// Reads an area of a plane, row by row, native byte order, into a buffer of exactly
    /// `area.width * area.height * pixel_type.bytes()` bytes. What a file leaves out (a missing tile, a missing chunk) is
    /// its fill value, else 0.
    ///
    /// # Errors
    /// [`ImageError`] where the bytes cannot be read or decoded.
    ///
    /// # Panics
    /// Where level, plane, area or buffer do not fit: the caller's mistake.
    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError>;
}
