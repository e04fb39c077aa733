//! Sizes of pixels from the resolution tags of TIFF (section 8).

use super::directory::Directory;
use super::input::Input;
use super::tags;
use crate::image::{AxisKind, ImageError, Length};

/// Programs for photographs write 72, 96, 150, 300 or 600 dots an inch into every file, printers and scanners some
/// thousand: 5,080 dots an inch are 5 µm. Below that, somebody measured.
const MOST_MICROMETRES: f64 = 5.0;

/// The sizes of pixels, where the resolution can be one that was measured.
pub(super) fn steps(
    input: &Input,
    directory: &Directory,
) -> Result<Vec<(AxisKind, Length)>, ImageError> {
    let micrometres = match directory.number(input, tags::RESOLUTION_UNIT)? {
        Some(3) => 10_000.0,
        Some(2) => 25_400.0,
        _ => return Ok(Vec::new()),
    };
    let mut steps = Vec::new();
    for (kind, tag) in [
        (AxisKind::X, tags::X_RESOLUTION),
        (AxisKind::Y, tags::Y_RESOLUTION),
    ] {
        let size = per_unit(input, directory, tag)?.map(|pixels| micrometres / pixels);
        if let Some(value) = size.filter(|size| *size < MOST_MICROMETRES) {
            let unit = Some("micrometer".to_owned());
            steps.push((kind, Length { value, unit }));
        }
    }
    Ok(steps)
}

/// Pixels in one unit of length.
pub(super) fn per_unit(
    input: &Input,
    directory: &Directory,
    tag: u16,
) -> Result<Option<f64>, ImageError> {
    let numbers = directory.fractions(input, tag, 1)?;
    Ok(numbers
        .first()
        .copied()
        .filter(|number| number.is_finite() && *number > 0.0))
}
