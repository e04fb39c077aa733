//! What a painter has: the folder of one study, its chance, and the size of what is to be painted.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use image::{ExtendedColorType, ImageEncoder};

use super::files::{Ome, Preview, Stack, colour};
use super::random::Random;
use super::{SamplesError, Size};

/// The folder of one study, while its files are made.
pub(super) struct Easel {
    pub folder: PathBuf,
    pub seed: u64,
    pub size: Size,
}

impl Easel {
    /// The chance of a part of the study.
    pub fn random(&self, part: &str) -> Random {
        Random::of(self.seed, part)
    }

    /// Pixels of a side that has `full` of them in full size.
    pub fn pixels(&self, full: usize) -> usize {
        match self.size {
            Size::Full => full,
            Size::Small => full / 4,
        }
    }

    /// Planes or time points of a stack that has `full` of them in full size.
    pub fn planes(&self, full: usize) -> usize {
        match self.size {
            Size::Full => full,
            Size::Small => full.div_ceil(4).max(2),
        }
    }

    /// Writes an OME-TIFF.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub fn ome_tiff(&self, path: &str, stack: &Stack, ome: &Ome) -> Result<(), SamplesError> {
        let bytes = stack
            .ome_tiff(ome)
            .map_err(|error| self.unmade(path, error))?;
        self.write(path, &bytes)
    }

    /// Writes a TIFF that says nothing beside its pixels, as programs write it that know nothing of microscopes.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub fn plain_tiff(&self, path: &str, stack: &Stack) -> Result<(), SamplesError> {
        let bytes = stack.tiff(None).map_err(|error| self.unmade(path, error))?;
        self.write(path, &bytes)
    }

    /// Writes a plain TIFF of one page in colour.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub fn colour_tiff(
        &self,
        path: &str,
        width: usize,
        samples: &[u8],
    ) -> Result<(), SamplesError> {
        let bytes = colour(width, samples.len() / 3 / width, samples)
            .map_err(|error| self.unmade(path, error))?;
        self.write(path, &bytes)
    }

    /// Writes a PNG of 8 bits.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub fn png(&self, path: &str, width: usize, counts: &[u16]) -> Result<(), SamplesError> {
        let bytes: Vec<u8> = counts.iter().map(|count| *count as u8).collect();
        let mut file = Vec::new();
        image::codecs::png::PngEncoder::new(&mut file)
            .write_image(
                &bytes,
                width as u32,
                (bytes.len() / width) as u32,
                ExtendedColorType::L8,
            )
            .map_err(|error| self.unmade(path, error))?;
        self.write(path, &file)
    }

    /// Writes the study's small picture.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub fn preview(&self, preview: &Preview) -> Result<(), SamplesError> {
        let path = "preview.jpg";
        let bytes = preview.jpeg().map_err(|error| self.unmade(path, error))?;
        self.write(path, &bytes)
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), SamplesError> {
        write_whole(&self.folder.join(path), bytes)
    }

    fn unmade(
        &self,
        path: &str,
        error: impl std::error::Error + Send + Sync + 'static,
    ) -> SamplesError {
        SamplesError::Unmade {
            path: self.folder.join(path),
            source: Box::new(error),
        }
    }
}

/// Writes a file and the folders that it is in. It gets its name when it is whole.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), SamplesError> {
    let unwritable = |source| SamplesError::Unwritable {
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(unwritable)?;
    let mut file = tempfile::Builder::new()
        .prefix(".writing")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    file.persist(path)
        .map_err(|error| unwritable(error.error))?;
    Ok(())
}
