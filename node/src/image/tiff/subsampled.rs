//! Pixels that share their colour (TIFF 6.0 section 21): groups of lightnesses with one pair of differences of colour.

use super::colour::Colours;
use super::shape::Shape;
use super::ycbcr::YCbCr;

/// How the pixels of a strip or tile are grouped.
pub(super) struct Grouping {
    across: usize,
    down: usize,
    columns: usize,
    rows: usize,
    samples: usize,
}

impl Grouping {
    /// None where every pixel has all its samples.
    pub(super) fn of(shape: &Shape, columns: u64, rows: u64) -> Option<Self> {
        match shape.colours {
            Colours::YCbCr(YCbCr {
                subsampling: (across, down),
                ..
            }) if (across, down) != (1, 1) => Some(Self {
                across: across as usize,
                down: down as usize,
                columns: columns as usize,
                rows: rows as usize,
                samples: shape.interleaved() as usize,
            }),
            _ => None,
        }
    }

    fn groups_of_a_row(&self) -> usize {
        self.columns.div_ceil(self.across)
    }

    fn bytes_of_a_group(&self) -> usize {
        self.across * self.down + 2
    }

    /// Bytes of all groups; those at the edge are whole.
    pub(super) fn bytes(&self) -> u64 {
        (self.groups_of_a_row() * self.rows.div_ceil(self.down) * self.bytes_of_a_group()) as u64
    }

    /// Every pixel with samples of its own.
    pub(super) fn spread(&self, grouped: &[u8]) -> Vec<u8> {
        let mut out = vec![0; self.columns * self.rows * self.samples];
        for (index, group) in grouped.chunks_exact(self.bytes_of_a_group()).enumerate() {
            let left = index % self.groups_of_a_row() * self.across;
            let top = index / self.groups_of_a_row() * self.down;
            let (lightnesses, colour) = group.split_at(self.across * self.down);
            for (place, lightness) in lightnesses.iter().enumerate() {
                let column = left + place % self.across;
                let row = top + place / self.across;
                if column < self.columns && row < self.rows {
                    let at = (row * self.columns + column) * self.samples;
                    out[at..at + 3].copy_from_slice(&[*lightness, colour[0], colour[1]]);
                }
            }
        }
        out
    }
}
