//! JPEG, baseline and progressive, 8 bit.

use std::io::Cursor;
use std::sync::Arc;

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{Decoded, Header};
use crate::image::{Bytes, ImageError, Limits, PixelType, orientation};

/// Sides have 16 bits.
const LARGEST_SIDE: usize = 65_535;

/// What the segments before the first scan tell.
pub(super) fn header(bytes: &Arc<dyn Bytes>, limits: &Limits) -> Result<Header, ImageError> {
    let content = content(bytes, limits)?;
    let mut decoder = decoder(&content, false, ColorSpace::RGB);
    decoder.decode_headers().map_err(broken)?;
    let info = decoder
        .info()
        .ok_or_else(|| ImageError::broken("JPEG", "it has no header"))?;
    let is_turned = decoder
        .exif()
        .is_some_and(|exif| orientation::is_turned_by_exif(exif));
    Ok(Header {
        width: u64::from(info.width),
        height: u64::from(info.height),
        channels: if info.components == 1 { 1 } else { 3 },
        pixel_type: PixelType::Uint8,
        significant_bits: 8,
        is_to_be_looked_at: true,
        warnings: is_turned
            .then(|| orientation::AS_STORED.to_owned())
            .into_iter()
            .collect(),
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
    let content = content(bytes, limits)?;
    if is_cut_off(&content) {
        return Err(broken("it is cut off in the middle of its pixels"));
    }
    let strictly = decoder(&content, true, colour).decode();
    let (samples, warning) = match strictly {
        Ok(samples) => (samples, None),
        Err(error) => {
            // as browsers do, but told
            let tolerantly = decoder(&content, false, colour).decode();
            let reason = words(error);
            let warning = format!("it is damaged, and shown as far as it can be read: {reason}");
            (tolerantly.map_err(broken)?, Some(warning))
        }
    };
    Ok(Decoded {
        samples,
        samples_per_pixel: channels,
        warning,
    })
}

/// The decoder goes back and forth in the file, which is therefore read whole.
fn content(bytes: &Arc<dyn Bytes>, limits: &Limits) -> Result<Vec<u8>, ImageError> {
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
    Ok(content)
}

fn decoder(content: &[u8], is_strict: bool, colour: ColorSpace) -> JpegDecoder<Cursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_max_width(LARGEST_SIDE)
        .set_max_height(LARGEST_SIDE)
        .set_strict_mode(is_strict)
        .jpeg_set_out_colorspace(colour);
    JpegDecoder::new_with_options(Cursor::new(content), options)
}

/// Whether no end of image follows the last scan. The bytes of a scan never look like a marker.
fn is_cut_off(content: &[u8]) -> bool {
    let last = |marker: [u8; 2]| content.windows(2).rposition(|two| two == marker);
    last([0xff, 0xd9]) < last([0xff, 0xda])
}

fn broken(error: impl std::fmt::Debug) -> ImageError {
    ImageError::broken("JPEG", words(error))
}

/// What an error of the decoder says: some of its messages are only there for programmers, in quotes, behind the name of a kind.
fn words(error: impl std::fmt::Debug) -> String {
    let said = format!("{error:?}");
    let quoted = said
        .split_once('"')
        .and_then(|(_, rest)| rest.rsplit_once('"'));
    let said = quoted.map_or(said.as_str(), |(words, _)| words);
    said.trim().trim_end_matches('.').to_owned()
}
