//! How large levels, chunks, shards and bands are.

use super::axes::Ordered;
use super::{Options, PyramidError, ZarrForm};

/// A chunk has at most so many columns and rows: what a viewer asks for at once.
const CHUNK: u64 = 512;
/// A level in which neither side is longer is the last.
const SMALLEST: u64 = 256;
/// About how many bytes of pixels a shard holds: few enough files, and each is soon written.
const SHARD_BYTES: u64 = 8 << 20;
/// Rows of a band, and columns of a shard, the best first.
const BANDS: [u64; 4] = [2048, 1024, 512, 256];

/// How a pyramid lies in its files.
pub(super) struct Plan {
    /// The full one first.
    pub levels: Vec<LevelPlan>,
    /// Lengths of the axes before y and x.
    pub outer: Vec<u64>,
    /// How many along each of these are in one shard.
    pub planes: Vec<u64>,
    /// Rows of a band, and columns of a shard: even.
    pub band: u64,
}

/// How a level lies in its files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LevelPlan {
    pub width: u64,
    pub height: u64,
    /// How many columns of the full image one of its columns stands for.
    pub scale_x: f64,
    /// How many rows of the full image one of its rows stands for.
    pub scale_y: f64,
    pub chunk_width: u64,
    pub chunk_height: u64,
    pub shard_width: u64,
    pub shard_height: u64,
}

impl Plan {
    /// The plan for an image, within the memory that is allowed.
    pub fn new(source: &Ordered<'_>, options: &Options<'_>) -> Result<Plan, PyramidError> {
        let level = source.level();
        let sample = source.description().pixel_type.bytes() as u64;
        let (width, height) = (level.width, level.height);
        let mut needed = 0;
        // without shards a file is a chunk of one plane
        let is_sharded = options.form == ZarrForm::Three;
        for band in BANDS {
            if !is_sharded && band > CHUNK {
                continue;
            }
            let rows = band.min(height);
            let row = width.saturating_mul(sample);
            let shard = band.min(width) * rows * sample;
            // a band of each level (together two of the first), and shards being compressed
            let bands = row.saturating_mul(rows).saturating_mul(2);
            needed = bands.saturating_add(shard * 4);
            if band * band * sample > SHARD_BYTES.max(BANDS[3] * BANDS[3] * sample)
                || needed > options.memory_bytes
            {
                continue;
            }
            let most = match is_sharded {
                true => (SHARD_BYTES / shard).min(options.memory_bytes / needed),
                false => 1,
            };
            let most = most.max(1);
            return Ok(Plan {
                levels: levels(width, height, band),
                planes: planes(&source.outer(), most),
                outer: source.outer(),
                band,
            });
        }
        Err(PyramidError::TooWide {
            width,
            needed,
            allowed: options.memory_bytes,
        })
    }
}

/// As many planes as there may be in a shard, from the fastest axis on.
fn planes(outer: &[u64], mut most: u64) -> Vec<u64> {
    let mut planes = vec![1; outer.len()];
    for (number, length) in planes.iter_mut().zip(outer).rev() {
        *number = most.min(*length).max(1);
        most /= *number;
        if *number < *length {
            break;
        }
    }
    planes
}

fn levels(mut width: u64, mut height: u64, band: u64) -> Vec<LevelPlan> {
    let mut levels = Vec::new();
    let (mut scale_x, mut scale_y) = (1.0, 1.0);
    loop {
        let (chunk_width, chunk_height) = (CHUNK.min(band).min(width), CHUNK.min(band).min(height));
        levels.push(LevelPlan {
            width,
            height,
            scale_x,
            scale_y,
            chunk_width,
            chunk_height,
            shard_width: band.min(width).next_multiple_of(chunk_width),
            shard_height: band.min(height).next_multiple_of(chunk_height),
        });
        if width <= SMALLEST && height <= SMALLEST {
            return levels;
        }
        // a single row or column stays what it is
        scale_x *= if width > 1 { 2.0 } else { 1.0 };
        scale_y *= if height > 1 { 2.0 } else { 1.0 };
        (width, height) = (width.div_ceil(2), height.div_ceil(2));
    }
}
