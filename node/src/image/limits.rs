//! What readers allow themselves, whatever a file says.

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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            chunk_bytes: 256 << 20,
            planes: 1 << 20,
            metadata_bytes: 64 << 20,
            images: 10_000,
        }
    }
}
