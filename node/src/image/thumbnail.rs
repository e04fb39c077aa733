//! Thumbnails: small pictures of images, by the default view.

use super::render::{
    Bounds, Hues, PictureFormat, RenderError, View, Wanted, default_view, encode, render,
};
use super::{Area, PixelSource};

/// The longer side of each thumbnail, in pixels.
pub const SIDES: [u32; 3] = [128, 256, 512];

/// The formats in which there are thumbnails.
pub const FORMATS: [PictureFormat; 2] = [PictureFormat::Webp, PictureFormat::Jpeg];

/// A thumbnail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The side that it was made for.
    pub side: u32,
    /// Its format.
    pub format: PictureFormat,
    /// The file.
    pub bytes: Vec<u8>,
}

/// All thumbnails of an image, by its default view. An image smaller than a side is shown as it is.
///
/// # Errors
/// [`RenderError`]: the pixels cannot be read, or there are too many of them and no smaller level.
pub fn thumbnails(
    source: &dyn PixelSource,
    bounds: &Bounds,
) -> Result<Vec<Thumbnail>, RenderError> {
    let view = default_view(source)?;
    let hues = Hues::of(source.description(), &view);
    let mut made = Vec::new();
    for side in SIDES {
        let picture = render(source, &view, &fitted(source, side), bounds)?;
        for format in FORMATS {
            made.push(Thumbnail {
                side,
                format,
                bytes: encode(&picture, format, hues)?,
            });
        }
    }
    Ok(made)
}

/// One thumbnail by a view.
///
/// # Errors
/// As [`thumbnails`].
pub fn thumbnail(
    source: &dyn PixelSource,
    view: &View,
    side: u32,
    format: PictureFormat,
    bounds: &Bounds,
) -> Result<Vec<u8>, RenderError> {
    encode(
        &render(source, view, &fitted(source, side), bounds)?,
        format,
        Hues::of(source.description(), view),
    )
}

/// The whole image, in a square of this side and never larger than it is.
fn fitted(source: &dyn PixelSource, side: u32) -> Wanted {
    let full = source.levels()[0];
    let (width, height) = fit(full.width, full.height, side);
    Wanted {
        region: Area {
            x: 0,
            y: 0,
            width: full.width,
            height: full.height,
        },
        width,
        height,
    }
}

/// Width and height of an image in a square of this side: its shape is kept, nothing is enlarged, and a side is at least
/// a pixel.
pub fn fit(width: u64, height: u64, side: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let target = u64::from(side).min(longest);
    // the product of a length and a side of at most 32 bit is exact in 128 bit
    let scale = |length: u64| {
        let doubled = 2 * u128::from(length) * u128::from(target) / u128::from(longest);
        u32::try_from(doubled.div_ceil(2)).map_or(side, |scaled| scaled.clamp(1, side))
    };
    (scale(width), scale(height))
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, SIDES, fit, thumbnails};
    use crate::image::render::synthetic::Synthetic;
    use crate::image::render::{Bounds, PictureFormat};

    #[test]
    fn the_shape_is_kept_and_nothing_is_enlarged() {
        for (from, side, to) in [
            ((1000, 1000), 256, (256, 256)),
            ((2048, 1024), 256, (256, 128)),
            ((300, 1), 128, (128, 1)),
            ((1, 100_000), 128, (1, 128)),
            ((40, 30), 128, (40, 30)),
            ((u64::MAX, u64::MAX), 512, (512, 512)),
            ((3, 1000), 128, (1, 128)),
        ] {
            assert_eq!(fit(from.0, from.1, side), to, "{from:?}");
        }
    }

    #[test]
    fn every_size_and_format_is_made_and_can_be_decoded() {
        let source = Synthetic::new(&[("c", 2), ("z", 5), ("y", 300), ("x", 400)]);
        let made = thumbnails(&source, &Bounds::default()).expect("thumbnails");
        assert_eq!(made.len(), SIDES.len() * FORMATS.len());
        for thumbnail in made {
            let format = match thumbnail.format {
                PictureFormat::Jpeg => image::ImageFormat::Jpeg,
                PictureFormat::Png => image::ImageFormat::Png,
                PictureFormat::Webp => image::ImageFormat::WebP,
            };
            let read =
                image::load_from_memory_with_format(&thumbnail.bytes, format).expect("a picture");
            let side = thumbnail.side.min(400);
            assert_eq!((read.width(), read.height()), fit(400, 300, side));
            let colours: std::collections::HashSet<_> =
                read.to_rgb8().pixels().map(|pixel| pixel.0).collect();
            assert!(colours.len() > 50, "{} colours", colours.len());
        }
    }
}
