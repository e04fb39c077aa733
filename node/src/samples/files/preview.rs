//! The small picture in colour that depositors put beside their data: channels stretched, coloured and laid over each
//! other, at most 512 pixels a side.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ImageResult, RgbImage};

/// Pixels of the longer side.
const SIDE: f32 = 512.0;
/// Good enough that noise does not turn into blocks.
const QUALITY: u8 = 88;

/// A picture that is being put together.
#[derive(Debug, Clone)]
pub(in crate::samples) struct Preview {
    width: usize,
    height: usize,
    /// Red, green, blue, from 0 to 1 and beyond.
    light: Vec<[f32; 3]>,
}

impl Preview {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Preview {
        Preview {
            width,
            height,
            light: vec![[0.0; 3]; width * height],
        }
    }

    /// Adds a channel in a colour. What is darker than all but a share `low` of the pixels becomes black, what is
    /// brighter than a share `high` full colour; a `gamma` below 1 lifts what is faint.
    pub fn channel(
        mut self,
        counts: &[u16],
        colour: [u8; 3],
        (low, high): (f32, f32),
        gamma: f32,
    ) -> Preview {
        let (black, white) = (share(counts, low), share(counts, high));
        let range = (white - black).max(1.0);
        for (light, count) in self.light.iter_mut().zip(counts) {
            let part = ((f32::from(*count) - black) / range).clamp(0.0, 1.1);
            let part = part.powf(gamma);
            for (light, colour) in light.iter_mut().zip(colour) {
                *light += part * f32::from(colour) / 255.0;
            }
        }
        self
    }

    /// Puts another picture into this one.
    pub fn place(&mut self, other: &Preview, left: usize, top: usize) {
        let rows = other.light.chunks_exact(other.width);
        for (y, row) in rows.enumerate().take(self.height.saturating_sub(top)) {
            let start = (top + y) * self.width + left;
            let many = row.len().min(self.width.saturating_sub(left));
            self.light[start..start + many].copy_from_slice(&row[..many]);
        }
    }

    /// Sets colours by hand, by column and row.
    pub fn paint(mut self, colour: impl Fn(usize, usize) -> [f32; 3]) -> Preview {
        let width = self.width;
        for (index, light) in self.light.iter_mut().enumerate() {
            *light = colour(index % width, index / width);
        }
        self
    }

    /// A JPEG.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn jpeg(&self) -> ImageResult<Vec<u8>> {
        let byte = |light: &f32| (light * 255.0).round().clamp(0.0, 255.0) as u8;
        let bytes: Vec<u8> = self.light.iter().flatten().map(byte).collect();
        let Some(picture) = RgbImage::from_raw(self.width as u32, self.height as u32, bytes) else {
            unreachable!("there are three bytes for each pixel")
        };
        let scale = SIDE / self.width.max(self.height) as f32;
        let size = |side: usize| ((side as f32 * scale).round() as u32).max(1);
        let small = resize(
            &picture,
            size(self.width),
            size(self.height),
            FilterType::CatmullRom,
        );
        let mut file = Cursor::new(Vec::new());
        small.write_with_encoder(JpegEncoder::new_with_quality(&mut file, QUALITY))?;
        Ok(file.into_inner())
    }
}

/// The count that a share of the pixels stays below.
fn share(counts: &[u16], share: f32) -> f32 {
    // every third is enough to know, and a third of the sorting
    let mut some: Vec<u16> = counts.iter().step_by(3).copied().collect();
    if some.is_empty() {
        return 0.0;
    }
    let place = ((some.len() - 1) as f32 * share.clamp(0.0, 1.0)) as usize;
    f32::from(*some.select_nth_unstable(place).1)
}

/// The brightest of each pixel in any of the planes (maximum intensity projection).
pub(in crate::samples) fn brightest<'a>(planes: impl Iterator<Item = &'a Vec<u16>>) -> Vec<u16> {
    let mut brightest: Vec<u16> = Vec::new();
    for plane in planes {
        brightest.resize(plane.len(), 0);
        for (most, count) in brightest.iter_mut().zip(plane) {
            *most = (*most).max(*count);
        }
    }
    brightest
}
