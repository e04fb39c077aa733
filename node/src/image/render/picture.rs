//! From a view of a region to a picture of a size.

use fast_image_resize::images::{Image as Raw, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, RgbImage};

use super::layers::{self, Raster};
use super::level::{self, Reading};
use super::{RenderError, Style, View};
use crate::image::{Area, PixelSource};

/// What a picture shows, and how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The region, in pixels of the full image; within it.
    pub region: Area,
    /// Columns of the picture, at least 1.
    pub width: u32,
    /// Rows of the picture, at least 1.
    pub height: u32,
}

/// What is spent on one picture at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Samples that are read, of all channels and planes together.
    pub samples: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        // about a second of decoding on one core
        Self { samples: 1 << 28 }
    }
}

/// Makes a picture: shades of grey where every channel is white, else red, green and blue.
///
/// # Errors
/// [`RenderError`]: the view is not of this image, needs too much, or the pixels cannot be read.
///
/// # Panics
/// Where region or size are empty or the region is not in the image: the caller's mistake.
pub fn render(
    source: &dyn PixelSource,
    view: &View,
    wanted: &Wanted,
    bounds: &Bounds,
) -> Result<DynamicImage, RenderError> {
    view.check(source.description())?;
    let full = source.levels()[0];
    let region = wanted.region;
    assert!(
        region.width > 0 && region.height > 0 && wanted.width > 0 && wanted.height > 0,
        "a picture of nothing"
    );
    assert!(
        region.x + region.width <= full.width && region.y + region.height <= full.height,
        "the region is not in the image"
    );
    let reading = level::choose(source.levels(), wanted);
    refuse_too_much(source, view, &reading, bounds)?;
    let raster = layers::read(source, view, &reading)?;
    scaled(raster, view.style, &reading, wanted)
}

/// Refuses what a picture would be refused for, without making it.
///
/// # Errors
/// [`RenderError`]: the view is not of this image, or needs too much.
pub fn refuse(
    source: &dyn PixelSource,
    view: &View,
    wanted: &Wanted,
    bounds: &Bounds,
) -> Result<(), RenderError> {
    view.check(source.description())?;
    let reading = level::choose(source.levels(), wanted);
    refuse_too_much(source, view, &reading, bounds)
}

/// Counts whole chunks: a strip is decoded as a whole, whatever is wanted of it.
fn refuse_too_much(
    source: &dyn PixelSource,
    view: &View,
    reading: &Reading,
    bounds: &Bounds,
) -> Result<(), RenderError> {
    let level = source.levels()[reading.level];
    let whole = |start: u64, length: u64, chunk: u64, size: u64| {
        let chunk = chunk.max(1);
        let end = ((start + length).div_ceil(chunk)).saturating_mul(chunk);
        end.min(size) - start / chunk * chunk
    };
    let area = reading.area;
    let across = whole(area.x, area.width, level.chunk_width, level.width);
    let down = whole(area.y, area.height, level.chunk_height, level.height);
    let (first, last) = view.depth.range();
    let channels = match view.style {
        Style::Composite => view.channels.len() as u64,
        Style::Labels => 1,
    };
    let needed = across
        .saturating_mul(down)
        .saturating_mul(last - first + 1)
        .saturating_mul(channels);
    if needed > bounds.samples {
        return Err(RenderError::TooMuch {
            needed,
            most: bounds.samples,
        });
    }
    Ok(())
}

fn scaled(
    raster: Raster,
    style: Style,
    reading: &Reading,
    wanted: &Wanted,
) -> Result<DynamicImage, RenderError> {
    let is_exact = [raster.width, raster.height] == [wanted.width, wanted.height].map(u64::from)
        && reading.crop[..2] == [0.0, 0.0];
    if is_exact {
        return picture(raster.parts, wanted, raster.bytes);
    }
    let fault = |error: &dyn std::fmt::Display| RenderError::Scaling(error.to_string());
    let (width, height) = (raster.width as u32, raster.height as u32);
    let pixel_type = if raster.parts == 1 {
        PixelType::U8
    } else {
        PixelType::U8x3
    };
    let from =
        ImageRef::new(width, height, &raster.bytes, pixel_type).map_err(|error| fault(&error))?;
    let mut to = Raw::new(wanted.width, wanted.height, pixel_type);
    let [left, top, crop_width, crop_height] = reading.crop;
    let algorithm = match style {
        Style::Composite => ResizeAlg::Convolution(FilterType::CatmullRom),
        Style::Labels => ResizeAlg::Nearest,
    };
    // rounding may put the last edge a hair beyond
    let options = ResizeOptions::new().resize_alg(algorithm).crop(
        left,
        top,
        crop_width.min(f64::from(width) - left),
        crop_height.min(f64::from(height) - top),
    );
    Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(|error| fault(&error))?;
    picture(raster.parts, wanted, to.into_vec())
}

fn picture(parts: usize, wanted: &Wanted, bytes: Vec<u8>) -> Result<DynamicImage, RenderError> {
    let (width, height) = (wanted.width, wanted.height);
    let made = if parts == 1 {
        GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8)
    };
    made.ok_or_else(|| RenderError::Scaling("the sizes do not fit".to_owned()))
}
