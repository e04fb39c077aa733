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

    /// Whether all its colours are shades of grey.
    pub(super) fn is_grey(&self) -> bool {
        self.colour(0) == self.colour(1) && self.colour(1) == self.colour(2)
    }

    /// Whether it leads from black to the brightest grey in even steps, so that the indices are as good as its shades. Programs
    /// that know pictures with palettes only store grey ones so.
    pub(super) fn is_even_grey(&self) -> bool {
        let shades = self.colour(0);
        let steps = shades.len() as u64 - 1;
        let brightest = u64::from(shades[shades.len() - 1]);
        let is_on_its_step = |(index, shade): (u64, &u16)| {
            let (there, expected) = (u64::from(*shade) * steps, index * brightest);
            there.abs_diff(expected) < steps
        };
        // with fewer shades than indices, neighbours are one
        self.is_grey() && brightest >= steps && (0..).zip(shades).all(is_on_its_step)
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

#[cfg(test)]
mod tests {
    use super::Palette;

    fn palette(bits: u8, shades: impl Fn(u64) -> u64) -> Palette {
        let shades: Vec<u64> = (0..1 << bits).map(shades).collect();
        Palette::of(&shades.repeat(3), bits).expect("a palette")
    }

    #[test]
    fn ramps_from_black_in_even_steps_are_known_however_they_are_scaled() {
        assert!(palette(8, |index| index * 257).is_even_grey());
        assert!(palette(8, |index| index << 8).is_even_grey());
        assert!(palette(8, |index| index).is_even_grey());
        assert!(palette(4, |index| index * 4369).is_even_grey());
        assert!(palette(1, |index| index * 65535).is_even_grey());
        assert!(palette(16, |index| index).is_even_grey());
    }

    #[test]
    fn other_shades_of_grey_are_grey_and_no_even_ramp() {
        for other in [
            palette(8, |index| (255 - index) * 257),
            palette(8, |index| 4000 + index * 200),
            palette(8, |index| index * index),
            palette(8, |_| 0),
            palette(16, |index| index / 256),
        ] {
            assert!(other.is_grey() && !other.is_even_grey());
        }
        let red: Vec<u64> = (0..768)
            .map(|place| if place < 256 { place * 257 } else { 0 })
            .collect();
        assert!(!Palette::of(&red, 8).expect("a palette").is_grey());
    }
}
