//! Texture: noise that is smooth, and the same wherever one looks at it again (Perlin's gradient noise).

/// A field of noise.
#[derive(Debug, Clone, Copy)]
pub(in crate::samples) struct Texture(pub u64);

/// Eight directions: more cannot be told apart.
const DIRECTIONS: [(f32, f32); 8] = [
    (1.0, 0.0),
    (0.707, 0.707),
    (0.0, 1.0),
    (-0.707, 0.707),
    (-1.0, 0.0),
    (-0.707, -0.707),
    (0.0, -1.0),
    (0.707, -0.707),
];

impl Texture {
    /// About -1 to 1, changing over a distance of about 1.
    pub fn at(self, x: f32, y: f32) -> f32 {
        // rounding down by a cast, which every processor does at once; `floor` is a call on older ones
        let down = |value: f32| value as i32 - i32::from(value < 0.0);
        let (column, row) = (down(x), down(y));
        let (dx, dy) = (x - column as f32, y - row as f32);
        let corner = |right: i32, low: i32| {
            let (across, down) = DIRECTIONS[self.hash(column + right, row + low) as usize & 7];
            across * (dx - right as f32) + down * (dy - low as f32)
        };
        let fade = |part: f32| part * part * part * (part * (part * 6.0 - 15.0) + 10.0);
        let (across, down) = (fade(dx), fade(dy));
        let top = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * across;
        let low = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * across;
        // gradient noise with unit gradients stays within 0.71
        (top + (low - top) * down) * 1.45
    }

    /// Coarse texture with finer and finer on it, each half as strong.
    pub fn rough(self, x: f32, y: f32, octaves: u32) -> f32 {
        let mut sum = 0.0;
        let (mut strength, mut scale) = (1.0, 1.0);
        for octave in 0..octaves {
            let away = octave as f32 * 17.3;
            sum += strength * self.at(x * scale + away, y * scale - away);
            strength *= 0.5;
            scale *= 2.0;
        }
        sum
    }

    /// A number for a cell of the lattice.
    pub fn hash(self, column: i32, row: i32) -> u32 {
        let mut bits = self.0 as u32
            ^ (column as u32).wrapping_mul(0x9e37_79b1)
            ^ (row as u32).wrapping_mul(0x85eb_ca77).rotate_left(13);
        bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
        bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
        bits ^ (bits >> 15)
    }

    /// The same from 0 to below 1.
    pub fn chance(self, column: i32, row: i32) -> f32 {
        (self.hash(column, row) >> 8) as f32 / (1 << 24) as f32
    }
}
