//! JPEG, baseline and progressive, 8 bit.

use std::io::Cursor;
use std::sync::Arc;

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{Decoded, Header};
use crate::image::{Bytes, ImageError, Limits, PixelType};

/// Sides have 16 bits.
const LARGEST_SIDE: usize = 65_535;

/// What the segments before the first scan tell.
pub(super) fn header(bytes: &Arc<dyn Bytes>, limits: &Limits) -> Result<Header, ImageError> {
    let mut decoder = decoder(bytes, limits, ColorSpace::RGB)?;
    decoder.decode_headers().map_err(broken)?;
    let info = decoder
        .info()
        .ok_or_else(|| ImageError::broken("JPEG", "it has no header"))?;
    Ok(Header {
        width: u64::from(info.width),
        height: u64::from(info.height),
        channels: if info.components == 1 { 1 } else { 3 },
        pixel_type: PixelType::Uint8,
        significant_bits: 8,
        may_be_transparent: false,
        warnings: Vec::new(),
    })
}

/// Decodes all pixels, as one channel or as red, green and blue.
pub(super) fn decode(
    bytes: &Arc<dyn Bytes>,
    limits: &Limits,
    channels: usize,
) -> Result<Decoded, ImageError> {
    let colour = if channels == 1 {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    Ok(Decoded {
        samples: decoder(bytes, limits, colour)?.decode().map_err(broken)?,
        samples_per_pixel: channels,
        is_transparent: false,
    })
}

/// The decoder goes back and forth in the file, which is therefore read whole.
fn decoder(
    bytes: &Arc<dyn Bytes>,
    limits: &Limits,
    colour: ColorSpace,
) -> Result<JpegDecoder<Cursor<Vec<u8>>>, ImageError> {
    let size = usize::try_from(bytes.size())
        .ok()
        .filter(|size| *size as u64 <= limits.chunk_bytes);
    let size = size.ok_or(ImageError::TooLarge {
        what: "the file in bytes",
        number: bytes.size(),
        limit: limits.chunk_bytes,
    })?;
    let mut content = vec![0; size];
    bytes.read_at(0, &mut content)?;
    let options = DecoderOptions::default()
        .set_max_width(LARGEST_SIDE)
        .set_max_height(LARGEST_SIDE)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(colour);
    Ok(JpegDecoder::new_with_options(Cursor::new(content), options))
}

fn broken(error: impl std::fmt::Debug) -> ImageError {
    // its messages begin with the name of a variant; the text within says what is wrong
    ImageError::broken("JPEG", format!("{error:?}"))
}
