//! Opens images by what their files are, whatever they are called.

use std::sync::Arc;

use super::{ImageError, ImageFiles, Images, Limits, PixelSource};

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
        Err(ImageError::Unsupported(format!(
            "the format of {path} is one"
        )))
    }
}
