//! Blur by a Gaussian, which is nearly what a lens does to a point.

use super::Plane;

impl Plane {
    /// Blurs with the deviation `sigma` in pixels; beyond the edges the outermost pixels go on.
    ///
    /// Narrow blurs multiply with the kernel. Wide ones run three boxes over the plane, which costs the same however
    /// wide they are, and is within three per cent of a Gaussian (central limit theorem).
    pub fn blur(&mut self, sigma: f32) {
        if sigma < 0.2 {
            return;
        }
        if sigma <= 2.5 {
            let kernel = kernel(sigma);
            self.rows(|row, out| convolve(row, out, &kernel));
            self.transpose();
            self.rows(|row, out| convolve(row, out, &kernel));
            self.transpose();
            return;
        }
        // three boxes of width w have the variance 3 (w² - 1) / 12
        let width = (4.0 * sigma * sigma + 1.0).sqrt();
        let reach = ((width - 1.0) / 2.0).round() as usize;
        for _ in 0..2 {
            for _ in 0..3 {
                self.rows(|row, out| average(row, out, reach));
            }
            self.transpose();
        }
    }

    /// A blurred copy.
    pub fn blurred(&self, sigma: f32) -> Plane {
        let mut copy = self.clone();
        copy.blur(sigma);
        copy
    }

    fn rows(&mut self, mut make: impl FnMut(&[f32], &mut [f32])) {
        let mut before = vec![0.0; self.width];
        for row in self.values.chunks_exact_mut(self.width) {
            before.copy_from_slice(row);
            make(&before, row);
        }
    }

    /// Rows become columns. In blocks, so that neither side leaves the processor's cache.
    fn transpose(&mut self) {
        const BLOCK: usize = 32;
        let mut turned = vec![0.0; self.values.len()];
        for top in (0..self.height).step_by(BLOCK) {
            for left in (0..self.width).step_by(BLOCK) {
                for y in top..(top + BLOCK).min(self.height) {
                    for x in left..(left + BLOCK).min(self.width) {
                        turned[x * self.height + y] = self.values[y * self.width + x];
                    }
                }
            }
        }
        std::mem::swap(&mut self.width, &mut self.height);
        self.values = turned;
    }
}

/// The middle of the kernel and one side of it.
fn kernel(sigma: f32) -> Vec<f32> {
    let reach = (sigma * 3.0).ceil() as usize;
    let weight = |distance: usize| (-((distance * distance) as f32) / (2.0 * sigma * sigma)).exp();
    let mut side: Vec<f32> = (0..=reach).map(weight).collect();
    let total = side[0] + 2.0 * side[1..].iter().sum::<f32>();
    side.iter_mut().for_each(|weight| *weight /= total);
    side
}

fn convolve(row: &[f32], out: &mut [f32], kernel: &[f32]) {
    let last = row.len() - 1;
    let reach = kernel.len() - 1;
    let at = |x: isize| row[x.clamp(0, last as isize) as usize];
    for (x, out) in out.iter_mut().enumerate() {
        let mut sum = row[x] * kernel[0];
        if x >= reach && x + reach <= last {
            for (distance, weight) in kernel.iter().enumerate().skip(1) {
                sum += (row[x - distance] + row[x + distance]) * weight;
            }
        } else {
            for (distance, weight) in kernel.iter().enumerate().skip(1) {
                let distance = distance as isize;
                sum += (at(x as isize - distance) + at(x as isize + distance)) * weight;
            }
        }
        *out = sum;
    }
}

fn average(row: &[f32], out: &mut [f32], reach: usize) {
    let last = row.len() as isize - 1;
    let at = |x: isize| row[x.clamp(0, last) as usize];
    let reach = reach as isize;
    let mut sum: f32 = (-reach..=reach).map(at).sum();
    let part = 1.0 / (2 * reach + 1) as f32;
    for (x, out) in out.iter_mut().enumerate() {
        *out = sum * part;
        sum += at(x as isize + reach + 1) - at(x as isize - reach);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Plane;

    #[test]
    fn a_blurred_point_keeps_its_light_and_has_the_width_asked_for() {
        for sigma in [0.8, 2.0, 3.5, 7.0] {
            let mut plane = Plane::new(121, 97);
            plane.values[48 * 121 + 60] = 1000.0;
            plane.blur(sigma);
            assert_eq!((plane.width, plane.height), (121, 97));
            let total: f32 = plane.values.iter().sum();
            assert!((total - 1000.0).abs() < 1.0, "{sigma}: {total}");
            let mut spread = 0.0;
            plane.change(|x, _, value| spread += (x - 60.0).powi(2) * *value);
            let width = (spread / total).sqrt();
            assert!((width / sigma - 1.0).abs() < 0.15, "{sigma}: {width}");
        }
    }
}
