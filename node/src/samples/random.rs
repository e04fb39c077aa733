//! Chance that can be repeated: a generator of our own, because what a library draws from a seed may change with its
//! version, and the same seed has to give the same pictures for as long as a federation shows them.

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and a mixing of bits; enough for pictures, no good for secrets.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The generator of a named part: parts do not depend on each other, so one can be drawn without the others.
    pub fn of(seed: u64, name: &str) -> Random {
        let start = 0xcbf2_9ce4_8422_2325 ^ seed;
        let mixed = name.bytes().fold(start, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mut random = Random(mixed);
        random.next();
        random
    }

    /// A generator that goes its own way from here.
    pub fn fork(&mut self) -> Random {
        Random(self.next())
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    /// From `low` to below `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number from 0 to below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True once in `1 / probability` times.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// An angle in radians.
    pub fn angle(&mut self) -> f32 {
        self.between(0.0, std::f32::consts::TAU)
    }

    /// Of the normal distribution with mean 0 and deviation 1, as nearly as the sum of four numbers is (Irwin–Hall):
    /// a camera's noise takes one of these for every pixel, and no logarithm.
    pub fn normal(&mut self) -> f32 {
        let bits = self.next();
        let part = |shift: u32| ((bits >> shift) & 0xffff) as f32;
        let sum = part(0) + part(16) + part(32) + part(48);
        // four numbers below 65,536 have the mean 2 × 65,535 and the deviation 65,536 / √3
        (sum - 131_070.0) / 37_837.2
    }

    /// How many of rare events happen where `mean` are expected (Poisson's distribution).
    pub fn events(&mut self, mean: f32) -> f32 {
        if mean <= 0.0 {
            return 0.0;
        }
        if mean > 24.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut events = 0.0;
        while product > limit {
            product *= self.unit();
            events += 1.0;
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_part_is_the_same_whatever_was_drawn_before_it() {
        let mut first = Random::of(1, "nuclei");
        let mut other = Random::of(1, "neurons");
        other.next();
        let mut again = Random::of(1, "nuclei");
        assert_eq!(first.next(), again.next());
        assert_ne!(
            Random::of(2, "nuclei").next(),
            Random::of(1, "nuclei").next()
        );
    }

    #[test]
    fn noise_has_the_mean_and_the_width_that_it_should_have() {
        let mut random = Random::of(7, "noise");
        let many = 20_000;
        let moments = |draw: &mut dyn FnMut() -> f32| {
            let drawn: Vec<f32> = (0..many).map(|_| draw()).collect();
            let mean = drawn.iter().sum::<f32>() / many as f32;
            let width = drawn
                .iter()
                .map(|value| (value - mean).powi(2))
                .sum::<f32>();
            (mean, width / many as f32)
        };
        let (mean, variance) = moments(&mut || random.normal());
        assert!(
            mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05,
            "{mean} {variance}"
        );
        for expected in [0.5, 6.0, 80.0] {
            let (mean, variance) = moments(&mut || random.events(expected));
            assert!((mean / expected - 1.0).abs() < 0.05, "{expected}: {mean}");
            assert!(
                (variance / expected - 1.0).abs() < 0.08,
                "{expected}: {variance}"
            );
        }
    }
}
