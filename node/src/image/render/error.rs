//! Why a picture cannot be made.

use crate::image::ImageError;

/// Why there is no picture of an image.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The pixels cannot be read.
    #[error("the image cannot be read: {0}")]
    Image(#[from] ImageError),
    /// The view names something that the image does not have.
    #[error("{0}")]
    NotThere(String),
    /// The picture needs more pixels to be read than are read for one picture.
    #[error(
        "this picture needs {needed} pixels to be read, and at most {most} are read for one; ask for a smaller region, for fewer channels or for fewer planes"
    )]
    TooMuch {
        /// How many it needs.
        needed: u64,
        /// How many are allowed.
        most: u64,
    },
    /// The picture cannot be written in a format.
    #[error("the picture cannot be written as {format}: {reason}")]
    Encoding {
        /// The format.
        format: &'static str,
        /// Why.
        reason: String,
    },
    /// The resampling failed, which only a fault of ours could cause.
    #[error("the picture cannot be scaled: {0}")]
    Scaling(String),
}
