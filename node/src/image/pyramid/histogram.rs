//! How often which values are in a channel, and between which of them it is shown.

use super::PyramidError;
use super::bands::Range;
use crate::image::zarr::ZarrImage;
use crate::image::{Area, AxisKind, ImageError, PixelSource, PixelType, Plane};

/// Bins of a histogram.
pub(super) const BINS: usize = 256;
/// About how many samples of a channel are looked at: the largest level that has no more is taken.
const SAMPLES: u64 = 4 << 20;
/// Of these, so many are sorted for the percentiles.
const SORTED: u64 = 1 << 20;
/// What is darker than this part of all values is shown black, …
const LOW: f64 = 0.001;
/// … and what is brighter than this part, white.
const HIGH: f64 = 0.999;

/// What is known of the values of a channel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    /// The least and the greatest value at the full resolution.
    pub range: (f64, f64),
    /// Values between which it is shown well.
    pub window: (f64, f64),
    /// How many values of a smaller level are in each of [`BINS`] equal parts of the range.
    pub counts: Vec<u64>,
}

/// Looks at the values of each channel.
pub(super) fn of_channels(
    levels: &ZarrImage,
    ranges: &[Range],
) -> Result<Vec<Shown>, PyramidError> {
    (0..ranges.len())
        .map(|channel| Ok(of_channel(levels, channel, ranges[channel])?))
        .collect()
}

fn of_channel(levels: &ZarrImage, channel: usize, range: Range) -> Result<Shown, ImageError> {
    let planes = Planes::of_channel(levels, channel as u64);
    let range = range.unwrap_or((0.0, 0.0));
    let mut counts = vec![0; BINS];
    let mut sample = Vec::new();
    let (level, every) = planes.level(levels);
    let stride = planes
        .samples(levels, level)
        .div_ceil(every)
        .div_ceil(SORTED)
        .max(1);
    let bins = BINS as f64 / (range.1 - range.0);
    let mut number = 0;
    for plane in (0..planes.count).step_by(usize::try_from(every).unwrap_or(usize::MAX)) {
        for value in values(levels, level, &planes.plane(plane))? {
            number += 1;
            if !value.is_finite() {
                continue;
            }
            // a range of one value has one bin; the greatest value is in the last
            let bin = ((value - range.0) * bins) as usize;
            counts[bin.min(BINS - 1)] += 1;
            if number % stride == 0 {
                sample.push(value);
            }
        }
    }
    Ok(Shown {
        range,
        window: window(sample, range),
        counts,
    })
}

/// The planes of one channel.
struct Planes {
    lengths: Vec<u64>,
    channel: Option<(usize, u64)>,
    count: u64,
}

impl Planes {
    fn of_channel(levels: &ZarrImage, channel: u64) -> Planes {
        let axes = &levels.description().axes;
        let place = axes.iter().position(|axis| axis.kind == AxisKind::C);
        let mut lengths: Vec<u64> = axes[..axes.len() - 2]
            .iter()
            .map(|axis| axis.size)
            .collect();
        if let Some(place) = place {
            lengths[place] = 1;
        }
        Planes {
            count: lengths.iter().product(),
            lengths,
            channel: place.map(|place| (place, channel)),
        }
    }

    fn plane(&self, mut number: u64) -> Plane {
        let mut plane = vec![0; self.lengths.len()];
        for (at, length) in plane.iter_mut().zip(&self.lengths).rev() {
            *at = number % length;
            number /= length;
        }
        if let Some((place, channel)) = self.channel {
            plane[place] = channel;
        }
        Plane(plane)
    }

    fn samples(&self, levels: &ZarrImage, level: usize) -> u64 {
        let level = levels.levels()[level];
        level.width * level.height * self.count
    }

    /// The level to look at, and of how many planes one.
    fn level(&self, levels: &ZarrImage) -> (usize, u64) {
        let last = levels.levels().len() - 1;
        let level = (0..=last).find(|level| self.samples(levels, *level) <= SAMPLES);
        let level = level.unwrap_or(last);
        (level, self.samples(levels, level).div_ceil(SAMPLES))
    }
}

fn values(levels: &ZarrImage, level: usize, plane: &Plane) -> Result<Vec<f64>, ImageError> {
    macro_rules! numbers {
        ($sample:ty, $bytes:expr) => {
            $bytes
                .as_chunks::<{ size_of::<$sample>() }>()
                .0
                .iter()
                .map(|bytes| <$sample>::from_ne_bytes(*bytes) as f64)
                .collect()
        };
    }
    let size = levels.levels()[level];
    let pixel_type = levels.description().pixel_type;
    let samples = usize::try_from(size.width * size.height).unwrap_or(usize::MAX);
    let mut bytes = vec![0; samples * pixel_type.bytes()];
    let area = Area {
        x: 0,
        y: 0,
        width: size.width,
        height: size.height,
    };
    levels.read(level, plane, area, &mut bytes)?;
    Ok(match pixel_type {
        PixelType::Uint8 => numbers!(u8, bytes),
        PixelType::Uint16 => numbers!(u16, bytes),
        PixelType::Uint32 => numbers!(u32, bytes),
        PixelType::Uint64 => numbers!(u64, bytes),
        PixelType::Int8 => numbers!(i8, bytes),
        PixelType::Int16 => numbers!(i16, bytes),
        PixelType::Int32 => numbers!(i32, bytes),
        PixelType::Int64 => numbers!(i64, bytes),
        PixelType::Float32 => numbers!(f32, bytes),
        PixelType::Float64 => numbers!(f64, bytes),
    })
}

/// Between the percentiles; the whole range where these are one value.
fn window(mut sample: Vec<f64>, range: (f64, f64)) -> (f64, f64) {
    sample.sort_unstable_by(f64::total_cmp);
    let at = |part: f64| {
        let last = sample.len().checked_sub(1)?;
        sample.get((last as f64 * part).round() as usize).copied()
    };
    match (at(LOW), at(HIGH)) {
        (Some(low), Some(high)) if low < high => (low, high),
        _ if range.0 < range.1 => range,
        _ => (range.0, range.0 + 1.0),
    }
}
