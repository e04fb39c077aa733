//! Converts the files of images that are read by way of a converter.
//!
//! What was written stays while images of that file wait, and these are made before it is another study's turn, so that a file is
//! converted once for all of them. It goes when another is to be converted, or nothing waits.

use std::sync::Arc;

use super::error::MakeError;
use super::settings::Settings;
use super::subject::Subject;
use crate::archive::Archive;
use crate::convert::{ConversionError, Converted};
use crate::image::ImageFiles;
use crate::relative_path::RelPath;
use crate::staging::Room;

/// What was converted last.
#[derive(Default)]
pub(super) struct Conversions {
    last: Option<Last>,
}

struct Last {
    study: String,
    version: u64,
    path: RelPath,
    converted: Converted,
    /// Goes after what is in it.
    _room: Arc<Room>,
}

impl Conversions {
    /// Where the pixels of an image of a study are to be read from.
    ///
    /// # Errors
    /// Where its file is to be converted and cannot be.
    pub fn files(
        &mut self,
        archive: &Archive,
        study: &str,
        subject: &Subject,
        settings: &Settings,
        is_to_stop: &dyn Fn() -> bool,
    ) -> Result<ImageFiles, MakeError> {
        let files = &subject.files;
        let (true, Some(path)) = (subject.is_converted, files.paths.first()) else {
            self.forget();
            return Ok(files.clone());
        };
        if !self.has(study, subject) {
            // its room on disk may be what the next one needs
            self.forget();
            let (converted, room) = convert(archive, subject, path, settings, is_to_stop)?;
            self.last = Some(Last {
                study: study.to_owned(),
                version: subject.version,
                path: path.clone(),
                converted,
                _room: room,
            });
        }
        let written = self.last.as_ref().map(|last| &last.converted);
        let written =
            written.ok_or_else(|| MakeError::Other("nothing was converted".to_owned()))?;
        Ok(ImageFiles {
            files: written.files(),
            paths: vec![written.path().clone()],
            number: files.number,
            inside: None,
            counted: Vec::new(),
        })
    }

    /// The study of the file that was converted last.
    pub fn study(&self) -> Option<&str> {
        self.last.as_ref().map(|last| last.study.as_str())
    }

    /// Whether an image of a study is in the file that was converted last.
    pub fn has(&self, study: &str, subject: &Subject) -> bool {
        let path = subject.files.paths.first();
        let is_last = |last: &Last| {
            (last.study.as_str(), last.version, Some(&last.path)) == (study, subject.version, path)
        };
        subject.is_converted && self.last.as_ref().is_some_and(is_last)
    }

    /// Removes what was written.
    pub fn forget(&mut self) {
        self.last = None;
    }
}

fn convert(
    archive: &Archive,
    subject: &Subject,
    path: &RelPath,
    settings: &Settings,
    is_to_stop: &dyn Fn() -> bool,
) -> Result<(Converted, Arc<Room>), MakeError> {
    let converter = settings.converter.as_ref().ok_or_else(|| {
        MakeError::Unreadable(
            "its format is read by way of a converter, and none is configured any more (images.converter; then run omma-node derive with its id)"
                .to_owned(),
        )
    })?;
    let other = |error: crate::staging::StagingError| MakeError::Other(error.to_string());
    let room = Room::take(archive).map_err(other)?;
    let folder = room.folder().map_err(other)?;
    let files = subject.files.files.as_ref();
    let converted = converter.convert(files, path, folder, is_to_stop)?;
    Ok((converted, room))
}

impl From<ConversionError> for MakeError {
    fn from(error: ConversionError) -> MakeError {
        let sentence = error.to_string();
        error.log_what_it_said();
        match error {
            ConversionError::Failed { .. } => MakeError::Unreadable(sentence),
            ConversionError::Unavailable(_) | ConversionError::Input(_) => {
                MakeError::Other(sentence)
            }
            ConversionError::Disk { path, source } => MakeError::of_disk(&path, source),
            ConversionError::Stopped => MakeError::Stopped,
        }
    }
}
