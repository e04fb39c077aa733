//! From measured values to brightness.

use crate::image::PixelType;

/// Steps of the curve of a gamma other than 1: fine enough that no two neighbouring ones differ by more than one of 256
/// where the curve is not steepest.
const STEPS: usize = 4096;

/// What makes bytes of the samples of a channel: 0 at and below the window, 255 at and above it.
pub(super) struct Window {
    least: f64,
    greatest: f64,
    curve: Option<Vec<u8>>,
}

impl Window {
    /// A window of values and the exponent of the curve in it.
    pub(super) fn new(window: [f64; 2], gamma: f64) -> Self {
        let curve = (gamma != 1.0).then(|| {
            let steps = (0..STEPS).map(|step| step as f64 / (STEPS - 1) as f64);
            steps
                .map(|step| (step.powf(gamma) * 255.0).round() as u8)
                .collect()
        });
        Self {
            least: window[0],
            greatest: window[1],
            curve,
        }
    }

    /// Makes bytes of samples in native byte order, as many as `bytes` has places. What is no number is black.
    pub(super) fn apply(&self, pixel_type: PixelType, samples: &[u8], bytes: &mut [u8]) {
        match pixel_type {
            PixelType::Uint8 if self.is_all_of_a_byte() => bytes.copy_from_slice(samples),
            PixelType::Uint8 => self.narrow(samples, bytes, u8::from_ne_bytes),
            PixelType::Int8 => self.narrow(samples, bytes, i8::from_ne_bytes),
            PixelType::Uint16 => self.narrow(samples, bytes, u16::from_ne_bytes),
            PixelType::Int16 => self.narrow(samples, bytes, i16::from_ne_bytes),
            PixelType::Float32 => self.narrow(samples, bytes, f32::from_ne_bytes),
            PixelType::Uint32 => {
                self.wide(samples, bytes, |raw| f64::from(u32::from_ne_bytes(raw)))
            }
            PixelType::Int32 => self.wide(samples, bytes, |raw| f64::from(i32::from_ne_bytes(raw))),
            PixelType::Uint64 => self.wide(samples, bytes, |raw| u64::from_ne_bytes(raw) as f64),
            PixelType::Int64 => self.wide(samples, bytes, |raw| i64::from_ne_bytes(raw) as f64),
            PixelType::Float64 => self.wide(samples, bytes, f64::from_ne_bytes),
        }
    }

    /// Whether bytes stay what they are.
    fn is_all_of_a_byte(&self) -> bool {
        self.curve.is_none() && [self.least, self.greatest] == [0.0, 255.0]
    }

    /// For types whose values single precision holds exactly: twice as many at once.
    fn narrow<const N: usize, T: Into<f32>>(
        &self,
        samples: &[u8],
        bytes: &mut [u8],
        value: impl Fn([u8; N]) -> T,
    ) {
        let (samples, _) = samples.as_chunks::<N>();
        let top = self.top() as f32;
        let least = self.least as f32;
        let scale = (f64::from(top) / (self.greatest - self.least)) as f32;
        // a window narrower than single precision can tell
        if !scale.is_finite() {
            return self.wide(samples.as_flattened(), bytes, |raw| {
                f64::from(value(raw).into())
            });
        }
        // "as" gives 0 for what is no number
        let place = |raw: &[u8; N]| ((value(*raw).into() - least) * scale).clamp(0.0, top) + 0.5;
        match &self.curve {
            None => {
                for (byte, raw) in bytes.iter_mut().zip(samples) {
                    *byte = place(raw) as u8;
                }
            }
            Some(curve) => {
                for (byte, raw) in bytes.iter_mut().zip(samples) {
                    *byte = curve[(place(raw) as usize).min(STEPS - 1)];
                }
            }
        }
    }

    fn wide<const N: usize>(
        &self,
        samples: &[u8],
        bytes: &mut [u8],
        value: impl Fn([u8; N]) -> f64,
    ) {
        let (samples, _) = samples.as_chunks::<N>();
        let top = self.top();
        let width = self.greatest - self.least;
        for (byte, raw) in bytes.iter_mut().zip(samples) {
            let place = ((value(*raw) - self.least) / width * top).clamp(0.0, top) + 0.5;
            *byte = match &self.curve {
                None => place as u8,
                Some(curve) => curve[(place as usize).min(STEPS - 1)],
            };
        }
    }

    fn top(&self) -> f64 {
        match self.curve {
            None => 255.0,
            Some(_) => (STEPS - 1) as f64,
        }
    }
}

/// Calls a function with each sample of a buffer as a number.
pub(super) fn each_number(pixel_type: PixelType, samples: &[u8], mut take: impl FnMut(f64)) {
    macro_rules! of {
        ($type:ty) => {
            for raw in samples.as_chunks::<{ size_of::<$type>() }>().0 {
                take(<$type>::from_ne_bytes(*raw) as f64);
            }
        };
    }
    match pixel_type {
        PixelType::Uint8 => of!(u8),
        PixelType::Int8 => of!(i8),
        PixelType::Uint16 => of!(u16),
        PixelType::Int16 => of!(i16),
        PixelType::Uint32 => of!(u32),
        PixelType::Int32 => of!(i32),
        PixelType::Uint64 => of!(u64),
        PixelType::Int64 => of!(i64),
        PixelType::Float32 => of!(f32),
        PixelType::Float64 => of!(f64),
    }
}

/// Keeps the greater of each pair of samples in `greatest`. What is no number loses.
pub(super) fn keep_greatest(pixel_type: PixelType, greatest: &mut [u8], samples: &[u8]) {
    macro_rules! of {
        ($type:ty) => {{
            let (kept, _) = greatest.as_chunks_mut::<{ size_of::<$type>() }>();
            let (more, _) = samples.as_chunks::<{ size_of::<$type>() }>();
            for (kept, more) in kept.iter_mut().zip(more) {
                let (old, new) = (<$type>::from_ne_bytes(*kept), <$type>::from_ne_bytes(*more));
                // "max" of floating point keeps the one that is a number
                *kept = old.max(new).to_ne_bytes();
            }
        }};
    }
    match pixel_type {
        PixelType::Uint8 => of!(u8),
        PixelType::Int8 => of!(i8),
        PixelType::Uint16 => of!(u16),
        PixelType::Int16 => of!(i16),
        PixelType::Uint32 => of!(u32),
        PixelType::Int32 => of!(i32),
        PixelType::Uint64 => of!(u64),
        PixelType::Int64 => of!(i64),
        PixelType::Float32 => of!(f32),
        PixelType::Float64 => of!(f64),
    }
}

/// The number of an object in a label image; what is below 0 or no whole number is background.
pub(super) fn each_label(pixel_type: PixelType, samples: &[u8], mut take: impl FnMut(u64)) {
    match pixel_type {
        // these would lose their last digits as floating point
        PixelType::Uint64 => {
            for raw in samples.as_chunks::<8>().0 {
                take(u64::from_ne_bytes(*raw));
            }
        }
        PixelType::Int64 => {
            for raw in samples.as_chunks::<8>().0 {
                take(i64::from_ne_bytes(*raw).max(0).unsigned_abs());
            }
        }
        _ => each_number(pixel_type, samples, |number| take(number as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Window, keep_greatest};
    use crate::image::PixelType;

    fn shown(pixel_type: PixelType, samples: &[u8], window: [f64; 2], gamma: f64) -> Vec<u8> {
        let mut bytes = vec![7; samples.len() / pixel_type.bytes()];
        Window::new(window, gamma).apply(pixel_type, samples, &mut bytes);
        bytes
    }

    fn raw<const N: usize>(samples: impl IntoIterator<Item = [u8; N]>) -> Vec<u8> {
        samples.into_iter().flatten().collect()
    }

    #[test]
    fn the_ends_of_the_window_are_black_and_bright_in_every_type() {
        let floats = [-5.0, 10.0, 15.0, 20.0, 99.0];
        let expected = [0, 0, 128, 255, 255];
        let window = [10.0, 20.0];
        for (pixel_type, samples) in [
            (
                PixelType::Int8,
                raw(floats.map(|one| (one as i8).to_ne_bytes())),
            ),
            (
                PixelType::Int16,
                raw(floats.map(|one| (one as i16).to_ne_bytes())),
            ),
            (
                PixelType::Int32,
                raw(floats.map(|one| (one as i32).to_ne_bytes())),
            ),
            (
                PixelType::Int64,
                raw(floats.map(|one| (one as i64).to_ne_bytes())),
            ),
            (
                PixelType::Uint8,
                raw(floats.map(|one| (one as u8).to_ne_bytes())),
            ),
            (
                PixelType::Uint16,
                raw(floats.map(|one| (one as u16).to_ne_bytes())),
            ),
            (
                PixelType::Uint32,
                raw(floats.map(|one| (one as u32).to_ne_bytes())),
            ),
            (
                PixelType::Uint64,
                raw(floats.map(|one| (one as u64).to_ne_bytes())),
            ),
            (
                PixelType::Float32,
                raw(floats.map(|one| (one as f32).to_ne_bytes())),
            ),
            (PixelType::Float64, raw(floats.map(f64::to_ne_bytes))),
        ] {
            assert_eq!(
                shown(pixel_type, &samples, window, 1.0),
                expected,
                "{pixel_type}"
            );
        }
    }

    #[test]
    fn gamma_below_one_brings_out_what_is_dark_and_keeps_the_ends() {
        let samples: Vec<u8> = vec![0, 64, 128, 255];
        let straight = shown(PixelType::Uint8, &samples, [0.0, 255.0], 1.0);
        assert_eq!(straight, samples);
        let brighter = shown(PixelType::Uint8, &samples, [0.0, 255.0], 0.5);
        assert_eq!((brighter[0], brighter[3]), (0, 255));
        assert!((brighter[1].abs_diff(128) <= 1) && brighter[2] > 175);
        let darker = shown(PixelType::Uint8, &samples, [0.0, 255.0], 2.0);
        assert!(darker[2].abs_diff(64) <= 1);
    }

    #[test]
    fn what_is_no_number_is_black_and_infinity_is_bright() {
        let samples = raw([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.5].map(f32::to_ne_bytes));
        assert_eq!(
            shown(PixelType::Float32, &samples, [0.0, 1.0], 1.0),
            [0, 255, 0, 128]
        );
        assert_eq!(
            shown(PixelType::Float32, &samples, [0.0, 1e-42], 1.0),
            [0, 255, 0, 255]
        );
    }

    #[test]
    fn the_greatest_of_several_planes_is_kept() {
        let mut kept = raw([5_i16, -3, 0].map(i16::to_ne_bytes));
        keep_greatest(
            PixelType::Int16,
            &mut kept,
            &raw([4_i16, -2, 0].map(i16::to_ne_bytes)),
        );
        assert_eq!(kept, raw([5_i16, -2, 0].map(i16::to_ne_bytes)));
        let mut kept = raw([f32::NAN, 1.0].map(f32::to_ne_bytes));
        keep_greatest(
            PixelType::Float32,
            &mut kept,
            &raw([2.0, f32::NAN].map(f32::to_ne_bytes)),
        );
        assert_eq!(kept, raw([2.0_f32, 1.0].map(f32::to_ne_bytes)));
    }
}
