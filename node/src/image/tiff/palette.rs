//! Palettes: colours by their index.

use super::broken;
use crate::image::{ImageError, PixelType};

/// Colours by their index.
#[derive(Debug, PartialEq)]
pub(super) struct Palette {
    /// All reds, then all greens, then all blues.
    entries: Vec<u16>,
    /// Whether eight bits tell them all.
    eight_bit: bool,
}

impl Palette {
    pub(super) fn of(entries: &[u64], bits: u8) -> Result<Self, ImageError> {
        let length = 1_usize << bits;
        if entries.len() < 3 * length {
            return Err(broken(format!(
                "its palette has {} numbers, and {} are needed",
                entries.len(),
                3 * length
            )));
        }
        let entries: Vec<u16> = entries[..3 * length]
            .iter()
            .map(|entry| *entry as u16)
            .collect();
        // some programs write eight bits without making sixteen of them
        let unscaled = entries.iter().all(|entry| *entry < 256);
        let doubled = |entry: &u16| entry & 0xff == 0 || entry & 0xff == entry >> 8;
        if unscaled || entries.iter().all(doubled) {
            let shift = if unscaled { 0 } else { 8 };
            return Ok(Self {
                entries: entries.iter().map(|entry| entry >> shift).collect(),
                eight_bit: true,
            });
        }
        Ok(Self {
            entries,
            eight_bit: false,
        })
    }

    pub(super) fn pixel_type(&self) -> PixelType {
        if self.eight_bit {
            PixelType::Uint8
        } else {
            PixelType::Uint16
        }
    }

    /// One of the three colours of each index.
    pub(super) fn colour(&self, which: usize) -> &[u16] {
        let length = self.entries.len() / 3;
        &self.entries[which * length..(which + 1) * length]
    }
}
