//! The perceptual hash of an image: what it looks like, in 256 bits, so that similar images can be found.
//!
//! The image is rendered as in its thumbnail, in shades of grey, and scaled to 64 × 64 whatever its shape; the hash is the
//! signs of the lowest frequencies of that ([`protocol::perceptual_hash`] says what each bit means). Copies that were
//! stored with losses, resized, cropped a little, changed in contrast or turned have similar bits. Why it is so, and what
//! was measured: `docs/design/0008-similar-images.md`.

use std::f64::consts::PI;

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

/// Frequencies below this one in both directions are what light that falls off makes, to one side or to all, and say nothing of
/// how much else there is.
const SHADING: usize = 3;

/// What of a picture is not noise, and not just light and dark; else it has no hash.
const LEAST: Structure = Structure {
    deviation: 0.5,
    low: 0.25,
    frequencies: 6.0,
};

/// How much there is in a picture to tell it from others by, beside shading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Structure {
    /// The standard deviation of what the hashed frequencies make up, in steps of 256.
    pub deviation: f64,
    /// Their part of the energy of all frequencies, 0 to 1: 0.06 for noise.
    pub low: f64,
    /// Over how many frequencies their energy is spread (the participation ratio): 3 for what is left of shading.
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

/// The image in shades of grey, 64 × 64, row by row, in steps of 65,536.
fn square(source: &dyn PixelSource, bounds: &Bounds) -> Result<Vec<i64>, RenderError> {
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
        image::DynamicImage::ImageLuma8(picture) => picture.into_raw(),
        // the three are the same
        other => other.into_rgb8().pixels().map(|pixel| pixel.0[0]).collect(),
    };
    Ok(squared(&shades, width as usize, height as usize))
}

/// The mean of the pixels below each of 64 × 64 fields, those on an edge in part. Whole numbers throughout: a record must not
/// differ by how a processor rounds.
fn squared(shades: &[u8], width: usize, height: usize) -> Vec<i64> {
    let mut across = vec![0_i64; SIDE * height];
    for (row, sums) in shades
        .chunks_exact(width)
        .zip(across.chunks_exact_mut(SIDE))
    {
        for (field, sum) in sums.iter_mut().enumerate() {
            *sum = parts(field, width)
                .map(|(place, part)| part * i64::from(row[place]))
                .sum();
        }
    }
    let mut square = Vec::with_capacity(SIDE * SIDE);
    for down in 0..SIDE {
        for field in 0..SIDE {
            let sum: i64 = parts(down, height)
                .map(|(place, part)| part * across[place * SIDE + field])
                .sum();
            square.push(sum * 256 / (width * height) as i64);
        }
    }
    square
}

/// The pixels of a line that a field covers, and how much of each, in parts of 64.
fn parts(field: usize, length: usize) -> impl Iterator<Item = (usize, i64)> {
    let (start, end) = (field * length, (field + 1) * length);
    (start / SIDE..end.div_ceil(SIDE)).map(move |place| {
        let covered = end.min((place + 1) * SIDE) - start.max(place * SIDE);
        (place, covered as i64)
    })
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
    /// by rows (down) of columns (across)
    lowest: [[i64; FREQUENCIES]; FREQUENCIES],
    energy: f64,
}

impl Frequencies {
    /// In whole numbers no sum is rounded: it is the same whichever direction comes first.
    fn of(square: &[i64]) -> Self {
        let mean = square.iter().sum::<i64>() as f64 / square.len() as f64;
        let energy = square
            .iter()
            .map(|value| (*value as f64 - mean).powi(2))
            .sum();
        let waves = waves();
        let rows: Vec<[i64; FREQUENCIES]> = square
            .as_chunks::<SIDE>()
            .0
            .iter()
            .map(|row| transformed(row, &waves))
            .collect();
        let mut lowest = [[0; FREQUENCIES]; FREQUENCIES];
        for across in 0..FREQUENCIES {
            let mut column = [0; SIDE];
            for (value, row) in column.iter_mut().zip(&rows) {
                *value = row[across];
            }
            for (row, frequency) in lowest.iter_mut().zip(transformed(&column, &waves)) {
                row[across] = frequency;
            }
        }
        Self { lowest, energy }
    }

    fn hash(&self) -> (PerceptualHash, Structure) {
        let hash = PerceptualHash::of_signs(|across, down| self.lowest[down][across] > 0);
        (hash, self.structure())
    }

    fn structure(&self) -> Structure {
        let (mut shading, mut low, mut squares) = (0.0, 0.0, 0.0);
        for (down, row) in self.lowest.iter().enumerate() {
            for (across, frequency) in row.iter().enumerate() {
                let energy = (*frequency as f64 / (UNIT * UNIT)).powi(2);
                match across.max(down) {
                    0 => {}
                    1..SHADING => shading += energy,
                    _ => {
                        low += energy;
                        squares += energy.powi(2);
                    }
                }
            }
        }
        // nothing of an even picture may come out of rounding
        let part = |of: f64, all: f64| if all >= 1.0 { of / all } else { 0.0 };
        Structure {
            deviation: low.sqrt() / SIDE as f64 / 256.0,
            low: part(low, self.energy - shading),
            frequencies: part(low.powi(2), squares),
        }
    }
}

/// What 1 is in a wave: 16 bits of a value, 14 of each of two waves, and 12 of two sums over 64 fit 63.
const UNIT: f64 = 16_384.0;

/// The first half of each wave of the orthonormal cosine transform (DCT-II), in parts of [`UNIT`]: the other half mirrors it,
/// with the opposite sign where the frequency is odd.
fn waves() -> [[i64; SIDE / 2]; FREQUENCIES] {
    let mut waves = [[0; SIDE / 2]; FREQUENCIES];
    for (frequency, wave) in waves.iter_mut().enumerate() {
        let parts: f64 = if frequency == 0 { 1.0 } else { 2.0 };
        let scale = UNIT * (parts / SIDE as f64).sqrt();
        for (place, value) in wave.iter_mut().enumerate() {
            let angle = PI * frequency as f64 * (place as f64 + 0.5) / SIDE as f64;
            *value = (scale * angle.cos()).round() as i64;
        }
    }
    waves
}

/// The lowest frequencies of a line.
fn transformed(line: &[i64; SIDE], waves: &[[i64; SIDE / 2]; FREQUENCIES]) -> [i64; FREQUENCIES] {
    let mut frequencies = [0; FREQUENCIES];
    for (number, (frequency, wave)) in frequencies.iter_mut().zip(waves).enumerate() {
        let sign = if number % 2 == 0 { 1 } else { -1 };
        for (place, value) in wave.iter().enumerate() {
            *frequency += value * (line[place] + sign * line[SIDE - 1 - place]);
        }
    }
    frequencies
}

#[cfg(test)]
mod tests;
