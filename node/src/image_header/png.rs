//! PNG: by the decoder of the crate `image`, which reads the chunks before the pixels within limits of memory.

use std::io::{BufRead, Seek};

use image::{ExtendedColorType, ImageDecoder, Limits};

use super::{HeaderError, pixels};
use crate::study::Pixels;

const FORMAT: &str = "PNG";
/// A row of pixels and the text and colour profile before the first one: 16 MiB hold a row of 2 million pixels.
const MOST_MEMORY: u64 = 16 << 20;

/// Reads the chunks before the pixels.
pub(super) fn read(reader: impl BufRead + Seek) -> Result<Pixels, HeaderError> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let decoder = image::codecs::png::PngDecoder::with_limits(reader, limits)
        .map_err(|error| HeaderError::broken(FORMAT, error.to_string()))?;
    let (width, height) = decoder.dimensions();
    pixels(
        width.into(),
        height.into(),
        pixel_type(decoder.original_color_type()),
        FORMAT,
    )
}

/// The type of one sample as the file stores it.
fn pixel_type(colour: ExtendedColorType) -> Option<String> {
    let bits = colour.bits_per_pixel() / u16::from(colour.channel_count());
    Some(if bits == 1 {
        "bit".to_owned()
    } else {
        format!("uint{bits}")
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::read;

    #[test]
    fn sizes_and_depth_are_read() {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_luma16(31, 7)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let bytes = bytes.into_inner();
        let pixels = read(Cursor::new(&bytes)).unwrap();
        assert_eq!(
            (pixels.size_x, pixels.size_y, pixels.pixel_type.as_deref()),
            (31, 7, Some("uint16"))
        );
        assert!(read(Cursor::new(&bytes[..20])).is_err());
    }
}
