//! The camera: photons come one by one, electronics add their own noise, and the result is a whole number.

use crate::samples::random::Random;

use super::Plane;

/// What a camera does to light.
#[derive(Debug, Clone, Copy)]
pub(in crate::samples) struct Camera {
    /// Counts for a photon.
    pub gain: f32,
    /// Counts in the dark.
    pub offset: f32,
    /// Deviation of the read-out in counts.
    pub read_noise: f32,
    /// The largest count.
    pub most: u16,
}

impl Camera {
    /// A scientific CMOS camera with 16 bits.
    pub const CMOS: Camera = Camera {
        gain: 1.0,
        offset: 100.0,
        read_noise: 1.6,
        most: u16::MAX,
    };
    /// A photomultiplier with 12 bits, which counts few photons and multiplies each a lot.
    pub const MULTIPLIER: Camera = Camera {
        gain: 28.0,
        offset: 40.0,
        read_noise: 1.5,
        most: 4095,
    };
    /// A detector with 8 bits that is used up to its top.
    pub const EIGHT_BITS: Camera = Camera {
        gain: 1.0,
        offset: 0.0,
        read_noise: 0.8,
        most: 255,
    };

    /// Records a plane of photons.
    pub fn record(&self, photons: &Plane, random: &mut Random) -> Vec<u16> {
        let count = |mean: &f32| {
            let read_out = self.offset + self.read_noise * random.normal();
            let counts = random.events(*mean) * self.gain + read_out;
            counts.round().clamp(0.0, f32::from(self.most)) as u16
        };
        photons.values.iter().map(count).collect()
    }
}

/// Uneven illumination: brightest a little off the middle, `fall` less in the corners.
pub(in crate::samples) fn illuminate(plane: &mut Plane, fall: f32, random: &mut Random) {
    let (width, height) = (plane.width as f32, plane.height as f32);
    let middle = [
        width * random.between(0.4, 0.6),
        height * random.between(0.4, 0.6),
    ];
    let reach = (width * width + height * height) / 4.0;
    plane.change(|x, y, pixel| {
        let square = (x - middle[0]).powi(2) + (y - middle[1]).powi(2);
        *pixel *= 1.0 - fall * (square / reach).min(1.5);
    });
}
