//! What readers allow themselves, whatever a file says.

use super::ImageError;

/// Bounds of reading one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes that one decoded strip, tile or chunk may have.
    pub chunk_bytes: u64,
    /// Most directories, planes or files that one image file may list.
    pub planes: u64,
    /// Most bytes of metadata (OME-XML, JSON) that are read.
    pub metadata_bytes: u64,
    /// Most images that one file may hold.
    pub images: usize,
    /// Bytes of decoded strips, tiles or chunks that an open image keeps, so that reading it row by row does not decode
    /// them again and again. One that is larger is kept nevertheless, alone.
    pub cache_bytes: u64,
}

impl Limits {
    /// Refuses more planes than are allowed: a plane of each channel, focal plane, time point …
    ///
    /// # Errors
    /// [`ImageError::TooLarge`].
    pub fn check_planes(&self, planes: u64) -> Result<(), ImageError> {
        if planes <= self.planes {
            return Ok(());
        }
        Err(ImageError::TooLarge {
            what: "the number of its planes",
            number: planes,
            limit: self.planes,
        })
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            chunk_bytes: 256 << 20,
            planes: 1 << 20,
            metadata_bytes: 64 << 20,
            images: 10_000,
            cache_bytes: 64 << 20,
        }
    }
}
