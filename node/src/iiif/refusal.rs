//! Why a request is not answered with a picture (Image API 3.0, section 7.3).

use crate::image::ImageError;
use crate::image::render::RenderError;

/// Why not, in a sentence that begins with a small letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// What kind of reason.
    pub kind: RefusalKind,
    /// The sentence.
    pub sentence: String,
}

/// What kind of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The address cannot be understood, or asks for what may not be: 400.
    Malformed,
    /// There is no such image, plane or channel: 404.
    NotFound,
    /// Understood and not done here: 501.
    NotImplemented,
    /// The image is there and cannot be read, through no fault of whoever asks: 500.
    Unreadable,
}

impl Refusal {
    /// The address cannot be understood.
    pub fn malformed(sentence: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::Malformed,
            sentence: sentence.into(),
        }
    }

    /// There is no such thing.
    pub fn not_found(sentence: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::NotFound,
            sentence: sentence.into(),
        }
    }

    /// Understood and not done here.
    pub fn not_implemented(sentence: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::NotImplemented,
            sentence: sentence.into(),
        }
    }
}

impl From<RenderError> for Refusal {
    fn from(error: RenderError) -> Self {
        let kind = match &error {
            RenderError::NotThere(_) => RefusalKind::NotFound,
            RenderError::TooMuch { .. }
            | RenderError::Image(
                ImageError::Broken { .. }
                | ImageError::Unsupported(_)
                | ImageError::TooLarge { .. },
            ) => RefusalKind::NotImplemented,
            RenderError::Image(ImageError::Read(_))
            | RenderError::Encoding { .. }
            | RenderError::Scaling(_) => RefusalKind::Unreadable,
        };
        Self {
            kind,
            sentence: error.to_string(),
        }
    }
}
