//! Why an image cannot be read.

use std::io;

/// Why a file is not read as an image, or an area of it not given. The text continues "… cannot be read as an image: ".
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The disk failed.
    #[error("it cannot be read from disk: {0}")]
    Read(#[from] io::Error),
    /// The bytes are not what the format asks for.
    #[error("it is not a whole {format} file: {reason}")]
    Broken {
        /// The format, as people call it.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// It is sound as far as can be told, and says something that no reader here understands.
    #[error("{0}, which is not read here")]
    Unsupported(String),
    /// It asks for more than [`super::Limits`] allow.
    #[error("{what} is {number}, and at most {limit} is read")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How large the file says it is.
        number: u64,
        /// The limit.
        limit: u64,
    },
}

impl ImageError {
    /// A broken file.
    pub fn broken(format: &'static str, reason: impl Into<String>) -> Self {
        Self::Broken {
            format,
            reason: reason.into(),
        }
    }
}
