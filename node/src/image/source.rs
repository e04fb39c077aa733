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
