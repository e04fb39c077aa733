//! How large the answer is (Image API 3.0, section 4.2).

use super::Refusal;
use super::number::{decimal, list, whole};
use crate::image::Area;

/// Most pixels of a side: what WebP can hold, and JPEG too.
pub const MOST_SIDE: u32 = 16_383;

/// How large an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most columns, and most rows: `maxWidth` and `maxHeight`.
    pub side: u32,
    /// Most pixels: `maxArea`.
    pub pixels: u64,
}

/// The size that is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Whether it may be larger than the region: `^`.
    pub may_enlarge: bool,
    /// How it is said.
    pub form: Form,
}

/// How a size is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// As large as possible.
    Max,
    /// So many columns.
    Width(u32),
    /// So many rows.
    Height(u32),
    /// So many hundredths of the region.
    Percent(f64),
    /// Exactly so, whatever becomes of the shape.
    Exact([u32; 2]),
    /// As large as fits in, the shape kept.
    Within([u32; 2]),
}

impl Size {
    /// Parses a segment, decoded.
    ///
    /// # Errors
    /// Says what a size looks like.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (may_enlarge, rest) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let form = if rest == "max" {
            Some(Form::Max)
        } else if let Some(percent) = rest.strip_prefix("pct:") {
            decimal(percent).map(Form::Percent)
        } else if let Some(bounds) = rest.strip_prefix('!') {
            list(bounds, whole).map(Form::Within)
        } else if let Some(width) = rest.strip_suffix(',') {
            whole(width).map(Form::Width)
        } else if let Some(height) = rest.strip_prefix(',') {
            whole(height).map(Form::Height)
        } else {
            list(rest, whole).map(Form::Exact)
        };
        form.map(|form| Self { may_enlarge, form }).ok_or_else(|| {
            Refusal::malformed(format!(
                "{text:?} is no size; give max, w, or ,h or w,h or !w,h in pixels, or pct:n, with ^ before it to enlarge"
            ))
        })
    }

    /// Columns and rows of the answer.
    ///
    /// # Errors
    /// Where it would be larger than the region without `^`, larger than the limits, or empty.
    pub fn of(self, region: &Area, limits: &Limits) -> Result<[u32; 2], Refusal> {
        let [width, height] = [region.width as f64, region.height as f64];
        let scaled = |scale: f64| [width * scale, height * scale].map(|side| side.round().max(1.0));
        let most = limits.scale(region);
        let [columns, rows] = match self.form {
            Form::Max if self.may_enlarge => return Ok(limits.largest(region, f64::INFINITY)),
            Form::Max => return Ok(limits.largest(region, 1.0)),
            Form::Width(columns) => {
                let columns = f64::from(columns);
                [columns, (height * columns / width).round().max(1.0)]
            }
            Form::Height(rows) => {
                let rows = f64::from(rows);
                [(width * rows / height).round().max(1.0), rows]
            }
            Form::Percent(percent) => [width, height].map(|side| (side * percent / 100.0).round()),
            Form::Exact(exact) => exact.map(f64::from),
            Form::Within(bounds) => {
                let [across, down] = bounds.map(f64::from);
                let scale = (across / width).min(down / height);
                if scale > 0.0 && (scale <= 1.0 || self.may_enlarge) && scale > most {
                    return Ok(limits.largest(region, scale));
                }
                let [columns, rows] = scaled(scale);
                [columns.min(across), rows.min(down)]
            }
        };
        if columns < 1.0 || rows < 1.0 {
            return Err(Refusal::malformed(
                "the answer would have no pixels; ask for at least one column and one row",
            ));
        }
        if !self.may_enlarge && (columns > width || rows > height) {
            return Err(Refusal::malformed(format!(
                "{columns} \u{d7} {rows} pixels are more than the region has, {width} \u{d7} {height}; put ^ before the size to enlarge it"
            )));
        }
        limits.allow(columns, rows)
    }
}

impl Limits {
    /// The greatest scale at which a region is within the limits.
    fn scale(&self, region: &Area) -> f64 {
        let [width, height] = [region.width as f64, region.height as f64];
        let side = f64::from(self.side);
        let of_pixels = (self.pixels as f64 / (width * height)).sqrt();
        (side / width).min(side / height).min(of_pixels)
    }

    /// The largest size within the limits and a scale; the shape is kept.
    fn largest(&self, region: &Area, scale: f64) -> [u32; 2] {
        let [width, height] = [region.width as f64, region.height as f64];
        let most = self.scale(region);
        if scale <= most {
            return [width * scale, height * scale].map(|side| side.round().max(1.0) as u32);
        }
        // rounded down, so that the product stays within the limit
        let side = f64::from(self.side);
        [width * most, height * most].map(|length| length.floor().clamp(1.0, side) as u32)
    }

    fn allow(&self, columns: f64, rows: f64) -> Result<[u32; 2], Refusal> {
        let side = f64::from(self.side);
        if columns > side || rows > side || columns * rows > self.pixels as f64 {
            return Err(Refusal::malformed(format!(
                "{columns} \u{d7} {rows} pixels are more than are made at once: at most {} a side and {} in all; ask for a part or for a smaller size",
                self.side, self.pixels
            )));
        }
        Ok([columns as u32, rows as u32])
    }

    /// The size that `max` gives, and the one that `^max` gives.
    pub(super) fn greatest(&self, region: &Area) -> [[u32; 2]; 2] {
        [1.0, f64::INFINITY].map(|scale| self.largest(region, scale))
    }
}
