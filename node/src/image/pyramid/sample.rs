//! Arithmetic with samples of every type.

/// A sample.
pub(super) trait Sample: bytemuck::Pod + Send + Sync + PartialOrd {
    /// The mean of two; integers are rounded, halves up. What is not a number does not count.
    fn mean_of_two(one: Self, two: Self) -> Self;

    /// The mean of four.
    fn mean_of_four(samples: [Self; 4]) -> Self;

    /// Whether it is a number, and not an infinite one.
    fn is_finite_number(self) -> bool;

    /// As a number; integers beyond 2⁵³ lose their last digits.
    fn number(self) -> f64;
}

macro_rules! integers {
    ($($sample:ty as $wide:ty),*) => {$(
        impl Sample for $sample {
            fn mean_of_two(one: Self, two: Self) -> Self {
                let sum = <$wide>::from(one) + <$wide>::from(two);
                // the mean lies between the two
                ((sum + 1) >> 1) as $sample
            }

            fn mean_of_four([a, b, c, d]: [Self; 4]) -> Self {
                let sum = <$wide>::from(a) + <$wide>::from(b) + <$wide>::from(c) + <$wide>::from(d);
                // the mean lies between the four
                ((sum + 2) >> 2) as $sample
            }

            fn is_finite_number(self) -> bool {
                true
            }

            fn number(self) -> f64 {
                self as f64
            }
        }
    )*};
}

integers!(
    u8 as u16,
    u16 as u32,
    u32 as u64,
    u64 as u128,
    i8 as i16,
    i16 as i32,
    i32 as i64,
    i64 as i128
);

macro_rules! floats {
    ($($sample:ty),*) => {$(
        impl Sample for $sample {
            fn mean_of_two(one: Self, two: Self) -> Self {
                match (one.is_nan(), two.is_nan()) {
                    (true, _) => two,
                    (_, true) => one,
                    // halved first, so that large numbers do not become infinite
                    _ => one / 2.0 + two / 2.0,
                }
            }

            fn mean_of_four(samples: [Self; 4]) -> Self {
                let sum: $sample = samples.iter().map(|sample| sample / 4.0).sum();
                if !sum.is_nan() {
                    return sum;
                }
                let numbers = samples.iter().filter(|sample| !sample.is_nan());
                let count = numbers.clone().count() as $sample;
                if count == 0.0 {
                    return <$sample>::NAN;
                }
                numbers.map(|sample| sample / count).sum()
            }

            fn is_finite_number(self) -> bool {
                self.is_finite()
            }

            fn number(self) -> f64 {
                f64::from(self)
            }
        }
    )*};
}

floats!(f32, f64);
