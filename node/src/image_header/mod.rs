//! Reads what the header of an image file says of its pixels, without decoding any.
//!
//! TIFF (with BigTIFF, and so OME-TIFF), PNG and JPEG. Every reader here meets strangers' bytes: it reads a bounded
//! number of them, whatever the file claims, and never allocates by a number that the file gives.

mod jpeg;
mod png;
mod tiff;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use crate::study::Pixels;

/// Why a file cannot be read as an image.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// The file cannot be read at all.
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
    /// The format is one whose header is not read.
    #[error("{0} is not a kind of image whose header is read (TIFF, PNG and JPEG are)")]
    OtherFormat(String),
}

impl HeaderError {
    fn broken(format: &'static str, reason: impl Into<String>) -> HeaderError {
        HeaderError::Broken {
            format,
            reason: reason.into(),
        }
    }
}

/// Reads the header of the file at `path`, whose media type is known ([`crate::deposit::media_type`]).
///
/// # Errors
/// When the file cannot be read, is broken, or is of another format.
pub fn read(path: &Path, media_type: &str) -> Result<Pixels, HeaderError> {
    read_from(&File::open(path)?, media_type)
}

/// The same of a file that is open already, from its beginning.
///
/// # Errors
/// As [`read`].
pub fn read_from(file: &File, media_type: &str) -> Result<Pixels, HeaderError> {
    let length = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(4096, file);
    reader.rewind()?;
    match media_type {
        "image/tiff" => tiff::read(&mut reader, length),
        "image/png" => png::read(reader),
        "image/jpeg" => jpeg::read(&mut reader),
        other => Err(HeaderError::OtherFormat(other.to_owned())),
    }
}

/// Fills a buffer; the end of the file before that is the format's fault and not the disk's.
fn fill(
    reader: &mut impl Read,
    buffer: &mut [u8],
    format: &'static str,
) -> Result<(), HeaderError> {
    reader
        .read_exact(buffer)
        .map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                HeaderError::broken(format, "it ends inside its header")
            }
            _ => HeaderError::Read(error),
        })
}

/// Sizes must be at least one pixel each way.
fn pixels(
    size_x: u64,
    size_y: u64,
    pixel_type: Option<String>,
    format: &'static str,
) -> Result<Pixels, HeaderError> {
    if size_x == 0 || size_y == 0 {
        return Err(HeaderError::broken(
            format,
            format!("its header gives {size_x} × {size_y} pixels"),
        ));
    }
    Ok(Pixels {
        size_x,
        size_y,
        pixel_type,
    })
}

#[cfg(test)]
mod corpus;
