//! What is done to a picture after it was scaled: mirrored and turned, then made grey or black and white.

use image::{DynamicImage, GrayImage, Rgba, RgbaImage};

use super::{Quality, Rotation};

/// Columns and rows of a picture of this size after it was turned.
pub(super) fn turned_size(rotation: Rotation, [width, height]: [u32; 2]) -> [u32; 2] {
    match quarter_turns(rotation) {
        Some(0 | 2) => [width, height],
        Some(_) => [height, width],
        None => {
            let (sine, cosine) = rotation.degrees.to_radians().sin_cos();
            let (sine, cosine) = (sine.abs(), cosine.abs());
            let (width, height) = (f64::from(width), f64::from(height));
            // a hair less, so that what is whole but for rounding stays so
            let side = |length: f64| (length - 1e-6).ceil().max(1.0) as u32;
            [
                side(width * cosine + height * sine),
                side(width * sine + height * cosine),
            ]
        }
    }
}

fn quarter_turns(rotation: Rotation) -> Option<u8> {
    [0.0, 90.0, 180.0, 270.0]
        .iter()
        .position(|degrees| *degrees == rotation.degrees)
        .map(|turns| turns as u8)
}

/// Mirrors and turns a picture. What comes into it from beyond its edges is transparent.
pub(super) fn turned(picture: DynamicImage, rotation: Rotation) -> DynamicImage {
    let picture = if rotation.is_mirrored {
        picture.fliph()
    } else {
        picture
    };
    match quarter_turns(rotation) {
        Some(0) => picture,
        Some(1) => picture.rotate90(),
        Some(2) => picture.rotate180(),
        Some(_) => picture.rotate270(),
        None => by_degrees(&picture.to_rgba8(), rotation),
    }
}

/// Asks for each pixel of the result where it comes from, and mixes the four that are nearest to there.
fn by_degrees(picture: &RgbaImage, rotation: Rotation) -> DynamicImage {
    let [width, height] = turned_size(rotation, [picture.width(), picture.height()]);
    let (sine, cosine) = rotation.degrees.to_radians().sin_cos();
    let middle = [width, height].map(|side| f64::from(side) / 2.0);
    let from = [picture.width(), picture.height()].map(|side| f64::from(side) / 2.0);
    let turned = RgbaImage::from_fn(width, height, |x, y| {
        let across = f64::from(x) + 0.5 - middle[0];
        let down = f64::from(y) + 0.5 - middle[1];
        let source_x = across * cosine + down * sine + from[0] - 0.5;
        let source_y = down * cosine - across * sine + from[1] - 0.5;
        mixed(picture, source_x, source_y)
    });
    DynamicImage::ImageRgba8(turned)
}

fn mixed(picture: &RgbaImage, x: f64, y: f64) -> Rgba<u8> {
    let (left, top) = (x.floor(), y.floor());
    let (right_part, lower_part) = (x - left, y - top);
    let mut sums = [0.0; 4];
    for (column, across) in [(left, 1.0 - right_part), (left + 1.0, right_part)] {
        for (row, down) in [(top, 1.0 - lower_part), (top + 1.0, lower_part)] {
            let is_inside = column >= 0.0
                && row >= 0.0
                && column < f64::from(picture.width())
                && row < f64::from(picture.height());
            if is_inside {
                let [red, green, blue, opacity] = picture.get_pixel(column as u32, row as u32).0;
                let weight = across * down * f64::from(opacity) / 255.0;
                for (sum, part) in sums.iter_mut().zip([red, green, blue]) {
                    *sum += weight * f64::from(part);
                }
                sums[3] += weight;
            }
        }
    }
    let [red, green, blue, opacity] = sums;
    if opacity <= 0.0 {
        return Rgba([0; 4]);
    }
    let [red, green, blue] = [red, green, blue].map(|part| (part / opacity).round() as u8);
    Rgba([red, green, blue, (opacity * 255.0).round() as u8])
}

/// Makes a picture grey, or black and white.
pub(super) fn toned(picture: DynamicImage, quality: Quality) -> DynamicImage {
    let has_opacity = picture.color().has_alpha();
    match quality {
        Quality::Default => picture,
        Quality::Colour => match picture {
            DynamicImage::ImageLuma8(_) => DynamicImage::ImageRgb8(picture.to_rgb8()),
            other => other,
        },
        Quality::Grey if has_opacity => DynamicImage::ImageLumaA8(picture.to_luma_alpha8()),
        Quality::Grey => DynamicImage::ImageLuma8(picture.to_luma8()),
        Quality::Bitonal if has_opacity => {
            let mut grey = picture.to_luma_alpha8();
            let shades = grey
                .pixels()
                .filter(|pixel| pixel.0[1] > 127)
                .map(|pixel| pixel.0[0]);
            let bound = divide(shades);
            for pixel in grey.pixels_mut() {
                pixel.0 = [
                    black_or_white(pixel.0[0], bound),
                    black_or_white(pixel.0[1], 127),
                ];
            }
            DynamicImage::ImageLumaA8(grey)
        }
        Quality::Bitonal => {
            let mut grey: GrayImage = picture.to_luma8();
            let bound = divide(grey.pixels().map(|pixel| pixel.0[0]));
            for pixel in grey.pixels_mut() {
                pixel.0 = [black_or_white(pixel.0[0], bound)];
            }
            DynamicImage::ImageLuma8(grey)
        }
    }
}

fn black_or_white(shade: u8, bound: u8) -> u8 {
    if shade > bound { 255 } else { 0 }
}

/// The last shade that becomes black, so that dark and bright differ as much as they can between each other and as little as
/// they can among themselves (N. Otsu, 1979).
fn divide(shades: impl Iterator<Item = u8>) -> u8 {
    let mut counts = [0_u64; 256];
    for shade in shades {
        counts[usize::from(shade)] += 1;
    }
    let total: u64 = counts.iter().sum();
    let sum: f64 = counts
        .iter()
        .enumerate()
        .map(|(shade, count)| shade as f64 * *count as f64)
        .sum();
    let (mut below, mut sum_below, mut best, mut bound) = (0_u64, 0.0, 0.0, 127);
    for (shade, count) in counts.iter().enumerate() {
        below += count;
        sum_below += shade as f64 * *count as f64;
        let above = total - below;
        if below == 0 || above == 0 {
            continue;
        }
        let apart = sum_below / below as f64 - (sum - sum_below) / above as f64;
        let between = below as f64 * above as f64 * apart * apart;
        if between > best {
            (best, bound) = (between, shade as u8);
        }
    }
    bound
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma, RgbImage};

    use super::{divide, toned, turned, turned_size};
    use crate::iiif::{Quality, Rotation};

    fn rotation(text: &str) -> Rotation {
        Rotation::parse(text).expect("a rotation")
    }

    fn corners(picture: &DynamicImage) -> [u8; 4] {
        let grey = picture.to_luma8();
        let (right, bottom) = (grey.width() - 1, grey.height() - 1);
        [(0, 0), (right, 0), (right, bottom), (0, bottom)].map(|(x, y)| grey.get_pixel(x, y).0[0])
    }

    #[test]
    fn quarter_turns_move_every_corner_clockwise_and_mirroring_comes_first() {
        let picture = GrayImage::from_fn(3, 2, |x, y| Luma([(x * 10 + y * 100) as u8]));
        let picture = DynamicImage::ImageLuma8(picture);
        for (text, expected, size) in [
            ("0", [0, 20, 120, 100], [3, 2]),
            ("90", [100, 0, 20, 120], [2, 3]),
            ("180", [120, 100, 0, 20], [3, 2]),
            ("270", [20, 120, 100, 0], [2, 3]),
            ("360", [0, 20, 120, 100], [3, 2]),
            ("!0", [20, 0, 100, 120], [3, 2]),
            ("!90", [120, 20, 0, 100], [2, 3]),
        ] {
            let made = turned(picture.clone(), rotation(text));
            assert_eq!(corners(&made), expected, "{text}");
            assert_eq!([made.width(), made.height()], size, "{text}");
            assert_eq!(turned_size(rotation(text), [3, 2]), size, "{text}");
        }
    }

    #[test]
    fn any_angle_keeps_the_whole_picture_and_what_is_beside_it_is_transparent() {
        let picture =
            DynamicImage::ImageRgb8(RgbImage::from_pixel(100, 50, image::Rgb([200, 10, 10])));
        let made = turned(picture, rotation("45"));
        assert_eq!([made.width(), made.height()], [107, 107]);
        let made = made.to_rgba8();
        assert_eq!(made.get_pixel(0, 0).0[3], 0);
        assert_eq!(made.get_pixel(53, 53).0, [200, 10, 10, 255]);
        let solid = made
            .pixels()
            .map(|pixel| f64::from(pixel.0[3]) / 255.0)
            .sum::<f64>();
        assert!((solid - 5000.0).abs() < 60.0, "{solid} pixels of 5000");
    }

    #[test]
    fn black_and_white_divides_dark_from_bright_wherever_that_is() {
        let shades = (0..100).map(|number| if number % 3 == 0 { 12 } else { 30 });
        assert_eq!(divide(shades.clone()), 12);
        let picture = GrayImage::from_fn(10, 10, |x, y| {
            Luma([if (x * 10 + y) % 3 == 0 { 12 } else { 30 }])
        });
        let made = toned(DynamicImage::ImageLuma8(picture), Quality::Bitonal).to_luma8();
        let whites = made.pixels().filter(|pixel| pixel.0[0] == 255).count();
        assert!(
            made.pixels().all(|pixel| [0, 255].contains(&pixel.0[0])) && whites == 66,
            "{whites}"
        );
    }
}
