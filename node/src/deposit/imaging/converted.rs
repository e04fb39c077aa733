//! A file in a format that is not read here, by way of a converter.

use super::{Imaged, Means, NoImage, read_here};
use crate::config::{ending_of, is_for_converters};
use crate::convert::{ConversionError, Converter};
use crate::image::Files;
use crate::relative_path::RelPath;
use crate::study::Series;

/// What a file says as the converter understands it. The images are the file's: nothing of what was written is kept.
pub(super) fn read(files: &dyn Files, path: &RelPath, means: Means<'_>) -> Result<Imaged, NoImage> {
    let Some(converter) = means.converter else {
        return Err(match is_for_converters(path.as_str()) {
            true => NoImage::WithoutConverter,
            false => NoImage::OtherFormat,
        });
    };
    if !converter.takes(path) {
        return Err(NoImage::OtherFormat);
    }
    let converted = converter
        .convert(files, path, means.scratch, &|| false)
        .map_err(|error| not_converted(&error))?;
    let imaged = read_here(converted.files(), vec![converted.path().clone()], &[]);
    let mut imaged = imaged.map_err(|why| NoImage::NotConverted(unreadable(converter, why)))?;
    let is_only = imaged.images.len() == 1;
    for one in &mut imaged.images {
        one.files = vec![path.clone()];
        // which of several it is must not depend on the layout of what is written
        one.series = one.series.take().filter(|_| !is_only).map(|series| Series {
            path: None,
            ..series
        });
        one.pixels.format = ending_of(path.as_str()).map(|ending| ending.to_ascii_uppercase());
        one.pixels.converter = Some(converter.name().to_owned());
    }
    let told = format!(
        "its format is not read here; what is said of it was read by way of the converter {}",
        converter.name()
    );
    imaged.warnings.insert(0, told);
    Ok(imaged)
}

/// What is said of it is published with the study. What passes is not: the study would lose what is known of it.
fn not_converted(error: &ConversionError) -> NoImage {
    error.log_what_it_said();
    match error {
        ConversionError::Failed { sentence, .. } => NoImage::NotConverted(sentence.clone()),
        ConversionError::Unavailable(_)
        | ConversionError::Input(_)
        | ConversionError::Disk { .. }
        | ConversionError::Stopped => NoImage::NotNow(error.to_string()),
    }
}

fn unreadable(converter: &Converter, why: NoImage) -> String {
    let name = converter.name();
    match why {
        NoImage::Unreadable(error) => {
            format!("what {name} wrote cannot be read as an image: {error}")
        }
        _ => format!("what {name} wrote is no image of a format that is read here"),
    }
}
