//! The file that is shown for the study in lists: a picture that whoever shows it will take (docs/METADATA.md).

use std::io::{Cursor, Read};

use image::{ImageDecoder, ImageFormat, ImageReader, Limits};
use protocol::thumbnail::{MOST_BYTES, MOST_PIXELS};

use super::report::Report;
use crate::deposit::DepositedFile;
use crate::study::Study;

/// What a decoder may take before the first pixel: one row, text, a colour profile.
const MOST_MEMORY: u64 = 16 << 20;

/// A thumbnail is a file of the study. One that is no picture, or too large a one, stays a file, with a warning.
pub(super) fn check(study: &mut Study, files: &[DepositedFile], report: &mut Report) {
    let Some(path) = &study.thumbnail else {
        return;
    };
    let Some(file) = files.iter().find(|file| file.path == *path) else {
        report.error(
            "thumbnail",
            format!("{path} is not among the files of the study"),
        );
        return;
    };
    if let Err(reason) = read_header(file) {
        report.warning(
            "thumbnail",
            format!("{path} is not shown for the study: {reason}"),
        );
        study.thumbnail = None;
    }
}

/// Reads as much as says how large the picture is.
fn read_header(file: &DepositedFile) -> Result<(), String> {
    let too_large = || {
        format!("it has more than {MOST_BYTES} bytes; give a smaller picture, 512 pixels wide say")
    };
    if file.bytes > MOST_BYTES {
        return Err(too_large());
    }
    let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
    let mut bytes = Vec::new();
    let opened = file.open().map_err(unreadable)?;
    // it may have grown since it was listed
    let mut opened = opened.take(MOST_BYTES + 1);
    opened.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large());
    }
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(unreadable)?;
    if !matches!(
        reader.format(),
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)
    ) {
        return Err("it is no PNG, JPEG or WebP picture; save it as one of these".to_owned());
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let decoder = reader
        .into_decoder()
        .map_err(|error| format!("it is no whole picture: {error}"))?;
    let (width, height) = decoder.dimensions();
    if !(1..=MOST_PIXELS).contains(&(u64::from(width) * u64::from(height))) {
        return Err(format!(
            "it is {width} × {height} pixels, and {MOST_PIXELS} in all are taken at most; give a smaller picture"
        ));
    }
    Ok(())
}
