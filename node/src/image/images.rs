//! Which source stands behind an image.

use std::sync::Arc;

use super::sequence::Counted;
use super::{Files, ImageError, PixelSource};
use crate::relative_path::RelPath;

/// The files that an image is in.
#[derive(Clone)]
pub struct ImageFiles {
    /// All files of its study.
    pub files: Arc<dyn Files>,
    /// Those of the image, the first one first.
    pub paths: Vec<RelPath>,
    /// Which of the images in them, from 0.
    pub number: usize,
    /// Where it is in an OME-Zarr, which then says so instead of its number: `A/1/0`.
    pub inside: Option<String>,
    /// The axes along which they are counted, the last one fastest, where one image is many files whose names say so.
    pub counted: Vec<Counted>,
}

/// What opens images: their files as they were deposited, or what was derived from these.
pub trait Images: Send + Sync {
    /// Opens an image. It may take long, and is asked from threads that may block.
    ///
    /// # Errors
    /// [`ImageError`] where its files are none that can be read.
    fn open(&self, image: &ImageFiles) -> Result<Arc<dyn PixelSource>, ImageError>;
}
