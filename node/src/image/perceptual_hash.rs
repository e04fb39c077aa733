//! The perceptual hash of an image: what it looks like, in 256 bits, so that similar images can be found.
//!
//! The image is rendered as in its thumbnail, in shades of grey, and scaled to 64 × 64 whatever its shape; the hash is the
//! signs of the lowest frequencies of that ([`protocol::perceptual_hash`] says what each bit means). Copies that were
//! stored with losses, resized, cropped a little, changed in contrast or turned have similar bits. Why it is so, and what
//! was measured: `docs/design/0008-similar-images.md`.

use std::f64::consts::PI;

use fast_image_resize::images::{Image as Raw, ImageRef};
use fast_image_resize::{FilterType, PixelType as RawType, ResizeAlg, ResizeOptions, Resizer};
use protocol::perceptual_hash::{FREQUENCIES, PerceptualHash};

use super::render::{Bounds, RenderError, View, Wanted, default_view, render};
use super::thumbnail::fit;
use super::{Area, PixelSource};

/// The side of the picture whose frequencies are taken.
const SIDE: usize = 64;
/// The longer side of the picture that is rendered: large enough that the levels of a pyramid, however they were made, give
/// about the same.
const RENDERED: u32 = 256;
/// An image whose shorter side has fewer pixels is a mark or a strip, not a picture.
const LEAST_SIDE: u64 = 32;

/// What of a picture is not noise, and not just light and dark; else it has no hash.
const LEAST: Structure = Structure {
    deviation: 0.5,
    low: 0.25,
    frequencies: 6.0,
};

/// How much there is in a picture to tell it from others by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Structure {
    /// The standard deviation of what the hashed frequencies make up, in steps of 256.
    pub deviation: f64,
    /// Their part of the energy of all frequencies, 0 to 1: 0.06 for noise.
    pub low: f64,
    /// Over how many frequencies their energy is spread (the participation ratio): about 1 for a gradient.
    pub frequencies: f64,
}

/// The perceptual hash of an image; none where it has too little structure to be told from others by it, or where it is too
/// large to be read within the bounds and has no smaller level.
///
/// # Errors
/// [`RenderError`]: the pixels cannot be read.
pub fn perceptual_hash(
    source: &dyn PixelSource,
    bounds: &Bounds,
) -> Result<Option<PerceptualHash>, RenderError> {
    let full = source.levels()[0];
    if full.width.min(full.height) < LEAST_SIDE {
        return Ok(None);
    }
    let (hash, structure) = match hash_and_structure(source, bounds) {
        Err(RenderError::TooMuch { .. }) => return Ok(None),
        made => made?,
    };
    Ok(structure.suffices().then_some(hash))
}

/// The hash, whatever it is worth, and what it is worth.
///
/// # Errors
/// [`RenderError`]: the pixels cannot be read, or there are too many of them.
pub fn hash_and_structure(
    source: &dyn PixelSource,
    bounds: &Bounds,
) -> Result<(PerceptualHash, Structure), RenderError> {
    Ok(Frequencies::of(&square(source, bounds)?).hash())
}

impl Structure {
    fn suffices(&self) -> bool {
        self.deviation >= LEAST.deviation
            && self.low >= LEAST.low
            && self.frequencies >= LEAST.frequencies
    }
}

/// The image in shades of grey, 64 × 64, row by row.
fn square(source: &dyn PixelSource, bounds: &Bounds) -> Result<Vec<f32>, RenderError> {
    let full = source.levels()[0];
    let (width, height) = fit(full.width, full.height, RENDERED);
    let wanted = Wanted {
        region: Area {
            x: 0,
            y: 0,
            width: full.width,
            height: full.height,
        },
        width,
        height,
    };
    let picture = render(source, &grey(default_view(source)?), &wanted, bounds)?;
    let shades: Vec<u8> = match picture {
        image::DynamicImage::ImageLuma8(picture) => picture
            .into_raw()
            .into_iter()
            .flat_map(|shade| f32::from(shade).to_ne_bytes())
            .collect(),
        // the three are the same
        other => other
            .into_rgb8()
            .pixels()
            .flat_map(|pixel| f32::from(pixel.0[0]).to_ne_bytes())
            .collect(),
    };
    let fault = |error: &dyn std::fmt::Display| RenderError::Scaling(error.to_string());
    let from =
        ImageRef::new(width, height, &shades, RawType::F32).map_err(|error| fault(&error))?;
    let mut to = Raw::new(SIDE as u32, SIDE as u32, RawType::F32);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(|error| fault(&error))?;
    let (values, _) = to.buffer().as_chunks::<4>();
    Ok(values.iter().map(|raw| f32::from_ne_bytes(*raw)).collect())
}

/// Each channel in the same grey, so that colours do not count and several do not add up to white.
fn grey(mut view: View) -> View {
    let share = 255 / view.channels.len().max(1) as u8;
    for channel in &mut view.channels {
        channel.colour = [share; 3];
    }
    view
}

/// The lowest frequencies of a picture, and the energy of all but the mean.
struct Frequencies {
    lowest: [[f64; FREQUENCIES]; FREQUENCIES],
    energy: f64,
}

impl Frequencies {
    fn of(square: &[f32]) -> Self {
        let mean = square.iter().map(|value| f64::from(*value)).sum::<f64>() / square.len() as f64;
        let energy = square
            .iter()
            .map(|value| (f64::from(*value) - mean).powi(2))
            .sum();
        let waves = waves();
        let upright = transform(square, &waves, |x, y| y * SIDE + x);
        let transposed = transform(square, &waves, |x, y| x * SIDE + y);
        let mut lowest = [[0.0; FREQUENCIES]; FREQUENCIES];
        for (down, row) in lowest.iter_mut().enumerate() {
            for (across, frequency) in row.iter_mut().enumerate() {
                // what is rounded differs by which direction comes first: the sum is the same for a picture that is turned
                *frequency = (upright[down][across] + transposed[across][down]) / 2.0;
            }
        }
        Self { lowest, energy }
    }

    fn hash(&self) -> (PerceptualHash, Structure) {
        let hash = PerceptualHash::of_signs(|across, down| self.lowest[down][across] > 0.0);
        let energies = || {
            let all = self.lowest.as_flattened().iter().skip(1);
            all.map(|frequency| frequency.powi(2))
        };
        let low: f64 = energies().sum();
        let squares: f64 = energies().map(|energy| energy.powi(2)).sum();
        let part = |of: f64, all: f64| if all > 0.0 { of / all } else { 0.0 };
        let structure = Structure {
            deviation: low.sqrt() / SIDE as f64,
            low: part(low, self.energy),
            frequencies: part(low.powi(2), squares),
        };
        (hash, structure)
    }
}

/// The first half of each wave of the orthonormal cosine transform (DCT-II): the other half mirrors it, with the opposite sign
/// where the frequency is odd.
fn waves() -> [[f64; SIDE / 2]; FREQUENCIES] {
    let mut waves = [[0.0; SIDE / 2]; FREQUENCIES];
    for (frequency, wave) in waves.iter_mut().enumerate() {
        let parts: f64 = if frequency == 0 { 1.0 } else { 2.0 };
        let scale = (parts / SIDE as f64).sqrt();
        for (place, value) in wave.iter_mut().enumerate() {
            *value = scale * (PI * frequency as f64 * (place as f64 + 0.5) / SIDE as f64).cos();
        }
    }
    waves
}

/// The lowest frequencies, by rows (down) of columns (across), of a picture whose values are at these places. Values that
/// mirror each other are added or subtracted first, so that a mirrored picture has exactly the same frequencies, but for
/// the sign.
fn transform(
    square: &[f32],
    waves: &[[f64; SIDE / 2]; FREQUENCIES],
    place: impl Fn(usize, usize) -> usize,
) -> [[f64; FREQUENCIES]; FREQUENCIES] {
    let folded = |values: &[f64; SIDE]| -> [f64; FREQUENCIES] {
        let mut frequencies = [0.0; FREQUENCIES];
        for (number, (frequency, wave)) in frequencies.iter_mut().zip(waves).enumerate() {
            let sign = if number % 2 == 0 { 1.0 } else { -1.0 };
            for (place, value) in wave.iter().enumerate() {
                *frequency += value * (values[place] + sign * values[SIDE - 1 - place]);
            }
        }
        frequencies
    };
    let mut rows = [[0.0; FREQUENCIES]; SIDE];
    for (y, row) in rows.iter_mut().enumerate() {
        let mut values = [0.0; SIDE];
        for (x, value) in values.iter_mut().enumerate() {
            *value = f64::from(square[place(x, y)]);
        }
        *row = folded(&values);
    }
    let mut all = [[0.0; FREQUENCIES]; FREQUENCIES];
    for across in 0..FREQUENCIES {
        let mut column = [0.0; SIDE];
        for (value, row) in column.iter_mut().zip(&rows) {
            *value = row[across];
        }
        for (row, frequency) in all.iter_mut().zip(folded(&column)) {
            row[across] = frequency;
        }
    }
    all
}

#[cfg(test)]
mod tests;
