//! Some values of a channel, from which its window is guessed.

use super::window::each_number;
use crate::image::{Area, ImageError, Level, PixelSource, Plane};

/// Values that are looked at, about; a level with so many is read whole.
const WANTED: u64 = 1 << 18;
/// Most values that are read at one place of a large level.
const PLACE: u64 = 1 << 16;
/// Places a side, where a level is too large to be read whole.
const PLACES: u64 = 4;

/// Values of a plane, in order; what is no finite number is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Reads values of a plane: all of a small level, else of places all over a large one.
    ///
    /// # Errors
    /// Where the pixels cannot be read.
    pub fn read(source: &dyn PixelSource, plane: &Plane) -> Result<Self, ImageError> {
        let levels = source.levels();
        let pixels = |level: &Level| level.width.saturating_mul(level.height);
        // the smallest that says enough: means of many pixels have lost what is darkest and brightest
        let index = levels
            .iter()
            .rposition(|level| pixels(level) >= WANTED)
            .unwrap_or(0);
        let level = levels[index];
        let areas = if pixels(&level) <= WANTED * 4 {
            vec![whole(&level)]
        } else {
            places(&level)
        };
        let pixel_type = source.description().pixel_type;
        let mut values = Vec::new();
        let mut buffer = Vec::new();
        for area in areas {
            buffer.resize((area.width * area.height) as usize * pixel_type.bytes(), 0);
            source.read(index, plane, area, &mut buffer)?;
            each_number(pixel_type, &buffer, |value| {
                if value.is_finite() {
                    values.push(value);
                }
            });
        }
        values.sort_unstable_by(f64::total_cmp);
        Ok(Self(values))
    }

    /// The value that a part (0 to 1) of all is below, or nothing where there is none.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        let last = self.0.len().checked_sub(1)?;
        self.0.get((last as f64 * part).round() as usize).copied()
    }

    /// The window that shows all but the darkest and the brightest thousandth; never empty.
    pub fn window(&self) -> [f64; 2] {
        let (Some(least), Some(greatest)) = (self.quantile(0.001), self.quantile(0.999)) else {
            return [0.0, 1.0];
        };
        if least < greatest {
            return [least, greatest];
        }
        // nearly all is one value: what differs from it is what there is to see
        match (self.0.first(), self.0.last()) {
            (Some(&least), Some(&greatest)) if least < greatest => [least, greatest],
            _ if least > 0.0 => [0.0, least],
            _ => [least, least + 1.0],
        }
    }
}

fn whole(level: &Level) -> Area {
    Area {
        x: 0,
        y: 0,
        width: level.width,
        height: level.height,
    }
}

/// Areas in the middle of the fields of a grid, each as long as wide where that fits.
fn places(level: &Level) -> Vec<Area> {
    let field = |size: u64| (size / PLACES).max(1);
    let width = field(level.width).min(256);
    let height = (PLACE / width).min(256).min(field(level.height));
    let starts = |size: u64, length: u64| {
        (0..PLACES.min(size)).map(move |number| {
            let middle = number * field(size) + field(size) / 2;
            middle.saturating_sub(length / 2).min(size - length)
        })
    };
    starts(level.height, height)
        .flat_map(|y| {
            starts(level.width, width).map(move |x| Area {
                x,
                y,
                width,
                height,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Samples, places};
    use crate::image::Level;

    #[test]
    fn a_window_leaves_out_the_rarest_and_is_never_empty() {
        let mut values: Vec<f64> = (0..10_000).map(f64::from).collect();
        values.push(65_535.0);
        assert_eq!(Samples(values).window(), [10.0, 9_990.0]);
        let mut one_spot = vec![0.0; 100_000];
        one_spot.push(7.0);
        assert_eq!(Samples(one_spot).window(), [0.0, 7.0]);
        assert_eq!(Samples(vec![5.0; 9]).window(), [0.0, 5.0]);
        assert_eq!(Samples(vec![0.0; 9]).window(), [0.0, 1.0]);
        assert_eq!(Samples(vec![-3.0; 9]).window(), [-3.0, -2.0]);
        assert_eq!(Samples(Vec::new()).window(), [0.0, 1.0]);
    }

    #[test]
    fn places_are_within_a_level_of_any_shape() {
        for (width, height) in [
            (100_000, 100_000),
            (1, 9_000_000),
            (9_000_000, 1),
            (5_000_000, 3),
        ] {
            let level = Level {
                width,
                height,
                chunk_width: 512,
                chunk_height: 512,
            };
            let places = places(&level);
            assert!(!places.is_empty());
            for place in places {
                assert!(place.width > 0 && place.height > 0);
                assert!(
                    place.x + place.width <= width && place.y + place.height <= height,
                    "{place:?}"
                );
                assert!(place.width * place.height <= 1 << 16);
            }
        }
    }
}
