//! Opens images by what their files are, whatever they are called.

use std::sync::Arc;

use super::{ImageError, ImageFiles, Images, Limits, PixelSource, tiff};

/// Reads the files of images as they were deposited.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByFormat {
    /// What readers allow themselves.
    pub limits: Limits,
}

impl Images for ByFormat {
    fn open(&self, image: &ImageFiles) -> Result<Arc<dyn PixelSource>, ImageError> {
        let first = image.paths.first();
        let path = first.ok_or_else(|| ImageError::Unsupported("it has no file".to_owned()))?;
        let bytes = image.files.open(path)?.ok_or_else(|| {
            ImageError::Unsupported(format!("its file {path} is not in this archive"))
        })?;
        let mut beginning = [0; 16];
        let length = bytes.size().min(beginning.len() as u64) as usize;
        bytes.read_at(0, &mut beginning[..length])?;
        if !is_tiff(&beginning[..length]) {
            return Err(ImageError::Unsupported(format!(
                "{path} has a format of its own"
            )));
        }
        let opened = tiff::open(Arc::clone(&image.files), path, &self.limits)?;
        let found = opened.images.len();
        opened.images.into_iter().nth(image.number).ok_or_else(|| {
            ImageError::broken(
                "TIFF",
                format!("it has {found} images, and not number {}", image.number),
            )
        })
    }
}

/// TIFF or BigTIFF in either byte order, or OME-XML that names such files.
fn is_tiff(beginning: &[u8]) -> bool {
    let marks: [&[u8]; 6] = [
        b"II*\0",
        b"MM\0*",
        b"II+\0",
        b"MM\0+",
        b"<",
        b"\xef\xbb\xbf<",
    ];
    marks.iter().any(|mark| beginning.starts_with(mark))
}
