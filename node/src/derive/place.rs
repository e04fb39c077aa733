//! Where the derivation of a version of an image is: `derived/<image>.<version>/`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::MakeError;
use crate::archive::DataFolder;
use crate::image::render::PictureFormat;
use crate::image::{Folder, ImageError, Level, Limits, PixelSource, zarr};

/// The number of the form of what is derived; what has another is made anew.
const FORM: u32 = 1;

/// Says that all is there.
const DOCUMENT: &str = "derived.json";

/// What files that are being written end in.
const UNFINISHED: &str = ".part";

/// The folder of what is derived of a version of an image. It need not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(PathBuf);

/// What was made of a version of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    form: u32,
    /// Where its pixels are.
    pub pixels: Pixels,
    /// Columns of the image.
    pub width: u64,
    /// Rows of the image.
    pub height: u64,
}

/// Where the pixels are that people look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pixels {
    /// In the pyramid that was made.
    Pyramid,
    /// In the OME-Zarr that was deposited, which has small levels of its own.
    Deposited {
        /// The folder of the image in its study.
        folder: String,
    },
}

impl Made {
    /// That the pixels of an image of this size are there.
    pub fn new(pixels: Pixels, size: Level) -> Made {
        Made {
            form: FORM,
            pixels,
            width: size.width,
            height: size.height,
        }
    }
}

impl Place {
    /// That of a version of an image, by its accession.
    pub fn of(folder: &DataFolder, image: &str, version: u64) -> Place {
        Place(folder.derived().join(format!("{image}.{version}")))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The pyramid's folder.
    pub fn pyramid(&self) -> PathBuf {
        self.0.join("zarr")
    }

    /// Opens the pyramid.
    ///
    /// # Errors
    /// Where there is none, it is damaged, or the disk fails.
    pub fn open_pyramid(&self) -> Result<Arc<dyn PixelSource>, ImageError> {
        let files = Arc::new(Folder(self.pyramid()));
        Ok(Arc::new(zarr::open(files, None, "", Limits::default())?))
    }

    /// Opens the pyramid, which keeps its decoded chunks among those of others.
    ///
    /// # Errors
    /// As [`Place::open_pyramid`].
    pub fn open_pyramid_sharing(
        &self,
        chunks: Arc<zarr::Chunks>,
    ) -> Result<Arc<dyn PixelSource>, ImageError> {
        let files = Arc::new(Folder(self.pyramid()));
        let limits = Limits::default();
        Ok(Arc::new(zarr::open_sharing(
            files, None, "", limits, chunks,
        )?))
    }

    /// A thumbnail's file.
    pub fn thumbnail(&self, side: u32, format: PictureFormat) -> PathBuf {
        let extension = format.extension();
        self.0.join(format!("thumbnail-{side}.{extension}"))
    }

    /// What was made, if all of it is there and of today's form.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn made(&self) -> io::Result<Option<Made>> {
        let text = match fs::read(self.0.join(DOCUMENT)) {
            Ok(text) => text,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        // what cannot be read is of another form
        let made: Option<Made> = serde_json::from_slice(&text).ok();
        Ok(made.filter(|made| made.form == FORM))
    }

    /// Says that all is there; the last thing that is written.
    pub(super) fn finish(&self, made: &Made) -> Result<(), MakeError> {
        let text = serde_json::to_vec(made).map_err(|error| MakeError::Other(error.to_string()))?;
        self.write(&self.0.join(DOCUMENT), &text)
    }

    /// Writes a file of it durably, in one step.
    pub(super) fn write(&self, path: &Path, content: &[u8]) -> Result<(), MakeError> {
        use std::io::Write as _;
        let failed = |error: io::Error| MakeError::of_disk(path, error);
        fs::create_dir_all(&self.0).map_err(failed)?;
        let mut file = tempfile::Builder::new()
            .prefix(".")
            .suffix(UNFINISHED)
            .permissions(readable())
            .tempfile_in(&self.0)
            .map_err(failed)?;
        file.write_all(content).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        let folder = fs::File::open(&self.0).map_err(failed)?;
        folder.sync_all().map_err(failed)
    }

    /// Removes what one who was killed had begun to write. Pyramids that somebody is writing now stay.
    pub(super) fn remove_leftovers(&self) -> Result<(), MakeError> {
        let failed = |error: io::Error| MakeError::of_disk(&self.0, error);
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.to_string_lossy().ends_with(UNFINISHED) {
                absent_is_fine(fs::remove_file(path)).map_err(failed)?;
            }
        }
        crate::image::pyramid::remove_leftovers(&self.0).map_err(failed)?;
        Ok(())
    }

    /// Removes all of it; tells whether there was anything.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remove(&self) -> io::Result<bool> {
        // first what says that all is there, so that half of it never passes for all
        absent_is_fine(fs::remove_file(self.0.join(DOCUMENT)))?;
        let mut turns = 0;
        loop {
            match fs::remove_dir_all(&self.0) {
                Ok(()) => return Ok(true),
                Err(error) if is_absent(&error) => return Ok(turns > 0),
                // somebody writes into it at this moment; he will find that he has to stop
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty && turns < 100 => {
                    turns += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// As any file that the server hands out, and not as temporary files are.
fn readable() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o644)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn absent_is_fine(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if is_absent(&error) => Ok(()),
        outcome => outcome,
    }
}
