//! A perceptual hash: 256 bits that say what a picture looks like, so that similar pictures have similar bits.
//!
//! The bits are the signs of the 16 × 16 lowest frequencies of the picture's two-dimensional cosine transform. How a picture
//! becomes frequencies is the business of whoever has its pixels; here is what the bits mean, how they are written, and what
//! becomes of them when the picture is mirrored or turned, which needs no pixels: mirroring inverts the signs of all
//! frequencies that are odd across, turning swaps the two directions.

use std::fmt;

/// Frequencies in each direction.
pub const FREQUENCIES: usize = 16;

/// The signs of 16 × 16 frequencies, in four groups of 64 bits: of those that are even in both directions, odd across, odd
/// down, and odd in both. In each group the frequency down counts first; the first bit is the most significant one. The very
/// first, of the frequency that is zero in both directions, is always 0: it is the mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PerceptualHash([u64; 4]);

/// How a picture is turned: as in IIIF, first mirrored left to right or not, then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Orientation {
    is_mirrored: bool,
    quarter_turns: u8,
}

/// Why a text is no perceptual hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a perceptual hash is 64 hexadecimal digits in lower case, and its first bit is 0")]
pub struct PerceptualHashError;

impl PerceptualHash {
    /// The hash with a bit wherever a frequency, given across and down, is above zero.
    pub fn of_signs(is_positive: impl Fn(usize, usize) -> bool) -> Self {
        let mut groups = [0; 4];
        for down in 0..FREQUENCIES {
            for across in 0..FREQUENCIES {
                if (across, down) != (0, 0) && is_positive(across, down) {
                    let place = down / 2 * 8 + across / 2;
                    groups[across % 2 + down % 2 * 2] |= 1 << (63 - place);
                }
            }
        }
        Self(groups)
    }

    /// Reads 64 hexadecimal digits in lower case.
    ///
    /// # Errors
    /// [`PerceptualHashError`].
    pub fn parse(text: &str) -> Result<Self, PerceptualHashError> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.bytes().all(is_digit) {
            return Err(PerceptualHashError);
        }
        let mut groups = [0; 4];
        for (group, start) in groups.iter_mut().zip([0, 16, 32, 48]) {
            let digits = &text[start..start + 16];
            *group = u64::from_str_radix(digits, 16).map_err(|_| PerceptualHashError)?;
        }
        match groups[0] >> 63 {
            0 => Ok(Self(groups)),
            _ => Err(PerceptualHashError),
        }
    }

    /// The four groups.
    pub fn groups(self) -> [u64; 4] {
        self.0
    }

    /// The number of bits in which two differ: 0 for the same picture, about 128 for two that have nothing in common.
    pub fn distance(self, other: Self) -> u32 {
        let pairs = self.0.iter().zip(other.0);
        pairs.map(|(one, other)| (one ^ other).count_ones()).sum()
    }

    /// The hash of the same picture, turned so.
    #[must_use]
    pub fn turned(self, orientation: Orientation) -> Self {
        let (is_transposed, across, down) = orientation.steps();
        let [even, odd_across, odd_down, odd] = match is_transposed {
            true => self.transposed().0,
            false => self.0,
        };
        let inverted = |group: u64, is_inverted: bool| if is_inverted { !group } else { group };
        Self([
            even,
            inverted(odd_across, across),
            inverted(odd_down, down),
            inverted(odd, across != down),
        ])
    }

    /// The hash of the same picture with across and down swapped.
    fn transposed(self) -> Self {
        let [even, odd_across, odd_down, odd] = self.0.map(transposed);
        Self([even, odd_down, odd_across, odd])
    }
}

/// Swaps rows and columns of 8 × 8 bits.
fn transposed(group: u64) -> u64 {
    let mut swapped = 0;
    for place in 0..64 {
        if group >> place & 1 == 1 {
            swapped |= 1 << (place % 8 * 8 + place / 8);
        }
    }
    swapped
}

impl fmt::Display for PerceptualHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|group| write!(formatter, "{group:016x}"))
    }
}

impl Orientation {
    /// All eight, the upright one first.
    pub const ALL: [Self; 8] = [
        Self::new(false, 0),
        Self::new(false, 1),
        Self::new(false, 2),
        Self::new(false, 3),
        Self::new(true, 0),
        Self::new(true, 1),
        Self::new(true, 2),
        Self::new(true, 3),
    ];

    const fn new(is_mirrored: bool, quarter_turns: u8) -> Self {
        Self {
            is_mirrored,
            quarter_turns,
        }
    }

    /// Whether it is mirrored left to right, before it is turned.
    pub fn is_mirrored(self) -> bool {
        self.is_mirrored
    }

    /// How far it is turned clockwise, in degrees: 0, 90, 180 or 270.
    pub fn degrees(self) -> u16 {
        u16::from(self.quarter_turns) * 90
    }

    /// The same in steps: across and down are swapped, then it is mirrored left to right, then upside down.
    fn steps(self) -> (bool, bool, bool) {
        match (self.is_mirrored, self.quarter_turns) {
            (false, 0) => (false, false, false),
            (false, 1) => (true, true, false),
            (false, 2) => (false, true, true),
            (false, _) => (true, false, true),
            (true, 0) => (false, true, false),
            (true, 1) => (true, true, true),
            (true, 2) => (false, false, true),
            (true, _) => (true, false, false),
        }
    }
}

/// As IIIF writes rotations: `0`, `90`, `!180`.
impl fmt::Display for Orientation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_mirrored { "!" } else { "" };
        write!(formatter, "{mark}{}", self.degrees())
    }
}

/// A hash that is looked for in all eight orientations at once, at the price of two.
#[derive(Debug, Clone, Copy)]
pub struct Sought {
    upright: [u64; 4],
    transposed: [u64; 4],
}

impl Sought {
    /// Looks for this one.
    pub fn new(hash: PerceptualHash) -> Self {
        Self {
            upright: hash.0,
            transposed: hash.transposed().0,
        }
    }

    /// The least distance to another hash in any orientation, by its groups.
    #[inline]
    pub fn distance(&self, groups: &[u64; 4]) -> u32 {
        let least = |sought: &[u64; 4]| {
            let [even, across, down, odd] = differing(sought, groups);
            // inverting a group of 64 bits makes of a distance what is missing to 64
            let same = (across + down).min(128 - across - down) + odd;
            let opposite = (64 - across + down).min(64 + across - down) + 64 - odd;
            even + same.min(opposite)
        };
        least(&self.upright).min(least(&self.transposed))
    }

    /// The least distance to another hash, and how the picture that is looked for has to be turned to look like that one.
    /// Of several such orientations the first.
    pub fn nearest(&self, other: PerceptualHash) -> (u32, Orientation) {
        let mut nearest = (u32::MAX, Orientation::new(false, 0));
        for orientation in Orientation::ALL {
            let distance = PerceptualHash(self.upright)
                .turned(orientation)
                .distance(other);
            if distance < nearest.0 {
                nearest = (distance, orientation);
            }
        }
        nearest
    }
}

#[inline]
fn differing(one: &[u64; 4], other: &[u64; 4]) -> [u32; 4] {
    [
        (one[0] ^ other[0]).count_ones(),
        (one[1] ^ other[1]).count_ones(),
        (one[2] ^ other[2]).count_ones(),
        (one[3] ^ other[3]).count_ones(),
    ]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use proptest::prelude::*;

    use super::{FREQUENCIES, Orientation, PerceptualHash, Sought};

    /// A picture, row by row, and what it is after the steps that its frequencies stand for.
    type Picture = Vec<Vec<f64>>;

    fn mirrored(picture: &Picture) -> Picture {
        let rows = picture.iter();
        rows.map(|row| row.iter().rev().copied().collect())
            .collect()
    }

    fn turned_clockwise(picture: &Picture) -> Picture {
        let size = picture.len();
        let row = |y: usize| (0..size).map(|x| picture[size - 1 - x][y]).collect();
        (0..size).map(row).collect()
    }

    fn oriented(picture: &Picture, orientation: Orientation) -> Picture {
        let mut made = match orientation.is_mirrored() {
            true => mirrored(picture),
            false => picture.clone(),
        };
        for _ in 0..orientation.degrees() / 90 {
            made = turned_clockwise(&made);
        }
        made
    }

    fn hash(picture: &Picture) -> PerceptualHash {
        let size = picture.len() as f64;
        let wave = |frequency: usize, place: usize| {
            (std::f64::consts::PI * frequency as f64 * (place as f64 + 0.5) / size).cos()
        };
        PerceptualHash::of_signs(|across, down| {
            let rows = picture.iter().enumerate();
            let sum: f64 = rows
                .flat_map(|(y, row)| {
                    let values = row.iter().enumerate();
                    values.map(move |(x, value)| value * wave(across, x) * wave(down, y))
                })
                .sum();
            sum > 0.0
        })
    }

    fn pictures() -> impl Strategy<Value = Picture> {
        prop::collection::vec(prop::collection::vec(0.0..255.0, 20), 20)
    }

    fn hashes() -> impl Strategy<Value = PerceptualHash> {
        prop::collection::vec(any::<bool>(), FREQUENCIES * FREQUENCIES).prop_map(|signs| {
            PerceptualHash::of_signs(|across, down| signs[down * FREQUENCIES + across])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn the_hash_of_a_turned_picture_follows_from_the_hash(picture in pictures()) {
            let upright = hash(&picture);
            for orientation in Orientation::ALL {
                let turned = hash(&oriented(&picture, orientation));
                prop_assert_eq!(upright.turned(orientation), turned, "{}", orientation);
            }
        }
    }

    proptest! {
        #[test]
        fn looking_for_all_orientations_at_once_finds_the_nearest(
            one in hashes(), other in hashes(), changed in prop::collection::vec(1_usize..256, 0..40), turn in 0_usize..8
        ) {
            // near to it in one orientation, and anything
            let mut text = one.turned(Orientation::ALL[turn]).to_string().into_bytes();
            for place in changed {
                let digit = &mut text[place / 4];
                let value = (*digit as char).to_digit(16).unwrap() ^ (8 >> (place % 4));
                *digit = char::from_digit(value, 16).unwrap() as u8;
            }
            let near = PerceptualHash::parse(std::str::from_utf8(&text).unwrap()).unwrap();
            for other in [near, other] {
                let all = Orientation::ALL.map(|orientation| one.turned(orientation).distance(other));
                let least = all.into_iter().min().unwrap();
                let sought = Sought::new(one);
                prop_assert_eq!(sought.distance(&other.groups()), least);
                let (distance, orientation) = sought.nearest(other);
                prop_assert_eq!(distance, least);
                prop_assert_eq!(one.turned(orientation).distance(other), least);
            }
        }

        #[test]
        fn what_is_written_is_read(hash in hashes()) {
            prop_assert_eq!(PerceptualHash::parse(&hash.to_string()), Ok(hash));
        }
    }

    #[test]
    fn only_one_spelling_is_a_hash() {
        let good = "0123456789abcdef".repeat(4);
        assert_eq!(
            PerceptualHash::parse(&good).map(|hash| hash.to_string()),
            Ok(good.clone())
        );
        for bad in [
            "",
            &good[1..],
            &good.to_uppercase(),
            &good.replacen('0', "8", 1),
            &good.replacen("01", "+1", 1),
            &good.replacen("01", "\u{e9}", 1),
            &format!("{good}0"),
        ] {
            assert!(PerceptualHash::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn orientations_are_written_as_in_iiif() {
        let written = Orientation::ALL.map(|orientation| orientation.to_string());
        assert_eq!(
            written,
            ["0", "90", "180", "270", "!0", "!90", "!180", "!270"]
        );
    }
}
