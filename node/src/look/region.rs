//! Which part of an image a view shows, and how large that is on the page.

use super::Spot;

/// The side of the square that a view without a script has on a page, in points of the screen.
const SIDE: f64 = 768.0;
/// The side of the picture of a whole image that no address asked for: it is made in advance of every image.
const SIDE_OF_ALL: f64 = 512.0;
/// The farthest that a view goes in: a column of the full image takes so many points of the screen.
const NEAREST: f64 = 32.0;

/// A part of an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// First column.
    pub x: u64,
    /// First row.
    pub y: u64,
    /// Columns, at least 1.
    pub width: u64,
    /// Rows, at least 1.
    pub height: u64,
    /// Points of the screen that a column takes.
    pub zoom: f64,
    /// Whether that is the whole image.
    pub is_all: bool,
    /// The size of the picture on the page, in points of the screen.
    pub shown: [u64; 2],
}

impl Region {
    /// What a spot shows of an image of so many columns and rows.
    pub fn of(spot: &Spot, columns: u64, rows: u64) -> Region {
        let fitting = Self::fitting(columns, rows, SIDE);
        let zoom = match spot.zoom {
            None if spot.x.is_none() && spot.y.is_none() => {
                let side = if spot.is_default() { SIDE_OF_ALL } else { SIDE };
                return Self::all(columns, rows, side);
            }
            None => fitting,
            Some(zoom) => zoom.clamp(fitting.min(NEAREST), NEAREST),
        };
        // all that was seen where the address was made is to be seen here
        let within = |seen: Option<f64>| seen.map_or(zoom, |seen| SIDE / seen);
        let zoom = zoom.min(within(spot.columns)).min(within(spot.rows));
        if zoom <= fitting {
            return Self::all(columns, rows, SIDE);
        }
        let (x, width) = along(spot.x, columns, SIDE / zoom);
        let (y, height) = along(spot.y, rows, SIDE / zoom);
        Region {
            x,
            y,
            width,
            height,
            zoom,
            is_all: (width, height) == (columns, rows),
            shown: [width, height].map(|side| points(side as f64 * zoom)),
        }
    }

    fn all(columns: u64, rows: u64, side: f64) -> Region {
        let zoom = Self::fitting(columns, rows, side);
        Region {
            x: 0,
            y: 0,
            width: columns,
            height: rows,
            zoom,
            is_all: true,
            shown: [columns, rows].map(|side| points(side as f64 * zoom)),
        }
    }

    /// The zoom at which the whole image is in the square; never enlarged so that nothing can be seen of its pixels.
    fn fitting(columns: u64, rows: u64, side: f64) -> f64 {
        let zoom = side / columns.max(rows).max(1) as f64;
        zoom.min(NEAREST / 4.0)
    }

    /// Whether it cannot be gone in any farther.
    pub fn is_nearest(&self) -> bool {
        self.zoom >= NEAREST
    }

    /// The middle: column and row.
    pub fn middle(&self) -> [f64; 2] {
        [
            self.x as f64 + self.width as f64 / 2.0,
            self.y as f64 + self.height as f64 / 2.0,
        ]
    }

    /// Where a rectangle of the image is in the picture, in points of the screen; none where it is not in it.
    pub fn place_of(&self, [x, y, width, height]: [f64; 4]) -> Option<[f64; 4]> {
        let along = |from: f64, length: f64, first: u64, shown: u64| {
            let begin = ((from - first as f64) * self.zoom).max(0.0);
            let end = ((from + length - first as f64) * self.zoom).min(shown as f64);
            (end > begin).then_some((begin, end - begin))
        };
        let (left, wide) = along(x, width, self.x, self.shown[0])?;
        let (top, high) = along(y, height, self.y, self.shown[1])?;
        Some([left, top, wide, high].map(|number| (number * 10.0).round() / 10.0))
    }

    /// The segments of an IIIF address that give it: region and size (Image API 3.0, sections 4.1 and 4.2).
    pub fn segments(&self) -> [String; 2] {
        let region = match self.is_all {
            true => "full".to_owned(),
            false => format!("{},{},{},{}", self.x, self.y, self.width, self.height),
        };
        let [width, height] = self.shown;
        let is_larger = width > self.width || height > self.height;
        let larger = if is_larger { "^" } else { "" };
        [region, format!("{larger}{width},{height}")]
    }
}

/// First and number of columns (or rows) that a view of so many shows around a middle, moved so that it leaves the image nowhere
/// where it need not.
fn along(middle: Option<f64>, size: u64, seen: f64) -> (u64, u64) {
    let size = size.max(1) as f64;
    let seen = seen.clamp(1.0, size).round();
    let middle = middle.unwrap_or(size / 2.0).clamp(0.0, size);
    let first = (middle - seen / 2.0).round().clamp(0.0, size - seen);
    (first as u64, seen as u64)
}

fn points(length: f64) -> u64 {
    (length.round() as u64).max(1)
}
