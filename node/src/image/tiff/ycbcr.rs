//! Lightness and two differences of colour, as television has them (TIFF 6.0 sections 20 and 21).

use super::compression::Compression;
use super::directory::Directory;
use super::input::Input;
use super::{broken, tags};
use crate::image::ImageError;

/// How lightness and differences of colour become red, green and blue (TIFF 6.0 sections 20 and 21).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct YCbCr {
    /// How many columns and rows share one difference of colour.
    pub(super) subsampling: (u64, u64),
    /// Share of red and of green in lightness.
    red: f64,
    green: f64,
    /// What is stored for no and for full lightness, and for no and for the greatest difference of colour.
    reference: [f64; 6],
}

impl YCbCr {
    pub(super) fn read(
        input: &Input,
        directory: &Directory,
        compression: Compression,
    ) -> Result<Self, ImageError> {
        if compression == Compression::Jpeg {
            // a JPEG decoder brings the samples to one size, and JFIF says what they mean
            return Ok(Self {
                subsampling: (1, 1),
                red: 0.299,
                green: 0.587,
                reference: [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
            });
        }
        let subsampling = directory.numbers(input, tags::YCBCR_SUBSAMPLING, 2)?;
        let coefficients = directory.fractions(input, tags::YCBCR_COEFFICIENTS, 3)?;
        let reference = directory.fractions(input, tags::REFERENCE_BLACK_WHITE, 6)?;
        let (across, down) = match subsampling[..] {
            [across, down] => (across, down),
            _ => (2, 2),
        };
        let planar = directory.number(input, tags::PLANAR_CONFIGURATION)? == Some(2);
        if ![1, 2, 4].contains(&across) || ![1, 2, 4].contains(&down) {
            return Err(broken(format!(
                "{across} by {down} of its pixels are said to share their colour"
            )));
        }
        if planar && (across, down) != (1, 1) {
            return Err(ImageError::Unsupported(
                "its lightness and colour are stored apart and in different sizes".to_owned(),
            ));
        }
        let usable = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        let (red, green) = match coefficients[..] {
            [red, green, blue] if usable(&coefficients) && green > 0.0 && red + blue < 1.0 => {
                (red, green)
            }
            _ => (0.299, 0.587),
        };
        let reference = match <[f64; 6]>::try_from(reference) {
            Ok(reference) if usable(&reference) && reference[0] < reference[1] => reference,
            _ => [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
        };
        Ok(Self {
            subsampling: (across, down),
            red,
            green,
            reference,
        })
    }

    /// What each sample adds to red, green and blue.
    pub(super) fn tables(&self) -> Tables {
        let [black, white, no_blue, full_blue, no_red, full_red] = self.reference;
        let spread = |sample: usize, none: f64, full: f64, range: f64| {
            let width = if full == none { 1.0 } else { full - none };
            (sample as f64 - none) * range / width
        };
        let blue_share = 1.0 - self.red - self.green;
        let table = |value: &dyn Fn(usize) -> f64| -> [f32; 256] {
            std::array::from_fn(|sample| value(sample) as f32)
        };
        let red = |sample| spread(sample, no_red, full_red, 127.0) * (2.0 - 2.0 * self.red);
        let blue = |sample| spread(sample, no_blue, full_blue, 127.0) * (2.0 - 2.0 * blue_share);
        Tables {
            lightness: table(&|sample| spread(sample, black, white, 255.0)),
            red: table(&red),
            blue: table(&blue),
            green_of_red: table(&|sample| -red(sample) * self.red / self.green),
            green_of_blue: table(&|sample| -blue(sample) * blue_share / self.green),
        }
    }
}

/// What each of 256 values of a sample adds.
pub(super) struct Tables {
    lightness: [f32; 256],
    red: [f32; 256],
    blue: [f32; 256],
    green_of_red: [f32; 256],
    green_of_blue: [f32; 256],
}

impl Tables {
    /// Red, green and blue of one pixel.
    pub(super) fn colours(&self, lightness: u8, blue: u8, red: u8) -> [u8; 3] {
        let lightness = self.lightness[usize::from(lightness)];
        let (blue, red) = (usize::from(blue), usize::from(red));
        let green = self.green_of_blue[blue] + self.green_of_red[red];
        // the cast keeps what is below 0 and above 255 in bounds
        [self.red[red], green, self.blue[blue]].map(|colour| (lightness + colour + 0.5) as u8)
    }
}
