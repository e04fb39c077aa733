//! Several regions of ImageJ in a zip, as its ROI manager saves them.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{MOST_BYTES, MOST_MARKS, Mark, MarksError, Shape, imagej};

/// Reads the regions in their order.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Mark>, MarksError> {
    let broken = |error: zip::result::ZipError| {
        MarksError::not_understood(format!("it is no zip that can be read: {error}"))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut marks = Vec::new();
    let mut bytes_left = MOST_BYTES;
    let mut points = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        let Some(name) = name.strip_suffix(".roi").map(str::to_owned) else {
            continue;
        };
        let mut region = Vec::new();
        entry
            .by_ref()
            .take(bytes_left + 1)
            .read_to_end(&mut region)
            .map_err(|error| MarksError::not_understood(format!("{name}.roi: {error}")))?;
        let left = bytes_left.checked_sub(region.len() as u64);
        bytes_left = left.ok_or(MarksError::TooMuch {
            what: "bytes",
            most: MOST_BYTES,
        })?;
        if marks.len() == MOST_MARKS {
            return Err(MarksError::too_many_marks());
        }
        let mut mark = imagej::read(&region, &mut points).map_err(|error| match error {
            MarksError::NotUnderstood(reason) => {
                MarksError::not_understood(format!("{name}.roi: {reason}"))
            }
            // what there is too much of is counted over all regions
            too_much @ MarksError::TooMuch { .. } => too_much,
        })?;
        mark.label = mark.label.or(Some(name));
        marks.push(mark);
    }
    // a shape of no extent stands for "no region" in some files
    marks.retain(|mark| !matches!(mark.shape, Shape::Rectangle([_, _, 0.0, 0.0])));
    Ok(marks)
}
