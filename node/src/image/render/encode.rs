//! Files of pictures.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageError};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::RenderError;

/// Quality of JPEG, of 100: what is lost is less than the noise of a camera.
const QUALITY: u8 = 88;

/// Formats that pictures are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// JPEG: small, with losses, without transparency.
    Jpeg,
    /// PNG: as it is, with transparency.
    Png,
    /// WebP, without losses, with transparency. No encoder with losses that is kept up, in Rust, and free to use is there
    /// yet.
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

/// Writes a picture as a file. What is transparent is white in JPEG, which knows no transparency.
///
/// # Errors
/// [`RenderError::Encoding`], where it is larger than the format can hold (65,535 pixels a side in JPEG, 16,383 in WebP).
pub fn encode(picture: &DynamicImage, format: PictureFormat) -> Result<Vec<u8>, RenderError> {
    let fault = |reason: String| RenderError::Encoding {
        format: format.extension(),
        reason,
    };
    let written: Result<Vec<u8>, ImageError> = match format {
        PictureFormat::Jpeg => return jpeg(picture).map_err(fault),
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

fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, String> {
    let side = |length: u32| {
        u16::try_from(length)
            .map_err(|_| format!("it is {length} pixels long, and 65,535 is the most"))
    };
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // channels in pure colours would lose their edges in anything less
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    let outcome = match picture {
        DynamicImage::ImageLuma8(grey) => encoder.encode(grey, width, height, ColorType::Luma),
        DynamicImage::ImageRgb8(colour) => encoder.encode(colour, width, height, ColorType::Rgb),
        other => encoder.encode(&on_white(other), width, height, ColorType::Rgb),
    };
    outcome.map_err(|error| error.to_string())?;
    Ok(bytes)
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
