//! Which part of the image (Image API 3.0, section 4.1).

use super::Refusal;
use super::number::{decimal, list, whole};
use crate::image::Area;

/// The part of the image that is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Region {
    /// All of it.
    Full,
    /// The square in the middle, as long as the shorter side.
    Square,
    /// Left, top, width and height in pixels.
    Pixels([u32; 4]),
    /// The same in hundredths of the image's width and height.
    Percent([f64; 4]),
}

impl Region {
    /// Parses a segment, decoded.
    ///
    /// # Errors
    /// Says what a region looks like.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let parsed = match text {
            "full" => Some(Self::Full),
            "square" => Some(Self::Square),
            _ => match text.strip_prefix("pct:") {
                Some(rest) => list(rest, decimal).map(Self::Percent),
                None => list(text, whole).map(Self::Pixels),
            },
        };
        parsed.ok_or_else(|| {
            Refusal::malformed(format!(
                "{text:?} is no region; give full, square, x,y,w,h in pixels or pct:x,y,w,h"
            ))
        })
    }

    /// The pixels of an image of this size; what is beyond its edges is cut off.
    ///
    /// # Errors
    /// Where nothing of the region is in the image.
    pub fn within(self, width: u64, height: u64) -> Result<Area, Refusal> {
        let area = match self {
            Self::Full => Area {
                x: 0,
                y: 0,
                width,
                height,
            },
            Self::Square => {
                let side = width.min(height);
                Area {
                    x: (width - side) / 2,
                    y: (height - side) / 2,
                    width: side,
                    height: side,
                }
            }
            Self::Pixels(pixels) => {
                let [x, y, width, height] = pixels.map(u64::from);
                Area {
                    x,
                    y,
                    width,
                    height,
                }
            }
            Self::Percent(parts) => {
                let of = |part: f64, size: u64| (part / 100.0 * size as f64).round() as u64;
                Area {
                    x: of(parts[0], width),
                    y: of(parts[1], height),
                    width: of(parts[2], width),
                    height: of(parts[3], height),
                }
            }
        };
        if area.width == 0 || area.height == 0 {
            return Err(Refusal::malformed(
                "the region has no pixels; give a width and a height above 0",
            ));
        }
        if area.x >= width || area.y >= height {
            return Err(Refusal::malformed(format!(
                "the region is outside the image, which has {width} \u{d7} {height} pixels"
            )));
        }
        Ok(Area {
            width: area.width.min(width - area.x),
            height: area.height.min(height - area.y),
            ..area
        })
    }
}
