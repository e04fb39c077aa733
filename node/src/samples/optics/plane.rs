//! A plane of light: how many photons come from each pixel.

use super::Point;

/// Values by row, in single precision: a thousandth of a photon is less than any noise.
#[derive(Debug, Clone)]
pub(in crate::samples) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Plane {
    /// A dark plane.
    pub fn new(width: usize, height: usize) -> Plane {
        Plane {
            width,
            height,
            values: vec![0.0; width * height],
        }
    }

    /// Values by a function of column and row.
    pub fn from_fn(width: usize, height: usize, value: impl Fn(f32, f32) -> f32) -> Plane {
        let mut plane = Plane::new(width, height);
        plane.change(|x, y, pixel| *pixel = value(x, y));
        plane
    }

    /// Changes each value, with its column and row.
    pub fn change(&mut self, mut change: impl FnMut(f32, f32, &mut f32)) {
        for (y, row) in self.values.chunks_exact_mut(self.width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                change(x as f32, y as f32, pixel);
            }
        }
    }

    /// Changes the values within a square of `reach` pixels about a point.
    pub fn change_near(
        &mut self,
        centre: Point,
        reach: f32,
        mut change: impl FnMut(f32, f32, &mut f32),
    ) {
        let range = |middle: f32, end: usize| {
            let first = (middle - reach).floor().max(0.0) as usize;
            let last = (middle + reach).ceil().clamp(-1.0, end as f32 - 1.0);
            (first, (last + 1.0) as usize)
        };
        let (left, right) = range(centre[0], self.width);
        let (top, bottom) = range(centre[1], self.height);
        for y in top..bottom {
            for x in left..right {
                change(x as f32, y as f32, &mut self.values[y * self.width + x]);
            }
        }
    }

    /// Adds another plane, `times` as bright.
    pub fn add(&mut self, other: &Plane, times: f32) {
        for (pixel, more) in self.values.iter_mut().zip(&other.values) {
            *pixel += more * times;
        }
    }

    /// Multiplies with another plane.
    pub fn shade(&mut self, other: &Plane) {
        for (pixel, part) in self.values.iter_mut().zip(&other.values) {
            *pixel *= part;
        }
    }

    /// Adds the same to every value.
    pub fn lift(&mut self, by: f32) {
        for pixel in &mut self.values {
            *pixel += by;
        }
    }

    /// Multiplies every value.
    pub fn times(&mut self, by: f32) {
        for pixel in &mut self.values {
            *pixel *= by;
        }
    }

    /// The value at a pixel.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// Light from one point, shared among the four pixels around it; nothing where it is outside.
    pub fn dot(&mut self, at: Point, light: f32) {
        let (left, top) = (at[0].floor(), at[1].floor());
        let (right, low) = (at[0] - left, at[1] - top);
        let inside = left >= 0.0
            && top >= 0.0
            && left + 1.0 < self.width as f32
            && top + 1.0 < self.height as f32;
        if !inside {
            return;
        }
        let first = top as usize * self.width + left as usize;
        self.values[first] += light * (1.0 - right) * (1.0 - low);
        self.values[first + 1] += light * right * (1.0 - low);
        self.values[first + self.width] += light * (1.0 - right) * low;
        self.values[first + self.width + 1] += light * right * low;
    }

    /// Light along a line of points, `light` for each pixel of its length.
    pub fn line(&mut self, path: &[Point], light: f32) {
        for ends in path.windows(2) {
            let (from, to) = (ends[0], ends[1]);
            let length = (to[0] - from[0]).hypot(to[1] - from[1]);
            let steps = (length * 1.5).ceil().max(1.0);
            for step in 0..steps as usize {
                let part = step as f32 / steps;
                let at = [
                    from[0] + (to[0] - from[0]) * part,
                    from[1] + (to[1] - from[1]) * part,
                ];
                self.dot(at, light * length / steps);
            }
        }
    }

    /// A round spot with soft edges: `light` in its middle, half of it at `radius`.
    pub fn spot(&mut self, centre: Point, radius: f32, light: f32) {
        let sharpness = std::f32::consts::LN_2 / (radius * radius);
        self.change_near(centre, radius * 2.6, |x, y, pixel| {
            let square = (x - centre[0]).powi(2) + (y - centre[1]).powi(2);
            *pixel += light * (-square * sharpness).exp();
        });
    }
}
