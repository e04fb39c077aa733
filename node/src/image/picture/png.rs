//! PNG, every colour type and depth.

use std::io::BufReader;
use std::sync::Arc;

use ::png::{BitDepth, ColorType, Decoder, Info, Transformations};

use super::{Decoded, Header};
use crate::image::stream::Stream;
use crate::image::{Bytes, ImageError, Limits, PixelType, orientation};

type PngDecoder = Decoder<BufReader<Stream>>;

/// What the decoder may allocate beside the picture itself: a line, what chunks say of the picture.
const OTHER_BYTES: usize = 64 << 20;

/// What the chunks before the pixels tell.
pub(super) fn header(bytes: &Arc<dyn Bytes>) -> Result<Header, ImageError> {
    let reader = decoder(bytes).read_info().map_err(broken)?;
    let info = reader.info();
    let mut warnings = Vec::new();
    if info.is_animated() {
        warnings.push("it is animated, and its first picture is shown".to_owned());
    }
    if info
        .exif_metadata
        .as_deref()
        .is_some_and(orientation::is_turned_by_exif)
    {
        warnings.push(orientation::AS_STORED.to_owned());
    }
    let is_alone = match info.color_type {
        ColorType::Indexed => info.palette.as_deref().is_some_and(is_grey),
        kind => matches!(kind, ColorType::Grayscale | ColorType::GrayscaleAlpha),
    };
    let is_palette = info.color_type == ColorType::Indexed;
    let bits = if is_palette { 8 } else { info.bit_depth as u8 };
    Ok(Header {
        width: u64::from(info.width),
        height: u64::from(info.height),
        channels: if is_alone { 1 } else { 3 },
        pixel_type: pixel_type(info),
        significant_bits: bits,
        is_to_be_looked_at: info.trns.is_some() || has_alpha(info.color_type),
        warnings,
    })
}

/// Decodes all pixels.
pub(super) fn decode(bytes: &Arc<dyn Bytes>, limits: &Limits) -> Result<Decoded, ImageError> {
    let mut reader = decoder(bytes).read_info().map_err(broken)?;
    let size = reader
        .output_buffer_size()
        .filter(|size| *size as u64 <= limits.chunk_bytes)
        .ok_or_else(|| ImageError::broken("PNG", "it is larger than it was"))?;
    let mut packed = vec![0; size];
    let frame = reader.next_frame(&mut packed).map_err(broken)?;
    packed.truncate(frame.buffer_size());
    // what follows the pixels has to be whole as well: a file that was cut off shows here
    reader.finish().map_err(broken)?;
    unpack(reader.info(), packed)
}

fn decoder(bytes: &Arc<dyn Bytes>) -> PngDecoder {
    // a decoder reads each byte once; twice is more than any asks for
    let most = bytes.size().saturating_mul(2).saturating_add(1 << 20);
    let stream = BufReader::new(Stream::new(Arc::clone(bytes), most));
    let limits = ::png::Limits { bytes: OTHER_BYTES };
    let mut decoder = Decoder::new_with_limits(stream, limits);
    decoder.set_transformations(Transformations::IDENTITY);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder
}

/// Makes whole native samples of a picture's lines.
fn unpack(info: &Info<'_>, mut packed: Vec<u8>) -> Result<Decoded, ImageError> {
    let samples_per_pixel = info.color_type.samples();
    if info.bit_depth == BitDepth::Sixteen {
        if cfg!(target_endian = "little") {
            packed.chunks_exact_mut(2).for_each(<[u8]>::reverse);
        }
    } else if info.bit_depth != BitDepth::Eight {
        packed = whole_bytes(info, &packed);
    }
    if info.color_type == ColorType::Indexed {
        return palette(info, &packed);
    }
    let sample = pixel_type(info).bytes();
    let pixel = samples_per_pixel * sample;
    let is_transparent = if has_alpha(info.color_type) {
        let opaque = [u8::MAX; 2];
        packed
            .chunks_exact(pixel)
            .any(|pixel| pixel[pixel.len() - sample..] != opaque[..sample])
    } else {
        let key = info.trns.as_deref().map(|key| colour_key(info, key));
        key.is_some_and(|key| packed.chunks_exact(pixel).any(|pixel| *pixel == key[..]))
    };
    Ok(Decoded {
        samples: packed,
        samples_per_pixel,
        warning: is_transparent.then(transparent),
    })
}

/// Samples of 1, 2 and 4 bit as bytes, with the values that they have.
fn whole_bytes(info: &Info<'_>, packed: &[u8]) -> Vec<u8> {
    let bits = usize::from(info.bit_depth as u8);
    let width = info.width as usize;
    let line = (width * bits).div_ceil(8);
    let mask = (1u8 << bits) - 1;
    let mut samples = Vec::with_capacity(width * info.height as usize);
    for line in packed.chunks_exact(line) {
        samples.extend((0..width).map(|column| {
            let bit = column * bits;
            line[bit / 8] >> (8 - bits - bit % 8) & mask
        }));
    }
    samples
}

/// Whether a palette has shades of grey only: programs that know pictures with palettes only store grey ones so.
fn is_grey(palette: &[u8]) -> bool {
    let (colours, _) = palette.as_chunks::<3>();
    colours
        .iter()
        .all(|[red, green, blue]| red == green && green == blue)
}

/// Red, green and blue by index, or the shade alone where all are grey.
fn palette(info: &Info<'_>, indexes: &[u8]) -> Result<Decoded, ImageError> {
    let palette = info
        .palette
        .as_deref()
        .ok_or_else(|| ImageError::broken("PNG", "it has no palette"))?;
    let transparency = info.trns.as_deref().unwrap_or_default();
    let samples_per_pixel = if is_grey(palette) { 1 } else { 3 };
    let mut samples = Vec::with_capacity(indexes.len() * samples_per_pixel);
    let mut is_transparent = false;
    for index in indexes {
        let index = usize::from(*index);
        let colour = palette.get(index * 3..index * 3 + 3).ok_or_else(|| {
            ImageError::broken("PNG", "a pixel has a colour that is not in its palette")
        })?;
        samples.extend_from_slice(&colour[..samples_per_pixel]);
        is_transparent |= transparency
            .get(index)
            .is_some_and(|alpha| *alpha != u8::MAX);
    }
    Ok(Decoded {
        samples,
        samples_per_pixel,
        warning: is_transparent.then(transparent),
    })
}

/// The one colour that is transparent, as a pixel: `tRNS` gives two bytes a sample, the most significant first.
fn colour_key(info: &Info<'_>, key: &[u8]) -> Vec<u8> {
    let samples = key.chunks_exact(2);
    if info.bit_depth == BitDepth::Sixteen {
        samples
            .flat_map(|sample| u16::from_be_bytes([sample[0], sample[1]]).to_ne_bytes())
            .collect()
    } else {
        samples.map(|sample| sample[1]).collect()
    }
}

fn transparent() -> String {
    "it is transparent in places, which is not shown".to_owned()
}

fn has_alpha(color_type: ColorType) -> bool {
    matches!(color_type, ColorType::GrayscaleAlpha | ColorType::Rgba)
}

fn pixel_type(info: &Info<'_>) -> PixelType {
    if info.bit_depth == BitDepth::Sixteen {
        PixelType::Uint16
    } else {
        PixelType::Uint8
    }
}

fn broken(error: ::png::DecodingError) -> ImageError {
    match error {
        ::png::DecodingError::LimitsExceeded => ImageError::Unsupported(format!(
            "it needs more than {OTHER_BYTES} bytes beside its pixels"
        )),
        other => ImageError::broken("PNG", words(&other.to_string())),
    }
}

/// What an error of the decoder says, for people: it shows the name of a part of the file as its program has it in memory, and
/// an error of the decompression too.
fn words(said: &str) -> String {
    let part = said
        .split_once("ChunkType { type: ")
        .and_then(|(before, rest)| {
            let (name, after) = rest.split_once('}')?;
            Some((before, name.split(',').next()?, after))
        });
    let said = match part {
        Some(("", name, after)) => format!("{name}{after}"),
        Some((before, name, _)) if before.starts_with("CRC error") => {
            format!("the checksum of its part {name} does not fit")
        }
        Some((before, name, after)) => format!("{before}{name}{after}"),
        None => said.to_owned(),
    };
    match said.split_once("Corrupt deflate stream") {
        Some(_) => "its compressed data are damaged".to_owned(),
        None => said.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_the_decoder_says_is_said_for_people() {
        let part = "ChunkType { type: IDAT, critical: true, private: false, reserved: false, safecopy: false }";
        for (said, words_of_it) in [
            (
                format!("CRC error: expected 0xf41025f1 have 0x1 while decoding {part} chunk."),
                "the checksum of its part IDAT does not fit",
            ),
            (
                format!("Chunk {part} must appear at most once."),
                "Chunk IDAT must appear at most once",
            ),
            (
                format!("{part} chunk appeared before IHDR chunk"),
                "IDAT chunk appeared before IHDR chunk",
            ),
            (
                "Corrupt deflate stream. CorruptData".to_owned(),
                "its compressed data are damaged",
            ),
        ] {
            assert_eq!(words(&said), words_of_it);
        }
    }
}
