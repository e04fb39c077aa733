//! Which level of the pyramid a picture is made of, and which pixels of it.

use super::Wanted;
use crate::image::{Area, Level};

/// Pixels beyond the edge that the filter looks at, for each pixel that one of the picture is made of.
const SUPPORT: f64 = 2.0;

/// What is read for a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// The level.
    pub level: usize,
    /// The area that is read: what is shown, and what the filter needs beside it.
    pub area: Area,
    /// So many pixels a side become one by their mean, before the filter.
    pub shrink: u64,
    /// Where the picture is in what was read and shrunk: left, top, width, height.
    pub crop: [f64; 4],
}

/// The smallest level that has as many pixels as the picture, and what to read of it.
///
/// Pixels are shrunk by their mean first, so that a large image without a pyramid needs no more memory than about nine
/// times the picture (four times where that is large), and the filter does the rest.
pub(super) fn choose(levels: &[Level], wanted: &Wanted) -> Reading {
    let full = levels[0];
    let region = wanted.region;
    let scale = |level: &Level| {
        [
            level.width as f64 / full.width as f64,
            level.height as f64 / full.height as f64,
        ]
    };
    // sizes of levels are rounded: less than a pixel may be missing
    let suffices = |level: &Level| {
        let [across, down] = scale(level);
        region.width as f64 * across + 1.0 > f64::from(wanted.width)
            && region.height as f64 * down + 1.0 > f64::from(wanted.height)
    };
    let index = levels.iter().rposition(suffices).unwrap_or(0);
    let level = &levels[index];
    let [across, down] = scale(level);
    let left = region.x as f64 * across;
    let top = region.y as f64 * down;
    // a level may be less than a pixel wide
    let right = ((region.x + region.width) as f64 * across).clamp(left + 1e-6, level.width as f64);
    let bottom = ((region.y + region.height) as f64 * down).clamp(top + 1e-6, level.height as f64);
    let ratio = [
        (right - left) / f64::from(wanted.width),
        (bottom - top) / f64::from(wanted.height),
    ];
    let is_large = u64::from(wanted.width) * u64::from(wanted.height) > 1 << 20;
    let least = ratio[0].min(ratio[1]);
    let shrink = if is_large { least } else { least / 1.5 }.floor().max(1.0) as u64;
    let is_exact = ratio == [1.0, 1.0];
    let margin = |ratio: f64| {
        if is_exact {
            0
        } else {
            (SUPPORT * ratio.max(1.0)).ceil() as u64 + 1
        }
    };
    let x = (left.floor() as u64).saturating_sub(margin(ratio[0])) / shrink * shrink;
    let y = (top.floor() as u64).saturating_sub(margin(ratio[1])) / shrink * shrink;
    let end_x = (right.ceil() as u64 + margin(ratio[0])).min(level.width);
    let end_y = (bottom.ceil() as u64 + margin(ratio[1])).min(level.height);
    let [left, width, top, height] = [left - x as f64, right - left, top - y as f64, bottom - top]
        .map(|one| one / shrink as f64);
    Reading {
        level: index,
        area: Area {
            x,
            y,
            width: (end_x - x).max(1),
            height: (end_y - y).max(1),
        },
        shrink,
        crop: [left, top, width, height],
    }
}

impl Reading {
    /// Width and height of what was read, shrunk.
    pub(super) fn shrunk(&self) -> [u64; 2] {
        [
            self.area.width.div_ceil(self.shrink),
            self.area.height.div_ceil(self.shrink),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, choose};
    use crate::image::render::Wanted;
    use crate::image::{Area, Level};

    fn levels(width: u64, height: u64, count: u32) -> Vec<Level> {
        (0..count)
            .map(|number| Level {
                width: width.div_ceil(1 << number),
                height: height.div_ceil(1 << number),
                chunk_width: 512,
                chunk_height: 512,
            })
            .collect()
    }

    fn reading(count: u32, region: [u64; 4], size: [u32; 2]) -> Reading {
        let [x, y, width, height] = region;
        let wanted = Wanted {
            region: Area {
                x,
                y,
                width,
                height,
            },
            width: size[0],
            height: size[1],
        };
        choose(&levels(10_000, 7_001, count), &wanted)
    }

    #[test]
    fn a_tile_of_a_level_is_read_as_it_is() {
        let tile = reading(5, [1024, 2048, 512, 512], [512, 512]);
        assert_eq!((tile.level, tile.shrink), (0, 1));
        assert_eq!(
            tile.area,
            Area {
                x: 1024,
                y: 2048,
                width: 512,
                height: 512
            }
        );
        assert_eq!(tile.crop, [0.0, 0.0, 512.0, 512.0]);
        let quarter = reading(5, [4096, 0, 2048, 2048], [512, 512]);
        assert_eq!(quarter.level, 2);
        assert!(quarter.area.width <= 512 + 8, "{quarter:?}");
    }

    #[test]
    fn the_level_has_at_least_as_many_pixels_as_the_picture() {
        let picture = reading(5, [0, 0, 10_000, 7_001], [1000, 700]);
        assert_eq!((picture.level, picture.shrink), (3, 1));
        let least = reading(5, [0, 0, 10_000, 7_001], [100, 70]);
        assert_eq!(least.level, 4);
        assert!(least.shrink >= 4, "{least:?}");
    }

    #[test]
    fn without_a_pyramid_the_mean_shrinks_first() {
        let whole = reading(1, [0, 0, 10_000, 7_001], [100, 70]);
        let [width, height] = whole.shrunk();
        assert!(width * height < 9 * 100 * 70, "{width} × {height}");
        assert!(width >= 100 && height >= 70);
    }

    #[test]
    fn what_is_read_is_in_the_level_at_every_edge() {
        for count in 1..=5 {
            for x in [0, 1, 5_000, 9_990, 9_999] {
                for (width, size) in [(1, 1), (10_000 - x, 1), (10_000 - x, 99), (1, 300)] {
                    let one = reading(count, [x, 7_000, width, 1], [size, 1]);
                    let level = levels(10_000, 7_001, count)[one.level];
                    assert!(one.area.x + one.area.width <= level.width, "{one:?}");
                    assert!(one.area.y + one.area.height <= level.height, "{one:?}");
                    let [shrunk, _] = one.shrunk();
                    assert!(
                        one.crop[0] >= 0.0 && one.crop[0] + one.crop[2] <= shrunk as f64 + 1e-9
                    );
                }
            }
        }
    }
}
