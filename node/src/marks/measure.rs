//! From positions in a unit of length to pixels.

use super::MarksError;

/// How large a pixel of an image is, in micrometres, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PixelSize {
    /// Its width.
    pub x: Option<f64>,
    /// Its height.
    pub y: Option<f64>,
    /// From one focal plane to the next.
    pub z: Option<f64>,
}

/// Units as TrackMate and ImageJ write them, in micrometres.
const UNITS: [(&[&str], f64); 4] = [
    (
        &[
            "\u{b5}m",
            "\u{3bc}m",
            "um",
            "micron",
            "microns",
            "micrometer",
            "micrometers",
            "micrometre",
            "micrometres",
        ],
        1.0,
    ),
    (
        &["nm", "nanometer", "nanometers", "nanometre", "nanometres"],
        1e-3,
    ),
    (
        &[
            "mm",
            "millimeter",
            "millimeters",
            "millimetre",
            "millimetres",
        ],
        1e3,
    ),
    (&["inch", "inches", "in"], 25_400.0),
];
const PIXELS: [&str; 4] = ["pixel", "pixels", "px", "voxel"];

/// How many pixels one unit is, in each direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measure {
    x: f64,
    y: f64,
    /// None where the distance of planes is not known.
    z: Option<f64>,
}

impl Measure {
    /// Pixels stay pixels.
    pub fn of_pixels() -> Measure {
        Measure {
            x: 1.0,
            y: 1.0,
            z: Some(1.0),
        }
    }

    /// The measure of a unit in an image.
    ///
    /// # Errors
    /// Where the unit is not known here, or how large a pixel is.
    pub fn of(unit: &str, pixel: &PixelSize) -> Result<Measure, MarksError> {
        let name = unit.trim().to_lowercase();
        if PIXELS.contains(&name.as_str()) {
            return Ok(Measure::of_pixels());
        }
        let known = UNITS
            .iter()
            .find(|(names, _)| names.contains(&name.as_str()));
        let Some((_, micrometres)) = known else {
            return Err(MarksError::not_understood(format!(
                "its positions are in {unit:?}, which is no unit of length that is known here"
            )));
        };
        let per_pixel = |size: Option<f64>| Some(micrometres / size.filter(|size| *size > 0.0)?);
        match (per_pixel(pixel.x), per_pixel(pixel.y)) {
            (Some(x), Some(y)) => Ok(Measure {
                x,
                y,
                z: per_pixel(pixel.z),
            }),
            _ => Err(MarksError::not_understood(format!(
                "its positions are in {unit:?}, and nothing says how large a pixel of its image is; give `pixel_size` of the image in the study file"
            ))),
        }
    }

    /// Columns from the left edge.
    pub fn x(&self, position: f64) -> f64 {
        position * self.x
    }

    /// Rows from the upper edge.
    pub fn y(&self, position: f64) -> f64 {
        position * self.y
    }

    /// The focal plane, from 0. That a length is not quite a whole number of planes is rounding.
    pub fn plane(&self, position: f64) -> Option<u64> {
        Some((position * self.z? + 1e-6) as u64)
    }
}
