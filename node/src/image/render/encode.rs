//! Files of pictures.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageError};
use turbojpeg::{Compressor, PixelFormat, Subsamp};

use super::{RenderError, Style, View};
use crate::image::Description;

/// Quality of JPEG, of 100: what is lost is less than the noise of a camera.
const QUALITY: i32 = 88;
/// Pixels that a side of a JPEG may have: libjpeg keeps below the 65,535 of the format.
const JPEG_SIDE: u32 = 65_500;

/// Formats that pictures are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// JPEG: small, with losses, without transparency.
    Jpeg,
    /// PNG: as it is, with transparency.
    Png,
    /// WebP, without losses, with transparency: with losses it keeps one hue for four pixels, and channels in pure colours lose
    /// their edges.
    Webp,
}

impl PictureFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Webp];

    /// The end of a file's name, as IIIF names the format: `jpg`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// How finely JPEG keeps hues; brightness it keeps at every pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hues {
    /// At every pixel: channels in pure colours would lose their edges in anything less.
    OfEachPixel,
    /// The mean of four pixels, as cameras and slide scanners write JPEG: nobody sees the difference in what a colour camera
    /// took, and it is half the work.
    OfFourPixels,
}

impl Hues {
    /// What becomes a view of an image.
    pub fn of(description: &Description, view: &View) -> Self {
        let is_whole = view.style == Style::Composite && view.channels.len() == 3;
        if description.is_colour && is_whole {
            Self::OfFourPixels
        } else {
            Self::OfEachPixel
        }
    }
}

/// Writes a picture as a file. What is transparent is white in JPEG, which knows no transparency.
///
/// # Errors
/// [`RenderError::Encoding`], where it is larger than the format can hold (65,500 pixels a side in JPEG, 16,383 in WebP).
pub fn encode(
    picture: &DynamicImage,
    format: PictureFormat,
    hues: Hues,
) -> Result<Vec<u8>, RenderError> {
    let fault = |reason: String| RenderError::Encoding {
        format: format.extension(),
        reason,
    };
    let written: Result<Vec<u8>, ImageError> = match format {
        PictureFormat::Jpeg => return jpeg(picture, hues).map_err(fault),
        PictureFormat::Png => {
            let mut bytes = Vec::new();
            let encoder = PngEncoder::new_with_quality(
                &mut bytes,
                CompressionType::Fast,
                FilterType::Adaptive,
            );
            picture.write_with_encoder(encoder).map(|()| bytes)
        }
        PictureFormat::Webp => {
            let mut bytes = Cursor::new(Vec::new());
            let encoder = WebPEncoder::new_lossless(&mut bytes);
            picture
                .write_with_encoder(encoder)
                .map(|()| bytes.into_inner())
        }
    };
    written.map_err(|error| fault(error.to_string()))
}

fn jpeg(picture: &DynamicImage, hues: Hues) -> Result<Vec<u8>, String> {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest > JPEG_SIDE {
        return Err(format!(
            "it is {longest} pixels long, and {JPEG_SIDE} is the most"
        ));
    }
    let of_colour = match hues {
        Hues::OfEachPixel => Subsamp::None,
        Hues::OfFourPixels => Subsamp::Sub2x2,
    };
    match picture {
        DynamicImage::ImageLuma8(grey) => compress(grey, width, PixelFormat::GRAY, Subsamp::Gray),
        DynamicImage::ImageRgb8(colour) => compress(colour, width, PixelFormat::RGB, of_colour),
        other => compress(&on_white(other), width, PixelFormat::RGB, of_colour),
    }
    .map_err(|error| error.to_string())
}

/// Pixels in rows as a JPEG.
fn compress(
    pixels: &[u8],
    width: u32,
    format: PixelFormat,
    hues: Subsamp,
) -> turbojpeg::Result<Vec<u8>> {
    let row = width as usize * format.size();
    let mut compressor = Compressor::new()?;
    compressor.set_quality(QUALITY)?;
    compressor.set_subsamp(hues)?;
    compressor.compress_to_vec(turbojpeg::Image {
        pixels,
        width: width as usize,
        pitch: row,
        height: pixels.len() / row.max(1),
        format,
    })
}

fn on_white(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(picture.width() as usize * picture.height() as usize * 3);
    for pixel in picture.to_rgba8().pixels() {
        let [red, green, blue, opacity] = pixel.0.map(u16::from);
        let laid =
            [red, green, blue].map(|part| (part * opacity + 255 * (255 - opacity) + 127) / 255);
        bytes.extend(laid.map(|part| part as u8));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgb, RgbImage};

    use super::{Hues, PictureFormat, encode};

    fn mean_error(hues: Hues, colour: impl Fn(u32, u32) -> [u8; 3]) -> f64 {
        let picture = RgbImage::from_fn(64, 64, |x, y| Rgb(colour(x, y)));
        let whole = DynamicImage::ImageRgb8(picture.clone());
        let bytes = encode(&whole, PictureFormat::Jpeg, hues).expect("a JPEG");
        let read = image::load_from_memory(&bytes).expect("a JPEG").to_rgb8();
        let apart = picture.iter().zip(read.iter());
        apart
            .map(|(one, other)| f64::from(one.abs_diff(*other)))
            .sum::<f64>()
            / (64.0 * 64.0 * 3.0)
    }

    #[test]
    fn edges_between_pure_colours_need_the_hue_of_each_pixel_and_a_camera_s_picture_does_not() {
        let pure = |x: u32, _| {
            if x.is_multiple_of(2) {
                [255, 0, 255]
            } else {
                [0, 255, 0]
            }
        };
        let (fine, coarse) = (
            mean_error(Hues::OfEachPixel, pure),
            mean_error(Hues::OfFourPixels, pure),
        );
        assert!(fine < 8.0 && coarse > 40.0, "{fine} and {coarse}");
        let stained = |x: u32, y: u32| [(150 + x) as u8, (90 + y) as u8, (140 + (x + y) / 2) as u8];
        let (fine, coarse) = (
            mean_error(Hues::OfEachPixel, stained),
            mean_error(Hues::OfFourPixels, stained),
        );
        assert!(coarse < 3.0 && coarse < fine + 1.0, "{fine} and {coarse}");
    }
}
