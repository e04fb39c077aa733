//! What can stand in the way of making a derivation, by what is done about it.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::database::DatabaseError;
use crate::database::derivation::End;
use crate::image::ImageError;
use crate::image::pyramid::PyramidError;
use crate::image::render::RenderError;

/// The first time that something is tried again, and the longest time between two tries, in seconds.
const SOON: i64 = 60;
const LATEST: i64 = 3600;

/// What stood in the way.
#[derive(Debug, thiserror::Error)]
pub(super) enum MakeError {
    /// It was told to stop, or the row is another's now.
    #[error("it was told to stop")]
    Stopped,
    /// The files: it will never go.
    #[error("{0}")]
    Unreadable(String),
    /// There is no room: it goes as soon as there is.
    #[error("{0}")]
    Full(String),
    /// Something that may go another time.
    #[error("{0}")]
    Other(String),
}

impl MakeError {
    /// What the disk said of a file.
    pub fn of_disk(path: &Path, error: io::Error) -> MakeError {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                PyramidError::Full(path.to_owned()).into()
            }
            _ => MakeError::Other(format!("{} cannot be written: {error}", path.display())),
        }
    }

    /// How a turn ends with it, after so many others.
    pub fn end(self, attempts: i64, now: i64) -> End {
        let wait = SOON << attempts.clamp(0, 10);
        let not_before = now + wait.min(LATEST);
        match self {
            MakeError::Stopped => End::GivenBack,
            MakeError::Unreadable(reason) => End::Unreadable(reason),
            MakeError::Full(reason) => End::Later {
                reason,
                not_before: now + SOON,
                is_blameless: true,
            },
            MakeError::Other(reason) => End::Later {
                reason,
                not_before,
                is_blameless: false,
            },
        }
    }
}

impl From<ImageError> for MakeError {
    fn from(error: ImageError) -> MakeError {
        match &error {
            // a file that ends too early is no fault of the disk
            ImageError::Read(cause)
                if matches!(
                    cause.kind(),
                    ErrorKind::UnexpectedEof | ErrorKind::InvalidData
                ) =>
            {
                MakeError::Unreadable(format!("its files cannot be read as an image: {cause}"))
            }
            ImageError::Read(_) => MakeError::Other(error.to_string()),
            ImageError::Broken { .. }
            | ImageError::Unsupported(_)
            | ImageError::TooLarge { .. } => MakeError::Unreadable(error.to_string()),
        }
    }
}

impl From<PyramidError> for MakeError {
    fn from(error: PyramidError) -> MakeError {
        match error {
            PyramidError::Image(error) => error.into(),
            PyramidError::Full(_) => MakeError::Full(error.to_string()),
            PyramidError::Write { .. } | PyramidError::Threads(_) => {
                MakeError::Other(error.to_string())
            }
            PyramidError::TooWide { .. } => MakeError::Unreadable(format!(
                "{error} (images.memory_mib), then run omma-node derive with its id"
            )),
            PyramidError::Stopped => MakeError::Stopped,
        }
    }
}

impl From<RenderError> for MakeError {
    fn from(error: RenderError) -> MakeError {
        match error {
            RenderError::Image(error) => error.into(),
            error => MakeError::Unreadable(error.to_string()),
        }
    }
}

impl From<DatabaseError> for MakeError {
    fn from(error: DatabaseError) -> MakeError {
        MakeError::Other(error.to_string())
    }
}
