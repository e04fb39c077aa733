//! From a stranger's picture to small ones of our own.
//!
//! Which decoder reads it is decided by the bytes and never by what a server or a name says; only PNG, JPEG and WebP have
//! one. Their headers are read first: what is larger than agreed is not decoded at all. The pixels alone go on, into JPEGs
//! that are written here; text, profiles, places where a photograph was taken and whatever else hides in a file stay behind.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
};
use protocol::thumbnail::MOST_PIXELS;

/// Bytes that a decoder may take: the largest picture at eight bytes a pixel, which is 16 bits in four channels.
pub const MOST_MEMORY: u64 = 8 * MOST_PIXELS;

/// Good enough that noise does not turn into blocks.
const QUALITY: u8 = 85;
/// From here on a picture is first made smaller by averaging, which reads each pixel once.
const ROUGHLY: u32 = 1024;

/// Why bytes are no picture to show.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Of no format that is read.
    #[error("it is no PNG, JPEG or WebP")]
    Format,
    /// More pixels than are taken.
    #[error("it is {width} × {height} pixels, and {MOST_PIXELS} in all are taken at most")]
    TooLarge {
        /// pixels
        width: u32,
        /// pixels
        height: u32,
    },
    /// The decoder says no.
    #[error("{0}")]
    Broken(#[from] ImageError),
}

/// JPEGs of the picture, of which the longer side has at most so many pixels each; a smaller picture keeps its size.
///
/// # Errors
/// [`PictureError`] where the bytes are no picture within limits.
pub fn made_small<const N: usize>(
    bytes: Vec<u8>,
    sides: [u32; N],
) -> Result<[Vec<u8>; N], PictureError> {
    let picture = decoded(bytes)?;
    let picture = if picture.width().max(picture.height()) > ROUGHLY {
        picture.thumbnail(ROUGHLY, ROUGHLY)
    } else {
        picture
    };
    let picture = on_white(&picture);
    let mut made = [const { Vec::new() }; N];
    for (made, side) in made.iter_mut().zip(sides) {
        *made = jpeg(&picture, side)?;
    }
    Ok(made)
}

fn decoded(bytes: Vec<u8>) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(ImageError::IoError)?;
    if !matches!(
        reader.format(),
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)
    ) {
        return Err(PictureError::Format);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    // what the pixels take is counted beside what the decoder takes
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Without transparency, which a JPEG does not have: what shows through is white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            // at most 255 * 255 / 255
            ((colour * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

fn jpeg(picture: &RgbImage, side: u32) -> Result<Vec<u8>, PictureError> {
    let longer = picture.width().max(picture.height());
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
    if longer <= side {
        picture.write_with_encoder(encoder)?;
        return Ok(file);
    }
    // both are at most `ROUGHLY` and `side`, so that nothing overflows
    let scaled = |of: u32| ((of * side + longer / 2) / longer).max(1);
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let small = image::imageops::resize(picture, width, height, FilterType::CatmullRom);
    small.write_with_encoder(encoder)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use image::{GenericImageView, Rgba, RgbaImage};

    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn small(bytes: Vec<u8>) -> DynamicImage {
        let [small] = made_small(bytes, [128]).unwrap();
        assert!(small.starts_with(b"\xff\xd8\xff"));
        image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap()
    }

    #[test]
    fn a_picture_of_each_format_becomes_small_jpegs_of_the_same_shape() {
        let picture = DynamicImage::from(RgbImage::from_pixel(600, 300, Rgb([200, 30, 30])));
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let [small, large] = made_small(written(&picture, format), [128, 256]).unwrap();
            for (bytes, size) in [(small, (128, 64)), (large, (256, 128))] {
                let made = image::load_from_memory(&bytes).unwrap();
                assert_eq!(made.dimensions(), size, "{format:?}");
                let Rgba([red, green, _, _]) = made.get_pixel(20, 20);
                assert!(red > 180 && green < 60, "{format:?}: {red} {green}");
            }
        }
    }

    #[test]
    fn a_smaller_picture_is_not_blown_up_and_a_thin_one_keeps_a_pixel() {
        let tiny = DynamicImage::new_luma16(31, 7);
        assert_eq!(
            small(written(&tiny, ImageFormat::Png)).dimensions(),
            (31, 7)
        );
        let thin = DynamicImage::new_luma8(4000, 2);
        assert_eq!(
            small(written(&thin, ImageFormat::Png)).dimensions(),
            (128, 1)
        );
    }

    #[test]
    fn what_shows_through_is_white() {
        let clear = RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]));
        let made = small(written(&clear.into(), ImageFormat::Png));
        let Rgba([red, green, blue, _]) = made.get_pixel(30, 30);
        assert!(red > 250 && green > 250 && blue > 250);
    }

    #[test]
    fn nothing_of_the_file_but_its_pixels_goes_on() {
        let picture = DynamicImage::new_rgb8(40, 40);
        let mut file = written(&picture, ImageFormat::Jpeg);
        // a comment right behind the first marker, and something behind the end
        let secret = b"<script>alert(1)</script>";
        let mut comment = vec![0xff, 0xfe, 0, 2 + secret.len() as u8];
        comment.extend_from_slice(secret);
        file.splice(2..2, comment);
        file.extend_from_slice(secret);
        let [made] = made_small(file, [128]).unwrap();
        let holds = made.windows(8).any(|part| part == b"<script>");
        assert!(!holds);
    }

    #[test]
    fn bombs_are_refused_by_their_headers() {
        // a PNG of 50,000 by 50,000 pixels, of which only the header is there: nothing more is looked at
        let mut bomb = written(&DynamicImage::new_luma8(8, 8), ImageFormat::Png);
        let mut header = b"IHDR".to_vec();
        header.extend_from_slice(&50_000_u32.to_be_bytes());
        header.extend_from_slice(&50_000_u32.to_be_bytes());
        header.extend_from_slice(&bomb[24..29]);
        let sum = crc32(&header);
        bomb.splice(12..29, header);
        bomb.splice(29..33, sum.to_be_bytes());
        assert!(matches!(
            made_small(bomb, [128]),
            Err(PictureError::TooLarge {
                width: 50_000,
                height: 50_000
            })
        ));
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_looks_like() {
        let whole = written(&DynamicImage::new_rgb8(300, 300), ImageFormat::Png);
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for bytes in [
            Vec::new(),
            b"<!doctype html><title>Sign in</title>".to_vec(),
            svg.to_vec(),
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            b"II\x2a\0\x08\0\0\0".to_vec(),
            b"RIFF\xff\xff\xff\xffWEBPVP8 ".to_vec(),
            b"\xff\xd8\xff".to_vec(),
            whole[..whole.len() / 2].to_vec(),
        ] {
            assert!(made_small(bytes.clone(), [128]).is_err(), "{bytes:?}");
        }
    }

    /// As in PNG, annex D.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    }
}
